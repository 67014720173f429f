"""The error catalogue, and what the contracts say of how they know what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest

from jumun_contracts import PROFILES, Contract, findings, load_contract
from jumun_contracts.contract.model import Evidence
from jumun_contracts.schema.subschemas import iter_subschemas
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACTS = [load_contract(provider, profile) for provider in PROVIDERS for profile in PROFILES]
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=[f"{c.provider}-{c.profile}" for c in CONTRACTS])
each_profile = pytest.mark.parametrize("profile", PROFILES)

IDS, TOKEN, LIST = "naver.product_order_ids", "naver.token", "bootpay.orders.list"


@pytest.mark.parametrize(
    ("provider", "profile", "wanted", "operation", "code"),
    [
        # a code, in either profile, also one that looks like a number
        ("naver", "documented", "GW.RATE_LIMIT", IDS, "GW.RATE_LIMIT"),
        ("naver", "observed", "ORDER_NOT_FOUND", IDS, "ORDER_NOT_FOUND"),
        ("naver", "documented", "000400", IDS, "000400"),
        ("naver", "documented", "4000", IDS, "4000"),
        ("bootpay", "documented", "1700", LIST, "1700"),
        ("bootpay", "observed", "API_PARAM_INVALID", None, "API_PARAM_INVALID"),
        # a status: the first that the profile has for the operation
        ("naver", "documented", "400", IDS, "INVALID_ORDER_ID"),
        ("naver", "observed", "400", IDS, "101010"),
        ("naver", "documented", "400", TOKEN, "BAD_REQUEST.client_id"),
        ("naver", "observed", "400", TOKEN, "BAD_REQUEST.client_id"),
        ("naver", "documented", "401", IDS, "UNAUTHORIZED"),
        ("naver", "observed", "401", IDS, "GW.AUTHN"),
        ("naver", "documented", "404", IDS, "ORDER_NOT_FOUND"),
        ("naver", "documented", "404", TOKEN, "NOT_FOUND"),
        ("naver", "observed", "404", IDS, "GW.NOT_FOUND"),
        ("naver", "documented", "500", IDS, "SERVER_ERROR"),
        ("naver", "observed", "500", IDS, "GW.INTERNAL_SERVER_ERROR"),
        ("naver", "observed", "503", TOKEN, "GW.BLOCK.01"),
        ("naver", "documented", "500", None, "SERVER_ERROR"),
        ("naver", "observed", "500", None, "GW.INTERNAL_SERVER_ERROR"),
        ("naver", "documented", "400", None, "INVALID_ORDER_ID"),
        ("bootpay", "documented", "401", LIST, "1700"),
        ("bootpay", "documented", "400", LIST, "API_PARAM_INVALID"),
        ("bootpay", "documented", "404", LIST, "3700"),
        ("bootpay", "observed", "403", LIST, "API_SCOPE_INVALID"),
        # a status that the profile does not have: the first of the catalogue
        ("naver", "documented", "429", IDS, "TOO_MANY_REQUESTS"),
        ("naver", "documented", "504", IDS, "GW.TIMEOUT.01"),
        ("bootpay", "documented", "403", LIST, "API_SCOPE_INVALID"),
        # a name, then a number
        ("bootpay", "observed", "ORDER_NOT_FOUND", LIST, "3700"),
        ("bootpay", "documented", "PROCESS_DUPLICATED", None, "PROCESS_DUPLICATED"),
        ("bootpay", "documented", "3737", None, "ORDER_NOT_PAYMENT_READY"),
        ("bootpay", "documented", "-47", None, "API_SCOPE_INVALID"),
        ("bootpay", "documented", "1", None, "PROCESS_DUPLICATED"),
        ("bootpay", "documented", "420", LIST, "USER_SESSION_INVALID"),
        ("naver", "documented", "BAD_REQUEST", TOKEN, "BAD_REQUEST.client_id"),
        # nothing
        ("naver", "documented", "418", IDS, None),
        ("naver", "documented", "200", IDS, None),
        ("naver", "documented", "1700", IDS, None),
        ("naver", "documented", "gw.authn", IDS, None),
        ("naver", "documented", "", IDS, None),
        ("naver", "documented", " 400", IDS, None),
        ("naver", "documented", "0400", IDS, None),
        ("naver", "documented", "\uff14\uff10\uff10", IDS, None),
        ("naver", "documented", "²⁰⁰", IDS, None),
        ("bootpay", "documented", "None", LIST, None),
        ("bootpay", "documented", "GW.AUTHN", LIST, None),
    ],
)  # fmt: skip
def test_find_error(provider: str, profile: str, wanted: str, operation: str | None, code: str | None) -> None:
    """An error is found by code, then by status, then by name or number; what is none of them is not found."""
    entry = load_contract(provider, profile).find_error(wanted, operation=operation)
    assert (entry.code if entry else None) == code


@each_contract
def test_every_code_finds_itself(contract: Contract) -> None:
    """Each code of the catalogue can be had in each profile and for each operation, and is nothing else."""
    for code, entry in contract.errors.items():
        assert entry.code == code
        for operation in (None, *contract.operations):
            assert contract.find_error(code, operation=operation) is entry


@each_contract
def test_every_status_finds_a_fitting_entry(contract: Contract) -> None:
    """A status gives an entry of that status, and one that the operation has by itself if there is one."""
    for status in {entry.status for entry in contract.errors.values()}:
        for operation in contract.operations:
            found = contract.find_error(str(status), operation=operation)
            assert found is not None
            assert found.status == status
            fitting = [
                entry
                for entry in contract.errors.values()
                if entry.status == status and entry.belongs_to(operation, contract.profile)
            ]
            assert not fitting or found is fitting[0]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_both_profiles_share_one_catalogue(provider: str) -> None:
    """Codes, statuses and texts are the same in both profiles; only the envelope may differ."""
    documented, observed = (load_contract(provider, profile).errors for profile in PROFILES)
    assert list(documented) == list(observed)
    for code, entry in documented.items():
        other = observed[code]
        assert (entry.status, entry.message, entry.wire_code, entry.name, entry.profiles) == (
            other.status,
            other.message,
            other.wire_code,
            other.name,
            other.profiles,
        )


@each_contract
def test_causes_are_errors_of_the_profile(contract: Contract) -> None:
    """What a handler can raise is in the profile, with a status that its operations can answer."""
    assert contract.causes.keys() >= {"unauthenticated", "invalid_parameter", "order_not_found", "internal_error"}
    for code in contract.causes.values():
        assert contract.profile in contract.errors[code].profiles


def _known(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """Name, evidence and source of everything in a contract that says how it is known."""
    for operation in contract.operations.values():
        yield operation.id, operation.evidence, operation.source
        for status, answer in operation.answers.items():
            yield f"{operation.id}.{status}", answer.evidence, answer.source
        for parameter in operation.parameters:
            yield f"{operation.id} {parameter.name}", parameter.evidence, parameter.source
    for code, entry in contract.errors.items():
        yield code, entry.evidence, entry.source
    for name, document in contract.schemas.items():
        for pointer, schema, _ in iter_subschemas(document):
            if "x-evidence" in schema:
                yield f"{name}#{pointer}", schema["x-evidence"], schema["x-source"]


@each_contract
def test_everything_says_how_it_is_known(contract: Contract) -> None:
    """Every operation, answer, parameter, error and property has evidence of the three kinds and a source in words."""
    for name, evidence, source in _known(contract):
        assert evidence in get_args(Evidence), name
        assert len(source.strip()) >= 10, name


@each_contract
def test_every_named_status_has_an_answer(contract: Contract) -> None:
    """The statuses that the seed documents name have an answer of their own, and the observed profile the gateway's."""
    statuses = {
        "naver": {"200", "400", "401", "404", "500", "default"},
        "bootpay": {"200", "400", "401", "404", "500", "default"},
    }[contract.provider]
    if (contract.provider, contract.profile) == ("naver", "observed"):
        statuses |= {"403", "429", "503", "504"}
    operation = contract.operations[IDS if contract.provider == "naver" else LIST]
    assert operation.answers.keys() >= statuses
    assert operation.answers["200"].evidence != "assumed"


