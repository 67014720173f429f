from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver import LiveServer
from jumun_mockserver.cli.call.answer import print_json
from jumun_mockserver.cli.table import display_width, render_table
from tests.cli.commands import PATIENCE_S, PROGRAM, environment, jumun, refusal, run, started
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result

ORDER = "2023010112345"
UNKNOWN = "9999999999999999"
IDS = "naver.product_order_ids"
LIST = "bootpay.orders.list"
CANARY = "canary-0k4n4r1"
PEOPLE = ("홍길동", "user@example.com")


def ids(*arguments: str) -> Result:
    """Run the command of NAVER's."""
    return jumun("call", "naver", "product-order-ids", *arguments)


def orders(*arguments: str) -> Result:
    """Run the command of Bootpay's."""
    return jumun("call", "bootpay", "orders", *arguments)


def asked(server: LiveServer) -> list[dict[str, str]]:
    """The queries that the server got."""
    return [dict(parse_qsl(each.request.query)) for each in server.session.journal]


def production(path: str, server: LiveServer, **query: str) -> Any:
    """What the API says itself, to the keys of its samples."""
    if path.startswith("/external"):
        headers = {"Authorization": "Bearer your_access_token_here"}
        return httpx.get(server.url + path, headers=headers).json()
    auth = ("your-commerce-client-key", "your-commerce-secret-key")
    return httpx.get(server.url + path, auth=auth, params=query).json()


@pytest.mark.usefixtures("server")
def test_product_orders() -> None:
    """An order is a row with its product orders."""
    result = ids(ORDER)
    assert (result.exit_code, result.stderr) == (0, "")
    header, row = result.stdout.splitlines()
    assert header.split() == ["ORDER", "OUTCOME", "PRODUCT", "ORDERS"]
    assert row.split() == [ORDER, "ok", f"{ORDER}001", f"{ORDER}002", f"{ORDER}003"]


def test_several_orders(server: LiveServer) -> None:
    """Each order is a row, once and in the order given; a failure is reported on stderr and is exit code 1."""
    result = ids(UNKNOWN, ORDER, UNKNOWN)
    assert result.exit_code == 1
    assert [row.split()[:2] for row in result.stdout.splitlines()[1:]] == [[UNKNOWN, "ORDER_NOT_FOUND"], [ORDER, "ok"]]
    first, second = result.stderr.splitlines()
    assert first == "Error: 1 of 2 orders failed"
    for part in (UNKNOWN, "404", "ORDER_NOT_FOUND", "존재하지 않는 주문입니다.", "trace id", "check the id"):
        assert part in second
    assert [each.operation for each in server.session.journal] == [IDS] * 2


@pytest.mark.usefixtures("server")
def test_one_order_that_fails() -> None:
    """Of a single order that failed there is no table."""
    result = ids(UNKNOWN)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {IDS}: HTTP 404 ORDER_NOT_FOUND")


def test_an_order_without_an_answer(server: LiveServer) -> None:
    """One order that got no answer beside one that did is a failed order, exit code 1."""
    server.session.set_scenario(f"{IDS}: ok, reset")
    result = ids(ORDER, "2026082770010011", "--retries", "0")
    assert result.exit_code == 1
    assert "ConnectionFailedError" in result.stdout


