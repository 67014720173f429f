from __future__ import annotations

from typing import Any

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core.journal.coverage import measure_coverage, merge_coverage, render_coverage, render_errors
from jumun_mockserver.core.session.options import SessionOptions
from tests.mockserver.world import World


def contracts(profile: str) -> Any:
    """Both, in one profile."""
    return {name: load_contract(name, profile) for name in ("naver", "bootpay")}


def measured(world: World) -> dict[str, Any]:
    """What a session has met."""
    return measure_coverage(world.session.contracts, world.session.met)


@pytest.mark.parametrize("profile", PROFILES)
def test_at_first_nothing_is_met(profile: str) -> None:
    """A fresh session has met none of the codes that its operations give by themselves in its profile."""
    found = measured(World(profile=profile))
    assert (found["percent"], found["met"]) == (0, 0)
    assert found["total"] == sum(len(each["never"]) for each in found["providers"].values()) > 0
    for name, each in found["providers"].items():
        contract = contracts(profile)[name]
        expected = [
            code
            for code, entry in contract.errors.items()
            if profile in entry.profiles
            and (entry.operations is None or set(entry.operations) & set(contract.operations))
        ]
        assert each == {"met": [], "never": expected, "others": []}


@pytest.mark.parametrize("profile", PROFILES)
def test_all_can_be_met(profile: str) -> None:
    """Asking for each code that was never met gives a hundred percent and nothing apart."""
    world = World(profile=profile)
    for provider, each in measured(world)["providers"].items():
        for code in each["never"]:
            (world.product_orders if provider == "naver" else world.orders)(prefer=f"code={code}")
    found = measured(world)
    assert (found["percent"], found["met"]) == (100, found["total"])
    assert [(each["never"], each["others"]) for each in found["providers"].values()] == [([], [])] * 2


def test_errors_of_any_origin_count(world: World) -> None:
    """What the API itself refused, what a scenario and what a header asked for; successes do not count."""
    world.orders()
    world.product_orders()
    assert measured(world)["met"] == 0
    world.orders(authorization="Basic x")
    world.session.set_scenario("naver.*: 429")
    world.product_orders()
    world.product_orders(prefer="code=500")
    world.product_orders(prefer="code=500")
    providers = measured(world)["providers"]
    assert providers["bootpay"]["met"] == ["1700"]
    assert providers["naver"]["met"] == ["SERVER_ERROR", "TOO_MANY_REQUESTS"]
    assert not set(providers["naver"]["met"]) & set(providers["naver"]["never"])


def test_what_is_not_expected_is_named_apart(world: World) -> None:
    """A code of the other profile, and a status that the catalogue lacks, do not raise the share."""
    world.product_orders(prefer="code=GW.AUTHN")
    world.product_orders(prefer="code=418")
    found = measured(world)
    assert found["met"] == 0
    assert found["providers"]["naver"]["others"] == ["418", "GW.AUTHN"]


def test_sessions_that_are_gone_count(world: World) -> None:
    """The store remembers what deleted sessions met; a session alone tells its own only."""
    store = world.dispatch.store
    made = store.create(SessionOptions())
    world.orders(jumun_session=made.id, prefer="code=1700")
    assert made.met == {("bootpay", "1700")}
    assert world.session.met == set()
    store.delete(made.id)
    assert store.met() == {("bootpay", "1700")}


def test_a_reset_forgets_what_was_met(world: World) -> None:
    """A session that was reset has met nothing."""
    world.orders(prefer="code=1700")
    world.session.reset()
    assert measured(world)["met"] == 0


def test_a_nobody_s_path_is_no_error_of_a_catalogue(world: World) -> None:
    """The plain 404 for a path of neither provider is in no catalogue."""
    world.call("GET", "/other")
    assert world.session.met == set()


def test_servers_together() -> None:
    """What either met is met, what neither met was never met, and the share is computed again."""
    both = contracts("documented")
    one = measure_coverage(both, {("bootpay", "1700"), ("naver", "GW.AUTHN")})
    two = measure_coverage(both, {("bootpay", "1700"), ("naver", "UNAUTHORIZED")})
    merged = merge_coverage([one, two])
    assert merged == measure_coverage(both, {("bootpay", "1700"), ("naver", "UNAUTHORIZED"), ("naver", "GW.AUTHN")})
    assert merge_coverage([merged]) == merged
    assert merge_coverage([]) == {"percent": 0.0, "met": 0, "total": 0, "providers": {}}


def test_profiles_together() -> None:
    """Codes that any of the servers counts are counted once."""
    merged = merge_coverage([measure_coverage(contracts(profile), set()) for profile in PROFILES])
    naver = merged["providers"]["naver"]["never"]
    assert {"UNAUTHORIZED", "GW.AUTHN", "METHOD_NOT_ALLOWED"} <= set(naver)
    assert len(naver) == len(set(naver))


def test_it_can_be_read_by_people() -> None:
    """A line for the share, and one for each kind of codes that there are."""
    found = measure_coverage(contracts("documented"), {("bootpay", "1700"), ("bootpay", "418")})
    lines = list(render_coverage(found))
    assert lines[0] == f"1 of {found['total']} error codes met ({found['percent']:g} %)"
    assert "bootpay met: 1700" in lines
    assert "bootpay others: 418" in lines
    assert not [line for line in lines if line.startswith("naver met")]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_catalogues_as_data(profile: str) -> None:
    """Every entry of every catalogue, with where it is known from."""
    entries = render_errors(contracts(profile))
    assert {(each["provider"], each["code"]) for each in entries} == {
        (name, code) for name, contract in contracts(profile).items() for code in contract.errors
    }
    assert all(each["evidence"] and each["source"] and each["when"] for each in entries)
