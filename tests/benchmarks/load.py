"""wrk: the load, and what it says about the answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks import exchange
from tests.benchmarks.program import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GRACE_S = 30
# Numbers instead of wrk's text with its changing units. A script with `done` alone leaves the request static.
_SCRIPT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nJSON {"requests": %d, "seconds": %.6f, "bytes": %d, "p50_ms": %.3f, "p99_ms": %.3f, "failed": %d}\\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.timeout + e.status))
end
"""
# Requests are made before the first one is sent, so that wrk needs no more time for them than for one.
_DIFFERING = """
local requests, next = {}, 0
init = function()
  for order in io.lines(%s) do
    local path = %s .. order .. %s
    requests[#requests + 1] = wrk.format("GET", path, {%s, ["X-Request-Id"] = string.format("%%08x", #requests)})
  end
end
request = function()
  next = next %% #requests + 1
  return requests[next]
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One run of wrk. `failed` adds up socket errors, time-outs (2 s) and statuses from 400 on."""

    requests: int
    seconds: float
    bytes: int
    p50_ms: float
    p99_ms: float
    failed: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def require_wrk() -> str:
    """Its version; raises Unavailable where it is not installed."""
    if not (path := shutil.which("wrk")):
        raise Unavailable("wrk is not on PATH (on Debian: apt-get install wrk)")
    # wrk -v exits with 1.
    done = subprocess.run([path, "-v"], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[0].split("Copyright")[0].strip()


@contextmanager
def loading(
    port: int, *, seconds: int, connections: int, folder: Path, differing: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """Wrk while it runs, one thread of it on `connections` kept connections; ended with the block.

    Args:
        folder: Where its script may be written.
        differing: Whether requests differ in their order and a header, or are the same bytes each time.
    """
    script = folder / "load.lua"
    script.write_text(_SCRIPT + (_differ(folder) if differing else ""))
    headers = [part for name, value in exchange.HEADERS.items() for part in ("-H", f"{name}: {value}")]
    size = ["-t1", f"-c{connections}", f"-d{seconds}s"]
    command = ["wrk", *size, "-s", str(script), *headers, f"http://127.0.0.1:{port}{exchange.PATH}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as wrk:
        try:
            yield wrk
        finally:
            wrk.kill()


def read_load(wrk: subprocess.Popen[str], *, timeout_s: float) -> Load:
    """What wrk says at its end; raises Unavailable when it says nothing, or counts no answer."""
    try:
        said = wrk.communicate(timeout=timeout_s)[0]
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"wrk did not end within {timeout_s} s") from error
    found = [line.removeprefix("JSON ") for line in said.splitlines() if line.startswith("JSON ")]
    if not found:
        raise Unavailable(f"wrk ended with {wrk.returncode}: {said.strip()}")
    load = Load(**json.loads(found[0]))
    if not load.requests:
        raise Unavailable(f"no answer under load, {load.failed} failures")
    return load


def run_load(port: int, *, seconds: int, connections: int, folder: Path, differing: bool = False) -> Load:
    """Load for so many seconds, see `loading`; raises Unavailable when it cannot be measured."""
    with loading(port, seconds=seconds, connections=connections, folder=folder, differing=differing) as wrk:
        return read_load(wrk, timeout_s=seconds + GRACE_S)


def _differ(folder: Path) -> str:
    """What makes the requests of a script differ; the orders are written into the folder."""
    orders = folder / "orders.txt"
    orders.write_text("".join(f"{each}\n" for each in exchange.ORDERS))
    headers = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in exchange.HEADERS.items())
    before, after = (exchange.BASE + exchange.ROUTE).split("{orderId}")
    return _DIFFERING % (json.dumps(str(orders)), json.dumps(before), json.dumps(after), headers)
