"""Seed data: rows of packaged YAML and of the user's folder, each file checked against its schema."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakValueDictionary

from jumun_contracts import DocumentError, Schema, load_contract
from jumun_contracts.contract.documents import find_lines, parse_yaml, read_document
from jumun_contracts.contract.mistakes import explain
from jumun_mockserver.core.data_folder import DataFolder, list_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

MISTAKES_SHOWN = 50
"""How many mistakes of a data folder are listed, of however many there are."""

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


def read_rows(provider: str, kind: str, *, data: DataFolder | None) -> dict[str, dict[str, Any]]:
    """Rows of `kind` ("applications" or "orders") by what they are known by: the packaged ones, then those of `data`.

    A row of `data` takes the place of a packaged one that is known by the same. A file that `data` lacks adds nothing.

    Raises:
        DocumentError: A file has mistakes; all of the folder.
    """
    rows = dict(_packaged_rows(provider, kind))
    if data is not None and f"{provider}/{kind}.yaml" in data.texts:
        rows |= _by_key(_checked(data, provider, kind), provider, kind)
    return rows


def read_lifecycle(provider: str, *, data: DataFolder | None) -> Mapping[str, Any]:
    """The provider's packaged lifecycle.yaml, with what that of `data` says in place of it, key by key, maps too.

    Raises:
        DocumentError: As `read_rows`.
    """
    packaged: Mapping[str, Any] = _packaged(provider, "lifecycle")
    if data is None or f"{provider}/lifecycle.yaml" not in data.texts:
        return packaged
    given = _checked(data, provider, "lifecycle")
    return {
        **packaged,
        **{name: {**packaged[name], **value} if isinstance(value, dict) else value for name, value in given.items()},
    }


def fingerprint(data: DataFolder | None, providers: Iterable[str]) -> str:
    """What tells data folders with other files of these providers apart, or one after an edit; '' for no folder."""
    return "" if data is None else data.digest(providers)


def find_mistakes(data: DataFolder) -> list[DocumentError]:
    """All mistakes of a data folder; nothing is served from one that has any."""
    documents = [
        _find_mistakes(data, provider, kind)[1]
        for provider, kinds in list_kinds().items()
        for kind in kinds
        if f"{provider}/{kind}.yaml" in data.texts
    ]
    return [*data.strays, *(mistake for each in documents for mistake in each)]


def describe_files(data: DataFolder) -> Iterator[tuple[str, str]]:
    """Each file of a data folder without mistakes, and what it holds: `naver/orders.yaml`, `2 orders`."""
    for provider, kinds in list_kinds().items():
        for kind in kinds:
            file = f"{provider}/{kind}.yaml"
            if file not in data.texts:
                continue
            document = _checked(data, provider, kind)
            if kind not in document:
                hours = [f"{name} {value:g} h" for name, value in document.get("hours", {}).items()]
                others = [f"{name} {_render_setting(value)}" for name, value in document.items() if name != "hours"]
                yield file, ", ".join([*hours, *others]) or "nothing that differs"
                continue
            rows = _by_key(document, provider, kind)
            replaced = len(rows.keys() & _packaged_rows(provider, kind).keys())
            noun = kind if len(rows) != 1 else kind.removesuffix("s")
            yield file, f"{len(rows)} {noun}" + (f", {replaced} in place of packaged ones" if replaced else "")


def _render_setting(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}={each}" for name, each in value.items())
    return str(value).lower()


def sum_up(mistakes: list[DocumentError], *, data: DataFolder) -> DocumentError:
    """All mistakes of a data folder in one error, a line each; of very many, the first."""
    if len(mistakes) == 1:
        return mistakes[0]
    lines = [f"  {each}" for each in mistakes[:MISTAKES_SHOWN]]
    if len(mistakes) > MISTAKES_SHOWN:
        lines.append(f"  and {len(mistakes) - MISTAKES_SHOWN} more")
    return DocumentError(data.name or "the files", "", "\n".join([f"{len(mistakes)} mistakes", *lines]))


def _checked(data: DataFolder, provider: str, kind: str) -> Any:
    """The document of a file.

    Raises:
        DocumentError: It has a mistake; then those of other files are named too.
    """
    document, mistakes = _find_mistakes(data, provider, kind)
    if mistakes:
        raise sum_up(find_mistakes(data), data=data)
    return document


def _find_mistakes(data: DataFolder, provider: str, kind: str) -> tuple[Any, list[DocumentError]]:
    """The document of a file, and all its mistakes."""
    name = f"{provider}/{kind}.yaml"
    file, text = data.path(name), data.texts[name]
    try:
        document = parse_yaml(text, file=file)
    except DocumentError as error:
        return None, [error]
    schema = _schema(provider, kind)
    good = None if data is _packaged_folder() else _packaged(provider, kind)
    found = [
        (each.pointer, each.key, each.message.removeprefix(f"{each.pointer} "))
        for each in explain(schema, document, good=good)
    ]
    if document is None:
        said = "the document must be of type object, not null"
        found = [("", "", found[0][2].replace(said, "is empty; expected a mapping"))]
    elif not found and kind in document:
        found = [(pointer, pointer, reason) for pointer, reason in _iter_repeated(document[kind], kind, provider)]
    lines = find_lines(text, [key for _, key, _ in found])
    mistakes = [
        DocumentError(file, pointer, f"{reason} (line {line})")
        for (pointer, _, reason), line in zip(found, lines, strict=True)
    ]
    return document, mistakes


def _iter_repeated(rows: list[dict[str, Any]], kind: str, provider: str) -> Iterator[tuple[str, str]]:
    """Where a value is that must be of one row only and that an earlier row has, and a sentence about it."""
    schema: Any = _schema(provider, kind).document
    properties = schema["properties"][kind]["items"].get("properties", {})
    for name in _unique(provider, kind):
        first: dict[str, str] = {}
        for index, row in enumerate(rows):
            place, values = f"/{kind}/{index}/{name}", row.get(name, [])
            found = {f"{place}/{at}": value for at, value in enumerate(values)} if isinstance(values, list) else {}
            for pointer, value in (found or {place: values} if values else {}).items():
                if value in first:
                    shown = name if "x-secret" in properties.get(name, {}) else repr(value)
                    yield pointer, f"{shown} is defined twice, first at {first[value]}"
                first.setdefault(value, pointer)


def _unique(provider: str, kind: str) -> list[str]:
    """Properties whose values are one row's only; the first is what a row is known by."""
    document: Any = _schema(provider, kind).document
    names: list[str] = document["x-unique"]
    return names


def _by_key(document: Any, provider: str, kind: str) -> dict[str, dict[str, Any]]:
    key = _unique(provider, kind)[0]
    return {row[key]: row for row in document[kind]}


@cache
def _packaged(provider: str, kind: str) -> Any:
    return _checked(_packaged_folder(), provider, kind)


@cache
def _packaged_folder() -> DataFolder:
    return DataFolder.read(files("jumun_fixtures"))


@cache
def _packaged_rows(provider: str, kind: str) -> dict[str, dict[str, Any]]:
    return _by_key(_packaged(provider, kind), provider, kind)


@cache
def _schema(provider: str, kind: str) -> Schema:
    """What a file of this kind must be; its references point to the contract's schemas and to those beside it."""
    folder = files("jumun_fixtures") / provider
    names = [each.name for each in folder.iterdir() if each.name.endswith(".schema.json")]
    beside = [read_document(folder, name) for name in names if name != f"{kind}.schema.json"]
    schemas = [*load_contract(provider).schemas.values(), *beside]
    return Schema(read_document(folder, f"{kind}.schema.json"), resources={schema["$id"]: schema for schema in schemas})
