"""What callers see of situations, and the words for it. The same words are the same facts, for every caller."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.interop.situation import Situation

# What takes the place of bytes that are not text.
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Case:
    """A situation laid out for one caller.

    Attributes:
        base_url: What replaces production's: with `/v1` for Bootpay, the host alone for NAVER.
        keys: `client_key` and `secret_key`, or `access_token` and the `client_id` and `client_secret` for another.
        calls: As of the situation, and so is `timeout_s`.
    """

    base_url: str
    keys: Mapping[str, str]
    calls: Sequence[Sequence[Any]]
    timeout_s: float | None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown, alone or as the header has it."""
        if token := self.keys.get("access_token"):
            return (token, self.keys["client_secret"])
        pair = f"{self.keys['client_key']}:{self.keys['secret_key']}"
        return tuple(filter(None, (self.keys["secret_key"], base64.b64encode(pair.encode()).decode())))


@dataclass(frozen=True, slots=True)
class Seen:
    """Outcome of the last call of a case.

    Attributes:
        kind: `rejected` is with something that is not an Error, in Node; `waiting` has no end.
        value: What was returned, or rejected with: JSON.
        error: The class of what was raised.
        status: The HTTP status, as an attribute of what was raised or of its response.
        shown: What is printed when that is, or what was rejected with.
        client: What is printed when the client is; None where there is none.
        timeout_s: How long the request was to wait for an answer; None or 0 forever.
    """

    kind: Literal["returned", "rejected", "raised", "waiting"]
    value: Any = None
    error: str = ""
    status: int | None = None
    shown: str = field(default="", repr=False)
    client: str | None = field(default=None, repr=False)
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """What went over the wire for the last call of a case, as far as it can be known.

    Attributes:
        statuses: Of the answers, in order.
        query: Of the last request, as sent.
        keys_elsewhere: Whether another host was sent the keys; None if no other was asked.
    """

    statuses: Sequence[int] = ()
    query: str = ""
    keys_elsewhere: bool | None = None


def describe(situation: Situation, seen: Seen, wire: Wire) -> str:
    """The words of a cell."""
    outcome = _describe_outcome(situation, seen, wire)
    # Following a redirect is not a second try.
    if len(wire.statuses) > 1 and HTTPStatus.FOUND not in wire.statuses:
        outcome += f" after {len(wire.statuses)} tries"
    words = [_describe_request(wire)] if situation.shows_request else []
    words.append(outcome)
    if _loses_status(seen, wire):
        words.append("status lost")
    if wire.keys_elsewhere is not None:
        words.append("the credentials go along" if wire.keys_elsewhere else "the credentials stay behind")
    return "; ".join(words)


def describe_run(cases: Sequence[Case], seen: Sequence[Seen], wires: Sequence[Wire], *, printed: str) -> dict[str, str]:
    """What the calls of a caller have in common: title → words.

    Args:
        printed: All that it printed and logged.
    """
    together = list(zip(cases, seen, wires, strict=True))
    timeouts_s = {each.timeout_s for case, each, wire in together if wire.statuses and not case.timeout_s}
    tries = max(len(wire.statuses) for wire in wires if HTTPStatus.FOUND not in wire.statuses)
    clients = [(case, each.client) for case, each, _ in together if each.client is not None]
    return {
        "How long it waits for an answer": " or ".join(
            f"{each:g} s" if each else "forever" for each in sorted(timeouts_s, key=lambda each: each or 0)
        ),
        "Whether it tries again by itself": f"up to {tries} tries" if tries > 1 else "never",
        "Secrets in what it prints and logs": _describe_leak((case, printed) for case in cases),
        "Secrets in its errors, when printed": _describe_leak((case, each.shown) for case, each, _ in together),
        "Secrets in its client, when printed": _describe_leak(clients) if clients else "has no client",
    }


def _describe_leak(texts: Iterable[tuple[Case, str]]) -> str:
    return "yes" if any(secret in text for case, text in texts for secret in case.secrets) else "none"


def _describe_request(wire: Wire) -> str:
    if not wire.statuses:
        return "sends nothing"
    return f"sends `{unquote_plus(wire.query)}`" if wire.query else "sends no filter"


def _describe_outcome(situation: Situation, seen: Seen, wire: Wire) -> str:
    match seen.kind:
        case "returned":
            return f"returns {_describe_value(situation, seen.value)}"
        case "rejected":
            return f"rejects with {_describe_rejection(seen.value, wire)}"
        case "raised":
            return f"raises `{seen.error}`" + (f" with status {seen.status}" if seen.status else "")
    return "waits forever"


def _describe_value(situation: Situation, value: Any) -> str:
    match value:
        case {"list": None}:
            words = "a page whose list is null"
        case {"list": list(rows), "count": int(count)}:
            words = _describe_page(situation, rows, count)
        case {"success": True}:
            words = _describe_value(situation, value["data"]) if "data" in value else "a success without ids"
        case {"success": False, "error": str(outcome)}:
            words = f"`{outcome}`"
        case {"code": _} | {"error_code": _}:
            words = "the error body as if it were the result"
        case list(ids):
            words = f"{_describe_number(len(ids), situation.match)} ids"
        case "":
            words = "an empty text"
        case str(text) if text.startswith("<html>"):
            words = "the HTML as if it were the result"
        case _:
            words = f"`{value}`"
    return words


def _describe_page(situation: Situation, rows: list[dict[str, Any]], count: int) -> str:
    words = f"{_describe_number(len(rows), count)} orders"
    if situation.calls[-1][0] == "detail":
        return f"{words} in place of one"
    if count != situation.match:
        words = f"{len(rows)} orders where {situation.match} match"
    if any(_REPLACEMENT in row["order_name"] for row in rows):
        words += ", their names garbled"
    if situation.strange:
        kept = rows[0].items() >= situation.strange.items()
        words += ", the unknown kept" if kept else ", the unknown lost"
    return words


def _describe_number(number: int, total: int) -> str:
    return f"the {number}" if number == total else f"{number} of {total}"


def _describe_rejection(value: Any, wire: Wire) -> str:
    match value:
        case {"code": _} | {"error_code": _} if wire.statuses:
            return "the error body"
        case dict():
            return f"`{{{', '.join(value)}}}`"
        case str(text) if text.startswith("<html>"):
            return "the HTML"
    return f"`{value}`"


def _loses_status(seen: Seen, wire: Wire) -> bool:
    """Whether the answer was an error and its status is nowhere in what the caller got."""
    if not wire.statuses or wire.statuses[-1] < HTTPStatus.BAD_REQUEST or seen.status:
        return False
    if isinstance(seen.value, dict):
        # The guide's handler has its own names for statuses.
        return "success" not in seen.value and seen.value.get("status") != wire.statuses[-1]
    return True
