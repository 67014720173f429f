from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.core.http import Fault
from jumun_mockserver.core.scenario.notation import StepError, parse_span, split_outside
from jumun_mockserver.core.scenario.steps import (
    Action,
    Cap,
    Delay,
    Fail,
    Moment,
    Perform,
    Refuse,
    Repeat,
    Reverse,
    SetValue,
    Step,
    parse_step,
)

ARGUMENTS: dict[str, dict[str, float]] = {"truncate": {"10": 10}, "dribble": {"3": 3, "20ms": 0.02}}
"""Fault → its arguments as written, and as parsed."""


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("ok", ()),
        ("200", ()),
        ("429", (Fail("429"),)),
        ("GW.RATE_LIMIT", (Fail("GW.RATE_LIMIT"),)),
        ("BAD_REQUEST.client_id", (Fail("BAD_REQUEST.client_id"),)),
        ("-47", (Fail("-47"),)),
        ("000400", (Fail("000400"),)),
        ("slow(1.5s)", (Delay(1.5),)),
        ("slow(90ms)", (Delay(0.09),)),
        ("slow(2m)", (Delay(120),)),
        ("slow(1h)", (Delay(3_600),)),
        ("slow(0s)", (Delay(0),)),
        ("slow(lognormal 90ms 0.4)", (Delay(0.09, 0.4),)),
        ("slow(2s)+503", (Delay(2), Fail("503"))),
        ("slow(1s)+slow(2s)+reset", (Delay(1), Delay(2), Fault("reset"))),
        ("set(/list/0/status 99)", (SetValue("/list/0/status", 99),)),
        ("set(/a null)+repeat(/list 1000)", (SetValue("/a", None), Repeat("/list", 1_000))),
        ("repeat(/list 0)", (Repeat("/list", 0),)),
        ("repeat(/list 100000)", (Repeat("/list", 100_000),)),
        ("ok+slow(1s)", (Delay(1),)),
        ("reverse(/data)", (Reverse("/data"),)),
        ("before(request_cancel)", (Perform("before", "request_cancel"),)),
        ("before(pay)+after(deliver 1m30s)", (Perform("before", "pay"), Perform("after", "deliver", 90))),
        ("fail(104123)", (Refuse("104123", 1),)),
        ("fail(9999.add_on 30)+reset", (Refuse("9999.add_on", 30), Fault("reset"))),
        ("cap(limitCount 2)", (Cap("limitCount", 2),)),
        ("  ok  ", ()),
    ],
)
def test_what_a_step_does(text: str, actions: tuple[Action, ...]) -> None:
    """Each word of the vocabulary gives its action, and + joins them in their order."""
    step = parse_step(text)
    assert step.actions == actions
    assert (step.count, step.probability, step.at, step.window) == (1, 1, None, None)
    assert step.text == text.strip()


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_a_step(name: str) -> None:
    """Each fault can be asked for with its arguments, which are parsed, and is told apart from a code."""
    arguments = ARGUMENTS.get(name, {})
    text = f"{name}({', '.join(arguments)})" if arguments else name
    fault = Fault(name, tuple(arguments.values()))
    assert parse_step(f"{text} x2").actions == (fault,)
    assert parse_step(f"slow(1s)+{text}").actions == (Delay(1), fault)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_with_the_wrong_number_of_arguments_is_refused(name: str) -> None:
    """One argument too many is a mistake that names the fault; so is none where some are needed."""
    with pytest.raises(StepError, match=name):
        parse_step(f"{name}({', '.join([*ARGUMENTS.get(name, {}), '7'])})")
    if ARGUMENTS.get(name):
        with pytest.raises(StepError, match=name):
            parse_step(name)


