"""The calls of NAVER's Commerce API: what is sent, and how its answers are read; no I/O.

Each public method of `NaverApi` is one call: ``make format`` writes its forms, synchronous, asynchronous and raw,
into ``naver_calls.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeVar
from urllib.parse import urlencode

from jumun_client.answer import header_trace_id
from jumun_client.arguments import check_base_url, check_text, path_segment
from jumun_client.batch import Batch
from jumun_client.bulk import BulkAnswer, BulkResult, IsDone, Write, carry_out
from jumun_client.call import Call
from jumun_client.changes import ChangesWalk, Checkpoint
from jumun_client.conversation import Question
from jumun_client.credentials import Signer, check_header_key
from jumun_client.fields import Fields
from jumun_client.models import NaverToken, ProductOrderIds
from jumun_client.plan import Plan
from jumun_client.product_order_request import (
    MAX_QUERIED,
    MAX_WRITTEN,
    Dispatch,
    check_dispatches,
    check_ids,
    chunked,
    write_claim,
    write_moment,
    write_query,
    write_start,
    write_wish,
)
from jumun_client.product_order_walk import ProductOrderWalk
from jumun_client.product_orders import (
    ClaimStatus,
    ProductOrderChanges,
    ProductOrderPage,
    ProductOrders,
    ProductOrderStatus,
)
from jumun_client.seller import SellerAccount, SellerChannel
from jumun_client.settling import (
    CANCEL_REQUESTED,
    REDELIVERED,
    RETURN_REQUESTED,
    is_claim_in,
    is_claim_requested,
    is_confirmed,
    is_delayed,
    is_dispatched,
    is_held,
    is_wished,
)
from jumun_client.token import Token, TokenStore
from jumun_client.walk import Walk
from jumun_client.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime, time

    import httpx

    from jumun_client.answer import RawAnswer
    from jumun_client.call import Flow
    from jumun_client.conversation import Conversation
    from jumun_client.errors import ApiError
    from jumun_client.plan import Steps
    from jumun_client.product_orders import (
        LastChangedType,
        PlaceOrderStatus,
        ProductOrder,
        ProductOrderChange,
    )
    from jumun_client.watching import Sighting

T = TypeVar("T")

CALLS_PER_S: Final = 10.0
"""What the guide to product-order-ids allows. Applications are seen with less; the gateway's headers tell."""

_PRODUCT_ORDERS: Final = "/v1/pay-order/seller/product-orders"
_UNAUTHORIZED_STATUS: Final = 401

# The server takes a timestamp from five minutes ago to now, none later (commerce-api discussion #357): signing for the
# middle of that lets the two clocks differ by this much in either direction.
_BACKDATE_MS: Final = 150_000


