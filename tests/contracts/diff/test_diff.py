"""Versions side by side: each rule with its mirror, foreign documents, and the contracts that we ship."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from jumun_contracts import PROFILES, DocumentError, load_contract, render_openapi
from jumun_contracts.diff import Difference, compare, load_openapi, load_pairs, read_openapi, version_of
from tests.checkout import ROOT
from tests.contracts.contract.test_loading import copied, edit
from tests.contracts.webs import chain, web

if TYPE_CHECKING:
    from pathlib import Path

PROVIDERS = ("naver", "bootpay")
FOLDER = ROOT / "contracts" / "jumun_contracts"

API: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://api.example/v1"}],
    "security": [{"key": []}],
    "paths": {
        "/orders/{id}": {
            "get": {
                "operationId": "orders.get",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}},
                    {"name": "X-Shop", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "headers": {"X-Left": {"required": True, "schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/order"}}},
                    },
                    "404": {"content": {"application/json": {"schema": {"type": "object"}}}},
                },
            },
            "put": {
                "operationId": "orders.put",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/order"}}}},
                "responses": {"default": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            },
        }
    },
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "x-key"},
            "token": {"type": "http", "scheme": "bearer"},
        },
        "schemas": {
            "order": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string"},
                    "status": {"type": "integer", "x-known-values": [{"value": 1, "label": "paid"}]},
                },
            }
        },
    },
}
GET, PUT = "/paths/~1orders~1{id}/get", "/paths/~1orders~1{id}/put"
ORDER = "/components/schemas/order"
JSON_BODY = {"application/json": {"schema": {"type": "object"}}}


def changed(pointer: str, value: Any, document: Any = API) -> dict[str, Any]:
    """The document with `value` at `pointer`; None takes away what is there, `-` adds to a list."""
    result: dict[str, Any] = copy.deepcopy(document)
    *steps, last = (step.replace("~1", "/") for step in pointer.split("/")[1:])
    here: Any = result
    for step in steps:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if isinstance(here, list):
        here[int(last) : int(last) + 1] = [] if value is None else [value]
    elif value is None:
        del here[last]
    else:
        here[last] = value
    return result


def differences(old: Any, new: Any) -> list[Difference]:
    """Of two documents."""
    return compare(read_openapi(old, name="old"), read_openapi(new, name="new"))


def rows(found: list[Difference]) -> set[tuple[str, str, str, str]]:
    """Severity, direction, place and keyword."""
    return {(each.severity, each.direction, each.place, each.keyword) for each in found}


# What is changed, what is found, and what is found the other way round.
RULES: dict[str, tuple[tuple[str, Any], set[Any], set[Any]]] = {
    "operation": (
        (PUT, None),
        {("breaking", "request", "path", "operation")},
        {("info", "request", "path", "operation")},
    ),
    "operation id": (
        (f"{GET}/operationId", "orders.read"),
        {("info", "request", "path", "operationId")},
        {("info", "request", "path", "operationId")},
    ),
    "deprecated": (
        (f"{GET}/deprecated", True),
        {("info", "request", "path", "deprecated")},
        {("info", "request", "path", "deprecated")},
    ),
    "server": (
        ("/servers/1", {"url": "https://api2.example/v1"}),
        {("info", "request", "servers", "server")},
        {("drift", "request", "servers", "server")},
    ),
    "another way in": (
        ("/security/1", {"token": []}),
        {("info", "request", "security/http bearer", "security")},
        {("breaking", "request", "security/http bearer", "security")},
    ),
    "no credentials": (
        (f"{GET}/security", []),
        {("info", "request", "security/no credentials", "security")},
        {("breaking", "request", "security/no credentials", "security")},
    ),
    "rate limit": (
        (f"{GET}/x-rate-limit", {"per-second": 2, "burst": 4}),
        {("drift", "request", "rate-limit", "rate-limit")},
        {("info", "request", "rate-limit", "rate-limit")},
    ),
    "optional parameter": (
        (f"{GET}/parameters/3", {"name": "page", "in": "query", "schema": {"type": "integer"}}),
        {("info", "request", "query/page", "parameter")},
        {("drift", "request", "query/page", "parameter")},
    ),
    "required parameter": (
        (f"{GET}/parameters/3", {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}}),
        {
            ("info", "request", "query/page", "parameter"),
            ("breaking", "request", "query/page", "required parameter"),
        },
        {("drift", "request", "query/page", "parameter"), ("info", "request", "query/page", "required parameter")},
    ),
    "parameter becomes required": (
        (f"{GET}/parameters/1/required", True),
        {("breaking", "request", "query/limit", "required parameter")},
        {("info", "request", "query/limit", "required parameter")},
    ),
    "bound of a parameter": (
        (f"{GET}/parameters/1/schema/maximum", 20),
        {("breaking", "request", "query/limit", "maximum")},
        {("info", "request", "query/limit", "maximum")},
    ),
    "default of a parameter": (
        (f"{GET}/parameters/1/schema/default", 20),
        {("info", "request", "query/limit", "default")},
        {("info", "request", "query/limit", "default")},
    ),
    "how a parameter is written": (
        (f"{GET}/parameters/1/explode", False),
        {("breaking", "request", "query/limit", "serialization")},
        {("breaking", "request", "query/limit", "serialization")},
    ),
    "case of a header": ((f"{GET}/parameters/2/name", "x-shop"), set(), set()),
    "required body": (
        (f"{PUT}/requestBody/required", True),
        {("breaking", "request", "body", "required body")},
        {("info", "request", "body", "required body")},
    ),
    "body": (
        (f"{PUT}/requestBody", None),
        {("drift", "request", "body", "body")},
        {("info", "request", "body", "body")},
    ),
    "media type of a request": (
        (f"{PUT}/requestBody/content/text~1csv", {}),
        {("info", "request", "content/text/csv", "accepted media type")},
        {("breaking", "request", "content/text/csv", "accepted media type")},
    ),
    "media type of a response": (
        (f"{GET}/responses/200/content/text~1csv", {}),
        {("breaking", "response", "content/text/csv", "sent media type")},
        {("info", "response", "content/text/csv", "sent media type")},
    ),
    "status": (
        (f"{GET}/responses/409", {"content": JSON_BODY}),
        {("breaking", "response", "status", "status")},
        {("info", "response", "status", "status")},
    ),
    "status that default covers": (
        (f"{PUT}/responses/409", {"content": JSON_BODY}),
        {("drift", "response", "status", "listed status")},
        {("info", "response", "status", "listed status")},
    ),
    "range that covers a status": (
        (f"{GET}/responses/4xx", {"content": JSON_BODY}),
        {("breaking", "response", "status", "status")},
        {("info", "response", "status", "status")},
    ),
    "promised header": (
        (f"{GET}/responses/200/headers/X-Left/required", False),
        {("breaking", "response", "header/x-left", "promised header")},
        {("info", "response", "header/x-left", "promised header")},
    ),
    "header": (
        (f"{GET}/responses/200/headers/X-Wait", {"schema": {"type": "integer"}}),
        {("info", "response", "header/x-wait", "header")},
        {("drift", "response", "header/x-wait", "header")},
    ),
    "type of a header": (
        (f"{GET}/responses/200/headers/X-Left/schema/type", "number"),
        {("breaking", "response", "header/x-left", "type")},
        {("info", "response", "header/x-left", "type")},
    ),
    # A body that is sent and received: what widens one side narrows the other.
    "nullable": (
        (f"{ORDER}/properties/id/type", ["string", "null"]),
        {("breaking", "response", "/id", "type"), ("info", "request", "/id", "type")},
        {("info", "response", "/id", "type"), ("breaking", "request", "/id", "type")},
    ),
    "another type": (
        (f"{ORDER}/properties/id/type", "integer"),
        {("breaking", "response", "/id", "type"), ("breaking", "request", "/id", "type")},
        {("breaking", "response", "/id", "type"), ("breaking", "request", "/id", "type")},
    ),
    "required property": (
        (f"{ORDER}/required/0", None),
        {("breaking", "response", "/id", "required"), ("info", "request", "/id", "required")},
        {("info", "response", "/id", "required"), ("breaking", "request", "/id", "required")},
    ),
    "optional property": (
        (f"{ORDER}/properties/memo", {"type": "string"}),
        {("drift", "response", "/memo", "properties"), ("info", "request", "/memo", "properties")},
        {("info", "response", "/memo", "properties"), ("drift", "request", "/memo", "properties")},
    ),
    "known value": (
        (f"{ORDER}/properties/status/x-known-values/1", {"value": 5, "label": "returned"}),
        {("drift", "response", "/status", "x-known-values"), ("info", "request", "/status", "x-known-values")},
        {("info", "response", "/status", "x-known-values"), ("drift", "request", "/status", "x-known-values")},
    ),
    "enum": (
        (f"{ORDER}/properties/status/enum", [1, 5]),
        {("info", "response", "/status", "enum"), ("breaking", "request", "/status", "enum")},
        {("breaking", "response", "/status", "enum"), ("info", "request", "/status", "enum")},
    ),
    "evidence": (
        (f"{GET}/x-evidence", "observed"),
        {("info", "request", "path", "x-evidence")},
        {("info", "request", "path", "x-evidence")},
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_rule_and_mirror(name: str) -> None:
    """One change gives one difference for each direction, and its mirror if old and new change places."""
    (pointer, value), ahead, back = RULES[name]
    new = changed(pointer, value)
    forth, here = differences(API, new), differences(new, API)
    assert rows(forth) == ahead
    assert rows(here) == back
    # By place: an operation is called by its old id.
    assert {(each.place, str(each.was), str(each.now)) for each in forth} == {
        (each.place, str(each.now), str(each.was)) for each in here
    }


@pytest.mark.parametrize("name", RULES)
def test_breaking_schemas_are_proved(name: str) -> None:
    """The witness of a breaking schema is taken by the side it names; nothing else carries one."""
    (pointer, value), *_ = RULES[name]
    for each in differences(API, changed(pointer, value)):
        is_of_a_schema = each.place.startswith("/") or each.keyword in ("type", "maximum")
        assert (each.witness is not None) == (each.severity == "breaking" and is_of_a_schema)
        if each.witness is not None:
            assert each.witness.accepted_by == ("new" if each.direction == "response" else "old")


def test_what_is_not_on_the_wire() -> None:
    """Names of path parameters, components and schemes, titles and examples make no difference."""
    text = json.dumps(API).replace("{id}", "{order}").replace('"name": "id"', '"name": "order"')
    text = text.replace("schemas/order", "schemas/row").replace('"order":', '"row":').replace('"key"', '"secret"')
    new = changed("/components/schemas/row/title", "A row", json.loads(text))
    assert rows(differences(API, new)) == set()


def test_the_server_s_path_counts() -> None:
    """`/v1` may be in the server's URL or in each path."""
    new = copy.deepcopy(API)
    new["servers"] = [{"url": "https://api.example"}]
    new["paths"] = {f"/v1{path}": item for path, item in API["paths"].items()}
    assert {each.keyword for each in differences(API, new)} == {"server"}


