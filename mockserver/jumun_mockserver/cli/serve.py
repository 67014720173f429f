"""`jumun serve`: both APIs until Ctrl-C."""

from __future__ import annotations

import errno
import gc
import sys
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from jumun_contracts import DocumentError
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.cli.parameter_types import Size
from jumun_mockserver.cli.session_options import session_options
from jumun_mockserver.core.scenario.scenario import ScenarioError
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.webhooks.address import WebhookError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.cli.state_file import StateFile
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.proxy.authority import Authority
    from jumun_mockserver.server.server import Door

# Files that are open beside the connections.
_OTHER_FILES = 64


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar="JUMUN_HOST", help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    envvar="JUMUN_PORT",
    help="Port to listen on; 0 takes a free one and prints it.",
)
@session_options
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="HOST",
    envvar="JUMUN_ALLOW_HOST",
    help="Let webhooks go to this host. Without it they go to this machine only.",
)
@click.option(
    "--tls-port",
    type=click.IntRange(0, 65_535),
    envvar="JUMUN_TLS_PORT",
    help="Port that speaks TLS as the providers' hosts, for names that /etc/hosts points here; 0 takes a free one.",
)
@click.option(
    "--max-body",
    type=Size(),
    default="1M",
    show_default=True,
    envvar="JUMUN_MAX_BODY",
    metavar="SIZE",
    help="Longest request body, in bytes or with K, M or G; a longer one is refused with 413.",
)
@click.option(
    "--max-connections",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    envvar="JUMUN_MAX_CONNECTIONS",
    help="Connections at once; one more is refused with 503.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    envvar="JUMUN_WORKERS",
    help="Processes that serve; must be 1 for now.",
)
@click.option(
    "--control-token",
    envvar="JUMUN_CONTROL_TOKEN",
    help="What callers of /_jumun must send as Bearer. Beyond loopback the control plane is closed without it.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="JUMUN_LOG_FORMAT",
    help="Form of the line for each call, on stderr.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="JUMUN_REPLAY",
    help="Answer what a recording of jumun record has, instead of making answers up; credentials are not looked at.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    envvar="JUMUN_STATE",
    help="Keep the default session over restarts: load it from this file, and save it there every few seconds.",
)
@click.option("--quiet", is_flag=True, envvar="JUMUN_QUIET", help="No line for each call.")
def serve(
    *,
    host: str,
    port: int,
    options: Options,
    allowed_hosts: tuple[str, ...],
    tls_port: int | None,
    max_body: int,
    max_connections: int,
    workers: int,
    control_token: str | None,
    log_format: str,
    replay: Path | None,
    state: Path | None,
    quiet: bool,
) -> None:
    """Serve both APIs until Ctrl-C."""
    if workers > 1:
        raise click.UsageError(
            f"--workers {workers}: sessions, tokens and limits are in the memory of one process, and others would not "
            "know them; leave it at 1 until there is a store that workers share"
        )
    # uvicorn takes its time to import: a mistaken option should not wait for it.
    options |= {"on_exchange": None if quiet else _logger(log_format), "allowed_hosts": allowed_hosts}
    dispatch = _create(options)
    if replay:
        dispatch = _replaying(dispatch, replay)
    if control_token is not None and not (control_token and control_token.isascii() and control_token.isprintable()):
        raise click.UsageError("--control-token must be text that a header can hold: ASCII, and not empty")
    kept = _keep(state, dispatch) if state else nullcontext()
    from jumun_mockserver.server.bounds import Bounds  # noqa: PLC0415
    from jumun_mockserver.server.server import Server, base_url, is_loopback  # noqa: PLC0415

    listener = _listen(host, port, option="--port")
    url = base_url(listener)
    authority = _load_authority() if tls_port is not None else None
    doors = (_open_tls_port(dispatch, authority, host, tls_port or 0),) if authority else ()

    def announce() -> None:
        profile = dispatch.store.default.options.profile
        click.echo(f"Jumun is listening on {url} (profile {profile}, Ctrl-C stops it)")
        for name, provider in PROVIDERS.items():
            click.echo(f"  {name:<9}{provider.base_url(url)}")
        click.echo(f"  control  {url}/_jumun/version")
        for door in doors:
            address = base_url(door.listener).replace("http:", "https:")
            click.echo(f"  tls      {address} as {', '.join(dispatch.hosts)}; clients must trust {url}/_jumun/ca.pem")
        for name, address in dispatch.store.default.options.webhooks.items():
            click.echo(f"  webhook  {name} to {address.partition('?')[0]}")
        if replay:
            click.echo(f"  replay   {click.format_filename(replay)}")
        if state:
            click.echo(f"  state    {click.format_filename(state)}")
        sys.stdout.flush()

    server = Server(
        dispatch,
        on_started=announce,
        doors=doors,
        bounds=Bounds(body_bytes=max_body, connections=max_connections),
        control_token=control_token,
        control_is_open=is_loopback(listener),
        certificate_pem=authority.certificate_pem if authority else None,
    )
    _prepare_process(max_connections)
    with kept:
        server.run(sockets=[listener])


