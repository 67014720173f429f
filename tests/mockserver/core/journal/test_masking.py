from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES, Schema
from jumun_mockserver.core.journal.export import iter_har, render_curl, render_exchange
from jumun_mockserver.core.journal.masking import mask_body, mask_headers, mask_query
from jumun_mockserver.core.journal.spellings import MASK
from tests.mockserver.world import FORM, KEYS, TOKEN_PATH, World, basic

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "kanarienvogel"
BOOTPAY_TOKEN = "/v1/request/token"
JSON = "application/json"


def exported(world: World) -> str:
    """Everything that any export says of all that happened."""
    entries = list(world.session.journal)
    documents = [
        *map(render_exchange, entries),
        b"".join(iter_har(entries, "http://jumun.test", version="1")).decode(),
        *(render_curl(each, "http://jumun.test") for each in entries),
    ]
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in documents)


def with_canary_key(world: World) -> None:
    """A Basic pair whose secret is the canary."""
    world.orders(authorization=basic(KEYS[0], CANARY))


# Each request carries the canary where a secret, or a person's data, may be.
SECRETS: dict[str, Callable[[World], object]] = {
    "Basic": with_canary_key,
    "Bearer, NAVER": lambda world: world.product_orders(authorization=f"Bearer {CANARY}"),
    "Bearer, Bootpay": lambda world: world.orders(authorization=f"bearer {CANARY}"),
    "Authorization without a scheme": lambda world: world.product_orders(authorization=CANARY),
    "Authorization on an unmatched path": lambda world: world.call("GET", "/other", authorization=f"Bearer {CANARY}"),
    "Cookie": lambda world: world.orders(cookie=f"sid={CANARY}"),
    "Proxy-Authorization": lambda world: world.orders(proxy_authorization=f"Basic {CANARY}"),
    "client_secret_sign": lambda world: world.naver_token(client_secret_sign=CANARY),
    "client_secret_sign in the URL": lambda world: world.call("POST", f"{TOKEN_PATH}?client_secret_sign={CANARY}"),
    "client_secret_sign as JSON": lambda world: world.call(
        "POST", TOKEN_PATH, json.dumps({"client_secret_sign": CANARY}), content_type=JSON
    ),
    "secret_key": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, json.dumps({"client_key": "k", "secret_key": CANARY}), content_type=JSON
    ),
    "secret_key of another type": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, json.dumps({"secret_key": {"a": [CANARY]}}), content_type=JSON
    ),
    "secret_key in a form": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, f"client_key=k&secret_key={CANARY}", content_type=FORM
    ),
    "JSON under a form header": lambda world: world.call(
        "POST", TOKEN_PATH, json.dumps({"client_secret_sign": CANARY}), content_type=FORM
    ),
    "JSON with = under a form header": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, json.dumps({"secret_key": f"{CANARY}=&{CANARY}"}), content_type=FORM
    ),
    "a JSON array under a form header": lambda world: world.call(
        "POST", TOKEN_PATH, f'[{{"a": "{CANARY}=&{CANARY}"}}]', content_type=FORM
    ),
    "a form under a JSON header": lambda world: world.call(
        "POST", TOKEN_PATH, f"client_secret_sign={CANARY}", content_type=JSON
    ),
    "multipart": lambda world: world.call(
        "POST",
        TOKEN_PATH,
        f'--x\r\nContent-Disposition: form-data; name="client_secret_sign"\r\n\r\n{CANARY}&{CANARY}\r\n--x--',
        content_type="multipart/form-data; boundary=x",
    ),
    "a JSON string as plain text": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, f'"{CANARY}"', content_type="text/plain"
    ),
    "secret_key in the URL": lambda world: world.call("POST", f"{BOOTPAY_TOKEN}?secret_key={CANARY}"),
    "an unknown query key": lambda world: world.orders(f"page=1&access_token={CANARY}"),
    "an unknown query key of NAVER's": lambda world: world.call(
        "GET", f"/external/v1/pay-order/seller/orders/1/product-order-ids?token={CANARY}"
    ),
    "a query on an unmatched path": lambda world: world.call("GET", f"/other?key={CANARY}"),
    "a query on an unknown path": lambda world: world.call("GET", f"/v1/nothing?key={CANARY}"),
    "a body where none belongs": lambda world: world.call("GET", "/v1/orders", f'{{"a": "{CANARY}"}}'),
    "a body on an unmatched path": lambda world: world.call("POST", "/other", f'{{"secret_key": "{CANARY}"}}'),
    "a body with another method": lambda world: world.call("PUT", BOOTPAY_TOKEN, f'{{"secret_key": "{CANARY}"}}'),
    "half a JSON object": lambda world: world.call("POST", BOOTPAY_TOKEN, f'{{"secret_key": "{CANARY}"'),
    "a JSON object with a key twice": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, f'{{"secret_key": "{CANARY}", "secret_key": "{CANARY}"}}'
    ),
    "bytes that are not text": lambda world: world.call("POST", TOKEN_PATH, b"\xff\xfe" + CANARY.encode()),
    "plain text": lambda world: world.call("POST", BOOTPAY_TOKEN, f"my secret is {CANARY}"),
    "plain text to NAVER": lambda world: world.call("POST", TOKEN_PATH, f"my secret is {CANARY}"),
    "XML": lambda world: world.call("POST", BOOTPAY_TOKEN, f"<secret>{CANARY}</secret>"),
    "a JSON string": lambda world: world.call("POST", BOOTPAY_TOKEN, f'"{CANARY}"', content_type=JSON),
    "a JSON array": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, f'[{{"secret_key": "{CANARY}"}}]', content_type=JSON
    ),
    "an unknown field of a form": lambda world: world.naver_token(client_secret=CANARY),
    "an unknown field of JSON": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, json.dumps({"client_key": "k", "secretKey": CANARY}), content_type=JSON
    ),
    "an unknown field within an unknown field": lambda world: world.call(
        "POST", BOOTPAY_TOKEN, json.dumps({"keys": {"secret": [CANARY]}}), content_type=JSON
    ),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("place", SECRETS)
