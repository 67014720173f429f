"""Collections of API clients: variables, folders, what was not saved, and what cannot be read."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts.recordings import Recorded, RecordingError, Unreadable, read_recordings
from jumun_contracts.recordings.collection import fill, fill_path, strip_base
from tests.cli.commands import jumun
from tests.contracts.pages import PAGE
from tests.contracts.recordings.reading import exhaust

if TYPE_CHECKING:
    from pathlib import Path

GOOD, BAD = json.dumps(PAGE), json.dumps({**PAGE, "count": "many"})
ORDERS = "/v1/orders"


def saved(request: Any, **response: Any) -> dict[str, Any]:
    """An item of Postman's with an answer."""
    return {"name": "x", "request": request, "response": [{"code": 200, "body": GOOD, **response}]}


def collection(*items: Any, **more: Any) -> dict[str, Any]:
    """A collection of Postman's."""
    return {"info": {"name": "x"}, "item": list(items), **more}


def example(url: str, **response: Any) -> dict[str, Any]:
    """An item of Bruno's with an answer."""
    request = {"url": url, "method": "GET", "headers": [], "params": [], "body": {"mode": "none"}}
    answer = {"status": 200, "headers": [], "body": {"type": "json", "content": GOOD}, **response}
    return {"type": "http", "name": "x", "request": request, "examples": [{"request": request, "response": answer}]}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("{{baseUrl}}/v1/orders", ORDERS),
        ("{{baseUrl}}v1/orders", ORDERS),
        ("{{ base url }}/v1/orders?a=1", f"{ORDERS}?a=1"),
        ("https://{{host}}/v1/orders", ORDERS),
        ("https://{{host}}:{{port}}/v1/orders", ORDERS),
        ("https://{{stage}}.example.com/v1/orders", ORDERS),
        ("https://api-{{stage}}.example.com:8080/v1/orders", ORDERS),
        ("{{stage}}.example.com/v1/orders", ORDERS),
        ("{{host}}", "/"),
        ("{{host}}?a=1", "?a=1"),
        ("https://example.com/{{version}}/orders", "https://example.com/{{version}}/orders"),
        ("https://example.com/v1/orders", "https://example.com/v1/orders"),
        (ORDERS, ORDERS),
        ("", ""),
    ],
)
def test_an_unknown_variable_before_the_path(url: str, path: str) -> None:
    """What precedes a path is left out if it is a variable, in whatever way people have it."""
    assert strip_base(url) == path


def test_variables_that_have_variables() -> None:
    """Those in values are filled in too, but not without end, nor to what no URL is as long as."""
    values = {"base": "{{scheme}}://{{host}}", "scheme": "http", "host": "h", "self": "{{self}}{{self}}"}
    assert fill("{{base}}/{{ scheme }}/{{other}}", values) == "http://h/http/{{other}}"
    assert len(fill("{{self}}", values)) < 200
    bomb = {"a": "{{b}}" * 800, "b": "{{c}}" * 800, "c": "x" * 4000}
    assert len(fill("{{a}}", bomb)) < 4_000_000


@pytest.mark.parametrize(
    ("url", "filled"),
    [
        ("https://h:8080/a/:id/b?x=:id#:id", "https://h:8080/a/a%2F%EA%B0%80/b?x=:id#:id"),
        ("/a/:other", "/a/:other"),
        ("/a/:var", "/a/{{var}}"),
        ("/a:id", "/a:id"),
    ],
)
def test_segments_of_a_path(url: str, filled: str) -> None:
    """A segment that is a name is filled in, escaped; all else with a colon is as it is."""
    assert fill_path(url, {"id": "a/가", "var": "{{var}}"}) == filled


