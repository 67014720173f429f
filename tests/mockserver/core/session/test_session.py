from __future__ import annotations

import gc
import sys

import pytest

from jumun_contracts import PROFILES, DocumentError
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.journal.journal import KEPT_ENTRIES
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import DEMO_KEYS, KEYS, NOW, World, basic


def test_a_reset_forgets_what_happened(world: World) -> None:
    """Journal, counts, tokens, buckets and serial numbers start over; the same calls get the same answers."""

    def play() -> list[bytes]:
        token = world.naver_token().json["access_token"]
        answers = [world.product_orders(authorization=f"Bearer {token}") for _ in range(12)]
        return [world.orders("limit=x").body, token.encode(), *(each.body + each.note.encode() for each in answers)]

    first = play()
    assert (world.session.journal.total, world.session.journal.violations) == (14, 1)
    world.session.reset()
    assert (len(world.session.journal), world.session.journal.total, world.session.journal.violations) == (0, 0, 0)
    assert play() == first
    assert [each.serial for each in world.session.journal] == list(range(1, 15))


def test_a_reset_keeps_data_keys_and_options() -> None:
    """Profile, seed, orders, and the keys of its own stay; a token that was issued before is gone."""
    store = World().dispatch.store
    made = store.create(SessionOptions(profile="observed", seed="7", orders=30, limits="off"))
    before = (made.id, made.profile, made.seed, made.options)
    keys, orders = made.keys, list(made.shops["bootpay"].orders)
    token = made.shops["naver"].tokens.issue_token("x", now=0)
    made.reset()
    assert (made.id, made.profile, made.seed, made.options) == before
    assert (made.keys, list(made.shops["bootpay"].orders)) == (keys, orders)
    assert made.shops["naver"].tokens.find_token(token.text) is None


@pytest.mark.parametrize("frozen_at", [None, 1_000.0])
def test_a_reset_brings_its_clock_back(frozen_at: float | None) -> None:
    """A clock that was moved shows again what it showed when the session was made."""
    session = Session(PROVIDERS, SessionOptions(frozen_at=frozen_at))
    plain = Clock(frozen_at=frozen_at)
    session.clock.advance(86_400)
    session.reset()
    assert session.clock.frozen is (frozen_at is not None)
    assert session.now() == pytest.approx(plain.now(), abs=5)


def test_wrong_options_are_refused() -> None:
    """An unknown profile and a scenario that cannot be played make no session."""
    with pytest.raises(DocumentError):
        Session(PROVIDERS, SessionOptions(profile="imagined"))
    with pytest.raises(ScenarioError):
        Session(PROVIDERS, SessionOptions(scenario="*: NO_SUCH_CODE"))


@pytest.mark.parametrize("profile", PROFILES)
def test_three_hours_later_naver_asks_for_a_new_token(profile: str) -> None:
    """The next call after three hours is the provider's 401, and not one moment earlier."""
    world = World(profile=profile)
    token = world.naver_token().json
    bearer = f"Bearer {token['access_token']}"
    assert token["expires_in"] == 10_800
    assert world.product_orders(authorization=bearer).status == 200
    world.clock.set(NOW + 10_799.9)
    assert world.product_orders(authorization=bearer).status == 200
    world.clock.set(NOW + 10_800)
    answer = world.product_orders(authorization=bearer)
    assert (answer.status, answer.json["code"]) == (401, "UNAUTHORIZED" if profile == "documented" else "GW.AUTHN")
    assert "expired" in answer.note
    world.clock.set(NOW)
    assert world.product_orders(authorization=bearer).status == 200


@pytest.mark.parametrize("profile", PROFILES)
def test_three_hours_later_bootpay_does_too(profile: str) -> None:
    """The Bearer token of Bootpay is over by then, with 1700; its keys are still good."""
    world = World(profile=profile)
    token = world.call("POST", "/v1/request/token", authorization=basic(*DEMO_KEYS)).json
    bearer = f"Bearer {token['access_token']}"
    assert world.orders(authorization=bearer).status == 200
    world.clock.advance(token["expire_in"] - 0.5)
    assert world.orders(authorization=bearer).status == 200
    world.clock.advance(3 * 3_600)
    answer = world.orders(authorization=bearer)
    assert (answer.status, answer.json["code"]) == (401, 1700)
    assert world.orders().status == 200


