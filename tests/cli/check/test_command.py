from __future__ import annotations

import json
import re
import sys
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from jumun_contracts import PROFILES, findings, load_contract
from jumun_contracts.reports import RENDERERS
from tests.checkout import REFERENCE, SHARED
from tests.cli.commands import jumun, refusal, run
from tests.contracts.pages import PAGE, ROW

CANARY = "카나리아-canary@example.com"

IDS, LIST = "naver.product_order_ids", "bootpay.orders.list"
UNAUTHORIZED: dict[str, Any] = {"status": 401, "code": 1700, "message": "x", "data": None}


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A file that fits bootpay.orders.list.200."""
    return write(tmp_path / "good.json", PAGE)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A file that fits nothing: a price is a string."""
    return write(tmp_path / "bad.json", {"count": 1, "list": [{**ROW, "price": "29000"}]})


def write(file: Path, body: object) -> str:
    """`body` as JSON in `file`; the path as a user types it."""
    file.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return str(file)


def report(*arguments: str, stdin: bytes | str | None = None) -> tuple[int, dict[str, Any]]:
    """Exit code and report, as --format json has it."""
    result = jumun("check", *arguments, "--format", "json", stdin=stdin)
    assert result.stderr == ""
    return result.exit_code, json.loads(result.stdout)


def judged_as(document: dict[str, Any]) -> list[str]:
    """What the bodies were taken for, e.g. `bootpay.orders.list.200`."""
    rows = [row for row in document["coverage"] if row["side"] == "response"]
    return [f"{row['operation']}.{status}" for row in rows for status, count in row["statuses"].items() if count]


def test_a_body_that_fits(good: str) -> None:
    """A body that fits is counted, shown with what it was taken for, and exit code 0."""
    result = jumun("check", good, "--contract", "bootpay")
    assert (result.exit_code, result.stderr) == (0, "")
    first, second, *_ = result.stdout.splitlines()
    assert first == "1 judged by bootpay:documented: 0 breaking, 0 drift, 0 info"
    assert second.startswith(f"exercised: {LIST} 200 (1); ")


def test_findings(bad: str) -> None:
    """A body that does not fit has a line for each finding, with its place and expectation, and exit code 1."""
    result = jumun("check", bad, "--contract", "bootpay", "--operation", f"{LIST}.200")
    assert (result.exit_code, result.stderr) == (1, "")
    column = Path(bad).read_text(encoding="utf-8").index('"29000"') + 1
    mark = "[type 936f4582fcbb894e]"
    assert result.stdout.splitlines()[:2] == [
        f"{bad}:1:{column}: breaking: {LIST}.200: /list/0/price must be of type integer, not string {mark}",
        "1 judged by bootpay:documented: 1 breaking, 0 drift, 0 info",
    ]


def test_both_providers_by_default(good: str, tmp_path: Path) -> None:
    """Without --contract a body is judged by both providers' documented profiles, as what it fits."""
    ids = {"timestamp": "2023-01-16T17:14:51.794+09:00", "traceId": "x", "data": {"productOrderIds": []}}
    code, document = report(good, write(tmp_path / "ids.json", ids))
    assert (code, document["contracts"]) == (0, ["naver:documented", "bootpay:documented"])
    assert judged_as(document) == [f"{IDS}.200", f"{LIST}.200"]


def test_two_profiles(good: str) -> None:
    """Several contracts may be named; one that is named twice counts once."""
    names = [part for name in ("bootpay", "bootpay:observed", "bootpay") for part in ("--contract", name)]
    assert report(good, *names)[1]["contracts"] == ["bootpay:documented", "bootpay:observed"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "fault",
    [
        {"count": 1, "list": [{**ROW, "price": "29000"}]},
        {"count": 1, "list": [{key: value for key, value in ROW.items() if key not in ("username", "price")}]},
        {"count": "1", "list": [{**ROW, "status": "2"}]},
        {"list": [ROW]},
        {"count": 1, "list": None},
    ],
)
def test_the_nearest_answer(tmp_path: Path, profile: str, fault: dict[str, Any]) -> None:
    """Without --operation a faulty list is judged as a list, not as a token that happens to have fewer fields."""
    code, document = report(write(tmp_path / "list.json", fault), "--contract", f"bootpay:{profile}")
    assert (code, judged_as(document)) == (1, [f"{LIST}.200"])


