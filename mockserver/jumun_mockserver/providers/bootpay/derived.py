"""Orders derived from a seed: columns and formulas, of which a row is made when it is looked at."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap

from jumun_mockserver.core.timeline import Timeline
from jumun_mockserver.providers.bootpay.filters import FIRST_DAY, KST_S, LAST_DAY, WITH_CANCELS, midnight, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from jumun_mockserver.providers.bootpay.filters import Filters

# Derived orders are older than the documented one, which stays the newest.
_NEWEST = int(datetime(2025, 7, 11, 2, 52, 9, tzinfo=UTC).timestamp())
_NAMES = ("머그컵", "텀블러", "다이어리", "만년필", "이불", "책상", "케이스", "정기배송")
PEOPLE = ("홍길동", "김하나", "이두리", "박세온", "최네빛")
_USERS = tuple(f"67e4b4425ec892162491d{0xE00 + person:03x}" for person in range(len(PEOPLE)))
_GROUPS = (None, None, "6763758e817af6a00e0fbe00", "6763758e817af6a00e0fbe01")
_CONTRACTS = tuple(f"685b7b10b0eacea5cd974{0xA00 + number:03x}" for number in range(16))
# Pairs that occur together: order status, receipt status. Every constant of the SDKs is there.
_STATES = (
    *[(2, 1)] * 5,
    *[(0, 0)] * 2,
    (1, 0),
    (1, 5),
    (5, 2),
    (3, 1),
    (4, 20),
    (8, 1),
    (10, 20),
    (11, 20),
    (12, 1),
)
_PAID = frozenset({1, 20})
# Seconds from an order to its purchase: at once, in the time that a payment takes, or when the money has come.
_DELAYS = (0, 600, 32_400, 432_000)
# Bytes that are drawn for an order, by what they decide; the moment takes two.
_STATE, _NAME, _PRICE, _USER, _BILLING, _CONTRACT, _DELAY, _MOMENT, _DRAWN = 0, 1, 2, 3, 4, 5, 6, 7, 9

_ID_LENGTH, _NUMBER_LENGTH = 24, 20
_COUNTERS = 1 << 24
# Prime to ten, so that no two indices give the same digits and the index can be worked out.
_NUMBERS, _STEP = 10**14, 61_803_398_874_989
_STEP_BACK = pow(_STEP, -1, _NUMBERS)
_FOUND_AT_MOST = 16
_SEPARATOR = b"\xff"


# Columns of which a set is kept for each of these values; those of states are as the profile shows them.
_KNOWN: dict[str, tuple[Hashable, ...]] = {
    "user_id": _USERS,
    "user_group_id": _GROUPS[2:],
    "order_subscription_ids": _CONTRACTS,
    "subscription_billing_type": (0, 1, 2),
    "delay": _DELAYS,
    "has_cancels": (True,),
}
# Columns that one drawn byte decides: which, and the value that it gives.
_BY_BYTE: dict[str, tuple[int, Callable[[int], Hashable]]] = {
    "user_id": (_USER, lambda byte: _USERS[byte % len(PEOPLE)]),
    "user_group_id": (_USER, lambda byte: _GROUPS[byte // len(PEOPLE) % len(_GROUPS)]),
    "subscription_billing_type": (_BILLING, lambda byte: byte % 3),
    "has_cancels": (_STATE, lambda byte: _STATES[byte % len(_STATES)][0] in WITH_CANCELS),
}


class Derived:
    """`size` orders by index, newest first. Order i is the same whatever the size; nothing is made before it is needed.

    An order's id is an ObjectId: the second of creation, five bytes of the seed and a counter, which gives the index.

    Args:
        profile: Whose statuses are filtered by.

    Raises:
        ValueError: A size beyond ORDERS_AT_MOST.
    """

    def __init__(self, seed: str, size: int, profile: str) -> None:
        self.size = size
        self.created = Timeline(newest=_NEWEST, size=size, jitter=self._jitter)
        self._seed = seed
        self._profile = profile
        own = hashlib.sha256(f"{seed}:bootpay:ids".encode()).digest()
        self._orderer, self._payer = own[:5].hex(), own[5:10].hex()
        self._first_counter = int.from_bytes(own[10:13], "big")
        self._first_number = int.from_bytes(own[13:20], "big") % _NUMBERS
        self._sets: dict[tuple[str, Hashable], BitMap] = {}
        self._found: dict[Hashable, BitMap] = {}

    def row(self, index: int) -> dict[str, Any]:
        """An order in the form of the data files."""
        draws = self._draws[index * _DRAWN : (index + 1) * _DRAWN]
        created = self.created.moment(index)
        status, receipt_status = _STATES[draws[_STATE] % len(_STATES)]
        paid = created + self._delay(index) if receipt_status in _PAID else None
        person, billing = draws[_USER] % len(PEOPLE), draws[_BILLING] % 3
        return {
            "order_id": self._order_id(index, created),
            "order_name": f"{_NAMES[draws[_NAME] % len(_NAMES)]} {index + 1}",
            "price": 1_000 + 500 * (draws[_PRICE] % 200),
            "status": status,
            "receipt_status": receipt_status,
            "order_number": self._order_number(index, created),
            "purchased_at": None if paid is None else _stamp(paid),
            "created_at": _stamp(created),
            "username": PEOPLE[person],
            "user_email": f"user{person}@example.com",
            "receipt_id": None if paid is None else self._receipt_id(index, paid),
            "user_id": _USERS[person],
            "user_group_id": _GROUPS[draws[_USER] // len(PEOPLE) % len(_GROUPS)],
            "order_subscription_ids": _contracts(billing, draws[_CONTRACT]),
            "subscription_billing_type": billing,
        }

    def order_id(self, index: int) -> str:
        """The id of an order."""
        return self._order_id(index, self.created.moment(index))

    def find(self, text: str) -> int | None:
        """The index of an order_id or order_number; None for an order that is not here."""
        if not text.isascii():
            return None
        try:
            if len(text) == _ID_LENGTH:
                index = (self._first_counter - int(text[-6:], 16)) % _COUNTERS
                return index if index < self.size and self.order_id(index) == text else None
            if len(text) == _NUMBER_LENGTH:
                index = (int(text[6:]) - self._first_number) * _STEP_BACK % _NUMBERS
                if index < self.size and self._order_number(index, self.created.moment(index)) == text:
                    return index
        except ValueError:
            return None
        return None

    def matching(self, filters: Filters) -> BitMap:
        """The indices of those that fit."""
        found = BitMap(self.created_within(filters))
        for column, values in filters.values:
            found &= BitMap.union(*(self._having(column, value) for value in values))
        if (days := filters.purchased) and found:
            found &= self._keep(days, lambda: self._purchased(*days))
        if (keyword := filters.keyword) and found:
            found &= self._keep(keyword, lambda: self._holding(keyword))
        return found

    def created_within(self, filters: Filters) -> range:
        """The indices of those that were created on the days that are asked for."""
        if filters.created is None:
            return range(self.size)
        first, last = filters.created
        return range(self.created.count_since(midnight(last + 1)), self.created.count_since(midnight(first)))

    @cached_property
    def _draws(self) -> bytes:
        """Random bytes, so many for each order. SHAKE's output of any length begins with every shorter one."""
        return hashlib.shake_128(f"{self._seed}:bootpay:orders".encode()).digest(self.size * _DRAWN)

    @cached_property
    def _hurried(self) -> int:
        """How many orders are so new that one of the delays would put their purchase behind the newest order."""
        return self.created.count_since(_NEWEST - _DELAYS[-1])

    def _jitter(self, index: int) -> int:
        at = index * _DRAWN + _MOMENT
        return int.from_bytes(self._draws[at : at + 2], "big")

    def _delay(self, index: int) -> int:
        delay = _DELAYS[self._draws[index * _DRAWN + _DELAY] % len(_DELAYS)]
        return delay if index >= self._hurried or self.created.moment(index) + delay <= _NEWEST else 0

    def _order_id(self, index: int, created: int) -> str:
        return f"{created:08x}{self._orderer}{(self._first_counter - index) % _COUNTERS:06x}"

    def _receipt_id(self, index: int, paid: int) -> str:
        return f"{paid:08x}{self._payer}{(self._first_counter - index) % _COUNTERS:06x}"

    def _order_number(self, index: int, created: int) -> str:
        day = datetime.fromtimestamp(created + KST_S, UTC)
        return f"{day:%y%m%d}{(self._first_number + index * _STEP) % _NUMBERS:014d}"

    def _where(self, byte: int, fits: Callable[[int], bool]) -> BitMap:
        """The indices of those whose drawn byte fits; the byte is asked about and not the order, 256 times."""
        table = bytes(map(fits, range(256)))
        return BitMap(list(compress(range(self.size), self._draws[byte::_DRAWN].translate(table))))

    def _having(self, column: str, value: Hashable) -> BitMap:
        """The indices of those with a value. Made when it is first asked for; made twice if two threads ask at once."""
        key = column, value
        found = self._sets.get(key)
        if found is None:
            if value not in self._known(column):
                # Not kept: there is no end to such values.
                return BitMap()
            found = self._sets[key] = self._make_set(column, value)
            found.run_optimize()
        return found

    def _known(self, column: str) -> tuple[Hashable, ...]:
        if column in _KNOWN:
            return _KNOWN[column]
        at = ("status", "receipt_status").index(column)
        return tuple(shown(column, state[at], self._profile) for state in _STATES)

    def _make_set(self, column: str, value: Any) -> BitMap:
        match column:
            case "status" | "receipt_status":
                known = self._known(column)
                return self._where(_STATE, lambda byte: known[byte % len(_STATES)] == value)
            case "order_subscription_ids":
                each = self._where(_CONTRACT, lambda byte: value in _contracts(1, byte))
                together = self._where(_CONTRACT, lambda byte: value in _contracts(2, byte))
                of = "subscription_billing_type"
                return each & self._having(of, 1) | together & self._having(of, 2)
            case "delay":
                return self._delayed(value)
            case _:
                at, read = _BY_BYTE[column]
                return self._where(at, lambda byte: read(byte) == value)

    def _delayed(self, delay: int) -> BitMap:
        """The indices of paid orders that were purchased so many seconds after they were created."""
        paid = self._where(_STATE, lambda byte: _STATES[byte % len(_STATES)][1] in _PAID)
        found = self._where(_DELAY, lambda byte: _DELAYS[byte % len(_DELAYS)] == delay)
        found.remove_range(0, self._hurried)
        found |= BitMap([index for index in range(self._hurried) if self._delay(index) == delay])
        return found & paid

    def _purchased(self, first: int, last: int) -> BitMap:
        """The indices of those that were purchased on these days: with equal delays, purchases fall as creations do."""
        found = BitMap()
        first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
        for delay in _DELAYS:
            newer = self.created.count_since(midnight(last + 1) - delay)
            until = self.created.count_since(midnight(first) - delay)
            if newer < until:
                found |= self._having("delay", delay) & BitMap(range(newer, until))
        return found

    def _keep(self, key: Hashable, make: Callable[[], BitMap]) -> BitMap:
        """What was asked for before, or what is made now. A few are kept, as lists are read page by page."""
        found = self._found.get(key)
        if found is None:
            found = make()
            if len(self._found) >= _FOUND_AT_MOST:
                # Another thread may be reading the old one.
                self._found = {}
            self._found[key] = found
        return found

    def _holding(self, keyword: str) -> BitMap:
        """The indices of those with a text that holds the keyword."""
        if keyword in self._orderer:
            return BitMap(range(self.size))
        return BitMap(self._search(keyword.encode(errors="surrogatepass")))

    def _search(self, keyword: bytes) -> list[int]:
        texts, width = self._texts
        found, find = [], texts.find
        at = find(keyword)
        while at >= 0:
            index = at // width
            found.append(index)
            at = find(keyword, (index + 1) * width)
        return found

    @cached_property
    def _texts(self) -> tuple[bytes, int]:
        """All texts that the keyword is looked for in, as many bytes for each order, and how many.

        Between them is a byte that UTF-8 does not have, so that no keyword is found across two.
        """
        names = [name.casefold().encode() for name in _NAMES]
        width = 2 * (_ID_LENGTH + 1) + max(map(len, names)) + len(f" {self.size}") + 1
        form = (f"%08x{self._orderer}%06x\xff%b\xff%b %d").encode("latin-1")
        receipt = f"%08x{self._payer}%06x".encode()
        pieces = []
        for index in range(self.size):
            draws = self._draws[index * _DRAWN : (index + 1) * _DRAWN]
            created, counter = self.created.moment(index), (self._first_counter - index) % _COUNTERS
            paid = b""
            if _STATES[draws[_STATE] % len(_STATES)][1] in _PAID:
                paid = receipt % (created + self._delay(index), counter)
            name = names[draws[_NAME] % len(_NAMES)]
            pieces.append((form % (created, counter, paid, name, index + 1)).ljust(width, _SEPARATOR))
        return b"".join(pieces), width


def _contracts(billing: int, byte: int) -> list[str]:
    """None, one, or two where two differ."""
    numbers = (byte % 16, byte // 16)[:billing]
    return [_CONTRACTS[number] for number in dict.fromkeys(numbers)]


def _stamp(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
