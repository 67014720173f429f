"""A stub: an operation that is served from examples, and what has been read of one."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from jumun_contracts.contract.model import Answer, Operation, Parameter
from jumun_contracts.contract.schema_files import SUFFIX
from jumun_contracts.contract.stubs.schemas import DIALECT, schema_id
from jumun_contracts.schema.engines import SchemaError
from jumun_contracts.schema.validation import Schema, findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.contract.model import Evidence, OnInvalid, RateLimit
    from jumun_contracts.contract.stubs.files import Node


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """An operation that is served from examples.

    Attributes:
        provider: Whose operation it is.
        place: File and pointer, as the user knows them.
        operation: What a contract has of it, but for credentials and for what is refused, which are the provider's.
        raw: What a contract's OpenAPI document has of it, likewise.
        schemas: Name → schema document; some are shared with others of the same folder.
        has_security: Whether it is served under the provider's authentication.
    """

    provider: str
    place: str
    operation: Operation
    raw: Mapping[str, Any]
    schemas: Mapping[str, Any]
    has_security: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of a body.

    Attributes:
        node: Where it is written.
        schema: Converted; True where anything goes.
        examples: By name, '' for one without.
        media_type: '' where there is no body.
    """

    node: Node
    schema: Any
    examples: Mapping[str, Any]
    media_type: str
    description: str = ""
    evidence: str = "assumed"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A stub whose schemas are not compiled yet: what they refer to is not collected before all files are read.

    Attributes:
        parameters: Where each is written, and as a contract's document has it.
        answers: By status.
    """

    provider: str
    node: Node
    id: str
    method: str
    path: str
    on_invalid: str
    evidence: str
    source: str
    parameters: list[tuple[Node, dict[str, Any]]]
    body: Body | None
    body_required: bool
    answers: Mapping[str, Body]
    rate_limit: RateLimit | None
    has_security: bool

    def finish(self, shared_name: str, shared: Mapping[str, Any]) -> Stub:
        """The stub.

        Raises:
            DocumentError: A schema cannot be used, or an example does not fit its own.
        """
        schemas: dict[str, Any] = {shared_name: shared} if shared["$defs"] else {}
        resources = {document["$id"]: document for document in schemas.values()}
        raw: dict[str, Any] = {
            "operationId": self.id,
            "summary": self.node.text("summary", self.id),
            "description": self.node.text("description"),
            "x-stub": True,
            "x-evidence": self.evidence,
            "x-source": self.source,
            "x-on-invalid": self.on_invalid,
            "parameters": [each for _, each in self.parameters],
            "responses": {},
        }
        if not self.has_security:
            raw["security"] = []
        body = None
        if self.body is not None:
            name = f"{self.id}.request"
            schemas[name] = self._document(name, self.body.schema, f"What {self.id} takes")
            body = _compile(self.body.node, schemas[name], resources)
            example = {"example": next(iter(self.body.examples.values()))} if self.body.examples else {}
            content = {self.body.media_type: {"schema": _refer(name), **example}}
            raw["requestBody"] = {"required": self.body_required, "content": content}
        answers: dict[str, Answer] = {}
        for status, each in self.answers.items():
            name = f"{self.id}.{status}"
            schemas[name] = self._document(name, each.schema, f"Response {status} of {self.id}")
            answers[status] = _answer(status, each, _compile(each.node, schemas[name], resources), name)
            known = {"description": each.description, "x-evidence": each.evidence, "x-source": each.source}
            content = {"content": {each.media_type: {"schema": _refer(name)}}} if each.media_type else {}
            raw["responses"][status] = known | content
        examples = {status: each.examples for status, each in self.answers.items() if each.examples}
        operation = Operation(
            id=self.id,
            method=self.method.upper(),
            path=self.path,
            summary=raw["summary"],
            description=raw["description"],
            parameters=tuple(_parameter(*each, resources) for each in self.parameters),
            body=body,
            body_media_type=self.body.media_type if self.body else None,
            body_required=self.body_required,
            answers=MappingProxyType(answers),
            success=next(each for status, each in answers.items() if status.startswith("2")),
            security=(),
            on_invalid=cast("OnInvalid", self.on_invalid),
            rate_limit=self.rate_limit,
            roles=(),
            evidence=cast("Evidence", self.evidence),
            source=self.source,
            examples=MappingProxyType(examples),
        )
        return Stub(
            self.provider,
            self.node.place,
            operation,
            MappingProxyType(raw),
            MappingProxyType(schemas),
            self.has_security,
        )

    def _document(self, name: str, schema: Any, title: str) -> dict[str, Any]:
        plain = schema if isinstance(schema, dict) else {} if schema else {"not": {}}
        return {"$schema": DIALECT, "$id": schema_id(self.provider, name), "title": title, **plain}


def _refer(name: str) -> dict[str, str]:
    return {"$ref": f"schemas/{name}{SUFFIX}"}


def _compile(node: Node, document: Mapping[str, Any], resources: Mapping[str, Any]) -> Schema:
    try:
        return Schema(document, resources=resources)
    except SchemaError as error:
        node.refuse(str(error))


def _answer(status: str, body: Body, schema: Schema, name: str) -> Answer:
    for example, value in body.examples.items() if body.media_type else ():
        for found in findings(schema, value):
            what = f"the example {example!r}" if example else "the example"
            body.node.refuse(f"{what} does not fit the schema: {found.message}")
    return Answer(
        status=status,
        description=body.description,
        media_type=body.media_type,
        schema=schema,
        schema_name=name,
        evidence=cast("Evidence", body.evidence),
        source=body.source,
    )


def _parameter(node: Node, raw: Mapping[str, Any], resources: Mapping[str, Any]) -> Parameter:
    schema = raw["schema"]
    return Parameter(
        name=raw["name"],
        location=raw["in"],
        required=raw["required"],
        description=raw["description"],
        type=schema["type"],
        items=schema["items"]["type"] if schema["type"] == "array" else None,
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
        default=schema.get("default"),
        schema=_compile(node, schema, resources),
        evidence=raw["x-evidence"],
        source=raw["x-source"],
    )
