"""Asking: a question becomes an answer with its clause, buttons lead on from there.

┌── several documents fit equally ──> which one? ──┐
question ──> answer ┤                                                  ├──> told, with buttons
└──────────────────────────────────────────────────┘
told ──> the topic of the next 15 minutes, in the store
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from telegram import Message, Update
from telegram.constants import ChatAction, MessageLimit
from telegram.error import TelegramError

from handlers.addresses import ChoiceButton, ClauseButton, CuratedButton, DocumentButton, FeedbackButton, RemindButton
from handlers.texts import Html
from handlers.turn import Button, Turn
from handlers.wording import with_phase
from index.browse import NodeNotFoundError
from index.errors import QuestionError
from index.reply import SHOWN_CITATIONS, Reply, render_html
from index.topic import Topic
from reminders.proposals import rules_at
from store import conversations
from store.permissions import Action, may
from store.questions import NewQuestion, Question, QuestionNotFoundError

R = TypeVar("R")

LONGEST_QUESTION = 1_000
"""Characters; longer texts are not questions."""
TYPING_AFTER = 1.5
"""Seconds of work after which the person sees that something is going on."""
THUMBS: Final[tuple[tuple[str, Literal["good", "bad"]], ...]] = (("👍", "good"), ("👎", "bad"))
ROOM_FOR_NOTE = 200
"""UTF-16 units of a message that are kept for a line under the answer."""


async def ask(turn: Turn, update: Update) -> None:
    """Answer a private message: the text is the question."""
    if update.effective_message is not None:
        await answer(turn, update.effective_message, update.effective_message.text or "")


async def ask_by_command(turn: Turn, update: Update) -> None:
    """Answer ``/tanya QUESTION``, in private and in groups; alone under somebody's message it means that one."""
    message = update.effective_message
    if message is not None:
        _, *question = (message.text or "").split(maxsplit=1)
        await answer(turn, message, "".join(question) or _replied_to(turn, message))


async def ask_in_group(turn: Turn, update: Update) -> None:
    """Answer a message that mentions the bot or replies to it; a mention under somebody's message means that one."""
    message = update.effective_message
    if message is None or (not (is_named := _names_bot(turn, message)) and not _replies_to_bot(turn, message)):
        return
    text = _without_name(turn, message.text or "")
    await answer(turn, message, text or (_replied_to(turn, message) if is_named else ""))


async def answer(turn: Turn, message: Message, text: str) -> None:
    """Check the question, show that work is going on if it takes long, answer in the topic of the conversation."""
    question = text.strip()
    if not question:
        turn.say(turn.t("Write the question after the command, for example: /tanya when are exam questions due?"))
        return
    if len(question) > LONGEST_QUESTION:
        length, most = len(question), LONGEST_QUESTION
        turn.say(
            turn.t(
                "The question is too long ({length} characters); please keep it to {most}.", length=length, most=most
            )
        )
        return
    wait, topic = await turn.read(lambda: _begin(turn))
    if wait:
        turn.say(turn.t("That was quick: more than 30 questions in a minute. Please go on in {wait} s.", wait=wait))
        return
    try:
        prepared = await _with_typing(message, turn.work(prepare, turn, question, topic))
    except QuestionError:  # a greeting, a row of question marks
        turn.say(no_question(turn))
        return
    turn.do(lambda: tell(turn, prepared))


def no_question(turn: Turn) -> Html:
    """Return what is said to words that ask nothing."""
    return turn.t(
        "That is no question yet. Ask about a quality standard or an SOP, for example: who is in charge of KKN?"
    )


@dataclass(frozen=True)
class Prepared:
    """A reply, as Telegram HTML, with the buttons of its document."""

    reply: Reply
    text: Html
    document_buttons: list[list[Button]]


def prepare(turn: Turn, question: str, topic: Topic | None = None, document: str | None = None) -> Prepared:
    """Answer a question and render the reply; slow. Raises `QuestionError`."""
    reply = turn.rooms.answerer.answer(question, topic=topic, document=document)
    return Prepared(reply, told(turn, reply), _document_buttons(turn, reply))


