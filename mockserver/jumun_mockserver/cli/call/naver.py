"""`jumun call naver`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

import jumun_client
from jumun_mockserver.cli.call.answer import print_json, print_table, read_document, veiled
from jumun_mockserver.cli.call.options import call_options, failure, way_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx

    from jumun_mockserver.cli.call.options import Target

_OPERATION = "naver.product_order_ids"


@click.group()
def naver() -> None:
    """NAVER's Commerce API."""


@naver.command("product-order-ids")
@click.argument("order_ids", nargs=-1, required=True, metavar="ORDER_ID...")
@call_options("naver")
def product_order_ids(*, order_ids: tuple[str, ...], target: Target, form: str) -> None:
    r"""Show the product orders of orders.

    As JSON: by order id the answer as the API gave it, an error too; null where no JSON came. Fields that no contract
    knows are masked.

    \b
    jumun call naver product-order-ids 2023010112345 2023010112346
    jumun call naver product-order-ids 2023010112345 --format json
    """
    answers: dict[str, Any] = {}

    def note(response: httpx.Response) -> None:
        *_, order_id, last = response.request.url.path.split("/")
        if last == "product-order-ids":
            answers[order_id] = veiled(read_document(response.content), _OPERATION, status=response.status_code)

    unique = list(dict.fromkeys(order_ids))
    items = asyncio.run(_ask(unique, target, note))
    failures = {item.order_id: item.error for item in items if item.error is not None}
    if form == "json":
        print_json({order_id: answers.get(order_id) for order_id in unique})
    elif len(items) > 1 or not failures:
        print_table(("ORDER", "OUTCOME", "PRODUCT ORDERS"), [_row(item) for item in items])
    if failures:
        raise _failure(failures, total=len(items), target=target)


async def _ask(
    order_ids: Sequence[str], target: Target, note: Callable[[httpx.Response], None]
) -> list[jumun_client.BatchItem]:
    """Ask for all; asynchronously, since Ctrl-C then ends all calls at once, where threads would finish theirs."""
    async with jumun_client.AsyncNaverCommerceClient(**target.arguments, on_exchange=note) as client:
        return await client.product_order_ids_many(order_ids)


def _row(item: jumun_client.BatchItem) -> tuple[str, str, str]:
    if item.result is not None:
        return item.order_id, "ok", " ".join(item.result.product_order_ids)
    if isinstance(item.error, jumun_client.StatusError):
        return item.order_id, item.error.outcome, f"{item.error.status} {item.error.code or ''}"
    return item.order_id, type(item.error).__name__, ""


def _failure(failures: Mapping[str, jumun_client.ApiError], *, total: int, target: Target) -> click.ClickException:
    """The failure of the one order; else a line for each, where orders share one for them together."""
    is_refused = len(failures) < total or any(isinstance(each, jumun_client.StatusError) for each in failures.values())
    first = next(iter(failures.values()))
    hint = way_out(first, target)
    if total == 1:
        return failure(f"{first}{hint}", is_refused=is_refused)
    sharing: dict[jumun_client.ApiError, list[str]] = {}
    for order_id, error in failures.items():
        sharing.setdefault(error, []).append(order_id)
    lines = [
        f"  {order_id}{f' and {len(others)} more' if others else ''}: {error}"
        for error, (order_id, *others) in sharing.items()
    ]
    told = "\n".join((f"{len(failures)} of {total} orders failed", *lines))
    return failure(f"{told}{hint}", is_refused=is_refused)
