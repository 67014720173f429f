"""Recordings as people have them: what was seen is judged, what was not is counted, and good ones are clean."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jumun_contracts.contract.punished import PUNISHED
from tests.checkout import SHARED
from tests.cli.check.test_command import report
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://api.bootapi.com/v1/orders"
TOKEN_URL = "https://api.commerce.naver.com/external/v1/oauth2/token"
GOOD, BAD = {"count": 1, "list": []}, {"count": "하나", "list": []}
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Counts(NamedTuple):
    """Of a report."""

    exit_code: int
    judged: int = 0
    breaking: int = 0
    without_body: int = 0
    unanswered: int = 0
    unjudged: int = 0


CLEAN, BROKEN, WITHOUT_BODY, UNANSWERED = Counts(0, 1), Counts(1, 1, 1), Counts(2, 0, 0, 1), Counts(2, unanswered=1)
UNJUDGED = Counts(2, unjudged=1)


def count(*arguments: str) -> Counts:
    """What `jumun check` counts, each exchange in one place."""
    code, document = report(*arguments)
    unjudged = sum(row["count"] for row in document["unjudged"])
    unseen = document["exchanges"] - document["judged"] - unjudged
    assert 0 <= unseen <= document["without_body"] + document["unanswered"]
    return Counts(
        code, document["judged"], document["breaking"], document["without_body"], document["unanswered"], unjudged
    )


def text(value: object) -> str:
    """A value as JSON, with Hangul as it is."""
    return json.dumps(value, ensure_ascii=False)


def encoded(value: object) -> str:
    """As JSON in base64."""
    return base64.b64encode(text(value).encode()).decode()


def har(content: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> str:
    """A HAR of one call, with this for the answer's content."""
    named = [{"name": name, "value": value} for name, value in (headers or {}).items()]
    entry = {
        "request": {"method": "GET", "url": URL, "headers": []},
        "response": {"status": status, "headers": named, "content": content},
    }
    return text({"log": {"version": "1.2", "entries": [entry]}})


def sent(post_data: dict[str, Any]) -> str:
    """A HAR of one call for a token, with this for what was posted."""
    headers = [{"name": name, "value": value} for name, value in FORM.items()]
    request = {"method": "POST", "url": TOKEN_URL, "headers": headers, "postData": post_data}
    return text({"log": {"version": "1.2", "entries": [{"request": request, "response": {"status": 400}}]}})


def row(response: dict[str, Any], **fields: Any) -> str:
    """A log of one call."""
    return text({"request": {"method": "GET", "url": "/v1/orders"}, "response": response, **fields}) + "\n"


def cassette(body: object, *, key: str = "http_interactions") -> str:
    """A cassette of one call, in JSON."""
    request = {"method": "get", "uri": URL, "body": {"encoding": "utf-8", "string": ""}, "headers": {}}
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": body}
    return text({key: [{"request": request, "response": response}]})


def nock(response: object, *, raw: list[str] | None = None, **fields: Any) -> str:
    """A recording of nock with one call."""
    call = {"scope": "https://api.bootapi.com:443", "method": "GET", "path": "/v1/orders", "body": "", "status": 200}
    return text([{**call, "response": response, "rawHeaders": raw or [], **fields}])


def chunks(value: object, *, is_hex: bool) -> list[str]:
    """A body in gzip, as an array of two chunks."""
    data = gzip.compress(text(value).encode())
    return [each.hex() if is_hex else base64.b64encode(each).decode() for each in (data[:9], data[9:])]


GZIPPED = {"content-encoding": "gzip"}
TOKEN_FIELDS = {
    "client_id": "a",
    "timestamp": "then",
    "client_secret_sign": "A" * 80,
    "grant_type": "client_credentials",
}
TOKEN_FORM = "&".join(f"{name}={value}" for name, value in {**TOKEN_FIELDS, "type": "SELF"}.items())
PARAMS = [{"name": name, "value": value} for name, value in {**TOKEN_FIELDS, "type": "SELF"}.items()]
SENT_BROKEN = Counts(1, 1, 1, 1)


