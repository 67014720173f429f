"""`bootpay.subscription_requests.*`: what buyers ask for, and how supervisors decide.

Of the types, resume is known (2, page subscription/ops/manage/resume), and of the statuses, rejected (-1, page
order-subscription-request/reject). Other numbers are assumed.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.lifecycle.subscriptions import BY_STATUS, SUBSCRIPTIONS_TABLE
from jumun_mockserver.providers.bootpay.orders.members import read_member
from jumun_mockserver.providers.bootpay.subscriptions import steps
from jumun_mockserver.providers.bootpay.subscriptions.asked import find_named_contract, read_moment
from jumun_mockserver.providers.bootpay.subscriptions.deciding import terminate
from jumun_mockserver.providers.bootpay.subscriptions.records import TERMINATED, count_paid, draw
from jumun_mockserver.providers.bootpay.subscriptions.rendering import open_requests, show_contract, show_request
from jumun_mockserver.providers.bootpay.subscriptions.transitions import Outcome, insist, perform
from jumun_mockserver.providers.bootpay.times import object_id, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

REQUESTED, APPROVED, REJECTED = 0, 1, -1
_DAY_S = 86_400
REQUEST_TYPES: Mapping[str, int] = MappingProxyType(
    {"pause": 1, "resume": 2, "purchase": 3, "transfer": 4, "termination": 5}
)
"""Kind of request → request_type."""
_KINDS = {number: kind for kind, number in REQUEST_TYPES.items()}
# Kind of request → the action of the table that carries it out.
_ACTIONS = {kind: {"termination": "terminate"}.get(kind, kind) for kind in REQUEST_TYPES}


def ask(kind: str, call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Ask for a change of a contract; what `decided_at_once` of lifecycle.yaml names is carried out.

    Args:
        kind: `pause`, `resume`, `purchase`, `transfer` or `termination`.

    Raises:
        ApiError: `subscription_not_found`, `unprocessable`, `already_processed`, `resume_unable` or `reason_required`.
    """
    body = call.body
    record = find_named_contract(body, shop)
    id_ = record["order_subscription_id"]
    if kind == "resume" and not body.get("reason"):
        raise ApiError("reason_required", "reason must be given")
    rule = SUBSCRIPTIONS_TABLE.choose(BY_STATUS[record["status"]], "seller", _ACTIONS[kind], record)
    if rule is None or rule.cause:
        insist(Outcome(rule, record, None, []))
    is_decided = kind in shop.settings["decided_at_once"]

    def request(old: Record, at: float) -> Any:
        if any(each["request_type"] == REQUEST_TYPES[kind] for each in open_requests(old)):
            raise ApiError("already_processed", f"a request of type {REQUEST_TYPES[kind]} waits for a decision")
        made = _make(kind, old, at, call, shop)
        if is_decided:
            return _carry_out({**old, "requests": [*old["requests"], made]}, made, body, at, shop)
        return {**old, "requests": [*old["requests"], made]}

    new = insist(perform(id_, _ACTIONS[kind] if is_decided else "ask", shop, request))
    made = new["requests"][-1]
    answer = {
        "id": id_,
        "request_type": made["request_type"],
        "order_subscription_request_history_id": made["order_subscription_request_history_id"],
        "request_status": made["status"],
        **show_contract(new, shop),
    }
    return {**answer, "resumed_at": stamp(new["resumed_at"])} if kind == "resume" and is_decided else answer


