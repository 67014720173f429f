"""Members of a shop, who call with a JWT of their own beside the application's keys.

Source: bootpay-mcp docs/commerce-account-api-gaps.md, 2026-09: with `Bootpay-User-JWT`, the order list and detail serve
the member's own orders. The claims of the token are not documented: that `user_id`, or else `sub`, is the member's id
is assumed. Its signature is not checked, since the key is Bootpay's.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call

_PARTS = 3


def read_member(call: Call) -> str | None:
    """user_id of the member whose token came with the call; None where none did.

    Raises:
        ApiError: `member_session_invalid`: not a JWT, without a member, or expired.
    """
    token = call.request.headers.get("bootpay-user-jwt")
    if token is None:
        return None
    claims = _read_claims(token.strip())
    member = claims.get("user_id") or claims.get("sub")
    if not isinstance(member, str) or not member:
        raise ApiError("member_session_invalid", "the JWT of Bootpay-User-JWT has neither user_id nor sub")
    expires = claims.get("exp")
    if isinstance(expires, int | float) and expires <= call.now:
        raise ApiError("member_session_invalid", f"the JWT expired {call.now - expires:.0f} s ago")
    return member


def _read_claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    claims: Any = None
    if len(parts) == _PARTS and parts[1]:
        try:
            claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        except (binascii.Error, ValueError, RecursionError):
            claims = None
    if not isinstance(claims, dict):
        raise ApiError("member_session_invalid", "Bootpay-User-JWT must be a JWT: header.claims.signature in base64url")
    return claims
