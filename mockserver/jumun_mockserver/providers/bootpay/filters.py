"""The order list's filters: what a call asks for, and which positions of a series of orders have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from pyroaring import BitMap

from jumun_contracts.schema.formats import parse_date_time

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

Row: TypeAlias = "Mapping[str, Any]"
"""An order in the form of the data files."""

DAY_S = 86_400
KST_S = 9 * 3_600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MICROSECOND = timedelta(microseconds=1)
MICROSECONDS = 1_000_000
# Outside the years 1 to 9999, so that an open end of a range is a day as well.
FIRST_DAY, LAST_DAY = -(1 << 20), 1 << 22

# The page knows the payment statuses unpaid (0) and paid (1) and the order statuses 0 to 4; the data has those of the
# SDKs' constants. That money which was given back counts as paid is assumed: such an order has a purchase date. So is
# what the order statuses become: awaited money is under way, bought and exchanged are paid, returned is cancelled.
_ON_THE_PAGE = {
    "receipt_status": {2: 0, 5: 0, 20: 1},
    "status": {5: 1, 8: 2, 10: 4, 11: 4, 12: 2},
    # Of subscriptions: page commerce.bootpay.ai/subscription/plan/contract. On hold is shown as paused, assumed.
    "subscription_status": {-1: 1, -2: 2, -3: 2, 15: 4, 20: 3},
}
# Purchase days are also kept by 32, 1,024 and 32,768 of them, so that a long range is a few dozen sets.
_DAY_BITS = (0, 5, 10, 15)
_BUCKET = 32

_COLUMNS = (
    "user_id",
    "user_group_id",
    "order_subscription_ids",
    "subscription_billing_type",
    "status",
    "receipt_status",
    "has_cancels",
)
# Statuses of orders of the data that were cancelled, or are asked to be.
WITH_CANCELS = frozenset({3, 4, 10, 11})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a call of the list asks for; all of it must be true of an order.

    Attributes:
        values: Column → values, of which an order has one.
        created: First and last day, included, as days since 1970 in Korea; None for any.
        purchased: Likewise; an unpaid order has no such day.
        keyword: Text to look for, case folded; '' for none.
    """

    values: tuple[tuple[str, tuple[Hashable, ...]], ...]
    created: tuple[int, int] | None
    purchased: tuple[int, int] | None
    keyword: str


def read_filters(values: Mapping[str, Any]) -> Filters:
    """The filters among a call's parameters. An empty value is none; the canonical date keys win."""
    wanted = []
    for column in _COLUMNS:
        value = values.get("payment_status" if column == "receipt_status" else column)
        if isinstance(value, list):
            value = tuple(value)
        elif value not in (None, ""):
            value = (value,)
        if value:
            wanted.append((column, value))
    first = values.get("search_date_from") or values.get("css_at")
    last = values.get("search_date_to") or values.get("cse_at")
    days = (_day_number(first) if first else FIRST_DAY, _day_number(last) if last else LAST_DAY)
    created = purchased = None
    if first or last:
        created, purchased = (None, days) if values.get("cs_type") == "p_at" else (days, None)
    return Filters(tuple(wanted), created, purchased, (values.get("keyword") or "").casefold())


def shown(column: str, value: Any, profile: str) -> Any:
    """A status as the profile shows it."""
    return _ON_THE_PAGE[column].get(value, value) if profile == "documented" else value


def created_at(row: Row) -> int:
    """Microseconds since 1970."""
    return _microseconds(row["created_at"])


def fold_texts(row: Row) -> tuple[str, ...]:
    """What `keyword` is looked for in."""
    return tuple((row.get(key) or "").casefold() for key in ("order_id", "order_name", "receipt_id"))


def midnight(day: int) -> int:
    """Epoch second at which a day begins in Korea."""
    return day * DAY_S - KST_S


