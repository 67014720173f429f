"""What a session of its own costs a test, as a ratio to one plain call in the same run: `make bench`."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import httpx

from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.testing.session import JumunSession

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, REPEATS = 5, 100


def measure(work: Callable[[], object]) -> float:
    """Milliseconds for one `work`: the median of rounds, each the mean of many."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(REPEATS):
            work()
        rounds.append((time.perf_counter() - started) / REPEATS * 1_000)
    return statistics.median(rounds)


def live_and_die(url: str) -> None:
    """What the fixture `jumun` does round a test."""
    with ControlClient(url) as control:
        session = JumunSession(control)
        session.list_faults()
        session.close()


def main() -> None:
    """Print the two and their ratio."""
    with LiveServer() as server, httpx.Client(auth=(server.bootpay_client_key, server.bootpay_secret_key)) as client:
        live_and_die(server.url)
        call = measure(lambda: client.get(f"{server.bootpay_base_url}/orders"))
        session = measure(lambda: live_and_die(server.url))
    print(f"one call {call:.2f} ms, one session {session:.2f} ms, ratio {session / call:.1f}")  # noqa: T201


if __name__ == "__main__":
    main()
