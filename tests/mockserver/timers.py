"""A loop whose time passes when a test says so."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Timers:
    """Of a loop only the timers.

    Attributes:
        waiting: Those that are set: seconds and what is called then.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, delay_s: float, callback: Callable[..., None], *arguments: Any) -> Any:
        """Keep the callback in `waiting`."""
        entry = (delay_s, partial(callback, *arguments))
        self.waiting.append(entry)

        def cancel() -> None:
            # As of asyncio, which does not mind a timer that is over.
            if entry in self.waiting:
                self.waiting.remove(entry)

        return SimpleNamespace(cancel=cancel)

    def pass_by(self) -> None:
        """The next timer is due."""
        self.waiting.pop(0)[1]()
