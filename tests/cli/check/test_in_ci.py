"""`jumun check` in pipelines: what fails a run, and what the readers of its reports want."""

from __future__ import annotations

import json
import tomllib
from email.message import Message
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.recorded import Recorded
from jumun_mockserver.cli.check import command
from tests.checkout import ROOT
from tests.cli.check.test_command import write
from tests.cli.commands import jumun
from tests.contracts.pages import PAGE, ROW

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = ROOT / "tests/contracts/recordings/fixtures"


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A file that fits bootpay.orders.list.200."""
    return write(tmp_path / "good.json", PAGE)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A file that fits nothing: a price is a string."""
    return write(tmp_path / "bad.json", {"count": 1, "list": [{**ROW, "price": "29000"}]})


def entry(url: str, *, time: object = 1) -> dict[str, Any]:
    """Of a HAR: an order list that was asked for there."""
    content = {"mimeType": "application/json", "text": json.dumps(PAGE)}
    return {
        "time": time,
        "request": {"method": "GET", "url": url, "headers": [], "queryString": []},
        "response": {"status": 200, "headers": [], "content": content},
    }


def write_har(path: Path, *entries: dict[str, Any]) -> str:
    """A HAR of these."""
    return write(path, {"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}})


def test_traffic_that_is_not_covered(tmp_path: Path, bad: str) -> None:
    """With --fail-on-uncovered it is exit code 1 and a line that says what; 2 still wins, and nothing else changes."""
    orders, other = "https://api.bootapi.com/v1/orders", "https://shop.example/x"
    mixed = write_har(tmp_path / "mixed.har", entry(orders), entry(other), entry(f"{orders}/a/b/c"))
    covered = write_har(tmp_path / "covered.har", entry(orders))
    assert jumun("check", mixed).exit_code == 0
    done = jumun("check", mixed, "--fail-on-uncovered")
    assert done.exit_code == 1
    line = "no contract covers 2 exchanges: its host is of no contract (1); its path is of no contract (1)"
    assert line in done.stdout.splitlines()
    assert f"{mixed}:1:" in done.stdout
    done = jumun("check", mixed, "--fail-on-uncovered", "--format", "json", "-o", str(tmp_path / "report.json"))
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (1, line)
    clean, same = jumun("check", covered), jumun("check", covered, "--fail-on-uncovered")
    assert (clean.exit_code, same.exit_code, same.stdout) == (0, 0, clean.stdout)
    assert jumun("check", mixed, str(tmp_path / "missing.har"), "--fail-on-uncovered").exit_code == 2
    assert jumun("check", mixed, bad, "--fail-on-uncovered").exit_code == 1


def test_recorded_durations(tmp_path: Path) -> None:
    """JUnit's cases take as long as the recording says; what it does not say is how long judging took, and never 0."""
    orders = "https://api.bootapi.com/v1/orders"
    timed = write_har(tmp_path / "timed.har", entry(orders, time=1250), entry(orders, time=250.5))
    untimed = write_har(
        tmp_path / "untimed.har", *(entry(orders, time=each) for each in (0, -1, None, "x", True, 1e300))
    )
    for file, least, most in ((timed, 1.5005, 1.5005), (untimed, 0.000001, 1)):
        (case,) = ET.fromstring(jumun("check", file, "--format", "junit").stdout.encode()).iter("testcase")  # noqa: S314
        assert least <= float(case.get("time", "")) <= most


def test_where_to_read_about_the_tool(good: str) -> None:
    """SARIF has the address that the package has for itself, and none while it has none."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"].get("urls", {})
    (run,) = json.loads(jumun("check", good, "--format", "sarif").stdout)["runs"]
    assert run["tool"]["driver"].get("informationUri") == urls.get("Homepage")


def test_an_address_of_the_package(good: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from the package's metadata."""
    made = Message()
    made["Project-URL"] = "Changes, https://shop.example/changes"
    made["Project-URL"] = "Homepage, https://shop.example/jumun"
    monkeypatch.setattr(command, "metadata", lambda _: made)
    (run,) = json.loads(jumun("check", good, "--format", "sarif").stdout)["runs"]
    assert run["tool"]["driver"]["informationUri"] == "https://shop.example/jumun"


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("chromium.har", 0.0142),
        ("mitmproxy.har", 0.0125),
        ("schemathesis.har", 0.00165),
        ("schemathesis.ndjson", 0.001651),
        ("schemathesis-bytes.yaml", 0.003836),
        ("journal.har", None),
        ("journal.ndjson", None),
    ],
)
def test_durations_that_tools_write(name: str, seconds: float | None) -> None:
    """What tools write of how long an exchange took is read in seconds."""
    with (FIXTURES / name).open("rb") as file:
        first = next(iter(read_recordings(file, file=name)))
    assert isinstance(first, Recorded)
    assert first.duration_s == (None if seconds is None else pytest.approx(seconds))
