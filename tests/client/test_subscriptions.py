"""Bootpay's subscriptions in the client: bills, requests, adjustments and charges; what is sent, and what is read."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from jumun_client import (
    AdjustmentType,
    ApiError,
    BadRequestError,
    InvoiceFilters,
    NewAdjustment,
    NewInvoice,
    NotFoundError,
    OrderFilters,
    PaymentCycle,
    PaymentStatus,
    ServerError,
    StatusError,
    SubscriptionBillFilters,
    SubscriptionBillStatus,
    SubscriptionChanges,
    SubscriptionFilters,
    SubscriptionRequestFilters,
    SubscriptionRequestStatus,
    SubscriptionRequestType,
    SubscriptionStatus,
    UnexpectedAnswerError,
)
from jumun_contracts import PROFILES, load_contract
from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.client.world import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.way import Way

NOON = datetime(2025, 8, 1, 12, tzinfo=timezone(timedelta(hours=9)))
# It suits every call.
ANSWER = {
    "order_subscription_id": "s1",
    "order_subscription_bill_id": "b1",
    "order_subscription_request_history_id": "r1",
    "order_subscription_adjustments": [],
    "order_id": "o1",
    "count": 0,
    "list": [],
}
REQUESTS: dict[str, tuple[Callable[[Any], Any], str, str, str, Any]] = {
    # What it is → call, method and target, role, body.
    "list": (lambda client: client.list_subscriptions(), "GET", "/v1/order_subscriptions", "user", None),
    "filtered": (
        lambda client: client.list_subscriptions(
            page=2, limit=3, status=SubscriptionStatus.ACTIVE, request_type="pause", s_at=date(2025, 7, 1), order_id="o"
        ),
        "GET",
        "/v1/order_subscriptions?page=2&limit=3&status=1&request_type=pause&order_id=o&s_at=2025-07-01",
        "user",
        None,
    ),
    "detail": (lambda client: client.show_subscription("s?"), "GET", "/v1/order_subscriptions/s%3F", "user", None),
    "update": (
        lambda client: client.update_subscription(
            "s", price=31_000, memo="인상", service_end_at=NOON, next_billing_at="2025-08-01", use_free_trial=False
        ),
        "PUT",
        "/v1/order_subscriptions/s",
        "supervisor",
        {
            "price": 31_000,
            "memo": "인상",
            "service_end_at": "2025-08-01T12:00:00+09:00",
            "next_billing_at": "2025-08-01",
            "use_free_trial": False,
        },
    ),
    "approve": (
        lambda client: client.approve_subscription("s"),
        "PUT",
        "/v1/order_subscriptions/s/approve",
        "supervisor",
        {},
    ),
    "reject": (
        lambda client: client.reject_subscription("s", reason="심사"),
        "PUT",
        "/v1/order_subscriptions/s/reject",
        "supervisor",
        {"reason": "심사"},
    ),
    "pause": (
        lambda client: client.pause_subscription("s", paused_at=NOON, expected_resume_at=date(2025, 9, 1)),
        "PUT",
        "/v1/order_subscriptions/s/pause",
        "supervisor",
        {"paused_at": "2025-08-01T12:00:00+09:00", "expected_resume_at": "2025-09-01"},
    ),
    "resume": (
        lambda client: client.resume_subscription("s"),
        "PUT",
        "/v1/order_subscriptions/s/resume",
        "supervisor",
        {},
    ),
    "terminate": (
        lambda client: client.terminate_subscription("s", termination_fee=0, final_fee=5, cancel_date="2025-08-01"),
        "PUT",
        "/v1/order_subscriptions/s/terminate",
        "supervisor",
        {"termination_fee": 0, "final_fee": 5, "cancel_date": "2025-08-01"},
    ),
    "charge": (
        lambda client: client.charge_subscription("k", 1_000, tax_free_price=0, user={"user_id": "u"}, metadata={}),
        "POST",
        "/v1/order_subscriptions/charge",
        "supervisor",
        {"charge_key": "k", "price": 1_000, "tax_free_price": 0, "user": {"user_id": "u"}, "metadata": {}},
    ),
    "revoke": (
        lambda client: client.revoke_charge_key("k"),
        "DELETE",
        "/v1/order_subscriptions/charge",
        "supervisor",
        {"charge_key": "k"},
    ),
    "bills": (
        lambda client: client.list_subscription_bills(
            order_subscription_id="s", status=[SubscriptionBillStatus.DONE, 2]
        ),
        "GET",
        "/v1/order_subscription_bills?order_subscription_id=s&status=1%2C2",
        "user",
        None,
    ),
    "bill": (lambda client: client.show_subscription_bill("b"), "GET", "/v1/order_subscription_bills/b", "user", None),
    "update a bill": (
        lambda client: client.update_subscription_bill("b", price=0, reserve_payment_at=NOON),
        "PUT",
        "/v1/order_subscription_bills/b",
        "user",
        {"price": 0, "reserve_payment_at": "2025-08-01T12:00:00+09:00"},
    ),
    "ask for a pause": (
        lambda client: client.request_pause(order_number="n", reason="여행"),
        "POST",
        "/v1/order_subscriptions/requests/ing/pause",
        "user",
        {"order_number": "n", "reason": "여행"},
    ),
    "ask for resuming": (
        lambda client: client.request_resume("s", reason="귀국"),
        "PUT",
        "/v1/order_subscriptions/requests/ing/resume",
        "user",
        {"order_subscription_id": "s", "reason": "귀국"},
    ),
    "ask for a purchase": (
        lambda client: client.request_purchase("s", price=5),
        "POST",
        "/v1/order_subscriptions/requests/ing/purchase",
        "user",
        {"order_subscription_id": "s", "price": 5},
    ),
    "ask for a transfer": (
        lambda client: client.request_transfer("s", new_user_id="u", new_username="김하나", wallet_id="w"),
        "POST",
        "/v1/order_subscriptions/requests/ing/transfer",
        "user",
        {"order_subscription_id": "s", "new_user_id": "u", "new_username": "김하나", "wallet_id": "w"},
    ),
    "ask for termination": (
        lambda client: client.request_termination("s", termination_fee=7, service_end_at="2025-08-01"),
        "POST",
        "/v1/order_subscriptions/requests/ing/termination",
        "user",
        {"order_subscription_id": "s", "termination_fee": 7, "service_end_at": "2025-08-01"},
    ),
    "fee": (
        lambda client: client.show_termination_fee(order_number="n"),
        "GET",
        "/v1/order_subscriptions/requests/ing/calculate_termination_fee?order_number=n",
        "user",
        None,
    ),
    "requests": (
        lambda client: client.list_subscription_requests(request_type=SubscriptionRequestType.PAUSE, status=0),
        "GET",
        "/v1/order-subscription-requests?request_type=1&status=0",
        "user",
        None,
    ),
    "requests of a project": (
        lambda client: client.list_subscription_requests(project_id="p"),
        "GET",
        "/v1/order-subscription-requests?project_id=p",
        "supervisor",
        None,
    ),
    "request": (
        lambda client: client.show_subscription_request("r"),
        "GET",
        "/v1/order-subscription-requests/r",
        "user",
        None,
    ),
    "request of a project": (
        lambda client: client.show_subscription_request("r", project_id="p"),
        "GET",
        "/v1/order-subscription-requests/r?project_id=p",
        "supervisor",
        None,
    ),
    "approve a request": (
        lambda client: client.approve_subscription_request("r", price=5),
        "PUT",
        "/v1/order-subscription-requests/r",
        "supervisor",
        {"approval": "approve", "price": 5},
    ),
    "reject a request": (
        lambda client: client.reject_subscription_request("r", reason="기간"),
        "PUT",
        "/v1/order-subscription-requests/r",
        "supervisor",
        {"approval": "reject", "reason": "기간"},
    ),
    "adjust": (
        lambda client: client.add_adjustment("s", name="할인", price=-1_000, type=AdjustmentType.EVERY_BILL),
        "POST",
        "/v1/order_subscriptions/s/adjustments",
        "supervisor",
        {"name": "할인", "price": -1_000, "type": 2},
    ),
    "replace": (
        lambda client: client.update_adjustments("s", [{"price": -1, "is_unlimited": True, "name": None}], duration=3),
        "PUT",
        "/v1/order_subscriptions/s/adjustments",
        "supervisor",
        {"adjustments": [{"price": -1, "is_unlimited": True}], "duration": 3},
    ),
    "replace by none": (
        lambda client: client.update_adjustments("s", []),
        "PUT",
        "/v1/order_subscriptions/s/adjustments",
        "supervisor",
        {"adjustments": []},
    ),
    "delete": (
        lambda client: client.delete_adjustment("s", "a"),
        "DELETE",
        "/v1/order_subscriptions/s/adjustments",
        "supervisor",
        {"order_subscription_adjustment_id": "a"},
    ),
}


def answer(*bodies: object) -> Api:
    """An API that gives these, the last again and again."""
    return Api(*(httpx.Response(200, json=body) for body in bodies))


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_sent(way: Way, name: str) -> None:
    """Each call sends its method, target, role and body; a write has a key of its own each time, a reading none."""
    call, method, target, role, body = REQUESTS[name]
    server = answer(ANSWER)
    client = way.bootpay(server)
    call(client)
    call(client)
    for request in server.requests:
        assert (request.method, request.url.raw_path.decode()) == (method, target)
        assert request.headers["BOOTPAY-ROLE"] == role
        assert (json.loads(request.content) if request.content else None) == body
    keys = [request.headers.get("Idempotency-Key") for request in server.requests]
    if method == "GET":
        assert keys == [None, None]
    else:
        assert len(set(keys)) == 2
        assert all(UUID(key).version == 4 for key in keys)


def test_member(way: Way) -> None:
    """A member's token goes with the lists that serve the member's own."""
    server = answer(ANSWER)
    client = way.bootpay(server)
    client.list_subscriptions(member_token="a.b.c")
    list(client.iter_subscriptions(member_token="a.b.c"))
    client.list_subscription_requests(member_token="a.b.c")
    list(client.iter_subscription_requests(member_token="a.b.c"))
    client.show_subscription_request("r", member_token="a.b.c")
    assert [request.headers["Bootpay-User-JWT"] for request in server.requests] == ["a.b.c"] * 5


WRONG: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda client: client.list_subscriptions(statuses=1), TypeError, "subscription list has no filter 'statuses'"),
    (lambda client: client.list_subscriptions(status=[1]), TypeError, r"status must be an int, not \[1\]"),
    (lambda client: client.iter_subscriptions(user_id=""), ValueError, "user_id is empty"),
    (lambda client: client.iter_subscriptions(limit=0), ValueError, "1 or more subscriptions a page"),
    (lambda client: client.list_subscription_bills(status=1), TypeError, "status must be a list"),
    (lambda client: client.iter_subscription_bills(limit=0), ValueError, "1 or more bills a page"),
    (lambda client: client.iter_subscription_requests(s_at="today"), ValueError, "s_at must be a datetime.date"),
    (lambda client: client.show_subscription("../orders"), ValueError, "give the subscription's id alone"),
    (lambda client: client.show_subscription_bill(""), ValueError, "bill_id is empty"),
    (lambda client: client.show_subscription_request("a/b"), ValueError, "give the request's id alone"),
    (lambda client: client.show_subscription_request("r", project_id=""), ValueError, "project_id is empty"),
    (
        lambda client: client.update_subscription("s"),
        ValueError,
        "no field of a subscription is given: expected price",
    ),
    (lambda client: client.update_subscription("s", prize=1), TypeError, "a subscription has no field 'prize'"),
    (lambda client: client.update_subscription("s", price="1"), TypeError, "price must be an int, not str"),
    (lambda client: client.update_subscription("s", memo=""), ValueError, "memo is empty: leave it out"),
    (lambda client: client.update_subscription("s", use_free_trial=1), TypeError, "use_free_trial must be a bool"),
    (
        lambda client: client.pause_subscription("s", paused_at=datetime(2025, 8, 1)),  # noqa: DTZ001 - none is the case
        ValueError,
        "paused_at has no time zone",
    ),
    (lambda client: client.pause_subscription("s", paused_at=5), TypeError, "paused_at must be a str, not int"),
    (lambda client: client.charge_subscription("k", 0), ValueError, "price must be 1 or more, not 0"),
    (lambda client: client.charge_subscription("", 1), ValueError, "charge_key is empty"),
    (lambda client: client.charge_subscription("k", 1, user="u"), TypeError, "user must be a mapping, not str"),
    (lambda client: client.charge_subscription("k", 1, metadata={"a": {1}}), ValueError, "metadata holds what JSON"),
    (lambda client: client.charge_subscription("k", 1, metadata={"a": float("nan")}), ValueError, "metadata holds"),
    (lambda client: client.update_subscription_bill("b"), ValueError, "no field of a bill is given"),
    (lambda client: client.request_pause(), ValueError, "either subscription_id or order_number: neither is given"),
    (lambda client: client.request_pause("s", order_number="n"), ValueError, "order_number: both are given"),
    (lambda client: client.request_termination(order_number=""), ValueError, "order_number is empty"),
    (lambda client: client.request_resume("s", reason=""), ValueError, "reason is empty: say why"),
    (lambda client: client.request_transfer("s", new_user_id=""), ValueError, "new_user_id is empty"),
    (lambda client: client.show_termination_fee(), ValueError, "neither is given"),
    (lambda client: client.add_adjustment("s"), ValueError, "no field of an adjustment is given"),
    (lambda client: client.add_adjustment("s", cost=1), TypeError, "an adjustment has no field 'cost'"),
    (lambda client: client.update_adjustments("s", {"price": 1}), TypeError, "adjustments must be a list, not dict"),
    (lambda client: client.update_adjustments("s", [5]), TypeError, r"adjustments\[0\] must be a mapping as NewAdj"),
    (lambda client: client.update_adjustments("s", [{}]), ValueError, r"no field of adjustments\[0\] is given"),
    (lambda client: client.update_adjustments("s", [], duration=0), ValueError, "duration must be 1 or more"),
    (lambda client: client.delete_adjustment("s", ""), ValueError, "adjustment_id is empty"),
    (lambda client: client.delete_adjustment("s", "a", idempotency_key="가"), ValueError, "idempotency_key"),
]


@pytest.mark.parametrize(("call", "kind", "says"), WRONG)
def test_what_is_wrong_is_not_sent(way: Way, call: Any, kind: type[Exception], says: str) -> None:
    """A wrong argument is refused before any request, by its name."""
    server = answer(ANSWER)
    with pytest.raises(kind, match=says):
        call(way.bootpay(server))
    assert not server.requests


def test_states_are_open(way: Way) -> None:
    """Numbers are members where they are known, and stay as they are where not; texts stay."""
    rows = [{"order_subscription_id": str(n), "status": status} for n, status in enumerate((-2, 20, 77, "active"))]
    rows[0] |= {"subscription_payment_cycle_type": 21, "option_names": ["A", "B"]}
    found = way.bootpay(answer({"count": 4, "list": rows, "sum_active": 3})).list_subscriptions()
    statuses = [each.status for each in found.subscriptions]
    assert statuses == [SubscriptionStatus.PAUSE, SubscriptionStatus.TERMINATED, 77, "active"]
    assert isinstance(statuses[0], SubscriptionStatus)
    assert not isinstance(statuses[2], SubscriptionStatus)
    first = found.subscriptions[0]
    assert (first.subscription_payment_cycle_type, first.option_names) == (PaymentCycle.MONTH, ("A", "B"))
    assert found.extra == {"sum_active": 3}


@pytest.mark.parametrize("options", ["A", [1], {"a": 1}])
def test_another_shape_is_an_error(way: Way, options: object) -> None:
    """A field of another type than documented is an error that names it."""
    with pytest.raises(UnexpectedAnswerError, match=r"option_names is .*, not an array of strings"):
        way.bootpay(answer(ANSWER | {"option_names": options})).show_subscription("s")


def test_values_hide_people(way: Way) -> None:
    """Unknown fields are kept at each level; values hash and pickle, and their repr shows no personal data or keys."""
    people = {
        "user_id": "canary-u",
        "user_group_id": "canary-g",
        "username": "홍길동",
        "user_email": "canary@example.com",
    }
    body = ANSWER | people | {"charge_key": "canary-k", "reason": "canary-r", "unknown": "canary-x"}
    adjustment = {"order_subscription_adjustment_id": "a", "unknown": "canary-y"}
    client = way.bootpay(answer(body | {"order_subscription_adjustments": [adjustment]}))
    shown = [
        client.show_subscription("s"),
        client.show_subscription_bill("b"),
        client.show_subscription_request("r"),
        client.charge_subscription("k", 1),
        client.revoke_charge_key("k"),
        client.request_pause("s"),
        client.terminate_subscription("s"),
        client.add_adjustment("s", price=1),
    ]
    for value in shown:
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
        assert len({value, value}) == 1
        assert "canary" not in repr(value)
        assert "홍길동" not in repr(value)
    assert shown[0].extra["unknown"] == "canary-x"
    assert shown[0].order_subscription_adjustments[0].extra == {"unknown": "canary-y"}
    assert (shown[1].username, shown[2].reason, shown[3].charge_key) == ("홍길동", "canary-r", "canary-k")


def test_errors_hide_what_was_sent(way: Way) -> None:
    """An error whose answer repeats names, reasons and keys of the request shows none of them."""
    said = "canary-k canary-r 김하나 canary-memo canary-name"
    server = Api(httpx.Response(400, json={"code": "X", "message": said}))
    client = way.bootpay(server)
    calls: list[Callable[[], Any]] = [
        lambda: client.charge_subscription("canary-k", 1, user={"name": ["x"], "username": "김하나"}),
        lambda: client.revoke_charge_key("canary-k"),
        lambda: client.request_transfer("s", new_user_id="u", new_username="김하나", reason="canary-r"),
        lambda: client.update_subscription("s", memo="canary-memo", username="canary-name"),
    ]
    hidden = [("canary-k", "김하나"), ("canary-k",), ("김하나", "canary-r"), ("canary-memo", "canary-name")]
    for call, secrets in zip(calls, hidden, strict=True):
        with pytest.raises(BadRequestError) as caught:
            call()
        assert not [secret for secret in secrets if secret in str(caught.value)]


def test_a_request_by_the_page(way: Way) -> None:
    """The page shows an answer with the subscription's `id` alone: it is read as well."""
    body = {"id": "s1", "status": 1, "request_type": 2, "resumed_at": "2025-08-01T12:00:00+09:00"}
    asked = way.bootpay(answer(body)).request_resume("s1", reason="귀국")
    assert (asked.subscription.order_subscription_id, asked.subscription.status) == ("s1", SubscriptionStatus.ACTIVE)
    assert (asked.request_type, asked.resumed_at) == (SubscriptionRequestType.RESUME, NOON)
    with pytest.raises(UnexpectedAnswerError, match="order_subscription_id is absent"):
        way.bootpay(answer({"status": 1})).request_pause("s1")


