"""What a contract as a whole should be beyond what loading demands: nothing left over, nothing missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.contract.model import Contract, ErrorEntry, Operation


def iter_contract_remarks(contracts: tuple[Contract, ...]) -> Iterator[str]:
    """Faults in the profiles of one provider, one sentence each, none for a clean one.

    Checked: each schema file is used; no success is assumed as a whole; a status that an operation answers by itself is
    listed.
    """
    provider, documents = contracts[0].provider, contracts[0].schemas
    for name in sorted(documents.keys() - set().union(*map(_names_used, contracts))):
        yield f"{provider}/schemas/{name}.schema.json: no operation and no envelope uses it"
    for contract in contracts:
        where = contract.name
        for operation in contract.operations.values():
            if operation.success.evidence == "assumed":
                yield f"{where} {operation.id}: its {operation.success.status} is assumed"
        for operation, entry in _iter_own_errors(contract):
            if str(entry.status) not in operation.answers:
                yield f"{where} {operation.id}: answers {entry.code} and does not list status {entry.status}"


def _iter_own_errors(contract: Contract) -> Iterator[tuple[Operation, ErrorEntry]]:
    """Errors that the profile has by itself and that belong to certain operations of it, with each of those."""
    for entry in contract.errors.values():
        if contract.profile in entry.profiles:
            names = [name for name in entry.operations or () if name in contract.operations]
            yield from ((contract.operations[name], entry) for name in names)


def _names_used(contract: Contract) -> set[str]:
    """Names of the schema files that operations and envelopes reach, through any number of `$ref`s."""
    waiting = set(_names_referred([contract.document["paths"], contract.document.get("webhooks")])) | set(
        contract.envelope_schemas.values()
    )
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
