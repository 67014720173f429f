from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mockserver.providers.bodies import JSON_VALUES, ODD_BODIES
from tests.mockserver.world import DEMO_KEYS, FORM, KEYS, Answer, World, basic, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REFUSAL = {
    "status": 401,
    "code": 1700,
    "message": "Access Token이 잘못되었거나 만료되었습니다.",
    "data": None,
}


ODD = World()


def encode(pair: bytes) -> str:
    """A Basic header of any bytes."""
    return "Basic " + base64.b64encode(pair).decode()


def ask_token(world: World, body: object = None, **headers: str) -> Answer:
    """`bootpay.token` with a JSON body, none if it is None."""
    content = "" if body is None else json.dumps(body)
    return world.call("POST", "/v1/request/token", content, content_type="application/json", **headers)


def body_of(client_key: str, secret_key: str) -> dict[str, str]:
    """A token call's body."""
    return {"client_key": client_key, "secret_key": secret_key}


@pytest.mark.parametrize("keys", [KEYS, DEMO_KEYS])
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_basic_opens(either: World, keys: tuple[str, str], scheme: str) -> None:
    """The page's placeholders and the demo keys work on every call, in both profiles; no token is needed."""
    assert either.orders(authorization=basic(*keys).replace("Basic", scheme)).status == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        basic(KEYS[0], "wrong"),
        basic(KEYS[0], ""),
        basic("", KEYS[1]),
        basic(*reversed(KEYS)),
        basic(KEYS[0], DEMO_KEYS[1]),
        basic("nobody", "nothing"),
        basic(KEYS[0], KEYS[1] + "\n"),
        encode(KEYS[0].encode()),
        encode(b"\xff\xfe:\xff"),
        encode(b""),
        "Basic ???",
        "Basic abc",
        "Basic 주문",
        f"Basic {':'.join(KEYS)}",
        "Digest abc",
        "Bearer",
        "Bearer ",
        "Bearer made-up",
        basic(*KEYS).replace("Basic", "Bearer"),
        basic(*KEYS).removeprefix("Basic "),
    ],
)
def test_anything_else_is_the_pages_401(either: World, header: str) -> None:
    """Wrong secret, unknown key, broken base64, no UTF-8, another scheme: exactly the page's body."""
    answer = either.orders(authorization=header)
    assert answer.status == 401
    assert answer.json == REFUSAL
    assert answer.note


def test_no_header_is_the_pages_401(either: World, reference: Callable[[str], bytes]) -> None:
    """Body and order of keys are those of the page."""
    answer = either.call("GET", "/v1/orders")
    assert answer.status == 401
    assert list(answer.json.items()) == list(json.loads(reference("bootpay_payloads/error_401_1700.json")).items())


def test_a_secret_may_have_colons_and_any_letters(tmp_path: Path) -> None:
    """Only the first colon parts the pair, which is UTF-8."""
    text = "applications: [{client_key: 가, secret_key: 'a:b:다'}]\n"
    world = World(data=write(tmp_path, {"bootpay/applications.yaml": text}))
    assert world.orders(authorization=basic("가", "a:b:다")).status == 200
    assert world.orders(authorization=basic("가", "a")).status == 401


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (body_of(*DEMO_KEYS), {}),
        (body_of(*DEMO_KEYS), {"authorization": basic(*DEMO_KEYS)}),
        (body_of(*DEMO_KEYS), {"authorization": "Bearer left-over"}),
        (None, {"authorization": basic(*DEMO_KEYS)}),
        ({}, {"authorization": basic(*DEMO_KEYS)}),
    ],
)
def test_a_token_for_the_keys(either: World, body: dict[str, str] | None, headers: dict[str, str]) -> None:
    """Keys in the body (old SDKs), in both places (new ones) or as Basic alone; then Bearer opens the list."""
    answer = ask_token(either, body, **headers)
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "expired_at", "expire_in"}
    assert answer.json["expire_in"] == 1_800
    for scheme in ("Bearer", "bearer"):
        assert either.orders(authorization=f"{scheme} {answer.json['access_token']}").status == 200


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (None, {}),
        ({}, {}),
        ({"client_key": KEYS[0]}, {}),
        ({"client_key": 5, "secret_key": None}, {}),
        ({"client_key": [KEYS[0]], "secret_key": KEYS[1]}, {}),
        (body_of(KEYS[0], "wrong"), {}),
        (body_of("nobody", "nothing"), {}),
        (body_of(KEYS[0], "wrong"), {"authorization": basic(*KEYS)}),
        (body_of(*KEYS), {"authorization": basic(KEYS[0], "wrong")}),
        (body_of(*KEYS), {"authorization": basic(*DEMO_KEYS)}),
        (body_of(*KEYS), {"authorization": "Basic !"}),
        ([1], {}),
        ("text", {}),
    ],
)
def test_no_token_for_wrong_keys(either: World, body: Any, headers: dict[str, str]) -> None:
    """What comes must be right: a wrong or missing pair, or two pairs that disagree, is the page's 401."""
    answer = ask_token(either, body, **headers)
    assert (answer.status, answer.json) == (401, REFUSAL)


