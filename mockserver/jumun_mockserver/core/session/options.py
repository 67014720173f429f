"""The options of a session. Each is one field here; every place that takes options is made from these fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from jumun_contracts import PROFILES, DocumentError, RateLimit
from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.seed import find_mistakes, sum_up
from jumun_mockserver.core.session.clock import read_moment
from jumun_mockserver.core.session.limiter import LIMITS, hand_set_rate
from jumun_mockserver.core.session.quota import PUNISHMENTS
from jumun_mockserver.core.timeline import ORDERS_AT_MOST

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from datetime import datetime

    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.quota import Punishment

LegacyClaims: TypeAlias = Literal["auto", "on", "off"]
LEGACY_CLAIMS: tuple[LegacyClaims, ...] = ("auto", "on", "off")
PayloadDates: TypeAlias = Literal["auto", "cut", "milliseconds"]
PAYLOAD_DATES: tuple[PayloadDates, ...] = ("auto", "cut", "milliseconds")
WebhookFormat: TypeAlias = Literal["json", "form"]
WEBHOOK_FORMATS: tuple[WebhookFormat, ...] = ("json", "form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Everything about an option that is not its type.

    Attributes:
        help: A sentence for users: help of the command line, description in the schema, meaning in docs/testing.md.
        schema: JSON Schema of the value on the control plane.
        flag: The option of `jumun serve` and `run` without its dashes, by default the name; '' for none.
        metavar: Form of the flag's value, where its type does not say it.
        marker: Argument of the pytest marker, by default the name.
        inherited: Whether a session that does not say has what the server's default session has.
        read: Value as Python or JSON gives it → value of the field; raises ValueError.
        name: Of the field, and `default` its default.
    """

    help: str
    schema: Mapping[str, Any]
    flag: str | None = None
    metavar: str | None = None
    marker: str = ""
    inherited: bool = True
    read: Callable[[Any], Any] = lambda value: value
    name: str = ""
    default: Any = None

    @property
    def variable(self) -> str:
        """The environment variable that stands for the flag."""
        return f"JUMUN_{(self.flag or '').upper().replace('-', '_')}"


def known(**attributes: Any) -> dict[str, Option]:
    """Metadata of a field of `SessionOptions`."""
    return {"option": Option(**attributes)}


def _read_data(value: Mapping[str, Any] | os.PathLike[str] | str | None) -> DataFolder | None:
    if not value:
        return None
    folder = DataFolder.of(value) if isinstance(value, Mapping) else DataFolder.read(value)
    if folder.strays:
        raise sum_up(find_mistakes(folder), data=folder)
    return folder


def _read_rates(value: Mapping[str, RateLimit | Mapping[str, float]]) -> dict[str, RateLimit]:
    return {
        operation: limit
        if isinstance(limit, RateLimit)
        else hand_set_rate(limit["per_second"], int(limit.get("burst", 0)) or None)
        for operation, limit in value.items()
    }


