"""Confirming, dispatching and delaying product orders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver.providers.naver.book import PRODUCT_ORDERS
from tests.mockserver.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN, OTHERS = "2026010100000001", "2026090250030031"
DUE = {"dispatchDueDate": "2026-03-10T23:59:59.000+09:00", "delayedDispatchReason": "PRODUCT_PREPARE"}
WISH = {"hopeDeliveryYmd": "20260310", "hopeDeliveryHm": "1500", "region": "서울", "changeReason": "재고"}


def make_parcel(id_: str) -> dict[str, str]:
    """The fields of a dispatch of a product order beside its id."""
    return {"deliveryMethod": "DELIVERY", "deliveryCompanyCode": "CJGLS", "trackingNumber": f"6{id_}"}


def confirm(world: World, *ids: str) -> Any:
    """`data` of the answer."""
    return world.naver("POST", "/confirm", {"productOrderIds": ids}).json["data"]


def dispatch(world: World, *ids: str, **parcel: Any) -> Any:
    """`data` of the answer; each has a tracking number of its own unless one is given, None leaves a field out."""
    items = [{"productOrderId": id_, **make_parcel(id_), **parcel} for id_ in ids]
    items = [{name: value for name, value in item.items() if value is not None} for item in items]
    return world.naver("POST", "/dispatch", {"dispatchProductOrders": items}).json["data"]


def delay(world: World, id_: str, **fields: Any) -> Any:
    """`data` of the answer."""
    return world.naver("POST", f"/{id_}/delay", {**DUE, **fields}).json["data"]


def change_wish(world: World, id_: str, **fields: Any) -> Any:
    """`data` of the answer."""
    return world.naver("POST", f"/{id_}/hope-delivery/change", {**WISH, **fields}).json["data"]


def query(world: World, *ids: str) -> list[Any]:
    """Product orders as the API shows them."""
    data: list[Any] = world.naver("POST", "/query", {"productOrderIds": ids}).json["data"]
    return data


def failures(data: Any) -> list[tuple[str, str]]:
    """(id, code) of what failed."""
    return [(each["productOrderId"], each["code"]) for each in data["failProductOrderInfos"]]


def test_confirming(either: World) -> None:
    """Confirming has its own success key, keeps PAYED, sets the date and makes no feed row; a repeat is 104443."""
    first, second = either.place("options", 2)
    changes = either.naver("GET", "/last-changed-statuses", lastChangedFrom="2026-03-04T00:00:00.000+09:00").json[
        "data"
    ]
    either.clock.advance(60)
    assert confirm(either, first) == {
        "successProductOrderInfos": [{"productOrderId": first, "isReceiverAddressChanged": False}],
        "failProductOrderInfos": [],
    }
    again = confirm(either, first, second)
    assert [each["productOrderId"] for each in again["successProductOrderInfos"]] == [second]
    assert again["failProductOrderInfos"] == [
        {"productOrderId": first, "code": "104443", "message": "이미 발주확인 된 주문입니다."}
    ]
    product_order = query(either, first)[0]["productOrder"]
    assert (product_order["productOrderStatus"], product_order["placeOrderStatus"]) == ("PAYED", "OK")
    assert product_order["placeOrderDate"] == "2026-03-04T14:07:07.089+09:00"
    after = either.naver("GET", "/last-changed-statuses", lastChangedFrom="2026-03-04T00:00:00.000+09:00").json["data"]
    assert after == changes


def test_dispatching(either: World) -> None:
    """What is sent is under way with its courier and has a feed row; sent again, with another number, it is 9999."""
    (id_,) = either.place()
    confirm(either, id_)
    either.clock.advance(60)
    assert dispatch(either, id_) == {"successProductOrderIds": [id_], "failProductOrderInfos": []}
    (details,) = query(either, id_)
    assert details["productOrder"]["productOrderStatus"] == "DELIVERING"
    assert details["delivery"] == {
        "deliveryMethod": "DELIVERY",
        "deliveryCompany": "CJGLS",
        "trackingNumber": f"6{id_}",
        "sendDate": "2026-03-04T14:07:07.089+09:00",
        "deliveryStatus": "COLLECT_REQUEST",
        "isWrongTrackingNumber": False,
    }
    (row,) = either.naver("GET", "/last-changed-statuses", lastChangedFrom="2026-03-04T14:07:00.000+09:00").json[
        "data"
    ]["lastChangeStatuses"]
    assert (row["lastChangedType"], row["productOrderStatus"]) == ("DISPATCHED", "DELIVERING")
    assert dispatch(either, id_, trackingNumber="600000000002")["failProductOrderInfos"] == [
        {"productOrderId": id_, "code": "9999", "message": "주문상태 및 클레임상태를 확인하세요"}
    ]
    assert query(either, id_) == [details]


def test_dispatching_without_a_confirm(world: World) -> None:
    """What was not confirmed can be sent, and counts as confirmed then."""
    (id_,) = world.place()
    assert not failures(dispatch(world, id_))
    product_order = query(world, id_)[0]["productOrder"]
    assert (product_order["placeOrderStatus"], product_order["productOrderStatus"]) == ("OK", "DELIVERING")


def test_a_given_day_of_dispatch_is_kept(world: World) -> None:
    """The dispatchDate is the sendDate, in Korean time, and what a list by dispatch looks for."""
    (id_,) = world.place()
    dispatch(world, id_, dispatchDate="2026-03-04T03:00:00.000Z")
    assert query(world, id_)[0]["delivery"]["sendDate"] == "2026-03-04T12:00:00.000+09:00"
    window = {"from": "2026-03-04T12:00:00.000+09:00", "to": "2026-03-04T12:00:00.000+09:00"}
    found = world.naver("GET", "", None, rangeType="DISPATCHED_DATETIME", **window).json["data"]["contents"]
    assert [each["productOrderId"] for each in found] == [id_]


def test_without_a_courier(world: World) -> None:
    """What the seller brings has four keys of a delivery and is not tracked."""
    (id_,) = world.place("direct")
    dispatch(world, id_, deliveryMethod="DIRECT_DELIVERY", deliveryCompanyCode=None, trackingNumber=None)
    world.clock.advance(20 * 86_400)
    (details,) = query(world, id_)
    assert details["productOrder"]["productOrderStatus"] == "PURCHASE_DECIDED"
    assert set(details["delivery"]) == {"deliveryMethod", "deliveryStatus", "sendDate", "isWrongTrackingNumber"}
    assert details["delivery"]["deliveryStatus"] == "NOT_TRACKING"


@pytest.mark.parametrize(
    ("parcel", "code"),
    [
        ({"deliveryMethod": None}, "104117"),
        ({"deliveryMethod": "RETURN_DELIVERY"}, "104117"),
        ({"deliveryMethod": "UNKNOWN"}, "104117"),
        ({"deliveryCompanyCode": None}, "104118"),
        ({"deliveryCompanyCode": "LOGEN"}, "104119"),
        ({"trackingNumber": None}, "104120"),
        ({"trackingNumber": ""}, "104120"),
        ({"trackingNumber": "번호"}, "104122"),
        ({"trackingNumber": "----"}, "104122"),
    ],
)
def test_a_parcel_that_is_not_right(either: World, parcel: dict[str, Any], code: str) -> None:
    """It fails with its own code inside a 200, and the product order stays as it was."""
    (id_,) = either.place()
    before = query(either, id_)
    assert failures(dispatch(either, id_, **parcel)) == [(id_, code)]
    assert query(either, id_) == before


def test_nothing_to_deliver(world: World) -> None:
    """A product order without a delivery is sent as NOTHING only."""
    (id_,) = world.place(expectedDeliveryMethod="NOTHING", expectedDeliveryCompany=None)
    assert failures(dispatch(world, id_)) == [(id_, "104116")]
    assert not failures(dispatch(world, id_, deliveryMethod="NOTHING", deliveryCompanyCode=None, trackingNumber=None))


def test_one_id_twice(world: World) -> None:
    """The second of two is 104131; the first is sent."""
    (id_,) = world.place()
    data = dispatch(world, id_, id_)
    assert data["successProductOrderIds"] == [id_]
    assert failures(data) == [(id_, "104131")]


def test_an_empty_courier_makes_the_body_unreadable(observed: World) -> None:
    """An empty text for an enum is 400 000400, and nothing of the call is done."""
    first, second = observed.place("options", 2)
    items = [
        {"productOrderId": first, **make_parcel(first)},
        {"productOrderId": second, **make_parcel(second), "deliveryCompanyCode": ""},
    ]
    answer = observed.naver("POST", "/dispatch", {"dispatchProductOrders": items})
    assert (answer.status, answer.json["code"]) == (400, "000400")
    assert query(observed, first)[0]["productOrder"]["productOrderStatus"] == "PAYED"


def test_add_ons_come_after_their_main_product(world: World) -> None:
    """In one call an add-on before its main product fails and one after it is sent."""
    main, first, second = world.place("bundle", 3)
    data = dispatch(world, first, main, second)
    assert data["successProductOrderIds"] == [main, second]
    assert failures(data) == [(first, "9999")]
    assert not failures(dispatch(world, first))


def test_a_gift_without_an_address_is_not_sent(world: World) -> None:
    """It waits for its receiver; accepted, it can be sent."""
    (waiting,) = world.place("gift")
    (accepted,) = world.place("gift", giftReceivingStatus="RECEIVED")
    assert failures(dispatch(world, waiting, accepted)) == [(waiting, "9999")]


def test_what_logistics_has_is_not_the_sellers(world: World) -> None:
    """Neither confirm nor dispatch is the seller's where the logistics company has the contract."""
    (id_,) = world.place("fulfillment", logisticsDirectContracted=True)
    assert failures(confirm(world, id_)) == [(id_, "101011")]
    assert failures(dispatch(world, id_)) == [(id_, "105308")]


