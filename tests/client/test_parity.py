"""The synchronous and the asynchronous classes offer the same, but for waiting."""

from __future__ import annotations

import inspect
import re

import pytest

import jumun_client
from jumun_client import (
    AsyncBootpayCommerceClient,
    AsyncNaverCommerceClient,
    AsyncTiming,
    BootpayCommerceClient,
    NaverCommerceClient,
    Timing,
)
from jumun_client.bootpay_calls import AsyncRawBootpayCommerceCalls, RawBootpayCommerceCalls
from jumun_client.naver_calls import AsyncRawNaverCommerceCalls, RawNaverCommerceCalls

CLIENTS: list[tuple[type, type]] = [
    (NaverCommerceClient, AsyncNaverCommerceClient),
    (BootpayCommerceClient, AsyncBootpayCommerceClient),
]
PAIRS = [
    *CLIENTS,
    (RawNaverCommerceCalls, AsyncRawNaverCommerceCalls),
    (RawBootpayCommerceCalls, AsyncRawBootpayCommerceCalls),
]
every_pair = pytest.mark.parametrize(("ours", "other"), PAIRS, ids=[ours.__name__ for ours, _ in PAIRS])
every_class = pytest.mark.parametrize("kind", [kind for pair in PAIRS for kind in pair])


def public(kind: type) -> dict[str, object]:
    """What a class offers, inherited or not."""
    return {name: inspect.getattr_static(kind, name) for name in dir(kind) if not name.startswith("_")}


def function(member: object) -> object:
    """What is behind a property."""
    return member.fget if isinstance(member, property) else member


def in_sync(annotation: object) -> str:
    """An annotation of an asynchronous class in the words of the other."""
    text = re.sub(r"AsyncGenerator\[(.+), None\]", r"Generator[\1, None, None]", str(annotation))
    text = re.sub(r"Awaitable\[(\w+)\]", r"\1", text)
    return re.sub(r"\bAsync(BaseTransport|Client|Timing|Raw\w+|\w+CommerceClient)\b", r"\1", text)


def parameters(callable_: object) -> list[tuple[object, ...]]:
    """Names, kinds, defaults (of a function its name: each side has its own ``sleep``) and types."""
    assert callable(callable_)
    return [
        (each.name, each.kind, getattr(each.default, "__name__", each.default), in_sync(each.annotation))
        for each in inspect.signature(callable_).parameters.values()
    ]


@every_pair
def test_same_names(ours: type, other: type) -> None:
    """Both have the same public names, of the same kinds."""
    assert public(ours).keys() == public(other).keys()
    for name, member in public(ours).items():
        assert type(member) is type(public(other)[name]), name


@pytest.mark.parametrize(("ours", "other"), [*CLIENTS, (Timing, AsyncTiming)])
def test_made_alike(ours: type, other: type) -> None:
    """They are made of the same, but for what carries the calls and what waits."""
    assert parameters(ours) == parameters(other)


@every_pair
def test_same_parameters(ours: type, other: type) -> None:
    """All methods take the same parameters, with the same defaults."""
    for name, member in public(ours).items():
        assert parameters(function(member)) == parameters(function(public(other)[name])), name


@every_pair
def test_same_results(ours: type, other: type) -> None:
    """What one returns the other awaits; generators are asynchronous ones; what does no I/O is the same in both."""
    for name, member in public(ours).items():
        one, two = function(member), function(public(other)[name])
        if not (inspect.isfunction(one) and inspect.isfunction(two)):
            continue
        gives = one.__annotations__["return"]
        assert in_sync(two.__annotations__["return"]) == gives, name
        at_once = isinstance(member, property) or gives == "Self" or gives.startswith("Generator[")
        assert inspect.iscoroutinefunction(two) is not at_once, name
        assert not inspect.iscoroutinefunction(one), name


@every_class
def test_docstrings(kind: type) -> None:
    """Everything public says what it is; what an asynchronous class says names the method of the other."""
    for name, member in public(kind).items():
        if isinstance(member, property) or inspect.isfunction(member):
            text = inspect.getdoc(member) or ""
            assert text, name
            for pointed in re.findall(r"`(\w+Client)\.(\w+)`", text):
                assert pointed[1] == name
                assert name in public(getattr(jumun_client, pointed[0]))


@pytest.mark.parametrize("kind", [kind for pair in CLIENTS for kind in pair])
def test_types_have_public_names(kind: type) -> None:
    """Whatever type of the client a signature names can be imported from the package, but for what a property gives."""
    texts = [str(parameter.annotation) for parameter in inspect.signature(kind).parameters.values()]
    for name, member in public(kind).items():
        if inspect.isfunction(member) and name != "converse":
            texts += map(str, member.__annotations__.values())
    names = {name for text in texts for name in re.findall(r"(?<![\w.])[A-Z]\w+", text)}
    elsewhere = {"Any", "AsyncGenerator", "Callable", "Generator", "Iterable", "Mapping", "None", "Self", "Unpack"}
    assert names - elsewhere <= set(jumun_client.__all__)
    assert {"Settings", "ApiError" if "Naver" in kind.__name__ else "OrderFilters"} <= names
