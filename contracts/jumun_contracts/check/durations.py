"""How long exchanges took, by file, operation and status, for reports whose readers compare durations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.check.matching import Candidate
    from jumun_contracts.recordings.recorded import Recorded


class Answered(NamedTuple):
    """Some exchanges of one file that are alike.

    Attributes:
        contract: e.g. `bootpay:documented`.
        operation: e.g. `bootpay.orders.list`.
        listed: Status as the contract writes it, which may be `default`.
        status: As it was sent; as listed where the recording has none.
    """

    file: str
    contract: str
    operation: str
    listed: str
    status: str


class Durations:
    """Adds up seconds: those that a recording has for an exchange, else those that judging it took."""

    def __init__(self) -> None:
        self._open: list[Candidate] = []
        self._own: dict[tuple[object, ...], tuple[Candidate, float]] = {}
        self._absorbed: dict[Answered, float] = {}

    def open(self, candidate: Candidate) -> None:
        """The exchange that is judged now is one of these."""
        self._open.append(candidate)

    def close(self, recorded: Recorded, judging_s: float) -> None:
        """It was judged."""
        took_s = judging_s if recorded.duration_s is None else recorded.duration_s
        for candidate in self._open:
            # Names are worked out when they are asked for: this is done for each exchange.
            key = recorded.file, id(candidate.operation), id(candidate.answer), recorded.status
            _, before_s = self._own.get(key, (None, 0.0))
            self._own[key] = candidate, before_s + took_s
        self._open.clear()

    def absorb(self, seconds: Mapping[Answered, float]) -> None:
        """Add what another has added up."""
        for key, value in seconds.items():
            self._absorbed[key] = self._absorbed.get(key, 0.0) + value

    def seconds(self) -> dict[Answered, float]:
        """What was added up until now."""
        found = dict(self._absorbed)
        for (file, _, _, status), ((contract, operation, answer), value) in self._own.items():
            sent = answer.status if status is None else str(status)
            key = Answered(str(file), contract.name, operation.id, answer.status, sent)
            found[key] = found.get(key, 0.0) + value
        return found