def test_orders_that_share_a_failure(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the keys are refused nothing more is asked, and the orders left share one line."""
    monkeypatch.setenv("NAVER_COMMERCE_ACCESS_TOKEN", CANARY)
    result = ids(*(str(number) for number in range(100, 150)))
    assert result.exit_code == 1
    assert len(server.session.journal) <= 8
    lines = result.stderr.splitlines()
    assert lines[0] == "Error: 50 of 50 orders failed"
    assert len(lines) <= 2 + len(server.session.journal)
    assert any(" and " in line and "more: " in line for line in lines)
    assert lines[-1] == "The keys are those of NAVER_COMMERCE_ACCESS_TOKEN."
    assert CANARY not in result.output


@pytest.mark.parametrize("profile", PROFILES)
def test_product_orders_as_json(profile: Any) -> None:
    """As JSON each order has the API's own answer under its id, an error too, in either profile."""
    with LiveServer(profile=profile) as server:
        result = ids(ORDER, UNKNOWN, "--format", "json", "--url", server.url)
        path = "/external/v1/pay-order/seller/orders/{}/product-order-ids"
        expected = {each: production(path.format(each), server) for each in (ORDER, UNKNOWN)}
    shown = json.loads(result.stdout)
    assert result.exit_code == 1
    for document in (*shown.values(), *expected.values()):
        assert document.pop("timestamp")
        assert document.pop("traceId")
    assert shown == expected


def test_json_of_what_is_none(server: LiveServer) -> None:
    """An order whose answer is not JSON is null, and stderr says what came."""
    server.session.set_scenario(f"{IDS}: html-502")
    result = ids(ORDER, "--format", "json", "--retries", "0")
    assert (result.exit_code, json.loads(result.stdout)) == (1, {ORDER: None})
    assert "HTTP 502 without a code or message" in result.stderr


@pytest.mark.usefixtures("server")
def test_orders() -> None:
    """Orders are rows with time in Korea, words for numbers, and no names; stderr says how many there are."""
    result = orders("--status", "paid", "--from", "2025-01-01", "--to", "2025-01-31")
    assert result.exit_code == 0
    header, first, second = result.stdout.splitlines()
    assert header.split() == ["ORDER", "CREATED", "STATUS", "PAYMENT", "PRICE", "NAME"]
    assert header.endswith("   PRICE  NAME")
    assert first.split() == [
        *("679ce56fb0eacea5cd974f09", "2025-01-31", "23:59", "paid", "complete", "31,000", "프리미엄", "다이어리")
    ]
    assert second.split()[1:3] == ["2025-01-01", "00:00"]
    assert result.stderr == "2 of 2 orders\n"


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ([], {}),
        (["--from", "2025-01-01"], {"css_at": "2025-01-01"}),
        (["--to", "2025-01-31", "--by", "purchased"], {"cse_at": "2025-01-31", "cs_type": "p_at"}),
        (["--to", "2025-01-31", "--by", "created"], {"cse_at": "2025-01-31", "cs_type": "c_at"}),
        (["--status", "2"], {"status": "2"}),
        (["--status", "created", "--status", "cancel-requested", "--status", "12"], {"status": "0,3,12"}),
        (["--payment-status", "cancel-complete", "--payment-status", "1"], {"payment_status": "20,1"}),
        (["--keyword", "다이어리 a&b"], {"keyword": "다이어리 a&b"}),
        (["--user-id", "u", "--user-group-id", "g"], {"user_id": "u", "user_group_id": "g"}),
        (["--subscription-id", "a", "--subscription-id", "b"], {"order_subscription_ids": "a,b"}),
        (["--billing", "none"], {"subscription_billing_type": "0"}),
        (["--billing", "2"], {"subscription_billing_type": "2"}),
        (["--page", "2", "--limit", "5"], {"page": "2", "limit": "5"}),
        (["--all", "--keyword", "nothing"], {"page": "1", "limit": "50", "keyword": "nothing"}),
    ],
)
def test_filters(server: LiveServer, options: list[str], query: Mapping[str, str]) -> None:
    """Each option is the API's parameter; what is not given is not sent."""
    assert orders(*options).exit_code == 0
    assert asked(server) == [query]
    assert not [each.violations for each in server.session.journal if each.violations]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--from", "2025-02-30"], "--from"),
        (["--from", "2025-02-02", "--to", "2025-02-01"], "--to 2025-02-01 is before --from 2025-02-02"),
        (["--by", "created"], "--from and --to"),
        (["--status", "payd"], "did you mean paid?"),
        (["--status", "-1"], "--status"),
        (["--status", "²"], "--status"),
        (["--status", "9" * 5_000], "--status"),
        (["--status", ""], "--status"),
        (["--keyword", ""], "keyword is empty"),
        (["--page", "0"], "--page"),
        (["--limit", "51"], "--limit"),
        (["--all", "--page", "1"], "--page"),
        (["--timeout", "0"], "--timeout"),
        (["--deadline", "0"], "--deadline"),
        (["--retries", "-1"], "--retries"),
        (["--format", "xml"], "xml"),
    ],
)
def test_bad_options(server: LiveServer, options: list[str], says: str) -> None:
    """What would filter nothing or cannot be read is refused in a line that names it, and nothing is sent."""
    assert says in refusal(orders(*options))
    assert asked(server) == []


