from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES, findings, load_contract
from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.journal.journal import LOG
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.scenario.scenario import Scenario
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.state.memory import MemoryState
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.core.scenario.order_lessons import ORDER_LESSONS
from tests.mockserver.world import KEYS, NOW, ORDER, STATIC_TOKEN, TOKEN_PATH, Answer, World, basic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts import Contract
    from jumun_mockserver.core.http import Response

ORDERS, CONFIRM = "bootpay.orders.list", "naver.product_orders.confirm"
CONTRACTS = {name: load_contract(name) for name in ("naver", "bootpay")}
READY_MADE = sorted(each.name.removesuffix(".scenario") for each in (files("jumun_fixtures") / "scenarios").iterdir())


def ready_made(name: str) -> str:
    """The text of a scenario that ships with Jumun."""
    return (files("jumun_fixtures") / "scenarios" / f"{name}.scenario").read_text(encoding="utf-8")


def statuses(world: World, calls: int) -> list[int]:
    """What `bootpay.orders.list` answers to so many calls."""
    return [world.orders().status for _ in range(calls)]


def failing(text: str, *, seed: str = "0", calls: int = 2_000) -> list[int]:
    """Numbers of the calls to `bootpay.orders.list` for which something is due."""
    scenario = Scenario(text, CONTRACTS, providers=PROVIDERS, seed=seed, now=0, state=MemoryState(), family="scenario")
    return [index for index in range(1, calls + 1) if scenario.take(ORDERS, now=0)]


def raw(world: World, target: str = "bootpay") -> Response:
    """The response itself, with its delay and fault."""
    if target == "bootpay":
        return world.dispatch(Request("GET", "/v1/orders", "", {"authorization": basic(*KEYS)}))
    path = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
    return world.dispatch(Request("GET", path, "", {"authorization": f"Bearer {STATIC_TOKEN}"}))


@pytest.mark.parametrize(
    ("text", "calls", "unmet"),
    [
        (f"{ORDERS}: 429 x2, 500, ok", 0, ["1 429 x2", "1 500", "1 ok"]),
        (f"{ORDERS}: 429 x2, 500, ok", 1, ["1 500", "1 ok"]),
        (f"{ORDERS}: 429 x2, 500, ok", 3, ["1 ok"]),
        (f"{ORDERS}: 429 x2, 500, ok", 9, []),
        (f"{ORDERS}: 500 @2, 429 x3", 1, ["1 500 @2"]),
        (f"{ORDERS}: 500 @1, 429", 1, ["1 429"]),
        (f"{ORDERS}: 429 *, 500", 9, ["1 500"]),
        (f"{ORDERS}: 500 x0, 503 p=0 x1, ok", 2, []),
        (f"{ORDERS}: 500 p=0.0001 seed=1 *", 9, ["1 500 p=0.0001 seed=1 *"]),
        (f"{ORDERS}: 500 *\n\nbootpay.*: 503", 9, ["3 503"]),
        (f"{ORDERS}: 500 from=+1h x2 · {CONFIRM}: ok", 9, ["1 500 from=+1h x2", "1 ok"]),
        (f"{ORDERS}: 500 until=+1h x2, 503", 1, ["1 503"]),
    ],
)
def test_steps_that_no_call_met(text: str, calls: int, unmet: list[str]) -> None:
    """A step is met by the call that it is due for, whatever else is due or above it; what none has met is told apart.

    A step that none can meet by its own word is none of them.
    """
    world = World(scenario=text)
    statuses(world, calls)
    assert [f"{each.line} {each.step}" for each in world.session.scenario.unmet()] == unmet


