"""What is wrong in other people's documents is reported with its place, and the rest is compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.diff import compare, load_openapi, read_openapi
from jumun_contracts.schema.pointers import unescape_key

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts.diff import Version

BODY = "/components/schemas/body"


def document(schema: dict[str, Any], *, openapi: str = "3.1.0", kind: str = "integer") -> dict[str, Any]:
    """Two operations that send a body with `schema` at one property, and `kind` at another."""
    content = {"application/json": {"schema": {"$ref": f"#{BODY}"}}}
    operation = {"responses": {"200": {"description": "ok", "content": content}}}
    body = {"type": "object", "properties": {"odd": schema, "sound": {"type": kind}}}
    return {
        "openapi": openapi,
        "paths": {"/a": {"get": operation, "put": operation}},
        "components": {"schemas": {"body": body}},
    }


# What is wrong, where, and what the warning says.
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"required": ["a", "a", "b"]}, "/required", 'names "a" more than once; read as if it were once'),
    ({"type": "file"}, "/type", 'or a list of them, none twice, and is "file"; it is not compared'),
    ({"type": ["string", "string"]}, "/type", "none twice"),
    ({"type": []}, "/type", "none twice"),
    ({"type": 5}, "/type", "and is 5"),
    ({"minLength": "1"}, "/minLength", 'must be a whole number, 0 or more, and is "1"; it is not compared'),
    ({"maxItems": -1}, "/maxItems", "must be a whole number, 0 or more, and is -1"),
    ({"minimum": "0"}, "/minimum", "must be a number"),
    ({"multipleOf": 0}, "/multipleOf", "must be a number above 0, and is 0"),
    ({"pattern": "(?<year>\\d+)-\\k<year>["}, "/pattern", "must be a regular expression that this engine can read"),
    ({"patternProperties": {"[\\w-.]+": {"type": "string"}, "^x": {}}}, "/patternProperties/[\\w-.]+", "can read"),
    ({"required": "a"}, "/required", "must be a list of names"),
    ({"enum": "a"}, "/enum", "must be a list"),
    ({"uniqueItems": "true"}, "/uniqueItems", "must be true or false"),
    ({"exclusiveMinimum": True, "minimum": 1}, "/exclusiveMinimum", "must be a number, and is true"),
    ({"format": 5}, "/format", "must be text"),
    ({"dependentRequired": {"a": ["b", "b"]}}, "/dependentRequired", "none of them twice"),
    ({"x-known-values": [5]}, "/x-known-values", "each with a value"),
    ({"items": [{"type": "string"}]}, "/items", "must be a schema, an object or a boolean"),
    ({"anyOf": []}, "/anyOf", "must be a list of schemas, one at least, and is []"),
    ({"anyOf": [{"type": "string"}, 5]}, "/anyOf/1", "must be a schema"),
    ({"properties": {"a": 5, "b": {"type": "string"}}}, "/properties/a", "must be a schema"),
    ({"properties": []}, "/properties", "must have schemas by name"),
    ({"$dynamicRef": "#x"}, "/$dynamicRef", "write a $ref; it is not compared"),
]


def changes(old: Version, new: Version) -> set[tuple[str, str, str]]:
    """Severity, place and keyword."""
    return {(each.severity, each.place, each.keyword) for each in compare(old, new)}


@pytest.mark.parametrize(("schema", "where", "words"), FAULTS, ids=[where for _, where, _ in FAULTS])
def test_a_fault_is_reported_once_and_the_rest_is_compared(
    schema: dict[str, Any], where: str, words: str, tmp_path: Path
) -> None:
    """With file, pointer and line, in YAML and in JSON; what changed beside it is found."""
    for suffix in ("yaml", "json"):
        files = [tmp_path / f"{name}.{suffix}" for name in ("old", "new")]
        for file, kind in zip(files, ("integer", "string"), strict=True):
            written = document(schema, kind=kind)
            text = yaml.safe_dump(written) if suffix == "yaml" else json.dumps(written, indent=1)
            file.write_text(text, encoding="utf-8")
        old, new = map(load_openapi, files)
        assert changes(old, new) == {("breaking", "/sound", "type")}
        for version, file in ((old, files[0]), (new, files[1])):
            (warning,) = version.warnings
            assert (warning.file, warning.pointer) == (str(file), f"{BODY}/properties/odd{where}")
            assert words in warning.message
            key = unescape_key(where.rpartition("/")[2])
            assert warning.line is not None
            line = file.read_text(encoding="utf-8").splitlines()[warning.line - 1]
            assert key.isdigit() or json.dumps(key).strip('"') in line or key in line


def test_what_is_sound_beside_a_fault() -> None:
    """Of a schema with a fault all else is compared, within it and beside it."""
    old = document(
        {"type": "object", "minProperties": "1", "properties": {"a": {"type": "string"}}, "required": ["a", "a"]}
    )
    new = document({"type": "object", "minProperties": "2", "properties": {"a": {"type": "integer"}}})
    found = changes(read_openapi(old, name="old"), read_openapi(new, name="new"))
    assert found == {("breaking", "/odd/a", "type"), ("breaking", "/odd/a", "required")}


def test_words_of_3_0_are_no_fault() -> None:
    """A boolean bound and `nullable` are right in 3.0, and a reference's siblings are not read."""
    schema = {"exclusiveMinimum": True, "minimum": 1, "type": "integer", "nullable": True}
    assert read_openapi(document(schema, openapi="3.0.3"), name="old").warnings == ()
    beside = {"$ref": f"#{BODY}", "minLength": "1"}
    assert read_openapi(document(beside, openapi="3.0.3"), name="old").warnings == ()


