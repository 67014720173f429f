from __future__ import annotations

import re
import socket
from importlib.resources import files
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_mockserver import LiveServer, create_app
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.faults import FAULTS
from tests.cli.commands import jumun, refusal, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumun_mockserver.core.faults import FaultKind

NAMES = sorted(
    entry.name.removesuffix(".scenario")
    for entry in (files("jumun_fixtures") / "scenarios").iterdir()
    if entry.name.endswith(".scenario")
)
KEYS = ("your-commerce-client-key", "your-commerce-secret-key")


@pytest.fixture(autouse=True)
def _no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUMUN_URL", "JUMUN_SESSION", "JUMUN_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def url() -> Iterator[str]:
    """A server of the test's own."""
    with LiveServer() as server:
        yield server.url


def free_url() -> str:
    """Where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def done(*arguments: str) -> str:
    """What a command that succeeds prints."""
    result = jumun("scenario", *arguments)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def played(url: str) -> str:
    """What the server plays."""
    with ControlClient(url) as client:
        return client.show_scenario()


def packaged(name: str) -> str:
    """The text of a scenario that comes with Jumun."""
    return (files("jumun_fixtures") / "scenarios" / f"{name}.scenario").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", FAULTS.values(), ids=FAULTS)
def test_help_has_each_fault(kind: FaultKind) -> None:
    """The help tells how to write each fault, also where its lines are wrapped."""
    listed = " ".join(done("set", "--help").split()).partition("Faults, which are steps: ")[2]
    assert re.search(rf"(?:^|, ){re.escape(kind.usage)}(?:, |\.$)", listed)


def test_list() -> None:
    """Each scenario that comes with Jumun, with a line on what it teaches; no server is needed."""
    lines = done("list").splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert all(len(line.split()) > 3 for line in lines)
    assert "# teaches" not in "".join(lines)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_all_that_come_with_jumun_can_be_played(name: str, profile: str) -> None:
    """Every packaged scenario is one, in both profiles, and says what it teaches."""
    assert packaged(name).startswith("# teaches: ")
    create_app(profile=profile, scenario=packaged(name))


def test_set_by_name(url: str) -> None:
    """A name plays the scenario that comes with Jumun; `show` prints it, `clear` ends it. Nothing else is printed."""
    assert done("set", "flaky", "--url", url) == ""
    assert played(url) == packaged("flaky")
    assert done("show", "--url", url).strip() == packaged("flaky").strip()
    assert httpx.get(f"{url}/v1/orders", auth=KEYS, trust_env=False).status_code == 500
    assert done("clear", "--url", url) == ""
    assert played(url) == ""
    assert done("show", "--url", url) == "(nothing)\n"
    assert httpx.get(f"{url}/v1/orders", auth=KEYS, trust_env=False).status_code == 200


@pytest.mark.parametrize("name", ["my.scenario", "flaky", "가게", "my:own.scenario"])
def test_set_by_file(url: str, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is played whatever it is called, also in Korean, with a colon, or as one that comes with Jumun."""
    (tmp_path / name).write_text("*: 503 * # 점검\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done("set", name, "--url", url)
    assert played(url) == "*: 503 * # 점검\n"
    done("clear", "--url", url)
    done("set", str(tmp_path / name), "--url", url)
    assert played(url) == "*: 503 * # 점검\n"


@pytest.mark.parametrize(
    "lines", [["*: 500"], ["naver.product_order_ids: 429 x2, ok", "*: slow(1ms) p=0.1"], ["*: ok · naver.*: 500"]]
)
def test_set_by_lines(url: str, lines: list[str]) -> None:
    """Lines are played in their order."""
    done("set", *lines, "--url", url)
    assert played(url) == "\n".join(lines)


def test_an_empty_file(url: str, tmp_path: Path) -> None:
    """An empty file plays nothing."""
    (tmp_path / "empty").touch()
    done("set", "*: 500", "--url", url)
    done("set", str(tmp_path / "empty"), "--url", url)
    assert played(url) == ""


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_session_and_a_token(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """URL, session and token select one session, by options or by the environment."""
    with LiveServer() as server:
        with ControlClient(server.url) as client:
            id_ = client.create_session()["id"]
            options = {"url": server.url, "session": id_, "control-token": "any"}
            if way == "environment":
                for name, value in options.items():
                    monkeypatch.setenv(f"JUMUN_{name.upper().replace('-', '_')}", value)
                done("set", "*: 500")
            else:
                done("set", "*: 500", *(word for name, value in options.items() for word in (f"--{name}", value)))
            assert client.show_scenario() == "*: 500"
        assert played(server.url) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (["flakey"], ("flakey", "did you mean flaky?")),
        (["./no/such.scenario"], ("./no/such.scenario", "No such file")),
        ([""], ("jumun scenario list names them",)),
        (["naver.product_order_idz: 429"], ("line 1", "'naver.product_order_idz'", "naver.product_order_ids")),
        (["*: ok", "*: rset"], ("line 2", "'rset'", "reset")),
        (["flaky", "maintenance"], ("line 1", "flaky")),
        ([], ("FILE|NAME|LINE",)),
    ],
)
def test_what_is_not_played(url: str, text: list[str], says: tuple[str, ...]) -> None:
    """An unknown name, operation or step is one line with the closest match, exit code 2; what was played goes on."""
    with ControlClient(url) as client:
        client.set_scenario("*: 418")
    line = refusal(jumun("scenario", "set", *text, "--url", url))
    assert all(each in line for each in says), line
    assert played(url) == "*: 418"


