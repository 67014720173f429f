from __future__ import annotations

import base64
import gzip
import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.recordings import FORMS, Form, Recorded, RecordingError, Unreadable, read_recordings
from jumun_contracts.recordings.rows import read_status

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = sorted(each.name for each in FIXTURES.iterdir() if each.suffix != ".md")
GOOD_ROW = '{"method": "GET", "path": "/a", "status": 200, "response": {"body": "{}"}}'


@given(st.binary(max_size=200), st.sampled_from([None, *FORMS]))
def test_arbitrary_bytes(data: bytes, form: Form | None) -> None:
    """Arbitrary bytes give exchanges, reasons why not, or a RecordingError; nothing else."""
    _exhaust(data, form)


@given(st.sampled_from(SAMPLES), st.data())
def test_damaged_recordings(name: str, data: st.DataObject) -> None:
    """So does a recording that is cut, or has a piece replaced."""
    whole = (FIXTURES / name).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 20)))
    piece = data.draw(st.binary(max_size=6) | st.sampled_from([b"{", b"]", b'"', b"null", b": [", b"&a ", b"*a", b"5"]))
    damaged = whole[:start] + piece + (b"" if data.draw(st.booleans()) else whole[end:])
    _exhaust(damaged, data.draw(st.sampled_from([None, *FORMS])))


@pytest.mark.parametrize(
    ("text", "form", "place", "reason"),
    [
        ('{"log": {"entries": [{}', "har", (1, 24), "not JSON: expected a comma or ]"),
        ('{"log": {"entries": [\n{"request": 1}', "har", (2, 15), "not JSON: expected a comma or ]"),
        ('{"log": {"entries": [{}, {"a', "har", (1, 26), "not JSON: an array or object that does not end"),
        ('\n{"log": {}}', "har", (2, 1), "expected something at /log/entries"),
        ("[]", "har", (1, 1), "expected something at /log/entries"),
        ("- a", "cassette", (1, 1), "expected a cassette, with interactions or http_interactions"),
        ("", "cassette", (1, 1), "expected a cassette"),
        ("interactions:\n- a: 'x", "cassette", (2, 8), "not YAML"),
        ("interactions:\n- *a", "cassette", (2, 3), "not YAML: an alias without an anchor"),
        ("interactions:\n- " + "[" * 80, "cassette", (2, 67), "not YAML: nested more than 64 deep"),
        ("interactions: 가\x07", "cassette", (1, 16), "not YAML: a character that it does not allow"),
        ("[{}", "rows", (1, 4), "not JSON: expected a comma or ]"),
        ("x", "rows", (1, 1), "not JSON"),
        ("5", "rows", (1, 1), "expected an exchange"),
        ('{"log": {"entries": {}}}', "har", (1, 21), "expected an array at /log/entries"),
    ],
)
def test_what_cannot_be_read(text: str, form: Form, place: tuple[int, int], reason: str) -> None:
    """A file that cannot be read is an error that names file, line, column and what was expected."""
    with pytest.raises(RecordingError) as refusal:
        _read(text.encode(), form=form)
    assert refusal.value.place == place
    assert refusal.value.reason.startswith(reason)
    assert str(refusal.value).startswith(f"<stdin>:{place[0]}:{place[1]}: {reason}")


def test_not_utf_8() -> None:
    """What is not text is refused where it ceases to be."""
    with pytest.raises(RecordingError, match="expected UTF-8") as refusal:
        _read(b"\xef\xbb\xbf[\n\xec\xa3\xbc \xff]", form="har")
    assert refusal.value.place == (2, 3)


@pytest.mark.parametrize(
    "text", ['{"log": {"entries": [{"request": {"method": "GET"}}]}}', "interactions:\n- request: {}", GOOD_ROW]
)
def test_a_byte_order_mark(text: str) -> None:
    """A byte order mark before a recording is passed over."""
    (found,) = _read(b"\xef\xbb\xbf" + text.encode(), form=None)
    assert isinstance(found, Recorded)
    assert found.request_headers is None
    assert found.method or found.place == (2, 3)