def test_what_was_met_starts_over_with_the_scenario() -> None:
    """A scenario that is set again has met nothing, and one that comes back with a snapshot what it had met."""
    world = World(scenario=f"{ORDERS}: 500, 503")
    statuses(world, 1)
    saved = world.session.state.save(leave_out=(LOG,))
    world.session.set_scenario(f"{ORDERS}: 500, 503")
    assert [each.step for each in world.session.scenario.unmet()] == ["500", "503"]
    world.session.load(saved)
    assert [each.step for each in world.session.scenario.unmet()] == ["503"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("429 x2, 500, ok", [429, 429, 500, 200, 200, 200]),
        ("500", [500, 200, 200]),
        ("ok x2, 503", [200, 200, 503, 200]),
        ("ok, 503 *", [200, 503, 503, 503]),
        ("500 x0, 503", [503, 200]),
        ("429 *, 500", [429, 429, 429]),
        ("500 @3", [200, 200, 500, 200]),
        ("500 @1, 503 @3", [500, 200, 503, 200]),
        ("500 @2, 429 x3", [429, 500, 429, 200]),
        ("500 p=0, 503", [200, 200]),
        ("500 p=1 x2, 503", [500, 500, 503, 200]),
        ("ok", [200, 200]),
        ("401 x1 , 429 x1", [401, 429, 200]),
    ],
)
def test_steps_come_in_their_order(steps: str, expected: list[int]) -> None:
    """Each step for as many calls as it says; after the last one the line has nothing more to say."""
    assert statuses(World(scenario=f"{ORDERS}: {steps}"), len(expected)) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # Seconds after it was set -> status, in the order in which they are called.
        ("503 from=+10s until=+20s", [(0, 200), (9.9, 200), (10, 503), (19.9, 503), (20, 200)]),
        ("503 ttl=30s", [(0, 503), (29.9, 503), (30, 200), (0, 503)]),
        ("503 from=+1h", [(3_599, 200), (3_600, 503), (9e6, 503)]),
        ("503 x2 from=+10s", [(0, 200), (10, 503), (10, 503), (10, 200)]),
        ("503 until=+10s, 429 x2", [(0, 503), (1, 503), (10, 200), (11, 200)]),
        ("429, 503 ttl=10s", [(0, 429), (1, 503), (9, 503), (10, 200)]),
        (
            "503 from=2026-03-04T05:07:00Z until=2026-03-04T14:08:00+09:00",
            [(52, 200), (53, 503), (112, 503), (113, 200)],
        ),
    ],
)
def test_windows_open_and_close_by_the_session_clock(steps: str, expected: list[tuple[float, int]]) -> None:
    """A step with a window is due from its first moment on until, and not at, its last; sequence steps count on."""
    world = World(scenario=f"{ORDERS}: {steps}")
    seen = []
    for after, _ in expected:
        world.clock.set(NOW + after)
        seen.append((after, world.orders().status))
    assert seen == expected


def test_relative_times_count_from_when_it_was_set() -> None:
    """Setting a scenario again, and a reset, restart its windows."""
    world = World(scenario=f"{ORDERS}: 503 ttl=10s")
    world.clock.advance(10)
    assert statuses(world, 1) == [200]
    world.session.set_scenario(world.session.scenario.text)
    assert statuses(world, 1) == [503]
    world.clock.advance(10)
    assert statuses(world, 1) == [200]
    world.session.reset()
    assert statuses(world, 1) == [503]


def test_the_same_seed_fails_the_same_calls() -> None:
    """Draws follow from the step's seed, whatever the session's; another seed fails others."""
    one = failing(f"{ORDERS}: 500 p=0.3 seed=7", seed="a")
    assert one == failing(f"{ORDERS}: 500 p=0.3 seed=7", seed="b")
    assert one != failing(f"{ORDERS}: 500 p=0.3 seed=8", seed="a")


def test_without_a_seed_the_session_has_one() -> None:
    """A step without a seed follows the session's."""
    one = failing(f"{ORDERS}: 500 p=0.3", seed="a")
    assert one == failing(f"{ORDERS}: 500 p=0.3", seed="a")
    assert one != failing(f"{ORDERS}: 500 p=0.3", seed="b")


def test_draws_do_not_depend_on_other_operations() -> None:
    """Calls of others in between do not move the failures of an operation's own line."""
    scenario = Scenario(
        f"{ORDERS}: 500 p=0.3 seed=7\nnaver.*: 500 p=0.5 seed=7",
        CONTRACTS,
        providers=PROVIDERS,
        seed="0",
        now=0,
        state=MemoryState(),
        family="scenario",
    )
    seen = []
    for index in range(1, 2_001):
        for _ in range(index % 3):
            scenario.take("naver.product_order_ids", now=0)
        if scenario.take(ORDERS, now=0):
            seen.append(index)
    assert seen == failing(f"{ORDERS}: 500 p=0.3 seed=7")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("probability", [0.01, 0.3, 0.9])