@pytest.mark.parametrize("order_id", ["", " ", "a/b", ".."])
def test_a_bad_order_id(server: LiveServer, order_id: str) -> None:
    """An id that would change the path is refused, and the good ones beside it are not asked for."""
    assert "order_ids[1]" in refusal(ids(ORDER, order_id))
    assert asked(server) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_orders_as_json(profile: Any) -> None:
    """As JSON a page is the API's own answer; people's data are masked unless they are asked for."""
    with LiveServer(profile=profile) as server:
        whole = production("/v1/orders", server, limit="3")
        shown = orders("--limit", "3", "--format", "json", "--url", server.url, "--show-personal")
        masked = orders("--limit", "3", "--format", "json", "--url", server.url)
    assert (shown.exit_code, shown.stderr, json.loads(shown.stdout)) == (0, "", whole)
    for row in whole["list"]:
        row["username"] = "***"
        row["user_email"] = row["user_email"] and "***"
    assert json.loads(masked.stdout) == whole


def test_json_of_any_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Half a surrogate, which no encoding has, and numbers of any size come out as JSON writes them."""
    document = {"name": "한글 \ud800", "number": 10**30}
    print_json(document)
    shown = capsys.readouterr().out
    assert json.loads(shown) == document
    assert "한글" in shown


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("form", ["table", "json"])
def test_people(form: str) -> None:
    """Names and addresses of people are shown only if they are asked for."""
    shown, hidden = orders("--format", form, "--show-personal"), orders("--format", form)
    assert all(each in shown.stdout for each in PEOPLE)
    assert not any(each in hidden.output for each in PEOPLE)


def test_fields_that_nobody_knows(server: LiveServer) -> None:
    """A field that no contract knows may hold anything: its value is masked as people's data are."""
    server.session.set_scenario(f'{LIST}: set(/list/0/receiver_name "{CANARY}") *')
    masked, shown = orders("--format", "json"), orders("--format", "json", "--show-personal")
    assert json.loads(masked.stdout)["list"][0]["receiver_name"] == "***"
    assert json.loads(shown.stdout)["list"][0]["receiver_name"] == CANARY


def test_purchased(server: LiveServer) -> None:
    """Orders by date of purchase are shown with that date."""
    server.session.set_scenario(f'{LIST}: set(/list/0/purchased_at "2025-01-02T03:04:05Z")')
    result = orders("--limit", "1", "--by", "purchased", "--from", "2025-01-01")
    assert result.stdout.splitlines()[0].split()[1] == "PURCHASED"
    assert " 2025-01-02 12:04 " in result.stdout


def test_an_unknown_status(server: LiveServer) -> None:
    """A status that no page documents is shown as it came."""
    server.session.set_scenario(f'{LIST}: set(/list/0/status 12), set(/list/0/status "order_pending")')
    assert orders("--limit", "1").stdout.splitlines()[1].split()[3] == "12"
    assert orders("--limit", "1").stdout.splitlines()[1].split()[3] == "order_pending"


def test_all_pages(server: LiveServer) -> None:
    """--all walks all pages, and as JSON they are one answer."""
    result = orders("--all", "--limit", "4", "--format", "json", "--show-personal")
    assert json.loads(result.stdout) == production("/v1/orders", server, limit="50")
    assert [query["page"] for query in asked(server)[:4]] == ["1", "2", "3", "4"]
    table = orders("--all", "--limit", "4")
    assert len(table.stdout.splitlines()) == 1 + BOOTPAY_ORDERS
    assert table.stderr == f"{BOOTPAY_ORDERS} of {BOOTPAY_ORDERS} orders\n"


