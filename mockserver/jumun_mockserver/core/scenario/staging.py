"""A call that is carried out under a step: what happens before and after it, and what its body is turned into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.core.scenario.alteration import AlterationError, alter_body
from jumun_mockserver.core.scenario.steps import Cap, Perform, Refuse, Repeat, Reverse, SetValue
from jumun_mockserver.core.session.clock import ClockError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_mockserver.core.provider import Call, Producer, Provider
    from jumun_mockserver.core.scenario.steps import Step
    from jumun_mockserver.core.shop import Shop


def carry_out(
    step: Step, operation: str, call: Call, provider: Provider[Any], shop: Any, *, handler: Producer[Any]
) -> Any:
    """The body that `handler` gives for a call of `operation`, for which the step can be played.

    Raises:
        ApiError: As the handler.
    """
    acts = [each for each in step.actions if isinstance(each, Perform)]
    refusals = [each for each in step.actions if isinstance(each, Refuse)]
    ids = tuple(dict.fromkeys(provider.named_orders[operation](call))) if acts or refusals else ()
    for cap in step.actions:
        if isinstance(cap, Cap):
            call.values = {**call.values, cap.parameter: min(cap.at_most, call.values.get(cap.parameter, cap.at_most))}
    call.refused = {id_: each.code for each in refusals for id_ in ids[-each.count :]}
    if before := [each for each in acts if each.moment == "before"]:
        _perform(before, ids, call, provider, shop)
        call.now = shop.clock.now()
    body = handler(call, shop)
    _perform([each for each in acts if each.moment == "after"], ids, call, provider, shop)
    alterations = tuple(each for each in step.actions if isinstance(each, SetValue | Repeat | Reverse))
    try:
        return alter_body(body, alterations) if alterations else body
    except AlterationError as error:
        call.remarks.append(f"{step.text}: {error}")
        return body


def _perform(acts: Sequence[Perform], ids: Sequence[str], call: Call, provider: Provider[Any], shop: Shop) -> None:
    """Do actions to orders and have time pass; what is not possible is left out with a remark."""
    for act in acts:
        for id_ in ids:
            try:
                provider.act(id_, act.action, None, shop)
            except KeyError:
                call.remarks.append(f"{act.moment}({act.action}): the shop has no order {id_}")
            except OrderError as error:
                call.remarks.append(f"{act.moment}({act.action}): {error}")
        try:
            if act.then_s:
                shop.clock.advance(act.then_s)
        except ClockError as error:
            call.remarks.append(f"{act.moment}({act.action}): {error}")
