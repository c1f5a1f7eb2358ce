"""Reminders of surveys, as people read them; and wanting no more of them."""

from __future__ import annotations

from handlers.addresses import StopSurveyButton
from handlers.entry import stale
from handlers.texts import Html, Speech
from handlers.tracer_wording import survey_address
from handlers.turn import Button, Keyboard, Turn
from reminders.dates import read_back
from store.campaigns import CampaignUnknownError
from tracer.following import FollowUp


def reminder_text(t: Speech, told: FollowUp) -> Html:
    """Return what is said in a reminder: what waits, until when, how far somebody is, and whether it is the last."""
    day = read_back(told.campaign.closes, t.language)
    title = told.campaign.title
    parts = [
        t(
            "📋 <b>{title}</b>\nYou have begun and not sent it yet. Your answers are kept: go on where you stopped.",
            title=title,
        )
        if told.who.is_begun
        else t("📋 <b>{title}</b>\nThe university asks how you are doing since your graduation.", title=title),
        t("It is open until {day}.", day=day),
    ]
    if told.is_last:
        parts.append(t("<i>This is the last reminder.</i>"))
    return Html("\n".join(parts))


def reminder_buttons(t: Speech, told: FollowUp, username: str) -> Keyboard:
    """Return the way into the survey, and out of the reminders."""
    stop = Button(t.plain("Do not remind me"), StopSurveyButton(told.campaign.id, told.who.about).data())
    return [*([[opening(t, told, username)]] if told.link else []), [stop]]


def opening(t: Speech, told: FollowUp, username: str) -> Button:
    """Return the button that opens the survey."""
    label = t.plain("▶ Go on") if told.who.is_begun else t.plain("▶ Begin")
    return Button(label, url=survey_address(username, told.link.token if told.link else ""))


def stop_reminding(turn: Turn, button: StopSurveyButton) -> None:
    """Remind the person no more, if it is their survey; at the desk."""
    try:
        is_theirs = turn.rooms.following.stop(button.campaign_id, button.about, turn.person.id)
    except CampaignUnknownError:
        is_theirs = False
    if not is_theirs:
        stale(turn)
        return
    turn.toast()
    turn.show(turn.t("Good, no more reminders of surveys. Your link stays good, should you want to answer after all."))
