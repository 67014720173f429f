"""The loader's strictness: a packaged contract copied, one thing broken, and what the refusal says."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from jumun_contracts import NO_STUBS, PROFILES, DocumentError, load_contract, read_contract
from jumun_contracts.contract.documents import parse_yaml
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from referencing.jsonschema import Schema as AnySchema

GONE = object()
"""Put in place of a value: the key is removed."""

NAVER = BOOTPAY = "openapi.yaml"
OVERLAY = "observed.overlay.yaml"
TOKEN = "/paths/~1v1~1oauth2~1token/post"
IDS = "/paths/~1v1~1pay-order~1seller~1orders~1{orderId}~1product-order-ids/get"
LIST = "/paths/~1orders/get"
IDS_TARGET = "$.paths['/v1/pay-order/seller/orders/{orderId}/product-order-ids'].get"
LIST_TARGET = "$.paths['/orders'].get"
JSON_200 = "/responses/200/content/application~1json"


def copied(provider: str, folder: Path) -> Path:
    """A copy of the packaged contract of `provider` in `folder`, to be broken."""
    return Path(shutil.copytree(str(files("jumun_contracts") / provider), folder / provider))


@cache
def _packaged(provider: str, file: str) -> Any:
    text = (files("jumun_contracts") / provider).joinpath(*file.split("/")).read_text(encoding="utf-8")
    data = parse_yaml(text, file=file)
    return json.loads(json.dumps(data))  # what an anchor shares is written out, so that a change is one change


def action(provider: str, target: str) -> str:
    """The pointer, in the overlay of `provider`, of the action with this target."""
    targets = [each["target"] for each in _packaged(provider, OVERLAY)["actions"]]
    return f"/actions/{targets.index(target)}"


def steps(pointer: str) -> list[str]:
    """An RFC 6901 pointer's keys."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def follow(data: Any, keys: list[str]) -> Any:
    """What is in `data` at `keys`."""
    for key in keys:
        data = data[int(key) if isinstance(data, list) else key]
    return data


def edit(folder: Path, file: str, pointer: str, value: object) -> None:
    """Put `value` at `pointer` of the copied `folder`'s `file`, as if it were the only thing changed."""
    data = copy.deepcopy(_packaged(folder.name, file))
    if pointer:
        *place, last = steps(pointer)
        parent = follow(data, place)
        key: Any = int(last) if isinstance(parent, list) else last
        if value is GONE:
            parent.pop(key)
        else:
            parent[key] = value
    else:
        data = value
    (folder / file).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")  # JSON is YAML


def refusal(folder: Path, file: str, *, profile: str = "documented") -> DocumentError:
    """What reading `folder` raises: it names `file`, a key that is in it, and one sentence."""
    with pytest.raises(DocumentError) as caught:
        read_contract(folder, profile)
    error = caught.value
    assert Path(error.file) == folder / file, str(error)
    assert len(error.reason) > 8
    assert "\n" not in str(error)
    assert not any(inside in error.reason for inside in ("Traceback", "object at 0x", "NoneType", "Node("))
    assert str(error) == f"{error.file}{'#' if error.pointer else ''}{error.pointer}: {error.reason}"
    if error.pointer:
        data = parse_yaml((folder / file).read_text(encoding="utf-8"), file=file)
        try:
            follow(data, steps(error.pointer))
        except (LookupError, ValueError, TypeError):
            pytest.fail(f"{file} has no {error.pointer}")
    return error


class Place(NamedTuple):
    """An object that admits no unknown key."""

    provider: str
    profile: str
    file: str
    pointer: str


