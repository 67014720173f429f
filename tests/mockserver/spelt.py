"""A credential, the ways in which programs write one that they quote, and the places where a client may send it."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus, urlencode

from tests.mockserver.world import FORM, KEYS, NAVER_ID, ORDER, basic

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = 'Kanarie/7531+ge"heim=&<x>'
JSON = "application/json"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in capitals": str.upper,
    "percent": lambda text: quote(text, safe=""),
    "percent, in small letters": lambda text: quote(text, safe="").replace("%2B", "%2b").replace("%2F", "%2f"),
    "percent, slashes left": quote,
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "base64": _base64,
    "base64 of a URL": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 behind one byte": lambda text: _base64(f"a{text}"),
    "base64 behind two bytes": lambda text: _base64(f"ab{text}!"),
    "base64 in percent": lambda text: quote(_base64(text), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[1:-1],
    "JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON of Go": lambda text: json.dumps(text)[1:-1].replace("<", "\\u003c").replace("&", "\\u0026"),
    "HTML": html.escape,
    "HTML by numbers": lambda text: "".join(char if char.isalnum() else f"&#{ord(char)};" for char in text),
    "JavaScript": lambda text: "".join(char if char.isalnum() else f"\\x{ord(char):02x}" for char in text),
    "hex": lambda text: text.encode().hex(),
    "within a URL": lambda text: f"https://shop.example/?key={quote(text)}&page=2",
}
"""Name → function that writes a text so."""

# What is left of the canary's letters in a text that has a part of it, in any of the spellings.
_PARTS = ("Kanarie", "heim", _base64(CANARY)[4:12], _base64(f"a{CANARY}")[4:12], _base64(f"ab{CANARY}")[4:12])
_HEX = (CANARY.encode().hex()[8:24], "4b616e61")


def find_canary(text: str) -> list[str]:
    """Parts of the canary, however spelt, that a text has."""
    lower = text.lower()
    return [part for part in (*_PARTS, *_HEX) if part.lower() in lower]


class Sent(NamedTuple):
    """A request that has the canary as a credential; the path is below the provider's base URL."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""


_IDS = f"/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
_PARTS_OF_A_BODY = f'--x\r\nContent-Disposition: form-data; name="secret_key"\r\n\r\n{quote(CANARY)}\r\n--x--'
_NAVER_FORM = {"client_id": NAVER_ID, "timestamp": "1772600767089", "type": "SELF", "client_secret_sign": CANARY}

SENT: dict[str, dict[str, Sent]] = {
    "bootpay": {
        "Basic": Sent("GET", "/orders", {"authorization": basic(KEYS[0], CANARY)}),
        "Basic without a password": Sent("GET", "/orders", {"authorization": f"Basic {_base64(CANARY)}"}),
        "Bearer": Sent("GET", "/orders?page=1", {"authorization": f"Bearer {CANARY}"}),
        "no scheme": Sent("GET", "/orders", {"authorization": CANARY}),
        "in small letters": Sent("GET", "/orders", {"authorization": f"bearer {CANARY}"}),
        "cookie": Sent("GET", "/orders", {"cookie": f"lang=ko; sid={CANARY}"}),
        "cookie in percent": Sent("GET", "/orders", {"cookie": f"sid={quote(CANARY, safe='')}"}),
        "API key": Sent("GET", "/orders", {"x-api-key": CANARY}),
        "member's token": Sent("GET", "/orders", {"bootpay-user-jwt": CANARY}),
        "Referer": Sent("GET", "/orders", {"referer": f"https://shop.example/a?access_token={quote(CANARY, safe='')}"}),
        "query": Sent("GET", f"/orders?access_token={quote(CANARY, safe='')}", {}),
        "query and path": Sent("GET", f"/orders/{quote(CANARY, safe='')}?secret_key={quote(CANARY, safe='')}", {}),
        "a path that no operation has": Sent(
            "GET", f"/nothing/{quote(CANARY, safe='')}", {"authorization": f"Bearer {CANARY}"}
        ),
        "JSON": Sent("POST", "/request/token", {"content-type": JSON}, json.dumps({"secret_key": CANARY})),
        "JSON, deep, unknown": Sent(
            "POST", "/request/token", {"content-type": JSON}, json.dumps({"auth": {"clientSecret": [CANARY]}})
        ),
        "JSON, another operation": Sent(
            "POST", "/order_subscriptions/charge", {"content-type": JSON}, json.dumps({"charge_key": CANARY})
        ),
        "form": Sent("POST", "/request/token", {"content-type": FORM}, urlencode({"secret_key": CANARY})),
        "form, twice": Sent(
            "POST", "/request/token", {"content-type": FORM}, f"{urlencode({'secret_key': CANARY})}&secret_key=x"
        ),
        "JSON as a form": Sent("POST", "/request/token", {"content-type": FORM}, json.dumps({"secret_key": CANARY})),
        "half an object": Sent(
            "POST", "/request/token", {"content-type": JSON}, f'{{"secret_key": "{quote(CANARY)}", "a'
        ),
        "parts": Sent("POST", "/request/token", {"content-type": "multipart/form-data; boundary=x"}, _PARTS_OF_A_BODY),
        "XML": Sent("POST", "/request/token", {"content-type": "text/xml"}, f"<token>{quote(CANARY)}</token>"),
    },
    "naver": {
        "Bearer": Sent("GET", _IDS, {"authorization": f"Bearer {CANARY}"}),
        "cookie": Sent("GET", _IDS, {"cookie": f"NID_SES={CANARY}"}),
        "signature": Sent("POST", "/v1/oauth2/token", {"content-type": FORM}, urlencode(_NAVER_FORM)),
        "signature in the URL": Sent("POST", f"/v1/oauth2/token?{urlencode(_NAVER_FORM)}", {}),
        "signature as JSON": Sent("POST", "/v1/oauth2/token", {"content-type": JSON}, json.dumps(_NAVER_FORM)),
        "client_secret": Sent("POST", "/v1/oauth2/token", {"content-type": FORM}, urlencode({"client_secret": CANARY})),
        "query of a path that no operation has": Sent("GET", f"/v1/nothing?token={quote(CANARY, safe='')}", {}),
    },
}
"""Provider → place → request."""
