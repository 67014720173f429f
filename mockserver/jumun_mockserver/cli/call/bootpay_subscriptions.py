"""`jumun call bootpay` for subscriptions, their bills, and what subscribers ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

import jumun_client
from jumun_mockserver.cli.call.answer import Column, moment, money, print_found, print_page
from jumun_mockserver.cli.call.bootpay import show_status
from jumun_mockserver.cli.call.options import call_options, limit_option, page_option, personal_option
from jumun_mockserver.cli.call.words import Words

if TYPE_CHECKING:
    from datetime import datetime

    from jumun_mockserver.cli.call.options import Target

_day = click.DateTime(["%Y-%m-%d"])
_of_subscription = click.option("--subscription", "subscription_id", metavar="ID", help="Of this subscription.")


@click.command()
@click.option(
    "--status", type=Words("status", lambda: jumun_client.SubscriptionStatus), help="active, pause, …, or a number."
)
@click.option("--order-number", metavar="NUMBER", help="Of this order.")
@click.option("--user-id", metavar="ID", help="Of this subscriber.")
@click.option("--keyword", metavar="TEXT", help="With this text.")
@click.option("--from", "first", type=_day, metavar="YYYY-MM-DD", help="First day of creation.")
@click.option("--to", "last", type=_day, metavar="YYYY-MM-DD", help="Last day of creation.")
@page_option
@limit_option("Rows")
@personal_option
@call_options("bootpay")
def subscriptions(
    *,
    status: int | None,
    order_number: str | None,
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
    r"""List subscriptions. Times are Korean.

    \b
    jumun call bootpay subscriptions --status active
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.list_subscriptions(
            page=page,
            limit=limit,
            status=status,
            order_number=order_number,
            user_id=user_id,
            keyword=keyword,
            search_date_from=first.date() if first else None,
            search_date_to=last.date() if last else None,
        )
    found = answer.parse()
    print_page(
        answer,
        found.subscriptions,
        _SUBSCRIPTION,
        count=found.count,
        noun="subscriptions",
        form=form,
        show_personal=show_personal,
    )


@click.command()
@click.argument("subscription_id", metavar="SUBSCRIPTION")
@personal_option
@call_options("bootpay")
def subscription(*, subscription_id: str, show_personal: bool, target: Target, form: str) -> None:
    r"""Show a subscription. Times are Korean.

    \b
    jumun call bootpay subscription 685b7b10b0eacea5cd974a93
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.show_subscription(subscription_id)
    print_found(answer, [answer.parse()], _SUBSCRIPTION, form=form, show_personal=show_personal)


@click.command()
@_of_subscription
@click.option(
    "--status",
    multiple=True,
    type=Words("status", lambda: jumun_client.SubscriptionBillStatus),
    help="done, ready, …, or a number. May be repeated.",
)
@page_option
@limit_option("Rows")
@personal_option
@call_options("bootpay")
def bills(
    *,
    subscription_id: str | None,
    status: tuple[int, ...],
    page: int | None,
    limit: int | None,
    show_personal: bool,
    target: Target,
    form: str,
) -> None:
    r"""List the bills of a subscription, or of all. Times are Korean.

    \b
    jumun call bootpay bills --subscription 685b7b10b0eacea5cd974a93 --status ready
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.list_subscription_bills(
            page=page, limit=limit, order_subscription_id=subscription_id, status=status or None
        )
    found = answer.parse()
    print_page(answer, found.bills, _BILL, count=found.count, noun="bills", form=form, show_personal=show_personal)


@click.command()
@click.argument("bill_id", metavar="BILL")
@personal_option
@call_options("bootpay")
def bill(*, bill_id: str, show_personal: bool, target: Target, form: str) -> None:
    r"""Show a bill of a subscription. Times are Korean.

    \b
    jumun call bootpay bill 68707c59503ec877f6e55f58
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.show_subscription_bill(bill_id)
    print_found(answer, [answer.parse()], _BILL, form=form, show_personal=show_personal)


@click.command()
@_of_subscription
@click.option(
    "--type",
    "type_",
    type=Words("type", lambda: jumun_client.SubscriptionRequestType),
    help="pause, resume, …, or a number.",
)
@click.option(
    "--status",
    type=Words("status", lambda: jumun_client.SubscriptionRequestStatus),
    help="requested, approved, rejected, or a number.",
)
@page_option
@limit_option("Rows")
@personal_option
@call_options("bootpay")
def requests(
    *,
    subscription_id: str | None,
    type_: int | None,
    status: int | None,
    page: int | None,
    limit: int | None,
    show_personal: bool,
    target: Target,
    form: str,
) -> None:
    r"""List what subscribers ask for. Times are Korean.

    \b
    jumun call bootpay requests --status requested
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.list_subscription_requests(
            page=page, limit=limit, order_subscription_id=subscription_id, request_type=type_, status=status
        )
    found = answer.parse()
    print_page(
        answer, found.requests, _REQUEST, count=found.count, noun="requests", form=form, show_personal=show_personal
    )


