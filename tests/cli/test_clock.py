from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import LiveServer
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """A server of the test's own, where commands look for one."""
    for name in ("JUMUN_SESSION", "JUMUN_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with LiveServer(orders=0) as server:
        monkeypatch.setenv("JUMUN_URL", server.url)
        yield server


def lines(*arguments: str) -> list[str]:
    """What a command that succeeds prints."""
    result = jumun("clock", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_every_move(server: LiveServer) -> None:
    """The clock is frozen, shows a time, moves, goes on and is real again; each prints what it shows then."""
    assert lines("freeze", "2026-11-22T09:00:00+09:00") == ["2026-11-22T00:00:00.000+00:00 frozen"]
    assert lines("show") == ["2026-11-22T00:00:00.000+00:00 frozen"]
    assert lines("set", "2026-11-23T09:00:00+09:00")[0] == "2026-11-23T00:00:00.000+00:00 frozen"
    assert lines("advance", "1d12h")[0] == "2026-11-24T12:00:00.000+00:00 frozen"
    assert lines("freeze") == ["2026-11-24T12:00:00.000+00:00 frozen"]
    assert lines("run")[0].startswith("2026-11-24T12:00:0")
    assert not server.clock.frozen
    lines("real")
    assert abs(server.session.now() - server.session._clock.source()) < 1


def test_what_becomes_due(server: LiveServer) -> None:
    """A move prints the events that it makes due, in their order, as the log has them."""
    placed = jumun("orders", "place", "naver", "--with", "productOrderStatus=PAYMENT_WAITING")
    (id_,) = json.loads(placed.stdout)["product_order_ids"]
    events = [json.loads(line) for line in lines("advance", "4d")[1:]]
    assert [each["action"] for each in events if each["product_order_id"] == id_] == ["expire"]
    assert events == sorted(events, key=lambda each: each["at"])
    assert len(events) == server.session.events.page(after=0).last - 1


@pytest.mark.parametrize(
    ("arguments", "says"), [(("advance", "3x"), "3d"), (("set", "tomorrow"), "date-time"), (("advance",), "DURATION")]
)
def test_refusals(arguments: tuple[str, ...], says: str) -> None:
    """A move that is none is one line that says what would be, with exit code 2."""
    assert says in refusal(jumun("clock", *arguments))


@pytest.mark.parametrize("command", ["freeze", "set"])
def test_a_day_is_no_time(command: str) -> None:
    """What is not a time is refused with one that is."""
    line = refusal(jumun("clock", command, "2026-03-04"))
    assert 'not "2026-03-04", e.g. set: "2026-11-22T09:00:00+09:00"' in line