@pytest.mark.parametrize(
    "request_",
    [
        "{{baseUrl}}/v1/orders",
        {"url": "{{baseUrl}}/v1/orders"},
        {"method": "get", "url": {"raw": "{{baseUrl}}/v1/orders"}},
        {"url": {"raw": "{{known}}/v1/orders"}},
        {"url": {"protocol": "https", "host": ["api", "bootapi", "com"], "path": ["v1", "orders"]}},
        {"url": {"host": "{{baseUrl}}", "path": "/v1/orders"}},
        {"url": {"host": ["{{baseUrl}}"], "port": "80", "path": ["v1", {"type": "string", "value": "orders"}]}},
        {"url": {"raw": "{{baseUrl}}/:version/orders", "variable": [{"key": "version", "value": "{{v}}"}]}},
    ],
)
def test_a_request_of_postman(request_: Any, tmp_path: Path) -> None:
    """In every form that its schema has, the answer is judged as that of its operation."""
    variables = [
        {"key": "known", "value": "https://api.bootapi.com"},
        {"key": "v", "value": "v1"},
        {"key": "baseUrl", "value": "https://elsewhere.example", "disabled": True},
    ]
    made = collection(saved(request_, body=BAD), variable=variables)
    code, report = check(made, tmp_path)
    assert (code, report["judged"]) == (1, 1)
    assert [(each["operation"], each["pointer"]) for each in report["complaints"]] == [
        ("bootpay.orders.list", "/count")
    ]


@pytest.mark.parametrize(
    "request_",
    [
        "{{baseUrl}}/v1/orders?page={{page}}",
        {"method": "PUT", "url": "{{baseUrl}}/external/v1/contents/qnas/{{id}}", "body": {"mode": "raw", "raw": "5"}},
        {"method": "PUT", "url": "{{baseUrl}}/external/v1/contents/qnas/:id", "body": {"mode": "raw", "raw": "5"}},
        {
            "method": "PUT",
            "url": "{{baseUrl}}/external/v1/contents/qnas/1",
            "body": {"mode": "raw", "raw": '{"commentContent": {{comment}}}'},
        },
    ],
)
def test_a_request_with_unknown_variables(request_: Any, tmp_path: Path) -> None:
    """It is not judged, and its answer is."""
    code, report = check(collection(saved(request_, code=200, body='{"count": "many"}')), tmp_path)
    assert report["unjudged"] == []
    assert {each["side"] for each in report["complaints"]} == {"response"}
    assert (code, report["judged"]) == (1, 1)


def test_what_is_off_was_not_sent() -> None:
    """Headers, fields and parameters that are disabled are not of the request."""
    fields = [{"key": "a", "value": "가 1"}, {"key": "b", "value": "2", "disabled": True}, {"key": "c"}]
    query = [{"key": "x", "value": "1"}, {"key": "y", "value": "2", "disabled": True}, {"key": "z", "value": None}]
    request = {
        "method": "POST",
        "header": [{"key": "A", "value": "1"}, {"key": "B", "value": "2", "disabled": True}],
        "url": {"host": ["h"], "path": ["p"], "query": query},
        "body": {"mode": "urlencoded", "urlencoded": fields},
    }
    (found,) = read(collection(saved(request)))
    assert isinstance(found, Recorded)
    assert (found.method, found.url, found.request_headers) == ("POST", "h/p?x=1&z", {"a": "1"})
    assert found.request_body
    assert found.request_body.text == b"a=%EA%B0%80+1&c="


@pytest.mark.parametrize("header", ["A: 1\r\nB:2\n\nbroken\nB: 3", ["A: 1", "B: 2", {"key": "B", "value": "3"}]])
def test_headers_as_text(header: Any) -> None:
    """They may be lines, or one text."""
    (found,) = read(collection(saved({"url": "x", "header": header})))
    assert isinstance(found, Recorded)
    assert found.request_headers is not None
    assert found.request_headers["a"] == "1"
    assert found.request_headers["b"].endswith("3")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"mode": "formdata", "formdata": [{"key": "a", "type": "file", "src": "/x"}]}, "neither raw nor urlencoded"),
        ({"mode": "file", "file": {"src": "/x"}}, "neither raw nor urlencoded"),
        ({"mode": "urlencoded", "urlencoded": ["a"]}, "no list of fields"),
        ({"mode": "urlencoded", "urlencoded": "a=b"}, "no list of fields"),
    ],
)
def test_bodies_that_are_not_read(body: Any, reason: str) -> None:
    """They could not be judged."""
    bad, good = read(collection(saved({"url": "x", "body": body}), saved("x")))
    assert isinstance(bad, Unreadable)
    assert reason in bad.reason
    assert isinstance(good, Recorded)


