"""A data folder: the files in which users give applications, orders and spans of their own, as `--data` or as text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import orjson

from jumun_contracts import DocumentError
from jumun_contracts.contract.documents import read_text
from jumun_contracts.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

_ENDINGS = (".yaml", ".yml", ".json")


@cache
def list_kinds() -> Mapping[str, tuple[str, ...]]:
    """Provider → kinds of files that a data folder may have of it: those that are packaged."""
    found = {}
    for folder in sorted(package_files("jumun_fixtures").iterdir(), key=lambda each: each.name):
        kinds = sorted(each.name[: -len(".yaml")] for each in _entries(folder) if each.name.endswith(".yaml"))
        if kinds:
            found[folder.name] = tuple(kinds)
    return found


def list_files() -> list[str]:
    """Names of all files that a data folder may have, e.g. `naver/orders.yaml`."""
    return [f"{provider}/{kind}.yaml" for provider, kinds in list_kinds().items() for kind in kinds]


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The texts of a data folder, read once: later changes of its files do not change what is served.

    Attributes:
        name: Of the folder, as the user knows it; '' for files that came without one.
        texts: File → text; at least one, or a stray.
        strays: What is there and would not be read: most likely a file of a mistaken name.
    """

    name: str
    texts: Mapping[str, str]
    strays: tuple[DocumentError, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, root: Traversable | os.PathLike[str] | str) -> Self:
        """The folder at a path.

        Raises:
            DocumentError: No such folder, one that holds nothing to read, or a file that cannot be read.
        """
        folder: Traversable = Path(root) if isinstance(root, str) else root  # type: ignore[assignment]
        if not folder.is_dir():
            raise DocumentError(str(folder), "", "no such folder")
        try:
            names = [name for name in list_files() if _at(folder, name).is_file()]
            strays = tuple(_iter_strays(folder))
        except OSError as error:
            raise DocumentError(str(folder), "", f"cannot be read: {error.strerror}") from None
        if not names and not strays:
            raise DocumentError(str(folder), "", f"holds none of {', '.join(list_files())}")
        return cls(str(folder), {name: read_text(_at(folder, name)) for name in names}, strays)

    @classmethod
    def of(cls, contents: Mapping[str, Any]) -> Self:
        """A folder that is nowhere, of file → its text, or what it would mean."""
        known = list_files()
        texts = {
            name: content if isinstance(content, str) else orjson.dumps(content).decode()
            for name, content in contents.items()
            if name in known
        }
        strays = tuple(
            DocumentError(name, "", f"is not read{did_you_mean(name, known)}") for name in contents if name not in known
        )
        return cls("", texts, strays)

    def path(self, file: str) -> str:
        """A file as the user knows it."""
        return f"{self.name}/{file}" if self.name else file

    def digest(self, providers: Iterable[str]) -> str:
        """What tells folders with other files of these providers apart."""
        digest = hashlib.sha256()
        for provider in sorted(providers):
            for kind in list_kinds()[provider]:
                text = self.texts.get(f"{provider}/{kind}.yaml")
                # An empty file, which is a mistake, is not a file that is left out.
                digest.update(bytes(32) if text is None else hashlib.sha256(text.encode()).digest())
        return digest.hexdigest()


def _iter_strays(folder: Traversable) -> Iterator[DocumentError]:
    """Documents beside a provider's files, and what looks like a provider or one of its files elsewhere."""
    kinds = list_kinds()
    for entry in _entries(folder):
        stem = entry.name.rpartition(".")[0]
        if entry.name in kinds:
            known = [f"{kind}.yaml" for kind in kinds[entry.name]]
            for each in filter(_is_document, _entries(entry)):
                if each.name not in known:
                    yield DocumentError(str(each), "", f"is not read{did_you_mean(each.name, known)}")
        elif entry.is_dir():
            if (near := nearest(entry.name, kinds)) and any(map(_is_document, _entries(entry))):
                yield DocumentError(str(entry), "", f"is not read; did you mean {near}?")
        elif _is_document(entry) and (near := nearest(stem, {each for some in kinds.values() for each in some})):
            homes = [f"{provider}/{near}.yaml" for provider, names in kinds.items() if near in names]
            yield DocumentError(str(entry), "", f"is not read; did you mean {' or '.join(homes)}?")


def _is_document(entry: Traversable) -> bool:
    """Whether it looks like data; a schema beside it is for editors."""
    name = entry.name.lower()
    return name.endswith(_ENDINGS) and not name.endswith(".schema.json") and entry.is_file()


def _entries(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda each: each.name) if folder.is_dir() else []


def _at(folder: Traversable, name: str) -> Traversable:
    provider, _, file = name.partition("/")
    return folder / provider / file
