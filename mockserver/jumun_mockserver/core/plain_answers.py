"""Answers in no provider's form, and what all answers share: usual headers, and texts fit for a header line."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.http import Response, render_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.routing import Route

# What a header line cannot have.
_UNPRINTABLE = re.compile(r"[^ -~]")


def render_unowned(request: Request, near: tuple[Route, ...], now: float) -> Response:
    """A path of no provider, so in no provider's form: plain problem details (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": "No operation here",
        "status": 404,
        "detail": f"Jumun serves no operation at {request.method} {request.path}",
        "near": [str(route) for route in near],
    }
    return _render_problem(404, body, now)


def render_failure(error: Exception) -> Response:
    """What is left where not even the provider's own 500 could be made."""
    body = {
        "type": "about:blank",
        "title": "Jumun failed",
        "status": 500,
        "detail": _UNPRINTABLE.sub(" ", describe_failure(error)),
    }
    return _render_problem(500, body, time.time())


def describe_failure(error: Exception) -> str:
    """A failure of Jumun, for its user. What cannot even be described is named by its class."""
    try:
        return f"Jumun failed: {type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - an exception whose text cannot be made
        return f"Jumun failed: {type(error).__name__}"


def _render_problem(status: int, body: Mapping[str, Any], now: float) -> Response:
    content = render_json(body)
    usual = usual_headers(int(now), "application/problem+json", None)
    return Response(status, (*usual, ("content-length", str(len(content)))), content)


@lru_cache(maxsize=256)
def printable(text: str) -> str:
    """A text as a header line can have it. The same notes come again and again."""
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTABLE.sub(" ", text.encode("ascii", "backslashreplace").decode())


@lru_cache(maxsize=16)
def usual_headers(second: int, media_type: str, provider: Provider[Any] | None) -> tuple[tuple[str, str], ...]:
    """What all answers of a second share. One without a media type has no body."""
    date = ("date", formatdate(second, usegmt=True))
    if not media_type:
        return (date,)
    return date, ("content-type", provider.content_type(media_type) if provider else media_type)
