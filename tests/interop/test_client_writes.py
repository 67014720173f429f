"""Writes whose answer is lost: what the journal saw, the state of the order and what the client believes agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    ApiError,
    AsyncNaverCommerceClient,
    BulkItem,
    Dispatch,
    NaverCommerceClient,
    ServerError,
    StatusError,
)
from jumun_contracts import load_contract
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.faults import FAULTS
from tests.client.sides import Side
from tests.client.world import FakeTime
from tests.conformance.samples import CLAIM_CALLS
from tests.interop.asker import NOT_REPEATED
from tests.interop.prepared import AsyncPrepared, Prepared
from tests.interop.test_client_faults import BRIEFLY_S, BROKEN_ROWS, LATE, brief
from tests.interop.test_wire_faults import STEPS
from tests.mockserver.providers.naver.selling import bring, do

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jumun_mockserver.live import LiveServer

QUERY = "naver.product_orders.query"


@dataclass(frozen=True)
class Write:
    """A call that changes a product order.

    Attributes:
        call: Makes it for a product order, with a client, when it is so late.
        mark: What of the product order it changes, as the shop has it.
        state: In which the product order is before, as the lifecycle names it.
    """

    call: Callable[[Any, str, datetime], Any]
    mark: Callable[[dict[str, Any]], object]
    state: str = "PAYED/NOT_YET"


def mark_claim(details: dict[str, Any]) -> object:
    """What of a claim calls change."""
    blocks = [*details.get("beforeClaim", {}).values(), *details.get("currentClaim", {}).values()]
    return [(block["claimStatus"], block.get("holdbackStatus")) for block in blocks]


def claim(call: Callable[[Any, str], Any], client: Any, id_: str, _now: datetime) -> Any:
    """A call about a claim, which depends on no moment."""
    return call(client, id_)


WRITES = {
    "naver.product_orders.confirm": Write(
        lambda client, id_, _: client.confirm_product_orders([id_]),
        lambda details: details["productOrder"]["placeOrderStatus"],
    ),
    "naver.product_orders.dispatch": Write(
        lambda client, id_, _: client.dispatch_product_orders(
            [Dispatch(product_order_id=id_, delivery_company_code="CJGLS", tracking_number="600000000001")]
        ),
        lambda details: details.get("delivery", {}).get("trackingNumber"),
    ),
    "naver.product_orders.delay": Write(
        lambda client, id_, now: client.delay_dispatch(id_, due=now + timedelta(days=9), reason="CUSTOM_BUILD"),
        lambda details: details["productOrder"].get("delayedDispatchReason"),
    ),
    "naver.product_orders.hope_delivery": Write(
        lambda client, id_, now: client.change_hope_delivery(id_, day=(now + timedelta(days=9)).date(), reason="."),
        lambda details: details["productOrder"]["hopeDelivery"]["hopeDeliveryYmd"],
    ),
} | {
    f"naver.claims.{name}": Write(partial(claim, CLAIM_CALLS[f"naver.claims.{name}"]), mark_claim, state)
    for name, state in {
        "cancel.request": "PAYED/OK",
        "cancel.approve": "PAYED/CANCEL_REQUEST",
        "return.request": "DELIVERED",
        "return.approve": "RETURN/COLLECT_DONE",
        "return.reject": "RETURN_REQUEST",
        "return.holdback": "RETURN/COLLECT_DONE",
        "return.release": "RETURN_REQUEST",
        "exchange.collect_approve": "EXCHANGE_REQUEST",
        "exchange.dispatch": "EXCHANGE/COLLECT_DONE",
        "exchange.reject": "EXCHANGE_REQUEST",
        "exchange.holdback": "EXCHANGE/COLLECT_DONE",
        "exchange.release": "EXCHANGE/COLLECT_DONE",
    }.items()
}
every_write = pytest.mark.parametrize("name", WRITES)
# That with all that there may be in an answer.
in_one_profile = pytest.mark.parametrize("server", ["observed"], indirect=True)


class Counter:
    """A seller's place, for what brings product orders into a state: calls of a server, and its session."""

    def __init__(self, server: LiveServer) -> None:
        self.session, self._url = server.session, f"{server.naver_base_url}/v1/pay-order/seller/product-orders"

    def naver(self, method: str, path: str, body: Any = None) -> SimpleNamespace:
        """A call of the API."""
        headers = {"authorization": "Bearer your_access_token_here"}
        return SimpleNamespace(json=httpx.request(method, self._url + path, json=body, headers=headers).json())


