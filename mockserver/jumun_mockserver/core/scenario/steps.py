"""Scenario steps: what can be done to one answer, and the text for it.

    step      = action {"+" action} {modifier}
    action    = "ok" | CODE | STATUS | slow(1.5s) | slow(lognormal 90ms 0.4) | FAULT | FAULT(arguments)
              | set(POINTER JSON) | repeat(POINTER N) | reverse(POINTER)
              | before(ACTION [DURATION]) | after(ACTION [DURATION]) | fail(CODE [N]) | cap(PARAMETER N)
              | lose | double | swap | delay(DURATION)
    modifier  = xN | "*" | p=0.1 | seed=7 | @N | from=TIME | until=TIME | ttl=DURATION

`docs/scenarios.md` says what each means.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_contracts import JsonError, parse_json
from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.core.http import Fault
from jumun_mockserver.core.scenario.notation import (
    LONGEST_DELAY_S,
    StepError,
    parse_delay,
    parse_span,
    split_outside,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_REPEATED_AT_MOST = 100_000
_CALL = re.compile(r"([A-Za-z0-9_.\-]+)(?:\((.*)\))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fail:
    """Answer with a code of the error catalogue, or with a status.

    Attributes:
        status: In place of the one that the code has; None for that.
    """

    code: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Wait before the answer.

    Attributes:
        seconds: How long, or the median if `sigma` is not 0.
        sigma: Spread of a log-normal distribution.
    """

    seconds: float
    sigma: float = 0

    def draw(self, seed: str) -> float:
        """Seconds to wait, at most an hour; the same for the same seed."""
        if not self.sigma:
            return self.seconds
        drawn = random.Random(seed).lognormvariate(math.log(self.seconds), self.sigma)  # noqa: S311 - no secret
        return min(drawn, LONGEST_DELAY_S)


