"""A conversation without I/O: the test is the driver."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    ApiError,
    ConnectionFailedError,
    DeadlineExceededError,
    RateLimitError,
    ServerError,
    StatusError,
    ThrottledError,
    TimedOutError,
)
from jumun_client.call import Call, Pause, Wait
from jumun_client.conversation import Conversation, Surroundings
from jumun_client.options import Options
from tests.client.world import FakeTime, rated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_client.call import Flow, Step

OPERATION = "naver.product_order_ids"
OK = httpx.Response(200)


def call(*, repeatable: bool = True) -> Call:
    """Something to send."""
    return Call(operation=OPERATION, method="GET", url="http://h/", headers={}, repeatable=repeatable)


class Stage:
    """A conversation and the time it is in."""

    def __init__(self, *, calls_per_s: float | None = None, **settings: Any) -> None:
        self.time = FakeTime()
        self.around = Surroundings(
            clock=self.time.clock, monotonic=self.time.monotonic, random=self.time.random, calls_per_s=calls_per_s
        )
        self.settings = settings
        self.talk = self.conversation()

    def conversation(self) -> Conversation:
        """Another one in the same surroundings."""
        return Conversation(OPERATION, options=Options().changed(**self.settings), surroundings=self.around)

    def exchange(self, *answers: httpx.Response | ApiError, repeatable: bool = True) -> httpx.Response:
        """The conversation's answer when a call is answered so."""
        return self.play(self.talk.conduct(self.talk.exchange(call(repeatable=repeatable))), answers)

    def play(self, flow: Flow[httpx.Response], answers: Iterable[httpx.Response | ApiError]) -> httpx.Response:
        """Drive a conversation; all answers must be used."""
        left = list(answers)
        step: Step = next(flow)
        try:
            while True:
                match step:
                    case Pause(seconds):
                        self.time.sleep(seconds)
                        step = flow.send(None)
                    case Wait():
                        pytest.fail("no one is there to wait for")
                    case Call():
                        answer = left.pop(0)
                        step = flow.throw(answer) if isinstance(answer, ApiError) else flow.send(answer)
        except StopIteration as end:
            response: httpx.Response = end.value
            return response
        finally:
            assert not left


def broken() -> ApiError:
    """What a driver throws for a connection that broke."""
    return ConnectionFailedError("broke", operation=OPERATION)


def late() -> ApiError:
    """What a driver throws for an answer that did not come in time."""
    return TimedOutError("late", operation=OPERATION)


@pytest.mark.parametrize("repeatable", [True, False])
def test_refusals_are_always_repeated(*, repeatable: bool) -> None:
    """A 429 was not executed, so even a call that may not be repeated is sent again."""
    stage = Stage()
    assert stage.exchange(httpx.Response(429), rated(429), OK, repeatable=repeatable) is OK
    assert stage.talk.attempts == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
def test_server_errors_are_repeated_where_that_does_no_harm(status: int) -> None:
    """A 5xx that may pass is repeated only if the call is repeatable."""
    assert Stage().exchange(httpx.Response(status), OK) is OK
    assert Stage().exchange(httpx.Response(status), repeatable=False).status_code == status


@pytest.mark.parametrize("failure", [broken, late])
def test_faults_are_repeated_where_that_does_no_harm(failure: Any) -> None:
    """A broken connection or a timeout is repeated only if the call is repeatable: it may have been executed."""
    assert Stage().exchange(failure(), OK) is OK
    with pytest.raises(type(failure())) as caught:
        Stage().exchange(failure(), repeatable=False)
    assert caught.value.attempts == 1


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 403, 404, 405, 418, 501, 505])
def test_what_is_never_repeated(status: int) -> None:
    """Results, redirects, refusals as such, and what the API does not implement are given as they are, at once."""
    stage = Stage()
    assert stage.exchange(httpx.Response(status)).status_code == status
    assert stage.time.naps == []


def test_an_hours_quota_is_not_waited_for() -> None:
    """The punishment's 429 is given at once; that of a rate, with the same header, is repeated."""
    stage = Stage()
    assert stage.exchange(httpx.Response(429, headers={"GNCP-GW-Quota-Period": "HOURS"})).status_code == 429
    assert stage.time.naps == []
    assert Stage().exchange(httpx.Response(429, headers={"GNCP-GW-Quota-Period": "SECONDS"}), OK) is OK


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_max_retries(retries: int) -> None:
    """A call is sent once and at most so many times more, whatever the failures are."""
    stage = Stage(max_retries=retries)
    assert stage.exchange(*[httpx.Response(503)] * (retries + 1)).status_code == 503
    assert stage.talk.attempts == retries + 1
    with pytest.raises(ConnectionFailedError):
        Stage(max_retries=retries).exchange(*[broken()] * (retries + 1))


