"""The pytest plugin as its users meet it: in this run where tests pass, and in a run of their own where they do not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from jumun_client import BootpayCommerceClient, NaverCommerceClient, RateLimitError
from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlError
from jumun_mockserver.core.session.limiter import LIMITS
from tests.interop.programs import install, make_once
from tests.mockserver.world import ORDER, sign, write
from tests.packaged import BOOTPAY_ORDERS
from tests.stubs import write_stub

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_mockserver.control.address import Address
    from jumun_mockserver.testing.session import JumunSession

IDS, LIST = "naver.product_order_ids", "bootpay.orders.list"
NOON = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=9)))
IMPORTS = """\
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest


def orders(jumun, query=""):
    return call(jumun, "GET", f"orders?{query}")


def call(jumun, method, path):
    import httpx

    auth = (jumun.bootpay_client_key, jumun.bootpay_secret_key)
    return httpx.request(method, f"{jumun.bootpay_base_url}/{path}", auth=auth, trust_env=False)


"""


@dataclass(frozen=True)
class Run:
    """A run of pytest that is over.

    Attributes:
        cases: Test name → its outcomes, as `passed`, `failure` or `error`, with the message of each.
    """

    status: int
    output: str
    cases: dict[str, list[tuple[str, str]]]

    def outcomes(self, name: str) -> list[str]:
        """How a test ended: its call and its set-up or teardown may each fail."""
        return [outcome for outcome, _ in self.cases[name]]

    def text(self, name: str) -> str:
        """The report of a test that failed."""
        return "\n".join(text for _, text in self.cases[name])


def run_pytest(folder: Path, source: str, *arguments: str, **variables: str) -> Run:
    """Run a project of one file, warnings being errors, in an environment without options of Jumun or of this run."""
    (folder / "test_shop.py").write_text(IMPORTS + textwrap.dedent(source), encoding="utf-8")
    report = folder / "report.xml"
    mine = {key: value for key, value in os.environ.items() if not key.startswith(("JUMUN_", "PYTEST_"))}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", f"--rootdir={folder}"),
            *(f"--junit-xml={report}", "-o", "junit_logging=no", *arguments, "test_shop.py"),
        ],
        cwd=folder,
        env={**mine, "NO_PROXY": "127.0.0.1", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    cases: dict[str, list[tuple[str, str]]] = {}
    if report.exists():
        for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest's own
            found = [(each.tag, each.get("message", "")) for each in case]
            cases.setdefault(case.get("name", ""), []).extend(found or [("passed", "")])
    return Run(done.returncode, done.stdout + done.stderr, cases)


# The fixtures


def test_the_names_that_users_meet(jumun: JumunSession, jumun_server: Address) -> None:
    """The fixtures offer what the design promises: addresses, keys, clock and what to do."""
    for name in (
        "url",
        "naver_base_url",
        "bootpay_base_url",
        "naver_client_id",
        "naver_client_secret",
        "bootpay_client_key",
        "bootpay_secret_key",
    ):
        assert isinstance(getattr(jumun, name), str)
        assert isinstance(getattr(jumun_server, name), str)
    for name in ("inject", "play", "requests", "count", "assert_called"):
        assert callable(getattr(jumun, name))
    for name in ("now", "freeze", "set", "advance"):
        assert callable(getattr(jumun.clock, name))
    assert jumun.naver_base_url == f"{jumun.url}/external"
    assert jumun.bootpay_base_url == f"{jumun.url}/v1"
    assert jumun.id


def test_clients_are_pointed_at_the_session(
    jumun: JumunSession, naver_client: NaverCommerceClient, bootpay_client: BootpayCommerceClient
) -> None:
    """The reference clients call the test's own session, and sign for their own tokens."""
    assert len(naver_client.product_order_ids(ORDER).product_order_ids) == 3
    assert bootpay_client.list_orders(limit=1).count == BOOTPAY_ORDERS
    assert [call["operation"] for call in jumun.requests()] == ["naver.token", IDS, LIST]
    assert {call["session"] for call in jumun.requests()} == {jumun.id}


SEEN: set[str] = set()


@pytest.mark.parametrize("number", range(4))
def test_each_test_has_its_own_session(jumun: JumunSession, number: int) -> None:
    """A test meets neither the session nor the calls nor the scenario of another."""
    assert jumun.id not in SEEN
    SEEN.add(jumun.id)
    assert jumun.count() == 0
    assert get_orders(jumun).status_code == 200
    jumun.inject("*", f"50{number} *")
    assert get_orders(jumun).status_code == 500 + number
    assert jumun.count() == 2


def test_a_session_is_gone_after_its_test(jumun_server: Address) -> None:
    """No session of an earlier test is left on the server."""
    left = {each["id"] for each in httpx.get(f"{jumun_server.url}/_jumun/sessions", trust_env=False).json()}
    assert not SEEN & left


def get_orders(jumun: JumunSession, **query: str) -> httpx.Response:
    """`bootpay.orders.list` by the session's keys."""
    auth = (jumun.bootpay_client_key, jumun.bootpay_secret_key)
    return httpx.get(f"{jumun.bootpay_base_url}/orders", params=query, auth=auth, trust_env=False)


