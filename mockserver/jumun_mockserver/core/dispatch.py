"""From request to response. The order of work is defined here, once; servers and frameworks only translate.

route -> session -> scenario -> authenticate -> quota, limiter -> read and validate -> producer -> render -> journal
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jumun_contracts import PACKAGED, PROFILES
from jumun_contracts.contract.requests import read_body, read_parameters
from jumun_mockserver.core.catalogue import describe_error, find_entry
from jumun_mockserver.core.faults import FAULTS, apply_fault
from jumun_mockserver.core.http import Fault, Response, render_json
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.plain_answers import (
    describe_failure,
    printable,
    render_failure,
    render_unowned,
    usual_headers,
)
from jumun_mockserver.core.provider import ApiError, Call
from jumun_mockserver.core.routing import RoutesByProfile
from jumun_mockserver.core.scenario.preference import choose_step
from jumun_mockserver.core.scenario.staging import carry_out
from jumun_mockserver.core.scenario.steps import Delay, Fail, Step
from jumun_mockserver.core.session.limiter import describe_excess
from jumun_mockserver.core.session.store import SessionError
from jumun_mockserver.core.state.state import StateAwayError
from jumun_mockserver.core.stubs import choose_example

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts import ErrorEntry, Operation
    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.meter import Meter
    from jumun_mockserver.core.provider import Producer, Provider
    from jumun_mockserver.core.routing import Match, Route
    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.core.session.session import Session
    from jumun_mockserver.core.session.store import Store

_NOTE_AT_MOST = 2_000
# What a state that is away is answered with: clients may try again.
_AWAY = "503"


class Dispatch:
    """Answers requests for the providers out of the sessions of a store.

    Attributes:
        routes: Profile → its routes.
        on_exchange: Called with each exchange after it was recorded, for a log.
        produce: What answers in place of the shops, whatever is called: a recording, or the real API. Whom it answers,
            and what is wrong with a call, is then its affair: nothing is refused on the way to it.
        meter: Counts what is answered; None for nothing.
        plays_faults: Whether what sends the responses can break them below HTTP. Where not, calls have a note instead.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider[Any]],
        store: Store,
        *,
        on_exchange: Callable[[Exchange], None] | None = None,
        produce: Producer[Any] | None = None,
    ) -> None:
        """Make ready to answer.

        Raises:
            ProviderError: A provider's record and its contract do not have the same operations.
        """
        self.store = store
        self._take(providers)
        self.on_exchange = on_exchange
        self.produce = produce
        self.plays_faults = True
        self.meter: Meter | None = None

    def _take(self, providers: Mapping[str, Provider[Any]]) -> None:
        self.providers = providers
        self.routes = RoutesByProfile(providers)
        # A user's stubs may be mistaken in any profile, which is for the start to say.
        is_plain = all(provider.stubs is PACKAGED for provider in providers.values())
        for profile in [self.store.default.profile] if is_plain else PROFILES:
            _ = self.routes[profile]

    def renew(self, providers: Mapping[str, Provider[Any]], options: SessionOptions) -> None:
        """Go on with providers whose stubs are others, and with other options of the default session.

        Raises:
            SessionError: A session plays what it could not play then; nothing is changed.
        """
        self.store.renew(providers, options)
        self._take(providers)

    @property
    def hosts(self) -> Mapping[str, Provider[Any]]:
        """Names of the providers' own hosts → provider."""
        return self.routes[self.store.default.profile].hosts

    def __call__(self, request: Request) -> Response:
        """The response, whatever the request and whatever is registered.

        A failure of Jumun is the provider's 500 with a note; where even that cannot be made, plain problem details.
        """
        meter = self.meter
        began_s = time.perf_counter() if meter else 0.0
        try:
            exchange = self._exchange(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets a response
            return render_failure(error)
        if meter:
            meter.count(exchange, time.perf_counter() - began_s)
        if self.on_exchange:
            # A log that cannot be written must not become the client's trouble. `suppress` takes its time.
            try:  # noqa: SIM105
                self.on_exchange(exchange)
            except Exception:  # noqa: BLE001, S110
                pass
        return exchange.response

    def _exchange(self, request: Request) -> Exchange:
        """Answer in the session that the request belongs to, and record it there."""
        method, path, host = request.method, request.path, request.headers.get("host", "")
        profile = self.store.default.profile
        match = self.routes[profile].match(method, path, host)
        try:
            session = self.store.find(match.provider, request)
        except Exception as error:  # noqa: BLE001 - a credential may be anything
            # A session that is not there has no count and no journal, and the default one is not to have its calls.
            return self._answer(request, match, self.store.default, error)
        if session.profile != profile:
            match = self.routes[session.profile].match(method, path, host)
        try:
            exchange = self._answer(request, match, session)
            session.journal.record(exchange)
            if exchange.code:
                session.note_code(exchange)
        except StateAwayError as error:
            # What the journal does not have is not answered as if it had happened.
            return self._answer(request, match, session, error)
        return exchange

    def _answer(self, request: Request, match: Match, session: Session, trouble: Exception | None = None) -> Exchange:
        """Answer in a session. `trouble` is why the request cannot be served in one, None mostly."""
        if trouble:
            serial, now = 0, _tell_time(session)
        elif session.state.waits:
            serial, now = session.begin_call(match.provider, request)
        else:
            serial, now = session.state.count("session", "serial"), session.now()
        near: tuple[Route, ...] = ()
        if match.route is None:
            near = self.routes[session.profile].near(request.method, request.path, provider=match.provider)
        if match.provider is None:
            response = render_unowned(request, near, now)
            remarks = (_describe_trouble(trouble),) if trouble else ()
            return Exchange(serial, session.id, now, request, response, "", None, "", (), remarks, "", near)
        answer = _Answer(match.provider, session, match, request, serial, now)
        answer.plays_faults = self.plays_faults
        return answer.exchange(answer.respond(trouble, self.produce), near)

    def refuses_handshake(self, host: str) -> bool:
        """Whether a TLS handshake with `host` is to fail. The default session decides: others are not known yet."""
        provider, session = self.hosts.get(host), self.store.default
        if provider is None:
            return False
        try:
            return session.scenario.take_handshake(provider.name, now=session.now()) is not None
        except StateAwayError:
            # The calls will be answered so.
            return False


class _Answer:
    """The work on one exchange, with what is to be said about it."""

    __slots__ = (
        "call",
        "code",
        "contract",
        "delay_s",
        "fault",
        "is_limited",
        "match",
        "plays_faults",
        "provider",
        "remarks",
        "session",
        "shop",
        "step",
    )

    def __init__(  # noqa: PLR0917 - keywords cost as much as what is done with them
        self, provider: Provider[Any], session: Session, match: Match, request: Request, serial: int, now: float
    ) -> None:
        self.provider = provider
        self.session = session
        self.contract = contract = session.contracts[provider.name]
        self.shop = session.shops[provider.name]
        self.match = match
        # What a call meets while stubs are renewed may be routed and not in the contract yet.
        operation = contract.operations.get(match.route.operation) if match.route else None
        self.call = Call(request, operation, serial, now)
        self.step: Step | None = None
        self.code = ""
        self.delay_s = 0.0
        self.fault: Fault | None = None
        self.plays_faults = True
        self.is_limited = False
        self.remarks = self.call.remarks

    def respond(self, trouble: Exception | None, produce: Producer[Any] | None) -> Response:
        """The complete response. `trouble` is why the request cannot be served at all, None mostly."""
        try:
            if trouble:
                raise trouble  # noqa: TRY301 - what it is answered with is said below, whenever it comes
            response = self._work(produce)
        except ApiError as error:
            self._remark(error.remark)
            response = self._render_error(error.cause, error.status)
        except Exception as error:  # noqa: BLE001 - Jumun's failure must look as the provider's does
            self._remark(_describe_trouble(error))
            response = self._render_error(_AWAY if isinstance(error, StateAwayError) else "internal_error")
        if self.fault:
            response = apply_fault(response, self.fault)
        return replace(response, delay_s=self.delay_s) if self.delay_s else response

    def exchange(self, response: Response, near: tuple[Route, ...]) -> Exchange:
        """What the journal keeps."""
        call = self.call
        return Exchange(
            call.serial,
            self.session.id,
            call.now,
            call.request,
            response,
            call.operation.id if call.operation else "",
            self.contract,
            self.code,
            tuple(call.violations),
            tuple(self.remarks),
            self.step.text if self.step else "",
            near,
            self.is_limited,
        )

    def _work(self, outside: Producer[Any] | None) -> Response:
        """The answer of whatever produces it; raises ApiError where there is none, or it is refused."""
        call, operation = self.call, self.call.operation
        if operation is not None:
            self._play(operation)
            if outside is None and operation.security:
                call.application = self.provider.authenticate(call, self.shop)
                self._limit(operation, call.application)
            self._read(operation, refuses=outside is None)
        if outside is not None:
            response: Response = outside(call, self.shop)
            return response
        if operation is None:
            if self.match.allow:
                is_preflight = (
                    call.request.method == "OPTIONS" and "access-control-request-method" in call.request.headers
                )
                hint = "; a browser asks for a page of another origin, which needs --cors" if is_preflight else ""
                raise ApiError("method_not_allowed", f"this path has {', '.join(self.match.allow)}{hint}")
            self.provider.path_not_found(call, self.shop)
        answer, produce = operation.success, self.provider.handlers.get(operation.id)
        if produce is None:
            answer, produce = choose_example(operation, call)
        if self.step:
            body = carry_out(self.step, operation.id, call, self.provider, self.shop, handler=produce)
        else:
            body = produce(call, self.shop)
        return self._render(int(answer.status), body, answer.media_type, {})

    def _read(self, operation: Operation, *, refuses: bool) -> None:
        """Parameters and body; raises ApiError where they do not fit and are to be refused for it."""
        call = self.call
        call.values, violations = read_parameters(operation, call.request, self.match.values)
        call.body, faults = read_body(operation, call.request)
        call.violations = violations + faults
        if call.violations and operation.on_invalid == "reject" and refuses:
            in_path = [each for each in violations if each.place.startswith("path/")]
            checks = (("invalid_path", in_path), ("invalid_parameter", violations), ("invalid_body", faults))
            for cause, found in checks:
                # A handler refuses by itself where it cannot do without a parameter; a stub has none.
                if any(each.refusable or (operation.is_stub and each.keyword == "required") for each in found):
                    raise ApiError(cause)

    def _play(self, operation: Operation) -> None:
        """Find the step that is due; wait, break or fail as it says."""
        self.step, remark = choose_step(self.call.request.headers, operation, self.provider, self.contract)
        if remark:
            self.remarks.append(remark)
        if self.step is None:
            if due := self.session.take_step(operation.id, self.call.now):
                self.step = due.step
                self._remark(f"scenario line {due.line}, call {due.call}: {due.step.text}")
                self._apply(due.step, operation, seed=f"{due.step.seed or self.session.seed}:{due.line}:{due.call}")
        else:
            self._apply(self.step, operation, seed=f"{self.step.seed or self.session.seed}:{self.call.serial}")

    def _apply(self, step: Step, operation: Operation, *, seed: str) -> None:
        for action in step.actions:
            if isinstance(action, Delay):
                self.delay_s += action.draw(seed)
            elif isinstance(action, Fault):
                if self.plays_faults or FAULTS[action.name].alter:
                    self.fault = action
                else:
                    self._remark(f"{action.name} was not played: that takes the server of jumun serve")
        for action in step.actions:
            if isinstance(action, Fail):
                entry = find_entry(self.contract, action.code, operation=operation.id)
                remark = describe_error(self.contract, action.code, entry)
                if action.status is not None:
                    remark += f", with status {action.status} in place of {entry.status}"
                raise ApiError(entry.code, remark, status=action.status)

    def _limit(self, operation: Operation, application: str) -> None:
        """Quota and token bucket, for a call whose application is known."""
        now, options = self.call.now, self.session.options
        limits = options.limits
        # Asked here too, since nearly all sessions have it off, and a call costs more than the question.
        if options.quota != "off" and not self.session.quota.allows(application, now):
            self.is_limited = True
            raise ApiError("quota_exceeded", "a token call of this application broke the rules; one call an hour")
        if limits == "off":
            return
        budget = self.session.limiter.take(application, operation.id, now)
        if budget is None:
            return
        self.call.budget = budget
        if not budget.allowed:
            over, reported = describe_excess(budget.rate, budget.burst)
            if limits == "enforce":
                self.is_limited = True
                raise ApiError("rate_limited", over)
            self.remarks.append(reported)

    def _render_error(self, cause: str, status: int | None = None) -> Response:
        """What the contract answers to a cause, or to a code of its catalogue; with another status if one is given."""
        code = self.contract.causes.get(cause, cause)
        entry: ErrorEntry = find_entry(self.contract, code, operation=None)
        self.code = entry.code
        if status is not None:
            entry = replace(entry, status=status)
        headers = {name.lower(): value for name, value in entry.headers.items()}
        if entry.status == 405 and self.match.allow:  # noqa: PLR2004 - Method Not Allowed
            headers["allow"] = ", ".join(self.match.allow)
        body = self.provider.render_error(entry, self.call, self.shop)
        return self._render(entry.status, body, self.contract.error_media_type, headers)

    def _render(self, status: int, body: Any, media_type: str, headers: dict[str, str]) -> Response:
        content = render_json(body) if media_type else b""
        headers |= self.provider.headers(self.call, self.shop)
        if self.call.violations or self.remarks:
            headers["jumun-note"] = self._note()
        usual = usual_headers(int(self.call.now), media_type, self.provider)
        if status != 204:  # noqa: PLR2004 - No Content, which has no length either (RFC 9110, 8.6)
            usual = (*usual, ("content-length", str(len(content))))
        return Response(status, (*usual, *headers.items()), content)

    def _remark(self, text: str) -> None:
        if text:
            self.remarks.append(text)

    def _note(self) -> str:
        """The Jumun-Note header."""
        notes = self.remarks
        if violations := self.call.violations:
            shown = (f"{each.place}: {each.value} {each.message}" if each.value else each for each in violations)
            notes = [*(f"violation: {each}" for each in shown), *notes]
        text = printable("; ".join(notes))
        return text if len(text) <= _NOTE_AT_MOST else text[:_NOTE_AT_MOST] + " ..."


def _describe_trouble(error: Exception) -> str:
    """Why a request cannot be served; what is not a failure of Jumun says so by itself."""
    return str(error) if isinstance(error, SessionError | StateAwayError) else describe_failure(error)


def _tell_time(session: Session) -> float:
    """Epoch seconds on the session's clock; on the machine's where the session's state is away."""
    try:
        return session.now()
    except StateAwayError:
        return time.time()
