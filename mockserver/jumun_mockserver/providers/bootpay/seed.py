"""What all sessions of the same options share of a Bootpay shop: its keys and its orders as they were at first."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap

from jumun_mockserver.core.seed import Shared, fingerprint, read_lifecycle, read_rows
from jumun_mockserver.providers.bootpay.derived import Derived
from jumun_mockserver.providers.bootpay.filters import shown
from jumun_mockserver.providers.bootpay.rows import Rows
from jumun_mockserver.providers.bootpay.subscriptions.seeded import derive_rows
from jumun_mockserver.providers.bootpay.subscriptions.steps import Terms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jumun_mockserver.core.data_folder import DataFolder
    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.providers.bootpay.filters import Row

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
_RENDERED_AT_MOST = 4_096


class Seed:
    """Packaged orders, those of the user's folder in place of packaged ones, and derived ones. Never changed.

    Attributes:
        secrets: client_key → secret_key.
        scopes: client_key → families of operations that it may call; a key that is not there may call all.
        settings: lifecycle.yaml.
        invoices: Id → invoice.
        terms: What contracts follow, of lifecycle.yaml.
        rows: Packaged orders and the user's.
        derived: The others.
        hidden: Indices of derived orders in whose place one of the rows is.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """

    def __init__(self, data: DataFolder | None, seed: str, orders: int, profile: str) -> None:
        applications = read_rows("bootpay", "applications", data=data)
        rows = read_rows("bootpay", "orders", data=data)
        self.profile = profile
        self.secrets: Mapping[str, str] = MappingProxyType(
            {key: row["secret_key"] for key, row in applications.items()}
        )
        self.scopes: Mapping[str, Collection[str]] = MappingProxyType(
            {key: row["scopes"] for key, row in applications.items() if "scopes" in row}
        )
        self.settings = read_lifecycle("bootpay", data=data)
        self.invoices = read_rows("bootpay", "invoices", data=data)
        plan = self.settings["subscription"]
        self.terms = Terms(seed, self.settings["cycles"], plan["fee_percent"], plan["cycle"], plan["total_duration"])
        self._contracts = read_rows("bootpay", "subscriptions", data=data)
        self.rows = Rows.sort(rows.values(), profile)
        self.derived = Derived(seed, orders, profile)
        self.hidden = BitMap([index for order_id in rows if (index := self.derived.find(order_id)) is not None])
        self._rendered: dict[int, dict[str, Any]] = {}

    @cached_property
    def contracts(self) -> list[dict[str, Any]]:
        """Contracts in the form of the data files: packaged ones, the user's, and those that derived orders name."""
        derived = {row["order_subscription_id"]: row for row in derive_rows(self.derived, self.terms.seed)}
        return list({**derived, **self._contracts}.values())

    def find_order(self, text: str) -> Row | None:
        """The order of an order_id or order_number, as it was at first."""
        index = None if (row := self.rows.find(text)) is not None else self.derived.find(text)
        return row if index is None else self.derived.row(index)

    def shown_row(self, index: int) -> dict[str, Any]:
        """A derived order as the list shows it. Those that were looked at are kept, up to a bound."""
        found = self._rendered.get(index)
        if found is None:
            if len(self._rendered) >= _RENDERED_AT_MOST:
                self._rendered = {}
            found = self._rendered[index] = show(self.derived.row(index), self.profile)
        return found


_SEEDS: Shared[Seed] = Shared()


def read_seed(options: SessionOptions) -> Seed:
    """The seed of these options, made unless a session has it already.

    Raises:
        DocumentError: A fault in a file.
        ValueError: More orders than ORDERS_AT_MOST.
    """
    data, seed, orders, profile = options.data, options.seed, options.orders, options.profile
    key = (fingerprint(data, ["bootpay"]), seed, orders, profile)
    return _SEEDS.get(key, lambda: Seed(data, seed, orders, profile))


def show(row: Row, profile: str) -> dict[str, Any]:
    """What the list shows of an order, keys in the page's order."""
    seen = {key: row[key] for key in _SHOWN}
    for status in ("status", "receipt_status"):
        seen[status] = shown(status, seen[status], profile)
    return seen
