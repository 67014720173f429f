from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import DEFAULT_ID, Session
from jumun_mockserver.core.session.snapshot import SnapshotError, restore_snapshot, take_snapshot
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import DEMO_KEYS, KEYS, NOW, ORDER, STATIC_TOKEN, basic, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT_NOON = SessionOptions(limits="enforce", frozen_at=NOW)
SCENARIO = "bootpay.orders.list: 1700 x2, ok x3, 500 x2, ok *"
UNPAID = "686fdc78b0eacea5cd974f01"


def open_session(options: SessionOptions = AT_NOON, *, id_: str = DEFAULT_ID) -> Session:
    """A session that has a state of its own, with its clock in it."""
    return Session(PROVIDERS, options, id_=id_)


def through_json(session: Session) -> dict[str, Any]:
    """Its snapshot as a file would have it."""
    snapshot: dict[str, Any] = json.loads(json.dumps(take_snapshot(session)))
    return snapshot


def call(session: Session, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of a call in the session."""
    dispatch = Dispatch(PROVIDERS, MemoryStore(PROVIDERS, session))
    response = dispatch(Request(method, path, "", headers))
    return response.status, response.body


def list_orders(session: Session) -> tuple[int, bytes]:
    """Bootpay's first page."""
    return call(session, "GET", "/v1/orders", authorization=basic(*KEYS))


def list_parts(session: Session) -> tuple[int, bytes]:
    """The product orders of the newest placed order, or of the guide's."""
    order = next(iter(PROVIDERS["naver"].iter_orders(session.shops["naver"]))).order_id or ORDER
    path = f"/external/v1/pay-order/seller/orders/{order}/product-order-ids"
    return call(session, "GET", path, authorization=f"Bearer {STATIC_TOKEN}")


def issue_token(session: Session, keys: tuple[str, str] = DEMO_KEYS) -> str:
    """A Bootpay token; '' where there is none, as when calls are limited."""
    status, body = call(session, "POST", "/v1/request/token", authorization=basic(*keys))
    return str(json.loads(body)["access_token"]) if status == 200 else ""


def pay_first(session: Session) -> None:
    """Pay the newest order that can be paid."""
    for provider in PROVIDERS.values():
        shop = session.shops[provider.name]
        for order in provider.iter_orders(shop):
            if "pay" in order.actions:
                provider.act(order.id, "pay", None, shop)
                return


def place(name: str, template: str = "single", **fields: Any) -> Callable[[Session], object]:
    """Place an order of a provider."""
    return lambda session: PROVIDERS[name].place_order(NewOrder(template, fields=fields), session.shops[name])


DEEDS: dict[str, Callable[[Session], object]] = {
    "place": place("bootpay"),
    "bundle": place("naver", "bundle"),
    "unpaid": place("naver", productOrderStatus="PAYMENT_WAITING"),
    "pay": pay_first,
    "list": list_orders,
    "parts": list_parts,
    "token": issue_token,
    "play": lambda session: session.set_scenario(SCENARIO),
    "rest": lambda session: session.set_scenario(""),
    "advance": lambda session: session.clock.advance(90),
    "wrong": lambda session: call(session, "GET", "/v1/orders"),
    "break": lambda session: call(session, "GET", "/v1/orders?page=x", authorization=basic(*KEYS)),
}
"""What can happen in a session."""


def do(session: Session, deeds: list[str]) -> None:
    """Have it happen."""
    for name in deeds:
        DEEDS[name](session)


def answers(session: Session) -> list[tuple[int, bytes]]:
    """What the session answers from now on, until its limits are met and its scenario is over."""
    return [ask(session) for _ in range(6) for ask in (list_orders, list_parts)]


stories = st.lists(st.sampled_from(sorted(DEEDS)), max_size=12)


@given(stories)
def test_a_reset_session_is_a_new_one(deeds: list[str]) -> None:
    """Whatever happened, after a reset there is nothing to be saved that a new session does not have."""
    session = open_session()
    do(session, deeds)
    session.reset()
    assert take_snapshot(session) == take_snapshot(open_session())


@given(stories, stories)
def test_a_snapshot_round_trips(before: list[str], other: list[str]) -> None:
    """Loaded into a session, whatever happened there, a snapshot is what is saved there, and answers are equal."""
    session, loaded = open_session(), open_session()
    do(session, before)
    do(loaded, other)
    snapshot = through_json(session)
    restore_snapshot(loaded, deepcopy(snapshot))
    assert through_json(loaded) == snapshot
    assert loaded.clock.now() == session.clock.now()
    assert loaded.events.page() == session.events.page()
    assert answers(loaded) == answers(session)
    assert through_json(loaded) == through_json(session)


@given(stories)
def test_a_snapshot_moves_between_sessions(deeds: list[str]) -> None:
    """Between the default session and others, in both directions, a snapshot stays what it was."""
    first, second, default = open_session(id_="js1"), open_session(id_="js2"), open_session()
    do(first, deeds)
    issue_token(first, ("js1.bootpay", "js1.secret"))
    snapshot = through_json(first)
    assert "js1." not in json.dumps(snapshot)
    for session in (second, default, first):
        restore_snapshot(session, through_json(first))
        assert through_json(session) == snapshot


def test_a_token_goes_with_the_snapshot() -> None:
    """Tokens are good in the session that a snapshot is loaded into, which they are found to belong to there."""
    first, second, default = open_session(id_="js1"), open_session(id_="js2"), open_session()
    shared, own = issue_token(first), issue_token(first, ("js1.bootpay", "js1.secret"))
    assert shared.startswith("js1.")
    for session in (second, default):
        restore_snapshot(session, through_json(first))
        text = shared.replace("js1.", f"{session.id}.")
        assert issue_token(session) == text
        assert call(session, "GET", "/v1/orders", authorization=f"Bearer {text}")[0] == 200
    assert issue_token(second, ("js2.bootpay", "js2.secret")) == own.replace("js1.", "js2.")


def test_what_a_snapshot_holds() -> None:
    """Order changes, events, tokens, counters, scenario and clock; neither the journal nor what is counted of it."""
    session = open_session()
    do(session, ["play", "place", "pay", "token", "list", "parts", "break", "advance"])
    assert session.journal.violations
    snapshot = take_snapshot(session)
    values = snapshot["state"]["values"]
    assert values.keys() >= {"bootpay.orders", "bootpay.tokens", "serials", "buckets", "session", "met"}
    assert values["session"].keys() == {"clock", "scenario", "scenarios", "serial", "started"}
    assert snapshot["state"]["logs"].keys() == {"events"}
    restore_snapshot(session, snapshot)
    assert (session.journal.total, session.journal.violations) == (0, 0)


def test_a_real_clock_stays_real() -> None:
    """A snapshot of a session whose clock was never moved lets a frozen one run."""
    loaded = open_session(SessionOptions(frozen_at=NOW))
    restore_snapshot(loaded, take_snapshot(open_session(SessionOptions())))
    assert not loaded.clock.frozen


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (SessionOptions(profile="observed"), ["profile 'documented'", "has 'observed'"]),
        (SessionOptions(seed="1"), ["seed '0'", "has '1'"]),
        (SessionOptions(orders=3), ["orders 0", "has 3"]),
    ],
)
def test_another_start(options: SessionOptions, says: list[str]) -> None:
    """A snapshot of a session that started from something else is refused with both, and nothing is changed."""
    session, other = open_session(), open_session(options)
    do(other, ["place"])
    before = take_snapshot(other)
    with pytest.raises(SnapshotError) as caught:
        restore_snapshot(other, take_snapshot(session))
    assert all(word in str(caught.value) for word in says), caught.value
    assert take_snapshot(other) == before


