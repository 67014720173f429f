from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from tests.cli.commands import PROGRAM, jumun, refusal, run, started
from tests.cli.test_lint import ORDER, data_folder
from tests.mockserver.wire import Wire, exchange, request
from tests.mockserver.world import sign
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CANARY = "CANARY0k4n4r1"
KEYS = {"authorization": f"Basic {b64encode(b'your-commerce-client-key:your-commerce-secret-key').decode()}"}
TOKEN = {"authorization": "Bearer your_access_token_here"}
IDS = "/external/v1/pay-order/seller/orders/{}/product-order-ids"


def url_of(process: subprocess.Popen[str]) -> str:
    """Where it listens, as the first line says."""
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("Jumun is listening on http://"), line
    return line.split()[4]


def next_line(process: subprocess.Popen[str]) -> str:
    """The next line of the log."""
    assert process.stderr
    line = process.stderr.readline()
    assert line.endswith("\n"), "the log has no further line"
    return line.removesuffix("\n")


def rest_of_log(process: subprocess.Popen[str]) -> str:
    """What else is in the log once it is asked to stop; it stops without an error."""
    process.send_signal(signal.SIGTERM)
    assert process.stderr
    rest = process.stderr.read()
    assert process.wait() == 0
    return rest


@pytest.mark.skipif(sys.platform != "linux", reason="limits are as Linux has them")
def test_a_system_that_allows_few_files() -> None:
    """The first lines say how many connections there can be; one more is answered, and counted in the log."""
    command = ["bash", "-c", 'ulimit -n 60 && exec "$@"', "-", PROGRAM, "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = url_of(process)
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(5)]
            assert lines[-1] == "  limit    30 connections at once: the system allows no more open files (ulimit -n)\n"
            with ExitStack() as stack:
                wires = [stack.enter_context(Wire(url)) for _ in range(30)]
                asked = request("GET", "/_jumun/health")
                assert {wire.ask(asked).status for wire in wires} == {200}
                assert stack.enter_context(Wire(url)).read().status == 503
            assert "Jumun: refused 1 connections, as there were 30 already (--max-connections)" in rest_of_log(process)
        finally:
            process.kill()


def test_a_free_port() -> None:
    """--port 0 takes a free port and prints the URLs, at once also into a pipe; both APIs answer there."""
    with started("serve", "--port", "0") as process:
        url = url_of(process)
        assert urlsplit(url).hostname == "127.0.0.1"
        assert urlsplit(url).port
        assert process.stdout
        printed = dict(process.stdout.readline().split() for _ in range(3))
        assert printed == {"naver": f"{url}/external", "bootpay": f"{url}/v1", "control": f"{url}/_jumun/version"}
        assert exchange(url, IDS.format("2023010112345"), TOKEN)[0] == 200
        assert exchange(url, "/v1/orders", KEYS)[0] == 200
        assert exchange(url, "/_jumun/version")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping(number: signal.Signals) -> None:
    """Being asked to stop is not a failure: exit code 0 and no traceback."""
    with started("serve", "--port", "0") as process:
        url_of(process)
        process.send_signal(number)
        assert process.stderr
        assert process.stderr.read() == ""
        assert process.wait() == 0


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("way", ["option", "environment"])
def test_options_and_environment(profile: str, way: str) -> None:
    """An option and its environment variable do the same."""
    if way == "option":
        running = started("serve", "--port", "0", "--profile", profile)
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_PROFILE=profile)
    with running as process:
        status, _, body = exchange(url_of(process), IDS.format("2023010112345"), TOKEN)
        assert status == 200
        assert isinstance(json.loads(body)["data"], list) is (profile == "observed")


def test_an_option_wins_over_the_environment() -> None:
    """What is typed counts more than what is set."""
    with started(
        "serve", "--port", "0", "--profile", "documented", JUMUN_PORT="nonsense", JUMUN_PROFILE="x"
    ) as process:
        assert exchange(url_of(process), IDS.format("2023010112345"), TOKEN)[0] == 200


