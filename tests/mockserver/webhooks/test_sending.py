"""Webhooks of a server: what is posted, how often, in which order, and where it may go."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import socket
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import httpx
import orjson
import pytest

from jumun_contracts import findings, load_contract
from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient, ControlError
from jumun_mockserver.core.session import deliveries as kept
from jumun_mockserver.core.session.snapshot import restore_snapshot, take_snapshot
from jumun_mockserver.testing.receiver import WebhookReceiver
from jumun_mockserver.webhooks import post as posting
from jumun_mockserver.webhooks import sender
from jumun_mockserver.webhooks.address import WebhookError
from tests.mockserver.wire import INTERIM_SERIES, canned, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts import Schema

AT = "2026-03-04T05:06:07Z"
GAPS = [60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800]


class Shop:
    """A server, its control plane, and the receiver of its webhooks."""

    def __init__(self, receiver: WebhookReceiver, **options: Any) -> None:
        self.receiver = receiver
        given: Any = {"webhooks": {"bootpay": receiver.url}, "frozen_at": AT, **options}
        self.server = LiveServer(**given)
        self.control = ControlClient(self.server.url)

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.control.close()
        self.server.stop()

    def place(self) -> str:
        """A new order."""
        id_: str = self.control.place_order("bootpay")["order_id"]
        return id_

    def pay(self, times: int = 1) -> list[str]:
        """New orders, paid one after the other."""
        ids = [self.place() for _ in range(times)]
        for id_ in ids:
            self.control.act(id_, "pay")
        return ids

    def settle(self) -> list[dict[str, Any]]:
        """The deliveries once all that is due was tried."""
        self.server.clock.advance(0)
        return self.control.webhooks()


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    """Answers as Bootpay wants it, unless it is set otherwise."""
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
def shop(receiver: WebhookReceiver) -> Iterator[Shop]:
    """A server that sends to the receiver, with a frozen clock."""
    with Shop(receiver) as shop:
        yield shop


@pytest.fixture(scope="module")
def schema() -> Schema:
    """Of the payload, as the contract has it."""
    return load_contract("bootpay").webhooks["payment"]


def outcomes(delivery: dict[str, Any]) -> list[str]:
    """What each try came to."""
    return [each["outcome"] for each in delivery["attempts"]]


def paid_back(shop: Shop, id_: str, price: int | None = None) -> None:
    """Cancel an order at once, a part of it if a price is given."""
    parameters: dict[str, Any] = {"cancel_immediately": True, "cancel_message": "x"}
    if price is not None:
        parameters["cancel_price"] = price
    answer = httpx.post(
        f"{shop.server.bootpay_base_url}/order/cancel",
        auth=(shop.server.bootpay_client_key, shop.server.bootpay_secret_key),
        headers={"bootpay-role": "supervisor"},
        json={"order_number": id_, "request_cancel_parameters": parameters, "is_supervisor": True},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text


def test_each_event_that_bootpay_reports(shop: Shop, schema: Schema) -> None:
    """Payment, parts and whole of a cancellation and the issue of an account are posted, each as its moment had it."""
    paid = shop.pay()[0]
    price = shop.control.order(paid)["data"]["price"]
    paid_back(shop, paid, 1_000)
    paid_back(shop, paid, 500)
    paid_back(shop, paid, price - 1_500)
    issued = shop.place()
    shop.control.act(issued, "issue_account")
    shop.control.act(issued, "pay")
    deliveries = shop.settle()
    payloads = [each.data for each in shop.receiver.received]
    assert payloads == [each["payload"] for each in deliveries]
    for payload in payloads:
        assert not findings(schema, payload)
    assert [(each["order_id"], each["webhook_type"], each["status"], each["cancelled_price"]) for each in payloads] == [
        (paid, "PAYMENT_COMPLETED", 1, 0),
        (paid, "PAYMENT_PARTIAL_CANCELLED", 20, 1_000),
        (paid, "PAYMENT_PARTIAL_CANCELLED", 20, 1_500),
        (paid, "PAYMENT_CANCELLED", 20, price),
        (issued, "PAYMENT_VIRTUAL_ACCOUNT_ISSUED", 5, 0),
        (issued, "PAYMENT_COMPLETED", 1, 0),
    ]
    assert len({each["receipt_id"] for each in payloads}) == 2
    assert [each["method_symbol"] for each in payloads] == ["card"] * 4 + ["vbank"] * 2
    assert [each["event"] for each in deliveries] == [
        each["number"] for each in shop.control.events() if each["type"] is not None
    ]


def test_a_form(receiver: WebhookReceiver) -> None:
    """A form has the same keys, its values as texts, and an empty one for null."""
    with Shop(receiver, webhook_format="form") as shop:
        shop.control.act(shop.place(), "issue_account")
        (delivery,) = shop.settle()
    (received,) = receiver.received
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    assert received.data == {key: "" if value is None else str(value) for key, value in delivery["payload"].items()}
    assert received.data["purchased_at"] == ""


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"success": True}, "success"),
        (200, b' {"success" : true}\n', "success"),
        (200, {"success": False}, 'the body must be {"success": true}, not \'{"success": false}\''),
        (200, {"success": 1}, 'the body must be {"success": true}, not \'{"success": 1}\''),
        (200, b"OK", "the body must be {\"success\": true}, not 'OK'"),
        (200, b"", "the body must be {\"success\": true}, not ''"),
        (201, {"success": True}, "status 201 is not 200"),
        (500, {"success": True}, "status 500 is not 200"),
        (302, {"success": True}, "redirects are not followed"),
    ],
)
def test_what_counts_as_a_success(shop: Shop, status: int, body: Any, outcome: str) -> None:
    """Status 200 and the body {"success": true}, and nothing else."""
    shop.receiver.answer(status, body)
    shop.pay()
    (delivery,) = shop.settle()
    assert outcomes(delivery) == [outcome]
    assert delivery["state"] == ("delivered" if outcome == "success" else "pending")
    assert len(shop.receiver.received) == 1


def test_ten_tries(shop: Shop) -> None:
    """Gaps grow by the session's clock; `advance` returns after the tries that became due, the tenth is the last."""
    shop.receiver.answer(500, times=100)
    shop.pay()
    (delivery,) = shop.settle()
    assert (len(delivery["attempts"]), delivery["next_at"]) == (1, "2026-03-04T05:07:07.000+00:00")
    shop.server.clock.advance(59)
    assert len(shop.receiver.received) == 1
    shop.server.clock.advance(1)
    assert len(shop.receiver.received) == 2
    shop.server.clock.advance("2d")
    # Meanwhile subscriptions of the packaged shop are paid, which is reported too.
    delivery = next(each for each in shop.control.webhooks() if each["id"] == delivery["id"])
    order_id = json.loads(shop.receiver.received[0].body)["order_id"]
    received = [each for each in shop.receiver.received if json.loads(each.body)["order_id"] == order_id]
    assert (delivery["state"], delivery["next_at"], len(received)) == ("failed", None, 10)
    moments = [datetime.fromisoformat(each["at"]) for each in delivery["attempts"]]
    assert [(after - before).total_seconds() for before, after in itertools.pairwise(moments)] == GAPS
    assert {each.body for each in received} == {received[0].body}
    shop.server.clock.advance("9d")
    assert sum(json.loads(each.body)["order_id"] == order_id for each in shop.receiver.received) == 10


