from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import Finding, Schema, load_contract
from jumun_contracts.check.baseline import Ignore
from jumun_contracts.check.complaints import Complaints
from jumun_contracts.check.findings import Found, Part, iter_findings
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.matching import UnknownOperationError
from jumun_contracts.recordings.ndjson import read_ndjson
from jumun_contracts.recordings.places import Lines
from jumun_contracts.recordings.recorded import Body, Recorded, Unreadable
from tests.contracts.mutants import iter_mutants
from tests.contracts.pages import PAGE, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2030, 1, 31)
BOOTPAY, NAVER = load_contract("bootpay"), load_contract("naver")
LIST, IDS = "bootpay.orders.list", "naver.product_order_ids"
JSON, FORM = ({"content-type": f"application/{each}"} for each in ("json", "x-www-form-urlencoded"))
CALL = Recorded("f.json", (1, 1), 1, method="GET", url="/v1/orders", status=200)


def body(value: object) -> Body:
    """A body as text, bytes as they are, with places in itself."""
    text = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, indent=1).encode()
    return Body(text, Lines(text.decode("utf-8", "replace")).place)


def verdict(*recorded: Recorded | Unreadable, ignore: Sequence[Ignore] = (), **options: Any) -> Any:
    """Of both providers' documented contracts."""
    judge = Judge([NAVER, BOOTPAY], **options)
    for each in recorded:
        judge.judge(each)
    return judge.verdict(ignore=ignore, today=TODAY)


def page(*rows: dict[str, Any], **fields: Any) -> Recorded:
    """A call of the order list with this answer."""
    return CALL._replace(response_body=body({"count": 1, "list": list(rows)}), **fields)


def told(*recorded: Recorded, **options: Any) -> list[tuple[str, str, str, int]]:
    """Severity, pattern, keyword and count of each complaint."""
    found = verdict(*recorded, **options).complaints
    return [(each.severity, each.pattern, each.keyword, each.count) for each in found]


def test_a_clean_run() -> None:
    """What keeps the contract gives no complaint, is counted, and names the contracts it was judged by."""
    found = verdict(page(ROW), page(ROW))
    assert (found.complaints, found.unjudged, found.judged, found.exit_code()) == ((), (), 2, 0)
    assert found.contracts == ("naver:documented", "bootpay:documented")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({**ROW, "price": "1"}, ("breaking", "/list/*/price", "type", 1)),
        ({key: value for key, value in ROW.items() if key != "price"}, ("breaking", "/list/*", "required", 1)),
        ({**ROW, "status": 9}, ("drift", "/list/*/status", "enum", 1)),
        ({**ROW, "coupon": 9}, ("drift", "/list/*", "additionalProperties", 1)),
    ],
)
def test_classes(row: dict[str, Any], complaint: tuple[str, str, str, int]) -> None:
    """Breaking is what the contract refuses, drift what it tolerates and does not know."""
    assert told(page(ROW, row)) == [complaint]
    found = verdict(page(ROW, row))
    assert found.exit_code() == (complaint[0] == "breaking")
    assert found.exit_code(fail_on="drift") == 1


def test_drift_beside_what_is_broken() -> None:
    """A body that is broken in one place has its drift elsewhere reported as well, and nothing twice."""
    assert told(page({**ROW, "status": 9, "price": "1"}, {**ROW, "status": "2"})) == [
        ("breaking", "/list/*/price", "type", 1),
        ("breaking", "/list/*/status", "type", 1),
        ("drift", "/list/*/status", "enum", 2),
    ]


def test_a_complaint() -> None:
    """It says what, where in the body and in the file, by which contract, and what was expected."""
    row = {**ROW, "price": "secret"}
    (found,) = verdict(page(ROW, row, number=7, file="a.har")).complaints
    line, column = found.place
    assert body({"count": 1, "list": [ROW, row]}).text.decode().splitlines()[line - 1][column - 1 :] == '"secret",'
    assert (found.file, found.exchange, found.contract, found.operation) == ("a.har", 7, "bootpay:documented", LIST)
    assert (found.status, found.side, found.pointer, found.expected) == ("200", "response", "/list/1/price", "integer")
    assert found.message == "/list/1/price must be of type integer, not string"
    assert re.fullmatch("[0-9a-f]{16}", found.fingerprint)