def test_no_export_shows_a_secret(place: str, profile: str) -> None:
    """Wherever a secret is in a request, neither JSON, NDJSON, HAR nor curl shows it; nor does a repr."""
    world = World(profile=profile)
    SECRETS[place](world)
    assert len(world.session.journal) == 1
    assert CANARY not in exported(world)
    assert CANARY not in repr(list(world.session.journal))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("field", ["username", "user_email"])
def test_no_export_shows_a_person(field: str, profile: str) -> None:
    """The answer holds names and addresses, and no export does."""
    world = World(profile=profile)
    rows = world.orders("limit=50").json["list"]
    values = {row[field] for row in rows if row[field]}
    assert values
    text = exported(world)
    assert [value for value in values if value in text] == []
    masked = json.loads(render_exchange(world.last)["response"]["body"])["list"]
    assert {row[field] for row in masked} <= {MASK, None}
    assert [row["order_id"] for row in masked] == [row["order_id"] for row in rows]


@pytest.mark.parametrize("profile", PROFILES)
def test_no_export_shows_an_issued_token(profile: str) -> None:
    """Neither where it was issued nor where it was used; what is not secret stays readable."""
    world = World(profile=profile)
    naver = world.naver_token().json["access_token"]
    bootpay = world.call("POST", BOOTPAY_TOKEN, authorization=basic(*KEYS)).json["access_token"]
    assert world.product_orders(authorization=f"Bearer {naver}").status == 200
    assert world.orders(authorization=f"Bearer {bootpay}").status == 200
    text = exported(world)
    assert naver not in text
    assert bootpay not in text
    shown = [json.loads(render_exchange(each)["response"]["body"]) for each in world.session.journal]
    assert (shown[0]["access_token"], shown[0]["token_type"], shown[1]["access_token"]) == (MASK, "Bearer", MASK)


def test_the_client_id_stays() -> None:
    """Who called is not secret: a token call shows client_id, timestamp and type, and masks the signature."""
    world = World()
    sent = world.token_fields()
    world.naver_token()
    body = render_exchange(world.last)["request"]["body"]
    assert sent["client_id"] in body
    assert sent["timestamp"] in body
    assert "type=SELF" in body
    assert "client_secret_sign=%2A%2A%2A" in body


def test_the_scheme_of_an_authorization_stays() -> None:
    """One sees how a client proved who it is, and not with what."""
    shown = mask_headers({"authorization": "Bearer abc", "cookie": "a=b", "accept": "*/*", "jumun-session": "js1"})
    assert shown == {"authorization": "Bearer ***", "cookie": MASK, "accept": "*/*", "jumun-session": MASK}


def test_known_query_parameters_stay(world: World) -> None:
    """What the contract knows is shown, in any of the forms of an array; the rest is masked."""
    operation = world.session.contracts["bootpay"].operations["bootpay.orders.list"]
    query = "page=2&status[]=1&status[0]=2&key=x"
    assert mask_query(query, operation) == "page=2&status%5B%5D=1&status%5B0%5D=2&key=%2A%2A%2A"
    assert mask_query("a=b", None) == MASK
    assert mask_query("", None) == mask_query("", operation) == ""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "body",
    [
        b'{"client_key": 123456789012345678901234567890}',
        b'{"client_key": -9223372036854775809, "secret_key": 1e30}',
        b'{"client_key": "\\ud800"}',
        b'{"client_key": ' + b"[" * 60 + b"]" * 60 + b"}",
        b'{"client_key": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b"&".join(b"a%d=1" % index for index in range(2_000)),
        b"%ff=%fe",
        b"{}",
        b"[]",
        b"null",
        b"\x00",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_any_body_can_be_exported(profile: str, body: bytes) -> None:
    """No request that was recorded keeps the journal from being read."""
    for path in (TOKEN_PATH, BOOTPAY_TOKEN, "/v1/orders", "/other"):
        world = World(profile=profile)
        world.call("POST", path, body)
        assert exported(world)


MARKED: dict[str, Any] = {"properties": {"name": {"x-pii": "name"}}}


@pytest.mark.parametrize(
    "schema",
    [
        MARKED,
        {"$ref": "#/$defs/person", "$defs": {"person": MARKED}},
        {"$ref": "https://jumun.invalid/person.schema.json"},
        {"allOf": [MARKED]},
        {"anyOf": [{}, MARKED]},
        {"oneOf": [{"required": ["x"]}, {"allOf": [MARKED]}]},
        {"if": True, "then": MARKED},
        {"if": False, "else": MARKED},
        {"dependentSchemas": {"price": MARKED}},
    ],
)
def test_a_mark_counts_wherever_a_schema_speaks(schema: dict[str, Any]) -> None:
    """Whatever describes a value may mark it, beside schemas that know it and do not."""
    plain = {"properties": {"name": {"type": "string"}, "price": {"type": "integer"}}}
    person = {"$id": "https://jumun.invalid/person.schema.json", **MARKED}
    definitions = schema.get("$defs", {})
    both = Schema({"allOf": [plain, schema], "$defs": definitions}, resources={person["$id"]: person})
    assert json.loads(mask_body(b'{"name":"kanarie","price":1}', both)) == {"name": MASK, "price": 1}


def test_masking_does_not_change_what_was_recorded(world: World) -> None:
    """The answer that the client got is not the masked one."""
    answer = world.orders()
    before = world.last.response.body
    exported(world)
    assert world.last.response.body == before == answer.body
