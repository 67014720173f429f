"""How the control plane answers: JSON, problem details (RFC 9457), and exchanges in several forms."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import Response as FlaskResponse
from flask import abort
from flask import request as flask_request

from jumun_mockserver.core.http import render_json
from jumun_mockserver.core.journal.export import iter_array, iter_har, render_curl, render_exchange
from jumun_mockserver.core.session.clock import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from werkzeug.exceptions import HTTPException

    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.orders import OrderView

_PIECE_BYTES = 256 * 1024


def render_problem(error: HTTPException) -> FlaskResponse:
    """A refusal on the control plane as problem details."""
    response = problem(error.code or 500, error.name, error.description or "")
    for name, value in error.get_headers():
        if name.lower() in ("allow", "www-authenticate"):
            response.headers[name] = value
    return response


def render_exchanges(exchanges: Iterable[Exchange], form: str) -> FlaskResponse:
    """Exchanges as json, ndjson, har or curl, made while they are sent; a 400 for any other form."""
    media_type, pieces = _iter_pieces(exchanges, form, host_url())
    return FlaskResponse(_join(pieces), content_type=media_type)


def _iter_pieces(exchanges: Iterable[Exchange], form: str, base_url: str) -> tuple[str, Iterator[bytes]]:
    if form == "json":
        return "application/json", iter_array(map(render_exchange, exchanges))
    if form == "ndjson":
        return "application/x-ndjson", (render_json(render_exchange(each)) + b"\n" for each in exchanges)
    if form == "har":
        return "application/json", iter_har(exchanges, base_url, version=version("jumun"))
    if form != "curl":
        abort(400, f"format: {form!r} is not one of json, ndjson, har, curl")
    return "text/plain; charset=utf-8", (f"{render_curl(each, base_url)}\n".encode() for each in exchanges)


def _join(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same in fewer pieces: each costs the server a thread."""
    joined = bytearray()
    for piece in pieces:
        joined += piece
        if len(joined) >= _PIECE_BYTES:
            yield bytes(joined)
            joined.clear()
    yield bytes(joined)


def render_order(order: OrderView) -> dict[str, Any]:
    """An order in a list: its ids, state and possible actions."""
    return {
        "id": order.id,
        "provider": order.provider,
        "order_id": order.order_id,
        "product_order_id": order.product_order_id,
        "state": order.state,
        "actions": order.actions,
    }


def render_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as `Events` gives it, with its time as text."""
    return {**event, "at": rfc3339(event["at"])}


def render_delivery(delivery: Mapping[str, Any], urls: Mapping[str, str]) -> dict[str, Any]:
    """A delivery of a webhook, with the address that its session has for it, and times as text."""
    keys = ("id", "event", "provider", "order_id", "webhook_type")
    next_at = delivery["next_at"]
    return {
        **{key: delivery[key] for key in keys},
        "url": urls.get(delivery["provider"]),
        "payload": delivery["payload"],
        "step": delivery["step"],
        "state": delivery["state"],
        "next_at": None if next_at is None else rfc3339(next_at),
        "attempts": [{**each, "at": rfc3339(each["at"])} for each in delivery["attempts"]],
    }


def host_url() -> str:
    """This server as the caller addressed it, without a trailing slash."""
    return flask_request.host_url.rstrip("/")


def keep_from_pages(response: FlaskResponse) -> FlaskResponse:
    """Have browsers show an answer to no page of another origin, and take it for nothing else than it says."""
    response.headers["cross-origin-resource-policy"] = "same-origin"
    response.headers["x-content-type-options"] = "nosniff"
    return response


def problem(status: int, title: str, detail: str) -> FlaskResponse:
    """A refusal as problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return render(body, status=status, media_type="application/problem+json")


def render(body: object, *, status: int = 200, media_type: str = "application/json") -> FlaskResponse:
    """Plain data as a response."""
    return FlaskResponse(render_json(body), status, content_type=media_type)
