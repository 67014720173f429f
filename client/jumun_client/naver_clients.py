"""The clients of NAVER's Commerce API, synchronous and asynchronous."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Unpack

from jumun_client.asynchronous import AsyncClient
from jumun_client.batch import Batch, BatchItem
from jumun_client.errors import ApiError
from jumun_client.naver import CALLS_PER_S, NaverApi
from jumun_client.sync import SyncClient
from jumun_client.timing import AsyncTiming, Timing
from jumun_client.watching import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterable

    import httpx

    from jumun_client.answer import RawAnswer
    from jumun_client.models import ProductOrderIds
    from jumun_client.options import Settings
    from jumun_client.watching import Sighting


class NaverCommerceClient(SyncClient):
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

    def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return self.with_raw_response.product_order_ids(order_id).parse()

    def product_order_ids_many(
        self,
        order_ids: Iterable[str],
        *,
        concurrency: int = 4,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> list[BatchItem]:
        """The ids of the product orders of many orders, in the order of ``order_ids``, failures beside successes.

        An order that stands there twice is asked for once. A failure that is about no single order (keys that are
        refused, permissions, an hour's quota that is used up) ends the sending: what was not asked for yet fails with
        it too.

        Args:
            order_ids: The orders' numbers.
            concurrency: How many calls may be under way at once; the pace holds for all of them together.
            on_progress: Called with how many orders are done and how many there are, one call at a time. What it or
                ``on_exchange`` raises ends the sending and is raised once the calls under way have ended.

        Raises:
            TypeError: As in `product_order_ids`, with the place of the order; nothing is sent.
            ValueError: As above.
        """
        batch = Batch(order_ids, check=self._api.product_order_ids, concurrency=concurrency, on_progress=on_progress)

        def ask(order_id: str) -> BatchItem:
            try:
                return BatchItem(order_id=order_id, result=self.product_order_ids(order_id))
            except ApiError as error:
                return BatchItem(order_id=order_id, error=error)

        def work() -> None:
            with batch.ending_together():
                while (order_id := batch.next_order_id()) is not None:
                    batch.settle(ask(order_id))

        pool = ThreadPoolExecutor(max(1, len(batch.workers)), thread_name_prefix="jumun_client")
        with pool, batch.ending_together():
            # In the caller's context, as tasks are: callbacks and logs may go by it.
            threads = [pool.submit(copy_context().run, work) for _ in batch.workers]
            for each in threads:
                each.result()
        return batch.items()

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
        self._api.product_order_ids(order_id)  # refuses what cannot be asked for
        watch = Watch(interval=interval, on_error=on_error)

        def sightings() -> Generator[Sighting, None, None]:
            while True:
                try:
                    result = self.product_order_ids(order_id)
                except ApiError as error:
                    watch.fail(error)
                else:
                    yield watch.see(result)
                self._sleep(watch.pause_s)

        return sightings()


class RawNaverCommerceCalls:
    """The calls of `NaverCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: SyncClient, api: NaverApi) -> None:
        self._client = client
        self._api = api

    def product_order_ids(self, order_id: str) -> RawAnswer[ProductOrderIds]:
        """As `NaverCommerceClient.product_order_ids`, but for the reading."""
        return self._client.converse("naver.product_order_ids", self._api.product_order_ids(order_id))


class AsyncNaverCommerceClient(AsyncClient):
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

    async def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """As `NaverCommerceClient.product_order_ids`."""
        return (await self.with_raw_response.product_order_ids(order_id)).parse()

    async def product_order_ids_many(
        self,
        order_ids: Iterable[str],
        *,
        concurrency: int = 4,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> list[BatchItem]:
        """As `NaverCommerceClient.product_order_ids_many`."""
        batch = Batch(order_ids, check=self._api.product_order_ids, concurrency=concurrency, on_progress=on_progress)

        async def ask(order_id: str) -> BatchItem:
            try:
                return BatchItem(order_id=order_id, result=await self.product_order_ids(order_id))
            except ApiError as error:
                return BatchItem(order_id=order_id, error=error)

        async def work() -> None:
            with batch.ending_together():
                while (order_id := batch.next_order_id()) is not None:
                    batch.settle(await ask(order_id))

        # Not a TaskGroup, which would wrap what a callback raises in an ExceptionGroup.
        tasks = [asyncio.create_task(work()) for _ in batch.workers]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return batch.items()

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> AsyncGenerator[Sighting, None]:
        """As `NaverCommerceClient.watch`."""
        self._api.product_order_ids(order_id)  # refuses what cannot be asked for
        watch = Watch(interval=interval, on_error=on_error)

        async def sightings() -> AsyncGenerator[Sighting, None]:
            while True:
                try:
                    result = await self.product_order_ids(order_id)
                except ApiError as error:
                    watch.fail(error)
                else:
                    yield watch.see(result)
                await self._sleep(watch.pause_s)

        return sightings()


class AsyncRawNaverCommerceCalls:
    """The calls of `AsyncNaverCommerceClient`, giving the HTTP response too."""

    def __init__(self, client: AsyncClient, api: NaverApi) -> None:
        self._client = client
        self._api = api

    async def product_order_ids(self, order_id: str) -> RawAnswer[ProductOrderIds]:
        """As `AsyncNaverCommerceClient.product_order_ids`, but for the reading."""
        return await self._client.converse("naver.product_order_ids", self._api.product_order_ids(order_id))
