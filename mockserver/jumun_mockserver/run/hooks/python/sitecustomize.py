"""Python's sockets under `jumun run`, for programs that ignore proxy variables: docs/decisions/hooks.md.

Runs at the start of every Python of the command, whatever its version from 3.8 on. So it needs the standard library
only, imports nothing that the program may not need, and patches a module when the program imports it.
"""  # noqa: INP001 - found by PYTHONPATH, not imported from a package

from __future__ import annotations

import errno
import os
import sys
from importlib.machinery import PathFinder

# As in typing, whose import would be the dearest part of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from typing import Any

# What the doubles' names resolve to. No one listens there: a connection to it is sent on, by its port.
_STAND_IN = "127.74.117.109"
_REPORT_S = 2.0


class Gate:
    """Where connections go: to the double, where they wanted, or nowhere."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._hosts = frozenset(_names(environ["JUMUN_HOSTS"]))
        self._allowed = tuple(_names(environ.get("JUMUN_ALLOWED_HOSTS", "")))
        self._tls = ("127.0.0.1", int(environ["JUMUN_RUN_TLS_PORT"]))
        self._plain = _address(environ["JUMUN_URL"])
        self._proxy = _address(environ["JUMUN_PROXY_URL"])
        self._resolved: set[str] = set()

    def look_up(self, host: Any, port: Any) -> Any:
        """The name or address to look up instead of `host`.

        Raises:
            LookupError: The host is not to be reached. The text says so.
        """
        name = _plain(host)
        if name in self._hosts:
            return _STAND_IN
        # An address needs no look-up. Connecting to it is refused.
        if not name or _is_address(name) or self._is_free(name):
            return host
        raise LookupError(self._refuse(name, port))

    def remember(self, host: Any, *addresses: str) -> None:
        """Let pass what a name that may be reached has resolved to."""
        if not _is_address(_plain(host)):
            self._resolved.update(addresses)

    def redirect(self, address: Any) -> Any:
        """The address to connect to instead of `address`, a tuple that begins with host and port.

        Raises:
            ConnectionRefusedError: The host is not to be reached.
        """
        host, port, *more = address
        name = _plain(host)
        if name == _STAND_IN or name in self._hosts:
            return self._plain if port in (80, "80") else self._tls
        if self._is_free(name) or name in self._resolved:
            return (host, port, *more)
        raise ConnectionRefusedError(errno.ECONNREFUSED, self._refuse(name, port))

    def _is_free(self, name: str) -> bool:
        return _is_loopback(name) or any(
            name.endswith(each[1:]) if each.startswith("*.") else name == each for each in self._allowed
        )

    def _refuse(self, name: str, port: Any) -> str:
        """The reason. The proxy refuses the host as well, and counts it for the summary."""
        import _socket  # noqa: PLC0415 - the socket that no one has patched, for those who connect

        authority = f"[{name}]:{port or 443}" if ":" in name else f"{name}:{port or 443}"
        plug = _socket.socket()
        try:
            plug.settimeout(_REPORT_S)
            plug.connect(self._proxy)
            plug.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
            plug.recv(1)
        except OSError:
            pass
        finally:
            plug.close()
        return f"Blocked by Jumun: {name} is not a double (--allow-host {name})"


class Finder:
    """Has modules patched when the program imports them, before it sees them."""

    def __init__(self, gate: Gate, patches: Mapping[str, Callable[[Gate, Any], None]]) -> None:
        self._gate = gate
        self._patches = patches

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: Any = None) -> ModuleSpec | None:
        """A spec whose loader ends with the patch; None for modules that have none."""
        patch = self._patches.get(name)
        spec = PathFinder.find_spec(name, path) if patch else None
        if patch and spec and spec.loader:
            execute = spec.loader.exec_module

            def execute_and_patch(module: Any) -> None:
                execute(module)
                patch(self._gate, module)

            spec.loader.exec_module = execute_and_patch  # type: ignore[method-assign]
        return spec


def _patch_lookups(gate: Gate, socket: Any) -> None:
    getaddrinfo, gethostbyname = socket.getaddrinfo, socket.gethostbyname

    def look_up(host: Any, port: Any) -> Any:
        try:
            return gate.look_up(host, port)
        except LookupError as error:
            raise socket.gaierror(socket.EAI_NONAME, str(error)) from None

    def guarded_getaddrinfo(  # noqa: PLR0917 - as Python has it
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002 - as well
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        if host is None or flags & socket.AI_NUMERICHOST:
            return getaddrinfo(host, port, family, type, proto, flags)
        found = getaddrinfo(look_up(host, port), port, family, type, proto, flags)
        gate.remember(host, *(address[0] for *_, address in found))
        return found

    def guarded_gethostbyname(hostname: Any) -> Any:
        found = gethostbyname(look_up(hostname, None))
        gate.remember(hostname, found)
        return found

    socket.getaddrinfo, socket.gethostbyname = guarded_getaddrinfo, guarded_gethostbyname


def _patch_socket(gate: Gate, socket: Any) -> None:
    _patch_lookups(gate, socket)
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    families = (socket.AF_INET, socket.AF_INET6)

    def redirect(plug: Any, address: Any) -> Any:
        # Anything but a stream goes where it likes: programs connect UDP sockets to learn their own address.
        is_stream = plug.family in families and plug.type == socket.SOCK_STREAM
        return gate.redirect(address) if is_stream else address

    def guarded_connect(plug: Any, address: Any) -> Any:
        return connect(plug, redirect(plug, address))

    def guarded_connect_ex(plug: Any, address: Any) -> Any:
        try:
            return connect_ex(plug, redirect(plug, address))
        except ConnectionRefusedError as error:
            return error.errno

    socket.socket.connect, socket.socket.connect_ex = guarded_connect, guarded_connect_ex


def _patch_windows_events(gate: Gate, windows_events: Any) -> None:
    """The one event loop of Python's own that does not connect by `socket.connect`."""
    connect = windows_events.IocpProactor.connect

    def guarded_connect(proactor: Any, plug: Any, address: Any) -> Any:
        return connect(proactor, plug, gate.redirect(address))

    windows_events.IocpProactor.connect = guarded_connect


