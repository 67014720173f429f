"""Claims of a product order: opened, moved on, ended, and as responses show them.

A record of `book` keeps them under `claims`, the newest last: `type` as claimType, `block` as a query shows it under
the name of its kind, and `admitted`, the date of approval, once there is one. Field names:
https://apicenter.commerce.naver.com, product order query; what a block holds in which state is assumed where no live
response shows it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.lifecycle import CLAIMS
from jumun_mockserver.providers.naver.times import KST, render_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REFUND_DAYS = 3
# KRW for one way, where the buyer pays; assumed. What was sent without a fee is paid for both ways.
_ONE_WAY = 3_000
# discussion #1170; all other reasons are the seller's.
_BUYERS_REASONS = frozenset(
    (
        "INTENT_CHANGED",
        "COLOR_AND_SIZE",
        "WRONG_ORDER",
        "SIMPLE_INTENT_CHANGED",
        "MISTAKE_ORDER",
        "DELAYED_DELIVERY_BY_PURCHASER",
        "PRODUCT_UNSATISFIED_BY_PURCHASER",
    )
)
# The courier of the product collects whatever a call says (seen live).
_BY_THE_PRODUCTS_COURIER = ("RETURN_DESIGNATED", "RETURN_DELIVERY")
_REDELIVERY = ("reDeliveryMethod", "reDeliveryCompany", "reDeliveryTrackingNumber")
# Of the fields of an address a claim's has no coordinates.
_ADDRESS = ("zipCode", "baseAddress", "addressType", "detailedAddress", "tel1", "tel2", "isRoadNameAddress", "name")
_DONE = {"CANCEL": "CANCELED", "RETURN": "RETURNED"}
# How completedClaims, which has one form for all kinds, names fields of the blocks.
_COMPLETED = {
    "cancelReason": "claimRequestReason",
    "returnReason": "claimRequestReason",
    "exchangeReason": "claimRequestReason",
    "cancelDetailedReason": "claimRequestDetailContent",
    "returnDetailedReason": "claimRequestDetailContent",
    "exchangeDetailedReason": "claimRequestDetailContent",
    "cancelCompletedDate": "claimCompleteOperationDate",
    "returnCompletedDate": "claimCompleteOperationDate",
    "cancelApprovalDate": "claimRequestAdmissionDate",
}
_BEFORE = "EXCHANGE_REDELIVERING"
_RETURN = (("RETURN_REQUEST", "CLAIM_REQUESTED"), ("RETURN/COLLECTING", None), ("RETURN/COLLECT_DONE", "COLLECT_DONE"))
_EXCHANGE = (
    ("EXCHANGE_REQUEST", "CLAIM_REQUESTED"),
    ("EXCHANGE/COLLECTING", None),
    ("EXCHANGE/COLLECT_DONE", "COLLECT_DONE"),
    (_BEFORE, "CLAIM_REDELIVERING"),
)
MADE_BY_CLAIMS: Mapping[str, tuple[str, tuple[tuple[str, str | None], ...]]] = MappingProxyType(
    {
        "PAYED/CANCEL_REQUEST": ("CANCEL", (("PAYED/CANCEL_REQUEST", "CLAIM_REQUESTED"),)),
        "PAYED/CANCELING": ("CANCEL", (("PAYED/CANCELING", "CLAIM_REQUESTED"),)),
        "CANCELED": ("CANCEL", (("CANCELED", "CLAIM_COMPLETED"),)),
        "DELIVERED/HOLDBACK": ("", ()),
        **{to: ("RETURN", _RETURN[: index + 1]) for index, (to, _) in enumerate(_RETURN)},
        "RETURNED": ("RETURN", (*_RETURN, ("RETURNED", "CLAIM_COMPLETED"))),
        **{to: ("EXCHANGE", _EXCHANGE[: index + 1]) for index, (to, _) in enumerate(_EXCHANGE)},
        "EXCHANGED": ("EXCHANGE", (*_EXCHANGE, ("EXCHANGED", "CLAIM_COMPLETED"))),
    }
)
"""State → the claimType that brings it about, and its steps: state and lastChangedType."""


def open_claim(
    row: dict[str, Any],
    kind: str,
    *,
    at: float,
    channel: str,
    reason: str,
    detail: str | None = None,
    quantity: int | None = None,
    collection: Mapping[str, str] | None = None,
) -> None:
    """Add a claim to a record; the transition sets its status.

    Args:
        kind: claimType.
        at: Epoch seconds.
        channel: Who asks, as requestChannel shows it.
        quantity: None for all that remains.
        collection: How a return or an exchange is collected; fields of the block. None for as the product was sent.
    """
    product_order = row["productOrder"]
    name = kind.lower()
    block: dict[str, Any] = {
        "claimId": _make_id(product_order["productOrderId"], len(row.get("claims", ())), at),
        "claimStatus": "",
        "claimRequestDate": render_time(at),
        "requestChannel": channel,
        f"{name}Reason": reason,
    }
    if detail is not None:
        block[f"{name}DetailedReason"] = detail
    block["requestQuantity"] = product_order["remainQuantity"] if quantity is None else quantity
    if kind != "EXCHANGE":
        block["refundExpectedDate"] = _midnight(at, _REFUND_DAYS)
    if kind != "CANCEL":
        block |= _make_collection(row, collection)
        if reason in _BUYERS_REASONS:
            ways = 2 if kind == "EXCHANGE" or product_order["deliveryFeeAmount"] == 0 else 1
            block |= {
                "claimDeliveryFeeDemandAmount": ways * _ONE_WAY,
                "claimDeliveryFeePayMeans": "지금 결제함" if kind == "EXCHANGE" else "환불금에서 차감",
            }
    row["claims"] = [*row.get("claims", ()), {"type": kind, "block": block}]
    product_order["claimId"] = block["claimId"]
    row["moments"]["CLAIM_REQUESTED_DATETIME"] = at


def make_claim(row: dict[str, Any], state: str, at: float) -> None:
    """Have a record of the seed be in a state of MADE_BY_CLAIMS, by what a buyer asked for at epoch second `at`.

    All steps of the claim are of that moment.
    """
    if state == "DELIVERED/HOLDBACK":
        hold_decision(row["productOrder"])
        return
    kind, steps = MADE_BY_CLAIMS[state]
    open_claim(row, kind, at=at, channel="구매회원", reason="INTENT_CHANGED")
    feed = ""
    for to, type_ in steps:
        if to == _BEFORE:
            redeliver(row, {"reDeliveryMethod": "DIRECT_DELIVERY"}, at)
        move_claim(row, to, type_, at)
        feed = type_ or feed
    product_order = row["productOrder"]
    shown = {name: product_order[name] for name in ("productOrderStatus", "claimType", "claimStatus")}
    row["feed"] = {"type": feed, "at": at, **shown}


def find_current(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The claim that the product order's claimId names, or the newest one; None if it never had any."""
    return _current(row) if row.get("claims") else None


