"""`jumun run -- COMMAND`, as the program that users start, with programs that know nothing of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.run.summary import Summary
from tests.cli.commands import PROGRAM
from tests.interop.programs import clean_environment, require

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 40
IDS = "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"
NAVER = f"https://api.commerce.naver.com{IDS}"
TOKEN = "Bearer your_access_token_here"
KEYS = "your-commerce-client-key:your-commerce-secret-key"
DIFFERS = (
    "profile documented: production differs in places: product-order-ids has an array as data, errors have other codes "
    "and forms; --profile observed serves that"
)
BASIC = "Basic eW91ci1jb21tZXJjZS1jbGllbnQta2V5OnlvdXItY29tbWVyY2Utc2VjcmV0LWtleQ=="
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder to run in, with folders for a home and for temporary files of its own."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def environment(place: Path, **more: str) -> dict[str, str]:
    """Nothing of this machine but its programs."""
    folders = {"TMPDIR": str(place / "tmp"), "XDG_CACHE_HOME": str(place / "home")}
    return clean_environment(place / "home", **{**folders, **more})


def run(place: Path, *arguments: str, stdin: str = "", **variables: str) -> Done:
    """`jumun run` with these arguments, to its end."""
    return subprocess.run(
        [PROGRAM, "run", *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
        cwd=place,
        env=environment(place, **variables),
    )


def python(place: Path, program: str, *options: str, **variables: str) -> Done:
    """`jumun run` of a Python program."""
    return run(place, *options, "--", sys.executable, "-c", program, **variables)


@contextmanager
def started(place: Path, program: str, *before: str, stdin: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """`jumun run` of a Python program, by the program `before` if given, while it runs; both are killed in the end.

    It is alone in its session, so no key of the terminal in which the tests run reaches it.
    """
    process = subprocess.Popen(
        [*before, PROGRAM, "run", "--", sys.executable, "-c", program],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=place,
        env=environment(place),
        start_new_session=True,
    )

    def kill() -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    watchdog = threading.Timer(PATIENCE_S, kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        kill()
        process.communicate()


def lines(done: Done) -> list[str]:
    """The summary, with blanks made one."""
    return [" ".join(line.split()) for line in done.stderr.strip().splitlines()]


# --- calls


@pytest.mark.parametrize(
    ("url", "says", "line"),
    [
        (NAVER, '"productOrderIds":["2023010112345001"', "x1 naver.product_order_ids 200"),
        ("https://api.bootapi.com/v1/orders", '"count":15,', "x1 bootpay.orders.list 200"),
        ("https://stage-api.bootapi.com/v1/orders", '"count":15,', "x1 bootpay.orders.list 200"),
        ("https://dev-api.bootapi.com/v1/orders", '"count":15,', "x1 bootpay.orders.list 200"),
        ("http://api.bootapi.com/v1/orders", '"count":15,', "x1 bootpay.orders.list 200"),
    ],
)
def test_curl(url: str, says: str, line: str, place: Path) -> None:
    """A curl with nothing changed reaches the double, whichever host of the providers it calls."""
    authorization = TOKEN if url == NAVER else BASIC
    done = run(place, "--", require("curl"), "-sS", url, "-H", f"Authorization: {authorization}")
    assert says in done.stdout, done.stderr
    assert done.returncode == 0
    assert lines(done) == ["Jumun: 1 call", line, DIFFERS]


def test_a_blocked_host(place: Path) -> None:
    """An unknown host is refused: curl says so and fails, and the summary names the host and the way out."""
    done = run(place, "--", require("curl"), "-sS", "https://example.com/")
    assert done.returncode in (56, 22), done.stderr
    assert "response 403" in done.stderr
    assert "no calls" not in done.stderr
    assert lines(done)[-2:] == [
        "Jumun: 1 call of other hosts refused",
        "x1 example.com let it through with --allow-host example.com",
    ]


URLLIB = """
from urllib.request import Request, urlopen
print(urlopen(Request({url!r}, headers={{"Authorization": {authorization!r}}})).read().decode())
"""
REQUESTS = "import requests; print(requests.get({url!r}, headers={{'Authorization': {authorization!r}}}).text)"
HTTPX = "import httpx; print(httpx.get({url!r}, headers={{'Authorization': {authorization!r}}}).text)"


@pytest.mark.parametrize("program", [URLLIB, REQUESTS, HTTPX], ids=["urllib", "requests", "httpx"])
def test_python(program: str, place: Path) -> None:
    """Python programs reach the double as they are."""
    done = python(place, program.format(url=NAVER, authorization=TOKEN))
    assert '"productOrderIds":["2023010112345001"' in done.stdout, done.stderr
    assert lines(done)[:2] == ["Jumun: 1 call", "x1 naver.product_order_ids 200"]


def test_node(place: Path) -> None:
    """Node's fetch, which knows no proxy variables before 22.21, reaches the double too."""
    program = f"fetch({NAVER!r}, {{headers: {{Authorization: {TOKEN!r}}}}}).then(r => r.text()).then(console.log)"
    done = run(place, "--", require("node"), "-e", program)
    assert '"productOrderIds":["2023010112345001"' in done.stdout, done.stderr
    assert lines(done) == ["Jumun: 1 call", "x1 naver.product_order_ids 200", DIFFERS]


