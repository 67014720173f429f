"""Option values: members of enumerations by their names in small letters, and moments in Korea."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.cli.call.answer import KST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import IntEnum, StrEnum

    _IntType = click.ParamType[int]
    _TextType = click.ParamType[str]
    _MomentType = click.ParamType[datetime]
else:
    # Generic since click 8.4 only.
    _IntType = _TextType = _MomentType = click.ParamType

_NUMBER = re.compile("[0-9]{1,9}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?", re.ASCII)


class Words(_IntType):
    """Text such as `2` or `paid` → 2. Numbers need not be known: an API has more than it documents."""

    def __init__(self, name: str, members: Callable[[], Iterable[IntEnum]]) -> None:
        """Take the enumeration as a function, so that it is loaded when a value is read and not for every help."""
        self.name = name
        self._members = members

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with what is near."""
        text = str(value)
        if _NUMBER.fullmatch(text):
            return int(text)
        numbers = {word(each): each.value for each in self._members()}
        if text not in numbers:
            self.fail(f"{text!r} is neither a number nor a known name{did_you_mean(text, numbers)}", param, ctx)
        return numbers[text]


class Names(_TextType):
    """Text such as `cancel-request`, or as the API writes it → `CANCEL_REQUEST`."""

    def __init__(self, name: str, members: Callable[[], Iterable[StrEnum]]) -> None:
        """Take the enumeration as a function, as `Words` does."""
        self.name = name
        self._members = members

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it, or fail with what is near."""
        text = str(value).lower().replace("_", "-")
        names = {word(each): each.value for each in self._members()}
        if text not in names:
            self.fail(f"{value!r} is not a known name{did_you_mean(text, names)}", param, ctx)
        return names[text]


class Moment(_MomentType):
    """A day, or a day with a time, in Korea → an aware datetime."""

    name = "moment"

    def __init__(self, *, is_end: bool) -> None:
        """Take a day as its beginning, or as its end."""
        self._is_end = is_end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or fail with the forms."""
        text = str(value)
        try:
            moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
        except ValueError:
            moment = None
        if moment is None:
            self.fail(f"{text!r} must be YYYY-MM-DD or YYYY-MM-DDTHH:MM, with seconds or without", param, ctx)
        if "T" not in text and self._is_end:
            moment += timedelta(days=1, milliseconds=-1)
        return moment.replace(tzinfo=KST)


def word(member: IntEnum | StrEnum) -> str:
    """A member's name as people write it: `cancel-requested`."""
    return member.name.lower().replace("_", "-")
