"""Situations that a call can get into. docs/sdk-comparison.md has a row for each, and what callers see in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tests.interop.stub import Canned

if TYPE_CHECKING:
    from collections.abc import Mapping

Method: TypeAlias = Literal["list", "detail", "ids"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What happens to a call.

    Attributes:
        title: As the page has it.
        calls: Made by one client, each a method and its argument; the last is the one looked at.
        match: How many orders, or ids, a right answer is about.
        keys: Of what kind those are that the client has.
        steps: What the mock does to these calls, as scenarios have it.
        answers: What a stub answers instead of the mock, where `ok` is the mock's answer; empty for the mock itself.
        is_refused: Whether nothing listens.
        more_orders: How many the shop has beyond the usual.
        profile: The mock's.
        timeout_s: In place of the caller's own; a caller that has none to set is not waited for.
        shows_request: Whether what is sent belongs into the cell.
        strange: What the first order has that no client can know.
    """

    title: str
    calls: tuple[tuple[Method, Any], ...]
    match: int
    keys: Literal["right", "wrong", "empty"] = "right"
    steps: str = ""
    answers: tuple[Canned | Literal["ok"], ...] = ()
    is_refused: bool = False
    more_orders: int = 0
    profile: str = "documented"
    timeout_s: float | None = None
    shows_request: bool = False
    strange: Mapping[str, Any] = field(default_factory=dict)


_JSON: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})
_WAIT: Mapping[str, str] = MappingProxyType({**_JSON, "Retry-After": "1"})
_HTML = Canned(200, b"<html><body>maintenance</body></html>", {"Content-Type": "text/html"})
# Long enough for a busy machine to send what it does send.
_TIMEOUT_S = 1.0
_ORDER, _NO_ORDER = "2023010112345", "9999999999999999"

# What can happen to any call: title → the rest.
_ANYBODYS: Mapping[str, Mapping[str, Any]] = {
    "429 once": {"steps": "429, ok *"},
    "500 once": {"steps": "500, ok *"},
    "503 forever": {"steps": "503 *"},
    "502 once, with a gateway's HTML (`html-502`)": {"steps": "html-502, ok *"},
    "Refused, forever": {"is_refused": True},
    "Reset (`reset`)": {"steps": "reset, ok *"},
    "Closed without an answer (`empty`)": {"steps": "empty, ok *"},
    "Bytes that are not HTTP (`garbage`)": {"steps": "garbage, ok *"},
    "A TLS alert (`tls-fail`)": {"steps": "tls-fail, ok *"},
    "10 bytes of the body and no more (`truncate(10)`)": {"steps": "truncate(10), ok *"},
    "A broken chunk (`chunk`)": {"steps": "chunk, ok *"},
    "A body that is not the gzip it says (`gzip-lie`)": {"steps": "gzip-lie, ok *"},
    "No answer (`hang`)": {"steps": "hang, ok *", "timeout_s": _TIMEOUT_S},
    "The right answer in pieces (`dribble(100, 1ms)`)": {"steps": "dribble(100, 1ms), ok *"},
    "The right answer, its head line by line (`slow-headers`)": {"steps": "slow-headers, ok *"},
    "200 with HTML": {"answers": (_HTML,)},
    "200 without a body": {"answers": (Canned(200, b"", _JSON),)},
    "204": {"answers": (Canned(204),)},
    "302 to the same host": {"answers": (Canned(302, headers={"Location": "{here}"}), "ok")},
    "302 to another host, which answers": {"answers": (Canned(302, headers={"Location": "{elsewhere}"}), "ok")},
    "JSON labelled as HTML in EUC-KR (`charset`)": {"steps": "charset, ok *"},
    "The payload twice, the second null (`duplicate-keys`)": {"steps": "duplicate-keys, ok *"},
}


def _bootpay(title: str, *calls: tuple[Method, Any], match: int = 15, **more: Any) -> Situation:
    """If no calls are given, a list of all orders."""
    return Situation(title=title, calls=calls or (("list", {}),), match=match, **more)


