"""`jumun explain` of the ids that reports have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.cli.commands import jumun, refusal
from tests.contracts.pages import ROW

if TYPE_CHECKING:
    from pathlib import Path

STATUS = "naver.product_order_ids.200"
LIVE = {
    "timestamp": "2026-11-22T09:00:00.000+09:00",
    "traceId": "cr3-000000-0a1b2c3d4e5f^1700000000000^1",
    "data": ["2023010112345001"],
}


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """An order list in which much is wrong."""
    row: dict[str, Any] = {**ROW, "price": "canary", "status": 77, "canary_field": 1}
    del row["order_name"]
    path = tmp_path / "body.json"
    path.write_text(json.dumps({"count": 1, "list": [row]}), encoding="utf-8")
    return path


def found(path: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    """Findings of a file by their keyword, as the JSON report has them."""
    report = json.loads(jumun("check", str(path), "--format", "json", *arguments).stdout)
    return {each["keyword"]: each for each in report["complaints"]}


def test_every_finding_of_a_report(body: Path) -> None:
    """Each id in a report is explained: rule, what the contract says, evidence and page, what to do; no value of it."""
    findings = found(body)
    assert {"type", "enum", "required", "additionalProperties"} <= set(findings)
    for each in findings.values():
        done = jumun("explain", each["fingerprint"])
        assert (done.exit_code, done.stderr) == (0, "")
        first, *rest = done.stdout.splitlines()
        assert first == (
            f"{each['fingerprint']}: {each['severity']}: {each['keyword']} at {each['pattern']} in "
            f"{each['operation']}.{each['status']} by {each['contract']}"
        )
        assert f"    known: {each['evidence']}, {each['source']}" in rest
        assert any(line.startswith("  to do: ") for line in rest)
        assert f'"{each["fingerprint"]}"' in rest[-1]
        assert "canary" not in done.stdout


def test_an_id_with_one_digit_wrong(body: Path) -> None:
    """What it expects is among the contract's words, or no finding has the id."""
    for each in found(body).values():
        id_ = each["fingerprint"]
        other = id_[:-1] + ("0" if id_[-1] != "0" else "1")
        if each["keyword"] != "additionalProperties":
            assert "no finding has the id" in refusal(jumun("explain", other))


def test_the_rule_and_the_list(body: Path) -> None:
    """The rule has the expectation in words; an open list is there with what its values mean."""
    findings = found(body)
    text = jumun("explain", findings["type"]["fingerprint"]).stdout
    assert "  rule: /list/*/price must be of type integer\n" in text
    text = jumun("explain", findings["required"]["fingerprint"]).stdout
    assert '  rule: /list/* must have the property "order_name"\n' in text
    assert "  bootpay:documented says of /list/*/order_name:\n" in text
    text = jumun("explain", findings["additionalProperties"]["fingerprint"]).stdout
    assert "  rule: /list/* must not have a property that the contract does not name\n" in text
    text = jumun("explain", findings["enum"]["fingerprint"]).stdout
    assert "  to do: drift by design" in text
    assert "      2 = 결제 완료: 정상 결제\n" in text
    assert "  bootpay:observed says of /list/*/status:\n" in text


def test_the_other_profile(tmp_path: Path) -> None:
    """Where the other profile says something else of the place, that is there with its own page."""
    path = tmp_path / "ids.json"
    path.write_text(json.dumps(LIVE), encoding="utf-8")
    each = found(path, "--contract", "naver", "--operation", STATUS)["type"]
    assert each["fits"] == "naver:observed"
    text = jumun("explain", each["fingerprint"]).stdout
    assert text.index("  naver:documented says of /data:\n    type: object\n") < text.index(
        "  naver:observed says of /data:"
    )
    assert "public clients in production read an array" in text
    assert refusal(jumun("explain", each["fingerprint"], "--profile", "observed"))


@pytest.mark.parametrize("form", ["text", "ndjson", "junit", "sarif", "github"])
def test_one_id_everywhere(form: str, body: Path) -> None:
    """The reports in all forms have the same ids."""
    ids = {each["fingerprint"] for each in found(body).values()}
    report = jumun("check", str(body), "--format", form).stdout
    if form == "junit":
        ET.fromstring(report.encode())  # noqa: S314 - our own
    assert all(each in report for each in ids)


@pytest.mark.parametrize("name", ["0" * 16, "f" * 16])
def test_an_id_of_nothing(name: str) -> None:
    """An unknown id is refused in one line, with what it was looked for in and what may be the reason."""
    line = refusal(jumun("explain", name))
    assert repr(name) in line
    assert "naver:documented, naver:observed, bootpay:documented, bootpay:observed" in line
    assert "--stubs" in line


def test_an_id_of_an_own_stub(tmp_path: Path) -> None:
    """A finding about an operation of one's own is explained with its folder."""
    folder = tmp_path / "stubs"
    folder.mkdir()
    (folder / "notes.yaml").write_text(NOTES, encoding="utf-8")
    row = {"method": "GET", "url": "https://api.bootapi.com/v1/notes", "status": 200, "response": {"body": {"text": 7}}}
    (tmp_path / "traffic.ndjson").write_text(json.dumps(row), encoding="utf-8")
    each = found(tmp_path / "traffic.ndjson", "--contract", "bootpay", "--stubs", str(folder))["type"]
    text = jumun("explain", each["fingerprint"], "--stubs", str(folder)).stdout
    assert "  rule: /text must be of type string\n" in text
    assert "--stubs" in refusal(jumun("explain", each["fingerprint"]))


NOTES = """\
openapi: 3.1.0
info: {title: Notes, version: "1"}
servers: [{url: "https://api.bootapi.com/v1"}]
paths:
  /notes:
    get:
      operationId: notes.list
      responses:
        "200":
          description: A note
          content:
            application/json:
              schema: {type: object, properties: {text: {type: string}}}
              example: {text: gift wrap}
"""
