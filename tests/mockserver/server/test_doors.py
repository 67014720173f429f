"""The ways in beside the main port: TLS by name, and the forward proxy. What is served behind them is the same."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.core import faults as faults_module
from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.proxy.authority import Authority
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import NOW, ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "api.bootapi.com"
GET = request("GET", "/v1/orders?limit=1")
TOKEN = request("POST", "/v1/request/token", body=b"{}")
IDS = request("GET", f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids")
STEPS = {name: name for name in FAULTS} | {"truncate": "truncate(10)", "dribble": "dribble(100, 1ms)"}
DOORS = ("main", "tls", "tunnel", "plain tunnel")


@pytest.fixture(scope="module")
def authority() -> Authority:
    """One for all tests here."""
    return Authority.temporary()


@pytest.fixture(autouse=True)
def _quick_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_module, "LINE_PAUSE_S", 0.001)


class House:
    """A server whose clock is frozen, with all its doors."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._trust = ssl.create_default_context(cadata=authority.certificate_pem.decode())
        self.server = LiveServer(authority=authority, clock=Clock(frozen_at=NOW))

    def play(self, scenario: str) -> None:
        """Start over with this scenario."""
        self.server.session.reset()
        self.server.session.set_scenario(scenario)

    def enter(self, door: str, *, host: str = HOST) -> Wire:
        """A connection through one of DOORS."""
        trust = partial(self._trust.wrap_socket, server_hostname=host)
        if door == "main":
            return Wire(self.server.url)
        if door == "tls":
            return Wire(f"https://127.0.0.1:{self.server.tls_port}", prepare=trust)
        secure: Callable[[socket.socket], socket.socket] | None = trust if door == "tunnel" else None
        return Wire(self.server.proxy_url, prepare=partial(tunnel, host=host, secure=secure))


def tunnel(sock: socket.socket, *, host: str, secure: Callable[[socket.socket], socket.socket] | None) -> socket.socket:
    """Ask the proxy for a tunnel."""
    sock.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += sock.recv(1)
    assert answer.startswith(b"HTTP/1.1 200 ")
    return secure(sock) if secure else sock


@pytest.fixture(scope="module")
def house(authority: Authority) -> Iterator[House]:
    """For all tests here."""
    house = House(authority)
    with house.server:
        yield house


@pytest.mark.parametrize("door", DOORS[1:])
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"reset", "hang", "tls-fail"}))
def test_faults_are_the_same_behind_every_door(house: House, fault: str, door: str) -> None:
    """The bytes of each fault, and the end or life of the connection, are those of the main port."""
    outcomes = []
    for way in ("main", door):
        house.play(f"bootpay.orders.list: {STEPS[fault]}, ok *")
        with house.enter(way) as wire:
            wire.send(GET)
            if fault in ("empty", "garbage", "chunk", "truncate"):
                outcomes.append((read_to_end(wire), b""))
            else:
                whole = wire.read().raw
                wire.send(GET)
                outcomes.append((whole, b"" if fault == "keepalive-close" else wire.read().raw))
                assert fault != "keepalive-close" or wire.is_closed()
    assert outcomes[0] == outcomes[1]


def read_to_end(wire: Wire) -> bytes:
    """All bytes up to the end."""
    data = b""
    while more := wire.socket.recv(65_536):
        data += more
    return data


@pytest.mark.parametrize("door", DOORS)
def test_resets(house: House, door: str) -> None:
    """Below TLS as well the connection ends with RST. Python's ssl does not tell it from FIN: so without it."""
    house.play("bootpay.orders.list: reset")
    with house.enter(door) as wire:
        wire.send(GET)
        with pytest.raises(ConnectionResetError):  # noqa: PT012 - tickets of TLS may come first
            while socket.socket.recv(wire.socket, 65_536):
                pass