def test_lists_of_unknown_shape(way: Way) -> None:
    """The lists that no source shows are read as arrays too; then their count is their length."""
    bills = [{"order_subscription_bill_id": str(n)} for n in range(3)]
    assert way.bootpay(answer(bills)).list_subscription_bills().count == 3
    assert len(list(way.bootpay(answer(bills)).iter_subscription_bills())) == 3
    requests = [{"order_subscription_request_history_id": str(n)} for n in range(2)]
    assert way.bootpay(answer(requests)).list_subscription_requests().count == 2
    with pytest.raises(UnexpectedAnswerError, match="body is an array, not an object"):
        way.bootpay(answer([])).list_subscriptions()


FILTERS: dict[str, type] = {
    "bootpay.orders.list": OrderFilters,
    "bootpay.subscriptions.list": SubscriptionFilters,
    "bootpay.subscription_bills.list": SubscriptionBillFilters,
    "bootpay.subscription_requests.list": SubscriptionRequestFilters,
    "bootpay.invoices.list": InvoiceFilters,
}
FIELDS: dict[str, type] = {
    "bootpay.subscriptions.update": SubscriptionChanges,
    "bootpay.adjustments.create": NewAdjustment,
    "bootpay.invoices.create": NewInvoice,
}


@pytest.mark.parametrize("operation", [*FILTERS, *FIELDS])
def test_all_that_the_contract_has_can_be_given(operation: str) -> None:
    """Each filter of a list and each field of a body that the contract knows is one of the client's."""
    contract = load_contract("bootpay").operations[operation]
    if operation in FILTERS:
        known = {each.name for each in contract.parameters if each.location == "query"} - {"page", "limit"}
        assert FILTERS[operation].__annotations__.keys() == known
    else:
        assert contract.body is not None
        document: Any = contract.body.document
        schemas: dict[str, Any] = {**contract.body.resources}
        fields = schemas.get(document.get("$ref", ""), document)["properties"].keys()
        # An invoice's price is an argument of its own; the SDKs' types have two fields more of one than the contract.
        assert FIELDS[operation].__annotations__.keys() | {"price"} >= fields


