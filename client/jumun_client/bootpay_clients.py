"""The clients of Bootpay's Commerce API, synchronous and asynchronous: how they are made."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Unpack

from jumun_client.bootpay import BootpayApi
from jumun_client.bootpay_calls import (
    AsyncBootpayCalls,
    AsyncRawBootpayCommerceCalls,
    BootpayCalls,
    RawBootpayCommerceCalls,
)
from jumun_client.timing import AsyncTiming, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from jumun_client.options import Settings


class BootpayCommerceClient(BootpayCalls):
    """Bootpay's Commerce API; every call carries the keys as Basic credentials. Threads may share one client.

    Args:
        client_key: Of the Commerce project.
        secret_key: Of the Commerce project.
        base_url: Up to and with ``/v1``.
        transport: What carries the requests instead of the network, e.g. ``httpx.WSGITransport(app=app)``.
        http_client: A client to borrow, with its own transport and timeout; it is not closed.
        clock: Seconds since 1970.
        timing: Where waits and chance come from, for tests.
        settings: `Settings`: ``timeout``, ``deadline``, ``max_retries``, ``pacing``, ``on_exchange``.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: A key is empty or malformed (the message does not show it), or another argument makes no sense.
    """

    def __init__(
        self,
        *,
        client_key: str,
        secret_key: str,
        base_url: str = "https://api.bootapi.com/v1",
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
        clock: Callable[[], float] = time.time,
        timing: Timing | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._api = BootpayApi(client_key=client_key, secret_key=secret_key, base_url=base_url, clock=clock)
        super().__init__(
            clock=clock,
            calls_per_s=None,
            timing=timing or Timing(),
            transport=transport,
            http_client=http_client,
            settings=settings,
        )

    @property
    def with_raw_response(self) -> RawBootpayCommerceCalls:
        """The same calls, giving `RawAnswer`: the HTTP response beside what is read from it."""
        return RawBootpayCommerceCalls(self, self._api)


class AsyncBootpayCommerceClient(AsyncBootpayCalls):
    """As `BootpayCommerceClient`, for asyncio; tasks and event loops may share one client.

    Raises:
        TypeError: As there.
        ValueError: As there.
    """

    def __init__(
        self,
        *,
        client_key: str,
        secret_key: str,
        base_url: str = "https://api.bootapi.com/v1",
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
        timing: AsyncTiming | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._api = BootpayApi(client_key=client_key, secret_key=secret_key, base_url=base_url, clock=clock)
        super().__init__(
            clock=clock,
            calls_per_s=None,
            timing=timing or AsyncTiming(),
            transport=transport,
            http_client=http_client,
            settings=settings,
        )

    @property
    def with_raw_response(self) -> AsyncRawBootpayCommerceCalls:
        """The same calls, giving `RawAnswer`: the HTTP response beside what is read from it."""
        return AsyncRawBootpayCommerceCalls(self, self._api)
