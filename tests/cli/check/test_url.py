from __future__ import annotations

import http.server
import json
import re
import socketserver
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.recordings.recorded import Recorded, Unreadable
from jumun_contracts.reports import RENDERERS
from jumun_mockserver import LiveServer
from jumun_mockserver.cli.visit import Visit, VisitError
from jumun_mockserver.examples import PLACEHOLDERS
from tests.cli.check.test_command import CANARY, LIST, judged_as, report
from tests.cli.commands import PATIENCE_S, jumun, refusal
from tests.mockserver.wire import INTERIM_SERIES, canned, ok
from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDS = "naver.product_order_ids"
CANARY_KEY = "canary-0k4n4r1"
VARIABLES = [
    "NAVER_COMMERCE_ACCESS_TOKEN",
    "NAVER_COMMERCE_CLIENT_ID",
    "NAVER_COMMERCE_CLIENT_SECRET",
    "BOOTPAY_COMMERCE_ACCESS_TOKEN",
    "BOOTPAY_COMMERCE_CLIENT_KEY",
    "BOOTPAY_COMMERCE_SECRET_KEY",
]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keys but a test's own."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@contextmanager
def answering(status: int, body: bytes, *, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything with this; its URL, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    with run_server(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, asked


@pytest.mark.parametrize("profile", PROFILES)
def test_our_own_mock_passes(profile: Any) -> None:
    """Jumun's answers fit its contracts, with keys and without, in both profiles."""
    contracts = [part for name in ("naver", "bootpay") for part in ("--contract", f"{name}:{profile}")]
    with LiveServer(profile=profile) as server:
        code, document = report("--url", server.url, *contracts)
        reads = [
            id_
            for name in ("naver", "bootpay")
            for id_, operation in load_contract(name, profile).operations.items()
            if operation.method == "GET" and not operation.is_stub
        ]
        assert len(server.session.journal) == 2 * len(reads)
    assert (code, document["judged"], document["breaking"], document["unjudged"]) == (0, 2 * len(reads), 0, [])
    assert judged_as(document) == [f"{id_}.{status}" for id_ in reads for status in (200, 401)]


@pytest.mark.parametrize("form", RENDERERS)
def test_a_broken_server_fails(form: str) -> None:
    """The same calls of a server whose price is text are exit code 1, and the price is not printed."""
    with LiveServer(scenario=f'{LIST}: set(/list/0/price "{CANARY}")') as server:
        result = jumun("check", "--url", server.url, "--format", form)
        assert result.exit_code == 1
        assert "/list/0/price must be of type integer" in result.stdout
        assert "canary" not in result.output
        if form == "text":
            assert result.stdout.startswith(f"{server.url}/v1/orders:1:")


def test_another_profile_fails() -> None:
    """A server of the documented profile does not pass as one of the observed profile."""
    with LiveServer() as server:
        assert jumun("check", "--url", server.url, "--contract", "naver:observed").exit_code == 1


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("401", "answered 401 to a proper call: its success is not judged"),
        ("500", "answered 500 to a proper call: its success is not judged"),
        ("reset", "cannot be called: no connection to 127.0.0.1, or it broke ([Errno 104] Connection reset by peer)"),
        ("empty", "cannot be called: 127.0.0.1 did not complete an HTTP answer (RemoteProtocolError)"),
        ("garbage", "cannot be called: 127.0.0.1 did not complete an HTTP answer (RemoteProtocolError)"),
        ("chunk", "cannot be called: 127.0.0.1 did not complete an HTTP answer (RemoteProtocolError)"),
        ("hang", "cannot be called: silent for 0.2 s"),
    ],
)
def test_a_server_that_refuses(step: str, says: str) -> None:
    """Well-formed refusals of every proper call are not a pass: nothing to judge came. Neither is silence."""
    with LiveServer(scenario=f"{LIST}: {step}") as server:
        options = ["--timeout", "0.2"] if step == "hang" else []
        code, document = report("--url", server.url, "--operation", LIST, *options)
    assert code == 2
    assert {row["file"] for row in document["unjudged"]} == {f"{server.url}/v1/orders"}
    assert document["unjudged"][0]["reason"].startswith(f"{LIST} {says}")


