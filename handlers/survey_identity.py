"""Answering a survey without a link: student number and birth date, with a limit on guessing.

/survei ──> which survey ──> NIM ──> birth date ──> consent
                              ↑          │ wrong: a few more tries a day, then a coordinator
                              └──────────┘
"""

from __future__ import annotations

import re

from telegram import Update

from handlers import ask
from handlers.addresses import IdentifyButton
from handlers.survey import show_interview
from handlers.survey_wording import reason
from handlers.texts import Html, escape
from handlers.turn import Button, Turn
from index.reply import clip
from store.campaigns import Campaign, CampaignKind
from store.database import StoreError
from tracer.reading import Read, read_date

STEP = "survey_identity"
_NIM = re.compile(r"[A-Za-z0-9./ -]{3,30}")
_MOST_LISTED = 5


def without_link(turn: Turn) -> list[list[Button]]:
    """Return the buttons to the surveys that a graduate may answer without a link; at the desk."""
    begun = {one.campaign_id for one in turn.rooms.store.interviews.of_person(turn.person.id)}
    return [
        [Button(turn.t.plain("{title}: without a link", title=clip(one.title, 40)), IdentifyButton(one.id).data())]
        for one in turn.rooms.interviewing.open_campaigns()[:_MOST_LISTED]
        if one.kind is not CampaignKind.EMPLOYER and one.id not in begun
    ]


def press_identify(turn: Turn, button: IdentifyButton) -> None:
    """Ask for the student number."""
    try:
        campaign = turn.rooms.store.campaigns.get(button.campaign_id)
    except StoreError:
        turn.toast(turn.t.plain("This survey is not open now."), is_alert=True)
        return
    if not campaign.takes_answers(turn.rooms.today) or campaign.kind is CampaignKind.EMPLOYER:
        turn.toast(turn.t.plain("This survey is not open now."), is_alert=True)
        return
    turn.toast()
    turn.set_step(STEP, campaign=campaign.id)
    turn.say(turn.t("<b>{title}</b>\nWrite your student number (NIM). /batal ends this.", title=campaign.title))


async def take_identity(turn: Turn, update: Update) -> None:
    """Take the student number, then the birth date; a question in between is answered."""
    words = ((update.effective_message and update.effective_message.text) or "").strip()
    if words.endswith("?"):
        await ask.ask(turn, update)
    elif turn.step is not None and "nim" in turn.step.data:
        turn.do(lambda: _take_birth_date(turn, words))
    else:
        turn.do(lambda: _take_number(turn, words))


def _take_number(turn: Turn, words: str) -> None:
    if turn.step is None:
        return
    if not _NIM.fullmatch(words) or not re.search(r"[0-9]", words):
        turn.say(turn.t("That is no student number. Write it as it stands on your diploma, for example 17120001."))
        return
    turn.set_step(STEP, **{**turn.step.data, "nim": words.replace(" ", "")})
    turn.say(turn.t("And your date of birth, please, in full: for example 4 Mei 2001."))


def _take_birth_date(turn: Turn, words: str) -> None:
    if turn.step is None:
        return
    reading = read_date(words, turn.rooms.today)
    if not isinstance(reading, Read) or reading.value >= turn.rooms.today:
        turn.say(turn.t("That is no full date of birth. Write day, month and year: for example 4 Mei 2001."))
        return
    store, interviewing = turn.rooms.store, turn.rooms.interviewing
    try:
        campaign = store.campaigns.get(int(turn.step.data["campaign"]))
        found = interviewing.identify(campaign.id, str(turn.step.data["nim"]), reading.value, turn.person.id)
    except StoreError as error:
        turn.end_step()
        turn.say(escape(reason(turn.t, error)))
        return
    if found.interview is not None:
        turn.end_step()
        show_interview(turn, found.interview)
    elif found.is_begun_elsewhere:
        turn.end_step()
        turn.say(_ask_a_coordinator(turn, campaign, turn.t("Another account has begun this survey with this number.")))
    elif found.tries_left <= 0:
        turn.end_step()
        turn.say(_ask_a_coordinator(turn, campaign, turn.t("These were too many tries for today.")))
    else:
        turn.set_step(STEP, campaign=campaign.id)
        turn.say(
            turn.t.several(
                "Number and date do not fit a graduate of this survey. {number} more try today: write your student"
                " number again.",
                "Number and date do not fit a graduate of this survey. {number} more tries today: write your student"
                " number again.",
                found.tries_left,
            )
        )


def _ask_a_coordinator(turn: Turn, campaign: Campaign, why: Html) -> Html:
    if campaign.contact:
        help_ = turn.t("Open your personal link, or turn to: {contact}", contact=campaign.contact)
    else:
        help_ = turn.t("Open your personal link, or ask the coordinator of the survey at your study programme.")
    return Html(f"{why} {help_}")
