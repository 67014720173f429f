"""Calls to the control plane of a server, in this process or elsewhere."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode, urlsplit

import orjson

from jumun_mockserver.core.final_answer import FinalAnswer

if TYPE_CHECKING:
    from types import TracebackType

_TIMEOUT_S = 30
_CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


class ControlError(RuntimeError):
    """The control plane refused, or cannot be reached. The message says what would be right."""


class ControlClient:
    """One server's control plane, for one of its sessions."""

    def __init__(self, url: str, *, session: str | None = None, token: str | None = None) -> None:
        """Speak to the server at `url`.

        Args:
            session: The session's id; None for the default one.
            token: The server's --control-token.
        """
        self.url = url.rstrip("/")
        self.session = session
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname, parts.port or 80
        except ValueError:
            parts, host, port = None, None, 0
        if parts is None or parts.scheme != "http" or not host:
            raise ControlError(f"{url!r} is not the URL of a Jumun, such as http://127.0.0.1:8080")
        if token and not (token.isascii() and token.isprintable()):
            raise ControlError("the control token has characters that no header can hold")
        self._connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
        self._connection.response_class = FinalAnswer
        self._was_used = False
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def create_session(self, **options: Any) -> dict[str, Any]:
        """Make a session of these options (see `SessionOptions`) and speak for it from now on."""
        session = self._object("POST", "/sessions", "id", "base_urls", "keys", body=options)
        self.session = session["id"]
        return session

    def delete_session(self) -> None:
        """Forget the session."""
        self._call("DELETE", self._session_path())

    def show_session(self) -> dict[str, Any]:
        """The session as the control plane has it."""
        return self._object("GET", self._session_path(), "base_urls", "keys", "violations", "unmatched")

    def list_sessions(self) -> list[dict[str, Any]]:
        """All sessions as the control plane has them, the default one first."""
        sessions: Any = self._call("GET", "/sessions")
        if not isinstance(sessions, list):
            raise self._stranger()
        return sessions

    def snapshot(self) -> dict[str, Any]:
        """All that has changed in the session."""
        return self._object("GET", f"{self._session_path()}/snapshot", "version", "options", "state")

    def load_snapshot(self, snapshot: bytes) -> None:
        """Have what a snapshot has, given as JSON, and nothing else."""
        self._call("PUT", f"{self._session_path()}/snapshot", content=snapshot)

    def reset(self) -> None:
        """Forget what happened in the session."""
        self._call("POST", "/reset")

    def set_scenario(self, text: str) -> None:
        """Play `text`; '' for nothing."""
        if text:
            self._call("PUT", "/scenario", text=text)
        else:
            self._call("DELETE", "/scenario")

    def show_scenario(self) -> str:
        """What is played."""
        text: str = self._object("GET", "/scenario", "scenario")["scenario"]
        return text

    def unmet_steps(self) -> list[dict[str, Any]]:
        """The steps of it that no call has met so far: `line`, `target` and `step`."""
        return list(self._object("GET", "/scenario", "unmet")["unmet"])

    def move_clock(self, **move: Any) -> dict[str, Any]:
        """Move the clock, see ClockMove in control.openapi.yaml; `now`, `frozen`, `events` and `total`."""
        return self._object("POST", "/clock", "now", "frozen", "events", "total", body=move)

    def show_clock(self) -> dict[str, Any]:
        """`now` (RFC 3339) and `frozen`."""
        return self._object("GET", "/clock", "now", "frozen")

    def place_order(self, provider: str, **order: Any) -> dict[str, Any]:
        """Place orders: see NewOrder in control.openapi.yaml. The ids, or a list of them under `orders`."""
        return self._object("POST", "/orders", body={"provider": provider, **order})

    def act(self, id_: str, action: str, *, reason: str | None = None) -> list[dict[str, Any]]:
        """Do an action to a product order, or a Bootpay order; what happened."""
        body = {"action": action} | ({} if reason is None else {"reason": reason})
        return list(self._object("POST", f"/orders/{quote(id_, safe='')}/actions", "events", body=body)["events"])

    def orders(self, **query: Any) -> dict[str, Any]:
        """A page of orders with state and possible actions under `orders`; `provider`, `skip` and `limit` choose."""
        return self._object("GET", "/orders", "orders", "more", query=query)

    def order(self, id_: str) -> dict[str, Any]:
        """A product order, or a Bootpay order, with all that is known of it under `data`."""
        return self._object("GET", f"/orders/{quote(id_, safe='')}", "state", "actions", "data")

    def events(self, *, after: int = 0) -> list[dict[str, Any]]:
        """The events that are kept and numbered above `after`, oldest first."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._object("GET", "/events", "events", "more", query={"after": after})
            found += page["events"]
            if not page["more"]:
                return found
            after = found[-1]["number"]

    def webhooks(self) -> list[dict[str, Any]]:
        """Deliveries of webhooks that are kept, in the order of their events."""
        found: list[dict[str, Any]] = self._object("GET", "/webhooks", "webhooks")["webhooks"]
        return found

    def redeliver(self, id_: str) -> dict[str, Any]:
        """Send a webhook once more; the delivery after that."""
        return self._object("POST", f"/webhooks/{quote(id_, safe='')}/redeliver", "state", "attempts")

    def requests(self, **query: Any) -> list[dict[str, Any]]:
        """Exchanges that are kept, oldest first; `operation`, `status` and `since` choose."""
        exchanges: Any = self._call("GET", "/requests", query=query)
        if not isinstance(exchanges, list):
            raise self._stranger()
        return exchanges

    def count(self, **query: Any) -> int:
        """How many exchanges there are; as `requests`."""
        count: int = self._object("GET", "/requests/count", "count", query=query)["count"]
        return count

    def coverage(self) -> dict[str, Any]:
        """Which error codes were met."""
        return self._object("GET", "/coverage", "percent", "met", "total", "providers")

    def _session_path(self) -> str:
        return f"/sessions/{quote(self.session or 'default', safe='')}"

    def _object(self, method: str, path: str, *keys: str, **call: Any) -> dict[str, Any]:
        """The answer, an object with `keys`; raises ControlError for anything else."""
        answer: Any = self._call(method, path, **call)
        if not isinstance(answer, dict) or not answer.keys() >= set(keys):
            raise self._stranger()
        return answer

    def _stranger(self) -> ControlError:
        return ControlError(f"{self.url} does not answer as a Jumun does")

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        text: str | None = None,
        content: bytes | None = None,
    ) -> Any:
        """The answer's JSON, None where there is none.

        Raises:
            ControlError: No one answers, or the answer is a refusal.
        """
        pairs = {key: value for key, value in (query or {}).items() if value is not None}
        if self.session and not path.startswith("/sessions"):
            pairs.setdefault("session", self.session)
        if content is None:
            content = text.encode() if text is not None else json.dumps(body).encode() if body is not None else None
        headers = dict(self._headers)
        if content is not None:
            headers["content-type"] = "text/plain; charset=utf-8" if text is not None else "application/json"
        target = f"/_jumun{path}" + (f"?{urlencode(pairs)}" if pairs else "")
        status, answer = self._exchange(method, target, content, headers)
        try:
            data = orjson.loads(answer) if answer else None
        except orjson.JSONDecodeError:
            raise self._stranger() from None
        if status == 401:  # noqa: PLR2004 - Unauthorized
            wrong = "the control token that was given is wrong" if self._headers else "it asks for its control token"
            way_out = "give what the server was started with as --control-token or JUMUN_CONTROL_TOKEN"
            raise ControlError(f"{self.url} refused: {wrong}; {way_out}")
        if status >= 400:  # noqa: PLR2004 - the first of the error statuses
            detail = data.get("detail") if isinstance(data, dict) else None
            raise ControlError(f"{self.url} refused: {detail or f'status {status}'}")
        return data

    def _exchange(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            return self._send(method, target, body, headers)
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            was_used, self._was_used = self._was_used, False
            if was_used and isinstance(error, _CLOSED):
                # The server closed a connection that was kept; nothing was done, so once more on a fresh one.
                return self._exchange(method, target, body, headers)
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ControlError(f"no Jumun answers at {self.url} ({reason}); start one with jumun serve") from None

    def _send(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, target, body, headers)
        response = self._connection.getresponse()
        self._was_used = True
        return response.status, response.read()
