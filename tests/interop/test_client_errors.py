"""What each of our clients makes of each error that its API can answer."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from jumun_client import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    StatusError,
)
from jumun_contracts import load_contract
from tests.client.world import FakeTime
from tests.interop.asker import WORK, Asker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.live import LiveServer
    from tests.interop.asker import Outcome

CLASSES: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
    **dict.fromkeys(range(500, 600), ServerError),
}
# Code → what its headers say.
RETRY_AFTER_S = {"GW.RATE_LIMIT": 0.5, "GW.QUOTA_LIMIT.SECONDS": 1.0}
TRIES = 3
# Step → how often a call is sent that meets nothing else. 501 and 505 say never, and an hour is too long to wait.
SENT = {
    **dict.fromkeys(("400", "401", "403", "404", "405", "408", "409", "418", "422", "499", "501", "505"), 1),
    **dict.fromkeys(("429", "500", "502", "503", "504", "511", "599"), TRIES),
}
NAVER_SENT = {"GW.QUOTA_LIMIT": 1, "GW.RATE_LIMIT": TRIES, "GW.AUTHN": 1}
EACH_SENT = [
    (operation, step, sent)
    for operation in WORK
    for step, sent in (SENT | (NAVER_SENT if operation.startswith("naver.") else {})).items()
]


# That with all that there may be in an answer.
in_one_profile = pytest.mark.parametrize("server", ["observed"], indirect=True)


def test_every_code(operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """Each code of the catalogue comes as its class with what was answered; then a call goes well."""
    check_each(load_contract(operation.partition(".")[0], mock.session.profile).errors, operation, mock, open_asker)


@in_one_profile
def test_every_status(operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """So does each error status, whether the API is known to answer it or not."""
    check_each(map(str, range(400, 600)), operation, mock, open_asker)


@in_one_profile
@pytest.mark.parametrize(("operation", "step", "sent"), EACH_SENT)
def test_retries(step: str, sent: int, operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """An error that may pass is tried three times if it stays, and gone with the second try if it does not.

    Any other is sent once.
    """
    clock = FakeTime()
    mock.session.set_scenario(f"{operation}: {step} x{sent + 1}, ok *")
    asker = open_asker(time=clock)
    error = asker.ask()
    waited_s = sum(clock.naps)
    then = asker.ask()
    exchanges = list(mock.session.journal.select(operation=operation))
    check_error(error, exchanges[sent - 1], attempts=sent)
    assert isinstance(error, ApiError)
    assert error.elapsed_s == pytest.approx(waited_s)
    if sent == 1:
        check_error(then, exchanges[1], attempts=1)
        assert len(exchanges) == 2
    else:
        assert not isinstance(then, ApiError), then
        assert then.attempts == 1 + WORK[operation].requests
        assert len(exchanges) == sent + 2


@in_one_profile
@pytest.mark.parametrize("code", ["401", "GW.AUTHN"])
def test_a_token_that_is_refused(code: str, mock: LiveServer, is_async: bool) -> None:  # noqa: FBT001
    """With keys, another token is asked for and tried, once; a refusal that stays is the error, with no more tokens."""
    ids, token = "naver.product_order_ids", "naver.token"
    count = partial(_count, mock)
    mock.session.set_scenario(f"{ids}: {code}, ok, {code} *")
    with Asker(WORK[token], mock, is_async=is_async, time=FakeTime()) as asker:
        answer = asker.ask()
        assert not isinstance(answer, ApiError), answer
        assert answer.attempts == 4
        assert (count(token), count(ids)) == (2, 2)
        # The API gave the same token again, so it is not about the token.
        for _ in range(2):
            check_error(asker.ask(), list(mock.session.journal)[-1], attempts=1)
        assert (count(token), count(ids)) == (2, 4)


def check_each(steps: Iterable[str], operation: str, mock: LiveServer, open_asker: Callable[..., Asker]) -> None:
    """Play steps to one client, one after the other, and nothing at last."""
    asker = open_asker(max_retries=0, pacing="off", time=FakeTime())
    played = list(steps)
    errors = []
    for step in played:
        mock.session.set_scenario(f"{operation}: {step}")
        errors.append(asker.ask())
    then = asker.ask()
    *failed, _ = mock.session.journal.select(operation=operation)
    assert [each.step for each in failed] == played
    for error, exchange in zip(errors, failed, strict=True):
        check_error(error, exchange, attempts=1)
    assert not isinstance(then, ApiError), then


def _count(mock: LiveServer, operation: str) -> int:
    return len(list(mock.session.journal.select(operation=operation)))


def check_error(outcome: Outcome, exchange: Exchange, *, attempts: int) -> None:
    """Hold an outcome against the answer that was played."""
    body, headers = json.loads(exchange.response.body), dict(exchange.response.headers)
    code = str(body.get("code") or body["error_code"])
    assert type(outcome) is CLASSES.get(exchange.status, StatusError), f"{exchange.step}: {outcome!r}"
    played = {
        "provider": exchange.operation.partition(".")[0],
        "operation": exchange.operation,
        "status": exchange.status,
        "code": code,
        "message": body["message"],
        "trace_id": body.get("traceId") or headers.get("gncp-gw-trace-id"),
        "retry_after_s": RETRY_AFTER_S.get(exchange.code),
        "attempts": attempts,
    }
    assert {name: getattr(outcome, name) for name in played} == played
    assert str(outcome).startswith(f"{exchange.operation}: HTTP {exchange.status} {code} {body['message']}")
