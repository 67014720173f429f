"""`jumun orders`: what buyers do in the shops of a server that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import orjson

from jumun_contracts import JsonError, parse_json
from jumun_mockserver.cli.server_option import server_options
from jumun_mockserver.cli.table import Table, show_fields

if TYPE_CHECKING:
    from jumun_mockserver.control.client import ControlClient


@click.group()
def orders() -> None:
    """List, place or change orders on a running server."""


@orders.command("list")
@click.option("--provider", help="Only naver's or bootpay's.")
@click.option("--skip", type=click.IntRange(0), default=0, show_default=True, help="Leave out so many.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Print as many at most.")
@server_options
def list_orders(provider: str | None, skip: int, limit: int, client: ControlClient) -> None:
    """Print a row for each order, the newest of each provider first: id, state, possible actions."""
    page = client.orders(provider=provider, skip=skip, limit=limit)
    rows = ((each["id"], show_fields(each["state"]), ",".join(each["actions"])) for each in page["orders"])
    for line in Table({"order": 24, "state": 40, "actions": 0}).rows(rows):
        click.echo(line)
    if page["more"]:
        click.echo(f"There are more: --skip {skip + limit}", err=True)


@orders.command("place")
@click.argument("provider")
@click.argument("template", default="single")
@click.option("--product-orders", type=click.IntRange(1), help="Product orders in each NAVER order.")
@click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="How many orders.")
@click.option(
    "--with", "pairs", multiple=True, metavar="NAME=VALUE", help="A field that is to differ: JSON, or else text."
)
@server_options
def place_order(
    *,
    provider: str,
    template: str,
    product_orders: int | None,
    count: int,
    pairs: tuple[str, ...],
    client: ControlClient,
) -> None:
    r"""Place orders as a buyer does, and print their ids as JSON.

    \b
    jumun orders place naver options --with quantity=2
    jumun orders place bootpay --count 3 --with price=29000 --with order_name=구독
    """
    order: dict[str, Any] = {"template": template, "count": count, "with": dict(map(_read_pair, pairs))}
    if product_orders is not None:
        order["product_orders"] = product_orders
    click.echo(orjson.dumps(client.place_order(provider, **order)).decode())


@orders.command("act")
@click.argument("id_", metavar="ID")
@click.argument("action")
@click.option("--reason", help="A code of the provider's, for actions that take one.")
@server_options
def act(id_: str, action: str, reason: str | None, client: ControlClient) -> None:
    r"""Do an action to a NAVER product order or a Bootpay order, and print a line of JSON for each event.

    \b
    jumun orders act 68707c59b0eacea5cd974efd pay
    """
    for event in client.act(id_, action, reason=reason):
        click.echo(orjson.dumps(event).decode())


def _read_pair(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"--with {text!r} must be NAME=VALUE, such as quantity=2")
    try:
        return name, parse_json(value.encode())
    except JsonError:
        return name, value