def test_a_fingerprint_is_stable() -> None:
    """It is the same on every machine and day, and for other files, indices and statuses of one answer."""
    first, second = (
        verdict(page(*rows)._replace(status=status, file=file, operation=LIST)).complaints[0].fingerprint
        for rows, status, file in (([], 503, "a"), ([ROW], 502, "b"))
    )
    assert first == second
    (found,) = verdict(page({**ROW, "price": "1"})).complaints
    assert found.fingerprint == "936f4582fcbb894e"


def test_a_fingerprint_tells_apart() -> None:
    """Contract, operation, status, side, pattern, keyword and expectation each make another one."""
    part = Part(CALL, BOOTPAY, BOOTPAY.operations[LIST], "response", "200", "200")
    finding = Finding("/a", "type", "integer", "m")
    complaints = Complaints()
    for each in (
        part,
        part._replace(contract=load_contract("bootpay", "observed")),
        part._replace(operation=BOOTPAY.operations["bootpay.token"]),
        part._replace(listed="default"),
        part._replace(side="request"),
    ):
        complaints.add(each, Found.of("breaking", finding), lambda _: (1, 1))
    for other in (replace(finding, keyword="enum"), replace(finding, expected=1), replace(finding, expected=True)):
        complaints.add(part, Found.of("breaking", other), lambda _: (1, 1))
    complaints.add(part, Found.of("breaking", finding, pattern="/b"), lambda _: (1, 1))
    again = Found.of("breaking", replace(finding, pointer="/z", message="n"), pattern="/a")
    complaints.add(part._replace(status="201"), again._replace(times=3), lambda _: (9, 9))
    folded = list(complaints.folded().values())
    assert [each.count for each in folded] == [4, 1, 1, 1, 1, 1, 1, 1, 1]
    assert folded[0].place == (1, 1)


def test_equal_complaints_are_folded() -> None:
    """Of 1,000 rows with the same fault there is one complaint, at the first of them."""
    found = verdict(page(ROW), *[page(*[{**ROW, "price": "1"}] * 50, number=number) for number in range(2, 22)])
    assert [(each.count, each.exchange, each.pointer) for each in found.complaints] == [(1_000, 2, "/list/0/price")]


def test_statuses_that_the_contract_does_not_list() -> None:
    """Equal complaints of several of them are one, which names none of them; where there is one status it is named."""
    odd = Recorded("f.json", (1, 1), 1, method="GET", url="/v1/orders", status=299, response_body=body({"code": 1}))
    alone, both = (verdict(odd, odd._replace(status=status)).complaints for status in (299, 418))
    assert {(each.status, each.count) for each in alone} == {("299", 2)}
    assert {(each.status, each.count) for each in both} == {("default", 2)}
    assert [each.fingerprint for each in alone] == [each.fingerprint for each in both]


def test_the_place_of_every_mutant() -> None:
    """A breaking complaint is placed at the token that was damaged, or at the object that lacks something."""
    told_at = 0
    for _, mutant in iter_mutants({"count": 1, "list": [ROW, ROW]}):
        recorded = CALL._replace(response_body=body(mutant))
        assert recorded.response_body is not None
        lines = recorded.response_body.text.decode().split("\n")
        for found in verdict(recorded).complaints:
            value: Any = mutant
            for step in found.pointer.split("/")[1:]:
                value = value[int(step)] if isinstance(value, list) else value[step]
            if found.keyword == "additionalProperties":
                value = value[found.expected]
            line, column = found.place
            there = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
            read, _ = json.JSONDecoder().raw_decode(there)
            assert (type(read), read) == (type(value), value)
            told_at += 1
    assert told_at > 200


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (b"", (1, 1), "empty"),
        (b"<html>", (1, 1), "not JSON"),
        (b'{"count": 1,\n "list": [NaN]}', (2, 11), "NaN"),
        (b'{"count": 1, "list": [\xff', (1, 23), "UTF-8"),
        ('{"홍길동": 1, "홍길동": 1}'.encode(), (1, 12), "appears twice"),
    ],
)
def test_what_is_not_json(text: bytes, place: tuple[int, int], says: str) -> None:
    """An answer that is not JSON breaks the contract, at the place where it ceases to be; an empty one too."""
    (found,) = verdict(CALL._replace(response_body=body(text))).complaints
    assert (found.severity, found.keyword, found.pointer, found.place) == ("breaking", "json", "", place)
    assert says in found.message
    assert "홍길동" not in found.message


