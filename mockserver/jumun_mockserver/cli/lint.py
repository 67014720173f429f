"""`jumun lint`."""

from __future__ import annotations

from pathlib import Path

import click

from jumun_contracts import PROFILES, load_contract, read_contract
from jumun_contracts.lint import iter_remarks
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.providers import PROVIDERS


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--data", type=click.Path(path_type=Path), help="Check a data folder for `jumun serve --data` as well.")
@click.pass_context
def lint(ctx: click.Context, folders: tuple[Path, ...], data: Path | None) -> None:
    """Check contracts: the packaged ones, or FOLDERS that each hold one provider's."""
    if folders:
        editions = [tuple(read_contract(folder, profile) for profile in PROFILES) for folder in folders]
    else:
        editions = [tuple(load_contract(name, profile) for profile in PROFILES) for name in PROVIDERS]
    create_dispatch({"data": data})
    remarks = [remark for contracts in editions for remark in iter_remarks(contracts)]
    for remark in remarks:
        click.echo(remark)
    operations = sum(len(contracts[0].operations) for contracts in editions)
    codes = sum(len(contracts[0].errors) for contracts in editions)
    click.echo(f"{operations} operations, {codes} error codes, {len(remarks)} remarks")
    ctx.exit(1 if remarks else 0)
