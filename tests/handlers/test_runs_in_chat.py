"""Runs in the chat: planned, approved, done, handed on, put off; reminders arrive and their buttons work."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from people_stage import chief_of, give, people_bot, tells, turns
from telegram_stage import Stage

from index.browse import Browser
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from reminders.rulebook import Rulebook
from store.roles import Role
from store.runs import RunState

QUIET = 0.4
"""Seconds in which nothing must come."""


@dataclass
class Clock:
    now: dt.datetime = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def to(self, day: str, time: str = "07:30") -> None:
        self.now = dt.datetime.fromisoformat(f"{day}T{time}:00+07:00")


@dataclass
class Play:
    stage: Stage
    koor: Somebody
    kaprodi: Somebody
    dosen: Somebody
    clock: Clock


@asynccontextmanager
async def playing(
    api: LocalBotApi,
    folder: Path,
    browser: Browser,
    rulebook: Rulebook,
    clock: Clock | None = None,
    people: list[Somebody] | None = None,
) -> AsyncIterator[Play]:
    clock = clock or Clock()
    people = people or [api.person(name, "en") for name in ("Koor", "Prodi", "Dosen")]
    async with people_bot(api, folder, browser=browser, rulebook=rulebook, clock=clock) as stage:
        roles = (Role.COORDINATOR, None), (Role.HEAD_OF_PROGRAMME, "55201"), (Role.LECTURER, "55201")
        for somebody, (role, unit) in zip(people, roles, strict=True):
            somebody.has_met_bot()
            give(stage.store, somebody, role, unit)
        yield Play(stage, *people, clock)


@pytest.fixture
async def play(tmp_path: Path, plain_browser: Browser, rulebook: Rulebook) -> AsyncIterator[Play]:
    async with LocalBotApi() as api, playing(api, tmp_path, plain_browser, rulebook) as made:
        made.stage.store.events.add("semester", dt.date(2026, 9, 7), dt.date(2027, 1, 30), None)
        yield made


async def started(play: Play) -> None:
    """Start a run of SOP 1.2.9 for the programme; everybody has read what comes at once."""
    message = await tells(play.koor, "/mulai 1.2.9")
    message = await tells(play.koor, "55201")
    await play.koor.presses(message, message.buttons[0])
    plan = await play.koor.next_message()
    assert "Plan" in plan.text
    shown = await turns(play.koor, plan, "✅ Start: everybody hears")
    assert "0/7" in shown.text
    heard = await play.kaprodi.next_message()
    assert "New for you" in heard.text
    assert "Your turn" in (await play.koor.next_message()).text  # nobody is what the first step asks for


async def test_a_coordinator_plans_and_starts_and_everybody_hears(play: Play) -> None:
    await started(play)
    (run,) = play.stage.store.runs.all(RunState.RUNNING)
    assert run.code.endswith("1.2.9")
    listed = await tells(play.koor, "/jalan")
    assert "1.2.9" in listed.text
    assert "0/7" in listed.text


async def test_a_reminder_comes_at_its_time_and_done_ends_it(play: Play) -> None:
    await started(play)
    play.clock.to("2027-01-27")
    reminder = await play.kaprodi.next_message()
    while "Due soon" not in reminder.text:
        reminder = await play.kaprodi.next_message()
    assert "Saturday, 30 January 2027" in reminder.text
    opened = reminder
    if "✅ Done" not in reminder.buttons:
        await play.kaprodi.presses(reminder, reminder.buttons[0])
        opened = await play.kaprodi.next_message()
    done = await turns(play.kaprodi, opened, "✅ Done")
    assert "✅ done" in done.text
    step = next(
        one for run in play.stage.store.runs.all() for one in play.stage.store.runs.steps(run.id) if not one.is_left
    )
    assert play.stage.store.due.waiting_for(play.kaprodi.id) is not None
    assert not [
        thing for thing in play.stage.store.due.waiting_for(play.kaprodi.id) if thing.payload.get("step") == step.id
    ]


async def step_card(play: Play, who: Somebody, number: str) -> object:
    """Open a step's card from the list of runs."""
    message = await tells(who, "/jalan")
    await who.presses(message, "1")
    message = await who.next_edit()
    while number not in message.buttons:
        message = await turns(who, message, "▶")
    await who.presses(message, number)
    return await who.next_message()


async def test_evidence_is_a_note_or_a_file_and_stands_in_the_trail(play: Play) -> None:
    await started(play)
    card = await step_card(play, play.koor, "1")
    await play.koor.presses(card, "📎 Evidence")
    await play.koor.next_message()
    await play.koor.uploads("notulen.pdf", b"%PDF-1.4 isi", "Notulen rapat")
    said = await play.koor.next_message()
    assert "Kept as evidence" in said.text
    (run,) = play.stage.store.runs.all(RunState.RUNNING)
    details = [entry.details for entry in play.stage.store.trail.of_run(run.id) if "evidence" in entry.details]
    assert details[0]["evidence"]["name"] == "notulen.pdf"
    assert details[0]["note"] == "Notulen rapat"


async def test_putting_off_asks_for_the_day_and_the_reason_also_after_a_restart(
    tmp_path: Path, plain_browser: Browser, rulebook: Rulebook
) -> None:
    async with LocalBotApi() as api:
        async with playing(api, tmp_path, plain_browser, rulebook) as play:
            play.stage.store.events.add("semester", dt.date(2026, 9, 7), dt.date(2027, 1, 30), None)
            await started(play)
            card = await step_card(play, play.koor, "5 (2/2)")
            await play.koor.presses(card, "📅 Another day")
            await play.koor.next_message()
            asked = await tells(play.koor, "14 Feb")
            assert "Sunday, 14 February 2027" in asked.text
            await play.koor.presses(asked, "Yes, that day")
            assert "Why?" in (await play.koor.next_message()).text
            people = [play.koor, play.kaprodi, play.dosen]
        async with playing(api, tmp_path, plain_browser, rulebook, play.clock, people) as again:
            shown = await tells(again.koor, "Ruang belum siap <b>")
            assert "Sunday, 14 February 2027" in shown.text
            moved = await again.kaprodi.next_message()
            assert "Due on another day" in moved.text
            assert "Saturday, 30 January 2027" in moved.text


