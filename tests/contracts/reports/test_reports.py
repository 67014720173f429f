from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, replace
from importlib.resources import files
from tarfile import open as open_tar
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator

from jumun_contracts import findings
from jumun_contracts.check.durations import Answered
from jumun_contracts.check.verdict import Coverage, Places
from jumun_contracts.reports import RENDERERS, Options
from jumun_contracts.reports.wording import mark, said
from tests.contracts.reports.verdicts import (
    BREAKING,
    CLEAN,
    DRIFT,
    DRIFTED,
    FAULTY,
    FULL,
    LIST,
    NOTHING,
    REQUEST,
    UNCOVERED,
    UNJUDGED,
    VERDICTS,
    WILD,
)
from tests.interop.programs import clean_environment, install, make_once, require, run, run_well

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_contracts.check.verdict import Verdict

PUBLISHED = json.loads((files("jumun_contracts") / "reports" / "report.schema.json").read_text(encoding="utf-8"))
# Holds sarif-2.1.0-rtm.5.json, the schema of SARIF 2.1.0 as SchemaStore has it. Current on 2026-11-22.
SARIF_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
FAIL_ON: tuple[Literal["breaking", "drift"], ...] = ("breaking", "drift")
every_verdict = pytest.mark.parametrize("verdict", VERDICTS.values(), ids=VERDICTS)


def lines(form: str, verdict: Verdict, **options: Any) -> list[str]:
    """A report's lines."""
    return "\n".join(RENDERERS[form](verdict, Options(**options))).split("\n")


def document(form: str, verdict: Verdict, **options: Any) -> Any:
    """A report that is one JSON document."""
    return json.loads("\n".join(lines(form, verdict, **options)))


def junit(verdict: Verdict, **options: Any) -> ET.Element:
    """The report's only test suite."""
    (suite,) = ET.fromstring("\n".join(lines("junit", verdict, **options)).encode())  # noqa: S314 - our own
    return suite


def test_text() -> None:
    """Complaints come file by file, each at a place that editors open, with its count; then what was exercised."""
    assert lines("text", FAULTY) == [
        f"bodies/a.json:4:1: drift: {LIST}.200: {DRIFT.message} [additionalProperties 1123456789abcdef]",
        f"bodies/a.json:3:14: breaking: {LIST}.200: {BREAKING.message} (12 times) [type 0123456789abcdef]",
        f"bodies/b.json:3:14: breaking: {LIST} request: query/limit must be 50 or less [maximum 3333333333333333]",
        f"bodies/b.json:4:1: info: {LIST}.200: deprecated [deprecated 2222222222222222]",
        "15 judged by bootpay:documented: 2 breaking, 1 drift, 1 info",
        f"exercised: {LIST} 200 (13), 401 (2); 2 of 6 properties, 2 of 4 known values",
        "  statuses never seen: 404",
        "  properties never seen: /list/*/memo, /list/*/tax, /list/*/unit and 1 more",
        '  values never seen: /list/*/status = 3, /list/*/cs_type = "return"',
        f"exercised: {LIST} request; 1 of 2 properties",
        "  properties never seen: query/page",
        "never called: bootpay.token",
    ]


def test_text_with_all_of_it() -> None:
    """-v adds what is of no contract, what was ignored, contracts, and everything never seen."""
    short, long = lines("text", FULL), lines("text", FULL, verbose=True)
    assert not any("favicon" in line or "(ignored)" in line or "by bootpay:documented: /" in line for line in short)
    assert "bodies/d.har:7:5: of no contract: no contract has GET /favicon.ico (3 times)" in long
    assert sum(line.endswith("(ignored)") for line in long) == 1
    assert sum(f"by bootpay:documented: {BREAKING.message} (12 times) [type {BREAKING.fingerprint}]" in x for x in long)
    assert "  properties never seen: /list/*/memo, /list/*/tax, /list/*/unit, /list/*/url" in long
    for report in (short, long):
        assert "bodies/c.json:1:9: could not be judged: not JSON" in report
        assert "stale: jumun.toml: entry 1 matched nothing" in report
        assert (
            "15 judged by bootpay:documented: 2 breaking, 1 drift, 1 info; 1 ignored; 1 could not be judged; "
            "3 of no contract; 1 stale ignore entries"
        ) in report


