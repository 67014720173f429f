"""Exchanges as JSON data: all that the journal keeps of one comes back."""

from __future__ import annotations

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Fault, Request, Response
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.shared.exchanges import exchange_codec
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.core.state.valkey.values import read_value, write_value
from jumun_mockserver.providers import PROVIDERS
from tests.conformance.samples import NOW
from tests.conformance.test_adapters import cases


def again(exchange: Exchange) -> Exchange:
    """An exchange as it is read, once written."""
    codec = exchange_codec(PROVIDERS)
    found: Exchange = codec.load(read_value(write_value(codec.dump(exchange))))
    return found


@pytest.mark.parametrize("profile", PROFILES)
def test_every_exchange_comes_back(profile: str) -> None:
    """Of every operation, every error, unknown paths, violations and what is unusual; of the same types."""
    options = SessionOptions(profile, scenario="bootpay.*: truncate(10) x3", frozen_at=NOW)
    session = Session(PROVIDERS, options)
    dispatch = Dispatch(PROVIDERS, MemoryStore(PROVIDERS, session))
    for request in cases(profile).values():
        dispatch(request)
    exchanges = list(session.journal)
    assert any(each.violations for each in exchanges)
    assert any(each.near for each in exchanges)
    assert any(each.response.fault for each in exchanges)
    for exchange in exchanges:
        found = again(exchange)
        assert found == exchange
        assert found.contract is exchange.contract
        for name in Response.__slots__:
            assert type(getattr(found.response, name)) is type(getattr(exchange.response, name))
        assert repr(found.violations) == repr(exchange.violations)


@pytest.mark.parametrize("body", [b"", b"\x00\xff", "주문".encode(), "\udc80".encode("utf-8", "surrogatepass"), b"[]"])
def test_any_bytes_come_back(body: bytes) -> None:
    """Bodies and targets that cannot be read as text, and text that JSON has an escape for."""
    request = Request("GET", "/\ufffd", "a=\x00", {"x": "\xff"}, body, body)
    response = Response(200, (("x", "1"), ("x", "2")), body, 0.5, Fault("truncate", (10.0,)), "Fine")
    exchange = Exchange(1, "default", 0.1, request, response, "", None, "", (), ("\ud800", "말"), "", ())
    assert again(exchange) == exchange
