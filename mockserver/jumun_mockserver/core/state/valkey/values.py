"""Values of a state as JSON text, and back."""

from __future__ import annotations

import json
from typing import Any

import orjson


def write_value(value: Any) -> bytes:
    """JSON text of a value; b"" for None, which stands for no value.

    Begins with a space where only Python's own reader keeps it whole: whole numbers beyond 64 bits, lone surrogates.
    """
    if value is None:
        return b""
    try:
        return orjson.dumps(value)
    except TypeError:
        return b" " + json.dumps(value).encode()


def read_value(text: bytes | None) -> Any:
    """What `write_value` wrote; None for no text."""
    if not text:
        return None
    return json.loads(text) if text[:1] == b" " else orjson.loads(text)
