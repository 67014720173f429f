"""Cancellations, returns and exchanges: what calls, buyers and time do, and how reads show it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.naver.acting import act, find_order
from tests.mockserver.providers.naver.selling import BODIES, bring, do, sell
from tests.mockserver.world import World, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = 86_400
FEED_FROM = "2026-03-04T00:00:00.000+09:00"


def show(world: World, id_: str, *, quantity_claims: bool = True) -> dict[str, Any]:
    """A product order as a query shows it."""
    body = {"productOrderIds": [id_], "quantityClaimCompatibility": quantity_claims}
    (details,) = world.naver("POST", "/query", body).json["data"]
    return dict(details)


def feed_row(world: World, id_: str) -> dict[str, Any]:
    """Its only row of the feed, without ids and dates."""
    since = "2026-03-04T14:06:07.000+09:00"
    rows: list[dict[str, Any]] = []
    for day in range(4, 31):
        window = {"lastChangedFrom": f"2026-03-{day:02d}T00:00:00.000+09:00"} if day > 4 else {"lastChangedFrom": since}
        rows += world.naver("GET", "/last-changed-statuses", **window).json["data"]["lastChangeStatuses"]
    found = [row for row in rows if row["productOrderId"] == id_]
    # Bounds are inclusive: a row at midnight is of two days.
    assert all(row == found[0] for row in found)
    return {key: value for key, value in found[0].items() if not key.endswith(("Date", "Id"))}


def failure(data: dict[str, Any]) -> tuple[str, str]:
    """Code and message of the only failure."""
    assert data["successProductOrderIds"] == []
    (item,) = data["failProductOrderInfos"]
    return item["code"], item["message"]


STORIES = {
    "happy": ["", "confirm", "dispatch", "deliver", f"{8 * DAY}"],
    "buyer_cancel_approved": ["", "confirm", "request_cancel", "cancel.approve"],
    "buyer_cancel_refused_by_dispatch": ["confirm", "request_cancel", "dispatch"],
    "return": [
        "confirm",
        "dispatch",
        "deliver",
        "request_return",
        f"{DAY}",
        f"{2 * DAY}",
        "return.holdback",
        "return.release",
    ],
    "exchange": ["confirm", "dispatch", "deliver", "request_exchange", "collect", "exchange.dispatch", f"{2 * DAY}"],
}


@pytest.mark.parametrize("story", STORIES)
def test_the_feed_tells_the_stories_of_the_reference(
    either: World, reference: Callable[[str], bytes], story: str
) -> None:
    """After each step of a story the feed has the row that the reference has for it, or goes on with the one before."""
    steps = json.loads(reference("workflow_payloads/naver_feed_rows.timelines.constructed.json"))[story]
    rows = [
        {key: value for key, value in each.items() if not key.endswith(("Date", "Id"))}
        for each in steps
        if "lastChangedType" in each
    ]
    id_ = bring(either, "PAYED/NOT_YET")
    seen: list[dict[str, Any]] = []
    for step in STORIES[story]:
        if step:
            do(either, step, id_)
        row = feed_row(either, id_)
        if not seen or row != seen[-1]:
            seen.append(row)
    # What was before the story begins is not known.
    assert seen[-len(rows) :] == rows
    assert len(seen) - len(rows) in (0, 1, 2)


PAYLOADS = {
    "cancel_request": ["PAYED/OK", "request_cancel"],
    "cancel_done": ["PAYED/OK", "request_cancel", "cancel.approve"],
    "delivering": ["DELIVERING"],
    "delivered": ["DELIVERED"],
    "paid_not_yet": ["PAYED/NOT_YET"],
    "return_request": ["DELIVERED", "request_return"],
    "return_holdback": ["DELIVERED", "request_return", "collect", "return.holdback"],
    "exchange_redelivering_second_claim": ["EXCHANGE_REDELIVERING", "request_return"],
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads_of_the_reference_are_made_in_shape(
    either: World, reference: Callable[[str], bytes], name: str
) -> None:
    """Parcel, claims and states of each reference payload are there with its keys, and no key that no page has."""
    payload = json.loads(reference(f"workflow_payloads/naver_query_200.{name}.constructed.json"))["data"][0]
    known = json.loads(reference("workflow_payloads/naver_query_field_table.json"))["fields"]
    first, *steps = PAYLOADS[name]
    id_ = bring(either, first, "options", quantity=2)
    for step in steps:
        do(either, step, id_)
    shown = {key: value for key, value in show(either, id_).items() if key not in ("cancel", "return", "exchange")}
    assert shown.keys() == payload.keys()
    for key in ("productOrderStatus", "claimType", "claimStatus"):
        assert shown["productOrder"].get(key) == payload["productOrder"].get(key)
    for wrapper in ("currentClaim", "beforeClaim"):
        for kind, block in payload.get(wrapper, {}).items():
            made = shown[wrapper][kind]
            assert block.keys() - made.keys() <= {"collectTrackingNumber"}
            assert made.keys() <= {key.removesuffix("[]") for key in known[kind]}
            assert made["claimStatus"] == block["claimStatus"]
    for made, block in zip(shown.get("completedClaims", []), payload.get("completedClaims", []), strict=True):
        assert block.keys() - made.keys() == set()
        assert made.keys() <= known["completedClaims[]"].keys()


def test_a_cancel_before_confirmation_completes_by_itself(either: World) -> None:
    """The buyer's request is the end of it: canceled, with dates, in the block and among the completed claims."""
    id_ = bring(either, "PAYED/NOT_YET")
    (event,) = do(either, "request_cancel", id_, "SIMPLE_INTENT_CHANGED")
    assert (event["actor"], event["type"]) == ("buyer", "CLAIM_COMPLETED")
    shown = show(either, id_)
    product_order, block = shown["productOrder"], shown["currentClaim"]["cancel"]
    assert (product_order["productOrderStatus"], product_order["claimStatus"]) == ("CANCELED", "CANCEL_DONE")
    assert (product_order["remainQuantity"], product_order["remainPaymentAmount"]) == (0, 0)
    assert (block["cancelReason"], block["requestChannel"]) == ("SIMPLE_INTENT_CHANGED", "구매회원")
    assert block["refundStandbyStatus"] == "환불처리완료"
    (completed,) = shown["completedClaims"]
    assert completed["claimId"] == product_order["claimId"] == block["claimId"]
    assert completed["claimRequestReason"] == "SIMPLE_INTENT_CHANGED"
    assert completed["claimCompleteOperationDate"] == block["cancelCompletedDate"]
    assert "completedClaims" not in show(either, id_, quantity_claims=False)


