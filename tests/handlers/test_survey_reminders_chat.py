"""Reminders of surveys: three at most, a week apart, in the morning; none once there is nothing to be reminded of."""

import asyncio
import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from agenda_stage import NOW, StandingClock
from people_stage import chief_of, give, turns
from telegram_stage import Stage
from tracer_stage import campaign, graduate, listed, tied, tracer_bot

from handlers.reminding import tell
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import Campaign, CampaignKind, CampaignState
from store.interviews import InterviewState
from store.roles import Role
from store.wishes import Wishes

WEEK = dt.timedelta(days=7)
HOUR = dt.timedelta(hours=1)


async def let_pass(stage: Stage, clock: StandingClock, until: dt.datetime) -> None:
    """Let the hours pass one by one, as the scheduler of a running bot sees them."""
    rooms = stage.service.rooms
    while clock.now < until:
        clock.now += HOUR
        await rooms.desk.run(rooms.following.plan)
        while await rooms.desk.run(lambda: tell(rooms)):
            await _leaves(stage)


async def _leaves(stage: Stage) -> None:
    """Let all messages leave before the clock goes on; else their senders would look as if they had died."""
    stage.service._sender.pump.ring()
    while (counts := stage.store.outbox.counts()).queued or counts.sending:
        await asyncio.sleep(0)


def queued(stage: Stage, somebody: Somebody) -> list[dict[str, Any]]:
    """Return the messages for somebody in the outbox, in order, with the moment at which they were put there."""
    rows = stage.store._database.rows("SELECT * FROM outbox WHERE chat_id = ? ORDER BY id", [somebody.id])
    return [row for row in rows if row["method"] == "sendMessage"]


def moments(stage: Stage, somebody: Somebody) -> list[dt.datetime]:
    zone = stage.service.rooms.timezone
    return [dt.datetime.fromisoformat(row["created_at"]).astimezone(zone) for row in queued(stage, somebody)]


def begun(stage: Stage, made: Campaign, somebody: Somebody, nim: str = "20190001") -> int:
    """Let a graduate open their link and consent."""
    interviewing = stage.service.rooms.interviewing
    token = stage.store.campaigns.link(made.id, graduate(stage.store, nim).id).token
    interview = interviewing.start(token, somebody.id)
    return interviewing.consent(interview.id, somebody.id, "en").interview.id


