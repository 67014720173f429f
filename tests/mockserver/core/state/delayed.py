"""A `State` that waits, as one on another machine would: for the tests of how dispatch waits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.core.state import waiting
from jumun_mockserver.core.state.memory import MemoryState
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.state.state import Append


class DelayedState:
    """Of memory, but each verb is carried out and answered only after a while.

    A request that may wait is put aside; other callers block their thread.

    Attributes:
        delay_s: How long a verb takes; None forever, until `release` is called.
        verbs: How many were called.
        at_once: The most that ever waited at the same time.
        threads: Names of the threads that were blocked.
    """

    waits: ClassVar[bool] = True

    def __init__(self, delay_s: float | None = 0.0) -> None:
        self.delay_s = delay_s
        self.verbs = 0
        self.at_once = 0
        self.threads: set[str] = set()
        self.is_slow = True
        self.inner = MemoryState()
        self.held: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._waiting = 0
        self._changed = threading.Condition()

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Return once something holds that changes with the verbs; fail after ten seconds."""
        with self._changed:
            assert self._changed.wait_for(holds, timeout=10)

    def release(self, number: int = 1) -> None:
        """Answer the oldest verbs that are held; callable from any thread."""
        for _ in range(number):
            loop, future = self.held.pop(0)
            loop.call_soon_threadsafe(_set, future)

    def release_all(self) -> None:
        """Answer all that are held, and hold none any more."""
        self.delay_s = 0.0
        self.release(len(self.held))

    def _wait(self) -> None:
        if not self.is_slow:
            return
        loop = waiting.running_loop()
        with self._changed:
            self.verbs += 1
            self._waiting += 1
            self.at_once = max(self.at_once, self._waiting)
            future = loop.create_future() if loop else None
            if loop is None:
                self.threads.add(threading.current_thread().name)
            elif self.delay_s is None:
                self.held.append((loop, future))  # type: ignore[arg-type]
            self._changed.notify_all()
        try:
            if loop is None or future is None:
                # The event never comes: this is the wait of a socket that is read.
                threading.Event().wait(self.delay_s or 0)
                return
            if self.delay_s is not None:
                loop.call_later(self.delay_s, _set, future)
            waiting.wait(future)
        finally:
            with self._changed:
                self._waiting -= 1
                self._changed.notify_all()

    def look_ahead(self, values: Sequence[tuple[str, str]], logs: Sequence[str]) -> None:
        """Nothing: each verb waits by itself."""

    def read(self, family: str, name: str) -> Any:
        """After a while."""
        self._wait()
        return self.inner.read(family, name)

    def read_all(self, family: str) -> Mapping[str, Any]:
        """After a while."""
        self._wait()
        return self.inner.read_all(family)

    def write(self, family: str, name: str, value: Any, *, now: float = 0, until: float | None = None) -> None:
        """After a while."""
        self._wait()
        self.inner.write(family, name, value, now=now, until=until)

    def swap(self, family: str, name: str, old: Any, new: Any, *, appends: Sequence[Append] = ()) -> bool:
        """After a while."""
        self._wait()
        return self.inner.swap(family, name, old, new, appends=appends)

    def count(self, family: str, name: str, by: int = 1) -> int:
        """After a while."""
        self._wait()
        return self.inner.count(family, name, by)

    def take(self, family: str, name: str, per_second: float, burst: float, now: float) -> tuple[float, bool]:
        """After a while."""
        self._wait()
        return self.inner.take(family, name, per_second, burst, now)

    def append(self, log: str, entry: Any, at_most: int, cost: int = 0, cost_at_most: int = 0) -> int:
        """After a while."""
        self._wait()
        return self.inner.append(log, entry, at_most, cost, cost_at_most)

    def entries(self, log: str, *, after: int = 0, at_most: int | None = None) -> list[tuple[int, Any]]:
        """After a while."""
        self._wait()
        return self.inner.entries(log, after=after, at_most=at_most)

    def last(self, log: str) -> int:
        """After a while."""
        self._wait()
        return self.inner.last(log)

    def generation(self) -> int:
        """After a while."""
        self._wait()
        return self.inner.generation()

    def listen(self, log: str, on_change: Callable[[], None]) -> Callable[[], None]:
        """At once: a listener is called by the thread that appends."""
        return self.inner.listen(log, on_change)

    def clear(self, family: str) -> None:
        """After a while."""
        self._wait()
        self.inner.clear(family)

    def drop(self) -> None:
        """After a while."""
        self._wait()
        self.inner.drop()

    def save(self, *, leave_out: Sequence[str] = ()) -> dict[str, Any]:
        """After a while."""
        self._wait()
        return self.inner.save(leave_out=leave_out)

    def load(self, saved: Mapping[str, Any]) -> None:
        """After a while."""
        self._wait()
        self.inner.load(saved)


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def delayed_dispatch(
    state: DelayedState, options: SessionOptions | None = None, *, clock: Clock | None = None
) -> Dispatch:
    """A dispatch whose default session has this state; it is opened without a delay."""
    state.is_slow = False
    session = Session(PROVIDERS, options or SessionOptions(), clock=clock, state=state)
    state.is_slow = True
    return Dispatch(PROVIDERS, MemoryStore(PROVIDERS, session))
