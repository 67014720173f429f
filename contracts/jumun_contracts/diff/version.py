"""One side of a comparison: a contract of Jumun or another OpenAPI document, brought into one form."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.contract.model import ErrorEntry
    from jumun_contracts.diff.place import Place


@dataclass(frozen=True, slots=True)
class DocumentWarning:
    """What is wrong in a document and not compared, while the rest is.

    Attributes:
        file: The document's name as the user knows it.
        pointer: RFC 6901 pointer to what is wrong.
        line: Where that is in the file, None where there is no file.
        message: What it must be and is.
    """

    file: str
    pointer: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.file}{'' if self.line is None else f':{self.line}'}: {self.pointer} {self.message}"


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter or a header.

    Attributes:
        label: `query/limit`, `header/accept` (in small letters), `path/orderId`.
        serialization: `style`, `explode` and media type where they are not the usual ones.
        evidence: '' where none is given.
    """

    label: str
    required: bool
    value: Place
    serialization: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent with one status: body by media type, and headers by name in small letters."""

    bodies: Mapping[str, Place]
    headers: Mapping[str, Input]
    evidence: str


@dataclass(frozen=True, slots=True)
class Call:
    """One operation.

    Attributes:
        id: Its operationId, else `METHOD path`.
        inputs: By location and name; a path parameter by its position, since its name is not on the wire.
        bodies: Request bodies by media type; empty for a call without.
        security: Sets of schemes, any one of which will do. An empty set needs no credentials at all.
        rate_limit: Calls a second and burst, None where no limit is known.
    """

    id: str
    method: str
    path: str
    inputs: Mapping[str, Input]
    bodies: Mapping[str, Place]
    body_required: bool
    replies: Mapping[str, Reply]
    security: frozenset[frozenset[str]]
    rate_limit: tuple[float, int] | None
    deprecated: bool
    on_invalid: str
    evidence: str

    def reply(self, status: str) -> Reply | None:
        """The response of a status: under its own number, its range, or `default`."""
        return self.replies.get(status) or self.replies.get(f"{status[:1]}XX") or self.replies.get("default")


@dataclass(frozen=True, slots=True)
class Version:
    """One API as one document has it.

    Attributes:
        name: As the user named it.
        servers: Base URLs, without those of this machine.
        root: Path of the first server, which paths are relative to.
        calls: By method and path with nameless placeholders, `GET /v1/orders/{}`.
        errors: The catalogue's own errors of this version by code, None where there is no catalogue.
        causes: Cause → code.
        warnings: What was left out of it.
    """

    name: str
    servers: tuple[str, ...]
    root: str
    calls: Mapping[str, Call]
    errors: Mapping[str, ErrorEntry] | None = None
    causes: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[DocumentWarning, ...] = ()

    def iter_places(self) -> Iterator[Place]:
        """All that has a schema: bodies, parameters, headers."""
        for call in self.calls.values():
            replies = call.replies.values()
            inputs = itertools.chain(call.inputs.values(), *(each.headers.values() for each in replies))
            yield from (each.value for each in inputs)
            yield from itertools.chain(call.bodies.values(), *(each.bodies.values() for each in replies))
