"""What a NAVER shop holds: applications with their secrets, and orders with their product orders."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.shop import Shop, own_key
from jumun_mockserver.providers.naver.book import Book
from jumun_mockserver.providers.naver.seed import Application, read_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.session.options import SessionOptions

# bcrypt's alphabet has no - and no _.
_TO_BCRYPT = str.maketrans("-_", "./")


class Shown(NamedTuple):
    """A product order as it was shown, and what it was shown from.

    Attributes:
        since: Epoch second from which on it is shown so.
    """

    since: float
    order_id: str
    stored_row: Any
    stored_record: Any
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NaverShop(Shop):
    """A session's NAVER shop.

    Attributes:
        applications: By client_id.
        static_tokens: Token → client_id.
        book: Its product orders.
        legacy_claims: Whether a query has claims under their old keys too; None for as the session's clock says.
        cuts_zeros: Whether moments of payloads lose the zeros at the end of their fraction, but for the first digit:
            seen live in 2023 and 2026, while the pages show three digits.
        read_lag: Seconds for which reads go on to show what was dispatched as it was before.
        shown: Product orders as they were shown last, by id and form, for `orders.rendering`.
    """

    applications: Mapping[str, Application]
    static_tokens: Mapping[str, str]
    book: Book
    legacy_claims: bool | None
    cuts_zeros: bool
    read_lag: float
    shown: dict[tuple[str, bool], Shown]


def open_shop(options: SessionOptions, shop: Shop) -> NaverShop:
    """The shop of a session: the seed of its options, what was written since, and an application of its own.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """
    seed = read_seed(options)
    applications = seed.applications
    if shop.session_id:
        own = Application(own_key(shop.session_id, "naver"), _own_secret(shop.secret), frozenset(), ())
        applications = MappingProxyType({**applications, own.client_id: own})
    shop.state.swap("session", "started", None, shop.clock.now())
    dates = options.payload_dates
    return NaverShop(
        **shop.parts(),
        applications=applications,
        static_tokens=seed.static_tokens,
        legacy_claims={"on": True, "off": False}.get(options.legacy_claims),
        book=Book(seed, shop.state, started=shop.state.read("session", "started")),
        cuts_zeros=dates == "cut" or (dates == "auto" and shop.profile == "observed"),
        read_lag=options.read_lag,
        shown={},
    )


def own_keys(shop: NaverShop) -> dict[str, str]:
    """client_id and client_secret of the session's own application; of the first one for the default session."""
    own = shop.applications.get(own_key(shop.session_id, "naver")) or next(iter(shop.applications.values()))
    return {"naver_client_id": own.client_id, "naver_client_secret": own.client_secret}


def _own_secret(secret: str) -> str:
    """A bcrypt salt: 21 characters and one of those that may be the last."""
    digest = hashlib.sha256(secret.encode()).digest()
    return f"$2a$04${urlsafe_b64encode(digest).decode().translate(_TO_BCRYPT)[:21]}."
