"""Differences written down: for people, for programs, for a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from jumun_contracts.contract.model import SEVERITIES
from jumun_contracts.diff.oasdiff import oasdiff_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumun_contracts.diff.difference import Difference
    from jumun_contracts.diff.version import DocumentWarning, Version

_WITNESS_BYTES = 4_000
_WARNINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and what differs between them."""

    old: Version
    new: Version
    differences: tuple[Difference, ...]

    @property
    def warnings(self) -> tuple[DocumentWarning, ...]:
        """What of either was not compared since it is wrong, each once."""
        return tuple(dict.fromkeys((*self.old.warnings, *self.new.warnings)))


def count(comparisons: Sequence[Comparison]) -> dict[str, int]:
    """How many there are of each severity."""
    found = [each.severity for comparison in comparisons for each in comparison.differences]
    return {severity: found.count(severity) for severity in SEVERITIES}


def render_text(comparisons: Sequence[Comparison]) -> str:
    """A line for each difference; what is the same for several statuses or codes is one line."""
    return "\n".join((*_iter_lines(comparisons), _summary(comparisons)))


def render_markdown(comparisons: Sequence[Comparison]) -> str:
    """A table for each severity."""
    return "\n".join((*_iter_tables(comparisons), _summary(comparisons)))


def render_json(comparisons: Sequence[Comparison]) -> str:
    """All that is known, unfolded, by `diff.schema.json`. A witness beyond 4 kB is left out."""
    document = {
        "version": 1,
        "counts": count(comparisons),
        "comparisons": [
            {
                "old": comparison.old.name,
                "new": comparison.new.name,
                "differences": [_record(each) for each in comparison.differences],
                "warnings": [asdict(each) for each in comparison.warnings],
            }
            for comparison in comparisons
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _record(difference: Difference) -> dict[str, Any]:
    record = {
        "severity": difference.severity,
        "direction": difference.direction,
        "operation": difference.operation or None,
        "status": difference.status or None,
        "place": difference.place,
        "keyword": difference.keyword,
        "was": difference.was,
        "is": difference.now,
        "message": difference.message,
    }
    witness = difference.witness
    if witness is not None and len(orjson.dumps(witness.instance)) <= _WITNESS_BYTES:
        record["witness"] = {"instance": witness.instance, "accepted_by": witness.accepted_by}
    if ids := oasdiff_ids(difference):
        record["oasdiff"] = list(ids)
    if difference.also:
        record["also"] = list(difference.also)
    return record


def _iter_lines(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for comparison in comparisons:
        if comparison.differences:
            yield f"{comparison.old.name} → {comparison.new.name}"
        for severity, direction, where, message in _folded(comparison):
            yield f"  {severity:<9}{direction:<9} {where + ': ' if where else ''}{message}"
    yield from (f"warning: {each}" for each in _shown_warnings(comparisons))


def _iter_tables(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for comparison in comparisons:
        yield f"## {comparison.old.name} → {comparison.new.name}\n"
        rows = _folded(comparison)
        for severity in SEVERITIES:
            if any(row[0] == severity for row in rows):
                yield f"### {severity}\n\n| direction | operation | what |\n|---|---|---|"
                yield from (
                    f"| {direction} | {where} | {message.replace('|', chr(92) + '|')} |"
                    for each, direction, where, message in rows
                    if each == severity
                )
                yield ""
    if warnings := _shown_warnings(comparisons):
        yield "### warnings\n"
        yield from (f"- {each}" for each in warnings)
        yield ""


def _shown_warnings(comparisons: Sequence[Comparison]) -> list[str]:
    """Of each file the first few."""
    files: dict[str, dict[str, None]] = {}
    for comparison in comparisons:
        for each in comparison.warnings:
            files.setdefault(each.file, {})[str(each)] = None
    shown = []
    for file, found in files.items():
        more = len(found) - _WARNINGS_SHOWN
        shown += list(found)[:_WARNINGS_SHOWN]
        shown += [f"{file}: {more} more; --format json has them all"] if more > 0 else []
    return shown


def _folded(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    """Severity, direction, operation with statuses, message."""
    groups: dict[tuple[str, ...], list[Difference]] = {}
    for each in comparison.differences:
        is_code = each.keyword == "error code"
        same = "" if is_code else each.message
        groups.setdefault(
            (each.severity, each.direction, each.operation, each.keyword, "" if is_code else each.place, same), []
        ).append(each)
    rows = []
    for (severity, direction, operation, keyword, *_), members in groups.items():
        message, statuses = members[0].message, ", ".join(each.status for each in members if each.status)
        if keyword == "error code":
            codes = ", ".join(str(each.was or each.now) for each in members)
            word = "are no longer answered" if members[0].was else "may be answered now"
            message = f"{codes} {word}" if len(members) > 1 else message
        elif keyword in ("status", "listed status"):
            statuses = ""
        rows.append((severity, direction, f"{operation} {statuses}".strip(), message))
    return rows


def _summary(comparisons: Sequence[Comparison]) -> str:
    found = count(comparisons)
    if not any(found.values()):
        return "no differences"
    return ", ".join(f"{number} {severity}" for severity, number in found.items())
