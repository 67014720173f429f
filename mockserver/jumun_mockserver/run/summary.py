"""What a program did to the server, counted while it runs and reported at the end."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import click

from jumun_mockserver.core.journal.credentials import describe_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.scenario.scenario import Unmet

Kind = TypeVar("Kind")

_SHOWN = 20
_KINDS_AT_MOST = 1_000
_OTHERS = ("(others)", "")
_NO_CALLS = """\
Jumun: no calls. If there should have been some:
  the program may ignore the variables for proxies: let it take the base URL from NAVER_COMMERCE_BASE_URL or
    BOOTPAY_COMMERCE_BASE_URL
  it may trust only certificates of its own: then it reports a TLS error; JUMUN_CA_FILE names the file to trust
  it may call from elsewhere: a container, a browser, a service that ran before"""


class Summary:
    """Counts of exchanges. Exact, whatever the journal keeps; of a thousand kinds of violations or paths at most."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, int, str]] = Counter()
        self._violations: Counter[tuple[str, str]] = Counter()
        self._unmatched: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def record(self, exchange: Exchange) -> None:
        """Count one; atomic. Of its credentials nothing is kept."""
        shown, violations, _ = describe_call(exchange)
        with self._lock:
            self._calls[exchange.operation, exchange.status, exchange.code] += 1
            for violation in violations:
                _count(self._violations, (exchange.operation, violation))
            if not exchange.operation:
                near = str(exchange.near[0]) if exchange.near else ""
                # A path may hold anything, line ends included.
                path = shown.encode("unicode_escape").decode()
                _count(self._unmatched, (f"{exchange.method} {path}", near))

    @property
    def violations(self) -> int:
        """How many there were."""
        return self._violations.total()

    @property
    def unmatched(self) -> int:
        """How many calls there were that no operation has."""
        return self._unmatched.total()

    def render(self, blocked: Mapping[str, int], unmet: Sequence[Unmet] = (), *, remark: str = "") -> Iterator[str]:
        """Lines for people, in colour, once nothing is recorded any more.

        Args:
            blocked: Host → how often it was refused.
            unmet: Steps of the scenario that no call has met.
            remark: What is to be said of any calls, under them.
        """
        if self._calls:
            yield click.style(f"Jumun: {_plural(self._calls.total(), 'call')}", bold=True)
            yield from _aligned(
                (f"x{count}", operation or "(no operation)", f"{status} {code}")
                for (operation, status, code), count in sorted(self._calls.items())
            )
            if remark:
                yield f"  {remark}"
        elif not blocked:
            yield _NO_CALLS
        if self._violations:
            yield click.style(f"Jumun: {_plural(self.violations, 'violation')} of the contract", fg="yellow")
            yield from _aligned((f"x{count}", *kind) for kind, count in _most(self._violations))
        if self._unmatched:
            yield click.style(f"Jumun: {_plural(self.unmatched, 'call')} that no operation has", fg="yellow")
            yield from _aligned(
                (f"x{count}", call, near and f"did you mean {near}?") for (call, near), count in _most(self._unmatched)
            )
        if unmet:
            yield click.style(f"Jumun: {_plural(len(unmet), 'step')} of the scenario that no call met", fg="yellow")
            yield from _aligned((f"line {line}", target, step) for line, target, step in unmet)
        if blocked:
            yield click.style(f"Jumun: {_plural(sum(blocked.values()), 'call')} of other hosts refused", fg="red")
            yield from _aligned(
                (f"x{count}", host, f"let it through with --allow-host {host}")
                for host, count in _most(Counter(blocked))
            )


def _count(counter: Counter[tuple[str, str]], kind: tuple[str, str]) -> None:
    counter[kind if kind in counter or len(counter) < _KINDS_AT_MOST else _OTHERS] += 1


def _most(counter: Counter[Kind]) -> list[tuple[Kind, int]]:
    """Each kind and its count, the most frequent first."""
    return sorted(counter.items(), key=lambda item: -item[1])


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Lines in columns, a count and a name first; so many at most, and how many more there are."""
    table = list(rows)
    shown = table[:_SHOWN]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for count, *cells in shown:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield f"  {count:>{widths[0]}}  {line}".rstrip()
    if len(table) > _SHOWN:
        yield f"  and {len(table) - _SHOWN} more kinds"
