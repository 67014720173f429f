"""The first operations as they were when each profile had a document of its own; `golden` holds what was then read.

Changed since: observed answers have the header of the time that the service took, those to token calls the trace id;
the observed product order ids keep the note on the guide's endpoint table, which is about the path; agencies have a
server of their own, of which a 403 speaks; Bootpay's order list refuses a member's session and a key without the scope.
Requests have examples, which are left out here. A comparison reads documents as they are exported: patterns end in `$`,
and a parameter called Accept, which OpenAPI has ignored, is not a difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.diff import compare, load_pairs
from jumun_mockserver.providers import PROVIDERS

GOLDEN = Path(__file__).with_name("golden")


def golden(provider: str, profile: str) -> Any:
    """The document of one profile, its `$ref`s to files and all."""
    return json.loads((GOLDEN / f"{provider}.{profile}.json").read_text(encoding="utf-8"))


def without_examples(node: Any) -> Any:
    """A part of a document as it was before there were examples of requests."""
    if isinstance(node, dict):
        return {key: without_examples(value) for key, value in node.items() if key != "example"}
    return [without_examples(item) for item in node] if isinstance(node, list) else node


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_documents(provider: str, profile: str) -> None:
    """openapi.yaml and the overlay give each profile the servers, credentials and operations that it had."""
    now, before = load_contract(provider, profile).document, golden(provider, profile)
    for path, item in before.pop("paths").items():
        for method, operation in item.items():
            assert without_examples(now["paths"][path][method]) == operation
            assert list(now["paths"][path][method]["responses"]) == list(operation["responses"])
    assert {key: now[key] for key in before} == before


@pytest.mark.parametrize("provider", PROVIDERS)
def test_differences(provider: str) -> None:
    """`jumun diff` between the profiles finds in these operations what it found."""
    ((old, new),) = load_pairs(f"{provider}:documented", f"{provider}:observed", providers=PROVIDERS)
    before = (GOLDEN / f"{provider}.diff.txt").read_text(encoding="utf-8").splitlines()
    operations = {line.split()[2] for line in before}
    now = [
        f"{each.severity} {each.direction} {each.operation} {each.status or '-'}: {each.message}"
        for each in compare(old, new)
        if each.operation in operations
    ]
    assert sorted(now) == sorted(before)
