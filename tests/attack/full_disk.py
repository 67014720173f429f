"""A disk that fills: what is recorded is whole rows, and what is lost is said."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from jumun_mockserver import LiveServer
from tests.attack.outcome import Outcome, rounds
from tests.cli.commands import PROGRAM
from tests.cli.test_record import record_arguments, recording_url
from tests.mockserver.wire import exchange
from tests.mockserver.world import KEYS, basic

if TYPE_CHECKING:
    from random import Random

_PATIENCE_S = 20
# Of `ulimit -f` in sh.
_ULIMIT_UNIT = 512
_SAID = re.compile(r"Error: lost (\d+) of (\d+) exchanges")


def attack(seconds: float, random: Random, folder: Path) -> Outcome:
    """Record on a tmpfs of some kilobytes, or within RLIMIT_FSIZE where none may be mounted, until it is full."""
    outcome = Outcome()
    with LiveServer() as server:
        for number in rounds(seconds):
            place = folder / f"disk-{number}"
            place.mkdir()
            size = 4_096 * random.randint(2, 5)
            is_mounted = _may_mount(place)
            trouble = _record(server, place, size, is_mounted=is_mounted)
            outcome.counts["tmpfs" if is_mounted else "RLIMIT_FSIZE"] += 1
            outcome.broken += [f"{number}, {size} bytes: {trouble}"] if trouble else []
    return outcome


def _may_mount(place: Path) -> bool:
    if not shutil.which("unshare"):
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(place)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _record(server: LiveServer, place: Path, size: int, *, is_mounted: bool) -> str:
    """What was wrong; '' for nothing."""
    record = [PROGRAM, *record_arguments(server, place / "t.ndjson")]
    mount = f'mount -t tmpfs -o size={size} none "{place}" && exec "$@"'
    limit = f'trap "" XFSZ && ulimit -f {size // _ULIMIT_UNIT} && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", mount] if is_mounted else ["sh", "-c", limit]

    with subprocess.Popen(
        [*command, "-", *record], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr
            url = recording_url(process)
            for number in range(20):
                answer = exchange(url, f"/orders?limit={number % 7 + 1}", {"authorization": basic(*KEYS)})
                if answer[0] != 200:
                    return f"a client got {answer[0]}"
            # Seen as the process sees it: the mount is its own.
            file = Path(f"/proc/{process.pid}/root{place}/t.ndjson") if is_mounted else place / "t.ndjson"
            lines = file.read_bytes().splitlines(keepends=True)
            process.terminate()
            code, said = process.wait(_PATIENCE_S), process.stderr.read()
        finally:
            process.kill()
    lost = _SAID.search(said)
    if any(not line.endswith(b"\n") or not json.loads(line) for line in lines):
        return "half a row"
    if lost is None or code != 2:
        return f"exit code {code}, and {said[-200:]!r}"
    return "" if int(lost[2]) - int(lost[1]) == len(lines) else f"{len(lines)} rows, and {lost[0]}"
