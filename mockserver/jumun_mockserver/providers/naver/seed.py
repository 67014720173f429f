"""What all sessions of the same options share of a NAVER shop: applications, and its orders as they were at first."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from heapq import merge
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from jumun_mockserver.core.seed import Shared, fingerprint, read_lifecycle, read_rows
from jumun_mockserver.core.timeline import ORDERS_AT_MOST, Timeline
from jumun_mockserver.providers.naver.lifecycle import TIME_ACTIONS
from jumun_mockserver.providers.naver.times import KST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_mockserver.core.data_folder import DataFolder
    from jumun_mockserver.core.session.options import SessionOptions

# All derived orders are older.
_NEWEST = int(datetime(2026, 10, 28, tzinfo=KST).timestamp())
# After the order, in seconds; assumed.
CONFIRMED_S, SENT_S = 36 * 3_600, 72 * 3_600
_NO_FIELDS: Mapping[str, Any] = MappingProxyType({})
_SINGLES, _SEVERAL = ("single", "single", "options", "direct"), ("options", "bundle")
# Epoch seconds that are later than any day of an id.
_FOREVER = 1 << 40
_DAY_LENGTH, _ID_LENGTH = 8, 16
_DAY_S, _KST_S = 86_400, 9 * 3_600
# Prime to the modulus, so that no two indices give the same digits and the index can be worked out.
_STEP = 7_919
_STEP_BACK = pow(_STEP, -1, ORDERS_AT_MOST)
# Bytes that are drawn for an order: the last digits of its id, how many product orders it has; its moment takes two.
_LAST, _ITEMS, _MOMENT, _DRAWN = 0, 1, 2, 4
# The last two digits: an order's are 50 to 99, its product orders' 01, 11, … 41, so that no number is both.
_FIRST_LAST, _LASTS, _ITEMS_AT_MOST = 50, 50, 5


@dataclass(frozen=True, slots=True)
class Application:
    """A client of the API.

    Attributes:
        client_secret: A bcrypt salt.
        accounts: Sellers that delegated to it.
        static_tokens: Tokens that are good at any time.
        is_agency: Whether it is an agency's, whose calls are made under /partner.
    """

    client_id: str
    client_secret: str
    accounts: frozenset[str]
    static_tokens: tuple[str, ...]
    is_agency: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Order:
    """An order. Many are made for a page, hence no frozen dataclass: `Final` keeps it as it is.

    Attributes:
        ordered_at: Epoch seconds; of a row of a file, the midnight in Korea at which the day in its id begins, or 0
            where its digits are not a date.
        product_order_ids: In the order in which they are listed.
        own: Whether it is this shop's.
        template: Kind of order that it is.
        state: Of its product orders, as `lifecycle` names states.
        age_s: How long before the session's start it was placed; None where `ordered_at` says when.
        as_of: Epoch second at which it was in this state, from which on it ages; None for when it got into it.
        fields: What differs from the template, by the names of a product order query.
    """

    order_id: Final[str]
    ordered_at: Final[int]
    product_order_ids: Final[tuple[str, ...]]
    own: Final[bool]
    template: Final[str] = "single"
    state: Final[str] = "PAYED/NOT_YET"
    age_s: Final[int | None] = None
    as_of: Final[int | None] = None
    fields: Final[Mapping[str, Any]] = field(default_factory=lambda: _NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Spans:
    """Seconds until time does what it does to a product order; each by the name of the action."""

    expire: float
    refund: float
    deliver: float
    decide: float
    pick_up: float
    collect: float

    def of(self, state: str) -> float:
        """How long a product order stays in a state that time ends."""
        span: float = getattr(self, TIME_ACTIONS[state])
        return span


class Seed:
    """Packaged orders, those of the user's folder in place of packaged ones, and derived ones. Never changed.

    Derived order i is the same whatever their number. Nothing is made of it before it is looked at: its ids give the
    index, from which all else follows.

    Attributes:
        applications: By client_id.
        static_tokens: Token → client_id.
        seed: What all made-up data follows from.
        spans: How long it takes until time does something.
        approve_before_collection: Whether a return may be approved before it is collected.
        claim_failures: `specific` for claim calls that fail with the codes that were seen, `generic` for 9999 always.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """

    def __init__(self, data: DataFolder | None, seed: str, orders: int) -> None:
        self.applications: Mapping[str, Application] = MappingProxyType(
            {
                client_id: Application(
                    client_id,
                    row["client_secret"],
                    frozenset(row.get("accounts", ())),
                    tuple(row.get("static_tokens", ())),
                    row.get("agency", False),
                )
                for client_id, row in read_rows("naver", "applications", data=data).items()
            }
        )
        self.static_tokens: Mapping[str, str] = MappingProxyType(
            {token: app.client_id for app in self.applications.values() for token in app.static_tokens}
        )
        self._rows = {order_id: _read_order(row) for order_id, row in read_rows("naver", "orders", data=data).items()}
        lifecycle = read_lifecycle("naver", data=data)
        self.spans = Spans(**{name: each * 3_600 for name, each in lifecycle["hours"].items()})
        self.approve_before_collection: bool = lifecycle["approve_before_collection"]
        self.claim_failures: str = lifecycle["claim_failures"]
        self._by_product_order = {id_: order for order in self._rows.values() for id_ in order.product_order_ids}
        self._by_time = sorted(self._rows.values(), key=_time)
        self.seed = seed
        self._timeline = Timeline(newest=_NEWEST, size=orders, jitter=self._jitter)

    def order(self, order_id: str) -> Order | None:
        """The order of this orderId."""
        if (row := self._rows.get(order_id)) is not None:
            return row
        order = self._derived(order_id)
        return order if order and order.order_id == order_id else None

    def product_order(self, product_order_id: str) -> Order | None:
        """The order that has this product order."""
        if (row := self._by_product_order.get(product_order_id)) is not None:
            return row
        order = self._derived(product_order_id)
        if order is None or product_order_id not in order.product_order_ids or order.order_id in self._rows:
            return None
        return order

    @property
    def rows(self) -> Sequence[Order]:
        """Orders of files, by time, then orderId."""
        return self._by_time

    @property
    def decided_s(self) -> float:
        """How long after they were made derived orders are decided."""
        return SENT_S + self.spans.deliver + self.spans.decide

    def iter_unfinished(self) -> Iterator[Order]:
        """Derived orders that are not decided yet, which are the newest."""
        for index in range(self._timeline.count_since(_NEWEST - int(self.decided_s))):
            order = self._make(index)
            if order.state != "PURCHASE_DECIDED" and order.order_id not in self._rows:
                yield order

    def iter_orders(self, since: int, until: int) -> Iterator[Order]:
        """Orders that were made from epoch second `since` on and before `until`, by time, then orderId.

        The product orders of a shop in the order of time are theirs, one order after the other.
        """
        rows = self._by_time[
            bisect_left(self._by_time, since, key=_moment) : bisect_left(self._by_time, until, key=_moment)
        ]
        indices = range(self._timeline.count_since(until), self._timeline.count_since(since))
        derived = (order for order in map(self._make, reversed(indices)) if order.order_id not in self._rows)
        return merge(rows, derived, key=_time)

    def __iter__(self) -> Iterator[Order]:
        """All orders by time, then orderId."""
        return self.iter_orders(-_FOREVER, _FOREVER)

    def __reversed__(self) -> Iterator[Order]:
        """All orders, the newest first."""
        derived = (order for order in map(self._make, range(self._timeline.size)) if order.order_id not in self._rows)
        return merge(reversed(self._by_time), derived, key=_time, reverse=True)

    def __len__(self) -> int:
        """The number of orders."""
        replaced = sum((order := self._derived(id_)) is not None and order.order_id == id_ for id_ in self._rows)
        return len(self._rows) + self._timeline.size - replaced

    @cached_property
    def _draws(self) -> bytes:
        """Random bytes, so many for each order. SHAKE's output of any length begins with every shorter one."""
        return hashlib.shake_128(f"{self.seed}:naver:orders".encode()).digest(self._timeline.size * _DRAWN)

    def _jitter(self, index: int) -> int:
        at = index * _DRAWN + _MOMENT
        return int.from_bytes(self._draws[at : at + 2], "big")

    def _derived(self, id_: str) -> Order | None:
        """The derived order that an id would be of, by the digits that give the index; the caller compares the id."""
        digits = id_[_DAY_LENGTH:-2]
        if len(id_) != _ID_LENGTH or not (digits.isascii() and digits.isdecimal()):
            return None
        index = int(digits) * _STEP_BACK % ORDERS_AT_MOST
        return self._make(index) if index < self._timeline.size else None

    def _make(self, index: int) -> Order:
        """An order with ids as live ones look: day and eight digits; product orders ten apart, numbers of their own."""
        last, items = self._draws[index * _DRAWN + _LAST], self._draws[index * _DRAWN + _ITEMS]
        moment = self._timeline.moment(index)
        begin = f"{_write_day((moment + _KST_S) // _DAY_S)}{index * _STEP % ORDERS_AT_MOST:06d}"
        ids = tuple([f"{begin}{item}1" for item in range(1 + items % _ITEMS_AT_MOST)])
        templates = _SINGLES if len(ids) == 1 else _SEVERAL
        return Order(
            f"{begin}{_FIRST_LAST + last % _LASTS}",
            moment,
            ids,
            own=True,
            template=templates[last % len(templates)],
            state=find_state(_NEWEST - moment, self.spans),
            as_of=_NEWEST,
            fields=_NO_FIELDS,
        )


