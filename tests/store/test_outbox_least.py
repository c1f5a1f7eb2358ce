"""Messages below a priority are left in the outbox while the flood limit is full."""

from __future__ import annotations

from store.outbox import NewMessage, Priority


def test_a_sender_may_ask_for_answers_only(store):
    for key, priority in (("reminder", Priority.NORMAL), ("answer", Priority.ANSWER)):
        store.outbox.enqueue(NewMessage(len(key), "sendMessage", {}, key, priority=priority))
    assert store.outbox.claim("w", least=Priority.ANSWER).dedupe_key == "answer"
    assert store.outbox.claim("w", least=Priority.ANSWER) is None
    assert store.outbox.claim("w").dedupe_key == "reminder"
