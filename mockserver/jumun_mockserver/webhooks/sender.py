"""The thread that sends the webhooks of a server's sessions, one attempt at a time."""

from __future__ import annotations

import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.state.state import StateAwayError
from jumun_mockserver.webhooks.address import check_webhooks
from jumun_mockserver.webhooks.drafting import collect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.hosts import AllowedHosts
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.session.deliveries import Attempt, Delivery
    from jumun_mockserver.core.session.session import Session
    from jumun_mockserver.webhooks.post import Post

SETTLE_S = 20.0
"""How long a move of the clock waits for attempts, in real time; what is left is done afterwards."""
# A clock may be moved without notice: by a scenario, or by another process.
_LOOK_S = 1.0
_STOP_S = 1.0


class Sender:
    """Sends what the sessions of a server have due, in the order in which it becomes due by each session's clock.

    Its thread lives while anything is pending. It never holds its lock while a state is asked or a receiver is called,
    so that those who serve are not kept waiting.
    """

    def __init__(self, providers: Mapping[str, Provider[Any]], allowed: AllowedHosts) -> None:
        """Send to `allowed` hosts only."""
        self._providers = providers
        self._allowed = allowed
        self._changed = threading.Condition()
        # Sessions with news, and who waits for each.
        self._inbox: dict[Session, list[threading.Event]] = {}
        self._thread: threading.Thread | None = None
        self._post: Post | None = None
        self._is_stopped = False

    def check(self, webhooks: Mapping[str, str]) -> None:
        """Refuse webhooks, given as provider → URL, that may not be sent; raises WebhookError."""
        check_webhooks(webhooks, self._providers, self._allowed)

    def attend(self, session: Session) -> None:
        """Send the webhooks of a session for as long as it lives."""
        if not session.options.webhooks:
            return
        # The session's state would hold the session otherwise, and memory come back late.
        seen = weakref.ref(session)
        session.events.listen(partial(self._wake_seen, seen))
        session.settle = partial(_settle, self, seen)
        # There may be some in a state that was kept.
        self._wake(session)

    def settle(self, session: Session) -> None:
        """Wait until the attempts that are due were made, SETTLE_S at most."""
        done = threading.Event()
        if self._wake(session, done):
            done.wait(SETTLE_S)

    def stop(self) -> None:
        """Send no more; an attempt that is under way is cut."""
        with self._changed:
            self._is_stopped = True
            thread, post = self._thread, self._post
            self._changed.notify()
        if post:
            post.cut()
        if thread and thread is not threading.current_thread():
            thread.join(_STOP_S)

    def _wake_seen(self, seen: weakref.ref[Session]) -> None:
        self._wake(seen())

    def _wake(self, session: Session | None, done: threading.Event | None = None) -> bool:
        """Have the thread look at a session; whether there is a thread."""
        with self._changed:
            if self._is_stopped or session is None:
                return False
            self._inbox.setdefault(session, []).extend([done] if done else [])
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jumun webhooks", daemon=True)
                self._thread.start()
            self._changed.notify()
            return True

    def _run(self) -> None:
        """Work until nothing is pending."""
        watched: dict[Session, list[threading.Event]] = {}
        pause: float | None = 0.0
        try:
            while self._take(watched, pause):
                pause = None
                for session in list(watched):
                    seconds = self._work(session)
                    if seconds != 0:
                        for done in watched[session]:
                            done.set()
                        watched[session].clear()
                    if seconds is None:
                        del watched[session]
                    else:
                        pause = min(seconds, _LOOK_S if pause is None else pause)
        finally:
            with self._changed:
                if self._thread is threading.current_thread():
                    self._thread = None
            for waiting in watched.values():
                for done in waiting:
                    done.set()

    def _take(self, watched: dict[Session, list[threading.Event]], pause: float | None) -> bool:
        """Wait for `pause` seconds or news, and add those; whether to go on. None is for nothing that is pending."""
        with self._changed:
            if not self._inbox and not self._is_stopped and pause:
                self._changed.wait(pause)
            for session, waiting in self._inbox.items():
                watched.setdefault(session, []).extend(waiting)
            self._inbox.clear()
            if self._is_stopped or not watched:
                self._thread = None
                return False
            return True

    def _work(self, session: Session) -> float | None:
        """Make the first attempt that is due; 0 if one was. Else seconds until one is, None for never."""
        try:
            collect(session, self._providers)
            pending = [each for each in session.deliveries.pending() if each["provider"] in session.options.webhooks]
            if not pending:
                return None
            first, now = pending[0], session.now()
            if first["next_at"] > now:
                return float(first["next_at"] - now)
            webhook = self._providers[first["provider"]].webhook
            if webhook is None:
                return None
            attempt = self._attempt(session, first)
            if attempt:
                session.deliveries.note(first, attempt, webhook.gaps(session.shops[first["provider"]]))
        except StateAwayError:
            return _LOOK_S
        return 0.0

    def _attempt(self, session: Session, delivery: Delivery) -> Attempt | None:
        """Post a delivery; None if the sender was stopped meanwhile."""
        # It brings HTTP and TLS along: few servers send webhooks.
        from jumun_mockserver.webhooks.post import Post, encode  # noqa: PLC0415

        options, webhook = session.options, self._providers[delivery["provider"]].webhook
        assert webhook is not None  # noqa: S101 - it made the delivery
        body, headers = encode(delivery["payload"], options.webhook_format)
        if options.webhook_secret:
            headers |= webhook.sign(options.webhook_secret, session.signing_second(), body)
        with self._changed:
            post = self._post = Post()
            if self._is_stopped:
                return None
        attempt = post.send(options.webhooks[delivery["provider"]], body, headers, webhook.judge)
        with self._changed:
            self._post = None
        # What was cut says nothing of the receiver.
        return None if post.is_cut else attempt


def _settle(sender: Sender, seen: weakref.ref[Session]) -> None:
    if (session := seen()) is not None:
        sender.settle(session)