class Writer:
    """A client of a server, which writes about orders that it has placed for it."""

    def __init__(self, name: str, server: LiveServer, client: Any) -> None:
        self._name, self._server, self._client = name, server, client
        self._now = server.clock.now()
        counter: Any = Counter(server)
        wish = {"hopeDeliveryYmd": "20260101", "region": "서울"}
        self._id = bring(counter, WRITES[name].state, hopeDelivery=wish)
        if name.endswith(".release"):
            do(counter, "hold_claim", self._id)
        self._before = self._mark()

    def write(self) -> BulkItem | ApiError:
        """What the client believes of the product order, or the error that says that nothing was done."""
        try:
            (item,) = WRITES[self._name].call(self._client, self._id, self._now).items
        except ApiError as error:
            return error
        assert isinstance(item, BulkItem)
        return item

    def read(self) -> None:
        """Read the product order, so that the next call takes the same connection."""
        self._client.query_product_orders([self._id])

    @property
    def is_done(self) -> bool:
        """What is true of it, by the shop itself."""
        return self._mark() != self._before

    @property
    def sent(self) -> int:
        """How many of the writes came to the server."""
        return len(list(self._server.session.journal.select(operation=self._name)))

    def _mark(self) -> object:
        with ControlClient(self._server.url) as control:
            return WRITES[self._name].mark(control.order(self._id)["data"])


@pytest.fixture
def open_client(mock: LiveServer, is_async: bool) -> Iterator[Callable[..., Any]]:  # noqa: FBT001
    """Opens clients of either kind."""
    kind: Any = AsyncNaverCommerceClient if is_async else NaverCommerceClient
    transport = AsyncPrepared if is_async else Prepared
    side = Side(is_async=is_async)
    opened = []

    def open_(*, prepare: Callable[[Any], object] = lambda _: None, **settings: Any) -> Any:
        time = FakeTime()
        driven = side.driven(
            kind(
                access_token="your_access_token_here",
                base_url=mock.naver_base_url,
                transport=transport(prepare),
                timing=time.async_timing() if is_async else time.timing(),
                **settings,
            )
        )
        opened.append(driven)
        return driven.__enter__()

    yield open_
    for driven in opened:
        driven.__exit__(None, None, None)


@pytest.fixture
def open_writer(mock: LiveServer, name: str, open_client: Callable[..., Any]) -> Callable[..., Writer]:
    """Opens the same, each with an order of its own."""
    return lambda **settings: Writer(name, mock, open_client(**settings))


def test_every_write_is_here() -> None:
    """No write of the client is left out, and no fault."""
    assert WRITES.keys() == NOT_REPEATED
    assert {*BROKEN_ROWS, *LATE} < FAULTS.keys()


