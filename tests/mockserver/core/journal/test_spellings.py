from __future__ import annotations

import base64
from urllib.parse import quote

import bcrypt
import pytest

from jumun_mockserver.core.journal import spellings
from jumun_mockserver.core.journal.spellings import NOTHING_QUOTED, Spellings
from tests.mockserver.spelt import CANARY, SPELLINGS, find_canary
from tests.mockserver.world import NAVER_SECRET, sign


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    "value", [CANARY, "js0.4fbd09", "한글로 된 비밀", "0123456789abcdef", "a\\b'c\"d e\té", '\\\\ab\\"\\한 9\\']
)
def test_every_spelling_is_found(value: str, spelling: str) -> None:
    """Whatever the value has in it, nothing of it stays, and what is beside it does."""
    text = SPELLINGS[spelling](value)
    masked = Spellings([value]).mask(f"no key is {text}, said the API")
    assert "***" in masked
    assert masked.startswith("no key is ")
    assert masked.endswith(", said the API")
    assert value not in masked
    assert text not in masked
    assert value != CANARY or find_canary(masked) == []


@pytest.mark.parametrize(
    ("value", "text", "masked"),
    [
        ("abcd1234", "xabcd1234x ABCD1234", "x***x ***"),
        ("abcd123", "abcd123 xabcd123 abcd1234 (abcd123) key=abcd123", "*** xabcd123 abcd1234 (***) key=***"),
        ("abcd", "q=%20abcd%20 \\nabcd\\n 열쇠abcd가", "q=%20***%20 \\n***\\n 열쇠***가"),
        ("ab c", "ab c ab%20c ab+c", "*** *** ***"),
        ("abc", "abc", "abc"),
        ("12", "price 12, 12", "price 12, 12"),
        ("", "", ""),
        ("undefined", "undefined", "undefined"),
        ("NULL", "null", "null"),
        ("Bearer", "Bearer", "Bearer"),
    ],
)
def test_short_and_empty_values(value: str, text: str, masked: str) -> None:
    """From 8 characters on anywhere, from 4 on as a word, below that nowhere; what means nothing is never found."""
    assert Spellings([value]).mask(text) == masked


def test_texts_without_a_value_need_no_pattern() -> None:
    """A pattern takes longer to make than all the rest of a call, and a client may send other values with each."""
    made = spellings._compile.cache_info().misses
    for number in range(1_000):
        assert (
            Spellings([f"a value of call {number}"]).mask("the shop has no order of this orderId").endswith("orderId")
        )
    assert spellings._compile.cache_info().misses == made


def test_of_two_that_begin_alike() -> None:
    """The longer one is found whole."""
    assert Spellings(["abcdefgh", "abcdefgh-ijkl"]).mask("abcdefgh-ijkl abcdefgh-x") == "*** ***-x"


def test_what_a_signature_is_made_of() -> None:
    """A signature is the base64 of a bcrypt hash, and its salt is NAVER's client secret: all three are masked."""
    signature = sign("1772600767089")
    hashed = base64.b64decode(signature).decode()
    assert bcrypt.checkpw(b"demo-naver-client-id_1772600767089", hashed.encode())
    quoted = Spellings([signature])
    for text in (signature, hashed, quote(hashed, safe=""), NAVER_SECRET, hashed[29:]):
        masked = quoted.mask(f"bad sign {text}")
        assert masked.startswith("bad sign ***")
        assert len(masked) <= len("bad sign ***.")


def test_a_value_that_came_encoded() -> None:
    """Of a cookie in percent-encoding, what it means is masked too; of base64, what it holds."""
    quoted = Spellings([quote("kanarie/vogel", safe=""), base64.b64encode(b"zangvogel=1").decode()])
    assert quoted.mask("kanarie/vogel zangvogel=1") == "*** ***"


def test_without_values() -> None:
    """Nothing is masked where nothing was sent."""
    assert not NOTHING_QUOTED
    assert not Spellings(["ab", "", "none"])
    assert NOTHING_QUOTED.mask("as it was") == "as it was"


@pytest.mark.parametrize("piece", ["\\", "%25", "&amp;", "&#0", "+", "\\u", "a", "*", "="])
def test_long_texts_end(piece: str) -> None:
    """A hundred thousand pieces that a spelling may begin with are read in time that grows as the text does."""
    text = piece * 100_000
    assert (
        Spellings(['"/\\&+ <', "aaaaaaab", '\\"/%25&amp;', "\\" * 20 + "x", '""" \\\\" \\n', "&&&%%%"]).mask(text)
        == text
    )


@pytest.mark.parametrize("values", [[f"token-{number:05}" for number in range(5_000)], ["ab" * 500_000], ["+" * 2_000]])
def test_more_than_can_be_looked_for(values: list[str]) -> None:
    """Of thousands of values, or of a very long one, no pattern is made: nothing is shown that could quote one."""
    quoted = Spellings(values)
    assert quoted.mask("anything\nat all") == "***"
    assert quoted.mask("") == ""
    assert quoted.may_be_in("x")
