"""Product orders as they change: one step of the lifecycle at a time, each one atomic with its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.naver.book import ORDERS, PRODUCT_ORDERS, read_state
from jumun_mockserver.providers.naver.claims import find_current, hold_decision, move_claim, resume_exchange
from jumun_mockserver.providers.naver.index import to_ms
from jumun_mockserver.providers.naver.lifecycle import BACK, TIME_ACTIONS, Look, choose_rule, state_of
from jumun_mockserver.providers.naver.seeded import deliver
from jumun_mockserver.providers.naver.times import render_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_mockserver.providers.naver.book import Book, Item
    from jumun_mockserver.providers.naver.lifecycle import Rule
    from jumun_mockserver.providers.naver.shop import NaverShop


class Outcome(NamedTuple):
    """Outcome of an action.

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
    quantity: int | None = None,
) -> Outcome:
    """Do an action to a product order, if the lifecycle has it.

    Args:
        at: When it is done, in epoch seconds; what is written is not older than the newest event.
        edit: What else is written: changes a copy of the record, of which `productOrder` and `moments` may be changed
            too.
        quantity: For how many pieces a claim is requested; None for all that remain.

    Raises:
        KeyError: The shop has no such product order.
    """
    while True:
        shop.book.expect([id_])
        after, moment = Events(shop.state).find_moment(shop.clock, at)
        item = shop.book.find(id_)
        if item is None:
            raise KeyError(id_)
        rule = choose_rule(item.cell, actor, action, look_at(item, shop.book, quantity=quantity))
        if rule is None or rule.cause:
            return Outcome(rule, [])
        change = _change_order if item.cell == "PAYMENT_WAITING" else _change_product_order
        events = change(item, rule, shop, edit, at=moment, after=after)
        if events is not None:
            return Outcome(rule, events)


def first_due(shop: NaverShop) -> float | None:
    """When the first thing that is due by the session's clock was; None where nothing is."""
    found = _find_due(shop, shop.clock.now())
    return found[1] if found else None


def apply_due(shop: NaverShop, until: float | None = None) -> list[dict[str, Any]]:
    """Have time do all that is due by then or, for None, by the session's clock, in its order; its events."""
    events: list[dict[str, Any]] = []
    end = shop.clock.now() if until is None else until
    while found := _find_due(shop, end):
        item, at = found
        events += perform(item.id, TIME_ACTIONS[item.cell], shop, actor="time", at=at).events
    return events


def _find_due(shop: NaverShop, end: float) -> tuple[Item, float] | None:
    """What is due first, and when, if that is not after `end`."""
    while (due := shop.book.first_due()) is not None and due[0] <= to_ms(end):
        item = shop.book.find(due[1])
        if item is not None and (at := item.moments.get("due")) is not None and to_ms(at) == due[0]:
            return item, at
        # It changed since the index was read.
        shop.book.look_again(due[1])
    return None


def look_at(item: Item, book: Book, *, quantity: int | None = None) -> Look:
    """What the conditions of the lifecycle look at for a product order."""

    def iter_parcel() -> Iterator[Mapping[str, Any]]:
        for part in book.parts(item):
            product_order = part.row["productOrder"]
            if part.id != item.id and product_order["packageNumber"] == item.row["productOrder"]["packageNumber"]:
                yield {**product_order, **part.state}

    claim = find_current(item.row)
    block = claim["block"] if claim else None
    return Look(item.row["productOrder"], block, iter_parcel, book.seed.approve_before_collection, quantity)


def _change_order(
    item: Item, rule: Rule, shop: NaverShop, _edit: object, *, at: float, after: int
) -> list[dict[str, Any]] | None:
    """What is done to an order as a whole: paid, or canceled because it was not."""
    record = {key: value for key, value in item.record.items() if key != "due"}
    if rule.action == "pay":
        record["order"] = {key: value for key, value in item.record["order"].items() if key != "paymentDueDate"}
        record["order"]["paymentDate"] = render_time(at)
        record["paid_at"] = at
    else:
        record["expired_at"] = at
    events = [make_event(rule, record, part.row, at) for part in shop.book.parts(item)]
    return Events(shop.state).change(ORDERS, item.row["order_id"], item.stored_record, record, events, after=after)


def _change_product_order(
    item: Item, rule: Rule, shop: NaverShop, edit: Callable[[dict[str, Any]], None] | None, *, at: float, after: int
) -> list[dict[str, Any]] | None:
    row = {**item.row, "productOrder": dict(item.row["productOrder"]), "moments": dict(item.row["moments"])}
    if edit:
        edit(row)
    if rule.to:
        _move(row, rule, rule.to, at)
    if rule.type:
        state = read_state(item.record, row["productOrder"])
        state.pop("placeOrderStatus")
        row["feed"] = {"type": rule.type, "at": at, **state}
    events = [make_event(rule, item.record, row, at)]
    if rule.to == BACK:
        resume_exchange(row)
    if rule.to:
        _set_due(row, item.record, shop.book, at)
    return Events(shop.state).change(PRODUCT_ORDERS, item.id, item.stored_row, row, events, after=after)


def _move(row: dict[str, Any], rule: Rule, to: str, at: float) -> None:
    """Write what a new state means."""
    product_order = row["productOrder"]
    if to in ("PAYED/OK", "DELIVERING") and product_order["placeOrderStatus"] == "NOT_YET":
        product_order |= {"placeOrderStatus": "OK", "placeOrderDate": render_time(at)}
    if to == "DELIVERING":
        product_order["productOrderStatus"] = to
        if rule.type == "CLAIM_REJECTED":
            move_claim(row, to, rule.type, at)
    elif to == "DELIVERED" and rule.action == "release_decision":
        product_order["claimStatus"] = f"{product_order['claimStatus']}_RELEASE"
    elif to == "DELIVERED":
        product_order["productOrderStatus"] = to
        row["delivery"] = deliver(row["delivery"], row["moments"]["DISPATCHED_DATETIME"], at)
    elif to == "DELIVERED/HOLDBACK":
        hold_decision(product_order)
    elif to == "PURCHASE_DECIDED":
        product_order |= {"productOrderStatus": to, "decisionDate": render_time(at)}
        row["moments"]["PURCHASE_DECIDED_DATETIME"] = at
    elif to != "PAYED/OK":
        move_claim(row, to, rule.type, at)


def _set_due(row: dict[str, Any], record: Mapping[str, Any], book: Book, at: float) -> None:
    """Have time move it on from its state. What a claim kept from going on begins its span again; assumed."""
    row.pop("due", None)
    cell = state_of(read_state(record, row["productOrder"]))
    if cell in TIME_ACTIONS:
        row["due"] = at + book.spans.of(cell)


def make_event(rule: Rule, record: Mapping[str, Any], row: Mapping[str, Any], at: float) -> Event:
    """The event of a rule that was carried out."""
    product_order = row["productOrder"]
    state = read_state(record, product_order)
    id_ = product_order["productOrderId"]
    return Event(at, "naver", row["order_id"], id_, rule.actor, rule.action, rule.type, state)
