"""The APIs that Jumun speaks. A third one is a folder here and a line in `PROVIDERS`."""

from __future__ import annotations

from types import MappingProxyType

from jumun_mockserver.providers.bootpay import BOOTPAY
from jumun_mockserver.providers.naver import NAVER

PROVIDERS = MappingProxyType({provider.name: provider for provider in (NAVER, BOOTPAY)})
