"""A pytest plugin that reports what a run has carried out of the lifecycle of NAVER's product orders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

LIFECYCLE = "lifecycle"
"""Property of a test's report: what it carried out of the lifecycle of NAVER's product orders."""
_CARRIES_IT_OUT = Path(__file__).parent / "mockserver/providers/naver/test_lifecycle.py"


class LifecycleCoverage:
    """What the tests of a run carried out of the lifecycle, in this process and in those of pytest-xdist.

    A run that has all tests of the lifecycle fails if something of it was not carried out.
    """

    def __init__(self, config: pytest.Config) -> None:
        option = config.option
        chosen = (Path(config.rootpath, str(each).partition("::")[0]).resolve() for each in config.args)
        in_part = (option.keyword, option.collectonly, option.maxfail, getattr(option, "lf", False), option.deselect)
        self.is_whole = not any(in_part) and any(each in (_CARRIES_IT_OUT, *_CARRIES_IT_OUT.parents) for each in chosen)
        self.is_verbose = option.verbose > 0
        self.done: set[Any] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect what a test reports; twice the same does no harm."""
        for name, steps in report.user_properties:
            if name == LIFECYCLE and report.when == "teardown":
                found: Iterable[Any] = steps  # type: ignore[assignment]
                self.done.update(map(tuple, found))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that should have carried out all and did not."""
        if self.is_whole and session.exitstatus == pytest.ExitCode.OK and self._find_missing():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print how much of the lifecycle was carried out, with the table if asked to be verbose."""
        if self.is_whole or (self.done and self.is_verbose):
            from tests.mockserver.providers.naver.carried_out import render  # noqa: PLC0415 - only such runs need it

            terminalreporter.section("lifecycle of NAVER's product orders")
            for line in render(self.done, whole=self.is_verbose):
                terminalreporter.write_line(line)

    def _find_missing(self) -> list[Any]:
        from tests.mockserver.providers.naver.carried_out import find_missing  # noqa: PLC0415

        return find_missing(self.done)
