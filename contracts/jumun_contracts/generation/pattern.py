"""A regular expression, read to write texts that it finds itself in."""

from __future__ import annotations

import re
from collections.abc import Callable

from jumun_contracts.generation.errors import UnsupportedError

_FEW = 3
_PRINTABLE = "".join(map(chr, range(32, 127)))

_Choose = Callable[[int, int], int]


class Pattern:
    """A reader of the regular expressions that contracts are written in: no classes by letter, no bare `$`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> Callable[[_Choose], str]:
        """How to write a text that the pattern finds itself in.

        Raises:
            UnsupportedError: Names what is not understood.
        """
        written = self._alternatives()
        if self._at < len(self._text):
            raise self._refusal()
        return written

    def _alternatives(self) -> Callable[[_Choose], str]:
        options = [self._sequence()]
        while self._takes("|"):
            options.append(self._sequence())
        return lambda choose: options[choose(0, len(options) - 1)](choose)

    def _sequence(self) -> Callable[[_Choose], str]:
        parts: list[tuple[Callable[[_Choose], str], int, int]] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append((self._atom(), *self._count()))
        return lambda choose: "".join(part(choose) for part, least, most in parts for _ in range(choose(least, most)))

    def _atom(self) -> Callable[[_Choose], str]:
        if self._takes("^") or self._takes("$(?!\\n)"):
            return lambda _: ""
        if self._takes("(?:") or (not self._text.startswith("(?", self._at) and self._takes("(")):
            inner = self._alternatives()
            if not self._takes(")"):
                raise self._refusal()
            return inner
        letters = _PRINTABLE[1:]
        if self._takes("["):
            letters = self._set()
        elif not self._takes("."):
            letters = self._letter(special="$()*+?{}[]|")
        return lambda choose: letters[choose(0, len(letters) - 1)]

    def _set(self) -> str:
        is_negative = self._takes("^")
        letters = ""
        while not self._takes("]"):
            first = self._letter(special="[")
            if self._takes("-"):
                if self._takes("]"):
                    letters += first + "-"
                    break
                letters += "".join(map(chr, range(ord(first), ord(self._letter(special="[")) + 1)))
            else:
                letters += first
        chosen = "".join(each for each in _PRINTABLE if each not in letters) if is_negative else letters
        if not chosen:
            raise self._refusal()
        return chosen

    def _letter(self, *, special: str) -> str:
        if self._takes("\\n"):
            return "\n"
        is_escaped = self._takes("\\")
        letter = self._text[self._at : self._at + 1]
        if not letter or (letter.isalnum() if is_escaped else letter in special):
            raise self._refusal()
        self._at += 1
        return letter

    def _count(self) -> tuple[int, int]:
        for sign, count in (("?", (0, 1)), ("*", (0, _FEW)), ("+", (1, 1 + _FEW))):
            if self._takes(sign):
                return count
        found = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}").match(self._text, self._at)
        if found is None:
            return 1, 1
        self._at = found.end()
        least = int(found[1])
        return least, int(found[3]) if found[3] else least + _FEW * bool(found[2])

    def _takes(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) * found
        return found

    def _refusal(self) -> UnsupportedError:
        return UnsupportedError(f"the pattern {self._text!r} is not understood from character {self._at + 1} on")
