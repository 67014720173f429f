from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from jumun_contracts import PROFILES, Schema, load_contract, parse_json
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings.ndjson import read_ndjson
from jumun_mockserver.core.http import Request, Response
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.journal.spellings import MASK
from jumun_mockserver.record.pseudonyms import Pseudonyms
from jumun_mockserver.record.recording import render_row
from tests.mockserver.world import FORM, ORDER, TOKEN_PATH, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts import Contract

PSEUDONYMS = Pseudonyms(bytes(32))
CANARY = "KANARIENvogel7531"
JSON = {"content-type": "application/json"}
PATHS = {
    "naver.token": ("POST", TOKEN_PATH),
    "naver.product_order_ids": ("GET", f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"),
    "bootpay.token": ("POST", "/v1/request/token"),
    "bootpay.orders.list": ("GET", "/v1/orders"),
    "": ("POST", "/v1/nothing"),
}


def recorded(
    operation: str,
    *,
    contract: Contract,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    status: int = 200,
    answer: bytes = b"{}",
    answer_headers: Mapping[str, str] | None = None,
    path: str = "",
) -> dict[str, Any]:
    """The row of an exchange."""
    method, usual_path = PATHS[operation]
    request = Request(method, path or usual_path, query, headers or {}, body)
    response = Response(status, tuple((answer_headers or JSON).items()), answer)
    return render_row(Exchange(1, "", 0.5, request, response, operation, contract, "", (), ()), PSEUDONYMS)


def text(**parts: Any) -> bytes:
    """A JSON object."""
    return json.dumps(parts).encode()


# Where a secret, or a person's data, may be.
PLACES: dict[str, dict[str, Any]] = {
    "Authorization": {"headers": {"authorization": f"Bearer {CANARY}"}},
    "Authorization without a scheme": {"headers": {"authorization": CANARY}},
    "Cookie": {"headers": {"cookie": f"sid={CANARY}"}},
    "an unknown header": {"headers": {"x-api-key": CANARY}},
    "Referer": {"headers": {"referer": f"https://shop.example/?token={CANARY}"}},
    "Set-Cookie": {"answer_headers": {"set-cookie": f"sid={CANARY}"}},
    "Location": {"answer_headers": {"location": f"/x?token={CANARY}"}, "status": 302},
    "a secret of the query": {"query": f"access_token={CANARY}"},
    "an unknown key of the query": {"query": f"who={CANARY}"},
    "a key of the query": {"query": f"{CANARY}%40example.com=1"},
    "client_secret_sign": {"body": f"client_id=a&client_secret_sign={CANARY}".encode()},
    "secret_key": {"body": text(client_key="k", secret_key=CANARY)},
    "secret_key in an object": {"body": text(secret_key={"a": [CANARY]})},
    "an unknown field": {"body": text(secretKey=CANARY)},
    "an unknown field of a form": {"body": f"who={CANARY}&client_secret={CANARY}".encode()},
    "JSON under a form header": {
        "headers": {"content-type": FORM},
        "body": text(client_secret_sign=f"{CANARY}=&{CANARY}", secret_key=CANARY),
    },
    "a form under a JSON header": {"headers": JSON, "body": f"secret_key={CANARY}&{CANARY}=1".encode()},
    "plain text": {"body": f"my secret is {CANARY}".encode()},
    "half an object": {"body": f'{{"secret_key": "{CANARY}"'.encode()},
    "a key twice": {"body": f'{{"secret_key": "{CANARY}", "secret_key": "{CANARY}"}}'.encode()},
    "a JSON string": {"body": f'"{CANARY}"'.encode()},
    "a JSON array": {"body": f'[{{"secret_key": "{CANARY}"}}, "{CANARY}"]'.encode()},
    "bytes": {"body": b"\xff" + CANARY.encode()},
    "access_token": {"answer": text(access_token=CANARY, expires_in=1, token_type="Bearer")},
    "access_token in an object": {"answer": text(access_token={"value": [CANARY]})},
    "refresh_token": {"answer": text(refresh_token=CANARY)},
    "an unknown property": {"answer": text(orderer={"name": CANARY, "list": [[CANARY]]})},
    "an unknown property of a row": {"answer": text(count=1, list=[{"receiver": CANARY, "username": CANARY}])},
    "user_email": {"answer": text(count=1, list=[{"user_email": f"{CANARY}@example.com"}])},
    "username of another type": {"answer": text(count=1, list=[{"username": {"first": CANARY, "all": [CANARY]}}])},
    "a property's name": {"answer": text(people={f"{CANARY}@example.com": 1})},
    "data of an error": {"status": 400, "answer": text(status=400, code=1, message="no", data={"name": CANARY})},
    "an answer that is an array": {"answer": f'["{CANARY}"]'.encode()},
    "an answer that is text": {"answer": CANARY.encode()},
    "an answer that is a string": {"answer": f'"{CANARY}"'.encode()},
    "HTML": {"status": 502, "answer": f"<p>{CANARY}</p>".encode()},
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("place", PLACES)
def test_no_row_has_a_secret_or_a_person(place: str, profile: str) -> None:
    """Wherever it is, in calls of any operation or of none, neither it nor a part of it is written."""
    for operation in PATHS:
        for provider in ("naver", "bootpay"):
            if operation.startswith(provider) or not operation:
                row = recorded(operation, contract=load_contract(provider, profile), **PLACES[place])
                shown = json.dumps(row, ensure_ascii=False)
                assert not [part for part in (CANARY, "KANARIEN", "vogel7531") if part in shown], operation


@pytest.mark.parametrize(
    ("operation", "place", "field"),
    [
        ("naver.token", "access_token", "access_token"),
        ("naver.token", "refresh_token", "refresh_token"),
        ("bootpay.token", "access_token", "access_token"),
    ],
)
def test_secrets_are_a_constant(operation: str, place: str, field: str) -> None:
    """Of a secret nothing stays, its length neither."""
    contract = load_contract(operation.partition(".")[0])
    row = recorded(operation, contract=contract, **PLACES[place])
    assert json.loads(row["response"]["body"])[field] == MASK


def test_a_signature_keeps_the_form_that_the_contract_demands() -> None:
    """client_secret_sign always has 80 characters: x's, so that the recorded request still fits its contract."""
    world = World()
    world.naver_token()
    contract = world.session.contracts["naver"]
    row = recorded("naver.token", contract=contract, headers={"content-type": FORM}, body=world.last.request.body)
    fields = dict(parse_qsl(row["request"]["body"]))
    assert fields["client_secret_sign"] == "x" * 80
    body = contract.operations["naver.token"].body
    assert body
    assert body.findings(fields) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_answers_still_fit_their_contract(profile: str) -> None:
    """Orders, product orders, tokens and errors of both APIs are as valid as before, and of the same form."""
    world = World(profile=profile)
    world.orders("limit=50")
    world.orders("limit=x")
    world.product_orders()
    world.product_orders("1")
    world.naver_token()
    world.naver_token(type=None)
    world.call("POST", "/v1/request/token", authorization="Basic eDp5")
    for exchange in world.session.journal:
        body = json.loads(render_row(exchange, PSEUDONYMS)["response"]["body"])
        assert exchange.contract
        schema = exchange.contract.operations[exchange.operation].answer(exchange.status).schema
        assert schema.findings(body) == schema.findings(parse_json(exchange.response.body)) == []


def test_people_keep_their_orders() -> None:
    """Orders of one person are of one pseudonym, of others of another; what is not personal is as it was."""
    world = World()
    rows = world.orders("limit=50").json["list"]
    masked = json.loads(render_row(world.last, PSEUDONYMS)["response"]["body"])["list"]
    for field in ("username", "user_email"):
        pairs = {(row[field], other[field]) for row, other in zip(rows, masked, strict=True) if row[field]}
        assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs}) > 1
        assert all(len(old) == len(new) != 0 and old != new for old, new in pairs)
    assert [row["order_id"] for row in masked] == [row["order_id"] for row in rows]
    assert [row["user_email"] is None for row in masked] == [row["user_email"] is None for row in rows]


