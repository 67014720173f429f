from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import DocumentError
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.journal.export import render_exchange
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.record.replay import load_recording
from tests.mockserver.world import NOW, Answer, World, read_answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Unpack

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.http import Response
    from jumun_mockserver.core.journal.journal import Exchange


def row(
    path: str = "/v1/orders", query: str = "", body: str = '{"count":0,"list":[]}', **changes: Any
) -> dict[str, Any]:
    """A row of a recording."""
    answer = {"headers": {"content-type": "application/json"}, "body": body}
    return {"method": "GET", "path": path, "query": query, "status": 200, "response": answer, **changes}


class Replay:
    """A server of rows, without a server."""

    def __init__(self, folder: Path, rows: list[dict[str, Any]], **options: Unpack[Options]) -> None:
        file = folder / "rows.ndjson"
        file.write_text("".join(f"{json.dumps(each)}\n" for each in rows), encoding="utf-8")
        self.recording = load_recording(file, name="rows.ndjson")
        self.dispatch = create_dispatch({**options, "clock": Clock(frozen_at=NOW), "produce": self.recording.answer})
        self.session = self.dispatch.store.default

    def respond(self, target: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Response:
        """As dispatch gives it."""
        path, _, query = target.partition("?")
        return self.dispatch(Request(method, path, query, headers or {}))

    def get(self, target: str, **changes: Any) -> Answer:
        """As a client reads it."""
        return read_answer(self.respond(target, **changes))


def test_in_recorded_order_and_the_last_one_again(tmp_path: Path) -> None:
    """Equal requests get their answers one after the other, and the last one from then on; others do not count."""
    rows = [row(body="1"), row("/v1/other", body="x"), row(body="2"), row(body="3", status=429)]
    replay = Replay(tmp_path, rows)
    assert replay.recording.size == 4
    answers = [replay.get("/v1/orders") for _ in range(5)]
    assert [each.body for each in answers] == [b"1", b"2", b"3", b"3", b"3"]
    assert [each.status for each in answers] == [200, 200, 429, 429, 429]
    assert replay.get("/v1/other").body == b"x"


def test_a_query_is_a_multiset(tmp_path: Path) -> None:
    """Pairs count as often as they appear, in any order and spelling."""
    rows = [
        row(query="a=1&b=%EA%B0%80&a=1", body="1"),
        row(query="a=1&b=%EA%B0%80", body="2"),
        row(query="a=", body="3"),
    ]
    replay = Replay(tmp_path, rows)
    asked = ("b=%ea%b0%80&a=1&a=1", "a=1&a=1&b=가", "b=%EA%B0%80&a=1", "a")
    assert [replay.get(f"/v1/orders?{query}").body for query in asked] == [b"1", b"1", b"2", b"3"]
    assert replay.get("/v1/orders?a=1&a=1").status == 404


@pytest.mark.parametrize("masked", ["by name", "by its value"])
def test_masked_values_may_be_any(masked: str, tmp_path: Path) -> None:
    """A value that was masked is any value; a request that asks for the masked one itself comes first."""
    if masked == "by name":
        rows = [row(query=f"page=1&keyword={word}", body=word, masked=["keyword"]) for word in ("abc", "xyz")]
    else:
        rows = [row(query="page=1&keyword=%2A%2A%2A", body="abc"), row(query="page=1&keyword=xyz", body="xyz")]
    replay = Replay(tmp_path, rows)
    assert replay.get("/v1/orders?keyword=xyz&page=1").body == b"xyz"
    assert replay.get("/v1/orders?keyword=Hong&page=1").body == b"abc"
    assert replay.get("/v1/orders?keyword=Hong&page=2").status == 404
    assert replay.get("/v1/orders?page=1").status == 404


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/v1/orders?page=3"), ("POST", "/v1/orders?page=2"), ("GET", "/v1/order?page=2")]
)
def test_what_was_not_recorded(method: str, target: str, tmp_path: Path) -> None:
    """404 problem details that name the closest recorded request."""
    replay = Replay(tmp_path, [row("/external/v1/x"), row(query="page=2")])
    answer = replay.get(target, method=method)
    assert answer.status == answer.json["status"] == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.json["detail"].endswith("did you mean GET /v1/orders?page=2?")


