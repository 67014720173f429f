"""Orders that are there as rows, sorted and indexed; rows come and change one by one."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from pyroaring import BitMap

from jumun_mockserver.providers.bootpay.filters import MICROSECONDS, Index, created_at, fold_texts, midnight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_mockserver.providers.bootpay.filters import Filters, Row


@dataclass(slots=True)
class Rows:
    """Orders by position, oldest first: an order that is placed now goes to the end and moves no other.

    Attributes:
        keys: What the orders are sorted by: microseconds of creation since 1970, order_id.
        texts: What the keyword is looked for in.
        by_id: order_id → key.
        by_number: order_number → order_id.
    """

    keys: list[tuple[int, str]]
    rows: list[Row]
    texts: list[tuple[str, ...]]
    by_id: dict[str, tuple[int, str]]
    by_number: dict[str, str]
    index: Index

    @classmethod
    def sort(cls, rows: Iterable[Row], profile: str) -> Rows:
        """Rows of different orders, in any order. Their statuses are filtered by as the profile shows them."""
        pairs = sorted(((_key(row), row) for row in rows), key=itemgetter(0))
        index = Index(profile)
        for position, (_, row) in enumerate(pairs):
            index.add(position, row)
        return cls(
            keys=[key for key, _ in pairs],
            rows=[row for _, row in pairs],
            texts=[fold_texts(row) for _, row in pairs],
            by_id={row["order_id"]: key for key, row in pairs},
            by_number={row["order_number"]: row["order_id"] for _, row in pairs},
            index=index,
        )

    def copy(self) -> Rows:
        """Rows of their own, equal to these."""
        return Rows(
            self.keys.copy(),
            self.rows.copy(),
            self.texts.copy(),
            self.by_id.copy(),
            self.by_number.copy(),
            self.index.copy(),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, order_id: str) -> bool:
        return order_id in self.by_id

    def find(self, text: str) -> Row | None:
        """The order of this order_id or order_number."""
        key = self.by_id.get(text) or self.by_id.get(self.by_number.get(text, ""))
        return None if key is None else self.rows[bisect_left(self.keys, key)]

    def put(self, row: Row) -> None:
        """Add an order, or change the one of its order_id."""
        key, old = _key(row), self.by_id.get(row["order_id"])
        if old is not None:
            self._take_out(bisect_left(self.keys, old), closing=key != old)
        at = bisect_left(self.keys, key)
        if key == old:
            self.rows[at], self.texts[at] = row, fold_texts(row)
        else:
            self.index.shift(at, 1)
            self.keys.insert(at, key)
            self.rows.insert(at, row)
            self.texts.insert(at, fold_texts(row))
        self.index.add(at, row)
        self.by_id[row["order_id"]] = key
        self.by_number[row["order_number"]] = row["order_id"]

    def matching(self, filters: Filters) -> BitMap:
        """The positions of those that fit."""
        within = range(len(self.rows))
        if filters.created:
            first, last = filters.created
            within = range(
                bisect_left(self.keys, (midnight(first) * MICROSECONDS, "")),
                bisect_left(self.keys, (midnight(last + 1) * MICROSECONDS, "")),
            )
        return self.index.matching(filters, BitMap(within), self.texts)

    def _take_out(self, at: int, *, closing: bool) -> None:
        """Forget the order at a position, and close the gap if no other comes there."""
        row = self.rows[at]
        self.index.discard(at, row)
        if self.by_number.get(row["order_number"]) == row["order_id"]:
            del self.by_number[row["order_number"]]
        if closing:
            self.index.shift(at + 1, -1)
            for each in (self.keys, self.rows, self.texts):
                del each[at]


def _key(row: Row) -> tuple[int, str]:
    return created_at(row), row["order_id"]
