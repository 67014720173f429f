"""`jumun serve --watch`, as the program that users start: files change while it runs."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.cli.commands import jumun, refusal, started
from tests.cli.test_serve import IDS, KEYS, TOKEN, next_line, rest_of_log, url_of
from tests.mockserver.wire import Wire, exchange
from tests.stubs import write_stub

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

ORDERS = 'orders:\n  - {{order_id: "{0}15", product_order_ids: ["{0}11"]}}\n'
KEPT = "not reloaded: what was read before is served"
FIRST, SECOND = "20261101500000", "20261102500000"


class Watching(NamedTuple):
    """A server that watches."""

    process: subprocess.Popen[str]
    url: str

    def says(self) -> str:
        """The next line of what it says on standard error."""
        return next_line(self.process)


@contextmanager
def watching(*arguments: str, **variables: str) -> Iterator[Watching]:
    """A server that watches and logs no calls."""
    with started("serve", "--port", "0", "--quiet", "--watch", *arguments, **variables) as process:
        yield Watching(process, url_of(process))


def replace(file: Path, text: str) -> None:
    """Give a file other content at once, as most editors do."""
    (file.parent / ".new").write_text(text, encoding="utf-8")
    os.replace(file.parent / ".new", file)  # noqa: PTH105 - beside a rename


def shop(folder: Path) -> Path:
    """The orders of a folder for --data, with one order."""
    (folder / "naver").mkdir(parents=True)
    file = folder / "naver" / "orders.yaml"
    file.write_text(ORDERS.format(FIRST), encoding="utf-8")
    return file


@pytest.mark.slow
def test_data(tmp_path: Path) -> None:
    """Orders that are edited are served on the connection that was open.

    The default session starts over, other sessions keep what they started from, and new ones have the new data. A
    mistake is said as at the start and what was there goes on, until it is corrected.
    """
    file = shop(tmp_path / "shop")
    with watching("--data", str(tmp_path / "shop")) as server, Wire(server.url) as wire:

        def find(order: str, session: str = "default") -> int:
            lines = f"Host: x\r\nAuthorization: {TOKEN['authorization']}\r\nJumun-Session: {session}\r\n\r\n"
            return wire.ask(f"GET {IDS.format(f'{order}15')} HTTP/1.1\r\n{lines}".encode()).status

        def open_session() -> str:
            found: str = json.loads(exchange(server.url, "/_jumun/sessions", method="POST")[2])["id"]
            return found

        assert (find(FIRST), find(SECOND)) == (200, 404)
        before = open_session()
        replace(file, ORDERS.format(SECOND))
        said = f"reloaded {tmp_path / 'shop'}: 1 file changed ({file}); the default session has started over"
        assert server.says() == said
        assert (find(FIRST), find(SECOND)) == (404, 200)
        journal = exchange(server.url, "/_jumun/requests/count")
        assert json.loads(journal[2]) == {"count": 2}
        after = open_session()
        assert [(find(FIRST, each), find(SECOND, each)) for each in (before, after)] == [(200, 404), (404, 200)]

        replace(file, ORDERS.format(FIRST).replace("order_id:", "order_idd:"))
        start = refusal(jumun("serve", "--port", "0", "--data", str(tmp_path / "shop"))).splitlines()
        assert [server.says() for _ in (*start, KEPT)] == [*start, KEPT]
        assert "did you mean order_id?" in start[1]
        assert (find(FIRST), find(SECOND)) == (404, 200)
        (file.parent / "lifecycle.yaml").write_text("hours: {deliver: 2}\n", encoding="utf-8")
        assert [server.says() for _ in (*start, KEPT)] == [*start, KEPT]
        replace(file, ORDERS.format(FIRST))
        assert server.says().startswith(f"reloaded {tmp_path / 'shop'}: 2 files changed (")
        assert (find(FIRST), find(SECOND)) == (200, 404)
        assert rest_of_log(server.process) == ""


class Played(NamedTuple):
    """A server that watches stubs and a scenario, and what it is called by."""

    server: Watching
    stub: Path
    scenario: Path
    session: str

    def ask(self, path: str, session: str = "default", **headers: str) -> int:
        """The status of a call in a session."""
        return exchange(self.server.url, path, {**headers, "jumun-session": session})[0]


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Played]:
    """With stubs, a scenario about another operation, and a session."""
    (tmp_path / "stubs").mkdir()
    write_stub(tmp_path / "stubs")
    stub, scenario = next((tmp_path / "stubs").iterdir()), tmp_path / "my.scenario"
    scenario.write_text("bootpay.orders.list: 503, ok *\n", encoding="utf-8")
    with watching("--stubs", str(tmp_path / "stubs"), "--scenario", str(scenario)) as server:
        session = json.loads(exchange(server.url, "/_jumun/sessions", method="POST")[2])["id"]
        yield Played(server, stub, scenario, session)


def test_stubs_and_scenario(played: Played) -> None:
    """Stubs are there in all sessions and forget nothing; a scenario plays from its beginning."""
    server, stub, scenario, session = played
    assert [played.ask("/v1/orders", **KEYS) for _ in range(2)] == [503, 200]
    replace(stub, stub.read_text(encoding="utf-8").replace("/v2/tags/{tagNo}", "/v3/tags/{tagNo}"))
    assert server.says() == f"reloaded {stub.parent}: 1 file changed ({stub})"
    for each in ("default", session):
        assert [played.ask(f"/external/v{n}/tags/7", each, **TOKEN) for n in (2, 3)] == [404, 200]
    assert played.ask("/v1/orders", **KEYS) == 200
    contract = json.loads(exchange(server.url, "/_jumun/openapi/naver.json")[2])
    assert "/v3/tags/{tagNo}" in contract["paths"]
    replace(scenario, "naver.tags.detail: 503\n*: ok\n")
    assert server.says() == f"reloaded {scenario}: 1 file changed ({scenario})"
    assert [played.ask("/external/v3/tags/7", **TOKEN) for _ in range(2)] == [503, 200]
    assert rest_of_log(server.process) == ""


def test_a_scenario_that_could_not_be_played(played: Played) -> None:
    """Stubs that a session's scenario needs do not go: the session is named, or the file, and all stays as it was."""
    server, stub, scenario, session = played
    playing = f"/_jumun/scenario?session={session}"
    assert exchange(server.url, playing, method="PUT", body="naver.tags.detail: 500 *")[0] == 200
    renamed = stub.read_text(encoding="utf-8").replace("naver.tags.detail", "naver.tags.show")
    replace(stub, renamed)
    said = server.says()
    assert said.startswith(f"Error: the session {session} plays a scenario that it could not play any more: line 1")
    assert said.endswith(f"give it another with jumun scenario set --session {session}")
    assert server.says() == KEPT
    assert [played.ask("/external/v2/tags/7", each, **TOKEN) for each in ("default", session)] == [200, 500]
    replace(scenario, "naver.tags.detail: 503\n")
    said = f"Error: {scenario}: line 1: no operation 'naver.tags.detail'; did you mean naver.tags.show?"
    assert [server.says() for _ in range(2)] == [said, KEPT]
    scenario.unlink()
    assert f"Error: {scenario}: No such file or directory" in server.says()
    assert server.says() == KEPT
    assert rest_of_log(server.process) == ""