@pytest.mark.parametrize(
    ("name", "written", "counts"),
    [
        ("no text.har", har({"size": 23, "mimeType": "application/json"}), WITHOUT_BODY),
        ("empty.har", har({"size": 0, "text": ""}), BROKEN),
        ("no answer.har", har({"size": 0}, status=0), UNANSWERED),
        ("no answer, empty.har", har({"size": 0, "text": ""}, status=0), UNANSWERED),
        ("body and status 0.har", har({"text": text(BAD)}, status=0), BROKEN),
        ("not modified.har", har({"size": 0, "text": ""}, status=304), WITHOUT_BODY),
        ("object.har", har({"text": BAD}), BROKEN),
        ("good object.har", har({"text": GOOD}), CLEAN),
        ("hex chunks.har", har({"text": text(chunks(GOOD, is_hex=True))}, headers=GZIPPED), CLEAN),
        ("bad hex chunks.har", har({"text": text(chunks(BAD, is_hex=True))}, headers=GZIPPED), BROKEN),
        (
            "base64 chunks.har",
            har({"text": text(chunks(GOOD, is_hex=False)), "encoding": "base64"}, headers=GZIPPED),
            CLEAN,
        ),
        (
            "bad base64 chunks.har",
            har({"text": text(chunks(BAD, is_hex=False)), "encoding": "base64"}, headers=GZIPPED),
            BROKEN,
        ),
        ("decoded.har", har({"text": text(GOOD)}, headers=GZIPPED), CLEAN),
        ("ids, no chunks.har", har({"text": '["2023010112345678"]'}, headers=GZIPPED), BROKEN),
        ("base64.har", har({"text": encoded(BAD), "encoding": "base64"}), BROKEN),
        (
            "wrapped base64.har",
            har({"text": encoded(GOOD)[:9] + "\n" + encoded(GOOD)[9:], "encoding": "base64"}),
            CLEAN,
        ),
        ("plain, marked.har", har({"text": text(GOOD), "encoding": "base64"}), CLEAN),
        ("bad plain, marked.har", har({"text": text(BAD), "encoding": "base64"}), BROKEN),
        ("form.har", sent({"text": TOKEN_FORM}), SENT_BROKEN),
        ("fields.har", sent({"params": PARAMS}), SENT_BROKEN),
        (
            "form in base64.har",
            sent({"text": base64.b64encode(TOKEN_FORM.encode()).decode(), "encoding": "base64"}),
            SENT_BROKEN,
        ),
        ("files.har", sent({"params": [{"name": "a", "fileName": "b"}]}), UNJUDGED),
        ("jsonBody.ndjson", row({"status": 200, "jsonBody": BAD}), BROKEN),
        ("json.ndjson", row({"status": 200, "json": BAD}), BROKEN),
        ("base64Body.ndjson", row({"status": 200, "base64Body": encoded(BAD)}), BROKEN),
        ("bodyAsBase64.ndjson", row({"status": 200, "body": "", "bodyAsBase64": encoded(BAD)}), BROKEN),
        ("unknown answer.ndjson", row({"payload": BAD}), UNJUDGED),
        ("no body.ndjson", row({"status": 200}), WITHOUT_BODY),
        ("no answer.ndjson", row({"status": 0, "body": ""}), UNANSWERED),
        ("status 0.ndjson", row({}, status=0), UNANSWERED),
        ("request only.ndjson", text({"request": {"method": "GET", "url": "/v1/orders"}}), UNANSWERED),
        ("betamax.json", cassette({"encoding": "utf-8", "string": text(GOOD)}), CLEAN),
        ("bad betamax.json", cassette({"encoding": "utf-8", "string": text(BAD)}), BROKEN),
        ("betamax, base64.json", cassette({"encoding": None, "base64_string": encoded(BAD)}), BROKEN),
        ("vcrpy.json", cassette({"string": text(BAD)}, key="interactions"), BROKEN),
        ("no string.json", cassette({"encoding": "UTF-8"}), WITHOUT_BODY),
        ("nock.json", nock(BAD), BROKEN),
        ("good nock.json", nock(GOOD), CLEAN),
        ("nock text.json", nock(text(BAD)), BROKEN),
        ("nock chunks.json", nock(chunks(GOOD, is_hex=True), raw=["Content-Encoding", "gzip"]), CLEAN),
        ("bad nock chunks.json", nock(chunks(BAD, is_hex=True), raw=["Content-Encoding", "gzip"]), BROKEN),
        ("nock hex.json", nock(text(GOOD).encode().hex(), responseIsBinary=True), CLEAN),
        ("nock, no hex.json", nock("zz", responseIsBinary=True), UNJUDGED),
        ("unknown.json", text({"dependencies": {"a": "1"}, "devDependencies": {}}), UNJUDGED),
        ("unknown.ndjson", '{"level": "info", "msg": "started"}\n', UNJUDGED),
        ("nothing.json", "[]", UNJUDGED),
        ("bom.json", "\ufeff" + text(GOOD), CLEAN),
        ("no base64.har", har({"text": "not base64!", "encoding": "base64"}), UNJUDGED),
        ("number.har", har({"text": 5}), UNJUDGED),
        *(
            (f"status {each!r}.ndjson", row({"status": each, "body": GOOD}), UNJUDGED)
            for each in (True, -1, 99, 1e9, "x")
        ),
        ("status 200.0.ndjson", row({"status": 200.0, "body": BAD}), BROKEN),
        ("one row.json", text(json.loads(row({"status": 200, "body": BAD}))), BROKEN),
    ],
)
def test_a_recording(tmp_path: Path, name: str, written: str, counts: Counts) -> None:
    """Each is judged by the body that it holds, in whatever form, and counted as what it is where it holds none."""
    file = tmp_path / name
    file.write_text(written, encoding="utf-8")
    assert count(str(file)) == counts


