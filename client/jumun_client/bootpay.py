"""What is said to Bootpay's Commerce API and how its answers are read; no I/O."""

from __future__ import annotations

import json
from types import MappingProxyType

from jumun_client.answer import decode
from jumun_client.arguments import check_base_url
from jumun_client.call import Call, Flow
from jumun_client.credentials import basic_authorization
from jumun_client.models import BootpayToken, OrderPage


class BootpayApi:
    """The conversations with the API; each call carries the keys (@bootpay/backend-js 2.13.1)."""

    def __init__(self, *, client_key: str, secret_key: str, base_url: str) -> None:
        self._keys = {"client_key": client_key, "secret_key": secret_key}
        self._base_url = check_base_url(base_url)
        self._headers = MappingProxyType(
            {
                "Accept": "application/json",
                "Authorization": basic_authorization(client_key=client_key, secret_key=secret_key),
                # Every official SDK sends these two; how the server takes a call without them is not known.
                "BOOTPAY-API-VERSION": "1.0.0",
                "BOOTPAY-ROLE": "user",
            }
        )

    def list_orders(self, query: tuple[tuple[str, str], ...]) -> Flow[OrderPage]:
        """Ask for a page of orders; the query is one of `order_query`."""
        operation = "bootpay.orders.list"
        response = yield Call(
            operation=operation,
            method="GET",
            url=f"{self._base_url}/orders",
            query=query,
            headers=self._headers,
        )
        return decode(operation, response, OrderPage.from_wire)

    def request_token(self) -> Flow[BootpayToken]:
        """Ask for a token."""
        operation = "bootpay.token"
        response = yield Call(
            operation=operation,
            method="POST",
            url=f"{self._base_url}/request/token",
            headers={**self._headers, "Content-Type": "application/json"},
            body=json.dumps(self._keys, ensure_ascii=False, separators=(",", ":")).encode(),
        )
        return decode(operation, response, BootpayToken.from_wire)