# The same API in the words of OpenAPI 3.0, as people write it: statuses without quotes, components for everything.
OLD_WORDS = """\
openapi: 3.0.3
servers: [{url: https://api.example/v1}]
security: [{key: []}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: orders.get
      parameters:
        - $ref: '#/components/parameters/limit'
        - {name: X-Shop, in: header, schema: {type: string, nullable: false, example: s}}
      responses:
        200:
          description: An order
          headers:
            X-Left: {required: true, schema: {type: integer}}
          content:
            application/json; charset=utf-8:
              schema: {$ref: '#/components/schemas/order'}
        404:
          $ref: '#/components/responses/nothing'
    put:
      operationId: orders.put
      requestBody:
        $ref: '#/components/requestBodies/order'
      responses:
        default:
          $ref: '#/components/responses/nothing'
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: x-key}
  parameters:
    limit: {name: limit, in: query, schema: {type: integer, maximum: 51, exclusiveMaximum: true}}
  requestBodies:
    order:
      content:
        application/json:
          schema: {$ref: '#/components/schemas/order'}
  responses:
    nothing:
      description: Nothing
      content:
        application/json:
          schema: {type: object}
  schemas:
    order:
      type: object
      required: [id]
      properties:
        id: {type: string}
        status: {type: integer, x-known-values: [{value: 1}]}
"""


