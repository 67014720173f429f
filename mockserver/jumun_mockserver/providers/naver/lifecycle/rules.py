"""The table of the lifecycle: what each action does to a product order in each state.

Sources are pages of https://apicenter.commerce.naver.com ("apicenter docs"), discussions of
github.com/commerce-api-naver/commerce-api by their number, and live responses that integrators recorded.
"""

from __future__ import annotations

from jumun_mockserver.core.lifecycle import Rule
from jumun_mockserver.providers.naver.lifecycle.states import BACK, STATES, State

_PAID: tuple[State, ...] = ("PAYED/NOT_YET", "PAYED/OK")
_SENDABLE: tuple[State, ...] = (*_PAID, "PAYED/CANCEL_REQUEST")
_OPEN_CANCEL: tuple[State, ...] = ("PAYED/CANCEL_REQUEST", "PAYED/CANCELING")
_SENT: tuple[State, ...] = ("DELIVERING", "DELIVERED", "DELIVERED/HOLDBACK")
_CLAIMABLE: tuple[State, ...] = (*_SENT, "EXCHANGE_REDELIVERING")
_RETURNING: tuple[State, ...] = ("RETURN_REQUEST", "RETURN/COLLECTING")
_RETURN: tuple[State, ...] = (*_RETURNING, "RETURN/COLLECT_DONE")
_EXCHANGING: tuple[State, ...] = ("EXCHANGE_REQUEST", "EXCHANGE/COLLECTING")
_EXCHANGE: tuple[State, ...] = (*_EXCHANGING, "EXCHANGE/COLLECT_DONE")

_FLOW = "apicenter docs, order state flow"
_PAGE = "apicenter docs, page of the call"
_NO_ROW = "apicenter docs: no lastChangedType is for it"
_CODES = "apicenter docs, code table of pay-order-seller; the pairing with the state is assumed"
_LIVE_9999 = "live responses of dispatch to sent, canceled and changed orders"
_CLAIM_9999 = "discussion #1457: claim calls fail with 9999 whatever the cause; for this state assumed"
_HELD = "apicenter docs, holdbackConfigurer and holdbackReleaser: 관리자; in which states is assumed"
_IN_PART = "apicenter docs: remainQuantity sinks with claims for a part; that the rest goes on as before is assumed"


def _fails(states: tuple[State, ...], action: str, cause: str, evidence: str, source: str, *, when: str = "") -> Rule:
    return Rule(states, "seller", action, None, None, evidence, source, cause, when)