def show_termination_fee(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """What terminating a contract would cost now.

    Raises:
        ApiError: `subscription_not_found` or `unprocessable`.
    """
    record = find_named_contract(call.values, shop)
    return steps.work_out_fee(record, call.now, shop.terms)._asdict()


def list_requests(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the requests that match, the newest first; a member's own with a JWT.

    Raises:
        ApiError: `role_not_supported` or `member_session_invalid`.
    """
    member, values = _check_reader(call), call.values
    found = [
        show_request(record, request)
        for record in shop.contracts.newest_first()
        for request in record["requests"]
        if (member is None or request["user_id"] == member) and _fits(record, request, values)
    ]
    found.sort(key=lambda each: (each["requested_at"], each["order_subscription_request_history_id"]), reverse=True)
    start = (values["page"] - 1) * values["limit"]
    return {"count": len(found), "list": found[start : start + values["limit"]]}


def show_one_request(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A request.

    Raises:
        ApiError: `request_not_found`, `role_not_supported` or `member_session_invalid`.
    """
    member = _check_reader(call)
    record, request = _find(call, shop)
    if member is not None and request["user_id"] != member:
        raise ApiError("request_not_found", "the request is another member's than the JWT's")
    return show_request(record, request)


def decide_request(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Approve a request, which is carried out, or reject it.

    Raises:
        ApiError: `request_not_found`, `already_processed`, `unprocessable` or `resume_unable`.
    """
    record, request = _find(call, shop)
    kind, is_approved = _KINDS[request["request_type"]], call.body["approval"] == "approve"
    id_ = request["order_subscription_request_history_id"]

    def decide(old: Record, at: float) -> Any:
        status = APPROVED if is_approved else REJECTED
        found = next(each for each in old["requests"] if each["order_subscription_request_history_id"] == id_)
        if found["status"] != REQUESTED:
            raise ApiError("already_processed", f"the request has status {found['status']}")
        decided = {**found, "status": status, "processed_at": at}
        new = {**old, "requests": [decided if each is found else each for each in old["requests"]]}
        return _carry_out(new, decided, call.body, at, shop) if is_approved else new

    if request["status"] != REQUESTED:
        raise ApiError("already_processed", f"the request has status {request['status']}")
    action = _ACTIONS[kind] if is_approved else "decline"
    new = insist(perform(record["order_subscription_id"], action, shop, decide))
    decided = next(each for each in new["requests"] if each["order_subscription_request_history_id"] == id_)
    return show_request(new, decided)


def _make(kind: str, record: Record, at: float, call: Call, shop: BootpayShop) -> dict[str, Any]:
    digest = draw(shop.seed, "request", record["order_subscription_id"], len(record["requests"]))
    is_decided = kind in shop.settings["decided_at_once"]
    asked = {name: value for name, value in call.body.items() if name not in ("order_subscription_id", "reason")}
    return {
        "order_subscription_request_history_id": object_id(at, digest),
        "request_type": REQUEST_TYPES[kind],
        "status": APPROVED if is_decided else REQUESTED,
        "reason": call.body.get("reason"),
        "asked": asked,
        "user_id": record["user_id"],
        "requested_at": at,
        "processed_at": at if is_decided else None,
    }


def _carry_out(
    record: Record, request: Mapping[str, Any], body: Mapping[str, Any], at: float, shop: BootpayShop
) -> Any:
    """The contract after what was asked for; figures of the decision come before those of the request.

    Raises:
        ApiError: `unprocessable`.
    """
    asked = {**request["asked"], **body}
    match _KINDS[request["request_type"]]:
        case "pause":
            return steps.pause(record, at)
        case "resume":
            return steps.resume(record, at, shop.terms)
        case "transfer":
            return _transfer(record, asked)
        case "termination":
            return terminate(record, at, asked=asked, shop=shop)
        case _:
            return _buy_out(record, asked, at, shop)


def _transfer(record: Record, asked: Mapping[str, Any]) -> dict[str, Any]:
    names = {"new_user_id": "user_id", "new_username": "username", "new_user_email": "user_email"}
    return {**record, **{names[name]: asked[name] for name in names if asked.get(name) is not None}}


def _buy_out(record: Record, asked: Mapping[str, Any], at: float, shop: BootpayShop) -> tuple[Mapping[str, Any], str]:
    """Pay what is asked for, or the bills that are left, and end the contract."""
    left = max(1, record["total_subscription_duration"] - count_paid(record))
    price, tax_free = asked.get("price"), asked.get("tax_free_price") or 0
    price = left * record["price"] if price is None else price
    if price <= 0 or not 0 <= tax_free <= price:
        raise ApiError("unprocessable", f"price {price} must be above 0, and tax_free_price {tax_free} from 0 to it")
    new, order_id = steps.charge(record, price, tax_free, at, shop.terms)
    return steps.close(new, TERMINATED, at), order_id


def _check_reader(call: Call) -> str | None:
    """The member whose JWT came with the call, if one did.

    Raises:
        ApiError: `role_not_supported`: a project's requests are for supervisors.
    """
    role = call.request.headers.get("bootpay-role", "user").strip().lower()
    if call.values.get("project_id") and role != "supervisor":
        raise ApiError("role_not_supported", f"BOOTPAY-ROLE is {role!r}; with project_id it must be supervisor")
    return read_member(call)


def _fits(record: Record, request: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    for name in ("status", "request_type", "user_id"):
        if (wanted := values.get(name)) not in (None, "") and request[name] != wanted:
            return False
    for name in ("order_subscription_id", "user_group_id"):
        if (wanted := values.get(name)) and record[name] != wanted:
            return False
    keyword = (values.get("keyword") or "").casefold()
    if keyword and keyword not in (request["reason"] or "").casefold():
        return False
    first, last = values.get("s_at"), values.get("e_at")
    begins = read_moment("s_at", first) if first else 0
    ends = read_moment("e_at", last) + _DAY_S if last else float("inf")
    return bool(begins <= request["requested_at"] < ends)


def _find(call: Call, shop: BootpayShop) -> tuple[Record, Mapping[str, Any]]:
    id_ = call.values["order_subscription_request_history_id"]
    record = shop.contracts.find_owner(id_)
    for request in record["requests"] if record else ():
        if record and request["order_subscription_request_history_id"] == id_:
            return record, request
    raise ApiError("request_not_found", f"no request has the order_subscription_request_history_id {id_!r}")


ASK: Mapping[str, Any] = MappingProxyType({kind: partial(ask, kind) for kind in REQUEST_TYPES})
"""Kind of request → its handler."""
