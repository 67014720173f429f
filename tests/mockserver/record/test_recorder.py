from __future__ import annotations

import errno
import gzip
import io
import json
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from jumun_contracts import PROFILES, load_contract, parse_json
from jumun_mockserver import LiveServer
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.http import Request
from jumun_mockserver.proxy.authority import Authority
from jumun_mockserver.record.pseudonyms import Pseudonyms
from jumun_mockserver.record.recorder import Recorder
from jumun_mockserver.record.replay import load_recording
from jumun_mockserver.record.tape import Tape
from jumun_mockserver.record.upstream import parse_upstream
from jumun_mockserver.server.bounds import Bounds
from jumun_mockserver.server.server import Server, base_url, bind
from tests.mockserver.wire import Wire, canned, exchange, ok
from tests.mockserver.world import FORM, KEYS, NAVER_ID, ORDER, STATIC_TOKEN, basic, sign

if TYPE_CHECKING:
    from pathlib import Path

IDS = f"/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
BEARER = {"authorization": f"Bearer {STATIC_TOKEN}"}
BASIC = {"authorization": basic(*KEYS)}


class Running:
    """A recorder in a thread, and what it tells."""

    def __init__(
        self, upstream: str, file: Path, *, contract: str = "bootpay", timeout_s: float = 10, scenario: str = ""
    ) -> None:
        self.file = file
        self.told: list[bytes] = []
        self.failures: list[str] = []
        provider, _, profile = contract.partition(":")
        self._tape = Tape(file)
        self.recorder = Recorder(
            parse_upstream(upstream, timeout_s=timeout_s),
            load_contract(provider, profile or "documented"),
            tape=self._tape,
            pseudonyms=Pseudonyms(bytes(32)),
            on_row=self.told.append,
            on_failure=self.failures.append,
        )
        self._listener = bind("127.0.0.1", 0)
        self.url = base_url(self._listener)
        self._started = threading.Event()
        self._server = Server(
            self.recorder.dispatch(scenario=scenario),
            on_started=self._started.set,
            bounds=Bounds(body_bytes=16 * 2**20),
            in_threads=True,
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self._tape.close()

    @property
    def rows(self) -> list[Any]:
        """What the file holds."""
        return [parse_json(line) for line in self.file.read_bytes().splitlines()]


def token_form(timestamp: str) -> str:
    """A right form for NAVER's token call."""
    fields = {"client_id": NAVER_ID, "timestamp": timestamp, "grant_type": "client_credentials", "type": "SELF"}
    return urlencode({**fields, "client_secret_sign": sign(timestamp)})


@pytest.mark.parametrize("profile", PROFILES)
def test_round_trip_bootpay(profile: str, tmp_path: Path) -> None:
    """Client, recorder, real API: the client sees what it would see. Replayed: the same, of other people."""
    targets = ["/orders?limit=5&page=2", "/orders?limit=x", "/orders", "/nothing", "/orders?page=2&limit=5"]
    file = tmp_path / "traffic.ndjson"
    with (
        LiveServer(profile=profile) as real,
        Running(real.bootpay_base_url, file, contract=f"bootpay:{profile}") as ours,
    ):
        seen = [exchange(ours.url, target, BASIC) for target in targets]
        seen.append(exchange(ours.url, "/orders", {"authorization": "Basic wrong"}))
        for (status, _, body), target in zip(seen, targets, strict=False):
            straight = exchange(real.url, f"/v1{target}", BASIC)
            assert (status, _shape(body)) == (straight[0], _shape(straight[2]))
        rows = ours.rows
    assert ours.recorder.kept == len(rows) == 6
    names = {row["username"] for row in json.loads(seen[2][2])["list"]}
    assert names
    assert [name for name in names if name in file.read_text(encoding="utf-8")] == []
    _assert_replayed(file, profile, [f"/v1{each}" for each in (*targets, "/orders")], seen)
    contract = load_contract("bootpay", profile)
    for row, (status, _, body) in zip(rows, seen, strict=True):
        if row["operation"]:
            schema = contract.operations[row["operation"]].answer(status).schema
            assert schema.findings(parse_json(row["response"]["body"])) == schema.findings(parse_json(body)) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_round_trip_naver(profile: str, tmp_path: Path) -> None:
    """The same for NAVER, with a token call whose secrets are not written."""
    file = tmp_path / "traffic.ndjson"
    timestamp = "1772600767089"
    form = {"content-type": FORM}
    with LiveServer(profile=profile) as real, Running(real.naver_base_url, file, contract=f"naver:{profile}") as ours:
        real.session.clock.set(1_772_600_767.089)
        seen = [
            exchange(ours.url, "/v1/oauth2/token", form, method="POST", body=token_form(timestamp)),
            exchange(ours.url, IDS, BEARER),
            exchange(ours.url, IDS.replace(ORDER, "1"), BEARER),
            exchange(ours.url, IDS),
        ]
        rows = ours.rows
    assert [status for status, _, _ in seen][:2] == [200, 200]
    assert [row["operation"] for row in rows] == ["naver.token", *["naver.product_order_ids"] * 3]
    assert [row["path"] for row in rows][:2] == ["/external/v1/oauth2/token", f"/external{IDS}"]
    text = file.read_text(encoding="utf-8")
    assert sign(timestamp) not in text
    assert json.loads(seen[0][2])["access_token"] not in text
    assert STATIC_TOKEN not in text
    assert json.loads(rows[1]["response"]["body"])["data"] == json.loads(seen[1][2])["data"]
    paths = [f"/external{each}" for each in (IDS, IDS.replace(ORDER, "1"))]
    _assert_replayed(file, profile, paths, seen[1:3])


def _assert_replayed(
    file: Path, profile: str, targets: list[str], seen: list[tuple[int, dict[str, str], bytes]]
) -> None:
    """Replaying gives the same statuses, media types and shapes."""
    replay = create_dispatch({"profile": profile, "produce": load_recording(file, name="traffic").answer})
    for target, (status, headers, body) in zip(targets, seen, strict=True):
        path, _, query = target.partition("?")
        answer = replay(Request("GET", path, query, {}))
        assert (answer.status, _shape(answer.body)) == (status, _shape(body)), target
        assert dict(answer.headers)["content-type"] == headers["content-type"]


def _shape(body: bytes) -> Any:
    """A body with types and lengths for values."""

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items()}
        return [shape(each) for each in value] if isinstance(value, list) else (type(value), len(str(value)))

    return shape(json.loads(body))


