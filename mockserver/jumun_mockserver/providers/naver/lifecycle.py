"""The life of a product order: what each action does to it in each state, as a table.

Sources are pages of https://apicenter.commerce.naver.com ("apicenter docs"), discussions of
github.com/commerce-api-naver/commerce-api by their number, and live answers that integrators recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from jumun_contracts import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

State = Literal[
    "PAYMENT_WAITING",
    "PAYED/NOT_YET",
    "PAYED/OK",
    "PAYED/CANCEL_REQUEST",
    "DELIVERING",
    "DELIVERED",
    "PURCHASE_DECIDED",
    "CANCELED_BY_NOPAYMENT",
    "CANCELED",
    "RETURNED",
    "EXCHANGED",
]
"""productOrderStatus and, of a paid product order, placeOrderStatus or the claim that is open."""

STATES: tuple[State, ...] = State.__args__  # type: ignore[attr-defined]

_PAID: tuple[State, ...] = ("PAYED/NOT_YET", "PAYED/OK")
_BEFORE_DISPATCH: tuple[State, ...] = (*_PAID, "PAYED/CANCEL_REQUEST")
_SENT: tuple[State, ...] = ("DELIVERING", "DELIVERED")
_UNPAID: tuple[State, ...] = ("PAYMENT_WAITING", "CANCELED_BY_NOPAYMENT")
_OVER: tuple[State, ...] = ("PURCHASE_DECIDED", "CANCELED", "RETURNED", "EXCHANGED")

_FLOW = "apicenter docs, order state flow"
_CODES = "apicenter docs, code table of pay-order-seller; the pairing with the state is assumed"
_LIVE_9999 = "live answers of dispatch for sent, canceled and changed orders"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action does in some states.

    Attributes:
        states: In which it holds.
        actor: `seller`, `buyer`, `courier` or `time`.
        action: The last part of the seller's operation id, or an action of the control plane.
        to: The state afterwards; None where it stays as it is.
        feed: The lastChangedType of the feed row that it makes; None for none.
        cause: Why it fails for the product order, as errors.yaml has it; '' if it does not.
        when: Name of the condition under which the rule holds, one of CONDITIONS; '' for always.
    """

    states: tuple[State, ...]
    actor: str
    action: str
    to: State | None
    feed: str | None
    evidence: str
    source: str
    cause: str = ""
    when: str = ""


def _fails(states: tuple[State, ...], action: str, cause: str, evidence: str, source: str, *, when: str = "") -> Rule:
    return Rule(states, "seller", action, None, None, evidence, source, cause, when)


RULES: tuple[Rule, ...] = (
    # Of the rules of one state and action the first whose condition holds counts.
    _fails(_PAID, "confirm", "confirmed_by_logistics", "documented", _CODES, when="logistics"),
    Rule(("PAYED/NOT_YET",), "seller", "confirm", "PAYED/OK", None, "observed", "live feed of 2026-09 (no row)"),
    _fails(("PAYED/OK",), "confirm", "already_confirmed", "observed", "live answers of confirm"),
    _fails(
        ("PAYED/CANCEL_REQUEST", *_SENT, *_OVER, *_UNPAID), "confirm", "wrong_product_order_state", "assumed", _CODES
    ),
    _fails(_PAID, "dispatch", "dispatched_by_logistics", "documented", _CODES, when="logistics"),
    _fails(_PAID, "dispatch", "wrong_state", "assumed", "a gift has no address before", when="gift_waits"),
    _fails(_PAID, "dispatch", "wrong_state", "documented", "discussion #1321; code assumed", when="main_waits"),
    Rule(
        ("PAYED/NOT_YET",),
        "seller",
        "dispatch",
        "DELIVERING",
        "DISPATCHED",
        "documented",
        "apicenter docs, text of dispatch; that placeOrderStatus becomes OK is assumed",
    ),
    Rule(("PAYED/OK",), "seller", "dispatch", "DELIVERING", "DISPATCHED", "documented", _FLOW),
    Rule(
        ("PAYED/CANCEL_REQUEST",),
        "seller",
        "dispatch",
        "DELIVERING",
        "CLAIM_REJECTED",
        "documented",
        "discussions #2823, #923: dispatch rejects the cancel; that this row is the newest, and not DISPATCHED, is "
        "assumed",
    ),
    _fails((*_SENT, *_OVER), "dispatch", "wrong_state", "observed", _LIVE_9999),
    _fails(_UNPAID, "dispatch", "wrong_state", "assumed", _LIVE_9999),
    _fails(
        _PAID,
        "delay",
        "already_delayed",
        "documented",
        "apicenter docs: once for an order; code assumed",
        when="delayed",
    ),
    Rule(_PAID, "seller", "delay", None, None, "documented", "apicenter docs, delay; no lastChangedType is for it"),
    _fails(("PAYED/CANCEL_REQUEST", *_SENT, *_OVER, *_UNPAID), "delay", "wrong_product_order_state", "assumed", _CODES),
    _fails(STATES, "hope_delivery", "no_hope_delivery", "documented", _CODES, when="no_hope_delivery"),
    Rule(
        _PAID,
        "seller",
        "hope_delivery",
        None,
        "HOPE_DELIVERY_INFO_CHANGED",
        "documented",
        "apicenter docs, lastChangedType; in which states is assumed",
    ),
    _fails(
        ("PAYED/CANCEL_REQUEST", *_SENT, *_OVER, *_UNPAID),
        "hope_delivery",
        "wrong_product_order_state",
        "assumed",
        _CODES,
    ),
    Rule(("PAYMENT_WAITING",), "buyer", "pay", "PAYED/NOT_YET", "PAYED", "documented", _FLOW),
    Rule(_SENT, "buyer", "decide", "PURCHASE_DECIDED", "PURCHASE_DECIDED", "documented", _FLOW),
    Rule(("DELIVERING",), "courier", "deliver", "DELIVERED", None, "documented", "discussion #2437: no feed row"),
    Rule(("DELIVERING",), "time", "deliver", "DELIVERED", None, "documented", "discussion #2437: no feed row"),
    Rule(("DELIVERED",), "time", "decide", "PURCHASE_DECIDED", "PURCHASE_DECIDED", "documented", _FLOW),
    Rule(
        ("PAYMENT_WAITING",),
        "time",
        "expire",
        "CANCELED_BY_NOPAYMENT",
        None,
        "assumed",
        "apicenter docs name the state; no lastChangedType is for it",
    ),
)

