from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from jumun_mockserver.proxy.splice import End, Upstream
from tests.mockserver.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Callable


class Line(asyncio.Transport):
    """A transport that holds as many bytes as it is set to."""

    def __init__(self) -> None:
        super().__init__()
        self.held_bytes = 0
        self.is_cut = False

    def write(self, data: Any) -> None:
        """Take bytes and drop them."""

    def resume_reading(self) -> None:
        """Do nothing: reading never stops."""

    def get_write_buffer_size(self) -> int:
        """What waits to be sent."""
        return self.held_bytes

    def close(self) -> None:
        """End; what waits is still to be sent."""

    def abort(self) -> None:
        """Note that the connection was cut."""
        self.is_cut = True


class Splice:
    """A client's end and a server's, and the timers of their loop."""

    def __init__(self) -> None:
        self.client, self.server, self.timers = Line(), Line(), Timers()
        live: set[asyncio.Transport] = set()
        self.near = End(live)

        def join(far: End) -> End:
            self.near.other, self.near.transport = far, self.client
            live.add(self.client)
            return self.near

        self.far = Upstream(live, join, to_client=b"", to_server=b"", idle_s=7, loop=cast("Any", self.timers))
        self.far.connection_made(self.server)


def hold(line: Line, size: int) -> None:
    """Change what waits to be sent."""
    line.held_bytes = size


MOVES: list[Callable[[Splice], None]] = [
    lambda splice: splice.near.data_received(b"x"),
    lambda splice: splice.far.data_received(b"x"),
    lambda splice: hold(splice.client, 5),
    lambda splice: hold(splice.client, 4),
    lambda splice: hold(splice.server, 5),
]


def test_what_is_in_use_stays() -> None:
    """A piece either way, or one that waits to be sent and is, is enough until the next look; then both are cut."""
    splice = Splice()
    for move in MOVES:
        move(splice)
        splice.timers.pass_by()
        assert (splice.client.is_cut, splice.server.is_cut) == (False, False)
    assert [delay_s for delay_s, _ in splice.timers.waiting] == [7]
    splice.timers.pass_by()
    assert (splice.client.is_cut, splice.server.is_cut) == (True, True)
    assert splice.timers.waiting == []


@pytest.mark.parametrize("first", ["near", "far"])
def test_no_timer_outlives_it(first: str) -> None:
    """It goes with the second of the two connections."""
    splice = Splice()
    ends = [splice.near, splice.far] if first == "near" else [splice.far, splice.near]
    ends[0].connection_lost(None)
    assert len(splice.timers.waiting) == 1
    ends[1].connection_lost(None)
    assert splice.timers.waiting == []


def test_one_that_does_not_read_its_last_words_is_cut() -> None:
    """The other side has gone in peace, and what it said waits for a reader: not forever."""
    splice = Splice()
    splice.client.held_bytes = 5
    splice.far.connection_lost(None)
    splice.timers.pass_by()
    assert not splice.client.is_cut
    splice.timers.pass_by()
    assert splice.client.is_cut
