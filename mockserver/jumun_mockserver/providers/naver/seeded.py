"""Orders of the seed in the form in which written ones are kept, made when they are looked at from (seed, id) alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.claims import MADE_BY_CLAIMS, make_claim
from jumun_mockserver.providers.naver.lifecycle import TIME_ACTIONS
from jumun_mockserver.providers.naver.seed import CONFIRMED_S, SENT_S
from jumun_mockserver.providers.naver.templates import Part, fill_product_order, make_order_block
from jumun_mockserver.providers.naver.times import render_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.providers.naver.seed import Order, Spans

# From order to payment, and from dispatch until a courier has it, in seconds; assumed.
PAID_S, _PICKED_UP_S = 30, 4 * 3_600
_STEPS = ("confirmed", "sent", "delivered", "decided")
_ALL = len(_STEPS)
_REACHED = {
    "PAYMENT_WAITING": 0,
    "PAYED/NOT_YET": 0,
    "PAYED/OK": 1,
    "PAYED/CANCEL_REQUEST": 1,
    "PAYED/CANCELING": 1,
    "CANCELED": 1,
    "DELIVERING": 2,
    "PURCHASE_DECIDED": _ALL,
}
_DELIVERED = 3


@dataclass(frozen=True, slots=True)
class Course:
    """When what happened to an order of the seed, in epoch seconds; None for what did not happen.

    Attributes:
        due: When time does the next thing to it.
    """

    ordered: float
    paid: float | None
    confirmed: float | None
    sent: float | None
    delivered: float | None
    decided: float | None
    claimed: float | None
    due: float | None

    def feed(self) -> tuple[str, str, float]:
        """lastChangedType, the productOrderStatus of then, and the moment of its newest feed row."""
        if self.decided is not None:
            return "PURCHASE_DECIDED", "PURCHASE_DECIDED", self.decided
        if self.sent is not None:
            return "DISPATCHED", "DELIVERING", self.sent
        if self.paid is not None:
            return "PAYED", "PAYED", self.paid
        return "PAY_WAITING", "PAYMENT_WAITING", self.ordered

    def moments(self) -> dict[str, float]:
        """Epoch seconds by column of the index."""
        return _drop_absent(
            {
                "ORDERED_DATETIME": self.ordered,
                "PAYED_DATETIME": self.paid,
                "DISPATCHED_DATETIME": self.sent,
                "PURCHASE_DECIDED_DATETIME": self.decided,
                "feed": self.feed()[2],
                "due": self.due,
            }
        )


def _drop_absent(moments: Mapping[str, float | None]) -> dict[str, float]:
    return {name: at for name, at in moments.items() if at is not None}


def plot_course(order: Order, spans: Spans, started: float) -> Course:
    """The course of an order until the session's start, from which on it ages.

    Data is as old at the start as its row says (`hours_ago`), or as derived orders are at their newest moment; a row
    with a day in its id only is as fresh in its state as can be.
    """
    reached = _REACHED.get(order.state, _DELIVERED)
    # A claim is requested after the last step.
    steps = reached + (order.state in MADE_BY_CLAIMS)
    if order.age_s is None:
        ordered = float(order.ordered_at)
        after: tuple[float, ...] = (CONFIRMED_S, SENT_S, SENT_S + spans.deliver, SENT_S + spans.deliver + spans.decide)
    else:
        ordered = float(int(started) - order.age_s)
        after = tuple(order.age_s * step // (steps + 1) for step in range(1, _ALL + 1))
    moments = {name: ordered + after[index] for index, name in enumerate(_STEPS[:reached])}
    paid = None if order.state == "PAYMENT_WAITING" else ordered + PAID_S
    due = None
    claimed = ordered + after[reached] if steps > reached else None
    if order.state in TIME_ACTIONS:
        last = claimed or moments.get("delivered", moments.get("sent", ordered))
        span = spans.of(order.state)
        # How long it has been in its state by the time that the session starts.
        now = order.as_of if order.as_of is not None else started if order.age_s is not None else last
        due = started + max(0.0, span - (now - last))
    return Course(
        ordered,
        paid,
        moments.get("confirmed"),
        moments.get("sent"),
        moments.get("delivered"),
        moments.get("decided"),
        claimed,
        due,
    )


def make_order(order: Order, course: Course, seed: str, spans: Spans) -> tuple[dict[str, Any], dict[str, Any]]:
    """The order's record, and those of its product orders by id, as `book` keeps written ones."""
    draws = f"{seed}:{order.order_id}"
    digest = hashlib.sha256(draws.encode()).digest()
    day = order.order_id[:8]
    packages = tuple(
        f"{day}{int.from_bytes(digest[4:7], 'big') % 100_000:05d}{index:02d}6"
        for index in range(len(order.product_order_ids))
    )
    rows = {}
    for index, id_ in enumerate(order.product_order_ids):
        part = Part(index, course.ordered, draws, packages)
        rows[id_] = _make_row(order, id_, course, fill_product_order(order.template, part, order.fields))
    block = make_order_block(
        order.order_id,
        [row["productOrder"] for row in rows.values()],
        ordered_at=course.ordered,
        paid_at=course.paid,
        due_at=course.ordered + spans.expire,
        draw=digest[2],
        template=order.template,
        fields=order.fields,
    )
    record: dict[str, Any] = {
        "order": block,
        "product_order_ids": list(order.product_order_ids),
        "ordered_at": course.ordered,
    }
    if course.paid is None:
        record["due"] = course.due
    else:
        record["paid_at"] = course.paid
    return record, rows


