"""Recordings of tools that tests cannot install: made here, in the form that each documents or has in its source.

Each is made of the same two exchanges: a list of orders, and an answer to a question, which has a body in the request.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from tests.contracts.recordings.traffic import ANSWER, ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "http://127.0.0.1:4010"
_JSON = "application/json"
_SCHEMA = "https://schema.getpostman.com/json/collection/v{}/collection.json"


def _postman(orders: str, sent: str, *, root: str = "{{baseUrl}}") -> dict[str, Any]:
    """A collection of v2.1 with a folder in a folder; what precedes paths is a variable of an environment."""
    path = [*ANSWER.split("/")[1:-1], ":questionId"]
    url = {"raw": f"{root}/{'/'.join(path)}", "host": [root], "path": path}
    put = {
        "method": "PUT",
        "header": [{"key": "Content-Type", "value": _JSON}, {"key": "X-Off", "value": "1", "disabled": True}],
        "body": {"mode": "raw", "raw": sent, "options": {"raw": {"language": "json"}}},
        "url": {**url, "variable": [{"key": "questionId", "value": "1"}]},
    }
    get = {"method": "GET", "header": [], "url": {"raw": root + ORDERS, "host": [root], "path": ["v1", "orders"]}}
    header = [{"key": "Content-Type", "value": _JSON, "name": "Content-Type", "description": ""}]
    listed = {"name": "목록", "status": "OK", "code": 200, "header": header, "cookie": [], "body": orders}
    answered = {"name": "답변", "status": "No Content", "code": 204, "header": [], "cookie": [], "body": None}
    return {
        "info": {"_postman_id": "0", "name": "shop", "schema": _SCHEMA.format("2.1.0")},
        "item": [
            {"name": "without answers", "request": get, "response": []},
            {
                "name": "folder",
                "item": [
                    {
                        "name": "in it",
                        "item": [
                            {"name": "orders", "request": get, "response": [{**listed, "originalRequest": get}]},
                            {"name": "answer", "request": put, "response": [{**answered, "originalRequest": put}]},
                        ],
                    }
                ],
            },
        ],
    }


def _postman_20(orders: str, sent: str) -> dict[str, Any]:
    """With URLs and headers as text, as v2.0 may have them, and the variable's value in the collection."""
    put = {
        "method": "PUT",
        "header": f"Content-Type: {_JSON}\nAccept: {_JSON}\n",
        "body": {"mode": "raw", "raw": sent},
        "url": f"{{{{baseUrl}}}}{ANSWER}",
    }
    listed = {"name": "list", "code": 200, "header": f"Content-Type: {_JSON}\r\n", "body": orders}
    return {
        "variable": [{"id": "baseUrl", "key": "baseUrl", "value": HOST}],
        "info": {"name": "shop", "schema": _SCHEMA.format("2.0.0")},
        "item": [
            {"name": "orders", "request": f"{{{{baseUrl}}}}{ORDERS}", "response": [listed]},
            {"name": "answer", "request": put, "response": [{"name": "answered", "code": 204, "body": ""}]},
        ],
    }


