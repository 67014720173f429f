from __future__ import annotations

import json
import os
import signal
import ssl
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import load_contract
from jumun_mockserver import LiveServer
from jumun_mockserver.cli.record import Watch
from jumun_mockserver.record.pseudonyms import Pseudonyms
from tests.cli.commands import jumun, refusal, run, started
from tests.cli.test_serve import KEYS, url_of
from tests.contracts.check.logs import row
from tests.mockserver.wire import INTERIM_SERIES, Wire, canned, exchange, ok, request

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

CANARY = "KANARIE7531"


def recording_url(process: subprocess.Popen[str]) -> str:
    """Where the recorder listens, as its first line says."""
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("Jumun records http://"), line
    return line.split(" at ")[1].split()[0]


def record_arguments(server: LiveServer, out: Path, *more: str) -> list[str]:
    """To record Bootpay."""
    upstream = ["--upstream", server.bootpay_base_url, "--contract", "bootpay"]
    return ["record", *upstream, "--out", str(out), "--port", "0", *more]


def end(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """Tell it to stop; what it says on stderr."""
    process.send_signal(number)
    assert process.stderr
    said = process.stderr.read()
    assert process.wait() == 0
    return said


def test_few_unknown_names_are_said() -> None:
    """Of a place whose names keep coming, as of a map of people, sixteen are said, and then that there are more."""
    said: list[str] = []
    watch = Watch(load_contract("bootpay"), say=said.append)
    for letters in ("zyxwvutsrqponmlkjihgfedcba", "mno"):
        for letter in letters:
            watch.judge(row(**{f"k_{letter}": 1}))
    assert watch.kinds == len(said) == 17
    assert sum("its name is not shown" in each for each in said) == 1
    assert "k_z" in said[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_record_and_replay(number: signal.Signals, tmp_path: Path) -> None:
    """What was recorded is served back, in order, until a signal ends either; findings are reported once, and a sum."""
    out = tmp_path / "traffic.ndjson"
    with LiveServer() as real, started(*record_arguments(real, out)) as process:
        url = recording_url(process)
        answers = [exchange(url, f"/orders?limit={limit}", KEYS) for limit in (2, 2, "x", "x")]
        said = end(process, number)
    assert said.splitlines() == [
        "breaking: bootpay.orders.list request: query/limit is not an integer",
        f"Jumun: 4 kept, 0 failed, 1 kinds of complaint; {out}",
    ]
    assert os.listdir(tmp_path) == ["traffic.ndjson"]  # noqa: PTH208 - names are wanted
    with started("serve", "--port", "0", "--replay", str(out), "--quiet") as process:
        url = url_of(process)
        for status, _, body in answers[:1] + answers[2:3]:
            same, _, again = exchange(url, f"/v1/orders?limit={2 if status == 200 else 'x'}")
            assert same == status
            assert len(json.loads(again)) == len(json.loads(body))
        status, _, body = exchange(url, "/v1/orders?limit=22")
        assert status == 404
        assert "did you mean GET /v1/orders?limit=2?" in json.loads(body)["detail"]
        assert len(json.loads(exchange(url, "/_jumun/requests")[-1])) == 3
        assert end(process, number) == ""


@pytest.mark.parametrize("interim", INTERIM_SERIES, ids=str)
def test_informational_answers(interim: tuple[int, ...], tmp_path: Path) -> None:
    """What an API says before its answer is not the answer: client, file, check and replay have the 200 after it."""
    out = tmp_path / "traffic.ndjson"
    body = b'{"count":0,"list":[]}'
    with canned(ok(body), interim=interim) as (upstream, _):
        arguments = [
            "record",
            "--upstream",
            f"{upstream}/v1",
            "--contract",
            "bootpay",
            "--out",
            str(out),
            "--port",
            "0",
        ]
        with started(*arguments) as process:
            assert exchange(recording_url(process), "/orders", KEYS)[::2] == (200, body)
            assert end(process, signal.SIGTERM) == f"Jumun: 1 kept, 0 failed, 0 kinds of complaint; {out}\n"
    row = json.loads(out.read_bytes())
    assert (row["status"], row["response"]["body"].encode(), row["operation"]) == (200, body, "bootpay.orders.list")
    assert "link" not in row["response"]["headers"]
    report = json.loads(jumun("check", str(out), "--contract", "bootpay", "--format", "json").stdout)
    assert (report["judged"], report["unjudged"], report["complaints"]) == (1, [], [])
    with started("serve", "--port", "0", "--replay", str(out), "--quiet") as process:
        assert exchange(url_of(process), "/v1/orders")[::2] == (200, body)


def test_a_body_that_is_too_large(tmp_path: Path) -> None:
    """It may have 16 MiB where --max-body does not say otherwise."""
    with LiveServer() as real, started(*record_arguments(real, tmp_path / "traffic.ndjson")) as process:
        with Wire(recording_url(process)) as wire:
            wire.send(request("POST", "/v1/request/token", "Content-Length: 16777217", "Expect: 100-continue"))
            answer = wire.read()
        end(process, signal.SIGTERM)
    assert (answer.status, "may have 16777216 bytes" in answer.body.decode()) == (413, True)


def test_a_kill_leaves_whole_lines(tmp_path: Path) -> None:
    """A row is in the file once its client has the answer, and no half of one follows."""
    out = tmp_path / "traffic.ndjson"
    with LiveServer() as real, started(*record_arguments(real, out)) as process:
        url = recording_url(process)
        for _ in range(5):
            assert exchange(url, "/orders?limit=50", KEYS)[0] == 200
        process.kill()
        process.wait()
    lines = out.read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines)


def test_append_goes_on_with_the_same_pseudonyms(tmp_path: Path) -> None:
    """With --key, the same people have the same pseudonyms in a second run; the key is its owner's only."""
    out, key = tmp_path / "traffic.ndjson", tmp_path / "key"
    with LiveServer() as real:
        for more in ([], ["--append"]):
            with started(*record_arguments(real, out, "--key", str(key), *more)) as process:
                assert exchange(recording_url(process), "/orders", KEYS)[0] == 200
                end(process, signal.SIGINT)
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert first["response"]["body"] == second["response"]["body"]
    assert first["pseudonyms"] == second["pseudonyms"] == Pseudonyms(bytes.fromhex(key.read_text().strip())).name
    assert key.stat().st_mode & 0o077 == 0


def test_a_tls_port_and_a_scenario(tmp_path: Path) -> None:
    """What the server of jumun serve has is here too: TLS by the provider's own name, steps, the control plane."""
    out, steps = tmp_path / "traffic.ndjson", tmp_path / "steps"
    steps.write_text("bootpay.orders.list: 500\n", encoding="utf-8")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    more = ("--tls-port", "0", "--scenario", str(steps))
    with LiveServer() as real, started(*record_arguments(real, out, *more), **cache) as process:
        url = recording_url(process)
        assert process.stdout
        tls = process.stdout.readline()
        assert "as api.bootapi.com" in tls
        trust = ssl.create_default_context(cadata=exchange(url, "/_jumun/ca.pem")[-1].decode())
        ask = request("GET", "/v1/orders?limit=1", "Host: api.bootapi.com")
        with Wire(
            tls.split()[1], prepare=lambda raw: trust.wrap_socket(raw, server_hostname="api.bootapi.com")
        ) as wire:
            assert [wire.ask(ask).status for _ in range(2)] == [500, 200]
        assert [each["status"] for each in json.loads(exchange(url, "/_jumun/requests")[-1])] == [500, 200]
        end(process, signal.SIGINT)
    assert [row["status"] for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())] == [200]


