"""Calls of the official Python SDK, one after the other: argv[1] says which as JSON, stdout what became of each."""

from __future__ import annotations

import json
import sys
from operator import attrgetter
from typing import Any

from bootpay_backend import BootpayCommerce  # pyright: ignore[reportMissingImports] - tests install it elsewhere

_CASE = json.loads(sys.argv[1])
_COMMERCE = BootpayCommerce(client_key=_CASE["client_key"], secret_key=_CASE["secret_key"], mode="production")
_COMMERCE.API_ENTRYPOINTS = {"production": _CASE["base_url"]}


def call(method: str, *values: Any) -> dict[str, Any]:
    """What the SDK gives back, or the exception that it raises."""
    try:
        return {"kind": "returned", "body": attrgetter(method)(_COMMERCE)(*values)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the test is told
        return {"kind": "raised", "body": f"{type(error).__name__}: {error}"}


json.dump([call(*each) for each in _CASE["calls"]], sys.stdout)
