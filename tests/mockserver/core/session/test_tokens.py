from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from jumun_mockserver.core.session.tokens import TokenPolicy, Tokens
from jumun_mockserver.core.state.memory import MemoryState

LIFE_S, REUSE_S = 100, 30


@pytest.fixture
def tokens() -> Tokens:
    """Tokens that live 100 seconds and are given again while 30 remain."""
    return Tokens(TokenPolicy(life_s=LIFE_S, reuse_s=REUSE_S), seed="s", state=MemoryState(), name="naver")


@pytest.mark.parametrize("age_s", [0, 1, LIFE_S - REUSE_S])
def test_a_young_token_is_given_again(tokens: Tokens, age_s: float) -> None:
    """While the policy's seconds remain, the same token comes back and its expiry does not move."""
    first = tokens.issue_token("a", now=1_000)
    again = tokens.issue_token("a", now=1_000 + age_s)
    assert again == first
    assert again.expires_at == 1_000 + LIFE_S


@pytest.mark.parametrize("age_s", [LIFE_S - REUSE_S + 0.001, LIFE_S, 10 * LIFE_S])
def test_an_old_token_is_replaced(tokens: Tokens, age_s: float) -> None:
    """With fewer seconds left, or none, a new token with a whole life is issued."""
    first = tokens.issue_token("a", now=1_000)
    second = tokens.issue_token("a", now=1_000 + age_s)
    assert second.text != first.text
    assert second.expires_at == 1_000 + age_s + LIFE_S


def test_the_old_token_stays_good(tokens: Tokens) -> None:
    """Issuing a new token does not end the old one: it is found, with its own expiry."""
    first = tokens.issue_token("a", now=1_000)
    tokens.issue_token("a", now=1_080)
    assert tokens.find_token(first.text) == first


def test_owners_do_not_share(tokens: Tokens) -> None:
    """Each owner has a token of its own, which names it."""
    a, b = tokens.issue_token("a", now=0), tokens.issue_token("b", now=0)
    assert a.text != b.text
    assert [(found := tokens.find_token(each.text)) and found.owner for each in (a, b)] == ["a", "b"]


def test_never_issued_is_not_found(tokens: Tokens) -> None:
    """A made-up text and an empty one belong to no application."""
    tokens.issue_token("a", now=0)
    assert tokens.find_token("made-up") is None
    assert tokens.find_token("") is None


def test_a_run_can_be_repeated() -> None:
    """Equal seeds and calls give equal tokens; another seed gives others."""

    def run(seed: str) -> list[str]:
        tokens = Tokens(TokenPolicy(life_s=10, reuse_s=1), seed=seed, state=MemoryState(), name="naver")
        return [tokens.issue_token(owner, now=now).text for owner, now in [("a", 0), ("b", 0), ("a", 100)]]

    assert run("1") == run("1")
    assert not set(run("1")) & set(run("2"))


def test_a_long_run_does_not_collect_the_dead(tokens: Tokens) -> None:
    """Issuing for days keeps the living tokens only."""
    for now in range(0, 100 * LIFE_S, LIFE_S):
        tokens.issue_token("a", now=now)
    assert len(tokens._state.read_all("naver.tokens")) <= 2


def test_one_token_for_sixteen_at_once(tokens: Tokens) -> None:
    """Sixteen threads that ask for one owner at the same time get one token."""
    barrier = Barrier(16)

    def ask(_: int) -> str:
        barrier.wait()
        return tokens.issue_token("a", now=5).text

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(ask, range(16)))) == 1
