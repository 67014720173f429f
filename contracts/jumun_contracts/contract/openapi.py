"""A contract as one OpenAPI 3.1 document that needs no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.schema_files import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.contract.model import Contract


def render_openapi(contract: Contract, *, servers: Sequence[str] = ()) -> dict[str, Any]:
    """`contract` with every schema under `components/schemas`, as plain data.

    Args:
        servers: Base URLs to name in place of the contract's own, e.g. that of a running server.
    """
    document: dict[str, Any] = _rewrite(dict(contract.document), name="")
    document["components"]["schemas"] = {
        name: _rewrite({key: value for key, value in schema.items() if key not in ("$id", "$schema")}, name=name)
        for name, schema in contract.schemas.items()
    }
    if servers:
        document["servers"] = [{"url": url, "description": "Jumun"} for url in servers]
    return document


def _rewrite(node: Any, *, name: str) -> Any:
    """A deep copy of `node`, a part of the schema file `name`, with its `$ref`s turned into local ones."""
    if isinstance(node, list):
        return [_rewrite(item, name=name) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _rewrite(value, name=name) for key, value in node.items()}
    if isinstance(copy.get("$ref"), str):
        path, _, fragment = copy["$ref"].partition("#")
        target = path.rpartition("/")[2].removesuffix(SUFFIX) or name
        copy["$ref"] = f"#/components/schemas/{target}{fragment}"
    return copy
