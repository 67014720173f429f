"""Bootpay's keys and tokens: Basic with the key pair on any call, or a Bearer token got with it.

Source: @bootpay/backend-js 2.4.1 and 2.13.1, bootpay-backend 2.2.0 and 2.9.0 on the wire;
page dev-developers.bootpay.co.kr/commerce/token.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.requests import find_syntax, read_text
from jumun_mockserver.core.provider import ApiError, check_token
from jumun_mockserver.core.session.tokens import TokenPolicy
from jumun_mockserver.providers.bootpay.times import KST

if TYPE_CHECKING:
    from collections.abc import Collection

    from jumun_contracts import Operation
    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

# Half an hour; asked again within 25 minutes, the same token.
TOKEN_POLICY = TokenPolicy(life_s=1_800, reuse_s=300)


def issue_token(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """`bootpay.token`: access_token, expired_at (as SDK types have it) and expire_in (as the docs page has it).

    The keys come in the body, as Basic, or both; what comes must be right.

    Raises:
        ApiError: `unauthenticated`.
    """
    owners = set()
    if call.body:
        owners.add(_application(_text(call.body, "client_key"), _text(call.body, "secret_key"), shop))
    if call.request.headers.get("authorization", "").lower().startswith("basic"):
        owners.add(authenticate(call, shop))
    if not owners:
        raise ApiError("unauthenticated", "no key pair, neither in the body nor as Basic")
    if len(owners) > 1:
        raise ApiError("unauthenticated", "the body's keys and the Basic pair belong to two applications")
    token = shop.tokens.issue_token(owners.pop(), now=call.now)
    ends = datetime.fromtimestamp(token.expires_at, UTC).astimezone(KST)
    return {
        "access_token": token.text,
        "expired_at": ends.isoformat(timespec="seconds"),
        "expire_in": math.floor(token.expires_at - call.now),
    }


def read_credential(request: Request) -> str:
    """The client_key of a Basic pair, the Bearer token, or the client_key of a token call's body."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    credential = credential.strip()
    if scheme.lower() == "basic":
        try:
            return _read_basic(credential)[0]
        except ApiError:
            return ""
    if credential or not request.body:
        return credential
    syntax = find_syntax(request.headers.get("content-type", "")) or "json"
    return _text(read_text(request.body, syntax)[0], "client_key")


def authenticate(call: Call, shop: BootpayShop) -> str:
    """The application's client key, from a Basic pair or a Bearer token, if it may make the call.

    A key without the scope of the operation's family, and a BOOTPAY-ROLE that the operation does not take, are
    refused; a call without the header has the role `user`, as the SDKs' default.

    Raises:
        ApiError: `unauthenticated`, `scope_missing` or `role_not_supported`.
    """
    client_key = _identify(call, shop)
    if call.operation and call.operation.security:
        _check_scope(call.operation, shop.scopes.get(client_key))
        _check_role(call.operation, call.request)
    return client_key


def _identify(call: Call, shop: BootpayShop) -> str:
    header = call.request.headers.get("authorization")
    if header is None:
        raise ApiError("unauthenticated", "no Authorization header")
    scheme, _, credential = header.partition(" ")
    credential = credential.strip()
    if scheme.lower() == "basic":
        client_key, secret_key = _read_basic(credential)
        return _application(client_key, secret_key, shop)
    if scheme.lower() != "bearer":
        raise ApiError("unauthenticated", "the Authorization header is neither Basic nor Bearer")
    return check_token(shop.tokens, credential, now=call.now)


def _check_scope(operation: Operation, scopes: Collection[str] | None) -> None:
    """Refuse an operation whose family, e.g. `orders`, is not among the scopes of a key; None for all."""
    family = operation.id.split(".")[1]
    if scopes is not None and family not in scopes:
        raise ApiError("scope_missing", f"the key has the scopes {', '.join(scopes) or 'none'}, and not {family}")


def _check_role(operation: Operation, request: Request) -> None:
    role = request.headers.get("bootpay-role", "user").strip().lower()
    if operation.roles and role not in operation.roles:
        raise ApiError(
            "role_not_supported", f"BOOTPAY-ROLE is {role!r}; {operation.id} takes {', '.join(operation.roles)}"
        )


def _read_basic(credential: str) -> tuple[str, str]:
    try:
        pair = base64.b64decode(credential, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise ApiError("unauthenticated", "Basic does not carry base64 of client_key:secret_key") from None
    client_key, _, secret_key = pair.partition(":")
    return client_key, secret_key


def _application(client_key: str, secret_key: str, shop: BootpayShop) -> str:
    secret = shop.secrets.get(client_key)
    if secret is None:
        raise ApiError("unauthenticated", "no application has this client_key")
    if not hmac.compare_digest(secret.encode(), secret_key.encode("utf-8", "replace")):
        raise ApiError("unauthenticated", "the secret_key is not this application's")
    return client_key


def _text(body: Any, name: str) -> str:
    """A text of a token call's body; '' where the body has none of this name, whatever it is."""
    value = body.get(name, "") if isinstance(body, dict) else ""
    return value if isinstance(value, str) else ""
