"""The life of a Bootpay order: what each action does to it in each state."""

from jumun_mockserver.providers.bootpay.lifecycle.orders import ORDERS_TABLE, Look, OrderState, explain, state_of

__all__ = ["ORDERS_TABLE", "Look", "OrderState", "explain", "state_of"]
