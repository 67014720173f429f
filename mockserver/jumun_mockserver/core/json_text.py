"""Plain data as JSON: compact UTF-8, integers of any size."""

from __future__ import annotations

import json
from typing import Any

import orjson


def render_json(value: Any) -> bytes:
    """`value` as JSON. orjson is fast and stops at 64 bits, which only a scenario or a caller's own number exceeds."""
    try:
        # A copy, for orjson's own bytes keep the kilobytes of the buffer that they were written in, and the journal
        # would keep them too.
        return bytes(memoryview(orjson.dumps(value)))
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
