from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client import (
    ConnectionFailedError,
    RateLimitError,
    ServerError,
    StatusError,
    TimedOutError,
    UnexpectedAnswerError,
)
from jumun_client.backoff import BASE_S, CAP_S, backoff_s
from tests.client.world import Api, FakeTime, ids, rated, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.way import Way

QUOTA_LIMIT = "GW.QUOTA_LIMIT"
OK = httpx.Response(200, json={"data": ["7"], "count": 0, "list": [], "access_token": "T", "expires_in": 9})


@given(retry=st.integers(0, 60), chance=st.floats(0, 1, exclude_max=True), floor_s=st.floats(0, 60))
def test_full_jitter(retry: int, chance: float, floor_s: float) -> None:
    """The wait is the floor and, evenly drawn, between nothing and the exponential part, which has a cap."""
    most_s = min(CAP_S, BASE_S * 2**retry)
    wait_s = backoff_s(retry, lambda: chance, floor_s=floor_s)
    assert wait_s == pytest.approx(floor_s + chance * most_s)
    assert floor_s <= wait_s <= floor_s + CAP_S


@pytest.mark.parametrize(
    "failure",
    [
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(502, html="<html>"),
        httpx.Response(503),
        httpx.Response(504),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("closed without an answer"),
    ],
)
def test_what_is_repeated(way: Way, failure: httpx.Response | Exception) -> None:
    """Every call of both clients, token calls too, goes well if the third try does; each try is the same request."""
    calls: list[Callable[[Api], object]] = [
        lambda api: way.naver(api).product_order_ids("1"),
        lambda api: way.bootpay(api).list_orders(),
        lambda api: way.bootpay(api).request_token(),
    ]
    for call in calls:
        api = Api(failure, failure, OK)
        call(api)
        assert len(api.requests) == 3
        assert len({(each.method, each.url, each.content, str(each.headers)) for each in api.requests}) == 1
    api = Api(failure, failure, token(), ids("7"))
    assert way.signing(api).product_order_ids("1").product_order_ids == ("7",)
    assert [request.method for request in api.requests] == ["POST", "POST", "POST", "GET"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(400), StatusError),
        (httpx.Response(401), StatusError),
        (httpx.Response(403), StatusError),
        (httpx.Response(404), StatusError),
        (httpx.Response(501), ServerError),
        (httpx.Response(505), ServerError),
        (httpx.Response(302, headers={"Location": "/"}), UnexpectedAnswerError),
        (httpx.Response(200, html="<html>"), UnexpectedAnswerError),
        (httpx.Response(429, headers={"GNCP-GW-Quota-Period": "HOURS"}), RateLimitError),
        (httpx.Response(429, headers={"GNCP-GW-Quota-Period": "ROUND"}, json={"code": QUOTA_LIMIT}), RateLimitError),
        (httpx.Response(429, headers={"GNCP-GW-Quota-Period": "DAYS"}, json={"code": QUOTA_LIMIT}), RateLimitError),
        (httpx.Response(429, json={"code": QUOTA_LIMIT}), RateLimitError),
        (httpx.Response(429, headers={"Retry-After": "61"}), RateLimitError),
    ],
)
def test_what_is_not_repeated(way: Way, time: FakeTime, answer: httpx.Response, kind: type[Exception]) -> None:
    """What would fail again is reported at once."""
    to_naver, to_bootpay = Api(answer), Api(answer)
    with pytest.raises(kind):
        way.naver(to_naver).product_order_ids("1")
    with pytest.raises(kind):
        way.bootpay(to_bootpay).list_orders()
    assert len(to_naver.requests) == len(to_bootpay.requests) == 1
    assert time.naps == []


def test_quota_of_a_second(way: Way, time: FakeTime) -> None:
    """A quota that comes back each second is waited for, a second at least and what chance adds."""
    refusal = httpx.Response(429, headers={"GNCP-GW-Quota-Period": "SECONDS"}, json={"code": QUOTA_LIMIT})
    api = Api(refusal, ids("7"))
    way.naver(api).product_order_ids("1")
    assert len(api.requests) == 2
    assert sum(time.naps) == pytest.approx(1 + time.chance * BASE_S, abs=0.01)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.Response(429), RateLimitError),
        (httpx.Response(503), ServerError),
        (httpx.ConnectError("refused"), ConnectionFailedError),
        (httpx.ReadTimeout("slow"), TimedOutError),
    ],
)
@pytest.mark.parametrize("retries", [0, 1, 3])
def test_last_failure_reaches_the_caller(
    way: Way, time: FakeTime, failure: httpx.Response | Exception, kind: type[Exception], retries: int
) -> None:
    """After the last try its own failure is raised, which says how many there were and how long they took."""
    api = Api(failure)
    with pytest.raises(kind) as caught:
        way.naver(api, max_retries=retries).product_order_ids("1")
    assert len(api.requests) == retries + 1
    assert caught.value.attempts == retries + 1  # type: ignore[attr-defined]
    assert caught.value.elapsed_s == pytest.approx(sum(time.naps))  # type: ignore[attr-defined]


def test_result_says_how_it_was_had(way: Way, time: FakeTime) -> None:
    """A raw answer knows its tries, those for a token included, and the seconds with the waits."""
    client = way.signing(Api(httpx.Response(503), token(), rated(429), ids("7")))
    answer = client.with_raw_response.product_order_ids("1")
    assert (answer.attempts, answer.status) == (4, 200)
    assert answer.elapsed_s == pytest.approx(sum(time.naps))
    assert answer.elapsed_s > 0.5
    assert answer.parse().product_order_ids == ("7",)


def test_reading_error_says_so_too(way: Way) -> None:
    """An answer of another shape, found out when it is read, carries the same numbers."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        way.naver(Api(httpx.Response(503), httpx.Response(200, json={}))).product_order_ids("1")
    assert caught.value.attempts == 2
    assert caught.value.elapsed_s > 0


def test_error_of_a_refusal_says_when_to_come_again(way: Way) -> None:
    """Without Retry-After the rate that NAVER names tells it."""
    with pytest.raises(RateLimitError) as caught:
        way.naver(Api(rated(429, rate=4)), max_retries=0).product_order_ids("1")
    assert caught.value.retry_after_s == 0.25