def test_a_move_of_the_clock_does_not_wait_forever(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    """After 20 seconds it answers, and the try that is under way is done in the background."""
    assert sender.SETTLE_S == 20
    monkeypatch.setattr(sender, "SETTLE_S", 0.05)
    shop.receiver.answer(200, {"success": True}, delay_s=1)
    shop.pay()
    assert [each["state"] for each in shop.settle()] == ["pending"]
    monkeypatch.undo()
    assert [each["state"] for each in shop.settle()] == ["delivered"]


def test_gaps_of_a_data_folder(receiver: WebhookReceiver) -> None:
    """A data folder says how many tries there are, and when."""
    with Shop(receiver, data={"bootpay/lifecycle.yaml": {"webhook_gaps_s": [5, 7]}}) as shop:
        receiver.answer(500, times=9)
        shop.pay()
        shop.server.clock.advance("1d")
        (delivery,) = shop.control.webhooks()
    assert [each["at"][17:19] for each in delivery["attempts"]] == ["07", "12", "19"]
    assert delivery["state"] == "failed"


def test_a_clock_that_runs(receiver: WebhookReceiver) -> None:
    """With a clock that runs a try is made when its time has come, without a call."""
    with Shop(receiver, frozen_at=None, data={"bootpay/lifecycle.yaml": {"webhook_gaps_s": [1]}}) as shop:
        receiver.answer(500)
        shop.pay()
        receiver.wait_for(2)
        assert [each["state"] for each in shop.settle()] == ["delivered"]


@pytest.mark.parametrize("kind", ["silent", "drip"])
def test_a_try_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch, shop: Shop, kind: str) -> None:
    """An answer must be there in time, as a whole: one that comes byte by byte does not draw it out."""
    assert posting.ATTEMPT_S == 5
    monkeypatch.setattr(posting, "ATTEMPT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
                        if kind == "silent":
                            connection.recv(100_000)
                        else:
                            connection.send(bytes([byte]))
                            time.sleep(0.01)
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        session = shop.control.create_session(
            webhooks={"bootpay": f"http://127.0.0.1:{listener.getsockname()[1]}/"}, frozen_at=AT
        )
        shop.pay()
        shop.control.move_clock(advance_s=0)
        (delivery,) = shop.control.webhooks()
        thread.join(5)
    assert session["id"]
    assert outcomes(delivery) == ["no answer within 0.3 s"]
    assert 0.3 <= delivery["attempts"][0]["duration_s"] < 2


@pytest.mark.parametrize("interim", INTERIM_SERIES, ids=str)
def test_informational_answers(shop: Shop, interim: tuple[int, ...]) -> None:
    """What a receiver says before its answer is not taken for it."""
    with canned(ok(b'{"success":true}'), interim=interim) as (url, _):
        shop.control.create_session(webhooks={"bootpay": url}, frozen_at=AT)
        shop.pay()
        shop.control.move_clock(advance_s=0)
        (delivery,) = shop.control.webhooks()
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("delivered", 200)


def test_nobody_listens(shop: Shop) -> None:
    """A connection that is refused is a failure with its reason."""
    shop.control.create_session(webhooks={"bootpay": "http://127.0.0.1:1/"}, frozen_at=AT)
    shop.pay()
    shop.control.move_clock(advance_s=0)
    (delivery,) = shop.control.webhooks()
    assert (delivery["state"], outcomes(delivery)) == ("pending", ["Connection refused"])
    assert delivery["attempts"][0]["status"] is None


@pytest.mark.slow
def test_a_receiver_that_hangs_holds_nothing_up(receiver: WebhookReceiver) -> None:
    """Calls are answered while a receiver hangs, a stop takes no longer for it, and no thread is left."""
    # Those of other tests' servers are not looked at.
    before = set(threading.enumerate())
    with Shop(receiver) as shop:
        receiver.answer(delay_s=60)
        shop.pay()
        receiver.wait_for(1)
        began = time.monotonic()
        shop.place()
        (delivery,) = shop.control.webhooks()
        assert (delivery["state"], delivery["attempts"]) == ("pending", [])
        waiting = threading.Thread(target=shop.server.clock.advance, args=(0,))
        waiting.start()
        shop.server.stop()
        waiting.join(5)
        assert not waiting.is_alive()
        assert time.monotonic() - began < 3
    left = [each for each in threading.enumerate() if each.name == "jumun webhooks" and each not in before]
    for each in left:
        each.join(5)
    assert not any(each.is_alive() for each in left)


def test_deliveries_come_in_the_order_of_events(shop: Shop) -> None:
    """First tries go by the number of the event, and one that is tried again does not hold up those behind it."""
    shop.receiver.answer(500)
    ids = shop.pay(times=20)
    shop.settle()
    assert [each.data["order_id"] for each in shop.receiver.received] == ids
    shop.server.clock.advance(60)
    assert [each.data["order_id"] for each in shop.receiver.received][20:] == ids[:1]


@pytest.mark.parametrize(
    ("steps", "received", "states"),
    [
        ("lose", [1, 2], ["lost", "delivered", "delivered"]),
        ("ok, lose *", [0], ["delivered", "lost", "lost"]),
        ("double", [0, 0, 1, 2], ["delivered"] * 4),
        ("swap", [1, 0, 2], ["delivered"] * 3),
        ("swap x2", [2, 0, 1], ["delivered"] * 3),
        ("ok x2, swap", [0, 1], ["delivered", "delivered", "pending"]),
        ("delay(10m)", [1, 2], ["pending", "delivered", "delivered"]),
        ("double+delay(10m)", [1, 2], ["pending", "pending", "delivered", "delivered"]),
        ("lose @3", [0, 1], ["delivered", "delivered", "lost"]),
    ],
)
def test_a_scenario_has_them_go_astray(
    receiver: WebhookReceiver, steps: str, received: list[int], states: list[str]
) -> None:
    """Each webhook counts as a call of `bootpay.webhook`, and the step that is due decides its outcome."""
    with Shop(receiver, scenario=f"bootpay.webhook: {steps}") as shop:
        ids = shop.pay(times=3)
        deliveries = shop.settle()
        assert [ids.index(each.data["order_id"]) for each in receiver.received] == received
        assert [each["state"] for each in deliveries] == states
        shop.server.clock.advance("10m")
        left = sum(state == "pending" for state in states) if "delay" in steps else 0
        assert len(receiver.received) == len(received) + left
        assert {each["step"] for each in deliveries if each["state"] == "lost"} <= {steps.removeprefix("ok, ")}


def test_a_forged_value(receiver: WebhookReceiver) -> None:
    """`set` changes what is posted, and not the order."""
    with Shop(receiver, scenario="bootpay.webhook: set(/price 1)") as shop:
        (id_,) = shop.pay()
        shop.settle()
        assert receiver.received[0].data["price"] == 1
        assert shop.control.order(id_)["data"]["price"] > 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bootpay.webhok: lose", "no operation 'bootpay.webhok'; did you mean bootpay.webhook?"),
        ("naver.webhook: lose", "no operation 'naver.webhook'"),
        ("bootpay.webhook: loose", "'loose' is not for a webhook; expected ok, lose, double, swap, delay(10m) or set"),
        ("bootpay.webhook: 500", "'500' is not for a webhook"),
        ("bootpay.webhook: slow(1s)", "'slow(1s)' is not for a webhook"),
        ("bootpay.webhook: delay(soon)", "delay(soon)"),
        ("bootpay.webhook: lose(1)", "write lose without brackets"),
        ("bootpay.webhook: lose+double", "'lose+double' does a thing twice, or more with a webhook that is lost"),
        (
            "bootpay.orders.list: lose",
            "bootpay.orders.list is a call, and lose is for a webhook, as in bootpay.webhook",
        ),
        ("*: delay(10m)", "is a call, and delay is for a webhook"),
    ],
)
def test_a_mistaken_scenario(shop: Shop, text: str, says: str) -> None:
    """A step or target that does not go with the other is an error when the scenario is set."""
    with pytest.raises(ControlError) as caught:
        shop.control.set_scenario(text)
    assert says in str(caught.value)


