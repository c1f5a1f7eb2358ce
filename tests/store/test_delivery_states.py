"""Inbox and outbox together, against a model, whatever happens in whatever order.

Never lost, never out of order for a person, handled exactly once; a message arrives at least once unless
Telegram refused it or twice gave no answer, and at most twice.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from store.inbox import LEASE, ClaimedUpdate, ClaimLostError, InboxState, NewUpdate
from store.outbox import Message, MessageLostError, NewMessage, OutboxState
from store.store import Store

PEOPLE = st.integers(1, 2)
WORKERS = st.sampled_from(["a", "b"])
OUTCOMES = st.sampled_from(["ok", "429", "timeout, accepted", "timeout, dropped", "refused", "killed, accepted"])
LONG = dt.timedelta(hours=1)


class Delivery(RuleBasedStateMachine):
    """People write, workers handle and reply, senders send; workers die, leases end, Telegram fails."""

    claims = Bundle("claims")
    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
        self.store = Store(self.folder / "store.db", clock=lambda: self.now)
        self.owners: dict[int, int] = {}
        self.handled: list[int] = []
        self.arrived: list[int] = []
        self.refused: set[int] = set()

    def teardown(self) -> None:
        self._drain()
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize(people=st.lists(PEOPLE, min_size=2, max_size=6))
    def write_much(self, people: list[int]) -> None:
        for person in people:
            self.write(person)

    @rule(person=PEOPLE)
    def write(self, person: int) -> None:
        update_id = len(self.owners) + 1
        self.owners[update_id] = person
        assert self.store.inbox.put(NewUpdate(update_id, str(person), {"text": "?"}, person, person))

    @rule(data=st.data())
    def redeliver(self, data: st.DataObject) -> None:
        if self.owners:
            update_id = data.draw(st.sampled_from(sorted(self.owners)))
            again = NewUpdate(update_id, str(self.owners[update_id]), {"text": "?"})
            assert not self.store.inbox.put(again)

    @rule(target=claims, worker=WORKERS)
    def claim(self, worker: str) -> object:
        update = self.store.inbox.claim(worker)
        return multiple() if update is None else update

    @rule(update=consumes(claims), crash=st.booleans())
    def finish(self, update: ClaimedUpdate, crash: bool) -> None:
        """Reply and finish in one transaction; with `crash` it comes to nothing, as a kill would leave it."""
        try:
            self._reply(update, crash)
        except (ClaimLostError, ZeroDivisionError):
            return
        self.handled.append(update.update_id)

    @rule(target=messages, worker=WORKERS)
    def reserve(self, worker: str) -> object:
        message = self.store.outbox.claim(worker)
        return multiple() if message is None else message

    @rule(worker=WORKERS)
    def handle_all(self, worker: str) -> None:
        while (update := self.store.inbox.claim(worker)) is not None:
            self.finish(update, crash=False)

    @rule(outcomes=st.lists(OUTCOMES, min_size=1, max_size=6))
    def send_several(self, outcomes: list[str]) -> None:
        for what in outcomes:
            message = self.store.outbox.claim("a")
            if message is not None:
                self.send(message, what)

    @rule(message=consumes(messages), what=OUTCOMES)
    def send(self, message: Message, what: str) -> None:
        try:
            self.store.outbox.sending(message)
        except MessageLostError:
            return
        if what in ("ok", "timeout, accepted", "killed, accepted"):
            self.arrived.append(int(message.dedupe_key))
        if what == "ok":
            self.store.outbox.sent(message)
        elif what == "429":
            self.store.outbox.retry_later(message, dt.timedelta(seconds=30))
        elif what.startswith("timeout"):
            self.store.outbox.uncertain(message)
        elif what == "refused":
            self.store.outbox.gave_up(message, what)
            self.refused.add(int(message.dedupe_key))

    @rule(worker=WORKERS)
    def restart(self, worker: str) -> None:
        self.store.inbox.release(worker)
        self.store.outbox.release(worker)

    @rule(long=st.booleans())
    def time_goes_by(self, long: bool) -> None:
        self.now += LONG if long else LEASE / 3

    @invariant()
    def handled_once_and_in_order(self) -> None:
        assert len(self.handled) == len(set(self.handled))
        for person in set(self.owners.values()):
            mine = [update_id for update_id in self.handled if self.owners[update_id] == person]
            assert mine == sorted(mine)

    @invariant()
    def arrived_in_order_and_twice_at_most(self) -> None:
        assert max(Counter(self.arrived).values(), default=0) <= 2
        for person in set(self.owners.values()):
            mine = [update_id for update_id in self.arrived if self.owners[update_id] == person]
            assert mine == sorted(mine)

    def _reply(self, update: ClaimedUpdate, crash: bool) -> None:
        with self.store.transaction():
            chat, key = int(update.key), str(update.update_id)
            self.store.outbox.enqueue(NewMessage(chat, "sendMessage", {"text": "!"}, key, update_id=update.update_id))
            self.store.inbox.done(update)
            if crash:
                raise ZeroDivisionError

    def _drain(self) -> None:
        """Let everything come to its end, and look whether anything was lost."""
        self.now += LONG
        while (update := self.store.inbox.claim("end")) is not None:
            self._reply(update, crash=False)
            self.handled.append(update.update_id)
        while (message := self.store.outbox.claim("end")) is not None:
            self.store.outbox.sending(message)
            self.store.outbox.sent(message)
            self.arrived.append(int(message.dedupe_key))
        self.handled_once_and_in_order()
        self.arrived_in_order_and_twice_at_most()
        assert set(self.handled) == set(self.owners)
        assert self.store.inbox.counts()[InboxState.DONE] == len(self.owners)
        stored = self.store._database.rows("SELECT dedupe_key FROM outbox WHERE state = ?", [OutboxState.UNCERTAIN])
        unclear = {int(row["dedupe_key"]) for row in stored}
        assert set(self.arrived) | self.refused | unclear == set(self.owners)
        twice = {update_id for update_id, times in Counter(self.arrived).items() if times > 1}
        assert len(twice) <= self.store.outbox.counts().perhaps_twice


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(
    max_examples=40, stateful_step_count=35, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
