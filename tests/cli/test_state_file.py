"""`jumun serve --state FILE` as users run it: a process that is stopped, killed, and cannot write."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver.control.client import ControlClient
from tests.cli.commands import PATIENCE_S, PROGRAM, environment, jumun, refusal, run, started
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")

SERVE = ("serve", "--port", "0", "--quiet", "--state")


def url_of(process: subprocess.Popen[str]) -> str:
    """The URL in its first line."""
    assert process.stdout
    found = re.search(r"http://\S+:[1-9][0-9]*", process.stdout.readline())
    assert found
    return found[0]


@contextmanager
def serving(file: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], ControlClient]]:
    """A running server that keeps its state in a file, and its control plane."""
    with started(*SERVE, str(file), *arguments) as process, ControlClient(url_of(process)) as control:
        yield process, control


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """Stop it: exit code and what it wrote to stderr."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE_S)
    return process.returncode, errors


def read(file: Path) -> dict[str, Any]:
    """The file's snapshot, which is whole at any time."""
    snapshot: dict[str, Any] = json.loads(file.read_bytes())
    return snapshot


def has_order(file: Path, order_id: str) -> bool:
    """Whether the snapshot has that order of Bootpay's."""
    return order_id in read(file)["state"]["values"].get("bootpay.orders", {})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_goes_on_where_it_was(tmp_path: Path, number: signal.Signals) -> None:
    """What happened until a server was stopped is there when it is started again, tokens and numbers included."""
    file = tmp_path / "state.json"
    with serving(file) as (process, control):
        ids = control.place_order("naver", count=2, template="bundle")["orders"]
        control.move_clock(advance_s=3_600, freeze=True)
        before = control.snapshot()
        assert end(process, number) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    with serving(file) as (process, control):
        assert control.snapshot() == before
        assert control.order(ids[1]["product_order_ids"][2])["order_id"] == ids[1]["order_id"]
        control.place_order("naver")
        assert [event["number"] for event in control.events()] == list(range(1, 8))
        assert end(process) == (0, "")


@pytest.mark.slow
def test_a_killed_server_loses_seconds(tmp_path: Path) -> None:
    """A server that is killed has saved what happened a few seconds before, and the file is whole."""
    file = tmp_path / "state.json"
    with serving(file) as (process, control):
        order = control.place_order("bootpay")["order_id"]
        wait_until(lambda: has_order(file, order), patience_s=PATIENCE_S)
        end(process, signal.SIGKILL)
    with serving(file) as (_, control):
        assert control.order(order)["actions"][0] == "pay"


def test_nothing_is_written_while_nothing_happens(tmp_path: Path) -> None:
    """A server that is started and stopped leaves a file that already has its state as it is."""
    file = tmp_path / "state.json"
    for _ in range(2):
        with serving(file) as (process, _control):
            written = file.stat().st_mtime_ns, file.stat().st_ino
            end(process)
        assert (file.stat().st_mtime_ns, file.stat().st_ino) == written


def test_other_sessions_are_not_kept(tmp_path: Path) -> None:
    """The file holds the default session; others end with the server."""
    file = tmp_path / "state.json"
    with serving(file) as (process, control):
        control.create_session()
        control.place_order("bootpay")
        end(process)
    with serving(file) as (_, control):
        assert len(control.list_sessions()) == 1
        assert control.events() == []


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (b"", (), "not JSON"),
        (b'{"version":', (), "not JSON"),
        (b"[]", (), "not a snapshot"),
        (b'{"version": 2}', (), "version 2 is not supported"),
        (None, ("--seed", "7"), "seed '0', and this one has '7'"),
        (None, ("--profile", "observed"), "profile 'documented', and this one has 'observed'"),
        (None, ("--orders", "5"), "orders 0, and this one has 5"),
    ],
)
def test_a_file_that_cannot_be_used(
    tmp_path: Path, content: bytes | None, arguments: tuple[str, ...], says: str
) -> None:
    """It is one line that says why and what to do, exit code 2, and the file is left as it is."""
    file = tmp_path / "state.json"
    if content is None:
        with serving(file) as (process, control):
            control.place_order("bootpay")
            end(process)
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    line = refusal(jumun(*SERVE, str(file), *arguments))
    assert says in line
    assert "move this one away" in line
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["nowhere/state.json", "."])
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """A folder that is not there, and a folder in place of a file, is refused before anything is served."""
    assert "state" in refusal(jumun(*SERVE, str(tmp_path / name)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    """What cannot be written is an error on stderr, once, and exit code 2 at the end; the file is as it was before."""
    file = tmp_path / "state.json"
    # The longest file that the process may write takes the place of a full disk.
    command = ["bash", "-c", 'ulimit -f 8; exec "$0" "$@"', PROGRAM, *SERVE, str(file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment({})
    ) as process:
        try:
            with ControlClient(url_of(process)) as control:
                order = control.place_order("bootpay")["order_id"]
                wait_until(lambda: has_order(file, order), patience_s=PATIENCE_S)
                control.place_order("naver", count=20)
                assert process.stderr
                error = process.stderr.readline()
                assert f"{file} cannot be written: File too large; what it had before is kept" in error
                control.place_order("naver")
            code, errors = end(process)
        finally:
            process.kill()
    assert (code, errors) == (2, "")
    assert read(file)["state"]["values"].keys() & {"bootpay.orders", "naver.orders"} == {"bootpay.orders"}
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.slow
def test_a_scenario_goes_on(tmp_path: Path) -> None:
    """The same --scenario goes on where it was, another one begins, and none keeps what was played."""
    file, text = tmp_path / "state.json", "bootpay.orders.list: 500 x3"
    (tmp_path / "one.scenario").write_text(text, encoding="utf-8")
    (tmp_path / "two.scenario").write_text("*: 500", encoding="utf-8")
    for arguments, played in (
        (("one",), text),
        ((), text),
        (("one",), text),
        (("two",), "*: 500"),
        ((), "*: 500"),
    ):
        options = [word for name in arguments for word in ("--scenario", str(tmp_path / f"{name}.scenario"))]
        with serving(file, *options) as (process, control):
            assert control.show_scenario() == played
            end(process)
    assert read(file)["state"]["values"]["session"]["scenarios"] == 2


def test_it_is_named_at_the_start(tmp_path: Path) -> None:
    """What `serve` prints at first names the file."""
    file = tmp_path / "state.json"
    with started(*SERVE, str(file)) as process:
        assert process.stdout
        while (line := process.stdout.readline()) != f"  state    {file}\n":
            assert line, "it ended without a word of the file"


def test_help() -> None:
    """The option is in the help."""
    assert b"--state FILE" in run("serve", "--help").stdout
