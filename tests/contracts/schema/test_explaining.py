"""How much an engine is asked to explain: of items that fail alike one, whatever their number."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts.schema.explaining import Explainer, sort
from jumun_contracts.schema.rs_engine import RsEngine
from jumun_contracts.schema.validation import Schema, describe
from tests.contracts.engines import Both

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts.schema.engines import Violation
    from jumun_contracts.schema.parsing import JsonValue

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]{4}$", "minLength": 3},
        "price": {"type": "integer", "minimum": 0},
        "lines": {"type": "array", "items": {"type": "string", "maxLength": 3}},
    },
    "additionalProperties": False,
}
LIST: dict[str, Any] = {"type": "object", "properties": {"list": {"type": "array", "maxItems": 5, "items": ORDER}}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[JsonValue]:
    """The values that jsonschema-rs was asked to explain."""
    values: list[JsonValue] = []
    whole = RsEngine.violations

    def noting(engine: RsEngine, instance: JsonValue) -> list[Violation]:
        values.append(instance)
        return whole(engine, instance)

    monkeypatch.setattr(RsEngine, "violations", noting)
    return values


ALIKE: list[tuple[Callable[[int], Any], int]] = [
    (lambda number: {"id": number}, 1),  # of the wrong type
    (lambda number: {"id": f"x{number:05}"}, 1),  # each a text of its own, and all fail the same keyword
    (lambda number: {"id": "1234", "unknown": number}, 1),
    (lambda number: {"id": "1234", f"unknown_{number}": number}, 1),
    (lambda number: {"id": "1234", f"unknown_{number}": {"deep": [number]}, "price": -1 - number}, 2),
    (lambda number: {"id": "1234", "lines": ["one", number, f"{number:05}"]}, 2),
    (lambda number: number, 1),
]


@pytest.mark.parametrize("count", [1_000, 2_000])
@pytest.mark.parametrize(("make", "each"), ALIKE)
def test_items_that_fail_alike_are_explained_once(
    asked: list[JsonValue], make: Callable[[int], Any], each: int, count: int
) -> None:
    """Twice as many of them take no more of the engine, and each is counted and named as it is."""
    schema = Schema(LIST)
    body: Any = {"list": [make(number) for number in range(count)]}
    found = schema.findings(body)
    assert len(asked) == 3  # what is around the list, its length, and one item
    assert len(found) == 1 + each * count == schema.count_findings(body)
    assert found == [describe(each, body) for each in sort(schema.engine.violations(body))]


def test_items_that_fail_in_turns(asked: list[JsonValue]) -> None:
    """One of each kind is explained, not each time another kind comes."""
    rows = [{"id": 1}, {"id": "x"}, {"id": "1234", "x": 1}, {"price": 1, "id": "1234", "y": 0}]
    body: Any = {"list": [{"id": "1234"}, *rows] * 100}
    assert len(Schema(LIST).findings(body)) == 1 + 2 + 398 + 100
    assert len(asked) == 2 + len(rows)


def test_findings_are_made_as_they_are_asked_for(asked: list[JsonValue]) -> None:
    """The first are there before anything of the rest is explained."""
    body: Any = {"list": [{"id": 1}] + [{"id": "x"}] * 1_000}
    first, second = islice(Schema(LIST).iter_findings(body), 2)
    assert (first.keyword, second.pointer) == ("maxItems", "/list/0/id")
    assert {"id": "x"} not in asked


def test_what_is_kept_is_bounded() -> None:
    """Of a hundred thousand items that fail alike there is one kind, shared by all of their pieces."""
    pieces = Explainer([Schema(LIST)]).pieces({"list": [{"id": number} for number in range(100_000)]})
    assert len({id(each.kind) for each in pieces}) == 2


LARGE: Any = {"id": "1234", "lines": [*["one"] * 300, 5]}


@pytest.mark.parametrize(
    "document",
    [
        LIST,
        {"$ref": "#/$defs/list", "$defs": {"list": LIST}},
        {"$ref": "#list", "$defs": {"list": {"$anchor": "list", **LIST}}},
        {"$id": "https://jumun.invalid/odd%20name", **LIST},
        {"$id": "relative", **LIST},
        {"$dynamicAnchor": "node", "properties": {"list": {"items": {"$dynamicRef": "#node"}}}, "required": ["id"]},
        {**LIST, "unevaluatedProperties": False},
        {"properties": {"list": {"items": {"enum": [{"id": "1234"}, LARGE]}}}},
        {"properties": {"list": {"items": {"properties": {"lines": {"uniqueItems": True}}}}}},
        {"properties": {"list": {"prefixItems": [{"type": "string"}], "items": {"required": ["x"]}}}},
        {"properties": {"list": {"items": {"patternProperties": {"^[a-z]+$": {"type": "string"}}}}}},
        {"properties": {"list": {"items": {"propertyNames": {"pattern": "^[i-p]"}}}}},
        {"properties": {"list": {"type": "object", "items": ORDER}}},
        {"properties": {"list": {"items": {"$ref": "#/properties/a~1b%25c"}}, "a/b%c": ORDER}},
    ],
)
def test_ways_to_an_array(document: Any) -> None:
    """Whether or not a schema lets its arrays be taken out, the engines say the same as of all at once."""
    rows = [LARGE, {"id": 1, "lines": ["four", "one"]}, {"id": "1234", "zz": 1, "aa": 2}, [{"id": 5}], "***", None]
    Both(document).findings({"list": [*rows, *rows[::-1]], "other": {"list": rows}})
    Both(document).findings([{"list": rows}])
