"""`jumun check`: its options, and the way from files to exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import metadata, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from click.core import ParameterSource

from jumun_contracts import PROFILES, Contract, load_contract
from jumun_contracts.check.baseline import load_ignores, render_baseline
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.matching import UnknownOperationError
from jumun_contracts.contract.model import PROVIDERS
from jumun_contracts.reports import RENDERERS, Options
from jumun_contracts.reports.options import leave_plain
from jumun_contracts.reports.wording import describe_uncovered, exit_code, summary
from jumun_contracts.schema.parsing import MAX_BYTES
from jumun_mockserver.cli.check.files import judge_files, list_files
from jumun_mockserver.cli.check.parts import Terms
from jumun_mockserver.cli.check.watching import watch_files
from jumun_mockserver.cli.parameter_types import ContractName, Size
from jumun_mockserver.cli.report_file import write_report
from jumun_mockserver.cli.stubs_options import choose_stubs, stubs_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.check.baseline import Ignore
    from jumun_contracts.check.verdict import Verdict

_CONFIGS = ("jumun.toml", "pyproject.toml")
_BASELINE_DAYS = 90
_BASELINE_BEGINS = "# Written by jumun check"
_BASELINE_REASON = "found when this baseline was written"
_BOTH = "name files or --url, not both"
_URL_OPTIONS = {
    "values": "--param",
    "timeout_s": "--timeout",
    "deadline_s": "--deadline",
    "yes_production": "--yes-production",
}
_COLOURS: dict[str, dict[str, Any]] = {
    "breaking": {"fg": "red", "bold": True},
    "drift": {"fg": "yellow"},
    "info": {"fg": "cyan"},
    "good": {"fg": "green"},
    "place": {"bold": True},
    "faint": {"dim": True},
}


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH... | -]")
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
@click.option("--fail-on-uncovered", is_flag=True, help="Exit with 1 where some of the traffic is of no contract.")
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
@click.option("--watch", is_flag=True, help="Judge again whenever a file changes, until Ctrl-C.")
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
    fail_on_uncovered: bool,
    output: Path | None,
    config: Path | None,
    baseline: Path | None,
    values: tuple[str, ...],
    timeout_s: float,
    deadline_s: float,
    yes_production: bool,
    jobs: int,
    max_line: int,
    watch: bool,
    stubs: Path | None,
    no_stubs: bool,
    verbose: bool,
) -> None:
    r"""Judge recorded traffic, bare JSON bodies or a running server by contracts.

    Reads JSON, NDJSON, HAR, cassettes, Jumun's own journal and what other tools record (docs/recordings.md). A PATH
    is a file, a folder or a pattern. A body without --operation is judged as the answer whose contract names most
    of it.

    \b
    jumun check body.json --contract bootpay --operation bootpay.orders.list.200
    jumun check traffic.har --format sarif -o jumun.sarif
    curl -s … | jumun check - --contract bootpay
    """
    if bool(paths) == (url is not None):
        raise click.UsageError(
            "nothing to check: name files or folders, - for standard input, or --url" if not paths else _BOTH
        )
    for name, option in _URL_OPTIONS.items() if url is None else ():
        if ctx.get_parameter_source(name) != ParameterSource.DEFAULT:
            raise click.UsageError(f"{option} is for --url: files are not called")
    if watch and (url is not None or baseline is not None or "-" in paths):
        raise click.UsageError("--watch is for files and folders, without --url, --write-baseline and standard input")
    names = [(each.provider, each.profile) for each in contracts] or [(name, PROFILES[0]) for name in PROVIDERS]
    served = choose_stubs(stubs, no_stubs=no_stubs)
    contracts = tuple(load_contract(*each, stubs=served) for each in dict.fromkeys(names))
    # An unknown operation is refused before anything is read.
    judge = _judge(contracts, operation)
    terms = Terms(tuple(dict.fromkeys(names)), operation, (stubs, no_stubs), max_line)
    options = Options(
        fail_on=fail_on,
        fail_on_uncovered=fail_on_uncovered,
        verbose=verbose,
        paint=_paint if output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") else leave_plain,
        version=version("jumun"),
        information_uri=_find_homepage() if form == "sarif" else "",
    )

    def judge_all(files: Sequence[str]) -> Verdict:
        ignore = _read_ignores(config)
        return judge_files(files, contracts, terms=terms, jobs=jobs).verdict(*contracts, ignore=ignore)

    if watch:
        beside = [config] if config else [Path(name) for name in _CONFIGS]
        watch_files(
            paths, beside=beside, output=output, judge=lambda files: _report(judge_all(files), form, options, output)
        )
    if url is None:
        verdict = judge_all(list_files(paths))
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
        verdict = judge.verdict(ignore=_read_ignores(config))
    if baseline is not None:
        verdict = _write_baseline(verdict, baseline)
    _report(verdict, form, options, output)
    ctx.exit(exit_code(verdict, options))


def _report(verdict: Verdict, form: str, options: Options, output: Path | None) -> None:
    pieces = RENDERERS[form](verdict, options)
    if output is None:
        for piece in pieces:
            click.echo(piece)
        return
    _write(output, "".join(f"{piece}\n" for piece in pieces), option="-o")
    click.echo(summary(verdict), err=True)
    if options.fail_on_uncovered and (line := describe_uncovered(verdict)):
        click.echo(line, err=True)


def _write_baseline(verdict: Verdict, path: Path) -> Verdict:
    """Write what was found as entries to ignore; the verdict with them."""
    _refuse_to_overwrite(path)
    expires = _today() + timedelta(days=_BASELINE_DAYS)
    _write(path, render_baseline(verdict, reason=_BASELINE_REASON, expires=expires), option="--write-baseline")
    return replace(verdict, complaints=(), ignored=(*verdict.ignored, *verdict.complaints))


def _today() -> date:
    return datetime.now(UTC).date()


def _judge(contracts: Sequence[Contract], operation: str | None) -> Judge:
    try:
        return Judge(contracts, operation=operation)
    except UnknownOperationError as error:
        raise click.UsageError(f"--operation {error}") from error


def _read_ignores(config: Path | None) -> list[Ignore]:
    found = [config] if config else [Path(name) for name in _CONFIGS if Path(name).is_file()][:1]
    return [ignore for path in found for ignore in load_ignores(path)]


def _refuse_to_overwrite(path: Path) -> None:
    """What a person wrote, reasons and all, is not replaced by a list."""
    with suppress(OSError, UnicodeDecodeError):
        if path.is_file() and not path.read_text(encoding="utf-8").startswith(_BASELINE_BEGINS):
            raise click.UsageError(
                f"--write-baseline {str(path)!r} is not a file that it has written itself: name another, and take over "
                "the entries that you want"
            )


def _find_homepage() -> str:
    """The address that the package has for itself; '' while it has none."""
    urls = (each.partition(",") for each in metadata("jumun").get_all("Project-URL", ()))
    return next((url.strip() for label, _, url in urls if label.strip().lower() == "homepage"), "")


def _write(path: Path, text: str, *, option: str) -> None:
    try:
        write_report(path, text)
    except OSError as error:
        raise click.UsageError(f"{option} {str(path)!r} cannot be written: {error.strerror}") from error


def _paint(text: str, role: str) -> str:
    return click.style(text, **_COLOURS[role])
