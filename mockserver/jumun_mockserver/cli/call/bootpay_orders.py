"""`jumun call bootpay order`, `month` and `cancellations`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

import jumun_client
from jumun_mockserver.cli.call.answer import (
    Column,
    moment,
    money,
    print_found,
    print_json,
    print_page,
    read_document,
    veiled,
)
from jumun_mockserver.cli.call.bootpay import print_orders, show_status
from jumun_mockserver.cli.call.options import call_options, limit_option, page_option, personal_option

if TYPE_CHECKING:
    from jumun_mockserver.cli.call.options import Target


@click.command()
@click.argument("order_id", metavar="ORDER")
@personal_option
@call_options("bootpay")
def order(*, order_id: str, show_personal: bool, target: Target, form: str) -> None:
    r"""Show an order, by its order_id or order_number. Times are Korean.

    \b
    jumun call bootpay order 25071182085082524116
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.show_order(order_id)
    print_found(answer, [answer.parse()], _ORDER, form=form, show_personal=show_personal)


@click.command()
@click.argument("user_group_id", metavar="GROUP")
@click.argument("month_", metavar="YYYY-MM")
@personal_option
@call_options("bootpay")
def month(*, user_group_id: str, month_: str, show_personal: bool, target: Target, form: str) -> None:
    r"""List the orders of a group in a month. Times are Korean.

    \b
    jumun call bootpay month 6763758e817af6a00e0fbf62 2025-07
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.list_month_orders(user_group_id, month_)
    found = answer.parse()
    if form == "json":
        document = read_document(answer.http_response.content)
        print_json(document if show_personal else veiled(document, "bootpay.orders.month"))
    else:
        print_orders(found.orders, date="created", show_personal=show_personal)


@click.command()
@click.option("--order-number", metavar="NUMBER", help="Of this order.")
@click.option("--order-id", metavar="ID", help="Of this order.")
@page_option
@limit_option("Cancellations")
@personal_option
@call_options("bootpay")
def cancellations(
    *,
    order_number: str | None,
    order_id: str | None,
    page: int | None,
    limit: int | None,
    show_personal: bool,
    target: Target,
    form: str,
) -> None:
    r"""List the cancellations of an order, or of all orders. Times are Korean.

    \b
    jumun call bootpay cancellations --order-number 25071182085082524116
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.list_cancellations(
            order_number=order_number, order_id=order_id, page=page, limit=limit
        )
    found = answer.parse()
    print_page(
        answer,
        found.cancellations,
        _CANCELLATION,
        count=found.count,
        noun="cancellations",
        form=form,
        show_personal=show_personal,
    )


def _orderer(order: jumun_client.OrderDetail, name: str) -> str:
    return str((order.user or {}).get(name) or "")


_ORDER: Final[tuple[Column[jumun_client.OrderDetail], ...]] = (
    Column("ORDER", lambda each: each.order_id),
    Column("NUMBER", lambda each: each.order_number or ""),
    Column("CREATED", lambda each: moment(each.created_at)),
    Column("PURCHASED", lambda each: moment(each.purchased_at)),
    Column("STATUS", lambda each: show_status(each.status)),
    Column("PAYMENT", lambda each: show_status(each.receipt_status)),
    Column("PRICE", lambda each: money(each.price), is_right=True),
    Column("CANCELLED", lambda each: money(each.cancelled_price), is_right=True),
    Column("ORDERER", lambda each: _orderer(each, "name"), is_personal=True),
    Column("E-MAIL", lambda each: _orderer(each, "email"), is_personal=True),
    Column("NAME", lambda each: each.order_name or ""),
)
_CANCELLATION: Final[tuple[Column[jumun_client.Cancellation], ...]] = (
    Column("CANCELLATION", lambda each: each.cancellation_id),
    Column("ORDER", lambda each: each.order_number or each.order_id or ""),
    Column("REQUESTED", lambda each: moment(each.requested_at)),
    Column("PROCESSED", lambda each: moment(each.processed_at)),
    Column("PRICE", lambda each: money(each.cancel_price), is_right=True),
    Column("REQUESTER", lambda each: each.cancel_requester or "", is_personal=True),
    Column("REASON", lambda each: each.cancel_message or "", is_personal=True),
    Column("STATUS", lambda each: show_status(each.status)),
)
