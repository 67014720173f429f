from __future__ import annotations

from collections import Counter
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_contracts.lint.loops import has_ambiguous_loop
from jumun_contracts.lint.patterns import parse_pattern

AMBIGUOUS = (
    *("(a+)+", "(a*)*", "(a|a)*", "(?:a?b?)*", "(a|ba?)*", "(?:(?:a?)*b)*", "(a?){25}", "([0-9]{3,5})*", "(.*?,)*"),
    *("(a{1,100}){1,100}", "(a{1,10}){1,10}", "(x+x+)+y", r"(\w|[é-ü]b)*", "([a-z]+[0-9]*)*", "(?=(a+)+)b"),
    *("(a|aa){30}", r"([^\d]|ab)*", "(a+|b)+", "((a+)?)*", "(.|ab)*", "(a*){2,}", r"(a)(\1*)*", "(?:a(?:(b+)+))?"),
    *(r"([^\n]+\r?)*", "(a|ab|c)*"),
)  # fmt: skip
PLAIN = (
    *("a+b+", "(a|b)*", r"^[a-z]+(\.[a-z_]+)+$(?!\n)", r"^([0-9]{3},)*[0-9]{3}$(?!\n)", "([0-9a-f]{2})+", "(a|ab)*"),
    *("([0-9a-f]{24})*", "([^,]*,)*", "(a?)*", r"([a-z]{1,63}\.)*", "^(a*b)*", "([a-z]+-)*[a-z]+", "a{1,300}", "(a+)?"),
    *(r"(?:[^\"\\]|\\.)*", r"([0-9]{1,3}\.){3}[0-9]{1,3}", "(a+){1}", r"([^\n]\n)*", "(a+b){3,9}", r"(\D[0-9])*"),
)  # fmt: skip


@pytest.mark.parametrize("pattern", AMBIGUOUS)
def test_ambiguous_loops(pattern: str) -> None:
    """Loops that can be walked in exponentially many ways are reported."""
    assert parse_pattern(pattern).has_ambiguous_loop


@pytest.mark.parametrize("pattern", PLAIN)
def test_plain_loops(pattern: str) -> None:
    """Loops in which the next character tells the way are passed."""
    assert not parse_pattern(pattern).has_ambiguous_loop


def test_many_repetitions() -> None:
    """Repetitions of repetitions are written out up to a bound; what goes beyond is refused, and soon."""
    parse = import_module("re._parser").parse
    assert not has_ambiguous_loop(parse("(?:" * 4 + "ab" + "){3}" * 4))
    assert has_ambiguous_loop(parse("(?:" * 30 + "ab" + "){3}" * 30))


def ways(steps: list[Any], text: str, begin: int) -> Counter[int]:
    """In how many ways a backtracking engine can match `steps` from `begin`, by where it gets to."""
    reached = Counter({begin: 1})
    for name, argument in steps:
        after: Counter[int] = Counter()
        for here, count in reached.items():
            for there, more in _ways_of_step(str(name), argument, text, here).items():
                after[there] += count * more
        reached = after
    return reached


def _ways_of_step(name: str, argument: Any, text: str, here: int) -> Counter[int]:
    if name == "BRANCH":
        return sum((ways(list(branch), text, here) for branch in argument[1]), Counter())
    if name == "MAX_REPEAT":
        least, most, body = argument
        return _ways_of_turns(int(least), int(most), list(body), text, here)
    if name == "LITERAL":
        fits = text[here : here + 1] == chr(argument)
    else:
        assert name == "IN"
        fits = here < len(text) and ("LITERAL", ord(text[here])) in [(str(kind), value) for kind, value in argument]
    return Counter({here + 1: 1} if fits else {})


def _ways_of_turns(least: int, most: int, body: list[Any], text: str, here: int) -> Counter[int]:
    reached = Counter({here: 1} if least == 0 else {})
    if most == 0:
        return reached
    for there, count in ways(body, text, here).items():
        # After a turn of nothing, engines go on behind the loop.
        rest = Counter({there: 1}) if there == here and least <= 1 else None
        rest = rest or _ways_of_turns(max(0, least - 1), most - 1, body, text, there)
        for end, more in rest.items():
            reached[end] += count * more
    return reached


BODIES = st.recursive(
    st.sampled_from(["a", "b", "[ab]"]),
    lambda inner: (
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,4}"]))
        | st.builds("{}{}".format, inner, inner)
        | st.builds("(?:{}|{})".format, inner, inner | st.just(""))
    ),
    max_leaves=4,
)
WORDS = tuple("".join(letters) for length in (4, 8) for letters in product("ab", repeat=length))


@settings(max_examples=150)
@given(body=BODIES)
def test_what_is_passed_is_not_exponential(body: str) -> None:
    """A loop that is passed has, for each text, hardly more ways than the text has characters."""
    pattern = f"(?:{body})*"
    if parse_pattern(pattern).has_ambiguous_loop:
        return
    tree = list(parse_pattern(pattern).tree)
    assert max(count for word in WORDS for count in ways(tree, word, 0).values()) <= 8


@pytest.mark.parametrize("pattern", ["(?:a+)+", "(?:a|a)*", "(?:a?b?)*", "(?:a|ba?)*", "(?:(?:a?)*b)*", "(?:a+|b)+"])
def test_what_is_told_is_exponential(pattern: str) -> None:
    """The count of ways, by which the test above judges, does tell: it doubles with a few characters more."""
    tree = list(parse_pattern(pattern).tree)
    most = [
        max(count for word in product("ab", repeat=length) for count in ways(tree, "".join(word), 0).values())
        for length in (4, 7, 10)
    ]
    assert most[1] >= 2 * most[0]
    assert most[2] >= 2 * most[1]
