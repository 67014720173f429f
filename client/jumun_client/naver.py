"""What is said to NAVER's Commerce API and how its answers are read; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from jumun_client.answer import decode, header_trace_id
from jumun_client.arguments import check_base_url, check_text
from jumun_client.call import Call, Flow
from jumun_client.credentials import Signer, check_header_key
from jumun_client.models import NaverToken, ProductOrderIds

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_UNAUTHORIZED_STATUS: Final = 401

# A timestamp later than the server's clock is refused, one up to five minutes old is not
# (commerce-api discussion #357); so clocks may differ by this much.
_BACKDATE_MS: Final = 3_000

# In the last 30 minutes of a token's three hours a new one is given out (apicenter docs,
# exchange-sellers-auth); asking before them would only bring the same token again.
_REFRESH_BEFORE_S: Final = 60.0


class NaverApi:
    """The conversations with the API, and the token they share."""

    def __init__(
        self,
        *,
        client_id: str | None,
        client_secret: str | None,
        access_token: str | None,
        base_url: str,
        clock: Callable[[], float],
    ) -> None:
        self._signer: Signer | None = None
        self._token = ""
        if access_token is None and client_id is not None and client_secret is not None:
            self._signer = Signer.from_keys(client_id=client_id, client_secret=client_secret)
        elif access_token is not None and client_id is None and client_secret is None:
            self._token = check_header_key("access_token", access_token)
        else:
            raise ValueError("give client_id and client_secret, or access_token, and not both")
        self._refresh_at_s = 0.0
        self._base_url = check_base_url(base_url)
        self._clock = clock

    def product_order_ids(self, order_id: str) -> Flow[ProductOrderIds]:
        """Ask for the product orders of an order."""
        operation = "naver.product_order_ids"
        path = f"/v1/pay-order/seller/orders/{_path_segment(order_id)}/product-order-ids"
        response = yield from self._authorized(operation, path)
        trace_id = header_trace_id(response)
        return decode(
            operation,
            response,
            lambda body: ProductOrderIds.from_wire(body, order_id=order_id, header_trace_id=trace_id),
        )

    def _authorized(self, operation: str, path: str) -> Flow[httpx.Response]:
        """Get something with a token, and with a new one if that is refused."""
        if self._signer is not None and self._clock() >= self._refresh_at_s:
            yield from self._issue(self._signer)
        response = yield self._get(operation, path)
        if response.status_code == _UNAUTHORIZED_STATUS and self._signer is not None:
            # The documented fallback (apicenter docs, auth): issue again, repeat once.
            yield from self._issue(self._signer)
            response = yield self._get(operation, path)
        return response

    def _get(self, operation: str, path: str) -> Call:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self._token}"}
        return Call(operation=operation, method="GET", url=self._base_url + path, headers=headers)

    def _issue(self, signer: Signer) -> Flow[None]:
        """Ask for a token and keep it.

        Every parameter stands in the form body and no ``account_id`` goes with SELF: otherwise the gateway
        cuts the application to one call an hour from the next day on (commerce-api discussions #2573, #3751).
        """
        operation = "naver.token"
        asked_at_s = self._clock()
        timestamp_ms = int(asked_at_s * 1000) - _BACKDATE_MS
        form = {
            "client_id": signer.client_id,
            "timestamp": timestamp_ms,
            "grant_type": "client_credentials",
            "client_secret_sign": signer.sign(timestamp_ms),
            "type": "SELF",
        }
        response = yield Call(
            operation=operation,
            method="POST",
            url=f"{self._base_url}/v1/oauth2/token",
            headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode("ascii"),
        )
        token = decode(operation, response, NaverToken.from_wire)
        self._token = token.access_token
        self._refresh_at_s = asked_at_s + token.expires_in - _REFRESH_BEFORE_S


def _path_segment(order_id: object) -> str:
    """An order id as one percent-encoded segment of a path; raises ``TypeError`` or ``ValueError``."""
    text = check_text("order_id", order_id, if_empty="give the order's number")
    if text.isspace():
        raise ValueError("order_id is white space only: give the order's number")
    # Encoded or not, servers and proxies resolve these, and another path would be asked for.
    if text in {".", ".."} or "/" in text or "\\" in text:
        raise ValueError(f"order_id {text!r} would change the path of the request: give the order's number alone")
    return quote(text, safe="")
