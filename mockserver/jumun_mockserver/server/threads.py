"""Work that may take long, away from the server's loop."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_Result = TypeVar("_Result")


def run_in_thread(
    function: Callable[..., _Result], *arguments: Any, loop: asyncio.AbstractEventLoop
) -> asyncio.Future[_Result]:
    """Call `function` in a thread of its own, which ends with the process if not before; what it gives or raises."""
    done: asyncio.Future[_Result] = loop.create_future()

    def work() -> None:
        try:
            report = partial(done.set_result, function(*arguments))
        except BaseException as error:  # noqa: BLE001 - the one who waits gets it
            report = partial(done.set_exception, error)
        # The loop may be closed by then.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(report)

    threading.Thread(target=work, name="jumun call", daemon=True).start()
    return done
