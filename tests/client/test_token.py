from __future__ import annotations

import asyncio
import base64
import gc
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import bcrypt
import httpx
import pytest

from jumun_client import (
    AsyncNaverCommerceClient,
    AuthenticationError,
    BadRequestError,
    DeadlineExceededError,
    NaverCommerceClient,
    ProductOrderIds,
    ServerError,
    ThrottledError,
)
from jumun_client.call import Call, Wait
from jumun_client.conversation import Conversation, Surroundings
from jumun_client.options import Options
from jumun_client.token import Token, TokenStore
from jumun_mockserver import LiveServer
from jumun_mockserver.core.session.clock import Clock
from tests.client.world import UNAUTHORIZED, Api, FakeTime, ids, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_client.call import Flow, Step
    from tests.client.way import Way

ORDER = "2023010112345"


def tokens_used(api: Api) -> list[str | None]:
    """The token of each request, None for a token call."""
    return [request.headers.get("Authorization") for request in api.requests]


# One conversation, over a client


def test_token_serves_until_five_minutes_before_its_end(way: Way, time: FakeTime) -> None:
    """One token serves all calls for its life but the last five minutes; then the next is asked for."""
    api = Api(token("T1", 10_800), ids(), ids(), token("T2", 10_800), ids())
    client = way.signing(api)
    client.product_order_ids("1")
    time.now_s += 10_800 - 301
    client.product_order_ids("1")
    time.now_s += 1
    client.product_order_ids("1")
    assert tokens_used(api) == [None, "Bearer T1", "Bearer T1", None, "Bearer T2"]


def test_life_of_a_short_token(way: Way, time: FakeTime) -> None:
    """A token of ten seconds is used for the first half of them."""
    api = Api(token("T1", 10), ids(), ids(), token("T2", 10), ids())
    client = way.signing(api)
    client.product_order_ids("1")
    time.now_s += 4.9
    client.product_order_ids("1")
    time.now_s += 0.1
    client.product_order_ids("1")
    assert tokens_used(api) == [None, "Bearer T1", "Bearer T1", None, "Bearer T2"]


def test_failed_early_renewal(way: Way, time: FakeTime, caplog: pytest.LogCaptureFixture) -> None:
    """While the present token is good, a failed renewal is logged, fails no call, and is tried again after 30 s."""
    down = httpx.Response(500, json={"code": "C"})
    api = Api(token("T1", 10_800), ids(), down, ids(), ids(), down, ids(), down)
    client = way.signing(api, max_retries=0)
    client.product_order_ids("1")
    time.now_s += 10_800 - 200
    with caplog.at_level(logging.WARNING, "jumun_client"):
        client.product_order_ids("1")
    assert "naver.token: HTTP 500" in caplog.text
    time.now_s += 29
    client.product_order_ids("1")
    assert tokens_used(api) == [None, "Bearer T1", None, "Bearer T1", "Bearer T1"]
    time.now_s += 1
    client.product_order_ids("1")
    assert tokens_used(api)[5:] == [None, "Bearer T1"]
    time.now_s += 170 - 10  # ten seconds before the end it is not used any more
    with pytest.raises(ServerError) as caught:
        client.product_order_ids("1")
    assert caught.value.operation == "naver.token"


def test_refused_token_is_asked_for_once_more(way: Way) -> None:
    """After a 401 another token is asked for, and the call repeated with it."""
    api = Api(token("T1"), UNAUTHORIZED, token("T2"), ids("7"))
    assert way.signing(api).product_order_ids("1").product_order_ids == ("7",)
    assert tokens_used(api) == [None, "Bearer T1", None, "Bearer T2"]


def test_second_refusal_is_an_error(way: Way) -> None:
    """A second 401 reaches the caller; the new token is not better known than the first was, and may be renewed."""
    api = Api(token("T1"), UNAUTHORIZED, token("T2"), UNAUTHORIZED, UNAUTHORIZED, token("T3"), ids())
    client = way.signing(api)
    with pytest.raises(AuthenticationError) as caught:
        client.product_order_ids("1")
    assert (caught.value.operation, caught.value.attempts) == ("naver.product_order_ids", 4)
    client.product_order_ids("1")
    assert tokens_used(api)[4:] == ["Bearer T2", None, "Bearer T3"]