@pytest.mark.parametrize(
    "value",
    [
        '"a, b"',
        '"a ) ] } b"',
        '"( [ {"',
        '"say \\"no, no\\" (twice)"',
        '"back\\\\"',
        '{"a": [1, 2, {"b": "c, d"}], "e": ")"}',
        "[1, [2, 3], []]",
        '""',
        '"x + y"',
        '"two  blanks"',
        '"\\u005b"',
        "-1.5e3",
        "true",
    ],
)
def test_json_in_a_step_may_hold_anything(value: str) -> None:
    """Commas, brackets, quotes, blanks and plus signs within JSON end neither value nor action nor step."""
    text = f"set(/a/b {value})+slow(1s) x2, ok"
    first, second = split_outside(text, ",")
    step = parse_step(first)
    assert step.actions == (SetValue("/a/b", json.loads(value)), Delay(1))
    assert (step.count, second) == (2, "ok")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
        max_leaves=8,
    )
)
def test_any_json_value_comes_through(value: object) -> None:
    """A value written as JSON is the value that will be set."""
    (part,) = split_outside(f"set(/a {json.dumps(value)}) *", ",")
    assert parse_step(part).actions == (SetValue("/a", value),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500 x3", Step("", (Fail("500"),), count=3)),
        ("500 x0", Step("", (Fail("500"),), count=0)),
        ("500 *", Step("", (Fail("500"),), count=None)),
        ("500 p=0.1", Step("", (Fail("500"),), count=None, probability=0.1)),
        ("500 p=.5 x20 seed=7", Step("", (Fail("500"),), count=20, probability=0.5, seed="7")),
        ("500 p=1", Step("", (Fail("500"),), count=None, probability=1)),
        ("500 p=1.0", Step("", (Fail("500"),), count=None, probability=1)),
        ("500 p=0", Step("", (Fail("500"),), count=None, probability=0)),
        ("500 seed=abc p=0.2", Step("", (Fail("500"),), count=None, probability=0.2, seed="abc")),
        ("500 @4", Step("", (Fail("500"),), at=4)),
        (
            "500 from=2026-11-22T09:00:00+09:00",
            Step("", (Fail("500"),), count=None, window=(Moment(1_795_305_600, relative=False), None)),
        ),
        (
            "500 until=+10m",
            Step("", (Fail("500"),), count=None, window=(None, Moment(600, relative=True))),
        ),
        (
            "500 x2 until=2026-11-22T00:00:01Z from=+1.5s",
            Step(
                "", (Fail("500"),), count=2, window=(Moment(1.5, relative=True), Moment(1_795_305_601, relative=False))
            ),
        ),
        ("500 ttl=30s", Step("", (Fail("500"),), count=None, window=(None, Moment(30, relative=True)))),
        ("500 ttl=250ms x1", Step("", (Fail("500"),), count=1, window=(None, Moment(0.25, relative=True)))),
    ],
)
def test_when_a_step_is_due(text: str, expected: Step) -> None:
    """xN, *, @N, p, seed, from, until and ttl, in any order; a probability or window alone is for any number."""
    step = parse_step(text)
    assert step.actions == expected.actions
    assert (step.count, step.probability, step.seed) == (expected.count, expected.probability, expected.seed)
    assert (step.at, step.window) == (expected.at, expected.window)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("500!", "'500!'"),
        ("slow", "slow"),
        ("slow()", "slow()"),
        ("slow(1)", "'1'"),
        ("slow(1 s)", "slow(1 s)"),
        ("slow(fast)", "'fast'"),
        ("slow(-1s)", "'-1s'"),
        ("slow(1d)", "'1d'"),
        ("slow(1.s)", "'1.s'"),
        ("slow(3601s)", "slow(3601s)"),
        ("slow(1e9s)", "'1e9s'"),
        ("slow(lognormal 90ms)", "lognormal"),
        ("slow(lognormal 90ms wide)", "wide"),
        ("slow(lognormal 90ms nan)", "sigma"),
        ("slow(lognormal 90ms inf)", "sigma"),
        ("slow(lognormal 90ms 0)", "sigma"),
        ("slow(lognormal 90ms -1)", "sigma"),
        ("slow(lognormal 90ms 11)", "sigma"),
        ("slow(lognormal 0ms 1)", "median"),
        ("slow(normal 90ms 1)", "lognormal"),
        ("truncate(many)", "'many'"),
        ("truncate(-1)", "'-1'"),
        ("truncate(\u0663)", "'\u0663'"),
        ("dribble(3, soon)", "'soon'"),
        ("dribble(x, 1s)", "'x'"),
        ("set()", "set()"),
        ("set(/a)", "set(/a)"),
        ("set(a 1)", "set(a 1)"),
        ("set(/a one)", "set(/a one)"),
        ("set(/a NaN)", "set(/a NaN)"),
        ("set(/a {'b': 1})", "{'b': 1}"),
        ("set(/a 1 2)", "set(/a 1 2)"),
        ("repeat(/list)", "repeat(/list)"),
        ("repeat(list 3)", "repeat(list 3)"),
        ("repeat(/list -3)", "repeat(/list -3)"),
        ("repeat(/list many)", "repeat(/list many)"),
        ("repeat(/list 100001)", "100000"),
        ("reverse()", "reverse()"),
        ("reverse(data)", "reverse(data)"),
        ("reverse(/data 2)", "reverse(/data 2)"),
        ("before", "write before(ACTION)"),
        ("after()", "write after(ACTION)"),
        ("before(pay soon)", "'soon'"),
        ("before(pay 2h)", "'2h'"),
        ("before(pay 1s 2s)", "write before(ACTION)"),
        ("fail()", "write fail(CODE)"),
        ("fail(104123 0)", "write fail(CODE)"),
        ("fail(104123 all)", "write fail(CODE)"),
        ("cap(limitCount)", "write cap(PARAMETER N)"),
        ("cap(limitCount -1)", "write cap(PARAMETER N)"),
        ("before(pay)+500", "answers an error"),
        ("500+after(deliver)", "answers an error"),
        ("500+fail(104123)", "answers an error"),
        ("429+cap(limitCount 2)", "answers an error"),
        ("500(3)", "500"),
        ("GW.AUTHN()", "GW.AUTHN"),
        ("500 3", "'3'"),
        ("500 x", "'x'"),
        ("500 x-1", "'x-1'"),
        ("500 x1.5", "'x1.5'"),
        ("500 3x", "'3x'"),
        ("500 **", r"'**'"),
        ("500 @0", "'@0'"),
        ("500 @", "'@'"),
        ("500 p=2", "'p=2'"),
        ("500 p=", "'p='"),
        ("500 p=-0.1", "'p=-0.1'"),
        ("500 p=10%", "'p=10%'"),
        ("500 seed=", "'seed='"),
        ("500 from=noon", "'noon'"),
        ("500 until=2026-11-22", "'2026-11-22'"),
        ("500 from=2026-11-22T09:00:00", "'2026-11-22T09:00:00'"),
        ("500 from=+soon", "'soon'"),
        ("500 ttl=forever", "'forever'"),
        ("500 ttl=+3s", "'+3s'"),
        ("500 for=3s", "'for=3s'"),
        ("500 x2 x3", "count twice"),
        ("500 x2 *", "count twice"),
        ("500 p=0.1 p=0.2", "probability twice"),
        ("500 ttl=1s until=+1s", "end twice"),
        ("500 @3 ttl=1s", "window"),
        ("set(/a [1)", "not closed"),
        ('set(/a "b)', "not closed"),
        ("slow(1s", "not closed"),
        ("slow(1s))", "slow(1s))"),
    ],
)
def test_a_mistake_names_its_part(text: str, part: str) -> None:
    """What cannot be read is refused with a message that holds the part that is wrong."""
    with pytest.raises(StepError) as caught:
        parse_step(text)
    assert part in str(caught.value)