def edit_block(row: dict[str, Any], fields: Mapping[str, Any]) -> None:
    """Set fields of the current claim's block."""
    current = _current(row)
    _replace(row, {**current, "block": {**current["block"], **fields}})


def hold_claim(row: dict[str, Any], *, by: str, reason: str, detail: str, at: float, fee: float | None = None) -> None:
    """Hold the current claim back.

    Args:
        by: As holdbackConfigurer shows it.
        reason: holdbackReason.
        fee: What else the buyer is to pay, in KRW. That it is the block's other fee is assumed.
    """
    held = {
        "holdbackStatus": "HOLDBACK",
        "holdbackReason": reason,
        "holdbackDetailedReason": detail,
        "holdbackConfigDate": render_time(at),
        "holdbackConfigurer": by,
    }
    edit_block(row, held if fee is None else {**held, "etcFeeDemandAmount": round(fee)})


def release_claim(row: dict[str, Any], *, by: str, at: float) -> None:
    """Release the current claim; `by` as holdbackReleaser shows it."""
    edit_block(row, {"holdbackStatus": "RELEASED", "holdbackReleaseDate": render_time(at), "holdbackReleaser": by})


def redeliver(row: dict[str, Any], given: Mapping[str, Any], at: float) -> None:
    """Send the exchanged product: by reDeliveryMethod, reDeliveryCompany and reDeliveryTrackingNumber as given."""
    method = given.get("reDeliveryMethod", "DELIVERY" if "reDeliveryTrackingNumber" in given else "NOTHING")
    fields = {name: given[name] for name in _REDELIVERY if name in given}
    address = _shorten(row["productOrder"].get("shippingAddress", {}))
    edit_block(
        row,
        {
            "reDeliveryMethod": method,
            **fields,
            "reDeliveryStatus": "DELIVERING" if method == "DELIVERY" else "NOT_TRACKING",
            "reDeliveryOperationDate": render_time(at),
            **({"reDeliveryAddress": address} if address else {}),
        },
    )