def test_what_is_complained_about(tmp_path: Path) -> None:
    """What is broken is reported once for all rows, without values, and as `jumun check` reports it of the file."""
    out = tmp_path / "t"
    steps = [
        f'set(/list/0/price "{CANARY}")',
        f'set(/list/1/price "{CANARY}")',
        "html-502",
        f'set(/list/0/user_email 5)+set(/list/0/{CANARY}@example.com {{"a": 1}})+set(/list/0/extra 1)',
        "set(/list/3/status 77)",
        "duplicate-keys",
    ]
    with (
        LiveServer(scenario=f"bootpay.orders.list: {', '.join(steps)}") as real,
        started(*record_arguments(real, out)) as process,
    ):
        url = recording_url(process)
        for _ in steps:
            exchange(url, "/orders", KEYS)
        exchange(url, f"/{CANARY}?{CANARY}=1")
        exchange(url, f"/orders?{CANARY}%40example.com=1&page=x", KEYS)
        exchange(url, "/request/token", {"content-type": "text/xml"}, method="POST", body="<a>1</a>")
        *said, _ = end(process, signal.SIGINT).splitlines()
    assert "breaking: bootpay.orders.list.200: /list/0/price must be of type integer, not string" in said
    assert "breaking: bootpay.orders.list.502: the body is not JSON: expecting value" in said
    assert "drift: bootpay.orders.list.200: /list/3/status must be 0 or 1 or 2 or 3 or 4" in said
    assert "of no contract: its path is of no contract" in said
    assert CANARY not in "".join(said)
    report = json.loads(jumun("check", str(out), "--contract", "bootpay", "--format", "json").stdout)
    complaints = report["complaints"]
    assert len({each["fingerprint"] for each in complaints}) == len(complaints) == len(said) - 1
    for each in complaints:
        place = f"{each['operation']} request" if each["side"] == "request" else f"{each['operation']}.{each['status']}"
        assert f"{each['severity']}: {place}: {each['message']}" in said


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--append"], "--append needs the --key"),
        (["--out", "DIR/full"], "is there already; see --append"),
        (["--out", "DIR/no/such"], "cannot be written"),
        (["--key", "DIR/bad"], "holds no key"),
        (["--key", "DIR/no/such"], "cannot be used"),
        (["--append", "--key", "DIR/none"], "cannot be used"),
        (["--append", "--key", "DIR/key", "--out", "DIR/half"], "the last line is not whole"),
        (["--append", "--key", "DIR/key", "--out", "DIR/full"], "begun with another --key"),
        (["--append", "--key", "DIR/key", "--out", "DIR/bad"], "is not a recording"),
        (["--upstream", f"https://u:{CANARY}@x"], "must be a base URL"),
        (["--contract", "shop"], "no provider 'shop'"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
        (["--scenario", "DIR/half"], "half:"),
        (["--tls-port", "0", "--control-token", "한"], "--control-token must be text"),
    ],
)
def test_bad_usage(more: list[str], says: str, tmp_path: Path) -> None:
    """One line that says what is wrong; exit code 2; nothing of a password, and no file that was not there."""
    files = {"full": '{"pseudonyms":"0"}\n', "half": '{"pseudonyms":"0"}', "bad": "한\n", "key": "00" * 32}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    arguments = [
        "--upstream",
        "http://127.0.0.1:9/v1",
        "--contract",
        "bootpay",
        "--out",
        "DIR/new",
        "--port",
        "0",
        *more,
    ]
    line = refusal(jumun("record", *(each.replace("DIR", str(tmp_path)) for each in arguments)))
    assert says in line
    assert CANARY not in line
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_damaged_recording_is_refused(way: str, tmp_path: Path) -> None:
    """The option --replay names the file and the line, and exits with 2."""
    file = tmp_path / "t"
    file.write_text("{\n", encoding="utf-8")
    if way == "option":
        done = run("serve", "--port", "0", "--replay", str(file))
    else:
        done = run("serve", "--port", "0", variables={"JUMUN_REPLAY": str(file)})
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {file}:1: not JSON".encode())
    assert done.stderr.count(b"\n") == 1
