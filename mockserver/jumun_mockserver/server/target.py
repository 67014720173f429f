"""The target of a request line: what is asked for, as bytes and as text."""

from __future__ import annotations

from urllib.parse import unquote

import httptools


class TargetError(ValueError):
    """A target that is not a URL."""


def parse_target(target: bytes) -> tuple[str, str]:
    """Path, decoded, and query, as sent, of a target in origin or absolute form.

    Raises:
        TargetError: Neither of these.
    """
    if target.startswith(b"/") and b"#" not in target:
        raw_path, _, query = target.partition(b"?")
    else:
        try:
            url = httptools.parse_url(target)
        except httptools.HttpParserInvalidURLError:
            raise TargetError("the request target is not a URL") from None
        raw_path, query = url.path or b"/", url.query or b""
    path = raw_path.decode("latin-1")
    return unquote(path) if "%" in path else path, query.decode("latin-1")
