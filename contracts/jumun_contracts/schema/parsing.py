"""Strict JSON: bytes to a value that can be judged, stored and sent again, or a refusal that says where.

Python's own reader takes `NaN`, `1e999`, the last of two equal keys and half a surrogate pair. Each of these
is either not JSON, or a document that two readers understand differently, and a contract cannot vouch for it.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"

SchemaDocument: TypeAlias = "Mapping[str, Any] | bool"
"""A JSON Schema 2020-12, as parsed from its file."""

MAX_DEPTH = 64
"""Containers within containers that a document may have unless the caller says otherwise."""

MAX_BYTES = 2**30
"""Bytes that a document may have: orjson is not to be given what takes it, and the process, down."""

MAX_INTEGER_DIGITS = 640
"""The least limit Python can be set to (`sys.set_int_max_str_digits`): below it, `int` never refuses."""

_SPACE = b" \t\r\n"
_BYTE_ORDER_MARK = "\ufeff"
_SHOWN_KEY_CHARACTERS = 80
# The closing quote is optional: an unterminated string is one piece, not a new attempt at every quote in it.
_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_INNERMOST = re.compile(rb"\[\]|\{\}")
_NO_BRACKET = re.compile(rb"[^\[\]{}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# A whole pair, half a pair, or any other escape: `\\ud800` is a backslash and five letters.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|.)",
    re.DOTALL,
)


class JsonError(ValueError):
    """The text is not JSON that every reader understands alike.

    Attributes:
        reason: What is wrong. Names keys where that helps, never a value.
        line: Counted from 1; None where the reader cannot tell.
        column: In characters, counted from 1; None together with `line`.
    """

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column

    def __str__(self) -> str:
        if self.line is None:
            return self.reason
        return f"{self.reason} (line {self.line}, column {self.column})"


class _RefusedError(Exception):
    """Raised by the reader's hooks, which know what is wrong and not where."""

    def __init__(self, reason: str, *, literal: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.literal = literal


def parse_json(text: bytes | str, *, max_depth: int = MAX_DEPTH) -> JsonValue:
    """Read one JSON document.

    Args:
        text: The document, in UTF-8 if it is bytes, without a byte order mark.
        max_depth: How many arrays and objects may be open at the same time; a scalar needs none.

    Raises:
        JsonError: The text is not JSON, or holds `NaN` or an infinity, a number too large for a float, an
            integer of more than 640 digits, two equal keys in an object, half a surrogate pair, is nested
            too deeply, or has more than `MAX_BYTES`.
    """
    if len(text) > MAX_BYTES:
        raise JsonError(f"more than {MAX_BYTES:,} bytes")
    try:
        data = text.encode() if isinstance(text, str) else text
        value = cast("JsonValue", orjson.loads(data))
    except ValueError:
        pass  # and out of here: what is raised further down must not carry along what holds the document
    else:
        if is_exact(value, data, max_depth=max_depth):
            return value
    return _parse_slowly(text, max_depth=max_depth)


def is_exact(value: JsonValue, data: bytes, *, max_depth: int = MAX_DEPTH) -> bool:
    """Whether `parse_json` would surely read `data` as orjson has, which gave `value`, and so each value within.

    False means only that this was not proven, and that `parse_json` is to be asked.
    """
    return _is_shallow(data, max_depth) and _is_rendered(value, data)


def _is_rendered(value: JsonValue, data: bytes) -> bool:
    """Whether `data` is word for word what would be written of `value`, white space aside.

    So no key was there twice, no number was rounded, and nothing else was there that two readers take for two things.
    All that most servers send is of this form, and what Python writes, which escapes all that is not ASCII.
    """
    try:
        rendered = orjson.dumps(value)
    except TypeError:  # nested too deep for it
        return False
    if rendered == data:
        return True
    # Within strings, where white space counts, the value has what the text says: it is only tokens that are compared.
    squeezed = data.translate(None, _SPACE)
    if rendered.translate(None, _SPACE) == squeezed:
        return True
    return b"\\u" in data and json.dumps(value).encode().translate(None, _SPACE) == squeezed


def _parse_slowly(text: bytes | str, *, max_depth: int) -> JsonValue:
    """As `parse_json`, whatever the text; it knows what is wrong and where."""
    document = text if isinstance(text, str) else _decoded(text)
    _refuse_unencodable(document)
    _refuse_depth(document, max_depth)
    try:
        value: JsonValue = json.loads(
            document,
            object_pairs_hook=_object,
            parse_float=_float,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        refusal = _error_at(document, error.pos, _without_quotation(error.msg))
    except _RefusedError as refused:
        refusal = _error_at(document, _place_of(document, refused), refused.reason)
    except RecursionError:
        refusal = JsonError("nested more deeply than this interpreter can read")
    else:
        return value
    # Outside the handler: the library's exceptions hold the document, and a context would carry them along.
    raise refusal


def _is_shallow(data: bytes, max_depth: int) -> bool:
    """Whether the depth of a good document is within the limit."""
    # To delete them and see what is left takes a quarter of the time of counting them.
    if 2 * len(data) - len(data.replace(b"[", b"")) - len(data.replace(b"{", b"")) <= max_depth:
        return True
    brackets = _NO_BRACKET.sub(b"", _STRING.sub(b"", data))
    for _ in range(max_depth):
        # The innermost pairs go, so that each round takes one level.
        brackets = _INNERMOST.sub(b"", brackets)
        if not brackets:
            return True
    return False


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
    raise _error_at(before, len(before), "not valid UTF-8")


def _refuse_unencodable(document: str) -> None:
    if document.startswith(_BYTE_ORDER_MARK):
        raise JsonError("starts with a byte order mark", 1, 1)
    raw = _SURROGATE.search(document)
    if raw:
        raise _error_at(document, raw.start(), "half a surrogate pair, which UTF-8 cannot hold")
    for escape in _ESCAPE.finditer(document):
        if escape["half"]:
            raise _error_at(document, escape.start(), "an escape for half a surrogate pair")


def _refuse_depth(document: str, max_depth: int) -> None:
    """Before the reader runs: it recurses, and builds what is then thrown away."""
    if document.count("[") + document.count("{") <= max_depth:
        return
    depth = 0
    for position, piece in _iter_pieces(document):
        if piece in "[{":
            depth += 1
            if depth > max_depth:
                raise _error_at(document, position, f"nested more than {max_depth} deep")
        elif piece in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _RefusedError(f"the key {_shown(key)} appears twice in one object")
        seen.add(key)
    raise AssertionError("fewer keys than pairs, yet no key twice")


def _float(literal: str) -> float:
    value = float(literal)
    if math.isinf(value):
        raise _RefusedError("a number too large for a 64-bit float", literal=literal)
    return value


def _integer(literal: str) -> int:
    if len(literal) > MAX_INTEGER_DIGITS:
        raise _RefusedError(f"an integer of more than {MAX_INTEGER_DIGITS} digits", literal=literal)
    return int(literal)


def _constant(literal: str) -> NoReturn:
    raise _RefusedError("NaN and infinities are not JSON", literal=literal)


def _place_of(document: str, refused: _RefusedError) -> int:
    """Position of what a hook refused; the text up to there is known to be well-formed."""
    if refused.literal is None:
        return _place_of_duplicate(document)
    # The first occurrence is the one: an earlier equal literal would have been refused earlier.
    return next(position for position, piece in _iter_pieces(document) if piece == refused.literal)


def _place_of_duplicate(document: str) -> int:
    """Position of the second of two equal keys, in the object that closes first, as the reader sees it."""
    open_containers: list[tuple[set[str], list[int]]] = []
    last: tuple[int, str] = (0, "")
    for position, piece in _iter_pieces(document):
        if piece in "[{":
            open_containers.append((set(), []))
        elif piece in "]}":
            _, repeated = open_containers.pop()
            if repeated:
                return repeated[0]
        elif piece == ":":
            keys, repeated = open_containers[-1]
            key = json.loads(last[1])
            if key in keys:
                repeated.append(last[0])
            keys.add(key)
        last = (position, piece)
    raise AssertionError("the reader saw two equal keys")


def _iter_pieces(document: str) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in _PIECE.finditer(document))


def _error_at(document: str, position: int, reason: str) -> JsonError:
    line = document.count("\n", 0, position) + 1
    column = position - document.rfind("\n", 0, position)
    return JsonError(reason, line, column)


def _without_quotation(message: str) -> str:
    """The library's words; its pure-Python reader quotes a bad escape after a colon."""
    words = message.partition(":")[0].removesuffix(" at").removesuffix(" starting")
    return words[:1].lower() + words[1:]


def _shown(key: str) -> str:
    shown = key if len(key) <= _SHOWN_KEY_CHARACTERS else key[: _SHOWN_KEY_CHARACTERS - 1] + "…"
    return json.dumps(shown, ensure_ascii=False)
