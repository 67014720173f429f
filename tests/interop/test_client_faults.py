"""What each of our clients makes of each fault on the wire, and of the next call with the same client."""

from __future__ import annotations

import itertools
import ssl
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    ApiError,
    BootpayToken,
    ConnectionFailedError,
    DeadlineExceededError,
    ProductOrderChanges,
    ProductOrderIds,
    ProductOrderPage,
    ProductOrders,
    RawAnswer,
    ServerError,
    TimedOutError,
    UnexpectedAnswerError,
)
from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.live import LiveServer
from jumun_mockserver.proxy.authority import Authority
from tests.client.world import FakeTime
from tests.conformance.samples import CLIENT_CALLS
from tests.interop.asker import KEYED, NOT_REPEATED, WORK, Asker, Result
from tests.interop.test_wire_faults import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_mockserver.core.journal.journal import Exchange
    from tests.interop.asker import Outcome

# How long a client waits for what never comes.
BRIEFLY_S = 0.05
TRIES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What a call gives whose answer is broken.

    Attributes:
        error: None for the right result.
        said: What its text says, beside what is common to all.
        status: As the error has it.
        passes: Whether the client tries again.
    """

    error: type[ApiError] | None = None
    said: str = ""
    status: int | None = None
    passes: bool = False


FINE = Row()
NO_ANSWER = Row(ConnectionFailedError, "127.0.0.1 did not complete an HTTP answer (RemoteProtocolError)", passes=True)
ROWS = {
    "reset": Row(ConnectionFailedError, "no connection to 127.0.0.1, or it broke", passes=True),
    "empty": NO_ANSWER,
    "garbage": NO_ANSWER,
    "chunk": NO_ANSWER,
    "truncate": NO_ANSWER,
    "hang": Row(TimedOutError, "127.0.0.1 took too long to answer (ReadTimeout)", passes=True),
    "dribble": FINE,
    "slow-headers": FINE,
    "html-502": Row(ServerError, "HTTP 502 without a code or message", status=502, passes=True),
    # JSON is UTF-8, whatever the label says.
    "charset": FINE,
    # Who sends such bytes will send them again.
    "gzip-lie": Row(UnexpectedAnswerError, "HTTP 200, but its body is not the gzip it says it is", status=200),
    "duplicate-keys": Row(UnexpectedAnswerError, "HTTP 200, but body.", status=200),
    # On a connection without TLS.
    "tls-fail": NO_ANSWER,
}
# Met by the request after the broken one: `test_closed_when_the_next_request_comes`.
LATE = {"keepalive-close"}
# An array has no keys, and what is doubled of others may be null: the fault leaves an answer that may be true.
UNTOUCHED = {
    ("duplicate-keys", operation)
    for operation in (
        "naver.seller.channels",
        "bootpay.orders.detail",
        "bootpay.invoices.detail",
        "bootpay.subscriptions.detail",
        "bootpay.subscription_requests.termination_fee",
    )
}
FINE_ROWS = [fault for fault, row in ROWS.items() if not row.error]
BROKEN_ROWS = [fault for fault, row in ROWS.items() if row.error]


def brief(requests: int) -> Callable[[httpx.Request], None]:
    """Prepares so many requests to be waited for briefly. Those that are to be answered have time on a busy machine."""
    sent = itertools.count()

    def prepare(request: httpx.Request) -> None:
        if next(sent) < requests:
            request.extensions["timeout"]["read"] = BRIEFLY_S

    return prepare


# That with all that there may be in an answer.
in_one_profile = pytest.mark.parametrize("server", ["observed"], indirect=True)


def test_every_fault_has_a_row() -> None:
    """No fault of the mock is left out, and no call of the client that may be repeated without a key."""
    assert ROWS.keys() | LATE == FAULTS.keys()
    assert WORK.keys() == CLIENT_CALLS.keys() - NOT_REPEATED - KEYED | {"naver.token"}


@pytest.mark.parametrize("fault", BROKEN_ROWS)
def test_broken_answer(fault: str, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """Tried once, it is the row's error, unless the answer may be true; and the next call goes well."""
    if (fault, operation) in UNTOUCHED:
        assert not isinstance(untouched(fault, operation, mock, open_asker), ApiError)
        return
    mock.session.set_scenario(f"{operation}: {STEPS[fault]}, ok *")
    asker = open_asker(max_retries=0, pacing="off", prepare=brief(fault == "hang"))
    started_s = time.monotonic()
    error = asker.ask()
    assert isinstance(error, ApiError), error
    took_s = time.monotonic() - started_s
    then = asker.ask()
    assert not isinstance(then, ApiError), then
    assert then.attempts == WORK[operation].requests
    broken, _ = mock.session.journal.select(operation=operation)
    check_error(error, ROWS[fault], operation=operation, attempts=1, exchange=broken)
    assert 0 < error.elapsed_s <= took_s


