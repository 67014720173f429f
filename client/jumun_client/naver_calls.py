"""Made by client/generate.py from `jumun_client.naver`: change that, then ``make format``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_client.asynchronous import AsyncClient
from jumun_client.sync import SyncClient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterable
    from datetime import date, datetime, time

    from jumun_client.answer import RawAnswer
    from jumun_client.batch import BatchItem
    from jumun_client.bulk import BulkResult
    from jumun_client.changes import Checkpoint
    from jumun_client.errors import ApiError
    from jumun_client.models import ProductOrderIds
    from jumun_client.naver import NaverApi
    from jumun_client.product_order_request import Dispatch
    from jumun_client.product_orders import (
        ClaimStatus,
        LastChangedType,
        PlaceOrderStatus,
        ProductOrder,
        ProductOrderChange,
        ProductOrderChanges,
        ProductOrderPage,
        ProductOrders,
        ProductOrderStatus,
    )
    from jumun_client.seller import SellerAccount, SellerChannel
    from jumun_client.watching import Sighting


class NaverCalls(SyncClient):
    """The calls, synchronous."""

    _api: NaverApi

    def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return self.converse(self._api.product_order_ids(order_id)).parse()

    def product_order_ids_many(
        self, order_ids: Iterable[str], *, concurrency: int = 4, on_progress: Callable[[int, int], object] | None = None
    ) -> list[BatchItem]:
        """The ids of the product orders of many orders, in the order of ``order_ids``, failures beside successes.

        An order that is given twice is asked for once. A failure that is about no single order (keys that are refused,
        permissions, a quota that is used up) ends the sending: what was not asked for yet fails with it too.

        Args:
            order_ids: The orders' numbers.
            concurrency: How many calls may be under way at once; the pace holds for all of them together.
            on_progress: Called with how many orders are done and how many there are, one call at a time. What it or
                ``on_exchange`` raises ends the sending and is raised once the calls under way have ended.

        Raises:
            TypeError: As in `product_order_ids`, with the place of the order; nothing is sent.
            ValueError: As above.
        """
        return self._ask_all(
            self._api.product_order_ids_many(order_ids, concurrency=concurrency, on_progress=on_progress)
        )

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> Generator[Sighting, None, None]:
        """Ask for an order again and again, without end; each answer says what has changed since the one before.

        Args:
            order_id: The order's number.
            interval: Seconds between the end of a call and the next.
            on_error: Called with a failure that may pass (`RateLimitError`, `ServerError`, `ConnectionFailedError`,
                `TimedOutError`, `DeadlineExceededError`, `ThrottledError`); watching then goes on, after
                ``retry_after_s`` where that is longer, but an hour at most. Without it, and for every other failure,
                the error is raised and watching ends.

        Raises:
            TypeError: As in `product_order_ids`; at once, as the next.
            ValueError: As in `product_order_ids`, or ``interval`` is not above 0.
            ApiError: See ``on_error``.
        """
        return self._walk(self._api.watch(order_id, interval, on_error=on_error))

    def query_product_orders(self, product_order_ids: Iterable[str], *, quantity_claims: bool = True) -> ProductOrders:
        """All about product orders, in the order of their numbers; those that the API leaves out are ``missing``.

        Source: apicenter docs, seller-get-product-orders-pay-order-seller.

        Args:
            product_order_ids: Any number of them, asked for 300 a call; one that is given twice is asked for once.
            quantity_claims: Whether to have what claims for a part of the quantity need: ``initial*``, ``remain*``,
                ``completedClaims``.

        Raises:
            TypeError: They are not a list, or one of them is not a str; nothing is sent.
            ValueError: There is none, or one is empty; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self._carry_out(self._api.query_product_orders(product_order_ids, quantity_claims=quantity_claims))

    def iter_product_orders(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        range_type: str | None = None,
        statuses: Iterable[ProductOrderStatus | str] | None = None,
        claim_statuses: Iterable[ClaimStatus | str] | None = None,
        place_order_status: PlaceOrderStatus | str | None = None,
        page_size: int | None = None,
        quantity_claims: bool = True,
    ) -> Generator[ProductOrder, None, None]:
        """All product orders to which something happened in any span of time, none of them twice.

        The span is asked for in windows of 24 hours. The pages of a window are read before the first of its product
        orders is given, so that what is done with them moves nothing.

        Args:
            since: Start of the span, which belongs to it; aware.
            until: End of the span, which belongs to it; without it the walk goes up to the API's present.
            range_type: As in `list_product_orders`, as the next five.
            statuses: As there.
            claim_statuses: As there.
            place_order_status: As there.
            page_size: As there.
            quantity_claims: As there.

        Raises:
            TypeError: As in `list_product_orders`; at once.
            ValueError: As there, or the end is before the start; at once.
            ApiError: From the call that fails; what came before it is not lost.
        """
        return self._walk(
            self._api.iter_product_orders(
                since,
                until,
                range_type=range_type,
                statuses=statuses,
                claim_statuses=claim_statuses,
                place_order_status=place_order_status,
                page_size=page_size,
                quantity_claims=quantity_claims,
            )
        )

    def list_product_orders(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        range_type: str | None = None,
        statuses: Iterable[ProductOrderStatus | str] | None = None,
        claim_statuses: Iterable[ClaimStatus | str] | None = None,
        place_order_status: PlaceOrderStatus | str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        quantity_claims: bool = True,
    ) -> ProductOrderPage:
        """One page of the product orders to which something happened within 24 hours.

        Source: apicenter docs, seller-get-product-orders-with-conditions-pay-order-seller.

        Args:
            since: Start of the window, which belongs to it; aware.
            until: End of the window, which belongs to it; the server's default is 24 hours after the start.
            range_type: What happened, e.g. ``DISPATCHED_DATETIME``; the server's default is ``PAYED_DATETIME``.
            statuses: Of which a product order has one.
            claim_statuses: Of which a product order has one.
            place_order_status: Whether it is confirmed.
            page: From 1; the server's default is 1.
            page_size: The server's default is 300, which is also the most.
            quantity_claims: As in `query_product_orders`.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A time is not aware, or a list is empty; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(
            self._api.list_product_orders(
                since,
                until,
                range_type=range_type,
                statuses=statuses,
                claim_statuses=claim_statuses,
                place_order_status=place_order_status,
                page=page,
                page_size=page_size,
                quantity_claims=quantity_claims,
            )
        ).parse()

    def product_order_changes(
        self,
        since: datetime | str,
        until: datetime | None = None,
        *,
        more_sequence: str | None = None,
        last_changed_type: LastChangedType | str | None = None,
        limit: int | None = None,
    ) -> ProductOrderChanges:
        """One page of the newest changes of product orders within 24 hours, in the order of time and number.

        A product order is there once, with its newest event. To go on, pass ``more_from`` and ``more_sequence`` of
        the page as ``since`` and ``more_sequence``, with the same ``until``.

        Source: apicenter docs, seller-get-last-changed-status-pay-order-seller.

        Args:
            since: Start of the window, which belongs to it: aware, or the ``more_from`` of a page.
            until: End of the window, which belongs to it; the server's default is 24 hours after the start.
            more_sequence: That of the page before.
            last_changed_type: The only event to have.
            limit: Rows at most; the server's default is 300, and it lowers more.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A time is not aware; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(
            self._api.product_order_changes(
                since, until, more_sequence=more_sequence, last_changed_type=last_changed_type, limit=limit
            )
        ).parse()

    def iter_changes(
        self, since: datetime, *, checkpoint: Checkpoint | None = None, limit: int | None = None
    ) -> Generator[ProductOrderChange, None, None]:
        """The newest change of each product order from a moment up to the API's present: none missed, none twice.

        To follow the feed, walk again and again with the same checkpoint, every minute or so; each walk goes on where
        the one before ended, or broke. Both that and what may be missed are said at `Checkpoint`.

        Args:
            since: Where to begin, if the checkpoint is new; aware.
            checkpoint: Kept up to date while the walk goes on.
            limit: Rows a call, as in `product_order_changes`.

        Raises:
            TypeError: A value is of the wrong type; at once.
            ValueError: The time is not aware; at once.
            ApiError: From the call that fails; what came before it is not lost, and the checkpoint counts it.
        """
        return self._walk(self._api.iter_changes(since, checkpoint=checkpoint, limit=limit))

    def confirm_product_orders(self, product_order_ids: Iterable[str]) -> BulkResult:
        """Confirm product orders (발주 확인).

        Source: apicenter docs, seller-confirm-placed-product-orders-pay-order-seller.

        Args:
            product_order_ids: Any number of them, sent 30 a call; one that is given twice is sent once.

        Returns:
            Outcome of each; its ``check()`` raises unless all are done. Where no answer says it, it is settled by
            reading: nothing is sent twice.

        Raises:
            TypeError: They are not a list, or one of them is not a str; nothing is sent.
            ValueError: There is none, or one is empty; nothing is sent.
            ApiError: See `jumun_client.errors`; nothing was changed.
        """
        return self._carry_out(self._api.confirm_product_orders(product_order_ids))

    def dispatch_product_orders(self, dispatches: Iterable[Dispatch]) -> BulkResult:
        """Send product orders off (발송 처리).

        It rejects the buyer's request to cancel, if there is one. A tracking number cannot be changed afterwards.

        Source: apicenter docs, seller-dispatch-product-orders-pay-order-seller.

        Args:
            dispatches: Any number of them, sent 30 a call; of a bundle the main product before its add-ons.

        Returns:
            As `confirm_product_orders`.

        Raises:
            TypeError: They are not a list, or a value in one is of the wrong type; nothing is sent.
            ValueError: There is none, two are about one product order, or a text is empty; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.dispatch_product_orders(dispatches))

    def delay_dispatch(
        self, product_order_id: str, *, due: datetime, reason: str, detail: str | None = None
    ) -> BulkResult:
        """Put off the dispatch of a product order, once (발송 지연 처리).

        Source: apicenter docs, seller-delay-dispatch-due-date-pay-order-seller.

        Args:
            product_order_id: Its number.
            due: The new due date, aware.
            reason: ``PRODUCT_PREPARE``, ``CUSTOMER_REQUEST``, ``CUSTOM_BUILD``, ``RESERVED_DISPATCH``,
                ``OVERSEA_DELIVERY`` or ``ETC``.
            detail: What the buyer reads.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path, or the time is not aware; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.delay_dispatch(product_order_id, due=due, reason=reason, detail=detail))

    def change_hope_delivery(
        self, product_order_id: str, *, day: date, reason: str, hour: time | None = None, region: str | None = None
    ) -> BulkResult:
        """Move the day on which the buyer wants a product order (배송 희망일 변경).

        Source: apicenter docs, seller-change-hope-delivery-pay-order-seller.

        Args:
            product_order_id: Its number; only some products have such a day.
            day: The new one, in Korea.
            reason: What the buyer reads, 300 characters at most.
            hour: The time of day, if there is one.
            region: As the seller's settings name it, 30 characters at most.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(
            self._api.change_hope_delivery(product_order_id, day=day, reason=reason, hour=hour, region=region)
        )

    def request_cancel(
        self, product_order_id: str, *, reason: str, detail: str | None = None, quantity: int | None = None
    ) -> BulkResult:
        """Cancel a product order before its dispatch (취소 요청). Of a bundle the add-ons come first.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: ``INTENT_CHANGED``, ``COLOR_AND_SIZE``, ``WRONG_ORDER``, ``PRODUCT_UNSATISFIED``,
                ``DELAYED_DELIVERY``, ``SOLD_OUT``, which also stops the sale, or ``INCORRECT_INFO``. Other reasons can
                only be read.
            detail: What the buyer reads, 500 characters at most.
            quantity: How many pieces; all that remain without it.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(
            self._api.request_cancel(product_order_id, reason=reason, detail=detail, quantity=quantity)
        )

    def approve_cancel(self, product_order_id: str) -> BulkResult:
        """Approve a cancellation that the buyer has requested (취소 요청 승인). A dispatch rejects it.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.approve_cancel(product_order_id))

    def request_return(
        self,
        product_order_id: str,
        *,
        reason: str,
        collect_method: str,
        collect_company: str | None = None,
        collect_number: str | None = None,
        quantity: int | None = None,
    ) -> BulkResult:
        """Request the return of a product order that was sent (반품 요청). Of a bundle the add-ons come first.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: As in `request_cancel`, or ``DROPPED_DELIVERY``, ``BROKEN``, ``WRONG_DELIVERY`` or ``WRONG_OPTION``.
            collect_method: ``RETURN_INDIVIDUAL``, or ``RETURN_DESIGNATED`` or ``RETURN_DELIVERY``, with which the
                product's own courier collects, whatever is given beside.
            collect_company: The courier's code.
            collect_number: The tracking number.
            quantity: As in `request_cancel`.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(
            self._api.request_return(
                product_order_id,
                reason=reason,
                collect_method=collect_method,
                collect_company=collect_company,
                collect_number=collect_number,
                quantity=quantity,
            )
        )

    def approve_return(self, product_order_id: str) -> BulkResult:
        """Approve a return (반품 승인); one that is held back has to be released first.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.approve_return(product_order_id))

    def reject_return(self, product_order_id: str, *, reason: str) -> BulkResult:
        """Reject a return that is not collected yet (반품 거부).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: What the buyer reads.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.reject_return(product_order_id, reason=reason))

    def hold_return(
        self, product_order_id: str, *, reason: str, detail: str, extra_fee: int | None = None
    ) -> BulkResult:
        """Hold a return back (반품 보류).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: e.g. ``ETC`` or ``EXTRAFEEE``, which has three E (apicenter docs, holdbackReason).
            detail: What the buyer reads.
            extra_fee: What else the buyer is to pay, in KRW.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(
            self._api.hold_return(product_order_id, reason=reason, detail=detail, extra_fee=extra_fee)
        )

    def release_return(self, product_order_id: str) -> BulkResult:
        """Release a return that is held back (반품 보류 해제); what is collected is refunded by itself then.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.release_return(product_order_id))

    def reject_exchange(self, product_order_id: str, *, reason: str) -> BulkResult:
        """Reject an exchange that is not collected yet (교환 거부).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: What the buyer reads.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.reject_exchange(product_order_id, reason=reason))

    def hold_exchange(
        self, product_order_id: str, *, reason: str, detail: str, extra_fee: int | None = None
    ) -> BulkResult:
        """Hold an exchange back (교환 보류).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: e.g. ``ETC`` or ``EXTRAFEEE``, which has three E (apicenter docs, holdbackReason).
            detail: What the buyer reads.
            extra_fee: What else the buyer is to pay, in KRW.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(
            self._api.hold_exchange(product_order_id, reason=reason, detail=detail, extra_fee=extra_fee)
        )

    def release_exchange(self, product_order_id: str) -> BulkResult:
        """Release an exchange that is held back (교환 보류 해제).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.release_exchange(product_order_id))

    def approve_exchange_collect(self, product_order_id: str) -> BulkResult:
        """Say that an exchange was collected (교환 수거 완료), so that it can be dispatched.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(self._api.approve_exchange_collect(product_order_id))

    def dispatch_exchange(
        self,
        product_order_id: str,
        *,
        delivery_method: str = "DELIVERY",
        delivery_company_code: str | None = None,
        tracking_number: str | None = None,
    ) -> BulkResult:
        """Send the product of an exchange that was collected (교환 재배송).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            delivery_method: As in `Dispatch`, as the next two.
            delivery_company_code: As there.
            tracking_number: As there.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return self._carry_out(
            self._api.dispatch_exchange(
                product_order_id,
                delivery_method=delivery_method,
                delivery_company_code=delivery_company_code,
                tracking_number=tracking_number,
            )
        )

    def process_order(
        self, order_id: str, dispatch: Callable[[ProductOrder], Dispatch | None]
    ) -> tuple[BulkResult, ...]:
        """Go through an order as the guide's workflow does: approve what is to be canceled, send what is paid.

        Source: the guide to product-order-ids, processOrder.

        Args:
            order_id: The order's number.
            dispatch: Gives the parcel of a product order that is paid and has no claim; None leaves it for later. What
                it raises is raised after the cancellations.

        Returns:
            Outcome of each cancellation, then of the dispatch; nothing for an order that has neither.

        Raises:
            TypeError: As `product_order_ids`; nothing is sent.
            ValueError: As above.
            ApiError: As `confirm_product_orders`; what was done before stays done.
        """
        return self._carry_out(self._api.process_order(order_id, dispatch))

    def seller_account(self) -> SellerAccount:
        """The seller whose token it is.

        Source: apicenter docs, get-account-info-by-account-no-sellers.

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.seller_account()).parse()

    def seller_channels(self) -> tuple[SellerChannel, ...]:
        """The seller's channels, such as stores.

        Source: apicenter docs, get-channels-by-account-no-sellers.

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.seller_channels()).parse()


class AsyncNaverCalls(AsyncClient):
    """The calls, awaited."""

    _api: NaverApi

    async def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return (await self.converse(self._api.product_order_ids(order_id))).parse()

    async def product_order_ids_many(
        self, order_ids: Iterable[str], *, concurrency: int = 4, on_progress: Callable[[int, int], object] | None = None
    ) -> list[BatchItem]:
        """The ids of the product orders of many orders, in the order of ``order_ids``, failures beside successes.

        An order that is given twice is asked for once. A failure that is about no single order (keys that are refused,
        permissions, a quota that is used up) ends the sending: what was not asked for yet fails with it too.

        Args:
            order_ids: The orders' numbers.
            concurrency: How many calls may be under way at once; the pace holds for all of them together.
            on_progress: Called with how many orders are done and how many there are, one call at a time. What it or
                ``on_exchange`` raises ends the sending and is raised once the calls under way have ended.

        Raises:
            TypeError: As in `product_order_ids`, with the place of the order; nothing is sent.
            ValueError: As above.
        """
        return await self._ask_all(
            self._api.product_order_ids_many(order_ids, concurrency=concurrency, on_progress=on_progress)
        )

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> AsyncGenerator[Sighting, None]:
        """Ask for an order again and again, without end; each answer says what has changed since the one before.

        Args:
            order_id: The order's number.
            interval: Seconds between the end of a call and the next.
            on_error: Called with a failure that may pass (`RateLimitError`, `ServerError`, `ConnectionFailedError`,
                `TimedOutError`, `DeadlineExceededError`, `ThrottledError`); watching then goes on, after
                ``retry_after_s`` where that is longer, but an hour at most. Without it, and for every other failure,
                the error is raised and watching ends.

        Raises:
            TypeError: As in `product_order_ids`; at once, as the next.
            ValueError: As in `product_order_ids`, or ``interval`` is not above 0.
            ApiError: See ``on_error``.
        """
        return self._walk(self._api.watch(order_id, interval, on_error=on_error))

    async def query_product_orders(
        self, product_order_ids: Iterable[str], *, quantity_claims: bool = True
    ) -> ProductOrders:
        """All about product orders, in the order of their numbers; those that the API leaves out are ``missing``.

        Source: apicenter docs, seller-get-product-orders-pay-order-seller.

        Args:
            product_order_ids: Any number of them, asked for 300 a call; one that is given twice is asked for once.
            quantity_claims: Whether to have what claims for a part of the quantity need: ``initial*``, ``remain*``,
                ``completedClaims``.

        Raises:
            TypeError: They are not a list, or one of them is not a str; nothing is sent.
            ValueError: There is none, or one is empty; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return await self._carry_out(self._api.query_product_orders(product_order_ids, quantity_claims=quantity_claims))

    def iter_product_orders(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        range_type: str | None = None,
        statuses: Iterable[ProductOrderStatus | str] | None = None,
        claim_statuses: Iterable[ClaimStatus | str] | None = None,
        place_order_status: PlaceOrderStatus | str | None = None,
        page_size: int | None = None,
        quantity_claims: bool = True,
    ) -> AsyncGenerator[ProductOrder, None]:
        """All product orders to which something happened in any span of time, none of them twice.

        The span is asked for in windows of 24 hours. The pages of a window are read before the first of its product
        orders is given, so that what is done with them moves nothing.

        Args:
            since: Start of the span, which belongs to it; aware.
            until: End of the span, which belongs to it; without it the walk goes up to the API's present.
            range_type: As in `list_product_orders`, as the next five.
            statuses: As there.
            claim_statuses: As there.
            place_order_status: As there.
            page_size: As there.
            quantity_claims: As there.

        Raises:
            TypeError: As in `list_product_orders`; at once.
            ValueError: As there, or the end is before the start; at once.
            ApiError: From the call that fails; what came before it is not lost.
        """
        return self._walk(
            self._api.iter_product_orders(
                since,
                until,
                range_type=range_type,
                statuses=statuses,
                claim_statuses=claim_statuses,
                place_order_status=place_order_status,
                page_size=page_size,
                quantity_claims=quantity_claims,
            )
        )

    async def list_product_orders(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        range_type: str | None = None,
        statuses: Iterable[ProductOrderStatus | str] | None = None,
        claim_statuses: Iterable[ClaimStatus | str] | None = None,
        place_order_status: PlaceOrderStatus | str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        quantity_claims: bool = True,
    ) -> ProductOrderPage:
        """One page of the product orders to which something happened within 24 hours.

        Source: apicenter docs, seller-get-product-orders-with-conditions-pay-order-seller.

        Args:
            since: Start of the window, which belongs to it; aware.
            until: End of the window, which belongs to it; the server's default is 24 hours after the start.
            range_type: What happened, e.g. ``DISPATCHED_DATETIME``; the server's default is ``PAYED_DATETIME``.
            statuses: Of which a product order has one.
            claim_statuses: Of which a product order has one.
            place_order_status: Whether it is confirmed.
            page: From 1; the server's default is 1.
            page_size: The server's default is 300, which is also the most.
            quantity_claims: As in `query_product_orders`.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A time is not aware, or a list is empty; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return (
            await self.converse(
                self._api.list_product_orders(
                    since,
                    until,
                    range_type=range_type,
                    statuses=statuses,
                    claim_statuses=claim_statuses,
                    place_order_status=place_order_status,
                    page=page,
                    page_size=page_size,
                    quantity_claims=quantity_claims,
                )
            )
        ).parse()

    async def product_order_changes(
        self,
        since: datetime | str,
        until: datetime | None = None,
        *,
        more_sequence: str | None = None,
        last_changed_type: LastChangedType | str | None = None,
        limit: int | None = None,
    ) -> ProductOrderChanges:
        """One page of the newest changes of product orders within 24 hours, in the order of time and number.

        A product order is there once, with its newest event. To go on, pass ``more_from`` and ``more_sequence`` of
        the page as ``since`` and ``more_sequence``, with the same ``until``.

        Source: apicenter docs, seller-get-last-changed-status-pay-order-seller.

        Args:
            since: Start of the window, which belongs to it: aware, or the ``more_from`` of a page.
            until: End of the window, which belongs to it; the server's default is 24 hours after the start.
            more_sequence: That of the page before.
            last_changed_type: The only event to have.
            limit: Rows at most; the server's default is 300, and it lowers more.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A time is not aware; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return (
            await self.converse(
                self._api.product_order_changes(
                    since, until, more_sequence=more_sequence, last_changed_type=last_changed_type, limit=limit
                )
            )
        ).parse()

    def iter_changes(
        self, since: datetime, *, checkpoint: Checkpoint | None = None, limit: int | None = None
    ) -> AsyncGenerator[ProductOrderChange, None]:
        """The newest change of each product order from a moment up to the API's present: none missed, none twice.

        To follow the feed, walk again and again with the same checkpoint, every minute or so; each walk goes on where
        the one before ended, or broke. Both that and what may be missed are said at `Checkpoint`.

        Args:
            since: Where to begin, if the checkpoint is new; aware.
            checkpoint: Kept up to date while the walk goes on.
            limit: Rows a call, as in `product_order_changes`.

        Raises:
            TypeError: A value is of the wrong type; at once.
            ValueError: The time is not aware; at once.
            ApiError: From the call that fails; what came before it is not lost, and the checkpoint counts it.
        """
        return self._walk(self._api.iter_changes(since, checkpoint=checkpoint, limit=limit))

    async def confirm_product_orders(self, product_order_ids: Iterable[str]) -> BulkResult:
        """Confirm product orders (발주 확인).

        Source: apicenter docs, seller-confirm-placed-product-orders-pay-order-seller.

        Args:
            product_order_ids: Any number of them, sent 30 a call; one that is given twice is sent once.

        Returns:
            Outcome of each; its ``check()`` raises unless all are done. Where no answer says it, it is settled by
            reading: nothing is sent twice.

        Raises:
            TypeError: They are not a list, or one of them is not a str; nothing is sent.
            ValueError: There is none, or one is empty; nothing is sent.
            ApiError: See `jumun_client.errors`; nothing was changed.
        """
        return await self._carry_out(self._api.confirm_product_orders(product_order_ids))

    async def dispatch_product_orders(self, dispatches: Iterable[Dispatch]) -> BulkResult:
        """Send product orders off (발송 처리).

        It rejects the buyer's request to cancel, if there is one. A tracking number cannot be changed afterwards.

        Source: apicenter docs, seller-dispatch-product-orders-pay-order-seller.

        Args:
            dispatches: Any number of them, sent 30 a call; of a bundle the main product before its add-ons.

        Returns:
            As `confirm_product_orders`.

        Raises:
            TypeError: They are not a list, or a value in one is of the wrong type; nothing is sent.
            ValueError: There is none, two are about one product order, or a text is empty; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.dispatch_product_orders(dispatches))

    async def delay_dispatch(
        self, product_order_id: str, *, due: datetime, reason: str, detail: str | None = None
    ) -> BulkResult:
        """Put off the dispatch of a product order, once (발송 지연 처리).

        Source: apicenter docs, seller-delay-dispatch-due-date-pay-order-seller.

        Args:
            product_order_id: Its number.
            due: The new due date, aware.
            reason: ``PRODUCT_PREPARE``, ``CUSTOMER_REQUEST``, ``CUSTOM_BUILD``, ``RESERVED_DISPATCH``,
                ``OVERSEA_DELIVERY`` or ``ETC``.
            detail: What the buyer reads.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path, or the time is not aware; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.delay_dispatch(product_order_id, due=due, reason=reason, detail=detail))

    async def change_hope_delivery(
        self, product_order_id: str, *, day: date, reason: str, hour: time | None = None, region: str | None = None
    ) -> BulkResult:
        """Move the day on which the buyer wants a product order (배송 희망일 변경).

        Source: apicenter docs, seller-change-hope-delivery-pay-order-seller.

        Args:
            product_order_id: Its number; only some products have such a day.
            day: The new one, in Korea.
            reason: What the buyer reads, 300 characters at most.
            hour: The time of day, if there is one.
            region: As the seller's settings name it, 30 characters at most.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(
            self._api.change_hope_delivery(product_order_id, day=day, reason=reason, hour=hour, region=region)
        )

    async def request_cancel(
        self, product_order_id: str, *, reason: str, detail: str | None = None, quantity: int | None = None
    ) -> BulkResult:
        """Cancel a product order before its dispatch (취소 요청). Of a bundle the add-ons come first.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: ``INTENT_CHANGED``, ``COLOR_AND_SIZE``, ``WRONG_ORDER``, ``PRODUCT_UNSATISFIED``,
                ``DELAYED_DELIVERY``, ``SOLD_OUT``, which also stops the sale, or ``INCORRECT_INFO``. Other reasons can
                only be read.
            detail: What the buyer reads, 500 characters at most.
            quantity: How many pieces; all that remain without it.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(
            self._api.request_cancel(product_order_id, reason=reason, detail=detail, quantity=quantity)
        )

    async def approve_cancel(self, product_order_id: str) -> BulkResult:
        """Approve a cancellation that the buyer has requested (취소 요청 승인). A dispatch rejects it.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.approve_cancel(product_order_id))

    async def request_return(
        self,
        product_order_id: str,
        *,
        reason: str,
        collect_method: str,
        collect_company: str | None = None,
        collect_number: str | None = None,
        quantity: int | None = None,
    ) -> BulkResult:
        """Request the return of a product order that was sent (반품 요청). Of a bundle the add-ons come first.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: As in `request_cancel`, or ``DROPPED_DELIVERY``, ``BROKEN``, ``WRONG_DELIVERY`` or ``WRONG_OPTION``.
            collect_method: ``RETURN_INDIVIDUAL``, or ``RETURN_DESIGNATED`` or ``RETURN_DELIVERY``, with which the
                product's own courier collects, whatever is given beside.
            collect_company: The courier's code.
            collect_number: The tracking number.
            quantity: As in `request_cancel`.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(
            self._api.request_return(
                product_order_id,
                reason=reason,
                collect_method=collect_method,
                collect_company=collect_company,
                collect_number=collect_number,
                quantity=quantity,
            )
        )

    async def approve_return(self, product_order_id: str) -> BulkResult:
        """Approve a return (반품 승인); one that is held back has to be released first.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.approve_return(product_order_id))

    async def reject_return(self, product_order_id: str, *, reason: str) -> BulkResult:
        """Reject a return that is not collected yet (반품 거부).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: What the buyer reads.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.reject_return(product_order_id, reason=reason))

    async def hold_return(
        self, product_order_id: str, *, reason: str, detail: str, extra_fee: int | None = None
    ) -> BulkResult:
        """Hold a return back (반품 보류).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: e.g. ``ETC`` or ``EXTRAFEEE``, which has three E (apicenter docs, holdbackReason).
            detail: What the buyer reads.
            extra_fee: What else the buyer is to pay, in KRW.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(
            self._api.hold_return(product_order_id, reason=reason, detail=detail, extra_fee=extra_fee)
        )

    async def release_return(self, product_order_id: str) -> BulkResult:
        """Release a return that is held back (반품 보류 해제); what is collected is refunded by itself then.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.release_return(product_order_id))

    async def reject_exchange(self, product_order_id: str, *, reason: str) -> BulkResult:
        """Reject an exchange that is not collected yet (교환 거부).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: What the buyer reads.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.reject_exchange(product_order_id, reason=reason))

    async def hold_exchange(
        self, product_order_id: str, *, reason: str, detail: str, extra_fee: int | None = None
    ) -> BulkResult:
        """Hold an exchange back (교환 보류).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            reason: e.g. ``ETC`` or ``EXTRAFEEE``, which has three E (apicenter docs, holdbackReason).
            detail: What the buyer reads.
            extra_fee: What else the buyer is to pay, in KRW.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(
            self._api.hold_exchange(product_order_id, reason=reason, detail=detail, extra_fee=extra_fee)
        )

    async def release_exchange(self, product_order_id: str) -> BulkResult:
        """Release an exchange that is held back (교환 보류 해제).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.release_exchange(product_order_id))

    async def approve_exchange_collect(self, product_order_id: str) -> BulkResult:
        """Say that an exchange was collected (교환 수거 완료), so that it can be dispatched.

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(self._api.approve_exchange_collect(product_order_id))

    async def dispatch_exchange(
        self,
        product_order_id: str,
        *,
        delivery_method: str = "DELIVERY",
        delivery_company_code: str | None = None,
        tracking_number: str | None = None,
    ) -> BulkResult:
        """Send the product of an exchange that was collected (교환 재배송).

        Source: apicenter docs, claim pages of the order API.

        Args:
            product_order_id: Its number.
            delivery_method: As in `Dispatch`, as the next two.
            delivery_company_code: As there.
            tracking_number: As there.

        Returns:
            As `confirm_product_orders`, of one.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A text is empty or would change the path; nothing is sent.
            ApiError: As in `confirm_product_orders`.
        """
        return await self._carry_out(
            self._api.dispatch_exchange(
                product_order_id,
                delivery_method=delivery_method,
                delivery_company_code=delivery_company_code,
                tracking_number=tracking_number,
            )
        )

    async def process_order(
        self, order_id: str, dispatch: Callable[[ProductOrder], Dispatch | None]
    ) -> tuple[BulkResult, ...]:
        """Go through an order as the guide's workflow does: approve what is to be canceled, send what is paid.

        Source: the guide to product-order-ids, processOrder.

        Args:
            order_id: The order's number.
            dispatch: Gives the parcel of a product order that is paid and has no claim; None leaves it for later. What
                it raises is raised after the cancellations.

        Returns:
            Outcome of each cancellation, then of the dispatch; nothing for an order that has neither.

        Raises:
            TypeError: As `product_order_ids`; nothing is sent.
            ValueError: As above.
            ApiError: As `confirm_product_orders`; what was done before stays done.
        """
        return await self._carry_out(self._api.process_order(order_id, dispatch))

    async def seller_account(self) -> SellerAccount:
        """The seller whose token it is.

        Source: apicenter docs, get-account-info-by-account-no-sellers.

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.seller_account())).parse()

    async def seller_channels(self) -> tuple[SellerChannel, ...]:
        """The seller's channels, such as stores.

        Source: apicenter docs, get-channels-by-account-no-sellers.

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.seller_channels())).parse()