def test_unknown_attribute(jumun: JumunSession) -> None:
    """A name that is not there is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="naver_url"):
        jumun.naver_url  # noqa: B018 - the attribute is the test


# Doing and asking


def test_inject(jumun: JumunSession, naver_client: NaverCommerceClient) -> None:
    """Steps come in their order, and the operations of later injections go beside them."""
    jumun.inject(IDS, "429 x2, ok")
    for _ in range(2):
        with pytest.raises(RateLimitError):
            naver_client.product_order_ids(ORDER)
    assert naver_client.product_order_ids(ORDER).product_order_ids
    jumun.assert_called(IDS, times=3)
    jumun.assert_called(IDS)
    jumun.assert_called(LIST, times=0)


def test_injections_add_up(jumun: JumunSession) -> None:
    """An injection for another operation leaves the first in place, one for the same replaces it."""
    jumun.inject(LIST, "500 *")
    jumun.inject(IDS, "503 *")
    assert get_orders(jumun).status_code == 500
    jumun.inject(LIST, "502 *")
    assert get_orders(jumun).status_code == 502


def test_a_refused_injection_changes_nothing(jumun: JumunSession) -> None:
    """A step or an operation that does not exist is an error with the closest match; what was injected goes on."""
    jumun.inject(LIST, "500 *")
    with pytest.raises(ControlError, match=r"product_order_idz.*naver\.product_order_ids"):
        jumun.inject("naver.product_order_idz", "429")
    with pytest.raises(ControlError, match=r"'rset'.*reset"):
        jumun.inject(LIST, "rset")
    assert get_orders(jumun).status_code == 500
    jumun.inject(IDS, "ok")
    assert get_orders(jumun).status_code == 500


def test_play(jumun: JumunSession) -> None:
    """A played scenario replaces all that was injected; '' ends it."""
    jumun.inject("*", "500 *")
    jumun.play(f"{LIST}: 1700, 503 *")
    assert [get_orders(jumun).status_code for _ in range(2)] == [401, 503]
    jumun.play("")
    assert get_orders(jumun).status_code == 200
    with pytest.raises(ControlError, match="line 2"):
        jumun.play("*: ok\nnonsense")


def test_requests_and_count(jumun: JumunSession) -> None:
    """Exchanges are chosen by operation and status, oldest first; the count is that of the list."""
    jumun.inject(LIST, "ok, 500, ok *")
    for page in "123":
        get_orders(jumun, page=page)
    assert [call["query"] for call in jumun.requests()] == ["page=1", "page=2", "page=3"]
    assert [call["status"] for call in jumun.requests(LIST)] == [200, 500, 200]
    assert [call["query"] for call in jumun.requests(LIST, status=500)] == ["page=2"]
    assert jumun.requests(IDS) == []
    assert (jumun.count(), jumun.count(LIST), jumun.count(status=200), jumun.count(IDS, status=200)) == (3, 3, 2, 0)


def test_secrets_are_masked(jumun: JumunSession) -> None:
    """No exchange shows the key that it was made with."""
    get_orders(jumun)
    assert jumun.bootpay_secret_key not in str(jumun.requests())


def token_fields(jumun: JumunSession) -> dict[str, str]:
    """A right form for `naver.token`."""
    timestamp = str(round(jumun.clock.now().timestamp() * 1_000))
    signature = sign(timestamp, client_id=jumun.naver_client_id, secret=jumun.naver_client_secret)
    return {
        "client_id": jumun.naver_client_id,
        "timestamp": timestamp,
        "grant_type": "client_credentials",
        "client_secret_sign": signature,
        "type": "SELF",
    }


def request_token(jumun: JumunSession, **arguments: Any) -> httpx.Response:
    """A call of `naver.token` with these arguments."""
    return httpx.post(f"{jumun.naver_base_url}/v1/oauth2/token", trust_env=False, **arguments)


def get_product_orders(jumun: JumunSession, token: str) -> httpx.Response:
    """`naver.product_order_ids` by a token."""
    url = f"{jumun.naver_base_url}/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
    return httpx.get(url, headers={"authorization": f"Bearer {token}"}, trust_env=False)


def test_a_token_ends_with_its_time(jumun: JumunSession) -> None:
    """Three hours later the next call with the old token is the provider's 401 at once."""
    token = request_token(jumun, data=token_fields(jumun)).json()["access_token"]
    assert get_product_orders(jumun, token).status_code == 200
    jumun.clock.advance(hours=3)
    assert get_product_orders(jumun, token).status_code == 401


def test_the_client_renews_an_old_token(jumun: JumunSession, naver_client: NaverCommerceClient) -> None:
    """The client of the fixture follows the session's time: three hours later it signs again and is answered."""
    naver_client.product_order_ids(ORDER)
    jumun.clock.advance(hours=3)
    assert naver_client.product_order_ids(ORDER).product_order_ids
    jumun.assert_called("naver.token", times=2)


def test_a_refused_token_is_renewed(jumun: JumunSession, naver_client: NaverCommerceClient) -> None:
    """A 401 in mid-batch makes the client sign again and repeat the call."""
    jumun.inject(IDS, "ok, 401, ok")
    for _ in range(2):
        assert naver_client.product_order_ids(ORDER).product_order_ids
    assert [call["status"] for call in jumun.requests(IDS)] == [200, 401, 200]


# Clock and marker


