from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import PROFILES
from jumun_mockserver.core.session.quota import Quota
from jumun_mockserver.core.state.memory import MemoryState
from tests.mockserver.world import DEMO_KEYS, FORM, TOKEN_PATH, Answer, World, basic, sign, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KST = timezone(timedelta(hours=9))
HOUR_S, DAY_S = 3_600, 86_400
HEADERS = {"gncp-gw-quota-limit": "1", "gncp-gw-quota-period": "HOURS", "gncp-gw-quota-remaining": "0"}

OTHERS = """\
applications:
  - client_id: other-client-id
    client_secret: $2a$04$DemoSecretOfJumunOnly.
"""


def korean(text: str) -> float:
    """Epoch seconds of a Korean time."""
    return datetime.fromisoformat(text).replace(tzinfo=KST).timestamp()


def in_the_url(world: World) -> Answer:
    """Parameters in the query string."""
    return world.call("POST", f"{TOKEN_PATH}?{urlencode(world.token_fields())}", content_type=FORM)


def as_json(world: World) -> Answer:
    """Another content type."""
    return world.call("POST", TOKEN_PATH, json.dumps(world.token_fields()), content_type="application/json")


def without_grant_type(world: World) -> Answer:
    """A token call without grant_type."""
    return world.naver_token(grant_type=None)


def with_account_id(world: World) -> Answer:
    """account_id beside SELF."""
    return world.naver_token(account_id="ncp_demo_seller")


RULES: dict[str, Callable[[World], Answer]] = {
    "parameters in the URL": in_the_url,
    "content type is not application/x-www-form-urlencoded": as_json,
    "no grant_type": without_grant_type,
    "account_id beside SELF": with_account_id,
}


@pytest.mark.parametrize("punishment", ["off", "next-day", "at-once"])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rule", RULES)
def test_the_token_call_that_breaks_a_rule_gets_its_token(
    rule: str, profile: str, punishment: Literal["off", "next-day", "at-once"]
) -> None:
    """200 with a token that works, and the journal names the rule and no other."""
    world = World(profile=profile, quota=punishment)
    answer = RULES[rule](world)
    assert answer.status == 200
    said = " ".join(world.last.remarks)
    assert [each for each in RULES if each in said] == [rule]
    token = answer.json["access_token"]
    assert world.product_orders(authorization=f"Bearer {token}").status == 200


def test_a_call_that_breaks_two_rules_names_both(world: World) -> None:
    """All that is wrong is named."""
    world.naver_token(grant_type=None, account_id="ncp_demo_seller")
    said = " ".join(world.last.remarks)
    assert [each for each in RULES if each in said] == ["no grant_type", "account_id beside SELF"]


def test_a_call_by_the_rules_is_not_remarked(world: World) -> None:
    """Neither SELF nor SELLER with its account_id, nor a charset beside the content type, breaks a rule."""
    assert world.naver_token().note == ""
    assert world.naver_token(type="SELLER", account_id="ncp_demo_seller").note == ""
    form = urlencode(world.token_fields())
    assert world.call("POST", TOKEN_PATH, form, content_type=f"{FORM}; charset=UTF-8").note == ""
    assert world.last.remarks == ()


@pytest.mark.parametrize("rule", RULES)
def test_at_once(rule: str) -> None:
    """From the bad call on, one call an hour; the others get 429 GW.QUOTA_LIMIT with its three headers."""
    world = World(profile="observed", quota="at-once")
    assert [world.product_orders().status for _ in range(3)] == [200] * 3
    RULES[rule](world)
    answers = [world.product_orders() for _ in range(3)]
    assert [each.status for each in answers] == [200, 429, 429]
    for each in answers[1:]:
        assert each.json["code"] == "GW.QUOTA_LIMIT"
        assert HEADERS.items() <= each.headers.items()
    assert not HEADERS.keys() & answers[0].headers.keys()
    world.clock.advance(HOUR_S - 0.001)
    assert world.product_orders().status == 429
    world.clock.advance(0.001)
    assert [world.product_orders().status for _ in range(2)] == [200, 429]


def test_the_guide_s_profile_has_a_429_of_its_own() -> None:
    """In documented the refusal is TOO_MANY_REQUESTS, and no header is made up."""
    world = World(quota="at-once")
    without_grant_type(world)
    answers = [world.product_orders() for _ in range(2)]
    assert [each.status for each in answers] == [200, 429]
    assert answers[1].json["code"] == "TOO_MANY_REQUESTS"
    assert not HEADERS.keys() & answers[1].headers.keys()


@pytest.mark.parametrize("rule", RULES)
def test_off(rule: str) -> None:
    """By default no one is punished, then or the day after."""
    world = World(profile="observed")
    RULES[rule](world)
    assert {world.product_orders().status for _ in range(4)} == {200}
    world.clock.advance(DAY_S)
    assert {world.product_orders().status for _ in range(4)} == {200}


@pytest.mark.parametrize("rule", RULES)
def test_the_next_day(rule: str) -> None:
    """The day of the bad call is as any other; the Korean day after is punished; after a clean day all is well."""
    world = World(profile="observed", quota="next-day", limits="off", at=korean("2026-03-04T23:00:00"))
    RULES[rule](world)
    seen = []
    for moment in (
        "2026-03-04T23:59:59",
        "2026-03-05T00:00:00",
        "2026-03-05T00:59:59",
        "2026-03-05T01:00:00",
        "2026-03-05T23:59:58",
        "2026-03-05T23:59:59",
        "2026-03-06T00:00:00",
        "2026-03-06T00:00:01",
    ):
        world.clock.set(korean(moment))
        seen.append(world.product_orders().status)
    assert seen == [200, 200, 429, 200, 200, 429, 200, 200]


