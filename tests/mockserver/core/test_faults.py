from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.core import faults
from jumun_mockserver.core.faults import (
    FAULTS,
    apply_fault,
    plan_acts,
)
from jumun_mockserver.core.http import Fault, Response
from jumun_mockserver.core.scenario.notation import StepError
from jumun_mockserver.core.scenario.steps import parse_step
from jumun_mockserver.core.wire import Act, Close, CloseOnNext, Hang, Pause, Reset, Send, render_response

BODY = '{"count":1,"list":[{"name":"주문"}]}'.encode()
HEADERS = (("date", "today"), ("content-type", "application/json"), ("content-length", str(len(BODY))))
ANSWER = Response(200, HEADERS, BODY)
HEAD = b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-type: application/json\r\ncontent-length: 38\r\n"
WHOLE = HEAD + b"\r\n" + BODY
LAST = HEAD + b"connection: close\r\n\r\n" + BODY

ARGUMENTS: dict[str, tuple[float, ...]] = {"truncate": (10,), "dribble": (50, 0.02)}
ALTERING = sorted(kind.name for kind in FAULTS.values() if kind.alter)
PLAYED = sorted(kind.name for kind in FAULTS.values() if kind.play)
# In which the whole of the right answer goes out.
HARMLESS_BYTES = {"dribble", "slow-headers", "keepalive-close"}
NOTHING_OF_IT = {"reset", "empty", "garbage", "hang", "tls-fail"}


def fault(name: str, *arguments: float) -> Fault:
    """A fault with the arguments that were given, or usual ones."""
    return Fault(name, arguments or ARGUMENTS.get(name, ()))


def acts(
    name: str, *arguments: float, keep_alive: bool = True, head: bool = False, answer: Response = ANSWER
) -> list[Act]:
    """The plan for one fault."""
    broken = replace(answer, fault=fault(name, *arguments))
    return list(plan_acts(broken, keep_alive=keep_alive, head=head))


def sent(plan: list[Act]) -> bytes:
    """All bytes of a plan."""
    return b"".join(act.data for act in plan if isinstance(act, Send))


def test_every_fault_is_played_or_alters() -> None:
    """Each fault of the table is one of the two: altered at once, or left to be played; none is both or neither."""
    assert set(ALTERING) == {"html-502", "charset", "gzip-lie", "duplicate-keys"}
    assert sorted(ALTERING + PLAYED) == sorted(FAULTS)
    for name in ALTERING:
        altered = apply_fault(ANSWER, fault(name))
        assert altered != ANSWER
        assert altered.fault is None
        with pytest.raises(KeyError):
            acts(name)
    for name in PLAYED:
        assert acts(name)
        assert apply_fault(ANSWER, fault(name)) == replace(ANSWER, fault=fault(name))


@pytest.mark.parametrize(("keep_alive", "expected"), [(True, [Send(WHOLE)]), (False, [Send(LAST), Close()])])
def test_a_delay_alone(keep_alive: bool, expected: list[Act]) -> None:  # noqa: FBT001 - a case
    """The wait, then the whole answer; the connection goes on or is closed as its head says."""
    plan = plan_acts(replace(ANSWER, delay_s=1.5), keep_alive=keep_alive)
    assert list(plan) == [Pause(1.5), *expected]


@pytest.mark.parametrize("name", PLAYED)
def test_a_delay_comes_before_the_fault(name: str) -> None:
    """`slow(2s)` with a fault waits once and then does what the fault alone does."""
    slow = replace(ANSWER, fault=fault(name), delay_s=2)
    assert list(plan_acts(slow, keep_alive=True)) == [Pause(2), *acts(name)]


PLANS: dict[str, list[Act]] = {
    "reset": [Reset()],
    "empty": [Close()],
    "hang": [Hang()],
    "garbage": [Send(b"\x00\xff\xfe Jumun: no HTTP\r\n\r\n"), Close()],
    "tls-fail": [Send(bytes((21, 3, 3, 0, 2, 2, 40))), Close()],
    "truncate": [Send(HEAD + b"\r\n" + BODY[:10]), Close()],
    "chunk": [
        Send(HEAD.replace(b"content-length: 38", b"transfer-encoding: chunked") + b"\r\n"),
        Send(b"13\r\n" + BODY[:19] + b"\r\n"),
        Send(b"no-size\r\n"),
        Close(),
    ],
    "dribble": [Send(WHOLE[:50]), Pause(0.02), Send(WHOLE[50:100]), Pause(0.02), Send(WHOLE[100:])],
    "slow-headers": [
        Send(b"HTTP/1.1 200 OK\r\n"),
        Pause(1),
        Send(b"date: today\r\n"),
        Pause(1),
        Send(b"content-type: application/json\r\n"),
        Pause(1),
        Send(b"content-length: 38\r\n"),
        Pause(1),
        Send(b"\r\n" + BODY),
    ],
    "keepalive-close": [Send(WHOLE), CloseOnNext()],
}


