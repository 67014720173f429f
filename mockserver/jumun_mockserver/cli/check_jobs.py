"""The processes of `jumun check --jobs`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import click

from jumun_mockserver.cli.check_parts import judge_part

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from jumun_mockserver.cli.check_parts import Outcome, Part, Terms

# So many parts for each worker are handed out and not yet taken in: enough that none is idle.
_AHEAD = 4
# Windows cannot wait for more.
_MOST_WORKERS = 60


def iter_outcomes(
    parts: Sequence[Part], terms: Terms, shown: Callable[[], Mapping[str, Sequence[str]]], *, workers: int
) -> Generator[Outcome, None, None]:
    """What came of each part, in order. Close it, and the processes are gone.

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
            "a process of --jobs was killed, maybe for want of memory, and no file is judged without it: use fewer jobs"
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
    """A worker heeds its parent only: not Ctrl-C, and it goes when the parent is gone without a word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