def test_openapi_3_0(tmp_path: Path) -> None:
    """YAML in 3.0's words is the same API; `nullable` and a boolean exclusive bound are understood."""
    (tmp_path / "new.json").write_text(json.dumps(API), encoding="utf-8")
    file = tmp_path / "old.yaml"
    file.write_text(OLD_WORDS, encoding="utf-8")
    new = load_openapi(tmp_path / "new.json")
    # Below 51 is up to 50; it is written otherwise, and that is all.
    assert rows(compare(load_openapi(file), new)) == set()
    file.write_text(OLD_WORDS.replace("id: {type: string}", "id: {type: string, nullable: true}"), encoding="utf-8")
    assert rows(compare(load_openapi(file), new)) == {
        ("info", "response", "/id", "type"),
        ("breaking", "request", "/id", "type"),
    }


@pytest.mark.parametrize(
    ("pointer", "value", "place"),
    [
        ("/openapi", "2.0", "/openapi"),
        ("/paths", {}, "/paths"),
        ("/paths", [], "/paths"),
        (GET, "text", GET),
        (f"{GET}/parameters", {}, f"{GET}/parameters"),
        (f"{GET}/parameters/0/name", 1, f"{GET}/parameters/0"),
        (f"{GET}/parameters/0", {"$ref": "other.yaml#/x"}, f"{GET}/parameters/0/$ref"),
        (f"{GET}/security", [{"unknown": []}], f"{GET}/security/0"),
        (f"{ORDER}/properties/id", {"$ref": "#/nowhere"}, f"{ORDER}/properties/id/$ref"),
        ("/components/schemas", [], f"{GET}/responses/200/content/application~1json/schema/$ref"),
    ],
)
def test_a_document_that_cannot_be_read(pointer: str, value: Any, place: str) -> None:
    """It is refused with the key that is at fault, not half read."""
    with pytest.raises(DocumentError) as caught:
        read_openapi(changed(pointer, value), name="theirs.json")
    assert (caught.value.file, caught.value.pointer) == ("theirs.json", place)


