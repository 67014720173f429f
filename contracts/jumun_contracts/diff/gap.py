"""What a search finds: one keyword of the narrow side that refuses what the wide side lets through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from jumun_contracts.diff.place import EXTRA, ITEMS, MADE_UP
from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.schema.parsing import JsonValue

Strength: TypeAlias = Literal["proved", "unproved", "strict", "content", "note", "unseen"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One keyword of the narrow side that refuses what the wide side lets through.

    Attributes:
        strength: `proved` by `instance`; `unproved`: neither an instance was found nor that there is none; `strict`:
            refused only when objects and lists of known values count as closed; `content`: nothing is refused, and
            read otherwise; `note`: nothing is refused; `unseen`: from here on nothing was compared.
        place: Pointer with `*` for items and unnamed keys; for `required` and `properties` that of the property.
        wide: What the wide side has for the keyword there.
        narrow: What the narrow side has.
        instance: A whole body, None without proof.
    """

    strength: Strength
    place: str
    keyword: str
    wide: JsonValue = field(default=None, hash=False)
    narrow: JsonValue = field(default=None, hash=False)
    instance: JsonValue = field(default=None, hash=False)


def render_place(path: Sequence[str]) -> str:
    """A path as a pointer with `*` for items and unnamed keys."""
    return "".join(
        "/*" if step in (ITEMS, EXTRA) or step.startswith(MADE_UP) else f"/{escape_key(step)}" for step in path
    )
