"""The schemas within a schema, by all keywords of JSON Schema 2020-12, and the schemas within an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from jumun_contracts.schema.pointers import escape_key
from jumun_contracts.schema.subschemas import LISTS, MAPS, SINGLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_SINGLE = (*SINGLE, "contentSchema")
# Parts of an OpenAPI document whose keys are names that its author chose, and parts that are not a description.
_NAMED = (
    *("paths", "webhooks", "responses", "headers", "content", "callbacks", "parameters", "requestBodies", "pathItems"),
    *("links", "encoding", "securitySchemes"),
)
_DATA = ("example", "examples", "default", "variables")


class Subschema(NamedTuple):
    """A schema object, and where it is.

    Attributes:
        pointer: RFC 6901, from the document's root.
        base: The URI that its `$ref`s are relative to.
    """

    pointer: str
    schema: dict[str, Any]
    base: str


def iter_subschemas(schema: Any, *, pointer: str = "", base: str = "") -> Iterator[Subschema]:
    """Every schema object within `schema`, itself first. What is malformed is passed over."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("$id"), str):
        base = _joined(base, schema["$id"])
    yield Subschema(pointer, schema, base)
    for keyword, value in schema.items():
        here = f"{pointer}/{keyword}"
        if keyword in _SINGLE:
            yield from iter_subschemas(value, pointer=here, base=base)
        elif keyword in MAPS and isinstance(value, dict):
            for key, each in value.items():
                yield from iter_subschemas(each, pointer=f"{here}/{escape_key(key)}", base=base)
        elif keyword in LISTS and isinstance(value, list):
            for index, each in enumerate(value):
                yield from iter_subschemas(each, pointer=f"{here}/{index}", base=base)


def iter_openapi_schemas(node: Any, pointer: str = "", *, has_names: bool = False) -> Iterator[tuple[str, Any]]:
    """Every outermost schema of an OpenAPI document or of an overlay, with its RFC 6901 pointer.

    Args:
        has_names: Whether the keys of `node` are names, not words of OpenAPI.
    """
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from iter_openapi_schemas(each, f"{pointer}/{index}")
    elif isinstance(node, dict):
        for key, value in node.items():
            here = f"{pointer}/{escape_key(key)}"
            if has_names:
                yield from iter_openapi_schemas(value, here)
            elif key == "schema":
                yield here, value
            elif pointer == "/components" and key == "schemas" and isinstance(value, dict):
                yield from ((f"{here}/{escape_key(name)}", each) for name, each in value.items())
            elif key not in _DATA and not key.startswith("x-"):
                yield from iter_openapi_schemas(value, here, has_names=key in _NAMED and isinstance(value, dict))


def _joined(base: str, uri: str) -> str:
    try:
        return urljoin(base, uri)
    except ValueError:  # no URI at all
        return base
