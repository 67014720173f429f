from __future__ import annotations

import pytest

from jumun_mockserver.core.routing import Routes
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import ORDER, World

IDS = f"/v1/pay-order/seller/orders/{ORDER}/product-order-ids"


@pytest.fixture(scope="module")
def routes() -> Routes:
    """Those of all providers."""
    return Routes(PROVIDERS, "documented")


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", f"/external{IDS}", "naver.product_order_ids"),
        ("GET", IDS, "naver.product_order_ids"),
        ("GET", f"/partner{IDS}", "naver.product_order_ids"),
        ("POST", "/external/v1/oauth2/token", "naver.token"),
        ("POST", "/v1/oauth2/token", "naver.token"),
        ("POST", "/partner/v1/oauth2/token", "naver.token"),
        ("GET", "/v1/orders", "bootpay.orders.list"),
        ("GET", "/v1/orders/", "bootpay.orders.list"),
        ("GET", "//v1//orders", "bootpay.orders.list"),
        ("GET", "/v1//orders//", "bootpay.orders.list"),
        ("POST", "/v1//request/token/", "bootpay.token"),
    ],
)
def test_an_operation_is_found(routes: Routes, method: str, path: str, operation: str) -> None:
    """All prefixes of naver are routed to its operations; bootpay's paths may have stray slashes."""
    match = routes.match(method, path)
    assert match.route
    assert match.route.operation == operation


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        (f"/external{IDS}/", "naver"),
        (f"/external//{IDS}", "naver"),
        ("/external", "naver"),
        ("/external/v2/anything", "naver"),
        ("/v1/pay-order/unknown", "naver"),
        ("/v1/pay-order/seller/orders//product-order-ids", "naver"),
        ("/v1/oauth2/token/", "naver"),
        ("/v1/order", "bootpay"),
        ("/v1", "bootpay"),
        ("/v1/pay-orders", "bootpay"),
        ("/v1x/orders", None),
        ("/V1/orders", None),
        ("/partner/v1/pay-order", "naver"),
        ("/external2", None),
        ("/partners", None),
        ("/", None),
        ("", None),
    ],
)
def test_an_unknown_path_belongs_to_somebody_or_nobody(routes: Routes, path: str, owner: str | None) -> None:
    """The provider of whose territory a path is answers its 404; naver overlooks no slash."""
    match = routes.match("GET", path)
    assert match.route is None
    assert match.allow == ()
    assert (match.provider.name if match.provider else None) == owner


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "get", "BREW", ""])
def test_a_known_path_with_another_method(routes: Routes, method: str) -> None:
    """The path says which methods it has; they are case-sensitive."""
    match = routes.match(method, "/v1/orders")
    assert match.route is None
    assert match.allow == ("GET",)


@pytest.mark.parametrize("text", ["2023010112345", "abc", "주문", "a b", "2023\n"])
def test_a_path_parameter_is_one_segment(routes: Routes, text: str) -> None:
    """Whatever is between the slashes is the value."""
    match = routes.match("GET", f"/external/v1/pay-order/seller/orders/{text}/product-order-ids")
    assert match.values == {"orderId": text}


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("GET", "/v2/orders", "GET /v1/orders (bootpay.orders.list)"),
        ("GET", "/orders", "GET /v1/orders (bootpay.orders.list)"),
        ("POST", "/oauth2/token", "POST /v1/oauth2/token (naver.token)"),
    ],
)
def test_near_matches_begin_with_the_one_that_was_meant(routes: Routes, method: str, path: str, nearest: str) -> None:
    """At most three routes are named, of an operation each, the most like one first."""
    near = routes.near(method, path, provider=None)
    assert str(near[0]) == nearest
    assert len({route.operation for route in near}) == len(near) <= 3


def test_what_is_like_nothing_has_no_near_match(routes: Routes) -> None:
    """No route is forced upon a path that resembles none."""
    assert routes.near("GET", "/" + "q" * 200, provider=None) == ()


@pytest.mark.parametrize("target", ["/v1/%6Frders", "/%76%31/orders", "/v1%2Forders"])
def test_percent_encoded_paths_mean_the_same(world: World, target: str) -> None:
    """A path is matched decoded."""
    assert world.call("GET", target).status == 401
