"""Sessions that two nodes share: made, found, changed and deleted on either, and what cannot be shared."""

from __future__ import annotations

import threading
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import RateLimit
from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.core.session.options import SessionOptions, list_options
from jumun_mockserver.core.session.shared.records import Record, dump_options
from jumun_mockserver.core.session.shared.store import SharedError, SharedStore
from jumun_mockserver.core.session.store import SessionError
from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import KEYS
from tests.redis_server import fresh_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIST = Request("GET", "/v1/orders", "limit=1", {"host": "x"})


@pytest.fixture
def url() -> str:
    """An empty database."""
    return fresh_database()


@pytest.fixture
def node(url: str) -> Iterator[Callable[..., SharedStore]]:
    """Opens the store of the database as one more node does."""
    with ExitStack() as stack:

        def start(options: SessionOptions | None = None, **arguments: Any) -> SharedStore:
            connections = Connections(Address.of(url)._replace(patience_s=10))
            stack.callback(connections.close)
            return SharedStore(PROVIDERS, options or SessionOptions(), connections, **arguments)

        yield start


def call(store: SharedStore, request: Request = LIST, keys: tuple[str, str] = KEYS, *, session: str = "") -> int:
    """Status of a call with these keys, or of one that names its session."""
    dispatch = Dispatch(PROVIDERS, store)
    basic = b64encode(":".join(keys).encode()).decode()
    named = {"jumun-session": session} if session else {}
    return dispatch(replace(request, headers={**request.headers, "authorization": f"Basic {basic}", **named})).status


def keys_of(session: Any) -> tuple[str, str]:
    """Bootpay's keys of a session."""
    return session.keys["bootpay_client_key"], session.keys["bootpay_secret_key"]


ANY_OPTIONS = SessionOptions(
    profile="observed",
    data=DataFolder("shop", {"naver/applications.yaml": "applications: []"}),
    seed="7",
    orders=3,
    scenario="bootpay.orders.list: 500",
    limits="enforce",
    rates={"bootpay.orders.list": RateLimit(0.5, 3, "assumed", "set by hand")},
    quota="at-once",
    legacy_claims="off",
    payload_dates="cut",
    read_lag=1.5,
    webhooks={"bootpay": "http://127.0.0.1:1/"},
    webhook_format="form",
    webhook_secret="hush",
    frozen_at=1_790_000_000.5,
)


def test_a_record_keeps_all_options() -> None:
    """Each of them, in a value that is not its default."""
    for option in list_options():
        assert getattr(ANY_OPTIONS, option.name) != option.default, option.name
    record = Record(ANY_OPTIONS, "secret", 5.5)
    assert Record.read(record.write()) == record
    assert set(dump_options(ANY_OPTIONS)) == {option.name for option in list_options()}


def test_the_default_session_is_one(node: Callable[..., SharedStore]) -> None:
    """What one node does in it the other shows: clock, scenario, journal, orders; the second node begins nothing."""
    options = SessionOptions(scenario="bootpay.orders.list: 500, ok")
    one = node(options)
    assert call(one) == 500
    one.default.set_scenario("bootpay.orders.list: 429")
    one.default.move_clock(freeze=True, advance="3d")
    two = node(options)
    assert (one.default.scenario.text, two.default.scenario.text) == ("bootpay.orders.list: 429",) * 2
    assert two.default.show_clock() == one.default.show_clock()
    assert call(two) == 429
    assert call(one) == 200
    placed = PROVIDERS["bootpay"].place_order(NewOrder(), two.default.shops["bootpay"])
    assert PROVIDERS["bootpay"].find_order(placed["order_id"], one.default.shops["bootpay"]) is not None
    journals = [[(each.serial, each.status) for each in store.default.journal] for store in (one, two)]
    assert journals == [[(1, 500), (2, 429), (3, 200)]] * 2


