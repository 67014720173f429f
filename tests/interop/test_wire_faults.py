"""What three client libraries make of each fault on the wire, and of the next call with the same client."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests

from jumun_mockserver.core import faults
from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.live import LiveServer
from tests.interop.programs import clean_environment, run_well

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEYS = ("your-commerce-client-key", "your-commerce-secret-key")
STEPS = {name: name for name in FAULTS} | {"truncate": "truncate(10)", "dribble": "dribble(100, 1ms)"}
# How long the clients wait: briefly for what never comes, else long enough for a busy machine.
BRIEFLY_S, LONG_S = 0.5, 20.0

NAME = "프리미엄 구독 1회차"
FINE = f"200 {NAME}"
# Who takes the first of two equal keys finds the list, and who takes the last finds null.
NULL = "200 null"

# The same call twice; between them the connection is given back, else fetch opens another for the second.
NODE = """
const [url, authorization, ...timeouts] = process.argv.slice(1);
async function call(seconds) {
  try {
    const answer = await fetch(url, {headers: {authorization}, signal: AbortSignal.timeout(seconds * 1000)});
    const body = await answer.json();
    return `${answer.status} ${body.list && body.list[0].order_name}`;
  } catch (error) {
    return `${error.name}: ${error.message}` + (error.cause ? `: ${error.cause.code} ${error.cause.message}` : "");
  }
}
(async () => {
  const first = await call(timeouts[0]);
  await new Promise(setImmediate);
  console.log(JSON.stringify([first, await call(timeouts[1])]));
})();
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What each library's user gets from the broken call: the answer's status and text, or what is raised.

    Attributes:
        then: The same of the next call, None where it goes well for all three.
    """

    httpx: str
    requests: str
    fetch: str
    then: Row | None = None


ROWS = {
    "reset": Row("ReadError: ", "ConnectionError: ('Connection aborted.'", "TypeError: fetch failed: ECONNRESET"),
    "empty": Row(
        "RemoteProtocolError: Server disconnected without sending a response",
        "ConnectionError: ('Connection aborted.', RemoteDisconnected",
        "TypeError: fetch failed: UND_ERR_SOCKET",
    ),
    "garbage": Row(
        "RemoteProtocolError: illegal status line",
        "ConnectionError: ('Connection aborted.', BadStatusLine",
        "TypeError: fetch failed: HPE_INVALID_CONSTANT",
    ),
    "chunk": Row(
        "RemoteProtocolError: illegal chunk header",
        "ChunkedEncodingError: (\"Connection broken: InvalidChunkLength(got length b'no-size",
        "TypeError: terminated: HPE_INVALID_CHUNK_SIZE",
    ),
    "truncate": Row(
        "RemoteProtocolError: peer closed connection without sending complete message body (received 10 bytes",
        "ChunkedEncodingError: ('Connection broken: IncompleteRead(10 bytes read",
        "TypeError: terminated: UND_ERR_SOCKET",
    ),
    "hang": Row("ReadTimeout: ", "ReadTimeout: ", "TimeoutError: "),
    "dribble": Row(FINE, FINE, FINE),
    "slow-headers": Row(FINE, FINE, FINE),
    # Clients that read JSON before looking at the status.
    "html-502": Row("JSONDecodeError: ", "JSONDecodeError: ", "SyntaxError: "),
    # json() of requests believes the label.
    "charset": Row(FINE, f"200 {NAME.encode().decode('euc-kr', 'replace')}", FINE),
    "gzip-lie": Row("DecodingError: ", "ContentDecodingError: ", "TypeError: terminated: Z_DATA_ERROR"),
    "duplicate-keys": Row(NULL, NULL, NULL),
    # On a connection without TLS; h11 reads a first byte that could be a handshake's as a request.
    "tls-fail": Row(
        "RemoteProtocolError: illegal request line",
        "ConnectionError: ('Connection aborted.', BadStatusLine",
        "TypeError: fetch failed: HPE_INVALID_CONSTANT",
    ),
    # None of them tries again by itself.
    "keepalive-close": Row(
        FINE,
        FINE,
        FINE,
        then=Row(
            "RemoteProtocolError: Server disconnected without sending a response",
            "ConnectionError: ('Connection aborted.', RemoteDisconnected",
            "TypeError: fetch failed: UND_ERR_SOCKET",
        ),
    ),
}
WELL = Row(FINE, FINE, FINE)


@dataclass(frozen=True, slots=True)
class Place:
    """A call to make twice. `timeouts_s` is how long to wait for the one answer and for the other."""

    url: str
    timeouts_s: tuple[float, float]


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    """Each fault in turn."""
    return str(request.param)


@pytest.fixture
def place(fault: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A mock that breaks the first list of orders and no other."""
    monkeypatch.setattr(faults, "LINE_PAUSE_S", 0.001)
    with LiveServer(scenario=f"bootpay.orders.list: {STEPS[fault]}, ok *") as server:
        yield Place(f"{server.bootpay_base_url}/orders?limit=1", (BRIEFLY_S if fault == "hang" else LONG_S, LONG_S))


def test_httpx(fault: str, place: Place) -> None:
    """The exception, or the answer, that httpx gives."""
    row = ROWS[fault]
    with httpx.Client(auth=KEYS, trust_env=False) as client:
        first, second = (_outcome(partial(client.get, place.url, timeout=each)) for each in place.timeouts_s)
    assert first.startswith(row.httpx), first
    assert second.startswith((row.then or WELL).httpx), second


def test_requests(fault: str, place: Place) -> None:
    """The exception, or the answer, that requests gives."""
    row = ROWS[fault]
    with requests.Session() as client:
        client.trust_env = False
        ask = partial(client.get, place.url, auth=KEYS)
        first, second = (_outcome(partial(ask, timeout=each)) for each in place.timeouts_s)
    assert first.startswith(row.requests), first
    assert second.startswith((row.then or WELL).requests), second


def test_fetch(fault: str, place: Place, node: str, tmp_path: Path) -> None:
    """The error with its cause, or the answer, that Node's fetch gives."""
    row = ROWS[fault]
    basic = "Basic " + base64.b64encode(":".join(KEYS).encode()).decode()
    command = [node, "-e", NODE, place.url, basic, *map(str, place.timeouts_s)]
    ended = run_well(command, folder=tmp_path, environment=clean_environment(tmp_path))
    first, second = json.loads(ended.stdout)
    assert first.startswith(row.fetch), first
    assert second.startswith((row.then or WELL).fetch), second


def _outcome(call: Callable[[], Any]) -> str:
    try:
        answer = call()
        rows = answer.json()["list"]
    except Exception as error:  # noqa: BLE001 - which one is the question
        return f"{type(error).__name__}: {error}"
    return f"{answer.status_code} {rows[0]['order_name'] if rows else 'null'}"
