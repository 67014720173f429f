"""Invoices: listed, shown, created, sent again."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver.core.session.snapshot import restore_snapshot, take_snapshot
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.providers.bootpay import BOOTPAY
from jumun_mockserver.providers.bootpay.idempotency import replaying
from jumun_mockserver.providers.bootpay.invoices import create_invoice
from tests.cli.commands import PATIENCE_S
from tests.mockserver.providers.bootpay.calling import call
from tests.mockserver.world import World

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call

# The newest first.
PACKAGED = ["6870d3b03d4e5f6789012346", "687a1b2c3d4e5f6789012345", "677406ef3d4e5f6789012347"]
PAGE = {
    "id": "687a1b2c3d4e5f6789012345",
    "invoice_id": "INV_20250711_001",
    "name": "프리미엄 서비스 결제",
    "price": 50_000,
    "status": 1,
    "created_at": "2025-07-11T02:52:09Z",
}
RUBY = {
    "name": "과금 청구서",
    "memo": "과금 청구서입니다",
    "user": {"user_id": "user001"},
    "products": [{"product_id": "66fa14954eac568eab4fc2d0", "duration": 24, "price_adjustments": [{"cycles": []}]}],
    "price": 1_000,
    "redirect_url": "https://example.com",
    "use_auto_login": True,
    "request_id": "test1",
    "expired_at": "2025-11-01 00:00:00",
    "metadata": {"custom_key": "custom_value"},
    "extra": {"separately_confirmed": False, "create_order_immediately": True},
}


def ids(world: World, query: str = "") -> list[str]:
    """Ids of a page of the list."""
    return [each["id"] for each in call(world, "GET", f"invoices?{query}").json["list"]]


def test_the_documented_list() -> None:
    """The page has its six keys, and the page's own row."""
    answer = call(World(), "GET", "invoices?page=1&limit=24").json
    assert answer.keys() == {"count", "list"}
    assert answer["count"] == len(PACKAGED)
    assert [each["id"] for each in answer["list"]] == PACKAGED
    assert answer["list"][1] == PAGE


def test_the_observed_list() -> None:
    """Live the list has `user` too, and rows what the SDKs' types have; their invoice_id is their id."""
    answer = call(World(profile="observed"), "GET", "invoices?user_id=67e4b4425ec892162491d0ec").json
    assert (answer["count"], answer["user"]) == (1, {"user_id": "67e4b4425ec892162491d0ec"})
    (row,) = answer["list"]
    assert (row["invoice_id"], row["send_types"], row["send_status"]) == (PAGE["id"], [1], 1)
    assert call(World(profile="observed"), "GET", "invoices").json["user"] is None


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [0, 1, 2]),
        ("limit=2", [0, 1]),
        ("limit=2&page=2", [2]),
        ("page=9", []),
        ("limit=500", [0, 1, 2]),
        ("keyword=inv_2025", [0, 1]),
        ("keyword=청구", [0, 2]),
        ("user_id=67e4b4425ec892162491d0ee", [0]),
        ("product_type=3", []),
        ("css_at=2025-07-11", [0, 1]),
        # 14:59:59Z is the last second of the day in Korea.
        ("css_at=2024-12-31&cse_at=2024-12-31&cs_type=c_at", [2]),
        ("cse_at=2024-12-30", []),
        ("no_such=1", [0, 1, 2]),
    ],
)
def test_filters_and_pages(query: str, places: list[int]) -> None:
    """Filters narrow the list, and a page is part of it; what is not a parameter is ignored."""
    assert ids(World(), query) == [PACKAGED[place] for place in places]


@pytest.mark.parametrize("profile", PROFILES)
def test_either_id(profile: str) -> None:
    """Detail takes the id and the invoice_id of the page, and SDKs send the path as it is."""
    world = World(profile=profile)
    found = [call(world, "GET", f"invoices/{id_}").json for id_ in ("687a1b2c3d4e5f6789012345", "INV_20250711_001")]
    assert found[0] == found[1]
    assert found[0]["name"] == PAGE["name"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("method", "path"), [("GET", "invoices/none"), ("POST", "invoices/none/notify")])
