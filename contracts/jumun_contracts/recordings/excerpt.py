"""The JSON text of one exchange, and its place in its recording."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import orjson

from jumun_contracts.recordings.codings import CodingError, decode_base64, is_plain, join_chunks
from jumun_contracts.recordings.places import (
    BrokenJsonError,
    Lines,
    Member,
    Members,
    Offsets,
    find_begun,
    iter_members,
    json_string_offsets,
    skip_space,
)
from jumun_contracts.recordings.recorded import Body, RecordingError, Unreadable
from jumun_contracts.schema.parsing import is_exact, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.recordings.recorded import Place, Recorded
    from jumun_contracts.schema.parsing import JsonValue


_UNREAD: Any = object()


class Excerpt:
    """JSON text, from a recording's file or the whole of it.

    Attributes:
        file: As the user named it.
        place: Offset in characters in `text` → place in the file.
    """

    __slots__ = ("_is_exact", "_text", "_value", "file", "place")

    def __init__(
        self, file: str, text: str | bytes, place: Callable[[int], Place], *, value: JsonValue = _UNREAD
    ) -> None:
        """With one JSON value, white space around it allowed.

        Args:
            text: In UTF-8 if it is bytes.
            value: What orjson has read from `text`, where that was done already.
        """
        self.file = file
        self.place = place
        self._text = text
        self._value = value
        self._is_exact: bool | None = None

    @property
    def text(self) -> str:
        """Decoded when it is first asked for: where places are asked for."""
        if isinstance(self._text, bytes):
            self._text = self._text.decode()
        return self._text

    @property
    def is_exact(self) -> bool:
        """Whether it was read and every value in it is what `parse_json` would give, as far as a quick look shows."""
        if self._is_exact is None:
            data = self._text if isinstance(self._text, bytes) else self._text.encode(errors="surrogatepass")
            self._is_exact = self._value is not _UNREAD and is_exact(self._value, data)
        return self._is_exact

    def load(self) -> Any:
        """The value, read leniently: bodies in it are for others to be strict about.

        Raises:
            RecordingError: Not JSON.
        """
        with suppress(ValueError):
            if self._value is _UNREAD:
                self._value = orjson.loads(self._text)
            return self._value
        # orjson refuses half a surrogate pair and deep nesting, and says less about places.
        try:
            return json.loads(self.text, strict=False)
        except json.JSONDecodeError as error:
            offset, reason = error.pos, error.msg.partition(":")[0]
        except (ValueError, RecursionError):
            offset, reason = 0, "nested too deep, or a number too long"
        raise RecordingError(self.file, self.place(offset), f"not JSON: {reason[:1].lower()}{reason[1:]}")

    def items(self, pointer: str, *, opening: Literal["[", "{"] = "[") -> Iterator[Excerpt]:
        """The members of the array (or object) at a pointer, one excerpt each, read as they are asked for.

        Raises:
            RecordingError: Not JSON, or no array there.
        """
        start = self._find_begun(pointer)
        if not self.text.startswith(opening, start):
            kind = "an array" if opening == "[" else "an object"
            raise RecordingError(self.file, self.place(start), f"expected {kind} at {pointer or 'the root'}")
        try:
            for member in iter_members(self.text, start):
                yield Excerpt(self.file, self.text[member.start : member.end], partial(self._shifted, member.start))
        except BrokenJsonError as error:
            raise RecordingError(self.file, self.place(error.offset), f"not JSON: {error.reason}") from None

    def refusal(self, pointer: str, reason: str) -> RecordingError:
        """An error that names the place of the value at a pointer."""
        return RecordingError(self.file, self.place(self.find(pointer).start), reason)

    def body(
        self, pointer: str, value: Any, *, is_base64: bool = False, headers: Mapping[str, str] | None = None
    ) -> Body:
        """The body at a pointer: text, base64 text, or the JSON value itself.

        Args:
            value: The value at the pointer.
            is_base64: Whether the recording says that it is. Text that plainly is none, as some mark it, stays text.
            headers: What may name content codings, of bytes; text has none, unless it is an array of coded chunks.

        Raises:
            RecordingError: Not base64, or a content coding that cannot be undone.
        """
        if not isinstance(value, str):
            return _MemberBody(self, pointer, value)
        codings = (headers or {}).get("content-encoding", "")
        data = join_chunks(value, codings) if codings else None
        if data is None:
            if not is_base64 or is_plain(value):
                return _StringBody(self, pointer, value)
            try:
                data = decode_base64(value, codings)
            except CodingError as error:
                raise self.refusal(pointer, str(error)) from None
        return Body(data, lambda _: self.place(self.find(pointer).start))

    def find(self, pointer: str) -> Member:
        """The value at a pointer.

        Raises:
            RecordingError: Not JSON, or nothing there.
        """
        try:
            return Members(self.text).find(pointer)
        except LookupError:
            offset, reason = skip_space(self.text, 0), f"expected something at {pointer}"
        except BrokenJsonError as error:
            offset, reason = error.offset, f"not JSON: {error.reason}"
        raise RecordingError(self.file, self.place(offset), reason)

    def _find_begun(self, pointer: str) -> int:
        """Where the value at a pointer begins: it may be cut off in the middle, and what is whole is to be read."""
        try:
            return self.find(pointer).start
        except RecordingError:
            with suppress(LookupError):
                return find_begun(self.text, pointer)
            raise

    def _shifted(self, start: int, offset: int) -> Place:
        return self.place(start + offset)


class _MemberBody(Body):
    """A JSON value within an excerpt. Its text is cut out when it is asked for."""

    __slots__ = ("_excerpt", "_member", "_pointer", "_value")

    is_text = False

    def __init__(self, excerpt: Excerpt, pointer: str, value: JsonValue) -> None:
        self._excerpt = excerpt
        self._pointer = pointer
        self._value = value
        self._member: Member | None = None

    @property
    def text(self) -> bytes:
        _, start, end = self._find()
        return self._excerpt.text[start:end].encode()

    def locate(self, offset: int) -> Place:
        return self._excerpt.place(self._find().start + offset)

    def _find(self) -> Member:
        if self._member is None:
            self._member = self._excerpt.find(self._pointer)
        return self._member

    def parse(self) -> JsonValue:
        return self._value if self._excerpt.is_exact else parse_json(self.text)


class _StringBody(Body):
    """The text in a JSON string within an excerpt."""

    __slots__ = ("_excerpt", "_offsets", "_pointer")

    def __init__(self, excerpt: Excerpt, pointer: str, text: str) -> None:
        self._text = text.encode(errors="surrogatepass")
        self._excerpt = excerpt
        self._pointer = pointer
        self._offsets: Offsets | None = None

    def locate(self, offset: int) -> Place:
        """The table of escapes is made when the first place is asked for."""
        excerpt = self._excerpt
        if self._offsets is None:
            self._offsets = json_string_offsets(excerpt.text, excerpt.find(self._pointer).start)
        return excerpt.place(self._offsets(offset))


def read_excerpt(data: bytes, *, file: str) -> Excerpt:
    """A whole file.

    Raises:
        RecordingError: Not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Of what the error holds: the mark at the beginning is gone from that.
        before = error.object[: error.start].decode()
        raise RecordingError(file, Lines(before).place(len(before)), "expected UTF-8") from None
    return Excerpt(file, text, Lines(text).place)


def read_entries(
    document: Excerpt, pointer: str, read: Callable[[dict[str, Any], Excerpt, int], Recorded]
) -> Iterator[Recorded | Unreadable]:
    """Exchanges from the array at a pointer; an entry that cannot be read does not end the reading.

    Args:
        read: Makes an exchange of an entry, its text and its number, from 1.

    Raises:
        RecordingError: The document is not JSON, or has no entries there.
    """
    for number, excerpt in enumerate(document.items(pointer), start=1):
        try:
            entry = excerpt.load()
            if not isinstance(entry, dict):
                raise excerpt.refusal("", "expected an object")
            item: Recorded | Unreadable = read(entry, excerpt, number)
        except RecordingError as error:
            item = Unreadable(document.file, error.place, number, error.reason)
        yield item
