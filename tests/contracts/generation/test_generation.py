"""Generated values fit, whatever the schema and the seed, and stay the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES, Schema, findings, load_contract, parse_json
from jumun_contracts.contract.schema_files import meta_schema
from jumun_contracts.generation import KNOWN_KEYWORDS, GenerationError, UnsupportedError, generate_example
from jumun_mockserver.providers import PROVIDERS
from tests.checkout import REFERENCE, ROOT
from tests.contracts.engines import both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts import Contract

CONTRACTS = tuple(load_contract(provider, profile) for provider in PROVIDERS for profile in PROFILES)


def iter_schemas(contract: Contract) -> Iterator[tuple[str, Schema]]:
    """All that a contract describes, by name; some of it twice."""
    for operation in contract.operations.values():
        for answer in operation.answers.values():
            yield f"{contract.provider}/{answer.schema_name}", answer.schema
        if operation.body is not None:
            yield f"{contract.provider}:{contract.profile} {operation.id} body", operation.body
        for parameter in operation.parameters:
            yield f"{contract.provider}:{contract.profile} {operation.id} {parameter.name}", parameter.schema
    for name, envelope in contract.envelopes.items():
        yield f"{contract.provider}/{contract.envelope_schemas[name]}", envelope
    documents = {document["$id"]: document for document in contract.schemas.values()}
    for stem, document in contract.schemas.items():
        yield f"{contract.provider}/{stem}", Schema(document, resources=documents)
        for name in document.get("$defs", {}):
            reference = {"$ref": f"{document['$id']}#/$defs/{name}"}
            yield f"{contract.provider}/{stem}#{name}", Schema(reference, resources=documents)


SCHEMAS = {name: schema for contract in CONTRACTS for name, schema in iter_schemas(contract)}
"""All that the registry's contracts describe, by name."""

# Schemas that no contract has, for the keywords that none has, and for those that do not get along by themselves.
MADE_UP: dict[str, Any] = {
    "anything": True,
    "any array": {"type": "array"},
    "integer bounds": {"type": "integer", "minimum": 3, "exclusiveMaximum": 5},
    "below zero": {"type": "integer", "maximum": -5},
    "number bounds": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
    "multiples": {"type": "integer", "multipleOf": 6, "minimum": -7, "maximum": 20},
    "two multiples": {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "number"},
    "lengths": {"type": "string", "minLength": 200, "maxLength": 201},
    "union": {"allOf": [{"type": ["integer", "string"]}, {"type": ["string", "null"]}], "minLength": 2},
    "set": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": 4},
        "uniqueItems": True,
        "minItems": 3,
    },
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"const": 1}], "items": False, "minItems": 1},
    "map": {
        "type": "object",
        "additionalProperties": {"type": "integer"},
        "propertyNames": {"pattern": "^[a-z]{2,4}$(?!\\n)"},
    },
    "either": {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "null"}]},
    "one of": {
        "oneOf": [{"type": "integer", "minimum": 0, "maximum": 5}, {"type": "integer", "minimum": 3, "maximum": 9}]
    },
    "not from 3 on": {"type": "integer", "not": {"minimum": 3}},
    "not empty": {"not": {"anyOf": [{"type": ["object", "array"]}, {"maxLength": 3}]}},
    "not that name": {"type": "object", "not": {"required": ["q"]}, "properties": {"q": {"type": "null"}}},
    "within itself": {"type": "object", "properties": {"next": {"$ref": "#"}, "end": True}, "required": ["end"]},
    "listed": {"enum": [1, "x", {"a": []}], "type": ["integer", "object"]},
    "if": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"enum": [1, "x"]}, "b": {"type": "boolean"}},
        "if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
        "then": {"required": ["b"]},
        "else": {"properties": {"b": False}},
    },
    "reference with neighbours": {
        "$ref": "#/$defs/small",
        "minimum": 2,
        "$defs": {"small": {"type": "integer", "maximum": 3}},
    },
    "reference into a list": {"anyOf": [{"type": "string"}, {"$ref": "#/anyOf/0"}]},
    "reference with an escape": {
        "type": "object",
        "required": ["a/b c", "d"],
        "properties": {"a/b c": {"type": "integer"}, "d": {"$ref": "#/properties/a~1b%20c"}},
    },
}

PATTERNS = (
    r"^[0-9]{13,20}$(?!\n)",
    r"^GW\.[A-Z_]+(\.[0-9]{2})?$(?!\n)",
    r"^[0-9A-Za-z_-]+\^[0-9]{13}\^[0-9]+$(?!\n)",
    r"^([1-5][0-9][0-9]|default)$(?!\n)",
    r"^\$2[aby]\$(?:0[4-9]|1[0-2])\$[./A-Za-z0-9]{22}$(?!\n)",
    r"^[^:]+$(?!\n)",
    r"^[a\]-]{2,}x*$(?!\n)",
    r"a.b\n\\",
    r"x|",
)