def test_no_server() -> None:
    """A server that is not there is exit code 2, with the reason."""
    with answering(200, b"") as (url, _):
        pass
    code, document = report("--url", url, "--contract", "bootpay")
    assert (code, document["judged"]) == (2, 0)
    (row,) = document["unjudged"]
    assert "Connection refused" in row["reason"]
    assert row["reason"].endswith("; nothing else is called there")


@pytest.mark.parametrize("option", ["--param=orderId=1", "--timeout=3", "--deadline=60", "--yes-production"])
def test_options_that_are_for_a_server(tmp_path: Path, option: str) -> None:
    """With files they would do nothing, which is said."""
    line = refusal(jumun("check", str(tmp_path), option))
    assert f"{option.partition('=')[0]} is for --url" in line


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(200, b"<html>", 1), (200, b"", 1), (302, b"", 2), (200, b'{"count": 0, "list": []}', 0), (204, b"", 2)],
)
def test_any_answer(status: int, body: bytes, code: int) -> None:
    """What is not JSON is a finding; a redirection is not followed."""
    with answering(status, body, headers={"location": "/elsewhere"}) as (url, asked):
        result = jumun("check", "--url", url, "--operation", f"{LIST}.200")
    assert asked == ["GET /v1/orders"] * 2
    assert result.exit_code == code


@pytest.mark.parametrize(("status", "longer"), [(503, 0), (429, 0), (200, 0), (200, 1)])
def test_each_call_is_made_once(status: int, longer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With keys and without: what fails is not repeated, no proxy is asked, and an answer is read up to 16 MiB."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    body = b'{"count": 0, "list": []}'.ljust(16 * 2**20 + longer if status == 200 else 0)
    with answering(status, body) as (url, asked):
        result = jumun("check", "--url", url, "--operation", LIST)
    assert asked == ["GET /v1/orders"] * 2
    assert ("larger than 16777216 bytes" in result.stdout) == bool(longer)
    assert result.exit_code == (0 if status == 200 and not longer else 2)


@pytest.mark.parametrize("interim", INTERIM_SERIES, ids=str)
def test_informational_answers(interim: tuple[int, ...]) -> None:
    """What a server says before its answer is not judged in place of it."""
    with canned(ok(b'{"count":0,"list":[]}'), interim=interim) as (url, _):
        code, document = report("--url", url, "--operation", LIST)
    assert (code, document["unjudged"], document["complaints"]) == (0, [], [])
    assert judged_as(document) == [f"{LIST}.200"]


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ([], "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"),
        (["--param", "orderId=a/b?"], "/external/v1/pay-order/seller/orders/a%2Fb%3F/product-order-ids"),
        (["--param", "orderId=1", "--param", "limit=5"], "/external/v1/pay-order/seller/orders/1/product-order-ids"),
    ],
)
def test_parameters(given: list[str], called: str) -> None:
    """--param fills the path, escaped, and the query of operations that have it; a report does not repeat it."""
    with answering(200, b"{}") as (url, asked):
        result = jumun("check", "--url", url, *given)
    listed = "/v1/orders?limit=5" if "limit=5" in given else "/v1/orders"
    assert [each for each in asked if each in (f"GET {called}", f"GET {listed}")] == [
        *[f"GET {called}"] * 2,
        *[f"GET {listed}"] * 2,
    ]
    assert "/orders/{orderId}/product-order-ids:1:1: breaking" in result.stdout
    assert called not in result.stdout


