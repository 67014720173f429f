"""What the wire looks like: the contracts of the providers, their reader, and the judge of payloads.

from jumun_contracts import load_contract, findings

contract = load_contract("naver", "documented")
schema = contract.operations["naver.product_order_ids"].answer(200).schema
assert not findings(schema, body)
"""

from jumun_contracts.documents import DocumentError
from jumun_contracts.engines import SchemaError
from jumun_contracts.loading import load_contract, read_contract
from jumun_contracts.model import PROFILES, Answer, Contract, ErrorEntry, Operation, Parameter, RateLimit
from jumun_contracts.openapi import render_openapi
from jumun_contracts.parsing import JsonError, parse_json
from jumun_contracts.validation import Finding, Schema, findings

__all__ = [
    "PROFILES",
    "Answer",
    "Contract",
    "DocumentError",
    "ErrorEntry",
    "Finding",
    "JsonError",
    "Operation",
    "Parameter",
    "RateLimit",
    "Schema",
    "SchemaError",
    "findings",
    "load_contract",
    "parse_json",
    "read_contract",
    "render_openapi",
]
