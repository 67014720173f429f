"""Small, deterministic damage to a JSON value, for tests that ask whether it is noticed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.schema.parsing import JsonValue

UNKNOWN_KEY = "x_unknown"
_ONE_OF_EACH_TYPE: tuple[JsonValue, ...] = (None, True, 0, 0.5, "text", [], {})
_LARGEST_EXACT = 2**53
# 1e22 is the largest power of ten that a binary float holds exactly: whether an engine calculates in decimals
# or in binary makes no difference to it.
_BOUNDARY_NUMBERS: tuple[float, ...] = (
    0,
    1,
    -1,
    1.0,
    0.5,
    -0.0,
    2**53 + 1,
    2**63,
    -(2**64),
    10**30,
    1e22,
)


def iter_mutants(instance: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Every mutant that differs from `instance` in one node, as (what was done and where, mutant).

    Nodes come in document order, the damage to each in a fixed order. A mutant shares with `instance` what
    was not touched: read it, do not change it. Two mutants may be equal; none equals `instance` as text, so 1
    may have become 1.0.
    """
    for damage, mutant in _iter_damage(instance, ""):
        if _text(mutant) != _text(instance):
            yield damage, mutant


def _iter_damage(node: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    where = pointer or "the root"
    for other in _ONE_OF_EACH_TYPE:
        if type(other) is not type(node):
            yield f"replace {where} by {_text(other)}", other
    if isinstance(node, str):
        for changed in ("", node[:-1], node + "x", node + "\n", " " + node, node.swapcase(), node * 50):
            yield f"replace {where} by a string of length {len(changed)}", changed
    elif isinstance(node, bool):
        yield f"negate {where}", not node
    elif isinstance(node, int | float):
        for number in _iter_other_numbers(node):
            yield f"replace {where} by {_text(number)}", number
    elif isinstance(node, list):
        yield from _iter_list_damage(node, pointer)
    elif isinstance(node, dict):
        yield from _iter_object_damage(node, pointer)


def _iter_other_numbers(number: float) -> Iterator[float]:
    yield from (number + 1, number - 1, -number)
    if abs(number) <= _LARGEST_EXACT:
        yield float(number)
    yield from _BOUNDARY_NUMBERS


def _iter_list_damage(node: list[JsonValue], pointer: str) -> Iterator[tuple[str, JsonValue]]:
    where = pointer or "the root"
    yield f"empty {where}", []
    yield f"append null to {where}", [*node, None]
    if node:
        yield f"repeat the last item of {where}", [*node, node[-1]]
    for index, item in enumerate(node):
        yield f"drop {pointer}/{index}", node[:index] + node[index + 1 :]
        for damage, changed in _iter_damage(item, f"{pointer}/{index}"):
            yield damage, [*node[:index], changed, *node[index + 1 :]]


def _iter_object_damage(node: dict[str, JsonValue], pointer: str) -> Iterator[tuple[str, JsonValue]]:
    where = pointer or "the root"
    yield f"empty {where}", {}
    yield f"add {UNKNOWN_KEY} to {where}", {**node, UNKNOWN_KEY: "unknown"}
    for key, value in node.items():
        place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        yield f"drop {place}", {name: each for name, each in node.items() if name != key}
        for damage, changed in _iter_damage(value, place):
            yield damage, {**node, key: changed}


def _text(value: JsonValue) -> str:
    return json.dumps(value)
