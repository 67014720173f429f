"""Recordings that are packed or cut off, and bodies in files of their own."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
import zlib
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import Tally, judge_lines
from jumun_contracts.recordings import Recorded, Unreadable, read_recordings
from jumun_contracts.recordings.beside import read_beside, read_nothing
from jumun_contracts.recordings.ranges import read_lines, split_recording
from tests.cli.commands import jumun, run
from tests.contracts.pages import PAGE
from tests.contracts.recordings.reading import exhaust

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "카나리아-canary"
BAD = json.dumps({**PAGE, "count": "many"})
GOOD = json.dumps(PAGE)
IN_FILE = "its body is in a file of its own: "
NOT_THERE = f"{IN_FILE}there is no such file in the recording's folder"


def har(*contents: dict[str, Any]) -> str:
    """Lists of orders."""
    request = {"method": "GET", "url": "https://api.bootapi.com/v1/orders", "headers": []}
    entries = [{"request": request, "response": {"status": 200, "content": each}} for each in contents]
    return json.dumps({"log": {"entries": entries}})


def row(body: str = GOOD, name: str = "body") -> str:
    """A line of a log."""
    response = {"status": 200, name: body}
    return json.dumps({"method": "GET", "path": "/v1/orders", "response": response}) + "\n"


def zipped(**files: str) -> bytes:
    """A zip of files, with a dot for each `__` in a name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return target.getvalue()


