"""A day of a shop with all that NAVER's orders do, recorded: `jumun check` finds nothing in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import NO_STUBS, PROFILES, load_contract, parse_json
from jumun_mockserver.core.http import render_json
from jumun_mockserver.core.journal.export import iter_har, render_exchange
from jumun_mockserver.providers.naver.lifecycle import SELLER_ACTIONS
from jumun_mockserver.record.pseudonyms import Pseudonyms
from jumun_mockserver.record.recording import render_row
from tests.cli.commands import jumun
from tests.mockserver.providers.naver.selling import WAYS, bring, do, sell
from tests.mockserver.world import STATIC_TOKEN, World

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumun_mockserver.core.journal.journal import Exchange

UNKNOWN, OTHERS = "2026010100000001", "2026090250030031"
TEMPLATES = ("single", "options", "bundle", "gift", "preorder", "direct", "fulfillment")
DAY = {"from": "2026-03-04T00:00:00.000+09:00", "to": "2026-03-04T23:59:59.999+09:00"}
PARCEL = {"deliveryMethod": "DELIVERY", "deliveryCompanyCode": "CJGLS", "trackingNumber": "600000000001"}
DUE = {"dispatchDueDate": "2026-03-10T23:59:59.000+09:00", "delayedDispatchReason": "PRODUCT_PREPARE"}
WISH = {"hopeDeliveryYmd": "20260310", "hopeDeliveryHm": "1500", "region": "서울", "changeReason": "재고"}
# Parcels that fail, each with a code of its own. A courier that is in no list is drift, and so not among them.
WRONG_PARCELS = (
    {"deliveryMethod": "RETURN_DELIVERY"},
    {"deliveryMethod": "DELIVERY"},
    {**PARCEL, "trackingNumber": ""},
    {**PARCEL, "trackingNumber": "----"},
)
# Codes of product orders that fail on the way.
FAILURES = {"9999", "100001", "101009", "104117", "104118", "104120", "104122", "104131", "104441", "104443", "104445"}
FAILURES |= {"104121", "105306"}
# Of claims.
FAILURES |= {"104203", "104210", "104417", "104418"}


def live(world: World) -> None:
    """Sign in, place, list, follow, query, confirm, delay, dispatch, fail in every way that a good request can."""
    assert world.naver_token().status == 200
    bearer = {"authorization": f"Bearer {STATIC_TOKEN}"}
    for path in ("account", "channels"):
        world.call("GET", f"/external/v1/seller/{path}", **bearer)
    placed = {template: world.place(template) for template in TEMPLATES}
    wished = world.place(hopeDelivery={"hopeDeliveryYmd": "20260308", "region": "서울", "additionalFee": 0})
    unpaid = world.place(productOrderStatus="PAYMENT_WAITING")
    received = world.place("gift", giftReceivingStatus="RECEIVED", productDiscountAmount=1_000)
    ids = [id_ for each in placed.values() for id_ in each] + wished + unpaid + received

    world.naver("GET", "", **DAY)
    world.naver("GET", "", **DAY, pageSize=2, page=2, rangeType="ORDERED_DATETIME", quantityClaimCompatibility="true")
    world.naver("GET", "", **DAY, productOrderStatuses="PAYED,DELIVERING", claimStatuses="", placeOrderStatusType="OK")
    follow(world, limit=3)
    read(world, ids)

    confirm = {"productOrderIds": [*ids[:8], ids[0], UNKNOWN, OTHERS]}
    world.naver("POST", "/confirm", confirm)
    for id_ in (ids[0], ids[0], ids[1], UNKNOWN):
        world.naver("POST", f"/{id_}/delay", DUE)
    for id_, wish in ((wished[0], WISH), (wished[0], {**WISH, "hopeDeliveryYmd": "20270101"}), (ids[0], WISH)):
        world.naver("POST", f"/{id_}/hope-delivery/change", wish)
    world.clock.advance(3_600)
    wrong = [{"productOrderId": ids[1], **each} for each in WRONG_PARCELS]
    direct = {"productOrderId": placed["direct"][0], "deliveryMethod": "DIRECT_DELIVERY"}
    items = [{"productOrderId": id_, **PARCEL} for id_ in (*ids, ids[0], UNKNOWN, OTHERS)]
    for each in wrong:
        world.naver("POST", "/dispatch", {"dispatchProductOrders": [each]})
    world.naver("POST", "/dispatch", {"dispatchProductOrders": [direct, *items]})
    for days in (2, 8, 30):
        world.clock.advance(days * 86_400)
        read(world, ids)
    follow(world, limit=300)
    refused(world)
    claim(world)


def claim(world: World) -> None:
    """Have a claim in every state, read it, and try all claim calls on it, most of which fail."""
    for state in WAYS:
        id_ = bring(world, state, quantity=2)
        read(world, [id_])
        for operation, action in SELLER_ACTIONS.items():
            if operation.startswith("naver.claims."):
                sell(world, action, id_)
        read(world, [id_])
    id_ = bring(world, "EXCHANGE/COLLECT_DONE")
    sell(world, "exchange.holdback", id_)
    sell(world, "exchange.dispatch", id_)
    id_ = bring(world, "EXCHANGE_REDELIVERING")
    do(world, "request_return", id_, "SIMPLE_INTENT_CHANGED")
    read(world, [id_])


def read(world: World, ids: list[str]) -> None:
    """Query them all, with and without quantity claims."""
    for more in ({}, {"quantityClaimCompatibility": True}):
        answer = world.naver("POST", "/query", {"productOrderIds": ids, **more})
        assert len(answer.json["data"]) == len(ids)


def follow(world: World, *, limit: int) -> None:
    """Read the feed of the day page by page."""
    query: dict[str, Any] = {"lastChangedFrom": DAY["from"], "lastChangedTo": DAY["to"], "limitCount": limit}
    while more := world.naver("GET", "/last-changed-statuses", **query).json["data"].get("more"):
        query |= {"lastChangedFrom": more["moreFrom"], "moreSequence": more["moreSequence"]}


def refused(world: World) -> None:
    """Good requests that are refused: windows of a week, an unknown order, a wrong token."""
    week = {"from": "2026-03-01T00:00:00.000+09:00", "to": "2026-03-07T00:00:00.000+09:00"}
    assert world.naver("GET", "", **week).status == 400
    window = {"lastChangedFrom": week["from"], "lastChangedTo": week["to"]}
    assert world.naver("GET", "/last-changed-statuses", **window).status == 400
    assert world.product_orders("2026010100000000").status in (400, 404)
    assert world.product_orders(authorization="Bearer wrong").status == 401


def write_har(exchanges: Iterable[Exchange]) -> bytes:
    """The journal's export as HAR."""
    return b"".join(iter_har(exchanges, "http://127.0.0.1:8080", version="1"))


