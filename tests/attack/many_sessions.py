"""Many sessions at once: each counts its own calls, and what they held is used again."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumun_mockserver.control.client import ControlClient
from tests.attack.outcome import Outcome, rounds
from tests.cli.commands import PROGRAM
from tests.mockserver.test_serve_command import url_of
from tests.mockserver.wire import exchange
from tests.mockserver.world import basic

if TYPE_CHECKING:
    from random import Random

_AT_ONCE = 8
_EACH = 25
_GROWTH_AT_MOST = 60


def attack(seconds: float, random: Random, _folder: Path) -> Outcome:
    """Make, call and delete them from eight threads, 200 in a round."""
    outcome = Outcome()
    command = [PROGRAM, "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            url, before = url_of(process), 0
            for _ in rounds(seconds):
                plans = [[_draw(random) for _ in range(_EACH)] for _ in range(_AT_ONCE)]
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    for troubles in pool.map(partial(_play, url), plans):
                        outcome.broken += troubles
                outcome.counts["sessions"] += _EACH * _AT_ONCE
                # What the first round needs stays.
                before = before or _megabytes(process.pid)
            grown = _megabytes(process.pid) - before
            outcome.counts[f"grown by {grown} MB"] += 0
            if grown > _GROWTH_AT_MOST:
                outcome.broken.append(f"memory grew by {grown} MB")
        finally:
            process.kill()
    return outcome


def _draw(random: Random) -> tuple[int, int, dict[str, Any]]:
    """How many calls of a session fail, how many there are, and its other options."""
    options = {"orders": random.randint(0, 50), "seed": str(random.random())}
    return random.randint(0, 3), random.randint(1, 5), options


def _play(url: str, plan: list[tuple[int, int, dict[str, Any]]]) -> list[str]:
    troubles: list[str] = []
    for failures, calls, options in plan:
        with ControlClient(url) as control:
            scenario = f"bootpay.*: 429 x{failures}" if failures else ""
            keys = control.create_session(scenario=scenario, **options)["keys"]
            pair = basic(keys["bootpay_client_key"], keys["bootpay_secret_key"])
            statuses = [exchange(url, "/v1/orders", {"authorization": pair})[0] for _ in range(calls)]
            wanted = [429] * min(failures, calls) + [200] * max(0, calls - failures)
            if statuses != wanted or control.count() != calls:
                troubles.append(f"answered {statuses}, not {wanted}; counted {control.count()}")
            control.delete_session()
    return troubles


def _megabytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
