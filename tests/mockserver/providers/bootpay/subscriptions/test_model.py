"""A session of one subscription, held to a plain model: bills, money and states after any course of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.bootpay.orders.acting import act
from jumun_mockserver.providers.bootpay.subscriptions.transitions import apply_due
from tests.mockserver.providers.bootpay.calling import call, shop_of
from tests.mockserver.providers.bootpay.subscriptions.calling import DAY, bills, contract, subscribe, supervise
from tests.mockserver.world import World

KST = timezone(timedelta(hours=9))
READY, DONE, FAILED, REVOKED = 2, 1, -1, 20


def months_later(start: datetime, months: int) -> datetime:
    """The same day some months later, or the last one of the month."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    for day in range(start.day, 27, -1):
        try:
            return start.replace(year=year, month=month, day=day)
        except ValueError:
            pass
    return start.replace(year=year, month=month, day=min(start.day, 28))


@dataclass
class Model:
    """What a subscription is by the rules that users know: money in KRW, months by the calendar.

    Attributes:
        start: When it was opened.
        next_month: How many months after the start the next bill is due.
        paid: What was paid, bill by bill.
        own: What the next bill comes to where that was set for it alone.
        adjustments: Bill, amount, and whether it goes on.
    """

    price: int
    start: datetime
    status: int = 1
    next_month: int = 1
    paid: list[int] = field(default_factory=list)
    own: int | None = None
    failed: bool = False
    adjustments: list[tuple[int, int, bool]] = field(default_factory=list)

    def due(self) -> datetime:
        """When the next bill is due."""
        return months_later(self.start, self.next_month)

    def price_of(self, bill: int) -> int:
        """What a bill comes to."""
        return self.price + sum(
            amount for first, amount, goes_on in self.adjustments if first == bill or (goes_on and first < bill)
        )

    def upcoming(self) -> int:
        """What the next bill comes to."""
        return self.price_of(len(self.paid) + 1) if self.own is None else self.own

    def skip(self, now: datetime) -> None:
        """Leave out what was due until now."""
        while self.due() <= now:
            self.next_month += 1

    def pay(self, now: datetime) -> None:
        """Pay the next bill."""
        self.paid.append(self.upcoming())
        self.own, self.failed, self.status = None, False, 1
        self.next_month += 1
        self.skip(now)

    def pass_time(self, now: datetime) -> None:
        """Have pay what is due until now."""
        while self.status == 1 and self.due() <= now:
            self.pay(self.due())


