"""What callers pass, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

# poll(2) counts milliseconds in 31 bits.
_LONGEST_S: Final = 1e6

# Fields of Bootpay's requests. Words of the seller's own are among them: a reason or memo may be about people.
_PERSONAL: Final = frozenset(
    {
        *("keyword", "reason", "memo", "message", "cancel_message", "cancel_requester"),
        *("user", "user_id", "user_group_id", "username", "phone", "email"),
        *("new_user_id", "new_username", "new_user_email", "new_user_phone", "new_user_address"),
        *("name", "title", "product_name", "description", "metadata", "charge_key", "billing_key"),
    }
)


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


def check_integer(name: str, value: object, *, least: int | None = None) -> int:
    """Give an int, not below the least if there is one."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if least is not None and value < least:
        raise ValueError(f"{name} must be {least} or more, not {value}")
    return int(value)  # of an enum its number


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


def personal_values(given: Mapping[str, object]) -> tuple[str, ...]:
    """The texts of a request's fields with personal data or secrets."""
    return tuple(_personal_texts(given, is_personal=False))


def _personal_texts(value: object, *, is_personal: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _personal_texts(member, is_personal=is_personal or name in _PERSONAL)
    elif isinstance(value, str) and value and is_personal:
        yield value


def path_segment(value: object, *, name: str = "order_id", wanted: str = "the order's number") -> str:
    """An id as one percent-encoded segment of a path; raises ``TypeError`` or ``ValueError``."""
    text = check_text(name, value, if_empty=f"give {wanted}")
    if text.isspace():
        raise ValueError(f"{name} is white space only: give {wanted}")
    # Encoded or not, servers and proxies resolve these, and another path would be asked for.
    if text in {".", ".."} or "/" in text or "\\" in text:
        raise ValueError(f"{name} {text!r} would change the path of the request: give {wanted} alone")
    return quote(text, safe="")