@pytest.mark.parametrize("fields", [{"status": 204}, {"status": 205}, {"method": "", "status": 100}])
def test_an_answer_without_a_body(fields: dict[str, Any]) -> None:
    """Statuses that have no body need none."""
    found = verdict(CALL._replace(response_body=body(b""), **fields))
    assert (found.complaints, found.judged) == ((), 1)


def test_an_answer_of_which_the_status_is_all() -> None:
    """An answer that has no body is judged by having none."""
    call = Recorded("f", (1, 1), 1, operation=LIST, status=204)
    assert (verdict(call).judged, verdict(call._replace(status=200)).judged) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "without_body", "unanswered"),
    [
        ({}, 1, 0),
        ({"status": 304, "response_body": body(b"")}, 1, 0),  # what the cache had was not seen
        ({"status": 0}, 0, 1),
        ({"status": 0, "response_body": body(b"")}, 0, 1),
        ({"status": None}, 0, 1),
    ],
)
def test_what_was_not_seen(fields: dict[str, Any], without_body: int, unanswered: int) -> None:
    """An answer is judged when its body was: where none was, it is counted, and a run of nothing else is none."""
    call = CALL._replace(response_body=None)._replace(**fields)
    found = verdict(call)
    assert (found.exchanges, found.judged, found.without_body, found.unanswered) == (1, 0, without_body, unanswered)
    assert (found.complaints, found.unjudged, found.exit_code()) == ((), (), 2)
    both = verdict(call, CALL._replace(response_body=body(PAGE)))
    assert (both.exchanges, both.judged, both.exit_code()) == (2, 1, 0)


def test_a_body_without_an_answer() -> None:
    """No answer has status 0; what has a body all the same is judged by that."""
    found = verdict(CALL._replace(status=0, response_body=body({"count": "1", "list": []})))
    assert [(each.operation, each.pointer) for each in found.complaints] == [(LIST, "/count")]
    assert (found.judged, found.unanswered) == (1, 0)


def test_a_request_body_is_something_to_judge() -> None:
    """An exchange whose request body was seen counts, and its answer all the same as one without a body."""
    call = Recorded(
        "f", (1, 1), 1, method="POST", url="/v1/request/token", status=200, request_body=body({"client_key": "a"})
    )
    found = verdict(call)
    assert (found.judged, found.without_body) == (1, 1)
    assert [(each.side, each.keyword) for each in found.complaints] == [("request", "required")]


@pytest.mark.parametrize(
    ("content_type", "severities"),
    [("application/json", []), ("application/json;charset=UTF-8", []), ("application/problem+json", [])]
    + [(each, ["drift"]) for each in ("text/html", "application/x-www-form-urlencoded", "nonsense")],
)
def test_a_body_and_its_declared_type(content_type: str, severities: list[str]) -> None:
    """A JSON answer under another content type is drift: clients that go by the header do not read it."""
    found = verdict(CALL._replace(response_headers={"content-type": content_type}, response_body=body(PAGE)))
    assert [each.severity for each in found.complaints] == severities
    assert [(each.pattern, each.expected) for each in found.complaints] == [
        ("header/content-type", "application/json") for _ in severities
    ]


