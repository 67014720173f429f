"""What a Bootpay shop holds: key pairs and orders."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.shop import Shop, own_key
from jumun_mockserver.providers.bootpay.seed import read_seed
from jumun_mockserver.providers.bootpay.written import Written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.providers.bootpay.ledger import Ledger
    from jumun_mockserver.providers.bootpay.subscriptions.contracts import Contracts
    from jumun_mockserver.providers.bootpay.subscriptions.steps import Terms


@dataclass(frozen=True, slots=True)
class BootpayShop(Shop):
    """A session's Bootpay shop.

    Attributes:
        secrets: client_key → secret_key.
        scopes: client_key → families of operations that it may call; a key that is not there may call all.
        settings: lifecycle.yaml.
        invoices: Id → invoice, as they were at first.
        terms: What contracts follow.
        written: What keeps `orders` and `contracts` up to date.
    """

    secrets: Mapping[str, str]
    scopes: Mapping[str, Collection[str]]
    settings: Mapping[str, Any]
    invoices: Mapping[str, dict[str, Any]]
    terms: Terms
    written: Written

    @property
    def orders(self) -> Ledger:
        """The orders as they are now."""
        return self.written.ledger()

    @property
    def contracts(self) -> Contracts:
        """The subscriptions as they are now."""
        return self.written.contracts()


def open_shop(options: SessionOptions, shop: Shop) -> BootpayShop:
    """The shop of a session: the seed of its options, what was written since, and an application of its own.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """
    seed = read_seed(options)
    secrets = seed.secrets
    if shop.session_id:
        secrets = MappingProxyType({**secrets, own_key(shop.session_id, "bootpay"): shop.secret})
    shop.state.swap("session", "started", None, shop.clock.now())
    return BootpayShop(
        **shop.parts(),
        secrets=secrets,
        scopes=seed.scopes,
        settings=seed.settings,
        invoices=seed.invoices,
        terms=seed.terms,
        written=Written(seed, shop.state, started=shop.state.read("session", "started")),
    )


def own_keys(shop: BootpayShop) -> dict[str, str]:
    """client_key and secret_key of the session's own application; of the first one for the default session."""
    own = own_key(shop.session_id, "bootpay")
    client_key = own if own in shop.secrets else next(iter(shop.secrets))
    return {"bootpay_client_key": client_key, "bootpay_secret_key": shop.secrets[client_key]}
