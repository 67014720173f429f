"""NAVER's product orders: what the calls send, and how their answers are read."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    BulkItem,
    ClaimStatus,
    Dispatch,
    LastChangedType,
    PlaceOrderStatus,
    ProductOrderStatus,
    UnexpectedAnswerError,
)
from tests.client.world import Api

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.way import Way

KST = timezone(timedelta(hours=9))
NOON = datetime(2026, 9, 21, 12, tzinfo=KST)
BASE = "https://api.commerce.naver.com/external/v1/pay-order/seller/product-orders"
# Of the shape of recorded answers; all that is in it is made up.
DETAIL = {
    "productOrder": {
        "productOrderId": "2026092150000011",
        "productOrderStatus": "PAYED",
        "placeOrderStatus": "NOT_YET",
        "productName": "머그컵",
        "quantity": 2,
        "totalPaymentAmount": 24000,
        "shippingDueDate": "2026-09-24T23:59:59.0+09:00",
        "shippingAddress": {"name": "홍길동", "tel1": "010-0000-0000"},
        "claimType": "CANCEL",
        "claimStatus": "CANCEL_REQUEST",
        "unitPrice": 12000,
    },
    "order": {
        "orderId": "2026092170000011",
        "ordererName": "홍길동",
        "orderDate": "2026-09-21T09:58:11.976+09:00",
        "paymentMeans": "신용카드",
    },
    "currentClaim": {"cancel": {"claimStatus": "CANCEL_REQUEST"}},
    "newBlock": {"a": 1},
}


def success(data: object, **more: object) -> httpx.Response:
    """An answer of the order API."""
    return httpx.Response(
        200, json={"timestamp": "2026-09-21T12:00:00.123+09:00", "traceId": "t", "data": data, **more}
    )


def acted(*ids: str, **failed: str) -> httpx.Response:
    """An answer to a writing call; failures are code by id."""
    infos = [{"productOrderId": id_, "code": code, "message": "왜"} for id_, code in failed.items()]
    return success({"successProductOrderIds": list(ids), "failProductOrderInfos": infos})


def test_query(way: Way) -> None:
    """A query sends ids in a JSON body and gives typed product orders; all that is not read is kept where it was."""
    api = Api(success([DETAIL]))
    result = way.naver(api).query_product_orders(["2026092150000011"])
    (found,), (request,) = result.product_orders, api.requests
    assert (result.missing, result.trace_ids) == ((), ("t",))
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/query")
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Authorization"] == "Bearer test-token"
    assert json.loads(request.content) == {"productOrderIds": ["2026092150000011"], "quantityClaimCompatibility": True}
    assert (found.order_id, found.product_order_id) == ("2026092170000011", "2026092150000011")
    assert found.product_order_status is ProductOrderStatus.PAYED
    assert found.place_order_status is PlaceOrderStatus.NOT_YET
    assert (found.claim_type, found.claim_status) == ("CANCEL", ClaimStatus.CANCEL_REQUEST)
    assert found.order_date == datetime(2026, 9, 21, 9, 58, 11, 976000, tzinfo=KST)
    assert (found.payment_date, found.delivery) == (None, None)
    assert found.shipping_address["tel1"] == "010-0000-0000"
    assert found.current_claim == {"cancel": {"claimStatus": "CANCEL_REQUEST"}}
    assert found.extra == {
        "newBlock": {"a": 1},
        "order": {"paymentMeans": "신용카드"},
        "productOrder": {"unitPrice": 12000},
    }
    assert "홍길동" not in repr(found)
    assert "010" not in repr(found)


def row(id_: str, **product_order: object) -> dict[str, Any]:
    """A product order as a query has it."""
    return {"order": {"orderId": "1"}, "productOrder": {"productOrderId": id_, **product_order}}


def test_many_ids(way: Way) -> None:
    """Any number of ids is asked for, 300 a call and each once; what comes has their order, the rest is reported."""
    ids = [f"{n:016}" for n in range(650)]

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["productOrderIds"]
        api.append(asked)
        return success([row(id_) for id_ in reversed(asked) if id_ not in (ids[7], ids[640])])

    api: list[list[str]] = []
    found = way.naver(answer).query_product_orders([*ids, ids[0]])
    assert [len(each) for each in api] == [300, 300, 50]
    assert [id_ for each in api for id_ in each] == ids
    assert found.missing == (ids[7], ids[640])
    assert [each.product_order_id for each in found.product_orders] == [id_ for id_ in ids if id_ not in found.missing]
    assert (len(found.trace_ids), len(found.extra)) == (3, 3)


def test_list(way: Way) -> None:
    """A list sends its window with an offset, its lists comma-joined, and nothing for what is None."""
    page = {"contents": [{"productOrderId": "2026092150000011", "content": DETAIL}]}
    api = Api(success(page | {"pagination": {"page": 2, "size": 300, "hasNext": True}}))
    result = way.naver(api).list_product_orders(
        NOON, datetime(2026, 9, 22, 2, tzinfo=UTC), statuses=[ProductOrderStatus.PAYED, "DELIVERING"], page=2
    )
    assert str(api.requests[0].url).replace("%3A", ":") == (
        f"{BASE}?from=2026-09-21T12:00:00.000%2B09:00&to=2026-09-22T02:00:00.000%2B00:00"
        "&productOrderStatuses=PAYED%2CDELIVERING&page=2&quantityClaimCompatibility=true"
    )
    assert api.requests[0].method == "GET"
    assert (result.page, result.has_next, result.trace_id) == (2, True, "t")
    assert result.timestamp == datetime(2026, 9, 21, 12, 0, 0, 123_000, tzinfo=KST)
    assert [each.product_name for each in result.product_orders] == ["머그컵"]


def test_changes(way: Way) -> None:
    """The feed gives rows and where to go on; `more` goes back as it came."""
    row = {
        "orderId": "1",
        "productOrderId": "2",
        "lastChangedType": "DISPATCHED",
        "lastChangedDate": "2026-09-21T11:00:00.0+09:00",
        "productOrderStatus": "DELIVERING",
        "receiverAddressChanged": False,
    }
    more = {"moreFrom": "2026-09-21T11:30:00.0+09:00", "moreSequence": "3"}
    other = row | {"lastChangedType": "BRAND_NEW"}
    api = Api(
        success({"lastChangeStatuses": [row, other], "count": 2, "more": more}),
        success({"lastChangeStatuses": [], "count": 0}),
    )
    client = way.naver(api)
    first = client.product_order_changes(NOON, limit=2)
    assert first.changes[0].last_changed_type is LastChangedType.DISPATCHED
    assert first.changes[1].last_changed_type == "BRAND_NEW"
    assert first.changes[0].last_changed_date == datetime(2026, 9, 21, 11, tzinfo=KST)
    last = client.product_order_changes(first.more_from, more_sequence=first.more_sequence)
    assert dict(api.requests[1].url.params) == {"lastChangedFrom": more["moreFrom"], "moreSequence": "3"}
    assert (last.changes, last.more_from, last.more_sequence) == ((), None, None)


def test_confirm(way: Way) -> None:
    """Confirming has a success key of its own; failures and changed addresses are reported by id."""
    data = {
        "successProductOrderInfos": [
            {"productOrderId": "1", "isReceiverAddressChanged": False, "new": 1},
            {"productOrderId": "2", "isReceiverAddressChanged": True},
        ],
        "failProductOrderInfos": [
            {"productOrderId": "3", "code": "104443", "message": "이미 발주확인 된 주문입니다.", "new": 2}
        ],
    }
    api = Api(success(data))
    result = way.naver(api).confirm_product_orders(["1", "2", "3", "1"])
    assert str(api.requests[0].url) == f"{BASE}/confirm"
    assert json.loads(api.requests[0].content) == {"productOrderIds": ["1", "2", "3"]}
    failed = BulkItem(product_order_id="3", outcome="not done", code="104443", message="이미 발주확인 된 주문입니다.")
    assert (result.succeeded, result.failed, result.address_changed) == (("1", "2"), (failed,), ("2",))
    (answer,) = result.answers
    assert (answer.trace_id, answer.confirmed[0].extra, answer.failed[0].extra) == ("t", {"new": 1}, {"new": 2})


def test_dispatch(way: Way) -> None:
    """What is None is left out of a dispatch: an empty text would make the whole body unreadable."""
    api = Api(acted("1", **{"2": "104119"}))
    result = way.naver(api).dispatch_product_orders(
        [
            Dispatch(
                product_order_id="1", delivery_company_code="CJGLS", tracking_number="0600000000", dispatch_date=NOON
            ),
            Dispatch(product_order_id="2", delivery_method="NOTHING"),
        ]
    )
    assert json.loads(api.requests[0].content) == {
        "dispatchProductOrders": [
            {
                "productOrderId": "1",
                "deliveryMethod": "DELIVERY",
                "deliveryCompanyCode": "CJGLS",
                "trackingNumber": "0600000000",
                "dispatchDate": "2026-09-21T12:00:00.000+09:00",
            },
            {"productOrderId": "2", "deliveryMethod": "NOTHING"},
        ]
    }
    assert (result.succeeded, [each.code for each in result.failed]) == (("1",), ["104119"])


def test_delay(way: Way) -> None:
    """A delay is about one product order, in the path."""
    api = Api(acted("1"))
    result = way.naver(api).delay_dispatch("1", due=NOON, reason="PRODUCT_PREPARE", detail="준비 중")
    assert str(api.requests[0].url) == f"{BASE}/1/delay"
    assert json.loads(api.requests[0].content) == {
        "dispatchDueDate": "2026-09-21T12:00:00.000+09:00",
        "delayedDispatchReason": "PRODUCT_PREPARE",
        "dispatchDelayedDetailedReason": "준비 중",
    }
    assert result.succeeded == ("1",)


def test_hope_delivery(way: Way) -> None:
    """A wished day is written as the API has days and hours; what is None is left out."""
    api = Api(acted("1"))
    client = way.naver(api)
    assert client.change_hope_delivery("1", day=date(2026, 9, 28), reason="판매자 사정").succeeded == ("1",)
    client.change_hope_delivery("1", day=date(2026, 9, 28), reason=".", hour=time(9, 5), region="서울")
    assert str(api.requests[0].url) == f"{BASE}/1/hope-delivery/change"
    assert json.loads(api.requests[0].content) == {"hopeDeliveryYmd": "20260928", "changeReason": "판매자 사정"}
    assert json.loads(api.requests[1].content) == {
        "hopeDeliveryYmd": "20260928",
        "changeReason": ".",
        "hopeDeliveryHm": "0905",
        "region": "서울",
    }


def test_seller(way: Way) -> None:
    """Account and channels come without an envelope, the channels as an array or as the one object of the page."""
    api = Api(
        httpx.Response(200, json={"accountId": "shop", "accountUid": "ncp_1", "grade": "SEED", "new": 1}),
        httpx.Response(200, json=[{"channelNo": 7, "channelType": "STOREFARM", "name": "가게", "new": 2}]),
        httpx.Response(200, json={"channelNo": 8, "channelType": "WINDOW", "name": "창"}),
        httpx.Response(200, json=[]),
    )
    client = way.naver(api)
    account = client.seller_account()
    assert (account.account_id, account.account_uid, account.grade) == ("shop", "ncp_1", "SEED")
    assert account.extra == {"new": 1}
    assert "shop" not in repr(account)
    (channel,) = client.seller_channels()
    assert (channel.channel_no, channel.channel_type, channel.name, channel.url) == (7, "STOREFARM", "가게", None)
    assert channel.extra == {"new": 2}
    assert [each.channel_no for each in client.seller_channels()] == [8]
    assert client.seller_channels() == ()
    assert [each.url.path for each in api.requests[:2]] == [
        "/external/v1/seller/account",
        "/external/v1/seller/channels",
    ]


def test_a_read_is_sent_again(way: Way) -> None:
    """A query by POST changes nothing, so it is repeated after a failure that may pass."""
    api = Api(httpx.Response(503), success([DETAIL]))
    assert len(way.naver(api).query_product_orders(["1"]).product_orders) == 1
    assert len(api.requests) == 2


WRONG: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "a lone id": (lambda c: c.confirm_product_orders("1"), TypeError, "product_order_ids must be a list"),
    "no ids": (lambda c: c.confirm_product_orders([]), ValueError, "product_order_ids is empty"),
    "a number": (lambda c: c.confirm_product_orders([1]), TypeError, r"product_order_ids\[0\] must be a str"),
    "a parcel twice": (
        lambda c: c.dispatch_product_orders([Dispatch(product_order_id="1"), Dispatch(product_order_id="1")]),
        ValueError,
        r"dispatches\[1\] is about a product order that has one already",
    ),
    "a dict": (lambda c: c.dispatch_product_orders([{}]), TypeError, r"dispatches\[0\] must be a Dispatch"),
    "an empty courier": (
        lambda c: c.dispatch_product_orders([Dispatch(product_order_id="1", delivery_company_code="")]),
        ValueError,
        r"dispatches\[0\].delivery_company_code is empty",
    ),
    "a day": (lambda c: c.list_product_orders(NOON.date()), TypeError, "since must be a datetime"),
    "no time zone": (lambda c: c.list_product_orders(NOON.replace(tzinfo=None)), ValueError, "since must be aware"),
    "no statuses": (lambda c: c.list_product_orders(NOON, statuses=[]), ValueError, "productOrderStatuses is empty"),
    "another path": (
        lambda c: c.delay_dispatch("../1", due=NOON, reason="ETC"),
        ValueError,
        "product_order_id '../1' would change the path",
    ),
    "a moment for a day": (
        lambda c: c.change_hope_delivery("1", day=NOON, reason="."),
        TypeError,
        "day must be a datetime.date",
    ),
    "an hour as text": (
        lambda c: c.change_hope_delivery("1", day=NOON.date(), reason=".", hour="9"),
        TypeError,
        "hour must be a datetime.time",
    ),
    "a span that ends before it begins": (
        lambda c: c.iter_product_orders(NOON, NOON - timedelta(seconds=1)),
        ValueError,
        "until is before since",
    ),
    "statuses of a span": (lambda c: c.iter_product_orders(NOON, statuses=iter([])), ValueError, "is empty"),
    "a text for a moment": (lambda c: c.iter_changes("2026-09-21"), TypeError, "since must be a datetime"),
    "a text for a checkpoint": (
        lambda c: c.iter_changes(NOON, checkpoint="{}"),
        TypeError,
        "checkpoint must be a Checkpoint, not str",
    ),
    "no ids to query": (lambda c: c.query_product_orders([]), ValueError, "product_order_ids is empty"),
}


@pytest.mark.parametrize(("call", "kind", "text"), WRONG.values(), ids=WRONG)
def test_wrong_arguments(way: Way, call: Callable[[Any], Any], kind: type[Exception], text: str) -> None:
    """A wrong argument is refused by name, and nothing is sent."""
    api = Api(success([]))
    with pytest.raises(kind, match=text):
        call(way.naver(api))
    assert api.requests == []


SHAPES: dict[str, tuple[Callable[[Any], Any], object, str]] = {
    "data of a query": (lambda c: c.query_product_orders(["1"]), {}, "body.data is an object"),
    "no data": (lambda c: c.query_product_orders(["1"]), None, "body.data is absent or null, not an array"),
    "a row": (lambda c: c.query_product_orders(["1"]), [{"order": {}}], r"data\[0\].productOrder is absent"),
    "has next": (lambda c: c.list_product_orders(NOON), {"pagination": {"hasNext": 1}}, "hasNext is a number, not"),
    "changes": (lambda c: c.product_order_changes(NOON), {"lastChangeStatuses": [{}]}, r"\[0\].lastChangedType"),
}


@pytest.mark.parametrize(("call", "data", "text"), SHAPES.values(), ids=SHAPES)
def test_wrong_shapes(way: Way, call: Callable[[Any], Any], data: object, text: str) -> None:
    """An answer of another shape is an error that names the place."""
    with pytest.raises(UnexpectedAnswerError, match=text):
        call(way.naver(Api(success(data))))


def test_recorded_answers(way: Way, payload: Callable[[str], Any]) -> None:
    """A recorded product order and a recorded change are read; what was absent is None."""
    client = way.naver(Api(httpx.Response(200, json=payload("naver_payloads/query_200.real_2023.json"))))
    (found,) = client.query_product_orders(["2023032838302801"]).product_orders
    assert found.product_order_status is ProductOrderStatus.PURCHASE_DECIDED
    assert (found.quantity, found.total_payment_amount, found.claim_status) == (10, 90400, None)
    client = way.naver(Api(httpx.Response(200, json=payload("naver_payloads/last_changed_200.real_2023.json"))))
    (change,) = client.product_order_changes(NOON).changes
    assert (change.product_order_id, change.last_changed_type) == ("2023032838302801", "PURCHASE_DECIDED")


PAGES = "workflow_payloads/naver_{}.json"
DETAILS = (
    ("paid_not_yet.constructed", "PAYED", "NOT_YET", None),
    ("delivering.constructed", "DELIVERING", "OK", None),
    ("delivered.constructed", "DELIVERED", "OK", None),
    ("direct_delivery.observed_shape", "DELIVERING", "OK", None),
    ("cancel_request.constructed", "PAYED", "OK", "CANCEL_REQUEST"),
    ("cancel_done.constructed", "CANCELED", "OK", "CANCEL_DONE"),
    ("return_request.constructed", "DELIVERED", "OK", "RETURN_REQUEST"),
    ("return_holdback.constructed", "DELIVERED", "OK", "COLLECT_DONE"),
    ("exchange_redelivering_second_claim.constructed", "DELIVERED", "OK", "RETURN_REQUEST"),
)


@pytest.mark.parametrize("detail", DETAILS, ids=[row[0] for row in DETAILS])
def test_workflow_details(way: Way, payload: Callable[[str], Any], detail: tuple[str, str, str, str | None]) -> None:
    """Product orders of every state are read, and each field of theirs is read or kept where it was."""
    name, status, placed, claim = detail
    body = payload(PAGES.format(f"query_200.{name}"))
    result = way.naver(Api(httpx.Response(200, json=body))).query_product_orders(["1"])
    for found, sent in zip(result.product_orders, body["data"], strict=True):
        assert (found.product_order_status, found.place_order_status, found.claim_status) == (status, placed, claim)
        assert (found.order_date, found.payment_date) != (None, None)
        assert found.delivery == sent.get("delivery")
        assert found.current_claim == sent.get("currentClaim")
        kept = found.extra["productOrder"]
        assert kept == {key: value for key, value in sent["productOrder"].items() if key in kept}
        read = sent["productOrder"].keys() - kept.keys()
        assert read <= {
            *("productOrderId", "productOrderStatus", "placeOrderStatus", "claimType", "claimStatus", "productName"),
            *("productOption", "quantity", "totalPaymentAmount", "placeOrderDate", "shippingDueDate"),
            *("shippingAddress", "shippingMemo"),
        }
        blocks = {"order", "productOrder", "delivery", "currentClaim"}
        assert {key: found.extra[key] for key in sent.keys() - blocks} == {
            key: value for key, value in sent.items() if key not in blocks
        }


def test_workflow_outcomes(way: Way, payload: Callable[[str], Any]) -> None:
    """Answers to writes are read whichever key they have for what went well, with the code of what did not."""
    told = {}
    for name in (
        "dispatch_200_mixed.constructed",
        "dispatch_200_fail_9999",
        "dispatch_200_fail_104119",
        "confirm_200_address_changed.constructed",
        "cancel_request_200_fail_104203",
    ):
        body = payload(PAGES.format(name))
        ids = re.findall(r"\b20[0-9]{14}\b", json.dumps(body["data"]))
        result = way.naver(Api(httpx.Response(200, json=body))).confirm_product_orders(ids)
        assert result.settled == ()
        told[name] = (len(result.succeeded), [each.code for each in result.failed], len(result.address_changed))
    assert told == {
        "dispatch_200_mixed.constructed": (1, ["9999"], 0),
        "dispatch_200_fail_9999": (0, ["9999"], 0),
        "dispatch_200_fail_104119": (0, ["104119"], 0),
        "confirm_200_address_changed.constructed": (1, [], 1),
        "cancel_request_200_fail_104203": (0, ["104203"], 0),
    }


def test_workflow_changes(way: Way, payload: Callable[[str], Any]) -> None:
    """Each row of the feed that is known is read, its events as members, and nothing is left over."""
    timelines = payload(PAGES.format("feed_rows.timelines.constructed"))
    rows = [row for steps in timelines.values() if isinstance(steps, list) for row in steps if "productOrderId" in row]
    client = way.naver(Api(success({"lastChangeStatuses": rows, "count": len(rows)})))
    changes = client.product_order_changes(NOON).changes
    assert len(changes) == len(rows) > 5
    assert all(isinstance(each.last_changed_type, LastChangedType) for each in changes)
    assert [each.claim_type for each in changes] == [row.get("claimType") for row in rows]
    assert {key for each in changes for key in each.extra} <= {"giftReceivingStatus"}