def test_text_of_what_is_not_covered() -> None:
    """Where traffic of no contract is a failure, it is listed, and a line says how much of it there is, and why."""
    report = lines("text", FULL, fail_on_uncovered=True)
    assert "bodies/d.har:7:5: of no contract: no contract has GET /favicon.ico (3 times)" in report
    other = replace(UNCOVERED, reason="its host is of no contract", count=1)
    again = replace(UNCOVERED, file="bodies/e.har", count=2)
    report = lines("text", replace(CLEAN, unjudged=(UNCOVERED, other, again)), fail_on_uncovered=True)
    summed_up = report.index("15 judged by bootpay:documented: 0 breaking, 0 drift, 0 info; 6 of no contract")
    assert report[summed_up + 1] == (
        "no contract covers 6 exchanges: no contract has GET /favicon.ico (5); its host is of no contract (1)"
    )
    assert not any(line.startswith("no contract covers") for line in lines("text", CLEAN, fail_on_uncovered=True))
    assert not any(line.startswith("no contract covers") for line in lines("text", FULL))


def test_forms_of_what_is_not_covered() -> None:
    """Other forms say so too: an error on the line, a notification that is one, and the exit code."""
    verdict = replace(CLEAN, unjudged=(UNCOVERED,))
    assert lines("github", verdict, fail_on_uncovered=True)[0] == (
        f"::error file=bodies/d.har,line=7,col=5,title=of no contract::{UNCOVERED.reason} (3 times)"
    )
    (invocation,) = document("sarif", verdict, fail_on_uncovered=True)["runs"][0]["invocations"]
    assert (invocation["exitCode"], invocation["toolExecutionNotifications"][0]["level"]) == (1, "error")
    report = document("json", verdict, fail_on_uncovered=True)
    assert (report["exit_code"], report["fail_on_uncovered"]) == (1, True)
    report = document("json", verdict)
    assert (report["exit_code"], report["fail_on_uncovered"]) == (0, False)


def test_text_tells_two_profiles_apart() -> None:
    """Where two profiles of one provider judge, a finding says whose it is."""
    both = replace(FAULTY, contracts=("bootpay:documented", "bootpay:observed"))
    assert any(f"{LIST}.200 by bootpay:documented:" in line for line in lines("text", both))


OPEN = replace(
    DRIFT,
    keyword="enum",
    message="/list/0/status must be 0 or 1",
    evidence="assumed",
    source="page commerce.bootpay.ai/orders/list",
)


@pytest.mark.parametrize("form", ["text", "github", "junit", "sarif"])
def test_an_open_list(form: str) -> None:
    """Drift from a list that the contract leaves open says so, and how the list is known, in few words."""
    known = "/list/0/status must be 0 or 1, by a list that is open (assumed: "
    (line,) = (each for each in lines(form, replace(CLEAN, complaints=(OPEN,))) if "must be 0 or 1" in each)
    assert f"{known}page commerce.bootpay.ai/orders/list)" in line
    long = replace(OPEN, source="page commerce.bootpay.ai/orders/list, table; " + "and more " * 50)
    (line,) = (each for each in lines(form, replace(CLEAN, complaints=(long,))) if "must be 0 or 1" in each)
    assert f"{known}page commerce.bootpay.ai/orders/list, table; and more and m…)" in line


@pytest.mark.parametrize("form", ["text", "github", "junit", "sarif"])
def test_a_profile_that_fits(form: str) -> None:
    """A finding in bodies that fit the other profile says which that is."""
    fitting = replace(BREAKING, fits="bootpay:observed")
    report = "\n".join(lines(form, replace(CLEAN, complaints=(fitting,))))
    assert f"{BREAKING.message}; fits bootpay:observed (12 times)" in report


