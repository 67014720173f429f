"""Lines in bounded memory, by a stream that notes how much of it is held at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.recordings import Recorded, RecordingError, Unreadable, read_recordings
from jumun_contracts.recordings.lines import LineReader, refuse_longer
from tests.contracts.recordings.forms import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = b'{"count": 0, "list": []}'
LONG = b"[" + b" " * 300_000 + b"]"


class Stream(io.BytesIO):
    """A stream that knows the longest piece that was read of it, and how much in all."""

    longest = total = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        """Of a line, with its end."""
        return self._noted(super().readline(size))

    def read(self, size: int | None = -1, /) -> bytes:
        """Of all lines."""
        return self._noted(super().read(size))

    def __next__(self) -> bytes:
        return self._noted(super().__next__())

    def _noted(self, piece: bytes) -> bytes:
        self.longest = max(self.longest, len(piece))
        self.total += len(piece)
        return piece


@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from([b"\n", b"\r\n"]))), st.integers(1, 10), st.integers(0, 12)
)
def test_lines(lines: list[tuple[int, bytes]], longest: int, last: int) -> None:
    """Each line comes with its end; in place of one that is too long, without its end, comes None."""
    texts = [b"x" * length + end for length, end in lines] + [b"x" * last] * bool(last)
    reader = LineReader(io.BytesIO(b"".join(texts)), longest=longest)
    assert list(reader) == [text if len(text.rstrip()) <= longest else None for text in texts]
    assert reader.at == sum(map(len, texts))


def test_a_line_is_passed_over_in_pieces() -> None:
    """What is too long is never held, whatever its length."""
    stream = Stream(b"a\n" + b"x" * 5_000_000 + b"\nb\n")
    assert list(LineReader(stream, longest=10)) == [b"a\n", None, b"b\n"]
    assert stream.longest <= 2**16


def test_the_rest_of_a_line_is_not_read_beyond_an_end() -> None:
    """So that the ranges of a file that is one line do not each read all of it."""
    stream = Stream(b"x" * 5_000_000 + b"\n")
    LineReader(stream).skip_line(end=1_000)
    assert stream.total <= 2**16


def read(data: bytes, file: str) -> Iterator[tuple[int, int, str]]:
    """Line, number and what is wrong with each exchange, '' for none; the longest line may have 100 bytes."""
    for each in read_recordings(io.BytesIO(data), file=file, longest=100):
        yield each.place[0], each.number, each.reason if isinstance(each, Unreadable) else ""


@pytest.mark.parametrize("file", ["x.ndjson", "x.log"])
@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_a_log_goes_on_behind_a_long_line(file: str, position: int) -> None:
    """One line is not read, wherever it is, and all others are, even where the first has to say what the file is."""
    lines = [BODY, BODY, b"", BODY]
    lines.insert(position, LONG)
    found = list(read(b"\n".join(lines), file))
    reason = "longer than 100 bytes, which --max-line sets, and not read"
    assert [each for each in found if each[2]] == [(position + 1, min(position, 2) + 1, reason)]
    assert [number for _, number, _ in found] == [1, 2, 3, 4]


def test_a_report_of_schemathesis_goes_on_behind_a_long_line() -> None:
    """Its lines are events of which one may be long."""
    event = b'{"ScenarioFinished": {"recorder": {"interactions": {"a": {"request": {}}}}}}'
    start = b'{"Initialize": {"schemathesis_version": "4.0"}}'
    found = [each[0] for each in read(b"\n".join([start, event, LONG, event]), "x.ndjson")]
    assert found == [2, 3, 4]


@pytest.mark.parametrize("name", [name for name in FORMS if "ndjson" not in name])
@pytest.mark.parametrize("ending", [True, False])
def test_a_document_that_is_too_long(name: str, ending: bool) -> None:  # noqa: FBT001 - a case
    """What is read whole is not read beyond the bound, on one line or on many, and is read up to it."""
    form = FORMS[name]
    text = form.write([BODY.decode()] * 20).encode()
    file = f"x{form.ending}" if ending else "x"
    assert all(isinstance(each, Recorded) for each in read_recordings(io.BytesIO(text), file=file, longest=len(text)))
    stream = Stream(text)
    with pytest.raises(RecordingError, match="longer than 100 bytes"):
        list(read_recordings(stream, file=file, longest=100))
    assert stream.longest <= 2**16


@pytest.mark.parametrize(
    ("longest", "shown"), [(64 * 2**20, "64 MiB"), (1024, "1 KiB"), (2**30, "1 GiB"), (1000, "1000 bytes")]
)
def test_the_bound_is_spelled(longest: int, shown: str) -> None:
    """In the units in which it was given."""
    assert refuse_longer(longest).startswith(f"longer than {shown}, ")
