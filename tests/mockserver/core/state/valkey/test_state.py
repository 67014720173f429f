"""What the state on a server of Redis does beyond the contract of `State`: expiry, texts, and hearing of others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver.core.state.state import Append
from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections
from jumun_mockserver.core.state.valkey.listening import Listening
from jumun_mockserver.core.state.valkey.state import Codec, ValkeyState
from tests.redis_server import RedisServer, fresh_database, new_valkey_state, shared_connections
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE_S = 10


@pytest.fixture
def connections() -> Iterator[Connections]:
    """Connections to an empty database."""
    made = Connections(Address.of(fresh_database())._replace(patience_s=PATIENCE_S))
    yield made
    made.close()


def life(connections: Connections) -> dict[str, int]:
    """How many seconds each key of a database has left; -1 for those that stay."""
    return {key.decode(): connections.ask(b"TTL", key) for key in connections.ask(b"KEYS", b"*")}


def fill(state: ValkeyState) -> None:
    """Something of everything."""
    state.write("f", "n", 1)
    state.write("ending", "n", 1, now=0, until=5)
    state.count("counters", "n")
    state.take("buckets", "n", per_second=1, burst=2, now=0)
    state.append("l", 1, at_most=5)
    state.swap("g", "n", None, 1, appends=[Append("m", 1, 5)])


@pytest.mark.parametrize("prepare", [fill, lambda state: state.load(filled())], ids=["by verbs", "by load"])
def test_every_key_expires(connections: Connections, prepare: Callable[[ValkeyState], object]) -> None:
    """Whatever made it, and all again when the session is touched; a key that came back after it was gone too."""
    state = ValkeyState(connections, "s", life_s=1_000)
    prepare(state)
    state.clear("f")
    state.write("f", "again", 1)
    assert len(life(connections)) >= 9
    assert all(900 < seconds <= 1_000 for seconds in life(connections).values()), life(connections)
    ValkeyState(connections, "s", life_s=5_000).touch()
    assert all(4_900 < seconds <= 5_000 for seconds in life(connections).values()), life(connections)


def filled() -> dict[str, Any]:
    """What a state saves that has something of everything."""
    state = new_valkey_state()
    fill(state)
    return state.save()


def test_a_session_without_end_stays(connections: Connections) -> None:
    """No key of the default session expires, and being touched does not have it do so."""
    state = ValkeyState(connections, "s")
    fill(state)
    state.touch()
    assert set(life(connections).values()) == {-1}


def test_what_is_removed_leaves_no_key(connections: Connections) -> None:
    """Of that session; those of others stay. What is dropped leaves the number of its generation."""
    state, other = ValkeyState(connections, "s"), ValkeyState(connections, "s2")
    fill(state)
    other.write("f", "n", 1)
    before = set(life(connections))
    others = {key for key in before if key.startswith(other.prefix)}
    assert all(key.startswith("jumun:1:{s") for key in before), "a key names schema and session"
    state.drop()
    assert set(life(connections)) == others | {f"{state.prefix}keys", f"{state.prefix}last"}
    state.remove()
    assert set(life(connections)) == others


@pytest.mark.parametrize(
    ("found", "old"),
    [
        (b'{"b": 2, "a": 1}', {"a": 1, "b": 2}),
        (b"1.0", 1),
        (b"1", 1.0),
        (b'[1e2,"\\u0041"]', [100.0, "A"]),
        (b'{"a":{"c":1,"b":[]}}', {"a": {"b": [], "c": 1.0}}),
    ],
)
def test_swap_compares_what_another_wrote_otherwise(connections: Connections, found: bytes, old: object) -> None:
    """The same JSON, in another text, is the old value; another one is not."""
    state = ValkeyState(connections, "s")
    state.write("f", "n", "x")
    connections.ask(b"HSET", f"{state.prefix}v:f", "n", found)
    assert not state.swap("f", "n", [old], "new")
    assert state.swap("f", "n", old, "new", appends=[Append("l", 1, 5)])
    assert (state.read("f", "n"), state.last("l")) == ("new", 1)


@pytest.mark.parametrize("value", [2**70, -(2**64), [10**30], "\ud800", {"\udfff": 1}, 1e300, 0.1 + 0.2, 2**63 - 1])
def test_values_beyond_64_bits_and_unicode(value: object) -> None:
    """What the fast writer cannot write is kept whole, and compared."""
    state = new_valkey_state()
    state.write("f", "n", value)
    assert state.read("f", "n") == value
    assert state.swap("f", "n", value, [value])
    assert state.read_all("f") == {"n": [value]}


def test_all_values_come_in_one_order() -> None:
    """That of their names, on whichever node and whenever they were written."""
    state = new_valkey_state()
    for number in range(300, 0, -1):
        state.write("f", f"{number:03}", number)
    assert list(state.read_all("f")) == [f"{number:03}" for number in range(1, 301)]


def test_entries_that_are_not_json() -> None:
    """A log has its own way to write them."""
    codecs = {"l": Codec(lambda entry: [entry.real, entry.imag], lambda data: complex(*data))}
    state = ValkeyState(shared_connections(), "complex", codecs=codecs)
    state.append("l", 1 + 2j, at_most=5)
    state.append("m", [1], at_most=5)
    assert (state.entries("l"), state.entries("m")) == ([(1, 1 + 2j)], [(1, [1])])
    state.drop()


def test_scripts_that_the_store_has_not(connections: Connections) -> None:
    """A store that was restarted, or has forgotten its scripts, runs them all the same, once each."""
    state = ValkeyState(connections, "s")
    assert state.count("f", "n") == 1
    connections.ask(b"SCRIPT", b"FLUSH")
    assert state.count("f", "n") == 2
    assert state.count("f", "n") == 3


class Listener:
    """Counts what it hears."""

    def __init__(self) -> None:
        self.heard = 0
        self.threads: set[str] = set()

    def __call__(self) -> None:
        """Count one more, and whose thread said so."""
        self.heard += 1
        self.threads.add(threading.current_thread().name)

    def hears(self, change: Callable[[], object]) -> None:
        """Whether a change is heard, in time."""
        before = self.heard
        change()
        wait_until(lambda: self.heard > before)


def test_listeners_hear_what_others_change(connections: Connections) -> None:
    """By append, swap, drop and load, over other connections too, of their own log only, until they stop."""
    other_connections = Connections(Address.of(f"{connections.address}")._replace(patience_s=PATIENCE_S))
    listening = Listening(connections)
    state, other = ValkeyState(connections, "s", listening=listening), ValkeyState(other_connections, "s")
    events, journal = Listener(), Listener()
    stop = state.listen("events", events)
    state.listen("journal", journal)
    events.hears(lambda: other.append("events", 1, at_most=5))
    events.hears(lambda: other.swap("f", "n", None, 1, appends=[Append("events", 1, 5)]))
    saved = other.save()
    events.hears(other.drop)
    journal.hears(lambda: other.load(saved))
    heard = events.heard
    journal.hears(lambda: other.append("journal", 1, at_most=5))
    assert events.heard == heard, "the entry of another log"
    stop()
    journal.hears(lambda: (other.append("events", 1, at_most=5), other.append("journal", 1, at_most=5)))
    assert events.heard == heard
    assert events.threads == {"jumun listening"}
    listening.close()
    other_connections.close()


def test_listeners_hear_that_the_store_is_back(tmp_path: Path) -> None:
    """They may have missed what was changed meanwhile; and they go on hearing."""
    with RedisServer(tmp_path) as server:
        connections = Connections(Address.of(server.url)._replace(patience_s=PATIENCE_S))
        listening = Listening(connections)
        state, listener = ValkeyState(connections, "s", listening=listening), Listener()
        listener.hears(lambda: state.listen("events", listener))

        def restart() -> None:
            server.kill()
            server.start()

        listener.hears(restart)
        wait_until(lambda: listening._subscribed != set())
        listener.hears(lambda: server.client().publish(f"{state.prefix}changed:events", b""))
        listening.close()
        connections.close()
