"""What is said to NAVER's Commerce API and how its answers are read; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from jumun_client.answer import header_trace_id
from jumun_client.arguments import check_base_url, check_text
from jumun_client.call import Call
from jumun_client.credentials import Signer, check_header_key
from jumun_client.models import NaverToken, ProductOrderIds
from jumun_client.token import Token, TokenStore

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from jumun_client.answer import RawAnswer
    from jumun_client.call import Flow
    from jumun_client.conversation import Conversation, Question
    from jumun_client.fields import Fields

CALLS_PER_S: Final = 10.0
"""What the guide to product-order-ids allows. Applications are seen with less; the gateway's headers tell."""

_UNAUTHORIZED_STATUS: Final = 401

# The server takes a timestamp from five minutes ago to now, none later (commerce-api discussion #357): signing for the
# middle of that lets the two clocks differ by this much in either direction.
_BACKDATE_MS: Final = 150_000


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
        self._given: Token | None = None
        if access_token is None and client_id is not None and client_secret is not None:
            self._signer = Signer.from_keys(client_id=client_id, client_secret=client_secret)
        elif access_token is not None and client_id is None and client_secret is None:
            self._given = Token(check_header_key("access_token", access_token))
        else:
            raise ValueError("give client_id and client_secret, or access_token, and not both")
        self._base_url = check_base_url(base_url)
        self._clock = clock
        self._tokens = TokenStore(self._issue, clock=clock)

    def product_order_ids(self, order_id: str) -> Question[ProductOrderIds]:
        """Ask for the product orders of an order; raises ``TypeError`` and ``ValueError`` at once."""
        path = f"/v1/pay-order/seller/orders/{_path_segment(order_id)}/product-order-ids"

        def converse(talk: Conversation) -> Flow[RawAnswer[ProductOrderIds]]:
            call, response = yield from self._authorized(talk, "naver.product_order_ids", path)

            def read(body: Fields) -> ProductOrderIds:
                return ProductOrderIds.from_wire(body, order_id=order_id, header_trace_id=header_trace_id(response))

            return talk.conclude(call, response, read)

        return converse

    def _authorized(self, talk: Conversation, operation: str, path: str) -> Flow[tuple[Call, httpx.Response]]:
        """Get something with a token, and once more with another if that is refused."""
        token = self._given or (yield from self._tokens.take(talk))
        call = self._get(operation, path, token)
        response = yield from talk.exchange(call)
        # A refusal of what the API has just given out again is about something else, such as an API group that the
        # application lacks (commerce-api discussions #1013, #1835).
        if response.status_code == _UNAUTHORIZED_STATUS and token is not self._given and not token.is_confirmed:
            # The documented fallback (apicenter docs, auth): issue again, repeat once.
            call = self._get(operation, path, (yield from self._tokens.take(talk, refused=token)))
            response = yield from talk.exchange(call)
        return call, response

    def _get(self, operation: str, path: str, token: Token) -> Call:
        return Call(
            operation=operation,
            method="GET",
            url=self._base_url + path,
            headers={"Accept": "application/json", "Authorization": f"Bearer {token.value}"},
            repeatable=True,
            confidential=(token.value,),
        )

    def _issue(self, talk: Conversation) -> Flow[Token]:
        """Ask for a token.

        Every parameter stands in the form body and no ``account_id`` goes with SELF: otherwise the gateway
        cuts the application to one call an hour from the next day on (commerce-api discussions #2573, #3751).
        """
        if self._signer is None:
            raise TypeError("a token that was given is not issued")
        asked_at_s = self._clock()
        timestamp_ms = int(asked_at_s * 1000) - _BACKDATE_MS
        signature = self._signer.sign(timestamp_ms)
        form = {
            "client_id": self._signer.client_id,
            "timestamp": timestamp_ms,
            "grant_type": "client_credentials",
            "client_secret_sign": signature,
            "type": "SELF",
        }
        call = Call(
            operation="naver.token",
            method="POST",
            url=f"{self._base_url}/v1/oauth2/token",
            headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode("ascii"),
            repeatable=True,  # asked again, the API gives the same token
            confidential=(self._signer.client_id, signature),
        )
        issued = (yield from talk.ask(call, NaverToken.from_wire)).parse()
        return Token.issued(issued.access_token, at_s=asked_at_s, life_s=issued.expires_in)


def _path_segment(order_id: object) -> str:
    """An order id as one percent-encoded segment of a path; raises ``TypeError`` or ``ValueError``."""
    text = check_text("order_id", order_id, if_empty="give the order's number")
    if text.isspace():
        raise ValueError("order_id is white space only: give the order's number")
    # Encoded or not, servers and proxies resolve these, and another path would be asked for.
    if text in {".", ".."} or "/" in text or "\\" in text:
        raise ValueError(f"order_id {text!r} would change the path of the request: give the order's number alone")
    return quote(text, safe="")
