"""The report as JSON: one document, by `report.schema.json`, or a row a line, for logs and `jq`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jumun_contracts.reports.wording import exit_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.check.verdict import Complaint, Coverage, Unjudged, Verdict
    from jumun_contracts.reports.options import Options


def render_json(verdict: Verdict, options: Options) -> Iterator[str]:
    """The whole verdict, in one piece."""
    document = {
        **_summary_row(verdict, options),
        "complaints": [_complaint_row(each) for each in verdict.complaints],
        "ignored": [_complaint_row(each) for each in verdict.ignored],
        "unjudged": [_unjudged_row(each) for each in verdict.unjudged],
        "coverage": [_coverage_row(each) for each in verdict.coverage],
    }
    yield json.dumps(document, ensure_ascii=False, indent=2)


def render_ndjson(verdict: Verdict, options: Options) -> Iterator[str]:
    """The rows of the document, a line each, with their `kind`: `complaint`, `unjudged` or `summary`."""
    rows = [
        *({"kind": "complaint", **_complaint_row(each)} for each in verdict.complaints),
        *({"kind": "unjudged", **_unjudged_row(each)} for each in verdict.unjudged),
        {"kind": "summary", **_summary_row(verdict, options)},
    ]
    yield from (json.dumps(row, ensure_ascii=False) for row in rows)


def _summary_row(verdict: Verdict, options: Options) -> dict[str, Any]:
    """The result of the run, in numbers."""
    severities = [each.severity for each in verdict.complaints]
    return {
        "version": 1,
        "exit_code": exit_code(verdict, options),
        "fail_on": options.fail_on,
        "fail_on_uncovered": options.fail_on_uncovered,
        "contracts": list(verdict.contracts),
        "exchanges": verdict.exchanges,
        "judged": verdict.judged,
        "without_body": verdict.without_body,
        "unanswered": verdict.unanswered,
        "breaking": severities.count("breaking"),
        "drift": severities.count("drift"),
        "info": severities.count("info"),
        "stale": list(verdict.stale),
    }


def _complaint_row(complaint: Complaint) -> dict[str, Any]:
    """Its fields, the place as line and column, and null where a request has no status."""
    return {**_placed(asdict(complaint)), "status": complaint.status or None}


def _unjudged_row(unjudged: Unjudged) -> dict[str, Any]:
    """Its fields, the place as line and column."""
    return _placed(asdict(unjudged))


def _coverage_row(coverage: Coverage) -> dict[str, Any]:
    """What was seen of one operation and what was not."""
    seen, never, members_seen, members_never = coverage.places
    patterns = dict.fromkeys((*members_seen, *members_never))
    return {
        "contract": coverage.contract,
        "operation": coverage.operation,
        "side": coverage.side,
        "statuses": coverage.statuses,
        "properties": {"seen": list(seen), "never": list(never)},
        "known_values": [
            {
                "pattern": pattern,
                "seen": list(members_seen.get(pattern, ())),
                "never": list(members_never.get(pattern, ())),
            }
            for pattern in patterns
        ],
    }


def _placed(row: dict[str, Any]) -> dict[str, Any]:
    line, column = row.pop("place")
    return {"file": row.pop("file"), "line": line, "column": column, **row}
