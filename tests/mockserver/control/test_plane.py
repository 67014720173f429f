from __future__ import annotations

import json
import re
import select
import shlex
import socket
import ssl
import struct
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from openapi_spec_validator import validate
from werkzeug.serving import make_server

from jumun_contracts import PROFILES, Schema, findings, load_contract
from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver import LiveServer, create_app
from jumun_mockserver.proxy.authority import Authority
from jumun_mockserver.server.bounds import Bounds
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import KEYS, ORDER, STATIC_TOKEN, basic
from tests.packaged import BOOTPAY_ORDERS
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

BASES = {"naver": "/external", "bootpay": "/v1"}
LOCAL = "http://jumun.localhost:8123"
PROBLEM = "application/problem+json"
IDS = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
BEARER = {"authorization": f"Bearer {STATIC_TOKEN}"}
PAIR = {"authorization": basic(*KEYS)}
UNPAID = "686fdc78b0eacea5cd974f01"
AT = "2026-11-22T09:00:00+09:00"


def client_of(app: Flask) -> httpx.Client:
    """A client of a Flask application, without a socket; a failure in it is a 500, as it is on a socket."""
    return httpx.Client(transport=httpx.WSGITransport(app=app, raise_app_exceptions=False), base_url=LOCAL)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of the Flask application of its own, without a socket."""
    with client_of(create_app()) as client:
        yield client


@pytest.fixture(params=["flask", "live"])
def plane(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of a server of its own, by each way of serving the control plane."""
    authority = Authority.temporary()
    if request.param == "flask":
        with client_of(create_app(certificate_pem=authority.certificate_pem, metrics=True)) as client:
            yield client
        return
    with (
        LiveServer(authority=authority, metrics=True) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        yield client


def document_of(client: httpx.Client) -> dict[str, Any]:
    """The control plane's own OpenAPI document."""
    document: dict[str, Any] = client.get("/_jumun/openapi.json").raise_for_status().json()
    return document


def operations_of(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Method and path → operation."""
    return {
        (method.upper(), path): {
            **operation,
            "parameters": item.get("parameters", []) + operation.get("parameters", []),
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


@cache
def problem_schema() -> Schema:
    """What the document says of problem details."""
    with client_of(create_app()) as client:
        components = document_of(client)["components"]
    return Schema({"$ref": "#/components/schemas/Problem", "components": components})


def problem_of(answer: httpx.Response, status: int) -> str:
    """The sentence of a refusal, which is complete problem details of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert not findings(problem_schema(), body)
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    detail: str = body["detail"]
    return detail


def judge(document: dict[str, Any], method: str, path: str, answer: httpx.Response) -> None:
    """Hold an answer to what the document says of its status."""
    responses = operations_of(document)[method, path]["responses"]
    spec = responses.get(str(answer.status_code)) or responses.get("default")
    assert spec, f"{method} {path} does not document {answer.status_code}"
    if "$ref" in spec:
        spec = document["components"]["responses"][spec["$ref"].rpartition("/")[2]]
    if "content" not in spec:
        assert answer.content == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in spec["content"], f"{method} {path} does not document {media_type}"
    if media_type in ("application/json", PROBLEM):
        schema = {**spec["content"][media_type]["schema"], "components": document["components"]}
        assert not findings(Schema(schema), answer.json())


def create(client: httpx.Client, **options: Any) -> dict[str, Any]:
    """A new session."""
    answer = client.post("/_jumun/sessions", json=options)
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()
    return session


# Paths and document


def test_health_and_readiness(client: httpx.Client) -> None:
    """A container's probes get a 200."""
    assert client.get("/_jumun/health").json() == {"status": "ok"}
    assert client.get("/_jumun/ready").json() == {"ready": True}
    assert client.head("/_jumun/health").status_code == 200


@pytest.mark.parametrize("profile", PROFILES)
def test_the_version_tells_what_is_served(profile: str) -> None:
    """Jumun's version, the profile and the providers."""
    with client_of(create_app(profile=profile)) as client:
        body = client.get("/_jumun/version").json()
    assert body == {"jumun": version("jumun"), "profile": profile, "providers": ["bootpay", "naver"]}


@pytest.mark.parametrize("provider", BASES)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_contract_is_a_valid_openapi_document(client: httpx.Client, provider: str, profile: str) -> None:
    """Bundled, valid, of the profile that was asked for, and pointing at this server."""
    document = client.get(f"/_jumun/openapi/{provider}.json", params={"profile": profile}).json()
    validate(document)
    assert document["info"]["title"] == load_contract(provider, profile).title
    assert [server["url"] for server in document["servers"]] == [f"{LOCAL}{BASES[provider]}"]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_contract_is_that_of_the_profile_served(profile: str) -> None:
    """Without a wish, the profile that the server speaks."""
    with client_of(create_app(profile=profile)) as client:
        document = client.get("/_jumun/openapi/naver.json").json()
    assert document["info"]["title"] == load_contract("naver", profile).title


def test_the_contract_is_that_of_the_session(client: httpx.Client) -> None:
    """Contract and catalogue of a session are those of its profile."""
    query = {"session": create(client, profile="observed")["id"]}
    document = client.get("/_jumun/openapi/naver.json", params=query).json()
    assert document["info"]["title"] == load_contract("naver", "observed").title
    assert client.get("/_jumun/errors", params=query).status_code == 200


@pytest.mark.parametrize("provider", BASES)
def test_its_servers_entry_works(server: LiveServer, provider: str) -> None:
    """Server URL and path of the document, put together, are the operation's address."""
    document = httpx.get(f"{server.url}/_jumun/openapi/{provider}.json", trust_env=False).json()
    (base,) = (entry["url"] for entry in document["servers"])
    assert base.startswith(server.url)
    path = next(path for path, item in document["paths"].items() if "get" in item)
    assert httpx.get(base + path.replace("{orderId}", "2023010112345"), trust_env=False).status_code == 401


def test_its_own_document_is_valid_and_points_here(plane: httpx.Client) -> None:
    """The control plane's OpenAPI document is valid, and its server entry is this server."""
    document = document_of(plane)
    validate(document)
    (server,) = document["servers"]
    assert httpx.URL(server["url"]) == plane.base_url.join("/_jumun")


def test_document_and_rules_agree() -> None:
    """Every rule that is served is in the document, and everything in the document is served."""
    app = create_app()
    served = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule.removeprefix("/_jumun")))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("control.")
        for method in (rule.methods or set()) - {"HEAD"}
    }
    with client_of(app) as client:
        operations = operations_of(document_of(client))
    described = {(method, re.sub(r"\{[^}]+\}", "{}", path)) for method, path in operations}
    assert served == described


EMPTY_SNAPSHOT = {
    "version": 1,
    "options": {"profile": "documented", "seed": "0", "orders": 0, "data": ""},
    "state": {"version": 1, "values": {}, "logs": {}},
}

