"""Contracts as they change: one step of their life at a time, each one atomic with its event and its order."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.bootpay.lifecycle.subscriptions import BY_STATUS, SUBSCRIPTIONS_TABLE
from jumun_mockserver.providers.bootpay.subscriptions import steps
from jumun_mockserver.providers.bootpay.subscriptions.records import first_order_id
from jumun_mockserver.providers.bootpay.written import SUBSCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_mockserver.core.lifecycle import Rule
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record


class Outcome(NamedTuple):
    """Outcome of an action.

    Attributes:
        rule: That held; None where the action is not possible for the actor. Nothing changed if it has a cause.
        record: The contract as it is now.
        order_id: Of the order that was paid; None where none was.
        events: As the session's log has them.
    """

    rule: Rule | None
    record: Record
    order_id: str | None
    events: list[dict[str, Any]]


def perform(
    id_: str,
    action: str,
    shop: BootpayShop,
    step: Callable[[Record, float], Mapping[str, Any] | tuple[Mapping[str, Any], str]],
    *,
    actor: str = "seller",
    at: float | None = None,
) -> Outcome:
    """Do an action to a contract, if the lifecycle has it.

    Args:
        step: Gives the contract afterwards from the one before and the moment, with the order_id of an order that it
            pays; raises ApiError where the action cannot be done.
        at: When it is done, in epoch seconds; None for now. The event is not older than the newest one.

    Raises:
        KeyError: The shop has no such contract.
    """
    while True:
        record = shop.contracts.find(id_)
        if record is None:
            raise KeyError(id_)
        rule = SUBSCRIPTIONS_TABLE.choose(BY_STATUS[record["status"]], actor, action, record)
        if rule is None or rule.cause:
            return Outcome(rule, record, None, [])
        moment = shop.clock.now() if at is None else at
        after, logged = Events(shop.state).find_moment(shop.clock, moment)
        made = step(record, moment)
        new, order_id = made if isinstance(made, tuple) else (made, None)
        # A contract of the seed is not written yet, and is changed from nothing.
        old = shop.state.read(SUBSCRIPTIONS, id_)
        if old is not None and old != record:
            continue
        event = _make_event(rule, new, order_id, logged, shop.seed)
        events = Events(shop.state).change(SUBSCRIPTIONS, id_, old, new, [event], after=after)
        if events is not None:
            return Outcome(rule, new, order_id, events)


def insist(outcome: Outcome) -> Record:
    """The contract after an action of the API.

    Raises:
        ApiError: The action was not possible.
    """
    if outcome.rule is None or outcome.rule.cause:
        cause = outcome.rule.cause if outcome.rule else "unprocessable"
        raise ApiError(cause, f"the subscription is {BY_STATUS[outcome.record['status']]}")
    return outcome.record


def first_due(shop: BootpayShop) -> float | None:
    """When the first thing that is due by the session's clock was; None where nothing is."""
    due = shop.contracts.first_due()
    return due[0] if due is not None and due[0] <= shop.clock.now() else None


def apply_due(shop: BootpayShop, until: float | None = None) -> list[dict[str, Any]]:
    """Have time pay and end all that is due by then or, for None, by the session's clock, in its order; its events."""
    events: list[dict[str, Any]] = []
    end = shop.clock.now() if until is None else until
    while (due := shop.contracts.first_due()) is not None and due[0] <= end:
        at, id_, action = due
        step = partial(steps.pay_bill, terms=shop.terms) if action == "bill" else steps.end
        events += perform(id_, action, shop, step, actor="time", at=at).events
    return events


def in_time(handler: Callable[[Call, BootpayShop], Any]) -> Callable[[Call, BootpayShop], Any]:
    """A handler that is called once time has done what is due."""

    @wraps(handler)
    def handle(call: Call, shop: BootpayShop) -> Any:
        apply_due(shop)
        return handler(call, shop)

    return handle


def _make_event(rule: Rule, record: Record, order_id: str | None, at: float, seed: str) -> Event:
    """The event of a change of a contract: of the order that it paid, or else of its first one."""
    state = {"order_subscription_id": record["order_subscription_id"], "order_subscription_status": record["status"]}
    if order_id is not None:
        state = {"status": 2, "receipt_status": 1, **state}
    found = order_id or first_order_id(record, seed)
    return Event(at, "bootpay", found, None, rule.actor, rule.action, rule.type, state)
