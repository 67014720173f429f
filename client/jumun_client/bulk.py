"""Writes about product orders: what is sent, the outcome of each, and how that is known; no I/O.

A write is sent once. What its answers leave open is settled by reading, never by sending it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias

from jumun_client.answer import one_line
from jumun_client.call import Pause
from jumun_client.errors import ApiError, ServerError, StatusError
from jumun_client.plan import Plan
from jumun_client.product_orders import ProductOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_client.conversation import Question
    from jumun_client.fields import Fields
    from jumun_client.plan import Steps
    from jumun_client.product_orders import ProductOrders

_log = logging.getLogger("jumun_client")

IsDone: TypeAlias = Callable[[ProductOrder], bool | None]
"""Whether a product order is as a write wanted it; None where that cannot be seen."""

# The API may show a change some time after it (seen once by an integrator), and may still be at a call whose answer
# was lost. How long either takes is not known; assumed.
_READ_AGAIN_AFTER_S: Final = (1.0, 2.0)
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """Outcome of one product order.

    Attributes:
        outcome: ``unknown`` where neither an answer nor reading says it.
        is_read: Whether the outcome is known by reading the product order. ``done`` then means that it is as the call
            wanted it, not that this call changed it.
        code: Why the API left it as it was, e.g. ``104443`` for one that is confirmed already.
        message: The API's own words for that, Korean.
        error: What kept the API's answer from us, or the call from being sent.
    """

    product_order_id: str
    outcome: Literal["done", "not done", "unknown"]
    is_read: bool = False
    code: str | None = None
    message: str | None = None
    error: ApiError | None = None

    def __str__(self) -> str:
        if self.code or self.message:
            why = one_line(" ".join(part for part in (self.code, self.message) if part))
        else:
            why = self.outcome if self.error is None else f"{self.outcome}, {type(self.error).__name__}"
        return f"{self.product_order_id}: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedProductOrder:
    """What an answer says of a product order that was left as it was; attributes as in `BulkItem`."""

    product_order_id: str
    code: str | None = None
    message: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read an entry of ``failProductOrderInfos``; raises `ShapeError`."""
        return cls(
            product_order_id=row.required_text("productOrderId", may_be_empty=True),
            code=row.text("code"),
            message=row.text("message"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedProductOrder:
    """What an answer says of a product order that was confirmed.

    Attributes:
        receiver_address_changed: Whether the buyer has changed the address: read it again.
    """

    product_order_id: str
    receiver_address_changed: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read an entry of ``successProductOrderInfos``; raises `ShapeError`."""
        return cls(
            product_order_id=row.required_text("productOrderId", may_be_empty=True),
            receiver_address_changed=bool(row.flag("isReceiverAddressChanged")),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAnswer:
    """What one call answered.

    Attributes:
        succeeded: Numbers of those that were changed, whichever of its two names the list has.
        failed: The others.
        confirmed: What only a confirmation says of its successes.
    """

    succeeded: tuple[str, ...]
    failed: tuple[FailedProductOrder, ...]
    confirmed: tuple[ConfirmedProductOrder, ...] = ()
    trace_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, header_trace_id: str | None) -> Self:
        """Read an answer of any writing call, of which confirming has a success key of its own; raises `ShapeError`."""
        data = body.inner("data")
        ids = data.take("successProductOrderIds") or []
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise data.mismatch("successProductOrderIds", ids, "an array of strings")
        confirmed = data.rows("successProductOrderInfos", ConfirmedProductOrder.from_wire)
        return cls(
            succeeded=(*ids, *(each.product_order_id for each in confirmed)),
            failed=data.rows("failProductOrderInfos", FailedProductOrder.from_wire),
            confirmed=confirmed,
            trace_id=body.text("traceId") or header_trace_id,
            extra=body.rest | {"data": data.rest},
        )

    def items(self, ids: Sequence[str]) -> dict[str, BulkItem]:
        """Of these, the outcome of each that is in one of the two lists, and not in both."""
        failed = {
            each.product_order_id: BulkItem(
                product_order_id=each.product_order_id, outcome="not done", code=each.code, message=each.message
            )
            for each in self.failed
        }
        done = {id_: BulkItem(product_order_id=id_, outcome="done") for id_ in self.succeeded}
        either = {**done, **failed}
        return {id_: either[id_] for id_ in ids if (id_ in done) is not (id_ in failed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """Outcome of each product order of a write; `check` raises unless all are done.

    Attributes:
        operation: e.g. ``naver.product_orders.dispatch``.
        items: Each once, in the order in which they were given.
        answers: Of the calls that were answered.
    """

    operation: str
    items: tuple[BulkItem, ...]
    answers: tuple[BulkAnswer, ...] = field(default=(), repr=False)

    @property
    def succeeded(self) -> tuple[str, ...]:
        """Numbers of those that are done."""
        return tuple(each.product_order_id for each in self.items if each.outcome == "done")

    @property
    def failed(self) -> tuple[BulkItem, ...]:
        """Those that are not done."""
        return tuple(each for each in self.items if each.outcome == "not done")

    @property
    def unknown(self) -> tuple[BulkItem, ...]:
        """Those of which it is not known: read them before anything is sent again."""
        return tuple(each for each in self.items if each.outcome == "unknown")

    @property
    def settled(self) -> tuple[BulkItem, ...]:
        """Those whose outcome is known by reading, done or not."""
        return tuple(each for each in self.items if each.is_read)

    @property
    def address_changed(self) -> tuple[str, ...]:
        """Of those that an answer called confirmed, the ones whose buyer has changed the address: read them again."""
        confirmed = (each for answer in self.answers for each in answer.confirmed)
        return tuple(each.product_order_id for each in confirmed if each.receiver_address_changed)

    def check(self) -> Self:
        """Give the result itself; raises `BulkError` unless all are done."""
        if self.failed or self.unknown:
            raise BulkError(self)
        return self

    def __str__(self) -> str:
        open_ = [*self.failed, *self.unknown]
        counts = f"{len(self.succeeded)} of {len(self.items)} product orders are done"
        counts += f", {len(self.unknown)} unknown" if self.unknown else ""
        shown = [str(each) for each in open_[:_SHOWN]]
        shown += [f"and {len(open_) - _SHOWN} more"] if len(open_) > _SHOWN else []
        return ": ".join([self.operation, counts, *(["; ".join(shown)] if shown else [])])


class BulkError(ApiError):
    """A write left product orders as they were, or may have: `BulkResult.check` raises it.

    Attributes:
        result: Outcome of each.
    """

    def __init__(self, result: BulkResult) -> None:
        trace_id = next((each.trace_id for each in reversed(result.answers)), None)
        code = next((each.code for each in result.failed if each.code), None)
        super().__init__(str(result), operation=result.operation, code=code, trace_id=trace_id)
        self.result = result


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One call that changes product orders.

    Attributes:
        question: Sends it, once.
        is_done: Number → whether the product order, once read, is as the call wants it.
    """

    question: Question[BulkAnswer]
    is_done: Mapping[str, IsDone]


def carry_out(writes: Sequence[Write], *, read: Callable[[list[str]], Question[ProductOrders]]) -> Plan[BulkResult]:
    """One write after the other, each sent once. Refused as a whole, or not settled, it ends the sending.

    The refusal is raised if nothing was sent before it; else the product orders of the writes that are left have it.

    Args:
        writes: At least one; no product order is in two of them.
        read: Gives the question about product orders.
    """

    def steps() -> Steps[BulkResult]:
        operation = writes[0].question.operation
        items: list[BulkItem] = []
        answers: list[BulkAnswer] = []
        end: ApiError | None = None
        for write in writes:
            if end is None:
                known, end = yield from _carry_out(write, answers, read)
                if end is not None and not items and not known:
                    raise end
                items += [known.get(id_) or _not_sent(id_, end) for id_ in write.is_done]
            else:
                items += [_not_sent(id_, end) for id_ in write.is_done]
        result = BulkResult(operation=operation, items=tuple(items), answers=tuple(answers))
        if result.failed or result.unknown:
            _log.warning("%s", result)
        return result

    return Plan(steps)


def _not_sent(id_: str, error: ApiError | None) -> BulkItem:
    return BulkItem(product_order_id=id_, outcome="not done", error=error)


def _carry_out(
    write: Write, answers: list[BulkAnswer], read: Callable[[list[str]], Question[ProductOrders]]
) -> Steps[tuple[dict[str, BulkItem], ApiError | None]]:
    """Outcome of each product order of a write, none if it was refused; and what ends the sending, if anything."""
    known: dict[str, BulkItem] = {}
    error: ApiError | None = None
    try:
        answer = yield write.question
    except ApiError as caught:
        if not _may_be_done(caught, write.question.operation):
            return {}, caught
        error = caught
    else:
        answers.append(answer)
        known = answer.items(list(write.is_done))
    left = {id_: is_done for id_, is_done in write.is_done.items() if id_ not in known}
    settled, end = yield from _settle(left, error, read)
    return known | settled, end


def _may_be_done(error: ApiError, operation: str) -> bool:
    """Whether a call that failed so may have been executed, all of it or some."""
    if error.operation != operation or not error.is_sent:  # it needed a token, or a connection, and got none
        return False
    return not isinstance(error, StatusError) or isinstance(error, ServerError)


def _settle(
    left: Mapping[str, IsDone], error: ApiError | None, read: Callable[[list[str]], Question[ProductOrders]]
) -> Steps[tuple[dict[str, BulkItem], ApiError | None]]:
    """Read product orders whose outcome no answer tells; those that seem as they were once more, and once more.

    Gives the outcome of each, and what kept them from being read, if anything did.
    """
    settled: dict[str, BulkItem] = {}
    for pause_s in (0.0, *_READ_AGAIN_AFTER_S):
        waiting = [id_ for id_ in left if id_ not in settled or settled[id_].outcome != "done"]
        if not waiting:
            break
        if pause_s:
            yield Pause(pause_s)
        try:
            found: ProductOrders = yield read(waiting)
        except ApiError as caught:
            return settled | {id_: _unread(id_, error or caught) for id_ in waiting}, caught
        seen = {each.product_order_id: each for each in found.product_orders}
        for id_ in waiting:
            settled[id_] = _judge(id_, seen[id_], left[id_], error) if id_ in seen else _unread(id_, error)
    return settled, None


def _unread(id_: str, error: ApiError | None) -> BulkItem:
    return BulkItem(product_order_id=id_, outcome="unknown", error=error)


def _judge(id_: str, product_order: ProductOrder, is_done: IsDone, error: ApiError | None) -> BulkItem:
    verdict = is_done(product_order)
    return BulkItem(
        product_order_id=id_,
        outcome="unknown" if verdict is None else "done" if verdict else "not done",
        is_read=verdict is not None,
        error=error,
    )
