"""NAVER's product orders: what the calls send, and how their answers are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    BulkResult,
    ClaimStatus,
    ConnectionFailedError,
    Dispatch,
    FailedProductOrder,
    LastChangedType,
    PlaceOrderStatus,
    ProductOrderStatus,
    ServerError,
    UnexpectedAnswerError,
)
from tests.client.world import UNAUTHORIZED, Api, token

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
    """A query sends ids in a JSON body and gives typed product orders; all that is not read is kept where it stood."""
    api = Api(success([DETAIL]))
    (found,) = list(way.naver(api).query_product_orders(["2026092150000011"]))
    (request,) = api.requests
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


def test_many_ids(way: Way) -> None:
    """Any number of ids is asked for, 300 a call and each once, and only as far as they are wanted."""
    ids = [f"{n:016}" for n in range(650)]
    api = Api(success([DETAIL]))
    client = way.naver(api)
    assert len(list(client.query_product_orders([*ids, ids[0]]))) == 3
    asked = [json.loads(each.content)["productOrderIds"] for each in api.requests]
    assert [len(each) for each in asked] == [300, 300, 50]
    assert [id_ for each in asked for id_ in each] == ids
    next(client.query_product_orders(ids))
    assert len(api.requests) == 4


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
    """Confirming has a success key of its own; failures and changed addresses are told by id."""
    data = {
        "successProductOrderInfos": [
            {"productOrderId": "1", "isReceiverAddressChanged": False},
            {"productOrderId": "2", "isReceiverAddressChanged": True},
        ],
        "failProductOrderInfos": [{"productOrderId": "3", "code": "104443", "message": "이미 발주확인 된 주문입니다."}],
    }
    api = Api(success(data))
    result = way.naver(api).confirm_product_orders(["1", "2", "3", "1"])
    assert str(api.requests[0].url) == f"{BASE}/confirm"
    assert json.loads(api.requests[0].content) == {"productOrderIds": ["1", "2", "3"]}
    failed = FailedProductOrder(product_order_id="3", code="104443", message="이미 발주확인 된 주문입니다.")
    assert result == BulkResult(
        succeeded=("1", "2"), failed=(failed,), address_changed=("2",), trace_id="t", extra=result.extra
    )


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


WRITES: dict[str, Callable[[Any], Any]] = {
    "confirm": lambda client: client.confirm_product_orders(["1"]),
    "dispatch": lambda client: client.dispatch_product_orders([Dispatch(product_order_id="1")]),
    "delay": lambda client: client.delay_dispatch("1", due=NOON, reason="ETC"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_is_sent_again_only_if_it_was_not_executed(way: Way, write: Callable[[Any], Any]) -> None:
    """A 429 and a refused token are repeated; a failure after which the outcome is not known never is."""
    refused = httpx.Response(429, json={"code": "GW.RATE_LIMIT", "message": "."})
    api = Api(refused, acted("1"))
    assert write(way.naver(api)).succeeded == ("1",)
    assert len(api.requests) == 2
    api = Api(token(), UNAUTHORIZED, token("T2"), acted("1"))
    assert write(way.signing(api)).succeeded == ("1",)
    assert [each.headers.get("Authorization") for each in api.requests[1::2]] == ["Bearer T1", "Bearer T2"]
    for failure, error in ((httpx.Response(503), ServerError), (httpx.ReadError("gone"), ConnectionFailedError)):
        api = Api(failure, acted("1"))
        with pytest.raises(error):
            write(way.naver(api))
        assert len(api.requests) == 1


def test_a_read_is_sent_again(way: Way) -> None:
    """A query by POST changes nothing, so it is repeated after a failure that may pass."""
    api = Api(httpx.Response(503), success([DETAIL]))
    assert len(list(way.naver(api).query_product_orders(["1"]))) == 1
    assert len(api.requests) == 2


WRONG: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "a lone id": (lambda c: c.confirm_product_orders("1"), TypeError, "product_order_ids must be a list"),
    "no ids": (lambda c: c.confirm_product_orders([]), ValueError, "product_order_ids is empty"),
    "a number": (lambda c: c.confirm_product_orders([1]), TypeError, r"product_order_ids\[0\] must be a str"),
    "31 ids": (lambda c: c.confirm_product_orders(map(str, range(31))), ValueError, "holds 31: one call takes 30"),
    "31 parcels": (
        lambda c: c.dispatch_product_orders([Dispatch(product_order_id="1")] * 31),
        ValueError,
        "holds 31: one call takes 30",
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
    "no ids to query": (lambda c: c.query_product_orders([]), ValueError, "product_order_ids is empty"),
}


@pytest.mark.parametrize(("call", "kind", "text"), WRONG.values(), ids=WRONG)
def test_wrong_arguments(way: Way, call: Callable[[Any], Any], kind: type[Exception], text: str) -> None:
    """A wrong argument is refused by name, and nothing is sent."""
    api = Api(success([]))
    with pytest.raises(kind, match=text):
        list(call(way.naver(api)))
    assert api.requests == []


SHAPES: dict[str, tuple[Callable[[Any], Any], object, str]] = {
    "data of a query": (lambda c: list(c.query_product_orders(["1"])), {}, "body.data is an object"),
    "a row": (lambda c: list(c.query_product_orders(["1"])), [{"order": {}}], "productOrder is absent"),
    "ids": (WRITES["dispatch"], {"successProductOrderIds": [1]}, "successProductOrderIds is an array, not"),
    "failures": (WRITES["dispatch"], {"failProductOrderInfos": {}}, "failProductOrderInfos is an object, not"),
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
    (found,) = list(client.query_product_orders(["2023032838302801"]))
    assert found.product_order_status is ProductOrderStatus.PURCHASE_DECIDED
    assert (found.quantity, found.total_payment_amount, found.claim_status) == (10, 90400, None)
    client = way.naver(Api(httpx.Response(200, json=payload("naver_payloads/last_changed_200.real_2023.json"))))
    (change,) = client.product_order_changes(NOON).changes
    assert (change.product_order_id, change.last_changed_type) == ("2023032838302801", "PURCHASE_DECIDED")