def test_text_of_nothing() -> None:
    """A run that judged nothing says so, and why what there was is of no contract."""
    assert lines("text", NOTHING) == ["nothing was judged: no exchange was found"]
    assert "bodies/d.har:7:5: of no contract" in lines("text", replace(UNJUDGED, judged=0))[1]


def test_paint() -> None:
    """Colour is the caller's: severities, places and the summary pass through it, and nothing else changes."""
    seen: list[tuple[str, str]] = []

    def paint(text: str, role: str) -> str:
        seen.append((text, role))
        return text

    assert lines("text", FULL, paint=paint) == lines("text", FULL)
    assert {("breaking", "breaking"), ("drift", "drift"), ("info", "info")} <= set(seen)
    assert ("bodies/a.json:3:14:", "place") in seen
    lines("text", CLEAN, paint=paint)
    assert seen[-1][1] == "faint"
    assert ("15 judged by bootpay:documented: 0 breaking, 0 drift, 0 info", "good") in seen


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("form", ["text", "github"])
def test_lines_hold_no_controls(form: str, verbose: bool) -> None:  # noqa: FBT001 - a table
    """Text that a terminal or GitHub's runner would obey comes out as an escape, and forges no line."""
    report = lines(form, WILD, verbose=verbose)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", "".join(report))
    assert any("\\x1b[31m\\x00" in line for line in report)
    assert len(report) == len(lines(form, FULL, verbose=verbose)) + 1


@every_verdict
@pytest.mark.parametrize("fail_on", FAIL_ON)
def test_json_by_its_schema(verdict: Verdict, fail_on: str) -> None:
    """The JSON report fits the published schema and loses nothing."""
    report = document("json", verdict, fail_on=fail_on)
    assert not findings(PUBLISHED, report)
    assert report["exit_code"] == verdict.exit_code(fail_on="drift" if fail_on == "drift" else "breaking")
    rows = zip(report["complaints"], verdict.complaints, strict=True)
    for row, complaint in rows:
        place = (row.pop("line"), row.pop("column"))
        assert {**row, "status": row["status"] or "", "place": place} == asdict(complaint)
        assert (row["status"] is None) == (complaint.side == "request")
    for name in ("ignored", "unjudged", "coverage", "stale"):
        assert len(report[name]) == len(getattr(verdict, name))


def test_the_schema_is_strict() -> None:
    """The published schema refuses a report that lacks what it promises."""
    report = document("json", FULL)
    for name in report:
        assert findings(PUBLISHED, {key: value for key, value in report.items() if key != name})
    for name in report["complaints"][0]:
        row = {key: value for key, value in report["complaints"][0].items() if key != name}
        assert findings(PUBLISHED, {**report, "complaints": [row]})


def test_coverage_in_json() -> None:
    """Known values are listed by place, those seen and those never seen."""
    row = document("json", CLEAN)["coverage"][0]
    assert row["known_values"] == [
        {"pattern": "/list/*/status", "seen": [1, 2], "never": [3]},
        {"pattern": "/list/*/cs_type", "seen": [], "never": ["return"]},
    ]
    assert row["statuses"] == {"200": 13, "401": 2, "404": 0}


@every_verdict
def test_ndjson(verdict: Verdict) -> None:
    """Each line is an object; the last, and no other, is the summary; rows are those of the JSON report."""
    rows = [json.loads(line) for line in lines("ndjson", verdict)]
    whole = document("json", verdict)
    kinds = [row.pop("kind") for row in rows]
    expected = ["complaint"] * len(verdict.complaints) + ["unjudged"] * len(verdict.unjudged) + ["summary"]
    assert kinds == expected
    assert rows[:-1] == whole["complaints"] + whole["unjudged"]
    assert rows[-1].items() <= whole.items()