def _patch_uvloop(gate: Gate, uvloop: Any) -> None:
    """An event loop that looks up and connects in C."""
    create_connection = uvloop.Loop.create_connection

    async def guarded_getaddrinfo(loop: Any, host: Any, port: Any, **options: int) -> Any:
        def look_up() -> Any:
            return sys.modules["socket"].getaddrinfo(host, port, **options)

        return await loop.run_in_executor(None, look_up)

    async def guarded_create_connection(
        loop: Any, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        if host is not None:
            if options.get("ssl") and options.get("server_hostname") is None:
                options["server_hostname"] = host
            host, port = gate.redirect((host, port))
        return await create_connection(loop, protocol_factory, host, port, **options)

    uvloop.Loop.getaddrinfo, uvloop.Loop.create_connection = guarded_getaddrinfo, guarded_create_connection


def _patch_aiohttp(_gate: Gate, resolver: Any) -> None:
    """The resolver that aiohttp takes where aiodns is installed asks name servers by itself."""
    resolver.DefaultResolver = resolver.ThreadedResolver


def _patch_certifi(_gate: Gate, certifi: Any) -> None:
    """With `trust_env=False`, requests and httpx look at no variable that names certificates either."""
    certificates = os.environ.get("JUMUN_CA_FILE")
    if certificates:
        certifi.where = lambda: certificates


def _names(joined: str) -> list[str]:
    return [_plain(name) for name in joined.split(",") if name.strip()]


def _plain(host: Any) -> str:
    text = bytes(host).decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
    return text.strip().lower().rstrip(".")


def _address(url: str) -> tuple[str, int]:
    host, _, port = url.rstrip("/").rpartition("/")[2].rpartition(":")
    return host, int(port)


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()


def _is_loopback(name: str) -> bool:
    if _is_address(name):
        # To connect to the address of all interfaces is to stay here.
        return name in ("::1", "::", "0.0.0.0") or name.startswith(("127.", "::ffff:127."))  # noqa: S104
    return name == "localhost" or name.endswith(".localhost")


def _guard(environ: Mapping[str, str]) -> None:
    if not all(environ.get(name) for name in ("JUMUN_HOSTS", "JUMUN_RUN_TLS_PORT", "JUMUN_URL", "JUMUN_PROXY_URL")):
        return
    gate = Gate(environ)
    patches = {
        "socket": _patch_socket,
        "asyncio.windows_events": _patch_windows_events,
        "uvloop": _patch_uvloop,
        "aiohttp.resolver": _patch_aiohttp,
        "certifi": _patch_certifi,
    }
    for name in patches.keys() & sys.modules.keys():
        patches[name](gate, sys.modules[name])
    sys.meta_path.insert(0, Finder(gate, patches))


def _hand_on() -> None:
    """Run the sitecustomize that this one hides, the next on the path. It takes this one's name."""
    here = os.path.split(__file__)[0]
    spec = PathFinder.find_spec(__name__, sys.path[sys.path.index(here) + 1 :]) if here in sys.path else None
    if spec and spec.loader:
        from importlib.util import module_from_spec  # noqa: PLC0415 - few programs have one

        sys.modules[__name__] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


_guard(os.environ)
_hand_on()
