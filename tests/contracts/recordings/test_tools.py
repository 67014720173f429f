"""The tools of docs/recordings.md: what each recorded of Jumun is clean, and what is wrong elsewhere is found."""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkout import ROOT
from tests.cli.commands import jumun
from tests.contracts.recordings.by_hand import BY_HAND, write_by_hand
from tests.contracts.recordings.conftest import NPM_PACKAGES, PYPI_PACKAGES
from tests.contracts.recordings.traffic import BAD_COMMENT, GOOD_COMMENT, ORDERS, ask, break_orders
from tests.interop.programs import clean_environment, require, run_well

if TYPE_CHECKING:
    from jumun_mockserver.live import LiveServer

HERE = Path(__file__).parent
COUNT, COMMENT = ("bootpay.orders.list", "response", "/count"), ("naver.qnas.answer", "request", "/commentContent")
BOTH = frozenset({COUNT, COMMENT})
SPELLED, ESCAPED = '"many"', '\\"many\\"'


@dataclass(frozen=True, slots=True)
class Tool:
    """A recorder that tests install.

    Attributes:
        package: In `NPM_PACKAGES` or `PYPI_PACKAGES`.
        script: What has it record.
        name: What that calls it.
        file: That it writes.
        spelling: What is in the file where the bad count of orders is, in an answer that was sent as it is.
        recorded: Pattern of the files to check.
        finds: What is found in the bad ones.
        program: In the folder of the packages of npm, what Python starts.
    """

    package: str
    script: str
    name: str
    file: str
    spelling: str
    recorded: str = ""
    finds: frozenset[tuple[str, str, str]] = BOTH
    program: str = ""


