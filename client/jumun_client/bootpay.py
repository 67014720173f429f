"""The calls of Bootpay's Commerce API: what is said, and how its answers are read; no I/O.

Each public method of `BootpayApi` is one call: ``make format`` writes its forms, synchronous, asynchronous and raw,
into ``bootpay_calls.py``.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Unpack

from jumun_client.arguments import check_base_url
from jumun_client.call import Call
from jumun_client.conversation import Question
from jumun_client.credentials import basic_authorization
from jumun_client.models import BootpayToken, OrderPage
from jumun_client.order_query import filter_query, paging_query, personal_values
from jumun_client.order_walk import MAX_LIMIT, OrderWalk
from jumun_client.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_client.models import Order
    from jumun_client.order_query import OrderFilters, Paging


class BootpayApi:
    """The calls; each carries the keys (@bootpay/backend-js 2.13.1)."""

    def __init__(self, *, client_key: str, secret_key: str, base_url: str) -> None:
        self._keys = {"client_key": client_key, "secret_key": secret_key}
        self._base_url = check_base_url(base_url)
        authorization = basic_authorization(client_key=client_key, secret_key=secret_key)
        self._confidential = (client_key, secret_key, authorization.removeprefix("Basic "))
        self._headers = MappingProxyType(
            {
                "Accept": "application/json",
                "Authorization": authorization,
                # Every official SDK sends these two; how the server takes a call without them is not known.
                "BOOTPAY-API-VERSION": "1.0.0",
                "BOOTPAY-ROLE": "user",
            }
        )

    def list_orders(
        self, *, page: int | None = None, limit: int | None = None, **filters: Unpack[OrderFilters]
    ) -> Question[OrderPage]:
        """One page of the orders that match every filter given; None is not sent.

        Source: commerce.bootpay.ai/orders/list.

        Args:
            page: From 1; the server's default is 1.
            limit: Orders a page; the server's default is 20, and it lowers more than 50 to 50.
            filters: `OrderFilters`.

        Raises:
            TypeError: A value is of the wrong type, or there is no such filter; nothing is sent.
            ValueError: A value cannot be sent or would filter nothing; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        return self._order_pages(filters)({"page": page, "limit": limit})

    def iter_orders(self, *, limit: int = MAX_LIMIT, **filters: Unpack[OrderFilters]) -> Walk[OrderPage, Order]:
        """All orders that match every filter given, page after page as they are wanted, each once.

        It ends at an empty page, at one that brings nothing new, and at one that is not full once ``count`` is reached.
        Orders that come in meanwhile cost none of the others. One that is taken out of the list can make the walk miss
        another, since the API has no cursor.

        Args:
            limit: Orders a page; the server lowers more than 50, and the log (``jumun_client``, INFO) says so.
            filters: `OrderFilters`; read once, at the beginning.

        Raises:
            TypeError: As in `list_orders`, at once.
            ValueError: As in `list_orders`, or ``limit`` is less than 1; at once.
            ApiError: From the page that fails; what came before it is not lost.
        """
        walk = OrderWalk(limit=limit)
        page = self._order_pages(filters)
        page(walk.paging)  # refuses what cannot be asked for
        return Walk(ask=lambda: None if walk.is_over else page(walk.paging), take=walk.take)

    def request_token(self) -> Question[BootpayToken]:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        # Asked again, the API gives the same token (Bootpay developer docs, commerce/token).
        call = self._call("bootpay.token", "POST", "/request/token", body=self._keys, repeatable=True)
        return Question.of(call, BootpayToken.from_wire)

    def _order_pages(self, filters: OrderFilters) -> Callable[[Paging], Question[OrderPage]]:
        """What asks for pages of the orders that match; raises ``TypeError`` and ``ValueError`` at once.

        The filters are read once: what the caller changes or uses up afterwards changes no later page.
        """
        filtered = filter_query(filters)
        confidential = (*self._confidential, *personal_values(filters))

        def page(paging: Paging) -> Question[OrderPage]:
            query = paging_query(paging) + filtered
            call = self._call("bootpay.orders.list", "GET", "/orders", query=query, confidential=confidential)
            return Question.of(call, OrderPage.from_wire)

        return page

    def _call(
        self,
        operation: str,
        method: Literal["GET", "POST"],
        path: str,
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: Mapping[str, Any] | None = None,
        repeatable: bool = True,
        confidential: tuple[str, ...] | None = None,
    ) -> Call:
        """A call with the keys.

        Args:
            path: After the base URL.
            body: Sent as JSON; None for none.
            repeatable: As in `Call`.
            confidential: As in `Call`; the keys alone if not given.
        """
        return Call(
            operation=operation,
            method=method,
            url=self._base_url + path,
            query=query,
            headers=self._headers if body is None else {**self._headers, "Content-Type": "application/json"},
            body=None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            repeatable=repeatable,
            confidential=confidential or self._confidential,
        )
