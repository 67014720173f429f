"""Made by client/generate.py from `jumun_client.naver`: change that, then ``make format``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_client.asynchronous import AsyncClient
from jumun_client.sync import SyncClient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterable

    from jumun_client.answer import RawAnswer
    from jumun_client.batch import BatchItem
    from jumun_client.errors import ApiError
    from jumun_client.models import ProductOrderIds
    from jumun_client.naver import NaverApi
    from jumun_client.watching import Sighting


class NaverCalls(SyncClient):
    """The calls."""

    _api: NaverApi

    def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return self.converse(self._api.product_order_ids(order_id)).parse()

    def product_order_ids_many(
        self, order_ids: Iterable[str], *, concurrency: int = 4, on_progress: Callable[[int, int], object] | None = None
    ) -> list[BatchItem]:
        """The ids of the product orders of many orders, in the order of ``order_ids``, failures beside successes.

        An order that is given twice is asked for once. A failure that is about no single order (keys that are refused,
        permissions, a quota that is used up) ends the sending: what was not asked for yet fails with it too.

        Args:
            order_ids: The orders' numbers.
            concurrency: How many calls may be under way at once; the pace holds for all of them together.
            on_progress: Called with how many orders are done and how many there are, one call at a time. What it or
                ``on_exchange`` raises ends the sending and is raised once the calls under way have ended.

        Raises:
            TypeError: As in `product_order_ids`, with the place of the order; nothing is sent.
            ValueError: As above.
        """
        return self._ask_all(
            self._api.product_order_ids_many(order_ids, concurrency=concurrency, on_progress=on_progress)
        )

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> Generator[Sighting, None, None]:
        """Ask for an order again and again, without end; each answer says what has changed since the one before.

        Args:
            order_id: The order's number.
            interval: Seconds between the end of a call and the next.
            on_error: Called with a failure that may pass (`RateLimitError`, `ServerError`, `ConnectionFailedError`,
                `TimedOutError`, `DeadlineExceededError`, `ThrottledError`); watching then goes on, after
                ``retry_after_s`` where that is longer, but an hour at most. Without it, and for every other failure,
                the error is raised and watching ends.

        Raises:
            TypeError: As in `product_order_ids`; at once, as the next.
            ValueError: As in `product_order_ids`, or ``interval`` is not above 0.
            ApiError: See ``on_error``.
        """
        return self._walk(self._api.watch(order_id, interval, on_error=on_error))


class AsyncNaverCalls(AsyncClient):
    """The calls, awaited."""

    _api: NaverApi

    async def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return (await self.converse(self._api.product_order_ids(order_id))).parse()

    async def product_order_ids_many(
        self, order_ids: Iterable[str], *, concurrency: int = 4, on_progress: Callable[[int, int], object] | None = None
    ) -> list[BatchItem]:
        """The ids of the product orders of many orders, in the order of ``order_ids``, failures beside successes.

        An order that is given twice is asked for once. A failure that is about no single order (keys that are refused,
        permissions, a quota that is used up) ends the sending: what was not asked for yet fails with it too.

        Args:
            order_ids: The orders' numbers.
            concurrency: How many calls may be under way at once; the pace holds for all of them together.
            on_progress: Called with how many orders are done and how many there are, one call at a time. What it or
                ``on_exchange`` raises ends the sending and is raised once the calls under way have ended.

        Raises:
            TypeError: As in `product_order_ids`, with the place of the order; nothing is sent.
            ValueError: As above.
        """
        return await self._ask_all(
            self._api.product_order_ids_many(order_ids, concurrency=concurrency, on_progress=on_progress)
        )

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> AsyncGenerator[Sighting, None]:
        """Ask for an order again and again, without end; each answer says what has changed since the one before.

        Args:
            order_id: The order's number.
            interval: Seconds between the end of a call and the next.
            on_error: Called with a failure that may pass (`RateLimitError`, `ServerError`, `ConnectionFailedError`,
                `TimedOutError`, `DeadlineExceededError`, `ThrottledError`); watching then goes on, after
                ``retry_after_s`` where that is longer, but an hour at most. Without it, and for every other failure,
                the error is raised and watching ends.

        Raises:
            TypeError: As in `product_order_ids`; at once, as the next.
            ValueError: As in `product_order_ids`, or ``interval`` is not above 0.
            ApiError: See ``on_error``.
        """
        return self._walk(self._api.watch(order_id, interval, on_error=on_error))


class RawNaverCommerceCalls:
    """The calls of `NaverCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: SyncClient, api: NaverApi) -> None:
        self._client = client
        self._api = api

    def product_order_ids(self, order_id: str) -> RawAnswer[ProductOrderIds]:
        """As `NaverCommerceClient.product_order_ids`, giving the HTTP response too."""
        return self._client.converse(self._api.product_order_ids(order_id))


class AsyncRawNaverCommerceCalls:
    """The calls of `AsyncNaverCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: AsyncClient, api: NaverApi) -> None:
        self._client = client
        self._api = api

    async def product_order_ids(self, order_id: str) -> RawAnswer[ProductOrderIds]:
        """As `AsyncNaverCommerceClient.product_order_ids`, giving the HTTP response too."""
        return await self._client.converse(self._api.product_order_ids(order_id))