def test_retries_are_counted_for_the_whole_call() -> None:
    """Two requests of one call, a token's and its own, share the retries."""
    stage = Stage(max_retries=2)

    def both() -> Flow[httpx.Response]:
        yield from stage.talk.exchange(call())
        return (yield from stage.talk.exchange(call()))

    answers = [httpx.Response(503), OK, httpx.Response(503), httpx.Response(503)]
    assert stage.play(both(), answers).status_code == 503
    assert stage.talk.attempts == 4


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_waits_grow_and_have_full_jitter(chance: float) -> None:
    """Before retry n the wait is a random part of half a second times 2 to the n, never more than 8 s."""
    stage = Stage(max_retries=7)
    stage.time.chance = chance
    stage.exchange(*[httpx.Response(500)] * 7, OK)
    assert stage.time.naps == pytest.approx([chance * most for most in (0.5, 1, 2, 4, 8, 8, 8)])


@pytest.mark.parametrize(
    ("headers", "floor_s"),
    [
        ({}, 1.0),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "garbage"}, 1.0),
        ({"GNCP-GW-RateLimit-Replenish-Rate": "4"}, 0.25),
        ({"GNCP-GW-RateLimit-Replenish-Rate": "4", "Retry-After": "2"}, 2.0),
        ({"Retry-After": "60"}, 60.0),
    ],
)
def test_floor_of_a_refusal(headers: dict[str, str], floor_s: float) -> None:
    """After a 429 the wait is what the API asks for, or a second, and a jitter on top; never less."""
    for chance in (0.0, 0.5):
        stage = Stage()
        stage.time.chance = chance
        stage.exchange(httpx.Response(429, headers=headers), OK)
        assert sum(stage.time.naps) == pytest.approx(floor_s + chance * 0.5)


def test_floor_of_an_unavailable_server() -> None:
    """A 503 with Retry-After is waited for as long as it says, and one without has no floor."""
    stage = Stage()
    stage.time.chance = 0.0
    stage.exchange(httpx.Response(503, headers={"Retry-After": "3"}), httpx.Response(503), OK)
    assert stage.time.naps == [3.0, 0.0]


def test_date_to_wait_for() -> None:
    """A date in Retry-After counts from the client's time of day."""
    stage = Stage()
    stage.time.chance = 0.0
    # The stage begins at 1_700_001_000, Tue, 14 Nov 2023 22:30:00 GMT
    stage.exchange(httpx.Response(429, headers={"Retry-After": "Tue, 14 Nov 2023 22:30:20 GMT"}), OK)
    assert stage.time.naps == [20.0]


@pytest.mark.parametrize("status", [429, 503])
def test_long_waits_are_told_and_not_waited(status: int) -> None:
    """Who should wait for more than a minute gets the answer, which says for how long."""
    stage = Stage()
    answer = httpx.Response(status, headers={"Retry-After": "61"}, request=httpx.Request("GET", "http://h/"))
    assert stage.exchange(answer) is answer
    with pytest.raises(StatusError) as caught:
        stage.talk.conclude(call(), answer, lambda _: None)
    assert caught.value.retry_after_s == 61
    assert stage.time.naps == []


def test_others_wait_too() -> None:
    """What a 429 or 503 asks for holds all who wait for the same operation, and no other."""
    stage = Stage(max_retries=0)
    stage.exchange(httpx.Response(503, headers={"Retry-After": "5"}))
    stage.talk = stage.conversation()
    stage.exchange(OK)
    assert stage.time.naps == [5.0]
    assert stage.around.pacer("naver.token").wait_s(stage.around.pacer("naver.token").join()) == 0


def test_retry_waits_for_its_turn_again() -> None:
    """A retry is a call like others: it takes a turn of the pace."""
    stage = Stage(calls_per_s=1.0)
    stage.time.chance = 0.0
    stage.exchange(httpx.Response(500), OK)
    assert sum(stage.time.naps) == pytest.approx(1.0, abs=0.01)


def test_abandoned_conversation_leaves_no_trace() -> None:
    """Closed while it waits for its turn, or while its call is under way, it takes nothing from those after it."""
    stage = Stage(calls_per_s=1.0, pacing="wait")
    pacer = stage.around.pacer(OPERATION)
    under_way = stage.conversation().exchange(call())
    assert isinstance(next(under_way), Call)
    waiting = stage.conversation().exchange(call())
    assert isinstance(next(waiting), Pause)
    waiting.close()
    under_way.close()
    assert pacer._waiting == []
    assert pacer._under_way == 0


