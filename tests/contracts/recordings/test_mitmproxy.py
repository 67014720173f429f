"""Flow files of mitmproxy, beyond what mitmproxy wrote in test_tools.py."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from jumun_contracts.recordings import Recorded, Unreadable, read_recordings
from tests.contracts.recordings.reading import exhaust
from tests.contracts.recordings.tnetstrings import dump

BODY = '{\n "이름": "가나다",\n "n": 1}'


def flow(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """As mitmproxy has it."""
    asked = {
        "host": "10.0.0.1",
        "port": 443,
        "scheme": b"https",
        "authority": b"",
        "method": b"GET",
        "path": b"/v1/orders",
        "headers": [],
        "content": b"",
        **(request or {}),
    }
    answered = {
        "status_code": 200,
        "headers": [[b"A", b"1"], [b"A", b"2"]],
        "content": BODY.encode(),
        **(response or {}),
    }
    return {"request": asked, "response": answered, "type": "http", "error": None, "t": 1.5, "marked": False, **more}


def test_a_place_in_a_body() -> None:
    """Lines and columns are those of the file, columns in characters, also where a body has lines of its own."""
    data = dump(flow()) + dump(flow())
    first, second = read(data)
    assert isinstance(second, Recorded)
    assert second.response_body
    for piece in ("가나다", '"n"', "{"):
        line, column = second.response_body.locate(BODY.index(piece))
        assert data.split(b"\n")[line - 1].decode()[column - 1 :].startswith(piece)
    assert (first.number, second.number) == (1, 2)
    assert first.place == (1, 1)


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        ({}, "https://10.0.0.1/v1/orders"),
        ({"port": 8443}, "https://10.0.0.1:8443/v1/orders"),
        ({"scheme": b"http", "port": 80}, "http://10.0.0.1/v1/orders"),
        ({"headers": [[b"Host", b"api.bootapi.com"]]}, "https://api.bootapi.com/v1/orders"),
        ({"authority": b"api.bootapi.com"}, "https://api.bootapi.com/v1/orders"),
        ({"host": b"10.0.0.1"}, "https://10.0.0.1/v1/orders"),
    ],
)
def test_where_it_was_sent(request_: dict[str, Any], url: str) -> None:
    """The host that was asked for, which a proxy in between may not have in `host`."""
    (found,) = read(dump(flow(request_)))
    assert isinstance(found, Recorded)
    assert found.url == url


def test_headers_and_codings() -> None:
    """Repeated headers are joined, and content codings undone."""
    packed = {"content": gzip.compress(BODY.encode()), "headers": [[b"Content-Encoding", b"gzip"]]}
    plain, unpacked, refused, after = read(
        b"".join(map(dump, [flow(), flow({}, packed), flow({}, {**packed, "content": b"\xff\x00"}), flow()]))
    )
    assert isinstance(plain, Recorded)
    assert isinstance(unpacked, Recorded)
    assert plain.response_headers == {"a": "1, 2"}
    assert plain.request_body is None
    assert unpacked.response_body
    assert unpacked.response_body.text.decode() == BODY
    assert isinstance(refused, Unreadable)
    assert refused.reason == "a body that is neither text nor gzip"
    assert isinstance(after, Recorded)


def test_keys_as_bytes() -> None:
    """Earlier versions have bytes for keys."""

    def old(value: Any) -> Any:
        if isinstance(value, dict):
            return {key.encode(): old(each) for key, each in value.items()}
        return [old(each) for each in value] if isinstance(value, list) else value

    (found,) = read(dump(old(flow(type=b"http"))))
    assert isinstance(found, Recorded)
    assert (found.status, found.url) == (200, "https://10.0.0.1/v1/orders")


def test_other_flows() -> None:
    """What is not HTTP has no exchange; calls may have no answer, and answers bodies that were not recorded."""
    streamed = flow({}, {"content": None})
    found = read(
        b"".join(map(dump, [flow(type="dns"), flow(response=None) | {"response": None}, streamed, flow(type="tcp")]))
    )
    assert [type(each) for each in found] == [Recorded, Recorded]
    assert [(each.status, each.response_body) for each in found if isinstance(each, Recorded)] == [
        (None, None),
        (200, None),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (dump({"type": "http"}), "expected a flow with a request"),
        (dump({"request": {"method": 5}}), "expected a flow with a request"),
        (dump([1]), "expected a flow with a request"),
        (b"5:abcde?", "a value of a type that flows do not have, or nested too deep"),
        (b"6:1:a,xy}", "expected a flow of mitmproxy, or a value in it"),
        (b"7:99:abcd}", "a flow of mitmproxy that does not end"),
    ],
)
def test_one_bad_flow(bad: bytes, reason: str) -> None:
    """It is one, and those after it are read."""
    first, refused, after = read(dump(flow()) + bad + dump(flow()))
    assert isinstance(first, Recorded)
    assert isinstance(refused, Unreadable)
    assert (refused.reason, refused.number) == (reason, 2)
    assert isinstance(after, Recorded)


def test_nesting_without_end() -> None:
    """Lists in lists are refused where they are too deep, before Python is."""
    data = b"1:1#"
    for _ in range(5000):
        data = b"%d:%s]" % (len(data), data)
    first, refused, after = read(dump(flow()) + data + dump(flow()))
    assert isinstance(refused, Unreadable)
    assert refused.reason.endswith("nested too deep")
    assert isinstance(first, Recorded)
    assert isinstance(after, Recorded)


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        (b"99999999:abc", "a flow of mitmproxy that does not end"),
        (b"\n", "expected a flow of mitmproxy, or a value in it"),
        (b"x", "expected a flow of mitmproxy, or a value in it"),
        (b"99999999999999999999:", "expected a flow of mitmproxy, or a value in it"),
    ],
)
def test_a_file_that_is_cut(rest: bytes, reason: str) -> None:
    """What is whole is read, and the rest reported."""
    found, fault = exhaust(dump(flow()) + rest, "x.flow")
    assert (len(found), fault) == (1, reason)


def read(data: bytes) -> list[Recorded | Unreadable]:
    """What is in a flow file, whose name says nothing."""
    return list(read_recordings(io.BytesIO(data), file="traffic"))