JAVA = """
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

class Call {
    public static void main(String[] arguments) throws Exception {
        URI uri = URI.create(arguments[0]);
        HttpRequest request = HttpRequest.newBuilder(uri).header("Authorization", arguments[1]).build();
        System.out.println(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestProperty("Authorization", arguments[1]);
        System.out.println(new String(connection.getInputStream().readAllBytes()));
    }
}
"""


@pytest.mark.skipif(not shutil.which("java"), reason="java is not on PATH")
def test_java(place: Path) -> None:
    """Both of Java's own clients reach the double: proxy and trust store come by JAVA_TOOL_OPTIONS."""
    (place / "Call.java").write_text(JAVA, encoding="utf-8")
    done = run(place, "--", "java", "Call.java", NAVER, TOKEN)
    assert done.stdout.count('"productOrderIds":["2023010112345001"') == 2, done.stderr
    assert "Jumun: 2 calls\n  x2  naver.product_order_ids  200\n" in done.stderr


GO = """
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	request, _ := http.NewRequest("GET", os.Args[1], nil)
	request.Header.Set("Authorization", os.Args[2])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Println(string(body))
}
"""


@pytest.mark.skipif(not shutil.which("go"), reason="go is not on PATH")
@pytest.mark.skipif(sys.platform != "linux", reason="Go takes certificates from SSL_CERT_FILE on Linux only")
def test_go(place: Path) -> None:
    """Go's client reaches the double."""
    (place / "call.go").write_text(GO, encoding="utf-8")
    done = run(place, "--", "go", "run", "call.go", NAVER, TOKEN, GOCACHE=str(place / "home"), GO111MODULE="off")
    assert '"productOrderIds":["2023010112345001"' in done.stdout, done.stderr


RUBY = """
require 'net/http'
uri = URI(ARGV[0])
puts Net::HTTP.get(uri, { 'Authorization' => ARGV[1] })
"""


@pytest.mark.skipif(not shutil.which("ruby"), reason="ruby is not on PATH")
def test_ruby(place: Path) -> None:
    """Ruby's client reaches the double."""
    done = run(place, "--", "ruby", "-e", RUBY, NAVER, TOKEN)
    assert '"productOrderIds":["2023010112345001"' in done.stdout, done.stderr