@pytest.mark.parametrize("text", [b"", b"nonsense", b'{"a": 1'])
def test_a_bare_body_that_is_not_json(text: bytes) -> None:
    """Of what is not known to be an answer it cannot be said that JSON was due: it could not be judged."""
    found = verdict(Recorded("x", (1, 1), 1, response_body=body(text)))
    assert (found.judged, found.complaints, found.exit_code()) == (0, (), 2)
    assert [each.uncovered for each in found.unjudged] == [False]
    (asked,) = verdict(Recorded("x", (1, 1), 1, response_body=body(text)), operation=LIST).complaints
    assert asked.keyword == "json"


def test_a_bare_body() -> None:
    """A body alone is judged as the answer that it is closest to."""
    (found,) = verdict(Recorded("x", (1, 1), 1, response_body=body({**PAGE, "count": "1"}))).complaints
    assert (found.operation, found.status, found.pointer) == (LIST, "200", "/count")


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("page=x", ("breaking", "query/page", "type", 1)),
        ("limit=51", ("breaking", "query/limit", "maximum", 1)),
        ("cs_type=x", ("breaking", "query/cs_type", "enum", 1)),
        ("coupon=1", ("drift", "query/coupon", "parameter", 1)),
        ("page=1&page=2", ("drift", "query/page", "parameter", 1)),
        ("010-1234-5678=1", ("drift", "query/*", "parameter", 1)),
    ],
)
def test_a_query(query: str, complaint: tuple[str, str, str, int]) -> None:
    """Parameters are judged: a wrong value is breaking, one that the contract does not know is drift."""
    assert told(page(ROW, url=f"/v1/orders?{query}", request_headers={})) == [complaint]


def test_a_path_and_headers() -> None:
    """A path parameter of the wrong form and a required header that is missing are breaking."""
    url = "/external/v1/pay-order/seller/orders/2023/product-order-ids"
    call = Recorded("f", (3, 4), 1, method="GET", url=url, status=400, request_headers={})
    found = verdict(call).complaints
    assert [(each.pattern, each.keyword, each.side, each.status, each.place) for each in found] == [
        ("path/orderId", "pattern", "request", "", (3, 4)),
        ("header/Accept", "required", "request", "", (3, 4)),
    ]
    assert [each.pattern for each in verdict(call._replace(request_headers=None)).complaints] == ["path/orderId"]


TOKEN = Recorded("f", (1, 1), 1, method="POST", url="/v1/request/token", status=401, request_headers=JSON)


@pytest.mark.parametrize(
    ("text", "headers", "expected"),
    [
        (b'{"client_key": "a", "secret_key": "b"}', JSON, []),
        (b"client_key=a&secret_key=b", None, []),
        (b"client_key=a&secret_key=b", JSON, [("", "json")]),
        (b"client_key=a&secret_key=b", FORM, [("header/content-type", "contentMediaType")]),
        (
            b'{"client_key": "a", "secret_key": "b"}',
            FORM,
            [("header/content-type", "contentMediaType"), ("", "contentMediaType")],
        ),
        (b"[1]", JSON, [("", "type")]),
        (b'{"client_key": "a", "secret_key": "b"}', None, []),
        (b'{"client_key": "a", "secret_key": "b"}', {}, [("header/content-type", "contentMediaType")]),
        (b'{"client_key": 5, "secret_key": "b"}', JSON, [("/client_key", "type")]),
        (b"client_key=a", None, [("", "required")]),
        (b"nonsense", JSON, [("", "json")]),
        (b'{"client_key": ', JSON, [("", "json")]),
        (b"&".join(b"a=1" for _ in range(2_000)), None, [("", "maxProperties")]),
    ],
)
def test_a_request_body(text: bytes, headers: dict[str, str] | None, expected: list[tuple[str, str]]) -> None:
    """A request's body and its content type are judged; a header that was not recorded is not missing."""
    found = verdict(TOKEN._replace(request_body=body(text), request_headers=headers)).complaints
    assert [(each.pattern, each.keyword) for each in found] == expected
    assert all(each.side == "request" and each.severity == "breaking" for each in found)


