"""Where the checkout is, and what is beside it on a developer's machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
"""The team's documents. Tests that read them are skipped where they are absent."""
REFERENCE = SHARED / "reference"


def need_ruff() -> None:
    """Skip a test where ruff is not installed."""
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("ruff is not installed: make check installs it")