CLIENT = """
import os
from jumun_client import BootpayCommerceClient, NaverCommerceClient
with NaverCommerceClient(
    client_id=os.environ["NAVER_COMMERCE_CLIENT_ID"], client_secret=os.environ["NAVER_COMMERCE_CLIENT_SECRET"]
) as naver:
    print(len(naver.product_order_ids("2023010112345").product_order_ids))
with BootpayCommerceClient(
    client_key=os.environ["BOOTPAY_COMMERCE_CLIENT_KEY"], secret_key=os.environ["BOOTPAY_COMMERCE_SECRET_KEY"],
    base_url=os.environ["BOOTPAY_COMMERCE_BASE_URL"],
) as bootpay:
    print(bootpay.list_orders().count)
"""


def test_keys_and_base_urls(place: Path) -> None:
    """The keys in the environment are good, at production's address as at that in the environment."""
    done = python(place, CLIENT)
    assert done.stdout.split() == ["3", "15"], done.stderr
    assert lines(done)[0] == "Jumun: 3 calls"


PYTEST = """
from jumun_client import NaverCommerceClient

def test_it(naver_client, jumun):
    assert len(naver_client.product_order_ids("2023010112345").product_order_ids) == 3
    assert jumun.count("naver.product_order_ids") == 1
"""