def test_the_clock(jumun: JumunSession) -> None:
    """It shows an aware time, does not run once frozen, and moves by what timedelta takes."""
    assert abs(jumun.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    jumun.clock.freeze()
    jumun.clock.set(NOON)
    assert jumun.clock.now() == NOON
    jumun.clock.advance(hours=3, minutes=1, milliseconds=5)
    jumun.clock.advance(days=-1)
    assert jumun.clock.now() == NOON + timedelta(days=-1, hours=3, minutes=1, milliseconds=5)
    with pytest.raises(ValueError, match="time zone"):
        jumun.clock.set(datetime(2026, 11, 22))  # noqa: DTZ001 - the missing zone is the test
    with pytest.raises(TypeError, match="fortnights"):
        jumun.clock.advance(fortnights=1)
    with pytest.raises(ControlError, match="advance_s"):
        jumun.clock.advance(days=999_999)
    assert jumun.clock.now() == NOON + timedelta(days=-1, hours=3, minutes=1, milliseconds=5)


@pytest.mark.jumun(clock=NOON)
def test_clock_as_datetime(jumun: JumunSession) -> None:
    """The marker freezes the clock at an aware datetime."""
    assert jumun.clock.now() == NOON
    assert get_orders(jumun).headers["date"] == "Sun, 22 Nov 2026 03:00:00 GMT"


@pytest.mark.jumun(clock="2026-11-22T12:00:00+09:00")
def test_clock_as_text(jumun: JumunSession) -> None:
    """The marker freezes the clock at RFC 3339 text."""
    assert jumun.clock.now() == NOON


@pytest.mark.jumun(profile="observed")
def test_profile(jumun: JumunSession, naver_client: NaverCommerceClient) -> None:
    """The marker chooses the profile."""
    assert naver_client.product_order_ids(ORDER).product_order_ids
    assert '"data":[' in jumun.requests(IDS)[0]["response"]["body"].replace(" ", "")


@pytest.mark.jumun(scenario=f"{LIST}: 503, ok *")
def test_scenario(jumun: JumunSession) -> None:
    """The marker gives the session a scenario."""
    assert [get_orders(jumun).status_code for _ in range(2)] == [503, 200]


@pytest.mark.jumun(orders=4, seed=11)
def test_orders_and_seed(jumun: JumunSession, jumun_server: Address) -> None:
    """The marker asks for made-up orders, which follow from the seed."""
    answer = get_orders(jumun)
    assert answer.json()["count"] == BOOTPAY_ORDERS + 4
    for seed, is_same in ((11, True), ("11", True), (12, False)):
        made = httpx.post(f"{jumun_server.url}/_jumun/sessions", json={"orders": 4, "seed": seed}, trust_env=False)
        keys = made.json()["keys"]
        auth = (keys["bootpay_client_key"], keys["bootpay_secret_key"])
        other = httpx.get(f"{jumun.bootpay_base_url}/orders", auth=auth, trust_env=False)
        assert (other.json() == answer.json()) is is_same
        httpx.delete(f"{jumun_server.url}/_jumun/sessions/{made.json()['id']}", trust_env=False)


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(
            each, marks=pytest.mark.jumun(limits=each, rates={LIST: {"per_second": 1, "burst": 2}}, clock=NOON)
        )
        for each in LIMITS
    ],
)
def test_limits_and_rates(jumun: JumunSession, limits: str) -> None:
    """The marker sets rates and whether they are enforced."""
    answers = [get_orders(jumun) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429 if limits == "enforce" else 200]
    assert ("429" in answers[2].headers.get("jumun-note", "")) is (limits == "report")


