"""What users write, with the types they may rely on. Type checkers read it; it is never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, closing
from datetime import date, datetime
from typing import Any, Protocol, assert_never, assert_type

import httpx

from jumun_client import (
    INVALID_ORDER_ID,
    ORDER_NOT_FOUND,
    ApiError,
    AsyncBootpayCommerceClient,
    AsyncNaverCommerceClient,
    AsyncTiming,
    BatchItem,
    BootpayCommerceClient,
    BootpayToken,
    BulkItem,
    BulkResult,
    Checkpoint,
    CsType,
    NaverCommerceClient,
    Order,
    OrderFilters,
    OrderPage,
    OrderStatus,
    Outcome,
    PaymentStatus,
    ProductOrder,
    ProductOrderChange,
    ProductOrderIds,
    RateLimitError,
    RawAnswer,
    SellerChannel,
    Settings,
    Sighting,
    StatusError,
    SubscriptionBillingType,
    Timing,
)


def making() -> None:
    """Clients take keys, settings, and what carries the calls."""
    with NaverCommerceClient(access_token="t", timeout=httpx.Timeout(5), pacing="fail") as naver:
        assert_type(naver, NaverCommerceClient)
    with BootpayCommerceClient(
        client_key="ck",
        secret_key="sk",
        base_url="http://127.0.0.1:8080/v1",
        transport=httpx.MockTransport(lambda _: httpx.Response(200)),
        timing=Timing(sleep=lambda _: None),
        timeout=None,
        deadline=3,
        max_retries=0,
        on_exchange=print,
    ) as bootpay:
        assert_type(bootpay, BootpayCommerceClient)
    seen: list[httpx.Response] = []
    settings: Settings = {"deadline": 3.5, "pacing": "off", "on_exchange": seen.append}
    NaverCommerceClient(client_id="id", client_secret="s", http_client=httpx.Client(), **settings)
    AsyncNaverCommerceClient(client_id="id", client_secret="s", http_client=httpx.AsyncClient(), **settings)
    assert_type(naver.with_options(**settings), NaverCommerceClient)
    assert_type(bootpay.with_options(deadline=None).with_options(), BootpayCommerceClient)
    assert_type(bootpay.close(), None)


async def making_async() -> None:
    """So do the asynchronous ones."""

    async def sleep(_: float) -> None: ...

    async with AsyncNaverCommerceClient(access_token="t", timing=AsyncTiming(sleep=sleep)) as naver:
        assert_type(naver, AsyncNaverCommerceClient)
        assert_type(naver.with_options(max_retries=1), AsyncNaverCommerceClient)

    async def app(scope: object, receive: object, send: object) -> None: ...

    client = AsyncBootpayCommerceClient(client_key="ck", secret_key="sk", transport=httpx.ASGITransport(app=app))
    assert_type(client.with_options(), AsyncBootpayCommerceClient)
    assert_type(await client.close(), None)


class OwnClient(BootpayCommerceClient):
    """A subclass stays what it is."""


def subclass(own: OwnClient) -> None:
    """Also with other settings, and in a block."""
    assert_type(own.with_options(deadline=1), OwnClient)
    with own as entered:
        assert_type(entered, OwnClient)


def list_of_orders(client: BootpayCommerceClient) -> None:
    """Filters take enum members and plain values, dates and text, any iterable; None means no filter."""
    page = client.list_orders(
        page=1,
        limit=50,
        keyword=None,
        status=[OrderStatus.PAID, 3],
        payment_status=(PaymentStatus.COMPLETE, 20),
        order_subscription_ids={"685b7b10b0eacea5cd974a93"},
        subscription_billing_type=SubscriptionBillingType.EACH,
        cs_type=CsType.PURCHASED_AT,
        css_at=date(2025, 1, 1),
        cse_at="2025-01-31",
    )
    assert_type(page, OrderPage)
    assert_type(page.count, int)
    assert_type(page.orders, tuple[Order, ...])
    for order in page.orders:
        assert_type(order.order_id, str)
        assert_type(order.price, int | None)
        assert_type(order.status, OrderStatus | int | str | None)
        assert_type(order.receipt_status, PaymentStatus | int | str | None)
        assert_type(order.purchased_at, datetime | None)
        assert_type(order.extra, Mapping[str, Any])
    january: OrderFilters = {"css_at": "2025-01-01", "cse_at": date(2025, 1, 31), "cs_type": "c_at"}
    assert_type(client.list_orders(page=2, **january), OrderPage)
    assert_type(client.iter_orders(limit=100, **january), Generator[Order, None, None])
    assert_type(sorted(order.order_id for order in client.iter_orders(status=range(3))), list[str])
    assert_type(client.request_token(), BootpayToken)
    assert_type(client.request_token().expire_in, int | None)


async def list_of_orders_async(client: AsyncBootpayCommerceClient) -> None:
    """The same, awaited."""
    assert_type(await client.list_orders(limit=1, payment_status=[1]), OrderPage)
    assert_type(await client.request_token(), BootpayToken)
    assert_type(client.iter_orders(keyword="k"), AsyncGenerator[Order, None])
    async for order in client.iter_orders():
        assert_type(order, Order)
    async with aclosing(client.iter_orders()) as orders:
        assert_type(await anext(orders), Order)


def product_orders(client: NaverCommerceClient) -> None:
    """One order, many, and one that is watched."""
    result = client.product_order_ids("2023010112345")
    assert_type(result, ProductOrderIds)
    assert_type(result.product_order_ids, tuple[str, ...])
    assert_type(result.timestamp, datetime | None)
    done: list[int] = []
    items = client.product_order_ids_many(
        iter(["1", "2"]), concurrency=2, on_progress=lambda number, total: done.append(number * 100 // total)
    )
    assert_type(items, list[BatchItem])
    for item in items:
        assert_type(item.result, ProductOrderIds | None)
        assert_type(item.error, ApiError | None)
    failures: list[ApiError] = []
    assert_type(client.watch("1", 5, on_error=failures.append), Generator[Sighting, None, None])
    with closing(client.watch("1", interval=0.5)) as sightings:
        for sighting in sightings:
            assert_type(sighting.added, tuple[str, ...])


def writes(client: NaverCommerceClient) -> None:
    """A write gives the outcome of each product order; what is asked for may be any iterable."""
    result = client.confirm_product_orders(iter(["1"])).check()
    assert_type(result, BulkResult)
    assert_type(result.succeeded, tuple[str, ...])
    for item in result.items:
        assert_type(item, BulkItem)
        assert_type(item.error, ApiError | None)
    assert_type(client.query_product_orders(["1"]).missing, tuple[str, ...])
    assert_type(client.seller_channels(), tuple[SellerChannel, ...])
    assert_type(client.with_raw_response.seller_channels(), RawAnswer[tuple[SellerChannel, ...]])


async def changes_async(client: AsyncNaverCommerceClient, since: datetime) -> None:
    """The feed is walked with a checkpoint; the same with or without waiting."""
    checkpoint = Checkpoint.from_json(Checkpoint().to_json())
    assert_type(checkpoint, Checkpoint)
    async for change in client.iter_changes(since, checkpoint=checkpoint):
        assert_type(change, ProductOrderChange)
    async for found in client.iter_product_orders(since, statuses=["PAYED"]):
        assert_type(found, ProductOrder)
    assert_type(await client.confirm_product_orders(["1"]), BulkResult)


async def product_orders_async(client: AsyncNaverCommerceClient) -> None:
    """The same, awaited."""
    assert_type(await client.product_order_ids("1"), ProductOrderIds)
    assert_type(await client.product_order_ids_many(["1"]), list[BatchItem])
    async for sighting in client.watch("1"):
        assert_type(sighting, Sighting)
        break


def raw(naver: NaverCommerceClient, bootpay: BootpayCommerceClient) -> None:
    """What lies behind a result."""
    answer = naver.with_raw_response.product_order_ids("1")
    assert_type(answer, RawAnswer[ProductOrderIds])
    assert_type(answer.parse(), ProductOrderIds)
    assert_type(answer.http_response, httpx.Response)
    assert_type(answer.status, int)
    assert_type(bootpay.with_raw_response.list_orders(status=[2]).parse().count, int)
    assert_type(bootpay.with_raw_response.request_token(), RawAnswer[BootpayToken])


async def raw_async(naver: AsyncNaverCommerceClient, bootpay: AsyncBootpayCommerceClient) -> None:
    """The same, awaited."""
    assert_type(await naver.with_raw_response.product_order_ids("1"), RawAnswer[ProductOrderIds])
    assert_type((await bootpay.with_raw_response.list_orders()).parse(), OrderPage)


def errors(client: NaverCommerceClient) -> None:
    """Errors say what they know; an outcome is one of five."""
    try:
        client.product_order_ids("1")
    except RateLimitError as error:
        assert_type(error.retry_after_s, float | None)
        assert_type(error.status, int)
    except StatusError as error:
        assert_type(error.code, str | None)
    except ApiError as error:
        assert_type(error.status, int | None)
        assert_type(error.outcome, Outcome)
        assert_type(error.attempts, int)


def told_apart(outcome: Outcome) -> str:
    """All five, and no more."""
    match outcome:
        case "INVALID_ORDER_ID" | "ORDER_NOT_FOUND":
            return INVALID_ORDER_ID if outcome == INVALID_ORDER_ID else ORDER_NOT_FOUND
        case "UNAUTHORIZED" | "SERVER_ERROR" | "UNKNOWN_ERROR":
            return outcome
        case _:
            assert_never(outcome)


class CachingClient(NaverCommerceClient):
    """A subclass may override a call."""

    def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """Call the client's own method."""
        return super().product_order_ids(order_id)


class Lookup(Protocol):
    """What a program needs of a client, so that its tests may bring another."""

    def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The client's call of this name."""
        ...


class AsyncLookup(Protocol):
    """The same, awaited."""

    async def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The client's call of this name, awaited."""
        ...


def needs(naver: NaverCommerceClient, naver_async: AsyncNaverCommerceClient) -> tuple[Lookup, AsyncLookup]:
    """A client is what such a program needs; a call is a plain function of its class."""
    assert_type(NaverCommerceClient.product_order_ids(naver, "1"), ProductOrderIds)
    return naver, naver_async