@pytest.mark.parametrize("way", ["option", "environment"])
def test_data_and_orders(tmp_path: Path, way: str) -> None:
    """Orders of --data and made-up ones come beside the packaged ones."""
    data = str(data_folder(tmp_path / "data", ORDER))
    if way == "option":
        running = started("serve", "--port", "0", "--data", data, "--orders", "3", "--seed", "7")
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_DATA=data, JUMUN_ORDERS="3", JUMUN_SEED="7")
    with running as process:
        _, _, body = exchange(url_of(process), "/v1/orders", KEYS)
        assert json.loads(body)["count"] == BOOTPAY_ORDERS + 1 + 3


BAD_DATA = {
    "unknown key": (ORDER.replace("status: 0", "statsu: 0", 1), "orders.yaml#/orders/0"),
    "bad value": (ORDER.replace("price: 1", "price: free"), "orders.yaml#/orders/0/price"),
    "key twice": (ORDER.replace("price: 1", "price: 1\n    price: 1"), "twice (line 5, column 5)"),
    "no YAML": ("orders: [", "(line "),
    "control character": ('orders: "\0"', "orders.yaml"),
    "empty": ("", "orders.yaml"),
}


@pytest.mark.parametrize(("text", "says"), BAD_DATA.values(), ids=BAD_DATA.keys())
def test_bad_data(tmp_path: Path, text: str, says: str) -> None:
    """A bad data file stops it from starting: file and key of each mistake, exit code 2."""
    line = refused("serve", "--port", "0", "--data", str(data_folder(tmp_path / "data", text)))
    assert says in line
    assert str(tmp_path / "data" / "bootpay" / "orders.yaml") in line


def refused(*arguments: str, variables: Mapping[str, str] | None = None) -> str:
    """The one line of a program that does not start; below it, indented, mistakes of a folder."""
    done = run(*arguments, variables=variables)
    text = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), text
    assert text.startswith("Error: ")
    assert all(line.startswith("  ") for line in text.splitlines()[1:]), text
    return text


