from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import permutations
from typing import Any

import pytest

from jumun_contracts import Tally
from jumun_contracts.check.baseline import Ignore
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.tally import Extent
from jumun_contracts.recordings.recorded import Recorded, Unreadable
from tests.contracts.check.test_judge import BOOTPAY, CALL, NAVER, page
from tests.contracts.pages import ROW

CANARY = "canary@example.com"
BAD = page({**ROW, "price": "1"}, number=3, file="f")
LOST = Unreadable("f", (4, 7), 4, "no line")


def tally_of(*recorded: Recorded | Unreadable, extent: Extent | None = None, **options: Any) -> Tally:
    """Tally of a judge that has judged these."""
    judge = Judge([BOOTPAY], **options)
    for each in recorded:
        judge.judge(each)
    return judge.tally(extent)


def row(*names: str) -> dict[str, Any]:
    """A row with fields that no contract knows."""
    return {**ROW, **dict.fromkeys(names, 1)}


def test_a_tally_travels() -> None:
    """It is the same after a journey to another process, and holds no value of what was judged."""
    tally = tally_of(
        page({**ROW, "price": CANARY, "username": [CANARY], CANARY: 1}), Unreadable("f", (1, 1), 2, "no line")
    )
    data = pickle.dumps(tally)
    assert pickle.loads(data) == tally  # noqa: S301 - our own
    assert b"canary" not in data


def test_parts_are_counted_on() -> None:
    """Lines and numbers go on from the parts of the same file that precede, in whatever order tallies are merged."""
    (alone,) = tally_of(BAD).verdict().complaints
    line, column = alone.place
    tallies = (
        tally_of(LOST, extent=Extent(100, 10)),
        tally_of(extent=Extent(1000, 20), part=7),
        tally_of(BAD, LOST, part=9),
        tally_of(BAD._replace(file="g"), file_number=1, part=3),
    )
    for order in permutations(tallies):
        found = reduce(Tally.merge, order).verdict()
        assert found.complaints == (replace(alone, place=(line + 1100, column), exchange=33, count=2),)
        assert [(each.place, each.exchange, each.count) for each in found.unjudged] == [((4, 7), 4, 2)]
        assert found.judged == 2


def test_tallies_add_up() -> None:
    """Counts of equal ones are added, whichever judge found them."""
    bad = page({**ROW, "price": "1"}, {**ROW, "price": "2"})
    foreign = CALL._replace(url="https://cdn.example/app.js")
    found = reduce(Tally.merge, [tally_of(bad, foreign, part=number) for number in range(3)]).verdict()
    assert [(each.keyword, each.count) for each in found.complaints] == [("type", 6)]
    assert [each.count for each in found.unjudged] == [3]
    assert found.judged == 3
    (answers,) = (each for each in found.coverage if (each.operation, each.side) == ("bootpay.orders.list", "response"))
    assert answers.statuses["200"] == 3


def test_names_are_agreed_on() -> None:
    """Of unknown names of one place, those are shown that come first in the alphabet, wherever they were.

    All others are one, whose first place is that of the first of them.
    """
    letters = "tsrqponmlkjihgfedcba"
    rows = [page(row(f"k_{letter}"), place=(1, 1), number=1, file=letter) for letter in letters]
    tallies = [tally_of(each, part=number) for number, each in enumerate(rows)]
    for order in (tallies, tallies[::-1], tallies[10:] + tallies[:10]):
        found = reduce(Tally.merge, order).verdict().complaints
        assert found == tally_of(*rows).verdict().complaints
        assert [(each.expected, each.file, each.count) for each in found] == [
            ("*", "t", 4),
            *((f"k_{letter}", letter, 1) for letter in letters[4:]),
        ]
    assert found[0].message == "/list/0 must not have a property that it has; its name is not shown"


def test_names_of_parameters_are_agreed_on() -> None:
    """So it is with parameters, each time that one comes."""
    calls = [CALL._replace(url=f"/v1/orders?k_{letter}=1") for letter in "tsrqponmlkjihgfedcba" * 2]
    found = reduce(Tally.merge, [tally_of(each, part=number) for number, each in enumerate(calls)]).verdict().complaints
    assert found == tally_of(*calls).verdict().complaints
    assert [(each.pattern, each.expected, each.count) for each in found[:2]] == [
        ("query/*", "*", 8),
        ("query/k_p", "k_p", 2),
    ]
    assert found[0].message == "query/* is not a parameter of bootpay.orders.list"
    assert len(found) == 17


def test_what_is_withheld_is_one_with_what_is_no_name() -> None:
    """A name that is not shown, because it looks like none or because there are too many, has the same finding."""
    names = [f"k_{chr(97 + number)}" for number in range(17)]
    (odd,) = tally_of(page(row(CANARY))).verdict().complaints
    found = tally_of(page(row(*names)), page(row(CANARY))).verdict().complaints
    (hidden,) = (each for each in found if each.expected == "*")
    assert (hidden.fingerprint, hidden.message, hidden.count) == (odd.fingerprint, odd.message, 2)


def test_ignored_is_decided_at_last() -> None:
    """Entries count where the verdict is given, by the day that it is there."""
    tally = tally_of(BAD)
    ignore = [Ignore("r", date(2030, 2, 1), keyword="type")]
    assert not tally.verdict(ignore=ignore, today=date(2030, 2, 1)).complaints
    assert len(tally.verdict(ignore=ignore, today=date(2030, 2, 2)).complaints) == 1
    assert len(tally.verdict().complaints) == 1


def test_what_cannot_be_merged() -> None:
    """A part that is in both would count twice, and contracts and operation are those of all."""
    tally = tally_of(BAD, part=8)
    with pytest.raises(ValueError, match=r"part 8 of file 0 is in both tallies: give each part .* `part` of its own"):
        tally.merge(tally_of(LOST, part=8))
    with pytest.raises(ValueError, match=r"by \('bootpay:documented',\), the other by \('naver:documented',\)"):
        tally.merge(Judge([NAVER]).tally())
    with pytest.raises(ValueError, match=r"by None, the other by bootpay\.orders\.list: judge all parts by the same"):
        tally.merge(tally_of(operation="bootpay.orders.list.200"))
