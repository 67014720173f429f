"""The nearest to what somebody mistyped."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(text: str, known: Iterable[str]) -> str:
    """The member of `known` that is most like `text`, case apart. There must be one."""
    by_folded = {each.casefold(): each for each in sorted(known, reverse=True)}
    return by_folded[get_close_matches(text.casefold(), by_folded, n=1, cutoff=0)[0]]
