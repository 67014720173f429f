"""Made by client/generate.py from `jumun_client.bootpay`: change that, then ``make format``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_client.asynchronous import AsyncClient
from jumun_client.page_walk import MAX_LIMIT
from jumun_client.sync import SyncClient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
    from datetime import date, datetime
    from typing import Any, Unpack

    from jumun_client.answer import RawAnswer
    from jumun_client.bootpay import BootpayApi
    from jumun_client.bootpay_fields import NewAdjustment, NewInvoice, SubscriptionChanges
    from jumun_client.cancellation_request import ProductToCancel
    from jumun_client.invoices import Invoice, InvoicePage, InvoiceSendType
    from jumun_client.models import BootpayToken, Order, OrderPage
    from jumun_client.order_details import Cancellation, CancellationPage, OrderDetail, RejectedCancellation
    from jumun_client.order_query import (
        InvoiceFilters,
        OrderFilters,
        SubscriptionBillFilters,
        SubscriptionFilters,
        SubscriptionRequestFilters,
    )
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


class BootpayCalls(SyncClient):
    """The calls, synchronous."""

    _api: BootpayApi

    def list_orders(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[OrderFilters],
    ) -> OrderPage:
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
        return self.converse(
            self._api.list_orders(page=page, limit=limit, member_token=member_token, **filters)
        ).parse()

    def iter_orders(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[OrderFilters]
    ) -> Generator[Order, None, None]:
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
        return self._walk(self._api.iter_orders(limit=limit, member_token=member_token, **filters))

    def list_month_orders(self, user_group_id: str, month: date | str) -> OrderPage:
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
        return self.converse(self._api.list_month_orders(user_group_id, month)).parse()

    def show_order(self, order_id: str, *, member_token: str | None = None) -> OrderDetail:
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
        return self.converse(self._api.show_order(order_id, member_token=member_token)).parse()

    def list_cancellations(
        self,
        *,
        order_number: str | None = None,
        order_id: str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> CancellationPage:
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
        return self.converse(
            self._api.list_cancellations(order_number=order_number, order_id=order_id, page=page, limit=limit)
        ).parse()

    def iter_cancellations(self, *, limit: int = MAX_LIMIT) -> Generator[Cancellation, None, None]:
        """The cancellations of all orders, page after page as they are wanted, each once; it ends as `iter_orders`.

        Args:
            limit: Cancellations a page.

        Raises:
            TypeError: ``limit`` is not an int; at once.
            ValueError: ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        return self._walk(self._api.iter_cancellations(limit=limit))

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
    ) -> Cancellation:
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
        return self.converse(
            self._api.request_cancellation(
                order_number,
                amount=amount,
                tax_free_amount=tax_free_amount,
                products=products,
                reason=reason,
                requester=requester,
                immediately=immediately,
                as_supervisor=as_supervisor,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def withdraw_cancellation(self, cancellation_id: str, *, idempotency_key: str | None = None) -> None:
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
        return self.converse(self._api.withdraw_cancellation(cancellation_id, idempotency_key=idempotency_key)).parse()

    def approve_cancellation(
        self, cancellation_id: str, *, message: str | None = None, idempotency_key: str | None = None
    ) -> Cancellation:
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
        return self.converse(
            self._api.approve_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
        ).parse()

    def reject_cancellation(
        self, cancellation_id: str, *, message: str, idempotency_key: str | None = None
    ) -> RejectedCancellation:
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
        return self.converse(
            self._api.reject_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
        ).parse()

    def list_subscriptions(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionFilters],
    ) -> SubscriptionPage:
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
        return self.converse(
            self._api.list_subscriptions(page=page, limit=limit, member_token=member_token, **filters)
        ).parse()

    def iter_subscriptions(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[SubscriptionFilters]
    ) -> Generator[Subscription, None, None]:
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
        return self._walk(self._api.iter_subscriptions(limit=limit, member_token=member_token, **filters))

    def show_subscription(self, subscription_id: str) -> Subscription:
        """One subscription, with its adjustments.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.show_subscription(subscription_id)).parse()

    def update_subscription(
        self, subscription_id: str, *, idempotency_key: str | None = None, **changes: Unpack[SubscriptionChanges]
    ) -> Subscription:
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
        return self.converse(
            self._api.update_subscription(subscription_id, idempotency_key=idempotency_key, **changes)
        ).parse()

    def approve_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Subscription:
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
        return self.converse(
            self._api.approve_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        ).parse()

    def reject_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Subscription:
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
        return self.converse(
            self._api.reject_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        ).parse()

    def pause_subscription(
        self,
        subscription_id: str,
        *,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Subscription:
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
        return self.converse(
            self._api.pause_subscription(
                subscription_id,
                reason=reason,
                paused_at=paused_at,
                expected_resume_at=expected_resume_at,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def resume_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Subscription:
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
        return self.converse(
            self._api.resume_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        ).parse()

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
    ) -> TerminatedSubscription:
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
        return self.converse(
            self._api.terminate_subscription(
                subscription_id,
                reason=reason,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                cancel_date=cancel_date,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def charge_subscription(
        self,
        charge_key: str,
        price: int,
        *,
        tax_free_price: int | None = None,
        user: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> SubscriptionCharge:
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
        return self.converse(
            self._api.charge_subscription(
                charge_key,
                price,
                tax_free_price=tax_free_price,
                user=user,
                metadata=metadata,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def revoke_charge_key(
        self, charge_key: str, *, user: Mapping[str, Any] | None = None, idempotency_key: str | None = None
    ) -> RevokedChargeKey:
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
        return self.converse(
            self._api.revoke_charge_key(charge_key, user=user, idempotency_key=idempotency_key)
        ).parse()

    def list_subscription_bills(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[SubscriptionBillFilters]
    ) -> SubscriptionBillPage:
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
        return self.converse(self._api.list_subscription_bills(page=page, limit=limit, **filters)).parse()

    def iter_subscription_bills(
        self, *, limit: int = MAX_LIMIT, **filters: Unpack[SubscriptionBillFilters]
    ) -> Generator[SubscriptionBill, None, None]:
        """All bills that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Bills a page.
            filters: `SubscriptionBillFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        return self._walk(self._api.iter_subscription_bills(limit=limit, **filters))

    def show_subscription_bill(self, bill_id: str) -> SubscriptionBill:
        """One bill.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            bill_id: `SubscriptionBill.order_subscription_bill_id`.

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.show_subscription_bill(bill_id)).parse()

    def update_subscription_bill(
        self,
        bill_id: str,
        *,
        price: int | None = None,
        tax_free_price: int | None = None,
        order_name: str | None = None,
        reserve_payment_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> SubscriptionBill:
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
        return self.converse(
            self._api.update_subscription_bill(
                bill_id,
                price=price,
                tax_free_price=tax_free_price,
                order_name=order_name,
                reserve_payment_at=reserve_payment_at,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def request_pause(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestedChange:
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
        return self.converse(
            self._api.request_pause(
                subscription_id,
                order_number=order_number,
                reason=reason,
                paused_at=paused_at,
                expected_resume_at=expected_resume_at,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def request_resume(
        self,
        subscription_id: str | None = None,
        *,
        reason: str,
        order_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestedChange:
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
        return self.converse(
            self._api.request_resume(
                subscription_id, reason=reason, order_number=order_number, idempotency_key=idempotency_key
            )
        ).parse()

    def request_purchase(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        price: int | None = None,
        tax_free_price: int | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestedChange:
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
        return self.converse(
            self._api.request_purchase(
                subscription_id,
                order_number=order_number,
                price=price,
                tax_free_price=tax_free_price,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        ).parse()

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
    ) -> RequestedChange:
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
        return self.converse(
            self._api.request_transfer(
                subscription_id,
                new_user_id=new_user_id,
                new_username=new_username,
                new_user_email=new_user_email,
                new_user_phone=new_user_phone,
                new_user_address=new_user_address,
                wallet_id=wallet_id,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        ).parse()

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
    ) -> RequestedChange:
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
        return self.converse(
            self._api.request_termination(
                subscription_id,
                order_number=order_number,
                reason=reason,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def show_termination_fee(
        self, subscription_id: str | None = None, *, order_number: str | None = None
    ) -> TerminationFee:
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
        return self.converse(self._api.show_termination_fee(subscription_id, order_number=order_number)).parse()

    def list_subscription_requests(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionRequestFilters],
    ) -> SubscriptionRequestPage:
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
        return self.converse(
            self._api.list_subscription_requests(page=page, limit=limit, member_token=member_token, **filters)
        ).parse()

    def iter_subscription_requests(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[SubscriptionRequestFilters]
    ) -> Generator[SubscriptionRequest, None, None]:
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
        return self._walk(self._api.iter_subscription_requests(limit=limit, member_token=member_token, **filters))

    def show_subscription_request(
        self, request_id: str, *, project_id: str | None = None, member_token: str | None = None
    ) -> SubscriptionRequest:
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
        return self.converse(
            self._api.show_subscription_request(request_id, project_id=project_id, member_token=member_token)
        ).parse()

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
    ) -> SubscriptionRequest:
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
        return self.converse(
            self._api.approve_subscription_request(
                request_id,
                reason=reason,
                price=price,
                tax_free_price=tax_free_price,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                idempotency_key=idempotency_key,
            )
        ).parse()

    def reject_subscription_request(
        self, request_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> SubscriptionRequest:
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
        return self.converse(
            self._api.reject_subscription_request(request_id, reason=reason, idempotency_key=idempotency_key)
        ).parse()

    def add_adjustment(
        self, subscription_id: str, *, idempotency_key: str | None = None, **adjustment: Unpack[NewAdjustment]
    ) -> Adjustments:
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
        return self.converse(
            self._api.add_adjustment(subscription_id, idempotency_key=idempotency_key, **adjustment)
        ).parse()

    def update_adjustments(
        self,
        subscription_id: str,
        adjustments: Iterable[NewAdjustment],
        *,
        duration: int | None = None,
        idempotency_key: str | None = None,
    ) -> Adjustments:
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
        return self.converse(
            self._api.update_adjustments(
                subscription_id, adjustments, duration=duration, idempotency_key=idempotency_key
            )
        ).parse()

    def delete_adjustment(
        self, subscription_id: str, adjustment_id: str, *, idempotency_key: str | None = None
    ) -> Adjustments:
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
        return self.converse(
            self._api.delete_adjustment(subscription_id, adjustment_id, idempotency_key=idempotency_key)
        ).parse()

    def list_invoices(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[InvoiceFilters]
    ) -> InvoicePage:
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
        return self.converse(self._api.list_invoices(page=page, limit=limit, **filters)).parse()

    def iter_invoices(
        self, *, limit: int = MAX_LIMIT, **filters: Unpack[InvoiceFilters]
    ) -> Generator[Invoice, None, None]:
        """All invoices that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Invoices a page.
            filters: `InvoiceFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        return self._walk(self._api.iter_invoices(limit=limit, **filters))

    def show_invoice(self, invoice_id: str) -> Invoice:
        """One invoice.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            invoice_id: `Invoice.invoice_id`.

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.show_invoice(invoice_id)).parse()

    def create_invoice(
        self, price: int, *, idempotency_key: str | None = None, **fields: Unpack[NewInvoice]
    ) -> Invoice:
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
        return self.converse(self._api.create_invoice(price, idempotency_key=idempotency_key, **fields)).parse()

    def notify_invoice(
        self, invoice_id: str, *, send_types: Iterable[InvoiceSendType | int], idempotency_key: str | None = None
    ) -> None:
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
        return self.converse(
            self._api.notify_invoice(invoice_id, send_types=send_types, idempotency_key=idempotency_key)
        ).parse()

    def verify_webhook(
        self,
        payload: bytes | str | Mapping[str, Any],
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> OrderDetail:
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
        return self.converse(self._api.verify_webhook(payload, secret=secret, headers=headers)).parse()

    def request_token(self) -> BootpayToken:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.request_token()).parse()


class AsyncBootpayCalls(AsyncClient):
    """The calls, awaited."""

    _api: BootpayApi

    async def list_orders(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[OrderFilters],
    ) -> OrderPage:
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
        return (
            await self.converse(self._api.list_orders(page=page, limit=limit, member_token=member_token, **filters))
        ).parse()

    def iter_orders(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[OrderFilters]
    ) -> AsyncGenerator[Order, None]:
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
        return self._walk(self._api.iter_orders(limit=limit, member_token=member_token, **filters))

    async def list_month_orders(self, user_group_id: str, month: date | str) -> OrderPage:
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
        return (await self.converse(self._api.list_month_orders(user_group_id, month))).parse()

    async def show_order(self, order_id: str, *, member_token: str | None = None) -> OrderDetail:
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
        return (await self.converse(self._api.show_order(order_id, member_token=member_token))).parse()

    async def list_cancellations(
        self,
        *,
        order_number: str | None = None,
        order_id: str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> CancellationPage:
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
        return (
            await self.converse(
                self._api.list_cancellations(order_number=order_number, order_id=order_id, page=page, limit=limit)
            )
        ).parse()

    def iter_cancellations(self, *, limit: int = MAX_LIMIT) -> AsyncGenerator[Cancellation, None]:
        """The cancellations of all orders, page after page as they are wanted, each once; it ends as `iter_orders`.

        Args:
            limit: Cancellations a page.

        Raises:
            TypeError: ``limit`` is not an int; at once.
            ValueError: ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        return self._walk(self._api.iter_cancellations(limit=limit))

    async def request_cancellation(
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
    ) -> Cancellation:
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
        return (
            await self.converse(
                self._api.request_cancellation(
                    order_number,
                    amount=amount,
                    tax_free_amount=tax_free_amount,
                    products=products,
                    reason=reason,
                    requester=requester,
                    immediately=immediately,
                    as_supervisor=as_supervisor,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def withdraw_cancellation(self, cancellation_id: str, *, idempotency_key: str | None = None) -> None:
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
        return (
            await self.converse(self._api.withdraw_cancellation(cancellation_id, idempotency_key=idempotency_key))
        ).parse()

    async def approve_cancellation(
        self, cancellation_id: str, *, message: str | None = None, idempotency_key: str | None = None
    ) -> Cancellation:
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
        return (
            await self.converse(
                self._api.approve_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
            )
        ).parse()

    async def reject_cancellation(
        self, cancellation_id: str, *, message: str, idempotency_key: str | None = None
    ) -> RejectedCancellation:
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
        return (
            await self.converse(
                self._api.reject_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
            )
        ).parse()

    async def list_subscriptions(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionFilters],
    ) -> SubscriptionPage:
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
        return (
            await self.converse(
                self._api.list_subscriptions(page=page, limit=limit, member_token=member_token, **filters)
            )
        ).parse()

    def iter_subscriptions(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[SubscriptionFilters]
    ) -> AsyncGenerator[Subscription, None]:
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
        return self._walk(self._api.iter_subscriptions(limit=limit, member_token=member_token, **filters))

    async def show_subscription(self, subscription_id: str) -> Subscription:
        """One subscription, with its adjustments.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            subscription_id: `Subscription.order_subscription_id`.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.show_subscription(subscription_id))).parse()

    async def update_subscription(
        self, subscription_id: str, *, idempotency_key: str | None = None, **changes: Unpack[SubscriptionChanges]
    ) -> Subscription:
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
        return (
            await self.converse(
                self._api.update_subscription(subscription_id, idempotency_key=idempotency_key, **changes)
            )
        ).parse()

    async def approve_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Subscription:
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
        return (
            await self.converse(
                self._api.approve_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
            )
        ).parse()

    async def reject_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Subscription:
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
        return (
            await self.converse(
                self._api.reject_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
            )
        ).parse()

    async def pause_subscription(
        self,
        subscription_id: str,
        *,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> Subscription:
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
        return (
            await self.converse(
                self._api.pause_subscription(
                    subscription_id,
                    reason=reason,
                    paused_at=paused_at,
                    expected_resume_at=expected_resume_at,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def resume_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Subscription:
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
        return (
            await self.converse(
                self._api.resume_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
            )
        ).parse()

    async def terminate_subscription(
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
    ) -> TerminatedSubscription:
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
        return (
            await self.converse(
                self._api.terminate_subscription(
                    subscription_id,
                    reason=reason,
                    termination_fee=termination_fee,
                    last_bill_refund_price=last_bill_refund_price,
                    final_fee=final_fee,
                    service_end_at=service_end_at,
                    cancel_date=cancel_date,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def charge_subscription(
        self,
        charge_key: str,
        price: int,
        *,
        tax_free_price: int | None = None,
        user: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> SubscriptionCharge:
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
        return (
            await self.converse(
                self._api.charge_subscription(
                    charge_key,
                    price,
                    tax_free_price=tax_free_price,
                    user=user,
                    metadata=metadata,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def revoke_charge_key(
        self, charge_key: str, *, user: Mapping[str, Any] | None = None, idempotency_key: str | None = None
    ) -> RevokedChargeKey:
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
        return (
            await self.converse(self._api.revoke_charge_key(charge_key, user=user, idempotency_key=idempotency_key))
        ).parse()

    async def list_subscription_bills(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[SubscriptionBillFilters]
    ) -> SubscriptionBillPage:
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
        return (await self.converse(self._api.list_subscription_bills(page=page, limit=limit, **filters))).parse()

    def iter_subscription_bills(
        self, *, limit: int = MAX_LIMIT, **filters: Unpack[SubscriptionBillFilters]
    ) -> AsyncGenerator[SubscriptionBill, None]:
        """All bills that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Bills a page.
            filters: `SubscriptionBillFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        return self._walk(self._api.iter_subscription_bills(limit=limit, **filters))

    async def show_subscription_bill(self, bill_id: str) -> SubscriptionBill:
        """One bill.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            bill_id: `SubscriptionBill.order_subscription_bill_id`.

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.show_subscription_bill(bill_id))).parse()

    async def update_subscription_bill(
        self,
        bill_id: str,
        *,
        price: int | None = None,
        tax_free_price: int | None = None,
        order_name: str | None = None,
        reserve_payment_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> SubscriptionBill:
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
        return (
            await self.converse(
                self._api.update_subscription_bill(
                    bill_id,
                    price=price,
                    tax_free_price=tax_free_price,
                    order_name=order_name,
                    reserve_payment_at=reserve_payment_at,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def request_pause(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestedChange:
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
        return (
            await self.converse(
                self._api.request_pause(
                    subscription_id,
                    order_number=order_number,
                    reason=reason,
                    paused_at=paused_at,
                    expected_resume_at=expected_resume_at,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def request_resume(
        self,
        subscription_id: str | None = None,
        *,
        reason: str,
        order_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestedChange:
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
        return (
            await self.converse(
                self._api.request_resume(
                    subscription_id, reason=reason, order_number=order_number, idempotency_key=idempotency_key
                )
            )
        ).parse()

    async def request_purchase(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        price: int | None = None,
        tax_free_price: int | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestedChange:
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
        return (
            await self.converse(
                self._api.request_purchase(
                    subscription_id,
                    order_number=order_number,
                    price=price,
                    tax_free_price=tax_free_price,
                    reason=reason,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def request_transfer(
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
    ) -> RequestedChange:
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
        return (
            await self.converse(
                self._api.request_transfer(
                    subscription_id,
                    new_user_id=new_user_id,
                    new_username=new_username,
                    new_user_email=new_user_email,
                    new_user_phone=new_user_phone,
                    new_user_address=new_user_address,
                    wallet_id=wallet_id,
                    reason=reason,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def request_termination(
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
    ) -> RequestedChange:
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
        return (
            await self.converse(
                self._api.request_termination(
                    subscription_id,
                    order_number=order_number,
                    reason=reason,
                    termination_fee=termination_fee,
                    last_bill_refund_price=last_bill_refund_price,
                    final_fee=final_fee,
                    service_end_at=service_end_at,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def show_termination_fee(
        self, subscription_id: str | None = None, *, order_number: str | None = None
    ) -> TerminationFee:
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
        return (await self.converse(self._api.show_termination_fee(subscription_id, order_number=order_number))).parse()

    async def list_subscription_requests(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionRequestFilters],
    ) -> SubscriptionRequestPage:
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
        return (
            await self.converse(
                self._api.list_subscription_requests(page=page, limit=limit, member_token=member_token, **filters)
            )
        ).parse()

    def iter_subscription_requests(
        self, *, limit: int = MAX_LIMIT, member_token: str | None = None, **filters: Unpack[SubscriptionRequestFilters]
    ) -> AsyncGenerator[SubscriptionRequest, None]:
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
        return self._walk(self._api.iter_subscription_requests(limit=limit, member_token=member_token, **filters))

    async def show_subscription_request(
        self, request_id: str, *, project_id: str | None = None, member_token: str | None = None
    ) -> SubscriptionRequest:
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
        return (
            await self.converse(
                self._api.show_subscription_request(request_id, project_id=project_id, member_token=member_token)
            )
        ).parse()

    async def approve_subscription_request(
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
    ) -> SubscriptionRequest:
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
        return (
            await self.converse(
                self._api.approve_subscription_request(
                    request_id,
                    reason=reason,
                    price=price,
                    tax_free_price=tax_free_price,
                    termination_fee=termination_fee,
                    last_bill_refund_price=last_bill_refund_price,
                    final_fee=final_fee,
                    service_end_at=service_end_at,
                    idempotency_key=idempotency_key,
                )
            )
        ).parse()

    async def reject_subscription_request(
        self, request_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> SubscriptionRequest:
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
        return (
            await self.converse(
                self._api.reject_subscription_request(request_id, reason=reason, idempotency_key=idempotency_key)
            )
        ).parse()

    async def add_adjustment(
        self, subscription_id: str, *, idempotency_key: str | None = None, **adjustment: Unpack[NewAdjustment]
    ) -> Adjustments:
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
        return (
            await self.converse(
                self._api.add_adjustment(subscription_id, idempotency_key=idempotency_key, **adjustment)
            )
        ).parse()

    async def update_adjustments(
        self,
        subscription_id: str,
        adjustments: Iterable[NewAdjustment],
        *,
        duration: int | None = None,
        idempotency_key: str | None = None,
    ) -> Adjustments:
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
        return (
            await self.converse(
                self._api.update_adjustments(
                    subscription_id, adjustments, duration=duration, idempotency_key=idempotency_key
                )
            )
        ).parse()

    async def delete_adjustment(
        self, subscription_id: str, adjustment_id: str, *, idempotency_key: str | None = None
    ) -> Adjustments:
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
        return (
            await self.converse(
                self._api.delete_adjustment(subscription_id, adjustment_id, idempotency_key=idempotency_key)
            )
        ).parse()

    async def list_invoices(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[InvoiceFilters]
    ) -> InvoicePage:
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
        return (await self.converse(self._api.list_invoices(page=page, limit=limit, **filters))).parse()

    def iter_invoices(
        self, *, limit: int = MAX_LIMIT, **filters: Unpack[InvoiceFilters]
    ) -> AsyncGenerator[Invoice, None]:
        """All invoices that match every filter given, page after page, each once; it ends as `iter_orders`.

        Args:
            limit: Invoices a page.
            filters: `InvoiceFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `iter_subscriptions`.
            ValueError: As there.
            ApiError: As there.
        """
        return self._walk(self._api.iter_invoices(limit=limit, **filters))

    async def show_invoice(self, invoice_id: str) -> Invoice:
        """One invoice.

        Source: @bootpay/backend-js 2.13.1.

        Args:
            invoice_id: `Invoice.invoice_id`.

        Raises:
            TypeError: As in `show_subscription`.
            ValueError: As there.
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.show_invoice(invoice_id))).parse()

    async def create_invoice(
        self, price: int, *, idempotency_key: str | None = None, **fields: Unpack[NewInvoice]
    ) -> Invoice:
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
        return (await self.converse(self._api.create_invoice(price, idempotency_key=idempotency_key, **fields))).parse()

    async def notify_invoice(
        self, invoice_id: str, *, send_types: Iterable[InvoiceSendType | int], idempotency_key: str | None = None
    ) -> None:
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
        return (
            await self.converse(
                self._api.notify_invoice(invoice_id, send_types=send_types, idempotency_key=idempotency_key)
            )
        ).parse()

    async def verify_webhook(
        self,
        payload: bytes | str | Mapping[str, Any],
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> OrderDetail:
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
        return (await self.converse(self._api.verify_webhook(payload, secret=secret, headers=headers))).parse()

    async def request_token(self) -> BootpayToken:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.request_token())).parse()


