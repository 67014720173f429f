"""`jumun call`: both APIs for people, over the reference client."""

from __future__ import annotations

import click

from jumun_mockserver.cli.call.bootpay import bootpay
from jumun_mockserver.cli.call.bootpay_invoices import invoice, invoices
from jumun_mockserver.cli.call.bootpay_orders import cancellations, month, order
from jumun_mockserver.cli.call.bootpay_subscriptions import (
    bill,
    bills,
    request,
    requests,
    subscription,
    subscriptions,
    termination_fee,
)
from jumun_mockserver.cli.call.naver import naver
from jumun_mockserver.cli.call.product_orders import changes, listing, product_orders
from jumun_mockserver.cli.call.seller import account, channels


@click.group()
def call() -> None:
    r"""Call an API: of a Jumun, or of a provider where that is asked for.

    Exit codes: 0 done, 1 the API refused or an order failed, 2 bad usage or no usable answer.

    \b
    jumun call naver product-order-ids 2023010112345
    jumun call naver list --status payed --from 2026-09-21
    jumun call bootpay orders --status paid --from 2025-01-01
    jumun call bootpay cancellations
    """


for each in (product_orders, listing, changes, account, channels):
    naver.add_command(each)
for each in (order, month, cancellations, subscriptions, subscription, bills, bill, requests, request):
    bootpay.add_command(each)
for each in (termination_fee, invoices, invoice):
    bootpay.add_command(each)
call.add_command(naver)
call.add_command(bootpay)
