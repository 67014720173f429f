"""Text for people: a line for each complaint, file by file, then a summary and what was exercised."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from jumun_contracts.reports.wording import (
    describe_uncovered,
    exit_code,
    judged_as,
    mark,
    said,
    summary,
    times,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
    from jumun_contracts.recordings.recorded import Place
    from jumun_contracts.reports.options import Options

_SHOWN = 3


def render_text(verdict: Verdict, options: Options) -> Iterator[str]:
    """Lines. Files come in the order in which they were read."""
    lines: dict[str, list[str]] = defaultdict(list)
    for unjudged in verdict.unjudged:
        # A recording of a browser has a hundred of these; the summary counts them.
        is_failure = not unjudged.uncovered or options.fail_on_uncovered
        if options.verbose or not verdict.judged or is_failure:
            lines[unjudged.file].append(_unjudged(unjudged, options))
    for each in verdict.complaints:
        lines[each.file].append(_complaint(each, verdict, options))
    for each in verdict.ignored if options.verbose else ():
        lines[each.file].append(f"{_complaint(each, verdict, options)} (ignored)")
    yield from chain.from_iterable(lines.values())
    yield from (f"{options.paint('stale', 'drift')}: {visible(each)}" for each in verdict.stale)
    role = "breaking" if exit_code(verdict, options) else "good"
    yield options.paint(visible(summary(verdict)), role)
    if options.fail_on_uncovered and (line := describe_uncovered(verdict)):
        yield options.paint(visible(line), role)
    yield from _exercised(verdict, options)


def _unjudged(unjudged: Unjudged, options: Options) -> str:
    what = "of no contract" if unjudged.uncovered else "could not be judged"
    role = "info" if unjudged.uncovered and not options.fail_on_uncovered else "breaking"
    reason = visible(unjudged.reason) + times(unjudged)
    return f"{_place(unjudged.file, unjudged.place, options)} {options.paint(what, role)}: {reason}"


def _place(file: str, place: Place, options: Options) -> str:
    return options.paint(f"{visible(file)}:{place[0]}:{place[1]}:", "place")


def _complaint(complaint: Complaint, verdict: Verdict, options: Options) -> str:
    by = f" by {complaint.contract}" if options.verbose else _by_profile(complaint.contract, verdict)
    severity = options.paint(complaint.severity, complaint.severity)
    text = visible(f"{judged_as(complaint)}{by}: {said(complaint)}")
    shown = options.paint(mark(complaint), "faint")
    return f"{_place(complaint.file, complaint.place, options)} {severity}: {text} {shown}"


def _by_profile(contract: str, verdict: Verdict) -> str:
    """` by CONTRACT` where two profiles of its provider judge; else empty: the operation names it."""
    profiles = [name for name in verdict.contracts if name.partition(":")[0] == contract.partition(":")[0]]
    return f" by {contract}" if len(profiles) > 1 else ""


def _exercised(verdict: Verdict, options: Options) -> Iterator[str]:
    """What was seen, so that a green run over two payloads is not taken for proof."""
    never_called = []
    for each in verdict.coverage:
        name = each.operation + _by_profile(each.contract, verdict)
        statuses = [f"{status} ({count})" for status, count in each.statuses.items() if count]
        if each.side == "response" and not statuses:
            never_called.append(name)
            continue
        if not each.was_called or (each.side == "request" and not each.places.seen):
            continue
        seen_here, never_here, members_seen, members_never = each.places
        name += " request" if each.side == "request" else f" {', '.join(statuses)}"
        properties = f"{len(seen_here)} of {len(seen_here) + len(never_here)} properties"
        seen, never = (sum(map(len, values.values())) for values in (members_seen, members_never))
        values = f", {seen} of {seen + never} known values" if seen + never else ""
        yield visible(f"exercised: {name}; {properties}{values}")
        yield from _never(
            ("statuses", [status for status, count in each.statuses.items() if not count]),
            ("properties", list(never_here)),
            ("values", [f"{pattern} = {_json(v)}" for pattern, values in members_never.items() for v in values]),
            options=options,
        )
    if never_called:
        yield f"never called: {', '.join(never_called)}"


def _json(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _never(*kinds: tuple[str, list[str]], options: Options) -> Iterator[str]:
    """A line for each kind; all with -v, else the first few."""
    for kind, names in kinds:
        if names:
            shown = names if options.verbose else names[:_SHOWN]
            more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
            yield options.paint(visible(f"  {kind} never seen: {', '.join(shown)}{more}"), "faint")
