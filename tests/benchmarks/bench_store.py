"""What a shared store costs: processor time of a command, and calls a second beside memory. See README.md here."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import statistics
import sys
from contextlib import ExitStack, closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import uvloop

# `make bench` runs this as a file.
sys.path.insert(0, str(Path(__file__).parents[2]))

from jumun_mockserver.core.session.store import SESSION_HEADER
from jumun_mockserver.core.state import waiting
from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections
from jumun_mockserver.core.state.valkey.state import ValkeyState
from tests.benchmarks import exchange
from tests.benchmarks.load import GRACE_S, loading, read_load, require_wrk
from tests.benchmarks.peers import Place, load_jumun
from tests.benchmarks.program import Unavailable, free_port, running
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS, CONNECTIONS = 32_000, 32
AT_ONCE = (1, 16)
_MB = 1_000_000
VERBS: dict[str, Callable[[ValkeyState], object]] = {
    "read": lambda state: state.read("f", "n"),
    "count": lambda state: state.count("f", "n"),
    "take": lambda state: state.take("b", "n", 1.0, 5.0, 100.0),
    "append": lambda state: state.append("l", [1, "x" * 500], at_most=100),
}


def measure_verb(url: str, verb: Callable[[ValkeyState], object], at_once: int) -> float:
    """Processor time of this process for one command, in µs, where so many requests ask one after the other."""
    connections, loop = Connections(Address.of(url)._replace(patience_s=60)), uvloop.new_event_loop()
    state, each = ValkeyState(connections, "bench"), COMMANDS // at_once

    def work() -> None:
        for _ in range(each):
            verb(state)

    async def work_at_once() -> None:
        for future in [waiting.run(work, loop=loop, at_most_s=600) for _ in range(at_once)]:
            await future

    loop.run_until_complete(work_at_once())
    before = _processor_s()
    loop.run_until_complete(work_at_once())
    spent = _processor_s() - before
    connections.close()
    # What is closed is so at the loop's next turn.
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    return spent / COMMANDS * 1e6


def _processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def measure_rate(options: list[str], servers: int, *, seconds: int) -> float:
    """Calls a second of so many servers together, each with its share of the connections."""
    jumun = Path(sys.executable).with_name("jumun")
    with ExitStack() as stack:
        loads = []
        for _ in range(servers):
            folder, port = Path(stack.enter_context(TemporaryDirectory(prefix="jumun-bench-"))), free_port()
            command = [*load_jumun(Place(jumun, folder, port)), *options]
            stack.enter_context(running(command, folder=folder)).wait_for_answer(port)
            loads.append((port, folder))
        share = CONNECTIONS // servers
        tools = [
            stack.enter_context(loading(port, seconds=seconds, connections=share, folder=folder, differing=True))
            for port, folder in loads
        ]
        found = [read_load(tool, timeout_s=seconds + GRACE_S) for tool in tools]
    if failed := sum(load.failed for load in found):
        raise Unavailable(f"{failed} requests failed")
    return sum(load.rate for load in found)


def fill(redis: RedisServer, sessions: int) -> tuple[float, float]:
    """Megabytes that the store uses before so many sessions are made, each called once, and with them."""
    jumun, port = Path(sys.executable).with_name("jumun"), free_port()
    store = redis.url.replace("/0", "/2")
    command: list[str | Path] = [jumun, "serve", "--port", f"{port}", "--quiet", "--store", store]
    with (
        TemporaryDirectory(prefix="jumun-bench-") as name,
        running(command, folder=Path(name)) as program,
        redis.client() as client,
        closing(HTTPConnection("127.0.0.1", port, timeout=GRACE_S)) as connection,
    ):
        program.wait_for_answer(port)
        before = client.info("memory")["used_memory"]
        for _ in range(sessions):
            connection.request("POST", "/_jumun/sessions", b"{}", {"Content-Type": "application/json"})
            session = json.loads(connection.getresponse().read())["id"]
            connection.request("GET", exchange.PATH, headers={**exchange.HEADERS, SESSION_HEADER: session})
            if (status := (answer := connection.getresponse()).status) != HTTPStatus.OK:
                raise Unavailable(f"a session was answered with {status}")
            answer.read()
        return before / _MB, client.info("memory")["used_memory"] / _MB


def require_redis() -> None:
    """Raise Unavailable where it is not installed."""
    if not shutil.which("redis-server"):
        raise Unavailable("redis-server is not on PATH (on Debian: apt-get install redis-server)")


@click.command()
@click.option("--seconds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--sessions", type=click.IntRange(1), default=10_000, show_default=True)
def main(seconds: int, rounds: int, sessions: int) -> None:
    """Print what commands cost, rates by that of one server in memory, and what sessions take in the store."""
    try:
        require_wrk()
        require_redis()
        with TemporaryDirectory(prefix="jumun-bench-") as name, RedisServer(Path(name)) as redis:
            for title, verb in VERBS.items():
                spent = [measure_verb(redis.url, verb, each) for each in AT_ONCE]
                shown = ", ".join(f"{each} at once {us:.1f} µs" for each, us in zip(AT_ONCE, spent, strict=True))
                click.echo(f"{title}: {shown} of processor time")
            store = ["--store", redis.url.replace("/0", "/1")]
            rates: dict[str, list[float]] = {"memory": [], "1 on the store": [], "2 on the store": [], "2 workers": []}
            for _ in range(rounds):
                rates["memory"].append(measure_rate([], 1, seconds=seconds))
                rates["1 on the store"].append(measure_rate(store, 1, seconds=seconds))
                rates["2 on the store"].append(measure_rate(store, 2, seconds=seconds))
                rates["2 workers"].append(measure_rate([*store, "--workers", "2"], 1, seconds=seconds))
            filled = fill(redis, sessions)
        memory = statistics.median(rates["memory"])
        for title, found in rates.items():
            rate = statistics.median(found)
            click.echo(f"{title}: {rate:,.0f} calls a second, {rate / memory:.2f} of memory's")
        click.echo(f"{sessions:,} sessions: {filled[0]:.1f} MB in the store before them, {filled[1]:.1f} MB with them")
    except Unavailable as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