@every_verdict
@pytest.mark.parametrize("fail_on", FAIL_ON)
@pytest.mark.parametrize("fail_on_uncovered", [False, True])
def test_junit_counts(verdict: Verdict, fail_on: Any, *, fail_on_uncovered: bool) -> None:
    """The suite is well-formed whatever was judged, counts what it holds, and is red exactly when the exit code is.

    Each case takes more than no time, and the suite as long as its cases.
    """
    suite = junit(verdict, fail_on=fail_on, fail_on_uncovered=fail_on_uncovered)
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    bad = 0
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        count = len([case for case in cases if case.find(tag) is not None])
        assert suite.get(name) == str(count)
        bad += count if tag != "skipped" else 0
    assert bool(bad) == bool(verdict.exit_code(fail_on=fail_on, fail_on_uncovered=fail_on_uncovered))
    assert all(case.get("name") and case.get("classname") for case in cases)
    times = [float(case.get("time", "")) for case in cases]
    assert min(times) > 0
    assert float(suite.get("time", "")) == pytest.approx(sum(times))
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)


def test_junit_cases() -> None:
    """A case is a file, an operation and a status; drift is output of its case until it is to fail."""
    suite = junit(FULL)
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    faulty = cases["200 bodies/a.json by bootpay:documented"]
    assert (faulty.get("classname"), faulty.get("file")) == (LIST, "bodies/a.json")
    failure, output = faulty.find("failure"), faulty.find("system-out")
    assert failure is not None
    assert output is not None
    assert failure.get("type") == "breaking"
    assert failure.get("message") == f"{BREAKING.message} (12 times)"
    assert failure.text == f"bodies/a.json:3:14: breaking: {BREAKING.message} (12 times) [type 0123456789abcdef]"
    assert (output.text or "").startswith("bodies/a.json:4:1: drift: ")
    assert "request bodies/b.json by bootpay:documented" in cases
    assert not len(cases["401 by bootpay:documented (2 judged)"])
    assert "200 by bootpay:documented (13 judged)" not in cases
    assert not any(name and name.startswith("404") for name in cases)
    drifted = junit(DRIFTED, fail_on="drift").find("testcase/failure")
    assert drifted is not None
    assert drifted.get("type") == "drift"


def test_junit_durations() -> None:
    """A case takes as long as the exchanges of its file, or of all files where it has no file; else hardly anything."""
    took = {case.get("name"): float(case.get("time", "")) for case in junit(FULL).findall("testcase")}
    assert took["200 bodies/a.json by bootpay:documented"] == 1.25
    assert took["200 bodies/b.json by bootpay:documented"] == 0.5
    assert took["request bodies/b.json by bootpay:documented"] == 0.625
    assert took["401 by bootpay:documented (2 judged)"] == 0.125
    assert sum(took.values()) == pytest.approx(2.5, abs=0.001)
    took = {case.get("name"): float(case.get("time", "")) for case in junit(CLEAN).findall("testcase")}
    assert took["200 by bootpay:documented (13 judged)"] == 1.75


def test_junit_of_a_default() -> None:
    """A status that the contract has as `default` is a case once: where it has a fault, not as a clean one as well."""
    default = Coverage(LIST, {"default": 1}, lambda: Places((), (), {}, {}), "bootpay:documented")
    seconds = {Answered("bodies/a.json", "bootpay:documented", LIST, "default", "502"): 2.0}
    verdict = replace(CLEAN, complaints=(replace(BREAKING, status="502"),), coverage=(default,), seconds=seconds)
    (case,) = junit(verdict).findall("testcase")
    assert (case.get("name"), case.get("time")) == ("502 bodies/a.json by bootpay:documented", "2.000000")
    (case,) = junit(replace(verdict, complaints=())).findall("testcase")
    assert (case.get("name"), case.get("time")) == ("default by bootpay:documented (1 judged)", "2.000000")


def test_junit_skips_what_is_of_no_contract() -> None:
    """It is a case that was skipped, with its reason; one that failed where that is asked for."""
    (skipped,) = junit(FULL).findall("testcase/skipped")
    assert skipped.get("message") == f"{UNCOVERED.reason} (3 times)"
    suite = junit(FULL, fail_on_uncovered=True)
    assert suite.find("testcase/skipped") is None
    (failed,) = (each for each in suite.findall("testcase/failure") if each.get("type") == "uncovered")
    assert failed.get("message") == f"{UNCOVERED.reason} (3 times)"


