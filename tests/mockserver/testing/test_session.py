from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.control.address import Address, read_address
from jumun_mockserver.control.client import ControlClient, ControlError
from jumun_mockserver.core.journal.journal import LOG
from jumun_mockserver.core.state.memory import MemoryState
from jumun_mockserver.testing.receiver import WebhookReceiver
from jumun_mockserver.testing.session import JumunSession, read_marker

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = "bootpay.orders.list"


@pytest.fixture
def session(server: LiveServer) -> Iterator[JumunSession]:
    """A session on a server that others use too."""
    session = JumunSession(ControlClient(server.url))
    yield session
    session.close()


def get_orders(session: JumunSession, query: str = "") -> int:
    """Status of `bootpay.orders.list` by the session's keys."""
    auth = (session.bootpay_client_key, session.bootpay_secret_key)
    return httpx.get(f"{session.bootpay_base_url}/orders?{query}", auth=auth, trust_env=False).status_code


def test_the_address(server: LiveServer) -> None:
    """The address out of what the control plane shows is what the live server says of itself."""
    with ControlClient(server.url) as control:
        address = read_address(control.url, control.show_session())
    assert address == Address(**{name: getattr(server, name) for name in Address.__slots__})


def test_the_keys_are_the_sessions(server: LiveServer, session: JumunSession) -> None:
    """A session has keys of its own, and URLs of its server."""
    assert session.address.naver_base_url == server.naver_base_url
    assert session.bootpay_client_key != server.bootpay_client_key
    assert session.bootpay_secret_key != server.bootpay_secret_key
    assert session.naver_client_id != server.naver_client_id


def test_no_secret_is_shown(session: JumunSession) -> None:
    """Printing a session or a failure of a test prints no key."""
    assert session.bootpay_secret_key not in repr(session)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({}, {}),
        ({"profile": "observed", "seed": 1}, {"profile": "observed", "seed": 1}),
        ({"clock": None}, {}),
        ({"clock": "2026-11-22T09:00:00+09:00"}, {"frozen_at": "2026-11-22T09:00:00+09:00"}),
        ({"clock": datetime(2026, 11, 22, 9, tzinfo=UTC)}, {"frozen_at": "2026-11-22T09:00:00+00:00"}),
        (
            {"clock": datetime(2026, 11, 22, 9, 0, 0, 5_000, tzinfo=timezone(timedelta(hours=9)))},
            {"frozen_at": "2026-11-22T09:00:00.005000+09:00"},
        ),
    ],
)
def test_reading_a_marker(arguments: dict[str, Any], options: dict[str, Any]) -> None:
    """A clock becomes the time of the session's; the rest is handed on, and nothing is changed."""
    before = dict(arguments)
    assert read_marker(arguments, folder=Path()) == options
    assert arguments == before


def test_a_naive_clock() -> None:
    """A datetime without a zone is refused: whose noon would it be?"""
    with pytest.raises(ValueError, match="time zone"):
        read_marker({"clock": datetime(2026, 11, 22)}, folder=Path())  # noqa: DTZ001 - the missing zone is the test


@pytest.mark.parametrize("times", [None, 1, 2])
def test_assert_called(session: JumunSession, times: int | None) -> None:
    """It passes for the number of calls, or for any; refused calls count too."""
    session.inject(LIST, "500, ok")
    for _ in range(times or 1):
        get_orders(session)
    session.assert_called(LIST, times=times)
    session.assert_called("naver.token", times=0)


def test_assert_called_shows_the_last_calls(session: JumunSession) -> None:
    """Of many calls the last ten are named, the newest last."""
    session.inject(LIST, "500, ok *")
    for page in range(12):
        get_orders(session, f"page={page + 1}")
    with pytest.raises(AssertionError) as caught:
        session.assert_called("naver.token", times=3)
    text = str(caught.value)
    assert text.startswith("naver.token: 0 calls, not 3. The last calls of all: GET /v1/orders 200;")
    assert text.count("GET /v1/orders") == 10


def test_violations_are_described(session: JumunSession) -> None:
    """A line for each call that broke the contract, with every respect in which it did; values are left out.

    A call that was refused for it is none: a test may be about that.
    """
    assert session.list_faults() == []
    get_orders(session)
    assert get_orders(session, "limit=x") == 400
    assert session.list_faults() == []
    get_orders(session, "nonsense=CANARY&page=0")
    (fault,) = session.list_faults()
    head, first = fault.splitlines()
    assert head == "calls broke the contract (mark the test jumun(allow_violations=True) if they should):"
    assert first.startswith("GET /v1/orders: ")
    assert "nonsense" in first
    assert "query/page" in first
    assert "CANARY" not in first
    session.allow_violations = True
    assert session.list_faults() == []