SELLER_ACTIONS = ("confirm", "dispatch", "delay", "hope_delivery")
CONTROL_ACTIONS: Mapping[str, str] = {"pay": "buyer", "deliver": "courier", "decide": "buyer"}
"""Actions of the control plane → whose they are."""
TIME_ACTIONS: Mapping[str, str] = {"PAYMENT_WAITING": "expire", "DELIVERING": "deliver", "DELIVERED": "decide"}
"""State → what time does to it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What conditions are about.

    Attributes:
        product_order: As a query answers it.
        is_delayed: Whether its dispatch was delayed before.
        main_waits: Whether it is an add-on of a parcel whose main product is not sent yet.
    """

    product_order: Mapping[str, Any]
    is_delayed: bool
    main_waits: bool


CONDITIONS: Mapping[str, Callable[[Look], bool]] = {
    "logistics": lambda look: look.product_order.get("logisticsDirectContracted") is True,
    "gift_waits": lambda look: look.product_order.get("giftReceivingStatus") == "WAIT_FOR_RECEIVING",
    "main_waits": lambda look: look.main_waits,
    "delayed": lambda look: look.is_delayed,
    "no_hope_delivery": lambda look: "hopeDelivery" not in look.product_order,
}

_BY_CELL: dict[tuple[str, str, str], tuple[Rule, ...]] = {}
for _rule in RULES:
    for _state in _rule.states:
        _cell = (_state, _rule.actor, _rule.action)
        _BY_CELL[_cell] = (*_BY_CELL.get(_cell, ()), _rule)


def find_rules(state: str, actor: str, action: str) -> tuple[Rule, ...]:
    """The rules of a cell, those with a condition first; () where the action is not possible for the actor."""
    return _BY_CELL.get((state, actor, action), ())


def choose_rule(state: str, actor: str, action: str, look: Look) -> Rule | None:
    """The rule that holds; None where the action is not possible for the actor."""
    for rule in find_rules(state, actor, action):
        if not rule.when or CONDITIONS[rule.when](look):
            return rule
    return None


def state_of(state: Mapping[str, Any]) -> State:
    """The row of the table for the fields that product orders are told apart by."""
    status = state["productOrderStatus"]
    if status == "PAYED":
        if state.get("claimStatus") == "CANCEL_REQUEST":
            return "PAYED/CANCEL_REQUEST"
        return "PAYED/OK" if state["placeOrderStatus"] == "OK" else "PAYED/NOT_YET"
    return status  # type: ignore[no-any-return]


def possible_actions(state: str) -> tuple[str, ...]:
    """Actions of the control plane that are possible in a state."""
    return tuple(action for action, actor in CONTROL_ACTIONS.items() if find_rules(state, actor, action))


def explain(operation_id: str) -> Iterator[str]:
    """Lines about what an operation does in each state; none for an operation that changes nothing."""
    family, _, action = operation_id.rpartition(".")
    if family != "naver.product_orders" or action not in SELLER_ACTIONS:
        return
    causes = load_contract("naver").causes
    for state in STATES:
        for rule in find_rules(state, "seller", action):
            condition = f" if {rule.when.replace('_', ' ')}" if rule.when else ""
            if rule.cause:
                result = f"fails with {causes[rule.cause]} ({rule.cause.replace('_', ' ')})"
            else:
                result = f"{rule.to or 'as it was'}; {f'feed row {rule.feed}' if rule.feed else 'no feed row'}"
            yield f"{state}{condition}: {result}"
            yield f"  {rule.evidence}, {rule.source}"