@pytest.fixture
def shop(profile: str) -> Iterator[LiveServer]:
    """A mock of a profile, whose time is frozen."""
    with LiveServer(profile=profile) as live:
        yield live


@pytest.fixture
def control(shop: LiveServer) -> Iterator[ControlClient]:
    """Buyers and time of the mock."""
    with ControlClient(shop.url) as client:
        yield client


@pytest.fixture
def client(way: Way, shop: LiveServer) -> Any:
    """A client of the mock."""
    return way.bootpay(
        None,
        base_url=shop.bootpay_base_url,
        client_key=shop.bootpay_client_key,
        secret_key=shop.bootpay_secret_key,
    )


PAUSED = {SubscriptionStatus.PAUSED, SubscriptionStatus.PAUSE}
ENDED = {SubscriptionStatus.CANCELED, SubscriptionStatus.TERMINATED}
every_profile = pytest.mark.parametrize("profile", PROFILES)


def subscribe(control: ControlClient, price: int) -> dict[str, Any]:
    """Place an order of a subscription; its contract as the control plane shows it."""
    placed = control.place_order("bootpay", **{"with": {"price": price}})
    control.act(placed["order_id"], "subscribe")
    (found,) = control.order(placed["order_id"])["data"]["subscriptions"]
    return {**found, **placed}