@dataclass(frozen=True, slots=True)
class SetValue:
    """Put a value into the body of a success, where the RFC 6901 pointer says; a new key is added."""

    pointer: str
    value: Any = field(hash=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Make the array at `pointer` `length` items long, by repeating those it has."""

    pointer: str
    length: int


@dataclass(frozen=True, slots=True)
class Reverse:
    """Turn the order of the array at `pointer` round."""

    pointer: str


@dataclass(frozen=True, slots=True)
class Perform:
    """Do an action of the control plane to the orders that a call names.

    Attributes:
        moment: Whether `before` the call is carried out or `after` it.
        action: As the control plane takes it, e.g. `request_cancel`.
        then_s: Seconds by which the session's clock then moves on.
    """

    moment: str
    action: str
    then_s: float = 0


@dataclass(frozen=True, slots=True)
class Refuse:
    """Leave the last `count` of the orders that a call names as they are: failures of a call that succeeds.

    Attributes:
        code: Of the catalogue.
    """

    code: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Cap:
    """Carry the call out as if no more than `at_most` had been sent as an integer parameter."""

    parameter: str
    at_most: int


@dataclass(frozen=True, slots=True)
class Misdeliver:
    """Have a webhook go astray: `lose` it, send it `double`, `swap` it with the next one, `delay` it by `seconds`."""

    how: str
    seconds: float = 0


Alteration: TypeAlias = SetValue | Repeat | Reverse
"""What changes the body of a success."""
Action: TypeAlias = Fail | Delay | Fault | Alteration | Perform | Refuse | Cap | Misdeliver


@dataclass(frozen=True, slots=True)
class Step:
    """Some actions together, and when they are due.

    Attributes:
        text: As written.
        actions: Empty for `ok`.
        count: For how many calls; None for any number.
        probability: Of each of these calls.
        seed: What the draws follow from; '' for the session's seed.
        at: The number of the only call that it is about; None for a step in sequence.
        window: From when until when it is due, either may be None; None for a step without.
    """

    text: str
    actions: tuple[Action, ...]
    count: int | None = 1
    probability: float = 1
    seed: str = ""
    at: int | None = None
    window: tuple[Moment | None, Moment | None] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time.

    Attributes:
        seconds: Epoch seconds, or seconds after the scenario was set.
    """

    seconds: float
    relative: bool

    def epoch(self, set_at: float) -> float:
        """Epoch seconds, for a scenario that was set at `set_at`."""
        return self.seconds + set_at if self.relative else self.seconds


def parse_step(text: str) -> Step:
    """One step, e.g. `slow(2s)+503 x3 p=0.5 seed=7`.

    Raises:
        StepError: Names the part that is wrong.
    """
    words = list(split_outside(text.strip(), " "))
    if not words:
        raise StepError("a step is empty; remove the comma or write ok")
    actions = tuple(action for part in split_outside(words[0], "+") for action in _parse_action(part))
    settings: dict[str, Any] = {}
    for word in words[1:]:
        key, value = _parse_modifier(word)
        if key in settings:
            raise StepError(f"{text.strip()!r} says {key} twice")
        settings[key] = value
    if "at" in settings and "count" in settings:
        raise StepError(f"{text.strip()!r} is for one call by its number, and cannot have a count as well")
    is_drawn = "probability" in settings or any(isinstance(each, Delay) and each.sigma for each in actions)
    if "seed" in settings and not is_drawn:
        raise StepError(f"{text.strip()!r} has a seed and nothing to draw; give it p= or a lognormal delay")
    _check_together(actions, text.strip())
    start, end = settings.pop("start", None), settings.pop("end", None)
    window = (start, end) if start or end else None
    if window and "at" in settings:
        raise StepError(f"{text.strip()!r} has a window of time and the number of a call; it can have one of them")
    if ("probability" in settings or window) and "count" not in settings:
        settings["count"] = None
    return Step(text.strip(), actions, window=window, **settings)


def parse_single_step(text: str) -> Step:
    """One step for one call: `parse_step` without modifiers.

    Raises:
        StepError: Names the part that is wrong.
    """
    step = parse_step(text)
    if len(list(split_outside(step.text, " "))) > 1:
        raise StepError(f"{step.text!r} is for one call: it takes no modifiers")
    return step


def _check_together(actions: Sequence[Action], text: str) -> None:
    """Refuse actions that do not go together; raises StepError."""
    if sum(isinstance(each, Repeat) for each in actions) > 1:
        raise StepError(f"{text!r} repeats twice; once is enough to fill the memory")
    if sum(isinstance(each, Fault) for each in actions) > 1:
        raise StepError(f"{text!r} has two faults, and an answer can be broken in one way only")
    astray = [each.how for each in actions if isinstance(each, Misdeliver)]
    if len(set(astray)) < len(astray) or ("lose" in astray and len(actions) > 1):
        raise StepError(f"{text!r} does a thing twice, or more with a webhook that is lost")
    fails = any(isinstance(each, Fail) for each in actions)
    if fails and any(isinstance(each, Perform | Refuse | Cap) for each in actions):
        raise StepError(
            f"{text!r} answers an error, and before, after, fail and cap are for a call that is carried out"
        )


def _parse_action(text: str) -> tuple[Action, ...]:
    found = _CALL.fullmatch(text)
    if not found:
        raise StepError(f"{text!r} is not a step")
    name, inside = found[1], found[2]
    build: Callable[[list[str]], Action]
    if name in ("ok", "200"):
        return ()
    if name in FAULTS:
        separator, build = ",", FAULTS[name].parse
    elif name in _BUILDERS:
        separator, build = " ", _BUILDERS[name]
    elif inside is None:
        return (Fail(name),)
    else:
        raise StepError(f"{text!r}: {name} takes no arguments")
    try:
        return (build([] if inside is None else list(split_outside(inside, separator))),)
    except StepError as error:
        raise StepError(f"{text!r}: {error}") from None


def _slow(arguments: list[str]) -> Delay:
    match arguments:
        case [duration]:
            return Delay(parse_delay(duration))
        case ["lognormal", median, sigma]:
            delay = Delay(parse_delay(median), _parse_sigma(sigma))
            if not delay.seconds:
                raise StepError("the median must be more than 0")
            return delay
    raise StepError("write slow(1.5s) or slow(lognormal MEDIAN SIGMA)")


def _parse_sigma(text: str) -> float:
    try:
        sigma = float(text)
    except ValueError:
        sigma = math.nan
    if not 0 < sigma <= 10:  # noqa: PLR2004 - e**10 spans all that is of use
        raise StepError(f"sigma must be a number more than 0 and 10 at most, not {text!r}")
    return sigma


def _set(arguments: list[str]) -> SetValue:
    if len(arguments) < 2 or not arguments[0].startswith("/"):  # noqa: PLR2004 - pointer and value
        raise StepError("write set(POINTER JSON), e.g. set(/list/0/status 99)")
    try:
        return SetValue(arguments[0], parse_json(" ".join(arguments[1:])))
    except JsonError as error:
        raise StepError(f"the value is not JSON: {error}") from None


def _repeat(arguments: list[str]) -> Repeat:
    if len(arguments) != 2 or not arguments[0].startswith("/") or not re.fullmatch("[0-9]{1,6}", arguments[1]):  # noqa: PLR2004
        raise StepError("write repeat(POINTER N), e.g. repeat(/list 1000)")
    if int(arguments[1]) > _REPEATED_AT_MOST:
        raise StepError(f"{_REPEATED_AT_MOST} items are the most")
    return Repeat(arguments[0], int(arguments[1]))


def _reverse(arguments: list[str]) -> Reverse:
    if len(arguments) != 1 or not arguments[0].startswith("/"):
        raise StepError("write reverse(POINTER), e.g. reverse(/data)")
    return Reverse(arguments[0])


def _act(moment: str, arguments: list[str]) -> Perform:
    match arguments:
        case [action]:
            return Perform(moment, action)
        case [action, duration]:
            return Perform(moment, action, parse_delay(duration))
    raise StepError(f"write {moment}(ACTION) or {moment}(ACTION DURATION), e.g. {moment}(request_cancel 30s)")


def _refuse(arguments: list[str]) -> Refuse:
    match arguments:
        case [code]:
            return Refuse(code)
        case [code, count] if re.fullmatch("[1-9][0-9]{0,3}", count):
            return Refuse(code, int(count))
    raise StepError("write fail(CODE) or fail(CODE N), e.g. fail(104123 2)")


def _cap(arguments: list[str]) -> Cap:
    match arguments:
        case [parameter, number] if re.fullmatch("[0-9]{1,9}", number):
            return Cap(parameter, int(number))
    raise StepError("write cap(PARAMETER N), e.g. cap(limitCount 2)")


# As the longest gap between two tries.
_DELAY_AT_MOST_S = 30 * 86_400


def _misdeliver(how: str, arguments: list[str]) -> Misdeliver:
    if arguments:
        raise StepError(f"write {how} without brackets")
    return Misdeliver(how)


def _postpone(arguments: list[str]) -> Misdeliver:
    match arguments:
        case [duration]:
            seconds = parse_span(duration)
            if seconds > _DELAY_AT_MOST_S:
                raise StepError(f"a webhook cannot be delayed by {duration}; 30d is the most")
            return Misdeliver("delay", seconds)
    raise StepError("write delay(DURATION), e.g. delay(10m)")


_BUILDERS: dict[str, Callable[[list[str]], Action]] = {
    "slow": _slow,
    "set": _set,
    "repeat": _repeat,
    "reverse": _reverse,
    "before": partial(_act, "before"),
    "after": partial(_act, "after"),
    "fail": _refuse,
    "cap": _cap,
    **{how: partial(_misdeliver, how) for how in ("lose", "double", "swap")},
    "delay": _postpone,
}
# Names of steps that are not codes.
WORDS = ("ok", *_BUILDERS, *FAULTS)


def _parse_modifier(word: str) -> tuple[str, Any]:
    for pattern, key, convert in _MODIFIERS:
        if found := re.fullmatch(pattern, word, re.DOTALL):
            return key, convert(found[1])
    raise StepError(f"{word!r} is not one of xN, *, @N, p=0.1, seed=S, from=TIME, until=TIME, ttl=30s")


def _moment(text: str) -> Moment:
    if text.startswith("+"):
        return Moment(parse_span(text[1:]), relative=True)
    try:
        return Moment(parse_date_time(text).timestamp(), relative=False)
    except ValueError:
        raise StepError(f"{text!r} is neither a time such as 2026-11-22T09:00:00+09:00 nor one such as +10m") from None


_MODIFIERS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    (r"(\*)", "count", lambda _: None),
    (r"x([0-9]{1,9})", "count", int),
    (r"@([1-9][0-9]{0,8})", "at", int),
    (r"p=(0?\.[0-9]+|0|1|1\.0+)", "probability", float),
    (r"seed=(.+)", "seed", str),
    (r"from=(.+)", "start", _moment),
    (r"until=(.+)", "end", _moment),
    (r"ttl=(.+)", "end", lambda text: Moment(parse_span(text), relative=True)),
)
