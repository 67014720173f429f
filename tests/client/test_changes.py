"""Following the feed of changes: none missed, none twice, and going on after a crash."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_client import Checkpoint, NaverCommerceClient, ServerError, UnexpectedAnswerError
from tests.client.world import Api, FakeTime

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from tests.client.way import Way

KST = timezone(timedelta(hours=9))
START = datetime(2026, 9, 21, tzinfo=KST)
LATE = timedelta(minutes=5)

Key = tuple[str, datetime]


@dataclass(frozen=True)
class Event:
    """Something that happens to a product order, and when the feed shows it."""

    id_: str
    at: datetime
    shown: datetime
    type_: str = "PAYED"


@dataclass
class Feed:
    """A feed as NAVER documents it, on its own clock, which every request moves on.

    Attributes:
        windows: What was asked for: from, to, moreSequence, limitCount.
    """

    events: list[Event]
    now: datetime
    per_call: timedelta = timedelta(seconds=1)
    windows: list[tuple[datetime, datetime, str | None]] = field(default_factory=list)

    def rows(self) -> list[tuple[datetime, str, str]]:
        """The newest event of each product order that is shown by now, in the feed's order."""
        newest: dict[str, Event] = {}
        for event in sorted(self.events, key=lambda event: event.at):
            if event.shown <= self.now:
                newest[event.id_] = event
        return sorted((event.at, event.id_, event.type_) for event in newest.values())

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a call of the feed."""
        asked = request.url.params
        since = datetime.fromisoformat(asked["lastChangedFrom"])
        until = datetime.fromisoformat(asked["lastChangedTo"])
        sequence = asked.get("moreSequence")
        self.windows.append((since, until, sequence))
        if until - since > timedelta(hours=24):
            return httpx.Response(400, json={"code": "104140"})
        limit = min(int(asked.get("limitCount", 300)), 300)
        found = [
            row for row in self.rows() if since <= row[0] <= until and (row[0] > since or row[1] >= (sequence or ""))
        ]
        data: dict[str, Any] = {"lastChangeStatuses": [self._row(*row) for row in found[:limit]]}
        data["count"] = len(data["lastChangeStatuses"])
        if found[limit:]:
            at, id_, _ = found[limit]
            data["more"] = {"moreFrom": at.isoformat(timespec="milliseconds"), "moreSequence": id_}
        stamp = self.now.isoformat(timespec="milliseconds")
        self.now += self.per_call
        return httpx.Response(200, json={"timestamp": stamp, "traceId": "t", "data": data})

    @staticmethod
    def _row(at: datetime, id_: str, type_: str) -> dict[str, Any]:
        return {
            "orderId": "1",
            "productOrderId": id_,
            "lastChangedType": type_,
            "lastChangedDate": at.isoformat(timespec="milliseconds"),
            "productOrderStatus": "PAYED",
            "receiverAddressChanged": False,
        }


def at_once(*moments: datetime) -> list[Event]:
    """Events of product orders 1, 2 …, shown at once."""
    return [Event(f"{n:03}", moment, moment) for n, moment in enumerate(moments, 1)]


def keys(changes: Iterable[Any]) -> list[Key]:
    """Number and moment of each."""
    return [(each.product_order_id, each.last_changed_date) for each in changes]


def after(**spans: float) -> datetime:
    """So long after the start."""
    return START + timedelta(**spans)


def test_windows_of_a_day_up_to_the_present(way: Way) -> None:
    """A span is asked for in windows of 24 hours, which meet, and the last holds the server's present."""
    feed = Feed(at_once(START, after(hours=24), after(hours=30), after(hours=72)), now=after(hours=73))
    checkpoint = Checkpoint()
    changes = list(way.naver(feed).iter_changes(START, checkpoint=checkpoint))
    assert keys(changes) == keys_of(feed.events)
    assert feed.windows == [(after(hours=h), after(hours=h + 24), None) for h in (0, 24, 48, 72)]
    # Of the first page's answer in the last window.
    assert checkpoint.since == after(hours=73, seconds=3) - LATE


