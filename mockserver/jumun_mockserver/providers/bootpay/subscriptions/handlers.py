"""The operations of subscriptions and the functions that answer them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.idempotency import replaying
from jumun_mockserver.providers.bootpay.subscriptions.adjusting import (
    create_adjustment,
    delete_adjustment,
    replace_adjustments,
)
from jumun_mockserver.providers.bootpay.subscriptions.billing import list_bills, show_one_bill, update_bill
from jumun_mockserver.providers.bootpay.subscriptions.deciding import (
    approve_subscription,
    charge_subscription,
    pause_subscription,
    reject_subscription,
    resume_subscription,
    revoke_charge,
    terminate_subscription,
    update_subscription,
)
from jumun_mockserver.providers.bootpay.subscriptions.listing import list_subscriptions, show_subscription
from jumun_mockserver.providers.bootpay.subscriptions.requests import (
    ASK,
    decide_request,
    list_requests,
    show_one_request,
    show_termination_fee,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READS: dict[str, Callable[..., Any]] = {
    "bootpay.subscriptions.list": list_subscriptions,
    "bootpay.subscriptions.detail": show_subscription,
    "bootpay.subscription_bills.list": list_bills,
    "bootpay.subscription_bills.detail": show_one_bill,
    "bootpay.subscription_requests.termination_fee": show_termination_fee,
    "bootpay.subscription_requests.list": list_requests,
    "bootpay.subscription_requests.detail": show_one_request,
}
_WRITES: dict[str, Callable[..., Any]] = {
    "bootpay.subscriptions.update": update_subscription,
    "bootpay.subscriptions.approve": approve_subscription,
    "bootpay.subscriptions.reject": reject_subscription,
    "bootpay.subscriptions.pause": pause_subscription,
    "bootpay.subscriptions.resume": resume_subscription,
    "bootpay.subscriptions.terminate": terminate_subscription,
    "bootpay.subscriptions.charge": charge_subscription,
    "bootpay.subscriptions.revoke_charge": revoke_charge,
    "bootpay.subscription_bills.update": update_bill,
    "bootpay.subscription_requests.pause": ASK["pause"],
    "bootpay.subscription_requests.resume": ASK["resume"],
    "bootpay.subscription_requests.post_resume": ASK["resume"],
    "bootpay.subscription_requests.purchase": ASK["purchase"],
    "bootpay.subscription_requests.transfer": ASK["transfer"],
    "bootpay.subscription_requests.termination": ASK["termination"],
    "bootpay.subscription_requests.update": decide_request,
    "bootpay.adjustments.create": create_adjustment,
    "bootpay.adjustments.update": replace_adjustments,
    "bootpay.adjustments.delete": delete_adjustment,
}
SUBSCRIPTION_HANDLERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {**_READS, **{id_: replaying(handler) for id_, handler in _WRITES.items()}}
)
"""Operation id → handler; what changes something replays an Idempotency-Key."""
