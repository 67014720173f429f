"""The synchronous clients."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jumun_client.bootpay import BootpayApi
from jumun_client.naver import NaverApi
from jumun_client.order_query import order_query
from jumun_client.sync import DEFAULT_TIMEOUT, SyncClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    import httpx

    from jumun_client.models import (
        BootpayToken,
        CsType,
        OrderPage,
        OrderStatus,
        PaymentStatus,
        ProductOrderIds,
        SubscriptionBillingType,
    )


class NaverCommerceClient(SyncClient):
    """NAVER's Commerce API.

    Args:
        client_id: Of the application, with ``client_secret``: the client then signs for its own token, keeps
            it, renews it shortly before it ends, and once more when it is refused.
        client_secret: Of the application, a bcrypt salt such as ``$2a$04$`` and 22 more characters.
        access_token: A token at hand, in place of the two.
        base_url: Up to and without ``/v1``.
        timeout: Seconds for connecting, for each read and each write; None waits for ever.
        transport: What carries the requests instead of the network, e.g. ``httpx.WSGITransport(app=app)``.
        http_client: A client to borrow, with its own transport and timeout; it is not closed.
        on_exchange: Called with the `httpx.Response` of every complete exchange, token calls and errors
            included: body read and decoded, ``.request`` attached. What it raises reaches the caller.
        clock: Seconds since 1970; signatures and the token's life go by it.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: Credentials are missing, doubled or malformed (the message shows none of them), or
            ``base_url`` is not one.
    """

    def __init__(
        self,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        access_token: str | None = None,
        base_url: str = "https://api.commerce.naver.com/external",
        timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
        on_exchange: Callable[[httpx.Response], object] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = NaverApi(
            client_id=client_id,
            client_secret=client_secret,
            access_token=access_token,
            base_url=base_url,
            clock=clock,
        )
        super().__init__(timeout=timeout, transport=transport, http_client=http_client, on_exchange=on_exchange)

    def product_order_ids(self, order_id: str) -> ProductOrderIds:
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return self._run(self._api.product_order_ids(order_id))


class BootpayCommerceClient(SyncClient):
    """Bootpay's Commerce API; every call carries the keys as Basic credentials.

    Args:
        client_key: Of the Commerce project.
        secret_key: Of the Commerce project.
        base_url: Up to and with ``/v1``.
        timeout: Seconds for connecting, for each read and each write; None waits for ever.
        transport: What carries the requests instead of the network, e.g. ``httpx.WSGITransport(app=app)``.
        http_client: A client to borrow, with its own transport and timeout; it is not closed.
        on_exchange: Called with the `httpx.Response` of every complete exchange, errors included: body read
            and decoded, ``.request`` attached. What it raises reaches the caller.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: A key is empty or malformed (the message does not show it), or ``base_url`` is not one.
    """

    def __init__(
        self,
        *,
        client_key: str,
        secret_key: str,
        base_url: str = "https://api.bootapi.com/v1",
        timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
        on_exchange: Callable[[httpx.Response], object] | None = None,
    ) -> None:
        self._api = BootpayApi(client_key=client_key, secret_key=secret_key, base_url=base_url)
        super().__init__(timeout=timeout, transport=transport, http_client=http_client, on_exchange=on_exchange)

    def list_orders(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        keyword: str | None = None,
        user_id: str | None = None,
        user_group_id: str | None = None,
        order_subscription_ids: Iterable[str] | None = None,
        subscription_billing_type: SubscriptionBillingType | int | None = None,
        cs_type: CsType | str | None = None,
        css_at: date | str | None = None,
        cse_at: date | str | None = None,
        search_date_from: date | str | None = None,
        search_date_to: date | str | None = None,
        status: Iterable[OrderStatus | int] | None = None,
        payment_status: Iterable[PaymentStatus | int] | None = None,
    ) -> OrderPage:
        """One page of the orders that match every filter given; None is not sent.

        Source: commerce.bootpay.ai/orders/list, and @bootpay/backend-js 2.13.1 for the bytes.

        Args:
            page: From 1; the server's default is 1.
            limit: Orders a page; the server's default is 20, and it lowers more than 50 to 50.
            keyword: Searched in order_id, order_name and receipt_id.
            user_id: The orderer.
            user_group_id: The orderer's group.
            order_subscription_ids: Subscription contracts.
            subscription_billing_type: How subscriptions are billed.
            cs_type: Which date the range is about, ``c_at`` created or ``p_at`` purchased.
            css_at: First day of the range, a date or 'YYYY-MM-DD'.
            cse_at: Last day of the range.
            search_date_from: The SDKs' own name for ``css_at``. Which of the two wins is not documented.
            search_date_to: The SDKs' own name for ``cse_at``.
            status: Order statuses.
            payment_status: Payment statuses, the field ``receipt_status`` of an order.

        Raises:
            TypeError: A value is of the wrong type; nothing is sent.
            ValueError: A value cannot be sent or would filter nothing; nothing is sent.
            ApiError: See `jumun_client.errors`.
        """
        query = order_query(
            page=page,
            limit=limit,
            keyword=keyword,
            user_id=user_id,
            user_group_id=user_group_id,
            order_subscription_ids=order_subscription_ids,
            subscription_billing_type=subscription_billing_type,
            cs_type=cs_type,
            css_at=css_at,
            cse_at=cse_at,
            search_date_from=search_date_from,
            search_date_to=search_date_to,
            status=status,
            payment_status=payment_status,
        )
        return self._run(self._api.list_orders(query))

    def request_token(self) -> BootpayToken:
        """A token, for programs that still use Bearer; no call of this client needs one.

        It lasts 30 minutes; in the first 25 the same one is given again (Bootpay developer docs,
        commerce/token).

        Raises:
            ApiError: See `jumun_client.errors`.
        """
        return self._run(self._api.request_token())