# One call that succeeds for each operation; {id} is a session of its own.
FREE = ("/health", "/ready", "/version", "/ca.pem")
CALLS: dict[tuple[str, str], dict[str, Any]] = {
    ("GET", "/health"): {},
    ("GET", "/ready"): {},
    ("GET", "/version"): {},
    ("GET", "/ca.pem"): {},
    ("GET", "/openapi.json"): {},
    ("GET", "/openapi/{provider}.json"): {},
    ("GET", "/errors"): {},
    ("GET", "/coverage"): {},
    ("GET", "/metrics"): {},
    ("GET", "/sessions"): {},
    ("POST", "/sessions"): {"json": {}},
    ("GET", "/sessions/{id}"): {},
    ("DELETE", "/sessions/{id}"): {},
    ("GET", "/sessions/{id}/snapshot"): {},
    ("PUT", "/sessions/{id}/snapshot"): {"json": EMPTY_SNAPSHOT},
    ("POST", "/reset"): {},
    ("GET", "/scenario"): {},
    ("PUT", "/scenario"): {"content": "*: 500"},
    ("DELETE", "/scenario"): {},
    ("GET", "/clock"): {},
    ("POST", "/clock"): {"json": {"freeze": True}},
    ("GET", "/orders"): {},
    ("POST", "/orders"): {"json": {"provider": "naver"}},
    ("GET", "/orders/{order}"): {},
    ("POST", "/orders/{order}/actions"): {"json": {"action": "pay"}},
    ("GET", "/events"): {},
    ("GET", "/webhooks"): {},
    ("POST", "/webhooks/{webhook}/redeliver"): {},
    ("GET", "/requests"): {},
    ("GET", "/requests/count"): {},
    ("GET", "/requests/unmatched"): {},
}


def ask(client: httpx.Client, operation: tuple[str, str], **more: Any) -> httpx.Response:
    """The sample call of an operation."""
    method, path = operation
    arguments = {**CALLS[operation], **more}
    id_ = arguments.pop("id", "")
    if "{id}" in path:
        path = path.replace("{id}", id_ or create(client)["id"])
    if "{webhook}" in path and not arguments.keys() & {"params", "headers"}:
        arguments["params"] = {"session": create_with_webhook(client)}
    path = path.replace("{webhook}", "2")
    path = path.replace("{order}", UNPAID).replace("{provider}", "naver")
    return client.request(method, f"/_jumun{path}", **arguments)


def create_with_webhook(client: httpx.Client) -> str:
    """A session with a webhook about its event 2, which nothing listens for."""
    made = client.post("/_jumun/sessions", json={"webhooks": {"bootpay": "http://127.0.0.1:1/"}})
    if made.status_code != 201:
        # The control plane is not for this client.
        return "default"
    session: str = made.json()["id"]
    order = client.post("/_jumun/orders", params={"session": session}, json={"provider": "bootpay"}).json()
    path = f"/_jumun/orders/{order['order_id']}/actions"
    client.post(path, params={"session": session}, json={"action": "pay"}).raise_for_status()
    return session


def test_every_operation_has_a_sample(client: httpx.Client) -> None:
    """The table of these tests is complete."""
    assert set(CALLS) == set(operations_of(document_of(client)))


def test_successes_fit_the_document(plane: httpx.Client) -> None:
    """What each operation answers is what the document says of it: status, media type and schema."""
    document = document_of(plane)
    plane.get("/v1/orders", headers=PAIR)
    plane.get("/nowhere")
    for operation in CALLS:
        answer = ask(plane, operation)
        assert answer.is_success, f"{operation}: {answer.text}"
        judge(document, *operation, answer)


def test_the_certificate(plane: httpx.Client, client: httpx.Client) -> None:
    """Anyone may have what clients must trust, and never the key; a server without TLS has none and says who has."""
    answer = plane.get("/_jumun/ca.pem")
    assert ssl.PEM_cert_to_DER_cert(answer.text)
    assert "PRIVATE" not in answer.text
    refusal = client.get("/_jumun/ca.pem")
    assert refusal.status_code == 404
    assert "--tls-port" in refusal.json()["detail"]


@pytest.mark.parametrize("form", ["json", "ndjson", "har", "curl"])
def test_each_format_is_documented(client: httpx.Client, form: str) -> None:
    """The document names the media type of every format of /requests."""
    client.get("/v1/orders", headers=PAIR)
    judge(document_of(client), "GET", "/requests", ask(client, ("GET", "/requests"), params={"format": form}))


def test_refusals_may_come_from_each_guarded_operation(client: httpx.Client) -> None:
    """Every operation that may ask for the token documents problem details."""
    for operation, spec in operations_of(document_of(client)).items():
        assert spec.get("security") == [{}] or "default" in spec["responses"], operation


# Refusals


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_jumun/nothing", 404),
        ("GET", "/_jumun", 404),
        ("GET", "/_jumun/", 404),
        ("GET", "/_jumun//health", 404),
        ("GET", "/_jumun/sessions/unmatched", 404),
        ("DELETE", "/_jumun/sessions/unmatched", 404),
        ("DELETE", "/_jumun/sessions/default", 409),
        ("GET", "/_jumun/openapi/unmatched.json", 404),
        ("GET", "/_jumun/openapi/naver.json?profile=imagined", 400),
        ("POST", "/_jumun/health", 405),
        ("OPTIONS", "/_jumun/health", 405),
        ("PATCH", "/_jumun/scenario", 405),
        ("DELETE", "/_jumun/openapi/naver.json", 405),
    ],
)
def test_refusals_are_problem_details(plane: httpx.Client, method: str, path: str, status: int) -> None:
    """Unknown paths, methods, providers, profiles and sessions are problem+json with a sentence."""
    answer = plane.request(method, path)
    problem_of(answer, status)
    assert bool(answer.headers.get("allow")) == (status == 405)


@pytest.mark.parametrize(
    ("path", "named"), [("nobody.json", "bootpay, naver"), ("naver.json?profile=imagined", "documented, observed")]
)
def test_a_refusal_names_the_way_out(client: httpx.Client, path: str, named: str) -> None:
    """The sentence names what there is."""
    assert named in client.get(f"/_jumun/openapi/{path}").json()["detail"]