def test_junit_skips_what_was_not_seen() -> None:
    """Answers without a body and requests without an answer are a case each, with their number."""
    suite = junit(replace(CLEAN, without_body=3, unanswered=1))
    assert {case.get("name") for case in suite.findall("testcase[skipped]")} == {
        "3 answers without a body",
        "1 request without an answer",
    }
    assert suite.get("skipped") == "2"


@pytest.fixture(scope="session")
def junit2html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with junit2html, which reads reports as Jenkins writes them."""

    def make(folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--target", folder, "junit2html==31.1.4"], folder=folder)

    return make_once(tmp_path_factory, "junit2html", make)


@pytest.mark.slow
def test_junit_for_another_reader(junit2html: Path, tmp_path: Path) -> None:
    """junit2html makes its matrix, for which it divides by the time of all cases, and its page, of every report."""
    environment = clean_environment(tmp_path, PYTHONPATH=str(junit2html))
    command = [sys.executable, "-m", "junit2htmlreport", "--report-matrix", "matrix.html"]
    for name, verdict in VERDICTS.items():
        (tmp_path / f"{name}.xml").write_text("\n".join(lines("junit", verdict)), encoding="utf-8")
        run_well([*command, f"{name}.xml"], folder=tmp_path, environment=environment)
        assert "jumun check" in (tmp_path / f"{name}.xml.html").read_text(encoding="utf-8")
    reports = [f"{name}.xml" for name in VERDICTS]
    run_well([*command, *reports], folder=tmp_path, environment=environment)
    assert LIST.rpartition(".")[2] in (tmp_path / "matrix.html").read_text(encoding="utf-8")
    zero = re.sub(r'time="[^"]*"', 'time="0"', (tmp_path / "full.xml").read_text(encoding="utf-8"))
    (tmp_path / "zero.xml").write_text(zero, encoding="utf-8")
    ended = run([*command, "zero.xml"], folder=tmp_path, environment=environment)
    assert "ZeroDivisionError" in ended.stderr  # so that this is a test of our times


@pytest.fixture(scope="session")
def sarif(tmp_path_factory: pytest.TempPathFactory) -> Draft4Validator:
    """The schema of SARIF 2.1.0, not written by us. Its package's code and what that depends on is not installed."""
    require("node")
    npm = require("npm")

    def make(folder: Path) -> None:
        install([npm, "pack", "--silent", "--pack-destination", folder, SARIF_PACKAGE], folder=folder)

    (archive,) = make_once(tmp_path_factory, "sarif", make).glob("*.tgz")
    with open_tar(archive) as package:
        (name,) = (each for each in package.getnames() if each.endswith("/schemas/sarif-2.1.0-rtm.5.json"))
        file = package.extractfile(name)
        assert file is not None
        schema = json.load(file)
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


@every_verdict
def test_sarif_by_its_schema(verdict: Verdict, sarif: Draft4Validator) -> None:
    """Every log is valid SARIF 2.1.0."""
    log = document("sarif", verdict, version="1.2.3", information_uri="https://shop.example/jumun")
    assert log["runs"][0]["tool"]["driver"]["informationUri"] == "https://shop.example/jumun"
    assert [f"{each.json_path}: {each.validator}" for each in sarif.iter_errors(log)] == []


def test_the_sarif_schema_refuses(sarif: Draft4Validator) -> None:
    """A log that breaks the standard in one place is refused: the schema is not a formality."""
    log = document("sarif", FULL, version="1.2.3")
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    (error,) = sarif.iter_errors(log)
    assert (error.validator, error.absolute_path[-1]) == ("minimum", "startLine")
    assert not sarif.is_valid({**log, "more": 1})


