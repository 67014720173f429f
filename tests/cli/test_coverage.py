from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.cli.commands import jumun, refusal
from tests.cli.test_scenario import free_url

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUMUN_URL", "JUMUN_SESSION", "JUMUN_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def url() -> Iterator[str]:
    """A server that has answered one error code in its default session."""
    with LiveServer() as server:
        assert httpx.get(f"{server.url}/v1/orders", trust_env=False).status_code == 401
        yield server.url


def measured(url: str, *arguments: str) -> dict[str, object]:
    """What `--format json` prints."""
    result = jumun("coverage", "--url", url, "--format", "json", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    value: dict[str, object] = json.loads(result.stdout)
    return value


def test_text(url: str) -> None:
    """How many codes were met, and by name those that were and those that were not, for each API."""
    result = jumun("coverage", "--url", url)
    assert (result.exit_code, result.stderr) == (0, "")
    first, *rest = result.stdout.splitlines()
    value = measured(url)
    assert first == f"1 of {value['total']} error codes met ({value['percent']:g} %)"
    assert [line.partition(":")[0] for line in rest] == ["naver never", "bootpay met", "bootpay never"]
    assert "bootpay met: 1700" in rest


def test_json(url: str) -> None:
    """The same as data, as the control plane has it."""
    with ControlClient(url) as client:
        assert measured(url) == client.coverage()


def test_a_session(url: str) -> None:
    """--session measures that session alone."""
    with ControlClient(url) as client:
        id_ = client.create_session()["id"]
    assert measured(url, "--session", id_)["met"] == 0
    assert measured(url)["met"] == 1


def test_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """JUMUN_URL does what --url does."""
    monkeypatch.setenv("JUMUN_URL", url)
    assert jumun("coverage").stdout.startswith("1 of ")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("offset", "status"), [(-0.1, 0), (0, 0), (0.1, 1)])
def test_fail_under(url: str, offset: float, status: int, form: str) -> None:
    """Below the threshold the exit code is 1, at it or above 0; what is printed is the same."""
    value = measured(url)["percent"]
    assert isinstance(value, float)
    result = jumun("coverage", "--url", url, "--format", form, f"--fail-under={value + offset:.1f}")
    assert result.exit_code == status
    assert result.stdout == jumun("coverage", "--url", url, "--format", form).stdout


@pytest.mark.parametrize("percent", ["-1", "101", "most", "nan"])
def test_no_percentage(url: str, percent: str) -> None:
    """A value that is not a percentage is refused before anything is asked."""
    assert percent in refusal(jumun("coverage", "--url", url, f"--fail-under={percent}"))


def test_nobody_listens() -> None:
    """Where nothing listens: one line with the URL and what to start; exit code 2, never 0 or 1."""
    url = free_url()
    line = refusal(jumun("coverage", "--url", url, "--fail-under", "0"))
    assert url in line
    assert "jumun serve" in line


@pytest.mark.parametrize("bad", ["ftp://127.0.0.1", "127.0.0.1:8080", "http://127.0.0.1:port"])
def test_no_url(bad: str) -> None:
    """What is not a URL of a server is one line with it and an example."""
    line = refusal(jumun("coverage", "--url", bad))
    assert bad in line
    assert "http://127.0.0.1:8080" in line


def test_an_unknown_session(url: str) -> None:
    """A session that is not there is named."""
    assert "jsNobody" in refusal(jumun("coverage", "--url", url, "--session", "jsNobody"))
