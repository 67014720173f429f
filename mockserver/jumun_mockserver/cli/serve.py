"""`jumun serve`: both APIs until Ctrl-C."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import orjson
from click.core import ParameterSource

from jumun_contracts import PROFILES, DocumentError
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.cli.file_defaults import CommandWithFile
from jumun_mockserver.cli.log import Log
from jumun_mockserver.cli.parameter_types import Origin
from jumun_mockserver.cli.serving import listen, run_server, server_options
from jumun_mockserver.cli.session_options import LIVE_DIFFERS, session_options
from jumun_mockserver.cli.workers import inherited_listener, supervise
from jumun_mockserver.core.journal.credentials import describe_call
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.session import DEFAULT_ID
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.webhooks.address import WebhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.cli.reloading import Reloading
    from jumun_mockserver.cli.serving import Listening
    from jumun_mockserver.cli.state_file import StateFile
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Producer
    from jumun_mockserver.core.session.options import SessionOptions


@click.command(cls=CommandWithFile)
@server_options(port=8080, max_body="1M", has_variables=True)
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
    "--cors",
    type=Origin(),
    multiple=True,
    metavar="ORIGIN",
    envvar="JUMUN_CORS",
    help="Let pages of this origin call the APIs in a browser, e.g. http://localhost:5173; the control plane stays "
    "closed to them.",
)
@click.option(
    "--store",
    default="memory",
    show_default=True,
    metavar="URL",
    envvar="JUMUN_STORE",
    help="Where sessions are kept: memory, or valkey://HOST:PORT/DB, a server of Valkey or Redis that several servers "
    "of Jumun share; needs jumun[valkey].",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    envvar="JUMUN_WORKERS",
    help="Processes that serve on one port; more than 1 need a --store that they share.",
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
@click.option(
    "--watch",
    is_flag=True,
    envvar="JUMUN_WATCH",
    help="Read --data, --stubs and --scenario again when a file changes; other data starts the default session over.",
)
@click.option(
    "--metrics",
    is_flag=True,
    envvar="JUMUN_METRICS",
    help="Count calls for /_jumun/metrics, which Prometheus reads; needs jumun[metrics].",
)
@click.option("--quiet", is_flag=True, envvar="JUMUN_QUIET", help="No line for each call.")
@click.option(
    "--flask",
    "in_flask",
    is_flag=True,
    envvar="JUMUN_FLASK",
    help="Serve create_app() with Flask's own server, as `flask run` does: the same answers, slower, without faults "
    "below HTTP.",
)
def serve(
    *,
    listening: Listening,
    options: Options,
    allowed_hosts: tuple[str, ...],
    cors: tuple[str, ...],
    store: str,
    workers: int,
    log_format: str,
    replay: Path | None,
    state: Path | None,
    watch: bool,
    metrics: bool,
    quiet: bool,
    in_flask: bool,
) -> None:
    """Serve both APIs until Ctrl-C.

    Each option may come from the environment, as JUMUN_ and its name, or from the table [serve] of ./jumun.toml.
    """
    inherited = inherited_listener()
    if workers > 1 and not inherited:
        asked = zip(_OF_ONE_PROCESS, (listening.tls_port is not None, metrics, replay, in_flask), strict=True)
        _check_workers(workers, store, [name for name, is_asked in asked if is_asked])
        sys.exit(supervise(listening.host, listening.port, workers))
    if in_flask and click.get_current_context().get_parameter_source("max_connections") != ParameterSource.DEFAULT:
        raise click.UsageError("--flask has no --max-connections: leave one of them out")
    if store != "memory" and (watch or state):
        raise click.UsageError(
            f"{'--watch' if watch else '--state'} does not go with --store: "
            + ("other servers would go on with other files" if watch else "the store keeps the default session")
        )
    reloading = _watch(options, replay, state) if watch else None
    # uvicorn takes its time to import: a mistaken option should not wait for it.
    options["allowed_hosts"] = allowed_hosts
    options |= {"cors": cors, "metrics": metrics, "store": store}
    render, describe_dropped = _LOG_FORMATS[log_format]
    log = None if quiet else Log(describe_dropped=describe_dropped, render=render, is_shared=inherited is not None)
    if log:
        options["on_exchange"] = log.write_exchange
    if replay:
        options["produce"] = _load_recording(replay)
    dispatch = _create(options)
    if log and dispatch.meter:
        dispatch.meter.count_dropped = lambda: log.dropped
    kept = _keep(state, dispatch) if state else nullcontext()

    shown = {
        "store": _show_store(store),
        "workers": workers > 1 and f"{workers} processes",
        "replay": replay and click.format_filename(replay),
        "state": state and click.format_filename(state),
        "metrics": metrics and "/_jumun/metrics",
        "watch": reloading and reloading.names,
        "cors": ", ".join(cors),
    }
    announce = partial(_announce, dispatch.store.default.options, {name: text for name, text in shown.items() if text})
    with (
        closing(inherited or listen(listening.host, listening.port)) as listener,
        kept,
        closing(log) if log else nullcontext(),
    ):
        if reloading:
            reloading.start(dispatch)
        if in_flask:
            from jumun_mockserver.cli.flask_server import run_flask  # noqa: PLC0415 - others need no werkzeug server

            run_flask(dispatch, listening, listener, announce=announce)
        else:
            run_server(dispatch, listening, listener, announce=announce, log=log)


_OF_ONE_PROCESS = {
    "--tls-port": "each process has certificates of its own",
    "--metrics": "each process counts its own calls, and any of them may be asked",
    "--replay": "each process goes through the recording by itself",
    "--flask": "Flask's own server has one process",
}


def _check_workers(workers: int, store: str, alone: Sequence[str]) -> None:
    """Refuse what several processes cannot do.

    Args:
        alone: Options that were given and that are for one process.
    """
    if os.name == "nt":
        raise click.UsageError(f"--workers {workers}: not on Windows; start several servers with one --store")
    if store == "memory":
        raise click.UsageError(
            f"--workers {workers}: sessions, tokens and limits are in the memory of one process, and others would not "
            "know them; have them share a store with --store valkey://HOST:PORT/DB"
        )
    for name in alone:
        raise click.UsageError(f"{name} does not go with --workers {workers}: {_OF_ONE_PROCESS[name]}")


def _announce(options: SessionOptions, shown: Mapping[str, str], url: str, doors: Sequence[str]) -> Iterator[str]:
    yield f"Jumun is listening on {url} (profile {options.profile}, Ctrl-C stops it)"
    for name, provider in PROVIDERS.items():
        yield f"  {name:<9}{provider.base_url(url)}"
    yield f"  control  {url}/_jumun/version"
    if options.profile == PROFILES[0]:
        yield f"  live     {LIVE_DIFFERS}"
    yield from doors
    for name, address in options.webhooks.items():
        yield f"  webhook  {name} to {address.partition('?')[0]}"
    for name, text in shown.items():
        yield f"  {name:<9}{text}"


def _show_store(url: str) -> str:
    """A store's address without its password; '' for memory."""
    if url == "memory":
        return ""
    from jumun_mockserver.core.state.valkey.address import Address  # noqa: PLC0415 - an extra

    return str(Address.of(url))


