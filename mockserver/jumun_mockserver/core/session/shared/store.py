"""The store of sessions that all nodes of a Jumun share, on a server of Valkey or Redis."""

from __future__ import annotations

import re
import secrets
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.journal.journal import LOG
from jumun_mockserver.core.session.session import DEFAULT_ID, Session
from jumun_mockserver.core.session.shared.exchanges import exchange_codec
from jumun_mockserver.core.session.shared.records import Record, dump_options
from jumun_mockserver.core.session.store import (
    FORGOTTEN_AFTER_S,
    SESSION_HEADER,
    SESSIONS_AT_MOST,
    SessionError,
    check_orders,
    no_session,
)
from jumun_mockserver.core.state.valkey import scripts
from jumun_mockserver.core.state.valkey.listening import Listening
from jumun_mockserver.core.state.valkey.state import SCHEMA, ValkeyState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.core.state.valkey.connections import Connections

_SCHEMA_KEY = "jumun:schema"
_BASE = f"jumun:{SCHEMA}:"
_ID = re.compile(r"js[0-9a-f]{16}")
# How often a session that is called has its state live on, and how much longer than itself that lives.
_TOUCHED_EVERY_S = 60.0
_STATE_OUTLIVES_S = 120


class SharedError(ValueError):
    """A store that this server cannot share. The message says why, and what can be done."""


