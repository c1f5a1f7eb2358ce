"""A survey's link in other hands: another phone of one's own, a friend's, somebody who looks something up meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

from survey_chat_stage import (
    answers_of,
    button_with,
    campaign_of,
    consents,
    edits,
    interview_of,
    link_of,
    opens,
    presses,
    survey_bot,
    through,
    writes,
)

from playground.server import LocalBotApi
from store.campaigns import CampaignKind, CampaignState
from store.interviews import InterviewState

SEEKING = {"What is your status now?": "Not working", "When did you begin": "I did not look"}


async def test_the_account_that_loses_a_survey_is_told_and_can_take_it_back(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, other = api.person("Siti", language="id"), api.person("Other", language="en")
        campaign = campaign_of(stage, contact="Pusat Karier")
        link = link_of(stage, campaign)
        question = await opens(siti, link)
        await presses(siti, question, "Saya setuju")
        resumed = await opens(other, link)
        assert resumed.text.startswith("These are the answers of Siti Rahmawati, PGSD, begun in another account.")
        assert "What is your status now?" in resumed.text
        told = await siti.next_message()
        assert told.text.startswith("Tracer 2026 dilanjutkan dari akun Telegram lain")
        assert "Pusat Karier" in told.text
        (back,) = told.rows[0]
        assert back["url"].endswith(f"?start={link}")
        assert "Apa status Anda saat ini?" in (await opens(siti, link)).text
        assert "goes on in another Telegram account" in (await other.next_message()).text
        assert "Siti" not in (await opens(siti, link)).text  # one's own link says nothing of it
        assert other.chat.unread() == []


async def test_what_was_sent_is_shown_to_no_other_account(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, friend = api.person("Siti", language="en"), api.person("Friend", language="en")
        link = link_of(stage, campaign_of(stage, CampaignKind.SHORT))
        question = await consents(siti, link)
        thanks = await edits(siti, await through(siti, question, SEEKING), "Send")
        said = await opens(friend, link)
        assert said.text.startswith("This survey was sent already, from another account.")
        assert said.buttons == []
        assert siti.chat.unread() == []
        assert stage.store.interviews.of_person(friend.id) == ()
        assert "Your answers" in (await presses(siti, thanks, "Change my answers")).text


async def test_a_friends_link_can_be_given_back_and_leaves_no_trace(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        friend = api.person("Friend", language="en")
        campaign = campaign_of(stage)
        consent = await opens(friend, link_of(stage, campaign))
        assert (await edits(friend, consent, "That is not me")).text.startswith("Thank you for telling; nothing was")
        assert stage.store.interviews.of_campaign(campaign.id) == ()
        graduate = stage.store.graduates.by_nim("17120001")
        assert graduate is not None
        assert (graduate.person_id, graduate.no_contact_at) == (None, None)
        await friend.sends("/dataku")
        data = (await friend.next_message()).document
        assert data is not None
        assert "Siti" not in json.dumps(json.loads(data))


async def test_who_only_looks_at_a_friends_link_has_none_of_their_data(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        friend = api.person("Friend", language="en")
        await opens(friend, link_of(stage, campaign_of(stage)))
        await friend.sends("/dataku")
        data = (await friend.next_message()).document
        assert data is not None
        assert b"081234567890" not in data
        erase = await writes(friend, "/lupakan")
        assert "erased" in (await edits(friend, erase, "Yes, erase everything")).text
        graduate = stage.store.graduates.by_nim("17120001")
        assert graduate is not None
        assert graduate.name == "Siti Rahmawati"


async def test_an_employers_no_is_kept_with_the_link(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        boss = api.person("Boss", language="en")
        campaign = campaign_of(stage, CampaignKind.EMPLOYER, title="Employers")
        consent = await opens(boss, link_of(stage, campaign))
        assert not any("not me" in button for button in consent.buttons)
        await edits(boss, consent, "I do not want to")
        graduate = stage.store.graduates.by_nim("17120001")
        assert graduate is not None
        assert stage.store.campaigns.refused(campaign.id) == {graduate.id}


async def test_a_command_in_the_middle_leaves_the_survey_open_and_batal_keeps_the_answers(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="en")
        question = await consents(siti, link_of(stage, campaign_of(stage)))
        await presses(siti, question, "Working")
        await writes(siti, "/help")
        await writes(siti, "/profil")
        assert (await writes(siti, "2 bulan")).text.startswith("✓ 2 months")
        left = await writes(siti, "/batal")
        assert left.text == "The survey waits; all your answers are kept. /survei goes on with it."
        assert answers_of(stage, siti) == {"f8": "1", "f502": 2}
        assert interview_of(stage, siti).state is InterviewState.RUNNING
        assert "The Dean approves it." in (await writes(siti, "Who approves the curriculum")).text
        shown = await writes(siti, "/survei")
        assert "take-home income" in (await presses(siti, shown, "Tracer 2026")).text


async def test_who_goes_on_writing_when_the_survey_has_closed_is_told_so_once(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="en")
        campaign = campaign_of(stage)
        await presses(siti, await consents(siti, link_of(stage, campaign)), "Working")
        stage.store.campaigns.set_state(campaign.id, CampaignState.CLOSED)
        assert (await writes(siti, "2")).text.startswith("This survey takes no answers now.")
        assert siti.chat.unread() == []
        assert "The Dean approves it." in (await writes(siti, "Who approves the curriculum?")).text


async def test_words_after_a_command_are_asked_about_where_they_could_be_anything(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="en")
        question = await consents(siti, link_of(stage, campaign_of(stage, CampaignKind.NEEDS)))
        await presses(siti, question, "Working")
        await writes(siti, "/profil")
        doubt = await writes(siti, "guru")
        assert "is that your answer to What is your job or business?" in doubt.text
        await siti.presses(doubt, button_with(doubt, "Yes, that is my answer"))
        assert (await siti.next_message()).text
        assert answers_of(stage, siti)["job"] == "guru"
