"""errors.yaml read: a provider's error catalogue, as one profile has it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError, check_document, read_document
from jumun_contracts.contract.model import ErrorEntry
from jumun_contracts.contract.schema_files import meta_schema
from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from jumun_contracts.contract.schema_files import SchemaFiles

_FILE = "errors.yaml"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the file says.

    Attributes:
        envelopes: Name of an envelope → name of its schema file.
        errors: By code, in the file's order.
        causes: Cause → code.
    """

    provider: str
    envelopes: dict[str, str]
    errors: dict[str, ErrorEntry]
    causes: dict[str, str]


def read_catalogue(root: Traversable, profile: str, *, schemas: SchemaFiles, operations: Collection[str]) -> Catalogue:
    """The catalogue in the folder `root`.

    Args:
        operations: Ids of the operations of all profiles.

    Raises:
        DocumentError: Names file and key of the first fault.
    """
    file = str(root / _FILE)
    document = read_document(root, _FILE)
    check_document(document, meta_schema("errors"), file=file)
    provider = document["provider"]
    for name in operations:
        if not name.startswith(f"{provider}."):
            where = str(root / "openapi.yaml")
            raise DocumentError(where, "/paths", f"operationId {name!r} does not begin with '{provider}.'")
    envelopes = {
        name: schemas.find(path, file=file, pointer=f"/envelopes/{escape_key(name)}")
        for name, path in document["envelopes"].items()
    }
    errors = _read_errors(document["errors"], profile, file=file, operations=operations, envelopes=envelopes)
    causes = _read_causes(document["causes"], profile, file=file, errors=errors)
    return Catalogue(provider, envelopes, errors, causes)


def _read_errors(
    entries: Sequence[Mapping[str, Any]],
    profile: str,
    *,
    file: str,
    operations: Collection[str],
    envelopes: Collection[str],
) -> dict[str, ErrorEntry]:
    errors: dict[str, ErrorEntry] = {}
    for index, raw in enumerate(entries):
        pointer = f"/errors/{index}"
        envelope = raw["envelope"] if isinstance(raw["envelope"], str) else raw["envelope"][profile]
        if envelope not in envelopes:
            raise DocumentError(file, f"{pointer}/envelope", f"{envelope!r} is not among the envelopes")
        if raw["code"] in errors:
            raise DocumentError(file, f"{pointer}/code", f"{raw['code']!r} appears twice")
        owners = raw.get("operations")
        if isinstance(owners, dict):
            owners = owners[profile]
        for name in owners or ():
            if name not in operations:
                raise DocumentError(file, f"{pointer}/operations", f"no operation is named {name!r}")
        errors[raw["code"]] = ErrorEntry(
            code=raw["code"],
            wire_code=raw.get("wire_code", None if "name" in raw else raw["code"]),
            name=raw.get("name"),
            status=raw["status"],
            message=raw["message"],
            envelope=envelope,
            headers=MappingProxyType(raw.get("headers", {})),
            profiles=tuple(raw["profiles"]),
            operations=None if owners is None else tuple(owners),
            when=raw["when"],
            evidence=raw["evidence"],
            source=raw["source"],
            assumed=tuple(raw.get("assumed", ())),
            is_item=raw.get("item", False),
        )
    return errors


def _read_causes(
    causes: Mapping[str, Mapping[str, str]], profile: str, *, file: str, errors: Mapping[str, ErrorEntry]
) -> dict[str, str]:
    for cause, codes in causes.items():
        pointer, code = f"/causes/{escape_key(cause)}/{profile}", codes[profile]
        if code not in errors:
            raise DocumentError(file, pointer, f"{code!r} is not among the errors")
        if profile not in errors[code].profiles:
            raise DocumentError(file, pointer, f"{code!r} is not an error of this profile")
    return {cause: codes[profile] for cause, codes in causes.items()}
