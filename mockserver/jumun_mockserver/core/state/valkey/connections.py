"""Connections to a server of Valkey or Redis: one for each event loop, and a pool for threads that wait by blocking.

On a loop, what requests ask at the same turn goes out in one write, and one read may answer many: the protocol is
spoken here, with the client's own packer and parser. Elsewhere its connections are used as they are.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any

import libvalkey
import valkey
from valkey.backoff import NoBackoff
from valkey.client import PubSub
from valkey.exceptions import NoScriptError, ResponseError, ValkeyError
from valkey.exceptions import TimeoutError as LateError
from valkey.retry import Retry

from jumun_mockserver.core.state import waiting
from jumun_mockserver.core.state.state import StateAwayError

if TYPE_CHECKING:
    from jumun_mockserver.core.state.valkey.address import Address
    from jumun_mockserver.core.state.valkey.scripts import Script

_LONG_S = 5.0
# For how long nothing is asked after a failure.
_REST_S = 0.25
_READ_S = 0.01
_NOTHING = object()
NO_SCRIPT = libvalkey.ReplyError("NOSCRIPT")
"""The reply of a store that does not have a script: it was restarted, or has never had it."""


class Connections:
    """All connections of this process to one store. Safe to use from many threads.

    After a failure it is asked again only once some time has passed: until then what would wait fails at once.

    Attributes:
        address: Where the store is.
        patience_s: How long a command may take that does not concern a whole session; then the store is away.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.patience_s = patience_s = address.patience_s
        self._links: dict[asyncio.AbstractEventLoop, _Link] = {}
        self._lock = Lock()
        self._trouble = ""
        self._away_until = 0.0
        self._pools = {each: self._make_pool(each) for each in (patience_s, max(_LONG_S, patience_s))}

    def post(self, *words: str | bytes | float) -> asyncio.Future[Any]:
        """Send a command from a request that may wait; its reply is had with `receive`."""
        loop = waiting.running_loop()
        assert loop is not None  # noqa: S101 - the caller has looked
        link = self._links.get(loop)
        if link is None or link.is_over:
            self._check_trouble()
            link = self._open(loop)
        return link.send(_pack(words))

    def receive(self, posted: asyncio.Future[Any]) -> Any:
        """Wait for the reply to what was posted.

        Raises:
            StateAwayError: The store did not answer in time, or refused.
        """
        return self._read(waiting.wait(posted))

    def ask(self, *words: str | bytes | float, is_long: bool = False) -> Any:
        """The reply to a command.

        Args:
            is_long: Whether it may take seconds where it blocks a thread, as what concerns all of a session does.

        Raises:
            StateAwayError: As `receive`.
        """
        if waiting.running_loop() is None:
            return self._read(self._block(words, is_long=is_long))
        return self.receive(self.post(*words))

    def post_script(self, script: Script, key: str, *arguments: str | bytes | float) -> asyncio.Future[Any]:
        """Send a script with one key, as `post`; its reply is had with `receive_script`."""
        return self.post(b"EVALSHA", script.digest, 1, key, *arguments)

    def receive_script(self, posted: asyncio.Future[Any]) -> Any:
        """Wait for the reply to a script; NO_SCRIPT where the store has not run it, as it does not have it.

        Raises:
            StateAwayError: As `receive`.
        """
        reply = waiting.wait(posted)
        return NO_SCRIPT if _is_unknown(reply) else self._read(reply)

    def call(self, script: Script, key: str, *arguments: str | bytes | float, is_long: bool = False) -> Any:
        """The reply to a script with one key; arguments as of `ask`.

        Raises:
            StateAwayError: As `receive`.
        """
        rest = (1, key, *arguments)
        loop = waiting.running_loop()

        def ask(*words: str | bytes | float) -> Any:
            if loop is None:
                return self._block(words, is_long=is_long)
            return waiting.wait(self.post(*words))

        reply = ask(b"EVALSHA", script.digest, *rest)
        if _is_unknown(reply):
            reply = ask(b"EVAL", script.text, *rest)
        return self._read(reply)

    def close(self) -> None:
        """Close all of them."""
        for link in list(self._links.values()):
            link.close()
        for pool in self._pools.values():
            pool.disconnect(inuse_connections=False)

    def pubsub(self) -> PubSub:
        """Subscriptions on a connection of their own, whose reads take as long as their callers wait."""
        return PubSub(self._pools[max(_LONG_S, self.patience_s)])

    def note_trouble(self, reason: str) -> StateAwayError:
        """The error of a store that is away; for a while nothing more is asked of it."""
        self._trouble = f"the store at {self.address} {reason}"
        self._away_until = time.monotonic() + min(self.patience_s, _REST_S)
        return StateAwayError(self._trouble)

    def _check_trouble(self) -> None:
        if time.monotonic() < self._away_until:
            raise StateAwayError(self._trouble)

    def _read(self, reply: Any) -> Any:
        if isinstance(reply, StateAwayError):
            # Its own traceback each time: one failure may be the answer to many.
            raise StateAwayError(str(reply))
        if isinstance(reply, libvalkey.ReplyError):
            raise StateAwayError(f"the store at {self.address} answered: {reply}")
        return reply

    def _open(self, loop: asyncio.AbstractEventLoop) -> _Link:
        with self._lock:
            for other in [each for each in self._links if each.is_closed()]:
                del self._links[other]
            link = self._links[loop] = _Link(self, loop)
        return link

    def _make_pool(self, patience_s: float) -> valkey.ConnectionPool:
        address = self.address
        return valkey.ConnectionPool(
            host=address.host,
            port=address.port,
            db=address.db,
            username=address.username,
            password=address.password,
            socket_timeout=patience_s,
            socket_connect_timeout=self.patience_s,
            retry=Retry(NoBackoff(), 0),
            lib_name=None,
            lib_version=None,
        )

    def _block(self, words: tuple[str | bytes | float, ...], *, is_long: bool) -> Any:
        self._check_trouble()
        patience_s = max(_LONG_S, self.patience_s) if is_long else self.patience_s
        pool = self._pools[patience_s]
        try:
            connection = pool.get_connection("")
            try:
                connection.send_packed_command([_pack(words)])
                return connection.read_response()
            except NoScriptError:
                return NO_SCRIPT
            except ResponseError as error:
                return libvalkey.ReplyError(str(error))
            except BaseException:
                connection.disconnect()
                raise
            finally:
                pool.release(connection)
        except LateError:
            return self.note_trouble(_late(patience_s))
        except (ValkeyError, OSError) as error:
            # The package's own text names the address again.
            cause = error.__context__ if isinstance(error.__context__, OSError) else error
            return self.note_trouble(f"cannot be reached: {_reason(cause)}")


