from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jumun_contracts import DocumentError
from jumun_contracts.lint import RULES, Remark, Source, iter_schema_remarks, read_sources
from jumun_contracts.lint.dialect import contract_dialect, open_dialect
from jumun_contracts.lint.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {"x-evidence": "documented", "x-source": "a page"}
LEFT = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "left"}}}
RIGHT = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["right", "wrong"]}}}


class Bad(NamedTuple):
    """A schema with one fault.

    Attributes:
        says: Parts of the remark: what is there, and what to write.
        in_contract: Whether it is read as a contract's.
    """

    rule: str
    schema: dict[str, Any]
    pointer: str
    says: tuple[str, ...]
    in_contract: bool = False


def bad_pattern(rule: str, pattern: str, *says: str) -> Bad:
    """A property with a bad `pattern`."""
    return Bad(rule, {"properties": {"a": {"pattern": pattern}}}, "/properties/a/pattern", (repr(pattern), *says))


BAD = {
    "no type": Bad("malformed", {"items": {"type": "strng"}}, "/items/type", ("/items/type",)),
    "negative count": Bad("malformed", {"minLength": -1}, "/minLength", ("0 or more",)),
    "source without evidence": Bad("malformed", {"x-source": "a page"}, "", ("x-evidence",), in_contract=True),
    "misspelt keyword": Bad("unknown-keyword", {"items": {"minLenght": 1}}, "/items/minLenght", ("mean minLength?",)),
    "keyword with a slash": Bad("unknown-keyword", {"a/b": 1}, "/a~1b", ("'a/b'",)),
    "keyword not of contracts": Bad("unknown-keyword", {"not": True}, "/not", ("'not'",), in_contract=True),
    "extension in a contract": Bad("unknown-keyword", {"x-pi": "name"}, "/x-pi", ("mean x-pii?",), in_contract=True),
    "unknown format": Bad("unknown-format", {"format": "datetime"}, "/format", ("'datetime'", "date-time")),
    "unchecked format": Bad("unknown-format", {"format": "email"}, "/format", ("date-time",), in_contract=True),
    "no regular expression": bad_pattern("unreadable-pattern", "[0-9", "to Python"),
    "ECMA 262's alone": bad_pattern("unreadable-pattern", r"\p{L}", "to Python"),
    "Python's alone": bad_pattern("unreadable-pattern", r"a\Z", "to jsonschema-rs"),
    "set within a set": bad_pattern("unreadable-pattern", "[[a]", "nested set"),
    "flag": bad_pattern("unreadable-pattern", "(?i)a", "flags"),
    "flag in a part": bad_pattern("unreadable-pattern", "b(?i:a)", "flags"),
    "deeper than can be read": bad_pattern("unreadable-pattern", "(" * 5_000 + ")" * 5_000, "recursion"),
    "digit": bad_pattern("unalike-class", r"^\d+", r"\d", "[0-9]"),
    "word, in a set": bad_pattern("unalike-class", r"[\w-]", r"\w", "[0-9A-Za-z_]"),
    "no space, in a negative set": bad_pattern("unalike-class", r"(a|[^\S])", r"\S", r"[^ \t\r\n]"),
    "boundary": bad_pattern("unalike-class", r"\bx", r"\b"),
    "class in a key": Bad("unalike-class", {"patternProperties": {r"\s/": True}}, r"/patternProperties/\s~1", (r"\s",)),
    "bare end": bad_pattern("bare-end", "^[0-9]+$", r"$(?!\n)"),
    "bare end of an alternative": bad_pattern("bare-end", "^(a$|b)", r"$(?!\n)"),
    "end with another look ahead": bad_pattern("bare-end", "a$(?!b)", r"$(?!\n)"),
    "nested quantifier": bad_pattern("nested-quantifier", "^(a+)+", "exponential", "each turn"),
    "alternatives that begin alike": bad_pattern("nested-quantifier", "(?:a|a)*", "exponential"),
    "remote $ref": Bad("remote-ref", {"$ref": "https://example.com/a.json"}, "/$ref", ("example.com/a.json'", "copy")),
    "$ref above the folder": Bad("remote-ref", {"$ref": "../a.schema.json"}, "/$ref", ("../a.schema.json",)),
    "$ref to the disk": Bad("remote-ref", {"$ref": "/etc/a.json"}, "/$ref", ("/etc/a.json",)),
    "$ref to what is not a document": Bad("remote-ref", {"$ref": "notes.txt"}, "/$ref", ("notes.txt",)),
    "$ref that is not a URI": Bad("remote-ref", {"$ref": "http://["}, "/$ref", ("http://[",)),
    "remote $dynamicRef": Bad("remote-ref", {"$dynamicRef": "https://example.com/#a"}, "/$dynamicRef", ("copy",)),
    "$ref to no file": Bad("dangling-ref", {"$ref": "none.schema.json"}, "/$ref", ("none.schema.json",)),
    "$ref to a name too long": Bad("dangling-ref", {"$ref": "a" * 5_000 + ".json"}, "/$ref", ("no file",)),
    "$ref to no place": Bad("dangling-ref", {"$defs": {}, "$ref": "#/$defs/a"}, "/$ref", ("#/$defs/a",)),
    "$ref to no anchor": Bad("dangling-ref", {"$ref": "#a"}, "/$ref", ("$anchor a",)),
    "hundredths": Bad("fractional-multiple", {"multipleOf": 0.01}, "/multipleOf", ("0.01", "integer")),
    "alternatives of one type": Bad(
        "unlike-alternatives",
        {"oneOf": [{"type": "string"}, {"type": "null"}, {"type": ["string"]}]},
        "/oneOf",
        ("0 and 2",),
    ),
    "numbers": Bad("unlike-alternatives", {"oneOf": [{"type": "integer"}, {"type": "number"}]}, "/oneOf", ("0 and 1",)),
    "optional discriminator": Bad(
        "unlike-alternatives",
        {"oneOf": [LEFT, {**RIGHT, "required": []}]},
        "/oneOf",
        ("require a property", "const or enum"),
    ),
    "discriminator of no object": Bad(
        "unlike-alternatives",
        {"oneOf": [{**each, "type": ["object", "null"]} for each in (LEFT, RIGHT)]},
        "/oneOf",
        ("0 and 1",),
    ),
    "same constants": Bad("unlike-alternatives", {"oneOf": [LEFT, LEFT]}, "/oneOf", ("0 and 1",)),
    "OpenAPI's discriminator alone": Bad(
        "unlike-alternatives",
        {"oneOf": [{"type": "object"}, {"type": "object"}], "discriminator": {"propertyName": "kind"}},
        "/oneOf",
        ("0 and 1", "do not read"),
    ),
    "property without evidence": Bad(
        "missing-evidence",
        {"properties": {"a": {"type": "string"}}},
        "/properties/a",
        ("x-evidence", "x-source"),
        in_contract=True,
    ),
    "reference to what has none": Bad(
        "missing-evidence",
        {"$defs": {"b": {"$ref": "#/$defs/b"}}, "properties": {"a": {"$ref": "#/$defs/b"}}},
        "/properties/a",
        ("x-evidence",),
        in_contract=True,
    ),
}

