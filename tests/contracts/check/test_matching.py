from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jumun_contracts import Schema, load_contract
from jumun_contracts.check.matching import Candidate, Matcher, UnknownOperationError, Unmatched, pick_candidate
from jumun_contracts.recordings.recorded import Recorded

CONTRACTS = [load_contract("naver"), load_contract("bootpay")]
LIST, IDS = "bootpay.orders.list", "naver.product_order_ids"
IDS_PATH = "/v1/pay-order/seller/orders/2023010112345/product-order-ids"


def match(asked: str | None = None, **fields: Any) -> list[str] | Unmatched:
    """Names of what an exchange may be, of all contracts."""
    found = Matcher(CONTRACTS, operation=asked).match(Recorded("f", (1, 1), 1, **fields))
    return found if isinstance(found, Unmatched) else [each.name for one in found for each in one.candidates]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.bootapi.com/v1/orders", LIST),
        ("https://API.BOOTAPI.COM:443/v1/orders?page=1#x", LIST),
        ("https://stage-api.bootapi.com/v1/orders", LIST),
        ("http://127.0.0.1:8080/v1/orders", LIST),
        ("http://127.9.9.9:1/v1/orders", LIST),
        ("http://localhost/v1/orders", LIST),
        ("http://[::1]:5/v1/orders", LIST),
        ("/v1/orders?page=1", LIST),
        (f"https://api.commerce.naver.com/external{IDS_PATH}", IDS),
        (f"https://api.commerce.naver.com/partner{IDS_PATH}", IDS),
        (f"http://localhost:8080/external{IDS_PATH}", IDS),
        (f"http://localhost:8080{IDS_PATH}", IDS),
        (IDS_PATH, IDS),
    ],
)
def test_by_url(url: str, expected: str) -> None:
    """A provider's hosts and every loopback one are ours, under the base path; Naver's version marks it without."""
    assert match(method="GET", url=url, status=200) == [f"{expected}.200"]


@pytest.mark.parametrize(
    ("method", "url", "what"),
    [
        ("GET", "https://cdn.example/v1/orders", "host"),
        ("GET", "https://api.bootapi.com.example/v1/orders", "host"),
        ("GET", "https://xlocalhost/v1/orders", "host"),
        ("GET", "http://[bad/v1/orders", "host"),
        ("GET", "https://api.commerce.naver.com/v1/orders", "path"),
        ("GET", "http://localhost/orders", "path"),
        ("GET", "http://localhost/v1/orders/1/count", "path"),
        ("GET", "/", "path"),
        ("GET", IDS_PATH.replace("2023010112345", ""), "path"),
        ("POST", "https://api.bootapi.com/v1/orders", "method"),
    ],
)
def test_what_is_of_no_contract(method: str, url: str, what: str) -> None:
    """Another host, path or method is uncovered, which is not a failure, and the reason does not repeat the URL."""
    found = match(method=method, url=url, status=200)
    assert isinstance(found, Unmatched)
    assert found.uncovered
    assert f"its {what} " in found.reason
    assert url not in found.reason


def test_path_parameters_are_decoded() -> None:
    """A path's values are percent-decoded."""
    (found,) = Matcher(CONTRACTS).match(Recorded("f", (1, 1), 1, method="GET", url=IDS_PATH.replace("2023", "%32%2F")))  # type: ignore[misc]
    assert found.path_values == {"orderId": "2/010112345"}


@pytest.mark.parametrize(("status", "answer"), [(200, "200"), (401, "401"), (503, "default"), (204, "default")])
def test_a_status(status: int, answer: str) -> None:
    """A status that is not listed is the default one."""
    assert match(method="GET", url="/v1/orders", status=status) == [f"{LIST}.{answer}"]


def test_without_a_status() -> None:
    """Where the status was not recorded any answer of the operation may be meant."""
    assert match(method="GET", url="/v1/orders") == [
        f"{LIST}.{each}" for each in ("200", "400", "401", "403", "404", "500", "default")
    ]


def test_by_the_operation_that_is_recorded() -> None:
    """A recorded operation id counts, whatever the host; where no contract has it, the URL does."""
    named = Recorded("f", (1, 1), 1, operation=IDS, url="https://x.example/y", status=200)
    (found,) = Matcher(CONTRACTS).match(named)  # type: ignore[misc]
    assert [each.name for each in found.candidates] == [f"{IDS}.200"]
    assert found.path_values is None
    labelled = Recorded("f", (1, 1), 1, operation="GET /orders", method="GET", url="/v1/orders", status=200)
    (found,) = Matcher(CONTRACTS).match(labelled)  # type: ignore[misc]
    assert [each.name for each in found.candidates] == [f"{LIST}.200"]


