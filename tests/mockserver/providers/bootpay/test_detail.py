"""Order detail, a month's orders, members and keys."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import load_contract
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.provider import ApiError, Call
from jumun_mockserver.providers.bootpay.idempotency import replaying
from tests.mockserver.providers.bootpay.calling import SUPERVISOR, WAYS, bring, call, jwt, request, shop_of
from tests.mockserver.world import World, basic, write
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from pathlib import Path

ORDER, NUMBER = "68707c59b0eacea5cd974efd", "25071182085082524116"
MEMBER, GROUP = "67e4b4425ec892162491d0ec", "6763758e817af6a00e0fbf62"
TEXTS = {
    "pending": ("order_pending", "receipt_ready"),
    "expired": ("order_expired", "receipt_ready"),
    "in_payment": ("payment_pending", "receipt_vbank_ready"),
    "paid": ("order_completed", "receipt_success"),
    "cancel_requested": ("order_cancel_requested", "receipt_success"),
    "confirmed": ("order_confirmed", "receipt_success"),
    "cancelled": ("order_cancelled", "receipt_cancelled"),
}


@pytest.mark.parametrize("target", [ORDER, NUMBER, f"{ORDER}/", f"/{NUMBER}"])
def test_by_id_and_by_number(either: World, target: str) -> None:
    """Both find the order, with doubled and trailing slashes as SDKs send them."""
    answer = call(either, "GET", f"orders/{target}")
    assert (answer.status, answer.json["order_id"], answer.json["order_number"]) == (200, ORDER, NUMBER)


def test_an_order_that_there_is_not(either: World) -> None:
    """3700 by the page, ORDER_NOT_FOUND by name live; `month` is not an order, and `orders/` is the list."""
    answer = call(either, "GET", "orders/nope")
    assert answer.status == 404
    assert answer.json.get("code", answer.json.get("error_code")) in {3700, "ORDER_NOT_FOUND"}
    assert call(either, "GET", "orders/month").status == 400
    assert call(either, "GET", "orders/").json["count"] == BOOTPAY_ORDERS


@pytest.mark.parametrize("state", WAYS)
def test_states_are_texts_live(observed: World, state: str) -> None:
    """Live, detail shows both states as texts and the list as numbers; the contract has every one of them."""
    ids = bring(observed, state)
    detail = call(observed, "GET", f"orders/{ids['order_id']}").json
    assert (detail["status"], detail["receipt_status"]) == TEXTS[state]
    (row,) = [each for each in call(observed, "GET", "orders").json["list"] if each["order_id"] == ids["order_id"]]
    assert isinstance(row["status"], int)
    schema = load_contract("bootpay", "observed").operations["bootpay.orders.detail"].success.schema
    assert not schema.findings(detail)


def test_the_pages_numbers(world: World) -> None:
    """Documented, detail shows the statuses that the page's table has, whatever the constants of the SDKs are."""
    seen = set()
    for state in WAYS:
        detail = call(world, "GET", f"orders/{bring(world, state)['order_id']}").json
        seen.add((detail["status"], detail["receipt_status"]))
    assert seen == {(0, 0), (1, 0), (2, 1), (3, 1), (4, 1)}


def test_a_deadline_does_not_sweep(observed: World) -> None:
    """However old an unpaid order is, detail shows it as it was; `expire` is what a buyer's visit does."""
    ids = bring(observed, "pending")
    observed.clock.advance(30 * 86_400)
    assert call(observed, "GET", f"orders/{ids['order_id']}").json["status"] == "order_pending"


def test_a_months_orders(either: World) -> None:
    """Those of the group that were created in the month by Korea's calendar, and no parameter may be left out."""
    bring(either, "paid", user_group_id=GROUP, created_at="2025-06-30T15:00:00Z")
    bring(either, "paid", user_group_id=GROUP, created_at="2025-06-30T14:59:59Z")
    answer = call(either, "GET", f"orders/month?user_group_id={GROUP}&search_date=2025-07").json
    assert [row["created_at"] for row in answer["list"]] == ["2025-07-11T02:52:09Z", "2025-06-30T15:00:00Z"]
    assert answer["count"] == 2
    for query in ("user_group_id=x&search_date=2025-07", f"user_group_id={GROUP}&search_date=2025-13", ""):
        assert call(either, "GET", f"orders/month?{query}").status == 400


def test_a_member_sees_their_own(either: World) -> None:
    """With a member's JWT, list and detail have the member's orders only, whatever the filter says."""
    token = {"bootpay_user_jwt": jwt(user_id=MEMBER)}
    own = call(either, "GET", "orders?user_id=67e4b4425ec892162491d0ed", **token).json
    assert own["count"] == len(own["list"]) > 0
    assert {row["order_id"] for row in own["list"]} == {
        row["order_id"] for row in call(either, "GET", f"orders?user_id={MEMBER}").json["list"]
    }
    assert call(either, "GET", f"orders/{ORDER}", **token).status == 200
    assert call(either, "GET", "orders/686fdc78b0eacea5cd974f01", **token).status == 404


