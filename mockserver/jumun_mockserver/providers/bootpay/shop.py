"""What a Bootpay shop holds: key pairs, and orders with the fields that the list filters by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.core.shop import Shop, own_key, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from jumun_mockserver.core.session.options import SessionOptions

KST = timedelta(hours=9)

# Derived orders are older than the documented one, which stays the newest.
_NEWEST = datetime(2025, 7, 11, 2, 52, 9, tzinfo=UTC)
_NAMES = ("머그컵", "텀블러", "다이어리", "만년필", "이불", "책상", "케이스", "정기배송")
_PEOPLE = ("홍길동", "김하나", "이두리", "박세온", "최네빛")
# Pairs that occur together: order status, receipt status.
_STATUSES = ((2, 1), (2, 1), (2, 1), (0, 0), (1, 0), (3, 1), (4, 20))
# The page knows no payment statuses but unpaid (0) and paid (1); the data has those of the SDKs' constants. That money
# which was given back counts as paid is assumed: such an order has a purchase date.
_ON_THE_PAGE = {2: 0, 5: 0, 20: 1}
_SHOWN = (
    "order_id",
    "order_name",
    "price",
    "status",
    "receipt_status",
    "order_number",
    "purchased_at",
    "created_at",
    "username",
    "user_email",
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the list's filters see it.

    Attributes:
        row: What the list shows, keys in the page's order.
        created_on: Days by Korean time, as YYYY-MM-DD.
        purchased_on: Likewise; '' while it is not paid.
        texts: What `keyword` is looked for in, case folded.
    """

    row: Mapping[str, Any]
    created_at: datetime
    created_on: str
    purchased_on: str
    texts: tuple[str, ...]
    user_id: str | None
    user_group_id: str | None
    order_subscription_ids: frozenset[str]
    subscription_billing_type: int


@dataclass(frozen=True, slots=True)
class Seed:
    """What a shop starts from.

    Attributes:
        secrets: client_key → secret_key.
        orders: Newest first; of two made at once, the one with the larger order_id.
        ids: Every order_id and order_number.
    """

    secrets: Mapping[str, str]
    orders: tuple[Order, ...]
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class BootpayShop(Shop):
    """A session's Bootpay shop.

    Attributes:
        secrets: client_key → secret_key; the session's own among them.
        orders: Newest first.
        ids: Every order_id and order_number.
    """

    secrets: Mapping[str, str]
    orders: tuple[Order, ...]
    ids: frozenset[str]

    def has_order(self, order_id: str) -> bool:
        """Whether there is an order of this order_id or order_number."""
        return order_id in self.ids


def open_shop(options: SessionOptions, shop: Shop) -> BootpayShop:
    """The shop of a session: packaged data, the user's, as much more as the options ask for, and the session's keys.

    Raises:
        DocumentError: A fault in a file.
    """
    # What is packaged does not change; a folder may.
    wanted = (options.seed, options.orders, options.profile)
    data = _read_packaged(*wanted) if options.data is None else _read(options.data, *wanted)
    secrets = data.secrets
    if shop.session_id:
        own = {own_key(shop.session_id, "bootpay"): own_key(shop.session_id, "secret")}
        secrets = MappingProxyType({**secrets, **own})
    return BootpayShop(**shop.parts(), secrets=secrets, orders=data.orders, ids=data.ids)


def own_keys(shop: BootpayShop) -> dict[str, str]:
    """client_key and secret_key of the session's own application; of the first one for the default session."""
    own = own_key(shop.session_id, "bootpay")
    client_key = own if own in shop.secrets else next(iter(shop.secrets))
    return {"bootpay_client_key": client_key, "bootpay_secret_key": shop.secrets[client_key]}


def _read(data: Traversable | None, seed: str, orders: int, profile: str) -> Seed:
    applications = read_rows("bootpay", "applications", key="client_key", data=data)
    rows = {row["order_id"]: row for row in _iter_derived(seed, orders)}
    rows |= read_rows("bootpay", "orders", key="order_id", data=data)
    shown = (_order(row, profile) for row in rows.values())
    listed = sorted(shown, key=lambda each: (each.created_at, each.row["order_id"]), reverse=True)
    return Seed(
        MappingProxyType({key: row["secret_key"] for key, row in applications.items()}),
        tuple(listed),
        frozenset(order.row[key] for order in listed for key in ("order_id", "order_number")),
    )


@lru_cache(maxsize=16)
def _read_packaged(seed: str, orders: int, profile: str) -> Seed:
    return _read(None, seed, orders, profile)


def _order(row: Mapping[str, Any], profile: str) -> Order:
    created_at = parse_date_time(row["created_at"])
    shown = {key: row[key] for key in _SHOWN}
    if profile == "documented":
        shown["receipt_status"] = _ON_THE_PAGE.get(row["receipt_status"], row["receipt_status"])
    return Order(
        row=shown,
        created_at=created_at,
        created_on=_day(created_at),
        purchased_on=_day(parse_date_time(row["purchased_at"])) if row["purchased_at"] else "",
        texts=tuple((row.get(key) or "").casefold() for key in ("order_id", "order_name", "receipt_id")),
        user_id=row.get("user_id"),
        user_group_id=row.get("user_group_id"),
        order_subscription_ids=frozenset(row.get("order_subscription_ids", ())),
        subscription_billing_type=row.get("subscription_billing_type", 0),
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC) + KST:%Y-%m-%d}"


def _iter_derived(seed: str, number: int) -> Iterator[dict[str, Any]]:
    for index in range(number):
        digest = hashlib.sha256(f"{seed}:bootpay:{index}".encode()).digest()
        # An order every two hours or so back from the newest.
        created_at = _NEWEST - timedelta(hours=2 * index + 1, seconds=int.from_bytes(digest[:2], "big") % 3_600)
        status, receipt_status = _STATUSES[digest[2] % len(_STATUSES)]
        paid = receipt_status != 0
        person = digest[3] % len(_PEOPLE)
        stamp = f"{created_at:%Y-%m-%dT%H:%M:%SZ}"
        billing = digest[6] % 3
        yield {
            # An ObjectId begins with its second; the rest makes it the only one.
            "order_id": f"{int(created_at.timestamp()):08x}{digest[8:16].hex()}",
            "order_name": f"{_NAMES[digest[4] % len(_NAMES)]} {index + 1}",
            "price": 1_000 + 500 * (digest[5] % 200),
            "status": status,
            "receipt_status": receipt_status,
            "order_number": f"{created_at + KST:%y%m%d}{int.from_bytes(digest[16:22], 'big') % 10**14:014d}",
            "purchased_at": stamp if paid else None,
            "created_at": stamp,
            "username": _PEOPLE[person],
            "user_email": f"user{person}@example.com",
            "receipt_id": f"{int(created_at.timestamp()) + 1:08x}{digest[22:30].hex()}" if paid else None,
            "user_id": f"67e4b4425ec892162491d{0xE00 + person:03x}",
            "user_group_id": None,
            "order_subscription_ids": [f"685b7b10b0eacea5cd974{0xA00 + digest[7] % 16:03x}"] if billing else [],
            "subscription_billing_type": billing,
        }
