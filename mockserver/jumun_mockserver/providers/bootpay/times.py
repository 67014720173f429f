"""Moments as Bootpay writes them, and the ids that begin with one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

KST = timezone(timedelta(hours=9))


def stamp(at: float) -> str:
    """An epoch second as the order list shows it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def object_id(at: float, digest: bytes) -> str:
    """24 hex digits, which begin with the second."""
    return f"{int(at) % 2**32:08x}{digest[8:16].hex()}"
