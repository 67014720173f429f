"""What `jumun run` starts, played by small servers that say how they were called, for tests of the hooks alone."""

from __future__ import annotations

import re
import ssl
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import trustme

from jumun_contracts import parse_json
from tests.interop.programs import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTS = ("api.commerce.naver.com", "stage-api.bootapi.com")
# Reserved for documentation, by RFC 5737 and RFC 3849.
ADDRESSES = ("203.0.113.9", "2001:db8::9")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What `jumun run` would have started.

    Attributes:
        plain: Port of the plain server.
        blocked: What the proxy was asked for.
        environment: For programs, without any hook.
    """

    plain: int
    blocked: list[str]
    environment: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    """Says how it was called: scheme, name in the ClientHello, Host, path."""

    def do_GET(self) -> None:
        """Answer with the words of the call."""
        name = getattr(self.connection, "asked_for", None)
        words = (
            "https" if isinstance(self.connection, ssl.SSLSocket) else "http",
            name,
            self.headers["Host"],
            self.path,
        )
        body = " ".join(filter(None, words)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class has it so
        """Print nothing of the requests."""


@dataclass(slots=True)
class _Doors:
    """Servers of this process, closed together."""

    stack: ExitStack = field(default_factory=ExitStack)

    def open(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> int:
        """Serve on a free port, which is given back."""
        httpd = self.stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        # A handshake that fails is the claim of a test, no message of the server's.
        httpd.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context:
            # The handshake is the connection's thread's: a client that fails it must not stop the others.
            httpd.socket = context.wrap_socket(httpd.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.stack.callback(thread.join)
        self.stack.callback(httpd.shutdown)
        return int(httpd.server_address[1])


@contextmanager
def surround(folder: Path, *certified: str) -> Iterator[Surroundings]:
    """Start the servers; the one that speaks TLS has a certificate for `certified`."""
    blocked: list[str] = []

    class Proxy(_Handler):
        def do_CONNECT(self) -> None:
            blocked.append(self.path)
            self.send_error(403)

    def keep_name(connection: Any, name: str | None, _context: ssl.SSLContext) -> None:
        connection.asked_for = name

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*certified).configure_cert(context)
    context.sni_callback = keep_name
    certificates = folder / "ca.pem"
    authority.cert_pem.write_to_path(certificates)
    doors = _Doors()
    with doors.stack:
        plain = doors.open(_Handler)
        environment = clean_environment(
            folder,
            JUMUN_URL=f"http://127.0.0.1:{plain}",
            JUMUN_RUN_TLS_PORT=str(doors.open(_Handler, context)),
            JUMUN_PROXY_URL=f"http://127.0.0.1:{doors.open(Proxy)}",
            JUMUN_HOSTS=",".join(HOSTS),
            JUMUN_ALLOWED_HOSTS="allowed.example,*.allowed.example",
            JUMUN_CA_FILE=str(certificates),
            SSL_CERT_FILE=str(certificates),
            NODE_EXTRA_CA_CERTS=str(certificates),
        )
        yield Surroundings(plain, blocked, environment)


def urls(surroundings: Surroundings) -> dict[str, str]:
    """URLs, and what a program must see of each."""
    free = f"127.0.0.1:{surroundings.plain}"
    named = f"localhost:{surroundings.plain}"
    return {
        f"https://{HOSTS[0]}/a": f"https {HOSTS[0]} {HOSTS[0]} /a",
        f"https://{HOSTS[1]}/b": f"https {HOSTS[1]} {HOSTS[1]} /b",
        f"http://{HOSTS[1]}/c": f"http {HOSTS[1]} /c",
        f"http://{free}/d": f"http {free} /d",
        f"http://{named}/e": f"http {named} /e",
        "https://www.example.com/f": reason("www.example.com"),
        f"https://{ADDRESSES[0]}/g": reason(ADDRESSES[0]),
        f"http://[{ADDRESSES[1]}]:8080/h": reason(ADDRESSES[1]),
    }


def reason(host: str) -> str:
    """What the hooks say of a host that they refuse."""
    return f"Blocked by Jumun: {host} is not a double (--allow-host {host})"


def assert_guided(surroundings: Surroundings, printed: str, *, lost: str = "") -> None:
    """Hold what a program saw against what it must see; `lost` is all that it says of a refused address."""
    seen = parse_json(printed)
    assert isinstance(seen, list)
    expected = urls(surroundings)
    # Clients put words of their own around a reason.
    pattern = re.compile(
        r"Blocked by Jumun: \S+ is not a double \(--allow-host [^\s)]+\)" + (f"|{lost}" if lost else "")
    )
    found = [(pattern.findall(str(text)) or [text])[-1] for text in seen]
    assert dict(zip(expected, found, strict=True)) == {
        url: lost if lost and any(map(text.endswith, map(reason, ADDRESSES))) else text
        for url, text in expected.items()
    }
    assert surroundings.blocked == ["www.example.com:443", f"{ADDRESSES[0]}:443", f"[{ADDRESSES[1]}]:8080"]