def test_a_window_that_ends_just_before_the_present(way: Way) -> None:
    """What lies between the end of a window and the present comes in the same walk, however little that is."""
    feed = Feed(at_once(after(hours=24, minutes=1)), now=after(hours=24, minutes=3))
    assert keys(way.naver(feed).iter_changes(START)) == keys_of(feed.events)


def keys_of(events: Iterable[Event]) -> list[Key]:
    """Number and moment of each, in the feed's order."""
    return [(id_, at) for at, id_ in sorted((event.at, event.id_) for event in events)]


def test_many_rows_of_one_instant(way: Way) -> None:
    """Pages cut within one instant go on at the next number, and none is missed or given twice."""
    feed = Feed([Event(f"{n:03}", START, START) for n in range(25)], now=after(hours=1))
    changes = list(way.naver(feed).iter_changes(START, limit=10))
    assert [each.product_order_id for each in changes] == [f"{n:03}" for n in range(25)]
    assert [sequence for _, _, sequence in feed.windows] == [None, "010", "020"]


def test_a_row_on_the_border_of_two_windows(way: Way) -> None:
    """A change at the very end of a window is in the next window too, and is given once."""
    feed = Feed(at_once(after(hours=24), after(hours=24), after(hours=48)), now=after(hours=60))
    assert keys(way.naver(feed).iter_changes(START)) == keys_of(feed.events)


def test_a_second_walk_gives_what_is_new(way: Way) -> None:
    """Walked again, the feed gives what happened since, though the last minutes are asked for again."""
    feed = Feed(at_once(after(minutes=50), after(minutes=58)), now=after(hours=1))
    checkpoint, client = Checkpoint(), way.naver(feed)
    assert len(list(client.iter_changes(START, checkpoint=checkpoint))) == 2
    assert list(client.iter_changes(START, checkpoint=checkpoint)) == []
    feed.events.append(Event("001", after(minutes=59), after(minutes=60), "DISPATCHED"))
    assert keys(client.iter_changes(START, checkpoint=checkpoint)) == [("001", after(minutes=59))]
    assert feed.windows[1][0] == after(minutes=55)


def test_a_row_that_is_shown_late(way: Way) -> None:
    """A change that comes into the feed behind others that were given is found, for five minutes."""
    late = Event("900", after(minutes=55, seconds=30), after(hours=1, seconds=30))
    feed = Feed([*at_once(after(minutes=59)), late], now=after(hours=1))
    checkpoint, client = Checkpoint(), way.naver(feed)
    assert keys(client.iter_changes(START, checkpoint=checkpoint)) == [("001", after(minutes=59))]
    feed.now = after(hours=1, minutes=1, seconds=55)
    assert keys(client.iter_changes(START, checkpoint=checkpoint)) == [("900", late.at)]


def test_a_clock_that_is_ahead_loses_nothing(way: Way) -> None:
    """How far the feed goes is decided by the server's clock: ours may be a day ahead, or far behind."""
    for ours in (after(days=30), after(days=-30)):
        feed = Feed(at_once(after(minutes=59)), now=after(hours=1))
        client = way.naver(feed, clock=ours.timestamp)
        checkpoint = Checkpoint()
        assert len(list(client.iter_changes(START, checkpoint=checkpoint))) == 1
        feed.events.append(Event("002", after(hours=1, seconds=1), after(hours=1, seconds=1)))
        assert keys(client.iter_changes(START, checkpoint=checkpoint)) == [("002", after(hours=1, seconds=1))]


