"""Who may use the control plane."""

from __future__ import annotations

import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """The door of the control plane.

    Attributes:
        token: What callers must send as Bearer; None to ask for nothing.
        is_open: Whether it may be used without a token.
    """

    token: str | None = None
    is_open: bool = True

    @property
    def is_closed(self) -> bool:
        """Whether no caller at all may use it."""
        return self.token is None and not self.is_open

    def allows(self, authorization: str) -> bool:
        """Whether a request with this Authorization header, '' for none, may be answered."""
        if self.token is None:
            return self.is_open
        return hmac.compare_digest(authorization.encode(), f"Bearer {self.token}".encode())