def test_a_sellers_cancel_runs_on_by_itself(either: World) -> None:
    """Requested it is CANCELING, and a few seconds later canceled without any call; in between it can be approved."""
    first, second = bring(either, "PAYED/OK"), bring(either, "PAYED/NOT_YET")
    for id_ in (first, second):
        assert not sell(either, "cancel.request", id_, cancelDetailedReason="품절")["failProductOrderInfos"]
        block = show(either, id_)["currentClaim"]["cancel"]
        assert (block["claimStatus"], block["requestChannel"]) == ("CANCELING", "판매자")
        assert (block["cancelReason"], block["cancelDetailedReason"]) == ("SOLD_OUT", "품절")
    do(either, "cancel.approve", second)
    (event,) = do(either, "10", first)
    assert (event["actor"], event["action"], event["type"]) == ("time", "refund", "CLAIM_COMPLETED")
    assert [show(either, id_)["productOrder"]["productOrderStatus"] for id_ in (first, second)] == ["CANCELED"] * 2


def test_the_buyer_was_faster(either: World) -> None:
    """A seller's cancel after the buyer's is 104203, as it was seen live when the buyer's came 32 seconds before."""
    id_ = bring(either, "PAYED/OK")
    do(either, "request_cancel", id_)
    either.clock.advance(32.6)
    before = show(either, id_)
    expected = ("104203", "주문상태 확인 필요(취소 불가능 주문상태)")
    assert failure(sell(either, "cancel.request", id_)) == expected
    assert show(either, id_) == before