def test_a_beginning_in_the_future(way: Way) -> None:
    """Begun in the server's future, the walk waits there: nothing before it is given, nothing after it lost."""
    feed = Feed(at_once(after(minutes=30), after(minutes=90)), now=after(minutes=60))
    checkpoint, client = Checkpoint(), way.naver(feed)
    assert list(client.iter_changes(after(minutes=80), checkpoint=checkpoint)) == []
    assert checkpoint.since == after(minutes=80)
    feed.now = after(minutes=100)
    assert keys(client.iter_changes(after(minutes=80), checkpoint=checkpoint)) == [("002", after(minutes=90))]


def test_two_events_of_one_instant(way: Way) -> None:
    """Another event of a product order at the same instant is another change."""
    feed = Feed(at_once(after(minutes=59)), now=after(hours=1))
    checkpoint, client = Checkpoint(), way.naver(feed)
    assert len(list(client.iter_changes(START, checkpoint=checkpoint))) == 1
    feed.events.append(Event("001", after(minutes=59), after(minutes=59), "CLAIM_REJECTED"))
    (change,) = client.iter_changes(START, checkpoint=checkpoint)
    assert change.last_changed_type == "CLAIM_REJECTED"


def test_a_change_counts_when_the_next_is_asked_for(way: Way) -> None:
    """Kept while a change is at hand, the checkpoint brings that again, and none before it."""
    feed = Feed(at_once(after(minutes=1), after(minutes=1), after(minutes=2)), now=after(hours=1))
    checkpoint, client = Checkpoint(), way.naver(feed)
    changes = client.iter_changes(START, checkpoint=checkpoint)
    kept = [(change.product_order_id, checkpoint.to_json()) for change in changes]
    assert [number for number, _ in kept] == ["001", "002", "003"]
    for number, text in kept:
        again = client.iter_changes(START, checkpoint=Checkpoint.from_json(text))
        assert [each.product_order_id for each in again] == [f"{n:03}" for n in range(int(number), 4)]
    assert list(client.iter_changes(START, checkpoint=Checkpoint.from_json(checkpoint.to_json()))) == []


def test_a_failure_on_the_way(way: Way) -> None:
    """A call that fails is raised where it comes, and the next walk goes on behind what was given."""
    feed = Feed(at_once(*[after(minutes=n) for n in range(4)]), now=after(hours=1))
    calls = itertools.count()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if next(calls) == 1 else feed(request)

    checkpoint, given = Checkpoint(), list[Any]()
    client = way.naver(answer, max_retries=0)
    with pytest.raises(ServerError):
        given.extend(iter_into(given, client.iter_changes(START, checkpoint=checkpoint, limit=2)))
    assert len(given) == 2
    given += client.iter_changes(START, checkpoint=checkpoint, limit=2)
    assert keys(given) == keys_of(feed.events)


def iter_into(given: list[Any], changes: Iterable[Any]) -> list[Any]:
    """Put changes into a list one by one, so that those before a failure are there."""
    for change in changes:
        given.append(change)  # noqa: PERF402 - what came before a failure is kept
    return []


def test_a_checkpoint_stays_small(way: Way) -> None:
    """After a thousand changes a checkpoint holds those of the last minutes alone, also in the middle of a window."""
    feed = Feed(at_once(*[after(minutes=n) for n in range(1_000)]), now=after(minutes=1_000))
    checkpoint = Checkpoint()
    changes = way.naver(feed).iter_changes(START, checkpoint=checkpoint)
    for _ in itertools.islice(changes, 500):
        pass
    assert len(checkpoint.to_json()) < 200
    assert len(list(changes)) == 500
    assert len(checkpoint.to_json()) < 600
    assert checkpoint.since == after(minutes=995)
    assert repr(checkpoint).startswith("Checkpoint(since='2026-09-21T16:35:00+09:00', ")


