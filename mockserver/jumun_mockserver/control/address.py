"""Where a session is called, and with which keys, as the control plane shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Jumun is and with which keys it is called.

    Attributes:
        url: Of the server, e.g. `http://127.0.0.1:40001`.
        naver_base_url: Replaces https://api.commerce.naver.com/external.
        bootpay_base_url: Replaces https://api.bootapi.com/v1.
        naver_client_id: An application that may sign for tokens, and naver_client_secret its salt.
        bootpay_client_key: An application's key, and bootpay_secret_key its secret.
    """

    url: str
    naver_base_url: str
    bootpay_base_url: str
    naver_client_id: str
    naver_client_secret: str
    bootpay_client_key: str
    bootpay_secret_key: str


def read_address(url: str, session: dict[str, Any]) -> Address:
    """The address out of a session as the control plane shows it."""
    urls = {f"{name}_base_url": base_url for name, base_url in session["base_urls"].items()}
    return Address(url=url, **urls, **session["keys"])
