"""RFC 6901 pointers: paths into a JSON document, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def render_pointer(path: Sequence[str | int]) -> str:
    """A path as a pointer."""
    return "".join(f"/{escape_key(str(step))}" for step in path)


def escape_key(key: str) -> str:
    """A key as one step of a pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape_key(step: str) -> str:
    """One step of a pointer as the key that it names."""
    return step.replace("~1", "/").replace("~0", "~")
