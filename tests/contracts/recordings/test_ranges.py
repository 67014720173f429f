from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.recordings import RecordingError
from jumun_contracts.recordings.ranges import RANGE_BYTES, Range, read_lines, split_recording
from tests.contracts.recordings.forms import FORMS

if TYPE_CHECKING:
    from pathlib import Path

BODIES = ['{"count": 0, "list": []}'] * 4
LINES = st.sampled_from([b"{}", b"[1]", b'"x"', b"", b" ", b"{", b"\xef\xbb\xbf{}", b"\xff", b"[" + b" " * 90 + b"]"])


def lines(ranges: list[Range], *, longest: int = 100) -> list[bytes | None]:
    """Lines of all ranges, without their ends."""
    found = [line for each in ranges for line in read_lines(each, longest=longest)]
    return [line and line.rstrip(b"\r\n") for line in found]


@given(
    st.lists(LINES, min_size=1), st.sampled_from([b"\n", b"\r\n"]), st.integers(1, 200), st.sampled_from([2, 50, 100])
)
def test_ranges_hold_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], end: bytes, size: int, longest: int
) -> None:
    """Wherever a log is cut, at a line's end, in a line or behind a long one: each line is read once, in its place.

    That holds for those that are too long to be read.
    """
    path = tmp_path_factory.mktemp("log") / "x.ndjson"
    path.write_bytes(end.join(texts))
    ranges = split_recording(str(path), file="x.ndjson", size=size, longest=longest)
    assert sum(each.size for each in ranges) == path.stat().st_size
    (whole,) = split_recording(str(path), file="x.ndjson")
    assert not whole.is_lines
    if ranges[0].is_lines:
        written = end.join(texts).split(b"\n")
        found = [line.rstrip(b"\r") for line in (written if written[-1] else written[:-1])]
        assert lines(ranges, longest=longest) == [line if len(line) <= longest else None for line in found]
    else:
        assert path.stat().st_size <= size


@pytest.mark.parametrize("name", FORMS)
def test_only_plain_logs_are_cut(name: str, tmp_path: Path) -> None:
    """NDJSON is cut into ranges, by its ending or its first lines; every other form is read whole."""
    for ending in (FORMS[name].ending, ".txt"):
        path = tmp_path / f"traffic{ending}"
        path.write_text(FORMS[name].write(BODIES), encoding="utf-8")
        ranges = split_recording(str(path), file=path.name, size=50)
        assert all(each.is_lines for each in ranges) == name.startswith("ndjson")
        assert (len(ranges) > 1) == name.startswith("ndjson")
        if ranges[0].is_lines:
            assert len(lines(ranges, longest=RANGE_BYTES)) == path.read_bytes().count(b"\n")


def test_what_a_file_is_called_decides_on_its_form(tmp_path: Path) -> None:
    """The form is found out once, of the whole: a range that begins with another form's first line is a log's."""
    path = tmp_path / "x.ndjson"
    line = b'{"log": {"entries": []}}\n'
    path.write_bytes(line * 3)
    ranges = split_recording(str(path), file="x.ndjson", size=len(line))
    assert all(each.is_lines for each in ranges)
    assert lines(ranges) == [line.rstrip()] * 3


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there is one whole; one that goes before it is read says why its lines are missing."""
    missing = str(tmp_path / "missing.ndjson")
    assert split_recording(missing, file="m") == [Range(missing, "m")]
    with pytest.raises(RecordingError) as caught:
        list(read_lines(Range(missing, "m", size=5, is_lines=True)))
    assert str(caught.value) == "m:1:1: cannot be read: No such file or directory"


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