def test_headers(tmp_path: Path) -> None:
    """Length and date are the server's own; what is between two programs or was masked is left out; the rest stays."""
    recorded = {
        "Content-Type": "application/json;charset=UTF-8",
        "retry-after": "3",
        "gncp-gw-trace-id": "a^1^2",
        "content-length": "999",
        "content-encoding": "gzip",
        "transfer-encoding": "chunked",
        "connection": "close",
        "date": "Thu, 01 Jan 1970 00:00:00 GMT",
        "set-cookie": "***",
        "location": "***",
    }
    answer = Replay(tmp_path, [row(response={"headers": recorded, "body": "김"})]).get("/v1/orders")
    assert answer.headers == {
        "date": "Wed, 04 Mar 2026 05:06:07 GMT",
        "content-length": "3",
        "content-type": "application/json;charset=UTF-8",
        "retry-after": "3",
        "gncp-gw-trace-id": "a^1^2",
    }


def test_credentials_are_not_looked_at(tmp_path: Path) -> None:
    """With wrong keys or none, the recording answers."""
    replay = Replay(tmp_path, [row()])
    for headers in ({}, {"authorization": "Basic wrong"}, {"authorization": "Bearer js0.x"}):
        assert replay.get("/v1/orders", headers=headers).status == 200


def test_the_journal_goes_on(tmp_path: Path) -> None:
    """An exchange is in the session's journal and in the log, with its operation, and its export is masked."""
    seen: list[int] = []
    body = '{"count":1,"list":[{"username":"KANARIE"}]}'
    replay = Replay(tmp_path, [row(body=body)], on_exchange=lambda exchange: seen.append(exchange.status))
    replay.get("/v1/orders")
    replay.get("/v1/orders?page=9")
    replay.get("/other")
    entries = list(replay.session.journal)
    assert [(each.serial, each.operation, each.status) for each in entries] == [
        (1, "bootpay.orders.list", 200),
        (2, "bootpay.orders.list", 404),
        (3, "", 404),
    ]
    assert seen == [200, 404, 404]
    assert "KANARIE" not in json.dumps([render_exchange(each) for each in entries])


@pytest.mark.parametrize("kind", ["replay", "dispatch"])
def test_a_session_that_is_not_there(kind: str, tmp_path: Path) -> None:
    """It is the provider's 500 with the reason, reported to the log and counted nowhere, recording or not."""
    heard: list[Exchange] = []
    replay = Replay(tmp_path, [row(body="1"), row(body="2")], on_exchange=heard.append)
    dispatch = replay.dispatch if kind == "replay" else create_dispatch({"on_exchange": heard.append})
    answers = [
        read_answer(dispatch(Request("GET", path, "", {"jumun-session": "gone"}))) for path in ("/v1/orders", "/other")
    ]
    assert [each.status for each in answers] == [500, 404]
    assert "no session 'gone'" in answers[0].headers["jumun-note"]
    assert answers[0].json["code"] == 500
    assert [each.serial for each in heard] == [0, 0]
    session = dispatch.store.default
    assert list(session.journal) == []
    assert session.met == set()
    assert session.state.count("session", "serial") == 1
    assert replay.get("/v1/orders").body == b"1", "nothing of the recording was used up"


def test_each_session_begins_anew(tmp_path: Path) -> None:
    """A session has the recording for itself, and from its beginning after a reset."""
    replay = Replay(tmp_path, [row(body="1"), row(body="2")])
    other = replay.dispatch.store.create(replay.session.options)
    assert replay.get("/v1/orders").body == b"1"
    assert replay.get("/v1/orders", headers={"jumun-session": other.id}).body == b"1"
    assert replay.get("/v1/orders", headers={"jumun-session": other.id}).body == b"2"
    other.reset()
    assert replay.get("/v1/orders", headers={"jumun-session": other.id}).body == b"1"
    assert replay.get("/v1/orders").body == b"2"


def test_scenarios_delay_break_and_fail(tmp_path: Path) -> None:
    """A step's delay, fault or error is played; an error takes none of the recorded answers."""
    steps = "bootpay.orders.list: slow(2s), reset, 1700, html-502, ok"
    replay = Replay(tmp_path, [row(body=str(number)) for number in range(5)], scenario=steps)
    slow, broken, failed, html, usual = (replay.respond("/v1/orders") for _ in range(5))
    assert (slow.delay_s, slow.fault, slow.body) == (2, None, b"0")
    assert broken.fault
    assert broken.fault.name == "reset"
    assert (failed.status, json.loads(failed.body)["code"]) == (401, 1700)
    assert (html.status, html.body[:1]) == (502, b"<")
    assert (usual.status, usual.body, usual.delay_s, usual.fault) == (200, b"3", 0, None)
    assert [each.code for each in replay.session.journal] == ["", "", "1700", "", ""]


