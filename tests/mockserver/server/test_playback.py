from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.wire import Close, CloseOnNext, Hang, Pause, Reset, Send
from jumun_mockserver.server.bounds import Bounds
from jumun_mockserver.server.playback import Playback
from jumun_mockserver.server.protocol import Protocol
from tests.mockserver.timers import Timers
from tests.mockserver.wire import request

if TYPE_CHECKING:
    from jumun_mockserver.core.wire import Act


class Line(asyncio.Transport):
    """A transport whose buffer is full after so many pieces, and what was done to it."""

    def __init__(self, *, room: int = 1_000_000) -> None:
        super().__init__()
        self.room = room
        self.done: list[object] = []
        self.flow = SimpleNamespace(write_paused=False)

    def write(self, data: Any) -> None:
        """Take a piece."""
        self.done.append(bytes(data))
        self.room -= 1
        self.flow.write_paused = self.room <= 0

    def make_room(self, room: int) -> None:
        """The client has read."""
        self.room = room
        self.flow.write_paused = False

    def close(self) -> None:
        """Note the orderly end."""
        self.done.append("close")

    def abort(self) -> None:
        """Note the abrupt end."""
        self.done.append("abort")

    def is_closing(self) -> bool:
        """Whether it was ended."""
        return bool({"close", "abort"} & {each for each in self.done if isinstance(each, str)})

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ARG002 - the base's
        """No socket, and no names."""
        return default


def play(line: Line, timers: Timers, *acts: Act) -> tuple[Playback, list[bool]]:
    """A playback that goes on by itself after pauses, and what each going on gave."""
    went: list[bool] = []
    playback = Playback(
        iter(acts),
        transport=line,
        flow=cast("Any", line.flow),
        loop=cast("Any", timers),
        on_pause_over=lambda: went.append(playback.go_on()),
    )
    return playback, went


def test_no_more_is_sent_than_is_read() -> None:
    """A client that stops reading stops the answer, with not one piece more in the buffer, until it reads again."""
    line, timers = Line(room=2), Timers()
    acts: list[Act] = [Send(b"%d" % number) for number in range(5)]
    playback, _ = play(line, timers, *acts, Close())
    assert not playback.go_on()
    assert line.done == [b"0", b"1"]
    line.make_room(1)
    assert not playback.go_on()
    assert line.done == [b"0", b"1", b"2"]
    line.make_room(9)
    assert playback.go_on()
    assert line.done == [b"0", b"1", b"2", b"3", b"4", "close"]


def test_a_pause_is_as_long_as_it_is() -> None:
    """That the client reads again does not shorten it, and what comes after it comes once."""
    line, timers = Line(), Timers()
    playback, went = play(line, timers, Send(b"0"), Pause(7), Send(b"1"))
    assert not playback.go_on()
    assert not playback.go_on()
    assert line.done == [b"0"]
    assert [delay_s for delay_s, _ in timers.waiting] == [7]
    timers.pass_by()
    assert went == [True]
    assert line.done == [b"0", b"1"]
    assert timers.waiting == []


def test_the_interval_begins_when_the_client_has_read() -> None:
    """A piece that waits to be read holds up the pause behind it."""
    line, timers = Line(room=1), Timers()
    playback, _ = play(line, timers, Send(b"0"), Pause(7), Send(b"1"))
    assert not playback.go_on()
    assert timers.waiting == []
    line.make_room(9)
    assert not playback.go_on()
    assert [delay_s for delay_s, _ in timers.waiting] == [7]


def test_nothing_comes_of_it_once_it_is_stopped() -> None:
    """The timer of a connection that is gone is gone."""
    line, timers = Line(), Timers()
    playback, _ = play(line, timers, Pause(7), Send(b"1"))
    assert not playback.go_on()
    assert timers.waiting
    playback.stop()
    assert (line.done, timers.waiting) == ([], [])


@pytest.mark.parametrize(
    ("act", "last", "done"),
    [
        (Close(), None, ["close"]),
        (Reset(), None, ["abort"]),
        (Hang(), Hang(), []),
        (CloseOnNext(), CloseOnNext(), []),
    ],
)
def test_how_it_ends(act: Act, last: object, done: list[str]) -> None:
    """What ends the connection is done here, what leaves it to the client is reported."""
    line, timers = Line(), Timers()
    playback, _ = play(line, timers, act)
    assert playback.go_on()
    assert (playback.last, line.done) == (last, done)


@pytest.fixture
def connection() -> tuple[Protocol, Line]:
    """A connection on which a dribble is under way, and its transport."""
    dispatch = create_dispatch({"scenario": "bootpay.*: dribble(10, 0ms) *"})
    config = uvicorn.Config(cast("Any", None), log_config=None, lifespan="off")
    protocol = Protocol(
        on_refused=lambda: None,
        dispatch=dispatch,
        bounds=Bounds(stall_s=3),
        config=config,
        server_state=ServerState(),
        app_state={},
        _loop=cast("Any", Timers()),
    )
    line = Line()
    protocol.connection_made(line)
    protocol.data_received(request("GET", "/v1/orders"))
    return protocol, line


@pytest.mark.parametrize("rounds", [1, 10])
def test_a_dribble_that_is_not_read(rounds: int, connection: tuple[Protocol, Line]) -> None:
    """It is cut `stall_s` after the client last read, however long it has taken until then."""
    protocol, line = connection
    for _ in range(rounds):
        protocol.pause_writing()
        for _ in range(3):
            protocol.check()
        assert "abort" not in line.done
        protocol.resume_writing()
        protocol.check()
    protocol.pause_writing()
    for _ in range(4):
        protocol.check()
    assert line.done[-1] == "abort"


def test_a_dribble_goes_on_when_it_is_read(connection: tuple[Protocol, Line]) -> None:
    """The protocol holds it up while its client does not read, and goes on by itself."""
    protocol, line = connection
    timers = cast("Timers", protocol.loop)
    protocol.pause_writing()
    timers.pass_by()
    sent = len(line.done)
    assert timers.waiting == []
    protocol.resume_writing()
    assert len(timers.waiting) == 1
    timers.pass_by()
    assert len(line.done) == sent + 1
