"""The schemas in what users name: a contract's folder, a folder of schemas, one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.contract.loading import DOCUMENT, OVERLAY
from jumun_contracts.contract.schema_files import SUFFIX
from jumun_contracts.lint.dialect import Dialect, contract_dialect, old_openapi_dialect, open_dialect
from jumun_contracts.lint.folder import Folder
from jumun_contracts.lint.rules import Source
from jumun_contracts.lint.subschemas import iter_openapi_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

_CATALOGUE = "errors.yaml"
_OPENAPI_ENDINGS = ("openapi.yaml", "openapi.yml", "openapi.json")
_SCHEMAS = "schemas"


def is_contract(root: Traversable) -> bool:
    """Whether the folder is meant to hold one provider's contract."""
    return any((root / name).is_file() for name in (OVERLAY, _CATALOGUE))


def read_contract_sources(root: Traversable) -> list[Source]:
    """The schemas of the contract in the folder `root`: its files, those in its OpenAPI document and in its overlay.

    Raises:
        DocumentError: A file cannot be read. One that is missing is passed over: loading says so.
    """
    folder = Folder(root)
    names = [name for name in (DOCUMENT, OVERLAY) if (root / name).is_file()]
    return [source for name in (*folder.schema_files, *names) for source in _iter_sources(folder, name)]


def read_sources(path: Path) -> list[Source]:
    """The schemas in a file, or in the schema files and OpenAPI documents of a folder, none of them a contract's.

    A file that belongs to a contract is held to what contracts are held to.

    Raises:
        DocumentError: It cannot be read, is neither schema nor OpenAPI document, or holds no schema.
    """
    if path.is_dir():
        folder = Folder(path)
        openapi = sorted(each.name for each in path.iterdir() if each.name.endswith(_OPENAPI_ENDINGS))
        sources = [each for name in (*folder.schema_files, *openapi) for each in _iter_sources(folder, name)]
    elif path.name.endswith((".json", ".yaml", ".yml")):
        sources = list(_iter_sources(Folder(path.parent), path.name))
    else:
        raise DocumentError(str(path), "", "must be a folder or a .json, .yaml or .yml file")
    if not sources:
        raise DocumentError(str(path), "", f"holds no schema: no {SUFFIX[1:]} file and no OpenAPI document with one")
    return sources


def _iter_sources(folder: Folder, name: str) -> Iterator[Source]:
    document = folder.read(name)
    file = str(folder.root.joinpath(*name.split("/")))
    dialect = _dialect(folder.root, document)
    is_overlay = name == OVERLAY and dialect.wants_evidence
    if is_overlay or (isinstance(document, dict) and "openapi" in document):
        for pointer, schema in iter_openapi_schemas(document):
            yield Source(file, pointer, schema, folder.base(name), folder, dialect)
    elif isinstance(document, bool) or (isinstance(document, dict) and _may_be_schema(name, document, dialect)):
        yield Source(file, "", document, folder.base(name), folder, dialect)
    else:
        raise DocumentError(file, "", "is neither a JSON Schema nor an OpenAPI document of version 3")


def _may_be_schema(name: str, document: dict[str, Any], dialect: Dialect) -> bool:
    return "swagger" not in document and (name.endswith(SUFFIX) or not dialect.wants_evidence)


def _dialect(root: Traversable, document: Any) -> Dialect:
    if is_contract(root) or (getattr(root, "name", "") == _SCHEMAS and _is_in_contract(root)):
        return contract_dialect()
    is_old = isinstance(document, dict) and str(document.get("openapi", "")).startswith("3.0")
    return old_openapi_dialect() if is_old else open_dialect()


def _is_in_contract(root: Traversable) -> bool:
    parent = getattr(root, "parent", None)  # of paths only; what is in an archive is named as a whole
    return parent is not None and is_contract(parent)
