"""OpenAPI files read as stubs: what they may say, and what is refused, by file, key and way out."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from jumun_contracts import NO_STUBS, PROFILES, DocumentError, findings, load_contract, read_stubs
from jumun_contracts.contract.stubs.schemas import DIALECT
from tests.stubs import make_document, make_response

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts import Operation

ORDERS = "/v1/pay-order/seller/product-orders"


def make_get(example: Any = None, **more: Any) -> dict[str, Any]:
    """An operation that answers an example."""
    return {"responses": {"200": make_response({"ok": True} if example is None else example)}, **more}


def write(folder: Path, document: Any, name: str = "stubs.json") -> Path:
    """A file of the folder, in JSON."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return folder


def read_one(folder: Path, paths: dict[str, Any], provider: str = "naver", **more: Any) -> Operation:
    """The only operation of a document."""
    write(folder, make_document(paths, **{"x-jumun-provider": provider, **more}))
    (stub,) = read_stubs(folder).own
    return load_contract(stub.provider, stubs=read_stubs(folder)).operations[stub.operation.id]


def refusal(folder: Path) -> DocumentError:
    """Why a folder is refused."""
    with pytest.raises(DocumentError) as caught:
        read_stubs(folder)
    return caught.value


ONE = {"/v2/tags": {"get": make_get()}}
UNKNOWN = make_document(ONE)
del UNKNOWN["x-jumun-provider"]
FULL = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": ONE}


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("stubs.yaml", "openapi: [", "line 2"),
        ("stubs.yaml", "openapi: 3.1.0\npaths:\n  /a: {}\n  /a: {}\n", "'/a' appears twice"),
        ("stubs.json", "{", "expecting"),
        ("stubs.json", "[]", "has no `openapi`"),
        ("stubs.yaml", "swagger: '2.0'\n", "is a Swagger 2.0 document; expected an OpenAPI 3.0 or 3.1 document"),
        ("stubs.yaml", "openapi: 4.0.0\n", "must be 3.0.x or 3.1.x, not '4.0.0'"),
        ("stubs.yaml", "openapi: 3.1.0\nx-jumun-provider: naver\n", "has no paths, so no operation to serve"),
        ("stubs.yaml", "openapi: 3.1.0\nx-jumun-provider: never\npaths: {}\n", "must be bootpay or naver, not 'never'"),
        ("stubs.yaml", "openapi: 3.1.0\nx-jumun-provider: naver\npaths: 7\n", "must be an object"),
        ("readme.txt", "openapi: 3.1.0\n", "holds no OpenAPI document: no .yaml, .yml or .json file"),
    ],
)
def test_what_is_not_openapi(tmp_path: Path, name: str, text: str, wanted: str) -> None:
    """A file that cannot be read or is something else, and a folder without one, are refused by name."""
    error = refusal(write(tmp_path, text, name))
    assert wanted in error.reason
    assert error.file == str(tmp_path if name.endswith(".txt") else tmp_path / name)


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there, one that is a file, and one that is empty are told apart."""
    assert refusal(tmp_path / "none").reason == "no such folder"
    write(tmp_path, "x", "file.yaml")
    assert "is not a folder; name the folder" in refusal(tmp_path / "file.yaml").reason
    (tmp_path / "empty").mkdir()
    assert "holds no OpenAPI document" in refusal(tmp_path / "empty").reason


@pytest.mark.parametrize(
    ("paths", "pointer", "wanted"),
    [
        ({"tags": {"get": make_get()}}, "/paths/tags", "must be a path that begins with /"),
        ({"/태그": {"get": make_get()}}, "/paths/~1태그", "ASCII letters, digits and {parameters}"),
        ({"/{a}/{a}": {"get": make_get()}}, "/paths/~1{a}~1{a}", "names a parameter twice"),
        ({"/a": {"head": make_get()}}, "/paths/~1a/head", "head cannot be served; expected get, post, put, patch"),
        ({"/{a}": {"get": make_get()}}, "/paths/~1{a}/get", "{a} of the path /{a} is not among its parameters"),
        (
            {"/a": {"get": make_get(parameters=[{"name": "b", "in": "path"}])}},
            "/paths/~1a/get/parameters/0",
            "the path /a has no {b}",
        ),
        (
            {"/a": {"get": make_get(parameters=[{"name": "b", "in": "body"}])}},
            "/paths/~1a/get/parameters/0",
            "must have a name and be in path, query, header or cookie",
        ),
        ({"/a": {"get": {"responses": {}}}}, "/paths/~1a/get/responses", "must have a response with a status of 200"),
        ({"/a": {"get": {"responses": {"200": make_response()}}}}, "/paths/~1a/get", "has no example to be served"),
        (
            {"/a": {"get": {"responses": {"200": make_response(schema={"type": "integer"})}}}},
            "/paths/~1a/get",
            "write `example` or `examples` at /paths/~1a/get/responses/200/content/application~1json",
        ),
        (
            {"/a": {"get": {"responses": {"200": make_response(1, schema={"type": "string"})}}}},
            "/paths/~1a/get/responses/200/content/application~1json",
            "the example does not fit the schema: the document must be of type string, not integer",
        ),
        (
            {"/a": {"get": {"responses": {"200": {"description": "", "content": {"text/csv": {}}}}}}},
            "/paths/~1a/get/responses/200/content",
            "is of text/csv; only application/json is served",
        ),
        (
            {"/a": {"get": {"responses": {"200": make_response(1, schema={"type": "text"})}}}},
            "/paths/~1a/get/responses/200/content/application~1json",
            "not a JSON Schema 2020-12",
        ),
        (
            {"/a": {"get": {"responses": {"200": make_response(1, schema={"items": 1})}}}},
            "/paths/~1a/get/responses/200/content/application~1json/schema/items",
            "must be a schema",
        ),
        ({"/a": {"get": make_get(**{"x-rate-limit": {"per-second": 0}})}}, "/paths/~1a/get/x-rate-limit", "above 0"),
        ({"/a": {"get": make_get(**{"x-on-invalid": "maybe"})}}, "/paths/~1a/get/x-on-invalid", "reject or ignore"),
        ({"/a": {"get": make_get(**{"x-evidence": "sure"})}}, "/paths/~1a/get/x-evidence", "documented or observed"),
        ({"/a": {"get": make_get(operationId=7)}}, "/paths/~1a/get/operationId", "must be text"),
        (
            {f"{ORDERS}/query": {"post": make_get()}},
            "",
            f"POST {ORDERS}/query is an operation already: naver.product_orders.query, which Jumun carries out",
        ),
        (
            {"/a": {"get": make_get(operationId="naver.token")}},
            "",
            "the id naver.token is given already: naver.token, which Jumun carries out",
        ),
        ({"/a": {"get": make_get(operationId="x"), "post": make_get(operationId="x")}}, "", "another operationId"),
        ({"/a": {"$ref": "http://x.invalid/a.yaml"}}, "/paths/~1a/$ref", "is not a file of the folder, and none is f"),
        ({"/a": {"$ref": "../a.yaml"}}, "/paths/~1a/$ref", "points out of the folder; copy the file into it"),
        ({"/a": {"$ref": "/etc/a.yaml"}}, "/paths/~1a/$ref", "points out of the folder"),
        ({"/a": {"$ref": "a.yaml"}}, "/paths/~1a/$ref", "the folder has no file a.yaml"),
        ({"/a": {"$ref": "#/components/none"}}, "/paths/~1a/$ref", "stubs.json has nothing at /components/none"),
        ({"/a": {"$ref": "#name"}}, "/paths/~1a/$ref", "write a JSON Pointer after the #"),
        ({"/a": {"$ref": "#/paths/~1a"}}, "/paths/~1a/$ref", "refers to itself"),
    ],
)
def test_what_cannot_be_served(tmp_path: Path, paths: dict[str, Any], pointer: str, wanted: str) -> None:
    """Each fault is an error that names the file, the key and the way out."""
    error = refusal(write(tmp_path, make_document(paths)))
    assert wanted in error.reason
    assert error.pointer == pointer
    assert str(tmp_path / "stubs.json") in error.file


def test_two_files_of_one_operation(tmp_path: Path) -> None:
    """An operation of two files is refused by both names; what parameters are called does not count."""
    item = {"name": "a", "in": "path", "required": True}
    write(tmp_path, make_document({"/x/{a}": {"get": make_get(parameters=[item])}}), "first.json")
    write(tmp_path, make_document({"/x/{b}": {"get": make_get(parameters=[{**item, "name": "b"}])}}), "second.json")
    text = str(refusal(tmp_path))
    assert "first.json" in text
    assert "second.json" in text


def test_a_file_that_nothing_refers_to(tmp_path: Path) -> None:
    """A file that is not an OpenAPI document is refused unless one refers to it; hidden files are passed over."""
    write(tmp_path, make_document({"/a": {"get": make_get({"$ref": "x"})}}))
    write(tmp_path, "{", ".hidden.json")
    read_stubs(tmp_path)
    write(tmp_path, {"type": "integer"}, "parts/number.json")
    assert "has no `openapi` at its top" in refusal(tmp_path).reason
    schema = {"$ref": "parts/number.json"}
    write(tmp_path, make_document({"/a": {"get": {"responses": {"200": make_response(1, schema=schema)}}}}))
    assert len(read_stubs(tmp_path).own) == 1


@pytest.mark.parametrize(
    ("name", "more", "provider"),
    [
        ("a.json", {"x-jumun-provider": "bootpay"}, "bootpay"),
        ("naver.json", {"x-jumun-provider": "bootpay"}, "bootpay"),
        ("bootpay.json", {"servers": [{"url": "https://api.commerce.naver.com/external"}]}, "naver"),
        ("a.json", {"servers": [{"url": "http://localhost"}, {"url": "https://api.bootapi.com/v1"}]}, "bootpay"),
        ("naver-tags.json", {}, "naver"),
        ("bootpay/tags.json", {}, "bootpay"),
        ("naver/bootpay_tags.json", {}, "bootpay"),
    ],
)
def test_whose_it_is(tmp_path: Path, name: str, more: dict[str, Any], provider: str) -> None:
    """A file says whose it is by a key, by a server's host, or by the name of itself or its folder, in this order."""
    write(tmp_path, {**UNKNOWN, **more}, name)
    assert [each.provider for each in read_stubs(tmp_path).own] == [provider]