def test_a_reset_on_one_node_is_one_on_all(node: Callable[..., SharedStore]) -> None:
    """The other starts over with it, from the same moment on, with its scenario as at the start."""
    options = SessionOptions(scenario="bootpay.orders.list: 500")
    one, two = node(options), node(options)
    assert (call(one), call(two), call(two)) == (500, 200, 200)
    one.default.move_clock(advance="9d")
    assert call(two) == 200
    one.default.reset()
    assert (call(two), call(one)) == (500, 200)
    started = [store.default.shops["naver"].book.started for store in (one, two)]
    assert started[0] == started[1]
    assert [each.serial for each in two.default.journal] == [1, 2]


def test_a_reset_with_a_frozen_clock(node: Callable[..., SharedStore]) -> None:
    """Other nodes show what came after it, though it began at the same moment and has as many events."""
    options = SessionOptions(frozen_at=1_790_000_000)
    one, two = node(options), node(options)
    for provider in ("bootpay", "naver"):
        shown = []
        for _ in range(3):
            placed = PROVIDERS[provider].place_order(NewOrder(), one.default.shops[provider])
            id_ = placed.get("product_order_ids", [placed["order_id"]])[0]
            PROVIDERS[provider].act(
                id_, "request_cancel" if provider == "naver" else "pay", None, one.default.shops[provider]
            )
            found = PROVIDERS[provider].find_order(id_, two.get("default").shops[provider])
            assert found is not None
            assert call(two) == 200
            shown.append(found.state)
            one.default.reset()
        assert shown[0] == shown[1] == shown[2]
        assert two.get("default").events.last == 0


def test_a_store_that_was_emptied_begins_again(node: Callable[..., SharedStore]) -> None:
    """With frozen clock and scenario as the options have them, on the node that is called first."""
    options = SessionOptions(scenario="bootpay.orders.list: 500", frozen_at=1_790_000_000)
    one, two = node(options), node(options)
    assert (call(one), call(two)) == (500, 200)
    one._connections.ask(b"FLUSHDB")
    assert (call(two), call(one)) == (500, 200)
    assert two.default.now() == one.default.now() == 1_790_000_000


def test_a_session_is_found_by_its_keys_on_all_nodes(node: Callable[..., SharedStore]) -> None:
    """Made on one, with data and options of its own; its keys and tokens are good on the other, and shown alike."""
    one, two = node(), node()
    made = one.create(SessionOptions(seed="5", orders=4, scenario="bootpay.orders.list: 500"))
    found = two.get(made.id)
    assert (found.keys, found.seed, found.options) == (made.keys, made.seed, made.options)
    assert call(two, keys=keys_of(made)) == 500
    assert call(one, keys=keys_of(made)) == 200
    # By the header it is found with the documents' own keys too.
    assert call(two, session=made.id) == 200
    assert [each.session for each in one.get(made.id).journal] == [made.id] * 3
    assert [each.id for each in two] == ["default", made.id]
    assert two.get(made.id) is found
    assert two.default.journal.total == 0


def test_a_deleted_session_is_gone_everywhere(node: Callable[..., SharedStore]) -> None:
    """At once, with all its keys; what it had met is counted on."""
    one, two = node(), node()
    made = one.create(SessionOptions(scenario="bootpay.orders.list: 1700"))
    assert call(two, keys=keys_of(made)) == 401
    two.delete(made.id)
    for store in (one, two):
        with pytest.raises(SessionError, match=f"no session '{made.id}'"):
            store.get(made.id)
        with pytest.raises(SessionError, match="no session"):
            store.find(PROVIDERS["bootpay"], replace(LIST, headers={"jumun-session": made.id}))
        assert [each.id for each in store] == ["default"]
        assert ("bootpay", "1700") in store.met()
    assert not [key for key in one._connections.ask(b"KEYS", b"*") if made.id.encode() in key]
    with pytest.raises(SessionError, match="cannot be deleted; reset it instead"):
        one.delete("default")


