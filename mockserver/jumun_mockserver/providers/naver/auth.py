"""NAVER's tokens: signed requests for them, and the check of those that come back.

Source: apicenter docs exchange-sellers-auth and auth; commerce-api discussions #357 (refusals) and #3751 (rules since
2026-08).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
import re
from typing import TYPE_CHECKING, Any

import bcrypt

from jumun_contracts.contract.punished import Sent, broken_rules
from jumun_contracts.contract.requests import find_syntax, read_query, read_text
from jumun_mockserver.core.provider import ApiError, check_token
from jumun_mockserver.core.session.tokens import TokenPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.seed import Application
    from jumun_mockserver.providers.naver.shop import NaverShop

# Three hours; asked again with half an hour or more left, the same token.
TOKEN_POLICY = TokenPolicy(life_s=10_800, reuse_s=1_800)

_WINDOW_MS = 5 * 60 * 1_000
_MILLISECONDS = re.compile(r"[0-9]{1,19}")
_BCRYPT_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SALT_LENGTH = 29
_HASH_LENGTH = 60


def issue_token(call: Call, shop: NaverShop) -> dict[str, Any]:
    """`naver.token`: access_token, expires_in (seconds left, rounded down) and token_type.

    Fields are taken from the URL too, and neither content type nor a missing grant_type is refused: production
    answers such calls and punishes them the day after, so they are violations and no errors. A body that is not what
    its content type says has no fields.

    Raises:
        ApiError: The refusal for the first field that is wrong.
    """
    fields = _fields(call.request, call.body)
    application = shop.applications.get(_text(fields, "client_id"))
    if application is None:
        raise ApiError("BAD_REQUEST.client_id", "no application of the shop has this client_id")
    _check_timestamp(_text(fields, "timestamp"), shop.clock.times())
    if fields.get("grant_type", "client_credentials") != "client_credentials":
        raise ApiError("BAD_REQUEST.grant_type", "grant_type is not client_credentials")
    if not check_signature(application, _text(fields, "timestamp"), _text(fields, "client_secret_sign")):
        raise ApiError(
            "BAD_REQUEST.client_secret_sign",
            "not base64(bcrypt(client_id + '_' + timestamp, salt = client_secret)) of this application",
        )
    owner = _owner(application, fields)
    if broken := broken_rules("naver.token", Sent(call.request, call.body, fields)):
        shop.quota.report(application.client_id, now=call.now)
        call.remarks.append(f"token rules of 2026-08 broken: {', '.join(broken)}")
    token = shop.tokens.issue_token(owner, now=call.now)
    return {
        "access_token": token.text,
        "expires_in": math.floor(token.expires_at - call.now),
        "token_type": "Bearer",
    }


def read_credential(request: Request) -> str:
    """The Bearer token, or the client_id of a token call."""
    if header := request.headers.get("authorization"):
        return header.partition(" ")[2].strip()
    if not request.body and "client_id" not in request.query:
        return ""
    syntax = find_syntax(request.headers.get("content-type", "")) or "form"
    return _text(_fields(request, read_text(request.body, syntax)[0]), "client_id")


def authenticate(call: Call, shop: NaverShop) -> str:
    """The client_id that the token was issued to, from `Authorization: Bearer`.

    Raises:
        ApiError: `unauthenticated`; `ip_not_allowed` for an agency's token that is not used under /partner.
    """
    header = call.request.headers.get("authorization")
    if header is None:
        raise ApiError("unauthenticated", "no Authorization header")
    scheme, _, text = header.partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text:
        raise ApiError("unauthenticated", "the Authorization header is not 'Bearer TOKEN'")
    client_id = shop.static_tokens.get(text)
    if client_id is None:
        client_id = check_token(shop.tokens, text, now=call.now).partition("/")[0]
    application = shop.applications.get(client_id)
    under_partner = call.request.path.startswith("/partner/")
    if application and application.is_agency != under_partner:
        if application.is_agency:
            raise ApiError("ip_not_allowed", "the token is an agency's, whose base URL ends in /partner")
        call.remarks.append("/partner is for agencies; what it answers to a shop's own token is not known")
    return client_id


def check_signature(application: Application, timestamp: str, sign: str) -> bool:
    """Whether `sign` is the application's signature of `timestamp` (text of epoch milliseconds)."""
    try:
        given = base64.b64decode(sign, validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(given) != _HASH_LENGTH:
        return False
    salt = canonical_salt(application.client_secret).encode()
    # bcrypt looks at 72 bytes; its newer versions want them cut by the caller.
    wanted = bcrypt.hashpw(f"{application.client_id}_{timestamp}".encode()[:72], salt)
    # A client may write the version as 2a, 2b or 2y; it does not enter the hash.
    return hmac.compare_digest(given[3:], wanted[3:])


def canonical_salt(secret: str) -> str:
    """A bcrypt salt with the spare bits of its last character cleared, as bcrypt 4 and later demand.

    Only two of that character's six bits are part of the salt; the docs' own sample secret sets others.
    """
    last = _BCRYPT_ALPHABET[_BCRYPT_ALPHABET.index(secret[_SALT_LENGTH - 1]) & 0b110000]
    return secret[: _SALT_LENGTH - 1] + last


def _check_timestamp(text: str, times: tuple[float, ...]) -> None:
    """Whether a signature is new enough by any of the times that the client's clock may show, the session's first."""
    if not _MILLISECONDS.fullmatch(text):
        raise ApiError("BAD_REQUEST.timestamp", "timestamp is missing or not a whole number of milliseconds")
    # Rounded first: a float of seconds holds 0.236 as a little less.
    ages_ms = [math.floor(round(now * 1_000, 3)) - int(text) for now in times]
    if any(0 <= age_ms <= _WINDOW_MS for age_ms in ages_ms):
        return
    age_ms = ages_ms[0]
    if age_ms < 0:
        raise ApiError("BAD_REQUEST.timestamp_future", f"timestamp is {-age_ms} ms ahead of the session's clock")
    seconds = " (it looks like seconds)" if len(text) == 10 else ""  # noqa: PLR2004 - digits of epoch seconds
    raise ApiError("BAD_REQUEST.timestamp_expired", f"timestamp is {age_ms} ms old{seconds}")


def _owner(application: Application, fields: Mapping[str, Any]) -> str:
    """The resource that the token is for: tokens are one for each `type` and `account_id`."""
    kind, account = _text(fields, "type"), _text(fields, "account_id")
    if kind == "SELF":
        return application.client_id
    if kind != "SELLER":
        raise ApiError("BAD_REQUEST.type", "type is neither SELF nor SELLER")
    if account not in application.accounts:
        raise ApiError("BAD_REQUEST.account_id", "account_id names no seller that delegated to this application")
    return f"{application.client_id}/{account}"


def _fields(request: Request, body: Any) -> dict[str, Any]:
    """The fields of a token call: those of the URL, and over them those of the body, if it has any."""
    return {**dict(read_query(request.query)[0]), **(body if isinstance(body, dict) else {})}


def _text(fields: Mapping[str, Any], name: str) -> str:
    """A field as text, '' if it is missing; a JSON body may hold a number where a form holds digits."""
    value = fields.get(name, "")
    return str(value) if isinstance(value, str | int) else ""
