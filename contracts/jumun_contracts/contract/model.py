"""What a contract is, once read: operations, their parameters and answers, and the error catalogue. All frozen.

Every part says how it is known: `evidence` is `documented`, `observed` or `assumed`, `source` says where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.schema.validation import Schema

Evidence = Literal["documented", "observed", "assumed"]
OnInvalid = Literal["reject", "ignore"]
Side = Literal["request", "response"]
Severity = Literal["breaking", "drift", "info"]
"""How much a departure from a contract matters to its clients."""

SEVERITIES: tuple[Severity, ...] = ("breaking", "drift", "info")
"""The gravest first."""

PROVIDERS = ("naver", "bootpay")
PROFILES = ("documented", "observed")
PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
"""A parameter in a path's template; its name is the group."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    Attributes:
        location: `path`, `query` or `header`.
        items: The JSON type of an array's items, None where the parameter is not an array.
        type: The JSON type of the value: string, integer or array.
        minimum: Smallest value of an integer, None where any goes.
        maximum: Largest value of an integer, None where any goes. Larger is clamped, not refused.
        default: What an absent parameter means, None where it means "no filter".
        schema: The value's schema, whole.
    """

    name: str
    location: str
    required: bool
    description: str
    type: str
    items: str | None
    minimum: int | None
    maximum: int | None
    default: Any
    schema: Schema
    evidence: Evidence
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a status means and what its body looks like.

    Attributes:
        status: Three digits, or `default` for every status that is not listed.
        media_type: Content type of the body, without parameters; '' where there is no body.
        schema: The body's schema.
        schema_name: The file's name without its ending, e.g. `order-list.documented`.
    """

    status: str
    description: str
    media_type: str
    schema: Schema
    schema_name: str
    evidence: Evidence
    source: str


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How often one application may make one call: a token bucket.

    Attributes:
        per_second: Calls a second that come back.
        burst: Calls that fit into the bucket.
    """

    per_second: float
    burst: int
    evidence: Evidence
    source: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of a provider.

    Attributes:
        id: e.g. `naver.product_order_ids`.
        method: In capitals.
        path: Template relative to the server's URL, e.g. `/v1/orders/{orderId}`.
        body: The request body's schema, None where the call has no body.
        body_media_type: Its content type, None where the call has no body.
        success: The answer to a call that succeeds: the first of the 2xx.
        security: Names of schemes, any of which will do; empty for calls that need none.
        on_invalid: Whether a parameter or a body that breaks its schema is refused, or left to the operation.
        rate_limit: None where no limit is known.
        roles: Of which the caller must have one; empty where any will do.
        body_required: Whether a request without a body breaks the contract, where the call has one.
        examples: Status → name → body, '' for the name of one that has none: what a stub is served from. Empty for an
            operation that is carried out.
    """

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    body_media_type: str | None
    answers: Mapping[str, Answer]
    success: Answer
    security: tuple[str, ...]
    on_invalid: OnInvalid
    rate_limit: RateLimit | None
    roles: tuple[str, ...]
    evidence: Evidence
    source: str
    body_required: bool = True
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_stub(self) -> bool:
        """Whether it is served from examples."""
        return bool(self.examples)

    @property
    def target(self) -> str:
        """Method and path, in which the names of parameters do not count: `GET /v1/orders/{}`."""
        return f"{self.method} {PLACEHOLDER.sub('{}', self.path)}"

    def answer(self, status: int) -> Answer:
        """What the contract says of `status`. Every operation has a `default`."""
        return self.answers.get(str(status)) or self.answers["default"]


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One entry of a provider's error catalogue.

    Attributes:
        code: What users type; unique in the catalogue.
        wire_code: What the body's `code` says; None where no number is known.
        name: What the body's `error_code` says; None where no name is known.
        envelope: The body's form in this profile, a key of `Contract.envelopes`.
        headers: Sent beside the usual ones.
        profiles: The profiles whose API has this error.
        operations: The calls that answer it: None for all, empty for none of those that there are now.
        assumed: Fields that are a guess although the entry is not.
        is_item: Whether it comes as an item of a success, for one of several orders.
    """

    code: str
    wire_code: str | int | None
    name: str | None
    status: int
    message: str
    envelope: str
    headers: Mapping[str, str]
    profiles: tuple[str, ...]
    operations: tuple[str, ...] | None
    when: str
    evidence: Evidence
    source: str
    assumed: tuple[str, ...]
    is_item: bool = False

    def belongs_to(self, operation: str, profile: str) -> bool:
        """Whether the operation gives it by itself in this profile."""
        return profile in self.profiles and (self.operations is None or operation in self.operations)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its name and its number as text, where they are known."""
        return tuple(str(each) for each in (self.name, self.wire_code) if each is not None)


@dataclass(frozen=True, slots=True)
class Contract:
    """One profile of one provider's API.

    Attributes:
        profile: `documented` or `observed`.
        servers: Base URLs that the paths are relative to; the first is Jumun's.
        errors: The catalogue by code, in its own order.
        causes: What handlers call a failure → the code this profile has for it.
        envelopes: Name → schema of an error's body.
        envelope_schemas: Name → file name of that schema without its ending.
        webhooks: Name → schema of what the provider posts.
        document: The OpenAPI document as read, `$ref`s to files and all.
        schemas: File name without ending → schema document.
    """

    provider: str
    profile: str
    title: str
    description: str
    servers: tuple[str, ...]
    operations: Mapping[str, Operation]
    errors: Mapping[str, ErrorEntry]
    causes: Mapping[str, str]
    envelopes: Mapping[str, Schema]
    envelope_schemas: Mapping[str, str]
    webhooks: Mapping[str, Schema]
    document: Mapping[str, Any]
    schemas: Mapping[str, Any]

    @property
    def name(self) -> str:
        """E.g. `bootpay:documented`."""
        return f"{self.provider}:{self.profile}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names of the hosts that Jumun stands for, production first."""
        return tuple(dict.fromkeys(urlsplit(url).hostname or "" for url in self.servers[1:]))

    @property
    def error_media_type(self) -> str:
        """Content type of errors, without parameters: that of every operation's `default`."""
        return next(iter(self.operations.values())).answers["default"].media_type

    @property
    def known_codes(self) -> frozenset[str]:
        """All that `find_error` finds: codes, statuses, names and numbers."""
        entries = self.errors.values()
        return frozenset(text for each in entries for text in (each.code, str(each.status), *each.aliases))

    def find_error(self, wanted: str, *, operation: str | None = None) -> ErrorEntry | None:
        """The entry for a code, a status, a name or a number, in that order; None if there is none.

        A status gives the first entry that the operation has in this profile, else the profile's first, else the
        catalogue's.
        """
        if entry := self.errors.get(wanted):
            return entry
        if len(wanted) == 3 and wanted.isascii() and wanted.isdigit():  # noqa: PLR2004 - an HTTP status
            of_status = [entry for entry in self.errors.values() if entry.status == int(wanted)]
            own = (e for e in of_status if operation is not None and e.belongs_to(operation, self.profile))
            of_profile = (e for e in of_status if self.profile in e.profiles)
            if entry := next(iter((*own, *of_profile, *of_status)), None):
                return entry
        return next((entry for entry in self.errors.values() if wanted in entry.aliases), None)
