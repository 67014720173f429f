"""Findings that are made from what jsonschema-rs says alone are those that both engines would give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.generation import generate_example
from jumun_contracts.schema import agreement, validation
from jumun_contracts.schema.engines import iter_rs_violations, read_rs_path
from jumun_contracts.schema.formats import SURE_PATTERNS
from jumun_contracts.schema.validation import Finding, Schema
from tests.contracts.mutants import iter_mutants
from tests.contracts.schema.test_sieve import ANSWERS, CLOSED, DATE, LEAP_SECOND, PLAIN, SIFTED
from tests.contracts.schema.test_sieve import INSTANCES as DATED
from tests.contracts.schema.test_sieve import RESOURCES as DATE_RESOURCES
from tests.contracts.schema.test_validation import CASES, INSTANCES, compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_contracts.schema.engines import Violation
    from jumun_contracts.schema.parsing import JsonValue


def explained_in_full(schema: Schema, instance: JsonValue) -> list[Finding]:
    """By jsonschema, all of it and every time."""
    if schema.is_valid(instance):
        return []
    decided = list(_iter_decided(schema, instance))
    explained = list(schema._iter_explained(instance, decided)) or decided
    unique = {validation._order(each): each for each in explained}
    return [validation._finding(unique[key], key[-1], instance) for key in sorted(unique)]


def _iter_decided(schema: Schema, instance: JsonValue) -> Iterator[Violation]:
    for error in schema._decider.iter_errors(instance):
        yield from iter_rs_violations(error, read_rs_path(error, instance)[0])


def assert_same(make: Callable[[], Schema], instances: list[JsonValue]) -> None:
    """Whatever came before, and whichever came first, the findings are those of the full explanation."""
    full = [repr(explained_in_full(make(), each)) for each in instances]
    forward, backward = make(), make()
    assert [repr(forward.findings(each)) for each in instances] == full
    assert [repr(backward.findings(each)) for each in reversed(instances)] == full[::-1]
    assert [repr(forward.findings(each)) for each in reversed(instances)] == full[::-1]


class Asked:
    """Counts how often jsonschema explains a body."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        explain = Schema._iter_explained

        def count(schema: Schema, instance: JsonValue, decided: Any) -> Iterator[Violation]:
            self.times += 1
            return explain(schema, instance, decided)

        monkeypatch.setattr(Schema, "_iter_explained", count)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Of all schemas of a test."""
    return Asked(monkeypatch)


def faulty(schema: Schema) -> list[JsonValue]:
    """Of good bodies all mutants, and of some of these mutants again: two faults, or one in two rows.

    A body of hundreds of properties has thousands of mutants, and those have millions: of such fewer are taken.
    """
    mutants = [mutant for seed in range(2) for _, mutant in iter_mutants(generate_example(schema, seed=seed))]
    step = max(23, len(mutants) ** 2 // 20_000)
    double = [again for each in mutants[::step] for _, again in list(iter_mutants(each))[::5]]
    return mutants[:: len(mutants) // 1_500 + 1] + double


@pytest.mark.parametrize("name", ANSWERS)
def test_contracts(name: str, asked: Asked) -> None:
    """By every schema of a contract and its strict twin; and in the end jsonschema has nothing more to tell.

    So the engines agree on every keyword that a mutant breaks: the wording of neither has changed.
    """
    schema = ANSWERS[name]
    bodies = faulty(ANSWERS[name.removesuffix(" strict")])
    assert_same(lambda: Schema(schema.document, resources=schema.resources), bodies[:: len(bodies) // 400 + 1])
    warm = Schema(schema.document, resources=schema.resources)
    for each in bodies:
        warm.findings(each)
    asked.times = 0
    assert sum(len(warm.findings(each)) for each in bodies)
    assert asked.times == 0


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_keywords(document: Any, instance: JsonValue) -> None:
    """Of all keywords, on all mutants of an instance."""
    assert_same(lambda: compiled(document), [mutant for _, mutant in iter_mutants(instance)])


@given(instances=st.lists(INSTANCES, min_size=1, max_size=5), case=st.sampled_from(CASES))
def test_anything(instances: list[JsonValue], case: tuple[str, Any, JsonValue]) -> None:
    """On any JSON values, one after the other, after a few that are known to be faulty."""
    learned = [mutant for _, mutant in list(iter_mutants(case[2]))[::9]]
    assert_same(lambda: compiled(case[1]), [*learned, *instances])


NAMES = st.sampled_from(["", "0", "7", "007", "+7", "-7", "a", "a/b", "~1", "18446744073709551616", "\u0667"])
ODD = st.recursive(
    st.sampled_from([1, "x", PLAIN, LEAP_SECOND]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
)

# Faults of which the place can be mistaken for that of the one before.
MISTAKABLE: list[Any] = [
    *({"a": 1}, {"": 1}, {"a": {"a": 1}}, {"": {"a": 1}}, {"": {"a": 1}, "a": "x"}, {"a": {"": 1}}, [1], {"": [1]}),
    *({"7": 9}, {"007": 9}, {"7": 9, "007": 9}, {"+7": 9}, {"0": [1, 2]}, {"00": 1, "0": 1}, {"": {"7": [1]}}),
]


@given(instances=st.lists(ODD, max_size=6))
@pytest.mark.parametrize(
    "document",
    [
        {"additionalProperties": {"$ref": "#"}, "items": {"$ref": "#"}, "type": ["object", "array", "string"]},
        {"additionalProperties": {"$ref": "#"}, "items": {"$ref": "#"}, **DATE, "type": ["object", "string"]},
        {"properties": {"": {"type": "string"}, "a": {"const": 2}}, "additionalProperties": False},
        {"properties": {"7": {"const": 1}, "007": {"const": 2}, "+7": {"const": 3}, "0": {"maxItems": 1}}},
        {"patternProperties": {"": {"type": "string"}, "7": {"enum": ["x", 2]}}, "required": ["", "0"]},
    ],
    ids=json.dumps,
)
def test_names_that_jsonschema_rs_does_not_tell(document: Any, instances: list[JsonValue]) -> None:
    """Empty names and names of digits are in the pointers as they are in the instance."""
    assert_same(lambda: Schema(document), [*MISTAKABLE, *instances])


@pytest.mark.parametrize("document", SIFTED, ids=json.dumps)
def test_dates(document: Any) -> None:
    """Wherever in a schema a date may stand, next to leap seconds and among them."""
    instances: list[JsonValue] = [*DATED, *([each, LEAP_SECOND] for each in DATED), *({"a": each} for each in DATED)]
    assert_same(lambda: Schema(document, resources=DATE_RESOURCES), instances)


def test_a_pattern_like_ours() -> None:
    """A schema that has by itself what dates are screened with is not mistaken for the screen."""
    document = {**DATE, "allOf": [{"pattern": SURE_PATTERNS["date-time"]}]}
    assert_same(lambda: Schema(document), ["x", LEAP_SECOND, PLAIN, 1])
    below = {**DATE, "items": {"pattern": SURE_PATTERNS["date-time"]}}
    assert_same(lambda: Schema(below), ["x", ["x"], [LEAP_SECOND], [PLAIN]])


def test_jsonschema_is_asked_once_for_a_keyword(asked: Asked) -> None:
    """However many bodies and rows break it; another keyword is another question."""
    schema = Schema({"items": {"anyOf": [{"type": "string"}, {"const": 1}], "maxLength": 1}})
    bodies: list[JsonValue] = [[2], [3, "a", {}], [None]]
    for each in bodies:
        assert all(found.expected == [{"type": "string"}, {"const": 1}] for found in schema.findings(each))
    assert asked.times == 1
    assert [each.keyword for each in schema.findings([2, "ab"])] == ["anyOf", "maxLength"]
    assert asked.times == 2
    schema.findings([2, "ab", "ac"])
    assert asked.times == 2


def test_dates_are_asked_once(asked: Asked) -> None:
    """A bad date is jsonschema's word once; a leap second beside it is none."""
    schema = Schema({"items": DATE})
    for _ in range(3):
        assert [each.pointer for each in schema.findings([LEAP_SECOND, "x", PLAIN, "y"])] == ["/1", "/3"]
    assert asked.times == 1
    assert schema.findings([LEAP_SECOND]) == []


