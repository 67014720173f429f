from __future__ import annotations

from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core import provider as provider_module
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.provider import ProviderError
from jumun_mockserver.providers import PROVIDERS
from tests.conformance.samples import GOOD_REQUESTS
from tests.mockserver.world import KEYS, ORDER, STATIC_TOKEN, World, basic, read_answer
from tests.stubs import write_stub

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts import Contract, Stubs
    from jumun_mockserver.core.journal.journal import Exchange

CALLS = {operation: (request.method, request.path) for operation, request in GOOD_REQUESTS.items()}


@cache
def shared(profile: str) -> World:
    """One world for all that ask it for errors."""
    return World(profile=profile)


def failing(error: Exception, *, profile: str = "documented") -> World:
    """A world in which the handlers of two operations raise `error`."""

    def fail(*_: object) -> None:
        raise error

    naver, bootpay = PROVIDERS["naver"], PROVIDERS["bootpay"]
    return World(
        profile=profile,
        providers={
            "naver": replace(naver, handlers={**naver.handlers, "naver.product_order_ids": fail}),
            "bootpay": replace(bootpay, handlers={**bootpay.handlers, "bootpay.orders.list": fail}),
        },
    )


@pytest.mark.parametrize(
    ("profile", "naver", "bootpay"),
    [
        ("documented", {"code": "SERVER_ERROR"}, {"status": 500, "code": 500}),
        ("observed", {"code": "GW.INTERNAL_SERVER_ERROR"}, {"error_code": "SERVER_ERROR"}),
    ],
)
def test_our_fault_looks_like_the_providers(profile: str, naver: dict[str, Any], bootpay: dict[str, Any]) -> None:
    """An exception in a handler is the provider's own 500 on the wire; the journal says that it was Jumun."""
    world = failing(ZeroDivisionError("ouch"), profile=profile)
    for answer, body in ((world.product_orders(), naver), (world.orders(), bootpay)):
        assert answer.status == 500
        assert body.items() <= answer.json.items()
        assert world.last.remarks == ("Jumun failed: ZeroDivisionError: ouch",)
    assert world.call("GET", "/v1/orders").status == 401, "the session goes on"


class _UnspeakableError(Exception):
    """An exception whose text cannot be made."""

    def __str__(self) -> str:
        raise RuntimeError


def _fail(*_: object, **__: object) -> NoReturn:
    raise _UnspeakableError


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("part", ["read_credential", "authenticate", "headers", "render_error", "path_not_found"])
def test_no_exception_leaves_dispatch(part: str, profile: str) -> None:
    """Whichever function of a provider's record fails, every call has a complete response that says what failed."""
    bootpay = PROVIDERS["bootpay"]
    world = World(profile=profile, providers={"bootpay": replace(bootpay, **{part: _fail})})  # type: ignore[arg-type]
    world.dispatch.store.create(world.session.options)
    failed = 0
    for method, target in (
        ("GET", "/v1/orders"),
        ("POST", "/v1/request/token"),
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/orders"),
    ):
        answer = world.call(method, target, b"[1]", authorization=basic(*KEYS))
        assert int(answer.headers["content-length"]) == len(answer.body)
        if answer.status == 500:
            said = answer.note or answer.json["detail"]
            assert "Jumun failed: _UnspeakableError" in said
            failed += 1
    assert failed


@pytest.mark.parametrize("body", [{1, 2}, object(), {"a": {3}}])
def test_what_a_handler_returns_may_be_anything(body: object) -> None:
    """A result that cannot be rendered is the provider's 500 with a note."""
    bootpay = PROVIDERS["bootpay"]
    handlers = {**bootpay.handlers, "bootpay.orders.list": lambda *_: body}
    answer = World(providers={"bootpay": replace(bootpay, handlers=handlers)}).orders()
    assert answer.json["status"] == answer.status == 500
    assert "Jumun failed: " in answer.note


def test_a_missing_handler_is_an_error_at_start() -> None:
    """It names the operation, and a handler too many names what may have been meant."""
    bootpay = PROVIDERS["bootpay"]
    handlers = dict(bootpay.handlers)
    listing = handlers.pop("bootpay.orders.list")
    with pytest.raises(ProviderError, match=r"^bootpay\.orders\.list has no handler; name one under `handlers`"):
        World(providers={"bootpay": replace(bootpay, handlers=handlers)})
    handlers |= {"bootpay.orders.list": listing, "bootpay.order.list": listing}
    with pytest.raises(ProviderError, match=r"'bootpay\.order\.list', .*; did you mean bootpay\.orders\.list\?$"):
        World(providers={"bootpay": replace(bootpay, handlers=handlers)})