def test_a_busy_port() -> None:
    """A port that another program has is one line that names it and a way out."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        line = refused("serve", "--port", port)
        assert f"127.0.0.1:{port}" in line
        assert "--port 0" in line


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["--profile", "live"], {}, "'documented', 'observed'"),
        ([], {"JUMUN_PROFILE": "live"}, "'documented', 'observed'"),
        (["--data", "/nowhere/at/all"], {}, "/nowhere/at/all"),
        ([], {"JUMUN_DATA": "/nowhere/at/all"}, "/nowhere/at/all"),
        ([], {"JUMUN_PORT": "http"}, "'http'"),
        (["--log-format", "xml"], {}, "'xml'"),
        (["--orders", "1000001"], {}, "1000001"),
        (["--host", "nowhere.invalid"], {}, "nowhere.invalid"),
        (["--host", "a" * 64], {}, "a" * 64),
        (["--host", "192.0.2.1"], {}, "192.0.2.1"),
        (["extra"], {}, "extra"),
    ],
)
def test_what_it_does_not_start_with(arguments: list[str], variables: dict[str, str], says: str) -> None:
    """Bad options, from wherever they come, are one line that names the value, and exit code 2."""
    assert says in refused("serve", *arguments, variables={"JUMUN_PORT": "0", **variables})


def test_the_log_as_json() -> None:
    """Each call is one JSON object on stderr: when, what, which operation, its outcome, and why."""
    with started("serve", "--port", "0", "--log-format", "json") as process:
        url = url_of(process)
        expected = [
            (IDS.format("2023010112345"), TOKEN, "naver.product_order_ids", 200, ""),
            (IDS.format("9999999999999"), TOKEN, "naver.product_order_ids", 404, "ORDER_NOT_FOUND"),
            ("/v1/orders", {}, "bootpay.orders.list", 401, "1700"),
            ("/nowhere", {}, "", 404, ""),
        ]
        for target, headers, operation, status, code in expected:
            assert exchange(url, target, headers)[0] == status
            row = json.loads(next_line(process))
            assert " ".join(row) == "at method path operation status fault delay_s session code notes"
            assert (row["method"], row["path"]) == ("GET", target)
            assert (row["operation"], row["status"], row["code"]) == (operation, status, code)
            assert all(isinstance(note, str) for note in row["notes"])
        assert rest_of_log(process) == ""


SECRETS = {
    "keyword": ("GET", f"/v1/orders?keyword={CANARY}", KEYS, None),
    "other parameter": ("GET", f"/v1/orders?nonsense={CANARY}", KEYS, None),
    "date": ("GET", f"/v1/orders?css_at={CANARY}", KEYS, None),
    "page": ("GET", f"/v1/orders?page={CANARY}", KEYS, None),
    "token": ("GET", IDS.format("2023010112345"), {"authorization": f"Bearer {CANARY}"}, None),
    "keys": (
        "GET",
        "/v1/orders",
        {"authorization": f"Basic {b64encode(f'{CANARY}:{CANARY}'.encode()).decode()}"},
        None,
    ),
    "bad keys": ("GET", "/v1/orders", {"authorization": f"Basic {CANARY}!"}, None),
    "other scheme": ("GET", "/v1/orders", {"authorization": f"{CANARY} x"}, None),
    "header": ("GET", "/v1/orders", {**KEYS, "x-canary": CANARY, "user-agent": CANARY}, None),
    "form": ("POST", "/external/v1/oauth2/token", {}, f"client_id={CANARY}&client_secret_sign={CANARY}&type={CANARY}"),
    "form with timestamp": ("POST", "/external/v1/oauth2/token", {}, f"timestamp={CANARY}&grant_type={CANARY}"),
    "JSON": ("POST", "/v1/request/token", {}, json.dumps({"client_key": CANARY, "secret_key": [CANARY]})),
    "no JSON": ("POST", "/v1/request/token", {}, f'{{"client_key": "{CANARY}", "secret_key": {CANARY}'),
}


@pytest.fixture(scope="module")
def logged() -> dict[tuple[str, str], str]:
    """What is logged of each call with a secret in it, by form of the log and name."""
    lines: dict[tuple[str, str], str] = {}
    for form in ("text", "json"):
        with started("serve", "--port", "0", "--log-format", form) as process:
            url = url_of(process)
            for name, (method, target, headers, body) in SECRETS.items():
                exchange(url, target, headers, method=method, body=body)
                lines[form, name] = next_line(process)
            assert rest_of_log(process) == ""
    return lines


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged(logged: dict[tuple[str, str], str], form: str, name: str) -> None:
    """No part of a query, of a header or of a body gets into the log, also where it is what is wrong."""
    line = logged[form, name]
    method, target, _, _ = SECRETS[name]
    assert method in line
    assert target.partition("?")[0] in line
    assert f"{target.partition('?')[0]}?" not in line
    assert CANARY not in line
    assert "your-commerce" not in line
    assert b64encode(CANARY.encode()).decode()[:12] not in line


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("provider", ["bootpay", "naver"])
def test_no_credential_is_logged_that_a_path_repeats(provider: str, form: str) -> None:
    """Nor one that is the name of a parameter, which is a violation, or percent-encoded twice; the rest is shown."""
    order = {"bootpay": "/v1/orders/{}", "naver": IDS}[provider]
    sent = {"authorization": f"Bearer {CANARY}+1"}
    targets = {
        order.format(f"{CANARY}+1"): order.format("***"),
        order.format(f"{CANARY}%252B1-x"): order.format("***-x"),
        f"/nothing/{CANARY}+1/x": "/nothing/***/x",
        f"{order.format(1)}?{CANARY}%2B1=2": order.format(1),
    }
    with started("serve", "--port", "0", "--log-format", form) as process:
        url = url_of(process)
        for target, shown in targets.items():
            exchange(url, target, sent)
            line = next_line(process)
            assert f'"{shown}"' in line if form == "json" else f" {shown} " in line
            assert CANARY not in line
        assert rest_of_log(process) == ""


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "target",
    [
        "/x%0Ay",
        "/v1/orders%0D%0Afaked%20line",
        "/x%E2%80%A8y%C2%85z%0B%0C",
        "/x%1B%5B2Jy",
        "/%FF%FE%00",
        IDS.format("1%0A2"),
        "/v1/orders?a%0Ab=c%0Ad&page=1%0A2&css_at=x%0Dy",
    ],
)
def test_a_path_cannot_break_a_line(form: str, target: str) -> None:
    """Whatever is in a path, a call is one line in the log: one JSON object, or printable text."""
    with started("serve", "--port", "0", "--log-format", form) as process:
        exchange(url_of(process), target, KEYS)
        line = next_line(process)
        assert json.loads(line)["status"] if form == "json" else line.isprintable()
        assert rest_of_log(process) == ""


@pytest.mark.parametrize(("arguments", "variables"), [(["--quiet"], {}), ([], {"JUMUN_QUIET": "1"})])
def test_quiet(arguments: list[str], variables: dict[str, str]) -> None:
    """With --quiet no call is logged."""
    with started("serve", "--port", "0", *arguments, **variables) as process:
        url = url_of(process)
        assert exchange(url, "/v1/orders", KEYS)[0] == 200
        assert exchange(url, "/nowhere")[0] == 404
        assert rest_of_log(process) == ""


def test_the_log_as_text() -> None:
    """By default each call is one line: when, method, path, status, and for an error its code and why."""
    with started("serve", "--port", "0") as process:
        url = url_of(process)
        exchange(url, "/v1/orders?page=1", KEYS)
        at, *rest = next_line(process).split()
        assert at[10] == "T"
        assert rest == ["GET", "/v1/orders", "200"]
        exchange(url, "/v1/orders")
        _, *rest = next_line(process).split(maxsplit=5)
        assert rest[:4] == ["GET", "/v1/orders", "401", "1700"]
        assert rest[4]
        assert rest_of_log(process) == ""


def test_the_log_as_json_by_the_environment() -> None:
    """JUMUN_LOG_FORMAT does what --log-format does."""
    with started("serve", JUMUN_PORT="0", JUMUN_LOG_FORMAT="json") as process:
        exchange(url_of(process), "/v1/orders", KEYS)
        assert json.loads(next_line(process))["operation"] == "bootpay.orders.list"


SCENARIO_FILE = "# mine\nbootpay.orders.list: 503, ok *\n"


@pytest.mark.parametrize("way", ["option", "environment"])
@pytest.mark.parametrize("what", ["file", "name"])
def test_scenario(tmp_path: Path, way: str, what: str) -> None:
    """--scenario plays a file, or one that comes with Jumun, from the first call on."""
    file = tmp_path / "my.scenario"
    file.write_text(SCENARIO_FILE, encoding="utf-8")
    value = str(file) if what == "file" else "flaky"
    if way == "option":
        running = started("serve", "--port", "0", "--scenario", value)
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_SCENARIO=value)
    with running as process:
        url = url_of(process)
        statuses = [exchange(url, "/v1/orders", KEYS)[0] for _ in range(3)]
        assert statuses == ([503, 200, 200] if what == "file" else [500, 500, 200])


@pytest.mark.parametrize("way", ["option", "environment"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"*: ok\nnaver.product_order_idz: 429\n", ("line 2", "naver.product_order_ids", "bad.scenario")),
        (b"*: ok # \xff", ("UTF-8", "bad.scenario")),
        (None, ("bad.scenario", "jumun scenario list names them")),
    ],
    ids=["line", "bytes", "none"],
)
def test_a_bad_scenario(tmp_path: Path, way: str, text: bytes | None, says: tuple[str, ...]) -> None:
    """A scenario that cannot be played stops it from starting: one line with file, line and the closest match."""
    file = tmp_path / "bad.scenario"
    if text is not None:
        file.write_bytes(text)
    arguments = ["--scenario", str(file)] if way == "option" else []
    variables = {} if way == "option" else {"JUMUN_SCENARIO": str(file)}
    line = refused("serve", *arguments, variables={"JUMUN_PORT": "0", **variables})
    assert all(word in line for word in says), line


def test_an_unknown_scenario() -> None:
    """A name that is not there is refused with the closest match."""
    assert "did you mean flaky?" in refused("serve", "--port", "0", "--scenario", "flakey")


@pytest.mark.parametrize("way", ["option", "environment"])
def test_limits_and_rates(way: str) -> None:
    """--limits enforce refuses what goes beyond --rate, for each operation that is named; the others have their own."""
    rates = ["bootpay.orders.list=0.001/2", "naver.product_order_ids=0.001"]
    if way == "option":
        words = [word for rate in rates for word in ("--rate", rate)]
        running = started("serve", "--port", "0", "--limits", "enforce", *words)
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_LIMITS="enforce", JUMUN_RATE=" ".join(rates))
    with running as process:
        url = url_of(process)
        assert [exchange(url, "/v1/orders", KEYS)[0] for _ in range(3)] == [200, 200, 429]
        assert [exchange(url, IDS.format("2023010112345"), TOKEN)[0] for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(("limits", "note"), [("report", True), ("off", False)])
def test_limits_that_are_not_enforced(limits: str, note: bool) -> None:  # noqa: FBT001 - a case
    """`report`, the default, lets a call beyond the limit pass and says so in the log; `off` says nothing."""
    arguments = [] if limits == "report" else ["--limits", limits]
    with started("serve", "--port", "0", "--rate", "bootpay.orders.list=0.001/1", *arguments) as process:
        url = url_of(process)
        assert [exchange(url, "/v1/orders", KEYS)[0] for _ in range(2)] == [200, 200]
        lines = [next_line(process) for _ in range(2)]
        assert ["429" in line for line in lines] == [False, note]


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        ("bootpay.orders.list", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=0", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=-1", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=5/0", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=5/", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=5/1.5", "OPERATION=N[/BURST]"),
        ("bootpay.orders.list=ten", "OPERATION=N[/BURST]"),
        ("bootpay.order.list=5", "did you mean bootpay.orders.list?"),
        ("=5", "OPERATION=N[/BURST]"),
        pytest.param("bootpay.orders.list=" + "9" * 400, "bootpay.orders.list", id="rate-999..."),
        pytest.param("bootpay.orders.list=1/" + "9" * 5_000, "bootpay.orders.list", id="burst-999..."),
    ],
)
def test_bad_rates(rate: str, says: str) -> None:
    """A rate that is none, or of no operation, is one line that says what would be right."""
    assert says in refused("serve", "--port", "0", "--rate", rate)


def test_a_bad_rate_of_the_environment() -> None:
    """One bad rate among several is named."""
    line = refused("serve", variables={"JUMUN_PORT": "0", "JUMUN_RATE": "naver.token=1 bootpay.order.list=5"})
    assert "did you mean bootpay.orders.list?" in line


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [("--limits", "on", "'enforce'"), ("--quota", "on", "'at-once'"), ("--quota", "tomorrow", "'next-day'")],
)
@pytest.mark.parametrize("way", ["option", "environment"])
def test_bad_choices(option: str, value: str, says: str, way: str) -> None:
    """A choice that is none is one line with those that are."""
    arguments = [option, value] if way == "option" else []
    variables = {} if way == "option" else {f"JUMUN_{option[2:].upper()}": value}
    line = refused("serve", *arguments, variables={"JUMUN_PORT": "0", **variables})
    assert says in line
    assert repr(value) in line


@pytest.mark.parametrize("way", ["option", "environment", "default"])
def test_quota(way: str) -> None:
    """With --quota at-once a token call against the rules leaves one call an hour; by default it does not."""
    if way == "environment":
        running = started("serve", JUMUN_PORT="0", JUMUN_QUOTA="at-once", JUMUN_PROFILE="observed")
    else:
        arguments = ["--quota", "at-once"] if way == "option" else []
        running = started("serve", "--port", "0", "--profile", "observed", *arguments)
    with running as process:
        url = url_of(process)
        timestamp = str(round(time.time() * 1_000))
        fields = {
            "client_id": "demo-naver-client-id",
            "timestamp": timestamp,
            "grant_type": "client_credentials",
            "client_secret_sign": sign(timestamp),
            "type": "SELF",
        }
        # Parameters belong into the form.
        status, _, body = exchange(url, f"/external/v1/oauth2/token?{urlencode(fields)}", method="POST")
        assert status == 200, body
        token = {"authorization": f"Bearer {json.loads(body)['access_token']}"}
        statuses = [exchange(url, IDS.format("2023010112345"), token)[0] for _ in range(2)]
        assert statuses == ([200, 200] if way == "default" else [200, 429])


@pytest.mark.parametrize("way", ["option", "environment"])
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - what this means is tested
def test_control_token(way: str, host: str) -> None:
    """With --control-token callers of the control plane must send it, on loopback and beyond; probes need not."""
    if way == "option":
        running = started("serve", "--port", "0", "--host", host, "--control-token", "secret")
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_HOST=host, JUMUN_CONTROL_TOKEN="secret")
    with running as process:
        url = url_of(process)
        for headers, expected in (
            ({}, 401),
            ({"authorization": "Bearer wrong"}, 401),
            ({"authorization": "Bearer secret"}, 200),
        ):
            status, _, body = exchange(url, "/_jumun/sessions", headers)
            assert status == expected
            assert expected == 200 or "--control-token" in json.loads(body)["detail"]
        assert [exchange(url, f"/_jumun/{path}")[0] for path in ("health", "ready", "version")] == [200, 200, 200]
        assert exchange(url, "/v1/orders", KEYS)[0] == 200
        done = run("scenario", "show", "--url", url, variables={"JUMUN_CONTROL_TOKEN": "secret"})
        assert done.stdout == b"(nothing)\n"
        way_out = "give what the server was started with as --control-token or JUMUN_CONTROL_TOKEN"
        for token, says in (
            (None, "it asks for its control token"),
            ("x", "the control token that was given is wrong"),
        ):
            line = refused("scenario", "show", "--url", url, *(["--control-token", token] if token else []))
            assert line.startswith(f"Error: {url} refused: {says}; {way_out}")
        _, _, body = exchange(url, "/_jumun/sessions", {"authorization": "Bearer x"})
        assert json.loads(body)["detail"].startswith("the token that was sent is wrong; ")


@pytest.mark.parametrize("content", ["", "\n", "one\ntwo\n", "\x7f"])
def test_a_token_file_that_is_not_right(tmp_path: Path, content: str) -> None:
    """What is wrong with the token of a file is said of the option that names the file."""
    (tmp_path / "token").write_text(content, encoding="utf-8")
    line = refusal(jumun("serve", "--port", "0", "--control-token-file", str(tmp_path / "token")))
    assert line.startswith(f"Error: --control-token-file {tmp_path / 'token'}: the token must be text")


@pytest.mark.parametrize("host", ["http://x", "x:80", "x/y", "", "[::1]", "-x"])
def test_what_is_no_host_name(host: str) -> None:
    """--control-host takes names only."""
    line = refusal(jumun("serve", "--port", "0", "--control-host", host))
    assert f"'--control-host': {host!r} is not a host name, e.g. jumun.test, without scheme, port and path" in line


@pytest.mark.parametrize("way", ["option", "environment", "file"])
def test_what_flask_has_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Flask's own server has no bound on connections, and does not take one as if it had."""
    monkeypatch.chdir(tmp_path)
    if way == "environment":
        monkeypatch.setenv("JUMUN_MAX_CONNECTIONS", "3")
    if way == "file":
        (tmp_path / "jumun.toml").write_text("[serve]\nmax-connections = 3\n", encoding="utf-8")
    arguments = ["--max-connections", "3"] if way == "option" else []
    assert "--flask has no --max-connections" in refusal(jumun("serve", "--port", "0", "--flask", *arguments))


