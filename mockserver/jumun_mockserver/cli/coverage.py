"""`jumun coverage`: which error codes a server has answered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click
import orjson

from jumun_mockserver.cli.server_option import server_options
from jumun_mockserver.core.journal.coverage import render_coverage

if TYPE_CHECKING:
    from jumun_mockserver.control.client import ControlClient


def _check(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number from 0 to 100")
    return value


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), callback=_check, metavar="PERCENT", help="Exit with 1 below this."
)
@server_options
@click.pass_context
def coverage(ctx: click.Context, form: str, fail_under: float | None, client: ControlClient) -> None:
    """List the error codes that a running server answered, and those it never did."""
    measured = client.coverage()
    if form == "json":
        click.echo(orjson.dumps(measured, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(render_coverage(measured)))
    ctx.exit(1 if fail_under is not None and measured["percent"] < fail_under else 0)
