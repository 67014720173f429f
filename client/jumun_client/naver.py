"""The calls of NAVER's Commerce API: what is said, and how its answers are read; no I/O.

Each public method of `NaverApi` is one call: ``make format`` writes its forms, synchronous, asynchronous and raw,
into ``naver_calls.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote, urlencode

from jumun_client.answer import header_trace_id
from jumun_client.arguments import check_base_url, check_text
from jumun_client.batch import Batch
from jumun_client.call import Call
from jumun_client.conversation import Question
from jumun_client.credentials import Signer, check_header_key
from jumun_client.models import NaverToken, ProductOrderIds
from jumun_client.token import Token, TokenStore
from jumun_client.walk import Walk
from jumun_client.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import httpx

    from jumun_client.answer import RawAnswer
    from jumun_client.call import Flow
    from jumun_client.conversation import Conversation
    from jumun_client.errors import ApiError
    from jumun_client.fields import Fields
    from jumun_client.watching import Sighting

T = TypeVar("T")

CALLS_PER_S: Final = 10.0
"""What the guide to product-order-ids allows. Applications are seen with less; the gateway's headers tell."""

_UNAUTHORIZED_STATUS: Final = 401

# The server takes a timestamp from five minutes ago to now, none later (commerce-api discussion #357): signing for the
# middle of that lets the two clocks differ by this much in either direction.
_BACKDATE_MS: Final = 150_000


class NaverApi:
    """The calls, and the token they share."""

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
        """The ids of the product orders of an order.

        Source: apicenter docs, seller-get-product-order-ids-pay-order-seller.

        Raises:
            TypeError: ``order_id`` is not a str; nothing is sent.
            ValueError: ``order_id`` is empty or would change the path; nothing is sent.
            ApiError: See `jumun_client.errors`; ``outcome`` tells the guide's five cases apart.
        """
        return self._question(
            "naver.product_order_ids",
            f"/v1/pay-order/seller/orders/{_path_segment(order_id)}/product-order-ids",
            lambda body, trace_id: ProductOrderIds.from_wire(body, order_id=order_id, header_trace_id=trace_id),
        )

    def product_order_ids_many(
        self,
        order_ids: Iterable[str],
        *,
        concurrency: int = 4,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> Batch:
        """The ids of the product orders of many orders, in the order of ``order_ids``, failures beside successes.

        An order that is given twice is asked for once. A failure that is about no single order (keys that are refused,
        permissions, a quota that is used up) ends the sending: what was not asked for yet fails with it too.

        Args:
            order_ids: The orders' numbers.
            concurrency: How many calls may be under way at once; the pace holds for all of them together.
            on_progress: Called with how many orders are done and how many there are, one call at a time. What it or
                ``on_exchange`` raises ends the sending and is raised once the calls under way have ended.

        Raises:
            TypeError: As in `product_order_ids`, with the place of the order; nothing is sent.
            ValueError: As above.
        """
        return Batch(order_ids, ask=self.product_order_ids, concurrency=concurrency, on_progress=on_progress)

    def watch(
        self, order_id: str, interval: float = 30.0, *, on_error: Callable[[ApiError], object] | None = None
    ) -> Walk[ProductOrderIds, Sighting]:
        """Ask for an order again and again, without end; each answer says what has changed since the one before.

        Args:
            order_id: The order's number.
            interval: Seconds between the end of a call and the next.
            on_error: Called with a failure that may pass (`RateLimitError`, `ServerError`, `ConnectionFailedError`,
                `TimedOutError`, `DeadlineExceededError`, `ThrottledError`); watching then goes on, after
                ``retry_after_s`` where that is longer, but an hour at most. Without it, and for every other failure,
                the error is raised and watching ends.

        Raises:
            TypeError: As in `product_order_ids`; at once, as the next.
            ValueError: As in `product_order_ids`, or ``interval`` is not above 0.
            ApiError: See ``on_error``.
        """
        question = self.product_order_ids(order_id)
        watch = Watch(interval=interval, on_error=on_error)
        return Walk(
            ask=lambda: question,
            take=lambda result: [watch.see(result)],
            fail=watch.fail,
            pause_s=lambda: watch.pause_s,
        )

    def _question(self, operation: str, path: str, read: Callable[[Fields, str | None], T]) -> Question[T]:
        """Get something with a token.

        Args:
            operation: e.g. ``naver.product_order_ids``.
            path: From ``/v1`` on.
            read: Makes the result of the body and the trace id of the headers; raises `ShapeError`.
        """

        def ask(talk: Conversation) -> Flow[RawAnswer[T]]:
            call, response = yield from self._authorized(talk, operation, path)
            return talk.conclude(call, response, lambda body: read(body, header_trace_id(response)))

        return Question(operation, ask)

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
