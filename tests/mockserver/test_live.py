from __future__ import annotations

import threading

import httpx
import pytest

from jumun_contracts import PROFILES, DocumentError
from jumun_mockserver import LiveServer
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.server import server as server_module
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import KEYS, NOW, ORDER, STATIC_TOKEN, TOKEN_PATH, World, sign


@pytest.mark.parametrize("control", [False, True])
def test_no_thread_is_left_behind(control: bool) -> None:  # noqa: FBT001 - a case
    """Start and stop end all that they began, whether the control plane was asked for or not."""
    before = set(threading.enumerate())
    with LiveServer() as server:
        assert httpx.get(f"{server.url}/v1/orders", trust_env=False).status_code == 401
        if control:
            assert httpx.get(f"{server.url}/_jumun/health", trust_env=False).status_code == 200
    left = {thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()}
    assert not left


def test_stop_cuts_open_connections() -> None:
    """An idle keep-alive connection and a half-sent request do not hold the server."""
    with LiveServer() as server:
        idle, half = Wire(server.url), Wire(server.url)
        assert idle.ask(request("GET", "/v1/orders")).status == 200
        half.send(b"POST /v1/request/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    with idle, half:
        assert idle.is_closed()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)


@pytest.mark.parametrize("is_used", [False, True])
def test_stop_waits_for_no_tick(monkeypatch: pytest.MonkeyPatch, is_used: bool) -> None:  # noqa: FBT001 - a case
    """A server ends when it is to, not at its next look at connections, which here comes after a quarter of an hour."""
    monkeypatch.setattr(server_module, "_TICKS_A_SECOND", 0.001)
    server = LiveServer().start()
    with httpx.Client() as client:
        if is_used:
            assert client.get(f"{server.url}/v1/orders").status_code == 401
        stopping = threading.Thread(target=server.stop, daemon=True)
        stopping.start()
        stopping.join(30)
        assert not stopping.is_alive()


def test_stop_twice_is_stop() -> None:
    """Stopping what has stopped is not an error."""
    server = LiveServer().start()
    server.stop()
    server.stop()


def test_stop_without_start() -> None:
    """A server that was never started can be stopped, and gives its port back."""
    server = LiveServer()
    try:
        server.stop()
    finally:
        server._listener.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)


def test_servers_are_worlds_of_their_own() -> None:
    """Two servers share no order, token or journal."""
    with LiveServer(seed=1, orders=3) as one, LiveServer(seed=2, orders=3, profile="observed") as two:
        answers = [httpx.get(f"{s.bootpay_base_url}/orders", auth=KEYS, trust_env=False).json() for s in (one, two)]
        assert answers[0] != answers[1]
        assert (one.session.profile, two.session.profile) == ("documented", "observed")
        assert len(one.session.journal) == len(two.session.journal) == 1


def test_the_clock_is_the_tests() -> None:
    """A test moves the session's time while the server runs."""
    with LiveServer(clock=Clock(frozen_at=NOW)) as server:
        keys = {"client_key": server.bootpay_client_key, "secret_key": server.bootpay_secret_key}
        token = httpx.post(f"{server.bootpay_base_url}/request/token", json=keys, trust_env=False).json()
        header = {"authorization": f"Bearer {token['access_token']}"}

        def ask() -> int:
            return httpx.get(f"{server.bootpay_base_url}/orders", headers=header, trust_env=False).status_code

        assert ask() == 200
        server.session.clock.advance(1_800)
        assert ask() == 401


def test_its_keys_work() -> None:
    """What it tells about itself suffices to sign for a NAVER token and to call both APIs."""
    with LiveServer(clock=Clock(frozen_at=NOW)) as server:
        signature = sign(str(round(NOW * 1_000)), client_id=server.naver_client_id, secret=server.naver_client_secret)
        form = World().token_fields(client_id=server.naver_client_id, client_secret_sign=signature)
        answer = httpx.post(server.url + TOKEN_PATH, data=form, trust_env=False)
        assert answer.status_code == 200
        path = f"/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
        header = {"authorization": f"Bearer {STATIC_TOKEN}"}
        assert httpx.get(server.naver_base_url + path, headers=header, trust_env=False).status_code == 200


def test_bad_options_fail_before_anything_is_served() -> None:
    """An unknown profile is refused with those that there are."""
    with pytest.raises(DocumentError) as caught:
        LiveServer(profile="imagined")
    assert all(profile in str(caught.value) for profile in PROFILES)


def test_a_busy_port_fails_at_once(server: LiveServer) -> None:
    """So does a port that is in use."""
    with pytest.raises(OSError, match="in use"):
        LiveServer(port=httpx.URL(server.url).port or 0)
