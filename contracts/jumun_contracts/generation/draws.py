"""Who makes the choices that a value is drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from jumun_contracts.generation.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable

_MANY = 1_000_000
_LONG = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 가나다라마바사아"


@dataclass(frozen=True, slots=True)
class Draws:
    """Who makes the choices.

    Attributes:
        integer: (least, most) → a number between, both included; None is unbounded. The least is the plainest choice.
        text: (least, most) characters → a text without half surrogate pairs; None is unbounded.
        matching: A pattern → a text that it finds itself in.
    """

    integer: Callable[[int | None, int | None], int]
    text: Callable[[int, int | None], str]
    matching: Callable[[str], str]


def seeded_draws(seed: str | int) -> Draws:
    """Choices that follow from the seed alone."""
    # Of all of Random, only random() is promised to stay the same from version to version.
    random = Random(str(seed)).random  # noqa: S311 - no secret

    def integer(least: int | None, most: int | None) -> int:
        low = least if least is not None else min(0, (most if most is not None else _MANY) - _MANY)
        high = most if most is not None else max(0, low) + _MANY
        return min(low + int(random() * (high - low + 1)), high)

    def text(least: int, most: int | None) -> str:
        length = integer(least, least + _LONG if most is None else min(most, least + _LONG))
        return "".join(_LETTERS[integer(0, len(_LETTERS) - 1)] for _ in range(length))

    return Draws(integer, text, lambda pattern: Pattern(pattern).read()(integer))
