"""The hooks of `jumun run` by themselves: real programs, no proxy variable, a server that says how it was called."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import re
import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import jumun_mockserver
from tests.interop.programs import clean_environment, require, run, run_well
from tests.mockserver.hook_programs import LOST_REASONS, NODE_PROGRAMS, PYTHON_PROGRAMS, RUN_IN_NODE, RUN_IN_PYTHON
from tests.mockserver.surroundings import ADDRESSES, HOSTS, assert_guided, reason, surround, urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mockserver.surroundings import Surroundings

HOOKS = Path(jumun_mockserver.__file__).parent / "run" / "hooks"


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[Surroundings]:
    """Servers with a good certificate."""
    with surround(tmp_path, *HOSTS) as started:
        yield started


@pytest.fixture
def node() -> str:
    """The program node."""
    return require("node")


def run_node(node: str, program: str, *arguments: str, environment: dict[str, str]) -> str:
    """What a program prints with the hook."""
    folder = Path(environment["HOME"])
    (folder / "program.cjs").write_text(program, "utf-8")
    options = {"NODE_OPTIONS": f'--require "{HOOKS / "node.cjs"}"'}
    return run_well([node, "program.cjs", *arguments], folder=folder, environment=environment | options).stdout


def python_path(*more: Path) -> dict[str, str]:
    """The variables that load the hook, with folders that a user has in PYTHONPATH."""
    # The folder of the hook is in the package: other Pythons' bytecode has no place in it.
    return {"PYTHONPATH": os.pathsep.join(map(str, (HOOKS / "python", *more))), "PYTHONDONTWRITEBYTECODE": "1"}


def run_python(program: str, *arguments: str, environment: dict[str, str]) -> str:
    """What a program prints with the hook."""
    command = [sys.executable, "-c", program, *arguments]
    return run_well(command, folder=Path(environment["HOME"]), environment=environment | python_path()).stdout


@pytest.mark.parametrize("name", NODE_PROGRAMS)
def test_node(node: str, surroundings: Surroundings, name: str) -> None:
    """From Node a double's host reaches the double, loopback to itself, and all else is refused and counted."""
    program = NODE_PROGRAMS[name] + RUN_IN_NODE
    printed = run_node(node, program, *urls(surroundings), environment=surroundings.environment)
    assert_guided(surroundings, printed)


@pytest.mark.parametrize("name", PYTHON_PROGRAMS)
def test_python(surroundings: Surroundings, name: str) -> None:
    """From Python a double's host reaches the double, loopback to itself, and all else is refused and counted."""
    program = PYTHON_PROGRAMS[name] + RUN_IN_PYTHON
    printed = run_python(program, *urls(surroundings), environment=surroundings.environment)
    assert_guided(surroundings, printed, lost=LOST_REASONS.get(name, ""))


def test_node_child(node: str, surroundings: Surroundings) -> None:
    """What a Node program starts is guarded like the program itself."""
    child = f"fetch('https://{HOSTS[0]}/a').then((answer) => answer.text()).then(console.log)"
    program = f"""
const options = {{ encoding: 'utf8' }}
console.log(require('child_process').execFileSync(process.execPath, ['-e', {json.dumps(child)}], options))"""
    printed = run_node(node, program, environment=surroundings.environment)
    assert printed.strip() == f"https {HOSTS[0]} {HOSTS[0]} /a"


def test_wrong_certificate(node: str, tmp_path: Path) -> None:
    """A certificate for another name is refused: what is checked is the name that the program called."""
    with surround(tmp_path, HOSTS[1]) as surroundings:
        url = f"https://{HOSTS[0]}/a"
        environment = surroundings.environment
        (by_node,) = json.loads(run_node(node, NODE_PROGRAMS["fetch"] + RUN_IN_NODE, url, environment=environment))
        (by_python,) = json.loads(run_python(PYTHON_PROGRAMS["urllib"] + RUN_IN_PYTHON, url, environment=environment))
    assert "does not match certificate's altnames" in by_node
    assert "Hostname mismatch" in by_python


def test_node_options_untouched(node: str, surroundings: Surroundings) -> None:
    """The options of a connect stay as the program made them; its callback and its events come."""
    program = f"""
const options = Object.freeze({{ host: '{HOSTS[0].upper()}.', port: 443 }})
const socket = require('net').connect(options, () => {{
  const isOurs = String(socket.remotePort) === process.env.JUMUN_RUN_TLS_PORT
  console.log(JSON.stringify([options, socket.remoteAddress, isOurs]))
  socket.destroy()
}})"""
    printed = run_node(node, program, environment=surroundings.environment)
    assert json.loads(printed) == [{"host": f"{HOSTS[0].upper()}.", "port": 443}, "127.0.0.1", True]


