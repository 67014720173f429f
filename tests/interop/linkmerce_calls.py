"""Calls of linkmerce, one after the other: argv[1] says which as JSON, stdout what became of each."""

from __future__ import annotations

import json
import sys
from typing import Any

from linkmerce.api.smartstore import api  # pyright: ignore[reportMissingImports] - tests install it elsewhere
from linkmerce.core.smartstore.api import SmartstoreAPI  # pyright: ignore[reportMissingImports] - likewise

_CASE = json.loads(sys.argv[1])
SmartstoreAPI.origin = _CASE["origin"]


def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The rows of each table that it fills, or the exception that it raises."""
    try:
        found = getattr(api, name)(_CASE["client_id"], _CASE["client_secret"], progress=False, **arguments)
    except Exception as error:  # noqa: BLE001 - the test sees whichever it is
        return {"raised": f"{type(error).__name__}: {error}"}
    return {"tables": found if isinstance(found, dict) else {name: found}}


# Moments come as datetime.
json.dump([call(*each) for each in _CASE["calls"]], sys.stdout, default=str)
