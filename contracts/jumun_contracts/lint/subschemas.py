"""The schemas within an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator

# Parts of an OpenAPI document whose keys are names that its author chose, and parts that are not a description.
_NAMED = (
    *("paths", "webhooks", "responses", "headers", "content", "callbacks", "parameters", "requestBodies", "pathItems"),
    *("links", "encoding", "securitySchemes"),
)
_DATA = ("example", "examples", "default", "variables")


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
