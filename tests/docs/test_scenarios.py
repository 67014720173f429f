"""The page on scenarios has what the code has."""

from __future__ import annotations

import re

from jumun_mockserver.core.faults import FAULTS
from tests.checkout import ROOT


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
