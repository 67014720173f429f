"""One way in which a value can be allowed, and what that leaves to choose from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.generation.subschema import Place, Places
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


@dataclass(frozen=True, slots=True)
class Shape:
    """One way in which a value can be allowed: no alternatives are left in it.

    Attributes:
        types: JSON types that are possible, "integer" beside "number".
        values: The only ones allowed, None where they are not listed.
        known: `x-known-values` that fit.
        own: Compiled from the schema of the value itself.
    """

    places: Places
    types: tuple[str, ...]
    values: tuple[JsonValue, ...] | None
    known: tuple[JsonValue, ...]
    own: Schema

    def all(self, keyword: str) -> list[Any]:
        """The schemas of this keyword, place by place."""
        return [place.schema[keyword] for place in self.places if keyword in place.schema]

    def span(self, least: str, most: str) -> tuple[int, int | None]:
        """A count's bounds."""
        return max(self.all(least), default=0), min(self.all(most), default=None)

    def child(self, name: str) -> Places:
        """The schema of the property `name`."""
        return tuple(
            place.at("properties", name)
            if name in place.schema.get("properties", ())
            else place.at("additionalProperties")
            for place in self.places
            if name in place.schema.get("properties", ()) or "additionalProperties" in place.schema
        )

    def item(self, index: int) -> Places:
        """The schema of the item `index`."""
        first = [place.at("prefixItems", index) for place in self.places if index < _prefix(place)]
        rest = [place.at("items") for place in self.places if index >= _prefix(place) and "items" in place.schema]
        return (*first, *rest)

    @property
    def required(self) -> list[str]:
        """Names that must be there."""
        return list(dict.fromkeys(name for names in self.all("required") for name in names))

    @property
    def declared(self) -> list[str]:
        """Names that the schema mentions."""
        names = (name for properties in self.all("properties") for name in properties)
        return list(dict.fromkeys([*names, *self.required]))


def possible_types(said: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Types that all allow, in the order of who lists the fewest; "integer" only where not all numbers are."""
    allowed = [[own["type"]] if isinstance(own["type"], str) else own["type"] for own in said if "type" in own]
    wide = [[*each, "integer"] if "number" in each else each for each in allowed]
    refused = [own["not"]["type"] for own in said if own.get("not", {}).keys() == {"type"}]
    gone = {name for each in refused for name in ([each] if isinstance(each, str) else each)}
    first = min(wide, key=len, default=list(_TYPES))
    left = [each for each in first if all(each in names for names in wide) and each not in gone]
    return tuple(each for each in dict.fromkeys(left) if each != "integer" or "number" not in left)


def number_range(shape: Shape, kind: str) -> tuple[int | None, int | None, Fraction]:
    """Least and most number of steps, and the step: whole numbers are in ones, others in quarters."""
    multiples = shape.all("multipleOf")
    step = Fraction(math.lcm(*map(int, multiples)) if multiples else 1, 1 if kind == "integer" or multiples else 4)
    low = [math.ceil(Fraction(each) / step) for each in shape.all("minimum")]
    low += [math.floor(Fraction(each) / step) + 1 for each in shape.all("exclusiveMinimum")]
    high = [math.floor(Fraction(each) / step) for each in shape.all("maximum")]
    high += [math.ceil(Fraction(each) / step) - 1 for each in shape.all("exclusiveMaximum")]
    return max(low, default=None), min(high, default=None), step


def _prefix(place: Place) -> int:
    return len(place.schema.get("prefixItems", ()))
