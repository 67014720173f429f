"""The option value of an enumeration: its number, or its name in small letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import IntEnum

    _IntType = click.ParamType[int]
else:
    # Generic since click 8.4 only.
    _IntType = click.ParamType

_NUMBER = re.compile("[0-9]{1,9}")


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


def word(member: IntEnum) -> str:
    """A member's name as people write it: `cancel-requested`."""
    return member.name.lower().replace("_", "-")