def test_node_refusal_is_an_error_event(node: str, surroundings: Surroundings) -> None:
    """A refusal comes after the call, like a name that does not exist, and never as an exception of the call."""
    program = """
const socket = require('net').connect(443, 'example.com')
console.log('called')
socket.on('error', ({ code, hostname, message }) => console.log(code, hostname, message))
socket.on('close', (failed) => console.log(failed))"""
    printed = run_node(node, program, environment=surroundings.environment)
    assert printed.splitlines() == [
        "called",
        f"ENOTFOUND example.com {reason('example.com')}",
        "true",
    ]


@pytest.mark.parametrize("host", ["allowed.example", "deep.allowed.example"])
def test_node_allowed(node: str, surroundings: Surroundings, host: str) -> None:
    """A host that is allowed goes where the program resolves it to."""
    program = f"""
const lookup = (_, options, callback) => callback(null, [{{ address: '127.0.0.1', family: 4 }}])
require('http').get('http://{host}:{surroundings.plain}/a', {{ lookup }}, (answer) => {{
  answer.setEncoding('utf8').on('data', console.log)
}})"""
    printed = run_node(node, program, environment=surroundings.environment)
    assert printed.strip() == f"http {host}:{surroundings.plain} /a"
    assert surroundings.blocked == []


def test_node_nearly_allowed(node: str, surroundings: Surroundings) -> None:
    """A name that only looks like one of an allowed host or a double is refused."""
    hosts = ("allowed.example.org", "notallowed.example", "example", f"{HOSTS[0]}.example.org")
    program = NODE_PROGRAMS["fetch"] + RUN_IN_NODE
    urls = [f"https://{host}/" for host in hosts]
    assert json.loads(run_node(node, program, *urls, environment=surroundings.environment)) == list(map(reason, hosts))
    assert surroundings.blocked == [f"{host}:443" for host in hosts]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="UNIX sockets")
def test_unix_sockets(node: str, tmp_path: Path) -> None:
    """Sockets that are files have no host, whatever else the options name."""
    code = """
const path = './s'
const server = require('net').createServer((c) => c.end('node')).listen(path, () => {
  require('net').connect({ path, host: 'example.com' }).on('data', (d) => { console.log(String(d)); server.close() })
})"""
    program = """
import socket
with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as plug:
    server.bind("p")
    server.listen()
    plug.connect("p")
    print("python")"""
    with surround(tmp_path, *HOSTS) as surroundings:
        assert run_node(node, code, environment=surroundings.environment) == "node\n"
        assert run_python(program, environment=surroundings.environment) == "python\n"


def test_python_sockets(surroundings: Surroundings) -> None:
    """connect_ex gives the number of a refusal; what sends nothing to a host is not refused and not counted."""
    program = f"""
import socket
with socket.socket() as plug:
    print(plug.connect_ex(({HOSTS[0]!r}, 80)))
with socket.socket() as plug:
    print(plug.connect_ex(({ADDRESSES[0]!r}, 80)))
with socket.socket(type=socket.SOCK_DGRAM) as plug:
    plug.connect_ex(({ADDRESSES[0]!r}, 1))
try:
    socket.getaddrinfo("example.com", 1, flags=socket.AI_NUMERICHOST)
except socket.gaierror as error:
    print("Blocked" in str(error))"""
    printed = run_python(program, environment=surroundings.environment)
    assert printed.split() == ["0", str(errno.ECONNREFUSED), "False"]
    assert surroundings.blocked == [f"{ADDRESSES[0]}:80"]


def test_nothing_without_variables(node: str, tmp_path: Path) -> None:
    """Without Jumun's variables both hooks leave everything as it is."""
    environment = clean_environment(tmp_path)
    printed = run_node(node, "console.log(require('net').Socket.prototype.connect)", environment=environment)
    assert (
        printed
        == run_well(
            [node, "-p", "require('net').Socket.prototype.connect"], folder=tmp_path, environment=environment
        ).stdout
    )
    program = "import socket; print(socket.getaddrinfo.__qualname__, socket.socket.connect.__qualname__)"
    assert run_python(program, environment=environment) == "getaddrinfo socket.connect\n"


def test_python_start_is_light(surroundings: Surroundings) -> None:
    """The hook has a Python import nothing but the smallest part of importlib."""
    program = "import sys; print(*sorted(sys.modules))"
    command = [sys.executable, "-c", program]
    environment = surroundings.environment | {"PYTHONPATH": ""}
    without = run_well(command, folder=Path(environment["HOME"]), environment=environment).stdout.split()
    with_hook = run_python(program, environment=surroundings.environment).split()
    more = {name for name in set(with_hook) - set(without) if name.partition(".")[0] != "importlib"}
    assert more <= {"sitecustomize", "__future__", "errno", "warnings"}


