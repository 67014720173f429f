"""A short part of `make attack`, the same each time."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.attack.attacks import ATTACKS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc, and limits what Linux limits"),
]
SECONDS, SEED = 15, 19


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_breaks(name: str, tmp_path: Path) -> None:
    """In a quarter of a minute of each attack."""
    outcome = ATTACKS[name](SECONDS, Random(SEED), tmp_path)  # noqa: S311 - to be repeated
    assert outcome.tried
    assert outcome.broken == []