def test_byte_for_byte(tmp_path: Path) -> None:
    """Status, reason, headers in their spelling and order, and body are the upstream's own."""
    body = b'{ "count" : 0 ,\n"list":[ ]}'
    head = b"HTTP/1.1 200 Very Fine\r\nX-One: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Type: text/x\r\n"
    raw = head + b"Connection: close, X-Two\r\nX-Two: 2\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with canned(raw) as (url, _), Running(url, tmp_path / "t") as ours:
        wire = Wire(ours.url)
        wire.send(b"GET /orders HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = wire.read()
        # The connection goes on.
        wire.send(b"GET /orders HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.read().raw == answer.raw
        wire.socket.close()
    assert answer.raw == head + b"content-length: %d\r\n\r\n" % len(body) + body
    assert [row["response"]["body"] for row in ours.rows] == ['{"count":0,"list":[]}'] * 2


def test_what_the_upstream_gets(tmp_path: Path) -> None:
    """Its own Host, the client's headers without those between two programs, and the target as it was sent."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with canned(answer) as (url, got), Running(f"{url}/base/v1/", tmp_path / "t") as ours:
        sent = {"Host": "x", "Connection": "X-Mine", "X-Mine": "1", "TE": "trailers", "Accept-Encoding": "br, gzip"}
        sent |= {"X-Theirs": "2", "Proxy-Authorization": "Basic eA==", "Jumun-Scenario": "ok"}
        exchange(ours.url, "/orders/%2F%ea/./..?a=%5B%ea&b=//", sent)
    lines = got[0].decode().split("\r\n")
    assert lines[0] == "GET /base/v1/orders/%2F%ea/./..?a=%5B%ea&b=// HTTP/1.1"
    assert sorted(filter(None, lines[1:])) == [
        "accept-encoding: gzip",
        f"host: {urlsplit(url).netloc}",
        "x-theirs: 2",
    ]
    assert ours.rows[0]["path"].startswith("/v1/orders/")


def test_the_base_urls_path_is_said_once(tmp_path: Path) -> None:
    """A client may have the path of the upstream's base URL or not; what begins alike is another path."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with canned(answer) as (url, got), Running(f"{url}/v1", tmp_path / "t") as ours:
        for target in ("/orders?a=/v1", "/v1/orders", "/v1?a", "/v1x"):
            exchange(ours.url, target)
    sent = [head.split(b" ")[1].decode() for head in got]
    assert sent == ["/v1/orders?a=/v1", "/v1/orders", "/v1?a", "/v1/v1x"]


def test_redirects_are_the_clients_affair(tmp_path: Path) -> None:
    """A redirect goes back as it is."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/secret\r\nContent-Length: 0\r\n\r\n"
    with canned(answer) as (url, got), Running(url, tmp_path / "t") as ours:
        status, headers, _ = exchange(ours.url, "/orders")
    assert (status, headers["location"], len(got)) == (302, "http://127.0.0.1:1/secret", 1)
    assert "secret" not in ours.file.read_text(encoding="utf-8")


def test_packed_bodies_are_written_unpacked(tmp_path: Path) -> None:
    """The client gets gzip as it came; the row has the text, and no word of gzip."""
    packed = gzip.compress(b'{"count":0,"list":[]}')
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    with canned(answer) as (url, _), Running(url, tmp_path / "t") as ours:
        assert exchange(ours.url, "/orders", {"accept-encoding": "gzip"})[2] == packed
    (row,) = ours.rows
    assert row["response"] == {"headers": {}, "body": '{"count":0,"list":[]}'}


def test_what_the_seam_is_told(tmp_path: Path) -> None:
    """on_row gets each row as it is in the file, with how the request breaks the contract."""
    with LiveServer() as real, Running(real.bootpay_base_url, tmp_path / "t") as ours:
        exchange(ours.url, "/orders?limit=x&nonsense=1", BASIC)
    assert ours.told == ours.file.read_bytes().splitlines(keepends=True)
    (row,) = ours.rows
    assert row["operation"] == "bootpay.orders.list"
    assert {each["place"] for each in row["violations"]} == {"query/limit", "query/'nonsense'"}


def test_strange_names_of_parameters(tmp_path: Path) -> None:
    """What an unknown parameter is called may be a person's address: the row does not repeat it."""
    with LiveServer() as real, Running(real.bootpay_base_url, tmp_path / "t") as ours:
        exchange(ours.url, "/orders?KANARIE%40example.com=1&KANARIE=2", BASIC)
    assert [each["place"] for each in ours.rows[0]["violations"]] == ["query/***", "query/'KANARIE'"]
    assert "KANARIE@" not in json.dumps(ours.rows)


def closed_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_an_upstream_that_is_not_there(tmp_path: Path) -> None:
    """The client gets 502 and why, nothing is written, and the next call is tried again."""
    with Running(f"http://127.0.0.1:{closed_port()}/v1", tmp_path / "t") as ours:
        answers = [exchange(ours.url, "/orders?keyword=KANARIE", BASIC) for _ in range(2)]
    for status, headers, body in answers:
        assert (status, headers["content-type"]) == (502, "application/problem+json")
        assert "refused" in json.loads(body)["detail"]
    assert ours.rows == ours.told == []
    assert (ours.recorder.kept, ours.recorder.failed, len(ours.failures)) == (0, 2, 2)
    assert "KANARIE" not in "".join(ours.failures)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n9\r\n",
    ],
)
def test_an_answer_that_is_none(answer: bytes, tmp_path: Path) -> None:
    """Nothing, no HTTP, and half a body are 502 and no row: a recording holds whole answers."""
    with canned(answer) as (url, _), Running(url, tmp_path / "t") as ours:
        assert exchange(ours.url, "/orders")[0] == 502
    assert (ours.rows, len(ours.failures)) == ([], 1)