def test_one_call_is_steered(tmp_path: Path) -> None:
    """Prefer and Jumun-Scenario do what they do to the mock, and an error takes none of the recorded answers."""
    replay = Replay(tmp_path, [row(body="0"), row(body="1")])
    assert replay.get("/v1/orders", headers={"prefer": "code=1700"}).status == 401
    assert replay.respond("/v1/orders", headers={"jumun-scenario": "slow(2s)"}).delay_s == 2
    assert replay.get("/v1/orders").body == b"1"


def test_what_breaks_the_contract_is_noted_and_answered(tmp_path: Path) -> None:
    """The recording answers, and the journal has how the call breaks the contract."""
    replay = Replay(tmp_path, [row(query="limit=x", body="0")])
    assert replay.get("/v1/orders?limit=x").body == b"0"
    (entry,) = replay.session.journal
    assert [each.place for each in entry.violations] == ["query/limit"]


def test_the_journals_own_export_can_be_replayed(tmp_path: Path) -> None:
    """What /_jumun/requests shows as NDJSON is a recording too."""
    world = World()
    first = world.orders("limit=3&page=2")
    exported = [render_exchange(each) for each in world.session.journal]
    answer = Replay(tmp_path, exported).get("/v1/orders?page=2&limit=3")
    assert answer.status == 200
    assert [each["order_id"] for each in answer.json["list"]] == [each["order_id"] for each in first.json["list"]]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", ": not JSON"),
        ("", ": not JSON"),
        ("[]", ": the document must be of type object"),
        ("7", ": the document must be of type object"),
        ("{}", ": the document must have"),
        (json.dumps({**row(), "response": None}), "#/response"),
        (json.dumps({**row(), "response": {"headers": {}}}), "#/response"),
        (json.dumps({**row(), "path": None}), "#/path"),
        (json.dumps({**row(), "query": 1}), "#/query"),
        (json.dumps({**row(), "masked": "a"}), "#/masked"),
        (json.dumps({**row(), "masked": [1]}), "#/masked/0"),
        (json.dumps({**row(), "response": {"headers": {"a": 1}, "body": ""}}), "#/response/headers/a"),
        (json.dumps({**row(), "response": {"headers": [], "body": ""}}), "#/response/headers"),
        (json.dumps({**row(), "response": {"headers": {}, "body": {}}}), "#/response/body"),
        (json.dumps({**row(), "response": {"headers": {"a": "b\r\nc: d"}, "body": ""}}), "#/response/headers/a"),
        (json.dumps({**row(), "response": {"headers": {"a": "b\n"}, "body": ""}}), "#/response/headers/a"),
        (json.dumps({**row(), "response": {"headers": {"한": "b"}, "body": ""}}), "#/response/headers"),
        (json.dumps({**row(), "response": {"headers": {"a:": "b"}, "body": ""}}), "#/response/headers"),
        (json.dumps({**row(), "status": "200"}), "#/status"),
        (json.dumps({**row(), "status": True}), "#/status"),
        (json.dumps({**row(), "status": 101}), "#/status"),
        (json.dumps({**row(), "status": 1_000}), "#/status"),
    ],
)
def test_a_damaged_line_is_named(line: str, says: str, tmp_path: Path) -> None:
    """A line that is not an exchange is refused, with the file, its number and the place."""
    file = tmp_path / "rows.ndjson"
    file.write_text(f"{json.dumps(row())}\n{line}\n", encoding="utf-8")
    with pytest.raises(DocumentError) as refusal:
        load_recording(file, name="my rows")
    assert str(refusal.value).startswith(f"my rows:2{says}")


def test_a_file_that_holds_nothing(tmp_path: Path) -> None:
    """An empty file and one that is not there are refused."""
    (tmp_path / "empty").touch()
    with pytest.raises(DocumentError, match="holds no exchange"):
        load_recording(tmp_path / "empty", name="x")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_recording(tmp_path / "none", name="x")


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and not held to be read."""
    monkeypatch.setattr("jumun_mockserver.record.replay.LONGEST_LINE", 1_000)
    with pytest.raises(DocumentError, match=r"rows\.ndjson:2: a line of more than 1,000 bytes"):
        Replay(tmp_path, [row(), row(body="x" * 1_000)])
