from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import PROFILES, DocumentError, load_contract
from jumun_mockserver.control.reading import own_contract
from jumun_mockserver.core.orders import NewOrder, OrderError
from jumun_mockserver.providers.naver.acting import act, find_order, iter_orders
from jumun_mockserver.providers.naver.placing import place_order
from jumun_mockserver.providers.naver.templates import TEMPLATES
from tests.mockserver.world import World, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumun_mockserver.providers.naver.shop import NaverShop

UNPAID = {"productOrderStatus": "PAYMENT_WAITING"}
SETS: dict[str, dict[str, Any]] = {
    "single": {"productClass": "단일상품", "deliveryAttributeType": "NORMAL", "expectedDeliveryMethod": "DELIVERY"},
    "options": {"productClass": "조합형옵션상품", "productOption": re.compile("색상: .+ / 크기: .+")},
    "bundle": {"productClass": "조합형옵션상품", "deliveryPolicyType": "유료", "deliveryFeeAmount": 3_000},
    "gift": {"giftReceivingStatus": "WAIT_FOR_RECEIVING", "shippingAddress": None},
    "preorder": {
        "deliveryAttributeType": "PRE_ORDER",
        "shippingStartDate": "2026-03-18T00:00:00.000+09:00",
        "shippingDueDate": "2026-03-21T23:59:59.000+09:00",
    },
    "direct": {"expectedDeliveryMethod": "DIRECT_DELIVERY", "expectedDeliveryCompany": None},
    "fulfillment": {
        "deliveryAttributeType": "ARRIVAL_GUARANTEE",
        "arrivalGuaranteeDate": "2026-03-05T23:59:59.000+09:00",
        "logisticsCompanyId": re.compile("."),
    },
}
"""Template → what its first product order has; None for what it lacks."""


def shop_of(world: World) -> NaverShop:
    """Its NAVER shop."""
    shop: NaverShop = world.session.shops["naver"]
    return shop


def placed(world: World, template: str = "single", count: int | None = None, **fields: Any) -> list[dict[str, Any]]:
    """The product orders of an order that is placed now, with the order's own fields under `order`."""
    shop = shop_of(world)
    ids = place_order(NewOrder(template, count, fields), shop)["product_order_ids"]
    found = [find_order(id_, shop) for id_ in ids]
    return [{**order.data["productOrder"], "order": order.data["order"]} for order in found if order]


def test_every_template_is_tested() -> None:
    """The table above has all kinds of orders, which are those of the design."""
    assert SETS.keys() == TEMPLATES.keys()


@pytest.mark.parametrize("template", SETS)
def test_a_template_sets_what_makes_it(world: World, template: str) -> None:
    """An order of a kind has the fields that make it that kind."""
    first, *_ = placed(world, template)
    for name, wanted in SETS[template].items():
        if isinstance(wanted, re.Pattern):
            assert wanted.match(first[name])
        else:
            assert first.get(name) == wanted


@pytest.mark.parametrize("template", SETS)
@pytest.mark.parametrize("count", [None, 1, 2, 30])
def test_every_placed_order_is_whole(world: World, template: str, count: int | None) -> None:
    """Paid and not confirmed, dated by the session's clock, numbers of 16 digits, sums that hold, whatever its kind."""
    parts = placed(world, template, count, quantity=3, productDiscountAmount=1_000)
    assert len(parts) == (count or TEMPLATES[template].parts)
    order = parts[0]["order"]
    assert order["orderDate"] == order["paymentDate"] == "2026-03-04T14:06:07.089+09:00"
    ids = [order["orderId"], *(part["productOrderId"] for part in parts)]
    assert all(re.fullmatch(r"20260304[0-9]{8}", id_) for id_ in ids)
    assert len(set(ids)) == len(ids)
    for part in parts:
        assert (part["productOrderStatus"], part["placeOrderStatus"]) == ("PAYED", "NOT_YET")
        total = (part["unitPrice"] + part["optionPrice"]) * 3
        assert (part["totalProductAmount"], part["totalPaymentAmount"]) == (total, total - 1_000)
        commission = part["paymentCommission"] + part["knowledgeShoppingSellingInterlockCommission"]
        assert part["expectedSettlementAmount"] == total - 1_000 - commission
        assert part["productImediateDiscountAmount"] == 1_000
    amounts = [part["totalPaymentAmount"] + part["deliveryFeeAmount"] for part in parts]
    assert order["generalPaymentAmount"] == sum(amounts)


