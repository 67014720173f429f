"""Writes tnetstrings, as mitmproxy does."""

from __future__ import annotations

from typing import Any


def dump(value: Any) -> bytes:
    """A value as a tnetstring; text and bytes differ."""
    if isinstance(value, dict):
        return _framed(b"".join(dump(key) + dump(each) for key, each in value.items()), b"}")
    if isinstance(value, list):
        return _framed(b"".join(map(dump, value)), b"]")
    if isinstance(value, bytes):
        return _framed(value, b",")
    text = value if isinstance(value, str) else "" if value is None else str(value).lower()
    kinds: dict[type, bytes] = {str: b";", bool: b"!", int: b"#", float: b"^", type(None): b"~"}
    return _framed(text.encode(errors="replace"), kinds[type(value)])


def _framed(data: bytes, kind: bytes) -> bytes:
    return b"%d:%s%s" % (len(data), data, kind)
