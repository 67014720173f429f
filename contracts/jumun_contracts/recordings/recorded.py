"""One exchange as a recording has it, and where in the file its parts are; or why it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from jumun_contracts.schema.parsing import is_exact, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts.schema.parsing import JsonValue

Place: TypeAlias = tuple[int, int]
"""Line and column in a file, both from 1, columns in characters."""


class Body:
    """A body that a recording holds.

    Attributes:
        is_text: Whether the recording has it as it was sent, and not as a JSON value that its recorder has read.
    """

    __slots__ = ("_locate", "_text")

    is_text = True

    def __init__(self, text: bytes, locate: Callable[[int], Place]) -> None:
        """With the text and a function for `locate`."""
        self._text = text
        self._locate = locate

    @property
    def text(self) -> bytes:
        """As it was meant, content codings undone; bytes that are not UTF-8 stay as they are."""
        return self._text

    def locate(self, offset: int) -> Place:
        """Offset in characters in `text`, decoded → where that character is in the recording's file.

        A recording that encodes bodies in a way that hides places (base64) gives the place where the body begins.
        """
        return self._locate(offset)

    def parse(self) -> JsonValue:
        """The value that it is as strict JSON.

        Raises:
            JsonError: As `parse_json`.
        """
        return parse_json(self._text)


class ReadBody(Body):
    """A body that its reader has parsed already, if leniently."""

    __slots__ = ("_value",)

    def __init__(self, text: bytes, locate: Callable[[int], Place], value: JsonValue) -> None:
        """With the value that orjson has read from `text`."""
        self._text = text
        self._locate = locate
        self._value = value

    def parse(self) -> JsonValue:
        """As of any body."""
        return self._value if is_exact(self._value, self._text) else super().parse()


class Recorded(NamedTuple):
    """An exchange. What the recording does not say is None or ''.

    Attributes:
        file: As the user named it; `<stdin>` for standard input.
        place: Where the exchange begins in the file.
        number: Its number in the file, from 1.
        method: In capitals.
        status: 0 where the recording says that there was no answer, -1 where what it says cannot be a status.
        url: With query, absolute or from the path on.
        operation: Operation id, where the recording names one.
        request_headers: Lower-case name → value; None where they were not recorded.
        response_headers: Likewise.
        request_body: None where there was none, or it was not recorded.
        response_body: None where it was not recorded; empty where it was and there was nothing in it.
        duration_s: How long it took, from the request to the end of the answer.
        is_template: Whether the request has variables in place of values, so that only its answer can be judged.
    """

    file: str
    place: Place
    number: int
    method: str = ""
    url: str = ""
    status: int | None = None
    operation: str = ""
    request_headers: Mapping[str, str] | None = None
    response_headers: Mapping[str, str] | None = None
    request_body: Body | None = None
    response_body: Body | None = None
    duration_s: float | None = None
    is_template: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry of a recording that should be an exchange and cannot be read. The rest of the recording can.

    Attributes:
        file: As in `Recorded`.
        place: Of the fault.
        number: As in `Recorded`: exchanges that cannot be read count.
        reason: What is wrong and what was expected, without values of the instance.
    """

    file: str
    place: Place
    number: int
    reason: str


class RecordingError(ValueError):
    """A recording that cannot be read (further).

    Attributes:
        file: As the user named it.
        place: Of the fault.
        reason: What is wrong and what was expected, without values of the instance.
    """

    def __init__(self, file: str, place: Place, reason: str) -> None:
        super().__init__(file, place, reason)
        self.file = file
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}:{self.place[0]}:{self.place[1]}: {self.reason}"