def test_marks_on_parameters() -> None:
    """A parameter that is marked is replaced in query and path, and the row says which; others stay."""
    contract = load_contract("bootpay")
    operation = contract.operations["bootpay.orders.list"]
    marked = Schema({"type": "string", "x-pii": "name"})
    parameters = tuple(
        replace(each, schema=marked) if each.name == "keyword" else each for each in operation.parameters
    )
    contract = replace(contract, operations={operation.id: replace(operation, parameters=parameters)})
    row = recorded(operation.id, contract=contract, query="page=1&keyword=%ED%99%8D%EA%B8%B8%EB%8F%99&keyword=Hong")
    pairs = parse_qsl(row["query"])
    assert pairs == [("page", "1"), ("keyword", PSEUDONYMS.text("홍길동")), ("keyword", PSEUDONYMS.text("Hong"))]
    assert row["masked"] == ["keyword"]

    contract = load_contract("naver")
    operation = contract.operations["naver.product_order_ids"]
    parameters = tuple(replace(each, schema=marked) for each in operation.parameters)
    contract = replace(contract, operations={operation.id: replace(operation, parameters=parameters)})
    row = recorded(operation.id, contract=contract)
    assert row["path"] == PATHS[operation.id][1].replace(ORDER, PSEUDONYMS.text(ORDER))