def _read_frozen_at(value: datetime | str | float | None) -> float | None:
    return None if value is None else read_moment(value)


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What a session starts from, and starts from again when it is reset.

    Attributes:
        scenario: Lines of steps, '' for none.
        rates: Operation id → limit.
        webhooks: Provider → URL.
        frozen_at: Epoch seconds; None for a running clock.
    """

    profile: str = field(
        default="documented",
        metadata=known(
            help="Which profile of the APIs to speak: what the pages say, or what is seen live.",
            schema={"enum": [*PROFILES]},
        ),
    )
    data: DataFolder | None = field(
        default=None,
        metadata=known(
            help="Folder with more applications and orders: naver/orders.yaml, bootpay/orders.yaml, …",
            # Contents, never a path: a caller of the control plane may not read the server's files.
            schema={
                "description": "Files of a data folder, e.g. naver/orders.yaml, each as text or as what it means.",
                "type": "object",
                "additionalProperties": {"type": ["string", "object"]},
            },
            metavar="DIR",
            read=_read_data,
        ),
    )
    seed: str = field(
        default="0",
        metadata=known(
            help="What made-up data follows from.",
            schema={"type": ["string", "integer"]},
            read=str,
        ),
    )
    orders: int = field(
        default=0,
        metadata=known(
            help="Make up this many more orders for each API.",
            schema={"type": "integer", "minimum": 0, "maximum": ORDERS_AT_MOST},
            # To JSON Schema 3.0 is an integer, to Python it is not.
            read=int,
        ),
    )
    scenario: str = field(
        default="",
        metadata=known(
            help="Lines of steps to play; on the command line from a file, or one that comes with Jumun "
            "(jumun scenario list).",
            schema={"type": "string"},
            metavar="FILE|NAME",
            inherited=False,
        ),
    )
    limits: Limits = field(
        default="report",
        metadata=known(
            help="Whether too many calls are refused, only noted, or not counted.",
            schema={"enum": [*LIMITS]},
        ),
    )
    rates: Mapping[str, RateLimit] = field(
        default_factory=dict,
        metadata=known(
            help="Calls a second in place of the contract's, e.g. bootpay.orders.list=5/10.",
            schema={
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["per_second"],
                    "additionalProperties": False,
                    "properties": {
                        "per_second": {"type": "number", "minimum": 0.001},
                        "burst": {"type": "integer", "minimum": 1},
                    },
                },
            },
            flag="rate",
            metavar="OPERATION=N[/BURST]",
            read=_read_rates,
        ),
    )
    quota: Punishment = field(
        default="off",
        metadata=known(
            help="Whether and when NAVER token calls against the rules are punished with one call an hour.",
            schema={"enum": [*PUNISHMENTS]},
        ),
    )
    legacy_claims: LegacyClaims = field(
        default="auto",
        metadata=known(
            help="Whether NAVER's query has a claim under cancel, return or exchange too: auto until 2026-10-28 by the "
            "session's clock, when their removal was announced.",
            schema={"enum": [*LEGACY_CLAIMS]},
        ),
    )
    payload_dates: PayloadDates = field(
        default="auto",
        metadata=known(
            help="How dates within NAVER's data end: zeros of the fraction cut (.0+09:00), three digits, or as the "
            "profile has it.",
            schema={"enum": [*PAYLOAD_DATES]},
        ),
    )
    read_lag: float = field(
        default=0,
        metadata=known(
            help="How long, in seconds, NAVER's query and list show a product order as it was before its dispatch.",
            schema={"type": "number", "minimum": 0, "maximum": 86_400},
            metavar="SECONDS",
            read=float,
        ),
    )
    webhooks: Mapping[str, str] = field(
        default_factory=dict,
        metadata=known(
            help="Where the provider's webhook goes, e.g. bootpay=http://127.0.0.1:3000/webhook.",
            schema={"type": "object", "additionalProperties": {"type": "string"}},
            flag="webhook",
            metavar="PROVIDER=URL",
            read=dict,
        ),
    )
    webhook_format: WebhookFormat = field(
        default="json",
        metadata=known(
            help="Form of the webhook's body; Bootpay sends either, as the project is set.",
            schema={"enum": [*WEBHOOK_FORMATS]},
        ),
    )
    webhook_secret: str = field(
        default="",
        repr=False,
        metadata=known(
            help="Sign the webhook with this secret, as Bootpay signs that of alimtalk; it is not signed if not given.",
            schema={"type": "string"},
        ),
    )
    frozen_at: float | None = field(
        default=None,
        metadata=known(
            help="Time at which the session's clock is frozen; it runs if not given.",
            schema={"type": "string", "format": "date-time"},
            flag="",
            marker="clock",
            inherited=False,
            read=_read_frozen_at,
        ),
    )

    def renew(self, values: Mapping[str, Any]) -> Self:
        """The options of a session that is made beside one of these, from `values` as Python or JSON gives them.

        Options that `values` lacks are as here if they are inherited, and their defaults if not; rates are added to
        those that are here. Keys that name no option are ignored.

        Raises:
            ValueError: An option cannot have that value. The message begins with its name.
            DocumentError: The data folder cannot be read.
        """
        changes: dict[str, Any] = {}
        for option in list_options(type(self)):
            if option.name not in values:
                if not option.inherited:
                    changes[option.name] = option.default
                continue
            try:
                value = option.read(values[option.name])
            except DocumentError:
                raise
            except ValueError as error:
                raise ValueError(f"{option.name}: {error}") from None
            changes[option.name] = {**getattr(self, option.name), **value} if isinstance(value, dict) else value
        return replace(self, **changes)


def list_options(kind: type[SessionOptions] = SessionOptions) -> tuple[Option, ...]:
    """The options of `kind`, with names and flags, in the order of their fields."""
    options = []
    for each in fields(kind):
        option: Option = each.metadata["option"]
        options.append(
            replace(
                option,
                name=each.name,
                default=each.default_factory() if callable(each.default_factory) else each.default,
                flag=each.name.replace("_", "-") if option.flag is None else option.flag,
                marker=option.marker or each.name,
            )
        )
    return tuple(options)


def render_schema(kind: type[SessionOptions] = SessionOptions) -> dict[str, Any]:
    """JSON Schema of what the control plane takes as options of a new session."""
    properties = {each.name: {"description": each.help, **each.schema} for each in list_options(kind)}
    return {"type": "object", "additionalProperties": False, "properties": properties}
