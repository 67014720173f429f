"""A session under all calls, actors and time against `order_model`: no state that it forbids, and sums that hold."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jumun_contracts import PROFILES
from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.core.session.snapshot import restore_snapshot, take_snapshot
from jumun_mockserver.providers.naver.acting import act, find_order, iter_orders
from tests.mockserver.providers.naver.order_model import CONTROL, HOLDBACK, SELLER, ProductOrder
from tests.mockserver.providers.naver.selling import make_parcel, sell
from tests.mockserver.world import NOW, World

DAY = 86_400
AT_MOST = 6
WAIT = "wait a day"
REQUESTS = ("cancel.request", "return.request")
OF_THE_PART = ("initial", "remain", "completedClaims")


@dataclass(frozen=True)
class Reported:
    """What events have reported of a product order.

    Attributes:
        row: Of the feed: moment in epoch milliseconds, lastChangedType, productOrderStatus, claimType and claimStatus;
            None where it is older than the session.
        requested: When its newest claim was requested, in epoch milliseconds; None for never.
    """

    row: tuple[int, str, str, str, str] | None = None
    requested: int | None = None


class OrderMachine(RuleBasedStateMachine):
    """A session, the model of each of its product orders, and what its events reported."""

    profile = ""

    def __init__(self) -> None:
        super().__init__()
        self.world = open_world(self.profile)
        self.orders: dict[str, ProductOrder] = {}
        self.reported: dict[str, Reported] = {}
        self.last, self.saved, self.at, self.serial = 0, 0, 0.0, 0
        self.adopt([view.id for view in iter_orders(self.shop)])
        self.first = self.query()
        for row in self.changes():
            id_ = row["productOrderId"]
            self.reported[id_] = replace(self.reported[id_], row=read_row(row))

    @property
    def shop(self) -> Any:
        """NAVER's shop of the session."""
        return self.world.session.shops["naver"]

    def adopt(self, ids: list[str]) -> None:
        """Have the model know product orders as they are shown now."""
        for details in self.query(ids):
            self.orders[details["productOrder"]["productOrderId"]] = ProductOrder.read(details)
        for details in self.query(ids):
            shown = details["productOrder"]
            parcel = [
                other["productOrder"]["productOrderId"]
                for other in self.query(ids)
                if other["productOrder"]["packageNumber"] == shown["packageNumber"]
            ]
            order = self.orders[shown["productOrderId"]]
            order.parcel = [self.orders[id_] for id_ in parcel if id_ != order.id]
            (claim,) = details.get("currentClaim", {"": {}}).values()
            self.reported.setdefault(order.id, Reported(None, read_ms(claim.get("claimRequestDate"))))

    # What is done.

    @initialize()
    def begin(self) -> None:
        """With orders that have several pieces: a gift, one that is not paid, one with a wished day."""
        self.place("gift", None, 2, 0, fields=())
        self.place("options", 1, 3, 1_001, fields=("unpaid",))
        self.place("single", None, 4, 1_000, fields=("wish",))

    @precondition(lambda self: len(self.orders) < len(self.first) + AT_MOST)
    @rule(
        template=st.sampled_from(["single", "options", "bundle", "gift", "direct", "fulfillment"]),
        count=st.sampled_from([None, 1, 2]),
        quantity=st.integers(1, 4),
        discount=st.sampled_from([0, 1_000, 1_001]),
        fields=st.sets(st.sampled_from(["unpaid", "wish", "logistics"])),
    )
    def place(self, template: str, count: int | None, quantity: int, discount: int, fields: Any) -> None:
        """Place an order."""
        given: dict[str, Any] = {"quantity": quantity, "productDiscountAmount": discount}
        if "unpaid" in fields:
            given["productOrderStatus"] = "PAYMENT_WAITING"
        if "wish" in fields:
            given["hopeDelivery"] = {"hopeDeliveryYmd": "20260308", "region": "서울", "additionalFee": 0}
        if "logistics" in fields and template == "fulfillment":
            given["logisticsDirectContracted"] = True
        ids = self.world.place(template, count, **given)
        assert not set(ids) & self.orders.keys()
        self.adopt(ids)
        for id_, event in zip(ids, self.read_events(), strict=True):
            status, type_ = ("PAYMENT_WAITING", "PAY_WAITING") if "unpaid" in fields else ("PAYED", "PAYED")
            order = self.orders[id_]
            assert (order.status, order.confirmed, order.shown, order.remain) == (status, False, ("", ""), quantity)
            assert (event["product_order_id"], event["actor"], event["type"]) == (id_, "buyer", type_)
            self.tell(event)

    @rule(data=st.data(), times=st.integers(4, 20))
    def go_on(self, data: st.DataObject, times: int) -> None:
        """Do several things to one product order that are possible, go on, or are about its claim."""
        ids = [id_ for id_, each in self.orders.items() if list_possible(each)]
        if not ids:
            return
        order = self.orders[data.draw(st.sampled_from([*ids, *ids[-4:] * 4]))]
        for _ in range(times):
            if not (possible := list_possible(order)):
                break
            leading_on = [each for each in possible if not order.judge(each).ends]
            about = [each for each in SELLER if order.claim and each.startswith(order.claim.kind.lower())]
            waiting = [WAIT] * (3 * order.is_moved_by_time)
            action: str = data.draw(st.sampled_from([*possible, *leading_on, *about, *waiting]))
            if action == WAIT:
                self.pass_time(DAY, by_reading=True)
            else:
                self.do_to(order, action, data)
            self.agrees()

    @rule(data=st.data())
    def do(self, data: st.DataObject) -> None:
        """Do anything to any product order."""
        order = self.orders[data.draw(st.sampled_from(list(self.orders)[::-1]))]
        self.do_to(order, data.draw(st.sampled_from((*SELLER, *CONTROL))), data)

    def do_to(self, order: ProductOrder, action: str, data: st.DataObject) -> None:
        """Do an action to a product order, and compare its outcome with the model's."""
        some = st.integers(1, max(1, order.remain - 1))
        pieces = data.draw(some | st.sampled_from([None, order.remain + 1])) if action in REQUESTS else None
        if action in CONTROL:
            self.act(order, action)
        else:
            failed = sell(self.world, action, order.id, **self.fields(action, pieces))["failProductOrderInfos"]
            assert [each["productOrderId"] for each in failed] in ([], [order.id])
            self.follow(order, action, failed[0]["code"] if failed else None, self.read_events(), pieces=pieces)

    @rule(data=st.data(), action=st.sampled_from(["confirm", "dispatch"]))
    def sell_many(self, data: st.DataObject, action: str) -> None:
        """Confirm or send several in one call."""
        ids = data.draw(st.lists(st.sampled_from(list(self.orders)[::-1]), min_size=1, max_size=5, unique=True))
        body = {"dispatchProductOrders": [{"productOrderId": id_, **make_parcel(id_)} for id_ in ids]}
        answer = self.world.naver("POST", f"/{action}", {"productOrderIds": ids} if action == "confirm" else body)
        data_ = answer.json["data"]
        failed = {each["productOrderId"]: each["code"] for each in data_["failProductOrderInfos"]}
        succeeded = data_.get("successProductOrderIds") or [
            each["productOrderId"] for each in data_.get("successProductOrderInfos", ())
        ]
        assert [id_ for id_ in ids if id_ not in failed] == succeeded
        assert [id_ for id_ in ids if id_ in failed] == list(failed)
        events = self.read_events()
        for id_ in ids:
            self.follow(self.orders[id_], action, failed.get(id_), [] if id_ in failed else [events.pop(0)])
        assert events == []

    @rule(seconds=st.sampled_from([0.4, 4, 3_600, DAY, DAY, 2 * DAY, 8 * DAY]), by_reading=st.booleans())
    def pass_time(self, seconds: float, *, by_reading: bool) -> None:
        """Let time do what is due, when the clock is moved or when something is read."""
        if by_reading:
            self.world.clock.advance(seconds)
            self.query(list(self.orders)[:1])
        else:
            self.world.session.move_clock(advance_s=seconds)
        for event in self.read_events():
            assert event["actor"] == "time"
            if event["provider"] == "naver":
                self.take(self.orders[event["product_order_id"]], event)

    @precondition(lambda self: self.last >= self.saved + 5)
    @rule()
    def move(self) -> None:
        """Go on in another session that has loaded a snapshot."""
        self.saved = self.last
        saved = json.loads(json.dumps(take_snapshot(self.world.session)))
        before, rows = self.query(), self.changes()
        self.world = open_world(self.profile, at=self.world.clock.now())
        restore_snapshot(self.world.session, saved)
        assert take_snapshot(self.world.session) == saved
        assert (self.query(), self.changes()) == (before, rows)

    def fields(self, action: str, pieces: int | None) -> dict[str, Any]:
        """What a call's body has that depends on the moment, or must not come twice."""
        self.serial += 1
        now = datetime.fromtimestamp(self.world.clock.now(), UTC) + timedelta(days=1)
        fields: dict[str, dict[str, Any]] = {
            "exchange.dispatch": {"reDeliveryTrackingNumber": f"6{self.serial:011}"},
            "delay": {"dispatchDueDate": now.isoformat(timespec="milliseconds")},
            "hope_delivery": {"hopeDeliveryYmd": f"{now:%Y%m%d}", "hopeDeliveryHm": f"{self.serial % 24:02}00"},
        }
        if pieces is not None:
            return {action.replace(".request", "Quantity"): pieces}
        return fields.get(action, {})

    def act(self, order: ProductOrder, action: str) -> None:
        """Do an action of the control plane, which may be of a whole order."""
        view = find_order(order.id, self.shop)
        assert view
        assert set(view.actions) == {each for each in CONTROL if order.judge(each).to}
        try:
            act(order.id, action, None, self.shop)
        except OrderError:
            assert not order.judge(action).to
            assert self.read_events() == []
            return
        events = self.read_events()
        if action != "pay":
            self.follow(order, action, None, events)
            return
        parts = [
            each["productOrder"]["productOrderId"] for each in self.query() if each["order"]["orderId"] == view.order_id
        ]
        assert [each["product_order_id"] for each in events] == parts
        for event in events:
            self.take(self.orders[event["product_order_id"]], event)

    def follow(
        self,
        order: ProductOrder,
        action: str,
        code: str | None,
        events: list[dict[str, Any]],
        *,
        pieces: int | None = None,
    ) -> None:
        """Hold an action to the model: failed with `code` and without an event, or carried out with one."""
        verdict = order.judge(action, pieces)
        if code is not None:
            assert code in verdict.codes, (action, order)
            assert events == []
            return
        (event,) = events
        assert (event["product_order_id"], event["action"]) == (order.id, action)
        self.take(order, event, pieces=pieces)

    def take(self, order: ProductOrder, event: dict[str, Any], *, pieces: int | None = None) -> None:
        """Hold an event to the model, and have the model follow."""
        state, action = event["state"], event["action"]
        verdict = order.judge(action, pieces)
        to = (state["productOrderStatus"], state.get("claimType", ""), state.get("claimStatus", ""))
        assert to in verdict.to, (action, order)
        assert event["type"] in verdict.feeds, (action, order)
        order.follow(action, to, pieces)
        self.tell(event)

    def tell(self, event: dict[str, Any]) -> None:
        """Remember what an event reported."""
        id_, at, state = event["product_order_id"], round(event["at"] * 1_000), event["state"]
        reported = self.reported.get(id_, Reported())
        row = reported.row
        if event["type"]:
            claim = (state.get("claimType", ""), state.get("claimStatus", ""))
            row = (at, event["type"], state["productOrderStatus"], *claim)
        self.reported[id_] = Reported(row, at if "request" in event["action"] else reported.requested)

    def read_events(self) -> list[dict[str, Any]]:
        """Events since the last time, numbered without a gap, by their time."""
        events = self.world.session.events.page(after=self.last).events
        for event in events:
            assert event["number"] == self.last + 1
            assert self.at <= event["at"] <= self.world.clock.now()
            self.last, self.at = event["number"], event["at"]
        return events

    # What is seen.

    def query(self, ids: list[str] | None = None, *, quantity_claims: bool = True) -> list[Any]:
        """Product orders as the API shows them; all of them if none are given."""
        body = {"productOrderIds": ids or list(self.orders), "quantityClaimCompatibility": quantity_claims}
        data: list[Any] = self.world.naver("POST", "/query", body).json["data"]
        return data

    def changes(self, limit: int = 300) -> list[Any]:
        """All rows of the feed of the last day, by pages."""
        rows: list[Any] = []
        to = self.moment()
        window = {"lastChangedFrom": self.moment(-DAY), "lastChangedTo": to}
        while True:
            data = self.world.naver("GET", "/last-changed-statuses", limitCount=limit, **window).json["data"]
            assert data["count"] == len(data["lastChangeStatuses"]) <= limit
            rows += data["lastChangeStatuses"]
            if "more" not in data:
                return rows
            more = data["more"]
            window = {
                "lastChangedFrom": more["moreFrom"],
                "lastChangedTo": to,
                "moreSequence": more["moreSequence"],
            }

    def listed(self, range_type: str) -> list[Any]:
        """What the list has of the last day."""
        window = {"from": self.moment(-DAY), "to": self.moment(), "quantityClaimCompatibility": "true"}
        data: list[Any] = self.world.naver("GET", "", None, rangeType=range_type, **window).json["data"]["contents"]
        return data

    def moment(self, later_s: float = 0) -> str:
        """The time now as a request parameter."""
        at = datetime.fromtimestamp(round(self.world.clock.now() + later_s, 3), UTC)
        return at.isoformat(timespec="milliseconds")

    def of_the_day(self, moments: dict[str, int | None]) -> list[str]:
        """Ids whose moments are within the last day, in their order."""
        now = round(self.world.clock.now() * 1_000)
        return [id_ for at, id_ in sorted((at, id_) for id_, at in moments.items() if at and at >= now - DAY * 1_000)]

    @invariant()
    def agrees(self) -> None:
        """Query, list and feed say the same, and it is what the model says; sums hold."""
        all_details = self.query()
        assert [each["productOrder"]["productOrderId"] for each in all_details] == list(self.orders)
        for details, order in zip(all_details, self.orders.values(), strict=True):
            check_state(details, order)
            check_claims(details, order)
            check_sums(details["productOrder"], order)
        check_totals(all_details)
        assert self.query(quantity_claims=False) == [leave_out_parts(each) for each in all_details]
        self.check_feed(self.changes())
        by_id = dict(zip(self.orders, all_details, strict=True))
        requested = {id_: reported.requested for id_, reported in self.reported.items()}
        paid = {id_: read_ms(each["order"].get("paymentDate")) for id_, each in by_id.items()}
        for range_type, moments in (("PAYED_DATETIME", paid), ("CLAIM_REQUESTED_DATETIME", requested)):
            listed = self.listed(range_type)
            assert [each["productOrderId"] for each in listed] == self.of_the_day(moments)
            assert all(each["content"] == by_id[each["productOrderId"]] for each in listed)

    def check_feed(self, rows: list[Any]) -> None:
        """The feed of the last day has the newest of what events reported of each product order, by its moment."""
        moments = {id_: reported.row[0] if reported.row else None for id_, reported in self.reported.items()}
        assert [row["productOrderId"] for row in rows] == self.of_the_day(moments)
        for row in rows:
            assert read_row(row) == self.reported[row["productOrderId"]].row

    def teardown(self) -> None:
        """The feed read in pages is the same, a snapshot has all, time comes to its end, and a reset leaves nothing."""
        if sys.exc_info()[0]:
            # A step has failed already.
            return
        assert self.changes(limit=2) == self.changes()
        self.move()
        self.pass_time(31 * DAY, by_reading=True)
        assert [each for each in self.orders.values() if each.is_moved_by_time] == []
        placed = list(self.orders)[len(self.first) :]
        at = self.world.clock.now()
        self.world.session.reset()
        self.check_fresh(at)
        assert self.query(placed) == []
        assert self.world.session.events.last == 0

    def check_fresh(self, at: float) -> None:
        """After a reset a session is as one that begins at this time."""
        assert take_snapshot(self.world.session) == take_snapshot(open_world(self.profile, at=at).session)