@pytest.mark.parametrize(("as_text", "expected"), [(True, ["contentMediaType"]), (False, [])])
def test_a_form_that_a_recorder_has_read(as_text: bool, expected: list[str]) -> None:  # noqa: FBT001 - a case
    """A row that holds a form's fields as an object has no text that could contradict the content type."""
    fields = {
        "client_id": "x",
        "timestamp": "1",
        "grant_type": "client_credentials",
        "client_secret_sign": "x" * 80,
        "type": "SELF",
    }
    request = {"headers": FORM, "body": json.dumps(fields) if as_text else fields}
    row = {"method": "POST", "path": "/external/v1/oauth2/token", "status": 200, "request": request}
    (recorded,) = read_ndjson([json.dumps(row).encode()], file="f")
    assert [each.keyword for each in verdict(recorded).complaints] == expected


def test_what_a_recorder_has_masked() -> None:
    """Three asterisks where the contract marks a secret are a mask and no fault; anywhere else they are a fault."""
    form = {
        "client_id": "x",
        "timestamp": "1",
        "grant_type": "client_credentials",
        "client_secret_sign": "***",
        "type": "SELF",
    }
    call = Recorded("f", (1, 1), 1, method="POST", url="/external/v1/oauth2/token", status=200)
    assert told(call._replace(request_body=body(form))) == []
    assert told(call._replace(request_body=body({**form, "client_secret_sign": "****"})))
    assert told(call._replace(request_body=body({**form, "client_secret_sign": "x" * 80, "timestamp": "***"})))


def test_what_is_uncovered_is_no_failure() -> None:
    """Exchanges of an unknown host are counted together, and a run of nothing else has judged nothing."""
    foreign = CALL._replace(url="https://cdn.example/app.js")
    found = verdict(page(ROW), foreign, foreign._replace(number=2, url="https://cdn.example/2"))
    assert [(each.uncovered, each.count, each.exchange) for each in found.unjudged] == [(True, 2, 1)]
    assert found.exit_code() == 0
    assert verdict(foreign).exit_code() == 2


@pytest.mark.parametrize(
    "recorded",
    [
        Unreadable("f", (2, 1), 2, "not a line of JSON"),
        Recorded("f", (2, 1), 2, operation="bootpay.orders.lst", response_body=body(PAGE)),
        Recorded("f", (2, 1), 2),
    ],
)
def test_what_should_have_been_judged(recorded: Recorded | Unreadable) -> None:
    """What cannot be read, names an unknown operation or holds nothing to judge fails the run as not judged."""
    found = verdict(page(ROW), recorded)
    assert [(each.file, each.place, each.exchange, each.uncovered) for each in found.unjudged] == [
        ("f", (2, 1), 2, False)
    ]
    assert (found.judged, found.exit_code()) == (1, 2)


def test_an_unknown_operation() -> None:
    """Asking for an operation that there is not is refused at once."""
    with pytest.raises(UnknownOperationError):
        verdict(operation="bootpay.orders.lst")


def test_what_is_ignored() -> None:
    """An entry takes a complaint out of those that count and leaves it to be seen; a stale one is reported."""
    ignore = [Ignore("r", date(2030, 2, 1), keyword=keyword, entry=keyword) for keyword in ("type", "const")]
    found = verdict(page({**ROW, "price": "1"}), ignore=ignore)
    assert (found.complaints, found.exit_code()) == ((), 0)
    assert [each.keyword for each in found.ignored] == ["type"]
    assert [each.partition(":")[0] for each in found.stale] == ["const"]


def test_what_was_exercised() -> None:
    """The verdict says what of answers and requests was seen."""
    found = verdict(page(ROW, url="/v1/orders?page=1"))
    answers, requests = (each for each in found.coverage if each.operation == LIST)
    assert (answers.statuses["200"], answers.places.members_seen["/list/*/status"]) == (1, (2,))
    assert requests.places.seen == ("query/page",)


COMBINED: dict[str, Any] = {"allOf": [{"properties": {"a": {"type": "integer"}, "b": {}}}]}


