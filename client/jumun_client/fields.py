"""Reading fields out of decoded JSON, strictly in type and open to what is new."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class ShapeError(Exception):
    """JSON of another shape than documented. The text names the place and the types, never a value."""


class Fields:
    """A JSON object that is being read: each read takes one field out, and `rest` is what nobody knows.

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

    def required_text(self, name: str) -> str:
        """A string that is there and not empty."""
        value = self.take(name)
        if isinstance(value, str) and value:
            return value
        raise self.mismatch(name, value, "a string that is not empty")

    def integer(self, name: str) -> int | None:
        """An integer of 64 bits, or None. JSON has one number type, so 29000.0 is one too."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
            return value
        raise self.mismatch(name, value, "an integer of 64 bits")

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
        """An ISO 8601 date-time with its offset, aware; or None."""
        value = self.text(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value.upper())  # RFC 3339 allows 't' and 'z'
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.mismatch(name, value, "a date-time with its offset")
        return moment

    def mismatch(self, name: str, value: object, wanted: str) -> ShapeError:
        """The error that says a field is not what was wanted."""
        return ShapeError(f"{self._where}.{name} is {_kind(value)}, not {wanted}")


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
