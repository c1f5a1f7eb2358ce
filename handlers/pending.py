"""The quality office's list of questions that the documents left open, and the answers it writes.

    /tertunda ──> list ──> question ──> answer: words ──> read once more ──> saved, the asker is told
                             │                              └── other words for the question
                             └── close without an answer

The asker is not named: the office sees the question, the chat and the name stay in the store.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telegram import Update

from handlers.addresses import CuratedButton, PendingButton
from handlers.feedback import REASONS
from handlers.texts import Html, Speech, fill, speech
from handlers.turn import Button, Turn
from index.reply import clip
from store.curated import CuratedNotFoundError
from store.questions import Question, QuestionNotFoundError, QuestionSettledError

STEP_ANSWER = "pending_answer"
STEP_REWORD = "pending_reword"
PAGE = 5
LONGEST_ANSWER = 3_000
LONGEST_QUESTION = 500
LABEL_UNITS = 50


def show_list(turn: Turn, _: Update) -> None:
    """Show the first page of the open questions."""
    text, rows = _list(turn, 0)
    turn.say(text, rows)


def press_pending(turn: Turn, button: PendingButton) -> None:
    """Do what a button of the list says."""
    turn.toast()
    if button.act == "list":
        turn.show(*_list(turn, max(0, button.page)))
        return
    if button.act == "cancel":
        turn.end_step()
    try:
        question = turn.rooms.store.questions.get(button.question_id)
    except QuestionNotFoundError:
        turn.show(_is_gone(turn), _back(turn, button))
        return
    if question.settled_at is not None:
        turn.show(_is_settled(turn), _back(turn, button))
        return
    _ACTS[button.act](turn, question, button)


def take_answer(turn: Turn, update: Update) -> None:
    """Take the words of an answer, and show how it will be kept."""
    _take_words(turn, update, "answer", LONGEST_ANSWER)


def take_wording(turn: Turn, update: Update) -> None:
    """Take other words for the question, and show how it will be kept."""
    _take_words(turn, update, "words", LONGEST_QUESTION)


def press_curated(turn: Turn, button: CuratedButton) -> None:
    """Withdraw a curated answer, after asking once."""
    turn.toast()
    t = turn.t
    if button.act == "ask":
        rows = [
            [Button(t.plain("Yes, withdraw it"), CuratedButton("withdraw", button.curated_id).data())],
            [Button(t.plain("No, keep it"), CuratedButton("keep", button.curated_id).data())],
        ]
        turn.say(t("Withdraw this answer? Nobody will be given it any more."), rows, is_reply=True)
    elif button.act == "keep":
        turn.show(t("It stays as it is."))
    else:
        try:
            turn.rooms.store.curated.withdraw(button.curated_id, turn.person.id)
        except CuratedNotFoundError:
            turn.show(t("There is no such answer any more."))
            return
        turn.show(t("The answer has been withdrawn."))


def _list(turn: Turn, page: int) -> tuple[Html, list[list[Button]]]:
    """Return a page of the list with a button for each question."""
    found = turn.rooms.store.questions.pending(limit=PAGE, offset=page * PAGE)
    if not found.questions:
        return turn.t("No question is open. Well done!"), []
    first = page * PAGE
    head = turn.t.several("<b>{number} open question</b>", "<b>{number} open questions</b>", found.total)
    lines = [
        fill("{number}. {mark} {text}", number=number, mark=_mark(question), text=clip(question.text, 200))
        for number, question in enumerate(found.questions, start=first + 1)
    ]
    rows = [
        [Button(f"{number}. {clip(question.text, LABEL_UNITS)}", PendingButton("open", question.id, page).data())]
        for number, question in enumerate(found.questions, start=first + 1)
    ]
    turns = [
        Button(sign, PendingButton("list", 0, other).data())
        for sign, other in (("◀", page - 1), ("▶", page + 1))
        if 0 <= other * PAGE < found.total
    ]
    return Html("\n\n".join([head, *lines])), [*rows, turns]


def _open(turn: Turn, question: Question, button: PendingButton) -> None:
    """Show one question: what was asked, when, what was thought of the answer."""
    t, number = turn.t, question.id
    parts = [
        t("<b>Question {number}</b>, {when}", number=number, when=f"{question.asked_at:%Y-%m-%d %H:%M} UTC"),
        fill("<blockquote>{text}</blockquote>", text=clip(question.text, 1000)),
        t("The documents did not answer it.") if not question.answered else t("It was answered, and somebody gave 👎:"),
    ]
    parts += [fill("• {reason}", reason=clip(_reason(t, reason), 300)) for reason in _bad_reasons(turn, question)]
    rows = [
        [Button(t.plain("Answer"), replace(button, act="answer").data())],
        [Button(t.plain("Close without an answer"), replace(button, act="close").data())],
        *_back(turn, button),
    ]
    turn.show(Html("\n".join(parts)), rows)


def _answer(turn: Turn, question: Question, button: PendingButton) -> None:
    """Ask for the words of the answer."""
    turn.set_step(STEP_ANSWER, question_id=question.id, page=button.page)
    text = turn.t(
        "Write your answer to:\n<blockquote>{text}</blockquote>\nName the document or decision it rests on. You can"
        " read it once more before it is sent.",
        text=clip(question.text, 1000),
    )
    turn.show(text, [[Button(turn.t.plain("Cancel"), replace(button, act="cancel").data())]])


def _reword(turn: Turn, question: Question, button: PendingButton) -> None:
    """Ask for other words for the question."""
    if turn.step is None or turn.step.name != STEP_ANSWER or turn.step.data.get("question_id") != question.id:
        turn.show(_is_over(turn), _back(turn, button))
        return
    turn.set_step(STEP_REWORD, **turn.step.data)
    text = turn.t(
        "Write the question as others would ask it, without names:\n<blockquote>{text}</blockquote>",
        text=clip(question.text, 1000),
    )
    turn.show(text, [[Button(turn.t.plain("Cancel"), replace(button, act="cancel").data())]])


def _save(turn: Turn, question: Question, button: PendingButton) -> None:
    """Keep the answer as a curated one, and tell the asker."""
    data: dict[str, Any] = turn.step.data if turn.step else {}
    if data.get("question_id") != question.id or not data.get("answer"):
        turn.show(_is_over(turn), _back(turn, button))
        return
    turn.end_step()
    try:
        entry = turn.rooms.store.answer_pending(question.id, data["answer"], turn.person.id, data.get("words", ""))
    except QuestionSettledError:
        turn.show(_is_settled(turn), _back(turn, button))
        return
    turn.show(turn.t("Saved. The asker has been told, and others who ask this will be given it."), _back(turn, button))
    _tell_asker(turn, question, entry.answer)


def _tell_asker(turn: Turn, question: Question, answer: str) -> None:
    asker = turn.rooms.store.people.find(question.person_id)
    t = speech(asker.language if asker else question.language)
    text = t(
        "<b>The quality office has answered your question</b>\n<blockquote>{question}</blockquote>\n{answer}\n\n"
        "✍️ {author}, quality office. This is not a quotation from the documents.",
        question=clip(question.text, 500),
        answer=answer,
        author=turn.person.name,
    )
    parameters: dict[str, Any] = {"text": text, "parse_mode": "HTML"}
    if question.message_id is not None:
        parameters["reply_parameters"] = {
            "message_id": question.message_id,
            "allow_sending_without_reply": True,
        }
    turn.send("sendMessage", parameters, to=question.chat_id)


def _close(turn: Turn, question: Question, button: PendingButton) -> None:
    """Take the question off the list."""
    turn.rooms.store.questions.settle(question.id, turn.person.id)
    turn.show(*_list(turn, button.page))


def _take_words(turn: Turn, update: Update, name: str, longest: int) -> None:
    """Keep words in the dialogue, and show what would be saved."""
    if turn.step is None:
        return
    message = update.effective_message
    words = ((message and message.text) or "").strip()
    data = turn.step.data
    button = PendingButton("save", int(data["question_id"]), int(data["page"]))
    cancel = [Button(turn.t.plain("Cancel"), replace(button, act="cancel").data())]
    if not words or len(words) > longest:
        turn.say(turn.t("Please write 1 to {longest} characters of text.", longest=longest), [cancel])
        return
    try:
        question = turn.rooms.store.questions.get(button.question_id)
    except QuestionNotFoundError:
        turn.end_step()
        turn.say(_is_gone(turn))
        return
    data = {**data, name: words}
    turn.set_step(STEP_ANSWER, **data)
    text = turn.t(
        "This will be kept and sent:\n\n<b>Question</b>\n<blockquote>{question}</blockquote>\n<b>Answer</b>\n{answer}",
        question=clip(data.get("words") or question.text, 500),
        answer=data.get("answer", ""),
    )
    rows = [
        [Button(turn.t.plain("Save and send"), button.data())],
        [Button(turn.t.plain("Other words for the question"), replace(button, act="reword").data())],
        cancel,
    ]
    turn.say(text, rows)


def _back(turn: Turn, button: PendingButton) -> list[list[Button]]:
    return [[Button(turn.t.plain("Back to the list"), PendingButton("list", 0, button.page).data())]]


def _mark(question: Question) -> str:
    return "👎" if question.answered else "❓"


def _bad_reasons(turn: Turn, question: Question) -> list[str]:
    return [one.reason for one in turn.rooms.store.questions.feedback(question.id) if not one.good and one.reason]


def _reason(t: Speech, reason: str) -> str:
    """Return a reason in the reader's language: one of ours, or the words that somebody wrote."""
    return t.plain(reason) if reason in REASONS.values() else reason


def _is_gone(turn: Turn) -> Html:
    return turn.t("This question is not kept any more.")


def _is_settled(turn: Turn) -> Html:
    return turn.t("Somebody has dealt with this question already.")


def _is_over(turn: Turn) -> Html:
    return turn.t("This answer was left too long or was sent already. Begin again from the list.")


_ACTS = {"open": _open, "answer": _answer, "close": _close, "reword": _reword, "save": _save, "cancel": _open}