@every_profile
def test_the_life_of_a_subscription(client: Any, control: ControlClient) -> None:
    """It is billed by the clock at its price, not while it is paused, and ends with its fee; the lists follow."""
    made = subscribe(control, 30_000)
    id_, number = made["order_subscription_id"], made["order_number"]

    def bills() -> list[tuple[int, int, object]]:
        found = client.iter_subscription_bills(limit=1, order_subscription_id=id_)
        return sorted((each.duration, each.price, each.status) for each in found)

    def prices(status: SubscriptionBillStatus) -> list[int]:
        return [price for _, price, each in bills() if each == status]

    begun = client.show_subscription(id_)
    assert (begun.status, begun.price, begun.order_id) == (SubscriptionStatus.ACTIVE, 30_000, made["order_id"])
    assert begun.subscription_payment_cycle_type is PaymentCycle.MONTH
    assert begun.payment_next_at > begun.created_at
    control.move_clock(advance="32d")
    assert prices(SubscriptionBillStatus.DONE) == [30_000] * 2

    raised = client.update_subscription(id_, price=35_000)
    assert raised.price == 35_000
    assert prices(SubscriptionBillStatus.DONE) == [30_000] * 2
    assert prices(SubscriptionBillStatus.READY) == [35_000]
    adjusted = client.add_adjustment(id_, name="할인", price=-5_000, type=AdjustmentType.EVERY_BILL)
    (adjustment,) = adjusted.order_subscription_adjustments
    assert (adjustment.price, adjustment.type) == (-5_000, AdjustmentType.EVERY_BILL)
    assert client.show_subscription(id_).order_subscription_adjustments == (adjustment,)
    assert prices(SubscriptionBillStatus.READY) == [30_000]
    (replaced,) = client.update_adjustments(id_, [{"price": -2_000, "type": 2}]).order_subscription_adjustments
    assert prices(SubscriptionBillStatus.READY) == [33_000]
    gone = client.delete_adjustment(id_, replaced.order_subscription_adjustment_id)
    assert gone.order_subscription_adjustments == ()
    (ready,) = client.list_subscription_bills(order_subscription_id=id_, status=[SubscriptionBillStatus.READY]).bills
    changed = client.update_subscription_bill(ready.order_subscription_bill_id, price=34_000)
    assert client.show_subscription_bill(ready.order_subscription_bill_id) == changed
    assert changed.price == 34_000

    assert client.pause_subscription(id_, reason="점검").status in PAUSED
    control.move_clock(advance="90d")
    assert prices(SubscriptionBillStatus.DONE) == [30_000] * 2
    assert client.resume_subscription(id_).status is SubscriptionStatus.ACTIVE
    control.move_clock(advance="32d")
    assert prices(SubscriptionBillStatus.DONE) == [30_000, 30_000, 34_000]

    fee = client.show_termination_fee(order_number=number)
    assert fee == client.show_termination_fee(id_)
    ended = client.terminate_subscription(id_, reason="이사")
    assert ended.subscription.status in ENDED
    assert (ended.fee.termination_fee, ended.fee.final_fee) == (fee.termination_fee, fee.final_fee)
    control.move_clock(advance="90d")
    assert len(prices(SubscriptionBillStatus.DONE)) == 3
    with pytest.raises(ApiError):
        client.terminate_subscription(id_)
    (listed,) = client.list_subscriptions(order_number=number).subscriptions
    assert (listed.order_subscription_id, listed.status) == (id_, ended.subscription.status)
    every = list(client.iter_subscriptions(limit=1))
    assert [each.order_subscription_id for each in every].count(id_) == 1
    assert len(every) == client.list_subscriptions().count


