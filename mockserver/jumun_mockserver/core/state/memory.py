"""The state of a session in this process's memory."""

from __future__ import annotations

from collections import defaultdict, deque
from threading import Lock
from typing import TYPE_CHECKING, Any

from jumun_contracts import Schema
from jumun_mockserver.core.state.state import VERSION, Level, StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jumun_mockserver.core.state.state import Append

_BUCKETS_AT_MOST = 10_000

_SAVED = {
    "type": "object",
    "required": ["version", "values", "logs"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": VERSION},
        "values": {"type": "object", "additionalProperties": {"type": "object"}},
        "logs": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["last", "entries"],
                "additionalProperties": False,
                "properties": {"last": {"type": "integer", "minimum": 0}, "entries": {"type": "array"}},
            },
        },
    },
}


class _Log:
    """Entries with their costs; the newest one's number is `last`."""

    __slots__ = ("cost", "entries", "last")

    def __init__(self) -> None:
        self.entries: deque[tuple[Any, int]] = deque()
        self.last = 0
        self.cost = 0

    def append(self, entry: Any, at_most: int, cost: int, cost_at_most: int) -> int:
        entries = self.entries
        entries.append((entry, cost))
        self.cost += cost
        self.last += 1
        while len(entries) > at_most or (cost_at_most and self.cost > cost_at_most and len(entries) > 1):
            self.cost -= entries.popleft()[1]
        return self.last


class MemoryState:
    """A `State` that lives and dies with the process. Safe to use from many threads."""

    __slots__ = ("_listeners", "_lock", "_logs", "_until", "_values")

    def __init__(self) -> None:
        self._values: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        # Family → name → from when on the value may be forgotten.
        self._until: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._logs: defaultdict[str, _Log] = defaultdict(_Log)
        # Log → who listens to it. The tuples are replaced, never changed, so that they can be called without the lock.
        self._listeners: dict[str, tuple[Callable[[], None], ...]] = {}
        self._lock = Lock()

    def read(self, family: str, name: str) -> Any:
        """As `State.read`."""
        return self._values[family].get(name)

    def read_all(self, family: str) -> Mapping[str, Any]:
        """As `State.read_all`."""
        with self._lock:
            return dict(self._values[family])

    def write(self, family: str, name: str, value: Any, *, now: float = 0, until: float | None = None) -> None:
        """As `State.write`. The family's values that are due are forgotten at each write that has an end itself."""
        with self._lock:
            values = self._values[family]
            if value is None:
                values.pop(name, None)
                return
            values[name] = value
            if until is None:
                return
            ends = self._until[family]
            for old in [each for each, end in ends.items() if end <= now]:
                del ends[old]
                values.pop(old, None)
            ends[name] = until

    def swap(self, family: str, name: str, old: Any, new: Any, *, appends: Sequence[Append] = ()) -> bool:
        """As `State.swap`."""
        with self._lock:
            values = self._values[family]
            if values.get(name) != old:
                return False
            if new is None:
                values.pop(name, None)
            else:
                values[name] = new
            for log, entry, at_most in appends:
                self._logs[log].append(entry, at_most, 0, 0)
        if self._listeners and appends:
            self._notify({each.log for each in appends})
        return True

    def count(self, family: str, name: str, by: int = 1) -> int:
        """As `State.count`."""
        with self._lock:
            values = self._values[family]
            values[name] = number = values.get(name, 0) + by
        return int(number)

    def take(self, family: str, name: str, *, per_second: float, burst: float, now: float) -> Level:
        """As `State.take`."""
        with self._lock:
            buckets = self._values[family]
            bucket = buckets.get(name)
            if bucket is None:
                if len(buckets) >= _BUCKETS_AT_MOST:
                    del buckets[min(buckets, key=lambda each: buckets[each][1])]
                level, at = burst, now
            else:
                level, at = bucket
                if now > at:
                    level = min(burst, level + (now - at) * per_second)
            allowed = level >= 1
            if allowed:
                level -= 1
            buckets[name] = (level, now)
        return Level(level, allowed)

    def append(self, log: str, entry: Any, *, at_most: int, cost: int = 0, cost_at_most: int = 0) -> int:
        """As `State.append`."""
        with self._lock:
            number = self._logs[log].append(entry, at_most, cost, cost_at_most)
        if self._listeners:
            self._notify((log,))
        return number

    def entries(self, log: str, *, after: int = 0, at_most: int | None = None) -> list[tuple[int, Any]]:
        """As `State.entries`."""
        with self._lock:
            kept = self._logs[log]
            first = kept.last - len(kept.entries) + 1
            skipped = max(0, after + 1 - first)
            if skipped >= len(kept.entries):
                return []
            end = len(kept.entries) if at_most is None else min(len(kept.entries), skipped + at_most)
            return [(first + index, kept.entries[index][0]) for index in range(skipped, end)]

    def last(self, log: str) -> int:
        """As `State.last`."""
        return self._logs[log].last

    def listen(self, log: str, on_change: Callable[[], None]) -> Callable[[], None]:
        """As `State.listen`."""
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
        """As `State.clear`."""
        with self._lock:
            self._values.pop(family, None)
            self._until.pop(family, None)

    def drop(self) -> None:
        """As `State.drop`."""
        with self._lock:
            self._values.clear()
            self._until.clear()
            self._logs.clear()
        self._notify(list(self._listeners))

    def save(self, *, leave_out: Sequence[str] = ()) -> dict[str, Any]:
        """As `State.save`."""
        with self._lock:
            values = {family: dict(each) for family, each in self._values.items() if each and family not in leave_out}
            logs = {
                name: {"last": log.last, "entries": [entry for entry, _ in log.entries]}
                for name, log in self._logs.items()
                if log.last and name not in leave_out
            }
        return {"version": VERSION, "values": values, "logs": logs}

    def load(self, saved: Mapping[str, Any]) -> None:
        """As `State.load`. Ends of values are not part of what is saved: what is loaded stays until it is replaced."""
        if saved.get("version", VERSION) != VERSION:
            raise StateError(f"version {saved['version']!r} is not supported; this Jumun reads version {VERSION}")
        for found in Schema(_SAVED).findings(dict(saved)):
            raise StateError(found.message)
        for name, log in saved["logs"].items():
            if len(log["entries"]) > log["last"]:
                raise StateError(f"/logs/{name}/last must be at least the number of entries")
        with self._lock:
            self._values.clear()
            self._until.clear()
            self._logs.clear()
            for family, values in saved["values"].items():
                self._values[family].update(values)
            for name, log in saved["logs"].items():
                loaded = self._logs[name]
                loaded.last = log["last"]
                loaded.entries.extend((entry, 0) for entry in log["entries"])
        self._notify(list(self._listeners))

    def _notify(self, logs: Iterable[str]) -> None:
        for log in logs:
            for on_change in self._listeners.get(log, ()):
                on_change()
