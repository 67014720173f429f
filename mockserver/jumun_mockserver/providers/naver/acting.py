"""Orders as the control plane shows them, and what buyers, couriers and administrators do to them there."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts import load_contract
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.orders import OrderError, OrderView, refuse_action
from jumun_mockserver.providers.naver.claims import hold_claim, open_claim, release_claim, show_claims
from jumun_mockserver.providers.naver.lifecycle import CONTROL_ACTIONS, possible_actions
from jumun_mockserver.providers.naver.templates import choose_option, move_house, settle_address
from jumun_mockserver.providers.naver.transitions import apply_due, look_at, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_mockserver.providers.naver.book import Item
    from jumun_mockserver.providers.naver.shop import NaverShop

_BUYER = "구매회원"
_ADMINISTRATOR = "관리자"
_KINDS: Mapping[str, str] = MappingProxyType(
    {"request_cancel": "CANCEL", "request_return": "RETURN", "request_exchange": "EXCHANGE"}
)
_REASON = "INTENT_CHANGED"


def act(id_: str, action: str, reason: str | None, shop: NaverShop) -> list[dict[str, Any]]:
    """Do an action of the lifecycle to a product order, as it is now; `pay` pays the whole order.

    Args:
        reason: claimReason of an action that requests a claim; None for a change of mind.

    Raises:
        KeyError: No such product order.
        OrderError: The action is not possible now, or the reason is not one that NAVER has.
    """
    view = find_order(id_, shop)
    if view is None:
        raise KeyError(id_)
    if action not in view.actions:
        refuse_action(action, view)
    now = shop.clock.now()
    if action in _KINDS:
        _check_reason(reason, shop.profile)
        kind = _KINDS[action]
        edit: Callable[[dict[str, Any]], None] | None = partial(
            open_claim,
            kind=kind,
            at=now,
            channel=_BUYER,
            reason=reason or _REASON,
            # Assumed: a buyer who cancels leaves the text empty, one who returns leaves it out.
            detail="" if kind == "CANCEL" else None,
        )
    elif reason is not None:
        raise OrderError(f"/reason: {action!r} takes none")
    else:
        edit = partial(_EDITS[action], now=now) if action in _EDITS else None
    rule, events = perform(id_, action, shop, actor=CONTROL_ACTIONS[action], at=now, edit=edit)
    if rule is None and (view := find_order(id_, shop)):
        # It has changed since it was looked at.
        refuse_action(action, view)
    return events


def find_order(id_: str, shop: NaverShop) -> OrderView | None:
    """The product order of this id."""
    apply_due(shop)
    item = shop.book.find(id_)
    return _view(item, shop) if item else None


def iter_orders(shop: NaverShop) -> Iterator[OrderView]:
    """All product orders, placed ones first, the newest order first."""
    apply_due(shop)
    return (_view(item, shop) for item in shop.book.iter_items())


def _view(item: Item, shop: NaverShop) -> OrderView:
    data = {
        "productOrder": {**item.row["productOrder"], **item.state},
        "order": item.record["order"],
        **show_claims(item.row, quantity_claims=True),
    }
    if "delivery" in item.row:
        data["delivery"] = item.row["delivery"]
    actions = possible_actions(item.cell, look_at(item, shop.book))
    return OrderView("naver", item.row["order_id"], item.id, item.state, actions, data)


def _check_reason(reason: str | None, profile: str) -> None:
    known = load_contract("naver", profile).schemas["definitions"]["$defs"]["claimReason"]["x-known-values"]
    reasons = [each["value"] for each in known]
    if reason is not None and reason not in reasons:
        raise OrderError(f"/reason: NAVER has no reason {reason!r}{did_you_mean(reason, reasons)}")


def _change_address(row: dict[str, Any], *, now: float) -> None:  # noqa: ARG001 - as all of _EDITS
    row["productOrder"]["shippingAddress"] = move_house(row["productOrder"]["shippingAddress"])
    row["address_changed"] = True


def _change_option(row: dict[str, Any], *, now: float) -> None:  # noqa: ARG001
    row["productOrder"] |= choose_option(row["productOrder"])


def _receive_gift(row: dict[str, Any], *, now: float) -> None:
    row["productOrder"] |= {"giftReceivingStatus": "RECEIVED", "shippingAddress": settle_address()}
    row["moments"]["GIFT_RECEIVED_DATETIME"] = now


def _hold_claim(row: dict[str, Any], *, now: float) -> None:
    hold_claim(row, by=_ADMINISTRATOR, reason="ETC", detail="관리자 확인", at=now)


def _release_claim(row: dict[str, Any], *, now: float) -> None:
    release_claim(row, by=_ADMINISTRATOR, at=now)


_EDITS: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "change_address": _change_address,
        "change_option": _change_option,
        "receive_gift": _receive_gift,
        "hold_claim": _hold_claim,
        "release_claim": _release_claim,
    }
)
"""Action → what it writes beside the new state into a record."""
