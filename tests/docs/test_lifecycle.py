"""docs/lifecycle.md, which docs/generate.py writes from the table of the lifecycle."""

from __future__ import annotations

import importlib.util
import re
import shutil
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.lifecycle import orders, subscriptions
from jumun_mockserver.providers.naver.lifecycle import BACK, CONDITIONS, RULES, STATES
from tests.checkout import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DOCS = ROOT / "docs"


def load_generator() -> Any:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generator = load_generator()
PAGE = (DOCS / "lifecycle.md").read_text(encoding="utf-8")


def test_the_page_is_the_tables() -> None:
    """It is what would be written now."""
    assert generator.render() == PAGE


def test_a_page_that_is_not_the_tables_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` says what to do and changes nothing; without it the page is written."""
    page = tmp_path / "lifecycle.md"
    for name in generator.PAGES:
        shutil.copy(DOCS / name, tmp_path)
    monkeypatch.setattr(generator, "FOLDER", tmp_path)
    assert generator.main(["--check"]) == 0
    page.write_text("old", "utf-8")
    assert generator.main(["--check"]) == 1
    assert "lifecycle.md is not what docs/generate.py makes it: run make format" in capsys.readouterr().err
    assert page.read_text("utf-8") == "old"
    assert generator.main([]) == 0
    assert page.read_text("utf-8") == PAGE


def test_every_state_and_condition_is_explained() -> None:
    """Each has words on the page, and there are words for no others."""
    assert sorted(state for group in generator.MEANINGS.values() for state in group) == sorted(STATES)
    assert generator.CONDITIONS.keys() == CONDITIONS.keys()
    assert generator.ACTORS.keys() == {rule.actor for rule in RULES}


def test_bootpays_page_has_every_rule() -> None:
    """Each rule of Bootpay's tables is a row, every condition has words, and there are words for no others."""
    page = (DOCS / "bootpay-lifecycle.md").read_text(encoding="utf-8")
    rules = (*orders.RULES, *subscriptions.RULES)
    assert sum(line.startswith("| `") for line in page.splitlines()) == len(rules)
    assert all(rule.source in page for rule in rules)
    assert generator.BOOTPAY_CONDITIONS.keys() == {rule.when for rule in rules if rule.when}


def test_the_diagrams_have_each_step() -> None:
    """What an actor can do to a whole product order is drawn once, from where it can be done to its next state."""
    names = {name: state for state, name in re.findall(r'^    state "(.+)" as (\w+)$', PAGE, re.MULTILINE)}
    names["back"] = BACK
    drawn = [
        (names[start], names[end], *re.fullmatch(r"(\S+) \((\w+)\)", each).groups())  # type: ignore[union-attr]
        for start, end, label in re.findall(r"^    (\w+) --> (\w+): (.+)$", PAGE, re.MULTILINE)
        for each in label.split(", ")
    ]
    steps = {
        (state, rule.to, rule.action, rule.actor)
        for rule in RULES
        for state in rule.states
        if rule.to and "in_part" not in rule.when
    }
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == steps


def test_every_rule_has_a_row() -> None:
    """Each with its evidence and source: what is done among the actors, what fails among the refusals."""
    done, _, refused = PAGE.partition("\n## What a seller's call is refused for\n")
    for rule in RULES:
        known = f"{rule.evidence}, {rule.source} |"
        rows = [line for line in (refused if rule.cause else done).splitlines() if line.endswith(known)]
        name = f".{rule.action}`" if rule.cause else f"`{rule.action}`"
        assert [row for row in rows if name in row.split(" | ")[0]], rule