@pytest.mark.parametrize("content_type", ["application/json", FORM, ""])
@pytest.mark.parametrize("text", ODD_BODIES)
def test_no_body_is_too_odd_to_be_refused(either: World, text: str, content_type: str) -> None:
    """Whatever JSON or text comes, the answer is the page's 401."""
    answer = either.call("POST", "/v1/request/token", text, content_type=content_type)
    assert (answer.status, answer.json) == (401, REFUSAL)


@settings(max_examples=50)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(body_of("", ""), JSON_VALUES)))
def test_no_field_is_too_odd_to_be_refused(changes: dict[str, object]) -> None:
    """Any JSON value in place of a key is the page's 401; null is not the text None."""
    answer = ask_token(ODD, {**body_of("None", "None"), **changes})
    assert (answer.status, answer.json) == (401, REFUSAL)


def test_keys_are_read_as_the_content_type_says(either: World) -> None:
    """The keys as a form get a token under a form header; under the other's header neither form nor JSON does."""
    keys = body_of(*KEYS)
    for content, content_type, status in (
        (urlencode(keys), FORM, 200),
        (json.dumps(keys), "application/json", 200),
        (urlencode(keys), "application/json", 401),
        (json.dumps(keys), FORM, 401),
    ):
        answer = either.call("POST", "/v1/request/token", content, content_type=content_type)
        assert answer.status == status
        assert ("but the content type says" in answer.note) == (status == 401)


def test_the_same_token_within_25_minutes(either: World) -> None:
    """Asked again, the token is the same and its seconds count down; after 25 minutes there is a new one."""
    first = ask_token(either, body_of(*KEYS)).json
    either.clock.advance(1_500)
    assert ask_token(either, body_of(*KEYS)).json == {**first, "expire_in": 300}
    either.clock.advance(1)
    second = ask_token(either, body_of(*KEYS)).json
    assert second["access_token"] != first["access_token"]
    assert second["expire_in"] == 1_800
    for token in (first, second):
        assert either.orders(authorization=f"Bearer {token['access_token']}").status == 200


def test_a_token_ends_after_30_minutes(either: World) -> None:
    """Good in the last second, and the page's 401 from then on."""
    token = ask_token(either, body_of(*KEYS)).json["access_token"]
    either.clock.advance(1_799)
    assert either.orders(authorization=f"Bearer {token}").status == 200
    either.clock.advance(1)
    answer = either.orders(authorization=f"Bearer {token}")
    assert (answer.status, answer.json) == (401, REFUSAL)
    assert "expired" in answer.note


def test_when_a_token_ends_is_said_in_korean_time() -> None:
    """expired_at is the moment at which the token ends, +09:00, whole seconds."""
    world = World(at=1_735_657_200.0)
    assert ask_token(world, body_of(*KEYS)).json["expired_at"] == "2025-01-01T00:30:00+09:00"
