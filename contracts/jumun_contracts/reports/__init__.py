"""What a run found, in the forms that people, programs and CI systems read. Each is a function of verdict and options.

A report holds what the verdict holds and nothing else, so no value of what was judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.reports.github import render_github
from jumun_contracts.reports.json_report import render_json, render_ndjson
from jumun_contracts.reports.junit import render_junit
from jumun_contracts.reports.options import Options
from jumun_contracts.reports.sarif import render_sarif
from jumun_contracts.reports.text import render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.check.verdict import Verdict

RENDERERS: Mapping[str, Callable[[Verdict, Options], Iterator[str]]] = {
    "text": render_text,
    "json": render_json,
    "ndjson": render_ndjson,
    "junit": render_junit,
    "sarif": render_sarif,
    "github": render_github,
}
"""Name of a form → its pieces, each to be ended by a line feed."""

__all__ = ["RENDERERS", "Options"]
