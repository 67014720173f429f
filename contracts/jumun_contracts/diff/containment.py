"""What can be proved without a value: that a place takes all that another does, or nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.diff.patterns import is_widened
from jumun_contracts.schema.engines import engine_name
from jumun_contracts.schema.formats import FORMATS

if TYPE_CHECKING:
    import jsonschema_rs

    from jumun_contracts.diff.place import Place

# More definitions than these take it long, and what they point to is seldom decided.
_DEFINITIONS_AT_MOST = 16


def covers(narrow: Place, wide: Place) -> bool:
    """Whether it is certain that `narrow` takes all that `wide` does."""
    layers = narrow.layers()
    if len(layers) == 1 and layers[0].keys() == {"pattern"}:
        patterns = [layer["pattern"] for layer in wide.layers() if "pattern" in layer]
        if wide.types() <= {"string"} and any(is_widened(each, layers[0]["pattern"]) for each in patterns):
            return True
    # Cut short, the wide one takes more: what covers that covers the whole.
    sides = _canonical(narrow), _canonical(wide, levels=2)
    if sides[0] is None or sides[1] is None:
        return False
    try:
        return str(sides[0].covers(sides[1]).value) == "yes"
    except ValueError:
        # It cannot reason about one of them.
        return False


def takes_nothing(place: Place) -> bool:
    """Whether it is certain that no value fits."""
    canonical = _canonical(place, levels=2)
    return canonical is not None and str(canonical.satisfiability().value) == "no"


def _canonical(place: Place, *, levels: int | None = None) -> jsonschema_rs.CanonicalSchema | None:
    """The place as jsonschema-rs reasons about it, None where it cannot, or where another engine judges."""
    if engine_name() != "jsonschema-rs":
        return None
    import jsonschema_rs  # noqa: PLC0415 - it may not be installed

    if len(place.reach(levels=levels, at_most=_DEFINITIONS_AT_MOST)) > _DEFINITIONS_AT_MOST:
        return None
    try:
        return jsonschema_rs.canonicalize(
            _without_idle_formats(place.document(levels=levels)),
            draft=jsonschema_rs.Draft202012,
            validate_formats=True,
            offline=True,
        )
    except ValueError:
        return None


def _without_idle_formats(node: Any) -> Any:
    """A copy without the formats that no one asserts here."""
    if isinstance(node, list):
        return [_without_idle_formats(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_idle_formats(value)
        for key, value in node.items()
        if not (key == "format" and isinstance(value, str) and value not in FORMATS)
    }
