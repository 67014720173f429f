"""The control plane, /_jumun: what the server is, its sessions, and what happened in them.

control.openapi.yaml describes it, and request bodies are judged by that. Errors are problem details (RFC 9457).
"""

from __future__ import annotations

from importlib.metadata import version
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort
from flask import Response as FlaskResponse
from flask import request as flask_request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, NotFound, Unauthorized

from jumun_contracts import PROFILES, DocumentError
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.control.reading import (
    own_contract,
    read_any_json,
    read_json,
    read_new_order,
    read_number,
    read_options,
    read_session_id,
    select_exchanges,
    wants_stream,
)
from jumun_mockserver.control.rendering import (
    host_url,
    keep_from_pages,
    problem,
    render,
    render_delivery,
    render_event,
    render_exchanges,
    render_order,
    render_problem,
)
from jumun_mockserver.core.journal.coverage import measure_coverage, render_errors
from jumun_mockserver.core.journal.export import render_exchange
from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.core.routing import difference
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.clock import ClockError
from jumun_mockserver.core.session.events import PAGE_AT_MOST
from jumun_mockserver.core.session.snapshot import SnapshotError, restore_snapshot, take_snapshot
from jumun_mockserver.core.session.store import SessionError
from jumun_mockserver.core.state.state import StateAwayError
from jumun_mockserver.examples import export_openapi
from jumun_mockserver.webhooks.address import WebhookError
from jumun_mockserver.webhooks.drafting import collect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.control.access import Access
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.orders import OrderView
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.session.session import Session

CONTROL_PREFIX = "/_jumun"

# Paths that need no token.
_OPEN = frozenset({"health", "ready", "show_version", "show_certificate"})

# Path, method and the method of `ControlPlane` that answers.
_RULES = (
    ("/health", "GET", "health"),
    ("/ready", "GET", "ready"),
    ("/version", "GET", "show_version"),
    ("/ca.pem", "GET", "show_certificate"),
    ("/openapi.json", "GET", "show_own_contract"),
    ("/openapi/<provider>.json", "GET", "show_contract"),
    ("/errors", "GET", "show_errors"),
    ("/coverage", "GET", "show_coverage"),
    ("/metrics", "GET", "show_metrics"),
    ("/sessions", "GET", "list_sessions"),
    ("/sessions", "POST", "create_session"),
    ("/sessions/<id_>", "GET", "show_session"),
    ("/sessions/<id_>", "DELETE", "delete_session"),
    ("/sessions/<id_>/snapshot", "GET", "show_snapshot"),
    ("/sessions/<id_>/snapshot", "PUT", "load_snapshot"),
    ("/reset", "POST", "reset"),
    ("/scenario", "GET", "show_scenario"),
    ("/scenario", "PUT", "set_scenario"),
    ("/scenario", "DELETE", "clear_scenario"),
    ("/clock", "GET", "show_clock"),
    ("/clock", "POST", "move_clock"),
    ("/orders", "GET", "list_orders"),
    ("/orders", "POST", "place_orders"),
    ("/orders/<id_>", "GET", "show_order"),
    ("/orders/<id_>/actions", "POST", "act"),
    ("/events", "GET", "list_events"),
    ("/webhooks", "GET", "list_webhooks"),
    ("/webhooks/<id_>/redeliver", "POST", "redeliver"),
    ("/requests", "GET", "list_requests"),
    ("/requests/count", "GET", "count_requests"),
    ("/requests/unmatched", "GET", "list_unmatched"),
)