def test_a_part_is_canceled(either: World) -> None:
    """Of three pieces one is canceled: the rest goes on, and quantities and money of what remains follow."""
    id_ = bring(either, "PAYED/OK", quantity=3, unitPrice=10_000, productDiscountAmount=3_000)
    expected = ("9999", "주문상태 및 클레임상태를 확인하세요")
    assert failure(sell(either, "cancel.request", id_, cancelQuantity=4)) == expected
    assert not sell(either, "cancel.request", id_, cancelQuantity=1)["failProductOrderInfos"]
    do(either, "10", id_)
    shown = show(either, id_)
    product_order = shown["productOrder"]
    assert (product_order["productOrderStatus"], product_order["claimStatus"]) == ("PAYED", "CANCEL_DONE")
    assert (product_order["quantity"], product_order["initialQuantity"], product_order["remainQuantity"]) == (3, 3, 2)
    assert (product_order["totalPaymentAmount"], product_order["remainPaymentAmount"]) == (27_000, 18_000)
    assert product_order["remainProductAmount"] - product_order["remainProductDiscountAmount"] == 18_000
    assert [each["requestQuantity"] for each in shown["completedClaims"]] == [1]
    row = feed_row(either, id_)
    assert (row["lastChangedType"], row["productOrderStatus"]) == ("CLAIM_COMPLETED", "PAYED")
    # What remains is sent, delivered, and returned in two parts.
    do(either, "dispatch", id_)
    for remain, status in ((1, "DELIVERING"), (0, "RETURNED")):
        assert not sell(either, "return.request", id_, returnQuantity=1)["failProductOrderInfos"]
        do(either, "return.approve", id_)
        product_order = show(either, id_)["productOrder"]
        assert (product_order["remainQuantity"], product_order["productOrderStatus"]) == (remain, status)
    kinds = [(each["claimType"], each["requestQuantity"]) for each in show(either, id_)["completedClaims"]]
    assert kinds == [("CANCEL", 1), ("RETURN", 1), ("RETURN", 1)]
    assert not [key for key in show(either, id_, quantity_claims=False)["productOrder"] if key.startswith("remain")]


def test_a_held_return_waits_for_its_release(either: World) -> None:
    """Held back it is not approved; releasing what is collected pays the buyer back without another call."""
    id_ = bring(either, "RETURN/COLLECT_DONE")
    fee = {"holdbackClassType": "EXTRAFEEE", "extraReturnFeeAmount": 3_000.0}
    assert not sell(either, "return.holdback", id_, **fee)["failProductOrderInfos"]
    block = show(either, id_)["currentClaim"]["return"]
    assert (block["holdbackStatus"], block["holdbackReason"]) == ("HOLDBACK", "EXTRAFEEE")
    assert (block["holdbackConfigurer"], block["etcFeeDemandAmount"]) == ("판매자", 3_000)
    assert failure(sell(either, "return.approve", id_))[0] == "9999"
    assert f"{id_} is RETURN/COLLECT_DONE and held" in either.last.remarks
    assert failure(sell(either, "return.holdback", id_, **fee))[0] == "9999"
    do(either, "return.release", id_)
    shown = show(either, id_)
    assert shown["productOrder"]["productOrderStatus"] == "RETURNED"
    block = shown["currentClaim"]["return"]
    assert (block["holdbackStatus"], block["holdbackReleaser"]) == ("RELEASED", "판매자")
    assert block["returnCompletedDate"] == shown["completedClaims"][0]["claimCompleteOperationDate"]


def test_a_return_that_is_released_before_it_is_collected_goes_on(world: World) -> None:
    """It is collected by time, and approved then."""
    id_ = bring(world, "RETURN_REQUEST")
    for action in ("return.holdback", "return.release"):
        do(world, action, id_)
    events = do(world, f"{3 * DAY}", id_)
    assert [event["action"] for event in events if event["product_order_id"] == id_] == ["pick_up", "collect"]
    do(world, "return.approve", id_)
    assert show(world, id_)["productOrder"]["productOrderStatus"] == "RETURNED"