HAR = har({"text": GOOD}, {"text": BAD})
LOG = row() + row(BAD) + row()
PACKED: dict[str, tuple[str, bytes, int]] = {
    "log": ("log.ndjson.gz", gzip.compress(LOG.encode()), 3),
    "log, any name": ("log", gzip.compress(LOG.encode()), 3),
    "log, two members": ("log", gzip.compress(row().encode()) + gzip.compress(row(BAD).encode()), 2),
    "HAR": ("trace.har.gz", gzip.compress(HAR.encode()), 2),
    "HAR, any name": ("trace", gzip.compress(HAR.encode()), 2),
    "HAR of mitmproxy": ("trace.zhar", zlib.compress(HAR.encode(), 9), 2),
    "HAR in a zip": ("trace.zip", zipped(har__har=HAR), 2),
    "HAR in a zip, with a body beside": (
        "trace.zip",
        zipped(har__har=har({"text": GOOD}, {"_file": "a.json"}), a__json=BAD),
        2,
    ),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed(name: str, tmp_path: Path) -> None:
    """All is judged, and the bad one found."""
    file, data, count = PACKED[name]
    (tmp_path / file).write_bytes(data)
    result = jumun("check", str(tmp_path / file), "--format", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["exchanges"], report["judged"]) == (1, count, count)
    assert [each["pointer"] for each in report["complaints"]] == ["/count"]


@pytest.mark.parametrize("name", ["log", "HAR of mitmproxy", "HAR in a zip, with a body beside"])
def test_packed_on_standard_input(name: str) -> None:
    """So it is from a pipe, which cannot be read twice."""
    _, data, count = PACKED[name]
    ended = run("check", "-", "--format", "json", stdin=data)
    report = json.loads(ended.stdout)
    assert (ended.returncode, report["exchanges"], report["judged"]) == (1, count, count)
    assert [each["pointer"] for each in report["complaints"]] == ["/count"]


def test_a_log_in_gzip_that_is_cut() -> None:
    """What could be unpacked is read, and what could not is reported."""
    data = gzip.compress(b"".join(row().encode() for _ in range(20_000)), 0)
    found, fault = exhaust(data[: len(data) // 2], "log.ndjson.gz")
    assert len(found) > 100
    assert fault == "cannot be unpacked: it is damaged or cut off"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (gzip.compress(HAR.encode())[:20] + b"\0" * 40, "cannot be unpacked: it is damaged or cut off"),
        (zipped(har__har=HAR)[:-30], "cannot be unpacked: it is damaged or cut off"),
        (zipped(a__json="{}"), "a zip with 0 HAR files; one is expected, beside those that it names"),
        (zipped(a__har=HAR, b__har=HAR), "a zip with 2 HAR files; one is expected, beside those that it names"),
    ],
    ids=["damaged", "zip cut", "zip without", "zip with two"],
)
def test_what_cannot_be_unpacked(data: bytes, fault: str) -> None:
    """It is reported as such, without a value."""
    assert exhaust(data, "trace.har") == ([], fault)


@pytest.mark.parametrize("at", range(10, len(HAR), 97))
def test_a_har_that_is_cut(at: int) -> None:
    """What is whole is read, and the rest reported."""
    found, fault = exhaust(HAR[:at].encode(), "trace.har")
    whole = sum(at >= HAR.index(each) + len(each) for each in _entries(HAR))
    assert len(found) == whole
    assert fault.startswith(("not JSON: ", "expected something at "))


def _entries(text: str) -> list[str]:
    return [json.dumps(each) for each in json.loads(text)["log"]["entries"]]


def test_a_har_of_mitmproxy_that_is_cut() -> None:
    """What could be unpacked of it is read like any HAR that is cut."""
    packed = zlib.compress(har(*[{"text": f"{number}"} for number in range(2000)]).encode(), 9)
    found, fault = exhaust(packed[: len(packed) // 2], "trace.zhar")
    assert len(found) > 100
    assert fault.startswith("not JSON")


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, lambda data: zlib.compress(data, 9), lambda data: zipped(har__har=data.decode())],
    ids=["gzip", "zlib", "zip"],
)
def test_what_is_small_only_while_packed(pack: Callable[[bytes], bytes]) -> None:
    """The bound is on what is unpacked: no more of it is held."""
    packed = pack(har({"text": " " * 30_000_000}).encode())
    assert len(packed) < 100_000
    tracemalloc.start()
    try:
        found, fault = exhaust(packed, "trace.har", longest=100_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == []
    assert "longer than" in fault
    assert peak < 3_000_000


def test_a_body_that_is_small_only_while_packed() -> None:
    """So it is for each file in a zip."""
    packed = zipped(har__har=har({"_file": "a.json"}, {"text": GOOD}), a__json=" " * 1_000_000)
    (refused, read), fault = exhaust(packed, "trace.zip", longest=10_000)
    assert fault == ""
    assert isinstance(refused, Unreadable)
    assert refused.reason == f"{IN_FILE}it is longer than --max-line allows, and not read"
    assert isinstance(read, Recorded)


@pytest.mark.parametrize(
    ("recording", "body"),
    [
        ("x.ndjson", "body.json"),
        ("x.ndjson", "below/body.json"),
        ("x.ndjson", "__files/body.json"),
        ("mappings/x.ndjson", "__files/body.json"),
        ("mappings/of/a/folder/x.ndjson", "__files/body.json"),
    ],
)
@pytest.mark.parametrize("is_inside", [False, True])
def test_a_body_in_a_file_of_its_own(
    recording: str,
    body: str,
    is_inside: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is read from the recording's folder and from WireMock's, wherever the program runs."""
    (tmp_path / recording).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / body).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / body).write_text(GOOD)
    (tmp_path / recording).write_text(row(body.removeprefix("__files/"), "bodyFileName"))
    monkeypatch.chdir((tmp_path / recording).parent if is_inside else tmp_path)
    path = Path(Path(recording).name if is_inside else recording)
    (found,) = read_recordings(path, file="x")
    assert isinstance(found, Recorded)
    assert found.response_body
    assert found.response_body.text.decode() == GOOD


@pytest.mark.parametrize(
    "name",
    [
        f"../{CANARY}.json",
        f"below/../../{CANARY}.json",
        f"link-{CANARY}.json",
        "folder-link/secret.json",
        "/etc/passwd",
        f"{CANARY}\0",
        "below",
        f"missing-{CANARY}",
        "",
        ".",
        "..",
        f"~/{CANARY}",
        "x" * 5000,
    ],
)
@pytest.mark.parametrize("folder", ["in", "in/mappings"])
def test_a_file_elsewhere(name: str, folder: str, tmp_path: Path) -> None:
    """Names and links that point out of the folder, or to no file, are refused, and the name is not in the message."""
    for path in (tmp_path, tmp_path / "in"):
        path.mkdir(exist_ok=True)
        (path / f"{CANARY}.json").write_text(GOOD)
    home = tmp_path / folder
    (home / "below").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.json").write_text(GOOD)
    (home / f"link-{CANARY}.json").symlink_to(tmp_path / f"{CANARY}.json")
    (home / "folder-link").symlink_to(tmp_path / "outside")
    (home / "x.ndjson").write_text(row(name, "bodyFileName") + row())
    refused, after = read_recordings(home / "x.ndjson", file="x")
    column = row(name, "bodyFileName").index(json.dumps(name)) + 1
    assert refused == Unreadable("x", (1, column), 1, NOT_THERE)
    assert isinstance(after, Recorded)


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    """The bound on what is read whole holds for it too."""
    (tmp_path / "body.json").write_text(" " * 10_001)
    (tmp_path / "x.ndjson").write_text(row("body.json", "bodyFileName"))
    (found,) = read_recordings(tmp_path / "x.ndjson", file="x", longest=10_000)
    assert isinstance(found, Unreadable)
    assert found.reason == f"{IN_FILE}it is longer than --max-line allows, and not read"


def test_standard_input_has_no_folder() -> None:
    """Nothing beside it is looked for."""
    (found,), fault = exhaust(row("body.json", "bodyFileName").encode(), "<stdin>")
    assert isinstance(found, Unreadable)
    assert found.reason == f"{IN_FILE}the recording has no folder for it to be in"
    assert fault == ""


def test_a_large_log_with_files(tmp_path: Path) -> None:
    """Where a log is cut into ranges, files beside it are read too."""
    path = tmp_path / "x.ndjson"
    (tmp_path / "body.json").write_text(GOOD)
    path.write_text(row("body.json", "bodyFileName") * 100)
    parts = split_recording(str(path), file="x", size=1000)
    assert len(parts) > 5
    for read, judged in ((read_beside(path, longest=1000), 100), (read_nothing, 0)):
        found = [judge_lines(read_lines(part), "bootpay", part=part.start, beside=read) for part in parts]
        counts = reduce(Tally.merge, found).counts
        assert (counts["exchanges"], counts.get("judged", 0)) == (100, judged)
