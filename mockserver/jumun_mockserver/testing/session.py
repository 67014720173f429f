"""What a test holds in its hands: a session of its own, its clock, what it was asked, and what to do to it."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumun_contracts import Schema
from jumun_contracts.contract.mistakes import explain
from jumun_contracts.schema.formats import is_date_time
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.control.address import Address, read_address
from jumun_mockserver.control.client import ControlError
from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.session.clock import SessionClock
from jumun_mockserver.core.session.options import SessionOptions, list_options, render_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumun_mockserver.control.client import ControlClient

_SHOWN = 10


class JumunSession:
    """A session for one test. The fixture `jumun` makes and deletes it.

    Attributes:
        id: What the header Jumun-Session takes.
        address: Its URLs and keys; they are attributes of this object too.
        clock: Its time.
        allow_violations: Whether calls that broke the contract do not fail the test.
        allow_unmatched: Whether calls that no operation serves do not.
    """

    def __init__(
        self, control: ControlClient, *, allow_violations: bool = False, allow_unmatched: bool = False, **options: Any
    ) -> None:
        """Make a session over `control`, which belongs to it from now on."""
        session = control.create_session(**options)
        self._control = control
        self.id: str = session["id"]
        self.address = read_address(control.url, session)
        self.clock = SessionClock(control)
        self.allow_violations = allow_violations
        self.allow_unmatched = allow_unmatched
        self._lines: dict[str, str] = {}
        self._elsewhere: dict[str, int] = {}
        self._is_playing = bool(options.get("scenario"))

    def __getattr__(self, name: str) -> str:
        if name in Address.__slots__:
            value: str = getattr(self.address, name)
            return value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def inject(self, operation: str, steps: str) -> None:
        """Do `steps` to the calls of `operation`, e.g. `inject("naver.product_order_ids", "429 x2, ok")`.

        Steps that were injected for other operations stay; all of them start over.

        Raises:
            ControlError: An unknown operation, code or step, with a suggestion.
        """
        lines = {**self._lines, operation: steps}
        calls = {each: self._count_elsewhere(each) for each in lines}
        self._control.set_scenario("\n".join(f"{target}: {text}" for target, text in lines.items()))
        self._lines, self._is_playing, self._elsewhere = lines, True, calls

    def play(self, scenario: str) -> None:
        """Play the lines of `scenario` instead of all that was injected; '' for nothing."""
        self._control.set_scenario(scenario)
        self._lines, self._is_playing = {}, bool(scenario)

    def place_order(
        self,
        provider: str,
        template: str = "single",
        *,
        product_orders: int | None = None,
        count: int = 1,
        **fields: Any,
    ) -> dict[str, Any]:
        """Place an order as a buyer does: `place_order("naver", "options", quantity=2)`.

        Args:
            product_orders: How many the order has; as many as the template has by itself if not given.
            count: How many orders; above 1 their ids are in a list under `orders`.
            fields: What is to differ from the template, by the provider's names.

        Returns:
            `order_id` and `product_order_ids`; of Bootpay `order_id` and `order_number`.

        Raises:
            ControlError: An unknown provider, template or field, with a suggestion.
        """
        order: dict[str, Any] = {"template": template, "count": count, "with": fields}
        if product_orders is not None:
            order["product_orders"] = product_orders
        return self._control.place_order(provider, **order)

    def act(self, id_: str, action: str, *, reason: str | None = None) -> list[dict[str, Any]]:
        """Do what a buyer does to a product order, or a Bootpay order, e.g. `act(id, "pay")`; the events that made.

        Raises:
            ControlError: No such order, or not possible now; it names what is.
        """
        return self._control.act(id_, action, reason=reason)

    def order(self, id_: str) -> dict[str, Any]:
        """A product order, or a Bootpay order: `state`, possible `actions`, and all that is known of it as `data`."""
        return self._control.order(id_)

    def events(self, *, after: int = 0) -> list[dict[str, Any]]:
        """What happened to orders so far, oldest first; only what is numbered above `after`."""
        return self._control.events(after=after)

    def webhooks(self) -> list[dict[str, Any]]:
        """Deliveries of webhooks so far, in the order of their events; see `docs/webhooks.md` for what each holds."""
        return self._control.webhooks()

    def redeliver(self, id_: str) -> dict[str, Any]:
        """Send a webhook once more, at once; the delivery after that.

        Raises:
            ControlError: No such delivery.
        """
        return self._control.redeliver(id_)

    def requests(self, operation: str | None = None, *, status: int | None = None) -> list[dict[str, Any]]:
        """The exchanges so far, oldest first, masked; see `docs/testing.md` for what each holds."""
        return self._control.requests(operation=operation, status=status)

    def count(self, operation: str | None = None, *, status: int | None = None) -> int:
        """How many of them there are."""
        return self._control.count(operation=operation, status=status)

    def assert_called(self, operation: str, *, times: int | None = None) -> None:
        """Fail unless `operation` was called, or called `times` times. Refused calls count too."""
        count = self.count(operation)
        if count == times or (times is None and count):
            return
        wanted = "at least one" if times is None else str(times)
        calls = self.requests()[-_SHOWN:]
        seen = "; ".join(f"{call['method']} {call['path']} {call['status']}" for call in calls) or "none"
        raise AssertionError(f"{operation}: {count} calls, not {wanted}. The last calls of all: {seen}")

    def unmet_steps(self) -> list[str]:
        """Steps of what was injected, or of a scenario, that no call has met so far: `naver.product_order_ids: 429`."""
        if not self._is_playing:
            return []
        return [f"{each['target']}: {each['step']}" for each in self._control.unmet_steps()]

    def list_faults(self) -> list[str]:
        """What of its calls fails the test, each fault with the calls, a line each, and the way out."""
        session, faults = self._control.show_session(), []
        if session["violations"] and not self.allow_violations:
            broken = [call for call in self.requests() if call["violations"]]
            # One that was refused for it has failed already, and a test may be about just that.
            lines = [
                f"{_call(each)}: " + "; ".join(f"{v['place']} {v['message']}" for v in each["violations"])
                for each in broken
                if each["status"] not in _REFUSED_FOR_IT
            ]
            left = session["violations"] - sum(len(each["violations"]) for each in broken)
            if lines or left:
                faults.append(_fault("calls broke the contract", "allow_violations", lines, left=left))
        if session["unmatched"] and not self.allow_unmatched:
            unmatched = [call for call in self.requests() if call["operation"] is None]
            lines = [f"{_call(each)}: answered with {each['status']}{_meant(each)}" for each in unmatched]
            left = session["unmatched"] - len(unmatched)
            faults.append(_fault("calls were made that no operation serves", "allow_unmatched", lines, left=left))
        if missed := [each for each, count in self._elsewhere.items() if self._went_elsewhere(each, count)]:
            faults.append(
                f"steps were injected for {', '.join(missed)}, whose calls went to the default session: the documents' "
                f"placeholder keys belong to that. Give the client the keys of this session, such as "
                f"jumun.naver_access_token or jumun.bootpay_client_key, or the header Jumun-Session: {self.id}"
            )
        return faults

    def _went_elsewhere(self, operation: str, count: int) -> bool:
        return self._count_elsewhere(operation) > count and not self.count(operation)

    def _count_elsewhere(self, operation: str) -> int:
        """Calls that the default session has had; 0 of several operations, `naver.*`, and of webhooks."""
        with suppress(ControlError):
            return self._control.count(operation=operation, session="default")
        return 0

    def close(self) -> None:
        """Delete the session."""
        self._control.delete_session()
        self._control.close()


# A value that an operation does not take, and of Bootpay one that cannot be processed.
_REFUSED_FOR_IT = (400, 442)


def _fault(what: str, argument: str, lines: list[str], *, left: int) -> str:
    """Some calls, and how many more there were."""
    more = [f"and {left} more, of calls that the journal no longer keeps"] if left else []
    return "\n".join([f"{what} (mark the test jumun({argument}=True) if they should):", *lines, *more])


def _call(call: Mapping[str, Any]) -> str:
    return f"{call['method']} {call['path']}"


def _meant(call: Mapping[str, Any]) -> str:
    return f"; did you mean {call['near'][0]}?" if call["near"] else ""


ALLOWED = ("allow_violations", "allow_unmatched")
"""What the marker has for the plugin itself, not for the session."""


def list_marker_arguments(kind: type[SessionOptions] = SessionOptions) -> dict[str, str]:
    """Argument of `@pytest.mark.jumun` → argument of `JumunSession`."""
    return {**{each.marker: each.name for each in list_options(kind)}, **{each: each for each in ALLOWED}}


def read_marker(
    named: Mapping[str, Any],
    *,
    folder: Path,
    place: str = "@pytest.mark.jumun",
    positional: tuple[Any, ...] = (),
    kind: type[SessionOptions] = SessionOptions,
) -> dict[str, Any]:
    """The arguments of `@pytest.mark.jumun`, or of the fixture `jumun_options`, as `JumunSession` takes them.

    Args:
        folder: What a relative path is relative to.
        place: Where the arguments are written, for messages.

    Raises:
        ValueError: An argument that the marker does not have, or a value that it cannot have.
        DocumentError: `data` is a folder that cannot be read.
    """
    if positional:
        raise ValueError(f"{place}: give {positional[0]!r} a name, e.g. profile={positional[0]!r}")
    arguments = list_marker_arguments(kind)
    options: dict[str, Any] = {}
    for name, value in named.items():
        if name not in arguments:
            raise ValueError(f"{place} has no argument {name!r}{did_you_mean(name, arguments)}")
        if value is not None:
            options[arguments[name]] = _read_value(name, value, folder=folder, place=place)
    for name in ALLOWED:
        if not isinstance(options.get(name, False), bool):
            raise ValueError(f"{place}: {name} must be True or False, not {options[name]!r}")  # noqa: TRY004 - as all
    judged = {name: value for name, value in options.items() if name not in ALLOWED}
    for finding in explain(Schema(render_schema(kind)), judged):
        raise ValueError(f"{place}: {finding.message}")
    return options


def merge_options(run: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a test over those of the run; rates add up, as they do beside a server's."""
    rates = {**run.get("rates", {}), **test.get("rates", {})}
    return {**run, **test, **({"rates": rates} if rates else {})}


def _read_value(name: str, value: Any, *, folder: Path, place: str) -> Any:
    if name == "clock":
        return _read_clock(value, place=place)
    if name == "data" and isinstance(value, str | os.PathLike):
        # The server gets the texts: it may be another machine's, and reads no file because a caller says so.
        found = DataFolder.read(folder / value)
        for stray in found.strays:
            raise stray
        return dict(found.texts)
    if not isinstance(value, str | int | float | bool | dict):
        raise ValueError(f"{place}: {name}={value!r} must be text, a number or a dictionary")  # noqa: TRY004 - of options
    return value


def _read_clock(value: Any, *, place: str) -> str:
    if isinstance(value, datetime):
        return _rfc3339(value)
    if not isinstance(value, str) or not is_date_time(value):
        raise ValueError(f"{place}: clock={value!r} must be a time such as '2026-11-22T09:00:00+09:00'")
    return value


def _rfc3339(when: datetime) -> str:
    if when.tzinfo is None:
        raise ValueError(f"{when!r} has no time zone; give it one, e.g. tzinfo=datetime.UTC")
    return when.isoformat()
