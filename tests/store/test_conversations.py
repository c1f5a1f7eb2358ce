"""Topics last fifteen minutes, steps until the dialogue ends, both for a person in a chat, both over restarts."""

from __future__ import annotations

import pytest

from store.conversations import Step, Topic
from store.database import NotJSONError
from store.store import Store

TOPIC = Topic("Kapan soal UTS dikumpulkan?", "deadline", "id", ("sop-uts",), ({"source": "a.txt", "lines": [3, 4]},))


def test_a_topic_is_kept_for_fifteen_minutes(store, meet, clock):
    meet(5)
    store.conversations.set_topic(5, 5, TOPIC)
    clock.move(minutes=14, seconds=59)
    assert store.conversations.topic(5, 5) == TOPIC
    clock.move(seconds=1)
    assert store.conversations.topic(5, 5) is None
    assert store.conversations.forget_expired() == 1


def test_going_on_with_a_topic_keeps_it_longer(store, meet, clock):
    meet(5)
    store.conversations.set_topic(5, 5, TOPIC)
    clock.move(minutes=10)
    follow_up = Topic("kalau UAS?", "deadline", "id", ("sop-uas",))
    store.conversations.set_topic(5, 5, follow_up)
    clock.move(minutes=10)
    assert store.conversations.topic(5, 5) == follow_up
    store.conversations.clear_topic(5, 5)
    assert store.conversations.topic(5, 5) is None


def test_people_and_chats_do_not_mix(store, meet):
    meet(5), meet(6)
    store.conversations.set_topic(5, -100, TOPIC)
    store.conversations.set_step(5, 5, Step("language"))
    assert store.conversations.topic(6, -100) is None
    assert store.conversations.topic(5, 5) is None
    assert store.conversations.step(5, -100) is None


def test_a_dialogue_goes_on_in_another_process(store, meet, path, clock):
    meet(5)
    store.conversations.set_step(5, 5, Step("language"))
    store.conversations.set_step(5, 5, Step("unit", {"role": "lecturer", "words": "teknik"}))
    with Store(path) as other:
        step = other.conversations.step(5, 5)
    assert (step.name, step.data, step.changed_at) == ("unit", {"role": "lecturer", "words": "teknik"}, clock.now)
    store.conversations.clear_step(5, 5)
    assert store.conversations.step(5, 5) is None


def test_data_that_are_no_json_are_refused(store, meet):
    meet(5)
    with pytest.raises(NotJSONError):
        store.conversations.set_step(5, 5, Step("unit", {"when": object()}))
