"""What `jumun serve` and `jumun record` share: where they listen, their bounds, and the server that they run."""

from __future__ import annotations

import errno
import gc
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumun_mockserver.cli.parameter_types import HostName, Size
from jumun_mockserver.cli.streams import OutputError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Collection, Iterable, Sequence

    from jumun_mockserver.cli.log import Log
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.proxy.authority import Authority
    from jumun_mockserver.server.server import Door

# Files that are open beside the connections.
_OTHER_FILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where a server listens and its bounds, as the options set them.

    Attributes:
        port: 0 for a free one, and so tls_port; None for none.
        max_body: Bytes.
        control_token: What callers of /_jumun must send; None for nothing.
        control_hosts: Names by which /_jumun may be called without one.
    """

    host: str
    port: int
    tls_port: int | None
    max_body: int
    max_connections: int
    control_token: str | None
    control_hosts: tuple[str, ...]


def server_options(
    *, port: int, max_body: str, has_variables: bool
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command --host, --port, --tls-port and the like, and hand it the `Listening` that they say.

    Args:
        port: The default, and so max_body.
        has_variables: Whether `JUMUN_PORT` and the like speak for options that are not given.
    """

    def variable(name: str) -> str | None:
        return f"JUMUN_{name}" if has_variables else None

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option(
            "--host", default="127.0.0.1", show_default=True, envvar=variable("HOST"), help="Address to listen on."
        )
        @click.option(
            "--port",
            type=click.IntRange(0, 65_535),
            default=port,
            show_default=True,
            envvar=variable("PORT"),
            help="Port to listen on; 0 takes a free one and prints it.",
        )
        @click.option(
            "--tls-port",
            type=click.IntRange(0, 65_535),
            envvar=variable("TLS_PORT"),
            help="Port that speaks TLS as the providers' hosts, for names that /etc/hosts points here; 0 takes a free "
            "one.",
        )
        @click.option(
            "--max-body",
            type=Size(),
            default=max_body,
            show_default=True,
            envvar=variable("MAX_BODY"),
            metavar="SIZE",
            help="Longest request body, in bytes or with K, M or G; a longer one is refused with 413.",
        )
        @click.option(
            "--max-connections",
            type=click.IntRange(1, 1_000_000),
            default=10_000,
            show_default=True,
            envvar=variable("MAX_CONNECTIONS"),
            help="Connections at once; one more is refused with 503.",
        )
        @click.option(
            "--control-token",
            envvar=variable("CONTROL_TOKEN"),
            help="What callers of /_jumun must send as Bearer. Beyond loopback the control plane is closed without it. "
            "Other users of the machine see it in the list of processes; JUMUN_CONTROL_TOKEN and the next option do "
            "not show it.",
        )
        @click.option(
            "--control-token-file",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            envvar=variable("CONTROL_TOKEN_FILE"),
            help="File with that token, alone.",
        )
        @click.option(
            "--control-host",
            "control_hosts",
            type=HostName(),
            multiple=True,
            metavar="HOST",
            envvar=variable("CONTROL_HOST"),
            help="Name by which /_jumun may be called without a token, beside localhost and IP addresses.",
        )
        @wraps(command)
        def with_listening(*, control_token_file: Path | None, **arguments: Any) -> None:
            source = "--control-token"
            if control_token_file is not None:
                arguments["control_token"] = _read_token(control_token_file, given=arguments["control_token"])
                source = f"--control-token-file {click.format_filename(control_token_file)}: the token"
            listening = Listening(**{name: arguments.pop(name) for name in Listening.__slots__})
            token = listening.control_token
            if token is not None and not (token and token.isascii() and token.isprintable()):
                raise click.UsageError(
                    f"{source} must be text that a header can hold: one line of ASCII, and not empty"
                )
            command(listening=listening, **arguments)

        return with_listening

    return decorate


