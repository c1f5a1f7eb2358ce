"""Due things: written down once, claimed when their time comes, moved, cancelled, done once."""

from __future__ import annotations

import datetime as dt

import pytest

from store.due import LEASE, DueLostError, DueState
from store.outbox import NewMessage

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def put(store, clock):
    return lambda key, hours=0.0: store.due.put(
        "reminder", key, clock.now + hours * HOUR, {"step": 3}, person_id=None, chat_id=5
    )


def test_a_thing_comes_when_it_is_due_the_earliest_first(store, put, clock):
    put("later", 2), put("soon", 1)
    assert store.due.claim("w") is None
    assert store.due.next_at() == clock.now + HOUR
    clock.move(hours=3)
    first, second = store.due.claim("w"), store.due.claim("w")
    assert [first.key, second.key] == ["soon", "later"]
    assert (first.payload, first.chat_id, first.attempts) == ({"step": 3}, 5, 1)
    store.due.done(first), store.due.done(second)
    assert store.due.claim("w") is None
    assert store.due.next_at() is None


def test_a_thing_is_written_down_once_even_after_it_happened(store, put):
    assert put("a")
    store.due.done(store.due.claim("w"))
    assert not put("a")
    assert store.due.find("reminder", "a").state is DueState.DONE
    assert store.due.find("survey", "a") is None


def test_a_thing_is_moved_or_cancelled_also_while_it_is_being_done(store, put, clock):
    put("a"), put("b")
    first, second = store.due.claim("w"), store.due.claim("w")
    assert store.due.move("reminder", first.key, clock.now + HOUR)
    assert store.due.cancel("reminder", second.key)
    for thing in (first, second):
        with pytest.raises(DueLostError):
            store.due.done(thing)
    clock.move(hours=1)
    assert store.due.claim("w").key == first.key
    assert store.due.claim("w") is None
    assert not store.due.move("reminder", second.key, clock.now)
    assert not store.due.cancel("reminder", "unknown")


def test_a_worker_that_died_is_followed_by_another(store, put, clock):
    put("a")
    late = store.due.claim("w")
    clock.now += LEASE
    again = store.due.claim("w")
    with pytest.raises(DueLostError):
        store.due.done(late)
    assert store.due.release("w") == 1
    with pytest.raises(DueLostError):
        store.due.done(again)
    assert store.due.claim("v").attempts == 3


def test_reminder_and_message_are_one(store, put, clock):
    put("a")
    thing = store.due.claim("w")
    store.due.cancel("reminder", "a")

    def remind():
        with store.transaction():
            store.outbox.enqueue(NewMessage(5, "sendMessage", {"text": "Ingat"}, "due:a"))
            store.due.done(thing)

    with pytest.raises(DueLostError):
        remind()
    assert store.outbox.claim("s") is None
