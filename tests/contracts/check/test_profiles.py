from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import load_contract
from jumun_contracts.check import profiles
from jumun_contracts.check.judge import Judge
from tests.contracts.check.test_judge import CALL, IDS, body, page
from tests.contracts.pages import ROW

if TYPE_CHECKING:
    from jumun_contracts.check.verdict import Complaint

LIVE = {
    "timestamp": "2026-11-22T09:00:00.000+09:00",
    "traceId": "cr3-000000-0a1b2c3d4e5f^1700000000000^1",
    "data": ["2023010112345001"],
}


def answered(value: Any, **more: Any) -> Any:
    """An answer to the call that lists the product orders of an order."""
    return CALL._replace(url="", operation=IDS, response_body=body(value), **more)


def complaints(*recorded: Any, profile: str = "documented") -> tuple[Complaint, ...]:
    """Of one profile of each provider."""
    judge = Judge([load_contract("naver", profile), load_contract("bootpay", profile)])
    for each in recorded:
        judge.judge(each)
    return judge.verdict().complaints


def test_the_array_of_the_live_api() -> None:
    """What the live API sends breaks the documented profile, and is said to fit the observed one."""
    assert complaints(answered(LIVE), profile="observed") == ()
    found = complaints(answered(LIVE))
    assert {(each.keyword, each.fits) for each in found if each.pattern == "/data"} == {("type", "naver:observed")}
    assert {each.fits for each in found if each.severity == "breaking"} == {"naver:observed"}


def test_the_other_way_round() -> None:
    """What the pages show breaks the observed profile, and is said to fit the documented one."""
    shown = {**LIVE, "traceId": "abc123-def456-ghi789", "data": {"productOrderIds": LIVE["data"]}}
    assert {each.fits for each in complaints(answered(shown), profile="observed")} == {"naver:documented"}


def test_what_fits_neither() -> None:
    """A body that breaks both profiles, or none, is said to fit no other."""
    assert {each.fits for each in complaints(answered({**LIVE, "data": 7}))} == {""}
    assert {each.fits for each in complaints(page({**ROW, "price": "1"}))} == {""}
    assert {each.fits for each in complaints(page({**ROW, "status": 77}))} == {""}


@pytest.mark.parametrize("order", [1, -1])
def test_one_that_does_not_fit(order: int) -> None:
    """Where one of the bodies with the same finding fits no other profile, it is said of none, in any order."""
    both = [answered(LIVE), answered({**LIVE, "data": [7]})][::order]
    (found,) = (each for each in complaints(*both) if each.pattern == "/data")
    assert (found.count, found.fits) == (2, "")


def test_of_tallies() -> None:
    """So it is where two processes have judged them."""
    contracts = [load_contract("naver")]
    first, second, third = (Judge(contracts, part=number) for number in range(3))
    first.judge(answered(LIVE))
    second.judge(answered(LIVE))
    third.judge(answered({**LIVE, "data": [7]}))
    both = first.tally().merge(second.tally())
    assert {each.fits for each in both.verdict().complaints if each.pattern == "/data"} == {"naver:observed"}
    for whole in (both.merge(third.tally()), third.tally().merge(both)):
        assert {each.fits for each in whole.verdict().complaints if each.pattern == "/data"} == {""}


def test_it_is_asked_only_where_something_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other profile is not even loaded for what is clean or drifts."""

    def refuse(*_: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(profiles, "_load", refuse)
    assert complaints(page(ROW)) == ()
    assert [each.severity for each in complaints(page({**ROW, "more": 1}))] == ["drift"]
    with pytest.raises(AssertionError, match="loaded"):
        complaints(page({**ROW, "price": "1"}))
