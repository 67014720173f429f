"""Bootpay Commerce: what is particular to it, as one record."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from jumun_mockserver.core.provider import ApiError, Provider
from jumun_mockserver.providers.bootpay.auth import TOKEN_POLICY, authenticate, issue_token, read_credential
from jumun_mockserver.providers.bootpay.envelope import render_error, response_headers
from jumun_mockserver.providers.bootpay.orders import list_orders
from jumun_mockserver.providers.bootpay.placing import ACTIONS, act, find_order, iter_orders, place_order
from jumun_mockserver.providers.bootpay.shop import open_shop, own_keys
from jumun_mockserver.providers.bootpay.written import FAMILIES

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

_DETAIL = re.compile(r"/v1/+orders/+([^/]+)/*")


def path_not_found(call: Call, shop: BootpayShop) -> NoReturn:
    """Order detail is not served, but what it says to wrong keys and of an order that is not there is known, and said.

    Raises:
        ApiError: `unauthenticated` or `order_not_found` for order detail, `path_not_found` for all else.
    """
    found = _DETAIL.fullmatch(call.request.path)
    if not found or call.request.method != "GET":
        raise ApiError("path_not_found", "no operation of bootpay has this path")
    authenticate(call, shop)
    if shop.orders.find(found[1]) is None:
        raise ApiError("order_not_found", "the shop has no order of this order_id or order_number")
    raise ApiError("path_not_found", "the order is there, but Jumun does not serve order detail")


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
            "bootpay.orders.list": list_orders,
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
    families=FAMILIES,
)
