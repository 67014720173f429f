"""Examples for a contract's document: what the mock answers to the contract's own requests, and every error in full."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from jumun_contracts import PACKAGED, render_openapi
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.provider import Call
from jumun_mockserver.core.session.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumun_contracts import Contract, Operation, Stubs
    from jumun_mockserver.core.dispatch import Dispatch

PLACEHOLDERS = {
    "naver": {"NAVER_COMMERCE_ACCESS_TOKEN": "your_access_token_here"},
    "bootpay": {
        "BOOTPAY_COMMERCE_CLIENT_KEY": "your-commerce-client-key",
        "BOOTPAY_COMMERCE_SECRET_KEY": "your-commerce-secret-key",
    },
}
"""Provider → the keys of its own samples, which any Jumun takes, as environment variables."""

_NOW_S = 1_790_000_000.25
"""When all examples are answered: a moment after the timestamp that the example of a signed token call carries."""


def export_openapi(contract: Contract, *, servers: Sequence[str] = (), stubs: Stubs = PACKAGED) -> dict[str, Any]:
    """`contract` as one OpenAPI document with examples; the same each time.

    Args:
        stubs: What it has beside the operations that are carried out.
        servers: Base URLs to name in place of the contract's own.
    """
    dispatch = create_dispatch(
        {"profile": contract.profile, "clock": Clock(frozen_at=_NOW_S), "limits": "off", "stubs": stubs}
    )
    examples = {operation.id: _collect(operation, contract, dispatch) for operation in contract.operations.values()}
    return render_openapi(contract, servers=servers, examples=examples)


def _collect(operation: Operation, contract: Contract, dispatch: Dispatch) -> dict[str, dict[str, Any]]:
    """Status or `default` → name → body."""
    examples: dict[str, dict[str, Any]] = {}
    for status, name, body in (*_answers(operation, contract, dispatch), *_errors(operation, contract, dispatch)):
        examples.setdefault(status if status in operation.answers else "default", {})[name] = body
    return examples


def _answers(operation: Operation, contract: Contract, dispatch: Dispatch) -> Iterator[tuple[str, str, Any]]:
    """What the packaged shop answers, where the contract has an example of the request; all examples of a stub."""
    for status, examples in operation.examples.items():
        yield from ((status, name or "example", body) for name, body in examples.items())
    if operation.is_stub:
        return
    request = example_request(contract, operation)
    if request is None:
        return
    dispatch.store.default.reset()
    response = dispatch(request)
    if str(response.status) == operation.success.status:
        yield str(response.status), "example", orjson.loads(response.body)


def _errors(operation: Operation, contract: Contract, dispatch: Dispatch) -> Iterator[tuple[str, str, Any]]:
    """Each error that the operation answers by itself."""
    provider, shop = dispatch.providers[contract.provider], dispatch.store.default.shops[contract.provider]
    call = Call(Request(operation.method, operation.path, "", {}), operation, 1, _NOW_S)
    for entry in contract.errors.values():
        if entry.belongs_to(operation.id, contract.profile):
            yield str(entry.status), entry.code, provider.render_error(entry, call, shop)


def example_request(contract: Contract, operation: Operation) -> Request | None:
    """The request that the operation's `example`s make, with the keys of the provider's own samples.

    None where a parameter that the path needs, or the body, has no example.
    """
    raw = contract.document["paths"][operation.path][operation.method.lower()]
    values = {
        location: {
            each["name"]: each["example"]
            for each in raw.get("parameters", ())
            if each["in"] == location and "example" in each
        }
        for location in ("path", "query", "header")
    }
    path = operation.path
    for name, value in values["path"].items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    headers = {name.lower(): str(value) for name, value in values["header"].items()}
    if operation.roles:
        headers[contract.document["x-role-header"]["name"].lower()] = operation.roles[0]
    body = b""
    if operation.body_media_type is not None:
        content = raw["requestBody"]["content"][operation.body_media_type]
        if "example" not in content:
            return None
        headers["content-type"] = operation.body_media_type
        is_form = operation.body_media_type == "application/x-www-form-urlencoded"
        body = urlencode(content["example"]).encode() if is_form else orjson.dumps(content["example"])
    if "{" in path:
        return None
    if operation.security:
        headers["authorization"] = _authorization(contract.provider)
    prefix = urlsplit(contract.servers[0]).path
    return Request(operation.method, prefix + path, urlencode(values["query"]), headers, body)


def _authorization(provider: str) -> str:
    keys = PLACEHOLDERS[provider].values()
    if len(keys) == 1:
        return f"Bearer {next(iter(keys))}"
    return f"Basic {base64.b64encode(':'.join(keys).encode()).decode()}"
