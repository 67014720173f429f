"""What a comparison says: differences between an old and a new version, from the client's view."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from jumun_contracts.contract.model import Severity, Side
    from jumun_contracts.schema.parsing import JsonValue

Direction: TypeAlias = "Side"


@dataclass(frozen=True, slots=True)
class Witness:
    """A made-up value that one side takes and the other refuses.

    Attributes:
        instance: The whole body, or the whole value of the parameter or header.
        accepted_by: `new` for a response, `old` for a request; the other side refuses it.
    """

    instance: JsonValue = field(hash=False)
    accepted_by: Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One respect in which the new version is not the old one.

    Attributes:
        severity: `breaking`: a response may carry what it could not, or a request may be refused that was not;
            `drift`: only the strict reading sees it; `info`: nothing that a client could trip over.
        operation: Its id, else `METHOD path`; '' for what concerns the version as a whole.
        status: Of the response, `default` or a range as the document says it; '' for a request.
        place: Pointer into the body with `*` for array items and unnamed keys; for what is not in the body the part
            and the name: `query/limit`, `header/retry-after`, `security`, `errors/GW.AUTHN`.
        keyword: What changed there: a JSON Schema keyword, or a word such as `operation`, `status`, `parameter`.
        was: Its value in the old version, None where it had none.
        now: Its value in the new version, None where it has none.
        message: A sentence for people.
        witness: The proof of a breaking change of a schema, None elsewhere.
        also: Of a schema that is in more places than are reported: the operations that have it there.
    """

    severity: Severity
    direction: Direction
    operation: str
    status: str
    place: str
    keyword: str
    was: JsonValue = field(hash=False)
    now: JsonValue = field(hash=False)
    message: str
    witness: Witness | None = None
    also: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What it is about: the same for the comparison the other way round."""
        return self.operation, self.direction, self.status, self.place, self.keyword
