"""`jumun events`: what happened to the orders of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jumun_mockserver.cli.following import follow_option, json_option, print_rows
from jumun_mockserver.cli.server_option import server_options
from jumun_mockserver.cli.table import show_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.control.client import ControlClient

_COLUMNS = {"no": 4, "at": 24, "order": 24, "actor": 8, "action": 16, "state": 0}


@click.command()
@follow_option
@json_option
@server_options
def events(*, follow: bool, as_json: bool, client: ControlClient) -> None:
    """Print a row for each event of a session that is kept, the oldest first."""
    print_rows(
        lambda last: client.events(after=last),
        number="number",
        columns=_COLUMNS,
        cells=_cells,
        follow=follow,
        as_json=as_json,
    )


def _cells(row: Mapping[str, Any]) -> list[Any]:
    order = row["product_order_id"] or row["order_id"]
    return [row["number"], row["at"], order, row["actor"], row["action"], show_fields(row["state"])]