@every_write
@pytest.mark.parametrize("fault", FAULTS)
def test_a_lost_answer(fault: str, name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """A write that is carried out and whose answer is lost is sent once, and is known to be done."""
    writer = open_writer(prepare=brief(fault == "hang"))
    mock.session.set_scenario(f"{name}: {STEPS[fault]}")
    item = writer.write()
    assert isinstance(item, BulkItem), item
    # Where the handshake is what fails, on a connection without TLS the call is carried out too.
    assert (item.outcome, writer.is_done, writer.sent) == ("done", True, 1)
    assert item.is_read is (fault in BROKEN_ROWS)
    assert (item.error is not None) is item.is_read


@in_one_profile
@every_write
@pytest.mark.usefixtures("name")
def test_a_connection_that_was_closed(mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """A write that met a closed connection was not carried out, and the client finds that out without sending it."""
    writer = open_writer()
    mock.session.set_scenario(f"{QUERY}: keepalive-close, ok *")
    writer.read()
    item = writer.write()
    assert isinstance(item, BulkItem), item
    assert (item.outcome, item.is_read, writer.is_done, writer.sent) == ("not done", True, False, 0)


@every_write
def test_every_code(name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """A write that is answered an error of the catalogue was not carried out: the client says so, and sends it once."""
    contract = load_contract("naver", mock.session.profile)
    check_refusals(contract.errors, name, mock, partial(open_writer, max_retries=0, pacing="off"))


@in_one_profile
@every_write
def test_every_status(name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """So does one that is answered any error status."""
    check_refusals(map(str, range(400, 600, 7)), name, mock, partial(open_writer, max_retries=0, pacing="off"))


def check_refusals(steps: Iterable[str], name: str, mock: LiveServer, open_: Callable[..., Writer]) -> None:
    """Play each step to a write: raised if it says that nothing was done, read if it leaves that open."""
    writer = open_()
    for sent, step in enumerate(steps, 1):
        mock.session.set_scenario(f"{name}: {step}")
        outcome = writer.write()
        assert (writer.is_done, writer.sent) == (False, sent), step
        if isinstance(outcome, BulkItem):
            assert (outcome.outcome, outcome.is_read, type(outcome.error)) == ("not done", True, ServerError), step
        else:
            assert isinstance(outcome, StatusError), step
            assert outcome.status < 500, step
    mock.session.set_scenario("")
    then = writer.write()
    assert isinstance(then, BulkItem), then
    assert (then.outcome, then.is_read, writer.is_done) == ("done", False, True)


@in_one_profile
@every_write
@pytest.mark.parametrize("step", ["429", "GW.RATE_LIMIT"])
def test_what_was_not_executed_is_sent_again(
    step: str, name: str, mock: LiveServer, open_writer: Callable[..., Writer]
) -> None:
    """After a 429 it is sent again, and done once."""
    writer = open_writer()
    mock.session.set_scenario(f"{name}: {step}, reset")
    item = writer.write()
    assert isinstance(item, BulkItem), item
    assert (item.outcome, item.is_read, writer.is_done, writer.sent) == ("done", True, True, 2)


@in_one_profile
@every_write
@pytest.mark.parametrize("steps", ["reset *", "403", "html-502 *"])
def test_what_cannot_be_read(steps: str, name: str, mock: LiveServer, open_writer: Callable[..., Writer]) -> None:
    """Where the reading fails as well, the client does not pretend to know."""
    writer = open_writer()
    mock.session.set_scenario(f"{name}: reset\n{QUERY}: {steps}")
    item = writer.write()
    assert isinstance(item, BulkItem), item
    assert (item.outcome, item.is_read, writer.is_done, writer.sent) == ("unknown", False, True, 1)


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - LATE))
def test_a_workflow_whose_answers_are_lost(fault: str, mock: LiveServer, open_client: Callable[..., Any]) -> None:
    """The guide's workflow goes on after lost answers: each write is sent once, and all is known to be done."""
    counter: Any = Counter(mock)
    approve, send = "naver.claims.cancel.approve", "naver.product_orders.dispatch"
    with ControlClient(mock.url) as control:
        placed = control.place_order("naver", product_orders=2)
        canceling, paid = placed["product_order_ids"]
        do(counter, "confirm", canceling)
        control.act(canceling, "request_cancel")
        mock.session.set_scenario(f"{approve}: {STEPS[fault]}\n{send}: {STEPS[fault]}")

        def hasten(request: httpx.Request) -> None:
            if fault == "hang" and request.url.path.endswith(("/approve", "/dispatch")):
                request.extensions["timeout"]["read"] = BRIEFLY_S

        results = open_client(prepare=hasten).process_order(
            placed["order_id"],
            lambda each: Dispatch(
                product_order_id=each.product_order_id, delivery_company_code="CJGLS", tracking_number="600000000001"
            ),
        )
        states = [control.order(id_)["state"]["productOrderStatus"] for id_ in (canceling, paid)]
    assert [each.check().succeeded for each in results] == [(canceling,), (paid,)]
    assert states == ["CANCELED", "DELIVERING"]
    assert [len(list(mock.session.journal.select(operation=each))) for each in (approve, send)] == [1, 1]
    lost = [bool(each.settled) for each in results]
    assert lost == [fault in BROKEN_ROWS] * 2