@pytest.mark.parametrize("path", ["/v1/orders", IDS, "/v1/nothing", "/external/nothing"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_providers_never_answer_problem_details(plane: httpx.Client, method: str, path: str) -> None:
    """Refusals of the two APIs are in their own dialects."""
    answer = plane.request(method, path)
    assert answer.status_code >= 400
    assert answer.headers["content-type"] != PROBLEM
    assert "about:blank" not in answer.text


TAKES_SESSION = [
    operation
    for operation in CALLS
    if operation[1] not in ("/health", "/ready", "/version", "/ca.pem", "/openapi.json", "/metrics")
    and not operation[1].startswith("/sessions")
]


@pytest.mark.parametrize("way", ["query", "header"])
@pytest.mark.parametrize("operation", TAKES_SESSION, ids=" ".join)
def test_unknown_session(client: httpx.Client, operation: tuple[str, str], way: str) -> None:
    """Naming a session that is not there is a 404 that names it, by query and by header."""
    named: dict[str, Any] = {"params": {"session": "jsNobody"}}
    if way == "header":
        named = {"headers": {"jumun-session": "jsNobody"}}
    detail = problem_of(ask(client, operation, **named), 404)
    assert "jsNobody" in detail
    assert "/_jumun/sessions" in detail


@pytest.mark.parametrize("operation", TAKES_SESSION, ids=" ".join)
def test_session_parameter_is_documented(client: httpx.Client, operation: tuple[str, str]) -> None:
    """Every operation that takes ?session= says so."""
    parameters = operations_of(document_of(client))[operation]["parameters"]
    assert {"$ref": "#/components/parameters/session"} in parameters


# Sessions


def test_a_session_leads_to_its_world(plane: httpx.Client) -> None:
    """A new session is listed and shown, its keys select it, and a deleted one is gone."""
    session = create(plane)
    assert session["profile"] == "documented"
    assert (session["calls"], session["violations"], session["unmatched"]) == (0, 0, 0)
    assert session["base_urls"] == {name: f"{str(plane.base_url).rstrip('/')}{base}" for name, base in BASES.items()}
    keys = session["keys"]
    answer = plane.get("/v1/orders?nonsense=1", auth=(keys["bootpay_client_key"], keys["bootpay_secret_key"]))
    assert answer.status_code == 200
    shown = plane.get(f"/_jumun/sessions/{session['id']}").json()
    assert (shown["calls"], shown["violations"], shown["unmatched"]) == (1, 1, 0)
    assert [each["id"] for each in plane.get("/_jumun/sessions").json()] == ["default", session["id"]]
    assert plane.get("/_jumun/sessions/default").json()["calls"] == 0
    assert plane.delete(f"/_jumun/sessions/{session['id']}").status_code == 204
    problem_of(plane.get(f"/_jumun/sessions/{session['id']}"), 404)
    problem_of(plane.delete(f"/_jumun/sessions/{session['id']}"), 404)
    assert [each["id"] for each in plane.get("/_jumun/sessions").json()] == ["default"]


def test_a_session_with_every_option(plane: httpx.Client) -> None:
    """All options are taken at once, and each has its effect."""
    session = create(
        plane,
        profile="observed",
        seed=7,
        orders=3,
        scenario="bootpay.orders.list: ok, 500",
        limits="enforce",
        rates={"bootpay.orders.list": {"per_second": 0.001, "burst": 3}},
        quota="at-once",
        payload_dates="milliseconds",
        read_lag=1.5,
        frozen_at=AT,
    )
    assert (session["profile"], session["seed"]) == ("observed", "7")
    assert parse_date_time(session["clock"]) == parse_date_time(AT)
    auth = (session["keys"]["bootpay_client_key"], session["keys"]["bootpay_secret_key"])
    first, *rest = [plane.get("/v1/orders", auth=auth) for _ in range(5)]
    assert first.json()["count"] == BOOTPAY_ORDERS + 3
    assert first.headers["date"] == "Sun, 22 Nov 2026 00:00:00 GMT"
    assert [answer.status_code for answer in rest] == [500, 200, 200, 429]
    (dispatched,) = query_after_dispatch(plane, session["id"])
    assert dispatched["order"]["orderDate"] == "2023-01-01T00:00:00.000+09:00"
    assert dispatched["productOrder"]["productOrderStatus"] == "PAYED"


def query_after_dispatch(plane: httpx.Client, session: str) -> list[dict[str, Any]]:
    """A product order of NAVER after it was dispatched, as a query answers it in the session."""
    base = "/external/v1/pay-order/seller/product-orders"
    headers = {"authorization": "Bearer your_access_token_here", "jumun-session": session}
    item = {"productOrderId": "2023010112345001", "deliveryMethod": "DIRECT_DELIVERY"}
    answer = plane.post(f"{base}/dispatch", headers=headers, json={"dispatchProductOrders": [item]})
    assert answer.json()["data"]["successProductOrderIds"] == ["2023010112345001"]
    found: list[dict[str, Any]] = plane.post(
        f"{base}/query", headers=headers, json={"productOrderIds": ["2023010112345001"]}
    ).json()["data"]
    return found


def test_a_session_with_data_of_its_own(plane: httpx.Client) -> None:
    """Files of a data folder come as texts or as what they mean, for this session alone; {} stands for none."""
    rows = {"orders": [{"order_id": "2026010100000001", "product_order_ids": ["2026010100000011"]}]}
    path = "/external/v1/pay-order/seller/orders/2026010100000001/product-order-ids"
    texts = {"naver/orders.yaml": json.dumps(rows)}
    for data, status in (({"naver/orders.yaml": rows}, 200), (texts, 200), ({}, 404), (None, 404)):
        session = create(plane, **({} if data is None else {"data": data}))
        headers = {"authorization": "Bearer your_access_token_here", "jumun-session": session["id"]}
        assert plane.get(path, headers=headers).status_code == status


def test_a_session_from_no_body(plane: httpx.Client) -> None:
    """A session can be made without a body: it starts as the default one did."""
    answer = plane.post("/_jumun/sessions")
    assert answer.status_code == 201
    assert answer.json()["profile"] == "documented"


def test_a_session_starts_from_the_servers_options() -> None:
    """Options that are not given are those of the server; its scenario and clock are not inherited."""
    with client_of(create_app(profile="observed", seed=5, orders=2, scenario="*: 500 *", limits="enforce")) as client:
        session = create(client)
        assert (session["profile"], session["seed"]) == ("observed", "5")
        auth = (session["keys"]["bootpay_client_key"], session["keys"]["bootpay_secret_key"])
        assert client.get("/v1/orders", auth=auth).json()["count"] == BOOTPAY_ORDERS + 2


@pytest.mark.parametrize("value", [3, 3.0, "3"])
def test_values_of_json_schema(client: httpx.Client, value: object) -> None:
    """3.0 is an integer in JSON Schema, and makes the session that 3 makes; text is refused."""
    answer = client.post("/_jumun/sessions", json={"orders": value})
    if value == "3":
        assert "/orders" in problem_of(answer, 422)
        return
    assert answer.status_code == 201, answer.text
    keys = answer.json()["keys"]
    orders = client.get("/v1/orders", auth=(keys["bootpay_client_key"], keys["bootpay_secret_key"]))
    assert orders.json()["count"] == BOOTPAY_ORDERS + 3


BAD_SESSIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "misspelt key": ({"profle": "observed"}, ("profle",)),
    "profile": ({"profile": "imagined"}, ("/profile", "documented", "observed")),
    "seed": ({"seed": True}, ("/seed", "boolean")),
    "orders": ({"orders": -1}, ("/orders",)),
    "too many orders": ({"orders": 1_000_001}, ("/orders", "1000000")),
    "scenario type": ({"scenario": ["*: 500"]}, ("/scenario",)),
    "scenario line": ({"scenario": "*: ok\n\nfoo"}, ("line 3", "foo")),
    "scenario operation": ({"scenario": "naver.product_order_idz: ok"}, ("line 1", "idz", "naver.product_order_ids")),
    "scenario code": ({"scenario": "*: ok\nbootpay.*: 17000"}, ("line 2", "17000", "1700")),
    "scenario fault": ({"scenario": "*: rset"}, ("line 1", "rset", "reset")),
    "limits": ({"limits": "on"}, ("/limits", "enforce")),
    "rates type": ({"rates": []}, ("/rates",)),
    "rates operation": (
        {"rates": {"bootpay.order.list": {"per_second": 1}}},
        ("/rates", "bootpay.order.list", "bootpay.orders.list"),
    ),
    "rate without rate": ({"rates": {"bootpay.orders.list": {}}}, ("/rates/bootpay.orders.list", "per_second")),
    "rate of nothing": (
        {"rates": {"bootpay.orders.list": {"per_second": 0}}},
        ("/rates/bootpay.orders.list/per_second",),
    ),
    "burst": (
        {"rates": {"bootpay.orders.list": {"per_second": 1, "burst": 0}}},
        ("/rates/bootpay.orders.list/burst",),
    ),
    "misspelt rate": ({"rates": {"bootpay.orders.list": {"per_second": 1, "brust": 2}}}, ("brust",)),
    "quota": ({"quota": "on"}, ("/quota", "at-once")),
    "payload_dates": ({"payload_dates": "seconds"}, ("/payload_dates", "milliseconds")),
    "read_lag": ({"read_lag": -1}, ("/read_lag", "0")),
    "frozen_at": ({"frozen_at": "yesterday"}, ("/frozen_at", "date-time")),
    "frozen_at without zone": ({"frozen_at": "2026-11-22T09:00:00"}, ("/frozen_at", "date-time")),
    "frozen_at number": ({"frozen_at": 1}, ("/frozen_at",)),
    "before the first year": ({"frozen_at": "0001-01-01T00:00:00+14:00"}, ("/frozen_at",)),
    "after the last year": ({"frozen_at": "9999-12-31T23:59:59-14:00"}, ("/frozen_at",)),
    "a path": ({"data": "/etc"}, ("/data", "object")),
    "misspelt file": ({"data": {"naver/order.yaml": ""}}, ("/data", "did you mean naver/orders.yaml?")),
    "file": ({"data": {"bootpay/orders.yaml": "orders: x"}}, ("/data: bootpay/orders.yaml#/orders", "(line 1)")),
    "a key like no other": ({"customer_id": 1}, ("customer_id", "expected one of ", "frozen_at", "webhooks")),
    "array": ([], ("object",)),
    "number": (1, ("object",)),
}


@pytest.mark.parametrize(("body", "says"), BAD_SESSIONS.values(), ids=BAD_SESSIONS.keys())
def test_bad_options_of_a_session(client: httpx.Client, body: object, says: tuple[str, ...]) -> None:
    """A wrong option is a 422 that names it and what would be right, and no session is made."""
    detail = problem_of(client.post("/_jumun/sessions", json=body), 422)
    assert all(word in detail for word in says), detail
    assert [each["id"] for each in client.get("/_jumun/sessions").json()] == ["default"]


MALFORMED = {
    "cut off": b'{"seed":',
    "twice": b'{"seed": 1, "seed": 2}',
    "not UTF-8": b'{"seed": "\xff"}',
    "NaN": b'{"seed": NaN}',
    "too large": b'{"rates": {"bootpay.orders.list": {"per_second": 1e999}}}',
    "form": b"seed=1",
}


@pytest.mark.parametrize("path", ["/_jumun/sessions", "/_jumun/clock"])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_json(client: httpx.Client, body: bytes, path: str) -> None:
    """A body that is not JSON is a 400 that says where."""
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert "line 1" in problem_of(answer, 400)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/sessions"),
        ("POST", "/clock"),
        ("POST", "/orders"),
        ("POST", "/orders/68707c59b0eacea5cd974efd/actions"),
        ("PUT", "/sessions/default/snapshot"),
    ],
)
def test_a_body_that_says_it_is_no_json(client: httpx.Client, method: str, path: str, media_type: str) -> None:
    """Any page may have a browser send such a body: it is a 415 that says what to send, and nothing is done."""
    headers = {"content-type": media_type} if media_type else {}
    before = client.get("/_jumun/orders").json()
    answer = client.request(method, f"/_jumun{path}", content=b'{"freeze": true}', headers=headers)
    assert "Content-Type: application/json" in problem_of(answer, 415)
    assert not client.get("/_jumun/clock").json()["frozen"]
    assert len(client.get("/_jumun/sessions").json()) == 1
    assert client.get("/_jumun/orders").json() == before


