"""Schema files for other validators: each with all that it refers to in it, or all of them in one registry."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

from referencing import Registry
from referencing.jsonschema import DRAFT202012

from jumun_contracts.contract.model import PROVIDERS
from jumun_contracts.contract.schema_files import SUFFIX
from jumun_contracts.schema.subschemas import iter_subschemas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@cache
def registry() -> Registry[Any]:
    """All schemas of both providers by their `$id`, for jsonschema's `registry=`.

        validator = Draft202012Validator(
            {"$ref": "https://jumun.invalid/bootpay/order-list.documented.schema.json"}, registry=registry()
        )

    Nothing is fetched: the ids are names.
    """
    documents = [document for provider in PROVIDERS for document in read_documents(provider).values()]
    return Registry().with_resources(
        [(document["$id"], DRAFT202012.create_resource(document)) for document in documents]
    )


def read_documents(provider: str) -> dict[str, Any]:
    """File name → schema of one provider, as packaged."""
    folder = files("jumun_contracts") / provider / "schemas"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(SUFFIX))
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in names}


def bundle(document: Mapping[str, Any], documents: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with all that it refers to below its `$defs`, each under its own `$id`, so that no reference changes.

    Args:
        documents: `$id` → schema, of all that it may refer to.
    """
    found = {document["$id"]: document}
    unread = [document]
    while unread:
        for uri in _iter_references(unread.pop()):
            if uri not in found:
                found[uri] = documents[uri]
                unread.append(documents[uri])
    others = {uri.rpartition("/")[2]: other for uri, other in sorted(found.items()) if other is not document}
    return {**document, "$defs": {**document.get("$defs", {}), **others}} if others else dict(document)


def _iter_references(document: Mapping[str, Any]) -> Iterator[str]:
    for _, schema, _ in iter_subschemas(document):
        if "$ref" in schema:
            yield urldefrag(urljoin(document["$id"], schema["$ref"])).url