@pytest.mark.parametrize(("longer", "status"), [(0, 200), (1, 502)])
def test_an_answer_of_64_mib(longer: int, status: int, tmp_path: Path) -> None:
    """It is passed on and kept; one that is a byte longer is 502 and no row."""
    body = b'{"count":0,"list":[]}'.ljust(64 * 2**20 + longer)
    with canned(ok(body)) as (url, _), Running(url, tmp_path / "t") as ours:
        answer = exchange(ours.url, "/orders")
    assert (answer[0], len(ours.rows), len(ours.failures)) == (status, 1 - longer, longer)
    assert longer or answer[2] == body


def test_an_upstream_that_is_silent(tmp_path: Path) -> None:
    """It is not waited for without end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Running(url, tmp_path / "t", timeout_s=0.2) as ours:
            assert exchange(ours.url, "/orders")[0] == 502
    assert "timed out" in ours.failures[0]


@pytest.mark.parametrize("trust", ["trusted", "unknown"])
def test_certificates_are_judged_by_the_systems_trust(
    trust: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate of an authority that the system does not know is 502; of one that it knows, all is well."""
    authority = Authority.temporary()
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
    if trust == "trusted":
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = authority.context(("localhost",))
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        raw, _ = listener.accept()
        try:
            with context.wrap_socket(raw, server_side=True) as connection:
                connection.recv(65_536)
                connection.sendall(answer)
        except OSError:
            raw.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with Running(f"https://localhost:{listener.getsockname()[1]}", tmp_path / "t") as ours:
            status, _, body = exchange(ours.url, "/orders")
    finally:
        thread.join()
        listener.close()
    assert status == (200 if trust == "trusted" else 502)
    assert trust == "trusted" or "certificate is not trusted" in json.loads(body)["detail"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET http://example.com/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST /o HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
        (b"POST /o HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
        (b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ],
)
def test_requests_that_are_not_passed_on(request_: bytes, status: int, tmp_path: Path) -> None:
    """Another host's address, and a body whose length is not clear, are refused here."""
    with canned(b"") as (url, got), Running(url, tmp_path / "t") as ours:
        wire = Wire(ours.url)
        wire.send(request_)
        answer = wire.read()
        wire.socket.close()
    assert answer.status == status
    assert got == []


def test_a_body_in_chunks(tmp_path: Path) -> None:
    """Of a real client that does not know its length: the API gets the body with one, and the connection goes on."""
    form = token_form("1772600767089").encode()
    with (
        LiveServer() as real,
        Running(real.naver_base_url, tmp_path / "t", contract="naver") as ours,
        httpx.Client(base_url=ours.url, trust_env=False, headers={"content-type": FORM}) as client,
    ):
        real.session.clock.set(1_772_600_767.089)
        pieces = (form[start : start + 7] for start in range(0, len(form), 7))
        answer = client.post("/v1/oauth2/token", content=pieces)
        assert answer.request.headers["transfer-encoding"] == "chunked"
        assert answer.status_code == 200
        assert client.post("/v1/oauth2/token", content=iter([b""])).status_code == 400
        lengths = [each.request.headers.get("content-length") for each in real.session.journal]
    assert lengths == [str(len(form)), "0"]
    first, second = ours.rows
    assert "grant_type=client_credentials" in first["request"]["body"]
    assert first["violations"] == []
    assert second["request"]["body"] == ""


def test_a_body_in_chunks_beyond_the_bound(tmp_path: Path) -> None:
    """A real client that goes on sending reads why it is refused, and the API hears nothing of it."""
    pieces = (b"x" * 2**20 for _ in range(20))
    with canned(b"") as (url, got), Running(url, tmp_path / "t") as ours:
        answer = httpx.post(f"{ours.url}/orders", content=pieces, trust_env=False)
    assert answer.status_code == 413
    assert "16777216 bytes" in answer.json()["detail"]
    assert got == []


@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: 50000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n2FAF080\r\n"],
    ids=["length", "chunks"],
)
def test_a_refused_client_may_send_all_of_it(framing: bytes, tmp_path: Path) -> None:
    """One that reads nothing before it has written everything is not cut off, and reads why."""
    with canned(b"") as (url, got), Running(url, tmp_path / "t") as ours:
        wire = Wire(ours.url)
        wire.send(b"POST /orders HTTP/1.1\r\nHost: x\r\n" + framing)
        for _ in range(50):
            wire.send(b"x" * 1_000_000)
        assert wire.read().status == 413
        wire.socket.close()
    assert got == []


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 9\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n9\r\n{}",
    ],
)
def test_half_a_request_is_not_passed_on(framing: bytes, tmp_path: Path) -> None:
    """A client that goes away before its body is whole has asked nothing."""
    with canned(b"") as (url, got), Running(url, tmp_path / "t") as ours:
        wire = Wire(ours.url)
        wire.send(b"POST /orders HTTP/1.1\r\nHost: x\r\n" + framing)
        wire.socket.shutdown(socket.SHUT_WR)
        assert wire.socket.recv(1) == b""
        wire.socket.close()
    assert got == []


