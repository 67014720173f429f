"""The calls of Bootpay's Commerce API: what is sent, and how its answers are read; no I/O.

Each public method of `BootpayApi` is one call: ``make format`` writes its forms, synchronous, asynchronous and raw,
into ``bootpay_calls.py``.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, Unpack
from uuid import uuid4

from jumun_client.arguments import check_base_url, check_integer, check_text, path_segment, personal_values
from jumun_client.bootpay_fields import (
    NewAdjustment,
    NewInvoice,
    SubscriptionChanges,
    write_adjustment,
    write_adjustments,
    write_changes,
    write_fields,
    write_known,
)
from jumun_client.call import Call
from jumun_client.cancellation_request import ProductToCancel, write_cancellation
from jumun_client.conversation import Question
from jumun_client.credentials import basic_authorization, check_header_key
from jumun_client.fields import Fields, counted
from jumun_client.invoices import Invoice, InvoicePage
from jumun_client.models import BootpayToken, OrderPage
from jumun_client.order_details import Cancellation, CancellationPage, OrderDetail, RejectedCancellation
from jumun_client.order_query import (
    cancellation_query,
    filter_query,
    month_query,
    named_subscription,
    paging_query,
)
from jumun_client.page_walk import MAX_LIMIT, PageWalk
from jumun_client.subscription_bills import SubscriptionBill, SubscriptionBillPage
from jumun_client.subscription_requests import RequestedChange, SubscriptionRequest, SubscriptionRequestPage
from jumun_client.subscriptions import (
    Adjustments,
    RevokedChargeKey,
    Subscription,
    SubscriptionCharge,
    SubscriptionPage,
    TerminatedSubscription,
    TerminationFee,
)
from jumun_client.webhook import Notice, check_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from jumun_client.invoices import InvoiceSendType
    from jumun_client.models import Order
    from jumun_client.order_query import (
        InvoiceFilters,
        OrderFilters,
        Paging,
        SubscriptionBillFilters,
        SubscriptionFilters,
        SubscriptionRequestFilters,
    )
    from jumun_client.walk import Walk

P = TypeVar("P")
Role: TypeAlias = Literal["user", "supervisor"]

_CHARGE: Final = "/order_subscriptions/charge"
_REQUESTS_ING: Final = "/order_subscriptions/requests/ing"
_REQUESTS: Final = "/order-subscription-requests"


class BootpayApi:
    """The calls; each carries the keys (@bootpay/backend-js 2.13.1)."""

    def __init__(self, *, client_key: str, secret_key: str, base_url: str, clock: Callable[[], float]) -> None:
        self._keys = {"client_key": client_key, "secret_key": secret_key}
        self._base_url = check_base_url(base_url)
        self._clock = clock
        authorization = basic_authorization(client_key=client_key, secret_key=secret_key)
        self._confidential = (client_key, secret_key, authorization.removeprefix("Basic "))
        self._headers = MappingProxyType(
            {
                "Accept": "application/json",
                "Authorization": authorization,
                # Every official SDK sends this and BOOTPAY-ROLE; how the server takes a call without is not known.
                "BOOTPAY-API-VERSION": "1.0.0",
            }
        )

    def list_orders(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[OrderFilters],
    ) -> Question[OrderPage]:
        """One page of the orders that match every filter given; None is not sent.

        Source: commerce.bootpay.ai/orders/list.

        Args:
            page: From 1; the server's default is 1.
            limit: Orders a page; the server's default is 20, and it lowers more than 50 to 50.
            member_token: A member's JWT: of the member's own orders alone (bootpay-mcp docs, 2026-09).
            filters: `OrderFilters`.

        Raises:
            TypeError: A value is of the wrong type, or there is no such filter; nothing is sent.
            ValueError: A value cannot be sent or would filter nothing; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self._order_pages(filters, member_token)({"page": page, "limit": limit})

    def iter_orders(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[OrderFilters]
    ) -> Walk[OrderPage, Order]:
        """All orders that match every filter given, page after page as they are wanted, each once.

        It ends at an empty page, at one that brings nothing new, and at one that is not full once ``count`` is reached.
        Orders that come in meanwhile cost none of the others. One that is taken out of the list can make the walk miss
        another, since the API has no cursor.

        Args:
            limit: Orders a page; the server lowers more than 50, and the log (``jumun_client``, INFO) says so.
            member_token: As in `list_orders`.
            filters: `OrderFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `list_orders`, at once.
            ValueError: As in `list_orders`, or ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        walk = PageWalk[OrderPage, "Order"](
            limit=limit, noun="orders", rows=lambda page: page.orders, key=lambda order: order.order_id
        )
        return walk.over(self._order_pages(filters, member_token))

    def list_month_orders(self, user_group_id: str, month: date | str) -> Question[OrderPage]:
        """All orders of a group in a month of Korea, not in pages.

        Source: @bootpay/backend-js 2.13.1 for the parameters. The shape of the answer is in no source: read are a page
        as of `list_orders`, and an array.

        Args:
            user_group_id: The group.
            month: A date in it, or 'YYYY-MM'.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value cannot be sent; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        query = month_query(user_group_id=user_group_id, month=month)
        confidential = (*self._confidential, user_group_id)
        call = self._call("bootpay.orders.month", "GET", "/orders/month", query=query, confidential=confidential)
        return Question.of_any(call, lambda document: OrderPage.from_wire(counted(document)))

    def show_order(self, order_id: str, *, member_token: str | None = None) -> Question[OrderDetail]:
        """One order in full.

        Source: commerce.bootpay.ai/orders/detail. Its states are numbers there, and texts in what is seen live.

        Args:
            order_id: An order_id or an order_number.
            member_token: A member's JWT: orders of others are not found then (bootpay-mcp docs, 2026-09).

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; `NotFoundError` with the ``name`` ORDER_NOT_FOUND for no such order.
        """
        return Question.of(self._detail(order_id, member_token), OrderDetail.from_wire)

    def list_cancellations(
        self,
        *,
        order_number: str | None = None,
        order_id: str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> Question[CancellationPage]:
        """The cancellations of an order, or one page of those of all orders.

        Source: @bootpay/backend-js 2.13.1 for the first two parameters. Pages are assumed, and the shape of the answer
        is in no source: read are a page with a count, and an array.

        Args:
            order_number: Of this order.
            order_id: Of this order; one of the two.
            page: From 1.
            limit: Cancellations a page.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value is empty, or both orders are given; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        pages = self._cancellation_pages(order_number=order_number, order_id=order_id)
        return pages({"page": page, "limit": limit})

    def iter_cancellations(self, *, limit: int = MAX_LIMIT) -> Walk[CancellationPage, Cancellation]:
        """The cancellations of all orders, page after page as they are wanted, each once; it ends as `iter_orders`.

        Args:
            limit: Cancellations a page.

        Raises:
            TypeError: ``limit`` is not an int; at once.
            ValueError: ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        walk = PageWalk[CancellationPage, Cancellation](
            limit=limit,
            noun="cancellations",
            rows=lambda page: page.cancellations,
            key=lambda cancellation: cancellation.cancellation_id,
        )
        return walk.over(self._cancellation_pages())

    def request_cancellation(
        self,
        order_number: str,
        *,
        amount: int | None = None,
        tax_free_amount: int | None = None,
        products: Iterable[ProductToCancel] | None = None,
        reason: str | None = None,
        requester: str | None = None,
        immediately: bool = False,
        as_supervisor: bool = False,
        idempotency_key: str | None = None,
    ) -> Question[Cancellation]:
        """Ask for the cancellation of an order: of the whole, of an amount, or of products.

        Source: @bootpay/backend-js 2.13.1 for the call, backend-ruby and backend-java for what it carries.

        Like every write here it carries an ``Idempotency-Key``: for 24 hours the API gives the answer of before to the
        same key, whatever else is sent (bootpay-mcp docs, 2026-09). So the client sends a write again, within
        ``max_retries``, when its answer is lost and the one before has ended: after a 5xx other than 501, 504 and 505,
        and after a connection that broke. After silence (`TimedOutError`) and after 504 it does not: the API has no
        lock, so a repeat beside a first that still runs would be carried out as well. To repeat that later, give the
        ``idempotency_key`` of the error.

        Args:
            order_number: As the order's detail has it.
            amount: KRW; cannot be given with products.
            tax_free_amount: The tax-free part of the amount.
            products: Which, and how many pieces.
            reason: Why.
            requester: Who asks for it.
            immediately: Whether it is carried out at once, without an approval.
            as_supervisor: Whether the role is supervisor, not user.
            idempotency_key: Instead of one that the client makes: that of the call that this one repeats.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value cannot be sent, or amount and products are both given; nothing is sent.
            ApiError: See `jumun_client.errors`; by ``name``: CANCEL_ALREADY_DONE, CANCEL_PRICE_OVER, PROCESS_DUPLICATED
                while another waits for its decision. Status 442 says that this cannot be asked for.
        """
        body = write_cancellation(
            order_number=order_number,
            amount=amount,
            tax_free_amount=tax_free_amount,
            products=products,
            reason=reason,
            requester=requester,
            immediately=immediately,
            as_supervisor=as_supervisor,
        )
        call = self._write(
            "bootpay.order_cancel.request",
            "POST",
            "/order/cancel",
            body,
            idempotency_key,
            role="supervisor" if as_supervisor else "user",
        )
        return Question.of(call, Cancellation.from_wire)

    def withdraw_cancellation(self, cancellation_id: str, *, idempotency_key: str | None = None) -> Question[None]:
        """Take back a cancellation before its decision, in the role user.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            cancellation_id: `Cancellation.cancellation_id`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; by ``name`` PROCESS_DUPLICATED for one that is decided.
        """
        return Question.of_any(
            self._decision("withdraw", cancellation_id, {}, idempotency_key, role="user"), _read_nothing
        )

    def approve_cancellation(
        self, cancellation_id: str, *, message: str | None = None, idempotency_key: str | None = None
    ) -> Question[Cancellation]:
        """Approve a cancellation, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            cancellation_id: `Cancellation.cancellation_id`.
            message: For the orderer.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `withdraw_cancellation`.
            ValueError: As there.
            ApiError: As there.
        """
        body = {} if message is None else {"message": check_text("message", message, if_empty="leave it out")}
        call = self._decision("approve", cancellation_id, body, idempotency_key, role="supervisor")
        return Question.of(call, Cancellation.from_wire)

    def reject_cancellation(
        self, cancellation_id: str, *, message: str, idempotency_key: str | None = None
    ) -> Question[RejectedCancellation]:
        """Reject a cancellation, in the role supervisor: the order is paid as before.

        Source: commerce.bootpay.ai, page of order/cancel/{id}/reject.

        Args:
            cancellation_id: `Cancellation.cancellation_id`.
            message: Why, for the orderer.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `withdraw_cancellation`.
            ValueError: As there.
            ApiError: As there.
        """
        body = {"message": check_text("message", message, if_empty="say why")}
        call = self._decision("reject", cancellation_id, body, idempotency_key, role="supervisor")
        return Question.of(call, RejectedCancellation.from_wire)

    def list_subscriptions(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionFilters],
    ) -> Question[SubscriptionPage]:
        """One page of the subscriptions that match every filter given; None is not sent.

        Source: @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0.

        Args:
            page: From 1; the server's default is 1.
            limit: Subscriptions a page; the server's default is 20, and it lowers more than 50 to 50 (assumed).
            member_token: A member's JWT: of the member's own subscriptions alone (assumed, as orders).
            filters: `SubscriptionFilters`.

        Raises:
            TypeError: A value is of the wrong type, or there is no such filter; nothing is sent.
            ValueError: A value cannot be sent or would filter nothing; nothing is sent.
            ApiError: See `jumun_client.errors`; `ServerError` with the ``name`` SERVER_ERROR also for a user_id or
                user_group_id that is not an ObjectId.
        """
        return self._subscription_pages(filters, member_token)({"page": page, "limit": limit})

    def iter_subscriptions(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[SubscriptionFilters]
    ) -> Walk[SubscriptionPage, Subscription]:
        """All subscriptions that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Subscriptions a page.
            member_token: As in `list_subscriptions`.
            filters: `SubscriptionFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `list_subscriptions`, at once.
            ValueError: As in `list_subscriptions`, or ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        walk = PageWalk[SubscriptionPage, Subscription](
            limit=limit,
            noun="subscriptions",
            rows=lambda page: page.subscriptions,
            key=lambda subscription: subscription.order_subscription_id,
        )
        return walk.over(self._subscription_pages(filters, member_token))

    def show_subscription(self, subscription_id: str) -> Question[Subscription]:
        """One subscription, with its adjustments.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        call = self._call("bootpay.subscriptions.detail", "GET", _subscription_path(subscription_id))
        return Question.of(call, Subscription.from_wire)

    def update_subscription(
        self, subscription_id: str, *, idempotency_key: str | None = None, **changes: Unpack[SubscriptionChanges]
    ) -> Question[Subscription]:
        """Change a subscription, in the role supervisor.

        A new price is that of the bill that is ready and of later ones; paid bills stay.

        Source: @bootpay/backend-js 2.13.1, types and CHANGELOG.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.
            changes: `SubscriptionChanges`, at least one.

        Raises:
            TypeError: A value is of the wrong type, or there is no such field; nothing is sent.
            ValueError: A value cannot be sent, or none is given; nothing is sent.
            ApiError: See `jumun_client.errors`. Status 442 says that this cannot be asked for.
        """
        known = tuple(SubscriptionChanges.__annotations__)
        body = write_changes(changes, noun="a subscription", known=known)
        path = _subscription_path(subscription_id)
        call = self._write("bootpay.subscriptions.update", "PUT", path, body, idempotency_key, role="supervisor")
        return Question.of(call, Subscription.from_wire)

    def approve_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Question[Subscription]:
        """Have a subscription that waits begin, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            reason: Why.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value cannot be sent; nothing is sent.
            ApiError: See `jumun_client.errors`. A subscription that is decided is refused.
        """
        call = self._subscription_decision("approve", subscription_id, {"reason": reason}, idempotency_key)
        return Question.of(call, Subscription.from_wire)

    def reject_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Question[Subscription]:
        """Refuse a subscription that waits, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            reason: Why.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there.
            ApiError: As there.
        """
        call = self._subscription_decision("reject", subscription_id, {"reason": reason}, idempotency_key)
        return Question.of(call, Subscription.from_wire)

    def pause_subscription(
        self,
        subscription_id: str,
        *,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[Subscription]:
        """Pause a subscription, in the role supervisor: nothing is billed until it is resumed.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            reason: Why.
            paused_at: From when on; a time as in `SubscriptionChanges`.
            expected_resume_at: Until when.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there, or a time has no time zone.
            ApiError: See `jumun_client.errors`. A subscription that is not active is refused.
        """
        fields = {"reason": reason, "paused_at": paused_at, "expected_resume_at": expected_resume_at}
        call = self._subscription_decision("pause", subscription_id, fields, idempotency_key)
        return Question.of(call, Subscription.from_wire)

    def resume_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Question[Subscription]:
        """Resume a subscription that is paused, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            reason: Why.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`. A subscription that is not paused is refused.
        """
        call = self._subscription_decision("resume", subscription_id, {"reason": reason}, idempotency_key)
        return Question.of(call, Subscription.from_wire)

    def terminate_subscription(
        self,
        subscription_id: str,
        *,
        reason: str | None = None,
        termination_fee: int | None = None,
        last_bill_refund_price: int | None = None,
        final_fee: int | None = None,
        service_end_at: datetime | date | str | None = None,
        cancel_date: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[TerminatedSubscription]:
        """Terminate a subscription, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1. The numbers of the answer are assumed, as `show_termination_fee`.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            reason: Why.
            termination_fee: KRW, as the next two; instead of what the server works out.
            last_bill_refund_price: What the subscriber gets back of the last bill.
            final_fee: What is left to pay when both are set off.
            service_end_at: When the service ends; a time as in `SubscriptionChanges`.
            cancel_date: When it is terminated.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there, or a time has no time zone.
            ApiError: See `jumun_client.errors`. A subscription that has ended is refused.
        """
        fields = {
            "reason": reason,
            "termination_fee": termination_fee,
            "last_bill_refund_price": last_bill_refund_price,
            "final_fee": final_fee,
            "service_end_at": service_end_at,
            "cancel_date": cancel_date,
        }
        call = self._subscription_decision("terminate", subscription_id, fields, idempotency_key)
        return Question.of(call, TerminatedSubscription.from_wire)

    def charge_subscription(
        self,
        charge_key: str,
        price: int,
        *,
        tax_free_price: int | None = None,
        user: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Question[SubscriptionCharge]:
        """Pay an amount at once by a subscription's charge_key, beside its bills, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1, types.

        Args:
            charge_key: Secret; Bootpay gives it with the subscription.
            price: KRW, above 0.
            tax_free_price: The tax-free part of it.
            user: Who pays.
            metadata: Data of the seller's.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there, or the price is less than 1.
            ApiError: See `jumun_client.errors`. A key that is revoked is refused.
        """
        fields = {"tax_free_price": tax_free_price, "user": user, "metadata": metadata}
        body = {**_charge_key(charge_key), "price": check_integer("price", price, least=1), **write_fields(fields)}
        operation = "bootpay.subscriptions.charge"
        call = self._write(operation, "POST", _CHARGE, body, idempotency_key, role="supervisor")
        return Question.of(call, SubscriptionCharge.from_wire)

    def revoke_charge_key(
        self, charge_key: str, *, user: Mapping[str, Any] | None = None, idempotency_key: str | None = None
    ) -> Question[RevokedChargeKey]:
        """Revoke a charge_key, which pays nothing afterwards, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1, types.

        Args:
            charge_key: As in `charge_subscription`.
            user: Who paid.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        body = {**_charge_key(charge_key), **write_fields({"user": user})}
        operation = "bootpay.subscriptions.revoke_charge"
        call = self._write(operation, "DELETE", _CHARGE, body, idempotency_key, role="supervisor")
        return Question.of(call, RevokedChargeKey.from_wire)

    def list_subscription_bills(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[SubscriptionBillFilters]
    ) -> Question[SubscriptionBillPage]:
        """One page of the bills that match every filter given; None is not sent.

        Source: commerce.bootpay.ai/subscription/ops/bill/cycle. The shape of the answer is assumed: read are a page
        with a count, and an array.

        Args:
            page: From 1; the server's default is 1.
            limit: Bills a page; the server's default is 20, and it lowers more than 50 to 50 (assumed).
            filters: `SubscriptionBillFilters`.

        Raises:
            TypeError: As in `list_subscriptions`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return self._bill_pages(filters)({"page": page, "limit": limit})

    def iter_subscription_bills(
        self, *, limit: int = MAX_LIMIT, **filters: Unpack[SubscriptionBillFilters]
    ) -> Walk[SubscriptionBillPage, SubscriptionBill]:
        """All bills that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Bills a page.
            filters: `SubscriptionBillFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        walk = PageWalk[SubscriptionBillPage, SubscriptionBill](
            limit=limit, noun="bills", rows=lambda page: page.bills, key=lambda bill: bill.order_subscription_bill_id
        )
        return walk.over(self._bill_pages(filters))

    def show_subscription_bill(self, bill_id: str) -> Question[SubscriptionBill]:
        """One bill.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            bill_id: `SubscriptionBill.order_subscription_bill_id`.

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        call = self._call("bootpay.subscription_bills.detail", "GET", _bill_path(bill_id))
        return Question.of(call, SubscriptionBill.from_wire)

    def update_subscription_bill(
        self,
        bill_id: str,
        *,
        price: int | None = None,
        tax_free_price: int | None = None,
        order_name: str | None = None,
        reserve_payment_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[SubscriptionBill]:
        """Change a bill that is not paid.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            bill_id: `SubscriptionBill.order_subscription_bill_id`.
            price: KRW.
            tax_free_price: The tax-free part of it.
            order_name: Name of its order.
            reserve_payment_at: When it is due; a time as in `SubscriptionChanges`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `update_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`. Status 442 says that this cannot be asked for.
        """
        fields = {
            "price": price,
            "tax_free_price": tax_free_price,
            "order_name": order_name,
            "reserve_payment_at": reserve_payment_at,
        }
        body = write_changes(fields, noun="a bill", known=fields)
        call = self._write("bootpay.subscription_bills.update", "PUT", _bill_path(bill_id), body, idempotency_key)
        return Question.of(call, SubscriptionBill.from_wire)

    def request_pause(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[RequestedChange]:
        """Ask for a pause of a subscription, for its subscriber, in the role user.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            order_number: Of one of its orders instead.
            reason: Why.
            paused_at: From when on; a time as in `SubscriptionChanges`.
            expected_resume_at: Until when.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value cannot be sent, or not exactly one of subscription_id and order_number is given; nothing
                is sent.
            ApiError: See `jumun_client.errors`. A second request of a type while one waits is refused.
        """
        named = named_subscription(subscription_id=subscription_id, order_number=order_number)
        fields = {"reason": reason, "paused_at": paused_at, "expected_resume_at": expected_resume_at}
        return self._requested("pause", "POST", named, fields, idempotency_key)

    def request_resume(
        self,
        subscription_id: str | None = None,
        *,
        reason: str,
        order_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[RequestedChange]:
        """Ask for resuming a subscription that is paused, for its subscriber, in the role user.

        Source: commerce.bootpay.ai/subscription/ops/manage/resume. The page has POST; sent is PUT, as by
        @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            reason: Why; it is required.
            order_number: Of one of its orders instead.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `request_pause`.
            ValueError: As there.
            ApiError: As there.
        """
        named = named_subscription(subscription_id=subscription_id, order_number=order_number)
        reason = check_text("reason", reason, if_empty="say why")
        return self._requested("resume", "PUT", named, {"reason": reason}, idempotency_key)

    def request_purchase(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        price: int | None = None,
        tax_free_price: int | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[RequestedChange]:
        """Ask for buying a subscription out, for its subscriber, in the role user.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            order_number: Of one of its orders instead.
            price: KRW.
            tax_free_price: The tax-free part of it.
            reason: Why.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `request_pause`.
            ValueError: As there.
            ApiError: As there.
        """
        named = named_subscription(subscription_id=subscription_id, order_number=order_number)
        fields = {"price": price, "tax_free_price": tax_free_price, "reason": reason}
        return self._requested("purchase", "POST", named, fields, idempotency_key)

    def request_transfer(
        self,
        subscription_id: str,
        *,
        new_user_id: str,
        new_username: str | None = None,
        new_user_email: str | None = None,
        new_user_phone: str | None = None,
        new_user_address: str | None = None,
        wallet_id: str | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[RequestedChange]:
        """Ask for a transfer of a subscription to another user, for its subscriber, in the role user.

        Source: commerce.bootpay.ai/subscription/subscribe/transfer.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            new_user_id: The other user.
            new_username: The other user's, as the next three.
            new_user_email: E-mail address.
            new_user_phone: Telephone number.
            new_user_address: Postal address.
            wallet_id: What pays then.
            reason: Why.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `request_pause`.
            ValueError: As there.
            ApiError: As there.
        """
        named = named_subscription(subscription_id=subscription_id, order_number=None)
        fields = {
            "new_user_id": check_text("new_user_id", new_user_id, if_empty="give the other user's id"),
            "new_username": new_username,
            "new_user_email": new_user_email,
            "new_user_phone": new_user_phone,
            "new_user_address": new_user_address,
            "wallet_id": wallet_id,
            "reason": reason,
        }
        return self._requested("transfer", "POST", named, fields, idempotency_key)

    def request_termination(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        reason: str | None = None,
        termination_fee: int | None = None,
        last_bill_refund_price: int | None = None,
        final_fee: int | None = None,
        service_end_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[RequestedChange]:
        """Ask for the termination of a subscription, for its subscriber, in the role user.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            order_number: Of one of its orders instead.
            reason: Why.
            termination_fee: KRW, as the next two; see `show_termination_fee`.
            last_bill_refund_price: What the subscriber gets back of the last bill.
            final_fee: What is left to pay when both are set off.
            service_end_at: When the service ends; a time as in `SubscriptionChanges`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `request_pause`.
            ValueError: As there.
            ApiError: As there.
        """
        named = named_subscription(subscription_id=subscription_id, order_number=order_number)
        fields = {
            "reason": reason,
            "termination_fee": termination_fee,
            "last_bill_refund_price": last_bill_refund_price,
            "final_fee": final_fee,
            "service_end_at": service_end_at,
        }
        return self._requested("termination", "POST", named, fields, idempotency_key)

    def show_termination_fee(
        self, subscription_id: str | None = None, *, order_number: str | None = None
    ) -> Question[TerminationFee]:
        """The cost of terminating a subscription now, in the role user.

        Source: @bootpay/backend-js 2.13.1; how it is worked out is in no source.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            order_number: Of one of its orders instead.

        Raises:
            TypeError: As in `request_pause`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        named = named_subscription(subscription_id=subscription_id, order_number=order_number)
        operation, path = "bootpay.subscription_requests.termination_fee", f"{_REQUESTS_ING}/calculate_termination_fee"
        return Question.of(self._call(operation, "GET", path, query=tuple(named.items())), TerminationFee.from_wire)

    def list_subscription_requests(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionRequestFilters],
    ) -> Question[SubscriptionRequestPage]:
        """One page of the requests that match every filter given; None is not sent.

        Source: @bootpay/backend-js 2.13.1. The shape of the answer is assumed: read are a page with a count, and an
        array.

        Args:
            page: From 1; the server's default is 1.
            limit: Requests a page; the server's default is 20, and it lowers more than 50 to 50 (assumed).
            member_token: A member's JWT: of the member's own requests alone (assumed).
            filters: `SubscriptionRequestFilters`; with ``project_id`` the role is supervisor, else user.

        Raises:
            TypeError: As in `list_subscriptions`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return self._request_pages(filters, member_token)({"page": page, "limit": limit})

    def iter_subscription_requests(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[SubscriptionRequestFilters]
    ) -> Walk[SubscriptionRequestPage, SubscriptionRequest]:
        """All requests that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Requests a page.
            member_token: As in `list_subscription_requests`.
            filters: `SubscriptionRequestFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        walk = PageWalk[SubscriptionRequestPage, SubscriptionRequest](
            limit=limit,
            noun="requests",
            rows=lambda page: page.requests,
            key=lambda request: request.order_subscription_request_history_id,
        )
        return walk.over(self._request_pages(filters, member_token))

    def show_subscription_request(
        self, request_id: str, *, project_id: str | None = None, member_token: str | None = None
    ) -> Question[SubscriptionRequest]:
        """One request to change a subscription.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            request_id: `SubscriptionRequest.order_subscription_request_history_id`.
            project_id: The project's; the role is supervisor then, else user.
            member_token: A member's JWT: requests of others are not found then (assumed).

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        call = self._call(
            "bootpay.subscription_requests.detail",
            "GET",
            _request_path(request_id),
            query=filter_query("request", {"project_id": project_id}),
            role="user" if project_id is None else "supervisor",
            member_token=member_token,
        )
        return Question.of(call, SubscriptionRequest.from_wire)

    def approve_subscription_request(
        self,
        request_id: str,
        *,
        reason: str | None = None,
        price: int | None = None,
        tax_free_price: int | None = None,
        termination_fee: int | None = None,
        last_bill_refund_price: int | None = None,
        final_fee: int | None = None,
        service_end_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Question[SubscriptionRequest]:
        """Approve a request, in the role supervisor: what was asked for is carried out.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            request_id: `SubscriptionRequest.order_subscription_request_history_id`.
            reason: Why.
            price: Of a purchase, KRW; instead of what the request says, as the others.
            tax_free_price: The tax-free part of it.
            termination_fee: Of a termination, KRW, as the next two.
            last_bill_refund_price: What the subscriber gets back of the last bill.
            final_fee: What is left to pay when both are set off.
            service_end_at: When the service ends; a time as in `SubscriptionChanges`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there, or a time has no time zone.
            ApiError: See `jumun_client.errors`. A request that is decided is refused.
        """
        fields = {
            "reason": reason,
            "price": price,
            "tax_free_price": tax_free_price,
            "termination_fee": termination_fee,
            "last_bill_refund_price": last_bill_refund_price,
            "final_fee": final_fee,
            "service_end_at": service_end_at,
        }
        return self._request_decision("approve", request_id, fields, idempotency_key)

    def reject_subscription_request(
        self, request_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Question[SubscriptionRequest]:
        """Reject a request, in the role supervisor: the subscription is as before.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            request_id: `SubscriptionRequest.order_subscription_request_history_id`.
            reason: Why.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there.
            ApiError: As in `approve_subscription_request`.
        """
        return self._request_decision("reject", request_id, {"reason": reason}, idempotency_key)

    def add_adjustment(
        self, subscription_id: str, *, idempotency_key: str | None = None, **adjustment: Unpack[NewAdjustment]
    ) -> Question[Adjustments]:
        """Adjust bills of a subscription that are not paid, in the role supervisor.

        Source: commerce.bootpay.ai/subscription/ops/adjust/fee.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.
            adjustment: `NewAdjustment`.

        Raises:
            TypeError: As in `update_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`. Status 442 also for a bill that is paid, or would come to less
                than nothing.
        """
        body = write_adjustment(adjustment, "an adjustment")
        return self._adjusted("create", "POST", subscription_id, body, idempotency_key)

    def update_adjustments(
        self,
        subscription_id: str,
        adjustments: Iterable[NewAdjustment],
        *,
        duration: int | None = None,
        idempotency_key: str | None = None,
    ) -> Question[Adjustments]:
        """Replace the adjustments of a bill, or all of a subscription, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1 for those of a bill, commerce.bootpay.ai/subscription/ops/adjust/fee-edit for
        all.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            adjustments: What comes in their place; none takes them away.
            duration: Which bill, from 1; without it all are replaced.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: A value is of the wrong type, or an adjustment has no such field; nothing is sent.
            ValueError: A value cannot be sent, or an adjustment has no field; nothing is sent.
            ApiError: As in `add_adjustment`.
        """
        body: dict[str, object] = {"adjustments": write_adjustments(adjustments)}
        if duration is not None:
            body |= {"duration": check_integer("duration", duration, least=1)}
        return self._adjusted("update", "PUT", subscription_id, body, idempotency_key)

    def delete_adjustment(
        self, subscription_id: str, adjustment_id: str, *, idempotency_key: str | None = None
    ) -> Question[Adjustments]:
        """Take an adjustment away, in the role supervisor.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.
            adjustment_id: `Adjustment.order_subscription_adjustment_id`.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there.
            ApiError: As in `add_adjustment`.
        """
        id_ = check_text("adjustment_id", adjustment_id, if_empty="give the adjustment's id")
        body = {"order_subscription_adjustment_id": id_}
        return self._adjusted("delete", "DELETE", subscription_id, body, idempotency_key)

    def list_invoices(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[InvoiceFilters]
    ) -> Question[InvoicePage]:
        """One page of the invoices that match every filter given; None is not sent.

        Source: commerce.bootpay.ai/link-payment/list.

        Args:
            page: From 1; the server's default is 1.
            limit: Invoices a page; the server's default is 24, and it lowers more than 50 to 50 (assumed).
            filters: `InvoiceFilters`.

        Raises:
            TypeError: As in `list_subscriptions`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return self._invoice_pages(filters)({"page": page, "limit": limit})

    def iter_invoices(self, *, limit: int = MAX_LIMIT, **filters: Unpack[InvoiceFilters]) -> Walk[InvoicePage, Invoice]:
        """All invoices that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Invoices a page.
            filters: `InvoiceFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        walk = PageWalk[InvoicePage, Invoice](
            limit=limit, noun="invoices", rows=lambda page: page.invoices, key=lambda invoice: invoice.invoice_id
        )
        return walk.over(self._invoice_pages(filters))

    def show_invoice(self, invoice_id: str) -> Question[Invoice]:
        """One invoice.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            invoice_id: `Invoice.invoice_id`.

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return Question.of(self._call("bootpay.invoices.detail", "GET", _invoice_path(invoice_id)), Invoice.from_wire)

    def create_invoice(
        self, price: int, *, idempotency_key: str | None = None, **fields: Unpack[NewInvoice]
    ) -> Question[Invoice]:
        """Create an invoice, for a user or for none.

        Source: @bootpay/backend-js 2.13.1 and backend-ruby.

        Args:
            price: KRW.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.
            fields: `NewInvoice`.

        Raises:
            TypeError: As in `update_subscription`.
            ValueError: A value cannot be sent, or the price is less than 0; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        known = tuple(NewInvoice.__annotations__)
        body = {"price": check_integer("price", price, least=0), **write_known(fields, noun="an invoice", known=known)}
        call = self._write("bootpay.invoices.create", "POST", "/invoices", body, idempotency_key)
        return Question.of(call, Invoice.from_wire)

    def notify_invoice(
        self, invoice_id: str, *, send_types: Iterable[InvoiceSendType | int], idempotency_key: str | None = None
    ) -> Question[None]:
        """Send an invoice again.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            invoice_id: `Invoice.invoice_id`.
            send_types: How.
            idempotency_key: As in `request_cancellation`, which also says when the call is repeated.

        Raises:
            TypeError: As in `approve_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        path, body = f"{_invoice_path(invoice_id)}/notify", write_fields({"send_types": send_types})
        call = self._write("bootpay.invoices.notify", "POST", path, body, idempotency_key)
        return Question.of_any(call, _read_nothing)

    def verify_webhook(
        self,
        payload: bytes | str | Mapping[str, Any],
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Question[OrderDetail]:
        """The order that a payment notice names, read again, if it agrees with the notice.

        A notice can come from anywhere: Bootpay does not sign those of payments and advises to read the receipt again,
        from another API (developers.bootpay.ai/server/webhook). That the order serves as well is assumed. Compared are
        price, payment status, receipt_id and what is cancelled, as far as both say something of them. A receiver has
        5 seconds to answer 200 with ``{"success": true}``, so give the client a ``deadline``.

        Args:
            payload: The body of the request, JSON or a form; or what was made of it.
            secret: With one, ``X-Bootpay-Signature`` is checked first, as alimtalk's notices have it; it must be of the
                last five minutes.
            headers: Those of the request, for that.

        Raises:
            TypeError: A value is of the wrong type, or a secret is given and the payload is not as it came.
            ValueError: The secret is empty.
            WebhookError: It is not a payment notice or its signature is wrong (nothing is sent then), or the order says
                otherwise; ``order`` is the order as it is, which can be further on than a notice that comes late.
            ApiError: As in `show_order`. Nothing is known then, so let Bootpay post the notice again.
        """
        if secret is not None:
            check_signature(payload, secret=secret, headers=headers, now_s=self._clock())
        notice = Notice.read(payload)
        return Question.of(
            self._detail(notice.order_id, None), lambda body: notice.compare(OrderDetail.from_wire(body))
        )

    def request_token(self) -> Question[BootpayToken]:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        # Asked again, the API gives the same token (Bootpay developer docs, commerce/token).
        call = self._call("bootpay.token", "POST", "/request/token", body=self._keys, repeatable=True)
        return Question.of(call, BootpayToken.from_wire)

    def _order_pages(self, filters: OrderFilters, member_token: str | None) -> Callable[[Paging], Question[OrderPage]]:
        query = filter_query("order", filters)
        read, personal = OrderPage.from_wire, personal_values(filters)
        return self._pages("bootpay.orders.list", "/orders", query, read, personal=personal, member_token=member_token)

    def _cancellation_pages(
        self, *, order_number: str | None = None, order_id: str | None = None
    ) -> Callable[[Paging], Question[CancellationPage]]:
        query = cancellation_query(order_number=order_number, order_id=order_id)
        read = CancellationPage.from_wire
        return self._pages("bootpay.order_cancel.list", "/order/cancel", query, read, may_be_array=True)

    def _subscription_pages(
        self, filters: SubscriptionFilters, member_token: str | None
    ) -> Callable[[Paging], Question[SubscriptionPage]]:
        return self._pages(
            "bootpay.subscriptions.list",
            "/order_subscriptions",
            filter_query("subscription", filters),
            SubscriptionPage.from_wire,
            personal=personal_values(filters),
            member_token=member_token,
        )

    def _bill_pages(self, filters: SubscriptionBillFilters) -> Callable[[Paging], Question[SubscriptionBillPage]]:
        return self._pages(
            "bootpay.subscription_bills.list",
            "/order_subscription_bills",
            filter_query("bill", filters),
            SubscriptionBillPage.from_wire,
            personal=personal_values(filters),
            may_be_array=True,
        )

    def _request_pages(
        self, filters: SubscriptionRequestFilters, member_token: str | None
    ) -> Callable[[Paging], Question[SubscriptionRequestPage]]:
        return self._pages(
            "bootpay.subscription_requests.list",
            _REQUESTS,
            filter_query("request", filters),
            SubscriptionRequestPage.from_wire,
            personal=personal_values(filters),
            role="user" if filters.get("project_id") is None else "supervisor",
            member_token=member_token,
            may_be_array=True,
        )

    def _invoice_pages(self, filters: InvoiceFilters) -> Callable[[Paging], Question[InvoicePage]]:
        query, personal = filter_query("invoice", filters), personal_values(filters)
        return self._pages("bootpay.invoices.list", "/invoices", query, InvoicePage.from_wire, personal=personal)

    def _pages(
        self,
        operation: str,
        path: str,
        query: tuple[tuple[str, str], ...],
        read: Callable[[Fields], P],
        *,
        personal: tuple[str, ...] = (),
        role: Role = "user",
        member_token: str | None = None,
        may_be_array: bool = False,
    ) -> Callable[[Paging], Question[P]]:
        """A function that asks for a page of a list.

        Filters are read before: what the caller changes or uses up afterwards changes no later page.

        Args:
            operation: That lists.
            path: After the base URL.
            query: Filters.
            read: Makes a page of an answer.
            personal: What of the filters may be about people.
            role: In which the call is made.
            member_token: A member's JWT; None for none.
            may_be_array: Whether the shape of the answer is in no source, so that an array is read too.
        """

        def page(paging: Paging) -> Question[P]:
            call = self._call(
                operation,
                "GET",
                path,
                query=paging_query(paging) + query,
                confidential=(*self._confidential, *personal),
                role=role,
                member_token=member_token,
            )
            return Question.of_any(call, lambda body: read(counted(body))) if may_be_array else Question.of(call, read)

        return page

    def _detail(self, order_id: str, member_token: str | None) -> Call:
        path = f"/orders/{path_segment(order_id)}"
        return self._call("bootpay.orders.detail", "GET", path, member_token=member_token)

    def _decision(
        self, action: str, cancellation_id: str, body: Mapping[str, Any], idempotency_key: str | None, *, role: Role
    ) -> Call:
        segment = path_segment(cancellation_id, name="cancellation_id", wanted="the cancellation's id")
        operation, path = f"bootpay.order_cancel.{action}", f"/order/cancel/{segment}/{action}"
        return self._write(operation, "PUT", path, body, idempotency_key, role=role)

    def _subscription_decision(
        self, action: str, subscription_id: str, fields: Mapping[str, object], idempotency_key: str | None
    ) -> Call:
        operation, path = f"bootpay.subscriptions.{action}", f"{_subscription_path(subscription_id)}/{action}"
        return self._write(operation, "PUT", path, write_fields(fields), idempotency_key, role="supervisor")

    def _requested(
        self,
        kind: str,
        method: Literal["POST", "PUT"],
        named: Mapping[str, str],
        fields: Mapping[str, object],
        idempotency_key: str | None,
    ) -> Question[RequestedChange]:
        operation, body = f"bootpay.subscription_requests.{kind}", {**named, **write_fields(fields)}
        call = self._write(operation, method, f"{_REQUESTS_ING}/{kind}", body, idempotency_key)
        return Question.of(call, RequestedChange.from_wire)

    def _request_decision(
        self, approval: str, request_id: str, fields: Mapping[str, object], idempotency_key: str | None
    ) -> Question[SubscriptionRequest]:
        operation, path = "bootpay.subscription_requests.update", _request_path(request_id)
        body = {"approval": approval, **write_fields(fields)}
        call = self._write(operation, "PUT", path, body, idempotency_key, role="supervisor")
        return Question.of(call, SubscriptionRequest.from_wire)

    def _adjusted(
        self,
        action: str,
        method: Literal["POST", "PUT", "DELETE"],
        subscription_id: str,
        body: Mapping[str, Any],
        idempotency_key: str | None,
    ) -> Question[Adjustments]:
        operation, path = f"bootpay.adjustments.{action}", f"{_subscription_path(subscription_id)}/adjustments"
        call = self._write(operation, method, path, body, idempotency_key, role="supervisor")
        return Question.of(call, Adjustments.from_wire)

    def _write(
        self,
        operation: str,
        method: Literal["POST", "PUT", "DELETE"],
        path: str,
        body: Mapping[str, Any],
        idempotency_key: str | None,
        *,
        role: Role = "user",
    ) -> Call:
        """A call that changes something, under the key given or one of its own."""
        key = str(uuid4()) if idempotency_key is None else check_header_key("idempotency_key", idempotency_key)
        return self._call(
            operation,
            method,
            path,
            body=body,
            repeatable=False,
            idempotency_key=key,
            role=role,
            confidential=(*self._confidential, *personal_values(body)),
        )

    def _call(
        self,
        operation: str,
        method: Literal["GET", "POST", "PUT", "DELETE"],
        path: str,
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: Mapping[str, Any] | None = None,
        repeatable: bool = True,
        idempotency_key: str | None = None,
        confidential: tuple[str, ...] | None = None,
        role: Role = "user",
        member_token: str | None = None,
    ) -> Call:
        """A call with the keys.

        Args:
            path: After the base URL.
            body: Sent as JSON; None for none.
            repeatable: As in `Call`.
            idempotency_key: As in `Call`.
            confidential: As in `Call`; the keys alone if not given.
            role: In which the call is made.
            member_token: A member's JWT; None for none.
        """
        headers = {**self._headers, "BOOTPAY-ROLE": role}
        confidential = confidential or self._confidential
        if member_token is not None:
            headers["Bootpay-User-JWT"] = check_header_key("member_token", member_token)
            confidential = (*confidential, member_token)
        if body is not None:
            headers["Content-Type"] = "application/json"
        return Call(
            operation=operation,
            method=method,
            url=self._base_url + path,
            query=query,
            headers=headers,
            body=None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            repeatable=repeatable,
            idempotency_key=idempotency_key,
            confidential=confidential,
        )


def _subscription_path(subscription_id: object) -> str:
    segment = path_segment(subscription_id, name="subscription_id", wanted="the subscription's id")
    return f"/order_subscriptions/{segment}"


def _bill_path(bill_id: object) -> str:
    segment = path_segment(bill_id, name="bill_id", wanted="the bill's id")
    return f"/order_subscription_bills/{segment}"


def _request_path(request_id: object) -> str:
    segment = path_segment(request_id, name="request_id", wanted="the request's id")
    return f"{_REQUESTS}/{segment}"


def _invoice_path(invoice_id: object) -> str:
    segment = path_segment(invoice_id, name="invoice_id", wanted="the invoice's id")
    return f"/invoices/{segment}"


def _charge_key(charge_key: object) -> dict[str, str]:
    return {"charge_key": check_text("charge_key", charge_key, if_empty="give that of the subscription")}


def _read_nothing(document: object) -> None:
    """Accept null, as the SDKs' types have it, or an object; raises `ShapeError`."""
    if document is not None:
        Fields(document, where="body")
