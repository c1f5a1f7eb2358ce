"""Who hears what when: lead times, mornings, quiet hours, late steps, stops, people who leave; each thing once."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reminders_house import DOSEN, DOSEN_TWO, KAPRODI, KOOR, LPM, House, notices

from reminders.schedule import Notice
from reminders.telling import OwnItem, ProposalItem, RulesItem, StepItem, WeekItem
from reminders.timing import Timing
from reminders.workdays import Workdays
from store.roles import Role
from store.rulings import Verdict
from store.runs import Run, RunStep
from store.wishes import Wishes

STEP = "5 (2/2)"
"""Due on Saturday, 30 January 2027."""


@pytest.fixture
def run(house: House) -> Run:
    """A run that the head of programme has a step of; everything said at its start is said."""
    house.event("semester", "2026-09-07", "2027-01-30")
    run = house.start("1.2.9")
    house.tell()
    return run


def step(house: House, run: Run) -> RunStep:
    return house.steps(run)[STEP]


def days_heard(house: House, person: int, first: str, days: int, notice: Notice) -> list[str]:
    """Return the days on which somebody hears something of the step, looking each morning at 07:30."""
    heard = []
    for ahead in range(days):
        day = (dt.date.fromisoformat(first) + dt.timedelta(days=ahead)).isoformat()
        house.clock.to(day)
        if (notice, STEP) in notices(house.hears(person)):
            heard.append(day)
    return heard


def test_people_hear_7_3_and_1_days_before_and_on_the_morning_itself(house: House, run: Run) -> None:
    heard = days_heard(house, KAPRODI, "2027-01-15", 16, Notice.LEAD)
    assert heard == ["2027-01-23", "2027-01-27", "2027-01-29", "2027-01-30"]


def test_nothing_comes_a_minute_too_early(house: House, run: Run) -> None:
    house.clock.to("2027-01-27", "07:29")
    house.tell()
    house.clock.to("2027-01-27", "07:30")
    assert (Notice.LEAD, STEP) in notices(house.hears(KAPRODI))


def test_a_late_step_comes_on_working_days_and_after_two_days_to_the_coordinator(house: House, run: Run) -> None:
    # 30 January is a Saturday, 5 February a holiday (Isra Mikraj).
    house.clock.to("2027-01-30")
    house.tell()
    heard = days_heard(house, KAPRODI, "2027-01-31", 9, Notice.OVERDUE)
    assert heard == ["2027-02-01", "2027-02-02", "2027-02-03", "2027-02-04", "2027-02-08"]


def test_the_coordinator_hears_of_late_steps_from_the_second_day_on(house: House, run: Run) -> None:
    assert days_heard(house, KOOR, "2027-01-31", 4, Notice.LATE) == ["2027-02-01", "2027-02-02", "2027-02-03"]


def test_a_late_step_is_not_said_on_a_holiday(house: House, run: Run) -> None:
    house.event("day_off", "2027-02-02", label="Dies Natalis")
    assert "2027-02-02" not in days_heard(house, KAPRODI, "2027-01-31", 5, Notice.OVERDUE)


def test_everything_ends_when_it_is_done(house: House, run: Run) -> None:
    house.clock.to("2027-01-27")
    house.tell()
    house.running.done(step(house, run).id, KAPRODI)
    assert days_heard(house, KAPRODI, "2027-01-28", 10, Notice.LEAD) == []


def test_what_fell_into_a_stop_is_said_once_and_marked_late(house: House, run: Run) -> None:
    house.clock.to("2027-01-29", "12:00")
    (item,) = [one for one in house.hears(KAPRODI) if isinstance(one, StepItem) and one.step.number == STEP]
    assert item.notice is Notice.LEAD
    assert item.planned_at == dt.datetime(2027, 1, 29, 0, 30, tzinfo=dt.UTC)
    assert house.lapsed[KAPRODI] == 2
    assert house.tell() == {}


def test_after_a_long_stop_it_is_simply_late(house: House, run: Run) -> None:
    house.clock.to("2027-02-10", "12:00")
    found = notices(house.hears(KAPRODI))
    assert found.count((Notice.OVERDUE, STEP)) == 1
    assert (Notice.LEAD, STEP) not in found
    house.clock.to("2027-02-11")
    assert (Notice.OVERDUE, STEP) in notices(house.hears(KAPRODI))


def test_quiet_hours_wait_for_the_morning_but_not_for_a_time_that_was_chosen(house: House, run: Run) -> None:
    house.clock.to("2027-01-10", "21:00")
    found = step(house, run)
    house.running.set_day(found.id, KOOR, dt.date(2027, 3, 1), "Diundur")
    house.running.snooze(found.id, 0, KAPRODI, house.clock.now + dt.timedelta(hours=1))
    assert house.hears(KAPRODI) == []
    house.clock.to("2027-01-10", "22:00")
    assert notices(house.hears(KAPRODI)) == [(Notice.SNOOZED, STEP)]
    house.clock.to("2027-01-11", "06:00")
    assert (Notice.MOVED, STEP) in notices(house.hears(KAPRODI))


def test_wishes_change_what_waits(house: House, run: Run) -> None:
    house.store.wishes.keep(KAPRODI, Wishes(leads=(2,), morning=dt.time(8, 15)))
    house.running.schedule.again_for(KAPRODI)
    house.clock.to("2027-01-27", "09:00")
    assert (Notice.LEAD, STEP) not in notices(house.hears(KAPRODI))
    house.clock.to("2027-01-28", "08:14")
    assert (Notice.LEAD, STEP) not in notices(house.hears(KAPRODI))
    house.clock.to("2027-01-28", "08:15")
    assert (Notice.LEAD, STEP) in notices(house.hears(KAPRODI))


def test_one_message_holds_all_that_comes_at_one_moment(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    for document in ("1.2.9", "1.4.1", "1.7.1"):
        house.start(document)
    house.tell()
    house.clock.to("2027-01-29")
    told = house.tell()
    assert len([item for item in told[DOSEN] if isinstance(item, StepItem) and item.notice is Notice.LEAD]) == 2


def test_nobody_who_blocked_hears_and_the_coordinator_does_once(house: House, run: Run) -> None:
    house.store.people.has_blocked(KAPRODI)
    house.telling.look_after()
    house.telling.look_after()
    told = house.tell()
    assert (Notice.STRAY, STEP) in notices(told[KOOR])
    assert KAPRODI not in told
    house.clock.to("2027-01-27")
    told = house.tell()
    assert KAPRODI not in told
    assert (Notice.LEAD, STEP) in notices(told[KOOR])


@pytest.mark.parametrize("how", ["erased", "another role"])
def test_who_leaves_loses_what_they_had_by_role_and_the_coordinator_hears(house: House, run: Run, how: str) -> None:
    if how == "erased":
        house.store.erase_person(KAPRODI)
    else:
        house.store.people.grant(KAPRODI, Role.LECTURER)
    house.telling.look_after()
    assert (Notice.STRAY, STEP) in notices(house.hears(KOOR))
    house.telling.look_after()
    assert house.tell() == {}


def test_the_trail_keeps_a_pseudonym_of_who_is_erased(house: House, run: Run) -> None:
    house.running.snooze(step(house, run).id, 0, KAPRODI, house.clock.now)
    house.running.set_day(step(house, run).id, KAPRODI, dt.date(2027, 2, 3), "Alasan")
    house.store.erase_person(KAPRODI)
    entries = house.store.trail.of_run(run.id)
    mine = [entry for entry in entries if entry.role is Role.HEAD_OF_PROGRAMME]
    assert {entry.name for entry in mine} == {entry.told_name for entry in entries if entry.told_name[:1] == "P"}
    assert all(entry.done_by is None for entry in mine)


def test_a_coordinator_who_leaves_is_followed_by_the_quality_office(house: House, run: Run) -> None:
    house.store.erase_person(KOOR)
    house.store.people.has_blocked(KAPRODI)
    house.telling.look_after()
    assert (Notice.STRAY, STEP) in notices(house.hears(LPM))


def test_monday_brings_the_week(house: House, run: Run) -> None:
    house.clock.to("2027-01-22")
    house.tell()
    house.telling.look_after()
    house.clock.to("2027-01-25")
    told = house.tell()
    weeks = {person: item for person, items in told.items() for item in items if isinstance(item, WeekItem)}
    assert STEP in [one.number for one in weeks[KAPRODI].duties]
    assert [one.run.id for one in weeks[KOOR].runs] == [run.id]
    house.telling.look_after()
    assert house.tell() == {}


def test_ones_own_reminder_comes_at_its_time_and_is_over(house: House) -> None:
    reminder = house.store.wishes.add_own(DOSEN_TWO, "kumpul soal", dt.date(2026, 12, 3), dt.time(21, 45))
    house.running.schedule.own(reminder)
    house.clock.to("2026-12-03", "21:44")
    assert house.tell() == {}
    house.clock.to("2026-12-03", "21:45")
    (item,) = house.hears(DOSEN_TWO)
    assert isinstance(item, OwnItem)
    assert item.reminder.text == "kumpul soal"
    assert house.store.wishes.all_own(DOSEN_TWO) == ()


def test_changed_rules_return_to_who_rules(house: House) -> None:
    rules = house.running.almanac.rulebook.rules
    house.telling.take_up()
    assert house.tell() == {}
    house.store.rulings.rule(rules[0].key, rules[0].clause.document, Verdict.CONFIRMED, KOOR)
    house.running.almanac.rulebook = type(house.running.almanac.rulebook)(rules[1:], ())
    house.telling.take_up()
    (item,) = house.hears(KOOR)
    assert isinstance(item, RulesItem)
    assert (item.document, item.gone, item.ruled) == (rules[0].clause.document, 1, 1)
    house.telling.take_up()
    assert house.tell() == {}


def test_another_zone_moves_what_waits(house: House, run: Run) -> None:
    house.telling.take_up()
    house.clock.to("2027-01-26")
    house.tell()
    house.running.almanac.zone = "Asia/Jayapura"
    house.telling.take_up()
    house.clock.to("2027-01-27", "05:29")
    assert (Notice.LEAD, STEP) not in notices(house.hears(KAPRODI))
    house.clock.to("2027-01-27", "06:00")  # two hours earlier by Jakarta's clock, after its quiet hours
    assert (Notice.LEAD, STEP) in notices(house.hears(KAPRODI))


def test_moved_events_are_heard_once_by_everybody_affected(house: House, run: Run) -> None:
    (event,) = house.store.events.all(kind="semester")
    for last in ("2027-02-06", "2027-02-13"):  # twice before anybody could hear of the first
        moved = house.store.events.change(event.id, event.starts, dt.date.fromisoformat(last))
        shifts = house.telling.moving.changed(moved, LPM)
        assert STEP in [shift.step.number for shift in shifts]
    told = house.tell()
    assert notices(told[KAPRODI]).count((Notice.MOVED, STEP)) == 1
    assert (Notice.MOVED, STEP) in notices(told[KOOR])
    assert step(house, run).due_on == dt.date(2027, 2, 13)
    assert house.tell() == {}
    assert days_heard(house, KAPRODI, "2027-01-20", 15, Notice.LEAD) == []
    assert "2027-02-12" in days_heard(house, KAPRODI, "2027-02-05", 9, Notice.LEAD)


def test_an_event_that_goes_takes_the_date_with_it(house: House, run: Run) -> None:
    (event,) = house.store.events.all(kind="semester")
    house.store.events.remove(event.id)
    house.telling.moving.removed(event, LPM)
    assert (Notice.MOVED, STEP) in notices(house.hears(KAPRODI))
    assert step(house, run).due_on is None
    house.clock.to("2027-02-20")
    assert house.tell() == {}


def test_a_run_that_repeats_is_proposed_when_its_event_comes_again(house: House, run: Run) -> None:
    house.store.runs.set_repeats(run.id, True)
    house.event("semester", "2027-02-15", "2027-07-10")
    (item,) = house.hears(KOOR)
    assert isinstance(item, ProposalItem)
    assert item.run.id == run.id
    house.event("semester", "2027-02-15", "2027-07-10", unit="49201")
    assert house.tell() == {}
    assert step(house, run).due_on == dt.date(2027, 1, 30)  # what runs already stays in its semester


def test_a_programmes_own_date_takes_the_place_of_the_universitys(house: House, run: Run) -> None:
    house.event("semester", "2026-09-07", "2027-01-23", unit="55201")
    assert step(house, run).due_on == dt.date(2027, 1, 23)
    house.event("semester", "2026-09-14", "2027-02-06", unit="49201")
    assert step(house, run).due_on == dt.date(2027, 1, 23)


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2035, 12, 31))
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(due=DAYS, now=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2036, 1, 1)), leads=st.sets(st.integers(0, 60)))
def test_lead_times_are_to_come_and_in_order_and_never_behind_the_day(
    due: dt.date, now: dt.datetime, leads: set[int]
) -> None:
    timing = Timing("Asia/Jakarta", Workdays())
    moment = now.replace(tzinfo=dt.UTC)
    found = timing.leads(due, leads, Wishes(), moment)
    assert [at for _, at in found] == sorted(at for _, at in found)
    for lead, at in found:
        assert at > moment
        assert timing.today(at) == due - dt.timedelta(days=lead)


@given(now=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2030, 1, 1)), start=TIMES, end=TIMES)
def test_quiet_hours_end_at_their_end_within_a_day(now: dt.datetime, start: dt.time, end: dt.time) -> None:
    timing, wishes = Timing("Asia/Jakarta", Workdays()), Wishes(quiet_from=start, quiet_to=end)
    moment = now.replace(tzinfo=dt.UTC)
    until = timing.after_quiet(moment, wishes)
    if until is None:
        assert not wishes.is_quiet(timing.local(moment).time())
    else:
        assert moment < until <= moment + dt.timedelta(days=1)
        assert timing.local(until).time() == end
        assert not wishes.is_quiet(timing.local(until).time())


@pytest.mark.parametrize(("day", "hour"), [("2027-03-28", 5), ("2027-10-31", 6)])
def test_a_clock_change_moves_no_morning(day: str, hour: int) -> None:
    timing = Timing("Europe/Berlin", Workdays())
    due = dt.date.fromisoformat(day)
    ((_, at),) = timing.leads(due, (0,), Wishes(), dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    assert timing.local(at).time() == dt.time(7, 30)
    assert at.hour == hour