@pytest.mark.parametrize(
    ("path", "options", "called"),
    [
        ("/v1", [], "/v1/orders"),
        ("/v1/", [], "/v1/orders"),
        ("/gateway/x", ["--contract", "bootpay"], "/gateway/x/orders"),
        ("/", ["--contract", "bootpay"], "/v1/orders"),
    ],
)
def test_base_urls(path: str, options: list[str], called: str) -> None:
    """A URL with a path is a base URL: of the provider whose path it is, else of the one contract."""
    with answering(200, b"{}") as (url, asked):
        jumun("check", "--url", url + path, *options)
    assert asked[:2] == [f"GET {called}"] * 2


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("127.0.0.1:8080", "is not the URL"),
        ("ftp://127.0.0.1", "is not the URL"),
        ("http://", "is not the URL"),
        ("http://127.0.0.1:99999", "is not the URL"),
        ("http://[", "is not the URL"),
        ("http://한글.example", "is not the URL"),
        ("http://127.0.0.1/?a=b", "is not the URL"),
        ("http://127.0.0.1/gateway", "say which with --contract"),
    ],
)
def test_a_bad_url(url: str, says: str) -> None:
    """What is not a URL to call is refused."""
    assert says in refusal(jumun("check", "--url", url))


def test_keys_in_a_url() -> None:
    """Keys in the URL are refused and not repeated."""
    line = refusal(jumun("check", "--url", f"http://me:{CANARY_KEY}@127.0.0.1"))
    assert "environment" in line
    assert CANARY_KEY not in line


@pytest.mark.parametrize("value", ["orderId", "=1", "orderID=1"])
def test_a_bad_parameter(value: str) -> None:
    """A parameter that no operation has, or without a value, is refused before anything is called."""
    assert "--param" in refusal(jumun("check", "--url", "http://127.0.0.1:9", "--param", value))


LISTS = {"naver": "naver.product_orders.list", "bootpay": LIST}
HOSTS = sorted({host for name in ("naver", "bootpay") for host in load_contract(name, "documented").hosts})


