"""What a provider is to the server: a record of functions, and what they are given and may raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, TypeVar

from jumun_contracts import NO_STUBS, PACKAGED, PROFILES, load_contract
from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from jumun_contracts import Contract, ErrorEntry, Operation, Stubs
    from jumun_contracts.contract.requests import Violation
    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.orders import NewOrder, OrderView
    from jumun_mockserver.core.session.limiter import Budget
    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.core.session.tokens import TokenPolicy, Tokens
    from jumun_mockserver.core.shop import Shop


class ApiError(Exception):
    """An answer out of the provider's error catalogue.

    Attributes:
        cause: A cause of errors.yaml, which gives each profile's own code, or a catalogue code.
        remark: Why, for the journal and the Jumun-Note header; never part of the answer.
        status: In place of the one that the catalogue has; None for that.
    """

    def __init__(self, cause: str, remark: str = "", *, status: int | None = None) -> None:
        super().__init__(cause, remark)
        self.cause = cause
        self.remark = remark
        self.status = status


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Call:
    """A request as far as it has been understood, as handlers get it. Dispatch fills it in; no one else changes it.

    Attributes:
        operation: None where no operation matched.
        serial: Number of the exchange within the session, from 1.
        now: Epoch seconds on the session's clock, the same for the whole exchange.
        values: Parameters by name, typed, defaults filled in; a parameter that was not given is not there.
        body: The value of the request body: of JSON any, of a form its texts by name; {} where there is none or it
            cannot be read.
        application: Whose credential came with it; '' for calls that need none, and before it is known.
        remarks: Where a handler writes what should be said of a success.
        violations: How the request breaks the contract; none where no operation matched.
        refused: Id of an order that is to be left as it is → the catalogue code that it fails with.
        budget: What the limiter said; None where nothing limits the call, and before it is asked.
    """

    __slots__ = (
        "application",
        "body",
        "budget",
        "now",
        "operation",
        "refused",
        "remarks",
        "request",
        "serial",
        "values",
        "violations",
    )

    def __init__(self, request: Request, operation: Operation | None, serial: int, now: float) -> None:
        self.request = request
        self.operation = operation
        self.serial = serial
        self.now = now
        # Shared by all calls: dispatch puts others in their place.
        self.values: Mapping[str, Any] = _NOTHING
        self.body: Any = _NOTHING
        self.application = ""
        self.budget: Budget | None = None
        self.remarks: list[str] = []
        self.violations: Sequence[Violation] = ()
        self.refused: Mapping[str, str] = _NOTHING


def check_token(tokens: Tokens, text: str, *, now: float) -> str:
    """The owner of a Bearer token.

    Raises:
        ApiError: `unauthenticated`, for a token that is unknown or expired at epoch second `now`.
    """
    token = tokens.find_token(text)
    if token is None:
        raise ApiError("unauthenticated", "the token was not issued here")
    if token.expires_at <= now:
        raise ApiError("unauthenticated", f"the token expired {now - token.expires_at:.0f} s ago")
    return token.owner


def _apply_nothing(_shop: object, _until: float | None = None) -> list[dict[str, Any]]:
    return []


def _find_nothing(_shop: object) -> None:
    return None


def _explain_nothing(_operation_id: str) -> Iterable[str]:
    return ()


S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


class Producer(Protocol[S_contra]):
    """What gives the answer to a call that was routed: a handler, an example of a stub, a recording, the real API."""

    def __call__(self, call: Call, shop: S_contra, /) -> Any:
        """The body of the operation's success, which dispatch renders, or a whole `Response`, which goes out as it is.

        Raises:
            ApiError: An answer out of the provider's error catalogue.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Webhook(Generic[S]):
    """What a provider posts when something happened to an order.

    Attributes:
        types: Of the events that it reports, see `Event.type`.
        payload: The body for an event as `Events` gives it, with texts and numbers as values; None where the shop has
            no such order.
        gaps: Seconds from each try to the next; there is one try more than gaps.
        sign: Headers for a secret, epoch seconds and the body as it is sent.
        judge: Why an answer's status and body are not what the provider takes for a success; '' where they are.
    """

    types: Collection[str]
    payload: Callable[[Mapping[str, Any], S], dict[str, Any] | None]
    gaps: Callable[[S], Sequence[float]]
    sign: Callable[[str, int, bytes], dict[str, str]]
    judge: Callable[[int, bytes], str]


