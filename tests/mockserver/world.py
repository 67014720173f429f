"""A whole Jumun without a server: what the tests of dispatch and of the providers talk to."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

import bcrypt

from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.providers.naver.placing import place_order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Unpack

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.http import Response
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Provider

# 2026-03-04T05:06:07.089Z
NOW = 1_772_600_767.089
NAVER_ID, NAVER_SECRET = "demo-naver-client-id", "$2a$04$DemoSecretOfJumunOnly."
STATIC_TOKEN = "your_access_token_here"
ORDER = "2023010112345"
KEYS = ("your-commerce-client-key", "your-commerce-secret-key")
DEMO_KEYS = ("demo-bootpay-client-key", "demo-bootpay-secret-key")
TOKEN_PATH = "/external/v1/oauth2/token"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """A response as tests look at it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's value; its keys keep their order."""
        return json.loads(self.body)

    @property
    def note(self) -> str:
        """The Jumun-Note header, '' if there is none."""
        return self.headers.get("jumun-note", "")


class World:
    """A session of its own behind a dispatch, with a frozen clock."""

    def __init__(
        self, *, at: float = NOW, providers: Mapping[str, Provider[Any]] | None = None, **options: Unpack[Options]
    ) -> None:
        self.clock = Clock(frozen_at=at)
        if providers is None:
            self.dispatch = create_dispatch({**options, "clock": self.clock})
        else:
            session = Session(providers, SessionOptions(options.get("profile", "documented")), clock=self.clock)
            store = MemoryStore(providers, session)
            self.dispatch = Dispatch(providers, store, on_exchange=options.get("on_exchange"))

    @property
    def session(self) -> Session:
        """The only one."""
        return self.dispatch.store.default  # type: ignore[no-any-return,unused-ignore]

    @property
    def last(self) -> Exchange:
        """What the journal says of the newest exchange."""
        return list(self.session.journal)[-1]

    @property
    def places(self) -> list[str]:
        """Where the newest request broke its contract."""
        return [violation.place for violation in self.last.violations]

    def call(self, method: str, target: str, body: bytes | str = b"", **headers: str) -> Answer:
        """Send a request; underscores in header names are hyphens."""
        path, _, query = target.partition("?")
        names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        content = body.encode() if isinstance(body, str) else body
        return read_answer(self.dispatch(Request(method, unquote(path), query, names, content)))

    def product_orders(self, order_id: str = ORDER, *, prefix: str = "/external", **headers: str) -> Answer:
        """`naver.product_order_ids`, with the token of the guide's samples if no other header is given."""
        given = {"authorization": f"Bearer {STATIC_TOKEN}", "accept": "application/json", **headers}
        return self.call("GET", f"{prefix}/v1/pay-order/seller/orders/{order_id}/product-order-ids", **given)

    def naver(self, method: str, path: str, body: Any = None, **query: object) -> Answer:
        """A call of NAVER's order API, `path` relative to product-orders, with the token of the guide's samples."""
        headers = {"authorization": f"Bearer {STATIC_TOKEN}"}
        if body is not None:
            headers["content-type"] = "application/json"
        target = f"/external/v1/pay-order/seller/product-orders{path}?{urlencode(query)}"
        return self.call(method, target, b"" if body is None else json.dumps(body), **headers)

    def place(self, template: str = "single", count: int | None = None, **fields: Any) -> list[str]:
        """Ids of the product orders of a NAVER order that is placed now."""
        placed = place_order(NewOrder(template, count, fields), self.session.shops["naver"])
        return list(placed["product_order_ids"])

    def naver_token(self, **changes: str | None) -> Answer:
        """`naver.token`, signed now and changed by `changes`; None leaves a field out."""
        fields = {**self.token_fields(), **changes}
        form = urlencode({name: value for name, value in fields.items() if value is not None})
        return self.call("POST", TOKEN_PATH, form, content_type=FORM)

    def token_fields(self, **changes: str) -> dict[str, str]:
        """A right form for `naver.token`; a changed timestamp is signed too."""
        timestamp = changes.get("timestamp", str(round(self.clock.now() * 1_000)))
        return {
            "client_id": NAVER_ID,
            "timestamp": timestamp,
            "grant_type": "client_credentials",
            "client_secret_sign": sign(timestamp),
            "type": "SELF",
            **changes,
        }

    def orders(self, query: str = "", **headers: str) -> Answer:
        """`bootpay.orders.list`, with the keys of the page's sample if no other header is given."""
        return self.call("GET", f"/v1/orders?{query}", **{"authorization": basic(*KEYS), **headers})


def read_answer(response: Response) -> Answer:
    """A response of dispatch as tests look at it."""
    return Answer(response.status, dict(response.headers), response.body)


def basic(client_key: str, secret_key: str) -> str:
    """The Authorization header of a key pair."""
    return "Basic " + base64.b64encode(f"{client_key}:{secret_key}".encode()).decode()


def sign(timestamp: str, *, client_id: str = NAVER_ID, secret: str = NAVER_SECRET) -> str:
    """A signature as NAVER's clients make it."""
    return base64.b64encode(bcrypt.hashpw(f"{client_id}_{timestamp}".encode(), secret.encode())).decode()


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """A data folder with these files, by name, e.g. `naver/orders.yaml`."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
