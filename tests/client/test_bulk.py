"""Writes: each is sent once, and what its answer leaves open is settled by reading."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    BulkError,
    ConnectionFailedError,
    DeadlineExceededError,
    Dispatch,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ThrottledError,
    TimedOutError,
    UnexpectedAnswerError,
)
from tests.client.world import UNAUTHORIZED, Api, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.way import Way

KST = timezone(timedelta(hours=9))
DUE = datetime(2026, 9, 28, 23, 59, 59, tzinfo=KST)
PARCEL = Dispatch(product_order_id="1", delivery_company_code="CJGLS", tracking_number="6000-0000 01ab")
BY_HAND = Dispatch(product_order_id="1", delivery_method="DIRECT_DELIVERY")
REFUSED = httpx.Response(429, json={"code": "GW.RATE_LIMIT", "message": "."})


def acted(*ids: str, **failed: str) -> httpx.Response:
    """An answer to a writing call; failures are code by id."""
    infos = [{"productOrderId": id_, "code": code, "message": "왜"} for id_, code in failed.items()]
    return httpx.Response(200, json={"data": {"successProductOrderIds": list(ids), "failProductOrderInfos": infos}})


def shown(*rows: dict[str, Any]) -> httpx.Response:
    """An answer to a query: product orders 1, 2 … with these fields, or those that they name."""
    data = []
    for n, given in enumerate(rows, 1):
        blocks = {"delivery": given["delivery"]} if "delivery" in given else {}
        product = {"productOrderId": str(n)} | {key: value for key, value in given.items() if key != "delivery"}
        data.append({"order": {"orderId": "1"}, "productOrder": product, **blocks})
    return httpx.Response(200, json={"data": data})


CONFIRMED = {"productOrderStatus": "PAYED", "placeOrderStatus": "OK"}
PAID = {"productOrderStatus": "PAYED", "placeOrderStatus": "NOT_YET"}


@dataclass
class Shop:
    """An API that answers writes from one list and queries from another, the last ones again and again."""

    writes: list[httpx.Response | Exception]
    reads: list[httpx.Response | Exception] = field(default_factory=list)
    sent: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer with the next response of the list."""
        action = request.url.path.rpartition("/")[2]
        self.sent.append((action, json.loads(request.content)))
        answers = self.reads if action == "query" else self.writes
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def actions(self) -> list[str]:
        """What was called, in order."""
        return [action for action, _ in self.sent]


WRITES: dict[str, Callable[[Any], Any]] = {
    "confirm": lambda client: client.confirm_product_orders(["1"]),
    "dispatch": lambda client: client.dispatch_product_orders([PARCEL]),
    "delay": lambda client: client.delay_dispatch("1", due=DUE, reason="ETC"),
    "change": lambda client: client.change_hope_delivery("1", day=date(2026, 9, 28), reason=".", hour=time(15)),
}
every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def test_any_number_in_calls_of_30(way: Way) -> None:
    """Ids are sent 30 a call in their order, and the result has each once in that order."""
    ids = [str(n) for n in range(65)]

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["productOrderIds"]
        sent.append(asked)
        return acted(*(id_ for id_ in asked if id_ != "31"), **{"31": "104443"} if "31" in asked else {})

    sent: list[list[str]] = []
    result = way.naver(answer).confirm_product_orders([*ids, "0"])
    assert [len(each) for each in sent] == [30, 30, 5]
    assert [each.product_order_id for each in result.items] == ids
    assert result.succeeded == tuple(id_ for id_ in ids if id_ != "31")
    assert [(each.product_order_id, each.code, each.is_read) for each in result.failed] == [("31", "104443", False)]
    assert (len(result.answers), result.unknown, result.settled) == (3, (), ())


def test_any_number_of_parcels(way: Way) -> None:
    """Parcels are sent 30 a call too."""
    parcels = [Dispatch(product_order_id=str(n), delivery_method="NOTHING") for n in range(31)]
    shop = Shop([acted(*map(str, range(30))), acted("30")])
    assert way.naver(shop).dispatch_product_orders(parcels).check().succeeded == tuple(map(str, range(31)))
    assert [len(body["dispatchProductOrders"]) for _, body in shop.sent] == [30, 1]