def write_ndjson(exchanges: Iterable[Exchange]) -> bytes:
    """The journal's export as NDJSON."""
    return b"\n".join(render_json(render_exchange(each)) for each in exchanges)


def write_recording(exchanges: Iterable[Exchange]) -> bytes:
    """What `jumun record` writes of such exchanges."""
    pseudonyms = Pseudonyms(bytes(32))
    return b"\n".join(render_json(render_row(each, pseudonyms)) for each in exchanges)


def failed(exchange: Exchange) -> set[str]:
    """Codes of what failed within an answer."""
    body: Any = parse_json(exchange.response.body)
    data = body.get("data") if isinstance(body, dict) else None
    return {each["code"] for each in data.get("failProductOrderInfos", ())} if isinstance(data, dict) else set()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("write", [write_har, write_ndjson, write_recording])
def test_nothing_is_found(profile: str, write: Any, tmp_path: Path) -> None:
    """Each export of it is judged whole, by all of NAVER's operations, and has not even drifted."""
    world = World(profile=profile, limits="off", legacy_claims="off")
    live(world)
    journal = list(world.session.journal)
    file = tmp_path / f"story.{'har' if write is write_har else 'ndjson'}"
    file.write_bytes(write(journal))
    done = jumun("check", str(file), "--contract", f"naver:{profile}", "--fail-on", "drift", "--format", "json")
    verdict = json.loads(done.stdout)
    assert (verdict["complaints"], verdict["unjudged"]) == ([], [])
    assert (done.exit_code, verdict["judged"]) == (0, len(journal))
    assert {each.operation for each in journal} == load_contract("naver", profile, stubs=NO_STUBS).operations.keys()
    assert set().union(*map(failed, journal)) == FAILURES