def test_whose_it_is_must_be_said(tmp_path: Path) -> None:
    """A file that does not say whose it is gets an error with all ways to say it."""
    reason = refusal(write(tmp_path, UNKNOWN, "navertags.json")).reason
    assert "write x-jumun-provider: bootpay or naver at its top" in reason
    assert "api.commerce.naver.com" in reason
    assert "let the name of the file or of its folder begin with bootpay or naver" in reason


@pytest.mark.parametrize(
    ("provider", "server", "path", "wanted"),
    [
        ("naver", "", "/v2/tags", "/v2/tags"),
        ("naver", "", "/external/v2/tags", "/v2/tags"),
        ("naver", "https://api.commerce.naver.com/external", "/v2/tags", "/v2/tags"),
        ("naver", "https://api.commerce.naver.com", "/external/v2/tags", "/v2/tags"),
        ("naver", "http://localhost:3000/", "/v2/tags", "/v2/tags"),
        ("bootpay", "https://api.bootapi.com/v1", "/tags", "/tags"),
        ("bootpay", "", "/v1/tags", "/tags"),
    ],
)
def test_paths(tmp_path: Path, provider: str, server: str, path: str, wanted: str) -> None:
    """A path is as the provider's contract has paths, whether base URLs are in it or in the servers."""
    servers = {"servers": [{"url": server}]} if server else {}
    assert read_one(tmp_path, {path: {"get": make_get()}}, provider, **servers).path == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("naver.tags.detail", "naver.tags.detail"),
        ("getTag2", "naver.stubs.get_tag2"),
        ("Tags/Get-One", "naver.stubs.tags_get_one"),
        ("bootpay.tags", "naver.stubs.bootpay_tags"),
        ("", "naver.stubs.get_v2_tags"),
        ("태그", "naver.stubs.get_v2_tags"),
    ],
)
def test_ids(tmp_path: Path, given: str, wanted: str) -> None:
    """An id is the operationId where it is one, else made of it, else of method and path."""
    assert read_one(tmp_path, {"/v2/tags": {"get": make_get(operationId=given)}}).id == wanted


