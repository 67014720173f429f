"""What two sides say at one place, and what follows from it wherever that place is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jumun_contracts.diff.keywords import iter_keywords, iter_remarks, same, stands_in, value_of
from jumun_contracts.diff.place import EXTRA, ITEMS, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.diff.gap import Gap
    from jumun_contracts.diff.place import Layer
    from jumun_contracts.diff.proofs import Prover
    from jumun_contracts.diff.shared import Pair, Shared
    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

_ALTERNATIVES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A keyword of the narrow side that may refuse something.

    Attributes:
        name: Of the property that is required; '' for other keywords.
        alone: The keyword by itself.
        was_wide: What the wide side has for it.
        was_narrow: What the narrow side has.
        counts_unproved: Whether it is worth telling without a proof.
    """

    keyword: str
    name: str
    alone: Place
    was_wide: JsonValue
    was_narrow: JsonValue
    counts_unproved: bool


@dataclass(frozen=True, slots=True)
class Look:
    """All that follows from a pair.

    Attributes:
        remarks: As if the pair were the whole body.
        inner: Steps further in, none for an alternative, and what is there.
    """

    doubts: tuple[Doubt, ...] = ()
    remarks: tuple[Gap, ...] = ()
    inner: tuple[tuple[tuple[str, ...], Pair], ...] = ()


def look_at(pair: Pair, shared: Shared, prover: Prover) -> Look:
    """Take it apart.

    Raises:
        SchemaError: One of the two is not a JSON Schema 2020-12.
    """
    prover.check(pair.wide)
    prover.check(pair.narrow)
    if not pair.wide.types() or prover.is_empty(pair.wide):
        return Look()
    return Look(
        tuple(_iter_doubts(pair, shared)),
        tuple(iter_remarks(pair.wide, pair.narrow)),
        tuple(
            (steps, shared.pair(sent, taken))
            for steps, sent, taken in _iter_inner(pair, shared, prover)
            if taken is not None
        ),
    )


def _iter_doubts(pair: Pair, shared: Shared) -> Iterator[Doubt]:
    """What is only refused within one of several alternatives is left to the alternatives."""
    layers, types = pair.wide.layers(), pair.wide.types()
    for layer in pair.narrow.layers():
        for keyword, name, alone in iter_keywords(layer, types):
            is_twin = stands_in(alone, layers)
            if is_twin and (keyword == "anyOf" or not shared.changed_in(alone)):
                continue
            # Of the same alternatives, what fits none any more is seen in each of them, and not that two now fit.
            is_judged_apart = is_twin and keyword == "oneOf"
            asked = {"anyOf": [alone, {"not": {"anyOf": alone[keyword]}}]} if is_judged_apart else alone
            yield Doubt(
                keyword,
                name,
                Place((asked,), pair.narrow.definitions),
                was_wide=False if name else value_of(pair.wide, keyword),
                was_narrow=True if name else value_of(pair.narrow, keyword),
                counts_unproved=not is_judged_apart,
            )


def _iter_inner(pair: Pair, shared: Shared, prover: Prover) -> Iterator[tuple[tuple[str, ...], Place, Place | None]]:
    """The same alternatives of both sides, the items, the properties."""
    wide, narrow, types = pair.wide, pair.narrow, pair.wide.types()
    for layer in narrow.layers():
        for keyword in (each for each in _ALTERNATIVES if each in layer):
            alone = {keyword: layer[keyword]}
            chosen = [each for each in layer[keyword] if shared.changed_in(each)]
            if not chosen or not stands_in(alone, wide.layers()):
                continue
            if not prover.is_covered(wide, Place((alone,), narrow.definitions)):
                yield from (((), _choose(wide, alone, each), _choose(narrow, alone, each)) for each in chosen)
    if "array" in types:
        yield (ITEMS,), wide.items(), narrow.items()
    if "object" in types:
        for name in dict.fromkeys([*wide.names(), *narrow.names(), EXTRA]):
            sent = wide.sent(name)
            if sent is not None:
                yield (name,), sent, narrow.child(name)


def _choose(place: Place, alternatives: Layer, chosen: SchemaDocument) -> Place:
    """The place with one of the alternatives for all of them."""
    ((keyword, all_of_them),) = alternatives.items()
    rest = [
        {key: value for key, value in layer.items() if key != keyword or not same(value, all_of_them)}
        for layer in place.layers()
    ]
    return replace(place, nodes=(*(each for each in rest if each), chosen))
