"""What the client's tests are made of: time that no one waits for, and answers."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import httpx

from jumun_client import AsyncTiming, Timing

SECRET = "$2a$04$abcdefghijklmnopqrstuu"
"""The documentation's own sample secret, in the canonical form, at the cheapest cost."""

UNAUTHORIZED = httpx.Response(401, json={"code": "GW.AUTHN", "message": "요청을 보낼 권한이 없습니다."})


def token(value: str = "T1", expires_in: object = 10799) -> httpx.Response:
    """A token answer."""
    return httpx.Response(200, json={"access_token": value, "expires_in": expires_in, "token_type": "Bearer"})


def ids(*values: str) -> httpx.Response:
    """An answer with the array shape."""
    return httpx.Response(200, json={"timestamp": "2026-09-02T10:00:00.0+09:00", "traceId": "t", "data": values})


def rated(status: int, *, rate: object = 2, burst: object = 4, remaining: object = 3) -> httpx.Response:
    """An answer of NAVER's gateway with its bucket's state; it suits both clients."""
    headers = {"Replenish-Rate": rate, "Burst-Capacity": burst, "Remaining": remaining}
    return httpx.Response(
        status,
        headers={f"GNCP-GW-RateLimit-{name}": str(value) for name, value in headers.items()},
        json={"data": [], "count": 0, "list": []},
    )


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


@dataclass
class FakeTime:
    """Time that moves when a caller sleeps, by that long, and at once.

    Attributes:
        now_s: Of the clock that deadlines and pace go by; the time of day moves with it.
        chance: What every random number is.
        naps: All that was slept, in seconds.
    """

    now_s: float = 1_000.0
    chance: float = 0.5
    naps: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def monotonic(self) -> float:
        """Seconds of the fake time."""
        return self.now_s

    def clock(self) -> float:
        """Seconds since 1970."""
        return 1_700_000_000 + self.now_s

    def sleep(self, seconds: float) -> None:
        """Move the time on by `seconds`."""
        with self._lock:
            self.naps.append(seconds)
            self.now_s += seconds

    async def nap(self, seconds: float) -> None:
        """Move on, and let others run."""
        self.sleep(seconds)
        await asyncio.sleep(0)

    def random(self) -> float:
        """From 0 up to 1."""
        return self.chance

    def timing(self) -> Timing:
        """For a synchronous client."""
        return Timing(monotonic=self.monotonic, sleep=self.sleep, random=self.random)

    def async_timing(self) -> AsyncTiming:
        """For an asynchronous client."""
        return AsyncTiming(monotonic=self.monotonic, sleep=self.nap, random=self.random)
