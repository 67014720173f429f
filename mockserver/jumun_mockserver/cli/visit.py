"""A visit to a server: its read-only operations called for `jumun check --url`, one after the other.

Each is called as it should be and, where it asks for keys, without them. Nothing is followed, repeated or written: the
one POST is NAVER's for a token, where keys and no token are given.
"""

from __future__ import annotations

import base64
import http.client
import io
import math
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

import orjson

from jumun_contracts.recordings.places import Lines
from jumun_contracts.recordings.recorded import Body, Recorded, Unreadable
from jumun_mockserver.core.final_answer import FinalAnswer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator, Iterator, Mapping
    from typing import Any

    from jumun_contracts import Contract, Operation

Exchange: TypeAlias = "Recorded | Unreadable"

_PER_SECOND = 5.0
_MOST_BYTES = 64 * 2**20
_OK = range(200, 300)


class VisitError(ValueError):
    """The visit cannot begin. The message says what is missing, and no key."""


class Visit:
    """Calls of one provider's operations.

    Attributes:
        contract: Whose operations are called.
        base_url: What the contract's paths are relative to, without a slash at the end.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        base_url: str,
        keys: Mapping[str, str],
        values: Mapping[str, str],
        with_samples: bool = True,
        timeout_s: float = 10,
        ends_at_s: float = math.inf,
        sleep: Callable[[float], None] = time.sleep,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; `iter_exchanges` calls.

        Args:
            keys: Environment variable → value: NAVER_COMMERCE_ACCESS_TOKEN and the like.
            values: Parameter → value, for path and query.
            with_samples: Whether the contract's examples, which any Jumun knows, are sent where `values` has none.
            timeout_s: For connecting, and for each wait for bytes.
            ends_at_s: When all is to be over, an answer that still comes in included.
            sleep: Takes seconds.
            monotonic_s: Tells the time by which calls are paced and end.
        """
        self.contract = contract
        self.base_url = base_url
        self._keys = keys
        self._values = values
        self._with_samples = with_samples
        self._timeout_s = timeout_s
        self._ends_at_s = ends_at_s
        self._sleep = sleep
        self._monotonic_s = monotonic_s
        self._numbers = count(1)
        self._free_at_s = 0.0

    def iter_exchanges(self, *, operation: str | None = None) -> Iterator[Exchange]:
        """Call, no faster than the contract documents (five a second where it does not), and give what came.

        Where a proper call is refused, an `Unreadable` after the answer says that the one we came for was not to be
        had: a server that refuses everybody has not passed.

        Args:
            operation: The one to call; if None all that only read, but for stubs, of which little may be known.

        Raises:
            VisitError: Keys or values are missing, or cannot be used.
        """
        called = [
            each
            for each in self.contract.operations.values()
            if each.method == "GET" and (operation == each.id or (operation is None and not each.is_stub))
        ]
        if not called:
            return
        self._refuse_missing_values(called)
        authorization = yield from self._iter_authorization()
        if authorization is None:
            return
        for each in called:
            exchange = self._call(each, {"authorization": authorization})
            yield exchange
            yield from self._iter_refusals(exchange)
            if each.security:
                yield self._call(each, {})

    def _refuse_missing_values(self, called: list[Operation]) -> None:
        missing = {
            each.name: operation.id
            for operation in reversed(called)
            for each in operation.parameters
            if each.required and each.location != "header" and each.name not in self._given(operation)
        }
        if missing:
            options = " ".join(f"--param {name}=…" for name in reversed(missing))
            *_, first = missing.values()
            others = " and others need" if len(set(missing.values())) > 1 else " needs"
            raise VisitError(f"{first}{others} values: give {options}, or name one call with --operation")

    def _given(self, operation: Operation) -> dict[str, str]:
        """Values for an operation, by parameter."""
        samples = _read_samples(operation, self.contract) if self._with_samples else {}
        return {**samples, **_begin_windows(operation), **self._values}

    def _iter_authorization(self) -> Generator[Exchange, None, str | None]:
        """The header's value, asked for with an exchange if it must be; None if that was refused."""
        provider = self.contract.provider.upper()
        if token := self._keys.get(f"{provider}_COMMERCE_ACCESS_TOKEN"):
            return f"Bearer {token}"
        names = {
            "naver": ("NAVER_COMMERCE_CLIENT_ID", "NAVER_COMMERCE_CLIENT_SECRET"),
        }.get(self.contract.provider, (f"{provider}_COMMERCE_CLIENT_KEY", f"{provider}_COMMERCE_SECRET_KEY"))
        first, second = (self._keys.get(name, "") for name in names)
        if not first or not second:
            raise VisitError(
                f"no keys for {self.contract.provider}: set {provider}_COMMERCE_ACCESS_TOKEN, or {' and '.join(names)}"
            )
        if self.contract.provider != "naver":
            return f"Basic {base64.b64encode(f'{first}:{second}'.encode()).decode()}"
        exchange = self._call(self.contract.operations["naver.token"], {}, form=_signed_form(first, second))
        yield exchange
        yield from self._iter_refusals(exchange)
        token = _token(exchange)
        if token is None and isinstance(exchange, Recorded) and exchange.status in _OK:
            yield Unreadable(exchange.file, (1, 1), exchange.number, "naver.token gave no token that could be sent")
        return token and f"Bearer {token}"

    def _iter_refusals(self, exchange: Exchange) -> Iterator[Unreadable]:
        if isinstance(exchange, Recorded) and exchange.status not in _OK:
            reason = f"{exchange.operation} answered {exchange.status} to a proper call: its success is not judged"
            yield Unreadable(exchange.file, (1, 1), exchange.number, reason)

    def _call(
        self, operation: Operation, keys: Mapping[str, str], *, form: Mapping[str, str] | None = None
    ) -> Exchange:
        """One exchange. What it is called by (`file`) holds no value of a parameter."""
        number, name = next(self._numbers), self.base_url + operation.path
        target = _target(self.base_url, operation, self._given(operation))
        headers = {"accept": "application/json", **keys}
        body = None
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        self._wait(operation)
        try:
            status, answered, text = self._exchange(operation.method, target, headers, body)
        except TimeoutError:
            is_over = self._monotonic_s() >= self._ends_at_s
            reason = "the --deadline of all calls is over" if is_over else f"silent for {self._timeout_s:g} s"
            return Unreadable(name, (1, 1), number, f"{operation.id} cannot be called: {reason}")
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            # The words of http.client's own exceptions may quote the answer; their names tell enough.
            reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            return Unreadable(name, (1, 1), number, f"{operation.id} cannot be called: {reason}")
        if len(text) > _MOST_BYTES:
            return Unreadable(name, (1, 1), number, f"{operation.id} answered more than {_MOST_BYTES} bytes")
        return Recorded(
            file=name,
            place=(1, 1),
            number=number,
            method=operation.method,
            url=f"{urlsplit(self.base_url).scheme}://{urlsplit(self.base_url).netloc}{target}",
            status=status,
            operation=operation.id,
            request_headers=headers,
            response_headers=answered,
            request_body=None if body is None else _body(body),
            response_body=_body(text),
        )

    def _wait(self, operation: Operation) -> None:
        now_s = self._monotonic_s()
        if now_s < self._free_at_s:
            self._sleep(self._free_at_s - now_s)
        per_second = operation.rate_limit.per_second if operation.rate_limit else _PER_SECOND
        self._free_at_s = max(now_s, self._free_at_s) + 1 / per_second

    def _patience_s(self) -> float:
        """How long the next wait may take; TimeoutError where no time is left."""
        left_s = self._ends_at_s - self._monotonic_s()
        if left_s <= 0:
            raise TimeoutError
        return min(self._timeout_s, left_s)

    def _exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._patience_s())
        connection.response_class = partial(PatientResponse, patience_s=self._patience_s)  # type: ignore[assignment]
        try:
            connection.request(method, target, body=body, headers=dict(headers))
            response = connection.getresponse()
            text = response.read(_MOST_BYTES + 1)
            return response.status, {name.lower(): value for name, value in response.getheaders()}, text
        finally:
            connection.close()


