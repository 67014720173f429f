from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.core.session.events import PAGE_AT_MOST, Event, Events
from jumun_mockserver.core.state.memory import MemoryState

if TYPE_CHECKING:
    from typing import Any


def event(order_id: str = "1", *, action: str = "place", at: float = 0.0) -> Event:
    """An event of an order."""
    return Event(at, "bootpay", order_id, None, "buyer", action, None, {"status": 0})


def numbers(events: list[dict[str, Any]]) -> list[int]:
    """The numbers of events."""
    return [each["number"] for each in events]


def test_an_event_comes_with_its_change() -> None:
    """A change that is made has its events, numbered; one that is refused because the value moved has none."""
    state = MemoryState()
    events = Events(state)
    made = events.change("orders", "1", None, {"paid": False}, [event(), event(action="open")])
    assert made
    assert made == events.page().events
    assert [(each["number"], each["action"]) for each in events.page().events] == [(1, "place"), (2, "open")]
    assert events.change("orders", "1", None, {"paid": True}, [event(action="pay")]) is None
    assert (events.last, state.read("orders", "1")) == (2, {"paid": False})
    assert made[0] == {"number": 1, **event()._asdict()}


def test_of_racing_changes_one_wins() -> None:
    """Twenty threads that make the same change of the same order leave one event, and its number is the winner's."""
    events, barrier = Events(MemoryState()), Barrier(20)
    for round_ in range(20):
        name, old = f"{round_}", {"paid": False}
        assert events.change("orders", name, None, old, [event(name)])

        def pay(name: str = name, old: dict[str, bool] = old) -> list[dict[str, Any]] | None:
            barrier.wait(10)
            return events.change("orders", name, old, {"paid": True}, [event(name, action="pay")])

        with ThreadPoolExecutor(20) as pool:
            won = [made for made in (each.result() for each in [pool.submit(pay) for _ in range(20)]) if made]
        assert [numbers(made) for made in won] == [[events.last]]
        assert events.last == 2 * (round_ + 1)


def test_changes_of_many_orders_have_their_own_numbers() -> None:
    """What `change` gives is what the log has under these numbers, however many threads change orders at once."""
    events = Events(MemoryState())

    def place(index: int) -> list[dict[str, Any]]:
        pair = [event(f"{index}"), event(f"{index}", action="pay")]
        return events.change("orders", f"{index}", None, {}, pair) or []

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(place, range(400)))
    kept = {each["number"]: each for each in events.page().events}
    assert sorted(number for each in made for number in numbers(each)) == list(range(1, 801))
    assert all(kept[each["number"]] == each for each in (one for pair in made for one in pair))


def test_a_moment_is_not_before_the_newest_event() -> None:
    """What is late moves to the newest event and is refused after a newer one, unless the clock was set back."""
    state, now = MemoryState(), 5.0
    events, clock = Events(state), Clock(source=lambda: now)
    assert events.find_moment(clock) == events.find_moment(clock, 5.0) == (0, 5.0)
    assert events.change("orders", "1", None, {}, [event(at=7.0), event(at=9.0)], after=0)
    now = 9.0
    assert events.find_moment(clock, 5.0) == (2, 9.0)
    now = 10.0
    assert events.find_moment(clock) == (2, 10.0)
    now = 6.0
    assert events.find_moment(clock, 5.0) == (2, 5.0)
    assert events.change("orders", "2", None, {}, [event()], after=1) is None
    assert events.change("orders", "2", None, {}, [event(), event()], after=2) == events.page(after=2).events


def test_the_log_is_bounded() -> None:
    """The newest 10,000 are kept, and numbers go on."""
    events = Events(MemoryState())
    for index in range(10_005):
        assert events.change("orders", f"{index}", None, {}, [event(f"{index}")])
    page = events.page(at_most=3)
    assert (numbers(page.events), page.last, page.more) == ([6, 7, 8], 10_005, True)


@given(total=st.integers(0, 60), after=st.integers(0, 70), at_most=st.integers(1, 20))
def test_pages(total: int, after: int, at_most: int) -> None:
    """A page has the events after a number, no more than asked for, and says whether there are newer ones."""
    events = Events(MemoryState())
    for index in range(total):
        events.change("orders", f"{index}", None, {}, [event()])
    page = events.page(after=after, at_most=at_most)
    expected = list(range(after + 1, total + 1))
    assert numbers(page.events) == expected[:at_most]
    assert (page.last, page.more) == (total, len(expected) > at_most)


def test_a_page_is_bounded_by_itself() -> None:
    """Without a wish a page has as many events as a page may have."""
    events = Events(MemoryState())
    many = [event(f"{index}") for index in range(PAGE_AT_MOST + 1)]
    events.change("orders", "1", None, {}, many)
    assert len(events.page().events) == PAGE_AT_MOST


def test_listeners_hear_each_change() -> None:
    """A listener is called after each event, after a reset and a load, and no more once it has stopped."""
    state = MemoryState()
    events, heard = Events(state), []
    stop = events.listen(lambda: heard.append(events.last))
    other = events.listen(lambda: None)
    events.change("orders", "1", None, {}, [event()])
    state.append("journal", "an exchange", at_most=10)
    state.swap("orders", "1", {}, {"paid": True})
    saved = state.save()
    state.drop()
    state.load(saved)
    stop()
    events.change("orders", "2", None, {}, [event()])
    other()
    assert heard == [1, 0, 1]


@pytest.mark.parametrize("log", ["events", "journal"])
def test_an_append_is_heard_too(log: str) -> None:
    """Entries that are appended without a value are heard by those who listen to their log."""
    state, heard = MemoryState(), []
    state.listen(log, lambda: heard.append(log))
    state.append("events", 1, at_most=1)
    state.append("journal", 1, at_most=1)
    assert heard == [log]
