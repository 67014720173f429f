"""The two engines side by side: what one finds the other finds, in the same words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.schema.explaining import sort
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.validation import Schema, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Finding

ENGINES = ("jsonschema-rs", "jsonschema")
DATE = {"format": "date-time"}
LEAP_SECOND = "2016-12-31T23:59:60Z"
CLOSED = {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["a", "b"], "additionalProperties": False}


class Both:
    """One schema, compiled by each engine."""

    def __init__(self, document: Any, resources: Mapping[str, Any] | None = None) -> None:
        self.rs, self.py = (Schema(document, resources=resources, engine=each) for each in ENGINES)

    def findings(self, instance: JsonValue) -> list[Finding]:
        """What either finds, which must be the same, and what it says of all at once."""
        found = self.rs.findings(instance)
        assert found == self.py.findings(instance), instance
        assert found == [describe(each, instance) for each in sort(self.rs.engine.violations(instance))], instance
        assert self.rs.count_findings(instance) == len(found)
        assert self.rs.is_valid(instance) == self.py.is_valid(instance) == (not found), instance
        return found


@cache
def both(schema: Schema) -> Both:
    """A compiled schema by both engines."""
    return Both(schema.document, schema.resources)


@cache
def answer_schemas() -> dict[str, Schema]:
    """Every schema of an answer that has a body, and its strict twin, by a name for tests."""
    found = {}
    for name in ("naver", "bootpay"):
        for profile in PROFILES:
            for operation in load_contract(name, profile).operations.values():
                for answer in operation.answers.values():
                    if answer.media_type:
                        found[f"{name}:{profile} {answer.schema_name}"] = answer.schema
    return found | {f"{name} strict": strict_twin(schema) for name, schema in found.items()}
