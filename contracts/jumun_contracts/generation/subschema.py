"""A schema within a schema, and its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from jumun_contracts.schema.pointers import render_pointer


@dataclass(frozen=True, slots=True)
class Place:
    """A schema and its place.

    Attributes:
        base: `$id` of its document, "" where it has none.
        pointer: RFC 6901 pointer in that document. What a negation was turned into has a "!" in it.
    """

    base: str
    pointer: str
    schema: Any = field(compare=False)

    def at(self, *steps: str | int) -> Place:
        """The schema within this one."""
        inner, pointer = self.schema, self.pointer
        for step in steps:
            inner = inner[step]
            pointer += render_pointer([step])
        return Place(self.base, pointer, inner)

    def instead(self, reason: str, schema: Any) -> Place:
        """Another schema that follows from this one."""
        return Place(self.base, f"{self.pointer}!{reason}", schema)


Places: TypeAlias = tuple[Place, ...]
"""Schemas that apply to one value together."""
