"""What the wire looks like: the contracts of the providers, their reader, and the judge of payloads.

from jumun_contracts import load_contract, findings

contract = load_contract("naver", "documented")
schema = contract.operations["naver.product_order_ids"].answer(200).schema
assert not findings(schema, body)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.contract.loading import NO_STUBS, PACKAGED, load_contract, read_contract, read_stubs
from jumun_contracts.contract.model import PROFILES, Answer, Contract, ErrorEntry, Operation, Parameter, RateLimit
from jumun_contracts.contract.openapi import render_openapi
from jumun_contracts.contract.stubs.extension import Stubs
from jumun_contracts.schema.engines import EngineError, InstanceError, SchemaError
from jumun_contracts.schema.parsing import JsonError, parse_json
from jumun_contracts.schema.validation import Finding, Schema, findings

if TYPE_CHECKING:
    from jumun_contracts.check.lines import judge_lines
    from jumun_contracts.check.monitor import monitor
    from jumun_contracts.check.tally import Tally
    from jumun_contracts.contract.bundling import registry

__all__ = [
    "NO_STUBS",
    "PACKAGED",
    "PROFILES",
    "Answer",
    "Contract",
    "DocumentError",
    "EngineError",
    "ErrorEntry",
    "Finding",
    "InstanceError",
    "JsonError",
    "Operation",
    "Parameter",
    "RateLimit",
    "Schema",
    "SchemaError",
    "Stubs",
    "Tally",
    "findings",
    "judge_lines",
    "load_contract",
    "monitor",
    "parse_json",
    "read_contract",
    "read_stubs",
    "registry",
    "render_openapi",
]


_LOADED_LATE = {
    "Tally": "check.tally",
    "judge_lines": "check.lines",
    "monitor": "check.monitor",
    "registry": "contract.bundling",
}
"""Name → module, of what a server does not need."""


def __getattr__(name: str) -> Any:
    """Load a name of `_LOADED_LATE` when it is first asked for."""
    if name not in _LOADED_LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LOADED_LATE[name]}"), name)
