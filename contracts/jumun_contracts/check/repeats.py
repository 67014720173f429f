"""Requests that were clean, remembered: judging one of the same kind again would find nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_contracts.check.matching import Match
    from jumun_contracts.contract.model import Contract
    from jumun_contracts.recordings.recorded import Recorded

_KEPT_AT_MOST = 4096

Likeness: TypeAlias = tuple[object, ...]
"""Equal for requests that differ in nothing that a judge looks at."""


class Repeats:
    """Remembers requests that had no fault, as many as fit, by their likeness."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._headers = {
            id(each): [p.name.lower() for p in each.parameters if p.location == "header"]
            for contract in contracts
            for each in contract.operations.values()
        }
        self._clean: set[Likeness] = set()

    def likeness(self, recorded: Recorded, match: Match, *, query: str) -> Likeness | None:
        """Of a request without a body; None of any other, and of one that has no URL or no operation."""
        if match.path_values is None or match.operation is None or recorded.request_body is not None:
            return None
        headers = recorded.request_headers
        sent = None if headers is None else tuple([headers.get(name) for name in self._headers[id(match.operation)]])
        return id(match.operation), query, tuple(match.path_values.values()), sent

    def has(self, likeness: Likeness | None) -> bool:
        """Whether one like it was clean."""
        return likeness in self._clean

    def add(self, likeness: Likeness | None) -> None:
        """One like it was clean."""
        if likeness is not None:
            if len(self._clean) >= _KEPT_AT_MOST:
                self._clean.clear()
            self._clean.add(likeness)