@pytest.mark.parametrize(
    ("age_s", "is_same"), [(0, True), (9_000, True), (9_001, False), (10_799, False), (10_800, False), (50_000, False)]
)
def test_naver_gives_the_same_token_while_half_an_hour_remains(age_s: float, is_same: bool) -> None:  # noqa: FBT001
    """With 30 minutes left the same token and its remaining life; with less a new one, and the old lives on."""
    world = World()
    first = world.naver_token().json
    world.clock.advance(age_s)
    second = world.naver_token().json
    assert (second["access_token"] == first["access_token"]) is is_same
    assert second["expires_in"] == (10_800 - age_s if is_same else 10_800)
    old = world.product_orders(authorization=f"Bearer {first['access_token']}")
    assert old.status == (200 if age_s < 10_800 else 401)
    assert world.product_orders(authorization=f"Bearer {second['access_token']}").status == 200


@pytest.mark.parametrize(("age_s", "is_same"), [(0, True), (1_500, True), (1_501, False), (1_800, False)])
def test_bootpay_gives_the_same_token_for_25_minutes(age_s: float, is_same: bool) -> None:  # noqa: FBT001
    """While five of its thirty minutes remain the same token comes back."""
    world = World()
    tokens = []
    for _ in range(2):
        tokens.append(world.call("POST", "/v1/request/token", authorization=basic(*DEMO_KEYS)).json["access_token"])
        world.clock.advance(age_s)
    assert (tokens[0] == tokens[1]) is is_same


@pytest.mark.parametrize(("age_ms", "status"), [(0, 200), (300_000, 200), (300_001, 400), (-1, 400)])
def test_a_signature_is_good_for_five_minutes_of_the_session_clock(age_ms: int, status: int) -> None:
    """Five minutes to the millisecond, and never ahead."""
    world = World(at=1_772_600_767.0)
    fields = world.token_fields()
    world.clock.advance(age_ms / 1_000)
    assert world.naver_token(**fields).status == status


@pytest.mark.parametrize("profile", PROFILES)
def test_every_time_shown_follows_the_clock(profile: str) -> None:
    """The Date header, NAVER's timestamp, Bootpay's expiry and the journal move with it, forwards and back."""
    world = World(profile=profile)
    for moment, date, stamp in (
        (1_772_600_767.089, "Wed, 04 Mar 2026 05:06:07 GMT", "2026-03-04T14:06:07.089+09:00"),
        (4_102_444_799.999, "Thu, 31 Dec 2099 23:59:59 GMT", "2100-01-01T08:59:59.999+09:00"),
        (0.0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T09:00:00.000+09:00"),
    ):
        world.clock.set(moment)
        answer = world.product_orders()
        assert (answer.headers["date"], answer.json["timestamp"]) == (date, stamp)
        assert world.last.at == pytest.approx(moment)
        error = world.product_orders("404040404040404")
        assert (error.headers["date"], error.json["timestamp"]) == (date, stamp)
        assert world.orders().headers["date"] == world.call("GET", "/other").headers["date"] == date
        token = world.call("POST", "/v1/request/token", authorization=basic(*DEMO_KEYS)).json
        assert token["expired_at"][:10] >= stamp[:10]


@pytest.mark.parametrize("profile", PROFILES)
def test_two_runs_of_one_seed_are_equal(profile: str) -> None:
    """Bodies, headers and tokens follow from the seed; another seed gives other derived orders."""

    def run(seed: str) -> list[tuple[bytes, dict[str, str]]]:
        world = World(profile=profile, seed=seed, orders=20)
        answers = [world.orders(), world.naver_token(), world.product_orders(), world.orders(authorization="x")]
        return [(each.body, each.headers) for each in answers]

    assert run("1") == run("1")
    assert run("1")[0] != run("2")[0]


def test_memory_stays_flat() -> None:
    """Once the journal is full, no request leaves anything behind: blocks in use are as many after 60,000.

    Blocks of Python's allocator are counted, because tracing every allocation would take a minute;
    200,000 requests would take a quarter of one, and what each call leaves shows after 40,000 more as well.
    """
    world = World(profile="observed", scenario="bootpay.orders.list: ok x10, 429 p=0.1")
    path = "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"
    naver = {"authorization": "Bearer your_access_token_here", "accept": "application/json"}
    requests = (
        *[Request("GET", path, "", naver)] * 5,
        Request("GET", "/v1/orders", "limit=1&odd=1", {"authorization": basic(*KEYS)}),
        Request("GET", "/v1/orders", "", {"authorization": "Basic x"}),
        Request("GET", path, "", {"authorization": "Bearer x"}),
    )
    dispatch = world.dispatch

    def send(calls: int) -> int:
        for _ in range(calls // len(requests)):
            for request in requests:
                dispatch(request)
            world.clock.advance(0.01)
        gc.collect()
        return sys.getallocatedblocks()

    before = send(20_000)
    after = send(40_000)
    assert world.session.journal.total == 60_000
    assert len(world.session.journal) == KEPT_ENTRIES
    # A list, a tuple or a number left behind by each call would be 40,000 blocks at least.
    assert after - before < 4_000
