"""`jumun data`: the folders that `--data` takes."""

from __future__ import annotations

from pathlib import Path

import click

from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.seed import MISTAKES_SHOWN, describe_files, find_mistakes


@click.group()
def data() -> None:
    """Check folders of applications and orders for --data."""


@data.command("check")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_context
def check_data(ctx: click.Context, folder: Path) -> None:
    r"""Read a folder as jumun serve --data does, and print what it holds or every mistake in it.

    Exit codes: 0 good, 1 mistakes, 2 no such folder, nothing in it to read, or a file that cannot be read.

    \b
    jumun data check shop
    """
    found = DataFolder.read(folder)
    mistakes = find_mistakes(found)
    for mistake in mistakes[:MISTAKES_SHOWN]:
        click.echo(mistake)
    if mistakes:
        shown = f", of which the first {MISTAKES_SHOWN} are shown" if len(mistakes) > MISTAKES_SHOWN else ""
        click.echo(f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}{shown}")
        ctx.exit(1)
    for file, contents in describe_files(found):
        click.echo(f"{file:<27}{contents}")
