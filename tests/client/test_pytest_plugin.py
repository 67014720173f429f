from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from jumun_client import RateLimitError, pytest_plugin
from jumun_client.timing import Timing
from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_client import BootpayCommerceClient, NaverCommerceClient


@dataclass
class Server:
    """A server as the fixtures want it, and no more."""

    naver_base_url: str
    bootpay_base_url: str
    naver_client_id: str = "id"
    naver_client_secret: str = "$2a$04$abcdefghijklmnopqrstuu"
    bootpay_client_key: str = "ck"
    bootpay_secret_key: str = "sk"


class Noon:
    """A frozen clock."""

    def now(self) -> datetime:
        """Noon in Korea, on a day of the past."""
        return datetime(2020, 2, 29, 12, tzinfo=timezone(timedelta(hours=9)))


@dataclass
class TimedServer(Server):
    """A server with a time of its own."""

    clock: Noon = field(default_factory=Noon)


class Quiet(WSGIRequestHandler):
    """A request handler that logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as inherited
        """Log nothing, whatever came."""


BODIES: list[bytes] = []


def app(environ: Any, start_response: Any) -> list[bytes]:
    """Everything the two clients read, in one answer; keeps what was sent."""
    BODIES.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    start_response("200 OK", [("Content-Type", "application/json")])
    body = {"access_token": "T", "expires_in": 9, "data": ["7"], "count": 0, "list": []}
    return [json.dumps(body).encode()]


@pytest.fixture(scope="module")
def jumun() -> Iterator[Server]:
    """Takes the place of the mock server's own fixture."""
    with run_server(make_server("127.0.0.1", 0, app, handler_class=Quiet)) as url:
        yield Server(f"{url}/external", f"{url}/v1")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_naver_client(naver_client: NaverCommerceClient) -> None:
    """The fixture gives a client that signs for its own token at the server given."""
    assert naver_client.product_order_ids("1").product_order_ids == ("7",)


def test_bootpay_client(bootpay_client: BootpayCommerceClient) -> None:
    """The fixture gives a client with the server's keys."""
    assert bootpay_client.list_orders().count == 0
    assert bootpay_client.request_token().access_token == "T"


def refuse(environ: Any, start_response: Any) -> list[bytes]:
    """A token, and for all else a refusal that a client of production waits after, and repeats."""
    is_token = environ["PATH_INFO"].endswith("/token")
    start_response("200 OK" if is_token else "429 Too Many Requests", [("Content-Type", "application/json")])
    BODIES.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    return [json.dumps({"access_token": "T", "expires_in": 9_000} if is_token else {}).encode()]


def test_no_call_is_repeated_or_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees each answer, and thirty refused calls are sent at once."""
    for module in ("naver_clients", "bootpay_clients"):
        monkeypatch.setattr(f"jumun_client.{module}.Timing", lambda: Timing(sleep=lambda s: pytest.fail(f"{s} s")))
    with run_server(make_server("127.0.0.1", 0, refuse, handler_class=Quiet)) as url:
        server = Server(f"{url}/external", f"{url}/v1")
        calls: list[tuple[Any, Callable[[Any], object]]] = [
            (pytest_plugin.naver_client, lambda client: client.product_order_ids("1")),
            (pytest_plugin.bootpay_client, lambda client: client.list_orders()),
        ]
        for fixture, ask in calls:
            steps = fixture._get_wrapped_function()(server)
            client = next(steps)
            BODIES.clear()
            for _ in range(30):
                with pytest.raises(RateLimitError):
                    ask(client)
            assert len(BODIES) == 30 + (fixture is pytest_plugin.naver_client)
            steps.close()


def test_client_is_closed_afterwards(jumun: Server) -> None:
    """The fixture closes its client at teardown."""
    steps = pytest_plugin.naver_client._get_wrapped_function()(jumun)
    client = next(steps)
    assert next(steps, None) is None
    with pytest.raises(ValueError, match="closed"):
        client.product_order_ids("1")


def signed_at(server: Server) -> float:
    """Epoch seconds of the signature that the fixture's client makes for a server."""
    BODIES.clear()
    steps = pytest_plugin.naver_client._get_wrapped_function()(server)
    next(steps).product_order_ids("1")
    steps.close()
    (timestamp,) = parse_qs(BODIES[0].decode())["timestamp"]
    return int(timestamp) / 1_000


def test_signatures_go_by_the_servers_clock(jumun: Server) -> None:
    """Where the server has a clock, the client signs by it, where it has none by the time of day; 150 s back."""
    timed = TimedServer(jumun.naver_base_url, jumun.bootpay_base_url)
    assert signed_at(timed) == Noon().now().timestamp() - 150
    assert signed_at(jumun) == pytest.approx(time.time() - 150, abs=60)
