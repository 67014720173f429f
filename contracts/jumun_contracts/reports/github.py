"""Annotations of GitHub Actions: commands on standard output that mark lines of a pull request.

GitHub shows ten of a kind for a step and drops the others silently, so there are ten and the number of the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.contract.model import SEVERITIES
from jumun_contracts.reports.wording import NOTHING_JUDGED, is_failure, judged_as, mark, said, summary, times, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.check.verdict import Complaint, Verdict
    from jumun_contracts.recordings.recorded import Place
    from jumun_contracts.reports.options import Options

_MOST = 10
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = str.maketrans({**_DATA, ":": "%3A", ",": "%2C"})
_DATA_TABLE = str.maketrans(_DATA)


def render_github(verdict: Verdict, options: Options) -> Iterator[str]:
    """What could not be judged, then complaints, the worst first; at last the summary, which is not an annotation."""
    annotations = list(_iter_annotations(verdict, options))
    yield from annotations[:_MOST]
    rest = len(annotations) - _MOST
    yield f"{summary(verdict)}; and {rest} more" if rest > 0 else summary(verdict)


def _iter_annotations(verdict: Verdict, options: Options) -> Iterator[str]:
    if not verdict.judged:
        yield f"::error title=Jumun::{NOTHING_JUDGED}"
    for fault in verdict.unjudged:
        if not fault.uncovered or options.fail_on_uncovered:
            title = "of no contract" if fault.uncovered else "could not be judged"
            yield _annotation("error", fault.file, fault.place, title, fault.reason + times(fault))
    for each in sorted(verdict.complaints, key=lambda complaint: SEVERITIES.index(complaint.severity)):
        title = f"{each.severity}: {judged_as(each)}"
        yield _annotation(_command(each, options), each.file, each.place, title, f"{said(each)} {mark(each)}")


def _command(complaint: Complaint, options: Options) -> str:
    if is_failure(complaint, options):
        return "error"
    return "warning" if complaint.severity == "drift" else "notice"


def _annotation(command: str, file: str, place: Place, title: str, message: str) -> str:
    line, column = place
    values = {"file": file.replace("\\", "/"), "line": str(line), "col": str(column), "title": title}
    properties = ",".join(f"{name}={visible(value).translate(_PROPERTY)}" for name, value in values.items())
    return f"::{command} {properties}::{visible(message).translate(_DATA_TABLE)}"
