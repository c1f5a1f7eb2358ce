"""Asking where others are: in a group, and in any chat by an inline query."""

import re

import pytest
from telegram_stage import Stage

from playground.people import Group, Person
from store.conversations import TOPIC_LASTS

ANSWER = "Responsible\nThe Dean approves it."


@pytest.fixture
def sari(stage: Stage) -> Person:
    return stage.api.person("Sari", "en")


@pytest.fixture
def group(stage: Stage, sari: Person) -> Group:
    return stage.api.group("Lecturers", [sari, stage.api.person("Budi", "en")])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("/tanya Who approves?", "Who approves?"),
        ("/tanya@tanyamutu_bot Who approves?", "Who approves?"),
        ("@tanyamutu_bot, who approves?", "who approves?"),
        ("Who approves, @TanyaMutu_bot", "Who approves"),
    ],
)
async def test_a_command_and_a_mention_are_answered_in_reply(
    stage: Stage, sari: Person, group: Group, text: str, question: str
) -> None:
    asked = await sari.sends(text, group)
    answer = await group.next_message()
    assert answer.text.startswith(ANSWER)
    assert answer.reply_to == asked.id
    assert stage.answerer.asked == [question]


async def test_a_mention_under_somebodys_question_answers_that_one(stage: Stage, sari: Person, group: Group) -> None:
    question = await sari.sends("Who approves the curriculum?", group)
    await sari.sends("@tanyamutu_bot", group, reply_to=question)
    await group.next_message()
    assert stage.answerer.asked == ["Who approves the curriculum?"]


async def test_a_reply_to_the_bot_goes_on_with_the_topic(stage: Stage, sari: Person, group: Group) -> None:
    await sari.sends("/tanya Who approves?", group)
    answer = await group.next_message()
    await sari.sends("and who signs?", group, reply_to=answer)
    await group.next_message()
    first, then = stage.answerer.topics
    assert first is None
    assert then is not None
    assert then.question == "Who approves?"


async def test_what_is_said_to_others_is_not_answered(stage: Stage, sari: Person) -> None:
    open_group = stage.api.group("All is heard here", [sari], privacy=False)
    said = await sari.sends("Who brings the cake?", open_group)
    await sari.sends("I do", open_group, reply_to=said)
    await sari.sends("mail bot@tanyamutu_bot.example", open_group)
    await sari.sends("/tanya Who approves?", open_group)
    await open_group.next_message()
    assert stage.answerer.asked == ["Who approves?"]
    assert open_group.unread() == []


async def test_in_a_group_a_thumb_counts_and_asks_nothing(stage: Stage, sari: Person, group: Group) -> None:
    await sari.sends("/tanya Who approves?", group)
    press = await sari.presses(await group.next_message(), "👎")
    assert (await press.answered())["text"].startswith("Noted.")
    assert stage.store.questions.pending().total == 1
    assert group.unread() == []


async def test_an_inline_query_is_answered_and_the_answer_leads_to_the_clause(
    stage: Stage, sari: Person, group: Group
) -> None:
    query = await sari.asks_inline("who approves the curriculum", group)
    results = await query.answered_with()
    assert results.titles == ["Responsible: who approves the curriculum"]
    sent = await sari.chooses(query, results.titles[0], group)
    assert sent.text.startswith(ANSWER)
    link = sent.url("Full clause")
    assert re.fullmatch(r"https://t\.me/tanyamutu_bot\?start=[A-Za-z0-9_-]{1,64}", link)


async def test_the_same_inline_query_is_answered_from_the_cache(stage: Stage, sari: Person) -> None:
    budi = stage.api.person("Budi", "en")
    await (await sari.asks_inline("who approves the curriculum")).answered_with()
    again = await budi.asks_inline("who approves the curriculum")
    await again.answered_with()
    assert again.cached
    assert len(stage.answerer.asked) == 1


@pytest.mark.parametrize("text", ["", "who"])
async def test_an_inline_query_without_a_question_offers_the_private_chat(
    stage: Stage, sari: Person, text: str
) -> None:
    results = await (await sari.asks_inline(text)).answered_with()
    assert results.titles == []
    assert results.button is not None


async def test_what_was_typed_over_is_not_computed(stage: Stage, sari: Person) -> None:
    typed = [await sari.asks_inline("who approves the curriculum"[:length]) for length in range(8, 28)]
    await typed[-1].answered_with()
    assert stage.answerer.asked[-1] == "who approves the curriculum"
    assert len(stage.answerer.asked) < len(typed)


async def test_the_topic_ends_after_a_quarter_of_an_hour(stage: Stage, sari: Person) -> None:
    await sari.sends("Who approves?")
    await sari.next_message()
    topic = stage.store.conversations.topic(sari.id, sari.id)
    assert topic is not None
    assert topic.documents == ("SOP/01",)
    assert TOPIC_LASTS.total_seconds() == 15 * 60


async def test_more_than_thirty_questions_a_minute_are_asked_to_wait(stage: Stage, sari: Person) -> None:
    for number in range(31):
        await sari.sends(f"Question {number}?")
    texts = [(await sari.next_message(20)).text for _ in range(31)]
    assert sum(text.startswith(ANSWER) for text in texts) == 30
    assert texts[-1].startswith("That was quick")
    await stage.api.person("Budi", "en").sends("Who approves?")
    assert len(stage.answerer.asked) >= 30
