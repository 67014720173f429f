"""`jumun diff`: two versions of a contract compared."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jumun_contracts.diff import Comparison, compare, count, load_pairs, render_json, render_markdown, render_text
from jumun_mockserver.cli.report_file import write_report
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_RENDERERS = {"text": render_text, "json": render_json, "markdown": render_markdown}


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(list(_RENDERERS)), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "drift"]),
    default="breaking",
    show_default=True,
    help="What makes the exit code 1; drift is breaking or drift.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_context
def diff(ctx: click.Context, *, old: str, new: str, form: str, fail_on: str, output: Path | None) -> None:
    r"""Compare two contracts: what of NEW breaks clients of OLD.

    Each is PROVIDER[:PROFILE], a folder of contracts, or an OpenAPI file (3.0 or later, JSON or YAML).

    \b
    jumun diff naver:documented naver:observed
    jumun diff bootpay theirs.openapi.yaml --format json
    """
    with _no_garbage_collection():
        pairs = load_pairs(old, new, providers=PROVIDERS)
        comparisons = [Comparison(left, right, tuple(compare(left, right))) for left, right in pairs]
    text = _RENDERERS[form](comparisons)
    if output is None:
        click.echo(text)
    else:
        try:
            write_report(output, text + "\n")
        except OSError as error:
            raise click.UsageError(f"{click.format_filename(output)}: cannot be written: {error.strerror}") from None
    found = count(comparisons)
    ctx.exit(1 if found["breaking"] or (fail_on == "drift" and found["drift"]) else 0)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Without the search for cycles: there are none in documents, and in large ones it takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