@pytest.mark.parametrize("operation", ["naver.token", "bootpay.token"])
@pytest.mark.parametrize("content_type", [FORM, JSON["content-type"]])
def test_a_body_that_contradicts_its_header_is_judged_alike(operation: str, content_type: str) -> None:
    """Only its size is kept, and who judges the row finds what is found in the call itself."""
    contract = load_contract(operation.partition(".")[0])
    body = b'{"client_id": "a"}' if content_type == FORM else b"client_id=a"
    row = recorded(operation, contract=contract, headers={"content-type": content_type}, body=body)
    assert row["request"]["body"] == f"<{len(body)} bytes, no JSON>"
    found = []
    for text_of_it in (body.decode(), row["request"]["body"]):
        judge = Judge([contract])
        line = json.dumps({**row, "request": {**row["request"], "body": text_of_it}}).encode()
        for each in read_ndjson([line], file="f"):
            judge.judge(each)
        found.append({each.fingerprint for each in judge.verdict().complaints if each.side == "request"})
    assert found[0] == found[1] != set()


def test_a_path_that_no_operation_has() -> None:
    """Words of it stay, what may be personal does not."""
    row = recorded("", contract=load_contract("bootpay"), path="/v1/users/hong@example.com/12/orders/")
    assert row["operation"] is None
    assert row["path"] == f"/v1/users/{PSEUDONYMS.text('hong@example.com')}/{PSEUDONYMS.text('12')}/orders/"


@pytest.mark.parametrize("operation", ["", "bootpay.orders.list"])
def test_an_error_can_be_read(operation: str) -> None:
    """What any envelope of the contract knows is kept, also where no operation is meant; the rest is replaced."""
    error = {"status": 404, "code": 3700, "message": "주문이 없습니다", "data": None, "who": "KANARIE"}
    row = recorded(operation, contract=load_contract("bootpay"), status=404, answer=text(**error))
    assert json.loads(row["response"]["body"]) == {**error, "who": PSEUDONYMS.text("KANARIE")}


def test_a_marked_date_stays_one() -> None:
    """What is marked and has a format or a pattern keeps it."""
    contract = load_contract("bootpay")
    operation = contract.operations["bootpay.orders.list"]
    schema = Schema(
        {
            "$id": "https://jumun.invalid/test",
            "properties": {
                "born": {"type": "string", "format": "date", "x-pii": "memo"},
                "phone": {"type": "string", "pattern": "^01[016-9]-[0-9]{4}-[0-9]{4}$(?!\\n)", "x-pii": "phone"},
                "age": {"type": "integer", "minimum": 10, "maximum": 40, "x-pii": "memo"},
            },
        }
    )
    answers = {"default": replace(operation.answers["default"], schema=schema)}
    contract = replace(contract, operations={operation.id: replace(operation, answers=answers)})
    body = {"born": "1999-12-31", "phone": "010-1234-5678", "age": 33}
    masked = json.loads(recorded(operation.id, contract=contract, answer=text(**body))["response"]["body"])
    assert schema.findings(masked) == []
    assert [key for key in body if masked[key] == body[key]] == []


def test_the_row_has_the_form_of_the_journals_export() -> None:
    """Time, operation, request and response are where readers of the export look for them."""
    row = recorded("bootpay.orders.list", contract=load_contract("bootpay"), query="page=2", answer=text(count=0))
    assert row["at"] == "1970-01-01T00:00:00.500Z"
    assert {key: row[key] for key in ("serial", "operation", "method", "path", "query", "status", "violations")} == {
        "serial": 1,
        "operation": "bootpay.orders.list",
        "method": "GET",
        "path": "/v1/orders",
        "query": "page=2",
        "status": 200,
        "violations": [],
    }
    assert row["request"] == {"headers": {}, "body": ""}
    assert row["response"] == {"headers": JSON, "body": '{"count":0}'}
