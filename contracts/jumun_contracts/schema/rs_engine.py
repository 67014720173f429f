"""jsonschema-rs: compiled once, microseconds for a body."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from jumun_contracts.schema.engines import InstanceError, SchemaError, refuse_dangling, value_at
from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.pointers import render_pointer
from jumun_contracts.schema.references import References
from jumun_contracts.schema.subschemas import MAPS, Same, rewrite, survey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jumun_contracts.schema.engines import Path, Violation
    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

_END = r"$(?!\n)"
# Keywords whose schemas apply to a value within the instance.
_STEPPING = frozenset(
    (
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
        *("items", "prefixItems", "unevaluatedItems"),
    )
)
_REMEMBERED_AT_MOST = 1_024
_canonical = json.JSONEncoder(sort_keys=True).encode


class _Keyword(NamedTuple):
    """What an evaluation path points to.

    Attributes:
        name: '' where the path ends at a property's name or an index: the schema there is `false`.
        value: As the schema has it.
        depth: How many steps into the instance the path has taken before that keyword.
    """

    name: str
    value: Any
    depth: int


class RsEngine:
    """A schema compiled with jsonschema-rs."""

    def __init__(
        self,
        validator: jsonschema_rs.Draft202012Validator,
        document: SchemaDocument,
        resources: Mapping[str, SchemaDocument],
    ) -> None:
        self.document, self.resources = document, resources
        self._validator = validator
        self._references: References | None = None
        self._keywords: dict[Path, _Keyword | None] = {}

    def is_valid(self, instance: JsonValue) -> bool:
        """Whether the instance fits; raises InstanceError."""
        try:
            return self._validator.is_valid(instance)
        except ValueError as error:
            trouble = _trouble(error)
        raise InstanceError(trouble)

    def violations(self, instance: JsonValue) -> list[Violation]:
        """Everything that does not fit; raises InstanceError."""
        try:
            errors = list(self._validator.iter_errors(instance))
        except ValueError as error:
            trouble = _trouble(error)
        else:
            taken: dict[Path, set[Path]] = {}
            return [each for error in errors for each in self._read(error, instance, taken)]
        raise InstanceError(trouble)

    def _read(
        self, error: jsonschema_rs.ValidationError, instance: JsonValue, taken: dict[Path, set[Path]]
    ) -> Iterator[Violation]:
        """What one error says. `taken` holds the places that the errors before it have, by evaluation path."""
        location = tuple(error.evaluation_path)
        known = self._find_keyword(location)
        path = _find_path(error, instance)
        if path is None:
            depth = None if known is None else known.depth + (known.name == "items")
            path = _choose_path(error, instance, depth=depth, taken=taken.get(location, ()))
        taken.setdefault(location, set()).add(path)
        keyword = str(location[-1]) if known is None and location else known.name if known else ""
        match error.kind:
            case Kind.FalseSchema() if keyword == "additionalProperties":  # of an object that must be empty
                yield from ((path, keyword, name) for name in cast("dict[str, JsonValue]", value_at(instance, path)))
            case Kind.FalseSchema():
                yield path, "false", False
            case Kind.AdditionalProperties(unexpected=names) | Kind.UnevaluatedProperties(unexpected=names):
                yield from ((path, keyword, name) for name in names)
            case Kind.Required(property=name):  # of dependentRequired as well
                # It says so always of a closed object that requires what it does not name.
                if name not in cast("dict[str, JsonValue]", value_at(instance, path)):
                    yield path, keyword, name
            case Kind.PropertyNames(error=inner):
                yield path, "propertyNames", str(inner.instance)
            case _:
                yield path, keyword, _told(error.kind) if known is None else known.value

    def _find_keyword(self, location: Path) -> _Keyword | None:
        """By an evaluation path; None where it may mean several, or leaves the schema's documents."""
        if location not in self._keywords:
            if len(self._keywords) >= _REMEMBERED_AT_MOST:
                self._keywords.clear()
            try:
                self._keywords[location] = self._walk(location)
            except (KeyError, IndexError, TypeError, ValueError):
                # It follows an anchor, or enters a document that jsonschema-rs has itself, such as the meta-schema.
                self._keywords[location] = None
        return self._keywords[location]

    def _walk(self, location: Path) -> _Keyword | None:
        self._references = self._references or References(self)
        here: Any = self.document
        base, is_map, name, depth = "", False, "", 0
        for step in location:
            depth += name in _STEPPING
            if isinstance(here, list):
                here, name = here[cast("int", step)], ""
                continue
            if is_map and ("" in here or step not in here):
                return None  # see `_find_path`
            if not is_map:
                base = here.get("$id", base)
            here, name = here[step], "" if is_map else str(step)
            if name == "$ref":
                here, base = self._references.resolve(here, base)
            elif name == "$dynamicRef":
                return None
            is_map = name in MAPS
        return _Keyword(name, here, depth)


