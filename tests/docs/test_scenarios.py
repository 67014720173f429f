"""The pages on scenarios have what the code has."""

from __future__ import annotations

import re

from jumun_mockserver.core.faults import FAULTS
from tests.checkout import ROOT
from tests.mockserver.core.scenario.order_lessons import ORDER_LESSONS


def test_faults() -> None:
    """The tables of faults have a row for each fault in the code's order, first those that are played; and no other."""
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    section = page.partition("\n## Faults\n")[2].partition("\n## ")[0]
    tables = re.findall(r"^\| fault \| what the client gets \|\n\|---\|---\|\n((?:\|.*\n)+)", section, re.MULTILINE)
    rows = {True: "", False: ""}
    for kind in FAULTS.values():
        rows[bool(kind.play)] += f"| `{kind.usage}` | {kind.effect} |\n"
    assert tables == [rows[True], rows[False]]
    assert section.count("\n|") == len(FAULTS) + 4


def test_stories_of_orders() -> None:
    """The page for QA has a row for each packaged scenario about orders."""
    page = (ROOT / "docs/qa.md").read_text(encoding="utf-8")
    table = page.partition("\n| scenario | a naive client | a careful one |\n|---|---|---|\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert sorted(rows) == sorted(ORDER_LESSONS)
    assert len(rows) == len(table.splitlines())
