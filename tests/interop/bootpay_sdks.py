"""The official Bootpay SDKs as tests use them: calls go in, what a program gets back comes out."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from jumun_contracts import findings, parse_json
from tests.interop.programs import clean_environment, run_well

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.live import LiveServer

Language: TypeAlias = Literal["node", "python"]
LANGUAGES: tuple[Language, ...] = ("node", "python")

# The placeholders of the page, which the default session takes as they are.
PAGE_KEYS: Mapping[str, str] = MappingProxyType(
    {"client_key": "your-commerce-client-key", "secret_key": "your-commerce-secret-key"}
)

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one call.

    Attributes:
        kind: `returned`; `rejected`, the Node SDK's way with an answer that is an error; `raised`, by the SDK itself.
        body: What came, or the text of what was raised.
        exchange: The mock's record of it, None where nothing was sent.
    """

    kind: Literal["returned", "rejected", "raised"]
    body: Any
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Sdk:
    """One official SDK, unmodified.

    Attributes:
        refusal: How an error of the API reaches the caller.
        get_access_token: Its name for the token call.
        command: What runs the calls that follow as JSON.
    """

    language: Language
    refusal: Literal["returned", "rejected"]
    get_access_token: str
    command: tuple[str | Path, ...]
    environment: Mapping[str, str]
    folder: Path

    def call(
        self,
        base_url: str,
        *calls: Sequence[Any],
        keys: Mapping[str, str] = PAGE_KEYS,
    ) -> list[Outcome]:
        """Make calls, each a method and its arguments, with one client."""
        outcomes = self._run({"base_url": base_url, **keys, "calls": calls})
        return [Outcome(outcome["kind"], outcome.get("body")) for outcome in outcomes]

    def list_methods(self) -> list[str]:
        """All that there is to call: the client's own methods, and those of its modules by their paths."""
        methods: list[str] = self._run({"base_url": "", **PAGE_KEYS, "methods": True})
        return methods

    def call_mock(
        self, server: LiveServer, *calls: Sequence[Any], keys: Mapping[str, str] = PAGE_KEYS
    ) -> list[Outcome]:
        """Make calls to the mock. Every body that comes back is held against the contract, with no finding."""
        journal = server.session.journal
        before = len(journal)
        outcomes = self.call(server.bootpay_base_url, *calls, keys=keys)
        exchanges = iter(list(journal)[before:])
        seen = [
            outcome if outcome.kind == "raised" else Outcome(outcome.kind, outcome.body, next(exchanges))
            for outcome in outcomes
        ]
        assert next(exchanges, None) is None, f"{self.language} sent more than it was asked to"
        for outcome in seen:
            if outcome.exchange:
                judge(server, outcome.exchange, outcome.body)
        return seen

    def _run(self, case: Mapping[str, Any]) -> Any:
        ended = run_well([*self.command, json.dumps(case)], folder=self.folder, environment=self.environment)
        return parse_json(ended.stdout)


def node_sdk(node: str, packages: Path, folder: Path) -> Sdk:
    """@bootpay/backend-js as npm put it into `packages`."""
    environment = clean_environment(folder, NODE_PATH=str(packages / "node_modules"))
    return Sdk("node", "rejected", "getAccessToken", (node, _HERE / "bootpay_calls.js"), environment, folder)


def python_sdk(packages: Path, folder: Path) -> Sdk:
    """bootpay-backend as pip put it into `packages`."""
    environment = clean_environment(folder, PYTHONPATH=str(packages))
    return Sdk(
        "python", "returned", "get_access_token", (sys.executable, _HERE / "bootpay_calls.py"), environment, folder
    )


def judge(server: LiveServer, exchange: Exchange, body: Any) -> None:
    """Hold the outcome of a call against the contract: no finding."""
    contract = server.session.contracts["bootpay"]
    schema = (
        contract.operations[exchange.operation].answer(exchange.status).schema
        if exchange.operation
        else contract.envelopes[contract.errors[exchange.code].envelope]
    )
    assert findings(schema, body) == [], f"{exchange}\n{body}"
