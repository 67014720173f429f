"""`jumun serve --watch`: data, stubs and scenario, taken again while the server runs."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import click

from jumun_mockserver.assembly import renew_dispatch
from jumun_mockserver.cli.changes import iter_changes, name_files
from jumun_mockserver.cli.scenario import read_scenario
from jumun_mockserver.cli.stubs_options import choose_stubs
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.store import SessionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.dispatch import Dispatch

_ENDINGS = (".yaml", ".yml", ".json")
# A data folder has a folder for each provider; stubs may be deeper.
_DATA_DEEP = 1
_STUBS_DEEP = 10


class Reloading:
    """What `jumun serve` reads from files, and reads again when they change."""

    def __init__(self, options: Options, given: Mapping[str, Any]) -> None:
        """Look at the files.

        Args:
            options: What the server was asked for.
            given: The command's parameters as they were given, `scenario`, `stubs` and `no_stubs` among them.

        Raises:
            click.UsageError: It is not started from files that can be watched.
        """
        self._options = options
        self._given = given
        self._sources: dict[str, tuple[Path, int]] = {}
        for name, deep in (("data", _DATA_DEEP), ("stubs", _STUBS_DEEP)):
            if given[name]:
                self._sources[name] = (Path(given[name]), deep)
        if given["scenario"] and Path(given["scenario"]).is_file():
            self._sources["scenario"] = (Path(given["scenario"]), 0)
        if not self._sources:
            raise click.UsageError("--watch needs something to watch: give --data DIR, --stubs DIR or --scenario FILE")
        self._changes = iter_changes(self._list_files)
        next(self._changes)

    @property
    def names(self) -> str:
        """What is watched, as it was given."""
        return ", ".join(click.format_filename(path) for path, _ in self._sources.values())

    def start(self, dispatch: Dispatch) -> None:
        """Renew what the server serves with each change, from a thread of its own, until the process ends."""
        Thread(target=self._watch, args=(dispatch,), name="jumun watch", daemon=True).start()

    def _watch(self, dispatch: Dispatch) -> NoReturn:
        # Of several changes with a mistake between them, all are taken at once.
        changed: dict[str, None] = {}
        for change in self._changes:
            changed |= dict.fromkeys(change.changed)
            try:
                click.echo(self._reload(dispatch, [*changed]), err=True)
            except (click.ClickException, SessionError, OSError, ValueError) as error:
                text = error.format_message() if isinstance(error, click.ClickException) else str(error)
                click.echo(f"Error: {text}\nnot reloaded: what was read before is served", err=True)
            else:
                changed = {}
        raise AssertionError

    def _reload(self, dispatch: Dispatch, changed: list[str]) -> str:
        """Take what is there now, and say so; raises what a start raises."""
        touched = {
            name: path
            for name, (path, _) in self._sources.items()
            if any(Path(each).is_relative_to(path) for each in changed)
        }
        if "stubs" in touched:
            # Only then, for contracts are made of them.
            self._options["stubs"] = choose_stubs(self._given["stubs"], no_stubs=self._given["no_stubs"])
        if "scenario" in touched:
            self._options["scenario"] = read_scenario(self._given["scenario"])
        try:
            starts_over = renew_dispatch(dispatch, self._options)
        except ScenarioError as error:
            raise click.UsageError(f"{self._given['scenario']}: {error}") from error
        names = ", ".join(click.format_filename(path) for path in touched.values())
        files = "1 file" if len(changed) == 1 else f"{len(changed)} files"
        text = f"reloaded {names}: {files} changed ({name_files(changed)})"
        return f"{text}; the default session has started over" if starts_over else text

    def _list_files(self) -> list[str]:
        return [file for path, deep in self._sources.values() for file in _iter_files(path, deep)]


def _iter_files(path: Path, deep: int) -> Iterator[str]:
    """The documents in a folder and the folders in it, as many deep; a file itself."""
    try:
        entries = sorted(os.scandir(path), key=lambda each: each.name)
    except NotADirectoryError:
        yield str(path)
        return
    except OSError:
        return
    for entry in entries:
        # What begins with a dot is an editor's, or not for us.
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if deep:
                yield from _iter_files(Path(entry.path), deep - 1)
        elif entry.name.endswith(_ENDINGS):
            yield entry.path
