"""How plain code waits for a state that is kept elsewhere.

A server begins a request with `run`. When a verb of the state has to wait, it calls `wait`: the request is put aside as
it is, its whole stack of plain functions, and the event loop goes on with others until the answer is there. Needs
greenlet, and is imported only where a state waits. `docs/decisions/state.md` says why it is done so.
"""

from __future__ import annotations

from asyncio import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

from greenlet import getcurrent, greenlet

from jumun_mockserver.core.state.state import StateAwayError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

T = TypeVar("T")


class Stack(greenlet):
    """The stack of a request that may wait.

    Attributes:
        kept: What a state keeps for the request; None for nothing.
    """

    def __init__(self, work: Callable[[], None], *, loop: asyncio.AbstractEventLoop, at_most_s: float) -> None:
        super().__init__(work)
        # Where the loop runs, to which it returns when it waits.
        self._home = getcurrent()
        self.loop = loop
        self.kept: Any = None
        self._at_most_s = at_most_s
        self._ends_at = loop.time() + at_most_s
        self._is_late = False
        self._timer: asyncio.TimerHandle | None = None
        self._awaited: asyncio.Future[Any] | None = None

    def wait(self, future: asyncio.Future[T]) -> T:
        """As `wait`, on this stack."""
        if not future.done() and not self._is_late:
            self._awaited = future
            future.add_done_callback(self._go_on)
            if self._timer is None:
                self._timer = self.loop.call_at(self._ends_at, self._be_late)
            self._home.switch()
        if not future.done():
            future.cancel()
            raise StateAwayError(f"the state did not answer within {self._at_most_s:g} s")
        try:
            return future.result()
        except CancelledError:
            raise StateAwayError("the state gave up") from None

    def end(self) -> None:
        """Its work is done."""
        if self._timer is not None:
            self._timer.cancel()

    def _go_on(self, future: asyncio.Future[Any]) -> None:
        # It may have been too late, and be over or wait for something else.
        if future is self._awaited:
            self._awaited = None
            self.switch()

    def _be_late(self) -> None:
        """The time is up: what it waits for is not waited for any more, and nothing else will be."""
        self._is_late = True
        if self._awaited is not None:
            self._awaited = None
            self.switch()


def run(
    function: Callable[..., T], *arguments: Any, loop: asyncio.AbstractEventLoop, at_most_s: float
) -> asyncio.Future[T]:
    """Call `function` so that it may wait; call this in the thread of `loop`.

    A future that is done already if it did not wait. A caller that loses interest may drop the future: what has
    begun goes on to its end, so that nothing is left half done.

    Args:
        at_most_s: How many real seconds all its waiting may take; a verb that would wait longer raises StateAwayError.
    """
    done = loop.create_future()

    def work() -> None:
        try:
            result = function(*arguments)
        except Exception as error:  # noqa: BLE001 - it belongs to the caller that asks the future
            if not done.cancelled():
                done.set_exception(error)
        else:
            if not done.cancelled():
                done.set_result(result)
        stack.end()

    stack = Stack(work, loop=loop, at_most_s=at_most_s)
    stack.switch()
    return done


def running_stack() -> Stack | None:
    """The stack of the request that runs; None where `run` began none."""
    stack = getcurrent()
    return stack if isinstance(stack, Stack) else None


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop to wait on with `wait`; None where only blocking the thread is left, as under a WSGI host."""
    stack = getcurrent()
    return stack.loop if isinstance(stack, Stack) else None


def wait(future: asyncio.Future[T]) -> T:
    """The result of a future of `running_loop()`; meanwhile the loop goes on.

    Raises:
        StateAwayError: The request has waited for too long, and the future is cancelled; or the future was cancelled.
        RuntimeError: Not in a request that `run` began.
    """
    stack = getcurrent()
    if not isinstance(stack, Stack):
        # Of where it is called, not of what it is given.
        raise RuntimeError("only a request that waiting.run() began can wait; block the thread instead")  # noqa: TRY004
    return stack.wait(future)
