"""What all tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

from tests.lifecycle_coverage import LifecycleCoverage

if TYPE_CHECKING:
    import pytest

# How long an example takes says more of the machine than of us. All else is Hypothesis' own: in CI, no random seeds.
settings.register_profile("jumun", settings(), deadline=None)
settings.load_profile("jumun")


def pytest_configure(config: pytest.Config) -> None:
    """Have the lifecycle's coverage reported, by the process that reports all."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LifecycleCoverage(config))
