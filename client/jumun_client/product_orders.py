"""NAVER's product orders: what the calls about them return, as frozen values that keep unknown fields.

Fields have the wire's names in Python's spelling. A status that is not listed here stays the text that it is. ``repr``
leaves out personal data and `extra`, which may hold some.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeVar

from jumun_client.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class ProductOrderStatus(StrEnum):
    """State of a product order (apicenter docs, productOrderStatus). A claim has its own fields."""

    PAYMENT_WAITING = "PAYMENT_WAITING"
    PAYED = "PAYED"
    DELIVERING = "DELIVERING"
    DELIVERED = "DELIVERED"
    PURCHASE_DECIDED = "PURCHASE_DECIDED"
    EXCHANGED = "EXCHANGED"
    CANCELED = "CANCELED"
    RETURNED = "RETURNED"
    CANCELED_BY_NOPAYMENT = "CANCELED_BY_NOPAYMENT"


class PlaceOrderStatus(StrEnum):
    """Whether the seller has confirmed a product order (apicenter docs, placeOrderStatus)."""

    NOT_YET = "NOT_YET"
    OK = "OK"
    CANCEL = "CANCEL"


class ClaimStatus(StrEnum):
    """State of a claim (apicenter docs, claimStatus)."""

    CANCEL_REQUEST = "CANCEL_REQUEST"
    CANCELING = "CANCELING"
    CANCEL_DONE = "CANCEL_DONE"
    CANCEL_REJECT = "CANCEL_REJECT"
    RETURN_REQUEST = "RETURN_REQUEST"
    EXCHANGE_REQUEST = "EXCHANGE_REQUEST"
    COLLECTING = "COLLECTING"
    COLLECT_DONE = "COLLECT_DONE"
    EXCHANGE_REDELIVERING = "EXCHANGE_REDELIVERING"
    RETURN_DONE = "RETURN_DONE"
    EXCHANGE_DONE = "EXCHANGE_DONE"
    RETURN_REJECT = "RETURN_REJECT"
    EXCHANGE_REJECT = "EXCHANGE_REJECT"
    PURCHASE_DECISION_HOLDBACK = "PURCHASE_DECISION_HOLDBACK"
    PURCHASE_DECISION_REQUEST = "PURCHASE_DECISION_REQUEST"
    PURCHASE_DECISION_HOLDBACK_RELEASE = "PURCHASE_DECISION_HOLDBACK_RELEASE"
    ADMIN_CANCELING = "ADMIN_CANCELING"
    ADMIN_CANCEL_DONE = "ADMIN_CANCEL_DONE"
    ADMIN_CANCEL_REJECT = "ADMIN_CANCEL_REJECT"


class LastChangedType(StrEnum):
    """The newest event of a product order; confirming and delivery are none (apicenter docs, lastChangedType)."""

    PAY_WAITING = "PAY_WAITING"
    PAYED = "PAYED"
    EXCHANGE_OPTION = "EXCHANGE_OPTION"
    DELIVERY_ADDRESS_CHANGED = "DELIVERY_ADDRESS_CHANGED"
    GIFT_RECEIVED = "GIFT_RECEIVED"
    CLAIM_REJECTED = "CLAIM_REJECTED"
    DISPATCHED = "DISPATCHED"
    CLAIM_REQUESTED = "CLAIM_REQUESTED"
    COLLECT_DONE = "COLLECT_DONE"
    CLAIM_COMPLETED = "CLAIM_COMPLETED"
    PURCHASE_DECIDED = "PURCHASE_DECIDED"
    HOPE_DELIVERY_INFO_CHANGED = "HOPE_DELIVERY_INFO_CHANGED"
    CLAIM_REDELIVERING = "CLAIM_REDELIVERING"


Member = TypeVar("Member", bound=StrEnum)


def _member(kind: type[Member], value: str | None) -> Member | str | None:
    """The member, or the text itself if the enum does not have it."""
    return kind(value) if value in set(kind) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrder:
    """One product of an order. Only its own number and that of the order are sure to be there.

    Attributes:
        quantity: As ordered; what is left after claims for a part is ``remainQuantity``, in `extra`.
        total_payment_amount: As ordered, after discounts, without delivery; KRW.
        order_date: Aware, as all times.
        shipping_due_date: Until when it must be dispatched.
        shipping_address: Personal data, as on the wire; None while a gift is not accepted.
        shipping_memo: Personal data: what the buyer wrote to the courier.
        orderer_name: Personal data; hidden for gifts.
        delivery: Courier, tracking number and dates, as on the wire; None before dispatch.
        current_claim: ``{"cancel" | "return" | "exchange": {…}}``, as on the wire. Personal data.
        extra: What is not read here, by the object it was in: ``{"order": {…}, "productOrder": {…}, …}``.
    """

    order_id: str
    product_order_id: str
    product_order_status: ProductOrderStatus | str | None = None
    place_order_status: PlaceOrderStatus | str | None = None
    claim_type: str | None = None
    claim_status: ClaimStatus | str | None = None
    product_name: str | None = None
    product_option: str | None = None
    quantity: int | None = None
    total_payment_amount: int | None = None
    order_date: datetime | None = None
    payment_date: datetime | None = None
    place_order_date: datetime | None = None
    shipping_due_date: datetime | None = None
    orderer_name: str | None = field(default=None, repr=False)
    shipping_address: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    shipping_memo: str | None = field(default=None, repr=False)
    delivery: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    current_claim: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read ``{"order", "productOrder", …}``; raises `ShapeError`."""
        order, product = row.inner("order"), row.inner("productOrder")
        return cls(
            order_id=order.required_text("orderId"),
            product_order_id=product.required_text("productOrderId"),
            product_order_status=_member(ProductOrderStatus, product.text("productOrderStatus")),
            place_order_status=_member(PlaceOrderStatus, product.text("placeOrderStatus")),
            claim_type=product.text("claimType"),
            claim_status=_member(ClaimStatus, product.text("claimStatus")),
            product_name=product.text("productName"),
            product_option=product.text("productOption"),
            quantity=product.integer("quantity"),
            total_payment_amount=product.integer("totalPaymentAmount"),
            order_date=order.moment("orderDate"),
            payment_date=order.moment("paymentDate"),
            place_order_date=product.moment("placeOrderDate"),
            shipping_due_date=product.moment("shippingDueDate"),
            orderer_name=order.text("ordererName"),
            shipping_address=product.mapping("shippingAddress"),
            shipping_memo=product.text("shippingMemo"),
            delivery=row.mapping("delivery"),
            current_claim=row.mapping("currentClaim"),
            extra=row.rest | {"order": order.rest, "productOrder": product.rest},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrders:
    """The product orders that were asked for by number.

    Attributes:
        product_orders: In the order in which they were asked for.
        missing: Numbers that the API left out: they are not the seller's, or there are no such product orders.
        trace_ids: Of the calls that it took.
        extra: What is not read here of each call's answer.
    """

    product_orders: tuple[ProductOrder, ...]
    missing: tuple[str, ...] = ()
    trace_ids: tuple[str | None, ...] = ()
    extra: tuple[Mapping[str, Any], ...] = field(default=(), repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read the answer of one call, in its own order; raises `ShapeError`."""
        if body.rest.get("data") is None:
            raise body.mismatch("data", None, "an array")
        return cls(
            product_orders=body.rows("data", ProductOrder.from_wire),
            trace_ids=(body.text("traceId") or header_trace_id,),
            extra=(body.rest,),
        )

    @classmethod
    def joined(cls, asked: Sequence[str], answers: Sequence[ProductOrders]) -> Self:
        """What several calls found, in the order of the numbers that were asked for."""
        found = [each for answer in answers for each in answer.product_orders]
        place = {id_: n for n, id_ in enumerate(asked)}
        there = {each.product_order_id for each in found}
        return cls(
            product_orders=tuple(sorted(found, key=lambda each: place.get(each.product_order_id, len(asked)))),
            missing=tuple(id_ for id_ in asked if id_ not in there),
            trace_ids=tuple(id_ for answer in answers for id_ in answer.trace_ids),
            extra=tuple(each for answer in answers for each in answer.extra),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrderPage:
    """One page of a list of product orders.

    Attributes:
        page: Its number, from 1.
        has_next: Whether there is another.
        timestamp: When the API answered, aware.
    """

    product_orders: tuple[ProductOrder, ...]
    page: int | None = None
    has_next: bool = False
    trace_id: str | None = None
    timestamp: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer; raises `ShapeError`. Without ``contents`` the page is empty."""
        data = body.inner("data")
        pages = Fields(data.take("pagination") or {}, where="body.data.pagination")
        has_next = pages.flag("hasNext")
        return cls(
            product_orders=data.rows("contents", _read_entry),
            page=pages.integer("page"),
            has_next=bool(has_next),
            trace_id=body.text("traceId") or header_trace_id,
            timestamp=body.moment("timestamp"),
            extra=body.rest | {"data": data.rest, "pagination": pages.rest},
        )


def _read_entry(row: Fields) -> ProductOrder:
    """Read ``{"productOrderId", "content"}``; what is beside the content stays in ``extra``."""
    found = ProductOrder.from_wire(row.inner("content"))
    return replace(found, extra={**row.rest, **found.extra})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrderChange:
    """The newest event of a product order.

    Attributes:
        receiver_address_changed: Whether the buyer has changed the address.
    """

    order_id: str
    product_order_id: str
    last_changed_type: LastChangedType | str
    last_changed_date: datetime | None = None
    product_order_status: ProductOrderStatus | str | None = None
    claim_type: str | None = None
    claim_status: ClaimStatus | str | None = None
    payment_date: datetime | None = None
    receiver_address_changed: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a row; raises `ShapeError`."""
        changed = row.flag("receiverAddressChanged")
        kind = row.required_text("lastChangedType", may_be_empty=True)
        return cls(
            order_id=row.required_text("orderId"),
            product_order_id=row.required_text("productOrderId"),
            last_changed_type=_member(LastChangedType, kind) or kind,
            last_changed_date=row.moment("lastChangedDate"),
            product_order_status=_member(ProductOrderStatus, row.text("productOrderStatus")),
            claim_type=row.text("claimType"),
            claim_status=_member(ClaimStatus, row.text("claimStatus")),
            payment_date=row.moment("paymentDate"),
            receiver_address_changed=bool(changed),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrderChanges:
    """One page of changes, in the order of time and id.

    Attributes:
        more_from: Where the next page begins, as the API wrote it: pass it as ``since``. None at the end.
        more_sequence: Of the rows at that moment, the id from which the next page goes on. None at the end.
        timestamp: When the API answered, aware.
    """

    changes: tuple[ProductOrderChange, ...]
    more_from: str | None = None
    more_sequence: str | None = None
    trace_id: str | None = None
    timestamp: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer; raises `ShapeError`."""
        data = body.inner("data")
        more = Fields(data.take("more") or {}, where="body.data.more")
        return cls(
            changes=data.rows("lastChangeStatuses", ProductOrderChange.from_wire),
            more_from=more.text("moreFrom"),
            more_sequence=more.text("moreSequence"),
            trace_id=body.text("traceId") or header_trace_id,
            timestamp=body.moment("timestamp"),
            extra=body.rest | {"data": data.rest | ({"more": more.rest} if more.rest else {})},
        )
