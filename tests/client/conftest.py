"""What the client's tests share: an API that answers from a list, and the payloads outside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


class Api(httpx.MockTransport):
    """Answers in the order given, the last one again and again, and keeps the requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))


@pytest.fixture
def api() -> Callable[..., Api]:
    """Makes an API from `httpx.Response` values and exceptions."""
    return Api


@pytest.fixture
def secret() -> str:
    """The documentation's own sample secret, in the canonical form, at the cheapest cost."""
    return "$2a$04$abcdefghijklmnopqrstuu"


@pytest.fixture
def payload() -> Callable[[str], Any]:
    """Reads a reference payload; skips the test where they are not at hand."""

    def read(name: str) -> Any:
        path = Path(__file__).resolve().parents[3] / "shared" / "reference" / name
        if not path.exists():
            pytest.skip(f"the reference payloads are not beside this checkout: {path}")
        return json.loads(path.read_text("utf-8"))

    return read
