"""What options take beyond text and numbers: a contract by name, a rate, a size in bytes."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import PROFILES, Contract, RateLimit, load_contract
from jumun_contracts.contract.model import PROVIDERS
from jumun_mockserver.core.session.limiter import hand_set_rate

if TYPE_CHECKING:
    _ContractType = click.ParamType[Contract]
    _RateType = click.ParamType[tuple[str, RateLimit]]
    _SizeType = click.ParamType[int]
    _TextType = click.ParamType[str]
    _AddressType = click.ParamType[tuple[str, str]]
else:
    # Generic since click 8.4 only.
    _ContractType = _RateType = _SizeType = _AddressType = _TextType = click.ParamType

# A million a second is more than anything here can do.
_RATE = re.compile(r"([a-z0-9_.]+)=([0-9]{1,7}(?:\.[0-9]{1,6})?)(?:/([1-9][0-9]{0,6}))?")
# No KB, which some take for 1,000 bytes and others for 1,024.
_SIZE = re.compile(r"([0-9]{1,12})([KMG]?)(?:(?<=[KMG])iB)?", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_FACTORS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


class ContractName(_ContractType):
    """Text such as `naver` or `naver:observed` → the contract."""

    name = "contract"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Contract:
        """Load it, or fail with what there is."""
        if isinstance(value, Contract):
            return value
        provider, _, profile = str(value).partition(":")
        if provider not in PROVIDERS:
            self.fail(f"{value!r}: no provider {provider!r}; expected {', '.join(PROVIDERS)}", param, ctx)
        if profile and profile not in PROFILES:
            self.fail(f"{value!r}: no profile {profile!r}; expected {', '.join(PROFILES)}", param, ctx)
        return load_contract(provider, profile or "documented")


class Rate(_RateType):
    """Text such as `naver.product_order_ids=2/4` → operation and limit. The burst is twice the rate if not given."""

    name = "rate"
    # Several in one environment variable are separated by blanks.
    envvar_list_splitter = None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, RateLimit]:
        """Read it, or fail with what is wrong."""
        if isinstance(value, tuple):
            return value
        found = _RATE.fullmatch(str(value))
        if not found or not float(found[2]):
            self.fail(f"{value!r} is not OPERATION=N[/BURST], e.g. bootpay.orders.list=5/10", param, ctx)
        return found[1], hand_set_rate(float(found[2]), int(found[3]) if found[3] else None)


class WebhookAddress(_AddressType):
    """Text such as `bootpay=http://127.0.0.1:3000/webhook` → provider and URL, which are judged later."""

    name = "webhook"
    # Several in one environment variable are separated by blanks.
    envvar_list_splitter = None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Read it, or fail with what is wrong."""
        if isinstance(value, tuple):
            return value
        provider, equals, url = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not PROVIDER=URL, e.g. bootpay=http://127.0.0.1:3000/webhook", param, ctx)
        return provider, url


class Origin(_TextType):
    """Text such as `http://localhost:5173` → the origin as browsers write it."""

    name = "origin"
    # Several in one environment variable are separated by blanks.
    envvar_list_splitter = None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it, or fail with what is wrong."""
        # What knows origins knows the whole server, which most commands can do without.
        from jumun_mockserver.core.cors import read_origin  # noqa: PLC0415

        try:
            return read_origin(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class HostName(_TextType):
    """Text such as `jumun.test` → the same."""

    name = "host"
    # Several in one environment variable are separated by blanks.
    envvar_list_splitter = None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take it, or fail with what is wrong."""
        if not _HOST.fullmatch(str(value)):
            self.fail(f"{value!r} is not a host name, e.g. jumun.test, without scheme, port and path", param, ctx)
        return str(value)


class Size(_SizeType):
    """Text such as `64K`, `1M` or `1000000` → bytes."""

    name = "size"

    def __init__(self, *, least: int = 0, most: int = sys.maxsize) -> None:
        """With the bounds of it, in bytes."""
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with what is wrong."""
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(str(value))
        if not found:
            self.fail(f"{value!r} is not a number of bytes such as 64K, 1M or 1000000", param, ctx)
        size = int(found[1]) * _FACTORS[found[2].upper()]
        if not self._least <= size <= self._most:
            self.fail(f"{value!r} is not between {self._least:,} and {self._most:,} bytes", param, ctx)
        return size