def test_many_at_once(tmp_path: Path) -> None:
    """Rows of calls that overlap are whole, numbered one by one, and as many as the calls."""
    with LiveServer() as real, Running(real.bootpay_base_url, tmp_path / "t") as ours:
        calls = [
            threading.Thread(target=exchange, args=(ours.url, f"/orders?page={page}", BASIC)) for page in range(1, 21)
        ]
        for each in calls:
            each.start()
        for each in calls:
            each.join()
    assert [row["serial"] for row in ours.rows] == list(range(1, 21))
    assert {row["query"] for row in ours.rows} == {f"page={page}" for page in range(1, 21)}


def test_a_slow_call_holds_no_other_up(tmp_path: Path) -> None:
    """While the API leaves one call without an answer, others have theirs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Running(url, tmp_path / "t") as ours:
            slow = threading.Thread(target=exchange, args=(ours.url, "/orders?page=1", BASIC))
            slow.start()
            held, _ = listener.accept()
            quick = threading.Thread(target=exchange, args=(ours.url, "/orders?page=2", BASIC))
            quick.start()
            connection, _ = listener.accept()
            for each, thread in ((connection, quick), (held, slow)):
                each.recv(65_536)
                each.sendall(ok(b"{}"))
                thread.join()
                each.close()
    assert [row["query"] for row in ours.rows] == ["page=2", "page=1"]


def test_a_scenario_on_the_way(tmp_path: Path) -> None:
    """A delay or fault is played on what the API answers, which is recorded as it came; an error is not passed on."""
    body = b'{"count":0,"list":[]}'
    steps = "bootpay.orders.list: charset, 1700, ok *"
    with canned(ok(body)) as (url, got), Running(url, tmp_path / "t", scenario=steps) as ours:
        answers = [exchange(ours.url, "/orders", BASIC) for _ in range(3)]
        steered = exchange(ours.url, "/orders", {**BASIC, "jumun-scenario": "html-502"})
    assert [status for status, _, _ in answers] == [200, 401, 200]
    assert [headers["content-type"] for _, headers, _ in answers[::2]] == [
        "text/html; charset=euc-kr",
        "application/json",
    ]
    assert steered[0] == 502
    assert len(got) == len(ours.rows) == 3
    assert [row["response"]["headers"] for row in ours.rows] == [{"content-type": "application/json"}] * 3


def test_a_session_of_its_own(tmp_path: Path) -> None:
    """Sessions, journal and control plane are those of any server, and what names one is not passed on."""
    with canned(ok(b"{}")) as (url, got), Running(url, tmp_path / "t") as ours, ControlClient(ours.url) as control:
        control.create_session(scenario="bootpay.orders.list: 500")
        session = {"jumun-session": str(control.session)}
        assert exchange(ours.url, "/orders", {**BASIC, **session})[0] == 500
        assert exchange(ours.url, "/orders", {**BASIC, **session})[0] == 200
        assert [each["status"] for each in control.requests()] == [500, 200]
        assert control.requests()[0]["request"]["headers"]["authorization"] == "Basic ***"
    assert len(got) == 1
    assert b"jumun" not in got[0]


def test_a_row_that_cannot_be_written(tmp_path: Path) -> None:
    """The client has its answer all the same, and the failure is reported without values."""
    with LiveServer() as real, Running(real.bootpay_base_url, tmp_path / "t") as ours:
        ours._tape.close()
        assert exchange(ours.url, "/orders?keyword=KANARIE", BASIC)[0] == 200
    assert (ours.recorder.kept, ours.recorder.failed, ours.recorder.lost) == (0, 0, 1)
    assert "cannot be written" in ours.failures[0]
    assert "KANARIE" not in ours.failures[0]


def test_a_listener_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It disturbs nothing: the client has its answer, and the row is kept."""
    with LiveServer() as real, Running(real.bootpay_base_url, tmp_path / "t") as ours:
        # Which has not heard of it, and raises ValueError.
        monkeypatch.setattr(ours.recorder, "_on_row", ours.told.index)
        assert exchange(ours.url, "/orders", BASIC)[0] == 200
    assert (ours.recorder.kept, ours.recorder.failed, len(ours.rows)) == (1, 0, 1)


