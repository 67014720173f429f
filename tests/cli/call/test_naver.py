"""`jumun call naver`: what reads product orders and the seller."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES, findings, load_contract
from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

KST = timezone(timedelta(hours=9))
FIRST, SECOND, UNKNOWN = "2023010112345001", "2023010112345002", "9999999999999999"
PRODUCT_ORDERS = "naver.product_orders"
PEOPLE = "010-"


def naver(*arguments: str) -> Result:
    """Run a command of NAVER's."""
    return jumun("call", "naver", *arguments)


def place(server: LiveServer, **order: Any) -> list[str]:
    """Numbers of product orders that a buyer places."""
    with ControlClient(server.url) as control:
        ids: list[str] = control.place_order("naver", **order)["product_order_ids"]
    return ids


def numbers(result: Result, column: int = 0) -> list[str]:
    """The texts in a column of a table, below its head; texts before it hold no blanks."""
    return [line.split()[column] for line in result.stdout.splitlines()[1:]]


def queries(server: LiveServer, operation: str) -> list[dict[str, str]]:
    """The queries that an operation got."""
    found = server.session.journal.select(operation=f"{PRODUCT_ORDERS}.{operation}")
    return [dict(pair.split("=") for pair in each.request.query.split("&")) for each in found]


@pytest.mark.usefixtures("server")
def test_product_orders() -> None:
    """Product orders are rows in the order given, without people; one that is missing is reported, exit code 1."""
    result = naver("product-orders", SECOND, FIRST)
    assert (result.exit_code, result.stderr, numbers(result)) == (0, "", [SECOND, FIRST])
    header = result.stdout.splitlines()[0].split("  ")
    assert [name.strip() for name in header if name] == [
        *("PRODUCT ORDER", "ORDER", "PAID", "STATUS", "PLACED", "CLAIM", "COUNT", "AMOUNT", "NAME")
    ]
    assert PEOPLE not in result.output
    for form, rows in (("table", 2), ("json", None)):
        result = naver("product-orders", FIRST, UNKNOWN, "--format", form)
        assert result.exit_code == 1
        assert result.stderr == f"Error: 1 of 2 are missing: {UNKNOWN}\n"
        assert rows is None or len(result.stdout.splitlines()) == rows
    assert naver("product-orders", UNKNOWN).stdout == ""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("command", [("product-orders", FIRST, SECOND), ("list",), ("changes",)])
def test_json(profile: Any, command: tuple[str, ...]) -> None:
    """As JSON several answers are one that the contract allows; people are masked unless they are asked for."""
    operation = {"product-orders": "query"}.get(command[0], command[0])
    with LiveServer(profile=profile) as server:
        place(server, product_orders=3)
        personal = ("--show-personal",) if command[0] != "changes" else ()
        shown = naver(*command, *personal, "--format", "json", "--url", server.url)
        masked = naver(*command, "--format", "json", "--url", server.url)
    assert (shown.exit_code, shown.stderr, masked.exit_code) == (0, "", 0)
    schema = load_contract("naver", profile).operations[f"{PRODUCT_ORDERS}.{operation}"].answer(200).schema
    assert findings(schema, json.loads(shown.stdout)) == []
    assert PEOPLE not in masked.stdout
    assert (PEOPLE in shown.stdout) is bool(personal)


def test_people(server: LiveServer) -> None:
    """A table has people's names and addresses only if they are asked for."""
    (id_,) = place(server, **{"with": {"shippingAddress": {"name": "김카나리"}}})
    assert "김카나리" in naver("product-orders", id_, "--show-personal").stdout
    assert "김카나리" in naver("list", "--show-personal").stdout
    assert "김카나리" not in naver("product-orders", id_).output + naver("list").output


def test_list(server: LiveServer) -> None:
    """Without options the list has what was paid within a day; stderr says how many there are, and whether more."""
    ids = place(server, product_orders=3)
    result = naver("list")
    assert result.exit_code == 0
    assert set(ids) < set(numbers(result))
    assert result.stderr == f"{len(numbers(result))} product orders\n"
    result = naver("list", "--limit", "2")
    assert (len(numbers(result)), result.stderr) == (2, "2 product orders; there are more\n")
    document = json.loads(naver("list", "--limit", "2", "--format", "json").stdout)
    assert document["data"]["pagination"] == {"page": 1, "size": 2, "hasNext": True}