OBSERVED_IDS = action("naver", IDS_TARGET)
TRACE_HEADER = action("naver", "$.paths[*][*].responses[*]")
OBJECTS = [
    *(
        Place("naver", "documented", NAVER, pointer)
        for pointer in (
            "",
            "/info",
            "/servers/1",
            "/paths/~1v1~1oauth2~1token",
            TOKEN,
            f"{TOKEN}/requestBody",
            f"{TOKEN}/requestBody/content/application~1x-www-form-urlencoded",
            f"{TOKEN}/requestBody/content/application~1x-www-form-urlencoded/schema",
            f"{IDS}/parameters/0",
            f"{IDS}/parameters/0/schema",
            f"{IDS}/parameters/1/schema",
            f"{IDS}/responses/200",
            f"{IDS}/responses/default",
            f"{IDS}{JSON_200}",
            f"{IDS}{JSON_200}/schema",
            "/components",
            "/components/securitySchemes/bearer",
        )
    ),
    *(
        Place("naver", "observed", OVERLAY, pointer)
        for pointer in (
            "",
            "/info",
            "/actions/0",
            "/actions/0/update",
            f"{OBSERVED_IDS}/update",
            f"{OBSERVED_IDS}/update/responses/200",
            f"{OBSERVED_IDS}/update/responses/200/content/application~1json/schema",
            f"{OBSERVED_IDS}/update/responses/503",
            f"{TRACE_HEADER}/update/headers/GNCP-GW-Trace-ID",
            f"{TRACE_HEADER}/update/headers/GNCP-GW-Trace-ID/schema",
        )
    ),
    Place("bootpay", "documented", BOOTPAY, f"{LIST}/parameters/0"),
    Place("bootpay", "documented", BOOTPAY, f"{LIST}/parameters/2/schema"),
    Place("bootpay", "documented", BOOTPAY, f"{LIST}/parameters/2/schema/items"),
    *(
        Place("bootpay", profile, "errors.yaml", pointer)
        for profile in PROFILES
        for pointer in ("", "/causes/unauthenticated", "/errors/0", "/errors/1/envelope")
    ),
    Place("naver", "documented", "schemas/definitions.schema.json", "/$defs/orderId"),
    Place("naver", "documented", "schemas/token-request.schema.json", "/if"),
    Place("naver", "documented", "schemas/token-request.schema.json", "/else/properties/account_id/x"),
    Place("naver", "documented", "schemas/token.schema.json", "/properties/token_type/x-known-values/0"),
    Place("bootpay", "documented", "schemas/order-list.documented.schema.json", ""),
    Place("bootpay", "documented", "schemas/order-list.documented.schema.json", "/properties/list/items"),
    Place("bootpay", "documented", "schemas/order.observed.schema.json", "/properties/price"),
]


@pytest.mark.parametrize(
    "place", OBJECTS, ids=[f"{place.provider}-{place.profile}-{place.file}#{place.pointer}" for place in OBJECTS]
)
def test_an_unknown_key_is_refused(tmp_path: Path, place: Place) -> None:
    """No object of a contract takes a key that it does not know: file, object and key are named."""
    folder = copied(place.provider, tmp_path)
    pointer = place.pointer
    if pointer.endswith("/account_id/x"):  # a schema that is `false` becomes an object
        pointer = pointer.removesuffix("/x")
        broken: Any = {}
    else:
        broken = copy.deepcopy(follow(_packaged(place.provider, place.file), steps(pointer)))
    broken["nonsense"] = "x"
    edit(folder, place.file, pointer, broken)
    error = refusal(folder, place.file, profile=place.profile)
    assert error.pointer == pointer
    assert "nonsense" in error.reason


class Fault(NamedTuple):
    """One change to the documented profile that makes it unusable."""

    provider: str
    file: str
    at: str
    put: object
    key: str
    says: str


TRACE_ID = "/$defs/traceId"
DEFINITIONS = "schemas/definitions.schema.json"
REQUEST = "schemas/token-request.schema.json"
UNPORTABLE = "different things to different engines"

