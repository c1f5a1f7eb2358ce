"""What people think of an answer: a thumb, and for a bad one the reason, by one tap or in words."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from handlers.addresses import FeedbackButton
from handlers.ask import question_here
from handlers.texts import N_, Html
from handlers.turn import Button, Turn
from index.reply import clip
from store.questions import QuestionNotFoundError

STEP = "feedback"
LONGEST_REASON = 500
REASONS: Final[dict[Literal["place", "part", "old", "unclear"], str]] = {
    "place": N_("The wrong clause"),
    "part": N_("Not complete"),
    "old": N_("Out of date"),
    "unclear": N_("Hard to understand"),
}


def rate(turn: Turn, button: FeedbackButton) -> None:
    """Keep a thumb; a bad one asks what was wrong, in groups only the thumb counts."""
    is_good = button.verdict == "good"
    reason = next((text for verdict, text in REASONS.items() if verdict == button.verdict), "")
    try:
        question = question_here(turn, button.question_id)
        turn.rooms.store.questions.rate(question.id, turn.person.id, good=is_good, reason=reason)
    except QuestionNotFoundError:
        turn.toast(turn.t.plain("This question is not kept any more. Please ask it again."), is_alert=True)
        return
    if button.verdict == "bad" and turn.place.is_private:
        turn.toast()
        turn.say(turn.t("What was wrong with the answer?"), _reasons(turn, button.question_id))
    elif button.verdict == "words":
        turn.toast()
        turn.set_step(STEP, question_id=button.question_id)
        turn.show(turn.t("Write in a sentence what was wrong; /batal if you would rather not."))
    elif reason:
        turn.toast()
        turn.show(_passed_on(turn))
    else:
        turn.toast(
            turn.t.plain("Thank you!") if is_good else turn.t.plain("Noted. The quality office will look at it.")
        )


def take_reason(turn: Turn, update: Update) -> None:
    """Keep the words that somebody wrote about a bad answer."""
    words = clip(((update.effective_message and update.effective_message.text) or "").strip(), LONGEST_REASON)
    step = turn.step
    if step is None:
        return
    if not words:
        turn.say(turn.t("Write in a sentence what was wrong; /batal if you would rather not."))
        return
    turn.end_step()
    try:
        turn.rooms.store.questions.rate(int(step.data["question_id"]), turn.person.id, good=False, reason=words)
    except QuestionNotFoundError:
        turn.say(turn.t("This question is not kept any more. Please ask it again."))
        return
    turn.say(_passed_on(turn))


def _passed_on(turn: Turn) -> Html:
    return turn.t("Thank you. The quality office will look at it.")


def _reasons(turn: Turn, question_id: int) -> list[list[Button]]:
    rows = [
        [Button(turn.t.plain(text), FeedbackButton(question_id, verdict).data())] for verdict, text in REASONS.items()
    ]
    return [*rows, [Button(turn.t.plain("In my words …"), FeedbackButton(question_id, "words").data())]]
