"""Each cell of docs/sdk-comparison.md says what that caller is seen to do."""

from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from jumun_mockserver.core import faults
from jumun_mockserver.core.faults import FAULTS
from tests.interop import client_calls
from tests.interop.programs import clean_environment, run_well
from tests.interop.seeds import read_guide_sample
from tests.interop.seen import Seen, describe, describe_run
from tests.interop.situation import BOOTPAY, NAVER
from tests.interop.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jumun_mockserver.live import LiveServer
    from tests.interop.seen import Case

    # Gives what a caller sees of cases, and all that it prints and logs.
    Play: TypeAlias = Callable[[Sequence[Case]], tuple[list[Seen], str]]
    # Gives that, for a test.
    Start: TypeAlias = Callable[[pytest.FixtureRequest], Play]

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "sdk-comparison.md"
HOST = "https://api.commerce.naver.com"


def in_node(caller: str, read_code: Callable[[], str] = str) -> Start:
    """A caller of callers.js, with the guide's code if it is the guide's."""

    def start(request: pytest.FixtureRequest) -> Play:
        modules = request.getfixturevalue("npm_packages") / "node_modules"
        command = (request.getfixturevalue("node"), HERE / "callers.js", caller)
        return _program(request, command, read_code().replace(HOST, "${host}"), NODE_PATH=str(modules))

    return start


def in_python(caller: str, read_code: Callable[[], str] = str) -> Start:
    """A caller of callers.py, with the guide's code if it is the guide's."""

    def start(request: pytest.FixtureRequest) -> Play:
        packages = request.getfixturevalue("pypi_packages")
        command = (sys.executable, HERE / "callers.py", caller)
        return _program(request, command, read_code().replace(HOST, "{host}"), PYTHONPATH=str(packages))

    return start


def _program(request: pytest.FixtureRequest, command: Sequence[str | Path], code: str, **environment: str) -> Play:
    folder: Path = request.getfixturevalue("tmp_path")
    given, taken = folder / "cases.json", folder / "seen.json"

    def play(cases: Sequence[Case]) -> tuple[list[Seen], str]:
        given.write_text(json.dumps({"cases": [asdict(case) for case in cases], "code": code}), "utf-8")
        ended = run_well([*command, given, taken], folder=folder, environment=clean_environment(folder, **environment))
        return [Seen(**each) for each in json.loads(taken.read_text("utf-8"))], ended.stdout + ended.stderr

    return play


def in_process(request: pytest.FixtureRequest) -> Play:
    """The reference client."""
    logged: pytest.LogCaptureFixture = request.getfixturevalue("caplog")
    written: pytest.CaptureFixture[str] = request.getfixturevalue("capsys")

    def play(cases: Sequence[Case]) -> tuple[list[Seen], str]:
        with logged.at_level(logging.DEBUG):
            logged.clear()
            seen = [client_calls.ask(case) for case in cases]
        return seen, logged.text + "".join(written.readouterr())

    return play


def read_axios_sample() -> str:
    """The guide's function, without the example that calls it."""
    return read_guide_sample("javascript", containing="async function getProductOrderIds(").split("// 사용 예시")[0]


def read_handler_sample() -> str:
    """The guide's function with error handling, which has axios from the sample before it."""
    sample = read_guide_sample("javascript", containing="async function getProductOrderIdsWithErrorHandling")
    return f"const axios = require('axios');\n{sample}"


def read_requests_sample() -> str:
    """The guide's module in Python."""
    return read_guide_sample("python", containing="def get_product_order_ids")


# Section of the page → its situations, and heading of a column → what plays them.
SITUATIONS = {"Bootpay": BOOTPAY, "NAVER": NAVER}
COLUMNS: Mapping[str, Mapping[str, Start]] = {
    "Bootpay": {
        "`@bootpay/backend-js` 2.13.1": in_node("bootpay"),
        "`bootpay-backend` 2.9.0": in_python("bootpay"),
        "`jumun_client`": in_process,
    },
    "NAVER": {
        "`getProductOrderIds` on axios 1.21.1": in_node("getProductOrderIds", read_axios_sample),
        "`getProductOrderIdsWithErrorHandling` on axios 1.21.1": in_node(
            "getProductOrderIdsWithErrorHandling", read_handler_sample
        ),
        "`get_product_order_ids` on requests 2.34.2": in_python("get_product_order_ids", read_requests_sample),
        "`jumun_client`": in_process,
    },
}


def read_columns(section: str) -> dict[str, dict[str, str]]:
    """Heading of a column of the page → title of a row → cell. A section has several tables with the same columns."""
    text = PAGE.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    columns: dict[str, dict[str, str]] = {}
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        (_, *headings), _, *rows = lines
        for title, *cells in rows:
            for heading, cell in zip(headings, cells, strict=True):
                column = columns.setdefault(heading, {})
                assert title not in column, f"{section} has two rows {title!r}"
                column[title] = cell
    return columns


@pytest.mark.parametrize("server", ["documented"], indirect=True)
@pytest.mark.parametrize(("section", "heading"), [(section, each) for section in COLUMNS for each in COLUMNS[section]])
def test_column(
    server: LiveServer, section: str, heading: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cells of a column are what its caller does, and the rows are the situations, each once."""
    monkeypatch.setattr(faults, "LINE_PAUSE_S", 0.001)
    situations, play = SITUATIONS[section], COLUMNS[section][heading](request)
    with Stage(server) as stage:
        cases, readers = zip(*map(stage.lay_out, situations), strict=True)
        seen, printed = play(cases)
        wires = [read_wire() for read_wire in readers]
    titles = [each.title for each in situations]
    cells = dict(zip(titles, map(describe, situations, seen, wires), strict=True))
    assert cells | describe_run(cases, seen, wires, printed=printed) == read_columns(section)[heading]


@pytest.mark.parametrize("section", SITUATIONS)
def test_every_column_is_measured(section: str) -> None:
    """The page has the columns that are played here, and no other."""
    assert read_columns(section).keys() == COLUMNS[section].keys()


@pytest.mark.parametrize("section", SITUATIONS)
def test_every_fault_is_there(section: str) -> None:
    """No fault on the wire that the mock can play is left out."""
    steps = " ".join(each.steps for each in SITUATIONS[section])
    assert [fault for fault in FAULTS if fault not in steps] == []


def test_versions(npm_packages: Path, pypi_packages: Path) -> None:
    """The versions in the headings are those that are installed here."""
    installed = {each.name.replace("_", "-"): each.version for each in distributions(path=[str(pypi_packages)])}
    for package in ("@bootpay/backend-js", "axios"):
        description = json.loads((npm_packages / "node_modules" / package / "package.json").read_text("utf-8"))
        installed[package] = description["version"]
    headings = " ".join(heading for columns in COLUMNS.values() for heading in columns).replace("`", "")
    named = dict(re.findall(r"(\S+) ([0-9]+[.][0-9.]+)", headings))
    assert named.keys() == {"@bootpay/backend-js", "axios", "bootpay-backend", "requests"}
    assert named == {package: installed[package] for package in named}
