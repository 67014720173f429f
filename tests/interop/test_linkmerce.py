"""linkmerce from PyPI, unmodified, gets all that it calls into its tables, by 0.6.8 and by 1.0.21.

Its list parameters are empty, it pages by `more`, and the token call of 0.6.8 has the parameters in the query string.
Only its class attribute `origin` is set. 1.0.21 needs Python 3.12.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_contracts import load_contract
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.testing.session import JumunSession
from tests.interop.programs import clean_environment, install, make_once, run_well
from tests.mockserver.providers.naver.selling import make_parcel
from tests.mockserver.world import STATIC_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_mockserver.live import LiveServer

pytestmark = pytest.mark.slow

# 125 MB, half a minute: it brings DuckDB, in which it parses the answers.
PACKAGES = ("bcrypt==5.0.0", "duckdb==2.0.1", "requests==2.34.2")
OLD, NEW = "0.6.8", "1.0.21"
NEEDS = {OLD: (3, 10), NEW: (3, 12)}
DAY = "2026-03-04"
# Beyond one page, of the list and of the feed.
SINGLES, A_PAGE = 301, 300
# Field of linkmerce's row → of `productOrder`.
AMOUNTS = {
    "order_quantity": "quantity",
    "unit_price": "unitPrice",
    "option_price": "optionPrice",
    "discount_amount": "productDiscountAmount",
    "seller_discount_amount": "sellerBurdenDiscountAmount",
    "supply_amount": "expectedSettlementAmount",
    "delivery_fee": "deliveryFeeAmount",
    "inflow_path": "inflowPath",
}
NUMBERS = {"channel_seq": "merchantChannelId", "product_id": "productId"}
PRODUCT_TYPES = {"조합형옵션상품": 1, "추가구성상품": 2}
CHANNEL = 100_000_001
# Of the refusal by the quota, in each profile.
CODES = {"documented": "TOO_MANY_REQUESTS", "observed": "GW.QUOTA_LIMIT"}


@dataclass(frozen=True, slots=True)
class Linkmerce:
    """A version of it.

    Attributes:
        python: The interpreter that runs it.
        folder: For PYTHONPATH.
    """

    version: str
    python: Path
    folder: Path

    def on_day(self, function: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
        """A call about the day."""
        when = {"start_date": DAY} if self.version == OLD else {"start_datetime": f"{DAY}T00:00:00.0+0900"}
        channel = {"channel_seq": CHANNEL} if function != "order" else {}
        return function, {**when, **channel, **arguments}


@pytest.fixture(scope="session", params=NEEDS)
def linkmerce(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Linkmerce:
    """Each version of it, installed."""
    version = request.param
    python = find_python(*NEEDS[version], folder=tmp_path_factory.getbasetemp())

    def make(folder: Path) -> None:
        pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--target", folder, *PACKAGES, f"linkmerce=={version}"], folder=folder)

    return Linkmerce(version, python, make_once(tmp_path_factory, f"linkmerce-{version}", make))


def find_python(major: int, minor: int, *, folder: Path) -> Path:
    """This Python if it is late enough, else one of just that version; without one the test is skipped."""
    if sys.version_info >= (major, minor):
        return Path(sys.executable)
    name = f"python{major}.{minor}"
    if found := shutil.which(name):
        # pyenv has commands of all its versions on PATH, and runs those of the version that this variable names.
        environment = clean_environment(folder, PYENV_VERSION=f"{major}.{minor}")
        command = (found, "-c", "import ensurepip, sys; print(sys.executable)")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return Path(done.stdout.strip())
    pytest.skip(f"{name} with pip is not on PATH")


@pytest.fixture
def open_session(server: LiveServer) -> Iterator[Callable[..., JumunSession]]:
    """Opens sessions in the profile of the server, whose clocks run from a noon; what they hold is placed by tests."""
    opened: list[JumunSession] = []

    def open_one(**options: Any) -> JumunSession:
        session = JumunSession(ControlClient(server.url), profile=server.session.profile, **options)
        opened.append(session)
        session.clock.set(f"{DAY}T12:00:00+09:00")
        return session

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def call(linkmerce: Linkmerce, tmp_path: Path) -> Callable[..., list[Any]]:
    """Makes calls of linkmerce, each a function and its arguments, to a session: the outcome of each."""

    def run(session: JumunSession, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
        case = {
            "origin": session.naver_base_url,
            "client_id": session.naver_client_id,
            "client_secret": session.naver_client_secret,
            "calls": calls,
        }
        command = (linkmerce.python, Path(__file__).with_name("linkmerce_calls.py"), json.dumps(case))
        environment = clean_environment(tmp_path, PYTHONPATH=str(linkmerce.folder))
        outcomes: list[Any] = json.loads(run_well(command, folder=tmp_path, environment=environment).stdout)
        return outcomes

    return run


def place(session: JumunSession) -> tuple[list[str], list[str]]:
    """Product orders beyond a page, of one each, and those of a bundle.

    All have an option and a discount: linkmerce needs the code of the one in every row and the other in every page.
    """
    singles = session.place_order("naver", "options", count=SINGLES, productDiscountAmount=500)["orders"]
    bundle = session.place_order("naver", "bundle", productDiscountAmount=1_000)
    return [id_ for each in singles for id_ in each["product_order_ids"]], bundle["product_order_ids"]


def dispatch(session: JumunSession, ids: list[str]) -> None:
    """Send product orders, as many at a time as the API takes."""
    headers = {"Authorization": f"Bearer {STATIC_TOKEN}", "Jumun-Session": session.id}
    with httpx.Client(headers=headers, trust_env=False) as http:
        for start in range(0, len(ids), 30):
            items = [{"productOrderId": id_, **make_parcel(id_)} for id_ in ids[start : start + 30]]
            url = f"{session.naver_base_url}/v1/pay-order/seller/product-orders/dispatch"
            answer = http.post(url, json={"dispatchProductOrders": items}).raise_for_status().json()
            assert answer["data"]["failProductOrderInfos"] == []


def moment(text: str) -> str:
    """A moment as linkmerce keeps it: to the second, without the offset."""
    return text[:19].replace("T", " ")


def expected_product_order(session: JumunSession, id_: str, version: str) -> dict[str, Any]:
    """The row that linkmerce makes of a product order, from what the control plane knows of it."""
    data = session.order(id_)["data"]
    product_order, order = data["productOrder"], data["order"]
    return {
        "product_order_id": int(id_),
        "order_id": int(order["orderId"]),
        "product_type": PRODUCT_TYPES[product_order["productClass"]],
        "option_id": int(product_order["optionCode" if version == OLD else "itemNo"]),
        "delivery_type": 0,
        "delivery_tag_type": None,
        "inflow_path_add": None,
        "payment_dt": moment(order["paymentDate"]),
        **{field: int(product_order[key]) for field, key in NUMBERS.items()},
        **{field: product_order[key] for field, key in AMOUNTS.items()},
    }


def by_id(rows: list[Any]) -> dict[int, Any]:
    """Rows by their product order, of which there is one each."""
    found = {row["product_order_id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_orders_and_feed(
    linkmerce: Linkmerce, open_session: Callable[..., JumunSession], call: Callable[..., list[Any]]
) -> None:
    """All product orders of a day come over two pages, those asked for over one, and the feed's rows over two."""
    session = open_session()
    sent, waiting = place(session)
    dispatch(session, sent)
    all_, paid, feed = call(
        session,
        linkmerce.on_day("order"),
        linkmerce.on_day("order", product_order_status=["PAYED", "DELIVERED"]),
        linkmerce.on_day("order_status"),
    )

    assert by_id(all_["tables"]["product_order"]) == {
        int(id_): expected_product_order(session, id_, linkmerce.version) for id_ in sent + waiting
    }
    assert len(all_["tables"]["order"]) == SINGLES + 1
    deliveries = by_id(all_["tables"]["delivery"])
    assert deliveries.keys() == {int(id_) for id_ in sent}
    data = session.order(sent[0])["data"]
    found = deliveries[int(sent[0])]
    assert (found["invoice_no"], found["delivery_company"], found["delivery_method"]) == (f"6{sent[0]}", "CJGLS", 0)
    assert found["send_dt"] == moment(data["delivery"]["sendDate"])

    assert by_id(paid["tables"]["product_order"]).keys() == {int(id_) for id_ in waiting}

    # It keeps no rows of what is only paid.
    rows = by_id(feed["tables"]["order_status"])
    assert rows.keys() == {int(id_) for id_ in sent}
    assert rows[int(sent[0])] == {
        "product_order_id": int(sent[0]),
        "order_id": int(data["order"]["orderId"]),
        "channel_seq": CHANNEL,
        "order_status": 2,
        "payment_dt": moment(data["order"]["paymentDate"]),
        "updated_dt": moment(data["delivery"]["sendDate"]),
        **({} if linkmerce.version == OLD else {"claim_status": None}),
    }

    lists = session.requests("naver.product_orders.list")
    assert [each["status"] for each in lists] == [200, 200, 200]
    assert "productOrderStatuses=&claimStatuses=&page=2&pageSize=300" in lists[1]["query"]
    assert "productOrderStatuses=PAYED%2CDELIVERED&claimStatuses=&page=1" in lists[2]["query"]
    changes = session.requests("naver.product_orders.changes")
    assert ["moreSequence" in each["query"] for each in changes] == [False, True]
    assert [each["violations"] for each in lists + changes] == [[]] * 5
    tokens = session.requests("naver.token")
    assert [each["status"] for each in tokens] == [200, 200, 200]
    places = [each["place"] for token in tokens for each in token["violations"]]
    assert ("query/'client_secret_sign'" in places, places == []) == (
        linkmerce.version == OLD,
        linkmerce.version == NEW,
    )