def _read_token(file: Path, *, given: str | None) -> str:
    """The token of a file, without the line end that editors add."""
    if given is not None:
        raise click.UsageError("give --control-token or --control-token-file, not both")
    name = click.format_filename(file)
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise click.UsageError(f"--control-token-file {name}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise click.UsageError(f"--control-token-file {name}: the token must be ASCII") from None


def listen(host: str, port: int, *, option: str = "--port", is_shared: bool = False) -> socket.socket:
    """A socket that listens, as `bind`; raises click.UsageError, which names the option that says where."""
    from jumun_mockserver.server.server import bind  # noqa: PLC0415 - a mistaken option should not wait for uvicorn

    try:
        return bind(host, port, is_shared=is_shared)
    except OSError as error:
        way_out = f"take another with {option}, or any with {option} 0"
        way_out = way_out if error.errno == errno.EADDRINUSE else "see --host"
        raise click.UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {way_out}") from error


def run_server(
    dispatch: Dispatch,
    listening: Listening,
    listener: socket.socket,
    *,
    announce: Callable[[str, Sequence[str]], Iterable[str]],
    log: Log | None,
    in_threads: bool = False,
) -> None:
    """Serve until Ctrl-C.

    Args:
        listener: From `listen`.
        announce: Gives what to print, once all ports are open, of the URL and lines about other ways in.
        log: Where it is said that connections were refused; None for nowhere.
        in_threads: As for `Server`.
    """
    from jumun_mockserver.server.bounds import Bounds  # noqa: PLC0415 - as in listen
    from jumun_mockserver.server.server import Server, base_url, is_loopback  # noqa: PLC0415

    url = base_url(listener)
    authority = _load_authority(dispatch.hosts) if listening.tls_port is not None else None
    doors = (_open_tls_port(dispatch, authority, listening),) if authority else ()
    lines = [
        f"  tls      {base_url(door.listener).replace('http:', 'https:')} as {', '.join(dispatch.hosts)}; "
        f"clients must trust {url}/_jumun/ca.pem"
        for door in doors
    ]
    lines += describe_reach(listening, listener)
    connections = _raise_file_limit(listening.max_connections)
    if connections < listening.max_connections:
        lines.append(f"  limit    {connections} connections at once: the system allows no more open files (ulimit -n)")
    server = Server(
        dispatch,
        on_started=lambda: print_lines(announce(url, lines)),
        on_refused=(lambda count: log.write(_describe_refused(count, connections))) if log else None,
        doors=doors,
        bounds=Bounds(body_bytes=listening.max_body, connections=connections),
        in_threads=in_threads,
        control_token=listening.control_token,
        control_is_open=is_loopback(listener),
        control_hosts=listening.control_hosts,
        certificate_pem=authority.certificate_pem if authority else None,
    )
    _prepare_process()
    server.run(sockets=[listener])


def describe_reach(listening: Listening, listener: socket.socket) -> list[str]:
    """Lines about how other machines reach a server that is bound beyond loopback; none of another."""
    from jumun_mockserver.server.server import is_loopback, other_urls  # noqa: PLC0415 - as in listen

    if is_loopback(listener):
        return []
    lines = [f"  others   {', '.join(other_urls(listener)) or 'no address of this machine is known'}"]
    if listening.control_token is None:
        lines.append("  closed   /_jumun, until --control-token gives what its callers must send: others can reach it")
    return lines


def _describe_refused(count: int, connections: int) -> str:
    return f"Jumun: refused {count} connections, as there were {connections} already (--max-connections)"


def print_lines(lines: Iterable[str]) -> None:
    """Print at once. A server is of use to those who know where it is, even if this cannot be printed."""
    try:
        click.echo("\n".join(lines))
        sys.stdout.flush()
    except OutputError as error:
        click.echo(f"Error: {error}", err=True)


def _load_authority(hosts: Collection[str]) -> Authority:
    from jumun_mockserver.proxy.authority import Authority, AuthorityError  # noqa: PLC0415 - it takes its time to import

    try:
        return Authority.load(hosts=hosts)
    except AuthorityError as error:
        raise click.UsageError(str(error)) from error


def _open_tls_port(dispatch: Dispatch, authority: Authority, listening: Listening) -> Door:
    from jumun_mockserver.proxy.proxy import Proxy, TlsPort  # noqa: PLC0415 - as in listen
    from jumun_mockserver.server.server import Door  # noqa: PLC0415 - as in listen

    hosts = tuple(dispatch.hosts)
    tls = authority.context(hosts, refuses=dispatch.refuses_handshake)
    listener = listen(listening.host, listening.tls_port or 0, option="--tls-port")
    return Door(listener, TlsPort(Proxy(hosts=hosts, tls=tls)))


def _prepare_process() -> None:
    """What only a process that does nothing but serve may do to itself."""
    # What was loaded stays: it need not be looked through for garbage again and again, and calls leave hardly any.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    # Work of the control plane is to hold up calls as little as it can: Python's own 5 ms, at each of some ten turns of
    # a call, add up.
    sys.setswitchinterval(0.001)


def _raise_file_limit(max_connections: int) -> int:
    """Have the system allow as many open files as are needed, as far as it does; how many connections there can be."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return max_connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max_connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
            soft = allowed
        # Beyond it connections would be reset, where beyond the bound they are answered.
        return min(max_connections, max(soft - _OTHER_FILES, soft // 2))
    return max_connections
