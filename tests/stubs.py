"""OpenAPI files of stubs, as tests write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def make_response(example: Any = None, schema: Any = None, **examples: Any) -> dict[str, Any]:
    """A response in JSON; its body has a schema, an example, or several by name."""
    media: dict[str, Any] = {} if schema is None else {"schema": schema}
    if example is not None:
        media["example"] = example
    if examples:
        media["examples"] = {name: {"value": value} for name, value in examples.items()}
    return {"description": "as made up", "content": {"application/json": media}}


def make_document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An OpenAPI document of NAVER's."""
    head = {"openapi": "3.1.0", "info": {"title": "Made up", "version": "1"}, "x-jumun-provider": "naver"}
    return {**head, "paths": paths, **more}


def write_stub(folder: Path, *, path: str = "/v2/tags/{tagNo}", name: str = "tagNo") -> None:
    """Stubs of a few kinds; the first is `naver.tags.detail`."""
    number = {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
    tag = {
        "type": "object",
        "required": ["tagNo", "text"],
        "properties": {"tagNo": {"type": "integer"}, "text": {"type": "string"}},
    }
    error = {"code": "NOT_FOUND", "message": "no such tag"}
    query = [
        {"name": "kind", "in": "query", "schema": {"type": "string", "enum": ["own", "shared"]}},
        {"name": "exact", "in": "query", "schema": {"type": "boolean"}},
    ]
    new = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    touch = {"type": "object", "properties": {"by": {"type": "string"}}}
    paths = {
        path: {
            "parameters": [number],
            "get": {
                "operationId": "naver.tags.detail",
                "x-rate-limit": {"per-second": 1, "burst": 2},
                "responses": {
                    "200": make_response(
                        schema=tag, cup={"tagNo": 1, "text": "컵"}, pen={"tagNo": 2, "text": "만년필"}
                    ),
                    "404": make_response(none=error, gone={**error, "message": "gone for good"}),
                },
            },
            "delete": {"operationId": "deleteTag", "responses": {"204": {"description": "gone"}}},
        },
        "/v2/tags/{tag-no}/touch": {
            "put": {
                "parameters": [{**number, "name": "tag-no"}],
                "requestBody": {"content": {"application/json": {"schema": touch}}},
                "responses": {"200": make_response({"touched": True})},
            }
        },
        "/v2/tags": {
            "post": {
                "parameters": query,
                "requestBody": {"required": True, "content": {"application/json": {"schema": new}}},
                "responses": {"201": make_response({"tagNo": 3})},
            }
        },
        "/v2/open": {"get": {"security": [], "responses": {"200": make_response({"open": True})}}},
    }
    (folder / "tags.json").write_text(json.dumps(make_document(paths), ensure_ascii=False), encoding="utf-8")
