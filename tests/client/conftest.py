"""What the client's tests share: an API that answers from a list, and the payloads outside the repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkout import REFERENCE
from tests.client.sides import Side
from tests.client.way import Way
from tests.client.world import SECRET, Api, FakeTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def api() -> Callable[..., Api]:
    """Makes an API from `httpx.Response` values and exceptions."""
    return Api


@pytest.fixture
def secret() -> str:
    """A NAVER client secret."""
    return SECRET


@pytest.fixture
def time() -> FakeTime:
    """Time that no one waits for."""
    return FakeTime()


@pytest.fixture(params=["sync", "async"])
def way(request: pytest.FixtureRequest, time: FakeTime) -> Iterator[Way]:
    """Both ways of calling, in the test's own `time`."""
    way = Way(Side(is_async=request.param == "async"), time)
    yield way
    way.close()


@pytest.fixture
def payload() -> Callable[[str], Any]:
    """Reads a reference payload; skips the test where they are not at hand."""

    def read(name: str) -> Any:
        path = REFERENCE / name
        if not path.exists():
            pytest.skip(f"the reference payloads are not beside this checkout: {path}")
        return json.loads(path.read_text("utf-8"))

    return read