@pytest.mark.jumun(quota="at-once", profile="observed", allow_violations=True)
def test_quota(jumun: JumunSession) -> None:
    """The marker switches the punishment of token calls against the rules on."""
    fields = token_fields(jumun)
    good = request_token(jumun, data=fields)
    # Parameters belong into the form.
    assert request_token(jumun, params=fields).status_code == 200
    answers = [get_product_orders(jumun, good.json()["access_token"]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert jumun.requests()[-1]["code"] == "GW.QUOTA_LIMIT"


@pytest.mark.jumun(allow_violations=True)
def test_allowed_violations(jumun: JumunSession) -> None:
    """The marker allows calls that break the contract; the journal has them all the same."""
    assert get_orders(jumun, nonsense="1").status_code == 200
    (call,) = jumun.requests()
    assert call["violations"]
    assert jumun.list_faults() == []


@pytest.mark.jumun(scenario="*: 500 *", profile="observed")
class TestClass:
    """A marker on a class is for each of its tests."""

    def test_inherited(self, jumun: JumunSession) -> None:
        """A test without a marker has that of its class."""
        assert get_orders(jumun).status_code == 500

    @pytest.mark.jumun(scenario="*: 503 *")
    def test_nearer(self, jumun: JumunSession) -> None:
        """What a test's own marker says counts more."""
        assert get_orders(jumun).status_code == 503


# Failing


@dataclass(frozen=True)
class Case:
    """A test of a user's, how it ends, and what pytest says of it."""

    source: str
    outcomes: tuple[str, ...]
    says: tuple[str, ...] = ()


FAILING = {
    "violation": Case(
        """
        def test_violation(jumun):
            assert orders(jumun, "member_type=1").status_code == 200
        """,
        ("error",),
        ("broke the contract", "jumun(allow_violations=True)", "GET /v1/orders: ", "member_type"),
    ),
    "two_violations": Case(
        """
        def test_two_violations(jumun):
            orders(jumun, "nonsense=1")
            orders(jumun)
            orders(jumun, "page=0")
        """,
        ("error",),
        ("nonsense", "page"),
    ),
    "allowed": Case(
        """
        @pytest.mark.jumun(allow_violations=True)
        def test_allowed(jumun):
            orders(jumun, "member_type=1")
        """,
        ("passed",),
    ),
    "allowed_later": Case(
        """
        def test_allowed_later(jumun):
            jumun.allow_violations = True
            orders(jumun, "member_type=1")
        """,
        ("passed",),
    ),
    "unmatched": Case(
        """
        def test_unmatched(jumun):
            assert call(jumun, "GET", "orderz").status_code == 404
            assert call(jumun, "DELETE", "orders").status_code == 405
        """,
        ("error",),
        (
            "that no operation serves",
            "jumun(allow_unmatched=True)",
            "GET /v1/orderz: answered with 404; did you mean GET /v1/orders (bootpay.orders.list)?",
            "DELETE /v1/orders: answered with 405",
        ),
    ),
    "unmatched_and_violation": Case(
        """
        def test_unmatched_and_violation(jumun):
            orders(jumun, "nonsense=1")
            call(jumun, "GET", "orderz")
        """,
        ("error",),
        ("nonsense", "jumun(allow_violations=True)", "orderz", "jumun(allow_unmatched=True)"),
    ),
    "unmatched_allowed": Case(
        """
        @pytest.mark.jumun(allow_unmatched=True)
        def test_unmatched_allowed(jumun):
            call(jumun, "GET", "orderz")
        """,
        ("passed",),
    ),
    "unmatched_allowed_and_violation": Case(
        """
        @pytest.mark.jumun(allow_unmatched=True)
        def test_unmatched_allowed_and_violation(jumun):
            call(jumun, "GET", "orderz")
            orders(jumun, "nonsense=1")
        """,
        ("error",),
        ("nonsense",),
    ),
    "unmet_steps": Case(
        """
        def test_unmet_steps(jumun):
            jumun.inject("bootpay.orders.list", "500, 503 x2")
            orders(jumun)
            assert jumun.unmet_steps() == ["bootpay.orders.list: 503 x2"]
            assert not "my own mistake"
        """,
        ("failure",),
        ("my own mistake",),
    ),
    "unmet_steps_are_no_fault": Case(
        """
        def test_unmet_steps_are_no_fault(jumun):
            jumun.inject("bootpay.orders.list", "500, 503")
            orders(jumun)
        """,
        ("passed",),
    ),
    "failure_and_violation": Case(
        """
        def test_failure_and_violation(jumun):
            orders(jumun, "member_type=1")
            assert not "my own mistake"
        """,
        ("failure", "error"),
        ("my own mistake", "member_type"),
    ),
    "never_called": Case(
        """
        def test_never_called(jumun):
            jumun.assert_called("naver.product_order_ids")
        """,
        ("failure",),
        ("naver.product_order_ids: 0 calls, not at least one. The last calls of all: none",),
    ),
    "called_too_often": Case(
        """
        def test_called_too_often(jumun):
            jumun.inject("bootpay.orders.list", "ok, 503")
            orders(jumun)
            orders(jumun)
            jumun.assert_called("bootpay.orders.list", times=1)
        """,
        ("failure",),
        ("bootpay.orders.list: 2 calls, not 1.", "GET /v1/orders 200; GET /v1/orders 503"),
    ),
    "called_nobody": Case(
        """
        def test_called_nobody(jumun):
            jumun.assert_called("naver.product_order_idz", times=0)
        """,
        ("failure",),
        ("naver.product_order_idz", "did you mean", "naver.product_order_ids"),
    ),
    "bad_scenario": Case(
        """
        @pytest.mark.jumun(scenario="*: ok\\nnaver.product_order_idz: 429")
        def test_bad_scenario(jumun):
            pass
        """,
        ("error",),
        ("line 2: no operation 'naver.product_order_idz'; did you mean naver.product_order_ids?",),
    ),
    "bad_injection": Case(
        """
        def test_bad_injection(jumun):
            jumun.inject("naver.product_order_ids", "GW.AUTN")
        """,
        ("failure",),
        ("GW.AUTN", "did you mean GW.AUTHN?"),
    ),
    "misspelt_argument": Case(
        """
        @pytest.mark.jumun(profle="observed")
        def test_misspelt_argument(jumun):
            pass
        """,
        ("error",),
        ("profle",),
    ),
    "argument_without_name": Case(
        """
        @pytest.mark.jumun("observed")
        def test_argument_without_name(jumun):
            pass
        """,
        ("error",),
        ("observed", "profile="),
    ),
    "argument_of_python": Case(
        """
        @pytest.mark.jumun(control=None)
        def test_argument_of_python(jumun):
            pass
        """,
        ("error",),
        ("has no argument 'control'",),
    ),
    "bad_profile": Case(
        """
        @pytest.mark.jumun(profile="imagined")
        def test_bad_profile(jumun):
            pass
        """,
        ("error",),
        ("/profile", "documented", "observed"),
    ),
    "naive_clock": Case(
        """
        @pytest.mark.jumun(clock=datetime(2026, 11, 22))
        def test_naive_clock(jumun):
            pass
        """,
        ("error",),
        ("datetime.datetime(2026, 11, 22, 0, 0) has no time zone", "tzinfo=datetime.UTC"),
    ),
    "bad_clock": Case(
        """
        @pytest.mark.jumun(clock="yesterday")
        def test_bad_clock(jumun):
            pass
        """,
        ("error",),
        ("clock", "yesterday"),
    ),
    "argument_of_no_json": Case(
        """
        @pytest.mark.jumun(seed=Path("x"))
        def test_argument_of_no_json(jumun):
            pass
        """,
        ("error",),
        ("seed",),
    ),
    "data_that_is_not_there": Case(
        """
        @pytest.mark.jumun(data="shp")
        def test_data_that_is_not_there(jumun):
            pass
        """,
        ("error",),
        ("shp: no such folder",),
    ),
    "data_of_a_mistaken_name": Case(
        """
        @pytest.mark.jumun(data={"naver/order.yaml": {"orders": []}})
        def test_data_of_a_mistaken_name(jumun):
            pass
        """,
        ("error",),
        ("naver/order.yaml", "did you mean naver/orders.yaml?"),
    ),
    "mistaken_data": Case(
        """
        @pytest.mark.jumun(data={"naver/orders.yaml": {"orders": [{"order_id": "1", "product_order_ids": []}]}})
        def test_mistaken_data(jumun):
            pass
        """,
        ("error",),
        ("naver/orders.yaml#/orders/0/order_id",),
    ),
    "wrong_field": Case(
        """
        def test_wrong_field(jumun):
            jumun.place_order("naver", quantitty=2)
        """,
        ("failure",),
        ("/with", "quantitty", "did you mean quantity?"),
    ),
    "after_all_that": Case(
        """
        def test_after_all_that(jumun):
            assert orders(jumun).status_code == 200
        """,
        ("passed",),
    ),
}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run of all of them."""
    source = "\n".join(textwrap.dedent(case.source) for case in FAILING.values())
    source += "\n\ndef test_collecting():\n    import gc\n\n    gc.collect()\n"
    return run_pytest(tmp_path_factory.mktemp("failing"), source)


@pytest.mark.parametrize("name", FAILING)
def test_how_tests_fail(failed: Run, name: str) -> None:
    """A test fails at the right moment, and what pytest shows names the thing, the value and the way out."""
    case = FAILING[name]
    assert failed.outcomes(f"test_{name}") == list(case.outcomes), failed.output
    said = failed.text(f"test_{name}")
    assert all(text in said for text in case.says), said


def test_failures_are_reported_once(failed: Run) -> None:
    """What a failure was raised from says the same, and is not shown beside it."""
    assert "During handling of the above exception" not in failed.output


def test_failures_leave_nothing_open(failed: Run) -> None:
    """No set-up that fails leaves a socket behind that Python warns about."""
    assert failed.outcomes("test_collecting") == ["passed"], failed.text("test_collecting")
    assert "unclosed" not in failed.output
    assert "ResourceWarning" not in failed.output


# Coverage

COVERING = """
def test_one(jumun):
    Path(os.environ.get("PYTEST_XDIST_WORKER", "alone")).touch()
    jumun.inject("bootpay.orders.list", "1700")
    assert orders(jumun).status_code == 401


def test_two(jumun):
    Path(os.environ.get("PYTEST_XDIST_WORKER", "alone")).touch()
    jumun.inject("bootpay.orders.list", "500")
    assert orders(jumun).status_code == 500
"""
WORKERS = {"alone": (), "xdist": ("-n", "2")}


@pytest.mark.slow
@pytest.mark.parametrize("way", WORKERS)
def test_coverage_and_success(tmp_path: Path, way: str) -> None:
    """The summary lists what all workers met together and what none did; a reached threshold is not a failure."""
    run = run_pytest(tmp_path, COVERING, "--jumun-coverage", "--jumun-fail-under=1", *WORKERS[way])
    assert run.status == 0, run.output
    assert {path.name for path in tmp_path.iterdir()} >= ({"gw0", "gw1"} if way == "xdist" else {"alone"})
    found = re.search(r"jumun: coverage of error codes =+\n(\d+) of (\d+) error codes met \(([\d.]+) %\)\n", run.output)
    assert found, run.output
    met = re.search(r"^bootpay met: (.*)$", run.output, re.MULTILINE)
    never = re.search(r"^naver never: (.*)$", run.output, re.MULTILINE)
    assert met
    assert never
    assert len(met[1].split(", ")) == int(found[1]) == 2
    assert "1700" in met[1]
    assert "ORDER_NOT_FOUND" in never[1]
    assert "--jumun-fail-under" not in run.output


@pytest.mark.parametrize("way", WORKERS)
def test_coverage_that_is_too_low(tmp_path: Path, way: str) -> None:
    """Below --jumun-fail-under the run fails with exit code 1 and says why, though each test passed."""
    run = run_pytest(tmp_path, COVERING, "--jumun-fail-under=99.5", *WORKERS[way])
    assert run.status == 1, run.output
    assert "2 passed" in run.output
    assert "fewer than the 99.5 % of --jumun-fail-under" in run.output


def test_no_coverage_unless_asked_for(tmp_path: Path) -> None:
    """Without the options coverage is not mentioned; failed tests and usage errors keep their exit codes."""
    run = run_pytest(tmp_path, COVERING)
    assert run.status == 0
    assert "error codes" not in run.output


def test_nothing_measured_is_too_low(tmp_path: Path) -> None:
    """A run that asks for coverage and never starts a server has met nothing."""
    run = run_pytest(tmp_path, "def test_nothing(): pass", "--jumun-fail-under=1")
    assert run.status == 1, run.output
    assert "0 of 0" in run.output


def test_a_threshold_that_is_no_number(tmp_path: Path) -> None:
    """It is refused as usage."""
    run = run_pytest(tmp_path, "def test_nothing(): pass", "--jumun-fail-under=most")
    assert run.status == 4
    assert "--jumun-fail-under" in run.output


# Environment

ELSEWHERE = """
def test_elsewhere(jumun, jumun_server, naver_client):
    assert jumun.url == jumun_server.url == os.environ["JUMUN_URL"].rstrip("/")
    assert orders(jumun).status_code == 200
    jumun.inject("bootpay.orders.list", "1700")
    assert orders(jumun).status_code == 401
    assert len(naver_client.product_order_ids("2023010112345").product_order_ids) == 3
    assert jumun.count() == 4
"""


@pytest.mark.parametrize(("way", "slash"), [("alone", "/"), ("xdist", "")])
def test_a_server_that_runs_already(tmp_path: Path, way: str, slash: str) -> None:
    """With JUMUN_URL the run uses that server, leaves its default session alone and no session behind."""
    with LiveServer() as server:
        run = run_pytest(tmp_path, ELSEWHERE, *WORKERS[way], JUMUN_URL=server.url + slash)
        assert run.status == 0, run.output
        assert len(server.session.journal) == 0
        sessions = httpx.get(f"{server.url}/_jumun/sessions", trust_env=False).json()
        assert [each["id"] for each in sessions] == ["default"]
        coverage = httpx.get(f"{server.url}/_jumun/coverage", trust_env=False).json()
        assert coverage["providers"]["bootpay"]["met"] == ["1700"]


def test_a_server_that_does_not_run(tmp_path: Path) -> None:
    """Where nothing listens at JUMUN_URL, tests err with the URL and the way out, once each."""
    run = run_pytest(tmp_path, ELSEWHERE, JUMUN_URL="http://127.0.0.1:9")
    assert run.status == 1
    assert run.outcomes("test_elsewhere") == ["error"]
    assert "no Jumun answers at http://127.0.0.1:9" in run.text("test_elsewhere")
    assert "jumun serve" in run.text("test_elsewhere")


@pytest.mark.parametrize("profile", ["observed", "documented"])
def test_profile_by_the_environment(tmp_path: Path, profile: str) -> None:
    """JUMUN_PROFILE chooses the profile of tests that do not choose one themselves."""
    source = f"""
    def shown(jumun):
        import httpx

        return httpx.get(f"{{jumun.url}}/_jumun/sessions/{{jumun.id}}", trust_env=False).json()["profile"]


    def test_of_the_environment(jumun):
        assert shown(jumun) == {profile!r}


    @pytest.mark.jumun(profile="documented")
    def test_of_its_own(jumun):
        assert shown(jumun) == "documented"
    """
    run = run_pytest(tmp_path, source, JUMUN_PROFILE=profile)
    assert run.status == 0, run.output


def test_a_profile_that_does_not_exist(tmp_path: Path) -> None:
    """It errs with those that there are."""
    run = run_pytest(tmp_path, ELSEWHERE, JUMUN_PROFILE="imagined")
    assert run.status == 1
    assert "imagined" in run.text("test_elsewhere")
    assert "documented" in run.text("test_elsewhere")


# Options of the run, and data

OPTIONS = """
import pytest


@pytest.fixture(scope="session")
def jumun_options():
    return {options}
"""
ORDERED = """
def order_ids(jumun):
    import httpx

    found = httpx.get(f"{jumun.url}/_jumun/orders?provider=naver&session={jumun.id}&limit=1000", trust_env=False)
    return {each["order_id"] for each in found.json()["orders"]}


def test_of_the_run(jumun):
    assert "2026010100000001" in order_ids(jumun)
    assert orders(jumun).json()["count"] == 15 + 2
    assert jumun.clock.now() == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert orders(jumun, "member_type=1").status_code == 200


@pytest.mark.jumun(data="more", orders=1)
def test_of_its_own(jumun):
    assert "2026010100000002" in order_ids(jumun)
    assert "2026010100000001" not in order_ids(jumun)
    assert orders(jumun).json()["count"] == 15 + 1


@pytest.mark.jumun(data={})
def test_as_packaged(jumun):
    assert not {"2026010100000001", "2026010100000002"} & order_ids(jumun)
"""
SHOP = 'orders: [{{order_id: "{0}", product_order_ids: ["{0}"]}}]'


@pytest.mark.slow
@pytest.mark.parametrize("server", ["its own", "elsewhere"])
@pytest.mark.parametrize("way", WORKERS)
def test_options_of_the_run(tmp_path: Path, way: str, server: str) -> None:
    """`jumun_options` holds for tests that say nothing else, whatever the server; paths are of rootdir and test."""
    write(tmp_path / "shop", {"naver/orders.yaml": SHOP.format("2026010100000001")})
    write(tmp_path / "tests" / "more", {"naver/orders.yaml": SHOP.format("2026010100000002")})
    options = {"data": "shop", "orders": 2, "clock": "2026-11-22T18:00:00+09:00", "allow_violations": True}
    (tmp_path / "conftest.py").write_text(OPTIONS.format(options=options), encoding="utf-8")
    (tmp_path / "tests" / "test_orders.py").write_text(IMPORTS + ORDERED, encoding="utf-8")
    with LiveServer() as live:
        variables = {"JUMUN_URL": live.url} if server == "elsewhere" else {}
        run = run_pytest(tmp_path, "", "tests", *WORKERS[way], **variables)
    assert run.status == 0, run.output
    assert len(run.cases) == 3


def test_the_server_of_the_run_has_its_options(tmp_path: Path) -> None:
    """The default session of the run's own server starts from `jumun_options`; JUMUN_PROFILE goes before them."""
    (tmp_path / "conftest.py").write_text(OPTIONS.format(options={"orders": 2, "profile": "documented"}))
    source = """
    def test_server(jumun_server, jumun):
        import httpx

        auth = (jumun_server.bootpay_client_key, jumun_server.bootpay_secret_key)
        shown = httpx.get(f"{jumun_server.url}/v1/orders", auth=auth, trust_env=False)
        assert shown.json()["count"] == 15 + 2
        sessions = httpx.get(f"{jumun_server.url}/_jumun/sessions", trust_env=False).json()
        assert [each["profile"] for each in sessions] == ["observed", "observed"]
    """
    run = run_pytest(tmp_path, source, JUMUN_PROFILE="observed")
    assert run.status == 0, run.output


@pytest.mark.slow
def test_stubs_of_the_run(tmp_path: Path) -> None:
    """The run's own server serves the `stubs` of `jumun_options`, which are relative to rootdir; no other can."""
    (tmp_path / "stubs").mkdir()
    write_stub(tmp_path / "stubs")
    (tmp_path / "conftest.py").write_text(OPTIONS.format(options={"stubs": "stubs"}))
    source = """
    def test_stub(jumun):
        import httpx

        headers = {"Authorization": "Bearer your_access_token_here", "Jumun-Session": jumun.id}
        shown = httpx.get(f"{jumun.naver_base_url}/v2/tags/7", headers=headers, trust_env=False)
        assert shown.json()["tagNo"] == 1
        jumun.assert_called("naver.tags.detail", times=1)
    """
    run = run_pytest(tmp_path, source)
    assert run.status == 0, run.output
    with LiveServer() as server:
        run = run_pytest(tmp_path, source, JUMUN_URL=server.url)
    assert "start it with --stubs" in run.text("test_stub")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"stubs": "stbs"}, "stbs: no such folder"),
        ({"profle": "observed"}, "jumun_options has no argument 'profle'; did you mean profile?"),
        ({"profile": "observd"}, 'jumun_options: /profile must be "documented" or "observed", not "observd"'),
        ({"rates": {"bootpay.orders.list": {"per_secnd": 1}}}, "did you mean per_second?"),
        ({"data": "shp"}, "shp: no such folder"),
        ({"scenario": "*: rset"}, "jumun_options: line 1: "),
    ],
)
def test_mistaken_options_of_the_run(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    """A mistake in `jumun_options` is an error that names the key and the way out, without a traceback."""
    (tmp_path / "conftest.py").write_text(OPTIONS.format(options=options))
    run = run_pytest(tmp_path, "def test_any(jumun): pass")
    assert run.outcomes("test_any") == ["error"]
    assert says in run.text("test_any")
    assert "Traceback" not in run.output
    assert "another exception" not in run.output


SHOWN = """
def shown(jumun):
    import httpx

    return httpx.get(f"{jumun.url}/_jumun/sessions/{jumun.id}", trust_env=False).json()["profile"]


@pytest.mark.jumun(profile="documented")
def test_of_its_own(jumun):
    assert shown(jumun) == "documented"


def test_of_the_run(jumun, naver_client):
    assert shown(jumun) == PROFILE
    assert naver_client.product_order_ids(ORDER).product_order_ids
"""


def test_profile_and_data_by_the_configuration_file(tmp_path: Path) -> None:
    """Its folder is relative to the file; `jumun_options` wins over it, the environment over both."""
    project, here, there = tmp_path / "project", "2026010100000001", "2026010100000002"
    write(project, {"pytest.ini": "[pytest]\njumun_profile = observed\njumun_data = shop\n"})
    write(project / "shop", {"naver/orders.yaml": SHOP.format(here)})

    def assert_passes(profile: str, order: str, **variables: str) -> None:
        source = SHOWN.replace("PROFILE", repr(profile)).replace("ORDER", repr(order))
        run = run_pytest(project, source, "-c", str(project / "pytest.ini"), **variables)
        assert run.status == 0, run.output

    assert_passes("observed", here)
    write(project, {"conftest.py": OPTIONS.format(options={"profile": "documented"})})
    assert_passes("documented", here)
    other = write(tmp_path / "other", {"naver/orders.yaml": SHOP.format(there)})
    assert_passes("observed", there, JUMUN_PROFILE="observed", JUMUN_DATA=str(other))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "jumun_profile = observd",
            'jumun_profile in pytest.ini: /profile must be "documented" or "observed", not "observd"',
        ),
        ("jumun_data = shp", "jumun_data in pytest.ini: "),
        ("jumun_data = shp", "shp: no such folder"),
        ("jumun_data = broken", "the data of jumun_data or JUMUN_DATA: "),
    ],
)
def test_mistakes_in_the_configuration_file(tmp_path: Path, line: str, says: str) -> None:
    """A mistake there is an error that names option and file."""
    write(tmp_path / "broken", {"naver/orders.yaml": "orders: [{}]"})
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{line}\n")
    run = run_pytest(tmp_path, "def test_any(jumun): pass")
    assert run.outcomes("test_any") == ["error"]
    assert says in run.text("test_any")
    assert "Traceback" not in run.output