def pointers(node: Any, here: str = "") -> list[str]:
    """Of each part of a document, itself apart."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    places = [(f"{here}/{str(key).replace('/', '~1')}", value) for key, value in parts]
    return [pointer for place, value in places for pointer in (place, *pointers(value, place))]


@pytest.mark.parametrize("junk", [5, "text", [], {}, [5], {"a": 5}, True, 1.5], ids=str)
def test_junk_is_bad_data(junk: Any) -> None:
    """Whatever part of a document is replaced by whatever, it is read and compared, or refused in a sentence."""
    for pointer in pointers(API):
        try:
            differences(API, changed(pointer, junk))
        except DocumentError as error:
            assert error.reason  # noqa: PT017 - that it is raised is not the claim


@pytest.mark.parametrize("provider", PROVIDERS)
def test_our_own_versions(provider: str) -> None:
    """A version does not differ from itself, from its OpenAPI form, or from its copy in a folder."""
    for profile in PROFILES:
        contract = load_contract(provider, profile)
        assert compare(version_of(contract), version_of(contract)) == []
        assert compare(version_of(contract), read_openapi(render_openapi(contract), name="theirs")) == []
    pairs = load_pairs(str(FOLDER / provider), str(FOLDER / provider), providers=PROVIDERS)
    assert [old.name.rpartition(":")[2] for old, _ in pairs] == list(PROFILES)
    assert [compare(*pair) for pair in pairs] == [[], []]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_between_our_profiles(provider: str) -> None:
    """What breaks a client of the documents in production is proved on the schemas that we ship."""
    contracts = [load_contract(provider, profile) for profile in PROFILES]
    found = compare(*(version_of(each) for each in contracts))
    schemas = [each for each in found if each.severity == "breaking" and each.place.startswith("/")]
    assert schemas
    for each in schemas:
        assert each.witness is not None
        old, new = (contract.operations[each.operation].answers for contract in contracts)
        assert new.get(each.status, new["default"]).schema.is_valid(each.witness.instance)
        assert not old.get(each.status, old["default"]).schema.is_valid(each.witness.instance)
    back = compare(*(version_of(each) for each in reversed(contracts)))
    assert {each.key for each in found} == {each.key for each in back}


def test_the_traps_that_we_know() -> None:
    """Naver's data becomes an array, and its unknown order another error."""
    found = compare(*(version_of(load_contract("naver", profile)) for profile in PROFILES))
    breaking = {(each.place, each.keyword): (each.was, each.now) for each in found if each.severity == "breaking"}
    assert breaking["/data", "type"] == ("object", "array")
    assert breaking["causes/order_not_found", "answer"] == ("404 ORDER_NOT_FOUND", "400 101010")
    assert ("rate-limit", "rate-limit") in {(each.place, each.keyword) for each in found if each.severity == "drift"}


