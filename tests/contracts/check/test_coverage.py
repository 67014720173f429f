from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import Schema, load_contract
from jumun_contracts.check.coverage import Exercised
from jumun_contracts.check.matching import Candidate
from jumun_contracts.check.shape import iter_deprecated, read_shape, value_key
from jumun_contracts.contract.requests import SentRequest, read_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_contracts.check.shape import Shape

CONTRACT = load_contract("bootpay")
LIST = CONTRACT.operations["bootpay.orders.list"]
TOKEN = CONTRACT.operations["bootpay.token"]
PAGE = Candidate(CONTRACT, LIST, LIST.answer(200))
ROW: dict[str, Any] = {"order_id": "x", "status": 2, "receipt_status": 1}


def coverage(exercised: Exercised, side: str = "response", operation: str = LIST.id) -> Any:
    """Of one operation and side; of the first contract that has it."""
    found = [each for each in exercised.coverage() if (each.operation, each.side) == (operation, side)]
    return found[0]


def test_nothing_was_exercised() -> None:
    """Before anything has come every operation is there, all of it never seen."""
    found = Exercised([CONTRACT]).coverage()
    assert {each.operation for each in found} == set(CONTRACT.operations)
    assert {each.contract for each in found} == {"bootpay:documented"}
    assert not any(each.was_called or each.places.seen or each.places.members_seen for each in found)
    assert not any(any(each.statuses.values()) for each in found)
    assert all(each.places.never for each in found)


def test_what_was_seen() -> None:
    """Statuses are counted, and properties and known values told apart by whether they occurred in any item."""
    exercised = Exercised([CONTRACT])
    first: Any = {"count": 2, "list": [ROW, {**ROW, "status": 0, "new": 1}]}
    second: Any = {"list": [{**ROW, "status": 9}]}
    for page in (first, second):
        exercised.count(PAGE)
        exercised.see_body(PAGE, page)
    found = coverage(exercised)
    assert found.statuses == {"200": 2, "400": 0, "401": 0, "403": 0, "404": 0, "500": 0, "default": 0}
    assert found.places.seen == ("/count", "/list", "/list/*/order_id", "/list/*/status", "/list/*/receipt_status")
    assert "/list/*/user_email" in found.places.never
    assert "/message" in found.places.never
    assert found.places.members_seen == {"/list/*/status": (0, 2), "/list/*/receipt_status": (1,)}
    assert found.places.members_never["/list/*/status"] == (1, 3, 4)
    assert found.places.members_never["/list/*/receipt_status"] == (0,)


@pytest.mark.parametrize("value", [True, "1", None, [1]])
def test_a_member_is_seen_as_it_is(value: Any) -> None:
    """Neither true nor the text is the known value 1."""
    exercised = Exercised([CONTRACT])
    exercised.see_body(PAGE, {"list": [{"status": value}]})
    assert coverage(exercised).places.members_seen == {}


def test_parameters_that_were_given() -> None:
    """A parameter is seen when it is sent with a value, not when its default holds."""
    exercised = Exercised([CONTRACT])
    query = "limit=5&cs_type=p_at&status[]=1&keyword=&foreign=1"
    values, _ = read_parameters(LIST, SentRequest(query, {}), {})
    exercised.see_parameters(CONTRACT, LIST, values, query=query, headers=())
    found = coverage(exercised, "request")
    assert set(found.places.seen) == {"query/limit", "query/cs_type", "query/status"}
    assert {"query/page", "query/keyword"} <= set(found.places.never)
    assert found.places.members_seen == {"query/cs_type": ("p_at",)}
    assert found.places.members_never["query/cs_type"] == ("c_at",)


def test_headers_and_paths_that_were_given() -> None:
    """A header counts in any case, and a path parameter is given whenever the path is."""
    contract = load_contract("naver")
    ids = contract.operations["naver.product_order_ids"]
    exercised = Exercised([contract])
    exercised.see_parameters(
        contract, ids, {"orderId": "1", "Accept": "x"}, query="", headers={"accept": "x", "via": "y"}
    )
    assert coverage(exercised, "request", ids.id).places.seen == ("path/orderId", "header/Accept")


def test_a_parameter_is_seen_where_it_belongs() -> None:
    """A header named like a query parameter is not that parameter, nor the other way round."""
    contract = load_contract("naver")
    token = contract.operations["naver.product_order_ids"]
    exercised = Exercised([contract, CONTRACT])
    exercised.see_parameters(CONTRACT, LIST, {"limit": 20}, query="", headers=["limit"])
    exercised.see_parameters(contract, token, {"orderId": "1"}, query="Accept=1", headers=[])
    assert coverage(exercised, "request").places.seen == ()
    assert coverage(exercised, "request", token.id).places.seen == ("path/orderId",)


def test_fields_of_a_request() -> None:
    """The fields of a request's body are seen beside its parameters."""
    exercised = Exercised([CONTRACT])
    exercised.see_fields(CONTRACT, TOKEN, {"client_key": "x"})
    found = coverage(exercised, "request", TOKEN.id)
    assert (found.places.seen, found.places.never) == (("/client_key",), ("/secret_key",))


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
    assert shape.properties["more"].members == {1: 1}
    rows = shape.properties["list"].items
    assert rows is not None
    assert rows.properties["a/b"].pattern == "/list/*/a~1b"
    assert rows.properties["a/b"].members == {1: 1, (bool, True): True}
    assert rows.properties["rows"].items is not None
    assert rows.properties["rows"].items.properties == {}


