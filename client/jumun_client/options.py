"""What a caller may set for a client, and for single calls with ``with_options``."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, Self, TypedDict, Unpack

import httpx

from jumun_client.arguments import check_seconds
from jumun_client.call import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Settings(TypedDict, total=False):
    """What may be set; what is left out stays as it is.

    Attributes:
        timeout: Seconds for connecting, for each read and each write; None waits forever. 10 by default, with an
            ``http_client`` its own.
        deadline: Seconds for the call as a whole: authentication, waits and all tries; None, the default, for no end.
            The lookup of a host's name cannot be cut short.
        max_retries: How often a call may be repeated after 429, 5xx and faults of the connection; 2 by default.
        pacing: What to do when the next call would be faster than the API allows: ``wait`` (the default), ``fail``
            with `ThrottledError`, or ``off`` to send it all the same.
        on_exchange: Called with the `httpx.Response` of every complete exchange, token calls and errors included:
            body read and decoded, ``.request`` attached. What it raises reaches the caller.
    """

    timeout: float | httpx.Timeout | None
    deadline: float | None
    max_retries: int
    pacing: Literal["wait", "fail", "off"]
    on_exchange: Callable[[httpx.Response], object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`Settings`, complete and checked.

    Attributes:
        timeout: None for the one of the HTTP client.
        deadline: Seconds, infinity for none.
    """

    timeout: httpx.Timeout | None = field(default_factory=lambda: DEFAULT_TIMEOUT)  # it cannot be hashed
    deadline: float = math.inf
    max_retries: int = 2
    pacing: Literal["wait", "fail", "off"] = "wait"
    on_exchange: Callable[[httpx.Response], object] | None = None

    def changed(self, **settings: Unpack[Settings]) -> Self:
        """A copy with some of them changed; raises ``TypeError`` and ``ValueError``, which name the parameter."""
        changes: dict[str, object] = {}
        for name, value in settings.items():
            if name not in _CHECKS:
                raise TypeError(f"unknown setting {name!r}: expected {', '.join(_CHECKS)}")
            changes[name] = _CHECKS[name](value)
        return replace(self, **changes)  # type: ignore[arg-type]  # the checks see to the types


def _timeout(value: object) -> httpx.Timeout:
    if isinstance(value, httpx.Timeout):
        return value
    return httpx.Timeout(None if value is None else check_seconds("timeout", value))


def _deadline(value: object) -> float:
    return math.inf if value is None else check_seconds("deadline", value)


def _max_retries(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"max_retries must be an int of 0 or more, not {value!r}")
    return value


def _pacing(value: object) -> object:
    if value not in ("wait", "fail", "off"):
        raise ValueError(f"pacing must be 'wait', 'fail' or 'off', not {value!r}")
    return value


def _on_exchange(value: object) -> object:
    if value is not None and not callable(value):
        raise TypeError(f"on_exchange must be callable, not {type(value).__name__}")
    return value


_CHECKS: Final[Mapping[str, Callable[[object], object]]] = MappingProxyType(
    {
        "timeout": _timeout,
        "deadline": _deadline,
        "max_retries": _max_retries,
        "pacing": _pacing,
        "on_exchange": _on_exchange,
    }
)
