from __future__ import annotations

import importlib.util
import os
import sys

import pytest

from tests.checkout import ROOT
from tests.interop.programs import run_well


def test_the_plugin_swaps_the_library() -> None:
    """Under the plugin the client runs over httpx2 and nothing imports httpx; CI runs all of tests/client so."""
    if importlib.util.find_spec("httpx2") is None:
        pytest.skip("httpx2 is not installed: make test installs it")
    options = ["-p", "tests.client.under_httpx2", "-p", "no:cacheprovider"]
    files = ["tests/client/test_raw.py", "tests/client/test_sync.py"]
    ended = run_well([sys.executable, "-m", "pytest", *options, *files], folder=ROOT, environment=os.environ)
    assert "httpx is httpx2 2." in ended.stdout
    assert " passed" in ended.stdout
