"""Words that several reports share, and text made fit for terminals and XML."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
    from jumun_contracts.reports.options import Options

# Controls, line and paragraph separators, overrides of direction, halves of surrogate pairs and no-characters: what a
# terminal obeys, what would forge a line, what XML cannot hold.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

_SHOWN_OF_A_SOURCE = 60
NOTHING_JUDGED = "nothing was judged"


def visible(text: str) -> str:
    r"""The text in one line, with an escape such as `\x1b` for what cannot be seen."""
    return _INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def judged_as(complaint: Complaint) -> str:
    """`bootpay.orders.list.200`, or `bootpay.orders.list request`."""
    if complaint.side == "request":
        return f"{complaint.operation} request"
    return ".".join(filter(None, (complaint.operation, complaint.status)))


def said(complaint: Complaint) -> str:
    """Its message, where the contract's list comes from that lacks a value, the profile that it fits, and how often."""
    text = complaint.message
    if complaint.severity == "drift" and complaint.keyword == "enum":
        text += f", by a list that is open ({complaint.evidence}: {_shortened(complaint.source)})"
    if complaint.fits:
        text += f"; fits {complaint.fits}"
    return text + times(complaint)


def mark(complaint: Complaint) -> str:
    """Rule and id, e.g. `[type 0123456789abcdef]`; `jumun explain` takes the id."""
    return f"[{complaint.keyword} {complaint.fingerprint}]"


def _shortened(source: str) -> str:
    return source if len(source) <= _SHOWN_OF_A_SOURCE else f"{source[: _SHOWN_OF_A_SOURCE - 1]}…"


def times(folded: Complaint | Unjudged) -> str:
    """' (12 times)', or '' for once."""
    return f" ({folded.count} times)" if folded.count > 1 else ""


def is_failure(complaint: Complaint, options: Options) -> bool:
    """Whether it fails a run, as `Verdict.exit_code` says."""
    return complaint.severity == "breaking" or (complaint.severity == "drift" and options.fail_on == "drift")


def exit_code(verdict: Verdict, options: Options) -> int:
    """As the options have it."""
    return verdict.exit_code(fail_on=options.fail_on, fail_on_uncovered=options.fail_on_uncovered)


def describe_uncovered(verdict: Verdict) -> str:
    """One line: what of the traffic no contract covers, by reason; '' if all is covered."""
    reasons: Counter[str] = Counter()
    for each in verdict.unjudged:
        reasons[each.reason] += each.count if each.uncovered else 0
    counted = [f"{reason} ({count})" for reason, count in reasons.most_common() if count]
    total = f"{reasons.total()} {_plural(reasons.total(), 'exchange')}"
    return f"no contract covers {total}: {'; '.join(counted)}" if counted else ""


def without_bodies(verdict: Verdict) -> list[str]:
    """How many exchanges were not judged because the recording lacks what was to be: `2 answers without a body`."""
    counts = ((verdict.without_body, "answer", "a body"), (verdict.unanswered, "request", "an answer"))
    return [f"{count} {_plural(count, side)} without {part}" for count, side, part in counts if count]


def summary(verdict: Verdict) -> str:
    """One line: how much was judged, and with what result."""
    if verdict.judged:
        counts = {each: sum(c.severity == each for c in verdict.complaints) for each in ("breaking", "drift", "info")}
        found = ", ".join(f"{count} {severity}" for severity, count in counts.items())
        parts = [f"{verdict.judged} judged by {', '.join(verdict.contracts)}: {found}"]
    else:
        parts = [
            NOTHING_JUDGED if verdict.exchanges or verdict.unjudged else f"{NOTHING_JUDGED}: no exchange was found"
        ]
    uncovered = sum(each.count for each in verdict.unjudged if each.uncovered)
    for count, text in (
        (len(verdict.ignored), "ignored"),
        (sum(each.count for each in verdict.unjudged) - uncovered, "could not be judged"),
        (uncovered, "of no contract"),
    ):
        parts += [f"{count} {text}"] if count else []
    stale = [f"{len(verdict.stale)} stale ignore entries"] if verdict.stale else []
    return "; ".join([*parts, *without_bodies(verdict), *stale])


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