PERSON = {"properties": {"name": {}, "age": {"minimum": 3}}, "required": ["name"], "additionalProperties": False}
STRANGERS: list[JsonValue] = [{"age": 1, "name": 1}, {}, {"name": 1, "size": 2}]
ENGINES = [(agreement, "iter_rs_violations"), (validation, "iter_py_violations")]


def change_words(monkeypatch: pytest.MonkeyPatch, engine: tuple[Any, str], **words: Any) -> None:
    """Let the engine say something else."""
    original = getattr(*engine)
    monkeypatch.setattr(*engine, lambda *args: (each._replace(**words) for each in original(*args)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("stranger", STRANGERS, ids=json.dumps)
def test_a_changed_expectation_is_never_agreed_upon(
    engine: tuple[Any, str], stranger: JsonValue, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should either engine come to expect something else, jsonschema is asked for every body and has the word."""
    change_words(monkeypatch, engine, expected="other")
    schema = Schema(PERSON)
    found = [schema.findings(stranger) for _ in range(3)]
    assert asked.times == 3
    assert found[0] == found[1] == found[2]
    assert any(each.expected == "other" for each in found[0]) == (engine == ENGINES[1])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("stranger", STRANGERS, ids=json.dumps)
def test_a_changed_keyword_is_never_agreed_upon(
    engine: tuple[Any, str], stranger: JsonValue, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should either engine come to name a keyword differently, each body is explained by both; none is lost."""
    known = [len(Schema(PERSON).findings(stranger))] * 3
    asked.times = 0
    change_words(monkeypatch, engine, keyword="other")
    schema = Schema(PERSON)
    assert [len(schema.findings(stranger)) for _ in range(3)] == known
    assert asked.times == 3


def test_two_words_for_one_place_are_told_apart(asked: Asked) -> None:
    """Two keywords of one name and place are agreed upon only by a body that breaks one of them."""
    schema = Schema({"allOf": [{"anyOf": [{"const": 1}, {"const": 3}]}, {"anyOf": [{"const": 2}, {"const": 3}]}]})
    for _ in range(2):
        assert [each.expected for each in schema.findings(5)] == [
            [{"const": 1}, {"const": 3}],
            [{"const": 2}, {"const": 3}],
        ]
    assert asked.times == 2
    assert [each.expected for each in schema.findings(1)] == [[{"const": 2}, {"const": 3}]]
    assert [each.expected for each in schema.findings(2)] == [[{"const": 1}, {"const": 3}]]
    assert asked.times == 4
    assert [len(schema.findings(each)) for each in (5, 1, 2)] == [2, 1, 1]
    assert asked.times == 4


@pytest.mark.parametrize("first", [{"a": "x"}, {"a": "x", "b": 0.07}, {"b": 0.07}, {"b": 0.075}])
def test_consent_is_not_turned_into_a_refusal(first: JsonValue) -> None:
    """0.07 is a multiple of 0.01, beside another fault as well, whatever came before."""
    schema = Schema({"properties": {"a": {"type": "integer"}, "b": {"multipleOf": 0.01}}})
    schema.findings(first)
    assert [each.pointer for each in schema.findings({"a": "x", "b": 0.07})] == ["/a"]
    assert [each.pointer for each in schema.findings({"a": "x", "b": 0.075})] == ["/a", "/b"]


def test_what_only_jsonschema_rs_refuses_is_a_finding_beside_others() -> None:
    r"""`$` lets a trailing newline pass in Python alone: that it is refused does not depend on other faults."""
    schema = Schema({"properties": {"a": {"type": "integer"}, "b": {"pattern": "^[0-9]+$"}}})
    assert [each.pointer for each in schema.findings({"a": "x", "b": "1\n"})] == ["/a", "/b"]


def test_what_is_there_is_not_missing() -> None:
    """jsonschema-rs calls for a property that a closed object requires and does not name, even where it is there."""
    document = {"properties": {"a": {}}, "required": ["b"], "additionalProperties": False}
    assert_same(lambda: Schema(document), [{}, {"b": 1}, {"a": 1}, {"a": 1, "b": 1}, {"c": 1}])


def test_an_object_that_must_be_empty() -> None:
    """Each of its properties is one that it must not have, though jsonschema-rs says `false`, and that once."""
    assert_same(lambda: Schema({"items": {"additionalProperties": False}}), [[{"a": 1}], [{}, {"b": 1, "c": 2}]])


def test_memory_is_bounded(asked: Asked) -> None:
    """Of a schema with more keywords than are remembered, the rest is asked for every time."""
    many = Schema({"properties": {f"p{number}": {"const": number} for number in range(1_100)}})
    body: JsonValue = {f"p{number}": "x" for number in range(1_100)}
    assert many.findings(body) == many.findings(body)
    assert asked.times == 2
    assert many._agreement is not None
    assert len(many._agreement._words) == agreement._REMEMBERED


def test_nothing_of_an_instance_is_remembered() -> None:
    """Names that should not be there, or lack, are the sender's."""
    schema = Schema({**CLOSED, "propertyNames": {"maxLength": 5}, "properties": {"a": DATE, "b": {"minimum": 3}}})
    schema.findings({"a": "canary 1", "b": 2, "canary 2": "canary 3"})
    assert schema._agreement is not None
    assert len(schema._agreement._words) == 4
    assert "canary" not in repr(schema._agreement._words)
