"""The contract of `State` under twenty threads: every verb is one step."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

import pytest

from jumun_mockserver.core.state.state import Append

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_mockserver.core.state.state import State

THREADS, TIMES = 20, 200

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _many_switches() -> Iterator[None]:
    """Let threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], T]) -> list[T]:
    """What `work` gives for the number of each thread; they begin together."""
    barrier = Barrier(THREADS)

    def begin(number: int) -> T:
        barrier.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS), timeout=60))


def test_counters_are_exact(state: State) -> None:
    """Each count is given once, and none is lost, in families that begin at the same time too."""
    counted = at_once(lambda _: [(state.count(f"f{n}", "c"), state.count("f", "c")) for n in range(TIMES)])
    assert sorted(both for each in counted for _, both in each) == list(range(1, THREADS * TIMES + 1))
    for number in range(TIMES):
        assert sorted(each[number][0] for each in counted) == list(range(1, THREADS + 1))
        assert state.read(f"f{number}", "c") == THREADS


def test_of_racing_swaps_exactly_one_wins(state: State) -> None:
    """The winner's value and entry are there, and the losers' are not; in each of many races."""
    races = at_once(
        lambda thread: [
            state.swap("f", f"{race}", None, [thread], appends=[Append("l", [race, thread], 10_000)])
            for race in range(TIMES)
        ]
    )
    for race in range(TIMES):
        (winner,) = [thread for thread in range(THREADS) if races[thread][race]]
        assert state.read("f", f"{race}") == [winner]
        assert [entry for _, entry in state.entries("l") if entry[0] == race] == [[race, winner]]


def test_a_chain_of_swaps_loses_nothing(state: State) -> None:
    """Threads that read, change and swap until they win have all their changes in the value, and one entry each."""

    def change(thread: int) -> None:
        for number in range(10):
            mine = [thread, number]
            while True:
                old = state.read("f", "n")
                if state.swap("f", "n", old, [*(old or []), mine], appends=[Append("l", mine, 10_000)]):
                    break

    at_once(change)
    wanted = [[thread, number] for thread in range(THREADS) for number in range(10)]
    assert sorted(state.read("f", "n")) == wanted
    # The log has them in the order of the value.
    assert [entry for _, entry in state.entries("l")] == state.read("f", "n")


def test_buckets_never_give_too_much(state: State) -> None:
    """At one moment a bucket gives its burst and no more; each level is given once."""
    taken = at_once(lambda _: [state.take("b", "n", per_second=5, burst=777, now=100) for _ in range(TIMES)])
    levels = [level for each in taken for level, allowed in each if allowed]
    assert sorted(levels) == list(range(777))
    again = at_once(lambda _: [state.take("b", "n", per_second=5, burst=777, now=110) for _ in range(TIMES)])
    assert sum(allowed for each in again for _, allowed in each) == 50


def test_numbers_of_a_log_are_unique_and_without_gaps(state: State) -> None:
    """Each entry has the number that its append gave, by `append` and by `swap`."""

    def append(thread: int) -> dict[int, list[int]]:
        given = {}
        for number in range(TIMES):
            given[state.append("l", [thread, number], at_most=1_000_000)] = [thread, number]
            state.swap("f", f"{thread} {number}", None, 1, appends=[Append("l", "swapped", 1_000_000)])
        return given

    given = {number: entry for each in at_once(append) for number, entry in each.items()}
    total = 2 * THREADS * TIMES
    entries = state.entries("l")
    assert [number for number, _ in entries] == list(range(1, total + 1))
    assert state.last("l") == total
    assert {number: entry for number, entry in entries if entry != "swapped"} == given
    assert len(given) == THREADS * TIMES


def test_bounded_logs_show_no_gap_to_readers(state: State) -> None:
    """While entries come and go, what is read at once is numbered without a gap, within the bound."""

    def work(thread: int) -> None:
        for number in range(TIMES):
            if thread % 2:
                state.append("l", [thread, number], at_most=50, cost=1, cost_at_most=30)
            else:
                numbers = [each for each, _ in state.entries("l", after=number)]
                assert len(numbers) <= 30
                assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True

    at_once(work)
    assert state.last("l") == THREADS // 2 * TIMES


def test_readers_see_whole_states(state: State, new_state: Callable[[], State]) -> None:
    """While one loads and drops, what others save is one of the states that there were."""
    full = new_state()
    for number in range(50):
        full.write("f", f"{number}", number)
        full.append("l", number, at_most=50)
    whole, nothing = full.save(), state.save()

    def work(thread: int) -> list[object]:
        strange: list[object] = []
        for _ in range(TIMES // 4):
            if thread == 0:
                state.load(whole)
                state.drop()
            elif (seen := state.save()) not in (whole, nothing):
                strange.append(seen)
            elif len(state.read_all("f")) not in (0, 50):
                strange.append("half a family")
        return strange

    assert [each for strange in at_once(work) for each in strange] == []


def test_a_family_that_begins_loses_no_write(state: State) -> None:
    """Values written into new families at the same time, by threads that read first, are all there."""

    def work(thread: int) -> None:
        for number in range(TIMES):
            assert state.read(f"f{number}", f"{thread}") is None
            state.write(f"f{number}", f"{thread}", number)

    at_once(work)
    for number in range(TIMES):
        assert state.read_all(f"f{number}") == {f"{thread}": number for thread in range(THREADS)}
