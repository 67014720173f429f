"""Patterns: strings that match one, few and different, and whether one is another's with more let in."""

from __future__ import annotations

import random
import re
import warnings
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import Any

from jumun_contracts.schema.validation import Schema

_SAMPLES = 12
_KEYS = 3
_REPEATS_AT_MOST = 12
_LENGTH_AT_MOST = 20_000
_PRINTABLE = [chr(code) for code in range(0x20, 0x7F)]
_SAME_IS_SAME = ("ANY", "ASSERT", "ASSERT_NOT", "AT", "NOT_LITERAL")
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}


@lru_cache(maxsize=512)
def sample_pattern(pattern: str) -> tuple[str, ...]:
    """Strings in which `pattern` is found, as far as Python can tell; none if it cannot be read. Deterministic."""
    try:
        tree, expression = _parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return ()
    found: dict[str, None] = {}
    for number, least in _attempts():
        with suppress(OverflowError):
            text = _write(tree, least=least, draw=random.Random(number))  # noqa: S311
            if expression.search(text):
                found[text] = None
    return tuple(found)


@lru_cache(maxsize=4096)
def matches(pattern: str, text: str) -> bool:
    """Whether `pattern` is found in `text`, as the engine that judges reads it."""
    return Schema({"pattern": pattern}).is_valid(text)


@lru_cache(maxsize=512)
def sample_keys(pattern: str) -> tuple[str, ...]:
    """A few keys that `pattern` matches, as plain as may be, and with more after them where it allows that."""
    found = sorted(sample_pattern(pattern), key=len)[:_KEYS]
    longer = [each + end for each in found for end in ("_1", "2")]
    return tuple(dict.fromkeys(each for each in (*found, *longer) if matches(pattern, each)))[:_KEYS]


def _parse(pattern: str) -> tuple[Any, re.Pattern[str]]:
    """What it is made of, and itself, compiled."""
    with warnings.catch_warnings():
        # What may mean something else in a later Python does not concern the document.
        warnings.simplefilter("ignore", FutureWarning)
        # The standard library's own parser has no public name since Python 3.11.
        return import_module("re._parser").parse(pattern), re.compile(pattern)


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
                text += _write_repeats(value, least=least, draw=draw)
            case _:  # anchors and looks ahead: the caller checks the whole
                pass
    return text


def _write_repeats(value: Any, *, least: bool | None, draw: random.Random) -> str:
    low, high, inner = int(value[0]), int(value[1]), value[2]
    high = high if high < 10_000 else low + _REPEATS_AT_MOST  # noqa: PLR2004 - `*` is four thousand million
    text = ""
    for _ in range(low if least else high if least is False else draw.randint(low, high)):
        text += _write(inner, least=least, draw=draw)
        if len(text) > _LENGTH_AT_MOST:
            raise OverflowError
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


@lru_cache(maxsize=512)
def is_widened(old: str, new: str) -> bool:
    """Whether it is certain, from how they are written, that `new` matches all that `old` does.

    So it is if each part of the one has its like in the other, with a class that has more members, counts that reach
    further, or more alternatives: whatever way a text goes through `old`, the same way goes through `new`.
    """
    try:
        trees = [_parse(each)[0] for each in (old, new)]
        return trees[0].state.flags == trees[1].state.flags and _is_within(list(trees[0]), list(trees[1]))
    except (re.error, OverflowError, RecursionError):
        return False


def _is_within(old: list[Any], new: list[Any]) -> bool:
    """Of two sequences, part by part; alternatives at the end may stand for all that is left."""
    if len(old) == 1 and str(old[0][0]) == "BRANCH":
        return all(_is_within(list(each), new) for each in old[0][1][1])
    if len(new) == 1 and str(new[0][0]) == "BRANCH":
        return any(_is_within(old, list(each)) for each in new[0][1][1])
    if not old or not new:
        return not old and not new
    return _is_part_within(old[0], new[0]) and _is_within(old[1:], new[1:])


def _is_part_within(old: Any, new: Any) -> bool:
    (kind, value), (new_kind, new_value) = old, new
    match str(kind), str(new_kind):
        case ("BRANCH", _) | (_, "BRANCH"):
            return _is_within([old], [new])
        case (("MAX_REPEAT" | "MIN_REPEAT"), ("MAX_REPEAT" | "MIN_REPEAT")):
            reaches = new_value[0] <= value[0] and value[1] <= new_value[1]
            return bool(reaches) and _is_within(list(value[2]), list(new_value[2]))
        case _, ("MAX_REPEAT" | "MIN_REPEAT"):
            return new_value[0] <= 1 <= new_value[1] and _is_within([old], list(new_value[2]))
        case "SUBPATTERN", "SUBPATTERN":
            return value[1:3] == new_value[1:3] and _is_within(list(value[3]), list(new_value[3]))
        case (("LITERAL" | "IN"), ("LITERAL" | "IN")):
            return repr(old) == repr(new) or _has_members(new, _ranges(old))
        case _:
            # Anchors and looks ahead ask the same of the same text; what refers back may not.
            return repr(old) == repr(new) and str(kind) in _SAME_IS_SAME


def _has_members(part: Any, ranges: list[tuple[int, int]]) -> bool:
    """Whether a class has all of these; of one that is not made of characters and ranges only, nothing is known."""
    own = _ranges(part)
    return bool(ranges) and all(any(low <= first and last <= high for low, high in own) for first, last in ranges)


def _ranges(part: Any) -> list[tuple[int, int]]:
    """First and last of each range of a class; none of one that is made otherwise. Neighbours are one."""
    kind, value = part
    members = value if str(kind) == "IN" else [part]
    if any(str(each) not in ("LITERAL", "RANGE") for each, _ in members):
        return []
    found: list[tuple[int, int]] = []
    for first, last in sorted(each if str(name) == "RANGE" else (each, each) for name, each in members):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
