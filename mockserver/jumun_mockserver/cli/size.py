"""The option value SIZE: bytes, with K, M or G for powers of 1024."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _SizeType = click.ParamType[int]
else:
    # Generic since click 8.4 only.
    _SizeType = click.ParamType

_SIZE = re.compile(r"([0-9]{1,12})([KMG]?)(?:i?B)?", re.IGNORECASE)
_FACTORS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


class Size(_SizeType):
    """Text such as `64K`, `1M` or `1000000` → bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with what is wrong."""
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(str(value))
        if not found:
            self.fail(f"{value!r} is not a number of bytes such as 64K, 1M or 1000000", param, ctx)
        return int(found[1]) * _FACTORS[found[2].upper()]