def test_other_data(tmp_path: Path) -> None:
    """What counts of a data folder is what its files hold, not where it is."""
    text = "applications: [{client_key: ck, secret_key: x}]\n"
    folders = [write(tmp_path / name, {"bootpay/applications.yaml": text}) for name in ("a", "b")]
    first, second = (open_session(SessionOptions(data=DataFolder.read(folder))) for folder in folders)
    restore_snapshot(second, take_snapshot(first))
    (folders[1] / "bootpay/applications.yaml").write_text(text.replace("ck", "other"), encoding="utf-8")
    edited = open_session(SessionOptions(data=DataFolder.read(folders[1])))
    for session in (edited, open_session(SessionOptions())):
        with pytest.raises(SnapshotError, match="data folder"):
            restore_snapshot(session, take_snapshot(first))
    # What was read once is served, whatever happens to the folder.
    restore_snapshot(second, take_snapshot(first))


BAD: dict[str, tuple[tuple[str, ...], Any, str]] = {
    "version": (("version",), 2, "/version 2 is not supported; this Jumun reads version 1"),
    "version text": (("version",), "1", "'1' is not supported"),
    "version true": (("version",), True, "True is not supported"),
    "state version": (("state", "version"), 2, "/state/version"),
    "no options": (("options",), {}, "/options"),
    "state": (("state",), [], "/state"),
    "values": (("state", "values"), None, "/state/values"),
    "strange": (("strange",), 1, "strange"),
    "strange family": (("state", "values", "strange"), {"a": 1}, "strange"),
    "strange log": (("state", "logs", "journal"), {"last": 0, "entries": []}, "journal"),
    "clock": (("state", "values", "session", "clock"), ["x", None], "/session/clock"),
    "clock before 1970": (("state", "values", "session", "clock"), [-1e12, None], "1970"),
    "frozen clock": (("state", "values", "session", "clock"), [0, 1e15], "/session/clock"),
    "serial": (("state", "values", "session", "serial"), -1, "/session/serial"),
    "large serial": (("state", "values", "session", "serial"), 10**30, "/session/serial"),
    "scenario": (("state", "values", "session", "scenario"), ["*: oops", 0, "scenario.1"], "oops"),
    "scenario family": (("state", "values", "session", "scenario"), ["*: 500", 0, "met"], "/session/scenario"),
    "token": (("state", "values", "bootpay.tokens"), {"a": ["b"]}, "/bootpay.tokens"),
    "row": (("state", "values", "bootpay.orders", UNPAID), {}, "/bootpay.orders"),
    "date": (("state", "values", "bootpay.orders", UNPAID, "created_at"), "today", "created_at"),
    "naver order": (("state", "values", "naver.orders"), {"1": {"order": {}}}, "/naver.orders"),
    "naver date": (
        ("state", "values", "naver.orders"),
        {"1": {"order": {"orderId": "1", "orderDate": "today"}, "product_order_ids": [], "ordered_at": 0}},
        "orderDate",
    ),
    "product order": (("state", "values", "naver.product_orders"), {"1": 1}, "/naver.product_orders"),
    "event": (("state", "logs", "events", "entries"), [{}], "/events/entries/0"),
    "numbers": (("state", "logs", "events", "last"), 0, "at least the number of entries"),
}


