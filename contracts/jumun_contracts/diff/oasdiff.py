"""Under which ids oasdiff reports the same change, for those who have lists of them.

Each is an id of its source (github.com/oasdiff/oasdiff, `checker/localizations_src/en/messages.yaml` at 0001ef8, and
`checker/check_request_parameter_serialization_updated.go` at c48676e); none is made up by likeness. What oasdiff tells
apart and a difference does not say has several, and what it has no check for has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.diff.difference import Difference

# By what came or went.
_PRESENCE: dict[tuple[str, str], tuple[str, ...]] = {
    ("operation", "lost"): ("api-removed-without-deprecation", "api-path-removed-without-deprecation"),
    ("operation", "gained"): ("endpoint-added",),
    ("deprecated", "gained"): ("endpoint-deprecated",),
    ("deprecated", "lost"): ("endpoint-reactivated",),
    ("security", "lost"): ("api-security-removed", "api-global-security-removed"),
    ("security", "gained"): ("api-security-added", "api-global-security-added"),
    ("parameter", "lost"): ("request-parameter-removed",),
    ("parameter", "gained"): ("new-optional-request-parameter", "new-required-request-parameter"),
    ("required parameter", "gained"): ("request-parameter-became-required", "new-required-request-parameter"),
    ("required parameter", "lost"): ("request-parameter-became-optional",),
    ("body", "gained"): ("request-body-added-optional", "request-body-added-required"),
    ("body", "lost"): ("request-body-removed",),
    ("required body", "gained"): ("request-body-became-required", "request-body-added-required"),
    ("required body", "lost"): ("request-body-became-optional",),
    ("accepted media type", "gained"): ("request-body-media-type-added",),
    ("accepted media type", "lost"): ("request-body-media-type-removed",),
    ("sent media type", "gained"): ("response-media-type-added",),
    ("sent media type", "lost"): ("response-media-type-removed",),
    ("header", "gained"): ("response-header-added",),
    ("header", "lost"): ("optional-response-header-removed", "required-response-header-removed"),
    ("promised header", "lost"): ("response-header-became-optional", "required-response-header-removed"),
}
_STATUSES = ("response-success-status", "response-non-success-status")
_SERIALIZATION = ("request-parameter-style-changed", "request-parameter-explode-changed")
_OPERATION_IDS = ("api-operation-id-added", "api-operation-id-removed")
# Of a property, by direction.
_REQUIRED = {
    ("request", True): ("request-property-became-required", "new-required-request-property"),
    ("request", False): ("request-property-became-optional",),
    ("response", True): ("response-property-became-required", "response-required-property-added"),
    ("response", False): ("response-property-became-optional", "response-required-property-removed"),
}
_PROPERTIES = {
    ("request", True): ("new-optional-request-property",),
    ("request", False): ("request-property-removed",),
    ("response", True): ("response-optional-property-added",),
    ("response", False): ("response-optional-property-removed",),
}

_STEMS = {
    "minimum": "min",
    "maximum": "max",
    "exclusiveMinimum": "exclusive-min",
    "exclusiveMaximum": "exclusive-max",
    "minLength": "min-length",
    "maxLength": "max-length",
    "minItems": "min-items",
    "maxItems": "max-items",
    "minProperties": "min-properties",
    "maxProperties": "max-properties",
    "multipleOf": "multiple-of",
    "const": "const",
    "default": "default-value",
    "pattern": "pattern",
    "enum": "enum-value",
    "type": "type",
    "anyOf": "any-of",
    "oneOf": "one-of",
    "prefixItems": "prefix-items",
    "if": "if",
    "contains": "contains",
    "dependentRequired": "dependent-required",
    "dependentSchemas": "dependent-schema",
    "patternProperties": "pattern-property",
    "propertyNames": "property-names",
    "uniqueItems": "unique-items",
    "unevaluatedItems": "unevaluated-items",
    "unevaluatedProperties": "unevaluated-properties",
    "contentEncoding": "content-encoding",
    "contentMediaType": "content-media-type",
    "contentSchema": "content-schema",
    "deprecated": "",
}
_BOUND = "decreased increased set"
_LISTED = "added removed"
_IN_BODIES = {
    **dict.fromkeys(("any-of", "one-of", "prefix-items", "if", "contains", "dependent-schema"), _LISTED),
    **dict.fromkeys(("pattern-property", "property-names", "unevaluated-items", "unevaluated-properties"), _LISTED),
    "content-schema": _LISTED,
    **dict.fromkeys(("const", "default-value", "dependent-required"), "added removed changed"),
    **dict.fromkeys(("content-encoding", "content-media-type"), "changed"),
    "list-of-types": "narrowed widened",
    "became": "nullable not-nullable",
}
_REQUEST = {
    **_IN_BODIES,
    **dict.fromkeys(("min", "max", "exclusive-min", "exclusive-max", "max-length", "min-items"), _BOUND),
    **dict.fromkeys(("max-items", "max-properties"), _BOUND),
    "min-length": "decreased increased",
    "min-properties": "increased",
    "multiple-of": "changed generalized set unset",
    "type": "changed generalized",
    "unique-items": "set unset",
}
_RESPONSE = {
    **_IN_BODIES,
    **dict.fromkeys(("max", "exclusive-max", "max-items", "max-properties"), "increased"),
    **dict.fromkeys(("min", "exclusive-min", "min-length", "min-properties"), "decreased"),
    "max-length": "increased unset",
    "min-items": "decreased unset",
    "multiple-of": "changed specialized unset",
    "type": "changed generalized specialized",
    "unique-items": "unset",
}
# What oasdiff has checks for, by where the schema is.
_CHANGES: dict[str, dict[str, str]] = {
    "request-body": {**_REQUEST, "became": "enum nullable not-nullable", "enum-value": "removed"},
    "request-property": {
        **_REQUEST,
        "": "deprecated reactivated",
        "became": "enum nullable not-nullable",
        "enum-value": _LISTED,
        "pattern": "added changed removed",
    },
    "request-parameter": {
        **dict.fromkeys(("min", "max", "exclusive-min", "exclusive-max", "max-length", "min-items"), _BOUND),
        **dict.fromkeys(("min-length", "max-items"), "decreased increased"),
        "became": "enum nullable not-nullable",
        "default-value": "added changed removed",
        "enum-value": _LISTED,
        "list-of-types": "narrowed widened",
        "pattern": "added changed removed",
        "type": "changed generalized",
    },
    "response-body": _RESPONSE,
    "response-property": {
        **_RESPONSE,
        "": "deprecated reactivated",
        "enum-value": _LISTED,
        "pattern": "added changed removed",
    },
    "response-mediatype": {"enum-value": "removed"},
    "response-header": {"became": "nullable not-nullable", "type": "changed generalized specialized"},
}


def oasdiff_ids(difference: Difference) -> tuple[str, ...]:
    """The ids, none if oasdiff has no check for it."""
    keyword, was, now = difference.keyword, difference.was, difference.now
    is_of_property = difference.place.startswith("/")
    is_new = bool(now) and not was
    found: tuple[str, ...] = ()
    match keyword:
        case "required" if is_of_property:
            found = _REQUIRED[difference.direction, is_new]
        case "properties" if is_of_property:
            found = _PROPERTIES[difference.direction, is_new]
        case "status" | "listed status" if difference.status.isdigit():
            kind = _STATUSES[not difference.status.startswith("2")]
            found = (f"{kind}-{'added' if is_new else 'removed'}",)
        case "serialization":
            styles = [str(each).removesuffix(" explode") for each in (was, now)]
            found = (_SERIALIZATION[styles[0] == styles[1]],)
        case "operationId":
            # Without an id it is called by method and path.
            found = (_OPERATION_IDS[" " not in str(was)],)
        case "parameter" if is_new and difference.place.startswith("path/"):
            found = ("new-request-path-parameter",)
        case "deprecated" if difference.place != "path":
            found = tuple(_iter_of_schema(difference))
        case _:
            come_or_gone = _PRESENCE.get((keyword, "gained" if is_new else "lost"), ())
            found = come_or_gone or tuple(_iter_of_schema(difference))
    return found


def all_ids() -> frozenset[str]:
    """Each id that a difference may have."""
    fixed = [*_PRESENCE.values(), *_REQUIRED.values(), *_PROPERTIES.values(), _SERIALIZATION, _OPERATION_IDS]
    statuses = [f"{each}-{change}" for each in _STATUSES for change in ("added", "removed")]
    of_schemas = [
        _id(scope, stem, change)
        for scope, stems in _CHANGES.items()
        for stem, changes in stems.items()
        for change in changes.split()
    ]
    return frozenset([*(each for ids in fixed for each in ids), *statuses, *of_schemas, "new-request-path-parameter"])


def _iter_of_schema(difference: Difference) -> Iterator[str]:
    scope = _scope(difference)
    known = _CHANGES.get(scope, {})
    if difference.keyword not in _STEMS:
        return
    for stem, change in dict.fromkeys(_iter_changes(difference)):
        if change in known.get(stem, "").split():
            yield _id(scope, stem, change)


def _scope(difference: Difference) -> str:
    direction, place = difference.direction, difference.place
    if place.startswith("/"):
        return f"{direction}-property"
    if not place:
        is_enum_of_response = difference.keyword == "enum" and direction == "response"
        return "response-mediatype" if is_enum_of_response else f"{direction}-body"
    # What is within a parameter or a header has no checks but for few.
    is_whole = len(place.split("/")) == len(("in", "name"))
    return {"request": "request-parameter", "response": "response-header"}[direction] if is_whole else ""


def _id(scope: str, stem: str, change: str) -> str:
    return "-".join(each for each in (scope, stem, change) if each)


def _iter_changes(difference: Difference) -> Iterator[tuple[str, str]]:
    """What happened to the keyword's value, as stem and ending of an id."""
    keyword, stem = difference.keyword, _STEMS[difference.keyword]
    was: Any = difference.was
    now: Any = difference.now
    match keyword:
        case "deprecated":
            yield stem, "deprecated" if now else "reactivated"
        case "type":
            yield from _iter_type_changes(was, now, difference.direction)
        case "enum" if was is None or now is None:
            yield from [("became", "enum")] * (was is None)
        case "enum" | "anyOf" | "oneOf" | "prefixItems":
            olds, news = (each if isinstance(each, list) else [] for each in (was, now))
            yield from [(stem, "added")] * any(each not in olds for each in news)
            yield from [(stem, "removed")] * any(each not in news for each in olds)
        case _ if was is None or now is None:
            yield from ((stem, each) for each in (("added", "set") if was is None else ("removed", "unset")))
            yield from [(stem, "changed")] * keyword.startswith("content")
        case "uniqueItems":
            yield stem, "set" if now else "unset"
        case "multipleOf":
            divisors = (was, now) if difference.direction == "request" else (now, was)
            is_of_it = divisors[0] % divisors[1] == 0
            special = "generalized" if difference.direction == "request" else "specialized"
            yield stem, special if is_of_it else "changed"
        case _ if isinstance(was, int | float) and isinstance(now, int | float) and keyword not in ("const", "default"):
            yield stem, "increased" if now > was else "decreased"
        case _:
            yield stem, "changed"


def _iter_type_changes(was: Any, now: Any, direction: str) -> Iterator[tuple[str, str]]:
    olds, news = (set(each) if isinstance(each, list) else {each} for each in (was, now))
    if None in olds | news:
        return
    if olds ^ news == {"null"}:
        yield "became", "nullable" if "null" in news else "not-nullable"
    elif len(olds) == len(news) == 1:
        is_wider, is_narrower = (olds, news) == ({"integer"}, {"number"}), (olds, news) == ({"number"}, {"integer"})
        is_special = is_narrower and direction == "response"
        yield "type", "generalized" if is_wider else "specialized" if is_special else "changed"
    elif olds < news or news < olds:
        yield "list-of-types", "widened" if olds < news else "narrowed"
