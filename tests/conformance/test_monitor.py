"""The monitor on the hooks of real HTTP clients, against the mock."""

from __future__ import annotations

import asyncio
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
import requests

from jumun_client import BootpayCommerceClient, NaverCommerceClient
from jumun_contracts import monitor
from jumun_mockserver import LiveServer
from tests.mockserver.world import KEYS, ORDER, STATIC_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts.check.monitor import Monitor

BROKEN = 'bootpay.orders.list: set(/list/0/price "CANARY"), ok *'
PATH = f"/v1/pay-order/seller/orders/{ORDER}/product-order-ids"


def by_httpx(server: LiveServer, watch: Monitor) -> None:
    """An event hook, before the body is read."""
    with httpx.Client(auth=KEYS, event_hooks={"response": [watch]}, trust_env=False) as client:
        assert client.get(f"{server.bootpay_base_url}/orders").json()["count"]


def by_async_httpx(server: LiveServer, watch: Monitor) -> None:
    """The same, asynchronously."""

    async def call() -> None:
        hooks = {"response": [watch.asynchronously]}
        async with httpx.AsyncClient(auth=KEYS, event_hooks=hooks, trust_env=False) as client:
            assert (await client.get(f"{server.bootpay_base_url}/orders")).json()["count"]

    asyncio.run(call())


def by_requests(server: LiveServer, watch: Monitor) -> None:
    """A hook that gets more than the response."""
    answer = requests.get(f"{server.bootpay_base_url}/orders", auth=KEYS, hooks={"response": watch}, timeout=10)
    assert answer.json()["count"]


def by_our_client(server: LiveServer, watch: Monitor) -> None:
    """`on_exchange`, which knows nothing of contracts; the client refuses what it cannot decode by itself."""
    with BootpayCommerceClient(
        client_key=KEYS[0], secret_key=KEYS[1], base_url=server.bootpay_base_url, on_exchange=watch
    ) as client:
        try:
            client.list_orders()
        except ValueError:
            pass
        except Exception as error:  # noqa: BLE001 - whichever of its own it is
            assert type(error).__module__ == "jumun_client.errors"  # noqa: PT017


CLIENTS = [by_httpx, by_async_httpx, by_requests, by_our_client]


@pytest.mark.parametrize("call", CLIENTS)
def test_what_breaks_the_contract_is_found(call: Callable[[LiveServer, Monitor], None]) -> None:
    """One answer is broken and one is not: one finding, at its place, without the value."""
    watch = monitor("bootpay")
    with LiveServer(scenario=BROKEN) as server:
        call(server, watch)
        call(server, watch)
    verdict = watch.verdict()
    (complaint,) = (each for each in verdict.complaints if each.severity == "breaking")
    assert (complaint.severity, complaint.pointer, complaint.keyword) == ("breaking", "/list/0/price", "type")
    assert (complaint.operation, complaint.status, complaint.exchange) == ("bootpay.orders.list", "200", 1)
    assert verdict.judged == 2
    assert verdict.exit_code() == 1
    assert "CANARY" not in repr(verdict)


def test_requests_are_judged_too() -> None:
    """A parameter that the operation does not have, and a body with a field too little."""
    watch = monitor("bootpay")
    with LiveServer() as server:
        requests.get(f"{server.bootpay_base_url}/orders?pages=2", auth=KEYS, hooks={"response": watch}, timeout=10)
        requests.post(
            f"{server.bootpay_base_url}/request/token",
            json={"client_key": KEYS[0]},
            hooks={"response": watch},
            timeout=10,
        )
    found = {(each.operation, each.keyword) for each in watch.verdict().complaints if each.side == "request"}
    assert found == {("bootpay.orders.list", "parameter"), ("bootpay.token", "required")}


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_the_mock_is_clean(profile: str) -> None:
    """Both providers' answers, errors included, by threads that share the monitor."""
    watch = monitor(f"naver:{profile}", f"bootpay:{profile}")
    with LiveServer(profile=profile) as server:

        def call(number: int) -> None:
            with NaverCommerceClient(
                access_token=STATIC_TOKEN, base_url=server.naver_base_url, on_exchange=watch
            ) as client:
                client.product_order_ids(ORDER)
            hooks = {"response": watch}
            requests.get(
                f"{server.naver_base_url}{PATH}", hooks=hooks, timeout=10, headers={"Accept": "application/json"}
            )
            requests.get(f"{server.bootpay_base_url}/orders?page={number}", auth=KEYS, hooks=hooks, timeout=10)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(call, range(1, 17)))
    verdict = watch.verdict()
    assert not [each for each in verdict.complaints if each.side == "response" and each.severity == "breaking"]
    assert verdict.judged == 48


def test_strangers_are_not_judged() -> None:
    """Calls of other hosts are not failures; a verdict over nothing is not clean."""
    watch = monitor()
    assert watch.verdict().exit_code() == 2
    watch(httpx.Response(200, text="x", request=httpx.Request("GET", "https://example.com/CANARY")))
    verdict = watch.verdict()
    (stranger,) = verdict.unjudged
    assert stranger.uncovered
    assert "CANARY" not in repr(verdict)
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301 - our own