class RawBootpayCommerceCalls:
    """The calls of `BootpayCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: SyncClient, api: BootpayApi) -> None:
        self._client = client
        self._api = api

    def list_orders(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[OrderFilters],
    ) -> RawAnswer[OrderPage]:
        """As `BootpayCommerceClient.list_orders`, giving the HTTP response too."""
        return self._client.converse(
            self._api.list_orders(page=page, limit=limit, member_token=member_token, **filters)
        )

    def list_month_orders(self, user_group_id: str, month: date | str) -> RawAnswer[OrderPage]:
        """As `BootpayCommerceClient.list_month_orders`, giving the HTTP response too."""
        return self._client.converse(self._api.list_month_orders(user_group_id, month))

    def show_order(self, order_id: str, *, member_token: str | None = None) -> RawAnswer[OrderDetail]:
        """As `BootpayCommerceClient.show_order`, giving the HTTP response too."""
        return self._client.converse(self._api.show_order(order_id, member_token=member_token))

    def list_cancellations(
        self,
        *,
        order_number: str | None = None,
        order_id: str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> RawAnswer[CancellationPage]:
        """As `BootpayCommerceClient.list_cancellations`, giving the HTTP response too."""
        return self._client.converse(
            self._api.list_cancellations(order_number=order_number, order_id=order_id, page=page, limit=limit)
        )

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
    ) -> RawAnswer[Cancellation]:
        """As `BootpayCommerceClient.request_cancellation`, giving the HTTP response too."""
        return self._client.converse(
            self._api.request_cancellation(
                order_number,
                amount=amount,
                tax_free_amount=tax_free_amount,
                products=products,
                reason=reason,
                requester=requester,
                immediately=immediately,
                as_supervisor=as_supervisor,
                idempotency_key=idempotency_key,
            )
        )

    def withdraw_cancellation(self, cancellation_id: str, *, idempotency_key: str | None = None) -> RawAnswer[None]:
        """As `BootpayCommerceClient.withdraw_cancellation`, giving the HTTP response too."""
        return self._client.converse(self._api.withdraw_cancellation(cancellation_id, idempotency_key=idempotency_key))

    def approve_cancellation(
        self, cancellation_id: str, *, message: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Cancellation]:
        """As `BootpayCommerceClient.approve_cancellation`, giving the HTTP response too."""
        return self._client.converse(
            self._api.approve_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
        )

    def reject_cancellation(
        self, cancellation_id: str, *, message: str, idempotency_key: str | None = None
    ) -> RawAnswer[RejectedCancellation]:
        """As `BootpayCommerceClient.reject_cancellation`, giving the HTTP response too."""
        return self._client.converse(
            self._api.reject_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
        )

    def list_subscriptions(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionFilters],
    ) -> RawAnswer[SubscriptionPage]:
        """As `BootpayCommerceClient.list_subscriptions`, giving the HTTP response too."""
        return self._client.converse(
            self._api.list_subscriptions(page=page, limit=limit, member_token=member_token, **filters)
        )

    def show_subscription(self, subscription_id: str) -> RawAnswer[Subscription]:
        """As `BootpayCommerceClient.show_subscription`, giving the HTTP response too."""
        return self._client.converse(self._api.show_subscription(subscription_id))

    def update_subscription(
        self, subscription_id: str, *, idempotency_key: str | None = None, **changes: Unpack[SubscriptionChanges]
    ) -> RawAnswer[Subscription]:
        """As `BootpayCommerceClient.update_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.update_subscription(subscription_id, idempotency_key=idempotency_key, **changes)
        )

    def approve_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Subscription]:
        """As `BootpayCommerceClient.approve_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.approve_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        )

    def reject_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Subscription]:
        """As `BootpayCommerceClient.reject_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.reject_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        )

    def pause_subscription(
        self,
        subscription_id: str,
        *,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[Subscription]:
        """As `BootpayCommerceClient.pause_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.pause_subscription(
                subscription_id,
                reason=reason,
                paused_at=paused_at,
                expected_resume_at=expected_resume_at,
                idempotency_key=idempotency_key,
            )
        )

    def resume_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Subscription]:
        """As `BootpayCommerceClient.resume_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.resume_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        )

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
    ) -> RawAnswer[TerminatedSubscription]:
        """As `BootpayCommerceClient.terminate_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.terminate_subscription(
                subscription_id,
                reason=reason,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                cancel_date=cancel_date,
                idempotency_key=idempotency_key,
            )
        )

    def charge_subscription(
        self,
        charge_key: str,
        price: int,
        *,
        tax_free_price: int | None = None,
        user: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[SubscriptionCharge]:
        """As `BootpayCommerceClient.charge_subscription`, giving the HTTP response too."""
        return self._client.converse(
            self._api.charge_subscription(
                charge_key,
                price,
                tax_free_price=tax_free_price,
                user=user,
                metadata=metadata,
                idempotency_key=idempotency_key,
            )
        )

    def revoke_charge_key(
        self, charge_key: str, *, user: Mapping[str, Any] | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[RevokedChargeKey]:
        """As `BootpayCommerceClient.revoke_charge_key`, giving the HTTP response too."""
        return self._client.converse(
            self._api.revoke_charge_key(charge_key, user=user, idempotency_key=idempotency_key)
        )

    def list_subscription_bills(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[SubscriptionBillFilters]
    ) -> RawAnswer[SubscriptionBillPage]:
        """As `BootpayCommerceClient.list_subscription_bills`, giving the HTTP response too."""
        return self._client.converse(self._api.list_subscription_bills(page=page, limit=limit, **filters))

    def show_subscription_bill(self, bill_id: str) -> RawAnswer[SubscriptionBill]:
        """As `BootpayCommerceClient.show_subscription_bill`, giving the HTTP response too."""
        return self._client.converse(self._api.show_subscription_bill(bill_id))

    def update_subscription_bill(
        self,
        bill_id: str,
        *,
        price: int | None = None,
        tax_free_price: int | None = None,
        order_name: str | None = None,
        reserve_payment_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[SubscriptionBill]:
        """As `BootpayCommerceClient.update_subscription_bill`, giving the HTTP response too."""
        return self._client.converse(
            self._api.update_subscription_bill(
                bill_id,
                price=price,
                tax_free_price=tax_free_price,
                order_name=order_name,
                reserve_payment_at=reserve_payment_at,
                idempotency_key=idempotency_key,
            )
        )

    def request_pause(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[RequestedChange]:
        """As `BootpayCommerceClient.request_pause`, giving the HTTP response too."""
        return self._client.converse(
            self._api.request_pause(
                subscription_id,
                order_number=order_number,
                reason=reason,
                paused_at=paused_at,
                expected_resume_at=expected_resume_at,
                idempotency_key=idempotency_key,
            )
        )

    def request_resume(
        self,
        subscription_id: str | None = None,
        *,
        reason: str,
        order_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[RequestedChange]:
        """As `BootpayCommerceClient.request_resume`, giving the HTTP response too."""
        return self._client.converse(
            self._api.request_resume(
                subscription_id, reason=reason, order_number=order_number, idempotency_key=idempotency_key
            )
        )

    def request_purchase(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        price: int | None = None,
        tax_free_price: int | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[RequestedChange]:
        """As `BootpayCommerceClient.request_purchase`, giving the HTTP response too."""
        return self._client.converse(
            self._api.request_purchase(
                subscription_id,
                order_number=order_number,
                price=price,
                tax_free_price=tax_free_price,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        )

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
    ) -> RawAnswer[RequestedChange]:
        """As `BootpayCommerceClient.request_transfer`, giving the HTTP response too."""
        return self._client.converse(
            self._api.request_transfer(
                subscription_id,
                new_user_id=new_user_id,
                new_username=new_username,
                new_user_email=new_user_email,
                new_user_phone=new_user_phone,
                new_user_address=new_user_address,
                wallet_id=wallet_id,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        )

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
    ) -> RawAnswer[RequestedChange]:
        """As `BootpayCommerceClient.request_termination`, giving the HTTP response too."""
        return self._client.converse(
            self._api.request_termination(
                subscription_id,
                order_number=order_number,
                reason=reason,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                idempotency_key=idempotency_key,
            )
        )

    def show_termination_fee(
        self, subscription_id: str | None = None, *, order_number: str | None = None
    ) -> RawAnswer[TerminationFee]:
        """As `BootpayCommerceClient.show_termination_fee`, giving the HTTP response too."""
        return self._client.converse(self._api.show_termination_fee(subscription_id, order_number=order_number))

    def list_subscription_requests(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionRequestFilters],
    ) -> RawAnswer[SubscriptionRequestPage]:
        """As `BootpayCommerceClient.list_subscription_requests`, giving the HTTP response too."""
        return self._client.converse(
            self._api.list_subscription_requests(page=page, limit=limit, member_token=member_token, **filters)
        )

    def show_subscription_request(
        self, request_id: str, *, project_id: str | None = None, member_token: str | None = None
    ) -> RawAnswer[SubscriptionRequest]:
        """As `BootpayCommerceClient.show_subscription_request`, giving the HTTP response too."""
        return self._client.converse(
            self._api.show_subscription_request(request_id, project_id=project_id, member_token=member_token)
        )

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
    ) -> RawAnswer[SubscriptionRequest]:
        """As `BootpayCommerceClient.approve_subscription_request`, giving the HTTP response too."""
        return self._client.converse(
            self._api.approve_subscription_request(
                request_id,
                reason=reason,
                price=price,
                tax_free_price=tax_free_price,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                idempotency_key=idempotency_key,
            )
        )

    def reject_subscription_request(
        self, request_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[SubscriptionRequest]:
        """As `BootpayCommerceClient.reject_subscription_request`, giving the HTTP response too."""
        return self._client.converse(
            self._api.reject_subscription_request(request_id, reason=reason, idempotency_key=idempotency_key)
        )

    def add_adjustment(
        self, subscription_id: str, *, idempotency_key: str | None = None, **adjustment: Unpack[NewAdjustment]
    ) -> RawAnswer[Adjustments]:
        """As `BootpayCommerceClient.add_adjustment`, giving the HTTP response too."""
        return self._client.converse(
            self._api.add_adjustment(subscription_id, idempotency_key=idempotency_key, **adjustment)
        )

    def update_adjustments(
        self,
        subscription_id: str,
        adjustments: Iterable[NewAdjustment],
        *,
        duration: int | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[Adjustments]:
        """As `BootpayCommerceClient.update_adjustments`, giving the HTTP response too."""
        return self._client.converse(
            self._api.update_adjustments(
                subscription_id, adjustments, duration=duration, idempotency_key=idempotency_key
            )
        )

    def delete_adjustment(
        self, subscription_id: str, adjustment_id: str, *, idempotency_key: str | None = None
    ) -> RawAnswer[Adjustments]:
        """As `BootpayCommerceClient.delete_adjustment`, giving the HTTP response too."""
        return self._client.converse(
            self._api.delete_adjustment(subscription_id, adjustment_id, idempotency_key=idempotency_key)
        )

    def list_invoices(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[InvoiceFilters]
    ) -> RawAnswer[InvoicePage]:
        """As `BootpayCommerceClient.list_invoices`, giving the HTTP response too."""
        return self._client.converse(self._api.list_invoices(page=page, limit=limit, **filters))

    def show_invoice(self, invoice_id: str) -> RawAnswer[Invoice]:
        """As `BootpayCommerceClient.show_invoice`, giving the HTTP response too."""
        return self._client.converse(self._api.show_invoice(invoice_id))

    def create_invoice(
        self, price: int, *, idempotency_key: str | None = None, **fields: Unpack[NewInvoice]
    ) -> RawAnswer[Invoice]:
        """As `BootpayCommerceClient.create_invoice`, giving the HTTP response too."""
        return self._client.converse(self._api.create_invoice(price, idempotency_key=idempotency_key, **fields))

    def notify_invoice(
        self, invoice_id: str, *, send_types: Iterable[InvoiceSendType | int], idempotency_key: str | None = None
    ) -> RawAnswer[None]:
        """As `BootpayCommerceClient.notify_invoice`, giving the HTTP response too."""
        return self._client.converse(
            self._api.notify_invoice(invoice_id, send_types=send_types, idempotency_key=idempotency_key)
        )

    def verify_webhook(
        self,
        payload: bytes | str | Mapping[str, Any],
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RawAnswer[OrderDetail]:
        """As `BootpayCommerceClient.verify_webhook`, giving the HTTP response too."""
        return self._client.converse(self._api.verify_webhook(payload, secret=secret, headers=headers))

    def request_token(self) -> RawAnswer[BootpayToken]:
        """As `BootpayCommerceClient.request_token`, giving the HTTP response too."""
        return self._client.converse(self._api.request_token())


class AsyncRawBootpayCommerceCalls:
    """The calls of `AsyncBootpayCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: AsyncClient, api: BootpayApi) -> None:
        self._client = client
        self._api = api

    async def list_orders(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[OrderFilters],
    ) -> RawAnswer[OrderPage]:
        """As `AsyncBootpayCommerceClient.list_orders`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.list_orders(page=page, limit=limit, member_token=member_token, **filters)
        )

    async def list_month_orders(self, user_group_id: str, month: date | str) -> RawAnswer[OrderPage]:
        """As `AsyncBootpayCommerceClient.list_month_orders`, giving the HTTP response too."""
        return await self._client.converse(self._api.list_month_orders(user_group_id, month))

    async def show_order(self, order_id: str, *, member_token: str | None = None) -> RawAnswer[OrderDetail]:
        """As `AsyncBootpayCommerceClient.show_order`, giving the HTTP response too."""
        return await self._client.converse(self._api.show_order(order_id, member_token=member_token))

    async def list_cancellations(
        self,
        *,
        order_number: str | None = None,
        order_id: str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> RawAnswer[CancellationPage]:
        """As `AsyncBootpayCommerceClient.list_cancellations`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.list_cancellations(order_number=order_number, order_id=order_id, page=page, limit=limit)
        )

    async def request_cancellation(
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
    ) -> RawAnswer[Cancellation]:
        """As `AsyncBootpayCommerceClient.request_cancellation`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.request_cancellation(
                order_number,
                amount=amount,
                tax_free_amount=tax_free_amount,
                products=products,
                reason=reason,
                requester=requester,
                immediately=immediately,
                as_supervisor=as_supervisor,
                idempotency_key=idempotency_key,
            )
        )

    async def withdraw_cancellation(
        self, cancellation_id: str, *, idempotency_key: str | None = None
    ) -> RawAnswer[None]:
        """As `AsyncBootpayCommerceClient.withdraw_cancellation`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.withdraw_cancellation(cancellation_id, idempotency_key=idempotency_key)
        )

    async def approve_cancellation(
        self, cancellation_id: str, *, message: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Cancellation]:
        """As `AsyncBootpayCommerceClient.approve_cancellation`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.approve_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
        )

    async def reject_cancellation(
        self, cancellation_id: str, *, message: str, idempotency_key: str | None = None
    ) -> RawAnswer[RejectedCancellation]:
        """As `AsyncBootpayCommerceClient.reject_cancellation`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.reject_cancellation(cancellation_id, message=message, idempotency_key=idempotency_key)
        )

    async def list_subscriptions(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionFilters],
    ) -> RawAnswer[SubscriptionPage]:
        """As `AsyncBootpayCommerceClient.list_subscriptions`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.list_subscriptions(page=page, limit=limit, member_token=member_token, **filters)
        )

    async def show_subscription(self, subscription_id: str) -> RawAnswer[Subscription]:
        """As `AsyncBootpayCommerceClient.show_subscription`, giving the HTTP response too."""
        return await self._client.converse(self._api.show_subscription(subscription_id))

    async def update_subscription(
        self, subscription_id: str, *, idempotency_key: str | None = None, **changes: Unpack[SubscriptionChanges]
    ) -> RawAnswer[Subscription]:
        """As `AsyncBootpayCommerceClient.update_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.update_subscription(subscription_id, idempotency_key=idempotency_key, **changes)
        )

    async def approve_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Subscription]:
        """As `AsyncBootpayCommerceClient.approve_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.approve_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        )

    async def reject_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Subscription]:
        """As `AsyncBootpayCommerceClient.reject_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.reject_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        )

    async def pause_subscription(
        self,
        subscription_id: str,
        *,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[Subscription]:
        """As `AsyncBootpayCommerceClient.pause_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.pause_subscription(
                subscription_id,
                reason=reason,
                paused_at=paused_at,
                expected_resume_at=expected_resume_at,
                idempotency_key=idempotency_key,
            )
        )

    async def resume_subscription(
        self, subscription_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[Subscription]:
        """As `AsyncBootpayCommerceClient.resume_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.resume_subscription(subscription_id, reason=reason, idempotency_key=idempotency_key)
        )

    async def terminate_subscription(
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
    ) -> RawAnswer[TerminatedSubscription]:
        """As `AsyncBootpayCommerceClient.terminate_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.terminate_subscription(
                subscription_id,
                reason=reason,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                cancel_date=cancel_date,
                idempotency_key=idempotency_key,
            )
        )

    async def charge_subscription(
        self,
        charge_key: str,
        price: int,
        *,
        tax_free_price: int | None = None,
        user: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[SubscriptionCharge]:
        """As `AsyncBootpayCommerceClient.charge_subscription`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.charge_subscription(
                charge_key,
                price,
                tax_free_price=tax_free_price,
                user=user,
                metadata=metadata,
                idempotency_key=idempotency_key,
            )
        )

    async def revoke_charge_key(
        self, charge_key: str, *, user: Mapping[str, Any] | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[RevokedChargeKey]:
        """As `AsyncBootpayCommerceClient.revoke_charge_key`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.revoke_charge_key(charge_key, user=user, idempotency_key=idempotency_key)
        )

    async def list_subscription_bills(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[SubscriptionBillFilters]
    ) -> RawAnswer[SubscriptionBillPage]:
        """As `AsyncBootpayCommerceClient.list_subscription_bills`, giving the HTTP response too."""
        return await self._client.converse(self._api.list_subscription_bills(page=page, limit=limit, **filters))

    async def show_subscription_bill(self, bill_id: str) -> RawAnswer[SubscriptionBill]:
        """As `AsyncBootpayCommerceClient.show_subscription_bill`, giving the HTTP response too."""
        return await self._client.converse(self._api.show_subscription_bill(bill_id))

    async def update_subscription_bill(
        self,
        bill_id: str,
        *,
        price: int | None = None,
        tax_free_price: int | None = None,
        order_name: str | None = None,
        reserve_payment_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[SubscriptionBill]:
        """As `AsyncBootpayCommerceClient.update_subscription_bill`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.update_subscription_bill(
                bill_id,
                price=price,
                tax_free_price=tax_free_price,
                order_name=order_name,
                reserve_payment_at=reserve_payment_at,
                idempotency_key=idempotency_key,
            )
        )

    async def request_pause(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        reason: str | None = None,
        paused_at: datetime | date | str | None = None,
        expected_resume_at: datetime | date | str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[RequestedChange]:
        """As `AsyncBootpayCommerceClient.request_pause`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.request_pause(
                subscription_id,
                order_number=order_number,
                reason=reason,
                paused_at=paused_at,
                expected_resume_at=expected_resume_at,
                idempotency_key=idempotency_key,
            )
        )

    async def request_resume(
        self,
        subscription_id: str | None = None,
        *,
        reason: str,
        order_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[RequestedChange]:
        """As `AsyncBootpayCommerceClient.request_resume`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.request_resume(
                subscription_id, reason=reason, order_number=order_number, idempotency_key=idempotency_key
            )
        )

    async def request_purchase(
        self,
        subscription_id: str | None = None,
        *,
        order_number: str | None = None,
        price: int | None = None,
        tax_free_price: int | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[RequestedChange]:
        """As `AsyncBootpayCommerceClient.request_purchase`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.request_purchase(
                subscription_id,
                order_number=order_number,
                price=price,
                tax_free_price=tax_free_price,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        )

    async def request_transfer(
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
    ) -> RawAnswer[RequestedChange]:
        """As `AsyncBootpayCommerceClient.request_transfer`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.request_transfer(
                subscription_id,
                new_user_id=new_user_id,
                new_username=new_username,
                new_user_email=new_user_email,
                new_user_phone=new_user_phone,
                new_user_address=new_user_address,
                wallet_id=wallet_id,
                reason=reason,
                idempotency_key=idempotency_key,
            )
        )

    async def request_termination(
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
    ) -> RawAnswer[RequestedChange]:
        """As `AsyncBootpayCommerceClient.request_termination`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.request_termination(
                subscription_id,
                order_number=order_number,
                reason=reason,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                idempotency_key=idempotency_key,
            )
        )

    async def show_termination_fee(
        self, subscription_id: str | None = None, *, order_number: str | None = None
    ) -> RawAnswer[TerminationFee]:
        """As `AsyncBootpayCommerceClient.show_termination_fee`, giving the HTTP response too."""
        return await self._client.converse(self._api.show_termination_fee(subscription_id, order_number=order_number))

    async def list_subscription_requests(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        member_token: str | None = None,
        **filters: Unpack[SubscriptionRequestFilters],
    ) -> RawAnswer[SubscriptionRequestPage]:
        """As `AsyncBootpayCommerceClient.list_subscription_requests`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.list_subscription_requests(page=page, limit=limit, member_token=member_token, **filters)
        )

    async def show_subscription_request(
        self, request_id: str, *, project_id: str | None = None, member_token: str | None = None
    ) -> RawAnswer[SubscriptionRequest]:
        """As `AsyncBootpayCommerceClient.show_subscription_request`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.show_subscription_request(request_id, project_id=project_id, member_token=member_token)
        )

    async def approve_subscription_request(
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
    ) -> RawAnswer[SubscriptionRequest]:
        """As `AsyncBootpayCommerceClient.approve_subscription_request`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.approve_subscription_request(
                request_id,
                reason=reason,
                price=price,
                tax_free_price=tax_free_price,
                termination_fee=termination_fee,
                last_bill_refund_price=last_bill_refund_price,
                final_fee=final_fee,
                service_end_at=service_end_at,
                idempotency_key=idempotency_key,
            )
        )

    async def reject_subscription_request(
        self, request_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> RawAnswer[SubscriptionRequest]:
        """As `AsyncBootpayCommerceClient.reject_subscription_request`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.reject_subscription_request(request_id, reason=reason, idempotency_key=idempotency_key)
        )

    async def add_adjustment(
        self, subscription_id: str, *, idempotency_key: str | None = None, **adjustment: Unpack[NewAdjustment]
    ) -> RawAnswer[Adjustments]:
        """As `AsyncBootpayCommerceClient.add_adjustment`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.add_adjustment(subscription_id, idempotency_key=idempotency_key, **adjustment)
        )

    async def update_adjustments(
        self,
        subscription_id: str,
        adjustments: Iterable[NewAdjustment],
        *,
        duration: int | None = None,
        idempotency_key: str | None = None,
    ) -> RawAnswer[Adjustments]:
        """As `AsyncBootpayCommerceClient.update_adjustments`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.update_adjustments(
                subscription_id, adjustments, duration=duration, idempotency_key=idempotency_key
            )
        )

    async def delete_adjustment(
        self, subscription_id: str, adjustment_id: str, *, idempotency_key: str | None = None
    ) -> RawAnswer[Adjustments]:
        """As `AsyncBootpayCommerceClient.delete_adjustment`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.delete_adjustment(subscription_id, adjustment_id, idempotency_key=idempotency_key)
        )

    async def list_invoices(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[InvoiceFilters]
    ) -> RawAnswer[InvoicePage]:
        """As `AsyncBootpayCommerceClient.list_invoices`, giving the HTTP response too."""
        return await self._client.converse(self._api.list_invoices(page=page, limit=limit, **filters))

    async def show_invoice(self, invoice_id: str) -> RawAnswer[Invoice]:
        """As `AsyncBootpayCommerceClient.show_invoice`, giving the HTTP response too."""
        return await self._client.converse(self._api.show_invoice(invoice_id))

    async def create_invoice(
        self, price: int, *, idempotency_key: str | None = None, **fields: Unpack[NewInvoice]
    ) -> RawAnswer[Invoice]:
        """As `AsyncBootpayCommerceClient.create_invoice`, giving the HTTP response too."""
        return await self._client.converse(self._api.create_invoice(price, idempotency_key=idempotency_key, **fields))

    async def notify_invoice(
        self, invoice_id: str, *, send_types: Iterable[InvoiceSendType | int], idempotency_key: str | None = None
    ) -> RawAnswer[None]:
        """As `AsyncBootpayCommerceClient.notify_invoice`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.notify_invoice(invoice_id, send_types=send_types, idempotency_key=idempotency_key)
        )

    async def verify_webhook(
        self,
        payload: bytes | str | Mapping[str, Any],
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RawAnswer[OrderDetail]:
        """As `AsyncBootpayCommerceClient.verify_webhook`, giving the HTTP response too."""
        return await self._client.converse(self._api.verify_webhook(payload, secret=secret, headers=headers))

    async def request_token(self) -> RawAnswer[BootpayToken]:
        """As `AsyncBootpayCommerceClient.request_token`, giving the HTTP response too."""
        return await self._client.converse(self._api.request_token())