@pytest.mark.parametrize(("place", "value", "says"), BAD.values(), ids=BAD.keys())
def test_a_malformed_part(place: tuple[str, ...], value: Any, says: str) -> None:
    """A part that Jumun would not have written is refused by its place, and nothing is changed."""
    session = open_session()
    PROVIDERS["bootpay"].act(UNPAID, "pay", None, session.shops["bootpay"])
    before = through_json(session)
    snapshot = deepcopy(before)
    part = snapshot
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    with pytest.raises(SnapshotError) as caught:
        restore_snapshot(session, snapshot)
    assert says in str(caught.value)
    assert through_json(session) == before


@pytest.mark.parametrize("snapshot", [None, [], {}, 1, "x", {"state": {}}])
def test_what_is_not_a_snapshot(snapshot: Any) -> None:
    """Anything else is refused with what makes one."""
    with pytest.raises(SnapshotError, match="jumun session save"):
        restore_snapshot(open_session(), snapshot)


def test_a_product_order_without_its_order_harms_nobody() -> None:
    """Orders and product orders of a snapshot that lack each other are left out, and paying still ends."""
    session = open_session()
    ids = PROVIDERS["naver"].place_order(
        NewOrder("bundle", fields={"productOrderStatus": "PAYMENT_WAITING"}), session.shops["naver"]
    )
    snapshot = through_json(session)
    parts = snapshot["state"]["values"]["naver.product_orders"]
    del parts[ids["product_order_ids"][1]]
    parts["1"] = {**parts[ids["product_order_ids"][0]], "order_id": "2"}
    restore_snapshot(session, snapshot)
    shop = session.shops["naver"]
    assert PROVIDERS["naver"].find_order("1", shop) is None
    assert len(PROVIDERS["naver"].act(ids["product_order_ids"][0], "pay", None, shop)) == 2
    assert ids["product_order_ids"][1] not in [order.id for order in PROVIDERS["naver"].iter_orders(shop)]


def test_an_event_without_its_order_harms_nobody() -> None:
    """A snapshot with an event of an order that it does not have is served without that order."""
    session = open_session()
    PROVIDERS["bootpay"].place_order(NewOrder(), session.shops["bootpay"])
    snapshot = through_json(session)
    del snapshot["state"]["values"]["bootpay.orders"]
    restore_snapshot(session, snapshot)
    status, body = list_orders(session)
    assert (status, json.loads(body)["count"]) == (200, 15)
