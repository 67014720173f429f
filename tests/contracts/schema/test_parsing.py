from __future__ import annotations

import json
import math
import pickle
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.schema import parsing
from jumun_contracts.schema.parsing import JsonError, is_exact, parse_json
from tests.checkout import REFERENCE
from tests.contracts.json_texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts.schema.parsing import JsonValue

LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5)
)


@given(VALUES)
def test_round_trip(value: JsonValue) -> None:
    """What json writes, in bytes or text, small or indented, ASCII or not, is read back the same."""
    for text in (json.dumps(value), json.dumps(value, indent=2), json.dumps(value, ensure_ascii=False)):
        assert json.dumps(parse_json(text)) == json.dumps(value)
        assert parse_json(text.encode()) == parse_json(text)


@given(VALUES)
def test_agrees_with_json_on_what_orjson_writes(value: JsonValue) -> None:
    """On bytes from another writer the strict reader and the lenient one give the same value."""
    try:
        data = orjson.dumps(value)
    except TypeError:  # integers beyond 64 bit
        return
    assert json.dumps(parse_json(data)) == json.dumps(json.loads(data))


@given(st.binary() | st.text(st.characters()) | st.text(alphabet='[]{}:,"\\ \n0123456789eE+-.truefalsnNIy'))
def test_either_a_value_or_a_json_error(text: bytes | str) -> None:
    """Whatever comes in, only JsonError gets out, and nothing is accepted that json would refuse."""
    try:
        value = parse_json(text)
    except JsonError as error:
        refusal = error
    else:
        assert json.dumps(value) == json.dumps(json.loads(text))
        return
    assert str(refusal)
    assert (refusal.line is None) == (refusal.column is None)


@given(TEXTS)
def test_the_quick_way_is_the_careful_way(text: str) -> None:
    """Whether a document is proven by what would be written of it, or read piece by piece, is not to be noticed."""
    outcomes = []
    for read in (parse_json, careful):
        try:
            outcomes.append(json.dumps(read(text)))
        except JsonError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


def careful(text: str) -> JsonValue:
    """Without the quick way."""
    return parsing._parse_slowly(text, max_depth=parsing.MAX_DEPTH)


@pytest.mark.parametrize(
    ("text", "proven"),
    [
        ('{"a":[1,"주 문"]}', True),
        ('{ "a" : [1, "주 문"] }\n', True),
        ('{\n\t"a": [\r\n1, "주 문"]}', True),
        (r'{"a": [1, "\uc8fc \ubb38"]}', True),
        ('{"a": 1, "a": 1}', False),
        ('{"a":1,"a":1}', False),
        (r'{"\u0061": 1, "a": 1}', False),
        ("[1.10]", False),
        ("[18446744073709551616]", False),
        ("[" * 65 + "]" * 65, False),
        ("[" * 300 + "]" * 300, False),
        ("[" + "{}," * 99 + "{}]", True),
    ],
)
def test_what_is_proven_quickly(text: str, *, proven: bool) -> None:
    """Text that is what would be written of its value, however spaced, and escaped as Python does or not."""
    data = text.encode()
    assert is_exact(orjson.loads(data), data) is proven
    assert not is_exact(orjson.loads(data), data, max_depth=0)


