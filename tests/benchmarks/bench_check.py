"""What `jumun check` of large logs takes beside parsing them with orjson alone: `make bench`. See README.md here."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_mockserver.assembly import create_dispatch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

ORDERS, ROWS = 20, 2_000
_PARSE = "import sys, orjson\nfor line in open(sys.argv[1], 'rb'): orjson.loads(line)"
_MEASURE = """
import resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.call(sys.argv[1:])
seconds = time.perf_counter() - started
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
_HEADERS = {"content-type": "application/json; charset=utf-8"}
_COLUMNS = (
    "lines",
    "bytes a line",
    "orjson, µs a line",
    "check, µs a line",
    "check ÷ orjson",
    "--jobs ÷ check",
    "gain of --jobs",
    "orjson, MB",
    "check, MB: half / all",
    "with --jobs, MB: half / all",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One command, from its start to its end."""

    seconds: float
    processor_s: float
    """Of all its processes."""
    memory_mb: float
    """The most that was resident, of the process that had most."""
    printed: bytes


def run(*command: str | Path, ok: Collection[int] = (0,)) -> Run:
    """Run a command that is to end with one of these exit codes."""
    # By a small process: Linux counts what the one that starts another has as that other's.
    done = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, check=False)
    if done.returncode not in ok:
        raise click.ClickException(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[:500]}")
    seconds, processor_s, memory_kb = map(float, done.stderr.splitlines()[-1].split())
    return Run(seconds, processor_s, memory_kb / 1024, done.stdout)


def _bare(page: bytes, _number: int) -> bytes:
    return page


def _row(page: bytes, number: int) -> bytes:
    return _line(page, number)


def _row_with_text(page: bytes, number: int) -> bytes:
    return _line(orjson.dumps(page.decode()), number)


def _line(body: bytes, number: int) -> bytes:
    row: dict[str, Any] = {
        "method": "GET",
        "url": f"http://127.0.0.1:8080/v1/orders?page={number % 500 + 1}",
        "status": 200,
        "request": {"headers": {"accept": "application/json"}},
        "response": {"headers": _HEADERS, "body": orjson.Fragment(body)},
    }
    return orjson.dumps(row)


FORMS: Mapping[str, tuple[Callable[[bytes, int], bytes], Sequence[str]]] = {
    "bodies": (_bare, ["--operation", "bootpay.orders.list.200"]),
    "rows": (_row, []),
    "rows, body as text": (_row_with_text, []),
}
"""Form of a line → how it is made of a page's bytes and its number, and how it is checked."""


def iter_lines(form: str, count: int) -> Iterator[bytes]:
    """Pages of orders as Jumun serves them, the same in each run, no two alike."""
    orders = create_dispatch({"orders": ROWS, "seed": "bench"}).store.default.shops["bootpay"].orders
    rows = [orjson.dumps(row) for row in orders.select({"page": 1, "limit": len(orders)}).rows]
    draw = random.Random(1)  # noqa: S311 - no secret
    make, _ = FORMS[form]
    for number in range(count):
        page = b'{"count":%d,"list":[%s]}' % (number, b",".join(draw.sample(rows, ORDERS)))
        yield make(page, number) + b"\n"


def measure(form: str, *, lines: int, rounds: int, jobs: int, folder: Path) -> Iterator[str]:
    """Cells of a row of the table. Ratios are taken within a round, in which the three commands take turns."""
    log, half = folder / "log.ndjson", folder / "half.ndjson"
    with log.open("wb") as all_lines, half.open("wb") as first:
        for number, line in enumerate(iter_lines(form, lines)):
            all_lines.write(line)
            if number < lines // 2:
                first.write(line)
    jumun = Path(sys.executable).with_name("jumun")
    check: list[str | Path] = [jumun, "check", "--contract", "bootpay", "--format", "json", *FORMS[form][1]]
    parsed, alone, together = [], [], []
    for _ in range(rounds):
        parsed.append(run(sys.executable, "-c", _PARSE, log))
        alone.append(run(*check, log))
        together.append(run(*check, log, "--jobs", str(jobs)))
        if together[-1].printed != alone[-1].printed or orjson.loads(alone[-1].printed)["judged"] != lines:
            raise click.ClickException(f"{form}: the reports differ, or not all lines were judged")
    halves = [run(*check, half), run(*check, half, "--jobs", str(jobs))]
    yield f"{lines:,}"
    yield f"{log.stat().st_size / lines:,.0f}"
    yield f"{min(each.processor_s for each in parsed) / lines * 1e6:.1f}"
    yield f"{min(each.processor_s for each in alone) / lines * 1e6:.1f}"
    yield f"{statistics.median(a.processor_s / p.processor_s for a, p in zip(alone, parsed, strict=True)):.2f}"
    yield f"{statistics.median(t.processor_s / a.processor_s for a, t in zip(alone, together, strict=True)):.2f}"
    yield f"{statistics.median(a.seconds / t.seconds for a, t in zip(alone, together, strict=True)):.2f}"
    yield f"{parsed[0].memory_mb:.0f}"
    for part, whole in zip(halves, (alone, together), strict=True):
        yield f"{part.memory_mb:.0f} / {whole[0].memory_mb:.0f}"


@click.command()
@click.option("--lines", type=click.IntRange(2), default=200_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--jobs", type=click.IntRange(2), default=2, show_default=True)
def main(lines: int, rounds: int, jobs: int) -> None:
    """Print a row for each form of a line."""
    click.echo(f"| line | {' | '.join(each.replace('--jobs', f'--jobs {jobs}') for each in _COLUMNS)} |")
    click.echo(f"|---{'|--:' * len(_COLUMNS)}|")
    for form in FORMS:
        with TemporaryDirectory(prefix="jumun-bench-") as folder:
            cells = measure(form, lines=lines, rounds=rounds, jobs=jobs, folder=Path(folder))
            click.echo(f"| {form} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
