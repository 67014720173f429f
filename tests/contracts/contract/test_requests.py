from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import Schema, load_contract
from jumun_contracts.contract.requests import (
    SentRequest,
    check_media_type,
    guess_syntax,
    read_body,
    read_names,
    read_parameters,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts import Operation
    from jumun_contracts.schema.validation import Finding

LIST = load_contract("bootpay").operations["bootpay.orders.list"]
IDS = load_contract("naver").operations["naver.product_order_ids"]
TOKEN = load_contract("bootpay").operations["bootpay.token"]
NAVER_TOKEN = load_contract("naver").operations["naver.token"]
DEFAULTS = {"page": 1, "limit": 20}


def read(query: str) -> tuple[dict[str, Any], list[tuple[str, bool]]]:
    """Values of an order list's query beside the defaults, and its violations as (place, refusable)."""
    values, violations = read_parameters(LIST, SentRequest(query, {}), {})
    rest = {name: value for name, value in values.items() if DEFAULTS.get(name) != value}
    return rest, [(each.place, each.refusable) for each in violations]


@pytest.mark.parametrize(
    "query",
    [
        "status=0,2",
        "status=0%2C2",
        "status=0&status=2",
        "status[]=0&status[]=2",
        "status%5B%5D=0&status%5B%5D=2",
        "status[0]=0&status[1]=2",
        "status=0&status[]=2",
        "status=0,,,2",
        "status=,0,2,",
        "status=&status=0&status=2",
    ],
)
def test_the_forms_of_an_array(query: str) -> None:
    """Comma-joined, repeated, with brackets and with indices; empty items are skipped; none is a violation."""
    assert read(query) == ({"status": [0, 2]}, [])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "status=",
        "status",
        "status=,,",
        "status[]=",
        "keyword=",
        "page=&limit=",
        "css_at=",
        "cs_type=",
        "&&",
        "user_id=",
    ],
)
def test_an_empty_value_is_none(query: str) -> None:
    """What is sent empty is as good as not sent."""
    assert read(query) == ({}, [])


@pytest.mark.parametrize(
    ("query", "values", "place"),
    [
        ("page=abc", {}, "query/page"),
        ("page=1.0", {}, "query/page"),
        ("page=True", {}, "query/page"),
        ("page=٣", {}, "query/page"),
        ("page=3%0A", {}, "query/page"),
        ("page=+3", {}, "query/page"),
        ("limit=0x10", {}, "query/limit"),
        ("limit=1e1", {}, "query/limit"),
        ("status=abc", {}, "query/status"),
        ("status=None,2", {"status": [2]}, "query/status"),
        ("payment_status=1;2", {}, "query/payment_status"),
        ("subscription_billing_type=3", {}, "query/subscription_billing_type"),
        ("subscription_billing_type=x", {}, "query/subscription_billing_type"),
        ("cs_type=C_AT", {}, "query/cs_type"),
        ("css_at=2025-1-1", {}, "query/css_at"),
        ("css_at=2025-02-30", {}, "query/css_at"),
        ("cse_at=2025-01-01T00:00:00Z", {}, "query/cse_at"),
        ("search_date_from=yesterday", {}, "query/search_date_from"),
    ],
)
def test_a_value_of_the_wrong_type_is_left_out(query: str, values: dict[str, Any], place: str) -> None:
    """What cannot be read is a violation that a strict profile refuses; the rest is read."""
    assert read(query) == (values, [(place, True)])


@pytest.mark.parametrize(
    ("query", "values", "places"),
    [
        ("limit=50", {"limit": 50}, []),
        ("limit=51", {"limit": 50}, ["query/limit"]),
        ("limit=1000000", {"limit": 50}, ["query/limit"]),
        ("limit=" + "9" * 30, {"limit": 50}, ["query/limit"]),
        ("limit=1", {"limit": 1}, []),
        ("limit=0", {}, ["query/limit"]),
        ("limit=-5", {}, ["query/limit"]),
        ("page=0", {}, ["query/page"]),
        ("page=-1", {}, ["query/page"]),
        ("page=007", {"page": 7}, []),
        ("page=999999999", {"page": 999_999_999}, []),
    ],
)
def test_bounds_clamp_and_are_never_refused(query: str, values: dict[str, Any], places: list[str]) -> None:
    """Above the upper bound the bound counts, below the lower the default; noted, not refused."""
    assert read(query) == (values, [(place, False) for place in places])


