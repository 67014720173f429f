from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_client import ThrottledError
from jumun_client.allowance import Allowance
from jumun_client.pacing import Pacer
from tests.client.world import Api, FakeTime, rated

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.way import Way


def told(*, rate: float | None = 2, burst: float | None = 4, remaining: float | None = 3, ok: bool = True) -> Allowance:
    """What an answer says; by default NAVER's, of an application with two calls a second."""
    return Allowance(rate_per_s=rate, burst=burst, remaining=remaining, is_refusal=not ok)


def pacer_of(time: FakeTime, *, rate: float | None = 2, burst: float = 4) -> Pacer:
    """A pacer that has learned nothing yet."""
    return Pacer(rate_per_s=rate, burst=burst, monotonic=time.monotonic)


def exchange(pacer: Pacer, allowance: Allowance | None = None) -> None:
    """A call that goes without waiting and is answered at once."""
    turn = pacer.join()
    assert pacer.wait_s(turn) == 0
    pacer.go(turn)
    pacer.answer(allowance)


def seconds(expected: float) -> object:
    """About so long: the client stays a thousandth below the rate, and takes a millisecond more."""
    return pytest.approx(expected * 1.001 + 0.001, abs=1e-5)


def test_burst_then_rate(time: FakeTime) -> None:
    """A burst goes at once, what comes after it at the rate, and never earlier than that."""
    pacer = pacer_of(time)
    for _ in range(4):
        exchange(pacer)
    for _ in range(5):
        turn = pacer.join()
        wait_s = pacer.wait_s(turn)
        assert 0.5 < wait_s <= 0.502
        time.now_s += wait_s
        assert pacer.wait_s(turn) == 0
        pacer.go(turn)
        pacer.answer(None)


def test_bucket_is_never_below_empty(time: FakeTime) -> None:
    """Calls that no one paced cost those after them no more than a token's time."""
    pacer = pacer_of(time)
    for _ in range(50):
        pacer.go(pacer.join())
    for _ in range(50):
        pacer.answer(None)
    assert pacer.wait_s(pacer.join()) == seconds(0.5)


def test_bucket_holds_no_more_than_its_burst(time: FakeTime) -> None:
    """However long no one calls, no more than the burst goes at once afterwards."""
    pacer = pacer_of(time)
    time.now_s += 3_600
    for _ in range(4):
        exchange(pacer)
    assert pacer.wait_s(pacer.join()) == seconds(0.5)


def test_first_come_first_served(time: FakeTime) -> None:
    """Each who waits has a token of their own: the waits grow by one token's time, in the order of joining."""
    pacer = pacer_of(time)
    for _ in range(4):
        exchange(pacer)
    turns = [pacer.join() for _ in range(3)]
    for _ in range(2):  # asking changes nothing
        assert [pacer.wait_s(turn) for turn in turns] == [seconds(0.5), seconds(1.0), seconds(1.5)]


def test_turn_given_up_moves_up_those_behind_it_only(time: FakeTime) -> None:
    """Who leaves gives no one a token; those behind wait one token less, those before as long as before."""
    pacer = pacer_of(time)
    for _ in range(4):
        exchange(pacer)
    first, second, third = (pacer.join() for _ in range(3))
    pacer.leave(second)
    assert [pacer.wait_s(first), pacer.wait_s(third)] == [seconds(0.5), seconds(1.0)]


def test_calls_under_way_are_not_forgotten(time: FakeTime) -> None:
    """Time gives nothing for calls that may still arrive: no more are under way than the burst."""
    pacer = pacer_of(time)
    for _ in range(4):
        pacer.go(pacer.join())
    time.now_s += 100
    waiting = pacer.join()
    assert pacer.wait_s(waiting) > 0
    pacer.answer(None)
    time.now_s += 0.501
    assert pacer.wait_s(waiting) == 0


def test_learning_reaches_those_who_wait(time: FakeTime) -> None:
    """A rate that an answer names counts for turns that were taken before it."""
    pacer = pacer_of(time, rate=10, burst=10)
    for _ in range(10):
        pacer.go(pacer.join())
    turn = pacer.join()
    assert pacer.wait_s(turn) == seconds(0.1)
    pacer.answer(told(rate=2, burst=10, remaining=9))
    assert pacer.wait_s(turn) == seconds(0.5)
    pacer.answer(told(rate=100, burst=10, remaining=9))
    assert pacer.wait_s(turn) == seconds(0.01)


