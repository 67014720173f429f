from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import PROFILES
from jumun_mockserver.core.scenario.alteration import AlterationError, alter_body
from jumun_mockserver.core.scenario.steps import Alteration, Repeat, Reverse, SetValue
from tests.mockserver.world import World

BODY: Any = {"count": 2, "list": [{"id": 1}, {"id": 2}], "a/b": {"~": 0}, "": "empty", "none": None}


@pytest.mark.parametrize(
    ("pointer", "value", "place"),
    [
        ("/count", 7, lambda body: body["count"]),
        ("/new", [1], lambda body: body["new"]),
        ("/list/1/id", "x", lambda body: body["list"][1]["id"]),
        ("/list/0", None, lambda body: body["list"][0]),
        ("/list/0/new", {"a": 1}, lambda body: body["list"][0]["new"]),
        ("/a~1b/~0", 5, lambda body: body["a/b"]["~"]),
        ("/a~1b/~01", 5, lambda body: body["a/b"]["~1"]),
        ("/", 5, lambda body: body[""]),
    ],
)
def test_a_value_is_set_where_the_pointer_says(pointer: str, value: Any, place: Any) -> None:
    """RFC 6901 pointers, escapes included; a key that is not there is added, and nothing else changes."""
    altered = alter_body(BODY, (SetValue(pointer, value),))
    assert place(altered) == value
    assert set(BODY) <= set(altered)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, 1_000])
def test_an_array_is_made_as_long_as_asked(length: int) -> None:
    """Its items come round again and again; a shorter one is cut."""
    altered = alter_body(BODY, (Repeat("/list", length),))
    assert altered["list"] == [BODY["list"][index % 2] for index in range(length)]


def test_an_array_is_turned_round() -> None:
    """Its items come the other way round, and an empty one is as it was."""
    assert alter_body(BODY, (Reverse("/list"),))["list"] == BODY["list"][::-1]
    assert alter_body({"list": []}, (Reverse("/list"),)) == {"list": []}


def test_actions_are_done_in_their_order() -> None:
    """A later action sees what an earlier one did."""
    actions = (SetValue("/list", [1, 2]), Repeat("/list", 3), SetValue("/list/2", 9), Reverse("/list"))
    assert alter_body(BODY, actions)["list"] == [9, 2, 1]


def test_repeated_items_are_items_of_their_own() -> None:
    """Setting a value in the first of the repeated items leaves its copies alone."""
    actions = (Repeat("/list", 4), SetValue("/list/0/id", 99))
    assert [item["id"] for item in alter_body(BODY, actions)["list"]] == [99, 2, 1, 2]


@pytest.mark.parametrize(
    "actions",
    [
        (SetValue("/list/0/id", 7), Repeat("/list", 5)),
        (SetValue("/new", {"deep": [1]}), SetValue("/new/deep/0", 2)),
        (SetValue("/new", [1, 2]), Repeat("/new", 5)),
        (SetValue("/new", [1, 2]), Reverse("/new"), Reverse("/list")),
    ],
)
def test_neither_body_nor_actions_are_changed(actions: tuple[Alteration, ...]) -> None:
    """The original is left alone, and so is the step, which is played again for the next call."""
    body, before = copy.deepcopy(BODY), copy.deepcopy(actions)
    alter_body(body, actions)
    assert body == BODY
    assert actions == before


def test_answers_do_not_share_a_value_that_was_set() -> None:
    """Who changes one altered body does not change the next."""
    actions = (SetValue("/new", [1]),)
    alter_body(BODY, actions)["new"].append(2)
    assert alter_body(BODY, actions)["new"] == [1]


@pytest.mark.parametrize(
    "action",
    [
        SetValue("/missing/id", 1),
        SetValue("/list/2", 1),
        SetValue("/list/2/id", 1),
        SetValue("/list/-1/id", 1),
        SetValue("/list/-", 1),
        SetValue("/list/one/id", 1),
        SetValue("/list/\u0661/id", 1),
        SetValue("/count/x", 1),
        SetValue("/none/x", 1),
        SetValue("/list/" + "9" * 5_000 + "/id", 1),
        Repeat("/missing", 3),
        Repeat("/count", 3),
        Repeat("/list/0", 3),
        Repeat("/list/0/id", 3),
        Reverse("/missing"),
        Reverse("/list/0"),
    ],
    ids=lambda action: action.pointer[:20],
)
def test_a_pointer_that_leads_nowhere_is_named(action: Alteration) -> None:
    """Not a place, or no array: an error that names the pointer."""
    with pytest.raises(AlterationError) as caught:
        alter_body(BODY, (action,))
    assert action.pointer in str(caught.value)


def test_an_empty_array_cannot_be_repeated() -> None:
    """There is nothing to repeat."""
    with pytest.raises(AlterationError, match="/list"):
        alter_body({"list": []}, (Repeat("/list", 3),))


@given(st.text(max_size=12).map(lambda text: f"/{text}"), st.integers(0, 9))
def test_any_pointer_alters_or_is_refused(pointer: str, length: int) -> None:
    """No pointer fails in any other way."""
    for action in (SetValue(pointer, 1), SetValue(f"/list{pointer}", 1), Repeat(pointer, length), Reverse(pointer)):
        try:
            alter_body(BODY, (action,))
        except AlterationError as error:
            assert pointer in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("profile", PROFILES)
def test_a_place_that_is_not_there_leaves_the_answer_alone(profile: str) -> None:
    """Through a session: the ordinary answer, byte for byte, and a note that names step and place."""
    world = World(profile=profile)
    plain = world.orders().body
    answer = world.orders(jumun_scenario="set(/nothing/here 1)")
    assert (answer.status, answer.body) == (200, plain)
    assert "nothing at /nothing/here" in answer.note


def test_an_alteration_does_not_touch_an_error() -> None:
    """`set` is about successes: an error keeps its body."""
    world = World(scenario="*: set(/code 1) *")
    answer = world.call("GET", "/v1/orders", authorization="Basic x")
    assert (answer.status, answer.json["code"]) == (401, 1700)


def test_an_altered_answer_does_not_stay() -> None:
    """The next call sees the shop as it is."""
    world = World(scenario="bootpay.orders.list: set(/list/0/order_name 1)+repeat(/list 3)")
    assert len(world.orders().json["list"]) == 3
    assert world.orders().body == World().orders().body


@pytest.mark.parametrize("value", ["99999999999999999999999", "-9223372036854775809", '{"a": [18446744073709551616]}'])
def test_a_number_of_any_size_is_set_or_refused(value: str) -> None:
    """JSON has no largest integer: the answer holds its digits or the note refuses it; Jumun does not break down."""
    world = World()
    answer = world.orders(jumun_scenario=f"set(/list/0/price {value})")
    assert answer.status == 200
    assert value.replace(" ", "").encode() in answer.body or "not understood" in answer.note
    assert world.session.journal.total == 1