def test_redelivery(shop: Shop) -> None:
    """A delivery is tried once more at once: one that is pending early, one that is done or has failed once."""
    shop.receiver.answer(500)
    shop.pay()
    (delivery,) = shop.settle()
    again = shop.control.redeliver(delivery["id"])
    assert (again["state"], outcomes(again)) == ("delivered", ["status 500 is not 200", "success"])
    shop.receiver.answer(500)
    assert shop.control.redeliver(delivery["id"])["state"] == "failed"
    assert shop.control.redeliver(delivery["id"])["state"] == "delivered"
    assert len(shop.receiver.received) == 4
    with pytest.raises(ControlError, match="no webhook '99' in this session"):
        shop.control.redeliver("99")


def test_a_lost_one_can_be_redelivered(receiver: WebhookReceiver) -> None:
    """What a scenario lost is sent when it is asked for."""
    with Shop(receiver, scenario="bootpay.webhook: lose") as shop:
        shop.pay()
        (delivery,) = shop.settle()
        assert shop.control.redeliver(delivery["id"])["state"] == "delivered"
        assert len(receiver.received) == 1


def test_signature(receiver: WebhookReceiver) -> None:
    """With a secret the body is signed as the alimtalk webhook is, by the session's clock where it is frozen."""
    with Shop(receiver, webhook_secret="hush-hush") as shop:
        shop.pay()
        shop.settle()
        shown = (shop.control.list_sessions(), shop.control.webhooks(), shop.control.snapshot())
        assert "hush-hush" not in repr((shown, shop.server.session.options))
    (received,) = receiver.received
    timestamp = received.headers["x-bootpay-timestamp"]
    assert int(timestamp) == datetime.fromisoformat(AT).timestamp()
    digest = hmac.new(b"hush-hush", timestamp.encode() + b"." + received.body, hashlib.sha256).hexdigest()
    assert received.headers["x-bootpay-signature"] == f"sha256={digest}"


