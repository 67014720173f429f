"""Requests to the control plane: JSON bodies judged by its own contract, times, operations, sessions, filters."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from flask import abort
from flask import request as flask_request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from jumun_contracts import DocumentError, JsonError, Schema, parse_json
from jumun_contracts.contract.documents import read_document
from jumun_contracts.contract.mistakes import explain
from jumun_contracts.schema.formats import parse_date_time
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.http import EVENT_STREAM
from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.core.session.options import render_schema
from jumun_mockserver.core.session.store import SESSION_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.core.session.session import Session


_DIGITS = 18
_FILTERS = frozenset({"session", "operation", "status", "serial", "after", "since", "format"})


def read_json(schema: str) -> dict[str, Any]:
    """The request's JSON object, judged by a schema of the control plane's own contract."""
    body = read_any_json()
    if found := explain(_schema(schema), body):
        abort(422, "; ".join(each.message for each in found))
    return dict(body)


def read_any_json() -> Any:
    """The request's JSON, whatever it is; {} where there is no body."""
    content = flask_request.get_data()
    if content and not flask_request.is_json:
        # Other types are what a page of any origin may send.
        sent = flask_request.headers.get("content-type")
        abort(415, f"the body must be sent with Content-Type: application/json, and has {sent or 'none'}")
    try:
        return parse_json(content) if content else {}
    except JsonError as error:
        abort(400, f"the body is not JSON: {error}")


def read_options(body: dict[str, Any], default: Session) -> SessionOptions:
    """What a new session starts from: the body, and the default session's options where it says nothing."""
    for operation in body.get("rates", {}):
        check_operation(operation, default, key="/rates", status=422)
    try:
        return default.options.renew(body)
    except DocumentError:
        raise
    except ValueError as error:
        abort(422, f"/{error}")


def read_new_order(body: dict[str, Any]) -> NewOrder:
    """The order that a body asks to be placed. `with` is judged by the schema of its provider."""
    fields, schema = body.get("with", {}), f"{body['provider'].capitalize()}OrderFields"
    if found := explain(_schema(schema), fields):
        abort(422, "; ".join(f"/with{each.message.removeprefix('the document')}" for each in found))
    number = body.get("product_orders")
    # To JSON Schema 3.0 is an integer, to Python it is not.
    return NewOrder(
        template=body.get("template", "single"),
        product_orders=None if number is None else int(number),
        fields={key: int(value) if isinstance(value, float) else value for key, value in fields.items()},
    )


def check_operation(operation: str, session: Session, *, key: str, status: int) -> None:
    """Refuse an operation that does not exist, with `status` and the closest match; `key` is where it was named."""
    operations = [each for contract in session.contracts.values() for each in contract.operations]
    if operation not in operations:
        abort(status, f"{key}: no operation {operation!r}{did_you_mean(operation, operations)}")


def read_number(name: str, *, default: int, at_most: int | None = None) -> int:
    """A whole number of the query, from 0 or, where it has a greatest, from 1; a 400 for anything else."""
    text = flask_request.args.get(name, str(default))
    number = parse_number(text)
    if number is None:
        abort(400, f"{name}: {text!r} is not a number")
    if at_most is not None and not 1 <= number <= at_most:
        abort(400, f"{name}: {number} must be from 1 to {at_most}")
    return number


def parse_number(text: str) -> int | None:
    """Text of decimal digits as a number; None for any other."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def wants_stream(accept: str) -> bool:
    """Whether a caller with this Accept header would rather have server-sent events than JSON."""
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.best_match(("application/json", EVENT_STREAM)) == EVENT_STREAM


def read_session_id() -> str | None:
    """The session that the request names, by query or header."""
    return flask_request.args.get("session") or flask_request.headers.get(SESSION_HEADER)


def select_exchanges(session: Session) -> Iterator[Exchange]:
    """Those exchanges of the journal that the query asks for; a 400 where it is not a filter."""
    arguments = flask_request.args
    if unknown := sorted(arguments.keys() - _FILTERS):
        abort(400, f"unknown filter {unknown[0]!r}; expected {', '.join(sorted(_FILTERS))}")
    if arguments.get("operation"):
        check_operation(arguments["operation"], session, key="operation", status=400)
    for name in ("status", "serial", "after"):
        if parse_number(text := arguments.get(name, "0")) is None:
            abort(400, f"{name}: {text!r} is not a number")
    since = arguments.get("since")
    try:
        epoch_s = parse_date_time(since).timestamp() if since else None
    except ValueError:
        abort(400, f"since: {since!r} is not a time such as 2026-11-22T09:00:00+09:00")
    return session.journal.select(
        operation=arguments.get("operation"),
        status=arguments.get("status", type=int),
        serial=arguments.get("serial", type=int),
        after=arguments.get("after", 0, type=int),
        since=epoch_s,
    )


@cache
def own_contract() -> dict[str, Any]:
    """The control plane's OpenAPI document, with a session's options and an order's fields."""
    document: dict[str, Any] = read_document(files("jumun_mockserver") / "control", "control.openapi.yaml")
    schemas = document["components"]["schemas"]
    schemas["NewSession"] = render_schema()
    fields = read_document(files("jumun_fixtures") / "naver", "order-fields.schema.json")
    own = schemas["NaverOrderFields"]["properties"]
    schemas["NaverOrderFields"] = {
        "type": "object",
        "description": fields["description"],
        "additionalProperties": False,
        "properties": {**own, **fields["properties"]},
    }
    return document


@cache
def _schema(name: str) -> Schema:
    return Schema({"$ref": f"#/components/schemas/{name}", "components": own_contract()["components"]})
