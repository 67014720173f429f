"""The files that `jumun check` is given, and standard input among them, judged in their order."""

from __future__ import annotations

import glob
import os
import sys
from contextlib import closing
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jumun_contracts import Tally
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import ENDINGS, read_recordings
from jumun_contracts.recordings.ranges import iter_exchanges, split_recording
from jumun_mockserver.cli.check.parts import judge_ranges
from jumun_mockserver.cli.check.progress import progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from jumun_contracts import Contract
    from jumun_contracts.recordings.ranges import Range
    from jumun_mockserver.cli.check.parts import Terms
    from jumun_mockserver.cli.check.progress import Advance

_STDIN, _STDIN_SHOWN = "-", "<stdin>"


def list_files(paths: Sequence[str]) -> list[str]:
    """The files that are meant, in order: of a folder all recordings below it, of a pattern what it matches.

    Args:
        paths: Files, folders, patterns such as `**/*.har`, or `-` for standard input.

    Raises:
        click.UsageError: A folder or a pattern without a recording.
    """
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - a name as given, for the report
            files = sorted(_iter_folder(path))
        elif glob.has_magic(path) and not os.path.lexists(path):
            files = sorted(each for each in glob.iglob(path, recursive=True) if Path(each).is_file())  # noqa: PTH207
        else:
            files = [path]
        if not files:
            raise click.UsageError(f"{path!r} holds no recording: expected a file that ends in {', '.join(ENDINGS)}")
        found += files
    return found


def judge_files(files: Sequence[str], contracts: Sequence[Contract], *, terms: Terms, jobs: int) -> Tally:
    """Judge what is in them. What cannot be read is noted as such.

    Args:
        files: As `list_files` gives them; `-` is standard input, which is judged in this process.
        contracts: Those of `terms`.
        jobs: How many processes do it; 0 for one on each core.

    Raises:
        click.UsageError: A worker has died.
    """
    ranges = {path: _split(path, terms.longest) for path in files if path != _STDIN}
    total = None if _STDIN in files else sum(each.size for path in files for each in ranges[path])
    with (
        progress(total) as advance,
        closing(
            _iter_tallies(files, ranges, contracts=contracts, terms=terms, jobs=jobs or _cores(), advance=advance)
        ) as tallies,
    ):
        return reduce(Tally.merge, tallies)


def _iter_tallies(
    files: Sequence[str],
    ranges: Mapping[str, Sequence[Range]],
    *,
    contracts: Sequence[Contract],
    terms: Terms,
    jobs: int,
    advance: Advance,
) -> Generator[Tally, None, None]:
    for is_stdin, numbered in groupby(enumerate(files), lambda each: each[1] == _STDIN):
        group = list(numbered)
        number = group[0][0]
        if is_stdin:
            judge = Judge(contracts, operation=terms.operation, file_number=number)
            yield _judge_stdin(judge, advance, terms.longest)
            continue
        parts = [each for _, path in group for each in ranges[path]]
        yield from judge_ranges(parts, file_number=number, terms=terms, jobs=jobs, advance=advance)


def _iter_folder(folder: str) -> Iterator[str]:
    """Recordings below a folder, those in hidden folders and WireMock's files of bodies left out."""
    for here, below, names in os.walk(folder):
        below[:] = [each for each in below if not each.startswith(".") and each != "__files"]
        yield from (os.path.join(here, each) for each in names if each.lower().endswith(ENDINGS))  # noqa: PTH118


def _split(path: str, longest: int) -> list[Range]:
    return split_recording(path, file=click.format_filename(path), longest=longest)


def _judge_stdin(judge: Judge, advance: Advance, longest: int) -> Tally:
    recorded = read_recordings(sys.stdin.buffer, file=_STDIN_SHOWN, longest=longest)
    for each in iter_exchanges(recorded, file=_STDIN_SHOWN):
        judge.judge(each)
        advance(0, 1)
    return judge.tally()


def _cores() -> int:
    """How many of them this process may use."""
    # macOS and Windows have no affinity.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