@pytest.mark.parametrize("host", [*HOSTS, HOSTS[0].upper(), f"{HOSTS[0]}."])
def test_a_providers_own_host(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No provider's host is called unless that is meant, whichever contract judges; and never with placeholders."""
    monkeypatch.setattr("socket.create_connection", pytest.fail)
    provider = "naver" if "naver" in host.lower() else "bootpay"
    for name in ("naver", "bootpay"):
        line = refusal(jumun("check", "--url", f"https://{host}", "--contract", name))
        assert "--yes-production" in line
    line = refusal(jumun("check", "--url", f"https://{host}", "--contract", provider, "--yes-production"))
    assert re.search("needs? values: give .*--param order", line)
    line = refusal(jumun("check", "--url", f"https://{host}", "--operation", LISTS[provider], "--yes-production"))
    assert f"set {provider.upper()}_COMMERCE_ACCESS_TOKEN" in line


def test_a_providers_own_host_with_permission(monkeypatch: pytest.MonkeyPatch, dialled: list[object]) -> None:
    """With --yes-production and keys it is called, and no more once it cannot be reached."""
    monkeypatch.setenv("BOOTPAY_COMMERCE_ACCESS_TOKEN", "x")
    host = load_contract("bootpay", "documented").hosts[0]
    result = jumun("check", "--url", f"https://{host}", "--operation", LIST, "--yes-production")
    assert result.exit_code == 2
    assert dialled == [(host, 443)]


def test_the_default_address(dialled: list[object]) -> None:
    """Without an address the calls go to where the contract says that Jumun is."""
    code, document = report("--url")
    assert (code, set(dialled)) == (2, {("127.0.0.1", 8080)})
    assert "http://127.0.0.1:8080/v1/orders" in {each["file"] for each in document["unjudged"]}


def test_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """With keys as `jumun run` sets them, NAVER's token is asked for by a signature, and judged too."""
    with LiveServer() as server:
        monkeypatch.setenv("NAVER_COMMERCE_CLIENT_ID", server.naver_client_id)
        monkeypatch.setenv("NAVER_COMMERCE_CLIENT_SECRET", server.naver_client_secret)
        monkeypatch.setenv("NAVER_COMMERCE_BASE_URL", server.naver_base_url)
        monkeypatch.setenv("BOOTPAY_COMMERCE_CLIENT_KEY", server.bootpay_client_key)
        monkeypatch.setenv("BOOTPAY_COMMERCE_SECRET_KEY", server.bootpay_secret_key)
        code, document = report("--url", server.url)
    assert (code, document["unjudged"], document["breaking"]) == (0, [], 0)
    assert "naver.token.200" in judged_as(document)


def test_the_secret_of_the_documented_sample(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The secret of NAVER's page, whose last letter no strict bcrypt takes, signs here as it does for the client."""
    (tmp_path / "naver").mkdir()
    sample = "applications: [{client_id: aaaabbbbcccc, client_secret: $2a$10$abcdefghijklmnopqrstuv}]\n"
    (tmp_path / "naver/applications.yaml").write_text(sample, encoding="utf-8")
    monkeypatch.setenv("NAVER_COMMERCE_CLIENT_ID", "aaaabbbbcccc")
    monkeypatch.setenv("NAVER_COMMERCE_CLIENT_SECRET", "$2a$10$abcdefghijklmnopqrstuv")
    with LiveServer(data=tmp_path) as server:
        code, document = report("--url", server.url, "--contract", "naver", "--operation", "naver.seller.account")
    # The token call is another operation than was asked for.
    assert (code, judged_as(document)) == (0, ["naver.seller.account.200", "naver.seller.account.401"])


@pytest.mark.parametrize("form", RENDERERS)
def test_wrong_keys(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """Keys that are refused are exit code 2, and are in no report."""
    monkeypatch.setenv("NAVER_COMMERCE_ACCESS_TOKEN", CANARY_KEY)
    monkeypatch.setenv("BOOTPAY_COMMERCE_CLIENT_KEY", CANARY_KEY)
    monkeypatch.setenv("BOOTPAY_COMMERCE_SECRET_KEY", CANARY_KEY)
    with LiveServer() as server:
        result = jumun("check", "--url", server.url, "-v", "--format", form)
    assert result.exit_code == 2
    assert "answered 401 to a proper call" in result.stdout
    assert "canary" not in result.output


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"NAVER_COMMERCE_CLIENT_ID": CANARY_KEY}, "NAVER_COMMERCE_CLIENT_ID and NAVER_COMMERCE_CLIENT_SECRET"),
        (
            {"NAVER_COMMERCE_CLIENT_ID": CANARY_KEY, "NAVER_COMMERCE_CLIENT_SECRET": CANARY_KEY},
            "NAVER_COMMERCE_CLIENT_SECRET must be a bcrypt salt of 29 characters",
        ),
        ({"NAVER_COMMERCE_ACCESS_TOKEN": f"{CANARY_KEY}\n"}, "NAVER_COMMERCE_ACCESS_TOKEN has characters"),
        ({"BOOTPAY_COMMERCE_SECRET_KEY": f"한글{CANARY_KEY}"}, "BOOTPAY_COMMERCE_SECRET_KEY has characters"),
    ],
)
def test_unusable_keys(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str) -> None:
    """Keys that cannot be used are refused by the name of their variable, before anything is called."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    line = refusal(jumun("check", "--url", "http://127.0.0.1:9"))
    assert says in line
    assert CANARY_KEY not in line


@pytest.mark.parametrize("answer", [{}, {"access_token": "한글"}, [], "x"])
def test_a_token_that_is_none(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """Without a token nothing more is called, and that is not a pass."""
    monkeypatch.setenv("NAVER_COMMERCE_CLIENT_ID", "x")
    monkeypatch.setenv("NAVER_COMMERCE_CLIENT_SECRET", "$2a$04$DemoSecretOfJumunOnly.")
    with answering(200, json.dumps(answer).encode()) as (url, asked):
        code, document = report("--url", url, "--contract", "naver")
    assert (code, asked) == (2, ["POST /external/v1/oauth2/token"])
    assert "gave no token" in document["unjudged"][0]["reason"]


@pytest.mark.parametrize(("provider", "pause_s"), [("naver", 0.1), ("bootpay", 0.2)])
def test_the_rate(provider: str, pause_s: float) -> None:
    """Calls keep to what the contract documents, ten a second of NAVER's, and to five where it documents nothing."""
    now = [1_000.0]
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    with answering(200, b"{}") as (url, asked):
        visit = Visit(
            load_contract(provider, "documented"),
            base_url=url,
            keys=PLACEHOLDERS[provider],
            values={},
            sleep=sleep,
            monotonic_s=lambda: now[0],
        )
        for _ in range(2):
            list(visit.iter_exchanges(operation=IDS if provider == "naver" else LIST))
    assert len(asked) == 4
    assert waited == pytest.approx([pause_s] * 3)


