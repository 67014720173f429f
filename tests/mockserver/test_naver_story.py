"""An order of NAVER's from the buyer's click to the decision, as a seller's program and its tester see it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import create_app
from tests.mockserver.world import STATIC_TOKEN

ORDERS = "/external/v1/pay-order/seller/product-orders"


@pytest.mark.parametrize("profile", PROFILES)
def test_a_bundle_from_order_to_decision(profile: str) -> None:
    """Placed, found in the feed, queried, confirmed, sent; time delivers and decides it, and the log tells all."""
    app = create_app(profile=profile)
    with (
        httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://jumun.localhost/_jumun") as plane,
        httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://jumun.localhost") as api,
    ):
        api.headers["authorization"] = f"Bearer {STATIC_TOKEN}"
        plane.post("/clock", json={"set": "2026-03-04T14:06:07.500+09:00", "freeze": True}).raise_for_status()
        placed = plane.post("/orders", json={"provider": "naver", "template": "bundle"}).json()
        ids = placed["product_order_ids"]

        def changed(since: str) -> list[tuple[str, str]]:
            window = {"lastChangedFrom": since}
            data = api.get(f"{ORDERS}/last-changed-statuses", params=window).json()["data"]
            rows = data["lastChangeStatuses"]
            return [(row["productOrderId"], row["lastChangedType"]) for row in rows if row["productOrderId"] in ids]

        def queried() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = api.post(f"{ORDERS}/query", json={"productOrderIds": ids}).json()["data"]
            return found

        assert changed("2026-03-04T14:00:00.000+09:00") == [(id_, "PAYED") for id_ in ids]
        assert {each["productOrder"]["productOrderStatus"] for each in queried()} == {"PAYED"}
        confirmed = api.post(f"{ORDERS}/confirm", json={"productOrderIds": ids}).json()["data"]
        assert [each["productOrderId"] for each in confirmed["successProductOrderInfos"]] == ids
        parcel = {"deliveryMethod": "DELIVERY", "deliveryCompanyCode": "CJGLS", "trackingNumber": "600000000001"}
        items = [{"productOrderId": id_, **parcel} for id_ in ids]
        plane.post("/clock", json={"advance_s": 3_600}).raise_for_status()
        assert api.post(f"{ORDERS}/dispatch", json={"dispatchProductOrders": items}).json()["data"] == {
            "successProductOrderIds": ids,
            "failProductOrderInfos": [],
        }
        assert changed("2026-03-04T15:00:00.000+09:00") == [(id_, "DISPATCHED") for id_ in ids]
        for days, status in ((2, "DELIVERED"), (8, "PURCHASE_DECIDED")):
            plane.post("/clock", json={"advance_s": days * 86_400}).raise_for_status()
            assert {each["productOrder"]["productOrderStatus"] for each in queried()} == {status}
        assert changed("2026-03-14T15:00:00.000+09:00") == [(id_, "PURCHASE_DECIDED") for id_ in ids]
        events = [each for each in plane.get("/events").json()["events"] if each["product_order_id"] == ids[0]]
        assert [(each["actor"], each["action"], each["type"]) for each in events] == [
            ("buyer", "place", "PAYED"),
            ("seller", "confirm", None),
            ("seller", "dispatch", "DISPATCHED"),
            ("time", "deliver", None),
            ("time", "decide", "PURCHASE_DECIDED"),
        ]
        assert plane.get(f"/orders/{ids[0]}").json()["data"]["delivery"]["deliveryStatus"] == "DELIVERY_COMPLETION"
        assert plane.get("/requests/unmatched").json() == []
