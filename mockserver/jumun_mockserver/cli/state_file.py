"""`jumun serve --state FILE`: the default session, kept in a file over restarts."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

import click
import orjson

from jumun_contracts import JsonError, parse_json
from jumun_mockserver.core.session.snapshot import SnapshotError, restore_snapshot, take_snapshot
from jumun_mockserver.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from jumun_mockserver.core.session.session import Session

_EVERY_S = 3.0
# Of the time that passes, saving takes no more than one part in so many, however large the session is.
_SHARE = 20


class StateFile:
    """A session that is saved while it is served: every few seconds if it has changed, and at the end."""

    def __init__(self, file: Path, session: Session) -> None:
        """Load what the file has, if it is there, and see that it can be written.

        A scenario that the session starts from and that the file's session does not play is played from its beginning.

        Raises:
            click.UsageError: The file cannot be read or written, or is not of such a session; it is left as it is.
        """
        self._file = file
        self._name = click.format_filename(file)
        self._session = session
        self._saved = b""
        self._trouble = ""
        self._is_over = Event()
        self._thread = Thread(target=self._save_again_and_again, name="jumun-state", daemon=True)
        self._load()
        wanted = session.options.scenario
        if wanted and session.scenario.text != wanted:
            session.set_scenario(wanted)
        try:
            self._write()
        except OSError as error:
            raise click.UsageError(self._describe(error)) from error

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Save for the last time; exit code 2 if that fails."""
        self._is_over.set()
        self._thread.join()
        if not self._save() and kind is None:
            raise click.exceptions.Exit(2)

    def _load(self) -> None:
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise click.UsageError(f"--state {self._name}: {error.strerror}") from error
        way_out = "give another file, or move this one away to start over"
        try:
            restore_snapshot(self._session, parse_json(content))
        except JsonError as error:
            raise click.UsageError(f"--state {self._name} is not JSON: {error}; {way_out}") from error
        except SnapshotError as error:
            raise click.UsageError(f"--state {self._name}: {error}; {way_out}") from error
        self._saved = content

    def _save_again_and_again(self) -> None:
        wait_s = _EVERY_S
        while not self._is_over.wait(wait_s):
            began = time.monotonic()
            self._save()
            wait_s = max(_EVERY_S, _SHARE * (time.monotonic() - began))

    def _save(self) -> bool:
        """Write what has changed. Whether the file is up to date; if not, the reason is printed once."""
        try:
            self._write()
        except (OSError, orjson.JSONEncodeError) as error:
            trouble = self._describe(error)
            if trouble != self._trouble:
                click.echo(f"Error: {trouble}", err=True)
            self._trouble = trouble
            return False
        self._trouble = ""
        return True

    def _write(self) -> None:
        content = orjson.dumps(take_snapshot(self._session)) + b"\n"
        if content != self._saved:
            write_whole(self._file, content, is_private=True)
            self._saved = content

    def _describe(self, error: Exception) -> str:
        reason = getattr(error, "strerror", None) or str(error)
        return f"--state {self._name} cannot be written: {reason}; what it had before is kept"
