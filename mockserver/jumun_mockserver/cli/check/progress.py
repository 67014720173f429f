"""How far `jumun check` is: a bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_QUIET_S = 0.5
# A bar that is drawn for each exchange takes longer than judging it.
_EXCHANGES_AT_ONCE = 256


class Advance(Protocol):
    """Says that so much more is done."""

    def __call__(self, size: int, exchanges: int, /) -> object:
        """Bytes and exchanges."""


@contextmanager
def progress(total: int | None, *, monotonic_s: Callable[[], float] = time.monotonic) -> Iterator[Advance]:
    """A bar on standard error, once half a second has gone by: what is done sooner needs none.

    Args:
        total: Bytes that there are; None to count exchanges.
        monotonic_s: Tells the time.
    """
    if not _is_for_people():
        yield lambda _size, _exchanges: None
        return
    shown_at_s = monotonic_s() + _QUIET_S
    # Its own type is not among click's public names.
    bar: Any
    if total is None:
        bar = click.progressbar(
            iter(int, 1),  # of no known length
            label="judged",
            show_pos=True,
            file=sys.stderr,
            hidden=True,
            update_min_steps=_EXCHANGES_AT_ONCE,
        )
    else:
        bar = click.progressbar(length=total, label="judged", file=sys.stderr, hidden=True)

    def advance(size: int, exchanges: int) -> None:
        bar.hidden = bar.hidden and monotonic_s() < shown_at_s
        bar.update(exchanges if total is None else size)

    with bar:
        yield advance


def _is_for_people() -> bool:
    """Whether a bar is drawn where it is seen: not in a log of CI, which may well pass for a terminal."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