def test_what_became_of_orders(
    linkmerce: Linkmerce, open_session: Callable[..., JumunSession], call: Callable[..., list[Any]]
) -> None:
    """What is sent, decided and canceled within a day comes by the feed and by the list's other kinds of time."""
    session = open_session()
    sent, decided, canceled = (
        session.place_order("naver", "options", productDiscountAmount=500)["product_order_ids"][0] for _ in range(3)
    )
    dispatch(session, [sent, decided])
    session.act(decided, "decide")
    session.act(canceled, "request_cancel")
    (found,) = call(session, linkmerce.on_day("aggregated_order_status"))
    rows = [row for rows in found["tables"].values() for row in rows or ()]
    assert {(row["product_order_id"], row["order_status"]) for row in rows} >= {
        (int(sent), 2),
        (int(decided), 4),
        (int(canceled), 6),
    }
    lists = session.requests("naver.product_orders.list")
    assert [each["status"] for each in lists] == [200, 200]
    kinds = [each["query"].partition("rangeType=")[2].partition("&")[0] for each in lists]
    assert kinds == ["PURCHASE_DECIDED_DATETIME", "CLAIM_COMPLETED_DATETIME"]


def test_any_request(open_session: Callable[..., JumunSession], call: Callable[..., list[Any]]) -> None:
    """What it has no function for uses its general one: a query, with a JSON body."""
    session = open_session()
    (id_,) = session.place_order("naver")["product_order_ids"]
    query = {"method": "POST", "path": "/pay-order/seller/product-orders/query", "version": "v1"}
    (found,) = call(session, ("request", {**query, "json": {"productOrderIds": [id_]}}))
    (row,) = found["tables"]["data"]
    assert row["productOrder"]["productOrderId"] == id_


