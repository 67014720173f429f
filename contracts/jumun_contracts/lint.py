"""What a contract should be beyond what loading demands: complete in its evidence, with nothing left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.schema_files import SUFFIX, iter_subschemas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.model import Contract, ErrorEntry, Operation


def iter_remarks(contracts: tuple[Contract, ...]) -> Iterator[str]:
    """Faults in the editions of one provider, one sentence each, none for a clean one.

    Checked: each property of each schema says how it is known, or refers to one that does; each schema file is used;
    editions have the same operations in the same places; no 200 is assumed as a whole; a status that an operation
    answers by itself is listed.
    """
    yield from _iter_schema_remarks(contracts)
    places = [{(each.id, each.method, each.path) for each in contract.operations.values()} for contract in contracts]
    for contract, here in zip(contracts, places, strict=True):
        where = f"{contract.provider}:{contract.profile}"
        for id_, method, path in sorted(here ^ places[0]):
            yield f"{where}: {id_} at {method} {path} is not in all editions"
        for operation in contract.operations.values():
            if operation.answers["200"].evidence == "assumed":
                yield f"{where} {operation.id}: its 200 is assumed"
        for operation, entry in _iter_own_errors(contract):
            if str(entry.status) not in operation.answers:
                yield f"{where} {operation.id}: answers {entry.code} and does not list status {entry.status}"


def _iter_schema_remarks(contracts: tuple[Contract, ...]) -> Iterator[str]:
    provider, documents = contracts[0].provider, contracts[0].schemas
    for name, document in documents.items():
        for pointer, schema in iter_subschemas(document):
            for key, value in schema.get("properties", {}).items():
                if not _says_how_known(value, name, documents):
                    yield f"{provider}/schemas/{name}.schema.json#{pointer}/properties/{key}: no x-evidence"
    for name in sorted(documents.keys() - set().union(*map(_names_used, contracts))):
        yield f"{provider}/schemas/{name}.schema.json: no operation and no envelope uses it"


def _says_how_known(schema: Any, file: str, documents: Mapping[str, Any]) -> bool:
    """Whether a property carries its evidence, or refers to what does. A constant only narrows what another says."""
    if not isinstance(schema, dict) or "x-evidence" in schema or "const" in schema:
        return True
    path, _, fragment = schema.get("$ref", "#").partition("#")
    if "$ref" not in schema:
        return False
    target = documents[path.removesuffix(SUFFIX) or file]
    for step in fragment.split("/")[1:]:
        target = target[step]
    return _says_how_known(target, path.removesuffix(SUFFIX) or file, documents)


def _iter_own_errors(contract: Contract) -> Iterator[tuple[Operation, ErrorEntry]]:
    """Errors that the edition has by itself and that belong to certain operations, with each of those."""
    for entry in contract.errors.values():
        if contract.profile in entry.profiles:
            yield from ((contract.operations[name], entry) for name in entry.operations or ())


def _names_used(contract: Contract) -> set[str]:
    """Names of the schema files that operations and envelopes reach, through any number of `$ref`s."""
    waiting = set(_names_referred(contract.document["paths"])) | set(contract.envelope_schemas.values())
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in contract.schemas and name not in used:
            used.add(name)
            waiting |= set(_names_referred(contract.schemas[name]))
    return used


def _names_referred(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _names_referred(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].partition("#")[0].rpartition("/")[2].removesuffix(".schema.json")
        for value in node.values():
            yield from _names_referred(value)