@pytest.mark.parametrize("headers", [{"content-type": "text/plain"}, {"content-type": "text/yaml"}, {}])
def test_a_scenario_needs_no_type(client: httpx.Client, headers: dict[str, str]) -> None:
    """Its body is text, which curl -T sends without a type."""
    assert client.put("/_jumun/scenario", content=b"*: 503", headers=headers).status_code == 200


def test_no_room_for_another_session() -> None:
    """One session too many is refused with how many there may be; deleting one makes room."""
    with client_of(create_app(sessions=2)) as client:
        first, _ = create(client), create(client)
        detail = problem_of(client.post("/_jumun/sessions"), 429)
        assert "2 sessions" in detail
        client.delete(f"/_jumun/sessions/{first['id']}")
        create(client)


@pytest.mark.parametrize("way", ["query", "header"])
def test_reset(plane: httpx.Client, way: str) -> None:
    """A reset empties one session's journal, turns its scenario and clock back, and leaves the others alone."""
    session = create(plane, scenario="bootpay.orders.list: 500, ok", frozen_at=AT)
    auth = (session["keys"]["bootpay_client_key"], session["keys"]["bootpay_secret_key"])
    named: dict[str, Any] = {"params": {"session": session["id"]}}
    if way == "header":
        named = {"headers": {"jumun-session": session["id"]}}
    plane.get("/v1/orders", headers=PAIR)
    for _ in range(2):
        assert [plane.get("/v1/orders", auth=auth).status_code for _ in range(2)] == [500, 200]
        plane.post("/_jumun/clock", json={"advance_s": 60}, **named)
        plane.put("/_jumun/scenario", content="*: 503 *", **named)
        assert plane.post("/_jumun/reset", **named).status_code == 204
        shown = plane.get(f"/_jumun/sessions/{session['id']}").json()
        assert shown == session
    assert plane.get("/_jumun/requests/count").json() == {"count": 1}


# Scenario


