"""Recorded headers as a mapping: lower-case names, repeated ones joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def fold_headers(pairs: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Names in lower case; values of one name joined with a comma. HTTP/2's pseudo headers are none."""
    folded: dict[str, str] = {}
    for name, value in pairs:
        if isinstance(name, str) and isinstance(value, str) and not name.startswith(":"):
            key = name.lower()
            folded[key] = f"{folded[key]}, {value}" if key in folded else value
    return folded


def read_headers(value: Any) -> dict[str, str] | None:
    """`{name: value}`, `{name: [value, …]}` or `[{"name": …, "value": …}, …]`; None for anything else."""
    if isinstance(value, dict):
        plain = {name.lower(): each for name, each in value.items() if isinstance(each, str) and name[:1] != ":"}
        if len(plain) == len(value):  # neither lists nor one name in two cases
            return plain
        return fold_headers(
            (name, each)
            for name, values in value.items()
            for each in (values if isinstance(values, list) else [values])
        )
    if isinstance(value, list):
        return fold_headers((each.get("name"), each.get("value")) for each in value if isinstance(each, dict))
    return None