def test_a_file_that_is_no_text(url: str, tmp_path: Path) -> None:
    """A file that is not UTF-8 is named."""
    (tmp_path / "bad").write_bytes(b"*: ok # \xff")
    line = refusal(jumun("scenario", "set", str(tmp_path / "bad"), "--url", url))
    assert str(tmp_path / "bad") in line
    assert "UTF-8" in line


def test_a_bad_file_is_named(url: str, tmp_path: Path) -> None:
    """A line that cannot be played is named with its file."""
    (tmp_path / "bad.scenario").write_text("*: ok\n*: rset\n", encoding="utf-8")
    line = refusal(jumun("scenario", "set", str(tmp_path / "bad.scenario"), "--url", url))
    assert "line 2" in line
    assert "bad.scenario" in line


@pytest.mark.parametrize("command", [("set", "flaky"), ("show",), ("clear",)])
def test_nobody_listens(command: tuple[str, ...]) -> None:
    """Where nothing listens: one line with the URL and what to start, exit code 2."""
    url = free_url()
    line = refusal(jumun("scenario", *command, "--url", url))
    assert url in line
    assert "jumun serve" in line


@pytest.mark.parametrize("command", [("set", "flaky"), ("show",), ("clear",)])
@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "localhost:8080", "http://127.0.0.1:port", "http://[::1"])
def test_no_url(command: tuple[str, ...], url: str) -> None:
    """What is not a URL of a server: one line with it and an example, exit code 2."""
    line = refusal(jumun("scenario", *command, "--url", url))
    assert url in line
    assert "http://127.0.0.1:8080" in line


@pytest.mark.parametrize("command", [("set", "flaky"), ("show",), ("clear",)])
def test_an_unknown_session(url: str, command: tuple[str, ...]) -> None:
    """A session that is not there is named, exit code 2."""
    assert "jsNobody" in refusal(jumun("scenario", *command, "--url", url, "--session", "jsNobody"))


@pytest.mark.parametrize("arguments", [("sett", "flaky"), ("show", "extra"), ("list", "--url", "http://x")])
def test_bad_usage(arguments: tuple[str, ...]) -> None:
    """Bad usage is one line, exit code 2."""
    refusal(jumun("scenario", *arguments))


def test_the_program(url: str) -> None:
    """The installed program does the same."""
    assert run("scenario", "set", "maintenance", variables={"JUMUN_URL": url}).returncode == 0
    shown = run("scenario", "show", "--url", url)
    assert shown.stdout.decode().strip() == packaged("maintenance").strip()