def test_pytest_plugin(place: Path) -> None:
    """Tests that use the plugin use the server that is there: their sessions' calls are in the summary."""
    (place / "test_it.py").write_text(PYTEST, encoding="utf-8")
    done = run(place, "--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert lines(done) == ["Jumun: 2 calls", "x1 naver.product_order_ids 200", "x1 naver.token 200", DIFFERS]


# --- options


def test_session_options(place: Path) -> None:
    """The world is that of the options, given or in the environment."""
    call = ("--", require("curl"), "-s", NAVER, "-H", f"Authorization: {TOKEN}")
    assert '"data":["2023010112345001"' in run(place, "--profile", "observed", *call).stdout
    assert '"data":["2023010112345001"' in run(place, *call, JUMUN_PROFILE="observed").stdout
    (place / "my.scenario").write_text("*: GW.BLOCK.02", encoding="utf-8")
    done = run(place, "--scenario", "my.scenario", *call)
    assert '"GW.BLOCK.02"' in done.stdout
    assert lines(done)[1:] == ["x1 naver.product_order_ids 503 GW.BLOCK.02", DIFFERS]
    live = run(place, "--profile", "observed", *call)
    assert lines(live) == ["Jumun: 1 call", "x1 naver.product_order_ids 200"]


BREAKS = ("curl", "-s", "https://api.bootapi.com/v1/orders?status=abc", "-u", KEYS)


def test_violations(place: Path) -> None:
    """A call that breaks the contract is reported without its values, and does not fail the run unless asked for."""
    require("curl")
    done = run(place, "--", *BREAKS)
    assert done.returncode == 0
    assert lines(done)[3] == "Jumun: 1 violation of the contract"
    assert re.fullmatch("x1 bootpay.orders.list query/status: .+", lines(done)[4])
    assert "abc" not in done.stderr
    assert run(place, "--fail-on-violations", "--", *BREAKS).returncode == 1
    assert run(place, "--fail-on-violations", "--", *BREAKS[:2], NAVER).returncode == 0
    assert (
        run(place, "--fail-on-violations", "--", "sh", "-c", f"curl -s '{BREAKS[2]}' -u {KEYS}; exit 5").returncode == 5
    )


UNSERVED = ("curl", "-s", "https://api.bootapi.com/v1/orderz", "-u", KEYS)


def test_calls_that_no_operation_serves(place: Path) -> None:
    """They are reported, and do not fail the run unless asked for; the program's own failure stays what it was."""
    require("curl")
    done = run(place, "--", *UNSERVED)
    assert done.returncode == 0
    assert lines(done)[-2:] == [
        "Jumun: 1 call that no operation has",
        "x1 GET /v1/orderz did you mean GET /v1/orders (bootpay.orders.list)?",
    ]
    failed = run(place, "--fail-on-unmatched", "--", *UNSERVED)
    assert (failed.returncode, lines(failed)) == (1, lines(done))
    assert run(place, "--", *UNSERVED, JUMUN_FAIL_ON_UNMATCHED="1").returncode == 1
    assert run(place, "--fail-on-unmatched", "--", *UNSERVED[:2], NAVER).returncode == 0
    assert run(place, "--fail-on-violations", "--", *UNSERVED).returncode == 0
    script = f"curl -s {UNSERVED[2]} -u {KEYS}; exit 5"
    assert run(place, "--fail-on-unmatched", "--", "sh", "-c", script).returncode == 5


def test_steps_that_no_call_met(place: Path) -> None:
    """Steps of the scenario that no call met are listed by line, operation and step, and fail nothing."""
    (place / "my.scenario").write_text("bootpay.orders.list: 500, 503 x2\nnaver.token: 429\n", encoding="utf-8")
    call = ("--", require("curl"), "-s", "https://api.bootapi.com/v1/orders", "-u", KEYS)
    done = run(place, "--scenario", "my.scenario", *call)
    assert done.returncode == 0
    assert lines(done)[3:] == [
        "Jumun: 2 steps of the scenario that no call met",
        "line 1 bootpay.orders.list 503 x2",
        "line 2 naver.token 429",
    ]


def test_an_allowed_host(place: Path) -> None:
    """--allow-host lets calls through to where they want to go; they may trust whom the system trusts."""
    program = "import os; print(open(os.environ['JUMUN_CA_FILE']).read().count('BEGIN CERTIFICATE'))"
    assert int(python(place, program).stdout) == 1
    assert int(python(place, program, "--allow-host", "of-nobody.invalid").stdout) > 1
    # No one has this name, so the way ends behind the proxy.
    call = ("--", require("curl"), "-sS", "https://of-nobody.invalid/")
    for done in (
        run(place, "--allow-host", "of-nobody.invalid", *call),
        run(place, *call, JUMUN_ALLOW_HOST="*.invalid"),
    ):
        assert "response 502" in done.stderr
        assert "refused" not in done.stderr
        assert "Warning" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "COMMAND"),
        (("--",), "COMMAND"),
        (("--nonsense", "--", "true"), "--nonsense"),
        (("--scenario", "nonsense", "--", "true"), "nonsense"),
        (("--profile", "nonsense", "--", "true"), "nonsense"),
        (("--data", "nonsense", "--", "true"), "nonsense"),
        (("--allow-host", "https://example.com", "--", "true"), "https://example.com"),
        (("--allow-host", "api.bootapi.com", "--", "true"), "api.bootapi.com"),
    ],
)
def test_bad_usage(arguments: tuple[str, ...], says: str, place: Path) -> None:
    """Bad usage is one line and exit code 2, and nothing is run."""
    done = run(place, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr


# --- the summary


def test_no_calls(place: Path) -> None:
    """A program that never called is reported, with the likely cause."""
    done = python(place, "pass")
    assert done.returncode == 0
    assert done.stderr.startswith("\nJumun: no calls. ")
    assert "NAVER_COMMERCE_BASE_URL" in done.stderr


def test_quiet(place: Path) -> None:
    """--quiet leaves the command's own output and nothing else."""
    done = python(place, "import sys; print('out'); print('err', file=sys.stderr)", "--quiet")
    assert (done.stdout, done.stderr) == ("out\n", "err\n")


SUMMARY = r"""Jumun: 6 calls
  x1  (no operation)       404
  x2  (no operation)       404 NOT_FOUND
  x3  bootpay.orders.list  400 API_PARAM_INVALID
Jumun: 3 violations of the contract
  x3  bootpay.orders.list  query/status: is not an integer
Jumun: 3 calls that no operation has
  x2  GET /v1/order\n  did you mean GET /v1/orders (bootpay.orders.list)?
  x1  GET /nowhere
Jumun: 1,001 calls of other hosts refused
  x1000  long.example  let it through with --allow-host long.example
     x1  b.example     let it through with --allow-host b.example"""


def test_summary_of_many_calls() -> None:
    """Calls are folded and counted by operation, status and code; an unmatched path comes with the closest match."""
    summary = Summary()
    dispatch = create_dispatch({"on_exchange": summary.record})
    for path in ("/v1/orders", "/v1/order\n", "/v1/orders", "/v1/order\n", "/v1/orders", "/nowhere"):
        dispatch(Request("GET", path, "status=hush", {"authorization": BASIC, "accept": "*/*"}))
    told = "\n".join(summary.render({"b.example": 1, "long.example": 1_000}))
    assert click.unstyle(told) == SUMMARY
    assert told != SUMMARY
    assert summary.violations == 3


def test_summary_keeps_within_bounds() -> None:
    """However many paths a program makes up, the summary shows some, counts all and does not grow."""
    summary = Summary()
    dispatch = create_dispatch({"on_exchange": summary.record})
    for number in range(2_000):
        dispatch(Request("GET", f"/nowhere/{number}", "", {}))
    told = list(summary.render({}))
    assert len(told) < 30
    assert "2,000 calls that no operation has" in "\n".join(told)
    assert len(summary._unmatched) <= 1_001


# --- the command


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_exit_code(code: int, place: Path) -> None:
    """The exit code is the command's."""
    assert python(place, f"raise SystemExit({code})").returncode == code


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_killed_by_a_signal(number: signal.Signals, place: Path) -> None:
    """A command that a signal killed gives 128 and the signal's number, and a summary; no file of the run stays."""
    done = python(place, f"import os; os.kill(os.getpid(), {number})")
    assert done.returncode == 128 + number
    assert done.stderr.startswith("\nJumun: no calls.")
    assert list((place / "tmp").iterdir()) == []


@POSIX
def test_a_command_that_cannot_be_run(place: Path) -> None:
    """127 for a command that is not there, 126 for one that cannot be run, as in a shell; one line; no file stays."""
    (place / "plain").write_text("text", encoding="utf-8")
    for command, code in [("nonsense-of-jumun", 127), ("./nonsense", 127), ("./plain", 126), ("./tmp", 126)]:
        done = run(place, "--", command)
        assert done.returncode == code
        assert done.stdout == ""
        assert re.fullmatch(f"Error: cannot run {re.escape(command)}: .+\n", done.stderr)
    assert list((place / "tmp").iterdir()) == []


def test_streams_and_arguments(place: Path) -> None:
    """What goes in and out is untouched, and so are the arguments, also those that look like options of `jumun run`."""
    program = "import sys; print(sys.stdin.read() + repr(sys.argv[1:]), end='')"
    arguments = ["--quiet", "--", "a b", "$HOME", "", "*", "한"]
    done = run(place, sys.executable, "-c", program, *arguments, stdin="one\ntwo")
    assert done.stdout == f"one\ntwo{arguments!r}"


FILES = """
import os
names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "JUMUN_CA_FILE")
for name in names:
    assert "BEGIN CERTIFICATE" in open(os.environ[name]).read(), name
print(*{os.path.dirname(os.environ[name]) for name in names})
"""


def test_files(place: Path) -> None:
    """What variables name is there while the command runs and gone when it has ended."""
    done = python(place, FILES)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == place / "tmp"
    assert list((place / "tmp").iterdir()) == []


def test_the_authority_is_kept_in_the_cache(place: Path) -> None:
    """With --kept-ca two runs trust the same authority; without, each has its own, and none is left in the cache."""
    program = "import os; print(open(os.environ['JUMUN_CA_FILE']).read())"
    fresh = {python(place, program).stdout for _ in range(2)}
    assert list((place / "home").iterdir()) == []
    kept = {run(place, "--kept-ca", "--", sys.executable, "-c", program).stdout for _ in range(2)}
    assert (len(fresh), len(kept)) == (2, 1)
    assert not fresh & kept


# --- signals

WAITS = """
import os, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, frame: os.write(1, b"got %d\\n" % number))
print("ready", flush=True)
sys.stdin.readline()
print("all")
raise SystemExit(9)
"""


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_passed_on(number: signal.Signals, place: Path) -> None:
    """The command gets the signal and decides; we wait for it, sum up and give its exit code."""
    with started(place, WAITS) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"got {number:d}\n"
        out, err = process.communicate("\n", timeout=PATIENCE_S)
    assert (out, process.returncode) == ("all\n", 9)
    assert err.startswith("\nJumun: no calls.")
    assert list((place / "tmp").iterdir()) == []


@POSIX
def test_an_ignored_signal_stays_ignored(place: Path) -> None:
    """Under nohup the command is under nohup."""
    program = "import signal; print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
    with started(place, program, "sh", "-c", 'trap "" HUP; exec "$@"', "sh") as process:
        assert process.communicate(timeout=PATIENCE_S)[0] == "True\n"


TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@contextmanager
def started_in_a_terminal(place: Path, program: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The same in a terminal of its own, and what stands for the terminal's keyboard and screen."""
    keyboard, terminal = os.openpty()
    try:
        with started(place, program, sys.executable, "-c", TERMINAL, stdin=terminal) as process:
            yield process, keyboard
    finally:
        os.close(keyboard)
        os.close(terminal)


@POSIX
def test_ctrl_c(place: Path) -> None:
    """Ctrl-C reaches the command, which decides, and the summary still comes."""
    with started_in_a_terminal(place, WAITS) as (process, keyboard):
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        os.write(keyboard, b"\x03")
        assert process.stdout.readline() == "got 2\n"
        os.write(keyboard, b"\n")
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (out, process.returncode) == ("all\n", 9)
    assert err.startswith("\nJumun: no calls.")


LATE_END = "import sys; print('ready', flush=True); sys.stdin.readline(); raise SystemExit(7)"
NO_CHILD_SIGNALS = {
    "blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})",
    "ignored": "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
}


@POSIX
@pytest.mark.parametrize("how", NO_CHILD_SIGNALS.values(), ids=NO_CHILD_SIGNALS.keys())
def test_a_parent_that_wants_no_word_of_children(place: Path, how: str) -> None:
    """A program started where SIGCHLD is blocked or ignored ends with the command all the same, and with its code."""
    before = f"import os, signal, sys; {how}; os.execv(sys.argv[1], sys.argv[1:])"
    with started(place, LATE_END, sys.executable, "-c", before) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(PATIENCE_S) == 7


OUT_OF_REACH = """
import os, signal
signal.alarm(30)  # what kills the others does not find it
os.setpgid(0, 0)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
print("ready", flush=True)
print(int(signal.sigwait({signal.SIGINT, signal.SIGTERM})))
"""


@POSIX
def test_ctrl_c_is_the_terminals(place: Path) -> None:
    """Who gets Ctrl-C the terminal decides: passed on as well, it would reach the command twice."""
    with started_in_a_terminal(place, OUT_OF_REACH) as (process, keyboard):
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        os.write(keyboard, b"\x03")
        # The terminal shows it once it has sent the signal.
        assert os.read(keyboard, 1) + os.read(keyboard, 1) == b"^C"
        process.terminate()
        assert process.communicate(timeout=PATIENCE_S)[0] == f"{int(signal.SIGTERM)}\n"


@POSIX
def test_nobody_reads_the_summary(place: Path) -> None:
    """A summary that cannot be written does not change the exit code."""
    with started(place, "import sys; sys.stdin.readline(); raise SystemExit(7)") as process:
        assert process.stdin
        assert process.stderr
        process.stderr.close()
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(PATIENCE_S) == 7