def test_how_a_return_is_collected(world: World) -> None:
    """The courier of a designated return is the product's, whatever is sent; of one by itself it is what is sent."""
    sent = {"collectDeliveryCompany": "HANJIN", "collectTrackingNumber": "600000000009"}
    for method, company in (("RETURN_DESIGNATED", "CJGLS"), ("RETURN_INDIVIDUAL", "HANJIN")):
        id_ = bring(world, "DELIVERED")
        sell(world, "return.request", id_, collectDeliveryMethod=method, **sent)
        block = show(world, id_)["currentClaim"]["return"]
        assert (block["collectDeliveryMethod"], block["collectDeliveryCompany"]) == (method, company)
        assert ("collectTrackingNumber" in block) == (method == "RETURN_INDIVIDUAL")
        assert block["collectAddress"]["name"] == "홍길동"
        assert "latitude" not in block["collectAddress"]


@pytest.mark.parametrize(
    ("reason", "fee"), [("INTENT_CHANGED", 6_000), ("MISTAKE_ORDER", 6_000), ("BROKEN", None), ("ETC", None)]
)
def test_who_pays_for_a_return(world: World, reason: str, fee: int | None) -> None:
    """A change of mind is the buyer's, whom both ways are charged for a product that came free; all else is not."""
    id_ = bring(world, "DELIVERED")
    do(world, "request_return", id_, reason)
    assert show(world, id_)["currentClaim"]["return"].get("claimDeliveryFeeDemandAmount") == fee


@pytest.mark.parametrize("action", ["cancel.request", "return.request"])
@pytest.mark.parametrize("reason", ["ETC", "WRONG_DELAYED_DELIVERY", "SIMPLE_INTENT_CHANGED", ""])
def test_reasons_that_can_only_be_read(either: World, action: str, reason: str) -> None:
    """A seller who sends one gets a 400, and nothing is requested."""
    id_ = bring(either, "PAYED/OK" if action == "cancel.request" else "DELIVERED")
    path = f"/{id_}/claim/{action.replace('.', '/')}"
    body = {"cancelReason": reason, "returnReason": reason, "collectDeliveryMethod": "RETURN_INDIVIDUAL"}
    answer = either.naver("POST", path, body)
    code = "000400" if either.session.options.profile == "observed" else "4000"
    assert (answer.status, answer.json["code"]) == (400, code)
    assert "claimType" not in show(either, id_)["productOrder"]


def test_an_unknown_reason_of_a_buyer(world: World) -> None:
    """The control plane refuses it and says which one may be meant; an action without a reason takes none."""
    id_ = bring(world, "PAYED/OK")
    shop = world.session.shops["naver"]
    with pytest.raises(OrderError, match="/reason: NAVER has no reason 'INTENT_CHANGE'; did you mean INTENT_CHANGED"):
        act(id_, "request_cancel", "INTENT_CHANGE", shop)
    with pytest.raises(OrderError, match="takes none"):
        act(id_, "change_address", "INTENT_CHANGED", shop)


def test_an_exchange_and_a_second_claim(either: World) -> None:
    """While it is redelivered a return may be asked for: the exchange is the claim before it, and after it again."""
    id_ = bring(either, "EXCHANGE_REDELIVERING")
    exchange = show(either, id_)["currentClaim"]["exchange"]
    assert (exchange["reDeliveryStatus"], exchange["reDeliveryTrackingNumber"]) == ("DELIVERING", "600000000002")
    do(either, "request_return", id_)
    shown = show(either, id_)
    assert shown["beforeClaim"] == {"exchange": exchange}
    assert shown["currentClaim"].keys() == {"return"}
    assert shown["productOrder"]["claimId"] == shown["currentClaim"]["return"]["claimId"] != exchange["claimId"]
    do(either, "withdraw_return", id_)
    row = feed_row(either, id_)
    assert (row["lastChangedType"], row["claimType"], row["claimStatus"]) == (
        "CLAIM_REJECTED",
        "RETURN",
        "RETURN_REJECT",
    )
    shown = show(either, id_)
    assert shown["currentClaim"] == {"exchange": exchange}
    assert "beforeClaim" not in shown
    do(either, "deliver", id_)
    shown = show(either, id_)
    assert shown["productOrder"]["productOrderStatus"] == "EXCHANGED"
    assert shown["currentClaim"]["exchange"]["reDeliveryStatus"] == "DELIVERY_COMPLETION"


