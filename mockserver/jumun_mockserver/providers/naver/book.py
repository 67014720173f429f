"""The product orders of a session: those of the seed, overlaid by what was written.

A product order and its order are records in the session's state, or made from the seed in the same form:

- family `naver.orders`: orderId → {"order", "product_order_ids", "ordered_at", "paid_at"?, "expired_at"?, "due"?};
  `order` as queries answer it. Payment is the order's, so that one step pays or cancels all its product orders.
- family `naver.product_orders`: productOrderId → {"order_id", "productOrder", "delivery"?, "claims"?, "moments",
  "feed"?, "due"?, "address_changed"?, "lag"?}; `productOrder` as of a paid order, `claims` as in `claims`. `moments`
  are epoch seconds by rangeType, `feed` is the newest row of the feed since payment: {"type", "at",
  "productOrderStatus", …}. `due` is when time moves it on. `lag` is what reads show in its place for a while: {"until",
  "row"}, the record before its dispatch.

Beside them, family `naver.tracking_numbers`: courier and tracking number → {"package_number", "uses"}, the parcel that
has it and how many of its product orders were dispatched with it, or are about to be. Moments are epoch seconds of the
session's clock.
"""

from __future__ import annotations

from heapq import merge
from itertools import islice
from math import ceil, floor
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.session.events import LOG
from jumun_mockserver.providers.naver.claims import MADE_BY_CLAIMS
from jumun_mockserver.providers.naver.index import Index
from jumun_mockserver.providers.naver.lifecycle import TIME_ACTIONS, state_of
from jumun_mockserver.providers.naver.lifecycle import State as Cell
from jumun_mockserver.providers.naver.seed import SENT_S, Order
from jumun_mockserver.providers.naver.seeded import PAID_S, make_order, plot_course

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from jumun_mockserver.core.state.state import State
    from jumun_mockserver.providers.naver.seed import Seed

ORDERS = "naver.orders"
PRODUCT_ORDERS = "naver.product_orders"
TRACKING_NUMBERS = "naver.tracking_numbers"
_TEXT, _MOMENT = {"type": "string"}, {"type": "number"}
_DATE = {"type": "string", "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}
_PRODUCT_ORDER = {
    "type": "object",
    "required": ["productOrderId", "productOrderStatus", "placeOrderStatus"],
    "properties": {
        **dict.fromkeys(("productOrderId", "productOrderStatus", "placeOrderStatus"), _TEXT),
        **dict.fromkeys(("claimType", "claimStatus", "claimId", "giftReceivingStatus", "productClass"), _TEXT),
        **dict.fromkeys(("quantity", "initialQuantity", "remainQuantity"), _COUNT),
        **dict.fromkeys(("initialProductAmount", "remainProductAmount", "remainPaymentAmount"), _COUNT),
    },
}
FAMILIES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        ORDERS: {
            "type": "object",
            "required": ["order", "product_order_ids", "ordered_at"],
            "additionalProperties": False,
            "properties": {
                "order": {
                    "type": "object",
                    "required": ["orderId", "orderDate"],
                    "properties": {"orderId": _TEXT, "orderDate": _DATE, "paymentDate": _DATE},
                },
                "product_order_ids": {"type": "array", "items": _TEXT},
                "ordered_at": _MOMENT,
                "paid_at": _MOMENT,
                "expired_at": _MOMENT,
                "due": _MOMENT,
            },
        },
        PRODUCT_ORDERS: {
            "type": "object",
            "required": ["order_id", "productOrder", "moments"],
            "additionalProperties": False,
            "properties": {
                "order_id": _TEXT,
                "productOrder": _PRODUCT_ORDER,
                "delivery": {"type": "object"},
                "claims": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type", "block"],
                        "additionalProperties": False,
                        "properties": {
                            "type": {"enum": ["CANCEL", "RETURN", "EXCHANGE"]},
                            "block": {
                                "type": "object",
                                "required": ["claimId", "claimStatus", "requestQuantity"],
                                "properties": {
                                    "claimId": _TEXT,
                                    "claimStatus": _TEXT,
                                    "requestQuantity": {"type": "integer"},
                                },
                            },
                            "admitted": _DATE,
                        },
                    },
                },
                "address_changed": {"const": True},
                "moments": {"type": "object", "additionalProperties": _MOMENT},
                "feed": {
                    "type": "object",
                    "required": ["type", "at", "productOrderStatus"],
                    "properties": {"type": _TEXT, "at": _MOMENT, "productOrderStatus": _TEXT},
                },
                "due": _MOMENT,
                "lag": {
                    "type": "object",
                    "required": ["until", "row"],
                    "properties": {
                        "until": _MOMENT,
                        "row": {
                            "type": "object",
                            "required": ["productOrder"],
                            "properties": {"productOrder": _PRODUCT_ORDER, "delivery": {"type": "object"}},
                        },
                    },
                },
            },
        },
        TRACKING_NUMBERS: {
            "type": "object",
            "required": ["package_number", "uses"],
            "additionalProperties": False,
            "properties": {"package_number": _TEXT, "uses": {"type": "integer", "minimum": 1}},
        },
    }
)
"""Family → JSON Schema of its values, as far as this package reads them."""
# So many made orders are kept, to be looked at again.
_KEPT = 10_000
_EXPECTED = 100  # product orders that are asked for together, where the state is elsewhere


