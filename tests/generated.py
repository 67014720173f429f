"""Files of the repository that a program writes: `make format` has them written, `make check` compared."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_or_check(texts: Mapping[Path, str], folder: Path) -> int:
    """Have a folder hold these files and no others, or with `--check` on the command line say which are not so.

    Returns:
        The exit code: 1 where a file is not what would be written.
    """
    there = {path for path in folder.rglob("*") if path.is_file()}
    stale = [path for path, text in texts.items() if path not in there or path.read_text(encoding="utf-8") != text]
    stale += sorted(there - set(texts))
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not what `make format` writes\n")
        return int(bool(stale))
    for path in stale:
        if path in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
        else:
            path.unlink()
    return 0