@pytest.mark.parametrize(
    ("operation", "uncovered"), [("bootpay.orders.lst", False), ("kakao.orders", True), ("secret", True)]
)
def test_an_operation_that_no_contract_has(operation: str, uncovered: bool) -> None:  # noqa: FBT001
    """An unknown id of a provider that is checked is a failure; that of another provider is uncovered."""
    found = Matcher(CONTRACTS).match(Recorded("f", (1, 1), 1, operation=operation))
    assert isinstance(found, Unmatched)
    assert found.uncovered is uncovered
    assert operation not in found.reason


def test_each_profile_judges() -> None:
    """Two profiles of a provider both judge what is theirs."""
    profiles = [load_contract("bootpay", profile) for profile in ("documented", "observed")]
    found = Matcher(profiles).match(Recorded("f", (1, 1), 1, method="GET", url="/v1/orders", status=200))
    assert not isinstance(found, Unmatched)
    assert [each.candidates[0].contract.profile for each in found] == ["documented", "observed"]


@pytest.mark.parametrize(
    ("operation", "fields", "expected"),
    [
        (LIST, {"method": "GET", "url": "https://my.example/v1/orders", "status": 200}, [f"{LIST}.200"]),
        (f"{LIST}.200", {"method": "GET", "url": "/v1/orders", "status": 200}, [f"{LIST}.200"]),
        (f"{LIST}.503", {"method": "GET", "url": "/v1/orders", "status": 503}, [f"{LIST}.default"]),
        (f"{LIST}.default", {"method": "GET", "url": "/v1/orders", "status": 503}, [f"{LIST}.default"]),
        (f"{LIST}.401", {"method": "GET", "url": "/v1/orders"}, [f"{LIST}.401"]),
        (f"{LIST}.200", {}, [f"{LIST}.200"]),
        (f"{LIST}.503", {}, [f"{LIST}.default"]),
        (f"{LIST}.200", {"method": "GET", "url": "/v1/orders", "status": 401}, None),
        (LIST, {"method": "GET", "url": IDS_PATH, "status": 200}, None),
        (LIST, {"method": "GET", "url": "https://cdn.example/app.js", "status": 200}, None),
        (LIST, {"operation": IDS, "status": 200}, None),
    ],
)
def test_an_operation_that_was_asked_for(operation: str, fields: dict[str, Any], expected: list[str] | None) -> None:
    """All that does not say to be something else is taken for it, on any host; the rest is uncovered."""
    found = match(operation, **fields)
    if expected is None:
        assert isinstance(found, Unmatched)
        assert found.uncovered
    else:
        assert found == expected


@pytest.mark.parametrize(
    "operation", ["bootpay.orders.lst", "bootpay.orders.lst.200", f"{LIST}.20", f"{LIST}.", f"{LIST}.\uff1200"]
)
def test_asking_for_an_unknown_operation(operation: str) -> None:
    """What no contract has is refused with the operation that was probably meant."""
    with pytest.raises(UnknownOperationError, match=f"did you mean {LIST}") as caught:
        Matcher(CONTRACTS, operation=operation)
    assert repr(operation) in str(caught.value)


def test_asking_for_no_operation() -> None:
    """An empty name is refused, and like none that there is."""
    with pytest.raises(UnknownOperationError, match=r"^'' is not ID"):
        Matcher(CONTRACTS, operation="")


ROW = {"order_id": "68707c59b0eacea5cd974efd", "price": 1, "receipt_status": 1}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"count": 1, "list": []}, f"{LIST}.200"),
        ({"count": "1", "list": [ROW]}, f"{LIST}.200"),
        ({"list": [ROW]}, f"{LIST}.200"),
        ({"access_token": 5, "expires_in": "x", "token_type": "Bearer"}, "naver.token.200"),
    ],
)
def test_a_bare_body(body: Any, name: str) -> None:
    """A body that comes without anything else is what names most of it."""
    (found,) = Matcher(CONTRACTS).match(Recorded("f", (1, 1), 1))  # type: ignore[misc]
    assert found.operation is None
    picked = pick_candidate(found.candidates, body, is_known=False)
    assert picked
    assert picked.name == name


