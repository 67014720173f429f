"""Files that change. They are looked at now and then, on whatever file system they are."""

from __future__ import annotations

import os
from contextlib import suppress
from time import perf_counter, sleep
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_LOOK_EVERY_S = 0.5
# Looking at many files takes its time: it is done so seldom that it takes no more than a tenth of a processor.
_REST = 9
# A file that is being written is taken once it has come to rest, or after so many looks: a log may never do.
_SETTLE_S = 0.1
_SETTLE_LOOKS = 10
_NAMED = 3

_Seen: TypeAlias = dict[str, tuple[int, ...]]


class Change(NamedTuple):
    """What there is.

    Attributes:
        files: All of them.
        changed: Those that are new, gone or not what they were; of the first look all.
    """

    files: list[str]
    changed: list[str]


def iter_changes(list_files: Callable[[], list[str]], *, beside: Sequence[str] = ()) -> Iterator[Change]:
    """What there is at first, and then each time that something has changed. Never ends.

    Args:
        list_files: Gives the files that there are now.
        beside: Other files, whose changes count too.
    """

    def look() -> tuple[list[str], _Seen]:
        files = list_files()
        return files, {each: _mark(each) for each in (*files, *beside)}

    taken: _Seen | None = None
    while True:
        began_s = perf_counter()
        files, seen = look()
        took_s = perf_counter() - began_s
        if seen != taken:
            for _ in range(_SETTLE_LOOKS if taken is not None else 0):
                sleep(max(_SETTLE_S, took_s))
                before = seen
                files, seen = look()
                if seen == before:
                    break
            names = dict.fromkeys((*seen, *(taken or ())))
            yield Change(files, [each for each in names if taken is None or seen.get(each) != taken.get(each)])
            taken = seen
        sleep(max(_LOOK_EVERY_S, _REST * took_s))


def name_files(files: Sequence[str]) -> str:
    """The first few by name, and how many more there are."""
    shown = ", ".join(click.format_filename(each) for each in files[:_NAMED])
    more = len(files) - _NAMED
    return f"{shown}{f' and {more} more' if more > 0 else ''}"


def _mark(file: str) -> tuple[int, ...]:
    """Another one whenever the file was written or replaced; () if it is not there."""
    with suppress(OSError):
        found = os.stat(file)  # noqa: PTH116 - a name as given
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
    return ()
