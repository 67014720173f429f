"""A product order of NAVER as the sources describe it: which states may follow an action, and which actions must fail.

A model for tests, written from pages of https://apicenter.commerce.naver.com (order state flow, calls, code table of
pay-order-seller), discussions of github.com/commerce-api-naver/commerce-api and recorded live responses. It imports
nothing of Jumun and knows nothing of the table that it judges: product orders enter it as a query shows them. Where the
sources leave something open, it allows all that they leave open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partialmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SELLER = (
    *("confirm", "dispatch", "delay", "hope_delivery", "cancel.request", "cancel.approve"),
    *("return.request", "return.approve", "return.reject", "return.holdback", "return.release"),
    *("exchange.collect_approve", "exchange.dispatch", "exchange.reject", "exchange.holdback", "exchange.release"),
)
CONTROL = (
    *("pay", "decide", "request_cancel", "withdraw_cancel", "request_return", "withdraw_return", "request_exchange"),
    *("withdraw_exchange", "change_address", "change_option", "receive_gift", "collect", "deliver"),
    *("hold_decision", "release_decision", "hold_claim", "release_claim"),
)

HOLDBACK = "PURCHASE_DECISION_HOLDBACK"
_REDELIVERING = "EXCHANGE_REDELIVERING"
_SENT = ("DELIVERING", "DELIVERED")
_UNCOLLECTED = ("RETURN_REQUEST", "EXCHANGE_REQUEST", "COLLECTING")
_OPEN = frozenset({"CANCEL_REQUEST", "CANCELING", *_UNCOLLECTED, "COLLECT_DONE", _REDELIVERING})
_ENDED = {"CANCEL": "CANCELED", "RETURN": "RETURNED", "EXCHANGE": "EXCHANGED"}
# What time does something to; all else waits for an actor.
_MOVED_BY_TIME = frozenset({"PAYMENT_WAITING", *_SENT, "CANCELING", *_UNCOLLECTED, _REDELIVERING})


@dataclass(frozen=True)
class Verdict:
    """Possible outcomes of an action.

    Attributes:
        to: (productOrderStatus, claimType, claimStatus) that may follow; none if it must fail.
        feeds: The lastChangedType that it may have; None for no row of the feed.
        codes: With which of them a seller's call may fail; none if it must not.
    """

    to: frozenset[tuple[str, str, str]] = frozenset()
    feeds: frozenset[str | None] = frozenset()
    codes: frozenset[str] = frozenset()

    @property
    def ends(self) -> bool:
        """Whether nothing more may be done then."""
        return {status for status, *_ in self.to} <= {"PURCHASE_DECIDED", *_ENDED.values()}


_IMPOSSIBLE = Verdict()


def _fail(*codes: str) -> Verdict:
    return Verdict(codes=frozenset(codes))


# Discussion #1457: claim calls fail with 9999 whatever the cause. Specific codes were seen live for some all the same.
_REFUSED_CLAIM = _fail("9999")


@dataclass
class Claim:
    """A cancellation, return or exchange of some pieces."""

    kind: str
    status: str
    pieces: int
    held: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor rejected."""
        return self.status in _OPEN


