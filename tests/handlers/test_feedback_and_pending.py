"""What becomes of an answer that did not help: a thumb, a reason, the quality office's list, its answer."""

import re
from pathlib import Path

from telegram_stage import Stage, bot_on

from playground.people import Person
from playground.server import LocalBotApi
from store.roles import Role

QUESTION = "Who keeps the keys of the laboratory?"
ANSWER = "The head of the laboratory, by the rector's decision 12/2025."


async def staff(stage: Stage, name: str = "Mutu", language: str = "en") -> Person:
    """Somebody of the quality office, who has met the bot."""
    person = stage.api.person(name, language)
    person.has_met_bot()
    stage.store.people.seen(person.id, name, None, "en" if language == "en" else "id")
    stage.store.people.grant(person.id, Role.QUALITY_OFFICE)
    return person


async def unanswered(stage: Stage, language: str = "en") -> Person:
    """Somebody whose question the documents do not answer."""
    stage.answerer.citations = ()
    asker = stage.api.person("Sari", language)
    await asker.sends(QUESTION)
    refusal = await asker.next_message()
    assert "quality office" in refusal.text or "LPM" in refusal.text
    assert refusal.buttons == []
    return asker


async def test_a_thumb_up_is_thanked_for_and_changes_no_message(stage: Stage) -> None:
    sari = stage.api.person("Sari", "en")
    await sari.sends("Who approves?")
    press = await sari.presses(await sari.next_message(), "👍")
    assert (await press.answered())["text"] == "Thank you!"
    assert stage.store.questions.feedback(1)[0].good
    assert stage.store.questions.pending().total == 0


async def test_a_thumb_down_asks_for_the_reason_by_one_tap(stage: Stage) -> None:
    sari = stage.api.person("Sari", "id")
    await sari.sends("Siapa?")
    await sari.presses(await sari.next_message(), "👎")
    asked = await sari.next_message()
    assert asked.buttons == [
        "Klausulnya salah",
        "Kurang lengkap",
        "Sudah tidak berlaku",
        "Sulit dipahami",
        "Saya tulis sendiri …",
    ]
    await sari.presses(asked, "Kurang lengkap")
    assert (await sari.next_edit()).text == "Terima kasih. LPM akan memeriksanya."
    assert stage.store.questions.feedback(1)[0].reason == "Not complete"
    assert stage.store.questions.pending().total == 1


async def test_a_reason_in_words_is_kept_and_the_next_text_is_a_question_again(stage: Stage) -> None:
    sari = stage.api.person("Sari", "en")
    await sari.sends("Who approves?")
    await sari.presses(await sari.next_message(), "👎")
    await sari.presses(await sari.next_message(), "In my words …")
    await sari.next_edit()
    await sari.sends("It is the <old> rule")
    assert (await sari.next_message()).text.startswith("Thank you.")
    assert stage.store.questions.feedback(1)[0].reason == "It is the <old> rule"
    await sari.sends("Who approves?")
    assert (await sari.next_message()).text.startswith("Responsible")


async def test_a_reason_that_is_cancelled_is_not_kept_but_the_thumb_is(stage: Stage) -> None:
    sari = stage.api.person("Sari", "en")
    await sari.sends("Who approves?")
    await sari.presses(await sari.next_message(), "👎")
    await sari.presses(await sari.next_message(), "In my words …")
    await sari.sends("/batal")
    assert (await sari.next_message()).text.startswith("Cancelled")
    assert stage.store.questions.feedback(1)[0].reason == ""
    assert not stage.store.questions.feedback(1)[0].good


async def test_nobody_rates_or_learns_of_the_question_of_another(stage: Stage) -> None:
    sari, eve = stage.api.person("Sari", "en"), stage.api.person("Eve", "en")
    await sari.sends("Who approves?")
    answer = await sari.next_message()
    await eve.sends("/help")
    helped = await eve.next_message()
    press = await eve.forges(helped, answer.callback_data("👎"))
    assert "not kept" in (await press.answered())["text"]
    await eve.forges(helped, "w:1:d00000000")
    assert "not kept" in (await eve.next_message()).text
    assert stage.store.questions.feedback(1) == ()


