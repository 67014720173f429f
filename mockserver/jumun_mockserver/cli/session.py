"""`jumun session`: sessions of a server that runs, kept in files and brought back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from jumun_mockserver.cli.server_option import server_options
from jumun_mockserver.cli.table import Table
from jumun_mockserver.whole_file import write_whole

if TYPE_CHECKING:
    from jumun_mockserver.control.client import ControlClient


@click.group()
def session() -> None:
    """List, save or load sessions of a running server."""


@session.command("list")
@server_options
def list_sessions(client: ControlClient) -> None:
    """Print a row for each session."""
    for line in Table({"session": 20, "profile": 10, "seed": 8, "calls": 0}).rows(
        (each["id"], each["profile"], each["seed"], each["calls"]) for each in client.list_sessions()
    ):
        click.echo(line)


@session.command("save")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@server_options
def save_session(file: Path, client: ControlClient) -> None:
    """Write all that has changed in a session to a file: orders, events, tokens, counters, scenario, clock."""
    content = orjson.dumps(client.snapshot(), option=orjson.OPT_INDENT_2) + b"\n"
    try:
        write_whole(file, content, is_private=True)
    except OSError as error:
        raise click.UsageError(f"{click.format_filename(file)}: {error.strerror}") from error


@session.command("load")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@server_options
def load_session(file: Path, client: ControlClient) -> None:
    """Have a session be as it was when it was saved. All that happened in it since, or in its place, is forgotten."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{click.format_filename(file)}: {error.strerror}") from error
    client.load_snapshot(content)
