"""`jumun serve` as a program: what it prints, and how it ends."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.testing.receiver import WebhookReceiver
from tests.mockserver.wire import Wire, request

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")

COMMAND = [str(Path(sys.executable).with_name("jumun")), "serve", "--port", "0"]
HALF = b"POST /v1/request/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"

_ROW = "- {{order_id: '{0:024}', order_number: '{0:020}', order_name: x, price: 1, status: 2, receipt_status: 1}}\n"
_ROWS = "".join(_ROW.format(number) for number in range(40_000))
# A session whose data takes many seconds to be read.
LONG_WORK = request(
    "POST",
    "/_jumun/sessions",
    "Content-Type: application/json",
    body=json.dumps({"data": {"bootpay/orders.yaml": f"orders:\n{_ROWS}"}}).encode(),
)


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
@pytest.mark.parametrize("state", ["none", "idle", "half", "control", "busy"])
def test_a_signal_ends_it(program: subprocess.Popen[str], number: signal.Signals, state: str) -> None:
    """SIGTERM and Ctrl-C end it with exit code 0 and no traceback, within moments, whatever clients hold open."""
    url = url_of(program)
    with Wire(url) as wire:
        if state in ("idle", "half"):
            assert wire.ask(request("GET", "/v1/orders")).status == 200
        if state == "half":
            wire.send(HALF)
        if state == "control":
            assert wire.ask(request("GET", "/_jumun/health")).status == 200
        if state == "busy":
            wire.send(LONG_WORK)
            with Wire(url) as other:
                assert other.ask(request("GET", "/v1/orders")).status == 200
        told = time.monotonic()
        program.send_signal(number)
        _, errors = program.communicate(timeout=10)
        took = time.monotonic() - told
    assert program.returncode == 0
    assert took < 3
    assert "Traceback" not in errors


def test_a_signal_ends_it_while_a_receiver_of_webhooks_hangs() -> None:
    """A receiver that never answers does not hold SIGTERM up, and the first lines say where webhooks go."""
    with WebhookReceiver() as receiver:
        receiver.answer(delay_s=60)
        command = [*COMMAND, "--webhook", f"bootpay={receiver.url}?key=hush", "--webhook-secret", "hush"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                with ControlClient(url_of(process)) as control:
                    control.act(control.place_order("bootpay")["order_id"], "pay")
                    receiver.wait_for(1)
                told = time.monotonic()
                process.terminate()
                process.wait(10)
                took = time.monotonic() - told
                assert process.stdout
                assert process.stderr
                output, errors = process.stdout.read(), process.stderr.read()
            finally:
                process.kill()
    assert process.returncode == 0
    assert took < 3
    assert f"  webhook  bootpay to {receiver.url}\n" in output
    assert "hush" not in output + errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--webhook", "http://127.0.0.1/"), "'http://127.0.0.1/' is not PROVIDER=URL"),
        (("--webhook", "bootpai=http://127.0.0.1/"), "--webhook bootpai: no provider 'bootpai'; did you mean bootpay?"),
        (("--webhook", "bootpay=https://example.com/x"), "name the host with --allow-host example.com"),
        (
            ("--allow-host", "api.bootapi.com"),
            "allowed host 'api.bootapi.com': Jumun is its double, so it cannot be reached",
        ),
        (
            ("--webhook", "bootpay=https://api.bootapi.com/v1", "--allow-host", "*.bootapi.com"),
            "go to this machine only",
        ),
        (("--allow-host", "api.bootapi.com/x"), "allowed host 'api.bootapi.com/x': not a name like example.com"),
    ],
)
def test_a_mistaken_webhook_is_one_line(arguments: tuple[str, ...], says: str) -> None:
    """A webhook that cannot be sent ends the command with exit code 2 and the way out."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr


def test_it_serves_when_it_says_so(program: subprocess.Popen[str]) -> None:
    """A client that has read the first line is answered, and each call is a line on stderr without a secret."""
    with Wire(url_of(program)) as wire:
        assert wire.ask(request("GET", "/v1/orders?keyword=hush")).status == 200
    program.terminate()
    _, errors = program.communicate(timeout=10)
    assert "GET /v1/orders 200" in errors
    assert "hush" not in errors


