"""`jumun run`: a program whose calls reach a server of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import PROFILES, DocumentError
from jumun_mockserver.cli.session_options import LIVE_DIFFERS, session_options
from jumun_mockserver.control.address import Address
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.run.environment import Wiring, render_environment
from jumun_mockserver.run.summary import Summary
from jumun_mockserver.webhooks.address import WebhookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.live import LiveServer

# Windows has no SIGHUP and no SIGQUIT.
_KEYBOARD = tuple(getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name))
_WAKEUPS = 4_096
_FORWARDED = (*_KEYBOARD, signal.SIGTERM, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()))


class _NotFound(click.ClickException):
    """There is no such command: one line on stderr, and the exit code that shells give."""

    exit_code = 127


class _NotRunnable(click.ClickException):
    """There is, but it cannot be run."""

    exit_code = 126


@click.command(context_settings={"allow_interspersed_args": False})
@session_options
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="HOST",
    envvar="JUMUN_ALLOW_HOST",
    help="Let calls of this host and webhooks to it through. Others are refused.",
)
@click.option(
    "--temporary-ca/--kept-ca",
    default=True,
    show_default=True,
    envvar="JUMUN_TEMPORARY_CA",
    help="Make certificates with an authority that lives as long as the command, or with the one of jumun serve "
    "--tls-port, which is kept.",
)
@click.option(
    "--fail-on-violations",
    is_flag=True,
    envvar="JUMUN_FAIL_ON_VIOLATIONS",
    help="Exit with 1 where the command succeeds but its calls broke the contract.",
)
@click.option(
    "--fail-on-unmatched",
    is_flag=True,
    envvar="JUMUN_FAIL_ON_UNMATCHED",
    help="Exit with 1 where the command succeeds but made calls that no operation serves.",
)
@click.option("--quiet", is_flag=True, envvar="JUMUN_QUIET", help="No summary.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="[--] COMMAND...")
@click.pass_context
def run(
    ctx: click.Context,
    *,
    options: Options,
    allowed_hosts: tuple[str, ...],
    temporary_ca: bool,
    fail_on_violations: bool,
    fail_on_unmatched: bool,
    quiet: bool,
    command: tuple[str, ...],
) -> None:
    r"""Run a program whose calls of both APIs reach a Jumun of its own.

    The program need not be changed: variables for proxies and certificates route it here. A summary of its calls is
    on stderr in the end. The exit code is the command's; 128 + N where signal N killed it, 127 where there is no such
    command, 126 where it cannot be run.

    \b
    jumun run -- npm test
    jumun run --profile observed --scenario flaky -- python shop.py
    """
    summary = Summary()
    options |= {"on_exchange": summary.record, "allowed_hosts": allowed_hosts}
    with _signals() as program, TemporaryDirectory(prefix="jumun-", ignore_cleanup_errors=True) as folder:
        server, wiring = _connect(options, allowed_hosts, folder=Path(folder), temporary_ca=temporary_ca)
        with server:
            code = program.run(command, {**os.environ, **render_environment(wiring, os.environ)})
    if not quiet:
        session = server.session
        profile = session.options.profile
        remark = f"profile {profile}: {LIVE_DIFFERS}" if profile == PROFILES[0] else ""
        # The command may have ended in the middle of a line.
        lines = ("", *summary.render(server.blocked, session.scenario.unmet(), remark=remark))
        click.echo("\n".join(lines), err=True)
    failed = (fail_on_violations and summary.violations) or (fail_on_unmatched and summary.unmatched)
    ctx.exit(code or int(bool(failed)))


def _connect(
    options: Options, allowed_hosts: tuple[str, ...], *, folder: Path, temporary_ca: bool
) -> tuple[LiveServer, Wiring]:
    """A server that is not started yet, and the way to it, with files in `folder`."""
    # uvicorn and cryptography take their time to import: a mistaken option should not wait for them.
    from jumun_mockserver.live import LiveServer  # noqa: PLC0415
    from jumun_mockserver.proxy.authority import Authority, AuthorityError  # noqa: PLC0415

    ca_file, trust_store = folder / "ca.pem", folder / "trust-store.p12"
    profile = options.get("profile", SessionOptions().profile)
    hosts = [host for each in PROVIDERS.values() for host in each.contract(profile).hosts]
    try:
        authority = Authority.temporary(hosts) if temporary_ca else Authority.load(hosts=hosts)
        server = LiveServer(authority=authority, **options)
        # A host that is let through shows certificates of public authorities.
        authority.write_pem_bundle(ca_file, with_system=bool(allowed_hosts))
        authority.write_java_trust_store(trust_store, with_system=bool(allowed_hosts))
    except (DocumentError, ScenarioError, WebhookError):
        raise
    except (AuthorityError, OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    return server, Wiring(
        address=Address(**{name: getattr(server, name) for name in Address.__slots__}),
        proxy_url=server.proxy_url,
        tls_port=server.tls_port,
        hosts=server.hosts,
        allowed_hosts=allowed_hosts,
        ca_file=ca_file,
        trust_store=trust_store,
        hooks=Path(str(files("jumun_mockserver"))) / "run" / "hooks",
    )


class _Program:
    """A program that gets the signals that this process gets, also those from before it ran."""

    def __init__(self, wakeups: socket.socket, waker: socket.socket) -> None:
        """Take the socket in which something arrives with each signal, and its other end."""
        self._wakeups = wakeups
        self._waker = waker
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def run(self, command: tuple[str, ...], environment: Mapping[str, str]) -> int:
        """Run it to its end, without a shell and with our own stdin, stdout and stderr.

        Returns:
            Its exit code, 128 + N where signal N killed it.

        Raises:
            _NotFound: There is no such command.
            _NotRunnable: There is, but it cannot be run.
        """
        try:
            # `which` is for Windows, which by itself finds npm.exe but not npm.cmd.
            self._process = subprocess.Popen(  # noqa: S603 - to run what it is given is what this is for
                command, executable=shutil.which(command[0]), env=environment, close_fds=False
            )
        except OSError as error:
            refusal = _NotFound if isinstance(error, FileNotFoundError) else _NotRunnable
            raise refusal(f"cannot run {click.format_filename(command[0])}: {error.strerror}") from error
        for number in self._early:
            self._process.send_signal(number)
        code = self._wait(self._process)
        return 128 - code if code < 0 else code

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        if sys.platform == "win32":
            return process.wait()
        # `wait` would sleep on where the system gives a signal to another thread, while handlers run in this one. And
        # SIGCHLD is not relied on: who started this process may have blocked it.
        threading.Thread(target=self._wake_after, args=(process,), name="jumun run", daemon=True).start()
        while (code := process.returncode) is None:
            self._wakeups.recv(_WAKEUPS)
        return code

    def _wake_after(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._waker.send(b"\0")

    def signal(self, number: int, _frame: FrameType | None) -> None:
        """Pass a signal on, unless the program has it already: the terminal sends those of its keys to both."""
        if self._process is None:
            self._early.append(number)
        elif number not in _KEYBOARD or not _terminal_is_ours():
            self._process.send_signal(number)


@contextmanager
def _signals() -> Iterator[_Program]:
    """A program to which signals go; those that this process was set to ignore stay ignored."""
    reader, writer = socket.socketpair()
    program = _Program(reader, writer)
    handlers: dict[int, Any] = {
        number: program.signal for number in _FORWARDED if signal.getsignal(number) is not signal.SIG_IGN
    }
    if sys.platform != "win32":
        # Where it is ignored, the system keeps no exit codes.
        handlers[signal.SIGCHLD] = lambda *_: None
    with reader, writer:
        writer.settimeout(0)
        wakeup_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield program
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(wakeup_fd)


def _terminal_is_ours() -> bool:
    """Whether a key pressed in a terminal, such as Ctrl-C, reaches this process and those that it starts."""
    if sys.platform == "win32":
        return True
    with suppress(OSError), Path("/dev/tty").open("rb") as terminal:
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    return False