def test_nesting_beyond_what_is_written() -> None:
    """Who asks for more depth than the quick way has gets it."""
    assert parse_json("[" * 300 + "]" * 300, max_depth=300) == json.loads("[" * 300 + "]" * 300)


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("", "expecting value", 1, 1),
        ("[1,\n 2,]", None, 2, None),
        ('{"a": 1} x', "extra data", 1, 10),
        ('["ab', "unterminated string", 1, 2),
        (r'["\q"]', r"invalid \escape", 1, 3),
        ('["a\nb"]', "invalid control character", 1, 4),
        ("[1, NaN]", "NaN and infinities are not JSON", 1, 5),
        ('["NaN", Infinity]', "NaN and infinities are not JSON", 1, 9),
        ("-Infinity", "NaN and infinities are not JSON", 1, 1),
        ("[1.5,\n1e999]", "a number too large for a 64-bit float", 2, 1),
        ('{"1e999": -1e999}', "a number too large for a 64-bit float", 1, 11),
        ("[" + "7" * 641 + "]", "an integer of more than 640 digits", 1, 2),
        ('{"a": 1, "b": 2, "a": 3}', 'the key "a" appears twice in one object', 1, 18),
        (
            '{"o": {"k": 1},\n "p": [{"k": 1,\n "\\u006b": 2}]}',
            'the key "k" appears twice in one object',
            3,
            2,
        ),
        ('{"a": {"b": 1, "b": 2}, "a": 3}', 'the key "b" appears twice in one object', 1, 16),
        (r'["\ud800"]', "an escape for half a surrogate pair", 1, 3),
        (r'["\uDC00\ud83d\ude00"]', "an escape for half a surrogate pair", 1, 3),
        (r'{"\ud83d": 1}', "an escape for half a surrogate pair", 1, 3),
        (r'["\ud83d\ud83d\ude00"]', "an escape for half a surrogate pair", 1, 3),
        ('["\ud800"]', "half a surrogate pair, which UTF-8 cannot hold", 1, 3),
        ("\ufeff{}", "starts with a byte order mark", 1, 1),
        (b"\xef\xbb\xbf{}", "starts with a byte order mark", 1, 1),
        (b'{"a":\n "\xec\xa3\xbc\xff"}', "not valid UTF-8", 2, 4),
        ("{}".encode("utf-16"), "not valid UTF-8", 1, 1),
        ("[" * 65 + "]" * 65, "nested more than 64 deep", 1, 65),
    ],
)
def test_refusals(text: bytes | str, reason: str | None, line: int, column: int | None) -> None:
    """Each thing that is not strict JSON is refused with what is wrong, and the line and column of it."""
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    assert reason is None or caught.value.reason == reason
    assert caught.value.line == line
    assert column is None or caught.value.column == column
    assert str(caught.value) == f"{caught.value.reason} (line {line}, column {caught.value.column})"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\\ud800"', r"\ud800"),
        (r'"\ud83d\ude00"', "😀"),
        ("9" * 640, int("9" * 640)),
        (str(2**64), 2**64),
        ("1e308", 1e308),
        ("1e-999", 0.0),
        ('["1e999", "NaN", "[[["]', ["1e999", "NaN", "[[["]),
        ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        (" \t\r\n1\n", 1),
        ("[" * 64 + "]" * 64, None),
        ('{"x":"' + "[" * 100 + '"}', {"x": "[" * 100}),
        ("[" + "[],{}," * 100 + "0]", None),
    ],
)
def test_accepted(text: str, value: JsonValue) -> None:
    """What only looks like one of the refused things is read."""
    assert parse_json(text) == (json.loads(text) if value is None else value)


def test_number_kinds_are_kept() -> None:
    """1 is an int and 1.0 a float: the judge and the writer can still tell them apart."""
    assert [type(each) for each in json.loads("[1, 1.0, 1e2, -0]")] == [int, float, float, int]
    value = parse_json("[1, 1.0, 1e2, -0]")
    assert isinstance(value, list)
    assert [type(each) for each in value] == [int, float, float, int]


@given(st.integers(1, 30), st.integers(1, 30))
def test_depth_is_the_callers_choice(depth: int, allowed: int) -> None:
    """Nesting is accepted up to the bound and refused one beyond it, in arrays and objects alike."""
    for text in ("[" * depth + "]" * depth, '{"[":' * depth + "0" + "}" * depth):
        if depth <= allowed:
            parse_json(text, max_depth=allowed)
        else:
            with pytest.raises(JsonError, match=f"nested more than {allowed} deep"):
                parse_json(text, max_depth=allowed)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_no_recursion_error(opening: str) -> None:
    """A hundred thousand open containers are a JsonError, even where the caller allows as many."""
    with pytest.raises(JsonError):
        parse_json(opening * 100_000)
    with pytest.raises(JsonError):
        parse_json(opening * 100_000, max_depth=sys.maxsize)


@pytest.mark.parametrize(
    "text", ['"' + r"\"" * 200_000, "[" * 70 + r'"\"' * 100_000, "1" * 200_000, "\\" * 200_000, '"' * 100_000]
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    """Refusing costs time in proportion to the text: no pattern backtracks."""
    start = time.perf_counter()
    with pytest.raises(JsonError):
        parse_json(text)
    assert time.perf_counter() - start < 2


CANARY = "canary-7f3a"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a": "{CANARY}", "a": "{CANARY}"}}',
        f'["{CANARY}", NaN]',
        f'["{CANARY}", 1e999]',
        f'["{CANARY}\\q"]',
        f'["{CANARY}',
        f'["{CANARY}\\ud800"]',
        f'"{CANARY}" {CANARY}',
        f'["{CANARY}\ud800"]',
        f'"{CANARY}'.encode() + b'\xff"',
        "[" * 65 + f'"{CANARY}"' + "]" * 65,
    ],
)
def test_no_value_in_the_error(text: bytes | str) -> None:
    """Neither text nor repr nor attributes of the error, nor an exception it hangs on, holds a value."""
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    error = caught.value
    assert CANARY not in f"{error} {error!r} {vars(error)} {error.args}"
    assert error.__cause__ is None
    assert error.__context__ is None