@pytest.mark.parametrize("body", [{"xyz": 1}, {"xyz": {"count": 1}}, [{"xyz": 1}], [5], {}, None, 5, "x", True])
def test_a_bare_body_that_may_be_anything(body: Any) -> None:
    """A body of which no schema names a key is of no operation, unless it has none and fits; asked for, it is."""
    (found,) = Matcher(CONTRACTS).match(Recorded("f", (1, 1), 1))  # type: ignore[misc]
    assert pick_candidate(found.candidates, body, is_known=False) is None
    assert pick_candidate(found.candidates, body, is_known=True)


def test_a_body_that_fits_several() -> None:
    """It is what names most of its keys; of equals the first."""
    operation = CONTRACTS[1].operations[LIST]
    schemas = [Schema({"properties": dict.fromkeys(names, True)}) for names in ("a", "abc", "ab", "bca")]
    answers = [replace(operation.answer(200), schema=schema) for schema in schemas]
    candidates = [Candidate(CONTRACTS[1], operation, answer) for answer in answers]
    assert pick_candidate(candidates, {"a": 1, "b": 1, "c": 1}, is_known=True) is candidates[1]


@pytest.mark.parametrize(
    ("body", "index"),
    [
        ({"a": 1, "b": {"c": "x", "d": 1}}, 1),
        ({"a": 1, "b": {"c": 1, "d": 1}}, 1),
        ({"a": 1, "b": [{"c": 1, "d": 1}]}, 0),
        ({"a": 1, "b": {"e": 1}}, 0),
        ({"a": 1, "b": {}}, 0),
        ({"e": 1}, 0),
        ({"a": "x", "b": 1}, 2),
    ],
)
def test_fitting_is_not_all(body: Any, index: int) -> None:
    """A body is not what it only fits because that names little of it; what names no more of it must fit."""
    operation = CONTRACTS[1].operations[LIST]
    integer, names = {"type": "integer"}, {"c": {"type": "integer"}, "d": True}
    schemas: list[dict[str, Any]] = [
        {"properties": {"a": integer, "b": {"type": ["object", "array"]}}},
        {"properties": {"a": integer, "b": {"type": "object", "required": ["c"], "properties": names}}},
        {"properties": {"a": True, "b": integer}, "required": ["f"]},
    ]
    candidates = [Candidate(CONTRACTS[1], operation, replace(operation.answer(200), schema=Schema(s))) for s in schemas]
    assert pick_candidate(candidates, body, is_known=True) is candidates[index]


def test_places_that_several_operations_have() -> None:
    """A plain path wins over a template; one path with two methods needs the method."""
    contract = CONTRACTS[1]
    operation = contract.operations[LIST]
    operations = {
        "template": replace(operation, id="template", path="/orders/{id}"),
        "plain": replace(operation, id="plain", path="/orders/count"),
        "post": replace(operation, id="post", path="/orders/count", method="POST"),
    }
    matcher = Matcher([replace(contract, operations=operations)])

    def names(url: str, method: str) -> list[str] | None:
        found = matcher.match(Recorded("f", (1, 1), 1, method=method, url=url, status=200))
        return None if isinstance(found, Unmatched) else [each.candidates[0].operation.id for each in found]

    assert names("/v1/orders/count", "GET") == ["plain"]
    assert names("/v1/orders/count", "POST") == ["post"]
    assert names("/v1/orders/5", "") == ["template"]
    assert names("/v1/orders/count", "") is None


def test_what_was_matched_before_is_matched_the_same() -> None:
    """What an exchange is depends on nothing but itself, however many came before, and whatever they were."""
    orders = ("/v1/orders", "/v1/orders?page=1", "/v1/orders#x?y", "http://x.example/v1/orders")
    ways = [("GET", 200), ("GET", 404), ("GET", None), ("POST", 200), ("", 200)]
    exchanges = [
        Recorded("f", (1, 1), 1, method=method, url=url, status=status, operation=operation)
        for url in ("", "?page=1", IDS_PATH, *orders)
        for method, status in ways
        for operation in ("", LIST, "bootpay.nothing", "x.y")
    ]
    others = [exchanges[0]._replace(url=IDS_PATH.replace("2023010112345", str(number))) for number in range(1500)]
    matcher = Matcher(CONTRACTS)
    for each in (*exchanges, *exchanges, *others, *exchanges):
        found = matcher.match(each)
        if each in exchanges:
            assert found == Matcher(CONTRACTS).match(each), each