def untouched(fault: str, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> object:
    """The result of an answer that the fault leaves as one that may be true."""
    mock.session.set_scenario(f"{operation}: {STEPS[fault]}, ok *")
    return open_asker().ask()


@pytest.mark.parametrize("fault", FINE_ROWS)
def test_strange_answer(fault: str, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """What is right all the same is taken as it was sent, at the first try."""
    mock.session.set_scenario(f"{operation}: {STEPS[fault]}, ok *")
    asker = open_asker()
    answer, then = asker.ask(), asker.ask()
    assert not isinstance(answer, ApiError), answer
    assert not isinstance(then, ApiError), then
    assert answer.attempts == WORK[operation].requests
    exchanges = list(mock.session.journal)
    assert exchanges[0].step == STEPS[fault]
    if isinstance(answer, RawAnswer):
        assert answer.http_response.content == exchanges[answer.attempts - 1].response.body
    assert essence(answer) == essence(then)


@in_one_profile
@pytest.mark.parametrize("fault", BROKEN_ROWS)
def test_retries(fault: str, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """A fault that stays is the row's error after three tries, and one that passes the result of the second.

    What a second try would not change is sent once.
    """
    if (fault, operation) in UNTOUCHED:
        assert not isinstance(untouched(fault, operation, mock, open_asker), ApiError)
        return
    row, clock = ROWS[fault], FakeTime()
    tries = TRIES if row.passes else 1
    mock.session.set_scenario(f"{operation}: {STEPS[fault]} x{tries + 1}, ok *")
    asker = open_asker(time=clock, prepare=brief(tries + 1 if fault == "hang" else 0))
    error = asker.ask()
    assert isinstance(error, ApiError), error
    waited_s = sum(clock.naps)
    then = asker.ask()
    sent = list(mock.session.journal.select(operation=operation))
    check_error(error, row, operation=operation, attempts=tries, exchange=sent[tries - 1])
    assert error.elapsed_s == pytest.approx(waited_s)
    if row.passes:
        assert not isinstance(then, ApiError), then
        assert then.attempts == 1 + WORK[operation].requests
        assert len(sent) == tries + 2
    else:
        check_error(then, row, operation=operation, attempts=1, exchange=sent[1])
        assert len(sent) == 2


@in_one_profile
@pytest.mark.parametrize("max_retries", [0, 2])
def test_closed_when_the_next_request_comes(
    max_retries: int, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]
) -> None:
    """A connection that looked good and was not costs a try; without retries the call, and no other."""
    mock.session.set_scenario(f"{operation}: keepalive-close, ok *")
    asker = open_asker(max_retries=max_retries, time=FakeTime())
    requests = WORK[operation].requests
    # The token comes over the connection that is closed when the call itself is made.
    if operation != "naver.token":
        answer = asker.ask()
        assert not isinstance(answer, ApiError), answer
        assert answer.attempts == requests
    outcome = asker.ask()
    if max_retries:
        assert not isinstance(outcome, ApiError), outcome
        assert outcome.attempts == requests + 1
    else:
        assert isinstance(outcome, ConnectionFailedError), outcome
        # It depends on the moment whether the connection is found closed or breaks under the request.
        assert any(ROWS[name].said in str(outcome) for name in ("empty", "reset")), outcome
        assert outcome.attempts == requests
        assert not isinstance(asker.ask(), ApiError)


@in_one_profile
@pytest.mark.parametrize("steps", ["hang", "slow(1h)", "dribble(20, 1h)"])
def test_deadline(steps: str, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """An answer that does not come, wherever it stops, is given up at the deadline, whatever the timeout."""
    mock.session.set_scenario(f"{operation}: {steps}, ok *")
    asker = open_asker()
    error, then = asker.ask(deadline=BRIEFLY_S), asker.ask()
    assert type(error) is DeadlineExceededError, error
    assert not isinstance(then, ApiError), then
    # A token is asked for on the way to a call.
    assert error.operation == ("naver.product_order_ids" if operation == "naver.token" else operation)
    # Clocks differ by a little. The timeout, of ten seconds, is far off.
    assert BRIEFLY_S / 2 < error.elapsed_s < 5


@in_one_profile
@pytest.mark.parametrize("is_async", ["async"], indirect=True)
def test_deadline_while_the_head_drips(operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """With asyncio it is given up though no single read takes long; of sync, `docs/decisions/client.md` speaks."""
    mock.session.set_scenario(f"{operation}: dribble(1, 10ms), ok *")
    asker = open_asker()
    error, then = asker.ask(deadline=BRIEFLY_S), asker.ask()
    assert type(error) is DeadlineExceededError, error
    assert not isinstance(then, ApiError), then


@pytest.fixture(scope="module")
def secure_server() -> Iterator[tuple[LiveServer, ssl.SSLContext]]:
    """A mock with a TLS port, and who trusts it."""
    authority = Authority.temporary()
    with LiveServer(authority=authority) as server:
        yield server, ssl.create_default_context(cadata=authority.certificate_pem.decode())


def test_handshake(
    operation: str,
    is_async: bool,  # noqa: FBT001
    secure_server: tuple[LiveServer, ssl.SSLContext],
) -> None:
    """Under production's own address, a handshake that fails is a failed connection, which may pass."""
    server, tls = secure_server
    clients = partial(Asker, WORK[operation], server, is_async=is_async, prepare=partial(lead_to, server))
    row = Row(ConnectionFailedError, "HANDSHAKE_FAILURE", passes=True)
    server.session.reset()
    server.session.set_scenario(f"{operation}: tls-fail x{TRIES + 1}, ok *")
    with clients(tls=tls, time=FakeTime()) as asker:
        check_error(asker.ask(), row, operation=operation, attempts=TRIES)
        assert len(server.session.journal) == 0
        then = asker.ask()
        assert not isinstance(then, ApiError), then
        assert then.attempts == 1 + WORK[operation].requests
    with clients(tls=ssl.create_default_context(), max_retries=0) as stranger:
        distrust = Row(ConnectionFailedError, "CERTIFICATE_VERIFY_FAILED")
        check_error(stranger.ask(), distrust, operation=operation, attempts=1)


def lead_to(server: LiveServer, request: httpx.Request) -> None:
    """Send a request to the server's TLS port, which then asks for the name that it was for."""
    request.extensions["sni_hostname"] = request.url.host
    request.url = request.url.copy_with(host="127.0.0.1", port=server.tls_port)


def check_error(outcome: Outcome, row: Row, *, operation: str, attempts: int, exchange: Exchange | None = None) -> None:
    """Hold an outcome against its row, and against the exchange that it is of."""
    assert isinstance(outcome, ApiError), outcome
    assert type(outcome) is row.error, repr(outcome)
    headers = dict(exchange.response.headers) if exchange and row.status else {}
    played = {
        "provider": operation.partition(".")[0],
        "operation": operation,
        "status": row.status,
        "code": None,
        "message": None,
        "trace_id": headers.get("gncp-gw-trace-id"),
        "retry_after_s": None,
        "attempts": attempts,
    }
    assert {name: getattr(outcome, name) for name in played} == played
    assert str(outcome).startswith(f"{operation}: ")
    assert row.said in str(outcome)
    # An exception of httpx may quote what was sent or received.
    assert not isinstance(outcome.__context__, httpx.HTTPError)


def essence(answer: RawAnswer[Any] | Result) -> object:
    """What a result has that is the same each time."""
    match answer.parse():
        case ProductOrderIds(product_order_ids=ids):
            return ids
        case ProductOrders(product_orders=orders, missing=missing):
            return orders, missing
        case ProductOrderPage(product_orders=orders, has_next=has_next):
            return orders, has_next
        case ProductOrderChanges(changes=changes, more_from=more_from, more_sequence=more_sequence):
            return changes, more_from, more_sequence
        case BootpayToken(access_token=token):
            return token
        case page:
            return page
