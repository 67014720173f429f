"""What one judge has found, in a form that travels between processes and can be added to what another has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.check.verdict import Complaint, Unjudged


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