@pytest.mark.parametrize("template", SETS)
def test_fields_are_those_of_a_query(world: World, reference: Callable[[str], bytes], template: str) -> None:
    """No field of a placed order is one that the official page does not have."""
    known = json.loads(reference("workflow_payloads/naver_query_field_table.json"))["fields"]
    for part in placed(world, template, 2):
        order = part.pop("order")
        assert order.keys() <= known["order"].keys()
        assert {name for name in part if f"{name}[]" not in known["productOrder"]} <= known["productOrder"].keys()


def test_parts_of_a_bundle_are_one_parcel(world: World) -> None:
    """A main product and add-ons share a package and its one fee; parts of other orders have packages of their own."""
    main, *add_ons = placed(world, "bundle", 4)
    assert {part["productClass"] for part in add_ons} == {"추가구성상품"}
    assert {part["packageNumber"] for part in add_ons} == {main["packageNumber"]}
    assert [part["deliveryFeeAmount"] for part in (main, *add_ons)] == [3_000, 0, 0, 0]
    assert len({part["packageNumber"] for part in placed(world, "options", 4)}) == 4


def test_parts_with_options_differ(world: World) -> None:
    """Product orders of one order with options are of one product and of different options."""
    parts = placed(world, "options", 4)
    assert len({part["productId"] for part in parts}) == 1
    assert len({part["productOption"] for part in parts}) == len({part["itemNo"] for part in parts}) == 4


def test_a_gift_hides_its_giver_and_gets_an_address(world: World) -> None:
    """Of a gift the giver's name is not shown, and there is an address once it was accepted."""
    (waiting,) = placed(world, "gift", ordererName="아무개")
    (accepted,) = placed(world, "gift", giftReceivingStatus="RECEIVED")
    assert not {"ordererName", "ordererTel"} & waiting["order"].keys()
    assert accepted["shippingAddress"]["baseAddress"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"giftReceivingStatus": "RECEIVED"}, "gift"),
        ({"productDiscountAmount": 10**9}, "discount"),
        ({"optionPrice": -(10**9)}, "less than nothing"),
    ],
)
def test_fields_that_do_not_fit_each_other(world: World, fields: dict[str, Any], says: str) -> None:
    """What no order could have is refused, and nothing is placed."""
    with pytest.raises(OrderError, match=says):
        place_order(NewOrder(fields=fields), shop_of(world))
    assert not world.session.state.read_all("naver.orders")
    assert not world.session.events.last


def test_what_differs_from_the_template(world: World) -> None:
    """Fields that are given are those of each part and of the order; an address may be given in part."""
    parts = placed(world, count=2, productName="의자", ordererName="아무개", shippingAddress={"name": "김하나"})
    for part in parts:
        assert (part["productName"], part["order"]["ordererName"]) == ("의자", "아무개")
        assert part["shippingAddress"]["name"] == "김하나"
        assert part["shippingAddress"]["zipCode"]


DERIVED = {
    "productOrderId",
    "productOrderStatus",
    "placeOrderStatus",
    "placeOrderDate",
    "decisionDate",
    "claimId",
    "claimType",
    "claimStatus",
    "delayedDispatchReason",
    "delayedDispatchDetailedReason",
    "orderId",
    "orderDate",
    "paymentDate",
    "paymentDueDate",
}
"""Ids, states and moments: they follow from what happens to an order, not from how it was placed."""


def test_any_field_may_differ() -> None:
    """What a query shows of an order may differ from its template, but for money that is worked out, ids and states."""
    fields = own_contract()["components"]["schemas"]["NaverOrderFields"]["properties"].keys()
    ids = {f"https://jumun.invalid/naver/{name}.schema.json" for name in ("product-order", "order")}
    blocks = [each for each in load_contract("naver").schemas.values() if each["$id"] in ids]
    known = {name for each in blocks for name in each["properties"]}
    money = re.compile("Amount$|Commission$|Quantity$|^applied|DiscountType$")
    assert {name for name in known - fields - DERIVED if not money.search(name)} == set()
    assert fields - known == set()


