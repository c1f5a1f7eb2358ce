"""What a turn says and keeps, together or not at all; and what counts as one tap."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
from telegram_stage import FakeAnswerer, FakeBrowser

from handlers.commands import menu_of
from handlers.rooms import Rooms
from handlers.taps import DoubleTaps
from handlers.texts import Html
from handlers.turn import Button, Place, Turn
from index.browse import Browser
from reminders.almanac import Almanac
from reminders.rulebook import Rulebook
from reminders.telling import telling_of
from store.desk import Desk
from store.inbox import InboxState, NewUpdate
from store.store import Store
from store.units import UnitNotFoundError


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[Turn]:
    """A turn of somebody in the private chat, without a bot around it."""
    with Store(tmp_path / "store.db") as store, ThreadPoolExecutor() as workers:
        desk = Desk(store)
        store.inbox.put(NewUpdate(1, "5", {}))
        claimed = store.inbox.claim("test")
        assert claimed is not None
        person = store.people.seen(5, "Sari", None, "en")
        telling = telling_of(Almanac(store, Rulebook((), ()), {}, "Asia/Jakarta"))
        rooms = Rooms(FakeAnswerer(), workers, desk, cast("Browser", FakeBrowser()), menu_of, telling)
        yield Turn(rooms, claimed, person, Place(person.id, is_private=True), None)
        desk.close()


def settle(turn: Turn) -> None:
    with turn.rooms.store.transaction():
        turn.settle()


def waiting(turn: Turn) -> int:
    counts = turn.rooms.store.outbox.counts()
    return counts.queued + counts.sending + counts.sent + counts.failed


def test_nothing_leaves_before_the_turn_has_ended(turn: Turn) -> None:
    turn.say(Html("one"))
    turn.do(lambda: turn.say(Html("two")))
    assert waiting(turn) == 0
    settle(turn)
    assert waiting(turn) == 2
    assert turn.rooms.store.inbox.counts()[InboxState.DONE] == 1


def test_a_turn_that_could_not_be_kept_says_everything_once_when_it_is_kept_later(turn: Turn) -> None:
    failures = ["once"]
    turn.say(Html("one"))
    turn.do(lambda: turn.say(Html("two")))
    turn.do(lambda: failures.pop() and turn.rooms.store.units.check(404) if failures else None)
    with pytest.raises(UnitNotFoundError):
        settle(turn)
    assert waiting(turn) == 0
    settle(turn)
    assert waiting(turn) == 2


def test_a_failed_turn_drops_what_it_had_to_say(turn: Turn) -> None:
    turn.say(Html("half of it"))
    turn.do(lambda: turn.say(Html("the other half")))
    turn.fail("ABC123", Html("sorry"))
    settle(turn)
    assert waiting(turn) == 1
    assert turn.rooms.store.inbox.counts()[InboxState.FAILED] == 1


@pytest.mark.parametrize("data", ["", "x" * 65, "é" * 33])
def test_a_button_that_telegram_would_refuse_is_not_made(data: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        Button("press", data).wire()


def test_taps_within_the_window_are_one() -> None:
    now = 0.0
    taps = DoubleTaps(window=5, clock=lambda: now)
    assert [taps.is_repeat("a"), taps.is_repeat("a"), taps.is_repeat("b")] == [False, True, False]
    now = 5.0
    assert not taps.is_repeat("a")
    taps.forget("a")
    assert not taps.is_repeat("a")
