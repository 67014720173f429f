"""Cancellations over the API: amounts, lists, ids, and money that adds up whatever is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from jumun_contracts import load_contract
from tests.mockserver.providers.bootpay.calling import SUPERVISOR, bring, call, place, request, shop_of
from tests.mockserver.world import World, write
from tests.packaged import BOOTPAY_ORDERS

PRODUCTS = [
    {"product_id": "6709c58f7975188b6e6fce93", "name": "머그컵", "quantity": 3, "price": 2_000},
    {"product_id": "6709c58f7975188b6e6fce94", "name": "접시", "quantity": 1, "price": 4_000},
]


@pytest.mark.parametrize(
    ("parameters", "price"),
    [
        ({}, 10_000),
        ({"cancel_price": 2_500}, 2_500),
        ({"refund_price": 2_500, "cancel_reason": "파손"}, 2_500),
        ({"cancel_products": [{"product_id": PRODUCTS[0]["product_id"], "cancel_quantity": 2}]}, 4_000),
        ({"cancel_products": [{"product_id": PRODUCTS[0]["product_id"], "qty": 1, "cancel_price": 1_500}]}, 1_500),
        ({"cancel_products": [{"product_id": each["product_id"]} for each in PRODUCTS]}, 10_000),
    ],
)
def test_how_much_is_cancelled(either: World, parameters: dict[str, Any], price: int) -> None:
    """An amount, products by pieces or amounts, or all that is left; both SDK families' names are read."""
    ids = bring(either, "paid", price=10_000, products=PRODUCTS)
    shown = request(either, ids["order_number"], cancel_immediately=True, **parameters).json
    assert (shown["cancel_before_price"], shown["cancel_price"]) == (10_000, price)
    assert (shown["cancel_after_price"], shown["is_partial_cancelled"]) == (10_000 - price, price < 10_000)
    if either.session.profile == "observed":
        assert call(either, "GET", f"orders/{ids['order_id']}").json["cancelled_price"] == price


@pytest.mark.parametrize(
    ("parameters", "note"),
    [
        ({"cancel_price": 0}, "the amount to cancel is 0; it must be above 0"),
        ({"cancel_products": [{"product_id": "x"}]}, "the order has no product 'x'; it has 6709c58f7975188b6e6fce93"),
        ({"cancel_products": [{"product_id": PRODUCTS[0]["product_id"], "qty": 4}]}, "4 of 3 pieces"),
    ],
)
def test_what_cannot_be_cancelled(either: World, parameters: dict[str, Any], note: str) -> None:
    """An amount of nothing, a foreign product and too many pieces are refused with 442, and nothing changes."""
    ids = bring(either, "paid", price=10_000, products=PRODUCTS)
    answer = request(either, ids["order_number"], **parameters)
    assert answer.status == 442
    assert note in answer.note
    assert call(either, "GET", f"order/cancel?order_id={ids['order_id']}").json == {"count": 0, "list": []}


def test_who_may_ask(either: World) -> None:
    """`is_supervisor` needs the role, and a decision the supervisor's; the refusal names both."""
    ids = bring(either, "paid")
    body = {"order_number": ids["order_number"], "is_supervisor": True}
    refused = call(either, "POST", "order/cancel", body)
    assert refused.status == 403
    assert "BOOTPAY-ROLE is 'user', not supervisor" in refused.note
    asked = call(either, "POST", "order/cancel", body, **SUPERVISOR)
    cancel_id = asked.json["order_cancellation_request_id"]
    for role in ({}, {"bootpay-role": "manager"}):
        assert call(either, "PUT", f"order/cancel/{cancel_id}/approve", {}, **role).status == 403
    assert call(either, "PUT", f"order/cancel/{cancel_id}/approve", {}, **SUPERVISOR).json["status"] == 1


