from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jumun_contracts.schema.formats import is_date
from jumun_mockserver.record.pseudonyms import KEY_BYTES, Pseudonyms

KEY = bytes(range(32))
PSEUDONYMS = Pseudonyms(KEY)


def kind(char: str) -> str:
    """What a character must stay: itself, if it identifies no one."""
    name = unicodedata.name(char, "")
    if char.isascii():
        return "digit" if char.isdigit() else "upper" if char.isupper() else "lower" if char.islower() else char
    if name.startswith(("HANGUL SYLLABLE ", "HANGUL LETTER ", "CJK UNIFIED ")):
        return name.rpartition(" ")[0].partition(" LETTER")[0].partition("-")[0]
    return char if unicodedata.category(char)[0] in "PZ" else "any"


@given(st.text(alphabet=st.sampled_from("azAZ09@.-+ _가힣김一﨩한،\u3000"), max_size=200))
def test_length_and_kinds_stay(text: str) -> None:
    """Digits stay digits, letters letters of their case, syllables syllables; punctuation is what it was."""
    replaced = PSEUDONYMS.text(text)
    assert len(replaced) == len(text)
    for old, new in zip(text, replaced, strict=True):
        if kind(old) == "any":
            assert new.isascii()
            assert new.islower()
        else:
            assert kind(new) == kind(old), (old, new)


@given(st.text(max_size=300))
def test_any_text_has_one(text: str) -> None:
    """Whatever is in it, the same text has the same pseudonym, of its length."""
    assert PSEUDONYMS.text(text) == Pseudonyms(KEY).text(text)
    assert len(PSEUDONYMS.text(text)) == len(text)


def test_an_address_and_a_number_stay_such() -> None:
    """An e-mail address keeps its signs, a telephone number too, and neither is what it was."""
    for text in ("hong.gildong+shop@example.com", "010-1234-5678", "서울특별시 중구 세종대로 110"):
        replaced = PSEUDONYMS.text(text)
        assert replaced != text
        assert [kind(char) for char in replaced] == [kind(char) for char in text]


def test_a_number_is_known_again_without_its_hyphens() -> None:
    """Signs do not count: a telephone number written in two ways is the same."""
    assert PSEUDONYMS.text("010-1234-5678").replace("-", "") == PSEUDONYMS.text("01012345678")


@pytest.mark.parametrize("form", ["{:01}", "{:02}", "{:03}", "a{:03}b", "{:03}-0000"])
def test_different_texts_have_different_ones(form: str) -> None:
    """All numbers of a form have as many pseudonyms, under several keys."""
    texts = {form.format(number) for number in range(1_000)}
    for key in range(5):
        pseudonyms = Pseudonyms(bytes([key] * 32))
        assert len({pseudonyms.text(text) for text in texts}) == len(texts)


def test_long_texts_that_differ_in_their_end() -> None:
    """What comes after the first part counts too, and so does what came before."""
    ends, begins = {"x" * 100 + end for end in "abcdef"}, {begin + "x" * 100 for begin in "abcdef"}
    for texts in (ends, begins):
        assert len({PSEUDONYMS.text(text) for text in texts}) == len(texts)
    assert len({PSEUDONYMS.text(text)[64:] for text in begins}) == len(begins)


@pytest.mark.parametrize(("lowest", "beyond"), [(0, 10), (10, 100), (100, 1_000), (-99, -9), (-9, 0)])
def test_integers_keep_sign_and_digits(lowest: int, beyond: int) -> None:
    """Numbers of so many digits are exchanged among themselves."""
    assert {PSEUDONYMS.replace(number) for number in range(lowest, beyond)} == set(range(lowest, beyond))


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
@example(-5e-324)
@example(1.1e308)
@example(-1.1e308)
@example(0.0)
def test_numbers_stay_numbers(number: float) -> None:
    """A number keeps its type and sign, and never becomes nothing or an infinity."""
    replaced = PSEUDONYMS.replace(number)
    assert type(replaced) is type(number)
    assert (replaced < 0) == (number < 0)
    assert replaced - replaced == 0
    if isinstance(number, int):
        assert len(str(replaced)) == len(str(number))


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), st.integers(-9, -1))
def test_a_negative_digit_stays_one(key: bytes, number: int) -> None:
    """Under whatever key: it is not 0, which has no sign."""
    assert -9 <= Pseudonyms(key).replace(number) <= -1


@pytest.mark.parametrize("value", [True, False, None])
def test_what_tells_nobody_apart_stays(value: object) -> None:
    """true, false and null are what they were."""
    assert PSEUDONYMS.replace(value) is value


def test_a_wanted_form_is_kept_one_to_one() -> None:
    """Of dates the pseudonyms are dates, and different ones for different ones."""
    days = [(date(1970, 1, 1) + timedelta(days=number)).isoformat() for number in range(200)]
    replaced = [PSEUDONYMS.replace(day, fits=is_date) for day in days]
    assert all(map(is_date, replaced))
    assert len(set(replaced)) == len(days)
    assert replaced != days


def test_a_form_too_rare_has_none() -> None:
    """What only the value itself satisfies is not given back as its pseudonym."""
    value = "a text of its own"
    assert PSEUDONYMS.replace(value, fits=lambda text: text == value) is None


def test_a_value_out_of_form_is_replaced_all_the_same() -> None:
    """What does not fit before need not fit after, and is replaced."""
    assert PSEUDONYMS.replace("홍길동 씨", fits=is_date) not in (None, "홍길동 씨")


def test_keys() -> None:
    """Another key gives other pseudonyms and has another name; without one, each has its own."""
    texts = [each.text("hong.gildong@example.com") for each in (PSEUDONYMS, Pseudonyms(), Pseudonyms())]
    names = [each.name for each in (PSEUDONYMS, Pseudonyms(), Pseudonyms())]
    assert len(set(texts)) == len(set(names)) == 3
    assert Pseudonyms(KEY).name == PSEUDONYMS.name