@dataclass
class ProductOrder:
    """A product order and what happened to it.

    Attributes:
        shown: claimType and claimStatus that it shows; ("", "") for none.
        pieces: How many there were at first, of which `remain` are left.
        claims: The oldest first; `current` is the one that currentClaim shows.
        parcel: The other product orders of its package.
    """

    id: str
    status: str
    confirmed: bool
    shown: tuple[str, str]
    pieces: int
    remain: int
    is_add_on: bool
    is_logistics: bool
    has_wish: bool
    has_address: bool
    gift_waits: bool
    is_delayed: bool
    claims: list[Claim] = field(default_factory=list)
    current: Claim | None = None
    parcel: list[ProductOrder] = field(default_factory=list, repr=False)

    @classmethod
    def read(cls, details: Mapping[str, Any]) -> ProductOrder:
        """One as a query with quantityClaimCompatibility shows it."""
        shown = details["productOrder"]
        claims = {
            each["claimId"]: Claim(each["claimType"], each["claimStatus"], each["requestQuantity"])
            for each in details.get("completedClaims", ())
        }
        current = None
        for name in ("beforeClaim", "currentClaim"):
            for kind, block in details.get(name, {}).items():
                held = block.get("holdbackStatus") == "HOLDBACK"
                claim = Claim(kind.upper(), block["claimStatus"], block["requestQuantity"], held)
                claim = claims.setdefault(block["claimId"], claim)
                current = claim if name == "currentClaim" else None
        return cls(
            id=shown["productOrderId"],
            status=shown["productOrderStatus"],
            confirmed=shown["placeOrderStatus"] == "OK",
            shown=(shown.get("claimType", ""), shown.get("claimStatus", "")),
            pieces=shown["initialQuantity"],
            remain=shown["remainQuantity"],
            is_add_on=shown["productClass"] == "추가구성상품",
            is_logistics=shown.get("logisticsDirectContracted", False),
            has_wish="hopeDelivery" in shown,
            has_address="shippingAddress" in shown,
            gift_waits=shown.get("giftReceivingStatus") == "WAIT_FOR_RECEIVING",
            is_delayed="delayedDispatchReason" in shown,
            claims=list(claims.values()),
            current=current,
        )

    @property
    def claim(self) -> Claim | None:
        """The open claim that actions are about; None for none."""
        if self.status in _ENDED.values():
            return None
        return next((each for each in reversed(self.claims) if each.is_open), None)

    @property
    def before(self) -> Claim | None:
        """The claim of beforeClaim: an exchange that is redelivered, during or after which another claim came."""
        redelivered = [each for each in self.claims if each.status == _REDELIVERING and each is not self.current]
        return redelivered[-1] if redelivered else None

    @property
    def completed(self) -> list[Claim]:
        """The claims of completedClaims."""
        return [each for each in self.claims if each.status == f"{each.kind}_DONE"]

    @property
    def is_held_back(self) -> bool:
        """Whether its purchase decision is."""
        return self.shown == (HOLDBACK, HOLDBACK)

    @property
    def is_moved_by_time(self) -> bool:
        """Whether time alone does something to it, sooner or later."""
        state = self.claim.status if self.claim else self.status
        return state in _MOVED_BY_TIME and not self.is_held_back

    def judge(self, action: str, pieces: int | None = None) -> Verdict:
        """Possible outcomes of an action of any actor.

        Args:
            pieces: For how many of them a seller requests a claim; None for all that remain.
        """
        if action in ("cancel.request", "return.request"):
            verdict: Verdict = getattr(self, f"_{action.replace('.', '_')}")(pieces)
        else:
            verdict = getattr(self, f"_{action.replace('.', '_')}")()
        return verdict

    def follow(self, action: str, to: tuple[str, str, str], pieces: int | None = None) -> None:
        """Be as an action leaves it with this productOrderStatus, claimType and claimStatus."""
        claim = self.claim
        self.status, kind, status = to
        self.shown = (kind, status)
        self.confirmed |= action in ("confirm", "dispatch")
        self.is_delayed |= action == "delay"
        if action == "receive_gift":
            self.gift_waits, self.has_address = False, True
        if "request" in action:
            claim = Claim(kind, "", self.remain if pieces is None else pieces)
            self.claims.append(claim)
        if claim is None:
            return
        claim.status, self.current = status, claim
        if action.endswith(("holdback", "hold_claim")):
            claim.held = True
        elif action.endswith(("release", "release_claim")):
            claim.held = False
        if status in ("CANCEL_DONE", "RETURN_DONE"):
            self.remain -= claim.pieces
        if self.claim and not claim.is_open:
            # The exchange that was redelivered meanwhile is the claim again.
            self.current = self.claim
            self.shown = (self.claim.kind, self.claim.status)

    # Actions of the seller.

    def _confirm(self) -> Verdict:
        if not self._is_paid:
            return _fail("104442", "104443", "9999")
        if self.is_logistics:
            return _fail("101011", "104443") if self.confirmed else _fail("101011")
        # Live: a repeat is 104443, and the feed has no row.
        return _fail("104443") if self.confirmed else self._stay()

    def _dispatch(self) -> Verdict:
        claim = self.claim
        if self.status != "PAYED" or (claim and claim.status != "CANCEL_REQUEST"):
            return _fail("9999", "104442")
        if self.is_logistics:
            return _fail("105308")
        # Discussion #1321: the main product comes first. A gift has no address before it is accepted.
        if self.gift_waits or (self.is_add_on and any(each._is_unsent_main for each in self.parcel)):
            return _fail("9999")
        if claim:
            # Discussions #2823, #923: it rejects the cancel; which of the two rows is the newest is open.
            return _move("DELIVERING", "CANCEL", "CANCEL_REJECT", "CLAIM_REJECTED", "DISPATCHED")
        return _move("DELIVERING", *self.shown, "DISPATCHED")

    def _delay(self) -> Verdict:
        if not self._is_paid:
            return _fail("104442")
        return _fail("105306", "104442") if self.is_delayed else self._stay()

    def _hope_delivery(self) -> Verdict:
        if not self.has_wish:
            return _fail("104441")
        return self._stay("HOPE_DELIVERY_INFO_CHANGED") if self._is_paid else _fail("104442")

    def _cancel_request(self, pieces: int | None) -> Verdict:
        if not self._is_paid:
            return _fail("104203", "9999")
        if not self._may_claim(pieces):
            return _fail("9999", "104203")
        # It waits for no one; how far it goes at once is open.
        gone = self._leave("CANCEL", pieces)
        to = {(gone, "CANCEL", "CANCEL_DONE"), *(("PAYED", "CANCEL", each) for each in ("CANCEL_REQUEST", "CANCELING"))}
        return Verdict(frozenset(to), frozenset({"CLAIM_REQUESTED", "CLAIM_COMPLETED"}))

    def _cancel_approve(self) -> Verdict:
        return self._finish() if self.claim and self.claim.kind == "CANCEL" else _fail("104210", "9999")

    def _return_request(self, pieces: int | None) -> Verdict:
        return self._request("RETURN") if self._is_claimable and self._may_claim(pieces) else _REFUSED_CLAIM

    def _return_approve(self) -> Verdict:
        claim = self.claim
        if not claim or claim.kind != "RETURN" or claim.held:
            return _REFUSED_CLAIM
        done = self._finish()
        # Meant for what was collected; one live return was done four seconds after its request.
        return done if claim.status == "COLLECT_DONE" else Verdict(done.to, done.feeds, _REFUSED_CLAIM.codes)

    def _hold(self, kind: str) -> Verdict:
        claim = self.claim
        if not claim or claim.kind != kind or claim.held or claim.status == _REDELIVERING:
            return _REFUSED_CLAIM
        return self._stay()

    def _release(self, kind: str) -> Verdict:
        claim = self.claim
        if not claim or claim.kind != kind or not claim.held:
            return _REFUSED_CLAIM
        # The refund of what was returned goes on by itself.
        return self._finish() if (kind, claim.status) == ("RETURN", "COLLECT_DONE") else self._stay()

    def _refuse(self, kind: str) -> Verdict:
        verdict = self._withdraw(kind)
        return verdict if verdict.to else _REFUSED_CLAIM

    def _exchange_collect_approve(self) -> Verdict:
        claim = self.claim
        if not claim or claim.kind != "EXCHANGE" or claim.status not in _UNCOLLECTED:
            return _REFUSED_CLAIM
        return _move(self.status, "EXCHANGE", "COLLECT_DONE", "COLLECT_DONE")

    def _exchange_dispatch(self) -> Verdict:
        claim = self.claim
        if not claim or (claim.kind, claim.status) != ("EXCHANGE", "COLLECT_DONE"):
            return _fail("104417")
        # The code is the sister NaverPay order API's.
        return _fail("104418") if claim.held else _move(self.status, "EXCHANGE", _REDELIVERING, "CLAIM_REDELIVERING")

    _return_holdback = partialmethod(_hold, "RETURN")
    _exchange_holdback = partialmethod(_hold, "EXCHANGE")
    _return_release = partialmethod(_release, "RETURN")
    _exchange_release = partialmethod(_release, "EXCHANGE")
    _return_reject = partialmethod(_refuse, "RETURN")
    _exchange_reject = partialmethod(_refuse, "EXCHANGE")

    # Actions of buyers.

    def _pay(self) -> Verdict:
        return _move("PAYED", *self.shown, "PAYED") if self.status == "PAYMENT_WAITING" else _IMPOSSIBLE

    def _decide(self) -> Verdict:
        if self.status not in _SENT or self.claim or self.is_held_back:
            return _IMPOSSIBLE
        return _move("PURCHASE_DECIDED", *self.shown, "PURCHASE_DECIDED")

    def _request_cancel(self) -> Verdict:
        if not self._is_paid:
            return _IMPOSSIBLE
        if self.confirmed:
            return _move("PAYED", "CANCEL", "CANCEL_REQUEST", "CLAIM_REQUESTED")
        # Before the confirmation it completes by itself.
        return _move("CANCELED", "CANCEL", "CANCEL_DONE", "CLAIM_COMPLETED")

    def _withdraw_cancel(self) -> Verdict:
        if not self.claim or self.claim.status != "CANCEL_REQUEST":
            return _IMPOSSIBLE
        return _move("PAYED", "CANCEL", "CANCEL_REJECT", "CLAIM_REJECTED")

    def _claim_sent(self, kind: str) -> Verdict:
        return self._request(kind) if self._is_claimable else _IMPOSSIBLE

    def _withdraw(self, kind: str) -> Verdict:
        claim = self.claim
        if not claim or claim.kind != kind or claim.status not in _UNCOLLECTED:
            return _IMPOSSIBLE
        return _move(self.status, kind, f"{kind}_REJECT", "CLAIM_REJECTED")

    _request_return = partialmethod(_claim_sent, "RETURN")
    _request_exchange = partialmethod(_claim_sent, "EXCHANGE")
    _withdraw_return = partialmethod(_withdraw, "RETURN")
    _withdraw_exchange = partialmethod(_withdraw, "EXCHANGE")

    def _change_address(self) -> Verdict:
        return self._stay("DELIVERY_ADDRESS_CHANGED") if self._is_paid and self.has_address else _IMPOSSIBLE

    def _change_gift(self, feed: str) -> Verdict:
        return self._stay(feed) if self._is_paid and self.gift_waits else _IMPOSSIBLE

    _change_option = partialmethod(_change_gift, "EXCHANGE_OPTION")
    _receive_gift = partialmethod(_change_gift, "GIFT_RECEIVED")

    # Actions of couriers, administrators and time.

    def _collect(self) -> Verdict:
        claim = self.claim
        if not claim or claim.status not in _UNCOLLECTED:
            return _IMPOSSIBLE
        return _move(self.status, claim.kind, "COLLECT_DONE", "COLLECT_DONE")

    def _pick_up(self) -> Verdict:
        claim = self.claim
        if not claim or claim.status not in ("RETURN_REQUEST", "EXCHANGE_REQUEST"):
            return _IMPOSSIBLE
        return _move(self.status, claim.kind, "COLLECTING", None)

    def _deliver(self) -> Verdict:
        if self.claim:
            return self._finish() if self.claim.status == _REDELIVERING else _IMPOSSIBLE
        # Discussion #2437: the feed has no row.
        return _move("DELIVERED", *self.shown, None) if self.status == "DELIVERING" else _IMPOSSIBLE

    def _refund(self) -> Verdict:
        return self._finish() if self.claim and self.claim.status == "CANCELING" else _IMPOSSIBLE

    def _expire(self) -> Verdict:
        return _move("CANCELED_BY_NOPAYMENT", *self.shown, None) if self.status == "PAYMENT_WAITING" else _IMPOSSIBLE

    def _hold_claim(self) -> Verdict:
        return self._oversee(self._hold)

    def _release_claim(self) -> Verdict:
        return self._oversee(self._release)

    def _oversee(self, judge: Callable[[str], Verdict]) -> Verdict:
        """What an administrator may do to a return or an exchange as the seller may."""
        claim = self.claim
        verdict = judge(claim.kind) if claim and claim.kind != "CANCEL" else _IMPOSSIBLE
        return verdict if verdict.to else _IMPOSSIBLE

    def _hold_decision(self) -> Verdict:
        if self.status != "DELIVERED" or self.claim or self.is_held_back:
            return _IMPOSSIBLE
        return _move("DELIVERED", HOLDBACK, HOLDBACK, None)

    def _release_decision(self) -> Verdict:
        return _move("DELIVERED", HOLDBACK, f"{HOLDBACK}_RELEASE", None) if self.is_held_back else _IMPOSSIBLE

    # What verdicts follow from.

    @property
    def _is_paid(self) -> bool:
        """Whether it is paid, not sent, and without an open claim."""
        return self.status == "PAYED" and not self.claim

    @property
    def _is_unsent_main(self) -> bool:
        return not self.is_add_on and self.status in ("PAYMENT_WAITING", "PAYED")

    @property
    def _is_claimable(self) -> bool:
        """Whether it is sent and not decided; discussion #1841: a second claim may come during a redelivery."""
        return self.status in _SENT and (not self.claim or self.claim.status == _REDELIVERING)

    def _may_claim(self, pieces: int | None) -> bool:
        """Whether so many remain and, discussion #1321, its add-ons have claims before it has."""
        without = [
            each for each in self.parcel if each.is_add_on and each.status in ("PAYED", *_SENT) and not each.claim
        ]
        return (pieces is None or pieces <= self.remain) and (self.is_add_on or not without)

    def _leave(self, kind: str, pieces: int | None) -> str:
        """The productOrderStatus when a claim for so many is done."""
        return self.status if pieces is not None and pieces < self.remain else _ENDED[kind]

    def _request(self, kind: str) -> Verdict:
        return _move(self.status, kind, f"{kind}_REQUEST", "CLAIM_REQUESTED")

    def _finish(self) -> Verdict:
        claim = self.claim
        assert claim
        status = "EXCHANGED" if claim.kind == "EXCHANGE" else self._leave(claim.kind, claim.pieces)
        return _move(status, claim.kind, f"{claim.kind}_DONE", "CLAIM_COMPLETED")

    def _stay(self, feed: str | None = None) -> Verdict:
        return _move(self.status, *self.shown, feed)


def _move(status: str, claim_type: str, claim_status: str, *feeds: str | None) -> Verdict:
    return Verdict(frozenset({(status, claim_type, claim_status)}), frozenset(feeds))
