"""Made-up values in place of real ones: of the same length and kind, and the same for the same value under one key.

A keyed permutation (a Feistel network over the characters that change, as in format-preserving encryption), so that two
values of one form never get the same pseudonym. Who has the key can undo it: docs/decisions/recording.md.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEY_BYTES = 32

# First and last character of what stays among itself: digits, letters, Hangul syllables, jamo as they are typed and as
# they are joined, kana, ideographs.
_KINDS = tuple(
    (ord(first), ord(last))
    for first, last in (
        "09",
        "AZ",
        "az",
        "가힣",
        "ㄱㅎ",
        "ㅏㅣ",
        ("\u1100", "\u1112"),
        ("\u1161", "\u1175"),
        ("\u11a8", "\u11c2"),
        "ぁゖ",
        "ァヺ",
        ("\u4e00", "\u9fff"),
    )
)
_SMALL_LETTERS = (ord("a"), ord("z"))
# Of what is not ASCII: punctuation, spaces, control and format characters.
_STAYING = ("P", "Z", "Cc", "Cf")
_ROUNDS = 10
# So that half of a chunk, 32 Hangul syllables, is less than the 512 bits that a round gives.
_CHUNK = 64
_STEPS_AT_MOST = 10_000


class Pseudonyms:
    """Pseudonyms under one key."""

    def __init__(self, key: bytes | None = None) -> None:
        """Take a key of 32 bytes, or make a random one that is never shown."""
        self._key = key or self.new_key()

    @staticmethod
    def new_key() -> bytes:
        """32 random bytes."""
        return secrets.token_bytes(KEY_BYTES)

    @property
    def name(self) -> str:
        """Eight hex digits that identify a key and say nothing about it."""
        return hashlib.blake2b(b"name", key=self._key, digest_size=4).hexdigest()

    def replace(self, value: Any, *, fits: Callable[[Any], bool] | None = None) -> Any:
        """The pseudonym of a string or a number. true, false and null, which identify no one, stay.

        Args:
            fits: What the pseudonym must satisfy, if the value does; a form too rare to be met gives None.
        """
        replaced = self._once(value)
        if fits is None or not fits(value):
            return replaced
        # Going on along the cycle of a permutation keeps different values different, and ends at the value itself.
        for _ in range(_STEPS_AT_MOST):
            if fits(replaced):
                return replaced
            replaced = self._once(replaced)
        return None

    def _once(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return self._integer(value) if isinstance(value, int) else self._float(value)

    def text(self, text: str) -> str:
        """Digits for digits, letters for letters of their case, syllables for syllables; punctuation stays.

        What is of no kind that is known, such as é or an emoji, becomes a small letter.
        """
        kinds = [_kind(char) for char in text]
        changing = [(place, kind) for place, kind in enumerate(kinds) if kind]
        numbers = [(ord(text[place]) - first) % (last - first + 1) for place, (first, last) in changing]
        permuted = self._permute(numbers, [last - first + 1 for _, (first, last) in changing])
        chars = list(text)
        for (place, (first, _)), number in zip(changing, permuted, strict=True):
            chars[place] = chr(first + number)
        return "".join(chars)

    def _integer(self, value: int) -> int:
        """Sign and number of digits stay."""
        digits = [int(digit) for digit in str(abs(value))]
        # Only a lone digit may be 0, and no negative one: there is no -0.
        lowest = 0 if 0 <= value <= 9 else 1  # noqa: PLR2004 - the digits
        digits[0] -= lowest
        permuted = self._permute(digits, [10 - lowest] + [10] * (len(digits) - 1))
        permuted[0] += lowest
        return int("".join(map(str, permuted))) * (-1 if value < 0 else 1)

    def _float(self, value: float) -> float:
        """Sign, zeros and exponent stay, so that the number of digits does; the exponent, where a float can have it."""
        mantissa, e, exponent = repr(value).partition("e")
        places = [place for place, char in enumerate(mantissa) if char in "123456789"]
        permuted = self._permute([int(mantissa[place]) - 1 for place in places], [9] * len(places))
        chars = list(mantissa)
        for place, number in zip(places, permuted, strict=True):
            chars[place] = str(number + 1)
        replaced = float("".join(chars) + e + exponent)
        return replaced if math.isfinite(replaced) and bool(replaced) == bool(value) else float("".join(chars))

    def _permute(self, numbers: list[int], sizes: list[int]) -> list[int]:
        """Other numbers, each below its size; one to one."""
        permuted: list[int] = []
        before = b""
        for begin in range(0, len(numbers), _CHUNK):
            given = numbers[begin : begin + _CHUNK]
            permuted += self._permute_chunk(given, sizes[begin : begin + _CHUNK], before)
            before = hashlib.sha256(before + repr(given).encode()).digest()
        return permuted

    def _permute_chunk(self, numbers: list[int], sizes: list[int], before: bytes) -> list[int]:
        half = (len(numbers) + 1) // 2
        sides = [_joined(numbers[:half], sizes[:half]), _joined(numbers[half:], sizes[half:])]
        ranges = [math.prod(sizes[:half]), math.prod(sizes[half:])]
        for turn in range(_ROUNDS):
            side = turn % 2
            told = repr((turn, sizes, sides[1 - side], before)).encode()
            noise = int.from_bytes(hashlib.blake2b(told, key=self._key).digest())
            sides[side] = (sides[side] + noise) % ranges[side]
        return _split(sides[0], sizes[:half]) + _split(sides[1], sizes[half:])


def _kind(char: str) -> tuple[int, int] | None:
    """First and last of the characters that may stand for this one; None if it stays."""
    code = ord(char)
    if kind := next(((first, last) for first, last in _KINDS if first <= code <= last), None):
        return kind
    return None if char.isascii() or unicodedata.category(char).startswith(_STAYING) else _SMALL_LETTERS


def _joined(numbers: Sequence[int], sizes: Sequence[int]) -> int:
    """Numbers, each below its size, as one."""
    total = 0
    for number, size in zip(numbers, sizes, strict=True):
        total = total * size + number
    return total


def _split(total: int, sizes: Sequence[int]) -> list[int]:
    """The opposite of `_joined`."""
    numbers = []
    for size in reversed(sizes):
        total, number = divmod(total, size)
        numbers.append(number)
    return numbers[::-1]
