"""The lessons of packaged scenarios about NAVER's orders: what a naive client and a careful one live through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.http import Fault, Request
from jumun_mockserver.providers.naver.times import render_time
from tests.mockserver.providers.naver.selling import bring, make_parcel, sell
from tests.mockserver.world import STATIC_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.mockserver.world import World

ADD_ON = "추가구성상품"


def begin_again(world: World) -> None:
    """Play the scenario from its beginning, for the second client."""
    world.session.set_scenario(world.session.scenario.text)


def query(world: World, *ids: str) -> list[dict[str, Any]]:
    """What a query answers, in its order."""
    found: list[dict[str, Any]] = world.naver("POST", "/query", {"productOrderIds": ids}).json["data"]
    return found


def read(world: World, id_: str) -> dict[str, Any]:
    """A product order as a query shows it."""
    product_order: dict[str, Any] = query(world, id_)[0]["productOrder"]
    return product_order


def send(world: World, *ids: str) -> dict[str, Any]:
    """`data` of a dispatch of product orders in this order."""
    items = [{"productOrderId": id_, **make_parcel(id_)} for id_ in ids]
    answer = world.naver("POST", "/dispatch", {"dispatchProductOrders": items})
    assert answer.status == 200
    data: dict[str, Any] = answer.json["data"]
    return data


def changes(world: World, since: str, **more: str) -> dict[str, Any]:
    """`data` of a page of the feed."""
    answer = world.naver("GET", "/last-changed-statuses", lastChangedFrom=since, **more)
    data: dict[str, Any] = answer.json["data"]
    return data


def answer_lost_after_dispatch(world: World) -> None:
    """A repeated dispatch fails as if the first had; a query shows that it had not."""
    (id_,) = world.place()
    path = "/external/v1/pay-order/seller/product-orders/dispatch"
    headers = {"authorization": f"Bearer {STATIC_TOKEN}", "content-type": "application/json"}
    body = f'{{"dispatchProductOrders": [{{"productOrderId": "{id_}", "deliveryMethod": "DIRECT_DELIVERY"}}]}}'
    assert world.dispatch(Request("POST", path, "", headers, body.encode())).fault == Fault("reset")
    (failed,) = send(world, id_)["failProductOrderInfos"]
    assert failed["code"] == "9999"
    (found,) = query(world, id_)
    assert found["productOrder"]["productOrderStatus"] == "DELIVERING"
    assert found["delivery"]["deliveryMethod"] == "DIRECT_DELIVERY"


def buyer_cancels_before_dispatch(world: World) -> None:
    """A dispatch without another look rejects a cancel; one look shows it, half a minute old, to be approved."""
    (naive,), (careful,) = world.place(), world.place()
    sell(world, "confirm", naive)
    assert send(world, naive)["successProductOrderIds"] == [naive]
    assert read(world, naive)["claimStatus"] == "CANCEL_REJECT"

    begin_again(world)
    sell(world, "confirm", careful)
    (found,) = query(world, careful)
    assert found["productOrder"]["claimStatus"] == "CANCEL_REQUEST"
    asked = datetime.fromisoformat(found["currentClaim"]["cancel"]["claimRequestDate"])
    assert asked.timestamp() == round(world.clock.now() - 30, 3)
    assert sell(world, "cancel.approve", careful)["successProductOrderIds"] == [careful]
    assert read(world, careful)["productOrderStatus"] == "CANCELED"


def bundle_reversed(world: World) -> None:
    """Add-ons fail that are dispatched in the order of the answer; sorted, all of a bundle goes."""
    naive, careful = world.place("bundle", 3), world.place("bundle", 3)
    ids = [each["productOrder"]["productOrderId"] for each in query(world, *naive)]
    assert ids == naive[::-1]
    data = send(world, *ids)
    assert data["successProductOrderIds"] == naive[:1]
    assert [each["code"] for each in data["failProductOrderInfos"]] == ["9999", "9999"]

    found = sorted(query(world, *careful), key=lambda each: each["productOrder"]["productClass"] == ADD_ON)
    ids = [each["productOrder"]["productOrderId"] for each in found]
    assert send(world, *ids) == {"successProductOrderIds": ids, "failProductOrderInfos": []}

    listed = world.naver("GET", "", **{"from": render_time(world.clock.now()), "rangeType": "PAYED_DATETIME"}).json
    assert [each["productOrderId"] for each in listed["data"]["contents"]] == sorted([*naive, *careful], reverse=True)


def page_cut_inside_an_instant(world: World) -> None:
    """By moreFrom alone the first page comes forever, past it rows are lost; with moreSequence each row comes once."""
    ids = world.place("bundle", 5)
    since = render_time(world.clock.now())
    page = changes(world, since)
    assert (page["count"], page["more"]["moreFrom"]) == (2, page["lastChangeStatuses"][-1]["lastChangedDate"])
    assert changes(world, page["more"]["moreFrom"]) == page
    later = datetime.fromisoformat(page["more"]["moreFrom"]) + timedelta(milliseconds=1)
    assert changes(world, later.isoformat(timespec="milliseconds"))["lastChangeStatuses"] == []

    seen = [row["productOrderId"] for row in page["lastChangeStatuses"]]
    while more := page.get("more"):
        page = changes(world, more["moreFrom"], moreSequence=more["moreSequence"])
        seen += [row["productOrderId"] for row in page["lastChangeStatuses"]]
    assert seen == ids


def delivered_without_event(world: World) -> None:
    """The feed still says that it is on its way; a query says that it has arrived."""
    (id_,) = world.place()
    since = render_time(world.clock.now())
    send(world, id_)
    (row,) = changes(world, since)["lastChangeStatuses"]
    assert (row["lastChangedType"], row["productOrderStatus"]) == ("DISPATCHED", "DELIVERING")
    assert read(world, id_)["productOrderStatus"] == "DELIVERED"


def address_changed_after_confirm(world: World) -> None:
    """Confirm says that nothing changed, and then something does: the feed has it, and a query the new address."""
    (id_,) = world.place()
    since, before = render_time(world.clock.now()), read(world, id_)["shippingAddress"]
    (confirmed,) = sell(world, "confirm", id_)["successProductOrderInfos"]
    assert confirmed["isReceiverAddressChanged"] is False
    assert read(world, id_)["shippingAddress"] != before
    (row,) = changes(world, since)["lastChangeStatuses"]
    assert (row["lastChangedType"], row["receiverAddressChanged"]) == ("DELIVERY_ADDRESS_CHANGED", True)


def partial_failure(world: World) -> None:
    """By its status all is sent, and one is not; repeated alone it goes."""
    ids = world.place("bundle", 3)
    data = send(world, *ids)
    assert data["successProductOrderIds"] == ids[:2]
    assert [(each["productOrderId"], each["code"]) for each in data["failProductOrderInfos"]] == [(ids[2], "104123")]
    assert read(world, ids[2])["productOrderStatus"] == "PAYED"
    failed = [each["productOrderId"] for each in data["failProductOrderInfos"]]
    assert send(world, *failed) == {"successProductOrderIds": failed, "failProductOrderInfos": []}


def holdback_blocks_approval(world: World) -> None:
    """A 200 that pays nothing back; the claim says who holds it, and its release goes on to the refund."""
    id_ = bring(world, "RETURN/COLLECT_DONE")
    data = sell(world, "return.approve", id_)
    assert data["successProductOrderIds"] == []
    assert [each["code"] for each in data["failProductOrderInfos"]] == ["9999"]
    (found,) = query(world, id_)
    assert found["productOrder"]["claimStatus"] == "COLLECT_DONE"
    claim = found["currentClaim"]["return"]
    assert (claim["holdbackStatus"], claim["holdbackConfigurer"]) == ("HOLDBACK", "관리자")
    assert sell(world, "return.release", id_)["failProductOrderInfos"] == []
    assert read(world, id_)["productOrderStatus"] == "RETURNED"


ORDER_LESSONS: Mapping[str, Callable[[World], None]] = {
    "address-changed-after-confirm": address_changed_after_confirm,
    "answer-lost-after-dispatch": answer_lost_after_dispatch,
    "bundle-reversed": bundle_reversed,
    "buyer-cancels-before-dispatch": buyer_cancels_before_dispatch,
    "delivered-without-event": delivered_without_event,
    "holdback-blocks-approval": holdback_blocks_approval,
    "page-cut-inside-an-instant": page_cut_inside_an_instant,
    "partial-failure": partial_failure,
}
"""Scenario → plays it in a world."""
