"""Fixtures ``naver_client`` and ``bootpay_client``, for whatever server the fixture ``jumun`` gives, and async ones.

They try each call once and at once, so that a test sees every answer that it has asked for;
``naver_client.with_options(max_retries=2, pacing="wait")`` is one that behaves as in production.

pytest imports this module at the start of every run of everyone who has the package installed, so the
clients, and httpx with them, are imported only when a test asks for one.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_client.bootpay_clients import AsyncBootpayCommerceClient, BootpayCommerceClient
    from jumun_client.naver_clients import AsyncNaverCommerceClient, NaverCommerceClient

_AT_ONCE: Final[dict[str, Any]] = {"max_retries": 0, "pacing": "off"}


class Server(Protocol):
    """What ``jumun`` must offer: where the two APIs are, and keys they accept.

    It may have a ``clock`` as well, whose ``now()`` gives an aware datetime; without one, the time is real.

    Attributes:
        naver_base_url: Up to and without ``/v1``.
        bootpay_base_url: Up to and with ``/v1``.
    """

    naver_base_url: str
    naver_client_id: str
    naver_client_secret: str
    bootpay_base_url: str
    bootpay_client_key: str
    bootpay_secret_key: str


@pytest.fixture
def naver_client(jumun: Server) -> Iterator[NaverCommerceClient]:
    """A client of the server's NAVER API that signs for its own token."""
    from jumun_client.naver_clients import NaverCommerceClient  # noqa: PLC0415 - see the module's docstring

    with NaverCommerceClient(**_naver_options(jumun)) as client:
        yield client


@pytest.fixture
def bootpay_client(jumun: Server) -> Iterator[BootpayCommerceClient]:
    """A client of the server's Bootpay API."""
    from jumun_client.bootpay_clients import BootpayCommerceClient  # noqa: PLC0415 - see the module's docstring

    with BootpayCommerceClient(**_bootpay_options(jumun)) as client:
        yield client


@pytest.fixture
def async_naver_client(jumun: Server) -> AsyncNaverCommerceClient:
    """As ``naver_client``, for tests that pytest-asyncio or anyio runs; the end of their event loop closes it."""
    from jumun_client.naver_clients import AsyncNaverCommerceClient  # noqa: PLC0415 - see the module's docstring

    return AsyncNaverCommerceClient(**_naver_options(jumun))


@pytest.fixture
def async_bootpay_client(jumun: Server) -> AsyncBootpayCommerceClient:
    """As ``bootpay_client``, for tests that pytest-asyncio or anyio runs; the end of their event loop closes it."""
    from jumun_client.bootpay_clients import AsyncBootpayCommerceClient  # noqa: PLC0415 - see the module's docstring

    return AsyncBootpayCommerceClient(**_bootpay_options(jumun))


def _naver_options(jumun: Server) -> dict[str, Any]:
    # Signatures carry the time: a server whose clock can be moved must agree with the client on it.
    clock = getattr(jumun, "clock", None)
    return {
        "base_url": jumun.naver_base_url,
        "client_id": jumun.naver_client_id,
        "client_secret": jumun.naver_client_secret,
        "clock": (lambda: clock.now().timestamp()) if clock else time.time,
        **_AT_ONCE,
    }


def _bootpay_options(jumun: Server) -> dict[str, Any]:
    return {
        "base_url": jumun.bootpay_base_url,
        "client_key": jumun.bootpay_client_key,
        "secret_key": jumun.bootpay_secret_key,
        **_AT_ONCE,
    }
