"""What a Bootpay shop holds: key pairs and orders."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from jumun_mockserver.core.shop import Shop, own_key
from jumun_mockserver.providers.bootpay.seed import read_seed
from jumun_mockserver.providers.bootpay.written import Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.providers.bootpay.ledger import Ledger


@dataclass(frozen=True, slots=True)
class BootpayShop(Shop):
    """A session's Bootpay shop.

    Attributes:
        secrets: client_key → secret_key.
        written: What keeps `orders` up to date.
    """

    secrets: Mapping[str, str]
    written: Written

    @property
    def orders(self) -> Ledger:
        """The orders as they are now."""
        return self.written.ledger()


def open_shop(options: SessionOptions, shop: Shop) -> BootpayShop:
    """The shop of a session: the seed of its options, what was written since, and an application of its own.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """
    seed = read_seed(options)
    secrets = seed.secrets
    if shop.session_id:
        secrets = MappingProxyType({**secrets, own_key(shop.session_id, "bootpay"): own_key(shop.session_id, "secret")})
    return BootpayShop(**shop.parts(), secrets=secrets, written=Written(seed, shop.state))


def own_keys(shop: BootpayShop) -> dict[str, str]:
    """client_key and secret_key of the session's own application; of the first one for the default session."""
    own = own_key(shop.session_id, "bootpay")
    client_key = own if own in shop.secrets else next(iter(shop.secrets))
    return {"bootpay_client_key": client_key, "bootpay_secret_key": shop.secrets[client_key]}
