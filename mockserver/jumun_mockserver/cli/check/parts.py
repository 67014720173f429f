"""The files of `jumun check` in parts, each judged by itself; what is found is put together in the files' order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import click

from jumun_contracts import load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings.lines import LONGEST_LINE
from jumun_contracts.recordings.ranges import RANGE_BYTES, RangeReader
from jumun_mockserver.cli.stubs_options import choose_stubs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from jumun_contracts import Stubs
    from jumun_contracts.check.judge import Tally
    from jumun_contracts.recordings.ranges import Range
    from jumun_mockserver.cli.check.progress import Advance

Part: TypeAlias = "tuple[Range, ...]"
"""What is judged at a time: one range of lines, or some whole files."""


class Terms(NamedTuple):
    """By what is judged.

    Attributes:
        contracts: Provider and profile of each.
        operation: As in `Judge`.
        stubs: Folder and `no_stubs`, as `choose_stubs` takes them.
        longest: Bytes that a line may have, and a file that has no lines.
    """

    contracts: tuple[tuple[str, str], ...]
    operation: str | None
    stubs: tuple[Path | None, bool] = (None, False)
    longest: int = LONGEST_LINE


class Outcome(NamedTuple):
    """Outcome of a part.

    Attributes:
        lines: Number of its last line, as in `RangeReader`.
        exchanges: How many it had.
    """

    tally: Tally
    lines: int
    exchanges: int


def join_ranges(ranges: Iterable[Range]) -> Iterator[Part]:
    """Small files together, so that ten thousand of them are not ten thousand tasks."""
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


@cache
def _read_stubs(folder: Path | None, no_stubs: bool) -> Stubs:  # noqa: FBT001 - as the terms have it
    """Read once in a process, for all parts."""
    return choose_stubs(folder, no_stubs=no_stubs)


def judge_part(part: Part, terms: Terms, shown: Mapping[str, Sequence[str]]) -> Outcome:
    """Judge a part by itself, as one who knows which keys were `shown` before."""
    stubs = _read_stubs(*terms.stubs)
    contracts = [load_contract(provider, profile, stubs=stubs) for provider, profile in terms.contracts]
    judge = Judge(contracts, operation=terms.operation, today=date.min, shown=shown)
    lines = exchanges = 0
    for each in part:
        reader = RangeReader(each, longest=terms.longest)
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
        from jumun_mockserver.cli.check.parts import iter_outcomes  # noqa: PLC0415 - most checks need no processes

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


# So many parts for each worker are handed out and not yet taken in: enough that none is idle.
_AHEAD = 4
# Windows cannot wait for more.
_MOST_WORKERS = 60


def iter_outcomes(
    parts: Sequence[Part], terms: Terms, shown: Callable[[], Mapping[str, Sequence[str]]], *, workers: int
) -> Generator[Outcome, None, None]:
    """Outcome of each part, in order. Close it, and the processes are gone.

    Args:
        shown: Gives the keys that were shown up to now, for `judge_part`.

    Raises:
        click.UsageError: A worker has died.
    """
    try:
        with _working(min(workers, _MOST_WORKERS)) as executor:
            submitted = (_submit(executor, each, terms, shown()) for each in parts)
            waiting = deque(islice(submitted, workers * _AHEAD))
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(islice(submitted, 1))
    except BrokenExecutor:
        raise click.UsageError(
            "a process of --jobs was killed, maybe because memory ran out, and nothing was judged: use fewer jobs"
        ) from None


@contextmanager
def _working(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of which no process is left, however this ends."""
    # A fork has read all contracts already; it is safe where no other thread can hold a lock at that moment.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        yield executor
    except BaseException:
        for each in set(multiprocessing.active_children()) - others:
            each.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _submit(
    executor: ProcessPoolExecutor, part: Part, terms: Terms, shown: Mapping[str, Sequence[str]]
) -> Future[Outcome]:
    """Hand out a part. Processes that this starts are born deaf to Ctrl-C, which a terminal sends to all."""
    if not hasattr(signal, "pthread_sigmask"):
        return executor.submit(judge_part, part, terms, shown)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(judge_part, part, terms, shown)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """A worker obeys its parent only: not Ctrl-C, and it goes when the parent is suddenly gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