def test_a_dispatch_rejects_a_cancel_request(world: World) -> None:
    """Sent all the same, the claim is rejected, and that is the row of the feed."""
    (id_,) = world.place()
    confirm(world, id_)
    state = world.session.shops["naver"].state
    row = state.read(PRODUCT_ORDERS, id_)
    claim = {"claimType": "CANCEL", "claimStatus": "CANCEL_REQUEST"}
    state.write(PRODUCT_ORDERS, id_, {**row, "productOrder": {**row["productOrder"], **claim}})
    assert failures(confirm(world, id_)) == [(id_, "104442")]
    assert not failures(dispatch(world, id_))
    product_order = query(world, id_)[0]["productOrder"]
    assert (product_order["productOrderStatus"], product_order["claimStatus"]) == ("DELIVERING", "CANCEL_REJECT")
    changes = world.naver("GET", "/last-changed-statuses", lastChangedFrom="2026-03-04T14:06:00.000+09:00")
    row = next(each for each in changes.json["data"]["lastChangeStatuses"] if each["productOrderId"] == id_)
    assert (row["lastChangedType"], row["claimStatus"]) == ("CLAIM_REJECTED", "CANCEL_REJECT")


@pytest.mark.parametrize("act", [confirm, dispatch, delay, change_wish])
def test_what_is_not_the_shops(either: World, act: Callable[..., Any]) -> None:
    """An unknown id is 100001 and another seller's 101009, each an item of a 200."""
    for id_, code in ((UNKNOWN, "100001"), (OTHERS, "101009"), ("x", "100001")):
        assert failures(act(either, id_)) == [(id_, code)]


