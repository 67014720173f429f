"""`jumun serve --flask`: the Flask application under Werkzeug's own server, a thread for each call."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from jumun_mockserver.app import create_app
from jumun_mockserver.cli.serving import describe_reach, print_lines
from jumun_mockserver.server.server import base_url, is_loopback

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Sequence

    from jumun_mockserver.cli.serving import Listening
    from jumun_mockserver.core.dispatch import Dispatch


_ABOUT = "  flask    Werkzeug's server, for looking into: slow, without faults below HTTP"


class _Quiet(WSGIRequestHandler):
    """Leaves the line for each call to the log of `jumun serve`."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing: Werkzeug would print a line."""


def run_flask(
    dispatch: Dispatch,
    listening: Listening,
    listener: socket.socket,
    *,
    announce: Callable[[str, Sequence[str]], Iterable[str]],
) -> None:
    """Serve until Ctrl-C or SIGTERM; arguments as of `run_server`.

    Raises:
        click.UsageError: A port that speaks TLS is asked for.
    """
    if listening.tls_port is not None:
        raise click.UsageError("--flask has no --tls-port: leave one of them out")
    dispatch.plays_faults = False
    app = create_app(
        dispatch,
        control_token=listening.control_token,
        control_is_open=is_loopback(listener),
        control_hosts=listening.control_hosts,
    )
    app.config["MAX_CONTENT_LENGTH"] = listening.max_body
    host, port, *_ = listener.getsockname()
    server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
    # It is this thread that serves, and that `shutdown` would wait for. An exception, as of Ctrl-C, could come anywhere
    # in it, also where it is lost.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: threading.Thread(target=server.shutdown).start())
    print_lines(announce(base_url(listener), [_ABOUT, *describe_reach(listening, listener)]))
    try:
        server.serve_forever()
    finally:
        server.server_close()
