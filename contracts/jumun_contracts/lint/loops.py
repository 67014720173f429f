"""Loops of a regular expression that a hostile text can walk in exponentially many ways.

Backtracking engines, Python's among them, try all the ways before they give up. A loop is safe if, wherever one is in
it, the next character tells which part of the pattern it belongs to: then there is one way. That is what is looked for,
with the automaton whose states are the pattern's own characters (Glushkov). It refuses some loops that are merely slow;
it takes none that is exponential. Loops beside each other (`a*a*`) are slow in a power of the length and are not its
business.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

_LAST = 0x10FFFF
_LAST_ASCII = 0x7F
_NEWLINE = ord("\n")
_FEW = 3
_POSITIONS_TO_COPY = 128
_POSITIONS_AT_MOST = 1_000
_CATEGORIES = {
    "DIGIT": ((48, 57),),
    "SPACE": ((9, 13), (28, 32)),
    "WORD": ((48, 57), (65, 90), (95, 95), (97, 122)),
}

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"
"""Code points, each range with both ends."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the pattern.

    Attributes:
        empty: In how many ways it matches nothing; 2 is "two or more".
        first: Positions that it can begin at, once for each way to get there.
        last: Positions that it can end at, once for each way to get out.
    """

    empty: int
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()


_NOTHING = _Piece(1)


def has_ambiguous_loop(tree: Any) -> bool:
    """Whether in some loop of `tree` (from `re._parser.parse`) the next character does not tell the way."""
    loops = _Loops()
    loops.sequence(tree)
    return loops.is_ambiguous


class _Loops:
    """The automaton, while it is made.

    Attributes:
        is_ambiguous: Whether such a loop was met.
    """

    def __init__(self) -> None:
        self.is_ambiguous = False
        self._characters: list[Ranges] = []
        self._next: list[list[int]] = []

    def sequence(self, steps: Any) -> _Piece:
        """One step after the other."""
        whole = _NOTHING
        for name, argument in steps:
            whole = self._join(whole, self._step(str(name), argument))
        return whole

    def _step(self, name: str, argument: Any) -> _Piece:
        match name:
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, body = argument
                return self._repeat(int(least), int(most), body)
            case "BRANCH" | "GROUPREF_EXISTS":
                branches = argument[1] if name == "BRANCH" else argument[1:]
                return _either(*(self.sequence(branch or ()) for branch in branches))
            case "SUBPATTERN" | "ATOMIC_GROUP":
                return self.sequence(argument[3] if name == "SUBPATTERN" else argument)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                if name != "AT":
                    self.sequence(argument[1])  # for its own loops
                return _NOTHING
            case "GROUPREF":
                return _either(_NOTHING, self._position(((0, _LAST),)))
            case _:
                return self._position(_ranges(name, argument))

    def _position(self, characters: Ranges) -> _Piece:
        self._characters.append(characters)
        self._next.append([])
        here = len(self._characters) - 1
        return _Piece(0, (here,), (here,))

    def _join(self, left: _Piece, right: _Piece) -> _Piece:
        for position in left.last:
            self._next[position] += right.first
        return _Piece(
            min(2, left.empty * right.empty),
            left.first + right.first * left.empty,
            right.last + left.last * right.empty,
        )

    def _repeat(self, least: int, most: int, body: Any) -> _Piece:
        few = most <= _FEW or (_is_rigid(body) and most * len(body) <= _POSITIONS_TO_COPY)
        if few and len(self._characters) < _POSITIONS_AT_MOST:
            rest = _NOTHING
            for _ in range(most - least):
                rest = _either(_NOTHING, self._join(self.sequence(body), rest))
            for _ in range(least):
                rest = self._join(self.sequence(body), rest)
            return rest
        begin = len(self._characters)
        turn = self.sequence(body)
        # Which of the turns that must be there are the empty ones can be chosen.
        ways = 2 if turn.empty and least > 1 else 1
        for position in turn.last:
            self._next[position] += turn.first * ways
        if not self.is_ambiguous:
            follows = {tuple(each) for each in self._next[begin:]}
            self.is_ambiguous = any(self._overlap(each) for each in follows)
        return _Piece(min(2, turn.empty + (least == 0)), turn.first, turn.last)

    def _overlap(self, positions: tuple[int, ...]) -> bool:
        """Whether one character fits two of `positions`."""
        ranges = sorted(each for position in positions for each in self._characters[position])
        return any(left[1] >= right[0] for left, right in pairwise(ranges))


def _either(*pieces: _Piece) -> _Piece:
    return _Piece(
        min(2, sum(piece.empty for piece in pieces)),
        tuple(position for piece in pieces for position in piece.first),
        tuple(position for piece in pieces for position in piece.last),
    )


def _is_rigid(body: Any) -> bool:
    """Whether it is nothing but characters, one after the other."""
    return all(str(name) in {"LITERAL", "NOT_LITERAL", "ANY", "IN"} for name, _ in body)


def _ranges(name: str, argument: Any) -> Ranges:
    """The characters of one position, in order and apart from each other; of those beyond ASCII rather too many."""
    match name:
        case "LITERAL":
            return ((argument, argument),)
        case "NOT_LITERAL":
            return _others(((argument, argument),))
        case "ANY":
            return _others(((_NEWLINE, _NEWLINE),))
    found: list[tuple[int, int]] = []
    vague = False
    for kind, value in argument:
        match str(kind):
            case "LITERAL":
                found.append((value, value))
            case "RANGE":
                found.append(value)
            case "CATEGORY":
                _, _, category = str(value).rpartition("_")
                members = _CATEGORIES[category]
                found += _others(members, last=_LAST_ASCII) if "_NOT_" in str(value) else members
                vague = True
    beyond = ((_LAST_ASCII + 1, _LAST),) if vague else ()
    if str(argument[0][0]) != "NEGATE":
        return _others(_others((*found, *beyond)))
    return (*_others(tuple(found), last=_LAST_ASCII), *beyond) if vague else _others(tuple(found))


def _others(ranges: Ranges, *, last: int = _LAST) -> Ranges:
    """All code points up to `last` that are not in `ranges`."""
    others, begin = [], 0
    for low, high in sorted(ranges):
        if begin < low and begin <= last:
            others.append((begin, min(low - 1, last)))
        begin = max(begin, high + 1)
    return (*others, (begin, last)) if begin <= last else tuple(others)