def test_a_signature_goes_by_the_real_clock_otherwise(receiver: WebhookReceiver) -> None:
    """A receiver knows no clock but the real one: a session's that was moved does not make its signatures stale."""
    with Shop(receiver, webhook_secret="hush-hush", frozen_at=None) as shop:
        shop.server.clock.advance("30d")
        shop.pay()
        shop.settle()
    assert abs(int(receiver.received[0].headers["x-bootpay-timestamp"]) - time.time()) < 60


def test_no_signature_without_a_secret(shop: Shop) -> None:
    """Without a secret there is no header of a signature."""
    shop.pay()
    shop.settle()
    assert not [name for name in shop.receiver.received[0].headers if name.startswith("x-bootpay")]


def test_no_proxy(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    """The environment's proxy is not asked."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    shop.pay()
    assert [each["state"] for each in shop.settle()] == ["delivered"]


def test_localhost_is_this_machine(monkeypatch: pytest.MonkeyPatch, receiver: WebhookReceiver) -> None:
    """Whatever the system's resolver says of localhost, another machine is not called."""
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
    with Shop(receiver, webhooks={"bootpay": receiver.url.replace("127.0.0.1", "localhost")}) as shop:
        honest = socket.getaddrinfo

        def lie(host: Any, *more: Any, **named: Any) -> Any:
            return elsewhere if host == "localhost" else honest(host, *more, **named)

        monkeypatch.setattr(socket, "getaddrinfo", lie)
        shop.pay()
        (delivery,) = shop.settle()
    assert outcomes(delivery) == ["localhost has no address"]


@pytest.mark.parametrize(
    ("webhooks", "allowed", "says"),
    [
        (
            {"bootpay": "https://example.com/x?k=v"},
            (),
            "webhook bootpay=https://example.com/x: webhooks go to this machine",
        ),
        ({"bootpay": "https://example.com/x"}, (), "--allow-host example.com"),
        ({"bootpay": "http://192.168.0.1/x"}, ("example.com",), "--allow-host 192.168.0.1"),
        ({"bootpay": "http://127.0.0.1.example.com/"}, (), "--allow-host 127.0.0.1.example.com"),
        ({"bootpai": "http://127.0.0.1/"}, (), "no provider 'bootpai'; did you mean bootpay?"),
        ({"naver": "http://127.0.0.1/"}, (), "naver sends no webhook"),
        ({"bootpay": "127.0.0.1:3000"}, (), "must be a URL such as http://127.0.0.1:3000/webhook"),
        ({"bootpay": "http://user:secret@127.0.0.1/"}, (), "must be a URL"),
        ({"bootpay": "http://127.0.0.1/a b"}, (), "must be a URL"),
        ({"bootpay": "http://127.0.0.1:99999/"}, (), "must be a URL"),
        ({"bootpay": "ftp://127.0.0.1/"}, (), "must be a URL"),
    ],
)
def test_addresses_that_are_refused(shop: Shop, webhooks: dict[str, str], allowed: tuple[str, ...], says: str) -> None:
    """Only this machine and hosts that the user has named: at the start, and over the control plane."""
    with pytest.raises(WebhookError) as caught:
        LiveServer(webhooks=webhooks, allowed_hosts=allowed)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)
    if not allowed:
        with pytest.raises(ControlError) as refused:
            shop.control.create_session(webhooks=webhooks)
        assert says in str(refused.value)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:3000/", ()),
        ("http://LOCALHOST./", ()),
        ("http://127.9.9.9/", ()),
        ("http://[::1]:80/", ()),
        ("https://hooks.example.com/x", ("*.example.com",)),
        ("http://192.168.0.1/x", ("192.168.0.1",)),
    ],
)
def test_addresses_that_are_allowed(url: str, allowed: tuple[str, ...]) -> None:
    """Names and addresses of this machine, and what was allowed."""
    LiveServer(webhooks={"bootpay": url}, allowed_hosts=allowed).stop()


