"""Large OpenAPI documents whose schemas all refer to each other, as foreign ones do, in two profiles."""

from __future__ import annotations

import random
from typing import Any


def web(schemas: int, *, operations: int, is_new: bool) -> dict[str, Any]:
    """A document in which every schema refers to every other; some of those of the new profile say something else."""
    draw = random.Random(schemas)  # noqa: S311 - the same each time
    named = {f"S{number}": _schema(draw, schemas) for number in range(schemas)}
    if is_new:
        for number, schema in enumerate(named.values()):
            _edit(schema, number)
    paths = {}
    for number in range(operations):
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/S{number % schemas}"}}}
        # An answer that wraps what is asked for, as most do.
        page = {
            "application/json": {
                "schema": {"type": "object", "properties": {"data": body["application/json"]["schema"]}}
            }
        }
        paths[f"/{number}"] = {
            "put": {
                "operationId": f"put.{number}",
                "requestBody": {"content": body},
                "responses": {"200": {"content": page}, "default": {"content": body}},
            }
        }
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": named}}


def chain(schemas: int, kind: str) -> dict[str, Any]:
    """A document with as many schemas as may be, each referring to the next, and `kind` at the end."""
    named: dict[str, Any] = {
        f"S{number}": {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/S{number + 1}"}}}
        for number in range(schemas)
    }
    named[f"S{schemas}"] = {"type": kind}
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    paths = {"/": {"get": {"operationId": "get", "responses": {"200": {"content": body}}}}}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": named}}


def large(*, schemas: int = 450, operations: int = 540) -> dict[str, Any]:
    """A document as big public ones are, 36,000 lines of YAML: many properties, few of them shared."""
    draw = random.Random(schemas)  # noqa: S311 - the same each time
    words = ("id", "name", "url", "count", "created", "owner", "node", "html", "repo")
    named: dict[str, Any] = {}
    for number in range(schemas):
        other = {"$ref": f"#/components/schemas/s{draw.randrange(max(1, number))}"}
        text = {"type": "string", "description": "Some words about it"}
        forms: list[Any] = [text, {"type": "integer"}, {**text, "nullable": True}, {**text, "format": "date-time"}]
        forms += [other, {"type": "array", "items": other}, {"type": "string", "enum": ["open", "closed"]}]
        forms += [{"type": "object", "properties": {"x": {"type": "integer"}, "y": text}}]
        properties = {f"{draw.choice(words)}_{each}": draw.choice(forms) for each in range(draw.randint(4, 14))}
        properties["state"] = text
        required = [*draw.sample(sorted(properties), draw.randint(1, 4))]
        named[f"s{number}"] = {"type": "object", "properties": properties, "required": required}
    paths: dict[str, Any] = {}
    for number in range(operations):
        operation: dict[str, Any] = {
            "operationId": f"things/{number}",
            "summary": f"Operation {number}",
            "tags": ["things"],
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "per_page", "in": "query", "schema": {"type": "integer", "default": 30}},
                {"$ref": "#/components/parameters/page"},
            ],
            "responses": {
                "200": {"description": "It", "content": _json({"$ref": f"#/components/schemas/s{number % schemas}"})},
                "404": {"$ref": "#/components/responses/nothing"},
            },
        }
        if number % 2:
            body = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}
            operation["requestBody"] = {"required": True, "content": _json(body)}
        paths.setdefault(f"/things{number // 2}/{{id}}", {})["post" if number % 2 else "get"] = operation
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}
    nothing = {"description": "Nothing", "content": _json({"$ref": "#/components/schemas/s0"})}
    components = {"parameters": {"page": page}, "responses": {"nothing": nothing}, "schemas": named}
    return {"openapi": "3.0.3", "info": {"title": "Large", "version": "1"}, "paths": paths, "components": components}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _schema(draw: random.Random, schemas: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": {"type": "string", "maxLength": 20},
        "kind": {"type": "string", "enum": ["a", "b", "c"]},
        "amount": {"type": "integer", "minimum": 0},
    }
    for number in range(8):
        other = {"$ref": f"#/components/schemas/S{draw.randrange(schemas)}"}
        forms: list[Any] = [other, {"type": "array", "items": other}, {"allOf": [other]}]
        forms += [{kind: [other, {"type": "null"}]} for kind in ("anyOf", "oneOf")]
        properties[f"p{number}"] = draw.choice(forms)
    return {"type": "object", "required": ["id"], "properties": properties}


def _edit(schema: dict[str, Any], number: int) -> None:
    if number % 10 == 0:
        schema["properties"]["kind"]["enum"] = ["a", "b", "c", "d"]
    if number % 20 == 5:
        schema["properties"]["more"] = {"type": "string"}
    if number % 30 == 3:
        schema["required"] = []
