"""Watching one order with `watch`."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from itertools import islice
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    ApiError,
    AsyncNaverCommerceClient,
    AsyncTiming,
    AuthenticationError,
    ConnectionFailedError,
    DeadlineExceededError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ThrottledError,
    TimedOutError,
    UnexpectedAnswerError,
)
from jumun_mockserver import LiveServer
from tests.client.sides import Side, both_sides
from tests.client.world import FakeTime, ids

if TYPE_CHECKING:
    from collections.abc import Callable

Api = Any


@both_sides
def test_sightings(side: Side, api: Callable[..., Api]) -> None:
    """Each answer comes with what is new and what is gone since the one before; an answer like it with neither."""
    server = api(ids("a", "b"), ids("a", "b"), ids("c", "b"), ids())
    with side.naver(server) as client:
        seen = list(islice(client.watch("1"), 4))
    assert [(each.result.product_order_ids, each.added, each.removed) for each in seen] == [
        (("a", "b"), ("a", "b"), ()),
        (("a", "b"), (), ()),
        (("c", "b"), ("c",), ("a",)),
        ((), (), ("c", "b")),
    ]
    assert {request.url.path.split("/")[-2] for request in server.requests} == {"1"}


@both_sides
def test_interval(side: Side, api: Callable[..., Api]) -> None:
    """Nothing is asked before it is wanted; between two answers it waits for the interval, half a minute by default."""
    time, server = FakeTime(), api(ids("a"))
    with side.naver(server, time=time) as client:
        sightings = client.watch("1", 7.5)
        assert not server.requests
        next(sightings)
        assert time.naps == []
        next(sightings)
        next(sightings)
        assert time.naps == [7.5, 7.5]
        assert len(server.requests) == 3
        list(islice(client.watch("1"), 2))
    assert time.naps == [7.5, 7.5, 30.0]


PASSING = [
    (httpx.Response(500), {}, ServerError),
    (httpx.Response(429), {}, RateLimitError),
    (httpx.ConnectError("no"), {}, ConnectionFailedError),
    (httpx.ReadTimeout("no"), {}, TimedOutError),
    (httpx.Response(503), {"deadline": 1.0, "max_retries": 9}, DeadlineExceededError),
]


@both_sides
@pytest.mark.parametrize(("failure", "options", "kind"), PASSING)
def test_failure_that_may_pass(
    side: Side, api: Callable[..., Api], failure: Any, options: Any, kind: type[ApiError]
) -> None:
    """With ``on_error`` watching goes on after a failure that may pass, and compares with the last answer."""
    failures: list[ApiError] = []
    retries = [failure] * 3 if options else [failure]
    with side.naver(api(ids("a"), *retries, ids("a", "b")), **{"max_retries": 0} | options) as client:
        seen = list(islice(client.watch("1", 5, on_error=failures.append), 2))
    assert [each.added for each in seen] == [("a",), ("b",)]
    assert {type(each) for each in failures} == {kind}


@both_sides
@pytest.mark.parametrize(("failure", "options", "kind"), PASSING)
def test_without_on_error(
    side: Side, api: Callable[..., Api], failure: Any, options: Any, kind: type[ApiError]
) -> None:
    """Without ``on_error`` every failure is raised, and watching is over."""
    with side.naver(api(ids("a"), failure), **{"max_retries": 0} | options) as client:
        sightings = client.watch("1")
        next(sightings)
        with pytest.raises(kind):
            next(sightings)
        assert list(sightings) == []


@both_sides
@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.Response(401), AuthenticationError),
        (httpx.Response(404), NotFoundError),
        (httpx.Response(200, text="<html>"), UnexpectedAnswerError),
    ],
)
def test_failure_that_stays(side: Side, api: Callable[..., Api], failure: Any, kind: type[ApiError]) -> None:
    """A failure that will not pass is raised, ``on_error`` or not."""
    with side.naver(api(ids("a"), failure)) as client:
        sightings = client.watch("1", on_error=pytest.fail)
        next(sightings)
        with pytest.raises(kind):
            next(sightings)
        assert list(sightings) == []


@both_sides
def test_own_pace(side: Side, api: Callable[..., Api]) -> None:
    """With ``pacing="fail"`` a call that is held back is a failure that passes as soon as it may be sent."""
    time, failures, server = FakeTime(), list[ApiError](), api(ids("a"))
    with side.naver(server, time=time, pacing="fail") as client:
        assert len(list(islice(client.watch("1", 0.001, on_error=failures.append), 12))) == 12
    assert {type(each) for each in failures} == {ThrottledError}
    assert len(server.requests) == 12
    assert time.naps.count(0.001) == 12 - 1
    assert sum(time.naps) == pytest.approx(0.2, rel=0.2)


@both_sides
@pytest.mark.parametrize(("retry_after", "pause_s"), [("3", 30), ("45", 45), ("500", 500), ("99999", 3600)])
def test_retry_after(side: Side, api: Callable[..., Api], retry_after: str, pause_s: float) -> None:
    """A failure that names a time is obeyed where it is longer than the interval, but no longer than an hour."""
    time, failures = FakeTime(), list[ApiError]()
    server = api(httpx.Response(429, headers={"Retry-After": retry_after}), ids("a"), ids("a"))
    with side.naver(server, time=time, max_retries=0) as client:
        assert len(list(islice(client.watch("1", on_error=failures.append), 2))) == 2
    assert len(failures) == 1
    assert time.naps == [pause_s, 30]


@both_sides
@pytest.mark.parametrize("error", [RuntimeError("mine"), ServerError("mine", operation="mine.own")], ids=repr)
def test_what_on_error_raises(side: Side, api: Callable[..., Api], error: Exception) -> None:
    """It reaches the caller as it is, and watching is over."""

    def complain(_: ApiError) -> None:
        raise error

    server = api(httpx.Response(500))
    with side.naver(server, max_retries=0) as client:
        sightings = client.watch("1", on_error=complain)
        with pytest.raises(type(error)) as caught:
            next(sightings)
        assert caught.value is error
        assert list(sightings) == []
    assert len(server.requests) == 1


@both_sides
def test_closing(side: Side, api: Callable[..., Api]) -> None:
    """A closed watch asks for nothing more; the client goes on."""
    server = api(ids("a"))
    with side.naver(server) as client:
        sightings = client.watch("1")
        next(sightings)
        sightings.close()
        assert list(sightings) == []
        assert len(server.requests) == 1
        assert client.product_order_ids("1").product_order_ids == ("a",)


def test_cancelling(api: Callable[..., Api]) -> None:
    """A task that waits for the next answer can be cancelled, and then nothing of it is left."""
    server = api(ids("a"))

    async def run() -> None:
        waiting = asyncio.Event()

        async def wait(_: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

        async def watch() -> None:
            async with aclosing(client.watch("1")) as sightings:
                async for _ in sightings:
                    pass

        async with AsyncNaverCommerceClient(
            access_token="t", transport=server, timing=AsyncTiming(sleep=wait)
        ) as client:
            task = asyncio.create_task(watch())
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
    assert len(server.requests) == 1


@both_sides
@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        (("", 1), ValueError, "order_id is empty"),
        ((1, 1), TypeError, "order_id must be a str"),
        (("1", 0), ValueError, "interval must be more than 0 seconds"),
        (("1", -1), ValueError, "interval"),
        (("1", float("inf")), ValueError, "interval"),
        (("1", float("nan")), ValueError, "interval"),
        (("1", "30"), TypeError, "interval must be a number of seconds, not str"),
        (("1", True), TypeError, "interval"),
    ],
)
def test_wrong_arguments(side: Side, api: Callable[..., Api], arguments: Any, kind: type[Exception], says: str) -> None:
    """What makes no sense is refused by the call itself."""
    server = api(ids("a"))
    with side.naver(server) as client, pytest.raises(kind, match=says):
        client.watch(*arguments)
    assert not server.requests


@both_sides
def test_over_a_socket(side: Side) -> None:
    """Against Jumun, with an outage in between that it plays."""
    failures: list[ApiError] = []
    with LiveServer(scenario="naver.product_order_ids: ok, 500, ok") as server:
        keys: dict[str, Any] = {"client_id": server.naver_client_id, "client_secret": server.naver_client_secret}
        with side.naver(base_url=server.naver_base_url, **keys, max_retries=0) as client:
            seen = list(islice(client.watch("2023010112345", on_error=failures.append), 2))
    assert [len(each.added) for each in seen] == [3, 0]
    assert [each.status for each in failures] == [500]
