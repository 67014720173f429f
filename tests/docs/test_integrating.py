"""The program of docs/integrating.md, under each packaged scenario that is about NAVER."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from jumun_client import Dispatch, NaverCommerceClient, ProductOrder
from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.client.world import FakeTime
from tests.docs.test_pages import blocks

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS = {
    path.name.removesuffix(".scenario"): path.read_text(encoding="utf-8")
    for path in (files("jumun_fixtures") / "scenarios").iterdir()
    if "naver" in path.read_text(encoding="utf-8") or "*:" in path.read_text(encoding="utf-8")
}
CANCEL, RETURN = "2026090350040041", "2026090450050051"
RUNS = 6
# What is done right the first time has nothing to report.
QUIET = {
    *("", "bundle-reversed", "page-cut-inside-an-instant", "delivered-without-event", "answer-lost-after-dispatch"),
    *("address-changed-after-confirm", "buyer-cancels-before-dispatch"),
}


def program() -> dict[str, Any]:
    """Names of the page's program."""
    (text,) = (text for language, text in blocks("docs/integrating.md") if language == "python")
    names: dict[str, Any] = {"__name__": "sync"}
    exec(compile(text, "sync.py", "exec"), names)  # noqa: S102 - the page's own
    return names


def test_sixty_lines() -> None:
    """The program is as long as the page says."""
    (text,) = (text for language, text in blocks("docs/integrating.md") if language == "python")
    assert len([line for line in text.splitlines() if line.strip()]) <= 60


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ["", *SCENARIOS])
def test_all_orders_come_through(tmp_path: Path, name: str, profile: str) -> None:
    """Run again and again it gets all orders where they belong, with the right label, and rejects no cancel."""
    sync, labels, troubles = program()["sync"], {}, []

    def parcel(product_order: ProductOrder) -> Dispatch:
        address = product_order.shipping_address
        assert address
        labels[product_order.product_order_id] = address["detailedAddress"]
        number = product_order.extra["productOrder"]["packageNumber"]
        return Dispatch(
            product_order_id=product_order.product_order_id, delivery_company_code="CJGLS", tracking_number=number
        )

    with LiveServer(profile=profile) as server, ControlClient(server.url) as control:
        control.set_scenario(SCENARIOS.get(name, ""))
        placed = [
            id_
            for template, count in (("single", 1), ("bundle", 3), ("options", 2))
            for id_ in control.place_order("naver", template=template, product_orders=count)["product_order_ids"]
        ]
        memory = tmp_path / "memory.json"
        for _ in range(RUNS):
            # Another process each time, as it were: all that it knows is in the file.
            with NaverCommerceClient(
                client_id="demo-naver-client-id",
                client_secret="$2a$04$DemoSecretOfJumunOnly.",
                base_url=server.naver_base_url,
                timing=FakeTime().timing(),
            ) as naver:
                troubles += sync(naver, memory, parcel)
            server.clock.advance(60)
        if name == "holdback-blocks-approval":
            control.act(RETURN, "release_claim")
        events = control.events()
        orders = {id_: control.order(id_) for id_ in (*placed, CANCEL, RETURN)}
    states = {id_: order["state"]["productOrderStatus"] for id_, order in orders.items()}
    assert (states.pop(CANCEL), states.pop(RETURN)) == ("CANCELED", "RETURNED")
    assert name not in QUIET or troubles == []
    canceled = {id_ for id_, status in states.items() if status == "CANCELED"}
    assert bool(canceled) is (name == "buyer-cancels-before-dispatch")
    assert {states[id_] for id_ in states.keys() - canceled} <= {"DELIVERING", "DELIVERED"}
    for id_ in states.keys() - canceled:
        assert labels[id_] == orders[id_]["data"]["productOrder"]["shippingAddress"]["detailedAddress"]
    assert not [each for each in events if each["type"] == "CLAIM_REJECTED"]
