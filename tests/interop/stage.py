"""Lays situations out: for each a session of the mock, or a place of the stub, or a closed port."""

from __future__ import annotations

import base64
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

import bcrypt
import httpx

from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.testing.session import JumunSession
from tests.interop.seen import Case, Wire
from tests.interop.stub import Canned, Stub

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from jumun_mockserver.live import LiveServer
    from tests.interop.situation import Situation


@dataclass(frozen=True, slots=True)
class _Api:
    """How the calls of one provider are laid out.

    Attributes:
        suffix: What a base URL has behind the host.
        path: Of a call with a good answer.
        secret: Which key is wrong where keys are.
    """

    suffix: str
    path: str
    secret: str


_BOOTPAY = _Api("/v1", "/orders", "secret_key")
_NAVER = _Api("", "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids", "access_token")
# Method → API and operation.
_METHODS = {
    "list": (_BOOTPAY, "bootpay.orders.list"),
    "detail": (_BOOTPAY, "bootpay.orders.detail"),
    "ids": (_NAVER, "naver.product_order_ids"),
}
# A clock ahead of the server's is refused.
_BACKDATE_S = 3


class Stage:
    """Where situations are laid out; as a context manager it takes down what it made."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server
        self._owned = ExitStack()
        self._stub = self._owned.enter_context(Stub())
        self._http = self._owned.enter_context(httpx.Client(trust_env=False))
        # Bound and not listening, so that no one else can have it.
        closed = self._owned.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))
        self._closed_url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._owned.close()

    def lay_out(self, situation: Situation) -> tuple[Case, Callable[[], Wire]]:
        """What a caller needs, and what tells afterwards what was on the wire."""
        api, operation = _METHODS[situation.calls[-1][0]]
        session = JumunSession(
            ControlClient(self._server.url),
            profile=situation.profile,
            orders=situation.more_orders,
            scenario=f"{operation}: {situation.steps}" if situation.steps else "",
        )
        self._owned.callback(session.close)
        keys = self._issue_naver_keys(session) if api is _NAVER else _read_bootpay_keys(session)
        url = self._server.url
        read_wire: Callable[[], Wire] = partial(_read_wire, session, situation)
        if situation.is_refused:
            url, read_wire = self._closed_url, Wire
        elif situation.answers:
            good = self._ask(url + api.suffix + api.path, keys)
            place = self._stub.add(*(good if each == "ok" else each for each in situation.answers))
            url, read_wire = self._stub.url + place.path, place.read_wire
        keys[api.secret] = {"right": keys[api.secret], "wrong": f"{keys[api.secret]}x", "empty": ""}[situation.keys]
        return Case(url + api.suffix, keys, situation.calls, situation.timeout_s), read_wire

    def _ask(self, url: str, keys: dict[str, str]) -> Canned:
        """What the mock answers."""
        if token := keys.get("access_token"):
            answer = self._http.get(url, headers={"Authorization": f"Bearer {token}"})
        else:
            answer = self._http.get(url, auth=(keys["client_key"], keys["secret_key"]))
        return Canned(200, answer.raise_for_status().content, {"Content-Type": answer.headers["Content-Type"]})

    def _issue_naver_keys(self, session: JumunSession) -> dict[str, str]:
        """A token, and what signs for another."""
        client_id, client_secret = session.naver_client_id, session.naver_client_secret
        timestamp = str(int((time.time() - _BACKDATE_S) * 1000))
        signature = bcrypt.hashpw(f"{client_id}_{timestamp}".encode(), client_secret.encode())
        form = {
            "client_id": client_id,
            "timestamp": timestamp,
            "grant_type": "client_credentials",
            "client_secret_sign": base64.b64encode(signature).decode(),
            "type": "SELF",
        }
        answer = self._http.post(f"{session.naver_base_url}/v1/oauth2/token", data=form).raise_for_status()
        return {"access_token": answer.json()["access_token"], "client_id": client_id, "client_secret": client_secret}


def _read_bootpay_keys(session: JumunSession) -> dict[str, str]:
    return {"client_key": session.bootpay_client_key, "secret_key": session.bootpay_secret_key}


def _read_wire(session: JumunSession, situation: Situation) -> Wire:
    """What the mock has of the last call. Token calls are none of the situation's."""
    calls = [each for each in session.requests() if each["operation"] != "naver.token"]
    played = {each["step"] for each in calls} - {"", "ok", "ok *"}
    assert played or not situation.steps, f"{situation.title}: not played"
    of_last = calls[len(situation.calls) - 1 :]
    return Wire([each["status"] for each in of_last], of_last[-1]["query"] if of_last else "")