def _create(options: Options) -> Dispatch:
    try:
        return create_dispatch(options)
    except (DocumentError, ScenarioError, WebhookError):
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _keep(file: Path, dispatch: Dispatch) -> StateFile:
    from jumun_mockserver.cli.state_file import StateFile  # noqa: PLC0415 - few servers have one

    return StateFile(file, dispatch.store.default)


def _replaying(dispatch: Dispatch, file: Path) -> Dispatch:
    """One with the same store that answers from a recording."""
    from jumun_mockserver.record.replay import ReplayDispatch, load_recording  # noqa: PLC0415 - few servers do

    recording = load_recording(file, name=click.format_filename(file))
    return ReplayDispatch(dispatch.providers, dispatch.store, recording, on_exchange=dispatch.on_exchange)


def _listen(host: str, port: int, *, option: str) -> socket.socket:
    from jumun_mockserver.server.server import bind  # noqa: PLC0415 - as in serve

    try:
        return bind(host, port)
    except OSError as error:
        way_out = f"take another with {option}, or any with {option} 0"
        way_out = way_out if error.errno == errno.EADDRINUSE else "see --host"
        raise click.UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {way_out}") from error


def _load_authority() -> Authority:
    from jumun_mockserver.proxy.authority import Authority, AuthorityError  # noqa: PLC0415 - it takes its time to import

    try:
        return Authority.load()
    except AuthorityError as error:
        raise click.UsageError(str(error)) from error


def _open_tls_port(dispatch: Dispatch, authority: Authority, host: str, port: int) -> Door:
    from jumun_mockserver.proxy.proxy import Proxy, TlsPort  # noqa: PLC0415 - as in serve
    from jumun_mockserver.server.server import Door  # noqa: PLC0415 - as in serve

    hosts = tuple(dispatch.hosts)
    tls = authority.context(hosts, refuses=dispatch.refuses_handshake)
    return Door(_listen(host, port, option="--tls-port"), TlsPort(Proxy(hosts=hosts, tls=tls)))


def _prepare_process(max_connections: int) -> None:
    """What only a process that does nothing but serve may do to itself."""
    # What was loaded stays: it need not be looked through for garbage again and again, and calls leave hardly any.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max_connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _logger(log_format: str) -> Callable[[Exchange], None]:
    """Writes a line for each exchange. Neither queries nor headers nor bodies: they hold keys and people's data."""

    def write(exchange: Exchange) -> None:
        at = datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds")
        notes = [*(f"violation: {violation}" for violation in exchange.violations), *exchange.remarks]
        if log_format == "json":
            row = {
                "at": at,
                "method": exchange.method,
                "path": exchange.path,
                "operation": exchange.operation,
                "status": exchange.status,
                "code": exchange.code,
                "notes": notes,
            }
            line = orjson.dumps(row).decode()
        else:
            # A path may hold anything, line ends included.
            path = exchange.path.encode("unicode_escape").decode()
            line = f"{at} {exchange.method} {path} {exchange.status}"
            line += "".join(f" {part}" for part in (exchange.code, "; ".join(notes)) if part)
        click.echo(line, err=True)

    return write