def test_beyond_loopback_without_a_token() -> None:
    """Bound beyond loopback the control plane is closed and says how to open it; probes and the APIs answer."""
    with started("serve", "--port", "0", "--host", "0.0.0.0") as process:  # noqa: S104 - what this means is tested
        url = url_of(process)
        for method, path in (("GET", "sessions"), ("POST", "sessions"), ("PUT", "scenario"), ("GET", "requests")):
            status, _, body = exchange(url, f"/_jumun/{path}", method=method)
            assert status == 403
            assert "--control-token" in json.loads(body)["detail"]
        assert [exchange(url, f"/_jumun/{path}")[0] for path in ("health", "ready", "version")] == [200, 200, 200]
        assert exchange(url, "/v1/orders", KEYS)[0] == 200
        line = run("coverage", "--url", url)
        assert line.returncode == 2
        assert b"--control-token" in line.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("kind", ["no body", "body", "flask"])
def test_stopping_during_a_delay(number: signal.Signals, kind: str, tmp_path: Path) -> None:
    """A signal during a delay of thirty seconds ends it within moments: exit code 0, and only its log on stderr."""
    (tmp_path / "slow").write_text("*: slow(30s) *\n", encoding="utf-8")
    with started("serve", "--port", "0", "--scenario", str(tmp_path / "slow")) as process:
        url = url_of(process)
        if kind == "flask":
            assert exchange(url, "/_jumun/health")[0] == 200
        with socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), timeout=10) as waiting:
            body = "{}" if kind == "body" else ""
            head = f"GET /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            if kind == "no body":
                head = head.replace("Content-Length: 0\r\n", "")
            waiting.sendall((head + body).encode())
            # The line is written when the call is dispatched, before the delay.
            assert "GET /v1/orders" in next_line(process)
            began = time.monotonic()
            process.send_signal(number)
            assert process.stderr
            rest = process.stderr.read()
            assert process.wait() == 0
            assert time.monotonic() - began < 15
            assert rest == ""