def move_claim(row: dict[str, Any], to: str, feed: str | None, at: float) -> None:
    """Write what a step to a state means for the current claim, and for the product order what the claim means.

    Args:
        feed: The lastChangedType of the step, which says whether the claim ends, and how.
    """
    kind = _current(row)["type"]
    if feed == "CLAIM_REJECTED":
        _set_status(row, f"{kind}_REJECT")
    elif feed == "CLAIM_COMPLETED":
        _complete(row, at)
    else:
        status = CLAIMS[to][1]
        _set_status(row, status)
        if status == "COLLECTING":
            edit_block(row, {"collectStatus": "DELIVERING"})
        elif status == "COLLECT_DONE":
            edit_block(row, {"collectStatus": "DELIVERED", "collectCompletedDate": render_time(at)})
            row["moments"]["COLLECT_COMPLETED_DATETIME"] = at


def hold_decision(product_order: dict[str, Any]) -> None:
    """Hold the purchase decision back: a claim that has no block of its own."""
    type_, status = CLAIMS["DELIVERED/HOLDBACK"]
    product_order |= {"claimType": type_, "claimStatus": status}
    product_order.pop("claimId", None)


def resume_exchange(row: dict[str, Any]) -> None:
    """Have the exchange that is redelivered be the claim again, now that the one after it is over."""
    if (before := _find_before(row)) is not None:
        row["productOrder"] |= {
            "claimType": before["type"],
            "claimStatus": before["block"]["claimStatus"],
            "claimId": before["block"]["claimId"],
        }


def show_claims(row: Mapping[str, Any], *, quantity_claims: bool) -> dict[str, Any]:
    """`beforeClaim`, `currentClaim` and, where claims for a part are known of, `completedClaims` of a record."""
    current = find_current(row)
    if current is None:
        return {}
    shown: dict[str, Any] = {}
    if (before := _find_before(row)) is not None:
        shown["beforeClaim"] = {"exchange": before["block"]}
    shown["currentClaim"] = {current["type"].lower(): current["block"]}
    completed = [_show_completed(each) for each in row["claims"] if "admitted" in each]
    if completed and quantity_claims:
        shown["completedClaims"] = completed
    return shown


