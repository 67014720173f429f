"""Where one version takes a value that the other refuses, `jumun diff` says so, at that place and in that direction."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from jumun_contracts.diff import compare, read_openapi
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.validation import Schema
from tests.contracts.diff.pairs import VALUES, document, documents

if TYPE_CHECKING:
    from jumun_contracts.diff import Difference
    from jumun_contracts.schema.validation import Finding

# JUMUN_DIFF_EXAMPLES=20000 searches at length, each time elsewhere.
EXAMPLES = int(os.environ.get("JUMUN_DIFF_EXAMPLES", "0"))
# Keywords about what is within a value, and how findings call what they refuse.
WITHIN = {
    *("additionalProperties", "anyOf", "const", "contains", "dependentSchemas", "enum", "if", "not", "oneOf"),
    *("patternProperties", "prefixItems", "propertyNames", "unevaluatedItems", "unevaluatedProperties"),
    *("false", "maxContains", "minContains"),
}
SETTINGS = settings(
    max_examples=EXAMPLES or 1000,
    derandomize=not EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
    database=None,
)


def body_of(document: Any) -> Schema:
    """The schema of the one body, judged by our own engine."""
    return Schema({"$ref": "#/paths/~1/put/requestBody/content/application~1json/schema", **document})


def described(schema: Schema) -> Schema:
    """Takes what keeps to what is described, which to `diff` is also what is required, or named in a condition."""

    def named(node: Any) -> Any:
        if isinstance(node, list):
            return [named(each) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {key: value if key in ("enum", "const") else named(value) for key, value in node.items()}
        condition = node.get("if")
        more = [*node.get("required", ()), *(condition.get("properties", ()) if isinstance(condition, dict) else ())]
        if more and "additionalProperties" not in node:
            copy["properties"] = {**dict.fromkeys(more, True), **copy.get("properties", {})}
        return copy

    return strict_twin(Schema(named(schema.document)))


def steps_of(finding: Finding, value: Any) -> list[str]:
    """Its place step by step, `*` for items; of what is missing or should not be there the place of that."""
    pointer = finding.key
    if finding.keyword == "required":
        pointer += f"/{finding.expected}"
    steps, here = [], value
    for step in pointer.split("/")[1:]:
        steps.append("*" if isinstance(here, list) else step)
        here = here[int(step)] if isinstance(here, list) else here.get(step) if isinstance(here, dict) else None
    return steps


def is_about(difference: Difference, finding: Finding, value: Any) -> bool:
    """Whether it is at that place; around it, by a keyword about what is within; or so within it."""
    at, wanted = difference.place.split("/")[1:], steps_of(finding, value)
    if not all(one in (other, "*") for one, other in zip(at, wanted, strict=False)):
        return False
    if len(at) == len(wanted):
        return True
    return (difference.keyword if len(at) < len(wanted) else finding.keyword) in WITHIN


def silences(old: Any, new: Any) -> list[tuple[str, Any, str]]:
    """Direction, value and place of what is not reported though a value tells the two apart there."""
    found = compare(read_openapi(old, name="old"), read_openapi(new, name="new"))
    bodies = {"request": (body_of(old), body_of(new)), "response": (body_of(new), body_of(old))}
    silent = []
    for direction, (wide, narrow) in bodies.items():
        kept = described(wide)
        told = [each for each in found if each.direction == direction]
        for value in VALUES:
            if not wide.is_valid(value) or narrow.is_valid(value):
                continue
            # What keeps to what is described breaks, or drifts; for other values any word will do.
            loud = [each for each in told if each.severity != "info" or not kept.is_valid(value)]
            refusals = narrow.findings(value)
            if not any(is_about(each, refusal, value) for each in loud for refusal in refusals):
                silent.append((direction, value, refusals[0].message))
                break
    return silent


@pytest.mark.slow
@SETTINGS
@given(documents())
def test_nothing_is_passed_over(pair: tuple[Any, Any]) -> None:
    """Whatever the keywords, whatever is beside them."""
    assert silences(*pair) == []


_FIRST = {"$ref": "#/components/schemas/first"}
_ONE_OF = {"type": "object", "oneOf": [{"properties": {"a": True}}, {"properties": {"a": _FIRST}}]}
_IF_B = {"type": "object", "if": {"properties": {"a": {"const": "b"}}}, "then": {"required": ["b"]}}
_IF_ALONE = {"type": "object", "if": {"properties": {"b": False}}}
_DEPENDENT = {"type": "object", "dependentSchemas": {"x1": {"additionalProperties": False}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (document(_ONE_OF, {"not": {}}), document(_ONE_OF, {"type": "string"})),
        (
            document({**_IF_B, "properties": {"a": {"enum": ["b"]}}}),
            document({**_IF_B, "properties": {"a": {"enum": ["a", "b"]}}}),
        ),
        (
            document({**_DEPENDENT, "additionalProperties": False}),
            document({**_DEPENDENT, "additionalProperties": True}),
        ),
        (
            document({"type": "object", **_FIRST, "unevaluatedProperties": False}, {"properties": {"a": True}}),
            document({"type": "object", **_FIRST, "unevaluatedProperties": False}, {"properties": {"z": True}}),
        ),
        (document(_IF_ALONE), document({**_IF_ALONE, "properties": {"b": False}})),
    ],
)
def test_found_before(old: Any, new: Any) -> None:
    """What the search has found once, in both directions."""
    assert silences(old, new) == []
    assert silences(new, old) == []
