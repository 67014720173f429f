"""A judge that listens: called with each response of a client, it says in the end what broke the contract."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from jumun_contracts.check.judge import Judge
from jumun_contracts.contract.loading import load_contracts
from jumun_contracts.recordings.places import Lines
from jumun_contracts.recordings.recorded import Body, Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_contracts.check.verdict import Verdict
    from jumun_contracts.contract.model import Contract

_FILE = "<traffic>"


def monitor(*contracts: str | Contract) -> Monitor:
    """A callable for the hooks of HTTP clients.

        watch = monitor("bootpay:observed")
        httpx.Client(event_hooks={"response": [watch]})
        requests.get(url, hooks={"response": watch})
        BootpayCommerceClient(..., on_exchange=watch)
        assert not watch.verdict().complaints

    Args:
        contracts: Contracts, or names such as `naver` or `bootpay:observed`; both as documented if none is given.

    Raises:
        DocumentError: No such provider or profile.
    """
    return Monitor(load_contracts(*contracts))


class Monitor:
    """Judges responses of httpx and requests as they come. Threads may share it, and nothing of a response is kept."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._judge = Judge(contracts)
        self._lock = Lock()
        self._count = 0

    def __call__(self, response: Any, *_args: object, **_options: object) -> None:
        """Judge a response; its body is read if that was not done yet. requests passes more, which does not matter."""
        if hasattr(response, "read") and not hasattr(response, "iter_content"):
            # An httpx hook is called before the body is read.
            response.read()
        self._take(response)

    async def asynchronously(self, response: Any) -> None:
        """The same for httpx.AsyncClient."""
        await response.aread()
        self._take(response)

    def verdict(self) -> Verdict:
        """What was found so far."""
        with self._lock:
            return self._judge.verdict()

    def _take(self, response: Any) -> None:
        request = response.request
        with self._lock:
            self._count += 1
            self._judge.judge(
                Recorded(
                    file=_FILE,
                    place=(self._count, 1),
                    number=self._count,
                    method=str(request.method),
                    url=str(request.url),
                    status=response.status_code,
                    request_headers=_headers(request.headers),
                    response_headers=_headers(response.headers),
                    request_body=_request_body(request),
                    response_body=_body(response.content),
                )
            )


def _headers(headers: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value for name, value in headers.items()
    }


def _request_body(request: Any) -> Body | None:
    """What was sent, where it is at hand: a stream has gone by, and httpx raises RuntimeError for it."""
    content: Any = None
    with suppress(RuntimeError):
        content = request.body if hasattr(request, "body") else request.content
    if isinstance(content, str):
        content = content.encode()
    return _body(content) if isinstance(content, bytes) and content else None


def _body(content: bytes) -> Body:
    """Places are those in the body itself: there is no file."""
    return Body(content, lambda offset: Lines(content.decode("utf-8", "replace")).place(offset))
