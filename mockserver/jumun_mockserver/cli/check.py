"""`jumun check`."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_contracts import Contract, JsonError, findings, parse_json
from jumun_mockserver.cli.contract_name import ContractName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts import Finding, Schema

_STDIN = "-"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one file.

    Attributes:
        judged_as: What it fits, e.g. `naver.product_order_ids.200`, or the one answer that it is nearest to and that
            the findings are about; empty if it could not be judged.
        trouble: Why it could not be judged, '' if it could.
    """

    file: str
    judged_as: tuple[str, ...]
    findings: tuple[Finding, ...]
    trouble: str = ""


@click.command()
@click.argument("paths", nargs=-1, metavar="FILE... | -")
@click.option(
    "--contract",
    metavar="PROVIDER[:PROFILE]",
    type=ContractName(),
    required=True,
    help="Judge by this contract, e.g. naver or bootpay:observed.",
)
@click.option("--operation", metavar="ID[.STATUS]", help="Judge as this operation's answer; any by default.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def check(ctx: click.Context, paths: tuple[str, ...], contract: Contract, operation: str | None, form: str) -> None:
    r"""Judge JSON bodies by a contract.

    A body without --operation is judged as whatever it fits; if it fits nothing, as what it is nearest to.

    \b
    jumun check body.json --contract naver --operation naver.product_order_ids.200
    curl -s … | jumun check - --contract bootpay
    """
    if not paths:
        raise click.UsageError("nothing to check: name JSON files, or - for standard input")
    schemas = _schemas(contract, operation)
    verdicts = [replace(_judge(path, schemas), file=click.format_filename(path)) for path in paths]
    click.echo("\n".join(_render_text(verdicts)) if form == "text" else _render_json(contract, verdicts))
    ctx.exit(2 if any(v.trouble for v in verdicts) else 1 if any(v.findings for v in verdicts) else 0)


def _schemas(contract: Contract, operation: str | None) -> dict[str, Schema]:
    """What a body may be judged as: `ID.STATUS` → schema."""
    all_schemas = {
        f"{each.id}.{status}": answer.schema
        for each in contract.operations.values()
        for status, answer in each.answers.items()
    }
    if operation is None:
        return all_schemas
    if operation in contract.operations:
        return {name: schema for name, schema in all_schemas.items() if name.startswith(f"{operation}.")}
    id_, _, status = operation.rpartition(".")
    if id_ in contract.operations and status == "default":
        return {operation: all_schemas[operation]}
    if id_ in contract.operations and re.fullmatch("[1-5][0-9][0-9]", status):
        return {operation: contract.operations[id_].answer(int(status)).schema}
    has = ", ".join(contract.operations)
    raise click.UsageError(f"--operation {operation!r} is no ID[.STATUS]; the contract has {has}")


def _judge(path: str, schemas: dict[str, Schema]) -> Verdict:
    try:
        body = parse_json(_read(path))
    except OSError as error:
        return Verdict(path, (), (), f"cannot be read: {error.strerror}")
    except JsonError as error:
        return Verdict(path, (), (), f"not JSON: {error}")
    found = {name: tuple(findings(schema, body)) for name, schema in schemas.items()}
    fitting = tuple(name for name in found if not found[name])
    if fitting:
        return Verdict(path, fitting, ())
    nearest = min(found, key=lambda name: (-_shared_keys(body, schemas[name]), len(found[name])))
    return Verdict(path, (nearest,), found[nearest])


def _shared_keys(body: Any, schema: Schema) -> int:
    """How many keys of the body the schema names: a body of another kind may have fewer faults, but not these."""
    document = schema.document
    return (
        len(body.keys() & document.get("properties", {}))
        if isinstance(body, dict) and isinstance(document, dict)
        else 0
    )


def _read(path: str) -> bytes:
    if path == _STDIN:
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:  # noqa: PTH123 - a path as typed, so that messages name it so
        return file.read()


def _render_text(verdicts: list[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.trouble:
            yield f"{verdict.file}: could not be judged: {verdict.trouble}"
        elif verdict.findings:
            yield f"{verdict.file}: does not fit {verdict.judged_as[0]}"
            yield from (f"  {finding.message} [{finding.keyword}]" for finding in verdict.findings)
        else:
            yield f"{verdict.file}: fits {', '.join(verdict.judged_as)}"


def _render_json(contract: Contract, verdicts: list[Verdict]) -> str:
    rows: list[dict[str, Any]] = [
        {
            "file": verdict.file,
            "judged_as": verdict.judged_as,
            "trouble": verdict.trouble or None,
            "findings": [
                {
                    "pointer": each.pointer,
                    "keyword": each.keyword,
                    "expected": each.expected,
                    "message": each.message,
                }
                for each in verdict.findings
            ],
        }
        for verdict in verdicts
    ]
    document = {"contract": contract.provider, "profile": contract.profile, "files": rows}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
