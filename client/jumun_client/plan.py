"""Several calls that are one to the caller: what is asked, in which order, and the result; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from jumun_client.call import Pause
from jumun_client.conversation import Question

T = TypeVar("T")

Steps: TypeAlias = Generator[Question[Any] | Pause, Any, T]
"""Yields questions and pauses, returns the result.

To a question the driver sends its result, or throws its `ApiError`; each question has a deadline and tries of its own.
"""


@dataclass(frozen=True, slots=True)
class Plan(Generic[T]):
    """Calls that are asked one after the other for one result.

    Attributes:
        steps: Begins them.
    """

    steps: Callable[[], Steps[T]]