@pytest.mark.parametrize(
    "body", [None, {}, {"mode": "raw"}, {"mode": "raw", "raw": ""}, {"mode": "raw", "raw": "x", "disabled": True}]
)
def test_no_body(body: Any) -> None:
    """What has none, or one that is off, has none."""
    (found,) = read(collection(saved({"url": "x", "body": body})))
    assert isinstance(found, Recorded)
    assert found.request_body is None


@pytest.mark.parametrize(
    "made",
    [
        collection(),
        collection({"name": "x", "request": "x"}, {"name": "x", "item": [{"request": "x", "response": []}]}),
        {"collection": collection({"request": "x", "response": None})},
        {"name": "x", "items": [{"type": "http", "request": {}}]},
    ],
)
def test_nothing_saved(made: Any, tmp_path: Path) -> None:
    """A collection without answers could not be judged, and says why."""
    code, report = check(made, tmp_path)
    reason = "a collection without saved answers, of which there is nothing to judge"
    assert (code, report["judged"], [each["reason"] for each in report["unjudged"]]) == (2, 0, [reason])


def test_one_bad_item() -> None:
    """What is not an item, folder or answer is reported where it is, and the rest is read."""
    broken = [5, {"item": 5}, {"response": {}}, {"request": 5, "response": [{}]}, {"response": [5, {"code": 1}]}]
    text = json.dumps(collection(saved("a"), *broken, {"item": [saved("b"), 5, saved("c")]}), indent=1)
    found = list(read_recordings(io.BytesIO(text.encode()), file="x"))
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert [each.url for each in found if isinstance(each, Recorded)] == ["a", "b", "c"]
    refused = [each for each in found if isinstance(each, Unreadable)]
    assert len(refused) == 7
    lines = text.splitlines()
    assert all(lines[each.place[0] - 1][each.place[1] - 1] in "5{" for each in refused)


def test_folders_without_end() -> None:
    """There is a bound on how deep they are."""
    deep = saved("deep")
    for _ in range(100):
        deep = {"item": [deep]}
    found = read(collection(saved("a"), deep, saved("b")))
    assert [type(each) for each in found] == [Recorded, Unreadable, Recorded]
    assert isinstance(found[1], Unreadable)
    assert found[1].reason == "folders nested more than 64 deep"


def test_a_collection_that_is_cut() -> None:
    """What is whole is read."""
    data = json.dumps(collection(saved("a"), saved("b"), saved("c"))).encode()
    found, fault = exhaust(data[:-30], "x")
    assert fault.startswith("not JSON")
    assert [each.url for each in found if isinstance(each, Recorded)] == ["a", "b"]


def run_of(*executions: Any) -> dict[str, Any]:
    """A report of newman."""
    return {"collection": collection(), "run": {"executions": list(executions)}}