WORDS = st.sampled_from(
    [
        *FAULTS,
        "ok",
        "slow(1s)",
        "slow(",
        "set(/a {})",
        "repeat(/a 2)",
        "429",
        "x2",
        "*",
        "@3",
        "p=.5",
        "seed=1",
        "+",
        "from=+1s",
        "until=9999-12-31T23:59:59-23:59",
        "from=0001-01-01T00:00:00+23:59",
        "ttl=9e9s",
        ",",
        "(",
        ")",
        '"',
        "\\",
    ]
)


@given(st.text() | st.lists(WORDS | st.text(max_size=4), max_size=6).map(" ".join))
def test_any_text_is_a_step_or_a_step_error(text: str) -> None:
    """Reading never fails in any other way, and what is read keeps its text."""
    with suppress(StepError):
        assert parse_step(text).text == text.strip()


@given(st.text())
def test_any_text_is_a_duration_or_a_step_error(text: str) -> None:
    """A duration is never less than nothing."""
    with suppress(StepError):
        assert parse_span(text) >= 0


@given(st.text(), st.sampled_from(" ,+"))
def test_splitting_loses_only_separators_and_blanks(text: str, separator: str) -> None:
    """The parts of any text are those between separators, in order; brackets stay whole."""
    with suppress(StepError):
        joined = separator.join(split_outside(text, separator))

        def rest(whole: str) -> str:
            return "".join(character for character in whole if character != separator and not character.isspace())

        assert rest(joined) == rest(text)


def test_a_lognormal_delay_follows_its_seed() -> None:
    """The same seed draws the same delay, others draw others; half lie below the median, none above an hour."""
    delay = Delay(0.09, 0.4)
    drawn = [delay.draw(str(seed)) for seed in range(500)]
    assert drawn == [delay.draw(str(seed)) for seed in range(500)]
    assert len(set(drawn)) == 500
    assert 200 < sum(each < 0.09 for each in drawn) < 300
    assert max(Delay(3_600, 10).draw(str(seed)) for seed in range(50)) == 3_600


def test_a_plain_delay_is_what_it_says() -> None:
    """Without a spread nothing is drawn."""
    assert {Delay(1.5).draw(str(seed)) for seed in range(9)} == {1.5}