def test_python_hands_on(surroundings: Surroundings, tmp_path: Path) -> None:
    """The user's own sitecustomize runs, under its own name, with the rest of the path to import from."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "sitecustomize.py").write_text("import neighbour\nprint('theirs', __name__)", "utf-8")
    (theirs / "neighbour.py").write_text("", "utf-8")
    program = f"import socket, sitecustomize; print(sitecustomize.__file__); socket.gethostbyname({HOSTS[0]!r})"
    ended = run_well(
        [sys.executable, "-c", program],
        folder=tmp_path,
        environment=surroundings.environment | python_path(theirs),
    )
    assert ended.stdout.splitlines() == ["theirs sitecustomize", str(theirs / "sitecustomize.py")]
    assert ended.stderr == ""


def test_python_hands_on_once(surroundings: Surroundings, tmp_path: Path) -> None:
    """Two hooks, of one `jumun run` within another, end with both in place and call nothing twice."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_bytes((HOOKS / "python" / "sitecustomize.py").read_bytes())
    ended = run_well(
        [sys.executable, "-c", PYTHON_PROGRAMS["urllib"] + RUN_IN_PYTHON, *urls(surroundings)],
        folder=tmp_path,
        environment=surroundings.environment | python_path(other),
    )
    assert ended.stderr == ""
    assert_guided(surroundings, ended.stdout)


def test_python_survives_a_broken_sitecustomize(surroundings: Surroundings, tmp_path: Path) -> None:
    """A sitecustomize that raises is Python's to report, as without the hook, and the guard stays."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "sitecustomize.py").write_text("1 / 0", "utf-8")
    ended = run(
        [sys.executable, "-c", PYTHON_PROGRAMS["urllib"] + RUN_IN_PYTHON, *urls(surroundings)],
        folder=tmp_path,
        environment=surroundings.environment | python_path(theirs),
    )
    assert ended.code == 0
    assert "ZeroDivisionError" in ended.stderr
    assert_guided(surroundings, ended.stdout)


@pytest.fixture
def hook() -> Any:
    """The Python hook as a module that has patched nothing, for there are no variables."""
    spec = importlib.util.spec_from_file_location("hook", HOOKS / "python" / "sitecustomize.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def gate(hook: Any, surroundings: Surroundings) -> Any:
    """The rules of the Python hook."""
    return hook.Gate(surroundings.environment)


@pytest.mark.parametrize("host", ["allowed.example", b"Deep.Allowed.Example."])
def test_python_allowed(gate: Any, surroundings: Surroundings, host: str | bytes) -> None:
    """A host that is allowed is looked up and connected to as it is; so is what it has resolved to."""
    assert gate.look_up(host, 443) == host
    assert gate.redirect((host, 443)) == (host, 443)
    gate.remember(host, ADDRESSES[0])
    assert gate.redirect((ADDRESSES[0], 443)) == (ADDRESSES[0], 443)
    with pytest.raises(ConnectionRefusedError, match=re.escape(reason(ADDRESSES[1]))):
        gate.redirect((ADDRESSES[1], 443, 0, 0))
    assert surroundings.blocked == [f"[{ADDRESSES[1]}]:443"]


@pytest.mark.parametrize("host", ["allowed.example.org", "notallowed.example", "example", f"{HOSTS[0]}.example.org"])
def test_python_nearly_allowed(gate: Any, host: str) -> None:
    """A name that only looks like one of an allowed host or a double is refused."""
    with pytest.raises(LookupError, match=re.escape(reason(host))):
        gate.look_up(host, 443)


def test_python_reports_to_nobody(hook: Any, surroundings: Surroundings) -> None:
    """With its proxy gone, a host is refused all the same."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        gate = hook.Gate({**surroundings.environment, "JUMUN_PROXY_URL": url})
        with pytest.raises(LookupError, match="--allow-host"):
            gate.look_up("example.com", 443)


def test_windows_proactor(hook: Any, gate: Any, surroundings: Surroundings) -> None:
    """The event loop of Windows, which connects in C, connects where other loops do."""

    class IocpProactor:
        def connect(self, _plug: Any, address: Any) -> Any:
            return address

    hook._patch_windows_events(gate, SimpleNamespace(IocpProactor=IocpProactor))
    tls = int(surroundings.environment["JUMUN_RUN_TLS_PORT"])
    assert IocpProactor().connect(None, (gate.look_up(HOSTS[0], 443), 443)) == ("127.0.0.1", tls)
    with pytest.raises(ConnectionRefusedError):
        IocpProactor().connect(None, (ADDRESSES[0], 443))
