"""One exchange written in every form, and how each form writes a piece of a body."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

METHOD, URL, STATUS = "POST", "https://api.example.com/v1/orders?page=1", 201
REQUEST_HEADERS = {"Accept": "application/json", "X-Two": "a, b"}
RESPONSE_HEADERS = {"Content-Type": "application/json"}
REQUEST_BODY = '{"q": "가"}'


@dataclass(frozen=True, slots=True)
class Writing:
    """A form as one tool writes it.

    Attributes:
        ending: Of the file's name.
        write: Response bodies, an exchange each → the file.
        spell: A piece of a body → how it is written in the file; None where places in bodies are hidden.
        says: What of method, url, status, headers and request body the form has.
    """

    ending: str
    write: Callable[[Sequence[str]], str]
    spell: Callable[[str], str] | None
    says: frozenset[str] = frozenset({"request", "request headers", "response headers"})


def _har(
    bodies: Sequence[str], *, indent: int | None = None, ensure_ascii: bool = True, is_base64: bool = False
) -> str:
    entries = [
        {
            "startedDateTime": "2026-11-22T06:00:00.000Z",
            "request": {
                "method": METHOD,
                "url": URL,
                "headers": [{"name": ":method", "value": METHOD}, *_pairs(REQUEST_HEADERS)],
                "postData": {"mimeType": "application/json", "text": REQUEST_BODY},
            },
            "response": {
                "status": STATUS,
                "headers": _pairs(RESPONSE_HEADERS),
                "content": {"size": 1, "text": _base64(body), "encoding": "base64"}
                if is_base64
                else {"size": 1, "text": body},
            },
        }
        for body in bodies
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=indent, ensure_ascii=ensure_ascii)


def _row(body: Any) -> dict[str, Any]:
    return {
        "method": METHOD,
        "path": URL.partition("?")[0],
        "query": URL.partition("?")[2],
        "status": STATUS,
        "request": {"headers": REQUEST_HEADERS, "body": REQUEST_BODY},
        "response": {"headers": RESPONSE_HEADERS, "body": body},
    }


def _embedded(bodies: Sequence[str]) -> str:
    """The body as the JSON value that it is, with its own spelling."""
    return "".join(json.dumps(_row("BODY")).replace('"BODY"', body.replace("\n", " ")) + "\n" for body in bodies)


def _vcrpy(bodies: Sequence[str], dump: Callable[[Any], str]) -> str:
    interactions = [
        {
            "request": {"method": METHOD, "uri": URL, "body": REQUEST_BODY, "headers": _lists(REQUEST_HEADERS)},
            "response": {
                "status": {"code": STATUS, "message": "Created"},
                "headers": _lists(RESPONSE_HEADERS),
                "body": {"string": body},
            },
        }
        for body in bodies
    ]
    return dump({"version": 1, "interactions": interactions})


def _safe_dump(data: Any) -> str:
    return str(yaml.dump(data, Dumper=yaml.CSafeDumper, default_style='"', allow_unicode=True, width=2**20))


def _vcrpy_with(bodies: Sequence[str], scalar: Callable[[str], str]) -> str:
    """With bodies in a style of one's own; PyYAML has its own mind about styles."""
    text = "interactions:\n"
    for body in bodies:
        text += (
            f"- request:\n    body: {_double_quoted(REQUEST_BODY)}\n    headers:\n{_listed(REQUEST_HEADERS)}\n"
            f"    method: {METHOD}\n    uri: {URL}\n  response:\n    body:\n      string: {scalar(body)}\n"
            f"    headers:\n{_listed(RESPONSE_HEADERS)}\n    status:\n      code: {STATUS}\n      message: Created\n"
        )
    return text + "version: 1\n"


def _single_quoted(body: str) -> str:
    quoted = body.replace("'", "''").replace("\n", " ")
    return f"'{quoted}'"


def _block(body: str, indicator: str) -> str:
    return f"{indicator}-\n        " + body.replace("\n", "\n        ")