async def test_three_reminders_come_a_week_apart_in_the_morning_and_then_none(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        campaign(stage.store, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
        await let_pass(stage, clock, NOW + dt.timedelta(days=70))
        first = await siti.next_message()
        assert "how you are doing since your graduation" in first.text
        assert first.url("▶ Begin").startswith("https://t.me/")
        said = moments(stage, siti)
        assert [moment.date() - NOW.date() for moment in said] == [WEEK, 2 * WEEK, 3 * WEEK]
        assert all(dt.time(7, 30) <= moment.time() <= dt.time(9, 0) for moment in said)
        assert "This is the last reminder." not in (await siti.next_message()).text
        assert "This is the last reminder." in (await siti.next_message()).text


async def test_the_link_of_a_reminder_opens_the_own_survey(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        made = campaign(stage.store, opens=NOW.date())
        await let_pass(stage, clock, NOW + dt.timedelta(days=8))
        token = (await siti.next_message()).url("▶ Begin").split("start=s_")[1]
        interview = stage.service.rooms.interviewing.start(token, siti.id)
        assert (interview.campaign_id, interview.graduate_id) == (made.id, graduate(stage.store).id)


async def test_who_moves_is_left_alone_for_a_week_and_then_asked_to_go_on(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        made = campaign(stage.store, opens=NOW.date())
        await let_pass(stage, clock, NOW + dt.timedelta(days=6))
        begun(stage, made, siti)
        await let_pass(stage, clock, NOW + dt.timedelta(days=12))
        assert queued(stage, siti) == []
        await let_pass(stage, clock, NOW + dt.timedelta(days=14))
        told = await siti.next_message()
        assert "go on where you stopped" in told.text
        assert told.buttons == ["▶ Go on", "Do not remind me"]


@pytest.mark.parametrize("how", ["sent", "withdrawn", "refused", "closed", "over", "erased", "blocked", "no contact"])
async def test_nothing_comes_after_it_is_over(tmp_path: Path, how: str) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        closes = NOW.date() + dt.timedelta(days=10 if how == "over" else 60)
        made = campaign(stage.store, opens=NOW.date(), closes=closes)
        interview = begun(stage, made, siti) if how in ("sent", "withdrawn") else 0
        await let_pass(stage, clock, NOW + dt.timedelta(days=8))
        assert len(queued(stage, siti)) == 1
        ends = {
            "sent": lambda: stage.store.interviews.set_state(interview, InterviewState.SENT),
            "withdrawn": lambda: stage.service.rooms.interviewing.withdraw(interview, siti.id),
            "refused": lambda: _refuse(stage, made, siti),
            "closed": lambda: stage.store.campaigns.set_state(made.id, CampaignState.CLOSED),
            "over": lambda: None,
            "erased": lambda: stage.store.erase_person(siti.id),
            "blocked": lambda: stage.store.people.has_blocked(siti.id),
            "no contact": lambda: stage.store.graduates.mark_no_contact(graduate(stage.store).id, wanted=True),
        }
        ends[how]()
        before = len(queued(stage, siti))
        await let_pass(stage, clock, NOW + dt.timedelta(days=40))
        assert len(queued(stage, siti)) == before


@pytest.mark.parametrize("how", ["sent", "withdrawn", "stopped", "closed"])
async def test_a_reminder_that_waits_to_go_out_is_taken_back(tmp_path: Path, how: str) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        made = campaign(stage.store, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
        interview, rooms = begun(stage, made, siti), stage.service.rooms
        await rooms.desk.run(rooms.following.plan)
        clock.now += dt.timedelta(days=7, hours=23)
        about = f"g{graduate(stage.store).id}"
        ends = {
            "sent": lambda: _send(stage, interview, siti),
            "withdrawn": lambda: rooms.interviewing.withdraw(interview, siti.id),
            "stopped": lambda: rooms.following.stop(made.id, about, siti.id),
            "closed": lambda: stage.store.reminded.take_back(made.id),
        }

        def both() -> tuple[int, int]:
            tell(rooms)
            before = len(queued(stage, siti))
            ends[how]()
            return before, len(queued(stage, siti))

        assert await rooms.desk.run(both) == (1, 0)


def _send(stage: Stage, interview: int, siti: Somebody) -> None:
    """Answer the short form and send it."""
    interviewing = stage.service.rooms.interviewing
    outcome = interviewing.where(interview, siti.id)
    while outcome.step is not None:
        name = outcome.step.names[0]
        codes = [choice.code for choice in outcome.step.choices.get(name, ())]
        outcome = interviewing.answer(interview, siti.id, name, codes[-1] if codes else "2", f"u{name}")
    interviewing.send(interview, siti.id)


def _refuse(stage: Stage, made: Campaign, siti: Somebody) -> None:
    interviewing = stage.service.rooms.interviewing
    interview = interviewing.start(stage.store.campaigns.link(made.id, graduate(stage.store).id).token, siti.id)
    interviewing.refuse(interview.id, siti.id)


async def test_a_survey_that_is_closed_and_opened_again_goes_on_reminding(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        made = campaign(stage.store, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
        await let_pass(stage, clock, NOW + dt.timedelta(days=3))
        stage.store.campaigns.set_state(made.id, CampaignState.CLOSED)
        await let_pass(stage, clock, NOW + dt.timedelta(days=20))
        assert queued(stage, siti) == []
        stage.store.campaigns.set_state(made.id, CampaignState.OPEN)
        await let_pass(stage, clock, NOW + dt.timedelta(days=22))
        assert len(queued(stage, siti)) == 1


async def test_the_button_ends_reminders_of_all_surveys_and_is_nobody_elses(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti, budi = api.person("Siti", language="en"), api.person("Budi", language="en")
        give(stage.store, budi, Role.ALUMNI)
        tied(stage, siti, "20190001")
        campaign(stage.store, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
        await let_pass(stage, clock, NOW + dt.timedelta(days=8))
        told = await siti.next_message()
        query = await budi.forges(told, told.callback_data("Do not remind me"))
        assert "does not work any more" in (await query.answered())["text"]
        assert graduate(stage.store).no_contact_at is None
        assert "no more reminders" in (await turns(siti, told, "Do not remind me")).text
        before = len(queued(stage, siti))
        campaign(stage.store, CampaignKind.NEEDS, closes=NOW.date() + dt.timedelta(days=60))
        await let_pass(stage, clock, NOW + dt.timedelta(days=40))
        assert len(queued(stage, siti)) == before


async def test_an_employer_who_has_begun_is_reminded_and_one_who_never_came_is_not(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti, boss = api.person("Siti", language="en"), api.person("Boss", language="en")
        tied(stage, siti, "20190001")
        give(stage.store, boss, Role.GUEST)
        boss.has_met_bot()
        made = campaign(stage.store, CampaignKind.EMPLOYER, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
        begun(stage, made, boss)
        await let_pass(stage, clock, NOW + dt.timedelta(days=8))
        assert queued(stage, siti) == []
        told = await boss.next_message()
        assert "go on where you stopped" in told.text
        await turns(boss, told, "Do not remind me")
        before = len(queued(stage, boss))
        await let_pass(stage, clock, NOW + dt.timedelta(days=40))
        assert len(queued(stage, boss)) == before


async def test_quiet_hours_are_kept(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        siti = api.person("Siti", language="en")
        tied(stage, siti, "20190001")
        stage.store.wishes.keep(siti.id, Wishes(morning=dt.time(19, 45)))
        campaign(stage.store, opens=NOW.date())
        rooms = stage.service.rooms
        clock.now = NOW + dt.timedelta(days=6)
        await rooms.desk.run(rooms.following.plan)
        clock.now = dt.datetime.combine(NOW.date() + WEEK, dt.time(23, 30), rooms.timezone)
        await rooms.desk.run(lambda: tell(rooms))
        assert queued(stage, siti) == []
        clock.now += dt.timedelta(hours=7)
        await rooms.desk.run(lambda: tell(rooms))
        assert len(queued(stage, siti)) == 1


async def test_a_restart_in_between_says_nothing_twice(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api:
        siti = api.person("Siti", language="en")
        async with tracer_bot(api, tmp_path, clock) as stage:
            listed(stage.store)
            tied(stage, siti, "20190001")
            campaign(stage.store, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
            await let_pass(stage, clock, NOW + dt.timedelta(days=6))
        clock.now += dt.timedelta(days=3)
        for day in range(10, 40, 3):
            async with tracer_bot(api, tmp_path, clock) as stage:
                await let_pass(stage, clock, NOW + dt.timedelta(days=day))
                said = moments(stage, siti)
        assert len(said) == 3
        assert all(later - earlier >= dt.timedelta(days=6, hours=12) for earlier, later in pairwise(said))


async def test_the_survey_shows_how_many_were_reminded(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, clock) as stage:
        listed(stage.store)
        for number, nim in enumerate(("20190001", "20190002")):
            tied(stage, api.person(f"G{number}", language="en"), nim)
        campaign(stage.store, opens=NOW.date(), closes=NOW.date() + dt.timedelta(days=60))
        await let_pass(stage, clock, NOW + dt.timedelta(days=8))
        chief = chief_of(api)
        await chief.sends("/tracer")
        card = await turns(chief, await chief.next_message(), "Tracer 2026")
        assert "Reminded once: 2, twice: 0, three times: 0" in card.text
        survey = stage.store.campaigns.all()[0]
        one = graduate(stage.store)
        assert one.person_id is not None
        assert stage.service.rooms.following.stop(survey.id, f"g{one.id}", one.person_id)
        assert stage.store.reminded.counts(survey.id) == {1: 2}
