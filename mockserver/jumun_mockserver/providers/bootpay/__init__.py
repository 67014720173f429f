"""Bootpay Commerce: what is particular to it, as one record."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from jumun_mockserver.core.provider import ApiError, Provider
from jumun_mockserver.providers.bootpay.amounts import with_amounts
from jumun_mockserver.providers.bootpay.auth import TOKEN_POLICY, authenticate, issue_token, read_credential
from jumun_mockserver.providers.bootpay.envelope import render_error, response_headers
from jumun_mockserver.providers.bootpay.idempotency import replaying
from jumun_mockserver.providers.bootpay.invoices import create_invoice, list_invoices, notify, show_invoice
from jumun_mockserver.providers.bootpay.lifecycle import explain
from jumun_mockserver.providers.bootpay.orders.acting import ACTIONS, act, find_order, iter_orders
from jumun_mockserver.providers.bootpay.orders.cancelling import (
    approve_cancellation,
    list_cancellations,
    reject_cancellation,
    request_cancellation,
    withdraw_cancellation,
)
from jumun_mockserver.providers.bootpay.orders.detail import show_order
from jumun_mockserver.providers.bootpay.orders.listing import list_month, list_orders
from jumun_mockserver.providers.bootpay.orders.placing import place_order
from jumun_mockserver.providers.bootpay.shop import open_shop, own_keys
from jumun_mockserver.providers.bootpay.subscriptions.handlers import SUBSCRIPTION_HANDLERS
from jumun_mockserver.providers.bootpay.subscriptions.transitions import apply_due, first_due, in_time
from jumun_mockserver.providers.bootpay.webhook import WEBHOOK
from jumun_mockserver.providers.bootpay.written import FAMILIES

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop


def path_not_found(call: Call, shop: BootpayShop) -> NoReturn:  # noqa: ARG001 - the record's signature
    """Refuse a path that no operation has.

    Raises:
        ApiError: `path_not_found`.
    """
    raise ApiError("path_not_found", "no operation of bootpay has this path")


BOOTPAY = Provider(
    name="bootpay",
    prefixes=("/v1",),
    territory=("/v1",),
    # A base URL with a trailing slash makes SDKs send //; a Rails server, as this one seems to be, overlooks it.
    lenient_slashes=True,
    # Not recorded anywhere. requests reads an answer without charset as Latin-1 when it is text: so it is named.
    charset="utf-8",
    token_policy=TOKEN_POLICY,
    handlers=MappingProxyType(
        {
            "bootpay.token": issue_token,
            **{
                id_: in_time(with_amounts(handler))
                for id_, handler in {
                    "bootpay.orders.list": list_orders,
                    "bootpay.orders.detail": show_order,
                    "bootpay.orders.month": list_month,
                    "bootpay.order_cancel.list": list_cancellations,
                    "bootpay.order_cancel.request": replaying(request_cancellation),
                    "bootpay.order_cancel.withdraw": replaying(withdraw_cancellation),
                    "bootpay.order_cancel.approve": replaying(approve_cancellation),
                    "bootpay.order_cancel.reject": replaying(reject_cancellation),
                    "bootpay.invoices.list": list_invoices,
                    "bootpay.invoices.detail": show_invoice,
                    "bootpay.invoices.create": replaying(create_invoice),
                    "bootpay.invoices.notify": replaying(notify),
                    **SUBSCRIPTION_HANDLERS,
                }.items()
            },
        }
    ),
    read_credential=read_credential,
    authenticate=authenticate,
    headers=response_headers,
    render_error=render_error,
    path_not_found=path_not_found,
    open_shop=open_shop,
    own_keys=own_keys,
    place_order=place_order,
    act=act,
    actions=ACTIONS,
    find_order=find_order,
    iter_orders=iter_orders,
    count_orders=lambda shop: len(shop.orders),
    families=FAMILIES,
    first_due=first_due,
    apply_due=apply_due,
    explain=explain,
    webhook=WEBHOOK,
)