@pytest.mark.parametrize("token", ["", "x", "a.b.c", jwt(), jwt(user_id=7), jwt(user_id=MEMBER, exp=1), "e30.WzFd.x"])
def test_a_session_that_is_not_valid(either: World, token: str) -> None:
    """What is not a JWT, has no member or has expired is USER_SESSION_INVALID (420), with why in the note."""
    answer = call(either, "GET", "orders", bootpay_user_jwt=token)
    assert answer.status == 401
    assert answer.json.get("code", answer.json.get("error_code")) in {420, "USER_SESSION_INVALID"}
    assert "JWT" in answer.note


def test_scopes_of_a_key(tmp_path: Path) -> None:
    """A key with scopes calls its families of operations only; the token it may always ask for."""
    text = "applications: [{client_key: small, secret_key: s, scopes: [order_cancel]}]"
    world = World(data=write(tmp_path, {"bootpay/applications.yaml": text}))
    keys = {"authorization": basic("small", "s")}
    assert world.call("GET", "/v1/order/cancel", **keys).status == 200
    refused = world.call("GET", "/v1/orders", **keys)
    assert (refused.status, refused.json["code"]) == (403, -47)
    assert refused.note == "the key has the scopes order_cancel, and not orders"
    assert world.call("POST", "/v1/request/token", **keys).status == 200


def test_a_key_replays(either: World) -> None:
    """For 24 hours the same key has the same answer, whatever is sent with it, on any operation; then it acts again."""
    ids = bring(either, "paid", price=5_000)
    body = {"order_number": ids["order_number"], "request_cancel_parameters": {"cancel_price": 1_000}}
    first = call(either, "POST", "order/cancel", body, idempotency_key="k")
    cancel_id = first.json["order_cancellation_request_id"]
    again = call(either, "POST", "order/cancel", {"order_number": "nope"}, idempotency_key="k")
    other = call(either, "PUT", f"order/cancel/{cancel_id}/approve", {}, idempotency_key="k", **SUPERVISOR)
    assert (again.body, other.body) == (first.body, first.body)
    assert "replayed" in again.note
    assert "bootpay.order_cancel.request" in again.note
    assert call(either, "POST", "order/cancel", body, idempotency_key="other").status == 400
    either.clock.advance(86_401)
    assert call(either, "POST", "order/cancel", body, idempotency_key="k").status == 400


def test_a_refusal_replays_too(either: World) -> None:
    """A refusal is stored as a success is; one before the shop was asked (keys, role, body) is not."""
    ids = bring(either, "pending")
    assert call(either, "POST", "order/cancel", {}, idempotency_key="k").status == 400
    first = request_with_key(either, ids["order_number"])
    assert first.status == 400
    bring(either, "paid")
    assert request_with_key(either, ids["order_number"]).body == first.body
    assert call(either, "GET", "orders", idempotency_key="k").status == 200


def request_with_key(world: World, order_number: str) -> Any:
    """A request to cancel under the key `k`."""
    return call(world, "POST", "order/cancel", {"order_number": order_number}, idempotency_key="k")


def test_two_first_calls_both_act(world: World) -> None:
    """There is no lock: two calls with one key that overlap are both carried out."""
    barrier, acted = Barrier(2, timeout=10), []

    def handler(call: Call, shop: Any) -> dict[str, int]:  # noqa: ARG001 - a handler's signature
        barrier.wait()
        acted.append(call)
        return {"number": len(acted)}

    handle = replaying(handler)
    calls = [Call(Request("POST", "/", "", {"idempotency-key": "k"}, b""), None, n, 0.0) for n in (1, 2, 3)]
    threads = [Thread(target=handle, args=(each, shop_of(world))) for each in calls[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(acted) == 2
    assert handle(calls[2], shop_of(world))["number"] in {1, 2}
    assert len(acted) == 2


def test_a_failure_of_ours_is_not_stored(world: World) -> None:
    """What a handler did not answer is not replayed as an answer."""
    failures: list[Exception] = [RuntimeError("broken"), ApiError("order_not_found")]

    def handler(call: Call, shop: Any) -> None:  # noqa: ARG001 - a handler's signature
        raise failures[0]

    handle = replaying(handler)
    made = Call(Request("POST", "/", "", {"idempotency-key": "k"}, b""), None, 1, 0.0)
    with pytest.raises(RuntimeError):
        handle(made, shop_of(world))
    failures.pop(0)
    with pytest.raises(ApiError):
        handle(made, shop_of(world))


def test_the_journal_shows_both(world: World) -> None:
    """A replayed call is in the journal with its remark."""
    ids = bring(world, "paid")
    for _ in range(2):
        request_with_key(world, ids["order_number"])
    assert "replayed" in world.last.remarks[0]
    assert request(world, ids["order_number"]).status == 400
