"""Reading fields out of decoded JSON, strictly in type and open to what is new."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# RFC 3339's shape, in capitals. Not all of it fits a `datetime`: the year 0000, a leap second.
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_YEAR_0000: Final = re.compile(r"0000(?=-)")
_HOUR_24: Final = re.compile(r"[T ]24")
_LEAP_SECOND: Final = re.compile(r"(?<=T\d\d:\d\d:)60", re.ASCII)


class ShapeError(Exception):
    """JSON of another shape than documented. The text names the place and the types, never a value."""


class Fields:
    """A JSON object that is being read: each read takes one field out, and `rest` is what is unknown.

    A field that is absent is read as None, like null: both APIs leave out what does not apply. A field of
    another type raises `ShapeError`.
    """

    def __init__(self, document: object, *, where: str) -> None:
        if not isinstance(document, dict):
            raise ShapeError(f"{where} is {_kind(document)}, not an object")
        self.rest: dict[str, Any] = dict(document)
        self._where = where

    def take(self, name: str) -> Any:
        """A field of any type."""
        return self.rest.pop(name, None)

    def text(self, name: str) -> str | None:
        """A string, or None."""
        value = self.take(name)
        if value is None or isinstance(value, str):
            return value
        raise self.mismatch(name, value, "a string")

    def required_text(self, name: str, *, may_be_empty: bool = False) -> str:
        """A string that is there, and not empty unless it may be."""
        value = self.take(name)
        if isinstance(value, str) and (value or may_be_empty):
            return value
        raise self.mismatch(name, value, "a string" if may_be_empty else "a string that is not empty")

    def flag(self, name: str) -> bool | None:
        """A boolean, or None."""
        value = self.take(name)
        if isinstance(value, bool | None):
            return value
        raise self.mismatch(name, value, "a boolean")

    def inner(self, name: str) -> Fields:
        """An object that is there, to be read."""
        return Fields(self.take(name), where=f"{self._where}.{name}")

    def mapping(self, name: str) -> dict[str, Any] | None:
        """An object as it is, or None."""
        return None if self.rest.get(name) is None else self.inner(name).rest

    def rows(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """What `read` makes of each object of an array; none where the array is absent."""
        rows = self.take(name)
        if rows is None:
            return ()
        if not isinstance(rows, list):
            raise self.mismatch(name, rows, "an array")
        return tuple(read(Fields(row, where=f"{self._where}.{name}[{n}]")) for n, row in enumerate(rows))

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of strings; none where the array is absent."""
        values = self.take(name)
        if values is None:
            return ()
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise self.mismatch(name, values, "an array of strings")
        return tuple(values)

    def integers(self, name: str) -> tuple[int, ...]:
        """An array of integers; none where the array is absent."""
        values = self.take(name)
        if values is None:
            return ()
        if not isinstance(values, list):
            raise self.mismatch(name, values, "an array of integers")
        items = Fields({f"{name}[{n}]": each for n, each in enumerate(values)}, where=self._where)
        return tuple(items.required_integer(place) for place in list(items.rest))

    def required_rows(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """As `rows`, of an array that is there."""
        if self.rest.get(name) is None:
            raise self.mismatch(name, None, "an array")
        return self.rows(name, read)

    def integer(self, name: str) -> int | None:
        """An integer of any size, or None. JSON has one number type, so 29000.0 is one too."""
        value = self.take(name)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise self.mismatch(name, value, "an integer")

    def required_integer(self, name: str) -> int:
        """An integer that is there."""
        value = self.integer(name)
        if value is None:
            raise self.mismatch(name, value, "an integer")
        return value

    def number_or_name(self, name: str) -> int | str | None:
        """An integer, a string, or None."""
        return self.text(name) if isinstance(self.rest.get(name), str) else self.integer(name)

    def moment(self, name: str) -> datetime | None:
        """An ISO 8601 date-time with its offset, aware; or None.

        A leap second is the second after it. A moment that no `datetime` can hold, such as one of the year 0000, is
        None, and its text stays in `rest`. One that does not exist, such as one of February 30, raises `ShapeError`.
        """
        value = self.text(name)
        if value is None:
            return None
        text, leap_seconds = _LEAP_SECOND.subn("59", value.upper())  # RFC 3339 allows 't' and 'z'
        try:
            moment = _datetime(text)
        except ValueError:
            wanted = "a date-time with its offset"
            if _DATE_TIME.fullmatch(text) is not None:
                wanted = "a date-time that exists: its day, hour, minute, second or offset is out of range"
            raise self.mismatch(name, value, wanted) from None
        if moment.tzinfo is None:
            raise self.mismatch(name, value, "a date-time with its offset")
        try:
            if not _YEAR_0000.match(text):
                return moment + timedelta(seconds=leap_seconds)
        except OverflowError:
            pass
        self.rest[name] = value
        return None

    def mismatch(self, name: str, value: object, wanted: str) -> ShapeError:
        """The error that says a field is not what was wanted."""
        return ShapeError(f"{self._where}.{name} is {_kind(value)}, not {wanted}")


def counted(document: object) -> Fields:
    """A list with its count, also where it is an array without one: of some lists the shape is in no source."""
    named = {"count": len(document), "list": document} if isinstance(document, list) else document
    return Fields(named, where="body")


def _datetime(text: str) -> datetime:
    """Read a date-time without its leap second; raises ``ValueError``. The year 0000 is read as 2000: both leap."""
    if _HOUR_24.search(text):
        raise ValueError("hour 24, which Python 3.14 takes and earlier ones do not")
    return datetime.fromisoformat(_YEAR_0000.sub("2000", text))


def _kind(value: object) -> str:
    """A JSON value's type, in words."""
    match value:
        case None:
            return "absent or null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string" if value else "an empty string"
        case list():
            return "an array"
        case _:
            return "an object"
