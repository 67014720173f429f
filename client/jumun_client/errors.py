"""What can go wrong in a call, as one closed tree.

    ApiError                       the call gave no result
    ├── StatusError                the API answered with an error status (400-599)
    │   ├── BadRequestError        400
    │   ├── AuthenticationError    401
    │   ├── PermissionDeniedError  403
    │   ├── NotFoundError          404
    │   ├── RateLimitError         429
    │   └── ServerError            500-599
    ├── ConnectionFailedError      no complete HTTP answer came
    ├── TimedOutError              no complete HTTP answer came in time
    ├── DeadlineExceededError      the deadline of the whole call passed, or leaves no time for what is next
    ├── ThrottledError             the client's own pace held the call back: nothing was sent
    ├── UnexpectedAnswerError      an answer came that is neither a result nor an error status
    ├── WebhookError               a webhook is not signed as it should be, or the order says otherwise
    └── BulkError                  a write was not done in full (`BulkResult.check` raises it, no call does)

Nothing else leaves a client, except ``TypeError`` and ``ValueError`` for a wrong argument and whatever
``on_exchange`` and the other callables given to it raise. The texts name no secret and no personal data and
quote no body; the API's own code and message are part of them, without what was sent.

The five outcomes are those of the switch in the guide to NAVER's product-order-ids.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_client.order_details import OrderDetail

Outcome = Literal["INVALID_ORDER_ID", "UNAUTHORIZED", "ORDER_NOT_FOUND", "SERVER_ERROR", "UNKNOWN_ERROR"]

INVALID_ORDER_ID: Final = "INVALID_ORDER_ID"
UNAUTHORIZED: Final = "UNAUTHORIZED"
ORDER_NOT_FOUND: Final = "ORDER_NOT_FOUND"
SERVER_ERROR: Final = "SERVER_ERROR"
UNKNOWN_ERROR: Final = "UNKNOWN_ERROR"

_OUTCOME_BY_STATUS: Final[Mapping[int, Outcome]] = MappingProxyType(
    {400: INVALID_ORDER_ID, 401: UNAUTHORIZED, 404: ORDER_NOT_FOUND, 500: SERVER_ERROR}
)

# The live API has no 404 for an order. For another seller's order it answers 400 with 101010 (seen by several
# integrators, in no documented table); 100003, 'order not found', is in the table errorCode.pay-order-seller.
_ORDER_NOT_FOUND_CODES: Final = frozenset({"101010", "100003"})


# Numbers and names that sources pair (bootpay-mcp docs 2026-09, Bootpay's support table of codes); 3700 is assumed.
_BOOTPAY_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1": "PROCESS_DUPLICATED",
        "-47": "API_SCOPE_INVALID",
        "420": "USER_SESSION_INVALID",
        "1216": "APP_CLIENT_KEY_NOT_FOUND",
        "3700": "ORDER_NOT_FOUND",
        "3708": "CANCEL_ALREADY_DONE",
        "3710": "CANCEL_PRICE_OVER",
        "3737": "ORDER_NOT_PAYMENT_READY",
        "3770": "ORDER_EXPIRED",
    }
)

QUOTA_LIMIT: Final = "GW.QUOTA_LIMIT"
"""NAVER's code for a quota that is used up (apicenter docs, trouble-shooting)."""


class ApiError(Exception):
    """A call that gave no result; catch this to catch all.

    Attributes:
        operation: What failed, e.g. ``naver.product_order_ids``. A call that first needs a token can fail as
            ``naver.token``.
        code: The API's own code as text: ``GW.AUTHN``, ``1700``, ``ORDER_NOT_FOUND``. None where the answer has
            none, as with the HTML of a proxy.
        message: The API's own message, mostly Korean, as sent. None where the answer has none.
        trace_id: What NAVER's support asks for, from the body or the header ``GNCP-GW-Trace-ID``.
        retry_after_s: Seconds after which the call may go well, as far as the API or the client's pace says.
        is_sent: Whether the request may have reached the API; False where no connection was made for it.
        attempts: How many requests were sent for the call, those for a token included.
        elapsed_s: Seconds that the call took, waits included.
        idempotency_key: Of a write of Bootpay's: given to the same call within 24 hours, it does not do twice what is
            done. Repeat it only when the one before must have ended. None for a call without one.
    """

    def __init__(
        self,
        text: str,
        *,
        operation: str,
        status: int | None = None,
        code: str | None = None,
        message: str | None = None,
        trace_id: str | None = None,
        retry_after_s: float | None = None,
        is_sent: bool = True,
    ) -> None:
        super().__init__(text)
        self.operation = operation
        self._status = status
        self.code = code
        self.message = message
        self.trace_id = trace_id
        self.retry_after_s = retry_after_s
        self.is_sent = is_sent
        self.attempts = 0
        self.elapsed_s = 0.0
        self.idempotency_key: str | None = None

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} [{self.attempts} requests in {self.elapsed_s:.1f} s]" if self.attempts > 1 else text

    @property
    def status(self) -> int | None:
        """HTTP status of the answer; None where there was none."""
        return self._status

    @property
    def provider(self) -> str:
        """``naver`` or ``bootpay``."""
        return self.operation.partition(".")[0]

    @property
    def name(self) -> str | None:
        """Bootpay's name of its code, such as ``CANCEL_PRICE_OVER``, whether the answer has that or the number 3710.

        None for a number without a known name, and for NAVER, whose codes are names.
        """
        if self.code is None or self.provider != "bootpay":
            return None
        return _BOOTPAY_NAMES.get(self.code, self.code if self.code[:1].isalpha() else None)

    @property
    def outcome(self) -> Outcome:
        """One of the guide's five outcomes; without an error status its default, ``UNKNOWN_ERROR``."""
        return UNKNOWN_ERROR

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own would call the class with the text alone, without the keyword-only arguments.
        return _restore, (type(self), self.args), vars(self)


