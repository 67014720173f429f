"""Which form a recording has: by its name, its first line, or what is in it."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import orjson

from jumun_contracts.recordings.mitmproxy import is_mitmproxy
from jumun_contracts.recordings.nock import is_nock
from jumun_contracts.recordings.places import BrokenJsonError, find_begun, iter_begun, iter_members, skip_space
from jumun_contracts.recordings.rows import is_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Form: TypeAlias = Literal[
    "json",
    "ndjson",
    "har",
    "cassette",
    "rows",
    "nock",
    "hoverfly",
    "postman",
    "newman",
    "bruno",
    "insomnia",
    "mitmproxy",
    "schemathesis",
]

_FORM_OF_ENDING: Mapping[str, Form] = {
    ".har": "har",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".yaml": "cassette",
    ".yml": "cassette",
}
ENDINGS = (
    *_FORM_OF_ENDING,
    *(".json", ".zip", ".zhar", ".flow", ".flows", ".mitm"),
    *(f"{each}.gz" for each in (".json", ".har", ".ndjson", ".jsonl")),
)
"""Of the names of recordings, by which those in a folder are known; a file that is named itself may have any."""

# How cassettes begin: PyYAML sorts keys, Schemathesis has its own order.
_CASSETTE = re.compile(r"\s*(?:---|#|interactions:|http_interactions:|version:|command:|recorded_with:|metadata:)")
# Where the exchanges of a JSON document are: a pointer, how the value there begins, and the form.
_BY_PLACE: tuple[tuple[str, str, Form], ...] = (
    ("/log/entries", "[", "har"),
    ("/interactions", "[", "cassette"),
    ("/http_interactions", "[", "cassette"),
    ("/data/pairs", "[", "hoverfly"),
    ("/mappings", "[", "rows"),
    ("/requests", "[", "rows"),
    ("/run/executions", "[", "newman"),  # before the collection that newman has run, which is in its report too
    ("/collection/item", "[", "postman"),
    ("/item", "[", "postman"),
    ("/items", "[", "bruno"),
    ("/__export_format", "", "insomnia"),
)
# An export of Insomnia in YAML, which begins so in each version.
_INSOMNIA = re.compile(rb"\s*(?:_type: export|type: \S*\.insomnia\.rest/)")


def guess_by_head(head: list[bytes | None], *, file: str) -> Form | None:
    """By the name's ending, or by the first line, if that is a JSON value of its own and more follows."""
    form = _FORM_OF_ENDING.get(Path(file).suffix.lower())
    value = _first_value(head)
    if head and head[0] and _INSOMNIA.match(head[0]):
        return "insomnia"
    if _is_schemathesis(value):
        return "schemathesis" if form in (None, "ndjson") else form
    if form:
        return form
    filled = [line for line in head if line is None or line.strip()]
    return "ndjson" if len(filled) > 1 and isinstance(value, dict | list) else None


def guess_by_content(data: bytes) -> Form:
    """By what the whole document begins with; `json`, a bare body, if it is not a recording."""
    if is_mitmproxy(data):
        return "mitmproxy"
    text = data.decode("utf-8-sig", errors="replace")
    start = skip_space(text, 0)
    if text[start : start + 1] not in ("{", "["):
        return "cassette" if _CASSETTE.match(text) else "json"
    if text[start] == "[":
        return _guess_by_item(text, start)
    tops = {each.name for each in iter_begun(text, start)}
    for pointer, opening, form in _BY_PLACE:
        if pointer.split("/")[1] not in tops:
            continue
        with suppress(LookupError):
            if text.startswith(opening, find_begun(text, pointer)):
                return form
    return "rows" if is_row(_value(text[start:])) else "json"


def _guess_by_item(text: str, start: int) -> Form:
    try:
        first = next(iter(iter_members(text, start)), None)
    except BrokenJsonError:
        first = None
    value = _value(text[first.start : first.end]) if first else None
    if is_nock(value):
        return "nock"
    return "rows" if is_row(value) else "json"


def _first_value(head: Iterable[bytes | None]) -> Any:
    """The value of the first line that is not blank, nor longer than may be; None where that is not JSON."""
    line = next((each for each in head if each and each.strip()), b"")
    return _value(line.removeprefix(b"\xef\xbb\xbf"))


def _is_schemathesis(value: Any) -> bool:
    start = value.get("Initialize") if isinstance(value, dict) else None
    return isinstance(start, dict) and "schemathesis_version" in start


def _value(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return None
