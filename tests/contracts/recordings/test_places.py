from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.recordings.places import (
    BrokenJsonError,
    Lines,
    Members,
    iter_members,
    json_string_offsets,
    locate_pointer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = st.text(max_size=4) | st.sampled_from(["/", "~", "~1", "", "a", '"', "\\", "0"])
LEAVES: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.text() | st.just('[{"a": 1}, "\\"]')
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(VALUES, st.sampled_from([None, 0, 3, "\t"]), st.booleans())
def test_every_pointer(value: Any, indent: int | str | None, ensure_ascii: bool) -> None:  # noqa: FBT001
    """At the offset of each node's pointer there is that node, however the document is written."""
    text = " \r\n" + json.dumps(value, indent=indent, ensure_ascii=ensure_ascii) + "\n"
    for pointer, node in _iter_nodes(value, ""):
        found, _ = json.JSONDecoder().raw_decode(text, locate_pointer(text, pointer))
        assert json.dumps(found) == json.dumps(node)


@pytest.mark.parametrize(
    ("text", "pointer", "offset"),
    [
        ('{"a":1,"a":2}', "/a", 11),
        (r'{"a":1,"\u0061":2,"b":0}', "/a", 16),
        ('{"a":{"b":1},"a":{"b":2}}', "/a/b", 22),
        ('{"a/b":1,"~":{"":[7,8]}}', "/~0//1", 20),
        ('{"a/b":1}', "/a~1b", 7),
        ('["]}",\n "\\"]", 3]', "/2", 15),
        ("  5", "", 2),
    ],
)
def test_the_place_of(text: str, pointer: str, offset: int) -> None:
    """Of equal keys the last counts, however it is escaped; brackets in strings are none; ~0 and ~1 are read."""
    assert locate_pointer(text, pointer) == offset


@pytest.mark.parametrize("pointer", ["/b", "/a/0", "/a/b/c", "a", "/0"])
def test_nothing_there(pointer: str) -> None:
    """A pointer that does not resolve is a LookupError."""
    with pytest.raises(LookupError):
        locate_pointer('{"a": {"b": 1}}', pointer)


@pytest.mark.parametrize(
    "text", ['{"a"', '{"a" 1}', "{a: 1}", '{"a": 1', '{"a": "x', '{"b": 1 "a": 2}', '{"b": }', r'{"\x": 1}']
)
def test_not_json(text: str) -> None:
    """What is not JSON is refused, at an offset within the text."""
    with pytest.raises(BrokenJsonError) as refusal:
        locate_pointer(text, "/a")
    assert 0 <= refusal.value.offset <= len(text)


def test_any_depth() -> None:
    """Depth does not matter: 100,000 arrays in each other are skipped and stepped into."""
    text = '{"a":' + "[" * 100_000 + "]" * 100_000 + ',"b":1}'
    assert text[locate_pointer(text, "/b")] == "1"
    assert locate_pointer(text, "/a/0/0/0") == len('{"a":[[[')


def test_members_come_as_asked_for() -> None:
    """The members before the broken one are had."""
    members = iter_members('[1, {"a": "]"}, "x', 0)
    assert [next(members)[1:], next(members)[1:]] == [(1, 2), (4, 14)]
    with pytest.raises(BrokenJsonError):
        next(members)


@given(st.text(), st.booleans())
def test_strings(value: str, ensure_ascii: bool) -> None:  # noqa: FBT001
    """What is at a character's offset in the written string is that character, escaped or not."""
    text = "  " + json.dumps(value, ensure_ascii=ensure_ascii)
    offsets = json_string_offsets(text, 2)
    ends = [offsets(index) for index in range(len(value) + 1)]
    for index, (start, end) in enumerate(pairwise(ends)):
        assert json.loads(f'"{text[start:end]}"', strict=False) == value[index]
    assert ends[-1] == len(text) - 1


@given(st.text(alphabet="a\n\r가", max_size=30))
def test_lines(text: str) -> None:
    """Line and column give the character back."""
    lines = Lines(text)
    for offset in range(len(text) + 1):
        line, column = lines.place(offset)
        assert sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1 == offset


def _iter_nodes(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    yield pointer, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _iter_nodes(each, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _iter_nodes(each, f"{pointer}/{index}")


def test_an_array_is_scanned_no_further_than_asked() -> None:
    """What is behind the item may even be broken; and what was scanned is not scanned again."""
    text = '{"list": [0, [1], {"a": 2}, ' + "3, " * 1_000 + "]}"
    members = Members(text[text.index("[") :])
    assert members.find("/2/a").start == text.index("2}") - text.index("[")
    assert members.find("/1/0").start == text.index("1]") - text.index("[")
    with pytest.raises(BrokenJsonError):
        members.find("/1003")
    for pointer in ("/01", "/-1", "/x", "/1/0/0"):
        with pytest.raises(LookupError):
            members.find(pointer)
