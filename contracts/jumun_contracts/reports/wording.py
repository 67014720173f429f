"""Words that several reports share, and text made fit for terminals and XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
    from jumun_contracts.reports.options import Options

# Controls, line and paragraph separators, overrides of direction, halves of surrogate pairs and no-characters: what a
# terminal obeys, what would forge a line, what XML cannot hold.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

NOTHING_JUDGED = "nothing was judged"


def visible(text: str) -> str:
    r"""The text in one line, with an escape such as `\x1b` for what cannot be seen."""
    return _INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def judged_as(complaint: Complaint) -> str:
    """`bootpay.orders.list.200`, or `bootpay.orders.list request`."""
    if complaint.side == "request":
        return f"{complaint.operation} request"
    return ".".join(filter(None, (complaint.operation, complaint.status)))


def times(folded: Complaint | Unjudged) -> str:
    """' (12 times)', or '' for once."""
    return f" ({folded.count} times)" if folded.count > 1 else ""


def is_failure(complaint: Complaint, options: Options) -> bool:
    """Whether it fails a run, as `Verdict.exit_code` says."""
    return complaint.severity == "breaking" or (complaint.severity == "drift" and options.fail_on == "drift")


def summary(verdict: Verdict) -> str:
    """One line: how much was judged, and with what result."""
    if verdict.judged:
        counts = {each: sum(c.severity == each for c in verdict.complaints) for each in ("breaking", "drift", "info")}
        found = ", ".join(f"{count} {severity}" for severity, count in counts.items())
        parts = [f"{verdict.judged} judged by {', '.join(verdict.contracts)}: {found}"]
    else:
        parts = [NOTHING_JUDGED]
    uncovered = sum(each.count for each in verdict.unjudged if each.uncovered)
    for count, text in (
        (len(verdict.ignored), "ignored"),
        (sum(each.count for each in verdict.unjudged) - uncovered, "could not be judged"),
        (uncovered, "of no contract"),
        (len(verdict.stale), "stale ignore entries"),
    ):
        parts += [f"{count} {text}"] if count else []
    return "; ".join(parts)
