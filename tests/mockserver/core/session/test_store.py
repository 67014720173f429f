from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_contracts import PROFILES
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import SEEDED_AT_MOST, SESSION_HEADER, MemoryStore, SessionError
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import (
    FORM,
    KEYS,
    NOW,
    ORDER,
    STATIC_TOKEN,
    TOKEN_PATH,
    Answer,
    World,
    basic,
    read_answer,
    sign,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Stage:
    """A store with a monotonic clock that tests move, and a dispatch over it."""

    def __init__(self, *, at_most: int = 100, profile: str = "documented") -> None:
        self.seconds = 0.0
        self.default = Session(PROVIDERS, SessionOptions(profile), clock=Clock(frozen_at=NOW))
        self.store = MemoryStore(
            PROVIDERS, self.default, at_most=at_most, forgotten_after_s=60, monotonic=lambda: self.seconds
        )
        self.dispatch = Dispatch(PROVIDERS, self.store)

    def make(self, **options: Any) -> Session:
        """A session whose clock is frozen."""
        return self.store.create(SessionOptions(**{"frozen_at": NOW, "limits": "off", **options}))

    def call(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Send a request."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return read_answer(self.dispatch(Request(method, path, "", names, body.encode())))

    def naver_token(self, session: Session, **headers: str) -> Answer:
        """A token call with the session's own keys."""
        keys = session.keys
        stamp = str(round(NOW * 1_000))
        signed = sign(stamp, client_id=keys["naver_client_id"], secret=keys["naver_client_secret"])
        form = urlencode(
            {
                "client_id": keys["naver_client_id"],
                "timestamp": stamp,
                "grant_type": "client_credentials",
                "client_secret_sign": signed,
                "type": "SELF",
            }
        )
        return self.call("POST", TOKEN_PATH, form, content_type=FORM, **headers)

    def bootpay_token(self, session: Session, **headers: str) -> Answer:
        """A token call with the session's own keys in the body."""
        keys = session.keys
        body = {"client_key": keys["bootpay_client_key"], "secret_key": keys["bootpay_secret_key"]}
        return self.call("POST", "/v1/request/token", json.dumps(body), content_type="application/json", **headers)

    def counts(self, *sessions: Session) -> list[int]:
        """How many calls each of them has seen, the default one first."""
        return [each.journal.total for each in (self.default, *sessions)]


@pytest.fixture
def stage() -> Stage:
    """With nothing on it yet."""
    return Stage()


def own_basic(session: Session) -> str:
    """The Authorization header of the session's own Bootpay keys."""
    keys = session.keys
    return basic(keys["bootpay_client_key"], keys["bootpay_secret_key"])


PRODUCT_ORDERS = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"


def by_client_id(stage: Stage, session: Session, **headers: str) -> Answer:
    """NAVER's token call."""
    return stage.naver_token(session, **headers)


def by_naver_token(stage: Stage, session: Session, **headers: str) -> Answer:
    """A call with a token that was issued to the session's application."""
    token = session.shops["naver"].tokens.issue_token(session.keys["naver_client_id"], now=NOW).text
    return stage.call("GET", PRODUCT_ORDERS, authorization=f"Bearer {token}", **headers)


def by_basic(stage: Stage, session: Session, **headers: str) -> Answer:
    """A call with the session's Basic pair."""
    return stage.call("GET", "/v1/orders", authorization=own_basic(session), **headers)


def by_bootpay_body(stage: Stage, session: Session, **headers: str) -> Answer:
    """Bootpay's token call with the keys in the body."""
    return stage.bootpay_token(session, **headers)


def by_bootpay_basic(stage: Stage, session: Session, **headers: str) -> Answer:
    """Bootpay's token call with the keys as Basic."""
    return stage.call("POST", "/v1/request/token", authorization=own_basic(session), **headers)


def by_bootpay_token(stage: Stage, session: Session, **headers: str) -> Answer:
    """A call with a Bootpay token of the session's."""
    owner = session.keys["bootpay_client_key"]
    token = session.shops["bootpay"].tokens.issue_token(owner, now=NOW).text
    return stage.call("GET", "/v1/orders", authorization=f"bearer {token}", **headers)


CREDENTIALS: list[Callable[..., Answer]] = [
    by_client_id,
    by_naver_token,
    by_basic,
    by_bootpay_body,
    by_bootpay_basic,
    by_bootpay_token,
]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("call", CREDENTIALS)
def test_a_credential_leads_to_its_session(call: Callable[..., Answer], profile: str) -> None:
    """Keys and tokens of its own bring a request to its session and to no other, without any header of Jumun's."""
    stage = Stage()
    one, two = stage.make(profile=profile), stage.make(profile=profile)
    assert call(stage, two).status == 200
    assert stage.counts(one, two) == [0, 0, 1]
    assert next(iter(two.journal)).session == two.id


@pytest.mark.parametrize("named", ["other", "default", "unknown"])
@pytest.mark.parametrize("call", CREDENTIALS)
def test_a_credential_wins_over_the_header(stage: Stage, call: Callable[..., Answer], named: str) -> None:
    """Whatever session Jumun-Session names, or none that there is: the credential's own counts."""
    one, two = stage.make(), stage.make()
    header = {"other": one.id, "default": "default", "unknown": "js-nobody"}[named]
    assert call(stage, two, jumun_session=header).status == 200
    assert stage.counts(one, two) == [0, 0, 1]


def test_an_issued_token_works_where_it_was_issued_only(stage: Stage) -> None:
    """The token that the session's token call gave selects it again; a wrong end of it is its 401."""
    made = stage.make()
    token = stage.naver_token(made).json["access_token"]
    assert stage.call("GET", PRODUCT_ORDERS, authorization=f"Bearer {token}").status == 200
    assert stage.call("GET", PRODUCT_ORDERS, authorization=f"Bearer {token}x").status == 401
    assert stage.counts(made) == [0, 3]


def test_the_header_leads_calls_without_keys_of_their_own(stage: Stage) -> None:
    """With the demo keys, Jumun-Session names the session; `default` is one; without it, it is the default one."""
    made = stage.make(seed="7")
    for header in ({"jumun_session": made.id}, {"jumun_session": "default"}, {}):
        assert stage.call("GET", "/v1/orders", authorization=basic(*KEYS), **header).status == 200
        assert stage.call("GET", PRODUCT_ORDERS, authorization=f"Bearer {STATIC_TOKEN}", **header).status == 200
    assert stage.counts(made) == [4, 2]


def test_the_header_leads_on_any_path(stage: Stage) -> None:
    """Unknown paths of a provider, and unmatched ones, go to the session that the header names."""
    made = stage.make()
    for path in ("/v1/nothing", "/external/v1/nothing", "/other"):
        assert stage.call("GET", path, jumun_session=made.id).status == 404
    assert stage.counts(made) == [0, 3]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("path", "code"),
    [
        (PRODUCT_ORDERS, {"documented": "SERVER_ERROR", "observed": "GW.INTERNAL_SERVER_ERROR"}),
        ("/v1/orders", {"documented": 500, "observed": "SERVER_ERROR"}),
    ],
)
def test_an_unknown_session_is_the_provider_s_500(path: str, code: dict[str, Any], profile: str) -> None:
    """Its form is the provider's, the note says why, and the default session's scenario, buckets and tokens rest."""
    stage = Stage(profile=profile)
    stage.default.set_scenario("*: 429 x1")
    good = basic(*KEYS) if path == "/v1/orders" else f"Bearer {STATIC_TOKEN}"
    answer = stage.call("GET", path, authorization=good, jumun_session="js-nobody")
    assert answer.status == 500
    assert answer.json.get("code", answer.json.get("error_code")) == code[profile]
    assert "no session 'js-nobody'" in answer.note
    assert stage.call("GET", path, authorization=good).status == 429
    assert stage.call("GET", path, authorization=good).status == 200


def test_an_unknown_session_in_a_token_call_issues_nothing(stage: Stage) -> None:
    """No token of the default session's is made or given."""
    answer = stage.naver_token(stage.default, jumun_session="js-nobody")
    assert answer.status == 500
    assert not stage.default.state.read_all("naver.tokens")


def test_a_deleted_session_is_gone(stage: Stage) -> None:
    """Its keys, tokens and header are unknown, and the default session's data is not served for it."""
    made = stage.make()
    token = stage.naver_token(made).json["access_token"]
    stage.store.delete(made.id)
    assert by_basic(stage, made).status == 401
    assert stage.call("GET", PRODUCT_ORDERS, authorization=f"Bearer {token}").status == 401
    assert stage.naver_token(made).status == 400
    assert stage.call("GET", "/v1/orders", authorization=basic(*KEYS), jumun_session=made.id).status == 500
    for act in (stage.store.get, stage.store.delete):
        with pytest.raises(SessionError, match=made.id):
            act(made.id)


def test_the_default_session_stays(stage: Stage) -> None:
    """It cannot be deleted; it is the first of all."""
    with pytest.raises(SessionError, match="default session cannot be deleted"):
        stage.store.delete("default")
    made = stage.make()
    assert list(stage.store) == [stage.default, made]
    assert stage.store.get("default") is stage.default


def test_a_forgotten_session_goes_when_another_is_made(stage: Stage) -> None:
    """Sessions that no one called for the time given are dropped; those that were called, or are new, stay."""
    old, busy = stage.make(), stage.make()
    stage.seconds = 50
    assert by_basic(stage, busy).status == 200
    stage.seconds = 60
    new = stage.make()
    assert set(stage.store) == {stage.default, old, busy, new}
    stage.seconds = 60.5
    last = stage.make()
    assert set(stage.store) == {stage.default, busy, new, last}
    assert by_basic(stage, old).status == 401


def test_sessions_are_forgotten_after_an_hour() -> None:
    """Unless a store says otherwise."""
    seconds = [0.0]
    default = Session(PROVIDERS, SessionOptions(), clock=Clock(frozen_at=NOW))
    store = MemoryStore(PROVIDERS, default, monotonic=lambda: seconds[0])
    made = store.create(SessionOptions())
    for seconds[0], is_kept in ((3_600.0, True), (3_600.5, False)):
        store.create(SessionOptions())
        assert (made in set(store)) is is_kept


def test_a_session_that_is_only_named_by_header_is_not_forgotten(stage: Stage) -> None:
    """A call that came by Jumun-Session is a call."""
    made = stage.make()
    for seconds in (50, 100, 150):
        stage.seconds = seconds
        assert stage.call("GET", "/v1/orders", authorization=basic(*KEYS), jumun_session=made.id).status == 200
        stage.make()
    assert made in set(stage.store)


def test_session_clocks_do_not_age_sessions(stage: Stage) -> None:
    """Moving a session's clock by years forgets no one."""
    made = stage.make()
    made.clock.advance(1e9)
    stage.default.clock.advance(1e9)
    stage.make()
    assert made in set(stage.store)


def test_there_is_a_bound(stage: Stage) -> None:
    """One too many is refused with a message; deleting or forgetting one makes room."""
    stage = Stage(at_most=3)
    first, *_ = [stage.make() for _ in range(3)]
    with pytest.raises(SessionError, match="3 sessions already"):
        stage.make()
    stage.store.delete(first.id)
    stage.make()
    with pytest.raises(SessionError):
        stage.make()
    stage.seconds = 61
    stage.make()
    assert len(list(stage.store)) == 2


def test_orders_have_a_bound_too(stage: Stage) -> None:
    """Those of all sessions together; sessions that start from the same ones have them once."""
    half = SEEDED_AT_MOST // 2
    first, *_ = [stage.make(orders=half, seed=seed) for seed in ("1", "1", "2")]
    stage.make(orders=0, seed="3")
    with pytest.raises(SessionError, match=f"{SEEDED_AT_MOST:,} orders already, and 1 more"):
        stage.make(orders=1, seed="3")
    stage.make(orders=half, seed="2")
    stage.store.delete(first.id)
    with pytest.raises(SessionError):
        stage.make(orders=1, seed="3")
    for each in list(stage.store)[1:]:
        stage.store.delete(each.id)
    stage.make(orders=half, seed="3")


def test_secrets_cannot_be_worked_out(stage: Stage) -> None:
    """Nor do keys and tokens of a session follow from its id, which is in its client ids, or its seed."""
    one, other = stage.make(), stage.make()
    for session in (one, other):
        secrets = [session.keys[name] for name in ("naver_client_secret", "bootpay_secret_key")]
        assert not any(session.id in each for each in secrets)
        # The same id again, as if it had been guessed.
        again = Session(PROVIDERS, session.options, id_=session.id)
        assert not {*again.keys.values()} & {*secrets}
        tokens = [each.shops["naver"].tokens.issue_token("x", now=NOW).text for each in (session, again)]
        assert tokens[0] != tokens[1]
    assert one.keys == one.keys


def test_ids_cannot_be_guessed_and_hold_no_dot(stage: Stage) -> None:
    """A hundred ids are a hundred; a dot would cut the keys that begin with them."""
    ids = [stage.make().id for _ in range(100)]
    assert len(set(ids)) == 100
    assert all(len(each) >= 18 and each.isalnum() for each in ids)


@pytest.mark.parametrize("key", [".", "..", "js.", ".naver", "default.bootpay", "a.b.c", ""])
def test_odd_keys_are_the_default_session_s(stage: Stage, key: str) -> None:
    """A key with dots of no session gets the default session's 401."""
    made = stage.make()
    assert stage.call("GET", "/v1/orders", authorization=basic(key, "x")).status == 401
    assert stage.call("GET", PRODUCT_ORDERS, authorization=f"Bearer {key}").status == 401
    assert stage.counts(made) == [2, 0]


def test_another_session_s_secret_does_not_fit(stage: Stage) -> None:
    """The key selects its session, where another's secret is refused."""
    one, two = stage.make(), stage.make()
    keys, others = (each.keys for each in (one, two))
    answer = stage.call(
        "GET", "/v1/orders", authorization=basic(keys["bootpay_client_key"], others["bootpay_secret_key"])
    )
    assert answer.status == 401
    assert stage.counts(one, two) == [0, 1, 0]


def test_the_header_s_name_is_the_documented_one() -> None:
    """`Jumun-Session`, as DESIGN names it."""
    assert SESSION_HEADER == "jumun-session"


STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(["orders", "naver", "token", "advance", "scenario", "reset"])),
    max_size=30,
)


