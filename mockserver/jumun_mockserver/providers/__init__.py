"""The APIs that Jumun speaks. A third one is a folder here and a line in `PROVIDERS`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay import BOOTPAY
from jumun_mockserver.providers.naver import NAVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Provider

PROVIDERS: Mapping[str, Provider[Any]] = MappingProxyType({provider.name: provider for provider in (NAVER, BOOTPAY)})