def assert_fits(schema: Schema, value: Any) -> None:
    """Neither engine finds anything."""
    assert both(schema).findings(value) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema(name: str) -> None:
    """An example of any schema of any contract fits it in both engines, whatever the seed."""
    for seed in range(40):
        assert_fits(SCHEMAS[name], generate_example(SCHEMAS[name], seed=seed))


@pytest.mark.parametrize("name", MADE_UP)
def test_every_keyword(name: str) -> None:
    """So does one of a schema that uses what contracts do not use now."""
    schema = Schema(MADE_UP[name])
    for seed in range(40):
        assert_fits(schema, generate_example(schema, seed=seed))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(pattern: str) -> None:
    """A text is found by the pattern it was made from, in both engines, and seeds give more than one."""
    schema = Schema({"type": "string", "pattern": pattern})
    texts = {str(generate_example(schema, seed=seed)) for seed in range(20)}
    for text in texts:
        assert re.search(pattern, text)
        assert_fits(schema, text)
    assert len(texts) > 1


def test_all_alternatives_are_drawn() -> None:
    """Types, listed and known values, branches and bounds: given seeds enough, each is met."""

    def met(schema: Any) -> set[Any]:
        examples: Any = [generate_example(Schema(schema), seed=seed) for seed in range(200)]
        return set(examples)

    assert met({"enum": [1, "x", None]}) == {1, "x", None}
    assert met({"type": "integer", "minimum": -1, "maximum": 2}) == {-1, 0, 1, 2}
    assert met({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}) == {0.25, 0.5, 0.75}
    assert met({"anyOf": [{"const": 1}, {"const": 2}, {"allOf": [{"const": 3}, {"const": 4}]}]}) == {1, 2}
    assert {type(each) for each in met({"type": ["string", "null", "boolean"]})} == {str, type(None), bool}


@pytest.mark.slow
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: f"{each.provider}:{each.profile}")
def test_optional_properties_come_and_go(contract: Contract) -> None:
    """Each optional property of a body is there with some seeds and missing with others."""
    met = 0
    for operation in contract.operations.values():
        schemas = [answer.schema for answer in operation.answers.values()]
        for schema in [*schemas, *([operation.body] if operation.body else [])]:
            document = schema.document
            assert isinstance(document, dict)
            examples = [generate_example(schema, seed=seed) for seed in range(40)]
            for name in document.get("properties", {}).keys() - set(document.get("required", ())) - {"status", "code"}:
                present = [isinstance(each, dict) and name in each for each in examples]
                assert any(present), name
                assert not all(present), name
                met += 1
    assert met


def test_known_values_are_preferred() -> None:
    """Most values are known ones, where some are known, and some are not."""
    schema = Schema({"type": "integer", "x-known-values": [{"value": 7, "label": ""}, {"value": "7", "label": ""}]})
    values = [generate_example(schema, seed=seed) for seed in range(100)]
    assert 75 < values.count(7) < 100
    assert "7" not in values


def test_names_are_made_up_only_where_a_schema_says_of_what_kind() -> None:
    """An open object has the names that its schema mentions, no others; a map has some."""
    opened = Schema({"type": "object", "properties": {"a": {"type": "null"}}, "additionalProperties": True})
    assert {json.dumps(generate_example(opened, seed=seed)) for seed in range(30)} == {"{}", '{"a": null}'}
    mapped = Schema({"type": "object", "additionalProperties": {"type": "null"}})
    assert any(generate_example(mapped, seed=seed) for seed in range(5))


EVERY_EXAMPLE = """
import json
from tests.contracts.generation.test_generation import every_example
print(every_example())
"""


def every_example() -> str:
    """Two examples of each schema, as one text."""
    schemas = [*SCHEMAS.values(), *map(Schema, MADE_UP.values())]
    return json.dumps([generate_example(schema, seed=seed) for schema in schemas for seed in ("a", "b")])


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_seeds_mean_the_same_in_every_process(hash_seed: str) -> None:
    """Another process, which orders sets in another way, makes the same examples."""
    paths = [str(ROOT), *(str(ROOT / each) for each in ("contracts", "fixtures", "mockserver", "client"))]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, "-c", EVERY_EXAMPLE], env=environ, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == every_example() + "\n"


def test_seeds_mean_the_same_on_every_python() -> None:
    """What seeds give is written down here: a change of it is a change for users."""
    schema = Schema(
        {
            "type": "object",
            "required": ["id", "at", "rows"],
            "properties": {
                "id": {"type": "string", "pattern": "^[a-f]{3}-[0-9]+$(?!\\n)"},
                "at": {"type": ["string", "null"], "format": "date-time"},
                "rows": {"type": "array", "items": {"type": "number", "minimum": 0}},
                "memo": {"type": "string"},
            },
        }
    )
    assert (
        generate_example(schema)
        == generate_example(schema, seed="0")
        == {"id": "faa-43", "at": None, "rows": [81844.75, 47596.0, 24727.25]}
    )
    assert generate_example(schema, seed="payload") == {
        "id": "dea-16",
        "at": "2021-01-22T19:10:04Z",
        "rows": [16454.25, 146303.0],
        "memo": "8pbwjpjm414u",
    }


