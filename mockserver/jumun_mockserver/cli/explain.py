"""`jumun explain`: all that is known of an operation, a status, an error or a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.check.subjects import FINDING_ID, find_subjects
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.cli.finding import can_have, iter_explanation
from jumun_mockserver.cli.stubs_options import choose_stubs, stubs_options
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumun_contracts import Contract, ErrorEntry, Operation


@click.command()
@click.argument("name", metavar="ID[.STATUS]")
@click.option("--profile", type=click.Choice(PROFILES), help="Only this profile; both by default.")
@stubs_options
def explain(name: str, profile: str | None, *, stubs: Path | None, no_stubs: bool) -> None:
    r"""Say all that is known of an operation, of one of its statuses, of an error, or of a finding.

    An error is named by its code, or by the number or the name that a body has; a finding of `jumun check` by the id
    that every report has.

    \b
    jumun explain naver.product_order_ids
    jumun explain naver.product_order_ids.404
    jumun explain naver.product_orders.dispatch
    jumun explain GW.RATE_LIMIT
    jumun explain 3710
    jumun explain -- -47
    jumun explain f6231d59c786c1b3
    """
    served = choose_stubs(stubs, no_stubs=no_stubs)
    profiles = [profile] if profile else PROFILES
    contracts = [load_contract(each, p, stubs=served) for each in PROVIDERS for p in profiles]
    if FINDING_ID.fullmatch(name):
        click.echo("\n\n".join(_explain_finding(name, contracts)))
        return
    head, _, last = name.rpartition(".")
    status = last if last.isascii() and last.isdigit() and len(last) == 3 else ""  # noqa: PLR2004 - an HTTP status
    operation_id = head if status else name
    found = [(contract, contract.operations.get(operation_id)) for contract in contracts]
    blocks = [
        "\n".join(_explain_status(contract, operation, status) if status else _explain_operation(contract, operation))
        for contract, operation in found
        if operation
    ]
    if blocks and not status:
        lines = [line for provider in PROVIDERS.values() for line in provider.explain(operation_id)]
        if lines:
            blocks.append("\n  ".join([f"{operation_id}, by the state of a product order:", *lines]))
    if not blocks:
        blocks = [
            "\n".join(_explain_error(contract, entry))
            for contract in contracts
            for entry in contract.errors.values()
            if name in {str(each) for each in (entry.code, entry.wire_code, entry.name) if each is not None}
        ]
    if not blocks:
        known = [text for contract in contracts for text in (*contract.operations, *contract.errors)]
        near = did_you_mean(name, known)
        raise click.UsageError(f"{name!r} is neither an operation nor an error code{near}")
    click.echo("\n\n".join(blocks))


def _explain_finding(finding_id: str, contracts: list[Contract]) -> list[str]:
    """A block for what a finding of this id is about."""
    subjects = [each for each in find_subjects(finding_id, contracts) if can_have(each, finding_id)]
    if not subjects:
        raise click.UsageError(
            f"no finding has the id {finding_id!r} by {', '.join(each.name for each in contracts)}; take it whole from "
            "a report of this version of Jumun, and give --stubs where it was given to jumun check"
        )
    return ["\n".join(iter_explanation(each, finding_id)) for each in subjects]


def _explain_operation(contract: Contract, operation: Operation) -> Iterator[str]:
    yield f"{operation.id} ({contract.profile}): {operation.summary}"
    yield f"  {operation.method} {contract.servers[0]}{operation.path}"
    yield from _known(operation)
    if operation.is_stub:
        names = [name for each in operation.examples.values() for name in each if name]
        yield f"  a stub: served from an example{'; ' + ', '.join(names) if names else ''}"
    if operation.description:
        yield f"  {operation.description}"
    for parameter in operation.parameters:
        yield f"  {parameter.location} {parameter.name}: {parameter.description}"
        yield from _known(parameter, indent=4)
    for answer in operation.answers.values():
        yield f"  {answer.status}: {answer.description}"
        yield from _known(answer, indent=4)


def _explain_status(contract: Contract, operation: Operation, status: str) -> Iterator[str]:
    answer = operation.answer(int(status))
    yield f"{operation.id}.{status} ({contract.profile}): {answer.description}"
    yield from _known(answer)
    if answer.status == "default":
        yield "  this profile does not list the status; its default answer applies"
    schema = contract.schemas[answer.schema_name]
    yield f"  body: {schema['title']} ({schema['$id']})"
    # A schema that refers to another may narrow a property of it; then its own word counts.
    blocks: dict[str, str] = {}
    for path, block in _explain_properties(contract, schema, file=answer.schema_name, path=""):
        blocks.setdefault(path, block)
    yield from blocks.values()
    for entry in contract.errors.values():
        if entry.status == int(status) and entry.belongs_to(operation.id, contract.profile):
            yield from (f"  {line}" for line in _explain_error(contract, entry))


def _explain_properties(contract: Contract, schema: Any, *, file: str, path: str) -> Iterator[tuple[str, str]]:
    """Path and block of each property that says how it is known, `list[].status` and the like."""
    if not isinstance(schema, dict):
        return
    if "x-evidence" in schema and path:
        text = f"  {path}{': ' + schema['description'] if 'description' in schema else ''}"
        text += f"\n    {schema['x-evidence']}, {schema['x-source']}"
        known_values = schema.get("x-known-values", ())
        yield path, text + "".join(f"\n    {known['value']} = {known['label']}" for known in known_values)
    for key, part in schema.get("properties", {}).items():
        yield from _explain_properties(contract, part, file=file, path=f"{path}.{key}" if path else key)
    yield from _explain_properties(contract, schema.get("items"), file=file, path=f"{path}[]")
    if "$ref" in schema:
        target, target_file = _follow(contract, schema["$ref"], file=file)
        yield from _explain_properties(contract, target, file=target_file, path=path)
    for keyword in ("then", "else"):
        yield from _explain_properties(contract, schema.get(keyword), file=file, path=path)


def _explain_error(contract: Contract, entry: ErrorEntry) -> Iterator[str]:
    yield f"{contract.provider} error {entry.code} ({contract.profile}): status {entry.status}, {entry.message}"
    yield f"  when: {entry.when}"
    if entry.is_item:
        yield "  an item of a success, for one of several orders; asked for by name, an answer of its own"
    for header, value in entry.headers.items():
        yield f"  header: {header}: {value}"
    yield from _known(entry)
    if entry.assumed:
        yield f"  assumed: {', '.join(entry.assumed)}"
    if contract.profile not in entry.profiles:
        yield f"  this profile does not have it by itself; Prefer: code={entry.code} gives it all the same"
    for cause, code in contract.causes.items():
        if code == entry.code:
            other = next(profile for profile in PROFILES if profile != contract.profile)
            others = load_contract(contract.provider, other).causes[cause]
            if others != code:
                yield f"  profile {other} answers {others} instead"


def _known(part: Any, *, indent: int = 2) -> Iterator[str]:
    yield f"{' ' * indent}{part.evidence}, {part.source}"


def _follow(contract: Contract, ref: str, *, file: str) -> tuple[dict[str, Any], str]:
    """What a `$ref` within the schema file `file` points to, and the file that has it."""
    name, _, fragment = ref.partition("#")
    name = name.removesuffix(".schema.json") or file
    target: dict[str, Any] = contract.schemas[name]
    for step in fragment.split("/")[1:]:
        target = target[step]
    return target, name
