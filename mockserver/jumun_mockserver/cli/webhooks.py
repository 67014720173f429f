"""`jumun webhooks`: what a server has sent to receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_mockserver.cli.following import json_option
from jumun_mockserver.cli.server_option import server_options
from jumun_mockserver.cli.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.control.client import ControlClient

_COLUMNS = {"id": 5, "order": 24, "type": 12, "state": 9, "tries": 5, "last answer": 0}


@click.command()
@click.option("--redeliver", metavar="ID", help="Send this one once more first.")
@json_option
@server_options
def webhooks(*, redeliver: str | None, as_json: bool, client: ControlClient) -> None:
    """Print a row for each delivery of a session that is kept, in the order of the events."""
    if redeliver:
        client.redeliver(redeliver)
    deliveries = client.webhooks()
    lines = (orjson.dumps(each).decode() for each in deliveries)
    for line in lines if as_json else Table(_COLUMNS).rows(map(_cells, deliveries)):
        click.echo(line)


def _cells(row: Mapping[str, Any]) -> list[Any]:
    last = row["attempts"][-1] if row["attempts"] else {"status": None, "outcome": None}
    answer = " ".join(str(each) for each in (last["status"], last["outcome"]) if each)
    return [row["id"], row["order_id"], row["webhook_type"], row["state"], len(row["attempts"]), answer]
