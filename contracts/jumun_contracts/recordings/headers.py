"""Recorded headers as a mapping: lower-case names, repeated ones joined."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def fold_headers(pairs: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Names in lower case; values of one name joined with a comma. HTTP/2's pseudo headers are none."""
    folded: dict[str, str] = {}
    for name, value in pairs:
        if isinstance(name, str) and isinstance(value, str) and not name.startswith(":"):
            key = name.lower()
            folded[key] = f"{folded[key]}, {value}" if key in folded else value
    return folded


def read_headers(value: Any) -> dict[str, str] | None:
    """Any of the forms of `read_pairs`; None for anything else, and for rules by which requests are matched."""
    if isinstance(value, dict):
        plain = {name.lower(): each for name, each in value.items() if isinstance(each, str) and name[:1] != ":"}
        if len(plain) == len(value):  # neither lists nor one name in two cases
            return plain
        return None if any(isinstance(each, dict) for each in value.values()) else fold_headers(read_pairs(value))
    return fold_headers(read_pairs(value)) if isinstance(value, list) else None


def read_pairs(value: Any) -> Iterator[tuple[Any, Any]]:
    """Names and values, nothing of what has none.

    Args:
        value: `{name: value or [value, …]}`, a list of objects with `name` or `key` and `value` or `values`, or a list
            in which names and values take turns.
    """
    if isinstance(value, dict):
        yield from ((name, each) for name, values in value.items() for each in _listed(values))
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        yield from list(pairwise(value))[::2]
    elif isinstance(value, list):
        for row in value:
            if isinstance(row, dict):
                name, values = row.get("name", row.get("key")), row.get("values", row.get("value"))
                yield from ((name, each) for each in _listed(values))


def is_enabled(row: Any) -> bool:
    """Whether a header, field or variable is on, as Postman and Bruno say it."""
    return not isinstance(row, dict) or not (row.get("disabled") is True or row.get("enabled") is False)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