def test_fields_of_a_file_are_those_of_the_control_plane() -> None:
    """A row of orders.yaml may have the fields that may be given when an order is placed, without its status."""
    row = World(data={"naver/orders.yaml": {"orders": [ROW | {"with": WITH}]}})
    details = row.naver("POST", "/query", {"productOrderIds": ROW["product_order_ids"]}).json["data"]
    for each in details:
        product_order, order = each["productOrder"], each["order"]
        assert (product_order["productName"], product_order["totalPaymentAmount"]) == ("보온병", 3 * (30_000 - 500))
        assert product_order["shippingAddress"]["zipCode"] == "04524"
        assert product_order["shippingAddress"]["name"] == "홍길동"
        assert (order["ordererName"], order["generalPaymentAmount"]) == ("김주문", 2 * 3 * (30_000 - 500))
        assert "ordererName" not in product_order
        assert "productName" not in order


ROW: dict[str, Any] = {
    "order_id": "2026010100000001",
    "product_order_ids": ["2026010100000011", "2026010100000021"],
    "template": "single",
}
WITH = {
    "productName": "보온병",
    "unitPrice": 30_000,
    "optionPrice": -500,
    "quantity": 3,
    "ordererName": "김주문",
    "shippingAddress": {"zipCode": "04524"},
}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"quantitty": 2}, 'with: must not have the property "quantitty"; did you mean quantity?'),
        ({"shippingAddress": {"zipcode": "1"}}, "did you mean zipCode?"),
        ({"quantity": 0}, "with/quantity: must be 1 or more, not 0"),
        ({"ordererTel": 5}, "with/ordererTel: must be of type string, not integer; put it in quotes"),
        ({"productOrderStatus": "PAYED"}, "productOrderStatus"),
        ({"giftReceivingStatus": "RECEIVED"}, 'template: must be "gift"'),
    ],
)
def test_a_wrong_field_of_a_file(fields: dict[str, Any], says: str) -> None:
    """A mistaken field of a row is refused with its key, its value and the field that is meant."""
    with pytest.raises(DocumentError) as caught:
        World(data={"naver/orders.yaml": {"orders": [ROW | {"with": fields}]}})
    assert str(caught.value).startswith("naver/orders.yaml#/orders/0/")
    assert says in str(caught.value)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_placed_order_is_found_by_the_api_at_once(profile: str) -> None:
    """`naver.product_order_ids` has the product orders of an order that was just placed, paid or not."""
    world = World(profile=profile)
    for fields in ({}, UNPAID):
        ids = place_order(NewOrder("bundle", fields=fields), shop_of(world))
        data = world.product_orders(ids["order_id"]).json["data"]
        assert (data["productOrderIds"] if profile == "documented" else data) == ids["product_order_ids"]


@given(seed=st.text(max_size=5), count=st.integers(1, 30))
def test_ids_follow_from_the_seed(seed: str, count: int) -> None:
    """Two sessions of one seed place the same orders, and no id of a session comes twice."""
    first, second = ([placed(World(seed=seed), "options", count)] for _ in range(2))
    assert first == second
    world = World(seed=seed)
    ids = [place_order(NewOrder(product_orders=count), shop_of(world)) for _ in range(20)]
    numbers = [each["order_id"] for each in ids] + [number for each in ids for number in each["product_order_ids"]]
    assert len(set(numbers)) == len(numbers)


def test_an_id_of_the_data_is_not_taken(tmp_path: Path) -> None:
    """Where the user's folder has an order or a product order of an id, the next one is taken."""
    taken, free = (place_order(NewOrder(), shop_of(World(seed=seed))) for seed in ("0", "1"))
    rows = [(taken["order_id"], free["product_order_ids"][0])]
    text = "".join(f'  - {{order_id: "{order}", product_order_ids: ["{part}"]}}\n' for order, part in rows)
    data = write(tmp_path, {"naver/orders.yaml": f"orders:\n{text}"})
    for seed in ("0", "1"):
        world = World(seed=seed, data=data)
        made = place_order(NewOrder(), shop_of(world))
        assert made["order_id"] not in (taken["order_id"], free["order_id"])
        assert len(list(iter_orders(shop_of(world)))) == 3 + 4 + 1 + 1 + 1 + 1 + 1


