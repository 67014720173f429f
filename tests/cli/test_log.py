"""The log on streams that are slow, full or broken."""

from __future__ import annotations

import fcntl
import io
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.cli.log import Log
from jumun_mockserver.core.http import Request
from tests.mockserver.world import World
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.journal.journal import Exchange

LINE = "x" * 999
WORLD = World()
FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="pipes and /dev/full are as Linux has them")


def _exchange(path: str = "/a", body: bytes = b"") -> Exchange:
    WORLD.dispatch(Request("GET", path, "", {}, body))
    return WORLD.last


def _show(exchange: Exchange) -> str:
    if exchange.path == "/broken":
        raise ValueError("cannot be shown")
    return f"{exchange.path} {LINE}"


class Reader:
    """A log and the other end of its pipe, which holds a page."""

    def __init__(self, *, blocks: bool) -> None:
        source, sink = os.pipe()
        self.source = io.FileIO(source)
        self._sink = io.FileIO(sink, "w")
        fcntl.fcntl(sink, fcntl.F_SETPIPE_SZ, 4_096)
        os.set_blocking(sink, blocks)
        self.log = Log(self._sink, describe_dropped=lambda dropped: f"{dropped} dropped", render=_show)

    def read_lines(self) -> list[str]:
        """All that comes until the log is closed, and its end of the pipe with it."""
        ending = threading.Thread(target=self.close)
        ending.start()
        text = self.source.readall().decode()
        ending.join()
        return text.splitlines()

    def close(self) -> None:
        """End the log, however long its reader takes, and the pipe."""
        self.log.close()
        self.log._thread.join()
        self._sink.close()


@pytest.fixture(params=[True, False], ids=["blocks", "does not block"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """A pipe that either blocks or, as some programs make it, does not."""
    reader = Reader(blocks=request.param)
    yield reader
    reader.source.close()
    reader.close()


def test_lines_come_in_order(reader: Reader) -> None:
    """All of them, and no word of any that was dropped."""
    for number in range(500):
        reader.log.write(f"{number} 한글")
    assert reader.read_lines() == [f"{number} 한글" for number in range(500)]


def test_exchanges_and_lines_come_in_order(reader: Reader) -> None:
    """However many there are of each; one that cannot be shown is counted, and costs no other its line."""
    shown = [_exchange(f"/{number}") for number in range(5)]
    broken = _exchange("/broken")
    for number in range(5):
        reader.log.write_exchange(shown[number])
        reader.log.write(f"line {number}")
        reader.log.write_exchange(broken)
    lines = reader.read_lines()
    said = [line for line in lines if line.endswith("dropped")]
    expected = [line for number in range(5) for line in (f"/{number} {LINE}", f"line {number}")]
    assert [line for line in lines if line not in said] == expected
    assert sum(int(line.split()[0]) for line in said) == reader.log.dropped == 5


@pytest.mark.parametrize("body", [b"", bytes(1_000_000)], ids=["small", "large"])
def test_exchanges_of_one_who_does_not_read(reader: Reader, body: bytes) -> None:
    """They are kept within a bound, of which lines are made then, and what has no room is counted exactly."""
    exchange = _exchange("/a", body)
    for _ in range(20_000):
        reader.log.write_exchange(exchange)
    waiting = [each for each in reader.log._lines if not isinstance(each, str)]
    assert len(waiting) <= (0 if body else 2_000)
    reader.log.close()
    lines = reader.read_lines()
    kept = [line for line in lines if line == f"/a {LINE}"]
    said = [line for line in lines if line != f"/a {LINE}"]
    assert len(kept) + sum(int(line.removesuffix(" dropped")) for line in said) == 20_000
    assert 4_000 < len(kept) < 13_000


def test_one_who_does_not_read_holds_no_one_up(reader: Reader) -> None:
    """Lines go on to be taken, within a bound, and what had no room is counted exactly."""
    for number in range(20_000):
        reader.log.write(f"{number} {LINE}")
    reader.log.close()  # gives up on a reader who does not read
    lines = reader.read_lines()
    kept = [line for line in lines if line.endswith(LINE)]
    said = [line for line in lines if line not in kept]
    numbers = [int(line.split()[0]) for line in kept]
    assert numbers == sorted(numbers)
    assert len(kept) + sum(int(line.removesuffix(" dropped")) for line in said) == 20_000
    assert 4_000 < len(kept) < 13_000


def test_a_reader_that_goes_away(reader: Reader) -> None:
    """The log ends, and writing to it goes on to cost nothing."""
    reader.source.close()
    reader.log.write("a")
    wait_until(lambda: not reader.log._thread.is_alive())
    for _ in range(10):
        reader.log.write(LINE)
        reader.log.write_exchange(_exchange())
    reader.log.close()
    assert not reader.log._lines


def test_a_pipe_that_others_write_to(reader: Reader) -> None:
    """Lines of two logs do not come between each other, however many are written at once."""
    logs = [Log(reader._sink, describe_dropped=str, render=_show, is_shared=True) for _ in range(2)]
    lines = [f"{number} {'한' * (number % 700)}" for number in range(600)]
    for line in lines:
        for log in logs:
            log.write(line)

    def end() -> None:
        for log in logs:
            log.close()
            log._thread.join()
        reader.close()

    ending = threading.Thread(target=end)
    ending.start()
    text = reader.source.readall().decode()
    ending.join()
    assert sorted(text.splitlines()) == sorted(lines * 2)


def test_a_full_disk_that_is_freed(tmp_path: Path) -> None:
    """What was not taken is counted; half a line that was taken stays on a line of its own."""
    with FULL.open("wb", buffering=0) as full, (tmp_path / "log").open("wb", buffering=0) as free:
        log = Log(full, describe_dropped=lambda dropped: f"{dropped} dropped")
        log.write("a")
        log.write("b")
        wait_until(lambda: log._dropped == 2)
        log._raw, log._at_line_end = free, False
        log.write("c")
        log.close()
    assert (tmp_path / "log").read_text(encoding="utf-8") == "\nc\n2 dropped\n"
