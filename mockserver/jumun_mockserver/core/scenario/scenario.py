"""A scenario: lines of `operation: step, step …`, and where each line has got to.

A call asks the lines for its operation in their order. Each line that is asked counts the call; the first that has
something for it decides, and those below it are not asked. A webhook to be sent is a call of `PROVIDER.webhook`.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.faults import TLS_FAIL
from jumun_mockserver.core.scenario.notation import ScenarioError, StepError, split_outside
from jumun_mockserver.core.scenario.obstacles import find_obstacle, find_unknown_code, find_webhook_obstacle
from jumun_mockserver.core.scenario.steps import Step, parse_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts import Contract
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.state.state import State

_EVERYTHING = "*"
# Reading a line asks each operation whether it can play it, and each call asks each line.
_CHARACTERS_AT_MOST = 65_536
_LINES_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due for a call.

    Attributes:
        line: Its line's number in the text, from 1.
        call: The call's number among those that the line has counted, from 1.
    """

    step: Step
    line: int
    call: int


class Unmet(NamedTuple):
    """A step that no call has met.

    Attributes:
        line: Its line's number in the text, from 1.
        target: What that line speaks to, e.g. `naver.product_order_ids` or `*`.
        step: As written.
    """

    line: int
    target: str
    step: str


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    # Among all lines: several may share one line of the text.
    place: int
    target: str
    # That it speaks to: one for several leaves those alone for which one of its steps cannot be played.
    operations: frozenset[str]
    steps: tuple[Step, ...]


