"""`jumun lint`: rules for contracts and schemas."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jumun_contracts import PROFILES, Contract, DocumentError, read_contract
from jumun_contracts.lint import (
    Remark,
    is_contract,
    iter_contract_remarks,
    iter_schema_remarks,
    read_contract_sources,
    read_sources,
)
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class _Linted:
    """Result of one path.

    Attributes:
        schemas: How many were looked at.
        remarks: As they are printed.
        contract: One profile of the contract that it is; None where it is none, or could not be loaded.
        refusal: Why it could not be loaded, where no remark says so.
    """

    schemas: int
    remarks: list[str]
    contract: Contract | None = None
    refusal: DocumentError | None = None


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path, exists=True))
@click.option("--data", type=click.Path(path_type=Path), help="Check a data folder for `jumun serve --data` as well.")
@click.pass_context
def lint(ctx: click.Context, paths: tuple[Path, ...], data: Path | None) -> None:
    """Check contracts and schemas: the packaged contracts, or PATHS.

    A path is a folder that holds one provider's contract, any other folder with *.schema.json files or OpenAPI
    documents in it, or one such file.
    """
    if paths:
        linted = [_lint_contract(path) if is_contract(path) else _lint_schemas(path) for path in paths]
    else:
        linted = [_lint_contract(files("jumun_contracts") / name) for name in PROVIDERS]
    create_dispatch({"data": data})
    remarks = [remark for each in linted for remark in each.remarks]
    for remark in remarks:
        click.echo(remark)
    for each in linted:
        if each.refusal:
            raise each.refusal
    contracts = [each.contract for each in linted if each.contract]
    operations = sum(len(contract.operations) for contract in contracts)
    codes = sum(len(contract.errors) for contract in contracts)
    schemas = sum(each.schemas for each in linted)
    click.echo(f"{operations} operations, {codes} error codes, {schemas} schemas, {len(remarks)} remarks")
    ctx.exit(1 if remarks else 0)


def _lint_schemas(path: Path) -> _Linted:
    sources = read_sources(path)
    return _Linted(len(sources), [str(remark) for remark in iter_schema_remarks(sources)])


def _lint_contract(root: Traversable) -> _Linted:
    sources = read_contract_sources(root)
    remarks = list(iter_schema_remarks(sources))
    texts = [str(remark) for remark in remarks]
    try:
        contracts = tuple(read_contract(root, profile) for profile in PROFILES)
    except DocumentError as error:
        return _Linted(len(sources), texts, refusal=None if _is_remarked(error, remarks) else error)
    return _Linted(len(sources), [*texts, *iter_contract_remarks(contracts)], contracts[0])


def _is_remarked(error: DocumentError, remarks: list[Remark]) -> bool:
    """Whether a remark names the same place: an unknown keyword's is one step further in."""
    return any(
        remark.file == error.file and error.pointer in (remark.pointer, remark.pointer.rpartition("/")[0])
        for remark in remarks
    )
