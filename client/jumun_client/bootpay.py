"""What is said to Bootpay's Commerce API and how its answers are read; no I/O."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from jumun_client.arguments import check_base_url
from jumun_client.call import Call
from jumun_client.credentials import basic_authorization
from jumun_client.models import BootpayToken, OrderPage
from jumun_client.order_query import OrderFilters, Paging, filter_query, paging_query, personal_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_client.conversation import Question

ORDERS_LIST: Final = "bootpay.orders.list"


class BootpayApi:
    """The conversations with the API; each call carries the keys (@bootpay/backend-js 2.13.1)."""

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

    def order_pages(self, filters: OrderFilters) -> Callable[[Paging], Question[OrderPage]]:
        """What asks for pages of the orders that match; raises ``TypeError`` and ``ValueError`` at once.

        The filters are read once: what the caller changes or uses up afterwards changes no later page.
        """
        filtered = filter_query(filters)
        confidential = (*self._confidential, *personal_values(filters))

        def page(paging: Paging) -> Question[OrderPage]:
            call = Call(
                operation=ORDERS_LIST,
                method="GET",
                url=f"{self._base_url}/orders",
                query=paging_query(paging) + filtered,
                headers=self._headers,
                repeatable=True,
                confidential=confidential,
            )
            return lambda talk: talk.ask(call, OrderPage.from_wire)

        return page

    def request_token(self) -> Question[BootpayToken]:
        """Ask for a token."""
        call = Call(
            operation="bootpay.token",
            method="POST",
            url=f"{self._base_url}/request/token",
            headers={**self._headers, "Content-Type": "application/json"},
            body=json.dumps(self._keys, ensure_ascii=False, separators=(",", ":")).encode(),
            repeatable=True,  # asked again, the API gives the same token (Bootpay developer docs, commerce/token)
            confidential=self._confidential,
        )
        return lambda talk: talk.ask(call, BootpayToken.from_wire)
