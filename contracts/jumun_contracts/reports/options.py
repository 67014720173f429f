"""What a report's reader asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable


def leave_plain(text: str, _role: str) -> str:
    """The text as it is, in whatever role: no colour."""
    return text


@dataclass(frozen=True, slots=True)
class Options:
    """How to report.

    Attributes:
        fail_on: The least severity that is a failure, for forms that tell failures from notes.
        fail_on_uncovered: Whether traffic of no contract is a failure too.
        verbose: Whether text lists everything that was never seen, and what was ignored.
        paint: Text and its role (`breaking`, `drift`, `info`, `good`, `place`, `faint`) → the text in colour.
        version: Jumun's, for forms that name the tool; '' if it is not known.
        information_uri: Where to read about the tool, for forms that say so; '' if there is no public address.
    """

    fail_on: Literal["breaking", "drift"] = "breaking"
    fail_on_uncovered: bool = False
    verbose: bool = False
    paint: Callable[[str, str], str] = leave_plain
    version: str = ""
    information_uri: str = ""
