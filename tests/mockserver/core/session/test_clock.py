from __future__ import annotations

import time

from jumun_mockserver.core.session.clock import Clock


class Watch:
    """A source of time that tests move."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """The time in epoch seconds."""
        return self.seconds


def test_it_is_the_real_time_unless_told_otherwise() -> None:
    """A clock made without arguments tells the machine's time."""
    before = time.time()
    assert before <= Clock().now() <= time.time()


def test_it_runs_with_its_source() -> None:
    """A clock that no one touched tells its source's time."""
    watch = Watch()
    clock = Clock(source=watch)
    assert clock.now() == 1_000
    watch.seconds += 7.5
    assert clock.now() == 1_007.5


def test_advance_keeps_it_running() -> None:
    """A running clock that is moved runs on from there, forwards and backwards."""
    watch = Watch()
    clock = Clock(source=watch)
    clock.advance(60)
    watch.seconds += 1
    assert clock.now() == 1_061
    clock.advance(-30.5)
    assert clock.now() == 1_030.5


def test_frozen_it_stands_still_until_advanced() -> None:
    """A frozen clock does not follow its source, and moves by exactly what it is advanced."""
    watch = Watch()
    clock = Clock(frozen_at=50, source=watch)
    watch.seconds += 1_000
    assert clock.now() == 50
    clock.advance(0.5)
    clock.advance(-1.5)
    assert clock.now() == 49


def test_freeze_stops_it_where_it_is() -> None:
    """freeze() without a time keeps the moment, earlier advances included; with a time it takes that."""
    watch = Watch()
    clock = Clock(source=watch)
    clock.advance(5)
    clock.freeze()
    watch.seconds += 99
    assert clock.now() == 1_005
    clock.freeze(3.25)
    assert clock.now() == 3.25


def test_set_keeps_it_running_or_standing() -> None:
    """A time that is set is shown at once; from there a running clock runs on and a frozen one does not."""
    watch = Watch()
    running, standing = Clock(source=watch), Clock(frozen_at=5, source=watch)
    for clock in (running, standing):
        clock.set(2_000)
        assert clock.now() == 2_000
    watch.seconds += 3
    assert (running.now(), standing.now()) == (2_003, 2_000)
    assert (running.frozen, standing.frozen) == (False, True)


def test_run_goes_on_from_where_it_stands() -> None:
    """A frozen clock that runs again shows no leap; a running one is left as it is."""
    watch = Watch()
    clock = Clock(frozen_at=50, source=watch)
    watch.seconds += 10
    clock.run()
    assert (clock.now(), clock.frozen) == (50, False)
    watch.seconds += 2
    clock.run()
    assert clock.now() == 52


def test_real_forgets_every_move() -> None:
    """Frozen, set or advanced, it shows its source's time again."""
    watch = Watch()
    clock = Clock(frozen_at=50, source=watch)
    clock.advance(7)
    clock.run()
    clock.advance(7)
    clock.real()
    watch.seconds += 1
    assert (clock.now(), clock.frozen) == (1_001, False)
