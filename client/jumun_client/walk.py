"""Questions that are asked one after the other, as what they bring is wanted; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumun_client.conversation import Question
    from jumun_client.errors import ApiError

R = TypeVar("R")
T = TypeVar("T")


def _raise(error: ApiError) -> None:
    raise error


def _no_pause() -> float:
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk(Generic[R, T]):
    """A walk through results of one kind, which may bring several items each.

    Attributes:
        ask: Gives the next question; None at the end.
        take: Gives the items of a result.
        fail: Raises the error of a question, unless the walk goes on with the next.
        pause_s: Gives the seconds to wait before the next question.
    """

    ask: Callable[[], Question[R] | None]
    take: Callable[[R], Iterable[T]]
    fail: Callable[[ApiError], None] = _raise
    pause_s: Callable[[], float] = _no_pause