@pytest.mark.parametrize("profile", PROFILES)
def test_the_nearest_answer_to_product_order_ids(tmp_path: Path, profile: str) -> None:
    """A faulty list of product orders is judged as one, with the pointer to the faulty id.

    In `documented` it fits a confirmation, whose data may be any object; but that names less of it.
    """
    ids = ["2023010112345001", 2023010112345002]
    body = {
        "timestamp": "2023-01-16T17:14:51.794+09:00",
        "traceId": "cr3-000000-ae200c^1692847482194^13820466",
        "data": ids if profile == "observed" else {"productOrderIds": ids},
    }
    code, document = report(write(tmp_path / "ids.json", body), "--contract", f"naver:{profile}")
    assert (code, judged_as(document)) == (1, [f"{IDS}.200"])
    pointer = "/data/1" if profile == "observed" else "/data/productOrderIds/1"
    assert [row["pointer"] for row in document["complaints"]] == [pointer]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file or directory"),
        (b"", ""),
        (b"{'a': 1}", ""),
        (b'{"count": NaN}', "NaN"),
        (b'{"count": 1, "count": 2}', "twice"),
        (b"\xff\xfe", ""),
        (b"[" * 100 + b"]" * 100, "nested more than 64 deep"),
        (b"<html></html>", ""),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file_that_cannot_be_judged(
    tmp_path: Path, *, good: str, bad: str, content: bytes | None, says: str, form: str
) -> None:
    """What cannot be judged says why and makes the exit code 2; the others are judged all the same."""
    file = tmp_path / "file.json"
    if content is not None:
        file.write_bytes(content)
    result = jumun("check", str(file), good, bad, "--contract", "bootpay", "--format", form)
    assert (result.exit_code, result.stderr) == (2, "")
    if form == "text":
        lines = result.stdout.splitlines()
        assert re.match(rf"{re.escape(str(file))}:[0-9]+:[0-9]+: could not be judged: .*{says}", lines[0])
        assert lines[1].startswith(f"{bad}:1:")
        assert lines[2].startswith("2 judged by bootpay:documented: 1 breaking, ")
    else:
        document = json.loads(result.stdout)
        (unjudged,) = document["unjudged"]
        assert (unjudged["file"], unjudged["uncovered"]) == (str(file), False)
        assert says in unjudged["reason"]
        assert (document["judged"], document["breaking"], document["exit_code"]) == (2, 1, 2)


def test_exit_codes(tmp_path: Path, good: str, bad: str) -> None:
    """The worst file decides, wherever it is: 2 wins over 1, and 1 over 0."""
    missing = str(tmp_path / "missing.json")
    for files, code in (
        ([good, good], 0),
        ([good, bad], 1),
        ([bad, good], 1),
        ([bad, missing], 2),
        ([missing, bad], 2),
    ):
        assert jumun("check", *files, "--contract", "bootpay").exit_code == code


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize(("fail_on", "code"), [("breaking", 0), ("drift", 1)])
def test_drift(tmp_path: Path, form: str, fail_on: str, code: int) -> None:
    """What the contract does not know is not a failure unless --fail-on says so, whatever the form."""
    file = write(tmp_path / "drift.json", {"count": 1, "list": [{**ROW, "status": 99}]})
    result = jumun("check", file, "--format", form, "--fail-on", fail_on)
    assert result.exit_code == code
    assert "drift" in result.stdout


def test_nothing_to_check() -> None:
    """No file is not a clean result, and neither are files and a server."""
    assert "nothing to check" in refusal(jumun("check", "--contract", "naver"))
    assert "not both" in refusal(jumun("check", "x.json", "--url", "http://127.0.0.1:8080"))


def test_traffic_of_no_contract(tmp_path: Path) -> None:
    """A recording of which no contract covers anything is exit code 2: nothing was checked."""
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": 1,
        "request": {"method": "GET", "url": "https://example.com/x", "headers": [], "queryString": []},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": "{}"}},
    }
    file = write(tmp_path / "traffic.har", {"log": {"version": "1.2", "creator": {"name": "x"}, "entries": [entry]}})
    code, document = report(file)
    assert (code, document["judged"]) == (2, 0)
    assert [row["uncovered"] for row in document["unjudged"]] == [True]


@pytest.mark.parametrize(("body", "code"), [(PAGE, 0), ({"count": "x", "list": []}, 1)])
def test_standard_input(body: object, code: int) -> None:
    """`-` is standard input."""
    result = jumun("check", "-", "--contract", "bootpay", stdin=json.dumps(body))
    assert result.exit_code == code
    assert "1 judged by bootpay:documented" in result.stdout
    assert result.stdout.startswith("<stdin>:1:") == bool(code)


@pytest.mark.parametrize("stdin", [b"", b"   \n", b"not JSON"])
def test_standard_input_that_cannot_be_judged(stdin: bytes) -> None:
    """Nothing on standard input, as from a curl that failed, is exit code 2."""
    result = jumun("check", "-", "--contract", "bootpay", stdin=stdin)
    assert result.exit_code == 2
    assert "nothing was judged" in result.stdout


