"""The JavaScript of the Naver guide runs as it is, with production's address, and its workflow with docs/guide.md."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_contracts import PROFILES, parse_json
from jumun_mockserver.control.address import Address
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.live import LiveServer
from jumun_mockserver.proxy.authority import Authority
from jumun_mockserver.run.environment import Wiring, render_environment
from tests.docs.test_pages import blocks
from tests.interop.programs import clean_environment, run_well
from tests.interop.seeds import read_guide_sample
from tests.mockserver.providers.naver.selling import make_parcel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.interop.programs import Ended

ORDER = "2023010112345"
PRODUCT_ORDERS = [f"{ORDER}001", f"{ORDER}002", f"{ORDER}003"]
UNKNOWN, GARBLED = "9999999999999999", "not-an-order"
TOKEN = "your_access_token_here"
IDS = "naver.product_order_ids"
# The samples read data.productOrderIds: only the profile that the guide describes has that.
as_documented = pytest.mark.parametrize("server", ["documented"], indirect=True)
as_observed = pytest.mark.parametrize("server", ["observed"], indirect=True)
READ, READ_LIVE = "response.data.data.productOrderIds", "response.data.data"
SAMPLES = (
    "main();",
    "getProductOrderIdsWithErrorHandling",
    "processOrder",
    "batchProcessOrders",
    "monitorOrderProducts",
)


@pytest.fixture(scope="module", params=PROFILES)
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """A mock of each profile, with production's names."""
    with LiveServer(profile=request.param, authority=Authority.temporary()) as live:
        yield live


@pytest.fixture
def control(server: LiveServer) -> Iterator[ControlClient]:
    """The control plane of a mock to which nothing has happened."""
    server.session.reset()
    with ControlClient(server.url) as client:
        yield client
    server.session.reset()


@pytest.fixture
def environment(server: LiveServer, npm_packages: Path, tmp_path: Path) -> dict[str, str]:
    """What `jumun run` would set for Node, with axios."""
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(httpx.get(f"{server.url}/_jumun/ca.pem").raise_for_status().content)
    wiring = Wiring(
        address=Address(**{name: getattr(server, name) for name in Address.__slots__}),
        proxy_url=server.proxy_url,
        tls_port=server.tls_port,
        hosts=server.hosts,
        allowed_hosts=(),
        ca_file=ca_file,
        trust_store=tmp_path / "none.p12",
        hooks=Path(str(files("jumun_mockserver"))) / "run" / "hooks",
    )
    clean = clean_environment(tmp_path, NODE_PATH=str(npm_packages / "node_modules"))
    return {**clean, **render_environment(wiring, clean)}


@pytest.fixture
def run_guide(
    control: ControlClient,  # noqa: ARG001 - nothing has happened
    node: str,
    environment: dict[str, str],
    tmp_path: Path,
) -> Callable[..., Ended]:
    """Runs all of the guide's JavaScript and the page's, as one file, and at its end one call more."""

    def run(call: str, *, mended: bool = False) -> Ended:
        guide = [read_guide_sample("javascript", containing=each) for each in SAMPLES]
        code = "\n".join((*guide[:2], page_code(), *guide[2:]))
        if mended:
            assert code.count(READ) == 3
            code = code.replace(READ, READ_LIVE)
        program = tmp_path / "guide.js"
        # Once main, which the guide calls at once, is through.
        program.write_text(f"{code}\nprocess.once('beforeExit', async () => {{\n{call}\n}});\n", "utf-8")
        return run_well([node, program], folder=tmp_path, environment=environment)

    return run


def page_code() -> str:
    """The functions that the guide leaves undefined, from the page."""
    (code,) = (text for language, text in blocks("docs/guide.md") if language == "javascript")
    return code


def outcome(ended: Ended) -> Any:
    """What the call gave, which is printed last."""
    return parse_json(ended.stdout.splitlines()[-1])


def ask(function: str, *arguments: object) -> str:
    """A call that prints what it gives."""
    return f"console.log(JSON.stringify(await {function}({', '.join(map(json.dumps, (*arguments, TOKEN)))})))"


