"""One call of the caller's from beginning to end: its deadline, its tries and the waits between them; no I/O."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from jumun_client.allowance import Allowance
from jumun_client.answer import RawAnswer, error_code, status_error
from jumun_client.backoff import backoff_s
from jumun_client.budget import RetryBudget
from jumun_client.call import Flow, Pause
from jumun_client.errors import (
    ApiError,
    ConnectionFailedError,
    DeadlineExceededError,
    ThrottledError,
    TimedOutError,
)
from jumun_client.fields import Fields
from jumun_client.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from jumun_client.call import Call
    from jumun_client.options import Options

T = TypeVar("T")

# 501 and 505 say that the API will never do it.
_PASSING: Final = frozenset(range(500, 600)) - {501, 505}
# A gateway's 504 says nothing of what goes on behind it.
_GATEWAY_TIMEOUT: Final = 504
# A longer wait is reported instead.
_LONGEST_WAIT_S: Final = 60.0
_THROTTLE_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the calls of a client share, and what they take from the world.

    Attributes:
        clock: Seconds since 1970.
        monotonic: Seconds since any moment, for deadlines and pace.
        random: Numbers from 0 up to 1.
        calls_per_s: What each operation begins with; None for no limit that is known.
    """

    clock: Callable[[], float]
    monotonic: Callable[[], float]
    random: Callable[[], float]
    calls_per_s: float | None
    budget: RetryBudget = field(default_factory=RetryBudget)
    pacers: dict[str, Pacer] = field(default_factory=dict)

    def pacer(self, operation: str) -> Pacer:
        """Of an operation: NAVER's buckets are one for each API and application (apicenter docs, restriction)."""
        if operation not in self.pacers:
            burst = self.calls_per_s or math.inf
            made = Pacer(rate_per_s=self.calls_per_s, burst=burst, monotonic=self.monotonic)
            self.pacers.setdefault(operation, made)  # atomic: of two threads, one wins
        return self.pacers[operation]