GOOD: dict[str, dict[str, Any]] = {
    "every keyword": dict.fromkeys(("items", "default", "const", "deprecated", "x-anything"), True),
    "formats": {"anyOf": [{"format": "date-time"}, {"format": "email"}, {"format": "int64"}]},
    "a keyword's name as a property": {"properties": {"$ref": {"type": "string"}, "multipleOf": {}, "patern": {}}},
    "faults in data": {"const": {"pattern": "("}, "default": {"format": "x"}, "enum": [{"multipleOf": 0.1}]},
    "own digits": {"pattern": "^[0-9]+"},
    "backslash and letter": {"pattern": r"\\d"},
    "any character": {"pattern": r"a[\s\S]b"},
    "portable end": {"pattern": r"^[0-9]{13,20}$(?!\n)"},
    "portable ends": {"anyOf": [{"pattern": each} for each in (r"(?!\n)$", r"a(?![\s\S])", r"a$(?![\s\S])")]},
    "dollar itself": {"anyOf": [{"pattern": r"\$"}, {"pattern": "[$]"}]},
    "separated turns": {"pattern": r"^[a-z]+(\.[a-z_]+)+$(?!\n)"},
    "alternatives told apart by the next character": {"pattern": "^(a|ab)*"},
    "own $ref": {"$defs": {"a/b": {"$anchor": "c"}}, "allOf": [{"$ref": "#/$defs/a~1b"}, {"$ref": "#c"}]},
    "$ref by place": {"$ref": "other.schema.json#/$defs/a"},
    "$ref by $id": {"$id": "https://example.com/x/this.json", "$ref": "other.json#/$defs/a"},
    "$id within": {"$defs": {"a": {"$id": "https://example.com/in.json"}}, "$ref": "https://example.com/in.json"},
    "whole multiples": {"anyOf": [{"multipleOf": 10}, {"multipleOf": 5.0}, {"multipleOf": 1e300}]},
    "types": {"oneOf": [{"type": "string"}, {"type": ["null", "array"]}, {"const": 1}, {"enum": [1.5, True]}]},
    "constants": {"oneOf": [{"const": 1}, {"const": 2}, False]},
    "discriminator": {"oneOf": [LEFT, RIGHT]},
    "discriminator by type": {
        "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": each}}} for each in ("string", "integer")
        ]
    },
    "discriminator far away": {
        "$defs": {"left": LEFT, "right": {"allOf": [RIGHT, {"type": "object"}]}},
        "oneOf": [{"$ref": "#/$defs/left"}, {"$ref": "#/$defs/right"}],
    },
    "one alternative": {"oneOf": [{}]},
}

