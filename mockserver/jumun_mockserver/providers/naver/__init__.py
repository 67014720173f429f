"""NAVER Commerce: what is particular to it, as one record."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from jumun_mockserver.core.provider import ApiError, Provider
from jumun_mockserver.providers.naver.acting import act, find_order, iter_orders
from jumun_mockserver.providers.naver.auth import TOKEN_POLICY, authenticate, issue_token, read_credential
from jumun_mockserver.providers.naver.book import FAMILIES
from jumun_mockserver.providers.naver.envelope import render_error, response_headers
from jumun_mockserver.providers.naver.lifecycle import CONTROL_ACTIONS, SELLER_ACTIONS, explain
from jumun_mockserver.providers.naver.orders.changes import list_changes
from jumun_mockserver.providers.naver.orders.claims import act_on_claim
from jumun_mockserver.providers.naver.orders.confirm import confirm_product_orders
from jumun_mockserver.providers.naver.orders.delay import change_hope_delivery, delay_dispatch
from jumun_mockserver.providers.naver.orders.dispatch import dispatch_product_orders
from jumun_mockserver.providers.naver.orders.ids import list_product_order_ids
from jumun_mockserver.providers.naver.orders.listing import list_product_orders
from jumun_mockserver.providers.naver.orders.query import query_product_orders
from jumun_mockserver.providers.naver.placing import place_order
from jumun_mockserver.providers.naver.seller import list_channels, show_account
from jumun_mockserver.providers.naver.shop import open_shop, own_keys
from jumun_mockserver.providers.naver.transitions import apply_due, first_due

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop


def path_not_found(call: Call, shop: NaverShop) -> NoReturn:  # noqa: ARG001 - the record's signature
    """The gateway knows registered paths only; which order was meant does not matter to it."""
    raise ApiError("path_not_found", "no operation of naver has this path")


NAVER = Provider(
    name="naver",
    # Agencies call under /partner. The guide's endpoint table leaves out /external, its samples have it: both work.
    prefixes=("/external", "/partner", ""),
    territory=("/external", "/partner", "/v1/pay-order", "/v1/seller", "/v1/oauth2"),
    # Unknown; a gateway that matches registered paths literally is assumed.
    lenient_slashes=False,
    # Without a charset, as the docs' capture of a 401 shows it.
    charset="",
    token_policy=TOKEN_POLICY,
    handlers=MappingProxyType(
        {
            "naver.token": issue_token,
            "naver.product_order_ids": list_product_order_ids,
            "naver.product_orders.query": query_product_orders,
            "naver.product_orders.list": list_product_orders,
            "naver.product_orders.changes": list_changes,
            "naver.product_orders.confirm": confirm_product_orders,
            "naver.product_orders.dispatch": dispatch_product_orders,
            "naver.product_orders.delay": delay_dispatch,
            "naver.product_orders.hope_delivery": change_hope_delivery,
            **{
                id_: partial(act_on_claim, action)
                for id_, action in SELLER_ACTIONS.items()
                if id_.startswith("naver.claims.")
            },
            "naver.seller.account": show_account,
            "naver.seller.channels": list_channels,
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
    actions=tuple(CONTROL_ACTIONS),
    find_order=find_order,
    iter_orders=iter_orders,
    count_orders=lambda shop: shop.book.count_orders(),
    families=FAMILIES,
    named_orders=MappingProxyType(
        {
            "naver.product_orders.query": lambda call: call.body["productOrderIds"],
            **{id_: lambda call: [call.values["productOrderId"]] for id_ in SELLER_ACTIONS},
            "naver.product_orders.confirm": lambda call: call.body["productOrderIds"],
            "naver.product_orders.dispatch": lambda call: [
                each["productOrderId"] for each in call.body["dispatchProductOrders"]
            ],
        }
    ),
    first_due=first_due,
    apply_due=apply_due,
    explain=explain,
)
