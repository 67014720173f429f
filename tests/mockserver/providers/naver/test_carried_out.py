"""The report of what the suite carries out of the lifecycle."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jumun_mockserver.core.orders import OrderError
from tests.lifecycle_coverage import LIFECYCLE, LifecycleCoverage
from tests.mockserver.providers.naver.carried_out import find_missing, record, render
from tests.mockserver.providers.naver.selling import bring, do
from tests.mockserver.world import World

ALL = find_missing(set())
LACKING = ("PAYED/OK", "seller", "delay", "delayed")


def run(*args: str, done: Any, **options: Any) -> Any:
    """The exit status of a run of pytest that passed and carried out `done`."""
    option = {"keyword": "", "collectonly": False, "maxfail": 0, "deselect": None, "verbose": 0, **options}
    config: Any = SimpleNamespace(rootpath=Path.cwd(), args=args, option=SimpleNamespace(**option))
    session: Any = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    coverage = LifecycleCoverage(config)
    # As pytest-xdist sends it: lists.
    report: Any = SimpleNamespace(when="teardown", user_properties=[(LIFECYCLE, [list(each) for each in done])])
    coverage.pytest_runtest_logreport(report)
    coverage.pytest_sessionfinish(session)
    return session.exitstatus


def test_steps_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done, what is refused by a rule, and what is not possible at all."""
    world, steps = World(), record(monkeypatch)
    id_ = bring(world, "PAYED/OK")
    with pytest.raises(OrderError):
        do(world, "deliver", id_)
    assert steps >= {
        ("PAYMENT_WAITING", "buyer", "pay", ""),
        ("PAYED/NOT_YET", "seller", "confirm", ""),
        ("PAYED/OK", "courier", "deliver", None),
    }
    assert steps <= set(ALL)


def test_a_whole_run_must_carry_out_all() -> None:
    """Where all tests of the lifecycle run, a rule that was never carried out fails the run, and only there."""
    folder = "tests/mockserver/providers/naver"
    for args in (["tests"], [folder], ["tests/cli", f"{folder}/test_lifecycle.py"]):
        assert run(*args, done=ALL) == pytest.ExitCode.OK
        assert run(*args, done=set(ALL) - {LACKING}) == pytest.ExitCode.TESTS_FAILED
        assert run(*args, done=[], keyword="x") == pytest.ExitCode.OK
    assert run("tests/cli", f"{folder}/test_races.py", done=[]) == pytest.ExitCode.OK


def test_what_is_missing_is_named() -> None:
    """The lines say how much was carried out and what was not, and the table has a question mark for it."""
    (first, *rest) = render(set(ALL) - {LACKING}, whole=True)
    assert first == f"779 of 780 cells, {len(ALL) - 1} of {len(ALL)} rules in a state carried out"
    assert rest[0] == "never: seller delay in PAYED/OK if delayed"
    assert [line for line in rest if "?" in line] == ["seller delay".ljust(34) + "x>?" + 17 * "x"]
    assert list(render(set(ALL), whole=False)) == [
        first.replace("779", "780").replace(f"{len(ALL) - 1} of", f"{len(ALL)} of")
    ]
