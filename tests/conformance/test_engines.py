"""Both JSON-Schema engines judge alike: the payloads of the reference, the mock's answers, and mutants of all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, load_contract, parse_json
from tests.checkout import REFERENCE
from tests.conformance.samples import GOOD_REQUESTS, OPERATIONS, frozen_dispatch, with_headers
from tests.contracts.engines import both
from tests.contracts.mutants import iter_mutants

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts import Schema
    from jumun_contracts.schema.parsing import JsonValue

# Bodies of the operations that have a contract; the others belong to operations that come later.
PAYLOADS = {
    "naver": ["gw_*.json", "token_*.json", "product_order_ids_*.json", "order_4*.json"],
    "bootpay": ["orders_list_200.json", "error_*.json", "legacy_*.json"],
}
FILES = sorted(
    path
    for provider, patterns in PAYLOADS.items()
    for pattern in patterns
    for path in (REFERENCE / f"{provider}_payloads").glob(pattern)
)


def assert_agreement(schema: Schema, instance: JsonValue) -> None:
    """Both engines find the same faults in the instance and in each of its mutants."""
    both(schema).findings(instance)
    for _, mutant in iter_mutants(instance):
        both(schema).findings(mutant)


@cache
def schemas_of(provider: str) -> dict[str, Schema]:
    """Every answer's schema of both profiles, one for each schema file."""
    return {
        answer.schema_name: answer.schema
        for profile in PROFILES
        for operation in load_contract(provider, profile).operations.values()
        for answer in operation.answers.values()
    }


@pytest.mark.skipif(not FILES, reason="../shared/reference is not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reference_payloads(path: Path) -> None:
    """A recorded or documented payload, and its mutants, under every answer's schema of its provider."""
    payload = parse_json(path.read_bytes())
    for schema in schemas_of(path.parent.name.split("_")[0]).values():
        assert_agreement(schema, payload)


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("prefer", ["code=200", "code=400", "code=401", "code=404", "code=500"])
def test_answers_of_the_mock(operation: str, profile: str, prefer: str) -> None:
    """What the mock answers, and its mutants, under the schema of that answer."""
    response = frozen_dispatch(profile)(with_headers(GOOD_REQUESTS[operation], prefer=prefer))
    answer = load_contract(operation.split(".", maxsplit=1)[0], profile).operations[operation].answer(response.status)
    if response.body or answer.media_type:
        assert_agreement(answer.schema, parse_json(response.body))
