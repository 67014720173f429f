from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import NaverCommerceClient, Settings
from jumun_client.options import Options
from tests.client.world import Api, ids

if TYPE_CHECKING:
    from tests.client.way import Way


def test_defaults() -> None:
    """Ten seconds for each wait, no end of the whole, two retries, the API's pace."""
    options = Options()
    assert options.timeout == httpx.Timeout(10)
    assert (options.deadline, options.max_retries, options.pacing, options.on_exchange) == (
        float("inf"),
        2,
        "wait",
        None,
    )


def test_every_setting_has_its_check() -> None:
    """The settings that are documented, those that are kept and those that are checked are the same."""
    assert set(Settings.__annotations__) == set(inspect.signature(Options).parameters)
    for name in Settings.__annotations__:
        with pytest.raises((TypeError, ValueError), match=name):
            Options().changed(**{name: object()})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ({"timeout": 0}, ValueError),
        ({"timeout": -1}, ValueError),
        ({"timeout": True}, TypeError),
        ({"timeout": "10"}, TypeError),
        ({"timeout": float("nan")}, ValueError),
        ({"timeout": float("inf")}, ValueError),
        ({"timeout": 1_000_001}, ValueError),
        ({"timeout": 10**400}, ValueError),
        ({"deadline": 0}, ValueError),
        ({"deadline": 10**400}, ValueError),
        ({"deadline": "soon"}, TypeError),
        ({"max_retries": -1}, ValueError),
        ({"max_retries": 1.0}, ValueError),
        ({"max_retries": True}, ValueError),
        ({"pacing": "fast"}, ValueError),
        ({"pacing": None}, ValueError),
        ({"pacing": []}, ValueError),
        ({"on_exchange": "print"}, TypeError),
        ({"retries": 3}, TypeError),
    ],
)
def test_wrong_settings(way: Way, setting: dict[str, Any], error: type[Exception]) -> None:
    """A wrong setting is refused where it is given, for a client and for a copy, and the message names it."""
    (name,) = setting
    with pytest.raises(error, match=name):
        way.naver(Api(ids()), **setting)
    client = way.naver(Api(ids()))
    with pytest.raises(error, match=name):
        client.with_options(**setting)


def test_settings_can_be_compared() -> None:
    """Options are values: equal ones compare equal, so that two clients' can be compared."""
    assert Options(timeout=httpx.Timeout(10)) == Options()
    with NaverCommerceClient(access_token="t", timeout=1) as client:
        assert client._options == Options(timeout=httpx.Timeout(1))