def test_the_rate_is_about_what_was_asked_for(probability: float, seed: int) -> None:
    """Over 2,000 calls the share of failures lies within five standard deviations."""
    count = len(failing(f"{ORDERS}: 500 p={probability} seed={seed}"))
    spread = (2_000 * probability * (1 - probability)) ** 0.5
    assert abs(count - 2_000 * probability) < 5 * spread


def test_x_bounds_how_many_calls_are_drawn_for() -> None:
    """`p=0.5 x20` draws for the first twenty calls and no more."""
    seen = failing(f"{ORDERS}: 500 p=0.5 x20")
    assert seen
    assert max(seen) <= 20


def test_the_first_line_that_has_something_decides() -> None:
    """Lines are asked from the top; those below the one that decides are not asked and do not count the call."""
    world = World(scenario=f"{ORDERS}: 500\nbootpay.*: 503 x2\n*: 429\n{ORDERS}: ok, 401")
    assert statuses(world, 7) == [500, 503, 503, 429, 200, 401, 200]


def test_ok_decides_too() -> None:
    """An `ok` step keeps the lines below from being asked."""
    assert statuses(World(scenario=f"{ORDERS}: ok x2\n*: 500"), 4) == [200, 200, 500, 200]


def test_a_draw_that_fails_leaves_the_call_to_the_next_line() -> None:
    """A step that is not drawn for a call has nothing for it."""
    assert statuses(World(scenario=f"{ORDERS}: 500 p=0\n*: 503 *"), 2) == [503, 503]


@pytest.mark.parametrize("target", ["*", "naver.*", "naver.product_order_ids"])
def test_a_line_is_for_whom_it_names(target: str) -> None:
    """An operation, all of a provider, or all there are; a line counts the calls of all its operations together."""
    world = World(scenario=f"{target}: 500 x2")
    assert world.product_orders().status == 500
    assert world.orders().status == (500 if target == "*" else 200)
    assert world.call("POST", TOKEN_PATH).status == (500 if target == "naver.*" else 400)


def test_a_line_does_not_touch_paths_without_an_operation(world: World) -> None:
    """Unknown paths and methods use up no step."""
    world.session.set_scenario("*: 500 x1")
    assert [world.call("GET", "/v1/nothing").status, world.call("PUT", "/v1/orders").status] == [404, 405]
    assert world.call("GET", "/other").status == 404
    assert statuses(world, 2) == [500, 200]


def test_comments_blank_lines_and_dots() -> None:
    """What follows # is for people; · separates lines on one line; numbers are those of the text."""
    text = f"# 429 x9\n\n   # more\n{ORDERS}: 500 # not x2, 503\nnaver.*: 503 · {ORDERS}: 429, 401 ·  \n"
    world = World(scenario=text)
    assert statuses(world, 4) == [500, 429, 401, 200]
    assert world.product_orders().status == 503
    assert "scenario line 5" in world.last.remarks[0]
    assert world.session.scenario.text == text