@pytest.mark.parametrize(
    "url",
    ["", "api.bootapi.com", "ftp://x/", "http://", "https://u:p@x/", "http://x/?a=b", "http://x/#a", "http://x:99999/"],
)
def test_an_upstream_must_be_a_base_url(url: str) -> None:
    """Anything else is refused, and credentials are not repeated."""
    with pytest.raises(ValueError, match=r"base URL|Port") as refusal:
        parse_upstream(url)
    assert "u:p" not in str(refusal.value)


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    """A tape begins a file of its own, which only its owner can read, or goes on with one."""
    (tmp_path / "t").write_text("{}\n", encoding="utf-8")
    with pytest.raises(FileExistsError):
        Tape(tmp_path / "t")
    tape = Tape(tmp_path / "t", append=True)
    tape.write('{"a":"가"}\n'.encode())
    tape.close()
    assert (tmp_path / "t").read_text(encoding="utf-8") == '{}\n{"a":"가"}\n'
    Tape(tmp_path / "new").close()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
def test_one_recorder_at_a_time(tmp_path: Path) -> None:
    """A second tape on a file is refused: what one takes back could be what the other has written."""
    first = Tape(tmp_path / "t")
    with pytest.raises(OSError, match="another process is recording to it"):
        Tape(tmp_path / "t", append=True)
    first.write(b"{}\n")
    first.close()
    Tape(tmp_path / "t", append=True).close()
    assert (tmp_path / "t").read_bytes() == b"{}\n"


