"""What holds for every operation, profile and error code of every provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_contracts import NO_STUBS, PROFILES, findings, load_contract, parse_json
from jumun_mockserver.providers import PROVIDERS
from tests.conformance.samples import GOOD_REQUESTS, IN_PROFILES, OPERATIONS, frozen_dispatch, with_headers

if TYPE_CHECKING:
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.journal.journal import Exchange

ERRORS = [
    (operation, profile, code)
    for operation, profile in IN_PROFILES
    for code in load_contract(operation.split(".")[0], profile).errors
]


@pytest.fixture(scope="module", params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    """Both profiles, in turn."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def dispatches() -> dict[str, Dispatch]:
    """One dispatch for each profile."""
    return {name: frozen_dispatch(name) for name in PROFILES}


def newest(dispatch: Dispatch) -> Exchange:
    """The last entry of the journal."""
    return list(dispatch.store.default.journal)[-1]


@pytest.mark.parametrize("name", PROVIDERS)
def test_handlers_are_the_contract(name: str) -> None:
    """A provider has a handler for each operation that any profile of its contract has, and no others."""
    operations = [load_contract(name, profile, stubs=NO_STUBS).operations.keys() for profile in PROFILES]
    assert PROVIDERS[name].handlers.keys() == set().union(*operations)


def test_every_operation_has_a_sample() -> None:
    """No operation escapes the tables of this folder."""
    assert sorted(GOOD_REQUESTS) == OPERATIONS


@pytest.mark.parametrize(("operation", "profile"), IN_PROFILES)
def test_seed_data_fits(operation: str, profile: str, dispatches: dict[str, Dispatch]) -> None:
    """A good request gets the success of the contract, with a body that fits, and breaks no rule."""
    dispatches[profile].store.default.reset()
    response = dispatches[profile](GOOD_REQUESTS[operation])
    success = load_contract(operation.split(".", maxsplit=1)[0], profile).operations[operation].success
    assert response.status == int(success.status)
    assert bool(response.body) is bool(success.media_type)
    assert not response.body or findings(success.schema, parse_json(response.body)) == []
    assert newest(dispatches[profile]).operation == operation
    assert newest(dispatches[profile]).violations == ()


@pytest.mark.parametrize(("operation", "profile"), IN_PROFILES)
def test_no_operation_is_a_buyers(operation: str, profile: str, dispatches: dict[str, Dispatch]) -> None:
    """Orders are placed and paid through the control plane, and never by a call of the provider's API."""
    session = dispatches[profile].store.default
    session.reset()
    dispatches[profile](GOOD_REQUESTS[operation])
    assert not {each["action"] for each in session.events.page().events} & {"place", "pay"}


@pytest.mark.parametrize(("operation", "profile_name", "code"), ERRORS)
def test_every_error_can_be_had(operation: str, profile_name: str, code: str, dispatches: dict[str, Dispatch]) -> None:
    """Any code is answered when asked for, in its envelope, and where it belongs as the contract says."""
    contract = load_contract(operation.split(".", maxsplit=1)[0], profile_name)
    entry = contract.errors[code]
    response = dispatches[profile_name](with_headers(GOOD_REQUESTS[operation], prefer=f"code={code}"))
    body = parse_json(response.body)
    assert isinstance(body, dict)
    assert response.status == entry.status
    assert body["message"] == entry.message
    assert entry.wire_code in (body.get("code"), None) or body["error_code"] == entry.name
    assert {name.lower(): value for name, value in entry.headers.items()}.items() <= dict(response.headers).items()
    assert findings(contract.envelopes[entry.envelope], body) == []
    if entry.belongs_to(operation, profile_name):
        assert findings(contract.operations[operation].answer(entry.status).schema, body) == []
    assert newest(dispatches[profile_name]).code == code


@pytest.mark.parametrize(("operation", "profile"), IN_PROFILES)
def test_every_listed_status_can_be_had(operation: str, profile: str, dispatches: dict[str, Dispatch]) -> None:
    """Each status that an operation lists is answered when asked for by number, with a body that fits."""
    contract = load_contract(operation.split(".", maxsplit=1)[0], profile)
    for status, answer in contract.operations[operation].answers.items():
        if status == "default":
            continue
        dispatches[profile].store.default.reset()
        response = dispatches[profile](with_headers(GOOD_REQUESTS[operation], prefer=f"code={status}"))
        assert response.status == int(status)
        assert bool(response.body) is bool(answer.media_type)
        assert not response.body or findings(answer.schema, parse_json(response.body)) == []


@pytest.mark.parametrize("name", PROVIDERS)
def test_causes_are_the_same_in_both_profiles(name: str) -> None:
    """A handler may raise a cause without knowing which profile is served."""
    assert load_contract(name, "documented").causes.keys() == load_contract(name, "observed").causes.keys()