def test_remaining_is_the_buckets_own_word(time: FakeTime) -> None:
    """What the API says is left is believed if it is less, without those that may not have been counted yet."""
    pacer = pacer_of(time)
    exchange(pacer, told(remaining=0))
    assert pacer.wait_s(pacer.join()) == seconds(0.5)

    pacer = pacer_of(time)
    pacer.go(pacer.join())
    pacer.go(pacer.join())
    pacer.answer(told(remaining=2))  # the other may be counted in the 2, or not
    exchange(pacer)
    assert pacer.wait_s(pacer.join()) == seconds(0.5)


def test_more_remaining_than_known_is_not_believed(time: FakeTime) -> None:
    """Another program of the same application may take what is left meanwhile; the own count stays."""
    pacer = pacer_of(time)
    for _ in range(4):
        exchange(pacer, told(remaining=100))
    assert pacer.wait_s(pacer.join()) == seconds(0.5)


def test_refusal_took_nothing(time: FakeTime) -> None:
    """Ten at once against four: when all are answered, the next waits for one token, not for seven."""
    pacer = pacer_of(time, rate=10, burst=10)
    for _ in range(10):
        pacer.go(pacer.join())
    for remaining in (3, 2, 1, 0):
        pacer.answer(told(remaining=remaining))
    for _ in range(6):
        pacer.answer(told(remaining=0))
    assert pacer.wait_s(pacer.join()) == seconds(0.5)


def test_no_limit_until_one_is_named(time: FakeTime) -> None:
    """Without a rate everything goes at once; an answer that names only half of a limit changes nothing."""
    pacer = pacer_of(time, rate=None, burst=math.inf)
    for _ in range(1_000):
        exchange(pacer, told(burst=None, remaining=None))
        exchange(pacer, told(rate=None, remaining=None))
    exchange(pacer, told(remaining=0))
    assert pacer.wait_s(pacer.join()) == seconds(0.5)


def test_hold(time: FakeTime) -> None:
    """No one goes while all are held, and afterwards no more at once than the burst."""
    pacer = pacer_of(time)
    turns = [pacer.join() for _ in range(6)]
    pacer.hold(30)
    pacer.hold(10)  # a shorter one does not end a longer one
    assert {pacer.wait_s(turn) for turn in turns} == {30.0}
    time.now_s += 30
    for turn in turns[:4]:
        assert pacer.wait_s(turn) == 0
        pacer.go(turn)
        pacer.answer(None)
    assert [pacer.wait_s(turn) for turn in turns[4:]] == [seconds(0.5), seconds(1.0)]


@dataclass
class Bucket:
    """The API's side, as the mock server's limiter has it: continuous, and a refused call takes nothing."""

    rate: float
    burst: float
    level: float = field(init=False)
    at_s: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.burst

    def take(self, now_s: float) -> Allowance:
        """What the API answers to a call that arrives now."""
        self.level = min(self.burst, self.level + (now_s - self.at_s) * self.rate)
        self.at_s = now_s
        ok = self.level >= 1
        self.level -= ok
        return told(rate=self.rate, burst=self.burst, remaining=int(self.level), ok=ok)


@dataclass(frozen=True)
class Wish:
    """A call that a client wants: when, how many seconds it is under way to the API and back, and its outcome."""

    wanted_s: float
    to_s: float
    back_s: float
    fate: str


class Simulation:
    """Calls that are paced on the one side and counted on the other, event by event.

    Attributes:
        sent: How many left.
        early: How many were refused though they left after the first answer had come.
    """

    def __init__(self, pacer: Pacer, bucket: Bucket, time: FakeTime) -> None:
        self._pacer, self._bucket, self._time = pacer, bucket, time
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._has_learned = False
        self.sent = self.early = 0

    def run(self, wishes: list[Wish]) -> None:
        """Until no one waits."""
        for wish in wishes:
            self._at(wish.wanted_s, partial(self._join, wish))
        for _ in range(100_000):
            if not self._events:
                return
            self._time.now_s, _, happen = heapq.heappop(self._events)
            happen()
        pytest.fail("the calls never end")

    def _at(self, moment_s: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment_s, next(self._numbers), happen))

    def _join(self, wish: Wish) -> None:
        self._look(wish, self._pacer.join())

    def _look(self, wish: Wish, turn: int) -> None:
        wait_s = self._pacer.wait_s(turn)
        if not wait_s:
            self._pacer.go(turn)
            self.sent += 1
            self._at(self._time.now_s + wish.to_s, partial(self._arrive, wish, knew=self._has_learned))
        elif wish.fate == "give up":
            self._pacer.leave(turn)
        else:
            self._at(self._time.now_s + wait_s, partial(self._look, wish, turn))

    def _arrive(self, wish: Wish, *, knew: bool) -> None:
        allowance = self._bucket.take(self._time.now_s)
        self.early += allowance.is_refusal and knew
        self._at(self._time.now_s + wish.back_s, partial(self._hear, wish, allowance))

    def _hear(self, wish: Wish, allowance: Allowance) -> None:
        # Before anything is known, a call without an answer may have taken what no one can know of.
        if wish.fate == "no answer" and self._has_learned:
            self._pacer.answer(None)
        else:
            self._has_learned = True
            self._pacer.answer(allowance)