def test_a_failure_is_hard_to_overlook(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    """`check` raises with the result and says what failed; who does not call it has a warning in the log."""
    client = way.naver(Api(acted("1", **{"2": "104119"})))
    with caplog.at_level(logging.WARNING, "jumun_client"):
        result = client.confirm_product_orders(["1", "2"])
    text = "naver.product_orders.confirm: 1 of 2 product orders are done: 2: 104119 왜"
    assert [record.getMessage() for record in caplog.records] == [text]
    with pytest.raises(BulkError) as caught:
        result.check()
    assert (str(caught.value), caught.value.result, caught.value.code) == (text, result, "104119")
    caplog.clear()
    good = way.naver(Api(acted("1"))).confirm_product_orders(["1"])
    assert good.check() is good
    assert caplog.records == []


def test_a_long_list_of_failures_is_cut(way: Way) -> None:
    """The text names five failures, each on the same line whatever the API says, and how many more there are."""
    infos = [{"productOrderId": str(n), "code": "9999", "message": "a\nb\x1b" + "가" * 999} for n in range(9)]
    result = way.naver(
        Api(httpx.Response(200, json={"data": {"failProductOrderInfos": infos}}))
    ).confirm_product_orders(map(str, range(9)))
    assert str(result).endswith("; and 4 more")
    assert str(result).isprintable()
    assert len(str(result)) < 2_000


@every_write
def test_what_was_not_executed_is_sent_again(way: Way, write: Callable[[Any], Any]) -> None:
    """After a 429, a refused token or a connection that was never made, a write is sent again."""
    api = Api(REFUSED, acted("1"))
    assert write(way.naver(api)).succeeded == ("1",)
    assert len(api.requests) == 2
    api = Api(token(), UNAUTHORIZED, token("T2"), acted("1"))
    assert write(way.signing(api)).succeeded == ("1",)
    assert [each.headers.get("Authorization") for each in api.requests[1::2]] == ["Bearer T1", "Bearer T2"]
    for never_sent in (httpx.ConnectError("refused"), httpx.ConnectTimeout("t"), httpx.PoolTimeout("p")):
        api = Api(never_sent, acted("1"))
        assert write(way.naver(api)).succeeded == ("1",)
        assert len(api.requests) == 2


OPEN: dict[str, tuple[httpx.Response | Exception, type[ApiError]]] = {
    "reset": (httpx.ReadError("gone"), ConnectionFailedError),
    "cut": (httpx.RemoteProtocolError("cut"), ConnectionFailedError),
    "unsent in part": (httpx.WriteError("gone"), ConnectionFailedError),
    "silence": (httpx.ReadTimeout("t"), TimedOutError),
    "500": (httpx.Response(500, json={"code": "1"}), ServerError),
    "503": (httpx.Response(503), ServerError),
    "504": (httpx.Response(504, json={"code": "GW.TIMEOUT.01"}), ServerError),
    "html": (httpx.Response(200, text="<html>"), UnexpectedAnswerError),
    "another shape": (httpx.Response(200, json={"data": {"failProductOrderInfos": {}}}), UnexpectedAnswerError),
}
DONE: dict[str, dict[str, Any]] = {
    "confirm": CONFIRMED,
    "dispatch": {"productOrderStatus": "DELIVERING", "delivery": {"trackingNumber": "6000000001AB"}},
    "delay": {**PAID, "delayedDispatchReason": "ETC", "shippingDueDate": "2026-09-28T00:00:00.0+09:00"},
    "change": {**PAID, "hopeDelivery": {"hopeDeliveryYmd": "20260928", "hopeDeliveryHm": "1500", "region": "서울"}},
}


@every_write
@pytest.mark.parametrize(("failure", "error"), OPEN.values(), ids=OPEN)
def test_an_open_outcome_is_settled_by_reading(
    way: Way, write: Callable[[Any], Any], failure: httpx.Response | Exception, error: type[ApiError]
) -> None:
    """A write that may have been executed is sent once; what is read says that it was, with the failure beside it."""
    name = next(name for name, each in WRITES.items() if each is write)
    shop = Shop([failure], [shown(DONE[name])])
    (item,) = write(way.naver(shop)).check().settled
    assert (item.outcome, item.is_read, type(item.error)) == ("done", True, error)
    assert shop.actions == [name, "query"]
    assert way.time.naps == []


@every_write
def test_what_seems_not_done_is_read_again(way: Way, write: Callable[[Any], Any]) -> None:
    """A change that shows late is seen; one that does not show in three seconds was not done. Neither is sent again."""
    name = next(name for name, each in WRITES.items() if each is write)
    shop = Shop([httpx.ReadError("gone")], [shown(PAID), shown(DONE[name])])
    assert write(way.naver(shop)).succeeded == ("1",)
    assert (shop.actions, way.time.naps) == ([name, "query", "query"], [1.0])
    shop = Shop([httpx.ReadError("gone")], [shown(PAID)])
    result = write(way.naver(shop))
    (item,) = result.failed
    assert (item.outcome, item.is_read, item.code) == ("not done", True, None)
    assert (shop.actions, way.time.naps[1:]) == ([name, "query", "query", "query"], [1.0, 2.0])
    with pytest.raises(BulkError, match="0 of 1 product orders are done: 1: not done, ConnectionFailedError"):
        result.check()


@every_write
def test_what_cannot_be_read_is_unknown(way: Way, write: Callable[[Any], Any]) -> None:
    """Where reading fails too, or does not show the product order, the outcome is unknown and `check` says so."""
    for reads in ([httpx.ReadError("gone")], [httpx.Response(403)], [shown()]):
        shop = Shop([httpx.ReadTimeout("t")], list(reads))
        result = write(way.naver(shop))
        (item,) = result.unknown
        assert (item.outcome, item.is_read, type(item.error)) == ("unknown", False, TimedOutError)
        assert shop.actions.count("query") == len(shop.actions) - 1
        with pytest.raises(BulkError, match=r"0 of 1 product orders are done, 1 unknown: 1: unknown, TimedOutError"):
            result.check()


VERDICTS: list[tuple[str, Callable[[Any], Any], dict[str, Any], str]] = [
    ("no place status", WRITES["confirm"], {}, "unknown"),
    ("a new place status", WRITES["confirm"], {"placeOrderStatus": "NEW"}, "unknown"),
    ("confirmation taken back", WRITES["confirm"], {"placeOrderStatus": "CANCEL"}, "not done"),
    ("sent on", WRITES["confirm"], {"productOrderStatus": "DELIVERING", "placeOrderStatus": "OK"}, "done"),
    (
        "another parcel",
        WRITES["dispatch"],
        {"productOrderStatus": "DELIVERING", "delivery": {"trackingNumber": "7"}},
        "not done",
    ),
    ("a parcel unseen", WRITES["dispatch"], {"productOrderStatus": "DELIVERING"}, "unknown"),
    ("canceled", WRITES["dispatch"], {"productOrderStatus": "CANCELED"}, "not done"),
    ("a new status", WRITES["dispatch"], {"productOrderStatus": "NEW"}, "unknown"),
    (
        "by hand",
        lambda client: client.dispatch_product_orders([BY_HAND]),
        {"productOrderStatus": "DELIVERED", "delivery": {"deliveryMethod": "DIRECT_DELIVERY"}},
        "done",
    ),
    (
        "not by hand",
        lambda client: client.dispatch_product_orders([BY_HAND]),
        {"productOrderStatus": "DELIVERED", "delivery": {"deliveryMethod": "DELIVERY", "trackingNumber": "7"}},
        "not done",
    ),
    ("a new status by hand", lambda client: client.dispatch_product_orders([BY_HAND]), {}, "unknown"),
    ("another reason", WRITES["delay"], {"delayedDispatchReason": "CUSTOM_BUILD"}, "not done"),
    ("no due date", WRITES["delay"], {"delayedDispatchReason": "ETC"}, "unknown"),
    (
        "another due date",
        WRITES["delay"],
        {"delayedDispatchReason": "ETC", "shippingDueDate": "2026-09-29T00:00:00.0+09:00"},
        "unknown",
    ),
    (
        "another hour",
        WRITES["change"],
        {"hopeDelivery": {"hopeDeliveryYmd": "20260928", "hopeDeliveryHm": "0900"}},
        "not done",
    ),
    (
        "any hour",
        lambda client: client.change_hope_delivery("1", day=date(2026, 9, 28), reason="."),
        {"hopeDelivery": {"hopeDeliveryYmd": "20260928", "hopeDeliveryHm": "0900"}},
        "done",
    ),
]


@pytest.mark.parametrize(("write", "seen", "outcome"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS])
def test_verdicts(way: Way, write: Callable[[Any], Any], seen: dict[str, Any], outcome: str) -> None:
    """What a product order shows says whether it is as the write wanted it, or says nothing."""
    (item,) = write(way.naver(Shop([httpx.ReadError("gone")], [shown(seen)]))).items
    assert (item.outcome, item.is_read) == (outcome, outcome != "unknown")


def test_what_an_answer_leaves_out_is_read(way: Way) -> None:
    """A product order in neither list, or in both, is read; the answer's word holds for the others."""
    shop = Shop([acted("1", "2", **{"2": "9999", "4": "104443"})], [shown(PAID, PAID, CONFIRMED)])
    result = way.naver(shop).confirm_product_orders(["1", "2", "3", "4"])
    assert [(each.outcome, each.is_read, each.error) for each in result.items] == [
        ("done", False, None),
        ("not done", True, None),
        ("done", True, None),
        ("not done", False, None),
    ]
    assert [body["productOrderIds"] for action, body in shop.sent if action == "query"] == [["2", "3"], ["2"], ["2"]]


def test_what_follows_is_sent_once_all_is_settled(way: Way) -> None:
    """A call whose outcome was open and is settled does not keep the next from being sent."""
    ids = [str(n) for n in range(1, 41)]
    shop = Shop([httpx.Response(500), acted(*ids[30:])], [shown(*[CONFIRMED] * 30)])
    result = way.naver(shop).confirm_product_orders(ids).check()
    assert (len(result.settled), shop.actions) == (30, ["confirm", "query", "confirm"])


def test_nothing_is_sent_after_what_is_not_settled(way: Way) -> None:
    """Where reading fails the rest is not sent, and the result says of each what is known."""
    ids = [str(n) for n in range(1, 41)]
    shop = Shop([httpx.Response(500)], [httpx.Response(403)])
    result = way.naver(shop).confirm_product_orders(ids)
    assert [each.product_order_id for each in result.unknown] == ids[:30]
    assert [each.product_order_id for each in result.failed] == ids[30:]
    assert {type(each.error) for each in result.unknown} == {ServerError}
    assert {(type(each.error), each.is_read) for each in result.failed} == {(PermissionDeniedError, False)}
    assert shop.actions == ["confirm", "query"]


@every_write
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"code": "4000"}), BadRequestError),
        (httpx.Response(401, json={"code": "GW.AUTHN"}), AuthenticationError),
        (httpx.Response(403), PermissionDeniedError),
        (REFUSED, RateLimitError),
        (httpx.ConnectError("refused"), ConnectionFailedError),
    ],
    ids=["400", "401", "403", "429", "never sent"],
)
def test_a_first_call_that_changed_nothing_raises(
    way: Way, write: Callable[[Any], Any], answer: httpx.Response | Exception, error: type[ApiError]
) -> None:
    """A write that was refused as a whole raises as every call does, and nothing is read."""
    shop = Shop([answer])
    with pytest.raises(error):
        write(way.naver(shop))
    assert "query" not in shop.actions


