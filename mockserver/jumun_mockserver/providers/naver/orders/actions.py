"""What the calls that change product orders share: one by one, each failure an item of the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumun_contracts import load_contract
from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.naver.transitions import perform

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

IDS_AT_MOST = 30
WITH_COURIER = ("DELIVERY", "GDFW_ISSUE_SVC")
"""Delivery methods that need a courier and a tracking number."""
# The couriers' own checks are not known; what has no digit, or other signs, is not a tracking number. Assumed.
_TRACKING_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z-]{1,30}")


def check_count(items: Sized) -> None:
    """Refuse more product orders than a call takes.

    Raises:
        ApiError: `too_many_ids`.
    """
    if len(items) > IDS_AT_MOST:
        raise ApiError("too_many_ids", f"{len(items)} product orders are more than {IDS_AT_MOST}")


def act_as_seller(
    id_: str,
    action: str,
    call: Call,
    shop: NaverShop,
    *,
    edit: Callable[[dict[str, Any]], None] | None = None,
    quantity: int | None = None,
) -> str:
    """Do an action of the lifecycle to a product order; the cause or the code why it fails, '' if it does not."""
    if code := call.refused.get(id_):
        return code
    try:
        rule, _ = perform(id_, action, shop, actor="seller", at=call.now, edit=edit, quantity=quantity)
    except KeyError:
        return "not_own" if shop.book.is_others(id_) else "product_order_not_found"
    if rule and not rule.cause:
        return ""
    if item := shop.book.find(id_):
        why = f" and {rule.when.replace('_', ' ')}" if rule and rule.when else ""
        call.remarks.append(f"{id_} is {item.cell}{why}")
    return rule.cause if rule else "wrong_product_order_state"


def check_courier(company: str, number: str, profile: str) -> str:
    """The cause why a courier's code and a tracking number are not right, '' if they are; '' for one not given."""
    if not company:
        return "courier_missing"
    if company not in _couriers(profile):
        return "courier_unknown"
    if not number:
        return "tracking_number_missing"
    return "" if _TRACKING_NUMBER.fullmatch(number) else "tracking_number_invalid"


def _couriers(profile: str) -> frozenset[str]:
    known = load_contract("naver", profile).schemas["delivery-company"]["x-known-values"]
    return frozenset(each["value"] for each in known)


def render_failures(causes: list[tuple[str, str]], shop: NaverShop) -> list[dict[str, Any]]:
    """`failProductOrderInfos` for (id, cause or code) of each product order of a call; '' means success."""
    contract = load_contract("naver", shop.profile)
    failed = [(id_, contract.errors[contract.causes.get(cause, cause)]) for id_, cause in causes if cause]
    return [{"productOrderId": id_, "code": entry.wire_code, "message": entry.message} for id_, entry in failed]


def render_outcome(causes: list[tuple[str, str]], shop: NaverShop) -> dict[str, Any]:
    """`data` for (id, cause) of each product order of a call, in its order."""
    return {
        "successProductOrderIds": [id_ for id_, cause in causes if not cause],
        "failProductOrderInfos": render_failures(causes, shop),
    }