@pytest.mark.parametrize(
    ("operation", "body", "code", "judged"),
    [
        (LIST, PAGE, 0, [f"{LIST}.200"]),
        (f"{LIST}.200", PAGE, 0, [f"{LIST}.200"]),
        (f"{LIST}.401", PAGE, 1, [f"{LIST}.401"]),
        ("bootpay.token", PAGE, 1, None),
        (f"{LIST}.401", UNAUTHORIZED, 0, [f"{LIST}.401"]),
        (f"{LIST}.200", UNAUTHORIZED, 1, [f"{LIST}.200"]),
        (f"{LIST}.503", UNAUTHORIZED, 0, [f"{LIST}.default"]),
        (f"{LIST}.503", PAGE, 1, [f"{LIST}.default"]),
        (f"{LIST}.401", {**UNAUTHORIZED, "status": 404}, 1, [f"{LIST}.401"]),
        (f"{LIST}.404", {**UNAUTHORIZED, "code": 3700}, 0, [f"{LIST}.404"]),
        (f"{LIST}.default", UNAUTHORIZED, 0, [f"{LIST}.default"]),
    ],
)
def test_operation(tmp_path: Path, operation: str, body: object, code: int, judged: list[str] | None) -> None:
    """--operation narrows to one call, or to one status of it; `default` judges a status that is not listed."""
    file = write(tmp_path / "body.json", body)
    found, document = report(file, "--contract", "bootpay", "--operation", operation)
    assert found == code
    assert judged is None or judged_as(document) == judged


@pytest.mark.parametrize("operation", ["orders.list", "naver.token", "200", "", LIST.upper()])
@pytest.mark.parametrize("status", ["", ".200"])
def test_an_unknown_operation(good: str, operation: str, status: str) -> None:
    """An operation that the contract lacks is refused with one that it has, the closest match if any is close."""
    line = refusal(jumun("check", good, "--contract", "bootpay", "--operation", operation + status))
    assert repr(operation + status) in line
    assert LIST in line or "such as bootpay.token" in line


@pytest.mark.parametrize("status", ["", "x", "20", "2000", "\uff12\uff10\uff10", "099", "-200", "200.200"])
def test_an_unknown_status(good: str, status: str) -> None:
    """A status that is none is refused, and not taken for one that is not listed."""
    assert repr(f"{LIST}.{status}") in refusal(
        jumun("check", good, "--contract", "bootpay", "--operation", f"{LIST}.{status}")
    )


@pytest.mark.parametrize("name", ["kakao", "naver:live", ""])
def test_an_unknown_contract(good: str, name: str) -> None:
    """A contract that does not exist is refused."""
    assert repr(name) in refusal(jumun("check", good, "--contract", name))


def test_the_json_report(good: str, bad: str) -> None:
    """The report fits its schema and says of a finding what the library says of it."""
    operation = ["--operation", f"{LIST}.200"]
    code, document = report(good, bad, "--contract", "bootpay:observed", *operation)
    schema = json.loads(
        (resources.files("jumun_contracts") / "reports" / "report.schema.json").read_text(encoding="utf-8")
    )
    assert not findings(schema, document)
    assert (code, document["exit_code"], document["judged"]) == (1, 1, 2)
    body = load_contract("bootpay", "observed").operations[LIST].answer(200).schema
    (expected,) = findings(body, json.loads(Path(bad).read_text(encoding="utf-8")))
    (row,) = document["complaints"]
    assert {name: row[name] for name in ("pointer", "keyword", "expected", "message")} == {
        "pointer": expected.pointer,
        "keyword": expected.keyword,
        "expected": expected.expected,
        "message": expected.message,
    }
    assert (row["file"], row["contract"], row["pattern"]) == (bad, "bootpay:observed", "/list/*/price")


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize("verbose", [[], ["-v"]])
@pytest.mark.parametrize("operation", [[], ["--operation", LIST], ["--operation", f"{LIST}.200"]])
@pytest.mark.parametrize(
    "canaries",
    [
        {"username": [CANARY], "user_email": {"x": CANARY}, CANARY: 1, "phone": {CANARY: CANARY}},
        {"purchased_at": CANARY, "created_at": CANARY, "username": 5},
        {"order_id": CANARY, "order_number": CANARY, "price": CANARY, "status": CANARY},
    ],
)
def test_no_value_is_printed(
    tmp_path: Path, *, form: str, verbose: list[str], operation: list[str], canaries: dict[str, Any]
) -> None:
    """A report holds no value of the body, whichever field is at fault."""
    row = {**ROW, "username": CANARY, "user_email": CANARY, **canaries}
    file = write(tmp_path / "body.json", {"count": CANARY, "list": [row, CANARY]})
    result = jumun("check", file, "--contract", "bootpay", "--format", form, *operation, *verbose)
    assert result.exit_code == 1
    assert "canary" not in result.output
    assert "카나리아" not in result.output


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize("body", [f'{{"count": 1, "x": "{CANARY}"', f'["{CANARY}", NaN]', f'"{CANARY}\n"', f"{CANARY}"])
def test_no_text_is_printed(tmp_path: Path, body: str, form: str) -> None:
    """Neither is any of it printed where the body is not JSON."""
    file = tmp_path / "body.json"
    file.write_text(body, encoding="utf-8")
    result = jumun("check", str(file), "--contract", "bootpay", "--format", form)
    assert result.exit_code == 2
    assert "canary" not in result.output


