"""The contract of `State` against a plain model: whatever the order of the verbs, all that is seen is the model's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jumun_mockserver.core.state.state import Append
from tests.mockserver.core.state.conftest import IMPLEMENTATIONS

FAMILIES, NAMES, LOGS = st.sampled_from("fg"), st.sampled_from("abc"), st.sampled_from("lmf")
VALUES = st.sampled_from([True, 1, 0, "x", [], [1, True], [1, 1], {"a": [None]}, {}])
ENTRIES = st.sampled_from(["x", {"y": 1}])
APPENDS = st.lists(st.builds(Append, LOGS, ENTRIES, st.integers(1, 4), st.none() | st.integers(0, 4)), max_size=3)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON."""
    return json.dumps(one) == json.dumps(other)


class Model(RuleBasedStateMachine):
    """A state and what must be in it."""

    implementation = ""

    def __init__(self) -> None:
        super().__init__()
        self.state = IMPLEMENTATIONS[self.implementation]()
        self.values: dict[tuple[str, str], Any] = {}
        # Values with an end; what is due may be gone.
        self.ends: dict[tuple[str, str], float] = {}
        self.logs: dict[str, list[tuple[int, Any, int]]] = {}
        self.lasts: dict[str, int] = {}
        self.now = 0.0

    def put(self, family: str, name: str, value: Any) -> None:
        """Into the model."""
        self.ends.pop((family, name), None)
        self.values.pop((family, name), None)
        if value is not None:
            self.values[family, name] = value

    def forget_what_is_gone(self) -> None:
        """Have the model follow in what the state was free to do."""
        for (family, name), end in list(self.ends.items()):
            if end <= self.now and self.state.read(family, name) is None:
                self.put(family, name, None)

    def add(self, log: str, entry: Any, at_most: int, cost: int = 0, cost_at_most: int = 0) -> int:
        """Into the model's log."""
        self.lasts[log] = self.lasts.get(log, 0) + 1
        entries = [*self.logs.get(log, []), (self.lasts[log], entry, cost)][-at_most:]
        while cost_at_most and len(entries) > 1 and sum(each for *_, each in entries) > cost_at_most:
            entries = entries[1:]
        self.logs[log] = entries
        return self.lasts[log]

    def are_after(self, appends: list[Append]) -> bool:
        """Whether each log's newest entry is the one that an append is to come after."""
        return all(each.after in (None, self.lasts.get(each.log, 0)) for each in appends)

    @rule(family=FAMILIES, name=NAMES, value=st.none() | VALUES)
    def write(self, family: str, name: str, value: Any) -> None:
        """Write without an end."""
        self.state.write(family, name, value)
        self.put(family, name, value)

    @rule(family=FAMILIES, name=NAMES, value=VALUES, passed=st.integers(0, 3), life=st.integers(-1, 5))
    def write_with_end(self, family: str, name: str, value: Any, passed: int, life: int) -> None:
        """Write with an end, and let time pass."""
        self.now += passed
        self.state.write(family, name, value, now=self.now, until=self.now + life)
        self.put(family, name, value)
        self.ends[family, name] = self.now + life
        self.forget_what_is_gone()

    @rule(family=FAMILIES, name=NAMES, old=st.none() | VALUES, new=st.none() | VALUES, appends=APPENDS)
    def swap(self, family: str, name: str, old: Any, new: Any, appends: list[Append]) -> None:
        """Swap from any value."""
        is_so = same(self.values.get((family, name)), old) and self.are_after(appends)
        assert self.state.swap(family, name, old, new, appends=appends) is is_so
        if is_so:
            self.put(family, name, new)
            for each in appends:
                self.add(each.log, each.entry, each.at_most)

    @rule(family=FAMILIES, name=NAMES, new=st.none() | VALUES, appends=APPENDS)
    def swap_what_is_there(self, family: str, name: str, new: Any, appends: list[Append]) -> None:
        """Swap from what was read."""
        is_so = self.are_after(appends)
        assert self.state.swap(family, name, self.state.read(family, name), new, appends=appends) is is_so
        if is_so:
            self.put(family, name, new)
            for each in appends:
                self.add(each.log, each.entry, each.at_most)

    @rule(name=NAMES, by=st.integers(-3, 3))
    def count(self, name: str, by: int) -> None:
        """Count, in a family of counters."""
        value = self.values.get(("counters", name), 0) + by
        assert self.state.count("counters", name, by) == value
        self.put("counters", name, value)

    @rule(log=LOGS, at_most=st.integers(1, 5), cost=st.integers(0, 5), cost_at_most=st.sampled_from([0, 3, 9]))
    def append(self, log: str, at_most: int, cost: int, cost_at_most: int) -> None:
        """Append an entry with its cost."""
        number = self.add(log, [cost], at_most, cost, cost_at_most)
        assert self.state.append(log, [cost], at_most=at_most, cost=cost, cost_at_most=cost_at_most) == number

    @rule(log=LOGS, count=st.integers(1, 6))
    def newest(self, log: str, count: int) -> None:
        """Read some of the newest."""
        wanted = [(number, entry) for number, entry, _ in self.logs.get(log, [])][-count:]
        assert self.state.entries(log, after=-count) == wanted

    @rule(log=LOGS, after=st.integers(0, 20), at_most=st.none() | st.integers(0, 5))
    def page(self, log: str, after: int, at_most: int | None) -> None:
        """Read a page."""
        wanted = [(number, entry) for number, entry, _ in self.logs.get(log, []) if number > after][:at_most]
        assert self.state.entries(log, after=after, at_most=at_most) == wanted

    @rule(family=st.sampled_from(["f", "g", "counters"]))
    def clear(self, family: str) -> None:
        """Clear one family."""
        self.state.clear(family)
        for key in [each for each in self.values if each[0] == family]:
            self.put(*key, None)

    @rule()
    def drop(self) -> None:
        """Drop all values and logs."""
        self.state.drop()
        self.values, self.ends, self.logs, self.lasts = {}, {}, {}, {}

    @rule()
    def move(self) -> None:
        """Go on in another state that has loaded what was saved."""
        saved = json.loads(json.dumps(self.state.save()))
        self.state = IMPLEMENTATIONS[self.implementation]()
        self.state.load(saved)
        assert same(self.state.save(), saved)

    @rule(left_out=st.sets(st.sampled_from(["f", "l", "counters"])))
    def save_some(self, left_out: set[str]) -> None:
        """Save without some families and logs."""
        saved = self.state.save(leave_out=tuple(left_out))
        assert set(saved["values"]) == {family for family, _ in self.values} - left_out
        assert set(saved["logs"]) == set(self.lasts) - left_out

    @invariant()
    def shows_the_model(self) -> None:
        """Everything that can be read."""
        for family in ("f", "g", "counters"):
            wanted = {name: value for (of, name), value in self.values.items() if of == family}
            found = self.state.read_all(family)
            assert same(dict(sorted(found.items())), dict(sorted(wanted.items())))
            for name in "abc":
                assert same(self.state.read(family, name), wanted.get(name))
        for log in "lmf":
            assert self.state.last(log) == self.lasts.get(log, 0)
            assert self.state.entries(log) == [(number, entry) for number, entry, _ in self.logs.get(log, [])]


@pytest.mark.slow
@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_whatever_the_order_of_the_verbs(name: str) -> None:
    """Values, counters and logs are those of the model after each step."""
    machine = type("Machine", (Model,), {"implementation": name})
    run_state_machine_as_test(machine, settings=settings(max_examples=60, stateful_step_count=30))
