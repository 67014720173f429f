"""A JSON object a line: complaints, what could not be judged, and at last the summary. For logs and `jq`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jumun_contracts.reports.json_report import complaint_row, summary_row, unjudged_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.check.verdict import Verdict
    from jumun_contracts.reports.options import Options


def render_ndjson(verdict: Verdict, options: Options) -> Iterator[str]:
    """Rows as in the JSON report, each with its `kind`: `complaint`, `unjudged` or `summary`."""
    rows = [
        *({"kind": "complaint", **complaint_row(each)} for each in verdict.complaints),
        *({"kind": "unjudged", **unjudged_row(each)} for each in verdict.unjudged),
        {"kind": "summary", **summary_row(verdict, options)},
    ]
    yield from (json.dumps(row, ensure_ascii=False) for row in rows)
