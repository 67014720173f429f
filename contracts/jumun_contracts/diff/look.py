"""What two sides say at one place, and what follows from it wherever that place is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jumun_contracts.diff.keywords import (
    UNEVALUATED,
    iter_keywords,
    iter_remarks,
    iter_unevaluated,
    same,
    stands_in,
    value_of,
)
from jumun_contracts.diff.place import EXTRA, ITEMS, Place, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.diff.gap import Gap, Strength
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
        unproved: What it is without a proof, None if it is then not worth reporting.
        sources: Places whose values may be refused as well, beside those of the wide one.
    """

    keyword: str
    name: str
    alone: Place
    was_wide: JsonValue
    was_narrow: JsonValue
    unproved: Strength | None
    sources: tuple[Place, ...] = ()


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
        tuple(iter_remarks(pair.wide, pair.narrow, changed=pair.changed)),
        tuple(
            (steps, shared.pair(sent, taken))
            for steps, sent, taken in _iter_inner(pair, shared, prover)
            if taken is not None
        ),
    )


def _iter_doubts(pair: Pair, shared: Shared) -> Iterator[Doubt]:
    """What is only refused within one of several alternatives is left to the alternatives."""
    wide, narrow = pair.wide, pair.narrow
    layers, types = wide.layers(), wide.types()
    # Keys that no one describes are not sent; of the others some must be matched by a pattern, or be left.
    names_keys, has_patterns = wide.sent(EXTRA) is None, bool(wide.patterns())
    for layer in narrow.layers():
        for keyword, name, alone in iter_keywords(layer, types):
            is_twin = stands_in(alone, layers)
            if is_twin and (keyword == "anyOf" or not shared.changed_in(alone)):
                continue
            if keyword == "patternProperties" and names_keys and not has_patterns:
                continue
            # Without patterns each key is named or is not, and is compared by itself.
            if keyword == "additionalProperties" and not has_patterns and "patternProperties" not in alone:
                continue
            # Of the same alternatives, what fits none any more is seen in each of them, and not that two now fit.
            is_judged_apart = is_twin and keyword == "oneOf"
            asked = {"anyOf": [alone, {"not": {"anyOf": alone[keyword]}}]} if is_judged_apart else alone
            closes = keyword == "additionalProperties" and names_keys
            yield Doubt(
                keyword,
                name,
                Place((asked,), narrow.definitions),
                was_wide=False if name else value_of(wide, keyword),
                was_narrow=True if name else value_of(narrow, keyword),
                unproved=None if is_judged_apart else "strict" if closes else "unproved",
                # What fits one of them fits a second one soonest.
                sources=tuple(replace(narrow, nodes=(each,)) for each in alone["oneOf"]) if is_judged_apart else (),
            )
    for whole in (each for each in narrow.wholes() if each.keys() & UNEVALUATED.keys()):
        if not shared.changed_in(whole) and any(same(each, whole) for each in wide.wholes()):
            continue
        for keyword, alone in iter_unevaluated(whole, types):
            yield Doubt(
                keyword,
                "",
                Place((alone,), narrow.definitions),
                was_wide=value_of(wide, keyword),
                was_narrow=whole[keyword],
                unproved="strict" if keyword == "unevaluatedProperties" and names_keys else "unproved",
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
        names = dict.fromkeys([*wide.names(), *narrow.names()])
        made_up = [each for place in (wide, narrow) for each in place.made_up_keys() if key_of(each) not in names]
        for name in dict.fromkeys([*names, *made_up, EXTRA]):
            sent = wide.sent(name)
            if sent is not None:
                yield (name,), sent, narrow.child(name)


def _choose(place: Place, alternatives: Layer, chosen: SchemaDocument) -> Place:
    """The place with one of the alternatives for all of them, without what would see it only beside them."""
    ((keyword, all_of_them),) = alternatives.items()
    rest = [
        {
            key: value
            for key, value in layer.items()
            if key not in UNEVALUATED and (key != keyword or not same(value, all_of_them))
        }
        for layer in place.layers()
    ]
    return replace(place, nodes=(*(each for each in rest if each), chosen))
