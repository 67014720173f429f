"""The Flask application: every operation is a URL rule over `Dispatch`, beside the control plane under /_jumun.

Runs under any WSGI host; docs/hosts.md has what each makes of requests and answers. `jumun serve` runs `server`, which
answers operations without Flask and leaves the control plane to this.
"""

from __future__ import annotations

import io
import itertools
import time
from itertools import chain
from typing import TYPE_CHECKING

from flask import Flask
from flask import Response as FlaskResponse
from flask import request as flask_request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wsgi import ClosingIterator

from jumun_contracts import PROFILES
from jumun_contracts.contract.model import PLACEHOLDER
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.control.access import Access
from jumun_mockserver.control.plane import CONTROL_PREFIX, ControlPlane
from jumun_mockserver.control.rendering import render_problem
from jumun_mockserver.core.http import Request, percent_encode

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection
    from typing import Any, Unpack

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.dispatch import Dispatch

# Where an offer to upgrade is kept from Flask.
_UPGRADE = "jumun.upgrade"


class _PlainResponse(FlaskResponse):
    """Says what dispatch says: the length is among its headers, spelt as on the other way."""

    automatically_set_content_length = False
    default_mimetype = None


def create_app(
    dispatch: Dispatch | None = None,
    *,
    control_token: str | None = None,
    control_is_open: bool = True,
    control_hosts: Collection[str] = (),
    certificate_pem: bytes | None = None,
    **options: Unpack[Options],
) -> Flask:
    """A WSGI application with both APIs.

    Args:
        dispatch: What answers; made from `options` if it is not given.
        control_token: What callers of /_jumun must send as Bearer; None to ask for nothing.
        control_is_open: Whether /_jumun may be used without a token.
        control_hosts: Names by which it may be used without one, beside those of this machine and IP addresses.
        certificate_pem: What clients must trust to speak TLS with the server; None where it speaks none.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder.
    """
    answer_request = dispatch or create_dispatch(options)
    if dispatch is None:
        answer_request.plays_faults = False
    app = Flask("jumun", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False

    def answer(**_values: str) -> FlaskResponse:
        response = answer_request(_read_request())
        if response.delay_s:
            # A thread of the WSGI server waits; the server of `jumun serve` holds none.
            time.sleep(response.delay_s)
        return _PlainResponse(response.body, response.status, list(response.headers))

    tables = [answer_request.routes[profile] for profile in PROFILES]
    routes = {(each.method, each.path): each for table in tables for each in table.all}
    for route in routes.values():
        app.add_url_rule(
            _werkzeug_rule(route.path),
            endpoint=f"{route.operation} {route.path}",
            view_func=answer,
            methods=[route.method],
            provide_automatic_options=False,
        )
    access = Access(control_token, control_is_open, control_hosts)
    plane = ControlPlane(answer_request, access=access, certificate_pem=certificate_pem)
    app.register_blueprint(plane.blueprint(), url_prefix=CONTROL_PREFIX)

    # What no rule has is dispatched too: unknown paths and methods have their provider's answer.
    def answer_unrouted(error: HTTPException) -> FlaskResponse:
        if flask_request.path.startswith(f"{CONTROL_PREFIX}/"):
            return render_problem(error)
        return answer()

    app.register_error_handler(NotFound, answer_unrouted)
    app.register_error_handler(MethodNotAllowed, answer_unrouted)
    app.wsgi_app = _read_as_the_server_does(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _werkzeug_rule(path: str) -> str:
    """A path's template as werkzeug writes it, whose names are of letters; what they hold is read by dispatch."""
    number = itertools.count()

    def rename(found: re.Match[str]) -> str:
        name = found[1] if found[1].isascii() and found[1].isidentifier() else f"p{next(number)}"
        return f"<{name}>"

    return PLACEHOLDER.sub(rename, path)


def _read_as_the_server_does(wsgi_app: Callable[..., Any]) -> Callable[..., Any]:
    """Set right what hosts hand over in different ways, before Flask reads it."""

    def normalised(environ: dict[str, Any], start_response: Any) -> Any:
        _normalise_target(environ)
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "") and not isinstance(
            environ["wsgi.input"], io.BufferedReader
        ):
            # Some hosts do not say that their input ends with the body, and werkzeug then reads none of it. Only the
            # connection itself, which wsgiref hands over, does not end there.
            environ["wsgi.input_terminated"] = True
        if upgrade := environ.pop("HTTP_UPGRADE", None):
            # An offer to upgrade is answered as if it had not been made; werkzeug would refuse the call.
            environ[_UPGRADE] = upgrade
        pieces = wsgi_app(environ, start_response)
        # hypercorn sends the head with the first piece. Of a response to HEAD, or with status 204, werkzeug has none,
        # and hypercorn would make it a 500.
        return ClosingIterator(chain(pieces, (b"",)), pieces.close)

    return normalised


def _normalise_target(environ: dict[str, Any]) -> None:
    """Make path and query what the server reads from the same request line."""
    path, query = _octets(environ.get("PATH_INFO", "")), _octets(environ.get("QUERY_STRING", ""))
    sent_path = environ.get("REQUEST_URI", "").partition("?")[0]
    if environ.get("SERVER_SOFTWARE", "").startswith("Werkzeug/"):
        # `flask run` encodes bytes beyond ASCII once more.
        query = _decode_once(query)
        path = path if sent_path.isascii() else _decode_once(path)
    if not path.startswith(b"/") and b"://" in path:
        # The absolute form, which hypercorn hands over as it is.
        path = b"/" + path.partition(b"://")[2].partition(b"/")[2]
    if sent_path.startswith("//") and not environ.get("SCRIPT_NAME"):
        # waitress makes one slash of those at the beginning.
        path = b"/" * (len(sent_path) - len(sent_path.lstrip("/"))) + path.lstrip(b"/")
    environ["PATH_INFO"] = path.decode("latin-1") or "/"
    environ["QUERY_STRING"] = percent_encode(query.partition(b"#")[0]).decode("ascii")


def _octets(text: str) -> bytes:
    """The bytes that a WSGI host dresses as Latin-1, or httpx's transport as the text that they are in UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _decode_once(octets: bytes) -> bytes:
    """Bytes that were read as Latin-1 and written as UTF-8, as they were; others unchanged."""
    try:
        return octets.decode().encode("latin-1")
    except UnicodeError:
        return octets


def _read_request() -> Request:
    environ = flask_request.environ
    headers = {name.lower(): value for name, value in flask_request.headers.items()}
    if _UPGRADE in environ:
        headers["upgrade"] = environ[_UPGRADE]
    return Request(
        method=environ["REQUEST_METHOD"],
        # WSGI hands over decoded bytes dressed as Latin-1.
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query=environ["QUERY_STRING"],
        headers=headers,
        body=flask_request.get_data(cache=False),
    )