def test_a_held_exchange_is_not_sent(either: World) -> None:
    """On holdback it is 104418, released it is sent; not collected, or sent before, it is 104417."""
    id_ = bring(either, "EXCHANGE_REQUEST")
    not_now = ("104417", "교환 상태 확인 필요(재배송 처리 불가능 주문 상태)")
    assert failure(sell(either, "exchange.dispatch", id_)) == not_now
    do(either, "exchange.collect_approve", id_)
    do(either, "exchange.holdback", id_)
    assert failure(sell(either, "exchange.dispatch", id_)) == ("104418", "보류상태 확인 필요(보류중)")
    do(either, "exchange.release", id_)
    do(either, "exchange.dispatch", id_)
    assert failure(sell(either, "exchange.dispatch", id_)) == not_now


@pytest.mark.parametrize(
    ("parcel", "code"),
    [
        ({"reDeliveryCompany": None}, "104118"),
        ({"reDeliveryCompany": "LOGEN"}, "104119"),
        ({"reDeliveryTrackingNumber": None}, "104120"),
        ({"reDeliveryTrackingNumber": "----"}, "104122"),
    ],
)
def test_the_parcel_of_an_exchange_is_not_right(world: World, parcel: dict[str, Any], code: str) -> None:
    """It fails as that of a dispatch does, and the exchange waits."""
    id_ = bring(world, "EXCHANGE/COLLECT_DONE")
    before = show(world, id_)
    body = {key: value for key, value in {**BODIES["exchange.dispatch"], **parcel}.items() if value is not None}
    assert failure(world.naver("POST", f"/{id_}/claim/exchange/dispatch", body).json["data"])[0] == code
    assert show(world, id_) == before


@pytest.mark.parametrize("state", ["DELIVERING", "DELIVERED"])
def test_a_rejected_return_goes_on_as_before(world: World, state: str) -> None:
    """It is under way or delivered as it was, and time delivers and decides it."""
    id_ = bring(world, state)
    do(world, "request_return", id_)
    do(world, "return.reject", id_)
    shown = show(world, id_)
    assert shown["productOrder"]["productOrderStatus"] == state
    assert shown["currentClaim"]["return"]["claimStatus"] == "RETURN_REJECT"
    do(world, f"{11 * DAY}", id_)
    assert feed_row(world, id_)["lastChangedType"] == "PURCHASE_DECIDED"


def test_claims_of_a_bundle_begin_with_its_add_ons(either: World) -> None:
    """The main product cannot be returned or canceled before its add-ons have a claim; in that order it can."""
    for state, action, expected in (
        ("PAYED", "cancel.request", ("9999", "주문상태 및 클레임상태를 확인하세요")),
        ("DELIVERED", "return.request", ("9999", "추가상품 반품진행 후, 본 상품 반품진행을 할 수 있습니다.")),
    ):
        main, *add_ons = either.place("bundle", 3)
        if state == "DELIVERED":
            for id_ in (main, *add_ons):
                do(either, "dispatch", id_)
                do(either, "deliver", id_)
        assert failure(sell(either, action, main)) == expected
        for id_ in add_ons:
            assert failure(sell(either, action, main)) == expected
            assert not sell(either, action, id_)["failProductOrderInfos"]
        assert not sell(either, action, main)["failProductOrderInfos"]


def test_nothing_goes_after_the_decision(either: World) -> None:
    """No claim can be requested once the purchase is decided; the return has the text that was seen live."""
    id_ = bring(either, "PURCHASE_DECIDED")
    assert failure(sell(either, "return.request", id_)) == ("9999", "주문상태 확인 필요(반품 불가능 주문상태)")
    assert failure(sell(either, "cancel.request", id_))[0] == "104203"
    view = find_order(id_, either.session.shops["naver"])
    assert view
    assert view.actions == ()