@settings(max_examples=300)
@given(
    rate=st.sampled_from([0.5, 1, 2, 3.3, 10, 100]),
    burst=st.integers(1, 20),
    believed=st.sampled_from([(10.0, 10.0), (1.0, 1.0), (None, math.inf)]),
    calls=st.integers(1, 80),
    spread_s=st.sampled_from([0.0, 1.0, 10.0]),
    slowest_s=st.sampled_from([0.0, 0.1, 3.0]),
    seed=st.integers(0, 2**32),
)
def test_no_refusal_after_the_first_answer(
    *,
    rate: float,
    burst: int,
    believed: tuple[float | None, float],
    calls: int,
    spread_s: float,
    slowest_s: float,
    seed: int,
) -> None:
    """Whatever is believed at first, however long calls are under way, none sent after an answer is refused."""
    chance = Random(seed)  # noqa: S311 - so that each run is the same
    fates = ("answer", "answer", "answer", "answer", "give up", "no answer")
    wishes = [
        Wish(chance.uniform(0, spread_s), chance.uniform(0, slowest_s), chance.uniform(0, slowest_s), fate)
        for fate in chance.choices(fates, k=calls)
    ]
    time = FakeTime(now_s=0.0)
    pacer = pacer_of(time, rate=believed[0], burst=believed[1])
    simulation = Simulation(pacer, Bucket(rate, burst), time)
    simulation.run(wishes)
    assert simulation.early == 0
    assert simulation.sent >= sum(wish.fate != "give up" for wish in wishes)


def test_pacing_waits(way: Way, time: FakeTime) -> None:
    """By default the eleventh call waits for its turn; what was slept is what the pace asks for."""
    client = way.naver(Api(rated(200, rate=10, burst=10, remaining=9)))
    for _ in range(10):
        client.product_order_ids("1")
    assert time.naps == []
    client.product_order_ids("1")
    assert sum(time.naps) == pytest.approx(0.1, abs=0.01)


def test_pacing_fails(way: Way, time: FakeTime) -> None:
    """With ``fail`` the call that would be too fast is not sent, takes no turn, and says when to come again."""
    api = Api(rated(200, rate=2, burst=4, remaining=3))
    client = way.naver(api, pacing="fail")
    for _ in range(4):
        client.product_order_ids("1")
    for _ in range(3):
        with pytest.raises(
            ThrottledError, match=r"naver\.product_order_ids: the next call may be sent in 0\.5 s"
        ) as caught:
            client.product_order_ids("1")
        assert caught.value.retry_after_s == seconds(0.5)
        assert (caught.value.attempts, caught.value.status) == (0, None)
    assert (len(api.requests), time.naps) == (4, [])
    time.now_s += 0.502
    client.product_order_ids("1")


def test_pacing_fails_no_retry(way: Way, time: FakeTime) -> None:
    """With ``fail`` too a retry waits as long as the answer said: the client gets no other reason."""
    api = Api(rated(429, remaining=0), rated(200))
    way.naver(api, pacing="fail").product_order_ids("1")
    assert len(api.requests) == 2
    assert sum(time.naps) >= 0.5


def test_pacing_off(way: Way, time: FakeTime) -> None:
    """With ``off`` calls are sent as they come, whatever the answers say; the pace is learned all the same."""
    api = Api(rated(200, remaining=0))
    client = way.naver(api, pacing="off")
    for _ in range(50):
        client.product_order_ids("1")
    assert time.naps == []
    client.with_options(pacing="wait").product_order_ids("1")
    assert sum(time.naps) == seconds(0.5)


def test_pace_is_shared_and_one_for_each_operation(way: Way, time: FakeTime) -> None:
    """``with_options`` shares the pace; a token call does not wait for the pace of another operation."""
    client = way.bootpay(Api(rated(200, remaining=0)))
    client.list_orders()
    client.with_options(max_retries=1).list_orders()
    assert sum(time.naps) == seconds(0.5)
    with pytest.raises(Exception, match="access_token"):
        client.request_token()
    assert sum(time.naps) == seconds(0.5)
