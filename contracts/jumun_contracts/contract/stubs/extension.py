"""A contract with the operations of stubs beside its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.contract.schema_files import SUFFIX
from jumun_contracts.contract.stubs.schemas import DIALECT, schema_id
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_contracts.contract.model import Answer, Contract
    from jumun_contracts.contract.stubs.stub import Stub

_FIRST_ERROR = "400"
_REFUSED = "What does not fit is refused, as the provider refuses"


@dataclass(frozen=True, slots=True, eq=False)
class Stubs:
    """What is served from examples.

    Attributes:
        own: Of the user; one of the same method and path goes before a packaged one.
        packaged: Whether those that come with Jumun are served too.
    """

    own: tuple[Stub, ...] = ()
    packaged: bool = True


def extend(contract: Contract, stubs: Sequence[Stub]) -> Contract:
    """The contract with the operations of those of its provider.

    Raises:
        DocumentError: One has method and path, or the id, of an operation of the contract or of another stub.
    """
    own = [each for each in stubs if each.provider == contract.provider]
    if not own:
        return contract
    _check_apart(contract, own)
    operations, schemas = dict(contract.operations), dict(contract.schemas)
    paths = {path: dict(item) for path, item in contract.document["paths"].items()}
    shared, headers = _read_shared(contract)
    refused, refused_raw = shared["default"]
    security = tuple(name for entry in contract.document["security"] for name in entry)
    for each in own:
        operation = each.operation
        responses = {status: {**raw, **headers} for status, raw in each.raw["responses"].items()}
        answers, more = _join_errors(each, {status: answer for status, (answer, _) in shared.items()}, contract)
        schemas |= {**each.schemas, **more}
        if each.has_security:
            answers = {status: answer for status, (answer, _) in shared.items()} | answers
            responses = {status: raw for status, (_, raw) in shared.items()} | responses
        if operation.on_invalid == "reject" and _FIRST_ERROR not in answers:
            answers[_FIRST_ERROR] = replace(refused, status=_FIRST_ERROR, description=_REFUSED)
            responses[_FIRST_ERROR] = {**refused_raw, **headers, "description": _REFUSED}
        operations[operation.id] = replace(
            operation,
            answers=MappingProxyType({**dict(sorted(answers.items())), "default": refused}),
            security=security if each.has_security else (),
        )
        raw = {**each.raw, "responses": {**dict(sorted(responses.items())), "default": refused_raw}}
        paths.setdefault(operation.path, {})[operation.method.lower()] = raw
    return replace(
        contract,
        operations=MappingProxyType(operations),
        document=MappingProxyType({**contract.document, "paths": paths}),
        schemas=MappingProxyType(schemas),
    )


def _read_shared(contract: Contract) -> tuple[dict[str, tuple[Answer, dict[str, Any]]], dict[str, Any]]:
    """What all operations with a token answer, each as most of them have it; and the headers of any answer.

    A 400 is about what an operation is sent, so it is not among them.
    """
    listed: dict[str, list[tuple[Answer, dict[str, Any]]]] = {}
    headers: list[Mapping[str, Any]] = []
    secured = [each for each in contract.operations.values() if each.security]
    for each in secured:
        responses = contract.document["paths"][each.path][each.method.lower()]["responses"]
        headers.append(responses[each.success.status].get("headers", {}))
        for status, answer in each.answers.items():
            if status > _FIRST_ERROR:
                listed.setdefault(status, []).append((answer, responses[status]))
    shared = {}
    for status, alike in listed.items():
        if len(alike) == len(secured):
            texts = Counter(answer.description for answer, _ in alike)
            answer, raw = next(each for each in alike if each[0].description == texts.most_common(1)[0][0])
            source = f"as {contract.provider}'s other operations: {raw['x-source']}"
            shared[status] = (
                replace(answer, evidence="assumed", source=source),
                {**raw, "x-evidence": "assumed", "x-source": source},
            )
    return shared, {"headers": headers[0]} if headers[0] and all(each == headers[0] for each in headers) else {}


def _join_errors(
    stub: Stub, shared: Mapping[str, Answer], contract: Contract
) -> tuple[dict[str, Answer], dict[str, Any]]:
    """The answers of a stub, each error as it has it or as the provider refuses; documents of such schemas."""
    answers: dict[str, Answer] = dict(stub.operation.answers)
    documents: dict[str, Any] = {}
    resources = {each["$id"]: each for each in (*contract.schemas.values(), *stub.schemas.values())}
    for status, answer in stub.operation.answers.items():
        if status < _FIRST_ERROR:
            continue
        name = f"{answer.schema_name}.error"
        documents[name] = {
            "$schema": DIALECT,
            "$id": schema_id(contract.provider, name),
            "title": f"Error {status} of {stub.operation.id}, its own or the provider's",
            "anyOf": [
                {"$ref": f"{each}{SUFFIX}"}
                for each in (answer.schema_name, shared.get(status, shared["default"]).schema_name)
            ],
        }
        schema = Schema(documents[name], resources=resources)
        answers[status] = replace(answer, schema=schema, schema_name=name)
    return answers, documents


def _check_apart(contract: Contract, stubs: Sequence[Stub]) -> None:
    ids = {id_: f"{id_}, which Jumun carries out" for id_ in contract.operations}
    targets = {each.target: ids[each.id] for each in contract.operations.values()}
    for each in stubs:
        operation = each.operation
        if other := targets.get(operation.target):
            reason = f"{operation.method} {operation.path} is an operation already: {other}; remove one of the two"
            raise DocumentError(each.place, "", reason)
        if other := ids.get(operation.id):
            reason = f"the id {operation.id} is given already: {other}; give this one another operationId"
            raise DocumentError(each.place, "", reason)
        ids[operation.id] = targets[operation.target] = each.place