def _schema(provider: str, profile: str, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = load_contract(provider, profile).schemas[name]
    return schema


@each_profile
def test_status_1_is_written_down(profile: str) -> None:
    """The garbled row of the status table is the number 1: a known value whose source says how that is known."""
    status = _schema("bootpay", profile, f"order.{profile}")["properties"]["status"]
    labels = {known["value"]: known["label"] for known in status["x-known-values"]}
    assert labels.keys() >= {0, 1, 2, 3, 4}
    assert "결제 진행 중" in labels[1]
    assert "garbled" in status["x-source"]
    assert "PROCESS_DUPLICATED" in status["x-source"]
    assert "enum" not in status


@each_profile
@pytest.mark.parametrize("field", ["created_at", "user_email"])
def test_fields_of_the_example_alone(profile: str, field: str) -> None:
    """What is in the page's example and not in its field table is known and not required, and says so."""
    order = _schema("bootpay", profile, f"order.{profile}")
    assert field not in order["required"]
    assert "not in its field table" in order["properties"][field]["description"]
    assert "example" in order["properties"][field]["x-source"]


@each_profile
def test_fields_of_the_table_are_required(profile: str) -> None:
    """All that is in the page's field table is required, whether or not the example has it."""
    order = _schema("bootpay", profile, f"order.{profile}")
    assert set(order["required"]) == order["properties"].keys() - {"created_at", "user_email"}


@each_profile
def test_count_is_the_total(profile: str) -> None:
    """`count` is described as what matches on all pages, and a page may be shorter or empty."""
    page = _schema("bootpay", profile, f"order-list.{profile}")
    assert "all pages" in page["properties"]["count"]["description"]
    assert "총 주문 수" in page["properties"]["count"]["x-source"]
    schema = load_contract("bootpay", profile).operations[LIST].answer(200).schema
    assert not findings(schema, {"count": 15, "list": []})


@each_profile
def test_an_unpaid_order_is_assumed(profile: str) -> None:
    """That `purchased_at` may be null is a guess and marked as one."""
    purchased_at = _schema("bootpay", profile, f"order.{profile}")["properties"]["purchased_at"]
    assert "null" in purchased_at["type"]
    assert purchased_at["x-evidence"] == "assumed"
    assert "assumed" in purchased_at["x-source"]


@each_profile
def test_people_are_marked(profile: str) -> None:
    """Name and address of a person carry `x-pii` in both profiles."""
    properties = _schema("bootpay", profile, f"order.{profile}")["properties"]
    marks = {key: value["x-pii"] for key, value in properties.items() if "x-pii" in value}
    assert marks == {"username": "name", "user_email": "email"}


@each_profile
@pytest.mark.parametrize(
    ("order_id", "fits"),
    [
        ("2023010112345", True),
        ("2026082772909971", True),
        ("20260827729099710123", True),
        ("202301011234", False),
        ("2026082772909971012345", False),
        ("2023010112345\n", False),
        ("202301011234x", False),
        ("\uff12\uff10\uff12\uff13\uff10\uff11\uff10\uff11\uff11\uff12\uff13\uff14\uff15", False),
        ("", False),
    ],
)
def test_both_lengths_of_order_ids(profile: str, order_id: str, *, fits: bool) -> None:
    """The guide's 13 digits and the live API's 16 are both order numbers; the source says that the bounds are ours."""
    (parameter, *_) = load_contract("naver", profile).operations[IDS].parameters
    assert parameter.name == "orderId"
    assert "13" in parameter.source
    assert "16" in parameter.source
    assert parameter.schema.is_valid(order_id) is fits


@pytest.mark.parametrize(
    ("profile", "data", "fits"),
    [
        ("documented", {"productOrderIds": ["2023010112345001"]}, True),
        ("documented", {"productOrderIds": []}, True),
        ("documented", ["2023010112345001"], False),
        ("observed", ["2023010112345001"], True),
        ("observed", [], True),
        ("observed", {"productOrderIds": ["2023010112345001"]}, False),
    ],
)
def test_the_shape_of_data(profile: str, data: object, *, fits: bool) -> None:
    """`data` is an object to the guide and an array live: each profile takes its own and says that there is another."""
    contract = load_contract("naver", profile)
    body: Any = {
        "timestamp": "2023-01-16T17:14:51.794+09:00",
        "traceId": "cr3-000000-ae200c^1692847482194^13820466",
        "data": data,
    }
    assert (not findings(contract.operations[IDS].answer(200).schema, body)) is fits
    assert "array" in contract.operations[IDS].answer(200).source + contract.operations[IDS].answer(200).description


def test_the_endpoint_table_without_external() -> None:
    """That the guide's table leaves out /external is written down; it is part of the server's URL, as /partner is."""
    contract = load_contract("naver", "documented")
    assert "/external" in contract.operations[IDS].description
    assert all(server.endswith(("/external", "/partner")) for server in contract.servers)
    assert not any(operation.path.startswith(("/external", "/partner")) for operation in contract.operations.values())


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [400, 404, 500])
def test_bodies_that_the_documents_do_not_show(provider: str, status: int) -> None:
    """A status whose body no document shows is marked assumed."""
    operation = load_contract(provider).operations[IDS if provider == "naver" else LIST]
    assert operation.answer(status).evidence == "assumed"


def test_the_documented_parameters() -> None:
    """The page's twelve parameters and the two canonical date keys, with the defaults and the bound that it names."""
    parameters = {each.name: each for each in load_contract("bootpay").operations[LIST].parameters}
    documented = [name for name, each in parameters.items() if each.evidence == "documented"]
    assert len(documented) == 12
    assert parameters.keys() - set(documented) == {"search_date_from", "search_date_to"}
    assert (parameters["page"].default, parameters["limit"].default, parameters["limit"].maximum) == (1, 20, 50)
    assert "assumed" in parameters["cs_type"].source
