"""Outcomes of attacks."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Outcome:
    """Counts of an attack.

    Attributes:
        counts: How often each thing happened.
        broken: What should not have happened, a sentence for each; shown up to a bound.
    """

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How often it was tried."""
        return self.counts.total()


def rounds(seconds: float) -> Iterator[int]:
    """Numbers from 0, for as many seconds; at least one."""
    end, number = time.monotonic() + seconds, 0
    while not number or time.monotonic() < end:
        yield number
        number += 1
