"""Writes with an idempotency key whose answer is lost: journal, shop and client agree, and nothing is done twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from jumun_client import (
    ApiError,
    AsyncBootpayCommerceClient,
    BootpayCommerceClient,
    CancellationStatus,
    StatusError,
    SubscriptionRequestStatus,
    SubscriptionStatus,
    TimedOutError,
)
from jumun_contracts import load_contract
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.faults import FAULTS
from tests.client.sides import Side
from tests.client.world import FakeTime
from tests.interop.asker import KEYED
from tests.interop.prepared import AsyncPrepared, Prepared
from tests.interop.test_client_faults import BROKEN_ROWS, LATE, ROWS, brief
from tests.interop.test_wire_faults import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_client import Subscription, SubscriptionBill
    from jumun_mockserver.live import LiveServer

DETAIL = "bootpay.orders.detail"
AMOUNT = 1_000


@dataclass(frozen=True)
class Shop:
    """The shop that is written to, and a reader of its own: what it reads is not about any write."""

    server: LiveServer
    control: ControlClient
    reader: BootpayCommerceClient

    def place(self, *actions: str) -> dict[str, Any]:
        """Place an order and do this to it."""
        placed = self.control.place_order("bootpay", **{"with": {"price": 10 * AMOUNT}})
        for action in actions:
            self.control.act(placed["order_id"], action)
        return placed

    def cancellations(self, order_number: str) -> list[tuple[str, object]]:
        """Id and status of each."""
        found = self.reader.list_cancellations(order_number=order_number).cancellations
        return [(each.cancellation_id, each.status) for each in found]

    def subscribe(self) -> str:
        """Place an order of a subscription; its id."""
        return str(self.subscribed()["order_subscription_id"])

    def subscribed(self) -> dict[str, Any]:
        """Place an order of a subscription; it as the control plane shows it."""
        (found,) = self.control.order(self.place("subscribe")["order_id"])["data"]["subscriptions"]
        return dict(found)

    def subscription(self, id_: str) -> Subscription:
        """A subscription as it is."""
        return self.reader.show_subscription(id_)

    def open_bill(self, id_: str) -> SubscriptionBill:
        """The bill of a subscription that is due next."""
        return self.reader.list_subscription_bills(order_subscription_id=id_, status=[2]).bills[0]

    def requests(self, id_: str) -> list[tuple[str, object]]:
        """Id and status of the requests about a subscription."""
        found = self.reader.list_subscription_requests(order_subscription_id=id_).requests
        return [(each.order_subscription_request_history_id, each.status) for each in found]


@dataclass(frozen=True)
class Write:
    """A call that changes something.

    Attributes:
        call: Makes it, given a client, what it is about and more arguments.
        about: What that is, made in the shop.
        look: What the call changes, as the shop has it.
        is_right: Whether it was changed once, given that from before and after.
    """

    call: Callable[..., Any]
    about: Callable[[Shop], Any]
    look: Callable[[Shop, Any], Any]
    is_right: Callable[[Any, Any], bool]


def cancellation(call: Callable[..., Any], status: CancellationStatus, *actions: str) -> Write:
    """A write about an order, or about its only cancellation; the order has one afterwards, of this status."""

    def about(shop: Shop) -> tuple[str, str]:
        number = shop.place("pay", *actions)["order_number"]
        found = shop.cancellations(number)
        return number, found[0][0] if found else ""

    return Write(
        lambda client, order, **more: call(client, *order, **more),
        about,
        lambda shop, order: shop.cancellations(order[0]),
        lambda _, after: [each for _, each in after] == [status],
    )


def asked(call: Callable[..., Any], status: SubscriptionRequestStatus, about: Callable[[Shop], str]) -> Write:
    """A request about a subscription, which has one more afterwards, of this status."""
    return Write(
        call,
        about,
        lambda shop, id_: shop.requests(id_),
        lambda before, after: len(after) == len(before) + 1 and after[0][1] == status,
    )


def subscribe(shop: Shop) -> str:
    """A subscription that is active."""
    return shop.subscribe()


def paused(shop: Shop) -> str:
    """A subscription that is paused."""
    id_ = shop.subscribe()
    shop.reader.pause_subscription(id_)
    return id_


# The packaged one that waits for approval; a server is of one test.
def waiting(_: Shop) -> str:
    """The subscription that waits for approval."""
    return "68708a10b0eacea5cd974a95"


def termination(shop: Shop) -> tuple[str, str]:
    """A subscription and the request for its termination that waits."""
    id_ = shop.subscribe()
    made = shop.reader.request_termination(id_)
    return id_, made.order_subscription_request_history_id or ""


def adjusted(shop: Shop) -> tuple[str, str]:
    """A subscription and its adjustment."""
    id_ = shop.subscribe()
    made = shop.reader.add_adjustment(id_, price=-1, type=2).order_subscription_adjustments
    return id_, made[0].order_subscription_adjustment_id


def adjustment_ids(shop: Shop, id_: str) -> list[str]:
    """Of the adjustments of a subscription."""
    found = shop.subscription(id_).order_subscription_adjustments
    return [each.order_subscription_adjustment_id for each in found]


def becomes(call: Callable[..., Any], about: Callable[[Shop], str], *status: SubscriptionStatus) -> Write:
    """A write about a subscription, which is of one of these states afterwards, by the profile."""
    return Write(
        call, about, lambda shop, id_: shop.subscription(id_).status, lambda before, after: after in status != before
    )


_STATUS = SubscriptionStatus
WRITES = {
    "bootpay.order_cancel.request": cancellation(
        lambda client, number, _, **more: client.request_cancellation(number, amount=AMOUNT, **more),
        CancellationStatus.REQUESTED,
    ),
    "bootpay.order_cancel.withdraw": cancellation(
        lambda client, _, id_, **more: client.withdraw_cancellation(id_, **more),
        CancellationStatus.WITHDRAWN,
        "request_cancel",
    ),
    "bootpay.order_cancel.approve": cancellation(
        lambda client, _, id_, **more: client.approve_cancellation(id_, **more),
        CancellationStatus.APPROVED,
        "request_cancel",
    ),
    "bootpay.order_cancel.reject": cancellation(
        lambda client, _, id_, **more: client.reject_cancellation(id_, message="발송", **more),
        CancellationStatus.REJECTED,
        "request_cancel",
    ),
    "bootpay.subscriptions.update": Write(
        lambda client, id_, **more: client.update_subscription(id_, price=3 * AMOUNT, **more),
        subscribe,
        lambda shop, id_: (shop.subscription(id_).price, shop.open_bill(id_).price),
        lambda _, after: after == (3 * AMOUNT, 3 * AMOUNT),
    ),
    "bootpay.subscriptions.approve": becomes(
        lambda client, id_, **more: client.approve_subscription(id_, **more), waiting, _STATUS.ACTIVE
    ),
    "bootpay.subscriptions.reject": becomes(
        lambda client, id_, **more: client.reject_subscription(id_, **more),
        waiting,
        _STATUS.CANCELED,
        _STATUS.TERMINATED,
    ),
    "bootpay.subscriptions.pause": becomes(
        lambda client, id_, **more: client.pause_subscription(id_, **more), subscribe, _STATUS.PAUSED, _STATUS.PAUSE
    ),
    "bootpay.subscriptions.resume": becomes(
        lambda client, id_, **more: client.resume_subscription(id_, **more), paused, _STATUS.ACTIVE
    ),
    "bootpay.subscriptions.terminate": becomes(
        lambda client, id_, **more: client.terminate_subscription(id_, **more),
        subscribe,
        _STATUS.CANCELED,
        _STATUS.TERMINATED,
    ),
    "bootpay.subscriptions.charge": Write(
        lambda client, about, **more: client.charge_subscription(about["charge_key"], AMOUNT, **more),
        Shop.subscribed,
        lambda shop, _: shop.reader.list_orders().count,
        lambda before, after: after == before + 1,
    ),
    "bootpay.subscriptions.revoke_charge": Write(
        lambda client, about, **more: client.revoke_charge_key(about["charge_key"], **more),
        Shop.subscribed,
        # No reading shows whether a key pays.
        lambda shop, _: len(shop.control.events()),
        lambda before, after: after == before + 1,
    ),
    "bootpay.subscription_bills.update": Write(
        lambda client, about, **more: client.update_subscription_bill(about, price=3 * AMOUNT, **more),
        lambda shop: shop.open_bill(shop.subscribe()).order_subscription_bill_id,
        lambda shop, id_: shop.reader.show_subscription_bill(id_).price,
        lambda _, after: after == 3 * AMOUNT,
    ),
    "bootpay.subscription_requests.pause": asked(
        lambda client, id_, **more: client.request_pause(id_, **more), SubscriptionRequestStatus.APPROVED, subscribe
    ),
    "bootpay.subscription_requests.resume": asked(
        lambda client, id_, **more: client.request_resume(id_, reason="귀국", **more),
        SubscriptionRequestStatus.APPROVED,
        paused,
    ),
    "bootpay.subscription_requests.purchase": asked(
        lambda client, id_, **more: client.request_purchase(id_, **more),
        SubscriptionRequestStatus.REQUESTED,
        subscribe,
    ),
    "bootpay.subscription_requests.transfer": asked(
        lambda client, id_, **more: client.request_transfer(id_, new_user_id="67e4b4425ec892162491d0ed", **more),
        SubscriptionRequestStatus.REQUESTED,
        subscribe,
    ),
    "bootpay.subscription_requests.termination": asked(
        lambda client, id_, **more: client.request_termination(id_, **more),
        SubscriptionRequestStatus.REQUESTED,
        subscribe,
    ),
    "bootpay.subscription_requests.update": Write(
        lambda client, about, **more: client.approve_subscription_request(about[1], **more),
        termination,
        lambda shop, about: shop.requests(about[0]),
        lambda _, after: [each for _, each in after] == [SubscriptionRequestStatus.APPROVED],
    ),
    "bootpay.adjustments.create": Write(
        lambda client, id_, **more: client.add_adjustment(id_, price=-1, type=2, **more),
        subscribe,
        adjustment_ids,
        lambda before, after: len(after) == len(before) + 1,
    ),
    "bootpay.adjustments.update": Write(
        lambda client, about, **more: client.update_adjustments(about[0], [{"price": -2, "type": 2}], **more),
        adjusted,
        lambda shop, about: adjustment_ids(shop, about[0]),
        lambda before, after: len(after) == 1 and after != before,
    ),
    "bootpay.adjustments.delete": Write(
        lambda client, about, **more: client.delete_adjustment(*about, **more),
        adjusted,
        lambda shop, about: adjustment_ids(shop, about[0]),
        lambda _, after: after == [],
    ),
    "bootpay.invoices.create": Write(
        lambda client, _, **more: client.create_invoice(AMOUNT, title="청구서", **more),
        lambda _: None,
        lambda shop, _: shop.reader.list_invoices().count,
        lambda before, after: after == before + 1,
    ),
    "bootpay.invoices.notify": Write(
        lambda client, id_, **more: client.notify_invoice(id_, send_types=[4], **more),
        lambda shop: shop.reader.create_invoice(AMOUNT).id,
        lambda shop, id_: shop.server.session.state.read("bootpay.invoices", id_),
        lambda _, after: after["send_types"] == [4],
    ),
}
every_write = pytest.mark.parametrize("name", WRITES)
# That with all that there may be in an answer.
in_one_profile = pytest.mark.parametrize("server", ["observed"], indirect=True)
# Writes whose answer cannot be read once the fault has doubled its keys. Of the others what is doubled may be null.
DOUBLED = {f"bootpay.adjustments.{name}" for name in ("create", "update", "delete")} | {
    "bootpay.order_cancel.reject",
    "bootpay.subscriptions.charge",
    "bootpay.subscription_bills.update",
    "bootpay.subscription_requests.update",
}
# `null` ends before it could be cut.
UNTOUCHED = {("duplicate-keys", name) for name in WRITES.keys() - DOUBLED} | {
    ("truncate", name) for name in ("bootpay.order_cancel.withdraw", "bootpay.invoices.notify")
}


class Writer:
    """A client of a server, which writes about something that is made for it."""

    def __init__(self, name: str, server: LiveServer, client: Any, shop: Shop) -> None:
        self._name, self._server, self._client, self._shop = name, server, client, shop
        self._about = WRITES[name].about(shop)
        self._before = WRITES[name].look(shop, self._about)
        # What was made may have come by the call itself.
        self._earlier = len(self._all_keys())

    def write(self, **more: Any) -> ApiError | None:
        """The error of the call, None if it gave its result."""
        try:
            WRITES[self._name].call(self._client, self._about, **more)
        except ApiError as error:
            return error
        return None

    def read(self) -> None:
        """Read an order, so that the next call takes the same connection."""
        self._client.show_order("68707c59b0eacea5cd974efd")

    @property
    def is_done(self) -> bool:
        """Whether the shop is as the write wants it; if not, it must be as before."""
        found = WRITES[self._name].look(self._shop, self._about)
        if found == self._before:
            return False
        assert WRITES[self._name].is_right(self._before, found), found
        return True

    @property
    def keys(self) -> list[str]:
        """Those that came to the server, one for each request."""
        return self._all_keys()[self._earlier :]

    def _all_keys(self) -> list[str]:
        return [
            each.request.headers["idempotency-key"]
            for each in self._server.session.journal.select(operation=self._name)
        ]


@pytest.fixture
def open_writer(mock: LiveServer, name: str, is_async: bool) -> Iterator[Callable[..., Writer]]:  # noqa: FBT001
    """Opens clients of either kind, each with an order of its own."""
    kind: Any = AsyncBootpayCommerceClient if is_async else BootpayCommerceClient
    transport = AsyncPrepared if is_async else Prepared
    side = Side(is_async=is_async)
    keys: Any = {"client_key": mock.bootpay_client_key, "secret_key": mock.bootpay_secret_key}
    opened: list[Any] = []
    control = ControlClient(mock.url)
    reader = BootpayCommerceClient(**keys, base_url=mock.bootpay_base_url, pacing="off")
    opened += [control, reader]
    shop = Shop(mock, control.__enter__(), reader.__enter__())

    def open_(*, prepare: Callable[[Any], object] = lambda _: None, **settings: Any) -> Writer:
        time = FakeTime()
        driven = side.driven(
            kind(
                **keys,
                base_url=mock.bootpay_base_url,
                transport=transport(prepare),
                timing=time.async_timing() if is_async else time.timing(),
                **settings,
            )
        )
        opened.append(driven)
        return Writer(name, mock, driven.__enter__(), shop)

    yield open_
    for driven in opened:
        driven.__exit__(None, None, None)


def test_every_write_is_here() -> None:
    """No write with a key is left out, and no fault."""
    assert WRITES.keys() == KEYED
    assert ROWS.keys() | LATE == FAULTS.keys()


@every_write
@pytest.mark.parametrize("fault", ROWS)
def test_a_lost_answer(fault: str, name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """A write is carried out once, whether or not its answer arrives; the client knows, or has the key to find out."""
    writer = open_writer(prepare=brief(fault == "hang"))
    mock.session.set_scenario(f"{name}: {STEPS[fault]}, ok *")
    error = writer.write()
    assert writer.is_done
    is_broken = fault in BROKEN_ROWS and (fault, name) not in UNTOUCHED
    # After silence the first may still run; and who sends such bytes will send them again.
    is_repeated = is_broken and ROWS[fault].passes and fault != "hang"
    assert len(writer.keys) == 1 + is_repeated
    assert (error is not None) is (is_broken and not is_repeated), error
    if error is not None:
        assert type(error) is ROWS[fault].error
        assert error.idempotency_key == writer.keys[0]
        assert writer.write(idempotency_key=error.idempotency_key) is None
        assert writer.is_done
    assert len(set(writer.keys)) == 1


@in_one_profile
@every_write
def test_an_answer_that_stays_lost(name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """It is sent three times and done once; the key of the error gives the result later."""
    writer = open_writer()
    mock.session.set_scenario(f"{name}: reset x3, ok *")
    error = writer.write()
    assert isinstance(error, ApiError)
    assert (error.attempts, writer.is_done) == (3, True)
    assert writer.write(idempotency_key=error.idempotency_key) is None
    assert writer.is_done
    assert writer.keys == [error.idempotency_key] * 4


@in_one_profile
@every_write
@pytest.mark.usefixtures("name")
def test_a_connection_that_was_closed(mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """A write that met a closed connection was not carried out, is sent again and done."""
    writer = open_writer()
    mock.session.set_scenario(f"{DETAIL}: keepalive-close, ok *")
    writer.read()
    assert writer.write() is None
    assert (writer.is_done, len(writer.keys)) == (True, 1)


@every_write
def test_every_code(name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """A write that is answered an error of the catalogue was not carried out, and the error says what was answered."""
    check_refusals(list(load_contract("bootpay", mock.session.profile).errors), name, mock, open_writer)


@in_one_profile
@every_write
def test_every_status(name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """So does one that is answered any error status."""
    check_refusals(list(map(str, range(400, 600, 7))), name, mock, open_writer)


def check_refusals(steps: list[str], name: str, mock: LiveServer, open_: Callable[..., Writer]) -> None:
    """Play each step to a write without retries, and nothing at last."""
    writer = open_(max_retries=0, pacing="off")
    for step in steps:
        mock.session.set_scenario(f"{name}: {step}")
        error = writer.write()
        assert isinstance(error, StatusError), step
        assert (writer.is_done, error.idempotency_key) == (False, writer.keys[-1]), step
    mock.session.set_scenario("")
    assert writer.write() is None
    assert (writer.is_done, len(set(writer.keys))) == (True, len(steps) + 1)


SENT = {
    **dict.fromkeys(("400", "403", "404", "442", "501", "504", "505"), 1),
    **dict.fromkeys(("429", "500", "502", "503"), 2),
}


@in_one_profile
@every_write
@pytest.mark.parametrize("step", SENT)
def test_what_is_sent_again(step: str, name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """After a refusal that may pass it is sent again under its key, and done once; after any other it is not."""
    writer = open_writer()
    mock.session.set_scenario(f"{name}: {step}, ok *")
    error = writer.write()
    assert len(writer.keys) == SENT[step]
    assert len(set(writer.keys)) == 1
    assert (error is None, writer.is_done) == ((True, True) if SENT[step] > 1 else (False, False))


@in_one_profile
@pytest.mark.parametrize("name", ["bootpay.order_cancel.request"])
def test_silence_is_not_repeated(name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """While the first may still run nothing is sent: two first calls with one key are both carried out."""
    writer = open_writer(prepare=brief(3))
    mock.session.set_scenario(f"{name}: hang x3")
    error = writer.write()
    assert type(error) is TimedOutError
    assert (error.attempts, len(writer.keys), writer.is_done) == (1, 1, True)
