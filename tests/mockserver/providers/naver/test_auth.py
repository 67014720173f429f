from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import bcrypt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jumun_contracts import PROFILES
from jumun_mockserver.core.session.clock import Clock
from tests.mockserver.providers.bodies import JSON_VALUES, ODD_BODIES
from tests.mockserver.world import FORM, NAVER_ID, NAVER_SECRET, STATIC_TOKEN, TOKEN_PATH, Answer, World, sign, write

if TYPE_CHECKING:
    from pathlib import Path

CLIENT_ID = "client_id 항목이 유효하지 않습니다."
SIGN = "client_secret_sign 항목이 유효하지 않습니다."
FUTURE = "timestamp 항목은 현재 이전이어야 합니다."
EXPIRED = "timestamp항목의 유효 시간이 만료되었습니다."
AT_MS = 1_772_600_767_089
ROUNDED = World()
FIELDS = ("client_id", "timestamp", "grant_type", "client_secret_sign", "type", "account_id")
FULLWIDTH = "".join(chr(0xFF10 + int(digit)) for digit in str(AT_MS))


def assert_refused(answer: Answer, message: str) -> None:
    """A 400 in the token endpoint's envelope with exactly this message."""
    assert answer.status == 400
    assert list(answer.json) == ["code", "message", "timestamp", "invalidInputs"]
    assert (answer.json["code"], answer.json["message"]) == ("BAD_REQUEST", message)


def test_the_official_vector(tmp_path: Path) -> None:
    """The docs' sample id, secret, timestamp and signature get a token (naver.md 1.2)."""
    folder = write(
        tmp_path,
        {
            "naver/applications.yaml": (
                "applications: [{client_id: aaaabbbbcccc, client_secret: $2a$10$abcdefghijklmnopqrstuv}]\n"
            )
        },
    )
    world = World(at=1_643_961_623.299, data=folder)
    fields = {
        "client_id": "aaaabbbbcccc",
        "timestamp": "1643961623299",
        "grant_type": "client_credentials",
        "client_secret_sign": "JDJhJDEwJGFiY2RlZmdoaWprbG1ub3BxcnN0dXVCVldZSk42T0VPdEx1OFY0cDQxa2IuTnpVaUEzbmsy",
        "type": "SELF",
    }
    answer = world.call("POST", TOKEN_PATH, urlencode(fields), content_type=FORM)
    assert answer.status == 200
    assert list(answer.json) == ["access_token", "expires_in", "token_type"]
    assert answer.json["expires_in"] == 10_800
    assert answer.json["token_type"] == "Bearer"
    assert world.product_orders(authorization=f"Bearer {answer.json['access_token']}").status == 200


def test_a_signed_form_gets_a_token(either: World) -> None:
    """The demo application signs with bcrypt; a right call has no violation, no note, and a token that works."""
    answer = either.naver_token()
    assert answer.status == 200
    assert either.places == []
    assert answer.note == ""
    assert either.product_orders(authorization=f"Bearer {answer.json['access_token']}").status == 200


@pytest.mark.parametrize("client_id", ["i" * 50, "주문" * 10, "가" * 50])
def test_a_client_id_of_any_letters(tmp_path: Path, client_id: str) -> None:
    """Whatever client_id the data folder may hold can be refused by its signature, and never fails the server."""
    text = f"applications: [{{client_id: {client_id}, client_secret: {NAVER_SECRET}}}]\n"
    world = World(data=write(tmp_path, {"naver/applications.yaml": text}))
    assert_refused(world.naver_token(client_id=client_id), SIGN)


AGENCY_ID, AGENCY_SECRET = "demo-naver-agency-client-id", "$2a$04$DemoSecretOfAnAgency1."


def agency_token(world: World, prefix: str) -> str:
    """An Authorization header with a token that the packaged agency signed for, for a seller that delegated to it."""
    fields = world.token_fields(client_id=AGENCY_ID, type="SELLER", account_id="ncp_demo_seller")
    fields["client_secret_sign"] = sign(fields["timestamp"], client_id=AGENCY_ID, secret=AGENCY_SECRET)
    answer = world.call("POST", f"{prefix}/v1/oauth2/token", urlencode(fields), content_type=FORM)
    assert answer.status == 200, answer.json
    return f"Bearer {answer.json['access_token']}"


