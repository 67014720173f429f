"""`jumun serve`: both APIs until Ctrl-C."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_contracts import DocumentError
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.cli.serving import listen, run_server, server_options
from jumun_mockserver.cli.session_options import session_options
from jumun_mockserver.core.journal.credentials import describe_call
from jumun_mockserver.core.scenario.scenario import ScenarioError
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.webhooks.address import WebhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.cli.serving import Listening
    from jumun_mockserver.cli.state_file import StateFile
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Producer


@click.command()
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
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    envvar="JUMUN_WORKERS",
    help="Processes that serve; must be 1 for now.",
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
    listening: Listening,
    options: Options,
    allowed_hosts: tuple[str, ...],
    workers: int,
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
    if replay:
        options["produce"] = _load_recording(replay)
    dispatch = _create(options)
    kept = _keep(state, dispatch) if state else nullcontext()

    def announce(url: str, doors: Sequence[str]) -> None:
        profile = dispatch.store.default.options.profile
        click.echo(f"Jumun is listening on {url} (profile {profile}, Ctrl-C stops it)")
        for name, provider in PROVIDERS.items():
            click.echo(f"  {name:<9}{provider.base_url(url)}")
        click.echo(f"  control  {url}/_jumun/version")
        for line in doors:
            click.echo(line)
        for name, address in dispatch.store.default.options.webhooks.items():
            click.echo(f"  webhook  {name} to {address.partition('?')[0]}")
        if replay:
            click.echo(f"  replay   {click.format_filename(replay)}")
        if state:
            click.echo(f"  state    {click.format_filename(state)}")
        sys.stdout.flush()

    with closing(listen(listening.host, listening.port)) as listener, kept:
        run_server(dispatch, listening, listener, announce=announce)


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


def _load_recording(file: Path) -> Producer[Any]:
    from jumun_mockserver.record.replay import load_recording  # noqa: PLC0415 - few servers do

    recording = load_recording(file, name=click.format_filename(file))
    if recording.cut:
        click.echo(f"Warning: {recording.cut}: the last line is not whole and was left out", err=True)
    return recording.answer


def _logger(log_format: str) -> Callable[[Exchange], None]:
    """Writes a line for each exchange. Neither queries nor headers nor bodies: they hold keys and people's data.

    Nor does a path or a note repeat a credential.
    """

    def write(exchange: Exchange) -> None:
        at = datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds")
        shown, violations, remarks = describe_call(exchange)
        notes = [*(f"violation: {each}" for each in violations), *remarks]
        if log_format == "json":
            row = {
                "at": at,
                "method": exchange.method,
                "path": shown,
                "operation": exchange.operation,
                "status": exchange.status,
                "code": exchange.code,
                "notes": notes,
            }
            line = orjson.dumps(row).decode()
        else:
            # A path may hold anything, line ends included.
            path = shown.encode("unicode_escape").decode()
            line = f"{at} {exchange.method} {path} {exchange.status}"
            line += "".join(f" {part}" for part in (exchange.code, "; ".join(notes)) if part)
        click.echo(line, err=True)

    return write
