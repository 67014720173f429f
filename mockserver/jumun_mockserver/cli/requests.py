"""`jumun requests`: the calls that a server has had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jumun_mockserver.cli.following import follow_option, json_option, print_rows
from jumun_mockserver.cli.server_option import server_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.control.client import ControlClient

_COLUMNS = {
    "no": 4,
    "time": 12,
    "method": 6,
    "status": 6,
    "code": 16,
    "operation": 28,
    "path and what is to be said": 0,
}


@click.command()
@click.option("--operation", metavar="ID", help="Only calls of this operation; '' for those that none has.")
@click.option("--status", type=click.IntRange(0, 999), help="Only with this status; 0 for those without an answer.")
@follow_option
@json_option
@server_options
def requests(*, operation: str | None, status: int | None, follow: bool, as_json: bool, client: ControlClient) -> None:
    r"""Print a row for each call of a session that is kept, the oldest first, without credentials.

    The status is that of the answer, or the fault by which there was none.

    \b
    jumun requests --follow
    jumun requests --status 429 --json
    """
    print_rows(
        lambda last: client.requests(operation=operation, status=status, after=last),
        number="serial",
        columns=_COLUMNS,
        cells=_cells,
        follow=follow,
        as_json=as_json,
    )


def _cells(row: Mapping[str, Any]) -> list[Any]:
    path = f"{row['path']}?{row['query']}" if row["query"] else row["path"]
    said = [f"{each['place']}: {each['message']}" for each in row["violations"]] + row["remarks"]
    fault = [row["fault"]] if row["fault"] and row["status"] else []
    delay = [f"after {row['delay_s']:g} s"] if row["delay_s"] else []
    return [
        row["serial"],
        row["at"][11:23],
        row["method"],
        row["status"] or row["fault"],
        row["code"],
        row["operation"],
        "; ".join([path, *fault, *delay, *said]),
    ]
