"""The server that speaks the contracts: `jumun serve`, `create_app()` for any WSGI server, `LiveServer` for tests.

Names load on first use, because pytest imports this package at every start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumun_mockserver.app import create_app
    from jumun_mockserver.live import LiveServer

__all__ = ["LiveServer", "create_app"]


def __getattr__(name: str) -> object:
    if name == "create_app":
        from jumun_mockserver.app import create_app  # noqa: PLC0415

        return create_app
    if name == "LiveServer":
        from jumun_mockserver.live import LiveServer  # noqa: PLC0415

        return LiveServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