def test_deprecated_properties() -> None:
    """Every deprecated property that is present is reported, and keys that the schema does not name are hidden."""
    body: Any = {"old": None, "list": [{}, {"a/b": 1}], "map": {"홍길동": {"old": 1}}, "any": {"old": 1}}
    found = [(pointer, shape.pattern) for pointer, shape in iter_deprecated(read_shape(Schema(SCHEMA)), body)]
    assert found == [("/old", "/old"), ("/list/1/a~1b", "/list/*/a~1b"), ("/map/*/old", "/map/*/old")]


# Whatever a schema may say of a body: names, known values of every kind, maps, tuples, a place that is both.
WIDE: dict[str, Any] = {
    "properties": {
        "a": {"enum": [0, 1, True, "x", None]},
        "b": {"properties": {"a": {"const": 1.0}, "b": {"items": {"x-known-values": [{"value": "x"}, {"value": 1}]}}}},
        "list": {"items": {"$ref": "#/$defs/row"}, "additionalProperties": {"enum": [1, "x"]}},
        "map": {"additionalProperties": {"$ref": "#/$defs/row"}},
        "d": True,
        "c": {"prefixItems": [{"enum": [0, 1]}], "items": {"enum": ["x", [1], {"a": 1}]}},
    },
    "$defs": {"row": {"properties": {"a": {"enum": [0, 1, 2]}, "b": {}, "c": {"enum": ["x"]}, "a/b": {"const": None}}}},
}
OBSERVED = replace(load_contract("bootpay", "observed"), operations={LIST.id: LIST})
WIDE_CONTRACT = replace(
    CONTRACT,
    operations={LIST.id: replace(LIST, answers={s: replace(a, schema=Schema(WIDE)) for s, a in LIST.answers.items()})},
)
NAMES = st.sampled_from(["a", "b", "c", "d", "list", "map", "a/b", "*", "other"])
VALUES: Any = st.recursive(
    st.sampled_from([0, 1, 2, 1.0, True, False, None, "x", "y"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=12,
)
BODIES = st.lists(st.tuples(st.sampled_from([200, 404, 418]), VALUES), max_size=6)
QUERIES = st.lists(st.sampled_from(["limit=1", "cs_type=p_at", "cs_type=c_at", "page=2", "status[]=1", "foreign=1"]))


def watched(bodies: Iterable[tuple[int, Any]]) -> Exercised:
    """Of answers with these statuses and bodies, by the wide contract and by one of another operation."""
    exercised = Exercised([WIDE_CONTRACT, OBSERVED], operation=LIST.id)
    see(exercised, bodies)
    return exercised


def see(exercised: Exercised, bodies: Iterable[tuple[int, Any]]) -> None:
    """Answers of the wide contract."""
    operation = WIDE_CONTRACT.operations[LIST.id]
    for status, body in bodies:
        candidate = Candidate(WIDE_CONTRACT, operation, operation.answer(status))
        exercised.count(candidate)
        exercised.see_body(candidate, body)


@given(before=BODIES, after=BODIES, last=BODIES)
def test_what_two_have_seen_is_what_one_would_have(before: Any, after: Any, last: Any) -> None:
    """The state of one that saw the rest, absorbed, is as good as having seen it, and the watching goes on."""
    merged = watched(before)
    merged.absorb(pickle.loads(pickle.dumps(watched(after).state())))  # noqa: S301 - our own
    one = watched([*before, *after])
    assert merged.coverage() == one.coverage()
    assert merged.state() == one.state()
    see(merged, last)
    assert merged.coverage() == watched([*before, *after, *last]).coverage()


@given(queries=st.lists(QUERIES, max_size=4), split=st.integers(0, 4))
def test_requests_that_two_have_seen_are_what_one_would_have(queries: list[list[str]], split: int) -> None:
    """The same of parameters and fields of requests."""

    def asked(queries: list[list[str]]) -> Exercised:
        exercised = Exercised([CONTRACT, OBSERVED])
        for each in queries:
            query = "&".join(each)
            values, _ = read_parameters(LIST, SentRequest(query, {}), {})
            exercised.see_parameters(CONTRACT, LIST, values, query=query, headers=())
            exercised.see_fields(CONTRACT, TOKEN, {"client_key": len(each)} if len(each) > 1 else {})
        return exercised

    merged = asked(queries[:split])
    merged.absorb(asked(queries[split:]).state())
    assert merged.coverage() == asked(queries).coverage()
    assert merged.state() == asked(queries).state()


@given(bodies=BODIES)
def test_coverage_is_what_looking_at_every_value_gives(bodies: Any) -> None:
    """Passing over what was seen already changes nothing: the slow way, which looks everywhere, finds the same."""
    shape = read_shape(WIDE_CONTRACT.operations[LIST.id].answer(200).schema)
    marks: dict[str, list[Any]] = {}
    for _, body in bodies:
        mark_all(shape, body, marks)
    found = coverage(watched(bodies))
    assert set(found.places.seen) == {pattern for pattern in marks if pattern and not pattern.endswith("/*")}
    seen = {pattern: values for pattern, values in marks.items() if values}
    assert {pattern: as_json(values) for pattern, values in found.places.members_seen.items()} == {
        pattern: as_json(values) for pattern, values in seen.items()
    }


def mark_all(shape: Shape, value: Any, marks: dict[str, list[Any]]) -> None:
    """Every place of `value` that the shape knows, with the known values that are there."""
    known = marks.setdefault(shape.pattern, [])
    known += [each for each in shape.members.values() if value_key(each) == value_key(value)]
    if isinstance(value, list) and shape.items:
        for item in value:
            mark_all(shape.items, item, marks)
    if isinstance(value, dict):
        for name, item in value.items():
            below = shape.properties.get(name) or shape.others
            if below:
                mark_all(below, item, marks)


def as_json(values: Iterable[Any]) -> set[str]:
    """Values told apart as JSON does."""
    return {f"{isinstance(each, bool)} {float(each) if isinstance(each, int | float) else each}" for each in values}
