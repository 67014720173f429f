"""What the tests of `jumun call` share: an environment of their own, and a server that the commands call."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import LiveServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIXES = ("NAVER_COMMERCE_", "BOOTPAY_COMMERCE_", "JUMUN_")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keys and no address but a test's own."""
    for name in [name for name in os.environ if name.startswith(PREFIXES)]:
        monkeypatch.delenv(name)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """A server that the commands of a test call."""
    with LiveServer() as server:
        monkeypatch.setenv("JUMUN_URL", server.url)
        yield server
