"""The programs of docs/check-at-scale.md print what `jumun check` prints, on clusters of this machine."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT
from tests.cli.commands import jumun
from tests.contracts.check.logs import call, row
from tests.interop.programs import clean_environment, install, make_once, require, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.interop.programs import Ended

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "check-at-scale.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
# Current on 2026-12-01.
PACKAGES = ("dask==2026.8.0", "distributed==2026.8.0", "pyspark==4.3.0")
NAMES = [f"k_{letter}" for letter in "tsrqponmlkjihgfedcba"]
GOOD_LINES = [
    *(row(**{name: 1}) for name in NAMES),
    *([row()] * 300),
    b"",
    row(price="1", order_name="한글"),
    call("page=x"),
    b"{",
    *([row(status=9)] * 300),
    call("page=1", url="https://cdn.example/app.js"),
    *(row(**{name: 1}) for name in NAMES[::-1]),
]
ODD_LINES = [b"\xef\xbb\xbf" + row(), b'[\r"x"]', b'["\xff"]', row(price="1") + b"\r", '["\u2028"]'.encode()]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with Spark and Dask."""

    def make(folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--target", folder, *PACKAGES], folder=folder)

    return make_once(tmp_path_factory, "spark_and_dask", make)


def write(folder: Path, lines: list[bytes]) -> str:
    """A log of these lines, the last without an end; its name."""
    log = folder / "log.ndjson"
    log.write_bytes(b"\n".join(lines))
    return str(log)


def play(program: str, log: str, packages: Path, folder: Path) -> Ended:
    """Run a program of the page, with a worker for each of two cores."""
    (folder / "program.py").write_text(program, encoding="utf-8")
    environment = clean_environment(
        folder,
        PYTHONPATH=str(packages),
        PYSPARK_PYTHON=sys.executable,
        SPARK_LOCAL_IP="127.0.0.1",
        DASK_DISTRIBUTED__DASHBOARD__ENABLED="False",
    )
    command = [sys.executable, "program.py", log]
    if "pyspark" in program:
        require("java")
        options = ("--master", "local[2]", "--conf", "spark.ui.enabled=false")
        command = [str(packages / "pyspark" / "bin" / "spark-submit"), *options, "program.py", log]
    return run(command, folder=folder, environment=environment, timeout_s=180)


def test_spark(packages: Path, tmp_path: Path) -> None:
    """Text, exit code and all, of a log in eight partitions."""
    log = write(tmp_path, GOOD_LINES)
    program = replaced(FILES["check_spark.py"], "textFile(LOG, ", "textFile(LOG, 8, ")
    assert_same(play(program, log, packages, tmp_path), log)


def test_spark_with_lines_as_they_are(packages: Path, tmp_path: Path) -> None:
    """Read that way, lines with carriage returns and bytes that are not UTF-8 are what they are to `jumun check`."""
    log = write(tmp_path, ODD_LINES + GOOD_LINES)
    program = replaced(FILES["check_spark.py"], "context = ", f"{FILES['lines_as_they_are.py']}rest = ")
    program = re.sub(r"(?<=\n)rest = .*\nlines = .*\n", "", program)
    program = replaced(program, "getOrCreate()", 'config("spark.sql.files.maxPartitionBytes", "40k").getOrCreate()')
    assert_same(play(program, log, packages, tmp_path), log)


def test_dask(packages: Path, tmp_path: Path) -> None:
    """The same of Dask, whatever bytes there are."""
    log = write(tmp_path, ODD_LINES + GOOD_LINES)
    program = replaced(FILES["check_dask.py"], '"64MiB"', '"40KiB"')
    assert_same(play(program, log, packages, tmp_path), log)


def replaced(program: str, old: str, new: str) -> str:
    """The program with something else in one place."""
    assert program.count(old) == 1
    return program.replace(old, new)


def assert_same(ended: Ended, log: str) -> None:
    """Stdout and exit code are those of `jumun check`, which has found something of each kind."""
    expected = jumun("check", log, "--contract", "bootpay")
    assert (ended.code, ended.stdout) == (expected.exit_code, expected.stdout), ended
    for text in ("breaking:", "drift:", "could not be judged", "of no contract", "its name is not shown"):
        assert text in ended.stdout