def test_a_folder_that_goes_and_comes(tmp_path: Path) -> None:
    """What is away for a while, as when a branch is checked out, is said and taken when it is back."""
    file = shop(tmp_path / "shop")
    with watching("--data", str(tmp_path / "shop")) as server:
        (tmp_path / "shop").rename(tmp_path / "away")
        assert [server.says() for _ in range(2)] == [f"Error: {tmp_path / 'shop'}: no such folder", KEPT]
        assert exchange(server.url, IDS.format(f"{FIRST}15"), TOKEN)[0] == 200
        (tmp_path / "away").rename(tmp_path / "shop")
        # Nothing in it is another, so nothing is forgotten.
        assert server.says() == f"reloaded {tmp_path / 'shop'}: 1 file changed ({file})"


@pytest.mark.parametrize("way", ["environment", "file"])
def test_other_ways_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """JUMUN_WATCH and `watch` of jumun.toml do the same, under Flask's server too; the start says what is watched."""
    file = shop(tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    if way == "file":
        text = '[serve]\nport = 0\nquiet = true\nflask = true\nwatch = true\ndata = "shop"\n'
        (tmp_path / "jumun.toml").write_text(text, encoding="utf-8")
        running = started("serve")
    else:
        running = started("serve", JUMUN_PORT="0", JUMUN_QUIET="1", JUMUN_FLASK="1", JUMUN_WATCH="1", JUMUN_DATA="shop")
    with running as process:
        url = url_of(process)
        assert process.stdout
        assert next(line for line in process.stdout if "watch" in line).split() == ["watch", "shop"]
        replace(file, ORDERS.format(SECOND))
        assert next_line(process).startswith("reloaded shop: 1 file changed (shop/naver/orders.yaml)")
        assert exchange(url, IDS.format(f"{SECOND}15"), TOKEN)[0] == 200


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--watch needs something to watch: give --data DIR, --stubs DIR or --scenario FILE"),
        (("--scenario", "flaky"), "--watch needs something to watch"),
        (("--data", "shop", "--replay", "x.ndjson"), "--watch does not go with --replay"),
        (("--data", "shop", "--state", "x.json"), "--watch does not go with --state"),
    ],
)
def test_what_cannot_be_watched(arguments: tuple[str, ...], says: str) -> None:
    """Nothing to watch, and what is not read again, are refused."""
    assert says in refusal(jumun("serve", "--port", "0", "--watch", *arguments))
