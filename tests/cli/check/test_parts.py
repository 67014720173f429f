from __future__ import annotations

import json
from collections import deque
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jumun_contracts import load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.ranges import RANGE_BYTES, Range, iter_exchanges, split_recording
from jumun_contracts.reports import RENDERERS, Options
from jumun_mockserver.cli.check import parts
from jumun_mockserver.cli.check.parts import Outcome, Part, Terms, join_ranges, judge_part, judge_ranges
from tests.cli.commands import timeless
from tests.contracts.pages import PAGE, ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jumun_contracts.check.verdict import Verdict

LIST = "bootpay.orders.list"
TERMS = Terms((("naver", "documented"), ("bootpay", "documented")), None)
TODAY = date(2030, 1, 31)


def row(**fields: Any) -> bytes:
    """An order list with one order, which has these fields too."""
    return json.dumps({"count": 1, "list": [{**ROW, **fields}]}, ensure_ascii=False).encode()


def call(query: str, **fields: Any) -> bytes:
    """A call of the order list, as a line of a log."""
    answer = {"body": PAGE, "headers": {}}
    url = f"http://127.0.0.1:8080/v1/orders?{query}"
    return json.dumps({"method": "GET", "url": url, "status": 200, "request": {}, "response": answer} | fields).encode()


NAMES = st.integers(0, 40).map(lambda number: f"new_{chr(97 + number % 26)}{'x' * (number // 26)}")
LINES = st.one_of(
    st.sampled_from(
        [
            row(),
            row(price="1"),
            row(status=9),
            row(status=0, user_email="x"),
            b"",
            b" \t",
            b"\r",
            b"{",
            b"[\xff",
            b"\xef\xbb\xbf" + row(),
            json.dumps(PAGE).encode() + b"\r",
            b'{"count": 1, "count": 2}',
            call("page=1"),
            call("page=x"),
            call("page=1", url="https://cdn.example/app.js"),
            call("page=1", url="", operation="bootpay.orders.lst"),
            call("", response={"body": "<html>"}),
            call("", response={"body": "?", "encoding": "base64"}),
        ]
    ),
    # Of unknown names few are shown at one place, so that what comes before has a say in what is shown.
    st.lists(NAMES, min_size=1, max_size=9).map(lambda names: row(**dict.fromkeys(names, 1))),
    NAMES.map(lambda name: call(f"{name}=1")),
)
LOGS = st.builds(
    lambda lines, end: b"\n".join(lines) + end, st.lists(LINES, max_size=20), st.sampled_from([b"", b"\n", b"\n\n"])
)


def serial(files: Mapping[str, Path]) -> Verdict:
    """What one judge says that reads one file after the other."""
    judge = Judge([load_contract(*each) for each in TERMS.contracts], today=TODAY)
    for name, path in files.items():
        for each in iter_exchanges(read_recordings(path, file=name), file=name):
            judge.judge(each)
    return judge.verdict()


def late(lag: int) -> Callable[..., Iterator[Outcome]]:
    """As `iter_outcomes`, in this process: a part is judged when `lag` parts before it are not yet taken in."""

    def outcomes(
        parts: Sequence[Part], terms: Terms, shown: Callable[[], Mapping[str, Sequence[str]]], *, workers: int
    ) -> Iterator[Outcome]:
        assert workers > 1
        waiting: deque[Outcome] = deque()
        for part in parts:
            waiting.append(judge_part(part, terms, shown()))
            if len(waiting) > lag:
                yield waiting.popleft()
        yield from waiting

    return outcomes


def rendered(verdict: Verdict) -> dict[str, list[str]]:
    """All reports on it, with all that they can tell."""
    return {name: list(map(timeless, render(verdict, Options(verbose=True)))) for name, render in RENDERERS.items()}


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(LOGS, min_size=1, max_size=3), st.integers(50, 900), st.integers(0, 6))
@example([b"\n".join(row(**{f"k_{chr(97 + n)}": 1}) for n in range(20))], 150, 3)
@example([b"\n".join([row(**{f"k_{chr(97 + n)}": 1 for n in range(20)}), row(k_t=1), row(k_a=1)])], 100, 2)
@example([b"\n".join(row(**dict.fromkeys("tsrqponmlkjihgfedcba"[n:], 1)) for n in range(20))], 100, 4)
@example([b"\n" * 5 + b"\n\n{\n".join([row(), row(price="1")]), b"{\n" + row(price="1")], 1, 1)
def test_parts_make_the_whole(logs: list[bytes], size: int, lag: int) -> None:
    """However logs are cut, and whatever was not known yet when a part was judged: the reports are those of one judge.

    Line, column and number of each first place, counts, order, coverage, and which unknown keys are shown.
    """
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "iter_outcomes", late(lag))
        files = {f"{number}.ndjson": Path(folder) / f"{number}.ndjson" for number in range(len(logs))}
        for path, log in zip(files.values(), logs, strict=True):
            path.write_bytes(log)
        ranges = [each for name, path in files.items() for each in split_recording(str(path), file=name, size=size)]
        judge = Judge([load_contract(*each) for each in TERMS.contracts], today=TODAY)
        sizes: list[int] = []
        judge_ranges(judge, ranges, terms=TERMS, jobs=2, advance=lambda size, _count: sizes.append(size))
        assert rendered(judge.verdict()) == rendered(serial(files))
        assert sum(sizes) == sum(map(len, logs))


def test_what_is_shown_by_then_is_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is judged again only where what came before changes which keys are shown: not for names that recur."""
    judged: list[Part] = []

    def counting(part: Part, terms: Terms, shown: Mapping[str, Sequence[str]]) -> Outcome:
        judged.append(part)
        return judge_part(part, terms, shown)

    monkeypatch.setattr(parts, "iter_outcomes", late(5))
    monkeypatch.setattr("jumun_mockserver.cli.check.parts.judge_part", counting)
    names = [f"k_{chr(97 + number)}" for number in range(20)]
    for lines, again in (
        ([row(**dict.fromkeys(names, 1))] * 8, 0),  # the same sixteen are shown of each
        ([row(**{name: 1}) for name in names[:16]], 0),  # there is room for all
        ([row(**{name: 1}) for name in names], 1),  # the seventeenth is one too many, and those after it know
    ):
        path = tmp_path / "x.ndjson"
        path.write_bytes(b"\n".join(lines))
        ranges = split_recording(str(path), file="x.ndjson", size=len(lines[0]) + 1)
        judge = Judge([load_contract("bootpay")], today=TODAY)
        judged.clear()
        judge_ranges(judge, ranges, terms=TERMS, jobs=2, advance=lambda _size, _count: None)
        assert (len(judged) > 0) == (again > 0)


def test_small_files_go_together() -> None:
    """Whole files are joined up to the size of a range, in order; ranges of a log stay apart."""
    small = [Range(f"{number}", "", size=RANGE_BYTES // 3) for number in range(4)]
    log = [Range("log", "", start, 10, is_lines=True) for start in (0, 10)]
    large = Range("large", "", size=RANGE_BYTES * 2)
    assert list(join_ranges([*small, *log, small[0], large, small[1]])) == [
        tuple(small[:3]),
        (small[3],),
        (log[0],),
        (log[1],),
        (small[0],),
        (large,),
        (small[1],),
    ]
    assert list(join_ranges([])) == []
