"""How plain functions wait on a loop, on both loops that the server may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.core.state import waiting
from jumun_mockserver.core.state.state import StateAwayError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

LONG_S = 60.0


@pytest.fixture
def loop(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that does not run yet."""
    made = new_loop()
    yield made
    made.close()


async def start(
    loop: asyncio.AbstractEventLoop, *functions: Callable[[], object], at_most_s: float = LONG_S
) -> list[object]:
    """Run functions side by side; what each gives or raises."""
    futures = [waiting.run(each, loop=loop, at_most_s=at_most_s) for each in functions]
    found: list[object] = []
    for future in futures:
        try:
            found.append(await future)
        except Exception as error:  # noqa: BLE001 - looked at by the test
            found.append(error)
    return found


def test_a_function_that_does_not_wait_is_done_at_once(loop: asyncio.AbstractEventLoop) -> None:
    """Its result or its exception is there when `run` returns, before the loop has run."""
    done = waiting.run(lambda a, b: a + b, 1, 2, loop=loop, at_most_s=LONG_S)
    assert (done.done(), done.result()) == (True, 3)
    failed = waiting.run(lambda: 1 // 0, loop=loop, at_most_s=LONG_S)
    assert isinstance(failed.exception(), ZeroDivisionError)


def test_whole_stacks_wait_and_go_on_where_they_were(loop: asyncio.AbstractEventLoop) -> None:
    """Functions under functions wait in turns, and each gets its own answers, results and exceptions alike."""
    said: list[str] = []

    def ask(answer: str) -> str:
        future: asyncio.Future[str] = loop.create_future()
        loop.call_later(0.001, future.set_result, answer)
        said.append(f"ask {answer}")
        return waiting.wait(future)

    def work(name: str) -> str:
        answers = [ask(f"{name}{n}") for n in range(3)]
        if name == "b":
            raise LookupError(name)
        return ",".join(answers)

    a, b, c = loop.run_until_complete(start(loop, *(lambda name=name: work(name) for name in "abc")))
    assert (a, c) == ("a0,a1,a2", "c0,c1,c2")
    assert isinstance(b, LookupError)
    assert said[:3] == ["ask a0", "ask b0", "ask c0"], "they did not wait side by side"


def test_what_a_future_raises_is_raised_where_it_is_waited_for(loop: asyncio.AbstractEventLoop) -> None:
    """Also by a future that is over already; a cancelled one is a state that is away."""

    def catch(prepare: Callable[[asyncio.Future[int]], object]) -> str:
        future: asyncio.Future[int] = loop.create_future()
        prepare(future)
        try:
            return str(waiting.wait(future))
        except (KeyError, StateAwayError) as error:
            return repr(error)

    found = loop.run_until_complete(
        start(
            loop,
            lambda: catch(lambda future: loop.call_soon(future.set_exception, KeyError("late"))),
            lambda: catch(lambda future: future.set_exception(KeyError("early"))),
            lambda: catch(lambda future: future.set_result(7)),
            lambda: catch(lambda future: loop.call_soon(future.cancel)),
        )
    )
    assert found == ["KeyError('late')", "KeyError('early')", "7", "StateAwayError('the state gave up')"]


def test_all_waiting_of_a_request_counts_together(loop: asyncio.AbstractEventLoop) -> None:
    """Once the time is up each wait fails at once and its future is cancelled; what is over can still be had."""
    made: list[asyncio.Future[int]] = []

    def never() -> int:
        made.append(loop.create_future())
        return waiting.wait(made[-1])

    def work() -> list[str]:
        said = []
        for _ in range(3):
            with pytest.raises(StateAwayError, match=r"did not answer within 0\.01 s") as away:
                never()
            said.append(str(away.value))
        over: asyncio.Future[str] = loop.create_future()
        over.set_result("over")
        return [*said, waiting.wait(over)]

    began = loop.time()
    wanted = [*["the state did not answer within 0.01 s"] * 3, "over"]
    assert loop.run_until_complete(start(loop, work, at_most_s=0.01)) == [wanted]
    assert all(future.cancelled() for future in made)
    assert loop.time() - began < 5


def test_an_answer_that_comes_too_late_wakes_nothing(loop: asyncio.AbstractEventLoop) -> None:
    """A future that is over in the same moment as the time goes to the request once."""
    woken: list[str] = []
    future: asyncio.Future[str] = loop.create_future()

    def work() -> str:
        try:
            woken.append(waiting.wait(future))
        except StateAwayError:
            woken.append("late")
        other: asyncio.Future[str] = loop.create_future()
        loop.call_soon(other.set_result, "other")
        try:
            woken.append(waiting.wait(other))
        except StateAwayError:
            woken.append("late again")
        return "done"

    # Set by a timer that is due at the same time as the deadline.
    loop.call_later(0.01, lambda: None if future.done() else future.set_result("in time"))
    assert loop.run_until_complete(start(loop, work, at_most_s=0.01)) == ["done"]
    assert woken in (["late", "late again"], ["in time", "late again"], ["in time", "other"])


def test_a_result_that_is_not_wanted_any_more_is_dropped(loop: asyncio.AbstractEventLoop) -> None:
    """The function goes on to its end all the same."""
    ended: list[bool] = []
    answer: asyncio.Future[None] = loop.create_future()

    def work() -> None:
        waiting.wait(answer)
        ended.append(True)

    done = waiting.run(work, loop=loop, at_most_s=LONG_S)
    done.cancel()
    loop.call_soon(answer.set_result, None)
    loop.call_later(0.01, loop.stop)
    loop.run_forever()
    assert ended == [True]


def test_only_what_was_begun_by_run_can_wait(loop: asyncio.AbstractEventLoop) -> None:
    """Elsewhere there is no loop to wait on, and waiting is an error in the state."""
    assert waiting.running_loop() is None
    with pytest.raises(RuntimeError, match="block the thread instead"):
        waiting.wait(loop.create_future())
    assert waiting.run(waiting.running_loop, loop=loop, at_most_s=LONG_S).result() is loop
    assert waiting.running_loop() is None
