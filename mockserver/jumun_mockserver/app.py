"""The Flask application: every operation is a URL rule over `Dispatch`, beside the control plane under /_jumun.

Runs under any WSGI server. `jumun serve` runs `server`, which answers operations without Flask and leaves the control
plane to this.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Flask
from flask import Response as FlaskResponse
from flask import request as flask_request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from jumun_contracts.contract.model import PLACEHOLDER
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.control.plane import CONTROL_PREFIX, ControlPlane
from jumun_mockserver.control.rendering import render_problem
from jumun_mockserver.core.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Unpack

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.dispatch import Dispatch


class _PlainResponse(FlaskResponse):
    """Says what dispatch says: the length is among its headers, spelt as on the other way."""

    automatically_set_content_length = False


def create_app(
    dispatch: Dispatch | None = None,
    *,
    control_token: str | None = None,
    control_is_open: bool = True,
    certificate_pem: bytes | None = None,
    **options: Unpack[Options],
) -> Flask:
    """A WSGI application with both APIs.

    Args:
        dispatch: What answers; made from `options` if it is not given.
        control_token: What callers of /_jumun must send as Bearer; None to ask for nothing.
        control_is_open: Whether /_jumun may be used without a token.
        certificate_pem: What clients must trust to speak TLS with the server; None where it speaks none.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder.
    """
    answer_request = dispatch or create_dispatch(options)
    app = Flask("jumun", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False

    def answer(**_values: str) -> FlaskResponse:
        response = answer_request(_read_request())
        if response.delay_s:
            # A thread of the WSGI server waits; the server of `jumun serve` holds none.
            time.sleep(response.delay_s)
        return _PlainResponse(response.body, response.status, list(response.headers))

    routes = {(each.method, each.path): each for table in answer_request.routes.values() for each in table.all}
    for route in routes.values():
        app.add_url_rule(
            PLACEHOLDER.sub(r"<\1>", route.path),
            endpoint=f"{route.operation} {route.path}",
            view_func=answer,
            methods=[route.method],
            provide_automatic_options=False,
        )
    plane = ControlPlane(answer_request, token=control_token, is_open=control_is_open, certificate_pem=certificate_pem)
    app.register_blueprint(plane.blueprint(), url_prefix=CONTROL_PREFIX)

    # What no rule has is dispatched too: unknown paths and methods have their provider's answer.
    def answer_unrouted(error: HTTPException) -> FlaskResponse:
        if flask_request.path.startswith(f"{CONTROL_PREFIX}/"):
            return render_problem(error)
        return answer()

    app.register_error_handler(NotFound, answer_unrouted)
    app.register_error_handler(MethodNotAllowed, answer_unrouted)
    app.wsgi_app = _decline_upgrades(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _decline_upgrades(wsgi_app: Callable[..., Any]) -> Callable[..., Any]:
    """An offer to upgrade is answered as if it had not been made; werkzeug would refuse the call."""

    def without_upgrade(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_UPGRADE", None)
        return wsgi_app(environ, start_response)

    return without_upgrade


def _read_request() -> Request:
    environ = flask_request.environ
    return Request(
        method=environ["REQUEST_METHOD"],
        # WSGI hands over decoded bytes dressed as Latin-1.
        path=environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace"),
        query=environ.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in flask_request.headers.items()},
        body=flask_request.get_data(cache=False),
    )