class NaverApi:
    """The calls, and the token they share."""

    def __init__(
        self,
        *,
        client_id: str | None,
        client_secret: str | None,
        access_token: str | None,
        base_url: str,
        clock: Callable[[], float],
    ) -> None:
        self._signer: Signer | None = None
        self._given: Token | None = None
        if access_token is None and client_id is not None and client_secret is not None:
            self._signer = Signer.from_keys(client_id=client_id, client_secret=client_secret)
        elif access_token is not None and client_id is None and client_secret is None:
            self._given = Token(check_header_key("access_token", access_token))
        else:
            raise ValueError("give client_id and client_secret, or access_token, and not both")
        self._base_url = check_base_url(base_url)
        self._clock = clock
        self._tokens = TokenStore(self._issue, clock=clock)

    def product_order_ids(self, order_id: str) -> Question[ProductOrderIds]:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return self._question(
            "naver.product_order_ids",
            f"/v1/pay-order/seller/orders/{path_segment(order_id)}/product-order-ids",
            lambda body, trace_id: ProductOrderIds.from_wire(body, order_id=order_id, header_trace_id=trace_id),
        )

    def product_order_ids_many(
        self,
        order_ids: Iterable[str],
        *,
        concurrency: int = 4,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> Batch:
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
        return Batch(order_ids, ask=self.product_order_ids, concurrency=concurrency, on_progress=on_progress)

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> Walk[ProductOrderIds, Sighting]:
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
        question = self.product_order_ids(order_id)
        watch = Watch(interval=interval, on_error=on_error)
        return Walk(
            ask=lambda: question,
            take=lambda result: [watch.see(result)],
            fail=watch.fail,
            pause_s=lambda: watch.pause_s,
        )

    def query_product_orders(
        self, product_order_ids: Iterable[str], *, quantity_claims: bool = True
    ) -> Plan[ProductOrders]:
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
        ids = check_ids("product_order_ids", product_order_ids)

        def steps() -> Steps[ProductOrders]:
            answers: list[ProductOrders] = []
            for chunk in chunked(ids, MAX_QUERIED):
                answers.append((yield self._query(chunk, quantity_claims=quantity_claims)))  # noqa: PERF401 - no comprehension yields
            return ProductOrders.joined(ids, answers)

        return Plan(steps)

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
    ) -> Walk[ProductOrderPage, ProductOrder]:
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
        wanted, claims = _listed(statuses), _listed(claim_statuses)

        def page(start: datetime, end: datetime, number: int) -> Question[ProductOrderPage]:
            return self.list_product_orders(
                start,
                end,
                range_type=range_type,
                statuses=wanted,
                claim_statuses=claims,
                place_order_status=place_order_status,
                page=number,
                page_size=page_size,
                quantity_claims=quantity_claims,
            )

        page(since, since if until is None else until, 1)  # so that what is wrong is reported at once
        if until is not None and until < since:
            raise ValueError("until is before since: no product order fits that")
        walk = ProductOrderWalk(since, until, page=page, clock=self._clock)
        return Walk(ask=walk.ask, take=walk.take)

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
    ) -> Question[ProductOrderPage]:
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
        query = write_query(
            **{"from": write_moment("since", since), "to": until and write_moment("until", until)},
            rangeType=range_type,
            productOrderStatuses=statuses,
            claimStatuses=claim_statuses,
            placeOrderStatusType=place_order_status,
            page=page,
            pageSize=page_size,
            quantityClaimCompatibility=quantity_claims,
        )
        return self._question("naver.product_orders.list", _PRODUCT_ORDERS, ProductOrderPage.from_wire, query=query)

    def product_order_changes(
        self,
        since: datetime | str,
        until: datetime | None = None,
        *,
        more_sequence: str | None = None,
        last_changed_type: LastChangedType | str | None = None,
        limit: int | None = None,
    ) -> Question[ProductOrderChanges]:
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
        query = write_query(
            lastChangedFrom=write_start("since", since),
            lastChangedTo=until and write_moment("until", until),
            moreSequence=more_sequence,
            lastChangedType=last_changed_type,
            limitCount=limit,
        )
        path = f"{_PRODUCT_ORDERS}/last-changed-statuses"
        return self._question("naver.product_orders.changes", path, ProductOrderChanges.from_wire, query=query)

    def iter_changes(
        self, since: datetime, *, checkpoint: Checkpoint | None = None, limit: int | None = None
    ) -> Walk[ProductOrderChanges, ProductOrderChange]:
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
        checkpoint = Checkpoint() if checkpoint is None else checkpoint
        if not isinstance(checkpoint, Checkpoint):
            raise TypeError(f"checkpoint must be a Checkpoint, not {type(checkpoint).__name__}")

        def page(start: str | datetime, end: datetime | None, sequence: str | None) -> Question[ProductOrderChanges]:
            return self.product_order_changes(start, end, more_sequence=sequence, limit=limit)

        write_moment("since", since)
        page(since, None, None)  # so that what is wrong is reported at once
        if checkpoint.since is None:
            checkpoint.advance(since)
        walk = ChangesWalk(checkpoint, page=page, clock=self._clock)
        return Walk(ask=walk.ask, take=walk.take)

    def confirm_product_orders(self, product_order_ids: Iterable[str]) -> Plan[BulkResult]:
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
        ids = check_ids("product_order_ids", product_order_ids)
        return self._carry_out(
            self._write(
                "naver.product_orders.confirm",
                "confirm",
                {"productOrderIds": chunk},
                dict.fromkeys(chunk, is_confirmed),
            )
            for chunk in chunked(ids, MAX_WRITTEN)
        )

    def dispatch_product_orders(self, dispatches: Iterable[Dispatch]) -> Plan[BulkResult]:
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
        parcels = check_dispatches("dispatches", dispatches)
        return self._carry_out(
            self._write(
                "naver.product_orders.dispatch",
                "dispatch",
                {"dispatchProductOrders": [parcels[id_].to_wire("dispatches") for id_ in chunk]},
                {id_: partial(is_dispatched, dispatch=parcels[id_]) for id_ in chunk},
            )
            for chunk in chunked(list(parcels), MAX_WRITTEN)
        )

    def delay_dispatch(
        self, product_order_id: str, *, due: datetime, reason: str, detail: str | None = None
    ) -> Plan[BulkResult]:
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
        body = {
            "dispatchDueDate": write_moment("due", due),
            "delayedDispatchReason": check_text("reason", reason, if_empty="give one of the reasons"),
        }
        if detail is not None:
            body["dispatchDelayedDetailedReason"] = check_text("detail", detail, if_empty="leave it out")
        is_done = partial(is_delayed, due=due, reason=reason)
        return self._carry_out_one("naver.product_orders.delay", product_order_id, "delay", body, is_done)

    def change_hope_delivery(
        self, product_order_id: str, *, day: date, reason: str, hour: time | None = None, region: str | None = None
    ) -> Plan[BulkResult]:
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
        body = write_wish(day=day, reason=reason, hour=hour, region=region)
        is_done = partial(is_wished, wish=body)
        return self._carry_out_one(
            "naver.product_orders.hope_delivery", product_order_id, "hope-delivery/change", body, is_done
        )

    def request_cancel(
        self, product_order_id: str, *, reason: str, detail: str | None = None, quantity: int | None = None
    ) -> Plan[BulkResult]:
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
        body = write_claim(
            reason=("cancelReason", reason),
            detail=("cancelDetailedReason", detail),
            quantity=("cancelQuantity", quantity),
        )
        is_done = partial(is_claim_requested, kind="CANCEL", statuses=CANCEL_REQUESTED, quantity=quantity)
        return self._claim("cancel.request", product_order_id, "cancel/request", body, is_done)

    def approve_cancel(self, product_order_id: str) -> Plan[BulkResult]:
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
        is_done = partial(is_claim_in, kind="CANCEL", statuses=[ClaimStatus.CANCEL_DONE])
        return self._claim("cancel.approve", product_order_id, "cancel/approve", None, is_done)

    def request_return(
        self,
        product_order_id: str,
        *,
        reason: str,
        collect_method: str,
        collect_company: str | None = None,
        collect_number: str | None = None,
        quantity: int | None = None,
    ) -> Plan[BulkResult]:
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
        body = write_claim(
            reason=("returnReason", reason),
            collect_method=("collectDeliveryMethod", collect_method),
            collect_company=("collectDeliveryCompany", collect_company),
            collect_number=("collectTrackingNumber", collect_number),
            quantity=("returnQuantity", quantity),
        )
        is_done = partial(is_claim_requested, kind="RETURN", statuses=RETURN_REQUESTED, quantity=quantity)
        return self._claim("return.request", product_order_id, "return/request", body, is_done)

    def approve_return(self, product_order_id: str) -> Plan[BulkResult]:
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
        is_done = partial(is_claim_in, kind="RETURN", statuses=[ClaimStatus.RETURN_DONE])
        return self._claim("return.approve", product_order_id, "return/approve", None, is_done)

    def reject_return(self, product_order_id: str, *, reason: str) -> Plan[BulkResult]:
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
        is_done = partial(is_claim_in, kind="RETURN", statuses=[ClaimStatus.RETURN_REJECT])
        body = write_claim(reason=("rejectReturnReason", reason))
        return self._claim("return.reject", product_order_id, "return/reject", body, is_done)

    def hold_return(
        self, product_order_id: str, *, reason: str, detail: str, extra_fee: int | None = None
    ) -> Plan[BulkResult]:
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
        is_done = partial(is_held, kind="RETURN", held=True)
        body = write_claim(
            reason=("holdbackClassType", reason),
            detail=("holdbackReturnDetailReason", detail),
            extra_fee=("extraReturnFeeAmount", extra_fee),
        )
        return self._claim("return.holdback", product_order_id, "return/holdback", body, is_done)

    def release_return(self, product_order_id: str) -> Plan[BulkResult]:
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
        is_done = partial(is_held, kind="RETURN", held=False)
        return self._claim("return.release", product_order_id, "return/holdback/release", None, is_done)

    def reject_exchange(self, product_order_id: str, *, reason: str) -> Plan[BulkResult]:
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
        is_done = partial(is_claim_in, kind="EXCHANGE", statuses=[ClaimStatus.EXCHANGE_REJECT])
        body = write_claim(reason=("rejectExchangeReason", reason))
        return self._claim("exchange.reject", product_order_id, "exchange/reject", body, is_done)

    def hold_exchange(
        self, product_order_id: str, *, reason: str, detail: str, extra_fee: int | None = None
    ) -> Plan[BulkResult]:
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
        is_done = partial(is_held, kind="EXCHANGE", held=True)
        body = write_claim(
            reason=("holdbackClassType", reason),
            detail=("holdbackExchangeDetailReason", detail),
            extra_fee=("extraExchangeFeeAmount", extra_fee),
        )
        return self._claim("exchange.holdback", product_order_id, "exchange/holdback", body, is_done)

    def release_exchange(self, product_order_id: str) -> Plan[BulkResult]:
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
        is_done = partial(is_held, kind="EXCHANGE", held=False)
        return self._claim("exchange.release", product_order_id, "exchange/holdback/release", None, is_done)

    def approve_exchange_collect(self, product_order_id: str) -> Plan[BulkResult]:
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
        statuses = (ClaimStatus.COLLECT_DONE, *REDELIVERED)
        is_done = partial(is_claim_in, kind="EXCHANGE", statuses=statuses)
        return self._claim("exchange.collect_approve", product_order_id, "exchange/collect/approve", None, is_done)

    def dispatch_exchange(
        self,
        product_order_id: str,
        *,
        delivery_method: str = "DELIVERY",
        delivery_company_code: str | None = None,
        tracking_number: str | None = None,
    ) -> Plan[BulkResult]:
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
        body = write_claim(
            delivery_method=("reDeliveryMethod", delivery_method),
            delivery_company_code=("reDeliveryCompany", delivery_company_code),
            tracking_number=("reDeliveryTrackingNumber", tracking_number),
        )
        is_done = partial(is_claim_in, kind="EXCHANGE", statuses=REDELIVERED)
        return self._claim("exchange.dispatch", product_order_id, "exchange/dispatch", body, is_done)

    def process_order(
        self, order_id: str, dispatch: Callable[[ProductOrder], Dispatch | None]
    ) -> Plan[tuple[BulkResult, ...]]:
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
        first = self.product_order_ids(order_id)

        def steps() -> Steps[tuple[BulkResult, ...]]:
            results: list[BulkResult] = []
            ids = (yield first).product_order_ids
            found = (yield from self.query_product_orders(ids).steps()).product_orders if ids else ()
            for each in found:
                if each.claim_status is ClaimStatus.CANCEL_REQUEST:
                    approved = self.approve_cancel(each.product_order_id)
                    results.append((yield from approved.steps()))
            ready = [each for each in found if each.product_order_status is ProductOrderStatus.PAYED]
            parcels = [dispatch(each) for each in ready if not is_claim_in(each, "CANCEL", CANCEL_REQUESTED)]
            if any(parcels):
                sent = self.dispatch_product_orders(each for each in parcels if each)
                results.append((yield from sent.steps()))
            return tuple(results)

        return Plan(steps)

    def seller_account(self) -> Question[SellerAccount]:
        """The seller whose token it is.

        Source: apicenter docs, get-account-info-by-account-no-sellers.

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self._question(
            "naver.seller.account", "/v1/seller/account", lambda body, _trace_id: SellerAccount.from_wire(body)
        )

    def seller_channels(self) -> Question[tuple[SellerChannel, ...]]:
        """The seller's channels, such as stores.

        Source: apicenter docs, get-channels-by-account-no-sellers.

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self._question("naver.seller.channels", "/v1/seller/channels", _read_channels, array_name="channels")

    def _query(self, ids: Sequence[str], *, quantity_claims: bool = True) -> Question[ProductOrders]:
        """Ask for all about at most 300 product orders."""
        return self._question(
            "naver.product_orders.query",
            f"{_PRODUCT_ORDERS}/query",
            ProductOrders.from_wire,
            method="POST",
            body={"productOrderIds": ids, "quantityClaimCompatibility": quantity_claims},
        )

    def _carry_out(self, writes: Iterable[Write]) -> Plan[BulkResult]:
        return carry_out(list(writes), read=self._query)

    def _carry_out_one(
        self, operation: str, product_order_id: str, action: str, body: Mapping[str, object] | None, is_done: IsDone
    ) -> Plan[BulkResult]:
        """Do something to one product order, whose number is in the path."""
        number = path_segment(product_order_id, name="product_order_id")
        return self._carry_out([self._write(operation, f"{number}/{action}", body, {product_order_id: is_done})])

    def _claim(
        self, action: str, product_order_id: str, path: str, body: Mapping[str, object] | None, is_done: IsDone
    ) -> Plan[BulkResult]:
        return self._carry_out_one(f"naver.claims.{action}", product_order_id, f"claim/{path}", body, is_done)

    def _write(
        self, operation: str, path: str, body: Mapping[str, object] | None, is_done: Mapping[str, IsDone]
    ) -> Write:
        """A call that changes product orders. There is no key that would make repeating it safe.

        Args:
            path: After that of product orders.
            body: Sent as JSON; None for none.
            is_done: As in `Write`.
        """
        question = self._question(
            operation,
            f"{_PRODUCT_ORDERS}/{path}",
            BulkAnswer.from_wire,
            method="POST",
            body=body,
            repeatable=False,
        )
        return Write(question=question, is_done=is_done)

    def _question(
        self,
        operation: str,
        path: str,
        read: Callable[[Fields, str | None], T],
        *,
        method: Literal["GET", "POST"] = "GET",
        query: tuple[tuple[str, str], ...] = (),
        body: Mapping[str, object] | None = None,
        repeatable: bool = True,
        array_name: str = "",
    ) -> Question[T]:
        """Ask for something with a token.

        Args:
            operation: e.g. ``naver.product_order_ids``.
            path: From ``/v1`` on.
            read: Makes the result of the body and the trace id of the headers; raises `ShapeError`.
            query: Pairs in the order in which they are sent.
            body: Sent as JSON; None for none.
            repeatable: Whether it is safe to send again when its outcome is unknown.
            array_name: What `read` finds an answer under that is an array; '' where none may be.
        """
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body is not None else {})
        call = Call(
            operation=operation,
            method=method,
            url=self._base_url + path,
            query=query,
            headers=headers,
            body=None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            repeatable=repeatable,
        )

        def ask(talk: Conversation) -> Flow[RawAnswer[T]]:
            authorized, response = yield from self._authorized(talk, call)
            return talk.conclude(
                authorized, response, lambda document: read(fields(document), header_trace_id(response))
            )

        def fields(document: object) -> Fields:
            named = {array_name: document} if array_name and isinstance(document, list) else document
            return Fields(named, where="body")

        return Question(operation, ask)

    def _authorized(self, talk: Conversation, question: Call) -> Flow[tuple[Call, httpx.Response]]:
        """Ask with a token, and once more with another if that is refused: a refused call was not executed."""
        token = self._given or (yield from self._tokens.take(talk))
        call = _with_token(question, token)
        response = yield from talk.exchange(call)
        # A refusal of what the API has just given out again is about something else, such as an API group that the
        # application lacks (commerce-api discussions #1013, #1835).
        if response.status_code == _UNAUTHORIZED_STATUS and token is not self._given and not token.is_confirmed:
            # The documented fallback (apicenter docs, auth): issue again, repeat once.
            call = _with_token(question, (yield from self._tokens.take(talk, refused=token)))
            response = yield from talk.exchange(call)
        return call, response

    def _issue(self, talk: Conversation) -> Flow[Token]:
        """Ask for a token: see `token_question`."""
        if self._signer is None:
            raise TypeError("a token that was given is not issued")
        asked_at_s = self._clock()
        answer = yield from token_question(self._signer, base_url=self._base_url, at_s=asked_at_s).ask(talk)
        issued = answer.parse()
        return Token.issued(issued.access_token, at_s=asked_at_s, life_s=issued.expires_in)


