from __future__ import annotations

from typing import Any

import pytest

from jumun_contracts import Schema, load_contract
from jumun_contracts.exercised import Exercised
from jumun_contracts.matching import Candidate
from jumun_contracts.requests import SentRequest, read_parameters
from jumun_contracts.shape import iter_deprecated, read_shape

CONTRACT = load_contract("bootpay")
LIST = CONTRACT.operations["bootpay.orders.list"]
TOKEN = CONTRACT.operations["bootpay.token"]
PAGE = Candidate(CONTRACT, LIST, LIST.answer(200))
ROW: dict[str, Any] = {"order_id": "x", "status": 2, "receipt_status": 1}


def coverage(exercised: Exercised, side: str = "response", operation: str = LIST.id) -> Any:
    """Of one operation and side."""
    (found,) = [each for each in exercised.coverage() if (each.operation, each.side) == (operation, side)]
    return found


def test_nothing_was_exercised() -> None:
    """Before anything has come every operation is there, all of it never seen."""
    found = Exercised([CONTRACT]).coverage()
    assert {each.operation for each in found} == set(CONTRACT.operations)
    assert {each.contract for each in found} == {"bootpay:documented"}
    assert not any(each.seen or each.members_seen or any(each.statuses.values()) for each in found)
    assert all(each.never for each in found)


def test_what_was_seen() -> None:
    """Statuses are counted, and properties and known values told apart by whether they occurred in any item."""
    exercised = Exercised([CONTRACT])
    first: Any = {"count": 2, "list": [ROW, {**ROW, "status": 0, "new": 1}]}
    second: Any = {"list": [{**ROW, "status": 9}]}
    for page in (first, second):
        exercised.count(PAGE)
        exercised.see_body(PAGE, page)
    found = coverage(exercised)
    assert found.statuses == {"200": 2, "400": 0, "401": 0, "404": 0, "500": 0, "default": 0}
    assert found.seen == ("/count", "/list", "/list/*/order_id", "/list/*/status", "/list/*/receipt_status")
    assert "/list/*/user_email" in found.never
    assert "/message" in found.never
    assert found.members_seen == {"/list/*/status": (0, 2), "/list/*/receipt_status": (1,)}
    assert found.members_never["/list/*/status"] == (1, 3, 4)
    assert found.members_never["/list/*/receipt_status"] == (0,)


@pytest.mark.parametrize("value", [True, "1", None, [1]])
def test_a_member_is_seen_as_it_is(value: Any) -> None:
    """Neither true nor the text is the known value 1."""
    exercised = Exercised([CONTRACT])
    exercised.see_body(PAGE, {"list": [{"status": value}]})
    assert coverage(exercised).members_seen == {}


def test_parameters_that_were_given() -> None:
    """A parameter is seen when it is sent with a value, not when its default holds."""
    exercised = Exercised([CONTRACT])
    query = "limit=5&cs_type=p_at&status[]=1&keyword=&foreign=1"
    values, _ = read_parameters(LIST, SentRequest(query, {}), {})
    exercised.see_parameters(CONTRACT, LIST, values, query=query, headers=())
    found = coverage(exercised, "request")
    assert set(found.seen) == {"query/limit", "query/cs_type", "query/status"}
    assert {"query/page", "query/keyword"} <= set(found.never)
    assert found.members_seen == {"query/cs_type": ("p_at",)}
    assert found.members_never["query/cs_type"] == ("c_at",)


def test_headers_and_paths_that_were_given() -> None:
    """A header counts in any case, and a path parameter is given whenever the path is."""
    contract = load_contract("naver")
    ids = contract.operations["naver.product_order_ids"]
    exercised = Exercised([contract])
    exercised.see_parameters(
        contract, ids, {"orderId": "1", "Accept": "x"}, query="", headers={"accept": "x", "via": "y"}
    )
    assert coverage(exercised, "request", ids.id).seen == ("path/orderId", "header/Accept")


def test_fields_of_a_request() -> None:
    """The fields of a request's body are seen beside its parameters."""
    exercised = Exercised([CONTRACT])
    exercised.see_fields(CONTRACT, TOKEN, {"client_key": "x"})
    found = coverage(exercised, "request", TOKEN.id)
    assert (found.seen, found.never) == (("/client_key",), ("/secret_key",))


def test_one_operation() -> None:
    """With one operation asked for, the others are not reported as never exercised."""
    assert {each.operation for each in Exercised([CONTRACT], operation=TOKEN.id).coverage()} == {TOKEN.id}


SCHEMA: dict[str, Any] = {
    "properties": {
        "old": {"deprecated": True},
        "list": {"items": {"$ref": "#/$defs/row"}},
        "map": {"additionalProperties": {"properties": {"old": {"deprecated": True}}}},
        "never": False,
        "any": True,
    },
    "if": {"properties": {"asked": {}}},
    "then": {"properties": {"more": {"const": 1}}},
    "$defs": {
        "row": {
            "properties": {"a/b": {"deprecated": True, "enum": [1, True]}, "rows": {"items": {"$ref": "#/$defs/row"}}}
        }
    },
}


def test_a_shape() -> None:
    """A shape joins what references and conditions say, and leaves out what is asked and what may not be there."""
    shape = read_shape(Schema(SCHEMA))
    assert list(shape.properties) == ["old", "list", "map", "any", "more"]
    assert shape.properties["more"].members == (1,)
    rows = shape.properties["list"].items
    assert rows is not None
    assert rows.properties["a/b"].pattern == "/list/*/a~1b"
    assert rows.properties["a/b"].members == (1, True)
    assert rows.properties["rows"].items is not None
    assert rows.properties["rows"].items.properties == {}


def test_deprecated_properties() -> None:
    """Every deprecated property that is present is told, and keys that the schema does not name are hidden."""
    body: Any = {"old": None, "list": [{}, {"a/b": 1}], "map": {"홍길동": {"old": 1}}, "any": {"old": 1}}
    found = [(pointer, shape.pattern) for pointer, shape in iter_deprecated(read_shape(Schema(SCHEMA)), body)]
    assert found == [("/old", "/old"), ("/list/1/a~1b", "/list/*/a~1b"), ("/map/*/old", "/map/*/old")]