GOOD_IN_CONTRACT: dict[str, dict[str, Any]] = {
    "evidence": {"properties": {"a": {"type": "string", **KNOWN}}},
    "evidence far away": {
        "$defs": {"b": {"$ref": "#/$defs/c"}, "c": KNOWN},
        "properties": {"a": {"$ref": "#/$defs/b"}},
    },
    "constant and false": {"then": {"properties": {"a": {"const": 1}, "b": False}}},
}


def remarks(folder: Path, schema: Any, *, in_contract: bool = False) -> list[Remark]:
    """What lint says of a schema file beside another, in a contract or not."""
    place = folder / "schemas"
    place.mkdir()
    other = {"$id": "https://example.com/x/other.json", "$defs": {"a": {}}}
    (place / "other.schema.json").write_text(json.dumps(other), encoding="utf-8")
    (place / "this.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    if in_contract:
        (folder / "errors.yaml").touch()
    return list(iter_schema_remarks(read_sources(place / "this.schema.json")))


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_schemas(tmp_path: Path, bad: Bad) -> None:
    """Each fault gives one remark: its rule, file and pointer, what is there and the way out, in one line."""
    (remark,) = remarks(tmp_path, bad.schema, in_contract=bad.in_contract)
    file = str(tmp_path / "schemas" / "this.schema.json")
    assert (remark.file, remark.pointer, remark.rule) == (file, bad.pointer, bad.rule)
    for part in bad.says:
        assert part in remark.text
    assert str(remark) == f"{file}{'#' if bad.pointer else ''}{bad.pointer}: {remark.text} [{bad.rule}]"
    assert "\n" not in str(remark)


@pytest.mark.parametrize("schema", GOOD.values(), ids=GOOD.keys())
def test_good_schemas(tmp_path: Path, schema: dict[str, Any]) -> None:
    """What comes near a fault and is none is passed."""
    Draft202012Validator.check_schema({key: value for key, value in schema.items() if key != "deprecated"})
    assert remarks(tmp_path, schema) == []


@pytest.mark.parametrize("schema", GOOD_IN_CONTRACT.values(), ids=GOOD_IN_CONTRACT.keys())
def test_good_schemas_of_contracts(tmp_path: Path, schema: dict[str, Any]) -> None:
    """What comes near a fault of contracts and is none is passed."""
    assert remarks(tmp_path, schema, in_contract=True) == []


def test_every_rule_has_a_bad_schema() -> None:
    """No rule is without a row above."""
    assert {bad.rule for bad in BAD.values()} == {*RULES, "malformed"}


def test_all_at_once(tmp_path: Path) -> None:
    """The remarks on all rows together are the remarks on each."""
    rows = [bad for bad in BAD.values() if not bad.in_contract and "$defs" not in bad.schema]
    found = remarks(tmp_path, {"$defs": {str(index): bad.schema for index, bad in enumerate(rows)}})
    expected = {(f"/$defs/{index}{bad.pointer}", bad.rule) for index, bad in enumerate(rows)}
    assert {(each.pointer, each.rule) for each in found} == expected
    assert len(found) == len(rows)


@pytest.mark.parametrize("package", ["jumun_contracts", "jumun_fixtures"])
def test_our_own_schemas(package: str) -> None:
    """Every schema file that we ship is clean, those of data and of contracts themselves too."""
    places = [files(package)]
    found, count = [], 0
    for place in places:
        places += [each for each in place.iterdir() if each.is_dir()]
        folder = Folder(place)
        for name in (each for each in folder.schema_files if "/" not in each):
            count += 1
            source = Source(name, "", folder.read(name), folder.base(name), folder, open_dialect())
            found += list(iter_schema_remarks([source]))
    assert count
    # Data refers to contracts, which the reader of data knows.
    expected = {"remote-ref"} if package == "jumun_fixtures" else set()
    assert {each.rule for each in found} == expected


OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/schema": {
            "get": {
                "parameters": [{"name": "a", "in": "query", "schema": {"pattern": "a$"}}],
                "responses": {
                    "200": {
                        "headers": {"schema": {"schema": {"format": "x"}}},
                        "content": {"a/b": {"schema": {"$ref": "#/components/schemas/A"}, "example": {"schema": 1}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {"A": {"nullable": True, "example": {"pattern": "("}}, "B": {"properties": {"schema": {"tpye": 1}}}},
        "parameters": {"schema": {"name": "x", "in": "query", "schema": {"type": "text"}}},
    },
}


@pytest.mark.parametrize("ending", ["openapi.yaml", "openapi.json", "shop.yml"])
def test_an_openapi_document(tmp_path: Path, ending: str) -> None:
    """All schemas of an OpenAPI document are looked at, wherever they are, and nothing else."""
    (tmp_path / ending).write_text(json.dumps(OPENAPI), encoding="utf-8")
    found = iter_schema_remarks(read_sources(tmp_path / ending))
    assert {(each.pointer, each.rule) for each in found} == {
        ("/paths/~1schema/get/parameters/0/schema/pattern", "bare-end"),
        ("/paths/~1schema/get/responses/200/headers/schema/schema/format", "unknown-format"),
        ("/components/schemas/B/properties/schema/tpye", "unknown-keyword"),
        ("/components/parameters/schema/schema/type", "malformed"),
    }


def test_an_old_openapi_document(tmp_path: Path) -> None:
    """OpenAPI 3.0 has its own form of schemas: only the other rules hold."""
    schemas = {"A": {"exclusiveMinimum": True, "minimum": 1, "pattern": "a$"}}
    text = json.dumps({"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}})
    (tmp_path / "openapi.json").write_text(text, encoding="utf-8")
    assert [each.rule for each in iter_schema_remarks(read_sources(tmp_path))] == ["bare-end"]


def test_a_folder(tmp_path: Path) -> None:
    """A folder's schema files, those in its `schemas` and its OpenAPI documents are looked at."""
    (tmp_path / "schemas").mkdir()
    for name in ("a.schema.json", "schemas/b.schema.json"):
        (tmp_path / name).write_text('{"pattern": "a$"}', encoding="utf-8")
    paths = {"/a": {"get": {"responses": {"200": {"content": {"a/b": {"schema": {"pattern": "b$"}}}}}}}}
    (tmp_path / "shop.openapi.json").write_text(json.dumps({"openapi": "3.1.0", "paths": paths}), encoding="utf-8")
    (tmp_path / "data.json").write_text("[", encoding="utf-8")
    found = [each.file for each in iter_schema_remarks(read_sources(tmp_path))]
    assert found == [str(tmp_path / name) for name in ("a.schema.json", "schemas/b.schema.json", "shop.openapi.json")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", "{}", "must be a folder or a .json"),
        ("a.json", "[", "a.json"),
        ("a.json", "[1]", "neither a JSON Schema nor an OpenAPI document"),
        ("a.yaml", "swagger: '2.0'", "neither a JSON Schema nor an OpenAPI document"),
        ("errors.yaml", "provider: x", "neither a JSON Schema nor an OpenAPI document"),
        ("a.yaml", "openapi: 3.1.0\npaths: {}", "holds no schema"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: str, says: str) -> None:
    """A file that is not a schema, or has none, is refused by name."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DocumentError, match=says) as caught:
        read_sources(tmp_path / name)
    assert caught.value.file == str(tmp_path / name)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["a", "b/c", "~", ""]) | st.text(max_size=3)
TYPES = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
REFS = (
    st.sampled_from(["#", "#/$defs/a", "#/$defs/a/items", "#a", "a.json", "//[", "../b.json", "http://["]) | st.text()
)
PATTERNS = st.sampled_from([r"(a|\d)+$", "(a*)*", "(", r"(?=(a+)+)\1*", "(?:a|b?){2,}", "[^a]{1,200}|.*?"]) | st.text()


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schema objects over `inner` schemas."""
    maps = st.dictionaries(NAMES, inner, max_size=3)
    lists = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("$defs", "properties", "dependentSchemas"), maps),
            "patternProperties": st.dictionaries(PATTERNS, inner, max_size=2),
            **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), lists),
            **dict.fromkeys(("items", "additionalProperties", "propertyNames", "not", "if", "contentSchema"), inner),
            **dict.fromkeys(("const", "default", "madeUp"), VALUES),
            "enum": st.lists(VALUES, max_size=3),
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "required": st.lists(NAMES, max_size=3, unique=True),
            "multipleOf": st.floats(min_value=0, exclude_min=True, allow_infinity=False) | st.integers(min_value=1),
            **dict.fromkeys(("$ref", "$dynamicRef", "$id"), REFS),
            "$anchor": st.just("a"),
            "pattern": PATTERNS,
            "format": st.text(),
        },
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(schema=st.recursive(st.booleans(), objects, max_leaves=12))
def test_lint_never_crashes(tmp_path: Path, schema: Any) -> None:
    """Of whatever is a schema, lint says something or nothing; in either dialect, and always the same."""
    folder = Folder(tmp_path)
    for dialect in (open_dialect(), contract_dialect()):
        source = Source("a.schema.json", "", schema, "file:///folder/a.schema.json", folder, dialect)
        found = list(iter_schema_remarks([source]))
        assert found == list(iter_schema_remarks([source]))
        assert all(each.rule in {*RULES, "malformed"} for each in found)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schema=VALUES)
def test_lint_never_crashes_on_no_schema(tmp_path: Path, schema: Any) -> None:
    """Nor does it on JSON that is not a schema at all."""
    source = Source("a.schema.json", "", {"properties": schema, "oneOf": schema}, "", Folder(tmp_path), open_dialect())
    assert isinstance(list(iter_schema_remarks([source])), list)
