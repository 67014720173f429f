"""The schemas within a schema, by all keywords of JSON Schema 2020-12, and what a document holds anywhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.schema.parsing import SchemaDocument

MAPS = ("$defs", "definitions", "properties", "patternProperties", "dependentSchemas")
"""Keywords whose value has schemas by names that an author chose."""
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE = (
    *("items", "additionalProperties", "contains", "propertyNames", "if", "then", "else", "not"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)


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
        if keyword in SINGLE:
            yield from iter_subschemas(value, pointer=here, base=base)
        elif keyword in MAPS and isinstance(value, dict):
            for key, each in value.items():
                yield from iter_subschemas(each, pointer=f"{here}/{escape_key(key)}", base=base)
        elif keyword in LISTS and isinstance(value, list):
            for index, each in enumerate(value):
                yield from iter_subschemas(each, pointer=f"{here}/{index}", base=base)


class Same:
    """A document as a key: equal to itself only, since comparing documents takes long."""

    def __init__(self, document: SchemaDocument) -> None:
        self.document: Any = document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.document is other.document

    def __hash__(self) -> int:
        return id(self.document)


class Survey(NamedTuple):
    """What is anywhere in a document, in schemas and in data.

    Attributes:
        references: URIs of documents, absolute where the document's own is.
    """

    formats: frozenset[str]
    references: frozenset[str]


@lru_cache(maxsize=2_048)
def survey(same: Same) -> Survey:
    """Formats and references of a document."""
    formats, references = set[str](), set[str]()
    waiting: list[tuple[Any, str]] = [(same.document, "")]
    while waiting:
        here, base = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("$id"), str):
                base = _joined(base, here["$id"])
            if isinstance(here.get("format"), str):
                formats.add(here["format"])
            for keyword in ("$ref", "$dynamicRef"):
                if isinstance(here.get(keyword), str):
                    references.add(_joined(base, here[keyword]).partition("#")[0])
            waiting += [(each, base) for each in here.values()]
        elif isinstance(here, list):
            waiting += [(each, base) for each in here]
    return Survey(frozenset(formats), frozenset(references))


def reachable(document: SchemaDocument, resources: Mapping[str, SchemaDocument]) -> dict[str, SchemaDocument]:
    """Those of `resources` that the document refers to, or that one of these does: most are of no use to it."""
    found: dict[str, SchemaDocument] = {}
    waiting = [document]
    while waiting:
        for uri in sorted(survey(Same(waiting.pop())).references):
            if uri in resources and uri not in found:
                found[uri] = resources[uri]
                waiting.append(resources[uri])
    return found


def rewrite(schema: Any, change: Callable[[Any, str], Any], keyword: str = "") -> Any:
    """A copy of which each schema, those within it first, is what `change` makes of it and of its keyword."""
    if isinstance(schema, dict):
        schema = {key: _rewrite_below(key, value, change) for key, value in schema.items()}
    return change(schema, keyword)


def _rewrite_below(keyword: str, value: Any, change: Callable[[Any, str], Any]) -> Any:
    if keyword in MAPS and isinstance(value, dict):
        return {name: rewrite(each, change, keyword) for name, each in value.items()}
    if keyword in LISTS and isinstance(value, list):
        return [rewrite(each, change, keyword) for each in value]
    return rewrite(value, change, keyword) if keyword in SINGLE else value


def _joined(base: str, uri: str) -> str:
    try:
        return urljoin(base, uri)
    except ValueError:  # not a URI at all
        return base
