"""docs/install.md: each way to install leaves a `jumun` that works."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT
from tests.interop.programs import clean_environment, install, make_once, run_well

if TYPE_CHECKING:
    from pathlib import Path

WAYS = {
    "pip install .": "bin/jumun",
    "uv tool install .": ".local/bin/jumun",
    "pipx install .": ".local/bin/jumun",
}
"""Command of the page → where its program is, below the environment of pip or below the home of the others."""


@pytest.fixture(scope="session")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with pip, uv and pipx."""

    def make(folder: Path) -> None:
        install([sys.executable, "-m", "venv", folder], folder=folder.parent)
        install([folder / "bin" / "python", "-m", "pip", "--quiet", "install", "uv", "pipx"], folder=folder)

    return make_once(tmp_path_factory, "installers", make) / "bin"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="written for the folders of POSIX")
@pytest.mark.parametrize("command", WAYS)
def test_a_way_to_install(command: str, installers: Path, tmp_path: Path) -> None:
    """In a home of its own the command succeeds, and the program that it leaves knows its version and its contracts."""
    assert command in (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    program, *arguments = command.split()
    home = tmp_path / "home"
    home.mkdir()
    where = home
    tool = installers / program
    if program == "pip":
        where = tmp_path / "environment"
        install([sys.executable, "-m", "venv", where], folder=tmp_path)
        tool = where / "bin" / "pip"
    install(["env", f"HOME={home}", tool, *arguments], folder=ROOT)
    ended = run_well([where / WAYS[command], "routes"], folder=tmp_path, environment=clean_environment(home))
    assert "naver.product_order_ids" in ended.stdout
