"""Calls of linkmerce, one after the other: argv[1] names them as JSON, stdout has the outcome of each."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

from linkmerce.api.smartstore import api  # pyright: ignore[reportMissingImports] - tests install it elsewhere
from linkmerce.core.smartstore.api import common  # pyright: ignore[reportMissingImports] - likewise

_CASE = json.loads(sys.argv[1])
# It has another name in 1.x.
(getattr(common, "SmartstoreApi", None) or common.SmartstoreAPI).origin = _CASE["origin"]
# It shows no progress, and does not wait between requests.
_QUICK = {"progress": False, "request_delay": 0}


def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The rows of each table that it fills, or the exception that it raises."""
    function = getattr(api, name)
    options = {option: value for option, value in _QUICK.items() if option in inspect.signature(function).parameters}
    try:
        found = function(_CASE["client_id"], _CASE["client_secret"], **options, **arguments)
    except Exception as error:  # noqa: BLE001 - the test sees whichever it is
        return {"raised": f"{type(error).__name__}: {error}"}
    return {"tables": found if isinstance(found, dict) else {name: found}}


# Moments come as datetime.
json.dump([call(*each) for each in _CASE["calls"]], sys.stdout, default=str)