RUBY = """---
http_interactions:
- request:
    method: get
    uri: https://api.bootapi.com/v1/orders
    body: {{encoding: US-ASCII, string: ''}}
    headers: {{}}
  response:
    status: {{code: 200, message: OK}}
    headers:
      Content-Type: [application/json]
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        {body}
recorded_with: VCR 6.3.1
"""


@pytest.mark.parametrize(("body", "counts"), [(GOOD, CLEAN), (BAD, BROKEN)])
def test_a_binary_string_of_ruby(tmp_path: Path, body: object, counts: Counts) -> None:
    """Ruby VCR writes `!binary` for a body that is not ASCII."""
    file = tmp_path / "ruby.yml"
    file.write_text(RUBY.format(body=encoded(body)), encoding="utf-8")
    assert count(str(file)) == counts


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("c04_json_as_form.har", BROKEN),
        ("c09_chunks_base64.har", CLEAN),
        ("c09_chunks_hex.har", CLEAN),
        ("c10_ruby_binary.yml", CLEAN),
        ("c11_http_interactions.json", CLEAN),
        ("c12_nock.json", BROKEN),
        ("c13_cassette_no_string.yml", WITHOUT_BODY),
        ("c13_no_answer.har", UNANSWERED),
        ("c13_no_text.har", WITHOUT_BODY),
        ("c13_text_is_object.har", BROKEN),
        ("c15_params_only.har", BROKEN),
        ("c18_base64_body.ndjson", BROKEN),
        ("c18_body_file.ndjson", UNJUDGED),
        ("c18_json.ndjson", BROKEN),
        ("c18_json_body.ndjson", BROKEN),
    ],
)
def test_a_case(name: str, counts: Counts) -> None:
    """The cases that were collected have the result that their index says is right."""
    file = SHARED / "cases" / name
    if not file.is_file():
        pytest.skip(f"{file} is not on this machine")
    assert count(str(file)) == counts


def test_what_a_person_reads(tmp_path: Path) -> None:
    """The summary counts what was not seen, and says so where nothing was."""
    file = tmp_path / "traffic.ndjson"
    file.write_text(row({"status": 200}) * 2 + row({}, status=0), encoding="utf-8")
    result = jumun("check", str(file))
    assert result.stdout.splitlines()[0] == "nothing was judged; 2 answers without a body; 1 request without an answer"
    assert result.exit_code == 2