@lru_cache(maxsize=4096)
def _write_day(day: int) -> str:
    """A day in Korea, counted from 1970, as eight digits. Many orders are of one."""
    return f"{datetime.fromtimestamp(day * _DAY_S, UTC):%Y%m%d}"


def find_state(age_s: float, spans: Spans) -> str:
    """The state of a derived order of this age."""
    for state, until in (
        ("PAYED/NOT_YET", CONFIRMED_S),
        ("PAYED/OK", SENT_S),
        ("DELIVERING", SENT_S + spans.deliver),
        ("DELIVERED", SENT_S + spans.deliver + spans.decide),
    ):
        if age_s < until:
            return state
    return "PURCHASE_DECIDED"


def _read_order(row: Mapping[str, Any]) -> Order:
    """A row of a file."""
    id_, ids, hours = row["order_id"], tuple(row["product_order_ids"]), row.get("hours_ago")
    return Order(
        id_,
        _day(id_),
        ids,
        own=row.get("seller", "own") == "own",
        template=row.get("template", "single" if len(ids) == 1 else "options"),
        state=row.get("state", "PAYED/NOT_YET"),
        age_s=None if hours is None else int(hours * 3_600),
        fields=row.get("with", {}),
    )


_SEEDS: Shared[Seed] = Shared()
_moment = attrgetter("ordered_at")
_time = attrgetter("ordered_at", "order_id")


def read_seed(options: SessionOptions) -> Seed:
    """The seed of these options, made unless a session has it already.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """
    data, seed, orders = options.data, options.seed, options.orders
    return _SEEDS.get((fingerprint(data, ["naver"]), seed, orders), lambda: Seed(data, seed, orders))


def _day(order_id: str) -> int:
    try:
        return int(datetime.strptime(order_id[:_DAY_LENGTH], "%Y%m%d").replace(tzinfo=KST).timestamp())
    except ValueError:
        return 0