def test_scenario(plane: httpx.Client) -> None:
    """A scenario is shown as it was put, is played from its beginning, and played no more once it is deleted."""
    text = "# mind\nbootpay.orders.list: 500, ok *\n"
    assert plane.get("/_jumun/scenario").json() == {"scenario": "", "unmet": []}
    for _ in range(2):
        assert plane.put("/_jumun/scenario", content=text).json() == {"scenario": text}
        assert [plane.get("/v1/orders", headers=PAIR).status_code for _ in range(2)] == [500, 200]
    shown = plane.get("/_jumun/scenario").json()
    assert shown["scenario"] == text
    assert shown["unmet"] == []
    plane.put("/_jumun/scenario", content=text)
    unmet = [{"line": 2, "target": "bootpay.orders.list", "step": each} for each in ("500", "ok *")]
    assert plane.get("/_jumun/scenario").json()["unmet"] == unmet
    plane.put("/_jumun/scenario", content="*: 503 *")
    assert plane.delete("/_jumun/scenario").status_code == 204
    assert plane.get("/_jumun/scenario").json() == {"scenario": "", "unmet": []}
    assert plane.get("/v1/orders", headers=PAIR).status_code == 200


def test_a_scenario_is_its_sessions(plane: httpx.Client) -> None:
    """A scenario put for a session is not another session's."""
    id_ = create(plane)["id"]
    plane.put("/_jumun/scenario", params={"session": id_}, content="*: 500 *")
    assert plane.get("/_jumun/scenario", headers={"jumun-session": id_}).json()["scenario"] == "*: 500 *"
    assert plane.get("/_jumun/scenario").json() == {"scenario": "", "unmet": []}
    assert plane.get("/v1/orders", headers=PAIR).status_code == 200


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("*: ok\nnaver.product_order_idz: ok", ("line 2", "naver.product_order_idz", "naver.product_order_ids")),
        ("*: nonsense(", ("line 1", "nonsense(")),
        ("*: slow(1)", ("line 1", "'1'", "1.5s")),
        ("*:", ("line 1", "*")),
        ("no colon", ("line 1", "no colon")),
        ("*: 500 p=2", ("line 1", "p=2")),
    ],
)
def test_a_bad_scenario(client: httpx.Client, text: str, says: tuple[str, ...]) -> None:
    """What cannot be played is a 422 that names line, part and what would be right; what was played goes on."""
    client.put("/_jumun/scenario", content="*: 503 *")
    detail = problem_of(client.put("/_jumun/scenario", content=text), 422)
    assert all(word in detail for word in says), detail
    assert client.get("/_jumun/scenario").json()["scenario"] == "*: 503 *"
    assert client.get("/v1/orders", headers=PAIR).status_code == 503


def test_a_scenario_that_is_not_utf8(client: httpx.Client) -> None:
    """Bytes that are not text are refused, also in a comment."""
    answer = client.put("/_jumun/scenario", content=b"# \xff\n*: ok")
    assert 400 <= answer.status_code < 500
    assert "UTF-8" in problem_of(answer, answer.status_code)


# Clock

START = parse_date_time(AT)


def moved(client: httpx.Client, **move: Any) -> tuple[datetime, bool]:
    """Time and whether it is frozen, after a move."""
    answer = client.post("/_jumun/clock", json=move)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    shown = {"now": body["now"], "frozen": body["frozen"]}
    assert body == {**shown, "events": [], "total": 0}
    assert shown == client.get("/_jumun/clock").json() or not body["frozen"]
    return parse_date_time(body["now"]), body["frozen"]


def test_the_clock_is_real_at_first(plane: httpx.Client) -> None:
    """Nothing moved: the time of day."""
    before = datetime.now(UTC)
    body = plane.get("/_jumun/clock").json()
    assert before - timedelta(seconds=1) <= parse_date_time(body["now"]) <= datetime.now(UTC) + timedelta(seconds=1)
    assert body["frozen"] is False


def test_moving_the_clock(plane: httpx.Client) -> None:
    """Freeze, set, advance, back, run and real do as they say; answers carry the session's time."""
    _, frozen = moved(plane, freeze=True)
    assert frozen
    assert moved(plane, set=AT) == (START, True)
    assert plane.get("/v1/orders", headers=PAIR).headers["date"] == "Sun, 22 Nov 2026 00:00:00 GMT"
    assert moved(plane, advance_s=3_600.5) == (START + timedelta(seconds=3_600.5), True)
    assert moved(plane, advance_s=-0.5) == (START + timedelta(hours=1), True)
    assert moved(plane, advance="1d12h") == (START + timedelta(hours=37), True)
    assert moved(plane, advance_s=-129_600) == (START + timedelta(hours=1), True)
    now, frozen = moved(plane, run=True)
    assert (START + timedelta(hours=1) <= now, frozen) == (True, False)
    now, frozen = moved(plane, set=AT)
    assert (START <= now < START + timedelta(minutes=1), frozen) == (True, False)
    now, frozen = moved(plane, real=True)
    assert (abs(now - datetime.now(UTC)) < timedelta(minutes=1), frozen) == (True, False)


@pytest.mark.parametrize(
    ("move", "expected", "is_frozen"),
    [
        ({"freeze": True, "set": AT}, START, True),
        ({"set": AT, "advance_s": 60}, START + timedelta(seconds=60), False),
        ({"set": AT, "advance": "3d"}, START + timedelta(days=3), False),
        ({"freeze": True, "set": AT, "advance_s": 60}, START + timedelta(seconds=60), True),
        ({"set": AT, "advance_s": 60, "run": True}, START + timedelta(seconds=60), False),
        ({"freeze": True, "set": AT, "run": True}, START, False),
        ({"freeze": True, "set": AT, "advance_s": 60, "real": True}, None, False),
        ({"freeze": True, "run": True}, None, False),
        ({"freeze": True, "real": True}, None, False),
    ],
)
def test_moves_together(
    client: httpx.Client, move: dict[str, Any], expected: datetime | None, *, is_frozen: bool
) -> None:
    """Several moves are done in the order that the document names: freeze, set, advance, run, real."""
    now, frozen = moved(client, **move)
    assert frozen is is_frozen
    assert timedelta() <= now - (expected or datetime.now(UTC) - timedelta(seconds=5)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("move", "says"),
    [
        ({}, "1"),
        ({"advanc": 1}, "advanc"),
        ({"advance_s": "3"}, "/advance_s"),
        ({"advance_s": 1e11}, "/advance_s"),
        ({"advance": 3}, "/advance"),
        ({"advance": "3 days"}, "/advance: '3 days' is not a duration such as 90ms"),
        ({"advance": "9000000d"}, "/advance: "),
        ({"advance": "3d", "advance_s": 3}, "advance and advance_s"),
        ({"freeze": False}, "/freeze"),
        ({"run": 1}, "/run"),
        ({"real": None}, "/real"),
        ({"set": "noon"}, "/set"),
        ({"set": "2026-11-22T09:00:00"}, "/set"),
        ({"set": "0001-01-01T00:00:00+14:00"}, "/set"),
        ({"set": "9999-12-31T23:59:59-14:00"}, "/set"),
        ({"set": "9998-01-01T00:00:00Z", "advance_s": 1e10}, "/advance_s"),
        ([], "object"),
    ],
)
def test_bad_moves(client: httpx.Client, move: object, says: str) -> None:
    """A wrong move is a 422 that names it, and the clock stays where it was."""
    client.post("/_jumun/clock", json={"freeze": True, "set": AT})
    assert says in problem_of(client.post("/_jumun/clock", json=move), 422)
    assert client.get("/_jumun/clock").json() == {"now": "2026-11-22T00:00:00.000+00:00", "frozen": True}
    assert client.get("/v1/orders", headers=PAIR).status_code == 200


