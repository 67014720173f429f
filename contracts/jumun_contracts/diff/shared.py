"""What several places share: which of it changed, and where its differences are reported.

Documents whose schemas all refer to each other have paths without number, with the same difference at the end of very
many. So schemas that others refer to are followed wherever they are near the top of a body, and deeper in the first
few places; of the rest it is reported which operations have them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from jumun_contracts.diff.keywords import same
from jumun_contracts.diff.place import ITEMS, refs_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumun_contracts.contract.model import Side
    from jumun_contracts.diff.place import Place

_PLACES_AT_MOST = 4
_STEPS_NEAR_THE_TOP = 1


class Owner(NamedTuple):
    """Whose body it is.

    Attributes:
        part: As `query/limit`; '' for a body.
    """

    direction: Side = "response"
    operation: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """What the two sides say. There is one for the same words: it is itself only.

    Attributes:
        changed: Each `$ref` in it whose target differs on the other side.
        is_same: Whether both say the same, as far as references go.
    """

    wide: Place
    narrow: Place
    changed: frozenset[str]
    is_same: bool


class Shared:
    """The definitions of two sides, and the places that have them."""

    def __init__(self, wide: Place, narrow: Place) -> None:
        """Of the definitions that any two places of the two documents have."""
        sides = wide.definitions, narrow.definitions
        refs = {*sides[0], *sides[1]}
        # Each `$ref` whose target differs on the other side.
        self._differing = {
            ref for ref in refs if any(ref not in each for each in sides) or not same(*(each[ref] for each in sides))
        }
        self._targets = {ref: frozenset().union(*(refs_in(each.get(ref)) for each in sides)) for ref in refs}
        leading: dict[str, set[str]] = {}
        for ref, targets in self._targets.items():
            for target in targets:
                leading.setdefault(target, set()).add(ref)
        # And each that refers to those.
        self._changed = _closure(self._differing, leading)
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._told: dict[tuple[Side, Pair], set[tuple[str, ...]]] = {}
        self._untold: dict[Side, dict[str, dict[str, None]]] = {}

    def changed_in(self, node: object) -> frozenset[str]:
        """Each `$ref` within a schema, or schemas, whose target differs on the other side."""
        return refs_in(node) & self._changed

    def pair(self, wide: Place, narrow: Place) -> Pair:
        """The one for what these places say."""
        key = repr(wide.nodes), repr(narrow.nodes)
        if key not in self._pairs:
            changed = self.changed_in((wide.nodes, narrow.nodes))
            self._pairs[key] = Pair(wide, narrow, changed, is_same=not changed and same(wide.nodes, narrow.nodes))
        return self._pairs[key]

    def is_followed(self, pair: Pair, path: Sequence[str], *, owner: Owner) -> bool:
        """Whether the pair is to be compared where it is; if not, it is noted that this operation has it."""
        if not pair.changed or sum(step != ITEMS for step in path) <= _STEPS_NEAR_THE_TOP:
            return True
        places = self._told.setdefault((owner.direction, pair), set())
        # Whatever the status: people read it as one.
        place = (owner.operation, owner.part, *path)
        if place in places or len(places) < _PLACES_AT_MOST:
            places.add(place)
            return True
        self._untold.setdefault(owner.direction, {}).setdefault(owner.operation, {}).update(dict.fromkeys(pair.changed))
        return False

    def untold(self, direction: Side) -> dict[str, list[str]]:
        """Each `$ref` with a changed target → the operations in which not all its places were followed."""
        found: dict[str, list[str]] = {}
        for operation, refs in self._untold.get(direction, {}).items():
            for ref in sorted(_closure(refs, self._targets) & self._differing):
                found.setdefault(ref, []).append(operation)
        return found


def _closure(refs: Iterable[str], leading: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The references, and all that they point to."""
    found = set(refs)
    waiting = list(found)
    while waiting:
        more = set(leading.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return frozenset(found)