@click.command()
@click.argument("request_id", metavar="REQUEST")
@personal_option
@call_options("bootpay")
def request(*, request_id: str, show_personal: bool, target: Target, form: str) -> None:
    r"""Show what a subscriber asks for. Times are Korean.

    \b
    jumun call bootpay request 6870740cb0eacea5cd974a96
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.show_subscription_request(request_id)
    print_found(answer, [answer.parse()], _REQUEST, form=form, show_personal=show_personal)


@click.command()
@click.argument("subscription_id", metavar="SUBSCRIPTION")
@personal_option
@call_options("bootpay")
def termination_fee(*, subscription_id: str, show_personal: bool, target: Target, form: str) -> None:
    r"""Show what terminating a subscription would cost now.

    \b
    jumun call bootpay termination-fee 685b7b10b0eacea5cd974a93
    """
    with jumun_client.BootpayCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.show_termination_fee(subscription_id)
    print_found(answer, [answer.parse()], _FEE, form=form, show_personal=show_personal)


_SUBSCRIPTION: Final[tuple[Column[jumun_client.Subscription], ...]] = (
    Column("SUBSCRIPTION", lambda each: each.order_subscription_id),
    Column("CREATED", lambda each: moment(each.created_at)),
    Column("NEXT BILL", lambda each: moment(each.payment_next_at)),
    Column("CYCLE", lambda each: show_status(each.subscription_payment_cycle_type)),
    Column("STATUS", lambda each: show_status(each.status)),
    Column("PRICE", lambda each: money(each.price), is_right=True),
    Column("SUBSCRIBER", lambda each: each.user_id or "", is_personal=True),
    Column("NAME", lambda each: each.order_name or ""),
)
_BILL: Final[tuple[Column[jumun_client.SubscriptionBill], ...]] = (
    Column("BILL", lambda each: each.order_subscription_bill_id),
    Column("SUBSCRIPTION", lambda each: each.order_subscription_id or ""),
    Column("NUMBER", lambda each: "" if each.duration is None else str(each.duration), is_right=True),
    Column("DUE", lambda each: moment(each.reserve_payment_at)),
    Column("PURCHASED", lambda each: moment(each.purchased_at)),
    Column("STATUS", lambda each: show_status(each.status)),
    Column("PRICE", lambda each: money(each.price), is_right=True),
    Column("SUBSCRIBER", lambda each: each.username or "", is_personal=True),
    Column("E-MAIL", lambda each: each.user_email or "", is_personal=True),
)
_REQUEST: Final[tuple[Column[jumun_client.SubscriptionRequest], ...]] = (
    Column("REQUEST", lambda each: each.order_subscription_request_history_id),
    Column("SUBSCRIPTION", lambda each: each.order_subscription_id or ""),
    Column("REQUESTED", lambda each: moment(each.requested_at)),
    Column("PROCESSED", lambda each: moment(each.processed_at)),
    Column("TYPE", lambda each: show_status(each.request_type)),
    Column("SUBSCRIBER", lambda each: each.user_id or "", is_personal=True),
    Column("REASON", lambda each: each.reason or "", is_personal=True),
    Column("STATUS", lambda each: show_status(each.status)),
)
_FEE: Final[tuple[Column[jumun_client.TerminationFee], ...]] = (
    Column("FEE", lambda each: money(each.termination_fee), is_right=True),
    Column("REFUND", lambda each: money(each.refund_amount), is_right=True),
    Column("OF THE LAST BILL", lambda each: money(each.last_bill_refund_price), is_right=True),
    Column("TO PAY", lambda each: money(each.final_fee), is_right=True),
)
