"""The official Python SDK: argv[1] says as JSON which calls to make, or `methods` to list what there is to call.

Calls are made one after the other; stdout has the outcome of each.
"""

from __future__ import annotations

import json
import sys
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from bootpay_backend import BootpayCommerce  # pyright: ignore[reportMissingImports] - tests install it elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

_CASE = json.loads(sys.argv[1])
_COMMERCE = BootpayCommerce(client_key=_CASE["client_key"], secret_key=_CASE["secret_key"], mode="production")
_COMMERCE.API_ENTRYPOINTS = {"production": _CASE["base_url"]}


def call(method: str, *values: Any) -> dict[str, Any]:
    """What the SDK gives back, or the exception that it raises; a last value {"**": …} has keyword arguments."""
    keywords = values[-1]["**"] if values and isinstance(values[-1], dict) and "**" in values[-1] else {}
    try:
        body = attrgetter(method)(_COMMERCE)(*values[: -1 if keywords else None], **keywords)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test gets it
        return {"kind": "raised", "body": f"{type(error).__name__}: {error}"}
    return {"kind": "returned", "body": "the client" if body is _COMMERCE else body}


def find_methods(thing: Any, prefix: str = "") -> Iterator[str]:
    """Public methods of a class and of the modules that its object has."""
    yield from (prefix + name for name, value in vars(type(thing)).items() if callable(value) and name[0] != "_")
    for name, value in vars(thing).items():
        if type(value).__name__.endswith("Module"):
            yield from find_methods(value, f"{prefix}{name}.")


json.dump(
    list(find_methods(_COMMERCE)) if _CASE.get("methods") else [call(*each) for each in _CASE["calls"]], sys.stdout
)