def test_what_is_shared_is_reported_at_its_own_place(tmp_path: Path) -> None:
    """A parameter that many operations refer to is one warning, at the parameter."""
    shared = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": "1"}}
    written = document({})
    for operation in ("get", "put"):
        written["paths"]["/a"][operation] = {
            **written["paths"]["/a"][operation],
            "parameters": [{"$ref": "#/components/parameters/page"}],
        }
    written["components"]["parameters"] = {"page": shared}
    file = tmp_path / "theirs.yaml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    (warning,) = load_openapi(file).warnings
    assert warning.pointer == "/components/parameters/page/schema/minimum"
    assert warning.line is not None
    assert file.read_text(encoding="utf-8").splitlines()[warning.line - 1].strip() == "minimum: '1'"


def test_a_body_that_is_no_schema() -> None:
    """It may then be anything, and what is beside it is compared."""
    old, new = document({}), document({})
    for each in (old, new):
        each["components"]["schemas"]["body"] = 5
    assert [each.pointer for each in read_openapi(old, name="old").warnings] == [BODY]
    assert changes(read_openapi(old, name="old"), read_openapi(new, name="new")) == set()


def test_what_cannot_be_read_has_its_line(tmp_path: Path) -> None:
    """A reference to nowhere is refused with pointer and line, for nothing behind it could be compared."""
    written = document({"$ref": "#/components/schemas/nowhere"})
    file = tmp_path / "theirs.yaml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_openapi(file)
    assert caught.value.pointer == f"{BODY}/properties/odd/$ref"
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if "nowhere" in line)
    assert caught.value.reason == f"'#/components/schemas/nowhere' does not resolve (line {number})"


@pytest.mark.parametrize("pattern", ["(a{1,1000}){1,1000}", "((a{9,999}){9,999}){9,999}", "[[:alpha:]]+"])
def test_a_pattern_that_matches_much(pattern: str) -> None:
    """Texts of millions of characters are not made to look for one that matches."""
    old, new = document({"type": "string", "pattern": pattern}), document({"type": "string", "pattern": "^b$"})
    found = changes(read_openapi(old, name="old"), read_openapi(new, name="new"))
    assert ("/odd", "pattern") in {(place, keyword) for _, place, keyword in found}
