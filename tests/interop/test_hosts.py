"""Under each WSGI host `create_app()` answers as `jumun serve` does, but for what docs/hosts.md says."""

from __future__ import annotations

import json
import re
import runpy
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from jumun_mockserver.live import LiveServer
from tests.checkout import ROOT
from tests.conformance.samples import GOOD_REQUESTS, frozen_options
from tests.interop.hosts import HOSTS, Host
from tests.mockserver.wire import iter_chunks, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jumun_mockserver.core.http import Request

PAGE = ROOT / "docs" / "hosts.md"
PLAIN = "GET /v1/orders?limit=1 HTTP/1.1"
IDS = "/external/v1/pay-order/seller/orders/{}/product-order-ids"
BODY = b'{"client_key":"your-commerce-client-key","secret_key":"your-commerce-secret-key"}'
POST = "POST /v1/request/token HTTP/1.1"

# Of the host: two of them have rows of their own, the third is asked for by each request.
_OF_HOST = ("connection", "date", "server")
# Of the request: how its body was framed, and what closes the connection.
_OF_FRAMING = ("connection", "content-length", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came off the socket; names of headers as they were spelt."""

    version: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    interim: tuple[int, ...] = ()

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def meaning(self) -> tuple[Any, ...]:
        """What is Jumun's in it. The order of headers is not, nor whether their names are in capitals."""
        headers = sorted((name.lower(), value) for name, value in self.headers if name.lower() not in _OF_HOST)
        return self.version, self.status, headers, self.body


def asking(line: str, *headers: str, body: bytes = b"") -> bytes:
    """A request with the credentials that its path takes; text goes out as UTF-8."""
    credentials = GOOD_REQUESTS["naver.product_order_ids" if "external" in line else "bootpay.orders.list"].headers
    head = (
        line,
        "Host: jumun.localhost",
        f"Authorization: {credentials['authorization']}",
        "Connection: close",
        *headers,
    )
    return "\r\n".join((*head, "", "")).encode() + body


def rendered(request: Request) -> bytes:
    """A sample's bytes."""
    target = quote(request.path) + (f"?{request.query}" if request.query else "")
    headers = [f"{name}: {value}" for name, value in request.headers.items()]
    headers += ["Host: jumun.localhost", "Connection: close", f"Content-Length: {len(request.body)}"]
    return "\r\n".join((f"{request.method} {target} HTTP/1.1", *headers, "", "")).encode() + request.body


# Title of a row → what is sent, one request after the other.
REQUESTS: Mapping[str, tuple[bytes, ...]] = {
    "Each operation": tuple(map(rendered, GOOD_REQUESTS.values())),
    "An error by name, an unknown path, a wrong method": (
        asking(PLAIN, "Prefer: code=500"),
        asking("GET /v1/nowhere HTTP/1.1"),
        asking("DELETE /v1/orders HTTP/1.1"),
    ),
    "`HEAD`": (asking("HEAD /v1/orders HTTP/1.1"),),
    "`?keyword=프리미엄`, percent-encoded": (asking(f"GET /v1/orders?keyword={quote('프리미엄')} HTTP/1.1"),),
    "`?keyword=프리미엄`, raw UTF-8": (asking("GET /v1/orders?keyword=프리미엄 HTTP/1.1"),),
    "`?keyword=`, raw bytes that are not UTF-8": (
        asking("GET /v1/orders?keyword=? HTTP/1.1").replace(b"=?", "=프리미엄".encode("euc-kr")),
    ),
    "`/orders/주문/…`, percent-encoded": (asking(f"GET {IDS.format(quote('주문'))} HTTP/1.1"),),
    "`/orders/주문/…`, raw UTF-8": (asking(f"GET {IDS.format('주문')} HTTP/1.1"),),
    "`?status[]=2`": (asking("GET /v1/orders?status[]=2 HTTP/1.1"),),
    '`?keyword="{}"`, not encoded': (asking('GET /v1/orders?keyword="{}" HTTP/1.1'),),
    "`?limit=1#top`": (asking("GET /v1/orders?limit=1#top HTTP/1.1"),),
    "`GET http://host/v1/orders HTTP/1.1`": (
        asking("GET http://jumun.localhost/v1/orders?limit=1 HTTP/1.1"),
        asking(f"GET http://jumun.localhost{IDS.format('2023010112345')} HTTP/1.1"),
        asking("GET http://jumun.localhost/_jumun/clock HTTP/1.1"),
    ),
    "`//external/v1/…`": (asking(f"GET /{IDS.format('2023010112345')} HTTP/1.1"),),
    "`/v1//orders/`": (asking("GET /v1//orders/?limit=1 HTTP/1.1"),),
    "`Expect: 100-continue`": (
        asking(
            POST, "Expect: 100-continue", f"Content-Length: {len(BODY)}", "Content-Type: application/json", body=BODY
        ),
    ),
    "A chunked body": (
        asking(
            POST,
            "Transfer-Encoding: chunked",
            "Content-Type: application/json",
            body=b"%x\r\n%b\r\n1\r\n%b\r\n0\r\n\r\n" % (len(BODY) - 1, BODY[:-1], BODY[-1:]),
        ),
    ),
    "`Upgrade: websocket`": (asking(PLAIN, "Upgrade: websocket"),),
    "A header sent twice": (asking(PLAIN, "Accept: text/html", "Accept: application/json"),),
    "A header in raw UTF-8": (asking(PLAIN, "User-Agent: 주문 수집기"),),
}


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    """`jumun serve`, at the hosts' time."""
    with LiveServer(**frozen_options("documented")) as live:
        yield live


def ask(url: str, request: bytes) -> Answer:
    """Send bytes and read to the end of the connection."""
    raw = read_all(url, request)
    interim: list[int] = []
    while True:
        head, _, raw = raw.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        http, code, *_ = status_line.split(" ")
        if not code.startswith("1"):
            break
        interim.append(int(code))
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        raw = b"".join(iter_chunks(BytesIO(raw)))
    return Answer(http, int(code), headers, raw, tuple(interim))


def ask_afresh(url: str, requests: tuple[bytes, ...]) -> tuple[list[Answer], list[dict[str, Any]]]:
    """Answers of a server to which nothing has happened before, and its journal."""
    assert ask(url, asking("POST /_jumun/reset HTTP/1.1", "Content-Length: 0")).status < 300
    answers = [ask(url, each) for each in requests]
    return answers, json.loads(ask(url, asking("GET /_jumun/requests HTTP/1.1")).body)


def read_of(exchange: dict[str, Any]) -> dict[str, Any]:
    """What was read of a request. A header sent twice is joined with a comma, after which a space may follow."""
    headers = exchange["request"]["headers"].items()
    kept = {name: value.replace(", ", ",") for name, value in headers if name not in _OF_FRAMING}
    return {name: exchange[name] for name in ("method", "path", "query")} | {"body": exchange["request"]["body"]} | kept


def describe(url: str, right_url: str, requests: tuple[bytes, ...]) -> str:
    """The cell of a row of requests."""
    answers, journal = ask_afresh(url, requests)
    right_answers, right_journal = ask_afresh(right_url, requests)
    if len(journal) < len(right_journal):
        return f"{answers[0].status} of its own"
    found = []
    for read, right_read in zip(map(read_of, journal), map(read_of, right_journal), strict=True):
        found += [
            f"reads another {name}" if read.get(name) else f"reads an empty {name}"
            for name in read.keys() | right_read.keys()
            if read.get(name) != right_read.get(name)
        ]
    for answer, right in zip(answers, right_answers, strict=True):
        if answer.interim != right.interim:
            found.append(f"interim {list(answer.interim)} in place of {list(right.interim)}")
        if answer.status != right.status:
            found.append(f"{answer.status} in place of {right.status}")
        elif answer.meaning != right.meaning:
            found.append(f"{answer.meaning} in place of {right.meaning}")
    return "; ".join(found) or "the same"


def describe_date(answer: Answer, right: Answer) -> str:
    """Whose `Date` there is."""
    ours, given = right.values("date"), answer.values("date")
    if given == ours:
        return "Jumun's"
    return "Jumun's and its own" if set(ours) < set(given) else "its own"


def describe_answer(answer: Answer, right: Answer) -> dict[str, str]:
    """The cells of what a host does to an answer."""
    names, right_names = (
        {name for name, _ in each.headers if name.lower() not in _OF_HOST} for each in (answer, right)
    )
    return {
        "`Date`": describe_date(answer, right),
        "`Server`": "its own" if answer.values("server") else "none",
        "Names of headers": "the same" if names == right_names else "in capitals",
    }


def read_columns() -> dict[str, dict[str, str]]:
    """Heading of a column of the page's tables of hosts → title of a row → cell."""
    columns: dict[str, dict[str, str]] = {}
    for table in re.findall(r"(?:^\|.*\n)+", PAGE.read_text("utf-8"), re.MULTILINE):
        (_, *headings), _, *rows = (
            [cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()
        )
        for title, *cells in rows:
            for heading, cell in zip(headings, cells, strict=True):
                columns.setdefault(heading, {})[title] = cell
    return columns


@pytest.mark.parametrize("host", HOSTS, ids=str)
def test_column(host: Host, server: LiveServer, tmp_path: Path) -> None:
    """The cells of a host's column are what it is seen to do. Where they are not, the test shows what they must be."""
    with host.serve(tmp_path) as url:
        cells = {title: describe(url, server.url, requests) for title, requests in REQUESTS.items()}
        right = ask(server.url, asking(PLAIN))
        cells |= describe_answer(ask(url, asking(PLAIN)), right)
    cells["`Date` with the option"] = "has none"
    if host.date_switch:
        with host.serve(tmp_path, with_date_switch=True) as url:
            cells["`Date` with the option"] = describe_date(ask(url, asking(PLAIN)), right)
    column = read_columns()[host.heading]
    wrong = {title: cell for title, cell in cells.items() if column.get(title) != cell}
    assert not wrong, f"docs/hosts.md must say of {host.heading}: {json.dumps(wrong, ensure_ascii=False, indent=2)}"
    assert column.keys() == cells.keys()


def test_page(tmp_path: Path) -> None:
    """The page has the hosts that are measured here, in the versions installed, and what it takes to start them."""
    assert list(read_columns()) == [host.heading for host in HOSTS]
    text = PAGE.read_text("utf-8")
    for host in HOSTS:
        assert re.findall(r"[0-9.]*\.[0-9]+", host.heading) == [version(each) for each in host.packages]
        command = host.command.format(module="shop", port=8000)
        assert f"{command}\n" in text
        assert host.date_switch in text
        assert host.settings[1] in text
    (tmp_path / "shop.py").write_text(text.partition("```py\n")[2].partition("```")[0], encoding="utf-8")
    assert runpy.run_path(str(tmp_path / "shop.py")).keys() >= {"app", "asgi"}
