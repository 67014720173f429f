"""Seed data: rows of packaged YAML and of the user's folder, each file checked against its schema."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakValueDictionary

from jumun_contracts import DocumentError, Schema, load_contract
from jumun_contracts.contract.documents import check_document, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping
    from importlib.resources.abc import Traversable

_Seed = TypeVar("_Seed")


class Shared(Generic[_Seed]):
    """Seeds by what they were made from, each kept for as long as a session uses it and no longer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: WeakValueDictionary[Hashable, _Seed] = WeakValueDictionary()

    def get(self, key: Hashable, make: Callable[[], _Seed]) -> _Seed:
        """The one of this key, made if no session has it; what `make` raises passes through."""
        with self._lock:
            seed = self._kept.get(key)
            if seed is None:
                seed = self._kept[key] = make()
            return seed


def read_rows(provider: str, kind: str, *, key: str, data: Traversable | None) -> dict[str, dict[str, Any]]:
    """Rows of `kind` ("applications" or "orders") by their `key`: the packaged ones, then those of `data`.

    A row of `data` takes the place of a packaged one with the same key. A file that `data` lacks adds nothing.

    Raises:
        DocumentError: A file is not as its schema says, or has a key twice.
    """
    rows = dict(_packaged_rows(provider, kind, key))
    if data is not None and (data / provider / f"{kind}.yaml").is_file():
        rows |= _check_rows(data / provider, kind, provider=provider, key=key)
    return rows


def read_lifecycle(provider: str, *, data: Traversable | None) -> Mapping[str, Any]:
    """The provider's packaged lifecycle.yaml, with what that of `data` says in place of it.

    Raises:
        DocumentError: A file is not as its schema says.
    """
    packaged = _packaged_lifecycle(provider)
    if data is None or not (data / provider / "lifecycle.yaml").is_file():
        return packaged
    given = _check_lifecycle(data / provider, provider)
    return {**packaged, **given, "hours": {**packaged["hours"], **given.get("hours", {})}}


def fingerprint(data: Traversable | None, providers: Iterable[str]) -> str:
    """What tells data folders with other files of these providers apart, or one after an edit; '' for no folder."""
    if data is None:
        return ""
    digest = hashlib.sha256()
    for provider in sorted(providers):
        for kind in ("applications", "orders", "lifecycle"):
            file = data / provider / f"{kind}.yaml"
            # An empty file, which is a mistake, is not a file that is left out.
            digest.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else bytes(32))
    return digest.hexdigest()


def check_data_folder(data: Traversable, providers: tuple[str, ...]) -> None:
    """Refuse a folder that holds nothing to read: most likely it is the wrong one.

    Raises:
        DocumentError: No such folder, or none of the files that could be in it.
    """
    names = [f"{provider}/{kind}.yaml" for provider in providers for kind in ("applications", "orders")]
    if not data.is_dir():
        raise DocumentError(str(data), "", "no such folder")
    if not any((data / name.split("/")[0] / name.split("/")[1]).is_file() for name in names):
        raise DocumentError(str(data), "", f"holds none of {', '.join(names)}")


def _check_rows(folder: Traversable, kind: str, *, provider: str, key: str) -> dict[str, dict[str, Any]]:
    file = str(folder / f"{kind}.yaml")
    document = read_document(folder, f"{kind}.yaml")
    check_document(document, _schema(provider, kind), file=file)
    rows: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(document[kind]):
        if row[key] in rows:
            raise DocumentError(file, f"/{kind}/{index}/{key}", f"{row[key]!r} stands twice")
        rows[row[key]] = row
    return rows


def _check_lifecycle(folder: Traversable, provider: str) -> Mapping[str, Any]:
    document: dict[str, Any] = read_document(folder, "lifecycle.yaml")
    check_document(document, _schema(provider, "lifecycle"), file=str(folder / "lifecycle.yaml"))
    return document


@cache
def _packaged_lifecycle(provider: str) -> Mapping[str, Any]:
    return _check_lifecycle(files("jumun_fixtures") / provider, provider)


@cache
def _packaged_rows(provider: str, kind: str, key: str) -> dict[str, dict[str, Any]]:
    return _check_rows(files("jumun_fixtures") / provider, kind, provider=provider, key=key)


@cache
def _schema(provider: str, kind: str) -> Schema:
    contract = load_contract(provider)
    document = read_document(files("jumun_fixtures") / provider, f"{kind}.schema.json")
    return Schema(document, resources={schema["$id"]: schema for schema in contract.schemas.values()})