RULES: tuple[Rule, ...] = (
    # Of the rules of a state and an action the first whose condition holds counts, so that a rule for all STATES at
    # the end of an action is for those that are left.
    _fails(_PAID, "confirm", "confirmed_by_logistics", "documented", _CODES, when="logistics"),
    Rule(("PAYED/NOT_YET",), "seller", "confirm", "PAYED/OK", None, "observed", "live feed of 2026-09 (no row)"),
    _fails(("PAYED/OK",), "confirm", "already_confirmed", "observed", "live responses of confirm"),
    _fails(STATES, "confirm", "wrong_product_order_state", "assumed", _CODES),
    _fails(_SENDABLE, "dispatch", "dispatched_by_logistics", "documented", _CODES, when="logistics"),
    _fails(_SENDABLE, "dispatch", "wrong_state", "assumed", "a gift has no address before", when="gift_waits"),
    _fails(_SENDABLE, "dispatch", "wrong_state", "documented", "discussion #1321; code assumed", when="main_waits"),
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
    _fails(
        (*_SENT, "PURCHASE_DECIDED", "CANCELED", "RETURNED", "EXCHANGED"),
        "dispatch",
        "wrong_state",
        "observed",
        _LIVE_9999,
    ),
    _fails(STATES, "dispatch", "wrong_state", "assumed", _LIVE_9999),
    _fails(
        _PAID,
        "delay",
        "already_delayed",
        "documented",
        "apicenter docs: once for an order; code assumed",
        when="delayed",
    ),
    Rule(_PAID, "seller", "delay", None, None, "documented", _NO_ROW),
    _fails(STATES, "delay", "wrong_product_order_state", "assumed", _CODES),
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
    _fails(STATES, "hope_delivery", "wrong_product_order_state", "assumed", _CODES),
    # -- cancel
    _fails(_PAID, "cancel.request", "wrong_state", "documented", f"{_PAGE}; code assumed", when="too_many"),
    _fails(_PAID, "cancel.request", "wrong_state", "documented", "discussion #1321; code assumed", when="add_on_waits"),
    Rule(
        _PAID,
        "seller",
        "cancel.request",
        "PAYED/CANCELING",
        "CLAIM_REQUESTED",
        "assumed",
        f"{_FLOW}: a seller's request needs no approval; that it is CANCELING first is assumed",
    ),
    _fails(
        (*_OPEN_CANCEL, *_SENT),
        "cancel.request",
        "not_cancelable",
        "observed",
        "live responses of 2026-09-04 with a cancel open and after dispatch",
    ),
    _fails(STATES, "cancel.request", "not_cancelable", "assumed", "as with a cancel open and after dispatch"),
    Rule(_OPEN_CANCEL, "seller", "cancel.approve", BACK, "CLAIM_COMPLETED", "assumed", _IN_PART, when="in_part"),
    Rule(_OPEN_CANCEL, "seller", "cancel.approve", "CANCELED", "CLAIM_COMPLETED", "documented", _FLOW),
    _fails(
        STATES,
        "cancel.approve",
        "cancel_not_approvable",
        "assumed",
        "code and text of the sister NaverPay order API",
    ),
    # -- return
    _fails(_CLAIMABLE, "return.request", "wrong_state", "documented", f"{_PAGE}; code assumed", when="too_many"),
    _fails(
        _CLAIMABLE, "return.request", "add_on_first", "observed", "live response of 2026-09-01", when="add_on_waits"
    ),
    Rule(_SENT, "seller", "return.request", "RETURN_REQUEST", "CLAIM_REQUESTED", "documented", _FLOW),
    Rule(
        ("EXCHANGE_REDELIVERING",),
        "seller",
        "return.request",
        "RETURN_REQUEST",
        "CLAIM_REQUESTED",
        "documented",
        "discussion #1841: a second claim is possible while an exchange is redelivered",
    ),
    _fails(
        STATES,
        "return.request",
        "not_returnable",
        "assumed",
        "message of a live response after the purchase decision; the code, and that it is so in other states, are "
        "assumed",
    ),
    _fails(_RETURN, "return.approve", "wrong_state", "documented", f"{_FLOW}; code assumed", when="held"),
    _fails(
        _RETURNING,
        "return.approve",
        "wrong_state",
        "assumed",
        "approval is meant for what was collected; earlier by `approve_before_collection` in lifecycle.yaml",
        when="collection_required",
    ),
    Rule(_RETURN, "seller", "return.approve", BACK, "CLAIM_COMPLETED", "assumed", _IN_PART, when="in_part"),
    Rule(
        _RETURNING,
        "seller",
        "return.approve",
        "RETURNED",
        "CLAIM_COMPLETED",
        "observed",
        "a live return was done four seconds after it was requested and approved",
    ),
    Rule(("RETURN/COLLECT_DONE",), "seller", "return.approve", "RETURNED", "CLAIM_COMPLETED", "documented", _FLOW),
    _fails(STATES, "return.approve", "wrong_state", "assumed", _CLAIM_9999),
    Rule(_RETURNING, "seller", "return.reject", BACK, "CLAIM_REJECTED", "documented", _FLOW),
    _fails(STATES, "return.reject", "wrong_state", "assumed", _CLAIM_9999),
    _fails(_RETURN, "return.holdback", "wrong_state", "assumed", _CLAIM_9999, when="held"),
    Rule(_RETURN, "seller", "return.holdback", None, None, "documented", _NO_ROW),
    _fails(STATES, "return.holdback", "wrong_state", "assumed", _CLAIM_9999),
    _fails(_RETURN, "return.release", "wrong_state", "assumed", _CLAIM_9999, when="not_held"),
    Rule(
        ("RETURN/COLLECT_DONE",),
        "seller",
        "return.release",
        BACK,
        "CLAIM_COMPLETED",
        "assumed",
        _IN_PART,
        when="in_part",
    ),
    Rule(
        ("RETURN/COLLECT_DONE",),
        "seller",
        "return.release",
        "RETURNED",
        "CLAIM_COMPLETED",
        "documented",
        "apicenter llms: the refund goes on by itself; that it does so at once is assumed",
    ),
    Rule(_RETURNING, "seller", "return.release", None, None, "documented", _NO_ROW),
    _fails(STATES, "return.release", "wrong_state", "assumed", _CLAIM_9999),
    # -- exchange
    Rule(
        _EXCHANGING, "seller", "exchange.collect_approve", "EXCHANGE/COLLECT_DONE", "COLLECT_DONE", "documented", _PAGE
    ),
    _fails(STATES, "exchange.collect_approve", "wrong_state", "assumed", _CLAIM_9999),
    _fails(
        ("EXCHANGE/COLLECT_DONE",),
        "exchange.dispatch",
        "exchange_held",
        "assumed",
        "code and text of the sister NaverPay order API",
        when="held",
    ),
    Rule(
        ("EXCHANGE/COLLECT_DONE",),
        "seller",
        "exchange.dispatch",
        "EXCHANGE_REDELIVERING",
        "CLAIM_REDELIVERING",
        "documented",
        _FLOW,
    ),
    _fails(STATES, "exchange.dispatch", "not_redeliverable", "documented", _CODES),
    Rule(_EXCHANGING, "seller", "exchange.reject", BACK, "CLAIM_REJECTED", "documented", _FLOW),
    _fails(STATES, "exchange.reject", "wrong_state", "assumed", _CLAIM_9999),
    _fails(_EXCHANGE, "exchange.holdback", "wrong_state", "assumed", _CLAIM_9999, when="held"),
    Rule(_EXCHANGE, "seller", "exchange.holdback", None, None, "documented", _NO_ROW),
    _fails(STATES, "exchange.holdback", "wrong_state", "assumed", _CLAIM_9999),
    _fails(_EXCHANGE, "exchange.release", "wrong_state", "assumed", _CLAIM_9999, when="not_held"),
    Rule(_EXCHANGE, "seller", "exchange.release", None, None, "documented", _NO_ROW),
    _fails(STATES, "exchange.release", "wrong_state", "assumed", _CLAIM_9999),
    # -- buyers
    Rule(("PAYMENT_WAITING",), "buyer", "pay", "PAYED/NOT_YET", "PAYED", "documented", _FLOW),
    Rule(("DELIVERING", "DELIVERED"), "buyer", "decide", "PURCHASE_DECIDED", "PURCHASE_DECIDED", "documented", _FLOW),
    Rule(
        ("PAYED/NOT_YET",),
        "buyer",
        "request_cancel",
        "CANCELED",
        "CLAIM_COMPLETED",
        "documented",
        f"{_FLOW}: before confirmation a cancel completes by itself",
    ),
    Rule(("PAYED/OK",), "buyer", "request_cancel", "PAYED/CANCEL_REQUEST", "CLAIM_REQUESTED", "documented", _FLOW),
    Rule(
        ("PAYED/CANCEL_REQUEST",), "buyer", "withdraw_cancel", BACK, "CLAIM_REJECTED", "documented", "discussion #2823"
    ),
    Rule(_CLAIMABLE, "buyer", "request_return", "RETURN_REQUEST", "CLAIM_REQUESTED", "documented", _FLOW),
    Rule(_RETURNING, "buyer", "withdraw_return", BACK, "CLAIM_REJECTED", "documented", _FLOW),
    Rule(_CLAIMABLE, "buyer", "request_exchange", "EXCHANGE_REQUEST", "CLAIM_REQUESTED", "documented", _FLOW),
    Rule(_EXCHANGING, "buyer", "withdraw_exchange", BACK, "CLAIM_REJECTED", "documented", _FLOW),
    Rule(
        _PAID,
        "buyer",
        "change_address",
        None,
        "DELIVERY_ADDRESS_CHANGED",
        "documented",
        "apicenter docs, lastChangedType; in which states is assumed",
        when="has_address",
    ),
    Rule(
        _PAID,
        "buyer",
        "change_option",
        None,
        "EXCHANGE_OPTION",
        "documented",
        "apicenter docs, lastChangedType (gifts); until it is accepted is assumed",
        when="gift_waits",
    ),
    Rule(
        _PAID,
        "buyer",
        "receive_gift",
        None,
        "GIFT_RECEIVED",
        "documented",
        "apicenter docs, lastChangedType",
        when="gift_waits",
    ),
    # -- couriers, administrators, time
    Rule(("DELIVERING",), "courier", "deliver", "DELIVERED", None, "documented", "discussion #2437: no feed row"),
    Rule(("EXCHANGE_REDELIVERING",), "courier", "deliver", "EXCHANGED", "CLAIM_COMPLETED", "documented", _FLOW),
    Rule(_RETURNING, "courier", "collect", "RETURN/COLLECT_DONE", "COLLECT_DONE", "documented", _FLOW),
    Rule(_EXCHANGING, "courier", "collect", "EXCHANGE/COLLECT_DONE", "COLLECT_DONE", "documented", _FLOW),
    Rule(("DELIVERED",), "administrator", "hold_decision", "DELIVERED/HOLDBACK", None, "assumed", _NO_ROW),
    Rule(("DELIVERED/HOLDBACK",), "administrator", "release_decision", "DELIVERED", None, "assumed", _NO_ROW),
    Rule((*_RETURN, *_EXCHANGE), "administrator", "hold_claim", None, None, "documented", _HELD, when="not_held"),
    Rule(
        ("RETURN/COLLECT_DONE",),
        "administrator",
        "release_claim",
        BACK,
        "CLAIM_COMPLETED",
        "assumed",
        _IN_PART,
        when="held_in_part",
    ),
    Rule(
        ("RETURN/COLLECT_DONE",),
        "administrator",
        "release_claim",
        "RETURNED",
        "CLAIM_COMPLETED",
        "assumed",
        "as the seller's release: the refund goes on by itself",
        when="held",
    ),
    Rule(
        (*_RETURNING, *_EXCHANGE),
        "administrator",
        "release_claim",
        None,
        None,
        "documented",
        _HELD,
        when="held",
    ),
    Rule(("PAYMENT_WAITING",), "time", "expire", "CANCELED_BY_NOPAYMENT", None, "assumed", _NO_ROW),
    Rule(("PAYED/CANCELING",), "time", "refund", BACK, "CLAIM_COMPLETED", "assumed", _IN_PART, when="in_part"),
    Rule(("PAYED/CANCELING",), "time", "refund", "CANCELED", "CLAIM_COMPLETED", "documented", _FLOW),
    Rule(("DELIVERING",), "time", "deliver", "DELIVERED", None, "documented", "discussion #2437: no feed row"),
    Rule(("EXCHANGE_REDELIVERING",), "time", "deliver", "EXCHANGED", "CLAIM_COMPLETED", "documented", _FLOW),
    Rule(("DELIVERED",), "time", "decide", "PURCHASE_DECIDED", "PURCHASE_DECIDED", "documented", _FLOW),
    Rule(("RETURN_REQUEST",), "time", "pick_up", "RETURN/COLLECTING", None, "documented", _NO_ROW),
    Rule(("EXCHANGE_REQUEST",), "time", "pick_up", "EXCHANGE/COLLECTING", None, "documented", _NO_ROW),
    Rule(("RETURN/COLLECTING",), "time", "collect", "RETURN/COLLECT_DONE", "COLLECT_DONE", "documented", _FLOW),
    Rule(("EXCHANGE/COLLECTING",), "time", "collect", "EXCHANGE/COLLECT_DONE", "COLLECT_DONE", "documented", _FLOW),
)