def test_paying_pays_the_whole_order(world: World) -> None:
    """An unpaid order waits for payment; paying one product order pays all, each with an event of its own."""
    shop = shop_of(world)
    ids = place_order(NewOrder("options", 3, UNPAID), shop)["product_order_ids"]
    assert [(event["type"], event["action"]) for event in world.session.events.page().events] == [
        ("PAY_WAITING", "place")
    ] * 3
    assert {order.actions for order in map(find_order, ids, [shop] * 3) if order} == {("pay",)}
    world.clock.advance(60)
    events = act(ids[1], "pay", None, shop)
    assert [event["number"] for event in events] == [4, 5, 6]
    assert [event["product_order_id"] for event in events] == ids
    for id_, event in zip(ids, events, strict=True):
        order = find_order(id_, shop)
        assert order
        assert order.state == event["state"] == {"productOrderStatus": "PAYED", "placeOrderStatus": "NOT_YET"}
        assert (event["type"], event["actor"], order.actions) == (
            "PAYED",
            "buyer",
            ("request_cancel", "change_address"),
        )
        assert order.data["order"]["paymentDate"] == "2026-03-04T14:07:07.089+09:00"
        assert "paymentDueDate" not in order.data["order"]


@pytest.mark.parametrize("fields", [{}, UNPAID])
@pytest.mark.parametrize("action", ["pay", "deliver", "pya"])
def test_an_action_that_is_not_possible(world: World, action: str, fields: dict[str, Any]) -> None:
    """It is refused with the order, its state and what is possible, and changes nothing."""
    shop = shop_of(world)
    (id_,) = place_order(NewOrder(fields=fields), shop)["product_order_ids"]
    if fields and action == "pay":
        with pytest.raises(OrderError, match="takes none"):
            act(id_, "pay", "MISTAKE_ORDER", shop)
    else:
        possible = "pay" if fields else "request_cancel, change_address"
        with pytest.raises(
            OrderError, match=rf"'{action}'.*{id_}.*placeOrderStatus NOT_YET.*possible now: {possible}$"
        ):
            act(id_, action, None, shop)
    assert world.session.events.last == 1


@pytest.mark.parametrize("id_", ["", "1", "2023010112345", "2026090250030031"])
def test_no_such_product_order(world: World, id_: str) -> None:
    """An order's own number, another seller's product order and an unknown one are none of this shop's."""
    assert find_order(id_, shop_of(world)) is None
    with pytest.raises(KeyError):
        act(id_, "pay", None, shop_of(world))


def test_of_racing_payments_one_wins(world: World) -> None:
    """Ten buyers who pay one order at once: one pays, the others learn that it is paid."""
    shop, barrier = shop_of(world), Barrier(10)
    for _ in range(10):
        ids = place_order(NewOrder("options", 2, UNPAID), shop)["product_order_ids"]

        def pay(index: int, ids: list[str] = ids) -> bool:
            barrier.wait(10)
            try:
                return bool(act(ids[index % 2], "pay", None, shop))
            except OrderError:
                return False

        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(pay, range(10))) == 1
    assert world.session.events.last == 10 * (2 + 2)


def test_orders_are_listed_newest_first(world: World) -> None:
    """Placed orders come before those of the data, the newest first, each product order by itself."""
    shop = shop_of(world)
    old = place_order(NewOrder("bundle"), shop)
    world.clock.advance(1)
    new = place_order(NewOrder(), shop)
    listed = [order.id for order in iter_orders(shop)]
    assert listed[:4] == new["product_order_ids"] + old["product_order_ids"]
    assert listed[4] == "2026090450050051"
    assert listed[-3:] == ["2023010112345001", "2023010112345002", "2023010112345003"]
    assert "2026090250030031" not in listed


def test_a_reset_forgets_placed_orders(world: World) -> None:
    """After a reset there are the orders of the data only, and the first order that is placed is the first again."""
    first = place_order(NewOrder(), shop_of(world))
    place_order(NewOrder(), shop_of(world))
    world.session.reset()
    assert world.product_orders(first["order_id"]).status == 404
    assert place_order(NewOrder(), shop_of(world)) == first