def test_advancing_ends_before_time_does(client: httpx.Client) -> None:
    """However often the clock is advanced, the session goes on answering in its provider's dialect."""
    for _ in range(30):
        answer = client.post("/_jumun/clock", json={"advance_s": 1e10})
        if answer.status_code != 200:
            assert "advance_s" in problem_of(answer, 422)
    assert client.get("/_jumun/sessions").status_code == 200
    assert client.get("/v1/orders", headers=PAIR).status_code == 200


# Requests


@pytest.fixture
def asked(plane: httpx.Client) -> httpx.Client:
    """A server that was asked six things, three of them an hour later."""
    plane.post("/_jumun/clock", json={"freeze": True, "set": AT})
    plane.get("/v1/orders", headers=PAIR, params={"keyword": "x"})
    plane.get("/v1/orders")
    plane.get("/v1/order", headers=PAIR)
    plane.post("/_jumun/clock", json={"advance_s": 3_600})
    plane.get(IDS, headers=BEARER)
    plane.get("/nowhere")
    plane.post("/v1/request/token", json={"client_key": KEYS[0], "secret_key": KEYS[1]})
    return plane


ALL = [
    ("bootpay.orders.list", 200),
    ("bootpay.orders.list", 401),
    (None, 404),
    ("naver.product_order_ids", 200),
    (None, 404),
    ("bootpay.token", 200),
]
FILTERS: list[tuple[dict[str, str], list[int]]] = [
    ({}, [0, 1, 2, 3, 4, 5]),
    ({"operation": "bootpay.orders.list"}, [0, 1]),
    ({"status": "200"}, [0, 3, 5]),
    ({"status": "404"}, [2, 4]),
    ({"status": "418"}, []),
    ({"since": "2026-11-22T10:00:00+09:00"}, [3, 4, 5]),
    ({"since": "2026-11-22T01:00:00.001Z"}, []),
    ({"since": AT}, [0, 1, 2, 3, 4, 5]),
    ({"operation": "bootpay.orders.list", "status": "200"}, [0]),
    ({"operation": "bootpay.token", "status": "200", "since": "2026-11-22T01:00:00Z"}, [5]),
    ({"session": "default", "operation": "naver.product_order_ids"}, [3]),
]


def test_filters(asked: httpx.Client) -> None:
    """Operation, status and time choose, alone and together; the count is that of the list."""
    for query, expected in FILTERS:
        found = asked.get("/_jumun/requests", params=query).json()
        assert [(each["operation"], each["status"]) for each in found] == [ALL[index] for index in expected], query
        assert asked.get("/_jumun/requests/count", params=query).json() == {"count": len(expected)}


def test_formats(asked: httpx.Client) -> None:
    """JSON, NDJSON, HAR and curl hold the same exchanges in the same order, and no credential."""
    answers = {
        form: asked.get("/_jumun/requests", params={"format": form}) for form in ("json", "ndjson", "har", "curl")
    }
    assert {form: answer.headers["content-type"] for form, answer in answers.items()} == {
        "json": "application/json",
        "ndjson": "application/x-ndjson",
        "har": "application/json",
        "curl": "text/plain; charset=utf-8",
    }
    rows = answers["json"].json()
    assert [json.loads(line) for line in answers["ndjson"].text.splitlines()] == rows
    har = answers["har"].json()["log"]
    assert har["version"] == "1.2"
    assert [(each["request"]["method"], each["response"]["status"]) for each in har["entries"]] == [
        (row["method"], row["status"]) for row in rows
    ]
    commands = [shlex.split(line) for line in answers["curl"].text.splitlines()]
    assert [command[0] for command in commands] == ["curl"] * len(rows)
    base = str(asked.base_url).rstrip("/")
    assert [command[-1].partition("?")[0] for command in commands] == [base + row["path"] for row in rows]
    assert [entry["request"]["url"].partition("?")[0] for entry in har["entries"]] == [
        c[-1].partition("?")[0] for c in commands
    ]
    for answer in answers.values():
        assert KEYS[1] not in answer.text
        assert STATIC_TOKEN not in answer.text
        assert basic(*KEYS) not in answer.text


@pytest.mark.parametrize("form", ["json", "ndjson", "har", "curl"])
def test_filters_hold_in_every_format(asked: httpx.Client, form: str) -> None:
    """A filter chooses in each format, and nothing found is a proper empty document."""
    one = asked.get("/_jumun/requests", params={"format": form, "operation": "bootpay.token"}).text
    assert "/v1/request/token" in one
    assert "nowhere" not in one
    none = asked.get("/_jumun/requests", params={"format": form, "status": "418"})
    assert none.status_code == 200
    if form == "har":
        assert none.json()["log"]["entries"] == []
    else:
        assert none.text == ("[]" if form == "json" else "")


def test_unmatched(asked: httpx.Client) -> None:
    """Paths that no operation has are listed with the closest matches."""
    found = asked.get("/_jumun/requests/unmatched").json()
    assert [each["path"] for each in found] == ["/v1/order", "/nowhere"]
    assert all(each["operation"] is None for each in found)
    assert "bootpay.orders.list" in found[0]["near"][0]


def test_requests_of_a_session(plane: httpx.Client) -> None:
    """A session's journal is its own; query and header name it."""
    session = create(plane)
    keys = session["keys"]
    plane.get("/v1/orders", auth=(keys["bootpay_client_key"], keys["bootpay_secret_key"]))
    plane.get("/nowhere", headers={"jumun-session": session["id"]})
    for named in ({"params": {"session": session["id"]}}, {"headers": {"jumun-session": session["id"]}}):
        rows = plane.get("/_jumun/requests", **named).json()  # type: ignore[arg-type]
        assert [(row["session"], row["serial"], row["path"]) for row in rows] == [
            (session["id"], 1, "/v1/orders"),
            (session["id"], 2, "/nowhere"),
        ]
        assert len(plane.get("/_jumun/requests/unmatched", **named).json()) == 1  # type: ignore[arg-type]
    assert plane.get("/_jumun/requests/count").json() == {"count": 0}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("status=ok", "'ok'"),
        ("status=", "status"),
        ("status=-1", "-1"),
        ("status=٢", "status"),
        pytest.param("status=" + "9" * 5_000, "status", id="status=9..."),
        ("since=noon", "noon"),
        ("since=2026-11-22", "2026-11-22"),
        ("since=2026-11-22T09:00:00", "2026-11-22T09:00:00"),
        ("format=xml", "json, ndjson, har, curl"),
        ("operation=naver.product_order_idz", "naver.product_order_ids"),
        ("opration=bootpay.token", "opration"),
    ],
)
def test_bad_queries(client: httpx.Client, query: str, says: str) -> None:
    """A filter that cannot be meant is refused with what would be right: an empty list would pass for an answer."""
    assert says in problem_of(client.get(f"/_jumun/requests?{query}"), 400)


