"""A session's orders: those of the seed, overlaid by what was written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap

from jumun_mockserver.providers.bootpay.filters import (
    MICROSECONDS,
    Index,
    created_at,
    fold_texts,
    read_filters,
)
from jumun_mockserver.providers.bootpay.seed import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jumun_mockserver.providers.bootpay.filters import Filters, Row
    from jumun_mockserver.providers.bootpay.seed import Seed


_ITERATED = 256


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list.

    Attributes:
        count: How many orders fit, on all pages together.
        rows: Those of this page as the list shows them.
    """

    count: int
    rows: list[dict[str, Any]]


class Ledger:
    """Orders, newest first; of two made at once, the one with the larger order_id is first.

    A derived order that was changed keeps its place among the derived ones; any other that is written is a row. Both
    are indexed as they come, so that a list costs the same however many were changed. Every method takes the one lock,
    which is held for as long as the method runs.

    Args:
        seed: Shared; never changed.
        written: Orders that were written before, in any order: the ledger is what `put` of each would have made it.
    """

    def __init__(self, seed: Seed, written: Iterable[Row] = ()) -> None:
        self._seed = seed
        self._derived = seed.derived
        # The seed's own until something is written.
        self._rows = seed.rows
        self._changed: dict[int, Row] = {}
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, tuple[str, ...]] = {}
        self._index = Index(seed.profile)
        # Derived orders that something else stands for, and those for which it is a changed order at the same place.
        self._hidden = seed.hidden.copy()
        self._at_place = BitMap()
        self._lock = Lock()
        for row in written:
            self._put(row)

    def put(self, row: Row) -> None:
        """Add an order, or change the one of its order_id; `row` is whole and is not changed afterwards."""
        with self._lock:
            self._put(row)

    def find(self, text: str) -> Row | None:
        """The order of this order_id or order_number; None if there is none."""
        with self._lock:
            return self._find(text)

    def __contains__(self, text: str) -> bool:
        return self.find(text) is not None

    def __len__(self) -> int:
        with self._lock:
            return self._derived.size - len(self._hidden) + len(self._at_place) + len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        """All orders in the form of the data files, newest first; the lock is taken for some at a time."""
        return self.iter_rows(read_filters({}))

    def iter_rows(self, filters: Filters) -> Iterator[Row]:
        """Those that fit, as `__iter__`."""
        for start in count(0, _ITERATED):
            with self._lock:
                derived, rows = self._matching(filters)
                found = [self._row(place) for place in self._page(derived, rows, start, _ITERATED)]
            yield from found
            if len(found) < _ITERATED:
                return

    def count(self, filters: Filters) -> int:
        """How many fit."""
        with self._lock:
            derived, rows = self._matching(filters)
            return len(derived) + len(rows)

    def select(self, values: Mapping[str, Any]) -> Page:
        """The page that a call's parameters ask for, with defaults filled in."""
        filters, limit = read_filters(values), values["limit"]
        with self._lock:
            derived, rows = self._matching(filters)
            places = self._page(derived, rows, (values["page"] - 1) * limit, limit)
            return Page(len(derived) + len(rows), [self._show(place) for place in places])

    def _put(self, row: Row) -> None:
        order_id = row["order_id"]
        index = None if order_id in self._rows else self._derived.find(order_id)
        if index is not None:
            self._forget(index)
            self._hidden.add(index)
            if created_at(row) == self._derived.created.moment(index) * MICROSECONDS:
                self._changed[index] = row
                self._numbers[row["order_number"]] = index
                self._texts[index] = fold_texts(row)
                self._index.add(index, row)
                self._at_place.add(index)
                return
        if self._rows is self._seed.rows:
            self._rows = self._rows.copy()
        self._rows.put(row)

    def _forget(self, index: int) -> None:
        """Take back the change of a derived order, if there is one."""
        if (row := self._changed.pop(index, None)) is not None:
            self._index.discard(index, row)
            self._at_place.discard(index)
            del self._texts[index]
            if self._numbers.get(row["order_number"]) == index:
                del self._numbers[row["order_number"]]

    def _find(self, text: str) -> Row | None:
        if (row := self._rows.find(text)) is not None:
            return row
        index = self._numbers.get(text)
        if index is None:
            index = self._derived.find(text)
        if index is None:
            return None
        if (changed := self._changed.get(index)) is not None:
            return changed if text in (changed["order_id"], changed["order_number"]) else None
        return None if index in self._hidden else self._derived.row(index)

    def _matching(self, filters: Filters) -> tuple[BitMap, BitMap]:
        """Indices of derived orders that fit as they are now, and positions of rows."""
        derived = self._derived.matching(filters)
        if self._hidden:
            derived -= self._hidden
        if self._at_place:
            candidates = self._at_place & BitMap(self._derived.created_within(filters))
            derived |= self._index.matching(filters, candidates, self._texts)
        return derived, self._rows.matching(filters)

    def _page(self, derived: BitMap, rows: BitMap, start: int, limit: int) -> list[int]:
        """Places from `start` on in the order of the list: a derived order's index, or ~position of a row."""
        if start >= len(derived) + len(rows):
            return []
        # How many of those before the page are rows: both sides are sorted, so by bisection.
        low, high = max(0, start - len(derived)), min(start, len(rows))
        while low < high:
            middle = (low + high) // 2
            if self._is_newer(rows[len(rows) - 1 - middle], derived[start - middle - 1]):
                low = middle + 1
            else:
                high = middle
        left, end = list(derived[start - low : start - low + limit]), len(rows) - low
        right = list(rows[max(0, end - limit) : end])
        left.reverse()
        places: list[int] = []
        while (left or right) and len(places) < limit:
            if right and not (left and not self._is_newer(right[-1], left[-1])):
                places.append(~right.pop())
            else:
                places.append(left.pop())
        return places

    def _is_newer(self, position: int, index: int) -> bool:
        """Whether a row is before a derived order in the list."""
        created, order_id = self._rows.keys[position]
        other = self._derived.created.moment(index) * MICROSECONDS
        return created > other if created != other else order_id > self._derived.order_id(index)

    def _row(self, place: int) -> Row:
        if place < 0:
            return self._rows.rows[~place]
        return self._changed.get(place) or self._derived.row(place)

    def _show(self, place: int) -> dict[str, Any]:
        if place >= 0 and place not in self._changed:
            return self._seed.shown_row(place)
        return show(self._row(place), self._seed.profile)
