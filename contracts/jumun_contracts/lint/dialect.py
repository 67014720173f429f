"""The keywords of a schema: the little that contracts are written in, or all that JSON Schema and OpenAPI know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from jumun_contracts.contract.schema_files import meta_schema
from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.validation import Schema

_SPECIFICATION = "https://json-schema.org/draft/2020-12/"
_OPENAPI_KEYWORDS = ("discriminator", "example", "externalDocs", "nullable", "xml")
# JSON Schema 2020-12, validation, section 7.3; then OpenAPI's own.
_OPEN_FORMATS = (
    *("date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
    *("uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer"),
    *("relative-json-pointer", "regex"),
    *("int32", "int64", "float", "double", "byte", "binary", "password"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What schemas are held to.

    Attributes:
        keywords: Those that they may have.
        admits_extensions: Whether any `x-…` may as well.
        formats: Those that `format` may name.
        meta: What a schema must fit, None where nothing is known.
        wants_evidence: Whether properties must say how they are known.
    """

    keywords: frozenset[str]
    admits_extensions: bool
    formats: frozenset[str]
    meta: Schema | None
    wants_evidence: bool

    def knows(self, keyword: str) -> bool:
        """Whether `keyword` is allowed in a schema."""
        return keyword in self.keywords or (self.admits_extensions and keyword.startswith("x-"))


@cache
def contract_dialect() -> Dialect:
    """That of contracts: what loading them admits."""
    meta = meta_schema("schema")
    document = meta.document
    keywords = frozenset() if isinstance(document, bool) else frozenset(document["properties"])
    return Dialect(keywords, admits_extensions=False, formats=frozenset(FORMATS), meta=meta, wants_evidence=True)


@cache
def open_dialect() -> Dialect:
    """JSON Schema 2020-12 with OpenAPI's additions: that of other people's schemas."""
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # noqa: PLC0415 - 40 ms

    vocabularies = [REGISTRY.contents(uri) for uri in REGISTRY if uri.startswith(_SPECIFICATION)]
    keywords = {keyword for each in vocabularies if isinstance(each, dict) for keyword in each["properties"]}
    return Dialect(
        frozenset({*keywords, *_OPENAPI_KEYWORDS}),
        admits_extensions=True,
        formats=frozenset(_OPEN_FORMATS),
        meta=Schema({"$ref": f"{_SPECIFICATION}schema"}),
        wants_evidence=False,
    )


def old_openapi_dialect() -> Dialect:
    """That of OpenAPI 3.0, whose schemas are not yet JSON Schema 2020-12: their form is not checked."""
    return replace(open_dialect(), meta=None)