def test_defaults_hold_where_nothing_is_given() -> None:
    """Page 1, limit 20, and no other value at all."""
    values, _ = read_parameters(LIST, SentRequest("", {}), {})
    assert values == DEFAULTS


@pytest.mark.parametrize("key", ["member_type", "Page", "page%20", "status_", "", "%00"])
def test_an_unknown_key_is_noted_and_ignored(key: str) -> None:
    """Keys are compared exactly; an unknown one is never refused."""
    values, violations = read(f"{key}=1")
    assert values == {}
    assert [refusable for _, refusable in violations] == [False]


def test_a_scalar_given_twice() -> None:
    """The last counts, and it is noted."""
    assert read("page=2&page=3") == ({"page": 3}, [("query/page", False)])


def test_too_many_fields_are_not_read() -> None:
    """A query of thousands of fields costs nothing and is noted."""
    assert read("&".join(f"k{n}=1" for n in range(5_000))) == ({}, [("query", False)])


@pytest.mark.parametrize("text", ["프리미엄 구독&a=b+c/d", "%", "a\tb", "é\n", "'\"<>"])
def test_text_comes_through_whole(text: str) -> None:
    """A percent-encoded text of any characters arrives as it was, and + is a space."""
    from urllib.parse import quote, quote_plus  # noqa: PLC0415 - used here only

    assert read(f"keyword={quote(text)}") == ({"keyword": text}, [])
    assert read(f"keyword={quote_plus(text)}") == ({"keyword": text}, [])


@pytest.mark.parametrize("query", ["keyword=%FF%FE", "keyword=%", "keyword=%zz", "%E0=1", "keyword=\xff"])
def test_broken_encoding_does_no_harm(query: str) -> None:
    """Bytes that are not UTF-8 and percent signs that encode nothing are read as something."""
    read(query)


def test_a_missing_required_header_is_noted() -> None:
    """The guide requires Accept; a request without it is answered and noted."""
    path = {"orderId": "2023010112345"}
    _, without = read_parameters(IDS, SentRequest("", {}), path)
    _, with_it = read_parameters(IDS, SentRequest("", {"accept": "*/*"}), path)
    assert [(each.place, each.refusable) for each in without] == [("header/Accept", False)]
    assert with_it == []


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
KEYS = {"client_key": "a", "secret_key": "b"}


AS_JSON, AS_FORM = b' \r\n {"client_key": "a", "secret_key": "b"}', b"secret_key=b&client_key=a"
LIKE_JSON = "begins like JSON, but the content type says form"
LIKE_FORM = "begins like a form, but the content type says JSON"
# Content type → what it says: JSON, form, or neither.
SAYS = {
    JSON: "json",
    f"{JSON}; charset=utf-8": "json",
    "Application/JSON": "json",
    "application/problem+json": "json",
    FORM: "form",
    f"{FORM}; charset=EUC-KR": "form",
    "APPLICATION/X-WWW-FORM-URLENCODED ;": "form",
    "": "",
    "text/plain": "",
    "multipart/form-data; boundary=x": "",
}


