"""The files of `jumun check` in parts, each judged by itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import click

from jumun_contracts import judge_lines, load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.beside import read_beside
from jumun_contracts.recordings.lines import LONGEST_LINE
from jumun_contracts.recordings.ranges import RANGE_BYTES, iter_exchanges, read_lines
from jumun_mockserver.cli.stubs_options import choose_stubs

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from jumun_contracts import Stubs, Tally
    from jumun_contracts.recordings.ranges import Range
    from jumun_mockserver.cli.check.progress import Advance

Part: TypeAlias = "tuple[Range, ...]"
"""What is judged at a time: one range of lines, or some whole files."""

Task: TypeAlias = "tuple[Part, Terms, int]"
"""Arguments of `judge_part`."""


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


def judge_part(part: Part, terms: Terms, file_number: int) -> Tally:
    """Judge a part by itself; of several files as one."""
    stubs = _read_stubs(*terms.stubs)
    contracts = [load_contract(provider, profile, stubs=stubs) for provider, profile in terms.contracts]
    first, longest = part[0], terms.longest
    if first.is_lines:
        return judge_lines(
            read_lines(first, longest=longest),
            *contracts,
            file=first.file,
            file_number=file_number,
            part=first.start,
            operation=terms.operation,
            longest=longest,
            beside=read_beside(Path(first.path), longest=longest),
        )
    judge = Judge(contracts, operation=terms.operation, file_number=file_number)
    for each in part:
        for recorded in iter_exchanges(
            read_recordings(Path(each.path), file=each.file, longest=longest), file=each.file
        ):
            judge.judge(recorded)
    return judge.tally()


def judge_ranges(
    ranges: Iterable[Range], *, file_number: int, terms: Terms, jobs: int, advance: Advance
) -> Generator[Tally, None, None]:
    """Judge all ranges, those of a file one after the other.

    Args:
        file_number: Of the first file.
        jobs: How many processes do it; with 1 it is this one.
        advance: Called after each part.

    Raises:
        click.UsageError: A worker has died.
    """
    tasks: list[Task] = []
    for part in join_ranges(ranges):
        # A range that does not begin its file is of the same as the one before.
        file_number += bool(tasks and not part[0].start)
        tasks.append((part, terms, file_number))
    workers = min(jobs, len(tasks))
    tallies = iter_tallies(tasks, workers=workers) if workers > 1 else (judge_part(*each) for each in tasks)
    # Closed whatever happens: there may be processes behind it.
    with closing(tallies):
        for (part, _, _), tally in zip(tasks, tallies, strict=True):
            advance(sum(each.size for each in part), tally.counts.get("exchanges", 0))
            yield tally


# So many parts for each worker are handed out and not yet taken in: enough that none is idle.
_AHEAD = 4
# Windows cannot wait for more.
_MOST_WORKERS = 60


def iter_tallies(tasks: Sequence[Task], *, workers: int) -> Generator[Tally, None, None]:
    """Tally of each task, in order. Close it, and the processes are gone.

    Raises:
        click.UsageError: A worker has died.
    """
    try:
        with _working(min(workers, _MOST_WORKERS)) as executor:
            submitted = (_submit(executor, each) for each in tasks)
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


def _submit(executor: ProcessPoolExecutor, task: Task) -> Future[Tally]:
    """Hand out a task. Processes that this starts are born deaf to Ctrl-C, which a terminal sends to all."""
    if not hasattr(signal, "pthread_sigmask"):
        return executor.submit(judge_part, *task)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(judge_part, *task)
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