def tell(turn: Turn, prepared: Prepared, question_id: int | None = None) -> None:
    """Say a reply and keep it with its topic; at the desk.

    Where several documents fit equally the person is asked which one. With `question_id` it answers a question
    that was kept before, and takes the place of the message with the pressed button.
    """
    store, reply = turn.rooms.store, prepared.reply
    if question_id is None:
        question_id = store.questions.add(_kept(turn, reply))
    topic = Topic.of(reply)
    if topic is not None:
        store.conversations.set_topic(turn.person.id, turn.place.chat_id, _stored(topic))
    if reply.choices:
        turn.say(
            turn.t("Several documents fit equally. Which one do you mean?"),
            _choices(turn, reply, question_id),
            is_reply=True,
        )
    elif turn.place.callback_id is None:
        turn.say(prepared.text, buttons(turn, prepared, question_id), is_reply=True)
    else:
        turn.show(prepared.text, buttons(turn, prepared, question_id))


async def choose(turn: Turn, chosen: ChoiceButton) -> None:
    """Answer the question of the message for the document that was chosen."""
    turn.toast()
    try:
        kept = await turn.read(lambda: question_here(turn, chosen.question_id))
        document = turn.rooms.browser.node(chosen.document).document
        prepared = await turn.work(prepare, turn, kept.text, None, document)
    except (QuestionNotFoundError, NodeNotFoundError, QuestionError):
        turn.say(turn.t("This question is not kept any more. Please ask it again."))
        return
    turn.do(lambda: tell(turn, prepared, kept.id))


def question_here(turn: Turn, question_id: int) -> Question:
    """Return a question that was asked in this chat; at the desk.

    Raises `QuestionNotFoundError` for all others: a forged button shall not tell what somebody asked.
    """
    question = turn.rooms.store.questions.get(question_id)
    if question.chat_id != turn.place.chat_id:
        raise QuestionNotFoundError(question_id)
    return question


def told(turn: Turn, reply: Reply) -> Html:
    """Return a reply as a message; an unanswered question is passed on, and the person is told so."""
    if reply.answerable:
        return Html(render_html(reply, MessageLimit.MAX_TEXT_LENGTH))
    note = turn.t("I have passed your question on to the quality office. Their answer will come here.")
    return Html(f"{render_html(reply, MessageLimit.MAX_TEXT_LENGTH - ROOM_FOR_NOTE)}\n\n{note}")


def buttons(turn: Turn, prepared: Prepared, question_id: int) -> list[list[Button]]:
    """Return the buttons under an answer: its clauses, the document's steps and twins, and what one thinks of it."""
    t, reply = turn.t, prepared.reply
    rows = clause_buttons(turn, reply) + prepared.document_buttons
    if reply.curated and may(turn.person, Action.WITHDRAW_CURATED):
        number = int(reply.curated.rpartition(":")[2])
        rows.append([Button(t.plain("Withdraw this answer"), CuratedButton("ask", number).data())])
    if _has_time_limit(turn, reply):
        rows.append([Button(t.plain("⏰ Remind me"), RemindButton(question_id).data())])
    if reply.answerable:
        rows.append([Button(sign, FeedbackButton(question_id, verdict).data()) for sign, verdict in THUMBS])
    return rows


def _has_time_limit(turn: Turn, reply: Reply) -> bool:
    """Whether an answer speaks of a time limit that somebody could be reminded of, in private."""
    if not (reply.answerable and reply.citations and turn.place.is_private) or reply.curated:
        return False
    rulebook = turn.rooms.running.almanac.rulebook
    shown = reply.citations[:SHOWN_CITATIONS]
    return reply.kind == "deadline" or any(rules_at(rulebook, cited.source, cited.lines) for cited in shown)


