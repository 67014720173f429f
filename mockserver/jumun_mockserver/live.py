"""The server in a thread, for tests and notebooks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.server import Server, base_url, bind

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Unpack

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.session import Session

_START_S = 10


class LiveServer:
    """A running Jumun on a free port of 127.0.0.1.

        with LiveServer(profile="observed") as server:
            client = NaverCommerceClient(base_url=server.naver_base_url, access_token="your_access_token_here")

    Attributes:
        session: The world it serves: clock, journal, data.
        url: e.g. `http://127.0.0.1:40001`.
        naver_base_url: What stands in place of https://api.commerce.naver.com/external.
        bootpay_base_url: What stands in place of https://api.bootapi.com/v1.
        naver_client_id: An application that may sign for tokens, and naver_client_secret its salt.
        bootpay_client_key: An application's key, and bootpay_secret_key its secret.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **options: Unpack[Options]) -> None:
        """Load contracts and data, and bind; `start` serves.

        Raises:
            DocumentError: An unknown profile, or a fault in the data folder.
            OSError: The address cannot be had.
        """
        dispatch = create_dispatch(options)
        self.session: Session = dispatch.store.default
        self._listener = bind(host, port)
        self.url = base_url(self._listener)
        self.naver_base_url = dispatch.providers["naver"].base_url(self.url)
        self.bootpay_base_url = dispatch.providers["bootpay"].base_url(self.url)
        keys = {name: key for each in dispatch.providers.values() for name, key in each.own_keys(self.session).items()}
        self.naver_client_id = keys["naver_client_id"]
        self.naver_client_secret = keys["naver_client_secret"]
        self.bootpay_client_key = keys["bootpay_client_key"]
        self.bootpay_secret_key = keys["bootpay_secret_key"]
        self._started = threading.Event()
        self._server = Server(dispatch, on_started=self._started.set)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="jumun", daemon=True
        )

    def start(self) -> Self:
        """Serve; returns once calls are answered."""
        self._thread.start()
        if not self._started.wait(_START_S):
            raise RuntimeError(f"Jumun did not start at {self.url} within {_START_S} s")
        return self

    def stop(self) -> None:
        """End; open connections are cut."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
