"""What CI makes of a test that skips."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT
from tests.interop.programs import UNREACHABLE, run

if TYPE_CHECKING:
    from pathlib import Path

REASONS = {
    "node is not on PATH": True,
    "ruff is not installed: make check installs it": True,
    "npm: its registry cannot be reached": True,
    "ruby is not on PATH": False,
    "python3.12 with pip is not on PATH": False,
    "the reference payloads are not beside this checkout: x": False,
}


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_skip_where_ci_has_what_is_missing(ci: str, tmp_path: Path) -> None:
    """It fails on CI, and says so; any other skip stays one, and on other machines all do."""
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text("utf-8"), "utf-8")
    lines = [f"def test_{number}(): pytest.skip({reason!r})" for number, reason in enumerate(REASONS)]
    (tmp_path / "test_skipping.py").write_text("\n".join(["import pytest", *lines, ""]), "utf-8")
    environment = {"PYTHONPATH": str(ROOT), **({"CI": ci} if ci else {})}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rfs", "test_skipping.py"]
    ended = run(command, folder=tmp_path, environment=environment)
    failing = [reason for reason, fails in REASONS.items() if fails and ci]
    assert re.findall(r"^Skipped: (.*), and CI must have it$", ended.stdout, re.MULTILINE) == failing
    assert f"{len(REASONS) - len(failing)} skipped" in ended.stdout


@pytest.mark.parametrize(
    ("said", "is_unreachable"),
    [
        ("npm error code EAI_AGAIN\nnpm error request to https://example.test/x failed", True),
        ("ERROR: No matching distribution found for x==1 (from versions: none)", True),
        ("npm error code E404", False),
        ("ERROR: Could not find a version that satisfies x==9 (from versions: 1, 2)", False),
    ],
)
def test_a_registry_that_cannot_be_reached(said: str, is_unreachable: bool) -> None:  # noqa: FBT001
    """A package that does not exist is our own mistake, and not taken for that."""
    assert bool(UNREACHABLE.search(said)) is is_unreachable
