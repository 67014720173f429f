from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import PROFILES, RateLimit
from jumun_mockserver.core.session.limiter import Budget, Limiter
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.state.memory import MemoryState
from tests.mockserver.world import DEMO_KEYS, TOKEN_PATH, Answer, World, basic

if TYPE_CHECKING:
    from collections.abc import Mapping

# What each profile's contract says of naver.product_order_ids.
RATES = {"documented": (10, 10), "observed": (2, 4)}
CODES = {"documented": "TOO_MANY_REQUESTS", "observed": "GW.RATE_LIMIT"}
RATE_HEADERS = (
    "gncp-gw-ratelimit-replenish-rate",
    "gncp-gw-ratelimit-burst-capacity",
    "gncp-gw-ratelimit-remaining",
)


def limit(per_second: float, burst: int) -> RateLimit:
    """A limit set by hand."""
    return RateLimit(per_second, burst, "assumed", "a test")


def rate_headers(answer: Answer) -> Mapping[str, str]:
    """The headers that the limiter sends, by the last word of their names."""
    return {
        name.rpartition("-")[2]: value
        for name, value in answer.headers.items()
        if name.startswith(("gncp-gw-ratelimit", "ratelimit", "x-ratelimit", "retry-after"))
    }


def allowed(limiter: Limiter, moments: list[float], *, application: str = "a", operation: str = "o") -> list[bool]:
    """Which calls at these moments are allowed."""
    budgets = [limiter.take(application, operation, now=now) for now in moments]
    return [budget.allowed for budget in budgets if budget]


@given(
    st.sampled_from([0.25, 0.5, 1, 2, 8]),
    st.integers(1, 6),
    st.lists(st.sampled_from([0, 0, 0.125, 0.25, 0.5, 1, 3]), max_size=60),
)
def test_it_is_a_token_bucket(per_second: float, burst: int, gaps: list[float]) -> None:
    """Every decision and every remainder are those of a bucket computed in exact fractions."""
    limiter = Limiter({"o": limit(per_second, burst)}, state=MemoryState())
    now, level = 1_000.0, Fraction(burst)
    for gap in gaps:
        now += gap
        level = min(Fraction(burst), level + Fraction(gap) * Fraction(per_second))
        fits = level >= 1
        level -= fits
        assert limiter.take("a", "o", now=now) == Budget(per_second, burst, int(level), fits)


@given(st.floats(0.1, 20), st.integers(1, 20), st.lists(st.floats(0, 2), min_size=1, max_size=80))
def test_no_second_has_more_than_burst_and_rate(per_second: float, burst: int, gaps: list[float]) -> None:
    """From any allowed call on, the calls allowed within t seconds are burst + rate * t at most."""
    limiter, now, passed = Limiter({"o": limit(per_second, burst)}, state=MemoryState()), 0.0, []
    for gap in gaps:
        now += gap
        if allowed(limiter, [now]) == [True]:
            passed.append(now)
    for first, start in enumerate(passed):
        for count, end in enumerate(passed[first:], 1):
            assert count <= burst + per_second * (end - start) + 1e-6


def test_the_burst_fits_at_once_and_comes_back() -> None:
    """A full bucket gives its burst, is empty then, and has one more after each period of its rate."""
    limiter = Limiter({"o": limit(2, 4)}, state=MemoryState())
    assert allowed(limiter, [0] * 6) == [True] * 4 + [False] * 2
    assert allowed(limiter, [0.25, 0.5, 0.5, 0.75, 1.0]) == [False, True, False, False, True]
    assert allowed(limiter, [100] * 6) == [True] * 4 + [False] * 2


def test_a_refused_call_takes_nothing() -> None:
    """Who hammers an empty bucket gets through as soon as who waits."""
    limiter = Limiter({"o": limit(1, 1)}, state=MemoryState())
    assert allowed(limiter, [0] + [0.0625 * step for step in range(1, 16)]) == [True] + [False] * 15
    assert allowed(limiter, [1]) == [True]


def test_applications_and_operations_are_apart() -> None:
    """Each application has a bucket for each operation."""
    limiter = Limiter({"o": limit(1, 1), "p": limit(1, 2)}, state=MemoryState())
    assert allowed(limiter, [0, 0]) == [True, False]
    assert allowed(limiter, [0, 0], application="b") == [True, False]
    assert allowed(limiter, [0, 0, 0], operation="p") == [True, True, False]


def test_what_has_no_rate_is_not_limited() -> None:
    """An operation without a limit has no budget."""
    limiter = Limiter({"o": limit(1, 1)}, state=MemoryState())
    assert [limiter.take("a", "free", now=0) for _ in range(100)] == [None] * 100


