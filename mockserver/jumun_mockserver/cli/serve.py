"""`jumun serve`."""

from __future__ import annotations

import errno
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from jumun_contracts import PROFILES
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.cli.rate import Rate
from jumun_mockserver.cli.scenario import read_scenario
from jumun_mockserver.core.limiter import LIMITS, Limits
from jumun_mockserver.core.quota import PUNISHMENTS, Punishment
from jumun_mockserver.core.scenario import ScenarioError
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts import RateLimit
    from jumun_mockserver.core.journal import Exchange

_ORDERS_AT_MOST = 100_000


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
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="documented",
    show_default=True,
    envvar="JUMUN_PROFILE",
    help="Which edition of the APIs to speak: what the pages say, or what is seen live.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="JUMUN_DATA",
    help="Folder with more applications and orders: naver/orders.yaml, bootpay/orders.yaml, …",
)
@click.option("--seed", default="0", show_default=True, envvar="JUMUN_SEED", help="What made-up data follows from.")
@click.option(
    "--orders",
    type=click.IntRange(0, _ORDERS_AT_MOST),
    default=0,
    show_default=True,
    envvar="JUMUN_ORDERS",
    help="Make up this many more orders for each API.",
)
@click.option(
    "--scenario",
    metavar="FILE|NAME",
    envvar="JUMUN_SCENARIO",
    help="Lines of steps to play, from a file, or one that comes with Jumun (jumun scenario list).",
)
@click.option(
    "--limits",
    type=click.Choice(LIMITS),
    default="report",
    show_default=True,
    envvar="JUMUN_LIMITS",
    help="Whether too many calls are refused, only noted, or not counted.",
)
@click.option(
    "--rate",
    "rates",
    type=Rate(),
    multiple=True,
    envvar="JUMUN_RATE",
    metavar="OPERATION=N[/BURST]",
    help="Calls a second in place of the contract's, e.g. bootpay.orders.list=5/10.",
)
@click.option(
    "--quota",
    type=click.Choice(PUNISHMENTS),
    default="off",
    show_default=True,
    envvar="JUMUN_QUOTA",
    help="Whether and when NAVER token calls against the rules are punished with one call an hour.",
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
@click.option("--quiet", is_flag=True, envvar="JUMUN_QUIET", help="No line for each call.")
def serve(
    *,
    host: str,
    port: int,
    profile: str,
    data: Path | None,
    seed: str,
    orders: int,
    scenario: str | None,
    limits: Limits,
    rates: tuple[tuple[str, RateLimit], ...],
    quota: Punishment,
    control_token: str | None,
    log_format: str,
    quiet: bool,
) -> None:
    """Serve both APIs until Ctrl-C."""
    # uvicorn takes its time to import: a mistaken option should not wait for it.
    try:
        dispatch = create_dispatch(
            {
                "profile": profile,
                "data": data,
                "seed": seed,
                "orders": orders,
                "scenario": read_scenario(scenario) if scenario else "",
                "limits": limits,
                "rates": dict(rates),
                "quota": quota,
                "on_exchange": None if quiet else _logger(log_format),
            }
        )
    except ScenarioError as error:
        raise click.UsageError(f"{scenario}: {error}") from error
    if control_token is not None and not (control_token and control_token.isascii() and control_token.isprintable()):
        raise click.UsageError("--control-token must be text that a header can hold: ASCII, and not empty")
    from jumun_mockserver.server import Server, base_url, bind, is_loopback  # noqa: PLC0415

    try:
        listener = bind(host, port)
    except OSError as error:
        way_out = "take another with --port, or any with --port 0" if error.errno == errno.EADDRINUSE else "see --host"
        raise click.UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {way_out}") from error
    url = base_url(listener)

    def announce() -> None:
        click.echo(f"Jumun is listening on {url} (profile {profile}, Ctrl-C stops it)")
        for name, provider in PROVIDERS.items():
            click.echo(f"  {name:<9}{provider.base_url(url)}")
        click.echo(f"  control  {url}/_jumun/version")
        sys.stdout.flush()

    server = Server(
        dispatch,
        on_started=announce,
        control_token=control_token,
        control_is_open=is_loopback(listener),
    )
    server.run(sockets=[listener])


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
