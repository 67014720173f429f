"""Calls of the official Bootpay SDKs about what members ask for of their subscriptions, and how it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.interop.sdk_call import SdkCall
from tests.interop.sdk_stage import PRICE

if TYPE_CHECKING:
    from collections.abc import Mapping

_USER = "67e4b4425ec892162491d0f0"


def _ask(
    action: str, given: str, name: str, body: Mapping[str, Any], *, key: str = "", verb: str = "POST", **more: Any
) -> SdkCall:
    """What a member asks for."""
    body = {"order_subscription_id": f"{name}.contract", **body}
    return SdkCall(
        method=f"orderSubscription.requestIng.{action}",
        given=given,
        arguments=({**body, "idempotency_key": key} if key else body,),
        line=f"{verb} /v1/order_subscriptions/requests/ing/{action}",
        operation=f"bootpay.subscription_requests.{action}",
        sends=body,
        key=key or "made",
        about=f"{name}.contract",
        **more,
    )


def _fee(method: str, given: str, *arguments: Any, query: str, key: str = "made") -> SdkCall:
    return SdkCall(
        method=f"orderSubscription.requestIng.{method}",
        given=given,
        arguments=arguments,
        line=f"GET /v1/order_subscriptions/requests/ing/calculate_termination_fee?{query}",
        operation="bootpay.subscription_requests.termination_fee",
        key=key,
        returns={"termination_fee": 0, "refund_amount": PRICE, "final_fee": 0},
    )


def _requests(method: str, given: str, *arguments: Any, line: str, **more: Any) -> SdkCall:
    return SdkCall(
        method=f"orderSubscriptionRequest.{method}",
        given=given,
        arguments=arguments,
        line=line.replace("REQUESTS", "/v1/order-subscription-requests"),
        operation=f"bootpay.subscription_requests.{method}",
        **{"key": "made", **more},
    )


def _decide(approval: Any, given: str, name: str, **more: Any) -> SdkCall:
    """A decision about the request of a contract of the stage. A project makes no difference to it."""
    return _requests(
        "update",
        given,
        {"order_subscription_request_history_id": f"{name}.request", "approval": approval},
        line=f"PUT REQUESTS/{name}.request",
        sends={"approval": approval},
        role="supervisor",
        about=f"{name}.contract",
        **more,
    )


REQUESTS: tuple[SdkCall, ...] = (
    _fee(
        "calculateTerminationFee",
        "a contract, the `order_number` and a key",
        "@left.contract",
        "@left.number",
        "fee",
        query="order_subscription_id=@left.contract&order_number=@left.number",
        key="fee",
    ),
    _fee(
        "calculateTerminationFeeByOrderNumber",
        "an `order_number`",
        "@left.number",
        query="order_number=@left.number",
    ),
    _ask(
        "pause",
        "an active contract, with an `idempotency_key`",
        "@left",
        {"reason": "휴가", "paused_at": "2025-02-01"},
        key="ask pause",
        returns={"request_type": 1, "request_status": 1},
        after="paused, 10,000 KRW paid, 10,000 next",
    ),
    _ask(
        "resume",
        "no reason",
        "@left",
        {},
        verb="PUT",
        code="SUBSCRIPTION_RESUME_REASON_REQUIRED",
        after="paused, 10,000 KRW paid, 10,000 next",
    ),
    _ask(
        "resume",
        "a paused contract, with an `idempotency_key`",
        "@left",
        {"reason": "재개"},
        key="ask resume",
        verb="PUT",
        returns={"request_type": 2, "request_status": 1},
        after="active, 10,000 KRW paid, 10,000 next",
    ),
    _ask(
        "purchase",
        "an active contract, with an `idempotency_key`",
        "@bought",
        {"reason": "인수"},
        key="ask purchase",
        returns={"request_type": 3, "request_status": 0},
        after="active, 10,000 KRW paid, 10,000 next, purchase asked for",
    ),
    _ask(
        "transfer",
        "no `new_user_id`",
        "@given",
        {"reason": "양도"},
        code="API_PARAM_INVALID",
        breaks=True,
        after="active, 10,000 KRW paid, 10,000 next",
    ),
    _ask(
        "transfer",
        "a `new_user_id`, with an `idempotency_key`",
        "@given",
        {"new_user_id": _USER, "reason": "양도"},
        key="ask transfer",
        returns={"request_type": 4, "request_status": 0},
        after="active, 10,000 KRW paid, 10,000 next, transfer asked for",
    ),
    _ask(
        "termination",
        "an active contract, with an `idempotency_key`",
        "@left",
        {"reason": "해지"},
        key="ask termination",
        returns={"request_type": 5, "request_status": 0},
        after="active, 10,000 KRW paid, 10,000 next, termination asked for",
    ),
    _ask(
        "termination",
        "the same again, with a new key",
        "@left",
        {"reason": "해지"},
        code="PROCESS_DUPLICATED",
        after="active, 10,000 KRW paid, 10,000 next, termination asked for",
    ),
    _requests("list", "nothing", line="GET REQUESTS?page=1&limit=20", returns={"count": 6}),
    _requests(
        "list",
        "a project, a contract, days, a status and a type",
        {
            "project_id": "a-project",
            "order_subscription_id": "@left.contract",
            "s_at": "2025-01-01",
            "e_at": "2025-01-31",
            "status": 0,
            "request_type": 0,
        },
        line="GET REQUESTS?project_id=a-project&order_subscription_id=@left.contract&page=1&limit=20"
        "&s_at=2025-01-01&e_at=2025-01-31&status=0&request_type=0",
        role="supervisor",
        returns={"count": 0},
    ),
    _requests(
        "detail",
        "a request",
        "@given.request",
        line="GET REQUESTS/@given.request",
        returns={"request_type": 4, "status": 0, "reason": "양도"},
    ),
    _requests(
        "detail",
        "a request, a project and a key",
        "@given.request",
        "a-project",
        "one request",
        line="GET REQUESTS/@given.request?project_id=a-project",
        role="supervisor",
        key="one request",
        returns={"request_type": 4, "status": 0, "reason": "양도"},
    ),
    _decide(
        approval=True,
        given="`approval` `true`",
        name="@left",
        code="API_PARAM_INVALID",
        breaks=True,
        after="active, 10,000 KRW paid, 10,000 next, termination asked for",
    ),
    _decide(
        "approve",
        "`approval` `approve`, of a termination",
        "@left",
        returns={"request_type": 5, "status": 1},
        after="terminated, 10,000 KRW paid",
    ),
    _decide("approve", "the same again", "@left", code="PROCESS_DUPLICATED", after="terminated, 10,000 KRW paid"),
    _decide(
        "reject",
        "`approval` `reject`, of a transfer",
        "@given",
        returns={"request_type": 4, "status": -1},
        after="active, 10,000 KRW paid, 10,000 next",
    ),
    _decide(
        "approve",
        "`approval` `approve`, of a purchase",
        "@bought",
        returns={"request_type": 3, "status": 1},
        after="terminated, 20,000 KRW paid",
    ),
)
"""What members ask for, and how it is decided."""
