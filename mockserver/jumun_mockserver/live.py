"""The server in a thread, for tests and notebooks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.server.server import Door, Server, base_url, bind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import TracebackType
    from typing import Unpack

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.session.session import Session
    from jumun_mockserver.proxy.authority import Authority
    from jumun_mockserver.server.bounds import Bounds

_START_S = 10


class LiveServer:
    """A running Jumun on a free port of 127.0.0.1.

        with LiveServer(profile="observed") as server:
            client = NaverCommerceClient(base_url=server.naver_base_url, access_token="your_access_token_here")

    Attributes:
        session: Its default session: journal, data.
        clock: The default session's time.
        url: e.g. `http://127.0.0.1:40001`.
        naver_base_url: Replaces https://api.commerce.naver.com/external.
        bootpay_base_url: Replaces https://api.bootapi.com/v1.
        naver_client_id: An application that may sign for tokens, and naver_client_secret its salt.
        bootpay_client_key: An application's key, and bootpay_secret_key its secret.
        hosts: Names of the providers' hosts, that the server replaces.
        tls_port: Where it speaks TLS, by the name that the client asks for; 0 for nowhere.
        proxy_url: Where its forward proxy is; '' for nowhere.
        blocked: Hosts that the proxy refused → how often.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        authority: Authority | None = None,
        bounds: Bounds | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Load contracts and data, and bind; `start` serves.

        Args:
            authority: What signs for the providers' hosts; with one there are a TLS port and a forward proxy too.
            bounds: What connections may ask of the server; the usual ones if not given.

        Raises:
            DocumentError: An unknown profile, or a fault in the data folder.
            OSError: The address cannot be had.
            ValueError: An allowed host that is none, or that the server stands for.
        """
        dispatch = create_dispatch(options)
        self._store = dispatch.store
        self.session: Session = dispatch.store.default
        self.clock = self.session.clock
        self.hosts = tuple(dispatch.hosts)
        self.tls_port, self.proxy_url = 0, ""
        self.blocked: Mapping[str, int] = {}
        self._doors = self._open_doors(dispatch, authority, options.get("allowed_hosts", ()), host) if authority else ()
        self._listener = bind(host, port)
        self.url = base_url(self._listener)
        self.naver_base_url = dispatch.providers["naver"].base_url(self.url)
        self.bootpay_base_url = dispatch.providers["bootpay"].base_url(self.url)
        keys = self.session.keys
        self.naver_client_id = keys["naver_client_id"]
        self.naver_client_secret = keys["naver_client_secret"]
        self.bootpay_client_key = keys["bootpay_client_key"]
        self.bootpay_secret_key = keys["bootpay_secret_key"]
        self._started = threading.Event()
        certificate_pem = authority.certificate_pem if authority else None
        self._server = Server(
            dispatch, on_started=self._started.set, doors=self._doors, bounds=bounds, certificate_pem=certificate_pem
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="jumun", daemon=True
        )

    def _open_doors(
        self, dispatch: Dispatch, authority: Authority, allowed_hosts: Collection[str], host: str
    ) -> tuple[Door, ...]:
        from jumun_mockserver.proxy.proxy import Proxy, TlsPort  # noqa: PLC0415 - few servers have them

        tls = authority.context(self.hosts, refuses=dispatch.refuses_handshake)
        proxy = Proxy(hosts=self.hosts, tls=tls, allowed=allowed_hosts)
        doors = (Door(bind(host, 0), TlsPort(proxy)), Door(bind(host, 0), proxy))
        self.tls_port = doors[0].listener.getsockname()[1]
        self.proxy_url, self.blocked = base_url(doors[1].listener), proxy.blocked
        return doors

    def start(self) -> Self:
        """Serve; returns once calls are answered."""
        self._thread.start()
        if not self._started.wait(_START_S):
            raise RuntimeError(f"Jumun did not start at {self.url} within {_START_S} s")
        return self

    def stop(self) -> None:
        """End; open connections are cut."""
        self._server.stop()
        self._store.close()
        if self._thread.ident is not None:
            self._thread.join()
        self._listener.close()
        for door in self._doors:
            door.listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
