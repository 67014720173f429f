"""Files that are judged again as they change."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import click

from jumun_contracts import DocumentError
from jumun_mockserver.cli.changes import iter_changes, name_files
from jumun_mockserver.cli.check.files import list_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jumun_mockserver.cli.changes import Change


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
    ours = {os.path.realpath(output)} if output else set[str]()

    def list_recordings() -> list[str]:
        return [each for path in paths for each in _list(path) if os.path.realpath(each) not in ours]

    changes = iter_changes(list_recordings, beside=[*map(str, beside)])
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


def _describe(change: Change) -> str:
    text = f"changed: {name_files(change.changed)}"
    return text if change.files else f"{text}; no recording is left"


def _list(path: str) -> list[str]:
    with suppress(click.UsageError):  # it holds none yet
        return list_files([path])
    return []
