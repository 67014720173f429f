"""What may be shown of an exchange: bodies and queries with secrets and people's data masked, by the contract's marks.

`x-secret` and `x-pii` in a schema say what is masked. What no schema describes cannot be masked by it and is not shown.
In what is shown, credentials that the same exchange carries are masked too, which are the `quoted` here: `credentials`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from jumun_contracts.contract.requests import read_query, read_text
from jumun_contracts.schema.references import References
from jumun_mockserver.core.http import render_json
from jumun_mockserver.core.journal.spellings import MASK, NOTHING_QUOTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jumun_contracts import Operation, Schema
    from jumun_contracts.contract.requests import Syntax
    from jumun_mockserver.core.journal.spellings import Spellings

# Headers that hold no secret; of the others only the name is shown. Jumun-Note quotes what was sent: its remarks are
# beside, without that.
_PLAIN_HEADERS = re.compile(
    r"accept(-.*)?|allow|bootpay-(role|api-version|sdk-.*)|cache-control|connection|content-(type|length)|date|expect"
    r"|gncp-gw-.*|host|jumun-scenario|prefer|referer|retry-after|transfer-encoding|user-agent|vary"
)
_SCHEMES = ("basic", "bearer")
_URLS = frozenset({"referer"})
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Veil:
    """What replaces values that are not to be shown.

    Attributes:
        secret: For a value that `x-secret` marks, given the schemas that describe it.
        personal: For a value that `x-pii` marks, likewise.
        unknown: For name and value of a property that no schema knows; the name of an array's item is ''.
        shown: For a single value that schemas know and do not mark, given those; it may quote a credential.
    """

    secret: Callable[[Any, Sequence[Mapping[str, Any]]], Any]
    personal: Callable[[Any, Sequence[Mapping[str, Any]]], Any]
    unknown: Callable[[str, Any], tuple[str, Any]]
    shown: Callable[[Any, Sequence[Mapping[str, Any]]], Any] = lambda value, _: value


MASKED = Veil(lambda *_: MASK, lambda *_: MASK, lambda name, _: (name, MASK))
"""The same mask for all; names stay."""


def is_plain_header(name: str) -> bool:
    """Whether a header, by its name in small letters, holds no secret and is shown."""
    return _PLAIN_HEADERS.fullmatch(name) is not None


def mask_headers(headers: Mapping[str, str], quoted: Spellings = NOTHING_QUOTED) -> dict[str, str]:
    """Headers with credentials masked; the scheme of an Authorization stays, and of a URL all but its query."""
    return {
        name: _mask_plain_header(name, value, quoted) if is_plain_header(name) else _mask_header(value)
        for name, value in headers.items()
    }


def mask_query(query: str, operation: Operation | None, quoted: Spellings = NOTHING_QUOTED) -> str:
    """A query string without the values of parameters that are marked, or that the operation does not have."""
    if operation is None:
        return MASK if query else ""
    plain = {each.name for each in operation.parameters if not _is_marked(each.schema.document)}
    pairs = [
        (quoted.mask(key), quoted.mask(value) if key.partition("[")[0] in plain else MASK)
        for key, value in read_query(query)[0]
    ]
    return urlencode(pairs)


def mask_path(path: str, operation: Operation | None, quoted: Spellings) -> str:
    """A path without credentials; what the operation's own path has in the place stays, whatever it looks like."""
    if not quoted:
        return path
    if operation is None:
        return quoted.mask(path)
    bare = path.rstrip("/")
    given, wanted = bare.split("/"), operation.path.split("/")
    for back in range(1, min(len(given), len(wanted)) + 1):
        if _PARAMETER.search(wanted[-back]):
            given[-back] = quoted.mask(given[-back])
    return "/".join(given) + path[len(bare) :]


