"""The JSON text of one exchange, and where it stands in its recording."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

import orjson

from jumun_contracts.recordings.codings import CodingError, undo_codings
from jumun_contracts.recordings.places import (
    BrokenJsonError,
    Lines,
    Member,
    Offsets,
    find_member,
    iter_members,
    json_string_offsets,
    skip_space,
)
from jumun_contracts.recordings.recorded import Body, RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.recordings.recorded import Place


@dataclass(frozen=True, slots=True)
class Excerpt:
    """JSON text, from a recording's file or the whole of it.

    Attributes:
        file: As the user named it.
        text: One JSON value, white space around it allowed.
        place: Offset in characters in `text` → place in the file.
    """

    file: str
    text: str
    place: Callable[[int], Place]

    def load(self) -> Any:
        """The value, read leniently: bodies in it are for others to be strict about.

        Raises:
            RecordingError: Not JSON.
        """
        try:
            return orjson.loads(self.text)
        except ValueError:
            pass
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
        start = self._locate(pointer)
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
        return RecordingError(self.file, self.place(self._locate(pointer)), reason)

    def body(self, pointer: str, value: Any, *, is_base64: bool = False, headers: Mapping[str, str] | None) -> Body:
        """The body at a pointer: text, base64 text, or the JSON value itself.

        Args:
            value: What stands at the pointer.
            headers: What may name content codings, of bytes; text has none.

        Raises:
            RecordingError: Not base64, or a content coding that cannot be undone.
        """
        if not isinstance(value, str):
            _, start, end = self._find(pointer)
            return Body(self.text[start:end].encode(), partial(self._shifted, start))
        if not is_base64:
            return Body(value.encode(errors="surrogatepass"), self._string_locator(pointer))
        try:
            data = undo_codings(base64.b64decode(value, validate=True), (headers or {}).get("content-encoding", ""))
        except CodingError as error:
            raise self.refusal(pointer, str(error)) from None
        except (binascii.Error, ValueError):
            raise self.refusal(pointer, "expected base64") from None
        return Body(data, lambda _: self.place(self._locate(pointer)))

    def _string_locator(self, pointer: str) -> Callable[[int], Place]:
        """The table of escapes is made when the first place is asked for."""

        @cache
        def offsets() -> Offsets:
            return json_string_offsets(self.text, self._locate(pointer))

        return lambda offset: self.place(offsets()(offset))

    def _locate(self, pointer: str) -> int:
        return self._find(pointer).start

    def _find(self, pointer: str) -> Member:
        try:
            return find_member(self.text, pointer)
        except LookupError:
            offset, reason = skip_space(self.text, 0), f"expected something at {pointer}"
        except BrokenJsonError as error:
            offset, reason = error.offset, f"not JSON: {error.reason}"
        raise RecordingError(self.file, self.place(offset), reason)

    def _shifted(self, start: int, offset: int) -> Place:
        return self.place(start + offset)


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