def list_possible(order: ProductOrder) -> list[str]:
    """Actions that may be carried out."""
    return [each for each in (*SELLER, *CONTROL) if order.judge(each).to]


def open_world(profile: str, at: float = NOW) -> World:
    """A fresh one, in which claims are in one place."""
    return World(at=at, profile=profile, limits="off", legacy_claims="off")


def check_state(details: Any, order: ProductOrder) -> None:
    """A product order is shown in the state of the model, with a parcel if it was sent and a date if it is decided."""
    shown = details["productOrder"]
    claim = (shown.get("claimType", ""), shown.get("claimStatus", ""))
    assert (shown["productOrderStatus"], claim) == (order.status, order.shown)
    assert shown["placeOrderStatus"] == ("OK" if order.confirmed else "NOT_YET")
    assert ("decisionDate" in shown) == (order.status == "PURCHASE_DECIDED")
    assert ("shippingAddress" in shown) == order.has_address
    assert ("delayedDispatchReason" in shown) == order.is_delayed
    if order.status in ("DELIVERING", "DELIVERED", "PURCHASE_DECIDED", "EXCHANGED", "RETURNED"):
        delivered = details["delivery"]["deliveryStatus"] == "DELIVERY_COMPLETION"
        assert delivered or order.status != "DELIVERED" or details["delivery"]["deliveryStatus"] == "NOT_TRACKING"
    else:
        assert "delivery" not in details


