"""The two JSON Schema engines, made to say the same things in the same words.

jsonschema-rs and jsonschema differ in how they name and place what they refuse; here both become `Violation`s.
`validation` says which of them is asked when.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.pointers import render_pointer
from jumun_contracts.schema.sieve import has_formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jsonschema import Draft202012Validator, ValidationError

    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# jsonschema-rs asserts these by itself and jsonschema does not: what `FORMATS` leaves out, nobody asserts.
_UNASSERTED_FORMATS = (
    *("duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri", "iri-reference"),
    *(
        "json-pointer",
        "regex",
        "relative-json-pointer",
        "time",
        "uri",
        "uri-reference",
        "uri-template",
        "uuid",
    ),
)


class SchemaError(ValueError):
    """The schema cannot be used: not a JSON Schema 2020-12, or a `$ref` in it leads nowhere."""


class Violation(NamedTuple):
    """What either engine says, in the same words."""

    path: tuple[str | int, ...]
    keyword: str
    expected: JsonValue


def compile_decider(
    document: SchemaDocument, resources: Mapping[str, SchemaDocument]
) -> jsonschema_rs.Draft202012Validator:
    """jsonschema-rs with our formats and nothing to fetch from.

    Raises:
        SchemaError: Not a JSON Schema 2020-12, or a `$ref` that can be reached does not resolve.
    """
    for name, each in {"the schema": document, **resources}.items():
        if not isinstance(each, bool) and each.get("$schema", _DIALECT) != _DIALECT:
            raise SchemaError(f"{name} names another $schema than {_DIALECT}")
    # Functions to call back make it slow even where it never calls them: none, then, unless there are formats.
    is_asserting = any(has_formats(each) for each in (document, *resources.values()))
    formats: dict[str, Callable[[object], bool]] = dict.fromkeys(_UNASSERTED_FORMATS, _accept)
    plain = cast("Mapping[str, dict[str, Any]]", resources)
    try:
        return jsonschema_rs.Draft202012Validator(
            document if isinstance(document, bool) else dict(document),
            registry=jsonschema_rs.Registry(list(plain.items()), draft=jsonschema_rs.Draft202012),
            formats={**formats, **FORMATS} if is_asserting else None,
            validate_formats=is_asserting,
            offline=True,
            mask="***",  # its messages are not read, and to write an instance into them is dear
        )
    except jsonschema_rs.ValidationError as error:
        trouble, place = error.message, render_pointer(error.instance_path)
        may_dangle = isinstance(error.kind, Kind.Referencing)
    except ValueError as error:  # from the registry, which follows references between resources
        trouble, place = str(error), ""
        may_dangle = True
    dangling = _dangling_ref(document, resources) if may_dangle else None
    if dangling is not None:
        raise SchemaError(f'$ref "{dangling}" cannot be resolved; are all its documents in resources?')
    raise SchemaError(f"not a JSON Schema 2020-12, at {place or 'the root'}: {trouble}")


def _dangling_ref(document: SchemaDocument, resources: Mapping[str, SchemaDocument]) -> str | None:
    """The first `$ref` that leads nowhere. jsonschema-rs names only the part of it that was not found."""
    from referencing import Registry  # noqa: PLC0415 - 40 ms, needed on failure only
    from referencing.exceptions import Unresolvable  # noqa: PLC0415
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    known = {uri: DRAFT202012.create_resource(each) for uri, each in resources.items()}
    registry: Registry[Any] = Registry().with_resources(known.items())
    roots = [DRAFT202012.create_resource(document), *known.values()]
    pending = [(root, registry.resolver_with_root(root)) for root in roots]
    for resource, resolver in pending:
        reference = resource.contents.get("$ref") if isinstance(resource.contents, Mapping) else None
        if isinstance(reference, str):
            try:
                resolver.lookup(reference)
            except Unresolvable:
                return reference
        pending.extend((each, resolver.in_subresource(each)) for each in resource.subresources())
    return None


def compile_explainer(document: SchemaDocument, resources: Mapping[str, SchemaDocument]) -> Draft202012Validator:
    """Jsonschema with our formats and nothing to fetch from."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - 60 to 100 ms, rarely needed
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # noqa: PLC0415
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    formats = FormatChecker(formats=())
    for name, check in FORMATS.items():
        formats.checks(name)(check)
    # A registry of our own has no retriever; jsonschema's would go to the network.
    known = ((uri, DRAFT202012.create_resource(each)) for uri, each in resources.items())
    return Draft202012Validator(document, registry=REGISTRY.with_resources(known), format_checker=formats)