def clause_buttons(turn: Turn, reply: Reply) -> list[list[Button]]:
    """One button for each clause shown, in their order."""
    is_whole = reply.curated and not reply.answer.endswith("…")  # what somebody wrote has no surroundings
    shown = reply.citations[:SHOWN_CITATIONS] if reply.answerable and not is_whole else ()
    if len(shown) == 1:
        return [[Button(turn.t.plain("Full clause"), ClauseButton.opening(shown[0], reply.language).data())]]
    return [
        [
            Button(
                turn.t.plain("Clause {number}", number=number), ClauseButton.opening(citation, reply.language).data()
            )
            for number, citation in enumerate(shown, start=1)
        ]
    ]


def _document_buttons(turn: Turn, reply: Reply) -> list[list[Button]]:
    """Offer the steps of the answer's document and those like it, where it has any."""
    browser = turn.rooms.browser
    if not reply.citations or reply.curated:
        return []
    try:
        node = browser.document(reply.citations[0].document)
    except NodeNotFoundError:  # replaced since the index was made
        return []
    row = []
    if browser.steps(node.document):
        row.append(Button(turn.t.plain("SOP steps"), DocumentButton("steps", node.key).data()))
    if browser.similar(node.document, turn.language):
        row.append(Button(turn.t.plain("Similar SOPs"), DocumentButton("twins", node.key).data()))
    return [row] if row else []


def _choices(turn: Turn, reply: Reply, question_id: int) -> list[list[Button]]:
    return [
        [
            Button(
                with_phase(choice.phase, choice.title),
                ChoiceButton(question_id, turn.rooms.browser.document(choice.document).key).data(),
            )
        ]
        for choice in reply.choices
    ]


def _kept(turn: Turn, reply: Reply) -> NewQuestion:
    """Return the question as the store keeps it: as it was understood, since a follow-up alone says little."""
    return NewQuestion(
        person_id=turn.person.id,
        chat_id=turn.place.chat_id,
        language=reply.language,
        text=reply.understood or reply.question,
        kind=reply.kind,
        answered=reply.answerable,
        citations=tuple({"source": c.source, "lines": list(c.lines)} for c in reply.citations),
        message_id=turn.place.message_id,
    )


def _begin(turn: Turn) -> tuple[int, Topic | None]:
    """Count the question; return the seconds to wait before the next one, or else the topic so far."""
    store = turn.rooms.store
    wait = store.questions.waits(turn.person.id)
    if wait is not None:
        return max(1, math.ceil(wait.total_seconds())), None
    kept = store.conversations.topic(turn.person.id, turn.place.chat_id)
    return 0, None if kept is None else _known(kept)


def _stored(topic: Topic) -> conversations.Topic:
    places = tuple({"source": source, "lines": [start, end]} for source, start, end in topic.places)
    return conversations.Topic(topic.question, topic.kind, topic.language, topic.documents, places)


def _known(kept: conversations.Topic) -> Topic:
    places = tuple((place["source"], *place["lines"]) for place in kept.facts)
    return Topic(kept.question, kept.kind, kept.language, kept.documents, places)


async def _with_typing(message: Message, work: Awaitable[R]) -> R:
    """Wait for work, and show that something is going on if it takes long; a courtesy, so it may fail."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait([task], timeout=TYPING_AFTER)
    if not done:
        with suppress(TelegramError):
            await message.reply_chat_action(ChatAction.TYPING)
    return await task


def _names_bot(turn: Turn, message: Message) -> bool:
    return _name(turn).search(message.text or "") is not None


def _replies_to_bot(turn: Turn, message: Message) -> bool:
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.username == turn.rooms.username)


def _without_name(turn: Turn, text: str) -> str:
    return _name(turn).sub(" ", text).strip(" ,:;")


def _name(turn: Turn) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)@{re.escape(turn.rooms.username)}(?!\w)", re.IGNORECASE)


def _replied_to(turn: Turn, message: Message) -> str:
    """Return the words of the message that this one replies to, unless the bot said them."""
    replied = message.reply_to_message
    return (replied.text or "") if replied and not _replies_to_bot(turn, message) else ""
