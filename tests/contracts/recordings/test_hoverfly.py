"""Simulations of Hoverfly in each version of its schema."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from jumun_contracts.recordings import Recorded, Unreadable, read_recordings

V1 = {
    "requestType": "recording",
    "path": "/v1/orders",
    "method": "GET",
    "destination": "api.bootapi.com",
    "scheme": "https",
    "query": "page=1",
    "body": '{"a": 1}',
    "headers": {"Accept": ["x"]},
}
V3 = {
    "path": {"exactMatch": "/v1/orders"},
    "method": {"exactMatch": "GET"},
    "destination": {"exactMatch": "api.bootapi.com"},
    "scheme": {"exactMatch": "https"},
    "query": {"exactMatch": "page=1"},
    "body": {"jsonMatch": '{"a": 1}'},
}
V5 = {
    "path": [{"matcher": "exact", "value": "/v1/orders"}],
    "method": [{"matcher": "exact", "value": "GET"}],
    "destination": [{"matcher": "exact", "value": "api.bootapi.com"}],
    "scheme": [{"matcher": "exact", "value": "https"}],
    "query": {"page": [{"matcher": "exact", "value": "1"}]},
    "body": [{"matcher": "json", "value": '{"a": 1}'}],
}


@pytest.mark.parametrize("request_", [V1, V3, V5], ids=["v1", "v3", "v5"])
def test_a_request(request_: dict[str, Any]) -> None:
    """What it must be exactly is what was sent, in each version; its body is in its place."""
    text, (found,) = read({"request": request_, "response": {"status": 200, "body": "[]"}})
    assert isinstance(found, Recorded)
    assert (found.method, found.url) == ("GET", "https://api.bootapi.com/v1/orders?page=1")
    assert found.request_headers is None
    assert found.request_body
    assert found.request_body.text == b'{"a": 1}'
    line, column = found.request_body.locate(1)
    assert text.split("\n")[line - 1][column - 1 :].startswith('\\"a\\"')


@pytest.mark.parametrize(
    "request_",
    [
        {"path": {"globMatch": "/v1/*"}},
        {"path": {"exactMatch": "/v1/orders", "regexMatch": "x"}},
        {"path": [{"matcher": "glob", "value": "/v1/*"}]},
        {"path": [{"matcher": "exact", "value": "/a"}, {"matcher": "exact", "value": "/b"}]},
        {"body": [{"matcher": "jsonpartial", "value": "{}"}]},
        {},
    ],
)
def test_a_request_that_may_be_several_things(request_: dict[str, Any]) -> None:
    """It was not recorded."""
    _, (found,) = read({"request": request_, "response": {"status": 200, "body": "[]"}})
    assert isinstance(found, Recorded)
    assert (found.url, found.request_body) == ("", None)


def test_an_answer_that_is_a_template() -> None:
    """It could not be judged, unless nothing in it is filled in."""
    pairs = [
        {"request": V5, "response": {"body": body, "templated": True}} for body in ('{"a": {{ Request.Body }}}', "{}")
    ]
    _, (refused, read_) = read(*pairs)
    assert isinstance(refused, Unreadable)
    assert refused.reason == "an answer that is a template"
    assert isinstance(read_, Recorded)


def read(*pairs: dict[str, Any]) -> tuple[str, list[Recorded | Unreadable]]:
    """The text of a simulation, and what is in it."""
    text = json.dumps({"data": {"pairs": pairs}, "meta": {}}, indent=1)
    return text, list(read_recordings(io.BytesIO(text.encode()), file="x"))
