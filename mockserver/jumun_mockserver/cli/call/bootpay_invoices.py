"""`jumun call bootpay invoices` and `invoice`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

import jumun_client
from jumun_mockserver.cli.call.answer import Column, moment, money, print_found, print_page
from jumun_mockserver.cli.call.bootpay import show_status
from jumun_mockserver.cli.call.options import call_options, limit_option, page_option, personal_option

if TYPE_CHECKING:
    from datetime import datetime

    from jumun_mockserver.cli.call.options import Target

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--user-id", metavar="ID", help="Of this user.")
@click.option("--keyword", metavar="TEXT", help="With this text.")
@click.option("--from", "first", type=_DAY, metavar="YYYY-MM-DD", help="First day.")
@click.option("--to", "last", type=_DAY, metavar="YYYY-MM-DD", help="Last day.")
@page_option
@limit_option("Invoices")
@personal_option
@call_options("bootpay")
def invoices(
    *,
    user_id: str | None,
    keyword: str | None,
    first: datetime | None,
    last: datetime | None,
    page: int | None,
    limit: int | None,
    show_personal: bool,
    target: Target,
    form: str,
) -> None:
    r"""List invoices. Times are Korean.

    \b
    jumun call bootpay invoices --from 2025-07-01
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.list_invoices(
            page=page,
            limit=limit,
            user_id=user_id,
            keyword=keyword,
            css_at=first.date() if first else None,
            cse_at=last.date() if last else None,
        )
    found = answer.parse()
    print_page(
        answer, found.invoices, _INVOICE, count=found.count, noun="invoices", form=form, show_personal=show_personal
    )


@click.command()
@click.argument("invoice_id", metavar="INVOICE")
@personal_option
@call_options("bootpay")
def invoice(*, invoice_id: str, show_personal: bool, target: Target, form: str) -> None:
    r"""Show an invoice. Times are Korean.

    \b
    jumun call bootpay invoice 687a1b2c3d4e5f6789012345
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.show_invoice(invoice_id)
    print_found(answer, [answer.parse()], _INVOICE, form=form, show_personal=show_personal)


_INVOICE: Final[tuple[Column[jumun_client.Invoice], ...]] = (
    Column("INVOICE", lambda each: each.invoice_id),
    Column("CREATED", lambda each: moment(each.created_at)),
    Column("SENT", lambda each: moment(each.sent_at)),
    Column("STATUS", lambda each: show_status(each.status)),
    Column("PRICE", lambda each: money(each.price), is_right=True),
    Column("NAME", lambda each: each.name or "", is_personal=True),
)