@pytest.mark.parametrize("prefix", ["/external", "/partner"])
def test_an_agency_speaks_under_partner(either: World, prefix: str) -> None:
    """Wherever its token is from, it is good under /partner and refused elsewhere, as a wrong address is."""
    token = agency_token(either, prefix)
    found = either.product_orders(prefix="/partner", authorization=token)
    assert (found.status, found.note) == (200, "")
    assert found.json["data"] == either.product_orders().json["data"]
    refusal = (401, "UNAUTHORIZED") if either.session.profile == "documented" else (403, "GW.IP_NOT_ALLOWED")
    for other in ("/external", ""):
        answer = either.product_orders(prefix=other, authorization=token)
        assert (answer.status, answer.json["code"]) == refusal
        assert "/partner" in answer.note


def test_a_shop_under_partner(either: World) -> None:
    """The token of a shop's own application works there; the note says that this is not known of production."""
    answer = either.product_orders(prefix="/partner")
    assert answer.json["data"] == either.product_orders().json["data"]
    assert "is not known" in answer.note
    assert either.last.violations == ()


def test_an_agency_of_the_users(tmp_path: Path, either: World) -> None:
    """An application of a data folder is an agency's if it says so."""
    text = (
        "applications: [{client_id: a, client_secret: $2a$04$DemoSecretOfJumunOnly., agency: true, static_tokens: [t]}]"
    )
    world = World(data=write(tmp_path, {"naver/applications.yaml": text}), profile=either.session.profile)
    statuses = [
        world.product_orders(prefix=each, authorization="Bearer t").status for each in ("/partner", "/external")
    ]
    assert statuses == [200, 401 if either.session.profile == "documented" else 403]


@pytest.mark.parametrize("version", [b"2a", b"2b", b"2y"])
def test_any_bcrypt_version_will_do(world: World, version: bytes) -> None:
    """Libraries write the version differently; the hash is the same."""
    hashed = bcrypt.hashpw(f"{NAVER_ID}_{AT_MS}".encode(), NAVER_SECRET.encode())
    signature = base64.b64encode(b"$" + version + hashed[3:]).decode()
    assert world.naver_token(client_secret_sign=signature).status == 200


@pytest.mark.parametrize("client_id", [None, "", "nobody", "demo-naver-client-ld", "DEMO-NAVER-CLIENT-ID", "주문"])
def test_an_unknown_client_id(either: World, client_id: str | None) -> None:
    """Missing, made up or misread."""
    assert_refused(either.naver_token(client_id=client_id), CLIENT_ID)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "x",
        "주문",
        sign(str(AT_MS - 1)),
        sign(str(AT_MS), client_id="other"),
        sign(str(AT_MS), secret="$2a$04$DemoSecretOfJumunOnlO"[:28] + "O"),
        base64.b64decode(sign(str(AT_MS))).decode(),
        base64.b64encode(sign(str(AT_MS)).encode()).decode(),
        sign(str(AT_MS))[:-4],
        sign(str(AT_MS)).lower(),
        NAVER_SECRET,
        base64.b64encode(NAVER_SECRET.encode()).decode(),
        "A" * 80,
    ],
)
def test_a_wrong_signature(either: World, signature: str | None) -> None:
    """Of another time, id or secret, without its base64 step or with two, cut, or the bare secret."""
    assert_refused(either.naver_token(client_secret_sign=signature), SIGN)


def test_a_client_that_sends_its_secret_is_refused(world: World) -> None:
    """One public client sends client_secret in place of a signature; it must not get in."""
    assert_refused(world.naver_token(client_secret_sign=None, client_secret=NAVER_SECRET), SIGN)


@pytest.mark.parametrize(
    ("age_ms", "message"),
    [
        (0, None),
        (1, None),
        (300_000, None),
        (300_001, EXPIRED),
        (86_400_000, EXPIRED),
        (-1, FUTURE),
        (-60_000, FUTURE),
        (-(10**15), FUTURE),
    ],
)
def test_the_window_of_a_timestamp(either: World, age_ms: int, message: str | None) -> None:
    """From now back to five minutes ago, both included, to the millisecond."""
    timestamp = str(AT_MS - age_ms)
    answer = either.naver_token(timestamp=timestamp, client_secret_sign=sign(timestamp))
    if message:
        assert_refused(answer, message)
    else:
        assert answer.status == 200