def check_claims(details: Any, order: ProductOrder) -> None:
    """The three places of claims have those of the model, and agree with claimType, claimStatus and claimId."""
    shown = details["productOrder"]
    current, before = details.get("currentClaim", {}), details.get("beforeClaim", {})
    if order.current is None:
        assert not current
    else:
        ((name, block),) = current.items()
        assert read_claim(name, block) == (order.current.kind, order.current.status, order.current.pieces)
        assert (block.get("holdbackStatus") == "HOLDBACK") == order.current.held
        if order.shown[0] == HOLDBACK:
            assert not order.current.is_open
        else:
            assert (shown["claimStatus"], shown["claimId"]) == (block["claimStatus"], block["claimId"])
    assert [read_claim(name, block) for name, block in before.items()] == (
        [("EXCHANGE", order.before.status, order.before.pieces)] if order.before else []
    )
    completed = details.get("completedClaims", [])
    assert [read_claim(each["claimType"], each) for each in completed] == [
        (each.kind, each.status, each.pieces) for each in order.completed
    ]
    ids = [each["claimId"] for each in completed]
    assert len(set(ids)) == len(ids)


def check_sums(shown: Any, order: ProductOrder) -> None:
    """What is paid for the pieces at first, and for those that remain."""
    price, quantity = shown["unitPrice"] + shown["optionPrice"], shown["quantity"]
    assert (shown["initialQuantity"], shown["remainQuantity"]) == (quantity, order.remain)
    gone = sum(each.pieces for each in order.completed if each.kind != "EXCHANGE")
    assert order.remain == quantity - gone >= 0
    if order.claim and order.claim.status != "EXCHANGE_REDELIVERING":
        assert order.claim.pieces <= order.remain
    assert shown["totalProductAmount"] == shown["initialProductAmount"] == price * quantity
    assert shown["remainProductAmount"] == price * order.remain
    assert shown["totalPaymentAmount"] == shown["initialPaymentAmount"]
    for part in ("initial", "remain"):
        rest = shown[f"{part}ProductAmount"] - shown[f"{part}ProductDiscountAmount"]
        assert shown[f"{part}PaymentAmount"] == rest >= 0
    for name in [each.removeprefix("remain") for each in shown if each.startswith("remain")]:
        initial, remain = shown[f"initial{name}"], shown[f"remain{name}"]
        assert 0 <= remain <= initial
        assert remain == initial or order.remain < quantity
        assert remain == 0 or order.remain > 0
    commissions = ("payment", "knowledgeShoppingSellingInterlock", "sale", "channel")
    taken = sum(shown[f"{each}Commission"] for each in commissions)
    assert shown["expectedSettlementAmount"] == shown["totalPaymentAmount"] - taken