@pytest.mark.parametrize("name", PLAYED)
def test_the_plan_of_each_fault(name: str) -> None:
    """Each fault played on a connection that would go on is exactly these acts."""
    assert acts(name) == PLANS[name]


@pytest.mark.parametrize("name", PLAYED)
def test_a_fault_on_the_last_answer(name: str) -> None:
    """Where the connection is to end, heads say so, every plan ends it, and none keeps it for another request."""
    plan = acts(name, keep_alive=False)
    assert plan[-1] in (Close(), Reset(), Hang())
    if name not in NOTHING_OF_IT:
        assert b"\r\nconnection: close\r\n\r\n" in sent(plan)
    if name in HARMLESS_BYTES:
        assert sent(plan) == LAST


@pytest.mark.parametrize("name", PLAYED)
@pytest.mark.parametrize(
    ("answer", "head"),
    [
        (ANSWER, True),
        (Response(204, (), b""), False),
        (Response(200, (("content-length", "0"),), b""), False),
        (Response(200, (("content-length", "1"),), b"1"), False),
    ],
    ids=["head", "204", "empty", "one byte"],
)
def test_answers_with_little_or_no_body(name: str, answer: Response, head: bool) -> None:  # noqa: FBT001 - a case
    """Every fault has a plan for them that ends as it ends otherwise, and a HEAD's answer never gets a body."""
    plan = acts(name, answer=answer, head=head)
    assert (plan[-1] == acts(name)[-1]) or name in ("dribble", "slow-headers")
    if name in HARMLESS_BYTES:
        assert sent(plan) == render_response(answer, keep_alive=True, head=head)
    if head and name not in NOTHING_OF_IT:
        assert sent(plan).endswith(b"\r\n\r\n")
    # A chunk of no bytes is the end of a good body.
    assert b"\r\n0\r\n" not in sent(plan)


@pytest.mark.parametrize(("count", "kept"), [(0, 0), (1, 1), (37, 37), (38, 38), (39, 38), (999_999_999, 38)])
def test_truncate_keeps_so_many_bytes_of_the_body(count: int, kept: int) -> None:
    """The head tells the true length; a number past the end sends all, and closes all the same."""
    assert acts("truncate", count) == [Send(HEAD + b"\r\n" + BODY[:kept]), Close()]