def test_refusal_of_a_token_that_is_given_out_again(way: Way) -> None:
    """Where the API gives the refused token again, as without the API group, later refusals cost no token call."""
    api = Api(token("T1"), UNAUTHORIZED, token("T1"), UNAUTHORIZED)
    client = way.signing(api)
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            client.product_order_ids("1")
    assert tokens_used(api).count(None) == 2
    assert len(api.requests) == 2 + 2 + 4


def test_confirmed_token_ends_too(way: Way, time: FakeTime) -> None:
    """The next token is a new one: if that is refused it is asked for again."""
    api = Api(token("T1"), UNAUTHORIZED, token("T1"), ids(), token("T2"), UNAUTHORIZED, token("T3"), ids())
    client = way.signing(api)
    client.product_order_ids("1")
    time.now_s += 10_799
    client.product_order_ids("1")
    assert tokens_used(api)[4:] == [None, "Bearer T2", None, "Bearer T3"]


def test_given_token_is_not_renewed(way: Way) -> None:
    """A token at hand is used as it is: a refusal is the client's to handle."""
    api = Api(UNAUTHORIZED)
    with pytest.raises(AuthenticationError):
        way.naver(api).product_order_ids("1")
    assert len(api.requests) == 1


# Several conversations, driven by hand: what each does next is what the test says


class Several:
    """Conversations that need a token, each stopped at its next step."""

    def __init__(self) -> None:
        self.time = FakeTime()
        self.around = Surroundings(
            clock=self.time.clock, monotonic=self.time.monotonic, random=self.time.random, calls_per_s=None
        )
        self.issued = 0
        self.store = TokenStore(self._issue, clock=self.time.clock)

    def begin(self, *, refused: Token | None = None, **settings: Any) -> tuple[Flow[Token], Step | Token]:
        """One more that needs a token: itself, and its first step, or its token at once."""
        talk = Conversation("naver.token", options=Options().changed(**settings), surroundings=self.around)
        flow = talk.conduct(self.store.take(talk, refused=refused))
        return flow, self.go_on(flow)

    def go_on(self, flow: Flow[Token], response: httpx.Response | None = None) -> Step | Token:
        """Its next step, or its token."""
        try:
            return flow.send(response)
        except StopIteration as end:
            value: Token = end.value
            return value

    def token(self) -> Token:
        """A token that is had by asking."""
        flow, _ = self.begin()
        value = self.go_on(flow, httpx.Response(200))
        assert isinstance(value, Token)
        return value

    def _issue(self, talk: Conversation) -> Flow[Token]:
        self.issued += 1
        number = self.issued
        asked_at_s = self.time.clock()
        request = Call(operation="naver.token", method="POST", url="http://h/", headers={}, repeatable=True)
        response = yield from talk.exchange(request)
        response.request = httpx.Request("POST", "http://h/")
        talk.conclude(request, response, lambda _: None)
        return Token.issued(response.text or f"T{number}", at_s=asked_at_s, life_s=10_800)


def test_one_asks_and_the_others_take_it() -> None:
    """The second waits while the first asks, and then has the same token without a call."""
    several = Several()
    first, step = several.begin()
    assert isinstance(step, Call)
    second, wait = several.begin()
    assert isinstance(wait, Wait)
    assert wait.timeout_s is None
    assert not wait.done.done()
    got = several.go_on(first, httpx.Response(200))
    assert wait.done.done()
    assert several.go_on(second) is got
    assert several.issued == 1


def test_error_is_shared_by_those_who_wait_only() -> None:
    """Who waits has a copy of the asker's error; who comes later asks again."""
    several = Several()
    first, _ = several.begin()
    second, _ = several.begin()
    with pytest.raises(BadRequestError) as of_first:
        several.go_on(first, httpx.Response(400))
    with pytest.raises(BadRequestError) as of_second:
        several.go_on(second)
    assert of_second.value is not of_first.value
    assert of_second.value.__traceback__ is not of_first.value.__traceback__
    assert (of_first.value.attempts, of_second.value.attempts) == (1, 0)
    _, step = several.begin()
    assert isinstance(step, Call)


def give_up(flow: Flow[Token], _: Several) -> None:
    """As when a task is cancelled."""
    flow.close()


def interrupt(flow: Flow[Token], _: Several) -> None:
    """End it as Ctrl-C does."""
    with pytest.raises(KeyboardInterrupt):
        flow.throw(KeyboardInterrupt())


