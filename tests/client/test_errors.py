from __future__ import annotations

import copy
import gzip
import json
import pickle
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jumun_client
from jumun_client import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    BootpayCommerceClient,
    BulkError,
    BulkItem,
    BulkResult,
    ConnectionFailedError,
    NaverCommerceClient,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    StatusError,
    TimedOutError,
    UnexpectedAnswerError,
    WebhookError,
    errors,
)
from tests.client.world import SECRET, Api, FakeTime, ids

if TYPE_CHECKING:
    from collections.abc import Callable

CLASS_BY_STATUS = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: StatusError,
    418: StatusError,
    429: RateLimitError,
    442: StatusError,
    500: ServerError,
    502: ServerError,
    599: ServerError,
}

HTML = httpx.Response(502, html="<html><body>502 Bad Gateway, 홍길동</body></html>")


def naver_error(answer: httpx.Response | Exception) -> ApiError:
    """The error of a NAVER call that is answered so."""

    def handler(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with (
        NaverCommerceClient(access_token="hush", max_retries=0, transport=httpx.MockTransport(handler)) as client,
        pytest.raises(ApiError) as caught,
    ):
        client.product_order_ids("2023010112345")
    return caught.value


def bootpay_error(answer: httpx.Response) -> ApiError:
    """The error of a Bootpay call that is answered so."""
    transport = httpx.MockTransport(lambda _: answer)
    with (
        BootpayCommerceClient(client_key="ck", secret_key="hush", max_retries=0, transport=transport) as client,
        pytest.raises(ApiError) as caught,
    ):
        client.list_orders(keyword="홍길동")
    return caught.value


@pytest.mark.parametrize(("status", "kind"), CLASS_BY_STATUS.items())
def test_class_by_status(status: int, kind: type[StatusError]) -> None:
    """Each error status has its class, and `StatusError` itself is the rest."""
    for error in (naver_error(httpx.Response(status)), bootpay_error(httpx.Response(status))):
        assert type(error) is kind
        assert isinstance(error, StatusError)
        assert (error.status, error.code, error.message, error.trace_id) == (status, None, None, None)


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, "4000", "INVALID_ORDER_ID"),
        (400, "101010", "ORDER_NOT_FOUND"),
        (400, "100003", "ORDER_NOT_FOUND"),
        (401, "GW.AUTHN", "UNAUTHORIZED"),
        (403, "GW.IP_NOT_ALLOWED", "UNKNOWN_ERROR"),
        (404, "GW.NOT_FOUND", "ORDER_NOT_FOUND"),
        (429, "GW.RATE_LIMIT", "UNKNOWN_ERROR"),
        (500, "101010", "SERVER_ERROR"),
        (503, "GW.BLOCK.01", "UNKNOWN_ERROR"),
    ],
)
def test_outcome(status: int, code: str, outcome: str) -> None:
    """The guide's switch by status, but a 400 whose code denies the order is ORDER_NOT_FOUND."""
    assert naver_error(httpx.Response(status, json={"code": code})).outcome == outcome
    assert getattr(jumun_client, outcome) == outcome


def test_outcome_elsewhere() -> None:
    """A call without an order id has no INVALID_ORDER_ID; an error without a status has UNKNOWN_ERROR."""
    assert bootpay_error(httpx.Response(400)).outcome == "UNKNOWN_ERROR"
    assert bootpay_error(httpx.Response(401)).outcome == "UNAUTHORIZED"
    assert bootpay_error(httpx.Response(500)).outcome == "SERVER_ERROR"
    assert naver_error(httpx.ReadTimeout("slow")).outcome == "UNKNOWN_ERROR"