class _Link(asyncio.Protocol):
    """The connection of one loop. Replies, and why there is none, are results of futures, in the order of commands.

    Attributes:
        is_over: Whether it has failed or was closed; another one takes its place then.
    """

    def __init__(self, owner: Connections, loop: asyncio.AbstractEventLoop) -> None:
        self._owner = owner
        self._loop = loop
        self.is_over = False
        self._reader = libvalkey.Reader(notEnoughData=_NOTHING)
        self._transport: asyncio.Transport | None = None
        self._unsent: list[bytes] = []
        # What is waited for, and since when.
        self._asked: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._greetings = 0
        self._timer: asyncio.TimerHandle | None = None
        self._connecting = loop.create_task(self._connect())

    def send(self, command: bytes) -> asyncio.Future[Any]:
        """Have a command sent at the end of this turn of the loop, with all that others ask meanwhile."""
        future = self._loop.create_future()
        now = self._loop.time()
        self._asked.append((future, now))
        self._unsent.append(command)
        if self._timer is None:
            self._timer = self._loop.call_at(now + self._owner.patience_s, self._look)
        if len(self._unsent) == 1 and self._transport:
            self._loop.call_soon(self._flush)
        return future

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Log in, choose the database, and send what has come meanwhile."""
        address = self._owner.address
        if self.is_over:
            transport.abort()
            return
        self._transport = transport
        greetings: list[tuple[str | bytes | int, ...]] = []
        if address.password is not None:
            login = (address.password,) if address.username is None else (address.username, address.password)
            greetings.append((b"AUTH", *login))
        if address.db:
            greetings.append((b"SELECT", address.db))
        self._greetings = len(greetings)
        self._unsent[:0] = [libvalkey.pack_command(each) for each in greetings]
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Set the futures of all replies that are whole."""
        reader, asked = self._reader, self._asked
        reader.feed(data)
        try:
            while (reply := reader.gets()) is not _NOTHING:
                if self._greetings:
                    self._greetings -= 1
                    if isinstance(reply, libvalkey.ReplyError):
                        self._fail(f"refused the connection: {reply}")
                        return
                    continue
                future, _ = asked.popleft()
                # One that has waited for too long was cancelled.
                if not future.done():
                    future.set_result(reply)
        except (libvalkey.ProtocolError, IndexError):
            self._fail("does not speak its protocol")

    def connection_lost(self, exc: Exception | None) -> None:
        """The store has gone."""
        self._fail(f"closed the connection{f': {exc}' if exc else ''}")

    def close(self) -> None:
        """Close it; from any thread."""
        if not self._loop.is_closed():
            error = StateAwayError(f"the store at {self._owner.address} is not used any more")
            self._loop.call_soon_threadsafe(self._end, error)

    async def _connect(self) -> None:
        address = self._owner.address
        try:
            await self._loop.create_connection(lambda: self, address.host, address.port)
        except OSError as error:
            self._fail(f"cannot be reached: {_reason(error)}")

    def _flush(self) -> None:
        if self._transport and self._unsent:
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def _look(self, late: asyncio.Future[Any] | None = None) -> None:
        """Fail if what is waited for the longest was `late` before; else look again when it will have been."""
        self._timer = None
        if not self._asked:
            return
        oldest, since = self._asked[0]
        end, now = since + self._owner.patience_s, self._loop.time()
        if end > now:
            self._timer = self._loop.call_at(end, self._look)
        elif oldest is late:
            self._fail(_late(self._owner.patience_s))
        else:
            # The loop itself may have been held up, with the reply unread: let it read before it is given up.
            self._timer = self._loop.call_later(_READ_S, self._look, oldest)

    def _fail(self, reason: str) -> None:
        """End because of a failure."""
        if not self.is_over:
            self._end(self._owner.note_trouble(reason))

    def _end(self, error: StateAwayError) -> None:
        """Answer all that is asked with the error, and be over."""
        if self.is_over:
            return
        self.is_over = True
        self._connecting.cancel()
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.abort()
        for future, _ in self._asked:
            if not future.done():
                future.set_result(error)
        self._asked.clear()


def _pack(words: tuple[str | bytes | float, ...]) -> bytes:
    """A command as it is sent; a name may be any text, lone surrogates included."""
    try:
        return libvalkey.pack_command(words)
    except UnicodeEncodeError:
        return libvalkey.pack_command(tuple(encode_name(each) if isinstance(each, str) else each for each in words))


def encode_name(name: str) -> bytes:
    """A name as the store has it."""
    return name.encode("utf-8", "surrogatepass")


def decode_name(name: bytes) -> str:
    """A name as `encode_name` was given it."""
    return name.decode("utf-8", "surrogatepass")


def _is_unknown(reply: Any) -> bool:
    return isinstance(reply, libvalkey.ReplyError) and str(reply).startswith("NOSCRIPT")


def _late(patience_s: float) -> str:
    return f"did not answer within {patience_s * 1_000:g} ms"


def _reason(error: Exception) -> str:
    """What the system says, without the address, which asyncio and the package each write in their own way."""
    if isinstance(error, OSError) and not isinstance(error, socket.gaierror) and error.errno:
        return os.strerror(error.errno)
    return str(getattr(error, "strerror", None) or error)