def _find_before(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The exchange that was being redelivered when the current claim was requested."""
    current = _current(row)
    redelivered = (each for each in reversed(row["claims"]) if each["block"]["claimStatus"] == _BEFORE)
    return next((each for each in redelivered if each is not current), None)


def _current(row: Mapping[str, Any]) -> Mapping[str, Any]:
    claims: Sequence[Mapping[str, Any]] = row["claims"]
    named = row["productOrder"].get("claimId")
    return next((each for each in claims if each["block"]["claimId"] == named), claims[-1])


def _replace(row: dict[str, Any], claim: Mapping[str, Any]) -> None:
    """Put a changed claim in the place of the current one."""
    current = _current(row)
    row["claims"] = [claim if each is current else each for each in row["claims"]]


def _set_status(row: dict[str, Any], status: str) -> None:
    edit_block(row, {"claimStatus": status})
    row["productOrder"] |= {"claimType": _current(row)["type"], "claimStatus": status}


def _complete(row: dict[str, Any], at: float) -> None:
    """End the current claim well; the product order itself ends with it if nothing remains."""
    claim, product_order = _current(row), row["productOrder"]
    kind, date = claim["type"], render_time(at)
    fields: dict[str, Any] = {}
    if kind == "EXCHANGE":
        product_order["productOrderStatus"] = "EXCHANGED"
        if claim["block"]["reDeliveryStatus"] == "DELIVERING":
            fields["reDeliveryStatus"] = "DELIVERY_COMPLETION"
    else:
        fields |= {f"{kind.lower()}CompletedDate": date, "refundStandbyStatus": "환불처리완료"}
        remain = product_order["remainQuantity"] - claim["block"]["requestQuantity"]
        _sink(product_order, remain)
        if not remain:
            product_order["productOrderStatus"] = _DONE[kind]
    if kind == "CANCEL":
        fields["cancelApprovalDate"] = date
    _set_status(row, f"{kind}_DONE")
    edit_block(row, fields)
    _replace(row, {**_current(row), "admitted": date})
    row["moments"]["CLAIM_COMPLETED_DATETIME"] = at


def _sink(product_order: dict[str, Any], remain: int) -> None:
    """Have so many pieces remain, with the money that goes with them; what was paid at first stays."""
    initial = product_order["initialQuantity"]
    product_order["remainQuantity"] = remain
    for key in [key for key in product_order if key.startswith("remain") and key.endswith("DiscountAmount")]:
        product_order[key] = product_order[key.replace("remain", "initial", 1)] * remain // initial
    total = product_order["initialProductAmount"] * remain // initial
    product_order["remainProductAmount"] = total
    product_order["remainPaymentAmount"] = total - product_order["remainProductDiscountAmount"]


def _show_completed(claim: Mapping[str, Any]) -> dict[str, Any]:
    block: Mapping[str, Any] = claim["block"]
    shown = {_COMPLETED.get(key, key): value for key, value in block.items()}
    ended = dict.fromkeys(("claimRequestAdmissionDate", "claimCompleteOperationDate"), claim["admitted"])
    return {"claimType": claim["type"], **shown, **ended}


def _make_collection(row: Mapping[str, Any], given: Mapping[str, str] | None) -> dict[str, Any]:
    """How, from where and to where a claim is collected."""
    product_order = row["productOrder"]
    sent_by_courier = row.get("delivery", {}).get("deliveryMethod") == "DELIVERY"
    given = given or {"collectDeliveryMethod": "RETURN_DELIVERY" if sent_by_courier else "RETURN_INDIVIDUAL"}
    method = given["collectDeliveryMethod"]
    if method in _BY_THE_PRODUCTS_COURIER:
        given = {"collectDeliveryMethod": method}
        if "expectedDeliveryCompany" in product_order:
            given["collectDeliveryCompany"] = product_order["expectedDeliveryCompany"]
    collection: dict[str, Any] = {"collectStatus": "NOT_REQUESTED", **given}
    if address := _shorten(product_order.get("shippingAddress", {})):
        collection["collectAddress"] = address
    return {**collection, "returnReceiveAddress": product_order["takingAddress"]}


def _shorten(address: Mapping[str, Any]) -> dict[str, Any]:
    return {key: address[key] for key in _ADDRESS if key in address}


def _make_id(product_order_id: str, ordinal: int, at: float) -> str:
    digest = hashlib.sha256(f"{product_order_id}:claim:{ordinal}".encode()).digest()
    return f"{datetime.fromtimestamp(at, KST):%Y%m%d}{int.from_bytes(digest[:6], 'big') % 100_000_000:08d}"


def _midnight(at: float, days: int) -> str:
    day = datetime.fromtimestamp(at, UTC).astimezone(KST) + timedelta(days=days)
    return render_time(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