class Scenario:
    """What is to happen to the calls of a session. Counting is atomic, in the session's state.

    Counters are the calls that each line has counted, by its place, and which steps were met: of a step with a window
    that is for so many calls how often it was due, of any other whether it was.
    """

    def __init__(
        self,
        text: str,
        contracts: Mapping[str, Contract],
        *,
        providers: Mapping[str, Provider[Any]],
        seed: str,
        now: float,
        state: State,
        family: str,
    ) -> None:
        """Read `text`.

        Args:
            contracts: Provider name → contract: the operations and codes that there are.
            providers: Name → record: what can be done to the orders of a call.
            seed: What draws follow from where a step names no seed of its own.
            now: Epoch seconds from which relative times count.
            family: Of its counters in the state.

        Raises:
            ScenarioError: Not a scenario, or too long a one, or an operation or code that does not exist, or a step
                that no operation of its line can play.
        """
        if len(text) > _CHARACTERS_AT_MOST:
            raise ScenarioError(
                f"a scenario has at most {_CHARACTERS_AT_MOST:,} characters, and this has {len(text):,}; "
                "x1000 and * after a step repeat it"
            )
        self.text = text
        self._contracts = contracts
        self._providers = providers
        self._seed = seed
        self._set_at = now
        self._state = state
        self._family = family
        lines = list(islice(_iter_lines(text), _LINES_AT_MOST + 1))
        if len(lines) > _LINES_AT_MOST:
            raise ScenarioError(
                f"line {lines[-1][0]}: a scenario has at most {_LINES_AT_MOST:,} lines of steps; "
                "one line can have several, with commas between them"
            )
        self._lines = [self._read_line(*each, place=place) for place, each in enumerate(lines)]
        # What this object has noted in the state, which it need not do for each call.
        self._noted: set[tuple[int, int]] = set()

    def take(self, operation: str, now: float) -> Due | None:
        """What is due for this call of `operation`; None for nothing. Each call must ask once."""
        if not self._lines:
            return None
        for line in self._lines:
            if operation not in line.operations:
                continue
            call = self._state.count(self._family, f"{line.place}")
            for index in self._iter_due(line, call, now):
                if self._claim(line, index):
                    return Due(line.steps[index], line.number, call)
        return None

    def unmet(self) -> list[Unmet]:
        """The steps that no call has met so far, in their order; but for those that none can, `x0` and `p=0`."""
        return [
            Unmet(line.number, line.target, step.text)
            for line in self._lines
            for index, step in enumerate(line.steps)
            if step.count != 0 and step.probability and not self._state.read(self._family, f"{line.place}.{index}")
        ]

    def take_handshake(self, provider: str, *, now: float) -> Due | None:
        """What is due for a TLS handshake with `provider`: a step with `tls-fail` that its next call would meet.

        Which operation the connection is for is not known yet, so any line about the provider is asked. A handshake
        counts only if it fails: else its call is still to come.
        """
        for line in self._lines:
            if line.target.partition(".")[0] not in (provider, _EVERYTHING):
                continue
            place = f"{line.place}"
            while True:
                calls = self._state.read(self._family, place)
                call = (calls or 0) + 1
                index = next((each for each in self._iter_due(line, call, now) if self._has_left(line, each)), None)
                if index is None or TLS_FAIL not in line.steps[index].actions:
                    break
                if self._state.swap(self._family, place, calls, call) and self._claim(line, index):
                    return Due(line.steps[index], line.number, call)
        return None

    def _iter_due(self, line: _Line, call: int, now: float) -> Iterator[int]:
        """Which steps of the line may be due for its call of this number, the first one first."""
        for index, step in enumerate(line.steps):
            # A step for one call by its number goes before those in sequence.
            if step.at == call and self._drawn(line, index, step, call):
                yield index
        covered: float = 0
        for index, step in enumerate(line.steps):
            if step.at:
                continue
            if step.window:
                due = self._in_window(step, now)
            else:
                first, covered = covered, covered + (math.inf if step.count is None else step.count)
                due = first < call <= covered
            if due and self._drawn(line, index, step, call):
                yield index

    def _claim(self, line: _Line, index: int) -> bool:
        """Meet a step that is due: take one of the times that it may be if it has a window. Any other is due anyway."""
        step, key = line.steps[index], f"{line.place}.{index}"
        if step.window and step.count is not None:
            return self._has_left(line, index) and self._state.count(self._family, key) <= step.count
        if (line.place, index) not in self._noted:
            self._state.write(self._family, key, 1)
            self._noted.add((line.place, index))
        return True

    def _has_left(self, line: _Line, index: int) -> bool:
        step = line.steps[index]
        if not step.window or step.count is None:
            return True
        return (self._state.read(self._family, f"{line.place}.{index}") or 0) < step.count

    def _in_window(self, step: Step, now: float) -> bool:
        start, end = step.window or (None, None)
        return (not start or start.epoch(self._set_at) <= now) and (not end or now < end.epoch(self._set_at))

    def _drawn(self, line: _Line, index: int, step: Step, call: int) -> bool:
        if step.probability == 1:
            return True
        # From the call's number and not from a running generator: the same calls fail, whatever else draws.
        text = f"{step.seed or self._seed}:{line.place}:{index}:{call}"
        return random.Random(text).random() < step.probability  # noqa: S311 - no secret

    def _read_line(self, number: int, text: str, *, place: int) -> _Line:
        target, colon, rest = text.partition(":")
        target = target.strip()
        if not colon:
            raise ScenarioError(f"line {number}: {text!r} is not OPERATION: STEP, STEP …")
        webhooks = [f"{name}.webhook" for name, each in self._providers.items() if each.webhook]
        operations = [name for contract in self._contracts.values() for name in contract.operations]
        targets = [_EVERYTHING, *(f"{name}.*" for name in self._contracts), *operations, *webhooks]
        if target not in targets:
            raise ScenarioError(f"line {number}: no operation {target!r}{did_you_mean(target, targets)}")
        try:
            steps = tuple(parse_step(part) for part in split_outside(rest, ","))
        except StepError as error:
            raise ScenarioError(f"line {number}: {error}") from None
        if not steps:
            raise ScenarioError(f"line {number}: {target} has no steps")
        if target in webhooks:
            if obstacle := next(filter(None, map(find_webhook_obstacle, steps)), ""):
                raise ScenarioError(f"line {number}: {obstacle}")
            return _Line(number, place, target, frozenset([target]), steps)
        concerned = [each for name, each in self._contracts.items() if target.startswith((_EVERYTHING, f"{name}."))]
        if unknown := find_unknown_code(steps, concerned):
            raise ScenarioError(f"line {number}: {unknown}")
        return _Line(number, place, target, self._find_able(target, steps, where=f"line {number}: "), steps)

    def _find_able(self, target: str, steps: Sequence[Step], *, where: str) -> frozenset[str]:
        """The operations of a target for which all steps can be played; raises ScenarioError where there are none."""
        able, obstacles = [], []
        for name, contract in self._contracts.items():
            for operation in contract.operations.values():
                if target not in (operation.id, f"{name}.*", _EVERYTHING):
                    continue
                found = (find_obstacle(step, operation, self._providers[name], contract) for step in steps)
                if obstacle := next(filter(None, found), ""):
                    obstacles.append(obstacle)
                else:
                    able.append(operation.id)
        if not able:
            raise ScenarioError(f"{where}{obstacles[0]}")
        return frozenset(able)


def _iter_lines(text: str) -> Iterable[tuple[int, str]]:
    """Lines that say something, with their numbers; several may share one, with · between them."""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        try:
            # What is within quotes or brackets separates nothing.
            content = next(split_outside(line, " #"), "")
            parts = list(split_outside(content, "·"))
        except StepError as error:
            raise ScenarioError(f"line {number}: {error}") from None
        yield from ((number, part) for part in parts)
