"""Our overlays are read by others as they are by us."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import NO_STUBS, load_contract
from jumun_contracts.contract.documents import read_document
from jumun_mockserver.providers import PROVIDERS
from tests.interop.programs import clean_environment, install, make_once, require, run_well

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PACKAGE = "openapi-format@1.33.6"


@pytest.fixture
def openapi_format(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program of another project that applies OpenAPI overlays."""
    require("node")
    npm = require("npm")
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--no-update-notifier")

    def make(folder: Path) -> None:
        install([npm, "install", *quiet, "--prefix", folder, PACKAGE], folder=folder)

    return make_once(tmp_path_factory, "openapi-format", make) / "node_modules" / ".bin" / "openapi-format"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_another_implementation(provider: str, openapi_format: Path, tmp_path: Path) -> None:
    """openapi-format makes of openapi.yaml and the overlay the document that the observed contract has."""
    root = files("jumun_contracts") / provider
    # As JSON, in which no two places share a node: what YAML aliases share is changed by most tools in all places.
    for name in ("openapi", "observed.overlay"):
        (tmp_path / f"{name}.json").write_text(json.dumps(read_document(root, f"{name}.yaml")), encoding="utf-8")
    shutil.copytree(str(root / "schemas"), tmp_path / "schemas")
    names = ("openapi.json", "--overlayFile", "observed.overlay.json", "--output", "changed.json")
    command: list[str | Path] = [openapi_format, *names, "--no-sort", "--no-bundle"]
    run_well(command, folder=tmp_path, environment=clean_environment(tmp_path))
    changed = json.loads((tmp_path / "changed.json").read_text(encoding="utf-8"))
    for path, item in list(changed["paths"].items()):
        for method in [each for each in item if item[each].get("x-profiles") == ["documented"]]:
            del item[method]
        if not item:
            del changed["paths"][path]
    assert changed == dict(load_contract(provider, "observed", stubs=NO_STUBS).document)
