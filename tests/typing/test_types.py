"""Programs that users write, as strict type checkers see them over the installed package."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.interop.programs import run

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
ACCEPTED, REFUSED = (HERE / name for name in ("accepted.py", "refused.py"))

# File name and line, and what the checker calls the errors there.
Complaints = dict[tuple[str, int], set[str]]

_MARK = {"mypy": re.compile(r"  # type: ignore\[(.+?)\]"), "pyright": re.compile(r"  # pyright: ignore\[(.+?)\]")}
_MYPY_ERROR = re.compile(r"(\w+\.py):(\d+): error: .*  \[([\w-]+)\]")
_CHECK_S = 120


def mypy(folder: Path) -> Complaints:
    """What ``mypy --strict`` says, without a configuration."""
    options = ["--strict", "--config-file=", "--cache-dir=cache", "--no-error-summary", "--hide-error-context"]
    output = _run("mypy", [*options, ACCEPTED.name, REFUSED.name], folder)
    found: Complaints = defaultdict(set)
    for line in output.splitlines():
        if error := _MYPY_ERROR.fullmatch(line):
            found[error[1], int(error[2])].add(error[3])
        else:
            assert ": note: " in line, output
    return found


def pyright(folder: Path) -> Complaints:
    """What pyright says in its strict mode; the file of what is refused asks for less."""
    settings = {"include": [ACCEPTED.name, REFUSED.name], "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    output = _run("pyright", ["--outputjson", "--pythonpath", sys.executable], folder)
    found: Complaints = defaultdict(set)
    for each in json.loads(output)["generalDiagnostics"]:
        found[Path(each["file"]).name, each["range"]["start"]["line"] + 1].add(each["rule"])
    return found


CHECKERS = {"mypy": mypy, "pyright": pyright}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKERS)
def test_programs(name: str, tmp_path: Path) -> None:
    """A checker says nothing to what is accepted, and of what is refused to each line just what is marked there."""
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed: make check installs it, and runs this")
    (tmp_path / ACCEPTED.name).write_text(ACCEPTED.read_text("utf-8"), "utf-8")
    expected: Complaints = {}
    lines = []
    for number, line in enumerate(REFUSED.read_text("utf-8").splitlines(), start=1):
        if mark := _MARK[name].search(line):
            expected[REFUSED.name, number] = set(mark[1].split(", "))
        lines.append(re.sub(r"  # (type|pyright): ignore.*", "", line))
    (tmp_path / REFUSED.name).write_text("\n".join(lines), "utf-8")
    assert len(expected) > 40
    assert _plain(CHECKERS[name](tmp_path)) == _plain(expected)


def _plain(complaints: Mapping[tuple[str, int], set[str]]) -> dict[str, list[str]]:
    return {f"{file}:{line}": sorted(names) for (file, line), names in sorted(complaints.items())}


def _run(module: str, options: list[str], folder: Path) -> str:
    # Not PYTHONPATH: what is checked is the installed package, with its py.typed.
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "MYPYPATH"}}
    environment["PYRIGHT_PYTHON_IGNORE_WARNINGS"] = "1"
    ended = run([sys.executable, "-m", module, *options], folder=folder, environment=environment, timeout_s=_CHECK_S)
    assert ended.code in {0, 1}, ended
    return ended.stdout