def test_a_clock_that_is_set_back_gives_and_takes_nothing() -> None:
    """Earlier moments neither fill the bucket nor empty it; from there on it fills as usual."""
    limiter = Limiter({"o": limit(1, 3)}, state=MemoryState())
    assert allowed(limiter, [1_000, 1_000]) == [True, True]
    assert allowed(limiter, [10, 10]) == [True, False]
    assert allowed(limiter, [11, 11]) == [True, False]


def test_sixteen_threads_share_a_bucket() -> None:
    """However many ask at once, exactly the burst is allowed."""
    limiter = Limiter({"o": limit(1, 50)}, state=MemoryState())
    with ThreadPoolExecutor(16) as pool:
        budgets = list(pool.map(lambda _: limiter.take("a", "o", now=0), range(400)))
    assert sum(budget.allowed for budget in budgets if budget) == 50


@pytest.mark.parametrize("profile", PROFILES)
def test_enforced(profile: str) -> None:
    """Over the burst, 429 with the profile's own code; a second later as many as the rate get through again."""
    rate, burst = RATES[profile]
    world = World(profile=profile, limits="enforce")
    answers = [world.product_orders() for _ in range(burst + 2)]
    assert [each.status for each in answers] == [200] * burst + [429] * 2
    assert answers[-1].json["code"] == CODES[profile]
    assert world.last.code == CODES[profile]
    assert "over the limit" in answers[-1].note
    assert "would have been" not in answers[-1].note
    world.clock.advance(1)
    assert [world.product_orders().status for _ in range(rate + 1)] == [200] * rate + [429]


@pytest.mark.parametrize("profile", PROFILES)
def test_reported(profile: str) -> None:
    """By default the call succeeds, and note and journal say that it would have been refused."""
    _, burst = RATES[profile]
    world = World(profile=profile)
    answers = [world.product_orders() for _ in range(burst + 1)]
    assert {each.status for each in answers} == {200}
    assert [each.note for each in answers[:-1]] == [""] * burst
    assert "would have been refused with 429" in answers[-1].note
    assert [remark for remark in world.last.remarks if "would have been refused" in remark]
    assert world.last.code == ""
    assert answers[-1].json["data"] == answers[0].json["data"]


@pytest.mark.parametrize("profile", PROFILES)
def test_off(profile: str) -> None:
    """Nothing is counted, refused, remarked or sent in headers."""
    world = World(profile=profile, limits="off")
    answers = [world.product_orders() for _ in range(30)]
    assert {(each.status, each.note) for each in answers} == {(200, "")}
    assert [rate_headers(each) for each in answers] == [{}] * 30


@pytest.mark.parametrize("limits", ["report", "enforce"])
def test_observed_has_the_gateway_s_headers(limits: str) -> None:
    """Rate, burst (twice the rate) and what remains, on every 200 and 429, as live answers have them."""
    world = World(profile="observed", limits="enforce" if limits == "enforce" else "report")
    answers = [world.product_orders() for _ in range(6)]
    assert [each.status for each in answers] == [200] * 4 + ([429] * 2 if limits == "enforce" else [200] * 2)
    expected = [{"rate": "2", "capacity": "4", "remaining": text} for text in "321000"]
    assert [rate_headers(each) for each in answers] == expected
    world.clock.advance(0.5)
    assert rate_headers(world.product_orders())["remaining"] == "0"
    world.clock.advance(1.5)
    assert rate_headers(world.product_orders())["remaining"] == "2"


@pytest.mark.parametrize("limits", ["off", "report", "enforce"])
def test_documented_has_no_rate_headers(limits: str) -> None:
    """The guide names none, on successes and refusals alike."""
    world = World(limits="enforce" if limits == "enforce" else "off" if limits == "off" else "report")
    assert [rate_headers(world.product_orders()) for _ in range(12)] == [{}] * 12


def test_an_unknown_order_counts() -> None:
    """A call that the API answers with an error was carried out: it takes from the bucket and shows what remains."""
    world = World(profile="observed", limits="enforce")
    answers = [world.product_orders("2020202020202020") for _ in range(5)]
    assert [each.status for each in answers] == [400] * 4 + [429]
    assert [rate_headers(each)["remaining"] for each in answers] == list("32100")


