"""What happened in a session: one entry for each exchange, the oldest dropped first.

Entries keep the request and the response as they were; masking and formatting are done when they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts import Contract
    from jumun_contracts.contract.requests import Violation
    from jumun_mockserver.core.http import Request, Response
    from jumun_mockserver.core.routing import Route
    from jumun_mockserver.core.state.state import State

LOG = "journal"
"""Name of the log in a session's state. Its entries are exchanges, not JSON data."""
COUNTS = ("violations", "unmatched")
"""Names of the journal's counts in the family `session` of that state."""
KEPT_ENTRIES = 10_000
KEPT_BYTES = 32 * 1024 * 1024

# What an entry costs beside its bodies and headers, roughly.
_ENTRY_BYTES = 1_000
_TEXT_BYTES = 100
_NOTE_BYTES = 250


@dataclass(slots=True, repr=False)
class Exchange:
    """One request and its outcome.

    Attributes:
        serial: Number within the session, from 1.
        session: The session's id.
        at: Epoch seconds on the session's clock.
        operation: Its id, '' where none matched.
        contract: None where no operation has the path.
        code: Catalogue code of the error that was answered, '' for none.
        remarks: Why it was answered so, where that is not plain.
        step: The scenario step that was due, as written; '' for none.
        near: For a path that no operation has, the routes that may have been meant.
        is_limited: Whether a limit or the quota refused it.
    """

    serial: Final[int]
    session: Final[str]
    at: Final[float]
    request: Final[Request]
    response: Final[Response]
    operation: Final[str]
    contract: Final[Contract | None]
    code: Final[str]
    violations: Final[tuple[Violation, ...]]
    remarks: Final[tuple[str, ...]]
    step: Final[str] = ""
    near: Final[tuple[Route, ...]] = ()
    is_limited: Final[bool] = False

    def __repr__(self) -> str:
        """Neither request nor response: credentials and people's data are in them."""
        return f"<Exchange {self.serial} of {self.session}: {self.operation or 'no operation'} {self.status}>"

    @property
    def method(self) -> str:
        """The request's method, e.g. GET."""
        return self.request.method

    @property
    def path(self) -> str:
        """The request's, decoded."""
        return self.request.path

    @property
    def status(self) -> int:
        """The response's HTTP status; 0 where a fault left the client without one."""
        fault = self.response.fault
        return 0 if fault and fault.leaves_no_answer else self.response.status

    @property
    def fault(self) -> str:
        """The fault that broke the response on its way, e.g. `hang`; '' for none."""
        return self.response.fault.name if self.response.fault else ""

    @property
    def size(self) -> int:
        """What it keeps in memory, roughly, in bytes."""
        request, headers = self.request, self.request.headers
        # The names are shared, as the few that there are come again and again; strange ones are not.
        size = _ENTRY_BYTES + _TEXT_BYTES * len(headers) + len("".join(headers)) + len("".join(headers.values()))
        size += len(request.path) + len(request.query) + len(request.body) + len(request.target)
        size += len(self.response.body)
        if self.violations:
            notes = (len(each.place) + len(each.message) + len(each.value) + _NOTE_BYTES for each in self.violations)
            size += sum(notes)
        if self.remarks:
            # Once as they are, and once in the header.
            size += 2 * sum(map(len, self.remarks)) + _TEXT_BYTES * len(self.remarks)
        return size


class Journal:
    """The newest exchanges of a session, oldest first, within a number of entries and of bytes."""

    def __init__(self, state: State, *, entries: int = KEPT_ENTRIES, size: int = KEPT_BYTES) -> None:
        self._state = state
        self._at_most = entries
        self._size_at_most = size

    @property
    def total(self) -> int:
        """How many exchanges there were."""
        return self._state.last(LOG)

    @property
    def violations(self) -> int:
        """How many violations there were in all of them."""
        return self._state.read("session", "violations") or 0

    @property
    def unmatched(self) -> int:
        """How many exchanges there were that no operation has."""
        return self._state.read("session", "unmatched") or 0

    def record(self, exchange: Exchange) -> None:
        """Add an exchange; atomic. The newest is kept whatever its size."""
        self._state.append(LOG, exchange, self._at_most, exchange.size, self._size_at_most)
        if exchange.violations:
            self._state.count("session", "violations", len(exchange.violations))
        if not exchange.operation:
            self._state.count("session", "unmatched")

    def __len__(self) -> int:
        return len(self._state.entries(LOG))

    def __iter__(self) -> Iterator[Exchange]:
        return iter([exchange for _, exchange in self._state.entries(LOG)])

    def select(
        self,
        *,
        operation: str | None = None,
        status: int | None = None,
        serial: int | None = None,
        after: int = 0,
        since: float | None = None,
    ) -> Iterator[Exchange]:
        """Exchanges that are still kept, oldest first.

        Args:
            operation: Only of this id; '' for those that no operation matched.
            status: Only with this status.
            serial: Only the one with this number.
            after: Only those with a higher number.
            since: Only from this epoch second on, by the session's clock.
        """
        for exchange in self:
            if operation is not None and exchange.operation != operation:
                continue
            if status is not None and exchange.status != status:
                continue
            if serial is not None and exchange.serial != serial:
                continue
            if exchange.serial <= after:
                continue
            if since is not None and exchange.at < since:
                continue
            yield exchange
