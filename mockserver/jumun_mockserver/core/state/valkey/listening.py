"""Hearing of changes that any process makes: subscriptions to a store, in a thread of their own."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from valkey.exceptions import ValkeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from valkey.client import PubSub

    from jumun_mockserver.core.state.valkey.connections import Connections

_LOOK_S = 0.1
# Between two attempts to reach a store that is away.
_PAUSE_S = 0.1


class Listening:
    """Listeners of channels, and the thread that calls them. It is started by the first one.

    What is said while the store is away is not heard: all listeners are called once it is back.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._changed = threading.Condition()
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._subscribed: set[str] = set()
        self._thread: threading.Thread | None = None
        self._pubsub: PubSub | None = None
        self._is_closed = threading.Event()

    def add(self, channels: Sequence[str], on_change: Callable[[], None]) -> Callable[[], None]:
        """Have `on_change` called after each message; calling the result ends that.

        What is said from now on is heard: if the store is away, once it is back.
        """
        with self._changed:
            for channel in channels:
                self._listeners.setdefault(channel, []).append(on_change)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jumun listening", daemon=True)
                self._thread.start()
            elif self._pubsub:
                with suppress(ValkeyError, OSError):
                    self._pubsub.subscribe(*channels)
            self._changed.wait_for(lambda: self._subscribed.issuperset(channels), self._connections.patience_s)

        def stop() -> None:
            with self._changed:
                for channel in channels:
                    left = self._listeners.get(channel, [])
                    with suppress(ValueError):
                        left.remove(on_change)
                    if not left and self._listeners.pop(channel, None) is not None and self._pubsub:
                        with suppress(ValkeyError, OSError):
                            self._pubsub.unsubscribe(channel)

        return stop

    def close(self) -> None:
        """Call no one any more."""
        self._is_closed.set()
        thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(3 * _LOOK_S)

    def _run(self) -> None:
        while self._has_listeners():
            pubsub = self._connections.pubsub()
            try:
                with self._changed:
                    self._pubsub = pubsub
                    pubsub.subscribe(*self._listeners)
                while not self._is_closed.is_set() and self._listeners:
                    message = pubsub.get_message(timeout=_LOOK_S)
                    if message:
                        self._take(message)
            except (ValkeyError, OSError):
                self._is_closed.wait(_PAUSE_S)
            finally:
                with self._changed:
                    self._pubsub = None
                    self._subscribed.clear()
                pubsub.close()

    def _has_listeners(self) -> bool:
        """Wait for the first one; False once it is closed."""
        with self._changed:
            while not self._listeners and not self._is_closed.is_set():
                self._changed.wait(_LOOK_S)
        return not self._is_closed.is_set()

    def _take(self, message: dict[str, bytes]) -> None:
        channel = message["channel"].decode()
        with self._changed:
            if str(message["type"]) == "subscribe":
                self._subscribed.add(channel)
                self._changed.notify_all()
            elif str(message["type"]) == "unsubscribe":
                self._subscribed.discard(channel)
                return
            listeners = list(self._listeners.get(channel, ()))
        # After a subscription too: something may have been said before it.
        for on_change in listeners:
            on_change()
