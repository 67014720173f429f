"""Which keys of a body may be shown: those that the schema names, and unknown ones that look like names of fields.

Keys that the contract does not know are the sender's data. A new field is what drift is looked for, and a map keyed by
people is what must not get out; see docs/decisions/judge.md for how the two are told apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumun_contracts.check.shape import ANY
from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_contracts.check.shape import Shape
    from jumun_contracts.schema.engines import Path
    from jumun_contracts.schema.parsing import JsonValue

_FIELD = re.compile(r"(?=[^0-9]*(?:[0-9][^0-9]*){0,3}\Z)[A-Za-z_][A-Za-z0-9_]{0,39}\Z")
_SHOWN_AT_ONE_PLACE = 16


class Disclosure:
    """Remembers which unknown keys were shown of a place, so that a map keyed by names gets no further.

    It can tell them, so that another may go on from there.
    """

    def __init__(self, shown: Mapping[str, Sequence[str]] | None = None) -> None:
        """As if `shown`, of another, had been shown here."""
        self._shown: dict[str, dict[str, None]] = {}
        self.takes(shown or {})

    def show(self, name: str, *, place: str) -> str:
        """`name`, or `*` where it does not look like a field or its place has shown enough of them.

        Args:
            place: Of the object, any text that is the same for the same place.
        """
        shown = self._shown.get(place, {})
        if name in shown:
            return name
        if not _FIELD.match(name) or len(shown) >= _SHOWN_AT_ONE_PLACE:
            return ANY
        self._shown.setdefault(place, {})[name] = None
        return name

    def shown(self) -> dict[str, tuple[str, ...]]:
        """Place → keys that were shown of it."""
        return {place: tuple(keys) for place, keys in self._shown.items()}

    def takes(self, shown: Mapping[str, Sequence[str]]) -> bool:
        """Show all of that here too. Whether every key was: else what was shown there would not have been here.

        The other must have gone on from here, as far as this had come when it began. Then this holds also for one
        that refused keys: its places are full, and no key fits in here that is not among theirs.
        """
        return all(self.show(name, place=place) == name for place, names in shown.items() for name in names)


def show_place(path: Path, body: JsonValue, shape: Shape) -> tuple[str, str, Shape | None]:
    """A path into `body` as a pointer that may be shown, its pattern, and what the schema knows of the place.

    A key that the schema does not name becomes `*` in both, an index in the pattern.
    """
    shown, pattern = "", ""
    here: Shape | None = shape
    value: Any = body
    for step in path:
        value = value[step]
        if isinstance(step, int):
            shown, pattern = f"{shown}/{step}", f"{pattern}/{ANY}"
            here = here.items if here else None
            continue
        known = here.properties.get(step) if here else None
        text = f"/{escape_key(step) if known else ANY}"
        shown, pattern = shown + text, pattern + text
        here = known or (here.others if here else None)
    return shown, pattern, here
