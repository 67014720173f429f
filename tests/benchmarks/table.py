"""What came out: medians over the rounds, ratios within each round, a table to read."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.benchmarks.load import Load

OURS = "jumun"

# Column, key of a summary, format.
_COLUMNS = (
    ("start, s", "start_s", ".2f"),
    ("cold, /s", "cold_rate", ",.0f"),
    ("Jumun ÷ it", "cold_ratio", ".2f"),
    ("warm, /s", "warm_rate", ",.0f"),
    ("Jumun ÷ it", "warm_ratio", ".2f"),
    ("the same, /s", "same_rate", ",.0f"),
    ("Jumun ÷ it", "same_ratio", ".2f"),
    ("p50, ms", "p50_ms", ".2f"),
    ("p99, ms", "p99_ms", ".2f"),
    ("failed", "failed", "d"),
    ("memory, MB", "memory_mb", ",.0f"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One server in one round."""

    peer: str
    round: int
    start_s: float
    """From spawning it to its first right answer."""
    cold: Load
    warm_up: Load
    warm: Load
    same: Load
    """Warm, with the same bytes each time; of the others no two are alike."""
    memory_mb: float
    """Resident after the load that differs, all its processes."""

    @property
    def failed(self) -> int:
        """Requests that failed, warm-up included."""
        return self.cold.failed + self.warm_up.failed + self.warm.failed + self.same.failed


def summarize(runs: Sequence[Run]) -> dict[str, dict[str, Any]]:
    """Medians by server; `failed` is the sum. Latencies are those of the warm runs.

    A ratio is Jumun's rate by the server's in the same round, None without Jumun.
    """
    ours = {run.round: run for run in runs if run.peer == OURS}
    summaries: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(run.peer for run in runs):
        own = [run for run in runs if run.peer == name]
        pairs = [(ours[run.round], run) for run in own if run.round in ours]
        summaries[name] = {
            "rounds": len(own),
            "start_s": statistics.median(run.start_s for run in own),
            "cold_rate": statistics.median(run.cold.rate for run in own),
            "cold_ratio": _median([our.cold.rate / run.cold.rate for our, run in pairs]),
            "warm_rate": statistics.median(run.warm.rate for run in own),
            "warm_ratio": _median([our.warm.rate / run.warm.rate for our, run in pairs]),
            "same_rate": statistics.median(run.same.rate for run in own),
            "same_ratio": _median([our.same.rate / run.same.rate for our, run in pairs]),
            "p50_ms": statistics.median(run.warm.p50_ms for run in own),
            "p99_ms": statistics.median(run.warm.p99_ms for run in own),
            "failed": sum(run.failed for run in own),
            "memory_mb": statistics.median(run.memory_mb for run in own),
        }
    return summaries


def render_run(run: Run) -> dict[str, Any]:
    """Everything about a run, for a file."""
    loads = {"cold": run.cold, "warm_up": run.warm_up, "warm": run.warm, "same": run.same}
    rates = {name: {**asdict(load), "rate": load.rate} for name, load in loads.items()}
    return {**asdict(run), **rates, "failed": run.failed}


def render_table(
    summaries: Mapping[str, Mapping[str, Any]], *, versions: Mapping[str, str], absent: Mapping[str, str]
) -> Iterator[str]:
    """Lines of Markdown: the servers by warm rate, then why others are missing."""
    yield f"| server | {' | '.join(title for title, _, _ in _COLUMNS)} |"
    yield f"|---{'|--:' * len(_COLUMNS)}|"
    for name, summary in sorted(summaries.items(), key=lambda item: -item[1]["warm_rate"]):
        cells = ("-" if summary[key] is None else format(summary[key], form) for _, key, form in _COLUMNS)
        yield f"| {name} {versions[name]} | {' | '.join(cells)} |"
    for name, reason in absent.items():
        yield ""
        yield f"{name}: {' '.join(reason.split())}"


def _median(numbers: Sequence[float]) -> float | None:
    return statistics.median(numbers) if numbers else None
