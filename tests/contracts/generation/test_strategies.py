"""Hypothesis strategies from contracts: all they give fits, and they are as Hypothesis wants them."""

from __future__ import annotations

import re
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from jumun_contracts import Schema, load_contract
from jumun_contracts.generation import GenerationError, UnsupportedError
from jumun_contracts.generation.strategies import GeneratedRequest, from_schema, requests, responses
from tests.contracts.generation.test_generation import CONTRACTS, MADE_UP, PATTERNS, SCHEMAS, assert_fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts.schema.parsing import JsonValue

# No clock: what a run shows does not depend on what else the machine does. Health checks are all on.
EXAMPLES = settings(max_examples=40)
OPERATIONS = [(contract, operation) for contract in CONTRACTS for operation in contract.operations.values()]
IDS = [f"{contract.profile} {operation.id}" for contract, operation in OPERATIONS]


def check_all(schema: Schema) -> None:
    """Whatever the strategy gives fits in both engines."""

    @EXAMPLES
    @given(from_schema(schema))
    def check(value: JsonValue) -> None:
        assert_fits(schema, value)

    check()


def plainest(strategy: Any, wanted: Callable[[Any], bool]) -> Any:
    """What the strategy shrinks to, found in the same way each time."""
    choices = Random(0)  # noqa: S311 - no secret
    return find(strategy, wanted, settings=settings(database=None, max_examples=2000), random=choices)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema(name: str) -> None:
    """Any value drawn for any schema of any contract fits it in both engines, and few draws are in vain."""
    check_all(SCHEMAS[name])


@pytest.mark.parametrize("name", MADE_UP)
def test_every_keyword(name: str) -> None:
    """So does one of a schema that uses what contracts do not use now."""
    check_all(Schema(MADE_UP[name]))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(pattern: str) -> None:
    """Texts of any pattern are found by it in both engines."""
    check_all(Schema({"type": "string", "pattern": pattern}))


@pytest.mark.parametrize(("contract", "operation"), OPERATIONS, ids=IDS)
def test_responses(contract: Any, operation: Any) -> None:
    """Bodies of each status that a contract lists, and of one that it does not, are what the contract says."""
    statuses = [*(int(each) for each in operation.answers if each != "default"), 599]

    @EXAMPLES
    @given(st.one_of([st.tuples(st.just(each), responses(contract, operation.id, each)) for each in statuses]))
    def check(answer: tuple[int, JsonValue]) -> None:
        status, body = answer
        assert_fits(operation.answer(status).schema, body)

    check()


@pytest.mark.parametrize(("contract", "operation"), OPERATIONS, ids=IDS)
def test_requests(contract: Any, operation: Any) -> None:
    """A request has its required parameters, no others than the contract has, and all fit; so does its body.

    Headers can be sent.
    """

    @EXAMPLES
    @given(requests(contract, operation.id))
    def check(request: GeneratedRequest) -> None:
        given_values = {"path": request.path, "query": request.query, "header": request.headers}
        known = {(each.location, each.name): each for each in operation.parameters}
        there = {(location, name) for location, values in given_values.items() for name in values}
        assert {place for place, each in known.items() if each.required} <= there <= known.keys()
        for location, name in there:
            assert_fits(known[location, name].schema, given_values[location][name])
        assert all(re.fullmatch(r"[!-~]*", str(value)) for value in request.headers.values())
        if operation.body is None:
            assert request.body is None
        else:
            assert_fits(operation.body, request.body)

    check()


def test_optional_parameters_come_and_go() -> None:
    """There are requests with a parameter, and then without all others."""
    strategy = requests(load_contract("bootpay"), "bootpay.orders.list")
    assert plainest(strategy, lambda request: "limit" in request.query).query == {"limit": 1}


SHRUNK: list[tuple[Any, Callable[[Any], bool], JsonValue]] = [
    ({"type": "integer"}, lambda value: value > 1000, 1001),
    ({"type": "string"}, lambda value: len(value) > 2, "000"),
    ({"type": "string", "format": "date-time"}, lambda _: True, "2020-01-01T00:00:00Z"),
    ({"type": ["string", "integer"]}, lambda _: True, ""),
    ({"type": "array", "items": {"type": "integer"}}, lambda value: sum(value) >= 5, [5]),
    (
        {"type": "object", "required": ["a"], "properties": {"a": {"enum": [3, 1]}, "b": {"type": "null"}}},
        lambda _: True,
        {"a": 3},
    ),
    (
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"type": "string"}, "b": {"type": "string", "format": "date"}},
            },
        },
        bool,
        [{"a": ""}],
    ),
    ({"type": "integer", "x-known-values": [{"value": 7, "label": ""}]}, lambda _: True, 7),
]


@pytest.mark.parametrize(("document", "wanted", "shrunk"), SHRUNK, ids=range(len(SHRUNK)))
def test_shrinking(document: Any, wanted: Callable[[Any], bool], shrunk: JsonValue) -> None:
    """What fails is shown as the plainest value that does: few items, small numbers, nothing optional."""
    assert plainest(from_schema(Schema(document)), wanted) == shrunk


def test_refusals() -> None:
    """What cannot be is refused when the strategy is made, and a wrong operation gets the closest name."""
    with pytest.raises(UnsupportedError, match="#/contains"):
        from_schema(Schema({"contains": True}))
    with pytest.raises(GenerationError, match="no value can fit"):
        from_schema(Schema({"type": "string", "const": 1}))
    with pytest.raises(LookupError, match=r"did you mean bootpay\.orders\.list\?"):
        responses(load_contract("bootpay"), "bootpay.order.list", 200)
    with pytest.raises(LookupError, match="naver has no operation"):
        requests(load_contract("naver"), "bootpay.token")


def test_hypothesis_is_not_needed_for_the_rest() -> None:
    """Only this module imports Hypothesis, and without it says what to install."""
    program = """
import sys
import jumun_contracts, jumun_contracts.generation
assert "hypothesis" not in sys.modules
sys.modules["hypothesis"] = None
try:
    import jumun_contracts.generation.strategies
except ImportError as error:
    assert "pip install hypothesis" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