def _bruno(orders: str, sent: str) -> dict[str, Any]:
    get = {"url": f"{{{{baseUrl}}}}{ORDERS}", "method": "GET", "headers": [], "params": [], "body": {"mode": "none"}}
    put = {
        "url": "{{baseUrl}}/external/v1/contents/qnas/:id",
        "method": "PUT",
        "headers": [
            {"name": "Content-Type", "value": _JSON, "enabled": True},
            {"name": "X-Off", "value": "1", "enabled": False},
        ],
        "params": [{"name": "id", "value": "1", "type": "path", "enabled": True}],
        "body": {"mode": "json", "json": sent, "formUrlEncoded": [], "multipartForm": []},
    }
    headers = [{"name": "Content-Type", "value": _JSON, "enabled": True}]
    listed = {"status": "200", "statusText": "OK", "headers": headers, "body": {"type": "json", "content": orders}}
    answered = {"status": 204, "statusText": "No Content", "headers": [], "body": {"type": "text", "content": ""}}

    def item(name: str, request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        example = {"name": f"{name} 예시", "type": "http", "request": request, "response": response}
        return {"type": "http", "name": name, "seq": 1, "request": request, "examples": [example]}

    folder = {"type": "folder", "name": "folder", "items": [item("answer", put, answered)]}
    return {
        "name": "shop",
        "version": "1",
        "items": [item("orders", get, listed), folder],
        "environments": [{"name": "local", "variables": [{"name": "baseUrl", "value": HOST, "enabled": True}]}],
        "brunoConfig": {"version": "1", "name": "shop", "type": "collection"},
        "exportedUsing": "Bruno/3.0.2",
    }


def _har(orders: str, sent: str, creator: str, *, orders_content: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"size": len(orders.encode()), "mimeType": _JSON, **(orders_content or {"text": orders})}
    headers = [{"name": "Content-Type", "value": _JSON}]
    empty = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1, "bodySize": -1}
    get = {**empty, "method": "GET", "url": HOST + ORDERS, "headers": [], "queryString": []}
    put = {
        **get,
        "method": "PUT",
        "url": HOST + ANSWER,
        "headers": headers,
        "postData": {"mimeType": _JSON, "text": sent},
    }
    listed = {**empty, "status": 200, "statusText": "OK", "headers": headers, "content": content, "redirectURL": ""}
    nothing = {"size": 0, "mimeType": "application/octet-stream", "text": ""}
    answered = {**listed, "status": 204, "statusText": "No Content", "headers": [], "content": nothing}
    times = {"startedDateTime": "2026-11-30T06:00:00.000Z", "time": 1, "cache": {}, "timings": {}}
    entries = [{**times, "request": get, "response": listed}, {**times, "request": put, "response": answered}]
    return {"log": {"version": "1.2", "creator": {"name": creator, "version": "1"}, "pages": [], "entries": entries}}


def _http_toolkit(orders: str, sent: str) -> dict[str, Any]:
    """With a call that was aborted, a body that was too large for the export, and one that is in base64."""
    packed = {"text": base64.b64encode(orders.encode()).decode(), "encoding": "base64"}
    har = _har(orders, sent, "HTTP Toolkit", orders_content=packed)
    listed, _ = har["log"]["entries"]
    left_out = "Body discarded during HAR generation: longer than limit of 500000 bytes"
    large = {"size": 600_000, "mimeType": _JSON, "comment": left_out}
    aborted = {
        "status": 0,
        "statusText": "",
        "headers": [],
        "content": {"size": 0, "mimeType": "application/x-unknown"},
    }
    har["log"]["entries"] += [
        {**listed, "response": {**listed["response"], "content": large}},
        {**listed, "response": aborted},
    ]
    har["log"]["_tlsErrors"] = []
    return har


def _ruby_vcr(orders: str, sent: str) -> str:
    """Ruby writes a text that is not ASCII as `!binary`, without YAML's own mark."""
    packed = base64.encodebytes(orders.encode()).decode().replace("\n", "\n        ").strip()
    return f"""---
http_interactions:
- request:
    method: get
    uri: {HOST}{ORDERS}
    body:
      encoding: US-ASCII
      string: ''
    headers:
      Accept:
      - {_JSON}
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - {_JSON}
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        {packed}
  recorded_at: Mon, 30 Nov 2026 06:00:00 GMT
- request:
    method: put
    uri: {HOST}{ANSWER}
    body:
      encoding: UTF-8
      string: '{sent}'
    headers:
      Content-Type:
      - {_JSON}
  response:
    status:
      code: 204
      message: No Content
    headers: {{}}
    body:
      encoding: US-ASCII
      string: ''
  recorded_at: Mon, 30 Nov 2026 06:00:01 GMT
recorded_with: VCR 6.3.1
"""