def _begin_windows(operation: Operation) -> dict[str, str]:
    """Moments that the operation must be told, for lack of other values: a minute less than a day ago."""
    day_ago = datetime.now(UTC) - timedelta(hours=23, minutes=59)
    return {
        each.name: day_ago.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for each in operation.parameters
        if each.location == "query" and each.required and _is_moment(each.schema.document)
    }


def _read_samples(operation: Operation, contract: Contract) -> dict[str, str]:
    """Examples of ids and the like; a page is as long as the server likes."""
    raw = contract.document["paths"][operation.path][operation.method.lower()]
    examples = {each["name"]: each["example"] for each in raw.get("parameters", ()) if "example" in each}
    return {name: text for name, text in examples.items() if isinstance(text, str)}


def _is_moment(document: object) -> bool:
    return isinstance(document, dict) and document.get("format") == "date-time"


def _target(base_url: str, operation: Operation, values: Mapping[str, str]) -> str:
    """Path and query of a call."""
    path = operation.path
    for each in operation.parameters:
        if each.location == "path":
            path = path.replace(f"{{{each.name}}}", quote(values[each.name], safe=""))
    query = {
        each.name: values[each.name]
        for each in operation.parameters
        if each.location == "query" and each.name in values
    }
    return urlsplit(base_url).path + path + (f"?{urlencode(query)}" if query else "")


def _signed_form(client_id: str, client_secret: str) -> dict[str, str]:
    import bcrypt  # noqa: PLC0415 - most visits need none

    timestamp = str(time.time_ns() // 10**6)
    try:
        signature = bcrypt.hashpw(f"{client_id}_{timestamp}".encode(), client_secret.encode())
    except ValueError:
        signature = b""
    if not signature:
        raise VisitError("NAVER_COMMERCE_CLIENT_SECRET is no bcrypt salt, with which NAVER's clients sign")
    return {
        "client_id": client_id,
        "timestamp": timestamp,
        "grant_type": "client_credentials",
        "client_secret_sign": base64.b64encode(signature).decode(),
        "type": "SELF",
    }


def _token(exchange: Exchange) -> str | None:
    if not isinstance(exchange, Recorded) or exchange.response_body is None:
        return None
    try:
        answer = orjson.loads(exchange.response_body.text)
    except ValueError:
        return None
    token = answer.get("access_token") if isinstance(answer, dict) else None
    return token if isinstance(token, str) and is_sendable(token) else None


def is_sendable(key: str) -> bool:
    """Whether a header can hold it."""
    return bool(key) and key.isascii() and key.isprintable()


def _body(text: bytes) -> Body:
    """Of an answer, placed by its own lines."""
    return Body(text, Lines(text.decode(errors="replace")).place)


class PatientResponse(FinalAnswer):
    """Asks before each wait how long that may take."""

    def __init__(self, sock: socket.socket, *args: Any, patience_s: Callable[[], float], **options: Any) -> None:
        """As http.client makes it.

        Args:
            patience_s: Gives seconds, or raises what the reader is to raise.
        """
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_PatientSocket(sock, patience_s))


class _PatientSocket(io.RawIOBase):
    def __init__(self, sock: socket.socket, patience_s: Callable[[], float]) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._patience_s = patience_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._patience_s())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
