"""A credential that was sent is in no export of the journal and in no line of a log, wherever the answer quotes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.contract.requests import Violation
from jumun_mockserver.core.http import Request, Response
from jumun_mockserver.core.journal.credentials import describe_call
from jumun_mockserver.core.journal.export import iter_har, render_curl, render_exchange
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.run.summary import Summary
from tests.mockserver.spelt import CANARY, SENT, SPELLINGS, Sent, find_canary
from tests.mockserver.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BASES = {"bootpay": "/v1", "naver": "/external"}
PLACES = [(provider, place) for provider, places in SENT.items() for place in places]


def exchange(provider: str, sent: Sent, *, answer: bytes, status: int = 400, profile: str = "documented") -> Exchange:
    """What the journal has of a call, with an answer of an API and notes that quote the canary."""
    world = World(profile=profile)
    target = f"{BASES[provider]}{sent.path}"
    headers = {name.replace("-", "_"): value for name, value in sent.headers.items()}
    world.call(sent.method, target, sent.body, **headers)
    entry = world.last
    quoting = {"content-type": "application/json", "gncp-gw-trace-id": f"{CANARY}^1", "x-echo": CANARY}
    return replace(
        entry,
        response=Response(status, tuple(quoting.items()), answer),
        violations=(*entry.violations, Violation(f"query/{CANARY}", f"not {CANARY}")),
        remarks=(*entry.remarks, f"the recording has no {CANARY}"),
        step=f'set(/message "{CANARY}")',
        code="",
    )


def exports(entry: Exchange) -> Iterator[str]:
    """Each form of it."""
    yield json.dumps(render_exchange(entry), ensure_ascii=False)
    yield b"".join(iter_har([entry], "http://jumun.test", version="1")).decode()
    yield render_curl(entry, "http://jumun.test")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("provider", "place"), PLACES)
def test_no_export_quotes_a_credential(provider: str, place: str, profile: str) -> None:
    """Wherever it was sent, and however the answer spells it, in a value, a name, a list or a JSON text."""
    for spelt in (spelling(CANARY) for spelling in SPELLINGS.values()):
        answer = {
            "code": spelt,
            "message": f"no: {spelt}.",
            "traceId": spelt,
            "data": {spelt: spelt},
            "list": [{"order_id": spelt, "order_name": f"no: {spelt}."}],
            "nested": json.dumps({"key": spelt}),
        }
        for status in (200, 400):
            entry = exchange(
                provider, SENT[provider][place], answer=json.dumps(answer).encode(), status=status, profile=profile
            )
            for text in exports(entry):
                assert find_canary(text) == [], text


@pytest.mark.parametrize(("provider", "place"), PLACES)
def test_the_rest_of_a_text_stays(provider: str, place: str) -> None:
    """What is quoted becomes a mask within the text that quotes it, and names that the contract has stay."""
    answer = {"code": "1", "message": f"no: {CANARY}.", "timestamp": "2026-03-04T05:06:07.000+09:00"}
    data = render_exchange(exchange(provider, SENT[provider][place], answer=json.dumps(answer).encode()))
    if data["response"]["body"].startswith("{"):
        assert json.loads(data["response"]["body"])["message"] in ("no: ***.", "***")
    assert data["response"]["headers"]["gncp-gw-trace-id"] == "***^1"
    assert data["remarks"][-1] == "the recording has no ***"
    assert data["violations"][-1] == {"place": "query/***", "message": "not ***"}


@pytest.mark.parametrize(("provider", "place"), PLACES)
def test_no_line_of_a_log_quotes_a_credential(provider: str, place: str) -> None:
    """What `jumun serve` writes of a call, and `jumun run` in its summary."""
    entry = exchange(provider, SENT[provider][place], answer=b"{}")
    path, violations, remarks = describe_call(entry)
    assert find_canary(json.dumps([path, violations, remarks])) == []
    assert remarks[-1] == "the recording has no ***"
    summary = Summary()
    summary.record(entry)
    assert find_canary("\n".join(summary.render({}))) == []


def test_what_was_issued_is_masked_too() -> None:
    """A token that an answer gives is not in another place of that answer."""
    answer = json.dumps({"access_token": CANARY, "expire_in": 1800, "expired_at": CANARY}).encode()
    request = Request("POST", "/v1/request/token", "", {})
    response = Response(200, (("set-cookie", f"sid={CANARY}; Path=/"), ("gncp-gw-trace-id", CANARY)), answer)
    entry = Exchange(1, "", 0.5, request, response, "bootpay.token", load_contract("bootpay"), "", (), ())
    data = render_exchange(entry)
    assert find_canary(json.dumps(data)) == []
    assert json.loads(data["response"]["body"]) == {"access_token": "***", "expire_in": 1800, "expired_at": "***"}


REFERERS: Mapping[str, str] = {
    f"https://shop.example/a?token={CANARY}&page=2": "https://shop.example/a?***",
    "https://shop.example/a": "https://shop.example/a",
    "https://hong:geheim@shop.example/?": "https://***@shop.example/",
    f"https://shop.example/#access_token={CANARY}": "https://shop.example/#***",
    "/a?b=c": "/a?***",
    "https://[bad/?token=1": "***",
    "": "",
}


@pytest.mark.parametrize("referer", REFERERS)
def test_a_referer_is_shown_without_its_query(referer: str) -> None:
    """As the query of a request that no operation has; user and fragment are masked likewise."""
    world = World()
    world.orders(referer=referer)
    assert render_exchange(world.last)["request"]["headers"]["referer"] == REFERERS[referer]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"authorization": "Bearer ab1"}, "the ab1 of abc is unknown"),
        ({"authorization": "Bearer undefined"}, "undefined is not a token"),
        ({"jumun_client": "session-1"}, "session-1"),
        ({"sec_fetch_mode": "same-origin-policy"}, "same-origin-policy"),
        ({"x_switch": "on"}, "on and on"),
        ({"cookie": "lang=ko"}, "lang ko"),
    ],
)
def test_what_is_not_a_credential_stays(headers: dict[str, str], message: str) -> None:
    """Values that are too short, that say nothing, and those of headers that are known to have none."""
    world = World()
    world.orders(**headers)
    entry = replace(
        world.last, response=Response(400, (), json.dumps({"message": message}).encode()), remarks=(message,), code=""
    )
    data = render_exchange(entry)
    assert json.loads(data["response"]["body"])["message"] == message
    assert data["remarks"] == [message]


def test_a_word_of_the_contract_stays() -> None:
    """A credential that is a word of the contract masks neither a name that it knows, nor a path or media type."""
    world = World()
    world.orders(x_api_key="order_id", cookie="a=application; b=json; c=orders")
    data = render_exchange(world.last)
    assert data["path"] == "/v1/orders"
    assert "order_id" in json.loads(data["response"]["body"])["list"][0]
    assert data["response"]["headers"]["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    "body", ["token" * 200_000, "token" + " " * 1_000_000, '{"token": ' * 100_000, "token=x&" * 100_000 + "<"]
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_a_large_body_that_cannot_be_read(body: str, content_type: str) -> None:
    """It is looked through in time that grows as it does, and the rest of the exchange is shown."""
    world = World()
    world.call("POST", "/v1/request/token", body, content_type=content_type)
    data = render_exchange(world.last)
    assert data["path"] == "/v1/request/token"
    assert data["status"] in (400, 401)
