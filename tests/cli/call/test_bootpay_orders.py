"""`jumun call bootpay order`, `month` and `cancellations`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from click.testing import Result

ORDER, NUMBER, GROUP = "68707c59b0eacea5cd974efd", "25071182085082524116", "6763758e817af6a00e0fbf62"
PERSON = "홍길동"


def call(*arguments: str) -> Result:
    """Run a command of Bootpay's."""
    return jumun("call", "bootpay", *arguments)


@pytest.mark.parametrize("id_", [ORDER, NUMBER])
@pytest.mark.usefixtures("server")
def test_an_order(id_: str) -> None:
    """One line shows an order, whichever of its ids is given; people are shown when they are asked for."""
    shown, whole = call("order", id_), call("order", id_, "--show-personal")
    header, line = shown.stdout.splitlines()
    assert header.split() == [
        "ORDER",
        "NUMBER",
        "CREATED",
        "PURCHASED",
        "STATUS",
        "PAYMENT",
        "PRICE",
        "CANCELLED",
        "NAME",
    ]
    assert line.split()[:2] == [ORDER, NUMBER]
    assert "paid" in line
    assert "29,000" in line
    assert PERSON not in shown.output
    assert PERSON in whole.stdout


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("command", [("order", ORDER), ("month", GROUP, "2025-07"), ("cancellations",)])
def test_json(command: tuple[str, ...], profile: Any) -> None:
    """As JSON it is the API's own answer, people masked unless they are asked for."""
    with LiveServer(profile=profile) as server:
        masked = call(*command, "--format", "json", "--url", server.url)
        whole = call(*command, "--format", "json", "--show-personal", "--url", server.url)
        (first, _) = (json.loads(each.response.body) for each in server.session.journal)
    assert (masked.exit_code, whole.exit_code) == (0, 0)
    assert json.loads(whole.stdout) == first
    assert json.loads(masked.stdout).keys() == first.keys()
    assert PERSON not in masked.output


@pytest.mark.usefixtures("server")
def test_cancellations() -> None:
    """A table of cancellations says how many there are; of one order they are that order's."""
    page, one = call("cancellations", "--limit", "1"), call("cancellations", "--order-number", NUMBER)
    header, line = page.stdout.splitlines()
    assert header.split() == ["CANCELLATION", "ORDER", "REQUESTED", "PROCESSED", "PRICE", "STATUS"]
    assert len(line.split()[0]) == 24
    assert page.stderr.startswith("1 of ")
    assert page.stderr.endswith("cancellations; --page shows more\n")
    assert one.stderr == "0 of 0 cancellations\n"


@pytest.mark.usefixtures("server")
def test_a_month() -> None:
    """A month has the columns of the order list."""
    done = call("month", GROUP, "2025-07")
    assert done.exit_code == 0
    assert done.stdout.split()[:2] == ["ORDER", "CREATED"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("order", "../orders"), "would change the path"),
        (("month", GROUP, "July"), "'YYYY-MM', not 'July'"),
        (("cancellations", "--order-id", "1", "--order-number", "1"), "both given: give one"),
    ],
)
def test_bad_usage(server: LiveServer, arguments: tuple[str, ...], says: str) -> None:
    """What cannot be asked for is refused before anything is sent."""
    assert says in refusal(call(*arguments))
    assert len(server.session.journal) == 0


@pytest.mark.usefixtures("server")
def test_an_order_that_does_not_exist() -> None:
    """The API's refusal is exit code 1, with its code."""
    done = call("order", "0" * 24)
    assert done.exit_code == 1
    assert "HTTP 404 3700" in done.stderr