@pytest.mark.parametrize("content_type", SAYS)
@pytest.mark.parametrize("operation", [TOKEN, NAVER_TOKEN], ids=lambda operation: operation.id)
def test_a_body_is_read_as_its_content_type_says(operation: Operation, content_type: str) -> None:
    """JSON or form by the header, whatever the text looks like; as the operation has it where the header says neither.

    A text that is the other of the two has no fields and may be refused. A content type that is not the operation's is
    noted and does not cause a refusal.
    """
    declared = SAYS[content_type]
    syntax = declared or ("json" if operation is TOKEN else "form")
    is_own = content_type.partition(";")[0].strip().lower() == operation.body_media_type
    for text, is_json in ((AS_JSON, True), (AS_FORM, False)):
        fields, violations = read_body(operation, SentRequest("", {"content-type": content_type}, text))
        noted = [(each.place, each.keyword, each.refusable) for each in violations if each.place.startswith("header")]
        assert noted == ([] if is_own else [("header/content-type", "contentMediaType", False)])
        if is_json == (syntax == "json"):
            assert fields == KEYS
            assert "body" not in [each.place for each in violations if operation is TOKEN]
        else:
            assert fields == {}
            *_, fault = violations
            assert (fault.place, fault.refusable) == ("body", True)
            assert fault.keyword == ("contentMediaType" if syntax == "form" else "json")
            assert (fault.message in (LIKE_JSON, LIKE_FORM)) == bool(declared)


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        (NAVER_TOKEN, b'{"client_id": "a"}', LIKE_JSON),
        (NAVER_TOKEN, b'{"client_secret_sign": "a=="}', LIKE_JSON),
        (NAVER_TOKEN, b'[{"client_id": "a="}]', LIKE_JSON),
        (NAVER_TOKEN, b"{client_id=a", LIKE_JSON),
        (NAVER_TOKEN, b"client_id", "is not a form"),
        (NAVER_TOKEN, b"my secret=1", "is not a form"),
        (NAVER_TOKEN, b'<a b="c"/>', "is not a form"),
        (NAVER_TOKEN, b'"client_id=a"', "is not a form"),
        (NAVER_TOKEN, b'--x\r\nContent-Disposition: form-data; name="client_id"\r\n\r\na\r\n--x--', "is not a form"),
        (NAVER_TOKEN, b"&" * 5_000, "is not a form"),
        (NAVER_TOKEN, b"&".join(b"a=1" for _ in range(2_000)), "has more than 1000 fields and was not read"),
        (TOKEN, b"client_key=a", LIKE_FORM),
        (TOKEN, b"", "is empty"),
        (TOKEN, b"client_key", "is not JSON: expecting value (line 1, column 1)"),
    ],
)
def test_a_body_that_is_not_what_it_says(operation: Operation, body: bytes, message: str) -> None:
    """One fault that says so and may be refused; no field is read, and none is reported missing."""
    headers = {"content-type": operation.body_media_type or ""}
    fields, violations = read_body(operation, SentRequest("", headers, body))
    assert fields == {}
    assert [(each.place, each.message, each.refusable) for each in violations] == [("body", message, True)]


@pytest.mark.parametrize("value", [[1], [], None, 0, 1.5, True, "text", "", [{"client_key": "a"}], {}])
def test_json_of_any_type_is_a_value(value: Any) -> None:
    """What is not an object is read as it is, and the schema refuses it."""
    read, violations = read_body(TOKEN, SentRequest("", {"content-type": JSON}, json.dumps(value).encode()))
    assert read == value
    assert type(read) is type(value)
    assert {(each.place, each.keyword) for each in violations} == {("body", "required" if value == {} else "type")}
    assert all(each.refusable for each in violations)


@pytest.mark.parametrize(
    ("body", "refusable"),
    [
        ({}, {"required": True}),
        ({"client_key": 1, "secret_key": "b"}, {"type": True}),
        ({"client_key": "", "secret_key": "b"}, {"minLength": True}),
        ({**KEYS, "more": 1}, {"additionalProperties": False}),
        ({**KEYS, "client_key": None, "more": 1}, {"type": True, "additionalProperties": False}),
        (KEYS, {}),
    ],
)
def test_what_the_schema_finds_may_be_refused(body: dict[str, Any], refusable: dict[str, bool]) -> None:
    """All but a property that the contract does not name, which is noted only, as it is in a query."""
    assert TOKEN.body
    document: Any = TOKEN.body.document
    closed = Schema({**document, "additionalProperties": False})
    sent = SentRequest("", {"content-type": JSON}, json.dumps(body).encode())
    _, violations = read_body(replace(TOKEN, body=closed), sent)
    assert {each.keyword: each.refusable for each in violations} == refusable


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'{"items": [{}]}', b"", b"[" * 65, b"not JSON", b"items=1"])
def test_a_call_with_items_refuses_what_has_none(body: bytes) -> None:
    """Whatever is wrong within a body, or with it as a whole, is there for a profile to refuse."""
    item = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    schema = Schema(
        {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": item}}}
    )
    _, violations = read_body(replace(TOKEN, body=schema), SentRequest("", {"content-type": JSON}, body))
    assert [each.refusable for each in violations] == [True]


@pytest.mark.parametrize(
    ("text", "json_by_look"),
    [(AS_JSON, True), (b"[1]", True), (AS_FORM, False), (b"flag&a=1", False), (b"text", None), (b"", None)],
)
def test_an_unknown_content_type(text: bytes, json_by_look: bool | None) -> None:  # noqa: FBT001 - a case
    """Where no headers are known a body is read as it looks, or as the operation has it where it looks like neither."""
    for wanted, own in ((JSON, "json"), (FORM, "form")):
        expected = own if json_by_look is None else ("json" if json_by_look else "form")
        assert guess_syntax(text, wanted) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\x00",
        b'{"client_key": "a", "client_key": "a", "secret_key": "b"}',
        b'{"client_key": "a", "secret_key": NaN}',
        b'{"client_key": "\xff"}',
        b'{"client_key": ' * 5_000,
        b"&" * 5_000,
    ],
)
def test_an_unreadable_body_has_no_keys(body: bytes) -> None:
    """What is neither the JSON nor the form that was expected is a violation, gives no key and raises nothing."""
    fields, violations = read_body(TOKEN, SentRequest("", {"content-type": JSON}, body))
    assert not KEYS.keys() & fields.keys()
    assert {each.place.split("/")[0] for each in violations} == {"body"}


