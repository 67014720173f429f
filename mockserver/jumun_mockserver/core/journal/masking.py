"""What may be shown of an exchange: bodies and queries with secrets and people's data masked, by the contract's marks.

`x-secret` and `x-pii` in a schema are the only rule. What no schema describes cannot be masked by it and is not shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jumun_contracts.contract.requests import read_query, read_text
from jumun_contracts.schema.references import References
from jumun_mockserver.core.http import render_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jumun_contracts import Operation, Schema
    from jumun_contracts.contract.requests import Syntax

MASK = "***"

# Headers that hold no secret; of the others only the name is shown. Jumun-Note quotes what was sent: its remarks are
# beside, without that.
_PLAIN_HEADERS = re.compile(
    r"accept(-.*)?|allow|bootpay-(role|api-version|sdk-.*)|cache-control|connection|content-(type|length)|date|expect"
    r"|gncp-gw-.*|host|jumun-scenario|prefer|referer|retry-after|transfer-encoding|user-agent|vary"
)
_SCHEMES = ("basic", "bearer")


@dataclass(frozen=True, slots=True)
class Veil:
    """What replaces values that are not to be shown.

    Attributes:
        secret: For a value that `x-secret` marks, given the schemas that describe it.
        personal: For a value that `x-pii` marks, likewise.
        unknown: For name and value of a property that no schema knows; the name of an array's item is ''.
    """

    secret: Callable[[Any, Sequence[Mapping[str, Any]]], Any]
    personal: Callable[[Any, Sequence[Mapping[str, Any]]], Any]
    unknown: Callable[[str, Any], tuple[str, Any]]


MASKED = Veil(lambda *_: MASK, lambda *_: MASK, lambda name, _: (name, MASK))
"""The same mask for all; names stay."""


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with credentials masked; the scheme of an Authorization stays."""
    return {name: value if _PLAIN_HEADERS.fullmatch(name) else _mask_header(value) for name, value in headers.items()}


def mask_query(query: str, operation: Operation | None) -> str:
    """A query string without the values of parameters that are marked, or that the operation does not have."""
    if operation is None:
        return MASK if query else ""
    plain = {each.name for each in operation.parameters if not _is_marked(each.schema.document)}
    pairs = [(key, value if key.partition("[")[0] in plain else MASK) for key, value in read_query(query)[0]]
    return urlencode(pairs)


def _is_marked(schema: Any) -> bool:
    return isinstance(schema, dict) and ("x-pii" in schema or bool(schema.get("x-secret")))


def mask_body(body: bytes, schema: Schema | None, *, syntax: Syntax = "json") -> str:
    """A body as text, masked by its schema; only its size where it has none, or is not what `syntax` says."""
    if not body:
        return ""
    value, faults = read_text(body, syntax)
    # A value without names may be anything, and so has no mask but this.
    if schema is None or faults or not isinstance(value, dict | list):
        return f"<{len(body)} bytes>"
    masked = veil_value(value, [schema], MASKED)
    return urlencode(masked) if syntax == "form" else render_json(masked).decode()


def veil_value(value: Any, schemas: Iterable[Schema], veil: Veil) -> Any:
    """A copy of `value` without what the schemas mark, and without the values of properties that none of them knows.

    null stays, and so does what a schema knows and does not mark. All the schemas describe the value.
    """
    return _veil(value, [(schema.document, "", References(schema)) for schema in schemas], veil)


def _veil(value: Any, schemas: list[tuple[Any, str, References]], veil: Veil) -> Any:
    """With each schema the `$id` that its references start from, and what they point to."""
    speaking = [
        (*each, references) for schema, base, references in schemas for each in references.iter_speaking(schema, base)
    ]
    if value is None:
        return None
    documents = [schema for schema, _, _ in speaking]
    if any(schema.get("x-secret") for schema in documents):
        return veil.secret(value, documents)
    if any("x-pii" in schema for schema in documents):
        return veil.personal(value, documents)
    if isinstance(value, list):
        items = [(s["items"], base, references) for s, base, references in speaking if "items" in s]
        return [_veil(item, items, veil) if items else veil.unknown("", item)[1] for item in value]
    if not isinstance(value, dict):
        return value
    masked = {}
    for key, item in value.items():
        known = [
            (s["properties"][key], base, references)
            for s, base, references in speaking
            if isinstance(s.get("properties", {}).get(key), dict)
        ]
        name, shown = (key, _veil(item, known, veil)) if known else veil.unknown(key, item)
        masked[name] = shown
    return masked


def _mask_header(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {MASK}" if space and scheme.lower() in _SCHEMES else MASK
