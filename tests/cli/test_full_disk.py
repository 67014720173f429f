"""Files of all commands on a full disk: what was there is kept, nothing half-written stays, and the exit code is 2."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

import jumun_client
from jumun_mockserver import LiveServer
from tests.cli.commands import run_on_full_disk, started
from tests.cli.test_record import record_arguments, recording_url
from tests.cli.test_serve import KEYS, url_of
from tests.mockserver.wire import exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("Windows has no limit for the size of files", allow_module_level=True)

import resource

BODY = '{"count": "many"}'
JUDGE = ("check", "body.json", "--contract", "bootpay", "--operation", "bootpay.orders.list.200")
WRITERS: dict[str, tuple[str, ...]] = {
    "report": (*JUDGE, "--format", "json", "-o", "FILE"),
    "baseline": (*JUDGE, "--write-baseline", "FILE"),
    "comparison": ("diff", "naver:documented", "naver:observed", "-o", "FILE"),
    "session": ("session", "save", "FILE"),
    "checkpoint": ("call", "naver", "changes", "--checkpoint", "FILE"),
    "state": ("serve", "--port", "0", "--state", "FILE"),
    "key": ("record", "--upstream", "http://127.0.0.1:9", "--contract", "bootpay", "--out", "OUT", "--key", "FILE"),
}
# Of commands that replace a file; what they have to find in it.
REPLACED = {
    "report": "old",
    "baseline": "# Written by jumun check\n",
    "comparison": "old",
    "session": "old",
    "checkpoint": jumun_client.Checkpoint().to_json(),
}


@pytest.fixture
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Those that point to a server and to folders of this test, which is where programs are started."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "body.json").write_text(BODY, encoding="utf-8")
    folders = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with LiveServer() as server:
        yield {
            "JUMUN_URL": server.url,
            "NAVER_COMMERCE_BASE_URL": server.naver_base_url,
            "NAVER_COMMERCE_CLIENT_ID": server.naver_client_id,
            "NAVER_COMMERCE_CLIENT_SECRET": server.naver_client_secret,
            **folders,
        }


def files(folder: Path) -> dict[str, str]:
    """Path and text of each file."""
    return {str(each.relative_to(folder)): each.read_text("utf-8") for each in folder.rglob("*") if each.is_file()}


def arguments(writer: str, folder: Path) -> list[str]:
    """Those of a command that writes `file` there."""
    places = {"FILE": str(folder / "file"), "OUT": str(folder / "out")}
    return [places.get(each, each) for each in WRITERS[writer]]


@pytest.mark.parametrize(("writer", "old"), [*((each, "") for each in WRITERS), *REPLACED.items()])
def test_what_was_there_is_kept(writer: str, old: str, variables: dict[str, str], tmp_path: Path) -> None:
    """One line names the file and the reason; the file is as it was, or is still not there, and no draft is beside."""
    if old:
        (tmp_path / "file").write_text(old, encoding="utf-8")
    before = files(tmp_path)
    done = run_on_full_disk(*arguments(writer, tmp_path), variables=variables)
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = [each for each in done.stderr.splitlines() if each.startswith("Error: ")]
    assert str(tmp_path / "file") in line
    assert "File too large" in line
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == before


@pytest.mark.parametrize(("writer", "old"), REPLACED.items())
def test_room_enough(writer: str, old: str, variables: dict[str, str], tmp_path: Path) -> None:
    """The same commands on a disk that is not full replace the file, which keeps its permissions."""
    file = tmp_path / "file"
    file.write_text(old, encoding="utf-8")
    file.chmod(0o640)
    done = run_on_full_disk(*arguments(writer, tmp_path), room=10**8, variables=variables)
    assert done.returncode in (0, 1), done.stderr
    assert file.read_text("utf-8") != old
    assert file.stat().st_mode & 0o777 == 0o640
    assert set(files(tmp_path)) == {"body.json", "file"}


def test_run(variables: dict[str, str], tmp_path: Path) -> None:
    """A program is not started with half a trust store; the authority that cannot be kept leaves nothing."""
    before = files(tmp_path)
    done = run_on_full_disk("run", "--", sys.executable, "-c", "print('it ran')", variables=variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert "File too large" in done.stderr
    assert files(tmp_path) == before


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process that runs")
def test_a_recording_has_whole_rows_only(tmp_path: Path) -> None:
    """Rows that the disk does not take are absent, not cut, and counted; later ones are kept. Exit code 2.

    Clients have their answers; check and replay read the file.
    """
    out = tmp_path / "traffic.ndjson"
    with LiveServer() as real, started(*record_arguments(real, out)) as process:
        url = recording_url(process)

        def ask(limit: int) -> int:
            return exchange(url, f"/orders?limit={limit}", KEYS)[0]

        room = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        assert ask(1) == 200
        whole = out.stat().st_size
        for beyond in (0, 1, whole - 1):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (whole + beyond, room[1]))
            assert ask(1) == 200
            assert out.stat().st_size == whole
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, room)
        assert ask(2) == 200
        process.terminate()
        said = process.communicate()[1].splitlines()
    assert process.returncode == 2
    assert said == [
        *["GET not recorded: the row cannot be written: File too large"] * 3,
        f"Jumun: 2 kept, 0 failed, 0 kinds of complaint; {out}",
        "Error: lost 3 of 5 exchanges; see above",
    ]
    assert [json.loads(line)["query"] for line in out.read_text("utf-8").splitlines()] == ["limit=1", "limit=2"]
    with started("serve", "--port", "0", "--replay", str(out), "--quiet") as process:
        assert exchange(url_of(process), "/v1/orders?limit=2")[0] == 200


def test_half_a_row_at_the_end(tmp_path: Path) -> None:
    """What a recorder left that lost its power: replay and check read all before it, and name its line."""
    out = tmp_path / "traffic.ndjson"
    row = {
        "method": "GET",
        "path": "/v1/orders",
        "query": "",
        "status": 200,
        "response": {"headers": {"content-type": "application/json"}, "body": '{"count":0,"list":[]}'},
    }
    text = json.dumps(row)
    out.write_text(f"{text}\n{text[:50]}", encoding="utf-8")
    with started("serve", "--port", "0", "--replay", str(out), "--quiet") as process:
        assert exchange(url_of(process), "/v1/orders")[::2] == (200, b'{"count":0,"list":[]}')
        process.terminate()
        assert process.communicate()[1] == f"Warning: {out}:2: the last line is not whole and was left out\n"
    done = run_on_full_disk("check", str(out), "--contract", "bootpay", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["judged"], len(report["unjudged"])) == (2, 1, 1)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process that runs")
def test_the_state_of_a_server(tmp_path: Path) -> None:
    """A server that can no longer save keeps what it saved last, says so, and exits with 2."""
    file = tmp_path / "state.json"
    with started("serve", "--port", "0", "--quiet", "--state", str(file)) as process:
        url = url_of(process)
        saved = file.read_bytes()
        resource.prlimit(
            process.pid, resource.RLIMIT_FSIZE, (10, resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1])
        )
        assert exchange(url, "/v1/orders", KEYS)[0] == 200
        process.terminate()
        said = process.communicate()[1]
    assert process.returncode == 2
    assert "cannot be written: File too large; what it had before is kept" in said
    assert files(tmp_path) == {"state.json": saved.decode()}