def _restore(kind: type[ApiError], args: tuple[object, ...]) -> ApiError:
    return kind.__new__(kind, *args)


class StatusError(ApiError):
    """The API answered with an error status, 400-599; the subclass says which, this class is all the others."""

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return self._status or 0

    @property
    def outcome(self) -> Outcome:
        """The guide's outcome by status, but for two cases of 400.

        Codes that deny the order are ``ORDER_NOT_FOUND``, and a 400 to a call that takes no order id (a token
        call refused for its signature, say) cannot be ``INVALID_ORDER_ID``: it is ``UNKNOWN_ERROR``.
        """
        if _OUTCOME_BY_STATUS.get(self.status) == INVALID_ORDER_ID:
            if self.operation != "naver.product_order_ids":
                return UNKNOWN_ERROR
            if self.code in _ORDER_NOT_FOUND_CODES:
                return ORDER_NOT_FOUND
        return _OUTCOME_BY_STATUS.get(self.status, UNKNOWN_ERROR)


class BadRequestError(StatusError):
    """400: the request was refused as it is; NAVER also answers so to an order of another seller."""


class AuthenticationError(StatusError):
    """401: key or token wrong, expired or missing.

    NAVER answers so, with ``GW.AUTHN``, also when the application lacks the API group (commerce-api
    discussions #1013, #1835).
    """


class PermissionDeniedError(StatusError):
    """403: known, but not allowed: the calling address (NAVER, ``GW.IP_NOT_ALLOWED``) or the key's scope."""


class NotFoundError(StatusError):
    """404: no such order, or no such path (NAVER, ``GW.NOT_FOUND``: then look at ``base_url``)."""


class RateLimitError(StatusError):
    """429: too many calls; this one was not executed (commerce-api discussion #6)."""


class ServerError(StatusError):
    """500-599: the failure is the API's, or that of a proxy before it."""


class ConnectionFailedError(ApiError):
    """No complete HTTP answer came: no connection, or one that broke, or bytes that are not HTTP."""


class TimedOutError(ApiError):
    """No complete HTTP answer came within ``timeout``. The API may have executed the call all the same."""


class DeadlineExceededError(ApiError):
    """The call's ``deadline`` passed, or leaves no time for the wait or the try that would be next.

    ``__cause__``, and with it status, code, message and trace id, is the failure before that, if there was one.
    The API may have executed the call all the same.
    """


class ThrottledError(ApiError):
    """With ``pacing="fail"``: the call would be faster than the API allows, so it was not sent."""


class UnexpectedAnswerError(ApiError):
    """An answer came that is neither a result nor an error status.

    A redirect, HTML or nothing under status 200, JSON of another shape, a body that is too large or in an
    encoding that was not asked for.
    """


class WebhookError(ApiError):
    """A webhook is not a payment notice, is not signed as it should be, or says other things than the order.

    Attributes:
        order: As the API shows it; None where it was not asked. Of a notice that comes late it can be further on.
    """

    def __init__(self, text: str, *, order: OrderDetail | None) -> None:
        super().__init__(text, operation="bootpay.orders.detail", is_sent=order is not None)
        self.order = order


ERROR_BY_STATUS: Final[Mapping[int, type[StatusError]]] = MappingProxyType(
    {
        400: BadRequestError,
        401: AuthenticationError,
        403: PermissionDeniedError,
        404: NotFoundError,
        429: RateLimitError,
        **dict.fromkeys(range(500, 600), ServerError),
    }
)
