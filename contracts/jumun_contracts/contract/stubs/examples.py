"""The examples that OpenAPI files give of a body: whole ones, or made of those that its schema has for its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumun_contracts.contract.stubs.files import Node

_DEEP = 40


class NoExampleError(LookupError):
    """A schema does not say what a value of it is like. The message names the place."""


def read_examples(media: Node) -> dict[str, Any]:
    """Name → value of those beside the schema; '' for one without a name."""
    if "example" in media.value:
        return {"": media.value["example"]}
    examples = media.fields("examples")
    found: dict[str, Any] = {}
    for name in examples.value:
        example = examples.child(name).fields()
        if "value" not in example.value:
            example.refuse("must have a value; one at another place is not fetched")
        found[name] = example.value["value"]
    return found


def compose_example(node: Node, depth: int = 0) -> Any:
    """A value made of what a schema and its parts name: `example`, `examples`, `const`, `default`, `enum`.

    An object has the properties for which there is one; an array has one item.

    Raises:
        NoExampleError: There is none for the whole, or for a property that is required.
    """
    node = node.follow()
    schema = node.value
    if not isinstance(schema, dict) or depth > _DEEP:
        raise NoExampleError(node.pointer)
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("oneOf", "anyOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            return compose_example(node.plain(key).plain(0), depth + 1)
    if isinstance(schema.get("items"), dict):
        return [compose_example(node.plain("items"), depth + 1)]
    made = _compose_object(node, depth + 1)
    if not made:
        raise NoExampleError(node.pointer)
    return made


def _compose_object(node: Node, depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part in node.items("allOf"):
        inner = compose_example(part, depth)
        made |= inner if isinstance(inner, dict) else {}
    properties = node.fields("properties")
    for name in properties.value:
        try:
            made[name] = compose_example(properties.plain(name), depth)
        except NoExampleError:
            if name in node.value.get("required", ()):
                raise
    return made
