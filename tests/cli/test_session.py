from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.cli.commands import jumun, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[ControlClient]:
    """A client of a server of the test's own, which is where commands look for one."""
    for name in ("JUMUN_SESSION", "JUMUN_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with LiveServer() as server, ControlClient(server.url) as client:
        monkeypatch.setenv("JUMUN_URL", server.url)
        yield client


def done(*arguments: str) -> str:
    """What a command that succeeds prints."""
    result = jumun("session", *arguments)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def test_save_and_load(control: ControlClient, tmp_path: Path) -> None:
    """A session is as it was when it was saved, and another may be made so too."""
    file = tmp_path / "saved.json"
    order = control.place_order("bootpay")["order_id"]
    assert done("save", str(file)) == ""
    control.act(order, "pay")
    assert done("load", str(file)) == ""
    assert control.order(order)["actions"][0] == "pay"
    other = control.create_session()["id"]
    done("load", str(file), "--session", other)
    assert control.order(order)["actions"][0] == "pay"
    assert [path.name for path in tmp_path.iterdir()] == ["saved.json"]


def test_list(control: ControlClient) -> None:
    """Each session is a line, the default one first."""
    made = control.create_session(profile="observed", seed=7)["id"]
    lines = [line.split() for line in done("list").splitlines()]
    assert lines == [
        ["SESSION", "PROFILE", "SEED", "CALLS"],
        ["default", "documented", "0", "0"],
        [made, "observed", "7", "0"],
    ]


def test_a_large_session_can_be_loaded(control: ControlClient, tmp_path: Path) -> None:
    """A snapshot may be larger than the body of a call, which --max-body bounds."""
    file = tmp_path / "saved.json"
    control.place_order("naver", count=400)
    done("save", str(file))
    assert file.stat().st_size > 1024 * 1024
    control.reset()
    done("load", str(file))
    assert len(control.events()) == 400


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a snapshot"),
        (b'{"version": 2}', "/version 2 is not supported"),
        (None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_loaded(tmp_path: Path, content: bytes | None, says: str) -> None:
    """It is one line with the reason."""
    file = tmp_path / "saved.json"
    if content is not None:
        file.write_bytes(content)
    assert says in refusal(jumun("session", "load", str(file)))


def test_another_seed(control: ControlClient, tmp_path: Path) -> None:
    """A snapshot of another seed is refused with both."""
    file = tmp_path / "saved.json"
    done("save", str(file))
    other = control.create_session(seed=1)["id"]
    assert "seed '0', and this one has '1'" in refusal(jumun("session", "load", str(file), "--session", other))


@pytest.mark.parametrize("name", ["nowhere/saved.json", "/dev/null"])
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """A folder that is not there, and what is not a file, is refused."""
    refusal(jumun("session", "save", str(tmp_path / name)))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Where the file was a link it stays one, and what it had is replaced."""
    (tmp_path / "real.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to("real.json")
    done("save", str(tmp_path / "link.json"))
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_bytes())["version"] == 1
