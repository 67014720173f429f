from __future__ import annotations

from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jumun_contracts import Tally, load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.ranges import RANGE_BYTES, Range, iter_exchanges, split_recording
from jumun_contracts.reports import RENDERERS, Options
from jumun_mockserver.cli.check.parts import Terms, join_ranges, judge_ranges
from tests.cli.commands import timeless
from tests.contracts.check.logs import LOGS, row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.check.verdict import Verdict

TERMS = Terms((("naver", "documented"), ("bootpay", "documented")), None)
CONTRACTS = [load_contract(*each) for each in TERMS.contracts]


def serial(files: Mapping[str, Path]) -> Verdict:
    """What one judge says that reads one file after the other."""
    judge = Judge(CONTRACTS)
    for name, path in files.items():
        for each in iter_exchanges(read_recordings(path, file=name), file=name):
            judge.judge(each)
    return judge.verdict()


def rendered(verdict: Verdict) -> dict[str, list[str]]:
    """All reports on it, with all that they can tell."""
    return {name: list(map(timeless, render(verdict, Options(verbose=True)))) for name, render in RENDERERS.items()}


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(LOGS, min_size=1, max_size=3), st.integers(50, 900))
@example([b"\n".join(row(**{f"k_{chr(97 + n)}": 1}) for n in range(20))], 150)
@example([b"\n".join([row(**{f"k_{chr(97 + n)}": 1 for n in range(20)}), row(k_t=1), row(k_a=1)])], 100)
@example([b"\n".join(row(**dict.fromkeys("tsrqponmlkjihgfedcba"[n:], 1)) for n in range(20))], 100)
@example([b"\xef\xbb\xbf" + row() + b"\n\xef\xbb\xbf" + row()], 150)
@example([b"\n" * 5 + b"\n\n{\n".join([row(), row(price="1")]), b"{\n" + row(price="1")], 1)
def test_parts_make_the_whole(logs: list[bytes], size: int) -> None:
    """However logs are cut: the reports are those of one judge.

    Line, column and number of each first place, counts, order, coverage, and which unknown keys are shown.
    """
    with TemporaryDirectory() as folder:
        files = {f"{number}.ndjson": Path(folder) / f"{number}.ndjson" for number in range(len(logs))}
        for path, log in zip(files.values(), logs, strict=True):
            path.write_bytes(log)
        ranges = [each for name, path in files.items() for each in split_recording(str(path), file=name, size=size)]
        sizes: list[int] = []
        tallies = judge_ranges(
            ranges, file_number=7, terms=TERMS, jobs=1, advance=lambda size, _count: sizes.append(size)
        )
        assert rendered(reduce(Tally.merge, tallies).verdict()) == rendered(serial(files))
        assert sum(sizes) == sum(map(len, logs))


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
