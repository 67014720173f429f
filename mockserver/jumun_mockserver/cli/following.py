"""What `--follow` does: asking again for what has come since."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_mockserver.cli.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_PAUSE_S = 0.3

follow_option = click.option("--follow", is_flag=True, help="Go on, and print what comes, until Ctrl-C.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each, with all it has.")


def print_rows(
    ask: Callable[[int], Sequence[Mapping[str, Any]]],
    *,
    number: str,
    columns: Mapping[str, int],
    cells: Callable[[Mapping[str, Any]], Sequence[Any]],
    follow: bool,
    as_json: bool,
) -> None:
    """Print rows as a table, or as lines of JSON.

    Args:
        ask: Number of the last row that is known, 0 for none → the rows after that.
        number: The key of a row's number.
        columns: Of the table, as `Table` takes them.
        cells: What is in them.
    """
    rows = _iter_rows(ask, number=number, follow=follow)
    for line in (orjson.dumps(each).decode() for each in rows) if as_json else Table(columns).rows(map(cells, rows)):
        click.echo(line)


def _iter_rows(
    ask: Callable[[int], Sequence[Mapping[str, Any]]], *, number: str, follow: bool
) -> Iterator[Mapping[str, Any]]:
    last: Mapping[str, Any] | None = None
    while True:
        # The last one is asked for once more: where it is another, or gone, the session was started over.
        rows = list(ask(last[number] - 1 if last else 0))
        if last and rows and rows[0] == last:
            rows = rows[1:]
        elif last and (not rows or rows[0][number] == last[number]):
            click.echo("The session was started over", err=True)
            rows = list(ask(0))
            last = None
        for last in rows:
            yield last
        if not follow:
            return
        time.sleep(_PAUSE_S)
