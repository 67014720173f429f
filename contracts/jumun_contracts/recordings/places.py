"""Places in a text: offsets and places, RFC 6901 pointers and offsets, decoded strings and their escapes.

Nothing here recurses or builds values: it scans, so that any depth and any number is fine.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from jumun_contracts.schema.pointers import unescape_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumun_contracts.recordings.recorded import Place

_SPACE = re.compile(r"[ \t\n\r]*")
# The closing quote is optional: an unterminated string is one piece, not a new attempt at every quote in it.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)', re.DOTALL)
# Strings on the way to the next bracket are passed over in one go.
_BRACKET = re.compile(r'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+(?:([\[{])|[\]}])', re.DOTALL)
_SCALAR = re.compile(r'[^\s\[\]{}:,"]+')
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)",
    re.DOTALL,
)


class BrokenJsonError(ValueError):
    """Text that is not JSON, as far as scanning shows.

    Attributes:
        reason: What was expected.
        offset: Where, in characters.
        member: The name of the value that begins there and does not end, where `iter_members` has come to one.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason, offset)
        self.reason = reason
        self.offset = offset
        self.member: str | None = None


class Member(NamedTuple):
    """One value in an array or object: its key, or its index in digits, and its offsets."""

    name: str
    start: int
    end: int


class Lines:
    """The lines of a text, which end with a line feed."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _feeds(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self._text)]

    def place(self, offset: int) -> Place:
        """Offset in characters → line and column."""
        line = bisect_left(self._feeds, offset)
        return line + 1, offset - (self._feeds[line - 1] if line else -1)


class Offsets:
    """Offsets in a decoded text → offsets in the text that it was decoded from."""

    def __init__(self, steps: Iterable[tuple[int, int]]) -> None:
        """Of pairs (decoded, encoded) where a stretch begins in which one character is one; the first is at 0."""
        self._decoded, self._encoded = zip(*steps, strict=True)

    def __call__(self, offset: int) -> int:
        """Of a character in the middle of what one escape stands for: where that begins."""
        step = bisect_right(self._decoded, offset) - 1
        return int(self._encoded[step] + offset - self._decoded[step])


def json_string_offsets(text: str, start: int) -> Offsets:
    """Offsets in the string whose opening quote is at `start` → offsets in the text."""
    token = _STRING.match(text, start)
    end = token.end() if token else len(text)

    def steps() -> Iterator[tuple[int, int]]:
        yield 0, start + 1
        lost = start + 1
        for escape in _ESCAPE.finditer(text, start + 1, end):
            lost += len(escape[0]) - 1
            yield escape.end() - lost, escape.end()

    return Offsets(steps())


class Members:
    """The members of what a JSON text holds, scanned as they are asked for and then remembered."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._objects: dict[int, dict[str, Member]] = {}
        self._arrays: dict[int, tuple[list[Member], Iterator[Member]]] = {}

    def find(self, pointer: str) -> Member:
        """The value at an RFC 6901 pointer; of the whole document the end is that of the text.

        Of equal keys the last counts, as readers have it.

        Raises:
            LookupError: There is nothing at the pointer.
            BrokenJsonError: The text is not JSON.
        """
        if pointer and not pointer.startswith("/"):
            raise LookupError(f"{pointer!r} is not a pointer: it must be '' or start with /")
        found = Member("", skip_space(self._text, 0), len(self._text))
        for escaped in pointer.split("/")[1:]:
            name = unescape_key(escaped)
            below = self._item(found.start, name) if self._text.startswith("[", found.start) else None
            below = below or self._properties(found.start).get(name)
            if below is None:
                raise LookupError(f"nothing at {pointer!r}")
            found = below
        return found

    def _properties(self, start: int) -> dict[str, Member]:
        if start not in self._objects:
            members = iter_members(self._text, start) if self._text.startswith("{", start) else ()
            self._objects[start] = {each.name: each for each in members}
        return self._objects[start]

    def _item(self, start: int, name: str) -> Member | None:
        """Of an array, which is scanned no further than to it."""
        if not name.isdecimal() or name != str(int(name)):
            return None
        if start not in self._arrays:
            self._arrays[start] = [], iter_members(self._text, start)
        read, unread = self._arrays[start]
        read.extend(islice(unread, max(0, int(name) + 1 - len(read))))
        return read[int(name)] if int(name) < len(read) else None


