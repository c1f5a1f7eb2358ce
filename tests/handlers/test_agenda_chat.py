"""/jadwal: one's next 30 days in the chat and as a file, and when one is reminded."""

import datetime as dt
from pathlib import Path

import icalendar
import pytest
from agenda_stage import StandingClock, agenda_bot, running_of, started, step
from people_stage import give, tells, turns
from telegram_stage import Stage

from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.roles import Role
from store.wishes import Wishes

TODAY = dt.date(2026, 11, 21)


def in_days(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def budi_of(api: LocalBotApi, stage: Stage, unit: str | None = "55201", language: str = "en") -> Somebody:
    budi = api.person("Budi", language=language)
    give(stage.store, budi, Role.LECTURER, unit, language)
    return budi


def filled(stage: Stage, budi: Somebody) -> None:
    """Give Budi a late step, one to come, one without a day, one offered, a reminder, and events around him."""
    other = stage.store.people.seen(77, "Sari", None, "en")
    run = started(
        stage.store,
        budi.id,
        step(1, "Collect the drafts", in_days(-3), budi.id),
        step(2, "Hand in the questions", dt.date(2026, 12, 14), budi.id),
        step(3, "Archive all", None, budi.id),
        step(4, "Check the paper", in_days(2), other.id),
        step(5, "Far away", in_days(40), budi.id),
    )
    checked = stage.store.runs.steps(run.id)[3]
    running_of(stage.store).offer(checked.id, other.id, budi.id)
    stage.store.wishes.add_own(budi.id, "call <the dean>", in_days(2), dt.time(9), None)
    informatics, law = stage.store.units.by_code("55201"), stage.store.units.by_code("74201")
    assert informatics is not None
    assert law is not None
    events = stage.store.events
    events.add("midterm", in_days(2), in_days(7), None)
    events.add("midterm", in_days(4), in_days(9), None, unit_id=informatics.id)
    events.add("own", in_days(5), in_days(5), None, label="Law day", unit_id=law.id)
    events.add("own", in_days(-2), in_days(1), None, label="Open days", unit_id=informatics.faculty_id)


async def test_the_schedule_shows_what_is_one_s_own_by_day_with_what_is_late_first(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        filled(stage, budi)
        text = (await tells(budi, "/jadwal")).text
        assert text.startswith(
            "Your schedule until Sunday, 20 December 2026\n\n⚠ Late\n"
            "• 1. Collect the drafts (SOP/01 Curriculum Review) – Wednesday, 18 November 2026\n\n"
            "Saturday, 21 November 2026 (weekend)\n• 📅 Open days, Fakultas Sains, until Sunday, 22 November 2026\n\n"
            "Monday, 23 November 2026\n"
            "• 4. Check the paper (SOP/01 Curriculum Review) – offered to you\n• ⏰ 09.00 call <the dean>\n"
        )
        assert "Monday, 14 December 2026\n• 2. Hand in the questions" in text
        assert text.endswith("Without a day yet\n• 3. Archive all (SOP/01 Curriculum Review)")
        assert "Far away" not in text
        assert "Law day" not in text
        assert text.count("📅") == 2, "the programme's exams take the place of the university's"


async def test_the_schedule_speaks_the_language_of_its_reader(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage, language="id")
        filled(stage, budi)
        stage.store.wishes.add_own(budi.id, "rapat", dt.date(2026, 11, 22), None, None)
        text = (await tells(budi, "/jadwal")).text
        assert "Senin, 14 Desember 2026\n• 2. Hand in the questions (id) (SOP/01 Peninjauan Kurikulum)" in text
        assert "Minggu, 22 November 2026 (akhir pekan)\n• ⏰ rapat" in text


async def test_an_empty_schedule_says_how_to_fill_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, units=False) as stage:
        budi = budi_of(api, stage, unit=None)
        shown = await tells(budi, "/jadwal")
        assert "Nothing stands in your schedule." in shown.text
        asked = await turns(budi, shown, "New reminder")
        assert asked.text.startswith("What shall I remind you of?")


async def test_a_long_schedule_has_pages_that_lose_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        for number in range(60):
            stage.store.wishes.add_own(budi.id, f"<b>{number:03}</b> & " + "word " * 30, in_days(number % 20 + 1), None)
        page, seen = await tells(budi, "/jadwal"), ""
        for _ in range(10):
            seen += page.text
            following = [button for button in page.buttons if button.startswith("▶")]
            if not following:
                break
            page = await turns(budi, page, following[0])
        assert [number for number in range(60) if f"<b>{number:03}</b>" not in seen] == []
        assert page.buttons[0].startswith("◀")


async def file_of(somebody: Somebody) -> icalendar.Calendar:
    await somebody.presses(await tells(somebody, "/jadwal"), "📅 As a file (.ics)")
    sent = await somebody.next_message()
    assert sent.document is not None
    assert sent.wire["document"]["file_name"] == "jadwal.ics"
    found = icalendar.Calendar.from_ical(sent.document.decode())
    assert isinstance(found, icalendar.Calendar)
    return found


async def test_the_file_holds_all_that_is_to_come_with_zone_and_alarms(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        filled(stage, budi)
        stage.store.wishes.keep(budi.id, Wishes(leads=(3, 0), morning=dt.time(7, 15)))
        made = {str(event["summary"]): event for event in (await file_of(budi)).walk("VEVENT")}
        assert set(made) == {
            *("1. Collect the drafts", "2. Hand in the questions", "5. Far away", "4. Check the paper"),
            *("call <the dean>", "Mid-term examinations (UTS)", "Open days"),
        }
        step_event = made["2. Hand in the questions"]
        assert step_event.decoded("dtstart") == dt.date(2026, 12, 14)
        assert [alarm.TRIGGER for alarm in step_event.walk("VALARM")] == [
            dt.datetime(2026, 12, 11, 0, 15, tzinfo=dt.UTC),
            dt.datetime(2026, 12, 14, 0, 15, tzinfo=dt.UTC),
        ]
        own = made["call <the dean>"]
        assert own["dtstart"].params["TZID"] == "Asia/Jakarta"
        assert own.decoded("dtstart") == dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
        exams = made["Mid-term examinations (UTS)"]
        assert (exams.decoded("dtstart"), exams.decoded("dtend")) == (in_days(4), in_days(10))
        assert made["4. Check the paper"]["status"] == "TENTATIVE"


async def test_the_same_thing_has_the_same_uid_in_the_next_file(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, clock) as stage:
        budi = budi_of(api, stage)
        filled(stage, budi)
        first = {str(event["uid"]) for event in (await file_of(budi)).walk("VEVENT")}
        (own,) = stage.store.wishes.all_own(budi.id)
        stage.store.wishes.move_own(own.id, in_days(3), None)
        clock.now += dt.timedelta(minutes=10)
        second = {str(event["uid"]) for event in (await file_of(budi)).walk("VEVENT")}
        assert first == second
        assert len(first) == 7


# ---------------------------------------------------------------- settings


async def test_settings_change_what_waits_and_say_what_was(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        started(stage.store, budi.id, step(1, "Hand in", dt.date(2026, 12, 14), budi.id))
        own = stage.store.wishes.add_own(budi.id, "rapat", dt.date(2026, 12, 1), None)
        running_of(stage.store).schedule.own(own)
        shown = await turns(budi, await tells(budi, "/jadwal"), "⚙ Settings")
        assert "Days before: as the rule says" in shown.text
        assert "✅ Days as the rule says" in shown.buttons
        shown = await turns(budi, shown, "14")
        shown = await turns(budi, shown, "1")
        assert (
            "Days before: 14, 1\nTime of the day: 07.30\nQuiet hours: 20.00–06.00\n\nBefore:\nDays before: 14\n"
            in shown.text
        )
        shown = await turns(budi, shown, "08.00")
        assert "Time of the day: 08.00" in shown.text
        leads = [thing.due_at for thing in stage.store.due.waiting_for(budi.id) if thing.kind == "lead"]
        assert leads == [dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC), dt.datetime(2026, 12, 13, 1, tzinfo=dt.UTC)]
        mine = [thing.due_at for thing in stage.store.due.waiting_for(budi.id) if thing.kind == "own"]
        assert mine == [dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC)]


async def test_a_double_tap_on_a_day_sets_it_once(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        shown = await turns(budi, await tells(budi, "/jadwal"), "⚙ Settings")
        for query in [await budi.presses(shown, "3") for _ in range(2)]:
            await query.answered()
        assert stage.store.wishes.of(budi.id).leads == (3,)


async def test_a_morning_in_the_quiet_hours_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        shown = await turns(budi, await tells(budi, "/jadwal"), "⚙ Settings")
        shown = await turns(budi, shown, "06.00")
        said = (await (await budi.presses(shown, "Quiet 18.00–07.00")).answered())["text"]
        assert said == "The time of reminders lies in the quiet hours: change one of them."
        assert stage.store.wishes.of(budi.id) == Wishes(morning=dt.time(6))
        shown = await turns(budi, shown, "No quiet hours")
        assert "Quiet hours: none" in shown.text


async def test_a_time_is_typed_and_outlives_a_restart(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        async with agenda_bot(api, tmp_path) as stage:
            budi = budi_of(api, stage)
            await turns(budi, await turns(budi, await tells(budi, "/jadwal"), "⚙ Settings"), "Another time …")
        async with agenda_bot(api, tmp_path) as stage:
            for words, said in (
                ("pagi", "“pagi” is no time of the day; write it as 07.15."),
                ("25.00", "“jam 25.00” is no time of the day; write it as 09.00."),
                ("22.30", "The time of reminders lies in the quiet hours: change one of them."),
            ):
                assert (await tells(budi, words)).text == said
            assert stage.store.wishes.of(budi.id) == Wishes()
            assert "The Dean approves it." in (await tells(budi, "siapa yang mengesahkan kurikulum?")).text
            assert "Time of the day: 07.15" in (await tells(budi, "07.15")).text
            assert stage.store.wishes.of(budi.id).morning == dt.time(7, 15)
            await tells(budi, "08.00")
            assert stage.answerer.asked[-1] == "08.00", "the dialogue is over"


@pytest.mark.parametrize("data", ["ga:lead:2:1", "ga:morning:1:0", "ga:quiet:9:0", "ga:quiet:-1:0"])
async def test_forged_settings_change_nothing(tmp_path: Path, data: str) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        message = await tells(budi, "/jadwal")
        assert "does not work any more" in (await (await budi.forges(message, data)).answered())["text"]
        assert stage.store.wishes.of(budi.id) == Wishes()


async def test_a_wish_while_a_time_is_asked_is_a_wish(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        await turns(budi, await turns(budi, await tells(budi, "/jadwal"), "⚙ Settings"), "Another time …")
        assert (await tells(budi, "ingatkan saya besok rapat senat")).text.startswith("Shall I remind you so?")