def _create(options: Options) -> Dispatch:
    try:
        return create_dispatch(options)
    except (DocumentError, ScenarioError, WebhookError):
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _watch(options: Options, replay: Path | None, state: Path | None) -> Reloading:
    from jumun_mockserver.cli.reloading import Reloading  # noqa: PLC0415 - few servers are asked to

    if replay:
        raise click.UsageError("--watch does not go with --replay, whose answers come from the recording")
    if state:
        raise click.UsageError(
            "--watch does not go with --state: other data starts the default session over, and --state keeps it"
        )
    return Reloading(options, click.get_current_context().params)


def _keep(file: Path, dispatch: Dispatch) -> StateFile:
    from jumun_mockserver.cli.state_file import StateFile  # noqa: PLC0415 - few servers have one

    return StateFile(file, dispatch.store.default)


def _load_recording(file: Path) -> Producer[Any]:
    from jumun_mockserver.record.replay import load_recording  # noqa: PLC0415 - few servers do

    recording = load_recording(file, name=click.format_filename(file))
    if recording.cut:
        click.echo(f"Warning: {recording.cut}: the last line is not whole and was left out", err=True)
    return recording.answer


# Found now: the first call may come when no further file, such as that of a codec, can be opened.
_escape = codecs.getencoder("unicode_escape")


# Neither queries nor headers nor bodies are logged: they hold keys and people's data. Nor does a path or a note repeat
# a credential.
def _render_text(exchange: Exchange) -> str:
    shown, notes = _describe(exchange)
    # A path may hold anything, line ends included.
    if not (shown.isascii() and shown.isprintable()) or "\\" in shown:
        shown = _escape(shown)[0].decode()
    line = f"{_moment(exchange)} {exchange.request.method} {shown} {_outcome(exchange)}"
    if exchange.session != DEFAULT_ID:
        line += f" in {exchange.session}"
    if exchange.code:
        line += f" {exchange.code}"
    return f"{line} {'; '.join(notes)}" if notes else line


def _outcome(exchange: Exchange) -> str | int:
    """The status, and how the response was broken or held up."""
    response, fault = exchange.response, exchange.fault
    if not fault and not response.delay_s:
        return response.status
    parts = [str(exchange.status or fault)]
    if fault and exchange.status:
        parts.append(fault)
    if response.delay_s:
        parts.append(f"after {response.delay_s:g} s")
    return " ".join(parts)


def _render_json(exchange: Exchange) -> str:
    shown, notes = _describe(exchange)
    row = {
        "at": _moment(exchange),
        "method": exchange.method,
        "path": shown,
        "operation": exchange.operation,
        "status": exchange.status,
        "fault": exchange.fault,
        "delay_s": exchange.response.delay_s,
        "session": exchange.session,
        "code": exchange.code,
        "notes": notes,
    }
    return orjson.dumps(row).decode()


def _moment(exchange: Exchange) -> str:
    return _write_time(round(exchange.at * 1_000_000) // 1_000)


@lru_cache(maxsize=16)
def _write_time(milliseconds: int) -> str:
    """A time of the log. Of the many calls in one millisecond it is written once."""
    return datetime.fromtimestamp(milliseconds / 1_000, UTC).isoformat(timespec="milliseconds")


def _describe(exchange: Exchange) -> tuple[str, Sequence[str]]:
    """The path, and what is to be said of the call."""
    shown, violations, remarks = describe_call(exchange)
    if not violations:
        return shown, remarks
    return shown, [*(f"violation: {each}" for each in violations), *remarks]


_LOG_FORMATS: Final[dict[str, tuple[Callable[[Exchange], str], Callable[[int], str]]]] = {
    "text": (_render_text, lambda dropped: f"Jumun: {dropped} lines of this log were dropped, as it was not read"),
    "json": (_render_json, lambda dropped: orjson.dumps({"dropped": dropped}).decode()),
}
