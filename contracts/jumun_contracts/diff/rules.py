"""What a difference means for clients. Each rule is written once and holds in both directions.

A response breaks a client by carrying what it could not, a request is broken by a server that refuses what it took. So
a schema that lets more through breaks in a response and is harmless in a request, and everything else that comes and
goes breaks either when it is lost (what clients may do, what they are promised) or when it is gained (what is demanded
of them, what they may be sent).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jumun_contracts.diff.difference import Difference, Witness
from jumun_contracts.diff.shared import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.contract.model import Severity
    from jumun_contracts.diff.difference import Direction
    from jumun_contracts.diff.gap import Gap
    from jumun_contracts.diff.place import Place
    from jumun_contracts.diff.schemas import Search
    from jumun_contracts.schema.parsing import JsonValue


@dataclass(frozen=True, slots=True)
class Rule:
    """What it means that something comes or goes.

    Attributes:
        when: Which of the two is `severity`; the other is info.
        lost: A sentence; {} is the thing.
        gained: Likewise.
    """

    direction: Direction
    when: Literal["lost", "gained"]
    severity: Severity
    lost: str
    gained: str


RULES = {
    # What clients may do.
    "operation": Rule("request", "lost", "breaking", "{} is gone", "{} is new"),
    "security": Rule("request", "lost", "breaking", "{} is no longer accepted", "{} is accepted now"),
    "accepted media type": Rule("request", "lost", "breaking", "{} is no longer accepted", "{} is accepted now"),
    "server": Rule("request", "lost", "drift", "{} is no longer listed", "{} is listed now"),
    "parameter": Rule("request", "lost", "drift", "{} is no longer described", "{} is new and may be sent"),
    "body": Rule("request", "lost", "drift", "a body is no longer described", "a body may be sent now"),
    # What is demanded of them.
    "required parameter": Rule("request", "gained", "breaking", "{} need not be sent any more", "{} must be sent now"),
    "required body": Rule("request", "gained", "breaking", "a body need not be sent", "a body must be sent now"),
    "refusal": Rule("request", "gained", "drift", "a bad parameter is ignored now", "a bad parameter is refused now"),
    # What they are promised.
    "promised header": Rule("response", "lost", "breaking", "{} need not be sent any more", "{} is always sent now"),
    "header": Rule("response", "lost", "drift", "{} is no longer described", "{} may be sent now"),
    # What they may be sent.
    "sent media type": Rule("response", "gained", "breaking", "{} is no longer sent", "{} may be sent now"),
    "status": Rule("response", "gained", "breaking", "{} is no longer answered", "{} may be answered now"),
    "listed status": Rule(
        "response",
        "gained",
        "drift",
        "{} is no longer listed; it stays covered by a range or default",
        "{} is listed now; a range or default covered it",
    ),
    "error code": Rule("response", "gained", "drift", "{} is no longer answered", "{} may be answered now"),
    "deprecated": Rule("request", "gained", "info", "{} is no longer deprecated", "{} is deprecated now"),
}

_STRENGTHS: dict[str, Severity] = {
    "proved": "breaking",
    "unproved": "drift",
    "strict": "drift",
    "content": "drift",
    "note": "info",
    "unseen": "info",
}
_PHRASES = {
    "type": "of type {}",
    "enum": "one of {}",
    "const": "{}",
    "pattern": "a match of {}",
    "format": "of the format {}",
    "minLength": "{} or more characters long",
    "maxLength": "{} or fewer characters long",
    "minItems": "{} or more items long",
    "maxItems": "{} or fewer items long",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "required": "there",
    "uniqueItems": "without equal items",
    "not": "outside what is excluded",
}
# By direction, and whether the new version is the one that may break something.
_DEMANDS = {
    ("response", True): "{place} was always {phrase}, and need not be now",
    ("request", True): "{place} must now be {phrase}, which was not asked",
    ("response", False): "{place} is now always {phrase}",
    ("request", False): "{place} need not be {phrase} any more",
}
_NAMES = {
    ("response", True): "{place} is new: a client that refuses unknown properties refuses it",
    ("request", True): "{place} is no longer described: a server that refuses unknown properties refuses it",
    ("response", False): "{place} is no longer described",
    ("request", False): "{place} is new and may be sent",
}
_PATTERNS = {
    (
        "response",
        True,
    ): "{place} may have keys that match {values}: a client that refuses unknown properties refuses them",
    ("request", True): "{place} no longer describes keys that match {values}: a server that refuses unknown properties"
    " refuses them",
    ("response", False): "{place} no longer describes keys that match {values}",
    ("request", False): "{place} may have keys that match {values}",
}
_CLOSED = {
    ("response", True): "{place} is open now: it may have any property that is not described",
    ("request", True): "{place} is closed now: a property that is not described may be refused",
    ("response", False): "{place} is closed now: it no longer has any property that is not described",
    ("request", False): "{place} is open now: any property that is not described is taken",
}
_KNOWN_VALUES = {
    ("response", True): "{place} has new known values: {values}",
    ("request", True): "{place} no longer lists the values {values}",
    ("response", False): "{place} no longer lists the values {values}",
    ("request", False): "{place} has new known values: {values}",
}
_CLOSING = ("additionalProperties", "unevaluatedProperties")
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Judge:
    """Makes differences for one operation, or for the version as a whole.

    Attributes:
        searches: For what the new version lets through and the old one refuses, and the other way round.
    """

    searches: tuple[Search, Search]
    operation: str = ""
    status: str = ""

    def presence(self, kind: str, place: str, thing: str, *, was: JsonValue, now: JsonValue) -> Iterator[Difference]:
        """What comes or goes: nothing if both of `was` and `now` are there, or neither."""
        if bool(was) == bool(now):
            return
        rule, change = RULES[kind], "lost" if was else "gained"
        yield Difference(
            severity=rule.severity if change == rule.when else "info",
            direction=rule.direction,
            operation=self.operation,
            status=self.status,
            place=place,
            keyword=kind,
            was=was,
            now=now,
            message=(rule.lost if was else rule.gained).replace("{}", thing),
        )

    def change(
        self, severity: Severity, direction: Direction, place: str, keyword: str, *, was: JsonValue, now: JsonValue
    ) -> Iterator[Difference]:
        """What is there in both, with another value: nothing if it is the same."""
        if was != now:
            message = f"{keyword.removeprefix('x-')} of {place}" if place != keyword else keyword
            message += f" was {_shown(was)}, is {_shown(now)}"
            yield Difference(severity, direction, self.operation, self.status, place, keyword, was, now, message)

    def schemas(self, old: Place, new: Place, direction: Direction, *, part: str = "") -> Iterator[Difference]:
        """What differs between two schemas of the same value.

        Args:
            part: What comes before pointers for what is not in the body, `query/limit`.
        """
        wide, narrow = (new, old) if direction == "response" else (old, new)
        forth, back_again = self.searches if direction == "response" else reversed(self.searches)
        owner = Owner(direction, self.operation, part)
        ahead = forth.find_gaps(wide, narrow, owner=owner)
        seen = {(gap.place, gap.keyword) for gap in ahead}
        back = [gap for gap in back_again.find_gaps(narrow, wide, owner=owner) if (gap.place, gap.keyword) not in seen]
        for gap, is_ahead in (*((gap, True) for gap in ahead), *((gap, False) for gap in back)):
            new_is_wide = is_ahead == (direction == "response")
            was, now = (gap.narrow, gap.wide) if new_is_wide else (gap.wide, gap.narrow)
            is_proved = is_ahead and gap.strength == "proved"
            yield Difference(
                severity=_STRENGTHS[gap.strength] if is_ahead else "info",
                direction=direction,
                operation=self.operation,
                status=self.status,
                place=part + gap.place,
                keyword=gap.keyword,
                was=was,
                now=now,
                message=_message(gap, part + gap.place, direction, is_ahead=is_ahead, was=was, now=now),
                witness=Witness(gap.instance, "new" if direction == "response" else "old") if is_proved else None,
            )


def _message(gap: Gap, place: str, direction: Direction, *, is_ahead: bool, was: JsonValue, now: JsonValue) -> str:
    place = place or "the body"
    if gap.strength == "unseen":
        return f"{place} has more within it than is compared: what lies too deep or comes too late is not reported"
    if gap.strength in ("note", "content"):
        return f"{gap.keyword.removeprefix('x-')} of {place} was {_shown(was)}, is {_shown(now)}"
    if gap.keyword == "properties":
        return _NAMES[direction, is_ahead].format(place=place)
    if gap.strength == "strict" and gap.keyword in _CLOSING:
        return _CLOSED[direction, is_ahead].format(place=place)
    if gap.keyword == "x-known-values" or gap.strength == "strict":
        wide, narrow = (each if isinstance(each, list) else [] for each in (gap.wide, gap.narrow))
        values = ", ".join(_shown(each) for each in wide if each not in narrow)
        sentences = _KNOWN_VALUES if gap.keyword == "x-known-values" else _PATTERNS
        return sentences[direction, is_ahead].format(place=place, values=values)
    phrase = _PHRASES.get(gap.keyword, f"as `{gap.keyword}` says").replace("{}", _listed(gap.keyword, gap.narrow))
    sentence = _DEMANDS[direction, is_ahead].format(place=place, phrase=phrase)
    unproved = is_ahead and gap.strength == "unproved"
    return sentence + (" (no value was found that tells the two apart)" if unproved else "")


def _listed(keyword: str, value: JsonValue) -> str:
    if keyword in ("type", "format") and isinstance(value, str):
        return value
    if keyword in ("type", "enum") and isinstance(value, list):
        return " or ".join(str(each) if keyword == "type" else _shown(each) for each in value)
    return _shown(value)


def _shown(value: JsonValue) -> str:
    """JSON, cut where it gets long; what is not there is `none`."""
    text = "none" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