def locate_pointer(text: str, pointer: str) -> int:
    """Offset in characters of the value at a pointer; raises as `Members.find`."""
    return Members(text).find(pointer).start


def find_begun(text: str, pointer: str) -> int:
    """Offset of the value at a pointer of property names, even if the text is cut off in the middle of that value.

    Raises:
        LookupError: There is nothing at the pointer, as far as the text goes.
    """
    at = skip_space(text, 0)
    for name in pointer.split("/")[1:]:
        found = next((each.start for each in iter_begun(text, at) if each.name == name), None)
        if found is None:
            raise LookupError(f"nothing at {pointer!r}")
        at = found
    return at


def iter_members(text: str, start: int) -> Iterator[Member]:
    """What the array or object at an offset holds, in order; nothing for a scalar.

    Raises:
        BrokenJsonError: The text is not JSON.
    """
    opening = text[start : start + 1]
    closing = {"[": "]", "{": "}"}.get(opening)
    if closing is None:
        return
    at = skip_space(text, start + 1)
    if text[at : at + 1] == closing:
        return
    index = 0
    while True:
        token = str(index)
        if opening == "{":
            token, at = _read_key(text, at)
        try:
            end = value_end(text, at)
        except BrokenJsonError as error:
            error.member = token
            raise
        yield Member(token, at, end)
        index += 1
        at = skip_space(text, end)
        if text[at : at + 1] == closing:
            return
        if text[at : at + 1] != ",":
            raise BrokenJsonError(f"expected a comma or {closing}", at)
        at = skip_space(text, at + 1)


def iter_begun(text: str, start: int) -> Iterator[Member]:
    """The same as far as the text goes: the last may have begun and not end."""
    try:
        yield from iter_members(text, start)
    except BrokenJsonError as error:
        if error.member is not None:
            yield Member(error.member, error.offset, len(text))


def skip_space(text: str, offset: int) -> int:
    """Offset of the first character from `offset` on that is not white space; the text's length if there is none."""
    space = _SPACE.match(text, offset)
    return space.end() if space else offset


def value_end(text: str, start: int) -> int:
    """Offset behind the value that begins at `start`.

    Raises:
        BrokenJsonError: No value begins there, or it does not end.
    """
    opening = text[start : start + 1]
    if opening == '"':
        string = _STRING.match(text, start)
        if string is None or not string[1]:
            raise BrokenJsonError("a string that does not end", start)
        return string.end()
    if opening not in ("[", "{"):
        scalar = _SCALAR.match(text, start)
        if scalar is None:
            raise BrokenJsonError("expected a value", start)
        return scalar.end()
    depth, at = 0, start
    while bracket := _BRACKET.match(text, at):
        at = bracket.end()
        depth += 1 if bracket[1] else -1
        if depth == 0:
            return at
    raise BrokenJsonError("an array or object that does not end", start)


def _read_key(text: str, start: int) -> tuple[str, int]:
    """The key at an offset, and the offset of its value."""
    match = _STRING.match(text, start)
    if match is None or not match[1]:
        raise BrokenJsonError("expected a key in double quotes", start)
    try:
        key = str(json.loads(match[0], strict=False)) if "\\" in match[0] else match[0][1:-1]
    except ValueError:
        raise BrokenJsonError("a bad escape in a key", start) from None
    at = skip_space(text, match.end())
    if text[at : at + 1] != ":":
        raise BrokenJsonError("expected a colon", at)
    return key, skip_space(text, at + 1)
