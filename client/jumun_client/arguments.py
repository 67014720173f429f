"""What callers pass, checked before anything is sent."""

from __future__ import annotations

from typing import Final

import httpx

# poll(2) counts milliseconds in 31 bits.
_LONGEST_S: Final = 1e6


def check_text(name: str, value: object, *, if_empty: str) -> str:
    """Give a str that is not empty and can be sent; the errors name the parameter, never the value."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value:
        raise ValueError(f"{name} is empty: {if_empty}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} holds half of a surrogate pair: decode it properly") from None
    return value


def check_seconds(name: str, value: object) -> float:
    """Give a number of seconds above 0 and no longer than systems can wait."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not 0 < value <= _LONGEST_S:
        raise ValueError(f"{name} must be more than 0 seconds and at most {_LONGEST_S:g}, not {value!r}")
    return value


def check_base_url(base_url: object) -> str:
    """Give ``base_url`` without a trailing slash, or raise ``TypeError`` or ``ValueError``."""
    text = check_text("base_url", base_url, if_empty="leave it out for production")
    try:
        url = httpx.URL(text)
        usable = url.scheme in {"http", "https"} and bool(url.host) and not url.query and not url.fragment
    except (httpx.InvalidURL, UnicodeError):
        usable = False
    else:
        if url.userinfo:
            # It would replace the Authorization header; and the message must not show the password.
            raise ValueError("base_url must not carry user:password@: give the credentials as arguments")
    if not usable:
        raise ValueError(f"base_url must be like 'https://host/path', without query or fragment, not {text!r}")
    return text.rstrip("/")