def run_out_of_time(flow: Flow[Token], several: Several) -> None:
    """Of its own deadline."""
    several.time.now_s += 5
    with pytest.raises(DeadlineExceededError):
        several.go_on(flow, httpx.Response(500))


def break_down(flow: Flow[Token], _: Several) -> None:
    """As when `on_exchange` raises."""
    with pytest.raises(ZeroDivisionError):
        flow.throw(ZeroDivisionError())


@pytest.mark.parametrize("end", [give_up, interrupt, run_out_of_time, break_down])
def test_another_takes_the_place_of_who_gives_up(end: Callable[[Flow[Token], Several], None]) -> None:
    """Closed, interrupted, out of time or broken: one of those who wait asks instead, and the rest wait for that."""
    several = Several()
    leader, _ = several.begin(deadline=5.0)
    second, _ = several.begin()
    third, _ = several.begin()
    end(leader, several)
    assert isinstance(several.go_on(second), Call)
    assert isinstance(several.go_on(third), Wait)
    got = several.go_on(second, httpx.Response(200))
    assert several.go_on(third) is got
    assert several.issued == 2


def test_impatience_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not wait for the pace fails alone: who waits for that token call asks instead."""
    several, waiting = Several(), []

    def wait_s(_: int) -> float:
        waiting.append(several.begin(pacing="off"))
        return 9.0

    monkeypatch.setattr(several.around.pacer("naver.token"), "wait_s", wait_s)
    with pytest.raises(ThrottledError):
        several.begin(pacing="fail")
    ((flow, step),) = waiting
    assert isinstance(step, Wait)
    assert isinstance(several.go_on(flow), Call)


def test_early_renewal_that_takes_too_long() -> None:
    """Where no time is left to try the renewal again, but for the call itself, the present token is used."""
    several = Several()
    present = several.token()
    several.time.now_s += 10_800 - 299
    flow, _ = several.begin(deadline=5.0)
    assert several.go_on(flow, httpx.Response(503, headers={"Retry-After": "9"})) is present


def test_who_waits_keeps_the_own_deadline() -> None:
    """The wait for another's token call ends with the own deadline."""
    several = Several()
    _asking = several.begin()
    second, wait = several.begin(deadline=7.0)
    assert isinstance(wait, Wait)
    assert wait.timeout_s == 7.0
    several.time.now_s += 7
    with pytest.raises(DeadlineExceededError):
        several.go_on(second)


def test_early_renewal_holds_nobody() -> None:
    """While one renews early the others go on with the present token; in its last ten seconds they wait."""
    several = Several()
    present = several.token()
    several.time.now_s += 10_800 - 299
    renewing, step = several.begin()
    assert isinstance(step, Call)
    assert several.begin()[1] is present
    several.time.now_s += 289
    waiting, step = several.begin()
    assert isinstance(step, Wait)
    fresh = several.go_on(renewing, httpx.Response(200))
    assert several.go_on(waiting) is fresh
    assert fresh is not present


def test_refusal_is_compared_before_it_is_acted_on() -> None:
    """A refused token that another call has renewed meanwhile costs no token call."""
    several = Several()
    old = several.token()
    flow, _ = several.begin(refused=old)
    new = several.go_on(flow, httpx.Response(200))
    for _ in range(3):
        assert several.begin(refused=old)[1] is new
    assert several.issued == 2


def test_refused_token_is_confirmed_for_all() -> None:
    """Given out again it is marked, so that no one asks for it a third time."""
    several = Several()
    old = several.token()
    flow, _ = several.begin(refused=old)
    again = several.go_on(flow, httpx.Response(200, text="T1"))
    assert isinstance(again, Token)
    assert (again.value, again.is_confirmed) == (old.value, True)
    assert several.begin()[1] is again


def test_present_token_outlasts_a_failed_renewal_of_a_refused_one() -> None:
    """Who was refused waits for the early renewal, and asks itself if that brings nothing."""
    several = Several()
    present = several.token()
    several.time.now_s += 10_800 - 299
    renewing, _ = several.begin(max_retries=0)
    refused, step = several.begin(refused=present)
    assert isinstance(step, Wait)
    assert several.go_on(renewing, httpx.Response(500)) is present
    assert isinstance(several.go_on(refused), Call)


# Against the mock server


