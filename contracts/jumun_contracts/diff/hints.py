"""What schemas name, bounds, constants and patterns: values beside these tell schemas apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumun_contracts.diff.patterns import sample_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_contracts.schema.parsing import JsonValue

_LENGTH_AT_MOST = 20_000
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains")


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """What schemas name. Each is itself only, so that what was made of it can be kept by it."""

    constants: tuple[JsonValue, ...]
    numbers: tuple[float, ...]
    counts: tuple[int, ...]
    texts: tuple[str, ...]

    def __or__(self, others: Hints) -> Hints:
        """Both, the own texts and constants first."""
        return Hints(
            tuple({repr(each): each for each in (*self.constants, *others.constants)}.values()),
            tuple(sorted({str(each): each for each in (*self.numbers, *others.numbers)}.values(), key=_nearest_first)),
            tuple(sorted({*self.counts, *others.counts})),
            tuple(dict.fromkeys((*self.texts, *others.texts))),
        )


def find_hints(documents: Iterable[Any]) -> Hints:
    """All bounds, constants and patterns in `documents`, each bound with its neighbours."""
    constants: list[Any] = []
    numbers: set[float] = {0, 1, -1, 0.5}
    counts: set[int] = {0, 1, 2}
    texts: dict[str, None] = {}
    waiting = list(documents)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, dict):
            continue
        waiting += [value for key, value in node.items() if key not in ("enum", "const")]
        constants += node["enum"] if isinstance(node.get("enum"), list) else []
        constants += [node["const"]] if "const" in node else []
        for value in (node.get(key) for key in _BOUNDS):
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers |= {value - 1, value - 0.5, value, value + 0.5, value + 1, 2 * value}
        for value in (node.get(key) for key in _COUNTS):
            if isinstance(value, int) and not isinstance(value, bool):
                counts |= {value - 1, value, value + 1}
        if isinstance(node.get("pattern"), str):
            texts |= dict.fromkeys(sample_pattern(node["pattern"]))
    numbers |= {int(each) for each in numbers if float(each).is_integer()} | {math.floor(each) for each in numbers}
    return Hints(
        tuple({repr(each): each for each in constants}.values()),
        tuple(sorted(numbers, key=_nearest_first)),
        tuple(sorted(each for each in counts if 0 <= each <= _LENGTH_AT_MOST)),
        tuple(texts),
    )


def _nearest_first(number: float) -> tuple[float, float, str]:
    return abs(number), number, str(number)
