"""The pages do what they say: their commands print what they show, their Python runs, their links resolve."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.assembly import create_dispatch
from tests.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS = "http://127.0.0.1:8080"
RUN = (
    "README.md",
    "docs/check.md",
    "docs/client.md",
    "docs/data.md",
    "docs/diff.md",
    "docs/documents.md",
    "docs/generation.md",
    "docs/integrating.md",
    "docs/qa.md",
    "docs/run.md",
    "docs/scenarios.md",
    "docs/testing.md",
)
RUN_ELSEWHERE = ("docs/check-at-scale.md", "docs/stubs.md")
"""Pages whose commands and programs need more than a server: a test beside this one runs them."""

SUITES = {
    "README.md": 3,
    "docs/check.md": 1,
    "docs/client.md": 2,
    "docs/data.md": 3,
    "docs/generation.md": 2,
    "docs/testing.md": 11,
}
"""Page → how many tests it shows."""

PROGRAMS = {
    "README.md": ["('2023010112345001', '2023010112345002', '2023010112345003')", "404 ORDER_NOT_FOUND"],
    "docs/check.md": ["drift request query/pages"],
    "docs/client.md": [],
    "docs/generation.md": ["True"],
    "docs/testing.md": ["15"],
}
"""Page → what its program prints, beside what the page itself says in `print(…)  # …`."""

SERVED: dict[str, str] = {"docs/data.md": "shop"}
"""Page → folder of its own files that its server has as data."""

PAGES = sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of each fenced block of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(page: str) -> list[tuple[str, str]]:
    """Each command of a page, and what is below it."""
    parts = [part for language, text in blocks(page) if language == "console" for part in text.split("$ ")[1:]]
    return [(command, shown.rstrip("\n")) for command, _, shown in (part.partition("\n") for part in parts)]


TEST = re.compile(r"^(async )?def test_", re.MULTILINE)

FILE = re.compile(r"# ([\w./]+\.\w+)\n")
"""How a block begins that is a file of the reader's: by its name."""


def write_files(page: str, folder: Path, url: str = ADDRESS) -> None:
    """The files that a page shows, where a reader would have them."""
    for text in (text for _, text in blocks(page)):
        if named := FILE.match(text):
            (folder / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / named[1]).write_text(text.replace(ADDRESS, url), encoding="utf-8")


def python(page: str) -> tuple[str, str]:
    """The Python of a page: its tests, which are a file of their own, and its program, one block after the other."""
    texts = [text for language, text in blocks(page) if language == "python" and not FILE.match(text)]
    suite, program = ("\n".join(t for t in texts if bool(TEST.search(t)) is wanted) for wanted in (True, False))
    return suite, program


@pytest.fixture
def url(page: str, folder: Path) -> Iterator[str]:
    """A fresh server, as the page's reader has it."""
    with LiveServer(data=folder / SERVED[page] if page in SERVED else None) as server:
        yield server.url


@pytest.fixture
def folder(page: str, tmp_path: Path) -> Path:
    """Where a reader is."""
    prepare(page, tmp_path)
    return tmp_path


def prepare(page: str, folder: Path, url: str = ADDRESS) -> None:
    """Put there what a reader has: the page's files, a body.json whose price is text, a HAR, payloads."""
    write_files(page, folder, url)
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    shop = create_dispatch({}).store.default.shops["bootpay"]
    (row,) = shop.orders.select({"page": 1, "limit": 1}).rows
    (folder / "body.json").write_text(json.dumps({"count": 1, "list": [{**row, "price": "29000"}]}), encoding="utf-8")
    request = {"method": "GET", "url": "https://api.bootapi.com/v1/orders", "headers": []}
    entries = [{"request": request, "response": {"status": 200, "headers": [], "content": {"size": 23}}}]
    recording = {"log": {"version": "1.2", "entries": entries}}
    (folder / "no-bodies.har").write_text(json.dumps(recording), encoding="utf-8")


def run(command: list[str], *, folder: Path, url: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program of this environment as a reader would."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("JUMUN_", "PYTEST_"))}
    environ |= {"PATH": path, "PYTHONUTF8": "1", "NO_PROXY": "127.0.0.1"}
    environ |= {"JUMUN_URL": url} if url else {}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("page", RUN)
def test_commands(page: str, url: str, folder: Path) -> None:
    """One after the other, a page's commands print what is below them (… is anything), or something and succeed.

    What they print is their output and then their errors.
    """
    write_files(page, folder, url)
    run_commands(page, folder=folder, url=url)


def run_commands(page: str, *, folder: Path, url: str) -> None:
    """Run a page's commands in order, against a server in place of that of `make serve`."""
    for command, shown in commands(page):
        done = run(shlex.split(command.replace(ADDRESS, url)), folder=folder, url=url)
        assert "Traceback" not in done.stderr
        if shown:
            pattern = ".*?".join(re.escape(part.replace(ADDRESS, url)) for part in shown.split("…"))
            assert re.fullmatch(pattern, (done.stdout + done.stderr).rstrip("\n"), re.DOTALL), (command, done)
        else:
            assert done.returncode == 0, (command, done.stderr)
            assert done.stdout or "set" in command or "clear" in command, command


@pytest.mark.parametrize("page", SUITES)
def test_pytest_example(page: str, folder: Path) -> None:
    """The tests that a page shows pass, with nothing but the plugin."""
    (folder / "test_example.py").write_text(python(page)[0], encoding="utf-8")
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"], folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SUITES[page]} passed" in done.stdout


@pytest.mark.parametrize("page", PROGRAMS)
def test_program(page: str, url: str, folder: Path) -> None:
    """The program that a page shows prints what it should, and what the page says beside a print."""
    program = python(page)[1]
    (folder / "example.py").write_text(program.replace(ADDRESS, url), encoding="utf-8")
    done = run([sys.executable, "example.py"], folder=folder)
    assert done.returncode == 0, done.stderr
    assert all(text in done.stdout for text in PROGRAMS[page]), done.stdout
    said = re.findall(r"^ *print\(.*\)  # (.+)$", program, re.MULTILINE)
    assert not said or done.stdout.splitlines() == said


@pytest.mark.parametrize("page", PAGES)
def test_no_block_goes_untested(page: str) -> None:
    """Commands and Python are only on pages that are run here."""
    languages = {language for language, _ in blocks(page)}
    if page not in (*RUN, *RUN_ELSEWHERE):
        assert not languages & {"console", "python"}
    suite, program = python(page)
    assert bool(suite) == (page in SUITES)
    assert bool(program) == (page in PROGRAMS)


def test_make_targets_are_the_makefiles() -> None:
    """The first lines of the README are targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)", blocks("README.md")[0][1], re.MULTILINE)
    assert targets == ["serve", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_links(page: str) -> None:
    """A link points to a file of the repository."""
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_decisions_are_all_listed() -> None:
    """Each page of docs/decisions is in its list, and the list names no other."""
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\(([^)]+)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_the_page_of_errors_is_the_catalogue() -> None:
    """docs/errors.md is what `jumun errors --format markdown` writes."""
    done = run([str(Path(sys.executable).with_name("jumun")), "errors", "--format", "markdown"], folder=ROOT)
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == done.stdout