FAULTS = {
    # schema files: keywords
    "keyword that contracts do without": Fault(
        "naver", DEFINITIONS, f"{TRACE_ID}/unevaluatedProperties", {}, TRACE_ID, "unevaluatedProperties"
    ),
    "misspelt keyword": Fault("naver", DEFINITIONS, f"{TRACE_ID}/minLenght", 1, TRACE_ID, "minLenght"),
    "keyword's value": Fault(
        "naver", DEFINITIONS, f"{TRACE_ID}/minLength", "1", f"{TRACE_ID}/minLength", "must be of type integer"
    ),
    "type": Fault("naver", DEFINITIONS, f"{TRACE_ID}/type", "text", f"{TRACE_ID}/type", "alternatives"),
    "format": Fault("naver", DEFINITIONS, "/$defs/timestamp/format", "email", "/$defs/timestamp/format", "date-time"),
    "\\d": Fault("naver", DEFINITIONS, f"{TRACE_ID}/pattern", "^\\d+", f"{TRACE_ID}/pattern", UNPORTABLE),
    "\\w": Fault("naver", DEFINITIONS, f"{TRACE_ID}/pattern", "^\\w+", f"{TRACE_ID}/pattern", UNPORTABLE),
    "bare $": Fault("naver", DEFINITIONS, f"{TRACE_ID}/pattern", "^[0-9]+$", f"{TRACE_ID}/pattern", UNPORTABLE),
    "no regex": Fault("naver", DEFINITIONS, f"{TRACE_ID}/pattern", "^[0-9", f"{TRACE_ID}/pattern", "^[0-9"),
    "no regex where no one looks": Fault(
        "naver", DEFINITIONS, "/$defs/gatewayTraceId/pattern", "(", "/$defs/gatewayTraceId/pattern", "("
    ),
    "other $schema": Fault(
        "naver", DEFINITIONS, "/$schema", "http://json-schema.org/draft-07/schema#", "/$schema", "2020-12"
    ),
    "x-pii": Fault(
        "bootpay",
        "schemas/order.documented.schema.json",
        "/properties/username/x-pii",
        "yes",
        "/properties/username/x-pii",
        '"name" or "phone"',
    ),
    # schema files: evidence
    "evidence without source": Fault("naver", DEFINITIONS, f"{TRACE_ID}/x-source", GONE, TRACE_ID, "x-source"),
    "source without evidence": Fault("naver", DEFINITIONS, f"{TRACE_ID}/x-evidence", GONE, TRACE_ID, "x-evidence"),
    "unknown evidence": Fault(
        "naver", DEFINITIONS, f"{TRACE_ID}/x-evidence", "rumoured", f"{TRACE_ID}/x-evidence", '"assumed"'
    ),
    "empty source": Fault("naver", DEFINITIONS, f"{TRACE_ID}/x-source", "", f"{TRACE_ID}/x-source", "1 or more"),
    # schema files: $id
    "no $id": Fault("naver", DEFINITIONS, "/$id", GONE, "/$id", "/definitions.schema.json"),
    "another file's $id": Fault(
        "naver",
        DEFINITIONS,
        "/$id",
        "https://jumun.invalid/naver/token.schema.json",
        "/$id",
        "/definitions.schema.json",
    ),
    "relative $id": Fault("naver", DEFINITIONS, "/$id", "/definitions.schema.json", "/$id", "absolute"),
    "$id without scheme": Fault("naver", DEFINITIONS, "/$id", "x/definitions.schema.json", "/$id", "absolute"),
    "$id with fragment": Fault(
        "naver",
        DEFINITIONS,
        "/$id",
        "https://jumun.invalid/#/definitions.schema.json",
        "/$id",
        "/definitions.schema.json",
    ),
    "inner $id": Fault(
        "naver", DEFINITIONS, f"{TRACE_ID}/$id", "https://jumun.invalid/x", f"{TRACE_ID}/$id", "only a file as a whole"
    ),
    # schema files: $ref
    **{
        f"$ref {ref}": Fault("naver", REQUEST, "/properties/type", {"$ref": ref}, "/properties/type/$ref", says)
        for ref, says in {
            "nowhere.schema.json": "nowhere.schema.json",
            "definitions.schema.json#/$defs/nothing": "/$defs/nothing",
            "#/$defs/nothing": "/$defs/nothing",
            "#/properties/type/nothing": "/properties/type/nothing",
            "definitions.schema.json#orderId": "JSON Pointer",
            "definitions.schema.json#/title": "/title",
            "https://example.com/order.schema.json": "not a file in this provider's schemas folder",
            "http://jumun.invalid/naver/token.schema.json": "not a file in this provider's schemas folder",
            "file:///etc/passwd": "not a file in this provider's schemas folder",
            "//example.com/naver/token.schema.json": "not a file in this provider's schemas folder",
            "../bootpay/token.schema.json": "not a file in this provider's schemas folder",
            "../openapi.yaml": "not a file in this provider's schemas folder",
        }.items()
    },
    # the OpenAPI document: $ref
    **{
        f"document $ref {ref}": Fault(
            "naver", NAVER, f"{IDS}{JSON_200}/schema/$ref", ref, f"{IDS}{JSON_200}/schema/$ref", says
        )
        for ref, says in {
            "schemas/nowhere.schema.json": "no such file",
            "schemas/token.schema.json#/nothing": "/nothing",
            "schemas/token.schema.json#token": "JSON Pointer",
            "token.schema.json": "no such file",
            "https://example.com/token.schema.json": "no such file",
            "https://jumun.invalid/naver/token.schema.json": "no such file",
            "../bootpay/schemas/token.schema.json": "no such file",
            "schemas/../../bootpay/schemas/token.schema.json": "no such file",
            "/etc/passwd": "no such file",
            "#/components/schemas/token": "no such file",
        }.items()
    },
    # the OpenAPI document: the rest
    "version": Fault("naver", NAVER, "/openapi", "3.0.3", "/openapi", "3.1.0"),
    "no info": Fault("naver", NAVER, "/info", GONE, "", '"info"'),
    "no server": Fault("naver", NAVER, "/servers", [], "/servers", "1 or more"),
    "no path": Fault("naver", NAVER, "/paths", {}, "/paths", "1 or more"),
    "path without slash": Fault("bootpay", BOOTPAY, "/paths", {"orders": {}}, "/paths", '"orders"'),
    "unknown method": Fault(
        "naver", NAVER, "/paths/~1v1~1oauth2~1token", {"patch": {}}, "/paths/~1v1~1oauth2~1token", '"patch"'
    ),
    "no operationId": Fault("naver", NAVER, f"{TOKEN}/operationId", GONE, TOKEN, '"operationId"'),
    "operationId in capitals": Fault(
        "naver", NAVER, f"{TOKEN}/operationId", "naver.Token", f"{TOKEN}/operationId", "pattern"
    ),
    "operation without evidence": Fault("naver", NAVER, f"{TOKEN}/x-evidence", GONE, TOKEN, '"x-evidence"'),
    "operation without source": Fault("naver", NAVER, f"{TOKEN}/x-source", GONE, TOKEN, '"x-source"'),
    "parameter without source": Fault(
        "naver", NAVER, f"{IDS}/parameters/0/x-source", GONE, f"{IDS}/parameters/0", '"x-source"'
    ),
    "answer without evidence": Fault(
        "naver", NAVER, f"{IDS}/responses/404/x-evidence", GONE, f"{IDS}/responses/404", '"x-evidence"'
    ),
    "no success": Fault("naver", NAVER, f"{IDS}/responses/200", GONE, f"{IDS}/responses", "status of 200 to 299"),
    "no default": Fault("naver", NAVER, f"{IDS}/responses/default", GONE, f"{IDS}/responses", '"default"'),
    "no status": Fault("naver", NAVER, f"{IDS}/responses/4XX", {}, f"{IDS}/responses", '"4XX"'),
    "two media types": Fault(
        "naver",
        NAVER,
        f"{IDS}/responses/404/content/text~1html",
        {"schema": {"$ref": "schemas/error.schema.json"}},
        f"{IDS}/responses/404/content",
        "1 or fewer",
    ),
    "inline body": Fault(
        "naver", NAVER, f"{IDS}{JSON_200}/schema", {"type": "object"}, f"{IDS}{JSON_200}/schema", '"type"'
    ),
    "unknown security of all": Fault("naver", NAVER, "/security/0", {"bearr": []}, "/security", "'bearr'"),
    "unknown security of one": Fault(
        "naver", NAVER, f"{TOKEN}/security", [{"bearr": []}], f"{TOKEN}/security", "'bearr'"
    ),
    "unknown scheme": Fault(
        "naver",
        NAVER,
        "/components/securitySchemes/bearer/scheme",
        "digest",
        "/components/securitySchemes/bearer/scheme",
        '"basic" or "bearer"',
    ),
    # parameters
    "parameter's place": Fault("naver", NAVER, f"{IDS}/parameters/0/in", "cookie", f"{IDS}/parameters/0/in", '"query"'),
    "parameter's type": Fault(
        "naver", NAVER, f"{IDS}/parameters/1/schema/type", "number", f"{IDS}/parameters/1/schema/type", "integer"
    ),
    "parameter's format": Fault(
        "naver", NAVER, f"{IDS}/parameters/1/schema/format", "ipv4", f"{IDS}/parameters/1/schema/format", "ipv4"
    ),
    "parameter's pattern": Fault(
        "naver", NAVER, f"{IDS}/parameters/1/schema/pattern", "a$", f"{IDS}/parameters/1/schema/pattern", UNPORTABLE
    ),
    "parameter's bad regex": Fault(
        "naver", NAVER, f"{IDS}/parameters/1/schema/pattern", "(", f"{IDS}/parameters/1/schema/pattern", "("
    ),
    "parameter's $ref is a number": Fault(
        "naver", NAVER, f"{IDS}/parameters/1/schema", {"$ref": 5}, f"{IDS}/parameters/1/schema/$ref", "string"
    ),
    "parameter's $ref points to text": Fault(
        "naver",
        NAVER,
        f"{IDS}/parameters/0/schema/$ref",
        f"{DEFINITIONS}#/title",
        f"{IDS}/parameters/0/schema/$ref",
        "/title",
    ),
    "parameter's $ref is remote": Fault(
        "naver",
        NAVER,
        f"{IDS}/parameters/0/schema/$ref",
        "https://example.com/x.schema.json",
        f"{IDS}/parameters/0/schema/$ref",
        "no such file",
    ),
    "parameter's own $ref": Fault(
        "bootpay", BOOTPAY, f"{LIST}/parameters/3", {"$ref": "#/components/x"}, f"{LIST}/parameters/3", '"$ref"'
    ),
    "profiles of an operation": Fault(
        "naver", NAVER, f"{IDS}/x-profiles", ["observed", "documented"], f"{IDS}/x-profiles", "1 or fewer"
    ),
    "unknown profile of an operation": Fault(
        "naver", NAVER, f"{IDS}/x-profiles", ["live"], f"{IDS}/x-profiles/0", '"observed"'
    ),
    "parameter that the path lacks": Fault(
        "naver", NAVER, f"{IDS}/parameters/0/name", "orderNo", f"{IDS}/parameters/0/name", "orderNo"
    ),
    "parameter twice": Fault(
        "bootpay",
        BOOTPAY,
        f"{LIST}/parameters/3/name",
        "user_id",
        f"{LIST}/parameters/3",
        "twice",
    ),
    "header's $ref": Fault(
        "naver",
        NAVER,
        f"{IDS}/responses/200/headers",
        {"X": {"description": "x", "schema": {"$ref": "schemas/nowhere.schema.json"}}},
        f"{IDS}/responses/200/headers/X/schema/$ref",
        "no such file",
    ),
    # errors.yaml
    "code twice": Fault("naver", "errors.yaml", "/errors/1/code", "INVALID_ORDER_ID", "/errors/1/code", "twice"),
    "unknown envelope": Fault("naver", "errors.yaml", "/errors/0/envelope", "gatewey", "/errors/0/envelope", "gatewey"),
    "unknown envelope of one profile": Fault(
        "bootpay", "errors.yaml", "/errors/1/envelope/documented", "numerik", "/errors/1/envelope", "numerik"
    ),
    "envelope of no file": Fault(
        "naver", "errors.yaml", "/envelopes/plain", "schemas/errors.schema.json", "/envelopes/plain", "no such file"
    ),
    "unknown operation": Fault(
        "naver", "errors.yaml", "/errors/0/operations/0", "naver.order_ids", "/errors/0/operations", "naver.order_ids"
    ),
    "cause's unknown code": Fault(
        "naver",
        "errors.yaml",
        "/causes/order_not_found/documented",
        "NO_ORDER",
        "/causes/order_not_found/documented",
        "NO_ORDER",
    ),
    "cause's code of the other profile": Fault(
        "naver",
        "errors.yaml",
        "/causes/order_not_found/documented",
        "101010",
        "/causes/order_not_found/documented",
        "not an error of this profile",
    ),
    "cause of one profile": Fault(
        "naver", "errors.yaml", "/causes/order_not_found/observed", GONE, "/causes/order_not_found", '"observed"'
    ),
    "status": Fault("naver", "errors.yaml", "/errors/0/status", 200, "/errors/0/status", "400 or more"),
    "profile": Fault("naver", "errors.yaml", "/errors/0/profiles", ["live"], "/errors/0/profiles/0", '"observed"'),
    "entry without when": Fault("naver", "errors.yaml", "/errors/0/when", GONE, "/errors/0", '"when"'),
    "entry without source": Fault("naver", "errors.yaml", "/errors/0/source", GONE, "/errors/0", '"source"'),
    "entry's evidence": Fault(
        "naver", "errors.yaml", "/errors/0/evidence", "certain", "/errors/0/evidence", '"documented"'
    ),
    "assumed what is not there": Fault(
        "naver", "errors.yaml", "/errors/0/assumed", ["mesage"], "/errors/0/assumed/0", '"message"'
    ),
    "code that is a number": Fault("naver", "errors.yaml", "/errors/0/code", 1700, "/errors/0/code", "string"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_refused_by_file_and_key(tmp_path: Path, fault: Fault) -> None:
    """Each thing that a contract may not hold stops loading; the message names file, key, value or way out."""
    folder = copied(fault.provider, tmp_path)
    edit(folder, fault.file, fault.at, fault.put)
    if fault.key.endswith("/$id") and fault.put is GONE:
        with pytest.raises(DocumentError) as caught:  # a key that is missing is named and is not there
            read_contract(folder, "documented")
        error = caught.value
    else:
        error = refusal(folder, fault.file)
    assert error.pointer == fault.key
    assert fault.says in error.reason


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_rewritten_copy_is_the_same_contract(tmp_path: Path, provider: str, profile: str) -> None:
    """A copy whose YAML was rewritten, with nothing changed, reads as the packaged contract does."""
    folder = copied(provider, tmp_path)
    for file in (NAVER, OVERLAY, "errors.yaml"):
        edit(folder, file, "", _packaged(provider, file))
    contract, packaged = read_contract(folder, profile), load_contract(provider, profile, stubs=NO_STUBS)
    assert contract.errors == packaged.errors
    assert contract.document == packaged.document
    assert contract.operations.keys() == packaged.operations.keys()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_operation_of_another_provider(tmp_path: Path, provider: str) -> None:
    """An operationId that begins with another provider's name is refused in the document that has it."""
    folder = copied(provider, tmp_path)
    (path, item), *_ = _packaged(provider, NAVER)["paths"].items()
    ((method, _),) = item.items()
    pointer = f"/paths/{path.replace('/', '~1')}/{method}/operationId"
    edit(folder, NAVER, pointer, "other.token")
    error = refusal(folder, NAVER)
    assert "'other.token'" in error.reason
    assert f"'{provider}.'" in error.reason


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_operation_id_twice(tmp_path: Path, provider: str) -> None:
    """Two operations of one id are refused in the document that has them; neither swallows the other."""
    folder = copied(provider, tmp_path)
    pointer = {"naver": IDS, "bootpay": LIST}[provider]
    edit(folder, NAVER, f"{pointer}/operationId", f"{provider}.token")
    assert f"'{provider}.token'" in refusal(folder, NAVER).reason


@pytest.mark.parametrize("content", ["", "null", "5", "true", "text", "[]", "[1, 2]", '"text"', "{}"])
@pytest.mark.parametrize("file", [NAVER, OVERLAY, "errors.yaml", "schemas/token.schema.json"])
def test_a_document_that_is_no_mapping(tmp_path: Path, file: str, content: str) -> None:
    """A file that is empty, a list, a scalar or an empty mapping is refused by its name."""
    folder = copied("bootpay", tmp_path)
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_contract(folder, "observed")
    assert Path(caught.value.file) == folder / file
    assert caught.value.reason


@pytest.mark.parametrize(
    "file",
    [
        NAVER,
        OVERLAY,
        "errors.yaml",
        "schemas/token.schema.json",
    ],
)
@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read(tmp_path: Path, file: str, *, is_there: bool) -> None:
    """A file that is missing or not UTF-8 is refused; one that others refer to, perhaps by who refers to it."""
    folder = copied("bootpay", tmp_path)
    (folder / file).unlink()
    if is_there:
        (folder / file).write_bytes("주문: 1".encode("euc-kr"))
    with pytest.raises(DocumentError) as caught:
        read_contract(folder, "observed")
    assert Path(file).name in str(caught.value)
    assert ("not UTF-8" if is_there else "no such") in caught.value.reason


def test_no_schemas_folder(tmp_path: Path) -> None:
    """A folder without schemas is refused by the folder that is missing, and so is one that does not exist at all."""
    folder = copied("naver", tmp_path)
    shutil.rmtree(folder / "schemas")
    for place in (folder, tmp_path / "nowhere"):
        with pytest.raises(DocumentError, match="no such folder") as caught:
            read_contract(place, "documented")
        assert Path(caught.value.file) == place / "schemas"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "errors.yaml",
            "provider: naver\n",
            "provider: naver\nprovider: naver\n",
            "'provider' appears twice (line 9, column 1)",
        ),
        (
            "errors.yaml",
            "    status: 400\n",
            "    status: 400\n    status: 400\n",
            "'status' appears twice (line 74, column 5)",
        ),
        ("errors.yaml", "provider: naver\n", "provider: [naver\n", "(line "),
        (
            "errors.yaml",
            "provider: naver\n",
            "provider: naver\n7: x\n",
            "'7' is not text; put it in quotes (line 9, column 1)",
        ),
        ("errors.yaml", "provider: naver\n", 'provider: "naver\0"\n', "#x0000"),
        ("errors.yaml", "provider: naver\n", "provider: !!binary aGVq\n", "binary"),
        ("errors.yaml", "provider: naver\n", "provider: naver\n---\n", "another document"),
        (NAVER, "openapi: 3.1.0\n", "openapi: 3.1.0\nopenapi: 3.1.0\n", "twice (line 2, column 1)"),
        (
            "schemas/token.schema.json",
            '"type": "object",',
            '"type": "object",\n "type": "object",',
            'the key "type" ',
        ),
        ("schemas/token.schema.json", '"type": "object",', '"type": "object",,', "(line 5, column "),
        ("schemas/token.schema.json", '"minimum": 0', '"minimum": NaN', "NaN"),
    ],
)
def test_a_text_that_is_no_document(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    """What is not strict YAML or JSON is refused by file, line and column, in one line."""
    folder = copied("naver", tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_contract(folder, "documented")
    assert Path(caught.value.file) == folder / file
    assert says in caught.value.reason
    assert "\n" not in str(caught.value)


def test_a_schema_file_twice(tmp_path: Path) -> None:
    """A copied schema file still has the other's `$id`, and is refused for it."""
    folder = copied("naver", tmp_path)
    shutil.copy(folder / "schemas" / "token.schema.json", folder / "schemas" / "token2.schema.json")
    error = refusal(folder, "schemas/token2.schema.json")
    assert error.pointer == "/$id"
    assert "/token2.schema.json" in error.reason


@pytest.mark.parametrize(
    "ref",
    ["#", "#/properties/expires_in", "token.schema.json", "definitions.schema.json#/$defs/traceId"],
)
def test_references_that_are_fine(tmp_path: Path, ref: str) -> None:
    """A schema may refer to itself, to a part of itself, and to its siblings, recursion included."""
    folder = copied("naver", tmp_path)
    edit(folder, "schemas/token.schema.json", "/properties/parent", {"$ref": ref})
    schema = read_contract(folder, "documented").operations["naver.token"].answer(200).schema
    token: Any = {"access_token": "x", "expires_in": 1, "token_type": "Bearer"}
    assert schema.is_valid(token)
    nested: Any = {"#": token, "token.schema.json": token, "#/properties/expires_in": 5}.get(ref, "x")
    assert schema.is_valid({**token, "parent": nested})
    assert not schema.is_valid({**token, "parent": None})


def test_a_contract_is_loaded_once() -> None:
    """Every caller gets the same object, however it writes the default profile."""
    for provider in PROVIDERS:
        for profile in PROFILES:
            assert load_contract(provider, profile) is load_contract(provider, profile)
        assert load_contract(provider) is load_contract(provider)


def test_the_default_profile_is_loaded_once() -> None:
    """The default profile, asked for without a name, by position or by keyword, is one object."""
    first = load_contract("naver")
    assert first.profile == "documented"
    assert load_contract("naver", "documented") is first
    assert load_contract("naver", profile="documented") is first


@pytest.mark.parametrize("name", ["", ".", "..", "kakao", "Naver", "naver/", "./naver", "meta", "naver\n", "__init__"])
def test_an_unknown_provider(name: str) -> None:
    """A name of no provider is refused, whatever folder it would point to."""
    with pytest.raises(DocumentError, match="no provider of this name"):
        load_contract(name)


@pytest.mark.parametrize("profile", ["", "live", "Documented", "../documented"])
def test_an_unknown_profile(tmp_path: Path, profile: str) -> None:
    """A profile that does not exist is refused with those that do, packaged or not."""
    with pytest.raises(DocumentError, match="documented or observed"):
        load_contract("naver", profile)
    with pytest.raises(DocumentError, match="documented or observed"):
        read_contract(copied("naver", tmp_path), profile)


def _write(mapping: Any) -> None:
    mapping["x"] = 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_contract_cannot_be_changed(tmp_path: Path, provider: str, profile: str) -> None:
    """Everybody shares the loaded contract, so its parts are frozen and its mappings refuse to be written to."""
    contract = read_contract(copied(provider, tmp_path), profile)
    parts: list[Any] = [contract, *contract.operations.values(), *contract.errors.values()]
    parts += [answer for operation in contract.operations.values() for answer in operation.answers.values()]
    parts += [parameter for operation in contract.operations.values() for parameter in operation.parameters]
    for part in parts:
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            part.source = "changed"
    mappings: list[Any] = [contract.operations, contract.errors, contract.causes, contract.envelopes]
    mappings += [contract.envelope_schemas, contract.document, contract.schemas]
    mappings += [operation.answers for operation in contract.operations.values()]
    for mapping in mappings:
        assert isinstance(mapping, MappingProxyType)
        with pytest.raises(TypeError):
            _write(mapping)


def test_an_entry_s_headers_cannot_be_changed(tmp_path: Path) -> None:
    """A handler that adds to an error's headers cannot thereby change the catalogue."""
    entry = read_contract(copied("naver", tmp_path), "observed").errors["GW.RATE_LIMIT"]
    with pytest.raises(TypeError):
        _write(entry.headers)


def _schema_files() -> Iterator[tuple[str, Path]]:
    for provider in PROVIDERS:
        folder = Path(str(files("jumun_contracts") / provider / "schemas"))
        yield from ((provider, file) for file in sorted(folder.iterdir()))


SCHEMA_FILES = list(_schema_files())
SCHEMA_NAMES = [f"{provider}-{file.name}" for provider, file in SCHEMA_FILES]


@pytest.mark.parametrize(("provider", "file"), SCHEMA_FILES, ids=SCHEMA_NAMES)
def test_a_schema_file_is_plain_json_schema(provider: str, file: Path) -> None:
    """A stranger's jsonschema reads a file with nothing but its siblings by `$id`, and every `$ref` resolves."""
    siblings = {path: json.loads(path.read_text(encoding="utf-8")) for path in file.parent.iterdir()}
    document = siblings[file]
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(document)
    resources = [(each["$id"], DRAFT202012.create_resource(each)) for each in siblings.values()]
    registry: Registry[AnySchema] = Registry().with_resources(resources)
    pending = [(DRAFT202012.create_resource(document), registry.resolver(document["$id"]))]
    for resource, resolver in pending:
        if isinstance(resource.contents, dict) and "$ref" in resource.contents:
            assert isinstance(resolver.lookup(resource.contents["$ref"]).contents, dict)
        pending += [(each, resolver.in_subresource(each)) for each in resource.subresources()]
    ours = load_contract(provider).schemas[file.name.removesuffix(".schema.json")]
    assert document == ours
    validator = Draft202012Validator(document, registry=registry)
    instances: list[Any] = [{}, [], None, "x", {"message": 1, "code": None, "timestamp": [], "data": 0, "list": [{}]}]
    assert all(isinstance(validator.is_valid(instance), bool) for instance in instances)


def test_ids_are_unique_absolute_and_speak() -> None:
    """Over all providers each `$id` is one file's: an absolute URI that ends in provider and file name."""
    ids = {file: json.loads(file.read_text(encoding="utf-8"))["$id"] for _, file in SCHEMA_FILES}
    assert len(set(ids.values())) == len(SCHEMA_FILES)
    for provider, file in SCHEMA_FILES:
        assert urlsplit(ids[file]).scheme == "https"
        assert urlsplit(ids[file]).path == f"/{provider}/{file.name}"
        assert not urlsplit(ids[file]).fragment