def test_a_body_that_nobody_asked_for_is_not_read() -> None:
    """An operation without a body overlooks one: Ruby's SDK sends {} with every GET."""
    assert read_body(LIST, SentRequest("", {"content-type": JSON}, b"{nonsense")) == ({}, [])


@pytest.mark.parametrize(
    ("query", "keyword", "expected"),
    [
        ("page=x", "type", "integer"),
        ("limit=51", "maximum", 50),
        ("page=0", "minimum", 1),
        ("cs_type=x", "enum", ["c_at", "p_at"]),
        ("css_at=x", "format", "date"),
        ("page=1&page=2", "parameter", "once"),
        ("member=1", "parameter", "member"),
        ("&".join(f"k{n}=1" for n in range(5_000)), "maxProperties", 1_000),
    ],
)
def test_a_violation_names_its_keyword(query: str, keyword: str, expected: object) -> None:
    """What a parameter breaks is reported as a schema would report it."""
    _, (violation,) = read_parameters(LIST, SentRequest(query, {}), {})
    assert (violation.keyword, violation.expected) == (keyword, expected)


QUERY = load_contract("naver").operations["naver.product_orders.query"]
SENT = {"content-type": "application/json"}


def test_of_many_faults_of_a_body_few_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred, and that there are more; no more are made, so that a large body does not keep a server busy."""
    made: list[Finding] = []

    def counting(schema: Schema, instance: Any) -> Iterator[Finding]:
        for each in whole(schema, instance):
            made.append(each)
            yield each

    whole = Schema.iter_findings
    monkeypatch.setattr(Schema, "iter_findings", counting)
    body = json.dumps({"productOrderIds": [1] * 100_000}).encode()
    value, violations = read_body(QUERY, SentRequest("", SENT, body))
    assert len(value["productOrderIds"]) == 100_000
    assert [each.place for each in violations[:100]] == [f"body/productOrderIds/{number}" for number in range(100)]
    assert (len(violations), len(made)) == (101, 101)
    assert str(violations[-1]) == "body: has more faults, of which these are the first"
    _, violations = read_body(QUERY, SentRequest("", SENT, json.dumps({"productOrderIds": [1] * 100}).encode()))
    assert len(violations) == 100


def test_a_fault_to_refuse_is_found_behind_those_that_are_overlooked() -> None:
    """However many unknown properties precede it."""
    closed = Schema({"properties": {"z": {"type": "string"}}, "additionalProperties": False})
    operation = replace(QUERY, body=closed)
    names = dict.fromkeys((f"k{number}" for number in range(1_000)), 1)
    for body, refusable in ((names, []), ({**names, "z": 5}, ["body/z"])):
        _, violations = read_body(operation, SentRequest("", SENT, json.dumps(body).encode()))
        assert [each.place for each in violations if each.refusable] == refusable
        assert len(violations) == 101 + len(refusable)


def test_only_an_operation_with_a_body_wants_a_media_type() -> None:
    """A content type is wrong where the operation has another, and does not matter where it has none."""
    (wrong,) = check_media_type(TOKEN, SentRequest("", {"content-type": "text/plain"}))
    assert (wrong.place, wrong.keyword, wrong.expected) == ("header/content-type", "contentMediaType", JSON)
    assert check_media_type(LIST, SentRequest("", {"content-type": "text/plain"})) == []


def test_names_that_a_query_gives() -> None:
    """Brackets are cut off, and what is empty is not given."""
    assert read_names("status[]=1&status[0]=2&page=&keyword=x") == {"status", "keyword"}
