"""The outbox: in order for each chat, retried when certain, repeated once when not, given up for good."""

from __future__ import annotations

import datetime as dt

import pytest

from store.database import NotJSONError
from store.inbox import NewUpdate
from store.outbox import LEASE, MessageLostError, NewMessage, OutboxState, Priority
from store.people import PersonState

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def put(store):
    def put(key, chat_id=5, **more):
        return store.outbox.enqueue(NewMessage(chat_id, "sendMessage", {"text": key}, key, **more))

    return put


@pytest.fixture
def claim(store):
    """Claim until nothing is left; returns the messages by their keys."""

    def claim(worker="s"):
        found = {}
        while (message := store.outbox.claim(worker)) is not None:
            found[message.dedupe_key] = message
        return found

    return claim


@pytest.fixture
def begin(store):
    def begin(worker="s"):
        message = store.outbox.claim(worker)
        store.outbox.sending(message)
        return message

    return begin


def test_a_message_under_a_known_key_is_not_kept_again(store, put, begin):
    first = put("u1")
    assert put("u1") == first
    message = begin()
    assert (message.method, message.parameters, message.attempts) == ("sendMessage", {"text": "u1"}, 1)
    store.outbox.sent(message, 4711)
    assert put("u1") == first
    assert store.outbox.claim("s") is None
    sent = store.outbox.get(first)
    assert (sent.state, sent.message_id, sent.parameters) == (OutboxState.SENT, 4711, {})


def test_a_chat_gets_one_at_a_time_in_order(store, put, claim):
    put("a1"), put("a2"), put("b1", 6)
    first = claim()
    assert list(first) == ["a1", "b1"]
    store.outbox.sending(first["a1"])
    store.outbox.sent(first["a1"])
    assert list(claim()) == ["a2"]


def test_what_matters_more_goes_first_but_not_before_what_was_tried(store, put, claim, begin, clock):
    put("bulk", 6, priority=Priority.BULK), put("reminder", priority=Priority.NORMAL), put("answer")
    tried = begin()
    assert tried.dedupe_key == "answer"
    store.outbox.retry_later(tried, MINUTE, "429")
    put("urgent", priority=99)
    assert list(claim()) == ["bulk"]
    clock.now += MINUTE
    assert list(claim()) == ["answer"]


def test_what_is_for_later_holds_up_nobody(store, put, claim, clock):
    put("tomorrow", not_before=clock.now + dt.timedelta(days=1)), put("now")
    assert list(claim()) == ["now"]
    assert store.outbox.next_at() == clock.now + LEASE
    store.outbox.gave_up(store.outbox.get(2), "refused")
    assert store.outbox.next_at() == clock.now + dt.timedelta(days=1)
    clock.move(days=1)
    assert list(claim()) == ["tomorrow"]


def test_what_certainly_did_not_arrive_is_tried_as_often_as_it_takes(store, put, begin, clock):
    put("u1")
    for attempt in range(1, 6):
        message = begin()
        assert message.attempts == attempt
        store.outbox.retry_later(message, MINUTE, "503")
        assert store.outbox.claim("s") is None
        clock.now += MINUTE
    store.outbox.sent(begin())
    assert store.outbox.counts().perhaps_twice == 0


def test_what_may_have_arrived_is_sent_once_more_and_counted(store, put, begin):
    put("u1")
    assert store.outbox.uncertain(begin(), "timeout") is OutboxState.QUEUED
    assert store.outbox.counts().perhaps_twice == 0
    again = begin()
    assert again.perhaps_accepted == 1
    store.outbox.sent(again)
    assert store.outbox.counts().perhaps_twice == 1


def test_what_may_have_arrived_twice_is_left(store, put, begin, claim):
    put("u1"), put("u2")
    store.outbox.uncertain(begin(), "timeout")
    assert store.outbox.uncertain(begin(), "timeout") is OutboxState.UNCERTAIN
    counts = store.outbox.counts()
    assert (counts.uncertain, counts.perhaps_twice) == (1, 1)
    assert list(claim()) == ["u2"]


