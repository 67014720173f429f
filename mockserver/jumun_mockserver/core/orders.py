"""Orders as the control plane handles them, whatever the provider: placed, looked at, and moved by actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class OrderError(ValueError):
    """An order that cannot be placed as asked, or an action that is not possible. The message says what is possible."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to be placed.

    Attributes:
        template: Kind of order; a provider has some of `single`, `options`, `bundle`, `gift`, `preorder`, `direct` and
            `fulfillment`.
        product_orders: How many product orders it has; None for as many as the template has by itself.
        fields: What is to differ from the template, by the provider's names; checked already.
    """

    template: str = "single"
    product_orders: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it is now: a product order where the provider's orders have parts.

    Attributes:
        product_order_id: None where the provider's orders have no parts.
        state: The fields that the provider tells states by.
        actions: What can be done to it now.
        data: All of it, in the provider's form.
    """

    provider: str
    order_id: str
    product_order_id: str | None
    state: Mapping[str, Any]
    actions: tuple[str, ...]
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """By which it is found."""
        return self.product_order_id or self.order_id


def check_template(template: str, known: Collection[str], *, provider: str) -> None:
    """Refuse a template that the provider does not have.

    Raises:
        OrderError: It names those there are.
    """
    if template not in known:
        raise OrderError(f"/template: {provider} has no template {template!r}{did_you_mean(template, known)}")


def refuse_action(action: str, order: OrderView) -> NoReturn:
    """Refuse an action that is not among those that are possible now.

    Raises:
        OrderError: Always.
    """
    state = ", ".join(f"{name} {value}" for name, value in order.state.items())
    possible = ", ".join(order.actions) or "none"
    raise OrderError(f"/action: {action!r} is not possible for {order.id} now ({state}); possible now: {possible}")