class Conversation:
    """What all requests of one call have in common."""

    def __init__(self, operation: str, *, options: Options, surroundings: Surroundings) -> None:
        self._operation = operation
        self._options = options
        self._around = surroundings
        self._started_s = surroundings.monotonic()
        self._ends_at_s = self._started_s + options.deadline
        self._retries = 0
        self._idempotency_key: str | None = None
        self.attempts = 0

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return self._around.monotonic() - self._started_s

    def conduct(self, flow: Flow[T]) -> Flow[T]:
        """The whole conversation; its errors say how many attempts and how long."""
        try:
            return (yield from flow)
        except ApiError as error:
            error.attempts, error.elapsed_s = self.attempts, self.elapsed_s
            error.idempotency_key = self._idempotency_key
            raise

    def remaining_s(self) -> float | None:
        """Seconds that are left, None for no end."""
        left_s = self._ends_at_s - self._around.monotonic()
        return None if left_s == math.inf else max(0.0, left_s)

    def check_deadline(self, cause: ApiError | None = None, *, pause_s: float = 0.0) -> None:
        """Raise `DeadlineExceededError` unless there is time left after a pause."""
        if self._around.monotonic() + pause_s < self._ends_at_s:
            return
        text = f"{self._operation}: the deadline of {self._options.deadline:g} s is over, or too near for what is next"
        if cause is None:
            raise DeadlineExceededError(text, operation=self._operation)
        raise DeadlineExceededError(
            f"{text}; before that: {cause}",
            operation=self._operation,
            status=cause.status,
            code=cause.code,
            message=cause.message,
            trace_id=cause.trace_id,
            retry_after_s=cause.retry_after_s,
            is_sent=cause.is_sent,
        ) from cause

    def ask(self, call: Call, read: Callable[[object], T]) -> Flow[RawAnswer[T]]:
        """Send a request and give its answer, whose JSON ``read`` reads; raises `StatusError`."""
        response = yield from self.exchange(call)
        return self.conclude(call, response, read)

    def conclude(self, call: Call, response: httpx.Response, read: Callable[[object], T]) -> RawAnswer[T]:
        """What a response means to the caller, whose JSON ``read`` reads; raises `StatusError`."""
        if response.is_error:
            raise status_error(call, response, self._allowance(response))
        return RawAnswer(
            operation=call.operation,
            http_response=response,
            attempts=self.attempts,
            elapsed_s=self.elapsed_s,
            idempotency_key=call.idempotency_key,
            _read=read,
        )

    def exchange(self, call: Call) -> Flow[httpx.Response]:
        """Send a request, in its turn and again where that may help; gives the last answer, whatever its status."""
        self._around.budget.earn()
        self._idempotency_key = call.idempotency_key
        while True:
            failure: ApiError
            try:
                response, allowance = yield from self._try(call)
            except (ConnectionFailedError, TimedOutError) as error:
                self.check_deadline(error)
                may_help = not error.is_sent or _is_repeatable(call, has_ended=isinstance(error, ConnectionFailedError))
                if not (may_help and self._may_retry()):
                    raise
                failure, floor_s = error, 0.0
            else:
                floor = self._floor_s(call, response, allowance)
                if floor is None or not self._may_retry():
                    return response
                failure, floor_s = status_error(call, response, allowance), floor
            yield from self._pause(backoff_s(self._retries, self._around.random, floor_s=floor_s), failure)
            self._retries += 1

    def _try(self, call: Call) -> Flow[tuple[httpx.Response, Allowance]]:
        pacer = self._around.pacer(call.operation)
        yield from self._await_turn(pacer, call.operation)
        self.attempts += 1
        allowance = None
        try:
            response = yield replace(call, timeout=self._options.timeout, ends_at_s=self._ends_at_s)
            if response is None:
                raise TypeError("a driver must send the response to a Call")
            allowance = self._allowance(response)
            return response, allowance
        finally:
            pacer.answer(allowance)

    def _await_turn(self, pacer: Pacer, operation: str) -> Flow[None]:
        turn = pacer.join()
        try:
            while self._options.pacing != "off" and (wait_s := pacer.wait_s(turn)) > 0:
                self._check_pace(operation, wait_s)
                yield from self._pause(wait_s, None)
            self.check_deadline()
        except BaseException:
            pacer.leave(turn)
            raise
        pacer.go(turn)

    def _check_pace(self, operation: str, wait_s: float) -> None:
        # A retry has waited already; failing it here would hide why it is one.
        if self._options.pacing == "fail" and not self._retries:
            text = f"{operation}: the next call may be sent in {wait_s:.1f} s: wait, or use pacing='wait'"
            raise ThrottledError(text, operation=operation, retry_after_s=wait_s, is_sent=False)

    def _allowance(self, response: httpx.Response) -> Allowance:
        return Allowance.from_response(response, now_s=self._around.clock(), code=error_code(response))

    def _pause(self, seconds: float, cause: ApiError | None) -> Flow[None]:
        self.check_deadline(cause, pause_s=seconds)
        yield Pause(seconds)

    def _floor_s(self, call: Call, response: httpx.Response, allowance: Allowance) -> float | None:
        """The least wait before this call may be repeated; None if it must not be."""
        if allowance.is_refusal:
            floor_s = _THROTTLE_S if allowance.retry_after_s is None else allowance.retry_after_s
            may_help = not allowance.is_spent
        else:
            floor_s = allowance.retry_after_s or 0.0
            has_ended = response.status_code != _GATEWAY_TIMEOUT
            may_help = response.status_code in _PASSING and _is_repeatable(call, has_ended=has_ended)
        if not may_help or floor_s > _LONGEST_WAIT_S:
            return None
        if floor_s:
            self._around.pacer(call.operation).hold(floor_s)
        return floor_s

    def _may_retry(self) -> bool:
        return self._retries < self._options.max_retries and self._around.budget.spend()


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A call whose arguments are checked: what is left is to have the conversation, as often as wanted.

    Attributes:
        operation: e.g. ``naver.product_order_ids``; errors carry it.
        ask: Has the conversation.
    """

    operation: str
    ask: Callable[[Conversation], Flow[RawAnswer[T]]]

    @classmethod
    def of(cls, call: Call, read: Callable[[Fields], T]) -> Question[T]:
        """The question that one request asks; ``read`` makes its result of an object and raises `ShapeError`."""
        return cls.of_any(call, lambda document: read(Fields(document, where="body")))

    @classmethod
    def of_any(cls, call: Call, read: Callable[[object], T]) -> Question[T]:
        """As `of`, of an answer that need not be an object."""
        return Question(call.operation, lambda talk: talk.ask(call, read))


def _is_repeatable(call: Call, *, has_ended: bool) -> bool:
    """Whether a call whose outcome is unknown may be sent again.

    Args:
        has_ended: Whether the API is done with it: it answered, or the connection is no more.
    """
    return call.repeatable or (call.idempotency_key is not None and has_ended)
