from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from jumun_contracts import PROFILES, Contract, Schema, findings, load_contract, render_openapi
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACTS = [load_contract(provider, profile) for provider in PROVIDERS for profile in PROFILES]
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=[f"{c.provider}-{c.profile}" for c in CONTRACTS])


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(part)


@each_contract
def test_valid_for_others(contract: Contract) -> None:
    """openapi-spec-validator has nothing to say about a rendered document, as it is and through JSON."""
    document = render_openapi(contract)
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert json.loads(json.dumps(document)) == document


@each_contract
def test_whole_in_itself(contract: Contract) -> None:
    """Every `$ref` leads to something within the document, and no `$id` or `$schema` moves what it is relative to."""
    document = render_openapi(contract)
    references = [each["$ref"] for each in objects(document) if isinstance(each.get("$ref"), str)]
    assert references
    for reference in references:
        assert reference.startswith("#/components/schemas/")
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        assert isinstance(target, dict)
    assert not any("$id" in each or "$schema" in each for each in objects(document))
    assert ".schema.json" not in json.dumps(document)


@each_contract
def test_nothing_is_lost(contract: Contract) -> None:
    """Operations, answers, parameters, evidence and security are all there, under the contract's own names."""
    document = render_openapi(contract)
    rendered = {
        operation["operationId"]: (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert rendered.keys() == contract.operations.keys()
    for known in contract.operations.values():
        method, path, operation = rendered[known.id]
        assert (method, path) == (known.method, known.path)
        assert operation["responses"].keys() == known.answers.keys()
        assert [each["name"] for each in operation.get("parameters", ())] == [each.name for each in known.parameters]
        assert (operation["x-evidence"], operation["x-source"]) == (known.evidence, known.source)
    assert document["components"]["schemas"].keys() == contract.schemas.keys()
    assert document["info"]["title"] == contract.title
    assert [server["url"] for server in document["servers"]] == list(contract.servers)


@each_contract
def test_servers_are_replaced(contract: Contract) -> None:
    """Given servers stand in the place of the contract's own, in their order; each says what it is."""
    urls = ["http://127.0.0.1:40001/external", "http://[::1]:2/v1"]
    document = render_openapi(contract, servers=urls)
    assert [server["url"] for server in document["servers"]] == urls
    assert all(server["description"] for server in document["servers"])
    assert OpenAPIV31SpecValidator(document).is_valid()
    assert {**document, "servers": None} == {**render_openapi(contract), "servers": None}


@each_contract
def test_the_contract_is_not_touched(contract: Contract) -> None:
    """Rendering changes nothing, and neither does changing what was rendered."""
    before = copy.deepcopy((dict(contract.document), dict(contract.schemas)))
    first = render_openapi(contract, servers=["http://x.invalid"])
    second = render_openapi(contract)
    assert (dict(contract.document), dict(contract.schemas)) == before
    expected = copy.deepcopy(second)
    for document in (first, second):
        for each in list(objects(document)):
            each.clear()
    assert render_openapi(contract) == expected
    assert (dict(contract.document), dict(contract.schemas)) == before


@each_contract
def test_bundled_schemas_judge_alike(contract: Contract) -> None:
    """A bundled schema finds in a body what the schema file finds."""
    components = render_openapi(contract)["components"]
    bodies: list[Any] = [{}, [], None, {"code": 1, "message": 1, "timestamp": "today", "traceId": 1, "data": 1}]
    bodies += [{"error_code": "x y", "message": None}, {"count": -1, "list": [{}, 5]}, {"data": ["x", 1]}]
    for operation in contract.operations.values():
        for answer in operation.answers.values():
            reference = f"#/components/schemas/{answer.schema_name}"
            bundled = Schema({"components": components, "$ref": reference})
            for body in bodies:
                assert findings(bundled, body) == findings(answer.schema, body)
