"""The clients of NAVER's Commerce API, synchronous and asynchronous: how they are made."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Unpack

from jumun_client.naver import CALLS_PER_S, NaverApi
from jumun_client.naver_calls import (
    AsyncNaverCalls,
    AsyncRawNaverCommerceCalls,
    NaverCalls,
    RawNaverCommerceCalls,
)
from jumun_client.timing import AsyncTiming, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from jumun_client.options import Settings


class NaverCommerceClient(NaverCalls):
    """NAVER's Commerce API. Threads may share one client.

    Args:
        client_id: Of the application, with ``client_secret``: the client then signs for its own token, keeps
            it, renews it some minutes before it ends, and once more when it is refused.
        client_secret: Of the application, a bcrypt salt such as ``$2a$04$`` and 22 more characters.
        access_token: A token at hand, in place of the two.
        base_url: Up to and without ``/v1``.
        transport: What carries the requests instead of the network, e.g. ``httpx.WSGITransport(app=app)``.
        http_client: A client to borrow, with its own transport and timeout; it is not closed.
        clock: Seconds since 1970; signatures and the token's life go by it.
        timing: Where waits and chance come from, for tests.
        settings: `Settings`: ``timeout``, ``deadline``, ``max_retries``, ``pacing``, ``on_exchange``.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: Credentials are missing, doubled or malformed (the message shows none of them), or
            another argument makes no sense.
    """

    def __init__(
        self,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        access_token: str | None = None,
        base_url: str = "https://api.commerce.naver.com/external",
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
        clock: Callable[[], float] = time.time,
        timing: Timing | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._api = NaverApi(
            client_id=client_id,
            client_secret=client_secret,
            access_token=access_token,
            base_url=base_url,
            clock=clock,
        )
        super().__init__(
            clock=clock,
            calls_per_s=CALLS_PER_S,
            timing=timing or Timing(),
            transport=transport,
            http_client=http_client,
            settings=settings,
        )

    @property
    def with_raw_response(self) -> RawNaverCommerceCalls:
        """The same calls, giving `RawAnswer`: the HTTP response beside what is read from it."""
        return RawNaverCommerceCalls(self, self._api)


class AsyncNaverCommerceClient(AsyncNaverCalls):
    """As `NaverCommerceClient`, for asyncio; tasks and event loops may share one client.

    Raises:
        TypeError: As there.
        ValueError: As there.
    """

    def __init__(
        self,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        access_token: str | None = None,
        base_url: str = "https://api.commerce.naver.com/external",
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
        timing: AsyncTiming | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._api = NaverApi(
            client_id=client_id,
            client_secret=client_secret,
            access_token=access_token,
            base_url=base_url,
            clock=clock,
        )
        super().__init__(
            clock=clock,
            calls_per_s=CALLS_PER_S,
            timing=timing or AsyncTiming(),
            transport=transport,
            http_client=http_client,
            settings=settings,
        )

    @property
    def with_raw_response(self) -> AsyncRawNaverCommerceCalls:
        """The same calls, giving `RawAnswer`: the HTTP response beside what is read from it."""
        return AsyncRawNaverCommerceCalls(self, self._api)
