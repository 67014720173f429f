"""`jumun call naver product-orders`, `list` and `changes`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import jumun_client
from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.cli.call.answer import KST, moment, print_json, print_table, read_document, veiled
from jumun_mockserver.cli.call.options import call_options, failure, personal_option
from jumun_mockserver.cli.call.words import Moment, Names
from jumun_mockserver.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized

    import httpx

    from jumun_mockserver.cli.call.options import Target

_DATES = {
    "paid": "PAYED_DATETIME",
    "ordered": "ORDERED_DATETIME",
    "dispatched": "DISPATCHED_DATETIME",
    "decided": "PURCHASE_DECIDED_DATETIME",
    "claim-requested": "CLAIM_REQUESTED_DATETIME",
    "claim-completed": "CLAIM_COMPLETED_DATETIME",
    "collected": "COLLECT_COMPLETED_DATETIME",
    "gift-received": "GIFT_RECEIVED_DATETIME",
    "hope-changed": "HOPE_DELIVERY_INFO_CHANGED_DATETIME",
}

_from_option = click.option(
    "--from",
    "since",
    type=Moment(is_end=False),
    metavar="DAY[TIME]",
    help="Where to begin: YYYY-MM-DD or YYYY-MM-DDTHH:MM, in Korea. [default: 24 hours ago]",
)
_limit_option = click.option("--limit", type=click.IntRange(1), metavar="N", help="Show so many at most.")


@click.command("product-orders")
@click.argument("ids", nargs=-1, required=True, metavar="PRODUCT_ORDER_ID...")
@personal_option
@call_options("naver")
def product_orders(*, ids: tuple[str, ...], show_personal: bool, target: Target, form: str) -> None:
    r"""Show product orders. Times are Korean.

    As JSON: the answer as the API gave it, for more than 300 as if it had no limit. One that the API leaves out is a
    failure.

    \b
    jumun call naver product-orders 2023010112345001 2023010112345002
    """
    answers: list[httpx.Response] = []
    with jumun_client.NaverCommerceClient(**target.arguments, on_exchange=answers.append) as client:
        found = client.query_product_orders(ids)
    if form == "json":
        rows = [row for each in _documents(answers, "/query") for row in each["data"]]
        _print_whole(answers[-1], rows, "naver.product_orders.query", show_personal=show_personal)
    elif found.product_orders:
        _print_product_orders(found.product_orders, show_personal=show_personal)
    if found.missing:
        wanted = len(found.missing) + len(found.product_orders)
        raise failure(f"{len(found.missing)} of {wanted} are missing: {' '.join(found.missing)}", is_refused=True)


@click.command("list")
@_from_option
@click.option(
    "--to",
    "until",
    type=Moment(is_end=True),
    metavar="DAY[TIME]",
    help="Where to end; of a day, its end. [default: now]",
)
@click.option("--by", type=click.Choice(list(_DATES)), help="What happened then. [default: the API's own, paid]")
@click.option(
    "--status",
    "statuses",
    type=Names("status", lambda: jumun_client.ProductOrderStatus),
    multiple=True,
    help="Status, such as payed or delivering. More than one: any of them.",
)
@click.option(
    "--claim",
    "claims",
    type=Names("status", lambda: jumun_client.ClaimStatus),
    multiple=True,
    help="Status of a claim, such as cancel-request. More than one: any of them.",
)
@click.option(
    "--placed",
    type=Names("status", lambda: jumun_client.PlaceOrderStatus),
    help="Whether it is confirmed: not-yet, ok or cancel.",
)
@_limit_option
@personal_option
@call_options("naver")
def listing(
    *,
    since: datetime | None,
    until: datetime | None,
    by: str | None,
    statuses: tuple[str, ...],
    claims: tuple[str, ...],
    placed: str | None,
    limit: int | None,
    show_personal: bool,
    target: Target,
    form: str,
) -> None:
    r"""List product orders to which something happened in a span of any length. Times are Korean.

    As JSON: the answer as the API gives it, as if it had neither windows nor pages, or nothing if one of them fails.

    \b
    jumun call naver list --status payed --placed not-yet
    jumun call naver list --by dispatched --from 2026-09-01 --to 2026-09-30 --format json
    """
    answers: list[httpx.Response] = []
    found: list[jumun_client.ProductOrder] = []
    is_more = False
    try:
        with jumun_client.NaverCommerceClient(**target.arguments, on_exchange=answers.append) as client:
            walk = client.iter_product_orders(
                since or _a_day_ago(),
                until,
                range_type=_DATES[by] if by else None,
                statuses=statuses or None,
                claim_statuses=claims or None,
                place_order_status=placed,
            )
            for each in walk:
                if is_more := len(found) == limit:
                    break
                found.append(each)
    except jumun_client.ApiError:
        if found and form == "table":
            _print_product_orders(found, show_personal=show_personal)
        raise
    if form == "json":
        rows = {
            row["productOrderId"]: row
            for document in _documents(answers, "/product-orders")
            for row in document["data"]["contents"]
        }
        contents = [rows[each.product_order_id] for each in found]
        data = {"contents": contents, "pagination": {"page": 1, "size": len(contents), "hasNext": is_more}}
        _print_whole(answers[-1], data, "naver.product_orders.list", show_personal=show_personal)
    else:
        _print_product_orders(found, show_personal=show_personal)
        _count(found, "product orders", is_more=is_more)


@click.command()
@_from_option
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Go on where FILE says, and keep there where the next call goes on; --from counts while there is no FILE.",
)
@_limit_option
@call_options("naver")
def changes(*, since: datetime | None, kept: Path | None, limit: int | None, target: Target, form: str) -> None:
    r"""Show the newest change of each product order since a moment. Times are Korean.

    As JSON: the answer as the API gives it, as if it had neither windows nor pages, or nothing if one of them fails.

    \b
    jumun call naver changes --from 2026-09-21
    jumun call naver changes --checkpoint orders.json
    """
    checkpoint = _read_checkpoint(kept)
    answers: list[httpx.Response] = []
    found: list[jumun_client.ProductOrderChange] = []
    is_more = False
    try:
        with jumun_client.NaverCommerceClient(**target.arguments, on_exchange=answers.append) as client:
            for each in client.iter_changes(since or _a_day_ago(), checkpoint=checkpoint):
                if is_more := len(found) == limit:  # asked for, so that the one before it counts
                    break
                found.append(each)
    except jumun_client.ApiError:
        if found and form == "table":
            _print_changes(found)
            _keep(checkpoint, kept)
        raise
    if form == "json":
        rows: dict[Any, Any] = {
            (row["productOrderId"], row["lastChangedType"], parse_date_time(row["lastChangedDate"])): row
            for document in _documents(answers, "/last-changed-statuses")
            for row in document["data"]["lastChangeStatuses"]
        }
        shown = [rows[each.product_order_id, each.last_changed_type, each.last_changed_date] for each in found]
        data = {"lastChangeStatuses": shown, "count": len(shown)}
        _print_whole(answers[-1], data, "naver.product_orders.changes", show_personal=False)
    else:
        _print_changes(found)
        _count(found, "changes", is_more=is_more)
    _keep(checkpoint, kept)


def _a_day_ago() -> datetime:
    return datetime.now(KST) - timedelta(hours=24)


def _count(found: Sized, what: str, *, is_more: bool) -> None:
    click.echo(f"{len(found)} {what}{'; there are more' if is_more else ''}", err=True)


def _read_checkpoint(path: Path | None) -> jumun_client.Checkpoint:
    if path is None or not path.exists():
        return jumun_client.Checkpoint()
    try:
        return jumun_client.Checkpoint.from_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--checkpoint {path}: {error}; to start over, remove it") from error


def _keep(checkpoint: jumun_client.Checkpoint, path: Path | None) -> None:
    """Write it, whole or not at all."""
    if path is not None:
        try:
            write_whole(path, checkpoint.to_json().encode())
        except OSError as error:
            raise click.UsageError(f"--checkpoint {path} cannot be written: {error.strerror}") from error


def _documents(answers: Iterable[httpx.Response], path: str) -> Iterator[Any]:
    """The JSON of the successes whose path ends so."""
    return (read_document(each.content) for each in answers if each.is_success and each.request.url.path.endswith(path))


def _print_whole(last: httpx.Response, data: Any, operation: str, *, show_personal: bool) -> None:
    """Print several answers as one: the last, with the data of all."""
    whole = {**read_document(last.content), "data": data}
    print_json(whole if show_personal else veiled(whole, operation))


def _print_product_orders(found: Iterable[jumun_client.ProductOrder], *, show_personal: bool) -> None:
    people = ("ORDERER", "RECEIVER", "ADDRESS") if show_personal else ()
    rows = [
        (
            each.product_order_id,
            each.order_id,
            moment(each.payment_date),
            each.product_order_status or "",
            each.place_order_status or "",
            each.claim_status or "",
            "" if each.quantity is None else str(each.quantity),
            "" if each.total_payment_amount is None else f"{each.total_payment_amount:,}",
            *(_people(each) if show_personal else ()),
            each.product_name or "",
        )
        for each in found
    ]
    header = ("PRODUCT ORDER", "ORDER", "PAID", "STATUS", "PLACED", "CLAIM", "COUNT", "AMOUNT", *people, "NAME")
    print_table(header, rows, right={"COUNT", "AMOUNT"})


def _people(found: jumun_client.ProductOrder) -> tuple[str, str, str]:
    address = found.shipping_address or {}
    lines = (address.get("baseAddress"), address.get("detailedAddress"))
    return found.orderer_name or "", str(address.get("name", "")), " ".join(str(each) for each in lines if each)


def _print_changes(found: Iterable[jumun_client.ProductOrderChange]) -> None:
    rows = [
        (
            moment(each.last_changed_date),
            each.product_order_id,
            each.order_id,
            each.last_changed_type,
            each.product_order_status or "",
            each.claim_status or "",
        )
        for each in found
    ]
    print_table(("CHANGED", "PRODUCT ORDER", "ORDER", "EVENT", "STATUS", "CLAIM"), rows)
