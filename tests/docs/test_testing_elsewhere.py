"""The examples of docs/testing-elsewhere.md pass as they are, and fail where a call goes wrong."""

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


def play(request: pytest.FixtureRequest, language: str, folder: Path) -> Ended:
    """Run the tests in a folder as their users would."""
    environment = clean_environment(folder)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    if language == "unittest":
        # Else a file of the same size and second is taken for the one before it.
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
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
    "unittest": ("test_orders.py", "[503, 200]", "[200, 200]"),
    "vitest": ("orders.test.js", "[503, 200]", "[200, 200]"),
    "junit": ("OrderTest.java", "assertEquals(503", "assertEquals(200"),
    "go": ("orders_test.go", "first != 503", "first != 200"),
}
"""Language → its file of tests, and what in it is right and wrong."""


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example(request: pytest.FixtureRequest, tmp_path: Path, language: str) -> None:
    """Both of its tests pass; with another status expected one fails."""
    name, right, wrong = LANGUAGES[language]
    for each, text in FILES.items():
        (tmp_path / each).write_text(text, encoding="utf-8")
    ended = play(request, language, tmp_path)
    assert ended.code == 0, ended
    said = ended.stdout + ended.stderr
    assert re.search("orders[_ ]?that[_ ]?are[_ ]?paid", said, re.IGNORECASE), ended
    assert right in FILES[name]
    (tmp_path / name).write_text(FILES[name].replace(right, wrong), encoding="utf-8")
    (tmp_path / "node_modules").unlink(missing_ok=True)
    assert play(request, language, tmp_path).code != 0
