r"""A contract as one OpenAPI 3.1 document that needs no other file and that generators of code can take.

It says what the contract says, in the words that tools understand:

- Components are the schemas that this profile uses, each file and each entry of its `$defs` one of them, under names
  that are classes in any language: `order-list.observed` is `OrderList`, `definitions#/$defs/orderId` is `OrderId`. The
  title is that name; what was the title begins the description. Objects within them have titles too, all different.
- A pattern ends in `$`. Contracts end them in `$(?!\n)`, since Python alone takes `$` to match before a final newline;
  that is all that `$(?!\n)` keeps out, and the engines of Go and Rust have no lookahead.
- What generators pass over is also written in a form that they read: a `const` or `enum` has its type, objects without
  properties have any, `if` with only `$ref`s as consequences has them as `anyOf` as well, and a schema that narrows
  another repeats it.
- Parameters called Accept, Content-Type or Authorization are left out: OpenAPI gives them no meaning, and generators
  would ask their users for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.model import PROFILES
from jumun_contracts.contract.overlay import copy_plain
from jumun_contracts.contract.schema_files import SUFFIX
from jumun_contracts.schema.pointers import unescape_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_contracts.contract.model import Contract
    from jumun_contracts.schema.parsing import JsonValue

    Examples = Mapping[str, Mapping[str, Mapping[str, JsonValue]]]
    """Operation id → status or `default` → name → body."""

_LOCAL = "#/components/schemas/"
_STRICT_END = r"$(?!\n)"
_WORD = re.compile(r"[0-9A-Za-z]+")
_TYPES = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
# Keywords whose values are a schema, or a list of them, in which nothing becomes a class.
_PARTS = (
    *("if", "then", "else", "not", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems"),
    *("allOf", "anyOf", "oneOf", "prefixItems"),
)
# Beside a `$ref`, what says nothing of the value.
_ANNOTATIONS = frozenset({"$ref", "title", "description", "deprecated", "default", "x-evidence", "x-source"})


def render_openapi(
    contract: Contract, *, servers: Sequence[str] = (), examples: Examples | None = None
) -> dict[str, Any]:
    """`contract` as plain data.

    Args:
        servers: Base URLs to name in place of the contract's own, e.g. that of a running server.
        examples: Bodies to show beside the schemas of responses.
    """
    components = _Components(contract.schemas)
    document: dict[str, Any] = components.rewrite(dict(contract.document), file="")
    tags: dict[str, None] = {}
    for item in document["paths"].values():
        for operation in item.values():
            # The second part of the id: `orders` of `bootpay.orders.list`.
            tag = operation["operationId"].split(".")[1]
            tags[tag] = None
            operation["tags"] = [tag]
            parameters = [each for each in operation.get("parameters", ()) if not is_meaningless(each)]
            if roles := operation.get("x-roles"):
                parameters.append(_role_parameter(document["x-role-header"], roles))
            if parameters or "parameters" in operation:
                operation["parameters"] = parameters
            for status, bodies in (examples or {}).get(operation["operationId"], {}).items():
                _show(operation["responses"][status], bodies)
    document["tags"] = [{"name": tag} for tag in tags]
    document["components"]["schemas"] = dict(sorted(components.schemas.items()))
    if servers:
        document["servers"] = [{"url": url, "description": "Jumun"} for url in servers]
    return document


def is_meaningless(parameter: Mapping[str, Any]) -> bool:
    """Whether OpenAPI (3.1, parameter object) has the definition of a parameter ignored."""
    name = str(parameter.get("name", "")).lower()
    return parameter.get("in") == "header" and name in ("accept", "content-type", "authorization")


def _role_parameter(header: Mapping[str, Any], roles: Sequence[str]) -> dict[str, Any]:
    """The header of the caller's role; a call without it has the role user."""
    schema = {"type": "string", "enum": list(roles)}
    return {**header, "in": "header", "required": "user" not in roles, "schema": schema, "example": roles[0]}


def _show(response: dict[str, Any], bodies: Mapping[str, JsonValue]) -> None:
    if "content" not in response:
        return
    (content,) = response["content"].values()
    content["examples"] = {name: {"value": body} for name, body in bodies.items()}


