"""What one schema lets through that another does not.

A schema is a conjunction of its keywords, so what a `wide` one lets through and a `narrow` one refuses is refused by
one of the narrow one's keywords, at one place. Each keyword is taken alone, and a value is looked for that fits all the
wide one says at that place and fails this keyword, and that fits in a whole body. Found, it is the proof. Which
side is wide decides whether that breaks clients: see `rules`.

A sender is taken to send what is described: a key that the wide schema does not name does not make a change
breaking, unless the schema names no key at all. Were it otherwise, each new optional field of a request would be.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jumun_contracts.diff.gap import Gap, render_place
from jumun_contracts.diff.look import look_at
from jumun_contracts.diff.proofs import Prover
from jumun_contracts.diff.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.contract.model import Side
    from jumun_contracts.diff.look import Doubt, Look
    from jumun_contracts.diff.place import Place
    from jumun_contracts.diff.proofs import Bodies
    from jumun_contracts.diff.shared import Owner, Pair

_STEPS_AT_MOST = 16


@dataclass(frozen=True, slots=True)
class _Stand:
    """A pair and its place.

    Attributes:
        within: The pairs around it.
        order: Its place in the order of the document.
    """

    pair: Pair
    path: tuple[str, ...] = ()
    within: frozenset[Pair] = frozenset()
    order: tuple[int, ...] = ()


class Search:
    """One search through the bodies of two versions, for what the wide one lets through and the narrow one refuses."""

    def __init__(self, wide: Bodies, narrow: Bodies) -> None:
        """Whatever is looked at need not be among these bodies; if it is, much is worked out only once."""
        self._prover = Prover(wide, narrow)
        self._shared: Shared | None = None
        self._looks: dict[Pair, Look] = {}

    @property
    def has_given_up(self) -> bool:
        """Whether so many values were tried that no more are: what is unproved since then may well be provable."""
        return self._prover.has_given_up

    def untold(self, direction: Side) -> Mapping[str, list[str]]:
        """Each `$ref` with a changed target → the operations in which not all its places were followed."""
        return self._shared.untold(direction) if self._shared else {}

    def find_gaps(self, wide: Place, narrow: Place, *, owner: Owner) -> list[Gap]:
        """All that `wide` lets through and `narrow` refuses, one entry for each keyword and place.

        Args:
            owner: How far schemas are followed depends on where they were met before.

        Raises:
            SchemaError: One of the two is not a JSON Schema 2020-12.
        """
        shared = self._shared = self._shared or Shared(wide, narrow)
        rows: list[tuple[tuple[int, ...], Gap]] = []
        is_cut = False
        # Level by level: what is in several places is met at the shortest first.
        waiting = deque([_Stand(shared.pair(wide, narrow))])
        while waiting:
            here = waiting.popleft()
            pair = here.pair
            if pair.is_same or pair in here.within or not shared.is_followed(pair, here.path, owner=owner):
                continue
            if len(here.path) > _STEPS_AT_MOST or (self.has_given_up and pair not in self._looks):
                is_cut = True
                continue
            if pair not in self._looks:
                self._looks[pair] = look_at(pair, shared, self._prover)
            look, within = self._looks[pair], here.within | {pair}
            rows += [(here.order, gap) for gap in self._iter_gaps(here, look, (wide, narrow))]
            waiting += [
                _Stand(inner, (*here.path, *steps), within, (*here.order, number))
                for number, (steps, inner) in enumerate(look.inner)
            ]
        if is_cut:
            rows.append(((), Gap("unseen", "", "$ref")))
        found: dict[tuple[str, str], Gap] = {}
        for _, gap in sorted(rows, key=lambda row: row[0]):
            key = (gap.place, gap.keyword)
            if key not in found or (gap.strength == "proved" and found[key].strength != "proved"):
                found[key] = gap
        return list(found.values())

    def _iter_gaps(self, here: _Stand, look: Look, roots: tuple[Place, Place]) -> Iterator[Gap]:
        for doubt in look.doubts:
            yield from self._iter_judged(here, doubt, roots)
        prefix = render_place(here.path)
        yield from (replace(each, place=prefix + each.place) for each in look.remarks)

    def _iter_judged(self, here: _Stand, doubt: Doubt, roots: tuple[Place, Place]) -> Iterator[Gap]:
        place = render_place((*here.path, doubt.name) if doubt.name else here.path)
        gap = Gap("unproved", place, doubt.keyword, doubt.was_wide, doubt.was_narrow)
        proofs = self._prover.iter_proofs(roots, here.path, here.pair.wide, doubt.alone, sources=doubt.sources)
        for instance in proofs:
            yield replace(gap, strength="proved", instance=instance)
            return
        if doubt.unproved is not None and not self._prover.is_covered(here.pair.wide, doubt.alone):
            yield replace(gap, strength=doubt.unproved)
