"""`naver.claims.…`: what a seller does about cancellations, returns and exchanges, one product order a call."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.claims import hold_claim, open_claim, redeliver, release_claim
from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.actions import WITH_COURIER, act_as_seller, check_courier, render_outcome
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

_SELLER = "판매자"
_COLLECTION = ("collectDeliveryMethod", "collectDeliveryCompany", "collectTrackingNumber")
_GENERIC = "9999"


def act_on_claim(action: str, call: Call, shop: NaverShop) -> dict[str, Any]:
    """Do an action of the lifecycle to the product order of the path; a failure is an item of the response."""
    id_, body = call.values["productOrderId"], call.body
    apply_due(shop)
    write = _EDITS.get(action)
    edit = partial(write, body, call.now) if write else None
    quantity = body.get("cancelQuantity", body.get("returnQuantity"))
    cause = _check_redelivery(body, shop) if shop.book.find(id_) else ""
    cause = cause or act_as_seller(id_, action, call, shop, edit=edit, quantity=quantity)
    outcome = render_outcome([(id_, cause)], shop)
    if shop.book.seed.claim_failures == "generic":
        outcome["failProductOrderInfos"] = [{**each, "code": _GENERIC} for each in outcome["failProductOrderInfos"]]
    return render_success(outcome, call, shop)


def _check_redelivery(body: Mapping[str, Any], shop: NaverShop) -> str:
    """The cause why the parcel of an exchange is not right, '' if it is, and for other calls; as of a dispatch."""
    if body.get("reDeliveryMethod") not in WITH_COURIER:
        return ""
    return check_courier(body.get("reDeliveryCompany", ""), body.get("reDeliveryTrackingNumber", ""), shop.profile)


def _request_cancel(body: Mapping[str, Any], now: float, row: dict[str, Any]) -> None:
    open_claim(
        row,
        "CANCEL",
        at=now,
        channel=_SELLER,
        reason=body["cancelReason"],
        detail=body.get("cancelDetailedReason"),
        quantity=body.get("cancelQuantity"),
    )


def _request_return(body: Mapping[str, Any], now: float, row: dict[str, Any]) -> None:
    open_claim(
        row,
        "RETURN",
        at=now,
        channel=_SELLER,
        reason=body["returnReason"],
        quantity=body.get("returnQuantity"),
        collection={name: body[name] for name in _COLLECTION if name in body},
    )


def _hold(kind: str, body: Mapping[str, Any], now: float, row: dict[str, Any]) -> None:
    hold_claim(
        row,
        by=_SELLER,
        reason=body["holdbackClassType"],
        detail=body[f"holdback{kind}DetailReason"],
        at=now,
        fee=body.get(f"extra{kind}FeeAmount"),
    )


def _release(_body: Mapping[str, Any], now: float, row: dict[str, Any]) -> None:
    release_claim(row, by=_SELLER, at=now)


def _redeliver(body: Mapping[str, Any], now: float, row: dict[str, Any]) -> None:
    redeliver(row, body, now)


_EDITS: Mapping[str, Callable[[Mapping[str, Any], float, dict[str, Any]], None]] = MappingProxyType(
    {
        "cancel.request": _request_cancel,
        "return.request": _request_return,
        "return.holdback": partial(_hold, "Return"),
        "return.release": _release,
        "exchange.holdback": partial(_hold, "Exchange"),
        "exchange.release": _release,
        "exchange.dispatch": _redeliver,
    }
)
"""Action → what it writes beside the new state, from body and epoch second, into a record."""
