"""/dataku and /lupakan: all that is stored about oneself, to take along or to erase."""

from __future__ import annotations

import json

from telegram import Update

from handlers.addresses import EraseButton
from handlers.entry import is_foreign
from handlers.turn import Button, Turn
from store.permissions import Action

FILE_NAME = "tanyamutu-data.json"


def export(turn: Turn, _: Update) -> None:
    """Send everything stored about somebody as a JSON file."""
    found = turn.rooms.store.export_person(turn.person.id)
    # Half a character, as some clients send, is written as an escape, which JSON reads again.
    content = json.dumps(found, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")
    turn.hand(
        FILE_NAME,
        content,
        turn.t("Everything that is stored about you, as JSON. /lupakan erases it."),
    )


def ask_to_erase(turn: Turn, _: Update) -> None:
    """Say what would be erased and what stays, and ask once."""
    t, person_id = turn.t, turn.person.id
    text = t(
        "<b>Erase everything about you?</b>\n\n"
        "Erased: your profile with role and unit, requests for roles, your questions with feedback, open questions"
        " included, reminders, and messages that wait. A staff role takes a new invitation or approval afterwards.\n\n"
        "What stays: answers that you wrote for the quality office, without your name; answers to a survey that is"
        " closed, without your identity. Backups made before still hold what they held.\n\n"
        "Messages in this chat are yours to delete in Telegram. /dataku gives you a copy first."
    )
    rows = [
        [Button(t.plain("Yes, erase everything"), EraseButton(person_id, "erase").data())],
        [Button(t.plain("No, keep it"), EraseButton(person_id, "keep").data())],
    ]
    turn.say(text, rows)


def erase(turn: Turn, button: EraseButton) -> None:
    """Erase everything about somebody, then say a last word; the menu of their role goes too."""
    if is_foreign(turn, Action.ERASE_SELF, button.person_id):
        return
    turn.toast()
    if button.act == "keep":
        turn.show(turn.t("Nothing was erased."))
        return
    # The turn's messages reach the outbox after this job, so they are not erased with what waits there.
    turn.rooms.store.erase_person(turn.person.id)
    scope = {"type": "chat", "chat_id": turn.person.id}
    turn.send("deleteMyCommands", {"scope": scope}, to=turn.person.id)
    turn.show(
        turn.t(
            "Everything about you has been erased. If you write again, I will know you as a new guest; /start begins"
            " anew."
        )
    )