@pytest.mark.parametrize("comment", ['# 5" wide :(', "# it's [so", '# "', "# }) · x: y", "#"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_comment_may_hold_anything(comment: str, end: str) -> None:
    """Quotes and brackets that are not closed, and line separators, mean nothing in a comment; nor do line endings."""
    world = World(scenario=f"{comment}{end or chr(10)}{ORDERS}: 500 x2 {comment}{end}")
    assert statuses(world, 3) == [500, 500, 200]


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistyped_fault(name: str) -> None:
    """A fault with a letter too many is refused with the name of the right one."""
    with pytest.raises(ScenarioError, match=rf"'{name}e'.* {name}(?![\w-])"):
        Scenario(f"*: {name}e", CONTRACTS, providers=PROVIDERS, seed="0", now=0, state=MemoryState(), family="scenario")


@pytest.mark.parametrize("value", ["a #1", "a · b", "a\u2028b"])
def test_a_value_may_hold_what_separates_lines(value: str) -> None:
    """Within quotes #, · and what Unicode calls a line break belong to the JSON value."""
    world = World(scenario=f'{ORDERS}: set(/list/0/order_name "{value}") *')
    assert world.orders().json["list"][0]["order_name"] == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"\n\n{ORDERS} 500", ["line 3"]),
        ("bootpay.order.list: 500", ["line 1", "bootpay.order.list", f"did you mean {ORDERS}?"]),
        ("# x\nnaver.product_orders_ids: 500", ["line 2", "did you mean naver.product_order_ids?"]),
        ("bootpai.*: 500", ["'bootpai.*'", "did you mean bootpay.*?"]),
        (": 500", ["line 1", "no operation ''"]),
        (f"{ORDERS}: 170", ["line 1", "'170'", "did you mean 1700?"]),
        (f"{ORDERS}: GW.RATE_LIMIT", ["line 1", "'GW.RATE_LIMIT'"]),
        ("naver.*: gw.ratelimit", ["line 1", "'gw.ratelimit'", "did you mean GW.RATE_LIMIT?"]),
        ("*: ok\n*: NOBODY_HAS_THIS", ["line 2", "'NOBODY_HAS_THIS'"]),
        (f"{ORDERS}: resett", ["line 1", "'resett'", "did you mean reset?"]),
        (f"{ORDERS}: trunkate(3)", ["line 1", "trunkate"]),
        (f"{ORDERS}: 600", ["line 1", "'600'"]),
        (f"\n{CONFIRM}: after(request_cancle)", ["line 2", "'request_cancle'", "did you mean request_cancel?"]),
        (f"{CONFIRM}: ok x2, before(place)", ["line 1", "naver has no action 'place'"]),
        ("naver.*: before(request_cancle)", ["'request_cancle'", "did you mean request_cancel?"]),
        ("naver.product_orders.changes: before(pay)", [".changes names no orders", CONFIRM]),
        (f"{ORDERS}: before(pay)", [f"a call of {ORDERS} names no orders"]),
        ("bootpay.webhook: delay(31d)", ["cannot be delayed by 31d", "30d is the most"]),
        ("bootpay.*: after(confrim)", ["bootpay has no action 'confrim'", "did you mean confirm?"]),
        (f"{CONFIRM}: fail(104433)", ["'104433' is not a code of naver", "did you mean 104443?"]),
        (f"{CONFIRM}: fail(GW.RATE_LIMIT)", ["'GW.RATE_LIMIT' is not a failure of a single order of naver"]),
        ("naver.product_orders.query: fail(104443)", [".query has no failures of single orders", CONFIRM]),
        (f"{ORDERS}: fail(1700)", ["'1700' is not a failure of a single order of bootpay"]),
        (f"{ORDERS}: cap(limits 2)", [f"{ORDERS} has no integer parameter 'limits'", "did you mean limit?"]),
        ("naver.token: cap(limit 2)", ["naver.token has no integer parameter 'limit'"]),
        (f"{ORDERS}: cap(limit 0)", ["limit must be between 1 and 50, not 0"]),
        ("naver.product_orders.changes: cap(limitCount 301)", ["limitCount must be between 1 and 300, not 301"]),
        (f"{ORDERS}: 399", ["line 1", "'399'"]),
        (f"{ORDERS}: 302", ["line 1", "'302'"]),
        (f"{ORDERS}:", ["line 1", "no steps"]),
        (f"{ORDERS}: , ,", ["line 1", "no steps"]),
        (f"{ORDERS}: ok, slow(fast)", ["line 1", "'fast'"]),
        (f"{ORDERS}: ok · {ORDERS}: 500 x", ["line 1", "'x'"]),
        (f"{ORDERS}: set(/a [1) x2, 500", ["line 1", "not closed"]),
        ("ok", ["line 1"]),
    ],
)
def test_a_mistake_is_found_when_it_is_set(world: World, text: str, parts: list[str]) -> None:
    """Unknown operation, code or fault: an error with the line's number, the part and the closest match."""
    world.session.set_scenario(f"{ORDERS}: 401 x2")
    assert world.orders().status == 401
    with pytest.raises(ScenarioError) as caught:
        world.session.set_scenario(text)
    assert [part for part in parts if part not in str(caught.value)] == []
    # What was played before goes on where it was.
    assert statuses(world, 2) == [401, 200]