@contextmanager
def dribbling(prefix: bytes) -> Iterator[str]:
    """A server that begins an answer so and then sends a byte now and then, for as long as a client waits; its URL."""
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):
                self.wfile.write(prefix)
                for _ in range(PATIENCE_S * 100):
                    self.wfile.write(b"x")
                    if over.wait(0.01):
                        break

    with run_server(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as url:
        try:
            yield url
        finally:
            over.set()


@pytest.mark.parametrize(
    "prefix",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["status", "header", "body", "body without an end"],
)
def test_a_server_that_dribbles(prefix: bytes) -> None:
    """A server that is never silent and never done is given up when the time for all is over: exit code 2."""
    with dribbling(prefix) as url:
        code, document = report("--url", url, "--timeout", "5", "--deadline", "0.5")
    assert (code, document["judged"]) == (2, 0)
    says = "cannot be called: the --deadline of all calls is over"
    reasons = [row["reason"] for row in document["unjudged"]]
    assert (reasons[0], f"{LIST} {says}" in reasons) == (f"{IDS} {says}", True)
    assert all(reason.endswith(says) for reason in reasons)
    assert {row["count"] for row in document["unjudged"]} == {2}


def test_calls_end_in_time() -> None:
    """What is answered in time counts; once the time is over nothing more is called."""
    now_s = [1_000.0]

    def sleep(seconds: float) -> None:
        now_s[0] += seconds

    with answering(200, b"{}") as (url, asked):
        visit = Visit(
            load_contract("bootpay", "documented"),
            base_url=url,
            keys=PLACEHOLDERS["bootpay"],
            values={},
            ends_at_s=1_000.1,
            sleep=sleep,
            monotonic_s=lambda: now_s[0],
        )
        first, second = visit.iter_exchanges(operation=LIST)
    assert isinstance(first, Recorded)
    assert isinstance(second, Unreadable)
    assert asked == ["GET /orders"]


@pytest.mark.parametrize("option", ["--timeout", "--deadline"])
@pytest.mark.parametrize("seconds", ["0", "-1", "x", "99999"])
def test_a_bad_time(option: str, seconds: str) -> None:
    """A time that no client waits is refused."""
    assert option in refusal(jumun("check", "--url", "http://127.0.0.1:9", option, seconds))


def test_a_path_needs_its_values() -> None:
    """A visit does not begin without values for the path."""
    contract = load_contract("naver", "documented")
    visit = Visit(contract, base_url="http://127.0.0.1:9", keys={}, values={}, with_samples=False)
    with pytest.raises(VisitError, match="--param orderId="):
        list(visit.iter_exchanges())


def test_bodies_are_placed() -> None:
    """An answer's offsets are places in the answer."""
    with answering(200, b'{"count":\n "x"}') as (url, _):
        code, document = report("--url", url, "--operation", LIST)
    assert code == 1
    places = {(row["pointer"], row["line"], row["column"]) for row in document["complaints"]}
    assert ("/count", 2, 2) in places


def test_exchanges_are_numbered() -> None:
    """Each exchange is the whole of what was sent and came."""
    with answering(200, b"{}", headers={"X-Y": "z"}) as (url, _):
        visit = Visit(
            load_contract("bootpay", "documented"), base_url=f"{url}/v1", keys=PLACEHOLDERS["bootpay"], values={}
        )
        first, second = visit.iter_exchanges(operation=LIST)
    assert isinstance(first, Recorded)
    assert not isinstance(second, Unreadable)
    assert (first.number, second.number) == (1, 2)
    assert (first.method, first.url, first.status, first.operation) == ("GET", f"{url}/v1/orders", 200, LIST)
    assert (first.response_headers or {})["x-y"] == "z"
    assert "authorization" in (first.request_headers or {})
    assert "authorization" not in (second.request_headers or {})