@pytest.mark.parametrize(
    ("body", "code", "message", "trace_id"),
    [
        (
            {"code": "GW.AUTHN", "message": "m", "timestamp": "t", "traceId": "A^1^2"},
            "GW.AUTHN",
            "m",
            "A^1^2",
        ),
        ({"code": "BAD_REQUEST", "message": "m", "invalidInputs": []}, "BAD_REQUEST", "m", "H^1^2"),
        ({"status": 401, "code": 1700, "message": "m", "data": None}, "1700", "m", "H^1^2"),
        ({"status": 500, "code": -15006, "message": "m", "data": {}}, "-15006", "m", "H^1^2"),
        ({"error_code": "ORDER_NOT_FOUND", "message": "m"}, "ORDER_NOT_FOUND", "m", "H^1^2"),
        ({"error_code": 404, "message": "Not Found"}, "404", "Not Found", "H^1^2"),
        ({"code": None, "message": None, "traceId": None}, None, None, "H^1^2"),
        ({"code": [1], "message": {"a": 1}, "traceId": 5}, None, None, "H^1^2"),
        ({"code": True}, None, None, "H^1^2"),
        ([], None, None, "H^1^2"),
        ("oops", None, None, "H^1^2"),
    ],
)
def test_envelopes(body: object, code: str | None, message: str | None, trace_id: str) -> None:
    """Every known error envelope gives code, message and trace id, and an unknown one gives what it has."""
    error = naver_error(httpx.Response(500, json=body, headers={"gncp-gw-trace-id": "H^1^2"}))
    assert isinstance(error, ServerError)
    assert (error.code, error.message, error.trace_id) == (code, message, trace_id)
    assert error.operation == "naver.product_order_ids"
    assert error.provider == "naver"
    for part in (code, message, trace_id):
        assert part is None or part in str(error)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("naver_payloads/gw_401_AUTHN.json", 401, "GW.AUTHN"),
        ("naver_payloads/gw_403_IP_NOT_ALLOWED.json", 403, "GW.IP_NOT_ALLOWED"),
        ("naver_payloads/gw_429_RATE_LIMIT.observed_2026-09-08.json", 429, "GW.RATE_LIMIT"),
        ("naver_payloads/gw_504_TIMEOUT_01.json", 504, "GW.TIMEOUT.01"),
        ("naver_payloads/order_400_000400_unreadable_body.json", 400, "000400"),
        ("naver_payloads/order_400_101010_other_sellers_order.json", 400, "101010"),
        ("naver_payloads/token_400_client_id.json", 400, "BAD_REQUEST"),
        ("bootpay_payloads/error_401_1700.json", 401, "1700"),
        ("bootpay_payloads/error_404_3700.json", 404, "3700"),
        ("bootpay_payloads/legacy_v1_pg_error_500.gitbook.json", 500, "-15006"),
    ],
)
def test_recorded_bodies(payload: Callable[[str], Any], name: str, status: int, code: str) -> None:
    """The error bodies that are known from both APIs are read in full."""
    body = payload(name)
    error = (naver_error if name.startswith("naver") else bootpay_error)(httpx.Response(status, json=body))
    assert isinstance(error, StatusError)
    assert (error.code, error.message, error.trace_id) == (code, body["message"], body.get("traceId"))


def test_html_error() -> None:
    """A proxy's HTML under 502 is a `ServerError` without code or message, and its text is not quoted."""
    error = naver_error(HTML)
    assert type(error) is ServerError
    assert "without a code or message" in str(error)
    assert "Gateway" not in str(error)
    assert "홍길동" not in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200),
        httpx.Response(204),
        httpx.Response(200, html="<html>홍길동</html>"),
        httpx.Response(200, content=b'{"data": ["1"'),
        httpx.Response(200, content=b'{"data": "\xff"}'),
        httpx.Response(200, content=b"[" * 200_000),
        httpx.Response(200, content=b"9" * 5_000),
        httpx.Response(200, json=None),
        httpx.Response(302, headers={"Location": "https://example.com/?token=hush"}),
        httpx.Response(304),
        httpx.Response(600),
    ],
)
def test_unexpected_answers(answer: httpx.Response) -> None:
    """Nothing, HTML, broken or deep JSON and redirects are `UnexpectedAnswerError`, with the status."""
    for error in (naver_error(answer), bootpay_error(answer)):
        assert type(error) is UnexpectedAnswerError
        assert error.status == answer.status_code
        assert "홍길동" not in str(error)
        assert "hush" not in str(error)
        assert error.__cause__ is None


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectTimeout("t"), TimedOutError),
        (httpx.ReadTimeout("t"), TimedOutError),
        (httpx.WriteTimeout("t"), TimedOutError),
        (httpx.PoolTimeout("t"), TimedOutError),
        (httpx.ConnectError("c"), ConnectionFailedError),
        (httpx.ReadError("c"), ConnectionFailedError),
        (httpx.WriteError("c"), ConnectionFailedError),
        (httpx.RemoteProtocolError("illegal status line: hush"), ConnectionFailedError),
        (httpx.LocalProtocolError("illegal header value: hush"), ConnectionFailedError),
        (httpx.ProxyError("c"), ConnectionFailedError),
    ],
)
def test_transport_errors(raised: Exception, kind: type[ApiError]) -> None:
    """Each error of the transport has its place in the tree, and quotes nothing that was sent or received."""
    error = naver_error(raised)
    assert type(error) is kind
    assert "hush" not in str(error)
    assert error.__cause__ is None or "hush" not in str(error.__cause__)


def test_redirect_to_nowhere() -> None:
    """A redirect to what is not a URL, which httpx reads although it does not follow, stays within the tree."""
    for location in ("http://xn--/", "http://h:port/", "//", "http://[::", "mailto:user@example.com"):
        error = naver_error(httpx.Response(302, headers={"Location": location}))
        assert isinstance(error, ConnectionFailedError | UnexpectedAnswerError)