ASYNC = """
async def test_naver(async_naver_client):
    assert len((await async_naver_client.product_order_ids("2023010112345")).product_order_ids) == 3


async def test_bootpay(async_bootpay_client, jumun):
    jumun.inject("bootpay.orders.list", "503, ok")
    with pytest.raises(Exception, match="503"):
        await async_bootpay_client.list_orders()
    assert (await async_bootpay_client.list_orders()).count == 15
"""
ANYIO = """
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.fixture(scope="session")
def pytest_asyncio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pytest-asyncio, which in our own environment would have a say in all runs."""

    def make(folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--no-deps", "--target", folder, "pytest-asyncio==1.5.0"], folder=folder)

    return make_once(tmp_path_factory, "pytest-asyncio", make)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "mode"),
    [
        ("pytestmark = pytest.mark.asyncio\n", "strict"),
        ("", "auto"),
        ("pytestmark = pytest.mark.asyncio(loop_scope='module')\n", "auto"),
    ],
    ids=["strict", "auto", "one-loop"],
)
def test_async_clients(tmp_path: Path, pytest_asyncio: Path, head: str, mode: str) -> None:
    """They work under pytest-asyncio and leave nothing open: a warning would be an error."""
    options = ("-o", f"asyncio_mode={mode}", "-o", "asyncio_default_fixture_loop_scope=function")
    run = run_pytest(tmp_path, head + ASYNC, *options, PYTHONPATH=str(pytest_asyncio))
    assert run.status == 0, run.output
    assert "2 passed" in run.output


