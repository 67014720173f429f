from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.contract.documents import DocumentError, check_document, parse_yaml, read_document
from jumun_contracts.contract.mistakes import explain
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from pathlib import Path


def refusal(text: str) -> DocumentError:
    """What parsing `text` raises; it names the file."""
    with pytest.raises(DocumentError) as caught:
        parse_yaml(text, file="some.yaml")
    assert caught.value.file == "some.yaml"
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("day: 2025-01-01", {"day": "2025-01-01"}),
        ('day: "2025-01-01"', {"day": "2025-01-01"}),
        ("at: 2025-07-11T02:52:09Z", {"at": "2025-07-11T02:52:09Z"}),
        ("code: 1700", {"code": 1700}),
        ('code: "000400"', {"code": "000400"}),
        ("a: &a {x: 1}\nb: *a", {"a": {"x": 1}, "b": {"x": 1}}),
        ("a: &a {x: 1, y: 1}\nb: {<<: *a, x: 2}", {"a": {"x": 1, "y": 1}, "b": {"x": 2, "y": 1}}),
        ('"a": 1\n"b": {"a": 2}', {"a": 1, "b": {"a": 2}}),
        ('{"json": ["is", "YAML", null]}', {"json": ["is", "YAML", None]}),
        ("", None),
    ],
)
def test_plain_data(text: str, value: object) -> None:
    """YAML becomes plain data: dates stay text, quoted numbers stay text, and a merge may override what it merges."""
    assert parse_yaml(text, file="some.yaml") == value


def test_a_merge_may_override_wherever_it_stands() -> None:
    """An overridden key of a merge is not a key twice, also where the merge is merged again in a shallower place."""
    text = "a: &a {x: 1}\nroot: {deep: &b {<<: *a, x: 2}}\nc: {<<: *b}\n"
    assert parse_yaml(text, file="some.yaml") == {"a": {"x": 1}, "root": {"deep": {"x": 2}}, "c": {"x": 2}}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1),
        ("a:\n  b: 1\n  b: 2\n", 3, 3),
        ("- {a: 1, a: 1}", 1, 10),
        ("'a': 1\n\"a\": 2", 2, 1),
    ],
)
def test_a_key_twice(text: str, line: int, column: int) -> None:
    """Of two equal keys the second is named with line and column, wherever it is and however it is quoted."""
    error = refusal(text)
    assert "twice" in error.reason
    assert f"(line {line}, column {column})" in error.reason


@pytest.mark.parametrize("key", ["5", "true", "null", "1.5", "[a, b]", "{a: b}"])
def test_a_key_that_is_not_text(key: str) -> None:
    """A key that is not text is refused in words that do not show the reader's insides."""
    error = refusal(f"? {key}\n: x\n")
    assert "not text" in error.reason
    assert "quotes" in error.reason
    assert "(line 1, column 3)" in error.reason
    assert "Node(" not in error.reason


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a: "x', 1),
        ("a: 1\n- b", 2),
        ("a: 1\n\tb: 2", 2),
        ("a: 1\n---\nb: 2", 2),
        ("a: *nowhere", 1),
        ("a: [1, 2", 2),
        ("a: !!python/name:os.system x", 1),
        ("a: !ours x", 1),
        ("a: 1\n<<: 5", 2),
    ],
)
def test_not_yaml(text: str, line: int) -> None:
    """What is not YAML, is more than one document, or asks for other than plain data is refused with its line."""
    assert f"(line {line}, column " in refusal(text).reason


@pytest.mark.parametrize("text", ["a: !!int x", "a: !!float x", "a: !!bool x", f"a: {'1' * 5000}"])
def test_a_value_that_its_tag_cannot_hold(text: str) -> None:
    """A scalar that is not what it is tagged as, or looks like, is refused and no ValueError of another kind."""
    assert refusal(text).reason


@pytest.mark.parametrize("text", ["a: x\0", "a: \x07"])
def test_a_control_character(text: str) -> None:
    """A character that YAML does not allow is refused in one line, as every message is."""
    assert "\n" not in str(refusal(text))


def test_deep_nesting() -> None:
    """A document nested too deeply to be read is refused and does not exhaust the stack."""
    assert refusal("[" * 5_000 + "]" * 5_000).reason


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text(alphabet="ab: -[]{}&*!<>|?#,'\"\n\t01x_"))
def test_either_a_value_or_a_document_error(text: str) -> None:
    """Whatever comes in, only DocumentError gets out."""
    with contextlib.suppress(DocumentError):
        parse_yaml(text, file="some.yaml")


