"""`--stubs` and `--no-stubs` of the commands that take them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_mockserver.live import LiveServer
from tests.cli.commands import jumun, refusal, run, started
from tests.mockserver.world import STATIC_TOKEN
from tests.stubs import write_stub

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = {"Authorization": f"Bearer {STATIC_TOKEN}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with stubs."""
    (tmp_path / "stubs").mkdir()
    write_stub(tmp_path / "stubs")
    return tmp_path / "stubs"


def call(url: str, path: str) -> httpx.Response:
    """A GET of NAVER's."""
    return httpx.get(f"{url}/external{path}", headers=TOKEN, trust_env=False)


@pytest.mark.parametrize("way", ["flags", "environment"])
def test_serve(folder: Path, way: str) -> None:
    """`jumun serve` serves own stubs beside the packaged ones, and own ones alone with --no-stubs."""
    if way == "flags":
        running = started("serve", "--port", "0", "--stubs", str(folder), "--rate", "naver.tags.detail=5")
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_STUBS=str(folder), JUMUN_NO_STUBS="1")
    with running as process:
        assert process.stdout
        url = process.stdout.readline().split()[4]
        assert call(url, "/v2/tags/7").json() == {"tagNo": 1, "text": "컵"}
        packaged = call(url, "/v1/categories?last=true")
        assert packaged.status_code == (200 if way == "flags" else 404)
        unmatched = httpx.get(f"{url}/_jumun/requests/unmatched", trust_env=False).json()
        assert [each["path"] for each in unmatched] == ([] if way == "flags" else ["/external/v1/categories"])


def test_run(folder: Path) -> None:
    """`jumun run` gives its program the stubs, and its summary names their operations."""
    script = (
        "import os, urllib.request as r; "
        "r.urlopen(r.Request(os.environ['NAVER_COMMERCE_BASE_URL'] + '/v2/tags/7', headers={'Authorization': "
        f"'Bearer {STATIC_TOKEN}'}}))"
    )
    done = run("run", "--stubs", str(folder), "--", sys.executable, "-c", script)
    assert done.returncode == 0, done.stderr
    assert "naver.tags.detail" in done.stderr.decode()


def test_routes(folder: Path) -> None:
    """`jumun routes` marks stubs, lists own ones, and leaves the packaged ones out when asked to."""
    rows = {each["operation"]: each for each in json.loads(jumun("routes", "--format", "json").stdout)}
    assert rows["naver.products.search"]["stub"] is True
    assert rows["naver.token"]["stub"] is False
    own = jumun("routes", "--stubs", str(folder), "--no-stubs").stdout.splitlines()
    stubs = [line.split()[:3] for line in own if line.endswith("  stub")]
    assert ["naver.tags.detail", "GET", "/external/v2/tags/{tagNo}"] in stubs
    assert not any(line.startswith("naver.products.") for line in own)


@pytest.mark.parametrize("command", ["serve", "run", "routes", "check"])
def test_a_bad_folder(tmp_path: Path, command: str) -> None:
    """A folder that cannot be used stops each command with one line and exit code 2."""
    after = {"serve": (), "run": ("--", "true"), "routes": (), "check": ("-",)}[command]
    line = refusal(jumun(command, "--stubs", str(tmp_path / "none"), *after))
    assert line == f"Error: {tmp_path / 'none'}: no such folder"
    (tmp_path / "bad.yaml").write_text("openapi: 3.1.0\nx-jumun-provider: naver\n", encoding="utf-8")
    assert "bad.yaml: has no paths" in refusal(jumun(command, "--stubs", str(tmp_path), *after))


def test_a_rate_of_what_is_not_served(folder: Path) -> None:
    """--rate takes an operation of the stubs that are served, and of no others."""
    line = refusal(jumun("serve", "--port", "0", "--rate", "naver.tags.detail=1"))
    assert "no operation 'naver.tags.detail'" in line
    line = refusal(jumun("serve", "--stubs", str(folder), "--no-stubs", "--rate", "naver.products.search=1"))
    assert "no operation 'naver.products.search'" in line


def record(path: str, body: Any, method: str = "GET", status: int = 200) -> dict[str, Any]:
    """A row of NDJSON of a live call."""
    url = f"https://api.commerce.naver.com/external{path}"
    return {"method": method, "url": url, "status": status, "response_body": body}


def check(tmp_path: Path, row: dict[str, Any], *arguments: str) -> dict[str, Any]:
    """What `jumun check` says of a row."""
    entry = {
        "startedDateTime": "2026-03-04T05:06:07.089Z",
        "request": {"method": row["method"], "url": row["url"], "headers": []},
        "response": {
            "status": row["status"],
            "headers": [],
            "content": {"mimeType": "application/json", "text": json.dumps(row["response_body"])},
        },
    }
    file = tmp_path / "live.har"
    file.write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    verdict: dict[str, Any] = json.loads(jumun("check", str(file), "--format", "json", *arguments).stdout)
    return verdict


def test_check_of_packaged_ones(tmp_path: Path) -> None:
    """A live answer of a packaged stub is judged leniently: only what clients need of it can break."""
    product = {"channelProductNo": 1, "salePrice": 1, "categoryId": None, "sellerTags": None, "freeInterest": "x"}
    good = record("/v1/products/search", {"contents": [{"channelProducts": [product]}], "totalElements": 1}, "POST")
    verdict = check(tmp_path, good, "--fail-on", "drift")
    assert (verdict["complaints"], verdict["judged"]) == ([], 1)
    broken = check(tmp_path, record("/v1/products/search", {"contents": {}}, "POST"))
    assert {each["operation"] for each in broken["complaints"]} == {"naver.products.search"}
    assert check(tmp_path, good, "--no-stubs")["judged"] == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_check_of_own_ones(tmp_path: Path, folder: Path, jobs: str) -> None:
    """`jumun check --stubs` judges calls of own stubs, in other processes too."""
    row = record("/v2/tags/7", {"tagNo": "7", "text": "컵"})
    assert check(tmp_path, row)["judged"] == 0
    (found,) = check(tmp_path, row, "--stubs", str(folder), "--jobs", jobs)["complaints"]
    assert (found["operation"], found["pointer"]) == ("naver.tags.detail", "/tagNo")


def test_the_journal_is_judged(tmp_path: Path) -> None:
    """What Jumun itself answers for stubs, errors included, is clean under `jumun check`."""
    with LiveServer() as server:
        base = server.naver_base_url
        with httpx.Client(headers=TOKEN, trust_env=False) as http:
            http.get(f"{base}/v1/categories")
            http.put(f"{base}/v1/contents/qnas/1", json={"commentContent": "네"})
            http.get(f"{base}/v2/products/origin-products/1", headers={"Authorization": "Bearer wrong"})
            http.get(f"{base}/v1/categories", headers={"Prefer": "code=500"})
            rows = http.get(f"{server.url}/_jumun/requests?format=ndjson").content
    file = tmp_path / "journal.ndjson"
    file.write_bytes(rows)
    verdict = json.loads(jumun("check", str(file), "--format", "json", "--fail-on", "drift").stdout)
    assert (verdict["judged"], verdict["complaints"]) == (4, [])


def test_explain() -> None:
    """`jumun explain` says that an operation is a stub, and which examples it has by name."""
    text = jumun("explain", "naver.categories.list").stdout
    assert "a stub: served from an example; leaves, all" in text
    assert "documented, apicenter docs" in text
    assert "naver.qnas.answer.204" in jumun("explain", "naver.qnas.answer.204").stdout
