"""The reference client as a caller of the comparison: one case, played in this process."""

from __future__ import annotations

import traceback
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_client import ApiError, BootpayCommerceClient, NaverCommerceClient
from tests.client.world import FakeTime
from tests.interop.prepared import Prepared
from tests.interop.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from tests.interop.seen import Case


def ask(case: Case) -> Seen:
    """Outcome of the last call of a case. No one waits before retries."""
    timeouts_s: list[float | None] = []

    def watch(request: httpx.Request) -> None:
        timeouts_s.append(request.extensions["timeout"]["read"])

    settings: dict[str, Any] = {"transport": Prepared(watch), "timing": FakeTime().timing()}
    if case.timeout_s:
        settings["timeout"] = case.timeout_s
    client = None
    try:
        client = _open(case, settings)
        with client:
            values = [_METHODS[method](client, argument) for method, argument in case.calls]
        seen: dict[str, Any] = {"kind": "returned", "value": values[-1]}
    except (ApiError, TypeError, ValueError) as error:  # all that leaves a client
        status = error.status if isinstance(error, ApiError) else None
        seen = {"kind": "raised", "error": type(error).__name__, "status": status, "shown": traceback.format_exc()}
    return Seen(**seen, client=repr(client) if client else None, timeout_s=timeouts_s[-1] if timeouts_s else None)


def _open(case: Case, settings: dict[str, Any]) -> Any:
    if "client_key" in case.keys:
        settings |= case.keys
        return BootpayCommerceClient(base_url=case.base_url, **settings)
    # Where a token is refused half-way the client has the keys to another; else it has what the other callers have.
    wanted = ("client_id", "client_secret") if len(case.calls) > 1 else ("access_token",)
    settings |= {name: case.keys[name] for name in wanted}
    return NaverCommerceClient(base_url=f"{case.base_url}/external", **settings)


def _list_orders(client: BootpayCommerceClient, filters: Any) -> dict[str, Any]:
    """A page as the API has it, as far as cells mention it."""
    page = client.list_orders(**filters)
    rows = [{"order_name": each.order_name, "status": each.status, **each.extra} for each in page.orders]
    return {"count": page.count, "list": rows}


def _ids(client: NaverCommerceClient, order: str) -> list[str]:
    return list(client.product_order_ids(order).product_order_ids)


def _show_order(client: BootpayCommerceClient, order: str) -> dict[str, Any]:
    return {"order_id": client.show_order(order).order_id}


_METHODS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"list": _list_orders, "detail": _show_order, "ids": _ids}
)