def check_totals(all_details: list[Any]) -> None:
    """What was paid for an order is what was paid for its parts and their delivery."""
    paid: dict[str, int] = {}
    for details in all_details:
        shown = details["productOrder"]
        id_ = details["order"]["orderId"]
        paid[id_] = paid.get(id_, 0) + shown["totalPaymentAmount"] + shown["deliveryFeeAmount"]
    assert {each["order"]["orderId"]: each["order"]["generalPaymentAmount"] for each in all_details} == paid


def leave_out_parts(details: Any) -> Any:
    """A product order as those see it who know of no claims for a part."""
    product_order = {key: value for key, value in details["productOrder"].items() if not key.startswith(OF_THE_PART)}
    return {
        **{key: value for key, value in details.items() if not key.startswith(OF_THE_PART)},
        "productOrder": product_order,
    }


def read_claim(kind: str, block: Any) -> tuple[str, str, int]:
    """claimType, claimStatus and pieces."""
    return kind.upper(), block["claimStatus"], block["requestQuantity"]


def read_row(row: Any) -> tuple[int, str, str, str, str]:
    """A row of the feed as `Reported` has it."""
    at = read_ms(row["lastChangedDate"])
    assert at
    claim = (row.get("claimType", ""), row.get("claimStatus", ""))
    return (at, row["lastChangedType"], row["productOrderStatus"], *claim)


def read_ms(text: str | None) -> int | None:
    """Epoch milliseconds of a date."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000) if text else None


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_no_state_that_the_model_forbids(profile: str) -> None:
    """Whatever all actors do and however time passes: states, claims, sums, events and reads are the model's."""
    machine = type("Machine", (OrderMachine,), {"profile": profile})
    run_state_machine_as_test(machine, settings=settings(max_examples=120, stateful_step_count=40))
