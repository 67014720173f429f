"""Bearer tokens of one provider in one session: issued for an owner, good for a time, handed out again while young."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumun_mockserver.core.state.state import State


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

    The text of a token follows from seed, owner and number, so that a run can be repeated. Kept in the session's state:
    text → [owner, epoch second of expiry], and owner → text of the newest.
    """

    def __init__(self, policy: TokenPolicy, *, seed: str, state: State, name: str, prefix: str = "") -> None:
        """Issue tokens.

        Args:
            name: Of the provider; the families of its tokens begin with it.
            prefix: What a token begins with, by which a request with it is found to belong to the session.
        """
        self._policy = policy
        self._prefix = prefix
        self._seed = seed
        self._state = state
        self._by_text, self._newest = tokens_family(name), f"{name}.newest_tokens"

    def issue_token(self, owner: str, *, now: float) -> Token:
        """The owner's newest token if it is young enough, else a new one."""
        while True:
            newest = self._state.read(self._newest, owner)
            known = self.find_token(newest) if newest else None
            if known and self._policy.reuse_s <= known.expires_at - now <= self._policy.life_s:
                return known
            number = self._state.count(self._newest + ".count", "")
            digest = hashlib.sha256(f"{self._seed}\n{owner}\n{number}".encode()).digest()
            text = self._prefix + urlsafe_b64encode(digest).rstrip(b"=").decode()
            token = Token(text, owner, now + self._policy.life_s)
            # The token first: a reader that finds it as the newest must find it.
            self._state.write(self._by_text, text, [owner, token.expires_at], now=now, until=token.expires_at)
            if self._state.swap(self._newest, owner, newest, text):
                return token

    def find_token(self, text: str) -> Token | None:
        """The token of this text, expired or not; None if it was never issued or is long gone."""
        found = self._state.read(self._by_text, text)
        return Token(text, *found) if found else None


def tokens_family(provider: str) -> str:
    """The family of the state that has a provider's tokens by their text."""
    return f"{provider}.tokens"