class Subscription(RuleBasedStateMachine):
    """One subscription, and a model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(profile="observed")
        self.id, self.order_id = subscribe(self.world, price=10_000)
        # Orders have whole seconds.
        start = datetime.fromtimestamp(int(self.world.clock.now()), KST)
        self.model = Model(10_000, start, paid=[10_000])

    def now(self) -> datetime:
        """The session's time."""
        return datetime.fromtimestamp(self.world.clock.now(), KST)

    def supervise(self, method: str, path: str = "", body: Any = None) -> bool:
        """Whether a supervisor's call on the contract succeeds."""
        return supervise(self.world, method, f"order_subscriptions/{self.id}{path}", body).status == 200

    @rule(days=st.integers(1, 100))
    def pass_days(self, days: int) -> None:
        """Time goes on."""
        self.world.clock.advance(days * DAY)
        apply_due(shop_of(self.world))
        self.model.pass_time(self.now())

    @rule()
    def bill(self) -> None:
        """A buyer pays ahead of time, or what failed."""
        if self.model.status in {1, -3}:
            act(self.order_id, "bill", None, shop_of(self.world))
            self.model.pay(self.now())
        else:
            with pytest.raises(OrderError):
                act(self.order_id, "bill", None, shop_of(self.world))

    @precondition(lambda self: self.model.status == 1)
    @rule()
    def fail(self) -> None:
        """A payment fails."""
        act(self.order_id, "fail_bill", None, shop_of(self.world))
        # What failed keeps its amount.
        self.model.own = self.model.upcoming()
        self.model.status, self.model.failed = -3, True

    @rule()
    def pause(self) -> None:
        """It is paused, if it bills."""
        assert self.supervise("PUT", "/pause") == (self.model.status == 1)
        if self.model.status == 1:
            self.model.status = -2

    @rule()
    def resume(self) -> None:
        """It is resumed, if it is paused; what became due is skipped."""
        assert self.supervise("PUT", "/resume") == (self.model.status == -2)
        if self.model.status == -2:
            self.model.status = 1
            self.model.skip(self.now())

    @rule(price=st.integers(-5, 20_000))
    def change_price(self, price: int) -> None:
        """It has a new price, if no bill that is not paid comes to less than nothing."""
        wanted, unpaid = Model(price, self.model.start, adjustments=self.model.adjustments), len(self.model.paid) + 1
        is_fit = price > 0 and all(wanted.price_of(each) >= 0 for each in range(unpaid, 61)) and self.model.status != 20
        assert self.supervise("PUT", "", {"price": price}) == is_fit
        if is_fit:
            self.reprice(price=price)

    @rule(bill=st.integers(1, 12), amount=st.integers(-9_000, 9_000), goes_on=st.booleans())
    def adjust(self, bill: int, amount: int, goes_on: bool) -> None:  # noqa: FBT001 - a rule's argument
        """A bill is adjusted, or all from one on, if it is not paid and none comes to less than nothing."""
        new = [*self.model.adjustments, (bill, amount, goes_on)]
        wanted, unpaid = Model(self.model.price, self.model.start, adjustments=new), len(self.model.paid) + 1
        is_fit = bill >= unpaid and self.model.status != 20
        is_fit = is_fit and all(wanted.price_of(each) >= 0 for each in range(unpaid, 61))
        body = {"duration_from": bill, "price": amount, "is_unlimited": goes_on}
        assert self.supervise("POST", "/adjustments", body) == is_fit
        if is_fit:
            self.reprice(adjustments=new)

    def reprice(self, **fields: Any) -> None:
        """Have the model other fields, by which what is ready is priced if they tell, and not what failed."""
        upcoming = len(self.model.paid) + 1
        before = self.model.price_of(upcoming)
        for name, value in fields.items():
            setattr(self.model, name, value)
        if not self.model.failed and self.model.price_of(upcoming) != before:
            self.model.own = None

    @rule(price=st.integers(0, 30_000))
    def change_bill(self, price: int) -> None:
        """The next bill has a price of its own."""
        listed = call(self.world, "GET", f"order_subscription_bills?order_subscription_id={self.id}&status=2").json
        for each in listed["list"]:
            path = f"order_subscription_bills/{each['order_subscription_bill_id']}"
            assert call(self.world, "PUT", path, {"price": price}).status == 200
            self.model.own = price

    @precondition(lambda self: len(self.model.paid) > 4)
    @rule()
    def terminate(self) -> None:
        """It ends, once."""
        assert self.supervise("PUT", "/terminate") == (self.model.status != 20)
        if self.model.status != 20:
            self.model.own, self.model.status = self.model.upcoming(), 20

    @invariant()
    def is_as_the_model_says(self) -> None:
        """States, bills and the sum of the orders are the model's."""
        model, found = self.model, contract(self.world, self.id)
        last = REVOKED if model.status == 20 else FAILED if model.failed else READY
        expected = [(number, DONE, price) for number, price in enumerate(model.paid, 1)]
        expected.append((len(model.paid) + 1, last, model.upcoming()))
        assert bills(self.world, self.id) == expected[-50:]
        assert (found["status"], found["price"]) == (model.status, model.price)
        listed = call(self.world, "GET", f"orders?order_subscription_ids={self.id}&limit=50").json
        assert listed["count"] == len(model.paid)
        assert sum(each["price"] for each in listed["list"]) == sum(model.paid[-50:])
        if model.status == 1:
            assert datetime.fromisoformat(found["payment_next_at"]) == model.due()


TestSubscription = Subscription.TestCase
TestSubscription.settings = settings(max_examples=30, stateful_step_count=20)