def test_a_failing_part_accuses_no_other_property() -> None:
    """Where the part that names the properties fails, they are not reported as unknown; where it holds, others are."""
    schema = Schema(COMBINED)
    broken = iter_findings(schema, {"a": "x", "b": 1})
    assert [(each.pattern, each.keyword) for each in broken] == [("/a", "type")]
    drifted = iter_findings(schema, {"a": 1, "b": 1, "c": 1})
    assert [(each.keyword, each.expected, each.explain()[1]) for each in drifted] == [
        ("unevaluatedProperties", "c", "/c")
    ]


OLD: dict[str, Any] = {"properties": {"list": {"items": {"properties": {"old": {"deprecated": True}}}}}}


def test_deprecated() -> None:
    """A deprecated property that is present is reported for information."""
    (found,) = iter_findings(Schema(OLD), {"list": [{}, {"old": 1}]})
    assert (found.severity, found.pattern, found.keyword) == ("info", "/list/*/old", "deprecated")
    finding, key = found.explain()
    assert finding.pointer == key == "/list/1/old"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("coupon_amount", True),
        ("couponAmount2", True),
        ("_x", True),
        ("홍길동", False),
        ("hong@example.com", False),
        ("010-1234-5678", False),
        ("a1b2c3d4", False),
        ("Hong Gildong", False),
        ("a" * 41, False),
        ("x\n", False),
        ("", False),
    ],
)
def test_unknown_keys(name: str, shown: bool) -> None:  # noqa: FBT001
    """A key that the contract does not know is shown if it looks like a field's name, and else is not."""
    (found,) = verdict(page({**ROW, name: 1})).complaints
    assert found.expected == (name if shown else "*")
    assert shown or not name or name not in repr(found)


def test_a_map_keyed_by_people() -> None:
    """However many names an object is keyed by, few are shown, and memory does not grow with them."""
    names = ["".join(chr(97 + int(digit)) for digit in str(number)) for number in range(1_000, 2_000)]
    found = verdict(page({**ROW, **dict.fromkeys(names, 1)})).complaints
    assert len(found) == 17
    assert sum(each.count for each in found) == 1_000


def test_names_that_are_not_shown_cost_little() -> None:
    """Their places are not looked for, but that of the first."""
    complaints, part = Complaints(), Part(CALL, BOOTPAY, BOOTPAY.operations[LIST], "response", "200", "200")
    looked_for: list[str] = []

    def locate(key: str) -> tuple[int, int]:
        looked_for.append(key)
        return 1, 1

    for number in range(100):
        name = f"k_{chr(97 + number // 10)}{chr(97 + number % 10)}"
        finding = Finding("/list/0", "additionalProperties", name, f"/list/0 must not have the property {name}")
        complaints.add(part, Found.of("drift", finding, key=name), locate)
    assert len(looked_for) == len(complaints.folded()) == 17


def test_keys_of_a_map_are_not_shown() -> None:
    """Where the contract itself describes a map, its keys are data, whatever they look like."""
    schema = Schema({"additionalProperties": {"properties": {"a": {"type": "integer"}}}})
    (found,) = iter_findings(schema, {"hong": {"a": "x"}})
    finding, key = found.explain()
    assert (finding.pointer, found.pattern, key) == ("/*/a", "/*/a", "/hong/a")
    assert finding.message == "/*/a must be of type integer, not string"


