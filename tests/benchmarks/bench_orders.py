"""What a list call costs with 15 to a million orders, as ratios in one run: `make bench`."""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

sys.path.insert(0, str(Path(__file__).parents[2]))

from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.providers.bootpay.seed import read_seed
from tests.mockserver.world import KEYS, basic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_mockserver.core.dispatch import Dispatch

SIZES = (0, 1_000, 10_000, 100_000, 1_000_000)
PACKAGED = 15
CALLS = {
    "by creation": "page=2&limit=2&status=2&css_at=2024-01-01&cse_at=2025-06-30",
    "by purchase": "page=2&limit=2&status=2&cs_type=p_at&css_at=2024-01-01&cse_at=2025-06-30",
    "50 rows": "page=1&limit=50",
}
_HEADERS = {"authorization": basic(*KEYS)}
_REPEATS, _BATCHES = 100, 15
# Kind → keywords that were not searched before: found nowhere, in a few orders, in an eighth of them. In nearly all are
# digits, other than those that are the same in every id.
KEYWORDS = {
    "none": ["없음", "가나다", "라마바"],
    "few": ["컵 99", "불 99", "상 99"],
    "an eighth": ["머그컵", "텀블러", "만년필"],
    "nearly all": [],
}


def measure(size: int) -> dict[str, Any]:
    """Everything about `size` derived orders, in this process, which must be fresh. Times are processor time."""
    begun = time.process_time()
    dispatch = create_dispatch({"orders": size})
    started = time.process_time()
    _call(dispatch, CALLS["by creation"])
    found: dict[str, Any] = {"start_s": started - begun, "first_s": time.process_time() - started}
    rates = {name: [_rate(dispatch, query) for _ in range(_BATCHES)] for name, query in CALLS.items()}
    found["rates"] = {name: statistics.median(each) for name, each in rates.items()}
    found["memory_mb"] = _resident_mb()
    if size:
        found["changed"] = _measure_changed(dispatch, size)
        found["keyword"] = _measure_keywords(size)
        found["memory_with_keywords_mb"] = _resident_mb()
        del dispatch
        gc.collect()
        found["memory_after_mb"] = _resident_mb()
    return found


def _measure_changed(dispatch: Dispatch, size: int) -> float:
    """The rate with every tenth order changed, by the rate of the same calls of a session without changes."""
    changed = create_dispatch({"orders": size})
    orders = changed.store.default.shops["bootpay"].orders
    for row in list(orders)[::10]:
        orders.put({**row, "status": 2 if row["status"] != 2 else 4})
    _call(changed, CALLS["by creation"])
    pairs = [(_rate(changed, CALLS["by creation"]), _rate(dispatch, CALLS["by creation"])) for _ in range(_BATCHES)]
    return statistics.median(ours / unchanged for ours, unchanged in pairs)


def _measure_keywords(size: int) -> dict[str, float]:
    """Kind of keyword → a call that searches for a new one, by a count of it in the same bytes."""
    ratios: dict[str, float] = {}
    dispatch = create_dispatch({"orders": size})
    _call(dispatch, f"keyword={quote('첫 낱말')}")
    derived = read_seed(SessionOptions(orders=size)).derived
    texts, _ = derived._texts
    digits = [digit for digit in "0123456789abcdef" if digit not in derived._orderer][:3]
    for kind, keywords in KEYWORDS.items():
        pairs = []
        for keyword in keywords or digits:
            query, text = f"limit=2&keyword={quote(keyword)}", keyword.encode()
            scan = min(_time(lambda text=text: texts.count(text)) for _ in range(3))  # type: ignore[misc]
            pairs.append(_time(lambda query=query: _call(dispatch, query)) / scan)  # type: ignore[misc]
        ratios[kind] = statistics.median(pairs)
    return ratios


def _call(dispatch: Dispatch, query: str) -> None:
    response = dispatch(Request("GET", "/v1/orders", query, _HEADERS, b""))
    if response.status != 200:
        raise click.ClickException(f"{query}: {response.status}")


def _rate(dispatch: Dispatch, query: str) -> float:
    begun = time.process_time()
    for _ in range(_REPEATS):
        _call(dispatch, query)
    return _REPEATS / (time.process_time() - begun)


def _time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096 / 1_000_000


def render(rounds: list[dict[int, dict[str, Any]]]) -> Iterator[str]:
    """Lines of Markdown: medians of the rounds, ratios within each."""

    def median(size: int, read: Callable[[dict[str, Any]], float], *, ratio: bool = False) -> float:
        return statistics.median(read(each[size]) / (read(each[0]) if ratio else 1) for each in rounds)

    kinds = list(KEYWORDS)
    yield f"| orders | start, s | first call, s | {' | '.join(f'{name}, /s | ÷ 15' for name in CALLS)} | memory, MB |"
    yield f"|--:{'|--:' * (2 + 2 * len(CALLS) + 1)}|"
    for size in rounds[0]:
        cells = [
            f"{median(size, lambda each: each['start_s']):.2f}",
            f"{median(size, lambda each: each['first_s']):.3f}",
        ]
        for name in CALLS:
            cells.append(f"{median(size, lambda each, name=name: each['rates'][name]):,.0f}")  # type: ignore[misc]
            cells.append(f"{median(size, lambda each, name=name: each['rates'][name], ratio=True):.2f}")  # type: ignore[misc]
        cells.append(f"{median(size, lambda each: each['memory_mb']):.0f}")
        yield f"| {size + PACKAGED:,} | {' | '.join(cells)} |"
    yield ""
    searched = " | ".join(f"keyword in {kind} ÷ scan" for kind in kinds)
    yield f"| orders | 10 % changed ÷ unchanged | {searched} | memory then, MB | after |"
    yield f"|--:{'|--:' * (3 + len(kinds))}|"
    for size in rounds[0]:
        if size:
            cells = [f"{median(size, lambda each: each['changed']):.2f}"]
            cells += [f"{median(size, lambda each, kind=kind: each['keyword'][kind]):.1f}" for kind in kinds]  # type: ignore[misc]
            cells += [f"{median(size, lambda each: each['memory_with_keywords_mb']):.0f}"]
            cells += [f"{median(size, lambda each: each['memory_after_mb']):.0f}"]
            yield f"| {size + PACKAGED:,} | {' | '.join(cells)} |"


@click.command()
@click.option("--rounds", default=3, show_default=True, help="How often each size is measured, in turn.")
@click.option("--size", type=int, hidden=True, help="Measure one size in this process and print it as JSON.")
def main(rounds: int, size: int | None) -> None:
    """Print the curve, each size in a process of its own in each round."""
    if size is not None:
        click.echo(json.dumps(measure(size)))
        return
    command = [sys.executable, __file__, "--size"]
    found = [
        {
            each: json.loads(subprocess.run([*command, str(each)], check=True, capture_output=True).stdout)
            for each in SIZES
        }
        for _ in range(rounds)
    ]
    for line in render(found):
        click.echo(line)


if __name__ == "__main__":
    main()
