"""`bootpay.adjustments.*`: what bills come to beside the base price.

Rules of @bootpay/backend-js 2.13.1, CHANGELOG and comments: of a `duration`, of `duration_from` to `duration_to` (one
adjustment each), or from `duration_from` on (`is_unlimited`, one adjustment, `duration_to` ignored); up to the last
bill of the contract, or the 60th; a paid bill is refused; one bill below nothing refuses the whole call. That type 2,
of every bill, goes on from its duration, or from the next bill that is not paid, is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.subscriptions import steps
from jumun_mockserver.providers.bootpay.subscriptions.asked import find_contract
from jumun_mockserver.providers.bootpay.subscriptions.records import (
    DISCOUNT,
    DONE,
    EVERY_BILL,
    ONE_OFF,
    draw,
    last_adjustable,
    price_of,
)
from jumun_mockserver.providers.bootpay.subscriptions.rendering import show_adjustments
from jumun_mockserver.providers.bootpay.subscriptions.transitions import insist, perform
from jumun_mockserver.providers.bootpay.times import object_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

_SERIALS = "bootpay.adjustments"


def create_adjustment(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Adjust one bill, several, or all from one on.

    Raises:
        ApiError: `subscription_not_found` or `unprocessable`.
    """

    def add(record: Record, at: float) -> list[Mapping[str, Any]]:
        return [*record["adjustments"], *_make(record, call.body, at, shop)]

    return _change(call, shop, add)


def replace_adjustments(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Replace the adjustments of one bill, or all where the call names no `duration`; or change one by its id.

    Raises:
        ApiError: `subscription_not_found`, `adjustment_not_found` or `unprocessable`.
    """
    body = call.body

    def replace(record: Record, at: float) -> list[Mapping[str, Any]]:
        before = record["adjustments"]
        if "adjustments" not in body:
            return _change_one(record, body)
        if "duration" not in body:
            return [made for each in body["adjustments"] for made in _make(record, each, at, shop)]
        duration = body["duration"]
        _check_unpaid(record, duration)
        new = [made for each in body["adjustments"] for made in _make(record, {**each, "duration": duration}, at, shop)]
        return [*(each for each in before if each["duration"] != duration), *new]

    return _change(call, shop, replace)


def delete_adjustment(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Take an adjustment away, by the id in the body.

    Raises:
        ApiError: `subscription_not_found`, `adjustment_not_found` or `unprocessable`.
    """
    id_ = call.body["order_subscription_adjustment_id"]

    def delete(record: Record, at: float) -> list[Mapping[str, Any]]:  # noqa: ARG001 - as the others
        found = _find(record, id_)
        if not found["is_unlimited"]:
            _check_unpaid(record, found["duration"])
        return [each for each in record["adjustments"] if each is not found]

    return _change(call, shop, delete)


def _change(
    call: Call, shop: BootpayShop, adjust: Callable[[Record, float], Iterable[Mapping[str, Any]]]
) -> dict[str, Any]:
    id_ = call.values["order_subscription_id"]
    find_contract(id_, shop)

    def step(record: Record, at: float) -> dict[str, Any]:
        new = steps.reprice(record, adjustments=list(adjust(record, at)))
        check_prices(new)
        return new

    return show_adjustments(insist(perform(id_, "update", shop, step)))


def _make(record: Record, asked: Mapping[str, Any], at: float, shop: BootpayShop) -> list[dict[str, Any]]:
    """The adjustments that a call asks for.

    Raises:
        ApiError: `unprocessable`.
    """
    price, type_ = asked.get("price") or 0, asked.get("type")
    if type_ is None:
        type_ = ONE_OFF if price > 0 else DISCOUNT
    is_unlimited = bool(asked.get("is_unlimited"))
    # SDKs send a duration of 1 beside a range.
    first = asked.get("duration_from") or asked.get("duration") or 1
    if type_ == EVERY_BILL and not is_unlimited:
        is_unlimited, first = True, max(first, _next_unpaid(record))
    _check_unpaid(record, first)
    last = asked.get("duration_to") or first
    last = first if is_unlimited or not asked.get("duration_from") else last
    if not first <= last <= last_adjustable(record):
        raise ApiError(
            "unprocessable", f"bills {first} to {last} are not a range within the first {last_adjustable(record)}"
        )
    return [
        {
            "order_subscription_adjustment_id": object_id(
                at, draw(shop.seed, "adjustment", shop.state.count("serials", _SERIALS))
            ),
            "duration": duration,
            "is_unlimited": is_unlimited,
            "price": price,
            "tax_free_price": asked.get("tax_free_price") or 0,
            "name": asked.get("name"),
            "type": type_,
            "created_at": at,
        }
        for duration in range(first, last + 1)
    ]


def check_prices(record: Record) -> None:
    """Refuse a contract of which a bill that is not paid would come to less than nothing.

    Raises:
        ApiError: `unprocessable`.
    """
    for duration in range(_next_unpaid(record), last_adjustable(record) + 1):
        if (price := price_of(record, duration)) < 0:
            raise ApiError("unprocessable", f"bill {duration} would come to {price}; nothing is changed")


def _change_one(record: Record, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = _find(record, body.get("order_subscription_adjustment_id") or "")
    if not found["is_unlimited"]:
        _check_unpaid(record, found["duration"])
    fields = ("price", "tax_free_price", "name", "type")
    changed = {**found, **{name: body[name] for name in fields if body.get(name) is not None}}
    return [changed if each is found else each for each in record["adjustments"]]


def _find(record: Record, id_: str) -> Mapping[str, Any]:
    found = [each for each in record["adjustments"] if each["order_subscription_adjustment_id"] == id_]
    if not found:
        raise ApiError("adjustment_not_found", f"the subscription has no adjustment {id_!r}")
    return found[0]  # type: ignore[no-any-return]


def _next_unpaid(record: Record) -> int:
    """The duration after the last paid one."""
    return max((bill["duration"] for bill in record["bills"] if bill["status"] == DONE), default=0) + 1


def _check_unpaid(record: Record, duration: int) -> None:
    if duration < _next_unpaid(record):
        raise ApiError("unprocessable", f"bill {duration} is paid; the next that is not is {_next_unpaid(record)}")
