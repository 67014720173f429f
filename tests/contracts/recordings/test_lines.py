from __future__ import annotations

import io
import json
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jumun_contracts.recordings import Body, Recorded, read_recordings
from jumun_contracts.recordings.excerpt import Excerpt
from jumun_contracts.schema.parsing import JsonError, parse_json
from tests.contracts.json_texts import TEXTS


def body_of(line: str) -> Body:
    """The body of the answer in one line of NDJSON."""
    (found,) = read_recordings(io.BytesIO(line.encode()), file="f.ndjson")
    assert isinstance(found, Recorded)
    assert found.response_body is not None
    return found.response_body


def outcome(read: Any, *args: object) -> str:
    """The value as text, kinds of numbers and all, or why there is none."""
    try:
        return json.dumps(read(*args))
    except JsonError as error:
        return str(error)


@given(TEXTS, st.sampled_from(["", "1.50", "[1, 2]", '"\\u0061"', '{"a": 1, "a": 2}']))
def test_a_value_in_a_row_is_as_strict_as_its_text(text: str, beside: str) -> None:
    """A body that was read with its row is judged as its own text would be, whatever is beside it."""
    assume(text not in ("null", "NaN") and not text.startswith('"'))  # no body, no JSON, or a body as text
    text = text.replace("\n", " ").replace("\r", " ")
    line = f'{{"url": "/a", "beside": {beside or 0}, "response": {{"body": {text}}}}}'
    assume(_is_json(line))
    body = body_of(line)
    assert outcome(body.parse) == outcome(parse_json, text)
    assert body.text.decode() == text
    assert body.locate(0) == (1, line.index(f'"body": {text}') + len('"body": ') + 1)


@given(TEXTS)
def test_a_bare_body_is_as_strict_as_its_text(text: str) -> None:
    """So is a line that is a body."""
    line = text.replace("\n", " ").replace("\r", " ")
    assume(line.strip() and _is_json(line))
    body = body_of(line)
    assert outcome(body.parse) == outcome(parse_json, body.text)


@pytest.mark.parametrize("beside", ["", ', "a": 1.50', r', "a": "\u0061"'])
def test_the_last_of_two_bodies_counts(beside: str) -> None:
    """Of two bodies in one answer the last is the one, and where it is repeated elsewhere does not make it stricter."""
    line = (
        f'{{"url": "/a", "copy": {{"a": 2}}, "response": {{"body": {{"a": 2}}, "body": {{"a": 1, "a": 2}}}}{beside}}}'
    )
    with pytest.raises(JsonError, match='the key "a" appears twice'):
        body_of(line).parse()


def test_places_are_looked_for_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is clean costs no search for its place."""

    def find(_: Excerpt, pointer: str) -> None:
        raise AssertionError(pointer)

    monkeypatch.setattr(Excerpt, "find", find)
    for value in ('{"a":[1,"주"]}', '{ "a": [1, "주"] }', json.dumps('{"a":[1,"주"]}')):
        assert body_of(f'{{"url": "/a", "response": {{"body": {value}}}}}').parse() == {"a": [1, "주"]}


def test_a_row_that_only_lenient_readers_read() -> None:
    """NaN or half a surrogate pair beside a body leaves the body as it is, and in it is refused."""
    beside = body_of('{"url": "/a", "x": NaN, "y": "\\ud800", "response": {"body": {"a": 1}}}')
    assert beside.parse() == {"a": 1}
    for value in ("NaN", '"\\ud800"'):
        with pytest.raises(JsonError):
            body_of(f'{{"url": "/a", "response": {{"body": [{value}]}}}}').parse()


def _is_json(text: str) -> bool:
    """To a lenient reader."""
    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True
