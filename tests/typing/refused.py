"""What users may get wrong. Type checkers read it; it is never run.

The comments name what each of them says to a line: test_types.py takes them away and compares.
"""
# ruff: noqa: T201
# pyright: standard

from __future__ import annotations

import time
from datetime import date, datetime

import httpx

import jumun_client
from jumun_client import (
    AsyncBootpayCommerceClient,
    AsyncNaverCommerceClient,
    AsyncTiming,
    BatchItem,
    BootpayCommerceClient,
    NaverCommerceClient,
    Order,
    OrderFilters,
    Settings,
    Timing,
)


def nothing() -> None:
    """A callback that takes nothing."""


def making() -> None:
    """Keys, settings and what carries the calls."""
    BootpayCommerceClient(client_key="ck")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    BootpayCommerceClient("ck", "sk")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    NaverCommerceClient(access_token=b"t")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    NaverCommerceClient(access_token="t", retries=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    NaverCommerceClient(access_token="t", pacing="slow")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    NaverCommerceClient(access_token="t", max_retries=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    NaverCommerceClient(access_token="t", http_client=httpx.AsyncClient())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AsyncNaverCommerceClient(access_token="t", http_client=httpx.Client())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    NaverCommerceClient(access_token="t", timing=AsyncTiming())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AsyncNaverCommerceClient(access_token="t", timing=Timing())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    NaverCommerceClient(access_token="t", on_exchange=nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AsyncTiming(sleep=time.sleep)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    settings: Settings = {"dead_line": 3}  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportAssignmentType]
    print(settings, jumun_client.NaverComerceClient)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def calls(bootpay: BootpayCommerceClient, naver: NaverCommerceClient) -> None:
    """Filters and arguments."""
    bootpay.list_orders(keywrod="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    bootpay.list_orders(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    bootpay.list_orders(page="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bootpay.list_orders(status=2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bootpay.list_orders(status=["2"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    bootpay.list_orders(css_at=20250101)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bootpay.iter_orders(page=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    bootpay.iter_orders(limit=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bootpay.with_options(base_url="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    bootpay.with_raw_response.list_orders(keywrod="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    filters: OrderFilters = {"payment_status": 1}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
    naver.product_order_ids(2023010112345)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    naver.product_order_ids_many([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    naver.product_order_ids_many(["1"], 4)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    naver.product_order_ids_many(["1"], on_progress=bool)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    naver.watch("1", "30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    naver.watch("1", on_error=nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(filters, naver.with_raw_response.watch)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def results(bootpay: BootpayCommerceClient, order: Order, item: BatchItem) -> None:
    """What may be None, what is an open enum, what cannot be changed."""
    print(order.price + 1)  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand]
    print(order.purchased_at.year)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    print(order.status + 1)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    print(order.total)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    order.price = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    print(item.result.product_order_ids)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    for each in bootpay.list_orders():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        print(each)
    moment: datetime = bootpay.list_orders(css_at=date(2025, 1, 1)).count  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(moment)


async def waiting(bootpay: AsyncBootpayCommerceClient, naver: AsyncNaverCommerceClient) -> None:
    """An await too few or too many."""
    print(bootpay.list_orders().count)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    naver.product_order_ids("1")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    print((await naver.with_raw_response.product_order_ids("1")).product_order_ids)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    for order in bootpay.iter_orders():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        print(order)
    await bootpay.iter_orders()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    with naver:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
    async with naver.watch("1") as sightings:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        print(sightings)


async def no_waiting(bootpay: BootpayCommerceClient) -> None:
    """A synchronous client in a coroutine."""
    await bootpay.list_orders()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    async for order in bootpay.iter_orders():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        print(order)
    async with bootpay:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