@pytest.mark.parametrize(
    ("code", "key", "value", "expected"),
    [
        (
            "SERVER_ERROR",
            "status",
            503,
            {
                ("breaking", "response", "errors/SERVER_ERROR", "status"),
                ("breaking", "response", "causes/internal_error", "answer"),
            },
        ),
        ("ORDER_NOT_FOUND", "message", "nothing", {("info", "response", "errors/ORDER_NOT_FOUND", "message")}),
        ("ORDER_NOT_FOUND", "envelope", "gateway", {("drift", "response", "errors/ORDER_NOT_FOUND", "envelope")}),
    ],
)
def test_the_catalogue(code: str, key: str, value: object, expected: set[Any], tmp_path: Path) -> None:
    """A code with another status breaks, and so does a cause that it stands for; another wording is reported."""
    folder = copied("naver", tmp_path)
    entries = yaml.safe_load((folder / "errors.yaml").read_text(encoding="utf-8"))["errors"]
    index = next(index for index, entry in enumerate(entries) if entry["code"] == code)
    edit(folder, "errors.yaml", f"/errors/{index}/{key}", value)
    ((old, new),) = load_pairs("naver", f"{folder}:documented", providers=PROVIDERS)
    assert rows(compare(old, new)) == expected


def test_schemas_that_all_refer_to_each_other() -> None:
    """Such a comparison ends; each changed schema is reported at some places with proof, and with all operations."""
    old, new = (web(60, operations=12, is_new=is_new) for is_new in (False, True))
    found = differences(old, new)
    assert not {each.keyword for each in found} & {"proof"}
    breaking = [each for each in found if each.severity == "breaking"]
    for direction, keywords in {"response": {"enum", "required"}, "request": set[str]()}.items():
        assert {each.keyword for each in breaking if each.direction == direction} == keywords
    assert {each.keyword for each in found if each.severity == "drift"} == {"properties"}
    roots = {side: {"$ref": "#/components/schemas/S0", "$defs": {}} for side in ("old", "new")}
    for side, document in (("old", old), ("new", new)):
        roots[side]["components"] = document["components"]
    of_a_body = [each for each in breaking if each.operation == "put.0" and each.status == "default"]
    assert of_a_body
    for each in of_a_body:
        assert each.witness is not None
        assert Draft202012Validator(roots["new"]).is_valid(each.witness.instance)
        assert not Draft202012Validator(roots["old"]).is_valid(each.witness.instance)
    # The properties of a body's own schema are reported wherever it is; put.0 and put.10 have changed ones.
    assert {(each.operation, each.place) for each in breaking if each.place.count("/") == 1} >= {
        ("put.0", "/kind"),
        ("put.10", "/kind"),
        ("put.3", "/id"),
    }
    # Six schemas have another enum; each is reported in four deep places at most, beside those near the top.
    deep = {(each.operation, each.place) for each in breaking if each.keyword == "enum" and each.place.count("/") > 3}
    assert 0 < len(deep) <= 4 * 6 * 5
    also = {each.place: each.also for each in found if each.keyword == "$ref" and each.direction == "response"}
    changed_ones = {f"#/components/schemas/S{number}" for number in (0, 10, 20, 30, 40, 50, 5, 25, 45, 3, 33)}
    assert set(also) == changed_ones
    assert all(also.values())


