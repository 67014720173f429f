"""Minutes of full load on `jumun serve`, beside clients that misbehave: does it lose anything? See README.md."""

from __future__ import annotations

import base64
import http.client
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING

import click

# It is run as a file.
sys.path.insert(0, str(Path(__file__).parents[2]))

from jumun_mockserver.control.client import ControlClient, ControlError
from tests.benchmarks import exchange
from tests.benchmarks.load import GRACE_S, Load, loading, read_load, require_wrk
from tests.benchmarks.peers import PEERS, Place
from tests.benchmarks.program import Program, Unavailable, Usage, free_port, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PAUSE_S = 0.05
_SETTLE_S = 15
# Flat: the last third's median is at most this much above the middle third's, or this many more.
_TOLERANCE, _SLACK = 0.05, 4
_FEWEST_SAMPLES = 9
_DROPPED, _SESSIONS = "dropped connections", "sessions"
_HALVES = (
    b"",
    b"GET ",
    f"GET {exchange.PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthor".encode(),
    b"POST /external/v1/oauth2/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nclient_id=",
)


def drop(port: int, *, seen: Counter[str]) -> None:
    """Send each half of a request and go, by reset and by close."""
    for half in _HALVES:
        for linger_s in (0, None):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(half)
                if linger_s is not None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, linger_s))
            seen[_DROPPED] += 1


def use_session(port: int, *, seen: Counter[str]) -> None:
    """Make a session, call with its keys, count its calls, delete it."""
    with ControlClient(f"http://127.0.0.1:{port}") as control:
        session = control.create_session()
        try:
            keys = session["keys"]
            basic = base64.b64encode(f"{keys['bootpay_client_key']}:{keys['bootpay_secret_key']}".encode()).decode()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/v1/orders", headers={"Authorization": f"Basic {basic}"})
            status = connection.getresponse().status
            connection.close()
            if status != http.client.OK or control.count() != 1:
                raise ControlError(f"the call in a session was answered with {status}, or not counted once")
        finally:
            control.delete_session()
    seen[_SESSIONS] += 1


def repeat(work: partial[None], *, until: Event, seen: Counter[str]) -> None:
    """Do it until asked to stop; what goes wrong is counted."""
    while not until.wait(_PAUSE_S):
        try:
            work()
        except (OSError, http.client.HTTPException, ControlError) as error:
            seen[f"FAILED {work.func.__name__}: {error}"] += 1


def is_flat(series: Sequence[float]) -> bool:
    """Whether it has stopped growing: the first third is warm-up, the last is not above the middle."""
    third = len(series) // 3
    middle, last = statistics.median(series[third : 2 * third]), statistics.median(series[2 * third :])
    return last <= max(middle * (1 + _TOLERANCE), middle + _SLACK)


def sample(program: Program, wrk: subprocess.Popen[str], *, every_s: int) -> list[Usage]:
    """What the server holds, printed as it comes, until the load ends."""
    samples: list[Usage] = []
    started = time.monotonic()
    while True:
        with suppress(subprocess.TimeoutExpired):
            wrk.wait(every_s)
            return samples
        usage = program.usage()
        samples.append(usage)
        click.echo(
            f"{time.monotonic() - started:6.0f} s {usage.memory_mb:8.1f} MB {usage.descriptors:6d} descriptors "
            f"{usage.threads:4d} threads"
        )


def settle(program: Program, *, to: Usage) -> Usage:
    """What the server still holds when everyone has gone: at once, or after a while."""
    deadline = time.monotonic() + _SETTLE_S
    while (usage := program.usage()).descriptors > to.descriptors and time.monotonic() < deadline:
        time.sleep(_PAUSE_S)
    return usage


@click.command()
@click.option("--minutes", type=click.FloatRange(0.2), default=10, show_default=True)
@click.option(
    "--every", "every_s", type=click.IntRange(1), default=5, show_default=True, help="Seconds between samples."
)
@click.option("--connections", type=click.IntRange(1), default=32, show_default=True)
def main(minutes: float, every_s: int, connections: int) -> None:
    """Load a server, print what it holds over time and a verdict; end with 1 when that is bad."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        require_wrk()
        findings = run(seconds=round(minutes * 60), every_s=every_s, connections=connections)
    except Unavailable as error:
        raise click.ClickException(str(error)) from error
    for finding in findings:
        click.echo(f"BAD: {finding}")
    click.echo("verdict: " + ("bad" if findings else "flat, nothing failed, nothing left open"))
    sys.exit(1 if findings else 0)


def run(*, seconds: int, every_s: int, connections: int) -> list[str]:
    """What is wrong with the server; empty for nothing."""
    jumun, stop, seen = PEERS["jumun"], Event(), Counter[str]()
    with TemporaryDirectory(prefix="jumun-soak-") as name:
        folder = Path(name)
        place = Place(jumun.install(folder).path, folder, free_port())
        with running(jumun.command(place), folder=folder) as program, ThreadPoolExecutor() as pool:
            program.wait_for_answer(place.port)
            idle = program.usage()
            # Once each, for what is loaded on first use.
            drop(place.port, seen=Counter())
            use_session(place.port, seen=Counter())
            before = settle(program, to=idle)
            with loading(place.port, seconds=seconds, connections=connections, folder=folder) as wrk:
                try:
                    crowd = [
                        pool.submit(repeat, partial(work, place.port, seen=seen), until=stop, seen=seen)
                        for work in (drop, use_session)
                    ]
                    samples = sample(program, wrk, every_s=every_s)
                finally:
                    stop.set()
                done = read_load(wrk, timeout_s=GRACE_S)
            for each in crowd:
                each.result()
            after = settle(program, to=before)
    click.echo(f"wrk: {done.requests:,} requests, {done.rate:,.0f}/s, p99 {done.p99_ms:.2f} ms, {done.failed} failed")
    click.echo(f"beside it: {dict(seen)}")
    click.echo(f"before {before}\nafter  {after}")
    return list(judge(done, samples, seen, before=before, after=after))


def judge(done: Load, samples: Sequence[Usage], seen: Counter[str], *, before: Usage, after: Usage) -> Iterator[str]:
    """What is wrong."""
    if done.failed:
        yield f"{done.failed} of {done.requests} requests failed"
    for line, times in seen.items():
        if line.startswith("FAILED"):
            yield f"{line} ({times} times)"
    if not (seen[_DROPPED] and seen[_SESSIONS]):
        yield f"no connection was dropped or no session used beside the load: {dict(seen)}"
    if len(samples) < _FEWEST_SAMPLES:
        yield f"{len(samples)} samples say nothing about growth: more --minutes, or fewer seconds with --every"
        return
    for name in ("memory_mb", "descriptors", "threads"):
        series = [getattr(usage, name) for usage in samples]
        if not is_flat(series):
            yield f"{name} still grows: {series}"
    if after.descriptors > before.descriptors:
        yield f"{after.descriptors - before.descriptors} descriptors stay open when all clients have gone"


if __name__ == "__main__":
    main()
