"""The contract of `State`, verb by verb."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.core.state.state import VERSION, Append, State, StateError
from tests.mockserver.core.state.conftest import IMPLEMENTATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = [0, 1.5, True, False, "", "주문", [], {}, [0.0, None], {"a": [1, {"b": None}]}]


def written(state: State) -> dict[str, Any]:
    """What is saved of it but for the version."""
    return {name: value for name, value in state.save().items() if name != "version"}


def test_an_empty_state_has_nothing(state: State) -> None:
    """Reading what there is not gives nothing, and leaves nothing behind."""
    assert state.read("f", "n") is None
    assert state.read_all("f") == {}
    assert state.entries("l") == []
    assert state.last("l") == 0
    state.write("f", "n", None)
    state.clear("f")
    state.drop()
    assert written(state) == {"values": {}, "logs": {}}


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_value_is_read_as_it_was_written(state: State, value: Any) -> None:
    """Any JSON value but null, of the same type, under its family and name only."""
    state.write("f", "n", value)
    found = state.read("f", "n")
    assert (found, type(found)) == (value, type(value))
    assert state.read_all("f") == {"n": value}
    assert (state.read("f", "m"), state.read("g", "n")) == (None, None)


def test_names_are_any_text(state: State) -> None:
    """A family and a name with separators in them are not another family and name."""
    names = [("a", "b c"), ("a b", "c"), ("a.b", "c"), ("a", "b.c"), ("a:b", "c"), ("a", "b:c"), ("", "a"), ("a", "")]
    # JSON may have lone surrogates, and with it ids that clients ask for.
    names += [("주문", "말"), ("\ud800", "c"), ("a", "\udfff"), ("\0", "c"), ("a", "\0")]
    for number, (family, name) in enumerate(names):
        state.write(family, name, number)
    assert [state.read(*each) for each in names] == list(range(len(names)))
    assert state.read_all("a") == {name: number for number, (family, name) in enumerate(names) if family == "a"}


def test_writing_none_removes(state: State) -> None:
    """A value that was written as None is gone, as if it had never been."""
    state.write("f", "n", 1)
    state.write("f", "n", None)
    assert state.read("f", "n") is None
    assert written(state) == {"values": {}, "logs": {}}


def test_read_all_shows_a_moment(state: State) -> None:
    """What was read stays as it was when something is written later."""
    state.write("f", "n", 1)
    seen = state.read_all("f")
    state.write("f", "n", 2)
    state.write("f", "m", 3)
    assert seen == {"n": 1}


def test_a_value_is_there_until_its_end(state: State) -> None:
    """Whatever else is written, a value whose end has not come is kept."""
    for number in range(300):
        state.write("f", f"{number}", number, now=0, until=10 + number)
        state.write("f", f"brief {number}", number, now=number / 100, until=number / 100)
    assert [state.read("f", f"{number}") for number in range(300)] == list(range(300))


def test_values_that_are_due_do_not_pile_up(state: State) -> None:
    """Of values that are written and end one after the other, only a few more than those that live are kept."""
    state.write("f", "forever", 1)
    for now in range(2_000):
        state.write("f", f"{now}", now, now=now, until=now + 10)
    assert state.read("f", "forever") == 1
    assert len(state.read_all("f")) <= 50


@pytest.mark.parametrize(
    "replace",
    [
        lambda state: state.write("f", "n", "new"),
        lambda state: state.swap("f", "n", "old", "new"),
        lambda state: (state.write("f", "n", None), state.write("f", "n", "new")),
        lambda state: (state.swap("f", "n", "old", None), state.swap("f", "n", None, "new")),
        lambda state: state.write("f", "n", "new", now=0, until=1_000_000),
        lambda state: (state.clear("f"), state.write("f", "n", "new")),
        lambda state: (state.drop(), state.write("f", "n", "new")),
    ],
    ids=["write", "swap", "remove and write", "swap away and back", "a later end", "clear", "drop"],
)
def test_the_end_of_a_value_goes_with_it(state: State, replace: Callable[[State], object]) -> None:
    """A value that takes the place of one with an end is not forgotten at that end."""
    state.write("f", "n", "old", now=0, until=5)
    replace(state)
    for now in range(10, 100):
        state.write("f", f"{now}", now, now=now, until=now + 1)
    assert state.read("f", "n") == "new"


def test_swap_sets_what_is_as_expected(state: State) -> None:
    """It sets a value where the old one is as given, and otherwise changes nothing."""
    assert not state.swap("f", "n", 1, 2)
    assert state.swap("f", "n", None, 1)
    assert not state.swap("f", "n", None, 3)
    assert not state.swap("f", "n", 2, 3)
    assert state.read("f", "n") == 1
    assert state.swap("f", "n", 1, 2)
    assert state.read("f", "n") == 2
    assert state.swap("f", "n", 2, None)
    assert state.read("f", "n") is None
    assert state.swap("f", "n", None, None)
    assert written(state) == {"values": {}, "logs": {}}


@pytest.mark.parametrize("old", VALUES, ids=str)
def test_swap_compares_json(state: State, old: Any) -> None:
    """A copy of the value is the value; any other value of the table is not, nor is null."""
    for other in [each for each in VALUES if json.dumps(each) != json.dumps(old)]:
        state.write("f", "n", old)
        assert not state.swap("f", "n", other, "new"), other
        assert not state.swap("f", "n", None, "new")
    assert state.swap("f", "n", json.loads(json.dumps(old)), "new")


@pytest.mark.parametrize(
    ("old", "other"), [(1, True), (0, False), ([1], [True]), ({"a": {"b": 0}}, {"a": {"b": False}}), ([[]], [{}])]
)
def test_swap_tells_true_from_1(state: State, old: Any, other: Any) -> None:
    """Values that only Python, or a loose eye, takes for equal are not, either way."""
    for one, two in ((old, other), (other, old)):
        state.write("f", "n", one)
        assert not state.swap("f", "n", two, "new")


def test_swap_does_not_mind_the_order_of_members(state: State) -> None:
    """Objects with the same members are equal."""
    state.write("f", "n", {"a": 1, "b": {"c": 2, "d": 3}})
    assert state.swap("f", "n", {"b": {"d": 3, "c": 2}, "a": 1}, "new")


def test_swap_appends_only_with_the_value(state: State) -> None:
    """Entries for logs are appended, in order, if the value was set, and not otherwise; each log keeps its bound."""
    appends = [Append("l", {"at": 1}, 2), Append("m", "x", 9), Append("l", {"at": 2}, 2), Append("l", {"at": 3}, 2)]
    assert not state.swap("f", "n", "not this", 1, appends=appends)
    assert (state.last("l"), state.last("m")) == (0, 0)
    assert state.swap("f", "n", None, 1, appends=appends)
    assert state.entries("l") == [(2, {"at": 2}), (3, {"at": 3})]
    assert state.entries("m") == [(1, "x")]
    assert state.swap("f", "n", 1, None, appends=[Append("m", "y", 9)])
    assert state.entries("m") == [(1, "x"), (2, "y")]


def test_swap_appends_after_an_entry_only(state: State) -> None:
    """Where a log has a newer entry than an append is to come after, nothing is done; two come together."""
    state.append("l", "x", 9)
    assert not state.swap("f", "n", None, 1, appends=[Append("m", "y", 9), Append("l", "y", 9, after=0)])
    assert (state.read("f", "n"), state.last("l"), state.last("m")) == (None, 1, 0)
    assert state.swap("f", "n", None, 1, appends=[Append("l", "y", 9, after=1), Append("l", "z", 9, after=1)])
    assert state.entries("l") == [(1, "x"), (2, "y"), (3, "z")]


def test_a_counter_begins_at_0(state: State) -> None:
    """It gives the new count, adds what it is asked to, and is read and cleared as a value is."""
    assert [state.count("f", "n"), state.count("f", "n"), state.count("f", "n", 5), state.count("f", "n", -8)] == [
        1,
        2,
        7,
        -1,
    ]
    assert (state.count("f", "m", 0), state.count("g", "n")) == (0, 1)
    assert state.read("f", "n") == -1
    assert state.swap("f", "n", -1, 41)
    assert state.count("f", "n") == 42
    state.clear("f")
    assert state.count("f", "n") == 1


class Bucket:
    """The bucket as the contract has it, in exact numbers."""

    def __init__(self, per_second: Fraction, burst: int) -> None:
        self.per_second, self.burst = per_second, burst
        self.level = Fraction(burst)
        self.at: Fraction | None = None

    def take(self, now: Fraction) -> tuple[Fraction, bool]:
        """Level and whether one was there."""
        if self.at is None or (self.at - now) * self.per_second > self.burst:
            self.at = now
        if now > self.at:
            self.level = min(Fraction(self.burst), self.level + (now - self.at) * self.per_second)
            self.at = now
        allowed = self.level >= 1
        self.level -= allowed
        return self.level, allowed


# Of sixteenths, so that floating-point numbers are exact.
EXACT_TIMES = st.lists(st.builds(Fraction, st.integers(-400, 400), st.just(16)), min_size=1, max_size=60)


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
@given(
    rate=st.sampled_from([Fraction(1, 4), Fraction(1), Fraction(2), Fraction(8)]),
    burst=st.integers(1, 6),
    steps=EXACT_TIMES,
)
def test_a_bucket_is_exact(name: str, rate: Fraction, burst: int, steps: list[Fraction]) -> None:
    """Level and verdict are those of exact numbers, whichever way the clock goes."""
    state, bucket, now = IMPLEMENTATIONS[name](), Bucket(rate, burst), Fraction(1_790_000_000)
    for step in steps:
        now += step
        level, allowed = state.take("b", "n", per_second=float(rate), burst=burst, now=float(now))
        assert (Fraction(level), allowed) == bucket.take(now)


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
@given(
    rate=st.floats(0.1, 100),
    burst=st.integers(1, 200),
    steps=st.lists(st.floats(0, 2), min_size=1, max_size=100),
)
def test_a_bucket_never_gives_more_than_it_may(name: str, rate: float, burst: int, steps: list[float]) -> None:
    """In any time it gives at most its burst and what has come back since, to a millionth."""
    state, now, given_ = IMPLEMENTATIONS[name](), 1_790_000_000.0, 0
    start = now
    for step in steps:
        now += step
        level, allowed = state.take("b", "n", per_second=rate, burst=burst, now=now)
        given_ += allowed
        assert 0 <= level <= burst - allowed
        assert given_ <= burst + (now - start) * rate + 1e-6


def test_a_refusal_takes_nothing(state: State) -> None:
    """However often an empty bucket is asked, the next one is there when it would have been."""
    take = {"per_second": 1.0, "burst": 1.0}
    assert state.take("b", "n", now=0, **take)[1]
    assert [state.take("b", "n", now=each / 8, **take)[1] for each in range(1, 8)] == [False] * 7
    assert state.take("b", "n", now=1, **take) == (0.0, True)


def test_clocks_that_differ_a_little_fill_no_bucket(state: State) -> None:
    """Callers whose clocks are apart by less than the bucket takes to fill get no more than its burst."""
    allowed = [state.take("b", "n", per_second=2, burst=4, now=100 + number % 2)[1] for number in range(50)]
    # Four of the burst, two of the second that has passed once.
    assert allowed.count(True) <= 6


def test_a_clock_that_is_set_back_far_does_not_stop_a_bucket(state: State) -> None:
    """It gives nothing for the leap, and goes on filling from there."""
    take = {"per_second": 2.0, "burst": 4.0}
    assert [state.take("b", "n", now=1_000_000, **take)[1] for _ in range(5)] == [True] * 4 + [False]
    assert not state.take("b", "n", now=1_000, **take)[1]
    assert [state.take("b", "n", now=1_001, **take)[1] for _ in range(3)] == [True, True, False]


def test_buckets_are_by_family_and_name_and_cleared_as_values(state: State) -> None:
    """Each has a level of its own, and a family that was cleared is full again."""
    take = {"per_second": 1.0, "burst": 2.0, "now": 5.0}
    assert [state.take("b", "n", **take)[0] for _ in range(3)] == [1, 0, 0]
    assert (state.take("b", "m", **take)[0], state.take("c", "n", **take)[0]) == (1, 1)
    state.clear("b")
    assert state.take("b", "n", **take) == (1, True)


def test_very_many_buckets_are_bounded(state: State) -> None:
    """Of 30,000 buckets most are forgotten, and never the one that is asked for all the time."""
    level = 0.0
    for number in range(30_000):
        state.take("b", f"{number}", per_second=0.001, burst=1, now=number)
        if number % 100 == 0:
            level, _ = state.take("b", "often", per_second=0.000_01, burst=1_000, now=number)
    assert level < 1_000 - 290
    assert len(state.read_all("b")) <= 20_000


def test_entries_are_numbered_from_1(state: State) -> None:
    """Each log by itself, whatever was dropped of it."""
    assert [state.append("l", {"n": n}, at_most=2) for n in range(4)] == [1, 2, 3, 4]
    assert state.append("m", "x", at_most=2) == 1
    assert state.entries("l") == [(3, {"n": 2}), (4, {"n": 3})]
    assert (state.last("l"), state.last("m")) == (4, 1)


@pytest.mark.parametrize(
    ("after", "at_most", "numbers"),
    [
        (0, None, [4, 5, 6, 7, 8]),
        (3, None, [4, 5, 6, 7, 8]),
        (5, None, [6, 7, 8]),
        (5, 2, [6, 7]),
        (0, 2, [4, 5]),
        (0, 0, []),
        (8, None, []),
        (100, 3, []),
        (7, 100, [8]),
        (-1, None, [8]),
        (-3, None, [6, 7, 8]),
        (-3, 2, [6, 7]),
        (-100, None, [4, 5, 6, 7, 8]),
        (-2, 0, []),
    ],
)
def test_entries_are_given_in_pages(state: State, after: int, at_most: int | None, numbers: list[int]) -> None:
    """Those numbered above `after` that are kept, or as many of the newest, the oldest first, as many as asked for."""
    for number in range(1, 9):
        state.append("l", number * 10, at_most=5)
    assert state.entries("l", after=after, at_most=at_most) == [(number, number * 10) for number in numbers]


def test_a_log_keeps_what_it_may_weigh(state: State) -> None:
    """The oldest go while all together weigh too much; the newest is kept whatever it weighs."""

    def add(cost: int) -> list[int]:
        state.append("l", cost, at_most=4, cost=cost, cost_at_most=10)
        return [entry for _, entry in state.entries("l")]

    assert [add(cost) for cost in (4, 6, 1, 1, 1, 1, 11, 10, 0, 0, 0, 0)] == [
        [4],
        [4, 6],
        [6, 1],
        [6, 1, 1],
        [6, 1, 1, 1],
        [1, 1, 1, 1],
        [11],
        [10],
        [10, 0],
        [10, 0, 0],
        [10, 0, 0, 0],
        [0, 0, 0, 0],
    ]
    assert state.last("l") == 12


def test_clear_forgets_a_family_and_nothing_else(state: State) -> None:
    """Values of other families and logs of the same name stay."""
    for family in ("f", "g"):
        state.write(family, "n", 1)
        state.count(family, "c")
    state.append("f", "entry", at_most=5)
    state.clear("f")
    assert (state.read_all("f"), state.read_all("g")) == ({}, {"n": 1, "c": 1})
    assert state.entries("f") == [(1, "entry")]


def test_drop_forgets_everything(state: State) -> None:
    """Numbers of logs included."""
    fill(state)
    state.drop()
    assert written(state) == {"values": {}, "logs": {}}
    assert (state.count("f", "c"), state.append("l", "x", at_most=5), state.read("f", "n")) == (1, 1, None)


def test_a_generation_ends_with_drop_and_load(state: State) -> None:
    """Each gives a number that there has not been, and nothing else does."""
    numbers = [state.generation()]
    for change in (state.drop, lambda: state.load(GOOD), state.drop, state.drop, lambda: state.load(GOOD)):
        fill(state)
        state.swap("f", "n", None, 1, appends=[Append("l", 1, 5)])
        state.clear("f")
        assert state.generation() == numbers[-1]
        change()
        numbers.append(state.generation())
    assert len(set(numbers)) == 6


def fill(state: State) -> None:
    """Something of everything."""
    for number, value in enumerate(VALUES):
        state.write("f", f"{number}", value)
    state.write("ending", "n", [1], now=0, until=77.5)
    state.count("f", "c", 3)
    state.take("buckets", "b", per_second=1, burst=4, now=100)
    state.swap("g", "n", None, {"a": 1}, appends=[Append("events", {"number": 1}, 5)])
    for number in range(7):
        state.append("l", {"n": number}, at_most=5, cost=number, cost_at_most=100)


def test_what_is_saved_is_json_and_loads_again(new_state: Callable[[], State]) -> None:
    """Another state that has loaded it is equal in all that can be seen of it, and goes on as the first would."""
    first, second = new_state(), new_state()
    fill(first)
    saved = json.loads(json.dumps(first.save()))
    second.write("f", "of before", 1)
    second.append("l of before", 1, at_most=5)
    second.load(saved)
    assert json.loads(json.dumps(second.save())) == saved
    for state in (first, second):
        assert state.read_all("f") == {**{f"{n}": value for n, value in enumerate(VALUES)}, "c": 3}
        assert state.entries("l") == [(number + 1, {"n": number}) for number in range(2, 7)]
        assert (state.last("l"), state.last("events"), state.last("l of before")) == (7, 1, 0)
        assert state.append("l", {"n": 7}, at_most=5) == 8
        assert state.count("f", "c") == 4
        assert state.take("buckets", "b", per_second=1, burst=4, now=100.5) == (2.5, True)
        # What the loaded entries weigh counts: 3 + 4 + 5 + 6 + 0 + 90 are more than 100.
        state.append("l", "heavy", at_most=50, cost=90, cost_at_most=100)
        assert [number for number, _ in state.entries("l")] == [7, 8, 9]
        for now in range(80, 90):
            state.write("ending", f"{now}", 1, now=now, until=now + 1)
        assert state.read("ending", "n") is None
    assert first.save() == second.save()


def test_what_is_left_out_is_not_saved(state: State) -> None:
    """Families and logs by name; what has a name that only begins so is saved."""
    fill(state)
    state.append("f", "a log with a family's name", at_most=5)
    saved = state.save(leave_out=("f", "l", "ending", "unknown"))
    assert (set(saved["values"]), set(saved["logs"])) == ({"buckets", "g"}, {"events"})
    assert "ending" not in json.dumps(saved)


def test_saving_takes_a_moment(state: State) -> None:
    """What was saved does not change with the state."""
    fill(state)
    saved = state.save()
    before = json.dumps(saved)
    state.count("f", "c")
    state.write("new", "n", 1)
    state.write("ending", "m", 1, now=0, until=3)
    state.append("l", "x", at_most=5)
    state.take("buckets", "b", per_second=1, burst=4, now=100)
    assert json.dumps(saved) == before


GOOD: dict[str, Any] = {
    "version": VERSION,
    "values": {"f": {"n": 1}},
    "logs": {"l": {"last": 2, "entries": ["a", "b"]}},
}


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ({**GOOD, "version": 0}, "version 0 is not supported"),
        (
            {**GOOD, "version": VERSION + 1},
            f"version {VERSION + 1} is not supported; this Jumun reads version {VERSION}",
        ),
        ({**GOOD, "version": "1"}, "version '1' is not supported"),
        ({**GOOD, "version": [1]}, "version"),
        ({**GOOD, "version": True}, "version"),
        ({name: value for name, value in GOOD.items() if name != "version"}, "version"),
        ({name: value for name, value in GOOD.items() if name != "values"}, "values"),
        ({name: value for name, value in GOOD.items() if name != "logs"}, "logs"),
        ({**GOOD, "more": 1}, "more"),
        ([], "object"),
        (None, "object"),
        ({**GOOD, "values": []}, "/values"),
        ({**GOOD, "values": {"f": 1}}, "/values/f"),
        ({**GOOD, "values": {"f": {"n": None}}}, "/values/f/n"),
        ({**GOOD, "ends": {"f": {"n": "1"}}}, "/ends/f/n"),
        ({**GOOD, "ends": {"f": {"m": 1}}}, "/ends/f"),
        ({**GOOD, "ends": {"g": {"n": 1}}}, "/ends/g"),
        ({**GOOD, "logs": {"l": {"entries": []}}}, "/logs/l"),
        ({**GOOD, "logs": {"l": {"last": -1, "entries": []}}}, "/logs/l/last"),
        ({**GOOD, "logs": {"l": {"last": 1.5, "entries": []}}}, "/logs/l/last"),
        ({**GOOD, "logs": {"l": {"last": 1, "entries": {}}}}, "/logs/l/entries"),
        ({**GOOD, "logs": {"l": {"last": 1, "entries": ["a", "b"]}}}, "/logs/l/last must be at least"),
        ({**GOOD, "logs": {"l": {"last": 2, "entries": ["a", "b"], "costs": [1]}}}, "/logs/l/costs"),
        ({**GOOD, "logs": {"l": {"last": 1, "entries": ["a"], "costs": [-1]}}}, "/logs/l/costs"),
        ({**GOOD, "logs": {"l": {"last": 1, "entries": ["a"], "costs": [True]}}}, "/logs/l/costs"),
    ],
)
def test_what_cannot_be_loaded_changes_nothing(state: State, saved: Any, said: str) -> None:
    """It is refused whole, with a message that says where the fault is."""
    fill(state)
    before = state.save()
    with pytest.raises(StateError, match=r".") as refused:
        state.load(saved)
    assert said in str(refused.value)
    assert state.save() == before


def test_a_document_without_a_fault_is_loaded(state: State) -> None:
    """The one that the faults above were made of."""
    state.load(GOOD)
    assert state.save() == GOOD
    assert state.entries("l") == [(1, "a"), (2, "b")]
