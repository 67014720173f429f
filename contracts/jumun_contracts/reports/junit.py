"""JUnit's XML, as Jenkins, GitLab and others read it.

A case for each file, operation and status that there are complaints about, and one for each operation and status that
was judged without any. One failure a case, since most readers show only the first. Drift that does not fail the run is
output of the case, and what was not judged a case that was skipped: what is of no contract or lacks its body.

A case takes as long as its exchanges did, or where the recording does not say, as judging them did. None takes 0:
readers divide by the time of all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from jumun_contracts.reports.wording import (
    NOTHING_JUDGED,
    is_failure,
    mark,
    said,
    summary,
    times,
    visible,
    without_bodies,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
    from jumun_contracts.reports.options import Options


def render_junit(verdict: Verdict, options: Options) -> Iterator[str]:
    """The document, in one piece."""
    suite = ET.Element("testsuite", name="jumun check")
    suite.extend(_iter_cases(verdict, options))
    counts = {name: len(suite.findall(f"testcase/{tag}")) for name, tag in _TAGS.items()}
    for name, count in {"tests": len(suite), **counts}.items():
        suite.set(name, str(count))
    suite.set("time", _seconds(sum(float(case.get("time", 0)) for case in suite)))
    ET.SubElement(suite, "system-out").text = summary(verdict)
    root = ET.Element("testsuites", {**suite.attrib, "name": "jumun"})
    root.append(suite)
    ET.indent(root)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}'


_TAGS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_LEAST_S = 1e-6


def _iter_cases(verdict: Verdict, options: Options) -> Iterator[ET.Element]:
    if not verdict.judged:
        case = _case("jumun", NOTHING_JUDGED)
        ET.SubElement(case, "error", message=NOTHING_JUDGED, type="unjudged")
        yield case
    yield from (_unjudged(each, options) for each in verdict.unjudged)
    for text in without_bodies(verdict):
        case = _case("jumun", text)
        ET.SubElement(case, "skipped", message=f"not judged: {text}")
        yield case
    groups: dict[tuple[str, str, str, str], list[Complaint]] = defaultdict(list)
    for each in verdict.complaints:
        groups[each.contract, each.operation, each.status or each.side, each.file].append(each)
    seconds = _seconds_by_case(verdict)
    for key, complaints in groups.items():
        contract, operation, status, file = key
        case = _case(operation, f"{status} {file} by {contract}", file, seconds=seconds[key])
        _complain(case, complaints, options)
        yield case
    faulty = {key[:3] for key in groups}
    # The contract may list a status that was sent as `default`.
    faulty |= {
        (a.contract, a.operation, a.listed) for a in verdict.seconds if (a.contract, a.operation, a.status) in faulty
    }
    for covered in verdict.coverage:
        for status, count in covered.statuses.items():
            if count and (covered.contract, covered.operation, status) not in faulty:
                name = f"{status} by {covered.contract} ({count} judged)"
                yield _case(covered.operation, name, seconds=seconds[covered.contract, covered.operation, status, ""])


def _seconds_by_case(verdict: Verdict) -> Mapping[tuple[str, str, str, str], float]:
    """Contract, operation, status or `request`, and file → seconds; without a file by the status that is listed."""
    found: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for each, seconds in verdict.seconds.items():
        for name in {each.status, each.listed, "request"}:
            found[each.contract, each.operation, name, each.file] += seconds
        found[each.contract, each.operation, each.listed, ""] += seconds
    return found


def _case(operation: str, name: str, file: str = "", *, seconds: float = 0.0) -> ET.Element:
    case = ET.Element("testcase", classname=visible(operation), name=visible(name), time=_seconds(seconds))
    if file:
        case.set("file", visible(file))
    return case


def _seconds(value: float) -> str:
    return f"{max(value, _LEAST_S):.6f}"


def _unjudged(unjudged: Unjudged, options: Options) -> ET.Element:
    line, column = unjudged.place
    what = "of no contract" if unjudged.uncovered else "could not be judged"
    case = _case("jumun", f"{unjudged.file}:{line}:{column} {what}: {unjudged.reason}", unjudged.file)
    reason = visible(unjudged.reason + times(unjudged))
    if not unjudged.uncovered:
        ET.SubElement(case, "error", message=reason, type="unjudged").text = reason
    elif options.fail_on_uncovered:
        ET.SubElement(case, "failure", message=reason, type="uncovered").text = reason
    else:
        ET.SubElement(case, "skipped", message=reason)
    return case


def _complain(case: ET.Element, complaints: Sequence[Complaint], options: Options) -> None:
    failing = [each for each in complaints if is_failure(each, options)]
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        message, kind = visible(said(failing[0])) + more, failing[0].severity
        ET.SubElement(case, "failure", message=message, type=kind).text = _listed(failing)
    if notes := [each for each in complaints if each not in failing]:
        ET.SubElement(case, "system-out").text = _listed(notes)


def _listed(complaints: Sequence[Complaint]) -> str:
    return "\n".join(
        visible(f"{each.file}:{each.place[0]}:{each.place[1]}: {each.severity}: {said(each)} {mark(each)}")
        for each in complaints
    )