def test_async_clients_under_anyio(tmp_path: Path) -> None:
    """So they do under anyio's plugin, which is there wherever httpx is."""
    run = run_pytest(tmp_path, ANYIO + ASYNC)
    assert run.status == 0, run.output
    assert "2 passed" in run.output


# Other people's runs

HEAVY = ("flask", "werkzeug", "uvicorn", "httpx", "jsonschema", "jsonschema_rs", "yaml", "click", "bcrypt")
OURS = ("jumun_mockserver.live", "jumun_mockserver.testing.session", "jumun_mockserver.core", "jumun_contracts")


def test_it_starts_light(tmp_path: Path) -> None:
    """Collecting tests that do not use it imports none of what it needs."""
    (tmp_path / "test_trivial.py").write_text("def test_trivial(): pass\n", encoding="utf-8")
    program = (
        "import sys, pytest; status = pytest.main(['--collect-only', '-q', '-p', 'no:cacheprovider']); "
        "assert 'jumun_mockserver.testing.pytest_plugin' in sys.modules; "
        f"print(status, sorted(set({HEAVY + OURS!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr


def test_it_is_silent_where_it_is_not_used(tmp_path: Path) -> None:
    """A project that does not use it sees no warning and no line of it."""
    run = run_pytest(tmp_path, "def test_trivial(): pass")
    assert run.status == 0, run.output
    assert "warning" not in run.output.lower()
    assert "error codes" not in run.output


def test_steps_that_no_call_met(tmp_path: Path) -> None:
    """They are in the report of a test that failed, and fail no test by themselves."""
    done = run_pytest(
        tmp_path,
        """
        def test_that_fails(jumun):
            jumun.inject("bootpay.orders.list", "500, 503 x2")
            orders(jumun)
            assert not "my own mistake"

        def test_that_passes(jumun):
            jumun.inject("bootpay.orders.list", "401")
        """,
    )
    assert "1 failed, 1 passed" in done.output
    assert "steps that no call met: bootpay.orders.list: 503 x2" in done.output
    assert "401" not in done.output


def test_the_marker_and_the_options_are_explained(tmp_path: Path) -> None:
    """--markers shows the marker with its arguments, --help the options."""
    markers = run_pytest(tmp_path, "", "--markers").output
    assert re.search(
        r"^@pytest\.mark\.jumun\(profile=, data=, seed=, orders=, .*clock=, allow_violations=, allow_unmatched=\)",
        markers,
        re.MULTILINE,
    )
    shown = run_pytest(tmp_path, "", "--help").output
    assert "--jumun-coverage" in shown
    assert "--jumun-fail-under=PERCENT" in shown


def test_fixtures_are_explained(tmp_path: Path) -> None:
    """--fixtures shows each with its docstring."""
    shown = run_pytest(tmp_path, "", "--fixtures").output
    for name in ("jumun", "jumun_server", "jumun_options", "naver_client", "bootpay_client"):
        assert re.search(rf"^{name}\b.* -- .*plugin\.py", shown, re.MULTILINE), name


def test_strict_markers(tmp_path: Path) -> None:
    """The marker is known under --strict-markers."""
    source = """
    @pytest.mark.jumun(seed=1)
    def test_marked(jumun): pass
    """
    assert run_pytest(tmp_path, source, "--strict-markers").status == 0