def iter_rs_violations(error: jsonschema_rs.ValidationError, path: tuple[str | int, ...]) -> Iterator[Violation]:
    """What one error of jsonschema-rs says about the value at `path`, which `read_rs_path` has told."""
    keyword = str(error.schema_path[-1]) if error.schema_path else "false"
    # Kinds that are not named here hold parts of the instance, or nothing.
    match error.kind:
        case Kind.AdditionalProperties(unexpected=names) | Kind.UnevaluatedProperties(unexpected=names):
            for name in names:
                yield Violation(path, keyword, name)
        case Kind.Required(property=name):  # of dependentRequired as well
            # Of a closed object that requires what it does not name, jsonschema-rs says so always.
            if name not in cast("dict[str, JsonValue]", error.instance):
                yield Violation(path, keyword, name)
        case Kind.FalseSchema():
            yield Violation(path, "false", expected=False)
        case Kind.PropertyNames(error=inner):
            yield Violation(path, "propertyNames", str(inner.instance))
        case Kind.Type(types=types):
            yield Violation(path, keyword, types[0] if len(types) == 1 else list(types))
        case Kind.UniqueItems():
            yield Violation(path, keyword, expected=True)
        case (
            Kind.Constant()
            | Kind.Enum()
            | Kind.Format()
            | Kind.MultipleOf()
            | Kind.Not()
            | Kind.Pattern()
            | Kind.ExclusiveMaximum()
            | Kind.ExclusiveMinimum()
            | Kind.Maximum()
            | Kind.Minimum()
            | Kind.MaxItems()
            | Kind.MaxLength()
            | Kind.MaxProperties()
            | Kind.MinItems()
            | Kind.MinLength()
            | Kind.MinProperties()
        ):
            yield Violation(path, keyword, error.kind.value)
        case _:
            yield Violation(path, keyword, None)


def read_rs_path(error: jsonschema_rs.ValidationError, instance: JsonValue) -> tuple[tuple[str | int, ...], bool]:
    """Where in `instance` one error of jsonschema-rs is, and whether that is certain; if not, it may be below.

    jsonschema-rs leaves out of its paths names that are empty, and makes numbers of names like `007`. Of an object that
    may have no property at all it says `false`, once.
    """
    path: list[str | int] = []
    here: Any = instance
    is_certain = True
    for step in error.instance_path:
        if isinstance(here, dict):
            is_certain = is_certain and "" not in here
            if step not in here:
                names = [name for name in here if _is_number(name, step)]
                if len(names) != 1:
                    return tuple(path), False
                step = names[0]  # noqa: PLW2901
        elif not isinstance(here, list) or not isinstance(step, int) or step >= len(here):
            return tuple(path), False
        path.append(step)
        here = cast("Any", here)[step]
    is_vague = isinstance(error.kind, Kind.FalseSchema) and error.schema_path[-1:] == ["additionalProperties"]
    return tuple(path), is_certain and not is_vague and not (isinstance(here, dict) and "" in here)


def _is_number(name: str, step: str | int) -> bool:
    digits = name.removeprefix("+")
    return digits.isdigit() and (digits.lstrip("0") or "0") == str(step)


def iter_py_violations(error: ValidationError, instance: JsonValue) -> Iterator[Violation]:
    """What one error of jsonschema says about `instance`."""
    path = tuple(error.absolute_path)
    keyword, value, here = (
        str(error.validator),
        cast("Any", error.validator_value),
        cast("Any", error.instance),
    )
    schema = cast("dict[str, Any]", error.schema)
    if isinstance(here, str) and isinstance(value_at(instance, path), dict):
        yield Violation(path, "propertyNames", here)
    elif keyword == "required":
        yield from (Violation(path, keyword, name) for name in value if name not in here)
    elif keyword == "dependentRequired":
        names = [name for key in value if key in here for name in value[key]]
        yield from (Violation(path, keyword, name) for name in names if name not in here)
    elif keyword == "additionalProperties":
        yield from (Violation(path, keyword, name) for name in here if not _is_declared(name, schema))
    elif keyword == "items":  # refuses the rest at once; jsonschema-rs goes item by item
        rest = range(len(schema.get("prefixItems", ())), len(here))
        yield from (Violation((*path, index), "false", expected=False) for index in rest)
    elif keyword == "contains" and "minContains" in schema:
        yield Violation(path, "minContains", schema["minContains"])
    else:
        yield Violation(path, keyword, value)


def _is_declared(name: str, schema: Mapping[str, Any]) -> bool:
    patterns = schema.get("patternProperties", ())
    return name in schema.get("properties", ()) or any(re.search(each, name) for each in patterns)


def value_at(instance: JsonValue, path: Sequence[str | int]) -> JsonValue:
    """The value at the end of `path`."""
    here: Any = instance
    for step in path:
        here = here[step]
    return cast("JsonValue", here)


def _accept(_value: object) -> bool:
    return True
