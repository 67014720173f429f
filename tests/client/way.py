"""A side whose clients live in the test's own time and end with the test."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

from tests.client.world import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.sides import Side
    from tests.client.world import FakeTime

Answers: TypeAlias = "httpx.MockTransport | Callable[[httpx.Request], httpx.Response] | None"


class Way:
    """How calls are made: synchronously or with asyncio."""

    def __init__(self, side: Side, time: FakeTime) -> None:
        self.is_async = side.is_async
        self.time = time
        self._side = side
        self._open = ExitStack()

    def naver(self, api: Answers, **options: Any) -> Any:
        """A NAVER client, with a token at hand unless other credentials are given."""
        return self._opened(self._side.naver, api, options)

    def signing(self, api: Answers, **options: Any) -> Any:
        """A NAVER client that signs for its own token."""
        return self.naver(api, **{"client_id": "id", "client_secret": SECRET} | options)

    def bootpay(self, api: Answers, **options: Any) -> Any:
        """A Bootpay client, of made-up keys unless others are given."""
        return self._opened(self._side.bootpay, api, options)

    def close(self) -> None:
        """End them all."""
        self._open.close()

    def _opened(self, side: Callable[..., Any], api: Answers, options: dict[str, Any]) -> Any:
        transport = api if api is None or isinstance(api, httpx.MockTransport) else httpx.MockTransport(api)
        return self._open.enter_context(side(transport, time=self.time, **{"clock": self.time.clock} | options))
