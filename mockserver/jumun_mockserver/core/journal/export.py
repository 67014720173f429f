"""Exchanges for others to read: as plain data, as HAR 1.2, as a curl command. Always masked."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from jumun_contracts import Schema
from jumun_contracts.contract.requests import choose_syntax
from jumun_mockserver.core.http import render_json
from jumun_mockserver.core.journal.credentials import find_credentials
from jumun_mockserver.core.journal.masking import mask_body, mask_headers, mask_path, mask_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumun_mockserver.core.journal.journal import Exchange

_OURS = ("serial", "session", "operation", "code", "step", "fault", "violations", "remarks")
# What an error that no catalogue has is masked by: nothing of it is known.
_ANYTHING = Schema(True)  # noqa: FBT003 - JSON Schema's own word
# curl sets these by itself.
_NOT_FOR_CURL = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent"})


def render_exchange(exchange: Exchange) -> dict[str, Any]:
    """Everything that is known of an exchange, as plain JSON data, without the credentials that it carries."""
    request, response = exchange.request, exchange.response
    contract = exchange.contract
    operation = contract.operations.get(exchange.operation) if contract else None
    body_schema, media_type = (operation.body, operation.body_media_type) if operation else (None, None)
    syntax = choose_syntax(request.headers.get("content-type", ""), media_type)
    response_schema = _response_schema(exchange)
    answered = response.headers if exchange.status else ()
    quoted = find_credentials(exchange, response_schemas=[response_schema] if response_schema else [])
    return {
        "serial": exchange.serial,
        "session": exchange.session,
        "at": rfc3339_utc(exchange.at),
        "operation": exchange.operation or None,
        "method": request.method,
        "path": mask_path(request.path, operation, quoted),
        "query": mask_query(request.query, operation, quoted),
        "status": exchange.status,
        "fault": exchange.fault or None,
        "delay_s": response.delay_s,
        "code": exchange.code or None,
        "step": quoted.mask(exchange.step) or None,
        "violations": [
            {"place": quoted.mask(each.place), "message": quoted.mask(each.message)} for each in exchange.violations
        ],
        "remarks": [quoted.mask(each) for each in exchange.remarks],
        "near": [str(route) for route in exchange.near],
        "request": {
            "headers": mask_headers(request.headers, quoted),
            "body": mask_body(request.body, body_schema, syntax=syntax, quoted=quoted),
        },
        "response": {
            "headers": mask_headers({name.lower(): value for name, value in answered}, quoted),
            "body": mask_body(response.body, response_schema, quoted=quoted) if exchange.status else "",
        },
    }


def render_curl(exchange: Exchange, base_url: str) -> str:
    """The request as a curl command; credentials are masked and have to be put in again."""
    data = render_exchange(exchange)
    words = ["curl", "-i"]
    if data["method"] != "GET":
        words += ["-X", data["method"]]
    for name, value in data["request"]["headers"].items():
        if name not in _NOT_FOR_CURL:
            words += ["-H", f"{name}: {value}"]
    if data["request"]["body"]:
        words += ["--data-raw", data["request"]["body"]]
    words.append(_url(data, base_url))
    return shlex.join(words)


def iter_har(exchanges: Iterable[Exchange], base_url: str, *, version: str) -> Iterator[bytes]:
    """A HAR 1.2 document, in pieces. The time of an exchange is its delay; those within it are not measured: -1."""
    yield b'{"log":{"version":"1.2","creator":%b,"entries":' % render_json({"name": "jumun", "version": version})
    yield from iter_array(_render_har_entry(render_exchange(each), base_url) for each in exchanges)
    yield b"}}"


def iter_array(items: Iterable[object]) -> Iterator[bytes]:
    """Items as a JSON array, in pieces."""
    before = b"["
    for item in items:
        yield before + render_json(item)
        before = b","
    yield b"[]" if before == b"[" else b"]"


def _render_har_entry(data: dict[str, Any], base_url: str) -> dict[str, Any]:
    request_body, response_body = data["request"]["body"], data["response"]["body"]
    headers = {side: _pairs(data[side]["headers"].items()) for side in ("request", "response")}
    entry: dict[str, Any] = {
        "startedDateTime": data["at"],
        "time": round(data["delay_s"] * 1_000),
        "request": {
            "method": data["method"],
            "url": _url(data, base_url),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers["request"],
            "queryString": _pairs(parse_qsl(data["query"], keep_blank_values=True)),
            "headersSize": -1,
            "bodySize": len(request_body.encode()),
        },
        "response": {
            "status": data["status"],
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers["response"],
            "content": {
                "size": len(response_body.encode()),
                "mimeType": data["response"]["headers"].get("content-type", ""),
                "text": response_body,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(response_body.encode()),
        },
        "cache": {},
        "timings": {"send": -1, "wait": -1, "receive": -1},
        "_jumun": {key: data[key] for key in _OURS},
    }
    if request_body:
        media_type = data["request"]["headers"].get("content-type", "")
        entry["request"]["postData"] = {"mimeType": media_type, "text": request_body}
    return entry


def _response_schema(exchange: Exchange) -> Schema | None:
    """What a response is masked by: an error's envelope, the operation's answer, or anything for an unmatched path."""
    if exchange.contract is None:
        return None
    if exchange.code:
        envelope = exchange.contract.errors.get(exchange.code)
        return exchange.contract.envelopes[envelope.envelope] if envelope else _ANYTHING
    if exchange.operation:
        return exchange.contract.operations[exchange.operation].answer(exchange.status).schema
    return None


def _url(data: dict[str, Any], base_url: str) -> str:
    return base_url + quote(data["path"]) + (f"?{data['query']}" if data["query"] else "")


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def rfc3339_utc(epoch_s: float) -> str:
    """Epoch seconds as RFC 3339 to the millisecond, with Z."""
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
