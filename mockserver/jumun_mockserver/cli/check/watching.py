"""Files that are judged again as they change. They are looked at now and then, on whatever file system they are."""

from __future__ import annotations

import os
from contextlib import suppress
from time import perf_counter, sleep
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

import click

from jumun_contracts import DocumentError
from jumun_mockserver.cli.check.files import list_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_LOOK_EVERY_S = 0.5
# Looking at many files takes its time: it is done so seldom that it takes no more than a tenth of a processor.
_REST = 9
# A file that is being written is judged once it has come to rest, or after so many looks: a log may never do.
_SETTLE_S = 0.1
_SETTLE_LOOKS = 10
_NAMED = 3

_Seen: TypeAlias = dict[str, tuple[int, ...]]


class _Change(NamedTuple):
    """What there is to judge.

    Attributes:
        files: All of them.
        changed: Those that are new, gone or not what they were; of the first look all.
    """

    files: list[str]
    changed: list[str]


def watch_files(
    paths: Sequence[str], *, beside: Sequence[Path], output: Path | None, judge: Callable[[list[str]], None]
) -> NoReturn:
    """Judge what there is, and again each time that something has changed; ends with Ctrl-C.

    Args:
        paths: As `list_files` takes them. A folder may be empty, and what is not there may come.
        beside: Other files on which the report depends.
        output: The report's own file, which is not looked at wherever it is.
        judge: Judges files and reports.

    Raises:
        click.ClickException: The files cannot be judged as asked. Later that is said, and the watch goes on.
        DocumentError: Likewise.
    """
    changes = _iter_changes(paths, beside=beside, output=output)
    first = next(changes)
    files = "1 file" if len(first.files) == 1 else f"{len(first.files)} files"
    click.echo(f"watching {files}; Ctrl-C ends it", err=True)
    if first.files:
        judge(first.files)
    for change in changes:
        click.echo(_describe(change), err=True)
        try:
            if change.files:
                judge(change.files)
        except (click.ClickException, DocumentError) as error:
            # Half a configuration is being written, or a disk is full: what comes next may be whole.
            click.echo(f"Error: {error}", err=True)
    raise AssertionError


def _iter_changes(paths: Sequence[str], *, beside: Sequence[Path], output: Path | None) -> Iterator[_Change]:
    """What there is at first, and then each time that something has changed. Never ends."""
    ours = {os.path.realpath(output)} if output else set[str]()

    def look() -> tuple[list[str], _Seen]:
        files = [each for path in paths for each in _list(path) if os.path.realpath(each) not in ours]
        return files, {each: _mark(each) for each in (*files, *map(str, beside))}

    judged: _Seen | None = None
    while True:
        began_s = perf_counter()
        files, seen = look()
        took_s = perf_counter() - began_s
        if seen != judged:
            for _ in range(_SETTLE_LOOKS if judged is not None else 0):
                sleep(max(_SETTLE_S, took_s))
                before = seen
                files, seen = look()
                if seen == before:
                    break
            names = dict.fromkeys((*seen, *(judged or ())))
            yield _Change(files, [each for each in names if judged is None or seen.get(each) != judged.get(each)])
            judged = seen
        sleep(max(_LOOK_EVERY_S, _REST * took_s))


def _describe(change: _Change) -> str:
    """The files that have changed, the first few by name."""
    shown = ", ".join(click.format_filename(each) for each in change.changed[:_NAMED])
    more = len(change.changed) - _NAMED
    text = f"changed: {shown}{f' and {more} more' if more > 0 else ''}"
    return text if change.files else f"{text}; no recording is left"


def _list(path: str) -> list[str]:
    with suppress(click.UsageError):  # it holds none yet
        return list_files([path])
    return []


def _mark(file: str) -> tuple[int, ...]:
    """Another one whenever the file was written or replaced; () if it is not there."""
    with suppress(OSError):
        found = os.stat(file)  # noqa: PTH116 - a name as given
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
    return ()
