"""Nothing secret or personal in what programs print, log or send to where errors are collected."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, quote_plus

import httpx
import pytest

from jumun_client import ApiError, BootpayCommerceClient, DeadlineExceededError
from jumun_mockserver import LiveServer
from tests.client.world import token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.client.way import Way

CLIENT_ID, SALT, ACCESS = "canary-client-id", "CanarySaltCanarySaltCu", "canary.access/token=="
CLIENT_KEY, SECRET_KEY = "canary-key", "카나리 secret"
KEYWORD, USER, GROUP = "홍길동 프리미엄/구독", "canary-user", "canary-group"
IN_THE_BODY = "canary-body 김철수 010-1234-5678"
BASIC = base64.b64encode(f"{CLIENT_KEY}:{SECRET_KEY}".encode()).decode()
CANARIES = (
    CLIENT_ID,
    SALT,
    ACCESS,
    CLIENT_KEY,
    SECRET_KEY,
    KEYWORD,
    USER,
    GROUP,
    IN_THE_BODY,
    BASIC,
    "홍길동",
    "김철수",
)


def assert_silent(texts: Iterable[str], *more: str) -> None:
    """None of the canaries is in the texts, neither as it is nor as URLs write it."""
    for text in texts:
        for canary in (*CANARIES, *more):
            for form in (canary, quote(canary, safe=""), quote_plus(canary)):
                assert form.lower() not in text.lower()


def sent(request: httpx.Request) -> str:
    """All that a server can quote of a request, as it came and decoded."""
    form = parse_qs(request.content.decode())
    return " ".join(
        [
            request.headers.get("Authorization", ""),
            str(request.url),
            str(request.url).lower(),
            *request.url.params.values(),
            request.content.decode(),
            *(value for values in form.values() for value in values),
        ]
    )


def echo(status: int) -> Callable[[httpx.Request], httpx.Response]:
    """An error answer that quotes all that was sent, and has more in unknown fields."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = {"code": "C", "message": f"cannot: {sent(request)}", "data": IN_THE_BODY, "traceId": "A^1^2"}
        return httpx.Response(status, json=body)

    return answer


def redirect(request: httpx.Request) -> httpx.Response:
    """To elsewhere, with all of it."""
    return httpx.Response(302, headers={"Location": f"https://elsewhere.example/?{quote(sent(request))}"})


def redirect_to_nowhere(request: httpx.Request) -> httpx.Response:
    """To what is not a URL."""
    return httpx.Response(302, headers={"Location": f"http://h:{quote(sent(request), safe='')}/"})


def html(request: httpx.Request) -> httpx.Response:
    """A page where JSON should be."""
    return httpx.Response(200, html=f"<p>{sent(request)} {IN_THE_BODY}</p>")


def other_shape(request: httpx.Request) -> httpx.Response:
    """JSON where every field is of another type or value."""
    row = {"order_id": "1", "price": sent(request), "username": [IN_THE_BODY], IN_THE_BODY: sent(request)}
    return httpx.Response(200, json={"count": 1, "list": [row], "data": [row], "access_token": [IN_THE_BODY]})


def not_gzip(_: httpx.Request) -> httpx.Response:
    """A body that cannot be inflated."""
    return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(IN_THE_BODY.encode()))


def protocol_error(request: httpx.Request) -> httpx.Response:
    """What the HTTP library says of what it does not understand: with the bytes."""
    raise httpx.RemoteProtocolError(f"illegal status line: {sent(request)} {IN_THE_BODY}")


def own_protocol_error(request: httpx.Request) -> httpx.Response:
    """What it says of what it should send."""
    raise httpx.LocalProtocolError(f"illegal header value: {request.headers.get('Authorization')}")


def silence(request: httpx.Request) -> httpx.Response:
    """A timeout instead of an answer."""
    raise httpx.ReadTimeout(f"nothing from {request.url}")


ANSWERS = [
    *map(echo, (400, 401, 403, 404, 418, 429, 500, 503)),
    redirect,
    redirect_to_nowhere,
    html,
    other_shape,
    not_gzip,
    protocol_error,
    own_protocol_error,
    silence,
]


def shown(error: ApiError) -> list[str]:
    """An error as it may be printed, its causes and contexts with it, and after a journey between processes."""
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301
    texts = ["".join(traceback.format_exception(error))]
    for each in (error, arrived, copy.copy(error)):
        texts += [str(each), repr(each), f"{each!s} {each!r}"]
    return texts


