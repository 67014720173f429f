"""Ids of product orders by the moments of what happened to them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHUNK = 512


def to_ms(epoch_s: float) -> int:
    """Epoch milliseconds, as `times.render_time` shows them."""
    # To the microsecond first: a float of seconds holds .236 as a little less.
    return round(epoch_s * 1_000_000) // 1_000


class Index:
    """Sorted (epoch milliseconds, productOrderId) for each column: a rangeType, `feed` or `due`. Safe to share."""

    __slots__ = ("_columns", "_lock", "_moments")

    def __init__(self) -> None:
        self._columns: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._moments: dict[str, dict[str, int]] = {}
        self._lock = Lock()

    def __contains__(self, id_: str) -> bool:
        return id_ in self._moments

    def fill(self, moments: Mapping[str, Mapping[str, float]]) -> None:
        """Begin with these: productOrderId → column → epoch seconds."""
        with self._lock:
            self._moments = {id_: {column: to_ms(at) for column, at in each.items()} for id_, each in moments.items()}
            columns: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
            for id_, each in self._moments.items():
                for column, at in each.items():
                    columns[column].append((at, id_))
            for keys in columns.values():
                keys.sort()
            self._columns = columns

    def put(self, id_: str, moments: Mapping[str, float]) -> None:
        """Set all moments of a product order, in epoch seconds by column."""
        new = {column: to_ms(at) for column, at in moments.items()}
        with self._lock:
            old = self._moments.get(id_, {})
            for column, at in old.items():
                if new.get(column) != at:
                    keys = self._columns[column]
                    del keys[bisect_left(keys, (at, id_))]
            for column, at in new.items():
                if old.get(column) != at:
                    insort(self._columns[column], (at, id_))
            self._moments[id_] = new

    def first(self, column: str) -> tuple[int, str] | None:
        """The earliest of a column."""
        with self._lock:
            keys = self._columns[column]
            return keys[0] if keys else None

    def iter_keys(self, column: str, since: tuple[int, str], until_ms: int) -> Iterator[tuple[int, str]]:
        """Keys from `since` on, up to and with millisecond `until_ms`, in chunks: it may change meanwhile."""
        while True:
            with self._lock:
                keys = self._columns[column]
                start = bisect_left(keys, since)
                chunk = keys[start : start + _CHUNK]
            for key in chunk:
                if key[0] > until_ms:
                    return
                yield key
            if len(chunk) < _CHUNK:
                return
            # The smallest key after it.
            since = (chunk[-1][0], chunk[-1][1] + "\0")
