"""Servers of Redis of the tests' own, each on a free port and in a folder of its own, never the system's."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import valkey
from valkey.exceptions import ValkeyError

from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections
from jumun_mockserver.core.state.valkey.state import ValkeyState
from tests.benchmarks.program import free_port
from tests.interop.programs import require
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

LASTING = ("--appendonly", "yes", "--appendfsync", "always")
"""Options of a server that keeps all that it has acknowledged over a restart."""

_NUMBERS = count(1)
_DATABASES = count(1)


class RedisServer:
    """A server that can be stopped, held up and started again at the same address.

    Attributes:
        url: As `--store` takes it.
    """

    def __init__(self, folder: Path, *options: str, password: str | None = None) -> None:
        """Start it, without persistence unless `options` ask for it."""
        self._password = password
        self._folder = folder
        self._options = (*options, *(("--requirepass", password) if password else ()))
        self._program = require("redis-server")
        self.port = free_port()
        self.url = f"valkey://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [self._program, "--port", f"{self.port}", "--bind", "127.0.0.1", "--dir", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*command, "--save", "", *self._options], stdout=log, stderr=log)
        try:
            with self.client() as client:
                wait_until(lambda: self._answers(client))
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def client(self) -> Any:
        """A client for tests, which waits as long as it takes. By its types it could be asynchronous too."""
        return valkey.Valkey(port=self.port, password=self._password)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have it take connections, and answer nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def _answers(self, client: Any) -> bool:
        assert self._process.poll() is None, (self._folder / "log").read_text()
        try:
            return bool(client.ping())
        except ValkeyError:
            return False


@cache
def shared_server() -> RedisServer:
    """The one of this process, for tests that only need some state of their own; it ends with the process."""
    folder = tempfile.TemporaryDirectory(prefix="jumun-redis-")
    server = RedisServer(Path(folder.name), "--databases", "1000")
    atexit.register(folder.cleanup)
    atexit.register(server.kill)
    return server


@cache
def shared_connections() -> Connections:
    """Connections to `shared_server`, patient, since what tests of a machine are busy."""
    connections = Connections(Address.of(shared_server().url)._replace(patience_s=10))
    atexit.register(connections.close)
    return connections


def new_valkey_state() -> ValkeyState:
    """An empty state on `shared_server`."""
    return ValkeyState(shared_connections(), f"test{next(_NUMBERS)}")


def fresh_database() -> str:
    """The URL of an empty database on `shared_server`."""
    return shared_server().url.replace("/0", f"/{next(_DATABASES)}")