class Item(NamedTuple):
    """A product order as it is now.

    Attributes:
        row: Its record.
        record: Its order's.
        stored_row: What the state has of it; None where it is as the seed has it.
        stored_record: The same of its order.
    """

    id: str
    row: Mapping[str, Any]
    record: Mapping[str, Any]
    stored_row: Any
    stored_record: Any

    @property
    def state(self) -> dict[str, Any]:
        """The fields that product orders are told apart by."""
        return read_state(self.record, self.row["productOrder"])

    @property
    def cell(self) -> Cell:
        """The same as the lifecycle names it."""
        return state_of(self.state)

    @property
    def feed(self) -> Mapping[str, Any]:
        """What its newest row in the feed says: `type`, `at`, `productOrderStatus` and, if it has one, the claim."""
        return self.row.get("feed") or read_first_feed(self.record)

    @property
    def moments(self) -> dict[str, float]:
        """Epoch seconds by column of the index."""
        record, row = self.record, self.row
        moments = {"ORDERED_DATETIME": record["ordered_at"], "feed": self.feed["at"], **row["moments"]}
        if "paid_at" in record:
            moments["PAYED_DATETIME"] = record["paid_at"]
        due = row.get("due", record.get("due"))
        if due is not None and self.cell in TIME_ACTIONS:
            moments["due"] = due
        return moments


