"""The clients of Bootpay's Commerce API, synchronous and asynchronous."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Unpack

from jumun_client.asynchronous import AsyncClient
from jumun_client.bootpay import ORDERS_LIST, BootpayApi
from jumun_client.order_walk import MAX_LIMIT, OrderWalk
from jumun_client.sync import SyncClient
from jumun_client.timing import AsyncTiming, Timing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    import httpx

    from jumun_client.answer import RawAnswer
    from jumun_client.models import BootpayToken, Order, OrderPage
    from jumun_client.options import Settings
    from jumun_client.order_query import OrderFilters


class BootpayCommerceClient(SyncClient):
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
        self._api = BootpayApi(client_key=client_key, secret_key=secret_key, base_url=base_url)
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

    def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> OrderPage:
        """One page of the orders that match every filter given; None is not sent.

        Source: commerce.bootpay.ai/orders/list.

        Args:
            page: From 1; the server's default is 1.
            limit: Orders a page; the server's default is 20, and it lowers more than 50 to 50.
            filters: `OrderFilters`.

        Raises:
            TypeError: A value is of the wrong type, or there is no such filter; nothing is sent.
            ValueError: A value cannot be sent or would filter nothing; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self.with_raw_response.list_orders(page=page, limit=limit, **filters).parse()

    def iter_orders(self, *, limit: int = MAX_LIMIT, **filters: Unpack[OrderFilters]) -> Generator[Order, None, None]:
        """All orders that match every filter given, page after page as they are wanted, each once.

        It ends at an empty page, at one that brings nothing new, and at one that is not full once ``count`` is reached.
        Orders that come in meanwhile cost none of the others. One that is taken out of the list can make the walk miss
        another, since the API has no cursor.

        Args:
            limit: Orders a page; the server lowers more than 50, and the log (``jumun_client``, INFO) says so.
            filters: `OrderFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `list_orders`, at once.
            ValueError: As in `list_orders`, or ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        walk = OrderWalk(limit=limit)
        page = self._api.order_pages(filters)
        page(walk.paging)  # refuses what cannot be asked for

        def orders() -> Generator[Order, None, None]:
            while not walk.is_over:
                yield from walk.take(self.converse(ORDERS_LIST, page(walk.paging)).parse())

        return orders()

    def request_token(self) -> BootpayToken:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self.with_raw_response.request_token().parse()


class RawBootpayCommerceCalls:
    """The calls of `BootpayCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: SyncClient, api: BootpayApi) -> None:
        self._client = client
        self._api = api

    def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> RawAnswer[OrderPage]:
        """As `BootpayCommerceClient.list_orders`, but for the reading."""
        ask = self._api.order_pages(filters)
        return self._client.converse(ORDERS_LIST, ask({"page": page, "limit": limit}))

    def request_token(self) -> RawAnswer[BootpayToken]:
        """As `BootpayCommerceClient.request_token`, but for the reading."""
        return self._client.converse("bootpay.token", self._api.request_token())


class AsyncBootpayCommerceClient(AsyncClient):
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
        self._api = BootpayApi(client_key=client_key, secret_key=secret_key, base_url=base_url)
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

    async def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> OrderPage:
        """As `BootpayCommerceClient.list_orders`."""
        return (await self.with_raw_response.list_orders(page=page, limit=limit, **filters)).parse()

    def iter_orders(self, *, limit: int = MAX_LIMIT, **filters: Unpack[OrderFilters]) -> AsyncGenerator[Order, None]:
        """As `BootpayCommerceClient.iter_orders`."""
        walk = OrderWalk(limit=limit)
        page = self._api.order_pages(filters)
        page(walk.paging)  # refuses what cannot be asked for

        async def orders() -> AsyncGenerator[Order, None]:
            while not walk.is_over:
                for order in walk.take((await self.converse(ORDERS_LIST, page(walk.paging))).parse()):
                    yield order

        return orders()

    async def request_token(self) -> BootpayToken:
        """As `BootpayCommerceClient.request_token`."""
        return (await self.with_raw_response.request_token()).parse()


class AsyncRawBootpayCommerceCalls:
    """The calls of `AsyncBootpayCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: AsyncClient, api: BootpayApi) -> None:
        self._client = client
        self._api = api

    async def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> RawAnswer[OrderPage]:
        """As `AsyncBootpayCommerceClient.list_orders`, but for the reading."""
        ask = self._api.order_pages(filters)
        return await self._client.converse(ORDERS_LIST, ask({"page": page, "limit": limit}))

    async def request_token(self) -> RawAnswer[BootpayToken]:
        """As `AsyncBootpayCommerceClient.request_token`, but for the reading."""
        return await self._client.converse("bootpay.token", self._api.request_token())