class RawNaverCommerceCalls:
    """The calls of `NaverCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: SyncClient, api: NaverApi) -> None:
        self._client = client
        self._api = api

    def product_order_ids(self, order_id: str) -> RawAnswer[ProductOrderIds]:
        """As `NaverCommerceClient.product_order_ids`, giving the HTTP response too."""
        return self._client.converse(self._api.product_order_ids(order_id))

    def list_product_orders(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        range_type: str | None = None,
        statuses: Iterable[ProductOrderStatus | str] | None = None,
        claim_statuses: Iterable[ClaimStatus | str] | None = None,
        place_order_status: PlaceOrderStatus | str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        quantity_claims: bool = True,
    ) -> RawAnswer[ProductOrderPage]:
        """As `NaverCommerceClient.list_product_orders`, giving the HTTP response too."""
        return self._client.converse(
            self._api.list_product_orders(
                since,
                until,
                range_type=range_type,
                statuses=statuses,
                claim_statuses=claim_statuses,
                place_order_status=place_order_status,
                page=page,
                page_size=page_size,
                quantity_claims=quantity_claims,
            )
        )

    def product_order_changes(
        self,
        since: datetime | str,
        until: datetime | None = None,
        *,
        more_sequence: str | None = None,
        last_changed_type: LastChangedType | str | None = None,
        limit: int | None = None,
    ) -> RawAnswer[ProductOrderChanges]:
        """As `NaverCommerceClient.product_order_changes`, giving the HTTP response too."""
        return self._client.converse(
            self._api.product_order_changes(
                since, until, more_sequence=more_sequence, last_changed_type=last_changed_type, limit=limit
            )
        )

    def seller_account(self) -> RawAnswer[SellerAccount]:
        """As `NaverCommerceClient.seller_account`, giving the HTTP response too."""
        return self._client.converse(self._api.seller_account())

    def seller_channels(self) -> RawAnswer[tuple[SellerChannel, ...]]:
        """As `NaverCommerceClient.seller_channels`, giving the HTTP response too."""
        return self._client.converse(self._api.seller_channels())


class AsyncRawNaverCommerceCalls:
    """The calls of `AsyncNaverCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: AsyncClient, api: NaverApi) -> None:
        self._client = client
        self._api = api

    async def product_order_ids(self, order_id: str) -> RawAnswer[ProductOrderIds]:
        """As `AsyncNaverCommerceClient.product_order_ids`, giving the HTTP response too."""
        return await self._client.converse(self._api.product_order_ids(order_id))

    async def list_product_orders(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        range_type: str | None = None,
        statuses: Iterable[ProductOrderStatus | str] | None = None,
        claim_statuses: Iterable[ClaimStatus | str] | None = None,
        place_order_status: PlaceOrderStatus | str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        quantity_claims: bool = True,
    ) -> RawAnswer[ProductOrderPage]:
        """As `AsyncNaverCommerceClient.list_product_orders`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.list_product_orders(
                since,
                until,
                range_type=range_type,
                statuses=statuses,
                claim_statuses=claim_statuses,
                place_order_status=place_order_status,
                page=page,
                page_size=page_size,
                quantity_claims=quantity_claims,
            )
        )

    async def product_order_changes(
        self,
        since: datetime | str,
        until: datetime | None = None,
        *,
        more_sequence: str | None = None,
        last_changed_type: LastChangedType | str | None = None,
        limit: int | None = None,
    ) -> RawAnswer[ProductOrderChanges]:
        """As `AsyncNaverCommerceClient.product_order_changes`, giving the HTTP response too."""
        return await self._client.converse(
            self._api.product_order_changes(
                since, until, more_sequence=more_sequence, last_changed_type=last_changed_type, limit=limit
            )
        )

    async def seller_account(self) -> RawAnswer[SellerAccount]:
        """As `AsyncNaverCommerceClient.seller_account`, giving the HTTP response too."""
        return await self._client.converse(self._api.seller_account())

    async def seller_channels(self) -> RawAnswer[tuple[SellerChannel, ...]]:
        """As `AsyncNaverCommerceClient.seller_channels`, giving the HTTP response too."""
        return await self._client.converse(self._api.seller_channels())
