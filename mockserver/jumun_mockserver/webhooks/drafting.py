"""Deliveries of an event, as the session's scenario has them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.scenario.alteration import AlterationError, alter_body
from jumun_mockserver.core.scenario.steps import Misdeliver, SetValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.session.deliveries import Delivery
    from jumun_mockserver.core.session.session import Session


def collect(session: Session, providers: Mapping[str, Provider[Any]]) -> None:
    """Make the deliveries of a session's new events. Without webhooks there are none, and events are not looked at."""
    if session.options.webhooks:
        session.deliveries.collect(partial(_draft, session, providers))


def _draft(session: Session, providers: Mapping[str, Provider[Any]], event: Mapping[str, Any]) -> list[Delivery]:
    """None for an event that is not reported."""
    name = event["provider"]
    webhook = providers[name].webhook
    if webhook is None or name not in session.options.webhooks or event["type"] not in webhook.types:
        return []
    payload = webhook.payload(event, session.shops[name])
    if payload is None:
        return []
    due = session.take_step(f"{name}.webhook", event["at"])
    actions = due.step.actions if due else ()
    delay = sum(each.seconds for each in actions if isinstance(each, Misdeliver))
    astray = {each.how for each in actions if isinstance(each, Misdeliver)}
    try:
        payload = alter_body(payload, tuple(each for each in actions if isinstance(each, SetValue)))
        step = due.step.text if due else ""
    except AlterationError as error:
        step = f"{due.step.text if due else ''}: {error}"
    delivery: Delivery = {
        "id": f"{event['number']}",
        "event": event["number"],
        "provider": name,
        "order_id": event["order_id"],
        "webhook_type": event["type"],
        "payload": payload,
        "step": step,
        "state": "lost" if "lose" in astray else "pending",
        "next_at": None if astray & {"lose", "swap"} else event["at"] + delay,
        "rank": event["number"],
        "left": len(webhook.gaps(session.shops[name])) + 1,
        "attempts": [],
    }
    return [delivery, {**delivery, "id": f"{event['number']}-2"}] if "double" in astray else [delivery]
