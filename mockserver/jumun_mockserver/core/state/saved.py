"""Values of a state as JSON: when two are equal, and when a document is what `State.save` gives."""

from __future__ import annotations

from typing import Any

from jumun_contracts import Schema
from jumun_mockserver.core.state.state import VERSION, StateError

_SAVED = {
    "type": "object",
    "required": ["version", "values", "logs"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": VERSION},
        "values": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": ["boolean", "number", "string", "array", "object"]},
            },
        },
        "ends": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "number"}},
        },
        "logs": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["last", "entries"],
                "additionalProperties": False,
                "properties": {
                    "last": {"type": "integer", "minimum": 0},
                    "entries": {"type": "array"},
                    "costs": {"type": "array", "items": {"type": "integer", "minimum": 0}},
                },
            },
        },
    },
}


def check_saved(document: Any) -> None:
    """Refuse what cannot be loaded.

    Raises:
        StateError: It is not what `State.save` gives, or of another version.
    """
    if isinstance(document, dict) and document.get("version", VERSION) != VERSION:
        raise StateError(f"version {document['version']!r} is not supported; this Jumun reads version {VERSION}")
    for found in Schema(_SAVED).iter_findings(document):
        raise StateError(found.message)
    for family, each in document.get("ends", {}).items():
        if strange := each.keys() - document["values"].get(family, {}).keys():
            raise StateError(f"/ends/{family} names {min(strange)!r}, which is not among its values")
    for name, log in document["logs"].items():
        if len(log["entries"]) > log["last"]:
            raise StateError(f"/logs/{name}/last must be at least the number of entries")
        if log.get("costs") and len(log["costs"]) != len(log["entries"]):
            raise StateError(f"/logs/{name}/costs must be as many as the entries")


def are_equal(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON. Python's own `==` would take true for 1."""
    if one != other or isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, dict):
        return all(are_equal(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return all(map(are_equal, one, other))
    return True
