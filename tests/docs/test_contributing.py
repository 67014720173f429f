"""CONTRIBUTING's "Add an operation", followed to the letter in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT, need_ruff

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = ("contracts", "fixtures", "mockserver", "client")
AIM = 8
"""Files to write for one operation; `make format` writes one more."""
JUMUN = ("-c", "from jumun_mockserver.cli.main import main; main()")
TABLES = (
    *(f"tests/conformance/test_{name}.py" for name in ("table", "bodies", "no_drift", "models", "adapters", "fuzz")),
    "tests/mockserver/core/test_dispatch.py",
)

# "In `FILE`, before `TEXT`:", "At the end of `FILE`:" or "New, `FILE`:", and the block of code that follows.
STEP = re.compile(
    r"(?:In `(?P<file>[^`]+)`, before\s+`(?P<before>[^`]+)`|At the end of `(?P<longer>[^`]+)`|New, `(?P<new>[^`]+)`)"
    r":\n\n"
    r"(?P<block> *```(?P<language>\w+)\n.*?\n *```)\n",
    re.DOTALL | re.IGNORECASE,
)


def read_block(block: str) -> str:
    """The code in a fenced block, without the indent of the list that it is part of."""
    lines = textwrap.dedent(block).split("\n")
    return "\n".join(lines[1:-1]) + "\n"


def follow(text: str, folder: Path) -> set[str]:
    """Do what each step says; the files that it touches."""
    touched: set[str] = set()
    for step in STEP.finditer(text):
        name, code = step["file"] or step["longer"] or step["new"], read_block(step["block"])
        touched.add(name)
        path = folder / name
        if step["new"]:
            assert not path.exists()
            path.write_text(code, encoding="utf-8")
            continue
        content, before = path.read_text(encoding="utf-8"), step["before"]
        if before is None:
            path.write_text(f"{content}\n\n{code}", encoding="utf-8")
            continue
        places = [found.start() for found in re.finditer(f"^{re.escape(before)}", content, re.MULTILINE)]
        assert len(places) == 1, f"{name} has {len(places)} lines that begin with {before!r}"
        if step["language"] == "py":
            code = textwrap.indent(code, before[: len(before) - len(before.lstrip())])
        path.write_text(content[: places[0]] + code + content[places[0] :], encoding="utf-8")
    return touched


@pytest.mark.slow
def test_add_an_operation(tmp_path: Path) -> None:
    """The example's two operations pass lint and the tables of conformance, in few files."""
    need_ruff()
    copy = tmp_path / "jumun"
    leave_out = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=leave_out)
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Add an operation")[2].partition("\n## ")[0]
    touched = follow(section, copy)

    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(copy), *(str(copy / each) for each in SOURCES)])}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=copy, env=environ, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
        return done.stdout

    modules = sorted(name for name in touched if name.endswith(".py"))
    run("client/generate.py")
    run("-m", "ruff", "format", *modules)
    run("-m", "ruff", "check", "--fix", *modules)
    assert ", 0 " in run(*JUMUN, "lint")
    tables = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "notes or handlers or sample or never_outside", *TABLES
    )
    assert "bootpay.notes" in run(*JUMUN, "routes")
    for_one = 1 + sum("/schemas/" not in name for name in touched)
    print(f"{len(touched)} files for two operations, {for_one} for one of them, and a generated one")  # noqa: T201
    print(tables.splitlines()[-1])  # noqa: T201 - both are shown with -s
    assert for_one <= AIM