def test_the_control_plane_leaves_no_trace() -> None:
    """Looking at the control plane is not an exchange of the session."""
    with LiveServer() as server:
        httpx.get(f"{server.url}/_jumun/version", trust_env=False)
        httpx.get(f"{server.url}/_jumun/health", trust_env=False)
        httpx.get(f"{server.url}/_jumun/nothing", trust_env=False)
        assert len(server.session.journal) == 0


# Errors and coverage


@pytest.mark.parametrize("profile", PROFILES)
def test_errors(profile: str) -> None:
    """Every entry of both catalogues, with how it is known."""
    with client_of(create_app(profile=profile)) as client:
        rows = client.get("/_jumun/errors").json()
    assert {(row["provider"], row["code"]) for row in rows} == {
        (name, code) for name in BASES for code in load_contract(name, profile).errors
    }
    assert all(row["evidence"] in ("documented", "observed", "assumed") for row in rows)


def test_coverage(plane: httpx.Client) -> None:
    """A session's coverage is what it met; without a session, what all have met, deleted ones included."""
    session = create(plane)
    named = {"session": session["id"]}
    before = plane.get("/_jumun/coverage").json()
    assert before["met"] == 0
    assert before["percent"] == 0
    plane.get("/v1/orders", headers={"jumun-session": session["id"]})
    plane.get(IDS)
    own, all_ = (plane.get("/_jumun/coverage", params=query).json() for query in (named, {}))
    assert own["providers"]["bootpay"]["met"] == ["1700"]
    assert own["providers"]["naver"]["met"] == []
    assert "1700" not in own["providers"]["bootpay"]["never"]
    assert (own["met"], all_["met"]) == (1, 2)
    assert own["percent"] == round(100 / own["total"], 1)
    assert sum(len(each[key]) for each in all_["providers"].values() for key in ("met", "never")) == all_["total"]
    plane.delete(f"/_jumun/sessions/{session['id']}")
    assert plane.get("/_jumun/coverage").json() == all_
    plane.post("/_jumun/reset")
    assert plane.get("/_jumun/coverage", headers={"jumun-session": "default"}).json()["met"] == 0


def test_coverage_names_what_was_asked_for(client: httpx.Client) -> None:
    """A code that operations do not give by themselves is named apart, and not counted."""
    client.get("/v1/orders", headers={**PAIR, "prefer": "code=418"})
    measured = client.get("/_jumun/coverage").json()
    assert (measured["met"], measured["providers"]["bootpay"]["others"]) == (0, ["418"])


# Pages

OWN = LOCAL.removeprefix("http://")
FOREIGN = {
    "another site": {"origin": "https://evil.example"},
    "another port": {"origin": "http://jumun.localhost:3000"},
    "no origin that a page may name": {"origin": "null"},
    "an origin like ours": {"origin": f"{LOCAL}.evil.example"},
    "cross-site": {"sec-fetch-site": "cross-site"},
    "same site, another origin": {"sec-fetch-site": "same-site"},
    "an image": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "a frame": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    "a name that points here": {"host": "evil.example"},
    "such a name with our port": {"host": "evil.example:8123"},
    "one that begins as ours": {"host": "localhost.evil.example"},
    "one that looks like an address": {"host": "127.0.0.1.evil.example"},
    "no name at all": {"host": "[::1"},
}
LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
HARMLESS = {
    "a program": {},
    "our own page": {"origin": LOCAL, "sec-fetch-site": "same-origin"},
    "an address": {"host": "192.0.2.7:8080"},
    "an address of six": {"host": "[2001:db8::7]:8080"},
    "localhost": {"host": "LOCALHOST.:8080"},
    "a browser's own line": {"sec-fetch-site": "none", **LINK},
}


@pytest.mark.parametrize("operation", [each for each in CALLS if each[1] not in FREE], ids=" ".join)
@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_pages_of_other_origins_are_refused(operation: tuple[str, str], headers: dict[str, str]) -> None:
    """Whatever a browser lets a page send: it is a 403, and no key is in it."""
    with client_of(create_app()) as client:
        assert "_secret" not in problem_of(ask(client, operation, headers=headers, id="default"), 403)


@pytest.mark.parametrize("headers", HARMLESS.values(), ids=HARMLESS.keys())
def test_programs_and_own_pages_are_served(client: httpx.Client, headers: dict[str, str]) -> None:
    """By any name and address of this machine."""
    assert client.post("/_jumun/sessions", headers=headers).status_code == 201


def test_a_link_may_be_followed(client: httpx.Client) -> None:
    """From any page: what it shows, no page can read; but a form may not be sent so."""
    headers = {"sec-fetch-site": "cross-site", **LINK}
    assert client.get("/_jumun/orders", headers=headers).status_code == 200
    problem_of(client.post("/_jumun/reset", headers=headers), 403)


def test_a_stream_is_for_no_page(client: httpx.Client) -> None:
    """Nor is one of events."""
    headers = {"accept": "text/event-stream", "origin": "https://evil.example"}
    problem_of(client.get("/_jumun/events", headers=headers), 403)


def test_names_of_ones_own() -> None:
    """--control-host names what else the server is called."""
    with client_of(create_app(control_hosts=["Jumun.Internal"])) as client:
        assert client.get("/_jumun/clock", headers={"host": "jumun.internal:8080"}).status_code == 200
        assert "--control-host" in problem_of(client.get("/_jumun/clock", headers={"host": "other.internal"}), 403)


def test_a_token_is_good_by_any_name() -> None:
    """A page does not have it; but no page may use it either."""
    with client_of(create_app(control_token="secret")) as client:
        headers = {"authorization": "Bearer secret", "host": "jumun.internal"}
        assert client.get("/_jumun/clock", headers=headers).status_code == 200
        problem_of(client.get("/_jumun/clock", headers={**headers, "origin": "https://evil.example"}), 403)


def test_answers_are_for_no_other_origin(client: httpx.Client) -> None:
    """Headers tell browsers so, and to take JSON for nothing else."""
    for answer in (client.get("/_jumun/sessions"), client.get("/_jumun/sessions", headers={"origin": "null"})):
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not any(name.startswith("access-control") for name in answer.headers)


# The token


