"""Strings that match a pattern, few and different: shortest, longest, and some between."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from importlib import import_module
from typing import Any

_SAMPLES = 12
_REPEATS_AT_MOST = 12
_PRINTABLE = [chr(code) for code in range(0x20, 0x7F)]
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}


@lru_cache(maxsize=512)
def sample_pattern(pattern: str) -> tuple[str, ...]:
    """Strings in which `pattern` is found, as far as Python can tell; none if it cannot be read. Deterministic."""
    try:
        # The standard library's own parser has no public name since Python 3.11.
        tree = import_module("re._parser").parse(pattern)
        found = [_write(tree, least=least, draw=random.Random(number)) for number, least in _attempts()]  # noqa: S311
        return tuple(dict.fromkeys(text for text in found if re.search(pattern, text)))
    except (re.error, OverflowError, RecursionError):
        return ()


def _attempts() -> list[tuple[int, bool | None]]:
    return [(0, True), (1, False), *((number, None) for number in range(2, _SAMPLES))]


def _write(tree: Any, *, least: bool | None, draw: random.Random) -> str:
    """One string; `least` says whether repeats are fewest (True), most (False) or drawn (None)."""
    text = ""
    for kind, value in tree:
        match str(kind):
            case "LITERAL":
                text += chr(value)
            case "NOT_LITERAL":
                text += draw.choice([each for each in _PRINTABLE if each != chr(value)])
            case "ANY":
                text += draw.choice(_PRINTABLE)
            case "IN":
                text += draw.choice(_members(value) or [""])
            case "BRANCH":
                text += _write(draw.choice(value[1]), least=least, draw=draw)
            case "SUBPATTERN":
                text += _write(value[3], least=least, draw=draw)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                low, high, inner = int(value[0]), int(value[1]), value[2]
                high = high if high < 10_000 else low + _REPEATS_AT_MOST  # noqa: PLR2004 - `*` is four thousand million
                count = low if least else high if least is False else draw.randint(low, high)
                text += "".join(_write(inner, least=least, draw=draw) for _ in range(count))
            case _:  # anchors and looks ahead: whoever asks checks the whole
                pass
    return text


def _members(parts: Any) -> list[str]:
    """The printable characters of a class."""
    negated, chosen = False, set[str]()
    for kind, value in parts:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                chosen.add(chr(value))
            case "RANGE":
                chosen |= {chr(code) for code in range(value[0], min(value[1], value[0] + 200) + 1)}
            case "CATEGORY":
                name = str(value)
                wanted = re.compile(_CATEGORIES.get(name.replace("_NOT_", "_"), "."))
                chosen |= {each for each in _PRINTABLE if bool(wanted.match(each)) != ("_NOT_" in name)}
            case _:
                pass
    return sorted(set(_PRINTABLE) - chosen if negated else chosen)
