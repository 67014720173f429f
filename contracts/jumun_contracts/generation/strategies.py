"""Hypothesis strategies for what a contract allows. Needs the package `hypothesis`, which Jumun does not install.

from jumun_contracts import load_contract
from jumun_contracts.generation.strategies import responses

@given(responses(load_contract("bootpay"), "bootpay.orders.list", 200))
def test_any_page(body): ...
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

try:
    from hypothesis import reject
    from hypothesis import strategies as st
except ImportError:
    raise ImportError(
        "jumun_contracts.generation.strategies needs the package hypothesis: pip install hypothesis"
    ) from None

from jumun_contracts.generation.drawing import draw
from jumun_contracts.generation.draws import Draws
from jumun_contracts.generation.errors import GenerationError
from jumun_contracts.generation.plan import Plan
from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.contract.model import Contract, Operation, Parameter
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema


_ANY = st.characters(codec="utf-8")
_VISIBLE = st.characters(min_codepoint=33, max_codepoint=126)


@dataclass(frozen=True, slots=True)
class GeneratedRequest:
    """What a good call of an operation sends.

    Attributes:
        path: Values of the path's placeholders by name. As all parameters here these are JSON values that fit the
            schemas: putting them on the wire (as text, a list joined with commas, escaped) is the caller's.
        query: Values by name; optional ones may be missing.
        headers: As `query`, in visible ASCII. What a call authenticates with is not a parameter, and not here.
        body: None where the call has no body.
    """

    path: dict[str, JsonValue]
    query: dict[str, JsonValue]
    headers: dict[str, JsonValue]
    body: JsonValue


def from_schema(schema: Schema) -> st.SearchStrategy[JsonValue]:
    """Values that fit.

    They shrink to short texts, small numbers, few items, no optional property.

    Raises:
        UnsupportedError: A keyword, format or pattern of the schema is not understood.
        GenerationError: The schema contradicts itself.
    """
    return _from_schema(schema, _ANY)


def responses(contract: Contract, operation: str, status: int) -> st.SearchStrategy[JsonValue]:
    """Bodies that `operation` may answer with `status`, or by its `default` where it does not list that.

    Raises:
        LookupError: The contract has no such operation; names the closest match.
        GenerationError: As `from_schema`.
    """
    return from_schema(_operation(contract, operation).answer(status).schema)


def requests(contract: Contract, operation: str) -> st.SearchStrategy[GeneratedRequest]:
    """Calls of `operation` that the contract allows.

    Raises:
        LookupError: The contract has no such operation; names the closest match.
        GenerationError: As `from_schema`.
    """
    found = _operation(contract, operation)
    letters = {"path": _ANY, "query": _ANY, "header": _VISIBLE}
    path, query, headers = (
        _parameters([(each, _from_schema(each.schema, of)) for each in found.parameters if each.location == location])
        for location, of in letters.items()
    )
    body = st.none() if found.body is None else from_schema(found.body)
    return st.builds(GeneratedRequest, path=path, query=query, headers=headers, body=body)


def _from_schema(schema: Schema, letters: st.SearchStrategy[str]) -> st.SearchStrategy[JsonValue]:
    plan = Plan(schema)
    if not plan.is_possible((plan.root,)):
        raise GenerationError(f"{plan.root.base}#: no value can fit")
    # What is combined across levels (`oneOf`, objects in an `enum`) may fail as a whole: rare, and dropped.
    return _values(plan, letters).filter(schema.is_valid)


def _operation(contract: Contract, name: str) -> Operation:
    if name not in contract.operations:
        known = contract.operations
        raise LookupError(f"{contract.provider} has no operation {name!r}{did_you_mean(name, known)}")
    return contract.operations[name]


@st.composite
def _parameters(
    choose: st.DrawFn, values: Sequence[tuple[Parameter, st.SearchStrategy[JsonValue]]]
) -> dict[str, JsonValue]:
    # Not fixed_dictionaries: that does not shrink to the fewest.
    return {each.name: choose(value) for each, value in values if each.required or choose(st.booleans())}


@st.composite
def _values(choose: st.DrawFn, plan: Plan, letters: st.SearchStrategy[str]) -> JsonValue:
    draws = Draws(
        integer=lambda least, most: choose(st.integers(least, most)),
        text=lambda least, most: choose(st.text(letters, min_size=least, max_size=most)),
        matching=lambda pattern: choose(st.from_regex(pattern, alphabet=letters)),
    )
    try:
        return draw(plan, (plan.root,), draws)
    except GenerationError:
        reject()
