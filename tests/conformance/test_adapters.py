"""Flask and the server of `jumun serve` are two adapters of one dispatch: the same bytes from both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver import LiveServer, create_app
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import Request
from tests.conformance.samples import GOOD_REQUESTS, OPERATIONS, frozen_options, with_headers
from tests.mockserver.wire import read_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

Answer: TypeAlias = tuple[int, list[tuple[str, str]], bytes]

UNUSUAL = {
    "unknown path of naver": Request("GET", "/external/v1/nowhere", "", {}),
    "unknown path of bootpay": Request("GET", "/v1/nowhere", "", {}),
    "unknown order of bootpay": Request(
        "GET", "/v1/orders/000000000000000000000000", "", GOOD_REQUESTS["bootpay.orders.list"].headers
    ),
    "unmatched path": Request("GET", "/v2/orders", "", {}),
    "root": Request("GET", "/", "", {}),
    "wrong method": Request("POST", "/v1/orders", "", {}, b"{}"),
    "head": Request("HEAD", "/v1/orders", "", {}),
    "no credentials": Request("GET", "/v1/orders", "", {}),
    "trailing slash, bootpay": Request("GET", "/v1/orders/", "", GOOD_REQUESTS["bootpay.orders.list"].headers),
    "double slash, bootpay": Request("GET", "/v1//orders", "", GOOD_REQUESTS["bootpay.orders.list"].headers),
    "trailing slash, naver": Request(
        "GET",
        "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids/",
        "",
        GOOD_REQUESTS["naver.product_order_ids"].headers,
    ),
    "korean order id": Request(
        "GET",
        "/external/v1/pay-order/seller/orders/주문 번호/product-order-ids",
        "",
        GOOD_REQUESTS["naver.product_order_ids"].headers,
    ),
    "korean keyword": Request(
        "GET",
        "/v1/orders",
        "keyword=%ED%94%84%EB%A6%AC%EB%AF%B8%EC%97%84+%EA%B5%AC%EB%8F%85",
        GOOD_REQUESTS["bootpay.orders.list"].headers,
    ),
    "get with a body": Request(
        "GET", "/v1/orders", "status=&page=1", GOOD_REQUESTS["bootpay.orders.list"].headers, b"{}"
    ),
}


def wsgi(text: str) -> str:
    """A text's bytes in UTF-8, dressed as Latin-1."""
    return text.encode().decode("latin-1")


def cases(profile: str) -> dict[str, Request]:
    """Every operation, every error of every operation, and what is none of these."""
    good = dict(GOOD_REQUESTS)
    forced = {
        f"{operation} {code}": with_headers(GOOD_REQUESTS[operation], prefer=f"code={code}")
        for operation in OPERATIONS
        for code in load_contract(operation.split(".")[0], profile).errors
    }
    return good | forced | UNUSUAL


def ask_flask(app: Flask, request: Request) -> Answer:
    """Status, headers and body from Flask, called as a WSGI server calls it."""
    response = app.test_client().open(
        quote(request.path),
        method=request.method,
        query_string=request.query,
        headers=request.headers,
        data=request.body,
    )
    return response.status_code, list(response.headers), response.data


def ask_server(url: str, request: Request) -> Answer:
    """Status, headers and body as they come off the socket, read by no HTTP library."""
    host = url.removeprefix("http://").partition(":")[0]
    target = quote(request.path) + (f"?{request.query}" if request.query else "")
    lines = [f"{request.method} {target} HTTP/1.1", f"host: {host}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"content-length: {len(request.body)}"] if request.body else []
    answer = read_all(url, "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body)
    head, _, body = answer.partition(b"\r\n\r\n")
    status_line, *header_lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in header_lines)]
    # Of the connection, not of the answer; it is there because it was asked for.
    headers.remove(("connection", "close"))
    return int(status_line.split(" ")[1]), headers, body


@pytest.mark.parametrize("profile", PROFILES)
def test_same_bytes(profile: str) -> None:
    """Status, headers in their order, and body are equal for every operation, error and oddity."""
    app = create_app(**frozen_options(profile))
    different = {}
    with LiveServer(**frozen_options(profile)) as server:
        for name, request in cases(profile).items():
            from_flask, from_server = ask_flask(app, request), ask_server(server.url, request)
            if from_flask != from_server:
                different[name] = (from_flask, from_server)
    assert different == {}


