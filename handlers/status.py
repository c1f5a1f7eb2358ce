"""/status: how the bot is doing, for administrators."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version

from telegram import Update

from handlers.rooms import LAST_FAILURES
from handlers.texts import Html, Speech, escape
from handlers.turn import Turn
from handlers.wording import ROLE_NAMES, role_name, when
from store.inbox import InboxState
from store.store import Store

DISTRIBUTION = "tanyamutu"
MEGABYTE = 1_000_000


def show_status(turn: Turn, _: Update) -> None:
    """Show uptime, index, queues, failures, people, questions of today and the store's size."""
    turn.say(_report(turn))


def _report(turn: Turn) -> Html:
    t, rooms, store = turn.t, turn.rooms, turn.rooms.store
    documents, facts = rooms.index_size()
    started = when(rooms.started_at, rooms.timezone)
    head = [
        t("<b>TanyaMutu {version}</b>", version=version(DISTRIBUTION)),
        t(
            "Running for {uptime}, since {started}",
            uptime=_duration(t, rooms.clock() - rooms.started_at),
            started=started,
        ),
        t("Index: {documents} documents, {facts} facts", documents=documents, facts=facts),
        t("Store: {size} MB", size=f"{_size(store) / MEGABYTE:.1f}"),
    ]
    parts = [head, _queues(t, store), _questions(turn), _people(t, store), _failures(turn)]
    return Html("\n\n".join("\n".join(part) for part in parts))


def _queues(t: Speech, store: Store) -> list[Html]:
    """Return the lines about what came in and what goes out."""
    updates, messages = store.inbox.counts(), store.outbox.counts()
    return [
        t(
            "Updates: {waiting} waiting, {failed} failed",
            waiting=updates[InboxState.NEW] + updates[InboxState.CLAIMED] - 1,  # without the one that asks
            failed=updates[InboxState.FAILED],
        ),
        t(
            "Messages: {waiting} waiting, {failed} failed, {uncertain} uncertain, {twice} perhaps sent twice",
            waiting=messages.queued + messages.sending,
            failed=messages.failed,
            uncertain=messages.uncertain,
            twice=messages.perhaps_twice,
        ),
    ]


def _questions(turn: Turn) -> list[Html]:
    """Return the line about the questions since midnight, by the clock on the wall."""
    t, rooms = turn.t, turn.rooms
    midnight = rooms.clock().astimezone(rooms.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = rooms.store.questions.count(midnight)
    share = counts.unanswered / counts.asked if counts.asked else 0.0
    waiting = rooms.store.questions.pending(limit=1).total
    return [
        t(
            "Questions today: {asked}, unanswered {share:.0%}; 👍 {good}, 👎 {bad}; open: {waiting}",
            asked=counts.asked,
            share=share,
            good=counts.good,
            bad=counts.bad,
            waiting=waiting,
        )
    ]


def _people(t: Speech, store: Store) -> list[Html]:
    """Return how many people there are, by role."""
    counts = store.people.count()
    lines = [
        t("• {role}: {count}", role=role_name(t, role), count=counts[role]) for role in ROLE_NAMES if role in counts
    ]
    return [t("People: {count}", count=sum(counts.values())), *lines]


def _failures(turn: Turn) -> list[Html]:
    """Return the last failures: what failed as far as this run knows it, with the reference that people were told."""
    rooms = turn.rooms
    kinds = {failure.reference: failure.what for failure in rooms.failures}
    failed = rooms.store.inbox.last_failures(LAST_FAILURES)
    if not failed:
        return [turn.t("No update has failed.")]
    lines = []
    for update in failed:
        kind = kinds.get(update.error.rpartition(" ")[2], "")
        lines.append(escape(f"• {when(update.failed_at, rooms.timezone)} {update.error} {kind}".rstrip()))
    return [turn.t("Last failures:"), *lines]


def _duration(t: Speech, passed: dt.timedelta) -> str:
    minutes = int(passed.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    return t.plain("{days} d {hours} h {minutes} min", days=days, hours=hours, minutes=minutes % 60)


def _size(store: Store) -> int:
    """Return the bytes of the store, what it has not yet moved into its main file included."""
    files = (store.path.with_name(store.path.name + suffix) for suffix in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