@pytest.mark.parametrize("rule", PUNISHED["naver.token"], ids=lambda rule: rule.name)
def test_what_production_punishes_is_breaking(tmp_path: Path, rule: Any) -> None:
    """Each rule that the server notes is breaking in a recording: production cuts the application for it."""
    form = f"{TOKEN_FORM.replace('then', '1790000000000')}"
    broken: dict[str, dict[str, Any]] = {
        "parameters in the URL": {"url": f"{TOKEN_URL}?type=SELF"},
        "content type is not application/x-www-form-urlencoded": {"headers": {"content-type": "text/plain"}},
        "the body is not the form that its content type says": {"body": "{}"},
        "no grant_type": {"body": form.replace("&grant_type=client_credentials", "")},
        "account_id beside SELF": {"body": f"{form}&account_id=a"},
    }
    request = {"method": "POST", "url": TOKEN_URL, "headers": FORM, "body": form}
    file = tmp_path / "token.ndjson"
    answer = {"status": 200, "body": {"access_token": "a", "expires_in": 10_799, "token_type": "Bearer"}}
    file.write_text(text({"request": request, "response": answer}), encoding="utf-8")
    assert count(str(file)) == CLEAN
    file.write_text(text({"request": {**request, **broken[rule.name]}, "response": answer}), encoding="utf-8")
    code, document = report(str(file))
    assert (code, document["breaking"]) == (1, 1)
    assert document["complaints"][0]["side"] == "request"