@pytest.mark.parametrize(
    ("pointer", "text"), [("", "a/b.yaml: It is wrong."), ("/errors/0", "a/b.yaml#/errors/0: It is wrong.")]
)
def test_message_names_file_and_key(pointer: str, text: str) -> None:
    """The message is file, key and sentence; the parts stay readable by themselves."""
    error = DocumentError("a/b.yaml", pointer, "It is wrong.")
    assert str(error) == text
    assert (error.file, error.pointer, error.reason) == ("a/b.yaml", pointer, "It is wrong.")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.yaml", None, "no such file"),
        ("missing.json", None, "no such file"),
        ("latin.yaml", "a: 주문".encode("euc-kr"), "not UTF-8"),
        ("latin.json", '{"a": "주문"}'.encode("euc-kr"), "not UTF-8"),
        ("twice.json", b'{"a": 1,\n "a": 2}', 'the key "a" appears twice in one object (line 2, column 2)'),
        ("nan.json", b'{"a": NaN}', "NaN"),
        ("empty.json", b"", "expecting value (line 1, column 1)"),
        ("yaml.json", b"a: 1", "(line 1, column 1)"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    """A file that is missing, not UTF-8 or not what its ending says is refused by its name."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        read_document(tmp_path, name)
    assert caught.value.file == str(tmp_path / name)
    assert says in caught.value.reason


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    """A folder where a file should be is a DocumentError too."""
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(DocumentError, match=r"folder\.yaml: cannot be read: .+"):
        read_document(tmp_path, "folder.yaml")


def test_a_file_in_a_folder(tmp_path: Path) -> None:
    """A name may have folders in it; ending and content decide how the file is read."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("주문: 2025-01-01", encoding="utf-8")
    (tmp_path / "sub" / "a.json").write_text('{"주문": 1}', encoding="utf-8")
    assert read_document(tmp_path, "sub/a.yaml") == {"주문": "2025-01-01"}
    assert read_document(tmp_path, "sub/a.json") == {"주문": 1}


@pytest.mark.parametrize(
    ("data", "pointer", "more"),
    [
        ({"a": "x", "b": 1}, "/a", ""),
        ({"a": "x", "b": "x"}, "/a", "(and 1 more)"),
        ({"a": "x", "b": "x", "c": 1}, "", "(and 2 more)"),
        ([], "", ""),
    ],
)
def test_the_first_fault_and_how_many_more(data: Any, pointer: str, more: str) -> None:
    """A document that does not fit is refused for its first fault, and the sentence counts the others."""
    integer = {"type": "integer"}
    schema = Schema({"type": "object", "properties": {"a": integer, "b": integer}, "additionalProperties": False})
    with pytest.raises(DocumentError) as caught:
        check_document(data, schema, file="some.yaml")
    assert (caught.value.file, caught.value.pointer) == ("some.yaml", pointer)
    assert caught.value.reason.endswith(more)
    assert ("more)" in caught.value.reason) == bool(more)
    check_document({"a": 1}, schema, file="some.yaml")


def test_what_was_begun_and_not_ended() -> None:
    """Of a quote or bracket that is not closed both places are named: where it is open from, and where that shows."""
    with pytest.raises(DocumentError) as caught:
        parse_yaml('a: 1\nb: "x\nc: 3\n', file="a.yaml")
    assert str(caught.value) == (
        "a.yaml: while scanning a quoted scalar (line 2, column 4): found unexpected end of stream (line 4, column 1)"
    )


def test_examples_of_a_schema_are_shown() -> None:
    """What is wrong comes with what is right there, as the schema or data that fits has it."""
    row = {"properties": {"at": {"type": ["string", "null"]}, "n": {"enum": [1, 2]}}, "required": ["with"]}
    schema = Schema(
        {
            "examples": [{"rows": [{"at": None}, {"at": "2026-01-01", "with": {"n": 1}}]}],
            "properties": {
                "rows": {"items": row},
                "7": {"type": "string", "examples": ["seven"]},
            },
        }
    )
    found = explain(schema, {"rows": [{"at": 5, "n": 3}], "7": 7}, good={"7": "eight"})
    assert [each.message for each in found] == [
        '/7 must be of type string, not integer; put it in quotes, e.g. 7: "eight"',
        '/rows/0 must have the property "with", e.g. with: {"n": 1}',
        '/rows/0/at must be of type string or null, not integer, e.g. at: "2026-01-01"',
        "/rows/0/n must be 1 or 2, not 3",
    ]