@every_profile
def test_requests_of_a_subscriber(client: Any, control: ControlClient) -> None:
    """What a subscriber asks for is carried out at once or waits for a decision, once a type."""
    id_ = subscribe(control, 10_000)["order_subscription_id"]
    paused = client.request_pause(id_, reason="여행")
    assert (paused.request_type, paused.request_status) == (
        SubscriptionRequestType.PAUSE,
        SubscriptionRequestStatus.APPROVED,
    )
    assert paused.subscription.status in PAUSED
    resumed = client.request_resume(id_, reason="귀국")
    assert (resumed.subscription.status, resumed.resumed_at is not None) == (SubscriptionStatus.ACTIVE, True)
    waits = client.request_termination(id_, reason="이사")
    assert waits.request_status is SubscriptionRequestStatus.REQUESTED
    with pytest.raises(StatusError):
        client.request_termination(id_)
    rejected = client.reject_subscription_request(waits.order_subscription_request_history_id, reason="약정")
    assert rejected.status is SubscriptionRequestStatus.REJECTED
    assert client.show_subscription_request(rejected.order_subscription_request_history_id) == rejected
    transfer = client.request_transfer(id_, new_user_id="67e4b4425ec892162491d0ed")
    approved = client.approve_subscription_request(transfer.order_subscription_request_history_id)
    assert approved.status is SubscriptionRequestStatus.APPROVED
    assert client.show_subscription(id_).user_id == "67e4b4425ec892162491d0ed"
    bought = client.request_purchase(id_, price=7_000)
    client.approve_subscription_request(bought.order_subscription_request_history_id)
    assert client.show_subscription(id_).status not in {SubscriptionStatus.ACTIVE, *PAUSED}
    found = list(client.iter_subscription_requests(limit=2, order_subscription_id=id_))
    assert {each.request_type for each in found} == set(SubscriptionRequestType)
    assert len(found) == 5
    assert client.list_subscription_requests(project_id="p", order_subscription_id=id_).count == 5


