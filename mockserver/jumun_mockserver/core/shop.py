"""A shop: what a provider's functions are given of a session, and the rows of YAML that it starts from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumun_contracts import DocumentError, Schema, load_contract
from jumun_contracts.contract.documents import check_document, read_document

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.session.quota import Quota
    from jumun_mockserver.core.session.tokens import Tokens
    from jumun_mockserver.core.state.state import State


@dataclass(frozen=True, slots=True)
class Shop:
    """One provider's side of one session. A provider adds its own data in a class of its own.

    Attributes:
        session_id: '' for the default session.
        profile: Of the contract that is served.
        seed: What made-up ids and draws follow from.
        tokens: The provider's.
        quota: Applications that broke rules, and whether they may call.
        clock: The session's time.
        state: All that changes in the session.
    """

    session_id: str
    profile: str
    seed: str
    tokens: Tokens
    quota: Quota
    clock: Clock
    state: State

    def parts(self) -> dict[str, Any]:
        """Its attributes by name, for the class that a provider makes of it."""
        return {each.name: getattr(self, each.name) for each in fields(Shop)}


def read_rows(provider: str, kind: str, *, key: str, data: Traversable | None) -> dict[str, dict[str, Any]]:
    """Rows of `kind` ("applications" or "orders") by their `key`: the packaged ones, then those of `data`.

    A row of `data` takes the place of a packaged one with the same key. A file that `data` lacks adds nothing.

    Raises:
        DocumentError: A file is not as its schema says, or has a key twice.
    """
    rows = _check_rows(files("jumun_fixtures") / provider, kind, provider=provider, key=key)
    if data is not None and (data / provider / f"{kind}.yaml").is_file():
        rows |= _check_rows(data / provider, kind, provider=provider, key=key)
    return rows


def own_key(session_id: str, name: str) -> str:
    """A key by which a request is found to belong to the session, e.g. `js0123.naver`."""
    return f"{session_id}.{name}"


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


@cache
def _schema(provider: str, kind: str) -> Schema:
    contract = load_contract(provider)
    document = read_document(files("jumun_fixtures") / provider, f"{kind}.schema.json")
    return Schema(document, resources={schema["$id"]: schema for schema in contract.schemas.values()})
