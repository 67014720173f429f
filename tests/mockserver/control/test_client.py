from __future__ import annotations

import socket
import socketserver
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient, ControlError
from tests.mockserver.wire import INTERIM_SERIES, canned, ok
from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator


def answer_of(status: str, body: bytes, media_type: str = "application/json") -> bytes:
    """A response as it is on the wire."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextmanager
def answering(*answers: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that is not Jumun: one answer for each connection, None to hang up on it; and what it was asked."""
    requests: list[bytes] = []
    left = iter(answers)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            requests.append(self.request.recv(65_536))
            self.wfile.write(next(left, None) or b"")

    with run_server(socketserver.TCPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, requests


def free_url() -> str:
    """Where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("interim", INTERIM_SERIES, ids=str)
def test_informational_answers(interim: tuple[int, ...]) -> None:
    """What a gateway before a Jumun says before its answer is not taken for it."""
    with canned(ok(b'{"count":7}'), interim=interim) as (url, _), ControlClient(url) as client:
        assert client.count() == 7


def test_nobody_listens() -> None:
    """Where nothing listens the error names the URL and says what to start."""
    url = free_url()
    with ControlClient(url) as client, pytest.raises(ControlError) as caught:
        client.show_session()
    assert url in str(caught.value)
    assert "jumun serve" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_host() -> None:
    """So does one for a host that does not exist."""
    with ControlClient("http://nowhere.invalid:8080") as client, pytest.raises(ControlError) as caught:
        client.coverage()
    assert "http://nowhere.invalid:8080" in str(caught.value)
    assert "jumun serve" in str(caught.value)


OTHERS = {
    "a page": answer_of("200 OK", b"<html>It works!</html>", "text/html"),
    "a page of errors": answer_of("404 Not Found", b"<html>Not Found</html>", "text/html"),
    "nothing": answer_of("200 OK", b""),
    "other JSON": answer_of("200 OK", b'{"hello": "world"}'),
    "a list": answer_of("200 OK", b"[]"),
    "a number": answer_of("200 OK", b"1"),
    "no HTTP": b"220 mail.example ESMTP\r\n",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
}


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS.keys())
@pytest.mark.parametrize("method", ["show_scenario", "count", "create_session"])
def test_something_else_answers(answer: bytes, method: str) -> None:
    """Whatever else answers there, the error names the URL and that it is not Jumun; no KeyError, no traceback."""
    with answering(answer, answer) as (url, _):
        with ControlClient(url) as client, pytest.raises(ControlError) as caught:
            getattr(client, method)()
        assert url in str(caught.value)
        assert "Jumun" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1",
        "https://127.0.0.1:8080",
        "127.0.0.1:8080",
        "localhost",
        "",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://[::1",
    ],
)
def test_no_url_of_a_jumun(url: str) -> None:
    """What cannot be a server's URL is refused with the value and an example."""
    with pytest.raises(ControlError) as caught:
        ControlClient(url)
    assert repr(url) in str(caught.value)
    assert "http://127.0.0.1:8080" in str(caught.value)


def test_a_refusal(server: LiveServer) -> None:
    """A refusal's sentence is passed on, behind the URL."""
    with ControlClient(server.url) as client, pytest.raises(ControlError) as caught:
        client.create_session(profle="observed")
    assert str(caught.value).startswith(f"{server.url} refused: ")
    assert "profle" in str(caught.value)


def test_a_refusal_without_a_sentence() -> None:
    """A refusal that says nothing is named by its status."""
    answer = answer_of("503 Service Unavailable", b"")
    with answering(answer) as (url, _), ControlClient(url) as client, pytest.raises(ControlError, match="503"):
        client.reset()


def test_a_session_that_is_gone() -> None:
    """A session that is not there is named."""
    with LiveServer() as server, ControlClient(server.url) as client:
        id_ = client.create_session()["id"]
        client.delete_session()
        with pytest.raises(ControlError, match=id_):
            client.count()


@pytest.mark.parametrize("session", ["a/b", "a b", "a?b=c", "한글", "a&session=default", "#", "a\nb"])
def test_ids_of_any_text(server: LiveServer, session: str) -> None:
    """Whatever a session is called, it is asked for by that name, and is not there."""
    with ControlClient(server.url, session=session) as client:
        with pytest.raises(ControlError, match="refused: "):
            client.show_scenario()
        with pytest.raises(ControlError, match="refused: "):
            client.show_session()
        with pytest.raises(ControlError, match="refused: "):
            client.delete_session()


@pytest.mark.parametrize("token", ["토큰", "a\nb"])
def test_tokens_that_no_header_holds(server: LiveServer, token: str) -> None:
    """A token that cannot be sent is a ControlError, not of a codec."""
    with pytest.raises(ControlError, match="token"), ControlClient(server.url, token=token) as client:
        client.show_session()


def test_a_connection_that_the_server_closed() -> None:
    """A kept connection that the server has closed is not a failure: the call goes out on a fresh one."""
    shown = answer_of("200 OK", b'{"scenario": "*: ok"}')
    with answering(shown, shown) as (url, requests), ControlClient(url) as client:
        assert client.show_scenario() == "*: ok"
        assert client.show_scenario() == "*: ok"
    assert len(requests) == 2


def test_a_server_that_was_started_anew() -> None:
    """A client outlives its server: another at the same address is spoken to."""
    with LiveServer() as first, ControlClient(first.url) as client:
        assert client.count() == 0
        port = int(first.url.rpartition(":")[2])
        first.stop()
        with pytest.raises(ControlError, match="no Jumun answers"):
            client.count()
        with LiveServer(port=port):
            assert client.count() == 0


def test_a_server_that_hangs_up() -> None:
    """A server that hangs up on fresh connections too is given up."""
    with answering(None, None, None) as (url, requests):
        client = ControlClient(url)
        with pytest.raises(ControlError, match=url):
            client.show_scenario()
        client.close()
    assert len(requests) < 3


def test_a_call_that_does_something_is_made_once() -> None:
    """A call that may have been carried out is not made a second time: a clock would move twice."""
    with answering(None, answer_of("200 OK", b'{"now": "2026-11-22T00:00:00Z", "frozen": false}')) as (url, requests):
        with ControlClient(url) as client, pytest.raises(ControlError, match=url):
            client.move_clock(advance_s=3_600)
        assert len(requests) == 1


def test_it_speaks_for_its_session(server: LiveServer) -> None:
    """After it made a session all that it asks is about that one."""
    with ControlClient(f"{server.url}/") as client, ControlClient(server.url) as other:
        session = client.create_session(scenario="*: 500", frozen_at="2026-11-22T09:00:00+09:00")
        assert client.session == session["id"] == client.show_session()["id"]
        assert client.show_scenario() == "*: 500"
        assert other.show_scenario() == ""
        assert client.show_clock() == {"now": "2026-11-22T00:00:00.000+00:00", "frozen": True}
        client.move_clock(advance_s=1)
        client.set_scenario("")
        client.reset()
        assert client.show_clock()["now"] == "2026-11-22T00:00:00.000+00:00"
        assert client.show_scenario() == "*: 500"
        client.set_scenario("*: 503 # 점검\n")
        assert client.show_scenario() == "*: 503 # 점검\n"
        assert client.requests(operation="naver.token", status=None) == []
        assert client.count(since="2026-11-22T09:00:00+09:00") == 0
        assert client.coverage()["met"] == 0
        client.delete_session()


def test_nothing_stays_open() -> None:
    """A closed client can be closed again, and used again."""
    with LiveServer() as server:
        client = ControlClient(server.url)
        assert client.count() == 0
        client.close()
        client.close()
        assert client.count() == 0
        client.close()
