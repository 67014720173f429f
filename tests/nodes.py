"""Processes of `jumun serve` over one server of Redis."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cli.commands import started_for
from tests.mockserver.wire import RawAnswer, Wire, request

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.redis_server import RedisServer

JSON = "Content-Type: application/json"
# Of a test as a whole, on a machine that does other things.
_PATIENCE_S = 300


class Node(NamedTuple):
    """A process and its URL."""

    url: str
    process: subprocess.Popen[str]

    def ask(self, method: str, path: str, body: Any = None, *headers: str) -> RawAnswer:
        """The answer to a request on a connection of its own."""
        content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        with Wire(self.url) as wire:
            return wire.ask(request(method, path, *([JSON] if body is not None else []), *headers, body=content))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """The value that a call of the control plane gives."""
        answer = self.ask(method, f"/_jumun{path}", body)
        assert answer.status < 300, answer.body
        return json.loads(answer.body) if answer.body else None


@contextmanager
def start_nodes(redis: RedisServer, count: int = 3) -> Iterator[list[Node]]:
    """So many of them, each with a port of its own."""
    with ExitStack() as stack:
        command = ("serve", "--port", "0", "--store", f"{redis.url}?timeout=10s", "--quiet")
        processes = [stack.enter_context(started_for(_PATIENCE_S, *command)) for _ in range(count)]
        yield [Node(read_url(each), each) for each in processes]


def read_url(process: subprocess.Popen[str]) -> str:
    """The URL that a server prints first, once it listens."""
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("Jumun is listening on http://127.0.0.1:"), (line, process.stderr and process.stderr.read())
    return line.split()[4]
