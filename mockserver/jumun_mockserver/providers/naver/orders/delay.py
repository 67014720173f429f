"""`naver.product_orders.delay` and `naver.product_orders.hope_delivery`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.actions import act_as_seller, render_outcome
from jumun_mockserver.providers.naver.times import KST, read_time, render_time
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

# So far from now a day may lie; no page says how far. Assumed.
_DAYS_AT_MOST = 90
_DAY = re.compile(r"[0-9]{8}")
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")


def delay_dispatch(call: Call, shop: NaverShop) -> dict[str, Any]:
    """Move the day until which a product order is to be sent, once."""
    id_, body = call.values["productOrderId"], call.body
    apply_due(shop)
    due = read_time("dispatchDueDate", body["dispatchDueDate"])
    in_range = call.now < due <= call.now + _DAYS_AT_MOST * 86_400
    if shop.book.find(id_) and not in_range:
        cause = "due_date_out_of_range"
    else:
        cause = act_as_seller(id_, "delay", call, shop, edit=partial(_write_delay, body, due))
    return render_success(render_outcome([(id_, cause)], shop), call, shop)


def change_hope_delivery(call: Call, shop: NaverShop) -> dict[str, Any]:
    """Move the day on which the buyer wants a product order; only some products have one."""
    id_, body = call.values["productOrderId"], call.body
    apply_due(shop)
    found = shop.book.find(id_)
    wished = found.row["productOrder"].get("hopeDelivery") if found else None
    cause = _check_wish(body, wished, call.now) if wished else ""
    if not cause:
        cause = act_as_seller(id_, "hope_delivery", call, shop, edit=partial(_write_wish, body, call.now))
    return render_success(render_outcome([(id_, cause)], shop), call, shop)


def _write_delay(body: Mapping[str, Any], due: float, row: dict[str, Any]) -> None:
    row["productOrder"] |= {
        "shippingDueDate": render_time(due),
        "delayedDispatchReason": body["delayedDispatchReason"],
    }
    if "dispatchDelayedDetailedReason" in body:
        row["productOrder"]["delayedDispatchDetailedReason"] = body["dispatchDelayedDetailedReason"]


def _check_wish(body: Mapping[str, Any], wished: Mapping[str, Any], now: float) -> str:
    """The cause why a wished day is not right, '' if it is."""
    text, hour = body["hopeDeliveryYmd"], body.get("hopeDeliveryHm", "")
    today = datetime.fromtimestamp(now, UTC).astimezone(KST).date()
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=KST).date() if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day < today or (hour and not _TIME.fullmatch(hour)):
        return "hope_date_invalid"
    if day > today + timedelta(days=_DAYS_AT_MOST):
        return "hope_date_too_late"
    same = text == wished.get("hopeDeliveryYmd") and hour == wished.get("hopeDeliveryHm", "")
    return "hope_date_unchanged" if same else ""


def _write_wish(body: Mapping[str, Any], now: float, row: dict[str, Any]) -> None:
    given = {
        name: body[name] for name in ("hopeDeliveryYmd", "hopeDeliveryHm", "region", "changeReason") if name in body
    }
    row["productOrder"]["hopeDelivery"] = {**row["productOrder"]["hopeDelivery"], **given, "changer": "판매자 API"}
    row["moments"]["HOPE_DELIVERY_INFO_CHANGED_DATETIME"] = now
