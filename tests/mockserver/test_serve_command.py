"""`jumun serve` as a program: what it prints, and how it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mockserver.wire import Wire, request

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")

COMMAND = [str(Path(sys.executable).with_name("jumun")), "serve", "--port", "0"]
HALF = b"POST /v1/request/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    """A running `jumun serve`."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    """The URL in its first line."""
    assert process.stdout
    found = re.search(r"http://\S+:[1-9][0-9]*", process.stdout.readline())
    assert found
    return found[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("state", ["none", "idle", "half", "control"])
def test_a_signal_ends_it(program: subprocess.Popen[str], number: signal.Signals, state: str) -> None:
    """SIGTERM and Ctrl-C end it with exit code 0 and no traceback, within moments, whatever clients hold open."""
    wire = Wire(url_of(program))
    with wire:
        if state in ("idle", "half"):
            assert wire.ask(request("GET", "/v1/orders")).status == 200
        if state == "half":
            wire.send(HALF)
        if state == "control":
            assert wire.ask(request("GET", "/_jumun/health")).status == 200
        told = time.monotonic()
        program.send_signal(number)
        _, errors = program.communicate(timeout=10)
        took = time.monotonic() - told
    assert program.returncode == 0
    assert took < 3
    assert "Traceback" not in errors


def test_it_serves_when_it_says_so(program: subprocess.Popen[str]) -> None:
    """Whoever has read the first line is answered, and each call is a line on stderr without a secret."""
    with Wire(url_of(program)) as wire:
        assert wire.ask(request("GET", "/v1/orders?keyword=hush")).status == 200
    program.terminate()
    _, errors = program.communicate(timeout=10)
    assert "GET /v1/orders 200" in errors
    assert "hush" not in errors


def test_it_serves_on_when_nobody_reads_its_log(program: subprocess.Popen[str]) -> None:
    """`jumun serve 2>&1 | head -1`: a log that cannot be written is no reason to fail a call."""
    url = url_of(program)
    assert program.stderr
    program.stderr.close()
    for data in (request("GET", "/v1/orders"), request("GET", "/v1/orders", body=b"{}")):
        with Wire(url) as wire:
            assert [wire.ask(data).status for _ in range(2)] == [200, 200]


def test_a_busy_port_is_one_line() -> None:
    """A port that somebody has: exit code 2, one line, and the way out."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as first:
        port = url_of(first).rpartition(":")[2]
        second = subprocess.run([*COMMAND[:-1], port], capture_output=True, text=True, timeout=20, check=False)
        first.kill()
    assert second.returncode == 2
    assert second.stdout == ""
    assert len(second.stderr.splitlines()) == 1
    assert "--port 0" in second.stderr
