"""The files that `jumun check` is given, and standard input among them, judged in their order."""

from __future__ import annotations

import os
import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.ranges import iter_exchanges, split_recording
from jumun_mockserver.cli.check.parts import judge_ranges
from jumun_mockserver.cli.check.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.check.judge import Judge
    from jumun_contracts.recordings.ranges import Range
    from jumun_mockserver.cli.check.parts import Terms
    from jumun_mockserver.cli.check.progress import Advance

_STDIN, _STDIN_SHOWN = "-", "<stdin>"


def judge_files(judge: Judge, paths: Sequence[str], *, terms: Terms, jobs: int) -> None:
    """Judge what is in them. What cannot be read is noted as such.

    Args:
        paths: As given; `-` is standard input, which is judged in this process.
        terms: By what `judge` judges.
        jobs: How many processes do it; 0 for one on each core.

    Raises:
        click.UsageError: A worker has died.
    """
    ranges = {path: _split(path, terms.longest) for path in paths if path != _STDIN}
    total = None if _STDIN in paths else sum(each.size for path in paths for each in ranges[path])
    with progress(total) as advance:
        for is_stdin, group in groupby(paths, _STDIN.__eq__):
            if is_stdin:
                _judge_stdin(judge, advance, terms.longest)
                continue
            parts = [each for path in group for each in ranges[path]]
            judge_ranges(judge, parts, terms=terms, jobs=jobs or _cores(), advance=advance)


def _split(path: str, longest: int) -> list[Range]:
    return split_recording(path, file=click.format_filename(path), longest=longest)


def _judge_stdin(judge: Judge, advance: Advance, longest: int) -> None:
    recorded = read_recordings(sys.stdin.buffer, file=_STDIN_SHOWN, longest=longest)
    for each in iter_exchanges(recorded, file=_STDIN_SHOWN):
        judge.judge(each)
        advance(0, 1)


def _cores() -> int:
    """How many of them this process may use."""
    # macOS and Windows have no affinity.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