def test_the_list_of_all(either: World) -> None:
    """Those of the data come with those that were asked for, the newest order's first, page by page; ids resolve."""
    ids = bring(either, "paid", price=9_000)
    for price in (1_000, 2_000):
        request(either, ids["order_number"], cancel_price=price, cancel_immediately=True)
    whole = call(either, "GET", "order/cancel?limit=50").json
    assert whole["count"] == len(whole["list"]) == 6
    assert [row["cancel_price"] for row in whole["list"]][:2] == [2_000, 1_000]
    pages = [call(either, "GET", f"order/cancel?limit=4&page={page}").json for page in (1, 2, 3)]
    assert [row for page in pages for row in page["list"]] == whole["list"]
    assert {page["count"] for page in pages} == {6}
    for row in whole["list"]:
        of_order = call(either, "GET", f"order/cancel?order_number={row['order_number']}").json["list"]
        assert row in of_order
    assert len({row["order_cancellation_request_id"] for row in whole["list"]}) == 6


def test_an_order_of_the_data_is_decided_upon() -> None:
    """The cancellation of a packaged order, and of a derived one, is approved under the id that the list shows."""
    world = World(orders=60)
    rows = []
    for page in (1, 2):
        rows += call(world, "GET", f"order/cancel?limit=50&page={page}").json["list"]
    waiting = [row for row in rows if row["status"] == 0]
    assert len(waiting) > 3
    for row in waiting:
        target = f"order/cancel/{row['order_cancellation_request_id']}/approve"
        assert call(world, "PUT", target, {}, **SUPERVISOR).json["status"] == 1
        detail = call(world, "GET", f"orders/{row['order_id']}").json
        assert (detail["status"], detail["receipt_status"]) == (4, 1)
    assert not [row for row in call(world, "GET", "order/cancel?limit=50").json["list"] if row["status"] == 0]


@pytest.mark.parametrize("cancel_id", ["x", "0" * 24, "68707c59b0eacea5cd974efd"])
def test_an_id_of_no_cancellation(either: World, cancel_id: str) -> None:
    """An unknown id, and one of an order, gives a 404 with a note."""
    answer = call(either, "PUT", f"order/cancel/{cancel_id}/approve", {}, **SUPERVISOR)
    assert (answer.status, answer.note) == (404, "no order has a cancellation of this id")
    assert call(either, "GET", "order/cancel?order_number=nope").status == 404
    assert request(either, "nope").status == 404


def test_one_of_two_calls_wins(either: World) -> None:
    """Of an approval and a rejection at once, and of two requests, one is carried out and the other is refused."""
    for _ in range(8):
        ids = bring(either, "paid")
        cancel_id = request(either, ids["order_number"]).json["order_cancellation_request_id"]
        barrier = Barrier(2)

        def decide(decision: str, cancel_id: str = cancel_id, barrier: Barrier = barrier) -> int:
            barrier.wait()
            return call(either, "PUT", f"order/cancel/{cancel_id}/{decision}", {"message": "확인"}, **SUPERVISOR).status

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(decide, ("approve", "reject"))) == [200, 400]
        other = bring(either, "paid")

        def ask(_: int, number: str = other["order_number"], barrier: Barrier = barrier) -> int:
            barrier.wait()
            return request(either, number).status

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, range(2))) == [200, 400]


def test_arrays_where_the_data_says_so(tmp_path: Any) -> None:
    """`cancel_list` and `month_list: array` in lifecycle.yaml give bare arrays, which the contract takes too."""
    text = "cancel_list: array\nmonth_list: array\ndetail_states: number\n"
    world = World(profile="observed", data=write(tmp_path, {"bootpay/lifecycle.yaml": text}))
    operations = load_contract("bootpay", "observed").operations
    cancels = call(world, "GET", "order/cancel").json
    month = call(world, "GET", "orders/month?user_group_id=6763758e817af6a00e0fbf62&search_date=2025-07").json
    for operation, answer in (("bootpay.order_cancel.list", cancels), ("bootpay.orders.month", month)):
        assert isinstance(answer, list)
        assert answer
        assert not operations[operation].success.schema.findings(answer)
    assert call(world, "GET", "orders/68707c59b0eacea5cd974efd").json["status"] == 2