def test_seconds_are_long_expired(world: World) -> None:
    """Ten digits are read as milliseconds of 1970, as production does; the note tells the likely slip."""
    answer = world.naver_token(timestamp=str(AT_MS // 1_000))
    assert_refused(answer, EXPIRED)
    assert "seconds" in answer.note


@settings(max_examples=200)
@given(st.integers(1_500_000_000_000, 2_500_000_000_000), st.integers(0, 10**9))
@example(1_699_679_867_235, 1)
def test_no_millisecond_is_lost_to_rounding(now_ms: int, moved_ms: int) -> None:
    """A timestamp of the frozen clock's own millisecond is neither in the future nor anything else."""
    clock = Clock(frozen_at=now_ms / 1_000)
    clock.advance(moved_ms / 1_000)
    ROUNDED.clock.freeze(clock.now())
    answer = ROUNDED.naver_token(timestamp=str(now_ms + moved_ms), client_secret_sign="")
    assert answer.json["message"] == SIGN, answer.note


@pytest.mark.parametrize("timestamp", [None, "", "abc", "1.5", "-5", FULLWIDTH, " 1772600767089", "1" * 40])
def test_a_timestamp_that_is_no_number(either: World, timestamp: str | None) -> None:
    """Missing or no whole number of milliseconds."""
    assert_refused(either.naver_token(timestamp=timestamp), "timestamp 항목이 유효하지 않습니다.")


@pytest.mark.parametrize("kind", [None, "", "self", "BOTH"])
def test_a_wrong_type(either: World, kind: str | None) -> None:
    """Neither SELF nor SELLER."""
    assert_refused(either.naver_token(type=kind), "type 항목이 유효하지 않습니다.")


@pytest.mark.parametrize("account", [None, "", "ncp_nobody"])
def test_a_seller_who_did_not_delegate(either: World, account: str | None) -> None:
    """SELLER needs the account_id of a seller that delegated to the application."""
    assert_refused(either.naver_token(type="SELLER", account_id=account), "account_id 항목이 유효하지 않습니다.")


def test_a_seller_who_delegated(either: World) -> None:
    """SELLER with a known account_id has a token of its own, and that is not a violation."""
    seller = either.naver_token(type="SELLER", account_id="ncp_demo_seller")
    assert seller.status == 200
    assert either.places == []
    assert seller.json["access_token"] != either.naver_token().json["access_token"]


def test_a_wrong_grant_type(either: World) -> None:
    """There is one."""
    assert_refused(either.naver_token(grant_type="password"), "grant_type 항목이 유효하지 않습니다.")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"account_id": "ncp_demo_seller"}, "body"),
        ({"grant_type": None}, "body"),
        ({"extra": "1"}, "body"),
    ],
)
def test_a_breach_of_the_rules_gets_its_token(either: World, changes: dict[str, str | None], place: str) -> None:
    """SELF with account_id, no grant_type, a field too many: production answers and punishes later (naver.md 1.5)."""
    answer = either.naver_token(**changes)
    assert answer.status == 200
    assert {each.partition("/")[0] for each in either.places} == {place}
    assert "violation" in answer.note


def test_fields_in_the_url_get_a_token(either: World) -> None:
    """A client that sends everything in the query, form header and empty body, is answered; each key is noted."""
    fields = either.token_fields()
    answer = either.call("POST", f"{TOKEN_PATH}?{urlencode(fields)}", content_type=FORM)
    assert answer.status == 200
    assert {f"query/{name}" for name in fields} <= {place.replace("'", "") for place in either.places}


@pytest.mark.parametrize("as_number", [False, True])
def test_a_json_body_gets_a_token(either: World, as_number: bool) -> None:  # noqa: FBT001 - a case
    """JSON where a form belongs is answered and noted, a timestamp as number too."""
    fields: dict[str, object] = {**either.token_fields()}
    if as_number:
        fields["timestamp"] = AT_MS
    answer = either.call("POST", TOKEN_PATH, json.dumps(fields), content_type="application/json")
    assert answer.status == 200
    assert "header/content-type" in either.places


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8"])
def test_json_under_a_form_header_has_no_fields(content_type: str) -> None:
    """The form that the header announces has no client_id; the note says why, and no application is punished for it."""
    for profile in PROFILES:
        world = World(profile=profile, quota="at-once", limits="off")
        answer = world.call("POST", TOKEN_PATH, json.dumps(world.token_fields()), content_type=content_type)
        assert_refused(answer, CLIENT_ID)
        assert "body: begins like JSON, but the content type says form" in answer.note
        assert [world.product_orders().status for _ in range(2)] == [200, 200]


