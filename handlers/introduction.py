"""/start: getting to know each other, and the links that lead here.

/start ──┬── new: language ──> role ──> unit (`handlers.role_choice`)
         ├── known: who one is and what one can do
         ├── TOKEN: an invitation (`handlers.joining`)
         ├── s_TOKEN: a survey (`handlers.survey`)
         └── c_…: a clause (`handlers.clause`)
"""

from __future__ import annotations

from telegram import Update

from handlers.addresses import ClauseLink
from handlers.clause import follow_link
from handlers.joining import follow_invitation
from handlers.profile import languages
from handlers.role_choice import welcome
from handlers.survey import open_link
from handlers.texts import Html
from handlers.turn import Turn
from store.campaigns import TOKEN as SURVEY_TOKEN
from store.invitations import TOKEN
from store.people import PersonState
from tracer.inviting import START as SURVEY

ASK = "ask"
"""The payload of the button under inline results."""


async def start(turn: Turn, update: Update) -> None:
    """Greet, or follow the link that led here."""
    payload = _payload(update)
    if not turn.place.is_private:
        turn.say(how_to_ask_here(turn))
    elif (link := ClauseLink.read(payload)) is not None:
        await follow_link(turn, link)
    elif payload.startswith(SURVEY) and SURVEY_TOKEN.fullmatch(payload.removeprefix(SURVEY)):
        turn.do(lambda: open_link(turn, payload.removeprefix(SURVEY)))
    elif TOKEN.fullmatch(payload):
        turn.do(lambda: follow_invitation(turn, payload))
    elif payload in ("", ASK):
        turn.do(lambda: _greet(turn))
    else:
        turn.say(
            turn.t(
                "This link cannot be read; perhaps a part of it is missing. Open it again where you found it, or just"
                " write your question."
            )
        )


def how_to_ask_here(turn: Turn) -> Html:
    """Return the line that tells a group how to ask."""
    return turn.t(
        "Ask me here about quality standards and SOPs: <code>/tanya</code> and the question, or mention @{bot}.",
        bot=turn.rooms.username,
    )


def _greet(turn: Turn) -> None:
    """Greet a known person with what they can do, a new one with the question for the language."""
    t, person = turn.t, turn.person
    if person.state is not PersonState.NEW:
        turn.set_menu(person)
        hello = t("Hello, {name}!", name=person.name)
        turn.say(Html(f"{hello}\n\n{welcome(turn)}"))
        return
    text = t(
        "Hello, {name}! I know the university's quality standards and SOPs and answer questions with the exact clause."
        " Just write your question, at any time.\n\nWhich language do you prefer? / Bahasa apa yang Anda pilih?",
        name=person.name,
    )
    turn.say(text, languages(person, "start"))


def _payload(update: Update) -> str:
    message = update.effective_message
    _, *payload = ((message and message.text) or "").split(maxsplit=1)
    return "".join(payload).strip()
