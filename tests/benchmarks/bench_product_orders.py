"""What NAVER's orders cost: a query of 300, the change feed of many, a session that places some. `make bench`."""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

sys.path.insert(0, str(Path(__file__).parents[2]))

from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.http import Request
from jumun_mockserver.testing.session import JumunSession
from tests.mockserver.world import STATIC_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.dispatch import Dispatch

QUERIED, FEW, MANY, ROWS, PLACED = 300, 100, 100_000, 50, 100
_ORDERS = "/external/v1/pay-order/seller/product-orders"
_HEADERS = {"authorization": f"Bearer {STATIC_TOKEN}", "content-type": "application/json"}
_CALLS = 20


def compare(one: Callable[[], object], other: Callable[[], object], *, rounds: int, calls: int = _CALLS) -> float:
    """The time of `one` by that of `other`, which take turns: the median over the rounds."""
    return statistics.median(_time(one, calls) / _time(other, calls) for _ in range(rounds))


def query(profile: str, *, rounds: int) -> float:
    """A query of 300 ids, from the second call, by orjson's writing of the same body."""
    dispatch = create_dispatch({"profile": profile, "orders": 1_000, "limits": "off"})
    seed = dispatch.store.default.shops["naver"].book.seed
    ids = [id_ for order in seed if order.own for id_ in order.product_order_ids][:QUERIED]
    request = Request("POST", f"{_ORDERS}/query", "", _HEADERS, orjson.dumps({"productOrderIds": ids}))
    body = orjson.loads(_answer(dispatch, request))
    if len(body["data"]) != QUERIED:
        raise click.ClickException(f"the answer has {len(body['data'])} of {QUERIED} product orders")
    return compare(lambda: dispatch(request), lambda: orjson.dumps(body), rounds=rounds)


def changes(profile: str, *, rounds: int) -> float:
    """A page of the feed with 100,000 orders, by the same with 100."""
    many, few = _page_of_changes(profile, MANY), _page_of_changes(profile, FEW)
    return compare(many, few, rounds=rounds)


def placing(profile: str, *, rounds: int) -> float:
    """A session in which 100 orders are placed one by one, by 100 calls of the control plane that only read."""
    with LiveServer(profile=profile) as server, ControlClient(server.url) as control:

        def live_and_place() -> None:
            session = JumunSession(ControlClient(server.url))
            for _ in range(PLACED):
                session.place_order("naver")
            session.close()

        def read() -> None:
            for _ in range(PLACED):
                control.show_clock()

        return compare(live_and_place, read, rounds=rounds, calls=1)


def _page_of_changes(profile: str, orders: int) -> Callable[[], object]:
    """A call for a page of the day on which most happened to a shop of so many orders."""
    dispatch = create_dispatch({"profile": profile, "orders": orders, "limits": "off"})
    feed = dispatch.store.default.shops["naver"].book.iter_keys("feed", (0, ""), sys.maxsize)
    day, count = Counter(datetime.fromtimestamp(at_ms / 1_000, UTC).date() for at_ms, _ in feed).most_common(1)[0]
    if count < ROWS:
        raise click.ClickException(f"of {orders} orders no day has {ROWS} changes")
    window = f"lastChangedFrom={day}T00:00:00.000Z&lastChangedTo={day}T23:59:59.999Z"
    request = Request("GET", f"{_ORDERS}/last-changed-statuses", f"{window}&limitCount={ROWS}", _HEADERS)
    if len(orjson.loads(_answer(dispatch, request))["data"]["lastChangeStatuses"]) != ROWS:
        raise click.ClickException(f"the page of {day} is not full")
    return lambda: dispatch(request)


def _answer(dispatch: Dispatch, request: Request) -> bytes:
    response = dispatch(request)
    if response.status != HTTPStatus.OK:
        raise click.ClickException(f"{request.path}: {response.status}")
    return response.body


def _time(work: Callable[[], object], calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        work()
    return time.perf_counter() - begun


# What is measured, and at most how often the other it may take.
MEASURES = {
    "query of 300 ÷ orjson": (query, 3.0),
    "changes, 100,000 orders ÷ 100": (changes, 2.0),
    "session with 100 placed ÷ 100 calls": (placing, 2.0),
}


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=15, show_default=True)
def main(rounds: int) -> None:
    """Print each ratio in both profiles, beside the most that it may be."""
    click.echo(f"| ratio | at most | {' | '.join(PROFILES)} |")
    click.echo(f"|---|--:{'|--:' * len(PROFILES)}|")
    for name, (measure, at_most) in MEASURES.items():
        cells = [f"{measure(profile, rounds=rounds):.2f}" for profile in PROFILES]
        click.echo(f"| {name} | {at_most:g} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