def marked(contract: Any, mark: str) -> set[str]:
    """Names of the properties that a contract's schemas mark."""

    def names(node: Any) -> set[str]:
        if isinstance(node, list):
            return {name for item in node for name in names(item)}
        if not isinstance(node, dict):
            return set()
        here = {name for name, each in node.get("properties", {}).items() if isinstance(each, dict) and mark in each}
        return here.union(*(names(item) for item in node.values()))

    return names(dict(contract.schemas))


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_no_value_gets_out(profile: str) -> None:
    """Canaries in each personal field of 300 rows, in broken values, keys, query and invalid JSON: none is shown."""
    contract = load_contract("bootpay", profile)
    personal = marked(contract, "x-pii")
    assert personal >= {"username", "user_email"}
    judge = Judge([contract, NAVER])
    rows: list[Any] = []
    for number in range(100):
        canary = f"카나리아-canary{number}@example.com"
        good = {**ROW, **dict.fromkeys(personal, canary)}
        bad = {name: [canary] if name in personal else canary for name in good}
        rows += [good, {**bad, canary: {canary: canary}}, {**good, "status": canary, "purchased_at": canary}]
    canary = "canary_카나리아"
    for answer in (
        {"count": 300, "list": rows},
        {"count": canary, "list": {canary: rows[0]}, canary: 1},
        {canary: canary},
        [canary],
        canary,
        f'{{"{canary}": 1, "{canary}": 2}}'.encode(),
        f'{{"a": {canary}'.encode(),
        f"<html>{canary}".encode(),
        f"{canary}=1&client_key={canary}".encode(),
    ):
        for status in (200, 401, 500):
            url = f"/v1/orders?{canary}={canary}&page={canary}&css_at={canary}&limit=-5&keyword={canary}"
            headers = {"content-type": canary, "authorization": canary, canary: canary}
            judge.judge(CALL._replace(url=url, status=status, request_headers=headers, response_body=body(answer)))
        judge.judge(TOKEN._replace(request_body=body(answer), request_headers={"content-type": canary}))
        judge.judge(CALL._replace(url=f"https://{canary}/{canary}", response_body=body(answer)))
        judge.judge(Recorded("f", (1, 1), 1, operation=canary, response_body=body(answer)))
        judge.judge(Recorded("f", (1, 1), 1, response_body=body(answer)))
    found = judge.verdict()
    assert {each.severity for each in found.complaints} == {"breaking", "drift"}
    assert 20 < len(found.complaints) < 200
    assert len(found.unjudged) > 3
    for each in (*found.complaints, *found.ignored, *found.unjudged, *found.coverage, *found.stale):
        assert "canary" not in repr(each)
        assert "카나리아" not in repr(each)


@pytest.mark.parametrize(
    "call",
    [
        CALL._replace(url="/v1/orders?keyword=\ud800"),
        CALL._replace(url="/v1/orders?css_at=\ud800&\ud800=1&page=\ud800"),
        CALL._replace(url="/v1/pay-order/seller/orders/\ud800/product-order-ids"),
        CALL._replace(url="/v1/pay-order/seller/orders/2023/product-order-ids", request_headers={"accept": "\ud800"}),
    ],
)
def test_half_a_surrogate_pair(call: Recorded) -> None:
    """What a recording's escapes may hold and UTF-8 cannot is judged as U+FFFD."""
    found = verdict(call)
    assert found.without_body == 1
    repr(found).encode()


TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=20)
BYTES = st.one_of(st.binary(max_size=40), TEXT.map(json.dumps).map(str.encode))
PATHS = st.sampled_from(
    ["/v1/orders", "/v1/request/token", "/external/v1/oauth2/token", "https://api.bootapi.com/v1/orders"]
)


# Schemas are compiled when a body is first judged by them.
@given(
    method=st.sampled_from(["", "GET", "POST", "HEAD"]),
    url=st.one_of(TEXT, st.tuples(PATHS, TEXT).map("?".join)),
    status=st.none() | st.integers(),
    operation=st.sampled_from(["", LIST, IDS, "naver.token", "x"]),
    headers=st.none() | st.dictionaries(TEXT.map(str.lower) | st.just("accept"), TEXT, max_size=3),
    request=st.none() | BYTES,
    response=st.none() | BYTES,
)
def test_anything_can_be_judged(  # noqa: PLR0917 - hypothesis passes them by name
    method: str,
    url: str,
    status: int | None,
    operation: str,
    headers: dict[str, str] | None,
    request: bytes | None,
    response: bytes | None,
) -> None:
    """Whatever a recording holds, it is judged, or is said not to be, and the judge goes on."""
    recorded = Recorded(
        "f",
        (1, 1),
        1,
        method=method,
        url=url,
        status=status,
        operation=operation,
        request_headers=headers,
        request_body=None if request is None else body(request),
        response_body=None if response is None else body(response),
    )
    found = verdict(recorded)
    unseen = (found.without_body or found.unanswered) and not found.judged
    assert found.judged + sum(each.count for each in found.unjudged) + unseen == found.exchanges == 1
