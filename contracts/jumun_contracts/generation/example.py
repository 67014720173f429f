"""A value for a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.generation.drawing import ATTEMPTS, draw
from jumun_contracts.generation.draws import seeded_draws
from jumun_contracts.generation.errors import GenerationError
from jumun_contracts.generation.plan import Plan

if TYPE_CHECKING:
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema


def generate_example(schema: Schema, *, seed: str | int = 0) -> JsonValue:
    """A value that fits: the same for the same schema and seed, in every process and on every Python.

    Optional properties come and go with the seed; names that the schema does not mention are made up only where
    `additionalProperties` says of what kind they are. Values that the contract knows are preferred.

    Raises:
        UnsupportedError: A keyword, format or pattern is not understood.
        GenerationError: No value was found.
    """
    plan, draws = Plan(schema), seeded_draws(seed)
    for _ in range(ATTEMPTS):
        value = draw(plan, (plan.root,), draws)
        if schema.is_valid(value):
            return value
    raise GenerationError(f"{plan.root.base}#: no value found in {ATTEMPTS} attempts")