def _schemathesis_yaml(bodies: Sequence[str], *, is_base64: bool = False) -> str:
    text = "command: 'st run'\nrecorded_with: 'Schemathesis 4'\nseed: 1\nhttp_interactions:"
    for number, body in enumerate(bodies):
        string = f"base64_string: '{_base64(body)}'" if is_base64 else f"string: {_double_quoted(body)}"
        text += (
            f"\n- id: '{number}'\n  request:\n    uri: '{URL}'\n    method: '{METHOD}'\n    headers:\n"
            f"{_listed(REQUEST_HEADERS)}\n    body:\n      encoding: 'utf-8'\n"
            f"      string: {_double_quoted(REQUEST_BODY)}\n  response:\n"
            f"    status:\n      code: '{STATUS}'\n      message: \"Created\"\n    headers:\n"
            f"{_listed(RESPONSE_HEADERS)}\n    body:\n      encoding: 'utf-8'\n      {string}\n    http_version: '1.1'"
        )
    return text


def _schemathesis_ndjson(bodies: Sequence[str]) -> str:
    interactions = {
        f"a/{number}": {
            "request": {"method": METHOD, "uri": URL, "headers": {}, "body": {"$base64": _base64(REQUEST_BODY)}},
            "response": {
                "status_code": STATUS,
                "headers": {name: [value] for name, value in RESPONSE_HEADERS.items()},
                "content": {"$base64": _base64(body)},
            },
        }
        for number, body in enumerate(bodies)
    }
    events = [
        {"Initialize": {"schemathesis_version": "4"}},
        {"ScenarioFinished": {"recorder": {"label": "x", "interactions": interactions}}},
    ]
    return "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events)


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": each} for name, value in headers.items() for each in value.split(", ")]


def _lists(headers: dict[str, str]) -> dict[str, list[str]]:
    return {name: value.split(", ") for name, value in headers.items()}


def _listed(headers: dict[str, str]) -> str:
    return "\n".join(f'      "{name}":\n      - {json.dumps(value)}' for name, value in headers.items())


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _double_quoted(text: str) -> str:
    return _safe_dump(text).rstrip("\n")


def _json_spelling(piece: str) -> str:
    return json.dumps(piece)[1:-1]


def _raw_json_spelling(piece: str) -> str:
    return json.dumps(piece, ensure_ascii=False)[1:-1]


def _as_it_is(piece: str) -> str:
    return piece


FORMS = {
    "har": Writing(".har", _har, _json_spelling),
    "har, indented": Writing(".har", lambda b: _har(b, indent=2, ensure_ascii=False), _raw_json_spelling),
    "har, base64": Writing(".har", lambda b: _har(b, is_base64=True), None),
    "ndjson": Writing(".ndjson", lambda b: "".join(json.dumps(_row(each)) + "\n" for each in b), _json_spelling),
    "ndjson, embedded": Writing(".ndjson", _embedded, _as_it_is),
    "journal": Writing(".json", lambda b: json.dumps([_row(each) for each in b], indent=1), _json_spelling),
    "vcrpy": Writing(".yaml", lambda b: _vcrpy(b, _safe_dump), lambda p: _double_quoted(p)[1:-1]),
    "vcrpy, single-quoted": Writing(".yaml", lambda b: _vcrpy_with(b, _single_quoted), lambda p: p.replace("'", "''")),
    "vcrpy, literal": Writing(".yaml", lambda b: _vcrpy_with(b, lambda p: _block(p, "|")), _as_it_is),
    "vcrpy, folded": Writing(".yaml", lambda b: _vcrpy_with(b, lambda p: _block(p, ">")), None),
    "vcrpy, json": Writing(".json", lambda b: _vcrpy(b, lambda data: json.dumps(data, indent=4)), _json_spelling),
    "schemathesis": Writing(".yaml", _schemathesis_yaml, lambda p: _double_quoted(p)[1:-1]),
    "schemathesis, base64": Writing(".yaml", lambda b: _schemathesis_yaml(b, is_base64=True), None),
    "schemathesis, ndjson": Writing(".ndjson", _schemathesis_ndjson, None, frozenset({"request", "response headers"})),
    "ndjson, bodies": Writing(
        ".ndjson", lambda b: "".join(each.replace("\n", " ") + "\n" for each in b), _as_it_is, frozenset()
    ),
}
