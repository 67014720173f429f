"""WSGI hosts as processes of their own, with the commands of docs/hosts.md."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT
from tests.interop.programs import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

# A busy machine takes seconds where an idle one takes a quarter.
_START_S = 60
_MODULE = "tests.interop.hosted"


@dataclass(frozen=True, slots=True)
class Host:
    """One way of serving `create_app()`.

    Attributes:
        heading: Of its column of the page, with the package's version.
        packages: The packages whose versions the heading has, in its order.
        command: With `{module}` and `{port}` in place of these.
        date_switch: Arguments that make it leave `Date` to the application; empty where it has none.
        settings: The file that these arguments name: its name and text.
    """

    heading: str
    packages: tuple[str, ...]
    command: str
    date_switch: str = ""
    settings: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return self.packages[0]

    @contextmanager
    def serve(self, folder: Path, *, with_date_switch: bool = False) -> Iterator[str]:
        """Start it in a group of processes that ends with the block; gives its URL once it takes connections.

        Args:
            folder: Takes its settings and its log, and is its home.
            with_date_switch: Whether `date_switch` is among its arguments.
        """
        port = _free_port()
        line = self.command.format(module=_MODULE, port=port)
        if with_date_switch:
            line += f" {self.date_switch}"
        if (name := self.settings[0]) and with_date_switch:
            (folder / name).write_text(self.settings[1], encoding="utf-8")
            line = line.replace(name, shlex.quote(str(folder / name)))
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = clean_environment(folder) | {"PATH": path, "PYTHONPATH": str(ROOT)}
        log = folder / "log.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                shlex.split(line),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            if not _takes_connections(process, port):
                pytest.fail(f"{line}\ndid not start\n{log.read_text('utf-8', 'replace')}", pytrace=False)
            yield f"http://127.0.0.1:{port}"
        finally:
            # Its workers are in its group; there is nothing that they have to save.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


HOSTS = (
    Host("granian 2.8.9", ("granian",), "granian --interface wsgi --host 127.0.0.1 --port {port} {module}:app"),
    Host(
        "hypercorn 0.18.0",
        ("hypercorn",),
        "hypercorn --bind 127.0.0.1:{port} wsgi:{module}:app",
        "--config hypercorn.toml",
        ("hypercorn.toml", "include_date_header = false\ninclude_server_header = false\n"),
    ),
    Host(
        "uvicorn 0.54.0 with a2wsgi 1.10.10",
        ("uvicorn", "a2wsgi"),
        "uvicorn --port {port} {module}:asgi",
        "--no-date-header --no-server-header",
    ),
    Host("gunicorn 27.0.1", ("gunicorn",), "gunicorn --bind 127.0.0.1:{port} {module}:app"),
    Host("waitress 3.0.2", ("waitress",), "waitress-serve --listen 127.0.0.1:{port} {module}:app"),
    Host("`flask run`, Werkzeug 3.1.9", ("Werkzeug",), "flask --app {module}:app run --port {port}"),
)


def _free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on; not every host can be handed a socket or say which port it took."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _takes_connections(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether a process takes connections before it ends and in time."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            return False
        return True
    return False