class _Components:
    """The schemas that a document refers to, each once.

    Attributes:
        schemas: By name.
    """

    def __init__(self, files: Mapping[str, Any]) -> None:
        self.schemas: dict[str, Any] = {}
        self._files = files
        self._names: dict[tuple[str, str], str] = {}

    def rewrite(self, node: Any, *, file: str) -> Any:
        """A deep copy of a part of the OpenAPI document, in which `$ref`s point to components."""
        if isinstance(node, list):
            return [self.rewrite(item, file=file) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self._schema(value, file=file, title="") if key == "schema" else self.rewrite(value, file=file)
            for key, value in node.items()
        }

    def _refer(self, ref: str, *, file: str) -> str:
        """The local form of a `$ref` in the schema file `file`; its target becomes a component."""
        place = _place(ref, file=file)
        if place not in self._names:
            name = self._names[place] = self._name(*place)
            self.schemas[name] = None  # its place, while what it refers to is read
            self.schemas[name] = self._schema(self._follow(*place), file=place[0], title=name)
        return _LOCAL + self._names[place]

    def _follow(self, file: str, fragment: str) -> Any:
        target = self._files[file]
        for step in fragment.split("/")[1:]:
            target = target[unescape_key(step)]
        return target

    def _name(self, file: str, fragment: str) -> str:
        stem, _, profile = file.rpartition(".")
        short = class_name(stem if profile in PROFILES else file)
        names = [short, class_name(file)]
        if fragment:
            last = class_name(unescape_key(fragment.rpartition("/")[2]))
            names = [last, short + last, class_name(file + fragment)]
        return next(each for each in names if each not in self.schemas)

    def _schema(self, schema: Any, *, file: str, title: str, owner: str = "") -> Any:
        """`schema` as tools take it.

        Args:
            title: The name of the class that it is, '' for one that needs none.
            owner: Where it is none, what names of classes within it begin with.
        """
        owner = title or owner
        if not isinstance(schema, dict):
            # Generators of code do not take `true` for a property.
            return {} if schema is True else schema
        if "$ref" in schema and not schema.keys() <= _ANNOTATIONS:
            return self._narrowed(schema, file=file, title=title)
        copy: dict[str, Any] = {}
        for key, value in schema.items():
            if key == "properties":
                copy[key] = {name: self._inner(each, owner, name, file=file) for name, each in value.items()}
            elif key in ("items", "additionalProperties"):
                copy[key] = self._inner(value, owner, "item", file=file) or value
            elif key in _PARTS:
                several = value if isinstance(value, list) else [value]
                parts = [self._schema(each, file=file, title="") for each in several]
                copy[key] = parts if isinstance(value, list) else parts[0]
            elif key == "$ref":
                copy[key] = self._refer(value, file=file)
            elif key == "pattern":
                copy[key] = value.replace(_STRICT_END, "$")
            elif key not in ("$id", "$schema", "$defs", "title"):
                copy[key] = copy_plain(value)
        return _named(_readable(copy), schema, title)

    def _narrowed(self, schema: Mapping[str, Any], *, file: str, title: str) -> dict[str, Any]:
        """An object that says more of a few properties of another: both in one, or else as `allOf`."""
        place = _place(schema["$ref"], file=file)
        other = self._schema(self._follow(*place), file=place[0], title=title)
        own = self._schema({key: value for key, value in schema.items() if key != "$ref"}, file=file, title=title)
        if "additionalProperties" not in (*other, *own) and (both := _join(other, own)):
            return both
        return {"allOf": [{"$ref": self._refer(schema["$ref"], file=file)}], **own}

    def _inner(self, schema: Any, owner: str, name: str, *, file: str) -> Any:
        """A part of the class `owner`: only objects with properties become classes."""
        is_class = isinstance(schema, dict) and "properties" in schema
        own = owner and owner + class_name(name)
        return self._schema(schema, file=file, title=own if is_class else "", owner=own)


def _place(ref: str, *, file: str) -> tuple[str, str]:
    """The schema file and the fragment that a `$ref` in `file` means."""
    path, _, fragment = ref.partition("#")
    return path.rpartition("/")[2].removesuffix(SUFFIX) or file, fragment


def _join(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """A schema that a value fits if it fits both; empty where it cannot be said with one keyword of each kind.

    What `right` says about a part (title, evidence) is kept.
    """
    both = {**left, **right}
    for key in left.keys() & right.keys():
        if key == "properties":
            both[key] = {**left[key], **right[key]}
            for name in left[key].keys() & right[key].keys():
                both[key][name] = _join(left[key][name], right[key][name])
                if not both[key][name]:
                    return {}
        elif key == "required":
            both[key] = list(dict.fromkeys((*left[key], *right[key])))
        elif left[key] != right[key] and key not in _ANNOTATIONS:
            return {}
    return {} if "$ref" in both else both


def class_name(text: str) -> str:
    """A name as a class name: `product-order-ids` becomes `ProductOrderIds`."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(text))


def _named(copy: dict[str, Any], schema: Mapping[str, Any], title: str) -> dict[str, Any]:
    if not title:
        return copy
    texts = [schema[key].rstrip(".") for key in ("title", "description") if key in schema]
    description = {"description": ". ".join(texts)} if texts else {}
    return {"title": title, **description, **{key: value for key, value in copy.items() if key != "description"}}


def _readable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema, with what generators do not read said in a form that they do."""
    if schema.get("type") == "null":
        # The OpenAPI Generator has no class for a body that is of type null.
        schema = {"const": None, **{key: value for key, value in schema.items() if key != "type"}}
    elif "type" not in schema and "$ref" not in schema:
        values = schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else ()
        types = list(dict.fromkeys(_TYPES[type(value)] for value in values if type(value) in _TYPES))
        if len(types) == 1:
            schema = {"type": types[0], **schema}
    if "object" in schema.get("type", ()) and not schema.keys() & {"properties", "additionalProperties", "if"}:
        schema = {**schema, "additionalProperties": True}
    if "if" in schema and all(set(schema.get(each, ())) == {"$ref"} for each in ("then", "else")):
        schema = {**schema, "anyOf": [schema["then"], schema["else"]]}
    return schema
