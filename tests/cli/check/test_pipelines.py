from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.checkout import ROOT
from tests.cli.check.test_command import write
from tests.cli.commands import PATIENCE_S, environment
from tests.contracts.pages import PAGE, ROW

BAD = {"count": 1, "list": [{**ROW, "price": "29000"}]}
INSTALL = 'pip install "$JUMUN"'
HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="pipelines run in bash")


def example(name: str) -> Any:
    """An example of docs/ci."""
    return yaml.safe_load((ROOT / "docs" / "ci" / name).read_text(encoding="utf-8"))


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of a pipeline as its runner does."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment({"PATH": path, "PYTHONUTF8": "1"}),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(params=[PAGE, BAD], ids=["good", "bad"])
def recordings(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bool]:
    """A repository with recordings, and whether they are good."""
    (tmp_path / "recordings").mkdir()
    write(tmp_path / "recordings" / "orders list.json", request.param)
    write(tmp_path / "recordings" / "good.json", PAGE)
    return tmp_path, request.param is PAGE


def test_github_actions(recordings: tuple[Path, bool]) -> None:
    """The first command marks lines and fails; the second writes what is then uploaded, and fails for no finding."""
    folder, is_good = recordings
    steps = example("github-actions.yml")["jobs"]["contracts"]["steps"]
    install, annotate, scan = [step["run"] for step in steps if "run" in step]
    assert install == INSTALL
    done = run(annotate, folder)
    assert done.returncode == (0 if is_good else 1)
    assert ("::error file=recordings/orders list.json,line=1,col=" in done.stdout) is not is_good
    assert run(scan, folder).returncode == 0
    (upload,) = [step["with"]["sarif_file"] for step in steps if "sarif" in step.get("uses", "")]
    results = json.loads((folder / upload).read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(results) == (0 if is_good else 1)


def test_github_actions_without_recordings(tmp_path: Path) -> None:
    """Where there are no recordings both commands fail: nothing was checked."""
    steps = example("github-actions.yml")["jobs"]["contracts"]["steps"]
    for command in [step["run"] for step in steps if "run" in step and step["run"] != INSTALL]:
        assert run(command, tmp_path).returncode != 0


def test_gitlab(recordings: tuple[Path, bool]) -> None:
    """The job fails with findings, and leaves the report that GitLab shows in either case."""
    folder, is_good = recordings
    job = example("gitlab-ci.yml")["contracts"]
    assert job["before_script"] == [INSTALL]
    (command,) = job["script"]
    assert run(command, folder).returncode == (0 if is_good else 1)
    suites = ET.parse(folder / job["artifacts"]["reports"]["junit"]).getroot()  # noqa: S314 - our own
    assert suites.get("failures") == ("0" if is_good else "1")
    assert job["artifacts"]["when"] == "always"


def test_pre_commit(recordings: tuple[Path, bool]) -> None:
    """The hook, run as pre-commit does with the names of changed files, fails with findings."""
    folder, is_good = recordings
    names = [f"recordings/{path.name}" for path in sorted((folder / "recordings").iterdir())]
    assert all(re.search(HOOK["files"], name) for name in names)
    assert not re.search(HOOK["files"], "package.json")
    command = shlex.join([*shlex.split(HOOK["entry"]), *names])
    assert run(command, folder).returncode == (0 if is_good else 1)
    # Only so pre-commit makes an environment from this repository.
    assert HOOK["language"] == "python"


def test_the_hook_of_the_page_is_the_hook() -> None:
    """docs/check.md names the hook that there is."""
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    assert re.findall(r"- id: (\S+)", page) == [HOOK["id"]]
