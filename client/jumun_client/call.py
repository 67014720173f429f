"""One request as a value, and what a series of them looks like; no I/O."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP request, complete but for what the HTTP library adds (Host, Content-Length).

    Attributes:
        operation: e.g. ``naver.token``; errors carry it.
        query: Pairs in the order in which they are sent.
    """

    operation: str
    method: Literal["GET", "POST"]
    url: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # a keyword may be a person's name
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


Flow = Generator[Call, httpx.Response, T]
"""A conversation: yields calls, is sent their responses (body read), returns the result or raises `ApiError`.

Whoever drives it does the I/O, so that sync and async clients share everything else.
"""
