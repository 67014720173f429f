"""`jumun check`: its options, and the way from files to exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from jumun_contracts import PROFILES, Contract, load_contract
from jumun_contracts.check.baseline import load_ignores, render_baseline
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.matching import UnknownOperationError
from jumun_contracts.reports import RENDERERS, Options
from jumun_contracts.reports.wording import summary
from jumun_contracts.schema.parsing import MAX_BYTES
from jumun_mockserver.cli.check.files import judge_files
from jumun_mockserver.cli.check.parts import Terms
from jumun_mockserver.cli.parameter_types import ContractName, Size
from jumun_mockserver.cli.report_file import write_report
from jumun_mockserver.cli.session_options import choose_stubs, stubs_options
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONFIGS = ("jumun.toml", "pyproject.toml")
_BASELINE_DAYS = 90
_BASELINE_BEGINS = "# Written by jumun check"
_BASELINE_REASON = "found when this baseline was written"
_BOTH = "name files or --url, not both"
_COLOURS: dict[str, dict[str, Any]] = {
    "breaking": {"fg": "red", "bold": True},
    "drift": {"fg": "yellow"},
    "info": {"fg": "cyan"},
    "good": {"fg": "green"},
    "place": {"bold": True},
    "faint": {"dim": True},
}


@click.command()
@click.argument("paths", nargs=-1, metavar="[FILE... | -]")
@click.option(
    "--url",
    is_flag=False,
    flag_value="",
    metavar="[URL]",
    help="Call the read-only operations of the server there and judge its answers; of Jumun's usual place by default. "
    "Keys come from the environment (NAVER_COMMERCE_ACCESS_TOKEN, BOOTPAY_COMMERCE_CLIENT_KEY and _SECRET_KEY, as "
    "`jumun run` sets them).",
)
@click.option(
    "--contract",
    "contracts",
    metavar="PROVIDER[:PROFILE]",
    type=ContractName(),
    multiple=True,
    help="Judge by this contract, e.g. naver or bootpay:observed; by every provider's documented one by default.",
)
@click.option("--operation", metavar="ID[.STATUS]", help="Judge as this operation's answer; any by default.")
@click.option("--format", "form", type=click.Choice(list(RENDERERS)), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "drift"]),
    default="breaking",
    show_default=True,
    help="The least that makes the exit code 1.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What to ignore; ./jumun.toml or [tool.jumun] of ./pyproject.toml by default.",
)
@click.option(
    "--write-baseline",
    "baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all that is found as entries to ignore for 90 days, and exit with 0.",
)
@click.option(
    "--param",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="With --url: a parameter's value, e.g. orderId=2023010112345.",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(0, 3600, min_open=True),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="With --url: for connecting, and for each wait for an answer.",
)
@click.option(
    "--deadline",
    "deadline_s",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="With --url: for all calls together.",
)
@click.option("--yes-production", is_flag=True, help="With --url: a provider's own host is meant.")
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Judge files in so many processes, 0 for one on each core. The report is the same.",
)
@click.option(
    "--max-line",
    type=Size(least=1, most=MAX_BYTES),
    default="64M",
    show_default=True,
    metavar="SIZE",
    help="Longest line, or file that is read whole, in bytes or with K, M or G; a longer one could not be judged.",
)
@stubs_options
@click.option("-v", "--verbose", is_flag=True, help="List everything that was never seen, and what was ignored.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    paths: tuple[str, ...],
    url: str | None,
    contracts: tuple[Contract, ...],
    operation: str | None,
    form: str,
    fail_on: Literal["breaking", "drift"],
    output: Path | None,
    config: Path | None,
    baseline: Path | None,
    values: tuple[str, ...],
    timeout_s: float,
    deadline_s: float,
    yes_production: bool,
    jobs: int,
    max_line: int,
    stubs: Path | None,
    no_stubs: bool,
    verbose: bool,
) -> None:
    r"""Judge recorded traffic, bare JSON bodies or a running server by contracts.

    Reads JSON, NDJSON, HAR, vcrpy cassettes and Jumun's own journal. A body without --operation is judged as the
    answer whose contract names most of it.

    \b
    jumun check body.json --contract bootpay --operation bootpay.orders.list.200
    jumun check traffic.har --format sarif -o jumun.sarif
    curl -s … | jumun check - --contract bootpay
    """
    if bool(paths) == (url is not None):
        raise click.UsageError("nothing to check: name files, - for standard input, or --url" if not paths else _BOTH)
    names = [(each.provider, each.profile) for each in contracts] or [(name, PROFILES[0]) for name in PROVIDERS]
    served = choose_stubs(stubs, no_stubs=no_stubs)
    contracts = tuple(load_contract(*each, stubs=served) for each in dict.fromkeys(names))
    today = datetime.now(UTC).date()
    judge = _judge(contracts, operation, config, today)
    if url is None:
        terms = Terms(tuple(dict.fromkeys(names)), operation, (stubs, no_stubs), max_line)
        judge_files(judge, paths, terms=terms, jobs=jobs)
    else:
        from jumun_mockserver.cli.destination import iter_answers  # noqa: PLC0415 - files need no HTTP

        answers = iter_answers(
            contracts,
            operation,
            url=url,
            values=values,
            is_allowed=yes_production,
            timeout_s=timeout_s,
            deadline_s=deadline_s,
        )
        for each in answers:
            judge.judge(each)
    verdict = judge.verdict()
    if baseline is not None:
        _refuse_to_overwrite(baseline)
        entries = render_baseline(verdict, reason=_BASELINE_REASON, expires=today + timedelta(days=_BASELINE_DAYS))
        _write(baseline, entries, option="--write-baseline")
        verdict = replace(verdict, complaints=(), ignored=(*verdict.ignored, *verdict.complaints))
    paint = _paint if output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") else None
    options = Options(fail_on=fail_on, verbose=verbose, version=version("jumun"))
    pieces = RENDERERS[form](verdict, replace(options, paint=paint) if paint else options)
    if output is None:
        for piece in pieces:
            click.echo(piece)
    else:
        _write(output, "".join(f"{piece}\n" for piece in pieces), option="-o")
        click.echo(summary(verdict), err=True)
    ctx.exit(verdict.exit_code(fail_on=fail_on))


def _judge(contracts: Sequence[Contract], operation: str | None, config: Path | None, today: date) -> Judge:
    found = [config] if config else [Path(name) for name in _CONFIGS if Path(name).is_file()][:1]
    ignores = [ignore for path in found for ignore in load_ignores(path)]
    try:
        return Judge(contracts, operation=operation, ignore=ignores, today=today)
    except UnknownOperationError as error:
        raise click.UsageError(f"--operation {error}") from error


def _refuse_to_overwrite(path: Path) -> None:
    """What a person wrote, reasons and all, is not replaced by a list."""
    with suppress(OSError, UnicodeDecodeError):
        if path.is_file() and not path.read_text(encoding="utf-8").startswith(_BASELINE_BEGINS):
            raise click.UsageError(
                f"--write-baseline {str(path)!r} is not a file that it has written itself: name another, and take over "
                "the entries that you want"
            )


def _write(path: Path, text: str, *, option: str) -> None:
    try:
        write_report(path, text)
    except OSError as error:
        raise click.UsageError(f"{option} {str(path)!r} cannot be written: {error.strerror}") from error


def _paint(text: str, role: str) -> str:
    return click.style(text, **_COLOURS[role])
