"""Bearer tokens of one provider in one session: issued for an owner, good for a time, handed out again while young."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """How long tokens live.

    Attributes:
        life_s: Seconds from issue to expiry.
        reuse_s: A token with at least this many seconds left is given again instead of a new one.
    """

    life_s: int
    reuse_s: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token.

    Attributes:
        owner: Whom it was issued to.
        expires_at: Epoch seconds.
    """

    text: str
    owner: str
    expires_at: float


class Tokens:
    """All tokens that were issued. An old token stays good until its own expiry when a new one is issued.

    The text of a token follows from seed, owner and number, so that a run can be repeated.
    """

    def __init__(self, policy: TokenPolicy, *, seed: str, prefix: str = "") -> None:
        self._policy = policy
        # What leads a request with such a token to its session.
        self._prefix = prefix
        self._seed = seed
        self._by_text: dict[str, Token] = {}
        self._newest: dict[str, Token] = {}
        self._count = 0
        self._lock = Lock()

    def issue_token(self, owner: str, *, now: float) -> Token:
        """The owner's newest token if it is young enough, else a new one."""
        with self._lock:
            newest = self._newest.get(owner)
            if newest and self._policy.reuse_s <= newest.expires_at - now <= self._policy.life_s:
                return newest
            self._count += 1
            digest = hashlib.sha256(f"{self._seed}\n{owner}\n{self._count}".encode()).digest()
            text = self._prefix + urlsafe_b64encode(digest).rstrip(b"=").decode()
            token = Token(text, owner, now + self._policy.life_s)
            self._newest[owner] = self._by_text[token.text] = token
            # A long run must not collect the dead: at most one look at each token for each one issued.
            self._by_text = {text: kept for text, kept in self._by_text.items() if kept.expires_at > now}
            return token

    def find_token(self, text: str) -> Token | None:
        """The token of this text, expired or not; None if it was never issued or is long gone."""
        return self._by_text.get(text)