class Expected(NamedTuple):
    """What a recorded payload is in each profile; None if it fits nothing."""

    documented: str | None
    observed: str | None


ERROR = Expected(f"{IDS}.400", f"{IDS}.400")
REQUESTS = ("naver/confirm_request.json", "bootpay/orders_prepare_request.json")
"""None of whose keys an answer has."""

PAYLOADS = {
    "naver/token_200.schema.json": Expected("naver.token.200", "naver.token.200"),
    "naver/token_200.observed_values.json": Expected("naver.token.200", "naver.token.200"),
    "naver/token_400_client_id.json": Expected("naver.token.400", "naver.token.400"),
    "naver/token_400_secret_sign.json": Expected("naver.token.400", "naver.token.400"),
    "naver/token_400_timestamp_expired.json": Expected("naver.token.400", "naver.token.400"),
    "naver/token_400_timestamp_future.json": Expected("naver.token.400", "naver.token.400"),
    "naver/token_error.schema.json": Expected("naver.token.400", "naver.token.400"),
    "naver/gw_401_AUTHN.json": Expected(f"{IDS}.401", f"{IDS}.401"),
    "naver/gw_403_IP_NOT_ALLOWED.json": Expected(f"{IDS}.403", f"{IDS}.403"),
    "naver/gw_404_NOT_FOUND.json": Expected(f"{IDS}.404", f"{IDS}.404"),
    "naver/gw_429_QUOTA_LIMIT.json": Expected(f"{IDS}.429", f"{IDS}.429"),
    "naver/gw_429_RATE_LIMIT.full.json": Expected(f"{IDS}.429", f"{IDS}.429"),
    "naver/gw_429_RATE_LIMIT.observed_2026-09-08.json": Expected(f"{IDS}.429", f"{IDS}.429"),
    "naver/gw_500_INTERNAL_SERVER_ERROR.json": Expected(f"{IDS}.500", f"{IDS}.500"),
    "naver/gw_500_PROXY_05.json": Expected(f"{IDS}.500", f"{IDS}.500"),
    "naver/gw_503_BLOCK_01.json": Expected(f"{IDS}.503", f"{IDS}.503"),
    "naver/gw_503_BLOCK_02.json": Expected(f"{IDS}.503", f"{IDS}.503"),
    "naver/gw_504_TIMEOUT_01.json": Expected(f"{IDS}.504", f"{IDS}.504"),
    "naver/order_400_000400_unreadable_body.json": ERROR,
    "naver/order_400_101009_other_sellers_product_order.json": ERROR,
    "naver/order_400_101010_other_sellers_order.json": ERROR,
    "naver/order_400_104140_window_over_24h.json": ERROR,
    "naver/order_error.schema.json": ERROR,
    "naver/product_order_ids_200.multi.json": Expected(None, f"{IDS}.200"),
    "naver/query_200.real_2023.json": Expected("naver.product_orders.query.200", "naver.product_orders.query.200"),
    "bootpay/orders_list_200.json": Expected(f"{LIST}.200", f"{LIST}.200"),
    "bootpay/error_401_1700.json": Expected(f"{LIST}.401", f"{LIST}.401"),
    "bootpay/error_404_3700.json": Expected(f"{LIST}.404", f"{LIST}.404"),
    "bootpay/users_list_200.docs.json": Expected(None, None),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", [*PAYLOADS, *REQUESTS])
def test_recorded_payloads(name: str, profile: str) -> None:
    """Documented and recorded payloads have the verdict that each profile is to give."""
    provider, _, file_name = name.partition("/")
    file = REFERENCE / f"{provider}_payloads" / file_name
    if not file.is_file():
        pytest.skip(f"{file} is not on this machine")
    if name in REQUESTS:
        code, document = report(str(file), "--contract", f"{provider}:{profile}")
        assert (code, document["judged"], document["unjudged"][0]["uncovered"]) == (2, 0, False)
        return
    expected = getattr(PAYLOADS[name], profile)
    contract = f"{provider}:{profile}"
    code, document = report(str(file), "--contract", contract)
    if expected is None:
        assert (code, document["breaking"] > 0) == (1, True)
        return
    assert (code, document["breaking"]) == (0, 0)
    successes = {f"{provider}.token.200", f"{IDS}.200", f"{LIST}.200"}
    assert successes & set(judged_as(document)) == successes & {expected}
    assert report(str(file), "--contract", contract, "--operation", expected)[0] == 0


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("naver/gw_401_AUTHN.json", f"{IDS}.200"),
        ("naver/order_400_101010_other_sellers_order.json", f"{IDS}.401"),
        ("naver/token_200.schema.json", "naver.token.400"),
        ("bootpay/error_404_3700.json", f"{LIST}.200"),
        ("bootpay/orders_list_200.json", "bootpay.token.200"),
    ],
)
def test_recorded_payloads_judged_as_something_else(name: str, wrong: str) -> None:
    """The live profile tells the answers apart: one payload is not another status's."""
    provider, _, file_name = name.partition("/")
    file = REFERENCE / f"{provider}_payloads" / file_name
    if not file.is_file():
        pytest.skip(f"{file} is not on this machine")
    code, document = report(str(file), "--contract", f"{provider}:observed", "--operation", wrong)
    assert (code, judged_as(document)) == (1, [wrong])