@pytest.mark.parametrize("door", DOORS)
def test_hanging(house: House, door: str) -> None:
    """A call that hangs holds up no one, whichever door it came through."""
    house.play("bootpay.orders.list: hang, ok *")
    with house.enter(door) as hanging, house.enter(door) as other:
        hanging.send(GET)
        while not house.server.session.journal.total:
            assert other.ask(IDS).status == 401
        assert other.ask(GET).status == 200
        hanging.socket.settimeout(0.01)
        with pytest.raises(TimeoutError):
            hanging.socket.recv(1)


@pytest.mark.parametrize("door", ["tls", "tunnel"])
@pytest.mark.parametrize("target", ["*", "bootpay.*", "bootpay.orders.list", "bootpay.token"])
def test_failing_handshakes(house: House, door: str, target: str) -> None:
    """While tls-fail is due for a provider's calls, handshakes with its hosts fail, and each failure counts."""
    house.play(f"{target}: tls-fail x2, ok *")
    for _ in range(2):
        with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
            house.enter(door)
    with house.enter(door) as wire:
        assert wire.ask(GET).status == 200
    assert house.server.session.journal.total == 1


def test_other_hosts_are_not_concerned(house: House) -> None:
    """The line is about one provider; a line that has something else due leaves the handshake, and the call, alone."""
    house.play("naver.*: tls-fail *\nbootpay.*: 503, tls-fail *")
    with house.enter("tls") as wire:
        assert wire.ask(GET).status == 503
    with pytest.raises(ssl.SSLError):
        house.enter("tls")
    with pytest.raises(ssl.SSLError):
        house.enter("tls", host="api.commerce.naver.com")


@pytest.mark.parametrize("door", DOORS)
def test_tls_fail_on_a_call_that_was_read(house: House, door: str) -> None:
    """Where the step comes due after the handshake, the answer is a TLS alert in place of HTTP, and then the end."""
    house.play("bootpay.orders.list: ok, tls-fail, ok *")
    with house.enter(door) as wire:
        assert wire.ask(GET).status == 200
        wire.send(GET)
        assert wire.socket.recv(100) == b"\x15\x03\x03\x00\x02\x02\x28"
        assert wire.socket.recv(100) == b""


@pytest.mark.parametrize("door", DOORS)
def test_a_body_and_a_long_answer(house: House, door: str) -> None:
    """Requests with bodies, and answers of many packets, come through whole; pipelined ones in their order."""
    house.play("bootpay.orders.list: repeat(/list 5000), ok *")
    with house.enter(door) as wire:
        wire.send(GET + TOKEN + GET)
        assert len(wire.read().body) > 1_000_000
        assert wire.read().status in (200, 401)
        assert wire.read().status == 200


def test_a_host_has_its_own_operations_only(house: House) -> None:
    """On NAVER's host Bootpay's paths are NAVER's 404, and the other way round, as in production."""
    house.play("")

    def ask(path: str, host: str) -> int:
        with house.enter("tls", host=host) as wire:
            data = request("GET", path).replace(b"jumun.localhost", host.encode())
            return wire.ask(data).status

    assert ask("/v1/orders", HOST) == 200
    assert ask("/v1/orders", "stage-api.bootapi.com") == 200
    assert ask("/v1/orders", "api.commerce.naver.com") == 404
    assert ask("/external/v1/oauth2/token", HOST) == 404
    assert ask("/external/v1/oauth2/token", "api.commerce.naver.com") == 405
    assert {each.operation for each in house.server.session.journal} == {"bootpay.orders.list", ""}


def test_it_all_ends(authority: Authority) -> None:
    """A server that stops cuts what is open at every door, without waiting and without an error."""
    house = House(authority)
    with house.server:
        house.play("bootpay.orders.list: hang *")
        wires = [house.enter(door) for door in DOORS]
        for wire in wires:
            wire.send(GET)
        with house.enter("main") as other:
            while house.server.session.journal.total < len(DOORS):
                other.ask(IDS)
    for wire in wires:
        with wire, suppress(ConnectionResetError, ssl.SSLError):
            assert wire.socket.recv(1) == b""