@pytest.mark.parametrize("operation", [*load_contract("bootpay").operations, "bootpay.*"])
def test_no_call_of_bootpay_names_orders(operation: str, world: World) -> None:
    """What happens around a call, and failures of single orders, are mistakes for Bootpay."""
    for step in ("before(pay)", "after(pay)", "fail(1700)"):
        with pytest.raises(ScenarioError):
            world.session.set_scenario(f"{operation}: {step}")


def test_a_line_for_all_leaves_alone_who_lacks_its_code() -> None:
    """`*` with a code of one provider fails that one and does not count the calls of the other."""
    world = World(scenario="*: GW.BLOCK.02 x2")
    assert statuses(world, 2) == [200, 200]
    assert [world.product_orders().status for _ in range(3)] == [503, 503, 200]


def test_a_line_for_many_leaves_alone_what_cannot_play_it() -> None:
    """`naver.*` with a step about orders does not speak to, or count, calls that name none."""
    world = World(scenario="naver.*: 503, after(request_cancel)")
    (id_,) = world.place()
    assert [world.product_orders().status for _ in range(2)] == [200, 200]
    assert [world.naver("POST", "/confirm", {"productOrderIds": [id_]}).status for _ in range(2)] == [503, 200]
    assert world.session.events.page().events[-1]["action"] == "request_cancel"


def test_set_anew_it_begins_anew(world: World) -> None:
    """Setting the same text, and a reset, start its counts again; the empty text plays nothing."""
    text = f"{ORDERS}: 500 x2"
    world.session.set_scenario(text)
    assert statuses(world, 3) == [500, 500, 200]
    world.session.set_scenario(text)
    assert statuses(world, 3) == [500, 500, 200]
    world.session.set_scenario("")
    assert statuses(world, 1) == [200]
    assert world.session.scenario.text == ""


def test_a_reset_plays_what_the_session_started_with() -> None:
    """After a reset the scenario of the session's making is played from its beginning, not the one set later."""
    world = World(scenario=f"{ORDERS}: 500")
    assert statuses(world, 2) == [500, 200]
    world.session.set_scenario(f"{ORDERS}: 401 *")
    world.session.reset()
    assert statuses(world, 2) == [500, 200]


def test_journal_and_note_tell_the_step() -> None:
    """Which line, which call and which step it was is in the note, and the step in the journal."""
    world = World(scenario=f"\n{ORDERS}: ok, slow(2s)+429 x2")
    world.orders()
    assert world.last.step == "ok"
    answer = world.orders()
    assert (answer.status, world.last.step) == (429, "slow(2s)+429 x2")
    assert answer.note.startswith("scenario line 2, call 2: slow(2s)+429 x2")


def test_delays_and_faults_go_to_the_wire() -> None:
    """Slow adds up to the response's delay, with and without a failure; a wire fault is handed over with it."""
    world = World(scenario=f"{ORDERS}: slow(2s)+slow(500ms), slow(1s)+503, truncate(7), dribble(1, 5ms)+slow(1s)")
    seen = [raw(world) for _ in range(5)]
    assert [each.delay_s for each in seen] == [2.5, 1, 0, 1, 0]
    assert [each.status for each in seen] == [200, 503, 200, 200, 200]
    assert [each.fault.name if each.fault else None for each in seen] == [None, None, "truncate", "dribble", None]


def test_a_drawn_delay_follows_the_seed() -> None:
    """A log-normal delay differs from call to call, and two runs of one seed wait alike."""

    def run(seed: str, modifiers: str = "") -> list[float]:
        world = World(seed=seed, scenario=f"{ORDERS}: slow(lognormal 90ms 0.4) * {modifiers}")
        return [raw(world).delay_s for _ in range(5)]

    assert run("1") == run("1")
    assert len({*run("1"), *run("2")}) == 10


def test_a_drawn_delay_follows_the_step_s_own_seed() -> None:
    """As docs/scenarios.md says of `seed=`: draws follow from it, whatever the session's seed."""

    def run(seed: str) -> list[float]:
        world = World(seed=seed, scenario=f"{ORDERS}: slow(lognormal 90ms 0.4) * seed=7")
        return [raw(world).delay_s for _ in range(3)]

    assert run("1") == run("2")