REFUSED: list[tuple[Any, type[GenerationError], str]] = [
    (False, GenerationError, "#: no value can fit"),
    ({"type": "string", "enum": [1]}, GenerationError, "#: no value can fit"),
    ({"type": "object", "required": ["a"], "properties": {"a": False}}, GenerationError, "#: no value can fit"),
    ({"type": "string", "minLength": 3, "maxLength": 1}, GenerationError, "#: no value can fit"),
    ({"type": "integer", "minimum": 1.2, "maximum": 1.8}, GenerationError, "#: no value can fit"),
    ({"type": "integer", "exclusiveMinimum": 4, "maximum": 4}, GenerationError, "#: no value can fit"),
    ({"type": "integer", "minimum": 4, "exclusiveMaximum": 4}, GenerationError, "#: no value can fit"),
    ({"oneOf": [{"const": 1}, {"const": 1}]}, GenerationError, "#: no value can fit"),
    ({"type": "array", "minItems": 1, "items": False}, GenerationError, "#: no value can fit"),
    (
        {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"type": "boolean"}},
        GenerationError,
        "#: not enough items that differ",
    ),
    ({"type": "string", "pattern": "^a$(?!\\n)", "minLength": 4}, GenerationError, "#: no value found in 20 attempts"),
    (
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
        GenerationError,
        "#/properties/a: it has no end",
    ),
    (
        {"properties": {"a/b": {"contains": True}}},
        UnsupportedError,
        "#/properties/a~1b/contains: values cannot be generated for the keyword 'contains'",
    ),
    ({"items": {"format": "email"}}, UnsupportedError, "#/items/format: 'email' is not one of date, date-time"),
    ({"multipleOf": 0.1}, UnsupportedError, "#/multipleOf: 0.1 is not whole"),
    ({"not": {"items": True}}, UnsupportedError, "#/not/items: cannot be turned into its opposite"),
    (
        {"$ref": "#/$defs/x", "$defs": {"x": {"minProperties": 1}}},
        UnsupportedError,
        "#/$defs/x/minProperties: values cannot be generated for the keyword 'minProperties'",
    ),
    *(
        ({"pattern": pattern}, UnsupportedError, f"is not understood from character {at} on")
        for pattern, at in ((r"\d", 2), ("a$", 2), ("(?=a)", 1), ("(?i)a", 1), ("a+?", 3), (r"[\w]", 3))
    ),
]


@pytest.mark.parametrize(("document", "kind", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_refusals(document: Any, kind: type[GenerationError], message: str) -> None:
    """What is contradictory, endless or not understood is an error that names the place, never a wrong value."""
    with pytest.raises(GenerationError) as caught:
        generate_example(Schema(document))
    assert type(caught.value) is kind
    assert str(caught.value).endswith(message)


def test_no_branch_hides_what_is_not_understood() -> None:
    """An unknown keyword is refused with every seed, even in a branch that the seed would not take."""
    schema = Schema({"anyOf": [{"const": 1}, {"const": 2, "dependentSchemas": {}}]})
    for seed in range(10):
        with pytest.raises(UnsupportedError, match="#/anyOf/1/dependentSchemas"):
            generate_example(schema, seed=seed)


def test_all_keywords_of_contracts_are_understood() -> None:
    """What schema files may be written in is a part of what values are generated for."""
    document = meta_schema("schema").document
    assert isinstance(document, dict)
    assert {keyword for keyword in document["properties"] if not keyword.startswith("x-")} <= KNOWN_KEYWORDS


PAYLOADS = [
    ("bootpay", "documented", "bootpay.orders.list", 200, "orders_list_200.json"),
    ("bootpay", "observed", "bootpay.orders.list", 200, "orders_list_200.json"),
    ("bootpay", "documented", "bootpay.orders.list", 401, "error_401_1700.json"),
    ("naver", "observed", "naver.token", 200, "token_200.observed_values.json"),
    ("naver", "observed", "naver.product_order_ids", 200, "product_order_ids_200.multi.json"),
    ("naver", "observed", "naver.product_order_ids", 401, "gw_401_AUTHN.json"),
    ("naver", "observed", "naver.product_order_ids", 400, "order_400_101010_other_sellers_order.json"),
]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference payloads are not on this machine")
@pytest.mark.parametrize(("provider", "profile", "operation", "status", "file"), PAYLOADS)
def test_beside_reference_payloads(provider: str, profile: str, operation: str, status: int, file: str) -> None:
    """Recorded payloads fit where generated ones do, and so does a mixture of the two, property by property."""
    schema = load_contract(provider, profile).operations[operation].answer(status).schema
    payload = parse_json((REFERENCE / f"{provider}_payloads" / file).read_bytes())
    assert findings(schema, payload) == []
    assert isinstance(payload, dict)
    for seed in range(20):
        example = generate_example(schema, seed=seed)
        assert isinstance(example, dict)
        for name in example:
            assert_fits(schema, {**payload, name: example[name]})