class FullDisk(io.FileIO):
    """A file on a disk that takes three bytes of each row while it is full, and cannot be cut while it is stuck."""

    is_full = is_stuck = False

    def write(self, content: Any, /) -> int:
        """Take what there is room for; refuse where there is none."""
        if self.is_full and len(content) <= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content[:3] if self.is_full else content)

    def truncate(self, size: int | None = None, /) -> int:
        """Cut, unless it is stuck."""
        if self.is_stuck:
            raise OSError(errno.EIO, "Input/output error")
        return super().truncate(size)


def test_half_a_row_that_cannot_be_cut_off(tmp_path: Path) -> None:
    """No row is glued to it: none is written until it can be cut off, and then the next one follows a whole one."""
    file = tmp_path / "t"
    tape = Tape(file)
    tape.write(b"first\n")
    tape._file.close()
    tape._file = disk = FullDisk(file, "ab")
    disk.is_full = disk.is_stuck = True
    with pytest.raises(OSError, match="No space left"):
        tape.write(b"lost\n")
    assert file.read_bytes() == b"first\nlos"
    disk.is_full = False
    with pytest.raises(OSError, match="Input/output"):
        tape.write(b"lost too\n")
    assert file.read_bytes() == b"first\nlos"
    disk.is_stuck = False
    tape.write(b"last\n")
    disk.is_full = True
    with pytest.raises(OSError, match="No space left"):
        tape.write(b"lost again\n")
    tape.close()
    assert file.read_bytes() == b"first\nlast\n"