def test_an_id_that_is_not_there(profile: str, method: str, path: str) -> None:
    """An invoice that is not there is a 404: live with the name that was seen."""
    answer = call(World(profile=profile), method, path, {} if method == "POST" else None)
    assert answer.status == 404
    assert answer.json == (
        {"status": 404, "code": 404, "message": "Not Found", "data": None}
        if profile == "documented"
        else {"error_code": "INVOICE_TARGET_NOT_FOUND", "message": "청구 대상을 찾지 못했습니다."}
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_a_new_invoice(profile: str) -> None:
    """What backend-ruby sends makes an invoice, the first of the list, shown as detail shows it."""
    world = World(profile=profile)
    made = call(world, "POST", "invoices", RUBY)
    assert made.status == 200
    assert (made.json["name"], made.json["price"], made.json["status"]) == ("과금 청구서", 1_000, 0)
    assert ids(world) == [made.json["id"], *PACKAGED]
    for id_ in (made.json["id"], made.json["invoice_id"]):
        assert call(world, "GET", f"invoices/{id_}").json == made.json
    if profile == "observed":
        shown = {key: made.json[key] for key in ("user_id", "memo", "metadata", "expired_at", "sent_at", "order_id")}
        assert shown == {
            "user_id": "user001",
            "memo": "과금 청구서입니다",
            "metadata": {"custom_key": "custom_value"},
            "expired_at": "2025-11-01 00:00:00",
            "sent_at": None,
            "order_id": None,
        }
    else:
        assert made.json["invoice_id"].startswith("INV_20260304_")


@pytest.mark.parametrize(
    "body", [{}, {"name": "x"}, {"price": "1"}, {"price": -1}, {"price": 1, "send_types": 1}, [], 3]
)
def test_bodies_that_do_not_fit(body: Any) -> None:
    """A body without a price, or of other types, is refused and makes nothing."""
    world = World()
    assert call(world, "POST", "invoices", body).status == 400
    assert ids(world) == PACKAGED


def test_a_key_makes_one_invoice() -> None:
    """An Idempotency-Key of before answers what was answered, and makes nothing."""
    world = World()
    first, second = (call(world, "POST", "invoices", {"price": 1}, idempotency_key="k") for _ in range(2))
    assert first.json == second.json
    assert len(ids(world)) == 4


def test_two_first_calls_with_one_key() -> None:
    """Both act, for there is no lock, and the journal shows it; what comes later gets one of the answers."""
    both_began = threading.Barrier(2, timeout=PATIENCE_S)

    def create_together(call: Call, shop: Any) -> Any:
        both_began.wait()
        return create_invoice(call, shop)

    handlers = {**BOOTPAY.handlers, "bootpay.invoices.create": replaying(create_together)}
    world = World(providers={**PROVIDERS, "bootpay": replace(BOOTPAY, handlers=handlers)})
    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(call, world, "POST", "invoices", {"price": 1}, idempotency_key="k") for _ in range(2)]
        made = {each.result().json["id"] for each in tries}
    assert len(made) == 2
    assert set(ids(world)) == made | set(PACKAGED)
    acted = [each for each in world.session.journal if each.operation == "bootpay.invoices.create"]
    assert [(each.response.status, each.remarks) for each in acted] == [(200, ()), (200, ())]
    assert call(world, "POST", "invoices", {"price": 1}, idempotency_key="k").json["id"] in made


@pytest.mark.parametrize(("body", "types"), [({"send_types": [1, 3]}, [1, 3]), ({}, [])])
def test_an_invoice_sent_again(body: dict[str, Any], types: list[int]) -> None:
    """Notify answers null, and the invoice shows when and how it was sent."""
    world = World(profile="observed")
    answer = call(world, "POST", f"invoices/{PACKAGED[2]}/notify", body)
    assert (answer.status, answer.json) == (200, None)
    shown = call(world, "GET", f"invoices/{PACKAGED[2]}").json
    assert (shown["send_types"], shown["send_status"], shown["sent_at"]) == (types, 1, "2026-03-04T05:06:07Z")
    assert ids(world) == PACKAGED


def test_roles() -> None:
    """List, detail and notify take the role user only, as the SDKs send it."""
    world = World()
    for method, path in (
        ("GET", "invoices"),
        ("GET", f"invoices/{PACKAGED[0]}"),
        ("POST", f"invoices/{PACKAGED[0]}/notify"),
    ):
        answer = call(world, method, path, {} if method == "POST" else None, bootpay_role="manager")
        assert answer.status == 403
    assert call(world, "POST", "invoices", {"price": 1}, bootpay_role="manager").status == 200


def test_reset_and_snapshot() -> None:
    """A reset has the packaged ones again, and a snapshot all there were."""
    world = World()
    call(world, "POST", "invoices", {"price": 1})
    call(world, "POST", f"invoices/{PACKAGED[0]}/notify", {})
    before, snapshot = call(world, "GET", "invoices").json, json.loads(json.dumps(take_snapshot(world.session)))
    world.session.reset()
    assert ids(world) == PACKAGED
    restore_snapshot(world.session, snapshot)
    assert call(world, "GET", "invoices").json == before


def test_invoices_of_a_data_folder() -> None:
    """Rows of bootpay/invoices.yaml are beside the packaged ones."""
    row = {**PAGE, "id": "6" * 24, "invoice_id": "INV_20260101_001", "created_at": "2026-01-01T00:00:00Z"}
    assert ids(World(data={"bootpay/invoices.yaml": {"invoices": [row]}})) == [row["id"], *PACKAGED]
