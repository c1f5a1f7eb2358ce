"""/help and /batal, and what is said to words that lead nowhere."""

from __future__ import annotations

from telegram import Update

from handlers import survey_asking
from handlers.turn import Turn


def show_help(turn: Turn, _: Update) -> None:
    """Say how to ask and what else there is."""
    turn.say(
        turn.t(
            "<b>How to ask</b>\n"
            "• Here: just write your question, in Indonesian or English. You can go on asking: “and for the final"
            " exam?”, “who is in charge?”, “next step?”.\n"
            "• In a group: <code>/tanya</code> and the question, or mention me, or reply to me.\n"
            "• In any other chat: <code>@{bot}</code> and the question.\n\n"
            "<b>How to read</b>\n"
            "• /sop – standards and SOPs, step by step; /sop 1.2.8\n"
            "• /standar 1.1.8.1 – a statement of a standard\n"
            "• /istilah tracer study – what a term means\n"
            "• /peran Kaprodi – all that a role has to do, with time limits\n\n"
            "<b>About you</b>\n"
            "• /profil – who you are here; /dataku – what is stored about you; /lupakan – erase it\n\n"
            "👍 and 👎 under an answer help us. What the documents do not answer goes to the quality office.",
            bot=turn.rooms.username,
        )
    )


def cancel(turn: Turn, _: Update) -> None:
    """End a running dialogue."""
    if turn.step is None:
        turn.say(turn.t("There is nothing to cancel. Write a question, or /help."))
        return
    turn.end_step()
    if turn.step.name == survey_asking.STEP:
        turn.say(turn.t("The survey waits; all your answers are kept. /survei goes on with it."))
    else:
        turn.say(turn.t("Cancelled. Nothing was changed."))


def unknown_command(turn: Turn, _: Update) -> None:
    """Say that there is no such command (private chats only: in groups it may be another bot's)."""
    turn.say(turn.t("I do not know this command. Write a question, or /help for how to ask."))


def not_text(turn: Turn, _: Update) -> None:
    """Say to a picture, a voice message and the like that only text is read."""
    turn.say(turn.t("Sorry, I can only read text. Please write your question."))