def test_counting_is_atomic() -> None:
    """Of 16 threads that call at once, exactly five fail, in each of forty bursts."""
    world = World(limits="off")
    request = Request("GET", "/v1/orders", "limit=1", {"authorization": basic(*KEYS)})
    barrier = Barrier(16)

    def call(_: int) -> int:
        barrier.wait()
        return world.dispatch(request).status

    with ThreadPoolExecutor(16) as pool:
        for _ in range(40):
            world.session.set_scenario(f"{ORDERS}: 429 x5, ok *")
            seen = list(pool.map(call, range(16)))
            assert (seen.count(429), seen.count(200)) == (5, 11)


def test_counting_is_atomic_in_sessions_side_by_side() -> None:
    """Sixteen threads that call two fresh sessions in turn: each session fails exactly its own share."""
    world = World(limits="off")
    for _ in range(20):
        made = [world.dispatch.store.create(SessionOptions(scenario=f"*: 429 x{count}, ok *")) for count in (5, 3)]
        keys = [basic(each.keys["bootpay_client_key"], each.keys["bootpay_secret_key"]) for each in made]
        barrier = Barrier(16)

        def call(index: int, keys: list[str] = keys, barrier: Barrier = barrier) -> tuple[int, int]:
            barrier.wait()
            request = Request("GET", "/v1/orders", "limit=1", {"authorization": keys[index % 2]})
            return index % 2, world.dispatch(request).status

        with ThreadPoolExecutor(16) as pool:
            seen = list(pool.map(call, range(16)))
        assert (seen.count((0, 429)), seen.count((1, 429))) == (5, 3)
        assert [each.journal.total for each in made] == [8, 8]
        for each in made:
            world.dispatch.store.delete(each.id)


# -- Scenarios that come with Jumun ------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", READY_MADE)
def test_every_ready_made_scenario_loads_and_says_what_it_teaches(name: str, profile: str) -> None:
    """Its first line is its lesson, and it can be played in both profiles."""
    text = ready_made(name)
    assert text.startswith("# teaches: ")
    assert len(text.partition("\n")[0]) > len("# teaches: ") + 20
    assert World(profile=profile, scenario=text).session.scenario.text == text


def flaky(world: World) -> None:
    """Two failures, then all is well, over all operations."""
    assert [world.orders().status, world.product_orders().status] == [500, 500]
    assert [world.orders().status, world.product_orders().status] == [200, 200]


def empty_list(world: World) -> None:
    """A success without orders."""
    answers = [world.orders() for _ in range(3)]
    assert [(each.status, each.json) for each in answers] == [(200, {"count": 0, "list": []})] * 3


def huge_list(world: World) -> None:
    """Twenty times as many rows as a page may have."""
    answer = world.orders("limit=50")
    assert (answer.status, len(answer.json["list"])) == (200, 1_000)


def maintenance(world: World) -> None:
    """503 of both for two minutes; NAVER's is the code that says maintenance."""
    for after, status in ((0, 503), (119, 503), (120, 200)):
        world.clock.set(NOW + after)
        assert (world.orders().status, world.product_orders().status) == (status, status)
    world.session.set_scenario(world.session.scenario.text)
    assert world.product_orders().json["code"] == "GW.BLOCK.02"


def null_value(world: World) -> None:
    """A 200 in which two fields of the first order are null, and only of that one."""
    first, *others = world.orders().json["list"]
    assert (first["username"], first["purchased_at"]) == (None, None)
    assert any(other["username"] for other in others)


def rate_storm(world: World) -> None:
    """Five refusals, one success, and then refusals now and then, the same ones in every run."""
    for call in (world.orders, world.product_orders):
        seen = []
        for _ in range(106):
            world.clock.advance(1)
            seen.append(call().status)
        assert seen[:6] == [429] * 5 + [200]
        assert set(seen[6:]) == {200, 429}
        assert 10 < seen[6:].count(429) < 50


def slow_list(world: World) -> None:
    """Successes that take their time, each its own."""
    for target in ("bootpay", "naver"):
        seen = [raw(world, target) for _ in range(3)]
        assert {each.status for each in seen} == {200}
        assert len({each.delay_s for each in seen}) == 3
        assert all(0.05 < each.delay_s < 20 for each in seen)


