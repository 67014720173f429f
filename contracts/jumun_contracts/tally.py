"""What one judge has found, in a form that travels between processes and can be added to what another has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_contracts.disclosure import Disclosure
from jumun_contracts.shape import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_contracts.verdict import Complaint, Unjudged


class Tally(NamedTuple):
    """A judge's findings over some exchanges. Holds what a verdict may show, and nothing else of them.

    Attributes:
        judged: As in `Verdict`.
        complaints: Folded, in the order of first occurrence.
        unjudged: Likewise.
        exercised: As `Exercised.state` has it.
        shown: Place → unknown keys that were shown of it.
    """

    judged: int
    complaints: tuple[Complaint, ...]
    unjudged: tuple[Unjudged, ...]
    exercised: Any
    shown: Mapping[str, tuple[str, ...]]


class SharedDisclosure(Disclosure):
    """A disclosure that can tell what it has shown, so that another may go on from there."""

    def __init__(self, shown: Mapping[str, Sequence[str]] | None = None) -> None:
        """As if `shown`, of another, had been shown here."""
        super().__init__()
        self._keys: dict[str, dict[str, None]] = {}
        self.takes(shown or {})

    def show(self, name: str, *, place: str) -> str:
        """As of any disclosure."""
        shown = super().show(name, place=place)
        if shown != ANY:
            self._keys.setdefault(place, {})[name] = None
        return shown

    def shown(self) -> dict[str, tuple[str, ...]]:
        """Place → keys that were shown of it."""
        return {place: tuple(keys) for place, keys in self._keys.items()}

    def takes(self, shown: Mapping[str, Sequence[str]]) -> bool:
        """Show all of that here too. Whether every key was: else what was shown there would not have been here.

        The other must have gone on from here, as far as this had come when it began. Then this holds also for one
        that refused keys: its places are full, and no key fits in here that is not among theirs.
        """
        return all(self.show(name, place=place) == name for place, names in shown.items() for name in names)
