from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.recordings import Recorded, Unreadable, read_recordings
from jumun_contracts.recordings.ranges import Range, RangeReader, split_recording
from tests.contracts.recordings.forms import FORMS

if TYPE_CHECKING:
    from pathlib import Path

BODIES = ['{"count": 0, "list": []}'] * 4
LINES = st.sampled_from([b"{}", b"[1]", b'"x"', b"", b" ", b"{", b"\xef\xbb\xbf{}", b"\xff", b"[" + b" " * 90 + b"]"])


def texts(path: Path, ranges: list[Range], *, longest: int = 100) -> list[tuple[int, bytes | str]]:
    """Line and text, or what is wrong, of all that the ranges hold, as they count together."""
    found: list[tuple[int, bytes | str]] = []
    last = 0
    for each in ranges:
        assert each.path == str(path)
        reader, before = RangeReader(each, longest=longest), max(last - 1, 0)
        count = 0
        for recorded in reader:
            count += 1
            assert recorded.number == count
            if isinstance(recorded, Unreadable):
                found.append((recorded.place[0] + before, recorded.reason))
            else:
                assert recorded.response_body
                assert recorded.response_body.locate(0) == (recorded.place[0], 1)
                found.append((recorded.place[0] + before, recorded.response_body.text))
        assert reader.exchanges == count
        last = before + reader.lines
    return found


@given(
    st.lists(LINES, min_size=1), st.sampled_from([b"\n", b"\r\n"]), st.integers(1, 200), st.sampled_from([2, 50, 100])
)
def test_ranges_hold_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], end: bytes, size: int, longest: int
) -> None:
    """Wherever a log is cut, at a line's end, in a line or behind a long one: each line is read once, in its place.

    That holds for those that are too long to be read.
    """
    path = tmp_path_factory.mktemp("log") / "x.ndjson"
    path.write_bytes(end.join(lines))
    ranges = split_recording(str(path), file="x.ndjson", size=size, longest=longest)
    assert sum(each.size for each in ranges) == path.stat().st_size
    whole = split_recording(str(path), file="x.ndjson")
    assert len(whole) == 1
    assert not whole[0].is_lines
    assert texts(path, ranges, longest=longest) == texts(path, whole, longest=longest)


@pytest.mark.parametrize("name", FORMS)
def test_only_plain_logs_are_cut(name: str, tmp_path: Path) -> None:
    """NDJSON is cut into ranges, by its ending or its first lines; every other form is read whole."""
    for ending in (FORMS[name].ending, ".txt"):
        path = tmp_path / f"traffic{ending}"
        path.write_text(FORMS[name].write(BODIES), encoding="utf-8")
        ranges = split_recording(str(path), file=path.name, size=50)
        assert all(each.is_lines for each in ranges) == name.startswith("ndjson")
        assert (len(ranges) > 1) == name.startswith("ndjson")
        expected = [each.place for each in read_recordings(path, file=path.name) if isinstance(each, Recorded)]
        assert sum(len(list(RangeReader(each))) for each in ranges) == len(expected)


def test_what_a_file_is_called_decides_on_its_form(tmp_path: Path) -> None:
    """The form is found out once, of the whole: a range that begins with another form's first line is a log's."""
    path = tmp_path / "x.ndjson"
    line = b'{"log": {"entries": []}}\n'
    path.write_bytes(line * 3)
    ranges = split_recording(str(path), file="x.ndjson", size=len(line))
    assert [[each.place for each in RangeReader(part)] for part in ranges] == [[(1, 1)], [(2, 1)], [(2, 1)]]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there, and one that goes before it is read, is an `Unreadable` that says why."""
    missing = str(tmp_path / "missing.ndjson")
    (part,) = split_recording(missing, file="m")
    for each in (part, Range(missing, "m", size=5, is_lines=True)):
        (unreadable,) = RangeReader(each)
        assert isinstance(unreadable, Unreadable)
        assert (unreadable.file, unreadable.place, unreadable.number) == ("m", (1, 1), 1)
        assert unreadable.reason == "cannot be read: No such file or directory"


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes there")
def test_a_pipe_is_not_looked_into(tmp_path: Path) -> None:
    """A pipe is one whole, and is opened by its reader only: what is read of it is gone."""
    path = tmp_path / "pipe.ndjson"
    os.mkfifo(path)
    assert split_recording(str(path), file="p", size=0) == [Range(str(path), "p")]


def test_ranges_have_8_mib(tmp_path: Path) -> None:
    """A log of a line more has two."""
    path = tmp_path / "x.ndjson"
    for lines, sizes in ((8, [8 * 2**20]), (9, [8 * 2**20, 2**20])):
        path.write_bytes((b" " * (2**20 - 1) + b"\n") * lines)
        assert [each.size for each in split_recording(str(path), file="x.ndjson")] == sizes
