"""The argument PROVIDER[:PROFILE]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jumun_contracts import PROFILES, Contract, load_contract
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from typing import Any

    _ContractType = click.ParamType[Contract]
else:
    # Generic since click 8.4 only.
    _ContractType = click.ParamType


class ContractName(_ContractType):
    """Text such as `naver` or `naver:observed` → the contract."""

    name = "contract"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Contract:
        """Load it, or fail with what there is."""
        if isinstance(value, Contract):
            return value
        provider, _, profile = str(value).partition(":")
        if provider not in PROVIDERS:
            self.fail(f"{value!r}: no provider {provider!r}; there are {', '.join(PROVIDERS)}", param, ctx)
        if profile and profile not in PROFILES:
            self.fail(f"{value!r}: no profile {profile!r}; there are {', '.join(PROFILES)}", param, ctx)
        return load_contract(provider, profile or "documented")