def test_a_profile_is_loaded_when_it_is_asked_for(tmp_path: Path) -> None:
    """Most servers have one. A user's stubs are read for all, since the start is to say what is wrong."""
    world = World()
    assert [*world.dispatch.routes] == ["documented"]
    assert world.dispatch.routes["observed"].match("GET", "/v1/orders").route
    write_stub(tmp_path)
    assert [*World(stubs=tmp_path).dispatch.routes] == [*PROFILES]


@pytest.fixture
def documented_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """`bootpay.orders.list` exists in the profile `documented` only."""

    def load(provider: str, profile: str = "documented", *, stubs: Stubs) -> Contract:
        contract = load_contract(provider, profile, stubs=stubs)
        if profile == "documented":
            return contract
        kept = {id_: each for id_, each in contract.operations.items() if id_ != "bootpay.orders.list"}
        return replace(contract, operations=kept)

    monkeypatch.setattr(provider_module, "load_contract", load)


@pytest.mark.usefixtures("documented_only")
def test_an_operation_may_exist_in_one_profile_only() -> None:
    """A session of the profile that has it is served; in the other one its path is an unknown path of the provider."""
    world = World(profile="observed")
    assert world.orders().status == 404
    assert world.last.operation == ""
    session = world.dispatch.store.create(replace(world.session.options, profile="documented"))
    answer = world.orders(jumun_session=session.id)
    assert (answer.status, answer.json["count"]) == (200, 15)
    assert World().orders().status == 200


def test_success_is_as_the_contract_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status and media type of a success come from the contract; a handler gives the body only."""
    contract = load_contract("bootpay")
    listing = contract.operations["bootpay.orders.list"]
    created = replace(listing.success, status="201", media_type="application/vnd.bootpay+json")
    operations = {**contract.operations, listing.id: replace(listing, success=created)}
    monkeypatch.setattr(
        provider_module,
        "load_contract",
        lambda name, profile, stubs: replace(load_contract(name, profile, stubs=stubs), operations=operations),
    )
    answer = World(providers={"bootpay": PROVIDERS["bootpay"]}).orders()
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/vnd.bootpay+json; charset=utf-8"


@pytest.mark.parametrize("profile", PROFILES)
def test_suggestions_never_cross_providers(profile: str) -> None:
    """An unknown path of one provider is only compared with that provider's, and what is like nothing has none."""
    world = World(profile=profile)
    for method, path, meant in (
        ("POST", "/v1/order/cancel", ""),
        ("PUT", "/v1/orders/x/cancel", ""),
        ("POST", "/v1/oauth2/tokn", "POST /v1/oauth2/token (naver.token)"),
        ("GET", "/v1/order", "GET /v1/orders (bootpay.orders.list)"),
        ("GET", f"/external/v1/pay-order/seller/order/{ORDER}/product-order-ids", "naver.product_order_ids"),
        ("GET", "/v1/qqqqqqqqqqqqqq", None),
    ):
        world.call(method, path)
        assert world.last.contract is not None
        assert {route.provider.name for route in world.last.near} <= {world.last.contract.provider}
        first = str(world.last.near[0]) if world.last.near else ""
        assert not first if meant is None else meant in first


def is_legal(note: str) -> bool:
    """Whether a text fits a header line as it is, and is short enough for any client."""
    return note.isascii() and note.isprintable() and len(note) <= 2_100


@pytest.mark.parametrize("message", ["two\r\nlines: x", "주문 없음", "\x00\x7f\x85", "x" * 100_000, "주" * 10_000, ""])
def test_a_note_of_any_exception_is_a_header_line(message: str) -> None:
    """Line ends, other scripts, control characters and length never break the response."""
    answer = failing(ValueError(message)).orders()
    assert answer.status == 500
    assert is_legal(answer.note)