def process_and_catch(order: str) -> str:
    """A call of the workflow that prints why it fails."""
    return f"await processOrder({json.dumps(order)}, {json.dumps(TOKEN)}).catch(error => console.log(`${{error}}`))"


def place(server: LiveServer, control: ControlClient) -> tuple[str, dict[str, str]]:
    """An order with a product order that is paid, one whose buyer asks to cancel, one on its way; each by its part."""
    placed = control.place_order("naver", product_orders=3)
    paid, canceling, sent = placed["product_order_ids"]
    orders = f"{server.naver_base_url}/v1/pay-order/seller/product-orders"
    with httpx.Client(headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as http:
        # A cancel that is asked for before the seller confirms needs no approval.
        for path, body in (
            ("confirm", {"productOrderIds": [canceling]}),
            ("dispatch", {"dispatchProductOrders": [{"productOrderId": sent, **make_parcel(sent)}]}),
        ):
            answer = http.post(f"{orders}/{path}", json=body).raise_for_status().json()
            assert answer["data"]["failProductOrderInfos"] == []
    control.act(canceling, "request_cancel")
    return placed["order_id"], {"paid": paid, "canceling": canceling, "sent": sent}


def statuses(control: ControlClient, parts: dict[str, str]) -> dict[str, str]:
    """Where each part of an order is, by the control plane."""
    return {name: control.order(id_)["state"]["productOrderStatus"] for name, id_ in parts.items()}


# Order, token, step, and what the guide's error handler makes of the answer in each profile.
OUTCOMES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "garbled order": (GARBLED, TOKEN, "", {"documented": "INVALID_ORDER_ID", "observed": "INVALID_ORDER_ID"}),
    "wrong token": (ORDER, "garbage", "", {"documented": "UNAUTHORIZED", "observed": "UNAUTHORIZED"}),
    # Production has no 404 here: a program that follows the guide reads an unknown order as a garbled one.
    "unknown order": (UNKNOWN, TOKEN, "", {"documented": "ORDER_NOT_FOUND", "observed": "INVALID_ORDER_ID"}),
    "failing server": (ORDER, TOKEN, "500", {"documented": "SERVER_ERROR", "observed": "SERVER_ERROR"}),
    "too many calls": (ORDER, TOKEN, "429", {"documented": "UNKNOWN_ERROR", "observed": "UNKNOWN_ERROR"}),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_error_handler(server: LiveServer, control: ControlClient, run_guide: Callable[..., Ended], name: str) -> None:
    """The guide's error handler comes to each of its five outcomes, with the trace id of the answer."""
    order, token, step, errors = OUTCOMES[name]
    if step:
        # The first call is main's.
        control.set_scenario(f"{IDS}: ok, {step}")
    found = outcome(run_guide(ask("getProductOrderIdsWithErrorHandling", order).replace(TOKEN, token)))
    assert (found["success"], found["error"]) == (False, errors[server.session.profile])
    assert found["traceId"]


@as_documented
def test_error_handler_without_error(run_guide: Callable[..., Ended]) -> None:
    """The guide's error handler hands on the three product orders and the trace id."""
    found = outcome(run_guide(ask("getProductOrderIdsWithErrorHandling", ORDER)))
    assert (found["success"], found["data"]) == (True, PRODUCT_ORDERS)
    assert found["traceId"]


def test_workflow(server: LiveServer, control: ControlClient, run_guide: Callable[..., Ended]) -> None:
    """It dispatches what is paid, approves the cancel that is asked for, and leaves what is on its way.

    Where `data` is the bare list, one expression of the guide must be another.
    """
    order, parts = place(server, control)
    assert statuses(control, parts) == {"paid": "PAYED", "canceling": "PAYED", "sent": "DELIVERING"}
    before = control.events()[-1]["number"]
    ended = run_guide(ask("processOrder", order), mended=server.session.profile == "observed")
    assert f"주문 {order} 처리 완료" in ended.stdout, ended
    assert statuses(control, parts) == {"paid": "DELIVERING", "canceling": "CANCELED", "sent": "DELIVERING"}
    done = [(each["actor"], each["action"], each["product_order_id"]) for each in control.events(after=before)]
    assert done[:2] == [
        ("seller", "dispatch", parts["paid"]),
        ("seller", "cancel.approve", parts["canceling"]),
    ]
    calls = [each for each in control.requests() if each["operation"] != IDS][-5:]
    assert [each["operation"].removeprefix("naver.") for each in calls] == [
        *["product_orders.query"] * 3,
        "product_orders.dispatch",
        "claims.cancel.approve",
    ]
    assert [each["violations"] for each in calls] == [[]] * 5


@as_observed
def test_workflow_as_it_is(server: LiveServer, control: ControlClient, run_guide: Callable[..., Ended]) -> None:
    """With the list that production answers, the unchanged workflow fails before it changes anything."""
    order, parts = place(server, control)
    before = statuses(control, parts)
    assert "TypeError: productOrderIds is not iterable" in run_guide(process_and_catch(order)).stdout
    assert statuses(control, parts) == before


@as_documented
def test_refused_dispatch(server: LiveServer, control: ControlClient, run_guide: Callable[..., Ended]) -> None:
    """A failure within a 200 ends the workflow with its code, and the cancel after it is not approved."""
    order, parts = place(server, control)
    control.set_scenario("naver.product_orders.dispatch: fail(104123)")
    assert f"Error: {parts['paid']}: 104123 " in run_guide(process_and_catch(order)).stdout
    assert statuses(control, parts) == {"paid": "PAYED", "canceling": "PAYED", "sent": "DELIVERING"}


def test_batch(server: LiveServer, control: ControlClient, run_guide: Callable[..., Ended]) -> None:
    """It goes on after orders that are unknown, garbled or met by an error, and says which they are."""
    is_documented = server.session.profile == "documented"
    single = control.place_order("naver")
    double = control.place_order("naver", product_orders=2)
    orders = [single["order_id"], UNKNOWN, double["order_id"], ORDER, GARBLED, ORDER]
    control.set_scenario(f"{IDS}: ok x4, 500, ok *")
    found = outcome(run_guide(ask("batchProcessOrders", orders), mended=not is_documented))
    failed = "Request failed with status code {}".format
    rows = [
        single["product_order_ids"],
        failed(404 if is_documented else 400),
        double["product_order_ids"],
        failed(500),
        failed(400),
        PRODUCT_ORDERS,
    ]
    assert found == [
        {"orderId": order, "success": False, "error": row}
        if isinstance(row, str)
        else {"orderId": order, "success": True, "productCount": len(row), "productOrderIds": row}
        for order, row in zip(orders, rows, strict=True)
    ]


@as_observed
def test_batch_as_it_is(run_guide: Callable[..., Ended]) -> None:
    """With the list that production answers, the unchanged batch takes each good order for a bad one."""
    (found,) = outcome(run_guide(ask("batchProcessOrders", [ORDER])))
    assert found == {
        "orderId": ORDER,
        "success": False,
        "error": "Cannot read properties of undefined (reading 'length')",
    }


def test_monitor(server: LiveServer, control: ControlClient, run_guide: Callable[..., Ended]) -> None:
    """It counts at each tick until an error stops it; then nothing keeps the program."""
    # The first call is main's. Ticks that overlap with the first error get it too.
    control.set_scenario(f"{IDS}: ok x4, 500 *")
    call = f"monitorOrderProducts({json.dumps(ORDER)}, {json.dumps(TOKEN)}, 25)"
    ended = run_guide(call, mended=server.session.profile == "observed")
    assert ended.stdout.count(f"주문 {ORDER}: 3개 상품") == 3
    errors = [line for line in ended.stderr.splitlines() if line.startswith("모니터링 오류: ")]
    assert set(errors) == {"모니터링 오류: Request failed with status code 500"}
    assert [each["status"] for each in control.requests()] == [200] * 4 + [500] * len(errors)
