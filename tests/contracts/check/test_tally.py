from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from typing import Any

from jumun_contracts.check.judge import Judge
from jumun_contracts.check.redaction import Disclosure
from jumun_contracts.recordings.recorded import Recorded, Unreadable
from tests.contracts.check.test_judge import BOOTPAY, CALL, TODAY, page
from tests.contracts.pages import ROW

CANARY = "canary@example.com"


def judge_of(*recorded: Recorded | Unreadable, **options: Any) -> Judge:
    """A judge that has judged these."""
    judge = Judge([BOOTPAY], today=TODAY, **options)
    for each in recorded:
        judge.judge(each)
    return judge


def names(count: int, *, start: int = 0) -> dict[str, int]:
    """A row with so many fields that no contract knows."""
    return {**ROW, **{f"k_{chr(97 + number)}": 1 for number in range(start, start + count)}}


def test_a_tally_travels() -> None:
    """It is the same after a journey to another process, and holds no value of what was judged."""
    tally = judge_of(
        page({**ROW, "price": CANARY, "username": [CANARY], CANARY: 1}), Unreadable("f", (1, 1), 2, "no line")
    ).tally()
    data = pickle.dumps(tally)
    assert pickle.loads(data) == tally  # noqa: S301 - our own
    assert b"canary" not in data


def test_what_is_absorbed_stands_behind() -> None:
    """Lines and numbers of what is absorbed go on from what precedes it; what was found first stays the first."""
    bad = page({**ROW, "price": "1"}, number=3, file="f")
    lost = Unreadable("f", (4, 7), 4, "no line")
    judge = judge_of(lost)
    assert judge.absorb(judge_of(bad, lost).tally(), lines=100, exchanges=10)
    (alone,), found = judge_of(bad).verdict().complaints, judge.verdict()
    line, column = alone.place
    assert found.complaints == (replace(alone, place=(line + 100, column), exchange=13),)
    assert [(each.place, each.exchange, each.count) for each in found.unjudged] == [((4, 7), 4, 2)]
    assert found.judged == 1


def test_tallies_add_up() -> None:
    """Counts of equal ones are added, whichever judge found them."""
    bad = page({**ROW, "price": "1"}, {**ROW, "price": "2"})
    foreign = CALL._replace(url="https://cdn.example/app.js")
    judge = judge_of(bad, foreign)
    for _ in range(2):
        assert judge.absorb(judge_of(bad, foreign).tally())
    found = judge.verdict()
    assert [(each.keyword, each.count) for each in found.complaints] == [("type", 6)]
    assert [each.count for each in found.unjudged] == [3]
    assert found.judged == 3
    (answers,) = (each for each in found.coverage if (each.operation, each.side) == ("bootpay.orders.list", "response"))
    assert answers.statuses["200"] == 3


def test_ignored_is_decided_at_last() -> None:
    """What one judge has ignored, another may not: entries count where the verdict is given."""
    judge = Judge([BOOTPAY], today=date(2030, 1, 1))
    assert judge.absorb(judge_of(page({**ROW, "price": "1"})).tally())
    assert len(judge.verdict().complaints) == 1


def test_what_does_not_fit_is_not_taken() -> None:
    """A tally that shows keys which would not be shown here by now is refused, and leaves no trace."""
    judge = judge_of(page(names(10)))
    before = judge.verdict()
    late = judge_of(page(names(10, start=8)))
    assert not judge.absorb(late.tally(), lines=1)
    assert judge.verdict() == before
    assert judge.absorb(judge_of(page(names(10, start=8)), shown=judge.shown()).tally())
    whole = judge_of(page(names(10)), page(names(10, start=8)))
    assert judge.verdict() == whole.verdict()
    assert judge.shown() == whole.shown()


def test_keys_that_recur_fit() -> None:
    """Where two have shown the same keys it does not matter that each has refused others."""
    judge = judge_of(page(names(20)))
    assert judge.absorb(judge_of(page(names(20))).tally())
    assert {each.count for each in judge.verdict().complaints} == {2, 8}


def test_a_disclosure_goes_on_from_another() -> None:
    """It tells by place what it has shown, and another shows that too."""
    first = Disclosure()
    assert [first.show(name, place="p") for name in ("a", CANARY, "*", "a")] == ["a", "*", "*", "a"]
    assert first.show("b", place="q") == "b"
    assert Disclosure(first.shown()).shown() == first.shown() == {"p": ("a",), "q": ("b",)}
