"""The inbox: kept once, given in order for each key, given again when a worker dies, finished once."""

from __future__ import annotations

import datetime as dt
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from store.inbox import LEASE, MOST_ATTEMPTS, ClaimLostError, InboxState, NewUpdate


@pytest.fixture
def put(store):
    return lambda update_id, key="5": store.inbox.put(NewUpdate(update_id, key, {"n": update_id}, int(key), int(key)))


def _ids(*updates):
    return [update and update.update_id for update in updates]


def test_an_update_that_comes_again_is_kept_once(store, put):
    assert put(7)
    assert not put(7)
    store.inbox.done(store.inbox.claim("a"))
    assert not put(7)
    assert store.inbox.claim("a") is None
    assert store.inbox.counts()[InboxState.DONE] == 1


def test_one_key_in_order_and_keys_beside_each_other(store, put):
    put(1), put(2), put(3, "6")
    first, second = store.inbox.claim("a"), store.inbox.claim("b")
    assert _ids(first, second, store.inbox.claim("c")) == [1, 3, None]
    store.inbox.done(first)
    assert _ids(store.inbox.claim("c")) == [2]


def test_updates_that_arrive_out_of_order_are_put_in_order(store, put):
    put(12), put(11)
    first = store.inbox.claim("a")
    assert first.update_id == 11
    put(10)
    assert store.inbox.claim("b") is None
    store.inbox.done(first)
    assert _ids(store.inbox.claim("b")) == [10]


def test_a_failed_update_lets_the_next_one_go_on(store, put):
    put(1), put(2)
    store.inbox.failed(store.inbox.claim("a"), "KeyError, reference 1A2B3C")
    assert _ids(store.inbox.claim("a")) == [2]
    assert store.inbox.counts() == {
        InboxState.NEW: 0,
        InboxState.CLAIMED: 1,
        InboxState.DONE: 0,
        InboxState.FAILED: 1,
    }


def test_a_lease_that_ends_gives_the_update_away_and_the_late_worker_is_told(store, put, clock):
    put(1), put(2)
    late = store.inbox.claim("a")
    clock.now += LEASE
    again = store.inbox.claim("b")
    assert (again.update_id, again.attempts) == (1, 2)
    for finish in (store.inbox.done, lambda update: store.inbox.failed(update, "late")):
        with pytest.raises(ClaimLostError):
            finish(late)
    store.inbox.done(again)
    store.inbox.done(again)
    assert _ids(store.inbox.claim("b")) == [2]


def test_the_same_worker_with_an_old_claim_is_late_too(store, put, clock):
    put(1)
    late = store.inbox.claim("a")
    clock.now += LEASE
    store.inbox.claim("a")
    with pytest.raises(ClaimLostError):
        store.inbox.done(late)


def test_a_worker_that_begins_anew_takes_its_updates_back(store, put):
    put(1), put(2, "6")
    mine, others = store.inbox.claim("a"), store.inbox.claim("b")
    assert store.inbox.release("a") == 1
    with pytest.raises(ClaimLostError):
        store.inbox.done(mine)
    assert _ids(store.inbox.claim("a")) == [1]
    store.inbox.done(others)


def test_an_update_that_kills_every_worker_is_given_up(store, put):
    put(1), put(2)
    for _ in range(MOST_ATTEMPTS):
        assert _ids(store.inbox.claim("a")) == [1]
        store.inbox.release("a")
    assert _ids(store.inbox.claim("a")) == [2]
    assert store.inbox.counts()[InboxState.FAILED] == 1


def test_the_time_may_be_given(store, put, clock):
    put(1)
    store.inbox.claim("a", clock.now, dt.timedelta(hours=1))
    assert store.inbox.claim("b", clock.now + dt.timedelta(minutes=59)) is None
    assert _ids(store.inbox.claim("b", clock.now + dt.timedelta(hours=1))) == [1]


def test_finished_updates_are_forgotten_but_not_the_last(store, put, clock):
    put(1), put(2), put(3, "6")
    store.inbox.done(store.inbox.claim("a"))
    held = store.inbox.claim("a")
    store.inbox.done(store.inbox.claim("a"))
    tomorrow = clock.move(days=1).date()
    assert store.inbox.forget_before(tomorrow) == 1
    assert store.inbox.counts()[InboxState.DONE] == 1
    assert store.inbox.counts()[InboxState.CLAIMED] == 1
    assert held.update_id == 2


def test_what_was_said_is_not_kept_once_it_was_handled(store, put):
    put(1)
    store.inbox.done(store.inbox.claim("a"))
    assert store.export_person(5)["inbox"][0]["payload"] == {}


def test_threads_share_the_work_in_order(store):
    store.inbox.put_all(NewUpdate(number, str(number % 7), {}) for number in range(1, 141))
    handled = []

    def work(worker: str) -> None:
        while (update := store.inbox.claim(worker)) is not None:
            handled.append((update.key, update.update_id))
            store.inbox.done(update)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "abcd"))
    assert sorted(number for _, number in handled) == list(range(1, 141))
    for key in map(str, range(7)):
        numbers = [number for owner, number in handled if owner == key]
        assert numbers == sorted(numbers)


def test_killed_processes_lose_nothing_and_double_nothing(store, program):
    """Each process is killed in the middle of its third update; what they reply stands in the outbox once."""
    store.inbox.put_all(NewUpdate(number, str(number % 3 + 1), {}) for number in range(1, 13))
    code = """
        import os
        from store.outbox import NewMessage
        from store.store import Store
        store = Store(path)
        store.inbox.release("only")
        for turn in range(3):
            update = store.inbox.claim("only")
            if update is None:
                break
            with store.transaction():
                chat = int(update.key)
                store.outbox.enqueue(NewMessage(chat, "sendMessage", {"text": "a"}, f"u{update.update_id}"))
                if turn == 2:
                    os.kill(os.getpid(), 9)
                store.inbox.done(update)
    """
    codes = []
    while store.inbox.counts()[InboxState.DONE] < 12:
        codes.append(program(code).wait())
    assert codes == [-signal.SIGKILL] * 5 + [0]
    assert store.outbox.counts().queued == 12
    sent = []
    while (message := store.outbox.claim("s")) is not None:
        store.outbox.sending(message)
        store.outbox.sent(message)
        sent.append((message.chat_id, int(message.dedupe_key[1:])))
    for chat in (1, 2, 3):
        numbers = [number for owner, number in sent if owner == chat]
        assert numbers == sorted(numbers)


def test_the_last_failures_are_told_the_newest_first(store, put, clock):
    for update_id in (1, 2, 3):
        put(update_id)
        store.inbox.failed(store.inbox.claim("w"), f"reference {update_id}")
        clock.move(seconds=1)
    assert [(one.update_id, one.error) for one in store.inbox.last_failures(2)] == [
        (3, "reference 3"),
        (2, "reference 2"),
    ]
    assert store.inbox.last_failures(1)[0].failed_at == clock.now - dt.timedelta(seconds=1)
