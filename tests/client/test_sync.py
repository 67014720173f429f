"""One request after the other, as both drivers send them."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_client import UnexpectedAnswerError
from tests.client.world import UNAUTHORIZED, Api, ids, token

if TYPE_CHECKING:
    from tests.client.way import Way

IDS = {"timestamp": "2023-01-16T17:14:51.794+09:00", "traceId": "t", "data": ["1"]}


def test_every_exchange_is_shown(way: Way) -> None:
    """`on_exchange` sees token calls, refusals and results, each read, decoded and with its request."""
    zipped = httpx.ByteStream(gzip.compress(json.dumps(IDS).encode()))
    result = httpx.Response(200, headers={"Content-Encoding": "gzip", "X-Kept": "1"}, stream=zipped)
    answers = iter([token("T1"), UNAUTHORIZED, token("T2"), httpx.Response(503), result])
    seen: list[httpx.Response] = []

    def answer(_: httpx.Request) -> httpx.Response:
        response = next(answers)
        return httpx.Response(response.status_code, headers=response.headers, stream=response.stream)

    way.signing(answer, on_exchange=seen.append).product_order_ids("1")
    assert [response.status_code for response in seen] == [200, 401, 200, 503, 200]
    assert [response.request.method for response in seen] == ["POST", "GET", "POST", "GET", "GET"]
    assert seen[0].request.content.startswith(b"client_id=id&")
    assert seen[-1].json() == IDS
    assert seen[-1].headers["x-kept"] == "1"
    assert "content-encoding" not in seen[-1].headers
    assert seen[-1].elapsed.total_seconds() >= 0


@pytest.mark.parametrize("kind", [ValueError, StopIteration, httpx.ReadTimeout])
def test_what_the_observer_raises(way: Way, kind: type[Exception]) -> None:
    """An exception of `on_exchange` reaches the caller as it is, even one that means something inside."""

    def complain(_: httpx.Response) -> None:
        raise kind("mine")

    # No coroutine can raise StopIteration: Python makes a RuntimeError of it.
    expected = RuntimeError if way.is_async and kind is StopIteration else kind
    api = Api(ids())
    client = way.naver(api, on_exchange=complain)
    with pytest.raises(expected) as caught:
        client.product_order_ids("1")
    assert "mine" in {str(caught.value), str(caught.value.__cause__)}
    assert len(api.requests) == 1


def test_redirects_are_not_followed(way: Way) -> None:
    """A redirect is an error, even where a borrowed client follows them, and the token goes nowhere else."""
    api = Api(httpx.Response(302, headers={"Location": "https://elsewhere.example/"}))
    kind = httpx.AsyncClient if way.is_async else httpx.Client
    client = way.naver(None, http_client=kind(transport=api, follow_redirects=True))
    with pytest.raises(UnexpectedAnswerError, match="redirect"):
        client.product_order_ids("1")
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("options", "read_s"),
    [({}, 10.0), ({"timeout": 1.5}, 1.5), ({"timeout": None}, None), ({"timeout": httpx.Timeout(3, read=4)}, 4)],
)
def test_timeout_is_used(way: Way, options: dict[str, object], read_s: float | None) -> None:
    """The timeout goes with each request; without one it is ten seconds."""
    api = Api(ids())
    way.naver(api, **options).product_order_ids("1")
    (request,) = api.requests
    assert request.extensions["timeout"]["read"] == read_s
