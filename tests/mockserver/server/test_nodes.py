"""Three processes of `jumun serve` over one server of Redis, as they are behind a balancer."""

from __future__ import annotations

import importlib.util
import json
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import assembly
from tests.cli.commands import jumun, started
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import KEYS, STATIC_TOKEN, basic
from tests.nodes import JSON, Node, read_url, start_nodes
from tests.redis_server import LASTING, RedisServer
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

LIST = request("GET", "/v1/orders?limit=1")
BURSTS, CALLS = 40, 48


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that loses nothing when it is restarted, which has its disk wait for each command."""
    with RedisServer(tmp_path, *LASTING) as server:
        yield server


@pytest.fixture
def nodes(redis: RedisServer) -> Iterator[list[Node]]:
    """Three of them."""
    with start_nodes(redis) as three:
        yield three


def confirm(id_: str) -> bytes:
    """A seller's call that changes a product order."""
    body = json.dumps({"productOrderIds": [id_]}).encode()
    lines = (
        "POST /external/v1/pay-order/seller/product-orders/confirm HTTP/1.1",
        *("Host: jumun.localhost", f"Authorization: Bearer {STATIC_TOKEN}", JSON, f"Content-Length: {len(body)}"),
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_a_burst_meets_its_failures_once(nodes: list[Node]) -> None:
    """Of 48 calls at once over all nodes exactly as many fail as the scenario says, in each of 40 bursts."""
    draw = random.Random(23)  # noqa: S311 - no secret
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(node.url)) for node in nodes for _ in range(CALLS // len(nodes))]
        for burst in range(BURSTS):
            failures = draw.randrange(CALLS + 1)
            draw.choice(nodes).control("PUT", "/scenario", f"bootpay.orders.list: 503 x{failures}, ok")
            for wire in draw.sample(wires, len(wires)):
                wire.send(LIST)
            statuses = [wire.read().status for wire in wires]
            assert (statuses.count(503), statuses.count(200)) == (failures, CALLS - failures), burst
    exchanges = nodes[0].control("GET", "/requests")
    assert sorted(each["serial"] for each in exchanges) == list(range(1, BURSTS * CALLS + 1))


def test_what_one_node_does_all_have_done(nodes: list[Node]) -> None:
    """Tokens, clock, orders, sessions and their journal, resets: through whichever node a call comes."""
    one, two, three = nodes
    issued = one.ask("POST", "/v1/request/token", {"client_key": KEYS[0], "secret_key": KEYS[1]})
    bearer = f"Authorization: Bearer {json.loads(issued.body)['access_token']}"
    for node in nodes:
        with Wire(node.url) as wire:
            call = f"GET /v1/orders?limit=1 HTTP/1.1\r\nHost: x\r\n{bearer}\r\n\r\n".encode()
            assert wire.ask(call).status == 200
    two.control("POST", "/clock", {"freeze": True, "set": "2027-01-01T00:00:00Z"})
    assert {node.control("GET", "/clock")["now"] for node in nodes} == {"2027-01-01T00:00:00.000+00:00"}
    placed = three.control("POST", "/orders", {"provider": "naver"})
    moved = one.control("POST", "/clock", {"advance": "3d"})
    assert {node.control("GET", "/clock")["now"] for node in nodes} == {moved["now"]}
    assert {node.ask("GET", f"/_jumun/orders/{placed['product_order_ids'][0]}").status for node in nodes} == {200}
    made = two.control("POST", "/sessions", {"seed": 5})
    for node in nodes:
        assert node.ask("GET", "/v1/orders", None, f"Jumun-Session: {made['id']}").status == 200
    assert {node.control("GET", f"/sessions/{made['id']}")["calls"] for node in nodes} == {3}
    one.control("DELETE", f"/sessions/{made['id']}")
    assert {node.ask("GET", f"/_jumun/sessions/{made['id']}").status for node in nodes} == {404}
    three.control("POST", "/reset")
    assert {node.control("GET", "/events")["last"] for node in nodes} == {0}
    assert {len(node.control("GET", "/requests")) for node in nodes} == {0}


def test_many_sessions_keep_apart(nodes: list[Node]) -> None:
    """A hundred sessions, made and called on all nodes at once by their own keys: each has its calls, each once."""
    calls = 9

    def work(number: int) -> tuple[str, list[int]]:
        made = nodes[number % 3].control("POST", "/sessions", {"seed": number})
        pair = basic(made["keys"]["bootpay_client_key"], made["keys"]["bootpay_secret_key"])
        statuses = []
        for each in range(calls):
            with Wire(nodes[(number + each) % 3].url) as wire:
                asked = f"GET /v1/orders?limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: {pair}\r\n\r\n"
                statuses.append(wire.ask(asked.encode()).status)
        return made["id"], statuses

    with ThreadPoolExecutor(8) as pool:
        found = dict(pool.map(work, range(100)))
    assert set(map(tuple, found.values())) == {(200,) * calls}
    assert {each["id"] for each in nodes[1].control("GET", "/sessions")} == {"default", *found}
    for number, id_ in enumerate(found):
        journal = nodes[number % 3].control("GET", f"/requests?session={id_}")
        assert [each["serial"] for each in journal] == list(range(1, calls + 1))
        assert {each["session"] for each in journal} == {id_}
    assert nodes[0].control("GET", "/requests") == []


class Sellers:
    """Threads that confirm product orders, each its own ones, and note which were acknowledged.

    One whose node is gone, or answers 503, tries the next node with its next order.
    """

    def __init__(self, nodes: list[Node], ids: list[str], *, threads: int = 6) -> None:
        self.acknowledged: list[str] = []
        self.failed: list[str] = []
        self._nodes = nodes
        self._shares = [ids[number::threads] for number in range(threads)]
        self._pool = ThreadPoolExecutor(threads)
        self._futures = [self._pool.submit(self._sell, number) for number in range(threads)]

    def wait_for(self, number: int) -> None:
        """Wait for as many to be acknowledged, and for none to have come to its end."""
        wait_until(lambda: len(self.acknowledged) >= number or any(each.done() for each in self._futures))
        assert not any(each.done() for each in self._futures), [each.exception(0) for each in self._futures]

    def wait(self) -> None:
        """Wait for all to have tried all of theirs."""
        for future in self._futures:
            future.result(60)
        self._pool.shutdown()

    def _sell(self, number: int) -> None:
        turn = number
        with ExitStack() as stack:
            wire: Wire | None = stack.enter_context(Wire(self._nodes[turn % 3].url))
            for id_ in self._shares[number]:
                answer = None
                with suppress(OSError, ValueError):
                    assert wire
                    answer = wire.ask(confirm(id_))
                if answer and answer.status == 200:
                    assert json.loads(answer.body)["data"]["failProductOrderInfos"] == []
                    self.acknowledged.append(id_)
                    continue
                self.failed.append(id_)
                if answer:
                    assert answer.status == 503, answer.body
                    continue
                # The node is gone.
                wire = None
                while wire is None:
                    turn += 1
                    with suppress(OSError):
                        wire = stack.enter_context(Wire(self._nodes[turn % 3].url))


def place(node: Node, number: int) -> list[str]:
    """Ids of that many new product orders."""
    orders = node.control("POST", "/orders", {"provider": "naver", "count": number})["orders"]
    return [id_ for order in orders for id_ in order["product_order_ids"]]


def check_all_is_there(node: Node, sellers: Sellers) -> None:
    """Each acknowledged change is in the orders, the events and the journal, each event once."""
    events = node.control("GET", "/events?limit=1000")["events"]
    assert [each["number"] for each in events] == list(range(1, len(events) + 1))
    confirmed = [each["product_order_id"] for each in events if each["action"] == "confirm"]
    assert len(confirmed) == len(set(confirmed))
    assert set(sellers.acknowledged) <= set(confirmed) <= {*sellers.acknowledged, *sellers.failed}
    journal = [each for each in node.control("GET", "/requests") if each["operation"] == "naver.product_orders.confirm"]
    recorded = {json.loads(each["request"]["body"])["productOrderIds"][0] for each in journal if each["status"] == 200}
    assert set(sellers.acknowledged) <= recorded
    for id_ in confirmed:
        assert node.control("GET", f"/orders/{id_}")["state"]["placeOrderStatus"] == "OK"


def test_a_node_that_is_killed_loses_nothing_acknowledged(nodes: list[Node]) -> None:
    """Killed amid calls: what it had answered is there, and the others go on as if it had never been."""
    ids = place(nodes[0], 300)
    sellers = Sellers(nodes, ids)
    sellers.wait_for(60)
    nodes[1].process.send_signal(signal.SIGKILL)
    sellers.wait()
    assert 0 < len(sellers.failed) <= 6, "as many as were waiting for that node"
    assert len(sellers.acknowledged) + len(sellers.failed) == 300
    for node in (nodes[0], nodes[2]):
        check_all_is_there(node, sellers)


def test_a_store_that_is_restarted_loses_nothing_acknowledged(nodes: list[Node], redis: RedisServer) -> None:
    """Killed amid calls and started again, with all that it has acknowledged: calls get 503 meanwhile, then go on."""
    ids = place(nodes[0], 600)
    sellers = Sellers(nodes, ids)
    sellers.wait_for(60)
    redis.kill()
    redis.start()
    for node in nodes:
        wait_until(lambda node=node: node.ask("GET", "/_jumun/ready").status == 200, patience_s=5)  # type: ignore[misc]
    more = Sellers(nodes, place(nodes[0], 60))
    sellers.wait()
    more.wait()
    assert more.failed == []
    sellers.acknowledged += more.acknowledged
    check_all_is_there(nodes[2], sellers)


def test_nodes_start_and_stop_one_after_the_other(nodes: list[Node], redis: RedisServer) -> None:
    """A rolling restart: what new nodes start with is what there is, and no call to those that run fails."""
    nodes[0].control("PUT", "/scenario", "bootpay.orders.list: 429 x1000000")
    with Wire(nodes[2].url) as wire:
        for node in nodes[:2]:
            node.process.send_signal(signal.SIGTERM)
            assert node.process.wait(5) == 0
            assert wire.ask(LIST).status == 429
            with started("serve", "--port", "0", "--store", f"{redis.url}?timeout=10s", "--quiet") as process:
                fresh = Node(read_url(process), process)
                assert fresh.control("GET", "/scenario")["scenario"] == "bootpay.orders.list: 429 x1000000"
                assert fresh.ask("GET", "/v1/orders?limit=1").status == 429
            assert wire.ask(LIST).status == 429


@pytest.mark.parametrize("missing", ["valkey", "libvalkey", "greenlet"])
def test_a_start_without_its_packages_is_refused(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of them is not installed, with what installs all."""
    found = importlib.util.find_spec
    monkeypatch.setattr(assembly, "find_spec", lambda name: None if name == missing else found(name))
    result = jumun("serve", "--port", "0", "--store", "valkey://127.0.0.1:1/0")
    assert result.exit_code == 2
    assert "needs the package valkey; install jumun[valkey]" in result.stderr


def test_a_start_without_a_store_is_refused(tmp_path: Path) -> None:
    """With where it was looked for, why, and the way out; also for what does not go together."""
    for arguments, said in (
        (["--store", "valkey://127.0.0.1:1/0"], "the store at valkey://127.0.0.1:1/0 cannot be reached: Connection"),
        (["--store", "valkey://:hush@127.0.0.1:1/x"], "store: must be valkey://HOST:PORT/DB"),
        (["--store", "mongo://x"], "store: must be memory or begin with valkey:// or redis://"),
        (["--store", "valkey://127.0.0.1:1/0", "--state", str(tmp_path / "state")], "--state does not go with --store"),
        (["--store", "valkey://127.0.0.1:1/0", "--watch"], "--watch does not go with --store"),
        (
            ["--store", "valkey://127.0.0.1:1/0", "--webhook", "bootpay=http://127.0.0.1:1/"],
            "webhooks are not sent from a store that nodes share; leave webhook or store out",
        ),
    ):
        result = jumun("serve", "--port", "0", *arguments)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "hush" not in result.stderr
