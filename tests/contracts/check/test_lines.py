from __future__ import annotations

import pickle
from functools import reduce
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jumun_contracts import DocumentError, Tally, judge_lines, load_contract, read_stubs
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.matching import UnknownOperationError
from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.ranges import iter_exchanges
from jumun_contracts.reports import RENDERERS, Options
from tests.cli.commands import timeless
from tests.contracts.check.logs import LOGS, row
from tests.stubs import write_stub

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts.check.verdict import Verdict

FILE = "log.ndjson"
MANY_NAMES = b"\n".join(row(**dict.fromkeys("tsrqponmlkjihgfedcba"[number:], 1)) for number in range(20))


def rendered(verdict: Verdict) -> dict[str, list[str]]:
    """All reports on it, with all that they can tell."""
    return {name: list(map(timeless, render(verdict, Options(verbose=True)))) for name, render in RENDERERS.items()}


def serial(*logs: bytes) -> Verdict:
    """What one judge says that reads log after log as `jumun check` reads standard input, and merges nothing."""
    judge = Judge([load_contract("naver"), load_contract("bootpay")])
    for number, log in enumerate(logs):
        file = f"{number}.ndjson"
        for each in iter_exchanges(read_recordings(BytesIO(log), file=file, form="ndjson"), file=file):
            judge.judge(each)
    return judge.verdict()


def cut(log: bytes, cuts: list[int]) -> list[list[bytes]]:
    """The lines of a log in parts, some of which may be empty; not the first, where there are lines."""
    lines = list(BytesIO(log))
    places = [0, *sorted(1 + each % len(lines) for each in cuts if lines), len(lines)]
    return [lines[start:end] for start, end in pairwise(places)]


@pytest.mark.slow
@settings(max_examples=80)
@given(
    st.lists(LOGS, min_size=1, max_size=3), st.lists(st.integers(0, 99), max_size=6), st.randoms(use_true_random=False)
)
@example([MANY_NAMES], [5, 10, 15], Random(1))  # noqa: S311 - no secret
@example([b"\n\n" + row(price="1"), b"\xef\xbb\xbf" + row(price="1"), b"{\n" + row(price="1")], [1], Random(1))  # noqa: S311 - no secret
def test_any_cut_in_any_order(logs: list[bytes], cuts: list[int], draw: Random) -> None:
    """However logs are cut, and in whatever order and grouping what was found of the parts is merged.

    All reports are those of one judge that has read all, to the byte but for how long judging took.
    """
    tallies = [
        judge_lines(lines, file=f"{number}.ndjson", file_number=number, part=part)
        for number, log in enumerate(logs)
        for part, lines in enumerate(cut(log, cuts))
    ]
    expected = rendered(serial(*logs))
    for merged in (reduce(Tally.merge, tallies), reduce(Tally.merge, tallies[::-1]), merge_at_random(tallies, draw)):
        assert rendered(merged.verdict()) == expected


def merge_at_random(tallies: list[Tally], draw: Random) -> Tally:
    """Two of them at a time, as they travel."""
    waiting = list(tallies)
    while len(waiting) > 1:
        one, other = (waiting.pop(draw.randrange(len(waiting))) for _ in range(2))
        waiting.append(pickle.loads(pickle.dumps(one.merge(other))))  # noqa: S301 - our own
    return waiting[0]


def test_lines_of_any_kind() -> None:
    """With their ends or without, as bytes or as text, a line is the same; half a surrogate pair is not UTF-8."""
    lines = [row(price="1").decode(), "", "{", '"\ud800"', row(new=1).decode()]
    expected = judge_lines(each.encode("utf-8", "surrogatepass") for each in lines).verdict()
    assert [each.reason for each in expected.unjudged][1:] == ["expected UTF-8"]
    for end in ("\n", "\r\n", ""):
        assert judge_lines(each + end for each in lines).verdict() == expected


def test_lines_that_are_too_long() -> None:
    """One of more bytes than it may have is said to be too long, its end not counted; so is one that was not read."""
    for lines in ([b"[" + b" " * 8 + b"]\r\n", b"[" + b" " * 9 + b"]"], ["[        ]", None]):
        found = judge_lines(lines, longest=10, operation="bootpay.orders.list").verdict()
        assert [(each.place, each.reason) for each in found.unjudged] == [
            ((2, 1), "longer than 10 bytes, which --max-line sets, and not read")
        ]
        assert found.judged == 1


def test_options() -> None:
    """Contracts have names, an operation may be given, and the log is called as it is to be."""
    found = judge_lines([b"{}"], "bootpay:observed", operation="bootpay.orders.list.200", file="hdfs://log").verdict()
    assert found.contracts == ("bootpay:observed",)
    assert {(each.file, each.operation, each.status) for each in found.complaints} == {
        ("hdfs://log", "bootpay.orders.list", "200")
    }
    with pytest.raises(UnknownOperationError, match=r"bootpay\.orders\.lst"):
        judge_lines([], operation="bootpay.orders.lst")
    with pytest.raises(DocumentError, match="shopify: no provider of this name"):
        judge_lines([], "shopify")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("{}\n", "expected an iterable of lines, not a text: split it at its line feeds"),
        ([b"{}", {"count": 1}], "line 2 is dict: expected bytes or str"),
    ],
)
def test_what_is_no_line(lines: Any, message: str) -> None:
    """A text in place of lines, or a value in place of a line, is refused."""
    with pytest.raises(TypeError, match=message):
        judge_lines(lines)


def test_stubs_of_ones_own(tmp_path: Path) -> None:
    """Contracts with stubs are given where lines are judged, and where the verdict is: without them it is refused."""
    write_stub(tmp_path)
    contract = load_contract("naver", stubs=read_stubs(tmp_path))
    tally = judge_lines([b'{"operation": "naver.tags.detail", "status": 200, "response": {"body": {}}}'], contract)
    assert {each.operation for each in tally.verdict(contract).complaints} == {"naver.tags.detail"}
    with pytest.raises(ValueError, match=r"naver\.tags\.detail was judged by another naver:documented: give the contr"):
        tally.verdict()
