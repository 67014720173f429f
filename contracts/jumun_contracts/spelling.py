"""Suggestions for names that do not exist."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# Below this ratio (difflib's) a name is too unlike to have been meant.
_ALIKE = 0.6
# As many as a person reads, and as a session has options.
_LISTED = 16


def nearest(text: str, known: Collection[str]) -> str | None:
    """The member of `known` most like `text`, case apart; None if none is like it.

    A name within a provider, such as `bootpay.order.list`, is only compared with that provider's.
    """
    own = [each for each in known if "." in text and each.partition(".")[0] == text.partition(".")[0]]
    by_folded = {each.casefold(): each for each in sorted(own or known, reverse=True)}
    found = get_close_matches(text.casefold(), by_folded, n=1, cutoff=_ALIKE)
    return by_folded[found[0]] if found else None


def did_you_mean(text: str, known: Collection[str]) -> str:
    """How a message about the unknown name `text` ends: a suggestion, or the names there are if they are few."""
    if (near := nearest(text, known)) is not None:
        return f"; did you mean {near}?"
    return f"; expected one of {', '.join(sorted(known))}" if known and len(known) <= _LISTED else ""