@given(st.binary(max_size=300), st.integers(1, 400), st.booleans())
def test_dribbled_bytes_are_the_answer(body: bytes, size: int, keep_alive: bool) -> None:  # noqa: FBT001 - a case
    """Any answer in pieces of any size is the answer: no piece longer, none empty, a wait between each two."""
    answer = Response(200, (("content-length", str(len(body))),), body)
    plan = acts("dribble", size, 1, answer=answer, keep_alive=keep_alive)
    if not keep_alive:
        assert plan.pop() == Close()
    assert sent(plan) == render_response(answer, keep_alive=keep_alive)
    assert all(0 < len(act.data) <= size for act in plan[::2] if isinstance(act, Send))
    assert plan[1::2] == [Pause(1)] * (len(plan) // 2)


def test_a_plan_is_made_as_it_is_played() -> None:
    """A long answer in pieces of a byte is not millions of acts in memory: the first can be had without the rest."""
    answer = Response(200, (), b"x" * 10_000_000, fault=Fault("dribble", (1, 3_600)))
    first = list(islice(plan_acts(answer, keep_alive=True), 3))
    assert first == [Send(b"H"), Pause(3_600), Send(b"T")]


def test_the_pause_between_lines_is_read_when_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests can make slow headers quick; for others there is a second between two lines."""
    assert {act.seconds for act in acts("slow-headers") if isinstance(act, Pause)} == {1}
    monkeypatch.setattr(faults, "LINE_PAUSE_S", 0.25)
    assert {act.seconds for act in acts("slow-headers") if isinstance(act, Pause)} == {0.25}


@pytest.mark.parametrize("name", ALTERING)
def test_an_altered_response_is_good_http(name: str) -> None:
    """Its length is true, each header appears once, and delay and the rest are kept."""
    answer = replace(ANSWER, headers=(*HEADERS, ("jumun-note", "n")), delay_s=3)
    altered = apply_fault(answer, fault(name))
    names = [each for each, _ in altered.headers]
    assert len(set(names)) == len(names)
    assert dict(altered.headers)["content-length"] == str(len(altered.body))
    assert dict(altered.headers)["jumun-note"] == "n"
    assert (altered.delay_s, altered.fault) == (3, None)


def test_a_gateways_page() -> None:
    """Status, page and type are the gateway's, and of the provider's headers none is left."""
    answer = replace(ANSWER, headers=(*HEADERS, ("gncp-gw-trace-id", "A^B^C"), ("jumun-note", "n")))
    page = apply_fault(answer, fault("html-502"))
    assert page.status == 502
    assert page.headers == (
        ("date", "today"),
        ("jumun-note", "n"),
        ("content-type", "text/html"),
        ("content-length", "150"),
    )
    assert page.body.startswith(b"<html>\r\n<head><title>502 Bad Gateway</title></head>")


def test_a_wrong_content_type() -> None:
    """The bytes are right and the type is not: who believes it reads other text, and who checks it refuses."""
    altered = apply_fault(ANSWER, fault("charset"))
    assert altered.body == BODY
    assert altered.headers == (HEADERS[0], ("content-type", "text/html; charset=euc-kr"), HEADERS[2])
    assert "주문" not in altered.body.decode("euc-kr", "replace")


def test_gzip_that_is_none() -> None:
    """The same bytes, said to be compressed."""
    assert apply_fault(ANSWER, fault("gzip-lie")) == replace(ANSWER, headers=(*HEADERS, ("content-encoding", "gzip")))


@pytest.mark.parametrize(
    ("body", "altered"),
    [
        ('{"count":1,"list":[{}]}', '{"count":1,"list":[{}],"list":null}'),
        ('{"a":1,"b":{},"c":[]}', '{"a":1,"b":{},"c":[],"b":null}'),
        ('{"code":"X","message":"}"}', '{"code":"X","message":"}","code":null}'),
        ('{"a":null}', '{"a":null,"a":false}'),
        ('{"주문":1}', '{"주문":1,"\\uc8fc\\ubb38":null}'),
        ('{"a\\"b":{}}', '{"a\\"b":{},"a\\"b":null}'),
        ('{"a":1}\n', '{"a":1,"a":null}'),
        ("{}", "{}"),
        ("[{}]", "[{}]"),
        ('"{}"', '"{}"'),
        ("null", "null"),
        ("", ""),
        ("<html>", "<html>"),
    ],
)
def test_a_key_twice(body: str, altered: str) -> None:
    """The member that holds the most is repeated last with another value; what is not an object stays as it is."""
    response = Response(200, (("content-length", str(len(body.encode()))),), body.encode())
    changed = apply_fault(response, fault("duplicate-keys"))
    assert changed.body.decode() == altered
    assert changed.headers == (("content-length", str(len(altered.encode()))),)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.lists(st.none()) | st.none()))
def test_a_key_twice_is_json(value: dict[str, object]) -> None:
    """Any object stays JSON that parsers read, with one key standing twice and two values for it."""
    body = json.dumps(value).encode()
    changed = apply_fault(Response(200, (), body), fault("duplicate-keys"))
    pairs: list[tuple[str, object]] = json.loads(changed.body, object_pairs_hook=list)
    assert pairs[: len(value)] == list(value.items())
    if value:
        assert len(pairs) == len(value) + 1
        key, other = pairs[-1]
        assert value[key] != other


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("dribble(0, 1s)", "one byte at least"),
        ("dribble(3, 3601s)", "an hour"),
        ("truncate(1000000000)", "'1000000000'"),
        ("dribble(1000000000, 1s)", "'1000000000'"),
        ("reset+empty", "two faults"),
        ("truncate(3)+slow(1s)+gzip-lie", "two faults"),
        ("hang+hang", "two faults"),
    ],
)
def test_what_cannot_be_played_is_no_step(text: str, part: str) -> None:
    """A piece of no bytes, a wait of more than an hour, a number that no one means, and two faults at once."""
    with pytest.raises(StepError) as caught:
        parse_step(text)
    assert part in str(caught.value)
    assert text in str(caught.value)