KOREAN = "프리미엄"
# Request line → how hosts hand it over: keys of a WSGI environ. Text beyond ASCII is UTF-8 dressed as Latin-1.
ENVIRONS: Mapping[str, tuple[dict[str, str], ...]] = {
    f"/v1/orders?keyword={KOREAN}": (
        # granian
        {"PATH_INFO": "/v1/orders", "QUERY_STRING": wsgi(f"keyword={KOREAN}")},
        # `flask run`
        {
            "PATH_INFO": "/v1/orders",
            "QUERY_STRING": wsgi(wsgi(f"keyword={KOREAN}")),
            "REQUEST_URI": wsgi(wsgi(f"/v1/orders?keyword={KOREAN}")),
            "SERVER_SOFTWARE": "Werkzeug/3.1.9",
        },
        # As text.
        {"PATH_INFO": "/v1/orders", "QUERY_STRING": f"keyword={KOREAN}"},
    ),
    f"/v1/{KOREAN}/é?keyword=é": (
        {"PATH_INFO": wsgi(f"/v1/{KOREAN}/é"), "QUERY_STRING": wsgi("keyword=é")},
        {
            "PATH_INFO": wsgi(wsgi(f"/v1/{KOREAN}/é")),
            "QUERY_STRING": wsgi(wsgi("keyword=é")),
            "REQUEST_URI": wsgi(wsgi(f"/v1/{KOREAN}/é?keyword=é")),
            "SERVER_SOFTWARE": "Werkzeug/3.1.9",
        },
        # httpx's WSGI transport.
        {"PATH_INFO": f"/v1/{KOREAN}/é", "QUERY_STRING": wsgi("keyword=é")},
    ),
    # Percent-encoded in the path, and raw in the query.
    f"/v1/{quote('Ã©')}?keyword=é": (
        {"PATH_INFO": wsgi("/v1/Ã©"), "QUERY_STRING": wsgi("keyword=é")},
        {
            "PATH_INFO": wsgi("/v1/Ã©"),
            "QUERY_STRING": wsgi(wsgi("keyword=é")),
            "REQUEST_URI": wsgi(wsgi(f"/v1/{quote('Ã©')}?keyword=é")),
            "SERVER_SOFTWARE": "Werkzeug/3.1.9",
        },
    ),
    "http://jumun.localhost/v1/orders?limit=1": (
        # hypercorn
        {"PATH_INFO": "http://jumun.localhost/v1/orders", "QUERY_STRING": "limit=1"},
        # The others.
        {
            "PATH_INFO": "/v1/orders",
            "QUERY_STRING": "limit=1",
            "REQUEST_URI": "http://jumun.localhost/v1/orders?limit=1",
        },
    ),
    "http://jumun.localhost?limit=1": (
        {"PATH_INFO": "http://jumun.localhost", "QUERY_STRING": "limit=1"},
        {"PATH_INFO": "", "QUERY_STRING": "limit=1", "REQUEST_URI": "http://jumun.localhost?limit=1"},
    ),
    "//v1//orders": (
        {"PATH_INFO": "//v1//orders"},
        # waitress
        {"PATH_INFO": "/v1//orders", "REQUEST_URI": "//v1//orders"},
    ),
    "/v1/orders?limit=1#top": (
        {"PATH_INFO": "/v1/orders", "QUERY_STRING": "limit=1#top"},
        {"PATH_INFO": "/v1/orders", "QUERY_STRING": "limit=1"},
    ),
}


def ask_wsgi(app: Flask, environ: Mapping[str, Any]) -> None:
    """Call a WSGI application as a host does."""
    whole = EnvironBuilder(headers=[("connection", "close")], base_url="http://jumun.localhost").get_environ()
    whole |= {"REQUEST_URI": "", "SERVER_SOFTWARE": ""}
    whole |= environ
    run_wsgi_app(app, whole)


@pytest.mark.parametrize("target", ENVIRONS)
def test_same_request_from_each_host(target: str) -> None:
    """Of a request line, whatever a host makes of it, the same is read as by the server, which alone has its target."""
    with LiveServer() as server:
        read_all(server.url, f"GET {target} HTTP/1.1\r\nhost: jumun.localhost\r\nconnection: close\r\n\r\n".encode())
        (right,) = (replace(exchange.request, target=b"") for exchange in server.session.journal)
    for environ in ENVIRONS[target]:
        dispatch = create_dispatch({})
        ask_wsgi(create_app(dispatch), {"QUERY_STRING": "", **environ})
        assert [exchange.request for exchange in dispatch.store.default.journal] == [right], environ


def test_every_operation_is_a_rule() -> None:
    """Flask routes each operation to a rule of its own, under each of its prefixes."""
    app = create_app()
    rules = {(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert ("/external/v1/pay-order/seller/orders/<orderId>/product-order-ids", "GET") in rules
    assert ("/v1/pay-order/seller/orders/<orderId>/product-order-ids", "GET") in rules
    endpoints = {rule.endpoint.split(" ")[0] for rule in app.url_map.iter_rules()}
    assert set(OPERATIONS) <= endpoints
