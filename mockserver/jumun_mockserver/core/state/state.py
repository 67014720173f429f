"""The state of one session: everything in it that changes, behind few atomic verbs.

A value lives under a family and a name, both text, and is JSON data that is not changed once it is written. Counters
are whole numbers. A log is a list of numbered entries, the oldest dropped first. Time is always the caller's, in epoch
seconds of the session's clock: a state has none of its own.

Every verb is one atomic step, and a remote store answers it in one round trip. `docs/decisions/state.md` says how
dispatch waits for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

VERSION = 1
"""Of what `save` gives. A reader refuses any other."""


class StateError(ValueError):
    """Saved data that cannot be loaded. The message says what is wrong with it."""


class StateAwayError(Exception):
    """A state that is kept elsewhere did not answer. The message says why."""


class Append(NamedTuple):
    """An entry for a log, to be written in the same step as a value.

    Attributes:
        at_most: How many entries the log keeps.
        after: What the number of the newest entry must be for the step to be made; None for any.
    """

    log: str
    entry: Any
    at_most: int
    after: int | None = None


class State(Protocol):
    """All that changes in one session. One that is kept elsewhere raises StateAwayError where it cannot be reached."""

    waits: ClassVar[bool]
    """Whether a verb may have to wait. A server then begins its requests with `waiting.run`."""

    def look_ahead(self, values: Sequence[tuple[str, str]], logs: Sequence[str]) -> None:
        """Say what a request reads after its next verb: values by family and name, and the last numbers of logs.

        A state that waits may ask for them right behind what that verb asks, and answer with what it found then until
        the request asks for anything but values and buckets.
        """
        ...

    def read(self, family: str, name: str) -> Any:
        """The value or counter; None where there is none."""
        ...

    def read_all(self, family: str) -> Mapping[str, Any]:
        """All values of a family by name, as they are now."""
        ...

    def write(self, family: str, name: str, value: Any, *, now: float = 0, until: float | None = None) -> None:
        """Set a value; None removes it. Any end that it had is forgotten.

        Args:
            until: From when on it may be forgotten; None for never. `now` is what that is compared with.
        """
        ...

    def swap(self, family: str, name: str, old: Any, new: Any, *, appends: Sequence[Append] = ()) -> bool:
        """Set a value if it still equals `old`, and append to logs in the same step. Whether it did.

        An append that is to come `after` an entry that is the log's newest no more keeps the step from being made.

        None stands for no value: as `old` the name must be free, as `new` the value is removed. Values are compared as
        JSON: the order of an object's members does not count, and true is not 1. The new value has no end.
        """
        ...

    def count(self, family: str, name: str, by: int = 1) -> int:
        """Add to a counter, which begins at 0; the new count."""
        ...

    def take(self, family: str, name: str, per_second: float, burst: float, now: float) -> tuple[float, bool]:
        """Take one from a bucket that fills by `per_second` up to `burst` and begins full.

        What is left in it, with fraction, and whether one could be taken.

        A refusal takes nothing, and a time before the last one gives nothing: the bucket fills again from the last one
        on, or, if the clock was set back by more than the bucket takes to fill, from where it is now. So clocks of
        several machines that are a little apart give nothing either. Of very many buckets, those that were not asked
        for the longest may be forgotten: they are full again.
        """
        ...

    def append(self, log: str, entry: Any, at_most: int, cost: int = 0, cost_at_most: int = 0) -> int:
        """Append to a log; the entry's number, from 1.

        Args:
            at_most: How many entries are kept.
            cost: What the entry weighs, and `cost_at_most` what all that are kept may weigh; the newest is kept
                whatever it weighs. 0 for no such bound.
        """
        ...

    def entries(self, log: str, *, after: int = 0, at_most: int | None = None) -> list[tuple[int, Any]]:
        """Numbers and entries that are kept, oldest first.

        Args:
            after: Only those numbered above it; if it is negative, as many of the newest: -1 for the newest one.
            at_most: How many.
        """
        ...

    def last(self, log: str) -> int:
        """The number of the newest entry there ever was; 0 for none."""
        ...

    def generation(self) -> int:
        """A number that is another one after each `drop` and `load`: what was made of the state before is to go."""
        ...

    def listen(self, log: str, on_change: Callable[[], None]) -> Callable[[], None]:
        """Have `on_change` called after each entry of a log, and after `drop` and `load`; calling the result ends that.

        It is called by whichever thread made the change, or by one of the state's own where another process did, so it
        must neither wait nor raise.
        """
        ...

    def clear(self, family: str) -> None:
        """Forget all values of a family."""
        ...

    def drop(self) -> None:
        """Remove all values and logs."""
        ...

    def save(self, *, leave_out: Sequence[str] = ()) -> dict[str, Any]:
        """Everything, ends and costs included, as JSON data, but for the families and logs in `leave_out`."""
        ...

    def load(self, saved: Mapping[str, Any]) -> None:
        """Have what `save` gave, and nothing else.

        Raises:
            StateError: It is not what `save` gives, or of another version; then nothing is changed.
        """
        ...
