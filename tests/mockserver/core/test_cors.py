from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import create_app
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.cors import read_origin
from jumun_mockserver.core.http import Request
from jumun_mockserver.live import LiveServer
from tests.cli.commands import jumun, refusal, started
from tests.cli.test_serve import IDS, KEYS, TOKEN, url_of
from tests.mockserver.wire import exchange

if TYPE_CHECKING:
    from jumun_mockserver.core.http import Response

PAGE = "http://localhost:5173"
PREFLIGHT = {
    "origin": PAGE,
    "access-control-request-method": "GET",
    "access-control-request-headers": "authorization,jumun-session",
}


def ask(cors: list[str], method: str, path: str, headers: dict[str, str]) -> tuple[Response, int]:
    """The response to a call, and how many are in the journal."""
    dispatch = create_dispatch({"cors": cors, "profile": "observed"})
    return dispatch(Request(method, path, "", headers)), len(dispatch.store.default.journal)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://localhost:5173", "http://localhost:5173"),
        ("HTTPS://Shop.Example:443", "https://shop.example"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_origins(text: str, origin: str) -> None:
    """An origin is taken as browsers write it."""
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("*", "would let every page"),
        ("null", "'null' is not an origin, e.g. http://localhost:5173"),
        ("", "'' is not an origin"),
        ("localhost:5173", "'localhost:5173' is not an origin"),
        ("http://", "is not an origin"),
        ("http://localhost:5173/", "is more than an origin; did you mean http://localhost:5173?"),
        ("http://localhost:5173/app?x#y", "did you mean http://localhost:5173?"),
        ("http://user@localhost", "is not an origin"),
        ("http://localhost:99999", "is not an origin, e.g. http://localhost:5173: Port out of range"),
        ("http://[::1", "is not an origin"),
        ("http://주문.example", "is not an origin"),
        ("http://a b", "is not an origin"),
    ],
)
def test_what_is_none(text: str, says: str) -> None:
    """What cannot be an origin, and all of them, are refused by the command and by create_app alike."""
    assert says in refusal(jumun("serve", "--port", "0", "--cors", text))
    for cors in ([text], text or " "):
        with pytest.raises(ValueError, match=r"origin|every page"):
            create_app(cors=cors)


@pytest.mark.parametrize("path", ["/v1/orders", IDS.format("1"), "/external/v1/nowhere", "/nowhere"])
def test_a_preflight(path: str) -> None:
    """It is answered for any path with what was asked for, and is not a call: neither journal nor limits know it."""
    response, recorded = ask([PAGE], "OPTIONS", path, PREFLIGHT)
    assert (response.status, response.body, recorded) == (204, b"", 0)
    assert dict(response.headers) == {
        "vary": "origin, access-control-request-method, access-control-request-headers",
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "authorization,jumun-session",
    }


def test_a_call() -> None:
    """A page may read the answer and all headers that a browser would keep from it, in errors too."""
    response, recorded = ask([PAGE], "GET", IDS.format("2023010112345"), {"origin": PAGE, **TOKEN})
    headers = dict(response.headers)
    assert (response.status, recorded) == (200, 1)
    assert (headers["access-control-allow-origin"], headers["vary"]) == (PAGE, "origin")
    assert "gncp-gw-ratelimit-remaining" in headers["access-control-expose-headers"].lower().split(", ")
    response, _ = ask([PAGE], "GET", "/v1/orders", {"origin": PAGE, "prefer": "code=1700"})
    headers = dict(response.headers)
    assert (response.status, headers["access-control-allow-origin"]) == (401, PAGE)
    assert "jumun-note" in headers["access-control-expose-headers"].split(", ")


@pytest.mark.parametrize("origin", ["http://localhost:5174", "http://127.0.0.1:5173", "https://localhost:5173", "null"])
def test_other_origins(origin: str) -> None:
    """They get what they would get otherwise, and nothing that opens it; caches keep the answers apart."""
    response, recorded = ask([PAGE], "OPTIONS", "/v1/orders", {**PREFLIGHT, "origin": origin})
    assert (response.status, recorded) == (405, 1)
    response, _ = ask([PAGE], "GET", "/v1/orders", {"origin": origin, **KEYS})
    assert response.status == 200
    assert dict(response.headers)["vary"] == "origin"
    assert not any(name.startswith("access-control") for name, _ in response.headers)


def test_without_the_option() -> None:
    """By default no answer has a header of CORS, and a preflight is like any call with a wrong method."""
    for method, headers in (("OPTIONS", PREFLIGHT), ("GET", {"origin": PAGE, **KEYS})):
        response, recorded = ask([], method, "/v1/orders", headers)
        assert (response.status, recorded) == (405 if method == "OPTIONS" else 200, 1)
        assert not any(name.startswith("access-control") or name == "vary" for name, _ in response.headers)


@pytest.mark.parametrize("cors", [[], ["http://localhost:3000"]])
def test_a_preflight_of_an_origin_that_is_not_named(cors: list[str]) -> None:
    """It gets what production gives, and the log says which option would answer it."""
    dispatch = create_dispatch({"cors": cors})
    assert dispatch(Request("OPTIONS", "/v1/orders", "", PREFLIGHT)).status == 405
    assert "which needs --cors" in [*dispatch.store.default.journal][-1].remarks[-1]
    dispatch(Request("OPTIONS", "/v1/orders", "", {"origin": PAGE}))
    assert "--cors" not in [*dispatch.store.default.journal][-1].remarks[-1]


@pytest.mark.parametrize("way", ["serve", "flask", "environment", "live"])
def test_servers(way: str) -> None:
    """`jumun serve`, Flask's server and a test's answer pages alike; the control plane stays closed to them."""

    def look(url: str) -> None:
        for origin in (PAGE, "http://[::1]:3000"):
            status, headers, body = exchange(url, "/v1/orders", {**PREFLIGHT, "origin": origin}, method="OPTIONS")
            assert (status, headers["access-control-allow-origin"], body) == (204, origin, b"")
            status, headers, _ = exchange(url, "/v1/orders", {"origin": origin, **KEYS})
            assert (status, headers["access-control-allow-origin"]) == (200, origin)
        assert exchange(url, "/v1/orders", {**PREFLIGHT, "origin": "http://other"}, method="OPTIONS")[0] == 405
        status, headers, _ = exchange(url, "/_jumun/sessions", {"origin": PAGE})
        assert status == 403
        assert "access-control-allow-origin" not in headers
        assert "access-control-allow-origin" not in exchange(url, "/_jumun/sessions", PREFLIGHT, method="OPTIONS")[1]

    if way == "live":
        with LiveServer(cors=[PAGE, "http://[::1]:3000"]) as server:
            look(server.url)
        return
    arguments = ["serve", "--port", "0", *(["--flask"] if way == "flask" else [])]
    if way == "environment":
        running = started(*arguments, JUMUN_CORS=f"{PAGE} http://[::1]:3000")
    else:
        running = started(*arguments, "--cors", PAGE, "--cors", "http://[::1]:3000")
    with running as process:
        look(url_of(process))
