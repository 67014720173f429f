"""jsonschema: for platforms without jsonschema-rs, and to check it with. A hundred times as slow."""

from __future__ import annotations

import ast
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError as MetaSchemaError
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing.jsonschema import DRAFT202012

from jumun_contracts.schema.engines import InstanceError, SchemaError, refuse_dangling, value_at
from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.pointers import render_pointer
from jumun_contracts.schema.subschemas import Same, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema import ValidationError
    from referencing import Registry

    from jumun_contracts.schema.engines import Violation
    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

# jsonschema itself says where these are broken.
_TOLD = ("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties")
_ANYTHING: dict[str, Any] = {}
_NEVER = {"not": _ANYTHING}
_LIST_OF_NAMES = re.compile(r"\((.*) (?:was|were) unexpected\)\Z", re.DOTALL)


class PyEngine:
    """A schema compiled with jsonschema."""

    def __init__(self, validator: Draft202012Validator) -> None:
        self._validator = validator

    def is_valid(self, instance: JsonValue) -> bool:
        """Whether the instance fits; raises InstanceError."""
        return not any(self._iter_errors(instance))

    def violations(self, instance: JsonValue) -> list[Violation]:
        """Everything that does not fit; raises InstanceError."""
        return [each for error in self._iter_errors(instance) for each in _read(error, instance)]

    def _iter_errors(self, instance: JsonValue) -> Iterator[ValidationError]:
        try:
            _refuse_what_is_not_json(instance)
            yield from self._validator.iter_errors(instance)
        except RecursionError:
            raise InstanceError("nested too deep for the engine jsonschema; jsonschema-rs goes deeper") from None


def compile_schema(document: SchemaDocument, resources: Mapping[str, SchemaDocument]) -> PyEngine:
    """Compile a schema with jsonschema; raises SchemaError."""
    formats = FormatChecker(formats=())
    for name, check in FORMATS.items():
        formats.checks(name)(check)
    registry = _register(tuple(map(Same, resources.values())), tuple(resources))
    prepared = _prepare(Same(document))
    refuse_dangling(document, resources)
    return PyEngine(Draft202012Validator(prepared, registry=registry, format_checker=formats))


@lru_cache(maxsize=16)
def _register(documents: tuple[Same, ...], uris: tuple[str, ...]) -> Registry[Any]:
    # A registry of our own has no retriever; jsonschema's would go to the network.
    known = ((uri, DRAFT202012.create_resource(_prepare(each))) for uri, each in zip(uris, documents, strict=True))
    registry: Registry[Any] = REGISTRY.with_resources(known).crawl()
    return registry


@lru_cache(maxsize=1_024)
def _prepare(same: Same) -> Any:
    """A document as jsonschema is given it, checked."""
    try:
        Draft202012Validator.check_schema(same.document)
    except MetaSchemaError as error:
        place = render_pointer(list(error.absolute_path)) or "the root"
        trouble = "Python cannot read this pattern" if error.validator == "format" else error.message
        raise SchemaError(f"not a JSON Schema 2020-12, at {place}: {trouble}") from None
    return rewrite(same.document, _without_false)


def _without_false(schema: Any, keyword: str) -> Any:
    """`_NEVER` for a schema that is `false`, of which jsonschema does not say where it is."""
    return _NEVER if schema is False and keyword and keyword not in _TOLD else schema


def _with_false(value: Any) -> Any:
    """A keyword's value as it was."""
    if isinstance(value, list):
        return [_with_false(each) for each in value]
    if isinstance(value, dict):
        return False if value is _NEVER else {name: _with_false(each) for name, each in value.items()}
    return value


def _refuse_what_is_not_json(instance: Any) -> None:
    waiting = [instance]
    while waiting:
        here = waiting.pop()
        match here:
            case dict():
                waiting += [*here, *here.values()]
                if not all(isinstance(name, str) for name in here):
                    raise InstanceError("a property's name is not a string")
            case list():
                waiting += here
            case str():
                if not here.isascii() and any("\ud800" <= each <= "\udfff" for each in here):
                    raise InstanceError("half a surrogate pair in a string")
            case float():
                if not math.isfinite(here):
                    raise InstanceError("a number that is not finite")
            case None | bool() | int():
                pass
            case _:
                raise InstanceError(f"a {type(here).__name__} is not a JSON value")


def _read(error: ValidationError, instance: JsonValue) -> Iterator[Violation]:
    """What one error says."""
    path = tuple(error.absolute_path)
    keyword, value, here = str(error.validator), cast("Any", error.validator_value), cast("Any", error.instance)
    schema = cast("dict[str, Any]", error.schema)
    if isinstance(here, str) and isinstance(value_at(instance, path), dict):
        yield path, "propertyNames", here
    elif keyword == "None" or value is _ANYTHING:
        yield path, "false", False
    elif keyword in _NAMING:
        yield from ((path, keyword, name) for name in _NAMING[keyword](error, value, here))
    elif keyword == "items":  # it refuses the rest at once
        rest = range(len(schema.get("prefixItems", ())), len(here))
        yield from (((*path, index), "false", False) for index in rest)
    elif keyword == "contains" and "minContains" in schema:
        yield path, "minContains", schema["minContains"]
    else:
        yield path, keyword, _with_false(value)


def _list_undeclared(error: ValidationError, _value: Any, here: Any) -> Iterable[str]:
    schema = cast("dict[str, Any]", error.schema)
    patterns, declared = schema.get("patternProperties", ()), schema.get("properties", ())
    return (name for name in here if name not in declared and not any(re.search(each, name) for each in patterns))


def _list_unevaluated(error: ValidationError, _value: Any, _here: Any) -> Iterable[str]:
    """They are in its message only, as Python writes them."""
    found = cast("re.Match[str]", _LIST_OF_NAMES.search(error.message))
    return cast("list[str]", ast.literal_eval(f"[{found[1]}]"))


# Keywords about names: which ones, by the error, the keyword's value and the object.
_NAMING: Mapping[str, Callable[[ValidationError, Any, Any], Iterable[str]]] = {
    "required": lambda _, value, here: (name for name in value if name not in here),
    "dependentRequired": lambda _, value, here: (
        name for key in value if key in here for name in value[key] if name not in here
    ),
    "additionalProperties": _list_undeclared,
    "unevaluatedProperties": _list_unevaluated,
}
