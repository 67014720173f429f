"""The state of a session on a server of Valkey or Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from jumun_mockserver.core.state import waiting
from jumun_mockserver.core.state.saved import are_equal, check_saved
from jumun_mockserver.core.state.state import VERSION
from jumun_mockserver.core.state.valkey import scripts
from jumun_mockserver.core.state.valkey.connections import NO_SCRIPT, decode_name
from jumun_mockserver.core.state.valkey.values import read_value, write_value

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Callable, Mapping, Sequence

    from jumun_mockserver.core.state.state import Append
    from jumun_mockserver.core.state.valkey.connections import Connections
    from jumun_mockserver.core.state.valkey.listening import Listening
    from jumun_mockserver.core.state.valkey.scripts import Script

SCHEMA = 1
"""Of the keys and what is under them. It is in each key."""
_BUCKETS_AT_MOST = 10_000
_UNKNOWN = object()


class Codec(NamedTuple):
    """How the entries of a log that are not JSON data become that, and are made of it again."""

    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


class ValkeyState:
    """A `State` that many processes share; as safe as its connections to use from many threads.

    Values and entries are JSON texts. Where a swap finds another text, it may still be the same JSON, and is
    compared here.
    """

    waits: ClassVar[bool] = True

    def __init__(
        self,
        connections: Connections,
        id_: str,
        *,
        listening: Listening | None = None,
        life_s: int = 0,
        codecs: Mapping[str, Codec] | None = None,
    ) -> None:
        """The state of a session, whatever there is of it.

        Args:
            listening: What hears of changes; without it `listen` cannot be asked for.
            life_s: After how many seconds without `touch` it expires; 0 for never.
            codecs: Log → how its entries are written.
        """
        self.prefix = f"jumun:{SCHEMA}:{{{id_}}}:"
        self._connections = connections
        self._listening = listening
        self._life_s = life_s
        self._codecs = codecs or {}

    def look_ahead(self, values: Sequence[tuple[str, str]], logs: Sequence[str]) -> None:
        """Ask for it right behind what the next verb asks, in the same write.

        It is read after what that verb finds, and it is good until the request asks for anything but values and
        buckets: what that finds must not be newer than what is read after it.
        """
        stack = waiting.running_stack()
        if stack is not None:
            if stack.kept is None or stack.kept.state is not self:
                stack.kept = _Ahead(self)
            stack.kept.wanted.update(dict.fromkeys((*values, *logs, *((scripts.GENERATION,) if logs else ()))))

    def read(self, family: str, name: str) -> Any:
        """The value or counter, which may have been asked for ahead."""
        found = self._recall((family, name))
        return read_value(self._ask(b"HGET", f"{self.prefix}v:{family}", name) if found is _UNKNOWN else found)

    def read_all(self, family: str) -> Mapping[str, Any]:
        """All values of a family in the order of their names, so that it is the same everywhere."""
        return _read_values(self._ask(b"HGETALL", f"{self.prefix}v:{family}", is_pure=False, is_long=True))

    def write(self, family: str, name: str, value: Any, *, now: float = 0, until: float | None = None) -> None:
        """As `State.write`; what is due is looked for each time."""
        ending = b"" if until is None or value is None else repr(until)
        self._call(scripts.WRITE, family, name, write_value(value), repr(now), ending)

    def swap(self, family: str, name: str, old: Any, new: Any, *, appends: Sequence[Append] = ()) -> bool:
        """Compare texts where they are, and as JSON here where they differ."""
        words: list[str | bytes | int] = [write_value(new)]
        for log, entry, at_most, after in appends:
            words += [log, self._write_entry(log, entry), at_most, b"" if after is None else after]
        text = write_value(old)
        while True:
            found = self._call(scripts.SWAP, family, name, text, *words)
            if isinstance(found, int):
                return found == 1
            # The same JSON may be written in another way: other orders of members, 1.0 for 1.
            if not found or not text or not are_equal(read_value(found), old):
                return False
            text = found

    def count(self, family: str, name: str, by: int = 1) -> int:
        """As `State.count`, in one command."""
        number: int = self._call(scripts.COUNT, family, name, by)
        return number

    def take(self, family: str, name: str, per_second: float, burst: float, now: float) -> tuple[float, bool]:
        """As `State.take`. Of too many buckets, the tenth that was used least recently is dropped."""
        words = (family, name, repr(per_second), repr(burst), repr(now), _BUCKETS_AT_MOST)
        level, allowed = self._call(scripts.TAKE, *words, is_pure=True)
        return float(level), allowed == 1

    def append(self, log: str, entry: Any, at_most: int, cost: int = 0, cost_at_most: int = 0) -> int:
        """Append to a log, in the form that its codec gives."""
        number: int = self._call(scripts.APPEND, log, self._write_entry(log, entry), at_most, cost, cost_at_most)
        return number

    def entries(self, log: str, *, after: int = 0, at_most: int | None = None) -> list[tuple[int, Any]]:
        """Numbered entries, cut out by position: numbers have no gaps."""
        if at_most == 0:
            return []
        words = (log, after, b"" if at_most is None else at_most)
        first, texts = self._call(scripts.ENTRIES, *words, is_long=at_most is None)
        codec = self._codecs.get(log)
        found = [read_value(text.partition(b":")[2]) for text in texts]
        return list(enumerate(map(codec.load, found) if codec else found, first))

    def last(self, log: str) -> int:
        """The newest number, which may have been asked for ahead."""
        found = self._recall(log)
        return int((self._ask(b"HGET", self.prefix + "last", log, is_pure=False) if found is _UNKNOWN else found) or 0)

    def generation(self) -> int:
        """As `State.generation`; it comes with the logs that are asked for ahead."""
        return self.last(scripts.GENERATION)

    def listen(self, log: str, on_change: Callable[[], None]) -> Callable[[], None]:
        """As `State.listen`. It is called by a thread of the listening, whichever process made the change."""
        assert self._listening is not None  # noqa: S101 - given to a state that is listened to
        channels = (f"{self.prefix}changed", f"{self.prefix}changed:{log}")
        return self._listening.add(channels, on_change)

    def clear(self, family: str) -> None:
        """Remove a family with its ends."""
        self._call(scripts.CLEAR, family)

    def drop(self) -> None:
        """Remove all keys of the session but that of the generation."""
        self._call(scripts.DROP, is_long=True)

    def save(self, *, leave_out: Sequence[str] = ()) -> dict[str, Any]:
        """As `State.save`, in the order of names."""
        values: dict[str, Any] = {}
        ends: dict[str, Any] = {}
        logs: dict[str, Any] = {}
        for kind, name, content, *last in sorted(self._call(scripts.SAVE, *leave_out, is_long=True)):
            if kind == b"v:":
                values[decode_name(name)] = _read_values(content)
            elif kind == b"e:":
                pairs = zip(content[::2], content[1::2], strict=True)
                ends[decode_name(name)] = {decode_name(each): float(end) for each, end in sorted(pairs)}
            else:
                entries = [
                    (int(cost), read_value(text)) for cost, _, text in (each.partition(b":") for each in content)
                ]
                costs = {"costs": [cost for cost, _ in entries]} if any(cost for cost, _ in entries) else {}
                logs[decode_name(name)] = {"last": int(last[0]), "entries": [entry for _, entry in entries], **costs}
        return {"version": VERSION, "values": values, **({"ends": ends} if ends else {}), "logs": logs}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Check the document, then replace everything in one step."""
        check_saved(saved)
        words: list[str | bytes | int] = []
        for family, each in saved["values"].items():
            words += ["v:", family, len(each), b""]
            words += [word for name, value in each.items() for word in (name, write_value(value))]
        for family, each in saved.get("ends", {}).items():
            words += ["e:", family, len(each), b""]
            words += [word for name, end in each.items() for word in (name, repr(end))]
        for log, each in saved["logs"].items():
            entries = each["entries"]
            costs = each.get("costs") or [0] * len(entries)
            words += ["l:", log, len(entries), int(each["last"])]
            words += [
                word for cost, entry in zip(costs, entries, strict=True) for word in (int(cost), write_value(entry))
            ]
        self._call(scripts.LOAD, *words, is_long=True)

    def remove(self) -> None:
        """Remove all keys, that of the generation too: there is no such session any more."""
        self.drop()
        self._connections.ask(b"UNLINK", self.prefix + "last", self.prefix + "keys")

    def touch(self) -> None:
        """Have it live on for as long as it may."""
        if self._life_s:
            self._connections.call(scripts.TOUCH, self.prefix, self._life_s, is_long=True)

    def _ask(self, *words: str | bytes | float, is_pure: bool = True, is_long: bool = False) -> Any:
        """The reply to a command; `is_pure` is whether what was asked for ahead stays good."""
        ahead = self._find_ahead(is_pure=is_pure)
        if ahead is None:
            return self._connections.ask(*words, is_long=is_long)
        posted = self._connections.post(*words)
        self._post(ahead)
        return self._connections.receive(posted)

    def _call(self, script: Script, *words: str | bytes | float, is_long: bool = False, is_pure: bool = False) -> Any:
        """The reply to a script, as `_ask`."""
        ahead = self._find_ahead(is_pure=is_pure)
        if ahead is None:
            return self._connections.call(script, self.prefix, self._life_s, *words, is_long=is_long)
        posted = self._connections.post_script(script, self.prefix, self._life_s, *words)
        self._post(ahead)
        reply = self._connections.receive_script(posted)
        if reply is NO_SCRIPT:
            # It was not run: what was asked for behind it is too old.
            ahead.found.clear()
            return self._connections.call(script, self.prefix, self._life_s, *words, is_long=is_long)
        return reply

    def _find_ahead(self, *, is_pure: bool) -> _Ahead | None:
        stack = waiting.running_stack()
        if stack is None or stack.kept is None or stack.kept.state is not self:
            return None
        ahead: _Ahead = stack.kept
        if not is_pure:
            ahead.found.clear()
        return ahead

    def _post(self, ahead: _Ahead) -> None:
        """Ask for what is wanted ahead."""
        by_key: dict[str, list[tuple[str, str] | str]] = {}
        for what in ahead.wanted:
            by_key.setdefault("last" if isinstance(what, str) else f"v:{what[0]}", []).append(what)
        ahead.wanted.clear()
        for key, wanted in by_key.items():
            names = (what if isinstance(what, str) else what[1] for what in wanted)
            posted = self._connections.post(b"HMGET", self.prefix + key, *names)
            ahead.found.update({what: (posted, place) for place, what in enumerate(wanted)})

    def _recall(self, what: tuple[str, str] | str) -> Any:
        """What was asked for ahead, or _UNKNOWN."""
        ahead = self._find_ahead(is_pure=True)
        if ahead is None:
            return _UNKNOWN
        if what in ahead.wanted:
            self._post(ahead)
        if what not in ahead.found:
            return _UNKNOWN
        posted, place = ahead.found[what]
        return self._connections.receive(posted)[place]

    def _write_entry(self, log: str, entry: Any) -> bytes:
        codec = self._codecs.get(log)
        return write_value(codec.dump(entry) if codec else entry)


class _Ahead:
    """What a request reads next: what it still has to ask for, and where the replies are.

    Attributes:
        wanted: (Family, name) of values, and logs whose last numbers are read; in order.
        found: The same → what it was asked with, and the place in that reply.
    """

    __slots__ = ("found", "state", "wanted")

    def __init__(self, state: ValkeyState) -> None:
        self.state = state
        self.wanted: dict[tuple[str, str] | str, None] = {}
        self.found: dict[tuple[str, str] | str, tuple[Future[Any], int]] = {}


def _read_values(pairs: Sequence[bytes]) -> dict[str, Any]:
    found = zip(pairs[::2], pairs[1::2], strict=True)
    return {decode_name(name): read_value(text) for name, text in sorted(found)}