def test_openapi_3_0(tmp_path: Path) -> None:
    """`nullable`, bounds that are true, and what is beside a `$ref` are read as OpenAPI 3.0 has them."""
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "nullable": True, "enum": ["x"]},
            "b": {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
            "c": {"$ref": "#/components/schemas/C", "type": "integer"},
            "d": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/C"}]},
        },
    }
    operation = {"responses": {"200": make_response({"a": None, "b": 2, "c": "c", "d": None}, schema=schema)}}
    more: dict[str, Any] = {
        "openapi": "3.0.3",
        "components": {"schemas": {"C": {"type": "string", "example": "e", "xml": {}}}},
    }
    read = read_one(tmp_path, {"/a": {"get": operation}}, **more).success.schema
    bad: list[Any] = [{"a": "y"}, {"b": 1}, {"c": None}, {"d": 1}]
    assert [len(findings(read, each)) for each in bad] == [1] * 4


def test_schemas_that_refer_to_each_other(tmp_path: Path) -> None:
    """A schema may refer to itself, to another of the same name in another file, and to one with a name of any kind."""
    tree = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/트리"}, "leaf": {"$ref": "b.yaml"}}}
    write(tmp_path, "type: integer\n", "b.yaml")
    operation = {"responses": {"200": make_response({"next": {"leaf": 1}}, schema=tree)}}
    read = read_one(tmp_path, {"/a": {"get": operation}}, components={"schemas": {"트리": tree}}).success.schema
    assert findings(read, {"next": {"next": {"leaf": 1}}}) == []
    assert [each.pointer for each in findings(read, {"next": {"next": {"leaf": "x"}}})] == ["/next/next/leaf"]


