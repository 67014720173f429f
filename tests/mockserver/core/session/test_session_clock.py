"""The clock that tests hold in their hands, over a session in this process and over the control plane."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient, ControlError
from jumun_mockserver.core.session.clock import LAST_SECOND, ClockError, SessionClock
from jumun_mockserver.testing.session import JumunSession

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(params=["in this process", "over HTTP"])
def clock(request: pytest.FixtureRequest) -> Iterator[SessionClock]:
    """A session's clock."""
    with LiveServer() as server:
        if request.param == "in this process":
            assert type(server.clock) is type(server.session.clock)
            yield server.clock
            return
        session = JumunSession(ControlClient(server.url))
        yield session.clock
        session.close()


def test_it_is_real_at_first(clock: SessionClock) -> None:
    """A clock that was not moved shows the time of day, and runs."""
    assert type(clock) is SessionClock
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert not clock.frozen


@pytest.mark.parametrize("at", [NOON, "2026-11-22T21:00:00+09:00", NOON.timestamp()], ids=["datetime", "text", "epoch"])
def test_freeze_and_set_take_a_time(clock: SessionClock, at: datetime | str | float) -> None:
    """A time is a datetime, text or epoch seconds; frozen it stays there, and set it is frozen or runs as before."""
    clock.set(at)
    assert NOON <= clock.now() < NOON + timedelta(minutes=1)
    assert not clock.frozen
    clock.freeze()
    assert clock.frozen
    assert clock.now() == clock.now()
    clock.set(at)
    assert (clock.now(), clock.frozen) == (NOON, True)
    clock.real()
    clock.freeze(at)
    assert (clock.now(), clock.frozen) == (NOON, True)


@pytest.mark.parametrize(
    ("duration", "units", "moved"),
    [
        ((10_800,), {}, timedelta(hours=3)),
        ((0.5,), {}, timedelta(seconds=0.5)),
        ((-60,), {}, timedelta(minutes=-1)),
        (("3d",), {}, timedelta(days=3)),
        (("1d12h",), {}, timedelta(days=1, hours=12)),
        ((), {"hours": 3}, timedelta(hours=3)),
        ((), {"days": -1, "milliseconds": 5}, timedelta(days=-1, milliseconds=5)),
    ],
)
def test_advance(clock: SessionClock, duration: tuple[Any, ...], units: dict[str, float], moved: timedelta) -> None:
    """It takes seconds, text, or what `timedelta` takes."""
    clock.freeze(NOON)
    clock.advance(*duration, **units)
    assert clock.now() == NOON + moved


def test_run_and_real(clock: SessionClock) -> None:
    """`run` goes on from its present time, `real` shows the time of day."""
    clock.freeze(NOON)
    clock.run()
    assert NOON <= clock.now() < NOON + timedelta(minutes=1)
    assert not clock.frozen
    clock.freeze()
    clock.real()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert not clock.frozen


@pytest.mark.parametrize(
    ("verb", "arguments", "units", "says"),
    [
        ("advance", ("3 days",), {}, "'3 days' is not a duration such as"),
        ("advance", (1e10,), {"days": 1e8}, "advance_s"),
        ("advance", (-9e9,), {}, "advance_s.* 1970 to 9998"),
        ("set", (datetime(2026, 11, 22),), {}, "time zone"),  # noqa: DTZ001 - the missing zone is the test
        ("set", (LAST_SECOND + 1,), {}, "1970 to 9998"),
        ("set", ("noon",), {}, "'noon' is not a time such as"),
        ("freeze", (-1,), {}, "1970 to 9998"),
        ("freeze", (float("nan"),), {}, "1970 to 9998"),
        ("freeze", ("9999-12-31T23:59:59-14:00",), {}, "1970 to 9998"),
    ],
)
def test_moves_that_are_refused(
    clock: SessionClock, verb: str, arguments: tuple[Any, ...], units: dict[str, float], says: str
) -> None:
    """What is not a time or duration, or goes out of time, is an error that says so; the clock stays as it was."""
    clock.freeze(NOON)
    with pytest.raises((ClockError, ControlError), match=says):
        getattr(clock, verb)(*arguments, **units)
    assert (clock.now(), clock.frozen) == (NOON, True)
    with pytest.raises(TypeError, match="fortnights"):
        clock.advance(fortnights=1)


def test_what_is_due_in_both_shops_happens_in_order() -> None:
    """A bill that is due before a parcel arrives is paid before that, at its own time."""
    with LiveServer(frozen_at="2026-12-10T12:00:00Z") as server, ControlClient(server.url) as control:
        server.clock.advance("12d")
        events = [(each["provider"], each["action"], each["at"]) for each in control.events()]
    assert ("bootpay", "bill", "2026-12-11T02:52:09.000+00:00") in events
    assert [provider for provider, _, _ in events[:2]] == ["bootpay", "naver"]
