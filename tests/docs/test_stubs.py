"""The page on stubs does what it says."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import httpx

from jumun_contracts import load_contract
from jumun_mockserver.live import LiveServer
from tests.checkout import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs/stubs.md").read_text(encoding="utf-8")


def test_the_example(tmp_path: Path) -> None:
    """The file that the page shows is served, and its calls get the responses below them."""
    (block,) = re.findall(r"^```yaml\n# (stubs/\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    file = tmp_path / block[0]
    file.parent.mkdir()
    file.write_text(block[1], encoding="utf-8")
    calls = re.findall(r"^\$ (curl .*)\n(.*)$", PAGE, re.MULTILINE)
    assert len(calls) == 3
    with LiveServer(stubs=tmp_path / "stubs") as server:
        for command, shown in calls:
            _, url, *options = shlex.split(command)
            headers = dict(each.split(": ", 1) for each in options if each != "-H")
            answer = httpx.get(url.replace("http://127.0.0.1:8080", server.url), headers=headers, trust_env=False)
            assert answer.json() == json.loads(shown)


def test_the_table() -> None:
    """The page has a row for each packaged stub, in any order, and no other."""
    rows = re.findall(r"^\| `(naver\.\S+)` \| `(\S+) (\S+)` \|$", PAGE, re.MULTILINE)
    stubs = [each for each in load_contract("naver").operations.values() if each.is_stub]
    assert sorted(rows) == sorted((each.id, each.method, each.path) for each in stubs)
