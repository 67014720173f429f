"""How the control plane answers: JSON, problem details (RFC 9457), and exchanges in several forms."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import Response as FlaskResponse
from flask import abort
from flask import request as flask_request

from jumun_mockserver.core.http import render_json
from jumun_mockserver.core.journal.export import render_curl, render_exchange, render_har
from jumun_mockserver.core.session.clock import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.exceptions import HTTPException

    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.orders import OrderView


def render_problem(error: HTTPException) -> FlaskResponse:
    """A refusal on the control plane as problem details."""
    response = problem(error.code or 500, error.name, error.description or "")
    for name, value in error.get_headers():
        if name.lower() in ("allow", "www-authenticate"):
            response.headers[name] = value
    return response


def render_exchanges(exchanges: Iterable[Exchange], form: str) -> FlaskResponse:
    """Exchanges as json, ndjson, har or curl; a 400 for any other form."""
    if form == "json":
        return render([render_exchange(exchange) for exchange in exchanges])
    if form == "ndjson":
        lines = b"".join(render_json(render_exchange(exchange)) + b"\n" for exchange in exchanges)
        return FlaskResponse(lines, content_type="application/x-ndjson")
    if form == "har":
        return render(render_har(exchanges, host_url(), version=version("jumun")))
    if form != "curl":
        abort(400, f"format: {form!r} is not one of json, ndjson, har, curl")
    text = "".join(render_curl(exchange, host_url()) + "\n" for exchange in exchanges)
    return FlaskResponse(text, content_type="text/plain; charset=utf-8")


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


def problem(status: int, title: str, detail: str) -> FlaskResponse:
    """A refusal as problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return render(body, status=status, media_type="application/problem+json")


def render(body: object, *, status: int = 200, media_type: str = "application/json") -> FlaskResponse:
    """Plain data as a response."""
    return FlaskResponse(render_json(body), status, content_type=media_type)