def test_options_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """./jumun.toml gives options that neither the command line nor the environment has."""
    text = '[serve]\nport = 0\nprofile = "observed"\nseed = 7\nrate = ["naver.token=5"]\nquiet = true\n[check]\n'
    (tmp_path / "jumun.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given: tuple[tuple[tuple[str, ...], dict[str, str], str], ...] = (
        ((), {}, "observed"),
        (("--profile", "documented"), {}, "documented"),
        ((), {"JUMUN_PROFILE": "documented"}, "documented"),
    )
    for arguments, variables, profile in given:
        with started("serve", *arguments, **variables) as process:
            status, _, body = exchange(url_of(process), "/_jumun/sessions/default")
            session = json.loads(body)
            assert (status, session["profile"], session["seed"]) == (200, profile, "7")
            assert rest_of_log(process) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[serve]\nprot = 1", "jumun.toml#/serve/prot: is not an option of jumun serve; did you mean port?"),
        ("[serve]\nxyzzy = 1", "known are allow-host, "),
        ("[serve]\nport = [1]", "jumun.toml#/serve/port: must be one value"),
        ("[serve]\nrate = 1", "jumun.toml#/serve/rate: must be a list"),
        ("[serve]\nquiet = 1", "jumun.toml#/serve/quiet: must be true or false"),
        ("[serve]\nport = 'x'", "jumun.toml#/serve/port: 'x' is not a valid integer"),
        ("[serve]\nprofile = 'live'", "jumun.toml#/serve/profile: 'live' is not one of 'documented'"),
        ("[serve]\ntls-port = -1", "jumun.toml#/serve/tls-port: -1 is not in the range"),
        ("[serve]\ncors = ['x']", "jumun.toml#/serve/cors: 'x' is not an origin"),
        ("[serve]\nmax-body = '5kb'", "jumun.toml#/serve/max-body: '5kb' is not a number of bytes such as 64K"),
        ("[server]\nport = 1", "unknown key 'server'; did you mean serve?"),
        ("serve = 1", "jumun.toml#/serve: must be a table: [serve]"),
        ("[serve", "jumun.toml: not TOML"),
    ],
)
def test_a_file_that_is_not_right(tmp_path: Path, text: str, says: str) -> None:
    """What is wrong in ./jumun.toml is one line that names file, key and way out."""
    (tmp_path / "jumun.toml").write_text(text, encoding="utf-8")
    done = run("serve", "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
