"""The address of a server of Valkey or Redis, as `--store` takes it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from jumun_mockserver.core.duration import parse_duration

PATIENCE_S = 0.25
_SCHEMES = ("valkey", "redis")
_PORT = 6379


class Address(NamedTuple):
    """Where a store is, as `valkey://[USER:PASSWORD@]HOST[:PORT][/DB][?timeout=DURATION]` or `redis://` says it.

    Attributes:
        patience_s: How long a command may take.
    """

    host: str
    port: int
    db: int
    username: str | None
    password: str | None
    patience_s: float = PATIENCE_S

    def __str__(self) -> str:
        """Without password and patience."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"valkey://{host}:{self.port}/{self.db}"

    @classmethod
    def of(cls, url: str) -> Address:
        """Read a URL.

        Raises:
            ValueError: It is not such a URL. The message does not repeat it, since it may have a password.
        """
        scheme = url.partition("://")[0]
        if scheme not in _SCHEMES:
            raise ValueError("must be memory or begin with valkey:// or redis://, e.g. valkey://127.0.0.1:6379/0")
        try:
            parts = urlsplit(url)
            port = _PORT if parts.port is None else parts.port
            key, _, value = parts.query.partition("=")
            patience_s = parse_duration(value) if key == "timeout" else PATIENCE_S
        except ValueError:
            parts, port, key, patience_s = urlsplit(""), 0, "", PATIENCE_S
        db = parts.path.removeprefix("/") or "0"
        is_right = parts.hostname and port and db.isascii() and db.isdigit() and key in {"", "timeout"}
        if not is_right or not patience_s or parts.fragment:
            raise ValueError(
                f"must be {scheme}://HOST:PORT/DB, with a number as DB, e.g. valkey://127.0.0.1:6379/0, or the same "
                "with ?timeout=1s"
            )
        username, password = (unquote(each) if each else None for each in (parts.username, parts.password))
        return cls(parts.hostname or "", port, int(db), username, password, patience_s)
