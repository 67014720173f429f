"""Two versions of a contract side by side: what of it breaks clients, and the proof.

pairs = load_pairs("naver:documented", "naver:observed", providers=["naver", "bootpay"])
differences = [difference for old, new in pairs for difference in compare(old, new)]
"""

from jumun_contracts.contract.model import SEVERITIES
from jumun_contracts.diff.comparison import compare
from jumun_contracts.diff.difference import Difference, Witness
from jumun_contracts.diff.reader import load_openapi, read_openapi, version_of
from jumun_contracts.diff.rendering import Comparison, count, render_json, render_markdown, render_text
from jumun_contracts.diff.sides import load_pairs
from jumun_contracts.diff.version import DocumentWarning, Version

__all__ = [
    "SEVERITIES",
    "Comparison",
    "Difference",
    "DocumentWarning",
    "Version",
    "Witness",
    "compare",
    "count",
    "load_openapi",
    "load_pairs",
    "read_openapi",
    "render_json",
    "render_markdown",
    "render_text",
    "version_of",
]