def test_a_changed_address(either: World) -> None:
    """A feed row says so, confirming does too, and the query has the new one."""
    id_ = bring(either, "PAYED/NOT_YET")
    before = show(either, id_)["productOrder"]["shippingAddress"]
    do(either, "change_address", id_)
    row = feed_row(either, id_)
    assert (row["lastChangedType"], row["receiverAddressChanged"]) == ("DELIVERY_ADDRESS_CHANGED", True)
    (confirmed,) = sell(either, "confirm", id_)["successProductOrderInfos"]
    assert confirmed == {"productOrderId": id_, "isReceiverAddressChanged": True}
    after = show(either, id_)["productOrder"]["shippingAddress"]
    assert {key for key in after if after[key] != before[key]} == {"baseAddress", "detailedAddress"}


def test_a_gift_is_received(either: World) -> None:
    """Until then its option may change and it cannot be sent; then it has an address and a row of its own."""
    id_ = bring(either, "PAYED/NOT_YET", "gift")
    option = show(either, id_)["productOrder"].get("productOption")
    do(either, "change_option", id_)
    assert feed_row(either, id_)["lastChangedType"] == "EXCHANGE_OPTION"
    assert show(either, id_)["productOrder"]["productOption"] != option
    assert failure(sell(either, "dispatch", id_))[0] == "9999"
    do(either, "receive_gift", id_)
    row = feed_row(either, id_)
    assert (row["lastChangedType"], row["giftReceivingStatus"]) == ("GIFT_RECEIVED", "RECEIVED")
    window = {"from": FEED_FROM, "rangeType": "GIFT_RECEIVED_DATETIME"}
    found = either.naver("GET", "", None, **window).json["data"]["contents"]
    assert [each["productOrderId"] for each in found] == [id_]
    assert show(either, id_)["productOrder"]["shippingAddress"]["name"] == "홍길동"
    do(either, "dispatch", id_)


def test_a_held_decision(world: World) -> None:
    """Time does not decide what an administrator holds back; released, its span begins again."""
    id_ = bring(world, "DELIVERED/HOLDBACK")
    product_order = show(world, id_)["productOrder"]
    assert product_order["claimType"] == product_order["claimStatus"] == "PURCHASE_DECISION_HOLDBACK"
    do(world, f"{20 * DAY}", id_)
    assert show(world, id_)["productOrder"] == product_order
    do(world, "release_decision", id_)
    assert show(world, id_)["productOrder"]["claimStatus"] == "PURCHASE_DECISION_HOLDBACK_RELEASE"
    do(world, f"{7 * DAY}", id_)
    assert show(world, id_)["productOrder"]["productOrderStatus"] == "DELIVERED"
    do(world, f"{DAY}", id_)
    assert show(world, id_)["productOrder"]["productOrderStatus"] == "PURCHASE_DECIDED"


def test_lists_by_what_happened_to_a_claim(world: World) -> None:
    """A list finds product orders by when a claim was requested, collected and completed, and by its status."""
    id_ = bring(world, "RETURN_REQUEST")
    do(world, "collect", id_)
    do(world, "return.approve", id_)
    for kind in ("CLAIM_REQUESTED", "COLLECT_COMPLETED", "CLAIM_COMPLETED"):
        window = {"from": FEED_FROM, "rangeType": f"{kind}_DATETIME", "claimStatuses": "RETURN_DONE"}
        (found,) = world.naver("GET", "", None, **window).json["data"]["contents"]
        assert found["productOrderId"] == id_
        assert found["content"]["currentClaim"]["return"]["claimStatus"] == "RETURN_DONE"
        assert "return" not in found["content"]


