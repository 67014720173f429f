"""The JSON Schema engines: one protocol, two implementations, and which of them judges.

jsonschema-rs judges where it is installed, jsonschema elsewhere and where JUMUN_ENGINE asks for it; never both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from jumun_contracts.schema.subschemas import reachable

if TYPE_CHECKING:
    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

VARIABLE = "JUMUN_ENGINE"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_MODULES = {
    "jsonschema-rs": ("jsonschema_rs", "jumun_contracts.schema.rs_engine"),
    "jsonschema": ("jsonschema", "jumun_contracts.schema.py_engine"),
}

Path: TypeAlias = tuple[str | int, ...]
"""Property names and indices, from the instance's root."""

Violation: TypeAlias = "tuple[Path, str, JsonValue]"
"""Path, keyword, and what was expected, as in `Finding`."""


class SchemaError(ValueError):
    """The schema cannot be used: not a JSON Schema 2020-12, or a `$ref` in it does not resolve."""


class InstanceError(ValueError):
    """The instance is not a JSON value (see `parse_json`). The message tells the trouble, not the value."""


class EngineError(ValueError):
    """JUMUN_ENGINE names an engine that does not exist or is not installed."""


class Engine(Protocol):
    """A compiled schema."""

    def is_valid(self, instance: JsonValue) -> bool:
        """Whether the instance fits; raises InstanceError."""
        ...

    def violations(self, instance: JsonValue) -> list[Violation]:
        """Everything that does not fit, in any order, duplicates possible; raises InstanceError.

        It costs time and memory for each: `Explainer` asks for few at a time.
        """
        ...


def engine_name() -> str:
    """`jsonschema-rs` or `jsonschema`.

    Raises:
        EngineError: JUMUN_ENGINE asks for something else, or for what is not installed.
    """
    return _choose(os.environ.get(VARIABLE, ""))


@cache
def _choose(asked: str) -> str:
    if asked and asked not in _MODULES:
        raise EngineError(f"{VARIABLE} is {asked!r}; it must be {' or '.join(_MODULES)}, or unset")
    name = asked or next(name for name, (package, _) in _MODULES.items() if find_spec(package))
    if find_spec(_MODULES[name][0]) is None:
        raise EngineError(f"{VARIABLE} is {asked!r}, which is not installed")
    return name


def compile_engine(document: SchemaDocument, resources: Mapping[str, SchemaDocument], *, name: str) -> Engine:
    """Compile a schema with the engine of this name. Nothing is ever fetched.

    Raises:
        SchemaError: Not a JSON Schema 2020-12, or a `$ref` that can be reached does not resolve.
    """
    for title, each in {"the schema": document, **resources}.items():
        if not isinstance(each, bool) and each.get("$schema", DIALECT) != DIALECT:
            raise SchemaError(f"{title} names another $schema than {DIALECT}")
    engine: Engine = import_module(_MODULES[name][1]).compile_schema(document, reachable(document, resources))
    return engine


def refuse_dangling(document: SchemaDocument, resources: Mapping[str, SchemaDocument]) -> None:
    """Name the first `$ref` that can be reached and does not resolve.

    Raises:
        SchemaError: There is one.
    """
    # 40 ms, and jsonschema-rs needs it on failure only.
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    known = {uri: DRAFT202012.create_resource(each) for uri, each in resources.items()}
    registry = REGISTRY.with_resources(known.items())
    root = DRAFT202012.create_resource(document)
    pending, met = [(root.contents, registry.resolver_with_root(root))], set[int]()
    for contents, resolver in pending:
        if not isinstance(contents, Mapping) or id(contents) in met:
            continue
        met.add(id(contents))
        reference = contents.get("$ref")
        if isinstance(reference, str):
            found = None
            with suppress(Unresolvable):
                found = resolver.lookup(reference)
            if found is None:
                raise SchemaError(f'$ref "{reference}" cannot be resolved; are all its documents in resources?')
            pending.append((found.contents, found.resolver))
        here = {key: value for key, value in contents.items() if key not in ("$defs", "definitions")}
        for each in DRAFT202012.subresources_of(here):
            resource = DRAFT202012.create_resource(each)
            pending.append((each, resolver.in_subresource(resource)))


def value_at(instance: JsonValue, path: Path) -> JsonValue:
    """The value at the end of `path`."""
    here: Any = instance
    for step in path:
        here = here[step]
    return here  # type: ignore[no-any-return]