def test_filters(server: LiveServer) -> None:
    """Each option is the API's parameter; a day is its whole, in Korea, and a span its windows of 24 hours."""
    options = ["--by", "dispatched", "--status", "delivering", "--status", "PURCHASE_DECIDED", "--placed", "not-yet"]
    options += ["--claim", "cancel-request", "--from", "2026-09-01", "--to", "2026-09-02T12:30"]
    assert naver("list", *options).exit_code == 0
    asked = queries(server, "list")
    fixed = {
        "rangeType": "DISPATCHED_DATETIME",
        "productOrderStatuses": "DELIVERING%2CPURCHASE_DECIDED",
        "claimStatuses": "CANCEL_REQUEST",
        "placeOrderStatusType": "NOT_YET",
        "page": "1",
        "quantityClaimCompatibility": "true",
    }
    borders = [f"2026-09-0{moment}.000%2B09%3A00" for moment in ("1T00%3A00%3A00", "2T00%3A00%3A00", "2T12%3A30%3A00")]
    assert asked == [fixed | {"from": a, "to": b} for a, b in pairwise(borders)]
    naver("list", "--from", "2026-09-01", "--to", "2026-09-01")
    assert queries(server, "list")[-1]["to"] == "2026-09-01T23%3A59%3A59.999%2B09%3A00"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("list", "--status", "payd"), "did you mean payed?"),
        (("list", "--claim", "x"), "'x' is not a known name"),
        (("list", "--placed", ""), "--placed"),
        (("list", "--by", "paied"), "--by"),
        (("list", "--from", "2026-02-30"), "'2026-02-30' must be YYYY-MM-DD or YYYY-MM-DDTHH:MM"),
        (("list", "--from", "20260201"), "--from"),
        (("list", "--from", "2026-09-02", "--to", "2026-09-01"), "until is before since"),
        (("list", "--limit", "0"), "--limit"),
        (("changes", "--from", "yesterday"), "--from"),
        (("product-orders", ""), "product_order_ids[0] is empty"),
    ],
)
def test_bad_options(server: LiveServer, arguments: tuple[str, ...], says: str) -> None:
    """What cannot be read or fits nothing is refused in a line that names it, and nothing is sent."""
    assert says in refusal(naver(*arguments))
    assert len(server.session.journal) == 0


def test_changes(server: LiveServer) -> None:
    """Changes are rows by time; those of 24 hours unless --from says more."""
    ids = place(server, product_orders=2)
    result = naver("changes")
    assert numbers(result, column=2)[-2:] == ids
    assert result.stderr == f"{len(numbers(result))} changes\n"
    assert naver("changes", "--limit", "1").stderr == "1 changes; there are more\n"
    before = len(queries(server, "changes"))
    since = f"{datetime.now(UTC).astimezone(KST) - timedelta(hours=47):%Y-%m-%dT%H:%M}"
    assert naver("changes", "--from", since).exit_code == 0
    assert len(queries(server, "changes")[before:]) == 2


def test_changes_from_a_checkpoint(server: LiveServer, tmp_path: Path) -> None:
    """With a checkpoint each call shows what is new since the one before, those that --limit left included."""
    path = tmp_path / "orders.json"
    place(server, product_orders=2)
    every = numbers(naver("changes"), column=2)
    seen = [numbers(naver("changes", "--checkpoint", str(path), "--limit", "2"), column=2) for _ in every]
    assert [id_ for each in seen for id_ in each] == every
    ids = place(server)
    assert numbers(naver("changes", "--checkpoint", str(path)), column=2) == ids
    assert [each.name for each in tmp_path.iterdir()] == ["orders.json"]


@pytest.mark.usefixtures("server")
def test_a_bad_checkpoint(tmp_path: Path) -> None:
    """A file that is not a checkpoint is refused and left as it is; one that cannot be written is a line too."""
    path = tmp_path / "orders.json"
    path.write_text("{}")
    line = refusal(naver("changes", "--checkpoint", str(path)))
    assert f"--checkpoint {path}: this is not what Checkpoint.to_json wrote" in line
    assert "remove it" in line
    assert path.read_text() == "{}"
    result = naver("changes", "--checkpoint", str(tmp_path / "nowhere" / "orders.json"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(("command", "operation"), [("list", "list"), ("changes", "changes")])
@pytest.mark.parametrize(("form", "lines"), [("table", True), ("json", False)])
def test_a_window_that_fails(
    server: LiveServer, tmp_path: Path, command: str, operation: str, form: str, *, lines: bool
) -> None:
    """If a window fails, the table has what came before, and JSON nothing; only what was shown counts as seen."""
    path = tmp_path / "orders.json"
    place(server)
    with ControlClient(server.url) as control:
        control.move_clock(advance_s=90_000)
    server.session.set_scenario(f"{PRODUCT_ORDERS}.{operation}: ok, 500 *")
    since = f"{datetime.now(UTC).astimezone(KST) - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    kept = ("--checkpoint", str(path)) if command == "changes" else ()
    result = naver(command, "--from", since, "--format", form, "--retries", "0", *kept)
    assert (result.exit_code, bool(result.stdout)) == (1, lines)
    assert "HTTP 500" in result.stderr
    assert path.exists() is (lines and command == "changes")


@pytest.mark.usefixtures("server")
def test_seller() -> None:
    """The account is masked unless it is asked for; channels are rows."""
    for form in ("table", "json"):
        hidden, shown = naver("account", "--format", form), naver("account", "--format", form, "--show-personal")
        assert "***" in hidden.stdout
        assert "***" not in shown.stdout
        assert ("SEED" in hidden.stdout, "jumun" in shown.stdout, "jumun" in hidden.stdout) == (True, True, False)
    header, row = naver("channels").stdout.splitlines()
    assert (header.split(), row.split()[:2]) == (["CHANNEL", "TYPE", "NAME", "URL"], ["100000001", "STOREFARM"])
    assert json.loads(naver("channels", "--format", "json").stdout)[0]["name"] == "주문 상점"