def test_a_session_of_its_own(shop: Shop, receiver: WebhookReceiver) -> None:
    """A further session sends where the server does, or to an address of its own; its deliveries are its own."""
    with WebhookReceiver() as other:
        shop.control.create_session()
        shop.pay()
        shop.control.move_clock(advance_s=0)
        assert len(receiver.received) == 1
        shop.control.create_session(webhooks={"bootpay": other.url})
        shop.pay()
        shop.control.move_clock(advance_s=0)
        assert (len(receiver.received), len(other.received)) == (1, 1)
    shop.control.session = None
    assert shop.control.webhooks() == []


def test_reset(shop: Shop) -> None:
    """A reset drops deliveries, also those that are pending."""
    shop.receiver.answer(500, times=2)
    shop.pay(times=2)
    assert [each["state"] for each in shop.settle()] == ["pending", "pending"]
    shop.control.reset()
    assert shop.control.webhooks() == []
    shop.server.clock.advance("2d")
    assert len(shop.receiver.received) == 2
    shop.pay()
    assert [each["state"] for each in shop.settle()] == ["delivered"]


def test_a_snapshot_has_what_is_still_to_be_sent(shop: Shop) -> None:
    """What is pending is sent by the session that loads it, to its own address, and what was delivered is not."""
    shop.receiver.answer(200)
    shop.receiver.answer(500)
    ids = shop.pay(times=2)
    before = shop.settle()
    snapshot = shop.control.snapshot()
    assert shop.receiver.url not in repr(snapshot)
    with WebhookReceiver() as other, Shop(other) as second:
        second.control.load_snapshot(orjson.dumps(snapshot))
        after = second.control.webhooks()
        assert [{**each, "url": None} for each in after] == [{**each, "url": None} for each in before]
        assert {each["url"] for each in after} == {other.url}
        second.server.clock.advance(60)
        assert [each.data["order_id"] for each in other.received] == ids[1:]
        assert second.control.snapshot()["state"]["values"]["webhooks"] == {"seen": 4}


