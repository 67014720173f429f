"""What the mock server's tests share. `world` has no server, `server` has one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from tests.checkout import REFERENCE
from tests.mockserver.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def world() -> World:
    """Profile documented, nothing asked of it yet."""
    return World()


@pytest.fixture(params=PROFILES)
def either(request: pytest.FixtureRequest) -> World:
    """Each profile in turn."""
    return World(profile=request.param)


@pytest.fixture
def observed() -> World:
    """A world of profile observed."""
    return World(profile="observed")


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    """A server for all who leave no trace in it."""
    with LiveServer() as running:
        yield running


@pytest.fixture
def reference() -> Callable[[str], bytes]:
    """Reads a reference payload; skips the test where they are not at hand."""

    def read(name: str) -> bytes:
        path = REFERENCE / name
        if not path.exists():
            pytest.skip(f"the reference payloads are not beside this checkout: {path}")
        return path.read_bytes()

    return read


@pytest.fixture(params=["asyncio", "uvloop"])
def new_loop(request: pytest.FixtureRequest) -> Callable[[], asyncio.AbstractEventLoop]:
    """Both event loops in turn."""
    if request.param == "asyncio":
        return asyncio.new_event_loop
    uvloop = pytest.importorskip("uvloop", reason="no uvloop here")
    new: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return new