@pytest.mark.parametrize("operation", CALLS, ids=" ".join)
def test_a_token_is_asked_for(operation: tuple[str, str]) -> None:
    """With a token, what is in FREE is for all; everything else is a 401 without it or with another."""
    with client_of(create_app(control_token="secret", certificate_pem=b"PEM")) as client:
        right = {"authorization": "bearer  secret"}
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": "secret"},
            {"authorization": "Bearer"},
            {"authorization": "Basic secret"},
        ):
            answer = ask(client, operation, headers=headers, id="default")
            if operation[1] in FREE:
                assert answer.status_code == 200
            else:
                detail = problem_of(answer, 401)
                assert "--control-token" in detail
                assert "secret" not in detail
        answer = ask(client, operation, headers=right, id="default")
        assert answer.status_code == (409 if operation == ("DELETE", "/sessions/{id}") else answer.status_code)
        assert answer.status_code not in (401, 403)


@pytest.mark.parametrize("operation", CALLS, ids=" ".join)
@pytest.mark.parametrize("token", [{}, {"authorization": "Bearer None"}, {"authorization": "Bearer "}])
def test_closed(operation: tuple[str, str], token: dict[str, str]) -> None:
    """Beyond loopback and without a token the control plane is closed, and says how to open it."""
    with client_of(create_app(control_is_open=False, certificate_pem=b"PEM")) as client:
        answer = ask(client, operation, headers=token, id="default")
        if operation[1] in FREE:
            assert answer.status_code == 200
        else:
            assert "--control-token" in problem_of(answer, 403)


def test_a_token_opens_a_closed_one() -> None:
    """Beyond loopback the token is the key; the APIs need none in any case."""
    with client_of(create_app(control_is_open=False, control_token="secret")) as client:
        problem_of(client.get("/_jumun/sessions"), 401)
        assert client.get("/_jumun/sessions", headers={"authorization": "Bearer secret"}).status_code == 200
        assert client.get("/v1/orders", headers=PAIR).status_code == 200


def test_a_refused_token_says_how_to_authenticate() -> None:
    """A 401 carries WWW-Authenticate, as RFC 9110 demands."""
    with client_of(create_app(control_token="secret")) as client:
        assert client.get("/_jumun/sessions").headers["www-authenticate"].startswith("Bearer")


# Delays on the wire

GET = request("GET", "/v1/orders")
POST = request(
    "POST",
    "/v1/request/token",
    "Content-Type: application/json",
    body=json.dumps({"client_key": KEYS[0], "secret_key": KEYS[1]}).encode(),
)
DELAYED = {"no body": GET, "body": POST, "body on a GET": request("GET", "/v1/orders", body=b"{}")}


@pytest.fixture
def threaded() -> Iterator[Callable[[str], str]]:
    """Starts the Flask application on a WSGI server with threads, and gives its URL."""
    running = []

    def start(scenario: str) -> str:
        server = make_server("127.0.0.1", 0, create_app(scenario=scenario), threaded=True)
        server.daemon_threads = True  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def first_of(*wires: Wire) -> Wire:
    """The connection that is answered first."""
    readable, _, _ = select.select([wire.socket for wire in wires], [], [], 20)
    return next(wire for wire in wires if wire.socket in readable)


@pytest.mark.parametrize("way", ["live", "flask"])
@pytest.mark.parametrize("data", DELAYED.values(), ids=DELAYED.keys())
def test_a_delay_holds_back_one_answer_only(threaded: Callable[[str], str], data: bytes, way: str) -> None:
    """A call that has to wait is overtaken by one that came later and waits less, and is answered all the same."""
    scenario = "*: slow(1s), slow(50ms), ok *"
    with ExitStack() as stack:
        url = stack.enter_context(LiveServer(scenario=scenario)).url if way == "live" else threaded(scenario)
        client = stack.enter_context(httpx.Client(base_url=url, trust_env=False))
        slow, quick = stack.enter_context(Wire(url)), stack.enter_context(Wire(url))
        began = time.monotonic()
        slow.send(data)
        wait_until(lambda: client.get("/_jumun/requests/count").json() == {"count": 1})
        quick.send(data)
        assert first_of(slow, quick) is quick
        assert quick.read().status == 200
        assert client.get("/v1/orders", headers=PAIR).status_code == 200
        assert slow.read().status == 200
        assert time.monotonic() - began > 0.9


@pytest.mark.parametrize("data", DELAYED.values(), ids=DELAYED.keys())
def test_pipelined_calls_keep_their_order(data: bytes) -> None:
    """On one connection the answer to a later call waits for the delayed one before it."""
    with LiveServer(scenario="*: slow(50ms)+503, ok *") as server, Wire(server.url) as wire:
        wire.send(data + GET + GET)
        assert [wire.read().status for _ in range(3)] == [503, 200, 200]


@pytest.mark.parametrize("data", DELAYED.values(), ids=DELAYED.keys())
def test_a_client_that_leaves_ends_its_delay(data: bytes) -> None:
    """A call whose client goes away during an hour's delay is forgotten once a client could not be waiting any more."""
    with LiveServer(scenario="*: slow(1h)", bounds=Bounds(stall_s=0.1)) as server:
        state = server._server.server_state
        with Wire(server.url) as wire:
            wire.send(data)
            wait_until(lambda: len(server.session.journal) == 1)
            assert len(state.connections) == 1
        wait_until(lambda: not state.connections)


@pytest.mark.parametrize("data", DELAYED.values(), ids=DELAYED.keys())
def test_a_client_that_breaks_off_ends_its_delay(data: bytes) -> None:
    """One that resets its connection cannot be waiting: its call is forgotten at once."""
    with LiveServer(scenario="*: slow(1h)") as server:
        state = server._server.server_state
        with Wire(server.url) as wire:
            wire.send(data)
            wait_until(lambda: len(server.session.journal) == 1)
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wait_until(lambda: not state.connections)


@pytest.mark.parametrize("data", DELAYED.values(), ids=DELAYED.keys())
def test_stopping_during_a_delay(data: bytes) -> None:
    """A server that stops cuts the calls that wait, without an error and without waiting for them."""
    with LiveServer(scenario="*: slow(1h)") as server:
        wire = Wire(server.url)
        wire.send(data)
        wait_until(lambda: len(server.session.journal) == 1)
    with wire, pytest.raises(ConnectionError):
        wire.read()


def test_a_delayed_answer_is_the_same() -> None:
    """But for the waiting nothing changes: the same bytes come."""
    with LiveServer(scenario="*: slow(1ms), ok *") as server, Wire(server.url) as wire:
        httpx.post(f"{server.url}/_jumun/clock", json={"freeze": True}, trust_env=False)
        slow, plain = wire.ask(GET), wire.ask(GET)
        assert slow.body == plain.body
        note = slow.header("jumun-note")
        assert note
        assert slow.head.replace(f"jumun-note: {note}\r\n".encode(), b"") == re.sub(
            rb"jumun-note: [^\r]*\r\n", b"", plain.head
        )