@pytest.mark.usefixtures("server")
def test_there_is_more() -> None:
    """One page says that there are more."""
    assert orders("--limit", "2").stderr == f"2 of {BOOTPAY_ORDERS} orders; --page and --all show more\n"


@pytest.mark.parametrize(("form", "lines"), [("table", 1 + 4), ("json", 0)])
def test_a_page_that_fails(server: LiveServer, form: str, lines: int) -> None:
    """If a page fails, the table has what came before; half a JSON document would pass for a whole one."""
    server.session.set_scenario(f"{LIST}: ok, 500")
    result = orders("--all", "--limit", "4", "--format", form, "--retries", "0")
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, lines)
    assert "HTTP 500" in result.stderr


@pytest.mark.usefixtures("server")
def test_token() -> None:
    """A token is asked for, and shown only if that is asked for."""
    for form in ("table", "json"):
        masked = jumun("call", "bootpay", "token", "--format", form)
        shown = jumun("call", "bootpay", "token", "--format", form, "--show-token")
        assert (masked.exit_code, shown.exit_code) == (0, 0)
        assert "***" in masked.stdout
        assert "***" not in shown.stdout
    document = json.loads(shown.stdout)
    assert set(document) == {"access_token", "expired_at", "expire_in"}
    assert document["access_token"] not in masked.stdout


@pytest.mark.parametrize(
    ("step", "options", "code", "says"),
    [
        ("1700", [], 1, "HTTP 401 1700 Access Token이 잘못되었거나 만료되었습니다."),
        ("403", [], 1, "HTTP 403"),
        ("429", [], 1, "HTTP 429"),
        ("500", [], 1, "HTTP 500"),
        ("html-502", [], 1, "HTTP 502 without a code or message"),
        ("reset", [], 2, "or it broke"),
        ("garbage", [], 2, "did not complete an HTTP answer"),
        ('set(/list "x")', [], 2, "body.list is a string, not an array"),
        ("hang", ["--timeout", "0.2"], 2, "--timeout"),
        ("hang", ["--deadline", "0.2"], 2, "--deadline"),
    ],
)
def test_failures(server: LiveServer, step: str, options: list[str], code: int, says: str) -> None:
    """A failure is a line or two on stderr: what failed, the API's words, the way out. 1 is its no, 2 no answer."""
    server.session.set_scenario(f"{LIST}: {step}")
    result = orders("--retries", "0", *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"Error: {LIST}: ")
    assert says in result.stderr
    assert len(result.stderr.splitlines()) <= 2


def test_no_server() -> None:
    """Where nothing listens the message says how to start a server, and the exit code is 2; of many orders too."""
    for result in (
        orders("--url", "http://127.0.0.1:9", "--retries", "0"),
        ids(ORDER, "--url", "http://127.0.0.1:9", "--retries", "0"),
        ids(ORDER, UNKNOWN, "--url", "http://127.0.0.1:9", "--retries", "0"),
    ):
        assert result.exit_code == 2
        assert "no connection to 127.0.0.1" in result.stderr
        assert "`jumun serve` starts one" in result.stderr


@pytest.mark.parametrize(("options", "code", "calls"), [(["--retries", "0"], 1, 1), (["--retries", "1"], 0, 2)])
def test_retries(server: LiveServer, options: list[str], code: int, calls: int) -> None:
    """--retries is how often a call is repeated."""
    server.session.set_scenario(f"{LIST}: 500, ok")
    assert orders(*options, "--format", "json").exit_code == code
    assert len(asked(server)) == calls