@every_profile
def test_charges(client: Any, control: ControlClient) -> None:
    """A charge key pays an order of its own until it is revoked."""
    key = subscribe(control, 10_000)["charge_key"]
    paid = client.charge_subscription(key, 4_000)
    assert (paid.price, paid.status, paid.charge_key) == (4_000, PaymentStatus.COMPLETE, key)
    assert client.show_order(paid.order_id).price == 4_000
    assert client.revoke_charge_key(key).charge_key == key
    with pytest.raises(NotFoundError):
        client.charge_subscription(key, 4_000)


@every_profile
def test_decisions_about_a_subscription(client: Any) -> None:
    """One that waits is approved or rejected, once."""
    (waiting,) = client.list_subscriptions(status=SubscriptionStatus.PENDING).subscriptions
    begun = client.approve_subscription(waiting.order_subscription_id)
    assert begun.status is SubscriptionStatus.ACTIVE
    with pytest.raises(StatusError):
        client.reject_subscription(waiting.order_subscription_id, reason="심사")


@every_profile
def test_refusals(client: Any, control: ControlClient, profile: str) -> None:
    """A refusal has its class by status, in either envelope."""
    with pytest.raises(NotFoundError):
        client.show_subscription("0" * 24)
    with pytest.raises(ServerError if profile == "observed" else BadRequestError):
        client.with_options(max_retries=0).list_subscriptions(user_id="hong")
    id_ = subscribe(control, 10_000)["order_subscription_id"]
    with pytest.raises(StatusError) as below:
        client.add_adjustment(id_, price=-10_001, type=2)
    assert below.value.status == 442
    control.set_scenario("bootpay.subscriptions.pause: API_ROLE_NOT_SUPPORT")
    with pytest.raises(ApiError):
        client.pause_subscription(id_)


def test_times_are_utc_too(way: Way) -> None:
    """A time of another zone is the same moment on the wire."""
    server = answer(ANSWER)
    way.bootpay(server).pause_subscription("s", paused_at=NOON.astimezone(UTC))
    assert datetime.fromisoformat(json.loads(server.requests[0].content)["paused_at"]) == NOON
