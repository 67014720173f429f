"""One of our four clients, synchronous or not, that makes one call again and again."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from jumun_client import (
    ApiError,
    AsyncBootpayCommerceClient,
    AsyncNaverCommerceClient,
    BootpayCommerceClient,
    NaverCommerceClient,
    RawAnswer,
)
from jumun_contracts import load_contract
from jumun_mockserver.providers.naver.lifecycle import SELLER_ACTIONS
from tests.conformance.samples import CLIENT_CALLS
from tests.interop.prepared import AsyncPrepared, Prepared

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType

    import httpx

    from jumun_mockserver.live import LiveServer
    from tests.client.world import FakeTime


@dataclass(frozen=True, slots=True)
class Result:
    """What a call gives that has no raw form, because it is as many requests as it needs.

    Attributes:
        value: The result.
        attempts: How many requests were sent.
    """

    value: Any
    attempts: int

    def parse(self) -> Any:
        """The result, as of a raw answer."""
        return self.value


Outcome: TypeAlias = RawAnswer[Any] | Result | ApiError


@dataclass(frozen=True, slots=True)
class Work:
    """A call of a client's.

    Attributes:
        clients: Which have it: the synchronous one, and that for asyncio.
        base_url: Where the server has its address.
        keys: Their parameter → where the server has it, or the value.
        call: Makes it with the client's `with_raw_response`, or with the client where it has no raw form.
        requests: How many a call that goes well takes, of a client that was not used before.
        has_raw_form: Whether `with_raw_response` has it.
    """

    clients: tuple[type, type]
    base_url: str
    keys: Mapping[str, str]
    call: Callable[[Any], Any]
    requests: int = 1
    has_raw_form: bool = True


_NAVER = (NaverCommerceClient, AsyncNaverCommerceClient)
_BOOTPAY = (BootpayCommerceClient, AsyncBootpayCommerceClient)
_BOOTPAY_KEYS = MappingProxyType({"client_key": "bootpay_client_key", "secret_key": "bootpay_secret_key"})
_BY_PROVIDER = MappingProxyType(
    {
        "naver": partial(Work, _NAVER, "naver_base_url", {"access_token": "your_access_token_here"}),
        "bootpay": partial(Work, _BOOTPAY, "bootpay_base_url", _BOOTPAY_KEYS),
    }
)
NOT_REPEATED = SELLER_ACTIONS.keys()
"""Writes, which a client does not send again: test_client_writes.py has them."""
KEYED = {
    operation
    for operation in CLIENT_CALLS
    if operation.startswith("bootpay.") and load_contract("bootpay", "observed").operations[operation].method != "GET"
} - {"bootpay.token"}
"""Writes with an idempotency key, each of which can be done once to an order: test_client_keyed_writes.py has them."""
_MANY_CALLS = {"naver.product_orders.query"}
# Each other operation that the client calls → a call that needs it.
WORK = {
    "naver.token": Work(
        _NAVER,
        "naver_base_url",
        {"client_id": "naver_client_id", "client_secret": "naver_client_secret"},
        CLIENT_CALLS["naver.product_order_ids"],
        requests=2,
    )
} | {
    operation: _BY_PROVIDER[operation.partition(".")[0]](call, has_raw_form=operation not in _MANY_CALLS)
    for operation, call in CLIENT_CALLS.items()
    if operation not in NOT_REPEATED | KEYED
}


class Asker:
    """A client that does some work; as a context manager it is closed at the end."""

    def __init__(
        self,
        work: Work,
        server: LiveServer,
        *,
        is_async: bool,
        time: FakeTime | None = None,
        prepare: Callable[[httpx.Request], object] = lambda _: None,
        tls: ssl.SSLContext | None = None,
        **settings: Any,
    ) -> None:
        """Point a client at the server.

        Args:
            time: In which it waits; the real one if not given.
            prepare: What is done to each request.
            tls: Whom it trusts. With it the client has the address of production; `prepare` must see to the server's.
        """
        settings |= {name: getattr(server, value, value) for name, value in work.keys.items()}
        if tls is None:
            settings["base_url"] = getattr(server, work.base_url)
        more = {"tls": tls} if tls else {}
        self._sent = 0

        def count(request: httpx.Request) -> None:
            self._sent += 1
            prepare(request)

        settings["transport"] = (AsyncPrepared if is_async else Prepared)(count, **more)
        if time is not None:
            settings["timing"] = time.async_timing() if is_async else time.timing()
        self._client = work.clients[is_async](**settings)
        self._work = work
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._await(self._client.close())
        self._runner.close()

    def ask(self, **settings: Any) -> Outcome:
        """The answer, which can be read, or the error, of our tree. Whatever else is raised fails the test."""
        client, call = self._client.with_options(**settings), self._work.call
        before = self._sent
        try:
            if not self._work.has_raw_form:
                return Result(self._await(call(client)), self._sent - before)
            answer: RawAnswer[Any] = self._await(call(client.with_raw_response))
            answer.parse()
        except ApiError as error:
            return error
        return answer

    def _await(self, outcome: Any) -> Any:
        return self._runner.run(outcome) if inspect.iscoroutine(outcome) else outcome
