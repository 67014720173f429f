"""Product orders as they change: one step of the lifecycle at a time, each one atomic with its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.naver.book import ORDERS, PRODUCT_ORDERS, read_state
from jumun_mockserver.providers.naver.index import to_ms
from jumun_mockserver.providers.naver.lifecycle import TIME_ACTIONS, Look, choose_rule
from jumun_mockserver.providers.naver.seeded import deliver
from jumun_mockserver.providers.naver.times import render_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_mockserver.providers.naver.book import Book, Item
    from jumun_mockserver.providers.naver.lifecycle import Rule
    from jumun_mockserver.providers.naver.shop import NaverShop

ADD_ON = "추가구성상품"


class Outcome(NamedTuple):
    """What became of an action.

    Attributes:
        rule: That held; None where the action is not possible for the actor. Nothing changed if it has a cause.
        events: As the session's log has them.
    """

    rule: Rule | None
    events: list[dict[str, Any]]


def perform(
    id_: str,
    action: str,
    shop: NaverShop,
    *,
    actor: str,
    at: float,
    edit: Callable[[dict[str, Any]], None] | None = None,
) -> Outcome:
    """Do an action to a product order at epoch second `at`, if the lifecycle has it.

    Args:
        edit: What else is written: changes a copy of the record, of which `productOrder` may be changed too.

    Raises:
        KeyError: The shop has no such product order.
    """
    while True:
        item = shop.book.find(id_)
        if item is None:
            raise KeyError(id_)
        rule = choose_rule(item.cell, actor, action, _look(item, shop.book))
        if rule is None or rule.cause:
            return Outcome(rule, [])
        change = _change_order if item.cell == "PAYMENT_WAITING" else _change_product_order
        events = change(item, rule, shop, at, edit)
        if events is not None:
            return Outcome(rule, events)


def apply_due(shop: NaverShop) -> list[dict[str, Any]]:
    """Have time do all that is due by the session's clock, in its order; its events."""
    events: list[dict[str, Any]] = []
    now_ms = to_ms(shop.clock.now())
    while (due := shop.book.first_due()) is not None and due[0] <= now_ms:
        item = shop.book.find(due[1])
        if item is None or (at := item.moments.get("due")) is None or to_ms(at) != due[0]:
            # It changed since the index was read.
            shop.book.look_again(due[1])
            continue
        events += perform(item.id, TIME_ACTIONS[item.cell], shop, actor="time", at=at).events
    return events


def _look(item: Item, book: Book) -> Look:
    product_order = item.row["productOrder"]
    main_waits = product_order["productClass"] == ADD_ON and any(
        part.row["productOrder"]["productClass"] != ADD_ON
        and part.row["productOrder"]["packageNumber"] == product_order["packageNumber"]
        and part.state["productOrderStatus"] in ("PAYMENT_WAITING", "PAYED")
        for part in book.parts(item)
    )
    return Look(product_order, "delayedDispatchReason" in product_order, main_waits)


def _change_order(item: Item, rule: Rule, shop: NaverShop, at: float, _edit: object) -> list[dict[str, Any]] | None:
    """What is done to an order as a whole: paid, or canceled because it was not."""
    record = {key: value for key, value in item.record.items() if key != "due"}
    if rule.action == "pay":
        record["order"] = {key: value for key, value in item.record["order"].items() if key != "paymentDueDate"}
        record["order"]["paymentDate"] = render_time(at)
        record["paid_at"] = at
    else:
        record["expired_at"] = at
    events = [make_event(rule, record, part.row, at) for part in shop.book.parts(item)]
    return Events(shop.state).change(ORDERS, item.row["order_id"], item.stored_record, record, events)


def _change_product_order(
    item: Item, rule: Rule, shop: NaverShop, at: float, edit: Callable[[dict[str, Any]], None] | None
) -> list[dict[str, Any]] | None:
    row = {**item.row, "productOrder": dict(item.row["productOrder"]), "moments": dict(item.row["moments"])}
    if edit:
        edit(row)
    if rule.to:
        _move(row, rule.to, shop.book, at)
    if rule.feed:
        state = read_state(item.record, row["productOrder"])
        state.pop("placeOrderStatus")
        row["feed"] = {"type": rule.feed, "at": at, **state}
    events = [make_event(rule, item.record, row, at)]
    return Events(shop.state).change(PRODUCT_ORDERS, item.id, item.stored_row, row, events)


def _move(row: dict[str, Any], to: str, book: Book, at: float) -> None:
    """Write what a new state means."""
    product_order = row["productOrder"]
    if to in ("PAYED/OK", "DELIVERING") and product_order["placeOrderStatus"] == "NOT_YET":
        product_order |= {"placeOrderStatus": "OK", "placeOrderDate": render_time(at)}
    if to == "PAYED/OK":
        return
    product_order["productOrderStatus"] = to
    row.pop("due", None)
    if to == "DELIVERING":
        if product_order.get("claimStatus") == "CANCEL_REQUEST":
            product_order["claimStatus"] = "CANCEL_REJECT"
        row["due"] = at + book.spans.deliver
    elif to == "DELIVERED":
        row["delivery"] = deliver(row["delivery"], row["moments"]["DISPATCHED_DATETIME"], at)
        row["due"] = at + book.spans.decide
    elif to == "PURCHASE_DECIDED":
        product_order["decisionDate"] = render_time(at)
        row["moments"]["PURCHASE_DECIDED_DATETIME"] = at


def make_event(rule: Rule, record: Mapping[str, Any], row: Mapping[str, Any], at: float) -> Event:
    """The event of a rule that was carried out."""
    product_order = row["productOrder"]
    state = read_state(record, product_order)
    id_ = product_order["productOrderId"]
    return Event(at, "naver", row["order_id"], id_, rule.actor, rule.action, rule.feed, state)