@pytest.mark.parametrize("words", ["31 Februari 2027", "kapan-kapan saja", "🙂", "x" * 4000, "1 Januari 2020"])
async def test_a_day_that_is_none_changes_nothing(play: Play, words: str) -> None:
    await started(play)
    card = await step_card(play, play.koor, "5 (2/2)")
    await play.koor.presses(card, "📅 Another day")
    await play.koor.next_message()
    said = await tells(play.koor, words)
    assert said.text
    (run,) = play.stage.store.runs.all(RunState.RUNNING)
    step = next(one for one in play.stage.store.runs.steps(run.id) if one.number == "5 (2/2)")
    assert step.due_on == dt.date(2027, 1, 30)


async def test_a_step_is_handed_on_and_accepted(play: Play) -> None:
    await started(play)
    card = await step_card(play, play.kaprodi, "5 (2/2)")
    await play.kaprodi.presses(card, "👥 Hand on")
    await play.kaprodi.next_message()
    found = await tells(play.kaprodi, "dos")
    await play.kaprodi.presses(found, found.buttons[0])
    assert "is asked" in (await play.kaprodi.next_edit()).text
    offer = await play.dosen.next_message()
    while "asked to take over" not in offer.text:
        offer = await play.dosen.next_message()
    taken = await turns(play.dosen, offer, "✅ I take it over")
    assert "Dosen" in taken.text
    told = await play.kaprodi.next_message()
    assert "has taken it over" in told.text


async def test_who_has_no_part_in_a_step_presses_in_vain(play: Play) -> None:
    await started(play)
    (run,) = play.stage.store.runs.all(RunState.RUNNING)
    step = play.stage.store.runs.steps(run.id)[0]
    message = await tells(play.dosen, "/help")
    query = await play.dosen.forges(message, f"m:done:{step.id}:0")
    assert (await query.answered())["show_alert"]
    assert play.stage.store.runs.step(step.id) == step


async def test_a_double_tap_on_start_starts_once(play: Play) -> None:
    await tells(play.koor, "/mulai 1.2.9")
    message = await tells(play.koor, "55201")
    await play.koor.presses(message, message.buttons[0])
    plan = await play.koor.next_message()
    await play.koor.presses(plan, "✅ Start: everybody hears")
    await play.koor.presses(plan, "✅ Start: everybody hears")
    await play.koor.next_edit()
    assert len(play.stage.store.runs.all(RunState.RUNNING)) == 1


@pytest.mark.parametrize("words", ["/mulai", "/mulai 9.9.9", "/mulai qwertzuiop", "/mulai " + "x" * 3000])
async def test_an_sop_that_is_none_gets_a_sentence(play: Play, words: str) -> None:
    said = await tells(play.koor, words)
    assert "/sop" in said.text or "/mulai 1.2.8" in said.text
    assert play.stage.store.runs.all() == ()


async def test_lecturers_start_no_runs(play: Play) -> None:
    said = await tells(play.dosen, "/mulai 1.2.9")
    assert "not for your role" in said.text


async def test_a_run_is_stopped_with_a_reason(play: Play) -> None:
    await started(play)
    message = await tells(play.koor, "/jalan")
    await play.koor.presses(message, "1")
    run_view = await play.koor.next_edit()
    await play.koor.presses(run_view, "⏹ Stop")
    await play.koor.next_message()
    assert "stopped" in (await tells(play.koor, "Salah prodi")).text
    assert play.stage.store.runs.all(RunState.RUNNING) == ()


async def test_an_event_is_entered_from_the_plan_that_lacks_it(
    tmp_path: Path, plain_browser: Browser, rulebook: Rulebook
) -> None:
    async with LocalBotApi() as api, playing(api, tmp_path, plain_browser, rulebook) as play:
        await tells(play.koor, "/mulai 1.2.9")
        message = await tells(play.koor, "55201")
        await play.koor.presses(message, message.buttons[0])
        plan = await play.koor.next_message()
        assert "Not in the calendar: semester" in plan.text
        asked = await turns(play.koor, plan, "📅 Enter: semester")
        assert "when?" in asked.text
        read_back = await tells(play.koor, "7 September 2026 – 30 Januari 2027")
        saved = await turns(play.koor, read_back, "Save")
        shown = await turns(play.koor, saved, "⬆ Back to the plan")
        assert "Not in the calendar" not in shown.text


async def test_an_event_that_moves_shows_before_what_it_moves(play: Play) -> None:
    await started(play)
    listed = await tells(play.koor, "/kalender")
    opened = await turns(play.koor, listed, next(one for one in listed.buttons if "7 Sep" in one or "Sep 7" in one))
    await turns(play.koor, opened, "Change the date")
    preview = await tells(play.koor, "7 September 2026 – 6 Februari 2027")
    assert "then due on" in preview.text
    await turns(play.koor, preview, "Save")
    moved = await play.kaprodi.next_message()
    assert "Due on another day" in moved.text
    assert "Saturday, 6 February 2027" in moved.text


async def test_an_administrator_sees_the_status_as_before(play: Play) -> None:
    chief = chief_of(play.stage.api)
    assert (await tells(chief, "/status")).text
