from __future__ import annotations

import socket
from io import BytesIO
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver import create_app
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import FORM, KEYS, NOW, ORDER, STATIC_TOKEN, TOKEN_PATH, World
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

IDS = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"


@pytest.fixture(params=PROFILES)
def client(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of the Flask application, without a socket."""
    app = create_app(profile=request.param, clock=Clock(frozen_at=NOW))
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://jumun.localhost:81") as client:
        client.params = httpx.QueryParams()
        client.headers["x-profile"] = request.param
        yield client


def is_documented(client: httpx.Client) -> bool:
    """Which profile the client's server speaks."""
    return client.headers["x-profile"] == "documented"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_is_a_url_rule(provider: str) -> None:
    """Under every prefix, so that `flask routes` shows what is served."""
    rules = {(str(rule), method) for rule in create_app().url_map.iter_rules() for method in rule.methods or ()}
    for operation in load_contract(provider).operations.values():
        for prefix in PROVIDERS[provider].prefixes:
            if operation.is_stub and not prefix:
                continue
            path = prefix + operation.path.replace("{", "<").replace("}", ">")
            assert (path, operation.method) in rules


def test_both_apis_answer(client: httpx.Client) -> None:
    """All four operations work under WSGI: paths, queries, headers, forms and JSON come through."""
    bearer = {"authorization": f"Bearer {STATIC_TOKEN}"}
    assert client.get(IDS, headers=bearer).json()["data"]
    form = World().token_fields()
    assert client.post(TOKEN_PATH, data=form, headers={"content-type": FORM}).json()["token_type"] == "Bearer"
    orders = client.get("/v1/orders", params={"keyword": "프리미엄 구독", "status": "2,3"}, auth=KEYS).json()
    assert orders["count"] == 2
    keys = {"client_key": KEYS[0], "secret_key": KEYS[1]}
    token = client.post("/v1/request/token", json=keys).json()["access_token"]
    assert client.get("/v1/orders", headers={"authorization": f"Bearer {token}"}).json()["count"] == BOOTPAY_ORDERS


@pytest.mark.parametrize("path", ["/v1/orders/", "/v1//orders", "/%76%31/orders"])
def test_the_application_is_as_lenient_as_the_server(client: httpx.Client, path: str) -> None:
    """Stray slashes and percent signs are routed to the same place, without a redirect."""
    assert client.get(path, auth=KEYS).status_code == 200


def test_naver_keeps_its_slashes(client: httpx.Client) -> None:
    """What naver's gateway does not overlook, Flask does not either."""
    assert client.get(f"{IDS}/", headers={"authorization": f"Bearer {STATIC_TOKEN}"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "documented", "observed"),
    [
        ("/external/v1/unknown", {"code": "NOT_FOUND"}, {"code": "GW.NOT_FOUND"}),
        ("/v1/pay-order/unknown", {"code": "NOT_FOUND"}, {"code": "GW.NOT_FOUND"}),
        ("/v1/unknown", {"status": 404, "code": 404}, {"status": 404, "code": 404}),
        ("/v1/orders/nothing", {"status": 404, "code": 3700}, {"error_code": "ORDER_NOT_FOUND"}),
    ],
)
def test_an_unknown_path_has_its_providers_answer(
    client: httpx.Client, path: str, documented: dict[str, object], observed: dict[str, object]
) -> None:
    """A 404 in the dialect of whose path it is."""
    answer = client.get(path, auth=KEYS)
    assert answer.status_code == 404
    assert (documented if is_documented(client) else observed).items() <= answer.json().items()


def test_order_detail_asks_for_keys(client: httpx.Client) -> None:
    """Whether an order is there is not shown without keys, although its detail is not served."""
    assert [client.get(f"/v1/orders/{id_}").status_code for id_ in ("nothing", "68707c59b0eacea5cd974efd")] == [
        401,
        401,
    ]


@pytest.mark.parametrize(("path", "allow"), [(IDS, "GET"), ("/v1/orders", "GET"), (TOKEN_PATH, "POST")])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_an_unknown_method_has_its_providers_answer(client: httpx.Client, method: str, path: str, allow: str) -> None:
    """A 405 with Allow, in the dialect of whose path it is; Flask answers no OPTIONS of its own."""
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allow
    assert answer.json()["message"] == ("Method Not Allowed" if path == "/v1/orders" else "허용되지 않은 메서드입니다.")


@pytest.mark.parametrize("path", ["/v2/orders", "/", "/order"])
def test_nobodys_path_is_told_what_is_near(client: httpx.Client, path: str) -> None:
    """Problem details with near matches."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "near"}
    assert path in answer.json()["detail"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1/orders",
        "/v1/../x",
        "/%00",
        "/%0A",
        "/_jumun",
        "/_jumun/",
        "/_jumun/x",
        "/_jumun/health",
        "/_jumun/openapi/x.json",
        "/static/x",
        "/favicon.ico",
        "//",
        "/<x>",
        "/v1/orders/%2F",
    ],
)
def test_no_page_of_flasks_own(client: httpx.Client, method: str, path: str) -> None:
    """Whatever is asked, no HTML and no redirect come back."""
    answer = client.request(method, path)
    assert not answer.content or "html" not in answer.headers["content-type"], answer.text
    assert not answer.is_redirect
    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("path", "status"),
    [("/%FF", 404), ("/v1/%FF", 404), ("/%EC%A3%BC", 404), (IDS.replace(ORDER, "%EC%A3%BC"), 400), (IDS, 200)],
)
def test_any_path_through_wsgi(path: str, status: int) -> None:
    """Korean and bytes that are not UTF-8, handed over as the WSGI standard has it (httpx's transport does not)."""
    answer = create_app().test_client().get(path, headers={"Authorization": f"Bearer {STATIC_TOKEN}"})
    assert answer.status_code == status


@pytest.mark.parametrize(("path", "status"), [("/v1/orders", 200), ("/_jumun/health", 200), ("/nowhere", 404)])
@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
def test_an_offer_to_upgrade_is_declined(client: httpx.Client, upgrade: str, path: str, status: int) -> None:
    """A handshake is an ordinary call here, and no page of Flask's refuses it."""
    answer = client.get(path, auth=KEYS, headers={"connection": "Upgrade", "upgrade": upgrade})
    assert answer.status_code == status
    assert "html" not in answer.headers["content-type"]


@pytest.mark.parametrize("is_connection", [False, True])
def test_chunked_body(is_connection: bool) -> None:  # noqa: FBT001
    """A chunked body is read where the host hands over its end, and not waited for where it is the connection itself.

    hypercorn and a2wsgi do the first and do not say so; wsgiref does the second.
    """
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with ours, theirs, ours.makefile("rb") as connection:
        body = b'{"client_key":"your-commerce-client-key","secret_key":"your-commerce-secret-key"}'
        environ = EnvironBuilder("/v1/request/token", method="POST", content_type="application/json").get_environ()
        environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": connection if is_connection else BytesIO(body)}
        environ.pop("CONTENT_LENGTH", None)
        environ.pop("wsgi.input_terminated", None)
        dispatch = create_dispatch({})
        run_wsgi_app(create_app(dispatch), environ)
    assert [exchange.request.body for exchange in dispatch.store.default.journal] == [b"" if is_connection else body]


def test_a_given_dispatch_is_used() -> None:
    """`create_app(dispatch)` answers out of that dispatch's session."""
    world = World()
    with httpx.Client(transport=httpx.WSGITransport(app=create_app(world.dispatch)), base_url="http://x") as client:
        client.get("/v1/orders", auth=KEYS)
    assert len(world.session.journal) == 1
    assert (world.last.operation, world.last.status) == ("bootpay.orders.list", 200)


def test_a_fault_that_no_wsgi_host_can_play() -> None:
    """The answer is whole, and note and journal say that the fault was not played, not that it was."""
    client = create_app(scenario="bootpay.orders.list: reset x1, gzip-lie x1").test_client()
    auth = ("your-commerce-client-key", "your-commerce-secret-key")
    first, second = (client.get("/v1/orders?limit=1", auth=auth) for _ in range(2))
    assert b"count" in first.data
    assert "reset was not played: that takes the server of jumun serve" in first.headers["jumun-note"]
    assert second.headers["content-encoding"] == "gzip"
    rows: Any = client.get("/_jumun/requests").json
    assert [(each["status"], each["fault"]) for each in rows] == [(200, None), (200, None)]
    assert '"count"' in rows[0]["response"]["body"]
