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
    from jumun_contracts.check.shape import Shape
    from jumun_contracts.schema.engines import Path
    from jumun_contracts.schema.parsing import JsonValue

_FIELD = re.compile(r"(?=[^0-9]*(?:[0-9][^0-9]*){0,3}\Z)[A-Za-z_][A-Za-z0-9_]{0,39}\Z")


def show_name(name: str) -> str:
    """An unknown key, or `*` where it does not look like a field."""
    return name if _FIELD.match(name) else ANY


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