@dataclass(frozen=True, slots=True, eq=False)
class Provider(Generic[S]):
    """One API, whose functions work on its own kind of shop `S`.

    Attributes:
        name: As in operation ids.
        prefixes: What may precede the contract's paths; the first is that of the base URL.
        territory: Path prefixes under which an unknown path gets this provider's 404.
        lenient_slashes: Whether doubled and trailing slashes are overlooked.
        charset: Named in the content type of every answer; '' for none.
        token_policy: How long its tokens live.
        handlers: Operation id → the function that answers it with the body of its success.
        read_credential: The key or token that ties a request to a session; '' for none.
        authenticate: Gives the application's id; raises ApiError.
        headers: Headers of every answer beside the usual ones, lower-case name → value.
        render_error: The body of an error.
        path_not_found: Raises the ApiError for a path of the territory without an operation.
        open_shop: The shop of a session with these options: packaged data, that of the user's folder, as many derived
            orders as the options ask for, what the session's state has changed, and an application whose keys begin
            with the session's id; raises DocumentError.
        place_order: Places an order and gives the ids that the control plane answers with; raises OrderError.
        act: Does an action, with a reason code of the provider's or None, to the order of an id; gives its events.
            Raises OrderError where it is not possible now, and KeyError where there is no such order.
        actions: What `act` can do to its orders, whatever their states.
        find_order: The order of an id, as it is now; None if there is none.
        iter_orders: All orders as they are now, the newest first.
        count_orders: How many orders there are, without looking at each.
        families: Families of a session's state that are its own → JSON Schema of their values, by which snapshots are
            judged.
        named_orders: Operation id → gives the ids of the orders that a call names, in its order, once it is read; for
            those operations that name any.
        first_due: When the first thing that is due in the shop by the session's clock was; None where nothing is.
        apply_due: Has time do all that is due in the shop by then or, for None, by the session's clock, in its order;
            gives its events.
        webhook: What it posts about events; None where it posts nothing.
        explain: Lines about what an operation does to orders in each state; none for one that changes nothing.
        own_keys: The keys of the session's own application, or of the first one in the default session, as the
            control plane names them.
        stubs: What is served from examples beside what `handlers` carry out.
    """

    name: str
    prefixes: tuple[str, ...]
    territory: tuple[str, ...]
    lenient_slashes: bool
    charset: str
    token_policy: TokenPolicy
    handlers: Mapping[str, Producer[S]]
    read_credential: Callable[[Request], str]
    authenticate: Callable[[Call, S], str]
    headers: Callable[[Call, S], dict[str, str]]
    render_error: Callable[[ErrorEntry, Call, S], dict[str, Any]]
    path_not_found: Callable[[Call, S], NoReturn]
    open_shop: Callable[[SessionOptions, Shop], S]
    own_keys: Callable[[S], dict[str, str]]
    place_order: Callable[[NewOrder, S], dict[str, Any]]
    act: Callable[[str, str, str | None, S], list[dict[str, Any]]]
    actions: Collection[str]
    find_order: Callable[[str, S], OrderView | None]
    iter_orders: Callable[[S], Iterator[OrderView]]
    count_orders: Callable[[S], int]
    families: Mapping[str, Mapping[str, Any]]
    named_orders: Mapping[str, Callable[[Call], Sequence[str]]] = field(default_factory=dict)
    first_due: Callable[[S], float | None] = _find_nothing
    apply_due: Callable[[S, float | None], list[dict[str, Any]]] = _apply_nothing
    explain: Callable[[str], Iterable[str]] = _explain_nothing
    webhook: Webhook[S] | None = None
    stubs: Stubs = PACKAGED

    def contract(self, profile: str) -> Contract:
        """What it serves in a profile; the same object each time."""
        return load_contract(self.name, profile, stubs=self.stubs)

    def content_type(self, media_type: str) -> str:
        """The content type of its answers of a media type."""
        return f"{media_type}; charset={self.charset}" if self.charset else media_type

    def base_url(self, server_url: str) -> str:
        """What the contract's paths are relative to, on the server at `server_url`."""
        return server_url + self.prefixes[0]


class ProviderError(ValueError):
    """A provider's record that does not fit its contract. The message names provider and operation."""


def check_handlers(provider: Provider[Any], profile: str) -> None:
    """Refuse a record that lacks an operation of a profile, or that has one that no profile has.

    Raises:
        ProviderError: The first such operation.
    """
    operations = {id_ for id_, each in provider.contract(profile).operations.items() if not each.is_stub}
    for id_ in sorted(operations - provider.handlers.keys()):
        raise ProviderError(f"{id_} has no handler; name one under `handlers` in the record of {provider.name}")
    if provider.handlers.keys() - operations:
        # Other contracts take their time to load, and hardly ever have another operation.
        for each in PROFILES:
            operations |= load_contract(provider.name, each, stubs=NO_STUBS).operations.keys()
    for id_ in sorted(provider.handlers.keys() - operations):
        hint = did_you_mean(id_, operations)
        raise ProviderError(f"the record of {provider.name} has a handler for {id_!r}, which is not an operation{hint}")
