"""Exchanges of the journal as JSON data, and back, without loss: what a state needs that is not this process's memory.

They are written as they were, and masked when they are read, as in memory.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.requests import Violation
from jumun_mockserver.core.http import Fault, Request, Response
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.routing import Route
from jumun_mockserver.core.state.valkey.state import Codec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Provider


def exchange_codec(providers: Mapping[str, Provider[Any]]) -> Codec:
    """Writes exchanges, and reads them with the contracts of these providers."""
    return Codec(_dump, lambda row: _load(row, providers))


def _dump(exchange: Exchange) -> list[Any]:
    request, response, contract = exchange.request, exchange.response, exchange.contract
    return [
        exchange.serial,
        exchange.session,
        exchange.at,
        [
            request.method,
            request.path,
            request.query,
            dict(request.headers),
            _dump_bytes(request.body),
            _dump_bytes(request.target),
        ],
        [
            response.status,
            response.headers,
            _dump_bytes(response.body),
            response.delay_s,
            response.fault,
            response.reason,
        ],
        exchange.operation,
        [contract.provider, contract.profile] if contract else None,
        exchange.code,
        [
            [each.place, each.message, each.value, each.refusable, each.keyword, each.expected]
            for each in exchange.violations
        ],
        exchange.remarks,
        exchange.step,
        [[each.provider.name, each.method, each.path, each.operation] for each in exchange.near],
        exchange.is_limited,
    ]


def _load(row: list[Any], providers: Mapping[str, Provider[Any]]) -> Exchange:
    serial, session, at, request, response, operation, contract, code, violations, remarks, step, near, is_limited = row
    method, path, query, headers, body, target = request
    status, answered, content, delay_s, fault, reason = response
    return Exchange(
        serial,
        session,
        at,
        Request(method, path, query, headers, _load_bytes(body), _load_bytes(target)),
        Response(
            status,
            tuple((name, value) for name, value in answered),
            _load_bytes(content),
            delay_s,
            Fault(fault[0], tuple(fault[1])) if fault else None,
            reason,
        ),
        operation,
        providers[contract[0]].contract(contract[1]) if contract else None,
        code,
        tuple(Violation(*each) for each in violations),
        tuple(remarks),
        step,
        tuple(Route(providers[name], *rest) for name, *rest in near),
        is_limited,
    )


def _dump_bytes(data: bytes) -> str | list[str]:
    """Text where it is text, which is short and quick; else base64, in a list."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return [b64encode(data).decode()]


def _load_bytes(data: str | list[str]) -> bytes:
    return data.encode() if isinstance(data, str) else b64decode(data[0])
