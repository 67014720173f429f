"""One engine judges, and the other would say the same: compared over all contracts, all keywords, and anything."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.generation import generate_example
from jumun_contracts.schema.engines import EngineError, SchemaError, engine_name
from jumun_contracts.schema.parsing import parse_json
from jumun_contracts.schema.validation import Schema, findings
from tests.checkout import REFERENCE
from tests.contracts.engines import CLOSED, DATE, ENGINES, LEAP_SECOND, Both, answer_schemas, both
from tests.contracts.mutants import iter_mutants
from tests.contracts.schema.test_validation import (
    CASE_RESOURCES,
    CASES,
    EXACT_FLOATS,
    INSTANCES,
    double,
    iter_double_mutants,
)

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts.schema.parsing import JsonValue

ANSWERS = answer_schemas()
CASE = "https://jumun.invalid/case"
PLAIN = "2025-07-11T02:52:09Z"
PAYLOADS = sorted(REFERENCE.glob("*_payloads/*.json"))


def faulty(schema: Schema) -> list[JsonValue]:
    """Of good bodies mutants, and of some of these mutants again: two faults, or one in two rows.

    A body of hundreds of properties has thousands of mutants, and jsonschema takes long for each: of such fewer are
    taken.
    """
    mutants = [mutant for seed in range(2) for _, mutant in iter_mutants(generate_example(schema, seed=seed))]
    wanted = max(4, 4_000 // max(len(mutants), 100))
    chosen = mutants[:: len(mutants) // wanted + 1]
    # Of each another mutant, so that faults of all places meet.
    step = len(mutants) // (2 * len(chosen))
    again = [islice(iter_mutants(mutant), number * step, None) for number, mutant in enumerate(chosen)]
    return chosen + [each for mutants in again for _, each in islice(mutants, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_contracts(name: str) -> None:
    """By every schema of a contract and its strict twin."""
    pair = both(ANSWERS[name])
    assert sum(len(pair.findings(each)) for each in faulty(ANSWERS[name.removesuffix(" strict")]))


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_keywords(document: Any, instance: JsonValue) -> None:
    """Of every keyword, on an instance that fits and on all its mutants."""
    pair = double(document)
    assert pair.findings(instance) == []
    refused = [bool(pair.findings(mutant)) for mutant in iter_double_mutants(instance)]
    assert any(refused) or document is True


def listing(document: Any) -> Both:
    """A schema of objects that list instances of another."""
    case: Any = {"allOf": [document]} if isinstance(document, bool) else document
    names = {"list": {"type": "array", "items": {"$ref": CASE}, "maxItems": 2, "uniqueItems": True}}
    listed = {"type": "object", "properties": names, "additionalProperties": False}
    document = {"items": {"$ref": "#/$defs/listed"}, "$defs": {"listed": listed}}
    return Both(document, {**CASE_RESOURCES, CASE: {**case, "$id": CASE}})


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_items(document: Any, instance: JsonValue) -> None:
    """Items that fail alike are judged once: of every keyword, among items that fail otherwise, in arrays of arrays."""
    pair = listing(document)
    mutants = [instance, *iter_double_mutants(instance)][:60]
    found = pair.findings([{"list": mutants, "other": 1}, 5, {"list": mutants[::-1]}, {"list": [instance]}])
    assert {each.pointer for each in found} >= {"/0", "/0/list", "/1", "/2/list"}


@given(instance=st.lists(st.lists(INSTANCES).map(lambda each: {"list": each})), case=st.sampled_from(CASES))
def test_items_that_are_anything(instance: JsonValue, case: tuple[str, Any, JsonValue]) -> None:
    """Not mutants of a valid one only: any JSON values, in any number."""
    listing(case[1]).findings(instance)


@given(instance=INSTANCES, case=st.sampled_from(CASES))
def test_anything(instance: JsonValue, case: tuple[str, Any, JsonValue]) -> None:
    """Not on neighbours of a valid instance only: on any JSON value."""
    double(case[1]).findings(instance)


NUMBERS = st.integers() | st.integers(-(10**40), 10**40) | EXACT_FLOATS


@given(number=NUMBERS, bound=NUMBERS, divisor=st.integers(1, 10**20))
def test_numbers(number: float, bound: float, divisor: int) -> None:
    """Bounds, multiples, equality and "integer" mean the same to both, beyond 64 bit and for 1.0 as well."""
    pair = Both(
        {
            "allOf": [{"type": "integer"}, {"minimum": bound}, {"maximum": bound}],
            "exclusiveMinimum": bound,
            "exclusiveMaximum": bound,
            "multipleOf": divisor,
            "const": bound,
            "enum": [bound, 1],
        }
    )
    for instance in (number, bound, float(bound) if abs(bound) <= 2**53 else 0.0):
        pair.findings(instance)


@pytest.mark.parametrize(
    ("document", "instance", "by_rs", "by_py"),
    [
        # jsonschema-rs calculates in decimals, Python in binary floats.
        ({"multipleOf": 0.01}, 0.07, [], ["multipleOf"]),
        # `$` lets a trailing newline pass in Python alone.
        ({"pattern": "^[0-9]+$"}, "123\n", ["pattern"], []),
    ],
)
def test_where_they_differ(document: Any, instance: JsonValue, by_rs: list[str], by_py: list[str]) -> None:
    """These are the places that are known; contracts have none of them, and lint says so of other files."""
    found = [Schema(document, engine=each).findings(instance) for each in ENGINES]
    assert [[each.keyword for each in one] for one in found] == [by_rs, by_py]


def test_portable_pattern() -> None:
    r"""With `$(?!\n)` Python and Rust both refuse a trailing newline."""
    pair = Both({"pattern": r"^[0-9]+$(?!\n)"})
    assert pair.findings("123") == []
    assert [each.keyword for each in pair.findings("123\n")] == ["pattern"]


NAMES = st.sampled_from(["", "0", "7", "007", "+7", "-7", "a", "a/b", "~1", "18446744073709551616", "\u0667"])
ODD = st.recursive(
    st.sampled_from([1, "x", PLAIN, LEAP_SECOND]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
)
# Faults of which the place can be mistaken for that of another.
MISTAKABLE: list[Any] = [
    *({"a": 1}, {"": 1}, {"a": {"a": 1}}, {"": {"a": 1}}, {"": {"a": 1}, "a": "x"}, {"a": {"": 1}}, [1], {"": [1]}),
    *({"7": 9}, {"007": 9}, {"7": 9, "007": 9}, {"+7": 9}, {"0": [1, 2]}, {"00": 1, "0": 1}, {"": {"7": [1]}}),
    *({"": {"": 1}}, {"7": {"": 9}, "": {"7": 9}}, {"a": 1, "": {"a": 1}}),
]
ODD_SCHEMAS: list[Any] = [
    {"additionalProperties": {"$ref": "#"}, "items": {"$ref": "#"}, "type": ["object", "array", "string"]},
    {"additionalProperties": {"$ref": "#"}, "items": {"$ref": "#"}, **DATE, "type": ["object", "string"]},
    {"properties": {"": {"type": "string"}, "a": {"const": 2}}, "additionalProperties": False},
    {"properties": {"7": {"const": 1}, "007": {"const": 2}, "+7": {"const": 3}, "0": {"maxItems": 1}}},
    {"patternProperties": {"": {"type": "string"}, "7": {"enum": ["x", 2]}}, "required": ["", "0"]},
]


@pytest.mark.parametrize("document", ODD_SCHEMAS, ids=json.dumps)
def test_names_that_jsonschema_rs_does_not_report(document: Any) -> None:
    """Empty names and names of digits are in the pointers as they are in the instance.

    Of objects with several names for one number only the verdict is sure: what is equal may be taken for each other.
    """
    rs, py = (Schema(document, engine=each) for each in ENGINES)
    for each in MISTAKABLE:
        assert places(rs, each) == places(py, each), each

    @given(instance=ODD)
    def check(instance: JsonValue) -> None:
        assert bool(places(rs, instance)) == bool(places(py, instance))

    check()


def places(schema: Schema, instance: JsonValue) -> list[tuple[str, str]]:
    """Pointer and keyword of each finding."""
    return [(each.pointer, each.keyword) for each in schema.findings(instance)]


DATED: list[Any] = [
    *(PLAIN, f"{PLAIN}\n", "x", LEAP_SECOND, "2016-12-31T23:58:60Z", 1, None, [], {}, [PLAIN], ["x"], {"a": PLAIN}),
    *({"a": 1, "b": 1}, {"a": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "d": 1}),
    *({"a": "x", "b": PLAIN}, {"a": LEAP_SECOND, "b": "x"}, [PLAIN, LEAP_SECOND, "x"], {"a": "x"}, [DATE]),
]


@pytest.mark.parametrize(
    "document",
    [
        DATE,
        {"format": "date"},
        {**DATE, "pattern": "^2"},
        {"prefixItems": [DATE], "items": False},
        {"anyOf": [{"properties": {"a": DATE}}, {"type": "string"}], "unevaluatedProperties": False},
        {"patternProperties": {"^a$": DATE}, "unevaluatedProperties": False},
        {"propertyNames": DATE},
        {"dependentSchemas": {"a": {"properties": {"b": DATE}}}},
        {"$ref": "https://x.invalid/date"},
        {"$ref": "https://x.invalid/date#/$defs/d"},
        CLOSED,
        {"not": DATE},
        {"oneOf": [CLOSED, {"required": ["c"]}]},
        {"if": DATE, "then": False},
        {"contains": {"items": DATE}},
        {"x-kept": DATE, "$ref": "#/x-kept"},
        {"items": DATE, "enum": [[DATE]]},
    ],
    ids=json.dumps,
)
def test_dates_wherever_they_are(document: Any) -> None:
    """Wherever in a schema a format may be, next to leap seconds and among them."""
    pair = Both(document, {"https://x.invalid/date": {"$id": "https://x.invalid/date", "$defs": {"d": DATE}, **DATE}})
    assert len({bool(pair.findings(each)) for each in DATED}) == 2


@pytest.mark.parametrize("name", ["email", "ipv4", "regex", "time", "uri", "uuid", "no-such-format"])
def test_formats_that_nothing_asserts(name: str) -> None:
    """What a contract may not use is not asserted, beside a format that is."""
    pair = Both({"items": {"anyOf": [{"format": name}, DATE]}})
    assert pair.findings(["\x00 [("]) == []


@pytest.mark.parametrize(
    ("document", "instance", "expected"),
    [
        # jsonschema-rs says `false` of the object, once.
        ({"items": {"additionalProperties": False}}, [{"b": 1, "a": 2}], ["a", "b"]),
        ({"properties": {"additionalProperties": False}}, {"additionalProperties": 1}, [False]),
        (
            {"properties": {"additionalProperties": {"additionalProperties": False}}},
            {"additionalProperties": {"a": 1}},
            ["a"],
        ),
        # It calls for a property that a closed object requires and does not name, even where it is there.
        ({"properties": {"a": {}}, "required": ["b"], "additionalProperties": False}, {"b": 1}, ["b"]),
        # It has an order of its own for several types.
        ({"type": ["null", "string", "integer"]}, [], [["null", "string", "integer"]]),
        ({"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"type": "null"}}}, 1, [[{"$ref": "#/$defs/a"}]]),
    ],
)
def test_what_jsonschema_rs_says_in_its_own_way(document: Any, instance: JsonValue, expected: list[JsonValue]) -> None:
    """It is read so that the schema's own words are what was expected."""
    assert [each.expected for each in Both(document).findings(instance)] == expected


