"""Write contracts/jumun_contracts/bundled: the schemas of the contracts, each with all that it refers to.

python -m tests.conformance.bundles            write them (make format)
python -m tests.conformance.bundles --check    exit 1 if one is not what would be written (make check)
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from jumun_contracts.contract.bundling import bundle, read_documents
from jumun_contracts.contract.model import PROVIDERS
from tests.checkout import ROOT
from tests.generated import write_or_check

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = ROOT / "contracts" / "jumun_contracts" / "bundled"


def render() -> dict[Path, str]:
    """Each bundled file and what is in it."""
    texts = {}
    for provider in PROVIDERS:
        documents = read_documents(provider)
        by_id = {each["$id"]: each for each in documents.values()}
        for name, document in documents.items():
            text = json.dumps(bundle(document, by_id), ensure_ascii=False, separators=(",", ":"))
            texts[FOLDER / provider / name] = f"{text}\n"
    return texts


if __name__ == "__main__":
    sys.exit(write_or_check(render(), FOLDER))
