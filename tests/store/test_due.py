"""Due things: written down once, taken when their time comes with the message that says them, taken back, put back."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from store.outbox import NewMessage
from store.store import Store

HOUR = dt.timedelta(hours=1)
ANN, BEN = 5, 6


@pytest.fixture
def put(store, clock, meet):
    meet(ANN), meet(BEN)

    def put(key: str, hours: float = 0.0, person: int = ANN, **more: object) -> bool:
        return store.due.put("lead", key, clock.now + hours * HOUR, person, payload={"step": 3}, **more)

    return put


def test_a_thing_comes_when_it_is_due_the_earliest_first(store, put, clock):
    put("later", 2), put("soon", 1)
    assert store.due.take(clock.now, 10) == ()
    assert store.due.next_at() == clock.now + HOUR
    clock.move(hours=3)
    taken = store.due.take(clock.now, 10)
    assert [thing.key for thing in taken] == ["soon", "later"]
    assert (taken[0].payload, taken[0].person_id, taken[0].is_exact) == ({"step": 3}, ANN, False)
    assert store.due.take(clock.now, 10) == ()
    assert store.due.next_at() is None


def test_all_that_is_due_for_a_person_comes_together(store, put, clock):
    put("a1"), put("b1", person=BEN), put("a2", -1), put("b2", 1, person=BEN)
    assert [thing.key for thing in store.due.take(clock.now, 1)] == ["a2", "a1"]
    assert [thing.key for thing in store.due.take(clock.now, 1)] == ["b1"]
    assert [thing.key for thing in store.due.waiting_for(BEN)] == ["b2"]


def test_a_thing_is_written_down_once_even_after_it_happened(store, put, clock):
    assert put("a")
    store.due.take(clock.now, 1)
    assert not put("a")
    assert store.due.put("other", "a", clock.now, ANN)


def test_what_is_about_a_subject_is_taken_back(store, put, clock):
    put("a", subject="step:1"), put("b", subject="step:2")
    store.due.put("turn", "c", clock.now, ANN, subject="step:1")
    assert store.due.cancel("step:1", ["turn"]) == 1
    assert store.due.cancel("step:1") == 1
    assert [thing.key for thing in store.due.take(clock.now, 9)] == ["b"]
    assert store.due.cancel("step:2") == 0


def test_what_is_put_back_comes_again_later(store, put, clock):
    put("a")
    (thing,) = store.due.take(clock.now, 1)
    store.due.put_back(thing, clock.now + HOUR)
    assert store.due.take(clock.now, 1) == ()
    assert [again.key for again in store.due.take(clock.now + HOUR, 1)] == ["a"]


def test_what_is_taken_without_its_message_being_kept_is_still_due(store, put, clock):
    put("a")

    def say_and_die() -> None:
        assert store.due.take(clock.now, 1)
        store.outbox.enqueue(NewMessage(ANN, "sendMessage", {"text": "due"}, "due:1"))

    store.rehearse(say_and_die)
    assert store.outbox.counts().queued == 0
    assert len(store.due.take(clock.now, 1)) == 1


def test_two_at_once_take_each_thing_once(store, put, clock, path):
    for number in range(200):
        put(str(number), person=(ANN, BEN)[number % 2], hours=-number)
    taken: list[str] = []

    def work() -> None:
        with Store(path, clock=clock) as mine:
            while things := mine.due.take(clock.now, 1):
                taken.extend(thing.key for thing in things)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken, key=int) == [str(number) for number in range(200)]


def test_what_is_over_is_forgotten_after_its_time(store, put, clock):
    put("a"), put("b", 100)
    store.due.take(clock.now, 1)
    assert store.due.forget_before(clock.now.date()) == 0
    assert store.due.forget_before(clock.now.date() + dt.timedelta(days=1)) == 1
    assert [thing.key for thing in store.due.waiting_for(ANN)] == ["b"]


def test_no_more_things_than_wished_at_once_but_one_person_whole(store, put, clock):
    for number in range(3):
        put(f"a{number}"), put(f"b{number}", person=BEN)
    assert [thing.key for thing in store.due.take(clock.now, 9, things=4)] == ["a0", "a1", "a2"]
    assert [thing.key for thing in store.due.take(clock.now, 9, things=1)] == ["b0", "b1", "b2"]
    assert store.due.take(clock.now, 9, things=1) == ()


def test_what_is_put_back_keeps_when_it_was_planned_for(store, put, clock):
    put("a", subject="step:1")
    (thing,) = store.due.take(clock.now, 1)
    store.due.put_back(thing, clock.now + 8 * HOUR)
    assert store.due.cancel("step:1", after=clock.now) == 0
    before = clock.now
    clock.move(hours=8)
    assert store.due.take(clock.now, 1)[0].planned_at == before


def test_only_a_persons_things_of_a_day_are_taken_back(store, put, clock):
    put("a", 1, subject="step:1"), put("b", 1, person=BEN, subject="step:1"), put("c", 30, subject="step:1")
    assert store.due.cancel("step:1", ["lead"], before=clock.now + 24 * HOUR, person_id=ANN) == 1
    assert [thing.key for thing in store.due.waiting_for(ANN)] == ["c"]
    assert [thing.key for thing in store.due.waiting_for(BEN)] == ["b"]


def test_whether_something_has_come_since(store, put, clock):
    put("a", subject="step:1"), put("b", 1, subject="step:1")
    assert not store.due.has_come(["lead"], "step:1", ANN, clock.now)
    store.due.take(clock.now, 1)
    assert store.due.has_come(["lead"], "step:1", ANN, clock.now)
    assert not store.due.has_come(["lead"], "step:1", ANN, clock.now + HOUR)
    assert not store.due.has_come(["lead"], "step:1", BEN, clock.now)