def test_what_it_repeats(
    server: LiveServer,
    linkmerce: Linkmerce,
    open_session: Callable[..., JumunSession],
    call: Callable[..., list[Any]],
) -> None:
    """It repeats a 429 by the gateway's code, not by its status: one of `documented` it raises at once."""
    session = open_session()
    session.place_order("naver", "options", productDiscountAmount=500)
    session.inject("naver.product_orders.list", "429, ok")
    (found,) = call(session, linkmerce.on_day("order"))
    statuses = [each["status"] for each in session.requests("naver.product_orders.list")]
    if server.session.profile == "observed":
        assert (statuses, len(found["tables"]["product_order"])) == ([429, 200], 1)
    else:
        message = load_contract("naver", "documented").errors["TOO_MANY_REQUESTS"].message
        assert (statuses, found) == ([429], {"raised": f"ConnectionError: {message}"})


def test_the_quota(
    server: LiveServer,
    linkmerce: Linkmerce,
    open_session: Callable[..., JumunSession],
    call: Callable[..., list[Any]],
) -> None:
    """Under the quota the token call of 0.6.8 has it cut to one call an hour: it gets one page, and raises at the next.

    1.0.21 has its parameters in the form, and gets both.
    """
    session = open_session(quota="at-once")
    place(session)
    (listed,) = call(session, linkmerce.on_day("order"))
    token, first, second = session.requests()
    if linkmerce.version == NEW:
        assert (token["status"], first["status"], second["status"]) == (200, 200, 200)
        assert len(listed["tables"]["order"]) == SINGLES + 1
        return
    assert (token["status"], first["status"], second["status"]) == (200, 200, 429)
    wanted = load_contract("naver", server.session.profile).errors[CODES[server.session.profile]]
    assert second["code"] == wanted.code
    assert listed == {"raised": f"ConnectionError: {wanted.message}"}


def test_what_is_not_served(open_session: Callable[..., JumunSession], call: Callable[..., list[Any]]) -> None:
    """Statistics of marketing channels have no double: the gateway's 404, whose message it raises."""
    session = open_session()
    when = {"start_date": DAY, "channel_seq": CHANNEL}
    (found,) = call(session, ("marketing_channel", when))
    *_, last = session.requests()
    assert (last["operation"], last["status"]) == (None, 404)
    assert found["raised"].startswith("ConnectionError: ")


def test_around_orders(
    linkmerce: Linkmerce, open_session: Callable[..., JumunSession], call: Callable[..., list[Any]]
) -> None:
    """Products come by one page, with the options of each; in 1.0.21 also categories and settlements by the case."""
    session = open_session()
    (found,) = call(session, ("product", {"channel_seq": CHANNEL, "status_type": ["ALL"]}))
    products = {row["product_id"]: row for row in found["tables"]["product"]}
    assert all(
        row["channel_seq"] == CHANNEL and row["product_name"] and row["sales_price"] for row in products.values()
    )
    assert products
    calls: list[tuple[str, dict[str, Any]]] = [("option", {"channel_seq": CHANNEL, "product_id": list(products)[:2]})]
    if linkmerce.version == NEW:
        calls += [("category", {}), ("settlement", {"channel_seq": CHANNEL, "start_date": DAY})]
    options, *more = call(session, *calls)
    assert {row["product_id"] for row in options["tables"]["option"]} <= products.keys()
    assert options["tables"]["option"]
    for each, (name, _) in zip(more, calls[1:], strict=True):
        assert each["tables"][name], each
    exchanges = [each for each in session.requests() if each["operation"] != "naver.token"]
    assert [(each["status"], each["violations"]) for each in exchanges] == [(200, [])] * len(exchanges)