async def test_the_office_answers_and_the_asker_is_told_in_their_language(stage: Stage) -> None:
    asker, office = await unanswered(stage, "id"), await staff(stage)
    await office.sends("/tertunda")
    listed = await office.next_message()
    assert listed.text.startswith("1 open question")
    assert "Sari" not in listed.text
    await office.presses(listed, listed.buttons[0])
    opened = await office.next_edit()
    assert QUESTION in opened.text
    await office.presses(opened, "Answer")
    await office.next_edit()
    await office.sends(ANSWER)
    read_once_more = await office.next_message()
    assert QUESTION in read_once_more.text
    assert ANSWER in read_once_more.text
    await office.presses(read_once_more, "Save and send")
    assert (await office.next_edit()).text.startswith("Saved.")
    told = await asker.next_message()
    assert told.text.startswith("LPM menjawab pertanyaan Anda")
    assert ANSWER in told.text
    assert "Mutu, LPM. Ini bukan kutipan dokumen." in told.text
    (entry,) = stage.store.curated.all()
    assert (entry.question, entry.answer, entry.author) == (QUESTION, ANSWER, "Mutu")
    await office.presses(read_once_more, "Save and send")
    assert "already" in (await office.next_edit()).text
    assert len(stage.store.curated.all()) == 1


async def test_the_question_can_be_put_in_other_words_before_it_is_kept(stage: Stage) -> None:
    await unanswered(stage)
    office = await staff(stage)
    await opened_to_answer(office)
    await office.sends(ANSWER)
    shown = await office.next_message()
    await office.presses(shown, "Other words for the question")
    await office.next_edit()
    await office.sends("Who keeps keys?")
    shown = await office.next_message()
    assert "Who keeps keys?" in shown.text
    assert ANSWER in shown.text
    await office.presses(shown, "Save and send")
    await office.next_edit()
    assert stage.store.curated.all()[0].question == "Who keeps keys?"


async def test_two_of_the_office_answer_at_once_and_the_second_is_told(stage: Stage) -> None:
    await unanswered(stage)
    one, other = await staff(stage, "One"), await staff(stage, "Other")
    await opened_to_answer(one)
    await opened_to_answer(other)
    await one.sends(ANSWER)
    await other.sends("Something else.")
    await one.presses(await one.next_message(), "Save and send")
    assert (await one.next_edit()).text.startswith("Saved.")
    await other.presses(await other.next_message(), "Save and send")
    assert (await other.next_edit()).text == "Somebody has dealt with this question already."
    assert [entry.author for entry in stage.store.curated.all()] == ["One"]


async def test_an_answer_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        async with bot_on(api, tmp_path) as stage:
            asker, office = await unanswered(stage), await staff(stage)
            await opened_to_answer(office)
        async with bot_on(api, tmp_path):
            await office.sends(ANSWER)
            await office.presses(await office.next_message(), "Save and send")
            assert ANSWER in (await asker.next_message()).text


async def test_a_question_can_be_closed_without_an_answer(stage: Stage) -> None:
    asker, office = await unanswered(stage), await staff(stage)
    await office.sends("/tertunda")
    listed = await office.next_message()
    await office.presses(listed, listed.buttons[0])
    await office.presses(await office.next_edit(), "Close without an answer")
    assert (await office.next_edit()).text == "No question is open. Well done!"
    assert asker.chat.unread() == []


async def test_a_long_list_is_turned_in_one_message(stage: Stage) -> None:
    stage.answerer.citations = ()
    asker, office = stage.api.person("Sari", "en"), await staff(stage)
    for number in range(12):
        await asker.sends(f"Question number {number} of many?")
        await asker.next_message()
    await office.sends("/tertunda")
    shown = await office.next_message()
    assert shown.text.startswith("12 open questions")
    seen = set(re.findall(r"number (\d+)", shown.text))
    for _ in range(2):
        await office.presses(shown, "▶")
        shown = await office.next_edit()
        seen |= set(re.findall(r"number (\d+)", shown.text))
    assert len(seen) == 12
    assert "▶" not in shown.buttons


async def test_the_office_withdraws_an_answer_from_under_it(stage: Stage) -> None:
    office = await staff(stage)
    entry = stage.store.curated.add(QUESTION, ANSWER, "en", office.id)
    stage.answerer.curated = entry.address
    await office.sends(QUESTION)
    shown = await office.next_message()
    await office.presses(shown, "Withdraw this answer")
    await office.presses(await office.next_message(), "Yes, withdraw it")
    assert (await office.next_edit()).text == "The answer has been withdrawn."
    assert stage.store.curated.all() == ()
    lecturer = stage.api.person("Sari", "en")
    await lecturer.sends(QUESTION)
    assert "Withdraw this answer" not in (await lecturer.next_message()).buttons


async def opened_to_answer(office: Person) -> None:
    await office.sends("/tertunda")
    listed = await office.next_message()
    await office.presses(listed, listed.buttons[0])
    await office.presses(await office.next_edit(), "Answer")
    await office.next_edit()
