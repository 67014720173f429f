"""JUnit's XML, as Jenkins, GitLab and others read it.

A case for each file, operation and status that there are complaints about, and one for each operation and status that
was judged without any. One failure a case, since most readers show only the first. Drift that does not fail the run is
output of the case.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from jumun_contracts.reports.wording import NOTHING_JUDGED, is_failure, summary, times, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
    from jumun_contracts.reports.options import Options


def render_junit(verdict: Verdict, options: Options) -> Iterator[str]:
    """The document, in one piece."""
    suite = ET.Element("testsuite", name="jumun check")
    suite.extend(_iter_cases(verdict, options))
    counts = {name: len(suite.findall(f"testcase/{tag}")) for name, tag in _TAGS.items()}
    for name, count in {"tests": len(suite), **counts}.items():
        suite.set(name, str(count))
    ET.SubElement(suite, "system-out").text = summary(verdict)
    root = ET.Element("testsuites", {**suite.attrib, "name": "jumun"})
    root.append(suite)
    ET.indent(root)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}'


_TAGS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _iter_cases(verdict: Verdict, options: Options) -> Iterator[ET.Element]:
    if not verdict.judged:
        case = _case("jumun", NOTHING_JUDGED)
        ET.SubElement(case, "error", message=NOTHING_JUDGED, type="unjudged")
        yield case
    yield from map(_unjudged, verdict.unjudged)
    groups: dict[tuple[str, str, str, str], list[Complaint]] = defaultdict(list)
    for each in verdict.complaints:
        groups[each.contract, each.operation, each.status or each.side, each.file].append(each)
    for (contract, operation, status, file), complaints in groups.items():
        case = _case(operation, f"{status} {file} by {contract}", file)
        _complain(case, complaints, options)
        yield case
    faulty = {key[:3] for key in groups}
    for covered in verdict.coverage:
        for status, count in covered.statuses.items():
            if count and (covered.contract, covered.operation, status) not in faulty:
                yield _case(covered.operation, f"{status} by {covered.contract} ({count} judged)")


def _case(operation: str, name: str, file: str = "") -> ET.Element:
    case = ET.Element("testcase", classname=visible(operation), name=visible(name), time="0")
    if file:
        case.set("file", visible(file))
    return case


def _unjudged(unjudged: Unjudged) -> ET.Element:
    line, column = unjudged.place
    what = "of no contract" if unjudged.uncovered else "could not be judged"
    case = _case("jumun", f"{unjudged.file}:{line}:{column} {what}: {unjudged.reason}", unjudged.file)
    reason = visible(unjudged.reason + times(unjudged))
    if unjudged.uncovered:
        ET.SubElement(case, "skipped", message=reason)
    else:
        ET.SubElement(case, "error", message=reason, type="unjudged").text = reason
    return case


def _complain(case: ET.Element, complaints: Sequence[Complaint], options: Options) -> None:
    failing = [each for each in complaints if is_failure(each, options)]
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        message, kind = visible(failing[0].message) + more, failing[0].severity
        ET.SubElement(case, "failure", message=message, type=kind).text = _listed(failing)
    if notes := [each for each in complaints if each not in failing]:
        ET.SubElement(case, "system-out").text = _listed(notes)


def _listed(complaints: Sequence[Complaint]) -> str:
    return "\n".join(
        visible(f"{each.file}:{each.place[0]}:{each.place[1]}: {each.severity}: {each.message} [{each.keyword}]")
        + times(each)
        for each in complaints
    )
