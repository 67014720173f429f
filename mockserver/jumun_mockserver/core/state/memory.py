"""The state of a session in this process's memory."""

from __future__ import annotations

from collections import deque
from heapq import nsmallest
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from jumun_mockserver.core.state.saved import are_equal, check_saved
from jumun_mockserver.core.state.state import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jumun_mockserver.core.state.state import Append

_BUCKETS_AT_MOST = 10_000

_NOTHING: Mapping[str, Any] = {}


class _Log:
    """Entries with their costs; the newest one's number is `last`."""

    __slots__ = ("cost", "entries", "last")

    def __init__(self, entries: Sequence[tuple[Any, int]] = (), last: int = 0) -> None:
        self.entries = deque(entries)
        self.last = last
        self.cost = sum(cost for _, cost in entries)

    def append(self, entry: Any, at_most: int, cost: int, cost_at_most: int) -> int:
        entries = self.entries
        entries.append((entry, cost))
        self.cost += cost
        self.last += 1
        while len(entries) > at_most or (cost_at_most and self.cost > cost_at_most and len(entries) > 1):
            self.cost -= entries.popleft()[1]
        return self.last


class MemoryState:
    """A `State` that lives and dies with the process. Safe to use from many threads.

    Only the lock's holder changes anything. Reading one value takes no lock: families are found and replaced whole.
    What every request calls takes the lock by hand, for half the instructions of `with`.
    """

    __slots__ = ("_ends", "_generation", "_listeners", "_lock", "_logs", "_values")

    waits: ClassVar[bool] = False

    def __init__(self) -> None:
        self._values: dict[str, dict[str, Any]] = {}
        # Family → name → from when on the value may be forgotten.
        self._ends: dict[str, _Ends] = {}
        self._logs: dict[str, _Log] = {}
        # Log → who listens to it. The tuples are replaced, never changed, so that they can be called without the lock.
        self._listeners: dict[str, tuple[Callable[[], None], ...]] = {}
        self._lock = Lock()
        self._generation = 0

    def look_ahead(self, values: Sequence[tuple[str, str]], logs: Sequence[str]) -> None:
        """Nothing: it has all at hand."""

    def read(self, family: str, name: str) -> Any:
        """The value or counter, read without the lock."""
        return self._values.get(family, _NOTHING).get(name)

    def read_all(self, family: str) -> Mapping[str, Any]:
        """A copy of the family."""
        with self._lock:
            return dict(self._values.get(family, _NOTHING))

    def write(self, family: str, name: str, value: Any, *, now: float = 0, until: float | None = None) -> None:
        """As `State.write`. Values that are due are looked for when there are twice as many ends as the last time."""
        with self._lock:
            self._set(family, name, value)
            if until is not None and value is not None:
                ends = self._ends.get(family)
                if ends is None:
                    ends = self._ends[family] = _Ends()
                ends[name] = until
                if len(ends) >= ends.check_at:
                    for due in [each for each, end in ends.items() if end <= now]:
                        self._set(family, due, None)
                    ends.check_at = 2 * len(ends)

    def swap(self, family: str, name: str, old: Any, new: Any, *, appends: Sequence[Append] = ()) -> bool:
        """Compare, set and append under one lock; listeners are called after it."""
        with self._lock:
            found = self._values.get(family, _NOTHING).get(name)
            if found is not old and not are_equal(found, old):
                return False
            if any(each.after is not None and each.after != self.last(each.log) for each in appends):
                return False
            self._set(family, name, new)
            for log, entry, at_most, _ in appends:
                self._logs.setdefault(log, _Log()).append(entry, at_most, 0, 0)
        if self._listeners and appends:
            self._notify({each.log for each in appends})
        return True

    def count(self, family: str, name: str, by: int = 1) -> int:
        """Add to a counter; the new count."""
        self._lock.acquire()
        try:
            values = self._values.get(family)
            if values is None:
                values = self._values[family] = {}
            number: int = values.get(name, 0) + by
            values[name] = number
        finally:
            self._lock.release()
        return number

    def take(self, family: str, name: str, per_second: float, burst: float, now: float) -> tuple[float, bool]:
        """Take one from a bucket. Of too many buckets, the tenth that was used least recently is dropped."""
        self._lock.acquire()
        try:
            buckets = self._values.get(family)
            if buckets is None:
                buckets = self._values[family] = {}
            bucket = buckets.get(name)
            if bucket is None:
                if len(buckets) >= _BUCKETS_AT_MOST:
                    for old in nsmallest(_BUCKETS_AT_MOST // 10, buckets, key=lambda each: buckets[each][1]):
                        del buckets[old]
                level, at = burst, now
            else:
                level, at = bucket
                if now > at:
                    level = min(burst, level + (now - at) * per_second)
                    at = now
                elif (at - now) * per_second > burst:
                    at = now
            allowed = level >= 1
            if allowed:
                level -= 1
            buckets[name] = (level, at)
        finally:
            self._lock.release()
        return level, allowed

    def append(self, log: str, entry: Any, at_most: int, cost: int = 0, cost_at_most: int = 0) -> int:
        """Append to a log; listeners are called after the lock is free."""
        self._lock.acquire()
        try:
            kept = self._logs.get(log)
            if kept is None:
                kept = self._logs[log] = _Log()
            number = kept.append(entry, at_most, cost, cost_at_most)
        finally:
            self._lock.release()
        if self._listeners:
            self._notify((log,))
        return number

    def entries(self, log: str, *, after: int = 0, at_most: int | None = None) -> list[tuple[int, Any]]:
        """Numbered entries, cut out by position: numbers have no gaps."""
        with self._lock:
            kept = self._logs.get(log)
            if kept is None:
                return []
            first = kept.last - len(kept.entries) + 1
            skipped = max(0, after + 1 - first if after >= 0 else len(kept.entries) + after)
            end = None if at_most is None else skipped + at_most
            found = [entry for entry, _ in islice(kept.entries, skipped, end)]
        return list(enumerate(found, first + skipped))

    def last(self, log: str) -> int:
        """The newest number, read without the lock."""
        kept = self._logs.get(log)
        return kept.last if kept else 0

    def generation(self) -> int:
        """How often all was dropped or loaded."""
        return self._generation

    def listen(self, log: str, on_change: Callable[[], None]) -> Callable[[], None]:
        """Register a listener; calling the result removes it."""
        with self._lock:
            self._listeners[log] = (*self._listeners.get(log, ()), on_change)

        def stop() -> None:
            with self._lock:
                left = tuple(each for each in self._listeners.get(log, ()) if each is not on_change)
                if left:
                    self._listeners[log] = left
                else:
                    self._listeners.pop(log, None)

        return stop

    def clear(self, family: str) -> None:
        """Remove a family with its ends."""
        with self._lock:
            self._values.pop(family, None)
            self._ends.pop(family, None)

    def drop(self) -> None:
        """Remove everything but listeners, and call those."""
        with self._lock:
            self._values, self._ends, self._logs = {}, {}, {}
            self._generation += 1
        self._notify(list(self._listeners))

    def save(self, *, leave_out: Sequence[str] = ()) -> dict[str, Any]:
        """A JSON document with its version, copied under the lock."""
        with self._lock:
            values = {
                # A bucket is a pair.
                family: {name: list(value) if type(value) is tuple else value for name, value in each.items()}
                for family, each in self._values.items()
                if family not in leave_out
            }
            ends = {family: dict(each) for family, each in self._ends.items() if family not in leave_out}
            logs = {name: _save_log(log) for name, log in self._logs.items() if name not in leave_out}
        return {"version": VERSION, "values": values, **({"ends": ends} if ends else {}), "logs": logs}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Check the document, then replace everything at once."""
        check_saved(saved)
        values = {family: dict(each) for family, each in saved["values"].items() if each}
        ends = {family: _Ends(each) for family, each in saved.get("ends", {}).items() if each}
        logs = {name: _load_log(log) for name, log in saved["logs"].items()}
        with self._lock:
            self._values, self._ends, self._logs = values, ends, logs
            self._generation += 1
        self._notify(list(self._listeners))

    def _notify(self, logs: Iterable[str]) -> None:
        for log in logs:
            for on_change in self._listeners.get(log, ()):
                on_change()

    def _set(self, family: str, name: str, value: Any) -> None:
        """Set a value without an end, or remove it. A family that has none is forgotten."""
        values, ends = self._values.get(family), self._ends.get(family)
        if ends is not None and ends.pop(name, None) is not None and not ends:
            del self._ends[family]
        if value is not None:
            if values is None:
                values = self._values[family] = {}
            values[name] = value
        elif values is not None and values.pop(name, None) is not None and not values:
            del self._values[family]


class _Ends(dict[str, float]):
    """Ends of values by name.

    Attributes:
        check_at: With how many of them those that are due are looked for.
    """

    check_at = 0


def _save_log(log: _Log) -> dict[str, Any]:
    costs = {"costs": [cost for _, cost in log.entries]} if log.cost else {}
    return {"last": log.last, "entries": [entry for entry, _ in log.entries], **costs}


def _load_log(saved: Mapping[str, Any]) -> _Log:
    entries = saved["entries"]
    costs = saved.get("costs") or [0] * len(entries)
    return _Log(list(zip(entries, costs, strict=True)), int(saved["last"]))