def test_a_run_of_newman() -> None:
    """Bodies as bytes, in base64 and as text; a call without an answer; what cannot be bytes."""
    request = {"url": {"host": ["h"], "path": ["p"]}, "method": "GET"}
    bodies: list[dict[str, Any]] = [
        {"stream": {"type": "Buffer", "data": list(GOOD.encode())}},
        {"stream": {"type": "Base64", "data": base64.b64encode(GOOD.encode()).decode()}},
        {"body": GOOD},
        {},
        {"stream": {"type": "Buffer", "data": [1, 256]}},
        {"stream": {"type": "Buffer", "data": [1, None]}},
        {"stream": {"type": "Buffer", "data": "xx"}},
        {"stream": {"type": "Base64", "data": "\u00e9"}},
    ]
    executions = [{"request": request, "response": {"code": 200, **each}} for each in bodies]
    found = read(run_of(*executions, {"request": request, "requestError": {"code": "ECONNREFUSED"}}))
    *whole, without, first, second, third, text, unanswered = found
    for each in whole:
        assert isinstance(each, Recorded)
        assert each.response_body
        assert each.response_body.text.decode() == GOOD
    assert isinstance(without, Recorded)
    assert (without.status, without.response_body) == (200, None)
    assert isinstance(first, Unreadable)
    assert isinstance(second, Unreadable)
    assert isinstance(third, Unreadable)
    assert isinstance(text, Unreadable)
    assert isinstance(unanswered, Recorded)
    assert (unanswered.status, unanswered.response_body) == (None, None)


@pytest.mark.parametrize(
    ("response", "reason"),
    [({"body": {"type": "binary", "content": "x"}}, "a binary body"), ({"body": None}, ""), ({"body": {}}, "")],
)
def test_an_answer_of_bruno(response: Any, reason: str) -> None:
    """A binary body could not be judged; one that is not there was not recorded."""
    found, _ = read({"items": [example(ORDERS, **response), example(ORDERS)]})
    assert (found.reason if isinstance(found, Unreadable) else "") == reason
    assert isinstance(found, Unreadable) or found.response_body is None


def test_examples_of_bruno_that_are_none() -> None:
    """They are reported."""
    odd = {"request": {"params": True, "headers": 5, "url": 5, "body": "x"}, "response": {"headers": 5, "body": 5}}
    item = {"type": "http", "examples": [{"name": "x"}, {"request": {}, "response": 5}, 5, odd]}
    found = read({"items": [item, {"items": [example("a")]}]})
    assert [type(each) for each in found] == [Unreadable, Unreadable, Unreadable, Recorded, Recorded]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("x.json", '{"_type": "export", "__export_format": 4, "resources": [{"_type": "request"}]}'),
        ("x.yaml", "_type: export\n__export_format: 4\nresources: []\n"),
        ("x.yaml", "type: collection.insomnia.rest/5.0\nname: x\ncollection: []\n"),
        ("<stdin>", "type: spec.insomnia.rest/5.0\nname: x\n"),
    ],
)
def test_an_export_of_insomnia(file: str, text: str) -> None:
    """It has no answers, and the way out is said."""
    with pytest.raises(RecordingError, match="an export of Insomnia, which has no answers in it: export as HAR"):
        list(read_recordings(io.BytesIO(text.encode()), file=file))


HALF = "\ud800"


@pytest.mark.parametrize(
    "made",
    [
        collection(saved({"url": {"raw": "/a/:id", "variable": [{"key": "id", "value": HALF}]}})),
        collection(saved({"url": "x", "body": {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": HALF}]}})),
        {"items": [example(f"/a/{HALF}")]},
        {
            "mappings": [
                {"request": {"urlPath": "/a", "queryStringParameters": {"a": [HALF]}}, "response": {"body": ""}}
            ]
        },
        {"data": {"pairs": [{"request": {"path": "/a", "query": {"a": HALF}}, "response": {"body": ""}}]}},
    ],
)
def test_half_a_surrogate_pair(made: Any) -> None:
    """What JavaScript writes and UTF-8 does not have is replaced where a URL or a form is put together."""
    (found,) = read(made)
    assert isinstance(found, Recorded)
    assert "%3F" in found.url or HALF in found.url or (found.request_body and found.request_body.text == b"a=%3F")


def read(made: Any) -> list[Recorded | Unreadable]:
    """What is in a file of it."""
    return list(read_recordings(io.BytesIO(json.dumps(made).encode()), file="x.json"))


def check(made: Any, folder: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and report of the command."""
    (folder / "x.json").write_text(json.dumps(made))
    result = jumun("check", str(folder / "x.json"), "--format", "json")
    return result.exit_code, json.loads(result.stdout)