def test_sarif_results() -> None:
    """A result has rule, level, place and fingerprint; an ignored one is suppressed."""
    (run,) = document("sarif", FULL, version="1.2.3")["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("Jumun", "1.2.3")
    assert "informationUri" not in driver
    assert [rule["id"] for rule in driver["rules"]] == [
        "drift-additionalProperties",
        "breaking-type",
        "breaking-maximum",
        "info-deprecated",
    ]
    assert [result["level"] for result in run["results"]] == ["warning", "error", "error", "note", "error"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    result = run["results"][1]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "bodies/a.json"},
        "region": {"startLine": 3, "startColumn": 14},
    }
    assert result["partialFingerprints"] == {"jumun/v1": BREAKING.fingerprint}
    assert result["occurrenceCount"] == 12
    assert ["suppressions" in result for result in run["results"]] == [False] * 4 + [True]
    assert run["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize(("verdict", "successful", "code"), [(CLEAN, True, 0), (FAULTY, True, 1), (NOTHING, False, 2)])
def test_sarif_invocation(verdict: Verdict, *, successful: bool, code: int) -> None:
    """A run that could not judge is not one without results."""
    (invocation,) = document("sarif", verdict)["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (successful, code)
    assert bool(invocation["toolExecutionNotifications"]) == (not successful)


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b#1.json", "a%20b%231.json"),
        ("주문.json", "%EC%A3%BC%EB%AC%B8.json"),
        ("/srv/a.json", "file:///srv/a.json"),
        ("C:\\x\\a.json", "file:///C:/x/a.json"),
        ("x\\a.json", "x/a.json"),
        ("<stdin>", "%3Cstdin%3E"),
        ("http://127.0.0.1:8080/v1/orders", "http://127.0.0.1:8080/v1/orders"),
    ],
)
def test_sarif_uri(file: str, uri: str) -> None:
    """A place's file is a URI reference, relative where the user's path was."""
    (run,) = document("sarif", replace(CLEAN, complaints=(replace(BREAKING, file=file),)))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_github() -> None:
    """What could not be judged comes first, then the worst; the summary is not an annotation."""
    assert lines("github", FULL) == [
        "::error file=bodies/c.json,line=1,col=9,title=could not be judged::not JSON",
        f"::error file=bodies/a.json,line=3,col=14,title=breaking%3A {LIST}.200::{said(BREAKING)} {mark(BREAKING)}",
        f"::error file=bodies/b.json,line=3,col=14,title=breaking%3A {LIST} request::{said(REQUEST)} {mark(REQUEST)}",
        f"::warning file=bodies/a.json,line=4,col=1,title=drift%3A {LIST}.200::{said(DRIFT)} {mark(DRIFT)}",
        f"::notice file=bodies/b.json,line=4,col=1,title=info%3A {LIST}.200::deprecated [deprecated 2222222222222222]",
        lines("text", FULL)[6],
    ]
    assert lines("github", DRIFTED, fail_on="drift")[0].startswith("::error ")
    assert lines("github", NOTHING) == [
        "::error title=Jumun::nothing was judged",
        "nothing was judged: no exchange was found",
    ]


@pytest.mark.parametrize(("found", "more"), [(10, ""), (11, "; and 1 more"), (25, "; and 15 more")])
def test_github_shows_ten(found: int, more: str) -> None:
    """GitHub would drop the eleventh silently; here the last line says how many there are more."""
    many = replace(CLEAN, complaints=tuple(replace(BREAKING, fingerprint=f"{n:016}") for n in range(found)))
    *annotations, last = lines("github", many)
    assert len(annotations) == 10
    assert last == f"15 judged by bootpay:documented: {found} breaking, 0 drift, 0 info{more}"


def test_github_escapes() -> None:
    """A command's properties and message are escaped as the runner undoes it; controls are escapes already."""
    wild = next(line for line in lines("github", WILD) if "title=breaking" in line)
    properties, message = re.fullmatch("::error (.*?)::(.*)", wild).groups()  # type: ignore[union-attr]
    fields = dict(part.split("=", 1) for part in properties.split(","))
    undone = fields["file"].replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
    shown = "a%b:c,d::e]]>&<\"'\\r\\n\\t\\x1b[31m\\x00\\ufffe주\\u202e문"
    assert undone == shown
    assert message.replace("%25", "%").removesuffix(" (12 times) [type 0123456789abcdef]") == shown
