"""`jumun call bootpay`."""

from __future__ import annotations

from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING

import click

import jumun_client
from jumun_mockserver.cli.call.answer import moment, print_json, print_table, read_document, veiled
from jumun_mockserver.cli.call.options import (
    MOST_ROWS,
    call_options,
    limit_option,
    page_option,
    personal_option,
)
from jumun_mockserver.cli.call.words import Words, word
from jumun_mockserver.core.journal.spellings import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import httpx

    from jumun_mockserver.cli.call.options import Target

_DAY = click.DateTime(["%Y-%m-%d"])
_DATES = {"created": "c_at", "purchased": "p_at"}


@click.group()
def bootpay() -> None:
    """Bootpay's Commerce API."""


@bootpay.command()
@click.option("--from", "first", type=_DAY, metavar="YYYY-MM-DD", help="First day.")
@click.option("--to", "last", type=_DAY, metavar="YYYY-MM-DD", help="Last day.")
@click.option("--by", type=click.Choice(list(_DATES)), help="What the days are about. [default: the API's own]")
@click.option(
    "--status",
    type=Words("status", lambda: jumun_client.OrderStatus),
    multiple=True,
    help="Order status: a number, or a name such as paid. More than one: any of them.",
)
@click.option(
    "--payment-status",
    type=Words("status", lambda: jumun_client.PaymentStatus),
    multiple=True,
    help="Payment status: a number, or a name such as complete. More than one: any of them.",
)
@click.option("--keyword", metavar="TEXT", help="Searched in order_id, order_name and receipt_id.")
@click.option("--user-id", metavar="ID", help="The orderer.")
@click.option("--user-group-id", metavar="ID", help="The orderer's group.")
@click.option(
    "--subscription-id",
    "subscriptions",
    multiple=True,
    metavar="ID",
    help="A subscription. More than one: any of them.",
)
@click.option(
    "--billing",
    type=Words("type", lambda: jumun_client.SubscriptionBillingType),
    help="How subscriptions are billed: none, each, group, or a number.",
)
@page_option
@limit_option("Orders", default="the API's own, 20")
@click.option("--all", "every", is_flag=True, help="All pages.")
@personal_option
@call_options("bootpay")
def orders(
    *,
    first: datetime | None,
    last: datetime | None,
    by: str | None,
    status: tuple[int, ...],
    payment_status: tuple[int, ...],
    keyword: str | None,
    user_id: str | None,
    user_group_id: str | None,
    subscriptions: tuple[str, ...],
    billing: int | None,
    page: int | None,
    limit: int | None,
    every: bool,
    show_personal: bool,
    target: Target,
    form: str,
) -> None:
    r"""List orders. Times are Korean.

    As JSON: the answer as the API gave it, with --all the list of all pages, or nothing if one of them fails.

    \b
    jumun call bootpay orders --status paid --from 2025-01-01
    jumun call bootpay orders --all --format json | jq '[.list[].price] | add'
    """
    if first and last and last < first:
        raise click.UsageError(f"--to {last:%Y-%m-%d} is before --from {first:%Y-%m-%d}: no order fits that")
    if by and not (first or last):
        raise click.UsageError(f"--by {by} is about --from and --to: give one of them")
    if every and page:
        raise click.UsageError("--all is every page, --page is one: give one of the two")
    filters: jumun_client.OrderFilters = {
        "keyword": keyword,
        "user_id": user_id,
        "user_group_id": user_group_id,
        "order_subscription_ids": subscriptions or None,
        "subscription_billing_type": billing,
        "cs_type": _DATES[by] if by else None,
        "css_at": first.date() if first else None,
        "cse_at": last.date() if last else None,
        "status": status or None,
        "payment_status": payment_status or None,
    }
    answers: list[httpx.Response] = []
    found: list[jumun_client.Order] = []
    show = partial(print_orders, date=by or "created", show_personal=show_personal)
    try:
        with jumun_client.BootpayCommerceClient(**target.arguments, on_exchange=answers.append) as client:
            listed: Iterable[jumun_client.Order]
            if every:
                listed = client.iter_orders(limit=limit or MOST_ROWS, **filters)
            else:
                listed = client.list_orders(page=page, limit=limit, **filters).orders
            for order in listed:
                found.append(order)  # noqa: PERF402 - what came before a failure is kept
    except jumun_client.ApiError:
        if found and form == "table":
            show(found)
        raise
    document = read_document(answers[-1].content)
    if form == "json":
        rows = {
            row["order_id"]: row for each in answers if each.is_success for row in read_document(each.content)["list"]
        }
        whole = {**document, "list": [rows[order.order_id] for order in found]}
        print_json(whole if show_personal else veiled(whole, "bootpay.orders.list"))
    else:
        show(found)
        more = "; --page and --all show more" if len(found) < document["count"] and not every else ""
        click.echo(f"{len(found)} of {document['count']} orders{more}", err=True)


@bootpay.command()
@click.option("--show-token", is_flag=True, help="Show the token, which is as good as the keys.")
@call_options("bootpay")
def token(*, show_token: bool, target: Target, form: str) -> None:
    """Ask for a token, as programs need one that still use Bearer."""
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.request_token()
    issued = answer.parse()
    if form == "json":
        document = read_document(answer.http_response.content)
        print_json(document if show_token else veiled(document, "bootpay.token"))
    else:
        lasts = "" if issued.expire_in is None else f"{issued.expire_in} s"
        shown = issued.access_token if show_token else MASK
        print_table(("TOKEN", "LASTS", "UNTIL"), [(shown, lasts, moment(issued.expired_at))])


def print_orders(found: Iterable[jumun_client.Order], *, date: str, show_personal: bool) -> None:
    """Print a table of orders.

    Args:
        date: ``created`` or ``purchased``.
    """
    header = ("ORDER", date.upper(), "STATUS", "PAYMENT", "PRICE")
    people = ("ORDERER", "E-MAIL") if show_personal else ()
    rows = [
        (
            order.order_id,
            moment(order.purchased_at if date == "purchased" else order.created_at),
            show_status(order.status),
            show_status(order.receipt_status),
            "" if order.price is None else f"{order.price:,}",
            *((order.username or "", order.user_email or "") if show_personal else ()),
            order.order_name or "",
        )
        for order in found
    ]
    print_table((*header, *people, "NAME"), rows, right={"PRICE"})


def show_status(status: int | str | None) -> str:
    """A state as a word where it is known, else as the API gives it; '' for none."""
    if isinstance(status, IntEnum):
        return word(status)
    return "" if status is None else str(status)
