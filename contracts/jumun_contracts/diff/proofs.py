"""Proofs that one side takes what the other refuses; what has been worked out once is kept."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from jumun_contracts.diff.containment import covers, takes_nothing
from jumun_contracts.diff.hints import find_hints
from jumun_contracts.diff.place import Place
from jumun_contracts.diff.witness import Maker
from jumun_contracts.schema.engines import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

_BODIES_OF_A_VALUE = 120
_VALUES = 4
# As the maker counts it.
_WORK_OF_A_PLACE = 20
_WORK_OF_A_BODY = 1
_WORK_OF_COVERING = 200


class Bodies:
    """All bodies of one version: one schema, so that what they share is compiled once."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Nothing is compiled before it is needed."""
        self._places = {repr(each.nodes): each for each in places}
        self._numbers = {key: str(number) for number, key in enumerate(self._places)}
        self._compiled: dict[str, Schema | None] = {}

    def is_valid(self, place: Place, body: JsonValue) -> bool:
        """Whether `body` fits there.

        Raises:
            SchemaError: What is there is no JSON Schema 2020-12.
        """
        key = repr(place.nodes)
        if key in self._numbers and (whole := self._whole()) is not None:
            return whole.is_valid({self._numbers[key]: body})
        if key not in self._compiled:
            self._compiled[key] = place.compile()
        alone = self._compiled[key]
        return alone is not None and alone.is_valid(body)

    def _whole(self) -> Schema | None:
        """None if one of the bodies is not a schema: it must not hinder the others."""
        if "" not in self._compiled:
            parts = {self._numbers[key]: {"allOf": list(place.nodes)} for key, place in self._places.items()}
            definitions = next((each.definitions for each in self._places.values()), {})
            try:
                self._compiled[""] = Place(({"properties": parts},), definitions).compile()
            except SchemaError:
                self._compiled[""] = None
        return self._compiled[""]


class Prover:
    """Looks for bodies that the wide version takes and the narrow one refuses."""

    def __init__(self, wide: Bodies, narrow: Bodies) -> None:
        """Nothing is worked out before it is asked for."""
        self._wide = wide
        self._narrow = narrow
        self._maker = Maker()
        self._refused: dict[tuple[str, str], list[JsonValue]] = {}
        self._covered: dict[tuple[str, str], bool] = {}
        self._empty: dict[str, bool] = {}
        self._checked: set[str] = set()

    @property
    def has_given_up(self) -> bool:
        """Whether so much has been tried that no more is."""
        return self._maker.work_left < 0

    def check(self, place: Place) -> None:
        """Begin with a place: look whether the schema of the value itself is a JSON Schema 2020-12.

        Raises:
            SchemaError: It is none.
        """
        key = repr(place.nodes)
        if key not in self._checked:
            self._maker.spend(_WORK_OF_A_PLACE)
            Place(tuple(place.layers()), {}).compile()
            self._checked.add(key)

    def is_empty(self, place: Place) -> bool:
        """Whether it is certain that nothing fits."""
        key = repr(place.nodes)
        if key not in self._empty:
            self._empty[key] = not any(True for _ in self._maker.iter_values(place)) and takes_nothing(place)
        return self._empty[key]

    def is_covered(self, wide: Place, alone: Place) -> bool:
        """Whether it is certain that `alone` takes all that `wide` does."""
        key = repr(wide.nodes), repr(alone.nodes)
        if key not in self._covered:
            self._maker.spend(_WORK_OF_COVERING)
            self._covered[key] = not self.has_given_up and covers(alone, wide)
        return self._covered[key]

    def iter_proofs(
        self,
        roots: tuple[Place, Place],
        path: Sequence[str],
        wide: Place,
        alone: Place,
        *,
        sources: Sequence[Place] = (),
    ) -> Iterator[JsonValue]:
        """Whole bodies that the wide root takes and the narrow one refuses, with what `alone` refuses at `path`.

        Args:
            sources: Other places whose values may be refused as well.
        """
        for value in self._refused_values(wide, alone, sources):
            for body in itertools.islice(self._maker.iter_bodies(roots[0], path, value), _BODIES_OF_A_VALUE):
                self._maker.spend(_WORK_OF_A_BODY)
                if self._wide.is_valid(roots[0], body) and not self._narrow.is_valid(roots[1], body):
                    yield body

    def _refused_values(self, wide: Place, alone: Place, sources: Sequence[Place]) -> list[JsonValue]:
        key = repr(wide.nodes), repr(alone.nodes)
        if key not in self._refused:
            schema, aim = alone.compile(levels=2), find_hints((wide.document(levels=1), alone.document(levels=1)))
            good = itertools.chain(
                self._maker.iter_values(wide, aim=aim),
                *(self._iter_fitting(wide, source) for source in sources),
            )
            self._refused[key] = list(itertools.islice((each for each in good if not schema.is_valid(each)), _VALUES))
        return self._refused[key]

    def _iter_fitting(self, wide: Place, source: Place) -> Iterator[JsonValue]:
        """Values of another place that fit the wide one."""
        schema = wide.compile(levels=2)
        yield from (each for each in self._maker.iter_values(source) if schema.is_valid(each))
