"""What Spark and Dask with two workers here take to judge a log, beside `jumun check --jobs 2`. See README.md here."""

from __future__ import annotations

import re
import shutil
import statistics
import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

# This is run as a file.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.bench_check import iter_lines, run
from tests.benchmarks.installation import install_pypi
from tests.benchmarks.program import Unavailable
from tests.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.benchmarks.bench_check import Run

PACKAGES = ("dask==2026.8.0", "distributed==2026.8.0", "pyspark==4.3.0")
_OURS = "jumun check --jobs 2"
_FEW = 100
_COLUMNS = ("start, s", "all, s", "all ÷ that of --jobs 2", "a line without the start, µs", "÷ that of --jobs 2")


def list_commands(folder: Path, cache: Path) -> Mapping[str, list[str | Path]]:
    """Name → command to which the log is added. Programs are those of docs/check-at-scale.md."""
    if not shutil.which("java"):
        raise Unavailable("java is not on PATH")
    environment = install_pypi(PACKAGES, cache).parent
    (installed,) = environment.glob("lib/python*/site-packages")
    # A path with an equals sign would be a variable to `env`.
    packages = folder / "packages"
    packages.symlink_to(installed.absolute())
    page = (ROOT / "docs" / "check-at-scale.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"^```python\n# (\S+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        (folder / name).write_text(text.replace("Client()", "Client(n_workers=2)"), encoding="utf-8")
    variables = [f"PYTHONPATH={packages}", f"PYSPARK_PYTHON={sys.executable}", "SPARK_LOCAL_IP=127.0.0.1"]
    submit = packages / "pyspark" / "bin" / "spark-submit"
    options = ("--master", "local[2]", "--conf", "spark.ui.enabled=false")
    jumun = Path(sys.executable).with_name("jumun")
    return {
        _OURS: [jumun, "check", "--contract", "bootpay", "--jobs", "2"],
        "Spark, local[2]": ["env", *variables, submit, *options, folder / "check_spark.py"],
        "Dask, two workers": ["env", *variables, sys.executable, folder / "check_dask.py"],
    }


def measure(*, lines: int, rounds: int, folder: Path, cache: Path) -> Iterator[tuple[str, ...]]:
    """Cells of each row: medians of the rounds, in which commands take turns."""
    commands = list_commands(folder, cache)
    log, few = folder / "log.ndjson", folder / "few.ndjson"
    with log.open("wb") as all_lines, few.open("wb") as first:
        for number, line in enumerate(iter_lines("rows", lines)):
            all_lines.write(line)
            if number < _FEW:
                first.write(line)
    started: dict[str, list[float]] = {name: [] for name in commands}
    judged: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        run(*command, few)  # so that none has to be compiled or read from disk in the first round
    for _ in range(rounds):
        for path, seconds in ((few, started), (log, judged)):
            runs = {name: run(*command, path) for name, command in commands.items()}
            _compare(runs)
            for name, each in runs.items():
                seconds[name].append(each.seconds)
    start, whole = ({name: statistics.median(each) for name, each in found.items()} for found in (started, judged))
    for name in commands:
        line_s, ours_s = ((whole[each] - start[each]) / (lines - _FEW) for each in (name, _OURS))
        ratios = f"{whole[name] / whole[_OURS]:.2f}", f"{line_s * 1e6:.1f}", f"{line_s / ours_s:.2f}"
        yield name, f"{start[name]:.2f}", f"{whole[name]:.1f}", *ratios


def _compare(runs: Mapping[str, Run]) -> None:
    for name, each in runs.items():
        if each.printed != runs[_OURS].printed:
            raise click.ClickException(f"{name}: its report differs from that of {_OURS}")


@click.command()
@click.option("--lines", type=click.IntRange(2 * _FEW), default=200_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), help="Keep what is installed here.")
def main(lines: int, rounds: int, cache: Path | None) -> None:
    """Print a row for each way to judge the same log."""
    with (
        TemporaryDirectory(prefix="jumun-bench-") as folder,
        nullcontext(cache) if cache else TemporaryDirectory(prefix="jumun-bench-cache-") as installed,
    ):
        try:
            rows = list(measure(lines=lines, rounds=rounds, folder=Path(folder), cache=Path(installed)))
        except Unavailable as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"| way | {' | '.join(_COLUMNS)} |")
    click.echo(f"|---{'|--:' * len(_COLUMNS)}|")
    for cells in rows:
        click.echo(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
