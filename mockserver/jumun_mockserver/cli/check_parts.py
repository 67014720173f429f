"""The files of `jumun check` in parts, each judged by itself; what is found is put together in the files' order."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from jumun_contracts import load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings.ranges import RANGE_BYTES, RangeReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.check.tally import Tally
    from jumun_contracts.recordings.ranges import Range
    from jumun_mockserver.cli.check_progress import Advance

Part: TypeAlias = "tuple[Range, ...]"
"""What is judged at a time: one range of lines, or some whole files."""


class Terms(NamedTuple):
    """By what is judged.

    Attributes:
        contracts: Provider and profile of each.
        operation: As in `Judge`.
    """

    contracts: tuple[tuple[str, str], ...]
    operation: str | None


class Outcome(NamedTuple):
    """What came of a part.

    Attributes:
        lines: Number of its last line, as in `RangeReader`.
        exchanges: How many it had.
    """

    tally: Tally
    lines: int
    exchanges: int


def join_ranges(ranges: Iterable[Range]) -> Iterator[Part]:
    """Small files together, so that ten thousand of them are no ten thousand errands."""
    together: list[Range] = []
    size = 0
    for each in ranges:
        if together and (each.is_lines or size + each.size > RANGE_BYTES):
            yield tuple(together)
            together, size = [], 0
        if each.is_lines:
            yield (each,)
        else:
            together.append(each)
            size += each.size
    if together:
        yield tuple(together)


def judge_part(part: Part, terms: Terms, shown: Mapping[str, Sequence[str]]) -> Outcome:
    """Judge a part by itself, as one who knows which keys were `shown` before."""
    contracts = [load_contract(provider, profile) for provider, profile in terms.contracts]
    judge = Judge(contracts, operation=terms.operation, today=date.min, shown=shown)
    lines = exchanges = 0
    for each in part:
        reader = RangeReader(each)
        for recorded in reader:
            judge.judge(recorded)
        lines, exchanges = reader.lines, exchanges + reader.exchanges
    return Outcome(judge.tally(), lines, exchanges)


def judge_ranges(judge: Judge, ranges: Iterable[Range], *, terms: Terms, jobs: int, advance: Advance) -> None:
    """Judge all ranges, those of a file one after the other, as if `judge` read them all itself.

    Args:
        terms: By what `judge` judges.
        jobs: How many processes do it; with 1 it is this one.
        advance: Called after each part.

    Raises:
        click.UsageError: A worker has died.
    """
    parts = list(join_ranges(ranges))
    if min(jobs, len(parts)) > 1:
        from jumun_mockserver.cli.check_jobs import iter_outcomes  # noqa: PLC0415 - most checks need no processes

        outcomes = iter_outcomes(parts, terms, judge.shown, workers=min(jobs, len(parts)))
    else:
        outcomes = (judge_part(each, terms, judge.shown()) for each in parts)
    lines = exchanges = 0
    # Closed whatever happens: there may be processes behind it.
    with closing(outcomes):
        for part, outcome in zip(parts, outcomes, strict=True):
            if not part[0].start:
                lines = exchanges = 0
            # A range counts all lines before it as one.
            before = max(lines - 1, 0)
            if not judge.absorb(outcome.tally, lines=before, exchanges=exchanges):
                tally = judge_part(part, terms, judge.shown()).tally
                judge.absorb(tally, lines=before, exchanges=exchanges)
            lines, exchanges = before + outcome.lines, exchanges + outcome.exchanges
            advance(sum(each.size for each in part), outcome.exchanges)