def test_a_folder_and_a_pattern(tmp_path: Path) -> None:
    """A folder means all recordings below it, and a pattern what it matches; hidden folders and bodies are left out."""
    for name, body in (
        ("a.har", GOOD),
        ("deep/b.har", BAD),
        (".git/c.har", BAD),
        ("__files/d.json", BAD),
        ("e.txt", BAD),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(har({"text": text(body)}), encoding="utf-8")
    assert count(str(tmp_path)) == Counts(1, 2, 1)
    assert count(str(tmp_path / "*.har")) == CLEAN
    assert count(str(tmp_path / "**" / "*.har")) == Counts(1, 2, 1)
    _code, document = report(str(tmp_path))
    assert [row["file"] for row in document["complaints"]] == [str(tmp_path / "deep" / "b.har")]
    (tmp_path / "empty").mkdir()
    for nothing in ("empty", "*.flow"):
        assert "holds no recording" in refusal(jumun("check", str(tmp_path / nothing)))


@pytest.mark.parametrize(("body", "counts"), [(GOOD, CLEAN), (BAD, BROKEN)])
@pytest.mark.parametrize("name", ["a.ndjson.gz", "a.har.gz", "a.ndjson", "a.har"])
def test_gzip(tmp_path: Path, name: str, body: object, counts: Counts) -> None:
    """A recording may be in gzip, whatever its name, and come by standard input so."""
    written = row({"status": 200, "body": body}) if "ndjson" in name else har({"text": text(body)})
    file = tmp_path / name
    file.write_bytes(gzip.compress(written.encode()))
    assert count(str(file)) == counts
    result = jumun("check", "-", stdin=file.read_bytes())
    assert result.exit_code == counts.exit_code


@pytest.mark.parametrize("end", [-1, 5, 40])
def test_gzip_that_is_cut_off(tmp_path: Path, end: int) -> None:
    """What was read before the cut is judged, and the rest could not be."""
    file = tmp_path / "a.ndjson.gz"
    lines = "".join(row({"status": 200, "body": {"count": number, "list": []}}) for number in range(2_000))
    file.write_bytes(gzip.compress(lines.encode())[:end])
    result = jumun("check", str(file))
    assert result.exit_code == 2
    assert "cannot be unpacked: it is damaged or cut off" in result.stdout


@pytest.mark.parametrize(("body", "counts"), [(GOOD, CLEAN), (BAD, BROKEN)])
def test_a_har_in_a_zip(tmp_path: Path, body: object, counts: Counts) -> None:
    """Playwright's `har.zip` has bodies in files of their own, and its HAR may be beside them unpacked."""
    written, name = har({"_file": "0a1b.json", "mimeType": "application/json"}), "0a1b.json"
    with zipfile.ZipFile(tmp_path / "har.zip", "w") as archive:
        archive.writestr("har.har", written)
        archive.writestr(name, text(body))
    (tmp_path / "unpacked").mkdir()
    (tmp_path / "unpacked" / "har.har").write_text(written, encoding="utf-8")
    (tmp_path / "unpacked" / name).write_text(text(body), encoding="utf-8")
    assert count(str(tmp_path / "har.zip")) == counts
    assert count(str(tmp_path / "unpacked" / "har.har")) == counts
    (tmp_path / "unpacked" / name).unlink()
    assert count(str(tmp_path / "unpacked" / "har.har")) == UNJUDGED


@pytest.mark.parametrize("name", ["../outside.json", "/outside.json", "link.json", "", "\x00", ".", "missing"])
def test_files_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """A body's file is read from the recording's folder and from nowhere else."""
    (tmp_path / "outside.json").write_text(text(GOOD), encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    name = str(tmp_path / "outside.json") if name.startswith("/") else name
    (folder / "a.ndjson").write_text(row({"status": 200, "bodyFileName": name}), encoding="utf-8")
    assert count(str(folder / "a.ndjson")) == UNJUDGED


def test_files_of_standard_input() -> None:
    """Standard input has no folder."""
    result = jumun("check", "-", stdin=row({"status": 200, "bodyFileName": "a.json"}) * 2)
    assert "its body is in a file of its own: the recording has no folder for it to be in" in result.stdout
    assert result.exit_code == 2


def test_mappings_of_wiremock(tmp_path: Path) -> None:
    """WireMock has its mappings in one folder and the bodies that they name in one beside it."""
    for folder in ("mappings/deep", "__files"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "__files" / "orders.json").write_text(text(BAD), encoding="utf-8")
    request = {"method": "GET", "urlPath": "/v1/orders", "headers": {"Accept": {"equalTo": "application/json"}}}
    mapping = {"id": "x", "request": request, "response": {"status": 200, "bodyFileName": "orders.json"}}
    (tmp_path / "mappings" / "deep" / "a.json").write_text(json.dumps(mapping, indent=2), encoding="utf-8")
    several = {"mappings": [mapping, {**mapping, "response": {"status": 200, "jsonBody": GOOD}}], "meta": {"total": 2}}
    (tmp_path / "mappings" / "b.json").write_text(json.dumps(several), encoding="utf-8")
    assert count(str(tmp_path)) == Counts(1, 3, 1)


@pytest.mark.parametrize("path", ["/v1/orders/", "/v1//orders", "//v1/orders//"])
def test_idle_slashes(tmp_path: Path, path: str) -> None:
    """Servers overlook slashes that are doubled or at the end, and so does the judge: nothing passes for them."""
    file = tmp_path / "a.ndjson"
    answer = {"status": 200, "body": BAD}
    file.write_text(
        text({"method": "GET", "url": f"https://api.bootapi.com{path}?page=1", "response": answer}), "utf-8"
    )
    assert count(str(file)) == BROKEN


def test_an_answer_that_was_not_seen_is_no_case(tmp_path: Path) -> None:
    """No report has a good case of it, nor counts it as exercised."""
    file = tmp_path / "a.har"
    file.write_text(har({"size": 23}), encoding="utf-8")
    assert "exercised" not in jumun("check", str(file)).stdout
    assert "judged)" not in jumun("check", str(file), "--format", "junit").stdout


def test_a_har_in_gzip_that_is_cut_off(tmp_path: Path) -> None:
    """What was unpacked before the cut is judged as far as it is whole."""
    entries = json.loads(har({"text": text(BAD)}))["log"]["entries"]
    entries = [{**entries[0], "_number": f"{number * 7919:x}"} for number in range(20_000)]
    whole = gzip.compress(text({"log": {"version": "1.2", "entries": entries}}).encode())
    (tmp_path / "a.har.gz").write_bytes(whole[: len(whole) // 2])
    code, document = report(str(tmp_path / "a.har.gz"))
    assert code == 2
    assert document["judged"] > 1_000
    assert [each["reason"] for each in document["unjudged"]] == ["cannot be unpacked: it is damaged or cut off"]


def test_a_har_that_is_cut_off(tmp_path: Path) -> None:
    """What is whole is judged, and the rest could not be."""
    entries = json.loads(har({"text": text(BAD)}))["log"]["entries"]
    whole = text({"log": {"version": "1.2", "entries": entries * 3}})
    for name in ("a.har", "a.json"):
        (tmp_path / name).write_text(whole[:-40], encoding="utf-8")
        code, document = report(str(tmp_path / name))
        assert (code, document["judged"], document["complaints"][0]["count"]) == (2, 2, 2)
        assert [each["reason"] for each in document["unjudged"]] == ["not JSON: an array or object that does not end"]
