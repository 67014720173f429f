"""A WSGI application for an ASGI server, whose calls hold nothing up: not the server's loop, and not its end."""

from __future__ import annotations

import asyncio
import io
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jumun_mockserver.server.threads import run_in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope

_THREADS = 10


class _ClientGoneError(Exception):
    """No one waits for the answer any more."""


class Bridge:
    """A WSGI application as an ASGI one.

    The application is called, and each piece of its answer made, in a thread that the process does not wait for when
    it ends, nor the server when it stops. What takes long is left alone once its client has gone.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._free = asyncio.Semaphore(_THREADS)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        body = await _read_body(receive)
        if body is None:
            return
        gone = asyncio.ensure_future(_wait_until_gone(receive))
        with suppress(_ClientGoneError):
            try:
                await self._answer(_environ(scope, body), gone, send)
            finally:
                gone.cancel()

    async def _answer(self, environ: dict[str, Any], gone: asyncio.Future[None], send: ASGISendCallable) -> None:
        status, headers, pieces = await self._run(gone, _call, self._app, environ)
        try:
            named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            await send({"type": "http.response.start", "status": status, "headers": named, "trailers": False})
            while (piece := await self._run(gone, next, pieces, None)) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            # A piece that is still being made cannot be interrupted; its thread lets go of the rest.
            with suppress(AttributeError, ValueError):
                pieces.close()

    async def _run(self, gone: asyncio.Future[None], function: Callable[..., Any], *arguments: Any) -> Any:
        """What a function gives, called in a thread; raises what it raises, and _ClientGoneError."""
        await self._free.acquire()
        work = run_in_thread(function, *arguments, loop=asyncio.get_running_loop())
        # Not before the thread has ended, even if its client has gone.
        work.add_done_callback(lambda _: self._free.release())
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise _ClientGoneError
        return work.result()


def _call(app: Callable[..., Any], environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], Any]:
    """Status, headers and the pieces of the body."""
    begun: list[tuple[int, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        begun[:] = [(int(status.partition(" ")[0]), headers)]

    pieces = iter(app(environ, start_response))
    return (*begun[0], pieces)


async def _read_body(receive: ASGIReceiveCallable) -> bytes | None:
    """All of the request's body; None if the client went before its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        if not message["more_body"]:
            return bytes(body)


async def _wait_until_gone(receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _environ(scope: HTTPScope, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    server = scope["server"] or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value.decode("latin-1")
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            # The protocol has joined those that came more than once.
            environ[f"HTTP_{key}"] = value.decode("latin-1")
    return environ
