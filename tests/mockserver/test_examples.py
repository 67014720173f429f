"""The examples of exported documents: answered by the mock, complete, and fit for their schemas."""

from __future__ import annotations

from typing import Any

import pytest

from jumun_contracts import PROFILES, Contract, Schema, findings, load_contract
from jumun_mockserver.examples import example_request, export_openapi
from jumun_mockserver.providers import PROVIDERS

CONTRACTS = [load_contract(provider, profile) for provider in PROVIDERS for profile in PROFILES]
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=[contract.name for contract in CONTRACTS])


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Operation id → operation."""
    return {each["operationId"]: each for item in document["paths"].values() for each in item.values()}


@each_contract
def test_examples_fit(contract: Contract) -> None:
    """Every example body of a document fits the schema beside it, and so does every example of a request."""
    document = export_openapi(contract)
    for operation in operations(document).values():
        for part in (*operation["responses"].values(), operation.get("requestBody", {"content": {}})):
            for content in part.get("content", {}).values():
                schema = Schema({"components": document["components"], **content["schema"]})
                bodies = [each["value"] for each in content.get("examples", {}).values()]
                for body in (*bodies, *([content["example"]] if "example" in content else ())):
                    assert not findings(schema, body)
        for parameter in operation.get("parameters", ()):
            schema = Schema({"components": document["components"], **parameter["schema"]})
            assert "example" not in parameter or schema.is_valid(parameter["example"])


@each_contract
def test_successes(contract: Contract) -> None:
    """An operation whose request has an example shows what the packaged shop answers, which is a success."""
    rendered = operations(export_openapi(contract))
    shown = 0
    for operation in contract.operations.values():
        if example_request(contract, operation) is not None and operation.success.media_type:
            (content,) = rendered[operation.id]["responses"][operation.success.status]["content"].values()
            named = {name or "example" for name in operation.examples.get(operation.success.status, {"example": None})}
            assert content["examples"].keys() == named
            shown += 1
    assert shown


@each_contract
def test_errors(contract: Contract) -> None:
    """Each error that an operation answers by itself is shown under its status, by its code, and no other."""
    for id_, operation in operations(export_openapi(contract)).items():
        shown = {
            name
            for status, response in operation["responses"].items()
            if not status.startswith("2")
            for content in response["content"].values()
            for name in content.get("examples", {})
        }
        assert shown == {code for code, each in contract.errors.items() if each.belongs_to(id_, contract.profile)}


@each_contract
def test_the_same_each_time(contract: Contract) -> None:
    """Two exports are equal: examples follow from the packaged data, not from the clock or from chance."""
    assert export_openapi(contract) == export_openapi(contract)