def test_an_uncertain_message_keeps_its_place(store, put, begin, claim, clock):
    put("u1"), put("u2")
    store.outbox.uncertain(begin(), "timeout", delay=MINUTE)
    assert claim() == {}
    clock.now += MINUTE
    assert list(claim()) == ["u1"]


def test_a_sender_that_died_before_the_request_costs_no_repeat(store, put, begin):
    put("u1")
    for _ in range(10):
        store.outbox.claim("s")
        assert store.outbox.release("s") == 1
    store.outbox.sent(begin())
    assert store.outbox.counts().perhaps_twice == 0


@pytest.mark.parametrize("noticed_by", ["a new start", "the end of the lease"])
def test_a_sender_that_died_during_the_request_costs_one_at_most(store, put, begin, clock, noticed_by):
    put("u1")
    for _ in range(2):
        late = begin("dead")
        if noticed_by == "a new start":
            store.outbox.release("dead")
        else:
            clock.now += LEASE
    assert store.outbox.claim("s") is None
    assert store.outbox.counts().uncertain == 1
    with pytest.raises(MessageLostError):
        store.outbox.sent(late)


def test_a_lease_that_ends_gives_a_reserved_message_away(store, put, clock):
    put("u1")
    late = store.outbox.claim("a")
    clock.now += LEASE
    again = store.outbox.claim("b")
    assert again.attempts == 2
    with pytest.raises(MessageLostError):
        store.outbox.sending(late)
    store.outbox.sending(again)


def test_nothing_counts_that_was_not_announced(store, put):
    put("u1")
    message = store.outbox.claim("s")
    for act in (store.outbox.sent, store.outbox.uncertain):
        with pytest.raises(MessageLostError):
            act(message)
    store.outbox.sending(message)
    with pytest.raises(MessageLostError):
        store.outbox.sending(message)


def test_a_refused_message_is_given_up_and_the_next_goes_on(store, put, begin):
    put("u1"), put("u2")
    store.outbox.gave_up(begin(), "message text is empty")
    assert store.outbox.get(1).error == "message text is empty"
    assert begin().dedupe_key == "u2"
    assert store.outbox.counts().failed == 1


def test_somebody_who_blocked_the_bot_is_marked_and_left_alone(store, meet, put, begin, claim):
    meet(5)
    put("u1"), put("u2"), put("other", 6)
    assert store.outbox.blocked(begin()) == 2
    assert store.people.get(5).state is PersonState.BLOCKED
    assert list(claim()) == ["other"]


def test_reply_and_update_are_finished_together_or_not_at_all(store, put):
    store.inbox.put(NewUpdate(1, "5", {}, 5, 5))
    update = store.inbox.claim("w")
    store.inbox.release("w")

    def handle():
        with store.transaction():
            put("u1:0", update_id=1)
            store.inbox.done(update)

    with pytest.raises(Exception, match="another worker"):
        handle()
    assert store.outbox.claim("s") is None
    update = store.inbox.claim("w")
    handle()
    assert store.outbox.claim("s").update_id == 1


def test_files_go_by_reference_and_parameters_must_be_json(store, put):
    put("u1", file="exports/peran-kaprodi.xlsx")
    assert store.outbox.claim("s").file == "exports/peran-kaprodi.xlsx"
    with pytest.raises(NotJSONError):
        store.outbox.enqueue(NewMessage(5, "sendDocument", {"document": b"bytes"}, "u2"))


def test_what_was_sent_is_forgotten_in_time(store, put, begin, clock):
    put("u1")
    message = begin()
    store.outbox.sent(message)
    put("u2", 6)
    assert store.outbox.forget_before(clock.move(days=1).date()) == 1
    with pytest.raises(MessageLostError):
        store.outbox.get(message.id)
    assert store.outbox.counts().queued == 1