class Index:
    """Which positions of a series of orders have which values. What is at a position may change.

    Args:
        profile: Whose statuses are filtered by.
        sets: (column, value) → positions, which the index takes over.
    """

    __slots__ = ("_profile", "_sets")

    def __init__(self, profile: str, sets: dict[tuple[str, Hashable], BitMap] | None = None) -> None:
        self._profile = profile
        self._sets = sets or {}

    def copy(self) -> Index:
        """One of its own, equal to this one."""
        return Index(self._profile, {key: each.copy() for key, each in self._sets.items()})

    def add(self, position: int, row: Row) -> None:
        """Put an order at a position that is free."""
        for key in self._iter_keys(row):
            found = self._sets.get(key)
            if found is None:
                self._sets[key] = BitMap([position])
            else:
                found.add(position)

    def discard(self, position: int, row: Row) -> None:
        """Free a position of the order that is there."""
        for key in self._iter_keys(row):
            if (found := self._sets.get(key)) is not None:
                found.discard(position)
                if not found:
                    del self._sets[key]

    def shift(self, position: int, by: int) -> None:
        """Move the orders at `position` and behind it by one, 1 on or -1 back, where the place must be free."""
        for each in self._sets.values():
            if each.max() >= position:
                moved = each.copy()
                moved.remove_range(0, position)
                each.remove_range(position, 1 << 32)
                each.update(moved.shift(by))

    def matching(
        self, filters: Filters, candidates: BitMap, texts: Sequence[tuple[str, ...]] | Mapping[int, Any]
    ) -> BitMap:
        """Those of the candidates that fit all filters but that of the day of creation.

        `texts` gives what the keyword is looked for in, by position. The candidates are used up.
        """
        for column, values in filters.values:
            candidates &= self._having(column, values)
        if filters.purchased and candidates:
            candidates &= self._purchased(*filters.purchased)
        if (keyword := filters.keyword) and candidates:
            return BitMap([at for at in candidates if any(keyword in text for text in texts[at])])
        return candidates

    def _having(self, column: str, values: tuple[Hashable, ...]) -> BitMap:
        found = [each for value in values if (each := self._sets.get((column, value))) is not None]
        return found[0] if len(found) == 1 else BitMap.union(*found) if found else BitMap()

    def _purchased(self, first: int, last: int) -> BitMap:
        """Whole buckets in the middle of the range, smaller ones towards its ends."""
        keys: list[tuple[str, Hashable]] = []
        for bits in _DAY_BITS:
            at_most = _DAY_BITS[-1] == bits
            while first <= last and (first % _BUCKET or at_most):
                keys.append(("purchased", (bits, first)))
                first += 1
            while first <= last and (last + 1) % _BUCKET:
                keys.append(("purchased", (bits, last)))
                last -= 1
            first, last = first // _BUCKET, (last + 1) // _BUCKET - 1
        found = [each for key in keys if (each := self._sets.get(key)) is not None]
        return BitMap.union(*found) if found else BitMap()

    def _iter_keys(self, row: Row) -> Iterator[tuple[str, Hashable]]:
        for column in ("status", "receipt_status"):
            yield column, shown(column, row[column], self._profile)
        for column in ("user_id", "user_group_id"):
            if (value := row.get(column)) is not None:
                yield column, value
        yield "subscription_billing_type", row.get("subscription_billing_type", 0)
        if row["cancels"] if "cancels" in row else row["status"] in WITH_CANCELS:
            yield "has_cancels", True
        for contract in set(row.get("order_subscription_ids", ())):
            yield "order_subscription_ids", contract
        if row["purchased_at"]:
            day = (_microseconds(row["purchased_at"]) // MICROSECONDS + KST_S) // DAY_S
            for bits in _DAY_BITS:
                yield "purchased", (bits, day >> bits)


def _microseconds(stamp: str) -> int:
    return (parse_date_time(stamp) - _EPOCH) // _MICROSECOND


def _day_number(text: str) -> int:
    # The year 0 is a date of RFC 3339, and none of Python's.
    return FIRST_DAY if text.startswith("0000") else date.fromisoformat(text).toordinal() - _EPOCH_DAY
