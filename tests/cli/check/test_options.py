from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import load_contract
from jumun_contracts.reports import RENDERERS
from jumun_mockserver.cli.check.command import check
from tests.cli.check.test_command import CANARY, write
from tests.cli.commands import PATIENCE_S, PROGRAM, environment, jumun, refusal, run, timeless
from tests.contracts.pages import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

BAD = {"count": 1, "list": [{**ROW, "price": "29000", "status": 99}]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a bad.json."""
    write(tmp_path / "bad.json", BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", RENDERERS)
def test_output(folder: Path, form: str) -> None:
    """-o FILE holds what standard output would, and the terminal gets one line; the exit code is the same."""
    printed = jumun("check", "bad.json", "--format", form)
    for _ in range(2):
        result = jumun("check", "bad.json", "--format", form, "-o", "report")
        assert (result.exit_code, result.stdout) == (printed.exit_code, "")
        assert result.stderr == "1 judged by naver:documented, bootpay:documented: 1 breaking, 1 drift, 0 info\n"
        assert timeless((folder / "report").read_text(encoding="utf-8")) == timeless(printed.stdout)
    assert sorted(path.name for path in folder.iterdir()) == ["bad.json", "report"]


@pytest.mark.parametrize("name", ["missing/report", "bad.json/report", "."])
def test_output_that_cannot_be_written(folder: Path, name: str) -> None:
    """A report that cannot be written is an error that names the file, and leaves nothing behind."""
    line = refusal(jumun("check", "bad.json", "-o", name))
    assert f"-o {name!r} cannot be written: " in line
    assert [path.name for path in folder.iterdir()] == ["bad.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="devices and links are not files there")
def test_output_to_what_is_no_file(folder: Path) -> None:
    """A device is written to and not replaced; of a link, its file is."""
    assert jumun("check", "bad.json", "-o", os.devnull).exit_code == 1
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)  # noqa: PTH116 - os.devnull is not a Path
    (folder / "there").mkdir()
    (folder / "link").symlink_to(folder / "there" / "report")
    assert jumun("check", "bad.json", "-o", "link").exit_code == 1
    assert (folder / "link").is_symlink()
    assert (folder / "there" / "report").read_text(encoding="utf-8").startswith("bad.json:1:")


def test_baseline(folder: Path) -> None:
    """--write-baseline takes note of what is found, for 90 days; from then on only what is new is found."""
    days = {datetime.now(UTC).date() + timedelta(days=90)}
    result = jumun("check", "bad.json", "--write-baseline", "jumun.toml")
    days |= {datetime.now(UTC).date() + timedelta(days=90)}
    entries = tomllib.loads((folder / "jumun.toml").read_text("utf-8"))["check"]["ignore"]
    assert {each["expires"] for each in entries} <= days
    assert result.exit_code == 0
    assert "0 breaking, 0 drift, 0 info; 2 ignored" in result.stdout
    again = jumun("check", "bad.json", "--fail-on", "drift")
    assert again.exit_code == 0
    assert "; 2 ignored" in again.stdout
    write(folder / "bad.json", {**BAD, "count": "1"})
    new = jumun("check", "bad.json", "--fail-on", "drift")
    assert new.exit_code == 1
    assert "/count must be of type integer" in new.stdout
    assert "/list/0/price" not in new.stdout
    assert "/list/0/price" in jumun("check", "bad.json", "-v").stdout
    assert jumun("check", "bad.json", "--write-baseline", "jumun.toml").exit_code == 0
    assert jumun("check", "bad.json", "--fail-on", "drift").exit_code == 0


@pytest.mark.parametrize("name", ["pyproject.toml", "jumun.toml"])
def test_a_baseline_replaces_no_other_file(folder: Path, name: str) -> None:
    """A file that a person has written is not replaced by a baseline."""
    (folder / name).write_text("# mine\n", encoding="utf-8")
    assert repr(name) in refusal(jumun("check", "bad.json", "--write-baseline", name))
    assert (folder / name).read_text(encoding="utf-8") == "# mine\n"


def test_a_baseline_of_what_cannot_be_judged(folder: Path) -> None:
    """A baseline does not make up for what could not be judged."""
    assert jumun("check", "missing.json", "--write-baseline", "b.toml").exit_code == 2
    assert (folder / "b.toml").exists()


@pytest.mark.parametrize("name", ["jumun.toml", "pyproject.toml", "other.toml"])
def test_config(folder: Path, name: str) -> None:
    """Entries are found in jumun.toml, in pyproject.toml, and where --config says."""
    table = "tool.jumun.check.ignore" if name == "pyproject.toml" else "check.ignore"
    entry = f'[[{table}]]\npattern = "/list/*/price"\nreason = "known"\nexpires = 9999-12-31\n'
    (folder / name).write_text(entry, encoding="utf-8")
    options = ["--config", name] if name == "other.toml" else []
    result = jumun("check", "bad.json", *options)
    assert result.exit_code == 0
    assert "1 ignored" in result.stdout


def test_a_stale_entry(folder: Path) -> None:
    """An entry that has expired covers nothing, and is reported."""
    entry = '[[check.ignore]]\npattern = "/list/*/price"\nreason = "known"\nexpires = 2020-01-01\n'
    (folder / "jumun.toml").write_text(entry, encoding="utf-8")
    result = jumun("check", "bad.json")
    assert result.exit_code == 1
    assert "stale: jumun.toml#/check/ignore/0: expired on 2020-01-01" in result.stdout


@pytest.mark.parametrize("content", [None, "x", '[[check.ignore]]\npattern = "/x"\n'])
def test_a_bad_config(folder: Path, content: str | None) -> None:
    """A configuration that cannot be read or taken is one line that names it."""
    if content is not None:
        (folder / "c.toml").write_text(content, encoding="utf-8")
    assert "c.toml" in refusal(jumun("check", "bad.json", "--config", "c.toml"))


def on_a_terminal(*arguments: str, **variables: str) -> str:
    """What the program prints on one."""
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], stdout=theirs, env=environment({"TERM": "xterm", **variables}))
    os.close(theirs)

    def pieces() -> Iterator[bytes]:
        try:
            while piece := os.read(ours, 65_536):
                yield piece
        except OSError:  # Linux says so that the other end is closed
            return

    printed = b"".join(pieces())
    os.close(ours)
    process.wait(PATIENCE_S)
    return printed.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
@pytest.mark.usefixtures("folder")
def test_colour() -> None:
    """Colour is for terminals: not for pipes, files and NO_COLOR."""
    coloured = on_a_terminal("check", "bad.json", NO_COLOR="")
    assert "\x1b[31m\x1b[1mbreaking\x1b[0m" in coloured
    assert "\x1b" not in on_a_terminal("check", "bad.json", NO_COLOR="1")
    on_a_terminal("check", "bad.json", "-o", "report", NO_COLOR="")
    assert b"\x1b" not in Path("report").read_bytes()
    assert b"\x1b" not in run("check", "bad.json", cwd=Path.cwd(), variables={"NO_COLOR": ""}).stdout
    assert "\x1b" not in on_a_terminal("check", "bad.json", "--format", "json", NO_COLOR="")


def personal(document: Any) -> set[str]:
    """Properties that a schema marks with x-pii."""
    if isinstance(document, list):
        return set().union(*map(personal, document)) if document else set()
    if not isinstance(document, dict):
        return set()
    own = {name for name, each in document.get("properties", {}).items() if isinstance(each, dict) and "x-pii" in each}
    return own.union(*map(personal, document.values()))


@pytest.mark.parametrize("verbose", [[], ["-v"]])
@pytest.mark.parametrize("form", RENDERERS)
def test_300_rows_of_canaries(tmp_path: Path, form: str, verbose: list[str]) -> None:
    """Of 300 people's rows, right and wrong in every personal field, no format prints a value."""
    names = personal([*load_contract("bootpay", "observed").schemas.values()])
    assert names
    rows = [
        {
            **ROW,
            **dict.fromkeys(names, f"{CANARY}{n}" if n % 2 else {CANARY: [CANARY]}),
            f"{CANARY}{n}": CANARY,
            "status": "x",
        }
        for n in range(300)
    ]
    file = write(tmp_path / "rows.json", {"count": 300, "list": rows})
    contracts = ["--contract", "bootpay", "--contract", "bootpay:observed"]
    result = jumun("check", file, *contracts, "--format", form, *verbose, "--operation", "bootpay.orders.list.200")
    assert result.exit_code == 1
    assert "canary" not in result.output
    assert "카나리아" not in result.output
    assert json.dumps(CANARY)[1:-1] not in result.output


LONG_LINE = "[" + " " * 3_000 + "]"


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("way", ["file", "stdin"])
def test_a_line_that_is_too_long(folder: Path, way: str, jobs: str) -> None:
    """It could not be judged, which is exit code 2, and all before and behind it is."""
    bad = json.dumps(BAD)
    text = f"{bad}\n{LONG_LINE}\n{bad}\n{bad}".encode()
    (folder / "log.ndjson").write_bytes(text)
    files = ("log.ndjson", "log.ndjson") if way == "file" else ("-",)
    done = run("check", *files, "--jobs", jobs, "--max-line", "2K", stdin=text, cwd=folder)
    assert (done.returncode, done.stderr) == (2, b"")
    name = "log.ndjson" if way == "file" else "<stdin>"
    assert f"{name}:2:1: could not be judged: longer than 2 KiB, which --max-line sets, and not read" in (
        done.stdout.decode()
    )
    assert f"{3 * len(files)} judged" in done.stdout.decode()


@pytest.mark.parametrize("form", RENDERERS)
def test_every_report_says_that_a_line_was_too_long(folder: Path, form: str) -> None:
    """Also where nothing else is wrong."""
    (folder / "log.ndjson").write_text(f'{{"count": 0, "list": []}}\n{LONG_LINE}\n', encoding="utf-8")
    done = jumun("check", "log.ndjson", "--max-line", "2048", "--format", form)
    assert done.exit_code == 2
    assert "longer than 2 KiB" in done.stdout


def test_a_file_that_is_too_long(folder: Path) -> None:
    """What has no lines is not read at all beyond the bound; other files are judged."""
    (folder / "long.json").write_text(LONG_LINE.replace(" ", "\n"), encoding="utf-8")
    done = jumun("check", "long.json", "bad.json", "--max-line", "2KiB", "--contract", "bootpay")
    assert done.exit_code == 2
    assert "long.json:1:1: could not be judged: longer than 2 KiB, which --max-line sets" in done.stdout
    assert "1 judged by bootpay:documented" in done.stdout


def test_the_usual_bounds(folder: Path) -> None:
    """64 MiB for a file, as for a line, which is said before anything of it is read; and the times of --url."""
    with (folder / "long.json").open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    assert "longer than 64 MiB, which --max-line sets, and not read" in jumun("check", "long.json").stdout
    options = {each.name: each.default for each in check.params}
    assert (options["max_line"], options["timeout_s"], options["deadline_s"]) == ("64M", 10, 120)


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ("0", "'0' is not between 1 and 1,073,741,824 bytes"),
        ("2G", "'2G' is not between 1 and 1,073,741,824 bytes"),
        *((size, f"{size!r} is not a number of bytes such as 64K, 1M or 1000000") for size in ("much", "5kb", "5B")),
    ],
)
@pytest.mark.usefixtures("folder")
def test_bounds_of_a_line(size: str, says: str) -> None:
    """A bound is between a byte and what the parser below may be given."""
    assert says in refusal(jumun("check", "bad.json", "--max-line", size))
