"""Bounds of what the server accepts. The reasons are in docs/decisions/bounds.md."""

from __future__ import annotations

import json
from dataclasses import dataclass

from jumun_mockserver.core.http import Response


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may ask of the server.

    Attributes:
        body_bytes: The longest request body; a longer one is 413.
        session_bytes: The longest body of a session that is made or a snapshot that is loaded; a longer one is 413.
        connections: How many there may be at once; one more is 503.
        head_bytes: The longest request line with headers; a longer one is 414 or 431.
        headers: How many of them a request may have; more are 431.
        arrival_s: How long a request may take to arrive once it has begun; a slower one is 408.
        idle_s: How long a connection may stay without one.
        stall_s: How long a client may leave its answer unread, and how long an answer may come after the client has
            closed its half of the connection.
        state_s: How long one may wait for a state that is kept elsewhere; it then gets the provider's 500.
        linger_s: How long a refused client is listened to, so that it can read why.
    """

    body_bytes: int = 1024 * 1024
    session_bytes: int = 256 * 1024 * 1024
    connections: int = 10_000
    head_bytes: int = 64 * 1024
    headers: int = 100
    arrival_s: float = 15
    idle_s: float = 75
    stall_s: float = 60
    state_s: float = 5
    linger_s: float = 3


def render_refusal(status: int, reason: str) -> Response:
    """What a client gets that goes beyond a bound. No provider's dialect: where they draw such lines is not known."""
    content = json.dumps({"type": "about:blank", "status": status, "detail": f"Jumun: {reason}"}).encode()
    return Response(
        status, (("content-type", "application/problem+json"), ("content-length", str(len(content)))), content
    )
