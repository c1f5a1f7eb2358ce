"""Runs of real SOPs: planned, approved, done, handed on, put off, skipped; who hears, and what the trail keeps."""

from __future__ import annotations

import datetime as dt

import pytest
from reminders_house import BAAK, DOSEN, DOSEN_TWO, KAPRODI, KOOR, LPM, OTHER_KAPRODI, House, notices

from reminders.planning import PlanRefusedError
from reminders.rulebook import SopNotFoundError
from reminders.running import Fault, RunRefusedError
from reminders.schedule import Notice
from store.runs import RunState, StepState
from store.trail import Act


def acts(house: House, run_id: int) -> list[Act]:
    return [entry.act for entry in house.store.trail.of_run(run_id)]


def test_a_plan_has_every_step_with_its_people_and_dates_and_nobody_hears_of_it(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    run = house.plan("1.2.9")
    sop = house.running.almanac.rulebook.sop(run.document)
    steps = house.store.runs.steps(run.id)
    assert run.state is RunState.DRAFT
    assert run.digest == sop.digest
    assert [step.number.split(" ")[0] for step in steps] == [one.number for one in sop.steps]
    (supervision,) = (step for step in steps if step.number.startswith("5 ("))
    assert (supervision.number, supervision.due_on) == ("5 (2/2)", dt.date(2027, 1, 30))  # the first half is over
    assert [one.person_id for one in house.store.runs.assignments(supervision.id)] == [KAPRODI]
    house.clock.to("2027-03-01")
    assert house.tell() == {}


def test_what_the_calendar_does_not_know_is_missing_and_then_planned(house: House) -> None:
    run = house.plan("1.2.9")
    assert house.running.planner.missing(run.id) == ("semester",)
    house.event("semester", "2026-09-07", "2027-01-30")
    (fresh,) = house.store.runs.all(RunState.DRAFT)
    assert house.running.planner.missing(fresh.id) == ()
    assert "5 (2/2)" in house.steps(fresh)


def test_what_is_asked_for_several_times_is_a_step_each_time(house: House) -> None:
    house.event("semester", "2026-11-30", "2027-04-30")
    days = [step.due_on for step in house.steps(house.plan("1.2.9")).values() if step.due_on]
    assert days == [dt.date(2027, 2, 13), dt.date(2027, 4, 30)]


def test_each_course_has_its_own_date(house: House) -> None:
    house.event("course_exam", "2026-12-14", unit="55201", label="Statistika")
    house.event("course_exam", "2026-12-16", unit="55201", label="Basis Data")
    house.event("course_exam", "2026-12-15", unit="49201", label="Peluang")
    steps = house.steps(house.plan("1.2.8"))
    assert steps["B.9 · Statistika"].due_on == dt.date(2026, 12, 21)
    assert steps["B.9 · Basis Data"].due_on == dt.date(2026, 12, 23)
    assert not any("Peluang" in number for number in steps)


def test_everybody_hears_once_when_it_starts_and_the_first_step_is_open(house: House) -> None:
    run = house.start("1.2.8")
    told = house.tell()
    mine = notices(told[KAPRODI])
    assert set(mine) == {(Notice.GIVEN, number) for number in ("A.4", "B.4", "B.10", "B.13")}
    assert OTHER_KAPRODI not in told
    assert set(told) >= {KAPRODI, DOSEN, DOSEN_TWO, KOOR, BAAK}
    assert house.steps(run)["A.1"].state is StepState.OPEN
    assert notices(told[KOOR]) == [(Notice.TURN, "A.1")]  # nobody is Vice-Rector I here
    assert acts(house, run.id)[0] is Act.RUN_STARTED
    assert house.tell() == {}


def test_when_a_step_is_done_the_next_person_hears(house: House) -> None:
    run = house.start("1.2.8")
    house.tell()
    for number in ("A.1", "A.2", "A.3"):
        house.running.done(house.steps(run)[number].id, KOOR)
    told = house.tell()
    assert (Notice.TURN, "A.4") in notices(told[KAPRODI])
    assert (Notice.TURN, "A.2") not in notices(told.get(BAAK, []))  # it was over before it could be said
    house.running.done(house.steps(run)["A.4"].id, KAPRODI, "Berita acara terbit", {"file_id": "f", "name": "ba.pdf"})
    last = house.store.trail.of_step(house.steps(run)["A.4"].id)[-1]
    assert (last.act, last.done_by, last.details["evidence"]["name"]) == (Act.STEP_DONE, KAPRODI, "ba.pdf")


def test_what_each_lecturer_must_do_is_done_when_all_have_done_it(house: House) -> None:
    house.event("course_exam", "2026-12-14", unit="55201", label="Statistika")
    run = house.start("1.2.8")
    house.tell()
    step = house.steps(run)["B.9 · Statistika"]
    house.running.done(step.id, DOSEN)
    assert house.store.runs.step(step.id).is_left
    house.clock.to("2026-12-18")
    told = house.tell()
    assert (Notice.LEAD, step.number) in notices(told[DOSEN_TWO])
    assert (Notice.LEAD, step.number) not in notices(told.get(DOSEN, []))
    house.running.done(step.id, DOSEN_TWO)
    assert house.store.runs.step(step.id).state is StepState.DONE


def test_a_step_counted_from_the_one_before_gets_its_day_when_that_is_done(house: House) -> None:
    run = house.start("1.5.7")
    steps = house.steps(run)
    before = next(step for step in steps.values() if step.position == steps["3"].position - 1)
    assert steps["3"].due_on is None
    for step in house.store.runs.steps(run.id)[: before.position]:
        house.running.done(step.id, KOOR)
    assert house.steps(run)["3"].due_on == dt.date(2026, 12, 7)


def test_a_run_is_finished_with_its_last_step(house: House) -> None:
    run = house.start("1.2.9", by=LPM)
    for step in house.store.runs.steps(run.id):
        house.running.done(step.id, KOOR)
    assert house.store.runs.get(run.id).state is RunState.FINISHED
    assert (Notice.TOLD, house.store.runs.steps(run.id)[-1].number) in notices(house.tell()[LPM])
    house.clock.to("2027-12-01")
    assert house.tell() == {}


def test_a_step_handed_on_stays_until_the_other_accepts(house: House) -> None:
    run = house.start("1.2.8")
    house.tell()
    step = house.steps(run)["A.4"]
    offer = house.running.offer(step.id, KAPRODI, DOSEN)
    assert notices(house.hears(DOSEN)) == [(Notice.OFFERED, "A.4")]
    assert [one.person_id for one in house.running.schedule.having(step)] == [KAPRODI]
    house.running.accept(offer, DOSEN)
    assert [one.person_id for one in house.running.schedule.having(step)] == [DOSEN]
    assert notices(house.hears(KAPRODI)) == [(Notice.TOLD, "A.4")]
    with pytest.raises(RunRefusedError):
        house.running.accept(offer, DOSEN)


def test_who_declines_leaves_it_where_it_was(house: House) -> None:
    step = house.steps(house.start("1.2.8"))["A.4"]
    house.tell()
    offer = house.running.offer(step.id, KAPRODI, DOSEN)
    house.running.decline(offer, DOSEN)
    assert [one.person_id for one in house.running.schedule.having(step)] == [KAPRODI]
    assert notices(house.hears(KAPRODI)) == [(Notice.TOLD, "A.4")]


def test_not_mine_goes_to_the_coordinator_who_is_reminded_from_then_on(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    run = house.start("1.2.9")
    house.tell()
    step = house.steps(run)["5 (2/2)"]
    (mine,) = house.running.schedule.having(step)
    house.running.release(mine.id, KAPRODI)
    assert notices(house.hears(KOOR)) == [(Notice.TOLD, "5 (2/2)")]
    house.clock.to("2027-01-29")
    told = house.tell()
    assert (Notice.LEAD, "5 (2/2)") in notices(told[KOOR])
    assert (Notice.LEAD, "5 (2/2)") not in notices(told.get(KAPRODI, []))


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_putting_off_and_skipping_take_a_reason(house: House, reason: str) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    step = house.steps(house.start("1.2.9"))["5 (2/2)"]
    with pytest.raises(RunRefusedError) as put_off:
        house.running.set_day(step.id, KAPRODI, dt.date(2027, 2, 2), reason)
    with pytest.raises(RunRefusedError) as skipped:
        house.running.skip(step.id, KAPRODI, reason)
    assert (put_off.value.fault, skipped.value.fault) == (Fault.NO_REASON, Fault.NO_REASON)
    assert house.store.runs.step(step.id) == step


def test_put_off_moves_the_reminders_and_the_coordinator_hears(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    run = house.start("1.2.9")
    house.tell()
    step = house.steps(run)["5 (2/2)"]
    house.running.set_day(step.id, KAPRODI, dt.date(2027, 2, 10), "Dosen sakit")
    assert notices(house.hears(KOOR)) == [(Notice.MOVED, "5 (2/2)")]
    house.clock.to("2027-01-30")
    assert (Notice.LEAD, "5 (2/2)") not in notices(house.hears(KAPRODI))
    house.clock.to("2027-02-03")
    assert (Notice.LEAD, "5 (2/2)") in notices(house.hears(KAPRODI))
    details = [entry.details for entry in house.store.trail.of_step(step.id) if entry.act is Act.PUT_OFF]
    assert details == [{"before": "2027-01-30", "day": "2027-02-10", "reason": "Dosen sakit"}]


def test_done_by_mistake_is_taken_back_and_reminds_again(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    step = house.steps(house.start("1.2.9"))["5 (2/2)"]
    house.tell()
    house.running.done(step.id, KAPRODI)
    house.running.reopen(step.id, KAPRODI)
    house.clock.to("2027-01-27")
    assert (Notice.LEAD, "5 (2/2)") in notices(house.hears(KAPRODI))


def test_a_stopped_run_reminds_nobody(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    run = house.start("1.2.9")
    house.tell()
    house.running.stop(run.id, KOOR, "Diganti")
    house.clock.to("2027-03-01")
    assert house.tell() == {}
    with pytest.raises(RunRefusedError):
        house.running.done(house.store.runs.steps(run.id)[0].id, KOOR)


def test_a_plan_is_approved_once(house: House) -> None:
    run = house.plan("1.2.9")
    house.running.approve(run.id, KOOR)
    with pytest.raises(RunRefusedError):
        house.running.approve(run.id, KOOR)
    assert not house.store.runs.discard(run.id)


def test_the_same_origin_is_planned_once(house: House) -> None:
    document = house.running.almanac.rulebook.sops[0].document
    planner = house.running.planner
    assert planner.draft(document, None, KOOR, "proposal") is not None
    assert planner.draft(document, None, KOOR, "proposal") is None


def test_what_is_no_sop_cannot_be_planned(house: House) -> None:
    with pytest.raises(SopNotFoundError):
        house.running.planner.draft("nothing", None, KOOR)


def test_an_event_plans_the_rules_that_stand_outside_of_steps(house: House) -> None:
    event = house.event("semester_start", "2027-02-15")
    title = house.running.almanac.rulebook.sops[0].title
    run = house.running.planner.draft_of_event(event, title, KOOR)
    assert run is not None
    steps = house.store.runs.steps(run.id)
    assert len(steps) > 5
    assert all(step.due_on is not None and step.time_limit for step in steps)
    texts = [(step.text, step.number) for step in steps]
    assert len(set(texts)) == len(texts)
    assert house.running.planner.draft_of_event(event, title, KOOR) is None
    with pytest.raises(PlanRefusedError):
        house.running.planner.draft_of_event(house.event("graduation", "2027-04-10"), title, KOOR)


def test_a_run_of_a_faculty_is_each_programmes(house: House) -> None:
    house.event("semester", "2026-09-07", "2027-01-30")
    run = house.start("1.2.9", unit="Fakultas Sains")
    house.tell()
    step = house.steps(run)["5 (2/2)"]
    assert {one.person_id for one in house.running.schedule.having(step)} == {KAPRODI, OTHER_KAPRODI}
    house.running.done(step.id, KAPRODI)
    assert house.store.runs.step(step.id).is_left


def test_who_was_named_for_an_office_has_its_steps_in_the_next_run(house: House) -> None:
    house.store.runs.name_holder("vice-rector-1", None, LPM)
    step = house.steps(house.plan("1.2.8"))["A.1"]
    assert [one.person_id for one in house.store.runs.assignments(step.id)] == [LPM]