def test_own_keys(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys come from the variables that `jumun run` sets, and NAVER's sign for a token."""
    monkeypatch.setenv("NAVER_COMMERCE_CLIENT_ID", server.naver_client_id)
    monkeypatch.setenv("NAVER_COMMERCE_CLIENT_SECRET", server.naver_client_secret)
    monkeypatch.setenv("BOOTPAY_COMMERCE_CLIENT_KEY", server.bootpay_client_key)
    monkeypatch.setenv("BOOTPAY_COMMERCE_SECRET_KEY", server.bootpay_secret_key)
    assert ids(ORDER).exit_code == 0
    assert orders().exit_code == 0
    assert [each.operation for each in server.session.journal] == ["naver.token", IDS, LIST]


@pytest.mark.usefixtures("server")
def test_wrong_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are refused are exit code 1; the message names their variables and shows no key."""
    monkeypatch.setenv("BOOTPAY_COMMERCE_CLIENT_KEY", CANARY)
    monkeypatch.setenv("BOOTPAY_COMMERCE_SECRET_KEY", CANARY)
    result = orders()
    assert result.exit_code == 1
    assert "BOOTPAY_COMMERCE_CLIENT_KEY and BOOTPAY_COMMERCE_SECRET_KEY" in result.stderr
    assert CANARY not in result.output


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"NAVER_COMMERCE_CLIENT_ID": CANARY}, "NAVER_COMMERCE_CLIENT_SECRET is not set"),
        ({"NAVER_COMMERCE_CLIENT_SECRET": CANARY}, "NAVER_COMMERCE_CLIENT_ID is not set"),
        ({"NAVER_COMMERCE_CLIENT_ID": "x", "NAVER_COMMERCE_CLIENT_SECRET": CANARY}, "bcrypt salt"),
        ({"NAVER_COMMERCE_ACCESS_TOKEN": f"{CANARY} "}, "access_token"),
        ({"NAVER_COMMERCE_ACCESS_TOKEN": f"{CANARY}열쇠"}, "NAVER_COMMERCE_ACCESS_TOKEN has characters"),
    ],
)
def test_unusable_keys(server: LiveServer, monkeypatch: pytest.MonkeyPatch, variables: Any, says: str) -> None:
    """Keys that cannot be used are refused before anything is sent, without showing them."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    line = refusal(ids(ORDER))
    assert says in line
    assert CANARY not in line
    assert asked(server) == []


def test_addresses(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """--url goes before the provider's variable, and that before JUMUN_URL."""
    monkeypatch.setenv("JUMUN_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BOOTPAY_COMMERCE_BASE_URL", server.bootpay_base_url)
    assert orders().exit_code == 0
    monkeypatch.setenv("BOOTPAY_COMMERCE_BASE_URL", "http://127.0.0.1:9/v1")
    assert orders("--retries", "0").exit_code == 2
    assert orders("--url", server.url).exit_code == 0
    assert "is not the URL" in refusal(orders("--url", "127.0.0.1:8080"))


def test_the_default_address(dialled: list[object]) -> None:
    """Without an address the call goes to where `jumun serve` listens."""
    result = orders("--retries", "0")
    assert (result.exit_code, dialled) == (2, [("127.0.0.1", 8080)])
    assert "http://127.0.0.1:8080/v1" in result.stderr


HOSTS = sorted({host for name in ("naver", "bootpay") for host in load_contract(name).hosts})


@pytest.mark.parametrize("host", [*HOSTS, HOSTS[0].upper(), f"{HOSTS[0]}."])
@pytest.mark.parametrize("command", [("naver", "product-order-ids", ORDER), ("bootpay", "orders")])
def test_production(command: tuple[str, ...], host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No provider's host is called unless that is meant, however it was named; and never with placeholders."""
    monkeypatch.setattr("socket.socket.connect", pytest.fail)
    assert "--yes-production" in refusal(jumun("call", *command, "--url", f"https://{host}"))
    line = refusal(jumun("call", *command, "--url", f"https://{host}", "--yes-production"))
    assert f"no keys for {command[0]}: set {command[0].upper()}_COMMERCE" in line
    monkeypatch.setenv(f"{command[0].upper()}_COMMERCE_BASE_URL", f"https://{host}/v1")
    assert "--yes-production" in refusal(jumun("call", *command))


def test_a_closed_pipe(server: LiveServer) -> None:
    """A reader that has gone causes no traceback."""
    with started("call", "bootpay", "orders", JUMUN_URL=server.url) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    "command", [("naver", "product-order-ids", *map(str, range(1, 9))), ("bootpay", "orders"), ("bootpay", "token")]
)
def test_ctrl_c(command: tuple[str, ...]) -> None:
    """Ctrl-C ends a call that hangs at once, with 130 and without output."""
    arrived = threading.Event()
    with (
        LiveServer(scenario="*: hang *", on_exchange=lambda _: arrived.set()) as server,
        started("call", *command, JUMUN_URL=server.url) as process,
    ):
        assert arrived.wait(PATIENCE_S)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=5)
    assert (process.returncode, stdout, stderr) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_a_terminal(server: LiveServer, columns: int) -> None:
    """In a terminal no line is wider than that, and columns are aligned though 한글 are two wide."""
    lines = in_terminal(
        "call", "bootpay", "orders", "--show-personal", columns=columns, variables={"JUMUN_URL": server.url}
    )
    *rows, told = lines
    assert told == f"{BOOTPAY_ORDERS} of {BOOTPAY_ORDERS} orders"
    assert len(rows) == 1 + BOOTPAY_ORDERS
    assert max(map(width, rows)) <= max(columns, 24 + 2 + 16 + 2 + 16 + 2 + 8 + 2 + 7 + 2 + 7 + 2 + 16 + 2 + 8)
    places = {width(row[: row.index("@") + 1].rpartition("  ")[0]) for row in rows if "@" in row}
    assert len(places) == 1
    assert (rows[1].endswith("프리미엄 구독 1회차")) == (columns == 200)


def in_terminal(*arguments: str, columns: int, variables: Mapping[str, str]) -> list[str]:
    """What a command shows in a terminal of so many columns."""
    import termios  # noqa: PLC0415 - Windows has none

    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (50, columns))
    own = {name: value for name, value in environment(variables).items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen([PROGRAM, *arguments], stdin=slave, stdout=slave, stderr=slave, env=own)
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 65_536):
            shown += piece
    except OSError:
        pass  # Linux's word for the end
    finally:
        os.close(master)
        process.wait(PATIENCE_S)
    return shown.decode().splitlines()


