"""`jumun call bootpay` for subscriptions, bills, requests and invoices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from click.testing import Result

SUBSCRIPTION, BILL, REQUEST = "685b7b10b0eacea5cd974a93", "68707c59503ec877f6e55f58", "6870740cb0eacea5cd974a96"
INVOICE = "687a1b2c3d4e5f6789012345"
# Command → the head of its table, and a text of it that is about people.
COMMANDS: dict[tuple[str, ...], tuple[str, str]] = {
    ("subscriptions",): ("SUBSCRIPTION CREATED NEXT BILL CYCLE STATUS PRICE NAME", "67e4b4425ec892162491d0ec"),
    ("subscription", SUBSCRIPTION): (
        "SUBSCRIPTION CREATED NEXT BILL CYCLE STATUS PRICE NAME",
        "67e4b4425ec892162491d0ec",
    ),
    ("bills",): ("BILL SUBSCRIPTION NUMBER DUE PURCHASED STATUS PRICE", "user@example.com"),
    ("bill", BILL): ("BILL SUBSCRIPTION NUMBER DUE PURCHASED STATUS PRICE", "user@example.com"),
    ("requests",): ("REQUEST SUBSCRIPTION REQUESTED PROCESSED TYPE STATUS", "더 이상 필요하지 않음"),
    ("request", REQUEST): ("REQUEST SUBSCRIPTION REQUESTED PROCESSED TYPE STATUS", "더 이상 필요하지 않음"),
    ("termination-fee", SUBSCRIPTION): ("FEE REFUND OF THE LAST BILL TO PAY", ""),
    ("invoices",): ("INVOICE CREATED SENT STATUS PRICE", "프리미엄 서비스 결제"),
    ("invoice", INVOICE): ("INVOICE CREATED SENT STATUS PRICE", "프리미엄 서비스 결제"),
}
every_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def call(*arguments: str) -> Result:
    """Run a command of Bootpay's."""
    return jumun("call", "bootpay", *arguments)


@every_command
@pytest.mark.usefixtures("server")
def test_table(command: tuple[str, ...]) -> None:
    """A table has a head and a line a row; people are shown when they are asked for."""
    head, person = COMMANDS[command]
    shown, whole = call(*command), call(*command, "--show-personal")
    assert (shown.exit_code, whole.exit_code) == (0, 0)
    first, *lines = shown.stdout.splitlines()
    assert first.split() == head.split()
    assert lines
    assert len(command) == 1 or len(lines) == 1
    if person:
        assert person not in shown.output
        assert person in whole.stdout


@every_command
@pytest.mark.parametrize("profile", PROFILES)
def test_json(command: tuple[str, ...], profile: Any) -> None:
    """As JSON it is the API's own answer, people masked unless they are asked for."""
    _, person = COMMANDS[command]
    with LiveServer(profile=profile) as server:
        masked = call(*command, "--format", "json", "--url", server.url)
        whole = call(*command, "--format", "json", "--show-personal", "--url", server.url)
        (first, _) = (json.loads(each.response.body) for each in server.session.journal)
    assert (masked.exit_code, whole.exit_code) == (0, 0)
    assert json.loads(whole.stdout) == first
    assert json.loads(masked.stdout).keys() == first.keys()
    assert not person or person not in masked.output


FILTERS = [
    ("subscriptions --status pending --keyword 정수기 --from 2025-07-01 --to 2025-07-31", "1 of 1 subscriptions"),
    ("subscriptions --limit 1 --page 2", "1 of 3 subscriptions; --page shows more"),
    (f"bills --subscription {SUBSCRIPTION} --status ready --status failed", "1 of 1 bills"),
    ("requests --type termination --status requested", "1 of 1 requests"),
    (f"requests --subscription {SUBSCRIPTION}", "0 of 0 requests"),
    ("invoices --from 2025-07-11 --to 2025-07-11 --limit 1", "1 of 2 invoices; --page shows more"),
]


@pytest.mark.parametrize(("line", "says"), FILTERS)
@pytest.mark.usefixtures("server")
def test_filters(line: str, says: str) -> None:
    """A list says how many there are of those that match."""
    assert call(*line.split()).stderr == f"{says}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("subscription", "a/b"), "give the subscription's id alone"),
        (("subscriptions", "--status", "actve"), "did you mean active"),
        (("bill", "."), "give the bill's id alone"),
        (("invoice", "."), "give the invoice's id alone"),
    ],
)
def test_bad_usage(server: LiveServer, arguments: tuple[str, ...], says: str) -> None:
    """What cannot be asked for is refused before anything is sent."""
    assert says in refusal(call(*arguments))
    assert len(server.session.journal) == 0


@pytest.mark.usefixtures("server")
def test_one_that_does_not_exist() -> None:
    """The API's refusal is exit code 1."""
    done = call("subscription", "0" * 24)
    assert done.exit_code == 1
    assert "HTTP 404" in done.stderr
