"""A regular expression as lint sees it: what engines read differently, and what takes them forever.

All rules look at the tree that Python's own parser makes of a pattern.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jumun_contracts.lint.loops import has_ambiguous_loop
from jumun_contracts.schema.engines import SchemaError, engine_name
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# How Python's parser names what engines see differently → as written, and what to write.
_UNALIKE = {
    "CATEGORY_DIGIT": (r"\d", "[0-9]"),
    "CATEGORY_NOT_DIGIT": (r"\D", "[^0-9]"),
    "CATEGORY_WORD": (r"\w", "[0-9A-Za-z_]"),
    "CATEGORY_NOT_WORD": (r"\W", "[^0-9A-Za-z_]"),
    "CATEGORY_SPACE": (r"\s", r"[ \t\r\n]"),
    "CATEGORY_NOT_SPACE": (r"\S", r"[^ \t\r\n]"),
    "AT_BOUNDARY": (r"\b", "(?![0-9A-Za-z_])"),
    "AT_NON_BOUNDARY": (r"\B", "(?=[0-9A-Za-z_])"),
}
_NEWLINE = ord("\n")
_AHEAD = 1


class PatternError(ValueError):
    """Not a regular expression, or not one to every engine."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, parsed.

    Attributes:
        tree: What `re._parser.parse` returns: a sequence of (operation, argument).
        has_ambiguous_loop: Whether a text may be matched by one of its loops in ever more ways the longer it is.
    """

    tree: Any
    has_ambiguous_loop: bool

    def iter_unalike(self) -> Iterator[tuple[str, str]]:
        r"""Classes and boundaries that engines see differently beyond ASCII: as written, and what to write.

        A class together with its opposite, as in `[\s\S]`, is every character to all of them.
        """
        for name, argument in (step for sequence in _iter_sequences(self.tree) for step in sequence):
            if str(name) == "AT" and str(argument) in _UNALIKE:
                yield _UNALIKE[str(argument)]
            elif str(name) == "IN":
                categories = {str(value) for kind, value in argument if str(kind) == "CATEGORY"}
                yield from (_UNALIKE[each] for each in sorted(categories) if _opposite(each) not in categories)

    @property
    def has_bare_end(self) -> bool:
        r"""Whether there is a `$` without `(?!\n)` beside it: in Python it also matches before a final newline."""
        return any(
            str(argument) == "AT_END"
            and not any(map(_refuses_newline, (*sequence[:index][-1:], *sequence[index + 1 :][:1])))
            for sequence in _iter_sequences(self.tree)
            for index, (_, argument) in enumerate(sequence)
        )


def parse_pattern(text: str) -> Pattern:
    """Read a pattern as Python and the engine that judges do.

    Raises:
        PatternError: Python or that engine cannot read it, or it sets flags, which JSON Schema's dialect
            (ECMA 262) has no place for. The message says which.
    """
    parser = import_module("re._parser")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # `[[`: a set within a set to Rust
            tree = parser.parse(text)
        is_ambiguous = has_ambiguous_loop(tree)
    except (parser.error, OverflowError, RecursionError, Warning) as error:
        raise PatternError(f"to Python: {error}") from None
    steps = [step for sequence in _iter_sequences(tree) for step in sequence]
    scoped = any(str(name) == "SUBPATTERN" and (argument[1] or argument[2]) for name, argument in steps)
    if scoped or tree.state.flags & ~parser.SRE_FLAG_UNICODE:
        raise PatternError("to ECMA 262: it has no flags within a pattern")
    try:
        Schema({"pattern": text})
    except SchemaError:
        raise PatternError(f"to {engine_name()}") from None
    return Pattern(tree, is_ambiguous)


def _iter_sequences(tree: Any) -> Iterator[Sequence[tuple[Any, Any]]]:
    """The steps of the whole and of each part within it, one sequence each."""
    waiting = [tree]
    while waiting:
        sequence = list(waiting.pop())
        yield sequence
        for name, argument in sequence:
            waiting += _parts(str(name), argument)


def _parts(name: str, argument: Any) -> list[Any]:
    match name:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" | "SUBPATTERN" | "ASSERT" | "ASSERT_NOT":
            return [argument[-1]]
        case "BRANCH":
            return list(argument[1])
        case "ATOMIC_GROUP":
            return [argument]
        case "GROUPREF_EXISTS":
            return [part for part in argument[1:] if part is not None]
        case _:
            return []


def _opposite(category: str) -> str:
    kind = category.removeprefix("CATEGORY_")
    return f"CATEGORY_{kind.removeprefix('NOT_') if kind.startswith('NOT_') else f'NOT_{kind}'}"


def _refuses_newline(step: tuple[Any, Any]) -> bool:
    r"""Whether it is `(?!\n)`, also with more characters than that one, as in `(?![\s\S])`."""
    name, argument = step
    if str(name) != "ASSERT_NOT" or argument[0] != _AHEAD or len(argument[1]) != 1:
        return False
    ((inner, wanted),) = argument[1]
    if str(inner) == "IN":
        categories = {str(value) for kind, value in wanted if str(kind) == "CATEGORY"}
        return (str(wanted[0][0]) != "NEGATE") and (
            any(_opposite(each) in categories for each in categories)
            or any(str(kind) == "LITERAL" and value == _NEWLINE for kind, value in wanted)
        )
    return str(inner) == "LITERAL" and wanted == _NEWLINE