def token_question(signer: Signer, *, base_url: str, at_s: float) -> Question[NaverToken]:
    """The call for a token, signed at a time in seconds since 1970.

    Every parameter is in the form body and no ``account_id`` goes with SELF: otherwise the gateway cuts the
    application to one call an hour from the next day on (commerce-api discussions #2573, #3751).
    """
    timestamp_ms = int(at_s * 1000) - _BACKDATE_MS
    signature = signer.sign(timestamp_ms)
    form = {
        "client_id": signer.client_id,
        "timestamp": timestamp_ms,
        "grant_type": "client_credentials",
        "client_secret_sign": signature,
        "type": "SELF",
    }
    call = Call(
        operation="naver.token",
        method="POST",
        url=f"{base_url}/v1/oauth2/token",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode("ascii"),
        repeatable=True,  # asked again, the API gives the same token
        confidential=(signer.client_id, signature),
    )
    return Question.of(call, NaverToken.from_wire)


def _with_token(call: Call, token: Token) -> Call:
    headers = {**call.headers, "Authorization": f"Bearer {token.value}"}
    return replace(call, headers=headers, confidential=(*call.confidential, token.value))


def _listed(given: Iterable[str] | None) -> Iterable[str] | None:
    """What can be read again and again; a single text and what is not a list stay as they are, for the check."""
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str) else given


def _read_channels(body: Fields, _trace_id: str | None) -> tuple[SellerChannel, ...]:
    """The array that the API sends, or the one object that its page shows."""
    if "channels" in body.rest:
        return body.rows("channels", SellerChannel.from_wire)
    return (SellerChannel.from_wire(body),)