def test_when_too_much_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the work is used up the search for proofs ends, as is reported, and nothing is called breaking by guess."""
    monkeypatch.setattr("jumun_contracts.diff.witness._WORK_AT_MOST", 3_000)
    found = differences(*(web(20, operations=4, is_new=is_new) for is_new in (False, True)))
    assert [(each.severity, each.place) for each in found if each.keyword == "proof"] == [("info", "")]
    assert any(each.message.endswith("is not reported") for each in found)
    for each in found:
        assert each.severity != "breaking" or each.witness is not None


@pytest.mark.parametrize("schemas", [4, 16, 17, 400, 4000])
def test_a_long_chain_of_references(schemas: int) -> None:
    """However long, it is read; what lies deeper than sixteen is reported as not compared, not taken for equal."""
    found = differences(chain(schemas, "string"), chain(schemas, "integer"))
    assert {(each.severity, each.keyword) for each in found} == (
        {("breaking", "type")} if schemas <= 16 else {("info", "$ref")}
    )


def test_each_of_many_equal_changes() -> None:
    """Twenty properties that change alike are twenty differences."""
    names = [f"p{number}" for number in range(20)]
    old = changed(f"{ORDER}/properties", {name: {"type": "string"} for name in names})
    new = changed(f"{ORDER}/properties", {name: {"type": ["string", "null"]} for name in names})
    found = [each.place for each in differences(old, new) if each.severity == "breaking"]
    assert found == [f"/{name}" for name in names]


def test_a_change_behind_alternatives() -> None:
    """What changed within one of the same alternatives is reported at its own place, not as other alternatives."""
    for keyword in ("anyOf", "oneOf"):
        old = changed(f"{ORDER}/properties/parent", {keyword: [{"$ref": f"#{ORDER}"}, {"type": "null"}]})
        new = changed(f"{ORDER}/properties/status/type", ["integer", "null"], old)
        found = {(each.place, each.keyword) for each in differences(old, new) if each.severity == "breaking"}
        assert ("/status", "type") in found
        assert not {each for each in found if each[1] == keyword}
        box = {"type": "object", "properties": {"order": {keyword: [{"$ref": f"#{ORDER}"}, {"type": "null"}]}}}
        media = f"{GET}/responses/200/content/application~1json/schema"
        boxed = differences(changed(media, box, old), changed(media, box, new))
        found = {(each.place, each.keyword) for each in boxed if each.severity == "breaking" and each.status == "200"}
        assert ("/order/status", "type") in found
        assert not {each for each in found if each[1] == keyword}


def test_witnesses_by_another_engine() -> None:
    """The other engine takes and refuses the witnesses of a document's own schema as they say."""
    new = changed(f"{ORDER}/properties/id/maxLength", 8, changed(f"{ORDER}/required", ["id", "status"]))
    schemas = {"old": API["components"]["schemas"]["order"], "new": new["components"]["schemas"]["order"]}
    proofs = [each.witness for each in differences(API, new) if each.witness is not None]
    assert {proof.accepted_by for proof in proofs} == {"old"}
    assert len(proofs) == 2
    for proof in proofs:
        assert Draft202012Validator(schemas["old"]).is_valid(proof.instance)
        assert not Draft202012Validator(schemas["new"]).is_valid(proof.instance)
