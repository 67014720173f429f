"""What all tests share."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.lifecycle_coverage import LifecycleCoverage

if TYPE_CHECKING:
    from collections.abc import Generator

# How long an example takes says more of the machine than of us. All else is Hypothesis' own: in CI, no random seeds.
settings.register_profile("jumun", settings(), deadline=None)
settings.register_profile("thorough", settings(), deadline=None, max_examples=10_000)
settings.load_profile("jumun")


def pytest_configure(config: pytest.Config) -> None:
    """Have the lifecycle's coverage reported, by the process that reports all."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LifecycleCoverage(config))


# What .ci/run installs, or assumes. Other tools, such as Ruby, may be missing there as anywhere.
_CI_HAS = re.compile(
    r"\b(bash|curl|go|httpx2|java|javac|jq|mypy|node|npm|openssl|pyright|redis-server|ruff)\b"
    r".* is not (on PATH|installed)|registry cannot be reached"
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI, fail a test that skips for lack of what CI has: a green run must mean that it was there."""
    report = yield
    if report.skipped and os.environ.get("CI") and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if _CI_HAS.search(reason):
            report.outcome, report.longrepr = "failed", f"{reason}, and CI must have it"
    return report