@pytest.mark.parametrize(
    ("legacy", "at", "shown"),
    [
        ("auto", "2026-10-27T23:59:59+09:00", True),
        ("auto", "2026-10-28T00:00:00+09:00", False),
        ("on", "2026-11-01T00:00:00+09:00", True),
        ("off", "2026-03-01T00:00:00+09:00", False),
    ],
)
def test_claims_under_their_old_keys(legacy: Any, at: str, shown: bool) -> None:  # noqa: FBT001
    """A query has a claim also under the name of its kind until 2026-10-28 by the session's clock, or by option."""
    world = World(at=datetime.fromisoformat(at).timestamp(), legacy_claims=legacy)
    id_ = bring(world, "EXCHANGE_REDELIVERING")
    do(world, "request_return", id_)
    details = show(world, id_)
    assert ("return" in details, "exchange" in details) == (shown, shown)
    if shown:
        assert details["return"] == details["currentClaim"]["return"]
        assert details["exchange"] == details["beforeClaim"]["exchange"]


def test_what_is_unknown_is_a_switch(tmp_path: Path) -> None:
    """lifecycle.yaml says whether returns may be approved early and whether claims fail with 9999 only."""
    text = "approve_before_collection: false\nclaim_failures: generic\n"
    world = World(data=write(tmp_path, {"naver/lifecycle.yaml": text, "naver/orders.yaml": "orders: []"}))
    id_ = bring(world, "RETURN_REQUEST")
    assert failure(sell(world, "return.approve", id_))[0] == "9999"
    do(world, "collect", id_)
    do(world, "return.approve", id_)
    expected = ("9999", "주문상태 확인 필요(취소 불가능 주문상태)")
    assert failure(sell(world, "cancel.request", id_)) == expected


def test_packaged_orders_with_claims(either: World) -> None:
    """A seller finds a request to cancel and a collected return, and can approve both."""
    for id_, action, status in (
        ("2026090350040041", "cancel.approve", "CANCELED"),
        ("2026090450050051", "return.approve", "RETURNED"),
    ):
        assert show(either, id_)["currentClaim"]
        do(either, action, id_)
        assert show(either, id_)["productOrder"]["productOrderStatus"] == status


STATES = {
    "PAYED/CANCEL_REQUEST": ("cancel.approve", "CANCELED"),
    # What was requested hours ago was paid back by the time that it is looked at.
    "PAYED/CANCELING": ("", "CANCELED"),
    "DELIVERED/HOLDBACK": ("release_decision", "DELIVERED"),
    "RETURN_REQUEST": (f"{DAY}", "DELIVERED"),
    "RETURN/COLLECTING": ("collect", "DELIVERED"),
    "RETURN/COLLECT_DONE": ("return.approve", "RETURNED"),
    "EXCHANGE_REQUEST": ("exchange.reject", "DELIVERED"),
    "EXCHANGE/COLLECTING": ("exchange.collect_approve", "DELIVERED"),
    "EXCHANGE/COLLECT_DONE": ("exchange.dispatch", "DELIVERED"),
    "EXCHANGE_REDELIVERING": (f"{2 * DAY}", "EXCHANGED"),
    "CANCELED": ("", "CANCELED"),
    "RETURNED": ("", "RETURNED"),
    "EXCHANGED": ("", "EXCHANGED"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("age", [", hours_ago: 30", ""])
def test_orders_of_a_file_start_with_claims(tmp_path: Path, state: str, age: str) -> None:
    """A row may be in any state of a claim, with its block, its feed row, and what comes next."""
    row = f'  - {{order_id: "2026030300000001", product_order_ids: ["2026030300000011"], state: {state}{age}}}\n'
    world = World(data=write(tmp_path, {"naver/orders.yaml": f"orders:\n{row}"}))
    id_, shop = "2026030300000011", world.session.shops["naver"]
    item = shop.book.find(id_)
    assert item
    assert item.cell == state
    if state != "DELIVERED/HOLDBACK":
        assert show(world, id_)["currentClaim"]
        assert item.feed["claimStatus"] == item.state["claimStatus"] or state.endswith("COLLECTING")
        assert any(key == id_ for _, key in shop.book.iter_keys("CLAIM_REQUESTED_DATETIME", (0, ""), 1 << 45))
    action, status = STATES[state]
    do(world, action or "60", id_)
    assert show(world, id_)["productOrder"]["productOrderStatus"] == status
