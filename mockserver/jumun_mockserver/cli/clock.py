"""`jumun clock`: the time of a session of a server that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_mockserver.cli.server_option import server_options

if TYPE_CHECKING:
    from jumun_mockserver.control.client import ControlClient


@click.group()
def clock() -> None:
    r"""Show or move a session's clock on a running server.

    A move prints the new time, and a line of JSON for each event that it makes due.

    \b
    jumun clock advance 3d
    jumun clock freeze 2026-11-22T09:00:00+09:00
    """


@clock.command()
@server_options
def show(client: ControlClient) -> None:
    """Print the time."""
    _print_time(client.show_clock())


@clock.command()
@click.argument("duration")
@server_options
def advance(duration: str, client: ControlClient) -> None:
    """Move it by a duration such as 90ms, 2m, 3h, 3d or 1d12h."""
    _move(client, advance=duration)


@clock.command()
@click.argument("at", required=False)
@server_options
def freeze(at: str | None, client: ControlClient) -> None:
    """Freeze it, at its present time or at an RFC 3339 time."""
    _move(client, freeze=True, **({} if at is None else {"set": at}))


@clock.command("set")
@click.argument("at")
@server_options
def set_clock(at: str, client: ControlClient) -> None:
    """Have it show an RFC 3339 time, running or standing as before."""
    _move(client, set=at)


@clock.command()
@server_options
def run(client: ControlClient) -> None:
    """Let it run on from its present time."""
    _move(client, run=True)


@clock.command()
@server_options
def real(client: ControlClient) -> None:
    """Have it show the real time again."""
    _move(client, real=True)


def _move(client: ControlClient, **move: Any) -> None:
    moved = client.move_clock(**move)
    _print_time(moved)
    for event in moved["events"]:
        click.echo(orjson.dumps(event).decode())
    if left_out := moved["total"] - len(moved["events"]):
        click.echo(f"There are {left_out} more: GET /_jumun/events has the newest", err=True)


def _print_time(shown: dict[str, Any]) -> None:
    click.echo(f"{shown['now']}{' frozen' if shown['frozen'] else ''}")
