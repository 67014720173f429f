"""Where sessions are kept, and which of them a request belongs to."""

from __future__ import annotations

import secrets
import time
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.session.options import SessionOptions

SESSION_HEADER = "jumun-session"

SESSIONS_AT_MOST = 10_000
SEEDED_AT_MOST = 2_000_000
"""Orders that sessions may be made with, all together; those that start from the same ones count once."""
FORGOTTEN_AFTER_S = 3_600


class SessionError(LookupError):
    """There is no such session, or no room for another, or one cannot go on as asked. The message says which."""


class Store(Protocol):
    """Where sessions are kept: in this process's memory, or where several nodes share them."""

    @property
    def default(self) -> Session:
        """The session of requests that belong to no other."""
        ...

    def find(self, provider: Provider[Any] | None, request: Request) -> Session:
        """The session that a request belongs to; raises SessionError if it names one that is not there."""
        ...

    def get(self, id_: str) -> Session:
        """The session of this id; raises SessionError."""
        ...

    def create(self, options: SessionOptions) -> Session:
        """A new session; raises SessionError, DocumentError, ScenarioError."""
        ...

    def delete(self, id_: str) -> None:
        """Forget a session; raises SessionError."""
        ...

    def __iter__(self) -> Iterator[Session]:
        """All sessions, the default one first."""
        ...

    def met(self) -> set[tuple[str, str]]:
        """Catalogue codes that any session answered, those that are gone included, as (provider, code)."""
        ...

    def renew(self, providers: Mapping[str, Provider[Any]], options: SessionOptions) -> None:
        """Go on with providers whose stubs are others, and with other options of the default session.

        Raises:
            SessionError: A session plays what it could not play then; nothing is changed.
        """
        ...

    def check(self) -> None:
        """Make sure that sessions can be had; raises StateAwayError."""
        ...

    def close(self) -> None:
        """Send no more webhooks."""
        ...

    def disconnect(self) -> None:
        """Let go of all that is elsewhere, once nothing is served any more."""
        ...


class Sender(Protocol):
    """What sends the webhooks of sessions."""

    def check(self, webhooks: Mapping[str, str]) -> None:
        """Refuse addresses that webhooks may not go to; raises ValueError."""
        ...

    def attend(self, session: Session) -> None:
        """Send the webhooks of a session from now on."""
        ...

    def stop(self) -> None:
        """Send no more."""
        ...


class MemoryStore:
    """Sessions in this process.

    A session no one has called for an hour is forgotten when another is made.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider[Any]],
        default: Session,
        *,
        at_most: int = SESSIONS_AT_MOST,
        forgotten_after_s: float = FORGOTTEN_AFTER_S,
        sender: Sender | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep sessions beside `default`.

        Args:
            at_most: How many.
            sender: What sends the webhooks of all of them; None where none are sent.
        """
        self.default = default
        self._sender = sender
        if sender:
            sender.attend(default)
        self._providers = providers
        self._at_most = at_most
        self._forgotten_after_s = forgotten_after_s
        # Not a session's clock: those may be frozen or leap.
        self._monotonic = monotonic
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()
        self._met_by_gone: set[tuple[str, str]] = set()

    def find(self, provider: Provider[Any] | None, request: Request) -> Session:
        """By credential, else by the Jumun-Session header, else the default one.

        Keys of a session's own begin with its id, and so do its tokens.
        """
        if not self._sessions and SESSION_HEADER not in request.headers:
            return self.default
        credential = provider.read_credential(request) if provider else ""
        session = self._sessions.get(credential.partition(".")[0]) if "." in credential else None
        if session is None and (named := request.headers.get(SESSION_HEADER)):
            session = self.get(named)
        if session is None:
            return self.default
        session.called_at = self._monotonic()
        return session

    def get(self, id_: str) -> Session:
        """By id; `default` is one."""
        if id_ == self.default.id:
            return self.default
        try:
            return self._sessions[id_]
        except KeyError:
            raise no_session(id_) from None

    def create(self, options: SessionOptions) -> Session:
        """Make one. Its id cannot be guessed."""
        if self._sender:
            self._sender.check(options.webhooks)
        session = Session(self._providers, options, id_=f"js{secrets.token_hex(8)}")
        with self._lock:
            self._forget_old()
            if len(self._sessions) >= self._at_most:
                raise SessionError(f"there are {self._at_most} sessions already; delete some")
            check_orders(session, self._sessions.values())
            self._sessions[session.id] = session
            session.called_at = self._monotonic()
        if self._sender:
            self._sender.attend(session)
        return session

    def delete(self, id_: str) -> None:
        """Forget one; the default session stays."""
        if id_ == self.default.id:
            raise SessionError("the default session cannot be deleted; reset it instead")
        with self._lock:
            session = self.get(id_)
            self._drop(session)

    def __iter__(self) -> Iterator[Session]:
        with self._lock:
            return iter((self.default, *self._sessions.values()))

    def renew(self, providers: Mapping[str, Provider[Any]], options: SessionOptions) -> None:
        """Have all sessions go on with the providers, and the default one with the options."""
        ready = []
        for session in self:
            try:
                ready.append(session.prepare(providers, options if session is self.default else None))
            except ScenarioError as error:
                raise SessionError(
                    f"the session {session.id} plays a scenario that it could not play any more: {error}; give it "
                    f"another with jumun scenario set --session {session.id}"
                ) from error
        self._providers = providers
        for go_on in ready:
            go_on()

    def check(self) -> None:
        """Nothing: memory is at hand."""

    def disconnect(self) -> None:
        """Nothing: all is here."""

    def close(self) -> None:
        """Send no more webhooks."""
        if self._sender:
            self._sender.stop()

    def met(self) -> set[tuple[str, str]]:
        """Catalogue codes that any session answered, those that are gone included, as (provider, code)."""
        return self._met_by_gone.union(*(session.met for session in self))

    def _forget_old(self) -> None:
        oldest = self._monotonic() - self._forgotten_after_s
        for session in [each for each in self._sessions.values() if each.called_at < oldest]:
            self._drop(session)

    def _drop(self, session: Session) -> None:
        self._met_by_gone |= session.met
        del self._sessions[session.id]
        # Wakes those who listen to it, who then find it gone.
        session.state.drop()


def no_session(id_: str) -> SessionError:
    """The error of an id that no session has."""
    return SessionError(f"no session {id_!r}; POST /_jumun/sessions makes one")


def check_orders(new: Session, others: Iterable[Session]) -> None:
    """Refuse a session whose orders are too many beside those of the others; raises SessionError."""
    seeded = {each.seeded_from: each.options.orders for each in others if each.options.orders}
    total = sum(seeded.values())
    if new.options.orders and new.seeded_from not in seeded and total + new.options.orders > SEEDED_AT_MOST:
        raise SessionError(
            f"the sessions start from {total:,} orders already, and {new.options.orders:,} more would be over "
            f"{SEEDED_AT_MOST:,}; delete some sessions, or give them one seed, with which they share their orders"
        )
