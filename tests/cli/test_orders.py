from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver import LiveServer
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUMUN_SESSION", "JUMUN_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server of the test's own, where commands look for one."""
    with LiveServer() as server:
        monkeypatch.setenv("JUMUN_URL", server.url)
        yield


def done(*arguments: str) -> str:
    """What a command that succeeds prints."""
    result = jumun("orders", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def lines(*arguments: str) -> list[dict[str, Any]]:
    """The JSON of each line."""
    return [json.loads(line) for line in done(*arguments).splitlines()]


def test_place_pay_and_list() -> None:
    """An order that is placed is listed with its state and possible actions, which paying changes."""
    (ids,) = lines(
        "place", "bootpay", "--with", "price=29000", "--with", "order_name=구독", "--with", "user_email=null"
    )
    _, first, *_ = done("list", "--provider", "bootpay").splitlines()
    assert first.split() == [ids["order_id"], "status=0", "receipt_status=0", "pay,subscribe,issue_account,expire"]
    (event,) = lines("act", ids["order_number"], "pay")
    assert (event["number"], event["type"]) == (2, "PAYMENT_COMPLETED")
    _, first, *_ = done("list", "--provider", "bootpay").splitlines()
    assert first.split() == [ids["order_id"], "status=2", "receipt_status=1", "request_cancel,confirm"]


def test_place_many() -> None:
    """Template, parts, count and fields say what is placed."""
    (placed,) = lines("place", "naver", "options", "--product-orders", "2", "--count", "3", "--with", "quantity=2")
    assert [len(each["product_order_ids"]) for each in placed["orders"]] == [2, 2, 2]


def test_a_page_says_how_to_go_on() -> None:
    """Where a page ends before the orders do, stderr says how to see the next one."""
    result = jumun("orders", "list", "--limit", "3")
    assert len(result.stdout.splitlines()) == 1 + 3
    assert result.stderr == "There are more: --skip 3\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("place", "navr"), "did you mean naver"),
        (("place", "naver", "--with", "quantity"), "NAME=VALUE"),
        (("place", "naver", "--with", "quantty=2"), "did you mean quantity"),
        (("act", "68707c59b0eacea5cd974efd", "pay"), "possible now: request_cancel"),
        (("place", "bootpay", "--with", f"price={10**23}"), "price"),
        (("act", "1", "pay"), "no product order"),
        (("list", "--limit", "0"), "limit"),
    ],
)
def test_refusals(arguments: tuple[str, ...], says: str) -> None:
    """What cannot be done is one line that says what can, with exit code 2."""
    assert says in refusal(jumun("orders", *arguments))
