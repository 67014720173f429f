from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from jumun_contracts import PROFILES, Contract, Schema, load_contract, render_openapi
from jumun_contracts.generation import generate_example
from jumun_mockserver.providers import PROVIDERS
from tests.contracts.mutants import iter_mutants

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
    """Every `$ref` resolves within the document, and no `$id` or `$schema` moves what it is relative to."""
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
        names = [each.name for each in known.parameters if each.name != "Accept"]
        names += ["BOOTPAY-ROLE"] if known.roles else []
        assert [each["name"] for each in operation.get("parameters", ())] == names
        assert operation["tags"] == [known.id.split(".")[1]]
        assert (operation["x-evidence"], operation["x-source"]) == (known.evidence, known.source)
    answers = [each for known in contract.operations.values() for each in known.answers.values()]
    used = {each.schema_name for each in answers if each.media_type}
    titles = {contract.schemas[name]["title"] for name in used}
    descriptions = [each["description"] for each in document["components"]["schemas"].values()]
    assert all(any(text.startswith(title) for text in descriptions) for title in titles)
    assert {each["name"] for each in document["tags"]} == {
        tag for _, _, each in rendered.values() for tag in each["tags"]
    }
    assert document["info"]["title"] == contract.title
    assert [server["url"] for server in document["servers"]] == list(contract.servers)


@each_contract
def test_servers_are_replaced(contract: Contract) -> None:
    """Given servers replace the contract's own, in their order; each says what it is."""
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
def test_names(contract: Contract) -> None:
    """Components, and objects within them that become classes, have names of classes in any language, each once."""
    schemas = render_openapi(contract)["components"]["schemas"]
    assert all(schema["title"] == name for name, schema in schemas.items())
    titled = [each for each in objects(schemas) if isinstance(each.get("title"), str)]
    titles = [each["title"] for each in titled]
    assert len(set(titles)) == len(titles)
    assert all(re.fullmatch("[A-Z][0-9A-Za-z]*", title) for title in titles)
    classes = [each for each in objects(schemas) if isinstance(each.get("properties"), dict) and "type" in each]
    assert all("title" in each for each in classes)


@each_contract
def test_nothing_of_the_other_profile(contract: Contract) -> None:
    """A component is there because something refers to it."""
    document = render_openapi(contract)
    referred = {each["$ref"] for each in objects(document) if isinstance(each.get("$ref"), str)}
    assert referred == {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert "$defs" not in json.dumps(document)


@each_contract
def test_patterns_for_any_engine(contract: Contract) -> None:
    """No pattern has a lookahead, which the engines of Go and Rust lack."""
    patterns = [each["pattern"] for each in objects(render_openapi(contract)) if isinstance(each.get("pattern"), str)]
    assert patterns
    assert not any("(?" in pattern for pattern in patterns)


@pytest.mark.slow
@each_contract
def test_schemas_judge_alike(contract: Contract) -> None:
    """A component takes and refuses what the schema file does: drawn bodies, and each of them damaged in many ways."""
    document = render_openapi(contract)
    for operation in contract.operations.values():
        rendered = document["paths"][operation.path][operation.method.lower()]
        with_body = {status: each for status, each in operation.answers.items() if each.media_type}
        pairs = [(each.schema, rendered["responses"][status]) for status, each in with_body.items()]
        if operation.body:
            pairs.append((operation.body, rendered["requestBody"]))
        for ours, part in pairs:
            (content,) = part["content"].values()
            theirs = Schema({"components": document["components"], **content["schema"]})
            taken = 0
            for seed in range(6):
                body = generate_example(ours, seed=seed)
                assert theirs.is_valid(body)
                for damage, mutant in iter_mutants(body):
                    if "\\n" in json.dumps(mutant):  # what `$` means before it depends on the engine
                        continue
                    taken += ours.is_valid(mutant)
                    assert theirs.is_valid(mutant) is ours.is_valid(mutant), damage
            assert taken or ours.is_valid(None)
