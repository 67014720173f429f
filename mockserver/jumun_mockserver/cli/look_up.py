"""`jumun routes`, `errors`, `openapi`: what the contracts say, and how it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.cli.parameter_types import ContractName
from jumun_mockserver.cli.stubs_options import choose_stubs, stubs_options
from jumun_mockserver.core.journal.coverage import render_errors
from jumun_mockserver.examples import export_openapi
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumun_contracts import Contract

_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command()
@_FORMAT
@stubs_options
def routes(*, form: str, stubs: Path | None, no_stubs: bool) -> None:
    """List the operations of both profiles: id, method, path, credentials, and which are stubs."""
    found: dict[str, dict[str, Any]] = {}
    served = choose_stubs(stubs, no_stubs=no_stubs)
    for contract in (load_contract(name, profile, stubs=served) for name in PROVIDERS for profile in PROFILES):
        for operation in contract.operations.values():
            path = PROVIDERS[contract.provider].base_url("") + operation.path
            row: dict[str, Any] = {
                "operation": operation.id,
                "method": operation.method,
                "path": path,
                "security": list(operation.security),
                "stub": operation.is_stub,
                "profiles": [],
            }
            found.setdefault(operation.id, row)["profiles"].append(contract.profile)
    rows = list(found.values())
    if form == "json":
        _print_json(rows)
        return
    width = max(len(row["operation"]) for row in rows) + 2
    for row in rows:
        credentials = " or ".join(row["security"]) or "-"
        only = "" if len(row["profiles"]) > 1 else f"  {row['profiles'][0]} only"
        stub = "  stub" if row["stub"] else ""
        click.echo(f"{row['operation']:<{width}}{row['method']:<6}{row['path']}  [{credentials}]{only}{stub}")


@click.command()
@click.argument("provider", required=False, type=click.Choice(list(PROVIDERS)))
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def errors(provider: str | None, form: str) -> None:
    """List the error catalogue: every code, its status, and how it is known."""
    rows = render_errors({name: load_contract(name) for name in ([provider] if provider else PROVIDERS)})
    if form == "json":
        _print_json(rows)
        return
    if form == "markdown":
        click.echo("\n".join(_render_markdown(rows)))
        return
    for row in rows:
        profiles = ",".join(row["profiles"])
        known = f"{row['status']}  {row['evidence']:<11}{profiles:<21} {row['message']}"
        click.echo(f"{row['provider']:<9}{row['code']:<39}{known}")


@click.command()
@click.argument("contract", metavar="PROVIDER[:PROFILE]", type=ContractName())
def openapi(contract: Contract) -> None:
    """Print a contract as one OpenAPI 3.1 document, in JSON."""
    _print_json(export_openapi(contract))


def _render_markdown(rows: list[dict[str, Any]]) -> Iterator[str]:
    """A page with a table for each provider: how to trigger an error, what production sends, how it is known."""
    yield "# Every error"
    yield ""
    yield "The header `Prefer: code=CODE` gives each of them for one call, in either profile; the profiles named are"
    yield "those whose API has it by itself. `jumun errors --format markdown` writes this page."
    for provider in dict.fromkeys(row["provider"] for row in rows):
        yield ""
        yield f"## {provider}"
        yield ""
        yield "| code | status | when | profiles | message | known |"
        yield "|---|---|---|---|---|---|"
        for row in (each for each in rows if each["provider"] == provider):
            assumed = f"; assumed: {', '.join(row['assumed'])}" if row["assumed"] else ""
            known = f"{row['evidence']}, {row['source']}{assumed}"
            profiles = ", ".join(row["profiles"])
            cells = (f"`{row['code']}`", str(row["status"]), row["when"], profiles, row["message"], known)
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _print_json(data: Any) -> None:
    click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