class Money(RuleBasedStateMachine):
    """Requests, decisions and withdrawals in any order, against sums that are kept by hand."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.world = World(profile="observed")
        self.left: dict[str, int] = {}
        self.open: dict[str, tuple[str, int]] = {}

    @rule(target=orders, price=st.integers(1, 50_000))
    def buy(self, price: int) -> str:
        """A paid order."""
        number: str = bring(self.world, "paid", price=price)["order_number"]
        self.left[number] = price
        return number

    @rule(number=orders, price=st.integers(1, 60_000) | st.none(), at_once=st.booleans())
    def ask(self, number: str, price: int | None, at_once: bool) -> None:  # noqa: FBT001 - drawn
        """A request is taken if nothing waits and no more is asked for than is left."""
        parameters = {} if price is None else {"cancel_price": price}
        answer = request(self.world, number, cancel_immediately=at_once, **parameters)
        wanted = self.left[number] if price is None else price
        if self.left[number] == 0:
            assert answer.json["error_code"] == "CANCEL_ALREADY_DONE"
        elif number in self.open:
            assert answer.json["error_code"] == "PROCESS_DUPLICATED"
        elif wanted > self.left[number]:
            assert answer.json["error_code"] == "CANCEL_PRICE_OVER"
        elif at_once:
            self.left[number] -= wanted
        else:
            self.open[number] = answer.json["order_cancellation_request_id"], wanted

    @rule(number=orders, decision=st.sampled_from(["approve", "reject", "withdraw"]))
    def decide(self, number: str, decision: str) -> None:
        """What waits is decided upon."""
        if number not in self.open:
            return
        cancel_id, price = self.open.pop(number)
        role = {} if decision == "withdraw" else SUPERVISOR
        answer = call(self.world, "PUT", f"order/cancel/{cancel_id}/{decision}", {"message": "확인"}, **role)
        assert answer.status == 200
        if decision == "approve":
            self.left[number] -= price

    @invariant()
    def sums(self) -> None:
        """What is cancelled and what is left make the price; the list's filter follows."""
        for number, left in self.left.items():
            shown = call(self.world, "GET", f"orders/{number}").json
            assert shown["price"] - shown["cancelled_price"] == left
            cancels = call(self.world, "GET", f"order/cancel?order_number={number}").json["list"]
            assert sum(row["cancel_price"] for row in cancels if row["status"] == 1) == shown["cancelled_price"]
        cancelled = call(self.world, "GET", "orders?status=4&limit=50").json["list"]
        ours = {row["order_number"] for row in cancelled} & self.left.keys()
        assert ours == {number for number, left in self.left.items() if not left}


TestMoney = Money.TestCase
TestMoney.settings = settings(max_examples=15, stateful_step_count=12)


def test_nothing_is_left_after_a_reset(world: World) -> None:
    """Cancellations, their ids and stored answers go with the session's state."""
    ids = bring(world, "paid")
    answer = request(world, ids["order_number"])
    cancel_id = answer.json["order_cancellation_request_id"]
    world.session.reset()
    assert call(world, "GET", "order/cancel").json["count"] == 4
    assert call(world, "PUT", f"order/cancel/{cancel_id}/withdraw").status == 404
    assert len(shop_of(world).orders) == BOOTPAY_ORDERS
    assert place(world)["order_id"] == ids["order_id"]


def test_a_page_beyond_all(either: World) -> None:
    """It is empty, however far it is."""
    answer = call(either, "GET", "order/cancel?page=99999999999999999999999")
    assert (answer.status, answer.json["list"]) == (200, [])


@pytest.mark.parametrize(
    ("price", "parameters"),
    [
        (0, {"cancel_price": -100, "cancel_immediately": True}),
        (1_000, {"cancel_price": 100, "cancel_tax_free_price": 99_999, "cancel_immediately": True}),
        (1_000, {"cancel_products": [{"cancel_price": 700}, {"cancel_price": -200}], "cancel_immediately": True}),
    ],
)
def test_sums_that_would_not_add_up(either: World, price: int, parameters: dict[str, Any]) -> None:
    """Amounts below nothing, and more tax-free than there is, are refused with 442, and nothing is cancelled."""
    ids = bring(either, "paid", price=price)
    assert request(either, ids["order_number"], **parameters).status == 442
    assert call(either, "GET", f"order/cancel?order_id={ids['order_id']}").json["list"] == []