def test_it_serves_on_when_nobody_reads_its_log(program: subprocess.Popen[str]) -> None:
    """`jumun serve 2>&1 | head -1`: a log that cannot be written does not fail a call."""
    url = url_of(program)
    assert program.stderr
    program.stderr.close()
    for data in (request("GET", "/v1/orders"), request("GET", "/v1/orders", body=b"{}")):
        with Wire(url) as wire:
            assert [wire.ask(data).status for _ in range(2)] == [200, 200]


@pytest.mark.skipif(sys.platform != "linux", reason="others have no pipe whose size can be set")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_it_serves_on_when_its_log_is_not_read(log_format: str) -> None:
    """`Popen(stderr=PIPE)` and no word read: calls are answered, and SIGTERM ends it; who then reads finds the log."""
    command = [*COMMAND, "--log-format", log_format]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = url_of(process)
            assert process.stderr
            fcntl.fcntl(process.stderr.fileno(), fcntl.F_SETPIPE_SZ, 4_096)
            with Wire(url) as wire:
                for _ in range(100):
                    assert wire.ask(request("GET", f"/v1/{'x' * 1_000}")).status == 404
            process.terminate()
            assert process.wait(10) == 0
            first, *_ = process.stderr.readlines()
            assert "/v1/xxx" in first
        finally:
            process.kill()


def test_a_busy_port_is_one_line() -> None:
    """A port that is taken: exit code 2, one line, and the way out."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as first:
        port = url_of(first).rpartition(":")[2]
        second = subprocess.run([*COMMAND[:-1], port], capture_output=True, text=True, timeout=20, check=False)
        first.kill()
    assert second.returncode == 2
    assert second.stdout == ""
    assert len(second.stderr.splitlines()) == 1
    assert "--port 0" in second.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_flask(number: signal.Signals) -> None:
    """`--flask` serves `create_app()` with Werkzeug's server: the same answers, and it ends like the other."""
    with subprocess.Popen([*COMMAND, "--flask"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = url_of(process)
            with Wire(url) as wire:
                response = wire.ask(request("GET", "/v1/orders", "Authorization: Basic d3Jvbmc6a2V5cw=="))
            assert (response.status, json.loads(response.body)["code"]) == (401, 1700)
            assert (response.header("server") or "").startswith("Werkzeug/")
            process.send_signal(number)
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert "GET /v1/orders 401 1700" in errors


def test_flask_and_tls() -> None:
    """What Werkzeug's server does not have is refused, and the port is free again."""
    done = subprocess.run([*COMMAND, "--flask", "--tls-port", "0"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--flask has no --tls-port" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--flask",), ("--control-token", "some-token")])
def test_beyond_loopback(arguments: tuple[str, ...]) -> None:
    """The first lines say by which addresses others reach it, and that the control plane is closed without a token."""
    with subprocess.Popen(
        [*COMMAND, "--host", "0.0.0.0", *arguments],  # noqa: S104 - what is tried
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            url = url_of(process)
            with Wire(url) as wire:
                status = wire.ask(request("GET", "/_jumun/requests")).status
            process.terminate()
            process.wait(10)
            assert process.stdout
            output = process.stdout.read()
        finally:
            process.kill()
    is_closed = "--control-token" not in arguments
    assert status == (403 if is_closed else 401)
    assert ("  closed   /_jumun" in output) is is_closed
    (others,) = re.findall("^  others   (.*)$", output, re.MULTILINE)
    assert all(re.fullmatch(rf"http://[0-9.]+:{url.rpartition(':')[2]}", each) for each in others.split(", "))
    assert "127.0.0.1" not in others


def test_an_interrupt_that_the_shell_has_switched_off() -> None:
    """`jumun serve &` in a script has SIGINT ignored from birth; it ends by it all the same."""
    script = f"{' '.join(COMMAND)} & echo $!; wait $!; echo ended $?"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as shell:
        try:
            assert shell.stdout
            server = int(shell.stdout.readline())
            url_of(shell)
            os.kill(server, signal.SIGINT)
            output, _ = shell.communicate(timeout=10)
        finally:
            shell.kill()
    assert output.endswith("ended 0\n")
