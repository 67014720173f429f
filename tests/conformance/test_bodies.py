"""A request body or a query that does not fit is answered as the contract says, whatever is wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode

import pytest

from jumun_contracts import PROFILES, Schema, findings, load_contract, parse_json
from jumun_contracts.contract.requests import read_parameters
from jumun_mockserver.core import provider as provider_module
from jumun_mockserver.core.http import Request
from jumun_mockserver.providers import PROVIDERS
from tests.conformance.samples import GOOD_REQUESTS, OPERATIONS, frozen_dispatch
from tests.mockserver.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts import Contract, Operation, Stubs
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.provider import Call

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
WRONG: Mapping[str, Any] = {
    "string": 7,
    "integer": "many",
    "number": "many",
    "boolean": "maybe",
    "array": {"0": "not a list"},
    "object": ["not an object"],
}


def with_body(good: Request, body: bytes, media_type: str) -> Request:
    """A good request with another body."""
    return replace(good, body=body, headers={**good.headers, "content-type": media_type})


def written(value: Any, media_type: str) -> bytes:
    """A value as the body of a media type."""
    return urlencode(value).encode() if media_type == FORM else json.dumps(value).encode()


def iter_places(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The path of each property and item, however deep."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield (key,)
        for path in iter_places(member):
            yield (key, *path)


def changed(value: Any, path: tuple[str | int, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy of `value` in which `change` was done to the container at the end of `path`, by its last key."""
    copy = json.loads(json.dumps(value))
    container = copy
    for key in path[:-1]:
        container = container[key]
    change(container, path[-1])
    return copy


def json_type(value: Any) -> str:
    """The JSON Schema type of a value."""
    names = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "null")


def iter_bad(operation: Operation, good: Request) -> Iterator[tuple[str, Request]]:
    """Each way in which a body can be wrong: its name, and the request. Derived from the operation's schema."""
    assert operation.body is not None
    assert operation.body_media_type is not None
    media_type = operation.body_media_type
    is_form = media_type == FORM
    value = dict(parse_qsl(good.body.decode())) if is_form else json.loads(good.body)
    for path in iter_places(value):
        place = "/".join(map(str, path))
        without = changed(value, path, lambda container, key: container.pop(key))
        if findings(operation.body, without):
            yield f"without {place}", with_body(good, written(without, media_type), media_type)
        other = changed(
            value, path, lambda container, key: container.__setitem__(key, WRONG[json_type(container[key])])
        )
        for known in (JSON,) if is_form else (media_type,):
            # A form has texts only, so a wrong type comes as JSON.
            yield f"another type of {place}", with_body(good, written(other, known), known)
    yield "not JSON", with_body(good, b'{"a":', JSON)
    yield "not UTF-8", with_body(good, b'{"a":"\xff\xfe"}', JSON)
    yield "deep", with_body(good, b"[" * 100 + b"]" * 100, JSON)
    yield "empty", with_body(good, b"", media_type)
    yield "array", with_body(good, b"[1]", JSON)
    yield "null", with_body(good, b"null", JSON)
    yield "number", with_body(good, b"1", JSON)
    for name, text in (("empty JSON object", b"{}"), ("a made-up list", b'{"items":[{}]}')):
        # Where no field is required it fits.
        if findings(operation.body, parse_json(text)):
            yield name, with_body(good, text, JSON)
    for declared in ("text/plain", "application/xml", "", "multipart/form-data; boundary=x"):
        yield f"declared {declared!r}", with_body(good, good.body, declared)
    yield "JSON under a form header", with_body(good, json.dumps(value).encode(), FORM)
    yield "a form under a JSON header", with_body(good, written(flat(value), FORM), JSON)


def flat(value: Any) -> dict[str, str]:
    """Something that a form can hold."""
    return {key: str(member) for key, member in value.items()} if isinstance(value, dict) else {"value": str(value)}


def check_answer(dispatch: Dispatch, operation: Operation, contract: Contract, request: Request) -> int:
    """Send it; the status, which must be one that the operation names, with the body that it names."""
    response = dispatch(request)
    exchange = list(dispatch.store.default.journal)[-1]
    assert exchange.operation == operation.id
    assert not [remark for remark in exchange.remarks if remark.startswith("Jumun failed")]
    assert response.status < 500
    assert str(response.status) in operation.answers
    answer = operation.answer(response.status)
    assert bool(response.body) is bool(answer.media_type)
    assert not response.body or findings(answer.schema, parse_json(response.body)) == []
    if response.status >= 400:
        assert contract.errors[exchange.code].status == response.status
    else:
        assert exchange.violations, "what is let through is noted"
    return response.status


WITH_BODY = [
    (operation, profile)
    for profile in PROFILES
    for operation in OPERATIONS
    if (found := load_contract(operation.split(".")[0], profile).operations.get(operation)) and found.body
]


@pytest.mark.parametrize(("name", "profile"), WITH_BODY)
def test_a_body_that_does_not_fit(name: str, profile: str) -> None:
    """Whatever is wrong with it, the status is one that the contract names for the operation, and never a 5xx."""
    contract = load_contract(name.split(".", maxsplit=1)[0], profile)
    operation, good = contract.operations[name], GOOD_REQUESTS[name]
    dispatch = frozen_dispatch(profile)
    refused = 0
    for what, request in iter_bad(operation, good):
        status = check_answer(dispatch, operation, contract, request)
        refused += status >= 400
        if operation.on_invalid == "reject" and not what.startswith("declared"):
            assert status == contract.errors[contract.causes["invalid_body"]].status, what
    assert refused