def test_json_under_a_form_header_beside_a_query_breaks_a_rule() -> None:
    """The URL gives what a token needs, so there is one; that the body is not a form is named, and counts."""
    world = World(profile="observed", quota="at-once", limits="off")
    fields = world.token_fields()
    answer = world.call("POST", f"{TOKEN_PATH}?{urlencode(fields)}", json.dumps(fields), content_type=FORM)
    assert answer.status == 200
    assert "the body is not the form that its content type says" in answer.note
    assert [world.product_orders().status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("content_type", ["", "text/plain"])
def test_where_the_header_says_neither_a_form_is_read(either: World, content_type: str) -> None:
    """A form is what the call is to have: it gets its token and is noted; JSON does not."""
    fields = either.token_fields()
    answer = either.call("POST", TOKEN_PATH, urlencode(fields), content_type=content_type)
    assert (answer.status, either.places) == (200, ["header/content-type"])
    answer = either.call("POST", TOKEN_PATH, json.dumps(fields), content_type=content_type)
    assert_refused(answer, CLIENT_ID)
    assert "a form was expected" in answer.note


@pytest.mark.parametrize("content_type", ["application/json", FORM, ""])
@pytest.mark.parametrize("text", ODD_BODIES)
def test_no_body_is_too_odd_to_be_refused(either: World, text: str, content_type: str) -> None:
    """Whatever JSON or text comes, the answer is the token endpoint's own refusal of client_id."""
    assert_refused(either.call("POST", TOKEN_PATH, text, content_type=content_type), CLIENT_ID)


@settings(max_examples=100)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON_VALUES)))
def test_no_field_is_too_odd_to_be_refused(changes: dict[str, object]) -> None:
    """Any JSON value in place of any field is answered with a token or with a refusal in the provider's form."""
    fields = {**ROUNDED.token_fields(), **changes}
    answer = ROUNDED.call("POST", TOKEN_PATH, json.dumps(fields), content_type="application/json")
    assert answer.status == 200 or answer.json["code"] == "BAD_REQUEST", answer.note


@pytest.mark.parametrize("prefix", ["/external", ""])
def test_both_paths_have_the_token(world: World, prefix: str) -> None:
    """With and without /external."""
    answer = world.call("POST", f"{prefix}/v1/oauth2/token", urlencode(world.token_fields()), content_type=FORM)
    assert answer.status == 200


def test_the_same_token_while_half_an_hour_remains(either: World) -> None:
    """Asked again, the token is the same and expires_in counts down, until less than 30 minutes remain."""
    first = either.naver_token().json
    assert first["expires_in"] == 10_800
    either.clock.advance(0.5)
    assert either.naver_token().json == {**first, "expires_in": 10_799}
    either.clock.advance(8_999.5)
    assert either.naver_token().json == {**first, "expires_in": 1_800}
    either.clock.advance(1)
    second = either.naver_token().json
    assert second["access_token"] != first["access_token"]
    assert second["expires_in"] == 10_800


def test_the_old_token_lives_out_its_life(either: World) -> None:
    """A new token does not end the old one; its own expiry does."""
    old = either.naver_token().json["access_token"]
    either.clock.advance(9_100)
    new = either.naver_token().json["access_token"]
    assert either.product_orders(authorization=f"Bearer {old}").status == 200
    either.clock.advance(1_699)
    assert either.product_orders(authorization=f"Bearer {old}").status == 200
    either.clock.advance(1)
    assert either.product_orders(authorization=f"Bearer {old}").status == 401
    assert either.product_orders(authorization=f"Bearer {new}").status == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {STATIC_TOKEN}",
        STATIC_TOKEN,
        "Bearer garbage",
        f"Bearer {STATIC_TOKEN}x",
        f"Bearer {STATIC_TOKEN} {STATIC_TOKEN}",
        "Bearer 주문",
        f"Token {STATIC_TOKEN}",
    ],
)
def test_a_call_without_a_good_token(either: World, header: str) -> None:
    """No header's worth, another scheme, or a token that was not issued here: 401 in the profile's words."""
    answer = either.product_orders(authorization=header)
    assert answer.status == 401
    documented = either.session.profile == "documented"
    assert answer.json["code"] == ("UNAUTHORIZED" if documented else "GW.AUTHN")
    assert answer.json["message"] == (
        "인증이 필요합니다. 토큰을 확인해주세요." if documented else "요청을 보낼 권한이 없습니다."
    )
    assert answer.note


def test_a_call_without_the_header(either: World) -> None:
    """No Authorization at all is a 401."""
    path = "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"
    assert either.call("GET", path).status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_placeholder_is_good_at_any_time(either: World, scheme: str) -> None:
    """The guide's samples run as they are, in both profiles, for years."""
    for _ in range(2):
        assert either.product_orders(authorization=f"{scheme} {STATIC_TOKEN}").status == 200
        either.clock.advance(10**8)


def test_a_bootpay_token_is_none_of_navers(world: World) -> None:
    """Providers do not share tokens."""
    body = '{"client_key": "demo-bootpay-client-key", "secret_key": "demo-bootpay-secret-key"}'
    token = world.call("POST", "/v1/request/token", body, content_type="application/json").json["access_token"]
    assert world.product_orders(authorization=f"Bearer {token}").status == 401
    assert world.orders(authorization=f"Bearer {token}").status == 200
    assert world.orders(authorization=f"Bearer {world.naver_token().json['access_token']}").status == 401