class Book:
    """All product orders of a session, found by id and by moment.

    What it remembers follows from the seed and the session's state and is made again where it is not there, so any
    number of them may be used over one state.

    Args:
        started: Epoch seconds at which the session started, from which on the seed's orders age.
    """

    def __init__(self, seed: Seed, state: State, *, started: float) -> None:
        self.seed = seed
        self.started = started
        self.spans = seed.spans
        self._state = state
        # Product order → order, of those that were placed, where both are asked for at once.
        self._placed_in: dict[str, str] = {}
        self._made: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self._index = Index()
        self._lock = Lock()
        # Number and entry of the newest event that the index has; None before it is filled.
        self._seen: tuple[int, Any] | None = None

    def order(self, order_id: str) -> Order | None:
        """The order of this id, placed or of the seed, of any seller."""
        order = self.seed.order(order_id)
        if order is None and (record := self._state.read(ORDERS, order_id)) is not None:
            return Order(order_id, int(record["ordered_at"]), tuple(record["product_order_ids"]), own=True)
        return order

    def find(self, id_: str) -> Item | None:
        """The product order of this id, if it is this shop's."""
        row = stored_row = self._state.read(PRODUCT_ORDERS, id_)
        if row is None:
            order = self.seed.product_order(id_)
            if order is None or not order.own:
                return None
            made, rows = self._make(order)
            row = rows[id_]
            record = self._state.read(ORDERS, order.order_id)
            return Item(id_, row, record or made, None, record)
        record = stored = self._state.read(ORDERS, row["order_id"])
        if record is None:
            order = self.seed.order(row["order_id"])
            # Product orders are written before their order, which makes all of them be there.
            if order is None:
                return None
            record = self._make(order)[0]
        return Item(id_, row, record, stored_row, stored)

    def is_others(self, id_: str) -> bool:
        """Whether there is a product order of this id that another seller has."""
        order = self.seed.product_order(id_)
        return order is not None and not order.own

    def parts(self, item: Item) -> list[Item]:
        """All product orders of its order."""
        return [found for id_ in item.record["product_order_ids"] if (found := self.find(id_))]

    def iter_items(self) -> Iterator[Item]:
        """All product orders as they are now: placed ones, the newest order first, then those of the seed."""
        placed = [
            (each["ordered_at"], id_) for id_, each in self._state.read_all(ORDERS).items() if not self.seed.order(id_)
        ]
        for _, order_id in sorted(placed, reverse=True):
            record = self._state.read(ORDERS, order_id) or {"product_order_ids": ()}
            yield from (found for id_ in record["product_order_ids"] if (found := self.find(id_)))
        for order in reversed(self.seed):
            if order.own:
                yield from (found for id_ in order.product_order_ids if (found := self.find(id_)))

    def count_orders(self) -> int:
        """How many orders there are, those of other sellers included."""
        return len(self.seed) + sum(not self.seed.order(id_) for id_ in self._state.read_all(ORDERS))

    def iter_keys(self, column: str, since: tuple[int, str], until_ms: int) -> Iterator[tuple[int, str]]:
        """(epoch milliseconds, productOrderId) of a rangeType or of `feed`, from `since` up to and with `until_ms`."""
        self._refresh()
        parts = self._index.iter_keys(column, since, until_ms), self._iter_finished(column, since, until_ms)
        return self._iter_expected(merge(*parts))

    def expect(self, ids: Collection[str], logs: Sequence[str] = ()) -> None:
        """Have the state ask at once for product orders that are looked for next, where each question takes time."""
        if self._state.waits:
            found = [own.order_id if (own := self.seed.product_order(id_)) else self._placed_in.get(id_) for id_ in ids]
            # An order is written after its product orders, and read after them.
            wanted = [*((PRODUCT_ORDERS, id_) for id_ in ids), *((ORDERS, id_) for id_ in found if id_)]
            self._state.look_ahead(wanted, logs)

    def _iter_expected(self, keys: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The same keys; where it takes time to ask, so many of their product orders are asked for together."""
        if not self._state.waits:
            yield from keys
            return
        while some := list(islice(keys, _EXPECTED)):
            self.expect([id_ for _, id_ in some])
            yield from some

    def first_due(self) -> tuple[int, str] | None:
        """When time does something next, in epoch milliseconds, and to which product order."""
        self._refresh()
        return self._index.first("due")

    def look_again(self, id_: str) -> None:
        """Have the index know a product order as it is now, whatever events say."""
        item = self.find(id_)
        self._index.put(id_, item.moments if item else {})

    def _iter_finished(self, column: str, since: tuple[int, str], until_ms: int) -> Iterator[tuple[int, str]]:
        """Those of derived orders that are decided; all that happened to them follows from when they were made."""
        decided = int(self.seed.decided_s)
        shifts = {
            "ORDERED_DATETIME": 0,
            "PAYED_DATETIME": PAID_S,
            "DISPATCHED_DATETIME": SENT_S,
            "PURCHASE_DECIDED_DATETIME": decided,
            "feed": decided,
        }
        if column not in shifts:
            return
        shift = shifts[column]
        since_s, until_s = ceil(since[0] / 1_000) - shift, floor(until_ms / 1_000) - shift + 1
        for order in self.seed.iter_orders(since_s, until_s):
            key_ms = (order.ordered_at + shift) * 1_000
            for id_ in order.product_order_ids:
                if id_ not in self._index and order.own and (key_ms, id_) >= since:
                    yield key_ms, id_

    def _make(self, order: Order) -> tuple[dict[str, Any], dict[str, Any]]:
        made = self._made.get(order.order_id)
        if made is None:
            course = plot_course(order, self.spans, self.started)
            made = make_order(order, course, self.seed.seed, self.spans)
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[order.order_id] = made
        return made

    def _refresh(self) -> None:
        """Have the index know of all events.

        The lock is never held while the state is asked: that may be kept elsewhere, and waited for.
        """
        while (seen := self._seen) is None or seen[0] != self._state.last(LOG):
            news = self._read_news(seen) if seen else None
            if news is None:
                moments, newest = self._read_all()
            else:
                ours = (each for _, each in news if each["provider"] == "naver")
                changed = {each["product_order_id"]: each["order_id"] for each in ours}
                if self._state.waits:
                    self._placed_in |= changed
                    self.expect(changed, (LOG,))
                items = [self.find(id_) for id_ in changed]
                moments, newest = {item.id: item.moments for item in items if item}, news[-1]
            with self._lock:
                if self._seen is not seen:
                    # Another call was faster.
                    continue
                if news is None:
                    self._index.fill(moments)
                else:
                    for id_, each in moments.items():
                        self._index.put(id_, each)
                self._seen = newest

    def _read_news(self, seen: tuple[int, Any]) -> list[tuple[int, Any]] | None:
        """Events since the one that was seen, that one first; None where the log does not go on from it."""
        number, entry = seen
        news = self._state.entries(LOG, after=max(0, number - 1))
        # The log keeps so many, and another one may have been loaded: the newest that is known must be in it.
        if number:
            return news if news[:1] == [(number, entry)] else None
        return news if news and news[0][0] == 1 else None

    def _read_all(self) -> tuple[dict[str, Mapping[str, float]], tuple[int, Any]]:
        """Moments of all product orders by id, and number and entry of the newest event before they were read."""
        last = self._state.last(LOG)
        newest = self._state.entries(LOG, after=last - 1) if last else []
        moments: dict[str, Mapping[str, float]] = {}
        written = set(self._state.read_all(PRODUCT_ORDERS))
        for order in (*self.seed.rows, *self.seed.iter_unfinished()):
            if order.own and order.state in MADE_BY_CLAIMS:
                # Their claims have moments of their own.
                written.update(order.product_order_ids)
            elif order.own:
                course = plot_course(order, self.spans, self.started).moments()
                moments |= dict.fromkeys(order.product_order_ids, course)
        for order_id, record in self._state.read_all(ORDERS).items():
            written.update(record["product_order_ids"])
            if self._state.waits:
                self._placed_in.update(dict.fromkeys(record["product_order_ids"], order_id))
        for _, id_ in self._iter_expected((0, id_) for id_ in written):
            if item := self.find(id_):
                moments[id_] = item.moments
        return moments, newest[0] if newest else (0, None)


def read_state(record: Mapping[str, Any], product_order: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that product orders are told apart by."""
    if "expired_at" in record:
        status = "CANCELED_BY_NOPAYMENT"
    else:
        status = product_order["productOrderStatus"] if "paid_at" in record else "PAYMENT_WAITING"
    state = {"productOrderStatus": status, "placeOrderStatus": product_order["placeOrderStatus"]}
    for name in ("claimType", "claimStatus", "giftReceivingStatus"):
        if name in product_order:
            state[name] = product_order[name]
    return state


def read_first_feed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The feed row of a product order to which nothing happened since its order was placed or paid."""
    if "paid_at" in record:
        return {"type": "PAYED", "at": record["paid_at"], "productOrderStatus": "PAYED"}
    return {"type": "PAY_WAITING", "at": record["ordered_at"], "productOrderStatus": "PAYMENT_WAITING"}