WITH_QUERY = [
    (operation, profile)
    for profile in PROFILES
    for operation in OPERATIONS
    if (found := load_contract(operation.split(".")[0], profile).operations.get(operation))
    and any(parameter.location == "query" for parameter in found.parameters)
]
WRONG_TEXTS = ("many", "-1", "1.5", "9" * 30, "2026-02-30T00:00:00.000+09:00", "%ff", "[]", "없음")


def iter_bad_queries(operation: Operation, good: Request) -> Iterator[tuple[str, Request]]:
    """Each way in which a query can be wrong: its name, and the request. Derived from the operation's parameters."""
    given = dict(parse_qsl(good.query))
    yield "a parameter of no name", replace(good, query=f"{good.query}&=1")
    yield "an unknown parameter", replace(good, query=f"{good.query}&madeUp=1")
    for parameter in operation.parameters:
        if parameter.location != "query":
            continue
        others = {name: value for name, value in given.items() if name != parameter.name}
        if parameter.required:
            yield f"without {parameter.name}", replace(good, query=urlencode(others))
            yield f"empty {parameter.name}", replace(good, query=urlencode({**others, parameter.name: ""}))
        for text in WRONG_TEXTS:
            request = replace(good, query=urlencode({**others, parameter.name: unquote(text)}))
            if read_parameters(operation, request, in_path(operation))[1]:
                yield f"{parameter.name}={text}", request
        if parameter.type != "array":
            yield f"{parameter.name} twice", replace(good, query=f"{good.query}&{parameter.name}=1&{parameter.name}=1")


def in_path(operation: Operation) -> dict[str, str]:
    """Values of the parameters in the path."""
    return {each.name: "1" for each in operation.parameters if each.location == "path"}


# Parameters of which the shop refuses what the contract lets through: ids that are none.
SHOP_REFUSES = {
    "bootpay.orders.month": {"user_group_id"},
    "bootpay.subscriptions.list": {"user_id", "user_group_id"},
    "bootpay.subscription_bills.list": {"order_subscription_id"},
}


@pytest.mark.parametrize(("name", "profile"), WITH_QUERY)
def test_a_query_that_does_not_fit(name: str, profile: str) -> None:
    """What is missing or cannot be read is refused where the contract says so; all else is answered, with a note."""
    contract = load_contract(name.split(".", maxsplit=1)[0], profile)
    operation, dispatch = contract.operations[name], frozen_dispatch(profile)
    for what, request in iter_bad_queries(operation, GOOD_REQUESTS[name]):
        if what.partition("=")[0].partition(" ")[0] in SHOP_REFUSES.get(name, ()):
            continue
        status = check_answer(dispatch, operation, contract, request)
        _, violations = read_parameters(operation, request, in_path(operation))
        is_bad = any(each.refusable or each.keyword == "required" for each in violations)
        assert violations, what
        assert (status == 400) == (is_bad and operation.on_invalid == "reject"), what


MADE_UP = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "count"],
                "properties": {"id": {"type": "string", "minLength": 1}, "count": {"type": "integer", "minimum": 1}},
            },
        },
        "note": {"type": "string"},
    },
}


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, provider: str) -> str:
    """A stateful POST that refuses what does not fit, in each provider: its id."""
    example = {"naver": "naver.product_order_ids", "bootpay": "bootpay.orders.list"}[provider]
    id_ = f"{provider}.made_up"

    def load(name: str, profile: str = "documented", *, stubs: Stubs) -> Contract:
        contract = load_contract(name, profile, stubs=stubs)
        if name != provider:
            return contract
        operation = replace(
            contract.operations[example],
            id=id_,
            method="POST",
            path="/v1/pay-order/made-up" if provider == "naver" else "/v1/made-up",
            parameters=(),
            body=Schema(MADE_UP),
            body_media_type=JSON,
            on_invalid="reject",
        )
        return replace(contract, operations={**contract.operations, id_: operation})

    monkeypatch.setattr(provider_module, "load_contract", load)
    return id_


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_handler_gets_no_body_that_does_not_fit(made_up: str, provider: str, profile: str) -> None:
    """An operation that rejects answers 400 by cause; a wrong media type alone is let through, with a note."""
    seen: list[Any] = []

    def handle(call: Call, _shop: object) -> dict[str, Any]:
        seen.append(call.body)
        return {"items": [item["id"] * item["count"] for item in call.body["items"]]}

    record = PROVIDERS[provider]
    handlers = {**record.handlers, made_up: handle}
    world = World(profile=profile, providers={provider: replace(record, handlers=handlers)})
    contract = world.session.contracts[provider]
    operation = contract.operations[made_up]
    headers = {**GOOD_REQUESTS[f"{provider}.token"].headers, **world_headers(provider), "content-type": JSON}
    good = Request("POST", record.prefixes[0] + operation.path, "", headers, b'{"items":[{"id":"a","count":2}]}')
    assert world.dispatch(good).status == int(operation.success.status)
    entry = contract.errors[contract.causes["invalid_body"]]
    for what, request in iter_bad(operation, good):
        seen.clear()
        response = world.dispatch(request)
        if what.startswith("declared"):
            assert response.status == 200, what
            assert "content-type" in dict(response.headers)["jumun-note"]
            continue
        assert response.status == entry.status == 400, what
        assert world.last.code == entry.code
        assert parse_json(response.body)["message"] == entry.message  # type: ignore[index,call-overload]
        assert seen == [], what


def world_headers(provider: str) -> dict[str, str]:
    """Credentials that are good at any time."""
    example = {"naver": "naver.product_order_ids", "bootpay": "bootpay.orders.list"}[provider]
    return {"authorization": GOOD_REQUESTS[example].headers["authorization"]}