def _hoverfly(orders: str, sent: str) -> dict[str, Any]:
    def exact(value: str) -> list[dict[str, str]]:
        return [{"matcher": "exact", "value": value}]

    where = {"destination": exact("127.0.0.1:4010"), "scheme": exact("http")}
    get = {"path": exact(ORDERS), "method": exact("GET"), **where, "body": exact("")}
    body = [{"matcher": "json", "value": sent}]
    put = {"path": exact(ANSWER), "method": exact("PUT"), **where, "body": body}
    headers = {"Content-Type": [_JSON], "Hoverfly": ["Was-Here"]}
    listed = {"status": 200, "body": orders, "encodedBody": False, "headers": headers, "templated": False}
    answered = {"status": 204, "body": "", "encodedBody": False, "headers": {}, "templated": False}
    pairs = [{"request": get, "response": listed}, {"request": put, "response": answered}]
    data = {"pairs": pairs, "globalActions": {"delays": [], "delaysLogNormal": []}}
    return {"data": data, "meta": {"schemaVersion": "v5.2", "hoverflyVersion": "v1.10.5"}}


def _mockserver(orders: str, sent: str) -> list[dict[str, Any]]:
    """What `retrieve?type=REQUEST_RESPONSES` gives."""
    typed = {"type": "JSON", "json": json.loads(sent), "rawBytes": base64.b64encode(sent.encode()).decode()}
    get = {"method": "GET", "path": ORDERS, "headers": {"Accept": [_JSON]}, "keepAlive": True, "secure": False}
    put = {**get, "method": "PUT", "path": ANSWER, "headers": {"Content-Type": [_JSON]}, "body": typed}
    body = {"type": "JSON", "json": json.loads(orders)}
    listed = {"statusCode": 200, "reasonPhrase": "OK", "headers": {"Content-Type": [_JSON]}, "body": body}
    answered = {"statusCode": 204, "reasonPhrase": "No Content", "headers": {}}
    return [
        {"timestamp": "2026-11-30 06:00:00.000", "httpRequest": get, "httpResponse": listed},
        {"timestamp": "2026-11-30 06:00:01.000", "httpRequest": put, "httpResponse": answered},
    ]


def _playwright_zip(orders: str, sent: str) -> bytes:
    """As `recordHar: { path: "x.zip" }` has it: bodies in files of their own, named in `_file`."""
    har = _har(orders, sent, "Playwright", orders_content={"_file": "0a1b.json"})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0a1b.json", orders)
        archive.writestr("har.har", _dump(har))
    return target.getvalue()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


BY_HAND: dict[str, tuple[str, str, Callable[[str, str], object]]] = {
    "Postman": ("collection v2.1", "shop.postman_collection.json", _postman),
    "Postman, v2.0": ("collection v2.0", "shop.json", _postman_20),
    "Postman, API": ("collection v2.1", "shop.json", lambda orders, sent: {"collection": _postman(orders, sent)}),
    "Bruno": ("3.0", "shop.json", _bruno),
    "Insomnia": ("HAR export", "insomnia.har", lambda orders, sent: _har(orders, sent, "Insomnia REST Client")),
    "HTTP Toolkit": ("HAR export", "toolkit.har", _http_toolkit),
    "Proxyman": ("HAR export", "proxyman.har", lambda orders, sent: _har(orders, sent, "Proxyman")),
    "Playwright": ("HAR in a zip", "trace.zip", _playwright_zip),
    "Ruby VCR": ("6.3", "shop.yml", _ruby_vcr),
    "Hoverfly": ("schema v5.2", "simulation.json", _hoverfly),
    "MockServer": ("5.15", "requests.json", _mockserver),
}
"""Tool → what of it, the file's name, and orders and request body → what is in it: bytes, text, or JSON."""


def write_by_hand(tool: str, orders: str, sent: str) -> bytes:
    """A file as the tool writes it."""
    made = BY_HAND[tool][2](orders, sent)
    if isinstance(made, bytes):
        return made
    return (made if isinstance(made, str) else _dump(made)).encode()