def test_an_example_made_of_parts(tmp_path: Path) -> None:
    """Without a whole example one is made of those of the schema's parts, without what has none and is not required."""
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Base"}],
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "examples": [7]},
            "state": {"enum": ["NEW", "OLD"]},
            "tags": {"type": "array", "items": {"type": "string", "example": "컵"}},
            "either": {"oneOf": [{"const": 1}, {"const": 2}]},
            "unknown": {"type": "string"},
        },
    }
    base = {"type": "object", "properties": {"kind": {"type": "string", "default": "base"}}}
    operation = {"responses": {"2XX": make_response(schema=schema)}}
    read = read_one(tmp_path, {"/a": {"get": operation}}, components={"schemas": {"Base": base}})
    wanted = {"kind": "base", "id": 7, "state": "NEW", "tags": ["컵"], "either": 1}
    assert {status: dict(each) for status, each in read.examples.items()} == {"200": {"": wanted}}


def test_an_error_is_as_it_has_it_or_as_the_provider_refuses(tmp_path: Path) -> None:
    """The schema of a status that both give fits both, and not what neither gives."""
    own = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string"}}}
    responses = {
        "200": make_response(1),
        "404": make_response({"reason": "x"}, schema=own),
        "default": make_response(2),
    }
    read = read_one(tmp_path, {"/a": {"get": {"responses": responses}}})
    refused: dict[str, Any] = {
        "code": "NOT_FOUND",
        "message": "m",
        "timestamp": "2026-03-04T05:06:07.089+09:00",
        "traceId": "t",
    }
    bodies: list[Any] = [{"reason": "x"}, refused, 7]
    assert [bool(findings(read.answer(404).schema, each)) for each in bodies] == [False, False, True]
    assert read.answers.keys() == {"200", "400", "401", "404", "500", "default"}
    assert (read.answers["401"].evidence, read.answers["404"].evidence) == ("assumed", "assumed")
    assert findings(read.answer(429).schema, refused) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_packaged_ones(profile: str) -> None:
    """Each packaged stub says how it is known in its own file, and adds nothing but itself to the contract."""
    served, without = load_contract("naver", profile), load_contract("naver", profile, stubs=NO_STUBS)
    stubs = {id_: each for id_, each in served.operations.items() if each.is_stub}
    assert len(stubs) == 8
    assert served.operations.keys() - stubs.keys() == without.operations.keys()
    assert load_contract("bootpay", profile).operations == load_contract("bootpay", profile, stubs=NO_STUBS).operations
    for each in stubs.values():
        assert each.evidence == "documented"
        assert "apicenter docs" in each.source
    for file in (files("jumun_contracts") / "naver" / "stubs").iterdir():
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert document["x-evidence"]
        assert document["x-source"]
    assert all(each["$schema"] == DIALECT for each in served.schemas.values())