def compile_schema(document: SchemaDocument, resources: Mapping[str, SchemaDocument]) -> RsEngine:
    """Compile a schema with jsonschema-rs; raises SchemaError."""
    names = frozenset[str]().union(*(survey(Same(each)).formats for each in (document, *resources.values())))
    # Its own formats are those of FORMATS, which a test compares. What FORMATS leaves out, nothing asserts; a function
    # to call back makes it slow even where it never calls, so there is none unless a schema needs it.
    unasserted = dict.fromkeys(names - FORMATS.keys(), _accept)
    try:
        validator = jsonschema_rs.Draft202012Validator(
            _prepare(Same(document)),
            registry=jsonschema_rs.Registry(
                [(uri, _prepare(Same(each))) for uri, each in resources.items()], draft=jsonschema_rs.Draft202012
            ),
            formats=unasserted or None,
            validate_formats=bool(names & FORMATS.keys()),
            offline=True,
            mask="***",  # its messages are not read, and writing an instance into them takes long
        )
    except jsonschema_rs.ValidationError as error:
        trouble, place = error.message, render_pointer(error.instance_path)
        may_dangle = isinstance(error.kind, Kind.Referencing)
    except ValueError as error:  # from the registry, which follows references between resources
        trouble, place, may_dangle = str(error), "", True
    else:
        return RsEngine(validator, document, resources)
    if may_dangle:  # it names only the part of a reference that was not found
        refuse_dangling(document, resources)
    raise SchemaError(f"not a JSON Schema 2020-12, at {place or 'the root'}: {trouble}")


@lru_cache(maxsize=2_048)
def _prepare(same: Same) -> Any:
    """A document as jsonschema-rs is given it. What was expected is looked up in the document itself."""
    return rewrite(same.document, _without_lookahead)


def _without_lookahead(schema: Any, _keyword: str) -> Any:
    r"""`$(?!\n)` at the end of a pattern is `$` to jsonschema-rs, whose faster engine has no lookahead.

    Unless that `$` is a character, or means the end of a line: then the pattern stays as it is.
    """
    pattern = schema.get("pattern") if isinstance(schema, dict) else None
    if not isinstance(pattern, str) or not pattern.endswith(_END):
        return schema
    start = pattern.removesuffix(_END)
    if start.endswith("\\") or "(?" in start.replace("(?:", ""):
        return schema
    return {**schema, "pattern": f"{start}$"}


def _find_path(error: jsonschema_rs.ValidationError, instance: JsonValue) -> Path | None:
    """Where in `instance` an error is; None where its path may mean several places.

    jsonschema-rs leaves empty names out of its paths and turns names like `007` into numbers.
    """
    here: Any = instance
    for step in error.instance_path:
        if isinstance(here, dict) and ("" in here or step not in here):
            return None
        here = here[step]
    return None if isinstance(here, dict) and "" in here else tuple(error.instance_path)


def _choose_path(
    error: jsonschema_rs.ValidationError, instance: JsonValue, *, depth: int | None, taken: Collection[Path]
) -> Path:
    """One of the places that its path may mean: of this depth, of the value that the error has, and not `taken`.

    Where keys of one object read as the same number, and what they have is equal, it may be another of them.
    """
    wanted = _canonical(error.instance)
    places = [
        each
        for each in _iter_places(instance, tuple(error.instance_path))
        if _canonical(value_at(instance, each)) == wanted
    ]
    return min(places, key=lambda each: (depth is not None and len(each) != depth, each in taken))


def _iter_places(here: Any, steps: Path) -> Iterator[Path]:
    """Every path that `steps` may mean, empty names taken in as late as possible."""
    if not steps:
        yield ()
    elif isinstance(here, list):
        if isinstance(steps[0], int) and steps[0] < len(here):
            yield from ((steps[0], *rest) for rest in _iter_places(here[steps[0]], steps[1:]))
    elif isinstance(here, dict):
        for name in here:
            if name == steps[0] or _is_number(name, steps[0]):
                yield from ((name, *rest) for rest in _iter_places(here[name], steps[1:]))
    if isinstance(here, dict) and "" in here:
        yield from (("", *rest) for rest in _iter_places(here[""], steps))


def _is_number(name: str, step: str | int) -> bool:
    digits = name.removeprefix("+")
    return digits.isdigit() and (digits.lstrip("0") or "0") == str(step)


def _told(kind: Kind) -> JsonValue:
    """What an error itself says was expected."""
    match kind:
        case Kind.Type(types=types):
            return types[0] if len(types) == 1 else list(types)
        case Kind.UniqueItems():
            return True
        case Kind.AnyOf() | Kind.OneOfNotValid() | Kind.OneOfMultipleValid():
            return None  # it holds parts of the instance
        case _:
            return cast("JsonValue", getattr(kind, "value", None))


def _trouble(error: ValueError) -> str:
    """jsonschema-rs names Python types, but a UnicodeError quotes the whole string."""
    return "half a surrogate pair in a string" if isinstance(error, UnicodeError) else str(error)


def _accept(_value: object) -> bool:
    return True
