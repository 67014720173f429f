"""What the value of each keyword must be, for documents that engines would refuse as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.engines import SchemaError
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_COUNT = "must be a whole number, 0 or more"
_NUMBER = "must be a number"
_TEXT = "must be text"
_BOOLEAN = "must be true or false"
_READABLE = "must be a regular expression that this engine can read"
_DEMANDS: Mapping[str, str] = {
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT),
    **dict.fromkeys(("minContains", "maxContains"), _COUNT),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "format"), _TEXT),
    **dict.fromkeys(("deprecated", "uniqueItems"), _BOOLEAN),
    "multipleOf": "must be a number above 0",
    "pattern": _READABLE,
    "dependentRequired": "must have lists of names, none of them twice",
}


def unmet_demand(keyword: str, value: Any) -> str:
    """What `value` should be and is not; '' if the keyword may have it."""
    match keyword:
        case "type":
            names = value if isinstance(value, list) else [value]
            is_known = bool(names) and all(isinstance(each, str) and each in _TYPES for each in names)
            is_met = is_known and len(set(names)) == len(names)
            return "" if is_met else f"must be {', '.join(_TYPES[:-1])} or {_TYPES[-1]}, or a list of them, none twice"
        case "enum":
            return "" if isinstance(value, list) else "must be a list"
        case "required":
            is_met = isinstance(value, list) and all(isinstance(each, str) for each in value)
            return "" if is_met else "must be a list of names"
        case "x-known-values":
            is_met = isinstance(value, list) and all(isinstance(each, dict) and "value" in each for each in value)
            return "" if is_met else "must be a list of objects, each with a value"
        case _ if keyword in _DEMANDS:
            try:
                Schema({keyword: value})
            except SchemaError:
                return _DEMANDS[keyword]
    return ""
