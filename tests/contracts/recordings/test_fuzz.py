"""Every form, with what is in it cut off, in another order or of another type.

More examples than a test run has: `pytest tests/contracts/recordings/test_fuzz.py --hypothesis-profile thorough`.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import Recorded, RecordingError, Unreadable, read_recordings
from jumun_contracts.recordings.ranges import iter_exchanges
from jumun_contracts.reports import RENDERERS, Options
from tests.contracts.pages import PAGE, ROW
from tests.contracts.recordings.by_hand import BY_HAND
from tests.contracts.recordings.forms import FORMS as WRITTEN
from tests.contracts.recordings.tnetstrings import dump
from tests.contracts.recordings.traffic import ANSWER, ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "카나리아 canary@example.com"
LIST = json.dumps({**PAGE, "list": [{**ROW, "order_name": CANARY, "username": CANARY}]}, ensure_ascii=False)
SENT = json.dumps({"commentContent": CANARY}, ensure_ascii=False)
HEADERS = {"Content-Type": "application/json", "X-Canary": CANARY}
OTHERS: list[Any] = [None, True, 0, -1, 200, 1e300, "", "x", "[]", "{}", [], {}, [[]], [{}], {"": {}}, [None, 1, "a"]]
OTHERS += [
    CANARY,
    "gzip",
    "base64",
    {"body": CANARY},
    {"file": f"../{CANARY}"},
    "{{x}}",
    "/:id",
    "\ud800",
    "\0",
    "=" * 50,
]


def _row(**response: Any) -> dict[str, Any]:
    request = {"headers": HEADERS, "body": SENT}
    return {
        "method": "PUT",
        "path": ANSWER,
        "request": request,
        "response": {"status": 200, "headers": HEADERS, **response},
    }


def _nock() -> list[dict[str, Any]]:
    chunks = [LIST.encode().hex()[:40], LIST.encode().hex()[40:]]
    call = {"scope": "https://api.bootapi.com:443", "method": "GET", "path": ORDERS, "body": "", "status": 200}
    put = {"method": "PUT", "path": ANSWER, "body": json.loads(SENT)}
    return [
        {**call, "response": json.loads(LIST), "rawHeaders": ["Content-Type", "application/json"]},
        {**call, **put, "response": chunks, "rawHeaders": {"content-encoding": "gzip"}, "responseIsBinary": False},
        {**call, "response": LIST.encode().hex(), "responseIsBinary": True},
    ]


def _flow() -> dict[str, Any]:
    headers = [[name.encode(), value.encode()] for name, value in HEADERS.items()]
    where = {"host": "127.0.0.1", "port": 80, "scheme": b"http", "authority": b"", "http_version": b"HTTP/1.1"}
    request = {**where, "method": b"PUT", "path": ANSWER.encode(), "headers": headers, "content": SENT.encode()}
    response = {"status_code": 200, "reason": b"OK", "headers": headers, "content": LIST.encode(), "trailers": None}
    return {"websocket": None, "request": request, "response": response, "type": "http", "version": 21}


def _newman() -> dict[str, Any]:
    url = {"protocol": "http", "host": ["127", "0", "0", "1"], "port": "80", "path": ["v1", "orders"], "query": []}
    header = [{"key": "Content-Type", "value": "application/json"}]
    stream = {"type": "Buffer", "data": list(LIST.encode())[:300]}
    request = {"url": url, "method": "GET", "header": header, "body": {"mode": "raw", "raw": SENT}}
    response = {"code": 200, "header": header, "stream": stream}
    return {"collection": {"item": []}, "run": {"executions": [{"request": request, "response": response}] * 2}}


def _cassette() -> dict[str, Any]:
    body = {"encoding": "utf-8", "string": LIST}
    request = {"method": "GET", "uri": f"http://127.0.0.1{ORDERS}", "body": SENT, "headers": {"Accept": ["x", "y"]}}
    packed = {"base64_string": base64.b64encode(LIST.encode()).decode()}
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"Content-Type": ["application/json"]},
        "body": body,
    }
    other = {**response, "body": packed}
    both = [{"request": request, "response": response}, {"request": {**request, "body": packed}, "response": other}]
    return {"http_interactions": both, "recorded_with": "x"}


def _lines(rows: Any) -> bytes:
    return b"\n".join(map(_dump, rows if isinstance(rows, list) else [rows]))


def _dump(value: Any) -> bytes:
    # Half a surrogate pair is escaped, as recorders of JavaScript do it.
    return json.dumps(value).encode()


def _yaml(value: Any) -> bytes:
    return str(yaml.safe_dump(value, allow_unicode=True)).encode(errors="replace")


def _flows(flows: Any) -> bytes:
    return b"".join(map(dump, flows if isinstance(flows, list) else [flows]))


PACKED = base64.b64encode(LIST.encode()).decode()
ROWS = [
    _row(body=LIST),
    _row(body=json.loads(LIST)),
    _row(jsonBody=json.loads(LIST)),
    _row(base64Body=PACKED),
    _row(body=PACKED, encoding="base64"),
    _row(bodyFileName=f"{CANARY}.json"),
    {"transaction": {"request": {"method": "GET", "urlPath": ORDERS}, "response": {"statusCode": 200, "body": LIST}}},
]
SAMPLES: dict[str, tuple[str, Any, Callable[[Any], bytes]]] = {
    "rows": ("rows.json", ROWS, _dump),
    "mappings": ("mappings.json", {"mappings": ROWS}, _dump),
    "ndjson": ("log.ndjson", ROWS, _lines),
    "body": ("body.json", json.loads(LIST), _dump),
    "nock": ("nock.json", _nock(), _dump),
    "mitmproxy": ("shop.flow", [_flow(), _flow()], _flows),
    "newman": ("report.json", _newman(), _dump),
    "cassette, JSON": ("cassette.json", _cassette(), _dump),
    "cassette, YAML": ("cassette.yaml", _cassette(), _yaml),
    "schemathesis": (
        "report.ndjson",
        [json.loads(line) for line in WRITTEN["schemathesis, ndjson"].write([LIST]).splitlines()],
        _lines,
    ),
    **{
        name: (file, make(LIST, SENT), _dump)
        for name, (_, file, make) in BY_HAND.items()
        if name not in ("Playwright", "Ruby VCR")
    },
}


@st.composite
def damaged(draw: st.DrawFn, sample: Any) -> Any:
    """A copy in which some values are of another type, in another order, twice, elsewhere, or gone."""
    value = json.loads(json.dumps(sample)) if not _has_bytes(sample) else _copy(sample)
    for _ in range(draw(st.integers(1, 6))):
        places = list(_iter_places(value))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        kind = draw(st.sampled_from(["type", "type", "order", "gone", "twice", "elsewhere"]))
        if kind == "type":
            holder[key] = _copy(draw(st.sampled_from(OTHERS)))
        elif kind == "elsewhere":
            other, name = draw(st.sampled_from(places))
            holder[key] = _copy(other[name])
        elif kind == "gone":
            del holder[key]
        elif kind == "twice" and isinstance(holder, list):
            holder.insert(key, _copy(holder[key]))
        elif isinstance(holder, list):
            holder.reverse()
        else:
            order = draw(st.permutations(list(holder)))
            pairs = [(name, holder[name]) for name in order]
            holder.clear()
            holder.update(pairs)
    return value


def _iter_places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(items):
        # The bytes of newman are many, and all alike.
        if not isinstance(each, int) or isinstance(value, dict) or key < 3:
            yield value, key
            yield from _iter_places(each)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value


def _has_bytes(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_bytes, value.values() if isinstance(value, dict) else value))
    return isinstance(value, bytes)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
def test_a_damaged_recording(name: str, data: st.DataObject) -> None:
    """Nothing but exchanges, reasons why not, and a RecordingError come out; all are counted, and no value is shown."""
    file, sample, write = SAMPLES[name]
    written = write(data.draw(damaged(sample)))
    if data.draw(st.integers(0, 3)) == 3:
        written = written[: data.draw(st.integers(0, len(written)))]
    found = judge_well(written, data.draw(st.sampled_from([file, "<stdin>"])))
    assert all(isinstance(each, Recorded | Unreadable) for each in found)


@pytest.mark.parametrize("name", SAMPLES)
def test_an_undamaged_recording(name: str) -> None:
    """The samples themselves are read as what they are: each is of more than one exchange that can be judged."""
    file, sample, write = SAMPLES[name]
    found = judge_well(write(sample), file)
    judged = [each for each in found if isinstance(each, Recorded) and each.response_body]
    assert len(judged) >= (1 if name in ("body", "schemathesis", "Insomnia", "Proxyman") else 2) or name in BY_HAND


def judge_well(data: bytes, file: str) -> list[Recorded | Unreadable]:
    """Read and judge a recording, and look whether all counts add up, and no report has a value."""
    judge = Judge(_contracts())
    found = []
    before = 0
    for each in iter_exchanges(read_recordings(io.BytesIO(data), file=file), file=file):
        found.append(each)
        judge.judge(each)
        tally = judge.tally()
        assert tally.counts["exchanges"] == each.number == len(found)
        kinds = [tally.counts.get(name, 0) for name in ("judged", "without_body", "unanswered")]
        counted = sum(kinds) + sum(one.count for one in tally.unjudged.values())
        assert counted > before, "an exchange that is counted as nothing"
        before = counted
    # What was exercised is of the contract, and takes long to write.
    verdict = replace(judge.verdict(), coverage=())
    assert verdict.exit_code() or verdict.judged
    for form in ("text", "json"):
        report = "\n".join(RENDERERS[form](verdict, Options(fail_on="breaking", verbose=True, version="0")))
        assert "canary" not in report
        assert "카나리아" not in report
    return found


@cache
def _contracts() -> list[Any]:
    return [load_contract(provider, "documented") for provider in ("naver", "bootpay")]


def test_the_canary_would_be_found() -> None:
    """The look for it works: a bad value that a recording names itself, such as its own file, is in a report."""
    with pytest.raises(AssertionError):
        judge_well(b"{", "canary.json")


def test_no_more_than_an_error_of_its_own() -> None:
    """A recording that cannot be read at all is a RecordingError."""
    with pytest.raises(RecordingError):
        list(read_recordings(io.BytesIO(b'{"log": {"entries": '), file="x.har"))
