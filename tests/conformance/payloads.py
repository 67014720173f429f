"""Write fixtures/jumun_fixtures/payloads: a body for every operation, status and profile, as the mock answers it.

python -m tests.conformance.payloads            write them (make format)
python -m tests.conformance.payloads --check    exit 1 if one is not what would be written (make check)
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from jumun_contracts import load_contract
from tests.checkout import ROOT
from tests.conformance.samples import GOOD_REQUESTS, IN_PROFILES, frozen_dispatch, with_headers
from tests.generated import write_or_check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jumun_contracts import Answer, Operation
    from jumun_mockserver.core.http import Request

FOLDER: Final = ROOT / "fixtures" / "jumun_fixtures" / "payloads"
INDEX: Final = FOLDER / "index.json"
_SHAPES: Final = {"documented": "documented", "observed": "observed shape", "assumed": "assumed"}
_LIST: Final = GOOD_REQUESTS["bootpay.orders.list"]
DOCUMENTS: Final = {
    "naver.product_order_ids.200": GOOD_REQUESTS["naver.product_order_ids"],
    "bootpay.orders.list.200": replace(_LIST, query="limit=1"),
    "bootpay.orders.list.401": replace(_LIST, headers={**_LIST.headers, "authorization": "Basic d3Jvbmc6a2V5cw=="}),
}
"""The samples of the two documents, by operation and status, and the requests to which they are the answers."""


def render() -> dict[Path, str]:
    """File → text: an index, and each body once. An error that several operations have is named by its code alone."""
    rows = [_document_row(name, request) for name, request in DOCUMENTS.items()]
    rows += [row for operation, profile in IN_PROFILES for row in _iter_rows(operation, profile)]
    operations: dict[str, set[str]] = {}
    for row in rows:
        operations.setdefault(row["text"], set()).add(row["operation"])
    names: dict[str, str] = {}
    texts: dict[Path, str] = {}
    for row in rows:
        text = row.pop("text")
        name = row.get("file") or _name(row, text, is_shared=len(operations[text]) > 1)
        is_taken = name in names.values()
        row["file"] = row.get("file") or names.setdefault(text, f"{name}.{row['profile']}" if is_taken else name)
        texts[FOLDER / f"{row['file']}.json"] = text
    for row in rows:
        row["file"] += ".json"
    return {**texts, INDEX: json.dumps(rows, ensure_ascii=False, indent=1) + "\n"}


def _document_row(name: str, request: Request) -> dict[str, Any]:
    id_, _, status = name.rpartition(".")
    operation = load_contract(id_.partition(".")[0], "documented").operations[id_]
    response = frozen_dispatch("documented")(request)
    row = _row(operation, operation.answer(int(status)), "documented", response.body)
    return row | {"shape": "documented", "file": f"documents/{name}"}


def _iter_rows(id_: str, profile: str) -> Iterator[dict[str, Any]]:
    operation = load_contract(id_.partition(".")[0], profile).operations[id_]
    dispatch = frozen_dispatch(profile)
    for status, answer in operation.answers.items():
        if status != "default" and answer.media_type:
            dispatch.store.default.reset()
            response = dispatch(with_headers(GOOD_REQUESTS[id_], prefer=f"code={status}"))
            yield _row(operation, answer, profile, response.body)


def _row(operation: Operation, answer: Answer, profile: str, body: bytes) -> dict[str, Any]:
    return {
        "operation": operation.id,
        "status": int(answer.status),
        "profile": profile,
        "shape": _SHAPES[answer.evidence],
        "source": answer.source,
        # A stub's schemas are in its own file.
        "schema": None if operation.is_stub else f"{operation.id.partition('.')[0]}/{answer.schema_name}.schema.json",
        "text": json.dumps(json.loads(body), ensure_ascii=False, indent=1) + "\n",
    }


def _name(row: Mapping[str, Any], text: str, *, is_shared: bool) -> str:
    provider, _, operation = row["operation"].partition(".")
    body = json.loads(text)
    code = body.get("code") or body.get("error_code") if isinstance(body, dict) else None
    return (
        f"{provider}/error.{row['status']}.{code}" if is_shared and code else f"{provider}/{operation}.{row['status']}"
    )


if __name__ == "__main__":
    sys.exit(write_or_check(render(), FOLDER))