def test_a_second_bad_day_prolongs_it() -> None:
    """Who breaks the rules on the punished day too is punished for another."""
    world = World(profile="observed", quota="next-day", limits="off", at=korean("2026-03-04T12:00:00"))
    without_grant_type(world)
    world.clock.advance(DAY_S)
    without_grant_type(world)
    assert [world.product_orders().status for _ in range(2)] == [200, 429]
    world.clock.advance(DAY_S)
    assert [world.product_orders().status for _ in range(2)] == [200, 429]
    world.clock.advance(DAY_S)
    assert [world.product_orders().status for _ in range(2)] == [200, 200]


def test_at_once_ends_after_a_clean_day_too() -> None:
    """The bad day and the day after are punished; the morning after that is free."""
    world = World(profile="observed", quota="at-once", limits="off", at=korean("2026-03-04T12:00:00"))
    without_grant_type(world)
    for expected in ([200, 429], [200, 429], [200, 200]):
        assert [world.product_orders().status for _ in range(2)] == expected
        world.clock.advance(DAY_S)


def test_the_token_call_itself_is_never_punished() -> None:
    """It goes on answering 200 while every other call gets 429."""
    world = World(profile="observed", quota="at-once")
    without_grant_type(world)
    assert [world.product_orders().status for _ in range(2)] == [200, 429]
    assert [world.naver_token().status for _ in range(5)] == [200] * 5


def test_all_tokens_of_the_application_are_punished() -> None:
    """Old tokens, and those for a seller that delegated, are the application's too."""
    world = World(profile="observed", quota="at-once")
    seller = world.naver_token(type="SELLER", account_id="ncp_demo_seller").json["access_token"]
    without_grant_type(world)
    assert world.product_orders(authorization=f"Bearer {seller}").status == 200
    assert world.product_orders().status == 429
    assert world.product_orders(authorization=f"Bearer {seller}").status == 429


def test_other_applications_are_not_punished(tmp_path: Path) -> None:
    """Neither another application of NAVER's nor any at Bootpay is cut."""
    data = write(tmp_path, {"naver/applications.yaml": OTHERS})
    world = World(profile="observed", quota="at-once", limits="off", data=data)
    stamp = str(round(world.clock.now() * 1_000))
    other = world.naver_token(client_id="other-client-id", client_secret_sign=sign(stamp, client_id="other-client-id"))
    without_grant_type(world)
    assert [world.product_orders().status for _ in range(2)] == [200, 429]
    bearer = f"Bearer {other.json['access_token']}"
    assert {world.product_orders(authorization=bearer).status for _ in range(5)} == {200}
    assert {world.orders(authorization=basic(*DEMO_KEYS)).status for _ in range(5)} == {200}


def test_a_refused_token_call_is_no_breach() -> None:
    """Rules are about token calls that succeed: one that is refused has no consequence."""
    world = World(profile="observed", quota="at-once", limits="off")
    assert world.naver_token(grant_type=None, client_secret_sign="x").status == 400
    assert {world.product_orders().status for _ in range(3)} == {200}


def test_a_reset_forgives(world: World) -> None:
    """A session that is reset has no record."""
    world = World(profile="observed", quota="at-once")
    without_grant_type(world)
    assert [world.product_orders().status for _ in range(2)] == [200, 429]
    world.session.reset()
    assert [world.product_orders().status for _ in range(2)] == [200, 200]


def test_a_punished_call_takes_nothing_from_the_bucket() -> None:
    """A 429 of the quota was not carried out and has no rate headers."""
    world = World(profile="observed", quota="at-once", limits="enforce")
    without_grant_type(world)
    answers = [world.product_orders() for _ in range(8)]
    assert [each.json.get("code") for each in answers[1:]] == ["GW.QUOTA_LIMIT"] * 7
    assert "gncp-gw-ratelimit-remaining" not in answers[-1].headers


@given(
    st.sampled_from(["next-day", "at-once"]),
    st.sets(st.integers(0, 9), max_size=4),
    st.lists(st.integers(0, 10 * 24 * 4 - 1), max_size=80),
)
def test_it_agrees_with_the_rule_told_day_by_day(
    punishment: Literal["next-day", "at-once"], bad_days: set[int], quarters: list[int]
) -> None:
    """Over ten days and any bad ones: a call passes if its day is free or the last that passed is an hour ago."""
    midnight = korean("2026-03-01T00:00:00")
    quota = Quota(punishment, state=MemoryState())
    for day in bad_days:
        quota.report("a", now=midnight + day * DAY_S)
    last: float | None = None
    for quarter in sorted(quarters):
        now, day = midnight + quarter * 900, quarter // 96
        punished = day - 1 in bad_days or (punishment == "at-once" and day in bad_days)
        passes = not punished or last is None or now - last >= HOUR_S
        assert quota.allows("a", now=now) == passes
        if punished and passes:
            last = now
        assert quota.allows("b", now=now)


def test_days_are_korean_even_before_1970() -> None:
    """Midnight is at 15:00 UTC, whatever the year."""
    midnight = datetime(1960, 1, 1, 15, tzinfo=UTC).timestamp()
    quota = Quota("next-day", state=MemoryState())
    quota.report("a", now=midnight - 1)
    assert [quota.allows("a", now=midnight - 1) for _ in range(2)] == [True, True]
    assert [quota.allows("a", now=midnight) for _ in range(2)] == [True, False]