def _filtered(title: str, filters: Mapping[str, Any], **more: Any) -> Situation:
    return _bootpay(title, ("list", filters), shows_request=True, **more)


def _naver(title: str, *orders: str, **more: Any) -> Situation:
    """If no orders are given, one with three ids."""
    return Situation(title=title, calls=tuple(("ids", order) for order in orders or (_ORDER,)), match=3, **more)


_TWICE: tuple[tuple[Method, Any], ...] = (("list", {}), ("list", {}))
_LOST: tuple[Method, str] = ("detail", "000000000000000000000000")
_LIMITED = Canned(429, b'{"status":429,"code":429,"message":"Too Many Requests","data":null}', _WAIT)
_STRANGE: Mapping[str, Any] = MappingProxyType({"status": 99, "colour": "red"})

BOOTPAY = (
    *(_bootpay(title, **more) for title, more in _ANYBODYS.items()),
    _bootpay("Wrong keys: 401, code 1700", keys="wrong"),
    _bootpay("No secret key: `''`", keys="empty", shows_request=True),
    _bootpay("401 once, after a list that went well", *_TWICE, steps="ok, 401, ok *"),
    _bootpay("An unknown order: 404, code 3700", _LOST),
    _bootpay("The same as seen live (`observed`): no status in the body", _LOST, profile="observed"),
    _bootpay("429 once, with `Retry-After: 1`", answers=(_LIMITED, "ok")),
    _bootpay("Closed when the next call comes (`keepalive-close`)", *_TWICE, steps="keepalive-close, ok *"),
    _bootpay(
        "An answer that stops half-way (`dribble(600, 1h)`)", steps="dribble(600, 1h), ok *", timeout_s=_TIMEOUT_S
    ),
    _bootpay(
        "An answer that takes twice the timeout, in pieces (`dribble(20, 100ms)`)",
        ("list", {"limit": 1}),
        steps="dribble(20, 100ms), ok *",
        timeout_s=_TIMEOUT_S,
    ),
    _bootpay(
        "An unknown status and an unknown field",
        steps='set(/list/0/status 99)+set(/list/0/colour "red")',
        strange=_STRANGE,
    ),
    _filtered("`status: [2]`", {"status": [2]}, match=7),
    _filtered("`status: 2`", {"status": 2}, match=7),
    _filtered("`status: '0,2'`", {"status": "0,2"}, match=9),
    _filtered("`payment_status: '20'`", {"payment_status": "20"}, match=0),
    _filtered("`status: []`", {"status": []}),
    _filtered("A misspelt filter, `statuses: [2]`", {"statuses": [2]}, match=7),
    _filtered("4 a page", {"limit": 4}),
    _filtered("100 a page, of which the API gives 50", {"limit": 100}, more_orders=60, match=75),
    _filtered("A page past the end", {"page": 99}),
    _bootpay("The order `''`", ("detail", "")),
    _bootpay("The order `'../orders'`", ("detail", "../orders")),
)

_RATE_LIMITED = Canned(429, b'{"code":"GW.RATE_LIMIT","message":"Too Many Requests"}', _WAIT)

NAVER = (
    *(_naver(title, **more) for title, more in _ANYBODYS.items()),
    _naver("A wrong token: 401", keys="wrong"),
    _naver("401 once, after a call that went well", _ORDER, _ORDER, steps="ok, 401, ok *"),
    _naver("An unknown order: 404", _NO_ORDER),
    _naver("The same as seen live (`observed`): 400, code 101010", _NO_ORDER, profile="observed"),
    _naver("429 once, with `Retry-After: 1`", answers=(_RATE_LIMITED, "ok")),
    _naver("Closed when the next call comes (`keepalive-close`)", _ORDER, _ORDER, steps="keepalive-close, ok *"),
    _naver("`data` as seen live (`observed`): a list", profile="observed"),
    _naver("An unknown field", steps='set(/colour "red")'),
    _naver("The order `''`", ""),
    _naver("The order `'../orders/2023010112345'`", f"../orders/{_ORDER}"),
)
