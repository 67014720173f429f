"""Rules of a provider that its schemas cannot say, and that production punishes: one list for server and judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_contracts.contract.requests import FORM, read_media_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts.contract.requests import Request


class Sent(NamedTuple):
    """A request as the rules look at it.

    Attributes:
        body: What was read from the body, {} where that is not what its content type says.
        fields: The fields of the URL, and over them those of the body.
    """

    request: Request
    body: Any
    fields: Mapping[str, Any]

    @property
    def is_form(self) -> bool:
        """Whether its content type says that it is a form."""
        return read_media_type(self.request.headers.get("content-type", "")) == FORM


class Rule(NamedTuple):
    """A rule, broken by requests that are answered all the same.

    Attributes:
        name: How the breach is called in notes.
        place: Of the violations by which a judge knows it, as `Violation.place` begins.
    """

    name: str
    place: str
    is_broken: Callable[[Sent], bool]


PUNISHED: Mapping[str, tuple[Rule, ...]] = {
    # NAVER since 2026-08: the call gets its token, and every API is cut to one call an hour from the next day on
    # (commerce-api discussion #3751).
    "naver.token": (
        Rule("parameters in the URL", "query/", lambda sent: bool(sent.request.query)),
        Rule(f"content type is not {FORM}", "header/content-type", lambda sent: not sent.is_form),
        Rule(
            "the body is not the form that its content type says",
            "body",
            lambda sent: sent.is_form and bool(sent.request.body) and not sent.body,
        ),
        Rule("no grant_type", "body", lambda sent: "grant_type" not in sent.fields),
        Rule(
            "account_id beside SELF",
            "body",
            lambda sent: sent.fields.get("type") == "SELF" and "account_id" in sent.fields,
        ),
    )
}
"""Operation id → its rules."""


def broken_rules(operation: str, sent: Sent) -> list[str]:
    """Names of the rules of an operation that a request breaks."""
    return [rule.name for rule in PUNISHED.get(operation, ()) if rule.is_broken(sent)]


def is_punished(operation: str, place: str) -> bool:
    """Whether a violation at this place, of which the contract alone would make little, is one that is punished."""
    return any(place.startswith(rule.place) for rule in PUNISHED.get(operation, ()))