def test_a_page_that_comes_again(way: Way) -> None:
    """A server whose next page is the same again is an error, not a walk without end."""
    more = {"moreFrom": "2026-09-21T00:00:00.0+09:00", "moreSequence": "3"}
    body = {"timestamp": "2026-09-21T12:00:00.0+09:00", "data": {"lastChangeStatuses": [], "count": 0, "more": more}}
    api = Api(httpx.Response(200, json=body))
    with pytest.raises(UnexpectedAnswerError, match="the next page would be the same again"):
        list(way.naver(api).iter_changes(START))
    assert len(api.requests) == 2


def test_answers_that_do_not_say_when(way: Way) -> None:
    """Where answers have no timestamp, our clock says how far the feed goes."""
    api = Api(httpx.Response(200, json={"data": {"lastChangeStatuses": [], "count": 0}}))
    now = datetime.fromtimestamp(way.time.clock(), UTC)
    checkpoint = Checkpoint()
    assert list(way.naver(api).iter_changes(now - timedelta(hours=30), checkpoint=checkpoint)) == []
    assert len(api.requests) == 2
    assert checkpoint.since == now - LATE


NO_CHECKPOINTS = [
    "",
    "null",
    "[]",
    "{}",
    '{"form": "jumun-changes-2", "since": null, "seen": {}}',
    '{"form": "jumun-changes-1", "since": "2026-09-21T00:00:00", "seen": {}}',
    '{"form": "jumun-changes-1", "since": 0, "seen": {}}',
    '{"form": "jumun-changes-1", "since": null, "seen": []}',
    '{"form": "jumun-changes-1", "since": null, "seen": {"1": "x"}}',
    '{"form": "jumun-changes-1", "since": null}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", NO_CHECKPOINTS)
def test_what_is_no_checkpoint(text: str) -> None:
    """Text of another form, a later one included, is refused: to start over is the caller's decision."""
    with pytest.raises(ValueError, match=r"not what Checkpoint.to_json wrote in the form 'jumun-changes-1'"):
        Checkpoint.from_json(text)


def test_a_new_checkpoint_is_written_too() -> None:
    """A checkpoint that was never used can be kept and begins at the given time."""
    assert Checkpoint.from_json(Checkpoint().to_json()).since is None


@settings(max_examples=150)
@given(st.randoms(use_true_random=False), st.integers(1, 5))
def test_whatever_happens(chance: random.Random, limit: int) -> None:
    """Events at any time, shown up to five minutes late, and a program that dies anywhere.

    Of each product order the event that was its last for long enough is given, and nothing twice but what was at hand
    when the program died.
    """
    events = []
    for n in range(chance.randrange(1, 25)):
        at = after(seconds=chance.choice((0, 60, 3_600, 86_400, chance.randrange(200_000))))
        late = timedelta(seconds=chance.choice((0, chance.randrange(300))))
        events.append(Event(f"{chance.randrange(8):03}", at, at + late, f"TYPE_{n}"))
    feed = Feed(events, now=START, per_call=timedelta(seconds=chance.randrange(40)))
    text, given = Checkpoint().to_json(), list[tuple[str, datetime, str]]()
    at_hand: set[tuple[str, datetime, str]] = set()
    with NaverCommerceClient(
        access_token="t", transport=httpx.MockTransport(feed), timing=FakeTime().timing(), pacing="off"
    ) as client:
        for now in (*sorted(after(seconds=chance.randrange(200_000)) for _ in range(6)), after(seconds=300_000)):
            feed.now = max(feed.now, now)
            checkpoint = Checkpoint.from_json(text)
            for change in client.iter_changes(START, checkpoint=checkpoint, limit=limit):
                assert change.last_changed_date is not None
                key = change.product_order_id, change.last_changed_date, str(change.last_changed_type)
                assert key not in given or key in at_hand
                given.append(key)
                if now < after(seconds=300_000) and not chance.randrange(4):
                    at_hand.add(key)
                    break
            text = checkpoint.to_json()
    assert {(id_, at, type_) for at, id_, type_ in feed.rows()} <= set(given)
    assert json.loads(text)["since"] is not None
