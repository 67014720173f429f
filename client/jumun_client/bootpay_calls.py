"""Made by client/generate.py from `jumun_client.bootpay`: change that, then ``make format``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_client.asynchronous import AsyncClient
from jumun_client.order_walk import MAX_LIMIT
from jumun_client.sync import SyncClient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from typing import Unpack

    from jumun_client.answer import RawAnswer
    from jumun_client.bootpay import BootpayApi
    from jumun_client.models import BootpayToken, Order, OrderPage
    from jumun_client.order_query import OrderFilters


class BootpayCalls(SyncClient):
    """The calls."""

    _api: BootpayApi

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
        return self.converse(self._api.list_orders(page=page, limit=limit, **filters)).parse()

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
        return self._walk(self._api.iter_orders(limit=limit, **filters))

    def request_token(self) -> BootpayToken:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self.converse(self._api.request_token()).parse()


class AsyncBootpayCalls(AsyncClient):
    """The calls, awaited."""

    _api: BootpayApi

    async def list_orders(
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
        return (await self.converse(self._api.list_orders(page=page, limit=limit, **filters))).parse()

    def iter_orders(self, *, limit: int = MAX_LIMIT, **filters: Unpack[OrderFilters]) -> AsyncGenerator[Order, None]:
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
        return self._walk(self._api.iter_orders(limit=limit, **filters))

    async def request_token(self) -> BootpayToken:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return (await self.converse(self._api.request_token())).parse()


class RawBootpayCommerceCalls:
    """The calls of `BootpayCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: SyncClient, api: BootpayApi) -> None:
        self._client = client
        self._api = api

    def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> RawAnswer[OrderPage]:
        """As `BootpayCommerceClient.list_orders`, giving the HTTP response too."""
        return self._client.converse(self._api.list_orders(page=page, limit=limit, **filters))

    def request_token(self) -> RawAnswer[BootpayToken]:
        """As `BootpayCommerceClient.request_token`, giving the HTTP response too."""
        return self._client.converse(self._api.request_token())


class AsyncRawBootpayCommerceCalls:
    """The calls of `AsyncBootpayCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: AsyncClient, api: BootpayApi) -> None:
        self._client = client
        self._api = api

    async def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> RawAnswer[OrderPage]:
        """As `AsyncBootpayCommerceClient.list_orders`, giving the HTTP response too."""
        return await self._client.converse(self._api.list_orders(page=page, limit=limit, **filters))

    async def request_token(self) -> RawAnswer[BootpayToken]:
        """As `AsyncBootpayCommerceClient.request_token`, giving the HTTP response too."""
        return await self._client.converse(self._api.request_token())