def signing(way: Way, answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> Any:
    """A client that signs; its secret is a canary too."""
    return way.signing(answer, client_id=CLIENT_ID, client_secret=f"$2a$04${SALT}", **options)


def after_a_token(answer: Callable[[httpx.Request], httpx.Response]) -> Callable[[httpx.Request], httpx.Response]:
    """A good token, and then that answer."""
    return lambda request: token(ACCESS) if request.method == "POST" else answer(request)


@pytest.mark.parametrize("deadline", [None, 0.1])
@pytest.mark.parametrize("answer", ANSWERS)
def test_errors_are_silent(
    way: Way,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[httpx.Request], httpx.Response],
    deadline: float | None,
) -> None:
    """Whatever goes wrong, and whatever the server quotes: texts, tracebacks and logs of all libraries are silent."""
    filters = {"keyword": KEYWORD, "user_id": USER, "user_group_id": GROUP}
    bootpay = {"client_key": CLIENT_KEY, "secret_key": SECRET_KEY, "deadline": deadline}
    order, signatures = {"order_id": "1"}, list[str]()

    def noting(request: httpx.Request) -> httpx.Response:
        signatures.extend(parse_qs(request.content.decode()).get("client_secret_sign", []))
        return answer(request)

    calls = [
        (way.naver(answer, access_token=ACCESS, deadline=deadline), "product_order_ids", order),
        (signing(way, noting, deadline=deadline), "product_order_ids", order),
        (signing(way, after_a_token(answer), deadline=deadline), "product_order_ids", order),
        (way.bootpay(answer, **bootpay), "list_orders", filters),
        (way.bootpay(answer, **bootpay), "request_token", {}),
    ]
    with caplog.at_level(logging.DEBUG):
        for client, method, arguments in calls:
            with pytest.raises(ApiError) as caught:
                getattr(client, method)(**arguments)
            assert_silent(shown(caught.value), *signatures)
    assert_silent([caplog.text, *(repr(record.__dict__) for record in caplog.records)], *signatures)
    assert "HTTP Request: " in caplog.text or answer in {protocol_error, own_protocol_error, silence}


def test_deadline_quotes_its_cause_in_silence(way: Way) -> None:
    """A deadline's error repeats the text of the failure before it, which is silent too."""
    with pytest.raises(DeadlineExceededError) as caught:
        way.bootpay(echo(503), deadline=0.1, client_key=CLIENT_KEY, secret_key=SECRET_KEY).list_orders(keyword=KEYWORD)
    assert "HTTP 503 C cannot: " in str(caught.value)
    assert_silent(shown(caught.value))


def test_secret_at_the_edge_of_what_is_quoted(way: Way) -> None:
    """A long message is cut after what is secret in it is taken out, so that no half of it is left."""
    for length in range(270, 301):

        def answer(_: httpx.Request, length: int = length) -> httpx.Response:
            return httpx.Response(400, json={"message": "m" * length + ACCESS})

        with pytest.raises(ApiError) as caught:
            way.naver(answer, access_token=ACCESS).product_order_ids("1")
        assert "canary" not in str(caught.value)


def test_failed_renewal_is_logged_in_silence(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    """The warning about a failed renewal quotes nothing either."""
    tokens = [token(ACCESS, 600)]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"data": []})
        return tokens.pop() if tokens else echo(400)(request)

    client = signing(way, answer)
    client.product_order_ids("1")
    way.time.now_s += 400
    client.product_order_ids("1")
    assert "could not be renewed early" in caplog.text
    assert_silent([caplog.text])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server on a socket."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with LiveServer() as running:
        yield running


def test_logs_of_good_calls(server: LiveServer, caplog: pytest.LogCaptureFixture) -> None:
    """From several threads, over sockets, at the level DEBUG: httpx and what is below it log no query and no key."""
    with (
        caplog.at_level(logging.DEBUG),
        BootpayCommerceClient(
            base_url=server.bootpay_base_url, client_key=server.bootpay_client_key, secret_key=server.bootpay_secret_key
        ) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        pages = pool.map(lambda _: client.list_orders(keyword=KEYWORD, user_id=USER), range(32))
        assert len(list(pages)) == 32
    assert caplog.text.count(f'HTTP Request: GET {server.bootpay_base_url}/orders "HTTP/1.1 200 OK"') == 32
    keys = f"{server.bootpay_client_key}:{server.bootpay_secret_key}"
    assert_silent([caplog.text], server.bootpay_secret_key, base64.b64encode(keys.encode()).decode())


def test_logs_of_others_are_theirs(caplog: pytest.LogCaptureFixture, way: Way) -> None:
    """What a program asks for with httpx itself is logged as usual, also while this client is in use."""
    other = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))

    def answer(_: httpx.Request) -> httpx.Response:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(other.get, "http://h/?theirs=1").result()
        return httpx.Response(200, json={"count": 0, "list": []})

    with caplog.at_level(logging.INFO), other:
        way.bootpay(answer).list_orders(keyword="mine")
        other.get("http://h/?theirs=2")
    assert "theirs=1" in caplog.text
    assert "theirs=2" in caplog.text
    assert "mine" not in caplog.text


def test_clients_show_nothing(way: Way) -> None:
    """Neither a client nor its calls show a key when they are printed."""
    for driven in (
        signing(way, echo(400)),
        way.naver(echo(400), access_token=ACCESS),
        way.bootpay(echo(400), client_key=CLIENT_KEY, secret_key=SECRET_KEY),
    ):
        client = getattr(driven, "_target", driven)
        assert_silent([repr(client), repr(client.with_raw_response), repr(client._options)])


def test_a_secret_is_hidden_before_its_text_is_cut(way: Way) -> None:
    """Texts of the API's are bounded; where the bound falls into what was sent, no half of it stays."""
    token = "canary-token-0123456789"
    cut = "x" * 290 + token
    refusal = {"code": "GW.AUTHN", "message": cut, "traceId": cut}
    client = way.naver(lambda _: httpx.Response(403, json=refusal), access_token=token)
    with pytest.raises(ApiError) as caught:
        client.product_order_ids("1")
    assert "canary" not in str(caught.value)
    assert str(caught.value).count("x" * 290) == 2