@settings(max_examples=150)
@given(
    path=st.sampled_from(["/v1/orders", "/v1/orders/x", CALLS["naver.product_order_ids"][1], "/v1/", "/"])
    | st.text(max_size=40),
    query=st.text(max_size=60)
    | st.sampled_from(["status=", "page=", "x=", "k"]).flatmap(
        lambda key: st.text(max_size=60).map(lambda value: key + value)
    ),
    prefer=st.text(max_size=60) | st.text(max_size=3_000).map("code={}".format),
)
def test_a_note_of_any_request_is_a_header_line(path: str, query: str, prefer: str) -> None:
    """Whatever a client sends, the note is printable ASCII of bounded length and the answer not a 5xx of Jumun's."""
    world = shared("documented")
    headers = {"authorization": f"Bearer {STATIC_TOKEN}", "prefer": prefer}
    answer = read_answer(world.dispatch(Request("GET", path, query, headers)))
    assert is_legal(answer.note)
    assert not any(remark.startswith("Jumun failed") for remark in world.last.remarks)


def test_a_note_of_very_many_violations_is_cut(world: World) -> None:
    """Hundreds of violations are all in the journal and shortened in the header."""
    answer = world.orders("&".join(f"unknown{n}=1" for n in range(500)))
    assert answer.status == 200
    assert len(world.last.violations) == 500
    assert is_legal(answer.note)
    assert answer.note.endswith("...")


def test_no_note_where_nothing_is_to_be_said(either: World) -> None:
    """A right call has an answer as production's, without a header of Jumun's."""
    assert "jumun-note" not in either.orders("page=1&limit=20").headers
    assert "jumun-note" not in either.product_orders().headers


@pytest.mark.parametrize(("path", "status"), [("/v1/nothing", 404), ("/external/nothing", 404), ("/nothing", 404)])
def test_an_unknown_path_comes_before_all_else(either: World, path: str, status: int) -> None:
    """Neither credentials nor a wish change that the path is unknown."""
    for headers in ({}, {"prefer": "code=500"}, {"authorization": "Basic x"}):
        assert either.call("GET", path, **headers).status == status


@pytest.mark.parametrize("operation", CALLS)
def test_an_unknown_method_comes_before_credentials(either: World, operation: str) -> None:
    """A wrong method is a 405 with Allow, whatever else the call has."""
    method, path = CALLS[operation]
    answer = either.call("PATCH", path, prefer="code=500")
    assert answer.status == 405
    assert method in answer.headers["allow"].split(", ")


def test_a_forced_error_comes_before_credentials(either: World) -> None:
    """An error that was asked for needs no key."""
    assert either.call("GET", "/v1/orders", prefer="code=500").status == 500


def test_credentials_come_before_parameters(world: World) -> None:
    """Who may not come in does not learn what else is wrong."""
    assert world.call("GET", "/v1/orders?page=x&what=1").status == 401
    assert world.places == []
    assert world.product_orders("x", authorization="Bearer no").status == 401


def test_parameters_come_before_the_order(world: World) -> None:
    """An id of the wrong form is a 400 and not an order that is not there."""
    assert world.product_orders("123").status == 400
    assert world.product_orders("9999999999999").status == 404


@pytest.mark.parametrize("at", [0.0, 1_643_961_623.299, 4_102_444_800.999])
def test_the_date_is_the_sessions(at: float) -> None:
    """Every answer carries the session clock's time, by whole seconds, also for an unmatched path."""
    world = World(at=at)
    for answer in (world.orders(), world.call("GET", "/v1/orders"), world.call("GET", "/nowhere")):
        date = answer.headers["date"]
        assert date.endswith(" GMT")
        assert parsedate_to_datetime(date).timestamp() == int(at)


def test_length_and_type_are_said(either: World) -> None:
    """Answers name their length in bytes and their type: naver's without charset, bootpay's with."""
    for answer in (either.orders(), either.product_orders(), either.product_orders("x"), either.call("GET", "/")):
        assert int(answer.headers["content-length"]) == len(answer.body)
    assert either.product_orders().headers["content-type"] == "application/json"
    assert either.orders().headers["content-type"] == "application/json; charset=utf-8"


def test_nobodys_path_is_told_what_is_near(world: World) -> None:
    """No provider's dialect: problem details with the routes that were probably meant."""
    answer = world.call("GET", "/v2/orders")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == answer.status == 404
    assert answer.json["near"][0] == "GET /v1/orders (bootpay.orders.list)"


def test_a_listener_hears_every_exchange() -> None:
    """`on_exchange` gets each exchange, unmatched ones too, after the journal has it."""
    heard: list[Exchange] = []
    world = World(on_exchange=heard.append)
    world.orders()
    world.call("GET", "/nowhere")
    world.product_orders("x")
    assert heard == list(world.session.journal)
    assert [each.status for each in heard] == [200, 404, 400]