TOOLS = {
    "vcrpy": Tool("vcrpy", "recorders.py", "vcrpy", "shop.yaml", ESCAPED),
    "vcrpy, JSON": Tool("vcrpy", "recorders.py", "vcrpy", "shop.json", ESCAPED),
    "Betamax": Tool("betamax", "recorders.py", "betamax", "shop.json", ESCAPED),
    "mitmproxy, flows": Tool("mitmproxy", "recorders.py", "mitmproxy", "shop.flow", SPELLED),
    "mitmproxy, HAR": Tool("mitmproxy", "recorders.py", "mitmproxy", "shop.har", ESCAPED),
    "nock": Tool("nock", "recorders.cjs", "nock", "shop.json", SPELLED),
    "Polly.JS": Tool("@pollyjs/core", "recorders.cjs", "polly", "shop.har", ESCAPED),
    "newman": Tool("newman", "recorders.cjs", "newman", "report.json", "{"),
    "Mockoon": Tool(
        "@mockoon/cli",
        "recorders.py",
        "mockoon",
        "transactions.log",
        ESCAPED,
        program="node_modules/@mockoon/cli/bin/run.js",
    ),
    "WireMock, journal": Tool(
        "wiremock",
        "recorders.py",
        "wiremock",
        "journal.json",
        ESCAPED,
        program="node_modules/wiremock/build/wiremock-standalone-3.13.2.jar",
    ),
    "WireMock, mappings": Tool(
        "wiremock",
        "recorders.py",
        "wiremock",
        "journal.json",
        '"body-v1-orders',
        recorded="mappings/*.json",
        # What a mapping has of a request is what requests must be like.
        finds=frozenset({COUNT}),
        program="node_modules/wiremock/build/wiremock-standalone-3.13.2.jar",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TOOLS)
def test_what_a_tool_has_recorded(
    name: str, good_shop: str, bad_shop: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Of good traffic it is clean, packed too; of bad traffic both faults are found, unpacked in their places."""
    runs = [(good_shop, GOOD_COMMENT, "gzip"), (bad_shop, BAD_COMMENT, "gzip"), (bad_shop, BAD_COMMENT, "identity")]
    files = [
        record(TOOLS[name], *each, folder=tmp_path / str(number), request=request) for number, each in enumerate(runs)
    ]
    good, packed, plain = (check(*each) for each in files)
    assert good == (0, {}, 2)
    assert packed[0] == plain[0] == 1
    assert set(packed[1]) == set(plain[1]) == TOOLS[name].finds
    assert (packed[2], plain[2]) == (2, 2)
    assert plain[1][COUNT].startswith(TOOLS[name].spelling)
    assert plain[1].get(COMMENT, "5").startswith("5")


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_written_by_hand(name: str, live: LiveServer, tmp_path: Path) -> None:
    """The same of files in the form of tools that are not installed."""
    _, _, orders = ask(live, "GET", ORDERS)
    good, bad = tmp_path / f"good-{BY_HAND[name][1]}", tmp_path / f"bad-{BY_HAND[name][1]}"
    good.write_bytes(write_by_hand(name, orders.decode(), json.dumps({"commentContent": GOOD_COMMENT})))
    sent = json.dumps({"commentContent": BAD_COMMENT})
    bad.write_bytes(write_by_hand(name, break_orders(orders).decode(), sent))
    assert check(good) == (0, {}, 2)
    code, found, judged = check(bad)
    assert (code, judged) == (1, 2)
    assert found.keys() == BOTH
    assert found[COMMENT].startswith("5")


def test_what_a_toolkit_leaves_out(live: LiveServer, tmp_path: Path) -> None:
    """HTTP Toolkit leaves out large bodies, and has status 0 for calls that were aborted: both are counted."""
    _, _, orders = ask(live, "GET", ORDERS)
    file = tmp_path / "toolkit.har"
    file.write_bytes(write_by_hand("HTTP Toolkit", orders.decode(), "{}"))
    report = json.loads(jumun("check", str(file), "--format", "json").stdout)
    assert [report[each] for each in ("exchanges", "judged", "without_body", "unanswered")] == [4, 2, 1, 1]


def test_the_page() -> None:
    """docs/recordings.md has a row for each, with the version that is installed here, and says which are by hand."""
    page = (ROOT / "docs/recordings.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")
    ]
    pinned = (each.replace("==", "@").rpartition("@") for each in (*NPM_PACKAGES, *PYPI_PACKAGES))
    versions = {package: version for package, _, version in pinned}
    expected = [(name, versions[tool.package], "written by it") for name, tool in TOOLS.items()]
    expected += [(name, version, "by hand") for name, (version, _, _) in BY_HAND.items()]
    assert sorted((row[0], row[1], row[3]) for row in rows[1:]) == sorted(expected)


def record(
    tool: Tool, base: str, comment: object, coding: str, *, folder: Path, request: pytest.FixtureRequest
) -> list[Path]:
    """Have a tool record both calls; the files to check."""
    folder.mkdir()
    calls = {"base": base, "comment": comment, "coding": coding, "file": str(folder / tool.file)}
    if tool.script.endswith(".cjs"):
        packages = request.getfixturevalue("npm_recorders")
        command: list[str | Path] = [require("node"), HERE / tool.script]
        environment = clean_environment(folder, NODE_PATH=str(packages / "node_modules"))
    else:
        # Without this interpreter's packages, which may not get on with theirs.
        command = [sys.executable, "-S", HERE / tool.script]
        environment = clean_environment(folder, PYTHONPATH=str(request.getfixturevalue("pypi_recorders")))
    if tool.program:
        require("java" if tool.program.endswith(".jar") else "node")
        calls["program"] = str(request.getfixturevalue("npm_recorders") / tool.program)
    run_well([*command, tool.name, json.dumps(calls)], folder=folder, environment=environment)
    return sorted(folder.glob(tool.recorded or tool.file))


def check(*files: Path | list[Path]) -> tuple[int, dict[tuple[str, str, str], str], int]:
    """Exit code, what is found → what is in the file there, and how many were judged; nothing that was not."""
    paths = [path for each in files for path in (each if isinstance(each, list) else [each])]
    assert paths
    result = jumun("check", *map(str, paths), "--format", "json")
    report: dict[str, Any] = json.loads(result.stdout)
    assert report["unjudged"] == []
    found = {(each["operation"], each["side"], each["pointer"]): _at(each) for each in report["complaints"]}
    assert len(found) == len(report["complaints"])
    return result.exit_code, found, report["judged"]


def _at(complaint: dict[str, Any]) -> str:
    """Of a zip, in the HAR that is in it."""
    file = Path(complaint["file"])
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            data = archive.read("har.har")
    else:
        data = file.read_bytes()
    lines = data.split(b"\n")
    line: bytes = lines[complaint["line"] - 1]
    return line.decode(errors="replace")[complaint["column"] - 1 :]