def test_calls_without_a_good_token_do_not_count() -> None:
    """No one's calls take from no one's bucket and have no rate headers."""
    world = World(profile="observed", limits="enforce")
    answers = [world.product_orders(authorization="Bearer made-up") for _ in range(9)]
    assert {each.status for each in answers} == {401}
    assert [rate_headers(each) for each in answers] == [{}] * 9
    assert rate_headers(world.product_orders())["remaining"] == "3"


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("limits", ["report", "enforce"])
def test_the_token_call_is_never_limited(profile: str, limits: str) -> None:
    """It has neither limit nor rate headers (commerce-api discussion #3740), even with a rate set for it."""
    world = World(
        profile=profile, limits="enforce" if limits == "enforce" else "report", rates={"naver.token": limit(1, 1)}
    )
    answers = [world.naver_token() for _ in range(12)]
    assert {(each.status, each.note) for each in answers} == {(200, "")}
    assert [rate_headers(each) for each in answers] == [{}] * 12
    assert world.call("POST", TOKEN_PATH).status == 400


@pytest.mark.parametrize("profile", PROFILES)
def test_rates_can_be_set_for_each_operation(profile: str) -> None:
    """A rate set by hand takes the contract's place; others keep theirs. Bootpay has none of its own."""
    rates = {"bootpay.orders.list": limit(0.5, 1), "naver.product_order_ids": limit(5, 2)}
    world = World(profile=profile, limits="enforce", rates=rates)
    assert [world.orders().status for _ in range(3)] == [200, 429, 429]
    assert [world.product_orders().status for _ in range(3)] == [200, 200, 429]
    assert "0.5 calls a second (burst 1)" in world.orders().note
    world.clock.advance(2)
    assert [world.orders().status, world.orders().status] == [200, 429]
    plain = World(profile=profile, limits="enforce")
    assert {plain.orders().status for _ in range(50)} == {200}


def test_two_applications_have_two_buckets() -> None:
    """One that is over its limit does not disturb the other."""
    world = World(limits="enforce", rates={"bootpay.orders.list": limit(1, 2)})
    assert [world.orders().status for _ in range(3)] == [200, 200, 429]
    other = basic(*DEMO_KEYS)
    assert [world.orders(authorization=other).status for _ in range(3)] == [200, 200, 429]


def test_basic_and_bearer_of_one_application_share_a_bucket() -> None:
    """The limit is the application's, however it proves who it is."""
    world = World(limits="enforce", rates={"bootpay.orders.list": limit(1, 2)})
    token = world.call("POST", "/v1/request/token", authorization=basic(*DEMO_KEYS)).json["access_token"]
    assert world.orders(authorization=basic(*DEMO_KEYS)).status == 200
    assert [world.orders(authorization=f"Bearer {token}").status for _ in range(2)] == [200, 429]


def test_both_providers_429_is_a_call_that_was_not_carried_out() -> None:
    """The journal has it, with the catalogue's code, and a reset fills the buckets."""
    world = World(limits="enforce", rates={"bootpay.orders.list": limit(1, 1)})
    assert [world.orders().status, world.orders().status] == [200, 429]
    assert world.last.code == "TOO_MANY_REQUESTS"
    world.session.reset()
    assert world.orders().status == 200


def test_a_clock_set_back_does_not_lock_anybody_out() -> None:
    """After the session's clock was set back by a day, the bucket fills as usual."""
    world = World(limits="enforce", rates={"bootpay.orders.list": limit(1, 1)})
    assert [world.orders().status, world.orders().status] == [200, 429]
    world.clock.advance(-86_400)
    assert world.orders().status == 429
    world.clock.advance(1)
    assert world.orders().status == 200


def test_a_failure_that_was_asked_for_takes_nothing() -> None:
    """A step's error stands for a call that never reached the limiter."""
    world = World(profile="observed", limits="enforce", scenario="naver.*: 500 x9")
    assert {world.product_orders().status for _ in range(9)} == {500}
    assert rate_headers(world.product_orders())["remaining"] == "3"


def test_sessions_have_buckets_of_their_own() -> None:
    """What one session uses up, another still has."""
    world = World(limits="enforce", profile="observed")
    made = world.dispatch.store.create(SessionOptions(profile="observed", limits="enforce"))
    assert [world.product_orders().status for _ in range(5)] == [200] * 4 + [429]
    assert [world.product_orders(jumun_session=made.id).status for _ in range(5)] == [200] * 4 + [429]


def test_the_headers_are_those_of_the_catalogue() -> None:
    """A 429 that a step asks for carries the catalogue's three rate headers too."""
    answer = World(profile="observed").product_orders(prefer="code=GW.RATE_LIMIT")
    assert [answer.headers[name] for name in RATE_HEADERS] == ["2", "4", "0"]