@pytest.mark.parametrize(
    ("document", "instance", "place"),
    [
        ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"minLength": -1}, ("/minLength", "minimum")),
        ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"type": 5}, ("/type", "anyOf")),
        ({"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": ["string", "null"]}}}, 5, ("", "type")),
        ({"$dynamicRef": "#here", "$defs": {"a": {"$dynamicAnchor": "here", "minimum": 7}}}, 5, ("", "minimum")),
    ],
)
def test_what_cannot_be_looked_up(document: Any, instance: JsonValue, place: tuple[str, str]) -> None:
    """Where a path follows an anchor or enters the meta-schema, the place is right, whatever was expected."""
    for engine in ENGINES:
        found = Schema(document, engine=engine).findings(instance)
        assert [(each.pointer, each.keyword) for each in found] == [place]


@pytest.mark.slow
@pytest.mark.skipif(not PAYLOADS, reason="the reference payloads are not on this machine")
@pytest.mark.parametrize("file", PAYLOADS, ids=lambda file: file.stem)
def test_reference_payloads(file: Path) -> None:
    """A recorded payload fits the schema read off them, and the engines agree on its mutants."""
    instance = parse_json(file.read_bytes())
    pair = Both(schema_of(instance))
    assert pair.findings(instance) == []
    mutants = list(iter_mutants(instance))
    for _, mutant in mutants[:: len(mutants) // 40 + 1]:
        pair.findings(mutant)


def schema_of(value: JsonValue) -> dict[str, Any]:
    """A closed schema that just fits the value: types, names, and the shape of items by the first."""
    if isinstance(value, dict):
        properties = {key: schema_of(each) for key, each in value.items()}
        return {"type": "object", "required": list(value), "properties": properties, "additionalProperties": False}
    if isinstance(value, list):
        return {"type": "array", "prefixItems": [schema_of(each) for each in value] or [True]}
    types: dict[type, dict[str, Any]] = {
        str: {"type": "string", "maxLength": 2000},
        bool: {"type": "boolean"},
        int: {"type": "integer", "multipleOf": 1},
        float: {"type": "number"},
    }
    return types.get(type(value), {"type": "null"})


# -- which one judges -------------------------------------------------------------------------------------------------


def test_jsonschema_rs_judges_alone() -> None:
    """Where it is installed, nothing of jsonschema is imported, whatever is found."""
    run_python(
        """
import sys
from jumun_contracts.schema.engines import engine_name
from jumun_contracts.schema.validation import Schema
schema = Schema({"$ref": "https://example.test/a"}, resources={"https://example.test/a": {"type": ["null", "string"]}})
assert engine_name() == "jsonschema-rs"
assert schema.findings(None) == [] and [each.expected for each in schema.findings(1)] == [["null", "string"]]
assert not {"jsonschema", "referencing"} & set(sys.modules)
"""
    )


@pytest.mark.slow
@pytest.mark.parametrize("asked", [True, False])
def test_jsonschema_judges_alone(asked: bool) -> None:  # noqa: FBT001
    """Where it is asked for, and where jsonschema-rs is not installed: a whole contract, without that package."""
    hidden = "" if asked else "sys.modules['jsonschema_rs'] = None"
    hidden += "" if asked else "\nimport importlib.util as u; f = u.find_spec"
    hidden += "" if asked else "\nu.find_spec = lambda n, *a: None if n == 'jsonschema_rs' else f(n, *a)"
    run_python(
        f"""
import sys
{hidden}
from jumun_contracts import load_contract, findings
from jumun_contracts.schema.engines import engine_name
assert engine_name() == "jsonschema"
contract = load_contract("bootpay", "observed")
assert findings(contract.operations["bootpay.orders.list"].answer(200).schema, {{"list": 1}})
assert "jsonschema_rs" not in sys.modules or sys.modules["jsonschema_rs"] is None
""",
        **({"JUMUN_ENGINE": "jsonschema"} if asked else {}),
    )


@pytest.mark.parametrize("name", ["rs", "jsonschema_rs", " jsonschema"])
def test_an_engine_that_does_not_exist(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, its value and what it may be."""
    monkeypatch.setenv("JUMUN_ENGINE", name)
    with pytest.raises(EngineError, match=r"JUMUN_ENGINE is '.*'; it must be jsonschema-rs or jsonschema, or unset"):
        engine_name()


def test_a_pattern_that_python_cannot_read() -> None:
    r"""`findings` raises nothing of `re`: `\p{L}` is judged by jsonschema-rs, and a SchemaError with jsonschema."""
    document = {"properties": {"a": {"pattern": r"^\p{L}+$"}}}
    schema = Schema(document, engine="jsonschema-rs")
    assert [each.pointer for each in findings(schema, {"a": "1"})] == ["/a"]
    assert findings(schema, {"a": "가"}) == []
    with pytest.raises(SchemaError, match="at /properties/a/pattern: Python cannot read this pattern"):
        Schema(document, engine="jsonschema")


def run_python(program: str, **environment: str) -> None:
    """In a process of its own."""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, env=environment or None)