def _make_row(order: Order, id_: str, course: Course, filled: Mapping[str, Any]) -> dict[str, Any]:
    product_order = {
        "productOrderId": id_,
        "productOrderStatus": _find_status(course),
        "placeOrderStatus": "NOT_YET" if course.confirmed is None else "OK",
        **filled,
    }
    row: dict[str, Any] = {"order_id": order.order_id, "productOrder": product_order, "moments": {}}
    if course.confirmed is not None:
        product_order["placeOrderDate"] = render_time(course.confirmed)
    if course.sent is not None:
        number = hashlib.sha256(f"{product_order['packageNumber']}:tracking".encode()).digest()
        row["delivery"] = make_delivery(
            product_order["expectedDeliveryMethod"],
            product_order.get("expectedDeliveryCompany"),
            f"6{int.from_bytes(number[:5], 'big') % 10**11:011d}",
            course.sent,
        )
        row["moments"]["DISPATCHED_DATETIME"] = course.sent
        type_, then, at = course.feed()
        row["feed"] = {"type": type_, "at": at, "productOrderStatus": then}
    if course.delivered is not None:
        row["delivery"] = deliver(row["delivery"], course.sent or course.delivered, course.delivered)
    if course.decided is not None:
        product_order["decisionDate"] = render_time(course.decided)
        row["moments"]["PURCHASE_DECIDED_DATETIME"] = course.decided
    if course.claimed is not None:
        make_claim(row, order.state, course.claimed)
    if course.due is not None and course.paid is not None:
        row["due"] = course.due
    return row


def _find_status(course: Course) -> str:
    """The productOrderStatus without a claim; as of a paid order: whether it is paid is the order's."""
    if course.decided is not None:
        return "PURCHASE_DECIDED"
    if course.delivered is not None:
        return "DELIVERED"
    return "PAYED" if course.sent is None else "DELIVERING"


def make_delivery(method: str, company: str | None, tracking_number: str | None, sent_at: float) -> dict[str, Any]:
    """The delivery block of a product order that was just sent; of one without a courier it has four keys."""
    delivery: dict[str, Any] = {"deliveryMethod": method}
    if method == "DELIVERY":
        delivery |= {"deliveryCompany": company, "trackingNumber": tracking_number}
    tracked = "COLLECT_REQUEST" if method == "DELIVERY" else "NOT_TRACKING"
    return {**delivery, "sendDate": render_time(sent_at), "deliveryStatus": tracked, "isWrongTrackingNumber": False}


def deliver(delivery: Mapping[str, Any], sent_at: float, at: float) -> dict[str, Any]:
    """The delivery block of what was delivered; nothing is known of what has no courier."""
    if delivery["deliveryStatus"] == "NOT_TRACKING":
        return dict(delivery)
    return {
        **delivery,
        "deliveryStatus": "DELIVERY_COMPLETION",
        "pickupDate": render_time(min(sent_at + _PICKED_UP_S, at)),
        "deliveredDate": render_time(at),
    }