def is_listed(value: Any, schemas: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a schema names the value itself, so that it says nothing of a credential that is the same word."""
    return any(value in each.get("enum", ()) or value == each.get("const") for each in schemas)


def is_secret(schema: Any) -> bool:
    """Whether a parameter's schema marks its values, or the items of them, as secret."""
    return isinstance(schema, dict) and any(each.get("x-secret") for each in (schema, schema.get("items", {})))


def _is_marked(schema: Any) -> bool:
    return isinstance(schema, dict) and ("x-pii" in schema or bool(schema.get("x-secret")))


def mask_body(
    body: bytes, schema: Schema | None, *, syntax: Syntax = "json", quoted: Spellings = NOTHING_QUOTED
) -> str:
    """A body as text, masked by its schema; only its size where it has none, or is not what `syntax` says."""
    if not body:
        return ""
    value, faults = read_text(body, syntax)
    # A value without names may be anything, and so has no mask but this.
    if schema is None or faults or not isinstance(value, dict | list):
        return f"<{len(body)} bytes>"
    text = body.decode("utf-8", "replace")
    # Where the text as a whole has none, and no letter in it is escaped, no part of it has one.
    is_clear = syntax == "json" and "\\u00" not in text and not quoted.may_be_in(text)
    masked = veil_value(value, [schema], MASKED if is_clear else _hide(quoted))
    return urlencode(masked) if syntax == "form" else render_json(masked).decode()


def veil_value(value: Any, schemas: Iterable[Schema], veil: Veil) -> Any:
    """A copy of `value` without what the schemas mark, and without the values of properties that none of them knows.

    null stays, and so does what a schema knows and does not mark. All the schemas describe the value.
    """
    return _veil(value, _Place((schema.document, "", References(schema)) for schema in schemas), veil)


class _Place:
    """What schemas say of a value, and of all others that they describe alike, as the rows of a list.

    Attributes:
        documents: All schemas that describe the value.
    """

    def __init__(self, schemas: Iterable[tuple[Any, str, References]]) -> None:
        """Take schemas, each with the `$id` that its references start from, and what they point to."""
        self._speaking = [
            (*each, references)
            for schema, base, references in schemas
            for each in references.iter_speaking(schema, base)
        ]
        self.documents = [schema for schema, _, _ in self._speaking]
        self.is_secret = any(schema.get("x-secret") for schema in self.documents)
        self.is_personal = any("x-pii" in schema for schema in self.documents)
        self._properties: dict[str, _Place | None] = {}

    @cached_property
    def items(self) -> _Place | None:
        """Of the items of an array; None where no schema has any."""
        found = [(s["items"], base, references) for s, base, references in self._speaking if "items" in s]
        return _Place(found) if found else None

    def property(self, name: str) -> _Place | None:
        """Of a property; None for one that no schema knows."""
        if name not in self._properties:
            found = [
                (s["properties"][name], base, references)
                for s, base, references in self._speaking
                if isinstance(s.get("properties", {}).get(name), dict)
            ]
            self._properties[name] = _Place(found) if found else None
        return self._properties[name]


def _veil(value: Any, place: _Place, veil: Veil) -> Any:
    if value is None:
        return None
    if place.is_secret:
        return veil.secret(value, place.documents)
    if place.is_personal:
        return veil.personal(value, place.documents)
    if isinstance(value, list):
        return [_veil(item, place.items, veil) if place.items else veil.unknown("", item)[1] for item in value]
    if not isinstance(value, dict):
        return veil.shown(value, place.documents)
    masked = {}
    for key, item in value.items():
        known = place.property(key)
        name, shown = (key, _veil(item, known, veil)) if known else veil.unknown(key, item)
        masked[name] = shown
    return masked


def _hide(quoted: Spellings) -> Veil:
    """`MASKED`, and without what is quoted."""

    def shown(value: Any, schemas: Sequence[Mapping[str, Any]]) -> Any:
        if isinstance(value, bool) or is_listed(value, schemas):
            return value
        if isinstance(value, str):
            return quoted.mask(value)
        return value if quoted.mask(str(value)) == str(value) else MASK

    return Veil(MASKED.secret, MASKED.personal, lambda name, _: (quoted.mask(name), MASK), shown)


def _mask_plain_header(name: str, value: str, quoted: Spellings) -> str:
    if name in _URLS:
        return quoted.mask(_mask_url(value))
    if name == "content-type":
        # The media type is the API's word, which a judge of the recording needs.
        media_type, semicolon, parameters = value.partition(";")
        return media_type + semicolon + quoted.mask(parameters)
    return quoted.mask(value)


def _mask_url(url: str) -> str:
    """A URL with its query and fragment masked as the query of a request that no operation has, and no user in it."""
    try:
        place = urlsplit(url)
    except ValueError:
        return MASK
    user, at, host = place.netloc.rpartition("@")
    masked = place._replace(
        netloc=f"{MASK if user else ''}{at}{host}",
        query=mask_query(place.query, None),
        fragment=MASK if place.fragment else "",
    )
    return masked.geturl()


def _mask_header(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {MASK}" if space and scheme.lower() in _SCHEMES else MASK
