"""A visit to a server: its read-only operations called for `jumun check --url`, one after the other.

Each is called as it should be and, where it asks for keys, without them. Nothing is followed, repeated or written: the
one POST is NAVER's for a token, where keys and no token are given.
"""

from __future__ import annotations

import math
import ssl
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

import httpx

from jumun_client import (
    ApiError,
    ConnectionFailedError,
    DeadlineExceededError,
    StatusError,
    TimedOutError,
    Timing,
    UnexpectedAnswerError,
)
from jumun_client.call import Call
from jumun_client.conversation import Question
from jumun_client.credentials import Signer, basic_authorization
from jumun_client.naver import token_question
from jumun_client.sync import SyncClient
from jumun_contracts.recordings.places import Lines
from jumun_contracts.recordings.recorded import Body, Recorded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from typing import Any

    from jumun_client import RawAnswer
    from jumun_contracts import Contract, Operation

Exchange: TypeAlias = "Recorded | Unreadable"

_PER_SECOND = 5.0
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
        # Whether there is a server: where the first call finds none, the others are not made.
        self._has_answered = self._is_down = False

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
        # As the rest of the machine trusts, and by no proxy: the server that is named is the one that is judged.
        with httpx.Client(trust_env=False, verify=ssl.create_default_context()) as http:
            client = SyncClient(
                clock=time.time,
                calls_per_s=None,
                timing=Timing(monotonic=self._monotonic_s, sleep=self._sleep),
                transport=None,
                http_client=http,
                settings={"timeout": self._timeout_s, "max_retries": 0, "pacing": "off"},
            )
            authorization = yield from self._iter_authorization(client)
            if authorization is None:
                return
            for each in called:
                exchange, _ = self._call(client, each, self._question(each, authorization))
                yield exchange
                if self._is_down:
                    return
                yield from self._iter_refusals(exchange)
                if each.security:
                    yield self._call(client, each, self._question(each))[0]

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

    def _iter_authorization(self, client: SyncClient) -> Generator[Exchange, None, str | None]:
        """The header's value, asked for with an exchange if it must be; None if that was refused."""
        provider = self.contract.provider.upper()
        if token := self._keys.get(f"{provider}_COMMERCE_ACCESS_TOKEN"):
            return f"Bearer {token}"
        arguments = ("client_id", "client_secret") if provider == "NAVER" else ("client_key", "secret_key")
        names = {each: f"{provider}_COMMERCE_{each.upper()}" for each in arguments}
        keys = {each: self._keys.get(name, "") for each, name in names.items()}
        if not all(keys.values()):
            ways = f"{provider}_COMMERCE_ACCESS_TOKEN, or {' and '.join(names.values())}"
            raise VisitError(f"no keys for {self.contract.provider}: set {ways}")
        try:
            if provider != "NAVER":
                return basic_authorization(**keys)
            question = token_question(Signer.from_keys(**keys), base_url=self.base_url, at_s=time.time())
        except ValueError as error:
            # The client names its arguments, and shows no key.
            text = str(error)
            for argument, name in names.items():
                text = text.replace(argument, name)
            raise VisitError(text) from error
        exchange, answer = self._call(client, self.contract.operations["naver.token"], question)
        yield exchange
        yield from self._iter_refusals(exchange)
        try:
            return f"Bearer {answer.parse().access_token}" if answer and answer.http_response.is_success else None
        except UnexpectedAnswerError:
            reason = "naver.token gave no token that could be sent"
            yield Unreadable(exchange.file, (1, 1), exchange.number, reason)
        return None

    def _iter_refusals(self, exchange: Exchange) -> Iterator[Unreadable]:
        if isinstance(exchange, Recorded) and exchange.status not in _OK:
            reason = f"{exchange.operation} answered {exchange.status} to a proper call: its success is not judged"
            yield Unreadable(exchange.file, (1, 1), exchange.number, reason)

    def _question(self, operation: Operation, authorization: str = "") -> Question[object]:
        """A call of an operation that reads; without an authorization none is sent."""
        values, path = self._given(operation), operation.path
        for each in operation.parameters:
            if each.location == "path":
                path = path.replace(f"{{{each.name}}}", quote(values[each.name], safe=""))
        query = [each.name for each in operation.parameters if each.location == "query" and each.name in values]
        call = Call(
            operation=operation.id,
            method="GET",
            url=self.base_url + path,
            query=tuple((name, values[name]) for name in query),
            headers={"Accept": "application/json"} | ({"Authorization": authorization} if authorization else {}),
            repeatable=False,
        )
        return Question.of_any(call, lambda document: document)

    def _call(
        self, client: SyncClient, operation: Operation, question: Question[Any]
    ) -> tuple[Exchange, RawAnswer[Any] | None]:
        """One exchange, and its answer unless it is an error. What it is called by holds no value of a parameter."""
        number, name = next(self._numbers), self.base_url + operation.path
        answer, seen = None, list[httpx.Response]()
        self._wait(operation)
        left_s = self._ends_at_s - self._monotonic_s()
        over = reason = "the --deadline of all calls is over"
        if left_s > 0:
            deadline_s = None if left_s == math.inf else left_s
            try:
                with suppress(StatusError):
                    answer = client.with_options(deadline=deadline_s, on_exchange=seen.append).converse(question)
            except DeadlineExceededError:
                reason = over
            except TimedOutError:
                reason = f"silent for {self._timeout_s:g} s"
            except (ApiError, ValueError) as error:
                reason = str(error).removeprefix(f"{operation.id}: ")
                if isinstance(error, ConnectionFailedError) and not error.is_sent and not self._has_answered:
                    self._is_down = True
                    reason += "; nothing else is called there"
        if not seen:
            return Unreadable(name, (1, 1), number, f"{operation.id} cannot be called: {reason}"), None
        response, self._has_answered = seen[0], True
        exchange = Recorded(
            file=name,
            place=(1, 1),
            number=number,
            method=operation.method,
            url=str(response.request.url),
            status=response.status_code,
            operation=operation.id,
            request_headers=dict(response.request.headers),
            response_headers=dict(response.headers),
            request_body=_body(response.request.content) if response.request.content else None,
            response_body=_body(response.content),
        )
        return exchange, answer

    def _wait(self, operation: Operation) -> None:
        now_s = self._monotonic_s()
        if now_s < self._free_at_s:
            self._sleep(self._free_at_s - now_s)
        per_second = operation.rate_limit.per_second if operation.rate_limit else _PER_SECOND
        self._free_at_s = max(now_s, self._free_at_s) + 1 / per_second


def _begin_windows(operation: Operation) -> dict[str, str]:
    """Moments for parameters that must be given and have no other value: a minute less than a day ago."""
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


def _body(text: bytes) -> Body:
    """Of an answer, placed by its own lines."""
    return Body(text, Lines(text.decode(errors="replace")).place)