def token_expired_mid_batch(world: World) -> None:
    """The third call is refused as for an expired token, its repetition is not."""
    assert [world.product_orders().status for _ in range(5)] == [200, 200, 401, 200, 200]
    answers = [world.orders() for _ in range(5)]
    assert [each.status for each in answers] == [200, 200, 401, 200, 200]
    assert answers[2].json["code"] == 1700
    codes = [each.code for each in world.session.journal if each.status == 401]
    assert codes == ["UNAUTHORIZED" if world.session.profile == "documented" else "GW.AUTHN", "1700"]


def unknown_enum(world: World) -> None:
    """Statuses that no table has."""
    first = world.orders().json["list"][0]
    assert (first["status"], first["receipt_status"]) == (99, 42)


def unknown_field(world: World) -> None:
    """New fields in the order, in the list and in NAVER's answer, and all that was there still is."""
    plain = World(profile=world.session.profile)
    body, before = world.orders().json, plain.orders().json
    assert body["list"][0].pop("gift_message") == "hello"
    assert body.pop("next_cursor", "missing") is None
    assert body == before
    answer = world.product_orders().json
    assert answer.pop("notice") == {"code": 1}
    assert answer["data"] == plain.product_orders().json["data"]


def wrong_keys(world: World) -> None:
    """1700 to every call with or for a key, forever."""
    for _ in range(3):
        assert (world.orders().status, world.orders().json["code"]) == (401, 1700)
        body = f'{{"client_key": "{KEYS[0]}", "secret_key": "{KEYS[1]}"}}'
        assert world.call("POST", "/v1/request/token", body, content_type="application/json").json["code"] == 1700


LESSONS: Mapping[str, Callable[[World], None]] = {
    "empty-list": empty_list,
    "flaky": flaky,
    "huge-list": huge_list,
    "maintenance": maintenance,
    "null-value": null_value,
    "rate-storm": rate_storm,
    "slow-list": slow_list,
    "token-expired-mid-batch": token_expired_mid_batch,
    "unknown-enum": unknown_enum,
    "unknown-field": unknown_field,
    "wrong-keys": wrong_keys,
    **ORDER_LESSONS,
}


def test_every_ready_made_scenario_has_its_lesson_here() -> None:
    """The table above has all that ship."""
    assert sorted(LESSONS) == READY_MADE


def missed(world: World) -> list[str]:
    """Remarks of what a scenario could not do."""
    signs = ("nothing at", "no array", "not an array", "is not possible", "Jumun failed")
    remarks = [remark for each in world.session.journal for remark in each.remarks]
    return [each for each in remarks if any(sign in each for sign in signs)]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_ready_made_scenario_does_what_it_teaches(name: str, profile: str) -> None:
    """Played through a session, it gives what its first line promises."""
    world = World(profile=profile, scenario=ready_made(name))
    LESSONS[name](world)
    assert missed(world) == []


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_ready_made_scenario_finds_all_its_places(name: str, profile: str) -> None:
    """No step of it misses the place in the body that it is about, and none fails Jumun itself."""
    world = World(profile=profile, scenario=ready_made(name))
    for _ in range(10):
        world.orders()
        world.product_orders()
    assert missed(world) == []


@pytest.mark.parametrize("name", ORDER_LESSONS)
def test_a_lesson_about_orders_needs_its_scenario(name: str) -> None:
    """Without it, clients do not live through what it describes."""
    with pytest.raises((AssertionError, KeyError)):
        ORDER_LESSONS[name](World())


# -- One call's own step -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [("503", 503), ("1700", 401), ("slow(2s)+429", 429), ("ok", 200), ("set(/count 7)", 200), ("reset", 200)],
)
def test_a_call_asks_for_a_step(world: World, text: str, status: int) -> None:
    """Jumun-Scenario is any step for this call and no other; the journal has it as written."""
    assert world.orders(jumun_scenario=text).status == status
    assert world.last.step == text
    assert world.orders().status == 200


def test_a_step_by_header_does_all_that_a_line_does(world: World) -> None:
    """Delay, fault and alteration of the header's step reach the answer."""
    headers = {"authorization": basic(*KEYS), "jumun-scenario": "slow(2s)+truncate(9)+set(/count 7)"}
    response = world.dispatch(Request("GET", "/v1/orders", "", headers))
    assert (response.delay_s, response.fault.name if response.fault else "") == (2, "truncate")
    assert b'"count":7' in response.body