def test_no_such_file(tmp_path: Path) -> None:
    """A file that is not there is a RecordingError too."""
    with pytest.raises(RecordingError, match=r"nowhere\.json:1:1: cannot be read: No such file"):
        list(read_recordings(tmp_path / "nowhere.json", file="nowhere.json"))


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ('{"method": "GET", "response": {', 32, "not JSON"),
        ("nonsense", 1, "not JSON: expecting value"),
        ('{"method": "GET", "response": {"body": "xxxxx", "encoding": "base64"}}', 40, "expected base64"),
        (
            '{"path":"/", "response": {"body": "BOMB", "encoding": "base64", "headers": {"Content-Encoding": "gzip"}}}',
            35,
            "a body of more than 64 MiB",
        ),
    ],
    ids=["cut", "nonsense", "base64", "bomb"],
)
def test_one_bad_line(line: str, column: int, reason: str) -> None:
    """A bad line is reported as one, in its place, and the lines after it are read."""
    bomb = base64.b64encode(gzip.compress(bytes(64 * 1024 * 1024 + 1))).decode() if "BOMB" in line else ""
    line = line.replace("BOMB", bomb)
    before, bad, after = _read(f"{GOOD_ROW}\n\n{line}\n{GOOD_ROW}\n".encode(), form="ndjson")
    assert isinstance(bad, Unreadable)
    assert (bad.place, bad.number) == ((3, column), 2)
    assert bad.reason.startswith(reason)
    assert isinstance(before, Recorded)
    assert isinstance(after, Recorded)
    assert (after.place, after.number) == ((4, 1), 3)


def test_a_line_that_is_no_text() -> None:
    """Nor do bytes that are not UTF-8 end the reading; columns are in characters."""
    bad, good = _read(b'{"\xea\xb0\x80\xff"}\n' + GOOD_ROW.encode(), form="ndjson")
    assert bad == Unreadable("<stdin>", (1, 4), 1, "expected UTF-8")
    assert isinstance(good, Recorded)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"log": {"entries": [5, {"request": {"method": "GET"}}]}}', "har"),
        ('{"log": {"entries": [{"request": {}}, {"request": {"method": "GET"}}]}}', "har"),
        ('{"interactions": [{"request": {}}, {"request": {}, "response": {}}]}', "cassette"),
        ("interactions:\n- 5\n- {request: {}}", "cassette"),
        ("interactions:\n- {request: {}, response: {body: {string: !!binary x}}}\n- {request: {}}", "cassette"),
        ("http_interactions:\n- {request: {}, response: {truncated_from: 5}}\n- {request: {}}", "cassette"),
        (f"[5, {GOOD_ROW}]", "rows"),
        ('{"ScenarioFinished": {"recorder": {"interactions": {"a": 1, "b": {"request": {}}}}}}', "schemathesis"),
        (
            '{"ScenarioFinished":{"recorder":{"interactions":{"a":{"request":{},"response":{"content_size":9}},"b":{"request":{}}}}}}',
            "schemathesis",
        ),
    ],
)
def test_one_bad_exchange(text: str, form: Form) -> None:
    """In other forms too, one exchange that cannot be read, or was cut short by its recorder, is only one."""
    bad, good = _read(text.encode(), form=form)
    assert isinstance(bad, Unreadable)
    assert isinstance(good, Recorded)
    assert (bad.number, good.number) == (1, 2)


def test_a_line_at_a_time() -> None:
    """A traffic log is read as it is asked for: two lines ahead to see what it is, then one by one."""
    stream = _Counted(f"{GOOD_ROW}\n".encode() * 100)
    reading = read_recordings(stream, file="<stdin>")
    for number in range(1, 11):
        assert isinstance(next(reading), Recorded)
        assert stream.lines <= max(2, number)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"count": 0, "list": []}', (1, 2)),
        ('\n[\n{"method": "x", "status": 5}]', (3, 2)),
        ('{"log": "x", "interactions": 5}', (1, 2)),
        ('"text"', (1, 2)),
        ("{", (1, 2)),
        ("", (1, 2)),
    ],
)
def test_anything_else_is_a_body(text: str, place: tuple[int, int]) -> None:
    """What looks like no recording is one bare body, which the judge may find not to be JSON."""
    (body,) = _read(text.encode(), form=None)
    assert isinstance(body, Recorded)
    assert (body.method, body.status, body.request_headers) == ("", None, None)
    assert body.response_body
    assert body.response_body.text == text.encode()
    assert body.response_body.locate(text.find("{", 1) + 1 if text.startswith("\n") else 1) == place