class ControlPlane:
    """The functions of the control plane over one dispatch."""

    def __init__(
        self,
        dispatch: Dispatch,
        *,
        access: Access,
        certificate_pem: bytes | None = None,
    ) -> None:
        """Serve `dispatch`.

        Args:
            access: Who may use it.
            certificate_pem: What clients must trust to speak TLS with the server; None where it speaks none.
        """
        self._dispatch = dispatch
        self._store = dispatch.store
        self._access = access
        self._certificate_pem = certificate_pem

    @property
    def _providers(self) -> Mapping[str, Provider[Any]]:
        return self._dispatch.providers

    def blueprint(self) -> Blueprint:
        """All of it, to register under `CONTROL_PREFIX`."""
        plane = Blueprint("control", __name__)
        for path, method, name in _RULES:
            view = getattr(self, name)
            plane.add_url_rule(path, endpoint=name, view_func=view, methods=[method], provide_automatic_options=False)
        plane.before_request(self._authorize)
        plane.after_request(keep_from_pages)
        plane.register_error_handler(HTTPException, render_problem)
        plane.register_error_handler(StateAwayError, lambda error: problem(503, "The store is away", str(error)))
        plane.register_error_handler(SessionError, lambda error: problem(404, "No such session", str(error)))
        plane.register_error_handler(DocumentError, lambda error: problem(422, "Not data of a shop", f"/data: {error}"))
        plane.register_error_handler(OrderError, lambda error: problem(422, "Not possible", str(error)))
        plane.register_error_handler(SnapshotError, lambda error: problem(422, "Not for this session", str(error)))
        plane.register_error_handler(WebhookError, lambda error: problem(422, "Not a webhook", f"/webhooks: {error}"))
        plane.register_error_handler(ScenarioError, lambda error: problem(422, "Not a scenario", str(error)))
        return plane

    def health(self) -> FlaskResponse:
        """The process answers."""
        return render({"status": "ok"})

    def ready(self) -> FlaskResponse:
        """Contracts and data are loaded, for there is no server before they are, and sessions can be had."""
        self._store.check()
        return render({"ready": True})

    def show_version(self) -> FlaskResponse:
        """What is served."""
        profile = self._store.default.profile
        return render({"jumun": version("jumun"), "profile": profile, "providers": sorted(self._providers)})

    def show_certificate(self) -> FlaskResponse:
        """The certificate of the authority that signs the server's own."""
        if self._certificate_pem is None:
            abort(404, "this server speaks no TLS; jumun serve --tls-port and jumun run do")
        return FlaskResponse(self._certificate_pem, content_type="application/x-pem-file")

    def show_own_contract(self) -> FlaskResponse:
        """The control plane's own OpenAPI document."""
        return render(own_contract() | {"servers": [{"url": host_url() + CONTROL_PREFIX}]})

    def show_contract(self, provider: str) -> FlaskResponse:
        """A provider's OpenAPI document with this server's address in it."""
        profile = flask_request.args.get("profile", self._session().profile)
        if provider not in self._providers:
            abort(404, f"no provider {provider!r}; expected {', '.join(sorted(self._providers))}")
        if profile not in PROFILES:
            abort(400, f"no profile {profile!r}; expected {', '.join(PROFILES)}")
        record, servers = self._providers[provider], [self._base_urls()[provider]]
        return render(export_openapi(record.contract(profile), servers=servers, stubs=record.stubs))

    def show_errors(self) -> FlaskResponse:
        """The error catalogues."""
        return render(render_errors(self._session().contracts))

    def show_coverage(self) -> FlaskResponse:
        """Which errors were met: in the session that is named, or in all there have been."""
        met = self._session().met if read_session_id() else self._store.met()
        return render(measure_coverage(self._session().contracts, met))

    def show_metrics(self) -> FlaskResponse:
        """What was counted since the start, as Prometheus reads it."""
        meter = self._dispatch.meter
        if meter is None:
            abort(501, "calls are not counted here; start jumun serve with --metrics, which needs jumun[metrics]")
        from jumun_mockserver.control.metrics import render_metrics  # noqa: PLC0415 - an extra

        text, content_type = render_metrics(self._dispatch, meter, accept=flask_request.headers.get("accept", ""))
        return FlaskResponse(text, content_type=content_type)

    def list_sessions(self) -> FlaskResponse:
        """A list of all sessions."""
        return render([self._render_session(session) for session in self._store])

    def create_session(self) -> FlaskResponse:
        """Make a session."""
        options = read_options(read_json("NewSession"), self._store.default)
        try:
            session = self._store.create(options)
        except SessionError as error:
            abort(429, str(error))
        return render(self._render_session(session), status=201)

    def show_session(self, id_: str) -> FlaskResponse:
        """The session of this id; 404 if there is none."""
        return render(self._render_session(self._store.get(id_)))

    def delete_session(self, id_: str) -> FlaskResponse:
        """Forget a session."""
        self._store.get(id_)
        try:
            self._store.delete(id_)
        except SessionError as error:
            abort(409, str(error))
        return FlaskResponse(status=204)

    def show_snapshot(self, id_: str) -> FlaskResponse:
        """All that has changed in a session."""
        return render(take_snapshot(self._store.get(id_)))

    def load_snapshot(self, id_: str) -> FlaskResponse:
        """Have what a snapshot has, and nothing else."""
        restore_snapshot(self._store.get(id_), read_any_json())
        return FlaskResponse(status=204)

    def reset(self) -> FlaskResponse:
        """Forget what happened in a session."""
        self._session().reset()
        return FlaskResponse(status=204)

    def show_scenario(self) -> FlaskResponse:
        """What is played, and which of its steps no call has met so far."""
        played = self._session().scenario
        return render({"scenario": played.text, "unmet": [each._asdict() for each in played.unmet()]})

    def set_scenario(self) -> FlaskResponse:
        """Play the body's lines."""
        try:
            text = flask_request.get_data().decode()
        except UnicodeDecodeError as error:
            abort(422, f"the scenario is not UTF-8 (byte {error.start})")
        self._session().set_scenario(text)
        return render({"scenario": text})

    def clear_scenario(self) -> FlaskResponse:
        """End the session's scenario; answers are normal again."""
        self._session().set_scenario("")
        return FlaskResponse(status=204)

    def show_clock(self) -> FlaskResponse:
        """The session's time."""
        return render(self._session().show_clock())

    def move_clock(self) -> FlaskResponse:
        """Move the session's clock."""
        session, move = self._session(), read_json("ClockMove")
        try:
            return render(session.move_clock(**move))
        except ClockError as error:
            abort(422, f"/{error}")

    def list_orders(self) -> FlaskResponse:
        """Orders as they are now, the newest of each provider first; a page of them."""
        session, name = self._session(), flask_request.args.get("provider")
        after, limit = read_number("skip", default=0), read_number("limit", default=100, at_most=PAGE_AT_MOST)
        providers = self._providers.values() if name is None else [self._provider(name, status=400)]
        views = chain.from_iterable(each.iter_orders(session.shops[each.name]) for each in providers)
        page = list(islice(views, after, after + limit + 1))
        return render({"orders": [render_order(each) for each in page[:limit]], "more": len(page) > limit})

    def place_orders(self) -> FlaskResponse:
        """Place orders, as a buyer does."""
        session, body = self._session(), read_json("NewOrder")
        provider = self._provider(body["provider"], status=422, key="/provider: ")
        new, count = read_new_order(body), int(body.get("count", 1))
        placed = [provider.place_order(new, session.shops[provider.name]) for _ in range(count)]
        return render(placed[0] if count == 1 else {"orders": placed}, status=201)

    def show_order(self, id_: str) -> FlaskResponse:
        """An order with all that is known of it."""
        _, order = self._find_order(id_)
        return render(render_order(order) | {"data": order.data})

    def act(self, id_: str) -> FlaskResponse:
        """Do what a buyer, a courier or a seller does outside of the provider's API."""
        shops, (provider, order), body = self._session().shops, self._find_order(id_), read_json("Action")
        try:
            events = provider.act(order.id, body["action"], body.get("reason"), shops[provider.name])
        except KeyError:
            raise NotFound(f"{order.id} was forgotten with all else while this was asked for") from None
        return render({"events": [render_event(each) for each in events]})

    def list_events(self) -> FlaskResponse:
        """A page of events, those that are due by now included.

        A stream of them is `server.event_stream`, before a request gets here.
        """
        session, after = self._session(), read_number("after", default=0)
        if wants_stream(flask_request.headers.get("accept", "")):
            abort(
                406,
                "a stream would hold a thread of this WSGI host for as long as it is open: ask for application/json "
                "with ?after=NUMBER, or let jumun serve or LiveServer serve",
            )
        session.apply_due()
        page = session.events.page(
            after=after, at_most=read_number("limit", default=PAGE_AT_MOST, at_most=PAGE_AT_MOST)
        )
        return render({"events": [render_event(each) for each in page.events], "last": page.last, "more": page.more})

    def list_webhooks(self) -> FlaskResponse:
        """Deliveries of webhooks that are kept, those of the newest events included."""
        session = self._session()
        session.apply_due()
        collect(session, self._providers)
        urls = session.options.webhooks
        return render({"webhooks": [render_delivery(each, urls) for each in session.deliveries.rows()]})

    def redeliver(self, id_: str) -> FlaskResponse:
        """Send a webhook once more, at once."""
        session = self._session()
        collect(session, self._providers)
        delivery = session.deliveries.find(id_)
        if delivery is None:
            abort(404, f"no webhook {id_!r} in this session; GET /_jumun/webhooks lists them")
        if delivery["provider"] not in session.options.webhooks:
            abort(409, f"this session has no address for the webhook of {delivery['provider']}; see --webhook")
        session.deliveries.redeliver(id_, session.now())
        session.settle()
        return render(render_delivery(session.deliveries.find(id_) or delivery, session.options.webhooks))

    def list_requests(self) -> FlaskResponse:
        """Exchanges that are kept."""
        return render_exchanges(select_exchanges(self._session()), flask_request.args.get("format", "json"))

    def count_requests(self) -> FlaskResponse:
        """How many of them."""
        return render({"count": sum(1 for _ in select_exchanges(self._session()))})

    def list_unmatched(self) -> FlaskResponse:
        """Those that no operation matched."""
        return render(
            [
                render_exchange(each)
                | {"differs": [f"{route}: {difference(each.method, each.path, route)}" for route in each.near]}
                for each in self._session().journal.select(operation="")
            ]
        )

    def _authorize(self) -> None:
        name = (flask_request.endpoint or "").rpartition(".")[2]
        if name in _OPEN:
            return
        headers = {name.lower(): value for name, value in flask_request.headers.items()}
        if denial := self._access.deny(flask_request.method, headers):
            if denial.status == Unauthorized.code:
                raise Unauthorized(denial.reason, www_authenticate=WWWAuthenticate("bearer"))
            abort(denial.status, denial.reason)

    def _session(self) -> Session:
        return self._store.get(read_session_id() or self._store.default.id)

    def _provider(self, name: str, *, status: int, key: str = "provider: ") -> Provider[Any]:
        if name not in self._providers:
            abort(status, f"{key}no provider {name!r}{did_you_mean(name, self._providers)}")
        return self._providers[name]

    def _find_order(self, id_: str) -> tuple[Provider[Any], OrderView]:
        shops = self._session().shops
        for provider in self._providers.values():
            if order := provider.find_order(id_, shops[provider.name]):
                return provider, order
        raise NotFound(f"no product order and no Bootpay order {id_!r} in this session; GET /_jumun/orders lists them")

    def _base_urls(self) -> dict[str, str]:
        return {name: provider.base_url(host_url()) for name, provider in self._providers.items()}

    def _render_session(self, session: Session) -> dict[str, Any]:
        return {
            "id": session.id,
            "profile": session.profile,
            "seed": session.seed,
            "base_urls": self._base_urls(),
            "keys": session.keys,
            "clock": session.show_clock()["now"],
            "calls": session.journal.total,
            "violations": session.journal.violations,
            "unmatched": session.journal.unmatched,
        }
