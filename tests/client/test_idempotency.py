"""Writes of Bootpay's whose answer is lost: when they are sent again, and under which key."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import ApiError, TimedOutError, UnexpectedAnswerError
from tests.client.world import Api

if TYPE_CHECKING:
    from tests.client.way import Way

DONE = httpx.Response(200, json={"order_cancellation_request_id": "c1"})


def keys(server: Api) -> list[str]:
    """Those that were sent."""
    return [request.headers["Idempotency-Key"] for request in server.requests]


ENDED: list[httpx.Response | Exception] = [
    *map(httpx.Response, (429, 500, 502, 503)),
    httpx.ReadError("broke"),
    httpx.RemoteProtocolError("cut off"),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("never there"),
]
# Beside what may still run, what no repeat would change.
RUNNING: list[httpx.Response | Exception] = [
    httpx.ReadTimeout("silence"),
    httpx.WriteTimeout("silence"),
    *map(httpx.Response, (400, 403, 404, 442, 501, 504, 505)),
]


@pytest.mark.parametrize("failure", ENDED, ids=repr)
def test_sent_again_under_the_same_key(way: Way, failure: httpx.Response | Exception) -> None:
    """Where the one before has ended, a write is sent again with the same key and body, and gives the result."""
    server = Api(failure, failure, DONE)
    answer = way.bootpay(server).with_raw_response.request_cancellation("n", amount=1)
    assert answer.parse().cancellation_id == "c1"
    assert (answer.attempts, answer.idempotency_key) == (3, keys(server)[0])
    assert len(set(keys(server))) == 1
    assert len({request.content for request in server.requests}) == 1


@pytest.mark.parametrize("failure", RUNNING, ids=repr)
def test_sent_once(way: Way, failure: httpx.Response | Exception) -> None:
    """Where it may still run, or a repeat is of no use, it is sent once; the error has the key for the caller."""
    server = Api(failure, DONE)
    with pytest.raises(ApiError) as caught:
        way.bootpay(server).request_cancellation("n")
    (key,) = keys(server)
    assert caught.value.idempotency_key == key
    assert pickle.loads(pickle.dumps(caught.value)).idempotency_key == key  # noqa: S301


def test_a_key_of_the_callers(way: Way) -> None:
    """What the error has can be given, and is what is sent."""
    server = Api(httpx.ReadTimeout("silence"), DONE)
    client = way.bootpay(server)
    with pytest.raises(TimedOutError) as caught:
        client.reject_cancellation("c1", message="발송")
    with pytest.raises(UnexpectedAnswerError) as unread:  # it is not the answer of a rejection
        client.reject_cancellation("c1", message="발송", idempotency_key=caught.value.idempotency_key)
    assert keys(server) == [caught.value.idempotency_key] * 2
    assert unread.value.idempotency_key == caught.value.idempotency_key


@pytest.mark.parametrize("name", ["withdraw_cancellation", "approve_cancellation", "request_cancellation"])
def test_within_the_budget(way: Way, name: str) -> None:
    """It is repeated as often as ``max_retries`` says, and no more."""
    server = Api(httpx.ReadError("broke"))
    with pytest.raises(ApiError) as caught:
        getattr(way.bootpay(server, max_retries=1), name)("1")
    assert (caught.value.attempts, len(keys(server)), len(set(keys(server)))) == (2, 2, 1)


def test_reads_have_none(way: Way) -> None:
    """A reading carries no key, nor does its answer or error: a stored answer would be an old one."""
    server: Any = Api(httpx.Response(404), httpx.Response(200, json={"order_id": "1"}))
    client = way.bootpay(server)
    with pytest.raises(ApiError) as caught:
        client.show_order("1")
    assert caught.value.idempotency_key is None
    assert client.with_raw_response.show_order("1").idempotency_key is None
    assert all("Idempotency-Key" not in request.headers for request in server.requests)