def width(text: str) -> int:
    """As a terminal has it."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("한글", 4),
        ("\N{FULLWIDTH LATIN SMALL LETTER F}", 2),
        ("é", 1),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("\N{WATCH}", 2),
        ("…", 1),
    ],
)
def test_display_width(text: str, columns: int) -> None:
    """Wide letters count two, combining ones none."""
    assert display_width(text) == columns


def test_table_is_cut_in_its_last_column() -> None:
    """What is too long is cut between letters and says so; a right column is aligned right."""
    rows = [("1", "가나다라마바사"), ("22", "abc")]
    assert list(render_table(("N", "TEXT"), rows, right={"N"}, columns=13)) == [" N  TEXT", " 1  가나다라…", "22  abc"]
    assert list(render_table(("N", "TEXT"), rows, right={"N"}, columns=12)) == [" N  TEXT", " 1  가나다…", "22  abc"]
    assert list(render_table(("N", "TEXT"), rows))[1] == "1   가나다라마바사"


def test_table_holds_nothing_that_a_terminal_obeys() -> None:
    """Escape sequences, line ends and half surrogates are blanks; letters in parts are put together."""
    cell = "a\x1b[2Jb\nc\r\x9b\ud800" + unicodedata.normalize("NFD", "한글")
    assert list(render_table(("A",), [(cell,)]))[1] == "a [2Jb c   한글"


def test_korean_whatever_the_locale(server: LiveServer) -> None:
    """Names come out in UTF-8 also where the locale says ASCII."""
    done = run("call", "bootpay", "orders", variables={"LC_ALL": "C", "LANG": "C", "JUMUN_URL": server.url})
    assert done.returncode == 0
    assert "프리미엄 구독 1회차" in done.stdout.decode()