class SharedStore:
    """Sessions that any node makes, finds, changes and deletes, and the default one, which is one for all nodes.

    A node has of a session what can be made of it again: contracts, shops, indexes. A session that is not called for
    an hour expires; the default one does not.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider[Any]],
        options: SessionOptions,
        connections: Connections,
        *,
        at_most: int = SESSIONS_AT_MOST,
        forgotten_after_s: int = FORGOTTEN_AFTER_S,
    ) -> None:
        """Share the store that `connections` reach; the first node begins the default session.

        Raises:
            SharedError: The store has data of another schema, or a default session that started from other options.
            StateAwayError: It cannot be reached.
        """
        self._providers = providers
        self._connections = connections
        self._listening = Listening(connections)
        self._at_most = at_most
        self._forgotten_after_s = forgotten_after_s
        self._sessions: dict[str, Session] = {}
        # Session → when its state is to be touched again, by this process's own clock.
        self._touch_at: dict[str, float] = {}
        self._lock = Lock()
        self._check_schema()
        record = Record(options, "", 0.0)
        begins = connections.ask(b"SET", f"{_BASE}session:{DEFAULT_ID}", record.write(), b"NX") is not None
        if not begins:
            self._check_options(options)
        self.default = self._open(DEFAULT_ID, record, begins=begins)

    def find(self, provider: Provider[Any] | None, request: Request) -> Session:
        """By credential, else by the Jumun-Session header, else the default one."""
        credential = provider.read_credential(request) if provider else ""
        id_ = credential.partition(".")[0] if "." in credential else ""
        session = self._look_up(id_) if _ID.fullmatch(id_) else None
        if session is None and (named := request.headers.get(SESSION_HEADER)):
            session = self.default if named == DEFAULT_ID else self._look_up(named)
            if session is None:
                raise no_session(named)
        return session or self.default

    def get(self, id_: str) -> Session:
        """By id; `default` is one."""
        session = self.default if id_ == DEFAULT_ID else self._look_up(id_)
        if session is None:
            raise no_session(id_)
        session.follow()
        return session

    def create(self, options: SessionOptions) -> Session:
        """Make one. Its id cannot be guessed."""
        if options.webhooks:
            raise SessionError("webhooks are not sent from a store that nodes share; leave webhooks out")
        record = Record(options, secrets.token_hex(16), time.time())
        id_ = f"js{secrets.token_hex(8)}"
        # Before anything is kept: what it cannot start from is refused.
        session = self._open(id_, record, begins=True)
        if options.orders:
            check_orders(session, list(self)[1:])
        life = self._forgotten_after_s
        if not self._connections.call(scripts.CREATE, _BASE, life, id_, record.write(), self._at_most):
            _state_of(session).remove()
            raise SessionError(f"there are {self._at_most} sessions already; delete some")
        self._keep(id_, session)
        return session

    def delete(self, id_: str) -> None:
        """Forget one, on all nodes; the default session stays."""
        if id_ == DEFAULT_ID:
            raise SessionError("the default session cannot be deleted; reset it instead")
        session = self.get(id_)
        if met := [f"{provider} {code}" for provider, code in session.met]:
            self._connections.ask(b"SADD", f"{_BASE}met", *met)
        self._connections.call(scripts.DELETE, _BASE, 0, id_)
        self._forget(id_)
        _state_of(session).remove()

    def __iter__(self) -> Iterator[Session]:
        found = [(id_.decode(), Record.read(text)) for id_, text in self._list()]
        found.sort(key=lambda each: each[1].made_at)
        yield self.default
        for id_, record in found:
            yield self._sessions.get(id_) or self._keep(id_, self._open(id_, record, begins=False))

    def _list(self) -> list[tuple[bytes, bytes]]:
        found: list[tuple[bytes, bytes]] = self._connections.call(scripts.LIST, _BASE, 0, is_long=True)
        return found

    def met(self) -> set[tuple[str, str]]:
        """Catalogue codes that any session answered, deleted ones included, as (provider, code)."""
        gone = self._connections.ask(b"SMEMBERS", f"{_BASE}met")
        pairs = {(provider, code) for each in gone for provider, _, code in (each.decode().partition(" "),)}
        return pairs.union(*(session.met for session in self))

    def renew(self, providers: Mapping[str, Provider[Any]], options: SessionOptions) -> None:  # noqa: ARG002 - a Store's
        """Refuse: other nodes would go on with what they have."""
        raise SessionError("what nodes share cannot be renewed on one of them; start them again")

    def check(self) -> None:
        """Ask the store for a sign of life; raises StateAwayError."""
        self._connections.ask(b"PING")

    def close(self) -> None:
        """Nothing: no webhooks are sent."""

    def disconnect(self) -> None:
        """Close all connections."""
        self._listening.close()
        self._connections.close()

    def _check_schema(self) -> None:
        self._connections.ask(b"SET", _SCHEMA_KEY, SCHEMA, b"NX")
        found = self._connections.ask(b"GET", _SCHEMA_KEY)
        if found != str(SCHEMA).encode():
            raise SharedError(
                f"the store at {self._connections.address} has data of schema {found.decode()!r}, and this Jumun uses "
                f"schema {SCHEMA}; give another database, or empty this one"
            )

    def _check_options(self, own: SessionOptions) -> None:
        """Refuse to be a node beside others that were started otherwise."""
        text = self._connections.ask(b"GET", f"{_BASE}session:{DEFAULT_ID}")
        ours, theirs = dump_options(own), dump_options(Record.read(text).options)
        # The folder may have another name on another machine.
        for each in (ours, theirs):
            each["data"] = each["data"] and each["data"]["texts"]
        different = [name.replace("_", "-") for name, value in ours.items() if value != theirs[name]]
        if different:
            raise SharedError(
                f"the store at {self._connections.address} has a default session that was started with another "
                f"--{different[0]}; start all nodes with the same options, give another database, or empty this one"
            )

    def _look_up(self, id_: str) -> Session | None:
        """A session as this node has it, or makes it now; None if there is none. It lives on for being asked for."""
        key = f"{_BASE}session:{id_}"
        if not self._connections.ask(b"EXPIRE", key, self._forgotten_after_s):
            self._forget(id_)
            return None
        session = self._sessions.get(id_)
        if session is None:
            text = self._connections.ask(b"GET", key)
            if text is None:
                return None
            session = self._keep(id_, self._open(id_, Record.read(text), begins=False))
        if time.monotonic() >= self._touch_at.get(id_, 0.0):
            self._touch_at[id_] = time.monotonic() + _TOUCHED_EVERY_S
            _state_of(session).touch()
        session.called_at = time.monotonic()
        return session

    def _open(self, id_: str, record: Record, *, begins: bool) -> Session:
        life = 0 if id_ == DEFAULT_ID else self._forgotten_after_s + _STATE_OUTLIVES_S
        codecs = {LOG: exchange_codec(self._providers)}
        state = ValkeyState(self._connections, id_, listening=self._listening, life_s=life, codecs=codecs)
        return Session(self._providers, record.options, id_=id_, state=state, secret=record.secret, begins=begins)

    def _keep(self, id_: str, session: Session) -> Session:
        """Have one object for a session on this node, whichever request was the first to need it."""
        now = time.monotonic()
        with self._lock:
            # Expired, or called on other nodes only: then made again once they are called here.
            oldest = now - self._forgotten_after_s
            for old in [each.id for each in self._sessions.values() if each.called_at < oldest]:
                del self._sessions[old]
                self._touch_at.pop(old, None)
            session.called_at = now
            return self._sessions.setdefault(id_, session)

    def _forget(self, id_: str) -> None:
        with self._lock:
            self._sessions.pop(id_, None)
            self._touch_at.pop(id_, None)


def _state_of(session: Session) -> ValkeyState:
    assert isinstance(session.state, ValkeyState)  # noqa: S101 - it was opened here
    return session.state
