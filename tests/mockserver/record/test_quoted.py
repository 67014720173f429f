"""`jumun record` before an API that quotes what it was sent, over sockets: no credential is in what stays."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from jumun_contracts import load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import read_recordings
from jumun_mockserver import LiveServer
from jumun_mockserver.core.http import Request, Response
from jumun_mockserver.core.journal.export import render_exchange
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.record.pseudonyms import Pseudonyms
from jumun_mockserver.record.recording import render_row
from jumun_mockserver.record.replay import load_recording
from tests.mockserver.record.test_recorder import Running
from tests.mockserver.spelt import CANARY, SENT, SPELLINGS, find_canary
from tests.mockserver.wire import exchange
from tests.mockserver.world import KEYS, NAVER_SECRET, World, basic
from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUOTED = [spelling(CANARY) for spelling in SPELLINGS.values()]
ERROR = {
    "code": "1",
    "message": "no: " + " | ".join(QUOTED),
    "traceId": CANARY,
    "data": dict.fromkeys(QUOTED, CANARY),
    "list": [{"order_id": each, "order_name": each, "username": each} for each in QUOTED],
    "hint": QUOTED,
    CANARY: 1,
}
ANSWERS: dict[str, tuple[int, str, str]] = {
    "an error": (400, "application/json", json.dumps(ERROR)),
    "a result": (200, "application/json", json.dumps(ERROR)),
    "an array": (200, "application/json", json.dumps([*QUOTED, ERROR])),
    "a text": (400, "application/json", json.dumps(CANARY)),
    "HTML": (502, "text/html", f"<p>{CANARY}</p>"),
    "broken JSON": (400, "application/json", json.dumps(ERROR)[:-9]),
}
PLACES = [(provider, place) for provider, places in SENT.items() for place in places]


@contextmanager
def quoting(status: int, media_type: str, body: str) -> Iterator[str]:
    """An API that gives the same answer to all, with the canary in its headers too; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("GNCP-GW-Trace-ID", f"{CANARY}^1")
            self.send_header("Location", f"/login?key={CANARY}")
            self.send_header("X-Echo", CANARY)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - as the class has it

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the class has it
            """Keep the log of tests empty."""

    with run_server(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


@pytest.mark.parametrize("answer", ANSWERS)
def test_nothing_that_stays_quotes_a_credential(answer: str, tmp_path: Path) -> None:
    """Neither rows nor what is reported, nor the journal in any form; the client has the answer as it came."""
    body = ANSWERS[answer][2].encode()
    for provider, places in SENT.items():
        file = tmp_path / provider
        with quoting(*ANSWERS[answer]) as api, Running(api, file, contract=provider) as ours:
            for sent in places.values():
                headers = dict(sent.headers)
                assert exchange(ours.url, sent.path, headers, method=sent.method, body=sent.body or None)[2] == body
            journal = [
                exchange(ours.url, f"/_jumun/requests?format={form}")[2].decode()
                for form in ("json", "ndjson", "har", "curl")
            ]
            assert len(json.loads(journal[0])) == len(places)
        assert (ours.recorder.kept, ours.failures) == (len(places), [])
        for text in (*file.read_text("utf-8").splitlines(), *journal, *map(bytes.decode, ours.told)):
            assert find_canary(text) == [], text
        judge = Judge([load_contract(provider)])
        for each in read_recordings(file, file="traffic.ndjson"):
            judge.judge(each)
        assert find_canary(repr(judge.verdict())) == []
        assert load_recording(file, name="traffic").size == len(places)


@pytest.mark.parametrize(("provider", "place"), PLACES)
def test_the_rest_of_a_message_stays(provider: str, place: str, tmp_path: Path) -> None:
    """Each quotation becomes a mask, and the text round it is readable, in an error that the contract knows."""
    with quoting(*ANSWERS["an error"]) as api, Running(api, tmp_path / "t", contract=provider) as ours:
        sent = SENT[provider][place]
        exchange(ours.url, sent.path, sent.headers, method=sent.method, body=sent.body or None)
    (row,) = ours.rows
    message = json.loads(row["response"]["body"])["message"]
    assert message.startswith("no: *** | ***")
    assert message.count(" | ") == len(QUOTED) - 1
    assert all("***" in each for each in message.split(" | "))
    assert row["response"]["headers"]["gncp-gw-trace-id"] == "***^1"


def row_of(answer: dict[str, Any], token: str, path: str = "/v1/orders", query: str = "") -> dict[str, Any]:
    """The row of a call of Bootpay's list with a token."""
    request = Request("GET", path, query, {"authorization": f"Bearer {token}"})
    response = Response(200, (("content-type", "application/json"),), json.dumps(answer).encode())
    exchange = Exchange(1, "", 0.5, request, response, "bootpay.orders.list", load_contract("bootpay"), "", (), ())
    return render_row(exchange, Pseudonyms(bytes(32)))


def test_a_recording_stays_valid(tmp_path: Path) -> None:
    """Where the contract demands a form of what quotes a credential, what is kept has it: check finds nothing new."""
    with LiveServer() as real:
        rows = json.loads(
            exchange(real.bootpay_base_url.removesuffix("/v1"), "/v1/orders", {"authorization": basic(*KEYS)})[2]
        )
    order = next(each for each in rows["list"] if each["user_email"])
    contract = load_contract("bootpay")
    schema = contract.operations["bootpay.orders.list"].answer(200).schema
    assert schema.findings(rows) == []
    for name in ("order_id", "order_name", "user_email", "price"):
        row = row_of(rows, str(order[name]))
        masked = json.loads(row["response"]["body"])
        assert schema.findings(masked) == [], name
        assert str(order[name]) not in row["response"]["body"]
        assert len(masked["list"]) == len(rows["list"])
    file = tmp_path / "t"
    file.write_text(f"{json.dumps(row_of(rows, order['order_id'], query='keyword=' + order['order_id']))}\n", "utf-8")
    found = load_recording(file, name="t").find(Request("GET", "/v1/orders", f"keyword={order['order_id']}", {}))
    assert found is not None
    assert found.masked == {"keyword"}


def test_pseudonyms_are_as_they_were() -> None:
    """What quotes nothing has the pseudonym that it always had; of what does, the credential is a constant before."""
    pseudonyms = Pseudonyms(bytes(32))
    plain, quoting_one = {"who": "Hong Gildong"}, {"who": f"Hong {CANARY}"}
    first, second = (json.loads(row_of(each, CANARY)["response"]["body"])["who"] for each in (plain, quoting_one))
    assert first == pseudonyms.text("Hong Gildong")
    assert second == pseudonyms.text('Hong Xxxxxxx/0000+xx"xxxx=&<x>')


def test_a_short_or_common_value_masks_little() -> None:
    """Neither two letters nor a word that means nothing take half of a body; a name of the contract stays."""
    answer = {"count": 12, "list": [{"order_name": "no 12 of a null and undefined order"}]}
    for token in ("12", "no", "of", "null", "undefined"):
        assert json.loads(row_of(answer, token)["response"]["body"]) == answer
    assert json.loads(row_of(answer, "order_name")["response"]["body"]) == answer


def test_the_secret_in_a_signature() -> None:
    """NAVER's signature is made with the client secret as its salt: an error that takes it apart gives away neither."""
    world = World()
    world.naver_token()
    signature = dict(parse_qsl(world.last.request.body.decode()))
    hashed = base64.b64decode(signature["client_secret_sign"]).decode()
    assert hashed.startswith(NAVER_SECRET[:28])
    message = f"bad sign {hashed}, made with {NAVER_SECRET}, of {signature['client_secret_sign']}"
    response = Response(400, (), json.dumps({"code": "BAD", "message": message}).encode())
    exchange = replace(world.last, response=response, code="")
    for shown in (render_exchange(exchange), render_row(exchange, Pseudonyms(bytes(32)))):
        said = json.loads(shown["response"]["body"])["message"]
        assert "bad sign ***" in said
        assert hashed[4:28] not in json.dumps(shown)
        assert hashed[29:] not in json.dumps(shown)
