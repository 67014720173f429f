"""NAVER's product orders: what the calls about them return, as frozen values that keep unknown fields.

Fields have the wire's names in Python's spelling. A status that is not listed here stays the text that it is. ``repr``
leaves out personal data and `extra`, which may hold some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeVar

from jumun_client.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime


class ProductOrderStatus(StrEnum):
    """Where a product order stands (apicenter docs, productOrderStatus). A claim is told by its own fields."""

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
    """Where a claim stands (apicenter docs, claimStatus)."""

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
T = TypeVar("T")


def _member(kind: type[Member], value: str | None) -> Member | str | None:
    """The member, or the text itself if the enum does not have it."""
    return kind(value) if value in set(kind) else value


def _object(parent: Fields, name: str, *, where: str) -> dict[str, Any] | None:
    """An object as it is on the wire, or None where there is none."""
    value = parent.take(name)
    return None if value is None else Fields(value, where=f"{where}.{name}").rest


def _rows(parent: Fields, name: str, read: Callable[[Fields], T], *, where: str) -> tuple[T, ...]:
    """What `read` makes of each object of an array; none where the array is absent."""
    rows = parent.take(name)
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise parent.mismatch(name, rows, "an array")
    return tuple(read(Fields(row, where=f"{where}.{name}[{n}]")) for n, row in enumerate(rows))


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
        extra: What is not read here, by the object it stood in: ``{"order": {…}, "productOrder": {…}, …}``.
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
    def from_wire(cls, row: Fields, *, where: str) -> Self:
        """Read ``{"order", "productOrder", …}``; raises `ShapeError`."""
        order = Fields(row.take("order"), where=f"{where}.order")
        product = Fields(row.take("productOrder"), where=f"{where}.productOrder")
        delivery, claim = _object(row, "delivery", where=where), _object(row, "currentClaim", where=where)
        address = _object(product, "shippingAddress", where=f"{where}.productOrder")
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
            shipping_address=address,
            shipping_memo=product.text("shippingMemo"),
            delivery=delivery,
            current_claim=claim,
            extra=row.rest | {"order": order.rest, "productOrder": product.rest},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrders:
    """The product orders that were asked for by id, without those that are not the seller's."""

    product_orders: tuple[ProductOrder, ...]
    trace_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer; raises `ShapeError`."""
        rows = body.take("data")
        if not isinstance(rows, list):
            raise body.mismatch("data", rows, "an array")
        places = [f"body.data[{n}]" for n in range(len(rows))]
        return cls(
            product_orders=tuple(
                ProductOrder.from_wire(Fields(row, where=place), where=place)
                for row, place in zip(rows, places, strict=True)
            ),
            trace_id=body.text("traceId") or header_trace_id,
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrderPage:
    """One page of a list of product orders.

    Attributes:
        page: Its number, from 1.
        has_next: Whether there is another.
    """

    product_orders: tuple[ProductOrder, ...]
    page: int | None = None
    has_next: bool = False
    trace_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer; raises `ShapeError`. Without ``contents`` the page is empty."""
        data = Fields(body.take("data"), where="body.data")
        pages = Fields(data.take("pagination") or {}, where="body.data.pagination")
        has_next = pages.take("hasNext")
        if not isinstance(has_next, bool | None):
            raise pages.mismatch("hasNext", has_next, "a boolean")

        def read(row: Fields) -> ProductOrder:
            return ProductOrder.from_wire(Fields(row.take("content"), where="content"), where="content")

        return cls(
            product_orders=_rows(data, "contents", read, where="body.data"),
            page=pages.integer("page"),
            has_next=bool(has_next),
            trace_id=body.text("traceId") or header_trace_id,
            extra=body.rest | {"data": data.rest, "pagination": pages.rest},
        )


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
        changed = row.take("receiverAddressChanged")
        if not isinstance(changed, bool | None):
            raise row.mismatch("receiverAddressChanged", changed, "a boolean")
        kind = row.required_text("lastChangedType")
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
    """

    changes: tuple[ProductOrderChange, ...]
    more_from: str | None = None
    more_sequence: str | None = None
    trace_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer; raises `ShapeError`."""
        data = Fields(body.take("data"), where="body.data")
        more = Fields(data.take("more") or {}, where="body.data.more")
        return cls(
            changes=_rows(data, "lastChangeStatuses", ProductOrderChange.from_wire, where="body.data"),
            more_from=more.text("moreFrom"),
            more_sequence=more.text("moreSequence"),
            trace_id=body.text("traceId") or header_trace_id,
            extra=body.rest | {"data": data.rest},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedProductOrder:
    """A product order that was left as it was.

    Attributes:
        code: Why, e.g. ``104443`` for one that is confirmed already.
        message: The API's own words, Korean.
    """

    product_order_id: str
    code: str | None = None
    message: str | None = None

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read an entry of ``failProductOrderInfos``; raises `ShapeError`."""
        return cls(
            product_order_id=row.required_text("productOrderId"), code=row.text("code"), message=row.text("message")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What a call did to each product order. The status is 200 also where all of them failed: look at `failed`.

    Attributes:
        succeeded: Numbers of those that were changed.
        failed: The others. One that is in neither list must be read again.
        address_changed: Of those that were confirmed, the ones whose buyer has changed the address: read them again.
    """

    succeeded: tuple[str, ...]
    failed: tuple[FailedProductOrder, ...]
    address_changed: tuple[str, ...] = ()
    trace_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer of any writing call, of which confirming has a success key of its own; raises `ShapeError`."""
        data = Fields(body.take("data"), where="body.data")
        ids = data.take("successProductOrderIds") or []
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise data.mismatch("successProductOrderIds", ids, "an array of strings")
        confirmed = _rows(data, "successProductOrderInfos", _confirmed, where="body.data")
        return cls(
            succeeded=(*ids, *(id_ for id_, _ in confirmed)),
            failed=_rows(data, "failProductOrderInfos", FailedProductOrder.from_wire, where="body.data"),
            address_changed=tuple(id_ for id_, is_moved in confirmed if is_moved),
            trace_id=body.text("traceId") or header_trace_id,
            extra=body.rest | {"data": data.rest},
        )


def _confirmed(row: Fields) -> tuple[str, bool]:
    return row.required_text("productOrderId"), row.take("isReceiverAddressChanged") is True
