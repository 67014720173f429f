"""What a NAVER shop holds: applications with their secrets, and orders with their product orders."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from jumun_mockserver.core.shop import Shop, own_key, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from jumun_mockserver.core.session.options import SessionOptions

_FIRST_DAY = date(2026, 1, 1)
_DAYS = 300
# bcrypt's alphabet has no - and no _.
_TO_BCRYPT = str.maketrans("-_", "./")
# A prime to the modulus below, so that no two indices give the same digits.
_STEP, _MODULUS = 7_919, 1_000_000


@dataclass(frozen=True, slots=True)
class Application:
    """A client of the API.

    Attributes:
        client_secret: A bcrypt salt.
        accounts: Sellers that delegated to it.
        static_tokens: Tokens that are good at any time.
    """

    client_id: str
    client_secret: str
    accounts: frozenset[str]
    static_tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order.

    Attributes:
        product_order_ids: In the order in which they are listed.
        own: Whether it is this shop's.
    """

    product_order_ids: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Seed:
    """What a shop starts from.

    Attributes:
        applications: By client_id.
        orders: By orderId.
        static_tokens: Token → client_id.
    """

    applications: Mapping[str, Application]
    orders: Mapping[str, Order]
    static_tokens: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NaverShop(Shop):
    """A session's NAVER shop.

    Attributes:
        applications: By client_id; the session's own among them.
        orders: By orderId.
        static_tokens: Token → client_id.
    """

    applications: Mapping[str, Application]
    orders: Mapping[str, Order]
    static_tokens: Mapping[str, str]


def open_shop(options: SessionOptions, shop: Shop) -> NaverShop:
    """The shop of a session: packaged data, the user's, as much more as the options ask for, and the session's keys.

    Raises:
        DocumentError: A fault in a file.
    """
    # What is packaged does not change; a folder may.
    packaged, seed = options.data is None, options.seed
    data = _read_packaged(seed, options.orders) if packaged else _read(options.data, seed, options.orders)
    applications = data.applications
    if shop.session_id:
        own = Application(own_key(shop.session_id, "naver"), _own_secret(shop.session_id), frozenset(), ())
        applications = MappingProxyType({**applications, own.client_id: own})
    return NaverShop(**shop.parts(), applications=applications, orders=data.orders, static_tokens=data.static_tokens)


def own_keys(shop: NaverShop) -> dict[str, str]:
    """client_id and client_secret of the session's own application; of the first one for the default session."""
    own = shop.applications.get(own_key(shop.session_id, "naver")) or next(iter(shop.applications.values()))
    return {"naver_client_id": own.client_id, "naver_client_secret": own.client_secret}


def _own_secret(session_id: str) -> str:
    """A bcrypt salt: 21 characters and one of those that may be the last."""
    digest = hashlib.sha256(session_id.encode()).digest()
    return f"$2a$04${urlsafe_b64encode(digest).decode().translate(_TO_BCRYPT)[:21]}."


def _read(data: Traversable | None, seed: str, orders: int) -> Seed:
    applications = {
        client_id: Application(
            client_id,
            row["client_secret"],
            frozenset(row.get("accounts", ())),
            tuple(row.get("static_tokens", ())),
        )
        for client_id, row in read_rows("naver", "applications", key="client_id", data=data).items()
    }
    rows = read_rows("naver", "orders", key="order_id", data=data)
    known = {
        order_id: Order(tuple(row["product_order_ids"]), row.get("seller", "own") == "own")
        for order_id, row in rows.items()
    }
    return Seed(
        MappingProxyType(applications),
        MappingProxyType(dict(_iter_derived(seed, orders)) | known),
        MappingProxyType({token: app.client_id for app in applications.values() for token in app.static_tokens}),
    )


@lru_cache(maxsize=16)
def _read_packaged(seed: str, orders: int) -> Seed:
    return _read(None, seed, orders)


def _iter_derived(seed: str, number: int) -> Iterator[tuple[str, Order]]:
    """Orders with ids as live ones look: day and eight digits; product orders ten apart, numbers of their own."""
    for index in range(number):
        digest = hashlib.sha256(f"{seed}:naver:{index}".encode()).digest()
        day = f"{_FIRST_DAY + timedelta(days=digest[0] * _DAYS // 256):%Y%m%d}"
        digits = f"{(index * _STEP) % _MODULUS:06d}"
        items = 1 + digest[1] % 5
        yield (
            f"{day}{digits}{10 + digest[2] % 90}",
            Order(tuple(f"{day}{digits}{item}1" for item in range(items)), own=True),
        )