def test_a_snapshot_of_a_session_without_webhooks(receiver: WebhookReceiver) -> None:
    """What happened before it had an address is past: only what happens after the load is sent."""
    with Shop(receiver, webhooks={}) as plain:
        plain.pay()
        assert plain.settle() == []
        with Shop(receiver) as shop:
            restore_snapshot(shop.server.session, take_snapshot(plain.server.session))
            assert shop.settle() == []
            (id_,) = shop.pay()
            shop.settle()
    assert [each.data["order_id"] for each in receiver.received] == [id_]


def test_no_more_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    """Of very many the oldest are dropped, and those that are still to be sent last."""
    monkeypatch.setattr(kept, "KEPT_DELIVERIES", 3)
    shop.receiver.answer(500)
    ids = shop.pay()
    # The first is to be sent again; those that arrive are dropped before it.
    shop.settle()
    for _ in range(5):
        ids += shop.pay()
        shop.settle()
    assert [each["order_id"] for each in shop.control.webhooks()] == [ids[0], *ids[4:]]
    assert len(shop.receiver.received) == 6


def test_a_session_without_an_address(receiver: WebhookReceiver) -> None:
    """Without --webhook nothing is made and nothing sent."""
    with Shop(receiver, webhooks={}) as shop:
        shop.pay()
        assert shop.settle() == []
        assert receiver.received == []


def test_a_session_that_is_deleted(shop: Shop) -> None:
    """Nothing is sent any more for a session that is gone."""
    shop.receiver.answer(500)
    shop.control.create_session()
    shop.pay()
    shop.receiver.wait_for(1)
    shop.control.delete_session()
    shop.control.session = None
    shop.server.clock.advance("1d")
    assert len(shop.receiver.received) == 1


def test_an_answer_of_many_brackets_is_a_failed_try(shop: Shop) -> None:
    """What is nested too deep to be read does not count, as any other body, and the next try is made."""
    shop.receiver.answer(200, body=b"[" * 100_000)
    shop.pay()
    (delivery,) = shop.settle()
    (attempt,) = delivery["attempts"]
    assert (delivery["state"], attempt["status"]) == ("pending", 200)
    assert attempt["outcome"].startswith('the body must be {"success": true}')
    shop.server.clock.advance(60)
    assert shop.control.webhooks()[0]["state"] == "delivered"
