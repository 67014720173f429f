"""What judging bad bodies takes beside good ones, and whether it grows faster than they do. See README.md here."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

# `make bench` runs this as a file.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.bench_check import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ITEMS = 100_000
_IDS, _ORDERS = "naver.product_order_ids.200", "bootpay.orders.list.200"


def _ids(items: list[Any]) -> Any:
    return {"timestamp": "2026-01-01T00:00:00.000+09:00", "traceId": "x", "data": {"productOrderIds": items}}


def _orders(orders: list[Any]) -> Any:
    return {"count": 1, "list": orders}


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of body.

    Attributes:
        make: Number of items, of objects or of keys → the body.
        most: Times the processor time of as many good ids that it may take; None where that is not bounded.
    """

    operation: str
    make: Callable[[int], Any]
    most: float | None


CASES: Mapping[str, Case] = {
    "good ids": Case(_IDS, lambda count: _ids([f"2022{each:012}" for each in range(count)]), None),
    "wrong ids, numbers": Case(_IDS, lambda count: _ids(list(range(count))), 10),
    "wrong ids, texts": Case(_IDS, lambda count: _ids([f"x{each}" for each in range(count)]), 10),
    "objects, one unknown key": Case(_ORDERS, lambda count: _orders([{"x": each} for each in range(count)]), 30),
    "objects, a wrong value": Case(_ORDERS, lambda count: _orders([{"price": "x"} for _ in range(count)]), 30),
    "objects, unknown keys of their own": Case(
        _ORDERS, lambda count: _orders([{f"k{each}": 1} for each in range(count)]), None
    ),
    "unknown keys of one object": Case(
        _ORDERS, lambda count: _orders([{f"k{each}": 1 for each in range(count)}]), None
    ),
}


def measure(case: Case, count: int, *, folder: Path) -> tuple[float, float]:
    """Processor time and memory in MB of a check."""
    body = folder / "body.json"
    body.write_text(json.dumps(case.make(count)), encoding="utf-8")
    jumun = str(Path(sys.executable).with_name("jumun"))
    provider = case.operation.partition(".")[0]
    # Findings are expected of most.
    done = run(
        jumun, "check", body, "--contract", provider, "--operation", case.operation, "-o", folder / "o", ok=(0, 1)
    )
    return done.processor_s, done.memory_mb


@click.command()
@click.option("--items", type=click.IntRange(1), default=ITEMS, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def main(items: int, rounds: int) -> None:
    """Print a row for each kind of body. The start, which is that of a body of one good id, is taken off."""
    click.echo("| body | s | ÷ good ids | at most | twice as many ÷ | MB: as many / twice |")
    click.echo("|---|--:|--:|--:|--:|--:|")
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in CASES}
    with TemporaryDirectory(prefix="jumun-bench-") as name:
        folder = Path(name)
        for _ in range(rounds):
            for kind, case in CASES.items():
                start, once, twice = (measure(case, count, folder=folder) for count in (1, items, 2 * items))
                found[kind].append((start[0], once[0], twice[0], once[1], twice[1]))
    best = {kind: [min(column) for column in zip(*rows, strict=True)] for kind, rows in found.items()}
    good_s = best["good ids"][1] - best["good ids"][0]
    for kind, case in CASES.items():
        start_s, once_s, twice_s, once_mb, twice_mb = best[kind]
        beside, growth = (once_s - start_s) / good_s, (twice_s - start_s) / (once_s - start_s)
        memory = f"{once_mb:.0f} / {twice_mb:.0f}"
        click.echo(f"| {kind} | {once_s - start_s:.2f} | {beside:.1f} | {case.most or ''} | {growth:.2f} | {memory} |")


if __name__ == "__main__":
    main()
