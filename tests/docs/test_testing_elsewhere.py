"""The examples of docs/testing-elsewhere.md pass as they are; they fail where a call goes wrong or no server starts."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.interop.programs import Ended, clean_environment, install, make_once, require, run

PAGE = (ROOT / "docs" / "testing-elsewhere.md").read_text(encoding="utf-8")
JUNIT = Path("/usr/share/java")
"""Where Debian's package junit5 has its files."""
JARS = (
    *("junit-jupiter-api", "junit-jupiter-engine", "junit-platform-commons", "junit-platform-console"),
    *("junit-platform-engine", "junit-platform-launcher", "junit-platform-reporting"),
    *("apiguardian-api", "opentest4j", "opentest4j-reporting-events", "opentest4j-reporting-schema", "picocli"),
)
FILES = dict(re.findall(r"^```\w+\n(?:#|//) (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="session")
def vitest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose node_modules holds vitest."""
    npm = require("npm")

    def make(folder: Path) -> None:
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--no-update-notifier")
        install([npm, "install", *quiet, "--prefix", folder, "vitest@3.2.4"], folder=folder)

    return make_once(tmp_path_factory, "vitest", make)


def write_examples(folder: Path, name: str = "", old: str = "", new: str = "") -> None:
    """Write the page's files, with a text in the file of this name replaced."""
    folder.mkdir()
    for each, text in FILES.items():
        assert each != name or old in text
        (folder / each).write_text(text.replace(old, new) if old and each == name else text, encoding="utf-8")


def play(request: pytest.FixtureRequest, language: str, folder: Path, **variables: str) -> Ended:
    """Run the tests in a folder as their users would."""
    environment = clean_environment(folder, **variables)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    if language == "unittest":
        command = [sys.executable, "-m", "unittest", "-v"]
    elif language == "vitest":
        modules = request.getfixturevalue("vitest") / "node_modules"
        (folder / "node_modules").symlink_to(modules)
        (folder / "package.json").write_text('{"type": "module"}')
        command = [require("node"), str(modules / "vitest" / "vitest.mjs"), "run", "--reporter=verbose"]
    elif language == "junit":
        if not (JUNIT / "junit-jupiter-api.jar").exists() or not shutil.which("javac"):
            pytest.skip("javac or Debian's package junit5 is not installed")
        jars = ":".join(str(JUNIT / f"{name}.jar") for name in JARS)
        compiled = run(["javac", "-cp", jars, "OrderTest.java"], folder=folder, environment=environment)
        assert not compiled.code, compiled
        console = [
            "org.junit.platform.console.ConsoleLauncher",
            "--disable-banner",
            "--details=tree",
            "--scan-classpath",
        ]
        command = ["java", "-cp", f".:{jars}", *console, "."]
    else:
        (folder / "go.mod").write_text("module shop\n\ngo 1.19\n")
        environment |= {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOCACHE": str(folder / "cache")}
        command = [require("go"), "test", "-v", "."]
    return run(command, folder=folder, environment=environment, timeout_s=180)


LANGUAGES = {
    "unittest": (
        "test_orders.py",
        ("[503, 200]", "[200, 200]", r"\[503, 200\] != \[200, 200\]"),
        r"\(1, 0\) != \(0, 0\)",
    ),
    "vitest": ("orders.test.js", ("[503, 200]", "[200, 200]", "to deeply equal"), '"?unmatched"?: 1'),
    "junit": (
        "OrderTest.java",
        ("assertEquals(503", "assertEquals(202", "expected: <202> but was: <503>"),
        "but was: <1 unmatched",
    ),
    "go": ("orders_test.go", ("first != 503", "first != 202", "got 503, then 200"), "1 unmatched, 0 violations"),
}
"""Language → its file of tests; what in it is right, what wrong, and what is said of that; what of a lost call."""


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example(request: pytest.FixtureRequest, tmp_path: Path, language: str) -> None:
    """Both of its tests pass. With another status expected one fails, and with a call of no operation as well."""
    name, (right, wrong, says), unmatched = LANGUAGES[language]

    def play_with(old: str = "", new: str = "") -> Ended:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        write_examples(folder, name, old, new)
        return play(request, language, folder)

    ended = play_with()
    assert ended.code == 0, ended
    assert re.search("orders[_ ]?that[_ ]?are[_ ]?paid", ended.stdout + ended.stderr, re.IGNORECASE), ended
    ended = play_with(right, wrong)
    assert (ended.code != 0, bool(re.search(says, ended.stdout + ended.stderr))) == (True, True), ended
    ended = play_with("/orders", "/nowhere")
    assert (ended.code != 0, bool(re.search(unmatched, ended.stdout + ended.stderr))) == (True, True), ended


@pytest.mark.slow
@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "unittest"])
def test_a_server_that_cannot_start(request: pytest.FixtureRequest, tmp_path: Path, language: str) -> None:
    """The run fails with what the server says. unittest's runs in the test's own process and reads no such variable."""
    write_examples(tmp_path / "tests")
    ended = play(request, language, tmp_path / "tests", JUMUN_PROFILE="observd")
    said = ended.stdout + ended.stderr
    assert (ended.code != 0, "'observd' is not one of" in said, "did not start" in said) == (True, True, True), ended
    assert "panic" not in said, ended


@pytest.mark.slow
def test_go_example_is_formatted(tmp_path: Path) -> None:
    """Go's formatter would change nothing: people's editors run it on what they paste."""
    write_examples(tmp_path / "tests")
    ended = run([require("gofmt"), "-l", "."], folder=tmp_path / "tests", environment=clean_environment(tmp_path))
    assert (ended.code, ended.stdout) == (0, ""), ended