def test_an_idle_session_expires(node: Callable[..., SharedStore]) -> None:
    """An hour after the last call, its state a little later; a call on any node renews it; the default stays."""
    one, two = node(), node()
    made = one.create(SessionOptions())
    ask = one._connections.ask

    def life() -> dict[str, int]:
        return {key.decode(): ask(b"TTL", key) for key in ask(b"KEYS", b"*")}

    record = f"jumun:1:session:{made.id}"
    assert 3_590 < life()[record] <= 3_600
    for key in life():
        if made.id in key:
            ask(b"EXPIRE", key, 100)
    assert call(two, keys=keys_of(made)) == 200
    assert 3_590 < life()[record] <= 3_600
    assert {seconds > 3_600 for key, seconds in life().items() if made.id in key and key != record} == {True}
    assert {seconds for key, seconds in life().items() if made.id not in key} == {-1}
    ask(b"DEL", record)
    assert call(one, keys=keys_of(made)) == 401
    assert [each.id for each in two] == ["default"]


def test_there_are_only_so_many_sessions(node: Callable[..., SharedStore]) -> None:
    """Of all nodes together; expired ones do not count."""
    one, two = node(at_most=2), node(at_most=2)
    first = one.create(SessionOptions())
    two.create(SessionOptions())
    for store in (one, two):
        with pytest.raises(SessionError, match="there are 2 sessions already; delete some"):
            store.create(SessionOptions())
    kept = len(one._connections.ask(b"KEYS", b"*"))
    one._connections.ask(b"DEL", f"jumun:1:session:{first.id}")
    two.create(SessionOptions())
    assert kept > 0


def test_made_up_orders_are_bounded_over_all_nodes(node: Callable[..., SharedStore]) -> None:
    """Those of other nodes' sessions count; of one seed they count once."""
    one, two = node(), node()
    one.create(SessionOptions(seed="1", orders=1_000_000))
    two.create(SessionOptions(seed="1", orders=1_000_000))
    two.create(SessionOptions(seed="2", orders=1_000_000))
    with pytest.raises(SessionError, match="2,000,000 orders already, and 1 more"):
        one.create(SessionOptions(seed="3", orders=1))


def test_webhooks_are_refused(node: Callable[..., SharedStore]) -> None:
    """A session with them cannot be made: each node would send them."""
    with pytest.raises(SessionError, match="leave webhooks out"):
        node().create(SessionOptions(webhooks={"bootpay": "http://127.0.0.1:1/"}))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (SessionOptions(profile="observed"), "--profile"),
        (SessionOptions(read_lag=1.5), "--read-lag"),
        (SessionOptions(data=DataFolder("shop", {"bootpay/orders.yaml": "orders: []"})), "--data"),
    ],
)
def test_nodes_that_differ_are_refused(node: Callable[..., SharedStore], options: SessionOptions, named: str) -> None:
    """A node with other options than the one that began, by the first that differs."""
    node(SessionOptions())
    with pytest.raises(SharedError, match=f"another {named}; start all nodes with the same options"):
        node(options)
    node(SessionOptions())


def test_the_same_folder_under_another_name(node: Callable[..., SharedStore]) -> None:
    """Is the same data."""
    texts = {"naver/applications.yaml": "applications: []"}
    node(SessionOptions(data=DataFolder("/one/shop", texts)))
    node(SessionOptions(data=DataFolder("C:\\shop", texts)))


def test_a_store_of_another_schema_is_refused(url: str, node: Callable[..., SharedStore]) -> None:
    """With both versions and the way out; nothing is written into it."""
    connections = Connections(Address.of(url)._replace(patience_s=10))
    connections.ask(b"SET", b"jumun:schema", b"99")
    with pytest.raises(
        SharedError, match="has data of schema '99', and this Jumun uses schema 1; give another database"
    ):
        node()
    assert connections.ask(b"KEYS", b"*") == [b"jumun:schema"]
    connections.close()


def test_it_is_not_renewed(node: Callable[..., SharedStore]) -> None:
    """Other nodes would go on with what they have."""
    with pytest.raises(SessionError, match="start them again"):
        node().renew(PROVIDERS, SessionOptions())


def test_requests_that_need_a_session_first_make_one(node: Callable[..., SharedStore]) -> None:
    """Many threads of a node that all meet a session for the first time get the same one."""
    one, two = node(), node()
    made = one.create(SessionOptions())
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(two.get(made.id))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert len({id(each) for each in found}) == 1
