from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jumun_contracts.recordings import Recorded, read_recordings

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(each.name for each in FIXTURES.iterdir() if each.suffix != ".md")
ORDER_IDS = "/external/v1/pay-order/seller/orders/{}/product-order-ids"
THREE = [
    ("GET", ORDER_IDS.format("2023010112345"), 200),
    ("GET", "/v1/orders", 200),
    ("POST", "/v1/request/token", 401),
]
UNANSWERED = [("GET", ORDER_IDS.format("2023010112345"), 0)]
EXCHANGES = {
    "curl": [("", "", None)],
    "schemathesis": [("GET", ORDER_IDS.format("0000000000000"), 404)],
    "vcrpy": THREE,
    "journal": THREE,
    "chromium": THREE + UNANSWERED,
    "mitmproxy": THREE + UNANSWERED,
    "playwright": THREE + UNANSWERED,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_named", [True, False])
def test_read_as_its_tool_wrote_it(name: str, is_named: bool) -> None:  # noqa: FBT001
    """Each tool's file gives its exchanges, with or without its name's ending to tell what it is."""
    found = _read(name, file=name if is_named else "<stdin>")
    assert [(each.method, urlsplit(each.url).path, each.status) for each in found] == EXCHANGES[_tool(name)]


@pytest.mark.parametrize("name", NAMES)
def test_bodies_are_json(name: str) -> None:
    """Whatever was in the way, gzip, base64, quotes and folds: bodies come out as the JSON that was sent."""
    for each in _read(name, file=name):
        if each.status and not (name == "chromium.har" and each.number == 3):
            assert each.response_body
            assert json.loads(each.response_body.text)
            assert each.response_headers is not None
            assert each.response_headers["content-type"].startswith("application/json")
        assert (each.request_body is not None) == (each.method == "POST")
        assert not each.request_body or json.loads(each.request_body.text)["client_key"] == "none"


@pytest.mark.parametrize("tool", ["vcrpy", "chromium", "mitmproxy", "playwright"])
def test_the_same_order(tool: str) -> None:
    """The order of the one server comes out of every tool's file as curl has it, byte by byte."""
    (plain,) = _read("curl.json", file="curl.json")
    assert plain.response_body
    for name in NAMES:
        if _tool(name) == tool:
            body = _read(name, file=name)[1].response_body
            assert body
            assert body.text == plain.response_body.text


def test_the_same_run_of_schemathesis() -> None:
    """Its three reports of one run tell the same, but for what each leaves out."""
    cassette, har, ndjson = (
        _read(f"schemathesis.{each}", file=f"schemathesis.{each}")[0] for each in ("yaml", "har", "ndjson")
    )
    for each in (har, ndjson):
        assert (each.method, each.url, each.status) == (cassette.method, cassette.url, cassette.status)
        assert each.response_body
        assert cassette.response_body
        assert each.response_body.text == cassette.response_body.text
    assert har.request_headers == cassette.request_headers
    assert har.response_headers == cassette.response_headers
    assert ndjson.request_headers is None


def test_what_is_not_recorded() -> None:
    """A body that Chromium no longer had is None, and so is all of an answer that never came."""
    *_, without_body, unanswered = _read("chromium.har", file="chromium.har")
    assert without_body.status == 401
    assert without_body.response_body is None
    assert (unanswered.status, unanswered.response_body) == (0, None)


def test_pseudo_headers() -> None:
    """HTTP/2's pseudo headers are not headers."""
    found = _read("chromium.har", file="chromium.har")[0].request_headers
    assert found is not None
    assert sorted(found) == ["accept", "accept-encoding"]


@pytest.mark.parametrize("name", ["journal.json", "journal.ndjson", "journal.har"])
def test_our_own_say_which_operation(name: str) -> None:
    """Our journal names the operation in each of its forms."""
    expected = ["naver.product_order_ids", "bootpay.orders.list", "bootpay.token"]
    assert [each.operation for each in _read(name, file=name)] == expected


def _read(name: str, *, file: str) -> list[Recorded]:
    found = list(read_recordings(io.BytesIO((FIXTURES / name).read_bytes()), file=file))
    recorded = [each for each in found if isinstance(each, Recorded)]
    assert recorded == found
    return recorded


def _tool(name: str) -> str:
    return name.partition(".")[0].partition("-")[0]