@pytest.mark.parametrize(("path", "key"), [("confirm", "productOrderIds"), ("dispatch", "dispatchProductOrders")])
def test_thirty_at_most(either: World, path: str, key: str) -> None:
    """Of 31 none is touched, and the call is a 4000; none at all is a 400 too."""
    ids = either.place("options", 30)
    items: list[Any] = [*ids, UNKNOWN]
    if path == "dispatch":
        items = [{"productOrderId": id_, **make_parcel(id_)} for id_ in items]
    answer = either.naver("POST", f"/{path}", {key: items})
    assert (answer.status, answer.json["code"]) == (400, "4000")
    assert either.session.events.last == 30
    assert either.naver("POST", f"/{path}", {key: []}).status == 400
    assert not failures(either.naver("POST", f"/{path}", {key: items[:30]}).json["data"])


def test_delaying(either: World) -> None:
    """The due date moves once, with its reason; a second time is 105306, too late a day 104105, sent 104442."""
    (id_,) = either.place()
    assert failures(delay(either, id_, dispatchDueDate="2026-03-04T00:00:00.000+09:00")) == [(id_, "104105")]
    assert failures(delay(either, id_, dispatchDueDate="2027-03-04T00:00:00.000+09:00")) == [(id_, "104105")]
    assert delay(either, id_)["successProductOrderIds"] == [id_]
    product_order = query(either, id_)[0]["productOrder"]
    assert product_order["shippingDueDate"].startswith("2026-03-10T23:59:59.0")
    assert product_order["delayedDispatchReason"] == "PRODUCT_PREPARE"
    assert failures(delay(either, id_)) == [(id_, "105306")]
    dispatch(either, id_)
    assert failures(delay(either, id_)) == [(id_, "104442")]


def test_a_wished_day(world: World) -> None:
    """A product without one is 104441; of one that has it day and time move, with a feed row and a rangeType."""
    (plain,) = world.place()
    assert failures(change_wish(world, plain)) == [(plain, "104441")]
    (id_,) = world.place(hopeDelivery={"hopeDeliveryYmd": "20260308", "region": "서울", "additionalFee": 0})
    for fields, code in (
        ({"hopeDeliveryYmd": "20260230"}, "104444"),
        ({"hopeDeliveryYmd": "20260303"}, "104444"),
        ({"hopeDeliveryHm": "2460"}, "104444"),
        ({"hopeDeliveryYmd": "20270303"}, "104445"),
    ):
        assert failures(change_wish(world, id_, **fields)) == [(id_, code)]
    assert change_wish(world, id_)["successProductOrderIds"] == [id_]
    hope = query(world, id_)[0]["productOrder"]["hopeDelivery"]
    assert hope == {**WISH, "additionalFee": 0, "changer": "판매자 API"}
    assert failures(change_wish(world, id_)) == [(id_, "104446")]
    window = {"from": "2026-03-04T00:00:00.000+09:00", "rangeType": "HOPE_DELIVERY_INFO_CHANGED_DATETIME"}
    found = world.naver("GET", "", None, **window).json["data"]["contents"]
    assert [each["productOrderId"] for each in found] == [id_]


def test_of_racing_calls_one_wins() -> None:
    """Of ten calls that send one product order at once one does, with one event; the others get the item for it."""
    world, barrier = World(limits="off"), Barrier(10)
    for _ in range(10):
        (id_,) = world.place()
        before = world.session.events.last

        def send(index: int, id_: str = id_) -> list[tuple[str, str]]:
            barrier.wait(10)
            return failures(dispatch(world, id_, trackingNumber=f"{index}{id_}"))

        with ThreadPoolExecutor(10) as pool:
            found = list(pool.map(send, range(10)))
        assert sorted(found) == [[], *[[(id_, "9999")]] * 9]
        assert world.session.events.last == before + 1
