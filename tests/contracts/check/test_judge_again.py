from __future__ import annotations

from functools import reduce
from itertools import product

from jumun_contracts import Tally, load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings.recorded import Recorded

CONTRACTS = [load_contract("bootpay"), load_contract("naver"), load_contract("naver", "observed")]
IDS = "/v1/pay-order/seller/orders/{}/product-order-ids"
URLS = (
    *("/v1/orders?page=1", "/v1/orders?page=2", "/v1/orders?page=x", "/v1/orders?pages=1", "/v1/orders", "/v1/orders?"),
    *(IDS.format("2023010112345"), IDS.format("2023010112346"), IDS.format("x"), f"{IDS.format('2023010112345')}?a=1"),
)
HEADERS: tuple[dict[str, str] | None, ...] = (
    None,
    {},
    {"accept": "application/json"},
    {"accept": "text/html"},
    {"accept": "x", "limit": "1"},
    {"page": "1"},
)
EXCHANGES = [
    Recorded("f", (1, 1), 1, "GET", url, status, request_headers=headers)
    for url, headers, status in product(URLS, HEADERS, (200, None))
]


def test_what_came_before_is_not_to_be_noticed() -> None:
    """A judge that remembers clean requests says what judges say that each know only one exchange."""
    one = Judge(CONTRACTS)
    alone = []
    for part, each in enumerate(EXCHANGES * 2):
        one.judge(each)
        fresh = Judge(CONTRACTS, part=part)
        fresh.judge(each)
        alone.append(fresh.tally())
    found = one.verdict()
    assert found == reduce(Tally.merge, alone).verdict(*CONTRACTS)
    assert found.complaints
