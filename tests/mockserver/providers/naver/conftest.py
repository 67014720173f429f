"""What the tests of NAVER's shop share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lifecycle_coverage import LIFECYCLE
from tests.mockserver.providers.naver.carried_out import record

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _carried_out(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Report what a test carries out of the lifecycle."""
    steps = record(monkeypatch)
    yield
    if steps:
        request.node.user_properties.append((LIFECYCLE, sorted(steps, key=str)))