def play(stage: Stage, session: Session, steps: list[str]) -> list[tuple[int, Any]]:
    """What the session answers to these steps."""
    seen: list[tuple[int, Any]] = []
    for step in steps:
        if step == "advance":
            session.clock.advance(60)
        elif step == "scenario":
            session.set_scenario("*: 429, ok, 500")
        elif step == "reset":
            session.reset()
        else:
            call = {"orders": by_basic, "naver": by_naver_token, "token": by_bootpay_token}[step]
            answer = call(stage, session)
            seen.append((answer.status, (answer.json, answer.headers["date"], session.journal.total)))
    return seen


@settings(max_examples=60)
@given(STEPS)
def test_two_sessions_never_mix(steps: list[tuple[int, str]]) -> None:
    """Of other profile, seed, data and limits: calls that are interleaved are answered as each alone would be."""
    options: list[dict[str, Any]] = [
        {"profile": "documented", "seed": "1", "orders": 3, "limits": "enforce"},
        {"profile": "observed", "seed": "2", "orders": 5, "scenario": "bootpay.*: 503"},
    ]
    alone = []
    for index in (0, 1):
        stage = Stage()
        alone.append(play(stage, stage.make(**options[index]), [step for who, step in steps if who == index]))
    stage = Stage()
    made = [stage.make(**each) for each in options]
    mixed: list[list[tuple[int, Any]]] = [[], []]
    for who, step in steps:
        mixed[who] += play(stage, made[who], [step])
    assert mixed == alone
    assert stage.default.journal.total == 0


def test_a_world_without_sessions_serves_the_default_one(world: World) -> None:
    """Where no session was made, all calls are the default session's, whatever their keys look like."""
    world.orders(authorization=basic("js1.bootpay", "x"))
    assert world.session.journal.total == 1