def test_errors_say_how_often_and_how_long() -> None:
    """Attempts, and seconds with all the waits, are on the error and in its text."""
    stage = Stage(max_retries=2)
    with pytest.raises(ConnectionFailedError, match=r"^broke \[3 requests in 0\.8 s\]$") as caught:
        stage.exchange(broken(), httpx.Response(502), broken())
    assert caught.value.attempts == 3
    assert caught.value.elapsed_s == pytest.approx(0.75)


def test_budget_ends_retries() -> None:
    """A client whose budget is used up gives the first failure; ten calls later it may retry again."""
    stage = Stage()
    for _ in range(200):
        stage.around.budget.spend()
    assert stage.exchange(httpx.Response(503)).status_code == 503
    for _ in range(10):
        stage.around.budget.earn()
    assert stage.exchange(httpx.Response(503), OK) is OK


def test_deadline_goes_with_every_request() -> None:
    """A driver gets the time at which the whole call must be over."""
    stage = Stage(deadline=9.0)
    step = next(stage.talk.exchange(call()))
    assert isinstance(step, Call)
    assert step.ends_at_s == stage.time.now_s + 9
    step = next(Stage().talk.exchange(call()))
    assert isinstance(step, Call)
    assert step.ends_at_s == math.inf


def test_deadline_over_waits_and_tries_together() -> None:
    """A wait that would end after the deadline is not begun; the failure before it is the cause."""
    stage = Stage(deadline=10.0, max_retries=9)
    refusal = httpx.Response(
        429, json={"code": "GW.RATE_LIMIT", "message": "많아", "traceId": "A^1"}, headers={"Retry-After": "4"}
    )
    with pytest.raises(
        DeadlineExceededError, match=r"deadline of 10 s.*before that: .*HTTP 429 GW\.RATE_LIMIT"
    ) as caught:
        stage.exchange(refusal, refusal, refusal)
    error = caught.value
    assert isinstance(error.__cause__, RateLimitError)
    assert (error.operation, error.status, error.code, error.message) == (OPERATION, 429, "GW.RATE_LIMIT", "많아")
    assert (error.trace_id, error.retry_after_s, error.attempts) == ("A^1", 4.0, 3)
    assert error.elapsed_s == pytest.approx(sum(stage.time.naps))
    assert error.elapsed_s < 10


def test_deadline_over_the_pace() -> None:
    """A turn that comes after the deadline is not waited for, and nothing was before it."""
    stage = Stage(calls_per_s=1.0, deadline=0.5)
    stage.exchange(OK)
    stage.talk = stage.conversation()
    with pytest.raises(DeadlineExceededError) as caught:
        stage.exchange()
    assert caught.value.__cause__ is None
    assert (caught.value.status, caught.value.attempts, stage.time.naps) == (None, 0, [])


@pytest.mark.parametrize("failure", [broken, late])
def test_fault_at_the_deadline(failure: Any) -> None:
    """What fails when the time is over is a deadline's error with that cause, whether it may be repeated or not."""
    for repeatable in (True, False):
        stage = Stage(deadline=5.0)
        flow = stage.talk.conduct(stage.talk.exchange(call(repeatable=repeatable)))
        assert isinstance(next(flow), Call)
        stage.time.now_s += 5
        cause = failure()
        with pytest.raises(DeadlineExceededError) as caught:
            flow.throw(cause)
        assert caught.value.__cause__ is cause
        assert caught.value.elapsed_s == 5.0


def test_late_result_is_a_result() -> None:
    """An answer that is there is given, though the deadline passed while it came."""
    stage = Stage(deadline=5.0)
    flow = stage.talk.exchange(call())
    next(flow)
    stage.time.now_s += 6
    with pytest.raises(StopIteration) as caught:
        flow.send(OK)
    assert caught.value.value is OK


def test_no_time_at_all() -> None:
    """A call that begins when its time is over sends nothing."""
    stage = Stage(deadline=1.0)
    stage.time.now_s += 1
    with pytest.raises(DeadlineExceededError):
        stage.exchange()
    assert stage.around.pacer(OPERATION)._waiting == []


def test_fail_pacing_tells_when() -> None:
    """With ``fail`` a call that is too early is not sent, and its turn is given up."""
    stage = Stage(calls_per_s=1.0, pacing="fail")
    stage.exchange(OK)
    with pytest.raises(ThrottledError):
        stage.exchange()
    assert stage.around.pacer(OPERATION)._waiting == []


def test_error_status_has_its_class() -> None:
    """What the last answer says is what the caller gets."""
    stage = Stage(max_retries=0)
    response = httpx.Response(503, request=httpx.Request("GET", "http://h/"))
    with pytest.raises(ServerError):
        stage.talk.conclude(call(), stage.exchange(response), lambda _: None)
