"""A side whose clients live in the test's own time and end with the test."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

from jumun_client import (
    AsyncBootpayCommerceClient,
    AsyncNaverCommerceClient,
    BootpayCommerceClient,
    NaverCommerceClient,
)
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
        if not options.keys() & {"client_id", "access_token"}:
            options["access_token"] = "t"
        return self._opened(AsyncNaverCommerceClient if self.is_async else NaverCommerceClient, api, options)

    def signing(self, api: Answers, **options: Any) -> Any:
        """A NAVER client that signs for its own token."""
        return self.naver(api, **{"client_id": "id", "client_secret": SECRET} | options)

    def bootpay(self, api: Answers, **options: Any) -> Any:
        """A Bootpay client."""
        options = {"client_key": "ck", "secret_key": "sk"} | options
        return self._opened(AsyncBootpayCommerceClient if self.is_async else BootpayCommerceClient, api, options)

    def close(self) -> None:
        """End them all."""
        self._open.close()

    def _opened(self, kind: Callable[..., Any], api: Answers, options: dict[str, Any]) -> Any:
        transport = api if api is None or isinstance(api, httpx.MockTransport) else httpx.MockTransport(api)
        timing = self.time.async_timing() if self.is_async else self.time.timing()
        client = kind(transport=transport, timing=timing, clock=self.time.clock, **options)
        return self._open.enter_context(self._side.driven(client))
