"""What the tests of commands share: signals that are as in a terminal, and connections that are refused."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _heed_signals() -> Iterator[None]:
    """Under nohup, or in the background of a shell, these are ignored; so they would be by programs started here."""
    # Windows has no SIGHUP.
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
    ignored = [number for number in numbers if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Where this process wanted to connect to; it is refused everywhere."""
    addresses: list[object] = []

    def refuse(address: object, *_: object, **__: object) -> None:
        addresses.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("socket.create_connection", refuse)
    return addresses
