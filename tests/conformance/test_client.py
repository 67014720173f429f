"""The client and the contract, which know nothing of each other, agree."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    INVALID_ORDER_ID,
    ORDER_NOT_FOUND,
    SERVER_ERROR,
    UNAUTHORIZED,
    UNKNOWN_ERROR,
    BootpayCommerceClient,
    NaverCommerceClient,
    StatusError,
)
from jumun_contracts import PROFILES, findings, load_contract, parse_json
from jumun_mockserver import LiveServer, create_app
from jumun_mockserver.core.routing import Routes
from jumun_mockserver.providers import PROVIDERS
from tests.client.sides import Side, in_process
from tests.conformance.samples import frozen_options
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUTES = Routes(PROVIDERS, "documented")
THREE = ("2023010112345001", "2023010112345002", "2023010112345003")


class Judge:
    """What `on_exchange=` takes: judges each exchange by a contract and keeps the operations it saw."""

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self.operations: list[str] = []

    def __call__(self, response: httpx.Response) -> None:
        """Fail on an answer that the contract does not have."""
        match = ROUTES.match(response.request.method, response.request.url.path)
        assert match.provider is not None
        assert match.route is not None
        contract = load_contract(match.provider.name, self.profile)
        answer = contract.operations[match.route.operation].answer(response.status_code)
        assert findings(answer.schema, parse_json(response.content)) == []
        self.operations.append(match.route.operation)


@pytest.fixture(params=PROFILES)
def judge(request: pytest.FixtureRequest) -> Judge:
    """A judge for each profile."""
    return Judge(request.param)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def side(request: pytest.FixtureRequest) -> Side:
    """Which of the clients."""
    return Side(is_async=request.param)


@pytest.fixture(params=["socket", "in process"])
def place(request: pytest.FixtureRequest, judge: Judge, side: Side) -> Iterator[tuple[str, Any]]:
    """Where the clients are pointed: a server on a socket, or Flask in the same process."""
    if request.param == "socket":
        with LiveServer(profile=judge.profile) as server:
            yield server.url, None
        return
    with in_process(create_app(profile=judge.profile), is_async=side.is_async) as transport:
        yield "http://jumun.localhost", transport


@pytest.fixture
def naver(place: tuple[str, Any], judge: Judge, side: Side) -> Iterator[Any]:
    """A client that signs for its tokens."""
    with side.naver(
        place[1],
        base_url=f"{place[0]}/external",
        client_id="demo-naver-client-id",
        client_secret="$2a$04$DemoSecretOfJumunOnly.",
        on_exchange=judge,
    ) as client:
        yield client


@pytest.fixture
def bootpay(place: tuple[str, Any], judge: Judge, side: Side) -> Iterator[Any]:
    """A client with the page's keys."""
    with side.bootpay(
        place[1],
        base_url=f"{place[0]}/v1",
        client_key="your-commerce-client-key",
        secret_key="your-commerce-secret-key",
        on_exchange=judge,
    ) as client:
        yield client


def test_naver_end_to_end(naver: NaverCommerceClient, judge: Judge) -> None:
    """A signed token and the guide's order, in both shapes of `data`, each exchange within the contract."""
    assert naver.product_order_ids("2023010112345").product_order_ids == THREE
    assert judge.operations == ["naver.token", "naver.product_order_ids"]


def test_bootpay_end_to_end(bootpay: BootpayCommerceClient, judge: Judge) -> None:
    """The documented order and January's four, each exchange within the contract."""
    first = bootpay.list_orders(limit=1)
    assert (first.count, first.orders[0].order_id) == (BOOTPAY_ORDERS, "68707c59b0eacea5cd974efd")
    january = bootpay.list_orders(css_at=date(2025, 1, 1), cse_at="2025-01-31")
    assert (january.count, len(january.orders)) == (4, 4)
    assert bootpay.request_token().access_token
    assert judge.operations == ["bootpay.orders.list", "bootpay.orders.list", "bootpay.token"]


def test_work_end_to_end(naver: NaverCommerceClient, bootpay: BootpayCommerceClient, judge: Judge) -> None:
    """Batches, watches and walks ask for nothing that the contract does not have."""
    (known, unknown) = naver.product_order_ids_many(["2023010112345", "9999999999999999"])
    assert known.result
    assert known.result.product_order_ids == THREE
    assert unknown.error
    assert unknown.error.outcome == ORDER_NOT_FOUND
    assert next(naver.watch("2023010112345")).added == THREE
    assert len({order.order_id for order in bootpay.iter_orders(limit=4)}) == BOOTPAY_ORDERS
    counted = {name: judge.operations.count(name) for name in judge.operations}
    assert counted == {"naver.token": 1, "naver.product_order_ids": 3, "bootpay.orders.list": 4}


def test_every_parameter_is_the_contracts() -> None:
    """The client sends all parameters of the contract under their names, and none that breaks it."""
    options = frozen_options("documented")
    with LiveServer(**options) as server:
        sent: list[httpx.QueryParams] = []
        with BootpayCommerceClient(
            base_url=server.bootpay_base_url,
            client_key=server.bootpay_client_key,
            secret_key=server.bootpay_secret_key,
            on_exchange=lambda response: sent.append(response.request.url.params),
        ) as client:
            page = client.list_orders(
                page=1,
                limit=20,
                keyword="프리미엄 구독",
                user_id="67e4b4425ec892162491d0ec",
                user_group_id="6763758e817af6a00e0fbf62",
                order_subscription_ids=["685b7b10b0eacea5cd974a93", "6973336e4346c992dc19ed61"],
                subscription_billing_type=1,
                cs_type="p_at",
                css_at="2025-01-01",
                cse_at="2025-12-31",
                search_date_from=date(2025, 7, 1),
                search_date_to=date(2025, 7, 31),
                status=[0, 2],
                payment_status=[0, 1, 20],
            )
        operation = load_contract("bootpay").operations["bootpay.orders.list"]
        assert set(sent[0]) == {parameter.name for parameter in operation.parameters}
        assert [exchange.violations for exchange in server.session.journal] == [()]
        assert [order.order_id for order in page.orders] == ["68707c59b0eacea5cd974efd"]


def forced(code: str) -> Callable[[httpx.Request], None]:
    """An event hook that asks for an error."""

    def ask(request: httpx.Request) -> None:
        request.headers["Prefer"] = f"code={code}"

    return ask


@pytest.mark.parametrize(
    ("order_id", "token", "prefer", "outcome"),
    [
        ("not-an-order", "your_access_token_here", "", INVALID_ORDER_ID),
        ("2023010112345", "expired", "", UNAUTHORIZED),
        ("9999999999999999", "your_access_token_here", "", ORDER_NOT_FOUND),
        ("2023010112345", "your_access_token_here", "500", SERVER_ERROR),
        ("2023010112345", "your_access_token_here", "429", UNKNOWN_ERROR),
    ],
)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_guides_five_outcomes(profile: str, order_id: str, token: str, prefer: str, outcome: str) -> None:
    """Each outcome that the guide's error handler tells apart comes out of the client, in both profiles."""
    hooks = {"request": [forced(prefer)]} if prefer else {}
    transport = httpx.WSGITransport(app=create_app(profile=profile))
    with (
        httpx.Client(transport=transport, event_hooks=hooks) as http_client,
        NaverCommerceClient(
            base_url="http://jumun.localhost/external", access_token=token, http_client=http_client, max_retries=0
        ) as client,
        pytest.raises(StatusError) as caught,
    ):
        client.product_order_ids(order_id)
    assert caught.value.outcome == outcome
    assert caught.value.trace_id
