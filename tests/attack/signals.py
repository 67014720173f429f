"""SIGTERM and SIGINT while something goes on: the program ends soon, with exit code 0 and without a traceback."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.attack.outcome import Outcome, rounds
from tests.cli.commands import PROGRAM
from tests.mockserver.test_serve_command import LONG_WORK, url_of
from tests.mockserver.wire import Wire, request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

_SOON_S = 3
_PATIENCE_S = 20


def _read_nothing(wire: Wire) -> None:
    for _ in range(200):
        wire.send(request("GET", "/v1/orders?limit=50"))


# What is going on when the signal comes.
_STATES: dict[str, Callable[[Wire], object]] = {
    "an idle connection": lambda wire: wire.ask(request("GET", "/v1/orders")),
    "half a request": lambda wire: wire.send(request("GET", "/v1/orders")[:-2]),
    "a slow answer": lambda wire: wire.send(request("GET", "/v1/orders", "Jumun-Scenario: slow(1h)")),
    "an answer in pieces": lambda wire: wire.send(request("GET", "/v1/orders", "Jumun-Scenario: dribble(1, 1s)")),
    "a hang": lambda wire: wire.send(request("GET", "/v1/orders", "Jumun-Scenario: hang")),
    "a stream": lambda wire: wire.send(request("GET", "/_jumun/events", "Accept: text/event-stream")),
    "long work": lambda wire: wire.send(LONG_WORK),
    "answers that are not read": _read_nothing,
}


def attack(seconds: float, random: Random, _folder: Path) -> Outcome:
    """Start it, open some connections of each kind, send a signal, and take the time."""
    outcome, longest_s = Outcome(), 0.0
    for _ in rounds(seconds):
        names = random.sample(list(_STATES), random.randint(1, 3))
        number = random.choice((signal.SIGTERM, signal.SIGINT))
        took_s, trouble = _try(names, number)
        longest_s = max(longest_s, took_s)
        outcome.counts[number.name] += 1
        if trouble:
            outcome.broken.append(f"{number.name} during {', '.join(names)}: {trouble}")
    outcome.counts[f"longest {longest_s:.1f} s"] += 0
    return outcome


def _try(names: list[str], number: signal.Signals) -> tuple[float, str]:
    """Seconds until it ended, and what was wrong with that."""
    command = [PROGRAM, "serve", "--port", "0"]
    # No one reads its log until it has ended.
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        ExitStack() as stack,
    ):
        try:
            assert process.stderr
            url = url_of(process)
            for name in names:
                _STATES[name](stack.enter_context(Wire(url)))
            began = time.monotonic()
            process.send_signal(number)
            code = process.wait(_PATIENCE_S)
            took_s = time.monotonic() - began
            said = process.stderr.read()
        except subprocess.TimeoutExpired:
            return _PATIENCE_S, "it did not end"
        finally:
            process.kill()
    if code or "Traceback" in said:
        return took_s, f"exit code {code}: {said[-200:]}"
    return took_s, "" if took_s < _SOON_S else f"it took {took_s:.1f} s"