def test_no_token_no_write(way: Way) -> None:
    """Where no token can be obtained the write was not sent, whatever the failure: it raises and nothing is read."""
    api = Api(httpx.ReadError("gone"))
    with pytest.raises(ConnectionFailedError) as caught:
        WRITES["confirm"](way.signing(api))
    assert caught.value.operation == "naver.token"
    assert {each.url.path.rpartition("/")[2] for each in api.requests} == {"token"}


def test_a_later_call_that_is_refused(way: Way) -> None:
    """A refusal after writes that were done takes nothing from them; the rest is not sent and has the refusal."""
    ids = [str(n) for n in range(90)]
    shop = Shop([acted(*ids[:30]), httpx.Response(400, json={"code": "4000"}), acted(*ids[60:])])
    result = way.naver(shop).confirm_product_orders(ids)
    assert result.succeeded == tuple(ids[:30])
    assert [each.product_order_id for each in result.failed] == ids[30:]
    assert {type(each.error) for each in result.failed} == {BadRequestError}
    assert shop.actions == ["confirm", "confirm"]


def test_each_call_has_a_deadline_of_its_own(way: Way) -> None:
    """A write whose deadline passed is read all the same."""
    shop = Shop([httpx.ReadTimeout("t")], [shown(CONFIRMED)])

    def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/confirm"):
            way.time.now_s += 5
        return shop(request)

    (item,) = way.naver(slow, deadline=4).confirm_product_orders(["1"]).settled
    assert (item.outcome, type(item.error)) == ("done", DeadlineExceededError)


def test_a_pace_that_is_not_waited_for(way: Way) -> None:
    """With pacing="fail" what would come too early was not sent: it raises, or is in the result after what was done."""
    ids = [str(n) for n in range(30 * 11)]
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.extend(json.loads(request.content)["productOrderIds"])
        return acted(*json.loads(request.content)["productOrderIds"])

    client = way.naver(answer, pacing="fail")
    result = client.confirm_product_orders(ids)
    assert result.succeeded == tuple(sent) == tuple(ids[:300])
    assert {type(each.error) for each in result.failed} == {ThrottledError}
    with pytest.raises(ThrottledError):
        client.confirm_product_orders(ids)