@pytest.fixture
def clock() -> Clock:
    """A clock that is frozen."""
    return Clock(frozen_at=1_772_600_767.089)


@pytest.fixture
def server(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """NAVER's live profile."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with LiveServer(profile="observed", clock=clock) as running:
        yield running


def keys(server: LiveServer) -> dict[str, Any]:
    """What a client needs to sign for a token there."""
    return {
        "base_url": server.naver_base_url,
        "client_id": server.naver_client_id,
        "client_secret": server.naver_client_secret,
    }


@pytest.mark.parametrize("skew_s", [-140, 0, 140])
def test_clocks_may_differ(server: LiveServer, clock: Clock, skew_s: float) -> None:
    """A client whose clock is more than two minutes early or late gets its token."""
    with NaverCommerceClient(clock=lambda: clock.now() + skew_s, **keys(server)) as client:
        assert client.product_order_ids(ORDER).product_order_ids


@pytest.mark.parametrize("skew_s", [-160, 160])
def test_clocks_may_not_differ_by_more(server: LiveServer, clock: Clock, skew_s: float) -> None:
    """Beyond that the API refuses, and the client gets an error."""
    with (
        NaverCommerceClient(clock=lambda: clock.now() + skew_s, **keys(server)) as client,
        pytest.raises(BadRequestError) as caught,
    ):
        client.product_order_ids(ORDER)
    assert caught.value.operation == "naver.token"


def sign_as_the_guide(server: LiveServer, at: float) -> httpx.Response:
    """`naver.token`, signed at an epoch second as the guide of the API has it."""
    timestamp = str(int(at * 1_000))
    signature = bcrypt.hashpw(f"{server.naver_client_id}_{timestamp}".encode(), server.naver_client_secret.encode())
    form = {
        "client_id": server.naver_client_id,
        "timestamp": timestamp,
        "grant_type": "client_credentials",
        "client_secret_sign": base64.b64encode(signature).decode(),
        "type": "SELF",
    }
    return httpx.post(f"{server.naver_base_url}/v1/oauth2/token", data=form, trust_env=False)


def test_unmodified_clients_work_after_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client with its own time gets a token after the session's was moved, until the session's is elsewhere."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with LiveServer() as server:
        server.clock.advance(days=3)
        with NaverCommerceClient(**keys(server)) as client:
            assert client.product_order_ids(ORDER).product_order_ids
        assert sign_as_the_guide(server, time.time()).status_code == 200
        server.clock.freeze()
        assert sign_as_the_guide(server, time.time()).json()["code"] == "BAD_REQUEST"
        with NaverCommerceClient(**keys(server)) as client, pytest.raises(BadRequestError) as caught:
            client.product_order_ids(ORDER)
        assert caught.value.operation == "naver.token"
        assert sign_as_the_guide(server, server.clock.now().timestamp()).status_code == 200


def test_token_call_breaks_no_rule(server: LiveServer, clock: Clock) -> None:
    """The mock server, which records what the gateway would punish, has nothing to say about a token call."""
    with NaverCommerceClient(clock=clock.now, **keys(server)) as client:
        client.product_order_ids(ORDER)
    assert [(each.operation, each.violations) for each in server.session.journal] == [
        ("naver.token", ()),
        ("naver.product_order_ids", ()),
    ]


def test_one_token_for_one_run_after_the_other(server: LiveServer, clock: Clock) -> None:
    """One client in two `asyncio.run`, over sockets, asks for one token, and leaves no connection open."""
    client = AsyncNaverCommerceClient(clock=clock.now, **keys(server))
    for _ in range(2):
        assert asyncio.run(client.product_order_ids(ORDER)).product_order_ids
    assert [each.operation for each in server.session.journal].count("naver.token") == 1
    gc.collect()  # what was left open is an error now


def test_one_token_for_two_loops_over_sockets(server: LiveServer, clock: Clock) -> None:
    """Two event loops at the same time, over sockets: one token, and each closes its own connections."""
    client, both_there = AsyncNaverCommerceClient(clock=clock.now, **keys(server)), threading.Barrier(2)

    def run(_: int) -> ProductOrderIds:
        both_there.wait(20)
        return asyncio.run(client.product_order_ids(ORDER))

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(run, range(2)))) == 2
    assert client._connections._by_loop == {}
    assert [each.operation for each in server.session.journal].count("naver.token") == 1
    gc.collect()