def deadline_error() -> ApiError:
    """The error of a call that has time for one try only, and fails at it."""
    time = FakeTime()
    refusal = httpx.Response(503, json={"code": "C", "message": "메시지", "traceId": "T"})
    with (
        NaverCommerceClient(access_token="t", transport=Api(refusal), timing=time.timing(), deadline=0.1) as client,
        pytest.raises(ApiError) as caught,
    ):
        client.product_order_ids("1")
    return caught.value


def throttled_error() -> ApiError:
    """The error of a call that would be too fast."""
    time = FakeTime()
    client = NaverCommerceClient(access_token="t", transport=Api(ids()), timing=time.timing(), pacing="fail")
    with client:
        for _ in range(10):
            client.product_order_ids("1")
        with pytest.raises(ApiError) as caught:
            client.product_order_ids("1")
    return caught.value


def descendants(kind: type) -> set[type]:
    """A class and all that derive from it."""
    return {kind}.union(*map(descendants, kind.__subclasses__()))


def bulk_error() -> ApiError:
    """The error of a write that left a product order as it was."""
    item = BulkItem(product_order_id="2", outcome="not done", code="9999", message="왜")
    with pytest.raises(BulkError) as caught:
        BulkResult(operation="naver.product_orders.confirm", items=(item,)).check()
    return caught.value


def webhook_error() -> ApiError:
    """A notice that says another price than its order."""
    order = {"order_id": "1", "price": 2, "receipt_status": 1}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=order))
    with (
        BootpayCommerceClient(client_key="ck", secret_key="hush", transport=transport) as client,
        pytest.raises(WebhookError) as caught,
    ):
        client.verify_webhook({"order_id": "1", "price": 1, "webhook_type": "PAYMENT_COMPLETED"})
    return caught.value


def test_tree_is_closed_and_picklable() -> None:
    """Every class of the tree is drawn in the docstring, and survives pickle and copy with all it carries."""
    examples = [
        naver_error(httpx.Response(status, json={"code": "C", "message": "메시지", "traceId": "T"}))
        for status in CLASS_BY_STATUS
    ]
    examples += [naver_error(httpx.Response(200)), naver_error(httpx.ReadTimeout("t"))]
    examples += [naver_error(httpx.ConnectError("c")), deadline_error(), throttled_error(), bulk_error()]
    examples += [webhook_error()]
    drawn = set(re.findall(r"^[ │├└─]+(\w+Error) ", str(errors.__doc__), re.MULTILINE))
    assert {type(error).__name__ for error in examples} | {"ApiError"} == drawn
    assert {kind.__name__ for kind in descendants(ApiError)} == drawn
    for error in examples:
        error.add_note("seen in a test")
        for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
            assert type(other) is type(error)
            assert (str(other), repr(other)) == (str(error), repr(error))
            assert vars(other) == vars(error)
            assert (other.outcome, other.status, other.provider) == (error.outcome, error.status, error.provider)


def test_hostile_message() -> None:
    """A message of the API's breaks no line, terminal or log; the attribute holds it as sent."""
    message = "a\nb\x1b[31m\ud800" + "가" * 5_000
    error = naver_error(httpx.Response(400, content=json.dumps({"code": "C", "message": message}).encode()))
    assert isinstance(error, StatusError)
    assert error.message == message
    assert str(error).isprintable()
    assert len(str(error)) < 500


NAMES = [
    "access_token",
    "code",
    "count",
    "created_at",
    "data",
    "error_code",
    "expired_at",
    "expires_in",
    "list",
    "message",
    "order_id",
    "price",
    "productOrderIds",
    "status",
    "timestamp",
    "traceId",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6),
    max_leaves=12,
)


@given(
    status=st.sampled_from([200, 401]) | st.integers(200, 599),
    body=json_values.map(lambda value: json.dumps(value).encode()) | st.binary(),
    zipped=st.booleans(),
)
def test_nothing_leaves_the_tree(status: int, body: bytes, *, zipped: bool) -> None:
    """Whatever an answer holds, each call gives its model or an `ApiError` that prints and pickles."""
    headers = {"content-encoding": "gzip"} if zipped else {}
    wire = gzip.compress(body) if zipped else body

    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(wire))

    transport, timing = httpx.MockTransport(handler), FakeTime().timing()
    naver = NaverCommerceClient(access_token="t", transport=transport, timing=timing)
    signing = NaverCommerceClient(client_id="id", client_secret=SECRET, transport=transport, timing=timing)
    bootpay = BootpayCommerceClient(client_key="ck", secret_key="sk", transport=transport, timing=timing)
    calls: list[Callable[[], object]] = [
        partial(naver.product_order_ids, "1"),
        partial(signing.product_order_ids, "1"),
        bootpay.list_orders,
        bootpay.request_token,
    ]
    errors_met: list[ApiError] = []
    with naver, signing, bootpay:
        for call in calls:
            try:
                call()
            except ApiError as error:
                errors_met.append(error)
    for met in errors_met:
        assert str(met).isprintable()
        assert str(pickle.loads(pickle.dumps(met))) == str(met)  # noqa: S301