def test_the_program(tmp_path: Path) -> None:
    """The program judges a pipe and files by names as typed, in UTF-8, with the exit codes of the command."""
    done = run("check", "-", "--contract", "bootpay", stdin=json.dumps(PAGE).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"1 judged by bootpay:documented: 0 breaking")
    write(tmp_path / "주문.json", {"count": CANARY})
    done = run("check", "주문.json", "--contract", "bootpay", "--operation", LIST, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode().startswith("주문.json:1:1: breaking: ")
    assert b"canary" not in done.stdout + done.stderr
    done = run("check", "missing.json", "--contract", "bootpay", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no file names that are not UTF-8")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_name_that_is_not_utf_8(tmp_path: Path, form: str) -> None:
    """A file whose name is not UTF-8 is judged as any other."""
    (tmp_path / "x.json").write_text(json.dumps(PAGE), encoding="utf-8")
    name = b"\xff.json"
    (tmp_path / "x.json").rename(tmp_path / name.decode(errors="surrogateescape"))
    done = run("check", name, "--contract", "bootpay", "--format", form, cwd=tmp_path)
    assert done.stderr == b""
    assert done.returncode == 0


def token_har(text: str, content_type: str) -> dict[str, Any]:
    """A HAR of one token call of NAVER's, with a body of this text, and its answer."""
    answer = {"access_token": "a", "expires_in": 10_799, "token_type": "Bearer"}
    request = {
        "method": "POST",
        "url": "https://api.commerce.naver.com/external/v1/oauth2/token",
        "headers": [{"name": "Content-Type", "value": content_type}],
        "postData": {"mimeType": content_type, "text": text},
    }
    content = {"mimeType": "application/json", "text": json.dumps(answer)}
    return {
        "log": {"version": "1.2", "entries": [{"request": request, "response": {"status": 200, "content": content}}]}
    }


def test_json_under_a_form_header(tmp_path: Path) -> None:
    """A body is read as its content type says: the same fields are right as a form and a finding as JSON."""
    fields = {
        "client_id": "a",
        "timestamp": "1700000000000",
        "client_secret_sign": "A" * 80,
        "grant_type": "client_credentials",
        "type": "SELF",
    }
    form = "application/x-www-form-urlencoded"
    good = write(tmp_path / "good.har", token_har(urlencode(fields), form))
    assert report(good)[0] == 0
    code, document = report(write(tmp_path / "bad.har", token_har(json.dumps(fields), form)))
    assert code == 1
    (finding,) = document["complaints"]
    assert finding["severity"] == "breaking"
    assert finding["message"] == "the body begins like JSON, but the content type says form"
    assert "A" * 80 not in json.dumps(document)


def test_the_case_of_json_under_a_form_header() -> None:
    """The team's case of it is a finding."""
    case = SHARED / "cases" / "c04_json_as_form.har"
    if not case.is_file():
        pytest.skip(f"the team's cases are not beside this checkout: {case}")
    assert report(str(case))[0] == 1