@pytest.mark.parametrize(
    "text", ["slow(fast)", "NO_SUCH_CODE", "GW.AUTHN", "500 x", "set(/a", "ok, 500", "600", "tls-fail(3)", "\xff"]
)
def test_an_unknown_step_by_header_is_ignored_with_a_note(world: World, text: str) -> None:
    """The call is answered as usual, and the note says that the header was not understood."""
    answer = world.orders(jumun_scenario=text)
    assert answer.status == 200
    assert "Jumun-Scenario was not understood" in answer.note
    assert world.last.step == ""


@pytest.mark.parametrize("header", [{"jumun_scenario": "503"}, {"jumun_scenario": "ok"}, {"prefer": "code=503"}])
def test_a_step_by_header_does_not_consume_the_scenario(header: dict[str, str]) -> None:
    """The session's scenario goes on with the next call as if this one had not been."""
    world = World(scenario=f"{ORDERS}: 429 x2")
    assert world.orders().status == 429
    assert world.orders(**header).status in (200, 503)
    assert statuses(world, 2) == [429, 200]


def test_an_unknown_step_by_header_leaves_the_call_to_the_scenario() -> None:
    """Ignored means ignored: the session's scenario decides and counts."""
    world = World(scenario=f"{ORDERS}: 429")
    assert world.orders(jumun_scenario="slow(fast)").status == 429
    assert statuses(world, 1) == [200]


def test_prefer_still_works(world: World) -> None:
    """`Prefer: code=` gives an error as before; beside it, Jumun-Scenario wins."""
    assert world.orders(prefer="code=404").status == 404
    assert world.orders(prefer="code=404", jumun_scenario="503").status == 503


# -- Any status --------------------------------------------------------------------------------------------------

CALLS: Mapping[str, tuple[str, Callable[..., Answer]]] = {
    "naver": ("naver.product_order_ids", World.product_orders),
    "bootpay": (ORDERS, World.orders),
}


def check_error(answer: Answer, world: World, provider: str, status: int) -> None:
    """The provider's own form of an error, by the schema of the operation's answer and by the error's envelope."""
    contract: Contract = world.session.contracts[provider]
    operation = CALLS[provider][0]
    body: Any = answer.json
    assert answer.status == status
    assert not findings(contract.operations[operation].answer(status).schema, body)
    # The form that the provider is given where none is known, as for a 405.
    envelope = contract.errors[contract.causes["method_not_allowed"]].envelope
    assert not findings(contract.envelopes[envelope], body)
    assert answer.headers["content-type"].startswith("application/json")
    assert (world.last.status, world.last.code) == (status, str(status))


@pytest.mark.parametrize("way", ["line", "prefer", "jumun_scenario"])
@pytest.mark.parametrize("status", [418, 451, 499, 599])
@pytest.mark.parametrize("provider", CALLS)
@pytest.mark.parametrize("profile", PROFILES)
def test_any_status_can_be_had(profile: str, provider: str, status: int, way: str) -> None:
    """A status that the catalogue lacks comes in the provider's own envelope, and the note says that it is made up."""
    world = World(profile=profile, scenario=f"*: {status}" if way == "line" else "")
    headers = {} if way == "line" else {way: f"code={status}" if way == "prefer" else str(status)}
    answer = CALLS[provider][1](world, **headers)
    check_error(answer, world, provider, status)
    assert "is not known to answer" in answer.note


@pytest.mark.parametrize("headers", [{"prefer": "code=200"}, {"jumun_scenario": "200"}, {"jumun_scenario": "ok"}])
@pytest.mark.parametrize("provider", CALLS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_200_is_untouched(profile: str, provider: str, headers: dict[str, str]) -> None:
    """Asking for the ordinary answer gives it, byte for byte."""
    call = CALLS[provider][1]
    assert call(World(profile=profile), **headers).body == call(World(profile=profile)).body


@pytest.mark.parametrize("status", ["600", "399", "100", "0", "4040", "\u0664\u0661\u0668"])
def test_what_is_no_error_status_is_not_played(world: World, status: str) -> None:
    """Statuses below 400 and above 599 are unknown codes: noted, and answered as usual."""
    for headers in ({"prefer": f"code={status}"}, {"jumun_scenario": status}):
        answer = world.orders(**headers)
        assert answer.status == 200
        assert answer.note