def test_long_keys_are_cut() -> None:
    """A duplicate key is named, but a key of a megabyte does not make a message of a megabyte."""
    key = "k" * 1_000_000
    with pytest.raises(JsonError) as caught:
        parse_json(f'{{"{key}": 1, "{key}": 2}}')
    assert len(str(caught.value)) < 200


def test_error_survives_pickling() -> None:
    """The error can come back from a worker process whole."""
    error = pickle.loads(pickle.dumps(JsonError("wrong", 3, 4)))  # noqa: S301 - our own bytes
    assert (str(error), error.line, error.column) == ("wrong (line 3, column 4)", 3, 4)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference payloads are not on this machine")
def test_reference_payloads() -> None:
    """Every recorded payload is read as json reads it: being strict costs us no real answer."""
    files = sorted(REFERENCE.glob("*_payloads/*.json"))
    assert files
    for file in files:
        data = file.read_bytes()
        value = parse_json(data)
        assert value == json.loads(data), file.name
        assert not any(isinstance(each, float) and math.isinf(each) for each in [value])


def same(one: JsonValue, other: JsonValue) -> bool:
    """Equal in value, kind and order: 1, 1.0 and true are three things."""
    return repr(one) == repr(other)


def outcome(read: Callable[..., JsonValue], text: bytes | str, max_depth: int) -> str:
    """A value or a refusal, as text."""
    try:
        return repr(read(text, max_depth=max_depth))
    except JsonError as error:
        return f"{error!r} {error}"


@given(VALUES, st.integers(0, 6))
def test_the_quick_way_is_the_slow_way(value: JsonValue, max_depth: int) -> None:
    """For text as most servers write it, and as others do, both ways give the same value or the same refusal."""
    texts: list[bytes | str] = [json.dumps(value), json.dumps(value, ensure_ascii=False, separators=(",", ":"))]
    with suppress(TypeError):
        texts += [orjson.dumps(value), orjson.dumps(value).decode()]
    for text in texts:
        assert outcome(parse_json, text, max_depth) == outcome(parsing._parse_slowly, text, max_depth)


@given(st.binary() | st.text(st.characters()) | st.text(alphabet='[]{}:,"\\0123456789eE+-.truefalsn'))
def test_the_quick_way_refuses_what_the_slow_way_refuses(text: bytes | str) -> None:
    """Whatever comes in."""
    assert outcome(parse_json, text, 3) == outcome(parsing._parse_slowly, text, 3)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1,"a":1e5}',
        '{"a":{"b":1,"b":2}}',
        "[12345678901234567890123]",
        "[1e400]",
        "[-0]",
        "[-0.0]",
        "[1.0]",
        "[1E2]",
        '["\\u0041"]',
        '["\\ud800"]',
        '["[[[[{{{{"]',
        '["\\"[", [[[1]]]]',
        "[[[[1]]]]",
        '[[[["]]]]"]]]]',
        "NaN",
        " 1",
        "",
    ],
)
def test_traps_of_the_quick_way(text: str) -> None:
    """Texts that a quick reader takes for something else."""
    assert outcome(parse_json, text, 3) == outcome(parsing._parse_slowly, text, 3)
    assert outcome(parse_json, text.encode(), 3) == outcome(parsing._parse_slowly, text.encode(), 3)


def test_most_documents_go_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compact UTF-8, however long and with whatever in its strings, is never read twice."""
    rows: list[JsonValue] = [
        {"name": f"[{n}] {{김}}", "price": n, "rate": n / 7, "tags": [None, True]} for n in range(1_000)
    ]
    data = orjson.dumps({"list": rows})
    monkeypatch.setattr(parsing, "_parse_slowly", None)
    assert same(parse_json(data), {"list": rows})
    assert same(parse_json(data.decode()), {"list": rows})


def test_a_document_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before any parser has it."""
    monkeypatch.setattr(parsing, "MAX_BYTES", 10)
    assert parse_json(b'"12345678"') == "12345678"
    for text in (b'"123456789"', '"123456789"'):
        with pytest.raises(JsonError, match="more than 10 bytes"):
            parse_json(text)