def test_a_log_of_bodies() -> None:
    """Lines that are bodies are bodies, even such as name a method and a status."""
    lines = ['{"method": "card", "status": 1, "url": "x"}', "[1]", " 5"]
    found = _read("\n".join(lines).encode(), form="ndjson")
    assert [
        each.response_body.text.decode() for each in found if isinstance(each, Recorded) and each.response_body
    ] == lines


@pytest.mark.parametrize("body", ["<12 bytes>", None])
def test_withheld_bodies(body: str | None) -> None:
    """A body that the journal withholds is not recorded; an empty answer is an empty body, an empty request none."""
    row = {"method": "GET", "request": {"body": ""}, "response": {"body": body}}
    found = _read(json.dumps([row, row | {"response": {"body": ""}}]).encode(), form=None)
    bodies = [(each.request_body, each.response_body) for each in found if isinstance(each, Recorded)]
    assert bodies[0] == (None, None)
    assert bodies[1][0] is None
    assert bodies[1][1]
    assert bodies[1][1].text == b""


@pytest.mark.parametrize(("size", "text"), [(0, b""), (5, None)])
def test_empty_content(size: int, text: bytes | None) -> None:
    """Empty text in a HAR is an empty body if that is its size, else a body that no one recorded."""
    entry = {"request": {"method": "GET"}, "response": {"status": 200, "content": {"size": size, "text": ""}}}
    (found,) = _read(json.dumps({"log": {"entries": [entry]}}).encode(), form=None)
    assert isinstance(found, Recorded)
    assert (found.response_body and found.response_body.text) == text


@pytest.mark.parametrize(
    ("status", "number"),
    [
        (200, 200),
        ("404", 404),
        (0, 0),
        ("0", 0),
        (200.0, 200),
        (None, None),
        ("", None),
        ("000", -1),
        (True, -1),
        (False, -1),
        (20, -1),
        (2000, -1),
        (200.5, -1),
        ("x", -1),
    ],
)
def test_statuses(status: object, number: int | None) -> None:
    """A status is a number or its digits, 0 of a request without an answer; what cannot be one is -1."""
    assert read_status(status) == number


def test_an_answer_that_is_a_template() -> None:
    """What WireMock fills in when it answers could not be judged; one in which nothing is filled in is read."""
    answer = {"status": 200, "transformers": ["response-template"]}
    bodies = ('{"a": {{ now }}}', "{}")
    rows = [{"request": {"method": "GET", "urlPath": "/a"}, "response": {**answer, "body": each}} for each in bodies]
    refused, found = _read(json.dumps({"mappings": rows}).encode(), form=None)
    assert isinstance(refused, Unreadable)
    assert refused.reason == "an answer that is a template"
    assert isinstance(found, Recorded)


def test_content_that_was_cut() -> None:
    """Schemathesis says in a comment of its HAR that it kept a part of a body only."""
    content = {"text": "{", "comment": "Body truncated: 1 of 9 bytes recorded"}
    entry = {"request": {"method": "GET"}, "response": {"status": 200, "content": content}}
    (found,) = _read(json.dumps({"log": {"entries": [entry]}}).encode(), form="har")
    assert isinstance(found, Unreadable)


class _Counted(io.BytesIO):
    """Counts the lines that are taken from it."""

    lines = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.lines += 1
        return super().readline(size)

    def __next__(self) -> bytes:
        self.lines += 1
        return super().__next__()


def _read(data: bytes, *, form: Form | None) -> list[Recorded | Unreadable]:
    return list(read_recordings(io.BytesIO(data), file="<stdin>", form=form))


def _exhaust(data: bytes, form: Form | None) -> None:
    with suppress(RecordingError):
        for item in read_recordings(io.BytesIO(data), file="<stdin>", form=form):
            _use(item)


def _use(item: Recorded | Unreadable) -> None:
    assert min(item.place) >= 1
    if isinstance(item, Unreadable):
        assert item.reason
        return
    for body in (item.request_body, item.response_body):
        if body:
            length = len(body.text.decode(errors="replace"))
            assert all(min(body.locate(offset)) >= 1 for offset in (0, length // 2, length))
