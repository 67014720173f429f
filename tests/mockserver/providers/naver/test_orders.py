from __future__ import annotations

import pytest

from tests.mockserver.world import ORDER, World

THREE = [f"{ORDER}00{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize("prefix", ["/external", ""])
def test_the_guides_order(world: World, prefix: str) -> None:
    """As documented, the three ids are under data.productOrderIds, with and without /external in the path."""
    answer = world.product_orders(prefix=prefix)
    assert answer.status == 200
    assert list(answer.json) == ["timestamp", "traceId", "data"]
    assert answer.json["data"] == {"productOrderIds": THREE}


def test_the_guides_order_as_observed(observed: World) -> None:
    """As observed, data is the array itself."""
    answer = observed.product_orders()
    assert answer.json["data"] == THREE


def test_a_live_looking_order(either: World) -> None:
    """Sixteen digits, and product orders that are numbers of their own."""
    data = either.product_orders("2026082770010011").json["data"]
    ids = data["productOrderIds"] if either.session.profile == "documented" else data
    assert ids == ["2026082750010011", "2026082750010021", "2026082750010031", "2026082750010041"]


@pytest.mark.parametrize("order_id", ["2026090270030031", "9999999999999999", "2023010112346"])
def test_an_order_that_is_not_yours(either: World, order_id: str) -> None:
    """Another seller's order and one that does not exist: 404 as documented, 400 101010 as observed."""
    answer = either.product_orders(order_id)
    said = (answer.status, answer.json["code"], answer.json["message"])
    if either.session.profile == "documented":
        assert said == (404, "ORDER_NOT_FOUND", "존재하지 않는 주문입니다.")
    else:
        assert said == (400, "101010", "처리권한이 없는 주문번호를 요청했습니다")


@pytest.mark.parametrize(
    "order_id",
    [
        "abc",
        "12345",
        "202301011234",
        "1" * 21,
        "2023010112345x",
        "-2023010112345",
        "20230101.12345",
        "".join(chr(0xFF10 + int(digit)) for digit in ORDER),
        "٢٠٢٣٠١٠١١٢٣٤٥",
        "2023010112345%0A",
        "2023010112345%0D%0A",
        "%202023010112345",
        "2023010112345%00",
        "%FF%FE",
    ],
)
def test_a_malformed_order_id(either: World, order_id: str) -> None:
    """Letters, too few or too many digits, digits of other scripts, stray line ends: 400 and a violation."""
    answer = either.product_orders(order_id)
    documented = either.session.profile == "documented"
    assert (answer.status, answer.json["code"]) == (400, "INVALID_ORDER_ID" if documented else "4000")
    assert either.places == ["path/orderId"]


@pytest.mark.parametrize("order_id", ["2023010112345%2F", "2023%2F010112345", "", "../orders/2023010112345"])
def test_a_slash_makes_it_another_path(either: World, order_id: str) -> None:
    """An encoded slash, or no id at all, is a path that the provider does not know."""
    answer = either.product_orders(order_id)
    documented = either.session.profile == "documented"
    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND" if documented else "GW.NOT_FOUND")


def test_unknown_keys_are_noted(either: World) -> None:
    """A query that the operation does not have changes nothing."""
    path = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids?page=1"
    answer = either.call("GET", path, authorization="Bearer your_access_token_here", accept="*/*")
    assert answer.status == 200
    assert [place.replace("'", "") for place in either.places] == ["query/page"]
