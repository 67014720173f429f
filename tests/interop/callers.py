"""Cases played to one caller, one after the other, each with a client of its own.

argv: the caller's name (`bootpay`, or that of the guide's function), a file with cases and the guide's code, a file for
what was seen. stdout and stderr are the caller's own, with all that its libraries log.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import requests
from bootpay_backend import BootpayCommerce  # pyright: ignore[reportMissingImports] - tests install it elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

# The guide's function has no timeout that could be shortened: one that waits this long is taken to wait forever.
_PATIENCE_S = 1.0

_CALLER, _FROM, _TO = sys.argv[1:]
_GIVEN = json.loads(Path(_FROM).read_text("utf-8"))
_TIMEOUTS_S: list[float | None] = []
_SEND = requests.Session.send


def watched_send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
    """Send, and keep how long the answer is waited for, as requests is asked."""
    _TIMEOUTS_S.append(options["timeout"])
    return _SEND(session, request, **options)


def open_bootpay(case: dict[str, Any]) -> tuple[Any, dict[str, Callable[..., Any]]]:
    """A client of the SDK, and its methods."""
    commerce = BootpayCommerce(**case["keys"], mode="production")
    commerce.API_ENTRYPOINTS = {"production": case["base_url"]}
    if case["timeout_s"]:
        commerce.timeout = case["timeout_s"]
    return commerce, {"list": commerce.order.list, "detail": commerce.order.detail}


def open_guide(case: dict[str, Any]) -> tuple[None, dict[str, Callable[..., Any]]]:
    """The guide's function. Its code has `host` where the guide has that of production."""
    names: dict[str, Any] = {"__name__": "guide", "host": case["base_url"]}
    exec(compile(_GIVEN["code"], "guide", "exec"), names)  # noqa: S102 - the guide's sample is what is tested
    return None, {"ids": lambda order: names[_CALLER](order, case["keys"]["access_token"])}


_OPEN = open_bootpay if _CALLER == "bootpay" else open_guide


def play(case: dict[str, Any]) -> dict[str, Any]:
    """Outcome of the last call of a case."""
    seen: dict[str, Any] = {"kind": "waiting"}
    thread = threading.Thread(target=lambda: seen.update(_see(case)), daemon=True)
    thread.start()
    thread.join(_PATIENCE_S if case["timeout_s"] and _OPEN is open_guide else None)
    return dict(seen)


def _see(case: dict[str, Any]) -> dict[str, Any]:
    client = None
    try:
        client, methods = _OPEN(case)
        values = [methods[method](*arguments) for method, *arguments in case["calls"]]
        seen = {"kind": "returned", "value": values[-1]}
    except Exception as error:  # noqa: BLE001 - whatever it is, the test gets it
        status = getattr(getattr(error, "response", None), "status_code", None)
        seen = {"kind": "raised", "error": type(error).__name__, "status": status, "shown": traceback.format_exc()}
    return seen | {"client": repr(client) if client else None}


def main() -> None:
    """Play all cases."""
    logging.basicConfig(level=logging.DEBUG)
    outcomes = []
    with patch.object(requests.Session, "send", watched_send):
        for case in _GIVEN["cases"]:
            _TIMEOUTS_S[:] = [None]
            outcomes.append(play(case) | {"timeout_s": _TIMEOUTS_S[-1]})
    Path(_TO).write_text(json.dumps(outcomes), "utf-8")


main()
