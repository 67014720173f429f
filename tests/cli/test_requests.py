"""What QA reads of a server: calls, events and webhooks as tables, or as JSON."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.cli.table import Table
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.faults import FAULTS, plan_acts
from jumun_mockserver.core.http import Fault, Response
from jumun_mockserver.core.wire import Send
from jumun_mockserver.testing.receiver import WebhookReceiver
from tests.cli.commands import jumun, started

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of the test's own, where commands look for one."""
    for name in ("JUMUN_SESSION", "JUMUN_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with LiveServer() as server:
        monkeypatch.setenv("JUMUN_URL", server.url)
        yield server.url


def call(url: str, path: str) -> None:
    """A call, answered or not."""
    with suppress(httpx.HTTPError):
        httpx.get(url + path, headers={"Authorization": "Bearer your_access_token_here"}, timeout=10)


def table(*arguments: str) -> list[list[str]]:
    """The words of each line that a command prints."""
    result = jumun(*arguments)
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.stdout.splitlines()]


def test_calls_as_a_table(url: str) -> None:
    """A row for each call under headings: what it was, its answer or how there was none, and what else there is."""
    with ControlClient(url) as control:
        control.set_scenario("bootpay.orders.list: reset x1, slow(10ms) x1")
    call(url, "/v1/orders?limit=99&keyword=%EC%A3%BC%EB%AC%B8")
    call(url, "/v1/orders")
    call(url, "/nowhere")
    heading, first, second, third = table("requests")
    assert heading[:6] == ["NO", "TIME", "METHOD", "STATUS", "CODE", "OPERATION"]
    assert [first[0], *first[2:6]] == ["1", "GET", "reset", "1700", "bootpay.orders.list"]
    assert "after" in second
    assert [third[0], third[2], third[3]] == ["3", "GET", "404"]
    assert "your_access_token_here" not in jumun("requests").stdout
    assert [row[0] for row in table("requests", "--operation", "bootpay.orders.list")[1:]] == ["1", "2"]
    assert [row[0] for row in table("requests", "--status", "404")[1:]] == ["3"]
    assert [row[0] for row in table("requests", "--status", "0")[1:]] == ["1"]


def test_calls_as_json(url: str) -> None:
    """A line of JSON for each call, with what happened to it; its HAR entry is one without an answer."""
    with ControlClient(url) as control:
        control.set_scenario("bootpay.orders.list: hang x1")
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{url}/v1/orders", timeout=0.5)
    (row,) = (json.loads(line) for line in jumun("requests", "--json").stdout.splitlines())
    assert (row["status"], row["fault"], row["delay_s"], row["session"]) == (0, "hang", 0, "default")
    assert row["response"] == {"headers": {}, "body": ""}
    (entry,) = httpx.get(f"{url}/_jumun/requests?format=har", timeout=10).json()["log"]["entries"]
    assert (entry["response"]["status"], entry["_jumun"]["fault"]) == (0, "hang")


@pytest.mark.parametrize("kind", [each for each in FAULTS.values() if each.play], ids=lambda each: each.name)
def test_which_faults_leave_no_answer(kind: Any) -> None:
    """Those that send nothing of HTTP's."""
    arguments = tuple(1.0 if name == "interval" else 1 for name in kind.parameters)
    fault = Fault(kind.name, arguments)
    acts = plan_acts(Response(200, (), b"{}", fault=fault), keep_alive=True, head=False)
    sent = b"".join(act.data for act in acts if isinstance(act, Send))
    assert fault.leaves_no_answer is not sent.startswith(b"HTTP/1.1 200")


def test_events_and_webhooks(url: str) -> None:
    """What happened to orders, and what was sent of it, a row each."""
    with WebhookReceiver() as receiver, ControlClient(url) as control:
        made = control.create_session(webhooks={"bootpay": receiver.url})
        order = control.place_order("bootpay")["order_id"]
        control.act(order, "pay")
        receiver.wait_for(1)
        events = table("events", "--session", made["id"])
        assert [row[2:5] for row in events] == [
            ["ORDER", "ACTOR", "ACTION"],
            [order, "buyer", "place"],
            [order, "buyer", "pay"],
        ]
        assert [
            json.loads(line)["number"]
            for line in jumun("events", "--json", "--session", made["id"]).stdout.splitlines()
        ] == [1, 2]
        heading, row = table("webhooks", "--session", made["id"])
        assert heading[:4] == ["ID", "ORDER", "TYPE", "STATE"]
        assert row[1] == order
        jumun("webhooks", "--redeliver", row[0], "--session", made["id"])
        receiver.wait_for(2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize(("command", "expected"), [("requests", "/v1/orders"), ("events", "place")])
def test_following(url: str, command: str, expected: str) -> None:
    """`--follow` prints what comes, as it comes, until Ctrl-C."""
    with started(command, "--follow", JUMUN_URL=url) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("NO")
        for _ in range(2):
            call(url, "/v1/orders")
            with ControlClient(url) as control:
                control.place_order("bootpay")
            assert expected in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize(("command", "expected"), [("requests", "/v1/orders"), ("events", "place")])
def test_following_a_session_that_starts_over(url: str, command: str, expected: str) -> None:
    """After a reset numbers begin at 1 again, and nothing of what comes then is left out."""
    with started(command, "--follow", JUMUN_URL=url) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith("NO")
        with ControlClient(url) as control:
            for _ in range(3):
                control.place_order("bootpay")
                call(url, "/v1/orders")
            assert [process.stdout.readline().split()[0] for _ in range(3)] == ["1", "2", "3"]
            control.reset()
            control.place_order("bootpay")
            call(url, "/v1/orders")
        first = process.stdout.readline()
        assert first.startswith("1 ")
        assert expected in first
        assert process.stderr.readline() == "The session was started over\n"


def test_columns_with_hangul() -> None:
    """A Hangul syllable takes two columns; nothing that a terminal would obey is printed; what is empty is a dash."""
    heading, *rows = Table({"name": 8, "next": 0}).rows(
        [("주문", 1), ("order", 2), ("a\x1b[2J", None), ("", "x\u0301")]
    )
    assert heading == "NAME      NEXT"
    assert rows == ["주문      1", "order     2", "a\\x1b[2J  -", "-         x\u0301"]