def test_steps_for_calls_that_go_elsewhere(server: LiveServer, session: JumunSession) -> None:
    """Steps that did nothing, as the calls had the documents' placeholder keys, are a fault that says why."""
    url = f"{server.bootpay_base_url}/orders"
    placeholders = ("your-commerce-client-key", "your-commerce-secret-key")
    session.inject(LIST, "500 x1")
    session.inject("naver.*", "500 x1")
    assert session.list_faults() == []
    assert httpx.get(url, auth=placeholders).status_code == 200
    (fault,) = session.list_faults()
    assert fault.startswith(f"steps were injected for {LIST}, whose calls went to the default session: ")
    assert "jumun.bootpay_client_key" in fault
    assert get_orders(session) == 500
    assert session.list_faults() == []


def test_unmatched_calls_are_described(session: JumunSession) -> None:
    """A line for each call that no operation serves, with its answer and the route that may be meant."""
    auth = (session.bootpay_client_key, session.bootpay_secret_key)
    httpx.get(f"{session.bootpay_base_url}/orderz", auth=auth)
    httpx.post(f"{session.bootpay_base_url}/nothing/like/it", auth=auth, json={"a": "CANARY"})
    (fault,) = session.list_faults()
    head, first, second = fault.splitlines()
    assert (
        head == "calls were made that no operation serves (mark the test jumun(allow_unmatched=True) if they should):"
    )
    assert first == "GET /v1/orderz: answered with 404; did you mean GET /v1/orders (bootpay.orders.list)?"
    assert second.startswith("POST /v1/nothing/like/it: answered with 404")
    assert "CANARY" not in fault
    session.allow_unmatched = True
    assert session.list_faults() == []


def test_faults_that_the_journal_has_dropped() -> None:
    """A call that broke the contract or that no operation serves is not forgotten because many came after it."""
    with LiveServer() as server:
        session = JumunSession(ControlClient(server.url))
        get_orders(session, "nonsense=1")
        httpx.get(f"{session.bootpay_base_url}/orderz", auth=(session.bootpay_client_key, session.bootpay_secret_key))
        journal = next(each for each in server._store if each.id == session.id).journal
        for exchange in list(journal) * 2:
            journal.record(exchange)
        assert isinstance(journal._state, MemoryState)
        journal._state._logs[LOG].entries.clear()
        faults = session.list_faults()
        session.close()
        assert [each.splitlines()[1] for each in faults] == [
            "and 3 more, of calls that the journal no longer keeps"
        ] * 2


def test_unmet_steps(session: JumunSession) -> None:
    """Steps that no call has met, of what was injected last, by operation and as written."""
    assert session.unmet_steps() == []
    session.inject(LIST, "500, ok x2, 503 @9")
    assert session.unmet_steps() == [f"{LIST}: 500", f"{LIST}: ok x2", f"{LIST}: 503 @9"]
    for _ in range(2):
        get_orders(session)
    assert session.unmet_steps() == [f"{LIST}: 503 @9"]
    session.play("")
    assert session.unmet_steps() == []


def test_a_closed_session_is_gone(server: LiveServer) -> None:
    """Closing deletes it on the server."""
    session = JumunSession(ControlClient(server.url))
    session.close()
    with ControlClient(server.url, session=session.id) as control, pytest.raises(ControlError, match=session.id):
        control.show_session()


def test_a_refused_session(server: LiveServer) -> None:
    """A session that cannot be made raises what is wrong with it."""
    with ControlClient(server.url) as control, pytest.raises(ControlError, match="profle"):
        JumunSession(control, profle="observed")


def test_clock_steps(session: JumunSession) -> None:
    """Set and advance leave a standing clock standing and a running one running."""
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    session.clock.set(noon)
    assert noon <= session.clock.now() < noon + timedelta(minutes=1)
    session.clock.freeze()
    session.clock.set(noon)
    session.clock.advance(seconds=1.5)
    assert session.clock.now() == session.clock.now() == noon + timedelta(seconds=1.5)


def test_buyers_place_and_pay(session: JumunSession) -> None:
    """A test places an order, looks at it, pays it, and sees what happened; other sessions have none of it."""
    ids = session.place_order("bootpay", price=29_000)
    assert session.order(ids["order_id"])["data"]["price"] == 29_000
    assert session.act(ids["order_id"], "pay") == session.events(after=1)
    assert session.order(ids["order_id"])["actions"] == ["request_cancel", "confirm"]
    many = session.place_order("naver", "options", product_orders=2, count=2, quantity=3)["orders"]
    assert session.order(many[1]["product_order_ids"][1])["data"]["productOrder"]["quantity"] == 3
    assert [event["number"] for event in session.events()] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ControlError, match="did you mean options"):
        session.place_order("naver", "optoins")
    with pytest.raises(ControlError, match="reason"):
        session.act(session.place_order("bootpay")["order_id"], "pay", reason="because")


def test_a_receiver_waits_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most, and then says how many webhooks came."""
    with WebhookReceiver() as receiver:
        waited: list[float] = []
        monkeypatch.setattr(receiver._arrived, "wait_for", lambda _, timeout_s: waited.append(timeout_s))
        with pytest.raises(AssertionError, match="0 webhooks within 10 s, not 1"):
            receiver.wait_for(1)
    assert waited == [10]
